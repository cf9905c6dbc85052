-- The questions that must not grow with the ledger, on one vault with 30,000 rows among many: which index, how many pages.
BEGIN;
\getenv directory PG_ABS_SRCDIR
\set support :directory '/sql/support/vault.sql'
\set ECHO none
\i :support
CREATE FUNCTION pg_temp.plan(query text) RETURNS SETOF text
    LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY EXECUTE 'EXPLAIN (COSTS OFF) ' || query;
END
$$;
-- Pages that a query touches, if more than a limit, without those of its planning.
CREATE FUNCTION pg_temp.pages(query text, most numeric DEFAULT 200) RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
    plan jsonb;
    touched numeric;
BEGIN
    -- Before, so that what is planned inside is not counted: since 18 a SQL function plans five times before it keeps a plan.
    FOR run IN 1 .. 7 LOOP
        EXECUTE 'EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF, SUMMARY OFF, FORMAT JSON) ' || query INTO plan;
    END LOOP;
    touched := (plan -> 0 -> 'Plan' ->> 'Shared Hit Blocks')::numeric + (plan -> 0 -> 'Plan' ->> 'Shared Read Blocks')::numeric;
    RETURN CASE WHEN touched <= most THEN 'at most ' || most ELSE touched::text END;
END
$$;
-- The estimated cost of a query.
CREATE FUNCTION pg_temp.cost(query text) RETURNS numeric
    LANGUAGE plpgsql AS $$
DECLARE
    plan jsonb;
BEGIN
    EXECUTE 'EXPLAIN (FORMAT JSON) ' || query INTO plan;
    RETURN plan -> 0 -> 'Plan' ->> 'Total Cost';
END
$$;
-- The statement of vesu_vault.history() itself, its arguments by number.
SELECT replace(replace(replace(replace(substring(prosrc FROM 'RETURN QUERY(.*?);'),
           'history.owner', '$1'), 'history.type', '$2'), 'history.max_rows', '$3'), 'history.before', '$4') AS history
  FROM pg_proc WHERE oid = 'vesu_vault.history'::regproc \gset
\set ECHO all
\pset format unaligned
\pset tuples_only
-- Rows that the triggers would refuse to nobody: written as they are, for their places and times only.
SELECT count(vesu_vault.open('v' || i, 'address', 'account')) FROM generate_series(1, 200) AS i;
SET LOCAL session_replication_role = replica;
-- What was rolled back and is not vacuumed yet comes before the first row of A in every index.
SAVEPOINT rolled_back;
INSERT INTO vesu_vault.transactions (vault_owner, transaction_type, amount, balance_before, balance_after, created_at, note)
SELECT 'A', 'deposit', 1, i, i, timestamptz '2024-01-01 00:00+00' + i * interval '1 second', repeat('x', 1500) FROM generate_series(1, 5000) AS i;
ROLLBACK TO SAVEPOINT rolled_back;
INSERT INTO vesu_vault.transactions (vault_owner, transaction_type, amount, status, balance_before, balance_after, created_at, updated_at, confirmed_at,
                                     seq, total_after, locked_after, available_after, prev_hash, hash)
SELECT CASE WHEN i % 2 = 0 THEN 'A' ELSE 'v' || 1 + i / 2 % 200 END, 'deposit', 1, 'confirmed', i, i + 1, at, at, at,
       CASE WHEN i % 2 = 0 THEN i / 2 ELSE 1 + i / 400 END, i, 0, i, '', ''
  FROM generate_series(1, 60000) AS i CROSS JOIN LATERAL (SELECT timestamptz '2026-03-01 12:00+00' + i * interval '1 second') AS moment (at);
-- C has as many as A, but has been quiet since.
INSERT INTO vesu_vault.transactions (vault_owner, transaction_type, amount, status, balance_before, balance_after, created_at, updated_at, confirmed_at,
                                     seq, total_after, locked_after, available_after, prev_hash, hash)
SELECT 'C', t.transaction_type, t.amount, t.status, t.balance_before, t.balance_after, at, at, at, t.seq, t.total_after, 0, t.available_after, '', ''
  FROM vesu_vault.transactions AS t CROSS JOIN LATERAL (SELECT t.confirmed_at - interval '1 year') AS moment (at)
 WHERE t.vault_owner = 'A';
UPDATE vesu_vault.vaults AS v SET last_seq = (SELECT max(t.seq) FROM vesu_vault.transactions AS t WHERE t.vault_owner = v.owner)
 WHERE v.owner IN ('A', 'C') OR v.owner LIKE 'v%';
