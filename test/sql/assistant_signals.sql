-- Signals: one active for each type and asset, raised but not lowered, over when their time is over.
BEGIN;
\getenv directory PG_ABS_SRCDIR
\set support :directory '/sql/support/assistant_positions.sql'
\set ECHO none
\i :support
\set ECHO all
\pset format unaligned
\pset tuples_only

-- A repeat: the same row, new data, the higher severity, the later expiry, the first time.
CREATE FUNCTION pg_temp.detected(severity vesu_assistant.signal_severity, data text, ttl interval) RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
    detected constant uuid := vesu_assistant.detect_signal('funding_rate', 'AAVE', severity, to_jsonb(data), ttl);
BEGIN
    RETURN (SELECT format('%s of %s, %s, %s, from %s to %s', row_number() OVER (ORDER BY s.detected_at), count(*) OVER (), s.severity, s.data,
                          to_char(s.detected_at, 'HH24:MI'), coalesce(to_char(s.expires_at, 'HH24:MI'), 'ever'))
              FROM vesu_assistant.signals AS s ORDER BY s.id = detected DESC LIMIT 1);
END
$$;
SELECT pg_temp.detected('medium', 'a', '1 hour');
SET LOCAL vesu.clock = '2026-03-01 12:10:00+00';
SELECT pg_temp.detected('low', 'b', '10 minutes');
SELECT pg_temp.detected('critical', 'c', '1 hour');
SELECT pg_temp.detected('high', 'd', NULL);
SELECT pg_temp.detected('low', 'e', '1 minute');
-- Other types and assets are other signals.
SELECT vesu_assistant.detect_signal('funding_rate', 'ETH', 'low', '{}', '1 hour') <> vesu_assistant.detect_signal('whale_movement', 'AAVE', 'high', '{"n": 1}');
SELECT type, asset, severity, data, detected_at, expires_at, status, created_at FROM vesu_assistant.active_signals ORDER BY asset, type;
SELECT asset, signals, severity, types, detected_at FROM vesu_assistant.signal_convergence ORDER BY asset;
SELECT asset FROM vesu_assistant.signal_convergence WHERE signals >= 2;

-- The moment of expiry, swept or not.
DELETE FROM vesu_assistant.signals;
SET LOCAL vesu.clock = '2026-03-01 11:00:00+00';
SELECT vesu_assistant.detect_signal('funding_rate', 'AAVE', 'medium', '{}', '1 hour') AS id \gset
SET LOCAL vesu.clock = '2026-03-01 11:59:59+00';
SELECT 'active' AS expected, (SELECT count(*) FROM vesu_assistant.active_signals) AS shown, vesu_assistant.expire_signals() AS swept;
SET LOCAL vesu.clock = '2026-03-01 12:00:00+00';
SELECT 'expired' AS expected, (SELECT count(*) FROM vesu_assistant.active_signals) AS shown, (SELECT count(*) FROM vesu_assistant.signal_convergence) AS converging, (SELECT status FROM vesu_assistant.signals) AS unswept;
SELECT pg_temp.refusal(format('SELECT vesu_assistant.acknowledge_signal(%L)', :'id'));
SELECT pg_temp.code(format('UPDATE vesu_assistant.signals SET status = ''acknowledged'' WHERE id = %L', :'id'));
SAVEPOINT unswept;
SELECT vesu_assistant.expire_signals(), (SELECT status FROM vesu_assistant.signals);
SELECT vesu_assistant.expire_signals(), status FROM vesu_assistant.signals;
ROLLBACK TO unswept;
SET LOCAL vesu.clock = '2026-03-01 12:00:01+00';
SELECT 'expired' AS expected, (SELECT count(*) FROM vesu_assistant.active_signals) AS shown;
-- Detected again after its time: a new one, and the old one is expired.
SELECT vesu_assistant.detect_signal('funding_rate', 'AAVE', 'low', '{"again": true}', '1 hour') <> :'id';
SELECT severity, data, detected_at, expires_at, status FROM vesu_assistant.signals ORDER BY detected_at;
-- And after it was acknowledged.
SELECT status, severity FROM vesu_assistant.acknowledge_signal((SELECT id FROM vesu_assistant.active_signals));
SELECT vesu_assistant.detect_signal('funding_rate', 'AAVE', 'medium', '{}') IS NOT NULL, (SELECT string_agg(status::text, ' ' ORDER BY detected_at, status) FROM vesu_assistant.signals);
SELECT status, count(*) FROM vesu_assistant.signals GROUP BY status ORDER BY status;

-- Every step from every state, by UPDATE and (where there is one) by its function.
CREATE FUNCTION pg_temp.step(before vesu_assistant.signal_status, after vesu_assistant.signal_status, OUT by_update text, OUT by_function text)
    LANGUAGE plpgsql AS $$
DECLARE
    id uuid;
