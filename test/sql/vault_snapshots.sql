-- Snapshots: taken, left by events, and of finished days.
BEGIN;
\getenv directory PG_ABS_SRCDIR
\set support :directory '/sql/support/vault.sql'
\set ECHO none
\i :support
CREATE FUNCTION pg_temp.snapshots() RETURNS SETOF text
    LANGUAGE sql AS $$
    SELECT format('%s %s %s/%s/%s %s', vault_owner, snapshot_type, total_balance, locked_balance, available_balance, "timestamp")
      FROM vesu_vault.balance_snapshots ORDER BY "timestamp", vault_owner COLLATE "C", snapshot_type, total_balance
$$;
\set ECHO all
\pset format unaligned
\pset tuples_only

-- Of all vaults that are not closed, of one, of another type; every time under one timestamp.
\o /dev/null
SELECT vesu_vault.deposit('A', 100), vesu_vault.set_status('B', 'paused'), vesu_vault.set_status('C', 'closed');
DELETE FROM vesu_vault.balance_snapshots;
\o
SELECT vesu_vault.snapshot();
SET vesu.clock = '2026-03-01 13:00:00+00';
SELECT vesu_vault.snapshot('event', 'A'), vesu_vault.snapshot(owner => 'C');
SELECT pg_temp.snapshots();
SELECT pg_temp.refusal($$snapshot(NULL)$$);
SELECT pg_temp.refusal($$snapshot('periodic', 'nobody')$$);
ROLLBACK;

-- Left by events: lock, unlock, large amounts, status; the balances are those just after the row.
BEGIN;
\set ECHO none
\i :support
CREATE FUNCTION pg_temp.left_by(call text) RETURNS SETOF text
    LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM vesu_vault.balance_snapshots;
    EXECUTE 'SELECT vesu_vault.' || call;
    RETURN QUERY SELECT format('%s %s %s/%s/%s, instant of the vault: %s', s.vault_owner, s.snapshot_type, s.total_balance, s.locked_balance,
                               s.available_balance, s."timestamp" = v.updated_at)
                   FROM vesu_vault.balance_snapshots AS s JOIN vesu_vault.vaults AS v ON v.owner = s.vault_owner
                  ORDER BY s."timestamp", s.vault_owner;
END
$$;
\set ECHO all
SELECT pg_temp.left_by($$deposit('A', 9999999999)$$);
SELECT pg_temp.left_by($$deposit('A', 10000000000)$$);
SELECT pg_temp.left_by($$lock('A', 5)$$);
SELECT pg_temp.left_by($$unlock('A', 2)$$);
SELECT pg_temp.left_by($$withdraw('A', 10)$$);
SELECT pg_temp.left_by($$transfer('A', 'B', 10000000000)$$);
SELECT pg_temp.left_by($$transfer('B', 'A', 1)$$);
SELECT pg_temp.left_by($$set_status('C', 'paused')$$);
SELECT pg_temp.left_by($$set_status('C', 'paused')$$);
-- A batch: each row gets its own.
SELECT pg_temp.left_by($$apply_batch('[{"op": "lock", "owner": "A", "amount": 1}, {"op": "deposit", "owner": "A", "amount": 7}, {"op": "lock", "owner": "A", "amount": 2}]')$$);
-- Reservations leave none; the operation itself does when it is confirmed.
SELECT pg_temp.left_by($$deposit('B', 1)$$);
SELECT pg_temp.left_by($$begin_transaction('withdrawal', 'B', 10000000000)$$);
SELECT pg_temp.left_by(format('confirm_transaction(%L)', id)) FROM vesu_vault.transactions WHERE status = 'pending';
SELECT pg_temp.left_by($$begin_transaction('lock', 'A', 3)$$);
SELECT pg_temp.left_by(format('submit_transaction(%L, %L)', id, 'sent')) FROM vesu_vault.transactions WHERE status = 'pending';
SELECT pg_temp.left_by(format('confirm_transaction(%L)', id)) FROM vesu_vault.transactions WHERE status = 'submitted';
SELECT pg_temp.left_by($$begin_transaction('deposit', 'A', 1)$$);
SELECT pg_temp.left_by(format('confirm_transaction(%L)', id)) FROM vesu_vault.transactions WHERE status = 'pending';
-- The threshold is that of the rule, enabled or not; without one there is no large amount.
UPDATE vesu_vault.alert_rules SET threshold = 50, enabled = false WHERE alert_type = 'large_tx';
SELECT pg_temp.left_by($$deposit('A', 50)$$);
SELECT pg_temp.left_by($$deposit('A', 49)$$);
DELETE FROM vesu_vault.alert_rules WHERE alert_type = 'large_tx';
SELECT pg_temp.left_by($$deposit('A', 10000000000)$$);
SELECT count(*) FROM vesu_vault.verify();
ROLLBACK;

