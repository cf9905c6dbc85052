-- Reconciliation: every result, what a repair posts, and the row of the run.
BEGIN;
\getenv directory PG_ABS_SRCDIR
\set support :directory '/sql/support/vault.sql'
\set ECHO none
\i :support
CREATE FUNCTION pg_temp.logs() RETURNS SETOF text
    LANGUAGE sql AS $$
    SELECT format('%s expected %s actual %s difference %s fixed %s: %s', coalesce(vault_owner, 'system'), expected_balance, actual_balance,
                  difference, auto_fixed, notes)
      FROM vesu_vault.reconciliation_logs ORDER BY ctid
$$;
-- Shows the result of a run, its log rows and the alerts that are new.
CREATE FUNCTION pg_temp.run(on_chain jsonb, auto_fix boolean DEFAULT false, tolerance bigint DEFAULT 0) RETURNS SETOF text
    LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM vesu_vault.reconciliation_logs;
    DELETE FROM vesu_vault.alerts;
    DELETE FROM vesu_vault.balance_snapshots;
    RETURN QUERY SELECT format('%s: expected %s/%s, actual %s/%s, difference %s, %s%s', coalesce(r.owner, 'all'), r.expected, r.expected_locked, r.actual,
                               r.actual_locked, r.difference, r.result, CASE WHEN r.log_id IS NOT NULL THEN ', log' END)
                   FROM vesu_vault.reconcile(on_chain, auto_fix, tolerance) WITH ORDINALITY AS r ORDER BY r.ordinality;
    RETURN QUERY SELECT 'log ' || pg_temp.logs();
    RETURN QUERY SELECT format('alert %s %s %s: %s', a.alert_type, a.severity, coalesce(a.vault_owner, 'all'), a.message) FROM vesu_vault.alerts AS a ORDER BY a.vault_owner;
    RETURN QUERY SELECT format('snapshot %s %s %s/%s/%s', s.vault_owner, s.snapshot_type, s.total_balance, s.locked_balance, s.available_balance)
                   FROM vesu_vault.balance_snapshots AS s ORDER BY s.vault_owner;
END
$$;
\set ECHO all
\pset format unaligned
\pset tuples_only

-- Every result.
\o /dev/null
SELECT vesu_vault.deposit('A', 1000), vesu_vault.lock('A', 300), vesu_vault.deposit('B', 500), vesu_vault.deposit('C', 70);
SELECT vesu_vault.open(o, 'address', 'account'), vesu_vault.deposit(o, 10) FROM unnest(ARRAY['paused', 'open', 'moved']) AS o;
SELECT vesu_vault.set_status('paused', 'paused'), vesu_vault.begin_transaction('deposit', 'open', 5);
SET vesu.clock = '2026-03-01 15:00:00+00';
SELECT vesu_vault.deposit('moved', 1);
\o
SELECT pg_temp.run('[{"owner": "A", "total": 1000, "locked": 300}, {"owner": "B", "total": null, "locked": null}, {"owner": "B"},
    {"owner": "nobody", "total": 1, "locked": 0}, {"owner": "nobody", "total": null}, {"owner": "B", "total": 500, "locked": 501}, {"owner": "B", "total": 500},
    {"owner": "B", "total": -1, "locked": 0}, {"owner": "B", "total": 500, "locked": -1}, {"owner": "B", "total": 1.5, "locked": 0},
    {"owner": "B", "total": 9223372036854775808, "locked": 0}, {"owner": "B", "total": "many", "locked": 0}, {"owner": 7, "total": 1, "locked": 0}, 7, null, [],
    {"owner": "B", "total": 500, "locked": 0, "as_of": "yesterday evening"}, {"owner": "paused", "total": 9, "locked": 0}, {"owner": "open", "total": 9, "locked": 0},
    {"owner": "moved", "total": 10, "locked": 0, "as_of": "2026-03-01 14:00:00"}, {"owner": "moved", "total": 10, "locked": 0, "as_of": "2026-03-01T15:00:00Z"},
    {"owner": "B", "total": "502", "locked": 0}, {"owner": "C", "total": 71, "locked": 1},
    {"owner": "C", "total": 71, "locked": 1, "asOf": "2020-01-01"}, {"Owner": "C", "total": 71, "locked": 1}]', tolerance => 1);
SELECT pg_temp.run('[]');
SELECT count(*) FROM vesu_vault.verify();

-- All active vaults together: compared, logged, never repaired.
SELECT pg_temp.run('[{"owner": null, "total": 1591, "locked": 300}]', true);
SELECT pg_temp.run('[{"total": 1600, "locked": 200}]', true);
SELECT pg_temp.run('[{"total": 1600, "locked": 200, "as_of": "2026-03-01 14:00:00+00"}]', true);

