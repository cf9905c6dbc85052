-- Tables of the portfolio module: users, portfolios, transactions, risk, agents
--
-- Amounts are whole tokens or USD, numeric(36,18) below 10^18; the upper bound of each CHECK keeps out NaN, which is
-- greater than every number. What is given in parts is a fraction: 0.25 is 25 %. transactions and risk_assessments lie in
-- UTC months that vesu_portfolio.maintain_partitions() makes.

-- Users

CREATE TABLE IF NOT EXISTS vesu_portfolio.users (
    id             uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    email          varchar(255) NOT NULL UNIQUE,
    username       varchar(100) NOT NULL UNIQUE,
    password_hash  varchar(255) NOT NULL,
    first_name     varchar(100),
    last_name      varchar(100),
    user_type      vesu_portfolio.user_type_enum NOT NULL DEFAULT 'retail',
    kyc_status     vesu_portfolio.kyc_status_enum NOT NULL DEFAULT 'pending',
    created_at     timestamptz DEFAULT vesu.now(),
    updated_at     timestamptz DEFAULT vesu.now(),
    last_login_at  timestamptz,
    is_active      boolean DEFAULT true,
    settings       jsonb DEFAULT '{}'
);

COMMENT ON TABLE vesu_portfolio.users IS 'Who owns portfolios.';
COMMENT ON COLUMN vesu_portfolio.users.id IS 'Identity of the user, the same uuid as in the other modules.';
COMMENT ON COLUMN vesu_portfolio.users.email IS 'Where mail reaches the user.';
COMMENT ON COLUMN vesu_portfolio.users.username IS 'What the user is called.';
COMMENT ON COLUMN vesu_portfolio.users.password_hash IS
    'The password as the application has hashed it; no access level reads it, and no function computes or returns it.';
COMMENT ON COLUMN vesu_portfolio.users.first_name IS 'First name.';
COMMENT ON COLUMN vesu_portfolio.users.last_name IS 'Last name.';
COMMENT ON COLUMN vesu_portfolio.users.user_type IS 'What kind of customer it is.';
COMMENT ON COLUMN vesu_portfolio.users.kyc_status IS 'How far the check of the identity is.';
COMMENT ON COLUMN vesu_portfolio.users.created_at IS 'When the row was made.';
COMMENT ON COLUMN vesu_portfolio.users.updated_at IS 'When the row was last changed; a trigger keeps it.';
COMMENT ON COLUMN vesu_portfolio.users.last_login_at IS 'When the last session was made.';
COMMENT ON COLUMN vesu_portfolio.users.is_active IS
    'Whether the user may come in; the sessions and keys of one who may not count for nothing.';
COMMENT ON COLUMN vesu_portfolio.users.settings IS 'What the application keeps with the user.';

CREATE TABLE IF NOT EXISTS vesu_portfolio.user_api_keys (
    id            uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id       uuid NOT NULL REFERENCES vesu_portfolio.users ON DELETE CASCADE,
    key_hash      varchar(255) NOT NULL,
    name          varchar(100) NOT NULL,
    permissions   jsonb NOT NULL DEFAULT '[]',
    is_active     boolean DEFAULT true,
    expires_at    timestamptz,
    last_used_at  timestamptz,
    created_at    timestamptz DEFAULT vesu.now()
);

CREATE UNIQUE INDEX IF NOT EXISTS idx_user_api_keys_key_hash ON vesu_portfolio.user_api_keys (key_hash);
CREATE INDEX IF NOT EXISTS idx_user_api_keys_user_id ON vesu_portfolio.user_api_keys (user_id);

COMMENT ON TABLE vesu_portfolio.user_api_keys IS 'Keys with which programs come in as a user.';
COMMENT ON COLUMN vesu_portfolio.user_api_keys.id IS 'Identity of the key, which may be shown.';
COMMENT ON COLUMN vesu_portfolio.user_api_keys.user_id IS 'Whose key it is.';
COMMENT ON COLUMN vesu_portfolio.user_api_keys.key_hash IS
    'SHA-256 of the key in hexadecimal; the key itself is shown once and stored nowhere.';
