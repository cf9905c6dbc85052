-- Risk alerts: how they are raised, counted, acknowledged and resolved, and what listeners hear of them
--
-- Lock order: turn of the portfolio, alert, its state. Only escalate_risk_alerts() locks states alone.

CREATE TABLE IF NOT EXISTS vesu_portfolio.risk_alert_states (
    alert_id            uuid PRIMARY KEY REFERENCES vesu_portfolio.risk_alerts ON DELETE CASCADE,
    dedup_key           text,
    occurrences         bigint NOT NULL DEFAULT 1,
    escalations         int NOT NULL DEFAULT 0,
    next_escalation_at  timestamptz
);

COMMENT ON TABLE vesu_portfolio.risk_alert_states IS
    'What is counted of each alert; triggers of risk_alerts write it, so it is there for alerts inserted directly too.';
COMMENT ON COLUMN vesu_portfolio.risk_alert_states.alert_id IS 'The alert.';
COMMENT ON COLUMN vesu_portfolio.risk_alert_states.dedup_key IS
    'What tells it from others of the same portfolio and type; NULL is a key like any other.';
COMMENT ON COLUMN vesu_portfolio.risk_alert_states.occurrences IS 'How often it was raised.';
COMMENT ON COLUMN vesu_portfolio.risk_alert_states.escalations IS 'How often it was escalated in its present severity.';
COMMENT ON COLUMN vesu_portfolio.risk_alert_states.next_escalation_at IS
    'When it is escalated next; NULL: never, as it is resolved, acknowledged, low, or was escalated often enough.';

-- What is open of a portfolio, newest last.
CREATE INDEX IF NOT EXISTS idx_risk_alerts_open
    ON vesu_portfolio.risk_alerts (portfolio_id, alert_type, created_at) WHERE resolved_at IS NULL;
CREATE INDEX IF NOT EXISTS idx_risk_alert_states_next_escalation_at
    ON vesu_portfolio.risk_alert_states (next_escalation_at) WHERE next_escalation_at IS NOT NULL;

-- An advisory lock would do under READ COMMITTED only: at higher levels the second call must fail, for it cannot see the first's alert.
CREATE TABLE IF NOT EXISTS vesu_portfolio.risk_alert_turns (
    portfolio_id  uuid PRIMARY KEY REFERENCES vesu_portfolio.portfolios ON DELETE CASCADE,
    raised_at     timestamptz NOT NULL
);

COMMENT ON TABLE vesu_portfolio.risk_alert_turns IS
    'A row for raise_risk_alert() to write first: calls for one portfolio come one after the other, whatever their isolation level.';
COMMENT ON COLUMN vesu_portfolio.risk_alert_turns.portfolio_id IS 'The portfolio.';
COMMENT ON COLUMN vesu_portfolio.risk_alert_turns.raised_at IS 'When it was last its turn.';

-- Schedule and notification

CREATE OR REPLACE FUNCTION vesu_portfolio.escalation_delay(severity vesu_portfolio.severity_enum, escalations int) RETURNS interval
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE severity
        WHEN 'medium' THEN CASE WHEN escalations = 0 THEN interval '60 seconds'
                                WHEN escalations < 3 THEN interval '300 seconds' * 1.5 ^ (escalations - 1) END
        WHEN 'high' THEN CASE WHEN escalations = 0 THEN interval '30 seconds'
                              WHEN escalations < 5 THEN interval '120 seconds' * 1.2 ^ (escalations - 1) END
        WHEN 'critical' THEN CASE WHEN escalations = 0 THEN interval '0' WHEN escalations < 10 THEN interval '60 seconds' END
        END;
COMMENT ON FUNCTION vesu_portfolio.escalation_delay(vesu_portfolio.severity_enum, int) IS
    'How long after so many escalations the next one follows, the first counted from when the alert got its severity: medium 60 s, '
    'then 300 * 1.5^k, 3 in all; high 30 s, then 120 * 1.2^k, 5 in all; critical at once, then every 60 s, 10 in all. NULL: there '
    'is no other, and none for low.';

