-- Alerts: raised by hand, by states, by events; one at a time; notifications.
BEGIN;
\getenv directory PG_ABS_SRCDIR
\set support :directory '/sql/support/vault.sql'
\set ECHO none
\i :support
CREATE FUNCTION pg_temp.alerts() RETURNS SETOF text
    LANGUAGE sql AS $$
    SELECT pg_temp.short(format('%s %s %s: %s %s', a.alert_type, a.severity, coalesce(a.vault_owner, 'system'), a.message, a.data))
      FROM vesu_vault.alerts AS a WHERE NOT a.acknowledged ORDER BY a.vault_owner COLLATE "C" NULLS FIRST, a.alert_type
$$;
-- The alerts that a call leaves, all earlier ones forgotten.
CREATE FUNCTION pg_temp.raised_by(call text) RETURNS SETOF text
    LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM vesu_vault.alerts;
    EXECUTE 'SELECT vesu_vault.' || call;
    RETURN QUERY SELECT pg_temp.alerts();
END
$$;
\set ECHO all
\pset format unaligned
\pset tuples_only
SELECT * FROM vesu_vault.alert_rules ORDER BY scope, alert_type;

-- By hand: the first stays until it is acknowledged, for each type and vault.
CREATE TEMPORARY TABLE raised AS
SELECT place, vesu_vault.raise_alert(type, severity::vesu_vault.alert_severity, message, owner, data::jsonb) AS id
  FROM (VALUES (1, 'disk', 'info', 'first', NULL, '{"free": 1}'), (2, 'disk', 'critical', 'second', NULL, NULL), (3, 'disk', 'info', 'of A', 'A', NULL),
               (4, 'disk', 'info', 'of A again', 'A', NULL), (5, 'fan', 'warning', 'other type', 'A', NULL)) AS calls (place, type, severity, message, owner, data);
