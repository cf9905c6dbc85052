-- Alerts: states, times, raising, fan-out to users, reading, rights.
BEGIN;
\getenv directory PG_ABS_SRCDIR
\set support :directory '/sql/support/alerts.sql'
\set path :directory '/vectors/assistant_cases.csv'
\set ECHO none
\i :support
CREATE TEMPORARY TABLE assistant_cases (case_id text, "group" text, input jsonb, expected text, note text);
\set copy '\\copy assistant_cases FROM ' :'path' ' WITH (FORMAT csv, HEADER)'
:copy
-- One alert in each state, number 1 to 4.
CREATE FUNCTION pg_temp.one_of_each() RETURNS void
    LANGUAGE sql AS $$
    DELETE FROM vesu_assistant.alerts;
    INSERT INTO vesu_assistant.alerts (id, user_id, type, channel, message, status)
    SELECT pg_temp.uid(place::int), pg_temp.uid(1), 'test', 'telegram', 'message', state
      FROM unnest(enum_range(NULL::vesu_assistant.alert_status)) WITH ORDINALITY AS s (state, place)
$$;
-- How it ends to bring an alert from one state to another by this statement, and nothing stays of it.
CREATE FUNCTION pg_temp.step(state text, statement text) RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
    outcome text := 'VS000';
BEGIN
    PERFORM pg_temp.one_of_each();
    EXECUTE format(statement, (SELECT a.id FROM vesu_assistant.alerts AS a WHERE a.status::text = state));
    RAISE EXCEPTION SQLSTATE 'VS000';
EXCEPTION WHEN OTHERS THEN
    RETURN CASE SQLSTATE WHEN 'VS000' THEN 'ok' ELSE SQLSTATE END;
END
$$;
\set ECHO all
\pset format unaligned
\pset tuples_only
-- States: the golden cases, then every step, by hand and by the operations.
SELECT case_id, input, pg_temp.step(input ->> 0, format('UPDATE vesu_assistant.alerts SET status = %L WHERE id = %%L', input ->> 1)) AS actual, expected
  FROM assistant_cases WHERE "group" = 'alert_transition' ORDER BY case_id;
SELECT before AS "from", string_agg(format('%s %s', after, pg_temp.step(before, format('UPDATE vesu_assistant.alerts SET status = %L WHERE id = %%L', after))), ', ' ORDER BY place)
  FROM unnest(enum_range(NULL::vesu_assistant.alert_status)::text[]) AS b (before)
 CROSS JOIN unnest(enum_range(NULL::vesu_assistant.alert_status)::text[]) WITH ORDINALITY AS a (after, place)
 GROUP BY before ORDER BY before::vesu_assistant.alert_status;
SELECT before AS "from", string_agg(format('%s %s', operation, pg_temp.step(before, format('SELECT vesu_assistant.%s(%%L)', operation))), ', ' ORDER BY operation)
  FROM unnest(enum_range(NULL::vesu_assistant.alert_status)::text[]) AS b (before)
 CROSS JOIN unnest(ARRAY['mark_alert_sent', 'mark_alert_failed', 'acknowledge_alert']) AS o (operation)
 GROUP BY before ORDER BY before::vesu_assistant.alert_status;
SELECT pg_temp.refusal(format('UPDATE vesu_assistant.alerts SET status = ''pending'' WHERE id = %L', pg_temp.uid(2))) FROM pg_temp.one_of_each();
SELECT pg_temp.refusal(format('SELECT vesu_assistant.mark_alert_sent(%L)', pg_temp.uid(4)));

