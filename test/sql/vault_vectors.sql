-- The golden cases of the vault: what each row of the file expects beside what the functions give. Every row is asserted once,
-- but those that no function answers; they are named at the end.
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
CREATE TEMPORARY TABLE asserted (
    case_id text, step int, actual jsonb, expected jsonb, agrees boolean GENERATED ALWAYS AS (actual IS NOT DISTINCT FROM expected) STORED,
    PRIMARY KEY (case_id, step), FOREIGN KEY (case_id, step) REFERENCES vault_cases);
-- The sources' names of our errors; what they call an invalid state is each time another one of ours.
CREATE FUNCTION pg_temp.code(name text, invalid_state text DEFAULT NULL) RETURNS text
    LANGUAGE sql AS $$
    SELECT coalesce('{"ok": "ok", "INVALID_INPUT": "VS102", "INVALID_AMOUNT": "VS101", "SYSTEM_PAUSED": "VS103", "VAULT_NOT_FOUND": "VS104",
                      "VAULT_PAUSED": "VS105", "VAULT_CLOSED": "VS106", "INSUFFICIENT_BALANCE": "VS107",
                      "INSUFFICIENT_LOCKED_BALANCE": "VS108", "VAULT_ALREADY_EXISTS": "VS110"}'::jsonb ->> name,
                    CASE name WHEN 'INVALID_STATE' THEN invalid_state END, 'no code for ' || name)
$$;

-- Before there is a vault: sums and utilization.
INSERT INTO asserted
SELECT c.case_id, c.step,
       CASE c.op WHEN 'utilization' THEN jsonb_build_object('percent', vesu_vault.utilization_percent()::text)
                 ELSE to_jsonb(vesu_vault.tvl_snapshot()) - '{id,timestamp}'::text[] END,
       c.exp_json
  FROM vault_cases AS c WHERE c.op IN ('tvl_snapshot', 'utilization') AND c.exp_result = 'ok';

-- Operations: the result, the balances of both vaults after every step, and those in the row that it wrote.
-- Vault A of case T01 is T01/A. Transfers take from locked money first, as the sources' program does.
CREATE FUNCTION pg_temp.run(step vault_cases, OUT code text, OUT balance_before bigint, OUT balance_after bigint)
    LANGUAGE plpgsql AS $$
DECLARE
    a constant text := step.case_id || '/' || step.vault;
    b constant text := step.case_id || '/' || step.counterparty;
    written vesu_vault.transactions;
BEGIN
    CASE step.op
        WHEN 'init' THEN PERFORM vesu_vault.open(a, 'address', 'account');
        WHEN 'fixture' THEN
            PERFORM vesu_vault.open(a, 'address', 'account');
            written := vesu_vault.deposit(a, (step.args ->> 'deposited')::bigint);
            IF (step.args ->> 'locked')::bigint > 0 THEN
                PERFORM vesu_vault.lock(a, (step.args ->> 'locked')::bigint);
            END IF;
            written := NULL;
        WHEN 'deposit' THEN written := vesu_vault.deposit(a, step.amount);
        WHEN 'withdraw' THEN written := vesu_vault.withdraw(a, step.amount);
        WHEN 'lock' THEN written := vesu_vault.lock(a, step.amount);
        WHEN 'unlock' THEN written := vesu_vault.unlock(a, step.amount);
        WHEN 'transfer' THEN
            SELECT t.* INTO written FROM vesu_vault.transfer(a, b, step.amount, 'locked_first') AS t LIMIT 1;
        WHEN 'set_status' THEN PERFORM vesu_vault.set_status(a, (step.args ->> 'status')::vesu_vault.vault_status);
        WHEN 'pause_system' THEN PERFORM vesu_vault.set_paused(true);
        WHEN 'unpause_system' THEN PERFORM vesu_vault.set_paused(false);
    END CASE;
    code := 'ok';
    balance_before := written.balance_before;
    balance_after := written.balance_after;
EXCEPTION WHEN OTHERS THEN
    code := SQLSTATE;
