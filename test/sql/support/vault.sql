-- For tests of the vault: vaults A, B and C, empty, at noon of a March day; calls and what they leave.
SET vesu.clock = '2026-03-01 12:00:00+00';
SET timezone = 'UTC';
SET datestyle = 'ISO';

-- Identities are random: the n-th of the ledger by its place instead.
CREATE FUNCTION pg_temp.short(message text) RETURNS text
    LANGUAGE sql AS $$
    SELECT regexp_replace(message, '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}', '<id>', 'g')
$$;

CREATE FUNCTION pg_temp.checksum() RETURNS text
    LANGUAGE sql AS $$
    SELECT md5(concat((SELECT string_agg(v::text, ',' ORDER BY v::text) FROM vesu_vault.vaults AS v),
                      (SELECT string_agg(t::text, ',' ORDER BY t::text) FROM vesu_vault.transactions AS t),
                      (SELECT string_agg(b::text, ',' ORDER BY b::text) FROM vesu_vault.lock_buckets AS b),
                      (SELECT string_agg(s::text, ',' ORDER BY s::text) FROM vesu_vault.settings AS s)))
$$;

-- total/locked/available, lifetime totals, buckets.
CREATE FUNCTION pg_temp.books(owner text) RETURNS text
    LANGUAGE sql AS $$
    SELECT format('%s %s/%s/%s, in %s out %s', v.owner, v.total_balance, v.locked_balance, v.available_balance,
                  v.total_deposited, v.total_withdrawn)
           || coalesce((SELECT ', ' || string_agg(format('%s %s', coalesce(nullif(pg_temp.short(b.purpose), ''), 'locked'), b.amount),
                                                  ', ' ORDER BY b.opened_seq)
                          FROM vesu_vault.lock_buckets AS b WHERE b.vault_owner = v.owner), '')
      FROM vesu_vault.vaults AS v WHERE v.owner = books.owner
$$;

-- Makes a call and shows what stands in the books of its vaults afterwards.
CREATE FUNCTION pg_temp.after(call text, VARIADIC owners text[] DEFAULT '{A}') RETURNS text
    LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE 'SELECT vesu_vault.' || call;
    RETURN (SELECT string_agg(pg_temp.books(o.owner), '; ' ORDER BY o.place) FROM unnest(owners) WITH ORDINALITY AS o (owner, place));
END
$$;

-- How a call ends that must fail, and whether it changed anything.
CREATE FUNCTION pg_temp.refusal(call text) RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
    before constant text := pg_temp.checksum();
    state text;
    message text;
    detail text;
    hint text;
BEGIN
    BEGIN
        EXECUTE 'SELECT vesu_vault.' || call;
        RETURN 'accepted';
    EXCEPTION WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL,
                                hint = PG_EXCEPTION_HINT;
    END;
    RETURN pg_temp.short(concat_ws(E'\n', state || ': ' || message, 'DETAIL: ' || nullif(detail, ''),
                                   'HINT: ' || nullif(hint, ''),
                                   CASE WHEN pg_temp.checksum() <> before THEN 'AND SOMETHING CHANGED' END));
END
$$;

-- Only the SQLSTATE of that.
CREATE FUNCTION pg_temp.code(call text) RETURNS text
    LANGUAGE sql AS $$
    SELECT substring(pg_temp.refusal(call) FROM '^[^:]*')
$$;

-- What must hold after anything: the ledger alone gives the vault; the chain has no break; buckets are what is locked.
CREATE FUNCTION pg_temp.unsound() RETURNS SETOF text
    LANGUAGE sql AS $$
    SELECT format('%s %s: seq, chain, hash or clock', t.vault_owner, t.seq)
      FROM (SELECT t.*, lag(t.hash) OVER chain AS hash_before, lag(t.confirmed_at) OVER chain AS time_before,
                   row_number() OVER chain AS place
              FROM vesu_vault.transactions AS t
             WHERE t.status = 'confirmed'
            WINDOW chain AS (PARTITION BY t.vault_owner ORDER BY t.seq)) AS t
     WHERE t.seq <> t.place OR t.prev_hash <> coalesce(t.hash_before, decode(repeat('00', 32), 'hex'))
        OR t.confirmed_at <= t.time_before
        OR t.hash <> vesu_vault.row_hash(t.prev_hash, t.id, t.vault_owner, t.seq, t.transaction_type, t.amount, t.balance_before,
                                         t.balance_after, t.total_after, t.locked_after, t.available_after, t.counterparty,
                                         t.purpose, t.signature, t.confirmed_at)
    UNION ALL
    SELECT format('%s: head', v.owner)
      FROM vesu_vault.vaults AS v
      LEFT JOIN vesu_vault.transactions AS t ON t.vault_owner = v.owner AND t.seq = v.last_seq
     WHERE (v.total_balance, v.locked_balance, v.available_balance)
           IS DISTINCT FROM (coalesce(t.total_after, 0), coalesce(t.locked_after, 0), coalesce(t.available_after, 0))
        OR v.last_hash IS DISTINCT FROM t.hash OR v.updated_at < t.confirmed_at
        OR (SELECT count(*) FROM vesu_vault.transactions AS c WHERE c.vault_owner = v.owner AND c.status = 'confirmed') <> v.last_seq
    UNION ALL
    SELECT format('%s: balance', v.owner)
      FROM vesu_vault.vaults AS v
      LEFT JOIN (SELECT t.vault_owner,
                        sum(CASE WHEN t.transaction_type IN ('deposit', 'transfer_in') THEN t.amount
                                 WHEN t.transaction_type IN ('lock', 'unlock') THEN 0 ELSE -t.amount END) AS total,
                        sum(t.amount) FILTER (WHERE t.transaction_type = 'deposit') AS deposited,
                        sum(t.amount) FILTER (WHERE t.transaction_type = 'withdrawal') AS withdrawn
                   FROM vesu_vault.transactions AS t
                  WHERE t.status = 'confirmed' GROUP BY t.vault_owner) AS moved ON moved.vault_owner = v.owner
     WHERE v.total_balance <> coalesce(moved.total, 0) OR v.total_deposited <> coalesce(moved.deposited, 0)
        OR v.total_withdrawn <> coalesce(moved.withdrawn, 0)
        OR v.locked_balance <> coalesce((SELECT sum(b.amount) FROM vesu_vault.lock_buckets AS b WHERE b.vault_owner = v.owner), 0)
    UNION ALL
    SELECT format('%s: two rows at %s', t.vault_owner, t.created_at)
      FROM vesu_vault.transactions AS t GROUP BY t.vault_owner, t.created_at HAVING count(*) > 1
$$;

\o /dev/null
SELECT vesu_vault.open(o, 'address', 'account') FROM unnest(ARRAY['A', 'B', 'C']) AS o;
\o