-- Repairs: more, less, another split, both; the ledger tells how.
SELECT pg_temp.run('[{"owner": "A", "total": 1020, "locked": 300}]', true);
SELECT pg_temp.run('[{"owner": "A", "total": 950, "locked": 300}]', true);
SELECT pg_temp.run('[{"owner": "A", "total": 950, "locked": 400}]', true);
SELECT pg_temp.run('[{"owner": "A", "total": 950, "locked": 400}]', true);
\o /dev/null
SELECT vesu_vault.lock('A', 50, purpose => 'loan'), vesu_vault.lock('A', 60, purpose => 'rent');
\o
SELECT pg_temp.books('A');
SELECT pg_temp.run('[{"owner": "A", "total": 500, "locked": 75}]', true);
SELECT pg_temp.books('A');
SELECT pg_temp.run('[{"owner": "A", "total": 0, "locked": 0}]', true);
SELECT pg_temp.run('[{"owner": "A", "total": 2000, "locked": 2000}]', true);
SELECT pg_temp.books('A');
SELECT seq, transaction_type, amount, purpose, note, total_after, locked_after, reconciliation_id IS NOT NULL AS adjusts
  FROM vesu_vault.transactions WHERE vault_owner = 'A' ORDER BY seq;
-- The rows of the last repair name its log row.
SELECT count(*) FROM vesu_vault.transactions AS t JOIN vesu_vault.reconciliation_logs AS l ON l.id = t.reconciliation_id AND l.vault_owner = t.vault_owner;
-- The same vault twice in a run: the second entry meets what the first has left.
SELECT pg_temp.run('[{"owner": "B", "total": 600, "locked": 0}, {"owner": "B", "total": 600, "locked": 0}, {"owner": "B", "total": 700, "locked": 10}]', true);
-- The sum of all vaults is that after the repairs before it.
SAVEPOINT attempt;
SELECT pg_temp.run('[{"owner": null, "total": 1, "locked": 0}]');
SELECT pg_temp.run(format('[{"owner": "B", "total": %s, "locked": 10}, {"owner": null, "total": %s, "locked": %s}]', b.total_balance + 20, s.total + 20, s.locked)::jsonb, true)
  FROM vesu_vault.vaults AS b, (SELECT sum(total_balance) AS total, sum(locked_balance) AS locked FROM vesu_vault.vaults WHERE status = 'active') AS s WHERE b.owner = 'B';
SELECT pg_temp.run(format('[{"owner": "B", "total": %s, "locked": 10}, {"owner": null, "total": %s, "locked": %s}]', b.total_balance + 5, s.total, s.locked)::jsonb, true)
  FROM vesu_vault.vaults AS b, (SELECT sum(total_balance) AS total, sum(locked_balance) AS locked FROM vesu_vault.vaults WHERE status = 'active') AS s WHERE b.owner = 'B';
ROLLBACK TO attempt;
-- What cannot be repaired is logged, and the run goes on.
SELECT pg_temp.run('[{"owner": "B", "total": 9223372036854775807, "locked": 0}, {"owner": "C", "total": 0, "locked": 0}]', true);
SELECT pg_temp.run('[{"owner": "B", "total": 9223372036854775807, "locked": 0}, {"owner": "C", "total": 9223372036854775700, "locked": 0}]');
SELECT pg_temp.run('[{"owner": "B", "total": 1, "locked": 0}]', true);
SELECT pg_temp.run('[{"owner": "B", "total": 1000, "locked": 0}, {"owner": "A", "total": 1999, "locked": 1999}]', true);
SELECT count(*) FROM vesu_vault.verify();

-- Repairs ignore the pause of the system, and leave no alert about a large amount.
SELECT vesu_vault.set_paused(true);
SELECT pg_temp.run('[{"owner": "C", "total": 20000000000, "locked": 20000000000}]', true);
-- The alert follows its rule.
UPDATE vesu_vault.alert_rules SET enabled = false WHERE alert_type = 'balance_discrepancy';
SELECT pg_temp.run('[{"owner": "C", "total": 1, "locked": 0}]');
-- Arguments.
SELECT pg_temp.refusal($$reconcile('{}')$$);
SELECT pg_temp.refusal($$reconcile(NULL)$$);
SELECT pg_temp.refusal($$reconcile('[]', NULL)$$);
SELECT pg_temp.refusal($$reconcile('[]', true, -1)$$);
SELECT pg_temp.code($$reconcile('[]', true, NULL)$$);
ROLLBACK;
