-- Examples of the rules of the vault, in USDT (1,000,000 units) or in units: each with vaults of its own, the expected
-- outcome beside the actual one, all of them counted.
BEGIN;
SET vesu.clock = '2026-03-01 12:00:00+00';
SET timezone = 'UTC';
SET datestyle = 'ISO';
-- Without a vault there is zero.
CREATE TEMPORARY TABLE empty AS
SELECT concat_ws('/', s.total_value_locked, s.active_vaults, s.total_locked, s.total_available) AS tvl,
       vesu_vault.utilization_percent() AS utilization
  FROM vesu_vault.tvl_snapshot() AS s;
\pset format unaligned
\pset tuples_only
CREATE TEMPORARY TABLE outcomes (example int, place int, call text, expected text, actual text, PRIMARY KEY (example, place));
-- Total/locked/available in units.
CREATE FUNCTION pg_temp.balances(owner text) RETURNS text
    LANGUAGE sql AS $$
    SELECT concat_ws('/', v.total_balance, v.locked_balance, v.available_balance) FROM vesu_vault.vaults AS v WHERE v.owner = balances.owner
$$;
-- Runs a call or a question, in which $ stands for the vaults of the example and amounts of USDT end with U; its SQLSTATE if it fails.
CREATE FUNCTION pg_temp.outcome(example int, call text) RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
    statement constant text := regexp_replace(replace(call, '$', 'e' || example || '-'), '\m(\d+)U\M', '\1000000', 'g');
    answer text;
BEGIN
    EXECUTE CASE WHEN statement ~ '^SELECT ' THEN statement ELSE 'SELECT vesu_vault.' || statement END INTO answer;
    RETURN CASE WHEN statement ~ '^SELECT ' THEN answer ELSE 'ok' END;
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE;
END
$$;
-- Vaults A and B for each example, and its calls in their order.
CREATE FUNCTION pg_temp.example(number int, VARIADIC calls text[]) RETURNS SETOF text
    LANGUAGE plpgsql AS $$
DECLARE
    step record;
BEGIN
    PERFORM vesu_vault.open(format('e%s-%s', number, o), 'address', 'account') FROM unnest(ARRAY['A', 'B']) AS o;
    FOR step IN SELECT c.place / 2 AS place, calls[c.place] AS call, calls[c.place + 1] AS expected
                  FROM generate_series(1, cardinality(calls), 2) AS c (place)
    LOOP
        INSERT INTO outcomes VALUES (number, step.place, step.call, step.expected, pg_temp.outcome(number, step.call));
    END LOOP;
    RETURN QUERY SELECT format('%s: %s', o.expected, o.call) || CASE WHEN o.actual IS DISTINCT FROM o.expected THEN format(' BUT %s', o.actual) ELSE '' END
                   FROM outcomes AS o WHERE o.example = number ORDER BY o.place;
END
$$;

-- 16, 14: what asks about all vaults comes while there are no other ones. Distribution; sums and utilization
SELECT pg_temp.example(16, $$SELECT count(vesu_vault.set_status(owner, 'closed')) FROM vesu_vault.vaults$$, '2',
    $$SELECT count(vesu_vault.open('v' || total, 'address', 'account')) FROM unnest(ARRAY[0, 1, 99999999, 100U, 999999999, 1000U, 9999999999, 10000U, 50000U]) AS total$$, '9',
    $$SELECT count(vesu_vault.deposit('v' || total, total)) FROM unnest(ARRAY[1, 99999999, 100U, 999999999, 1000U, 9999999999, 10000U, 50000U]) AS total$$, '8',
    $$SELECT string_agg(concat_ws(' ', lower, vaults, percent), ', ' ORDER BY lower NULLS FIRST) FROM vesu_vault.distribution()$$,
    '1, 0 2 25.0000, 100000000 2 25.0000, 1000000000 2 25.0000, 10000000000 2 25.0000',
    $$SELECT count(vesu_vault.withdraw(owner, total_balance)) FROM vesu_vault.vaults WHERE total_balance > 0$$, '8',
    $$SELECT count(vesu_vault.set_status(owner, 'closed')) FROM vesu_vault.vaults$$, '11');
SELECT pg_temp.example(14, $$SELECT tvl FROM empty$$, '0/0/0/0', $$SELECT utilization FROM empty$$, '0',
    $$deposit('$A', 100U)$$, 'ok', $$lock('$A', 30U)$$, 'ok', $$deposit('$B', 50U)$$, 'ok', $$open('$C', 'address', 'account')$$, 'ok',
    $$open('$D', 'address', 'account')$$, 'ok', $$deposit('$D', 1000U)$$, 'ok', $$lock('$D', 400U)$$, 'ok', $$set_status('$D', 'paused')$$, 'ok',
    $$SELECT concat_ws(' ', total_value_locked, active_vaults, total_locked, total_available) FROM vesu_vault.tvl_snapshot()$$, '1150000000 3 430000000 720000000',
    $$SELECT vesu_vault.utilization_percent()$$, '20.0000');
