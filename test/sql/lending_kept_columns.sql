-- What the triggers keep in a position: assets, quantities without interest, risk ratio, health factor.
BEGIN;
SET LOCAL vesu.clock = '2026-03-01 12:00:00+00';

INSERT INTO vesu.vesu_pools (pool_address, collateral_asset, debt_asset, max_ltv, liquidation_threshold, liquidation_bonus,
                             debt_index, collateral_index)
VALUES ('0xb001', 'BETH', 'BUSD', 0.75, 0.8, 0.05, 1, 1),
       ('0xb002', 'BETH', 'BUSD', 0.75, 0.8, 0.05, 1.05, 1.02),
       ('0xb003', 'BWBTC', 'BDAI', 0.75, 0.8, 0.05, 1, 1);
SELECT vesu.record_prices('{BETH, BUSD}', '{2500, 1}');

-- On INSERT. 0xb003 has no prices.
INSERT INTO vesu.vesu_positions (id, user_id, pool_address, collateral_amount, debt_amount, health_factor)
SELECT ('b1000000-0000-0000-0000-' || lpad(number::text, 12, '0'))::uuid,
       ('b2000000-0000-0000-0000-' || lpad(number::text, 12, '0'))::uuid, pool_address, collateral, debt, health
  FROM (VALUES (1, '0xb001'::vesu.felt252, 1.5, 1000, 7),
               (2, '0xb001', 1.5, 0, 7),
               (3, '0xb001', 0, 1000, 7),
               (4, '0xb001', 1, 2000, NULL),
               (5, '0xb001', 1, 0.000000000000000001, NULL),
               (6, '0xb001', 3, 7, NULL),
               (7, '0xb002', 1, 1000, NULL),
               (8, '0xb003', 1, 1000, 1.0999999),
               (9, '0xb003', 1, 1000, NULL),
               (10, '0xb003', 1, 0, 7),
               (11, '0xb003', 0, 1000, 7)) AS given (number, pool_address, collateral, debt, health);
CREATE VIEW pg_temp.kept AS
SELECT right(id::text, 2) AS position, collateral_asset || '-' || debt_asset AS assets,
       trim_scale(collateral_amount) AS collateral, trim_scale(debt_amount) AS debt,
       nominal_debt, collateral_shares, risk_ratio, health_factor
  FROM vesu.vesu_positions
 WHERE id::text LIKE 'b1000000%'
 ORDER BY id;
SELECT * FROM pg_temp.kept;

-- Quantities given with an INSERT stay: a data-only restore must not forget interest. A NULL is derived, the ratio always.
INSERT INTO vesu.vesu_positions (id, user_id, pool_address, collateral_amount, debt_amount,
                                 nominal_debt, collateral_shares, risk_ratio)
VALUES ('b1000000-0000-0000-0000-000000000012', 'b2000000-0000-0000-0000-000000000012', '0xb002', 1, 1000, 900, 0.5, 3),
       ('b1000000-0000-0000-0000-000000000013', 'b2000000-0000-0000-0000-000000000013', '0xb002', 1, 1000, 900, NULL, NULL);
SELECT * FROM pg_temp.kept WHERE position IN ('12', '13');

-- An UPDATE of an amount renews its quantity against the pool's index of now and leaves the other's interest alone.
UPDATE vesu.vesu_pools SET debt_index = 1.155, collateral_index = 1.25 WHERE pool_address = '0xb002';
UPDATE vesu.vesu_positions SET debt_amount = 1155 WHERE id = 'b1000000-0000-0000-0000-000000000012';
UPDATE vesu.vesu_positions SET collateral_amount = 2 WHERE id = 'b1000000-0000-0000-0000-000000000013';
SELECT * FROM pg_temp.kept WHERE position IN ('12', '13');

-- An UPDATE of nothing that counts changes nothing; of the kept columns, not the ratio.
UPDATE vesu.vesu_positions SET vtoken_balance = 5, status = 'active' WHERE id = 'b1000000-0000-0000-0000-000000000007';
UPDATE vesu.vesu_positions SET risk_ratio = 5 WHERE id = 'b1000000-0000-0000-0000-000000000006';
SELECT * FROM pg_temp.kept WHERE position IN ('06', '07');

-- Every write of an amount takes the recorded prices of now, usable or not.
SET LOCAL vesu.clock = '2026-03-01 13:00:00+00';
UPDATE vesu.vesu_asset_prices SET price = 1800 WHERE asset = 'BETH';
SELECT position, health_factor FROM pg_temp.kept WHERE position IN ('01', '04');
UPDATE vesu.vesu_positions SET debt_amount = 1000.000000000000000001 WHERE id = 'b1000000-0000-0000-0000-000000000001';
UPDATE vesu.vesu_positions SET collateral_amount = 1.1 WHERE id = 'b1000000-0000-0000-0000-000000000004';
SELECT position, health_factor FROM pg_temp.kept WHERE position IN ('01', '04');

-- Without prices the given value stays, NULL without debt, 0 without collateral.
UPDATE vesu.vesu_positions SET debt_amount = 1100 WHERE id = 'b1000000-0000-0000-0000-000000000008';
UPDATE vesu.vesu_positions SET debt_amount = 1100, health_factor = 1.3 WHERE id = 'b1000000-0000-0000-0000-000000000009';
UPDATE vesu.vesu_positions SET debt_amount = 0 WHERE id = 'b1000000-0000-0000-0000-000000000011';
SELECT position, debt, health_factor FROM pg_temp.kept WHERE position IN ('08', '09', '11');
UPDATE vesu.vesu_positions SET collateral_amount = 0 WHERE id = 'b1000000-0000-0000-0000-000000000008';
SELECT position, collateral, risk_ratio, health_factor FROM pg_temp.kept WHERE position = '08';

-- A pool of other assets is no home for the position.
SAVEPOINT before_move;
UPDATE vesu.vesu_positions SET pool_address = '0xb003' WHERE id = 'b1000000-0000-0000-0000-000000000001';
ROLLBACK TO before_move;
UPDATE vesu.vesu_positions SET debt_asset = 'BDAI' WHERE id = 'b1000000-0000-0000-0000-000000000001';
ROLLBACK TO before_move;

-- A column that the user adds does not disturb the triggers.
ALTER TABLE vesu.vesu_positions ADD COLUMN note text DEFAULT 'mine';
INSERT INTO vesu.vesu_positions (id, user_id, pool_address, collateral_amount, debt_amount)
VALUES ('b1000000-0000-0000-0000-000000000014', 'b2000000-0000-0000-0000-000000000014', '0xb001', 2, 1000);
UPDATE vesu.vesu_positions SET debt_amount = 1200, note = 'changed' WHERE id = 'b1000000-0000-0000-0000-000000000014';
SELECT kept.*, note FROM pg_temp.kept JOIN vesu.vesu_positions AS held ON right(held.id::text, 2) = kept.position
 WHERE position = '14' AND held.id::text LIKE 'b1000000%';
ROLLBACK;
