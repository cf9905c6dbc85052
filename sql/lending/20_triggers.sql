-- Triggers of the lending module: kept columns of positions, positions and their pools, updated_at

CREATE OR REPLACE FUNCTION vesu.pool_terms(pool_address vesu.felt252)
    RETURNS TABLE (
        collateral_asset text,
        debt_asset text,
        debt_index numeric,
        collateral_index numeric,
        liquidation_threshold numeric,
        collateral_price numeric,
        debt_price numeric)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT pool.collateral_asset, pool.debt_asset, pool.debt_index, pool.collateral_index,
           pool.liquidation_threshold, collateral.price, debt.price
      FROM vesu.vesu_pools AS pool
      LEFT JOIN vesu.vesu_asset_prices AS collateral ON collateral.asset = pool.collateral_asset
      LEFT JOIN vesu.vesu_asset_prices AS debt ON debt.asset = pool.debt_asset
     WHERE pool.pool_address = pool_terms.pool_address;
END;
COMMENT ON FUNCTION vesu.pool_terms(vesu.felt252) IS
    'Reads what vesu.keep_position() needs of a pool: assets, indexes, threshold, and the latest recorded prices '
    'in US dollars, usable or not, NULL without one. No row for an unknown pool; soft-deleted pools count.';

-- Fills the assets, derives nominal debt, shares, risk ratio and health factor, renews updated_at.
CREATE OR REPLACE TRIGGER vesu_positions_keep
    BEFORE INSERT OR UPDATE ON vesu.vesu_positions
    FOR EACH ROW EXECUTE FUNCTION vesu.keep_position();

-- The other half of vesu.keep_pool(): a position that was written while its pool was being changed. The
-- foreign key, whose trigger comes first by name, has waited for that change, so this reads its outcome.
CREATE OR REPLACE FUNCTION vesu.check_position_pool()
    RETURNS trigger
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    pool record;
BEGIN
    -- An update that leaves the address alone does not wake the foreign key.
    IF TG_OP = 'UPDATE' THEN
        PERFORM FROM vesu.vesu_pools AS held WHERE held.pool_address = NEW.pool_address FOR KEY SHARE;
    END IF;

    SELECT held.collateral_asset, held.debt_asset, held.deleted_at INTO pool
      FROM vesu.vesu_pools AS held
     WHERE held.pool_address = NEW.pool_address;
    IF (pool.collateral_asset, pool.debt_asset) IS DISTINCT FROM (NEW.collateral_asset, NEW.debt_asset) THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation',
            MESSAGE = format('the assets of the position must be %s-%s, not %s-%s',
                             pool.collateral_asset, pool.debt_asset, NEW.collateral_asset, NEW.debt_asset),
            DETAIL = format('The assets of pool %s were changed meanwhile.', NEW.pool_address),
            HINT = 'Run the transaction again.',
            SCHEMA = TG_TABLE_SCHEMA,
            TABLE = TG_TABLE_NAME;
    END IF;
    IF pool.deleted_at IS NOT NULL AND NEW.deleted_at IS NULL THEN
        PERFORM vesu.refuse_unknown_pool(NEW.pool_address);
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION vesu.check_position_pool() IS
    'Trigger of vesu_positions: a position has the assets of its pool (23514), a live one a live pool (VS003), also if the pool '
    'is changed at the same time.';

CREATE OR REPLACE TRIGGER vesu_positions_new_in_pool
    AFTER INSERT ON vesu.vesu_positions
    FOR EACH ROW EXECUTE FUNCTION vesu.check_position_pool();
CREATE OR REPLACE TRIGGER vesu_positions_moved_in_pool
    AFTER UPDATE ON vesu.vesu_positions
    FOR EACH ROW
    WHEN (OLD.pool_address IS DISTINCT FROM NEW.pool_address
          OR OLD.collateral_asset IS DISTINCT FROM NEW.collateral_asset
          OR OLD.debt_asset IS DISTINCT FROM NEW.debt_asset
          OR (OLD.deleted_at IS NOT NULL AND NEW.deleted_at IS NULL))
    EXECUTE FUNCTION vesu.check_position_pool();

