-- Every question of the lending module about a small set of rows, as a statement that names each thing by its schema.
-- Included inside a transaction.
SET LOCAL vesu.clock = '2026-03-01 12:00:00+00';
SET LOCAL timezone = 'UTC';
-- A pool lacks one price; which warning that causes is another test's.
SET LOCAL client_min_messages = error;

INSERT INTO vesu.vesu_pools (pool_address, collateral_asset, debt_asset, max_ltv, liquidation_threshold, liquidation_bonus, total_supply, last_synced)
VALUES ('0xe001', 'EETH', 'EUSD', 0.75, 0.8, 0.05, 1000, '2026-03-01 11:00+00'),
       ('0xe002', 'EBTC', 'EUSD', 0.75, 0.8, 0.05, 10, '2026-03-01 12:00+00'),
       ('0xe003', 'ENEW', 'EOLD', 0.75, 0.8, 0.05, 1, '2026-03-01 12:00+00');
DO $$ BEGIN PERFORM vesu.record_prices('{EETH, EUSD}', '{2500, 1}'); END $$;
-- A protocol pool with two pairs, one of them with a pool that was accrued for an hour.
CREATE TABLE pg_temp.configuration AS
SELECT jsonb_build_object(
           'asset_parameters', jsonb_agg(parameters || jsonb_build_object('asset_name', name, 'token', token || jsonb_build_object('symbol', name))),
           'pair_parameters', '[{"collateral_asset_name": "EETH", "debt_asset_name": "EUSD", "max_ltv": 0.8, "liquidation_discount": 0.9, "debt_cap": 0},
                                {"collateral_asset_name": "EBTC", "debt_asset_name": "EUSD", "max_ltv": 0.8, "liquidation_discount": 0.9, "debt_cap": 0}]'::jsonb) AS config
  FROM unnest('{EETH,EBTC,EUSD}'::text[]) AS name,
       (SELECT '{"decimals": 6, "address": "0xe"}'::jsonb AS token,
               '{"floor": 10, "max_utilization": 0.95, "target_utilization": 0.8, "min_target_utilization": 0.78, "max_target_utilization": 0.82,
                 "min_full_utilization_rate": 1e-8, "max_full_utilization_rate": 4e-8, "initial_full_utilization_rate": 1e-8,
                 "zero_utilization_rate": 0, "rate_half_life": 432000, "target_rate_percent": 0.2, "fee_rate": 0.2}'::jsonb AS parameters) AS given;
INSERT INTO vesu.vesu_pools (pool_address, collateral_asset, debt_asset, max_ltv, liquidation_threshold, liquidation_bonus)
VALUES ('0xe004', 'EETH', 'EUSD', 0.75, 0.8, 0.05);
DO $$ BEGIN
    PERFORM vesu.load_pool_config('0xe0', config, '2026-03-01 10:00+00') FROM pg_temp.configuration;
    UPDATE vesu.vesu_pools SET protocol_pool = '0xe0' WHERE pool_address = '0xe004';
    PERFORM vesu.record_pool_asset('0xe0', 'EUSD', ROW(1000, 9e17, 1e18, 1e18, 1e6, 2e17), 1e10, '2026-03-01 11:00+00');
    PERFORM vesu.accrue('0xe004');
END $$;
INSERT INTO vesu.vesu_positions (id, user_id, pool_address, collateral_amount, debt_amount, health_factor)
SELECT ('e0000000-0000-0000-0000-00000000000' || number)::uuid, ('ea000000-0000-0000-0000-00000000000' || number)::uuid, address, 1, debt, health
  FROM (VALUES (1, '0xe001'::vesu.felt252, 2100, NULL), (2, '0xe001', 1900, NULL), (3, '0xe002', 2100, NULL), (4, '0xe003', 2100, 0.5))
       AS given (number, address, debt, health);
INSERT INTO vesu.vesu_transactions (id, position_id, user_id, transaction_hash, type, asset, amount, status)
VALUES ('e0000000-0000-0000-0000-000000000011', 'e0000000-0000-0000-0000-000000000001', 'ea000000-0000-0000-0000-000000000001', '0xe001',
        'supply', 'EETH', 1, 'confirmed'),
       ('e0000000-0000-0000-0000-000000000012', 'e0000000-0000-0000-0000-000000000001', 'ea000000-0000-0000-0000-000000000001', '0xe002',
        'supply', 'EETH', 1, 'pending');
INSERT INTO vesu.vesu_liquidations (id, position_id, liquidator_address, transaction_hash, collateral_seized, debt_repaid, liquidation_bonus)
VALUES ('e0000000-0000-0000-0000-000000000021', 'e0000000-0000-0000-0000-000000000001', '0x11', '0xe001', 0.5, 1000, 0.1);

