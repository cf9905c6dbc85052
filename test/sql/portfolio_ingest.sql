-- Many prices in one call: what arrives, exactly, and what is refused, naming the place, with nothing written.
SET client_min_messages = warning;
DROP DATABASE IF EXISTS vesu_portfolio_ingest;
RESET client_min_messages;
CREATE DATABASE vesu_portfolio_ingest;
\c vesu_portfolio_ingest
CREATE EXTENSION vesu;
\getenv directory PG_ABS_SRCDIR
\set report :directory '/sql/support/report.sql'
\set ECHO none
\i :report
\set ECHO all
SET timezone = 'UTC';
SET datestyle = 'ISO';
INSERT INTO vesu_portfolio.assets (id, symbol, name, asset_type, chain_id) VALUES
    ('00000000-0000-0000-0000-00000000000a', 'ETH', 'Ether', 'crypto', 23448594291968334), ('00000000-0000-0000-0000-00000000000b', 'BTC', 'Bitcoin', 'crypto', NULL);
-- Everything given, and as little as may be: the chain of the asset, else 0; source unknown; elements that are NULL.
SELECT vesu_portfolio.ingest_market_data('{x,y}', '{2025-04-01 00:00+00,2025-04-01 00:00:00.0015+00}', ARRAY[1.5, 0], ARRAY[10, NULL], ARRAY[NULL, 99999999999999999999.999999999999999999],
                                         ARRAY[-0.5, 0.123456785], '{1,9223372036854775807}', '{feed,NULL}');
SELECT vesu_portfolio.ingest_market_data('{00000000-0000-0000-0000-00000000000a,00000000-0000-0000-0000-00000000000b,00000000-0000-0000-0000-00000000000c,0000-zz,00000000-0000-0000-0000-00000000000A}',
                                         array_fill(timestamptz '2025-04-02 00:00+00', '{5}'), ARRAY[1.0, 2, 3, 4, 5]);
SELECT vesu_portfolio.ingest_market_data('{00000000-0000-0000-0000-00000000000a,00000000-0000-0000-0000-00000000000a}', array_fill(timestamptz '2025-04-03 00:00+00', '{2}'), ARRAY[1.0, 2], chain_ids => '{7,NULL}');
SELECT "timestamp", asset_id, chain_id, trim_scale(price) AS price, trim_scale(volume_24h) AS volume_24h, market_cap, price_change_24h, source
  FROM vesu_portfolio.market_data ORDER BY "timestamp", asset_id COLLATE "C", chain_id;
TRUNCATE vesu_portfolio.market_data;
-- Rounded half away from zero at the last decimal.
SELECT vesu_portfolio.ingest_market_data('{a,b,c,d}', array_fill(timestamptz '2025-04-01 00:00+00', '{4}'),
                                         ARRAY[0.0000000000000000005, 0.00000000000000000049, 1.0000000000000000015, 99999999999999999999.99999999999999999949], price_changes_24h => ARRAY[-0.000000005, 0.000000005, 0.0000000049, NULL]);
SELECT asset_id, price, price_change_24h FROM vesu_portfolio.market_data ORDER BY asset_id;
TRUNCATE vesu_portfolio.market_data;
-- float8 by its shortest decimal, every digit of it, whatever the session shows.
SET extra_float_digits = -5;
SELECT vesu_portfolio.ingest_market_data('{a,b,c,d,e}', array_fill(timestamptz '2025-04-01 00:00+00', '{5}'),
                                         ARRAY[0.1, 0.30000000000000004, 23101.416652937933, 1e-7, 12345678901234568000]::float8[], ARRAY[0.30000000000000004]::float8[] || array_fill(NULL::float8, '{4}'));