CREATE OR REPLACE FUNCTION vesu.keep_pool()
    RETURNS trigger
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    position_count bigint;
    isolation constant text := current_setting('transaction_isolation');
BEGIN
    -- An older snapshot does not show the positions that were committed since, and nothing they wrote
    -- conflicts with this update.
    IF isolation IN ('repeatable read', 'serializable') THEN
        RAISE EXCEPTION USING
            ERRCODE = 'feature_not_supported',
            MESSAGE = format('pool %s cannot change its assets or be deleted in a %s transaction',
                             OLD.pool_address, upper(isolation)),
            DETAIL = 'The transaction might not see positions that the pool has by now.',
            HINT = 'Do it in a READ COMMITTED transaction.';
    END IF;

    -- The foreign key of a new position takes KEY SHARE on the pool, which an update that leaves the
    -- address alone does not wait for. This does, so the count below misses no position.
    PERFORM FROM vesu.vesu_pools AS pool WHERE pool.id = OLD.id FOR UPDATE;

    IF (OLD.collateral_asset, OLD.debt_asset) IS DISTINCT FROM (NEW.collateral_asset, NEW.debt_asset) THEN
        SELECT count(*) INTO position_count
          FROM vesu.vesu_positions AS held
         WHERE held.pool_address = OLD.pool_address;
        IF position_count > 0 THEN
            RAISE EXCEPTION USING
                ERRCODE = 'check_violation',
                MESSAGE = format('pool %s has positions and cannot change its assets from %s-%s to %s-%s',
                                 OLD.pool_address, OLD.collateral_asset, OLD.debt_asset,
                                 NEW.collateral_asset, NEW.debt_asset),
                DETAIL = format('Positions in the pool, soft-deleted ones included: %s.', position_count),
                HINT = 'Add another pool for the other pair of assets.',
                SCHEMA = TG_TABLE_SCHEMA,
                TABLE = TG_TABLE_NAME;
        END IF;
    END IF;

    IF OLD.deleted_at IS NULL AND NEW.deleted_at IS NOT NULL THEN
        SELECT count(*) INTO position_count
          FROM vesu.vesu_positions AS held
         WHERE held.pool_address = OLD.pool_address AND held.deleted_at IS NULL;
        IF position_count > 0 THEN
            RAISE EXCEPTION USING
                ERRCODE = 'check_violation',
                MESSAGE = format('pool %s has live positions and cannot be deleted', OLD.pool_address),
                DETAIL = format('Live positions in the pool: %s.', position_count),
                HINT = 'Close and delete its positions first, or set is_active to false.',
                SCHEMA = TG_TABLE_SCHEMA,
                TABLE = TG_TABLE_NAME,
                COLUMN = 'deleted_at';
        END IF;
    END IF;

    RETURN NEW;
END
$$;
COMMENT ON FUNCTION vesu.keep_pool() IS
    'Trigger of vesu_pools: a pool with positions keeps its assets, a pool with live positions is not deleted (23514). '
    'Both changes need READ COMMITTED (0A000): an older snapshot might miss a position.';

CREATE OR REPLACE TRIGGER vesu_pools_keep
    BEFORE UPDATE ON vesu.vesu_pools
    FOR EACH ROW
    WHEN (OLD.collateral_asset IS DISTINCT FROM NEW.collateral_asset
          OR OLD.debt_asset IS DISTINCT FROM NEW.debt_asset
          OR (OLD.deleted_at IS NULL AND NEW.deleted_at IS NOT NULL))
    EXECUTE FUNCTION vesu.keep_pool();

CREATE OR REPLACE TRIGGER vesu_pools_touch
    BEFORE UPDATE ON vesu.vesu_pools
    FOR EACH ROW EXECUTE FUNCTION vesu.touch_updated_at();
CREATE OR REPLACE TRIGGER vesu_transactions_touch
    BEFORE UPDATE ON vesu.vesu_transactions
    FOR EACH ROW EXECUTE FUNCTION vesu.touch_updated_at();
CREATE OR REPLACE TRIGGER vesu_liquidations_touch
    BEFORE UPDATE ON vesu.vesu_liquidations
    FOR EACH ROW EXECUTE FUNCTION vesu.touch_updated_at();
