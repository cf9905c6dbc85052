-- The risks of a portfolio, with positions of the lending module and without it.
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
-- Where each score begins; the four golden levels of a health factor, 1.05, 1.1, 1.3 and 1.5, each end one.
SELECT health_factor, vesu_portfolio.liquidation_score(health_factor)
  FROM unnest(ARRAY[0, 1, 1.05, 1.050000000000000001, 1.1, 1.100000000000000001, 1.3, 1.300000000000000001, 1.499999999999999999, 1.5, 100, NULL]) AS health_factor;
-- Nothing held, nothing owed: nothing to assess.
SELECT count(*) FROM vesu_portfolio.assess_portfolio(pg_temp.portfolio('one'));

-- Positions of the user, each in a pool of its own: the lowest health factor counts, of active ones with debt.
SELECT vesu.record_prices(ARRAY['ETH', 'USDC'], ARRAY[2500, 1]);
INSERT INTO vesu.vesu_pools (pool_address, collateral_asset, debt_asset, max_ltv, liquidation_threshold, liquidation_bonus, total_supply)
SELECT format('0x%s', i)::vesu.felt252, 'ETH', 'USDC', 0.75, 0.8, 0.05, 1000000 FROM generate_series(1, 4) AS i;
CREATE FUNCTION pg_temp.borrow(pool int, collateral numeric, debt numeric, owner uuid DEFAULT '00000000-0000-0000-0000-0000000000a1', status vesu.position_status DEFAULT 'active') RETURNS void LANGUAGE sql AS $$
    INSERT INTO vesu.vesu_positions (user_id, pool_address, collateral_amount, debt_amount, status) VALUES (owner, format('0x%s', pool)::vesu.felt252, collateral, debt, status) $$;
SELECT pg_temp.borrow(1, 1, 1000), pg_temp.borrow(2, 1, 0), pg_temp.borrow(3, 1, 1900, gen_random_uuid()), pg_temp.borrow(4, 1, 5000, status => 'closed');
SELECT assessment_type, risk_score, confidence_level, factors, recommendations, satellite_source, created_at, expires_at FROM vesu_portfolio.assess_portfolio(pg_temp.portfolio('one'));
CREATE FUNCTION pg_temp.owing(debt numeric, OUT debt_of numeric, OUT score numeric, OUT health text, OUT distance numeric) LANGUAGE plpgsql AS $$
BEGIN
    UPDATE vesu.vesu_positions SET debt_amount = debt WHERE pool_address = '0x1';
    SELECT debt, a.risk_score, a.factors ->> 'health_factor', l.distance INTO debt_of, score, health, distance
      FROM vesu_portfolio.assess_portfolio(pg_temp.portfolio('one')) AS a, vesu_portfolio.lending_risk(ARRAY[pg_temp.portfolio('one')]) AS l;
END $$;
SELECT owing.* FROM unnest(ARRAY[1333, 1334, 1538, 1539, 1818, 1819, 1904, 1905, 2000, 2500]) AS debt CROSS JOIN LATERAL pg_temp.owing(debt);
-- With holdings of 46 days: 45 returns are a confidence of a half. Scores are rounded up to 4 decimals.
INSERT INTO vesu_portfolio.market_data ("timestamp", asset_id, chain_id, price, source)
SELECT timestamptz '2025-06-15' - i * interval '1 day', asset.id::text, 1, round(asset.price::numeric, 6), 'test'
  FROM generate_series(0, 45) AS i CROSS JOIN LATERAL (VALUES (pg_temp.asset('ETH'), 2000 + 20 * sin(i)), (pg_temp.asset('BTC', NULL), 50000 + 100 * sin(i * 1.3))) AS asset (id, price);