END
$$;
CREATE FUNCTION pg_temp.balances(owner text) RETURNS bigint[]
    LANGUAGE sql AS $$
    SELECT ARRAY[total_balance, locked_balance, available_balance, total_deposited, total_withdrawn] FROM vesu_vault.vaults AS v WHERE v.owner = balances.owner
$$;
DO $$
DECLARE
    step vault_cases;
    outcome record;
    held bigint[];
    nothing constant bigint[] := ARRAY[NULL, NULL, NULL, NULL, NULL];
BEGIN
    FOR step IN SELECT c.* FROM vault_cases AS c
                 WHERE c.op IN ('init', 'fixture', 'deposit', 'withdraw', 'lock', 'unlock', 'transfer', 'set_status', 'pause_system', 'unpause_system')
                 ORDER BY c.case_id, c.step
    LOOP
        IF step.step = 1 THEN
            PERFORM vesu_vault.set_paused(false);
        END IF;
        outcome := pg_temp.run(step);
        held := coalesce(pg_temp.balances(step.case_id || '/' || step.vault), nothing)
                || coalesce((pg_temp.balances(step.case_id || '/' || step.counterparty))[1:3], nothing[1:3]);
        INSERT INTO asserted
        VALUES (step.case_id, step.step,
                jsonb_build_array(outcome.code, held, outcome.balance_before, outcome.balance_after),
                jsonb_build_array(
                    pg_temp.code(step.exp_result),
                    ARRAY[step.exp_total, step.exp_locked, step.exp_available, step.exp_deposited, step.exp_withdrawn,
                          step.exp_cp_total, step.exp_cp_locked, step.exp_cp_available],
                    step.exp_balance_before, step.exp_balance_after));
    END LOOP;
    PERFORM vesu_vault.set_paused(false);
END
$$;

-- Amounts as text, read exactly.
CREATE FUNCTION pg_temp.parsed(value text) RETURNS jsonb
    LANGUAGE plpgsql AS $$
BEGIN
    RETURN jsonb_build_array('ok', jsonb_build_object('units', vesu_vault.parse_amount(value)));
EXCEPTION WHEN OTHERS THEN
    RETURN jsonb_build_array(SQLSTATE, NULL);
END
$$;
INSERT INTO asserted
SELECT c.case_id, c.step, pg_temp.parsed(c.args ->> 'text'), jsonb_build_array(pg_temp.code(c.exp_result), c.exp_json)
  FROM vault_cases AS c WHERE c.op = 'parse_usdt';
-- Written exactly too: groups, two decimals and the name of the coin are for whoever shows the amount.
INSERT INTO asserted
SELECT c.case_id, c.step,
       jsonb_build_object('text', to_char(vesu_vault.format_amount((c.args ->> 'units')::bigint)::numeric, 'FM999,999,999,999,990.00') || ' USDT'),
       c.exp_json
  FROM vault_cases AS c WHERE c.op = 'format_usdt' AND c.exp_result = 'ok';

-- States of transactions. A refused step leaves confirmed_at as it was; back to pending there is no function, and the ledger
-- refuses an UPDATE.
SELECT vesu_vault.open('T25', 'address', 'account') \g /dev/null
CREATE FUNCTION pg_temp.step_to(id uuid, status text) RETURNS void
    LANGUAGE plpgsql AS $$
BEGIN
    CASE status
        WHEN 'submitted' THEN PERFORM vesu_vault.submit_transaction(id, id::text);
        WHEN 'confirmed' THEN PERFORM vesu_vault.confirm_transaction(id);
        WHEN 'failed' THEN PERFORM vesu_vault.fail_transaction(id, 'reason');
        WHEN 'pending' THEN UPDATE vesu_vault.transactions AS t SET status = 'pending' WHERE t.id = step_to.id;
    END CASE;
END
$$;
CREATE FUNCTION pg_temp.transition(old_status text, new_status text, OUT code text, OUT confirmed boolean)
    LANGUAGE plpgsql AS $$
DECLARE
    new_id constant uuid := vesu_vault.begin_transaction('deposit', 'T25', 1);
