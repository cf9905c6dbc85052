-- What the lending tables refuse, and with which SQLSTATE.
BEGIN;
SET LOCAL vesu.clock = '2026-03-01 12:00:00+00';
SET LOCAL timezone = 'UTC';

-- Tries a statement, takes back what it did and tells how it ended. The DETAIL of a violated constraint
-- repeats a whole row and that of an overflow the type, so only those of our own errors are shown.
CREATE FUNCTION pg_temp.outcome(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    constraint_name text;
    message text;
    detail text;
    hint text;
BEGIN
    BEGIN
        EXECUTE statement;
        SET CONSTRAINTS ALL IMMEDIATE;
        RAISE EXCEPTION USING ERRCODE = 'TEST0';
    EXCEPTION WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS constraint_name = CONSTRAINT_NAME, message = MESSAGE_TEXT,
                                detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
        RETURN CASE WHEN SQLSTATE = 'TEST0' THEN 'accepted'
                    -- PostgreSQL 18 has a code of its own for ON DELETE RESTRICT.
                    WHEN constraint_name <> '' THEN replace(SQLSTATE, '23001', '23503') || ' ' || constraint_name
                    WHEN SQLSTATE = '22003' THEN SQLSTATE || ' ' || message
                    ELSE concat_ws(E'\n', SQLSTATE || ' ' || message, nullif(detail, ''), nullif(hint, ''))
               END;
    END;
END
$$;

-- Inserts a sound row with some columns changed.
CREATE FUNCTION pg_temp.insertion(table_name text, changes jsonb DEFAULT '{}') RETURNS text
    LANGUAGE sql IMMUTABLE AS $$
    SELECT format('INSERT INTO vesu.%I (%s) VALUES (%s)', table_name,
                  string_agg(quote_ident(key), ', ' ORDER BY key),
                  string_agg(quote_nullable(value), ', ' ORDER BY key))
      FROM jsonb_each_text(
           CASE table_name
               WHEN 'vesu_pools' THEN
                   jsonb '{"pool_address": "0xa002", "collateral_asset": "ETH", "debt_asset": "USDC",
                           "max_ltv": 0, "liquidation_threshold": 1, "liquidation_bonus": 0.05}'
               WHEN 'vesu_positions' THEN
                   jsonb '{"user_id": "a0000000-0000-0000-0000-000000000001", "pool_address": "0xa001"}'
               WHEN 'vesu_transactions' THEN
                   jsonb '{"user_id": "a0000000-0000-0000-0000-000000000001", "transaction_hash": "0xa001",
                           "type": "supply", "asset": "ETH", "amount": 1}'
               WHEN 'vesu_liquidations' THEN
                   jsonb '{"position_id": "b0000000-0000-0000-0000-000000000001", "liquidator_address": "0xa001",
                           "transaction_hash": "0xa001", "collateral_seized": 1, "debt_repaid": 1,
                           "liquidation_bonus": 0}'
               WHEN 'vesu_asset_prices' THEN
                   jsonb '{"asset": "ETH", "price": 1}'
               WHEN 'vesu_pool_assets' THEN
                   jsonb '{"protocol_pool": "0xa1", "asset": "ETH", "protocol": 2, "reserve": 2000, "total_nominal_debt": 0,
                           "total_collateral_shares": 2000, "fee_shares": 0, "scale": 1000000000000000000,
                           "last_rate_accumulator": 1000000000000000000, "last_full_utilization_rate": 0,
                           "last_updated": "2026-03-01 00:00+00", "fee_rate": 0, "max_utilization": 0, "floor": 0,
                           "min_target_utilization": 1, "max_target_utilization": 1, "target_utilization": 1,
                           "min_full_utilization_rate": 0, "max_full_utilization_rate": 0, "zero_utilization_rate": 0,
                           "rate_half_life": 1, "target_rate_percent": 1}'
               WHEN 'vesu_pool_pairs' THEN
                   jsonb '{"protocol_pool": "0xa2", "collateral_asset": "ETH", "debt_asset": "USDC", "max_ltv": 0,
                           "liquidation_factor": 0, "debt_cap": 0}'
               WHEN 'vesu_position_history' THEN
                   jsonb '{"position_id": "b0000000-0000-0000-0000-000000000001",
                           "user_id": "a0000000-0000-0000-0000-000000000002", "pool_address": "0xa001",
                           "collateral_asset": "ETH", "debt_asset": "USDC", "collateral_amount": 0,
                           "debt_amount": 0, "vtoken_balance": 0, "status": "active",
                           "last_updated": "2026-03-01 00:00+00", "created_at": "2026-03-01 00:00+00",
                           "updated_at": "2026-03-01 00:00+00",
                           "valid_from": "2026-03-01 00:00+00", "valid_to": "2026-03-01 00:00+00"}'
           END || changes)
    $$;

