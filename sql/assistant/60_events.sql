-- The event store: appending to a stream, and nothing but appending

CREATE OR REPLACE FUNCTION vesu_assistant.check_stream(aggregate_type text, aggregate_id text) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    -- Every call passes here, so what is right costs no further one.
    IF (length(aggregate_type) BETWEEN 1 AND 50 AND length(aggregate_id) BETWEEN 1 AND 255) IS NOT TRUE THEN
        PERFORM vesu_assistant.check_argument('aggregate_type', aggregate_type, 50);
        PERFORM vesu_assistant.check_argument('aggregate_id', aggregate_id, 255);
    END IF;
END
$$;
COMMENT ON FUNCTION vesu_assistant.check_stream(text, text) IS
    'Private step: VS200 for a part of the name of a stream that is NULL, empty or too long.';

CREATE OR REPLACE FUNCTION vesu_assistant.check_number(name text, value bigint) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF value IS NULL THEN
        PERFORM vesu_assistant.check_argument(name, NULL);
    ELSIF value < 0 THEN
        PERFORM vesu_assistant.refuse(200, format('%s %s', name, value), 'It is below 0.', 'Give 0 or more.');
    END IF;
END
$$;
COMMENT ON FUNCTION vesu_assistant.check_number(text, bigint) IS 'Private step: VS200 for a number that is NULL or below 0.';

-- The steps below look things up by the right index even if the tables were small when their plans were made, which are kept for
-- the session: no scan of a table, and a wanted order that only the index of streams has.
CREATE OR REPLACE FUNCTION vesu_assistant.last_occurred_at(aggregate_type text, aggregate_id text, version bigint) RETURNS timestamptz
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET enable_sort = off
AS $$
DECLARE
    result timestamptz;
BEGIN
    SELECT e.occurred_at INTO result
      FROM vesu_assistant.event_store AS e
     WHERE e.aggregate_type = last_occurred_at.aggregate_type AND e.aggregate_id = last_occurred_at.aggregate_id
       AND e.version >= last_occurred_at.version
     ORDER BY e.version
     LIMIT 1;
    IF NOT FOUND THEN
        SELECT a.occurred_at INTO result
          FROM vesu_assistant.event_archive AS a
         WHERE a.aggregate_type = last_occurred_at.aggregate_type AND a.aggregate_id = last_occurred_at.aggregate_id
           AND a.version = last_occurred_at.version;
    END IF;
    RETURN result;
END
$$;
COMMENT ON FUNCTION vesu_assistant.last_occurred_at(text, text, bigint) IS
    'Private step of append_events: when the last event of the stream, that with this version, occurred; NULL if there is none.';

CREATE OR REPLACE FUNCTION vesu_assistant.refuse_event_ids(
    ids uuid[], aggregate_type text, aggregate_id text, head bigint) RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS $$
DECLARE
    known record;
BEGIN
    SELECT e.* INTO known
      FROM (SELECT s.event_id, s.aggregate_type, s.aggregate_id, s.version
              FROM vesu_assistant.event_store AS s
             WHERE s.event_id = ANY ((SELECT ids)::uuid[])
             UNION ALL
            SELECT a.event_id, a.aggregate_type, a.aggregate_id, a.version
              FROM vesu_assistant.event_archive AS a
             WHERE a.event_id = ANY ((SELECT ids)::uuid[])) AS e
     CROSS JOIN LATERAL (SELECT e.aggregate_type = refuse_event_ids.aggregate_type
                                AND e.aggregate_id = refuse_event_ids.aggregate_id AS ours) AS stream
     WHERE NOT stream.ours OR e.version <= head
     ORDER BY stream.ours, array_position(ids, e.event_id)
     LIMIT 1;
    PERFORM vesu_assistant.refuse(
        221, format('%s is version %s of %s/%s', known.event_id, known.version, known.aggregate_type, known.aggregate_id),
        'A call is a repeated one if all its events stand in the stream with the same ids, types and data.',
        'Repeat a call as it was; give new events new ids.');
END
$$;
COMMENT ON FUNCTION vesu_assistant.refuse_event_ids(uuid[], text, text, bigint) IS
    'Private step of append_events: VS221 with one of the ids that is in use, in another stream if there is one. What the call itself '
    'has written after head does not count.';

CREATE OR REPLACE FUNCTION vesu_assistant.are_archived(ids uuid[]) RETURNS boolean
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS $$
BEGIN
    -- Not an id is looked for in an archive that nobody uses. A query of its own hides how many there are: otherwise a plan for
    -- so many seems better each time than the kept one.
    RETURN EXISTS (SELECT FROM vesu_assistant.event_archive)
       AND EXISTS (SELECT FROM vesu_assistant.event_archive AS a WHERE a.event_id = ANY ((SELECT ids)::uuid[]));
END
$$;
COMMENT ON FUNCTION vesu_assistant.are_archived(uuid[]) IS
    'Private step of append_events: whether one of these events stands in the archive.';

CREATE OR REPLACE FUNCTION vesu_assistant.repeated_version(
    aggregate_type text, aggregate_id text, events jsonb, ids uuid[], head bigint) RETURNS bigint
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS $$
DECLARE
    is_repeated boolean;
    last_version bigint;
