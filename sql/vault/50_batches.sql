-- Batches of operations: in order, all or nothing

CREATE OR REPLACE FUNCTION vesu_vault.batch_amount(value text) RETURNS bigint
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF value !~ '^-?[0-9]+$' OR value::numeric NOT BETWEEN -9223372036854775808 AND 9223372036854775807 THEN
        PERFORM vesu_vault.refuse(101, value, 'An amount is a whole number below 2^63.',
                                  'Give it in the smallest unit: 1 USDT is 1000000.');
    END IF;
    RETURN value::bigint;
END
$$;
COMMENT ON FUNCTION vesu_vault.batch_amount(text) IS
    'Private step of apply_batch: an amount as JSON writes it. NULL for NULL; VS101 unless it is a whole number below 2^63.';

CREATE OR REPLACE FUNCTION vesu_vault.check_batch_keys(operation jsonb) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    name constant text := operation ->> 'op';
    allowed constant text[] := ARRAY['op', 'owner', 'amount', 'signature', 'note']
        || CASE WHEN name IN ('lock', 'unlock', 'transfer') THEN ARRAY['purpose'] END
        || CASE WHEN name = 'transfer' THEN ARRAY['to', 'source'] END;
    surplus text;
BEGIN
    IF jsonb_typeof(operation) <> 'object' THEN
        PERFORM vesu_vault.refuse(100, format('operation %s', operation), 'It is no object.',
                                  'Give an object such as {"op": "deposit", "owner": "...", "amount": 1000000}.');
    END IF;
    IF name IS NULL OR name NOT IN ('deposit', 'withdraw', 'fee', 'lock', 'unlock', 'transfer') THEN
        PERFORM vesu_vault.refuse(100, format('op %s', coalesce(name, 'NULL')), 'A batch has no such operation.',
                                  'Give deposit, withdraw, fee, lock, unlock or transfer.');
    END IF;
    SELECT min(key) INTO surplus FROM jsonb_each(operation) WHERE key <> ALL (allowed) AND value <> 'null';
    IF surplus IS NOT NULL THEN
        PERFORM vesu_vault.refuse(100, format('key %s', surplus), format('The operation %s has no such key.', name),
                                  format('It has the keys %s.', array_to_string(allowed, ', ')));
    END IF;
END
$$;
COMMENT ON FUNCTION vesu_vault.check_batch_keys(jsonb) IS
    'Private step of apply_batch: VS100 unless it is an object with a known op and no key that this op does not have.';

CREATE OR REPLACE FUNCTION vesu_vault.batch_type(name text) RETURNS vesu_vault.transaction_type
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE name WHEN 'withdraw' THEN 'withdrawal' ELSE name END::vesu_vault.transaction_type;
COMMENT ON FUNCTION vesu_vault.batch_type(text) IS 'Private step of apply_batch: the type of the row that an operation writes.';

-- The operations as the single calls do them, but on vaults that are held in memory: a vault that many operations of a
-- batch move would otherwise leave as many dead versions for each next one to pass. The tests compare the two.
CREATE OR REPLACE FUNCTION vesu_vault.apply_single(
    operation jsonb, type vesu_vault.transaction_type, amount bigint, INOUT vault vesu_vault.vaults, OUT id uuid)
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    owner constant text := operation ->> 'owner';
    bucket constant text := nullif(operation ->> 'purpose', '');
    entry vesu_vault.transactions;
BEGIN
    PERFORM vesu_vault.check_call(type, owner, amount, operation ->> 'signature', operation ->> 'purpose');
    IF operation ->> 'signature' IS NOT NULL THEN
        entry := vesu_vault.replayed(owner, type, amount, operation ->> 'signature', bucket);
        id := entry.id;
        IF id IS NOT NULL THEN
            RETURN;
        END IF;
    END IF;
    PERFORM vesu_vault.check_vault(owner, vault.status);
    IF amount IS NULL THEN
        amount := vesu_vault.bucket_amount(owner, bucket);
        IF amount = 0 THEN
            PERFORM vesu_vault.refuse_locked(NULL, 0, owner, bucket);
        END IF;
    END IF;
    PERFORM vesu_vault.check_possible(vault, type, amount, bucket);

    id := gen_random_uuid();
    entry.id := id;
    entry.vault_owner := owner;
    entry.transaction_type := type;
    entry.amount := amount;
    entry.signature := operation ->> 'signature';
    entry.note := operation ->> 'note';
    entry.purpose := bucket;
    entry := vesu_vault.next_entry(vault, entry);
    PERFORM vesu_vault.insert_entry(entry);
    PERFORM vesu_vault.move_buckets(entry.vault_owner, entry.transaction_type, entry.amount, entry.purpose, entry.seq);
    vault := vesu_vault.vault_after(vault, entry);
