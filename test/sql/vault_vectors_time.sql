-- The golden cases of the vault that are about reconciliation, sums, alerts and daily flow.
BEGIN;
\getenv directory PG_ABS_SRCDIR
\set path :directory '/vectors/vault_cases.csv'
CREATE TEMPORARY TABLE vault_cases (
    case_id text, step int, op text, vault text, counterparty text, amount bigint, args jsonb, exp_result text,
    exp_total bigint, exp_locked bigint, exp_available bigint, exp_deposited bigint, exp_withdrawn bigint,
    exp_cp_total bigint, exp_cp_locked bigint, exp_cp_available bigint, exp_balance_before bigint, exp_balance_after bigint,
    exp_json jsonb, note text, PRIMARY KEY (case_id, step));
\set ECHO none
\set copy '\\copy vault_cases FROM ' :'path' ' WITH (FORMAT csv, HEADER)'
:copy
\set ECHO all
-- Without a vault.
SELECT c.op, c.exp_json, CASE c.op WHEN 'utilization' THEN jsonb_build_object('percent', vesu_vault.utilization_percent()::text)
                              ELSE to_jsonb(vesu_vault.tvl_snapshot()) - '{id,timestamp}'::text[] END = c.exp_json AS agrees
  FROM vault_cases AS c WHERE c.op IN ('tvl_snapshot', 'utilization') ORDER BY c.step;

-- Reconciliation: a vault with the balances of the case, repaired; what the log and the vault have then.
CREATE FUNCTION pg_temp.reconciled(step vault_cases) RETURNS jsonb
    LANGUAGE plpgsql AS $$
DECLARE
    name constant text := step.case_id || step.step;
    ours constant jsonb := step.args -> 'db';
    chain constant jsonb := step.args -> 'chain';
    outcome text;
    logged vesu_vault.reconciliation_logs;
BEGIN
    PERFORM vesu_vault.open(name, 'address', 'account');
    IF (ours ->> 0)::bigint > 0 THEN
        PERFORM vesu_vault.deposit(name, (ours ->> 0)::bigint);
    END IF;
    IF (ours ->> 1)::bigint > 0 THEN
        PERFORM vesu_vault.lock(name, (ours ->> 1)::bigint);
    END IF;
    PERFORM vesu_vault.set_status(name, (step.args ->> 'status')::vesu_vault.vault_status);
    SELECT r.result INTO outcome
      FROM vesu_vault.reconcile(jsonb_build_array(jsonb_build_object('owner', name, 'total', chain -> 0, 'locked', chain -> 1)), true) AS r;
    SELECT l.* INTO logged FROM vesu_vault.reconciliation_logs AS l WHERE l.vault_owner = name;
    RETURN jsonb_strip_nulls(jsonb_build_object(
               'actual_balance', logged.actual_balance, 'expected_balance', logged.expected_balance, 'difference', logged.difference,
               'auto_fixed', logged.auto_fixed, 'logged', logged.id IS NOT NULL,
               'error', CASE WHEN outcome = 'absent_on_chain' THEN 'CHAIN_VAULT_NOT_FOUND' END,
               'skipped', CASE WHEN outcome LIKE 'skipped%' THEN true END,
               'db', (SELECT jsonb_build_array(v.total_balance, v.locked_balance, v.available_balance) FROM vesu_vault.vaults AS v WHERE v.owner = name)));
END
$$;
SELECT c.step, c.exp_json = reconciled AS agrees, CASE WHEN c.exp_json <> reconciled THEN reconciled END AS instead
  FROM vault_cases AS c CROSS JOIN LATERAL pg_temp.reconciled(c) WHERE c.op = 'reconcile_one' ORDER BY c.step;
SELECT count(*) FROM vesu_vault.verify();

-- Large transactions.
CREATE FUNCTION pg_temp.large(step vault_cases) RETURNS jsonb
    LANGUAGE plpgsql AS $$
DECLARE
    name constant text := step.case_id || step.step;
BEGIN
    UPDATE vesu_vault.alert_rules SET threshold = (step.args ->> 'threshold')::numeric WHERE alert_type = 'large_tx';
    PERFORM vesu_vault.open(name, 'address', 'account');
    PERFORM vesu_vault.deposit(name, (step.args ->> 'amount')::bigint);
    RETURN (SELECT jsonb_build_object('alert', count(*) = 1, 'severity', min(a.severity::text))
              FROM vesu_vault.alerts AS a WHERE a.vault_owner = name AND a.alert_type = 'large_tx');
END
$$;
SELECT c.step, c.exp_json = pg_temp.large(c) AS agrees FROM vault_cases AS c WHERE c.op = 'large_tx_check' ORDER BY c.step;

-- Flow: each transaction of the case at its time.
DO $$
DECLARE
    given record;
    id uuid;
BEGIN
    SET vesu.clock = '2024-12-31 00:00:00+00';
    PERFORM vesu_vault.open('T23', 'address', 'account');
    FOR given IN SELECT tx ->> 0 AS at, tx ->> 1 AS type, (tx ->> 2)::bigint AS amount, tx ->> 3 AS status
                   FROM vault_cases AS c, jsonb_array_elements(c.args -> 'tx') WITH ORDINALITY AS t (tx, place)
                  WHERE c.op = 'daily_flow' ORDER BY place
    LOOP
        PERFORM set_config('vesu.clock', given.at, false);
        id := vesu_vault.begin_transaction(given.type::vesu_vault.transaction_type, 'T23', given.amount);
        IF given.status = 'confirmed' THEN
            PERFORM vesu_vault.confirm_transaction(id);
            -- The lock is undone, or the case's last withdrawal would find too little.
            IF given.type = 'lock' THEN
                PERFORM vesu_vault.unlock('T23', given.amount);
            END IF;
        ELSIF given.status = 'failed' THEN
            PERFORM vesu_vault.fail_transaction(id, 'case');
        END IF;
    END LOOP;
END
$$;
SELECT c.exp_json, (SELECT jsonb_agg(jsonb_build_array(f.day, f.deposits, f.withdrawals, f.net, f.operations) ORDER BY f.day)
                      FROM vesu_vault.daily_flow('2025-01-01', '2025-01-31') AS f) = c.exp_json AS agrees
  FROM vault_cases AS c WHERE c.op = 'daily_flow';
ROLLBACK;
