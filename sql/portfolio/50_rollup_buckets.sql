-- One bucket of each roll-up, computed from its series
--
-- The refresh and the live views both call these, so that they cannot differ. They are inlined: the planner sees the series.

CREATE OR REPLACE FUNCTION vesu_portfolio.ohlcv_bar(
    asset_id text, from_time timestamptz, to_time timestamptz, OUT open numeric, OUT high numeric, OUT low numeric,
    OUT close numeric, OUT volume_24h numeric, OUT points bigint)
    RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT (array_agg(d.price ORDER BY d."timestamp", d.price))[1], max(d.price), min(d.price),
           (array_agg(d.price ORDER BY d."timestamp" DESC, d.price DESC))[1],
           (array_agg(d.volume_24h ORDER BY d."timestamp" DESC, d.volume_24h DESC) FILTER (WHERE d.volume_24h IS NOT NULL))[1],
           count(*)
      FROM vesu_portfolio.market_data AS d
     WHERE d.asset_id = ohlcv_bar.asset_id
       AND d."timestamp" >= ohlcv_bar.from_time AND d."timestamp" < ohlcv_bar.to_time;
END;
COMMENT ON FUNCTION vesu_portfolio.ohlcv_bar(text, timestamptz, timestamptz) IS
    'The bar of an asset from from_time (included) to to_time (excluded), always one row: see ohlcv_hourly. points 0, all else '
    'NULL, where there is no price.';

CREATE OR REPLACE FUNCTION vesu_portfolio.last_yields(
    protocol_name text, from_time timestamptz, to_time timestamptz, OUT chain_id bigint, OUT pool_address text,
    OUT apy numeric, OUT tvl numeric, OUT impermanent_loss_risk numeric)
    RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT DISTINCT ON (y.chain_id, y.pool_address) y.chain_id, y.pool_address, y.apy, y.tvl, y.impermanent_loss_risk
      FROM vesu_portfolio.yield_metrics AS y
     WHERE y.protocol_name = last_yields.protocol_name
       AND y."timestamp" >= last_yields.from_time AND y."timestamp" < last_yields.to_time
     ORDER BY y.chain_id, y.pool_address, y."timestamp" DESC, y.tvl DESC, y.apy DESC, y.impermanent_loss_risk DESC NULLS LAST;
END;
COMMENT ON FUNCTION vesu_portfolio.last_yields(text, timestamptz, timestamptz) IS
    'The last row of each pool of a protocol from from_time (included) to to_time (excluded). Of rows at one moment the one with '
    'the highest TVL counts, then the highest APY, then the highest risk.';

CREATE OR REPLACE FUNCTION vesu_portfolio.yields_bar(
    protocol_name text, chain_id bigint, bucket timestamptz, OUT avg_apy numeric, OUT max_apy numeric, OUT tvl numeric,
    OUT pools bigint, OUT tvl_weighted_apy numeric, OUT risk_adjusted_apy numeric)
    RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT round(avg(pool.apy), 8), max(pool.apy), sum(pool.tvl), count(*),
           round(sum(pool.apy * pool.tvl) / nullif(sum(pool.tvl), 0), 8),
           round(sum(pool.apy * pool.safe_tvl) / nullif(sum(pool.safe_tvl), 0), 8)
      FROM (SELECT y.apy, y.tvl, (1 - coalesce(y.impermanent_loss_risk, 0)) * y.tvl AS safe_tvl
              FROM vesu_portfolio.last_yields(yields_bar.protocol_name, yields_bar.bucket,
                                              yields_bar.bucket + interval '1 hour') AS y
             WHERE y.chain_id = yields_bar.chain_id AND y.tvl > 1000 AND y.apy < 1000) AS pool;
END;
COMMENT ON FUNCTION vesu_portfolio.yields_bar(text, bigint, timestamptz) IS
    'What a protocol yields on a chain in the hour that begins with bucket, always one row: see yields_hourly. The last row of a '
    'pool is taken first and then looked at: a pool that ends the hour with 1000 USD or less does not count. pools 0, all else '
    'NULL, where none does.';

CREATE OR REPLACE FUNCTION vesu_portfolio.earlier_tvl(protocol_name text, bucket timestamptz) RETURNS SETOF numeric
    LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT CASE WHEN earlier_tvl.bucket <@ (SELECT vesu_portfolio.frozen_months('yield_metrics'))
                THEN (SELECT t.tvl FROM vesu_portfolio.protocol_tvl AS t
                       WHERE t.protocol_name = earlier_tvl.protocol_name AND t.bucket = earlier_tvl.bucket)
                ELSE (SELECT sum(y.tvl)
                        FROM vesu_portfolio.last_yields(earlier_tvl.protocol_name, earlier_tvl.bucket,
                                                        earlier_tvl.bucket + interval '1 hour') AS y) END;
END;
COMMENT ON FUNCTION vesu_portfolio.earlier_tvl(text, timestamptz) IS
    'The TVL that a later hour is compared with, always one row: of the series, or, once its month is gone, as it was stored.';

CREATE OR REPLACE FUNCTION vesu_portfolio.tvl_bar(
    protocol_name text, bucket timestamptz, OUT tvl numeric, OUT pools bigint, OUT active_pools bigint, OUT change_1h numeric,
    OUT change_24h numeric)
    RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT present.tvl, present.pools, present.active_pools, round(present.tvl / nullif(hour_before.tvl, 0) - 1, 8),
           round(present.tvl / nullif(day_before.tvl, 0) - 1, 8)
      FROM (SELECT sum(y.tvl) AS tvl, count(*) AS pools, count(*) FILTER (WHERE y.tvl > 1000) AS active_pools
              FROM vesu_portfolio.last_yields(tvl_bar.protocol_name, tvl_bar.bucket, tvl_bar.bucket + interval '1 hour') AS y)
           AS present
     CROSS JOIN LATERAL vesu_portfolio.earlier_tvl(tvl_bar.protocol_name, tvl_bar.bucket - interval '1 hour') AS hour_before (tvl)
     CROSS JOIN LATERAL vesu_portfolio.earlier_tvl(tvl_bar.protocol_name, tvl_bar.bucket - interval '24 hours') AS day_before (tvl);
END;
COMMENT ON FUNCTION vesu_portfolio.tvl_bar(text, timestamptz) IS
    'What is locked in a protocol in the hour that begins with bucket, always one row: see protocol_tvl. pools 0 and the rest NULL '
    'where it has no row.';
