-- Operations of a user on a position: supply, withdraw, borrow, repay; sync_pool for the pool itself

-- The one place that states the order of the checks. 001 stands in front, 007 is tested last, with the pool's totals.
CREATE OR REPLACE FUNCTION vesu.operate(
    type vesu.transaction_type, user_id uuid, pool_address vesu.felt252, amount numeric, transaction_hash vesu.felt252,
    status vesu.transaction_status, block_number bigint, "timestamp" timestamptz, gas_used numeric)
    RETURNS vesu.vesu_transactions
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    held vesu.vesu_positions;
    recorded vesu.vesu_transactions;
    pool vesu.vesu_pools;
    change record;
    changed vesu.vesu_positions;
BEGIN
    PERFORM vesu.check_operation(user_id, pool_address, amount, transaction_hash, status, block_number, gas_used);
    held := vesu.lock_position(user_id, pool_address, or_liquidated => type = 'withdraw');
    -- Read under the lock: the same call running at the same time has then finished.
    recorded := vesu.replayed_transaction(type, user_id, pool_address, amount, transaction_hash,
                                          block_number, "timestamp", gas_used);
    IF recorded.id IS NOT NULL THEN
        RETURN recorded;
    END IF;

    pool := vesu.operation_pool(pool_address, must_be_active => type IN ('supply', 'borrow'));
    IF type <> 'supply' THEN
        PERFORM vesu.check_position(held, type, user_id, pool_address);
    END IF;
    IF held.id IS NULL THEN
        changed := vesu.open_position(user_id, pool, CASE status WHEN 'confirmed' THEN amount ELSE 0 END);
        -- Somebody else has opened it meanwhile; now there is one to lock. Nothing is written yet.
        IF changed.id IS NULL THEN
            RETURN vesu.operate(type, user_id, pool_address, amount, transaction_hash, status,
                                block_number, "timestamp", gas_used);
        END IF;
    ELSIF status = 'confirmed' THEN
        change := vesu.change_position(type, held, pool, amount);
        changed := change.changed;
    ELSE
        PERFORM vesu.check_change(type, held, pool, amount);
        changed := held;
    END IF;

    recorded := vesu.record_transaction(type, changed, amount, transaction_hash, status,
                                        block_number, "timestamp", gas_used);
    IF status = 'confirmed' THEN
        PERFORM vesu.move_pool_totals(held, changed, CASE type WHEN 'borrow' THEN amount ELSE 0 END);
    END IF;
    RETURN recorded;
END
$$;
COMMENT ON FUNCTION vesu.operate(
    vesu.transaction_type, uuid, vesu.felt252, numeric, vesu.felt252, vesu.transaction_status, bigint, timestamptz,
    numeric) IS
    'Private body of supply, withdraw, borrow and repay. Locks the position, then the transaction row, and touches the '
    'pool row last.';

CREATE OR REPLACE FUNCTION vesu.open_position(user_id uuid, pool vesu.vesu_pools, amount numeric)
    RETURNS vesu.vesu_positions
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    vtokens constant numeric := vesu.vtokens_for_assets(amount, pool.collateral_index);
    opened vesu.vesu_positions;
BEGIN
    PERFORM vesu.check_fits(vtokens, format('balance of user %s in pool %s', open_position.user_id, pool.pool_address),
                            'vTokens');
    -- The position in the way may have been closed before it could be looked at. Not three times in a row.
    FOR attempt IN 1 .. 3 LOOP
        INSERT INTO vesu.vesu_positions AS p (user_id, pool_address, collateral_amount, vtoken_balance)
        SELECT open_position.user_id, terms.pool_address, open_position.amount,
               vesu.vtokens_for_assets(open_position.amount, terms.collateral_index)
          FROM vesu.vesu_pools AS terms
         WHERE terms.pool_address = pool.pool_address
        ON CONFLICT (user_id, pool_address) WHERE deleted_at IS NULL AND status = 'active' DO NOTHING
        RETURNING p.* INTO opened;
        IF FOUND OR EXISTS (
                SELECT FROM vesu.vesu_positions AS p
                 WHERE p.user_id = open_position.user_id AND p.pool_address = pool.pool_address
                   AND p.status = 'active' AND p.deleted_at IS NULL) THEN
            RETURN opened;
        END IF;
    END LOOP;
    PERFORM vesu.refuse_unwritable('vesu_positions', format('the position of user %s', open_position.user_id));
