-- What fitted and what did not, the pools, the liquidations.
\i test/demo/layout.psql

\echo
\echo How many events fitted:
\echo
WITH counted AS (
    SELECT CASE outcome.outcome
                WHEN 'applied' THEN 'applied as recorded'
                WHEN 'cut' THEN 'applied, cut by at most 2 % (interest of Aave)'
                WHEN 'refused by vesu' THEN 'arranged, and refused by vesu'
                ELSE 'no position to apply it to' END AS outcome,
           array_position('{applied,cut,refused by vesu,without a position}', outcome.outcome) AS place,
           pair.prime
      FROM demo.event
      LEFT JOIN demo.outcome USING (event_no)
      LEFT JOIN demo.pair USING (pool_address))
SELECT coalesce(outcome, 'all') AS "events",
       count(*) FILTER (WHERE prime) AS "on Prime",
       count(*) FILTER (WHERE NOT prime) AS "on the demo's own",
       count(*) FILTER (WHERE prime IS NULL) AS "on none",
       count(*) AS "together",
       to_char(100.0 * count(*) / (SELECT count(*) FROM demo.event), 'FM990.0') || ' %' AS "share"
  FROM counted GROUP BY GROUPING SETS ((outcome, place), ()) ORDER BY place;

SELECT demo.require(count(*) = (SELECT count(*) FROM demo.event), 'an event has no outcome')
  FROM demo.outcome \g /dev/null

\echo Why the others did not:
\echo
SELECT coalesce(refusal.condition, outcome.reason) AS "reason", count(*) AS "events"
  FROM demo.outcome
  LEFT JOIN (VALUES
        ('VS001 on repay', 'repay: VS001, above the debt (more of it than fitted was borrowed on Aave)'),
        ('VS006 on redeem', 'redeem: VS006, above the collateral of the position'),
        ('VS007 on borrow', 'borrow: VS007, the pool has not so much left to lend'),
        ('VS008 on borrow', 'borrow: VS008, the LTV would exceed the maximum of the pair'),
        ('VS008 on redeem', 'redeem: VS008, the LTV would exceed the maximum of the pair'),
        ('VS009 on redeem', 'redeem: VS009, the health factor would fall below 1'),
        ('VS009 on borrow', 'borrow: VS009, the health factor would fall below 1'),
        ('VS010 on liquidation', 'liquidation: VS010, the position is healthy on its pair'),
        ('VS012 on borrow', 'borrow: VS012, the price is too old'),
        ('VS012 on redeem', 'redeem: VS012, the price is too old')
       ) AS refusal (reason, condition) USING (reason)
 WHERE outcome.outcome NOT IN ('applied', 'cut')
 GROUP BY 1 ORDER BY count(*) DESC, 1;

\echo The pools that hold more than a dollar. Utilization is of the million that was assumed:
\echo
SELECT vesu.asset_pair(pool) AS "pair",
       CASE WHEN pair.prime THEN 'Prime' ELSE 'demo' END AS "pool",
       (SELECT count(*) FROM vesu.vesu_positions AS held
         WHERE held.pool_address = pool.pool_address AND held.status = 'active') AS "positions",
       to_char(pool.total_collateral * collateral.price, '999,999,990') AS "collateral, USD",
       to_char(pool.total_borrow * debt.price, '999,999,990') AS "debt, USD",
       to_char(100 * vesu.utilization_rate(pool), 'FM990.00') || ' %' AS "utilization",
       to_char(vesu.available_liquidity(pool), '999,999,990.00') || ' ' || pool.debt_asset AS "left to borrow"
  FROM vesu.vesu_pools AS pool
  JOIN demo.pair USING (pool_address)
  JOIN vesu.vesu_asset_prices AS collateral ON collateral.asset = pool.collateral_asset
  JOIN vesu.vesu_asset_prices AS debt ON debt.asset = pool.debt_asset
 WHERE pool.total_collateral * collateral.price > 1 OR pool.total_borrow * debt.price > 1
 ORDER BY pair.prime DESC, pool.total_borrow * debt.price DESC, pool.total_collateral * collateral.price DESC;

\echo The three real liquidations, beside what they took on Aave (which pays another bonus):
\echo
SELECT to_char(at, 'DD Mon HH24:MI') AS "time", collateral_asset || '-' || debt_asset AS "pair",
       round(debt_amount, 2) AS "repaid on Aave", round(debt_repaid, 2) AS "repaid here",
       round(amount, 6) AS "seized on Aave", round(collateral_seized, 6) AS "seized here"
  FROM demo.liquidation WHERE event_no IS NOT NULL ORDER BY at;

\echo All liquidations. (MATIC has a price only when an event brings one; such a jump left the bad debt.)
\echo
SELECT total_liquidations AS "liquidations", unique_liquidators AS "liquidators",
       (SELECT count(*) FROM vesu.vesu_positions WHERE status = 'liquidated') AS "liquidated whole",
       (SELECT count(*) FROM vesu.vesu_positions WHERE status = 'active' AND collateral_amount = 0 AND debt_amount > 0)
           AS "left with bad debt",
       (SELECT to_char(sum(debt_value), '999,999,990') FROM vesu.position_health
         WHERE status = 'active' AND collateral_amount = 0 AND debt_amount > 0) AS "bad debt, USD"
  FROM vesu.liquidation_stats();
\echo The leaderboard (vesu.liquidator_leaderboard). It adds up token units of all pools, DAI and ETH alike:
\echo
SELECT row_number() OVER () AS "place",
       CASE WHEN address = '0x6b6565706572' THEN 'the keeper' ELSE demo.short(address::text) END AS "liquidator",
       count AS "liquidations", round(total_bonus, 6) AS "bonus", round(total_debt_repaid, 2) AS "debt repaid",
       round(total_collateral_seized, 6) AS "collateral seized"
  FROM vesu.liquidator_leaderboard();
