-- What a portfolio is worth, and which part each position is.
BEGIN;
\getenv directory PG_ABS_SRCDIR
\set report :directory '/sql/support/report.sql'
\set holdings :directory '/sql/support/portfolio_holdings.sql'
\set ECHO none
\i :report
\i :holdings
\set ECHO all
SELECT vesu_portfolio.portfolio_value(pg_temp.portfolio('one')) AS without_positions;
SELECT pg_temp.hold('one', pg_temp.asset('ETH'), 1.5, 1000, 7), pg_temp.hold('one', pg_temp.asset('USDC'), 100, 1, 99, 'lending'),
       pg_temp.hold('one', pg_temp.asset('USDC', 10), 1000, 1, 800, 'borrowing');
-- No price yet: what was last known.
SELECT vesu_portfolio.portfolio_value(pg_temp.portfolio('one')) AS by_current_value;
SELECT pg_temp.report($$SELECT vesu_portfolio.portfolio_value(pg_temp.portfolio('one'), strict => true)$$);
SELECT pg_temp.report($$SELECT vesu_portfolio.portfolio_value(pg_temp.portfolio('one'), max_age => NULL, strict => true)$$);
SELECT vesu_portfolio.portfolio_value(pg_temp.portfolio('empty'), strict => true) AS nothing_to_price;

-- Which price of ETH counts. The series by hours; vesu.vesu_asset_prices knows only its latest.
SELECT pg_temp.price(pg_temp.asset('ETH'), 2000, '2025-06-14 11:00'), pg_temp.price(pg_temp.asset('ETH'), 2100, '2025-06-15 11:57'),
       pg_temp.price(pg_temp.asset('ETH'), 2101, '2025-06-15 11:57'), pg_temp.price(pg_temp.asset('ETH'), 2050, '2025-06-15 09:00');
CREATE FUNCTION pg_temp.eth(at timestamptz DEFAULT vesu.now(), max_age interval DEFAULT '1 day') RETURNS text LANGUAGE sql AS $$
    SELECT p.price::numeric(10, 2) || ' of ' || to_char(p.observed_at, 'DD HH24:MI') FROM vesu_portfolio.asset_prices(ARRAY[pg_temp.asset('ETH')], at, max_age) AS p $$;
SELECT pg_temp.eth() AS latest, pg_temp.eth('2025-06-15 11:56:59') AS before_it, pg_temp.eth('2025-06-15 08:59') AS before_that,
       pg_temp.eth('2025-06-14 11:00') AS at_the_first, pg_temp.eth('2025-06-14 10:59') AS before_all,
       pg_temp.eth('2025-06-15 08:59', '21 hours 59 minutes') AS just_young, pg_temp.eth('2025-06-15 08:59', '21 hours 58 minutes') AS too_old,
       pg_temp.eth(max_age => '0') AS of_now, pg_temp.eth('2026-01-01', NULL) AS any_age;
CREATE FUNCTION pg_temp.record(price numeric, observed_at timestamptz, sources int DEFAULT NULL) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM vesu.vesu_asset_prices;
    PERFORM vesu.record_price('ETH', price, observed_at, sources);
    RETURN pg_temp.eth();
END $$;
SELECT pg_temp.record(3000, '2025-06-15 11:58') AS fresher, pg_temp.record(3000, '2025-06-15 11:57') AS equally_fresh,
       pg_temp.record(3000, '2025-06-15 11:56') AS older, pg_temp.record(3000, '2025-06-15 12:01') AS of_the_future,
       pg_temp.record(3000, '2025-06-15 11:58', 2) AS of_too_few, pg_temp.record(3000, '2025-06-15 11:58', 3) AS of_enough;
UPDATE vesu.vesu_asset_prices SET max_age = '1 minute';
SELECT pg_temp.eth() AS stale_by_its_own;
UPDATE vesu.vesu_asset_prices SET max_age = NULL;
SELECT pg_temp.eth() AS without_an_age;
UPDATE vesu.vesu_asset_prices SET max_age = '1 day', min_sources = NULL;
SELECT pg_temp.eth() AS without_a_minimum;
UPDATE vesu.vesu_asset_prices SET sources = NULL;
SELECT pg_temp.eth() AS of_unknown_sources, pg_temp.eth('2025-06-15 11:57:30') AS before_it_was_observed;
-- The series keeps milliseconds, which may be later ones: a price is there at the moment at which it was seen.
SAVEPOINT seen;
SELECT pg_temp.price(pg_temp.asset('BTC', NULL), 7, '2025-06-15 11:58:00.0006'), pg_temp.price(pg_temp.asset('BTC', NULL), 8, '2025-06-15 11:59:00.0006');
SELECT number, (SELECT p.price::int FROM vesu_portfolio.asset_prices(ARRAY[pg_temp.asset('BTC', NULL)], at, '0') AS p) AS price
  FROM (VALUES (1, timestamptz '2025-06-15 11:58:00.0006'), (2, '2025-06-15 11:59:00.0006'), (3, '2025-06-15 11:59:00.0004')) AS cases (number, at) ORDER BY number;
