-- Two-phase transactions: begun here, sent to the chain, then confirmed or failed

CREATE OR REPLACE FUNCTION vesu_vault.lock_parties(owner text, counterparty text DEFAULT NULL) RETURNS void
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    -- One by one: what was planned for two on a small table would read all of a large one.
    PERFORM FROM vesu_vault.vaults AS v
      WHERE v.owner = least(lock_parties.owner COLLATE "C", lock_parties.counterparty COLLATE "C") FOR NO KEY UPDATE;
    PERFORM FROM vesu_vault.vaults AS v
      WHERE v.owner = greatest(lock_parties.owner COLLATE "C", lock_parties.counterparty COLLATE "C") FOR NO KEY UPDATE;
END
$$;
COMMENT ON FUNCTION vesu_vault.lock_parties(text, text) IS
    'Private step: locks the vaults of a transaction in the order of their owners.';

CREATE OR REPLACE FUNCTION vesu_vault.locked_vault(owner text) RETURNS vesu_vault.vaults
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    vault vesu_vault.vaults;
BEGIN
    SELECT v.* INTO vault FROM vesu_vault.vaults AS v WHERE v.owner = locked_vault.owner COLLATE "C" FOR NO KEY UPDATE;
    RETURN vault;
END
$$;
COMMENT ON FUNCTION vesu_vault.locked_vault(text) IS
    'Private step: the vault as it is now, locked; a row of NULLs if there is none.';

CREATE OR REPLACE FUNCTION vesu_vault.is_reserving(type vesu_vault.transaction_type) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN type IN ('withdrawal', 'fee', 'lock', 'transfer_out');
COMMENT ON FUNCTION vesu_vault.is_reserving(vesu_vault.transaction_type) IS
    'Private step: whether an open transaction of this type reserves its amount.';

CREATE OR REPLACE FUNCTION vesu_vault.check_begin(
    type vesu_vault.transaction_type, owner text, amount bigint, counterparty text, purpose text) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF (amount > 0) IS NOT TRUE THEN
        PERFORM vesu_vault.refuse_amount(amount);
    END IF;
    PERFORM vesu_vault.check_argument('type', type::text);
    PERFORM vesu_vault.check_argument('owner', owner);
    IF type = 'transfer_in' THEN
        PERFORM vesu_vault.refuse(100, 'type transfer_in', 'It is the other half of a transfer_out.',
                                  'Begin a transfer_out of the sender with this vault as counterparty.');
    ELSIF type = 'transfer_out' THEN
        PERFORM vesu_vault.check_argument('counterparty', counterparty);
    ELSIF counterparty IS NOT NULL THEN
        PERFORM vesu_vault.refuse(100, format('counterparty %s', counterparty), 'Only a transfer has one.', 'Leave it out.');
    END IF;
    IF purpose IS NOT NULL AND type NOT IN ('lock', 'unlock') THEN
        PERFORM vesu_vault.refuse(100, format('purpose %s', purpose), 'Only lock and unlock have one.', 'Leave it out.');
    END IF;
    PERFORM vesu_vault.check_options(NULL, purpose);
    IF counterparty = owner COLLATE "C" THEN
        PERFORM vesu_vault.refuse(102, owner, 'A transfer needs two vaults.', 'Give another owner to transfer to.');
    END IF;
END
$$;
COMMENT ON FUNCTION vesu_vault.check_begin(vesu_vault.transaction_type, text, bigint, text, text) IS
    'Private step of begin_transaction: VS101 for the amount, VS100 for another argument, VS102 for a transfer to oneself.';

