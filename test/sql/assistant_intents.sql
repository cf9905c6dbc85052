-- Intents: what is a condition and an action, whether a condition holds, the states, what a triggered intent tells.
BEGIN;
SET vesu.clock = '2026-03-01 12:00:00+00';
SET timezone = 'UTC';
SET datestyle = 'ISO';
\set ECHO none
CREATE FUNCTION pg_temp.user_id(n int) RETURNS uuid LANGUAGE sql IMMUTABLE RETURN format('a0000000-0000-0000-0000-%s', lpad(n::text, 12, '0'))::uuid;
CREATE FUNCTION pg_temp.short(message text) RETURNS text
    LANGUAGE sql AS $$SELECT regexp_replace(message, '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}', '<id>', 'g')$$;
-- What a statement gives: its value, or how it fails and whether it changed something.
CREATE FUNCTION pg_temp.outcome(statement text, with_advice boolean DEFAULT false) RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
    before constant text := (SELECT md5(string_agg(i::text, ',' ORDER BY i.id)) FROM vesu_assistant.intents AS i);
    given text;
    message text;
    detail text;
    hint text;
BEGIN
    BEGIN
        EXECUTE statement INTO given;
        RETURN coalesce(given, 'NULL');
    EXCEPTION WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
        IF (SELECT md5(string_agg(i::text, ',' ORDER BY i.id)) FROM vesu_assistant.intents AS i) IS DISTINCT FROM before THEN
            message := message || ' AND SOMETHING CHANGED';
        END IF;
        RETURN CASE WHEN with_advice THEN pg_temp.short(concat_ws(E'\n', SQLSTATE || ': ' || message, 'DETAIL: ' || detail, 'HINT: ' || hint))
                    ELSE SQLSTATE END;
    END;
END
$$;
CREATE FUNCTION pg_temp.matches(condition text, context text) RETURNS text
    LANGUAGE sql AS $$SELECT pg_temp.outcome(format('SELECT vesu_assistant.intent_matches(%L, %L)', condition, context))$$;
CREATE FUNCTION pg_temp.snapshot(n int, health_factor numeric, protocol text DEFAULT 'aave') RETURNS void
    LANGUAGE sql AS $$
    SELECT vesu_assistant.record_position(pg_temp.user_id(n), protocol, '[{"symbol": "ETH", "amount": 1, "valueUSD": 3000}]',
               CASE WHEN health_factor IS NULL THEN '[]' ELSE '[{"symbol": "USDC", "amount": 1500, "valueUSD": 1500}]' END::jsonb, health_factor)
$$;
INSERT INTO vesu_assistant.users (id, wallet_address, preferences, telegram_chat_id)
VALUES (pg_temp.user_id(1), '0x1', NULL, NULL),
       (pg_temp.user_id(2), '0x2', '{"notificationChannels": ["telegram", "email"]}', 'chat'),
       (pg_temp.user_id(3), '0x3', '{"notificationChannels": ["telegram", "email"]}', NULL),
       (pg_temp.user_id(4), '0x4', '{"notificationChannels": ["telegram"]}', NULL);
\getenv directory PG_ABS_SRCDIR
\set path :directory '/vectors/assistant_cases.csv'
CREATE TEMPORARY TABLE assistant_cases (case_id text, "group" text, input jsonb, expected text, note text);
\set copy '\\copy assistant_cases FROM ' :'path' ' WITH (FORMAT csv, HEADER)'
:copy
\set ECHO all
\pset format unaligned

-- The golden cases.
SELECT case_id, expected, CASE WHEN expected LIKE 'error%' THEN replace(given, 'VS205', 'error INVALID_CONDITION') ELSE given END AS given
  FROM assistant_cases
 CROSS JOIN LATERAL (SELECT pg_temp.matches((input -> 'condition')::text,
            jsonb_build_object('health_factor', input -> 'hf', 'prices', input -> 'prices', 'now', input -> 'now')::text) AS given) AS actual
 WHERE "group" = 'intent_condition'
 ORDER BY case_id;