COMMENT ON COLUMN vesu_portfolio.user_api_keys.name IS 'What the user calls the key.';
COMMENT ON COLUMN vesu_portfolio.user_api_keys.permissions IS 'What it is good for, in the application''s words.';
COMMENT ON COLUMN vesu_portfolio.user_api_keys.is_active IS 'Whether it still counts.';
COMMENT ON COLUMN vesu_portfolio.user_api_keys.expires_at IS 'From when on it does not count; NULL: never.';
COMMENT ON COLUMN vesu_portfolio.user_api_keys.last_used_at IS 'When it was last checked, to the minute.';
COMMENT ON COLUMN vesu_portfolio.user_api_keys.created_at IS 'When the row was made.';

CREATE TABLE IF NOT EXISTS vesu_portfolio.user_sessions (
    id             uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id        uuid NOT NULL REFERENCES vesu_portfolio.users ON DELETE CASCADE,
    session_token  varchar(255) NOT NULL UNIQUE,
    ip_address     inet,
    user_agent     text,
    expires_at     timestamptz NOT NULL,
    created_at     timestamptz DEFAULT vesu.now()
);

CREATE INDEX IF NOT EXISTS idx_user_sessions_user_id ON vesu_portfolio.user_sessions (user_id);

COMMENT ON TABLE vesu_portfolio.user_sessions IS 'Sessions of users who have logged in.';
COMMENT ON COLUMN vesu_portfolio.user_sessions.id IS 'Identity of the session.';
COMMENT ON COLUMN vesu_portfolio.user_sessions.user_id IS 'Whose session it is.';
COMMENT ON COLUMN vesu_portfolio.user_sessions.session_token IS
    'SHA-256 of the token in hexadecimal; the token itself is shown once and stored nowhere.';
COMMENT ON COLUMN vesu_portfolio.user_sessions.ip_address IS 'From where it was made.';
COMMENT ON COLUMN vesu_portfolio.user_sessions.user_agent IS 'With which program.';
COMMENT ON COLUMN vesu_portfolio.user_sessions.expires_at IS 'From when on it does not count.';
COMMENT ON COLUMN vesu_portfolio.user_sessions.created_at IS 'When the row was made.';

-- Portfolios

CREATE TABLE IF NOT EXISTS vesu_portfolio.portfolios (
    id                    uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id               uuid NOT NULL REFERENCES vesu_portfolio.users ON DELETE CASCADE,
    name                  varchar(255) NOT NULL,
    description           text,
    risk_profile          vesu_portfolio.risk_profile_enum NOT NULL DEFAULT 'moderate',
    target_allocation     jsonb NOT NULL DEFAULT '{}',
    rebalancing_strategy  vesu_portfolio.rebalancing_strategy_enum DEFAULT 'monthly',
    max_drawdown          decimal(5,4) DEFAULT 0.20,
    target_return         decimal(5,4) DEFAULT 0.15,
    is_active             boolean DEFAULT true,
    created_at            timestamptz DEFAULT vesu.now(),
    updated_at            timestamptz DEFAULT vesu.now(),

    CONSTRAINT portfolios_max_drawdown_check CHECK (max_drawdown >= 0 AND max_drawdown <= 1),
    CONSTRAINT portfolios_target_return_check CHECK (target_return >= 0 AND target_return < 10)
);

CREATE INDEX IF NOT EXISTS idx_portfolios_user_id ON vesu_portfolio.portfolios (user_id);

COMMENT ON TABLE vesu_portfolio.portfolios IS 'What a user holds, looked at as one.';
COMMENT ON COLUMN vesu_portfolio.portfolios.id IS 'Identity of the portfolio.';
COMMENT ON COLUMN vesu_portfolio.portfolios.user_id IS 'Whose it is.';
COMMENT ON COLUMN vesu_portfolio.portfolios.name IS 'What its user calls it.';
COMMENT ON COLUMN vesu_portfolio.portfolios.description IS 'What it is for.';
COMMENT ON COLUMN vesu_portfolio.portfolios.risk_profile IS 'How much risk it is meant to bear.';
COMMENT ON COLUMN vesu_portfolio.portfolios.target_allocation IS
    'The fraction of each asset, by id or symbol, such as {"ETH": 0.6, "USDC": 0.4}; {}: none is aimed at.';