INSERT INTO vesu.vesu_pools (pool_address, collateral_asset, debt_asset, max_ltv, liquidation_threshold, liquidation_bonus)
VALUES ('0xa001', 'ETH', 'USDC', 0.75, 0.8, 0.05);
INSERT INTO vesu.vesu_positions (id, user_id, pool_address, collateral_amount, debt_amount)
VALUES ('b0000000-0000-0000-0000-000000000001', 'a0000000-0000-0000-0000-000000000002', '0xa001', 2, 1000);

-- Amounts: from 0, with 18 decimals, below 10^18.
SELECT table_name, column_name,
       pg_temp.outcome(pg_temp.insertion(table_name, jsonb_build_object(column_name, '-0.000000000000000001'))) AS below_zero,
       pg_temp.outcome(pg_temp.insertion(table_name, jsonb_build_object(column_name, 'NaN'))) AS nan,
       pg_temp.outcome(pg_temp.insertion(table_name, jsonb_build_object(column_name, 'Infinity'))) AS infinity,
       pg_temp.outcome(pg_temp.insertion(table_name, jsonb_build_object(column_name, '1000000000000000000'))) AS too_large,
       pg_temp.outcome(pg_temp.insertion(table_name, jsonb_build_object(column_name, '999999999999999999.999999999999999999'))) AS largest,
       pg_temp.outcome(pg_temp.insertion(table_name, jsonb_build_object(column_name, '0'))) AS zero
  FROM (VALUES ('vesu_pools', 'total_supply'), ('vesu_pools', 'total_borrow'), ('vesu_pools', 'total_collateral'),
               ('vesu_positions', 'collateral_amount'), ('vesu_positions', 'debt_amount'), ('vesu_positions', 'vtoken_balance'),
               ('vesu_transactions', 'amount'), ('vesu_transactions', 'gas_used'),
               ('vesu_liquidations', 'collateral_seized'), ('vesu_liquidations', 'debt_repaid'),
               ('vesu_liquidations', 'liquidation_bonus'), ('vesu_liquidations', 'debt_to_cover'),
               ('vesu_asset_prices', 'price')
       ) AS amounts (table_name, column_name)
 ORDER BY table_name, column_name;

-- Fractions from 0 to 1, yields from 0, indexes above 0 and below 10^9.
SELECT column_name, value, pg_temp.outcome(pg_temp.insertion('vesu_pools', jsonb_build_object(column_name, value))) AS outcome
  FROM (VALUES ('max_ltv'), ('liquidation_threshold'), ('liquidation_bonus')) AS fractions (column_name)
 CROSS JOIN (VALUES (1, '-0.0001'), (2, '0'), (3, '1'), (4, '1.0001'), (5, 'NaN')) AS tried (number, value)
 ORDER BY column_name, number;
SELECT column_name, value,
       pg_temp.outcome(pg_temp.insertion('vesu_pools', jsonb_build_object(column_name, value))) AS outcome
  FROM (VALUES ('supply_apy'), ('borrow_apy')) AS yields (column_name)
 CROSS JOIN (VALUES (1, '-0.000001'), (2, '0'), (3, '99.999999'), (4, '100'), (5, 'NaN'), (6, 'Infinity')) AS tried (number, value)
 ORDER BY column_name, number;
