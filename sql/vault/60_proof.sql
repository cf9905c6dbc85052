-- The proof of the ledger: recount it, rebuild a vault from it, read the balances of any moment

-- Time grows with seq, so the range is halved until one row is left: one look into idx_transactions_seq each time. It is the
-- only index in this order; without the two settings a planner that takes the table for small may choose any other.
CREATE OR REPLACE FUNCTION vesu_vault.entry_at(
    owner text, at timestamptz, OUT seq bigint, OUT total bigint, OUT locked bigint)
    LANGUAGE sql STABLE PARALLEL SAFE
    SET enable_sort = off SET enable_incremental_sort = off
BEGIN ATOMIC
    WITH RECURSIVE search (low, high, total, locked) AS (
        SELECT bigint '0', v.last_seq, bigint '0', bigint '0' FROM vesu_vault.vaults AS v WHERE v.owner = entry_at.owner
        UNION ALL
        SELECT CASE WHEN middle.confirmed_at <= entry_at.at THEN middle.seq ELSE search.low END,
               CASE WHEN middle.confirmed_at <= entry_at.at THEN search.high ELSE middle.seq - 1 END,
               CASE WHEN middle.confirmed_at <= entry_at.at THEN middle.total_after ELSE search.total END,
               CASE WHEN middle.confirmed_at <= entry_at.at THEN middle.locked_after ELSE search.locked END
          FROM search
          JOIN LATERAL (
                SELECT t.vault_owner, t.seq, t.confirmed_at, t.total_after, t.locked_after
                  FROM vesu_vault.transactions AS t
                 WHERE (t.vault_owner, t.seq) >= (entry_at.owner, search.low + (search.high - search.low + 1) / 2)
                 ORDER BY t.vault_owner, t.seq
                 LIMIT 1) AS middle
            ON middle.vault_owner = entry_at.owner AND middle.seq = search.low + (search.high - search.low + 1) / 2
         WHERE search.low < search.high)
    SELECT search.low, search.total, search.locked FROM search WHERE search.low = search.high;
END;
COMMENT ON FUNCTION vesu_vault.entry_at(text, timestamptz) IS
    'seq and balances of the last row of the vault''s ledger that was confirmed at or before the moment; 0 before the first, NULL for '
    'an unknown vault and for NULL. Looks at about log2 of the number of rows.';

CREATE OR REPLACE FUNCTION vesu_vault.balance_at(
    owner text, at timestamptz, OUT total bigint, OUT locked bigint, OUT available bigint)
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM vesu_vault.check_argument('owner', owner);
    PERFORM vesu_vault.check_argument('at', at::text);
    SELECT entry.total, entry.locked, entry.total - entry.locked
      INTO total, locked, available
      FROM vesu_vault.vaults AS v
     CROSS JOIN LATERAL vesu_vault.entry_at(v.owner, balance_at.at) AS entry
     WHERE v.owner = balance_at.owner COLLATE "C" AND v.created_at <= balance_at.at;
END
$$;
COMMENT ON FUNCTION vesu_vault.balance_at(text, timestamptz) IS
    'The balances of a vault at a moment, from the last row of its ledger confirmed at or before it: zeros before the first row, '
    'NULLs before the vault was opened and for an unknown vault. VS100 for NULL. Its time grows with the logarithm of the ledger.';

-- Oldest first is the order of the arrays: a bucket is appended when it opens and removed when it is empty.
CREATE OR REPLACE FUNCTION vesu_vault.replay_buckets(owner text, OUT purpose text, OUT amount bigint, OUT opened_seq bigint)
    RETURNS SETOF record
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    purposes text[] := ARRAY[]::text[];
    amounts bigint[] := ARRAY[]::bigint[];
    opened bigint[] := ARRAY[]::bigint[];
    entry record;
    place int;
    rest bigint;
    taken bigint;
