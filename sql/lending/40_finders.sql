-- Questions about many rows: finders, statistics, leaderboard
--
-- Soft-deleted rows never count. Functions that return a table's row have qualified string bodies,
-- which survive a column that a user adds; the planner inlines them, so that a caller's WHERE and
-- LIMIT reach the indexes. A row as a whole is written pool.*: a bare pool would mean a column of that
-- name once a user has added one. max_rows: NULL for all, 0 for none; below 0 is error 2201W.

-- Positions

CREATE OR REPLACE FUNCTION vesu.find_active_positions() RETURNS SETOF vesu.vesu_positions
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT held.*
      FROM vesu.vesu_positions AS held
     WHERE held.status OPERATOR(pg_catalog.=) 'active'::vesu.position_status
       AND held.deleted_at IS NULL
     ORDER BY held.health_factor ASC NULLS LAST, held.id
    $$;
COMMENT ON FUNCTION vesu.find_active_positions() IS
    'Active positions, lowest stored health factor first, those without one last, then by id. '
    'Source: VesuPosition.findActivePositions.';

CREATE OR REPLACE FUNCTION vesu.find_user_positions(user_id uuid, status vesu.position_status DEFAULT NULL)
    RETURNS SETOF vesu.vesu_positions
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT held.*
      FROM vesu.vesu_positions AS held
     WHERE held.user_id OPERATOR(pg_catalog.=) find_user_positions.user_id
       AND (find_user_positions.status IS NULL
            OR held.status OPERATOR(pg_catalog.=) find_user_positions.status)
       AND held.deleted_at IS NULL
     ORDER BY held.created_at DESC, held.id DESC
    $$;
COMMENT ON FUNCTION vesu.find_user_positions(uuid, vesu.position_status) IS
    'Positions of a user, newest first, then by id descending. status NULL: of every status. '
    'Source: VesuPosition.findUserPositions.';

-- Pools

CREATE OR REPLACE FUNCTION vesu.find_pool_by_address(pool_address vesu.felt252) RETURNS SETOF vesu.vesu_pools
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
    AS $$
    SELECT pool.*
      FROM vesu.vesu_pools AS pool
     WHERE pool.pool_address OPERATOR(pg_catalog.=) find_pool_by_address.pool_address
       AND pool.deleted_at IS NULL
    $$;
COMMENT ON FUNCTION vesu.find_pool_by_address(vesu.felt252) IS
    'The pool at an address, active or not: 0 or 1 row. Source: VesuPool.findByAddress.';

CREATE OR REPLACE FUNCTION vesu.find_active_pools() RETURNS SETOF vesu.vesu_pools
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT pool.*
      FROM vesu.vesu_pools AS pool
     WHERE pool.is_active
       AND pool.deleted_at IS NULL
     ORDER BY pool.total_supply DESC, pool.pool_address
    $$;
COMMENT ON FUNCTION vesu.find_active_pools() IS
    'Active pools, largest total_supply first, then by address. Source: VesuPool.findActivePools.';

CREATE OR REPLACE FUNCTION vesu.find_pool_by_asset_pair(collateral_asset text, debt_asset text)
    RETURNS SETOF vesu.vesu_pools
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
    AS $$
    SELECT pool.*
      FROM vesu.vesu_pools AS pool
     WHERE pool.collateral_asset OPERATOR(pg_catalog.=) find_pool_by_asset_pair.collateral_asset
       AND pool.debt_asset OPERATOR(pg_catalog.=) find_pool_by_asset_pair.debt_asset
       AND pool.is_active
       AND pool.deleted_at IS NULL
     ORDER BY pool.total_supply DESC, pool.pool_address
     LIMIT 1
    $$;
COMMENT ON FUNCTION vesu.find_pool_by_asset_pair(text, text) IS
    'The active pool of a pair with the largest total_supply, then the lowest address: 0 or 1 row. '
    'Source: VesuPool.findByAssetPair.';

CREATE OR REPLACE FUNCTION vesu.find_pools_needing_sync(max_age interval DEFAULT '5 minutes')
    RETURNS SETOF vesu.vesu_pools
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT pool.*
      FROM vesu.vesu_pools AS pool
     WHERE pool.is_active
       AND pool.deleted_at IS NULL
       AND vesu.needs_sync(pool.*, find_pools_needing_sync.max_age)
     ORDER BY pool.last_synced, pool.pool_address
    $$;
