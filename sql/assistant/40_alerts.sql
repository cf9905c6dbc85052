-- Alerts: their states, how they are raised, read and acknowledged, and the notification of new ones

-- Who takes interest in a type of signal, without reading all users.
CREATE INDEX IF NOT EXISTS users_active_signals_idx ON vesu_assistant.users USING gin ((preferences -> 'activeSignals'));

-- States

CREATE OR REPLACE FUNCTION vesu_assistant.is_alert_step(present vesu_assistant.alert_status, wanted vesu_assistant.alert_status)
    RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE present WHEN 'pending' THEN wanted IN ('sent', 'failed', 'acknowledged')
                        WHEN 'sent' THEN wanted = 'acknowledged'
                        WHEN 'failed' THEN wanted = 'pending'
                        ELSE false END;
COMMENT ON FUNCTION vesu_assistant.is_alert_step(vesu_assistant.alert_status, vesu_assistant.alert_status) IS
    'Private step of the trigger of alerts: whether an alert may go from one state to another.';

-- An INSERT may bring any state, as history from elsewhere does; only steps are refused.
CREATE OR REPLACE FUNCTION vesu_assistant.keep_alert() RETURNS trigger
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.status <> OLD.status AND NOT vesu_assistant.is_alert_step(OLD.status, NEW.status) THEN
            PERFORM vesu_assistant.refuse_step('alert', OLD.id, OLD.status::text, NEW.status::text);
        END IF;
        -- Set once: who repeats a state, with a time of its own, changes nothing.
        NEW.sent_at := coalesce(OLD.sent_at, NEW.sent_at);
        NEW.acknowledged_at := coalesce(OLD.acknowledged_at, NEW.acknowledged_at);
    END IF;
    IF NEW.status = 'sent' THEN
        NEW.sent_at := coalesce(NEW.sent_at, vesu.wall_clock());
    ELSIF NEW.status = 'acknowledged' THEN
        NEW.acknowledged_at := coalesce(NEW.acknowledged_at, vesu.wall_clock());
    END IF;
    IF NEW.sent_at IS NOT NULL AND NEW.status IN ('pending', 'failed') THEN
        PERFORM vesu_assistant.refuse(200, format('sent_at %s', NEW.sent_at), format('The alert is %s.', NEW.status),
                                      'Only a sent or acknowledged alert was sent: leave it NULL.');
    ELSIF NEW.acknowledged_at IS NOT NULL AND NEW.status <> 'acknowledged' THEN
        PERFORM vesu_assistant.refuse(200, format('acknowledged_at %s', NEW.acknowledged_at), format('The alert is %s.', NEW.status),
                                      'Only an acknowledged alert was acknowledged: leave it NULL.');
    END IF;
    -- What is not pending is nobody's, and only what has failed is tried again.
    NEW.lease_until := CASE WHEN NEW.status = 'pending' THEN NEW.lease_until END;
    NEW.next_attempt_at := CASE WHEN NEW.status = 'failed' THEN NEW.next_attempt_at END;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION vesu_assistant.keep_alert() IS
    'Trigger of alerts: refuses steps between states that are none (VS208) and times that the state does not have (VS200), sets sent_at '
    'and acknowledged_at once, and clears the lease and the next attempt when the state is left that has them.';

-- Raising many and claiming pass by.
CREATE OR REPLACE TRIGGER alerts_keep_inserted
    BEFORE INSERT ON vesu_assistant.alerts
    FOR EACH ROW
    WHEN (NEW.status <> 'pending' OR NEW.sent_at IS NOT NULL OR NEW.acknowledged_at IS NOT NULL OR NEW.next_attempt_at IS NOT NULL)
    EXECUTE FUNCTION vesu_assistant.keep_alert();
CREATE OR REPLACE TRIGGER alerts_keep_updated
    BEFORE UPDATE ON vesu_assistant.alerts
    FOR EACH ROW
    WHEN (OLD.status IS DISTINCT FROM NEW.status OR OLD.sent_at IS DISTINCT FROM NEW.sent_at
          OR OLD.acknowledged_at IS DISTINCT FROM NEW.acknowledged_at)
    EXECUTE FUNCTION vesu_assistant.keep_alert();