-- Those of the contract, and what stands beside them.
SELECT scenario, expected, pg_temp.matches(condition, context) AS actual
  FROM (VALUES
    ('01 1.199999 < 1.2', '{"type": "health_factor", "operator": "<", "value": 1.2}', '{"health_factor": 1.199999}', 'true'),
    ('02 1.2 < 1.2',      '{"type": "health_factor", "operator": "<", "value": 1.2}', '{"health_factor": 1.2}', 'false'),
    ('03 1.3 < 1.2',      '{"type": "health_factor", "operator": "<", "value": 1.2}', '{"health_factor": 1.3}', 'false'),
    ('04 null',           '{"type": "health_factor", "operator": "<", "value": 1.2}', '{"health_factor": null}', 'NULL'),
    ('05 1.2 <= 1.2',     '{"type": "health_factor", "operator": "<=", "value": 1.2}', '{"health_factor": 1.2}', 'true'),
    ('06 1.2 >= 1.2',     '{"type": "health_factor", "operator": ">=", "value": 1.2}', '{"health_factor": 1.2}', 'true'),
    ('07 1.2 > 1.2',      '{"type": "health_factor", "operator": ">", "value": 1.2}', '{"health_factor": 1.2}', 'false'),
    ('08 1.2 = 1.2',      '{"type": "health_factor", "operator": "=", "value": 1.2}', '{"health_factor": 1.2}', 'true'),
    ('09 1.2 <> 1.2',     '{"type": "health_factor", "operator": "<>", "value": 1.2}', '{"health_factor": 1.2}', 'VS205'),
    ('10 ETH at 2500.01', '{"type": "price", "operator": ">", "value": "2500", "asset": "ETH"}', '{"prices": {"ETH": 2500.01}}', 'true'),
    ('11 ETH at 2500',    '{"type": "price", "operator": ">", "value": "2500", "asset": "ETH"}', '{"prices": {"ETH": "2500"}}', 'false'),
    ('12 no asset',       '{"type": "price", "operator": ">", "value": "2500"}', '{"prices": {"ETH": 2500.01}}', 'VS205'),
    ('13 signal',         '{"type": "signal", "operator": "=", "value": "funding_rate", "asset": "AAVE"}', '{"active_signals": [["funding_rate", "AAVE"]]}', 'true'),
    ('14 other asset',    '{"type": "signal", "operator": "=", "value": "funding_rate", "asset": "ETH"}', '{"active_signals": [["funding_rate", "AAVE"]]}', 'false'),
    ('15 other type',     '{"type": "signal", "operator": "=", "value": "depeg", "asset": "AAVE"}', '{"active_signals": [["funding_rate", "AAVE"]]}', 'false'),
    ('16 any asset',      '{"type": "signal", "operator": "=", "value": "funding_rate"}', '{"active_signals": [["depeg", "ETH"], ["funding_rate", "AAVE"]]}', 'true'),
    ('17 no signals',     '{"type": "signal", "operator": "=", "value": "funding_rate"}', '{"active_signals": []}', 'false'),
    ('18 unknown ones',   '{"type": "signal", "operator": "=", "value": "funding_rate"}', '{}', 'NULL'),
    ('19 at T',           '{"type": "time", "operator": ">=", "value": "2025-01-01T00:00:00Z"}', '{"now": "2025-01-01T00:00:00Z"}', 'true'),
    ('20 before T',       '{"type": "time", "operator": ">=", "value": "2025-01-01T00:00:00Z"}', '{"now": "2024-12-31T23:59:59.999999Z"}', 'false'),
    ('21 other zone',     '{"type": "time", "operator": "=", "value": "2025-01-01T00:00:00"}', '{"now": "2025-01-01 05:30+05:30"}', 'true'),
    ('22 a date',         '{"type": "time", "operator": "<", "value": "2025-01-01"}', '{"now": "2025-01-01T00:00:00+0001"}', 'true'),
    ('23 no time',        '{"type": "time", "operator": ">=", "value": "2025-01-01T00:00:00Z"}', '{}', 'NULL'),
    ('24 any of several', '{"type": "health_factor", "operator": "<", "value": 1.2}', '{"health_factor": [1.3, null, "1.19"]}', 'true'),
    ('25 none of them',   '{"type": "health_factor", "operator": "<", "value": 1.2}', '{"health_factor": [1.3, null]}', 'false'),
    ('26 nothing left',   '{"type": "health_factor", "operator": "<", "value": 1.2}', '{"health_factor": [null, null]}', 'NULL'),
    ('27 empty',          '{"type": "health_factor", "operator": "<", "value": 1.2}', '{"health_factor": []}', 'NULL'),
    ('28 no key',         '{"type": "health_factor", "operator": "<", "value": 1.2}', '{"prices": {"ETH": 1}}', 'NULL'),
    ('29 no price',       '{"type": "price", "operator": "<", "value": 1, "asset": "BTC"}', '{"prices": {"ETH": 1}}', 'NULL'),
    ('30 null price',     '{"type": "price", "operator": "<", "value": 1, "asset": "ETH"}', '{"prices": {"ETH": null}}', 'NULL'),
    ('31 0, not null',    '{"type": "health_factor", "operator": "<", "value": 1.2}', '{"health_factor": 0}', 'true'),
    ('32 last digit',     '{"type": "price", "operator": ">", "value": "0.300000000000000000000000000001", "asset": "X"}', '{"prices": {"X": 0.300000000000000000000000000002}}', 'true'),
    ('33 no number',      '{"type": "price", "operator": ">", "value": 1, "asset": "X"}', '{"prices": {"X": "NaN"}}', 'VS200'),
    ('34 no number',      '{"type": "health_factor", "operator": ">", "value": 1}', '{"health_factor": [{}]}', 'VS200')
  ) AS cases (scenario, condition, context, expected)
 WHERE pg_temp.matches(condition, context) IS DISTINCT FROM expected OR scenario LIKE '%null%'
 ORDER BY scenario;
