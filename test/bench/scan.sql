-- Who is liquidatable: :positions positions in 20 pools, about 1,000 of them liquidatable, beside the same answer computed
-- from every position. Once never analyzed, once analyzed.
TRUNCATE vesu.vesu_pools, vesu.vesu_positions, vesu.vesu_transactions, vesu.vesu_liquidations, vesu.vesu_asset_prices CASCADE;
INSERT INTO vesu.vesu_pools (pool_address, collateral_asset, debt_asset, max_ltv, liquidation_threshold, liquidation_bonus,
                             debt_index, collateral_index)
SELECT ('0x' || to_hex(i))::vesu.felt252, 'C' || i, 'D' || i % 3, 0.75, 0.8, 0.05, 1 + i * 0.0123, 1 + i * 0.00456
  FROM generate_series(1, 20) AS i;
SELECT vesu.record_prices(ARRAY(SELECT 'C' || i FROM generate_series(1, 20) AS i) || ARRAY['D0', 'D1', 'D2'],
                          ARRAY(SELECT 1000 + i * 7.77 FROM generate_series(1, 20) AS i) || ARRAY[0.999, 1, 1.001]) AS prices \gset
UPDATE vesu.vesu_asset_prices SET max_age = '1 day';
-- Health factors from about 1.01 upwards, and 1,000 positions below 1, spread over the pools.
INSERT INTO vesu.vesu_positions (user_id, pool_address, collateral_amount, debt_amount)
SELECT md5(i::text)::uuid, pool.pool_address, trunc(collateral, 18),
       trunc(collateral * pool.price * 0.8 * pool.interest
             * CASE WHEN i % (:positions / 1000) = 0 THEN 1.01 + i % 7 * 0.01 ELSE 0.1 + abs(hashint4extended(i, 2) % 880) / 1000.0 END, 18)
  FROM generate_series(1, :positions) AS i
 CROSS JOIN LATERAL (SELECT 0.5 + abs(hashint4extended(i, 1)::numeric) / 1e18 AS collateral) AS amount
  JOIN (SELECT p.pool_address, row_number() OVER (ORDER BY p.pool_address) AS number, c.price / d.price AS price,
               p.debt_index / p.debt_index AS interest
          FROM vesu.vesu_pools AS p
          JOIN vesu.vesu_asset_prices AS c ON c.asset = p.collateral_asset
          JOIN vesu.vesu_asset_prices AS d ON d.asset = p.debt_asset) AS pool ON pool.number = i % 20 + 1;

CREATE OR REPLACE VIEW bench.full_evaluation AS
SELECT p.id, trunc(p.collateral_shares * pool.collateral_index * c.price * pool.liquidation_threshold
                   / (p.nominal_debt * pool.debt_index * d.price), 12) AS health_factor
  FROM vesu.vesu_positions AS p
  JOIN vesu.vesu_pools AS pool ON pool.pool_address = p.pool_address
  JOIN vesu.vesu_asset_prices AS c ON c.asset = pool.collateral_asset
  JOIN vesu.vesu_asset_prices AS d ON d.asset = pool.debt_asset
 WHERE p.deleted_at IS NULL AND p.status = 'active' AND p.debt_amount > 0 AND pool.is_active AND pool.deleted_at IS NULL
   AND p.collateral_shares * pool.collateral_index * c.price * pool.liquidation_threshold
       < p.nominal_debt * pool.debt_index * d.price;

\set answer 'SELECT count(*) || md5(string_agg(id::text || trunc(health_factor, 12), \',\' ORDER BY id)) FROM '
-- The peer reads the table from end to end: with nested loops over an index it would be slower still.
\set full_scan 'SET jit = off; SET enable_indexscan = off; SET enable_bitmapscan = off'
SET max_parallel_workers_per_gather = 0;
CALL bench.measure('scan, ' || :'label' || ' positions, never analyzed', 'vesu', :'answer' || 'vesu.find_liquidatable_positions()');
:full_scan;
CALL bench.measure('scan, ' || :'label' || ' positions, never analyzed', 'serial full evaluation in SQL', :'answer' || 'bench.full_evaluation');
VACUUM ANALYZE vesu.vesu_positions, vesu.vesu_pools, vesu.vesu_asset_prices;
RESET ALL;
SET max_parallel_workers_per_gather = 0;
CALL bench.measure('scan, ' || :'label' || ' positions, analyzed', 'vesu', :'answer' || 'vesu.find_liquidatable_positions()');
:full_scan;
CALL bench.measure('scan, ' || :'label' || ' positions, analyzed', 'serial full evaluation in SQL', :'answer' || 'bench.full_evaluation');
SET max_parallel_workers_per_gather = 2;
-- The planner expects a third of the rows to pass; told that passing them on is free, it uses its workers.
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
CALL bench.measure('scan, ' || :'label' || ' positions, analyzed', 'parallel full evaluation in SQL', :'answer' || 'bench.full_evaluation');
