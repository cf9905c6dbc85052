-- What the operations of the vault refuse: one place for the names of the errors, and for each detail and remedy

CREATE OR REPLACE FUNCTION vesu_vault.refuse(number int, subject text, detail text, hint text) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    names constant text[] := ARRAY[
        'invalid argument', 'invalid amount', 'self-transfer', 'system paused', 'unknown vault', 'vault paused', 'vault closed',
        'insufficient balance', 'insufficient locked', 'overflow', 'vault exists', 'vault state refused',
        'transaction state refused', 'unknown transaction', 'signature reused', 'append-only', 'batch too large',
        'chain broken', 'unknown alert'];
BEGIN
    RAISE EXCEPTION USING
        ERRCODE = 'VS' || number,
        MESSAGE = concat_ws(': ', names[number - 99], subject),
        DETAIL = detail,
        HINT = hint;
END
$$;
COMMENT ON FUNCTION vesu_vault.refuse(int, text, text, text) IS
    'Private step of the operations: fails with SQLSTATE VS and the number, the name of that error and the subject.';

CREATE OR REPLACE FUNCTION vesu_vault.refuse_amount(amount bigint) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM vesu_vault.refuse(101, coalesce(amount::text, 'NULL'), 'An amount is above 0, whichever way the money moves.',
                              'Give it in the smallest unit: 1 USDT is 1000000.');
END
$$;
COMMENT ON FUNCTION vesu_vault.refuse_amount(bigint) IS
    'Private step of the operations: fails with VS101, naming the amount.';

CREATE OR REPLACE FUNCTION vesu_vault.check_argument(name text, value text, max_length int DEFAULT NULL) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF value IS NULL OR value = '' THEN
        PERFORM vesu_vault.refuse(100, format('%s is %s', name, CASE WHEN value IS NULL THEN 'NULL' ELSE 'empty' END),
                                  'The call needs it.', 'Give every argument that has no default.');
    ELSIF length(value) > max_length THEN
        PERFORM vesu_vault.refuse(100, format('%s %s', name, value),
                                  format('It has %s characters, more than %s.', length(value), max_length),
                                  'Give it as the chain writes it.');
    END IF;
END
$$;
COMMENT ON FUNCTION vesu_vault.check_argument(text, text, int) IS
    'Private step of the operations: VS100 for a value that is NULL, empty or longer than max_length.';

CREATE OR REPLACE FUNCTION vesu_vault.check_options(signature text, purpose text) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF signature = '' THEN
        PERFORM vesu_vault.refuse(100, 'signature is empty', 'Every call without a signature would be the same call.',
                                  'Leave it out if there is none.');
    ELSIF signature IS NOT NULL THEN
        PERFORM vesu_vault.check_argument('signature', signature, 128);
    END IF;
    IF starts_with(purpose, 'pending:') THEN
        PERFORM vesu_vault.refuse(100, format('purpose %s', purpose),
                                  'Buckets whose name begins with pending: hold what open transactions have reserved.',
                                  'Confirm or fail the transaction to release it, or choose another name.');
    ELSIF length(purpose) > 500 THEN
        -- It is part of the key of its bucket, and a begun lock must not meet that limit when it is confirmed.
        PERFORM vesu_vault.refuse(100, format('purpose %s...', left(purpose, 50)),
                                  format('It has %s characters, more than 500.', length(purpose)), 'Choose a shorter name.');
    END IF;
END
$$;
COMMENT ON FUNCTION vesu_vault.check_options(text, text) IS
    'Private step of the operations: VS100 for a signature that is empty or longer than 128 characters, and for a purpose that is '
    'that of a reservation or longer than 500 characters. NULL passes.';

CREATE OR REPLACE FUNCTION vesu_vault.refuse_unknown_vault(owner text) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM vesu_vault.refuse(104, owner, 'vesu_vault.vaults has no row with this owner.',
                              'Open the vault with vesu_vault.open() first.');
END
$$;
COMMENT ON FUNCTION vesu_vault.refuse_unknown_vault(text) IS
    'Private step of the operations: fails with VS104, naming the owner.';

CREATE OR REPLACE FUNCTION vesu_vault.check_system() RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF (SELECT s.paused FROM vesu_vault.settings AS s) THEN
        PERFORM vesu_vault.refuse(103, NULL, 'No money moves, in or out of any vault. Open transactions may be confirmed or failed.',
                                  'Wait, or let an operator call vesu_vault.set_paused(false).');
    END IF;