COMMENT ON COLUMN vesu_portfolio.portfolios.rebalancing_strategy IS 'How often it is brought back to the target.';
COMMENT ON COLUMN vesu_portfolio.portfolios.max_drawdown IS 'The greatest loss from a peak that is accepted, a fraction.';
COMMENT ON COLUMN vesu_portfolio.portfolios.target_return IS 'The yearly return that is aimed at, a fraction.';
COMMENT ON COLUMN vesu_portfolio.portfolios.is_active IS 'Whether jobs look after it.';
COMMENT ON COLUMN vesu_portfolio.portfolios.created_at IS 'When the row was made.';
COMMENT ON COLUMN vesu_portfolio.portfolios.updated_at IS 'When the row was last changed; a trigger keeps it.';

CREATE TABLE IF NOT EXISTS vesu_portfolio.assets (
    id                uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    symbol            varchar(50) NOT NULL,
    name              varchar(255) NOT NULL,
    asset_type        vesu_portfolio.asset_type_enum NOT NULL,
    contract_address  varchar(66),
    chain_id          bigint,
    decimals          int DEFAULT 18,
    coingecko_id      varchar(100),
    is_active         boolean DEFAULT true,
    metadata          jsonb DEFAULT '{}',
    created_at        timestamptz DEFAULT vesu.now(),
    updated_at        timestamptz DEFAULT vesu.now(),

    CONSTRAINT assets_decimals_check CHECK (decimals >= 0 AND decimals <= 255),
    CONSTRAINT assets_symbol_chain_id_key UNIQUE NULLS NOT DISTINCT (symbol, chain_id)
);

COMMENT ON TABLE vesu_portfolio.assets IS 'What can be held. The series know an asset by id::text.';
COMMENT ON COLUMN vesu_portfolio.assets.id IS 'Identity of the asset.';
COMMENT ON COLUMN vesu_portfolio.assets.symbol IS
    'Symbol, such as ETH; the one under which vesu.vesu_asset_prices knows its price.';
COMMENT ON COLUMN vesu_portfolio.assets.name IS 'Name.';
COMMENT ON COLUMN vesu_portfolio.assets.asset_type IS 'What kind of token it is.';
COMMENT ON COLUMN vesu_portfolio.assets.contract_address IS 'Address of its contract; NULL for the coin of a chain.';
COMMENT ON COLUMN vesu_portfolio.assets.chain_id IS 'Number of the chain; NULL where it belongs to none.';
COMMENT ON COLUMN vesu_portfolio.assets.decimals IS 'Decimals of a token on the chain.';
COMMENT ON COLUMN vesu_portfolio.assets.coingecko_id IS 'Name at CoinGecko.';
COMMENT ON COLUMN vesu_portfolio.assets.is_active IS 'Whether it is still traded.';
COMMENT ON COLUMN vesu_portfolio.assets.metadata IS 'What else is known; protocol_risk, a number from 0 to 1, enters risk metrics.';
COMMENT ON COLUMN vesu_portfolio.assets.created_at IS 'When the row was made.';
COMMENT ON COLUMN vesu_portfolio.assets.updated_at IS 'When the row was last changed; a trigger keeps it.';

-- Half of each page is free: refresh_all_allocations() changes all rows at once, and where the new ones find room no index is touched.
CREATE TABLE IF NOT EXISTS vesu_portfolio.portfolio_positions (
    id                     uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    portfolio_id           uuid NOT NULL REFERENCES vesu_portfolio.portfolios ON DELETE CASCADE,
    asset_id               uuid NOT NULL REFERENCES vesu_portfolio.assets,
    quantity               decimal(36,18) NOT NULL,
    average_cost           decimal(36,18) NOT NULL,
    current_value          decimal(36,18) NOT NULL DEFAULT 0,
    allocation_percentage  decimal(5,4) NOT NULL DEFAULT 0,
    position_type          vesu_portfolio.position_type_enum NOT NULL,
    protocol_address       varchar(66),
    chain_id               bigint,
    last_updated           timestamptz DEFAULT vesu.now(),

    CONSTRAINT portfolio_positions_quantity_check CHECK (quantity >= 0 AND quantity < 1e18),
    CONSTRAINT portfolio_positions_average_cost_check CHECK (average_cost >= 0 AND average_cost < 1e18),
    CONSTRAINT portfolio_positions_current_value_check CHECK (current_value >= 0 AND current_value < 1e18),
    CONSTRAINT portfolio_positions_allocation_percentage_check CHECK (allocation_percentage >= 0 AND allocation_percentage <= 1)
) WITH (fillfactor = 50);

