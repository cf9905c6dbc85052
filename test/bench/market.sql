-- A market: :positions positions in :pools pools. One in :rarity is liquidatable once the price of C1 has fallen by 5 %, those
-- of pool 1 because of it. All others then have a health factor of 1.01 or more, so that floating point finds the same ones.
--
-- Leaves the two prices in :high and :low for the files that follow.
--
-- 120 µs a row through the triggers would be 20 minutes for ten million. So the library computes here what the trigger
-- keeps, indexes are built afterwards, one transaction spares the WAL, and a sample is written again through the trigger and compared.
\set high 1007.77
\set low 957.38
BEGIN;
TRUNCATE vesu.vesu_pools, vesu.vesu_positions, vesu.vesu_transactions, vesu.vesu_liquidations, vesu.vesu_asset_prices,
         vesu.vesu_position_history;
INSERT INTO vesu.vesu_pools (pool_address, collateral_asset, debt_asset, max_ltv, liquidation_threshold, liquidation_bonus,
                             total_supply, debt_index, collateral_index)
SELECT bench.felt(n), 'C' || n, 'D' || n % 3, 0.75, 0.8, 0.05, 1e15, 1 + n * 0.0123, 1 + n * 0.00456
  FROM generate_series(1, :pools) AS n;
SELECT vesu.record_prices(ARRAY(SELECT 'C' || n FROM generate_series(1, :pools) AS n) || ARRAY['D0', 'D1', 'D2'],
                          ARRAY(SELECT 1000 + n * 7.77 FROM generate_series(1, :pools) AS n) || ARRAY[0.999, 1, 1.001]) AS prices \gset
UPDATE vesu.vesu_asset_prices SET max_age = '1 day';

SET maintenance_work_mem = '1GB';
-- No two rows have the same amounts to remember.
SET enable_memoize = off;
SET session_replication_role = replica;
SELECT format('DROP INDEX vesu.%I', indexname) FROM pg_indexes
 WHERE schemaname = 'vesu' AND tablename = 'vesu_positions' AND indexname <> 'vesu_positions_pkey' \gexec
INSERT INTO vesu.vesu_positions (id, user_id, pool_address, collateral_asset, debt_asset, collateral_amount, debt_amount, vtoken_balance,
                                 health_factor, nominal_debt, collateral_shares, risk_ratio)
SELECT bench.position_id(n), bench.user_id(n, least(:pools, 5)), pool_address, collateral_asset, debt_asset, collateral, debt,
       vesu.vtokens_for_assets(collateral, collateral_index),
       vesu.health_factor(collateral, collateral_price, 0.8, debt, debt_price), nominal, shares, vesu.risk_ratio(nominal, shares)
  FROM generate_series(1, :positions) AS n
  JOIN (SELECT *, substr(collateral_asset, 2)::int AS number FROM vesu.pool_prices OFFSET 0) AS pool ON pool.number = n % :pools + 1
 CROSS JOIN LATERAL (SELECT trunc(0.5 + abs(hashint8extended(n, 1)::numeric) * 1e-18, 18) AS collateral,
                            -- Debt as a part of what the threshold allows.
                            CASE WHEN hashint8extended(n, 3) % :rarity <> 0 THEN 0.52 + hashint8extended(n, 2) % 42000 * 0.00001
                                 WHEN collateral_asset = 'C1' THEN 0.975
                                 ELSE 1.01 + n % 7 * 0.01 END AS burden
                     OFFSET 0) AS drawn
 CROSS JOIN LATERAL (SELECT trunc(collateral * collateral_price * 0.8 / debt_price * burden, 18) AS debt OFFSET 0) AS owed
 CROSS JOIN LATERAL (SELECT vesu.nominal_debt(debt, debt_index) AS nominal,
                            vesu.collateral_shares(collateral, collateral_index) AS shares OFFSET 0) AS scaled;
RESET session_replication_role;
SELECT vesu.install() AS indexes \gset
UPDATE vesu.vesu_pools AS pool
   SET total_collateral = held.collateral, total_borrow = held.debt
  FROM (SELECT pool_address, sum(collateral_amount) AS collateral, sum(debt_amount) AS debt
          FROM vesu.vesu_positions GROUP BY pool_address) AS held
 WHERE held.pool_address = pool.pool_address;
COMMIT;
VACUUM ANALYZE vesu.vesu_positions, vesu.vesu_pools, vesu.vesu_asset_prices;

BEGIN;
CREATE TEMPORARY TABLE loaded ON COMMIT DROP AS
    SELECT * FROM vesu.vesu_positions WHERE id = ANY (ARRAY(SELECT bench.position_id(n * (:positions / 1000)) FROM generate_series(1, 1000) AS n));
DELETE FROM vesu.vesu_positions WHERE id IN (SELECT id FROM loaded);
INSERT INTO vesu.vesu_positions (id, user_id, pool_address, collateral_amount, debt_amount, vtoken_balance)
SELECT id, user_id, pool_address, collateral_amount, debt_amount, vtoken_balance FROM loaded;
DO $$
BEGIN
    ASSERT (SELECT count(*) FROM loaded) = 1000, 'the sample of loaded positions is not there';
    ASSERT NOT EXISTS (
        SELECT FROM loaded
          JOIN vesu.vesu_positions AS kept USING (id)
         WHERE (loaded.collateral_asset, loaded.debt_asset, loaded.status, loaded.health_factor, loaded.nominal_debt,
                loaded.collateral_shares, loaded.risk_ratio)
               IS DISTINCT FROM (kept.collateral_asset, kept.debt_asset, kept.status, kept.health_factor, kept.nominal_debt,
                                 kept.collateral_shares, kept.risk_ratio)), 'loaded positions differ from what the trigger keeps';
END
$$;
ROLLBACK;