COMMENT ON FUNCTION vesu.find_pools_needing_sync(interval) IS
    'Active pools whose last_synced is more than max_age ago, oldest first, then by address. '
    'Source: VesuPool.findPoolsNeedingSync.';

CREATE OR REPLACE FUNCTION vesu.pool_stats()
    RETURNS TABLE (
        total_pools bigint,
        total_supply numeric,
        total_borrow numeric,
        avg_supply_apy numeric,
        avg_borrow_apy numeric,
        utilization_rate numeric)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT sums.pools, trim_scale(sums.supply), trim_scale(sums.borrow),
           vesu.ratio(sums.supply_apy, sums.pools), vesu.ratio(sums.borrow_apy, sums.pools),
           vesu.utilization(sums.borrow, sums.supply)
      FROM (SELECT count(*) AS pools,
                   coalesce(sum(pool.total_supply), 0) AS supply,
                   coalesce(sum(pool.total_borrow), 0) AS borrow,
                   coalesce(sum(pool.supply_apy), 0) AS supply_apy,
                   coalesce(sum(pool.borrow_apy), 0) AS borrow_apy
              FROM vesu.vesu_pools AS pool
             WHERE pool.is_active AND pool.deleted_at IS NULL) AS sums;
END;
COMMENT ON FUNCTION vesu.pool_stats() IS
    'Totals of the active pools in one row: sums of total_supply and total_borrow over whatever assets they are in, exact; '
    'unweighted averages of the APYs as fractions, an unknown one counted as 0; total_borrow / total_supply. '
    'Averages and utilization have 18 decimals, rounded down. Zeros without pools. Source: VesuPool.getPoolStats.';

-- Transactions

CREATE OR REPLACE FUNCTION vesu.find_transaction_by_hash(transaction_hash vesu.felt252)
    RETURNS SETOF vesu.vesu_transactions
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
    AS $$
    SELECT entry.*
      FROM vesu.vesu_transactions AS entry
     WHERE entry.transaction_hash OPERATOR(pg_catalog.=) find_transaction_by_hash.transaction_hash
       AND entry.deleted_at IS NULL
    $$;
COMMENT ON FUNCTION vesu.find_transaction_by_hash(vesu.felt252) IS
    'The transaction of a hash: 0 or 1 row. Source: VesuTransaction.findByHash.';

CREATE OR REPLACE FUNCTION vesu.find_pending_transactions() RETURNS SETOF vesu.vesu_transactions
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT entry.*
      FROM vesu.vesu_transactions AS entry
     WHERE entry.status OPERATOR(pg_catalog.=) 'pending'::vesu.transaction_status
       AND entry.deleted_at IS NULL
     ORDER BY entry.created_at, entry.id
    $$;
COMMENT ON FUNCTION vesu.find_pending_transactions() IS
    'Pending transactions, oldest first, then by id. Source: VesuTransaction.findPendingTransactions.';

CREATE OR REPLACE FUNCTION vesu.find_user_transactions(
        user_id uuid, type vesu.transaction_type DEFAULT NULL, max_rows int DEFAULT 50)
    RETURNS SETOF vesu.vesu_transactions
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT entry.*
      FROM vesu.vesu_transactions AS entry
     WHERE entry.user_id OPERATOR(pg_catalog.=) find_user_transactions.user_id
       AND (find_user_transactions.type IS NULL
            OR entry.type OPERATOR(pg_catalog.=) find_user_transactions.type)
       AND entry.deleted_at IS NULL
     ORDER BY entry.created_at DESC, entry.id DESC
     LIMIT find_user_transactions.max_rows
    $$;
COMMENT ON FUNCTION vesu.find_user_transactions(uuid, vesu.transaction_type, int) IS
    'The newest max_rows transactions of a user, newest first, then by id descending. type NULL: of every type. '
    'Fails with 2201W below 0 rows. Source: VesuTransaction.findUserTransactions.';

CREATE OR REPLACE FUNCTION vesu.find_position_transactions(position_id uuid)
    RETURNS SETOF vesu.vesu_transactions
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT entry.*
      FROM vesu.vesu_transactions AS entry
     WHERE entry.position_id OPERATOR(pg_catalog.=) find_position_transactions.position_id
       AND entry.deleted_at IS NULL
     ORDER BY entry.created_at DESC, entry.id DESC
    $$;
