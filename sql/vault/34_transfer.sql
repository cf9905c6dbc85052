-- Transfers between two vaults

CREATE OR REPLACE FUNCTION vesu_vault.check_transfer(
    from_owner text, to_owner text, amount bigint, source text, signature text, purpose text) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF (amount > 0) IS NOT TRUE THEN
        PERFORM vesu_vault.refuse_amount(amount);
    END IF;
    PERFORM vesu_vault.check_argument('from_owner', from_owner);
    PERFORM vesu_vault.check_argument('to_owner', to_owner);
    IF source IS NULL OR source NOT IN ('available', 'locked_first') THEN
        PERFORM vesu_vault.refuse(100, format('source %s', coalesce(source, 'NULL')),
                                  'A transfer takes from the available balance, or from locked money first.',
                                  'Give available or locked_first.');
    END IF;
    PERFORM vesu_vault.check_options(signature, purpose);
    IF purpose IS NOT NULL AND source = 'available' THEN
        PERFORM vesu_vault.refuse(100, format('purpose %s', purpose), 'The available balance has no purpose.',
                                  'Leave it out, or give locked_first as the source.');
    END IF;
    IF from_owner = to_owner THEN
        PERFORM vesu_vault.refuse(102, from_owner, 'A transfer needs two vaults.', 'Give another owner to transfer to.');
    END IF;
END
$$;
COMMENT ON FUNCTION vesu_vault.check_transfer(text, text, bigint, text, text, text) IS
    'Private step of transfer: VS101 for the amount, VS100 for another argument, VS102 for a transfer to oneself.';

CREATE OR REPLACE FUNCTION vesu_vault.replayed_transfer(
    from_owner text, to_owner text, amount bigint, signature text, purpose text) RETURNS uuid[]
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    sent vesu_vault.transactions;
    received vesu_vault.transactions;
BEGIN
    SELECT t.* INTO sent
      FROM vesu_vault.transactions AS t
     WHERE t.vault_owner = replayed_transfer.from_owner AND t.transaction_type = 'transfer_out'
       AND t.signature = replayed_transfer.signature;
    IF sent.id IS NOT NULL AND (sent.status <> 'confirmed' OR sent.amount <> replayed_transfer.amount
                                OR sent.counterparty IS DISTINCT FROM replayed_transfer.to_owner
                                OR sent.purpose IS DISTINCT FROM replayed_transfer.purpose) THEN
        PERFORM vesu_vault.refuse_signature(signature, sent);
    END IF;
    IF sent.id IS NOT NULL THEN
        -- The two rows of a transfer share their instant, which has an index.
        RETURN ARRAY[sent.id, (SELECT t.id
                                 FROM vesu_vault.transactions AS t
                                WHERE t.created_at = sent.created_at AND t.vault_owner = sent.counterparty
                                  AND t.transfer_id = sent.id)];
    END IF;
    SELECT t.* INTO received
      FROM vesu_vault.transactions AS t
     WHERE t.vault_owner = replayed_transfer.to_owner AND t.transaction_type = 'transfer_in'
       AND t.signature = replayed_transfer.signature;
    IF received.id IS NOT NULL THEN
        PERFORM vesu_vault.refuse_signature(signature, received);
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION vesu_vault.replayed_transfer(text, text, bigint, text, text) IS
    'Private step of transfer: ids of the two rows that this call has already written, or NULL. VS114 if the '
    'signature belongs to another transfer_out of the sender or transfer_in of the receiver.';

CREATE OR REPLACE FUNCTION vesu_vault.drainable(owner text, purpose text) RETURNS bigint
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN coalesce((SELECT sum(b.amount)
                       FROM vesu_vault.lock_buckets AS b
                      WHERE b.vault_owner = drainable.owner
                        AND CASE WHEN drainable.purpose IS NULL THEN NOT starts_with(b.purpose, 'pending:')
                                 ELSE b.purpose = drainable.purpose END), 0);
