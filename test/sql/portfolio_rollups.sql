-- What each roll-up counts, what is refreshed when, what is frozen, who may do what.
SET client_min_messages = warning;
DROP DATABASE IF EXISTS vesu_portfolio_rollups;
RESET client_min_messages;
CREATE DATABASE vesu_portfolio_rollups;
\c vesu_portfolio_rollups
CREATE EXTENSION vesu;
\getenv directory PG_ABS_SRCDIR
\set support :directory '/sql/support/portfolio_rollups.sql'
\set report :directory '/sql/support/report.sql'
\set ECHO none
\i :support
\i :report
\set ECHO all
-- Bars: of equal times the lowest opens and the highest closes; the last volume that is known, not summed; UTC buckets.
SELECT pg_temp.price('eth', '2025-04-08 10:00:00+00', 100, 50), pg_temp.price('eth', '2025-04-08 10:00:00+00', 90),
       pg_temp.price('eth', '2025-04-08 10:30:00+00', 120, 70), pg_temp.price('eth', '2025-04-08 10:30:00+00', 120, 60),
       pg_temp.price('eth', '2025-04-08 10:59:59.999+00', 80), pg_temp.price('eth', '2025-04-08 10:59:59.999+00', 95.000000000000000001),
       pg_temp.price('eth', '2025-04-08 11:00:00+00', 99), pg_temp.price('eth', '2025-04-08 23:59:59.999+00', 1), pg_temp.price('eth', '2025-04-09 00:00:00+00', 2)
\g /dev/null
SET timezone = 'Asia/Kathmandu';
SELECT bucket AT TIME ZONE 'UTC' AS bucket, trim_scale(open) AS open, trim_scale(high) AS high, trim_scale(low) AS low, trim_scale(close) AS close, trim_scale(volume_24h) AS volume_24h, points
  FROM vesu_portfolio.ohlcv_hourly_live WHERE asset_id = 'eth' ORDER BY bucket;
SELECT bucket AT TIME ZONE 'UTC' AS bucket, trim_scale(open) AS open, trim_scale(high) AS high, trim_scale(low) AS low, trim_scale(close) AS close, trim_scale(volume_24h) AS volume_24h, points
  FROM vesu_portfolio.ohlcv_daily_live WHERE asset_id = 'eth' ORDER BY bucket;
SET timezone = 'UTC';
SELECT count(*) AS stored_before FROM vesu_portfolio.ohlcv_hourly;

-- Yields. Equal TVL, .1 with a risk of .2 and .3 with .5: adjusted .17692308. Left out: dust, an APY of 1000, a pool that ends
-- the hour as dust; counted in the TVL all the same. One of 1000 exactly is dust.
SELECT pg_temp.yield('aave', 'a', '2025-04-08 10:05+00', 5, 999999), pg_temp.yield('aave', 'a', '2025-04-08 10:50+00', .1, 5000, .2),
       pg_temp.yield('aave', 'b', '2025-04-08 10:50+00', .3, 5000, .5),
       pg_temp.yield('aave', 'dust', '2025-04-08 10:10+00', .9, 1000), pg_temp.yield('aave', 'wild', '2025-04-08 10:10+00', 1000, 2000),
       pg_temp.yield('aave', 'drained', '2025-04-08 10:10+00', .9, 90000), pg_temp.yield('aave', 'drained', '2025-04-08 10:40+00', .9, 10),
       pg_temp.yield('aave', 'b', '2025-04-08 10:00+00', .7, 3000, 1, chain => 8453)
\g /dev/null
SELECT chain_id, bucket, avg_apy, trim_scale(max_apy) AS max_apy, trim_scale(tvl) AS tvl, pools, tvl_weighted_apy, risk_adjusted_apy
  FROM vesu_portfolio.yields_hourly_live ORDER BY chain_id;