SELECT vesu_assistant.intent_matches(NULL, '{}') IS NULL AND vesu_assistant.intent_matches('{}', NULL) IS NULL AS null_for_null;
-- What was observed may have more digits than a condition may.
SELECT vesu_assistant.intent_matches('{"type": "health_factor", "operator": "<", "value": 1.2}', format('{"health_factor": [1.1%s]}', repeat('3', 200))::jsonb) AS many_digits;

-- What is no condition, at insert and when it is tested alike.
SELECT condition, state, state = pg_temp.matches(condition, '{}') AS alike
  FROM unnest(ARRAY['null', '[]', '"x"', '1', '{}',
    '{"operator": "<", "value": 1}', '{"type": "health", "operator": "<", "value": 1}', '{"type": null, "operator": "<", "value": 1}',
    '{"type": ["price"], "operator": "<", "value": 1}', '{"type": "health_factor", "value": 1}', '{"type": "health_factor", "operator": "<"}',
    '{"type": "health_factor", "operator": "<", "value": null}', '{"type": "health_factor", "operator": "<", "value": true}',
    '{"type": "health_factor", "operator": "<", "value": [1]}', '{"type": "health_factor", "operator": "<", "value": "x"}',
    '{"type": "health_factor", "operator": "<", "value": ""}', '{"type": "health_factor", "operator": "<", "value": "NaN"}',
    '{"type": "health_factor", "operator": "<", "value": "Infinity"}', '{"type": "health_factor", "operator": "<", "value": "1e9999"}',
    '{"type": "health_factor", "operator": "<", "value": 0}', '{"type": "health_factor", "operator": "<", "value": "-1.2"}',
    '{"type": "health_factor", "operator": "==", "value": 1.2}', '{"type": "health_factor", "operator": "<", "value": 1.2, "other": 1}',
    '{"type": "health_factor", "operator": "<", "value": 1.2, "asset": 1}', '{"type": "price", "operator": "<", "value": 1, "asset": ""}',
    '{"type": "price", "operator": "<", "value": 1, "asset": null}', '{"type": "price", "operator": "<", "value": 1, "asset": "ABCDEFGHIJKLMNOPQRSTU"}',
    '{"type": "price", "operator": "<", "value": "1.", "asset": "ETH"}', '{"type": "price", "operator": "<", "value": " 1", "asset": "ETH"}',
    '{"type": "signal", "operator": "<", "value": "depeg"}', '{"type": "signal", "operator": "=", "value": ""}', '{"type": "signal", "operator": "=", "value": 1}',
    '{"type": "time", "operator": ">=", "value": "tomorrow"}', '{"type": "time", "operator": ">=", "value": "2025-02-29"}',
    '{"type": "time", "operator": ">=", "value": "2025-01-01T24:00:00Z"}', '{"type": "time", "operator": ">=", "value": "0000-01-01"}',
    '{"type": "time", "operator": ">=", "value": 1735689600}', '{"type": "time", "operator": ">=", "value": "2025-01-01T00:00:00 Europe/Rome"}']) AS condition
 CROSS JOIN LATERAL (SELECT pg_temp.outcome(format($$INSERT INTO vesu_assistant.intents (user_id, name, condition, action)
                                                    VALUES (pg_temp.user_id(1), 'x', %L, '{"type": "notify"}') RETURNING 'accepted'$$, condition)) AS state) AS outcome;
