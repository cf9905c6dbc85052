-- The queue of alerts: claims, leases, back-off, late workers, and what a claim costs.
BEGIN;
\getenv directory PG_ABS_SRCDIR
\set support :directory '/sql/support/alerts.sql'
\set ECHO none
\i :support
-- Claims and shows what was claimed, in the order in which it came.
CREATE FUNCTION pg_temp.claimed(max_rows int DEFAULT 100, lease interval DEFAULT '1 minute', channel vesu_assistant.alert_channel DEFAULT 'telegram')
    RETURNS SETOF text
    LANGUAGE sql AS $$
    SELECT pg_temp.short(a) FROM vesu_assistant.claim_alerts(channel, max_rows, lease) AS a
$$;
CREATE FUNCTION pg_temp.is_now(clock text) RETURNS text
    LANGUAGE sql AS $$ SELECT set_config('vesu.clock', '2026-03-01 ' || clock || '+00', false) $$;
\set ECHO all
\pset format unaligned
\pset tuples_only
-- Oldest first, whatever the order in which they were written; one channel; so many.
SELECT count(*) FROM (VALUES (3, 'telegram', 30), (1, 'telegram', 50), (2, 'telegram', 40), (9, 'email', 60), (4, 'telegram', 20)) AS v (n, channel, age)
 CROSS JOIN LATERAL pg_temp.add(n, channel::vesu_assistant.alert_channel, age);
SELECT pg_temp.claimed(0);
SELECT pg_temp.claimed(2);
SELECT pg_temp.claimed();
SELECT pg_temp.claimed();
SELECT pg_temp.claimed(channel => 'in_app');
SELECT pg_temp.claimed(channel => 'email', lease => '1 microsecond');
-- A lease ends at its second, not before.
SELECT pg_temp.is_now('12:00:59.999999');
SELECT pg_temp.claimed();
SELECT pg_temp.is_now('12:01:00');
SELECT pg_temp.claimed(1);
-- Sent, acknowledged: no more.
SELECT pg_temp.short(vesu_assistant.mark_alert_sent(pg_temp.uid(1)));
SELECT pg_temp.short(vesu_assistant.acknowledge_alert(pg_temp.uid(2)));
SELECT pg_temp.is_now('12:05:00');
SELECT pg_temp.claimed(lease => '1 hour');
DELETE FROM vesu_assistant.alerts;

-- Back-off: 30 seconds, 1, 2, 4 minutes, never; to the microsecond. Failed again while it is failed: nothing.
SELECT pg_temp.add(1);
SELECT pg_temp.is_now('12:00:00');
SELECT pg_temp.claimed();
SELECT pg_temp.short(vesu_assistant.mark_alert_failed(pg_temp.uid(1), 'first'));
SELECT pg_temp.short(vesu_assistant.mark_alert_failed(pg_temp.uid(1), 'again', false));
SELECT pg_temp.is_now('12:00:29.999999');
SELECT pg_temp.claimed();
SELECT pg_temp.is_now('12:00:30');
SELECT pg_temp.claimed();
SELECT pg_temp.short(vesu_assistant.mark_alert_failed(pg_temp.uid(1), 'second'));
SELECT pg_temp.is_now('12:01:29.999999');
SELECT pg_temp.claimed();
SELECT pg_temp.is_now('12:01:30');
SELECT pg_temp.claimed();
SELECT pg_temp.short(vesu_assistant.mark_alert_failed(pg_temp.uid(1), 'third'));
SELECT pg_temp.is_now('12:03:29.999999');
SELECT pg_temp.claimed();
SELECT pg_temp.is_now('12:03:30');
SELECT pg_temp.claimed();
SELECT pg_temp.short(vesu_assistant.mark_alert_failed(pg_temp.uid(1), 'fourth'));
SELECT pg_temp.is_now('12:07:29.999999');
SELECT pg_temp.claimed();
SELECT pg_temp.is_now('12:07:30');
SELECT pg_temp.claimed();
SELECT pg_temp.short(vesu_assistant.mark_alert_failed(pg_temp.uid(1), 'fifth'));
SELECT pg_temp.is_now('23:00:00');
SELECT pg_temp.claimed();
-- A fifth worker that says nothing leaves it pending, and nobody claims it: maintain() fails it.
SELECT pg_temp.is_now('12:00:00');
UPDATE vesu_assistant.alerts SET status = 'pending', attempts = 4 WHERE id = pg_temp.uid(1);
SELECT pg_temp.claimed();
SELECT pg_temp.is_now('23:00:00');
SELECT pg_temp.claimed();
-- No more attempts: retry false, with or without a claim; without a claim it was the first attempt.
DELETE FROM vesu_assistant.alerts;
SELECT pg_temp.is_now('12:00:00');
SELECT pg_temp.short(vesu_assistant.mark_alert_failed(pg_temp.add(1), retry => false)), pg_temp.short(vesu_assistant.mark_alert_failed(pg_temp.add(2)));
SELECT pg_temp.is_now('12:01:00');
SELECT pg_temp.claimed();
-- Due retries and new ones in one order, by age.
DELETE FROM vesu_assistant.alerts;
SELECT pg_temp.is_now('12:00:00');
SELECT count(pg_temp.add(n, seconds => 100 - n)) FROM generate_series(1, 6) AS n;
SELECT pg_temp.claimed(4);
SELECT count(vesu_assistant.mark_alert_failed(pg_temp.uid(n))) FROM unnest(ARRAY[4, 2, 3]) AS n;
SELECT pg_temp.is_now('12:00:30');
SELECT pg_temp.claimed(2);
SELECT pg_temp.is_now('12:01:00');
SELECT pg_temp.claimed();