CREATE OR REPLACE FUNCTION vesu_portfolio.notify_risk_alerts(event text, ids uuid[]) RETURNS void
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    -- NOTIFY takes one lock for all databases when it commits, so it can be switched off.
    IF coalesce(nullif(current_setting('vesu.notify_risk_alerts', true), '')::boolean, true) THEN
        -- Without the message: a notification takes 8000 bytes, and all of them lie in one queue.
        PERFORM pg_notify('vesu_risk_alert', json_build_object(
                    'event', event, 'id', a.id, 'portfolio_id', a.portfolio_id, 'alert_type', a.alert_type, 'severity', a.severity,
                    'escalations', s.escalations)::text)
           FROM vesu_portfolio.risk_alerts AS a
          CROSS JOIN LATERAL (SELECT l.escalations FROM vesu_portfolio.risk_alert_states AS l WHERE l.alert_id = a.id OFFSET 0) AS s
          WHERE a.id = ANY ((SELECT ids)::uuid[]);
    END IF;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.notify_risk_alerts(text, uuid[]) IS
    'Private step: tells listeners of channel vesu_risk_alert of alerts, as {event: raised or escalated, id, portfolio_id, '
    'alert_type, severity, escalations}, unless the setting vesu.notify_risk_alerts is off.';

CREATE OR REPLACE FUNCTION vesu_portfolio.risk_alerts_added() RETURNS trigger
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    INSERT INTO vesu_portfolio.risk_alert_states (alert_id, next_escalation_at)
    SELECT a.id, CASE WHEN a.resolved_at IS NULL AND a.is_acknowledged IS NOT TRUE
                      THEN coalesce(a.created_at, vesu.wall_clock()) + vesu_portfolio.escalation_delay(a.severity, 0) END
      FROM added AS a;
    PERFORM vesu_portfolio.notify_risk_alerts('raised', ARRAY(SELECT a.id FROM added AS a WHERE a.resolved_at IS NULL));
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.risk_alerts_added() IS
    'Trigger of risk_alerts: gives new alerts their state and tells listeners of the open ones.';
CREATE OR REPLACE TRIGGER risk_alerts_added
    AFTER INSERT ON vesu_portfolio.risk_alerts
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION vesu_portfolio.risk_alerts_added();

CREATE OR REPLACE FUNCTION vesu_portfolio.risk_alert_changed() RETURNS trigger
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    UPDATE vesu_portfolio.risk_alert_states AS s
       SET escalations = CASE WHEN NEW.severity = OLD.severity THEN s.escalations ELSE 0 END,
           next_escalation_at = CASE WHEN NEW.resolved_at IS NULL AND NEW.is_acknowledged IS NOT TRUE
                                     THEN vesu.wall_clock() + vesu_portfolio.escalation_delay(
                                              NEW.severity, CASE WHEN NEW.severity = OLD.severity THEN s.escalations ELSE 0 END) END
     WHERE s.alert_id = NEW.id;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.risk_alert_changed() IS
    'Trigger of risk_alerts: another severity begins its own schedule, an acknowledged or resolved alert has none, and one that is open '
    'again goes on.';
CREATE OR REPLACE TRIGGER risk_alerts_changed
    AFTER UPDATE ON vesu_portfolio.risk_alerts
    FOR EACH ROW WHEN (OLD.severity <> NEW.severity OR OLD.is_acknowledged IS DISTINCT FROM NEW.is_acknowledged
                       OR OLD.resolved_at IS DISTINCT FROM NEW.resolved_at)
    EXECUTE FUNCTION vesu_portfolio.risk_alert_changed();

-- Raising

CREATE OR REPLACE FUNCTION vesu_portfolio.count_risk_alert(
    present vesu_portfolio.risk_alerts, severity vesu_portfolio.severity_enum, message text, details jsonb) RETURNS void
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF count_risk_alert.severity > present.severity THEN
        UPDATE vesu_portfolio.risk_alerts AS a
           SET severity = count_risk_alert.severity, message = count_risk_alert.message, details = count_risk_alert.details
         WHERE a.id = present.id;
    END IF;
    UPDATE vesu_portfolio.risk_alert_states AS s SET occurrences = s.occurrences + 1 WHERE s.alert_id = present.id;
    IF count_risk_alert.severity > present.severity THEN
        PERFORM vesu_portfolio.notify_risk_alerts('raised', ARRAY[present.id]);
    END IF;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.count_risk_alert(vesu_portfolio.risk_alerts, vesu_portfolio.severity_enum, text, jsonb) IS
    'Private step of raise_risk_alert: counts an alert that is raised again; a greater severity brings its message and details.';