-- What begin writes: nothing has moved yet, so the balances before and after are the same.
CREATE OR REPLACE FUNCTION vesu_vault.insert_pending(
    new_id uuid, vault vesu_vault.vaults, type vesu_vault.transaction_type, amount bigint, counterparty text, note text,
    purpose text, transfer_id uuid, instant timestamptz) RETURNS void
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    balance constant bigint := CASE WHEN type IN ('lock', 'unlock') THEN vault.available_balance ELSE vault.total_balance END;
BEGIN
    INSERT INTO vesu_vault.transactions (
        id, vault_owner, transaction_type, amount, status, balance_before, balance_after, counterparty, note, created_at,
        updated_at, purpose, transfer_id)
    VALUES (new_id, vault.owner, type, insert_pending.amount, 'pending', balance, balance, insert_pending.counterparty,
            insert_pending.note, instant, instant, nullif(insert_pending.purpose, ''), insert_pending.transfer_id);
    UPDATE vesu_vault.vaults AS v SET updated_at = instant WHERE v.owner = vault.owner;
END
$$;
COMMENT ON FUNCTION vesu_vault.insert_pending(
    uuid, vesu_vault.vaults, vesu_vault.transaction_type, bigint, text, text, text, uuid, timestamptz) IS
    'Private step of begin_transaction: writes a pending row and makes its instant the vault''s.';

CREATE OR REPLACE FUNCTION vesu_vault.begin_transaction(
    type vesu_vault.transaction_type, owner text, amount bigint, counterparty text DEFAULT NULL, note text DEFAULT NULL,
    purpose text DEFAULT NULL) RETURNS uuid
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    new_id constant uuid := gen_random_uuid();
    tick constant interval := interval '1 microsecond';
    vault vesu_vault.vaults;
    other vesu_vault.vaults;
    instant timestamptz;
BEGIN
    PERFORM vesu_vault.check_begin(type, owner, amount, counterparty, purpose);
    PERFORM vesu_vault.lock_parties(owner, counterparty);
    vault := vesu_vault.locked_vault(owner);
    other := vesu_vault.locked_vault(counterparty);
    IF counterparty IS NULL THEN
        PERFORM vesu_vault.check_vault(owner, vault.status);
    ELSE
        PERFORM vesu_vault.check_parties(owner, vault.status, counterparty, other.status);
    END IF;
    PERFORM vesu_vault.check_possible(vault, type, amount, purpose);
    IF counterparty IS NOT NULL THEN
        PERFORM vesu_vault.check_possible(other, 'transfer_in', amount, NULL);
    END IF;

    instant := greatest(vesu.wall_clock(), vault.updated_at + tick, other.updated_at + tick);
    PERFORM vesu_vault.insert_pending(new_id, vault, type, amount, counterparty, note, purpose,
                                      CASE WHEN counterparty IS NOT NULL THEN new_id END, instant);
    IF counterparty IS NOT NULL THEN
        PERFORM vesu_vault.insert_pending(gen_random_uuid(), other, 'transfer_in', amount, owner, note, NULL, new_id, instant);
    END IF;
    IF vesu_vault.is_reserving(type) THEN
        PERFORM vesu_vault.post(vesu_vault.locked_vault(owner), 'lock', amount, purpose => format('pending:%s', new_id));
    END IF;
    RETURN new_id;
END
$$;
COMMENT ON FUNCTION vesu_vault.begin_transaction(vesu_vault.transaction_type, text, bigint, text, text, text) IS
    'Begins a transaction that is confirmed or failed later and returns its id; called again it begins another. Runs all checks of the operation, writes a pending '
    'row, and reserves what would leave the available balance (withdrawal, fee, lock, transfer_out) in the bucket pending:<id>. '
    'transfer_out also writes the pending transfer_in of the counterparty; either id works later. Errors as the operations; VS100 for '
    'type transfer_in, for a counterparty that only a transfer has, and for a purpose that only lock and unlock have.';

