-- The price at a moment: never a later one, never one too old, the same in whatever order the rows came.
SET client_min_messages = warning;
DROP DATABASE IF EXISTS vesu_portfolio_latest_price;
RESET client_min_messages;
CREATE DATABASE vesu_portfolio_latest_price;
\c vesu_portfolio_latest_price
CREATE EXTENSION vesu;
\getenv directory PG_ABS_SRCDIR
\set support :directory '/sql/support/portfolio_rollups.sql'
\set report :directory '/sql/support/report.sql'
\set ECHO none
\i :support
\i :report
\set ECHO all
SELECT count(*) AS made FROM vesu_portfolio.create_partitions('market_data', '2025-02-01', '2025-05-01');
-- Now is 2025-04-10 12:30. x was seen in January (in the default partition), in March, today, twice at one moment, and from
-- tomorrow by a clock that is ahead.
SELECT pg_temp.price('x', '2025-01-05 00:00+00', 1), pg_temp.price('x', '2025-04-10 12:00+00', 40), pg_temp.price('x', '2025-03-20 00:00+00', 30),
       pg_temp.price('x', '2025-04-10 12:00+00', 41), pg_temp.price('x', '2025-04-10 12:00+00', 39), pg_temp.price('x', '2025-04-10 11:00+00', 38)
\g /dev/null
SELECT trim_scale(price) AS price, "timestamp" FROM vesu_portfolio.latest_prices;
CREATE TEMPORARY TABLE cases (number int, at text, max_age interval, expected numeric);
INSERT INTO cases VALUES
    (1, '2025-04-10 12:30+00', NULL, 41), (2, '2025-04-10 12:30+00', '30 minutes', 41), (3, '2025-04-10 12:30+00', '29 minutes 59.999999 seconds', NULL),
    (4, '2025-04-10 12:00+00', '0', 41), (5, '2025-04-10 11:59:59.999+00', NULL, 38), (6, '2025-04-10 11:59:59.999+00', '59 minutes 59 seconds', NULL),
    (7, '2025-04-10 10:59+00', NULL, 30), (8, '2025-04-10 10:59+00', '21 days', NULL), (9, '2025-04-10 10:59+00', '21 days 10:59:00', 30),
    (10, '2025-03-19 00:00+00', NULL, 1), (11, '2025-03-19 00:00+00', '73 days', 1), (12, '2025-03-19 00:00+00', '72 days', NULL), (13, '2025-03-05 00:00+00', '2 months', 1),
    (14, '2025-03-05 00:00:00.001+00', '2 months', NULL), (15, '2025-01-05 00:00+00', NULL, 1), (16, '2025-01-04 23:59+00', NULL, NULL),
    (17, 'infinity', NULL, 41), (18, 'infinity', '100 years', NULL), (19, '-infinity', NULL, NULL), (20, '2026-01-01', NULL, 41);
SELECT count(*) AS compared, count(*) FILTER (WHERE vesu_portfolio.latest_price('x', at::timestamptz, max_age) IS DISTINCT FROM expected) AS different FROM cases;
-- With a clock ahead of ours in the series all of them are of the past, and the answers the same, the default now included.
SELECT pg_temp.price('x', '2025-04-11 00:00+00', 99);
SELECT number, at, max_age, expected, vesu_portfolio.latest_price('x', at::timestamptz, max_age) AS found
  FROM cases WHERE vesu_portfolio.latest_price('x', at::timestamptz, max_age) IS DISTINCT FROM expected ORDER BY number;
