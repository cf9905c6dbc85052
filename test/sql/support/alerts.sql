-- For tests of alerts: noon of a March day, five users, three signals, calls and how they end.
SET vesu.clock = '2026-03-01 12:00:00+00';
SET timezone = 'UTC';
SET datestyle = 'ISO';
SET intervalstyle = 'postgres';

-- The id of row number n of a table.
CREATE FUNCTION pg_temp.uid(n int) RETURNS uuid
    LANGUAGE sql IMMUTABLE RETURN lpad(n::text, 32, '0')::uuid;

INSERT INTO vesu_assistant.users (id, wallet_address, preferences, telegram_chat_id) VALUES
    (pg_temp.uid(1), '0x0000000000000000000000000000000000000001',
     '{"activeSignals": ["funding_rate", "yield"], "notificationChannels": ["telegram", "email", "in_app"]}', '4711'),
    (pg_temp.uid(2), '0x0000000000000000000000000000000000000002',
     '{"activeSignals": ["funding_rate"], "notificationChannels": ["telegram", "in_app"]}', NULL),
    (pg_temp.uid(3), '0x0000000000000000000000000000000000000003', '{"activeSignals": ["funding_rate"]}', '4712'),
    (pg_temp.uid(4), '0x0000000000000000000000000000000000000004', '{"activeSignals": ["yield"], "notificationChannels": ["email"]}', NULL),
    (pg_temp.uid(5), '0x0000000000000000000000000000000000000005', NULL, '4713');
INSERT INTO vesu_assistant.signals (id, type, asset, severity, data, detected_at, expires_at) VALUES
    (pg_temp.uid(1), 'funding_rate', 'AAVE', 'high', '{}', '2026-03-01 11:00+00', NULL),
    (pg_temp.uid(2), 'yield', 'ETH', 'low', '{}', '2026-03-01 11:00+00', '2026-03-01 12:00:01+00'),
    (pg_temp.uid(3), 'funding_rate', 'ETH', 'low', '{}', '2026-03-01 11:00+00', '2026-03-01 12:00:00+00');
DELETE FROM vesu_assistant.alerts;

CREATE FUNCTION pg_temp.checksum() RETURNS text
    LANGUAGE sql AS $$
    SELECT md5(concat((SELECT string_agg(a::text, ',' ORDER BY a::text) FROM vesu_assistant.alerts AS a),
                      (SELECT string_agg(s::text, ',' ORDER BY s::text) FROM vesu_assistant.signals AS s),
                      (SELECT string_agg(p::text, ',' ORDER BY p::text) FROM vesu_assistant.positions AS p)))
$$;

-- How a statement ends that must fail, and whether it changed anything.
CREATE FUNCTION pg_temp.refusal(statement text) RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
    before constant text := pg_temp.checksum();
    state text;
    message text;
    detail text;
    hint text;
BEGIN
    BEGIN
        EXECUTE statement;
        RETURN 'accepted';
    EXCEPTION WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL,
                                hint = PG_EXCEPTION_HINT;
    END;
    RETURN concat_ws(E'\n', state || ': ' || message, 'DETAIL: ' || nullif(detail, ''), 'HINT: ' || nullif(hint, ''),
                     CASE WHEN pg_temp.checksum() <> before THEN 'AND SOMETHING CHANGED' END);
END
$$;

-- Only its first line, or its SQLSTATE.
CREATE FUNCTION pg_temp.message(statement text) RETURNS text
    LANGUAGE sql AS $$ SELECT split_part(pg_temp.refusal(statement), E'\n', 1) $$;
CREATE FUNCTION pg_temp.code(statement text) RETURNS text
    LANGUAGE sql AS $$ SELECT substring(pg_temp.refusal(statement) FROM '^[^:]*') $$;

-- What an alert is, in short: what is NULL is not said.
CREATE FUNCTION pg_temp.short(alert vesu_assistant.alerts) RETURNS text
    LANGUAGE sql AS $$
    SELECT concat_ws(' ', ltrim(replace(alert.id::text, '-', ''), '0'), alert.status, 'attempts ' || alert.attempts,
                     'leased to ' || alert.lease_until::time, 'next at ' || alert.next_attempt_at::time, 'sent ' || alert.sent_at::time,
                     'seen ' || alert.acknowledged_at::time, alert.last_error)
$$;

-- A pending alert to user 1, of that many seconds ago.
CREATE FUNCTION pg_temp.add(n int, channel vesu_assistant.alert_channel DEFAULT 'telegram', seconds int DEFAULT 0) RETURNS uuid
    LANGUAGE sql AS $$
    INSERT INTO vesu_assistant.alerts (id, user_id, type, channel, message, created_at)
    VALUES (pg_temp.uid(n), pg_temp.uid(1), 'test', channel, 'message ' || n, vesu.wall_clock() - seconds * interval '1 second')
    RETURNING id
$$;
