-- Batches: in order, all or nothing, with the position of what fails.
BEGIN;
\getenv directory PG_ABS_SRCDIR
\set support :directory '/sql/support/vault.sql'
\set ECHO none
\i :support
\set ECHO all
\pset format unaligned
\pset tuples_only
SELECT vesu_vault.deposit('A', 1000) \g /dev/null

-- Later operations may spend what earlier ones brought; the rows come back in order.
SELECT vault_owner, transaction_type, amount, seq, signature, note, purpose, available_after
  FROM vesu_vault.apply_batch('[
    {"op": "transfer", "owner": "A", "to": "B", "amount": 100, "signature": "s1", "note": "first"},
    {"op": "lock", "owner": "B", "amount": 60, "purpose": "loan"},
    {"op": "transfer", "owner": "B", "to": "C", "amount": 70, "source": "locked_first", "purpose": "loan"},
    {"op": "deposit", "owner": "C", "amount": "5", "to": null},
    {"op": "withdraw", "owner": "C", "amount": 75},
    {"op": "fee", "owner": "A", "amount": 1},
    {"op": "lock", "owner": "A", "amount": 9},
    {"op": "unlock", "owner": "A", "amount": null, "purpose": ""}]');
SELECT pg_temp.books('A'), pg_temp.books('B'), pg_temp.books('C');
SELECT count(*) FROM vesu_vault.apply_batch('[]');
-- A repeated signature is one transaction, within a batch too.
SELECT seq, signature FROM vesu_vault.apply_batch('[{"op": "fee", "owner": "A", "amount": 1, "signature": "f"},
                                                     {"op": "fee", "owner": "A", "amount": 1, "signature": "f"}]');
-- All or nothing.
SELECT pg_temp.refusal($$apply_batch('[{"op": "withdraw", "owner": "A", "amount": 100}, {"op": "withdraw", "owner": "A", "amount": 200},
                                       {"op": "withdraw", "owner": "A", "amount": 701}]')$$);
SELECT pg_temp.books('A');

-- Refused before anything runs.
SELECT pg_temp.refusal($$apply_batch(NULL)$$);
SELECT pg_temp.refusal($$apply_batch('{}')$$);
SELECT pg_temp.refusal($$apply_batch((SELECT jsonb_agg(1) FROM generate_series(1, 10001)))$$);
SELECT pg_temp.refusal($$apply_batch('[5]')$$);
SELECT pg_temp.refusal($$apply_batch('[{"op": "open", "owner": "A"}]')$$);
SELECT pg_temp.refusal($$apply_batch('[{"owner": "A"}]')$$);
SELECT pg_temp.refusal($$apply_batch('[{"op": "deposit", "owner": "A", "amount": 1, "to": "B"}]')$$);
SELECT pg_temp.refusal($$apply_batch('[{"op": "transfer", "owner": "A", "to": "B", "amount": 1, "sig": "x"}]')$$);
SELECT pg_temp.refusal($$apply_batch('[{"op": "deposit", "owner": "A", "amount": 1.5}]')$$);
SELECT pg_temp.refusal($$apply_batch('[{"op": "deposit", "owner": "A", "amount": 9223372036854775808}]')$$);
SELECT pg_temp.refusal($$apply_batch('[{"op": "deposit", "owner": "A", "amount": 1}, {"op": "deposit", "owner": "nobody", "amount": 1}]')$$);
SELECT call, pg_temp.code(format('apply_batch(%L)', call))
  FROM (VALUES ('[{"op": "deposit", "owner": "A"}]'), ('[{"op": "deposit", "amount": 1}]'), ('[{"op": "deposit", "owner": "A", "amount": "1e3"}]'),
               ('[{"op": "deposit", "owner": "A", "amount": -1}]'), ('[{"op": "transfer", "owner": "A", "amount": 1}]'),
               ('[{"op": "transfer", "owner": "A", "to": "A", "amount": 1}]'), ('[[]]'), ('[null]'), ('5')) AS calls (call);

-- The largest batch.
SELECT count(*), max(seq) FROM vesu_vault.apply_batch((SELECT jsonb_agg('{"op": "deposit", "owner": "C", "amount": 1}'::jsonb) FROM generate_series(1, 10000)));
SELECT pg_temp.books('C');
SELECT pg_temp.unsound();
ROLLBACK;