SELECT pg_temp.hold('one', pg_temp.asset('ETH'), 10, 1000, 0), pg_temp.hold('one', pg_temp.asset('BTC', NULL), 1, 40000, 0);
CREATE TEMPORARY TABLE assessed AS SELECT * FROM vesu_portfolio.assess_portfolio(pg_temp.portfolio('one'), ttl => '90 minutes');
SELECT assessment_type, risk_score, confidence_level, factors, expires_at FROM assessed ORDER BY assessment_type;
-- Two roads to the numbers. 25000 at 0.1 and 50000 at the default 0.3, as 2 is no fraction: 17500 / 75000 = 0.2333.
SELECT a.assessment_type, a.risk_score = ceil(10000 * CASE a.assessment_type WHEN 'correlation' THEN round(abs(m.matrix[1][2])::numeric, 8)
                                                                             WHEN 'market' THEN round(m.volatility::numeric, 8) END) / 10000 AS agrees
  FROM assessed AS a
 CROSS JOIN (SELECT c.matrix, vesu.portfolio_volatility(ARRAY[1 / 3.0, 2 / 3.0], ARRAY[e.sigma, b.sigma], c.matrix) AS volatility
               FROM (SELECT vesu_portfolio.correlation_matrix(ARRAY[pg_temp.asset('ETH')::text, pg_temp.asset('BTC', NULL)::text], '2025-04-01', '2025-06-15') AS matrix) AS c,
                    (SELECT vesu.volatility(r.gain) AS sigma FROM vesu_portfolio.daily_returns(ARRAY[pg_temp.asset('ETH')::text], '2025-04-01', '2025-06-15') AS r) AS e,
                    (SELECT vesu.volatility(r.gain) AS sigma FROM vesu_portfolio.daily_returns(ARRAY[pg_temp.asset('BTC', NULL)::text], '2025-04-01', '2025-06-15') AS r) AS b) AS m
 WHERE a.assessment_type IN ('correlation', 'market') ORDER BY 1;
SELECT count(*) AS stored FROM vesu_portfolio.risk_assessments AS r JOIN assessed AS a USING (id) WHERE r.risk_score = a.risk_score;
-- A single asset correlates with nothing; fewer than 30 returns say nothing of correlation; volatility is at most 1.
DELETE FROM vesu_portfolio.portfolio_positions WHERE asset_id = pg_temp.asset('BTC', NULL);
SELECT assessment_type, risk_score, confidence_level FROM vesu_portfolio.assess_portfolio(pg_temp.portfolio('one')) ORDER BY 1;
UPDATE vesu_portfolio.market_data SET price = price * CASE WHEN extract(day FROM "timestamp")::int % 2 = 0 THEN 3 ELSE 1 END;
SELECT pg_temp.hold('one', pg_temp.asset('BTC', NULL), 1, 40000, 0);
SELECT assessment_type, risk_score, confidence_level, factors -> 'points' AS points FROM vesu_portfolio.assess_portfolio(pg_temp.portfolio('one'), '2025-05-30') ORDER BY 1;
-- More debt than assets: no volatility of a value.
SELECT pg_temp.hold('one', pg_temp.asset('BTC', NULL), 9, 40000, 0, 'borrowing');
SELECT assessment_type FROM vesu_portfolio.assess_portfolio(pg_temp.portfolio('one')) ORDER BY 1;
DELETE FROM vesu_portfolio.portfolio_positions WHERE position_type = 'borrowing';
-- An asset without a series hides neither correlation nor volatility: it moves as the others do, while they are nine tenths of the value.
CREATE FUNCTION pg_temp.scores() RETURNS TABLE (type text, score numeric, confidence numeric, points text) LANGUAGE sql AS $$
    SELECT a.assessment_type, a.risk_score, a.confidence_level, a.factors ->> 'points' FROM vesu_portfolio.assess_portfolio(pg_temp.portfolio('one')) AS a WHERE a.assessment_type IN ('correlation', 'market') ORDER BY 1 $$;
UPDATE vesu_portfolio.market_data SET price = price / CASE WHEN extract(day FROM "timestamp")::int % 2 = 0 THEN 3 ELSE 1 END;
SELECT * FROM pg_temp.scores();
SELECT pg_temp.hold('one', pg_temp.asset('USDC', 10), 8333, 1, 0);
SELECT * FROM pg_temp.scores();
SELECT h.deviation / (SELECT vesu.volatility(h.profit, 1) FROM (SELECT sum(r.gain * CASE r.asset_id WHEN pg_temp.asset('ETH')::text THEN 25000 ELSE 50000 END) AS profit FROM vesu_portfolio.daily_returns(ARRAY[pg_temp.asset('ETH')::text, pg_temp.asset('BTC', NULL)::text], '2025-04-01', '2025-06-15') AS r GROUP BY r.day) AS h) / (83333 / 75000.0) BETWEEN 0.999999 AND 1.000001 AS in_proportion,
       h.assets, h.points, h.common_points
  FROM vesu_portfolio.holdings_risk(ARRAY[pg_temp.portfolio('one')], vesu.now()) AS h;