END
$$;
COMMENT ON FUNCTION vesu_vault.drainable(text, text) IS
    'Private step of transfer: what the bucket purpose (NULL: all but reservations) can give.';

CREATE OR REPLACE FUNCTION vesu_vault.check_parties(
    from_owner text, sender_status vesu_vault.vault_status, to_owner text, receiver_status vesu_vault.vault_status) RETURNS void
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM vesu_vault.check_system();
    IF sender_status IS NULL OR receiver_status IS NULL THEN
        PERFORM vesu_vault.refuse_unknown_vault(CASE WHEN sender_status IS NULL THEN from_owner ELSE to_owner END);
    END IF;
    IF sender_status = 'paused' OR receiver_status = 'paused' THEN
        PERFORM vesu_vault.check_status(CASE WHEN sender_status = 'paused' THEN from_owner ELSE to_owner END, 'paused');
    END IF;
    PERFORM vesu_vault.check_status(from_owner, sender_status);
    PERFORM vesu_vault.check_status(to_owner, receiver_status);
END
$$;
COMMENT ON FUNCTION vesu_vault.check_parties(text, vesu_vault.vault_status, text, vesu_vault.vault_status) IS
    'Private step of transfer: VS103 while the system is paused, VS104 for a vault without status, which is no vault, then VS105 if '
    'a vault is paused, then VS106 if one is closed; the sender first.';

CREATE OR REPLACE FUNCTION vesu_vault.check_transferable(
    sender vesu_vault.vaults, receiver vesu_vault.vaults, amount bigint, from_locked bigint) RETURNS void
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF amount > sender.available_balance + from_locked THEN
        PERFORM vesu_vault.refuse_balance(amount, sender.available_balance + from_locked, sender.owner);
    END IF;
    PERFORM vesu_vault.check_possible(receiver, 'transfer_in', amount, NULL);
END
$$;
COMMENT ON FUNCTION vesu_vault.check_transferable(vesu_vault.vaults, vesu_vault.vaults, bigint, bigint) IS
    'Private step of transfer: VS107 if the sender has too little, VS109 if the receiver has too much. The vaults must be locked.';

-- As in vesu_vault.move(), what is no error is written out, in few expressions.
CREATE OR REPLACE FUNCTION vesu_vault.transfer(
    from_owner text, to_owner text, amount bigint, source text DEFAULT 'available', signature text DEFAULT NULL,
    note text DEFAULT NULL, purpose text DEFAULT NULL) RETURNS SETOF vesu_vault.transactions
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 2
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    -- Owners are compared as bytes, whatever the collation of the caller's column.
    payer constant text COLLATE "C" := from_owner;
    payee constant text COLLATE "C" := to_owner;
    sender vesu_vault.vaults;
    receiver vesu_vault.vaults;
    replayed uuid[];
    from_locked bigint := 0;
    sent vesu_vault.chained_entry;
    received vesu_vault.chained_entry;
