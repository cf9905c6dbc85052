-- The same tick where health factors are stored: those of the pools that the price touches are written anew.
\ir plain.sql
SELECT 'price tick and scan, ' || to_char(:positions, 'FM999,999,999') || ' positions' AS measurement \gset
SELECT format('UPDATE vesu.vesu_asset_prices SET price = %s, observed_at = vesu.now() WHERE asset = ''C1''', :low) AS tick,
       format('SELECT vesu.record_price(''C1'', %s)', :high) AS reset \gset
\set rewrite '; UPDATE bench.vesu_positions AS p SET health_factor = trunc(p.collateral_amount * c.price * pool.liquidation_threshold / (p.debt_amount * d.price), 18), updated_at = vesu.now() FROM vesu.vesu_pools AS pool JOIN vesu.vesu_asset_prices AS c ON c.asset = pool.collateral_asset JOIN vesu.vesu_asset_prices AS d ON d.asset = pool.debt_asset WHERE pool.pool_address = p.pool_address AND ''C1'' IN (pool.collateral_asset, pool.debt_asset) AND p.debt_amount > 0 AND p.status = ''active'' AND p.deleted_at IS NULL'
\set query 'SELECT id, user_id, collateral_amount, debt_amount, health_factor FROM bench.vesu_positions WHERE status = ''active'' AND health_factor < 1 AND deleted_at IS NULL ORDER BY health_factor'
SELECT bench.found_positions(:'query') AS answer \gset
CALL bench.measure(:'measurement', 'stored health factors rewritten', :'query', :'answer', :'tick' || :'rewrite', :'reset', runs => 3);
