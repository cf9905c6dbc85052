-- The tables of the vault: what they refuse, what they keep, and the ledger that is only appended to.
BEGIN;
\getenv directory PG_ABS_SRCDIR
\set support :directory '/sql/support/vault.sql'
\set report :directory '/sql/support/report.sql'
\set ECHO none
\i :support
\i :report
\set ECHO all
\pset format unaligned
\pset tuples_only

-- Every index that the contract names is there, and every table, column and function says what it is.
SELECT count(*), count(*) FILTER (WHERE state = 'present') FROM vesu.verify_indexes('vault');
SELECT c.relname, a.attname
  FROM pg_class AS c
  JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum >= 0 AND NOT a.attisdropped
 WHERE c.relnamespace = 'vesu_vault'::regnamespace AND c.relkind = 'r' AND col_description(c.oid, a.attnum) IS NULL;
SELECT c.relname FROM pg_class AS c
 WHERE c.relnamespace = 'vesu_vault'::regnamespace AND c.relkind = 'r' AND obj_description(c.oid, 'pg_class') IS NULL;
SELECT p.oid::regprocedure FROM pg_proc AS p
 WHERE p.pronamespace = 'vesu_vault'::regnamespace AND obj_description(p.oid, 'pg_proc') IS NULL;
-- Owners are compared as bytes, whatever the database.
SELECT DISTINCT a.attname, a.attcollation::regcollation
  FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
 WHERE c.relnamespace = 'vesu_vault'::regnamespace AND c.relkind = 'r' AND a.attname IN ('owner', 'vault_owner', 'counterparty')
 ORDER BY 1;
SELECT paused FROM vesu_vault.settings;

-- The available balance is kept, whatever an application writes.
INSERT INTO vesu_vault.vaults (owner, vault_address, token_account, total_balance, locked_balance, available_balance)
VALUES ('K', 'address', 'account', 100, 30, 55) RETURNING available_balance;
UPDATE vesu_vault.vaults SET locked_balance = 40 WHERE owner = 'K' RETURNING available_balance;
UPDATE vesu_vault.vaults SET available_balance = NULL WHERE owner = 'K' RETURNING available_balance;
INSERT INTO vesu_vault.vaults (owner, vault_address, token_account) VALUES ('L', 'address', 'account')
RETURNING total_balance, locked_balance, available_balance, total_deposited, total_withdrawn, status, last_seq, last_hash;

-- What a vault refuses.
SELECT statement, split_part(pg_temp.report(statement), E'\n', 1)
  FROM (VALUES
    ($$UPDATE vesu_vault.vaults SET total_balance = -1, locked_balance = 0 WHERE owner = 'K'$$),
    ($$UPDATE vesu_vault.vaults SET locked_balance = -1 WHERE owner = 'K'$$),
    ($$UPDATE vesu_vault.vaults SET locked_balance = 101 WHERE owner = 'K'$$),
    ($$UPDATE vesu_vault.vaults SET total_deposited = -1 WHERE owner = 'K'$$),
    ($$UPDATE vesu_vault.vaults SET total_withdrawn = -1 WHERE owner = 'K'$$),
    ($$UPDATE vesu_vault.vaults SET total_balance = NULL WHERE owner = 'K'$$),
    ($$UPDATE vesu_vault.vaults SET status = 'frozen' WHERE owner = 'K'$$),
    ($$INSERT INTO vesu_vault.vaults (owner, vault_address, token_account) VALUES ('', 'a', 'b')$$),
    ($$INSERT INTO vesu_vault.vaults (owner, vault_address, token_account) VALUES ('a b', 'a', 'b')$$),
    ($$INSERT INTO vesu_vault.vaults (owner, vault_address, token_account) VALUES (E'a\n', 'a', 'b')$$),
    ($$INSERT INTO vesu_vault.vaults (owner, vault_address, token_account) VALUES ('K', 'a', 'b')$$),
    ($$INSERT INTO vesu_vault.settings VALUES (false)$$),
    ($$INSERT INTO vesu_vault.settings VALUES (true)$$),
    ($$INSERT INTO vesu_vault.lock_buckets VALUES ('K', 'x', 0, 1)$$),
    ($$INSERT INTO vesu_vault.balance_snapshots (vault_owner, total_balance, locked_balance, available_balance) VALUES ('K', 5, 3, 3)$$),
    ($$INSERT INTO vesu_vault.balance_snapshots (vault_owner, total_balance, locked_balance, available_balance) VALUES ('K', 5, -1, 6)$$),
    ($$INSERT INTO vesu_vault.reconciliation_logs (expected_balance, actual_balance, difference) VALUES (5, 7, 3)$$),
    ($$INSERT INTO vesu_vault.alert_rules (alert_type, scope, severity) VALUES ('x', 'weekly', 'info')$$)
  ) AS cases (statement);