-- The transaction (of a transfer the transfer_out) with its vaults locked. The columns that lead to the vaults never
-- change, so they may be read before the lock; the state may not.
CREATE OR REPLACE FUNCTION vesu_vault.locked_transaction(id uuid) RETURNS vesu_vault.transactions
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    held vesu_vault.transactions;
BEGIN
    PERFORM vesu_vault.check_argument('id', id::text);
    SELECT t.* INTO held FROM vesu_vault.transactions AS t WHERE t.id = locked_transaction.id;
    IF NOT FOUND THEN
        PERFORM vesu_vault.refuse(113, id::text, 'vesu_vault.transactions has no row with this id.',
                                  'Give an id that vesu_vault.begin_transaction() returned.');
    END IF;
    PERFORM vesu_vault.lock_parties(held.vault_owner, held.counterparty);
    SELECT t.* INTO held
      FROM vesu_vault.transactions AS t
     WHERE t.id = coalesce(held.transfer_id, locked_transaction.id)
       FOR NO KEY UPDATE;
    RETURN held;
END
$$;
COMMENT ON FUNCTION vesu_vault.locked_transaction(uuid) IS
    'Private step: the transaction, of a transfer its transfer_out, with its vaults locked before it. VS100 for NULL, VS113 for an '
    'unknown id.';

CREATE OR REPLACE FUNCTION vesu_vault.transaction_row(id uuid) RETURNS vesu_vault.transactions
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    held vesu_vault.transactions;
BEGIN
    SELECT t.* INTO held FROM vesu_vault.transactions AS t WHERE t.id = transaction_row.id;
    RETURN held;
END
$$;
COMMENT ON FUNCTION vesu_vault.transaction_row(uuid) IS 'Private step: the row as this transaction has left it.';

CREATE OR REPLACE FUNCTION vesu_vault.received_id(sent vesu_vault.transactions) RETURNS uuid
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN (SELECT t.id
              FROM vesu_vault.transactions AS t
             WHERE t.vault_owner = sent.counterparty AND t.created_at = sent.created_at AND t.transfer_id = sent.id
               AND t.status IN ('pending', 'submitted'));
END
$$;
COMMENT ON FUNCTION vesu_vault.received_id(vesu_vault.transactions) IS
    'Private step: the open transfer_in of a transfer_out; NULL for any other transaction.';

CREATE OR REPLACE FUNCTION vesu_vault.step_open(
    id uuid, status vesu_vault.transaction_status, note text DEFAULT NULL, signature text DEFAULT NULL) RETURNS bigint
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    row_count bigint;
BEGIN
    UPDATE vesu_vault.transactions AS t
       SET status = step_open.status, note = coalesce(step_open.note, t.note),
           signature = coalesce(step_open.signature, t.signature),
           updated_at = greatest(vesu.wall_clock(), t.updated_at + interval '1 microsecond')
     WHERE t.id = step_open.id;
    GET DIAGNOSTICS row_count = ROW_COUNT;
    RETURN row_count;
END
$$;
COMMENT ON FUNCTION vesu_vault.step_open(uuid, vesu_vault.transaction_status, text, text) IS
    'Private step: brings an open row to another state, with a note and a signature where given; returns how many rows, none for '
    'an id of NULL.';

CREATE OR REPLACE FUNCTION vesu_vault.submit_transaction(id uuid, signature text) RETURNS vesu_vault.transactions
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    held vesu_vault.transactions;
    taken vesu_vault.transactions;
BEGIN
    PERFORM vesu_vault.check_argument('signature', signature, 128);
    held := vesu_vault.locked_transaction(id);
    IF held.status <> 'pending' AND NOT (held.status = 'submitted' AND held.signature = submit_transaction.signature) THEN
        PERFORM vesu_vault.refuse_step(held, 'submitted');
    END IF;
    IF held.status = 'pending' THEN
        SELECT t.* INTO taken
          FROM vesu_vault.transactions AS t
         WHERE t.signature = submit_transaction.signature
           AND (t.vault_owner = held.vault_owner AND t.transaction_type = held.transaction_type
                OR t.vault_owner = held.counterparty AND t.transaction_type = 'transfer_in')
         LIMIT 1;
        IF FOUND THEN
            PERFORM vesu_vault.refuse_signature(signature, taken);
        END IF;
        PERFORM vesu_vault.step_open(held.id, 'submitted', signature => signature),
                vesu_vault.step_open(vesu_vault.received_id(held), 'submitted', signature => signature);
    END IF;
    RETURN vesu_vault.transaction_row(id);