-- 1, 2, 3: opening, the four movements, locking everything
SELECT pg_temp.example(1, $$open('$A', 'address', 'account')$$, 'VS110', $$deposit('$A', 50U)$$, 'ok', $$lock('$A', 30U)$$, 'ok', $$withdraw('$A', 20000001)$$, 'VS107',
    $$SELECT pg_temp.balances('$A')$$, '50000000/30000000/20000000');
SELECT pg_temp.example(2, $$deposit('$A', 2000U)$$, 'ok', $$lock('$A', 800U)$$, 'ok', $$withdraw('$A', 500U)$$, 'ok',
    $$SELECT balance_before || ' -> ' || balance_after FROM vesu_vault.unlock('$A', 300U)$$, '700000000 -> 1000000000',
    $$SELECT pg_temp.balances('$A')$$, '1500000000/500000000/1000000000');
SELECT pg_temp.example(3, $$deposit('$A', 1000U)$$, 'ok', $$lock('$A', 1000U)$$, 'ok', $$lock('$A', 1)$$, 'VS107', $$unlock('$A', 1000000001)$$, 'VS108',
    $$SELECT pg_temp.balances('$A')$$, '1000000000/1000000000/0');
-- 4, 5, 6: transfers out of locked money first
SELECT pg_temp.example(4, $$deposit('$A', 500U)$$, 'ok', $$lock('$A', 300U)$$, 'ok', $$transfer('$A', '$B', 200U, 'locked_first')$$, 'ok',
    $$SELECT pg_temp.balances('$A')$$, '300000000/100000000/200000000', $$transfer('$A', '$B', 250U, 'locked_first')$$, 'ok',
    $$SELECT pg_temp.balances('$A')$$, '50000000/0/50000000', $$SELECT pg_temp.balances('$B')$$, '450000000/0/450000000');
SELECT pg_temp.example(5, $$deposit('$A', 50U)$$, 'ok', $$transfer('$A', '$B', 50000001, 'locked_first')$$, 'VS107', $$transfer('$A', '$A', 1U)$$, 'VS102',
    $$transfer('$A', '$B', 0)$$, 'VS101', $$SELECT pg_temp.balances('$A')$$, '50000000/0/50000000', $$SELECT pg_temp.balances('$B')$$, '0/0/0');
SELECT pg_temp.example(6, $$deposit('$A', 1918675369)$$, 'ok', $$lock('$A', 111762271)$$, 'ok', $$SELECT pg_temp.balances('$A')$$, '1918675369/111762271/1806913098',
    $$transfer('$A', '$B', 195555865, 'locked_first')$$, 'ok', $$SELECT pg_temp.balances('$A')$$, '1723119504/0/1723119504');
-- 7, 8: the largest balance
SELECT pg_temp.example(7, $$deposit('$A', 9223372036854775807)$$, 'ok', $$deposit('$A', 1)$$, 'VS109');
SELECT pg_temp.example(8, $$deposit('$A', 9223372036854775807)$$, 'ok', $$lock('$A', 9223372036854775806)$$, 'ok', $$deposit('$B', 1)$$, 'ok',
    $$transfer('$A', '$B', 9223372036854775807, 'locked_first')$$, 'VS109',
    $$SELECT pg_temp.balances('$A')$$, '9223372036854775807/9223372036854775806/1', $$SELECT pg_temp.balances('$B')$$, '1/0/1',
    $$SELECT sum(amount) FROM vesu_vault.lock_buckets WHERE vault_owner = '$A'$$, '9223372036854775806',
    $$withdraw('$A', 1)$$, 'ok', $$deposit('$A', 1)$$, 'VS109');
-- 9, 10: who is refused, and why
SELECT pg_temp.example(9, $$deposit('$nobody', 0)$$, 'VS101', $$deposit('$nobody', 1)$$, 'VS104', $$set_status('$A', 'paused')$$, 'ok', $$deposit('$A', 1)$$, 'VS105',
    $$set_status('$B', 'closed')$$, 'ok', $$deposit('$B', 1)$$, 'VS106');
SELECT pg_temp.example(10, $$set_status('$B', 'closed')$$, 'ok', $$set_paused(true)$$, 'ok', $$withdraw('$B', 1)$$, 'VS103', $$open('$C', 'address', 'account')$$, 'ok',
    $$set_paused(false)$$, 'ok');
