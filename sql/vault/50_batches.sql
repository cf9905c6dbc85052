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

CREATE OR REPLACE FUNCTION vesu_vault.apply_operation(operation jsonb) RETURNS SETOF vesu_vault.transactions
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    name constant text := operation ->> 'op';
    owner constant text := operation ->> 'owner';
    amount bigint;
BEGIN
    PERFORM vesu_vault.check_batch_keys(operation);
    amount := vesu_vault.batch_amount(operation ->> 'amount');
    IF name = 'transfer' THEN
        RETURN QUERY SELECT t.*
                       FROM vesu_vault.transfer(owner, operation ->> 'to', amount,
                                                coalesce(operation ->> 'source', 'available'), operation ->> 'signature',
                                                operation ->> 'note', operation ->> 'purpose') AS t;
    ELSE
        RETURN NEXT vesu_vault.operate(
            CASE name WHEN 'withdraw' THEN 'withdrawal' ELSE name END::vesu_vault.transaction_type, owner, amount,
            operation ->> 'signature', operation ->> 'note', operation ->> 'purpose');
    END IF;
END
$$;
COMMENT ON FUNCTION vesu_vault.apply_operation(jsonb) IS 'Private step of apply_batch: one operation and its rows.';

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
    operation jsonb;
    place bigint;
    position text;
    detail text;
    hint text;
BEGIN
    PERFORM vesu_vault.check_batch(operations);
    -- All of them first and in order, so that two batches cannot wait for each other.
    PERFORM FROM vesu_vault.vaults AS v
      WHERE v.owner IN (SELECT party.owner
                          FROM jsonb_array_elements(operations) AS op (value)
                         CROSS JOIN LATERAL (VALUES (op.value ->> 'owner'), (op.value ->> 'to')) AS party (owner))
      ORDER BY v.owner
        FOR NO KEY UPDATE OF v;
    FOR operation, place IN
        SELECT op.value, op.place FROM jsonb_array_elements(operations) WITH ORDINALITY AS op (value, place) ORDER BY op.place
    LOOP
        RETURN QUERY SELECT t.* FROM vesu_vault.apply_operation(operation) AS t;
    END LOOP;
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
