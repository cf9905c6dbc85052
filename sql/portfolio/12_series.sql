-- The series: what was measured when, by UTC months
--
-- Each has a key, which with the time is its btree index, and a BRIN index over the time. They are shaped so that
-- ClickHouse holds them unchanged: Decimal(38,18) and Decimal(38,8) for numeric, UInt32 and UInt64 for whole numbers in
-- their ranges, no NaN.

CREATE TABLE IF NOT EXISTS vesu_portfolio.market_data (
    "timestamp"       timestamptz(3) NOT NULL,
    asset_id          text NOT NULL,
    chain_id          bigint NOT NULL,
    price             numeric(38,18) NOT NULL,
    volume_24h        numeric(38,18),
    market_cap        numeric(38,18),
    price_change_24h  numeric(38,8),
    source            text NOT NULL,

    CONSTRAINT market_data_chain_id_check CHECK (chain_id >= 0),
    CONSTRAINT market_data_price_check CHECK (price >= 0),
    CONSTRAINT market_data_numbers_check CHECK ('NaN' NOT IN (price, volume_24h, market_cap, price_change_24h))
) PARTITION BY RANGE ("timestamp");
CREATE TABLE IF NOT EXISTS vesu_portfolio.market_data_default PARTITION OF vesu_portfolio.market_data DEFAULT;

CREATE INDEX IF NOT EXISTS idx_market_data_key ON vesu_portfolio.market_data (asset_id, "timestamp");
CREATE INDEX IF NOT EXISTS idx_market_data_timestamp ON vesu_portfolio.market_data USING brin ("timestamp");

COMMENT ON TABLE vesu_portfolio.market_data IS 'Prices of assets. Duplicates are legal.';
COMMENT ON COLUMN vesu_portfolio.market_data."timestamp" IS 'When it was seen, to the millisecond; the month that keeps it.';
COMMENT ON COLUMN vesu_portfolio.market_data.asset_id IS 'The asset: assets.id as text.';
COMMENT ON COLUMN vesu_portfolio.market_data.chain_id IS 'Number of the chain; 0 where there is none.';
COMMENT ON COLUMN vesu_portfolio.market_data.price IS 'USD a token.';
COMMENT ON COLUMN vesu_portfolio.market_data.volume_24h IS 'USD traded in the 24 hours before.';
COMMENT ON COLUMN vesu_portfolio.market_data.market_cap IS 'USD that all tokens are worth.';
COMMENT ON COLUMN vesu_portfolio.market_data.price_change_24h IS 'Change over the 24 hours before, a fraction.';
COMMENT ON COLUMN vesu_portfolio.market_data.source IS 'Who says so.';

CREATE TABLE IF NOT EXISTS vesu_portfolio.dex_trades (
    "timestamp"       timestamptz(3) NOT NULL,
    chain_id          bigint NOT NULL,
    dex_name          text NOT NULL,
    pair_address      text NOT NULL,
    token0_address    text NOT NULL,
    token1_address    text NOT NULL,
    amount0           numeric(38,18) NOT NULL,
    amount1           numeric(38,18) NOT NULL,
    price             numeric(38,18) NOT NULL,
    transaction_hash  text NOT NULL,
    block_number      numeric(20) NOT NULL,

    CONSTRAINT dex_trades_chain_id_check CHECK (chain_id >= 0),
    CONSTRAINT dex_trades_block_number_check CHECK (block_number >= 0 AND block_number < 18446744073709551616),
    CONSTRAINT dex_trades_numbers_check CHECK ('NaN' NOT IN (amount0, amount1, price))
) PARTITION BY RANGE ("timestamp");
CREATE TABLE IF NOT EXISTS vesu_portfolio.dex_trades_default PARTITION OF vesu_portfolio.dex_trades DEFAULT;