BEGIN
    FOR entry IN
        SELECT moved.*
          FROM (SELECT t.seq, t.transaction_type AS type, t.amount, t.purpose,
                       lag(t.locked_after, 1, 0::bigint) OVER (ORDER BY t.seq) - t.locked_after AS released
                  FROM vesu_vault.transactions AS t
                 WHERE t.vault_owner = replay_buckets.owner AND t.seq IS NOT NULL) AS moved
         WHERE moved.released <> 0
         ORDER BY moved.seq
    LOOP
        IF entry.type = 'lock' THEN
            place := array_position(purposes, coalesce(entry.purpose, ''));
            IF place IS NULL THEN
                purposes := purposes || coalesce(entry.purpose, '');
                amounts := amounts || entry.amount;
                opened := opened || entry.seq;
            ELSE
                amounts[place] := amounts[place] + entry.amount;
            END IF;
            CONTINUE;
        END IF;
        rest := entry.released;
        place := 1;
        WHILE rest > 0 AND place <= cardinality(purposes) LOOP
            IF (CASE WHEN entry.type = 'unlock' OR entry.purpose IS NOT NULL
                     THEN purposes[place] <> coalesce(entry.purpose, '')
                     ELSE starts_with(purposes[place], 'pending:') END) THEN
                place := place + 1;
                CONTINUE;
            END IF;
            taken := least(rest, amounts[place]);
            rest := rest - taken;
            amounts[place] := amounts[place] - taken;
            IF amounts[place] = 0 THEN
                purposes := purposes[:place - 1] || purposes[place + 1:];
                amounts := amounts[:place - 1] || amounts[place + 1:];
                opened := opened[:place - 1] || opened[place + 1:];
            ELSE
                place := place + 1;
            END IF;
        END LOOP;
    END LOOP;
    RETURN QUERY SELECT b.* FROM unnest(purposes, amounts, opened) AS b;
END
$$;
COMMENT ON FUNCTION vesu_vault.replay_buckets(text) IS
    'The buckets of a vault as its ledger alone gives them. Private step of verify and rebuild.';

CREATE OR REPLACE FUNCTION vesu_vault.show_balances(total numeric, locked numeric) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN concat_ws('/', total::text, locked::text, (total - locked)::text);
COMMENT ON FUNCTION vesu_vault.show_balances(numeric, numeric) IS
    'Private step of verify: total/locked/available.';

