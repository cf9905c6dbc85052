-- The proof of the ledger: what verify() finds in a broken one, rebuild(), and balances of the past.
BEGIN;
\getenv directory PG_ABS_SRCDIR
\set support :directory '/sql/support/vault.sql'
\set ECHO none
\i :support
-- Makes a change that every trigger and foreign key would refuse, shows what verify() finds, and takes it back.
CREATE FUNCTION pg_temp.found(change text, only_owner text DEFAULT NULL) RETURNS SETOF text
    LANGUAGE plpgsql AS $$
DECLARE
    findings text[];
BEGIN
    BEGIN
        SET LOCAL session_replication_role = replica;
        EXECUTE change;
        findings := ARRAY(SELECT pg_temp.short(format('%s %s %s: expected %s, actual %s', f.owner, coalesce(f.seq::text, '-'), f.rule,
                                                      regexp_replace(f.expected, '[0-9a-f]{64}', '<hash>', 'g'),
                                                      regexp_replace(f.actual, '[0-9a-f]{64}', '<hash>', 'g')))
                            FROM vesu_vault.verify(only_owner) AS f);
        RAISE EXCEPTION USING ERRCODE = 'ZZZZZ';
    EXCEPTION WHEN SQLSTATE 'ZZZZZ' THEN
        NULL;
    END;
    RETURN QUERY SELECT unnest(findings);
END
$$;
\set ECHO all
\pset format unaligned
\pset tuples_only

-- A ledger with everything in it: all types, buckets drained by transfers, reservations, a failed and two open transactions.
\o /dev/null
SELECT vesu_vault.deposit('A', 1000, 's1'), vesu_vault.lock('A', 100), vesu_vault.lock('A', 200, purpose => 'loan'),
       vesu_vault.withdraw('A', 50), vesu_vault.fee('A', 10), vesu_vault.unlock('A', 20), vesu_vault.deposit('B', 500);
SELECT vesu_vault.transfer('A', 'B', 130, 'locked_first');
SELECT vesu_vault.transfer('A', 'B', 30, 'locked_first', purpose => 'loan');
SELECT vesu_vault.transfer('B', 'C', 60, signature => 's2');
SELECT vesu_vault.fail_transaction(vesu_vault.begin_transaction('withdrawal', 'A', 5), 'no'),
       vesu_vault.confirm_transaction(vesu_vault.begin_transaction('transfer_out', 'A', 7, 'C'));
SELECT vesu_vault.begin_transaction('withdrawal', 'A', 11), vesu_vault.begin_transaction('deposit', 'B', 12),
       vesu_vault.begin_transaction('transfer_out', 'B', 13, 'C');
SELECT vesu_vault.lock('A', 40);
\o
SELECT pg_temp.books(o) FROM unnest(ARRAY['A', 'B', 'C']) AS o;
SELECT count(*) FROM vesu_vault.verify();
SELECT count(*) FROM vesu_vault.verify('A');
SELECT vesu_vault.assert_sound();

