-- What the newest bars, a range of them and the latest price read of large tables: pages and indexes, however many marks there are,
-- before and after the statistics are known.
SET client_min_messages = warning;
DROP DATABASE IF EXISTS vesu_portfolio_rollups_plans;
RESET client_min_messages;
CREATE DATABASE vesu_portfolio_rollups_plans;
\c vesu_portfolio_rollups_plans
CREATE EXTENSION vesu;
SET timezone = 'UTC';
SET datestyle = 'ISO';
SET jit = off;
SET vesu.clock = '2025-04-10 00:30+00';
-- Pages that a query touches, if more than a limit, without those of its planning.
CREATE FUNCTION pg_temp.pages(query text, most numeric) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    plan jsonb;
    touched numeric;
BEGIN
    EXECUTE query;
    EXECUTE 'EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF, SUMMARY OFF, FORMAT JSON) ' || query INTO plan;
    touched := (plan -> 0 -> 'Plan' ->> 'Shared Hit Blocks')::numeric + (plan -> 0 -> 'Plan' ->> 'Shared Read Blocks')::numeric;
    RETURN CASE WHEN touched <= most THEN 'at most ' || most ELSE touched::text END;
END $$;
CREATE FUNCTION pg_temp.reads(factor int DEFAULT 1) RETURNS TABLE (question text, pages text) LANGUAGE sql AS $$
    SELECT q.question, pg_temp.pages(q.query, CASE WHEN q.query LIKE '%live%' THEN factor * q.most ELSE q.most END)
      FROM (VALUES
        (0, 'newest 24 of many hours', $q$SELECT * FROM vesu_portfolio.ohlcv_hourly_live WHERE asset_id = 'old' ORDER BY bucket DESC LIMIT 24$q$, 60),
        (1, 'newest 24 hours', $q$SELECT * FROM vesu_portfolio.ohlcv_hourly_live WHERE asset_id = 'asset7' ORDER BY bucket DESC LIMIT 24$q$, 60),
        (2, 'hours of a day', $q$SELECT * FROM vesu_portfolio.ohlcv_hourly_live WHERE asset_id = 'asset7' AND bucket >= '2025-03-05Z' AND bucket < '2025-03-06Z'$q$, 60),
        (3, 'one hour', $q$SELECT * FROM vesu_portfolio.ohlcv_hourly_live WHERE asset_id = 'asset7' AND bucket = '2025-03-05 05:00Z'$q$, 60),
        (4, 'newest 7 days', $q$SELECT * FROM vesu_portfolio.ohlcv_daily_live WHERE asset_id = 'asset7' ORDER BY bucket DESC LIMIT 7$q$, 60),
        (5, 'one day', $q$SELECT * FROM vesu_portfolio.ohlcv_daily_live WHERE asset_id = 'asset7' AND bucket = '2025-03-05Z'$q$, 60),
        (6, 'newest yields', $q$SELECT * FROM vesu_portfolio.yields_hourly_live WHERE protocol_name = 'protocol7' AND chain_id = 1 ORDER BY bucket DESC LIMIT 24$q$, 60),
        (7, 'newest TVL', $q$SELECT * FROM vesu_portfolio.protocol_tvl_live WHERE protocol_name = 'protocol7' ORDER BY bucket DESC LIMIT 24$q$, 60),
        (8, 'TVL of a day', $q$SELECT * FROM vesu_portfolio.protocol_tvl_live WHERE protocol_name = 'protocol7' AND bucket >= '2025-03-05Z' AND bucket < '2025-03-06Z'$q$, 60),
        (9, 'price now', $q$SELECT vesu_portfolio.latest_price('asset7')$q$, 3),
        (10, 'price in the past', $q$SELECT vesu_portfolio.latest_price('asset7', '2025-03-05 05:30Z')$q$, 24),
        (11, 'price in the past, not too old', $q$SELECT vesu_portfolio.latest_price('asset7', '2025-03-05 05:30Z', '1 hour')$q$, 12)
      ) AS q (number, question, query, most) ORDER BY q.number