-- Every confirmed row beside the one before it, and against its own hash.
CREATE OR REPLACE FUNCTION vesu_vault.verify_entries(
    only_owner text, OUT owner text, OUT seq bigint, OUT rule text, OUT expected text, OUT actual text)
    RETURNS SETOF record
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan
AS $$
BEGIN
    RETURN QUERY
    -- A join and no window, so several processes may share it; the planner shares what it takes for rare, and takes (...)::int = 1
    -- for rare. What is found is looked at once more below.
    WITH pair AS (
        SELECT t.vault_owner, t.seq, t.amount, t.balance_before, t.balance_after, t.total_after, t.locked_after,
               t.available_after, t.confirmed_at, t.prev_hash, t.transaction_type = 'transfer_out' AS may_drain,
               t.transaction_type IN ('lock', 'unlock') AS is_split,
               CASE WHEN t.transaction_type IN ('deposit', 'transfer_in', 'unlock') THEN t.amount ELSE -t.amount END AS change,
               before.seq AS seq_before, before.hash AS hash_before, before.confirmed_at AS time_before,
               coalesce(before.total_after, 0) AS total_before, coalesce(before.locked_after, 0) AS locked_before
          FROM vesu_vault.transactions AS t
          LEFT JOIN vesu_vault.transactions AS before
                 ON before.vault_owner = t.vault_owner AND before.seq = t.seq - 1
                AND (only_owner IS NULL OR before.vault_owner = only_owner)
         WHERE t.seq IS NOT NULL AND (only_owner IS NULL OR t.vault_owner = only_owner)),
    suspect AS (
        SELECT e.*
          FROM pair AS e
         WHERE (e.seq_before IS NULL AND e.seq <> 1
             OR e.prev_hash <> coalesce(e.hash_before, '\x0000000000000000000000000000000000000000000000000000000000000000')
             OR e.confirmed_at <= e.time_before
             OR e.balance_before <> CASE WHEN e.is_split THEN e.total_before - e.locked_before ELSE e.total_before END
             OR e.balance_after - e.balance_before <> e.change
             OR e.total_after - e.total_before <> CASE WHEN e.is_split THEN 0 ELSE e.change END
             OR e.available_after <> e.total_after - e.locked_after
             OR CASE WHEN e.is_split THEN e.locked_before - e.locked_after <> e.change
                     WHEN e.may_drain THEN e.locked_before - e.locked_after NOT BETWEEN 0 AND e.amount
                     ELSE e.locked_after <> e.locked_before END)::int = 1),
    -- Beside the row before it, across a gap too; in numeric, because sums of broken rows may pass 2^63.
    broken AS (
        SELECT e.vault_owner, e.seq, e.change, e.balance_before, e.balance_after, e.total_after, e.locked_after, e.available_after,
               e.confirmed_at, e.prev_hash, coalesce(before.seq, 0) AS seq_before, before.confirmed_at AS time_before,
               coalesce(before.hash, '\x0000000000000000000000000000000000000000000000000000000000000000') AS hash_before,
               CASE WHEN e.is_split THEN coalesce(before.total_after, 0)
                    ELSE coalesce(before.total_after, 0)::numeric + e.change END AS total,
               CASE WHEN e.is_split THEN coalesce(before.locked_after, 0)::numeric - e.change
                    WHEN e.may_drain THEN greatest(least(e.locked_after, coalesce(before.locked_after, 0)),
                                                   coalesce(before.locked_after, 0)::numeric - e.amount)
                    ELSE coalesce(before.locked_after, 0) END AS locked,
               CASE WHEN e.is_split THEN coalesce(before.total_after, 0)::numeric - coalesce(before.locked_after, 0)
                    ELSE coalesce(before.total_after, 0) END AS before
          FROM suspect AS e
          LEFT JOIN LATERAL (
                SELECT t.seq, t.hash, t.confirmed_at, t.total_after, t.locked_after
                  FROM vesu_vault.transactions AS t
                 WHERE t.vault_owner = e.vault_owner AND t.seq < e.seq
                 ORDER BY t.seq DESC
                 LIMIT 1) AS before ON true)
    SELECT b.vault_owner::text, b.seq, finding.rule, finding.expected, finding.actual
      FROM broken AS b
     CROSS JOIN LATERAL (VALUES
        ('seq_gap', (b.seq_before + 1)::text, b.seq::text),
        ('prev_hash', encode(b.hash_before, 'hex'), encode(b.prev_hash, 'hex')),
        ('chain',
         format('%s -> %s, %s', b.before, b.before + b.change, vesu_vault.show_balances(b.total, b.locked)),
         format('%s -> %s, %s', b.balance_before, b.balance_after,
                concat_ws('/', b.total_after::text, b.locked_after::text, b.available_after::text))),
        ('clock', CASE WHEN b.confirmed_at <= b.time_before THEN format('after %s', b.time_before) END, b.confirmed_at::text)
      ) AS finding (rule, expected, actual)
     WHERE finding.expected <> finding.actual;

    -- Looks at no other row, so several processes may share it.
    RETURN QUERY
    SELECT entry.vault_owner::text, entry.seq, 'hash', encode(entry.computed_hash, 'hex'), encode(entry.hash, 'hex')
      FROM (SELECT t.vault_owner, t.seq, t.hash,
                   vesu_vault.row_hash(
                       t.prev_hash, t.id, t.vault_owner, t.seq, t.transaction_type, t.amount, t.balance_before, t.balance_after,
                       t.total_after, t.locked_after, t.available_after, t.counterparty, t.purpose, t.signature,
                       t.confirmed_at) AS computed_hash
              FROM vesu_vault.transactions AS t
             WHERE t.seq IS NOT NULL AND (only_owner IS NULL OR t.vault_owner = only_owner)) AS entry
     WHERE (entry.hash <> entry.computed_hash)::int = 1;

    RETURN QUERY
    SELECT t.vault_owner::text, max(t.seq), 'clock', 'one row at an instant', format('%s rows at %s', count(*), t.created_at)
      FROM vesu_vault.transactions AS t
     WHERE only_owner IS NULL OR t.vault_owner = only_owner
     GROUP BY t.vault_owner, t.created_at
    HAVING count(*) > 1;
END
$$;
COMMENT ON FUNCTION vesu_vault.verify_entries(text) IS
    'The findings of vesu_vault.verify() about single rows of the ledger: seq_gap, prev_hash, hash, chain, clock.';