-- Every rule. What the vault caches:
SELECT pg_temp.found($$UPDATE vesu_vault.vaults SET total_balance = 803, available_balance = 803 - locked_balance WHERE owner = 'A'$$);
SELECT pg_temp.found($$UPDATE vesu_vault.vaults SET total_deposited = total_deposited + 5, total_withdrawn = total_withdrawn + 5 WHERE owner = 'A'$$);
SELECT pg_temp.found($$UPDATE vesu_vault.vaults SET last_seq = 1 WHERE owner = 'C'$$);
SELECT pg_temp.found($$UPDATE vesu_vault.vaults SET last_hash = NULL WHERE owner = 'C'$$);
SELECT pg_temp.found($$UPDATE vesu_vault.vaults SET updated_at = '2026-01-01' WHERE owner = 'C'$$);
SELECT pg_temp.found($$DELETE FROM vesu_vault.vaults WHERE owner = 'C'$$);
-- Rows of the ledger:
SELECT pg_temp.found($$DELETE FROM vesu_vault.transactions WHERE vault_owner = 'A' AND seq = 4$$);
SELECT pg_temp.found($$UPDATE vesu_vault.transactions SET seq = 9 WHERE vault_owner = 'C' AND seq = 2$$);
SELECT pg_temp.found($$UPDATE vesu_vault.transactions SET hash = sha256('') WHERE vault_owner = 'C' AND seq = 1$$);
SELECT pg_temp.found($$UPDATE vesu_vault.transactions SET prev_hash = sha256('') WHERE vault_owner = 'C' AND seq = 2$$);
SELECT pg_temp.found($$UPDATE vesu_vault.transactions SET signature = 'other' WHERE vault_owner = 'A' AND seq = 1$$);
SELECT pg_temp.found($$UPDATE vesu_vault.transactions SET amount = 51, balance_after = balance_before - 51 WHERE vault_owner = 'A' AND seq = 4$$);
SELECT pg_temp.found($$UPDATE vesu_vault.transactions SET total_after = 99, locked_after = 98, available_after = 3 WHERE vault_owner = 'C' AND seq = 1$$);
SELECT pg_temp.found($$UPDATE vesu_vault.transactions SET balance_before = balance_before + 1, balance_after = balance_after + 1
                        WHERE vault_owner = 'A' AND seq = 2$$);
SELECT pg_temp.found($$UPDATE vesu_vault.transactions SET confirmed_at = '2026-01-01' WHERE vault_owner = 'C' AND seq = 2$$);
SELECT pg_temp.found($$UPDATE vesu_vault.transactions SET created_at = (SELECT created_at FROM vesu_vault.transactions WHERE vault_owner = 'A' AND seq = 1)
                        WHERE vault_owner = 'A' AND seq = 2$$);
-- What is locked:
SELECT pg_temp.found($$UPDATE vesu_vault.lock_buckets SET amount = amount + 1 WHERE vault_owner = 'A' AND purpose = 'loan'$$);
SELECT pg_temp.found($$UPDATE vesu_vault.lock_buckets SET opened_seq = 1 WHERE vault_owner = 'A' AND purpose = 'loan'$$);
SELECT pg_temp.found($$INSERT INTO vesu_vault.lock_buckets VALUES ('C', 'rent', 1, 1)$$);
SELECT pg_temp.found($$DELETE FROM vesu_vault.lock_buckets WHERE vault_owner = 'B'$$);
SELECT pg_temp.found($$DELETE FROM vesu_vault.transactions WHERE vault_owner = 'A' AND status = 'pending'$$);
-- Transfers:
SELECT pg_temp.found($$UPDATE vesu_vault.transactions SET transfer_id = NULL WHERE vault_owner = 'C' AND seq = 1$$);
SELECT pg_temp.found($$UPDATE vesu_vault.transactions SET transfer_id = gen_random_uuid() WHERE vault_owner IN ('B', 'C') AND counterparty IN ('B', 'C') AND seq IS NOT NULL$$);
SELECT pg_temp.found($$DELETE FROM vesu_vault.transactions WHERE vault_owner = 'C' AND status = 'pending'$$);
-- Only of one vault.
SELECT pg_temp.found($$UPDATE vesu_vault.vaults SET total_deposited = 1 WHERE owner IN ('A', 'B')$$, 'B');
SELECT pg_temp.found($$UPDATE vesu_vault.vaults SET total_deposited = 1 WHERE owner IN ('A', 'B')$$, 'C');
SELECT pg_temp.refusal($$verify('nobody')$$);
-- For a job.
SAVEPOINT attempt;
UPDATE vesu_vault.vaults SET total_deposited = 1 WHERE owner IN ('A', 'B');
SELECT pg_temp.refusal($$assert_sound()$$);
ROLLBACK TO attempt;

-- rebuild() brings back everything that is derived, and only of its vault.
CREATE TEMPORARY TABLE sound AS
SELECT v.owner, v AS vault, (SELECT array_agg(b ORDER BY b.purpose) FROM vesu_vault.lock_buckets AS b WHERE b.vault_owner = v.owner) AS buckets
  FROM vesu_vault.vaults AS v;