CREATE OR REPLACE FUNCTION vesu_portfolio.raise_risk_alert(
    portfolio_id uuid, alert_type vesu_portfolio.risk_alert_type_enum, severity vesu_portfolio.severity_enum, message text,
    details jsonb DEFAULT '{}', dedup_key text DEFAULT NULL, dedup_window interval DEFAULT '1 hour') RETURNS uuid
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    moment timestamptz;
    present vesu_portfolio.risk_alerts;
BEGIN
    PERFORM vesu_portfolio.check_argument('portfolio_id', portfolio_id::text);
    PERFORM vesu_portfolio.check_argument('alert_type', alert_type::text);
    PERFORM vesu_portfolio.check_argument('severity', severity::text);
    PERFORM vesu_portfolio.check_argument('message', message);
    PERFORM vesu_portfolio.check_argument('details', details::text);
    PERFORM vesu_portfolio.check_length('dedup_window', dedup_window, '0');
    PERFORM FROM vesu_portfolio.portfolios AS p WHERE p.id = raise_risk_alert.portfolio_id FOR KEY SHARE;
    IF NOT FOUND THEN
        PERFORM vesu_portfolio.refuse_unknown('portfolio', portfolio_id::text);
    END IF;
    INSERT INTO vesu_portfolio.risk_alert_turns AS t (portfolio_id, raised_at) VALUES (raise_risk_alert.portfolio_id, vesu.wall_clock())
    ON CONFLICT ON CONSTRAINT risk_alert_turns_pkey DO UPDATE SET raised_at = excluded.raised_at;

    moment := vesu.wall_clock();
    -- Without a join: from the newest open alert on, each looks up its state, whatever the statistics say.
    SELECT a.* INTO present
      FROM vesu_portfolio.risk_alerts AS a
     WHERE a.portfolio_id = raise_risk_alert.portfolio_id AND a.alert_type = raise_risk_alert.alert_type AND a.resolved_at IS NULL
       AND a.created_at > moment - dedup_window
       AND (SELECT s.dedup_key IS NOT DISTINCT FROM raise_risk_alert.dedup_key FROM vesu_portfolio.risk_alert_states AS s WHERE s.alert_id = a.id)
     ORDER BY a.created_at DESC
     LIMIT 1
       FOR NO KEY UPDATE;
    IF FOUND THEN
        PERFORM vesu_portfolio.count_risk_alert(present, severity, message, details);
        RETURN present.id;
    END IF;
    INSERT INTO vesu_portfolio.risk_alerts AS a (portfolio_id, alert_type, severity, message, details, created_at)
    VALUES (raise_risk_alert.portfolio_id, raise_risk_alert.alert_type, raise_risk_alert.severity, raise_risk_alert.message,
            raise_risk_alert.details, moment)
    RETURNING a.* INTO present;
    IF dedup_key IS NOT NULL THEN
        UPDATE vesu_portfolio.risk_alert_states AS s SET dedup_key = raise_risk_alert.dedup_key WHERE s.alert_id = present.id;
    END IF;
    RETURN present.id;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.raise_risk_alert(
    uuid, vesu_portfolio.risk_alert_type_enum, vesu_portfolio.severity_enum, text, jsonb, text, interval) IS
    'Raises an alert of a portfolio and returns its id. An open alert, acknowledged or not, of the same portfolio, type and key (NULL is a '
    'key too) that was raised less than dedup_window ago is counted instead, and its id returned; it keeps the greater severity, and a '
    'greater one brings its message and details and begins its own schedule of escalations, unless the alert is acknowledged. '
    'dedup_window 0: always a new alert. Notifies vesu_risk_alert of new alerts and of greater severities. VS301 for NULL (but dedup_key), '
    'an empty message and a dedup_window below 0 or above 1000 years; VS302 for an unknown portfolio.';