-- Notification

CREATE OR REPLACE FUNCTION vesu_assistant.alerts_added() RETURNS trigger
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    -- Without the message: a notification takes 8000 bytes, and all of them lie in one queue.
    PERFORM pg_notify('vesu_assistant', json_build_object(
                'event', 'alert', 'id', a.id, 'user_id', a.user_id, 'type', a.type, 'channel', a.channel)::text)
       FROM added AS a;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION vesu_assistant.alerts_added() IS
    'Trigger of alerts: tells listeners of channel vesu_assistant of each new one, as {event: alert, id, user_id, type, channel}.';
CREATE OR REPLACE TRIGGER alerts_added
    AFTER INSERT ON vesu_assistant.alerts
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION vesu_assistant.alerts_added();

-- Raising

CREATE OR REPLACE FUNCTION vesu_assistant.raise_alert(
    user_id uuid, type text, channel vesu_assistant.alert_channel, message text, metadata jsonb DEFAULT NULL) RETURNS uuid
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    raised uuid;
BEGIN
    PERFORM vesu_assistant.check_argument('user_id', user_id::text);
    PERFORM vesu_assistant.check_argument('type', type, 100);
    PERFORM vesu_assistant.check_argument('channel', channel::text);
    PERFORM vesu_assistant.check_argument('message', message);
    PERFORM FROM vesu_assistant.users AS u WHERE u.id = raise_alert.user_id FOR KEY SHARE;
    IF NOT FOUND THEN
        PERFORM vesu_assistant.refuse_unknown('user', user_id::text);
    END IF;
    INSERT INTO vesu_assistant.alerts AS a (user_id, type, channel, message, metadata)
    VALUES (raise_alert.user_id, raise_alert.type, raise_alert.channel, raise_alert.message, raise_alert.metadata)
    RETURNING a.id INTO raised;
    RETURN raised;
END
$$;
COMMENT ON FUNCTION vesu_assistant.raise_alert(uuid, text, vesu_assistant.alert_channel, text, jsonb) IS
    'Writes a pending alert to a user, whatever the preferences say, and returns its id. VS200 for NULL or empty (but metadata) and for a '
    'type longer than 100 characters, VS207 for an unknown user.';

CREATE OR REPLACE FUNCTION vesu_assistant.fan_out_alerts(signal_id uuid) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
    signal vesu_assistant.signals;
    raised bigint;
BEGIN
    PERFORM vesu_assistant.check_argument('signal_id', signal_id::text);
    -- Two calls for one signal come one after the other, and meanwhile it does not expire.
    SELECT s.* INTO signal FROM vesu_assistant.signals AS s WHERE s.id = fan_out_alerts.signal_id FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        PERFORM vesu_assistant.refuse_unknown('signal', signal_id::text);
    ELSIF signal.status <> 'active' OR signal.expires_at <= vesu.wall_clock() THEN
        RETURN 0;
    END IF;
    INSERT INTO vesu_assistant.alerts (user_id, signal_id, type, channel, message, metadata)
    SELECT u.id, signal.id, 'signal_detected', preferred.channel::vesu_assistant.alert_channel,
           format('%s of %s: %s', signal.type, signal.asset, signal.severity),
           jsonb_build_object('signalType', signal.type, 'asset', signal.asset, 'severity', signal.severity)
      FROM vesu_assistant.users AS u
     CROSS JOIN LATERAL jsonb_array_elements_text(
            CASE jsonb_typeof(u.preferences -> 'notificationChannels') WHEN 'array' THEN u.preferences -> 'notificationChannels' END)
           AS preferred (channel)
     WHERE u.preferences -> 'activeSignals' ? signal.type
       AND (preferred.channel <> 'telegram' OR u.telegram_chat_id <> '')
    ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS raised = ROW_COUNT;
    RETURN raised;
END
$$;
COMMENT ON FUNCTION vesu_assistant.fan_out_alerts(uuid) IS
    'Raises a pending alert signal_detected for every user whose activeSignals hold the type of this signal, one for each of the user''s '
    'notificationChannels (telegram only with a telegram_chat_id), and returns how many are new: 0 when all have theirs or the signal is no '
    'longer active. VS200 for NULL, VS207 for an unknown signal.';