CREATE INDEX IF NOT EXISTS idx_dex_trades_key ON vesu_portfolio.dex_trades (chain_id, dex_name, "timestamp");
CREATE INDEX IF NOT EXISTS idx_dex_trades_timestamp ON vesu_portfolio.dex_trades USING brin ("timestamp");

COMMENT ON TABLE vesu_portfolio.dex_trades IS 'Trades on decentralised exchanges.';
COMMENT ON COLUMN vesu_portfolio.dex_trades."timestamp" IS 'When it was seen, to the millisecond; the month that keeps it.';
COMMENT ON COLUMN vesu_portfolio.dex_trades.chain_id IS 'Number of the chain.';
COMMENT ON COLUMN vesu_portfolio.dex_trades.dex_name IS 'The exchange.';
COMMENT ON COLUMN vesu_portfolio.dex_trades.pair_address IS 'Contract of the pair.';
COMMENT ON COLUMN vesu_portfolio.dex_trades.token0_address IS 'Contract of its first token.';
COMMENT ON COLUMN vesu_portfolio.dex_trades.token1_address IS 'Contract of its second token.';
COMMENT ON COLUMN vesu_portfolio.dex_trades.amount0 IS 'Moved of the first, in whole tokens; negative: out of the pair.';
COMMENT ON COLUMN vesu_portfolio.dex_trades.amount1 IS 'Moved of the second.';
COMMENT ON COLUMN vesu_portfolio.dex_trades.price IS 'Price of the first token in the second.';
COMMENT ON COLUMN vesu_portfolio.dex_trades.transaction_hash IS 'Hash of the transaction.';
COMMENT ON COLUMN vesu_portfolio.dex_trades.block_number IS 'Block that holds it, a whole number below 2^64.';

CREATE TABLE IF NOT EXISTS vesu_portfolio.yield_metrics (
    "timestamp"            timestamptz(3) NOT NULL,
    protocol_name          text NOT NULL,
    pool_address           text NOT NULL,
    chain_id               bigint NOT NULL,
    apy                    numeric(38,8) NOT NULL,
    tvl                    numeric(38,18) NOT NULL,
    rewards_apr            numeric(38,8),
    trading_fees_apr       numeric(38,8),
    impermanent_loss_risk  numeric(38,8),

    CONSTRAINT yield_metrics_chain_id_check CHECK (chain_id >= 0),
    CONSTRAINT yield_metrics_numbers_check CHECK ('NaN' NOT IN (apy, tvl, rewards_apr, trading_fees_apr, impermanent_loss_risk))
) PARTITION BY RANGE ("timestamp");
CREATE TABLE IF NOT EXISTS vesu_portfolio.yield_metrics_default PARTITION OF vesu_portfolio.yield_metrics DEFAULT;

CREATE INDEX IF NOT EXISTS idx_yield_metrics_key ON vesu_portfolio.yield_metrics (protocol_name, pool_address, "timestamp");
CREATE INDEX IF NOT EXISTS idx_yield_metrics_timestamp ON vesu_portfolio.yield_metrics USING brin ("timestamp");

COMMENT ON TABLE vesu_portfolio.yield_metrics IS 'What pools yield.';
COMMENT ON COLUMN vesu_portfolio.yield_metrics."timestamp" IS 'When it was seen, to the millisecond; the month that keeps it.';
COMMENT ON COLUMN vesu_portfolio.yield_metrics.protocol_name IS 'The protocol.';
COMMENT ON COLUMN vesu_portfolio.yield_metrics.pool_address IS 'Contract of the pool.';
COMMENT ON COLUMN vesu_portfolio.yield_metrics.chain_id IS 'Number of the chain.';
COMMENT ON COLUMN vesu_portfolio.yield_metrics.apy IS 'Yearly yield, a fraction.';
COMMENT ON COLUMN vesu_portfolio.yield_metrics.tvl IS 'USD locked in the pool.';
COMMENT ON COLUMN vesu_portfolio.yield_metrics.rewards_apr IS 'Yearly rate from rewards, a fraction.';
COMMENT ON COLUMN vesu_portfolio.yield_metrics.trading_fees_apr IS 'Yearly rate from trading fees, a fraction.';
COMMENT ON COLUMN vesu_portfolio.yield_metrics.impermanent_loss_risk IS 'Risk of impermanent loss, a fraction; NULL counts as 0.';