CREATE INDEX IF NOT EXISTS idx_portfolio_positions_portfolio_id ON vesu_portfolio.portfolio_positions (portfolio_id);
CREATE INDEX IF NOT EXISTS idx_portfolio_positions_asset_type ON vesu_portfolio.portfolio_positions (portfolio_id, position_type);
CREATE INDEX IF NOT EXISTS idx_portfolio_positions_asset_id ON vesu_portfolio.portfolio_positions (asset_id);

COMMENT ON TABLE vesu_portfolio.portfolio_positions IS 'What a portfolio holds and owes.';
COMMENT ON COLUMN vesu_portfolio.portfolio_positions.id IS 'Identity of the position.';
COMMENT ON COLUMN vesu_portfolio.portfolio_positions.portfolio_id IS 'The portfolio.';
COMMENT ON COLUMN vesu_portfolio.portfolio_positions.asset_id IS 'What is held.';
COMMENT ON COLUMN vesu_portfolio.portfolio_positions.quantity IS
    'How much, in whole tokens; owed, where position_type is borrowing.';
COMMENT ON COLUMN vesu_portfolio.portfolio_positions.average_cost IS 'What a token cost on average, in USD.';
COMMENT ON COLUMN vesu_portfolio.portfolio_positions.current_value IS 'What the whole was worth when it was last valued, in USD.';
COMMENT ON COLUMN vesu_portfolio.portfolio_positions.allocation_percentage IS
    'Its part of what the portfolio holds, a fraction: 0.25 is 25 %.';
COMMENT ON COLUMN vesu_portfolio.portfolio_positions.position_type IS 'How it is held.';
COMMENT ON COLUMN vesu_portfolio.portfolio_positions.protocol_address IS 'Contract that holds it.';
COMMENT ON COLUMN vesu_portfolio.portfolio_positions.chain_id IS 'Number of the chain that it is on.';
COMMENT ON COLUMN vesu_portfolio.portfolio_positions.last_updated IS 'When the row was last changed; a trigger keeps it.';

-- Strategies and transactions

CREATE TABLE IF NOT EXISTS vesu_portfolio.trading_strategies (
    id                   uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    portfolio_id         uuid NOT NULL REFERENCES vesu_portfolio.portfolios ON DELETE CASCADE,
    satellite_id         varchar(50) NOT NULL,
    strategy_type        vesu_portfolio.strategy_type_enum NOT NULL,
    name                 varchar(255) NOT NULL,
    parameters           jsonb NOT NULL DEFAULT '{}',
    performance_metrics  jsonb DEFAULT '{}',
    is_active            boolean DEFAULT true,
    created_at           timestamptz DEFAULT vesu.now(),
    updated_at           timestamptz DEFAULT vesu.now()
);

CREATE INDEX IF NOT EXISTS idx_trading_strategies_portfolio_id ON vesu_portfolio.trading_strategies (portfolio_id);

