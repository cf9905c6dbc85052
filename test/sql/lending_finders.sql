-- Finders, statistics and leaderboard: which rows, in which order.
BEGIN;
SET LOCAL vesu.clock = '2026-03-01 12:00:00+00';
SET LOCAL timezone = 'UTC';

CREATE FUNCTION pg_temp.identity(number int) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT ('e0000000-0000-0000-0000-' || lpad(number::text, 12, '0'))::uuid
    $$;

-- Pools
INSERT INTO vesu.vesu_pools (pool_address, collateral_asset, debt_asset, max_ltv, liquidation_threshold, liquidation_bonus,
                             total_supply, total_borrow, supply_apy, borrow_apy, is_active, last_synced, deleted_at)
SELECT ('0xe' || lpad(number::text, 3, '0'))::vesu.felt252, collateral, debt, 0.75, 0.8, 0.05,
       supply, borrow, supply_apy, borrow_apy, is_active, timestamptz '2026-03-01 12:00+00' - age,
       CASE WHEN is_deleted THEN vesu.now() END
  FROM (VALUES (1, 'EETH', 'EUSD', 1000000, 750000, 0.035, 0.052, true, interval '6 minutes', false),
               (2, 'EETH', 'EUSD', 0, 0, NULL, NULL, true, interval '5 minutes', false),
               (3, 'EBTC', 'EUSD', 100, 95, 0.05, 0.09, true, interval '1 hour', false),
               (4, 'EBTC', 'EUSD', 100, 150, 0.035, 0.052, true, interval '1 hour', false),
               (5, 'EETH', 'EUSD', 9999999, 1, 1, 1, false, interval '1 day', false),
               (6, 'EETH', 'EUSD', 8888888, 1, 1, 1, true, interval '1 day', true)
       ) AS given (number, collateral, debt, supply, borrow, supply_apy, borrow_apy, is_active, age, is_deleted);

SELECT right(pool_address::text, 4) AS pool, is_active FROM vesu.find_pool_by_address('0xE001');
SELECT right(pool_address::text, 4) AS pool, is_active FROM vesu.find_pool_by_address('0xe005');
SELECT count(*) AS deleted FROM vesu.find_pool_by_address('0xe006');
SELECT count(*) AS unknown FROM vesu.find_pool_by_address('0xeff');
SELECT count(*) AS of_null FROM vesu.find_pool_by_address(NULL);
SELECT right(pool_address::text, 4) AS pool, trim_scale(total_supply) AS total_supply FROM vesu.find_active_pools();
SELECT right(pool_address::text, 4) AS pool FROM vesu.find_pool_by_asset_pair('EETH', 'EUSD');
SELECT right(pool_address::text, 4) AS pool FROM vesu.find_pool_by_asset_pair('EBTC', 'EUSD');
SELECT count(*) AS reversed FROM vesu.find_pool_by_asset_pair('EUSD', 'EETH');
SELECT right(pool_address::text, 4) AS pool, last_synced FROM vesu.find_pools_needing_sync();
SELECT right(pool_address::text, 4) AS pool FROM vesu.find_pools_needing_sync('4 minutes');
SELECT count(*) AS pools FROM vesu.find_pools_needing_sync('1 hour');
SELECT * FROM vesu.pool_stats();

-- Positions
INSERT INTO vesu.vesu_positions (id, user_id, pool_address, collateral_amount, debt_amount, health_factor, status, created_at, deleted_at)
SELECT pg_temp.identity(number), pg_temp.identity(owner), ('0xe00' || pool)::vesu.felt252, held, held, health,
       status::vesu.position_status, timestamptz '2026-02-01 00:00+00' + day * interval '1 day',
       CASE WHEN is_deleted THEN vesu.now() END
  FROM (VALUES (1, 101, 1, 1, 1.5, 'active', 1, false),
               (2, 101, 2, 1, 1.1, 'active', 3, false),
               (3, 101, 3, 0, NULL, 'closed', 2, false),
               (4, 101, 4, 1, NULL, 'active', 3, false),
               (5, 101, 5, 0, NULL, 'closed', 9, true),
               (6, 102, 1, 1, 1.1, 'active', 1, false),
               (7, 102, 2, 1, 0.5, 'liquidated', 1, false),
               (8, 102, 3, 1, 0.9, 'active', 1, false)
       ) AS given (number, owner, pool, held, health, status, day, is_deleted);

