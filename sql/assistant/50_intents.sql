-- Intents: their states, and the operations of their users and of the worker that acts
--
-- Here and in the files that follow, columns are qualified: a bare name is a variable, whatever columns a user adds.

-- What a price and a signal can fire. IS TRUE, here and in queries, binds conditions together: taken apart they would also fit an index
-- over less, which the planner believes to be tiny as long as the table was never analyzed, and would then read whole.
CREATE INDEX IF NOT EXISTS intents_price_idx ON vesu_assistant.intents (
    (condition ->> 'asset'), (vesu_assistant.awaited_operator(status, condition ->> 'operator')),
    (vesu_assistant.intent_number(condition -> 'value')))
    WHERE (vesu_assistant.is_awaiting(status, false_seen_at) AND condition ->> 'type' = 'price') IS TRUE;
CREATE INDEX IF NOT EXISTS intents_signal_idx ON vesu_assistant.intents ((condition ->> 'value'))
    WHERE (vesu_assistant.is_awaiting(status, false_seen_at) AND condition ->> 'type' = 'signal') IS TRUE;

CREATE OR REPLACE FUNCTION vesu_assistant.check_intent_step(
    id uuid, present vesu_assistant.intent_status, wanted vesu_assistant.intent_status, triggered_at timestamptz,
    false_seen_at timestamptz) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF present IN ('triggered', 'failed') AND wanted = 'active' THEN
        IF false_seen_at IS NULL THEN
            PERFORM vesu_assistant.refuse(
                209, format('intent %s is %s', id, present),
                format('No evaluation has seen its condition false since it fired at %s.', triggered_at),
                'Wait until false_seen_at is set; vesu_assistant.evaluate_intents() tests the condition now.');
        END IF;
    ELSIF NOT (present = 'active' AND wanted IN ('triggered', 'cancelled')
               OR present = 'triggered' AND wanted IN ('executed', 'failed')) THEN
        PERFORM vesu_assistant.refuse_step('intent', id, present::text, wanted::text);
    END IF;
END
$$;
COMMENT ON FUNCTION vesu_assistant.check_intent_step(
    uuid, vesu_assistant.intent_status, vesu_assistant.intent_status, timestamptz, timestamptz) IS
    'Private step of the trigger of intents: VS208 for a step between states that is none, VS209 for one back to active before the '
    'condition was false.';

-- An INSERT may bring any state, as history from elsewhere does; only steps are refused.
CREATE OR REPLACE FUNCTION vesu_assistant.keep_intent() RETURNS trigger
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF TG_OP = 'INSERT' OR NEW.name IS DISTINCT FROM OLD.name THEN
        PERFORM vesu_assistant.check_argument('name', NEW.name, 255);
    END IF;
    IF TG_OP = 'INSERT' OR NEW.condition IS DISTINCT FROM OLD.condition THEN
        PERFORM vesu_assistant.check_condition(NEW.condition);
    END IF;
    IF TG_OP = 'INSERT' OR NEW.action IS DISTINCT FROM OLD.action THEN
        PERFORM vesu_assistant.check_action(NEW.action);
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.status IN ('triggered', 'executed', 'failed') THEN
            NEW.triggered_at := coalesce(NEW.triggered_at, vesu.wall_clock());
        END IF;
        IF NEW.status = 'executed' THEN
            NEW.executed_at := coalesce(NEW.executed_at, vesu.wall_clock());
        END IF;
        RETURN NEW;
    END IF;

    NEW.updated_at := vesu.wall_clock();
    -- What was seen of another condition says nothing of this one.
    IF NEW.condition <> OLD.condition THEN
        NEW.false_seen_at := NULL;
    END IF;
    IF NEW.status <> OLD.status THEN
        PERFORM vesu_assistant.check_intent_step(OLD.id, OLD.status, NEW.status, OLD.triggered_at, OLD.false_seen_at);
        IF NEW.status = 'triggered' THEN
            NEW.triggered_at := NEW.updated_at;
            NEW.false_seen_at := NULL;
        ELSIF NEW.status = 'executed' THEN
            NEW.executed_at := NEW.updated_at;
        END IF;
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION vesu_assistant.keep_intent() IS
    'Trigger of intents: VS200 for an empty or too long name, VS205 for an invalid condition, VS206 for an invalid action, VS208 for a step '
    'between states that is none, VS209 for arming before the condition was false; sets triggered_at, executed_at, updated_at, and clears '
    'false_seen_at when the intent fires or its condition changes.';
CREATE OR REPLACE TRIGGER intents_keep
    BEFORE INSERT OR UPDATE ON vesu_assistant.intents
    FOR EACH ROW EXECUTE FUNCTION vesu_assistant.keep_intent();