CREATE OR REPLACE FUNCTION vesu_vault.verify_vaults(
    only_owner text, OUT owner text, OUT seq bigint, OUT rule text, OUT expected text, OUT actual text)
    RETURNS SETOF record
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan
AS $$
BEGIN
    RETURN QUERY
    WITH moved AS (
        SELECT t.vault_owner,
               coalesce(sum(t.amount) FILTER (WHERE t.transaction_type = 'deposit'), 0) AS deposited,
               coalesce(sum(t.amount) FILTER (WHERE t.transaction_type = 'withdrawal'), 0) AS withdrawn,
               coalesce(sum(CASE t.transaction_type WHEN 'transfer_in' THEN t.amount ELSE -t.amount END)
                        FILTER (WHERE t.transaction_type IN ('transfer_in', 'transfer_out', 'fee')), 0) AS other
          FROM vesu_vault.transactions AS t
         WHERE t.seq IS NOT NULL AND (only_owner IS NULL OR t.vault_owner = only_owner)
         GROUP BY t.vault_owner),
    vault AS (
        SELECT coalesce(v.owner, m.vault_owner) AS owner, v.owner IS NULL AS is_lost, v.total_balance, v.locked_balance,
               v.available_balance, v.total_deposited, v.total_withdrawn, v.last_seq, v.last_hash, v.updated_at,
               coalesce(m.deposited, 0) AS deposited, coalesce(m.withdrawn, 0) AS withdrawn, coalesce(m.other, 0) AS other,
               coalesce(newest.locked_after, 0) AS locked, coalesce(newest.seq, 0) AS newest_seq, newest.hash AS newest_hash,
               newest.confirmed_at
          FROM (SELECT u.* FROM vesu_vault.vaults AS u WHERE only_owner IS NULL OR u.owner = only_owner) AS v
          -- A ledger may have lost its vault.
          FULL JOIN moved AS m ON m.vault_owner = v.owner
          LEFT JOIN LATERAL (
                SELECT t.seq, t.hash, t.locked_after, t.confirmed_at
                  FROM vesu_vault.transactions AS t
                 WHERE t.vault_owner = coalesce(v.owner, m.vault_owner) AND t.seq IS NOT NULL
                 ORDER BY t.seq DESC
                 LIMIT 1) AS newest ON true)
    SELECT v.owner::text, nullif(v.newest_seq, 0), finding.rule, finding.expected, finding.actual
      FROM vault AS v
     CROSS JOIN LATERAL (VALUES
        ('balance', vesu_vault.show_balances(v.deposited - v.withdrawn + v.other, v.locked),
         CASE WHEN v.is_lost THEN 'no vault'
              ELSE concat_ws('/', v.total_balance::text, v.locked_balance::text, v.available_balance::text) END),
        ('counters',
         format('in %s, out %s, total %s', v.deposited, v.withdrawn, v.total_deposited - v.total_withdrawn + v.other),
         format('in %s, out %s, total %s', v.total_deposited, v.total_withdrawn, v.total_balance)),
        ('head', concat_ws(' ', v.newest_seq::text, encode(v.newest_hash, 'hex')),
         concat_ws(' ', v.last_seq::text, encode(v.last_hash, 'hex'))),
        ('clock', CASE WHEN v.updated_at < v.confirmed_at THEN format('at or after %s', v.confirmed_at) END, v.updated_at::text)
      ) AS finding (rule, expected, actual)
     WHERE finding.expected <> finding.actual AND (NOT v.is_lost OR finding.rule = 'balance');
END
$$;
COMMENT ON FUNCTION vesu_vault.verify_vaults(text) IS
    'The findings of vesu_vault.verify() about what a vault caches of its ledger: balance, counters, head, clock.';