END
$$;
COMMENT ON FUNCTION vesu.open_position(uuid, vesu.vesu_pools, numeric) IS
    'Private step of supply: an active position that holds amount. A row of NULLs if the user has just got one; VS001 for '
    'a balance that is not below 10^18; 42501 if there is one that cannot be read.';

CREATE OR REPLACE FUNCTION vesu.supply(
    user_id uuid, pool_address vesu.felt252, amount numeric, transaction_hash vesu.felt252,
    status vesu.transaction_status DEFAULT 'confirmed', block_number bigint DEFAULT NULL,
    "timestamp" timestamptz DEFAULT NULL, gas_used numeric DEFAULT NULL) RETURNS vesu.vesu_transactions
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN vesu.operate('supply', user_id, pool_address, amount, transaction_hash, status,
                        block_number, "timestamp", gas_used);
END
$$;
COMMENT ON FUNCTION vesu.supply(
    uuid, vesu.felt252, numeric, vesu.felt252, vesu.transaction_status, bigint, timestamptz, numeric) IS
    'Adds amount (collateral tokens, at most 18 decimals, below 10^18) to the user''s active position in the pool and '
    'opens one if there is none; mints amount / collateral_index vTokens, rounded down. Returns its row of '
    'vesu_transactions. With status pending only that row is written (and a first position, empty), until '
    'vesu.confirm_transaction(). Fails, in this order, with 22004 for a NULL argument without default, 22023 for status '
    'failed, VS001 for the amount, block_number or gas_used, VS013 for a hash used with other arguments, VS003 without a '
    'live pool, VS004 for an inactive one, VS001 for a result that is not below 10^18. The same hash and arguments again '
    'return the first row, also a soft-deleted one, and change nothing. '
    'Source: Vesu, modify_position.';

CREATE OR REPLACE FUNCTION vesu.withdraw(
    user_id uuid, pool_address vesu.felt252, amount numeric, transaction_hash vesu.felt252,
    status vesu.transaction_status DEFAULT 'confirmed', block_number bigint DEFAULT NULL,
    "timestamp" timestamptz DEFAULT NULL, gas_used numeric DEFAULT NULL) RETURNS vesu.vesu_transactions
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN vesu.operate('withdraw', user_id, pool_address, amount, transaction_hash, status,
                        block_number, "timestamp", gas_used);
END
$$;
COMMENT ON FUNCTION vesu.withdraw(
    uuid, vesu.felt252, numeric, vesu.felt252, vesu.transaction_status, bigint, timestamptz, numeric) IS
    'Takes amount (collateral tokens) from the user''s active position in the pool, or without one from the oldest '
    'liquidated one that still holds collateral; burns amount / collateral_index vTokens, rounded up, all when no '
    'collateral is left. Returns its row of vesu_transactions. Under debt the largest amount is vesu.max_withdraw() with '
    'max_ltv for the threshold. Fails, in this order, with 22004, 22023, VS001, VS013, VS003 as vesu.supply(), VS005 '
    'without such a position, VS006 above the live collateral; with debt VS011 and VS012 without usable prices, VS009 for '
    'a health factor below 1, VS008 for a loan to value above max_ltv. Pending and repeated calls as vesu.supply(). '
    'Source: Vesu, modify_position.';

CREATE OR REPLACE FUNCTION vesu.borrow(
    user_id uuid, pool_address vesu.felt252, amount numeric, transaction_hash vesu.felt252,
    status vesu.transaction_status DEFAULT 'confirmed', block_number bigint DEFAULT NULL,
    "timestamp" timestamptz DEFAULT NULL, gas_used numeric DEFAULT NULL) RETURNS vesu.vesu_transactions
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN vesu.operate('borrow', user_id, pool_address, amount, transaction_hash, status,
                        block_number, "timestamp", gas_used);
