-- The positions as a table without vesu has them: no triggers, no kept columns, the seven documented indexes.
DROP TABLE IF EXISTS bench.vesu_positions;
CREATE TABLE bench.vesu_positions AS
    SELECT id, user_id, pool_address, collateral_asset, debt_asset, collateral_amount, debt_amount, vtoken_balance, health_factor,
           status, last_updated, created_at, updated_at, deleted_at
      FROM vesu.vesu_positions;
ALTER TABLE bench.vesu_positions ADD PRIMARY KEY (id);
SELECT replace(indexdef, ' ON vesu.', ' ON bench.') FROM pg_indexes
 WHERE schemaname = 'vesu' AND tablename = 'vesu_positions' AND indexname LIKE 'idx\_%' \gexec
VACUUM ANALYZE bench.vesu_positions;