CREATE TABLE IF NOT EXISTS vesu_portfolio.portfolio_snapshots (
    "timestamp"       timestamptz(3) NOT NULL,
    portfolio_id      text NOT NULL,
    total_value       numeric(38,18) NOT NULL,
    total_return      numeric(38,8),
    daily_return      numeric(38,8),
    sharpe_ratio      numeric(38,8),
    max_drawdown      numeric(38,8),
    volatility        numeric(38,8),
    asset_allocation  jsonb NOT NULL DEFAULT '{}',

    CONSTRAINT portfolio_snapshots_numbers_check
        CHECK ('NaN' NOT IN (total_value, total_return, daily_return, sharpe_ratio, max_drawdown, volatility))
) PARTITION BY RANGE ("timestamp");
CREATE TABLE IF NOT EXISTS vesu_portfolio.portfolio_snapshots_default PARTITION OF vesu_portfolio.portfolio_snapshots DEFAULT;

CREATE INDEX IF NOT EXISTS idx_portfolio_snapshots_key ON vesu_portfolio.portfolio_snapshots (portfolio_id, "timestamp");
CREATE INDEX IF NOT EXISTS idx_portfolio_snapshots_timestamp ON vesu_portfolio.portfolio_snapshots USING brin ("timestamp");

COMMENT ON TABLE vesu_portfolio.portfolio_snapshots IS 'What portfolios were worth.';
COMMENT ON COLUMN vesu_portfolio.portfolio_snapshots."timestamp" IS
    'When it was seen, to the millisecond; the month that keeps it.';
COMMENT ON COLUMN vesu_portfolio.portfolio_snapshots.portfolio_id IS 'The portfolio: portfolios.id as text.';
COMMENT ON COLUMN vesu_portfolio.portfolio_snapshots.total_value IS 'USD that it was worth, debts taken off.';
COMMENT ON COLUMN vesu_portfolio.portfolio_snapshots.total_return IS 'Value ÷ cost - 1.';
COMMENT ON COLUMN vesu_portfolio.portfolio_snapshots.daily_return IS 'Return over the day before.';
COMMENT ON COLUMN vesu_portfolio.portfolio_snapshots.sharpe_ratio IS 'vesu.sharpe_ratio() of its daily returns.';
COMMENT ON COLUMN vesu_portfolio.portfolio_snapshots.max_drawdown IS 'vesu.max_drawdown() of its daily returns.';
COMMENT ON COLUMN vesu_portfolio.portfolio_snapshots.volatility IS 'vesu.volatility() of its daily returns, yearly.';
COMMENT ON COLUMN vesu_portfolio.portfolio_snapshots.asset_allocation IS 'The fraction of each asset, by assets.id.';

CREATE TABLE IF NOT EXISTS vesu_portfolio.risk_metrics (
    "timestamp"           timestamptz(3) NOT NULL,
    portfolio_id          text NOT NULL,
    var_95                numeric(38,18),
    cvar_95               numeric(38,18),
    correlation_score     numeric(38,8),
    liquidation_distance  numeric(38,8),
    protocol_risk_score   numeric(38,8),

    CONSTRAINT risk_metrics_numbers_check
        CHECK ('NaN' NOT IN (var_95, cvar_95, correlation_score, liquidation_distance, protocol_risk_score))
) PARTITION BY RANGE ("timestamp");
CREATE TABLE IF NOT EXISTS vesu_portfolio.risk_metrics_default PARTITION OF vesu_portfolio.risk_metrics DEFAULT;