COMMENT ON TABLE vesu_portfolio.trading_strategies IS 'How agents trade for a portfolio.';
COMMENT ON COLUMN vesu_portfolio.trading_strategies.id IS 'Identity of the strategy.';
COMMENT ON COLUMN vesu_portfolio.trading_strategies.portfolio_id IS 'The portfolio.';
COMMENT ON COLUMN vesu_portfolio.trading_strategies.satellite_id IS 'The agent that runs it.';
COMMENT ON COLUMN vesu_portfolio.trading_strategies.strategy_type IS 'What it does.';
COMMENT ON COLUMN vesu_portfolio.trading_strategies.name IS 'What it is called.';
COMMENT ON COLUMN vesu_portfolio.trading_strategies.parameters IS 'How it is set.';
COMMENT ON COLUMN vesu_portfolio.trading_strategies.performance_metrics IS 'How well it did, in the agent''s words.';
COMMENT ON COLUMN vesu_portfolio.trading_strategies.is_active IS 'Whether it runs.';
COMMENT ON COLUMN vesu_portfolio.trading_strategies.created_at IS 'When the row was made.';
COMMENT ON COLUMN vesu_portfolio.trading_strategies.updated_at IS 'When the row was last changed; a trigger keeps it.';

CREATE TABLE IF NOT EXISTS vesu_portfolio.transactions (
    id                uuid NOT NULL DEFAULT gen_random_uuid(),
    portfolio_id      uuid NOT NULL REFERENCES vesu_portfolio.portfolios ON DELETE CASCADE,
    strategy_id       uuid REFERENCES vesu_portfolio.trading_strategies,
    transaction_hash  varchar(66) NOT NULL,
    chain_id          bigint NOT NULL,
    block_number      bigint NOT NULL,
    transaction_type  vesu_portfolio.transaction_type_enum NOT NULL,
    from_asset_id     uuid REFERENCES vesu_portfolio.assets,
    to_asset_id       uuid REFERENCES vesu_portfolio.assets,
    from_amount       decimal(36,18),
    to_amount         decimal(36,18),
    gas_used          decimal(36,18),
    gas_price         decimal(36,18),
    protocol_name     varchar(100),
    status            vesu_portfolio.transaction_status_enum NOT NULL DEFAULT 'pending',
    "timestamp"       timestamptz NOT NULL,
    metadata          jsonb DEFAULT '{}',

    CONSTRAINT transactions_from_amount_check CHECK (from_amount >= 0 AND from_amount < 1e18),
    CONSTRAINT transactions_to_amount_check CHECK (to_amount >= 0 AND to_amount < 1e18),
    CONSTRAINT transactions_gas_used_check CHECK (gas_used >= 0 AND gas_used < 1e18),
    CONSTRAINT transactions_gas_price_check CHECK (gas_price >= 0 AND gas_price < 1e18),
    CONSTRAINT transactions_pkey PRIMARY KEY (id, "timestamp")
) PARTITION BY RANGE ("timestamp");
CREATE TABLE IF NOT EXISTS vesu_portfolio.transactions_default PARTITION OF vesu_portfolio.transactions DEFAULT;

CREATE INDEX IF NOT EXISTS idx_transactions_timestamp ON vesu_portfolio.transactions ("timestamp" DESC);
CREATE INDEX IF NOT EXISTS idx_transactions_chain_block ON vesu_portfolio.transactions (chain_id, block_number);
CREATE INDEX IF NOT EXISTS idx_transactions_type_status ON vesu_portfolio.transactions (transaction_type, status);
CREATE INDEX IF NOT EXISTS idx_transactions_strategy_id ON vesu_portfolio.transactions (strategy_id);
CREATE INDEX IF NOT EXISTS idx_transactions_from_asset_id ON vesu_portfolio.transactions (from_asset_id);
CREATE INDEX IF NOT EXISTS idx_transactions_to_asset_id ON vesu_portfolio.transactions (to_asset_id);
-- Last: of indexes that look equally good, as all do until a month is analyzed, the planner takes the newest, and few rows are of one
-- portfolio, but many of one time.
CREATE INDEX IF NOT EXISTS idx_transactions_portfolio_id ON vesu_portfolio.transactions (portfolio_id);

COMMENT ON TABLE vesu_portfolio.transactions IS 'What moved in a portfolio, by UTC months.';
COMMENT ON COLUMN vesu_portfolio.transactions.id IS 'Identity of the transaction.';
COMMENT ON COLUMN vesu_portfolio.transactions.portfolio_id IS 'The portfolio.';
COMMENT ON COLUMN vesu_portfolio.transactions.strategy_id IS 'The strategy that made it; NULL: none.';
COMMENT ON COLUMN vesu_portfolio.transactions.transaction_hash IS
    'Hash on the chain; unique over all months, see transaction_hashes.';