-- 11: what is received may be withdrawn
SELECT pg_temp.example(11, $$deposit('$A', 1000U)$$, 'ok', $$deposit('$B', 200U)$$, 'ok', $$lock('$A', 500U)$$, 'ok', $$transfer('$B', '$A', 200U)$$, 'ok', $$unlock('$A', 500U)$$, 'ok',
    $$withdraw('$A', 1200U)$$, 'ok', $$SELECT pg_temp.balances('$A')$$, '0/0/0',
    $$SELECT concat_ws(' ', total_deposited, total_withdrawn) FROM vesu_vault.vaults WHERE owner = '$A'$$, '1000000000 1200000000');
-- 12, 13: reconciliation
SELECT pg_temp.example(12, $$deposit('$A', 1000U)$$, 'ok',
    $$SELECT concat_ws(' ', result, difference) FROM vesu_vault.reconcile('[{"owner": "$A", "total": 1020000000, "locked": 0}]', true)$$, 'fixed 20000000',
    $$SELECT pg_temp.balances('$A')$$, '1020000000/0/1020000000', $$deposit('$B', 1000U)$$, 'ok', $$lock('$B', 300U)$$, 'ok',
    $$SELECT concat_ws(' ', result, difference) FROM vesu_vault.reconcile('[{"owner": "$B", "total": 950000000, "locked": 300000000}]', true)$$, 'fixed -50000000',
    $$SELECT pg_temp.balances('$B')$$, '950000000/300000000/650000000', $$deposit('$B', 50U)$$, 'ok',
    $$SELECT concat_ws(' ', result, difference) FROM vesu_vault.reconcile('[{"owner": "$B", "total": 1000000000, "locked": 400000000}]', true)$$, 'fixed 0',
    $$SELECT concat_ws(' ', difference, auto_fixed) FROM vesu_vault.reconciliation_logs WHERE vault_owner = '$B' AND difference = 0$$, '0 t',
    $$SELECT pg_temp.balances('$B')$$, '1000000000/400000000/600000000');
SELECT pg_temp.example(13, $$deposit('$A', 1)$$, 'ok',
    $$SELECT concat_ws(' ', result, log_id) FROM vesu_vault.reconcile('[{"owner": "$A", "total": 1, "locked": 0}]')$$, 'equal',
    $$SELECT count(*) FROM vesu_vault.reconciliation_logs WHERE vault_owner = '$A'$$, '0',
    $$SELECT concat_ws(' ', result, log_id IS NOT NULL) FROM vesu_vault.reconcile('[{"owner": "$A", "total": 2, "locked": 0}]')$$, 'logged t', $$set_status('$B', 'paused')$$, 'ok',
    $$SELECT concat_ws(' ', result, log_id) FROM vesu_vault.reconcile('[{"owner": "$B", "total": 1, "locked": 0}]', true)$$, 'skipped_status');
-- 17, 18, 19: amounts as text; a batch is all or nothing
SELECT pg_temp.example(17, $$SELECT vesu_vault.parse_amount('0.000249')$$, '249', $$SELECT vesu_vault.parse_amount('1.5')$$, '1500000',
    $$SELECT vesu_vault.parse_amount('9223372036854.775807')$$, '9223372036854775807');
SELECT pg_temp.example(18, $$parse_amount('')$$, 'VS101', $$parse_amount('abc')$$, 'VS101', $$parse_amount('-1')$$, 'VS101', $$parse_amount('1.0000001')$$, 'VS101',
    $$parse_amount('9223372036854.775808')$$, 'VS101');
SELECT pg_temp.example(19, $$deposit('$A', 1000U)$$, 'ok', $$apply_batch('[{"op": "withdraw", "owner": "$A", "amount": 100U}, {"op": "withdraw", "owner": "$A", "amount": 200U},
                                                             {"op": "withdraw", "owner": "$A", "amount": 701U}]')$$, 'VS107',
    $$SELECT count(*) FROM vesu_vault.transactions WHERE vault_owner = '$A' AND transaction_type = 'withdrawal'$$, '0', $$SELECT pg_temp.balances('$A')$$, '1000000000/0/1000000000');
-- 22, 23: states of transactions and vaults
SELECT pg_temp.example(22, $$SELECT set_config('example.id', vesu_vault.begin_transaction('deposit', '$A', 5)::text, true) <> ''$$, 'true',
    $$confirm_transaction(current_setting('example.id')::uuid)$$, 'ok', $$fail_transaction(current_setting('example.id')::uuid, 'late')$$, 'VS112',
    $$confirm_transaction(current_setting('example.id')::uuid)$$, 'ok', $$SELECT pg_temp.balances('$A')$$, '5/0/5',
    $$SELECT set_config('example.id', vesu_vault.begin_transaction('deposit', '$A', 5)::text, true) <> ''$$, 'true',
    $$fail_transaction(current_setting('example.id')::uuid, 'lost')$$, 'ok', $$confirm_transaction(current_setting('example.id')::uuid)$$, 'VS112',
    $$SELECT pg_temp.balances('$A')$$, '5/0/5');