BEGIN
    IF old_status <> 'pending' THEN
        PERFORM pg_temp.step_to(new_id, old_status);
    END IF;
    BEGIN
        PERFORM pg_temp.step_to(new_id, new_status);
        code := 'ok';
    EXCEPTION WHEN OTHERS THEN
        code := SQLSTATE;
    END;
    confirmed := (SELECT t.confirmed_at IS NOT NULL FROM vesu_vault.transactions AS t WHERE t.id = new_id);
END
$$;
INSERT INTO asserted
SELECT c.case_id, c.step, jsonb_build_array(outcome.code, outcome.confirmed),
       jsonb_build_array(pg_temp.code(c.exp_result, CASE c.args ->> 'to' WHEN 'pending' THEN 'VS115' ELSE 'VS112' END),
                         CASE WHEN c.exp_result = 'ok' THEN c.exp_json -> 'confirmed_at_set' ELSE to_jsonb(c.args ->> 'from' = 'confirmed') END)
  FROM vault_cases AS c, pg_temp.transition(c.args ->> 'from', c.args ->> 'to') AS outcome
 WHERE c.op = 'tx_transition';

-- States of vaults: the result, and the state afterwards.
CREATE FUNCTION pg_temp.vault_transition(owner text, old_status text, new_status text, total bigint, OUT code text, OUT status text)
    LANGUAGE plpgsql AS $$
BEGIN
    PERFORM vesu_vault.open(owner, 'address', 'account');
    IF total > 0 THEN
        PERFORM vesu_vault.deposit(owner, total);
    END IF;
    PERFORM vesu_vault.set_status(owner, old_status::vesu_vault.vault_status);
    BEGIN
        PERFORM vesu_vault.set_status(owner, new_status::vesu_vault.vault_status);
        code := 'ok';
    EXCEPTION WHEN OTHERS THEN
        code := SQLSTATE;
    END;
    status := (SELECT v.status FROM vesu_vault.vaults AS v WHERE v.owner = vault_transition.owner);
END
$$;
INSERT INTO asserted
SELECT c.case_id, c.step, to_jsonb(outcome),
       jsonb_build_object('code', pg_temp.code(c.exp_result, 'VS111'),
                          'status', CASE c.exp_result WHEN 'ok' THEN c.args ->> 'to' ELSE c.args ->> 'from' END)
  FROM vault_cases AS c,
       pg_temp.vault_transition(c.case_id || c.step, c.args ->> 'from', c.args ->> 'to', (c.args ->> 'total')::bigint) AS outcome
 WHERE c.op = 'vault_transition';

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
INSERT INTO asserted
SELECT c.case_id, c.step, pg_temp.reconciled(c), c.exp_json FROM vault_cases AS c WHERE c.op = 'reconcile_one' AND c.exp_result = 'ok';

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
INSERT INTO asserted
SELECT c.case_id, c.step, pg_temp.large(c), c.exp_json FROM vault_cases AS c WHERE c.op = 'large_tx_check' AND c.exp_result = 'ok';

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
INSERT INTO asserted
SELECT c.case_id, c.step,
       (SELECT jsonb_agg(jsonb_build_array(f.day, f.deposits, f.withdrawals, f.net, f.operations) ORDER BY f.day)
          FROM vesu_vault.daily_flow('2025-01-01', '2025-01-31') AS f),
       c.exp_json
  FROM vault_cases AS c WHERE c.op = 'daily_flow' AND c.exp_result = 'ok';

-- Every row of the file.
SELECT c.op, count(*) AS rows, count(a.case_id) AS asserted, count(*) FILTER (WHERE NOT a.agrees) AS different
  FROM vault_cases AS c LEFT JOIN asserted AS a USING (case_id, step) GROUP BY ROLLUP (c.op) ORDER BY c.op NULLS LAST;
SELECT a.* FROM asserted AS a WHERE NOT a.agrees ORDER BY case_id, step;
-- Withdrawals with a delay (timelock) are no part of the vault; every other row has a function and is asserted.
SELECT c.case_id, c.step, c.op FROM vault_cases AS c LEFT JOIN asserted AS a USING (case_id, step)
 WHERE a.case_id IS NULL AND c.op <> 'timelock' ORDER BY c.case_id, c.step;
SELECT count(*) AS findings FROM vesu_vault.verify();
ROLLBACK;