-- Days: from the ledger alone.
BEGIN;
\set ECHO none
\i :support
CREATE FUNCTION pg_temp.at(moment text, call text) RETURNS void
    LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('vesu.clock', moment, false);
    EXECUTE 'SELECT vesu_vault.' || call;
END
$$;
CREATE FUNCTION pg_temp.days() RETURNS SETOF text
    LANGUAGE sql AS $$
    SELECT format('%s %s: open %s close %s min %s max %s, %s locked', vault_owner, day, open_total, close_total, min_total, max_total, close_locked)
      FROM vesu_vault.daily_balances ORDER BY day, vault_owner
$$;
\set ECHO all
\o /dev/null
SELECT pg_temp.at(moment, call)
  FROM (VALUES ('2026-03-03 00:00:00+00', $$deposit('A', 100)$$),
               ('2026-03-03 12:00:00+00', $$deposit('A', 200)$$), ('2026-03-03 12:30:00+00', $$lock('A', 100)$$),
               ('2026-03-03 18:00:00+00', $$withdraw('A', 100)$$), ('2026-03-03 18:30:00+00', $$unlock('A', 50)$$),
               ('2026-03-03 20:00:00+00', $$open('D', 'address', 'account')$$), ('2026-03-03 21:00:00+00', $$deposit('D', 7)$$),
               ('2026-03-04 00:00:00+00', $$withdraw('A', 150)$$), ('2026-03-04 10:00:00+00', $$set_status('C', 'closed')$$),
               ('2026-03-04 23:59:59.999999+00', $$deposit('A', 1)$$), ('2026-03-05 00:00:00+00', $$deposit('A', 2)$$)
       ) AS calls (moment, call);
SET vesu.clock = '2026-03-06 00:00:00+00';
\o
SELECT day, vesu_vault.daily_summary(day::date)
  FROM unnest(ARRAY['2026-02-28', '2026-03-01', '2026-03-03', '2026-03-04', '2026-03-05']) AS day;
SELECT pg_temp.days();
SELECT format('%s %s/%s/%s %s', vault_owner, total_balance, locked_balance, available_balance, "timestamp")
  FROM vesu_vault.balance_snapshots WHERE snapshot_type = 'daily_summary' ORDER BY "timestamp", vault_owner;
-- Again: nothing is written twice, and nothing at all when nothing has changed.
CREATE TEMPORARY TABLE before AS SELECT 'day' AS kind, ctid AS place FROM vesu_vault.daily_balances UNION ALL SELECT 'snapshot', ctid FROM vesu_vault.balance_snapshots;
SELECT vesu_vault.daily_summary('2026-03-03');
SELECT count(*) FROM (SELECT 'day', ctid FROM vesu_vault.daily_balances UNION ALL SELECT 'snapshot', ctid FROM vesu_vault.balance_snapshots EXCEPT SELECT * FROM before) AS written;
-- What was confirmed for the day afterwards, and what somebody changed, is put right.
UPDATE vesu_vault.daily_balances SET max_total = 1000 WHERE vault_owner = 'A' AND day = '2026-03-03';
UPDATE vesu_vault.balance_snapshots SET total_balance = 1000, available_balance = 1000 - locked_balance WHERE vault_owner = 'A' AND snapshot_type = 'daily_summary' AND "timestamp" < '2026-03-04';
SELECT vesu_vault.daily_summary('2026-03-03');
SELECT max_total, total_balance FROM vesu_vault.daily_balances AS d JOIN vesu_vault.balance_snapshots AS s USING (vault_owner)
 WHERE vault_owner = 'A' AND day = '2026-03-03' AND snapshot_type = 'daily_summary' AND "timestamp" < '2026-03-04';
-- Finished days only; the day is that of UTC, whatever the session's.
SET timezone = 'Pacific/Kiritimati';
SELECT pg_temp.refusal($$daily_summary('2026-03-06')$$);
SELECT pg_temp.code($$daily_summary('2026-03-07')$$), pg_temp.code($$daily_summary('infinity')$$), pg_temp.code($$daily_summary('-infinity')$$);
SELECT pg_temp.refusal($$daily_summary(NULL)$$);
SELECT vesu_vault.daily_summary('2026-03-05');
SELECT count(DISTINCT "timestamp"), min("timestamp" AT TIME ZONE 'UTC') FROM vesu_vault.balance_snapshots WHERE snapshot_type = 'daily_summary';
ROLLBACK;
