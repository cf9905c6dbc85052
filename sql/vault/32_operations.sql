-- The operations on one vault: deposit, withdraw, fee, lock, unlock

CREATE OR REPLACE FUNCTION vesu_vault.replayed(
    owner text, type vesu_vault.transaction_type, amount bigint, signature text, purpose text) RETURNS vesu_vault.transactions
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    earlier vesu_vault.transactions;
BEGIN
    SELECT t.* INTO earlier
      FROM vesu_vault.transactions AS t
     WHERE t.vault_owner = replayed.owner AND t.transaction_type = replayed.type AND t.signature = replayed.signature;
    IF FOUND AND (earlier.status <> 'confirmed' OR earlier.amount <> replayed.amount
                  OR earlier.counterparty IS NOT NULL OR earlier.purpose IS DISTINCT FROM replayed.purpose) THEN
        PERFORM vesu_vault.refuse_signature(replayed.signature, earlier);
    END IF;
    RETURN earlier;
END
$$;
COMMENT ON FUNCTION vesu_vault.replayed(text, vesu_vault.transaction_type, bigint, text, text) IS
    'Private step: the confirmed row that this call has already written; a row of NULLs if there is none. VS114 if the '
    'signature belongs to another one. An amount of NULL agrees with every amount.';

CREATE OR REPLACE FUNCTION vesu_vault.bucket_amount(owner text, purpose text) RETURNS bigint
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN coalesce((SELECT b.amount
                       FROM vesu_vault.lock_buckets AS b
                      WHERE b.vault_owner = bucket_amount.owner AND b.purpose = coalesce(bucket_amount.purpose, '')), 0);
END
$$;
COMMENT ON FUNCTION vesu_vault.bucket_amount(text, text) IS
    'Private step: what the vault has locked for the purpose (NULL: without one); 0 without such a bucket.';

CREATE OR REPLACE FUNCTION vesu_vault.check_possible(
    vault vesu_vault.vaults, type vesu_vault.transaction_type, amount bigint, purpose text) RETURNS void
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    locked bigint;
BEGIN
    IF type IN ('withdrawal', 'fee', 'lock', 'transfer_out') AND amount > vault.available_balance THEN
        PERFORM vesu_vault.refuse_balance(amount, vault.available_balance, vault.owner);
    ELSIF type = 'unlock' THEN
        locked := vesu_vault.bucket_amount(vault.owner, purpose);
        IF amount > locked THEN
            PERFORM vesu_vault.refuse_locked(amount, locked, vault.owner, purpose);
        END IF;
    END IF;
    IF type IN ('deposit', 'transfer_in') THEN
        PERFORM vesu_vault.check_growth('total_balance', vault.total_balance, amount, vault.owner);
    END IF;
    IF type = 'deposit' THEN
        PERFORM vesu_vault.check_growth('total_deposited', vault.total_deposited, amount, vault.owner);
    ELSIF type = 'withdrawal' THEN
        PERFORM vesu_vault.check_growth('total_withdrawn', vault.total_withdrawn, amount, vault.owner);
    END IF;
END
$$;
COMMENT ON FUNCTION vesu_vault.check_possible(vesu_vault.vaults, vesu_vault.transaction_type, bigint, text) IS
    'Private step: VS107, VS108 or VS109 unless the balances of the vault allow the movement. The vault must be locked.';

CREATE OR REPLACE FUNCTION vesu_vault.check_call(
    type vesu_vault.transaction_type, owner text, amount bigint, signature text, purpose text DEFAULT NULL) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF amount <= 0 OR amount IS NULL AND (purpose IS NULL OR type <> 'unlock') THEN
        PERFORM vesu_vault.refuse_amount(amount);
    END IF;
    PERFORM vesu_vault.check_argument('owner', owner);
    PERFORM vesu_vault.check_options(signature, purpose);
END
$$;
COMMENT ON FUNCTION vesu_vault.check_call(vesu_vault.transaction_type, text, bigint, text, text) IS
    'Private step of the operations on one vault: VS101 for the amount, then VS100 for another argument.';

CREATE OR REPLACE FUNCTION vesu_vault.check_vault(owner text, status vesu_vault.vault_status) RETURNS void
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM vesu_vault.check_system();
    IF status IS NULL THEN
        PERFORM vesu_vault.refuse_unknown_vault(owner);
    END IF;
    PERFORM vesu_vault.check_status(owner, status);
END
$$;
COMMENT ON FUNCTION vesu_vault.check_vault(text, vesu_vault.vault_status) IS
    'Private step: VS103 while the system is paused, VS104 without a status, which is that of no vault, VS105 and VS106 for a '
    'paused and a closed one.';

