-- States of streams, now and at a time, and their snapshots

CREATE OR REPLACE FUNCTION vesu_assistant.state_of(
    aggregate_type text, aggregate_id text, until_version bigint, OUT version bigint, OUT state jsonb)
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET enable_sort = off
AS $$
DECLARE
    later record;
BEGIN
    SELECT s.version, s.state INTO version, state
      FROM vesu_assistant.event_snapshots AS s
     WHERE s.aggregate_type = state_of.aggregate_type AND s.aggregate_id = state_of.aggregate_id AND s.version <= until_version
     ORDER BY s.version DESC
     LIMIT 1;
    version := coalesce(version, 0);
    SELECT max(e.version) AS version, vesu_assistant.merge_state(e.data, state_of.state) AS state INTO later
      FROM ((SELECT a.version, a.data
               FROM vesu_assistant.event_archive AS a
              WHERE a.aggregate_type = state_of.aggregate_type AND a.aggregate_id = state_of.aggregate_id
                AND a.version > state_of.version AND a.version <= until_version
              ORDER BY a.version)
             UNION ALL
            (SELECT s.version, s.data
               FROM vesu_assistant.event_store AS s
              WHERE s.aggregate_type = state_of.aggregate_type AND s.aggregate_id = state_of.aggregate_id
                AND s.version > state_of.version AND s.version <= until_version
              ORDER BY s.version)
             ORDER BY version) AS e;
    IF later.version IS NOT NULL THEN
        version := later.version;
        state := later.state;
    END IF;
END
$$;
COMMENT ON FUNCTION vesu_assistant.state_of(text, text, bigint) IS
    'Private step: the state of the stream at this version, from the newest snapshot that is not later and the events after it; 0 and '
    'NULL before the first event.';

CREATE OR REPLACE FUNCTION vesu_assistant.load_state(
    aggregate_type text, aggregate_id text, OUT version bigint, OUT state jsonb)
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM vesu_assistant.check_stream(aggregate_type, aggregate_id);
    SELECT s.version, s.state INTO version, state
      FROM vesu_assistant.state_of(aggregate_type COLLATE "default", aggregate_id COLLATE "default", 9223372036854775807) AS s;
END
$$;
COMMENT ON FUNCTION vesu_assistant.load_state(text, text) IS
    'Version and state of the stream: the newest snapshot, and the data of the later events merged into it in order (see '
    'vesu_assistant.merge_patch()); without a snapshot from {}. 0 and NULL for a stream without events. VS200 for a NULL.';

CREATE OR REPLACE FUNCTION vesu_assistant.state_at(
    aggregate_type text, aggregate_id text, at timestamptz, OUT version bigint, OUT state jsonb)
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET enable_sort = off
AS $$
BEGIN
    PERFORM vesu_assistant.check_stream(aggregate_type, aggregate_id);
    IF at IS NULL THEN
        PERFORM vesu_assistant.check_argument('at', NULL);
    END IF;
    -- occurred_at never falls along a stream.
    SELECT s.version INTO version
      FROM vesu_assistant.event_store AS s
     WHERE s.aggregate_type = state_at.aggregate_type COLLATE "default" AND s.aggregate_id = state_at.aggregate_id COLLATE "default" AND s.occurred_at <= at
     ORDER BY s.version DESC
     LIMIT 1;
    IF version IS NULL THEN
        SELECT a.version INTO version
          FROM vesu_assistant.event_archive AS a
         WHERE a.aggregate_type = state_at.aggregate_type COLLATE "default" AND a.aggregate_id = state_at.aggregate_id COLLATE "default" AND a.occurred_at <= at
         ORDER BY a.version DESC
         LIMIT 1;
    END IF;
    version := coalesce(version, 0);
    SELECT s.state INTO state FROM vesu_assistant.state_of(aggregate_type COLLATE "default", aggregate_id COLLATE "default", state_at.version) AS s;
END
$$;
COMMENT ON FUNCTION vesu_assistant.state_at(text, text, timestamptz) IS
    'Version and state of the stream as of then: after the last event that had occurred by that time. 0 and NULL before the first. '
    'VS200 for a NULL.';

CREATE OR REPLACE FUNCTION vesu_assistant.save_snapshot(aggregate_type text, aggregate_id text, version bigint, state jsonb)
    RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    head bigint;
BEGIN
    PERFORM vesu_assistant.check_stream(aggregate_type, aggregate_id);
    PERFORM vesu_assistant.check_number('version', version);
    PERFORM vesu_assistant.check_argument('state', state::text);
    -- The stream first, as appending and archiving do, so that they do not wait for each other in a circle.
    SELECT s.version INTO head
      FROM vesu_assistant.event_streams AS s
     WHERE s.aggregate_type = save_snapshot.aggregate_type COLLATE "default" AND s.aggregate_id = save_snapshot.aggregate_id COLLATE "default"
       FOR NO KEY UPDATE;
    IF version = 0 OR version > coalesce(head, 0) THEN
        PERFORM vesu_assistant.refuse(
            200, format('version %s', version),
            format('The stream %s/%s has versions 1 to %s.', aggregate_type, aggregate_id, coalesce(head, 0)),
            'Give the version of the last event in the state.');
    END IF;
    INSERT INTO vesu_assistant.event_snapshots AS s (aggregate_type, aggregate_id, version, state)
    VALUES (save_snapshot.aggregate_type, save_snapshot.aggregate_id, save_snapshot.version, save_snapshot.state)
        ON CONFLICT ON CONSTRAINT event_snapshots_pkey DO UPDATE SET state = excluded.state, taken_at = excluded.taken_at;
END
$$;
COMMENT ON FUNCTION vesu_assistant.save_snapshot(text, text, bigint, jsonb) IS
    'Notes that this is the state of the stream after the event with this version, in place of what was noted for it before: '
    'load_state() and state_at() read only the events after it. They believe it. VS200 for a NULL and for a version that the '
    'stream does not have.';
