-- The crash, driven hour by hour, and what the hours brought.
\i test/demo/layout.psql

CALL demo.replay('2021-05-24 00:00+00');

CREATE FUNCTION demo.short(address text) RETURNS text
    LANGUAGE sql IMMUTABLE
    RETURN '…' || right(address, 6);

-- When a position was found that had not been found the hour before.
CREATE VIEW demo.became_liquidatable AS
SELECT alarm.hour, alarm.position_id, alarm.health_factor, alarm.debt_usd
  FROM demo.alarm
 WHERE NOT EXISTS (SELECT FROM demo.alarm AS before
                    WHERE before.position_id = alarm.position_id AND before.hour = alarm.hour - interval '1 hour');

-- A liquidation, who it was and what is left.
CREATE VIEW demo.liquidation AS
SELECT done."timestamp" AS at, done.position_id, done.liquidator_address, done.debt_repaid, done.collateral_seized,
       done.liquidation_bonus, held.collateral_asset, held.debt_asset, event.event_no, event.debt_amount, event.amount,
       CASE WHEN event.event_no IS NULL THEN 'the keeper' ELSE 'as on Aave' END AS liquidator
  FROM vesu.vesu_liquidations AS done
  JOIN vesu.vesu_positions AS held ON held.id = done.position_id
  LEFT JOIN demo.event ON event.transaction_hash = done.transaction_hash;

\echo
\echo 19 May, price by price. At risk: a health factor from 1 to 1.2. Liquidatable: below 1.
\echo
SELECT to_char(hour, 'HH24:MI') AS "UTC",
       to_char(prices[array_position(assets, 'ETH')], '99,990') AS "ETH, USD",
       to_char(prices[array_position(assets, 'WBTC')], '99,990') AS "WBTC, USD",
       replayed.at_risk AS "at risk",
       liquidatable.positions AS "liquidatable",
       to_char(liquidatable.debt_usd, '999,999,990') AS "their debt, USD",
       repeat('█', round(liquidatable.debt_usd / 10000)::int) AS "█ = 10,000 USD"
  FROM demo.tick
  JOIN demo.replayed USING (hour)
 CROSS JOIN LATERAL (SELECT count(*) AS positions, sum(debt_usd) AS debt_usd
                       FROM demo.alarm WHERE alarm.hour = tick.hour) AS liquidatable
 WHERE hour >= '2021-05-19 00:00+00' AND hour < '2021-05-20 00:00+00'
 ORDER BY hour;

\echo Positions that became liquidatable, 19 to 23 May:
\echo
SELECT to_char(hour, 'DD Mon HH24:MI') AS "hour",
       demo.short(wallet) AS "wallet",
       vesu.asset_pair(pool) AS "pair",
       CASE WHEN pair.prime THEN 'Prime' ELSE 'demo' END AS "pool",
       round(became.health_factor, 4) AS "health factor",
       to_char(became.debt_usd, '999,999,990') AS "debt, USD"
  FROM demo.became_liquidatable AS became
  JOIN vesu.vesu_positions AS held ON held.id = became.position_id
  JOIN vesu.vesu_pools AS pool USING (pool_address)
  JOIN demo.pair USING (pool_address)
  JOIN (SELECT DISTINCT user_id, wallet FROM demo.event) AS owner USING (user_id)
 WHERE hour >= '2021-05-19 00:00+00'
 ORDER BY hour, became.debt_usd DESC;

\echo Liquidations, 19 to 23 May. The keeper acts on what was found two hours running and repays half
\echo the debt, all of it below 5,000 USD. On Aave only wallet …aba682 was liquidated: there all that a wallet
\echo has stands for all that it owes, here each pair stands for itself.
\echo
SELECT to_char(at, 'DD Mon HH24:MI') AS "time", liquidator AS "by",
       collateral_asset || '-' || debt_asset AS "pair",
       to_char(debt_repaid, '999,999,990.00') AS "debt repaid",
       to_char(collateral_seized, '999,990.000000') AS "collateral seized",
       to_char(liquidation_bonus, '999,990.000000') AS "bonus in it"
  FROM demo.liquidation
 WHERE at >= '2021-05-19 00:00+00'
 ORDER BY at, debt_repaid DESC;

\i test/demo/progress.psql