ROLLBACK TO seen;
-- A symbol is one price on every chain, an asset's own series is its alone.
SELECT vesu.record_price('USDC', 0.999, '2025-06-15 11:59');
SELECT a.chain_id, p.price, p.observed_at FROM vesu_portfolio.asset_prices(ARRAY(SELECT id FROM vesu_portfolio.assets), vesu.now(), '1 day') AS p
  JOIN vesu_portfolio.assets AS a ON a.id = p.asset_id ORDER BY a.symbol, a.chain_id;
-- 1.5 * 3000 + 100 * 0.999 - 1000 * 0.999
SELECT vesu_portfolio.portfolio_value(pg_temp.portfolio('one'), strict => true) AS value,
       vesu_portfolio.portfolio_value(pg_temp.portfolio('one'), '2025-06-15 11:57') AS before_the_symbols;
-- Exact to the last unit of 36 decimals.
UPDATE vesu_portfolio.portfolio_positions SET quantity = 0.000000000000000001 WHERE asset_id = pg_temp.asset('ETH');
UPDATE vesu.vesu_asset_prices SET price = 1.000000000000000001 WHERE asset = 'ETH';
SELECT vesu_portfolio.portfolio_value(pg_temp.portfolio('one'));

-- Parts of the gross assets: what is stored is rounded to 18 decimals, assets down and debts up.
UPDATE vesu_portfolio.portfolio_positions SET quantity = 0.5 WHERE asset_id = pg_temp.asset('USDC', 10);
UPDATE vesu.vesu_asset_prices SET price = 1.000000000000000001 WHERE asset = 'USDC';
UPDATE vesu_portfolio.portfolio_positions SET quantity = 0.5 WHERE asset_id = pg_temp.asset('USDC');
SELECT vesu_portfolio.refresh_allocations(pg_temp.portfolio('one')) AS changed, vesu_portfolio.refresh_allocations(pg_temp.portfolio('one')) AS again;
SELECT position_type, current_value, allocation_percentage FROM vesu_portfolio.portfolio_positions ORDER BY id;
SELECT vesu_portfolio.refresh_allocations(pg_temp.portfolio('empty')) AS nothing;
-- Largest remainder: each line a portfolio of these values.
CREATE FUNCTION pg_temp.parts(VARIADIC worth numeric[]) RETURNS numeric[] LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM vesu_portfolio.portfolio_positions;
    PERFORM pg_temp.hold('one', pg_temp.asset('BTC', NULL), 1, 0, w) FROM unnest(worth) AS w;
    PERFORM vesu_portfolio.refresh_allocations(pg_temp.portfolio('one'));
    RETURN ARRAY(SELECT allocation_percentage FROM vesu_portfolio.portfolio_positions ORDER BY id);
END $$;
SELECT scenario, parts, (SELECT sum(p) FROM unnest(parts) AS p)
  FROM (VALUES
    (1, 'the halves after +10 % and -5 %', pg_temp.parts(55000, 47500)),
    (2, 'three equal ones: the first by id gets the rest', pg_temp.parts(1, 1, 1)),
    (3, 'seven equal ones', pg_temp.parts(1, 1, 1, 1, 1, 1, 1)),
    (4, 'the largest remainder wins, not the largest value', pg_temp.parts(1000, 0.66, 0.34)),
    (5, 'one', pg_temp.parts(3)),
    (6, 'one worth nothing', pg_temp.parts(3, 0)),
    (7, 'dust beside a fortune', pg_temp.parts(0.000000000000000001, 999999999999999999)),
    (8, 'worth nothing at all', pg_temp.parts(0, 0))
  ) AS cases (number, scenario, parts)
 ORDER BY number;
-- A thousand positions: still 1. A borrowing has no part.
SELECT sum(p), min(p) >= 0 AS none_below_0 FROM unnest(pg_temp.parts(VARIADIC ARRAY(SELECT (i * 7919 % 1000 + 1)::numeric / 7 FROM generate_series(1, 1000) AS i))) AS p;
SELECT pg_temp.hold('one', pg_temp.asset('USDC'), 1, 1, 1e6, 'borrowing');
SELECT vesu_portfolio.refresh_all_allocations() AS changed;
SELECT sum(allocation_percentage), max(allocation_percentage) FILTER (WHERE position_type = 'borrowing') AS borrowing FROM vesu_portfolio.portfolio_positions;
UPDATE vesu_portfolio.portfolios SET is_active = false;
UPDATE vesu_portfolio.portfolio_positions SET allocation_percentage = 0;
SELECT vesu_portfolio.refresh_all_allocations() AS of_no_active_portfolio;

