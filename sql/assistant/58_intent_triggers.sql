-- What follows from a changed intent, and what has intents evaluated: new latest positions and signals; not prices, which do not wait

CREATE OR REPLACE FUNCTION vesu_assistant.tell_of_intents(ids uuid[]) RETURNS void
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET jit = off
    SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_variable
BEGIN
    INSERT INTO vesu_assistant.alerts (user_id, type, channel, message, metadata)
    SELECT i.user_id, 'intent_triggered', told.channel,
           format('%s: %s %s %s', i.name, concat_ws(' ', i.condition ->> 'type', i.condition ->> 'asset'), i.condition ->> 'operator',
                  i.condition ->> 'value'),
           jsonb_build_object('intentId', i.id, 'condition', i.condition, 'action', i.action)
      FROM vesu_assistant.intents AS i
      JOIN vesu_assistant.users AS u ON u.id = i.user_id
     CROSS JOIN LATERAL unnest(vesu_assistant.alert_channels(u.preferences, u.telegram_chat_id)) AS told (channel)
     WHERE i.id = ANY (ids) AND i.action ->> 'type' = 'notify'
     ORDER BY i.id, told.channel;
    -- Without the condition: a notification takes 8000 bytes.
    PERFORM pg_notify('vesu_assistant', json_build_object(
                'event', 'intent', 'id', i.id, 'user_id', i.user_id, 'status', i.status, 'action', i.action ->> 'type')::text)
       FROM vesu_assistant.intents AS i
      WHERE i.id = ANY (ids)
      ORDER BY i.id;
END
$$;
COMMENT ON FUNCTION vesu_assistant.tell_of_intents(uuid[]) IS
    'Private step of the trigger of intents: alerts of type intent_triggered for triggered ones whose action is notify, and a notification of '
    'each on channel vesu_assistant, {event: intent, id, user_id, status, action: its type}.';

CREATE OR REPLACE FUNCTION vesu_assistant.intents_added() RETURNS trigger
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_variable
DECLARE
    watching constant uuid[] := ARRAY(SELECT a.id FROM added AS a WHERE a.condition ->> 'type' = 'health_factor');
BEGIN
    IF watching <> '{}' THEN
        PERFORM vesu_assistant.watch_intents(watching);
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION vesu_assistant.intents_added() IS 'Trigger of intents: gives new ones about a health factor their watches.';
CREATE OR REPLACE TRIGGER intents_added
    AFTER INSERT ON vesu_assistant.intents
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION vesu_assistant.intents_added();

CREATE OR REPLACE FUNCTION vesu_assistant.intents_changed() RETURNS trigger
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_variable
DECLARE
    fired constant uuid[] := ARRAY(
        SELECT after.id FROM after JOIN before ON before.id = after.id WHERE after.status = 'triggered' AND before.status = 'active');
    watching constant uuid[] := ARRAY(
        SELECT after.id
          FROM after
          JOIN before ON before.id = after.id
         WHERE 'health_factor' IN (after.condition ->> 'type', before.condition ->> 'type')
           AND (after.status, after.false_seen_at, after.condition, after.user_id)
               IS DISTINCT FROM (before.status, before.false_seen_at, before.condition, before.user_id));
BEGIN
    IF watching <> '{}' THEN
        PERFORM vesu_assistant.watch_intents(watching);
    END IF;
    IF fired <> '{}' THEN
        PERFORM vesu_assistant.tell_of_intents(fired);
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION vesu_assistant.intents_changed() IS
    'Trigger of intents: renews the watches of changed ones, and tells of those that have fired.';
CREATE OR REPLACE TRIGGER intents_changed
    AFTER UPDATE ON vesu_assistant.intents
    REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION vesu_assistant.intents_changed();

CREATE OR REPLACE FUNCTION vesu_assistant.intents_deleted() RETURNS trigger
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_variable
BEGIN
    PERFORM vesu_assistant.drop_watches(ARRAY(SELECT d.id FROM deleted AS d), NULL);
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION vesu_assistant.intents_deleted() IS 'Trigger of intents: deletes the watches of deleted ones.';
CREATE OR REPLACE TRIGGER intents_deleted
    AFTER DELETE ON vesu_assistant.intents
    REFERENCING OLD TABLE AS deleted
    FOR EACH STATEMENT EXECUTE FUNCTION vesu_assistant.intents_deleted();

-- What has intents evaluated

CREATE OR REPLACE FUNCTION vesu_assistant.evaluate_position() RETURNS trigger
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_variable
BEGIN
    PERFORM FROM vesu_assistant.evaluate_intents(user_id => NEW.user_id);
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION vesu_assistant.evaluate_position() IS 'Trigger of latest_positions: evaluates the intents of the user.';
CREATE OR REPLACE TRIGGER latest_positions_evaluate
    AFTER INSERT OR UPDATE ON vesu_assistant.latest_positions
    FOR EACH ROW EXECUTE FUNCTION vesu_assistant.evaluate_position();

-- Of all signals of a statement at once: the intents are then locked in the order of their ids, as every evaluation locks them, and not
-- in that of the signals.
CREATE OR REPLACE FUNCTION vesu_assistant.evaluate_signals(types text[], assets text[]) RETURNS void
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET jit = off
    SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
    PERFORM vesu_assistant.evaluate_candidates(ARRAY(
        SELECT watching.id
          FROM unnest(types, assets) AS changed (type, asset)
         CROSS JOIN LATERAL (
                SELECT i.id
                  FROM vesu_assistant.intents AS i
                 WHERE (vesu_assistant.is_awaiting(i.status, i.false_seen_at) AND i.condition ->> 'type' = 'signal') IS TRUE
                   AND i.condition ->> 'value' = changed.type
                   AND coalesce(i.condition ->> 'asset', changed.asset) = changed.asset
                OFFSET 0) AS watching));
END
$$;
COMMENT ON FUNCTION vesu_assistant.evaluate_signals(text[], text[]) IS
    'Private step of the triggers of signals: evaluates the intents about signals of these types and assets, which come in pairs.';

CREATE OR REPLACE FUNCTION vesu_assistant.signals_added() RETURNS trigger
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM vesu_assistant.evaluate_signals(array_agg(a.type), array_agg(a.asset)) FROM added AS a;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION vesu_assistant.signals_added() IS 'Trigger of signals: evaluates the intents about new ones.';
CREATE OR REPLACE TRIGGER signals_evaluate_new
    AFTER INSERT ON vesu_assistant.signals
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION vesu_assistant.signals_added();

CREATE OR REPLACE FUNCTION vesu_assistant.signals_changed() RETURNS trigger
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    -- Seen again, it holds as before; acknowledged or expired, it does no longer.
    PERFORM vesu_assistant.evaluate_signals(array_agg(after.type), array_agg(after.asset))
       FROM after
       JOIN before ON before.id = after.id
      WHERE after.status <> before.status;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION vesu_assistant.signals_changed() IS 'Trigger of signals: evaluates the intents about those whose status has changed.';
CREATE OR REPLACE TRIGGER signals_evaluate_step
    AFTER UPDATE ON vesu_assistant.signals
    REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION vesu_assistant.signals_changed();
