-- pgbench: the operations of vesu.sql as an application sends them, statement by statement: lock the position, read pool and prices and
-- test what is allowed, write the transaction, the position and, last and briefly, the pool. A hash that was used before
-- fails on the unique index; the indexes of the pools stand still here, so that interest need not be added.
\set n random(1, :positions)
\set part random(1, 999999)
\set supply_hash 4 * random(1, 2000000000000000000)
\set borrow_hash :supply_hash + 1
\set repay_hash :supply_hash + 2
\set withdraw_hash :supply_hash + 3

BEGIN;
SELECT id, user_id, collateral_asset FROM vesu.vesu_positions
 WHERE user_id = bench.user_id(:n, 5) AND pool_address = bench.felt(:n % 20 + 1) AND status = 'active' AND deleted_at IS NULL
   FOR NO KEY UPDATE \gset
SELECT is_active AS allowed, collateral_index FROM vesu.vesu_pools
 WHERE pool_address = bench.felt(:n % 20 + 1) AND deleted_at IS NULL \gset
\if :allowed
INSERT INTO vesu.vesu_transactions (position_id, user_id, transaction_hash, type, asset, amount, status, "timestamp")
VALUES (:id, :user_id, bench.felt(:supply_hash), 'supply', :collateral_asset, 2 + :part * 0.000001, 'confirmed', now());
UPDATE vesu.vesu_positions
   SET collateral_amount = collateral_amount + (2 + :part * 0.000001),
       vtoken_balance = vtoken_balance + div((2 + :part * 0.000001) * 1e18, :collateral_index) * 1e-18, last_updated = now()
 WHERE id = :id;
UPDATE vesu.vesu_pools SET total_collateral = total_collateral + (2 + :part * 0.000001) WHERE pool_address = bench.felt(:n % 20 + 1);
\endif
COMMIT;

BEGIN;
SELECT id, user_id, debt_asset, collateral_amount, debt_amount FROM vesu.vesu_positions
 WHERE user_id = bench.user_id(:n, 5) AND pool_address = bench.felt(:n % 20 + 1) AND status = 'active' AND deleted_at IS NULL
   FOR NO KEY UPDATE \gset
SELECT pool.is_active AND c.observed_at > now() - c.max_age AND d.observed_at > now() - d.max_age
       AND (:debt_amount + 9.0 + :part * 0.000001) * d.price <= :collateral_amount * c.price * pool.max_ltv
       AND 9 + :part * 0.000001 <= pool.total_supply - pool.total_borrow AS allowed
  FROM vesu.vesu_pools AS pool
  JOIN vesu.vesu_asset_prices AS c ON c.asset = pool.collateral_asset
  JOIN vesu.vesu_asset_prices AS d ON d.asset = pool.debt_asset
 WHERE pool.pool_address = bench.felt(:n % 20 + 1) AND pool.deleted_at IS NULL \gset
\if :allowed
INSERT INTO vesu.vesu_transactions (position_id, user_id, transaction_hash, type, asset, amount, status, "timestamp")
VALUES (:id, :user_id, bench.felt(:borrow_hash), 'borrow', :debt_asset, 9 + :part * 0.000001, 'confirmed', now());
UPDATE vesu.vesu_positions SET debt_amount = debt_amount + (9 + :part * 0.000001), last_updated = now() WHERE id = :id;
UPDATE vesu.vesu_pools SET total_borrow = total_borrow + (9 + :part * 0.000001)
 WHERE pool_address = bench.felt(:n % 20 + 1) AND total_borrow + (9 + :part * 0.000001) <= total_supply;
\endif
COMMIT;

BEGIN;
SELECT id, user_id, debt_asset, debt_amount >= 5 + :part * 0.000001 AS allowed FROM vesu.vesu_positions
 WHERE user_id = bench.user_id(:n, 5) AND pool_address = bench.felt(:n % 20 + 1) AND status = 'active' AND deleted_at IS NULL
   FOR NO KEY UPDATE \gset
\if :allowed
INSERT INTO vesu.vesu_transactions (position_id, user_id, transaction_hash, type, asset, amount, status, "timestamp")
VALUES (:id, :user_id, bench.felt(:repay_hash), 'repay', :debt_asset, 5 + :part * 0.000001, 'confirmed', now());
UPDATE vesu.vesu_positions SET debt_amount = debt_amount - (5 + :part * 0.000001), last_updated = now() WHERE id = :id;
UPDATE vesu.vesu_pools SET total_borrow = total_borrow - (5 + :part * 0.000001) WHERE pool_address = bench.felt(:n % 20 + 1);
\endif
COMMIT;

BEGIN;
SELECT id, user_id, collateral_asset, collateral_amount, debt_amount FROM vesu.vesu_positions
 WHERE user_id = bench.user_id(:n, 5) AND pool_address = bench.felt(:n % 20 + 1) AND status = 'active' AND deleted_at IS NULL
   FOR NO KEY UPDATE \gset
SELECT c.observed_at > now() - c.max_age AND d.observed_at > now() - d.max_age
       AND :debt_amount * d.price <= (:collateral_amount - 1.0 - :part * 0.000001) * c.price * pool.max_ltv AS allowed, pool.collateral_index
  FROM vesu.vesu_pools AS pool
  JOIN vesu.vesu_asset_prices AS c ON c.asset = pool.collateral_asset
  JOIN vesu.vesu_asset_prices AS d ON d.asset = pool.debt_asset
 WHERE pool.pool_address = bench.felt(:n % 20 + 1) AND pool.deleted_at IS NULL \gset
\if :allowed
INSERT INTO vesu.vesu_transactions (position_id, user_id, transaction_hash, type, asset, amount, status, "timestamp")
VALUES (:id, :user_id, bench.felt(:withdraw_hash), 'withdraw', :collateral_asset, 1 + :part * 0.000001, 'confirmed', now());
UPDATE vesu.vesu_positions
   SET collateral_amount = collateral_amount - (1 + :part * 0.000001),
       vtoken_balance = vtoken_balance + div((-1 - :part * 0.000001) * 1e18, :collateral_index) * 1e-18
                        - CASE WHEN mod((1 + :part * 0.000001) * 1e18, :collateral_index) > 0 THEN 1e-18 ELSE 0 END,
       last_updated = now()
 WHERE id = :id;
UPDATE vesu.vesu_pools SET total_collateral = total_collateral - (1 + :part * 0.000001) WHERE pool_address = bench.felt(:n % 20 + 1);
\endif
COMMIT;