END
$$;
COMMENT ON FUNCTION vesu_vault.submit_transaction(uuid, text) IS
    'Records that a pending transaction was sent to the chain under this signature (of a transfer both rows) and returns it. '
    'Moves no money. The same signature again changes nothing. VS100 for NULL or an overlong signature, VS113 for an unknown id, '
    'VS112 if it is confirmed, failed or submitted under another signature, VS114 for a signature of another transaction.';

CREATE OR REPLACE FUNCTION vesu_vault.confirm_row(
    vault vesu_vault.vaults, held vesu_vault.transactions, instant timestamptz) RETURNS void
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    entry vesu_vault.transactions;
BEGIN
    PERFORM vesu_vault.check_possible(vault, held.transaction_type, held.amount, held.purpose);
    entry := vesu_vault.next_entry(vault, held, instant);
    UPDATE vesu_vault.transactions AS t
       SET status = entry.status, balance_before = entry.balance_before, balance_after = entry.balance_after,
           updated_at = entry.confirmed_at, confirmed_at = entry.confirmed_at, seq = entry.seq,
           total_after = entry.total_after, locked_after = entry.locked_after, available_after = entry.available_after,
           prev_hash = entry.prev_hash, hash = entry.hash
     WHERE t.id = held.id;
    PERFORM vesu_vault.store_vault(vesu_vault.vault_after(vault, entry));
    PERFORM vesu_vault.move_buckets(entry.vault_owner, entry.transaction_type, entry.amount, entry.purpose, entry.seq);
END
$$;
COMMENT ON FUNCTION vesu_vault.confirm_row(vesu_vault.vaults, vesu_vault.transactions, timestamptz) IS
    'Private step of confirm_transaction: makes an open row the next of the vault''s ledger. VS107, VS108 or VS109 if the balances '
    'do not allow it.';

CREATE OR REPLACE FUNCTION vesu_vault.release(held vesu_vault.transactions) RETURNS void
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF vesu_vault.is_reserving(held.transaction_type) THEN
        PERFORM vesu_vault.post(vesu_vault.locked_vault(held.vault_owner), 'unlock', held.amount,
                                purpose => format('pending:%s', held.id));
    END IF;
END
$$;
COMMENT ON FUNCTION vesu_vault.release(vesu_vault.transactions) IS
    'Private step: releases what an open transaction has reserved.';

CREATE OR REPLACE FUNCTION vesu_vault.confirm_transaction(id uuid) RETURNS vesu_vault.transactions
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    held vesu_vault.transactions := vesu_vault.locked_transaction(id);
    received constant uuid := vesu_vault.received_id(held);
    instant timestamptz;
BEGIN
    IF held.status = 'failed' THEN
        PERFORM vesu_vault.refuse_step(held, 'confirmed');
    ELSIF held.status <> 'confirmed' THEN
        PERFORM vesu_vault.release(held);
        IF received IS NOT NULL THEN
            -- One instant for both rows: the later of the two vaults' sets it.
            SELECT max(v.updated_at) INTO instant
              FROM vesu_vault.vaults AS v
             WHERE v.owner IN (held.vault_owner, held.counterparty);
            instant := greatest(vesu.wall_clock(), instant + interval '1 microsecond');
        END IF;
        PERFORM vesu_vault.confirm_row(vesu_vault.locked_vault(held.vault_owner), held, instant);
        IF received IS NOT NULL THEN
            PERFORM vesu_vault.confirm_row(vesu_vault.locked_vault(held.counterparty), vesu_vault.transaction_row(received),
                                           instant);
        END IF;
    END IF;
    RETURN vesu_vault.transaction_row(id);