SELECT pg_temp.outcome($$SELECT vesu_assistant.create_intent(pg_temp.user_id(1), 'x', '{"type": "health_factor", "operator": "<>", "value": 1.2}', '{"type": "notify"}')$$, true);
SELECT vesu_assistant.intent_time(value) FROM unnest(ARRAY['2024-02-29', '2025-01-01T00:00Z', '2025-01-01 23:59:59.5+0530', '2025-12-31T23:59:59.9999999-05', '1900-02-29', NULL]) AS value;

-- What is no action.
SELECT action, pg_temp.outcome(format($$INSERT INTO vesu_assistant.intents (user_id, name, condition, action)
           VALUES (pg_temp.user_id(1), 'x', '{"type": "time", "operator": ">", "value": "2030-01-01"}', %L) RETURNING 'accepted'$$, action)) AS state
  FROM unnest(ARRAY['null', '[]', '{}', '{"type": "sell", "asset": "ETH", "amount": 1}', '{"type": "repay", "asset": "ETH"}', '{"type": "repay", "amount": 1}',
    '{"type": "repay", "asset": "", "amount": 1}', '{"type": "repay", "asset": "ETH", "amount": 0}', '{"type": "repay", "asset": "ETH", "amount": "-1"}',
    '{"type": "repay", "asset": "ETH", "amount": "NaN"}', '{"type": "repay", "asset": "ETH", "amount": "1000", "params": 1}',
    '{"type": "repay", "asset": "ETH", "amount": "1000", "to": "x"}', '{"type": "notify", "amount": "x"}',
    '{"type": "repay", "asset": "USDT", "amount": "1000"}', '{"type": "deposit", "asset": "USDT", "amount": 0.000001, "params": {"pool": "0x1"}}',
    '{"type": "withdraw", "asset": "USDT", "amount": 1}', '{"type": "borrow", "asset": "USDT", "amount": 1}', '{"type": "notify"}', '{"type": "notify", "asset": null}']) AS action;
SELECT pg_temp.outcome($$SELECT vesu_assistant.create_intent(pg_temp.user_id(1), 'x', '{"type": "health_factor", "operator": "<", "value": 1.2}', '{"type": "repay", "asset": "USDT"}')$$, true);
DELETE FROM vesu_assistant.intents;

-- Arguments.
SELECT call, pg_temp.outcome('SELECT (vesu_assistant.' || call || ')::text', true)
  FROM unnest(ARRAY[
    $$create_intent(NULL, 'x', '{}', '{}')$$, $$create_intent(pg_temp.user_id(1), NULL, '{}', '{}')$$, $$create_intent(pg_temp.user_id(1), '', '{}', '{}')$$,
    $$create_intent(pg_temp.user_id(1), repeat('x', 256), '{}', '{}')$$, $$create_intent(pg_temp.user_id(1), 'x', NULL, '{}')$$,
    $$create_intent(pg_temp.user_id(1), 'x', '{}', NULL)$$,
    $$create_intent(pg_temp.user_id(9), 'x', '{"type": "health_factor", "operator": "<", "value": 1.2}', '{"type": "notify"}')$$,
    $$complete_intent(NULL)$$, $$complete_intent(pg_temp.user_id(1))$$, $$fail_intent(NULL)$$, $$fail_intent(pg_temp.user_id(1))$$,
    $$rearm_intent(NULL)$$, $$rearm_intent(pg_temp.user_id(1))$$, $$cancel_intent(NULL)$$, $$cancel_intent(pg_temp.user_id(1))$$,
    $$evaluate_intents(pg_temp.user_id(9))$$]) AS call;