RESET extra_float_digits;
SELECT asset_id, price, volume_24h FROM vesu_portfolio.market_data ORDER BY asset_id;
TRUNCATE vesu_portfolio.market_data;
-- Which function is meant: literals and parameters without a type, whole numbers, mixtures.
SELECT vesu_portfolio.ingest_market_data('{lit}', '{2025-04-01 00:00+00}', '{0.1000000000000000055}');
SELECT vesu_portfolio.ingest_market_data('{lit}', '{2025-04-01 00:00+00}', '{1}', '{2}', '{3}', '{4}', '{5}', '{six}');
SELECT vesu_portfolio.ingest_market_data('{num}', '{2025-04-01 00:00+00}', ARRAY[1.5], '{2.5}');
SELECT vesu_portfolio.ingest_market_data('{num}', '{2025-04-01 00:00+00}', '{1.5}', ARRAY[2.5]);
SELECT vesu_portfolio.ingest_market_data('{dbl}', '{2025-04-01 00:00+00}', ARRAY[1.5]::float8[], '{2.5}');
SELECT vesu_portfolio.ingest_market_data('{int}', '{2025-04-01 00:00+00}', ARRAY[7]);
SELECT vesu_portfolio.ingest_market_data('{int}', '{2025-04-01 00:00+00}', ARRAY[7], ARRAY[8]);
SELECT vesu_portfolio.ingest_market_data('{mix}', '{2025-04-01 00:00+00}', ARRAY[7], ARRAY[8.5]);
SELECT vesu_portfolio.ingest_market_data('{mix}', '{2025-04-01 00:00+00}', ARRAY[7.5], ARRAY[8]);
SELECT vesu_portfolio.ingest_market_data('{mix}', '{2025-04-01 00:00+00}', ARRAY[7], ARRAY[80000000000]);
SELECT vesu_portfolio.ingest_market_data('{big}', '{2025-04-01 00:00+00}', ARRAY[70000000000]);
PREPARE untyped AS SELECT vesu_portfolio.ingest_market_data($1, $2, $3, $4);
SELECT parameter_types FROM pg_prepared_statements WHERE name = 'untyped';
EXECUTE untyped('{prep}', '{2025-04-01 00:00+00}', '{1.1}', '{2.2}');
SELECT asset_id, trim_scale(price) AS price, trim_scale(volume_24h) AS volume_24h, chain_id, source FROM vesu_portfolio.market_data ORDER BY asset_id, price, volume_24h;
SELECT vesu_portfolio.ingest_market_data('{}', '{}', '{}'), vesu_portfolio.ingest_market_data('{}', '{}', '{}'::numeric[], '{}', '{}', '{}', '{}', '{}');
-- Arrays that do not begin at 1.
SELECT vesu_portfolio.ingest_market_data('[0:1]={z0,z1}'::text[], '[5:6]={2025-04-01,2025-04-01}'::timestamptz[], '{1.0,2.0}'::numeric[]);
SELECT asset_id, trim_scale(price) AS price FROM vesu_portfolio.market_data WHERE asset_id LIKE 'z%' ORDER BY 1;
TRUNCATE vesu_portfolio.market_data, vesu_portfolio.latest_prices;
-- Refused, each without a trace.
CREATE FUNCTION pg_temp.refusal(arguments text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE outcome constant text := pg_temp.report('SELECT vesu_portfolio.ingest_market_data(' || arguments || ')');
BEGIN
    RETURN outcome || CASE WHEN EXISTS (SELECT FROM vesu_portfolio.market_data) THEN E'\nAND SOMETHING IS WRITTEN' ELSE '' END;
END $$;
SELECT number, pg_temp.refusal(arguments) FROM (VALUES
    (1, $$NULL, '{2025-04-01}', ARRAY[1.0]$$),
    (2, $$'{a}', NULL, ARRAY[1.0]$$),
    (3, $$'{a}', '{2025-04-01}', NULL::numeric[]$$),
    (4, $$'{a,b}', '{2025-04-01}', ARRAY[1.0]$$),
    (5, $$'{a,b}', '{2025-04-01,2025-04-01}', ARRAY[1.0]$$),
    (6, $$'{a,b}', '{2025-04-01,2025-04-01}', ARRAY[1.0,2], ARRAY[1.0,2,3]$$),
    (7, $$'{a,b}', '{2025-04-01,2025-04-01}', ARRAY[1.0,2], sources => '{}'$$),
    (8, $$'{a,b}', '{2025-04-01,2025-04-01}', ARRAY[1.0,2], chain_ids => '{1}'$$),
    (9, $$'{{a,b}}', '{{2025-04-01,2025-04-01}}', ARRAY[[1.0,2]]$$),
    (10, $$'{a,NULL}', '{2025-04-01,2025-04-01}', ARRAY[1.0,2]$$),
    (11, $$'{a,b}', '{2025-04-01,NULL}', ARRAY[1.0,2]$$),
    (12, $$'{a,b,c}', '{2025-04-01,2025-04-01,2025-04-01}', ARRAY[1.0,2,NULL]$$),
    (13, $$'{a,b}', '{2025-04-01,2025-04-01}', ARRAY[1,'NaN']::float8[]$$),
    (14, $$'{a,b}', '{2025-04-01,2025-04-01}', ARRAY['Infinity',1]::float8[]$$),
    (15, $$'{a,b}', '{2025-04-01,2025-04-01}', ARRAY[1,'-Infinity']::float8[]$$),
    (16, $$'{a,b}', '{2025-04-01,2025-04-01}', ARRAY[1,'NaN']::numeric[]$$),
    (17, $$'{a,b}', '{2025-04-01,2025-04-01}', ARRAY[0,-0.0000000000000000001]$$),
    (18, $$'{a,b}', '{2025-04-01,2025-04-01}', ARRAY[1,100000000000000000000]::numeric[]$$),
    (19, $$'{a}', '{2025-04-01}', ARRAY[99999999999999999999.9999999999999999995]$$),
    (20, $$'{a}', '{2025-04-01}', ARRAY[1.0], ARRAY['NaN']::numeric[]$$),
    (21, $$'{a}', '{2025-04-01}', ARRAY[1.0], NULL, ARRAY[-100000000000000000000.0]$$),
    (22, $$'{a}', '{2025-04-01}', ARRAY[1.0], price_changes_24h => ARRAY['-Infinity']::numeric[]$$),
    (23, $$'{a}', '{2025-04-01}', ARRAY[1.0], chain_ids => '{-1}'$$),
    (24, $$'{a,""}', '{2025-04-01,2025-04-01}', ARRAY[1.0,2]$$),
    (25, $$'{a,b}', '{2025-04-01,infinity}', ARRAY[1.0,2]$$),
    (26, $$'{a,b}', '{-infinity,2025-04-01}', ARRAY[1.0,-2]$$),
    (27, $$'{a,b}', '{2025-04-01,2025-04-01}', '{1,NaN}'$$),
    (28, $$'{a}', '{2025-04-01}', '{one}'$$)
  ) AS cases (number, arguments) ORDER BY number;
-- A file of real prices in one call: as many rows, the same digits, bars and latest prices of it.
CREATE TEMPORARY TABLE raw (symbol text, at timestamptz, usd_price text);
\set copy '\\copy raw FROM ' :directory '/data/prices_usd_hourly_2021_2023.csv WITH (FORMAT csv, HEADER)'
:copy
SELECT vesu_portfolio.ingest_market_data(array_agg(symbol), array_agg(at), array_agg(usd_price::float8)) FROM raw;
SELECT count(*) AS rows, count(*) FILTER (WHERE d.price <> round(r.usd_price::float8::text::numeric, 18)) AS different
  FROM vesu_portfolio.market_data AS d JOIN raw AS r ON r.symbol = d.asset_id AND r.at = d."timestamp";
SELECT (SELECT count(*) FROM vesu_portfolio.ohlcv_hourly_live) = count(DISTINCT (symbol, date_trunc('hour', at))) AS hours,
       (SELECT count(*) FROM vesu_portfolio.ohlcv_daily_live) = count(DISTINCT (symbol, date_trunc('day', at))) AS days,
       (SELECT sum(points) FROM vesu_portfolio.ohlcv_daily_live) = count(*) AS points FROM raw;
SELECT asset_id, price, "timestamp" FROM vesu_portfolio.latest_prices ORDER BY asset_id;
\c postgres
DROP DATABASE vesu_portfolio_ingest;
