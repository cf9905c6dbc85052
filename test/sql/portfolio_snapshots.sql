-- Snapshots and risk metrics: what they hold, one for a moment, one for an hour, correlations of assets.
BEGIN;
\getenv directory PG_ABS_SRCDIR
\set report :directory '/sql/support/report.sql'
\set holdings :directory '/sql/support/portfolio_holdings.sql'
\set ECHO none
\i :report
\i :holdings
\set ECHO all
SET LOCAL datestyle = 'ISO';
\pset null NULL
-- Daily closes of 100 days for two assets; BTC never moves.
INSERT INTO vesu_portfolio.market_data ("timestamp", asset_id, chain_id, price, source)
SELECT timestamptz '2025-06-15' - i * interval '1 day', asset.id::text, 1, round(asset.price::numeric, 6), 'test'
  FROM generate_series(0, 99) AS i CROSS JOIN LATERAL (VALUES (pg_temp.asset('ETH'), 2000 + 100 * sin(i)), (pg_temp.asset('USDC'), 1 + 0.001 * sin(i * 1.3)), (pg_temp.asset('BTC', NULL), 50000)) AS asset (id, price);
CREATE FUNCTION pg_temp.ids(VARIADIC symbols text[]) RETURNS text[] LANGUAGE sql AS $$
    SELECT array_agg(pg_temp.asset(s, CASE WHEN s <> 'BTC' THEN 1 END)::text ORDER BY place) FROM unnest(symbols) WITH ORDINALITY AS t (s, place) $$;

-- The matrix, against correlations of returns written out here.
SELECT round(m[1][2]::numeric, 12) = round(direct.rho::numeric, 12) AS agrees, m[1][1] = 1 AND m[2][2] = 1 AND m[3][3] = 1 AS diagonal, m[1][2] = m[2][1] AS symmetric, m[1][3] AS of_what_never_moves
  FROM vesu_portfolio.correlation_matrix(pg_temp.ids('ETH', 'USDC', 'BTC'), '2025-05-01', '2025-06-15') AS m
 CROSS JOIN (SELECT corr(e.gain, u.gain) AS rho
               FROM (SELECT "timestamp", price / lag(price) OVER (ORDER BY "timestamp") - 1 AS gain FROM vesu_portfolio.market_data WHERE asset_id = pg_temp.asset('ETH')::text AND "timestamp" >= '2025-05-01') AS e
               JOIN (SELECT "timestamp", price / lag(price) OVER (ORDER BY "timestamp") - 1 AS gain FROM vesu_portfolio.market_data WHERE asset_id = pg_temp.asset('USDC')::text AND "timestamp" >= '2025-05-01') AS u USING ("timestamp")) AS direct;
SELECT vesu_portfolio.correlation_matrix(pg_temp.ids('ETH'), '2025-05-01', '2025-06-15') AS one_asset, vesu_portfolio.correlation_matrix('{}', '2025-05-01', '2025-06-15') AS none,
       vesu_portfolio.correlation_matrix(pg_temp.ids('ETH', 'USDC') || 'unknown'::text, '2025-05-01', '2025-06-15') AS unknown;
-- 31 closes are 30 returns; a close of the future counts for nothing.
SELECT vesu_portfolio.correlation_matrix(pg_temp.ids('ETH', 'USDC'), '2025-05-16', '2025-06-15') IS NOT NULL AS thirty, vesu_portfolio.correlation_matrix(pg_temp.ids('ETH', 'USDC'), '2025-05-17', '2025-06-15') AS twenty_nine,
       vesu_portfolio.correlation_matrix(pg_temp.ids('ETH', 'USDC'), '2025-05-17', '2025-06-15', 29) IS NOT NULL AS enough;
