-- The evening before the crash, asked without writing anything: what would falling prices do?
\i test/demo/layout.psql
SET vesu.clock = '2021-05-18 23:59+00';

\echo
\echo If ETH, WBTC, MATIC and AAVE all fell at once (vesu.simulate_prices):
\echo
SELECT '−' || round(100 * share) || ' %' AS "fall",
       sum(hit.positions) AS "liquidatable",
       to_char(sum(hit.debt * quote.price), '999,999,990') AS "their debt, USD",
       to_char(sum(hit.bad_debt * quote.price), '999,999,990') AS "bad debt, USD",
       repeat('█', round(sum(hit.debt * quote.price) / 10000)::int) AS "█ = 10,000 USD of debt"
  FROM generate_series(0.05, 0.70, 0.05) AS share
 CROSS JOIN LATERAL (SELECT jsonb_object_agg(asset, price * (1 - share)) AS prices
                       FROM vesu.vesu_asset_prices WHERE asset IN ('ETH', 'WBTC', 'MATIC', 'AAVE')) AS assumed
 CROSS JOIN LATERAL vesu.simulate_prices(assumed.prices) AS hit
  JOIN vesu.vesu_pools AS pool USING (pool_address)
  JOIN vesu.vesu_asset_prices AS quote ON quote.asset = pool.debt_asset
 GROUP BY share ORDER BY share;

-- Borrowers and debt of each Prime pool.
CREATE TEMP TABLE size AS
SELECT pool.pool_address, vesu.asset_pair(pool) AS pair, pool.collateral_asset, pool.debt_asset,
       to_char(collateral.price, 'FM999,990.00') AS price_now,
       count(*) FILTER (WHERE held.debt_amount > 0) AS borrowers,
       pool.total_borrow * debt.price AS debt_usd
  FROM vesu.vesu_pools AS pool
  JOIN demo.pair USING (pool_address)
  JOIN vesu.vesu_positions AS held USING (pool_address)
  JOIN vesu.vesu_asset_prices AS collateral ON collateral.asset = pool.collateral_asset
  JOIN vesu.vesu_asset_prices AS debt ON debt.asset = pool.debt_asset
 WHERE pair.prime
 GROUP BY pool.id, collateral.price, debt.price;

SELECT pool_address, pair, collateral_asset, debt_asset, price_now FROM size
 ORDER BY debt_usd DESC LIMIT 1 \gset
\echo The liquidation ladder of the largest Prime pool by debt, :pair:
\i test/demo/ladder.psql

SELECT pool_address, pair, collateral_asset, debt_asset, price_now FROM size
 ORDER BY borrowers DESC, debt_usd DESC LIMIT 1 \gset
\echo And of the one with most borrowers, :pair:
\i test/demo/ladder.psql