SET LOCAL session_replication_role = origin;
-- Taken for empty, then analysed.
UPDATE pg_class SET reltuples = 0, relpages = 100000 WHERE oid = 'vesu_vault.transactions'::regclass;
SELECT pg_temp.pages($$SELECT * FROM vesu_vault.balance_at('A', '2026-03-01 20:00+00')$$), pg_temp.pages($$SELECT * FROM vesu_vault.history('A', before => '2026-03-01 20:00+00')$$);
ANALYZE vesu_vault.transactions, vesu_vault.vaults;
SELECT pg_temp.pages($$SELECT * FROM vesu_vault.balance_at('A', '2026-03-01 20:00+00')$$), pg_temp.pages($$SELECT * FROM vesu_vault.history('A', before => '2026-03-01 20:00+00')$$);
SELECT pg_temp.pages($$SELECT * FROM vesu_vault.balance_at('v7', '2026-03-01 20:00+00')$$), pg_temp.pages($$SELECT * FROM vesu_vault.history('v7')$$),
       pg_temp.pages($$SELECT * FROM vesu_vault.history('B')$$), pg_temp.pages($$SELECT * FROM vesu_vault.history('C')$$), pg_temp.pages($$SELECT * FROM vesu_vault.balance_at('B', '2026-03-01 20:00+00')$$);
SELECT pg_temp.pages($$SELECT * FROM vesu_vault.history('A', 'deposit')$$), pg_temp.pages($$SELECT * FROM vesu_vault.history('C', 'deposit', 100, '2025-03-01 20:00+00')$$);
SELECT total = 28800 FROM vesu_vault.balance_at('A', '2026-03-01 20:00+00');
-- Taken for a thousand million rows.
SAVEPOINT as_it_is;
UPDATE pg_class SET reltuples = 1e9, relpages = pg_relation_size(oid) / current_setting('block_size')::int WHERE oid = 'vesu_vault.transactions'::regclass;
SELECT pg_temp.pages($$SELECT * FROM vesu_vault.balance_at('A', '2026-03-01 20:00+00')$$), pg_temp.pages($$SELECT * FROM vesu_vault.history('A', before => '2026-03-01 20:00+00')$$),
       pg_temp.pages($$SELECT * FROM vesu_vault.history('A', 'deposit')$$), pg_temp.pages($$SELECT * FROM vesu_vault.history('C')$$);
-- Nor does anything make it worth the workers or the compilation that a large result would be.
SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL enable_sort = off; SET LOCAL enable_incremental_sort = off;
PREPARE history (text, vesu_vault.transaction_type, int, timestamptz) AS :history;
SELECT pg_temp.cost('EXECUTE history (''A'', NULL, 20, NULL)') < 1000;
ROLLBACK TO SAVEPOINT as_it_is;
-- A batch of transfers at one instant, after the ledger was analysed without any: each finds its other half without the others.
SAVEPOINT as_it_is;
SET LOCAL session_replication_role = replica;
INSERT INTO vesu_vault.transactions (id, vault_owner, transaction_type, amount, status, balance_before, balance_after, counterparty, created_at, transfer_id)
SELECT row.id, row.owner, row.type::vesu_vault.transaction_type, 1, 'failed', 0, 0, row.counterparty, '2026-03-20 12:00+00', sent.id
  FROM (SELECT i, gen_random_uuid() AS id FROM generate_series(1, 3000) AS i) AS sent
 CROSS JOIN LATERAL (VALUES (sent.id, 'from' || sent.i, 'transfer_out', 'to' || sent.i),
                            (gen_random_uuid(), 'to' || sent.i, 'transfer_in', 'from' || sent.i)) AS row (id, owner, type, counterparty);
SET LOCAL session_replication_role = origin;
SELECT pg_temp.pages('SELECT count(*) FROM vesu_vault.verify_transfers(NULL)', 100000);
ROLLBACK TO SAVEPOINT as_it_is;
-- The statements of their bodies.
SELECT pg_temp.plan($$
    SELECT middle.* FROM (VALUES (bigint '0', bigint '30000')) AS search (low, high)
      JOIN LATERAL (
            SELECT t.vault_owner, t.seq, t.confirmed_at, t.total_after, t.locked_after
              FROM vesu_vault.transactions AS t
             WHERE (t.vault_owner, t.seq) >= ('A', search.low + (search.high - search.low + 1) / 2)
             ORDER BY t.vault_owner, t.seq
             LIMIT 1) AS middle
        ON middle.vault_owner = 'A' AND middle.seq = search.low + (search.high - search.low + 1) / 2$$);
SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL enable_sort = off; SET LOCAL enable_incremental_sort = off;
SELECT pg_temp.plan('EXECUTE history (''A'', NULL, 20, NULL)');
-- A period of the ledger: by its place in the table.
SET LOCAL enable_seqscan = off;
SELECT pg_temp.plan($$SELECT count(*) FROM vesu_vault.transactions AS t WHERE t.confirmed_at >= '2026-03-01 20:00+00' AND t.confirmed_at < '2026-03-01 21:00+00'$$);
ROLLBACK;
