-- Steps that the lending operations share: lock, replay, record, apply, move the pool's totals

CREATE OR REPLACE FUNCTION vesu.lock_position(
    user_id uuid, pool_address vesu.felt252, or_liquidated boolean DEFAULT false) RETURNS vesu.vesu_positions
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
<<search>>
DECLARE
    wanted vesu.position_status;
    held vesu.vesu_positions;
    seen text;
    seen_before text;
BEGIN
    FOREACH wanted IN ARRAY
        CASE WHEN or_liquidated THEN '{active,liquidated}' ELSE '{active}' END::vesu.position_status[]
    LOOP
        seen := NULL;
        -- Whoever held the lock may have closed the position, and its user may have opened another one since.
        LOOP
            SELECT p.* INTO held
              FROM vesu.vesu_positions AS p
             WHERE p.user_id = lock_position.user_id AND p.pool_address = lock_position.pool_address
               AND p.status = search.wanted AND p.deleted_at IS NULL
               AND (p.status = 'active' OR p.collateral_amount > 0)
             ORDER BY p.created_at, p.id
             LIMIT 1
               FOR NO KEY UPDATE;
            IF FOUND THEN
                RETURN held;
            END IF;

            seen_before := seen;
            seen := (SELECT format('%s %s', p.id, p.xmin)
                       FROM vesu.vesu_positions AS p
                      WHERE p.user_id = lock_position.user_id AND p.pool_address = lock_position.pool_address
                        AND p.status = search.wanted AND p.deleted_at IS NULL
                        AND (p.status = 'active' OR p.collateral_amount > 0)
                      ORDER BY p.created_at, p.id
                      LIMIT 1);
            EXIT WHEN seen IS NULL;
            -- The same version before and after the attempt: nobody is in the way, it can be read but not locked.
            IF seen = seen_before THEN
                PERFORM vesu.refuse_unwritable('vesu_positions', 'position ' || split_part(seen, ' ', 1));
            END IF;
        END LOOP;
    END LOOP;
    RETURN held;
END
$$;
COMMENT ON FUNCTION vesu.lock_position(uuid, vesu.felt252, boolean) IS
    'Private step of the operations: locks and reads the live active position of a user in a pool; without one and with '
    'or_liquidated, the oldest liquidated one that still holds collateral. A row of NULLs without either. 42501 for one '
    'that can be read but not locked.';

CREATE OR REPLACE FUNCTION vesu.lock_known_position(position_id uuid) RETURNS vesu.vesu_positions
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    held vesu.vesu_positions;
BEGIN
    SELECT p.* INTO held
      FROM vesu.vesu_positions AS p
     WHERE p.id = lock_known_position.position_id
       FOR NO KEY UPDATE;
    IF NOT FOUND AND EXISTS (SELECT FROM vesu.vesu_positions AS p WHERE p.id = lock_known_position.position_id) THEN
        PERFORM vesu.refuse_unwritable('vesu_positions', format('position %s', position_id));
    END IF;
    RETURN held;
END
$$;
COMMENT ON FUNCTION vesu.lock_known_position(uuid) IS
    'Private step of liquidate and confirm_transaction: locks and reads a position of any status. A row of NULLs if there '
    'is none, 42501 if it can be read but not locked.';

CREATE OR REPLACE FUNCTION vesu.has_receipt(
    recorded vesu.vesu_transactions, block_number bigint, "timestamp" timestamptz, gas_used numeric) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN coalesce(recorded.block_number = block_number, true)
       AND coalesce(recorded."timestamp" = "timestamp", true)
       AND coalesce(recorded.gas_used = gas_used, true);
END
$$;
COMMENT ON FUNCTION vesu.has_receipt(vesu.vesu_transactions, bigint, timestamptz, numeric) IS
    'Private step of the operations: whether a repeated call gives the recorded block_number, timestamp and gas_used. They '
    'are compared where both sides have them: confirming may have added them.';

CREATE OR REPLACE FUNCTION vesu.refuse_reuse(recorded vesu.vesu_transactions) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RAISE EXCEPTION USING
        ERRCODE = 'VS013',
        MESSAGE = format('transaction %s was already used with other arguments', recorded.transaction_hash),
        DETAIL = format('It is recorded as %s of %s %s by user %s in pool %s, status %s.', recorded.type,
                        trim_scale(recorded.amount), recorded.asset, recorded.user_id,
                        coalesce((SELECT p.pool_address::text FROM vesu.vesu_positions AS p
                                   WHERE p.id = recorded.position_id), 'unknown'), recorded.status),
        HINT = 'Repeat a call with its first arguments; give every transaction its own hash.';