COMMENT ON COLUMN vesu_portfolio.transactions.chain_id IS 'Number of the chain.';
COMMENT ON COLUMN vesu_portfolio.transactions.block_number IS 'Block that holds it.';
COMMENT ON COLUMN vesu_portfolio.transactions.transaction_type IS 'What it does.';
COMMENT ON COLUMN vesu_portfolio.transactions.from_asset_id IS 'What leaves.';
COMMENT ON COLUMN vesu_portfolio.transactions.to_asset_id IS 'What comes.';
COMMENT ON COLUMN vesu_portfolio.transactions.from_amount IS 'How much leaves, in whole tokens.';
COMMENT ON COLUMN vesu_portfolio.transactions.to_amount IS 'How much comes, in whole tokens.';
COMMENT ON COLUMN vesu_portfolio.transactions.gas_used IS 'Gas that it used.';
COMMENT ON COLUMN vesu_portfolio.transactions.gas_price IS 'Price of a unit of gas, in the coin of the chain.';
COMMENT ON COLUMN vesu_portfolio.transactions.protocol_name IS 'Protocol that it used.';
COMMENT ON COLUMN vesu_portfolio.transactions.status IS 'What the chain made of it.';
COMMENT ON COLUMN vesu_portfolio.transactions."timestamp" IS 'When it happened; the month that keeps it.';
COMMENT ON COLUMN vesu_portfolio.transactions.metadata IS 'What else is known.';

CREATE TABLE IF NOT EXISTS vesu_portfolio.transaction_hashes (
    transaction_hash  varchar(66) PRIMARY KEY,
    transaction_id    uuid NOT NULL UNIQUE,
    "timestamp"       timestamptz NOT NULL
);

COMMENT ON TABLE vesu_portfolio.transaction_hashes IS
    'Every hash of transactions, which a partitioned table cannot keep unique by itself. Row triggers of transactions '
    'write it; an entry outlives the detaching of its month and goes with its dropping.';
COMMENT ON COLUMN vesu_portfolio.transaction_hashes.transaction_hash IS 'The hash.';
COMMENT ON COLUMN vesu_portfolio.transaction_hashes.transaction_id IS 'The transaction that has it.';
COMMENT ON COLUMN vesu_portfolio.transaction_hashes."timestamp" IS 'When that happened.';

-- Risk

CREATE TABLE IF NOT EXISTS vesu_portfolio.risk_assessments (
    id                uuid NOT NULL DEFAULT gen_random_uuid(),
    portfolio_id      uuid NOT NULL REFERENCES vesu_portfolio.portfolios ON DELETE CASCADE,
    assessment_type   vesu_portfolio.risk_assessment_type_enum NOT NULL,
    risk_score        decimal(5,4) NOT NULL,
    confidence_level  decimal(5,4) NOT NULL,
    factors           jsonb NOT NULL DEFAULT '{}',
    recommendations   jsonb DEFAULT '{}',
    satellite_source  varchar(50) NOT NULL,
    created_at        timestamptz NOT NULL DEFAULT vesu.now(),
    expires_at        timestamptz,

    CONSTRAINT risk_assessments_risk_score_check CHECK (risk_score >= 0 AND risk_score <= 1),
    CONSTRAINT risk_assessments_confidence_level_check CHECK (confidence_level >= 0 AND confidence_level <= 1),
    CONSTRAINT risk_assessments_pkey PRIMARY KEY (id, created_at)
) PARTITION BY RANGE (created_at);
CREATE TABLE IF NOT EXISTS vesu_portfolio.risk_assessments_default PARTITION OF vesu_portfolio.risk_assessments DEFAULT;

CREATE INDEX IF NOT EXISTS idx_risk_assessments_portfolio_id ON vesu_portfolio.risk_assessments (portfolio_id);
CREATE INDEX IF NOT EXISTS idx_risk_assessments_type_score ON vesu_portfolio.risk_assessments (assessment_type, risk_score DESC);