SELECT bucket, trim_scale(tvl) AS tvl, pools, active_pools, change_1h, change_24h FROM vesu_portfolio.protocol_tvl_live;
-- Only dust: no row. A third to 8 decimals; half away from zero at the last, both ways.
SELECT pg_temp.yield('dusty', 'a', '2025-04-08 10:05+00', .1, 1), pg_temp.yield('thirds', 'a', '2025-04-08 10:05+00', .1, 2000),
       pg_temp.yield('thirds', 'b', '2025-04-08 10:05+00', .2, 4000),
       pg_temp.yield('half', 'a', '2025-04-08 10:05+00', .00000001, 2000), pg_temp.yield('half', 'b', '2025-04-08 10:05+00', .00000002, 2000),
       pg_temp.yield('half below', 'a', '2025-04-08 10:05+00', -.00000001, 2000), pg_temp.yield('half below', 'b', '2025-04-08 10:05+00', -.00000002, 2000)
\g /dev/null
SELECT protocol_name, avg_apy, tvl_weighted_apy, risk_adjusted_apy FROM vesu_portfolio.yields_hourly_live WHERE protocol_name <> 'aave' ORDER BY protocol_name;
-- Changes: against exactly one and 24 hours earlier, NULL without that bucket or if it held nothing.
SELECT pg_temp.yield('maker', 'a', '2025-04-07 12:00+00', 0, 1000), pg_temp.yield('maker', 'a', '2025-04-08 11:00+00', 0, 1600),
       pg_temp.yield('maker', 'a', '2025-04-08 12:59+00', 0, 1200), pg_temp.yield('maker', 'a', '2025-04-08 14:00+00', 0, 0),
       pg_temp.yield('maker', 'a', '2025-04-08 15:00+00', 0, 5)
\g /dev/null
SELECT bucket, trim_scale(tvl) AS tvl, active_pools, change_1h, change_24h FROM vesu_portfolio.protocol_tvl_live WHERE protocol_name = 'maker' ORDER BY bucket;
-- A late row moves the changes of the hours that are compared with its own, stored or not.
SELECT count(*) FROM vesu_portfolio.refresh_rollups('infinity');
SELECT pg_temp.yield('maker', 'late', '2025-04-07 12:30+00', 0, 200);
SELECT bucket, trim_scale(tvl) AS tvl, change_1h, change_24h FROM vesu_portfolio.protocol_tvl_live WHERE protocol_name = 'maker' ORDER BY bucket;
SELECT pg_temp.differences('_live') AS live, pg_temp.differences('') AS stored;

-- What is due: buckets that end at until or earlier; a budget for all roll-ups together, in order; the rest remains.
TRUNCATE vesu_portfolio.market_data, vesu_portfolio.yield_metrics, vesu_portfolio.latest_prices;
SELECT sum(buckets) > 0 AS emptied, sum(remaining) AS remaining FROM vesu_portfolio.refresh_rollups('infinity');
INSERT INTO vesu_portfolio.market_data ("timestamp", asset_id, chain_id, price, source)
SELECT timestamptz '2025-04-10 00:00+00' + n * interval '1 hour', asset, 1, n, 'test' FROM generate_series(0, 12) AS n CROSS JOIN (VALUES ('a'), ('b')) AS assets (asset);
SELECT rollup, count(*) AS marks FROM vesu_portfolio.rollup_marks GROUP BY rollup ORDER BY rollup;
SELECT * FROM vesu_portfolio.refresh_rollups('2025-04-10 00:59:59.999999+00');
SELECT * FROM vesu_portfolio.refresh_rollups('2025-04-10 02:00+00', 3);
SELECT asset_id, bucket FROM vesu_portfolio.ohlcv_hourly ORDER BY asset_id, bucket;
-- Until now, 12:30 by the clock: neither the hour nor the day that is not over.
SELECT * FROM vesu_portfolio.refresh_rollups();
SELECT max(bucket) FROM vesu_portfolio.ohlcv_hourly;
SELECT * FROM vesu_portfolio.refresh_rollups('2025-04-10 23:59:59.999999+00', 1);
SELECT * FROM vesu_portfolio.refresh_rollups('2025-04-11 00:00+00', 1);
SELECT * FROM vesu_portfolio.refresh_rollups('2025-04-11 00:00+00', 2);
SELECT * FROM vesu_portfolio.refresh_rollups('2025-04-11 00:00+00', 2);
SELECT pg_temp.differences('_live') AS live, pg_temp.differences('') AS stored;
-- Nothing due, nothing done; a bar that loses its last row goes, one that keeps one stays.
SELECT sum(buckets) AS buckets FROM vesu_portfolio.refresh_rollups('infinity');
DELETE FROM vesu_portfolio.market_data WHERE asset_id = 'a' AND "timestamp" < '2025-04-10 12:00+00';
SELECT count(*) AS stored, (SELECT count(*) FROM vesu_portfolio.ohlcv_hourly_live WHERE asset_id = 'a') AS live FROM vesu_portfolio.ohlcv_hourly WHERE asset_id = 'a';
SELECT rollup, buckets FROM vesu_portfolio.refresh_rollups('infinity') WHERE buckets > 0;
SELECT (SELECT count(*) FROM vesu_portfolio.ohlcv_hourly WHERE asset_id = 'a') AS hours, (SELECT points FROM vesu_portfolio.ohlcv_daily WHERE asset_id = 'a') AS points;
-- Columns that a user adds stay with their bars.
ALTER TABLE vesu_portfolio.ohlcv_hourly ADD COLUMN note text;
UPDATE vesu_portfolio.ohlcv_hourly SET note = 'mine' WHERE asset_id = 'b' AND bucket = '2025-04-10 05:00+00';
SELECT pg_temp.price('b', '2025-04-10 05:01+00', 77);
SELECT count(*) FROM vesu_portfolio.refresh_rollups('infinity');
SELECT note, trim_scale(close) AS close FROM vesu_portfolio.ohlcv_hourly WHERE asset_id = 'b' AND bucket = '2025-04-10 05:00+00';
ALTER TABLE vesu_portfolio.ohlcv_hourly DROP COLUMN note;

