-- Reconciliation: what the chain says against what stands here, and the repair of the difference

CREATE OR REPLACE FUNCTION vesu_vault.chain_amount(value jsonb) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN jsonb_typeof(value) IN ('number', 'string') AND (value #>> '{}') ~ '^[0-9]{1,19}$'
                     AND (value #>> '{}')::numeric <= 9223372036854775807
                THEN (value #>> '{}')::bigint END;
COMMENT ON FUNCTION vesu_vault.chain_amount(jsonb) IS
    'Private step of reconcile: a whole number below 2^63, as a number or as text; NULL for anything else.';

CREATE OR REPLACE FUNCTION vesu_vault.chain_time(value text) RETURNS timestamptz
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
BEGIN
    RETURN value::timestamptz;
EXCEPTION WHEN OTHERS THEN
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION vesu_vault.chain_time(text) IS
    'Private step of reconcile: a time, UTC unless it says otherwise; NULL for anything else.';

CREATE OR REPLACE FUNCTION vesu_vault.balance_result(
    expected bigint, actual bigint, expected_locked bigint, actual_locked bigint, tolerance bigint) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN expected = actual AND expected_locked = actual_locked THEN 'equal'
                WHEN abs(actual - expected) <= tolerance AND abs(actual_locked - expected_locked) <= tolerance
                THEN 'within_tolerance'
                ELSE 'logged' END;
COMMENT ON FUNCTION vesu_vault.balance_result(bigint, bigint, bigint, bigint, bigint) IS
    'Private step of reconcile: equal, within_tolerance or logged.';

CREATE OR REPLACE FUNCTION vesu_vault.sum_active(OUT total bigint, OUT locked bigint)
    LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT least(coalesce(sum(v.total_balance), 0), 9223372036854775807)::bigint,
           least(coalesce(sum(v.locked_balance), 0), 9223372036854775807)::bigint
      FROM vesu_vault.vaults AS v
     WHERE v.status = 'active';
END;
COMMENT ON FUNCTION vesu_vault.sum_active() IS
    'Private step of reconcile: what all active vaults have together, at most 2^63-1.';

CREATE OR REPLACE FUNCTION vesu_vault.compare_chain(
    on_chain jsonb, tolerance bigint, OUT place bigint, OUT owner text, OUT expected bigint, OUT actual bigint,
    OUT expected_locked bigint, OUT actual_locked bigint, OUT result text)
    RETURNS SETOF record
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    all_total bigint;
    all_locked bigint;
    newest_of_all timestamptz;
BEGIN
    -- Without an owner: all active vaults together. Apart, or every call would be planned as if it needed them.
    IF EXISTS (SELECT FROM jsonb_array_elements(on_chain) AS e (value) WHERE e.value ->> 'owner' IS NULL) THEN
        SELECT a.total, a.locked INTO all_total, all_locked FROM vesu_vault.sum_active() AS a;
        SELECT max(t.confirmed_at)
          INTO newest_of_all
          FROM vesu_vault.vaults AS v
          JOIN vesu_vault.transactions AS t ON t.vault_owner = v.owner AND t.seq = v.last_seq;
    END IF;
    RETURN QUERY
    WITH entry AS MATERIALIZED (
        SELECT e.place, e.value ->> 'owner' AS owner, e.value ->> 'total' IS NULL AS is_absent,
               vesu_vault.chain_amount(e.value -> 'total') AS total, vesu_vault.chain_amount(e.value -> 'locked') AS locked,
               CASE WHEN jsonb_typeof(e.value) = 'object'
                    THEN coalesce(jsonb_typeof(e.value -> 'owner'), 'null') IN ('string', 'null')
                         AND e.value - '{owner,total,locked,as_of}'::text[] = '{}'
                    ELSE false END AS is_entry,
               e.value ->> 'as_of' IS NOT NULL AS has_time,
               CASE WHEN e.value ->> 'as_of' IS NOT NULL THEN vesu_vault.chain_time(e.value ->> 'as_of') END AS as_of
          FROM jsonb_array_elements(on_chain) WITH ORDINALITY AS e (value, place)),
    compared AS (
        SELECT e.place, e.owner, e.is_entry, e.is_absent, e.has_time, e.as_of, e.total, e.locked,
               v.owner IS NULL AND e.owner IS NOT NULL AS is_unknown, v.status,
               CASE WHEN e.owner IS NULL AND e.is_entry THEN all_total ELSE v.total_balance END AS our_total,
               CASE WHEN e.owner IS NULL AND e.is_entry THEN all_locked ELSE v.locked_balance END AS our_locked,
               CASE WHEN e.owner IS NULL THEN newest_of_all
                    ELSE (SELECT t.confirmed_at
                            FROM vesu_vault.transactions AS t
                           WHERE t.vault_owner = v.owner AND t.seq = v.last_seq) END AS newest,
               EXISTS (SELECT FROM vesu_vault.transactions AS t
                        WHERE t.vault_owner = v.owner AND t.status IN ('pending', 'submitted')) AS has_open
          FROM entry AS e
          LEFT JOIN vesu_vault.vaults AS v ON v.owner = e.owner)
    SELECT c.place, c.owner, c.our_total, c.total, c.our_locked, c.locked,
           CASE WHEN NOT c.is_entry THEN 'invalid'
                WHEN c.is_absent THEN 'absent_on_chain'
                WHEN c.is_unknown THEN 'unknown_vault'
                WHEN (c.locked <= c.total) IS NOT TRUE OR c.has_time AND c.as_of IS NULL THEN 'invalid'
                WHEN c.status <> 'active' THEN 'skipped_status'
                WHEN c.has_open THEN 'skipped_pending'
                WHEN c.newest > c.as_of THEN 'skipped_newer'
                ELSE vesu_vault.balance_result(c.our_total, c.total, c.our_locked, c.locked, compare_chain.tolerance) END
      FROM compared AS c
     ORDER BY c.place;
END
$$;
COMMENT ON FUNCTION vesu_vault.compare_chain(jsonb, bigint) IS
    'Private step of reconcile: each entry beside the present balances, and what is to be done: logged stands for a difference.';

CREATE OR REPLACE FUNCTION vesu_vault.can_fix(vault vesu_vault.vaults, total bigint, locked bigint) RETURNS boolean
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN total - vault.total_balance <= 9223372036854775807 - vault.total_deposited
       AND vault.total_balance - total <= 9223372036854775807 - vault.total_withdrawn
       AND vault.locked_balance - locked <= vesu_vault.drainable(vault.owner, NULL);
END
$$;
COMMENT ON FUNCTION vesu_vault.can_fix(vesu_vault.vaults, bigint, bigint) IS
    'Private step of reconcile: whether the lifetime totals stay below 2^63 and the buckets hold what is to be unlocked.';

CREATE OR REPLACE FUNCTION vesu_vault.fix_vault(
    vault vesu_vault.vaults, total bigint, locked bigint, reconciliation_id uuid) RETURNS void
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    step record;
BEGIN
    FOR step IN
        SELECT 1 AS phase, b.place, 'unlock'::vesu_vault.transaction_type AS type,
               least(b.amount, vault.locked_balance - locked - b.before)::bigint AS amount, b.purpose
          FROM (SELECT bucket.purpose, bucket.amount,
                       sum(bucket.amount) OVER age - bucket.amount AS before, row_number() OVER age AS place
                  FROM vesu_vault.lock_buckets AS bucket
                 WHERE bucket.vault_owner = vault.owner AND NOT starts_with(bucket.purpose, 'pending:')
                WINDOW age AS (ORDER BY bucket.opened_seq, bucket.purpose)) AS b
         WHERE b.before < vault.locked_balance - locked
        UNION ALL
        SELECT 2, 1, 'deposit', total - vault.total_balance, NULL WHERE total > vault.total_balance
        UNION ALL
        SELECT 2, 1, 'withdrawal', vault.total_balance - total, NULL WHERE total < vault.total_balance
        UNION ALL
        SELECT 3, 1, 'lock', locked - vault.locked_balance, NULL WHERE locked > vault.locked_balance
         ORDER BY phase, place
    LOOP
        vault := vesu_vault.vault_after(vault, vesu_vault.post(
            vault, step.type, step.amount, note => 'reconciliation', purpose => step.purpose,
            reconciliation_id => fix_vault.reconciliation_id));
    END LOOP;
END
$$;
COMMENT ON FUNCTION vesu_vault.fix_vault(vesu_vault.vaults, bigint, bigint, uuid) IS
    'Private step of reconcile: posts the rows that bring a locked vault to these balances: unlock (per bucket, oldest first), '
    'deposit or withdrawal, lock.';

-- A difference of one entry. The vault is locked; an earlier entry of the run may have changed it, and the sum of all.
CREATE OR REPLACE FUNCTION vesu_vault.settle_difference(
    owner text, actual bigint, actual_locked bigint, auto_fix boolean, tolerance bigint, INOUT expected bigint,
    INOUT expected_locked bigint, OUT result text, OUT log_id uuid)
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    vault vesu_vault.vaults := vesu_vault.locked_vault(owner);
    sides text;
BEGIN
    IF owner IS NOT NULL THEN
        expected := vault.total_balance;
        expected_locked := vault.locked_balance;
    ELSE
        SELECT a.total, a.locked INTO expected, expected_locked FROM vesu_vault.sum_active() AS a;
    END IF;
    result := vesu_vault.balance_result(expected, actual, expected_locked, actual_locked, tolerance);
    IF result <> 'logged' THEN
        RETURN;
    END IF;

    log_id := gen_random_uuid();
    sides := format('%s here, %s on chain', vesu_vault.show_balances(expected, expected_locked),
                   vesu_vault.show_balances(actual, actual_locked));
    IF auto_fix AND owner IS NOT NULL THEN
        IF vesu_vault.can_fix(vault, actual, actual_locked) THEN
            PERFORM vesu_vault.fix_vault(vault, actual, actual_locked, log_id);
            result := 'fixed';
        ELSE
            sides := sides || '; it cannot be fixed: the lifetime totals would pass 2^63 or the buckets do not hold what is locked';
        END IF;
    END IF;
    INSERT INTO vesu_vault.reconciliation_logs (
        id, vault_owner, expected_balance, actual_balance, difference, auto_fixed, notes)
    VALUES (log_id, settle_difference.owner, expected, actual, actual - expected, result = 'fixed', sides);
    PERFORM vesu_vault.raise_by_rule(
        'balance_discrepancy', owner, format('%s: %s', coalesce('vault ' || owner, 'all active vaults'), sides),
        jsonb_build_object('log_id', log_id, 'expected', expected, 'actual', actual, 'difference', actual - expected,
                           'expected_locked', expected_locked, 'actual_locked', actual_locked, 'fixed', result = 'fixed'));
END
$$;
COMMENT ON FUNCTION vesu_vault.settle_difference(text, bigint, bigint, boolean, bigint, bigint, bigint) IS
    'Private step of reconcile: compares once more, then writes the log row and the alert and, if wanted and possible, repairs the vault.';

CREATE OR REPLACE FUNCTION vesu_vault.check_reconcile(on_chain jsonb, auto_fix boolean, tolerance bigint) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF on_chain IS NULL OR jsonb_typeof(on_chain) <> 'array' THEN
        PERFORM vesu_vault.refuse(100, format('on_chain is %s', coalesce(jsonb_typeof(on_chain), 'NULL')),
                                  'It is what the chain says: an array with one object for a vault.',
                                  'Give an array such as [{"owner": "...", "total": 1000000, "locked": 0}].');
    END IF;
    PERFORM vesu_vault.check_argument('auto_fix', auto_fix::text);
    IF (tolerance >= 0) IS NOT TRUE THEN
        PERFORM vesu_vault.refuse(100, format('tolerance %s', coalesce(tolerance::text, 'NULL')),
                                  'It is the largest difference that is none, in the smallest unit.', 'Give a number from 0 on.');
    END IF;
END
$$;
COMMENT ON FUNCTION vesu_vault.check_reconcile(jsonb, boolean, bigint) IS 'Private step of reconcile: VS100 for an argument.';

CREATE OR REPLACE FUNCTION vesu_vault.close_run(results text[], expected numeric, actual numeric) RETURNS void
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    limited_expected constant bigint := least(expected, 9223372036854775807);
    limited_actual constant bigint := least(actual, 9223372036854775807);
    run_id uuid;
    counts text;
BEGIN
    SELECT string_agg(format('%s %s', c.result, c.number), ', ' ORDER BY c.result)
      INTO counts
      FROM (SELECT r.result, count(*) AS number FROM unnest(results) AS r (result) GROUP BY r.result) AS c;
    INSERT INTO vesu_vault.reconciliation_logs AS l (expected_balance, actual_balance, difference, notes)
    VALUES (limited_expected, limited_actual, limited_actual - limited_expected, coalesce(counts, 'no entries'))
    RETURNING l.id INTO run_id;
    PERFORM pg_notify('vesu_vault', json_build_object(
        'event', 'reconciliation', 'log_id', run_id, 'entries', cardinality(results),
        'logged', cardinality(array_positions(results, 'logged')), 'fixed', cardinality(array_positions(results, 'fixed')))::text);
END
$$;
COMMENT ON FUNCTION vesu_vault.close_run(text[], numeric, numeric) IS
    'Private step of reconcile: writes the row of the run, with the sums compared and the counts per result, and notifies.';

CREATE OR REPLACE FUNCTION vesu_vault.reconcile(
    on_chain jsonb, auto_fix boolean DEFAULT false, tolerance bigint DEFAULT 0, OUT owner text, OUT expected bigint,
    OUT actual bigint, OUT difference bigint, OUT expected_locked bigint, OUT actual_locked bigint, OUT result text,
    OUT log_id uuid)
    RETURNS SETOF record
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    differing text[];
    totals bigint[];
    locked_parts bigint[];
    compared record;
    settled record;
    results text[] := ARRAY[]::text[];
    expected_sum numeric := 0;
    actual_sum numeric := 0;
BEGIN
    PERFORM vesu_vault.check_reconcile(on_chain, auto_fix, tolerance);
    -- All of them first and in order, so that two runs cannot wait for each other.
    SELECT coalesce(array_agg(c.owner) FILTER (WHERE c.result = 'logged' AND c.owner IS NOT NULL), '{}'),
           array_agg(c.expected ORDER BY c.place), array_agg(c.expected_locked ORDER BY c.place)
      INTO differing, totals, locked_parts
      FROM vesu_vault.compare_chain(on_chain, tolerance) AS c;
    PERFORM FROM vesu_vault.vaults AS v WHERE v.owner = ANY (differing) ORDER BY v.owner FOR NO KEY UPDATE;

    FOR compared IN SELECT c.* FROM vesu_vault.compare_chain(on_chain, tolerance) AS c LOOP
        owner := compared.owner;
        expected := compared.expected;
        actual := compared.actual;
        expected_locked := compared.expected_locked;
        actual_locked := compared.actual_locked;
        result := compared.result;
        log_id := NULL;
        IF result = 'logged' AND owner IS NOT NULL
           AND (owner <> ALL (differing)
                OR (expected, expected_locked) IS DISTINCT FROM (totals[compared.place], locked_parts[compared.place])) THEN
            -- It agreed a moment ago, or differed otherwise: it has moved on since the chain was read, and a repair would undo that.
            result := 'skipped_newer';
        ELSIF result = 'logged' OR owner IS NULL AND result IN ('equal', 'within_tolerance') THEN
            settled := vesu_vault.settle_difference(owner, actual, actual_locked, auto_fix, tolerance, expected, expected_locked);
            expected := settled.expected;
            expected_locked := settled.expected_locked;
            result := settled.result;
            log_id := settled.log_id;
        END IF;
        difference := actual - expected;
        results := array_append(results, result);
        IF owner IS NOT NULL AND result IN ('equal', 'within_tolerance', 'logged', 'fixed') THEN
            expected_sum := expected_sum + expected;
            actual_sum := actual_sum + actual;
        END IF;
        RETURN NEXT;
    END LOOP;
    PERFORM vesu_vault.close_run(results, expected_sum, actual_sum);
END
$$;
COMMENT ON FUNCTION vesu_vault.reconcile(jsonb, boolean, bigint) IS
    'Compares vaults with what the chain says: an array of {owner, total, locked, as_of}, amounts in the smallest unit as numbers or '
    'text; as_of, if given, is when the chain was read. Owner null is the sum of all active vaults. Returns one row for each '
    'entry. result: absent_on_chain (total null), unknown_vault, invalid (another key, no whole numbers, no time, or not 0 <= locked <= '
    'total), skipped_status (not active), skipped_pending (open '
    'transactions), skipped_newer (posted after as_of, or moved while it was compared and still different), equal, '
    'within_tolerance, logged (the total or the locked part differs by more than tolerance: a row of reconciliation_logs and an '
    'alert), fixed (and the vault was brought to the chain''s balances; only with auto_fix). Ends with one row of '
    'reconciliation_logs for the run, without owner. VS100 for anything but an array, for NULL and for a tolerance below 0.';
