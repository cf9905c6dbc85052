-- The holdings of one wallet at the end of the replay as a portfolio: what it is worth, what would balance it, how risky it is.
\i test/demo/layout.psql
SET vesu.clock = '2021-09-02 17:00+00';

-- The wallet with debt whose active positions are in the most assets.
SELECT held.user_id, owner.wallet
  FROM vesu.position_health AS held
  JOIN (SELECT DISTINCT user_id, wallet FROM demo.event) AS owner USING (user_id)
 WHERE held.status = 'active'
 GROUP BY held.user_id, owner.wallet
HAVING sum(held.debt_value) > 1000
 ORDER BY count(DISTINCT held.collateral_asset) DESC, sum(held.collateral_value) DESC LIMIT 1 \gset

INSERT INTO vesu_portfolio.users (id, email, username, password_hash)
VALUES (:'user_id', :'wallet' || '@demo.invalid', :'wallet', 'none');
INSERT INTO vesu_portfolio.portfolios (user_id, name) VALUES (:'user_id', 'what ' || :'wallet' || ' holds') RETURNING id AS portfolio_id \gset
-- Without a series: its price is what the events say, in vesu.vesu_asset_prices.
INSERT INTO vesu_portfolio.assets (symbol, name, asset_type, metadata) VALUES ('MATIC', 'WMATIC', 'crypto', '{"protocol_risk": 0.4}');

INSERT INTO vesu_portfolio.portfolio_positions
    (portfolio_id, asset_id, quantity, average_cost, current_value, allocation_percentage, position_type, chain_id)
SELECT :'portfolio_id', asset.id, side.quantity,
       coalesce((SELECT round(sum(e.amount * e.price) / sum(e.amount), 18) FROM demo.event AS e
                  WHERE e.user_id = :'user_id' AND e.asset = side.asset
                    AND e.kind = CASE side.kind WHEN 'lending' THEN 'deposit' ELSE 'borrow' END), 0),
       0, 0, side.kind::vesu_portfolio.position_type_enum, 137
  FROM (SELECT h.collateral_asset AS asset, 'lending' AS kind, sum(h.collateral_amount) AS quantity
          FROM vesu.position_health AS h WHERE h.user_id = :'user_id' AND h.status = 'active' GROUP BY h.collateral_asset
        UNION ALL
        SELECT h.debt_asset, 'borrowing', sum(h.debt_amount)
          FROM vesu.position_health AS h WHERE h.user_id = :'user_id' AND h.status = 'active' GROUP BY h.debt_asset) AS side
  JOIN vesu_portfolio.assets AS asset ON asset.symbol = side.asset
 WHERE side.quantity > 0;
SELECT vesu_portfolio.refresh_allocations(:'portfolio_id') \g /dev/null

\echo
\echo :wallet on 2 September 2021: its lending positions, each at the fresher of its price in the series and of its price in lending.
\echo
SELECT asset.name AS "token", held.position_type AS "held as", to_char(held.quantity, '9,999,990.0000') AS "tokens",
       to_char(held.current_value, '9,999,990') AS "USD", to_char(100 * held.allocation_percentage, '990.00 %') AS "part"
  FROM vesu_portfolio.portfolio_positions AS held JOIN vesu_portfolio.assets AS asset ON asset.id = held.asset_id
 WHERE held.portfolio_id = :'portfolio_id'
 ORDER BY held.position_type, held.current_value DESC;
SELECT to_char(vesu_portfolio.portfolio_value(:'portfolio_id'), '9,999,990.00') AS "worth, debts taken off, USD";

\echo What would bring its assets to equal parts (vesu_portfolio.rebalance_plan):
\echo
UPDATE vesu_portfolio.portfolios
   SET target_allocation = (SELECT jsonb_object_agg(asset_id, round(1.0 / assets, 6))
                              FROM (SELECT DISTINCT asset_id, count(*) OVER () AS assets FROM vesu_portfolio.portfolio_positions
                                     WHERE portfolio_id = :'portfolio_id' AND position_type <> 'borrowing') AS held)
 WHERE id = :'portfolio_id';
SELECT plan.side, asset.name AS "token", to_char(plan.amount, '9,999,990') AS "for USD", to_char(100 * plan.drift, 'S990.0 %') AS "drift", plan.urgency
  FROM vesu_portfolio.rebalance_plan(:'portfolio_id') AS plan JOIN vesu_portfolio.assets AS asset ON asset.id = plan.asset_id
 ORDER BY plan.side DESC, plan.amount DESC;

\echo Had it held this since 1 June: a snapshot of each day (vesu_portfolio.take_portfolio_snapshot), and the risk of the last. WMATIC has
\echo no series here, so that its value stays what it is now:
\echo
SELECT count(vesu_portfolio.take_portfolio_snapshot(:'portfolio_id', day))
  FROM generate_series(timestamptz '2021-06-01 17:00+00', '2021-09-02 17:00+00', '1 day') AS day \g /dev/null
SELECT to_char(timestamp, 'DD Mon') AS "UTC", to_char(total_value, '9,999,990') AS "worth, USD", to_char(100 * daily_return, 'S990.0 %') AS "of the day",
       to_char(sharpe_ratio, '990.00') AS "Sharpe", to_char(100 * max_drawdown, '990.0 %') AS "max. drawdown", to_char(100 * volatility, '990.0 %') AS "volatility"
  FROM vesu_portfolio.portfolio_snapshots WHERE portfolio_id = :'portfolio_id' AND extract(day FROM timestamp) IN (1, 2) ORDER BY timestamp;
SELECT to_char(var_95, '9,999,990') AS "VaR 95 %, USD a day", to_char(cvar_95, '9,999,990') AS "CVaR 95 %", to_char(correlation_score, '0.00') AS "mean |ρ|",
       CASE WHEN liquidation_distance < -1e9 THEN 'a debt without collateral' ELSE to_char(100 * liquidation_distance, '990.0 %') END AS "to liquidation", to_char(protocol_risk_score, '0.00') AS "protocol risk"
  FROM vesu_portfolio.take_risk_metrics(:'portfolio_id');
SELECT assessment_type AS "risk", to_char(risk_score, '0.00') AS "score", vesu.risk_severity(risk_score) AS "severity",
       to_char(100 * confidence_level, '990 %') AS "confidence"
  FROM vesu_portfolio.assess_portfolio(:'portfolio_id') ORDER BY assessment_type;

\echo Its greatest risk becomes an alert, raised twice and kept once, and a task that an agent takes and ends:
\echo
SELECT vesu_portfolio.raise_risk_alert(:'portfolio_id', 'liquidation_risk', 'high', 'prices need not fall far', dedup_key => 'demo') AS first \gset
SELECT vesu_portfolio.raise_risk_alert(:'portfolio_id', 'liquidation_risk', 'high', 'prices need not fall far', dedup_key => 'demo') AS second \gset
SELECT vesu_portfolio.enqueue_task('aegis', 'watch', jsonb_build_object('alert', :'first'), priority => 1) AS task \gset
SELECT id FROM vesu_portfolio.claim_tasks('aegis') \g /dev/null
SELECT vesu_portfolio.complete_task(:'task', '{"seen": true}') \g /dev/null
SELECT :'first' = :'second' AS "one alert", count(*) AS "open alerts",
       (SELECT t.status FROM vesu_portfolio.agent_tasks AS t WHERE t.id = :'task') AS "task"
  FROM vesu_portfolio.risk_alerts WHERE portfolio_id = :'portfolio_id';