CREATE INDEX IF NOT EXISTS idx_risk_metrics_key ON vesu_portfolio.risk_metrics (portfolio_id, "timestamp");
CREATE INDEX IF NOT EXISTS idx_risk_metrics_timestamp ON vesu_portfolio.risk_metrics USING brin ("timestamp");

COMMENT ON TABLE vesu_portfolio.risk_metrics IS 'How risky portfolios were.';
COMMENT ON COLUMN vesu_portfolio.risk_metrics."timestamp" IS 'When it was seen, to the millisecond; the month that keeps it.';
COMMENT ON COLUMN vesu_portfolio.risk_metrics.portfolio_id IS 'The portfolio: portfolios.id as text.';
COMMENT ON COLUMN vesu_portfolio.risk_metrics.var_95 IS 'USD lost in a day, which 95 % of days do not exceed; positive.';
COMMENT ON COLUMN vesu_portfolio.risk_metrics.cvar_95 IS 'USD lost on average on the other days; positive.';
COMMENT ON COLUMN vesu_portfolio.risk_metrics.correlation_score IS 'Mean of the absolute correlations of its assets.';
COMMENT ON COLUMN vesu_portfolio.risk_metrics.liquidation_distance IS
    'How far prices may fall before its nearest liquidation, a fraction.';
COMMENT ON COLUMN vesu_portfolio.risk_metrics.protocol_risk_score IS 'Risk of its protocols, weighted by value.';

CREATE TABLE IF NOT EXISTS vesu_portfolio.satellite_performance (
    "timestamp"       timestamptz(3) NOT NULL,
    agent_id          text NOT NULL,
    metric_name       text NOT NULL,
    metric_value      numeric(38,18) NOT NULL,
    response_time_ms  bigint,
    success_rate      numeric(18,4),
    error_count       bigint,
    metadata          jsonb NOT NULL DEFAULT '{}',

    CONSTRAINT satellite_performance_response_time_ms_check CHECK (response_time_ms >= 0 AND response_time_ms < 4294967296),
    CONSTRAINT satellite_performance_error_count_check CHECK (error_count >= 0 AND error_count < 4294967296),
    CONSTRAINT satellite_performance_numbers_check CHECK ('NaN' NOT IN (metric_value, success_rate))
) PARTITION BY RANGE ("timestamp");
CREATE TABLE IF NOT EXISTS vesu_portfolio.satellite_performance_default PARTITION OF vesu_portfolio.satellite_performance DEFAULT;

CREATE INDEX IF NOT EXISTS idx_satellite_performance_key
    ON vesu_portfolio.satellite_performance (agent_id, metric_name, "timestamp");
CREATE INDEX IF NOT EXISTS idx_satellite_performance_timestamp ON vesu_portfolio.satellite_performance USING brin ("timestamp");

COMMENT ON TABLE vesu_portfolio.satellite_performance IS 'How well agents do.';
COMMENT ON COLUMN vesu_portfolio.satellite_performance."timestamp" IS
    'When it was seen, to the millisecond; the month that keeps it.';
COMMENT ON COLUMN vesu_portfolio.satellite_performance.agent_id IS 'The agent: satellite_agents.id.';
COMMENT ON COLUMN vesu_portfolio.satellite_performance.metric_name IS 'What is measured.';
COMMENT ON COLUMN vesu_portfolio.satellite_performance.metric_value IS 'How much.';
COMMENT ON COLUMN vesu_portfolio.satellite_performance.response_time_ms IS 'Milliseconds to the answer, below 2^32.';
COMMENT ON COLUMN vesu_portfolio.satellite_performance.success_rate IS 'Part of the calls that succeeded.';
COMMENT ON COLUMN vesu_portfolio.satellite_performance.error_count IS 'Errors, below 2^32.';
COMMENT ON COLUMN vesu_portfolio.satellite_performance.metadata IS 'What else is known.';