-- A worker that is late: what it has sent is sent; that it has failed concerns its own attempt only.
DELETE FROM vesu_assistant.alerts;
SELECT pg_temp.is_now('12:00:00');
SELECT count(pg_temp.add(n, seconds => 100 - n)) FROM generate_series(1, 3) AS n;
SELECT pg_temp.claimed();
SELECT pg_temp.is_now('12:01:00');
SELECT pg_temp.short(vesu_assistant.mark_attempt_failed(pg_temp.uid(3), 1, 'late, but nobody has it'));
SELECT pg_temp.claimed();
SELECT pg_temp.is_now('12:01:30');
SELECT pg_temp.short(vesu_assistant.mark_attempt_failed(pg_temp.uid(1), 1, 'late'));
SELECT pg_temp.short(vesu_assistant.mark_alert_sent(pg_temp.uid(2)));
SELECT pg_temp.claimed();
SELECT pg_temp.short(vesu_assistant.mark_attempt_failed(pg_temp.uid(1), 2, 'in time')), pg_temp.short(vesu_assistant.mark_attempt_failed(pg_temp.uid(2), 2, 'too late'));
SELECT pg_temp.short(vesu_assistant.mark_attempt_failed(pg_temp.uid(1), 2, 'again')), pg_temp.short(vesu_assistant.mark_attempt_failed(pg_temp.uid(1), 3, 'none such'));

-- Errors.
SELECT call, pg_temp.refusal('SELECT vesu_assistant.' || call)
  FROM unnest(ARRAY[$$claim_alerts('email', lease => '0')$$, $$mark_alert_failed('00000000-0000-0000-0000-000000000002')$$]) AS call;
SELECT call, pg_temp.message('SELECT vesu_assistant.' || call)
  FROM unnest(ARRAY[
    $$claim_alerts(NULL)$$, $$claim_alerts('sms')$$, $$claim_alerts('email', NULL)$$, $$claim_alerts('email', -1)$$, $$claim_alerts('email', 1, NULL)$$,
    $$claim_alerts('email', 1, '-1 second')$$, $$mark_alert_sent(NULL)$$, $$mark_alert_sent('00000000-0000-0000-0000-000000000099')$$,
    $$mark_alert_failed(NULL)$$, $$mark_alert_failed('00000000-0000-0000-0000-000000000099')$$, $$mark_alert_failed('00000000-0000-0000-0000-000000000001', 'e', NULL)$$,
    $$mark_attempt_failed(NULL, 1)$$, $$mark_attempt_failed('00000000-0000-0000-0000-000000000099', 1)$$,
    $$mark_attempt_failed('00000000-0000-0000-0000-000000000001', NULL)$$, $$mark_attempt_failed('00000000-0000-0000-0000-000000000001', 1, 'e', NULL)$$]) AS call;

-- Cost: the same pages with 20,000 finished alerts before those that are due as without, and with waiting and leased ones, whatever
-- the statistics say.
DELETE FROM vesu_assistant.alerts;
SELECT pg_temp.is_now('12:00:00');
CREATE FUNCTION pg_temp.pages(query text) RETURNS bigint
    LANGUAGE plpgsql AS $$
DECLARE
    plan jsonb;
BEGIN
    EXECUTE 'EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF, SUMMARY OFF, FORMAT JSON) ' || query INTO plan;
    RETURN (plan -> 0 -> 'Plan' ->> 'Shared Hit Blocks')::bigint + (plan -> 0 -> 'Plan' ->> 'Shared Read Blocks')::bigint;
