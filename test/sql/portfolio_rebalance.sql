-- Trades that bring a portfolio back to its target.
BEGIN;
\getenv directory PG_ABS_SRCDIR
\set report :directory '/sql/support/report.sql'
\set holdings :directory '/sql/support/portfolio_holdings.sql'
\set ECHO none
\i :report
\i :holdings
\set ECHO all
-- A portfolio of these values in ETH, USDC and BTC and of this target, as its plan.
CREATE FUNCTION pg_temp.plan(eth numeric, usdc numeric, btc numeric, target jsonb, threshold numeric DEFAULT 0.05, min_trade numeric DEFAULT 50)
    RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM vesu_portfolio.portfolio_positions;
    PERFORM pg_temp.hold('one', held.asset, 1, 0, held.value)
       FROM (VALUES (pg_temp.asset('ETH'), eth), (pg_temp.asset('USDC'), usdc), (pg_temp.asset('BTC', NULL), btc)) AS held (asset, value) WHERE held.value IS NOT NULL;
    UPDATE vesu_portfolio.portfolios SET target_allocation = target WHERE name = 'one';
    RETURN (SELECT string_agg(concat_ws(' ', p.side, a.symbol, 'on ' || a.chain_id, p.amount, 'drift', p.drift, p.urgency), '; ')
              FROM vesu_portfolio.rebalance_plan(pg_temp.portfolio('one'), threshold, min_trade) AS p JOIN vesu_portfolio.assets AS a ON a.id = p.asset_id);
END $$;
\set half '{"ETH": 0.5, "00000000-0000-0000-0000-0000000000e2": 0.5}'
SELECT scenario, plan
  FROM (VALUES
    (1, 'the trade is total * drift', pg_temp.plan(62000, 38000, NULL, :'half')),
    (2, 'drift at the threshold: none', pg_temp.plan(55000, 45000, NULL, :'half')),
    (3, 'the last unit above it', pg_temp.plan(55000.000000000000000001, 44999.999999999999999999, NULL, :'half')),
    (4, 'at 1.5 thresholds: low', pg_temp.plan(57500, 42500, NULL, :'half')),
    (5, 'above: medium', pg_temp.plan(57501, 42499, NULL, :'half')),
    (6, 'at 2 thresholds: medium', pg_temp.plan(60000, 40000, NULL, :'half')),
    (7, 'above: high', pg_temp.plan(60001, 39999, NULL, :'half')),
    (8, 'a trade at min_trade', pg_temp.plan(60, 40, NULL, :'half', 0.05, 10)),
    (9, 'one below it', pg_temp.plan(60, 40, NULL, :'half', 0.05, 10.000000000000000001)),
    (10, 'a small drift beside a great one; the urgency is that of the plan', pg_temp.plan(70000, 20000, 10000, '{"ETH": 0.5, "00000000-0000-0000-0000-0000000000e2": 0.41, "BTC": 0.09}')),
    (11, 'no target: sell all', pg_temp.plan(50000, 30000, 20000, :'half')),
    (12, 'not held: buy', pg_temp.plan(100000, NULL, NULL, '{"ETH": 0.8, "BTC": 0.2}')),
    (13, 'no target allocation', pg_temp.plan(62000, 38000, NULL, '{}')),
    (14, 'nothing held', pg_temp.plan(NULL, NULL, NULL, :'half')),
    (15, 'nothing worth anything', pg_temp.plan(0, 0, NULL, :'half')),
    (16, 'threshold 0 and balanced', pg_temp.plan(50, 50, NULL, :'half', 0, 0)),
    (17, 'the amount is rounded down, the drift to the nearest', pg_temp.plan(1, 1, 1, '{"ETH": 0.1000000000000000005, "00000000-0000-0000-0000-0000000000e2": 0.8999999999999999995}', 0, 0)),
    (18, 'a sum of 0.9999', pg_temp.plan(62000, 38000, NULL, '{"ETH": 0.4999, "00000000-0000-0000-0000-0000000000e2": 0.5}')),
    (19, 'a sum of 1.0001', pg_temp.plan(62000, 38000, NULL, '{"ETH": 0.5001, "00000000-0000-0000-0000-0000000000E2": 0.5}'))
  ) AS cases (number, scenario, plan) ORDER BY number;
-- A borrowing is not traded, nor part of the whole; two positions of one asset are one; prices count before current_value.
SELECT pg_temp.plan(31000, 38000, NULL, :'half') AS before_more;
SELECT pg_temp.hold('one', pg_temp.asset('ETH'), 31000, 0, 5, 'staked'), pg_temp.hold('one', pg_temp.asset('BTC', NULL), 1, 0, 50000, 'borrowing'),
       pg_temp.price(pg_temp.asset('ETH'), 1, '2025-06-15 11:00');
UPDATE vesu_portfolio.portfolio_positions SET quantity = 31000 WHERE asset_id = pg_temp.asset('ETH');
SELECT a.symbol, p.side, p.drift, p.amount, p.urgency FROM vesu_portfolio.rebalance_plan(pg_temp.portfolio('one')) AS p JOIN vesu_portfolio.assets AS a ON a.id = p.asset_id;

-- What a target may not be.
SELECT target, pg_temp.report(format('SELECT pg_temp.plan(62000, 38000, NULL, %L)', target))
  FROM (VALUES (1, '{"ETH": 0.5, "BTC": 0.4998}'), (2, '{"ETH": 0.5, "BTC": 0.5002}'), (3, '{"ETH": 1.1, "BTC": -0.1}'), (4, '{"ETH": "1"}'), (5, '{"ETH": null}'),
               (6, '{"DOGE": 1}'), (7, '{"00000000-0000-0000-0000-0000000000ff": 1}'), (8, '{"USDC": 1}'), (9, '{"eth": 1}'),
               (10, '{"ETH": 0.5, "00000000-0000-0000-0000-0000000000e1": 0.5}'), (11, '[1]'), (12, '0')) AS cases (number, target) ORDER BY number;
SELECT pg_temp.report('SELECT vesu_portfolio.rebalance_plan(' || arguments || ')')
  FROM (VALUES (1, $$NULL$$), (2, $$'00000000-0000-0000-0000-000000000000'$$), (3, $$pg_temp.portfolio('one'), NULL$$), (4, $$pg_temp.portfolio('one'), -0.01$$),
               (5, $$pg_temp.portfolio('one'), 'NaN'$$), (6, $$pg_temp.portfolio('one'), 0.05, NULL$$), (7, $$pg_temp.portfolio('one'), 0.05, 'Infinity'$$)) AS cases (number, arguments)
 ORDER BY number;
ROLLBACK;