SET LOCAL session_replication_role = replica;
UPDATE vesu_vault.vaults SET total_balance = 5, locked_balance = 4, available_balance = 1, total_deposited = 1, total_withdrawn = 2, last_seq = 3, last_hash = NULL;
DELETE FROM vesu_vault.lock_buckets;
INSERT INTO vesu_vault.lock_buckets VALUES ('A', 'wrong', 4, 3);
SET LOCAL session_replication_role = origin;
SELECT (vesu_vault.rebuild('A')).total_balance;
SELECT s.owner, s.vault = v AS vault, s.buckets = (SELECT array_agg(b ORDER BY b.purpose) FROM vesu_vault.lock_buckets AS b WHERE b.vault_owner = s.owner) AS buckets
  FROM sound AS s JOIN vesu_vault.vaults AS v USING (owner) ORDER BY s.owner;
SELECT (vesu_vault.rebuild(o)).owner FROM unnest(ARRAY['B', 'C']) AS o;
SELECT count(*) FROM vesu_vault.verify();
SELECT (vesu_vault.rebuild(owner)).last_seq FROM vesu_vault.open('D', 'address', 'account');
-- Not from a broken ledger.
SET LOCAL session_replication_role = replica;
DELETE FROM vesu_vault.transactions WHERE vault_owner = 'A' AND seq = 4;
UPDATE vesu_vault.transactions SET purpose = 'other' WHERE vault_owner = 'B' AND seq = 1;
SET LOCAL session_replication_role = origin;
SELECT regexp_replace(pg_temp.refusal($$rebuild('A')$$), '[0-9a-f]{64}', '<hash>', 'g');
SELECT regexp_replace(pg_temp.refusal($$rebuild('B')$$), '[0-9a-f]{64}', '<hash>', 'g');
SELECT pg_temp.refusal($$rebuild('nobody')$$);
SELECT pg_temp.refusal($$rebuild(NULL)$$);
ROLLBACK;

-- Balances of the past: before the vault, before its first row, at a row, between rows, after the last.
BEGIN;
\set ECHO none
\i :support
\set ECHO all
\o /dev/null
SET vesu.clock = '2026-03-02 00:00:00+00';
SELECT vesu_vault.deposit('A', 100);
SET vesu.clock = '2026-03-03 00:00:00+00';
SELECT vesu_vault.lock('A', 30);
SET vesu.clock = '2026-03-05 00:00:00+00';
SELECT vesu_vault.withdraw('A', 20);
\o
SELECT at, vesu_vault.balance_at('A', at::timestamptz)
  FROM unnest(ARRAY['-infinity', '2026-03-01 11:59:59.999999', '2026-03-01 12:00', '2026-03-01 23:59:59.999999', '2026-03-02', '2026-03-02 12:00',
                    '2026-03-03', '2026-03-04 23:59:59.999999', '2026-03-05', '2026-03-06', 'infinity']) AS at;
SELECT * FROM vesu_vault.balance_at('nobody', '2026-03-05');
SELECT pg_temp.refusal($$balance_at(NULL, '2026-03-05')$$);
SELECT pg_temp.refusal($$balance_at('A', NULL)$$);
-- Against a search through everything: every instant of a ledger of 300 rows, one microsecond before and one after.
SELECT count(vesu_vault.deposit('B', i)) FROM generate_series(1, 300) AS i;
SELECT count(*) AS compared, count(*) FILTER (WHERE (vesu_vault.entry_at('B', at)).seq IS DISTINCT FROM by_search) AS different
  FROM (SELECT t.confirmed_at + shift * interval '1 microsecond' AS at FROM vesu_vault.transactions AS t, generate_series(-1, 1) AS shift
         WHERE t.vault_owner = 'B') AS moment
 CROSS JOIN LATERAL (SELECT coalesce(max(t.seq), 0) FROM vesu_vault.transactions AS t
                      WHERE t.vault_owner = 'B' AND t.confirmed_at <= moment.at) AS searched (by_search);
ROLLBACK;
