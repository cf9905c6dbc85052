-- Maintenance: what each item deletes and keeps, to the microsecond; policies; batches; what it reads; the jobs.
BEGIN;
\getenv directory PG_ABS_SRCDIR
\set support :directory '/sql/support/alerts.sql'
\set ECHO none
\i :support
DELETE FROM vesu_assistant.signals;
-- Snapshots number n and on of a user in a protocol, without debt.
CREATE FUNCTION pg_temp.snapshot(n int, "user" int, VARIADIC moments timestamptz[]) RETURNS bigint
    LANGUAGE sql AS $$
    INSERT INTO vesu_assistant.positions (id, user_id, wallet_address, protocol, collateral, debt, snapshot_at)
    SELECT pg_temp.uid(n + place::int - 1), u.id, u.wallet_address, 'aave', '[]', '[]', moment
      FROM unnest(moments) WITH ORDINALITY AS m (moment, place)
      JOIN vesu_assistant.users AS u ON u.id = pg_temp.uid("user");
    INSERT INTO vesu_assistant.latest_positions (wallet_address, protocol, chain_id, position_id, user_id, snapshot_at)
    SELECT DISTINCT ON (p.wallet_address, p.protocol, p.chain_id)
           p.wallet_address, p.protocol, p.chain_id, p.id, p.user_id, p.snapshot_at
      FROM vesu_assistant.positions AS p
     ORDER BY p.wallet_address, p.protocol, p.chain_id, p.snapshot_at DESC, p.id DESC
    ON CONFLICT (wallet_address, protocol, chain_id)
    DO UPDATE SET position_id = EXCLUDED.position_id, snapshot_at = EXCLUDED.snapshot_at;
    SELECT count(*) FROM vesu_assistant.positions;
$$;
CREATE FUNCTION pg_temp.numbers(ids uuid[]) RETURNS text
    LANGUAGE sql AS $$ SELECT string_agg(ltrim(replace(i.id::text, '-', ''), '0'), ' ' ORDER BY i.id) FROM unnest(ids) AS i (id) $$;
CREATE FUNCTION pg_temp.kept() RETURNS text
    LANGUAGE sql AS $$
    SELECT format('positions %s; alerts %s; signals %s', pg_temp.numbers(ARRAY(SELECT id FROM vesu_assistant.positions)),
                  pg_temp.numbers(ARRAY(SELECT id FROM vesu_assistant.alerts)), pg_temp.numbers(ARRAY(SELECT id FROM vesu_assistant.signals)))
$$;
\set ECHO all
\pset format unaligned
\pset tuples_only
-- Nothing to do: every action is named.
SELECT * FROM vesu_assistant.maintain();

-- Signals: expired at their second; deleted 30 days later, unless an alert tells of them. Without expires_at, detected_at counts.
INSERT INTO vesu_assistant.signals (id, type, asset, severity, data, detected_at, expires_at, status) VALUES
    (pg_temp.uid(1), 'a', 'ETH', 'low', '{}', '2026-01-01', '2026-03-01 12:00:00+00', 'active'),
    (pg_temp.uid(2), 'b', 'ETH', 'low', '{}', '2026-01-01', '2026-03-01 12:00:00.000001+00', 'active'),
    (pg_temp.uid(3), 'c', 'ETH', 'low', '{}', '2026-01-01', '2026-01-30 11:59:59.999999+00', 'expired'),
    (pg_temp.uid(4), 'd', 'ETH', 'low', '{}', '2026-01-01', '2026-01-30 12:00:00+00', 'expired'),
    (pg_temp.uid(5), 'e', 'ETH', 'low', '{}', '2026-01-01', '2026-01-30 11:59:59.999999+00', 'expired'),
    (pg_temp.uid(6), 'f', 'ETH', 'low', '{}', '2026-01-01', NULL, 'expired'),
    (pg_temp.uid(7), 'g', 'ETH', 'low', '{}', '2026-01-01', NULL, 'acknowledged'),
    (pg_temp.uid(8), 'h', 'ETH', 'low', '{}', '2026-01-01', NULL, 'active');
INSERT INTO vesu_assistant.alerts (id, user_id, signal_id, type, channel, message, status, created_at)
SELECT pg_temp.uid(50), pg_temp.uid(1), pg_temp.uid(5), 'test', 'in_app', 'message', 'sent', '2025-12-01 12:00+00';
SELECT * FROM vesu_assistant.maintain('{"alerts": null, "positions_full": null, "positions_daily": null}');
SELECT pg_temp.kept();
SELECT status FROM vesu_assistant.signals ORDER BY id;

