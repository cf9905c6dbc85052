-- Whatever is written, in whatever order, and whenever a refresh comes: every live view is what a full recount gives.
SET client_min_messages = warning;
DROP DATABASE IF EXISTS vesu_portfolio_rollups_differential;
RESET client_min_messages;
CREATE DATABASE vesu_portfolio_rollups_differential;
\c vesu_portfolio_rollups_differential
CREATE EXTENSION vesu;
\getenv directory PG_ABS_SRCDIR
\set support :directory '/sql/support/portfolio_rollups.sql'
\set ECHO none
\i :support
\set ECHO all
-- April has its months, March lies in the default partition; rows fall on both sides of the border.
SELECT count(*) AS made FROM vesu_portfolio.create_partitions('market_data', '2025-04-01', '2025-05-01');
SELECT count(*) AS made FROM vesu_portfolio.create_partitions('yield_metrics', '2025-04-01', '2025-05-01');
CREATE FUNCTION pg_temp.moment() RETURNS timestamptz LANGUAGE sql VOLATILE AS
$$ SELECT timestamptz '2025-03-30 20:00+00' + floor(random() * 700) * interval '5 minutes' $$;
CREATE FUNCTION pg_temp.fill(n int, target_prices regclass, target_yields regclass, since timestamptz) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    -- Few different values, so that many rows have equal times.
    EXECUTE format('INSERT INTO %s ("timestamp", asset_id, chain_id, price, volume_24h, source)
        SELECT t, chr(97 + floor(random() * 3)::int), 1, floor(random() * 5) + 1, nullif(floor(random() * 3), 0), ''test''
          FROM (SELECT greatest(pg_temp.moment(), $2) AS t FROM generate_series(1, $1)) AS m', target_prices) USING n, since;
    EXECUTE format('INSERT INTO %s ("timestamp", protocol_name, pool_address, chain_id, apy, tvl, impermanent_loss_risk)
        SELECT t, chr(112 + floor(random() * 2)::int), ''pool'' || floor(random() * 3), floor(random() * 2), floor(random() * 3) * 499.99999999 + 0.1,
               floor(random() * 4) * 999.7, nullif(floor(random() * 6) / 4, 0)
          FROM (SELECT greatest(pg_temp.moment(), $2) AS t FROM generate_series(1, $1)) AS m', target_yields) USING n, since;
END $$;
-- One random step; what it was.
CREATE FUNCTION pg_temp.step() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    choice constant int := floor(random() * 100);
    at constant timestamptz := pg_temp.moment();
BEGIN
    CASE
    WHEN choice < 30 THEN
        PERFORM pg_temp.fill(floor(random() * 12)::int, 'vesu_portfolio.market_data', 'vesu_portfolio.yield_metrics', '-infinity');
        RETURN 'insert';
    WHEN choice < 36 THEN
        PERFORM pg_temp.fill(3, 'vesu_portfolio.market_data_y2025m04', 'vesu_portfolio.yield_metrics_y2025m04', '2025-04-01');
        RETURN 'insert into a partition';
    WHEN choice < 46 THEN
        UPDATE vesu_portfolio.market_data SET price = price + 1, volume_24h = NULL WHERE "timestamp" BETWEEN at AND at + interval '90 minutes';
        UPDATE vesu_portfolio.yield_metrics SET tvl = tvl + 1, apy = 0.2 WHERE "timestamp" BETWEEN at AND at + interval '90 minutes';
        RETURN 'update';
    WHEN choice < 52 THEN
        -- To another hour, asset, chain or month.
        UPDATE vesu_portfolio.market_data SET "timestamp" = pg_temp.moment(), asset_id = 'a' WHERE "timestamp" BETWEEN at AND at + interval '30 minutes';
        UPDATE vesu_portfolio.yield_metrics SET "timestamp" = pg_temp.moment(), chain_id = 1 - chain_id, protocol_name = 'p'
         WHERE "timestamp" BETWEEN at AND at + interval '30 minutes';
        RETURN 'move';
    WHEN choice < 62 THEN
        DELETE FROM vesu_portfolio.market_data WHERE "timestamp" BETWEEN at AND at + interval '2 hours';
        DELETE FROM vesu_portfolio.yield_metrics WHERE "timestamp" BETWEEN at AND at + interval '2 hours';
        RETURN 'delete';
    WHEN choice = 62 THEN
        TRUNCATE vesu_portfolio.market_data, vesu_portfolio.yield_metrics;
        RETURN 'truncate';
    WHEN choice = 63 THEN
        TRUNCATE vesu_portfolio.market_data_y2025m04, vesu_portfolio.yield_metrics_y2025m04;
        RETURN 'truncate a partition';
    WHEN choice = 64 THEN
        TRUNCATE vesu_portfolio.market_data_default, vesu_portfolio.yield_metrics_default;
        RETURN 'truncate the default partition';
    WHEN choice < 90 THEN
        PERFORM vesu_portfolio.refresh_rollups(at, 1 + floor(random() * 40)::int);
        RETURN 'refresh';
    WHEN choice < 94 THEN
        PERFORM vesu_portfolio.refresh_before(CASE WHEN random() < 0.5 THEN 'market_data' ELSE 'yield_metrics' END, at);
        RETURN 'refresh before';
    ELSE
        PERFORM vesu_portfolio.refresh_rollups('infinity', 1000000);
        RETURN 'refresh all';
    END CASE;
END $$;
CREATE TEMPORARY TABLE taken (step text, rows bigint, differences text);
-- Each step in a transaction of its own.
DO $$
BEGIN
    PERFORM setseed(0.4);
    FOR i IN 1 .. 300 LOOP
        INSERT INTO taken (step) VALUES (pg_temp.step());
        UPDATE taken SET rows = (SELECT count(*) FROM vesu_portfolio.ohlcv_hourly_live), differences = pg_temp.differences('_live') WHERE rows IS NULL;
        COMMIT;
    END LOOP;
END $$;
SELECT step, count(*) > 1 AS taken, max(rows) > 0 AS on_rows, sum((differences <> '')::int) AS different, min(nullif(differences, '')) AS example
  FROM taken GROUP BY step ORDER BY step;
-- And when nothing is marked any more, so is what is stored.
SELECT rollup, remaining FROM vesu_portfolio.refresh_rollups('infinity', 1000000);
SELECT count(*) AS marks FROM vesu_portfolio.rollup_marks;
SELECT pg_temp.differences(''), (SELECT count(*) > 50 FROM vesu_portfolio.ohlcv_hourly) AS hours, (SELECT count(*) > 50 FROM vesu_portfolio.protocol_tvl) AS tvl,
       (SELECT count(*) > 20 FROM vesu_portfolio.protocol_tvl WHERE change_24h IS NOT NULL) AS changes;
TRUNCATE vesu_portfolio.market_data, vesu_portfolio.yield_metrics, vesu_portfolio.latest_prices;
SELECT count(*) FROM vesu_portfolio.refresh_rollups('infinity', 1000000);
SELECT (SELECT count(*) FROM vesu_portfolio.ohlcv_hourly) + (SELECT count(*) FROM vesu_portfolio.ohlcv_daily)
       + (SELECT count(*) FROM vesu_portfolio.yields_hourly) + (SELECT count(*) FROM vesu_portfolio.protocol_tvl) AS stored_of_nothing;
\c postgres
DROP DATABASE vesu_portfolio_rollups_differential;