CREATE TABLE pg_temp.questions (number int, question text, answer jsonb);
INSERT INTO pg_temp.questions (number, question) VALUES
    ( 1, 'vesu.find_active_positions()'),
    ( 2, 'vesu.find_user_positions(''ea000000-0000-0000-0000-000000000001'', ''active'')'),
    ( 3, 'vesu.find_liquidatable_positions()'),
    ( 4, 'vesu.find_at_risk_positions()'),
    ( 5, 'vesu.find_positions_by_health(0, 2)'),
    ( 6, 'vesu.find_pool_by_address(''0xe001'')'),
    ( 7, 'vesu.find_active_pools()'),
    ( 8, 'vesu.find_pool_by_asset_pair(''EETH'', ''EUSD'')'),
    ( 9, 'vesu.find_pools_needing_sync()'),
    (10, 'vesu.pool_stats()'),
    (11, 'vesu.find_transaction_by_hash(''0xe001'')'),
    (12, 'vesu.find_pending_transactions()'),
    (13, 'vesu.find_user_transactions(''ea000000-0000-0000-0000-000000000001'', ''supply'', 5)'),
    (14, 'vesu.find_position_transactions(''e0000000-0000-0000-0000-000000000001'')'),
    (15, 'vesu.transaction_stats(''ea000000-0000-0000-0000-000000000001'', NULL, ''2027-01-01'')'),
    (16, 'vesu.find_liquidation_by_hash(''0xe001'')'),
    (17, 'vesu.find_liquidations_by_position(''e0000000-0000-0000-0000-000000000001'')'),
    (18, 'vesu.find_liquidations_by_liquidator(''0x11'')'),
    (19, 'vesu.recent_liquidations()'),
    (20, 'vesu.liquidation_stats(''2026-01-01'', ''2027-01-01'')'),
    (21, 'vesu.liquidator_leaderboard(''2026-01-01'', ''2027-01-01'', 5)'),
    (22, '(SELECT held.id, vesu.is_healthy(held.*), vesu.is_at_risk(held.*), vesu.is_critical(held.*), vesu.is_liquidatable(held.*),
                  vesu.has_debt(held.*), vesu.has_collateral(held.*) FROM vesu.vesu_positions AS held ORDER BY held.id)'),
    (23, '(SELECT held.id, vesu.utilization_rate(held.*), vesu.available_liquidity(held.*), vesu.is_healthy(held.*),
                  vesu.can_borrow(held.*, 1), vesu.needs_sync(held.*), vesu.asset_pair(held.*)
             FROM vesu.vesu_pools AS held ORDER BY held.pool_address)'),
    (24, '(SELECT held.id, vesu.is_pending(held.*), vesu.is_confirmed(held.*), vesu.is_failed(held.*), vesu.is_supply(held.*),
                  vesu.is_borrow(held.*), vesu.is_repay(held.*), vesu.is_withdraw(held.*), vesu.is_liquidation(held.*)
             FROM vesu.vesu_transactions AS held ORDER BY held.id)'),
    (25, '(SELECT held.id, vesu.liquidation_profit(held.*), vesu.total_collateral_value(held.*), vesu.debt_covered(held.*),
                  vesu.liquidation_ratio(held.*) FROM vesu.vesu_liquidations AS held ORDER BY held.id)'),
    (26, '(SELECT held.asset, vesu.is_usable(held.*) FROM vesu.vesu_asset_prices AS held ORDER BY held.asset)'),
    (27, '(SELECT known.* FROM vesu.pool_prices AS known ORDER BY known.pool_address)'),
    (28, '(SELECT known.* FROM vesu.position_health AS known ORDER BY known.position_id)'),
    (29, 'vesu.simulate_prices(''{"EETH": "2e3", "EBTC": 2000}'')'),
    (30, 'vesu.liquidation_ladder(''0xe001'', 4)'),
    (31, 'vesu.record_price(''EETH'', 2500, sources => 3)'),
    (32, 'vesu.record_prices(''{EETH, EUSD}'', ''{2500, 1}'')'),
    (33, 'vesu.pool_terms(''0xe001'')'),
    (34, '(SELECT vesu.risk_level(1.1, true), vesu.risk_limit(''at_risk''))'),
    (35, 'vesu.rates(''0xe004'')'),
    (36, 'vesu.pool_asset_at(''0xe0'', ''EUSD'')'),
    (37, 'vesu.asset_indexes(''0xe0'', ''EUSD'', vesu.now())'),
    (38, '(SELECT known.* FROM vesu.pool_books AS known ORDER BY known.asset)'),
    (39, 'vesu.record_pool_asset(''0xe0'', ''EUSD'', ROW(1000, 9e17, 1e18, 1e18, 1e6, 2e17), 1e10, ''2026-03-01 11:00+00'')'),
    (40, '(SELECT loaded.* FROM pg_temp.configuration AS given CROSS JOIN LATERAL vesu.load_pool_config(''0xe0'', given.config) AS loaded)'),
    (41, 'vesu.accrue(''0xe004'')'),
    (42, 'vesu.accrue_all()'),
    (43, '(SELECT pg_catalog.count(*) FROM vesu.verify_pool_indexes())'),
    (44, 'vesu.pair_address(''0xe0'', ''0x1'', ''0x2'')');

-- Nothing here but the question looks a name up.
CREATE FUNCTION pg_temp.answer(question text) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    answer pg_catalog.jsonb;
BEGIN
    EXECUTE pg_catalog.concat('SELECT pg_catalog.jsonb_agg(pg_catalog.to_jsonb(found.*)) FROM ', question, ' AS found') INTO answer;
    RETURN answer;
END
$$;
CREATE FUNCTION pg_temp.code(statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement;
    RETURN 'accepted';
EXCEPTION WHEN OTHERS THEN
    RETURN pg_catalog.concat(SQLSTATE, ' ', SQLERRM);
END
$$;
UPDATE pg_temp.questions SET answer = pg_temp.answer(question);