SELECT column_name, value,
       pg_temp.outcome(pg_temp.insertion('vesu_pools', jsonb_build_object(column_name, value))) AS outcome
  FROM (VALUES ('debt_index'), ('collateral_index')) AS indexes (column_name)
 CROSS JOIN (VALUES (1, '0'), (2, '0.000000000000000001'), (3, '999999999.999999999999999999'), (4, '1000000000'),
                    (5, 'NaN'), (6, 'Infinity')) AS tried (number, value)
 ORDER BY column_name, number;

-- Debt and collateral at an index of 1: what 10^18 less the smallest unit becomes at the smallest index, 10^-18.
SELECT column_name, value,
       pg_temp.outcome(pg_temp.insertion('vesu_positions', jsonb_build_object('collateral_amount', 1, 'debt_amount', 1, column_name, value))) AS outcome
  FROM (VALUES ('nominal_debt'), ('collateral_shares')) AS kept (column_name)
 CROSS JOIN (VALUES (1, '-0.000000000000000001'), (2, '999999999999999999999999999999999999'), (3, '1e36'), (4, '1e100'), (5, 'NaN'),
                    (6, 'Infinity')) AS tried (number, value)
 ORDER BY column_name, number;
-- No numeric column of the module takes a NaN; risk_ratio is derived, whatever is given.
SELECT c.relname, a.attname,
       left(pg_temp.outcome(pg_temp.insertion(c.relname, jsonb_build_object(a.attname, 'NaN')
                                              || CASE WHEN a.attname = 'health_factor' AND c.relname = 'vesu_positions'
                                                      THEN '{"debt_amount": 1}' ELSE '{}' END::jsonb)), 5) AS nan
  FROM pg_class AS c
  JOIN pg_attribute AS a ON a.attrelid = c.oid
 WHERE c.relnamespace = 'vesu'::regnamespace AND c.relkind = 'r' AND a.atttypid = 'numeric'::regtype AND NOT a.attisdropped
 ORDER BY c.relname, a.attnum;

-- Of a protocol pool the tables keep whole numbers, as wide as the chain does.
INSERT INTO vesu.vesu_pool_assets
SELECT a.* FROM unnest(ARRAY['ETH', 'USDC']) AS symbol (name)
 CROSS JOIN LATERAL jsonb_populate_record(NULL::vesu.vesu_pool_assets, jsonb '{"protocol_pool": "0xa2", "protocol": 2,
       "reserve": 0, "total_nominal_debt": 0, "total_collateral_shares": 0, "fee_shares": 0, "scale": 10,
       "last_rate_accumulator": 1000000000000000000, "last_full_utilization_rate": 0, "last_updated": "2026-03-01 00:00+00",
       "fee_rate": 0, "max_utilization": 0, "floor": 0, "min_target_utilization": 1, "max_target_utilization": 1,
       "target_utilization": 1, "min_full_utilization_rate": 0, "max_full_utilization_rate": 0, "zero_utilization_rate": 0,
       "rate_half_life": 1, "target_rate_percent": 1, "created_at": "2026-03-01 00:00+00", "updated_at": "2026-03-01 00:00+00"}'
       || jsonb_build_object('asset', symbol.name)) AS a;
