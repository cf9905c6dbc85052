-- A queue of :pending alerts behind :finished finished ones, for the workers of alerts/*.sql. Needs measure.sql.
SET synchronous_commit = off;
INSERT INTO vesu_assistant.users (id, wallet_address)
SELECT bench.user_id(n, 1), '0x' || lpad(to_hex(n), 40, '0') FROM generate_series(1, 1000) AS n;
-- As they are: their triggers have nothing to add.
SET session_replication_role = replica;
INSERT INTO vesu_assistant.alerts (id, user_id, type, channel, message, status, created_at, sent_at, attempts)
SELECT bench.position_id(n), bench.user_id(1 + n % 1000, 1), 'health_factor_warning', 'telegram', 'health factor 1.4 of aave',
       CASE WHEN n % 20 = 0 THEN 'failed' ELSE 'sent' END::vesu_assistant.alert_status,
       timestamptz '2026-01-01 00:00+00' + n * interval '1 second', CASE WHEN n % 20 > 0 THEN timestamptz '2026-03-01 00:00+00' END, 1
  FROM generate_series(1, :finished) AS n;
INSERT INTO vesu_assistant.alerts (id, user_id, type, channel, message, created_at)
SELECT bench.position_id(n), bench.user_id(1 + n % 1000, 1), 'health_factor_warning', 'telegram', 'health factor 1.4 of aave',
       timestamptz '2026-01-01 00:00+00' + n * interval '1 second'
  FROM generate_series(:finished + 1, :finished + :pending) AS n;
RESET session_replication_role;
VACUUM ANALYZE vesu_assistant.alerts;