SELECT trim_scale(vesu_portfolio.latest_price('x')) AS now, vesu_portfolio.latest_price('x', max_age => '1 minute') AS too_old, vesu_portfolio.latest_price('unknown') AS unknown;
-- A price is kept to the millisecond, which may be a later one: it is known from the moment on at which it was seen.
CREATE TEMPORARY TABLE seen AS
SELECT timestamptz '2025-04-09 12:00+00' + n * interval '1.1 milliseconds' AS at, n + 1 AS price FROM generate_series(0, 39) AS n;
SELECT pg_temp.price('m', at, price), pg_temp.price('l' || price, at, price) FROM seen
\g /dev/null
SELECT count(*) AS compared, count(*) FILTER (WHERE vesu_portfolio.latest_price('m', at, '0') IS DISTINCT FROM price) AS different,
       count(*) FILTER (WHERE vesu_portfolio.latest_price('l' || price, at, '0') IS DISTINCT FROM price) AS different_latest FROM seen;
SELECT number, trim_scale(vesu_portfolio.latest_price('m', at)) AS price
  FROM (VALUES (1, timestamptz '2025-04-09 12:00:00.0004+00'), (2, '2025-04-09 12:00:00.001+00'), (3, '2025-04-09 12:00:00.0014+00'), (4, '2025-04-09 11:59:59.9994+00')) AS cases (number, at)
 ORDER BY number;
-- A day is a day and a month a month of UTC, wherever the caller lives.
SET timezone = 'Europe/Berlin';
SELECT count(*) FILTER (WHERE vesu_portfolio.latest_price('x', at::timestamptz, max_age) IS DISTINCT FROM expected) AS different FROM cases WHERE number IN (9, 11, 12, 13, 14);
SET timezone = 'UTC';
-- Every order of arrival, one by one or at once, leaves the same latest price.
CREATE TEMPORARY TABLE arrivals (asset text, at timestamptz, price numeric, place int);
INSERT INTO arrivals SELECT format('o%s', dense_rank() OVER (ORDER BY a, b, c)), x.at, x.price, x.place
  FROM generate_series(1, 3) AS a, generate_series(1, 3) AS b, generate_series(1, 3) AS c
 CROSS JOIN LATERAL (VALUES (timestamptz '2025-04-01 00:00+00', 9.0, a), ('2025-04-02 00:00+00', 5, b), ('2025-04-02 00:00+00', 7, c)) AS x (at, price, place)
 WHERE a <> b AND b <> c AND a <> c;
SELECT pg_temp.price(a.asset, a.at, a.price) FROM arrivals AS a ORDER BY a.asset, a.place
\g /dev/null
SELECT vesu_portfolio.ingest_market_data(array_agg(text 'all' ORDER BY place), array_agg(at ORDER BY place), array_agg(price ORDER BY place)) FROM arrivals;
SELECT count(DISTINCT asset_id) AS orders, min(trim_scale(price)) AS lowest, max(trim_scale(price)) AS highest FROM vesu_portfolio.latest_prices WHERE asset_id LIKE 'o%' OR asset_id = 'all';
-- Neither a deletion nor an older update moves it back; an update forward moves it.
DELETE FROM vesu_portfolio.market_data WHERE asset_id = 'o1' AND "timestamp" = '2025-04-02 00:00+00';
UPDATE vesu_portfolio.market_data SET price = 1 WHERE asset_id = 'o2' AND "timestamp" = '2025-04-02 00:00+00';
UPDATE vesu_portfolio.market_data SET "timestamp" = '2025-04-05 00:00+00', price = 3 WHERE asset_id = 'o3' AND "timestamp" = '2025-04-02 00:00+00';
TRUNCATE vesu_portfolio.market_data_default;
SELECT asset_id, trim_scale(price) AS price, "timestamp" FROM vesu_portfolio.latest_prices WHERE asset_id IN ('o1', 'o2', 'o3') ORDER BY asset_id;
-- Refused.
SELECT pg_temp.report($$SELECT vesu_portfolio.latest_price(NULL)$$);
SELECT pg_temp.report($$SELECT vesu_portfolio.latest_price('x', NULL)$$);
SELECT pg_temp.report($$SELECT vesu_portfolio.latest_price('x', max_age => '-1 second')$$);
SELECT pg_temp.report($$SELECT vesu_portfolio.latest_price('x', max_age => '300000 years')$$);
\c postgres
DROP DATABASE vesu_portfolio_latest_price;