BEGIN
    IF NOT vesu_assistant.are_archived(ids)
       AND NOT EXISTS (SELECT FROM vesu_assistant.event_store AS s WHERE s.event_id = ANY ((SELECT ids)::uuid[])) THEN
        RETURN NULL;
    END IF;
    SELECT bool_and(known.version IS NOT NULL), (array_agg(known.version ORDER BY given.place DESC))[1]
      INTO is_repeated, last_version
      FROM ROWS FROM (jsonb_array_elements(events), unnest(ids)) WITH ORDINALITY AS given (event, event_id, place)
      LEFT JOIN LATERAL (
            SELECT s.version, s.aggregate_type, s.aggregate_id, s.event_type, s.data
              FROM vesu_assistant.event_store AS s
             WHERE s.event_id = given.event_id
             UNION ALL
            SELECT a.version, a.aggregate_type, a.aggregate_id, a.event_type, a.data
              FROM vesu_assistant.event_archive AS a
             WHERE a.event_id = given.event_id
            OFFSET 0) AS known
        ON known.aggregate_type = repeated_version.aggregate_type AND known.aggregate_id = repeated_version.aggregate_id
       AND known.event_type = given.event ->> 'event_type' AND known.data = given.event -> 'data';
    IF NOT is_repeated THEN
        PERFORM vesu_assistant.refuse_event_ids(ids, aggregate_type, aggregate_id, head);
    END IF;
    RETURN last_version;
END
$$;
COMMENT ON FUNCTION vesu_assistant.repeated_version(text, text, jsonb, uuid[], bigint) IS
    'Private step of append_events: the version of the last of these events if all stand in the stream already, with equal types '
    'and data; NULL if none of their ids is in use; else VS221.';

CREATE OR REPLACE FUNCTION vesu_assistant.append_events(
    aggregate_type text, aggregate_id text, expected_version bigint, events jsonb) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    given record;
    head bigint;
    previous timestamptz;
    repeated bigint;
    written bigint;
BEGIN
    PERFORM vesu_assistant.check_stream(aggregate_type, aggregate_id);
    IF expected_version < 0 THEN
        PERFORM vesu_assistant.check_number('expected_version', expected_version);
    END IF;
    given := vesu_assistant.check_events(events);

    -- Whoever appends to the stream waits here for the one before. From here on the transaction has an id, so it had one
    -- before it draws a position.
    INSERT INTO vesu_assistant.event_streams AS s (aggregate_type, aggregate_id, version)
    VALUES (append_events.aggregate_type, append_events.aggregate_id, given.number)
        ON CONFLICT ON CONSTRAINT event_streams_pkey DO UPDATE SET version = s.version + given.number
    RETURNING s.version - given.number INTO head;
    IF head > 0 THEN
        previous := vesu_assistant.last_occurred_at(aggregate_type COLLATE "default", aggregate_id COLLATE "default", head);
    END IF;

    -- Before anything else is refused; what is new in every respect is left to the unique index.
    IF given.ids IS NOT NULL
       AND (head <> expected_version OR given.earliest < previous OR vesu_assistant.are_archived(given.ids)) THEN
        repeated := vesu_assistant.repeated_version(
            aggregate_type COLLATE "default", aggregate_id COLLATE "default", events, given.ids, head);
    END IF;
    IF repeated IS NULL THEN
        IF head <> expected_version THEN
            PERFORM vesu_assistant.refuse(
                220, format('%s/%s is at version %s, expected %s', aggregate_type, aggregate_id, head, expected_version),
                'Somebody else has appended to the stream, or it was never there.',
                'Read the stream again, decide again and append to what it is now.');
        END IF;
        INSERT INTO vesu_assistant.event_store (
            id, event_id, event_type, aggregate_type, aggregate_id, version, data, metadata, occurred_at)
        SELECT e.id, e.event_id, e.event_type, append_events.aggregate_type, append_events.aggregate_id,
               head + e.place, e.data, e.metadata, e.occurred_at
          FROM vesu_assistant.event_rows(events, previous, vesu.wall_clock()) AS e
            ON CONFLICT (event_id) DO NOTHING;
        GET DIAGNOSTICS written = ROW_COUNT;
        IF written = 0 THEN
            repeated := vesu_assistant.repeated_version(
                aggregate_type COLLATE "default", aggregate_id COLLATE "default", events, given.ids, head);
        ELSIF written < given.number OR (given.ids IS NOT NULL AND vesu_assistant.are_archived(given.ids)) THEN
            -- Another stream has one of the ids; in the archive if it was moved there just now.
            PERFORM vesu_assistant.refuse_event_ids(
                given.ids, aggregate_type COLLATE "default", aggregate_id COLLATE "default", head);
        END IF;
    END IF;
    IF repeated IS NOT NULL THEN
        UPDATE vesu_assistant.event_streams AS s
           SET version = head
         WHERE s.aggregate_type = append_events.aggregate_type COLLATE "default"
           AND s.aggregate_id = append_events.aggregate_id COLLATE "default";
        RETURN repeated;
    END IF;

    IF current_setting('vesu.assistant_notify_appends', true) = 'on' THEN
        PERFORM pg_notify('vesu_assistant', json_build_object(
            'event', 'append', 'aggregate_type', aggregate_type, 'aggregate_id', aggregate_id, 'version', head + given.number)::text);
    END IF;
    RETURN head + given.number;
