-- How the ledger grows: the next row of a vault, and what follows from it

CREATE OR REPLACE FUNCTION vesu_vault.next_entry(
    vault vesu_vault.vaults, draft vesu_vault.transactions, instant timestamptz DEFAULT NULL, from_locked bigint DEFAULT 0)
    RETURNS vesu_vault.transactions
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    entry constant vesu_vault.chained_entry := vesu_vault.chain_entry(
        vault.last_hash, vault.last_seq, vault.total_balance, vault.locked_balance, vault.updated_at, vault.owner,
        draft.transaction_type, draft.amount, draft.counterparty, draft.purpose, draft.signature, from_locked, instant, draft.id);
BEGIN
    draft.seq := entry.seq;
    draft.balance_before := entry.balance_before;
    draft.balance_after := entry.balance_after;
    draft.total_after := entry.total_after;
    draft.locked_after := entry.locked_after;
    draft.available_after := entry.available_after;
    draft.status := 'confirmed';
    draft.confirmed_at := entry.confirmed_at;
    draft.updated_at := entry.confirmed_at;
    draft.prev_hash := entry.prev_hash;
    draft.hash := entry.hash;
    RETURN draft;
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

-- Without a SET clause, as vesu_vault.post(): the caller has fixed the search_path.
CREATE OR REPLACE FUNCTION vesu_vault.move_buckets(
    owner text, type vesu_vault.transaction_type, amount bigint, purpose text, seq bigint) RETURNS void
    LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
    IF type = 'lock' THEN
        INSERT INTO vesu_vault.lock_buckets AS b (vault_owner, purpose, amount, opened_seq)
        VALUES (owner, coalesce(move_buckets.purpose, ''), move_buckets.amount, seq)
        ON CONFLICT ON CONSTRAINT lock_buckets_pkey DO UPDATE SET amount = b.amount + excluded.amount;
    ELSIF type = 'unlock' THEN
        UPDATE vesu_vault.lock_buckets AS b
           SET amount = b.amount - move_buckets.amount
         WHERE b.vault_owner = owner AND b.purpose = coalesce(move_buckets.purpose, '') AND b.amount > move_buckets.amount;
        IF NOT FOUND THEN
            DELETE FROM vesu_vault.lock_buckets AS b
             WHERE b.vault_owner = owner AND b.purpose = coalesce(move_buckets.purpose, '');
        END IF;
    END IF;
END
$$;
COMMENT ON FUNCTION vesu_vault.move_buckets(text, vesu_vault.transaction_type, bigint, text, bigint) IS
    'Private step: what a lock or an unlock, row seq of the ledger, does to the bucket purpose of its vault. The bucket must hold what '
    'is unlocked.';

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

-- Every deposit, withdrawal, fee, lock and unlock passes here, so all is written in one statement and in few expressions: the
-- server prepares each of them anew in every transaction. The caller has fixed the search_path.
CREATE OR REPLACE FUNCTION vesu_vault.post(
    vault vesu_vault.vaults, type vesu_vault.transaction_type, amount bigint, signature text DEFAULT NULL,
    note text DEFAULT NULL, purpose text DEFAULT NULL, reconciliation_id uuid DEFAULT NULL) RETURNS vesu_vault.transactions
    LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    entry constant vesu_vault.chained_entry := vesu_vault.chain_entry(
        vault.last_hash, vault.last_seq, vault.total_balance, vault.locked_balance, vault.updated_at, vault.owner, type, amount,
        NULL, purpose, signature);
    posted vesu_vault.transactions;
BEGIN
    INSERT INTO vesu_vault.transactions AS t (
        id, vault_owner, transaction_type, amount, signature, status, balance_before, balance_after, note, created_at,
        updated_at, confirmed_at, seq, total_after, locked_after, available_after, prev_hash, hash, purpose, reconciliation_id)
    VALUES (entry.id, vault.owner, type, post.amount, post.signature, 'confirmed', entry.balance_before, entry.balance_after,
            post.note, entry.confirmed_at, entry.confirmed_at, entry.confirmed_at, entry.seq, entry.total_after,
            entry.locked_after, entry.available_after, entry.prev_hash, entry.hash, post.purpose, post.reconciliation_id)
    RETURNING t.* INTO posted;
    UPDATE vesu_vault.vaults AS v
       SET total_balance = entry.total_after,
           locked_balance = entry.locked_after,
           available_balance = entry.available_after,
           total_deposited = v.total_deposited + CASE post.type WHEN 'deposit' THEN post.amount ELSE 0 END,
           total_withdrawn = v.total_withdrawn + CASE post.type WHEN 'withdrawal' THEN post.amount ELSE 0 END,
           updated_at = entry.confirmed_at,
           last_seq = entry.seq,
           last_hash = entry.hash
     WHERE v.owner = vault.owner;
    IF type IN ('lock', 'unlock') THEN
        PERFORM vesu_vault.move_buckets(vault.owner, type, amount, purpose, entry.seq);
    END IF;
    RETURN posted;
END
$$;
COMMENT ON FUNCTION vesu_vault.post(
    vesu_vault.vaults, vesu_vault.transaction_type, bigint, text, text, text, uuid) IS
    'Private step: writes the next row of the vault''s ledger and brings the vault and its buckets there. Checks nothing: the '
    'vault must be locked and able to. Not for transfers. Without purpose NULL, not empty.';