END
$$;
COMMENT ON FUNCTION vesu_vault.apply_single(jsonb, vesu_vault.transaction_type, bigint, vesu_vault.vaults) IS
    'Private step of apply_batch: an operation on one vault; the vault after it, which is not stored yet, and the row''s id.';

CREATE OR REPLACE FUNCTION vesu_vault.apply_transfer(
    operation jsonb, amount bigint, INOUT sender vesu_vault.vaults, INOUT receiver vesu_vault.vaults, OUT ids uuid[])
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    from_owner constant text := operation ->> 'owner';
    to_owner constant text := operation ->> 'to';
    source constant text := coalesce(operation ->> 'source', 'available');
    drained constant text := operation ->> 'purpose';
    tick constant interval := interval '1 microsecond';
    from_locked bigint := 0;
    instant timestamptz;
    sent vesu_vault.transactions;
    received vesu_vault.transactions;
BEGIN
    PERFORM vesu_vault.check_transfer(from_owner, to_owner, amount, source, operation ->> 'signature', drained);
    IF operation ->> 'signature' IS NOT NULL THEN
        ids := vesu_vault.replayed_transfer(from_owner, to_owner, amount, operation ->> 'signature', drained);
        IF ids IS NOT NULL THEN
            RETURN;
        END IF;
    END IF;
    PERFORM vesu_vault.check_parties(from_owner, sender.status, to_owner, receiver.status);
    IF source = 'locked_first' THEN
        from_locked := least(amount, vesu_vault.drainable(from_owner, drained));
    END IF;
    PERFORM vesu_vault.check_transferable(sender, receiver, amount, from_locked);

    ids := ARRAY[gen_random_uuid(), gen_random_uuid()];
    instant := greatest(vesu.wall_clock(), sender.updated_at + tick, receiver.updated_at + tick);
    sent.id := ids[1];
    sent.vault_owner := from_owner;
    sent.transaction_type := 'transfer_out';
    sent.amount := amount;
    sent.signature := operation ->> 'signature';
    sent.counterparty := to_owner;
    sent.note := operation ->> 'note';
    sent.transfer_id := ids[1];
    received := sent;
    sent.purpose := drained;
    received.id := ids[2];
    received.vault_owner := to_owner;
    received.transaction_type := 'transfer_in';
    received.counterparty := from_owner;
    sent := vesu_vault.next_entry(sender, sent, instant, from_locked);
    received := vesu_vault.next_entry(receiver, received, instant);
    PERFORM vesu_vault.insert_entry(sent);
    PERFORM vesu_vault.insert_entry(received);
    IF from_locked > 0 THEN
        PERFORM vesu_vault.drain_buckets(from_owner, drained, from_locked);
    END IF;
    sender := vesu_vault.vault_after(sender, sent);
    receiver := vesu_vault.vault_after(receiver, received);
END
$$;
COMMENT ON FUNCTION vesu_vault.apply_transfer(jsonb, bigint, vesu_vault.vaults, vesu_vault.vaults) IS
    'Private step of apply_batch: a transfer; the vaults after it, which are not stored yet, and the ids of its rows.';

CREATE OR REPLACE FUNCTION vesu_vault.check_batch(operations jsonb) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF operations IS NULL OR jsonb_typeof(operations) <> 'array' THEN
        PERFORM vesu_vault.refuse(100, format('operations is %s', coalesce(jsonb_typeof(operations), 'NULL')),
                                  'A batch is an array of operations.',
                                  'Give an array such as [{"op": "deposit", "owner": "...", "amount": 1000000}].');
    END IF;
    IF jsonb_array_length(operations) > 10000 THEN
        PERFORM vesu_vault.refuse(116, format('%s operations', jsonb_array_length(operations)),
                                  'A batch has at most 10000 operations.', 'Split it.');
    END IF;