COMMENT ON TABLE vesu_portfolio.risk_assessments IS 'How risky a portfolio was found, by UTC months.';
COMMENT ON COLUMN vesu_portfolio.risk_assessments.id IS 'Identity of the assessment.';
COMMENT ON COLUMN vesu_portfolio.risk_assessments.portfolio_id IS 'The portfolio.';
COMMENT ON COLUMN vesu_portfolio.risk_assessments.assessment_type IS 'Which risk it scores.';
COMMENT ON COLUMN vesu_portfolio.risk_assessments.risk_score IS 'From 0, none, to 1.';
COMMENT ON COLUMN vesu_portfolio.risk_assessments.confidence_level IS 'How sure the score is, from 0 to 1.';
COMMENT ON COLUMN vesu_portfolio.risk_assessments.factors IS 'What the score was computed from.';
COMMENT ON COLUMN vesu_portfolio.risk_assessments.recommendations IS 'What is advised.';
COMMENT ON COLUMN vesu_portfolio.risk_assessments.satellite_source IS 'The agent that made it.';
COMMENT ON COLUMN vesu_portfolio.risk_assessments.created_at IS 'When it was made; the month that keeps it.';
COMMENT ON COLUMN vesu_portfolio.risk_assessments.expires_at IS 'From when on it says nothing; NULL: never.';

CREATE TABLE IF NOT EXISTS vesu_portfolio.risk_alerts (
    id               uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    portfolio_id     uuid NOT NULL REFERENCES vesu_portfolio.portfolios ON DELETE CASCADE,
    alert_type       vesu_portfolio.risk_alert_type_enum NOT NULL,
    severity         vesu_portfolio.severity_enum NOT NULL,
    message          text NOT NULL,
    details          jsonb DEFAULT '{}',
    is_acknowledged  boolean DEFAULT false,
    acknowledged_at  timestamptz,
    acknowledged_by  uuid REFERENCES vesu_portfolio.users,
    created_at       timestamptz DEFAULT vesu.now(),
    resolved_at      timestamptz
);

CREATE INDEX IF NOT EXISTS idx_risk_alerts_portfolio_severity ON vesu_portfolio.risk_alerts (portfolio_id, severity);
CREATE INDEX IF NOT EXISTS idx_risk_alerts_acknowledged_by ON vesu_portfolio.risk_alerts (acknowledged_by);

COMMENT ON TABLE vesu_portfolio.risk_alerts IS 'Warnings of risk.';
COMMENT ON COLUMN vesu_portfolio.risk_alerts.id IS 'Identity of the alert.';
COMMENT ON COLUMN vesu_portfolio.risk_alerts.portfolio_id IS 'The portfolio.';
COMMENT ON COLUMN vesu_portfolio.risk_alerts.alert_type IS 'What it warns of.';
COMMENT ON COLUMN vesu_portfolio.risk_alerts.severity IS 'How urgent it is.';
COMMENT ON COLUMN vesu_portfolio.risk_alerts.message IS 'What a reader is told.';
COMMENT ON COLUMN vesu_portfolio.risk_alerts.details IS 'What it was raised from.';
COMMENT ON COLUMN vesu_portfolio.risk_alerts.is_acknowledged IS 'Whether somebody has seen it.';
COMMENT ON COLUMN vesu_portfolio.risk_alerts.acknowledged_at IS 'When.';
COMMENT ON COLUMN vesu_portfolio.risk_alerts.acknowledged_by IS 'Who.';
COMMENT ON COLUMN vesu_portfolio.risk_alerts.created_at IS 'When the row was made.';
COMMENT ON COLUMN vesu_portfolio.risk_alerts.resolved_at IS 'When it was settled; NULL: it is open.';

-- Agents

CREATE TABLE IF NOT EXISTS vesu_portfolio.satellite_agents (
    id                   varchar(50) PRIMARY KEY,
    name                 varchar(255) NOT NULL,
    description          text,
    agent_type           vesu_portfolio.agent_type_enum NOT NULL,
    implementation_type  vesu_portfolio.implementation_type_enum NOT NULL,
    version              varchar(50) NOT NULL,
    configuration        jsonb NOT NULL DEFAULT '{}',
    performance_metrics  jsonb DEFAULT '{}',
    health_status        vesu_portfolio.health_status_enum DEFAULT 'unknown',
    last_health_check    timestamptz,
    is_active            boolean DEFAULT true,
    created_at           timestamptz DEFAULT vesu.now(),
    updated_at           timestamptz DEFAULT vesu.now()
);