CREATE OR REPLACE FUNCTION vesu_assistant.create_intent(user_id uuid, name text, condition jsonb, action jsonb) RETURNS uuid
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_variable
DECLARE
    created uuid;
BEGIN
    PERFORM vesu_assistant.check_argument('user_id', user_id::text);
    PERFORM vesu_assistant.check_argument('name', name, 255);
    PERFORM vesu_assistant.check_argument('condition', condition::text);
    PERFORM vesu_assistant.check_argument('action', action::text);
    PERFORM FROM vesu_assistant.users AS u WHERE u.id = create_intent.user_id FOR KEY SHARE;
    IF NOT FOUND THEN
        PERFORM vesu_assistant.refuse_unknown('user', user_id::text);
    END IF;
    INSERT INTO vesu_assistant.intents AS i (user_id, name, condition, action)
    VALUES (create_intent.user_id, create_intent.name, create_intent.condition, create_intent.action)
    RETURNING i.id INTO created;
    RETURN created;
END
$$;
COMMENT ON FUNCTION vesu_assistant.create_intent(uuid, text, jsonb, jsonb) IS
    'Writes an active intent of a user and returns its id. It fires at an evaluation that finds its condition true: see '
    'vesu_assistant.evaluate_intents(). VS200 for NULL, an empty name and one of more than 255 characters, VS205 for an invalid '
    'condition (check_condition), VS206 for an invalid action (check_action), VS207 for an unknown user.';

CREATE OR REPLACE FUNCTION vesu_assistant.step_intent(id uuid, wanted vesu_assistant.intent_status, error text DEFAULT NULL)
    RETURNS vesu_assistant.intents
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_variable
DECLARE
    held vesu_assistant.intents;
BEGIN
    PERFORM vesu_assistant.check_argument('id', id::text);
    SELECT i.* INTO held FROM vesu_assistant.intents AS i WHERE i.id = step_intent.id FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        PERFORM vesu_assistant.refuse_unknown('intent', id::text);
    END IF;
    IF held.status <> wanted THEN
        -- Its trigger knows the steps and the times.
        UPDATE vesu_assistant.intents AS i
           SET status = wanted, last_error = CASE WHEN wanted = 'failed' THEN error ELSE i.last_error END
         WHERE i.id = step_intent.id
        RETURNING i.* INTO held;
    END IF;
    RETURN held;
END
$$;
COMMENT ON FUNCTION vesu_assistant.step_intent(uuid, vesu_assistant.intent_status, text) IS
    'Private step: locks an intent and brings it into a state, unless it is there. VS200, VS207, VS208, VS209.';

CREATE OR REPLACE FUNCTION vesu_assistant.complete_intent(id uuid) RETURNS vesu_assistant.intents
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN vesu_assistant.step_intent(id, 'executed');
END
$$;
COMMENT ON FUNCTION vesu_assistant.complete_intent(uuid) IS
    'Notes that the action of a triggered intent was done, which is final, and returns it. Again changes nothing. VS200 for NULL, VS207 for '
    'an unknown id, VS208 unless it is triggered.';

CREATE OR REPLACE FUNCTION vesu_assistant.fail_intent(id uuid, error text DEFAULT NULL) RETURNS vesu_assistant.intents
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN vesu_assistant.step_intent(id, 'failed', error);
END
$$;
COMMENT ON FUNCTION vesu_assistant.fail_intent(uuid, text) IS
    'Notes that the action of a triggered intent could not be done, with the reason in last_error, and returns it. Again changes nothing. '
    'VS200 for a NULL id, VS207 for an unknown one, VS208 unless it is triggered.';

CREATE OR REPLACE FUNCTION vesu_assistant.rearm_intent(id uuid) RETURNS vesu_assistant.intents
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN vesu_assistant.step_intent(id, 'active');
END
$$;
COMMENT ON FUNCTION vesu_assistant.rearm_intent(uuid) IS
    'Makes a triggered or failed intent active again and returns it. Again changes nothing. VS200 for NULL, VS207 for an unknown id, VS208 '
    'for an executed or cancelled one, VS209 unless an evaluation has seen its condition false since it fired (false_seen_at).';

CREATE OR REPLACE FUNCTION vesu_assistant.cancel_intent(id uuid) RETURNS vesu_assistant.intents
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN vesu_assistant.step_intent(id, 'cancelled');
END
$$;
COMMENT ON FUNCTION vesu_assistant.cancel_intent(uuid) IS
    'Withdraws an active intent, which is final, and returns it. Again changes nothing. VS200 for NULL, VS207 for an unknown id, VS208 '
    'unless it is active: a worker may be at work on a triggered one.';
