-- Signals: at most one active for each type and asset, expired when their time is over

-- What expire_signals() looks for, without the expired ones that are kept.
CREATE INDEX IF NOT EXISTS signals_due_idx ON vesu_assistant.signals (expires_at) WHERE status <> 'expired';

CREATE OR REPLACE FUNCTION vesu_assistant.refuse_signal_step() RETURNS trigger
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    -- An active one that is refused is one past its expiry, swept or not.
    PERFORM vesu_assistant.refuse_step('signal', OLD.id, CASE OLD.status WHEN 'active' THEN 'expired' ELSE OLD.status::text END,
                                       NEW.status::text);
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION vesu_assistant.refuse_signal_step() IS 'Trigger of signals: VS208 for a step that a signal cannot take.';
-- The condition holds for what is refused, so a legal step calls nothing.
CREATE OR REPLACE TRIGGER signals_keep
    BEFORE UPDATE OF status ON vesu_assistant.signals
    FOR EACH ROW
    WHEN (OLD.status IS DISTINCT FROM NEW.status
          AND (OLD.status = 'expired' OR NEW.status = 'active'
               OR NEW.status = 'acknowledged' AND OLD.expires_at <= vesu.wall_clock()))
    EXECUTE FUNCTION vesu_assistant.refuse_signal_step();

CREATE OR REPLACE FUNCTION vesu_assistant.notify_signal() RETURNS trigger
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM pg_notify('vesu_assistant', json_build_object(
        'event', 'signal', 'id', NEW.id, 'type', NEW.type, 'asset', NEW.asset, 'severity', NEW.severity,
        'expires_at', NEW.expires_at)::text);
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION vesu_assistant.notify_signal() IS
    'Trigger of signals: tells listeners of channel vesu_assistant of a new one and of one that has become more severe.';
CREATE OR REPLACE TRIGGER signals_notify
    AFTER INSERT ON vesu_assistant.signals
    FOR EACH ROW
    WHEN (NEW.status = 'active')
    EXECUTE FUNCTION vesu_assistant.notify_signal();
CREATE OR REPLACE TRIGGER signals_notify_severity
    AFTER UPDATE OF severity ON vesu_assistant.signals
    FOR EACH ROW
    WHEN (NEW.severity > OLD.severity AND NEW.status = 'active')
    EXECUTE FUNCTION vesu_assistant.notify_signal();

CREATE OR REPLACE FUNCTION vesu_assistant.detect_signal(
    type text, asset text, severity vesu_assistant.signal_severity, data jsonb, ttl interval DEFAULT NULL) RETURNS uuid
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    instant timestamptz;
    detected uuid;
BEGIN
    PERFORM vesu_assistant.check_argument('type', detect_signal.type, 100);
    PERFORM vesu_assistant.check_argument('asset', detect_signal.asset, 20);
    PERFORM vesu_assistant.check_argument('severity', detect_signal.severity::text);
    PERFORM vesu_assistant.check_argument('data', detect_signal.data::text);
    IF NOT (ttl > interval '0' AND ttl <= interval '1000 years') THEN
        PERFORM vesu_assistant.refuse(200, format('ttl %s', ttl), 'A signal holds for some time, at most 1000 years.',
                                      'Give NULL for one that never expires.');
    END IF;
    LOOP
        instant := vesu.wall_clock();
        INSERT INTO vesu_assistant.signals AS s (type, asset, severity, data, detected_at, expires_at, created_at)
        VALUES (detect_signal.type, detect_signal.asset, detect_signal.severity, detect_signal.data, instant, instant + ttl, instant)
        ON CONFLICT (type, asset) WHERE status = 'active' DO UPDATE
           SET data = EXCLUDED.data,
               severity = greatest(s.severity, EXCLUDED.severity),
               expires_at = CASE WHEN s.expires_at IS NULL OR EXCLUDED.expires_at IS NULL THEN NULL
                                 ELSE greatest(s.expires_at, EXCLUDED.expires_at) END
         WHERE s.expires_at IS NULL OR s.expires_at > EXCLUDED.detected_at
        RETURNING s.id INTO detected;
        EXIT WHEN FOUND;
        -- The one in the way is over.
        UPDATE vesu_assistant.signals AS s
           SET status = 'expired'
         WHERE s.type = detect_signal.type COLLATE "default" AND s.asset = detect_signal.asset COLLATE "default" AND s.status = 'active'
           AND s.expires_at <= instant;
    END LOOP;
    RETURN detected;
END
$$;
COMMENT ON FUNCTION vesu_assistant.detect_signal(text, text, vesu_assistant.signal_severity, jsonb, interval) IS
    'Makes a signal that is active for ttl (NULL: for ever) and returns its id. While one of this type and asset is active, returns '
    'the id of that one, with the new data, the higher severity and the later expiry; its detected_at stays. One past its expiry '
    'is expired first. At most one is active, however many detect it at once. VS200 for NULL, for an empty or too long type (100) or '
    'asset (20) and for a ttl that is not above 0 or is over 1000 years.';

