-- Subscriptions: readers of all events, each with its own cursor

CREATE OR REPLACE FUNCTION vesu_assistant.next_events(name text, n int DEFAULT 100) RETURNS SETOF vesu_assistant.event_store
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    cursor_position bigint;
BEGIN
    PERFORM vesu_assistant.check_argument('name', name);
    PERFORM vesu_assistant.check_number('n', n);
    SELECT s.position INTO cursor_position FROM vesu_assistant.subscriptions AS s WHERE s.name = next_events.name COLLATE "default";
    RETURN QUERY SELECT e.* FROM vesu_assistant.read_all(coalesce(cursor_position, 0), n) AS e;
END
$$;
COMMENT ON FUNCTION vesu_assistant.next_events(text, int) IS
    'The next n events after the cursor of this subscription, by position, as vesu_assistant.read_all() gives them; a name that has '
    'acknowledged nothing begins with the first event. Does not move the cursor, so what is not acknowledged comes again. VS200 '
    'for a NULL and for n below 0.';

CREATE OR REPLACE FUNCTION vesu_assistant.is_settled_position(wanted bigint) RETURNS boolean
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET enable_sort = off SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
    RETURN EXISTS (SELECT FROM (SELECT e.horizon
                                  FROM vesu_assistant.event_store AS e
                                 WHERE e.position >= wanted
                                 ORDER BY e.position
                                OFFSET 0) AS later
                    WHERE vesu_assistant.is_settled(later.horizon))
        OR EXISTS (SELECT FROM (SELECT a.horizon
                                  FROM vesu_assistant.event_archive AS a
                                 WHERE a.position >= wanted
                                 ORDER BY a.position
                                OFFSET 0) AS later
                    WHERE vesu_assistant.is_settled(later.horizon));
END
$$;
COMMENT ON FUNCTION vesu_assistant.is_settled_position(bigint) IS
    'Private step of acknowledge_events: whether an event is settled that has this position or a later one.';

CREATE OR REPLACE FUNCTION vesu_assistant.acknowledge_events(name text, "position" bigint) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    cursor_position bigint;
BEGIN
    PERFORM vesu_assistant.check_argument('name', name);
    PERFORM vesu_assistant.check_number('position', position);
    SELECT s.position INTO cursor_position FROM vesu_assistant.subscriptions AS s WHERE s.name = acknowledge_events.name COLLATE "default";
    IF position <= cursor_position THEN
        RETURN cursor_position;
    ELSIF position > 0 AND NOT vesu_assistant.is_settled_position(position) THEN
        PERFORM vesu_assistant.refuse(
            200, format('position %s', position), 'It is beyond the last settled event.',
            'Give the position of an event that vesu_assistant.next_events() has returned.');
    END IF;
    INSERT INTO vesu_assistant.subscriptions AS s (name, position)
    VALUES (acknowledge_events.name, acknowledge_events.position)
        ON CONFLICT ON CONSTRAINT subscriptions_pkey
        DO UPDATE SET position = greatest(s.position, excluded.position), updated_at = excluded.updated_at
    RETURNING s.position INTO cursor_position;
    RETURN cursor_position;
END
$$;
COMMENT ON FUNCTION vesu_assistant.acknowledge_events(text, bigint) IS
    'Moves the cursor of this subscription, made if it is new, to the position of the last event that it is done with, and returns '
    'the cursor. It moves forward only: an earlier position changes nothing. What is after the cursor is not archived. VS200 for a '
    'NULL, a position below 0 and one beyond the last settled event.';

CREATE OR REPLACE FUNCTION vesu_assistant.forget_subscription(name text) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM vesu_assistant.check_argument('name', name);
    DELETE FROM vesu_assistant.subscriptions AS s WHERE s.name = forget_subscription.name;
    RETURN FOUND;
END
$$;
COMMENT ON FUNCTION vesu_assistant.forget_subscription(text) IS
    'Ends a subscription, so that it holds back no archiving any more; whether there was one. Under the same name another would begin '
    'with the first event. VS200 for NULL and an empty name.';