COMMENT ON FUNCTION vesu.find_position_transactions(uuid) IS
    'Transactions of a position, newest first, then by id descending. '
    'Source: VesuTransaction.findPositionTransactions.';

CREATE OR REPLACE FUNCTION vesu.transaction_stats(
        user_id uuid, start_date timestamptz DEFAULT NULL, end_date timestamptz DEFAULT NULL)
    RETURNS TABLE (total bigint, by_type jsonb, total_volume jsonb)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    WITH groups AS (
        SELECT entry.type, entry.asset, count(*) AS entries, sum(entry.amount) AS volume
          FROM vesu.vesu_transactions AS entry
         WHERE entry.user_id = transaction_stats.user_id
           AND entry.status = 'confirmed'
           -- Without dates even an unknown timestamp counts; a comparison with it does not hold.
           AND (transaction_stats.start_date IS NULL OR entry."timestamp" >= transaction_stats.start_date)
           AND (transaction_stats.end_date IS NULL OR entry."timestamp" <= transaction_stats.end_date)
           AND entry.deleted_at IS NULL
         GROUP BY entry.type, entry.asset),
    types AS (
        SELECT groups.type, sum(groups.entries) AS entries FROM groups GROUP BY groups.type),
    assets AS (
        SELECT groups.asset, trim_scale(sum(groups.volume)) AS volume FROM groups GROUP BY groups.asset)
    SELECT (SELECT coalesce(sum(types.entries), 0)::bigint FROM types),
           (SELECT coalesce(jsonb_object_agg(types.type, types.entries), '{}') FROM types),
           (SELECT coalesce(jsonb_object_agg(assets.asset, assets.volume), '{}') FROM assets);
END;
COMMENT ON FUNCTION vesu.transaction_stats(uuid, timestamptz, timestamptz) IS
    'Confirmed transactions of a user from start_date to end_date, both included, NULL for open, in one row: '
    'their number, {type: number} and {asset: exact sum of amounts}, only types and assets that occur. '
    'Transactions without a timestamp count only without dates. Source: VesuTransaction.getTransactionStats.';

-- Liquidations

CREATE OR REPLACE FUNCTION vesu.find_liquidation_by_hash(transaction_hash vesu.felt252)
    RETURNS SETOF vesu.vesu_liquidations
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
    AS $$
    SELECT entry.*
      FROM vesu.vesu_liquidations AS entry
     WHERE entry.transaction_hash OPERATOR(pg_catalog.=) find_liquidation_by_hash.transaction_hash
       AND entry.deleted_at IS NULL
    $$;
COMMENT ON FUNCTION vesu.find_liquidation_by_hash(vesu.felt252) IS
    'The liquidation of a transaction hash: 0 or 1 row. Source: VesuLiquidation.findByHash.';

CREATE OR REPLACE FUNCTION vesu.find_liquidations_by_position(position_id uuid)
    RETURNS SETOF vesu.vesu_liquidations
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT entry.*
      FROM vesu.vesu_liquidations AS entry
     WHERE entry.position_id OPERATOR(pg_catalog.=) find_liquidations_by_position.position_id
       AND entry.deleted_at IS NULL
     ORDER BY entry."timestamp" DESC, entry.id DESC
    $$;
COMMENT ON FUNCTION vesu.find_liquidations_by_position(uuid) IS
    'Liquidations of a position, newest first, then by id descending. Source: VesuLiquidation.findByPosition.';

CREATE OR REPLACE FUNCTION vesu.find_liquidations_by_liquidator(address vesu.felt252, max_rows int DEFAULT 50)
    RETURNS SETOF vesu.vesu_liquidations
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT entry.*
      FROM vesu.vesu_liquidations AS entry
     WHERE entry.liquidator_address OPERATOR(pg_catalog.=) find_liquidations_by_liquidator.address
       AND entry.deleted_at IS NULL
     ORDER BY entry."timestamp" DESC, entry.id DESC
     LIMIT find_liquidations_by_liquidator.max_rows
    $$;
