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

-- What is no error is written out instead of called, for the same reason as in vesu_vault.post().
CREATE OR REPLACE FUNCTION vesu_vault.move(
    type vesu_vault.transaction_type, owner text, amount bigint, signature text, note text, purpose text DEFAULT NULL)
    RETURNS vesu_vault.transactions
    LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    vault vesu_vault.vaults;
    posted vesu_vault.transactions;
BEGIN
    IF (amount > 0 AND owner <> '' AND signature IS NULL AND purpose IS NULL) IS NOT TRUE THEN
        PERFORM vesu_vault.check_call(type, owner, amount, signature, purpose);
        purpose := nullif(purpose, '');
    END IF;
    SELECT v.* INTO vault FROM vesu_vault.vaults AS v WHERE v.owner = move.owner FOR NO KEY UPDATE;
    IF signature IS NOT NULL THEN
        posted := vesu_vault.replayed(owner, type, amount, signature, purpose);
        IF posted.id IS NOT NULL THEN
            RETURN posted;
        END IF;
    END IF;
    -- The pause is read after the lock: whoever waited must not miss it.
    IF vault.status IS DISTINCT FROM 'active' OR (SELECT s.paused FROM vesu_vault.settings AS s) THEN
        PERFORM vesu_vault.check_vault(owner, vault.status);
    END IF;
    IF amount IS NULL THEN
        amount := vesu_vault.bucket_amount(owner, purpose);
        IF amount = 0 THEN
            PERFORM vesu_vault.refuse_locked(NULL, 0, owner, purpose);
        END IF;
    ELSIF amount > (CASE type
                        WHEN 'deposit' THEN 9223372036854775807 - greatest(vault.total_balance, vault.total_deposited)
                        WHEN 'withdrawal' THEN least(vault.available_balance, 9223372036854775807 - vault.total_withdrawn)
                        WHEN 'unlock' THEN 0
                        ELSE vault.available_balance END) THEN
        PERFORM vesu_vault.check_possible(vault, type, amount, purpose);
    END IF;
    RETURN vesu_vault.post(vault, type, amount, signature, note, purpose);
END
$$;
COMMENT ON FUNCTION vesu_vault.move(vesu_vault.transaction_type, text, bigint, text, text, text) IS
    'Private step: a deposit, withdrawal, fee, lock or unlock. Checks in this order: VS101 amount, VS100 other arguments, VS114 '
    'signature, VS103 system paused, VS104 unknown vault, VS105 paused, VS106 closed, VS107 balance, VS108 locked, VS109 overflow.';

CREATE OR REPLACE FUNCTION vesu_vault.deposit(
    owner text, amount bigint, signature text DEFAULT NULL, note text DEFAULT NULL) RETURNS vesu_vault.transactions
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN vesu_vault.move('deposit', owner COLLATE "C", amount, signature, note);
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
    RETURN vesu_vault.move('withdrawal', owner COLLATE "C", amount, signature, note);
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
    RETURN vesu_vault.move('fee', owner COLLATE "C", amount, signature, note);
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
    RETURN vesu_vault.move('lock', owner COLLATE "C", amount, signature, note, purpose);
END
$$;
COMMENT ON FUNCTION vesu_vault.lock(text, bigint, text, text, text) IS
    'Moves amount (smallest unit) from the available balance into the bucket purpose (NULL or empty: the one without a name). '
    'Returns its row of the ledger. Errors and repeated calls as vesu_vault.withdraw(); VS100 for a purpose that begins with '
    'pending:, which is for reservations, or is longer than 500 characters.';

CREATE OR REPLACE FUNCTION vesu_vault.unlock(
    owner text, amount bigint, signature text DEFAULT NULL, note text DEFAULT NULL, purpose text DEFAULT NULL)
    RETURNS vesu_vault.transactions
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN vesu_vault.move('unlock', owner COLLATE "C", amount, signature, note, purpose);
END
$$;
COMMENT ON FUNCTION vesu_vault.unlock(text, bigint, text, text, text) IS
    'Moves amount (smallest unit) out of the bucket purpose (NULL or empty: the one without a name), and of no other, back into '
    'the available balance. An amount of NULL with a purpose empties the bucket. Returns its row of the ledger. Errors and '
    'repeated calls as vesu_vault.lock(), but VS108 above what the bucket holds.';
