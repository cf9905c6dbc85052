-- How the ledger grows: the next row of a vault, and what follows from it

CREATE OR REPLACE FUNCTION vesu_vault.next_entry(
    vault vesu_vault.vaults, draft vesu_vault.transactions, instant timestamptz DEFAULT NULL, from_locked bigint DEFAULT 0)
    RETURNS vesu_vault.transactions
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    is_split constant boolean := draft.transaction_type IN ('lock', 'unlock');
    is_gain constant boolean := draft.transaction_type IN ('deposit', 'transfer_in', 'unlock');
    change constant bigint := CASE WHEN is_gain THEN draft.amount ELSE -draft.amount END;
    entry vesu_vault.transactions := draft;
BEGIN
    entry.seq := vault.last_seq + 1;
    entry.balance_before := CASE WHEN is_split THEN vault.available_balance ELSE vault.total_balance END;
    entry.balance_after := entry.balance_before + change;
    entry.total_after := vault.total_balance + CASE WHEN is_split THEN 0 ELSE change END;
    entry.locked_after := vault.locked_balance - CASE WHEN is_split THEN change ELSE from_locked END;
    entry.available_after := entry.total_after - entry.locked_after;
    entry.status := 'confirmed';
    entry.confirmed_at := coalesce(instant, greatest(vesu.wall_clock(), vault.updated_at + interval '1 microsecond'));
    entry.updated_at := entry.confirmed_at;
    entry.prev_hash := coalesce(vault.last_hash, decode(repeat('00', 32), 'hex'));
    entry.hash := vesu_vault.row_hash(
        entry.prev_hash, entry.id, entry.vault_owner, entry.seq, entry.transaction_type, entry.amount,
        entry.balance_before, entry.balance_after, entry.total_after, entry.locked_after, entry.available_after,
        entry.counterparty, entry.purpose, entry.signature, entry.confirmed_at);
    RETURN entry;
END
$$;
COMMENT ON FUNCTION vesu_vault.next_entry(vesu_vault.vaults, vesu_vault.transactions, timestamptz, bigint) IS
    'Private step: draft (id, owner, type, amount, counterparty, purpose, signature) confirmed as the next row of the vault''s '
    'ledger, at the given instant or (NULL) the vault''s next. The vault must be locked. from_locked is the part of a '
    'transfer_out that comes out of buckets.';

CREATE OR REPLACE FUNCTION vesu_vault.drain_buckets(owner text, purpose text, amount bigint) RETURNS void
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    WITH bucket AS (
        SELECT b.purpose, b.amount, sum(b.amount) OVER (ORDER BY b.opened_seq, b.purpose) AS reach
          FROM vesu_vault.lock_buckets AS b
         WHERE b.vault_owner = drain_buckets.owner
           AND CASE WHEN drain_buckets.purpose IS NULL THEN NOT starts_with(b.purpose, 'pending:')
                    ELSE b.purpose = drain_buckets.purpose END),
    emptied AS (
        DELETE FROM vesu_vault.lock_buckets AS b
         USING bucket
         WHERE b.vault_owner = drain_buckets.owner AND b.purpose = bucket.purpose
           AND bucket.reach <= drain_buckets.amount)
    UPDATE vesu_vault.lock_buckets AS b
       SET amount = bucket.reach - drain_buckets.amount
      FROM bucket
     WHERE b.vault_owner = drain_buckets.owner AND b.purpose = bucket.purpose
       AND bucket.reach > drain_buckets.amount AND bucket.reach - bucket.amount < drain_buckets.amount;
END
$$;
COMMENT ON FUNCTION vesu_vault.drain_buckets(text, text, bigint) IS
    'Private step: takes amount out of the bucket purpose (NULL: of all but reservations, oldest first) and deletes what is '
    'empty. The vault must be locked.';

CREATE OR REPLACE FUNCTION vesu_vault.move_buckets(entry vesu_vault.transactions) RETURNS void
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF entry.transaction_type = 'lock' THEN
        INSERT INTO vesu_vault.lock_buckets AS b (vault_owner, purpose, amount, opened_seq)
        VALUES (entry.vault_owner, coalesce(entry.purpose, ''), entry.amount, entry.seq)
        ON CONFLICT ON CONSTRAINT lock_buckets_pkey DO UPDATE SET amount = b.amount + excluded.amount;
    ELSIF entry.transaction_type = 'unlock' THEN
        PERFORM vesu_vault.drain_buckets(entry.vault_owner, coalesce(entry.purpose, ''), entry.amount);
    END IF;
