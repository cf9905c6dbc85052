-- The golden cases of the vault that are about its operations: every step, every balance after it.
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
-- The sources' names of our errors. A step back to pending is none of ours: only an UPDATE could try it.
CREATE TEMPORARY TABLE codes (exp_result text PRIMARY KEY, code text);
INSERT INTO codes VALUES
    ('ok', 'ok'), ('INVALID_INPUT', 'VS102'), ('INVALID_AMOUNT', 'VS101'), ('SYSTEM_PAUSED', 'VS103'),
    ('VAULT_NOT_FOUND', 'VS104'), ('VAULT_PAUSED', 'VS105'), ('VAULT_CLOSED', 'VS106'), ('INSUFFICIENT_BALANCE', 'VS107'),
    ('INSUFFICIENT_LOCKED_BALANCE', 'VS108'), ('VAULT_ALREADY_EXISTS', 'VS110');

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
    SELECT coalesce((SELECT ARRAY[total_balance, locked_balance, available_balance, total_deposited, total_withdrawn]
                       FROM vesu_vault.vaults AS v WHERE v.owner = balances.owner), ARRAY[NULL, NULL, NULL, NULL, NULL]::bigint[])
$$;
CREATE TEMPORARY TABLE results (
    case_id text, step int, op text, code text, expected text, balances bigint[], expected_balances bigint[],
    counterparty bigint[], expected_counterparty bigint[], change bigint[], expected_change bigint[]);
DO $$
DECLARE
    step vault_cases;
    outcome record;
BEGIN
    FOR step IN SELECT c.* FROM vault_cases AS c
                 WHERE c.op IN ('init', 'deposit', 'withdraw', 'lock', 'unlock', 'transfer', 'set_status', 'pause_system',
                                'unpause_system')
                 ORDER BY c.case_id, c.step
    LOOP
        IF step.step = 1 THEN
            PERFORM vesu_vault.set_paused(false);
        END IF;
        outcome := pg_temp.run(step);
        INSERT INTO results
        SELECT step.case_id, step.step, step.op, outcome.code, codes.code,
               pg_temp.balances(step.case_id || '/' || step.vault),
               ARRAY[step.exp_total, step.exp_locked, step.exp_available, step.exp_deposited, step.exp_withdrawn],
               (pg_temp.balances(step.case_id || '/' || step.counterparty))[1:3],
               ARRAY[step.exp_cp_total, step.exp_cp_locked, step.exp_cp_available],
               ARRAY[outcome.balance_before, outcome.balance_after],
               ARRAY[step.exp_balance_before, step.exp_balance_after]
          FROM codes WHERE codes.exp_result = step.exp_result;
    END LOOP;
    PERFORM vesu_vault.set_paused(false);
END
$$;
SELECT op, count(*) AS steps, count(*) FILTER (WHERE code = 'ok') AS succeed FROM results GROUP BY op ORDER BY op;
SELECT r.* FROM results AS r
 WHERE code IS DISTINCT FROM expected OR balances IS DISTINCT FROM expected_balances
    OR counterparty IS DISTINCT FROM expected_counterparty OR change IS DISTINCT FROM expected_change
 ORDER BY case_id, step;

-- Amounts as text.
CREATE FUNCTION pg_temp.parsed(value text) RETURNS text
    LANGUAGE plpgsql AS $$
BEGIN
    RETURN vesu_vault.parse_amount(value);
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE;
END
$$;
SELECT count(*) AS compared,
       count(*) FILTER (WHERE pg_temp.parsed(args ->> 'text') IS DISTINCT FROM coalesce(exp_json ->> 'units', 'VS101')) AS different
  FROM vault_cases WHERE op = 'parse_usdt';

-- States of transactions.
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
SELECT c.args ->> 'from' AS from, c.args ->> 'to' AS to, c.exp_result, outcome.code,
       CASE WHEN c.exp_result = 'ok' THEN c.exp_json -> 'confirmed_at_set' END AS exp_confirmed, outcome.confirmed
  FROM vault_cases AS c, pg_temp.transition(c.args ->> 'from', c.args ->> 'to') AS outcome
 WHERE c.op = 'tx_transition'
 ORDER BY c.step;

-- States of vaults.
CREATE FUNCTION pg_temp.vault_transition(owner text, old_status text, new_status text, total bigint) RETURNS text
    LANGUAGE plpgsql AS $$
BEGIN
    PERFORM vesu_vault.open(owner, 'address', 'account');
    IF total > 0 THEN
        PERFORM vesu_vault.deposit(owner, total);
    END IF;
    PERFORM vesu_vault.set_status(owner, old_status::vesu_vault.vault_status);
    PERFORM vesu_vault.set_status(owner, new_status::vesu_vault.vault_status);
    RETURN 'ok';
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE;
END
$$;
SELECT c.args ->> 'from' AS from, c.args ->> 'to' AS to, c.args -> 'total' AS total, c.exp_result,
       pg_temp.vault_transition(c.case_id || c.step, c.args ->> 'from', c.args ->> 'to', (c.args ->> 'total')::bigint) AS code
  FROM vault_cases AS c
 WHERE c.op = 'vault_transition'
 ORDER BY c.step;
ROLLBACK;