END
$$;
COMMENT ON FUNCTION vesu_vault.check_system() IS
    'Private step of the operations: VS103 while the system is paused.';

CREATE OR REPLACE FUNCTION vesu_vault.check_status(owner text, status vesu_vault.vault_status) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF status = 'paused' THEN
        PERFORM vesu_vault.refuse(105, owner, 'No money moves in or out of a paused vault.',
                                  'Wait, or let an operator call vesu_vault.set_status() with active.');
    ELSIF status = 'closed' THEN
        PERFORM vesu_vault.refuse(106, owner, 'A vault stays closed for ever.', 'Use another vault.');
    END IF;
END
$$;
COMMENT ON FUNCTION vesu_vault.check_status(text, vesu_vault.vault_status) IS
    'Private step of the operations: VS105 for a paused vault, VS106 for a closed one.';

CREATE OR REPLACE FUNCTION vesu_vault.refuse_balance(requested bigint, available bigint, owner text) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM vesu_vault.refuse(107, format('%s requested, %s available', requested, available),
                              format('Vault %s can move no more; what is locked or reserved stays.', owner),
                              format('Ask for at most %s, or unlock first.', available));
END
$$;
COMMENT ON FUNCTION vesu_vault.refuse_balance(bigint, bigint, text) IS
    'Private step of the operations: fails with VS107, naming both amounts.';

CREATE OR REPLACE FUNCTION vesu_vault.refuse_locked(requested bigint, locked bigint, owner text, purpose text) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM vesu_vault.refuse(108, format('%s requested, %s locked', coalesce(requested::text, 'all'), locked),
                              format('Vault %s has locked %s %s.', owner, locked,
                                     coalesce('for ' || nullif(purpose, ''), 'without a purpose')),
                              'vesu_vault.lock_buckets says how much is locked for which purpose.');
END
$$;
COMMENT ON FUNCTION vesu_vault.refuse_locked(bigint, bigint, text, text) IS
    'Private step of the operations: fails with VS108, naming both amounts and the bucket.';

CREATE OR REPLACE FUNCTION vesu_vault.check_growth(name text, value bigint, amount bigint, owner text) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF amount > 9223372036854775807 - value THEN
        PERFORM vesu_vault.refuse(109, format('%s %s of vault %s plus %s', name, value, owner, amount),
                                  'The largest balance is 9223372036854775807.',
                                  'Use another vault for the rest.');
    END IF;
END
$$;
COMMENT ON FUNCTION vesu_vault.check_growth(text, bigint, bigint, text) IS
    'Private step of the operations: VS109 if value + amount is not below 2^63.';

CREATE OR REPLACE FUNCTION vesu_vault.refuse_signature(signature text, used vesu_vault.transactions) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM vesu_vault.refuse(114, signature,
                              format('It belongs to the %s %s of %s by vault %s, which is %s.', used.transaction_type, used.id,
                                     used.amount, used.vault_owner, used.status),
                              CASE used.status
                                  WHEN 'submitted' THEN 'Confirm it with vesu_vault.confirm_transaction().'
                                  WHEN 'failed' THEN 'What failed here and came to pass on the chain after all needs another signature; '
                                                     'note this one with it.'
                                  ELSE 'Give every transaction its own signature; a repeated call needs the same arguments.' END);
END
$$;
COMMENT ON FUNCTION vesu_vault.refuse_signature(text, vesu_vault.transactions) IS
    'Private step of the operations: fails with VS114, naming the transaction that has the signature.';

CREATE OR REPLACE FUNCTION vesu_vault.refuse_step(held vesu_vault.transactions, wanted vesu_vault.transaction_status)
    RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM vesu_vault.refuse(112, format('%s to %s', held.status, wanted),
                              format('Transaction %s is %s.', held.id, held.status),
                              CASE WHEN held.status IN ('pending', 'submitted')
                                   THEN 'A submitted transaction can only be confirmed or failed.'
                                   ELSE 'Confirmed and failed are final: begin another transaction.' END);
END
$$;
COMMENT ON FUNCTION vesu_vault.refuse_step(vesu_vault.transactions, vesu_vault.transaction_status) IS
    'Private step of the two-phase functions: fails with VS112, naming both states.';
