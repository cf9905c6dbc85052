-- The 24 methods of a row, on stored values.
BEGIN;
SET LOCAL vesu.clock = '2026-03-01 12:00:00+00';

-- All 44 methods are there, callable inside any query: stable, parallel safe, no SET, no SECURITY DEFINER.
WITH methods (signature) AS (VALUES
    ('is_healthy(vesu.vesu_positions)'), ('is_at_risk(vesu.vesu_positions)'), ('is_critical(vesu.vesu_positions)'),
    ('is_liquidatable(vesu.vesu_positions)'), ('has_debt(vesu.vesu_positions)'), ('has_collateral(vesu.vesu_positions)'),
    ('utilization_rate(vesu.vesu_pools)'), ('available_liquidity(vesu.vesu_pools)'), ('is_healthy(vesu.vesu_pools)'),
    ('can_borrow(vesu.vesu_pools,numeric)'), ('needs_sync(vesu.vesu_pools,interval)'), ('asset_pair(vesu.vesu_pools)'),
    ('is_pending(vesu.vesu_transactions)'), ('is_confirmed(vesu.vesu_transactions)'), ('is_failed(vesu.vesu_transactions)'),
    ('is_supply(vesu.vesu_transactions)'), ('is_borrow(vesu.vesu_transactions)'), ('is_repay(vesu.vesu_transactions)'),
    ('is_withdraw(vesu.vesu_transactions)'), ('is_liquidation(vesu.vesu_transactions)'),
    ('liquidation_profit(vesu.vesu_liquidations)'), ('total_collateral_value(vesu.vesu_liquidations)'),
    ('debt_covered(vesu.vesu_liquidations)'), ('liquidation_ratio(vesu.vesu_liquidations)'),
    ('find_active_positions()'), ('find_liquidatable_positions()'), ('find_at_risk_positions()'),
    ('find_user_positions(uuid,vesu.position_status)'),
    ('find_pool_by_address(vesu.felt252)'), ('find_active_pools()'), ('find_pool_by_asset_pair(text,text)'),
    ('find_pools_needing_sync(interval)'), ('pool_stats()'),
    ('find_transaction_by_hash(vesu.felt252)'), ('find_pending_transactions()'),
    ('find_user_transactions(uuid,vesu.transaction_type,integer)'), ('find_position_transactions(uuid)'),
    ('transaction_stats(uuid,timestamptz,timestamptz)'),
    ('find_liquidation_by_hash(vesu.felt252)'), ('find_liquidations_by_position(uuid)'),
    ('find_liquidations_by_liquidator(vesu.felt252,integer)'), ('recent_liquidations(integer)'),
    ('liquidation_stats(timestamptz,timestamptz)'), ('liquidator_leaderboard(timestamptz,timestamptz,integer)'))
SELECT count(*) AS methods,
       count(*) FILTER (WHERE function.provolatile = 's' AND function.proparallel = 's' AND function.proconfig IS NULL
                              AND NOT function.prosecdef AND NOT function.proisstrict) AS plain,
       count(*) FILTER (WHERE obj_description(function.oid, 'pg_proc') LIKE '%Source: Vesu%') AS with_source,
       count(*) FILTER (WHERE EXISTS (SELECT FROM pg_depend WHERE objid = function.oid AND deptype = 'e')) AS members
  FROM methods
  JOIN pg_proc AS function ON function.oid = ('vesu.' || signature)::regprocedure;

-- Positions. The pool has no prices, so the given health factor stays.
INSERT INTO vesu.vesu_pools (pool_address, collateral_asset, debt_asset, max_ltv, liquidation_threshold, liquidation_bonus)
VALUES ('0xd001', 'DETH', 'DUSD', 0.75, 0.8, 0.05);
INSERT INTO vesu.vesu_positions (user_id, pool_address, collateral_amount, debt_amount, health_factor)
SELECT ('d0000000-0000-0000-0000-' || lpad(number::text, 12, '0'))::uuid, '0xd001', collateral, debt, health
  FROM (VALUES (1, 1, 0, NULL), (2, 1, 1, 0.9999996), (3, 1, 1, 1), (4, 1, 1, 1.0499999999999999999), (5, 1, 1, 1.05),
               (6, 1, 1, 1.1999999999999999999), (7, 1, 1, 1.2), (8, 0, 1, NULL), (9, 0, 0.000000000000000001, 0),
               (10, 1, 1, NULL)) AS given (number, collateral, debt, health);
