-- Users: one for each wallet however it is written, with preferences that are checked at every write.
BEGIN;
\getenv directory PG_ABS_SRCDIR
\set support :directory '/sql/support/assistant_positions.sql'
\set ECHO none
\i :support
\set ECHO all
\pset format unaligned
\pset tuples_only

-- Wallets.
SELECT scenario, expected, coalesce(vesu_assistant.canonical_wallet(wallet), '-') AS actual
  FROM (VALUES
    (1, '0xABC', '0x' || repeat('0', 61) || 'abc'),
    (2, '0xabc', '0x' || repeat('0', 61) || 'abc'),
    (3, '0x0abc', '0x' || repeat('0', 61) || 'abc'),
    (4, '0x00000000219AB540356cBB839Cbe05303d7705Fa', '0x00000000219ab540356cbb839cbe05303d7705fa'),
    (5, '0x' || repeat('0', 24) || '00000000219ab540356cbb839cbe05303d7705fa', '0x' || repeat('0', 24) || '00000000219ab540356cbb839cbe05303d7705fa'),
    (6, '0x800000000000011' || repeat('0', 48), '0x0800000000000011' || repeat('0', 48)),
    (7, '0x0', '0x' || repeat('0', 64)),
    (8, NULL, '-')
  ) AS cases (scenario, wallet, expected)
 WHERE coalesce(vesu_assistant.canonical_wallet(wallet), '-') <> expected OR scenario IN (1, 4, 8)
 ORDER BY scenario;
SELECT wallet, pg_temp.code(format('SELECT vesu_assistant.canonical_wallet(%L)', wallet))
  FROM (VALUES (''), ('0x'), ('abc'), (' 0x1'), (E'0x1\n'), ('0xg'), ('0x' || repeat('0', 65)), ('0x' || repeat('f', 64)),
               ('0x800000000000011' || repeat('0', 47) || '1'), ('vitalik.eth'), ('0xä')) AS cases (wallet);
SELECT pg_temp.refusal($$SELECT vesu_assistant.canonical_wallet('vitalik.eth')$$);

-- One user, whatever the spelling; what is given replaces, NULL leaves.
SELECT id AS first FROM vesu_assistant.register_user('0xABC', '{"riskProfile": "moderate", "theme": "dark"}') \gset
SELECT id = :'first' AS same, wallet_address, preferences, telegram_chat_id FROM vesu_assistant.register_user('0x0abc', telegram_chat_id => '42');
SELECT preferences, telegram_chat_id FROM vesu_assistant.register_user('0xabc', '{}');
SELECT count(*) FROM vesu_assistant.users;
-- Repeated it writes nothing.
SELECT ctid AS before FROM vesu_assistant.users \gset
SELECT id = :'first' FROM vesu_assistant.register_user('0xABC');
SELECT id = :'first' FROM vesu_assistant.register_user('0xABC', '{}', '42');
SELECT ctid = :'before' AS unwritten FROM vesu_assistant.users;

-- updated_at follows every change, whoever makes it.
SET LOCAL vesu.clock = '2026-03-01 12:00:05+00';
SELECT preferences, created_at, updated_at FROM vesu_assistant.set_preferences(:'first', '{"activeSignals": ["funding_rate"]}');
SET LOCAL vesu.clock = '2026-03-01 12:00:07+00';
UPDATE vesu_assistant.users SET wallet_address = '0xDEF', updated_at = '2000-01-01' RETURNING wallet_address, created_at, updated_at;
SELECT preferences IS NULL AS removed FROM vesu_assistant.set_preferences(:'first', NULL);
-- Applications write tables too.
INSERT INTO vesu_assistant.users (wallet_address) VALUES ('0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF') RETURNING wallet_address;
SELECT statement, pg_temp.code(statement)
  FROM (VALUES
    ($$INSERT INTO vesu_assistant.users (wallet_address) VALUES ('0x0DEF')$$),
    ($$INSERT INTO vesu_assistant.users (wallet_address) VALUES (NULL)$$),
    ($$INSERT INTO vesu_assistant.users (wallet_address) VALUES ('def')$$),
    ($$UPDATE vesu_assistant.users SET wallet_address = 'def'$$),
    ($$INSERT INTO vesu_assistant.users (wallet_address, preferences) VALUES ('0x77', '[]')$$),
    ($$UPDATE vesu_assistant.users SET preferences = '{"riskProfile": "bold"}'$$)
  ) AS cases (statement);

