-- For tests of the roll-ups: each counted anew from its series, in another way than the library's, and what the live views and
-- the stored roll-ups show differently.
SET timezone = 'UTC';
SET datestyle = 'ISO';
SET vesu.clock = '2025-04-10 12:30:00+00';

CREATE FUNCTION pg_temp.recount_ohlcv(unit text) RETURNS TABLE (
    asset_id text, bucket timestamptz, open numeric, high numeric, low numeric, close numeric, volume_24h numeric, points bigint)
    LANGUAGE sql AS $$
    WITH placed AS (
        SELECT d.*, date_trunc(unit, d."timestamp", 'UTC') AS bucket FROM vesu_portfolio.market_data AS d),
    edges AS (
        SELECT p.asset_id, p.bucket, min(p."timestamp") AS first, max(p."timestamp") AS last,
               max(p."timestamp") FILTER (WHERE p.volume_24h IS NOT NULL) AS last_volume
          FROM placed AS p GROUP BY p.asset_id, p.bucket)
    SELECT e.asset_id, e.bucket, min(p.price) FILTER (WHERE p."timestamp" = e.first), max(p.price), min(p.price),
           max(p.price) FILTER (WHERE p."timestamp" = e.last), max(p.volume_24h) FILTER (WHERE p."timestamp" = e.last_volume), count(*)
      FROM edges AS e JOIN placed AS p USING (asset_id, bucket)
     GROUP BY e.asset_id, e.bucket
$$;

CREATE FUNCTION pg_temp.last_rows() RETURNS TABLE (
    protocol_name text, chain_id bigint, bucket timestamptz, apy numeric, tvl numeric, risk numeric)
    LANGUAGE sql AS $$
    SELECT r.protocol_name, r.chain_id, r.bucket, r.apy, r.tvl, r.risk
      FROM (SELECT y.protocol_name, y.chain_id, hour.bucket, y.apy, y.tvl, coalesce(y.impermanent_loss_risk, 0) AS risk,
                   row_number() OVER (PARTITION BY y.protocol_name, y.chain_id, y.pool_address, hour.bucket
                                      ORDER BY y."timestamp" DESC, y.tvl DESC, y.apy DESC, y.impermanent_loss_risk DESC NULLS LAST) AS place
              FROM vesu_portfolio.yield_metrics AS y
             CROSS JOIN LATERAL (SELECT date_trunc('hour', y."timestamp", 'UTC')) AS hour (bucket)) AS r
     WHERE r.place = 1
$$;

CREATE FUNCTION pg_temp.recount_yields() RETURNS TABLE (
    protocol_name text, chain_id bigint, bucket timestamptz, avg_apy numeric, max_apy numeric, tvl numeric, pools bigint,
    tvl_weighted_apy numeric, risk_adjusted_apy numeric)
    LANGUAGE sql AS $$
    SELECT r.protocol_name, r.chain_id, r.bucket, round(sum(r.apy) / count(*), 8), max(r.apy), sum(r.tvl), count(*),
           round(sum(r.apy * r.tvl) / sum(r.tvl), 8),
           CASE WHEN sum(r.tvl * (1 - r.risk)) <> 0 THEN round(sum(r.apy * r.tvl * (1 - r.risk)) / sum(r.tvl * (1 - r.risk)), 8) END
      FROM pg_temp.last_rows() AS r
     WHERE r.tvl > 1000 AND r.apy < 1000
     GROUP BY r.protocol_name, r.chain_id, r.bucket
$$;

CREATE FUNCTION pg_temp.recount_tvl() RETURNS TABLE (
    protocol_name text, bucket timestamptz, tvl numeric, pools bigint, active_pools bigint, change_1h numeric, change_24h numeric)
    LANGUAGE sql AS $$
    WITH hours AS (
        SELECT r.protocol_name, r.bucket, sum(r.tvl) AS tvl, count(*) AS pools, sum((r.tvl > 1000)::int)::bigint AS active_pools
          FROM pg_temp.last_rows() AS r GROUP BY r.protocol_name, r.bucket)
    SELECT h.*, CASE WHEN a.tvl <> 0 THEN round(h.tvl / a.tvl - 1, 8) END, CASE WHEN b.tvl <> 0 THEN round(h.tvl / b.tvl - 1, 8) END
      FROM hours AS h
      LEFT JOIN hours AS a ON a.protocol_name = h.protocol_name AND a.bucket + interval '1 hour' = h.bucket
      LEFT JOIN hours AS b ON b.protocol_name = h.protocol_name AND b.bucket + interval '24 hours' = h.bucket
$$;

-- Rows of one set without their equal in the other, both ways, for each roll-up: only what differs is named.
CREATE FUNCTION pg_temp.differences(suffix text) RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
    r record;
    difference bigint;
    found_differences text := '';
BEGIN
    FOR r IN VALUES ('ohlcv_hourly', 'recount_ohlcv(''hour'')'), ('ohlcv_daily', 'recount_ohlcv(''day'')'),
                    ('yields_hourly', 'recount_yields()'), ('protocol_tvl', 'recount_tvl()')
    LOOP
        EXECUTE format('SELECT count(*) FROM (
                            (SELECT * FROM vesu_portfolio.%1$I EXCEPT ALL SELECT * FROM pg_temp.%2$s) UNION ALL
                            (SELECT * FROM pg_temp.%2$s EXCEPT ALL SELECT * FROM vesu_portfolio.%1$I)) AS d', r.column1 || suffix, r.column2)
           INTO difference;
        IF difference > 0 THEN
            found_differences := found_differences || format('%s%s %s ', r.column1, suffix, difference);
        END IF;
    END LOOP;
    RETURN found_differences;
END
$$;

-- One row of market_data: an asset, a time, a price, a volume; or of yield_metrics.
CREATE FUNCTION pg_temp.price(asset text, at timestamptz, price numeric, volume numeric DEFAULT NULL) RETURNS void
    LANGUAGE sql AS $$
    INSERT INTO vesu_portfolio.market_data ("timestamp", asset_id, chain_id, price, volume_24h, source) VALUES (at, asset, 1, price, volume, 'test')
$$;
CREATE FUNCTION pg_temp.yield(protocol text, pool text, at timestamptz, apy numeric, tvl numeric, risk numeric DEFAULT NULL, chain bigint DEFAULT 1)
    RETURNS void
    LANGUAGE sql AS $$
    INSERT INTO vesu_portfolio.yield_metrics ("timestamp", protocol_name, pool_address, chain_id, apy, tvl, impermanent_loss_risk)
    VALUES (at, protocol, pool, chain, apy, tvl, risk)
$$;
