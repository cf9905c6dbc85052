-- Steps that the lending operations share: lock, replay, record, apply, move the pool's totals

CREATE OR REPLACE FUNCTION vesu.lock_position(
    user_id uuid, pool_address vesu.felt252, or_liquidated boolean DEFAULT false) RETURNS vesu.vesu_positions
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    held vesu.vesu_positions;
BEGIN
    -- Whoever held the lock may have closed the position, and its user may have opened another one since.
    LOOP
        SELECT p.* INTO held
          FROM vesu.vesu_positions AS p
         WHERE p.user_id = lock_position.user_id AND p.pool_address = lock_position.pool_address
           AND p.status = 'active' AND p.deleted_at IS NULL
           FOR NO KEY UPDATE;
        IF FOUND THEN
            RETURN held;
        END IF;
        EXIT WHEN NOT EXISTS (
            SELECT FROM vesu.vesu_positions AS p
             WHERE p.user_id = lock_position.user_id AND p.pool_address = lock_position.pool_address
               AND p.status = 'active' AND p.deleted_at IS NULL);
    END LOOP;

    WHILE or_liquidated LOOP
        SELECT p.* INTO held
          FROM vesu.vesu_positions AS p
         WHERE p.user_id = lock_position.user_id AND p.pool_address = lock_position.pool_address
           AND p.status = 'liquidated' AND p.collateral_amount > 0 AND p.deleted_at IS NULL
         ORDER BY p.created_at, p.id
         LIMIT 1
           FOR NO KEY UPDATE;
        IF FOUND THEN
            RETURN held;
        END IF;
        or_liquidated := EXISTS (
            SELECT FROM vesu.vesu_positions AS p
             WHERE p.user_id = lock_position.user_id AND p.pool_address = lock_position.pool_address
               AND p.status = 'liquidated' AND p.collateral_amount > 0 AND p.deleted_at IS NULL);
    END LOOP;
    RETURN held;
END
$$;
COMMENT ON FUNCTION vesu.lock_position(uuid, vesu.felt252, boolean) IS
    'Private step of the operations: locks and reads the live active position of a user in a pool; without one and with '
    'or_liquidated, the oldest liquidated one that still holds collateral. A row of NULLs without either.';

CREATE OR REPLACE FUNCTION vesu.replayed_transaction(
    type vesu.transaction_type, user_id uuid, pool_address vesu.felt252, amount numeric, transaction_hash vesu.felt252,
    block_number bigint, "timestamp" timestamptz, gas_used numeric) RETURNS vesu.vesu_transactions
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    recorded vesu.vesu_transactions;
    recorded_pool vesu.felt252;
BEGIN
    SELECT t.* INTO recorded
      FROM vesu.vesu_transactions AS t
     WHERE t.transaction_hash = replayed_transaction.transaction_hash;
    IF NOT FOUND THEN
        RETURN recorded;
    END IF;

    recorded_pool := (SELECT p.pool_address FROM vesu.vesu_positions AS p WHERE p.id = recorded.position_id);
    IF recorded.type = type AND recorded.user_id = user_id AND recorded.amount = amount
       AND coalesce(recorded_pool = pool_address, true)
       AND coalesce(recorded.block_number = block_number, true)
       AND coalesce(recorded."timestamp" = "timestamp", true)
       AND coalesce(recorded.gas_used = gas_used, true) THEN
        RETURN recorded;
    END IF;
    RAISE EXCEPTION USING
        ERRCODE = 'VS013',
        MESSAGE = format('transaction %s was already used with other arguments', transaction_hash),
        DETAIL = format('It is recorded as %s of %s %s by user %s in pool %s, status %s.', recorded.type,
                        trim_scale(recorded.amount), recorded.asset, recorded.user_id,
                        coalesce(recorded_pool::text, 'unknown'), recorded.status),
        HINT = 'Repeat a call with its first arguments; give every transaction its own hash.';
END
$$;
COMMENT ON FUNCTION vesu.replayed_transaction(
    vesu.transaction_type, uuid, vesu.felt252, numeric, vesu.felt252, bigint, timestamptz, numeric) IS
    'Private step of the operations: the transaction that was recorded with this hash and these arguments, a row of NULLs '
    'if the hash is new, VS013 if the arguments differ. block_number, timestamp and gas_used are compared where both '
    'sides have them: confirming may have added them.';

CREATE OR REPLACE FUNCTION vesu.record_transaction(
    type vesu.transaction_type, held vesu.vesu_positions, amount numeric, transaction_hash vesu.felt252,
    status vesu.transaction_status, block_number bigint, "timestamp" timestamptz, gas_used numeric)
    RETURNS vesu.vesu_transactions
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    recorded vesu.vesu_transactions;
BEGIN
    INSERT INTO vesu.vesu_transactions AS t
        (position_id, user_id, transaction_hash, type, asset, amount, status, block_number, "timestamp", gas_used)
    VALUES (held.id, held.user_id, record_transaction.transaction_hash, record_transaction.type,
            CASE WHEN record_transaction.type IN ('supply', 'withdraw')
                 THEN held.collateral_asset ELSE held.debt_asset END,
            record_transaction.amount, record_transaction.status, record_transaction.block_number,
            CASE WHEN record_transaction.status = 'confirmed'
                 THEN coalesce(record_transaction."timestamp", vesu.now())
                 ELSE record_transaction."timestamp" END,
            record_transaction.gas_used)
    ON CONFLICT (transaction_hash) DO NOTHING
    RETURNING t.* INTO recorded;
    IF FOUND THEN
        RETURN recorded;
    END IF;

    -- A concurrent call took the hash for another position: VS013. The same call on the same position has been
    -- waited for at the position's lock; what is left is a position that opened and closed meanwhile.
    recorded := vesu.replayed_transaction(type, held.user_id, held.pool_address, amount, transaction_hash,
                                          block_number, "timestamp", gas_used);
    RAISE EXCEPTION USING
        ERRCODE = 'serialization_failure',
        MESSAGE = format('transaction %s was recorded concurrently', transaction_hash),
        HINT = 'Retry the call: it will return the recorded row.';
