-- Many transfers at once: the same as so many single ones, or none.
BEGIN;
\getenv directory PG_ABS_SRCDIR
\set support :directory '/sql/support/vault.sql'
\set ECHO none
\i :support
\set ECHO all
\pset format unaligned
\pset tuples_only
SELECT vesu_vault.deposit('A', 1000), vesu_vault.deposit('B', 500), vesu_vault.lock('B', 400, purpose => 'loan') \g /dev/null

-- Later ones spend what earlier ones brought.
SELECT vesu_vault.apply_transfers(ARRAY['A', 'B', 'C', 'A'], ARRAY['B', 'C', 'A', 'C'], ARRAY[100, 200, 150, 1000]);
SELECT vault_owner, seq, transaction_type, amount, balance_before, balance_after, locked_after, available_after, counterparty,
       confirmed_at, created_at = confirmed_at AND updated_at = confirmed_at AS one_instant, num_nonnulls(signature, note, purpose) AS texts,
       transfer_id = id AS is_out
  FROM vesu_vault.transactions WHERE transfer_id IS NOT NULL ORDER BY confirmed_at, transfer_id <> id;
SELECT pg_temp.books('A'), pg_temp.books('B'), pg_temp.books('C');
SELECT pg_temp.unsound();
SELECT count(*) AS pairs FROM vesu_vault.transactions AS o JOIN vesu_vault.transactions AS i
    ON i.transfer_id = o.id AND i.id <> o.id AND i.confirmed_at = o.confirmed_at AND i.counterparty = o.vault_owner AND i.vault_owner = o.counterparty;
SELECT vesu_vault.apply_transfers('{}', '{}', '{}');

-- The same as single transfers, in every balance and every row but its identity.
CREATE TEMP TABLE drawn AS
SELECT place, chr(65 + a % 3) AS from_owner, chr(65 + (a % 3 + 1 + b % 2) % 3) AS to_owner, 1 + c % 40 AS amount
  FROM generate_series(1, 500) AS place
 CROSS JOIN LATERAL (VALUES (abs(hashint8(place)), abs(hashint8(place + 1000)), abs(hashint8(place + 2000)))) AS n (a, b, c);
CREATE TEMP TABLE outcome (way text, line text);
CREATE FUNCTION pg_temp.record_outcome(way text) RETURNS void LANGUAGE sql AS $$
    INSERT INTO outcome
    SELECT way, (to_jsonb(v) - 'last_hash')::text FROM vesu_vault.vaults AS v
    UNION ALL
    SELECT way, (to_jsonb(t) - '{id,transfer_id,hash,prev_hash}'::text[])::text FROM vesu_vault.transactions AS t
$$;
SELECT vesu_vault.deposit(o, 10000) FROM unnest(ARRAY['A', 'B', 'C']) AS o \g /dev/null
SAVEPOINT fresh;
SELECT vesu_vault.transfer(from_owner, to_owner, amount) FROM drawn ORDER BY place \g /dev/null
SELECT pg_temp.record_outcome('single') \g /dev/null
CREATE TEMP TABLE kept AS SELECT string_agg(line, E'\n' ORDER BY line) AS text FROM outcome;
SELECT text AS single FROM kept \gset
ROLLBACK TO fresh;
SELECT vesu_vault.apply_transfers(array_agg(from_owner ORDER BY place), array_agg(to_owner ORDER BY place), array_agg(amount::bigint ORDER BY place)) FROM drawn;
SELECT pg_temp.record_outcome('batch') \g /dev/null
SELECT count(*) AS compared, string_agg(line, E'\n' ORDER BY line) = :'single' AS equal FROM outcome;
SELECT pg_temp.unsound();

-- Refused, and nothing changes. Each check is made for all before the next one.
SELECT pg_temp.refusal($$apply_transfers(NULL, '{B}', '{1}')$$);
SELECT pg_temp.refusal($$apply_transfers('{A,A}', '{B}', '{1}')$$);
SELECT pg_temp.refusal($$apply_transfers(array_fill('A'::text, ARRAY[100001]), array_fill('B'::text, ARRAY[100001]), array_fill(1, ARRAY[100001]))$$);
SELECT pg_temp.refusal($$apply_transfers('{A,A,A}', '{B,B,B}', '{1,0,-1}')$$);
SELECT pg_temp.refusal($$apply_transfers('[0:1]={A,A}', '{{B},{B}}', '[5:6]={1,-7}')$$);
SELECT pg_temp.refusal($$apply_transfers('{A,NULL}', '{B,B}', '{1,1}')$$);
SELECT pg_temp.refusal($$apply_transfers('{A,A}', '{B,""}', '{1,1}')$$);
SELECT pg_temp.refusal($$apply_transfers('{A,A}', '{B,B}', '{1,NULL}')$$);
SELECT pg_temp.refusal($$apply_transfers('{A,A,A}', '{D,A,B}', '{1,1,NULL}')$$);
SELECT pg_temp.refusal($$apply_transfers('{C,A,D}', '{A,E,A}', '{1000000,1,1}')$$);
SELECT pg_temp.refusal($$apply_transfers('{A,B}', '{B,A}', '{1,1000000}')$$);
SELECT vesu_vault.open('F', 'address', 'account'), vesu_vault.deposit('F', 9223372036854775800) \g /dev/null
SELECT pg_temp.refusal($$apply_transfers('{A,A}', '{F,F}', '{7,1}')$$);
SELECT vesu_vault.open('D', 'address', 'account'), vesu_vault.set_status('D', 'closed'), vesu_vault.set_status('C', 'paused') \g /dev/null
SELECT pg_temp.refusal($$apply_transfers('{D,C}', '{A,D}', '{1,1}')$$);
SELECT pg_temp.refusal($$apply_transfers('{A,D}', '{B,C}', '{1,1}')$$);
SELECT vesu_vault.set_paused(true) \g /dev/null
SELECT pg_temp.refusal($$apply_transfers('{A}', '{nobody}', '{1}')$$);
SELECT vesu_vault.set_paused(false) \g /dev/null
SELECT pg_temp.unsound();

-- Whoever calls the library directly gets an answer, not a crash.
SELECT vesu_vault.transfer_fault('{A}', '{B}', '{1}', '{NULL}');
ROLLBACK;