END
$$;
SELECT count(pg_temp.add(n, seconds => 10)) FROM generate_series(1, 20) AS n;
SELECT pg_temp.pages($$SELECT vesu_assistant.claim_alerts('telegram', 10)$$) < 1000;
SELECT pg_temp.pages($$SELECT vesu_assistant.claim_alerts('telegram', 5)$$) AS few \gset
INSERT INTO vesu_assistant.alerts (user_id, type, channel, message, created_at, status, attempts)
SELECT pg_temp.uid(1), 'test', 'telegram', 'finished', vesu.wall_clock() - interval '1 hour',
       (ARRAY['sent', 'acknowledged', 'failed'])[1 + n % 3]::vesu_assistant.alert_status, 1
  FROM generate_series(1, 20000) AS n;
INSERT INTO vesu_assistant.alerts (user_id, type, channel, message, created_at, status, attempts, next_attempt_at, lease_until)
SELECT pg_temp.uid(1), 'test', 'telegram', 'waiting', vesu.wall_clock() - interval '1 hour', state, 1, vesu.wall_clock() + interval '1 second',
       CASE state WHEN 'pending' THEN vesu.wall_clock() + interval '1 second' END
  FROM generate_series(1, 500) AS n CROSS JOIN unnest(ARRAY['pending', 'failed']::vesu_assistant.alert_status[]) AS state;
SELECT pg_temp.pages($$SELECT vesu_assistant.claim_alerts('telegram', 5)$$) < :few + 100;
ANALYZE vesu_assistant.alerts;
SELECT count(pg_temp.add(n, seconds => 10)) FROM generate_series(21, 40) AS n;
SELECT pg_temp.pages($$SELECT vesu_assistant.claim_alerts('telegram', 5)$$) < :few + 100;
UPDATE pg_class SET reltuples = 0, relpages = 100000 WHERE oid = 'vesu_assistant.alerts'::regclass;
SELECT pg_temp.pages($$SELECT vesu_assistant.claim_alerts('telegram', 5)$$) < :few + 100;
UPDATE pg_class SET reltuples = 1e9, relpages = 1e7 WHERE oid = 'vesu_assistant.alerts'::regclass;
SELECT pg_temp.pages($$SELECT vesu_assistant.claim_alerts('telegram', 5)$$) < :few + 100, pg_temp.pages($$SELECT vesu_assistant.claim_alerts('in_app', 5)$$) < 100;
-- The statement of its body, its arguments by number.
SELECT replace(replace(replace(substring(prosrc FROM 'ARRAY\((.*?)\)\)\s*RETURNING'),
           'claim_alerts.channel', '$1'), 'claim_alerts.max_rows', '$2'), 'moment', '$3') AS body
  FROM pg_proc WHERE oid = 'vesu_assistant.claim_alerts'::regproc \gset
SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off;
PREPARE claim (vesu_assistant.alert_channel, int, timestamptz) AS :body;
EXPLAIN (COSTS OFF) EXECUTE claim ('telegram', 5, '2026-03-01 12:00+00');
RESET plan_cache_mode; RESET enable_seqscan; RESET enable_bitmapscan; RESET enable_sort;
-- A user's pending alerts and their signals: by index too, however many others there are. The first call plans.
INSERT INTO vesu_assistant.signals (type, asset, severity, data, status) SELECT 'test', 'ETH', 'low', '{}', 'expired' FROM generate_series(1, 5000);
UPDATE vesu_assistant.alerts AS a SET signal_id = s.id
  FROM (SELECT s.id, row_number() OVER () AS n FROM vesu_assistant.signals AS s WHERE s.type = 'test') AS s WHERE a.id = pg_temp.uid(s.n::int);
SELECT pg_temp.pages(format('SELECT count(signal) FROM vesu_assistant.pending_alerts(%L, 10)', pg_temp.uid(1))) > 0;
SELECT pg_temp.pages(format('SELECT count(signal) FROM vesu_assistant.pending_alerts(%L, 10)', pg_temp.uid(1))) < 100;
ANALYZE vesu_assistant.alerts, vesu_assistant.signals;
SELECT pg_temp.pages(format('SELECT count(*) FROM vesu_assistant.pending_alerts(%L)', pg_temp.uid(4))) > 0;
SELECT pg_temp.pages(format('SELECT count(*) FROM vesu_assistant.pending_alerts(%L)', pg_temp.uid(4))) < 50,
       pg_temp.pages(format('SELECT count(signal) FROM vesu_assistant.pending_alerts(%L, 10)', pg_temp.uid(1))) < 100;
ROLLBACK;