-- Alerts: sent, acknowledged and finally failed ones, made 90 days ago; the last lease that ended, at any age.
INSERT INTO vesu_assistant.alerts (id, user_id, type, channel, message, status, created_at, attempts, next_attempt_at, lease_until)
SELECT pg_temp.uid(n), pg_temp.uid(1), 'test', 'in_app', 'message', status::vesu_assistant.alert_status, created_at::timestamptz, attempts,
       next_attempt_at::timestamptz, lease_until::timestamptz
  FROM (VALUES (51, 'pending',      '2025-01-01 12:00:00+00',        0, NULL,                  NULL),
               (52, 'sent',         '2025-12-01 12:00:00+00',        1, NULL,                  NULL),
               (53, 'sent',         '2025-12-01 11:59:59.999999+00', 1, NULL,                  NULL),
               (54, 'acknowledged', '2025-12-01 11:59:59.999999+00', 1, NULL,                  NULL),
               (55, 'failed',       '2025-12-01 11:59:59.999999+00', 5, NULL,                  NULL),
               (56, 'failed',       '2025-12-01 11:59:59.999999+00', 1, '2025-12-01 12:01+00', NULL),
               (57, 'pending',      '2026-03-01 11:00+00',           5, NULL,                  '2026-03-01 12:00:00+00'),
               (58, 'pending',      '2026-03-01 11:00+00',           5, NULL,                  '2026-03-01 12:00:00.000001+00'),
               (59, 'pending',      '2026-03-01 11:00+00',           4, NULL,                  '2026-03-01 11:01:00+00'))
       AS v (n, status, created_at, attempts, next_attempt_at, lease_until);
SELECT * FROM vesu_assistant.maintain('{"expired_signals": null, "positions_full": null, "positions_daily": null}');
SELECT pg_temp.kept();
SELECT pg_temp.short(a) FROM vesu_assistant.alerts AS a WHERE id = pg_temp.uid(57);
-- A signal that no alert tells of any more goes next time.
SELECT * FROM vesu_assistant.maintain('{"alerts": "89 days", "positions_full": null, "positions_daily": null}');
SELECT * FROM vesu_assistant.maintain('{"positions_full": null, "positions_daily": null}');
SELECT pg_temp.kept();

-- Snapshots: the last of each wallet, protocol, chain and UTC day once 7 days old; none after 365; the latest always.
SELECT pg_temp.snapshot(101, 1, '2026-02-20 00:00+00', '2026-02-20 23:59:59.999999+00', '2026-02-21 00:00+00', '2026-02-21 12:00+00', '2026-02-21 13:00+00',
                                '2026-02-22 10:00+00', '2026-02-22 11:59:59.999999+00', '2026-02-22 12:00+00', '2026-02-22 13:00+00', '2026-03-01 11:00+00', '2026-03-01 12:00+00');
-- A wallet that has been quiet for two years; another whose two snapshots of a moment are the latest.
SELECT pg_temp.snapshot(121, 2, '2024-03-01 10:00+00', '2024-03-01 11:00+00', '2024-03-01 12:00+00');
SELECT pg_temp.snapshot(131, 3, '2025-02-28 12:00+00', '2025-02-28 12:00+00');
-- Other protocols and chains do not supersede.
INSERT INTO vesu_assistant.positions (id, user_id, wallet_address, protocol, chain_id, collateral, debt, snapshot_at)
SELECT pg_temp.uid(n), pg_temp.uid(4), '0x0000000000000000000000000000000000000004', protocol, chain_id, '[]', '[]', at::timestamptz
  FROM (VALUES (141, 'aave', 1, '2026-02-10 10:00+00'), (142, 'aave', 2, '2026-02-10 11:00+00'), (143, 'comp', 1, '2026-02-10 12:00+00'),
               (144, 'comp', 1, '2026-02-10 13:00+00'), (145, 'comp', 1, '2025-03-01 12:00+00'), (146, 'comp', 1, '2025-03-01 11:59:59+00')) AS v (n, protocol, chain_id, at);
SELECT pg_temp.snapshot(150, 5, VARIADIC '{}');
SELECT * FROM vesu_assistant.maintain('{"expired_signals": null, "alerts": null, "positions_daily": null}');
SELECT pg_temp.kept();
SELECT * FROM vesu_assistant.maintain('{"expired_signals": null, "alerts": null, "positions_full": null}');
SELECT pg_temp.kept();
SELECT * FROM vesu_assistant.maintain('{"expired_signals": null, "alerts": null}');
-- The day under way is thinned on.
SELECT set_config('vesu.clock', '2026-03-02 00:00+00', false);
SELECT * FROM vesu_assistant.maintain('{"expired_signals": null, "alerts": null}');
SELECT pg_temp.kept();
-- Whatever the session calls a day.
SET timezone = 'America/New_York';
SELECT pg_temp.snapshot(161, 5, '2026-02-10 02:00+00', '2026-02-10 08:00+00', '2026-02-11 02:00+00', '2026-03-01 00:00+00');
SELECT * FROM vesu_assistant.maintain('{"expired_signals": null, "alerts": null}');
SET timezone = 'UTC';
SELECT pg_temp.kept();
-- With 0 nothing but the latest remains.
SELECT * FROM vesu_assistant.maintain('{"expired_signals": "0", "alerts": "0", "positions_full": "0", "positions_daily": "0"}');
SELECT pg_temp.kept();
SELECT * FROM vesu_assistant.maintain('{"expired_signals": null, "alerts": null, "positions_full": null, "positions_daily": null}');