CREATE OR REPLACE FUNCTION vesu_vault.verify_buckets(
    only_owner text, OUT owner text, OUT seq bigint, OUT rule text, OUT expected text, OUT actual text)
    RETURNS SETOF record
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan
AS $$
BEGIN
    RETURN QUERY
    WITH locker AS (
        SELECT DISTINCT t.vault_owner
          FROM vesu_vault.transactions AS t
         WHERE t.transaction_type = 'lock' AND t.seq IS NOT NULL AND (only_owner IS NULL OR t.vault_owner = only_owner)),
    replayed AS (
        SELECT l.vault_owner, r.purpose, r.amount, r.opened_seq
          FROM locker AS l
         CROSS JOIN LATERAL vesu_vault.replay_buckets(l.vault_owner) AS r),
    bucket AS (
        SELECT b.vault_owner, b.purpose, b.amount, b.opened_seq
          FROM vesu_vault.lock_buckets AS b
         WHERE only_owner IS NULL OR b.vault_owner = only_owner)
    SELECT coalesce(b.vault_owner, r.vault_owner)::text, coalesce(b.opened_seq, r.opened_seq), 'buckets',
           CASE WHEN r.amount IS NULL THEN 'none' ELSE format('%L %s since %s', r.purpose, r.amount, r.opened_seq) END,
           CASE WHEN b.amount IS NULL THEN 'none' ELSE format('%L %s since %s', b.purpose, b.amount, b.opened_seq) END
      FROM replayed AS r
      FULL JOIN bucket AS b ON b.vault_owner = r.vault_owner AND b.purpose = r.purpose
     WHERE (r.amount, r.opened_seq) IS DISTINCT FROM (b.amount, b.opened_seq);

    RETURN QUERY
    SELECT v.owner::text, NULL::bigint, 'buckets', format('sum %s', v.locked_balance), format('sum %s', held.amount)
      FROM vesu_vault.vaults AS v
     CROSS JOIN LATERAL (
            SELECT coalesce(sum(b.amount), 0) AS amount
              FROM vesu_vault.lock_buckets AS b
             WHERE b.vault_owner = v.owner) AS held
     WHERE (only_owner IS NULL OR v.owner = only_owner) AND held.amount <> v.locked_balance;

    RETURN QUERY
    WITH reserving AS (
        SELECT t.vault_owner, format('pending:%s', t.id) AS purpose, t.amount
          FROM vesu_vault.transactions AS t
         WHERE t.status IN ('pending', 'submitted') AND t.transaction_type IN ('withdrawal', 'fee', 'lock', 'transfer_out')
           AND (only_owner IS NULL OR t.vault_owner = only_owner)),
    bucket AS (
        SELECT b.vault_owner, b.purpose, b.amount, b.opened_seq
          FROM vesu_vault.lock_buckets AS b
         WHERE starts_with(b.purpose, 'pending:') AND (only_owner IS NULL OR b.vault_owner = only_owner))
    SELECT coalesce(b.vault_owner, r.vault_owner)::text, b.opened_seq, 'reservation',
           CASE WHEN r.amount IS NULL THEN 'none' ELSE format('%s %s', r.purpose, r.amount) END,
           CASE WHEN b.amount IS NULL THEN 'none' ELSE format('%s %s', b.purpose, b.amount) END
      FROM reserving AS r
      FULL JOIN bucket AS b ON b.vault_owner = r.vault_owner AND b.purpose = r.purpose
     WHERE r.amount IS DISTINCT FROM b.amount;
END
$$;
COMMENT ON FUNCTION vesu_vault.verify_buckets(text) IS
    'The findings of vesu_vault.verify() about what is locked: buckets (each as the ledger gives it, their sum as the vault has it), '
    'reservation (one bucket for each open transaction that reserves, and no other).';

-- Groups, so that the cost is linear whatever the planner knows of the table; what is found here is then looked at row by row.
CREATE OR REPLACE FUNCTION vesu_vault.doubtful_transfers() RETURNS uuid[]
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
BEGIN
    RETURN ARRAY(
        SELECT t.transfer_id
          FROM vesu_vault.transactions AS t
         WHERE t.transaction_type IN ('transfer_in', 'transfer_out')
         GROUP BY t.transfer_id
        HAVING (count(*) = 2 AND count(*) FILTER (WHERE t.transaction_type = 'transfer_in') = 1
                AND bool_or(t.transaction_type = 'transfer_out' AND t.id = t.transfer_id)
                AND min(t.vault_owner) FILTER (WHERE t.transaction_type = 'transfer_in')
                    = min(t.counterparty) FILTER (WHERE t.transaction_type = 'transfer_out')
                AND min(t.vault_owner) FILTER (WHERE t.transaction_type = 'transfer_out')
                    = min(t.counterparty) FILTER (WHERE t.transaction_type = 'transfer_in')
                AND min(t.amount) = max(t.amount) AND min(t.status) = max(t.status) AND min(t.created_at) = max(t.created_at)
                AND (count(t.confirmed_at) = 0 OR count(t.confirmed_at) = 2 AND min(t.confirmed_at) = max(t.confirmed_at))
                AND (count(t.signature) = 0 OR count(t.signature) = 2 AND min(t.signature) = max(t.signature))) IS NOT TRUE);
END
$$;
COMMENT ON FUNCTION vesu_vault.doubtful_transfers() IS
    'Private step of verify_transfers: the transfers (NULL for rows that name none) whose rows are not plainly one pair.';

CREATE OR REPLACE FUNCTION vesu_vault.verify_transfers(
    only_owner text, OUT owner text, OUT seq bigint, OUT rule text, OUT expected text, OUT actual text)
    RETURNS SETOF record
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan SET enable_sort = off
    SET enable_incremental_sort = off SET jit = off