-- Every deposit and withdrawal runs through here, so what is no error is written out instead of called, in few expressions:
-- the server prepares each of them anew in every transaction.
CREATE OR REPLACE FUNCTION vesu_vault.move_money(
    type vesu_vault.transaction_type, owner text, amount bigint, signature text, note text) RETURNS vesu_vault.transactions
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    new_id constant uuid := gen_random_uuid();
    vault vesu_vault.vaults;
    posted vesu_vault.transactions;
    change bigint;
    instant timestamptz;
BEGIN
    IF (amount > 0 AND owner IS NOT NULL AND signature IS NULL) IS NOT TRUE THEN
        PERFORM vesu_vault.check_call(type, owner, amount, signature);
    END IF;
    SELECT v.* INTO vault FROM vesu_vault.vaults AS v WHERE v.owner = move_money.owner FOR NO KEY UPDATE;
    IF signature IS NOT NULL THEN
        posted := vesu_vault.replayed(owner, type, amount, signature, NULL);
        IF posted.id IS NOT NULL THEN
            RETURN posted;
        END IF;
    END IF;
    -- The pause is read after the lock: whoever waited must not miss it.
    IF vault.status IS DISTINCT FROM 'active' OR (SELECT s.paused FROM vesu_vault.settings AS s) THEN
        PERFORM vesu_vault.check_vault(owner, vault.status);
    END IF;
    IF amount > (CASE type WHEN 'deposit' THEN 9223372036854775807 - greatest(vault.total_balance, vault.total_deposited)
                           WHEN 'withdrawal' THEN least(vault.available_balance, 9223372036854775807 - vault.total_withdrawn)
                           ELSE vault.available_balance END) THEN
        PERFORM vesu_vault.check_possible(vault, type, amount, NULL);
    END IF;

    change := CASE type WHEN 'deposit' THEN amount ELSE -amount END;
    instant := greatest(vesu.wall_clock(), vault.updated_at + interval '1 microsecond');
    vault.last_hash := coalesce(vault.last_hash, '\x0000000000000000000000000000000000000000000000000000000000000000');
    INSERT INTO vesu_vault.transactions AS t (
        id, vault_owner, transaction_type, amount, signature, status, balance_before, balance_after, note, created_at,
        updated_at, confirmed_at, seq, total_after, locked_after, available_after, prev_hash, hash)
    VALUES (new_id, move_money.owner, type, move_money.amount, move_money.signature, 'confirmed', vault.total_balance,
            vault.total_balance + change, move_money.note, instant, instant, instant, vault.last_seq + 1,
            vault.total_balance + change, vault.locked_balance, vault.available_balance + change, vault.last_hash,
            vesu_vault.row_hash(
                vault.last_hash, new_id, move_money.owner, vault.last_seq + 1, type, move_money.amount, vault.total_balance,
                vault.total_balance + change, vault.total_balance + change, vault.locked_balance,
                vault.available_balance + change, NULL, NULL, move_money.signature, instant))
    RETURNING t.* INTO posted;
    UPDATE vesu_vault.vaults AS v
       SET total_balance = posted.total_after,
           available_balance = posted.available_after,
           total_deposited = v.total_deposited + CASE move_money.type WHEN 'deposit' THEN posted.amount ELSE 0 END,
           total_withdrawn = v.total_withdrawn + CASE move_money.type WHEN 'withdrawal' THEN posted.amount ELSE 0 END,
           updated_at = instant,
           last_seq = posted.seq,
           last_hash = posted.hash
     WHERE v.owner = move_money.owner;
    RETURN posted;
END
$$;
COMMENT ON FUNCTION vesu_vault.move_money(vesu_vault.transaction_type, text, bigint, text, text) IS
    'Private step: a deposit, withdrawal or fee. Checks in this order: VS101 amount, VS100 other arguments, VS114 signature, VS103 '
    'system paused, VS104 unknown vault, VS105 paused, VS106 closed, VS107 balance, VS109 overflow.';

CREATE OR REPLACE FUNCTION vesu_vault.move_lock(
    type vesu_vault.transaction_type, owner text, amount bigint, signature text, note text, purpose text)
    RETURNS vesu_vault.transactions
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    bucket constant text := nullif(purpose, '');
    vault vesu_vault.vaults;
    posted vesu_vault.transactions;
