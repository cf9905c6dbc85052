-- The roll-ups of the series by UTC hours and days, the marks of what they lack, and the latest prices
--
-- Computed columns are plain numeric: no row of a series can make a sum or a ratio overflow and so stop a refresh.

CREATE TABLE IF NOT EXISTS vesu_portfolio.ohlcv_hourly (
    asset_id    text NOT NULL,
    bucket      timestamptz NOT NULL,
    open        numeric(38,18) NOT NULL,
    high        numeric(38,18) NOT NULL,
    low         numeric(38,18) NOT NULL,
    close       numeric(38,18) NOT NULL,
    volume_24h  numeric(38,18),
    points      bigint NOT NULL,

    PRIMARY KEY (asset_id, bucket)
);

COMMENT ON TABLE vesu_portfolio.ohlcv_hourly IS
    'Hourly bars of market_data as the last refresh left them; read ohlcv_hourly_live for what is true now.';
COMMENT ON COLUMN vesu_portfolio.ohlcv_hourly.asset_id IS 'The asset: assets.id as text.';
COMMENT ON COLUMN vesu_portfolio.ohlcv_hourly.bucket IS 'When the hour begins.';
COMMENT ON COLUMN vesu_portfolio.ohlcv_hourly.open IS 'First price, USD a token; the lowest of those at that moment.';
COMMENT ON COLUMN vesu_portfolio.ohlcv_hourly.high IS 'Highest price.';
COMMENT ON COLUMN vesu_portfolio.ohlcv_hourly.low IS 'Lowest price.';
COMMENT ON COLUMN vesu_portfolio.ohlcv_hourly.close IS 'Last price; the highest of those at that moment.';
COMMENT ON COLUMN vesu_portfolio.ohlcv_hourly.volume_24h IS
    'Last volume that is not NULL, the highest of those at that moment: USD traded in the 24 hours before it. Never a sum.';
COMMENT ON COLUMN vesu_portfolio.ohlcv_hourly.points IS 'Rows of market_data in the hour.';

CREATE TABLE IF NOT EXISTS vesu_portfolio.ohlcv_daily (
    asset_id    text NOT NULL,
    bucket      timestamptz NOT NULL,
    open        numeric(38,18) NOT NULL,
    high        numeric(38,18) NOT NULL,
    low         numeric(38,18) NOT NULL,
    close       numeric(38,18) NOT NULL,
    volume_24h  numeric(38,18),
    points      bigint NOT NULL,

    PRIMARY KEY (asset_id, bucket)
);

COMMENT ON TABLE vesu_portfolio.ohlcv_daily IS
    'Daily bars of market_data as the last refresh left them; read ohlcv_daily_live for what is true now.';
COMMENT ON COLUMN vesu_portfolio.ohlcv_daily.asset_id IS 'The asset: assets.id as text.';
COMMENT ON COLUMN vesu_portfolio.ohlcv_daily.bucket IS 'When the UTC day begins.';
COMMENT ON COLUMN vesu_portfolio.ohlcv_daily.open IS 'First price, USD a token; the lowest of those at that moment.';
COMMENT ON COLUMN vesu_portfolio.ohlcv_daily.high IS 'Highest price.';
COMMENT ON COLUMN vesu_portfolio.ohlcv_daily.low IS 'Lowest price.';
COMMENT ON COLUMN vesu_portfolio.ohlcv_daily.close IS 'Last price; the highest of those at that moment.';
COMMENT ON COLUMN vesu_portfolio.ohlcv_daily.volume_24h IS
    'Last volume that is not NULL, the highest of those at that moment: USD traded in the 24 hours before it. Never a sum.';
COMMENT ON COLUMN vesu_portfolio.ohlcv_daily.points IS 'Rows of market_data in the day.';

CREATE TABLE IF NOT EXISTS vesu_portfolio.yields_hourly (
    protocol_name      text NOT NULL,
    chain_id           bigint NOT NULL,
    bucket             timestamptz NOT NULL,
    avg_apy            numeric NOT NULL,
    max_apy            numeric NOT NULL,
    tvl                numeric NOT NULL,
    pools              bigint NOT NULL,
    tvl_weighted_apy   numeric,
    risk_adjusted_apy  numeric,

    PRIMARY KEY (protocol_name, chain_id, bucket)
);

COMMENT ON TABLE vesu_portfolio.yields_hourly IS
    'What a protocol yields on a chain at the end of each hour, over the pools whose last row of the hour has a TVL above 1000 USD '
    'and an APY below 1000, as the last refresh left it; no such pool, no row. Read yields_hourly_live for what is true now.';
COMMENT ON COLUMN vesu_portfolio.yields_hourly.protocol_name IS 'The protocol.';
COMMENT ON COLUMN vesu_portfolio.yields_hourly.chain_id IS 'Number of the chain.';
COMMENT ON COLUMN vesu_portfolio.yields_hourly.bucket IS 'When the hour begins.';
COMMENT ON COLUMN vesu_portfolio.yields_hourly.avg_apy IS 'Mean APY of the pools, a fraction, to 8 decimals, half away from zero.';
COMMENT ON COLUMN vesu_portfolio.yields_hourly.max_apy IS 'Highest APY of a pool.';
COMMENT ON COLUMN vesu_portfolio.yields_hourly.tvl IS 'USD locked in the pools.';
COMMENT ON COLUMN vesu_portfolio.yields_hourly.pools IS 'How many pools.';
COMMENT ON COLUMN vesu_portfolio.yields_hourly.tvl_weighted_apy IS 'Σ APY·TVL ÷ Σ TVL, to 8 decimals, half away from zero.';
COMMENT ON COLUMN vesu_portfolio.yields_hourly.risk_adjusted_apy IS
    'Σ APY·(1-r)·TVL ÷ Σ (1-r)·TVL with r the risk of impermanent loss, NULL counting as 0; to 8 decimals, half away from zero; '
    'NULL where the divisor is 0.';