BEGIN
    IF (amount > 0 AND payer <> payee AND '' NOT IN (payer, payee) AND source = 'available' AND signature IS NULL
        AND purpose IS NULL) IS NOT TRUE THEN
        PERFORM vesu_vault.check_transfer(payer, payee, amount, source, signature, purpose);
    END IF;

    IF payer < payee THEN
        SELECT v.* INTO sender FROM vesu_vault.vaults AS v WHERE v.owner = payer FOR NO KEY UPDATE;
        SELECT v.* INTO receiver FROM vesu_vault.vaults AS v WHERE v.owner = payee FOR NO KEY UPDATE;
    ELSE
        SELECT v.* INTO receiver FROM vesu_vault.vaults AS v WHERE v.owner = payee FOR NO KEY UPDATE;
        SELECT v.* INTO sender FROM vesu_vault.vaults AS v WHERE v.owner = payer FOR NO KEY UPDATE;
    END IF;
    IF signature IS NOT NULL THEN
        replayed := vesu_vault.replayed_transfer(payer, payee, amount, signature, purpose);
        IF replayed IS NOT NULL THEN
            RETURN QUERY SELECT t.* FROM vesu_vault.transactions AS t WHERE t.id = replayed[1];
            RETURN QUERY SELECT t.* FROM vesu_vault.transactions AS t WHERE t.id = replayed[2];
            RETURN;
        END IF;
    END IF;
    -- The pause is read after the locks: whoever waited must not miss it.
    IF (sender.status = 'active' AND receiver.status = 'active') IS NOT TRUE OR (SELECT s.paused FROM vesu_vault.settings AS s) THEN
        PERFORM vesu_vault.check_parties(payer, sender.status, payee, receiver.status);
    END IF;
    IF source = 'locked_first' THEN
        from_locked := least(amount, vesu_vault.drainable(payer, purpose));
    END IF;
    IF amount > least(sender.available_balance + from_locked, 9223372036854775807 - receiver.total_balance) THEN
        PERFORM vesu_vault.check_transferable(sender, receiver, amount, from_locked);
    END IF;

    sent := vesu_vault.chain_entry(
        sender.last_hash, sender.last_seq, sender.total_balance, sender.locked_balance,
        greatest(sender.updated_at, receiver.updated_at), payer, 'transfer_out', amount, payee, purpose, signature,
        from_locked);
    received := vesu_vault.chain_entry(
        receiver.last_hash, receiver.last_seq, receiver.total_balance, receiver.locked_balance, receiver.updated_at, payee,
        'transfer_in', amount, payer, NULL, signature, 0, sent.confirmed_at);
    IF from_locked > 0 THEN
        PERFORM vesu_vault.drain_buckets(payer, purpose, from_locked);
    END IF;
    RETURN QUERY WITH moved AS (
        UPDATE vesu_vault.vaults AS v
           SET total_balance = party.total, locked_balance = party.locked, available_balance = party.available,
               updated_at = sent.confirmed_at, last_seq = party.seq, last_hash = party.hash
          FROM (VALUES (payer, sent.total_after, sent.locked_after, sent.available_after, sent.seq, sent.hash),
                       (payee, received.total_after, received.locked_after, received.available_after, received.seq,
                        received.hash)) AS party (owner, total, locked, available, seq, hash)
         WHERE v.owner = party.owner)
    INSERT INTO vesu_vault.transactions AS t (
        id, vault_owner, transaction_type, amount, signature, status, balance_before, balance_after, counterparty, note,
        created_at, updated_at, confirmed_at, seq, total_after, locked_after, available_after, prev_hash, hash, purpose,
        transfer_id)
    VALUES (sent.id, payer, 'transfer_out', transfer.amount, transfer.signature, 'confirmed',
            sent.balance_before, sent.balance_after, payee, transfer.note, sent.confirmed_at, sent.confirmed_at,
            sent.confirmed_at, sent.seq, sent.total_after, sent.locked_after, sent.available_after, sent.prev_hash, sent.hash,
            transfer.purpose, sent.id),
           (received.id, payee, 'transfer_in', transfer.amount, transfer.signature, 'confirmed',
            received.balance_before, received.balance_after, payer, transfer.note, sent.confirmed_at,
            sent.confirmed_at, sent.confirmed_at, received.seq, received.total_after, received.locked_after,
            received.available_after, received.prev_hash, received.hash, NULL, sent.id)
    RETURNING t.*;
END
$$;
COMMENT ON FUNCTION vesu_vault.transfer(text, text, bigint, text, text, text, text) IS
    'Moves amount (smallest unit) from one vault to another. Returns the transfer_out and the transfer_in row. source '
    'available takes it out of the available balance; locked_first out of buckets first, the oldest first (or only out of '
    'the bucket purpose), never out of reservations, and the rest out of the available balance. The same signature, amount, '
    'owners and purpose again return the first rows. Fails, in this order, with VS101 for the amount, VS100 for another argument, '
    'VS102 for a transfer to oneself, VS114 for a signature of another transaction, VS103 while the system is paused, VS104 '
    'for an unknown vault, VS105 and VS106 for a paused and a closed one, VS107 for too little, VS109 from 2^63 on.';