BEGIN
    IF (amount > 0 AND owner IS NOT NULL AND signature IS NULL AND purpose IS NULL) IS NOT TRUE THEN
        PERFORM vesu_vault.check_call(type, owner, amount, signature, purpose);
    END IF;
    SELECT v.* INTO vault FROM vesu_vault.vaults AS v WHERE v.owner = move_lock.owner FOR NO KEY UPDATE;
    IF signature IS NOT NULL THEN
        posted := vesu_vault.replayed(owner, type, amount, signature, bucket);
        IF posted.id IS NOT NULL THEN
            RETURN posted;
        END IF;
    END IF;
    -- The pause is read after the lock: whoever waited must not miss it.
    IF vault.status IS DISTINCT FROM 'active' OR (SELECT s.paused FROM vesu_vault.settings AS s) THEN
        PERFORM vesu_vault.check_vault(owner, vault.status);
    END IF;
    IF amount IS NULL THEN
        amount := vesu_vault.bucket_amount(owner, bucket);
        IF amount = 0 THEN
            PERFORM vesu_vault.refuse_locked(NULL, 0, owner, bucket);
        END IF;
    ELSIF type = 'unlock' OR amount > vault.available_balance THEN
        PERFORM vesu_vault.check_possible(vault, type, amount, bucket);
    END IF;
    RETURN vesu_vault.post(vault, type, amount, signature, note, bucket);
END
$$;
COMMENT ON FUNCTION vesu_vault.move_lock(vesu_vault.transaction_type, text, bigint, text, text, text) IS
    'Private step: a lock or an unlock. Checks as vesu_vault.move_money(), with VS108 for an unlock.';

CREATE OR REPLACE FUNCTION vesu_vault.deposit(
    owner text, amount bigint, signature text DEFAULT NULL, note text DEFAULT NULL) RETURNS vesu_vault.transactions
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN vesu_vault.move_money('deposit', owner, amount, signature, note);
END
$$;
COMMENT ON FUNCTION vesu_vault.deposit(text, bigint, text, text) IS
    'Adds amount (smallest unit) to the total, the available balance and total_deposited. Returns its row of the ledger; '
    'the same signature and amount again returns the first row, even while paused. Fails, in this order, with VS101 for the '
    'amount, VS100 for another argument, VS114 for a signature of another transaction, VS103 while the system is paused, '
    'VS104, VS105, VS106 for a vault that is unknown, paused, closed, VS109 from 2^63 on.';

CREATE OR REPLACE FUNCTION vesu_vault.withdraw(
    owner text, amount bigint, signature text DEFAULT NULL, note text DEFAULT NULL) RETURNS vesu_vault.transactions
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN vesu_vault.move_money('withdrawal', owner, amount, signature, note);
END
$$;
COMMENT ON FUNCTION vesu_vault.withdraw(text, bigint, text, text) IS
    'Takes amount (smallest unit) out of the available balance; adds it to total_withdrawn. Returns its row of the ledger. '
    'Errors and repeated calls as vesu_vault.deposit(), and VS107 above the available balance.';

CREATE OR REPLACE FUNCTION vesu_vault.fee(
    owner text, amount bigint, signature text DEFAULT NULL, note text DEFAULT NULL) RETURNS vesu_vault.transactions
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN vesu_vault.move_money('fee', owner, amount, signature, note);
END
$$;
COMMENT ON FUNCTION vesu_vault.fee(text, bigint, text, text) IS
    'Takes amount (smallest unit) out of the available balance as a fee, which is no withdrawal. Returns its row of the '
    'ledger. Errors and repeated calls as vesu_vault.withdraw().';

CREATE OR REPLACE FUNCTION vesu_vault.lock(
    owner text, amount bigint, signature text DEFAULT NULL, note text DEFAULT NULL, purpose text DEFAULT NULL)
    RETURNS vesu_vault.transactions
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN vesu_vault.move_lock('lock', owner, amount, signature, note, purpose);
END
$$;
COMMENT ON FUNCTION vesu_vault.lock(text, bigint, text, text, text) IS
    'Moves amount (smallest unit) from the available balance into the bucket purpose (NULL or empty: the one without a name). '
    'Returns its row of the ledger. Errors and repeated calls as vesu_vault.withdraw(); VS100 for a purpose that begins with '
    'pending:, which is for reservations.';

CREATE OR REPLACE FUNCTION vesu_vault.unlock(
    owner text, amount bigint, signature text DEFAULT NULL, note text DEFAULT NULL, purpose text DEFAULT NULL)
    RETURNS vesu_vault.transactions
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN vesu_vault.move_lock('unlock', owner, amount, signature, note, purpose);
END
$$;
COMMENT ON FUNCTION vesu_vault.unlock(text, bigint, text, text, text) IS
    'Moves amount (smallest unit) out of the bucket purpose (NULL or empty: the one without a name), and of no other, back into '
    'the available balance. An amount of NULL with a purpose empties the bucket. Returns its row of the ledger. Errors and '
    'repeated calls as vesu_vault.lock(), but VS108 above what the bucket holds.';