SELECT collateral_amount > 0 AS collateral, debt_amount > 0 AS debt, health_factor,
       vesu.is_healthy(held), vesu.is_at_risk(held), vesu.is_critical(held), vesu.is_liquidatable(held),
       vesu.has_debt(held), vesu.has_collateral(held)
  FROM vesu.vesu_positions AS held
 WHERE pool_address = '0xd001'
 ORDER BY user_id;

-- One level at a time; the limits belong to the better one.
SELECT health_factor, has_debt, expected, vesu.risk_level(health_factor, has_debt) AS actual
  FROM (VALUES (1, 0, true, 'liquidatable'), (2, 0.999999999999999999, true, 'liquidatable'), (3, 1, true, 'critical'),
               (4, 1.049999999999999999, true, 'critical'), (5, 1.05, true, 'at_risk'), (6, 1.199999999999999999, true, 'at_risk'),
               (7, 1.2, true, 'healthy'), (8, NULL, true, NULL), (9, NULL, false, 'healthy'), (10, 0.5, false, 'healthy')
       ) AS cases (number, health_factor, has_debt, expected)
 ORDER BY number;
SELECT vesu.risk_limit('healthy') AS without_limit, vesu.risk_limit(NULL) AS of_null;

-- A row that is closed or deleted answers all the same.
UPDATE vesu.vesu_positions SET status = 'closed', health_factor = 0.5 WHERE user_id = 'd0000000-0000-0000-0000-000000000002';
SELECT vesu.is_liquidatable(held), vesu.is_healthy(held)
  FROM vesu.vesu_positions AS held WHERE user_id = 'd0000000-0000-0000-0000-000000000002';

-- Pools.
INSERT INTO vesu.vesu_pools (pool_address, collateral_asset, debt_asset, max_ltv, liquidation_threshold, liquidation_bonus,
                             total_supply, total_borrow, is_active)
VALUES ('0xd011', 'D1', 'DUSD', 0.75, 0.8, 0.05, 1000000, 750000, true),
       ('0xd012', 'D2', 'DUSD', 0.75, 0.8, 0.05, 0, 0, true),
       ('0xd013', 'D3', 'DUSD', 0.75, 0.8, 0.05, 100, 95, false),
       ('0xd014', 'D4', 'DUSD', 0.75, 0.8, 0.05, 100, 150, true),
       ('0xd015', 'D5', 'DUSD', 0.75, 0.8, 0.05, 3, 2, true),
       ('0xd016', 'D6', 'DUSD', 0.75, 0.8, 0.05, 0, 5, true),
       ('0xd017', 'D7', 'DUSD', 0.75, 0.8, 0.05, 100, 94.999999999999999999, true);
SELECT trim_scale(total_supply) AS supply, trim_scale(total_borrow) AS borrow, is_active,
       vesu.utilization_rate(pool), vesu.available_liquidity(pool), vesu.is_healthy(pool), vesu.asset_pair(pool)
  FROM vesu.vesu_pools AS pool
 WHERE pool_address BETWEEN '0xd011' AND '0xd017'
 ORDER BY pool_address;

SELECT amount, expected, vesu.can_borrow(pool, amount::numeric) AS actual
  FROM (VALUES (1, '250000', true), (2, '250000.000000000000000001', false), (3, '-5', false), (4, '0', true),
               (5, 'NaN', false), (6, 'Infinity', false), (7, '-0.000000000000000001', false), (8, NULL, NULL)
       ) AS cases (number, amount, expected)
 CROSS JOIN vesu.vesu_pools AS pool
 WHERE pool_address = '0xd011'
 ORDER BY number;
SELECT vesu.can_borrow(pool, 0) AS nothing_of_nothing, vesu.can_borrow(pool, 0.000000000000000001) AS something_of_nothing
  FROM vesu.vesu_pools AS pool WHERE pool_address = '0xd014';

-- Five minutes are not more than five minutes.
SELECT synced, expected, vesu.needs_sync(pool) AS actual, expected_after_hour, vesu.needs_sync(pool, '1 hour') AS actual_after_hour
  FROM (VALUES (1, '2026-03-01 12:00:00+00', false, false),
               (2, '2026-03-01 11:55:00+00', false, false),
               (3, '2026-03-01 11:54:59.999999+00', true, false),
               (4, '2026-03-01 10:59:59+00', true, true),
               (5, '2026-03-01 12:10:00+00', false, false),
               (6, '-infinity', true, true),
               (7, 'infinity', false, false)) AS cases (number, synced, expected, expected_after_hour)
 CROSS JOIN LATERAL jsonb_populate_record(NULL::vesu.vesu_pools, jsonb_build_object('last_synced', synced)) AS pool
 ORDER BY number;