CREATE OR REPLACE FUNCTION vesu_assistant.acknowledge_signal(id uuid) RETURNS vesu_assistant.signals
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    held vesu_assistant.signals;
BEGIN
    PERFORM vesu_assistant.check_argument('id', id::text);
    SELECT s.* INTO held FROM vesu_assistant.signals AS s WHERE s.id = acknowledge_signal.id FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        PERFORM vesu_assistant.refuse_unknown('signal', id::text);
    ELSIF held.status <> 'acknowledged' THEN
        UPDATE vesu_assistant.signals AS s SET status = 'acknowledged' WHERE s.id = acknowledge_signal.id RETURNING s.* INTO held;
    END IF;
    RETURN held;
END
$$;
COMMENT ON FUNCTION vesu_assistant.acknowledge_signal(uuid) IS
    'Marks an active signal as seen and returns it; it is then no longer active. Acknowledging again changes nothing. VS200 for NULL, '
    'VS207 for an unknown id, VS208 for a signal that is expired, swept or not.';

CREATE OR REPLACE FUNCTION vesu_assistant.expire_signals(max_rows int DEFAULT 10000) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    -- Planned for the rows that are there and are asked for.
    SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
    expired bigint;
BEGIN
    IF max_rows < 0 THEN
        PERFORM vesu_assistant.refuse(200, format('max_rows %s', max_rows), 'It is 0 or more.', 'Give NULL for all rows.');
    END IF;
    WITH due AS MATERIALIZED (
        SELECT s.id
          FROM vesu_assistant.signals AS s
         WHERE s.status <> 'expired' AND s.expires_at <= (SELECT vesu.wall_clock())
         ORDER BY s.expires_at
         LIMIT max_rows
           FOR NO KEY UPDATE SKIP LOCKED)
    UPDATE vesu_assistant.signals AS s
       SET status = 'expired'
      FROM due
     WHERE s.id = due.id;
    GET DIAGNOSTICS expired = ROW_COUNT;
    RETURN expired;
END
$$;
COMMENT ON FUNCTION vesu_assistant.expire_signals(int) IS
    'Expires active and acknowledged signals whose expires_at has come, the oldest first, at most max_rows (NULL: all), and returns '
    'how many. Skips rows in use, which the next run finds. VS200 for a negative max_rows.';

CREATE OR REPLACE VIEW vesu_assistant.active_signals WITH (security_invoker = true) AS
SELECT s.id, s.type, s.asset, s.severity, s.data, s.detected_at, s.expires_at, s.status, s.created_at
  FROM vesu_assistant.signals AS s
 WHERE s.status = 'active'
   AND (s.expires_at IS NULL OR s.expires_at > (SELECT vesu.wall_clock()));
COMMENT ON VIEW vesu_assistant.active_signals IS
    'Signals that hold now: active and not past expires_at, whether expire_signals() has run or not.';
COMMENT ON COLUMN vesu_assistant.active_signals.id IS 'As in signals.';
COMMENT ON COLUMN vesu_assistant.active_signals.type IS 'As in signals.';
COMMENT ON COLUMN vesu_assistant.active_signals.asset IS 'As in signals.';
COMMENT ON COLUMN vesu_assistant.active_signals.severity IS 'As in signals.';
COMMENT ON COLUMN vesu_assistant.active_signals.data IS 'As in signals.';
COMMENT ON COLUMN vesu_assistant.active_signals.detected_at IS 'As in signals.';
COMMENT ON COLUMN vesu_assistant.active_signals.expires_at IS 'As in signals; NULL or to come.';
COMMENT ON COLUMN vesu_assistant.active_signals.status IS 'active.';
COMMENT ON COLUMN vesu_assistant.active_signals.created_at IS 'As in signals.';

CREATE OR REPLACE VIEW vesu_assistant.signal_convergence WITH (security_invoker = true) AS
SELECT s.asset,
       count(*) AS signals,
       max(s.severity) AS severity,
       array_agg(s.type ORDER BY s.type) AS types,
       max(s.detected_at) AS detected_at
  FROM vesu_assistant.active_signals AS s
 GROUP BY s.asset;
COMMENT ON VIEW vesu_assistant.signal_convergence IS
    'Assets on which signals agree: WHERE signals >= 3 gives those with three active signals or more, each of another type.';
COMMENT ON COLUMN vesu_assistant.signal_convergence.asset IS 'Symbol of the asset.';
COMMENT ON COLUMN vesu_assistant.signal_convergence.signals IS 'How many active signals it has; each is of another type.';
COMMENT ON COLUMN vesu_assistant.signal_convergence.severity IS 'The highest severity of them.';
COMMENT ON COLUMN vesu_assistant.signal_convergence.types IS 'Their types in order.';
COMMENT ON COLUMN vesu_assistant.signal_convergence.detected_at IS 'When the newest of them was first seen.';