-- A value that the column cannot hold stays what it was, stops nobody else's refresh, and has its part.
CREATE FUNCTION pg_temp.absurd(price numeric, type text DEFAULT 'spot') RETURNS TABLE (current_value numeric, allocation_percentage numeric) LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM vesu_portfolio.portfolio_positions;
    PERFORM pg_temp.hold('one', pg_temp.asset('ETH'), 1, 1, 7), pg_temp.hold('empty', pg_temp.asset('USDC'), 1e12, 0, 8, type);
    UPDATE vesu.vesu_asset_prices AS p SET price = CASE p.asset WHEN 'ETH' THEN 2000 ELSE absurd.price END, observed_at = vesu.now();
    PERFORM vesu_portfolio.refresh_all_allocations();
    RETURN QUERY SELECT h.current_value, h.allocation_percentage FROM vesu_portfolio.portfolio_positions AS h ORDER BY h.id;
END $$;
UPDATE vesu_portfolio.portfolios SET is_active = true;
SELECT * FROM pg_temp.absurd(1000000);
SELECT * FROM pg_temp.absurd(999999.999999);
SELECT * FROM pg_temp.absurd(1000000, 'borrowing');
UPDATE vesu_portfolio.portfolios SET is_active = false;

-- Errors change nothing.
SELECT pg_temp.report('SELECT vesu_portfolio.' || call)
  FROM (VALUES
    (1, $$portfolio_value(NULL)$$), (2, $$portfolio_value('00000000-0000-0000-0000-000000000000')$$),
    (3, $$portfolio_value(pg_temp.portfolio('one'), NULL)$$), (4, $$portfolio_value(pg_temp.portfolio('one'), 'infinity')$$),
    (5, $$portfolio_value(pg_temp.portfolio('one'), max_age => '-1 second')$$),
    (6, $$portfolio_value(pg_temp.portfolio('one'), max_age => '300000 years')$$), (7, $$refresh_allocations(NULL)$$), (8, $$refresh_allocations('00000000-0000-0000-0000-000000000000')$$)
  ) AS cases (number, call) ORDER BY number;

-- A price of the past is found in the series through its index.
INSERT INTO vesu_portfolio.market_data ("timestamp", asset_id, chain_id, price, source)
SELECT timestamptz '2025-06-01' + i * interval '1 minute', md5((i % 50)::text), 1, 1, 'test' FROM generate_series(1, 5000) AS i;
ANALYZE vesu_portfolio.market_data;
SET LOCAL jit = off;
UPDATE vesu_portfolio.portfolio_positions SET asset_id = pg_temp.asset('ETH');
SELECT coalesce(sum(seq_scan), 0) AS before FROM pg_stat_xact_user_tables WHERE relname LIKE 'market_data%' \gset
SELECT vesu_portfolio.portfolio_value(pg_temp.portfolio('one'), '2025-06-15 09:30') > 0 AS of_the_past;
SELECT sum(seq_scan) - :before AS scans, sum(idx_scan) > 0 AS probes FROM pg_stat_xact_user_tables WHERE relname LIKE 'market_data%';
ROLLBACK;
-- A day is one of UTC: 23 and a half hours old, when clocks in New York went forward in between.
BEGIN;
\set ECHO none
\i :report
\i :holdings
\set ECHO all
SELECT pg_temp.hold('one', pg_temp.asset('ETH'), 2, 1000, 7), pg_temp.price(pg_temp.asset('ETH'), 2000, '2025-03-08 16:30');
INSERT INTO vesu_portfolio.portfolio_snapshots ("timestamp", portfolio_id, total_value) VALUES ('2025-03-09', pg_temp.portfolio('one'), 4000), ('2025-03-10', pg_temp.portfolio('one'), 6000);
INSERT INTO vesu_portfolio.transactions (portfolio_id, transaction_hash, chain_id, block_number, transaction_type, to_asset_id, to_amount, status, "timestamp")
VALUES (pg_temp.portfolio('one'), '0x1', 1, 1, 'deposit', pg_temp.asset('ETH'), 1, 'confirmed', '2025-03-09 16:00');
SET LOCAL timezone = 'America/New_York';
SELECT vesu_portfolio.portfolio_value(pg_temp.portfolio('one'), '2025-03-09 16:00+00', strict => true) AS value,
       (vesu_portfolio.portfolio_performance(pg_temp.portfolio('one'), '2025-03-09 00:00+00', '2025-03-10 00:00+00')).twr,
       (SELECT f.amount FROM vesu_portfolio.flows(ARRAY[pg_temp.portfolio('one')], '2025-03-09 00:00+00', '2025-03-10 00:00+00') AS f) AS flow;
ROLLBACK;
-- Without the lending module the series alone knows prices.
BEGIN;
\set ECHO none
\i :report
\i :holdings
\set ECHO all
ALTER TABLE vesu.vesu_asset_prices RENAME TO renamed;
SELECT pg_temp.hold('one', pg_temp.asset('ETH'), 2, 1000, 7), pg_temp.price(pg_temp.asset('ETH'), 2000, '2025-06-15 11:00');
SELECT vesu_portfolio.portfolio_value(pg_temp.portfolio('one'));
ROLLBACK;