-- What is between the widths and the limits of the protocol is a trigger's.
ALTER TABLE vesu.vesu_pool_assets DISABLE TRIGGER vesu_pool_assets_check;
SELECT table_name, column_name,
       pg_temp.outcome(pg_temp.insertion(table_name, jsonb_build_object(column_name, largest))) AS largest,
       left(pg_temp.outcome(pg_temp.insertion(table_name, jsonb_build_object(column_name, largest + 1))), 5) AS above,
       pg_temp.outcome(pg_temp.insertion(table_name, jsonb_build_object(column_name, smallest))) AS smallest,
       left(pg_temp.outcome(pg_temp.insertion(table_name, jsonb_build_object(column_name, smallest - 1))), 5) AS below,
       left(pg_temp.outcome(pg_temp.insertion(table_name, jsonb_build_object(column_name, smallest + 0.5))), 5) AS broken
  FROM (VALUES
    ('vesu_pool_assets', 'reserve', 0, 2::numeric ^ 128 - 1),
    ('vesu_pool_assets', 'total_nominal_debt', 0, 2::numeric ^ 123 - 1),
    ('vesu_pool_assets', 'total_collateral_shares', 0, 2::numeric ^ 128 - 1),
    ('vesu_pool_assets', 'fee_shares', 0, 2::numeric ^ 128 - 1),
    ('vesu_pool_assets', 'scale', 10, 1e18),
    ('vesu_pool_assets', 'last_rate_accumulator', 1e18, 2::numeric ^ 64 - 1),
    ('vesu_pool_assets', 'last_full_utilization_rate', 0, 2::numeric ^ 64 - 1),
    ('vesu_pool_assets', 'fee_rate', 0, 1e18),
    ('vesu_pool_assets', 'max_utilization', 0, 1e18),
    ('vesu_pool_assets', 'floor', 0, trunc(2::numeric ^ 256) - 1),
    ('vesu_pool_assets', 'min_target_utilization', 0, 2::numeric ^ 32 - 1),
    ('vesu_pool_assets', 'max_target_utilization', 0, 2::numeric ^ 32 - 1),
    ('vesu_pool_assets', 'target_utilization', 0, 2::numeric ^ 32 - 1),
    ('vesu_pool_assets', 'min_full_utilization_rate', 0, 2::numeric ^ 64 - 1),
    ('vesu_pool_assets', 'max_full_utilization_rate', 0, 2::numeric ^ 64 - 1),
    ('vesu_pool_assets', 'zero_utilization_rate', 0, 2::numeric ^ 64 - 1),
    ('vesu_pool_assets', 'rate_half_life', 1, 2::numeric ^ 32 - 1),
    ('vesu_pool_assets', 'target_rate_percent', 0, 1e18),
    ('vesu_pool_assets', 'protocol', 1, 2),
    ('vesu_pool_pairs', 'max_ltv', 0, 1e18),
    ('vesu_pool_pairs', 'liquidation_factor', 0, 1e18),
    ('vesu_pool_pairs', 'debt_cap', 0, 2::numeric ^ 123 - 1)
       ) AS widths (table_name, column_name, smallest, largest)
 ORDER BY table_name, column_name;
ALTER TABLE vesu.vesu_pool_assets ENABLE TRIGGER vesu_pool_assets_check;
SELECT pg_temp.outcome(pg_temp.insertion('vesu_pool_assets', changes)) AS outcome
  FROM (VALUES (jsonb '{"floor": 11}'), ('{"target_utilization": 2}'), ('{"zero_utilization_rate": 1}'), ('{"target_rate_percent": 0}'))
       AS models (changes);
SELECT changes, pg_temp.outcome(pg_temp.insertion(table_name, changes)) AS outcome
  FROM (VALUES
    (1, 'vesu_pool_assets', jsonb '{"last_updated": "1970-01-01 00:00+00"}'),
    (2, 'vesu_pool_assets', '{"last_updated": "2106-02-07 06:28:15+00"}'),
    (3, 'vesu_pool_assets', '{"last_updated": "2106-02-07 06:28:16+00"}'),
    (4, 'vesu_pool_assets', '{"last_updated": "1969-12-31 23:59:59+00"}'),
    (5, 'vesu_pool_assets', '{"last_updated": "2026-03-01 00:00:00.5+00"}'),
    (6, 'vesu_pool_assets', '{"last_updated": "infinity"}'),
    (7, 'vesu_pool_assets', '{"protocol_pool": "0xa2"}'),
    (8, 'vesu_pool_pairs', '{"debt_asset": "ETH"}'),
    (9, 'vesu_pool_pairs', '{"debt_asset": "DAI"}'),
    (10, 'vesu_pool_pairs', '{"collateral_asset": "DAI"}'),
    (11, 'vesu_pools', '{"protocol_pool": "0xa2"}')) AS cases (number, table_name, changes)
 ORDER BY number;