-- What a transaction refuses.
CREATE FUNCTION pg_temp.row_of(changes jsonb) RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
    row vesu_vault.transactions := jsonb_populate_record(NULL::vesu_vault.transactions, jsonb_build_object(
        'id', gen_random_uuid(), 'vault_owner', 'K', 'transaction_type', 'deposit', 'amount', 5, 'status', 'confirmed',
        'balance_before', 0, 'balance_after', 5, 'created_at', now(), 'updated_at', now(), 'confirmed_at', now(), 'seq', 1,
        'total_after', 5, 'locked_after', 0, 'available_after', 5, 'prev_hash', '\x00', 'hash', '\x00') || changes);
    violated text;
BEGIN
    INSERT INTO vesu_vault.transactions SELECT row.*;
    RAISE EXCEPTION USING ERRCODE = 'VS999', MESSAGE = 'accepted';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS violated = CONSTRAINT_NAME;
    RETURN coalesce(nullif(violated, ''), sqlerrm);
END
$$;
SELECT changes, pg_temp.row_of(changes)
  FROM unnest(ARRAY['{}', '{"amount": 0}', '{"amount": -5}', '{"seq": null}', '{"hash": null}', '{"prev_hash": null}', '{"confirmed_at": null}',
                    '{"total_after": null}', '{"locked_after": null}', '{"available_after": null}', '{"status": "pending"}',
                    '{"balance_after": 4}', '{"transaction_type": "fee"}', '{"transaction_type": "fee", "balance_before": 9, "balance_after": 4}',
                    '{"transaction_type": "transfer_in"}', '{"transaction_type": "unlock"}', '{"transaction_type": "lock"}',
                    '{"transaction_type": "transfer_out"}', '{"transaction_type": "withdrawal"}',
                    '{"status": "failed", "seq": null, "hash": null, "prev_hash": null, "confirmed_at": null, "total_after": null, "locked_after": null, "available_after": null}',
                    '{"status": "failed", "balance_after": 0, "seq": null, "hash": null, "prev_hash": null, "confirmed_at": null, "total_after": null, "locked_after": null, "available_after": null}',
                    '{"vault_owner": "nobody"}']::jsonb[]) AS changes;

-- One row for each place in the ledger, for each signature of an owner and type, for each unacknowledged alert, for each day.
SELECT vesu_vault.deposit('A', 5, 's'), vesu_vault.deposit('A', 5) \g /dev/null
SELECT pg_temp.row_of('{"vault_owner": "A"}'), pg_temp.row_of('{"vault_owner": "A", "seq": 9, "signature": "s"}'),
       pg_temp.row_of('{"vault_owner": "A", "seq": 9, "transaction_type": "unlock", "signature": "s"}');
INSERT INTO vesu_vault.alerts (alert_type, severity, message) VALUES ('x', 'info', 'first');
INSERT INTO vesu_vault.alerts (alert_type, severity, message, vault_owner) VALUES ('x', 'info', 'first', 'A');
SELECT split_part(pg_temp.report($$INSERT INTO vesu_vault.alerts (alert_type, severity, message) VALUES ('x', 'info', 'second')$$), E'\n', 1);
UPDATE vesu_vault.alerts SET acknowledged = true;
INSERT INTO vesu_vault.alerts (alert_type, severity, message) VALUES ('x', 'info', 'second');
INSERT INTO vesu_vault.balance_snapshots (vault_owner, total_balance, locked_balance, available_balance, "timestamp", snapshot_type)
VALUES ('A', 5, 0, 5, '2026-03-01', 'daily_summary'), ('A', 5, 0, 5, '2026-03-01', 'periodic'), ('A', 5, 0, 5, '2026-03-01', 'periodic');
SELECT split_part(pg_temp.report($$INSERT INTO vesu_vault.balance_snapshots (vault_owner, total_balance, locked_balance, available_balance, "timestamp", snapshot_type)
    VALUES ('A', 5, 0, 5, '2026-03-01', 'daily_summary')$$), E'\n', 1);