-- A running day is marked by each statement; a refresh makes few marks of many, and none is lost.
SELECT pg_temp.price('b', timestamptz '2025-04-10 12:00+00' + n * interval '1 minute', n) FROM generate_series(1, 30) AS n
\g /dev/null
SELECT rollup, count(*) FROM vesu_portfolio.rollup_marks GROUP BY rollup ORDER BY rollup;
SELECT sum(buckets) AS buckets FROM vesu_portfolio.refresh_rollups();
SELECT rollup, key, bucket, last_bucket FROM vesu_portfolio.rollup_marks ORDER BY rollup;
SELECT pg_temp.differences('_live') AS live;
-- Times without a bucket mark nothing, move nothing and stand in nobody's way.
SELECT count(*) AS marks_before FROM vesu_portfolio.rollup_marks \gset
SELECT pg_temp.price('b', 'infinity', 5), pg_temp.price('b', '-infinity', 5);
SELECT count(*) - :marks_before AS marks, (SELECT "timestamp" FROM vesu_portfolio.latest_prices WHERE asset_id = 'b') AS latest FROM vesu_portfolio.rollup_marks;
DELETE FROM vesu_portfolio.market_data WHERE NOT isfinite("timestamp");
-- Statements that change nothing mark nothing.
UPDATE vesu_portfolio.market_data SET price = 1 WHERE false;
DELETE FROM vesu_portfolio.market_data WHERE false;
SELECT count(*) - :marks_before AS marks FROM vesu_portfolio.rollup_marks;

-- Frozen: a month that is gone keeps its stored bars, whatever comes late for it; later ones are compared with what is stored.
SELECT count(*) AS made FROM vesu_portfolio.create_partitions('market_data', '2025-02-01', '2025-03-31') AS m, vesu_portfolio.create_partitions('yield_metrics', '2025-02-01', '2025-03-31') AS y;
SELECT pg_temp.price('old', '2025-02-28 23:10+00', 7), pg_temp.price('old', '2025-03-01 00:10+00', 8),
       pg_temp.yield('old', 'p', '2025-02-28 23:10+00', .1, 2000), pg_temp.yield('old', 'p', '2025-02-28 00:10+00', .1, 4000), pg_temp.yield('old', 'p', '2025-03-01 00:10+00', .1, 3000)