-- States: every pair, by function and by UPDATE; arming again when the condition was false since, and when not.
CREATE TEMPORARY TABLE state AS
SELECT present, wanted, was_false,
       CASE WHEN present = wanted THEN 'ok'
            WHEN (present, wanted) IN (('active', 'triggered'), ('active', 'cancelled'), ('triggered', 'executed'), ('triggered', 'failed')) THEN 'ok'
            WHEN (present, wanted) IN (('triggered', 'active'), ('failed', 'active')) THEN CASE WHEN was_false THEN 'ok' ELSE 'VS209' END
            ELSE 'VS208' END AS expected
  FROM unnest(enum_range(NULL::vesu_assistant.intent_status)) AS present, unnest(enum_range(NULL::vesu_assistant.intent_status)) AS wanted,
       (VALUES (true), (false)) AS seen (was_false);
CREATE FUNCTION pg_temp.step(present text, was_false boolean, statement text) RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
    moved text;
BEGIN
    DELETE FROM vesu_assistant.intents;
    INSERT INTO vesu_assistant.intents (id, user_id, name, condition, action, status, false_seen_at)
    VALUES (pg_temp.user_id(7), pg_temp.user_id(1), 'x', '{"type": "health_factor", "operator": "<", "value": 1.2}', '{"type": "repay", "asset": "USDT", "amount": 1}',
            present::vesu_assistant.intent_status, CASE WHEN was_false THEN vesu.now() END);
    moved := pg_temp.outcome(statement);
    RETURN CASE WHEN moved LIKE 'VS%' THEN moved ELSE 'ok' END || CASE WHEN moved IN ('VS208', 'VS209') THEN '' ELSE (SELECT ' ' || i.status FROM vesu_assistant.intents AS i) END;
END
$$;
SELECT count(*) AS pairs, count(*) FILTER (WHERE by_update = expected || CASE expected WHEN 'ok' THEN ' ' || wanted ELSE '' END) AS by_update,
       count(by_function) AS functions, count(*) FILTER (WHERE by_function = expected || CASE expected WHEN 'ok' THEN ' ' || wanted ELSE '' END) AS by_function
  FROM (SELECT s.*, pg_temp.step(present::text, was_false, format('UPDATE vesu_assistant.intents SET status = %L RETURNING status', wanted)) AS by_update,
               CASE WHEN wanted <> 'triggered' THEN pg_temp.step(present::text, was_false, format('SELECT vesu_assistant.%s(pg_temp.user_id(7))',
                    CASE wanted WHEN 'active' THEN 'rearm_intent' WHEN 'executed' THEN 'complete_intent' WHEN 'cancelled' THEN 'cancel_intent' ELSE 'fail_intent' END)) END AS by_function
          FROM state AS s) AS tried;
SELECT string_agg(present || ' -> ' || wanted || CASE WHEN was_false THEN '' ELSE ', not false yet' END || ': ' || expected, E'\n' ORDER BY present, wanted, was_false DESC) AS steps
  FROM state WHERE expected <> 'VS208' AND present <> wanted AND (was_false OR wanted = 'active');
-- Who says that the condition was false in the same breath is not believed.
SELECT pg_temp.step('triggered', false, $$UPDATE vesu_assistant.intents SET status = 'active', false_seen_at = vesu.now() RETURNING status$$);
-- The golden transitions.
SELECT case_id, expected, CASE given WHEN 'VS208' THEN 'INVALID_TRANSITION' ELSE split_part(given, ' ', 1) END AS given
  FROM assistant_cases
 CROSS JOIN LATERAL (SELECT pg_temp.step(input ->> 0, true, format('UPDATE vesu_assistant.intents SET status = %L RETURNING status', input ->> 1)) AS given) AS actual
 WHERE "group" = 'intent_transition' ORDER BY case_id;
-- A changed condition is checked, and what was seen of the old one forgotten.
SELECT pg_temp.step('triggered', true, $$UPDATE vesu_assistant.intents SET condition = '{}' RETURNING status$$), pg_temp.step('triggered', true, $$UPDATE vesu_assistant.intents SET action = '{}' RETURNING status$$),
       pg_temp.step('triggered', true, $$UPDATE vesu_assistant.intents SET name = '' RETURNING status$$);
SELECT pg_temp.step('triggered', true, $$UPDATE vesu_assistant.intents SET condition = condition || '{"value": 1.3}' RETURNING status$$);
SELECT false_seen_at IS NULL AS forgotten FROM vesu_assistant.intents;
DELETE FROM vesu_assistant.intents;