-- VS115: nothing leaves the ledger, and only notes change in it.
SELECT pg_temp.short(pg_temp.report($$DELETE FROM vesu_vault.transactions WHERE vault_owner = 'A' AND seq = 1$$));
SELECT pg_temp.short(pg_temp.report($$TRUNCATE vesu_vault.transactions$$));
SELECT pg_temp.short(pg_temp.report($$UPDATE vesu_vault.transactions SET amount = amount + 1 WHERE vault_owner = 'A' AND seq = 1$$));
UPDATE vesu_vault.transactions SET note = 'a note', updated_at = updated_at + interval '1 second' WHERE vault_owner = 'A' RETURNING seq, note;
CREATE FUNCTION pg_temp.change(state text, assignment text) RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
    id constant uuid := vesu_vault.begin_transaction('deposit', 'B', 5);
BEGIN
    PERFORM CASE state WHEN 'submitted' THEN vesu_vault.submit_transaction(id, id::text)
                       WHEN 'confirmed' THEN vesu_vault.confirm_transaction(id)
                       WHEN 'failed' THEN vesu_vault.fail_transaction(id, 'reason') END;
    EXECUTE format('UPDATE vesu_vault.transactions SET %s WHERE id = %L', assignment, id);
    RETURN 'done';
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE;
END
$$;
SELECT assignment, pg_temp.change('pending', assignment) AS pending, pg_temp.change('submitted', assignment) AS submitted,
       pg_temp.change('confirmed', assignment) AS confirmed, pg_temp.change('failed', assignment) AS failed
  FROM unnest(ARRAY['note = NULL', 'updated_at = now()', 'id = gen_random_uuid()', 'vault_owner = ''A''', 'transaction_type = ''unlock''', 'amount = 6',
                    'counterparty = ''C''', 'created_at = now()', 'purpose = ''x''', 'transfer_id = id', 'reconciliation_id = id',
                    'signature = ''x''', 'status = ''pending''', 'status = ''submitted''', 'status = ''failed''', 'status = ''confirmed''',
                    'seq = 99', 'balance_before = 1', 'balance_after = 1', 'total_after = 1', 'locked_after = 1', 'available_after = 1',
                    'prev_hash = ''\x01''', 'hash = ''\x01''', 'confirmed_at = now()',
                    'status = ''submitted'', signature = ''y''', 'status = ''failed'', amount = 6', 'status = ''failed'', signature = ''z''']) AS assignment;
ROLLBACK;

-- A user's own columns and defaults go along.
BEGIN;
\set ECHO none
\i :support
\set ECHO all
ALTER TABLE vesu_vault.vaults ADD COLUMN region text NOT NULL DEFAULT 'north';
ALTER TABLE vesu_vault.transactions ADD COLUMN channel text NOT NULL DEFAULT 'web';
SELECT region, total_balance FROM vesu_vault.open('N', 'address', 'account');
SELECT channel, amount FROM vesu_vault.deposit('N', 50);
SELECT channel, amount FROM vesu_vault.lock('N', 5);
SELECT channel, amount FROM vesu_vault.transfer('N', 'A', 10, 'locked_first');
SELECT channel, amount FROM vesu_vault.apply_batch('[{"op": "fee", "owner": "N", "amount": 1}, {"op": "transfer", "owner": "N", "to": "B", "amount": 1}]');
SELECT vesu_vault.begin_transaction('transfer_out', 'N', 3, 'B') AS id \gset
SELECT channel, status FROM vesu_vault.confirm_transaction(:'id');
SELECT region, status FROM vesu_vault.set_status('N', 'paused');
SELECT pg_temp.unsound();
ROLLBACK;