\g /dev/null
SELECT vesu_portfolio.refresh_before('market_data', '2025-03-01'), vesu_portfolio.refresh_before('yield_metrics', '2025-03-01'), vesu_portfolio.refresh_before('dex_trades', '2025-03-01');
ALTER TABLE vesu_portfolio.market_data DETACH PARTITION vesu_portfolio.market_data_y2025m02;
ALTER TABLE vesu_portfolio.yield_metrics DETACH PARTITION vesu_portfolio.yield_metrics_y2025m02;
SELECT vesu_portfolio.frozen_months('market_data'), vesu_portfolio.frozen_months('yield_metrics');
SELECT pg_temp.price('old', '2025-02-28 23:20+00', 70), pg_temp.price('old', '2025-02-27 23:20+00', 70), pg_temp.price('old', '2025-03-01 00:20+00', 80),
       pg_temp.yield('old', 'p', '2025-02-28 23:20+00', .1, 1), pg_temp.yield('old', 'q', '2025-03-01 00:20+00', .1, 3000)
\g /dev/null
SELECT bucket, trim_scale(close) AS close, points FROM vesu_portfolio.ohlcv_hourly_live WHERE asset_id = 'old' ORDER BY bucket;
SELECT bucket, trim_scale(tvl) AS tvl, change_1h, change_24h FROM vesu_portfolio.protocol_tvl_live WHERE protocol_name = 'old' ORDER BY bucket;
SELECT count(*) FROM vesu_portfolio.refresh_rollups('infinity');
SELECT bucket, trim_scale(close) AS close, points FROM vesu_portfolio.ohlcv_hourly WHERE asset_id = 'old' ORDER BY bucket;
SELECT bucket, trim_scale(close) AS close, points FROM vesu_portfolio.ohlcv_daily WHERE asset_id = 'old' ORDER BY bucket;
SELECT bucket, trim_scale(tvl) AS tvl, change_1h, change_24h FROM vesu_portfolio.protocol_tvl WHERE protocol_name = 'old' ORDER BY bucket;
SELECT count(*) AS marks FROM vesu_portfolio.rollup_marks;
-- A month before it that is attached is as live as any.
SELECT count(*) AS made FROM vesu_portfolio.create_partitions('market_data', '2025-01-01', '2025-01-31');
SELECT pg_temp.price('old', '2025-01-15 12:00+00', 9) \g /dev/null
SELECT bucket, trim_scale(close) AS close, points FROM vesu_portfolio.ohlcv_daily_live WHERE asset_id = 'old' ORDER BY bucket;
SELECT count(*) FROM vesu_portfolio.refresh_rollups('infinity');
SELECT bucket, trim_scale(close) AS close, points FROM vesu_portfolio.ohlcv_daily WHERE asset_id = 'old' ORDER BY bucket;
-- Emptying its table, which keeps the triggers that it had, marks nothing: not the bars of the months that are there.
TRUNCATE vesu_portfolio.market_data_y2025m02, vesu_portfolio.yield_metrics_y2025m02;
SELECT count(*) AS marks FROM vesu_portfolio.rollup_marks;

-- Errors.
SELECT pg_temp.report($$SELECT vesu_portfolio.refresh_rollups(NULL)$$);
SELECT pg_temp.report($$SELECT vesu_portfolio.refresh_rollups(max_buckets => NULL)$$);
SELECT pg_temp.report($$SELECT vesu_portfolio.refresh_rollups(max_buckets => 0)$$);
SELECT pg_temp.report($$SELECT vesu_portfolio.refresh_rollups(max_buckets => -1)$$);