AS $$
DECLARE
    -- The rows of one vault are few enough to look at each.
    doubtful constant uuid[] := CASE WHEN only_owner IS NULL THEN vesu_vault.doubtful_transfers() END;
BEGIN
    IF doubtful = '{}' THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT t.vault_owner::text, t.seq, 'transfer_pair',
           format('transfer_%s of %s by %s from %s at %s, %s',
                  CASE t.transaction_type WHEN 'transfer_in' THEN 'out' ELSE 'in' END, t.amount,
                  coalesce(t.counterparty, 'nobody'), t.vault_owner, coalesce(t.confirmed_at, t.created_at), t.status),
           CASE WHEN other.id IS NULL THEN 'none'
                ELSE format('%s of %s by %s from %s at %s, %s', other.transaction_type, other.amount, other.vault_owner,
                            coalesce(other.counterparty, 'nobody'), coalesce(other.confirmed_at, other.created_at), other.status)
           END
      FROM vesu_vault.transactions AS t
      -- Both are written at one instant, but so may be a whole batch: found by the owner and the instant, in the order that
      -- only idx_transactions_history gives. By the instant alone, which a planner may take for unique, all of a batch would
      -- be read for each of its rows.
      LEFT JOIN LATERAL (
            SELECT o.*
              FROM vesu_vault.transactions AS o
             WHERE (o.vault_owner, o.created_at) >= (t.counterparty, t.created_at)
               AND (o.vault_owner, o.created_at) <= (t.counterparty, t.created_at)
               AND o.transfer_id = t.transfer_id AND o.transaction_type IN ('transfer_in', 'transfer_out')
             ORDER BY o.vault_owner, o.created_at
             LIMIT 1) AS other ON true
     WHERE t.transaction_type IN ('transfer_in', 'transfer_out') AND (only_owner IS NULL OR t.vault_owner = only_owner)
       AND (only_owner IS NOT NULL OR t.transfer_id IS NULL OR t.transfer_id IN (SELECT unnest(doubtful)))
       AND (other.id IS NULL OR other.transaction_type = t.transaction_type OR other.amount <> t.amount
            OR other.counterparty IS DISTINCT FROM t.vault_owner OR other.confirmed_at IS DISTINCT FROM t.confirmed_at
            OR other.status <> t.status OR other.signature IS DISTINCT FROM t.signature
            OR t.transfer_id <> CASE t.transaction_type WHEN 'transfer_out' THEN t.id ELSE other.id END);
END
$$;
COMMENT ON FUNCTION vesu_vault.verify_transfers(text) IS
    'The findings of vesu_vault.verify() about transfers whose two rows do not belong together: transfer_pair.';

CREATE OR REPLACE FUNCTION vesu_vault.verify(
    INOUT owner text DEFAULT NULL, OUT seq bigint, OUT rule text, OUT expected text, OUT actual text)
    RETURNS SETOF record
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    only_owner constant text COLLATE "C" := verify.owner;
BEGIN
    -- No finding means sound, so a mistyped owner must not look sound.
    IF only_owner IS NOT NULL AND NOT EXISTS (SELECT FROM vesu_vault.vaults AS v WHERE v.owner = only_owner) THEN
        PERFORM vesu_vault.refuse_unknown_vault(only_owner);
    END IF;
    RETURN QUERY
    SELECT finding.owner, finding.seq, finding.rule, finding.expected, finding.actual
      FROM (SELECT e.* FROM vesu_vault.verify_entries(only_owner) AS e
            UNION ALL
            SELECT v.* FROM vesu_vault.verify_vaults(only_owner) AS v
            UNION ALL
            SELECT b.* FROM vesu_vault.verify_buckets(only_owner) AS b
            UNION ALL
            SELECT t.* FROM vesu_vault.verify_transfers(only_owner) AS t) AS finding
     ORDER BY finding.owner COLLATE "C", finding.seq NULLS FIRST, finding.rule COLLATE "C", finding.expected COLLATE "C";