SELECT vesu_portfolio.correlation_matrix(pg_temp.ids('ETH', 'USDC'), '2025-05-01', '2025-06-10 12:00') AS before_later \gset
SELECT pg_temp.price(pg_temp.asset('ETH'), 9999, '2025-06-10 12:00:01');
SELECT vesu_portfolio.correlation_matrix(pg_temp.ids('ETH', 'USDC'), '2025-05-01', '2025-06-10 12:00') = :'before_later' AS unmoved, vesu_portfolio.correlation_matrix(pg_temp.ids('ETH', 'USDC'), '2025-05-01', '2025-06-10 12:01') = :'before_later' AS moved;
DELETE FROM vesu_portfolio.market_data WHERE price = 9999;
-- A day without a price takes two returns from its asset; days are those of UTC in every session.
SELECT count(DISTINCT day) AS days FROM vesu_portfolio.daily_returns(pg_temp.ids('ETH'), '2025-05-01', '2025-05-31');
DELETE FROM vesu_portfolio.market_data WHERE asset_id = pg_temp.asset('USDC')::text AND "timestamp" = '2025-05-20';
SELECT asset_id = pg_temp.asset('ETH')::text AS eth, count(*) FROM vesu_portfolio.daily_returns(pg_temp.ids('ETH', 'USDC'), '2025-05-01', '2025-05-31') GROUP BY 1 ORDER BY 1;
SET LOCAL timezone = 'America/New_York';
SELECT count(*) FROM vesu_portfolio.daily_returns(pg_temp.ids('ETH'), '2025-05-01 00:00+00', '2025-05-31 00:00+00');
SET LOCAL timezone = 'UTC';
SELECT pg_temp.report('SELECT vesu_portfolio.correlation_matrix(' || arguments || ')')
  FROM (VALUES (1, $$NULL, '2025-05-01', '2025-06-15'$$), (2, $$'{{a},{b}}', '2025-05-01', '2025-06-15'$$), (3, $$'{a,NULL}', '2025-05-01', '2025-06-15'$$), (4, $$'{a,b,a}', '2025-05-01', '2025-06-15'$$),
               (5, $$'{a}', NULL, '2025-06-15'$$), (6, $$'{a}', '2025-05-01', 'infinity'$$), (7, $$'{a}', '2025-05-01', '2025-06-15', 1$$), (8, $$'{a}', '2025-05-01', '2025-06-15', NULL$$)) AS cases (number, arguments) ORDER BY number;

-- Snapshots of three days, with a deposit on the second.
SELECT pg_temp.hold('one', pg_temp.asset('BTC', NULL), 2, 40000, 0), pg_temp.hold('one', pg_temp.asset('BTC', NULL), 1, 50000, 0, 'borrowing');
SELECT "timestamp", total_value, total_return, daily_return, sharpe_ratio, max_drawdown, volatility, asset_allocation FROM vesu_portfolio.take_portfolio_snapshot(pg_temp.portfolio('one'), '2025-06-13 12:00');
UPDATE vesu_portfolio.portfolio_positions SET quantity = 3 WHERE position_type = 'spot';
INSERT INTO vesu_portfolio.transactions (portfolio_id, transaction_hash, chain_id, block_number, transaction_type, to_asset_id, to_amount, status, "timestamp")
VALUES (pg_temp.portfolio('one'), '0x1', 1, 1, 'deposit', pg_temp.asset('BTC', NULL), 0.8, 'confirmed', '2025-06-14 01:00');
-- (100000 - 40000) / 50000 - 1 = 20 %
SELECT total_value, total_return, daily_return, sharpe_ratio, max_drawdown, volatility FROM vesu_portfolio.take_portfolio_snapshot(pg_temp.portfolio('one'), '2025-06-14 12:00');
UPDATE vesu_portfolio.portfolio_positions SET quantity = 2.8 WHERE position_type = 'spot';
SELECT s.total_value, s.total_return, s.daily_return, s.sharpe_ratio, s.max_drawdown, s.volatility, s.sharpe_ratio = round(a.sharpe::numeric, 8) AS sharpe_agrees, s.volatility = round(a.volatility::numeric, 8) AS volatility_agrees
  FROM vesu_portfolio.take_portfolio_snapshot(pg_temp.portfolio('one')) AS s, (SELECT vesu.sharpe_ratio(r) AS sharpe, vesu.volatility(r) AS volatility FROM (VALUES (0.2::float8), (-0.1)) AS returns (r)) AS a;