-- Rights. A writer of the series marks without a right on the marks.
CREATE ROLE regress_rollup_reader; CREATE ROLE regress_rollup_writer; CREATE ROLE regress_rollup_operator; CREATE ROLE regress_rollup_stranger;
SELECT vesu.grant_access('regress_rollup_reader', 'reader'), vesu.grant_access('regress_rollup_writer', 'writer'), vesu.grant_access('regress_rollup_operator', 'operator');
CREATE FUNCTION pg_temp.try(role_name text, statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('SET LOCAL ROLE %I', role_name);
    EXECUTE statement;
    RESET ROLE;
    RETURN 'works';
EXCEPTION WHEN OTHERS THEN
    RESET ROLE;
    RETURN SQLSTATE;
END $$;
SELECT statement, pg_temp.try('regress_rollup_stranger', statement) AS stranger, pg_temp.try('regress_rollup_reader', statement) AS reader,
       pg_temp.try('regress_rollup_writer', statement) AS writer, pg_temp.try('regress_rollup_operator', statement) AS operator
  FROM (VALUES
    (1, $$INSERT INTO vesu_portfolio.market_data ("timestamp", asset_id, chain_id, price, source) VALUES ('2025-04-10 12:00+00', 'r', 1, 1, 's')$$),
    (2, $$INSERT INTO vesu_portfolio.yield_metrics ("timestamp", protocol_name, pool_address, chain_id, apy, tvl) VALUES ('2025-04-10 12:00+00', 'r', 'p', 1, 1, 2000)$$),
    (3, $$SELECT count(*) FROM vesu_portfolio.ohlcv_hourly_live, vesu_portfolio.ohlcv_daily_live$$),
    (4, $$SELECT count(*) FROM vesu_portfolio.yields_hourly_live, vesu_portfolio.protocol_tvl_live$$),
    (5, $$SELECT count(*) FROM vesu_portfolio.ohlcv_hourly, vesu_portfolio.latest_prices, vesu_portfolio.rollup_marks$$),
    (6, $$SELECT vesu_portfolio.latest_price('r')$$),
    (7, $$SELECT vesu_portfolio.latest_price('r', '2025-04-01')$$),
    (8, $$SELECT vesu_portfolio.refresh_rollups()$$),
    (9, $$INSERT INTO vesu_portfolio.rollup_marks VALUES ('ohlcv_hourly', 'r', 0, now(), now(), now())$$),
    (10, $$UPDATE vesu_portfolio.latest_prices SET price = 0$$),
    (11, $$DELETE FROM vesu_portfolio.ohlcv_hourly$$),
    (12, $$SELECT vesu_portfolio.refresh_before('market_data', 'infinity')$$),
    (13, $$SELECT vesu_portfolio.store_tvl('{r}', '{2025-01-01}')$$),
    (14, $$SELECT vesu_portfolio.lock_rollups()$$),
    (15, $$SELECT vesu_portfolio.ingest_market_data('{r}', '{2025-04-10 12:00+00}', ARRAY[1.5])$$),
    (16, $$SELECT vesu_portfolio.ingest_market_data('{r}', '{2025-04-10 12:00+00}', '{1.5}')$$),
    (17, $$SELECT vesu_portfolio.ingest_market_data('{r}', '{2025-04-10 12:00+00}', ARRAY[1.5::float8])$$)
  ) AS cases (number, statement)
 ORDER BY number;
SELECT count(*) AS functions_of_everybody FROM pg_proc AS p
 WHERE p.pronamespace = 'vesu_portfolio'::regnamespace AND p.provolatile = 'v' AND p.prorettype <> 'trigger'::regtype
   AND p.proname ~ 'rollup|refresh|ingest|store|marks' AND has_function_privilege('public', p.oid, 'EXECUTE');
-- Objects of the caller's do not come between.
SET ROLE regress_rollup_writer;
CREATE TEMPORARY TABLE rollup_marks (rollup text); CREATE TEMPORARY TABLE latest_prices (asset_id text); CREATE TEMPORARY TABLE changed (asset_id text);
SET search_path = pg_temp, vesu_portfolio, pg_catalog;
INSERT INTO vesu_portfolio.market_data ("timestamp", asset_id, chain_id, price, source) VALUES ('2025-04-10 12:05+00', 'r', 1, 9, 's');
RESET search_path;
RESET ROLE;
SELECT trim_scale(vesu_portfolio.latest_price('r'));
\c postgres
DROP DATABASE vesu_portfolio_rollups;
DROP ROLE regress_rollup_reader, regress_rollup_writer, regress_rollup_operator, regress_rollup_stranger;