-- The worked example.
SELECT vesu_assistant.create_intent(pg_temp.user_id(1), 'low health', '{"type": "health_factor", "operator": "<", "value": 1.2}',
                                    '{"type": "repay", "asset": "USDT", "amount": "1000"}') AS intent \gset
CREATE FUNCTION pg_temp.example(snapshot numeric) RETURNS text
    LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_temp.snapshot(1, snapshot);
    RETURN (SELECT concat_ws(' ', i.status, 'fired ' || i.triggered_at::time, 'false ' || i.false_seen_at::time, 'done ' || i.executed_at::time) FROM vesu_assistant.intents AS i);
END
$$;
SELECT pg_temp.example(1.65);
SELECT pg_temp.example(1.2);
SET vesu.clock = '2026-03-01 12:01:00+00';
SELECT pg_temp.example(1.199999);
SET vesu.clock = '2026-03-01 12:02:00+00';
SELECT pg_temp.example(1.1);
SELECT pg_temp.outcome(format('SELECT (vesu_assistant.cancel_intent(%L)).status', :'intent'), true);
SELECT status, last_error FROM vesu_assistant.fail_intent(:'intent', 'no gas');
SELECT status, last_error FROM vesu_assistant.fail_intent(:'intent', 'told twice');
SELECT pg_temp.outcome(format('SELECT (vesu_assistant.rearm_intent(%L)).status', :'intent'), true);
-- Without debt nothing is known.
SELECT pg_temp.example(NULL);
SELECT pg_temp.outcome(format('SELECT (vesu_assistant.rearm_intent(%L)).status', :'intent'));
SET vesu.clock = '2026-03-01 12:03:00+00';
SELECT pg_temp.example(1.3);
SELECT status, last_error FROM vesu_assistant.rearm_intent(:'intent');
SELECT status FROM vesu_assistant.rearm_intent(:'intent');
SET vesu.clock = '2026-03-01 12:04:00+00';
SELECT pg_temp.example(1.19);
SET vesu.clock = '2026-03-01 12:05:00+00';
SELECT status, executed_at FROM vesu_assistant.complete_intent(:'intent');
SELECT status FROM vesu_assistant.complete_intent(:'intent');
SELECT pg_temp.outcome(format('SELECT (vesu_assistant.rearm_intent(%L)).status', :'intent'), true);
SELECT pg_temp.example(1.3);
SELECT pg_temp.example(1.1);

-- Notify: an alert on each channel of the user, telegram only with a chat, in_app if there is none; nothing for another action.
DELETE FROM vesu_assistant.alerts;
SELECT count(vesu_assistant.create_intent(pg_temp.user_id(n), format('intent of %s', n), '{"type": "time", "operator": ">=", "value": "2026-03-01T12:30:00Z"}', action::jsonb))
  FROM generate_series(1, 4) AS n, unnest(ARRAY['{"type": "notify"}', '{"type": "borrow", "asset": "USDC", "amount": 5}']) AS action;
SELECT count(*) FROM vesu_assistant.evaluate_intents();
SET vesu.clock = '2026-03-01 12:30:00+00';
SELECT name, action ->> 'type' AS action, status, triggered_at FROM vesu_assistant.evaluate_intents(pg_temp.user_id(2)) ORDER BY 1, 2;
SELECT count(*) FROM vesu_assistant.evaluate_intents();
SELECT count(*) FROM vesu_assistant.evaluate_intents();
SELECT u.wallet_address, a.type, a.channel, a.status, a.message, a.metadata - 'intentId' AS metadata, a.metadata ->> 'intentId' = i.id::text AS of_intent
  FROM vesu_assistant.alerts AS a JOIN vesu_assistant.users AS u ON u.id = a.user_id
  JOIN vesu_assistant.intents AS i ON i.user_id = u.id AND i.action ->> 'type' = 'notify'
 ORDER BY 1, 3;

-- History from elsewhere has the times of its states, too.
INSERT INTO vesu_assistant.intents (user_id, name, condition, action, status, triggered_at)
SELECT pg_temp.user_id(1), status, '{"type": "time", "operator": ">", "value": "2030-01-01"}', '{"type": "notify"}', status::vesu_assistant.intent_status, triggered_at
  FROM (VALUES ('active', NULL), ('triggered', NULL), ('triggered', timestamptz '2026-02-01'), ('failed', NULL), ('executed', NULL), ('cancelled', NULL)) AS given (status, triggered_at)