END
$$;
COMMENT ON FUNCTION vesu.refuse_reuse(vesu.vesu_transactions) IS
    'Private step of the operations: fails with VS013 and tells what the hash was used for.';

CREATE OR REPLACE FUNCTION vesu.replayed_transaction(
    type vesu.transaction_type, user_id uuid, pool_address vesu.felt252, amount numeric, transaction_hash vesu.felt252,
    block_number bigint, "timestamp" timestamptz, gas_used numeric) RETURNS vesu.vesu_transactions
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    recorded vesu.vesu_transactions;
BEGIN
    SELECT t.* INTO recorded
      FROM vesu.vesu_transactions AS t
     WHERE t.transaction_hash = replayed_transaction.transaction_hash;
    IF NOT FOUND THEN
        RETURN recorded;
    END IF;

    -- The pool of a position that is gone is not known any more.
    IF NOT (recorded.type = type AND recorded.user_id = user_id AND recorded.amount = amount
            AND coalesce((SELECT p.pool_address FROM vesu.vesu_positions AS p WHERE p.id = recorded.position_id)
                         = replayed_transaction.pool_address, true)
            AND vesu.has_receipt(recorded, block_number, "timestamp", gas_used)) THEN
        PERFORM vesu.refuse_reuse(recorded);
    END IF;
    RETURN recorded;
END
$$;
COMMENT ON FUNCTION vesu.replayed_transaction(
    vesu.transaction_type, uuid, vesu.felt252, numeric, vesu.felt252, bigint, timestamptz, numeric) IS
    'Private step of the operations: the transaction that was recorded with this hash and these arguments, a row of NULLs '
    'if the hash is new, VS013 if the arguments differ. A soft-deleted row still answers: its hash stays taken.';

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
    IF recorded.id IS NULL THEN
        PERFORM vesu.refuse_unwritable('vesu_transactions', format('transaction %s', transaction_hash));
    END IF;
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
    'vesu.now(). VS013 if a concurrent call has used the hash with other arguments, 40001 if with the same, 42501 if it '
    'belongs to a row that cannot be read.';

CREATE OR REPLACE FUNCTION vesu.write_change(
    type vesu.transaction_type, held vesu.vesu_positions, pool vesu.vesu_pools, collateral_change numeric,
    debt_change numeric) RETURNS vesu.vesu_positions
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
<<after>>
DECLARE
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
    PERFORM vesu.check_fits(collateral, format('collateral of position %s', held.id), pool.collateral_asset),
            vesu.check_fits(debt, format('debt of position %s', held.id), pool.debt_asset),
            vesu.check_fits(vtokens, format('balance of position %s', held.id), 'vTokens');

    -- The trigger renews nominal debt and shares where an amount changes. They are written here too, because a
    -- repayment of just the interest leaves debt_amount as it was.
    -- What is left of a liquidated position stays liquidated until it is withdrawn: its user may have opened
    -- another position since, and only one may be active.
    UPDATE vesu.vesu_positions AS p
       SET collateral_amount = after.collateral,
           debt_amount = after.debt,
           vtoken_balance = after.vtokens,
           nominal_debt = vesu.nominal_debt(after.debt, terms.debt_index),
           collateral_shares = vesu.collateral_shares(after.collateral, terms.collateral_index),
           status = CASE WHEN write_change.type = 'liquidation' AND after.debt = 0 THEN 'liquidated'
                         WHEN after.collateral = 0 AND after.debt = 0 THEN 'closed'
                         ELSE held.status END,
           last_updated = vesu.now()
      FROM vesu.vesu_pools AS terms
     WHERE p.id = held.id AND terms.pool_address = held.pool_address
       AND terms.debt_index = pool.debt_index AND terms.collateral_index = pool.collateral_index
    RETURNING p.* INTO changed;
    IF NOT FOUND AND EXISTS (
            SELECT FROM vesu.vesu_pools AS terms
             WHERE terms.pool_address = held.pool_address
               AND terms.debt_index = pool.debt_index AND terms.collateral_index = pool.collateral_index) THEN
        PERFORM vesu.refuse_unwritable('vesu_positions', format('position %s', held.id));
    END IF;
    RETURN changed;
END
$$;
COMMENT ON FUNCTION vesu.write_change(
    vesu.transaction_type, vesu.vesu_positions, vesu.vesu_pools, numeric, numeric) IS
    'Private step of the operations: writes the live amounts of a locked position and the change that a transaction makes '
    'to them, its vTokens (minted down, burned up, none left without collateral) and its status. Returns the new row; a row '
    'of NULLs, having written nothing, if the pool''s indexes have moved since it was read. VS001 for a result that is not '
    'below 10^18, 42501 if the position cannot be written.';