SELECT right(id::text, 2) AS position, health_factor FROM vesu.find_active_positions();
SELECT right(id::text, 2) AS position, created_at::date AS created, status FROM vesu.find_user_positions(pg_temp.identity(101));
SELECT right(id::text, 2) AS position FROM vesu.find_user_positions(pg_temp.identity(101), 'active');
SELECT right(id::text, 2) AS position FROM vesu.find_user_positions(pg_temp.identity(101), 'closed');
SELECT count(*) AS liquidated FROM vesu.find_user_positions(pg_temp.identity(101), 'liquidated');
SELECT count(*) AS of_null FROM vesu.find_user_positions(NULL);

-- Transactions
INSERT INTO vesu.vesu_transactions (id, user_id, position_id, transaction_hash, type, asset, amount, status, "timestamp", created_at, deleted_at)
SELECT pg_temp.identity(number), pg_temp.identity(owner), pg_temp.identity(held), ('0xe' || lpad(number::text, 3, '0'))::vesu.felt252,
       type::vesu.transaction_type, asset, amount, status::vesu.transaction_status, confirmed,
       timestamptz '2026-02-01 00:00+00' + day * interval '1 day', CASE WHEN is_deleted THEN vesu.now() END
  FROM (VALUES (1, 101, 1, 'supply', 'ETH', 0.1, 'confirmed', timestamptz '2026-01-10 00:00+00', 1, false),
               (2, 101, 1, 'supply', 'ETH', 0.2, 'confirmed', '2026-01-20 00:00+00', 2, false),
               (3, 101, 1, 'borrow', 'USDC', 123456789012345678.123456789012345678, 'confirmed', '2026-01-20 00:00+00', 3, false),
               (4, 101, 2, 'borrow', 'USDC', 7, 'confirmed', NULL, 3, false),
               (5, 101, 2, 'repay', 'USDC', 1000, 'pending', NULL, 4, false),
               (6, 101, 2, 'repay', 'USDC', 1000, 'failed', '2026-01-20 00:00+00', 5, false),
               (7, 101, 2, 'repay', 'USDC', 1000, 'confirmed', '2026-01-20 00:00+00', 6, true),
               (8, 102, 6, 'supply', 'ETH', 5, 'pending', NULL, 4, false),
               (9, 102, 6, 'withdraw', 'ETH', 5, 'pending', NULL, 1, false)
       ) AS given (number, owner, held, type, asset, amount, status, confirmed, day, is_deleted);

SELECT right(id::text, 2) AS transaction FROM vesu.find_transaction_by_hash('0x00E003');
SELECT count(*) AS deleted FROM vesu.find_transaction_by_hash('0xe007');
SELECT right(id::text, 2) AS transaction, created_at::date AS created FROM vesu.find_pending_transactions();
SELECT right(id::text, 2) AS transaction, created_at::date AS created FROM vesu.find_user_transactions(pg_temp.identity(101));
SELECT right(id::text, 2) AS transaction FROM vesu.find_user_transactions(pg_temp.identity(101), 'borrow');
SELECT right(id::text, 2) AS transaction FROM vesu.find_user_transactions(pg_temp.identity(101), max_rows => 2);
SELECT right(id::text, 2) AS transaction FROM vesu.find_position_transactions(pg_temp.identity(1));

SELECT scenario, stats.*
  FROM (VALUES ('1 without dates', NULL::timestamptz, NULL::timestamptz),
               ('2 from 20 January', '2026-01-20 00:00+00', NULL),
               ('3 until 10 January', NULL, '2026-01-10 00:00+00'),
               ('4 from 11 to 19 January', '2026-01-11 00:00+00', '2026-01-19 23:59:59+00'),
               ('5 on 20 January', '2026-01-20 00:00+00', '2026-01-20 00:00+00')) AS cases (scenario, first, last)
 CROSS JOIN LATERAL vesu.transaction_stats(pg_temp.identity(101), first, last) AS stats
 ORDER BY scenario;
SELECT * FROM vesu.transaction_stats(pg_temp.identity(999));
SELECT (total_volume ->> 'USDC')::numeric = 123456789012345685.123456789012345678 AS all_digits
  FROM vesu.transaction_stats(pg_temp.identity(101));