-- The largest that can be stored can be read.
SAVEPOINT largest;
INSERT INTO vesu.vesu_asset_prices (asset, price, observed_at)
VALUES ('HIGH', 999999999999999999.999999999999999999, '2026-03-01 12:00+00'), ('LOW', 0.000000000000000001, '2026-03-01 12:00+00');
INSERT INTO vesu.vesu_pools (pool_address, collateral_asset, debt_asset, max_ltv, liquidation_threshold, liquidation_bonus, debt_index, collateral_index)
SELECT (41216 + number)::numeric::vesu.felt252, collateral, debt, 0, 0.0001, 1, debt_index, collateral_index
  FROM (VALUES (1, 'HIGH', 'LOW', 0.000000000000000001, 999999999.999999999999999999), (2, 'LOW', 'HIGH', 999999999.999999999999999999, 0.000000000000000001)
       ) AS given (number, collateral, debt, debt_index, collateral_index);
INSERT INTO vesu.vesu_positions (user_id, pool_address, collateral_amount, debt_amount, nominal_debt, collateral_shares)
SELECT md5(concat(pool.pool_address, debt, shares))::uuid, pool.pool_address, 1, 1, debt, shares
  FROM vesu.vesu_pools AS pool
 CROSS JOIN (VALUES (1e-36), (1e36 - 1e-36)) AS owed (debt)
 CROSS JOIN (VALUES (0), (1e-36), (1e36 - 1e-36)) AS held (shares)
 WHERE pool.debt_asset IN ('HIGH', 'LOW');
SELECT right(pool_address::text, 4) AS pool, count(*) AS positions, count(health_factor) AS health_factors, count(loan_to_value) AS loans_to_value,
       count(liquidation_price) AS liquidation_prices, count(debt_value + collateral_value) AS values
  FROM vesu.position_health WHERE debt_asset IN ('HIGH', 'LOW') GROUP BY pool_address ORDER BY pool_address;
SELECT right(pool_address::text, 4) AS pool, count(debt_amount) FROM vesu.find_liquidatable_positions() GROUP BY pool_address ORDER BY pool_address;
SELECT right(pool_address::text, 4) AS pool, positions, debt > 0 AS debt, bad_debt > 0 AS bad_debt FROM vesu.simulate_prices('{}');
SELECT max(found.positions) AS positions FROM vesu.vesu_pools AS pool CROSS JOIN LATERAL vesu.liquidation_ladder(pool.pool_address) AS found
 WHERE pool.debt_asset IN ('HIGH', 'LOW');
ROLLBACK TO largest;