-- Preferences: what is accepted, as users send them; what is not.
SELECT preferences, pg_temp.code(format('SELECT vesu_assistant.set_preferences(%L, %L)', :'first', preferences)) AS actual
  FROM (VALUES
    ('{}'), ('{"riskProfile": "conservative"}'), ('{"riskProfile": "aggressive", "anything": [1, {"else": null}]}'),
    ('{"alertThresholds": {}}'), ('{"alertThresholds": {"healthFactor": 1.5, "priceChange": 0.05, "gas": "high"}}'),
    ('{"activeSignals": []}'), ('{"activeSignals": ["funding_rate", "whale_movement"]}'),
    ('{"notificationChannels": []}'), ('{"notificationChannels": ["telegram", "email", "in_app"]}')
  ) AS cases (preferences);
SELECT preferences, pg_temp.code(format('SELECT vesu_assistant.set_preferences(%L, %L)', :'first', preferences)) AS actual
  FROM (VALUES
    ('null'), ('[]'), ('"moderate"'), ('5'),
    ('{"riskProfile": "bold"}'), ('{"riskProfile": null}'), ('{"riskProfile": ["moderate"]}'), ('{"riskProfile": "Moderate"}'),
    ('{"alertThresholds": []}'), ('{"alertThresholds": null}'), ('{"alertThresholds": {"healthFactor": 0}}'),
    ('{"alertThresholds": {"healthFactor": -1.5}}'), ('{"alertThresholds": {"healthFactor": "1.5"}}'),
    ('{"alertThresholds": {"healthFactor": null}}'), ('{"alertThresholds": {"priceChange": 0}}'), ('{"alertThresholds": {"priceChange": []}}'),
    ('{"activeSignals": "funding_rate"}'), ('{"activeSignals": [1]}'), ('{"activeSignals": ["a", null]}'), ('{"activeSignals": [["a"]]}'), ('{"activeSignals": {}}'),
    ('{"notificationChannels": "telegram"}'), ('{"notificationChannels": ["sms"]}'), ('{"notificationChannels": ["email", "email"]}'),
    ('{"notificationChannels": [["email"]]}'), ('{"notificationChannels": [1]}'), ('{"notificationChannels": null}'), ('{"notificationChannels": {}}')
  ) AS cases (preferences);
SELECT pg_temp.refusal(format('SELECT vesu_assistant.set_preferences(%L, %L)', :'first', preferences))
  FROM (VALUES ('[]'), ('{"riskProfile": "bold"}'), ('{"alertThresholds": {"healthFactor": 0}}'), ('{"activeSignals": [1]}'),
               ('{"notificationChannels": ["sms"]}')) AS cases (preferences);

-- Arguments.
SELECT call, pg_temp.refusal('SELECT vesu_assistant.' || call)
  FROM (VALUES
    ('register_user(NULL)'),
    ('register_user('''')'),
    ('register_user(''0xzz'')'),
    ('register_user(''0x1'', telegram_chat_id => '''')'),
    ('register_user(''0x1'', telegram_chat_id => repeat(''9'', 256))'),
    ('register_user(''0x1'', ''{"riskProfile": 1}'')'),
    ('set_preferences(NULL, NULL)'),
    ('set_preferences(''00000000-0000-0000-0000-000000000000'', ''{}'')')
  ) AS cases (call);

-- With the identity that its lending positions have; one wallet, one user, and one identity.
SELECT id, wallet_address FROM vesu_assistant.register_user('0x77', id => '00000000-0000-0000-0000-000000000077');
SELECT count(*) FROM vesu_assistant.register_user('0x077', '{}', id => '00000000-0000-0000-0000-000000000077');
SELECT call, pg_temp.refusal(call)
  FROM (VALUES ('SELECT vesu_assistant.register_user(''0x77'', id => ''00000000-0000-0000-0000-000000000078'')'),
               ('SELECT vesu_assistant.register_user(''0x78'', id => ''00000000-0000-0000-0000-000000000077'')')) AS calls (call);

-- Who goes takes everything along.
SELECT pg_temp.account(1) AS leaver \gset
SELECT vesu_assistant.record_position(:'leaver', 'aave', pg_temp.worth('ETH', 3000), pg_temp.worth('USDC', 2500), 0.99) IS NOT NULL;
DELETE FROM vesu_assistant.users WHERE id = :'leaver';
SELECT (SELECT count(*) FROM vesu_assistant.positions), (SELECT count(*) FROM vesu_assistant.latest_positions), (SELECT count(*) FROM vesu_assistant.alerts);

-- What an application adds comes back too.
ALTER TABLE vesu_assistant.users ADD COLUMN nickname text NOT NULL DEFAULT 'anon';
SELECT nickname FROM vesu_assistant.register_user('0x5');
SELECT nickname FROM vesu_assistant.set_preferences(:'first', '{}');
ROLLBACK;