-- The same moment again: the row that is there, though the portfolio has changed.
UPDATE vesu_portfolio.portfolio_positions SET quantity = 9 WHERE position_type = 'spot';
SELECT total_value FROM vesu_portfolio.take_portfolio_snapshot(pg_temp.portfolio('one'));
SELECT total_value FROM vesu_portfolio.take_portfolio_snapshot(pg_temp.portfolio('one'), '2025-06-15 12:00:00.0004');
SELECT count(*) FROM vesu_portfolio.portfolio_snapshots;
-- All active portfolios, once an hour: `one` has a snapshot of this hour.
SELECT vesu_portfolio.take_all_portfolio_snapshots() AS taken, vesu_portfolio.take_all_portfolio_snapshots('2025-06-15 12:59:59.999') AS same_hour, vesu_portfolio.take_all_portfolio_snapshots('2025-06-15 13:00') AS next_hour,
       vesu_portfolio.take_all_portfolio_snapshots('2025-06-15 11:59:59.999') AS hour_before;
SELECT p.name, s."timestamp", s.total_value, s.daily_return, s.asset_allocation FROM vesu_portfolio.portfolio_snapshots AS s JOIN vesu_portfolio.portfolios AS p ON p.id::text = s.portfolio_id ORDER BY 1, 2;
-- A day is missing: no daily return from it, but the fall counts. A flow without price: no return.
DELETE FROM vesu_portfolio.portfolio_snapshots;
INSERT INTO vesu_portfolio.portfolio_snapshots ("timestamp", portfolio_id, total_value) SELECT d, pg_temp.portfolio('one'), v FROM (VALUES (timestamptz '2025-06-10', 800000), ('2025-06-11', 600000), ('2025-06-13', 300000)) AS t (d, v);
SELECT daily_return, max_drawdown, volatility FROM vesu_portfolio.take_portfolio_snapshot(pg_temp.portfolio('one'), '2025-06-13 18:00');
DELETE FROM vesu_portfolio.portfolio_snapshots WHERE total_value = 400000;
UPDATE vesu_portfolio.transactions SET to_asset_id = pg_temp.asset('USDC', 10), "timestamp" = '2025-06-15 01:00';
INSERT INTO vesu_portfolio.portfolio_snapshots ("timestamp", portfolio_id, total_value) VALUES ('2025-06-14', pg_temp.portfolio('one'), 300000);
SELECT daily_return, max_drawdown FROM vesu_portfolio.take_portfolio_snapshot(pg_temp.portfolio('one'), '2025-06-15 12:01');

-- Returns beyond what the series holds: none.
DELETE FROM vesu_portfolio.portfolio_snapshots;
DELETE FROM vesu_portfolio.transactions;
INSERT INTO vesu_portfolio.portfolio_snapshots ("timestamp", portfolio_id, total_value) VALUES ('2025-06-14', pg_temp.portfolio('one'), 0.000000000000000001);
UPDATE vesu_portfolio.portfolio_positions SET quantity = 1000000000, average_cost = 0.000000000000000001 WHERE position_type = 'spot';
DELETE FROM vesu_portfolio.portfolio_positions WHERE position_type = 'borrowing';
SELECT total_value, total_return, daily_return FROM vesu_portfolio.take_portfolio_snapshot(pg_temp.portfolio('one'), '2025-06-15 12:02');

-- A value beyond what the series holds: an error for itself, left out among all.
UPDATE vesu_portfolio.portfolio_positions SET quantity = 999999999999999999 WHERE position_type = 'spot';
SELECT pg_temp.report($$SELECT vesu_portfolio.take_portfolio_snapshot(pg_temp.portfolio('one'), '2025-06-15 14:00')$$), vesu_portfolio.take_all_portfolio_snapshots('2025-06-15 14:00') AS others,
       (vesu_portfolio.take_portfolio_snapshot(pg_temp.portfolio('empty'), '2025-06-15 14:00')).total_value;