CREATE OR REPLACE FUNCTION vesu.change_position(
    type vesu.transaction_type, held vesu.vesu_positions, pool vesu.vesu_pools, amount numeric,
    is_confirmation boolean DEFAULT false,
    OUT changed vesu.vesu_positions, OUT collateral_change numeric, OUT debt_change numeric, OUT bonus numeric)
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    seized record;
BEGIN
    LOOP
        IF type = 'liquidation' THEN
            seized := vesu.seizure(held, pool, debt_to_cover => amount);
            collateral_change := -seized.collateral_seized;
            debt_change := -seized.debt_repaid;
            bonus := seized.bonus;
        ELSE
            PERFORM vesu.check_change(type, held, pool, amount, is_confirmation);
            collateral_change := CASE type WHEN 'supply' THEN amount WHEN 'withdraw' THEN -amount ELSE 0 END;
            debt_change := CASE type WHEN 'borrow' THEN amount WHEN 'repay' THEN -amount ELSE 0 END;
        END IF;

        changed := vesu.write_change(type, held, pool, collateral_change, debt_change);
        EXIT WHEN changed.id IS NOT NULL;
        -- The indexes have moved since the pool was read, so what was tested is no longer true.
        pool := vesu.operation_pool(held.pool_address,
                                    must_be_active => type IN ('supply', 'borrow') AND NOT is_confirmation);
    END LOOP;
END
$$;
COMMENT ON FUNCTION vesu.change_position(
    vesu.transaction_type, vesu.vesu_positions, vesu.vesu_pools, numeric, boolean) IS
    'Private step of the operations: tests and applies a transaction to a locked position, again when the pool''s indexes '
    'move meanwhile. amount is debt_to_cover for a liquidation. Returns the new row, by how much the transaction moved '
    'collateral and debt, and the bonus of a liquidation.';

CREATE OR REPLACE FUNCTION vesu.move_pool_totals(
    held vesu.vesu_positions, changed vesu.vesu_positions, borrowed numeric DEFAULT 0) RETURNS void
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
<<totals>>
DECLARE
    collateral_change numeric := changed.collateral_amount - coalesce(held.collateral_amount, 0);
    debt_change numeric := changed.debt_amount - coalesce(held.debt_amount, 0);
    accrued numeric := debt_change - borrowed;
    pool vesu.vesu_pools;
    seen text;
    seen_before text;
BEGIN
    LOOP
        UPDATE vesu.vesu_pools AS p
           SET total_collateral = greatest(0, p.total_collateral + totals.collateral_change),
               total_borrow = greatest(0, p.total_borrow + totals.debt_change)
         WHERE p.pool_address = changed.pool_address AND p.deleted_at IS NULL
           AND p.total_collateral + totals.collateral_change < 1e18 AND p.total_borrow + totals.debt_change < 1e18
           AND (move_pool_totals.borrowed = 0
                OR move_pool_totals.borrowed <= p.total_supply - greatest(0, p.total_borrow + totals.accrued));
        EXIT WHEN FOUND;

        pool := vesu.operation_pool(changed.pool_address);
        PERFORM vesu.check_liquidity(pool, accrued, borrowed);
        PERFORM vesu.check_fits(pool.total_collateral + collateral_change,
                                format('total_collateral of pool %s', pool.pool_address), pool.collateral_asset),
                vesu.check_fits(pool.total_borrow + debt_change,
                                format('total_borrow of pool %s', pool.pool_address), pool.debt_asset);
        -- Nothing stands against it now. If that was so at the attempt too, the row cannot be written.
        seen_before := seen;
        seen := (SELECT p.xmin::text FROM vesu.vesu_pools AS p WHERE p.id = pool.id);
        IF seen = seen_before THEN
            PERFORM vesu.refuse_unwritable('vesu_pools', format('pool %s', pool.pool_address));
        END IF;
    END LOOP;
END
$$;
COMMENT ON FUNCTION vesu.move_pool_totals(vesu.vesu_positions, vesu.vesu_positions, numeric) IS
    'Private last step of the operations: moves total_collateral and total_borrow by the change of a position''s stored '
    'amounts, accrued interest included, floored at 0; the liquidity for what is borrowed is tested in the same UPDATE. '
    'VS003 if the pool was deleted meanwhile, VS007, VS001 for a total that is not below 10^18, 42501 if the pool cannot be '
    'written.';