SELECT scenario, pg_temp.outcome(statement) AS outcome
  FROM (VALUES
    ('01 pool: threshold below the maximum LTV', pg_temp.insertion('vesu_pools', '{"max_ltv": 0.9, "liquidation_threshold": 0.5}')),
    ('02 pool: threshold equal to the maximum LTV', pg_temp.insertion('vesu_pools', '{"max_ltv": 0.8, "liquidation_threshold": 0.8}')),
    ('03 pool: address taken, other spelling', pg_temp.insertion('vesu_pools', '{"pool_address": "0x00A001"}')),
    ('04 pool: not an address', pg_temp.insertion('vesu_pools', '{"pool_address": "0xGHIJKL"}')),
    ('05 pool: asset of 21 letters', pg_temp.insertion('vesu_pools', '{"collateral_asset": "ABCDEFGHIJKLMNOPQRSTU"}')),
    ('06 position: unknown pool', pg_temp.insertion('vesu_positions', '{"pool_address": "0xa0ff"}')),
    ('07 position: other collateral asset', pg_temp.insertion('vesu_positions', '{"collateral_asset": "BTC"}')),
    ('08 position: other debt asset', pg_temp.insertion('vesu_positions', '{"debt_asset": "USDT"}')),
    ('09 position: the pool''s assets', pg_temp.insertion('vesu_positions', '{"collateral_asset": "ETH", "debt_asset": "USDC"}')),
    ('10 position: health factor below 0', pg_temp.insertion('vesu_positions', '{"collateral_amount": 1, "debt_amount": 1, "health_factor": -1}')),
    ('11 position: health factor NaN', pg_temp.insertion('vesu_positions', '{"collateral_amount": 1, "debt_amount": 1, "health_factor": "NaN"}')),
    ('12 position: health factor Infinity', pg_temp.insertion('vesu_positions', '{"collateral_amount": 1, "debt_amount": 1, "health_factor": "Infinity"}')),
    ('13 position: second active one of the user in the pool', pg_temp.insertion('vesu_positions', '{"user_id": "a0000000-0000-0000-0000-000000000002"}')),
    ('14 position: closed beside the active one', pg_temp.insertion('vesu_positions', '{"user_id": "a0000000-0000-0000-0000-000000000002", "status": "closed"}')),
    ('15 position: soft-deleted beside the active one', pg_temp.insertion('vesu_positions', '{"user_id": "a0000000-0000-0000-0000-000000000002", "deleted_at": "2026-03-01"}')),
    ('16 position: soft-deleted with collateral', pg_temp.insertion('vesu_positions', '{"collateral_amount": 1, "deleted_at": "2026-03-01"}')),
    ('17 position: soft-deleted with debt', pg_temp.insertion('vesu_positions', '{"debt_amount": 1, "deleted_at": "2026-03-01"}')),
    ('18 position: deleting one that holds an amount', 'UPDATE vesu.vesu_positions SET deleted_at = now()'),
    ('19 position: not a status', pg_temp.insertion('vesu_positions', '{"status": "open"}')),
    ('20 transaction: hash taken, other spelling', pg_temp.insertion('vesu_transactions') || '; ' || pg_temp.insertion('vesu_transactions', '{"transaction_hash": "0x00A001"}')),
    ('21 transaction: hash of a soft-deleted row', pg_temp.insertion('vesu_transactions', '{"deleted_at": "2026-03-01"}') || '; ' || pg_temp.insertion('vesu_transactions')),
    ('22 transaction: block below 0', pg_temp.insertion('vesu_transactions', '{"block_number": -1}')),
    ('23 transaction: unknown position', pg_temp.insertion('vesu_transactions', '{"position_id": "b0000000-0000-0000-0000-0000000000ff"}')),
    ('24 liquidation: unknown position', pg_temp.insertion('vesu_liquidations', '{"position_id": "b0000000-0000-0000-0000-0000000000ff"}')),
    ('25 liquidation: hash taken', pg_temp.insertion('vesu_liquidations') || '; ' || pg_temp.insertion('vesu_liquidations')),
    ('26 price: observed at infinity', pg_temp.insertion('vesu_asset_prices', '{"observed_at": "infinity"}')),
    ('27 history: ends before it begins', pg_temp.insertion('vesu_position_history', '{"valid_from": "2026-03-02 00:00+00"}')),
    ('28 history: of an instant', pg_temp.insertion('vesu_position_history')),
    ('29 position: nominal debt below 0', pg_temp.insertion('vesu_positions', '{"debt_amount": 1, "nominal_debt": -1}')),
    ('30 position: shares NaN', pg_temp.insertion('vesu_positions', '{"collateral_amount": 1, "collateral_shares": "NaN"}')),
    ('31 position: debt below 0, by update', 'UPDATE vesu.vesu_positions SET debt_amount = -1'),
    ('32 position: collateral NaN, by update', $$UPDATE vesu.vesu_positions SET collateral_amount = 'NaN'$$)
  ) AS cases (scenario, statement)
 ORDER BY scenario;