END
$$;
COMMENT ON FUNCTION vesu_vault.check_batch(jsonb) IS
    'Private step of apply_batch: VS100 unless it is an array, VS116 above 10000 operations.';

CREATE OR REPLACE FUNCTION vesu_vault.apply_batch(operations jsonb) RETURNS SETOF vesu_vault.transactions
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    held vesu_vault.vaults[];
    owners text[];
    ids uuid[] := ARRAY[]::uuid[];
    op record;
    outcome record;
    amount bigint;
    place bigint;
    position text;
    detail text;
    hint text;
BEGIN
    PERFORM vesu_vault.check_batch(operations);
    -- All of them first and in order, so that two batches cannot wait for each other. Planned each time, as below: what was
    -- planned on a small table would read all of a large one.
    EXECUTE $statement$
        SELECT array_agg(party.vault), array_agg(party.owner::text)
          FROM (SELECT v AS vault, v.owner
                  FROM vesu_vault.vaults AS v
                 WHERE v.owner IN (SELECT named.owner
                                     FROM jsonb_array_elements($1) AS entry (value)
                                    CROSS JOIN LATERAL (VALUES (entry.value ->> 'owner'), (entry.value ->> 'to')) AS named (owner))
                 ORDER BY v.owner
                   FOR NO KEY UPDATE OF v) AS party
        $statement$
        INTO held, owners USING operations;
    FOR op IN
        SELECT entry.value, entry.value ->> 'op' AS name, entry.place, sent.place AS sender, received.place AS receiver
          FROM jsonb_array_elements(operations) WITH ORDINALITY AS entry (value, place)
          LEFT JOIN unnest(owners) WITH ORDINALITY AS sent (owner, place) ON sent.owner = entry.value ->> 'owner'
          LEFT JOIN unnest(owners) WITH ORDINALITY AS received (owner, place) ON received.owner = entry.value ->> 'to'
         ORDER BY entry.place
    LOOP
        place := op.place;
        PERFORM vesu_vault.check_batch_keys(op.value);
        amount := vesu_vault.batch_amount(op.value ->> 'amount');
        IF op.name = 'transfer' THEN
            outcome := vesu_vault.apply_transfer(op.value, amount, held[op.sender], held[op.receiver]);
            ids := array_append(array_append(ids, outcome.ids[1]), outcome.ids[2]);
            held[op.sender] := outcome.sender;
            held[op.receiver] := outcome.receiver;
        ELSE
            outcome := vesu_vault.apply_single(op.value, vesu_vault.batch_type(op.name), amount, held[op.sender]);
            ids := array_append(ids, outcome.id);
            held[op.sender] := outcome.vault;
        END IF;
    END LOOP;
    PERFORM vesu_vault.store_vault(v) FROM unnest(held) AS v;
    RETURN QUERY EXECUTE
        'SELECT t.* FROM unnest($1) WITH ORDINALITY AS written (id, place) JOIN vesu_vault.transactions AS t ON t.id = written.id '
        'ORDER BY written.place' USING ids;
EXCEPTION WHEN OTHERS THEN
    IF place IS NULL THEN
        RAISE;
    END IF;
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    position := concat_ws(' ', format('Operation %s of %s.', place, jsonb_array_length(operations)), nullif(detail, ''));
    IF hint = '' THEN
        RAISE EXCEPTION USING ERRCODE = SQLSTATE, MESSAGE = SQLERRM, DETAIL = position;
    END IF;
    RAISE EXCEPTION USING ERRCODE = SQLSTATE, MESSAGE = SQLERRM, DETAIL = position, HINT = hint;
END
$$;
COMMENT ON FUNCTION vesu_vault.apply_batch(jsonb) IS
    'Runs the operations of a JSON array in its order, all or none, and returns their rows. Each is an object: op (deposit, '
    'withdraw, fee, lock, unlock, transfer), owner (of a transfer the sender), amount (smallest unit), and as the function has '
    'them to, source, signature, note, purpose. Fails as they do; DETAIL begins with the position, counted from 1. VS100 for '
    'anything but an array of such objects, VS116 above 10000.';