BEGIN
    DELETE FROM vesu_assistant.signals;
    INSERT INTO vesu_assistant.signals (type, asset, severity, data, status) VALUES ('t', 'a', 'low', '{}', before) RETURNING signals.id INTO id;
    by_update := pg_temp.code(format('UPDATE vesu_assistant.signals SET status = %L WHERE id = %L', after, id));
    IF after = 'acknowledged' THEN
        DELETE FROM vesu_assistant.signals;
        INSERT INTO vesu_assistant.signals (type, asset, severity, data, status) VALUES ('t', 'a', 'low', '{}', before) RETURNING signals.id INTO id;
        by_function := pg_temp.code(format('SELECT vesu_assistant.acknowledge_signal(%L)', id));
    END IF;
END
$$;
SELECT before, after, CASE WHEN before = after OR (before, after) IN (('active', 'acknowledged'), ('active', 'expired'), ('acknowledged', 'expired')) THEN 'accepted' ELSE 'VS208' END AS expected,
       step.by_update, step.by_function
  FROM unnest(enum_range(NULL::vesu_assistant.signal_status)) AS before CROSS JOIN unnest(enum_range(NULL::vesu_assistant.signal_status)) AS after
 CROSS JOIN LATERAL pg_temp.step(before, after) AS step;
DELETE FROM vesu_assistant.signals;
INSERT INTO vesu_assistant.signals (type, asset, severity, data, status) VALUES ('t', 'a', 'low', '{}', 'expired'), ('t', 'b', 'low', '{}', 'acknowledged');
SELECT pg_temp.refusal('UPDATE vesu_assistant.signals SET status = ''active'' WHERE status = ''expired''');
SELECT pg_temp.refusal('UPDATE vesu_assistant.signals SET status = ''active'' WHERE status = ''acknowledged''');
SELECT pg_temp.refusal(format('SELECT vesu_assistant.acknowledge_signal(%L)', id)) FROM vesu_assistant.signals WHERE status = 'expired';
-- The index refuses a second active one, whoever writes it.
INSERT INTO vesu_assistant.signals (type, asset, severity, data) VALUES ('t', 'a', 'low', '{}');
SELECT pg_temp.code($$INSERT INTO vesu_assistant.signals (type, asset, severity, data) VALUES ('t', 'a', 'low', '{}')$$), pg_temp.code($$INSERT INTO vesu_assistant.signals (type, asset, severity, data) VALUES ('t', 'a', 'severe', '{}')$$);

-- Sweeping: a part at a time, oldest first, acknowledged ones too, never those without expiry.
DELETE FROM vesu_assistant.signals;
INSERT INTO vesu_assistant.signals (type, asset, severity, data, expires_at, status)
SELECT 't' || i, 'ETH', 'low', '{}', timestamptz '2026-03-01 11:00:00+00' + i * interval '1 minute', CASE WHEN i % 3 = 0 THEN 'acknowledged' ELSE 'active' END::vesu_assistant.signal_status FROM generate_series(1, 7) AS i;
INSERT INTO vesu_assistant.signals (type, asset, severity, data, expires_at) VALUES ('never', 'ETH', 'low', '{}', NULL), ('later', 'ETH', 'low', '{}', '2026-03-01 13:00:00+00');
SELECT vesu_assistant.expire_signals(0), vesu_assistant.expire_signals(4);
SELECT string_agg(type, ' ' ORDER BY type) FROM vesu_assistant.signals WHERE status = 'expired';
SELECT vesu_assistant.expire_signals(NULL);
SELECT vesu_assistant.expire_signals();
SELECT string_agg(type, ' ' ORDER BY type) FROM vesu_assistant.signals WHERE status <> 'expired';

-- Arguments.
SELECT call, pg_temp.refusal('SELECT vesu_assistant.' || call)
  FROM (VALUES
    (1, 'detect_signal(NULL, ''ETH'', ''low'', ''{}'')'),
    (2, 'detect_signal('''', ''ETH'', ''low'', ''{}'')'),
    (3, 'detect_signal(repeat(''t'', 101), ''ETH'', ''low'', ''{}'')'),
    (4, 'detect_signal(''t'', NULL, ''low'', ''{}'')'),
    (5, 'detect_signal(''t'', ''a token with a long name'', ''low'', ''{}'')'),
    (6, 'detect_signal(''t'', ''ETH'', NULL, ''{}'')'),
    (7, 'detect_signal(''t'', ''ETH'', ''low'', NULL)'),
    (8, 'detect_signal(''t'', ''ETH'', ''low'', ''{}'', ''0'')'),
    (9, 'detect_signal(''t'', ''ETH'', ''low'', ''{}'', ''-1 hour'')'),
    (10, 'detect_signal(''t'', ''ETH'', ''low'', ''{}'', ''100000000 years'')'),
    (11, 'detect_signal(''t'', ''ETH'', ''severe'', ''{}'')'),
    (12, 'acknowledge_signal(NULL)'),
    (13, 'acknowledge_signal(''00000000-0000-0000-0000-000000000000'')'),
    (14, 'expire_signals(-1)')
  ) AS cases (number, call)
 ORDER BY number;

-- What an application adds comes back too.
ALTER TABLE vesu_assistant.signals ADD COLUMN source text NOT NULL DEFAULT 'none';
SELECT source FROM vesu_assistant.acknowledge_signal(vesu_assistant.detect_signal('t', 'ETH', 'low', '{}'));
ROLLBACK;