-- Policies that are none; nothing is done for what could be read of them.
SELECT set_config('vesu.clock', '2030-01-01 00:00+00', false);
SELECT policy, pg_temp.refusal(format('SELECT * FROM vesu_assistant.maintain(%L)', policy))
  FROM unnest(ARRAY[NULL, '5', '{"signals": "1 day"}', '{"alerts": "soon"}', '{"batch": 0}']) AS policy;
SELECT policy, pg_temp.message(format('SELECT * FROM vesu_assistant.maintain(%L)', policy))
  FROM unnest(ARRAY['null', '[]', '"1 day"', '{"Alerts": "1 day"}', '{"alerts": "-1 day"}', '{"alerts": ""}', '{"alerts": 5}', '{"alerts": {}}', '{"alerts": true}',
                    '{"alerts": "9999999 years"}', '{"alerts": "9999999999999999999 days"}', '{"positions_full": "1 dai"}', '{"positions_daily": "x"}', '{"expired_signals": []}',
                    '{"batch": null}', '{"batch": "10"}', '{"batch": 1.5}', '{"batch": -1}', '{"batch": 1000000001}', '{"batch": 1e400}', '{"alerts": "1 day", "x": null}']) AS policy;
SELECT pg_temp.code('SELECT * FROM vesu_assistant.maintain(''{"batch": 1e0, "alerts": "1 mon 2 days 03:04:05"}'')');

-- Batches: never more of an item; repeated until nothing is left.
SELECT set_config('vesu.clock', '2026-03-01 12:00+00', false);
INSERT INTO vesu_assistant.positions (user_id, wallet_address, protocol, collateral, debt, snapshot_at)
SELECT u.id, u.wallet_address, 'aave', '[]', '[]', timestamptz '2026-02-01 00:00+00' + n * interval '10 minutes'
  FROM vesu_assistant.users AS u CROSS JOIN generate_series(0, 999) AS n;
SELECT pg_temp.snapshot(999, 5, VARIADIC '{}');
INSERT INTO vesu_assistant.alerts (user_id, type, channel, message, status, created_at)
SELECT pg_temp.uid(1), 'test', 'email', 'message', 'sent', '2025-01-01' FROM generate_series(1, 250);
INSERT INTO vesu_assistant.signals (type, asset, severity, data, expires_at, status)
SELECT 'test', 'ETH', 'low', '{}', '2025-01-01', 'expired' FROM generate_series(1, 250);
CREATE FUNCTION pg_temp.repeat_until_clean(policy jsonb, OUT runs int, OUT deleted bigint, OUT most bigint)
    LANGUAGE plpgsql AS $$
DECLARE
    run record;
BEGIN
    runs := 0; deleted := 0; most := 0;
    LOOP
        SELECT sum(m.rows) AS total, max(m.rows) AS most INTO run FROM vesu_assistant.maintain(policy) AS m;
        EXIT WHEN run.total = 0;
        runs := runs + 1;
        deleted := deleted + run.total;
        most := greatest(most, run.most);
    END LOOP;
END
$$;
SELECT * FROM pg_temp.repeat_until_clean('{"batch": 100}');
SELECT count(*), count(DISTINCT (wallet_address, protocol, chain_id, date_trunc('day', snapshot_at))) FROM vesu_assistant.positions WHERE snapshot_at < '2026-02-22 12:00+00';
SELECT count(*) FROM vesu_assistant.latest_positions AS l JOIN vesu_assistant.positions AS p ON p.id = l.position_id;

-- What it reads: the index that has the order, whatever the statistics say.
CREATE FUNCTION pg_temp.scans(routine text, statement text) RETURNS SETOF text
    LANGUAGE plpgsql AS $$
DECLARE
    body text := (SELECT p.prosrc FROM pg_proc AS p WHERE p.oid = ('vesu_assistant.' || routine)::regproc);
    line text;
BEGIN
    body := regexp_replace(regexp_replace(substring(body FROM statement || '.*?;'), '\m(edge|moment)\M', '$1', 'g'), '\mbatch\M', '$2');
    EXECUTE format('PREPARE %I (timestamptz, bigint) AS %s', routine, body);
    FOR line IN EXECUTE format('EXPLAIN (COSTS OFF) EXECUTE %I (''2026-02-22'', 10)', routine) LOOP
        IF line ~ 'Scan|Sort|Join' THEN
            RETURN NEXT ltrim(line, ' ->');
        END IF;
    END LOOP;
END
$$;
SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off;
SELECT pg_temp.scans('delete_signals', 'DELETE');
SELECT pg_temp.scans('fail_abandoned_alerts', 'UPDATE');
SELECT pg_temp.scans('delete_alerts', 'DELETE');
SELECT pg_temp.scans('thin_positions', 'DELETE');
SELECT pg_temp.scans('delete_positions', 'DELETE');

-- The jobs of the module.
SELECT name, schedule, command FROM vesu.jobs WHERE module = 'assistant' ORDER BY name;
ROLLBACK;