-- What a driver or a variable of type text calls; a literal too.
CREATE OR REPLACE FUNCTION vesu_portfolio.raise_risk_alert(
    portfolio_id uuid, alert_type text, severity text, message text, details jsonb DEFAULT '{}', dedup_key text DEFAULT NULL,
    dedup_window interval DEFAULT '1 hour') RETURNS uuid
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    types constant text[] := enum_range(NULL::vesu_portfolio.risk_alert_type_enum);
    severities constant text[] := enum_range(NULL::vesu_portfolio.severity_enum);
BEGIN
    IF alert_type <> ALL (types) THEN
        PERFORM vesu_portfolio.refuse(301, format('alert_type %s', alert_type), format('It is one of %s.', array_to_string(types, ', ')),
                                      'Give one of these.');
    ELSIF severity <> ALL (severities) THEN
        PERFORM vesu_portfolio.refuse(301, format('severity %s', severity), format('It is one of %s.', array_to_string(severities, ', ')),
                                      'Give one of these.');
    END IF;
    RETURN vesu_portfolio.raise_risk_alert(portfolio_id, alert_type::vesu_portfolio.risk_alert_type_enum,
                                           severity::vesu_portfolio.severity_enum, message, details, dedup_key, dedup_window);
END
$$;
COMMENT ON FUNCTION vesu_portfolio.raise_risk_alert(uuid, text, text, text, jsonb, text, interval) IS
    'raise_risk_alert() with type and severity as text; VS301 for one that there is not.';

-- Steps

CREATE OR REPLACE FUNCTION vesu_portfolio.locked_open_alert(id uuid) RETURNS vesu_portfolio.risk_alerts
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    held vesu_portfolio.risk_alerts;
BEGIN
    PERFORM vesu_portfolio.check_argument('id', id::text);
    SELECT a.* INTO held FROM vesu_portfolio.risk_alerts AS a WHERE a.id = locked_open_alert.id FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        PERFORM vesu_portfolio.refuse_unknown('alert', id::text);
    ELSIF held.resolved_at IS NOT NULL THEN
        PERFORM vesu_portfolio.refuse(309, format('alert %s', id), format('It was resolved at %s.', held.resolved_at),
                                      'Raise another alert if the risk is there again.');
    END IF;
    RETURN held;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.locked_open_alert(uuid) IS
    'Private step: the alert as it is now, locked. VS301 for NULL, VS302 for an unknown id, VS309 for a resolved one.';

CREATE OR REPLACE FUNCTION vesu_portfolio.acknowledge_risk_alert(id uuid, user_id uuid) RETURNS vesu_portfolio.risk_alerts
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    held vesu_portfolio.risk_alerts;
BEGIN
    PERFORM vesu_portfolio.check_argument('user_id', user_id::text);
    held := vesu_portfolio.locked_open_alert(id);
    PERFORM FROM vesu_portfolio.users AS u WHERE u.id = acknowledge_risk_alert.user_id FOR KEY SHARE;
    IF NOT FOUND THEN
        PERFORM vesu_portfolio.refuse_unknown('user', user_id::text);
    ELSIF held.is_acknowledged IS NOT TRUE THEN
        UPDATE vesu_portfolio.risk_alerts AS a
           SET is_acknowledged = true, acknowledged_at = vesu.wall_clock(), acknowledged_by = acknowledge_risk_alert.user_id
         WHERE a.id = acknowledge_risk_alert.id
        RETURNING a.* INTO held;
    END IF;
    RETURN held;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.acknowledge_risk_alert(uuid, uuid) IS
    'Notes that a user has seen an open alert, which is not escalated any more then, and returns it. Again, by whomever, changes nothing: '
    'the first counts. VS301 for NULL, VS302 for an unknown alert or user, VS309 for a resolved alert.';

CREATE OR REPLACE FUNCTION vesu_portfolio.resolve_risk_alert(id uuid) RETURNS vesu_portfolio.risk_alerts
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    held vesu_portfolio.risk_alerts := vesu_portfolio.locked_open_alert(id);
BEGIN
    UPDATE vesu_portfolio.risk_alerts AS a SET resolved_at = vesu.wall_clock() WHERE a.id = resolve_risk_alert.id RETURNING a.* INTO held;
    RETURN held;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.resolve_risk_alert(uuid) IS
    'Notes that the risk of an open alert, acknowledged or not, is over, and returns it; the same risk raises another alert from '
    'then on. VS301 for NULL, VS302 for an unknown id, VS309 for an alert that is resolved already.';
