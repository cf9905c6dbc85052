-- The schema of the portfolio module and its enumerations.
CREATE SCHEMA vesu_portfolio;
COMMENT ON SCHEMA vesu_portfolio IS
    'The portfolio module: users, assets, portfolios and their risk, agents, market time series with roll-ups.';

CREATE TYPE vesu_portfolio.user_type_enum AS ENUM ('retail', 'institutional', 'family_office');
COMMENT ON TYPE vesu_portfolio.user_type_enum IS 'What kind of customer a user is.';

CREATE TYPE vesu_portfolio.kyc_status_enum AS ENUM ('pending', 'verified', 'rejected', 'expired');
COMMENT ON TYPE vesu_portfolio.kyc_status_enum IS 'How far the check of a user''s identity is.';

CREATE TYPE vesu_portfolio.risk_profile_enum AS ENUM ('conservative', 'moderate', 'aggressive', 'custom');
COMMENT ON TYPE vesu_portfolio.risk_profile_enum IS 'How much risk a portfolio is meant to bear.';

CREATE TYPE vesu_portfolio.rebalancing_strategy_enum AS ENUM ('daily', 'weekly', 'monthly', 'quarterly', 'dynamic');
COMMENT ON TYPE vesu_portfolio.rebalancing_strategy_enum IS 'How often a portfolio is brought back to its target allocation.';

CREATE TYPE vesu_portfolio.asset_type_enum AS ENUM ('crypto', 'lp_token', 'staked_token', 'yield_token', 'rwa_token');
COMMENT ON TYPE vesu_portfolio.asset_type_enum IS 'What kind of token an asset is.';

CREATE TYPE vesu_portfolio.position_type_enum AS ENUM ('spot', 'staked', 'lp_token', 'yield_farm', 'lending', 'borrowing');
COMMENT ON TYPE vesu_portfolio.position_type_enum IS 'How an asset is held; borrowing is owed and counts negative.';

CREATE TYPE vesu_portfolio.strategy_type_enum AS ENUM ('yield_farming', 'liquidity_provision', 'arbitrage', 'staking', 'lending');
COMMENT ON TYPE vesu_portfolio.strategy_type_enum IS 'What a trading strategy does.';

CREATE TYPE vesu_portfolio.transaction_type_enum AS ENUM ('swap', 'stake', 'unstake', 'deposit', 'withdraw', 'claim', 'bridge');
COMMENT ON TYPE vesu_portfolio.transaction_type_enum IS 'What a transaction does; deposit and withdraw are flows of the portfolio.';

CREATE TYPE vesu_portfolio.transaction_status_enum AS ENUM ('pending', 'confirmed', 'failed', 'replaced');
COMMENT ON TYPE vesu_portfolio.transaction_status_enum IS 'What the chain made of a transaction.';

CREATE TYPE vesu_portfolio.risk_assessment_type_enum AS ENUM ('liquidation', 'correlation', 'protocol', 'market', 'regulatory');
COMMENT ON TYPE vesu_portfolio.risk_assessment_type_enum IS 'Which risk an assessment scores.';

CREATE TYPE vesu_portfolio.risk_alert_type_enum AS ENUM ('liquidation_risk', 'high_correlation', 'protocol_risk', 'unusual_activity');
COMMENT ON TYPE vesu_portfolio.risk_alert_type_enum IS 'What a risk alert warns of.';

CREATE TYPE vesu_portfolio.severity_enum AS ENUM ('low', 'medium', 'high', 'critical');
COMMENT ON TYPE vesu_portfolio.severity_enum IS 'How urgent a risk alert is; they compare in this order.';

CREATE TYPE vesu_portfolio.agent_type_enum AS ENUM (
    'logic', 'builder', 'growth', 'security', 'sentiment', 'logistics', 'cross_chain', 'data');
COMMENT ON TYPE vesu_portfolio.agent_type_enum IS 'What an agent is for.';

CREATE TYPE vesu_portfolio.implementation_type_enum AS ENUM ('custom', 'elizaos', 'hybrid');
COMMENT ON TYPE vesu_portfolio.implementation_type_enum IS 'What an agent is built on.';

CREATE TYPE vesu_portfolio.health_status_enum AS ENUM ('healthy', 'degraded', 'unhealthy', 'unknown');
COMMENT ON TYPE vesu_portfolio.health_status_enum IS 'How lately an agent was heard of; unknown: never.';

CREATE TYPE vesu_portfolio.task_status_enum AS ENUM ('pending', 'running', 'completed', 'failed', 'cancelled');
COMMENT ON TYPE vesu_portfolio.task_status_enum IS
    'pending: to be claimed; running: an agent has it; completed, failed, cancelled: final.';