RETURNING status, triggered_at, executed_at;

-- Who may do what.
SET LOCAL client_min_messages = error;
CREATE ROLE regress_intent_reader; CREATE ROLE regress_intent_writer; CREATE ROLE regress_intent_operator; CREATE ROLE regress_intent_stranger;
SELECT vesu.grant_access('regress_intent_reader', 'reader'), vesu.grant_access('regress_intent_writer', 'writer'), vesu.grant_access('regress_intent_operator', 'operator') \g /dev/null
CREATE FUNCTION pg_temp.try(role_name text, statement text) RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
    state text := 'works';
BEGIN
    BEGIN
        EXECUTE format('SET LOCAL ROLE %I', role_name);
        EXECUTE statement;
    EXCEPTION WHEN OTHERS THEN
        state := SQLSTATE;
    END;
    RESET ROLE;
    RETURN state;
END
$$;
SELECT statement, pg_temp.try('regress_intent_stranger', 'SELECT ' || statement) AS stranger, pg_temp.try('regress_intent_reader', 'SELECT ' || statement) AS reader,
       pg_temp.try('regress_intent_writer', 'SELECT ' || statement) AS writer, pg_temp.try('regress_intent_operator', 'SELECT ' || statement) AS operator
  FROM unnest(ARRAY[
    $$vesu_assistant.create_intent('a0000000-0000-0000-0000-000000000001', 'x', '{"type": "time", "operator": ">", "value": "2030-01-01"}', '{"type": "notify"}')$$,
    $$vesu_assistant.complete_intent('a0000000-0000-0000-0000-000000000009')$$, $$vesu_assistant.fail_intent('a0000000-0000-0000-0000-000000000009')$$,
    $$vesu_assistant.rearm_intent('a0000000-0000-0000-0000-000000000009')$$, $$vesu_assistant.cancel_intent('a0000000-0000-0000-0000-000000000009')$$,
    $$vesu_assistant.evaluate_intents()$$, $$vesu_assistant.evaluate_candidates('{}')$$, $$vesu_assistant.step_intent(NULL, 'active')$$,
    $$vesu_assistant.intent_matches('{"type": "time", "operator": ">", "value": "2030-01-01"}', '{}')$$,
    $$count(*) FROM vesu_assistant.intents$$, $$count(*) FROM vesu_assistant.intent_watches$$]) AS statement;
SELECT p.oid::regprocedure AS of_everybody FROM pg_proc AS p
 WHERE p.pronamespace = 'vesu_assistant'::regnamespace AND p.provolatile = 'v' AND p.prorettype <> 'trigger'::regtype
   AND p.proname ~ 'intent|watch|candidate' AND has_function_privilege('public', p.oid, 'EXECUTE');
SELECT p.proname, p.prosecdef FROM pg_proc AS p
 WHERE p.pronamespace = 'vesu_assistant'::regnamespace AND p.provolatile = 'v' AND p.proname ~ 'intent'
   AND p.prorettype <> 'trigger'::regtype AND has_function_privilege('regress_intent_writer', p.oid, 'EXECUTE') ORDER BY 1;
ROLLBACK;

-- Notifications, which are sent at commit: one for each that fires, none for other changes.
LISTEN vesu_assistant;
\o | sed -E 's/PID [0-9]+/PID <pid>/; s/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/<id>/g'
INSERT INTO vesu_assistant.users (wallet_address) VALUES ('0x1');
SELECT count(vesu_assistant.create_intent(id, 'x', '{"type": "time", "operator": ">", "value": "2020-01-01"}', action::jsonb))
  FROM vesu_assistant.users, unnest(ARRAY['{"type": "repay", "asset": "USDT", "amount": 1}', '{"type": "deposit", "asset": "USDT", "amount": 1}']) AS action;
SELECT count(vesu_assistant.cancel_intent(id)) FROM vesu_assistant.intents WHERE action ->> 'type' = 'deposit';
SELECT count(*) FROM vesu_assistant.evaluate_intents();
SELECT (vesu_assistant.fail_intent(id)).status FROM vesu_assistant.intents WHERE status = 'triggered';
\o
UNLISTEN *;
SET client_min_messages = warning;
TRUNCATE vesu_assistant.users CASCADE;