END
$$;
COMMENT ON FUNCTION vesu_vault.confirm_transaction(uuid) IS
    'Moves the money of an open transaction, also while the system or the vault is paused: releases its reservation, then gives it '
    '(of a transfer both rows) seq, balances and hash of this moment. Returns the row; confirming again changes nothing. VS100 '
    'for NULL, VS113 for an unknown id, VS112 if it failed, VS108 if a bucket no longer holds what is to be unlocked, VS109 '
    'from 2^63 on.';

CREATE OR REPLACE FUNCTION vesu_vault.fail_open(held vesu_vault.transactions, reason text) RETURNS bigint
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM vesu_vault.release(held);
    RETURN vesu_vault.step_open(vesu_vault.received_id(held), 'failed', reason) + vesu_vault.step_open(held.id, 'failed', reason);
END
$$;
COMMENT ON FUNCTION vesu_vault.fail_open(vesu_vault.transactions, text) IS
    'Private step: fails an open transaction, of a transfer both rows; returns how many rows. Its vaults must be locked.';

CREATE OR REPLACE FUNCTION vesu_vault.fail_transaction(id uuid, reason text) RETURNS vesu_vault.transactions
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    held vesu_vault.transactions;
BEGIN
    PERFORM vesu_vault.check_argument('reason', reason);
    held := vesu_vault.locked_transaction(id);
    IF held.status = 'confirmed' THEN
        PERFORM vesu_vault.refuse_step(held, 'failed');
    ELSIF held.status <> 'failed' THEN
        PERFORM vesu_vault.fail_open(held, reason);
    END IF;
    RETURN vesu_vault.transaction_row(id);
END
$$;
COMMENT ON FUNCTION vesu_vault.fail_transaction(uuid, text) IS
    'Ends an open transaction without moving money, also while the system or the vault is paused: releases its reservation; reason '
    'becomes the note of the row (of a transfer of both). Returns the row; failing again changes nothing. VS100 for NULL or an '
    'empty reason, VS113 for an unknown id, VS112 if it is confirmed.';

CREATE OR REPLACE FUNCTION vesu_vault.expire_pending(older_than interval DEFAULT '1 hour') RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    candidate record;
    held vesu_vault.transactions;
    expired bigint := 0;
BEGIN
    IF (older_than >= interval '0') IS NOT TRUE THEN
        PERFORM vesu_vault.refuse(100, format('older_than %s', coalesce(older_than::text, 'NULL')),
                                  'Transactions expire that were begun so long ago.', 'Give an interval such as 1 hour.');
    END IF;
    FOR candidate IN
        SELECT t.id, t.vault_owner, t.counterparty, cardinality(parties.owners) AS party_count
          FROM vesu_vault.transactions AS t
         CROSS JOIN LATERAL (SELECT array_remove(ARRAY[t.vault_owner, t.counterparty], NULL) AS owners) AS parties
         WHERE t.status = 'pending' AND t.transaction_type <> 'transfer_in'
           AND t.created_at <= vesu.wall_clock() - older_than
         ORDER BY t.vault_owner, t.created_at
    LOOP
        -- Never waits: a vault in use is left to the next run.
        CONTINUE WHEN (SELECT count(*) FROM (
            SELECT FROM vesu_vault.vaults AS v
             WHERE v.owner IN (candidate.vault_owner, candidate.counterparty)
               FOR NO KEY UPDATE SKIP LOCKED) AS free) < candidate.party_count;
        SELECT t.* INTO held
          FROM vesu_vault.transactions AS t
         WHERE t.id = candidate.id AND t.status = 'pending'
           FOR NO KEY UPDATE SKIP LOCKED;
        IF FOUND THEN
            expired := expired + vesu_vault.fail_open(held, 'expired');
        END IF;
    END LOOP;
    RETURN expired;
END
$$;
COMMENT ON FUNCTION vesu_vault.expire_pending(interval) IS
    'Fails, with the note expired, the transactions that were begun longer ago than older_than and never submitted; returns how '
    'many rows (of a transfer two). Skips vaults that are in use. VS100 for NULL and below 0.';