COMMENT ON TABLE vesu_portfolio.satellite_agents IS 'The agents that work on portfolios.';
COMMENT ON COLUMN vesu_portfolio.satellite_agents.id IS 'Name of the agent in the system, such as sage.';
COMMENT ON COLUMN vesu_portfolio.satellite_agents.name IS 'Name for readers.';
COMMENT ON COLUMN vesu_portfolio.satellite_agents.description IS 'What it does.';
COMMENT ON COLUMN vesu_portfolio.satellite_agents.agent_type IS 'What it is for.';
COMMENT ON COLUMN vesu_portfolio.satellite_agents.implementation_type IS 'What it is built on.';
COMMENT ON COLUMN vesu_portfolio.satellite_agents.version IS 'Its version.';
COMMENT ON COLUMN vesu_portfolio.satellite_agents.configuration IS 'How it is set.';
COMMENT ON COLUMN vesu_portfolio.satellite_agents.performance_metrics IS 'The metrics of its last heartbeat.';
COMMENT ON COLUMN vesu_portfolio.satellite_agents.health_status IS 'How lately it was heard of, as agents_health() last found.';
COMMENT ON COLUMN vesu_portfolio.satellite_agents.last_health_check IS 'When it was last heard of.';
COMMENT ON COLUMN vesu_portfolio.satellite_agents.is_active IS 'Whether it is in use.';
COMMENT ON COLUMN vesu_portfolio.satellite_agents.created_at IS 'When the row was made.';
COMMENT ON COLUMN vesu_portfolio.satellite_agents.updated_at IS 'When the row was last changed; a trigger keeps it.';

CREATE TABLE IF NOT EXISTS vesu_portfolio.agent_tasks (
    id             uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    agent_id       varchar(50) NOT NULL REFERENCES vesu_portfolio.satellite_agents,
    task_type      varchar(100) NOT NULL,
    priority       int NOT NULL DEFAULT 5,
    payload        jsonb NOT NULL DEFAULT '{}',
    status         vesu_portfolio.task_status_enum NOT NULL DEFAULT 'pending',
    started_at     timestamptz,
    completed_at   timestamptz,
    error_message  text,
    result         jsonb,
    created_at     timestamptz DEFAULT vesu.wall_clock(),

    CONSTRAINT agent_tasks_priority_check CHECK (priority BETWEEN 1 AND 10)
);

CREATE INDEX IF NOT EXISTS idx_agent_tasks_agent_status ON vesu_portfolio.agent_tasks (agent_id, status);

COMMENT ON TABLE vesu_portfolio.agent_tasks IS 'Work for agents.';
COMMENT ON COLUMN vesu_portfolio.agent_tasks.id IS 'Identity of the task.';
COMMENT ON COLUMN vesu_portfolio.agent_tasks.agent_id IS 'Who is to do it.';
COMMENT ON COLUMN vesu_portfolio.agent_tasks.task_type IS 'What is to be done.';
COMMENT ON COLUMN vesu_portfolio.agent_tasks.priority IS 'From 1, most urgent, to 10.';
COMMENT ON COLUMN vesu_portfolio.agent_tasks.payload IS 'With what.';
COMMENT ON COLUMN vesu_portfolio.agent_tasks.status IS 'How far it is.';
COMMENT ON COLUMN vesu_portfolio.agent_tasks.started_at IS 'When it was last claimed.';
COMMENT ON COLUMN vesu_portfolio.agent_tasks.completed_at IS 'When it ended.';
COMMENT ON COLUMN vesu_portfolio.agent_tasks.error_message IS 'Why it failed last.';
COMMENT ON COLUMN vesu_portfolio.agent_tasks.result IS 'What came of it.';
COMMENT ON COLUMN vesu_portfolio.agent_tasks.created_at IS 'When it was made.';
