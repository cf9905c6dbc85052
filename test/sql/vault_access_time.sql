-- Snapshots, alerts, proofs and questions: who may make them. What follows an operation needs no privilege of its caller.
BEGIN;
\getenv directory PG_ABS_SRCDIR
\set support :directory '/sql/support/vault.sql'
\set ECHO none
\i :support
\set ECHO all
\pset format unaligned
\pset tuples_only
CREATE ROLE regress_vesu_nobody;
CREATE ROLE regress_vesu_reader;
CREATE ROLE regress_vesu_writer;
CREATE ROLE regress_vesu_operator;
SELECT vesu.grant_access('regress_vesu_reader', 'reader'), vesu.grant_access('regress_vesu_writer', 'writer'),
       vesu.grant_access('regress_vesu_operator', 'operator');

-- A writer leaves snapshots and alerts behind, and raises alerts.
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA pg_temp TO PUBLIC;
SET LOCAL ROLE regress_vesu_writer;
SELECT (vesu_vault.deposit('A', 20000000000)).seq, (vesu_vault.lock('A', 5)).seq;
SELECT vesu_vault.raise_alert('disk', 'info', 'message') IS NULL;
SELECT pg_temp.code('snapshot()'), pg_temp.code('run_monitor()'), pg_temp.code($$rebuild('A')$$), pg_temp.code($$reconcile('[]')$$);
-- A reader proves the ledger and asks questions.
SET LOCAL ROLE regress_vesu_reader;
SELECT (SELECT count(*) FROM vesu_vault.verify()), (SELECT count(*) FROM vesu_vault.history('A')), vesu_vault.balance_at('A', '2026-03-02'),
       (SELECT count(*) FROM vesu_vault.distribution()), (SELECT count(*) FROM vesu_vault.top_vaults()), vesu_vault.utilization_percent(),
       (SELECT deposits FROM vesu_vault.daily_flow('2026-03-01', '2026-03-01')), (SELECT count(*) FROM vesu_vault.tvl_series('2026-03-01', '2026-03-02', '1 day'));
SELECT pg_temp.code($$deposit('A', 1)$$), pg_temp.code($$raise_alert('disk', 'info', 'message')$$);
-- An operator runs the periodic work and the maintenance.
SET LOCAL ROLE regress_vesu_operator;
SELECT vesu_vault.snapshot(), vesu_vault.daily_summary('2026-02-28'), (vesu_vault.tvl_snapshot()).active_vaults, vesu_vault.run_monitor(), vesu_vault.expire_pending(),
       (vesu_vault.rebuild('A')).last_seq, (SELECT result FROM vesu_vault.reconcile('[{"owner": "A", "total": 1, "locked": 0}]', true));
SELECT (vesu_vault.acknowledge_alert(id)).acknowledged FROM vesu_vault.alerts WHERE alert_type = 'disk';
UPDATE vesu_vault.alert_rules SET threshold = 1 WHERE alert_type = 'large_tx';
RESET ROLE;
-- Nobody.
SET LOCAL ROLE regress_vesu_nobody;
\set VERBOSITY sqlstate
SELECT count(*) FROM vesu_vault.verify();
ROLLBACK;