END
$$;
COMMENT ON FUNCTION vesu.borrow(
    uuid, vesu.felt252, numeric, vesu.felt252, vesu.transaction_status, bigint, timestamptz, numeric) IS
    'Adds amount (debt tokens) to the debt of the user''s active position in the pool. Returns its row of '
    'vesu_transactions. The largest amount is the smaller of vesu.max_borrow() and the available liquidity. Fails, in this '
    'order, with 22004, 22023, VS001, VS013, VS003, VS004 as vesu.supply(), VS005 without an active position, VS011 and '
    'VS012 without usable prices, VS008 for a loan to value above max_ltv (VS009 cannot follow: a pool''s threshold is at '
    'least max_ltv), VS007 above the available liquidity. Pending and repeated calls as vesu.supply(). '
    'Source: Vesu, modify_position.';

CREATE OR REPLACE FUNCTION vesu.repay(
    user_id uuid, pool_address vesu.felt252, amount numeric, transaction_hash vesu.felt252,
    status vesu.transaction_status DEFAULT 'confirmed', block_number bigint DEFAULT NULL,
    "timestamp" timestamptz DEFAULT NULL, gas_used numeric DEFAULT NULL) RETURNS vesu.vesu_transactions
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN vesu.operate('repay', user_id, pool_address, amount, transaction_hash, status,
                        block_number, "timestamp", gas_used);
END
$$;
COMMENT ON FUNCTION vesu.repay(
    uuid, vesu.felt252, numeric, vesu.felt252, vesu.transaction_status, bigint, timestamptz, numeric) IS
    'Takes amount (debt tokens) from the debt of the user''s active position in the pool, interest included. Returns its '
    'row of vesu_transactions. Fails, in this order, with 22004, 22023, VS001, VS013, VS003 as vesu.supply(), VS005 '
    'without an active position, VS001 above the live debt. Needs no price and no active pool. Pending and repeated calls '
    'as vesu.supply(). Source: Vesu, modify_position.';

CREATE OR REPLACE FUNCTION vesu.sync_pool(
    pool_address vesu.felt252, total_supply numeric, supply_apy numeric DEFAULT NULL, borrow_apy numeric DEFAULT NULL)
    RETURNS vesu.vesu_pools
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    pool vesu.vesu_pools;
BEGIN
    IF num_nulls(pool_address, total_supply) > 0 THEN
        PERFORM vesu.refuse_null(ARRAY['pool_address', 'total_supply'],
                                 ARRAY[pool_address IS NULL, total_supply IS NULL]);
    END IF;
    IF total_supply <> 0 THEN
        PERFORM vesu.check_operation_amount(total_supply, 'total_supply');
    END IF;

    UPDATE vesu.vesu_pools AS p
       SET total_supply = sync_pool.total_supply,
           supply_apy = coalesce(sync_pool.supply_apy, p.supply_apy),
           borrow_apy = coalesce(sync_pool.borrow_apy, p.borrow_apy),
           last_synced = vesu.now()
     WHERE p.pool_address = sync_pool.pool_address AND p.deleted_at IS NULL
    RETURNING p.* INTO pool;
    IF NOT FOUND THEN
        pool := vesu.operation_pool(pool_address);
        PERFORM vesu.refuse_unwritable('vesu_pools', format('pool %s', pool.pool_address));
    END IF;
    RETURN pool;
END
$$;
COMMENT ON FUNCTION vesu.sync_pool(vesu.felt252, numeric, numeric, numeric) IS
    'Sets what lenders have put into the pool (debt tokens), and its APYs (fractions; NULL keeps them), as read from the '
    'chain, and last_synced to vesu.now(). Returns the row of vesu_pools. 22004 for a NULL pool_address or total_supply, '
    'VS001 for a total_supply that is negative, not finite, too long or too large, VS003 without a live pool, 42501 if it '
    'can be read but not written.';
