-- Pending transactions: confirm and fail

CREATE OR REPLACE FUNCTION vesu.lock_transaction(transaction_hash vesu.felt252) RETURNS vesu.vesu_transactions
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    recorded vesu.vesu_transactions;
BEGIN
    IF transaction_hash IS NULL THEN
        PERFORM vesu.refuse_null(ARRAY['transaction_hash'], ARRAY[true]);
    END IF;
    -- Twice, for a row that was just being recorded.
    FOR attempt IN 1 .. 2 LOOP
        SELECT t.* INTO recorded
          FROM vesu.vesu_transactions AS t
         WHERE t.transaction_hash = lock_transaction.transaction_hash AND t.deleted_at IS NULL
           FOR NO KEY UPDATE;
        IF FOUND THEN
            RETURN recorded;
        END IF;
        SELECT t.* INTO recorded
          FROM vesu.vesu_transactions AS t
         WHERE t.transaction_hash = lock_transaction.transaction_hash;
        EXIT WHEN NOT FOUND OR recorded.deleted_at IS NOT NULL;
    END LOOP;
    IF recorded.id IS NOT NULL AND recorded.deleted_at IS NULL THEN
        PERFORM vesu.refuse_unwritable('vesu_transactions', format('transaction %s', transaction_hash));
    END IF;
    RAISE EXCEPTION USING
        ERRCODE = 'no_data_found',
        MESSAGE = format('transaction %s is unknown', transaction_hash),
        DETAIL = CASE WHEN recorded.id IS NULL THEN 'vesu.vesu_transactions has no row with this hash.'
                      ELSE 'The transaction has been deleted.' END,
        HINT = CASE WHEN recorded.id IS NULL THEN 'Record it first, with status pending.'
                    ELSE 'Clear its deleted_at, or record another one with its own hash.' END;
END
$$;
COMMENT ON FUNCTION vesu.lock_transaction(vesu.felt252) IS
    'Private step of confirm_transaction and fail_transaction: locks and reads a live transaction. 22004 for NULL, P0002 '
    'for an unknown hash and for a soft-deleted transaction, 42501 if it can be read but not locked.';

CREATE OR REPLACE FUNCTION vesu.refuse_final(recorded vesu.vesu_transactions, new_status vesu.transaction_status)
    RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RAISE EXCEPTION USING
        ERRCODE = 'VS014',
        MESSAGE = format('transaction %s is already %s', recorded.transaction_hash, recorded.status),
        DETAIL = CASE WHEN recorded.status = new_status THEN 'It became so with other arguments.'
                      ELSE format('Only a pending transaction can become %s.', new_status) END,
        HINT = 'Look it up with vesu.find_transaction_by_hash().';
END
$$;
COMMENT ON FUNCTION vesu.refuse_final(vesu.vesu_transactions, vesu.transaction_status) IS
    'Private step of confirm_transaction and fail_transaction: fails with VS014.';

CREATE OR REPLACE FUNCTION vesu.confirm_transaction(
    transaction_hash vesu.felt252, block_number bigint DEFAULT NULL, "timestamp" timestamptz DEFAULT NULL,
    gas_used numeric DEFAULT NULL) RETURNS vesu.vesu_transactions
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    recorded vesu.vesu_transactions;
    held vesu.vesu_positions;
    change record;
BEGIN
    -- The position before the transaction, as every operation locks them.
    held := vesu.lock_known_position((SELECT t.position_id FROM vesu.vesu_transactions AS t
                                       WHERE t.transaction_hash = confirm_transaction.transaction_hash));
    recorded := vesu.lock_transaction(transaction_hash);
    PERFORM vesu.check_receipt(block_number, gas_used);
    IF recorded.status <> 'pending' THEN
        IF recorded.status = 'confirmed' AND vesu.has_receipt(recorded, block_number, "timestamp", gas_used) THEN
            RETURN recorded;
        END IF;
        PERFORM vesu.refuse_final(recorded, 'confirmed');
    END IF;
    IF recorded.type = 'liquidation' THEN
        RAISE EXCEPTION USING
            ERRCODE = 'invalid_parameter_value',
            MESSAGE = format('transaction %s is a liquidation and cannot be confirmed', recorded.transaction_hash),
            DETAIL = 'What it seized is not known before it is applied.',
            HINT = 'Fail it with vesu.fail_transaction(), then call vesu.liquidate() with the hash of the liquidation.';
    END IF;
    PERFORM vesu.check_position(held, recorded.type, recorded.user_id, held.pool_address);
    change := vesu.change_position(recorded.type, held, vesu.operation_pool(held.pool_address), recorded.amount,
                                   is_confirmation => true);

    UPDATE vesu.vesu_transactions AS t
       SET status = 'confirmed',
           block_number = coalesce(confirm_transaction.block_number, t.block_number),
           "timestamp" = coalesce(confirm_transaction."timestamp", t."timestamp", vesu.now()),
           gas_used = coalesce(confirm_transaction.gas_used, t.gas_used)
     WHERE t.id = recorded.id
    RETURNING t.* INTO recorded;
    PERFORM vesu.move_pool_totals(held, change.changed,
                                  CASE recorded.type WHEN 'borrow' THEN recorded.amount ELSE 0 END);
    RETURN recorded;
END
$$;
COMMENT ON FUNCTION vesu.confirm_transaction(vesu.felt252, bigint, timestamptz, numeric) IS
    'Applies a pending supply, withdraw, borrow or repay to its position and makes it confirmed, with block_number, '
    'timestamp (NULL: the recorded one, else vesu.now()) and gas_used (NULL keeps what is recorded). Fails, in this '
    'order, with 22004 for a NULL hash, P0002 for an unknown one or a soft-deleted transaction, VS001 for block_number or '
    'gas_used, VS014 if it is failed, or confirmed with other arguments, 22023 for a liquidation, VS005 if its position is '
    'no longer active (a withdrawal: nor liquidated with collateral left), VS006 for a withdrawal above the live '
    'collateral, VS001 for a repayment above the live debt or a result that is not below 10^18, VS007 for a loan above the '
    'available liquidity. Prices and health are not tested again. Confirming again returns the row and changes nothing.';

CREATE OR REPLACE FUNCTION vesu.fail_transaction(transaction_hash vesu.felt252, error_message text DEFAULT NULL)
    RETURNS vesu.vesu_transactions
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    recorded vesu.vesu_transactions;
BEGIN
    recorded := vesu.lock_transaction(transaction_hash);
    IF recorded.status <> 'pending' THEN
        IF recorded.status = 'failed' AND coalesce(recorded.error_message = error_message, true) THEN
            RETURN recorded;
        END IF;
        PERFORM vesu.refuse_final(recorded, 'failed');
    END IF;

    UPDATE vesu.vesu_transactions AS t
       SET status = 'failed', error_message = fail_transaction.error_message
     WHERE t.id = recorded.id
    RETURNING t.* INTO recorded;
    RETURN recorded;
END
$$;
COMMENT ON FUNCTION vesu.fail_transaction(vesu.felt252, text) IS
    'Makes a pending transaction failed, for the reason error_message; no balance changes. Fails, in this order, with 22004 '
    'for a NULL hash, P0002 for an unknown one or a soft-deleted transaction, VS014 if it is confirmed, or failed with '
    'another message. Failing again returns the row and changes nothing.';