-- A pool with positions keeps its assets, soft-deleted positions included; one with live positions stays.
INSERT INTO vesu.vesu_pools (pool_address, collateral_asset, debt_asset, max_ltv, liquidation_threshold, liquidation_bonus)
VALUES ('0xa003', 'BTC', 'USDC', 0.75, 0.8, 0.05), ('0xa004', 'BTC', 'USDT', 0.75, 0.8, 0.05);
INSERT INTO vesu.vesu_positions (user_id, pool_address, status, deleted_at)
VALUES ('a0000000-0000-0000-0000-000000000003', '0xa003', 'closed', vesu.now());
SELECT scenario, pg_temp.outcome(statement) AS outcome
  FROM (VALUES
    ('1 other collateral asset', $$UPDATE vesu.vesu_pools SET collateral_asset = 'BTC' WHERE pool_address = '0xa001'$$),
    ('2 other debt asset', $$UPDATE vesu.vesu_pools SET debt_asset = 'USDT' WHERE pool_address = '0xa001'$$),
    ('3 the same assets', $$UPDATE vesu.vesu_pools SET collateral_asset = 'ETH', debt_asset = 'USDC' WHERE pool_address = '0xa001'$$),
    ('4 soft delete', $$UPDATE vesu.vesu_pools SET deleted_at = vesu.now() WHERE pool_address = '0xa001'$$),
    ('5 delete', $$DELETE FROM vesu.vesu_pools WHERE pool_address = '0xa001'$$),
    ('6 other asset, soft-deleted position', $$UPDATE vesu.vesu_pools SET debt_asset = 'USDT' WHERE pool_address = '0xa003'$$),
    ('7 soft delete, soft-deleted position', $$UPDATE vesu.vesu_pools SET deleted_at = vesu.now() WHERE pool_address = '0xa003'$$),
    ('8 other assets, no position', $$UPDATE vesu.vesu_pools SET collateral_asset = 'ETH', debt_asset = 'DAI' WHERE pool_address = '0xa004'$$),
    ('9 soft delete, no position', $$UPDATE vesu.vesu_pools SET deleted_at = vesu.now() WHERE pool_address = '0xa004'$$)
  ) AS cases (scenario, statement)
 ORDER BY scenario;

-- Soft delete fires no foreign key; clearing deleted_at restores the row.
INSERT INTO vesu.vesu_transactions (position_id, user_id, transaction_hash, type, asset, amount)
SELECT id, user_id, '0xa0f1', 'supply', 'ETH', 1 FROM vesu.vesu_positions WHERE pool_address = '0xa003';
UPDATE vesu.vesu_pools SET deleted_at = vesu.now() WHERE pool_address = '0xa003';
SELECT count(*) AS positions FROM vesu.vesu_positions WHERE pool_address = '0xa003';
SELECT position_id IS NOT NULL AS has_position FROM vesu.vesu_transactions WHERE transaction_hash = '0xa0f1';
UPDATE vesu.vesu_pools SET deleted_at = NULL WHERE pool_address = '0xa003';
UPDATE vesu.vesu_positions SET deleted_at = NULL WHERE pool_address = '0xa003';
SELECT count(*) AS live_positions FROM vesu.find_user_positions('a0000000-0000-0000-0000-000000000003');

-- A deleted pool takes no live position, neither a new nor a restored one.
SELECT pg_temp.insertion('vesu_pools', '{"pool_address": "0xa006", "deleted_at": "2026-03-01 00:00+00"}') \gexec
SELECT scenario, pg_temp.outcome(statement) AS outcome
  FROM (VALUES
    ('1 new position', pg_temp.insertion('vesu_positions', '{"pool_address": "0xa006"}')),
    ('2 new position, soft-deleted', pg_temp.insertion('vesu_positions', '{"pool_address": "0xa006", "deleted_at": "2026-03-01"}')),
    ('3 restored position', pg_temp.insertion('vesu_positions', '{"pool_address": "0xa006", "deleted_at": "2026-03-01"}')
                            || $$; UPDATE vesu.vesu_positions SET deleted_at = NULL WHERE pool_address = '0xa006'$$),
    ('4 moved position', $$UPDATE vesu.vesu_positions SET pool_address = '0xa006' WHERE pool_address = '0xa001'$$)
  ) AS cases (scenario, statement)
 ORDER BY scenario;