SELECT vesu.needs_sync(pool, NULL) IS NULL AS unknown_age FROM vesu.vesu_pools AS pool WHERE pool_address = '0xd011';

-- Transactions.
SELECT entry.status, vesu.is_pending(entry), vesu.is_confirmed(entry), vesu.is_failed(entry)
  FROM unnest(enum_range(NULL::vesu.transaction_status)) AS status
 CROSS JOIN LATERAL jsonb_populate_record(NULL::vesu.vesu_transactions, jsonb_build_object('status', status)) AS entry;
SELECT entry.type, vesu.is_supply(entry), vesu.is_borrow(entry), vesu.is_repay(entry), vesu.is_withdraw(entry), vesu.is_liquidation(entry)
  FROM unnest(enum_range(NULL::vesu.transaction_type)) AS type
 CROSS JOIN LATERAL jsonb_populate_record(NULL::vesu.vesu_transactions, jsonb_build_object('type', type)) AS entry;

-- Liquidations.
SELECT seized, repaid, bonus,
       vesu.liquidation_profit(entry), vesu.total_collateral_value(entry), vesu.debt_covered(entry), vesu.liquidation_ratio(entry)
  FROM (VALUES (1, 0.525, 1000, 0.025), (2, 0.525, 0, 0.2), (3, 2, 3, 0), (4, 0, 1000, 0),
               (5, 123456789012345678.123456789012345678, 0.000000000000000001, 1)) AS cases (number, seized, repaid, bonus)
 CROSS JOIN LATERAL jsonb_populate_record(NULL::vesu.vesu_liquidations, jsonb_build_object(
        'collateral_seized', seized, 'debt_repaid', repaid, 'liquidation_bonus', bonus)) AS entry
 ORDER BY number;

-- A NULL row is unknown; only the health of a position has an answer without a health factor.
SELECT vesu.is_healthy(NULL::vesu.vesu_positions) AS healthy, vesu.is_liquidatable(NULL::vesu.vesu_positions) AS liquidatable,
       vesu.has_debt(NULL::vesu.vesu_positions) AS debt, vesu.utilization_rate(NULL) AS utilization,
       vesu.available_liquidity(NULL) AS liquidity, vesu.asset_pair(NULL) AS pair,
       vesu.is_pending(NULL) AS pending, vesu.liquidation_ratio(NULL) AS ratio;

-- After a user has added columns of his own.
ALTER TABLE vesu.vesu_positions ADD COLUMN note text DEFAULT 'mine';
ALTER TABLE vesu.vesu_pools ADD COLUMN note text DEFAULT 'mine';
ALTER TABLE vesu.vesu_transactions ADD COLUMN note text DEFAULT 'mine';
ALTER TABLE vesu.vesu_liquidations ADD COLUMN note text DEFAULT 'mine';
ALTER TABLE vesu.vesu_asset_prices ADD COLUMN note text DEFAULT 'mine';
SELECT held.health_factor, vesu.is_at_risk(held), vesu.has_debt(held), note
  FROM vesu.vesu_positions AS held WHERE user_id = 'd0000000-0000-0000-0000-000000000006';
SELECT vesu.utilization_rate(pool), vesu.can_borrow(pool, 250000), vesu.asset_pair(pool), note
  FROM vesu.vesu_pools AS pool WHERE pool_address = '0xd011';
SELECT vesu.is_supply(entry), vesu.is_pending(entry)
  FROM jsonb_populate_record(NULL::vesu.vesu_transactions, '{"type": "supply", "status": "failed", "note": "n"}') AS entry;
SELECT vesu.liquidation_ratio(entry), vesu.liquidation_profit(entry)
  FROM jsonb_populate_record(NULL::vesu.vesu_liquidations,
                             '{"collateral_seized": 1, "debt_repaid": 8, "liquidation_bonus": 0.5, "note": "n"}') AS entry;
SELECT vesu.is_usable(entry)
  FROM jsonb_populate_record(NULL::vesu.vesu_asset_prices,
                             '{"price": 1, "observed_at": "2026-03-01 12:00+00", "max_age": "1 minute", "note": "n"}') AS entry;
ROLLBACK;