SELECT pg_temp.example(23, $$deposit('$A', 5)$$, 'ok', $$set_status('$A', 'closed')$$, 'VS111', $$set_status('$B', 'closed')$$, 'ok', $$set_status('$B', 'active')$$, 'VS111');
-- 15: alerts
SELECT pg_temp.example(15, $$deposit('$A', 99999999)$$, 'ok', $$deposit('$B', 100000000)$$, 'ok', $$open('$C', 'address', 'account')$$, 'ok',
    $$SELECT vesu_vault.run_monitor() > 0$$, 'true', $$SELECT string_agg(vault_owner || ' ' || alert_type, ', ' ORDER BY vault_owner) FROM vesu_vault.alerts WHERE vault_owner LIKE '$%' AND alert_type = 'low_balance'$$, 'e15-A low_balance, e15-C low_balance',
    $$SELECT vesu_vault.run_monitor()$$, '0', $$deposit('$A', 9999999999)$$, 'ok', $$SELECT count(*) FROM vesu_vault.alerts WHERE vault_owner LIKE '$%' AND alert_type = 'large_tx'$$, '0',
    $$deposit('$B', 10000000000)$$, 'ok', $$SELECT string_agg(vault_owner, ', ') FROM vesu_vault.alerts WHERE vault_owner LIKE '$%' AND alert_type = 'large_tx'$$, 'e15-B');
-- 20, 21: flow and course of days
SET vesu.clock = '2024-12-31 00:00:00+00';
CREATE FUNCTION pg_temp.at(moment text) RETURNS text
    LANGUAGE sql AS $$ SELECT set_config('vesu.clock', moment || '+00', false) $$;
SELECT pg_temp.example(20, $$SELECT pg_temp.at('2025-01-01 00:00:00') <> ''$$, 'true', $$deposit('$A', 100U)$$, 'ok',
    $$SELECT pg_temp.at('2025-01-01 23:59:59') <> ''$$, 'true', $$deposit('$A', 50U)$$, 'ok',
    $$SELECT pg_temp.at('2025-01-02 00:00:00') <> ''$$, 'true', $$withdraw('$A', 30U)$$, 'ok',
    $$SELECT status FROM vesu_vault.fail_transaction(vesu_vault.begin_transaction('deposit', '$A', 999U), 'no')$$, 'failed', $$begin_transaction('deposit', '$A', 999U)$$, 'ok',
    $$lock('$A', 10U)$$, 'ok', $$unlock('$A', 10U)$$, 'ok', $$SELECT pg_temp.at('2025-01-04 13:00:00') <> ''$$, 'true', $$withdraw('$A', 120U)$$, 'ok',
    $$SELECT string_agg(format('%s (%s, %s, %s, %s)', day, deposits, withdrawals, net, operations), ', ' ORDER BY day) FROM vesu_vault.daily_flow('2025-01-01', '2025-01-31')$$,
    '2025-01-01 (150000000, 0, 150000000, 2), 2025-01-02 (0, 30000000, -30000000, 1), 2025-01-04 (0, 120000000, -120000000, 1)');
SELECT pg_temp.example(21, $$SELECT pg_temp.at('2025-02-01 00:00:00') <> ''$$, 'true', $$deposit('$A', 100U)$$, 'ok',
    $$SELECT pg_temp.at('2025-02-01 12:00:00') <> ''$$, 'true', $$deposit('$A', 200U)$$, 'ok', $$lock('$A', 100U)$$, 'ok',
    $$SELECT pg_temp.at('2025-02-01 18:00:00') <> ''$$, 'true', $$withdraw('$A', 100U)$$, 'ok', $$unlock('$A', 50U)$$, 'ok',
    $$SELECT pg_temp.at('2025-02-02 00:00:00') <> ''$$, 'true', $$SELECT vesu_vault.daily_summary('2025-02-01') > 0$$, 'true',
    $$SELECT format('open %s close %s min %s max %s', open_total, close_total, min_total, max_total) FROM vesu_vault.daily_balances WHERE vault_owner = '$A'$$,
    'open 100000000 close 200000000 min 100000000 max 300000000',
    $$SELECT concat_ws('/', total_balance, locked_balance, available_balance) FROM vesu_vault.balance_snapshots
       WHERE vault_owner = '$A' AND snapshot_type = 'daily_summary' AND "timestamp" = '2025-02-01 23:59:59.999999+00'$$, '200000000/50000000/150000000');

-- All 23 of them, and the ledgers that they left.
SELECT count(DISTINCT example) AS examples, min(example), max(example), count(*) AS outcomes, count(*) FILTER (WHERE actual IS DISTINCT FROM expected) AS different FROM outcomes;
SELECT example, place, call, expected, actual FROM outcomes WHERE actual IS DISTINCT FROM expected ORDER BY example, place;
SELECT count(*) FROM vesu_vault.verify();
ROLLBACK;