END
$$;
COMMENT ON FUNCTION vesu.record_transaction(
    vesu.transaction_type, vesu.vesu_positions, numeric, vesu.felt252, vesu.transaction_status, bigint, timestamptz,
    numeric) IS
    'Private step of the operations: writes the row of vesu_transactions, a confirmed one without a timestamp at '
    'vesu.now(). VS013 if a concurrent call has used the hash with other arguments, 40001 if with the same.';

CREATE OR REPLACE FUNCTION vesu.apply_change(
    type vesu.transaction_type, held vesu.vesu_positions, pool vesu.vesu_pools, amount numeric,
    collateral_seized numeric DEFAULT 0) RETURNS vesu.vesu_positions
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    collateral_change numeric := CASE type WHEN 'supply' THEN amount WHEN 'withdraw' THEN -amount
                                           WHEN 'liquidation' THEN -collateral_seized ELSE 0 END;
    debt_change numeric := CASE type WHEN 'borrow' THEN amount WHEN 'repay' THEN -amount
                                     WHEN 'liquidation' THEN -amount ELSE 0 END;
    collateral numeric := vesu.shown_collateral(held.collateral_shares, pool.collateral_index) + collateral_change;
    debt numeric := vesu.shown_debt(held.nominal_debt, pool.debt_index) + debt_change;
    vtokens numeric := held.vtoken_balance;
    changed vesu.vesu_positions;
BEGIN
    IF collateral = 0 THEN
        vtokens := 0;
    ELSIF collateral_change > 0 THEN
        vtokens := vtokens + vesu.vtokens_for_assets(collateral_change, pool.collateral_index);
    ELSIF collateral_change < 0 THEN
        vtokens := greatest(0, vtokens - vesu.burned_vtokens(-collateral_change, pool.collateral_index));
    END IF;

    -- The trigger renews nominal debt and shares where an amount changes. They are written here too, because a
    -- repayment of just the interest leaves debt_amount as it was.
    UPDATE vesu.vesu_positions AS p
       SET collateral_amount = collateral,
           debt_amount = debt,
           vtoken_balance = vtokens,
           nominal_debt = vesu.nominal_debt(debt, terms.debt_index),
           collateral_shares = vesu.collateral_shares(collateral, terms.collateral_index),
           status = CASE WHEN apply_change.type = 'liquidation' AND debt = 0 THEN 'liquidated'
                         WHEN collateral = 0 AND debt = 0 THEN 'closed'
                         ELSE 'active' END::vesu.position_status,
           last_updated = vesu.now()
      FROM vesu.vesu_pools AS terms
     WHERE p.id = held.id AND terms.pool_address = held.pool_address
       AND terms.debt_index = pool.debt_index AND terms.collateral_index = pool.collateral_index
    RETURNING p.* INTO changed;
    RETURN changed;
END
$$;
COMMENT ON FUNCTION vesu.apply_change(
    vesu.transaction_type, vesu.vesu_positions, vesu.vesu_pools, numeric, numeric) IS
    'Private step of the operations: writes the live amounts of a locked position and the change that a transaction makes '
    'to them (amount; of a liquidation the debt repaid), its vTokens (minted down, burned up, none left without collateral) '
    'and its status. Returns the new row; a row of NULLs, having written nothing, '
    'if the pool''s indexes have moved since it was read.';

CREATE OR REPLACE FUNCTION vesu.move_pool_totals(
    held vesu.vesu_positions, changed vesu.vesu_positions, borrowed numeric DEFAULT 0) RETURNS void
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    collateral_change numeric := changed.collateral_amount - coalesce(held.collateral_amount, 0);
    debt_change numeric := changed.debt_amount - coalesce(held.debt_amount, 0);
    accrued numeric := debt_change - borrowed;
    pool vesu.vesu_pools;
BEGIN
    LOOP
        UPDATE vesu.vesu_pools AS p
           SET total_collateral = greatest(0, p.total_collateral + collateral_change),
               total_borrow = greatest(0, p.total_borrow + debt_change)
         WHERE p.pool_address = changed.pool_address AND p.deleted_at IS NULL
           AND (borrowed = 0 OR borrowed <= p.total_supply - greatest(0, p.total_borrow + accrued));
        EXIT WHEN FOUND;
        pool := vesu.operation_pool(changed.pool_address);
        PERFORM vesu.check_liquidity(pool, accrued, borrowed);
    END LOOP;
END
$$;
COMMENT ON FUNCTION vesu.move_pool_totals(vesu.vesu_positions, vesu.vesu_positions, numeric) IS
    'Private last step of the operations: moves total_collateral and total_borrow by the change of a position''s stored '
    'amounts, accrued interest included, floored at 0; the liquidity for what is borrowed is tested in the same UPDATE. '
    'VS003 if the pool was deleted meanwhile, VS007.';