END
$$;
COMMENT ON FUNCTION vesu_vault.verify(text) IS
    'Recounts the ledger of a vault (NULL: of all) and returns one row for each finding; no row when all is sound. Rules: balance '
    '(the vault has what its ledger gives), counters (lifetime totals; total = deposited - withdrawn + in - out - fees), '
    'seq_gap, chain (each row goes on from the balances of the one before), prev_hash, hash, head (last_seq and last_hash are those '
    'of the last row), buckets, reservation, transfer_pair, clock (instants grow). seq is the row of the ledger that it was found '
    'at. Balances read total/locked/available. Writes nothing. VS104 for an unknown vault.';

CREATE OR REPLACE FUNCTION vesu_vault.assert_sound() RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    findings text[] := ARRAY(
        SELECT format('%s: %s %s: expected %s, actual %s', f.rule, f.owner, f.seq, f.expected, f.actual)
          FROM vesu_vault.verify() AS f);
BEGIN
    IF cardinality(findings) > 0 THEN
        RAISE EXCEPTION USING
            ERRCODE = 'integrity_constraint_violation',
            MESSAGE = format('vesu_vault.verify() has %s findings', cardinality(findings)),
            DETAIL = array_to_string(findings[1:5], E'\n'),
            HINT = 'List them all with SELECT * FROM vesu_vault.verify().';
    END IF;
END
$$;
COMMENT ON FUNCTION vesu_vault.assert_sound() IS
    'Fails with 23000 and the first five findings when vesu_vault.verify() has any: for a scheduled job, whose failure is noticed.';

CREATE OR REPLACE FUNCTION vesu_vault.rebuild(owner text) RETURNS vesu_vault.vaults
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    vault vesu_vault.vaults;
    broken record;
BEGIN
    PERFORM vesu_vault.check_argument('owner', owner);
    vault := vesu_vault.locked_vault(owner);
    IF vault.owner IS NULL THEN
        PERFORM vesu_vault.refuse_unknown_vault(owner);
    END IF;
    SELECT e.* INTO broken
      FROM vesu_vault.verify_entries(rebuild.owner COLLATE "C") AS e
     WHERE e.rule IN ('seq_gap', 'prev_hash', 'hash')
     ORDER BY e.seq, e.rule
     LIMIT 1;
    IF FOUND THEN
        PERFORM vesu_vault.refuse(117, format('%s of row %s of vault %s', broken.rule, broken.seq, owner),
                                  format('Expected %s, actual %s.', broken.expected, broken.actual),
                                  'Bring the ledger back from a backup; vesu_vault.verify() lists what is broken.');
    END IF;

    UPDATE vesu_vault.vaults AS v
       SET total_balance = ledger.total, locked_balance = ledger.locked, available_balance = ledger.total - ledger.locked,
           total_deposited = ledger.deposited, total_withdrawn = ledger.withdrawn, last_seq = ledger.seq,
           last_hash = ledger.hash, updated_at = greatest(v.updated_at, ledger.confirmed_at)
      FROM (SELECT coalesce(sum(t.amount) FILTER (WHERE t.transaction_type = 'deposit'), 0) AS deposited,
                   coalesce(sum(t.amount) FILTER (WHERE t.transaction_type = 'withdrawal'), 0) AS withdrawn,
                   coalesce(max(t.seq), 0) AS seq,
                   coalesce((array_agg(t.total_after ORDER BY t.seq DESC))[1], 0) AS total,
                   coalesce((array_agg(t.locked_after ORDER BY t.seq DESC))[1], 0) AS locked,
                   (array_agg(t.hash ORDER BY t.seq DESC))[1] AS hash, max(t.confirmed_at) AS confirmed_at
              FROM vesu_vault.transactions AS t
             WHERE t.vault_owner = rebuild.owner COLLATE "C" AND t.seq IS NOT NULL) AS ledger
     WHERE v.owner = rebuild.owner COLLATE "C"
    RETURNING v.* INTO vault;
    DELETE FROM vesu_vault.lock_buckets AS b WHERE b.vault_owner = rebuild.owner COLLATE "C";
    INSERT INTO vesu_vault.lock_buckets (vault_owner, purpose, amount, opened_seq)
    SELECT rebuild.owner, r.purpose, r.amount, r.opened_seq FROM vesu_vault.replay_buckets(rebuild.owner COLLATE "C") AS r;
    RETURN vault;
END
$$;
COMMENT ON FUNCTION vesu_vault.rebuild(text) IS
    'Writes the balances, lifetime totals, head and buckets of a vault anew from its ledger, and returns the vault. VS100 for NULL, '
    'VS104 for an unknown vault, VS117 if a seq is missing or a hash is wrong.';
