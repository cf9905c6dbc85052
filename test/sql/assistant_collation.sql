-- The caller's columns may have any collation, also one that takes letters of another case for the same: names stay what they are.
BEGIN;
SET LOCAL vesu.clock = '2026-03-01 12:00:00+00';
\pset format unaligned
\pset tuples_only
CREATE COLLATION pg_temp.any_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TEMPORARY TABLE app (upper_case text COLLATE pg_temp.any_case, lower_case text COLLATE "en-x-icu", wallet text COLLATE "en-x-icu");
INSERT INTO app VALUES ('ETH', 'eth', '0xABC');

-- Streams: a repeated call leaves the other one alone.
SELECT vesu_assistant.append_events(lower_case, '1', 0, '[{"event_type": "x", "data": {"a": 1}}, {"event_type": "x", "data": {"b": 1}}]') FROM app;
SELECT vesu_assistant.append_events(upper_case, '1', 0, '[{"event_type": "x", "data": {"c": 1}, "event_id": "e0000000-0000-0000-0000-000000000001"}]')
  FROM app, generate_series(1, 2);
SELECT aggregate_type, version FROM vesu_assistant.event_streams ORDER BY 2;
SELECT count(*) FROM app, vesu_assistant.load_events(upper_case, '1');
SELECT (vesu_assistant.load_state(upper_case, '1')).*, (vesu_assistant.state_at(upper_case, '1', vesu.now())).* FROM app;
SELECT vesu_assistant.save_snapshot(upper_case, '1', 1, '{"d": 1}') FROM app;
SELECT (vesu_assistant.load_state(lower_case, '1')).* FROM app;
-- Subscriptions.
SELECT vesu_assistant.acknowledge_events(upper_case, 0), vesu_assistant.acknowledge_events(lower_case, 0) FROM app;
UPDATE vesu_assistant.subscriptions SET position = 1000000 WHERE name = 'eth';
SELECT vesu_assistant.acknowledge_events(upper_case, 0) FROM app;

-- Wallets, protocols, signals and prices.
SELECT (vesu_assistant.register_user(wallet)).id = (vesu_assistant.register_user('0x0abc')).id FROM app;
SELECT vesu_assistant.record_position((vesu_assistant.register_user(wallet)).id, lower_case, '[]', '[]') IS NOT NULL FROM app;
SELECT count(*) FROM app, vesu_assistant.latest_position(NULL, wallet, lower_case);
SELECT count(*) FROM app, vesu_assistant.latest_position(NULL, wallet, upper_case);
SELECT vesu_assistant.detect_signal(upper_case, upper_case, 'low', '{}') = vesu_assistant.detect_signal(lower_case, lower_case, 'low', '{}') FROM app;
SELECT count(*) FROM vesu.record_prices(ARRAY['ETH', 'eth'], ARRAY[2000, 1]);
SELECT vesu_assistant.create_intent((vesu_assistant.register_user(wallet)).id, asset, jsonb_build_object('type', 'price', 'asset', asset, 'operator', '<', 'value', 2500), '{"type": "notify"}') IS NOT NULL
  FROM app, unnest(ARRAY['ETH', 'eth']) AS asset;
SELECT name FROM app, vesu_assistant.evaluate_intents(asset => upper_case);
ROLLBACK;