END
$$;
COMMENT ON FUNCTION vesu_assistant.append_events(text, text, bigint, jsonb) IS
    'Appends the events, an array of {event_type, data, event_id?, metadata?, occurred_at?}, to the stream (aggregate_type, '
    'aggregate_id) and returns its new version. expected_version is the version that the stream has now, 0 if it must not exist; NULL: '
    'any. Versions are 1, 2, 3 without gap. occurred_at is now, or that of the event before if that is later. A repeated '
    'call, all its event_ids in this stream with equal event_type and data, changes nothing and returns the version of its last event, '
    'whatever it expects. VS200 for an invalid argument or an occurred_at before that of the event before; VS220 if '
    'the stream is not at expected_version; VS221 if some of the event_ids are in use otherwise. Notifies vesu_assistant if '
    'vesu.assistant_notify_appends is on.';

-- Appended once, kept for ever

CREATE OR REPLACE FUNCTION vesu_assistant.refuse_event_change(statement text, changed text) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM vesu_assistant.refuse(222, format('%s of %s', statement, changed), 'Events are neither changed nor removed.',
                                  'Append an event that corrects it. vesu_assistant.archive_events() moves old ones.');
END
$$;
COMMENT ON FUNCTION vesu_assistant.refuse_event_change(text, text) IS
    'Private step of the triggers of the event store: VS222 with the statement and what it would have changed.';

CREATE OR REPLACE FUNCTION vesu_assistant.keep_events() RETURNS trigger
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM vesu_assistant.refuse_event_change(
        TG_OP, CASE WHEN TG_LEVEL = 'STATEMENT' THEN TG_TABLE_NAME
                    ELSE format('version %s of %s/%s', OLD.version, OLD.aggregate_type, OLD.aggregate_id) END);
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION vesu_assistant.keep_events() IS 'Trigger of event_store and event_archive: refuses the statement with VS222.';
CREATE OR REPLACE TRIGGER event_store_keep
    BEFORE UPDATE ON vesu_assistant.event_store
    FOR EACH ROW EXECUTE FUNCTION vesu_assistant.keep_events();
CREATE OR REPLACE TRIGGER event_store_no_truncate
    BEFORE TRUNCATE ON vesu_assistant.event_store
    FOR EACH STATEMENT EXECUTE FUNCTION vesu_assistant.keep_events();
CREATE OR REPLACE TRIGGER event_archive_keep
    BEFORE UPDATE OR DELETE ON vesu_assistant.event_archive
    FOR EACH ROW EXECUTE FUNCTION vesu_assistant.keep_events();
CREATE OR REPLACE TRIGGER event_archive_no_truncate
    BEFORE TRUNCATE ON vesu_assistant.event_archive
    FOR EACH STATEMENT EXECUTE FUNCTION vesu_assistant.keep_events();

-- After the statement, when the archive has what archive_events() moves: an event is nowhere removed, only moved. Nothing
-- to set and so nothing to forge: who may write in both tables still has to be their owner.
CREATE OR REPLACE FUNCTION vesu_assistant.keep_unarchived_events() RETURNS trigger
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    lost record;
BEGIN
    IF pg_has_role((SELECT c.relowner FROM pg_class AS c WHERE c.oid = TG_RELID), 'USAGE') THEN
        SELECT r.* INTO lost
          FROM removed AS r
         WHERE NOT EXISTS (
                SELECT FROM vesu_assistant.event_archive AS a
                 WHERE a.id = r.id
                   AND (a.position, a.event_id, a.event_type, a.aggregate_type, a.aggregate_id, a.version, a.data, a.metadata,
                        a.occurred_at, a.horizon)
                       IS NOT DISTINCT FROM
                       (r.position, r.event_id, r.event_type, r.aggregate_type, r.aggregate_id, r.version, r.data, r.metadata,
                        r.occurred_at, r.horizon))
         ORDER BY r.position
         LIMIT 1;
    ELSE
        SELECT r.* INTO lost FROM removed AS r ORDER BY r.position LIMIT 1;
    END IF;
    IF FOUND THEN
        PERFORM vesu_assistant.refuse_event_change(
            TG_OP, format('version %s of %s/%s', lost.version, lost.aggregate_type, lost.aggregate_id));
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION vesu_assistant.keep_unarchived_events() IS
    'Trigger of event_store: VS222 for a deleted event that does not stand in event_archive as it was, and for any if who deletes it '
    'does not act as the owner of the table, as archive_events() does.';
CREATE OR REPLACE TRIGGER event_store_no_delete
    AFTER DELETE ON vesu_assistant.event_store
    REFERENCING OLD TABLE AS removed
    FOR EACH STATEMENT EXECUTE FUNCTION vesu_assistant.keep_unarchived_events();