END
$$;
COMMENT ON FUNCTION vesu_vault.move_buckets(vesu_vault.transactions) IS
    'Private step: what a lock or an unlock does to the buckets of its vault.';

CREATE OR REPLACE FUNCTION vesu_vault.vault_after(vault vesu_vault.vaults, entry vesu_vault.transactions)
    RETURNS vesu_vault.vaults
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    vault.total_balance := entry.total_after;
    vault.locked_balance := entry.locked_after;
    vault.available_balance := entry.available_after;
    IF entry.transaction_type = 'deposit' THEN
        vault.total_deposited := vault.total_deposited + entry.amount;
    ELSIF entry.transaction_type = 'withdrawal' THEN
        vault.total_withdrawn := vault.total_withdrawn + entry.amount;
    END IF;
    vault.updated_at := entry.confirmed_at;
    vault.last_seq := entry.seq;
    vault.last_hash := entry.hash;
    RETURN vault;
END
$$;
COMMENT ON FUNCTION vesu_vault.vault_after(vesu_vault.vaults, vesu_vault.transactions) IS
    'Private step: the vault as the new last row of its ledger leaves it.';

CREATE OR REPLACE FUNCTION vesu_vault.store_vault(vault vesu_vault.vaults) RETURNS void
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    UPDATE vesu_vault.vaults AS v
       SET total_balance = vault.total_balance, locked_balance = vault.locked_balance,
           available_balance = vault.available_balance, total_deposited = vault.total_deposited,
           total_withdrawn = vault.total_withdrawn, updated_at = vault.updated_at, last_seq = vault.last_seq,
           last_hash = vault.last_hash
     WHERE v.owner = vault.owner;
END
$$;
COMMENT ON FUNCTION vesu_vault.store_vault(vesu_vault.vaults) IS
    'Private step: writes what vesu_vault.vault_after() has changed.';

CREATE OR REPLACE FUNCTION vesu_vault.insert_entry(entry vesu_vault.transactions) RETURNS vesu_vault.transactions
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    inserted vesu_vault.transactions;
BEGIN
    INSERT INTO vesu_vault.transactions AS t (
        id, vault_owner, transaction_type, amount, signature, status, balance_before, balance_after, counterparty, note,
        created_at, updated_at, confirmed_at, seq, total_after, locked_after, available_after, prev_hash, hash, purpose,
        transfer_id, reconciliation_id)
    VALUES (entry.id, entry.vault_owner, entry.transaction_type, entry.amount, entry.signature, entry.status,
            entry.balance_before, entry.balance_after, entry.counterparty, entry.note, entry.confirmed_at, entry.updated_at,
            entry.confirmed_at, entry.seq, entry.total_after, entry.locked_after, entry.available_after, entry.prev_hash,
            entry.hash, entry.purpose, entry.transfer_id, entry.reconciliation_id)
    RETURNING t.* INTO inserted;
    RETURN inserted;
END
$$;
COMMENT ON FUNCTION vesu_vault.insert_entry(vesu_vault.transactions) IS
    'Private step: writes a new row of the ledger, with the defaults of columns that a user added, and returns it.';

CREATE OR REPLACE FUNCTION vesu_vault.post(
    vault vesu_vault.vaults, type vesu_vault.transaction_type, amount bigint, signature text DEFAULT NULL,
    note text DEFAULT NULL, purpose text DEFAULT NULL, reconciliation_id uuid DEFAULT NULL) RETURNS vesu_vault.transactions
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    entry vesu_vault.transactions;
BEGIN
    entry.id := gen_random_uuid();
    entry.vault_owner := vault.owner;
    entry.transaction_type := type;
    entry.amount := amount;
    entry.signature := signature;
    entry.note := note;
    entry.purpose := nullif(purpose, '');
    entry.reconciliation_id := reconciliation_id;
    entry := vesu_vault.insert_entry(vesu_vault.next_entry(vault, entry));
    PERFORM vesu_vault.store_vault(vesu_vault.vault_after(vault, entry));
    PERFORM vesu_vault.move_buckets(entry);
    RETURN entry;
END
$$;
COMMENT ON FUNCTION vesu_vault.post(
    vesu_vault.vaults, vesu_vault.transaction_type, bigint, text, text, text, uuid) IS
    'Private step: writes the next row of the vault''s ledger and brings the vault and its buckets there. Checks nothing: the '
    'vault must be locked and able to. Not for transfers.';