-- Liquidations
SELECT * FROM vesu.liquidation_stats();
SELECT count(*) AS liquidators FROM vesu.liquidator_leaderboard();
INSERT INTO vesu.vesu_liquidations (id, position_id, liquidator_address, transaction_hash, collateral_seized, debt_repaid,
                                    liquidation_bonus, "timestamp", deleted_at)
SELECT pg_temp.identity(number), pg_temp.identity(held), liquidator::vesu.felt252, ('0xe' || lpad(number::text, 3, '0'))::vesu.felt252,
       seized, repaid, bonus, timestamptz '2026-02-01 00:00+00' + day * interval '1 day', CASE WHEN is_deleted THEN vesu.now() END
  FROM (VALUES (1, 1, '0xaa', 0.525, 1000, 0.025, 1, false),
               (2, 1, '0xbb', 0.525, 1000, 0.1, 3, false),
               (3, 2, '0xaa', 0.525, 0, 0.2, 2, false),
               (4, 2, '0xcc', 0.525, 1000, 0.225, 2, false),
               (5, 2, '0xcc', 0.525, 1000, 0.9, 9, true)
       ) AS given (number, held, liquidator, seized, repaid, bonus, day, is_deleted);

SELECT right(id::text, 2) AS liquidation FROM vesu.find_liquidation_by_hash('0xE003');
SELECT count(*) AS deleted FROM vesu.find_liquidation_by_hash('0xe005');
SELECT right(id::text, 2) AS liquidation FROM vesu.find_liquidations_by_position(pg_temp.identity(2));
SELECT right(id::text, 2) AS liquidation FROM vesu.find_liquidations_by_liquidator('0x00AA');
SELECT right(id::text, 2) AS liquidation, "timestamp"::date AS day FROM vesu.recent_liquidations();
SELECT right(id::text, 2) AS liquidation FROM vesu.recent_liquidations(2);
SELECT * FROM vesu.liquidation_stats();
SELECT total_liquidations, total_bonuses, unique_liquidators, avg_collateral_per_liquidation
  FROM vesu.liquidation_stats('2026-02-03 00:00+00', '2026-02-03 00:00+00');
SELECT total_liquidations, total_collateral_seized FROM vesu.liquidation_stats(end_date => '2026-02-01 00:00+00');
SELECT right(address::text, 2) AS liquidator, count, total_bonus, total_debt_repaid, total_collateral_seized
  FROM vesu.liquidator_leaderboard();
SELECT right(address::text, 2) AS liquidator, count FROM vesu.liquidator_leaderboard('2026-02-03 00:00+00', max_rows => 2);

-- Of one bonus and count, the lower address; of one bonus, the larger count.
INSERT INTO vesu.vesu_liquidations (position_id, liquidator_address, transaction_hash, collateral_seized, debt_repaid, liquidation_bonus)
VALUES (pg_temp.identity(1), '0x0b', '0xe0f1', 1, 1, 0.1),
       (pg_temp.identity(1), '0xdd', '0xe0f2', 1, 1, 0.05), (pg_temp.identity(1), '0xdd', '0xe0f3', 1, 1, 0.05);
SELECT right(address::text, 2) AS liquidator, count, total_bonus FROM vesu.liquidator_leaderboard();

-- max_rows: NULL for all, 0 for none, below 0 an error.
SELECT (SELECT count(*) FROM vesu.find_user_transactions(pg_temp.identity(101), NULL, NULL)) AS all_transactions,
       (SELECT count(*) FROM vesu.find_liquidations_by_liquidator('0xaa', NULL)) AS all_of_liquidator,
       (SELECT count(*) FROM vesu.recent_liquidations(NULL)) AS all_liquidations,
       (SELECT count(*) FROM vesu.liquidator_leaderboard(max_rows => NULL)) AS all_liquidators,
       (SELECT count(*) FROM vesu.find_user_transactions(pg_temp.identity(101), NULL, 0)) AS no_transactions,
       (SELECT count(*) FROM vesu.find_liquidations_by_liquidator('0xaa', 0)) AS none_of_liquidator,
       (SELECT count(*) FROM vesu.recent_liquidations(0)) AS no_liquidations,
       (SELECT count(*) FROM vesu.liquidator_leaderboard(max_rows => 0)) AS no_liquidators;