-- Reading

CREATE OR REPLACE FUNCTION vesu_assistant.check_alert_rows(max_rows int) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF (max_rows >= 0) IS NOT TRUE THEN
        PERFORM vesu_assistant.refuse(200, format('max_rows %s', coalesce(max_rows::text, 'NULL')), 'It is how many alerts to return.',
                                      'Give a number from 0 on.');
    END IF;
END
$$;
COMMENT ON FUNCTION vesu_assistant.check_alert_rows(int) IS
    'Private step of claim_alerts and pending_alerts: VS200 for a number of rows below 0 or NULL.';

CREATE OR REPLACE FUNCTION vesu_assistant.pending_alerts(user_id uuid, max_rows int DEFAULT 100)
    RETURNS TABLE (alert vesu_assistant.alerts, signal vesu_assistant.signals)
    LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 100
    SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_sort = off
AS $$
BEGIN
    PERFORM vesu_assistant.check_argument('user_id', user_id::text);
    PERFORM vesu_assistant.check_alert_rows(max_rows);
    RETURN QUERY
    SELECT a, (SELECT s FROM vesu_assistant.signals AS s WHERE s.id = a.signal_id)
      FROM vesu_assistant.alerts AS a
     WHERE a.user_id = pending_alerts.user_id AND a.status = 'pending'
     ORDER BY a.created_at DESC
     LIMIT pending_alerts.max_rows;
    IF NOT FOUND AND NOT EXISTS (SELECT FROM vesu_assistant.users AS u WHERE u.id = pending_alerts.user_id) THEN
        PERFORM vesu_assistant.refuse_unknown('user', user_id::text);
    END IF;
END
$$;
COMMENT ON FUNCTION vesu_assistant.pending_alerts(uuid, int) IS
    'The newest max_rows pending alerts of a user, newest first, each with the signal that it tells of (NULL without one). VS200 for NULL '
    'and for max_rows below 0, VS207 for an unknown user.';

-- Steps

CREATE OR REPLACE FUNCTION vesu_assistant.locked_alert(id uuid) RETURNS vesu_assistant.alerts
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    held vesu_assistant.alerts;
BEGIN
    PERFORM vesu_assistant.check_argument('id', id::text);
    SELECT a.* INTO held FROM vesu_assistant.alerts AS a WHERE a.id = locked_alert.id FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        PERFORM vesu_assistant.refuse_unknown('alert', id::text);
    END IF;
    RETURN held;
END
$$;
COMMENT ON FUNCTION vesu_assistant.locked_alert(uuid) IS
    'Private step: the alert as it is now, locked. VS200 for NULL, VS207 for an unknown id.';

CREATE OR REPLACE FUNCTION vesu_assistant.step_alert(id uuid, wanted vesu_assistant.alert_status) RETURNS vesu_assistant.alerts
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    held vesu_assistant.alerts;
BEGIN
    -- The trigger of alerts knows the steps and the times.
    UPDATE vesu_assistant.alerts AS a SET status = wanted WHERE a.id = step_alert.id AND a.status <> wanted RETURNING a.* INTO held;
    IF NOT FOUND THEN
        RETURN vesu_assistant.locked_alert(id);
    END IF;
    RETURN held;
END
$$;
COMMENT ON FUNCTION vesu_assistant.step_alert(uuid, vesu_assistant.alert_status) IS
    'Private step: brings an alert into a state, unless it is there. VS200, VS207, VS208.';

CREATE OR REPLACE FUNCTION vesu_assistant.acknowledge_alert(id uuid) RETURNS vesu_assistant.alerts
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN vesu_assistant.step_alert(id, 'acknowledged');
END
$$;
COMMENT ON FUNCTION vesu_assistant.acknowledge_alert(uuid) IS
    'Notes that the user has seen a pending or sent alert, which no worker claims any more then, and returns it. Again changes '
    'nothing. VS200 for NULL, VS207 for an unknown id, VS208 for a failed alert.';