COMMENT ON FUNCTION vesu.find_liquidations_by_liquidator(vesu.felt252, int) IS
    'The newest max_rows liquidations of a liquidator, newest first, then by id descending. '
    'Fails with 2201W below 0 rows. Source: VesuLiquidation.findByLiquidator.';

CREATE OR REPLACE FUNCTION vesu.recent_liquidations(max_rows int DEFAULT 100)
    RETURNS SETOF vesu.vesu_liquidations
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT entry.*
      FROM vesu.vesu_liquidations AS entry
     WHERE entry.deleted_at IS NULL
     ORDER BY entry."timestamp" DESC, entry.id DESC
     LIMIT recent_liquidations.max_rows
    $$;
COMMENT ON FUNCTION vesu.recent_liquidations(int) IS
    'The newest max_rows liquidations, newest first, then by id descending. '
    'Fails with 2201W below 0 rows. Source: VesuLiquidation.getRecentLiquidations.';

CREATE OR REPLACE FUNCTION vesu.liquidation_stats(
        start_date timestamptz DEFAULT NULL, end_date timestamptz DEFAULT NULL)
    RETURNS TABLE (
        total_liquidations bigint,
        total_collateral_seized numeric,
        total_debt_repaid numeric,
        total_bonuses numeric,
        unique_liquidators bigint,
        avg_collateral_per_liquidation numeric,
        avg_debt_per_liquidation numeric,
        avg_bonus_per_liquidation numeric)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT sums.entries, trim_scale(sums.collateral), trim_scale(sums.debt), trim_scale(sums.bonus),
           sums.liquidators,
           vesu.ratio(sums.collateral, sums.entries), vesu.ratio(sums.debt, sums.entries),
           vesu.ratio(sums.bonus, sums.entries)
      FROM (SELECT count(*) AS entries,
                   count(DISTINCT entry.liquidator_address) AS liquidators,
                   coalesce(sum(entry.collateral_seized), 0) AS collateral,
                   coalesce(sum(entry.debt_repaid), 0) AS debt,
                   coalesce(sum(entry.liquidation_bonus), 0) AS bonus
              FROM vesu.vesu_liquidations AS entry
             WHERE (liquidation_stats.start_date IS NULL OR entry."timestamp" >= liquidation_stats.start_date)
               AND (liquidation_stats.end_date IS NULL OR entry."timestamp" <= liquidation_stats.end_date)
               AND entry.deleted_at IS NULL) AS sums;
END;
COMMENT ON FUNCTION vesu.liquidation_stats(timestamptz, timestamptz) IS
    'Liquidations from start_date to end_date, both included, NULL for open, in one row: exact sums over whatever assets '
    'they are in, number of liquidators, averages with 18 decimals, rounded down. Zeros without liquidations. '
    'Source: VesuLiquidation.getLiquidationStats.';

CREATE OR REPLACE FUNCTION vesu.liquidator_leaderboard(
        start_date timestamptz DEFAULT NULL, end_date timestamptz DEFAULT NULL, max_rows int DEFAULT 10)
    RETURNS TABLE (
        address vesu.felt252,
        count bigint,
        total_bonus numeric,
        total_debt_repaid numeric,
        total_collateral_seized numeric)
    LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT entry.liquidator_address, count(*), trim_scale(sum(entry.liquidation_bonus)),
           trim_scale(sum(entry.debt_repaid)), trim_scale(sum(entry.collateral_seized))
      FROM vesu.vesu_liquidations AS entry
     WHERE (liquidator_leaderboard.start_date IS NULL OR entry."timestamp" >= liquidator_leaderboard.start_date)
       AND (liquidator_leaderboard.end_date IS NULL OR entry."timestamp" <= liquidator_leaderboard.end_date)
       AND entry.deleted_at IS NULL
     GROUP BY entry.liquidator_address
     ORDER BY sum(entry.liquidation_bonus) DESC, count(*) DESC, entry.liquidator_address
     LIMIT liquidator_leaderboard.max_rows;
END;
COMMENT ON FUNCTION vesu.liquidator_leaderboard(timestamptz, timestamptz, int) IS
    'Liquidators from start_date to end_date, both included, NULL for open: number of liquidations and exact sums over '
    'whatever assets they are in. Largest bonus first, then most liquidations, then by address; at most max_rows. '
    'Fails with 2201W below 0 rows. Source: VesuLiquidation.getLiquidatorLeaderboard.';