-- Foreign keys follow a new key; deleting a position keeps its transactions and takes its liquidations and history.
INSERT INTO vesu.vesu_liquidations (position_id, liquidator_address, transaction_hash, collateral_seized, debt_repaid, liquidation_bonus)
SELECT id, '0x11', '0xa0f2', 1, 1, 0 FROM vesu.vesu_positions WHERE pool_address = '0xa003';
UPDATE vesu.vesu_pools SET pool_address = '0xa005' WHERE pool_address = '0xa003';
UPDATE vesu.vesu_positions SET id = 'b0000000-0000-0000-0000-000000000005' WHERE pool_address = '0xa005';
SELECT held.id, held.collateral_asset, entry.amount, liquidation.debt_repaid
  FROM vesu.vesu_positions AS held
  JOIN vesu.vesu_transactions AS entry ON entry.position_id = held.id
  JOIN vesu.vesu_liquidations AS liquidation ON liquidation.position_id = held.id
 WHERE held.pool_address = '0xa005';
SELECT pg_temp.insertion('vesu_position_history', '{"position_id": "b0000000-0000-0000-0000-000000000005"}') \gexec
DELETE FROM vesu.vesu_positions WHERE pool_address = '0xa005';
SELECT (SELECT count(*) FROM vesu.vesu_transactions WHERE transaction_hash = '0xa0f1' AND position_id IS NULL) AS transactions,
       (SELECT count(*) FROM vesu.vesu_liquidations WHERE transaction_hash = '0xa0f2') AS liquidations,
       (SELECT count(*) FROM vesu.vesu_position_history WHERE position_id = 'b0000000-0000-0000-0000-000000000005') AS versions;

-- UPDATE renews updated_at.
SET LOCAL vesu.clock = '2026-03-02 12:00:00+00';
INSERT INTO vesu.vesu_liquidations (position_id, liquidator_address, transaction_hash, collateral_seized, debt_repaid, liquidation_bonus)
VALUES ('b0000000-0000-0000-0000-000000000001', '0x11', '0xa0f3', 1, 1, 0);
SET LOCAL vesu.clock = '2026-03-03 12:00:00+00';
UPDATE vesu.vesu_pools SET total_supply = 1 WHERE pool_address = '0xa001';
UPDATE vesu.vesu_positions SET vtoken_balance = 1, updated_at = '2000-01-01' WHERE pool_address = '0xa001';
UPDATE vesu.vesu_transactions SET gas_used = 1 WHERE transaction_hash = '0xa0f1';
UPDATE vesu.vesu_liquidations SET debt_repaid = 2 WHERE transaction_hash = '0xa0f3';
SELECT 'pool' AS what, created_at AT TIME ZONE 'UTC' AS created, updated_at AT TIME ZONE 'UTC' AS updated
  FROM vesu.vesu_pools WHERE pool_address = '0xa001'
 UNION ALL
SELECT 'position', created_at AT TIME ZONE 'UTC', updated_at AT TIME ZONE 'UTC' FROM vesu.vesu_positions WHERE pool_address = '0xa001'
 UNION ALL
SELECT 'transaction', created_at AT TIME ZONE 'UTC', updated_at AT TIME ZONE 'UTC' FROM vesu.vesu_transactions WHERE transaction_hash = '0xa0f1'
 UNION ALL
SELECT 'liquidation', created_at AT TIME ZONE 'UTC', updated_at AT TIME ZONE 'UTC' FROM vesu.vesu_liquidations WHERE transaction_hash = '0xa0f3'
 ORDER BY what;
ROLLBACK;