CREATE FUNCTION pg_temp.sqlstate(query text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE query;
    RETURN 'accepted';
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE || ' ' || SQLERRM;
END
$$;
SELECT call, pg_temp.sqlstate('SELECT * FROM vesu.' || call) AS outcome
  FROM (VALUES ($$find_user_transactions('e0000000-0000-0000-0000-000000000101', NULL, -1)$$),
               ($$find_liquidations_by_liquidator('0xaa', -1)$$),
               ('recent_liquidations(-1)'),
               ('liquidator_leaderboard(max_rows => -1)')) AS calls (call);

-- Defaults: 50 transactions, 50 of a liquidator, 100 liquidations, 10 liquidators.
INSERT INTO vesu.vesu_transactions (user_id, transaction_hash, type, asset, amount)
SELECT pg_temp.identity(103), number::numeric::vesu.felt252, 'supply', 'ETH', 1 FROM generate_series(1000000, 1000059) AS number;
INSERT INTO vesu.vesu_liquidations (position_id, liquidator_address, transaction_hash, collateral_seized, debt_repaid, liquidation_bonus)
SELECT pg_temp.identity(1), (number % 20)::numeric::vesu.felt252, number::numeric::vesu.felt252, 1, 1, 1
  FROM generate_series(1000000, 1001199) AS number;
SELECT (SELECT count(*) FROM vesu.find_user_transactions(pg_temp.identity(103))) AS transactions,
       (SELECT count(*) FROM vesu.find_liquidations_by_liquidator('0x1')) AS of_liquidator,
       (SELECT count(*) FROM vesu.recent_liquidations()) AS liquidations,
       (SELECT count(*) FROM vesu.liquidator_leaderboard()) AS liquidators;

-- After a user has added a column, rows carry it; after he dropped it, they are as before.
ALTER TABLE vesu.vesu_positions ADD COLUMN note text DEFAULT 'mine';
ALTER TABLE vesu.vesu_pools ADD COLUMN note text DEFAULT 'mine';
ALTER TABLE vesu.vesu_transactions ADD COLUMN note text DEFAULT 'mine';
ALTER TABLE vesu.vesu_liquidations ADD COLUMN note text DEFAULT 'mine';
CREATE FUNCTION pg_temp.counts() RETURNS TABLE (finder text, rows bigint, noted bigint) LANGUAGE plpgsql AS $$
BEGIN
    FOREACH finder IN ARRAY ARRAY[
        'find_active_positions()', 'find_liquidatable_positions()', 'find_at_risk_positions()',
        'find_user_positions(pg_temp.identity(101))', $q$find_pool_by_address('0xe001')$q$, 'find_active_pools()',
        $q$find_pool_by_asset_pair('EETH', 'EUSD')$q$, 'find_pools_needing_sync()', $q$find_transaction_by_hash('0xe001')$q$,
        'find_pending_transactions()', 'find_user_transactions(pg_temp.identity(101))',
        'find_position_transactions(pg_temp.identity(1))', $q$find_liquidation_by_hash('0xe001')$q$,
        'find_liquidations_by_position(pg_temp.identity(2))', $q$find_liquidations_by_liquidator('0xbb')$q$, 'recent_liquidations(5)',
        'pool_stats()', 'transaction_stats(pg_temp.identity(101))', 'liquidation_stats()', 'liquidator_leaderboard()']
    LOOP
        EXECUTE format($q$SELECT count(*), count(*) FILTER (WHERE to_jsonb(found) ->> 'note' = 'mine') FROM vesu.%s AS found$q$, finder)
           INTO rows, noted;
        RETURN NEXT;
    END LOOP;
END
$$;
SELECT * FROM pg_temp.counts();
ALTER TABLE vesu.vesu_positions DROP COLUMN note;
ALTER TABLE vesu.vesu_pools DROP COLUMN note;
ALTER TABLE vesu.vesu_transactions DROP COLUMN note;
ALTER TABLE vesu.vesu_liquidations DROP COLUMN note;
SELECT sum(rows) AS rows, sum(noted) AS noted FROM pg_temp.counts();
ROLLBACK;