$$;
SELECT count(*) AS made FROM vesu_portfolio.create_partitions('market_data', '2025-02-01', '2025-05-01');
INSERT INTO vesu_portfolio.market_data ("timestamp", asset_id, chain_id, price, source)
SELECT timestamptz '2025-02-01Z' + h * interval '1 hour', 'asset' || a, 1, h, 'x' FROM generate_series(0, 1631) AS h, generate_series(1, 60) AS a;
INSERT INTO vesu_portfolio.yield_metrics ("timestamp", protocol_name, pool_address, chain_id, apy, tvl)
SELECT timestamptz '2025-02-01Z' + h * interval '1 hour', 'protocol' || a, 'pool' || p, 1, 0.1, 5000 FROM generate_series(0, 1631) AS h, generate_series(1, 15) AS a, generate_series(1, 3) AS p;
SELECT sum(remaining) AS remaining FROM vesu_portfolio.refresh_rollups('infinity', 10000000);
-- Stored long ago: 50,000 hours of one asset.
INSERT INTO vesu_portfolio.ohlcv_hourly
SELECT 'old', timestamptz '2019-01-01Z' + h * interval '1 hour', 1, 1, 1, 1, NULL, 1 FROM generate_series(1, 50000) AS h;
SELECT count(*) AS bars FROM vesu_portfolio.ohlcv_hourly;
-- Nothing is marked. Taken for empty, then analysed.
VACUUM vesu_portfolio.rollup_marks;
-- Without statistics the newest bars of an asset may come from all its bars, but from no other's.
SELECT * FROM pg_temp.reads(12);
VACUUM ANALYZE vesu_portfolio.rollup_marks, vesu_portfolio.ohlcv_hourly, vesu_portfolio.ohlcv_daily, vesu_portfolio.yields_hourly, vesu_portfolio.protocol_tvl;
ANALYZE vesu_portfolio.market_data, vesu_portfolio.yield_metrics;
SELECT * FROM pg_temp.reads();
-- A feed is running: the last hour of every asset and protocol is marked, and here and there an older one.
INSERT INTO vesu_portfolio.market_data ("timestamp", asset_id, chain_id, price, source)
SELECT moment, 'asset' || a, 1, 7, 'x' FROM generate_series(1, 60) AS a, (VALUES (timestamptz '2025-04-09 23:50Z'), ('2025-03-05 05:10Z')) AS late (moment);
INSERT INTO vesu_portfolio.yield_metrics ("timestamp", protocol_name, pool_address, chain_id, apy, tvl)
SELECT moment, 'protocol' || a, 'pool1', 1, 7, 5000 FROM generate_series(1, 15) AS a, (VALUES (timestamptz '2025-04-09 23:50Z'), ('2025-03-05 05:10Z')) AS late (moment);
SELECT * FROM pg_temp.reads(2);
ANALYZE vesu_portfolio.rollup_marks;
SELECT * FROM pg_temp.reads(2);
SELECT bucket, trim_scale(close) AS close, points FROM vesu_portfolio.ohlcv_hourly_live WHERE asset_id = 'asset7' ORDER BY bucket DESC LIMIT 2;
-- Both halves by their indexes; of the series no partition as a whole but those that are empty.
-- (Whether reading all of the few marks is cheaper depends on the version of PostgreSQL.)
CREATE FUNCTION pg_temp.scans(query text) RETURNS SETOF text LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
    line text;
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
        IF line ~ ' on (ohlcv|rollup_marks|protocol_tvl|market_data_y2025)' THEN
            RETURN NEXT regexp_replace(line, '^ *(-> *)?', '');
        END IF;
    END LOOP;
END $$;
SELECT pg_temp.scans($$SELECT * FROM vesu_portfolio.ohlcv_hourly_live WHERE asset_id = 'old' ORDER BY bucket DESC LIMIT 24$$);
SELECT pg_temp.scans($$SELECT * FROM vesu_portfolio.ohlcv_daily_live WHERE asset_id = 'asset7' AND bucket = '2025-03-05Z'$$);
SELECT pg_temp.scans($$SELECT * FROM vesu_portfolio.protocol_tvl_live WHERE protocol_name = 'protocol7' AND bucket = '2025-03-05Z'$$);
-- The price in the past reads the partition of its month alone.
SELECT pg_temp.scans($$SELECT d.price FROM vesu_portfolio.market_data AS d WHERE d.asset_id = 'asset7' AND d."timestamp" >= '2025-03-05 04:30Z' AND d."timestamp" <= '2025-03-05 05:30Z' ORDER BY d."timestamp" DESC LIMIT 1$$);
-- Who reads all of a view may share the work.
CREATE FUNCTION pg_temp.is_parallel(view_name text) RETURNS boolean LANGUAGE plpgsql
    SET parallel_setup_cost = 0 SET parallel_tuple_cost = 0 SET min_parallel_table_scan_size = 0 AS $$
DECLARE
    plan json;
BEGIN
    EXECUTE format('EXPLAIN (FORMAT JSON) SELECT count(bucket) FROM vesu_portfolio.%I', view_name) INTO plan;
    RETURN plan::text LIKE '%Workers Planned%';
END $$;
SELECT view_name, pg_temp.is_parallel(view_name)
  FROM unnest(ARRAY['ohlcv_hourly_live', 'ohlcv_daily_live', 'yields_hourly_live', 'protocol_tvl_live']) AS view_name;
\c postgres
DROP DATABASE vesu_portfolio_rollups_plans;