CREATE TABLE IF NOT EXISTS vesu_portfolio.protocol_tvl (
    protocol_name  text NOT NULL,
    bucket         timestamptz NOT NULL,
    tvl            numeric NOT NULL,
    pools          bigint NOT NULL,
    active_pools   bigint NOT NULL,
    change_1h      numeric,
    change_24h     numeric,

    PRIMARY KEY (protocol_name, bucket)
);

COMMENT ON TABLE vesu_portfolio.protocol_tvl IS
    'What is locked in a protocol at the end of each hour, over the last row of the hour of each pool (chain and address), as the '
    'last refresh left it. Read protocol_tvl_live for what is true now.';
COMMENT ON COLUMN vesu_portfolio.protocol_tvl.protocol_name IS 'The protocol.';
COMMENT ON COLUMN vesu_portfolio.protocol_tvl.bucket IS 'When the hour begins.';
COMMENT ON COLUMN vesu_portfolio.protocol_tvl.tvl IS 'USD locked in all its pools.';
COMMENT ON COLUMN vesu_portfolio.protocol_tvl.pools IS 'How many pools.';
COMMENT ON COLUMN vesu_portfolio.protocol_tvl.active_pools IS 'How many of them hold more than 1000 USD.';
COMMENT ON COLUMN vesu_portfolio.protocol_tvl.change_1h IS
    'TVL ÷ TVL of the bucket exactly one hour earlier - 1, a fraction to 8 decimals, half away from zero; NULL without that bucket, '
    'or if its TVL is 0.';
COMMENT ON COLUMN vesu_portfolio.protocol_tvl.change_24h IS 'The same against the bucket exactly 24 hours earlier.';

-- Appended by the writers, deleted by the refresh alone, never upserted: two open writers of one bucket do not wait for each
-- other, and the mark of a writer who commits late outlives the refresh that could not see its rows. A mark is for a run of
-- buckets in one UTC day, so that a statement that loads years leaves one for each day and not one for each hour; the day is
-- what a stored bucket finds its marks by.
CREATE TABLE IF NOT EXISTS vesu_portfolio.rollup_marks (
    rollup       text NOT NULL,
    key          text NOT NULL,
    chain_id     bigint NOT NULL DEFAULT 0,
    day          timestamptz NOT NULL,
    bucket       timestamptz NOT NULL,
    last_bucket  timestamptz NOT NULL
);

CREATE INDEX IF NOT EXISTS idx_rollup_marks_key ON vesu_portfolio.rollup_marks (rollup, key, chain_id, day);

COMMENT ON TABLE vesu_portfolio.rollup_marks IS
    'Buckets of the roll-ups whose series may have changed since they were computed. Duplicates and overlaps are legal.';
COMMENT ON COLUMN vesu_portfolio.rollup_marks.rollup IS 'Table of the roll-up.';
COMMENT ON COLUMN vesu_portfolio.rollup_marks.key IS 'The asset of ohlcv_hourly and ohlcv_daily, the protocol of the others.';
COMMENT ON COLUMN vesu_portfolio.rollup_marks.chain_id IS 'The chain of yields_hourly; 0 for the others.';
COMMENT ON COLUMN vesu_portfolio.rollup_marks.day IS 'When the UTC day begins that the buckets lie in.';
COMMENT ON COLUMN vesu_portfolio.rollup_marks.bucket IS 'When the first of them begins.';
COMMENT ON COLUMN vesu_portfolio.rollup_marks.last_bucket IS 'When the last of them begins.';

-- The roll-ups of yields ask for the hours of a protocol, whatever the pool.
CREATE INDEX IF NOT EXISTS idx_yield_metrics_protocol ON vesu_portfolio.yield_metrics (protocol_name, "timestamp");

-- Room on each page, so that a new price of an asset stays on it and touches no index.
CREATE TABLE IF NOT EXISTS vesu_portfolio.latest_prices (
    asset_id     text PRIMARY KEY,
    price        numeric(38,18) NOT NULL,
    "timestamp"  timestamptz(3) NOT NULL
) WITH (fillfactor = 70);

COMMENT ON TABLE vesu_portfolio.latest_prices IS
    'The newest price of each asset, kept by the triggers of market_data. It only goes forward: neither DELETE nor UPDATE of the '
    'series moves it back. Of prices at one moment the highest counts, in whatever order they arrive, as in the close of a bar.';
COMMENT ON COLUMN vesu_portfolio.latest_prices.asset_id IS 'The asset: assets.id as text.';
COMMENT ON COLUMN vesu_portfolio.latest_prices.price IS 'USD a token.';
COMMENT ON COLUMN vesu_portfolio.latest_prices."timestamp" IS 'When it was seen.';