-- What a row brings with it: any state, with the times of that state; missing ones are now.
SELECT pg_temp.short(a) FROM vesu_assistant.alerts AS a ORDER BY id;
SELECT status, sent, seen, pg_temp.message(format('INSERT INTO vesu_assistant.alerts (user_id, type, channel, message, status, sent_at, acknowledged_at)
                                                   VALUES (%L, ''t'', ''email'', ''m'', %L, %L, %L)', pg_temp.uid(1), status, sent, seen))
  FROM unnest(enum_range(NULL::vesu_assistant.alert_status)) AS s (status)
 CROSS JOIN (VALUES (timestamptz '2026-02-01'), (NULL)) AS t (sent) CROSS JOIN (VALUES (timestamptz '2026-02-02'), (NULL)) AS u (seen)
 ORDER BY status, sent, seen;
SELECT pg_temp.refusal(format('UPDATE vesu_assistant.alerts SET sent_at = ''2026-02-01'' WHERE id = %L', pg_temp.uid(1)));
SELECT pg_temp.refusal(format('UPDATE vesu_assistant.alerts SET acknowledged_at = ''2026-02-01'' WHERE id = %L', pg_temp.uid(2)));
SELECT pg_temp.message(format('INSERT INTO vesu_assistant.alerts (user_id, type, channel, message, status) VALUES (%L, ''t'', ''sms'', ''m'', ''pending'')', pg_temp.uid(1))),
       pg_temp.message(format('INSERT INTO vesu_assistant.alerts (user_id, type, channel, message, status) VALUES (%L, ''t'', ''email'', ''m'', ''new'')', pg_temp.uid(1))),
       pg_temp.code(format('INSERT INTO vesu_assistant.alerts (user_id, type, channel, message, status) VALUES (%L, ''t'', ''email'', ''m'', NULL)', pg_temp.uid(1))),
       pg_temp.code(format('INSERT INTO vesu_assistant.alerts (user_id, type, channel, message) VALUES (%L, ''t'', ''email'', ''m'')', pg_temp.uid(99)));
-- Times are set once; a repeated state returns the row as it is.
SELECT pg_temp.one_of_each();
SET vesu.clock = '2026-03-01 12:10:00+00';
SELECT pg_temp.short(vesu_assistant.mark_alert_sent(pg_temp.uid(1)));
SET vesu.clock = '2026-03-01 12:20:00+00';
SELECT pg_temp.short(vesu_assistant.mark_alert_sent(pg_temp.uid(1)));
UPDATE vesu_assistant.alerts AS a SET status = 'sent', sent_at = '2026-03-01 12:25' WHERE id = pg_temp.uid(1) RETURNING pg_temp.short(a);
UPDATE vesu_assistant.alerts AS a SET sent_at = NULL WHERE id = pg_temp.uid(1) RETURNING pg_temp.short(a);
SELECT pg_temp.short(vesu_assistant.acknowledge_alert(pg_temp.uid(1)));
SET vesu.clock = '2026-03-01 12:30:00+00';
SELECT pg_temp.short(vesu_assistant.acknowledge_alert(pg_temp.uid(1)));
UPDATE vesu_assistant.alerts AS a SET acknowledged_at = '2026-03-01 12:35', sent_at = '2026-03-01 12:35' WHERE id = pg_temp.uid(1) RETURNING pg_temp.short(a);
-- A time that is given counts, and an alert that was never sent has none.
SELECT pg_temp.one_of_each();
UPDATE vesu_assistant.alerts AS a SET status = 'sent', sent_at = '2026-03-01 11:59' WHERE id = pg_temp.uid(1) RETURNING pg_temp.short(a);
SELECT pg_temp.short(vesu_assistant.acknowledge_alert(pg_temp.add(11)));
-- What belongs to a state goes with it.
SELECT pg_temp.short(a) FROM vesu_assistant.claim_alerts((SELECT 'telegram'::vesu_assistant.alert_channel FROM pg_temp.add(12))) AS a;
UPDATE vesu_assistant.alerts AS a SET status = 'failed', next_attempt_at = '2026-03-01 13:00' WHERE id = pg_temp.uid(12) RETURNING pg_temp.short(a);
UPDATE vesu_assistant.alerts AS a SET status = 'pending' WHERE id = pg_temp.uid(12) RETURNING pg_temp.short(a);
SET vesu.clock = '2026-03-01 12:00:00+00';

-- Raised by an application.
DELETE FROM vesu_assistant.alerts;
SELECT vesu_assistant.raise_alert(pg_temp.uid(2), 'welcome', 'telegram', 'Hello', '{"a": 1}') AS raised \gset
SELECT a.user_id = pg_temp.uid(2), a.signal_id, a.type, a.channel, a.message, a.metadata, a.created_at, pg_temp.short(a) LIKE '% pending attempts 0'
  FROM vesu_assistant.alerts AS a WHERE id = :'raised';
SELECT count(DISTINCT vesu_assistant.raise_alert(pg_temp.uid(2), 'welcome', 'email', 'Hello')) FROM generate_series(1, 2);
SELECT call, pg_temp.message('SELECT vesu_assistant.' || replace(call, 'U2', quote_literal(pg_temp.uid(2))))
  FROM unnest(ARRAY[
    $$raise_alert(NULL, 't', 'email', 'm')$$, $$raise_alert(U2, NULL, 'email', 'm')$$, $$raise_alert(U2, '', 'email', 'm')$$,
    $$raise_alert(U2, repeat('x', 100), 'email', 'm')$$, $$raise_alert(U2, repeat('x', 101), 'email', 'm')$$, $$raise_alert(U2, 't', NULL, 'm')$$,
    $$raise_alert(U2, 't', 'email', NULL)$$, $$raise_alert(U2, 't', 'email', '')$$, $$raise_alert(U2, 't', 'sms', 'm')$$,
    $$raise_alert('00000000-0000-0000-0000-000000000099', 't', 'email', 'm')$$]) AS call;
SELECT call, pg_temp.refusal('SELECT vesu_assistant.' || call)
  FROM unnest(ARRAY[
    $$acknowledge_alert(NULL)$$, $$acknowledge_alert('00000000-0000-0000-0000-000000000099')$$, $$fan_out_alerts(NULL)$$,
    $$fan_out_alerts('00000000-0000-0000-0000-000000000099')$$, $$pending_alerts(NULL)$$, $$pending_alerts('00000000-0000-0000-0000-000000000099')$$,
    $$pending_alerts('00000000-0000-0000-0000-000000000001', -1)$$, $$pending_alerts('00000000-0000-0000-0000-000000000001', NULL)$$]) AS call;

-- Fan-out: one per channel of who takes interest, telegram only with a chat, once.
DELETE FROM vesu_assistant.alerts;
SELECT vesu_assistant.fan_out_alerts(pg_temp.uid(1));
SELECT right(user_id::text, 1) AS "user", channel, right(signal_id::text, 1) AS signal, type, status, message, metadata
  FROM vesu_assistant.alerts ORDER BY user_id, channel;
SELECT vesu_assistant.fan_out_alerts(pg_temp.uid(1));
-- Who has come to take interest since gets what is missing, also after others were sent.
SELECT count(vesu_assistant.mark_alert_sent(id)) FROM vesu_assistant.alerts;
UPDATE vesu_assistant.users SET telegram_chat_id = '4714' WHERE id = pg_temp.uid(2);
SELECT vesu_assistant.fan_out_alerts(pg_temp.uid(1)), vesu_assistant.fan_out_alerts(pg_temp.uid(1));
-- Until the second at which a signal expires; not when it is acknowledged.
DELETE FROM vesu_assistant.alerts;
SELECT vesu_assistant.fan_out_alerts(pg_temp.uid(2)), vesu_assistant.fan_out_alerts(pg_temp.uid(3));
UPDATE vesu_assistant.signals SET status = 'acknowledged' WHERE id = pg_temp.uid(1);
SELECT vesu_assistant.fan_out_alerts(pg_temp.uid(1));
SET vesu.clock = '2026-03-01 12:00:01+00';
SELECT vesu_assistant.fan_out_alerts(pg_temp.uid(2));
SET vesu.clock = '2026-03-01 12:00:00+00';

-- Reading: newest first, with the signal; only pending ones of that user.
SELECT count(pg_temp.add(20 + n, 'in_app', n)) FROM generate_series(1, 3) AS n;
SELECT count(vesu_assistant.acknowledge_alert(pg_temp.add(30)));
SELECT (p.alert).message, (p.signal).type, p.signal IS NULL AS without FROM vesu_assistant.pending_alerts(pg_temp.uid(1)) AS p WHERE (p.alert).channel <> 'telegram';
SELECT count(*), count(*) FILTER (WHERE (alert).user_id = pg_temp.uid(4)) FROM vesu_assistant.pending_alerts(pg_temp.uid(4));
SELECT (alert).message FROM vesu_assistant.pending_alerts(pg_temp.uid(1), 4) OFFSET 3;
SELECT count(*) FROM vesu_assistant.pending_alerts(pg_temp.uid(1), 0);
SELECT count(*) FROM vesu_assistant.pending_alerts(pg_temp.uid(5));
-- With columns that users have added.
ALTER TABLE vesu_assistant.alerts ADD COLUMN note text DEFAULT 'mine';
ALTER TABLE vesu_assistant.signals ADD COLUMN note text DEFAULT 'ours';
SELECT (alert).note, (signal).note FROM vesu_assistant.pending_alerts(pg_temp.uid(4));
SELECT (vesu_assistant.mark_alert_failed((alert).id)).note FROM vesu_assistant.pending_alerts(pg_temp.uid(4));
SELECT count(note) FROM vesu_assistant.claim_alerts('in_app');
-- Their users go, and the alerts go with them; signals go, and the alerts stay.
DELETE FROM vesu_assistant.signals;
SELECT count(*), count(signal_id) FROM vesu_assistant.alerts;
DELETE FROM vesu_assistant.users;
SELECT count(*) FROM vesu_assistant.alerts;
ROLLBACK;

-- Rights: a writer needs no privilege on a table; PUBLIC has nothing.
BEGIN;
\set ECHO none
\i :support
SELECT pg_temp.add(n) FROM generate_series(1, 9) AS n \g /dev/null
CREATE ROLE regress_alerts_reader;
CREATE ROLE regress_alerts_writer;
CREATE ROLE regress_alerts_operator;
CREATE ROLE regress_alerts_stranger;
SELECT vesu.grant_access('regress_alerts_reader', 'reader'), vesu.grant_access('regress_alerts_writer', 'writer'),
       vesu.grant_access('regress_alerts_operator', 'operator') \g /dev/null
CREATE FUNCTION pg_temp.try(role_name text, statement text) RETURNS text
    LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('SET LOCAL ROLE %I', role_name);
    EXECUTE statement;
    RESET ROLE;
    RETURN 'works';
EXCEPTION WHEN OTHERS THEN
    RESET ROLE;
    RETURN SQLSTATE;
END
$$;
\set ECHO all
SELECT statement, pg_temp.try('regress_alerts_stranger', statement) AS stranger, pg_temp.try('regress_alerts_reader', statement) AS reader,
       pg_temp.try('regress_alerts_writer', statement) AS writer, pg_temp.try('regress_alerts_operator', statement) AS operator
  FROM (VALUES
    (1, $$SELECT count(*) FROM vesu_assistant.alerts$$),
    (2, $$SELECT count(*) FROM vesu_assistant.pending_alerts('00000000-0000-0000-0000-000000000001')$$),
    (3, $$SELECT vesu_assistant.raise_alert('00000000-0000-0000-0000-000000000001', 't', 'email', 'm')$$),
    (4, $$SELECT vesu_assistant.fan_out_alerts('00000000-0000-0000-0000-000000000001')$$),
    (5, $$SELECT count(*) FROM vesu_assistant.claim_alerts('telegram', 1)$$),
    (6, $$SELECT vesu_assistant.mark_alert_sent('00000000-0000-0000-0000-000000000001')$$),
    (7, $$SELECT vesu_assistant.mark_alert_failed('00000000-0000-0000-0000-000000000002')$$),
    (8, $$SELECT vesu_assistant.mark_attempt_failed('00000000-0000-0000-0000-000000000003', 1)$$),
    (9, $$SELECT vesu_assistant.acknowledge_alert('00000000-0000-0000-0000-000000000001')$$),
    (10, $$SELECT count(*) FROM vesu_assistant.maintain()$$),
    (11, $$SELECT vesu_assistant.step_alert('00000000-0000-0000-0000-000000000004', 'sent')$$),
    (12, $$SELECT vesu_assistant.delete_alerts('2027-01-01', 10)$$),
    (13, $$UPDATE vesu_assistant.alerts SET attempts = 0$$),
    (14, $$DELETE FROM vesu_assistant.alerts$$)
  ) AS cases (number, statement)
 ORDER BY number;
-- Objects of the caller's do not come between.
SET ROLE regress_alerts_writer;
CREATE TEMPORARY TABLE alerts (id uuid);
SET search_path = pg_temp, vesu_assistant, pg_catalog;
SELECT count(*) FROM vesu_assistant.claim_alerts('telegram', 2);
RESET ROLE;
ROLLBACK;