UPDATE vesu_portfolio.portfolio_positions SET quantity = 8334 WHERE asset_id = pg_temp.asset('USDC', 10);
SELECT * FROM pg_temp.scores();
-- One with a short series: the pairs that have 30 days are there.
INSERT INTO vesu_portfolio.market_data ("timestamp", asset_id, chain_id, price, source)
SELECT timestamptz '2025-06-15' - i * interval '1 day', pg_temp.asset('USDC', 10)::text, 10, 75000 + i % 2, 'test' FROM generate_series(0, 29) AS i;
SELECT * FROM pg_temp.scores();
INSERT INTO vesu_portfolio.market_data ("timestamp", asset_id, chain_id, price, source) VALUES ('2025-05-16', pg_temp.asset('USDC', 10)::text, 10, 75000, 'test');
SELECT * FROM pg_temp.scores();
-- From 30 returns of the snapshots on, theirs; returns that say nothing yet leave no row.
INSERT INTO vesu_portfolio.portfolio_snapshots ("timestamp", portfolio_id, total_value)
SELECT timestamptz '2025-06-15' - i * interval '1 day', pg_temp.portfolio('one'), (SELECT vesu_portfolio.portfolio_value(pg_temp.portfolio('one'))) + 1000 * (i % 2) FROM generate_series(1, 29) AS i;
SELECT s.points FROM pg_temp.scores() AS s WHERE s.type = 'market';
INSERT INTO vesu_portfolio.portfolio_snapshots ("timestamp", portfolio_id, total_value)
SELECT '2025-05-16', pg_temp.portfolio('one'), vesu_portfolio.portfolio_value(pg_temp.portfolio('one'));
SELECT s.*, s.score = ceil(r.volatility * 10000)::numeric / 10000 AS of_the_snapshots
  FROM pg_temp.scores() AS s, (SELECT vesu.volatility(p.gain::float8) AS volatility FROM vesu_portfolio.period_returns(ARRAY[pg_temp.portfolio('one')], '2025-05-01', vesu.now(), true, ARRAY[vesu_portfolio.portfolio_value(pg_temp.portfolio('one'))]) AS p) AS r
 WHERE s.type = 'market';
DELETE FROM vesu_portfolio.market_data;
DELETE FROM vesu_portfolio.portfolio_snapshots WHERE "timestamp" < '2025-06-14';
UPDATE vesu_portfolio.portfolio_positions SET current_value = 1;
SELECT assessment_type, confidence_level FROM vesu_portfolio.assess_portfolio(pg_temp.portfolio('one')) ORDER BY 1;
DELETE FROM vesu_portfolio.portfolio_snapshots;
-- A debt without collateral: as low as the series holds, not NULL, which would mean no debt.
UPDATE vesu.vesu_positions SET collateral_amount = 0, debt_amount = 1 WHERE pool_address = '0x1';
SELECT l.distance, m.liquidation_distance, m.var_95 FROM vesu_portfolio.lending_risk(ARRAY[pg_temp.portfolio('one')]) AS l, vesu_portfolio.take_risk_metrics(pg_temp.portfolio('one')) AS m;

SELECT pg_temp.report('SELECT vesu_portfolio.assess_portfolio(' || arguments || ')')
  FROM (VALUES (1, $$NULL$$), (2, $$'00000000-0000-0000-0000-000000000000'$$), (3, $$pg_temp.portfolio('one'), NULL$$), (4, $$pg_temp.portfolio('one'), ttl => NULL$$),
               (5, $$pg_temp.portfolio('one'), ttl => '0'$$), (6, $$pg_temp.portfolio('one'), ttl => '-1 hour'$$),
               (7, $$pg_temp.portfolio('one'), ttl => '300000 years'$$)) AS cases (number, arguments) ORDER BY number;
-- Without the lending module there is no liquidation.
ALTER VIEW vesu.position_health RENAME TO renamed;
SELECT assessment_type FROM vesu_portfolio.assess_portfolio(pg_temp.portfolio('one')) ORDER BY 1;
ROLLBACK;