SELECT place, id = first_value(id) OVER (ORDER BY place) AS as_1, id = nth_value(id, 3) OVER (ORDER BY place ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS as_3 FROM raised ORDER BY place;
SELECT pg_temp.alerts();
SET vesu.clock = '2026-03-01 13:00:00+00';
SELECT (vesu_vault.acknowledge_alert(id)).acknowledged_at FROM raised WHERE place = 1;
SET vesu.clock = '2026-03-01 14:00:00+00';
SELECT (vesu_vault.acknowledge_alert(id)).acknowledged_at FROM raised WHERE place = 1;
SELECT vesu_vault.raise_alert('disk', 'critical', 'third') <> id FROM raised WHERE place = 1;
SELECT pg_temp.alerts();
SELECT pg_temp.refusal($$acknowledge_alert('00000000-0000-0000-0000-000000000000')$$);
SELECT pg_temp.refusal($$raise_alert('disk', 'info', 'message', 'nobody')$$);
SELECT pg_temp.refusal(format('raise_alert(%L, %L, %L)', repeat('x', 51), 'info', 'message'));
SELECT call, pg_temp.code(call)
  FROM unnest(ARRAY[$$acknowledge_alert(NULL)$$, $$raise_alert(NULL, 'info', 'm')$$, $$raise_alert('', 'info', 'm')$$, $$raise_alert('disk', NULL, 'm')$$,
                    $$raise_alert('disk', 'info', NULL)$$, $$raise_alert('disk', 'info', '')$$, $$raise_alert('disk', 'severe', 'm')$$]) AS call;
DELETE FROM vesu_vault.alerts;

-- States: low balance (the contract's three), high utilization, at the limit and beyond it; vaults that are not active.
\o /dev/null
SELECT vesu_vault.open(o, 'address', 'account') FROM unnest(ARRAY['D', 'E', 'F', 'G']) AS o;
SELECT vesu_vault.deposit('A', 99999999), vesu_vault.deposit('B', 100000000);
SELECT vesu_vault.deposit('D', 1000000000), vesu_vault.lock('D', 900000000), vesu_vault.deposit('E', 1000000010), vesu_vault.lock('E', 900000010);
SELECT vesu_vault.set_status('F', 'paused'), vesu_vault.set_status('G', 'closed');
\o
SELECT vesu_vault.run_monitor();
SELECT pg_temp.alerts();
SELECT vesu_vault.run_monitor();
-- Acknowledged, it is raised again while the state lasts.
SELECT (vesu_vault.acknowledge_alert(id)).vault_owner FROM vesu_vault.alerts WHERE vault_owner = 'A';
SELECT vesu_vault.run_monitor();
-- Rules may be changed and switched off.
DELETE FROM vesu_vault.alerts;
UPDATE vesu_vault.alert_rules SET threshold = 100000001, severity = 'critical' WHERE alert_type = 'low_balance';
UPDATE vesu_vault.alert_rules SET enabled = false WHERE alert_type = 'high_utilization';
SELECT vesu_vault.run_monitor();
SELECT pg_temp.alerts();
UPDATE vesu_vault.alert_rules SET enabled = scope = 'event' OR alert_type = 'unusual_activity';
DELETE FROM vesu_vault.alerts;

-- Unusual activity: more than ten rows in a minute, reservations not counted.
SET vesu.clock = '2026-03-02 00:00:00+00';
SELECT count(vesu_vault.deposit('A', 1)) FROM generate_series(1, 10);
SELECT count(vesu_vault.begin_transaction('fee', 'B', 1)) FROM generate_series(1, 10);
SELECT vesu_vault.run_monitor();
SELECT vesu_vault.deposit('A', 1) \g /dev/null
SET vesu.clock = '2026-03-02 00:00:59.999999+00';
SELECT vesu_vault.run_monitor();
SELECT pg_temp.alerts();
-- The first is a minute old: ten are left.
DELETE FROM vesu_vault.alerts;
SET vesu.clock = '2026-03-02 00:01:00+00';
SELECT vesu_vault.run_monitor();

-- Invariants: the vault against its ledger and its buckets.
UPDATE vesu_vault.alert_rules SET enabled = alert_type = 'invariant_violation';
SELECT vesu_vault.run_monitor();
SET LOCAL session_replication_role = replica;
UPDATE vesu_vault.vaults SET total_balance = total_balance + 1, available_balance = available_balance + 1 WHERE owner = 'A';
UPDATE vesu_vault.lock_buckets SET amount = amount - 1 WHERE vault_owner = 'D';
UPDATE vesu_vault.vaults SET total_balance = 1, available_balance = 1 WHERE owner = 'G';
SET LOCAL session_replication_role = origin;
SELECT vesu_vault.run_monitor();
SELECT pg_temp.alerts();
ROLLBACK;

-- Events.
BEGIN;
\set ECHO none
\i :support
CREATE FUNCTION pg_temp.alerts() RETURNS SETOF text
    LANGUAGE sql AS $$
    SELECT pg_temp.short(format('%s %s %s: %s %s', a.alert_type, a.severity, coalesce(a.vault_owner, 'system'), a.message, a.data))
      FROM vesu_vault.alerts AS a WHERE NOT a.acknowledged ORDER BY a.vault_owner COLLATE "C" NULLS FIRST, a.alert_type
$$;
CREATE FUNCTION pg_temp.raised_by(call text) RETURNS SETOF text
    LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM vesu_vault.alerts;
    EXECUTE 'SELECT vesu_vault.' || call;
    RETURN QUERY SELECT pg_temp.alerts();
END
$$;
\set ECHO all
SELECT pg_temp.raised_by($$deposit('A', 9999999999)$$);
SELECT pg_temp.raised_by($$deposit('A', 10000000000)$$);
SELECT pg_temp.raised_by($$lock('A', 10000000001)$$);
SELECT pg_temp.raised_by($$transfer('A', 'B', 10000000000, 'locked_first')$$);
-- A batch raises one for a vault, about its first.
SELECT pg_temp.raised_by($$apply_batch('[{"op": "deposit", "owner": "A", "amount": 10000000001}, {"op": "deposit", "owner": "A", "amount": 10000000002}, {"op": "deposit", "owner": "B", "amount": 5}]')$$);
-- Neither a reservation nor what has not been confirmed; then the confirmed one does.
SELECT pg_temp.raised_by($$begin_transaction('withdrawal', 'A', 10000000003)$$);
SELECT pg_temp.raised_by(format('confirm_transaction(%L)', id)) FROM vesu_vault.transactions WHERE status = 'pending';
-- Failed: of a transfer both vaults hear of it; expired too.
SELECT pg_temp.raised_by($$begin_transaction('transfer_out', 'A', 7, 'B')$$);
SELECT pg_temp.raised_by(format('fail_transaction(%L, %L)', id, 'dropped')) FROM vesu_vault.transactions WHERE status = 'pending' AND transaction_type = 'transfer_out';
SELECT pg_temp.raised_by($$begin_transaction('deposit', 'C', 7)$$);
SET vesu.clock = '2026-03-01 14:00:00+00';
SELECT pg_temp.raised_by('expire_pending()');
-- Switched off.
UPDATE vesu_vault.alert_rules SET enabled = false;
SELECT pg_temp.raised_by($$deposit('A', 10000000000)$$);
SELECT pg_temp.raised_by($$begin_transaction('deposit', 'C', 7)$$);
SET vesu.clock = '2026-03-01 16:00:00+00';
SELECT pg_temp.raised_by('expire_pending()');
SELECT pg_temp.raised_by('run_monitor()');
SELECT count(*) FROM vesu_vault.verify();
ROLLBACK;

-- Notifications, which are sent at commit.
LISTEN vesu_vault;
\o | sed -E 's/PID [0-9]+/PID <pid>/; s/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/<id>/g'
SELECT (vesu_vault.open('notified', 'address', 'account')).owner;
SELECT (vesu_vault.deposit('notified', 1)).amount;
SELECT (vesu_vault.set_status('notified', 'paused')).status;
SELECT (vesu_vault.set_status('notified', 'paused')).status;
SELECT (vesu_vault.set_status('notified', 'active')).status;
SELECT vesu_vault.set_paused(true);
SELECT vesu_vault.set_paused(true);
SELECT vesu_vault.set_paused(false);
SELECT vesu_vault.raise_alert('disk', 'critical', repeat('"', 20), 'notified') IS NULL;
SELECT vesu_vault.raise_alert('disk', 'critical', 'again', 'notified') IS NULL;
SELECT result FROM vesu_vault.reconcile('[{"owner": "notified", "total": 2, "locked": 0}, {"owner": "nobody", "total": 2, "locked": 0}]', true);
SET vesu.vault_notify_transactions = on;
SELECT (vesu_vault.deposit('notified', 3)).amount;
SELECT vesu_vault.begin_transaction('withdrawal', 'notified', 1) AS id \gset
SELECT (vesu_vault.submit_transaction(:'id', 'sent')).status;
SELECT (vesu_vault.confirm_transaction(:'id')).status;
RESET vesu.vault_notify_transactions;
SELECT (vesu_vault.deposit('notified', 3)).amount;
\o
UNLISTEN vesu_vault;
SET session_replication_role = replica;
DELETE FROM vesu_vault.transactions;
DELETE FROM vesu_vault.vaults;
DELETE FROM vesu_vault.balance_snapshots;
DELETE FROM vesu_vault.alerts;
DELETE FROM vesu_vault.reconciliation_logs;
RESET session_replication_role;
