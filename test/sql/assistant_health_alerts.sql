-- Health alerts: told once for each fall into a worse band, on each channel.
BEGIN;
\getenv directory PG_ABS_SRCDIR
\set support :directory '/sql/support/assistant_positions.sql'
\set ECHO none
\i :support
\set ECHO all
\pset format unaligned
\pset tuples_only

-- The bands.
SELECT scenario, expected, vesu_assistant.health_band(health_factor, threshold, band) AS actual
  FROM (VALUES
    ('above', 0, 1.5, 1.5, 0), ('below the first', 1, 1.499999, 1.5, 0), ('at the second', 1, 1.1, 1.5, 0), ('below the second', 2, 1.099999, 1.5, 0),
    ('at the last', 2, 1.0, 1.5, 0), ('below the last', 3, 0.999999, 1.5, 0), ('no debt', 0, NULL, 1.5, 3),
    ('2 % above is not yet left', 1, 1.529999, 1.5, 1), ('left', 0, 1.53, 1.5, 1), ('never higher without a fall', 0, 1.51, 1.5, 0),
    ('second not yet left', 2, 1.121999, 1.5, 2), ('left', 1, 1.122, 1.5, 2), ('last not yet left', 3, 1.019999, 1.5, 3), ('left', 2, 1.02, 1.5, 3),
    ('from the last over all', 0, 2, 1.5, 3), ('from the last to the first', 1, 1.52, 1.5, 3),
    ('own threshold', 1, 1.9, 2, 0), ('1.1 is an edge once', 1, 1.05, 1.1, 0), ('and 1.0', 2, 0.99, 1.1, 0), ('1.05 leaves 1.0', 1, 1.04, 1.05, 0), ('and 1.0', 2, 0.99, 1.05, 0),
    ('0.9 is alone', 0, 0.95, 0.9, 0), ('0.9 is alone', 1, 0.89, 0.9, 0), ('a band that there no longer is', 1, 0.89, 0.9, 3)
  ) AS cases (scenario, expected, health_factor, threshold, band);

-- The contract's example: each row with the band and the alert that the snapshot left.
SELECT pg_temp.account(1) AS u \gset
CREATE FUNCTION pg_temp.fall(health_factor numeric, account int DEFAULT 1, protocol text DEFAULT 'aave', minute int DEFAULT NULL, OUT band int, OUT alerts text)
    LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM vesu_assistant.alerts;
    PERFORM vesu_assistant.record_position(pg_temp.account(account), protocol, pg_temp.worth('ETH', 3000),
                                           CASE WHEN health_factor IS NULL THEN '[]' ELSE pg_temp.worth('USDC', 1500) END, health_factor,
                                           snapshot_at => '2026-03-01 12:00+00'::timestamptz + minute * interval '1 minute');
    SELECT l.band INTO band FROM vesu_assistant.latest_positions AS l WHERE l.user_id = pg_temp.account(account) AND l.protocol = fall.protocol;
    SELECT string_agg(format('%s by %s below %s', a.type, a.channel, a.metadata ->> 'edge'), ', ' ORDER BY a.channel) INTO alerts FROM vesu_assistant.alerts AS a;
END
$$;
SELECT step.health_factor, told.band, told.alerts
  FROM unnest(ARRAY[1.60, 1.49, 1.51, 1.48, 1.55, 1.49, 0.95, 1.01, 1.03, 0.99, 0.99, 1.5, 1.09, NULL, 0.5]) WITH ORDINALITY AS step (health_factor, place)
 CROSS JOIN LATERAL (SELECT f.* FROM pg_temp.fall(step.health_factor, minute => step.place::int) AS f OFFSET 0) AS told;
-- Whole rows, the first snapshot of a position included.
SELECT band FROM pg_temp.fall(1.499999, protocol => 'maker');
SELECT a.user_id = :'u', a.signal_id, a.type, a.channel, a.message, a.metadata - 'positionId', (a.metadata ->> 'positionId')::uuid = l.position_id AS of_latest, a.status, a.attempts, a.created_at
  FROM vesu_assistant.alerts AS a, vesu_assistant.latest_positions AS l WHERE l.protocol = 'maker';
SELECT band FROM pg_temp.fall(1.05, protocol => 'spark');
SELECT message FROM vesu_assistant.alerts;
SELECT band FROM pg_temp.fall(0.9, protocol => 'spark');
SELECT message FROM vesu_assistant.alerts;
-- An older snapshot says nothing.
SELECT band, alerts FROM pg_temp.fall(1.8, protocol => 'old', minute => 10);
SELECT band, alerts FROM pg_temp.fall(0.5, protocol => 'old', minute => 9);

-- Channels and thresholds of the user.
SELECT preferences, telegram, (SELECT format('band %s: %s', f.band, f.alerts) FROM pg_temp.fall(1.3, CASE WHEN (vesu_assistant.register_user('0x' || number, preferences::jsonb, telegram)).id IS NOT NULL THEN number END) AS f) AS told
  FROM (VALUES
    (11, NULL, NULL), (12, '{}', '5'), (13, '{"notificationChannels": []}', NULL), (14, '{"notificationChannels": ["telegram", "email"]}', '5'), (15, '{"notificationChannels": ["telegram", "email"]}', NULL),
    (16, '{"notificationChannels": ["telegram"]}', NULL), (17, '{"notificationChannels": ["in_app", "telegram", "email"]}', '5'),
    (18, '{"alertThresholds": {"healthFactor": 1.2}}', NULL), (19, '{"alertThresholds": {"healthFactor": 1.3}}', NULL), (20, '{"alertThresholds": {"healthFactor": 2.5}, "notificationChannels": ["email"]}', NULL)
  ) AS cases (number, preferences, telegram)
 ORDER BY number;

-- A chat that is empty is none.
SELECT vesu_assistant.alert_channels('{"notificationChannels": ["telegram"]}', '');

-- Snapshots of one INSERT count one after the other.
DELETE FROM vesu_assistant.alerts;
INSERT INTO vesu_assistant.positions (user_id, wallet_address, protocol, health_factor, collateral, debt, snapshot_at)
SELECT :'u', '0x1', 'many', step.health_factor, '[]', pg_temp.worth('USDC', 1), timestamptz '2026-03-01 12:00+00' + step.place * interval '1 second'
  FROM unnest(ARRAY[1.60, 1.49, 1.51, 1.48, 1.55, 1.49, 0.95, 1.01, 1.03, 0.99]) WITH ORDINALITY AS step (health_factor, place);
SELECT a.metadata ->> 'healthFactor', a.type FROM vesu_assistant.alerts AS a JOIN vesu_assistant.positions AS p ON p.id = (a.metadata ->> 'positionId')::uuid ORDER BY p.snapshot_at;
ROLLBACK;
