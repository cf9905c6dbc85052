-- The trigger functions on tables that are not made for them.
CREATE SCHEMA misuse;
CREATE TABLE misuse.text_time (id int, updated_at text);
CREATE TRIGGER touch BEFORE UPDATE ON misuse.text_time FOR EACH ROW EXECUTE FUNCTION vesu.touch_updated_at();
INSERT INTO misuse.text_time VALUES (1, 'x');
UPDATE misuse.text_time SET id = 2;
CREATE TABLE misuse.no_time (id int);
CREATE TRIGGER touch BEFORE UPDATE ON misuse.no_time FOR EACH ROW EXECUTE FUNCTION vesu.touch_updated_at();
INSERT INTO misuse.no_time VALUES (1);
UPDATE misuse.no_time SET id = 2;
CREATE TABLE misuse.whole_amounts (pool_address vesu.felt252, collateral_asset varchar, debt_asset varchar,
    collateral_amount int8, debt_amount int8, collateral_shares numeric, nominal_debt numeric, risk_ratio numeric,
    health_factor numeric, updated_at timestamptz);
CREATE TRIGGER keep BEFORE INSERT OR UPDATE ON misuse.whole_amounts FOR EACH ROW EXECUTE FUNCTION vesu.keep_position();
BEGIN;
INSERT INTO vesu.vesu_pools (pool_address, collateral_asset, debt_asset, max_ltv, liquidation_threshold, liquidation_bonus)
VALUES ('0x7e57', 'ETH', 'USDC', 0.75, 0.8, 0.05);
INSERT INTO misuse.whole_amounts (pool_address, collateral_amount, debt_amount) VALUES ('0x7e57', 1, 1);
ROLLBACK;
CREATE TABLE misuse.text_address (pool_address text, updated_at timestamptz);
CREATE TRIGGER keep BEFORE INSERT OR UPDATE ON misuse.text_address FOR EACH ROW EXECUTE FUNCTION vesu.keep_position();
INSERT INTO misuse.text_address VALUES ('0x1');
CREATE TRIGGER statement AFTER INSERT ON misuse.no_time EXECUTE FUNCTION vesu.touch_updated_at();
INSERT INTO misuse.no_time VALUES (2);
SELECT vesu.keep_position();
-- After all that, positions are kept as before, in this session too.
BEGIN;
INSERT INTO vesu.vesu_pools (pool_address, collateral_asset, debt_asset, max_ltv, liquidation_threshold, liquidation_bonus)
VALUES ('0x7e57', 'ETH', 'USDC', 0.75, 0.8, 0.05);
INSERT INTO vesu.vesu_positions (user_id, pool_address, collateral_amount, debt_amount)
VALUES ('a0000000-0000-0000-0000-000000000001', '0x7e57', 2, 1000)
RETURNING collateral_asset, debt_asset, nominal_debt, risk_ratio, health_factor;
ROLLBACK;
DROP SCHEMA misuse CASCADE;
-- Not everybody may attach them.
SELECT has_function_privilege('public', 'vesu.keep_position()', 'EXECUTE') AS keep_position,
       has_function_privilege('public', 'vesu.touch_updated_at()', 'EXECUTE') AS touch_updated_at;