-- Risk metrics. Without 30 returns: parametric, from what is held. 1000 ETH and -100000 USDC of 90 days.
DELETE FROM vesu_portfolio.portfolio_snapshots;
DELETE FROM vesu_portfolio.transactions;
DELETE FROM vesu_portfolio.portfolio_positions;
SELECT pg_temp.price(pg_temp.asset('USDC'), 1, '2025-05-20');
SELECT pg_temp.hold('one', pg_temp.asset('ETH'), 600, 1000, 0), pg_temp.hold('one', pg_temp.asset('ETH'), 400, 1000, 0, 'staked'), pg_temp.hold('one', pg_temp.asset('USDC'), 100000, 1, 0, 'borrowing');
CREATE FUNCTION pg_temp.money_at_risk(level float8 DEFAULT 0.95) RETURNS TABLE (var numeric, cvar numeric) LANGUAGE sql AS $$
    SELECT round(vesu.parametric_var(1, daily.deviation, level)::numeric, 6), round(vesu.parametric_cvar(1, daily.deviation, level)::numeric, 6)
      FROM (SELECT vesu.portfolio_volatility(ARRAY[1000 * eth.price, -100000 * usdc.price], ARRAY[eth.sigma, usdc.sigma], vesu_portfolio.correlation_matrix(pg_temp.ids('ETH', 'USDC'), '2025-03-17', '2025-06-15')) AS deviation
              FROM (SELECT vesu.volatility(r.gain, 1) AS sigma, vesu_portfolio.latest_price(pg_temp.asset('ETH')::text)::float8 AS price FROM vesu_portfolio.daily_returns(pg_temp.ids('ETH'), '2025-03-17', '2025-06-15') AS r) AS eth,
                   (SELECT vesu.volatility(r.gain, 1) AS sigma, vesu_portfolio.latest_price(pg_temp.asset('USDC')::text)::float8 AS price FROM vesu_portfolio.daily_returns(pg_temp.ids('USDC'), '2025-03-17', '2025-06-15') AS r) AS usdc) AS daily $$;
SELECT m.var_95 > 0 AS positive, round(m.var_95, 6) = r.var AS var_by_the_matrix, round(m.cvar_95, 6) = r.cvar AS cvar_by_the_matrix,
       m.correlation_score = round(1 - vesu.diversification_score(vesu_portfolio.correlation_matrix(pg_temp.ids('ETH', 'USDC'), '2025-03-17', '2025-06-15'))::numeric, 8) AS correlation, m.liquidation_distance, m.protocol_risk_score
  FROM vesu_portfolio.take_risk_metrics(pg_temp.portfolio('one')) AS m, pg_temp.money_at_risk() AS r;
-- From 30 returns on: historical, as the aggregates say. 29 of them are given, one is up to the present.
INSERT INTO vesu_portfolio.portfolio_snapshots ("timestamp", portfolio_id, total_value)
SELECT timestamptz '2025-06-15' - i * interval '1 day', pg_temp.portfolio('one'), 1900000 + 50000 * sin(i * i) FROM generate_series(1, 30) AS i;
SELECT count(*) AS returns, m.var_95 = ceil(-(vesu.value_at_risk(r.gain::float8) * 1900000)::text::numeric * 1e18) / 1e18 AS var, m.cvar_95 = ceil(-(vesu.conditional_value_at_risk(r.gain::float8) * 1900000)::text::numeric * 1e18) / 1e18 AS cvar
  FROM vesu_portfolio.take_risk_metrics(pg_temp.portfolio('one'), '2025-06-15 12:00:01') AS m, vesu_portfolio.period_returns(ARRAY[pg_temp.portfolio('one')], '2024-06-15', '2025-06-15 12:00:01', true, ARRAY[1900000]) AS r
 WHERE r.gain IS NOT NULL GROUP BY m.var_95, m.cvar_95;
