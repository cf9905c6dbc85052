-- The price of C1 falls by 5 %; then every liquidatable position. All of it at the size of the market that is loaded.
SELECT 'price tick and scan, ' || to_char(:positions, 'FM999,999,999') || ' positions' AS measurement \gset
SELECT format('UPDATE vesu.vesu_asset_prices SET price = %s, observed_at = vesu.now() WHERE asset = ''C1''', :low) AS tick,
       format('SELECT vesu.record_price(''C1'', %s)', :high) AS reset \gset
SET max_parallel_workers_per_gather = 0;

\set query 'SELECT id, user_id, collateral_amount, debt_amount, health_factor FROM vesu.find_liquidatable_positions()'
SELECT bench.found_positions(:'query') AS answer \gset
CALL bench.measure(:'measurement', 'vesu', :'query', :'answer', change => format('SELECT vesu.record_price(''C1'', %s)', :low), reset => :'reset', runs => 21);

-- Every position with its interest, on the same table.
CREATE OR REPLACE VIEW bench.evaluated AS
SELECT p.id, p.user_id, p.collateral_shares * pool.collateral_index AS collateral_amount, p.nominal_debt * pool.debt_index AS debt_amount,
       p.collateral_shares * pool.collateral_index * c.price * pool.liquidation_threshold AS allowed,
       p.nominal_debt * pool.debt_index * d.price AS owed
  FROM vesu.vesu_positions AS p
  JOIN vesu.vesu_pools AS pool ON pool.pool_address = p.pool_address
  JOIN vesu.vesu_asset_prices AS c ON c.asset = pool.collateral_asset
  JOIN vesu.vesu_asset_prices AS d ON d.asset = pool.debt_asset
 WHERE p.deleted_at IS NULL AND p.status = 'active' AND p.debt_amount > 0 AND pool.is_active AND pool.deleted_at IS NULL;
\set query 'SELECT id, user_id, collateral_amount, debt_amount, trunc(allowed / owed, 18) AS health_factor FROM bench.evaluated WHERE allowed < owed ORDER BY 5'
SELECT bench.found_positions(:'query') AS answer \gset
-- They read the table from end to end: with nested loops over an index they would be slower still.
SET enable_indexscan = off;
SET enable_bitmapscan = off;
CALL bench.measure(:'measurement', 'full scan in SQL, serial', :'query', :'answer', :'tick', :'reset', runs => :scans);
-- The planner expects a third of the rows to pass; told that passing them on is free, it uses its workers.
SET max_parallel_workers_per_gather = 2;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
CALL bench.measure(:'measurement', 'full scan in SQL, parallel', :'query', :'answer', :'tick', :'reset', runs => :scans);
RESET ALL;