DELETE FROM vesu_portfolio.portfolio_snapshots WHERE "timestamp" = (SELECT min("timestamp") FROM vesu_portfolio.portfolio_snapshots);
SELECT round(m.var_95, 6) = r.var AS with_29_parametric FROM vesu_portfolio.take_risk_metrics(pg_temp.portfolio('one'), '2025-06-15 12:00:02') AS m, pg_temp.money_at_risk() AS r;
-- How many digits a session shows of a double changes nothing that is stored.
SET LOCAL extra_float_digits = -14;
SELECT FROM vesu_portfolio.take_risk_metrics(pg_temp.portfolio('one'), '2025-06-15 12:00:02.5');
RESET extra_float_digits;
SELECT count(*) AS compared, count(DISTINCT (m.var_95, m.cvar_95, m.correlation_score)) AS values
  FROM vesu_portfolio.risk_metrics AS m WHERE m."timestamp" IN ('2025-06-15 12:00:02', '2025-06-15 12:00:02.5');
-- One fall among 30 returns: the 5 % quantile is a gain. Without prices of 90 days: by the returns of the snapshots.
UPDATE vesu_portfolio.portfolio_snapshots SET total_value = 1000000 + 10000 * extract(day FROM "timestamp" - timestamptz '2025-01-01');
INSERT INTO vesu_portfolio.portfolio_snapshots ("timestamp", portfolio_id, total_value) VALUES ('2025-05-16', pg_temp.portfolio('one'), 1000000);
UPDATE vesu_portfolio.portfolio_snapshots SET total_value = 10 WHERE "timestamp" = '2025-06-14';
SELECT var_95 = 0 AS nothing_lost_at_95, cvar_95 > 0 AS but_beyond FROM vesu_portfolio.take_risk_metrics(pg_temp.portfolio('one'), '2025-06-15 12:00:03');
SELECT var_95, cvar_95, correlation_score, liquidation_distance, protocol_risk_score FROM vesu_portfolio.take_risk_metrics(pg_temp.portfolio('empty'));
SELECT pg_temp.hold('empty', pg_temp.asset('USDC', 10), 1, 1, 500), pg_temp.hold('empty', pg_temp.asset('BTC', NULL), 0.01, 1, 500);
INSERT INTO vesu_portfolio.portfolio_snapshots ("timestamp", portfolio_id, total_value) VALUES ('2025-06-13', pg_temp.portfolio('empty'), 1000), ('2025-06-14', pg_temp.portfolio('empty'), 900);
SELECT round(m.var_95, 6) = round(vesu.parametric_var(1000, r.deviation)::numeric, 6) AS by_its_returns, correlation_score, protocol_risk_score
  FROM vesu_portfolio.take_risk_metrics(pg_temp.portfolio('empty'), '2025-06-15 12:00:03') AS m, (SELECT vesu.volatility(v, 1) AS deviation FROM (VALUES (-0.1::float8), (1 / 0.9::float8 - 1)) AS t (v)) AS r;
-- Once for a moment, once an hour.
SELECT count(*) AS rows FROM vesu_portfolio.risk_metrics \gset
SELECT (vesu_portfolio.take_risk_metrics(pg_temp.portfolio('one'))).var_95 > 0 AS again;
SELECT vesu_portfolio.take_all_risk_metrics() AS same_hour, vesu_portfolio.take_all_risk_metrics('2025-06-15 13:30') AS next_hour, vesu_portfolio.take_all_risk_metrics('2025-06-15 13:31') AS again;
SELECT count(*) - :rows AS more FROM vesu_portfolio.risk_metrics;
SELECT pg_temp.report('SELECT vesu_portfolio.' || call)
  FROM (VALUES (1, $$take_portfolio_snapshot(NULL)$$), (2, $$take_portfolio_snapshot('00000000-0000-0000-0000-000000000000')$$), (3, $$take_portfolio_snapshot(pg_temp.portfolio('one'), NULL)$$),
               (4, $$take_risk_metrics(NULL)$$), (5, $$take_risk_metrics('00000000-0000-0000-0000-000000000000')$$), (6, $$take_risk_metrics(pg_temp.portfolio('one'), 'infinity')$$),
               (7, $$take_all_portfolio_snapshots(NULL)$$), (8, $$take_all_risk_metrics('-infinity')$$)) AS cases (number, call) ORDER BY number;
ROLLBACK;
