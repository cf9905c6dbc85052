-- Reading events: of a stream, and all in their order; the archive included
--
-- A row of the archive becomes one of event_store by name, so columns that the tables have beyond ours do no harm. The blank row
-- names the table, so that a plan that is kept is made anew when the table gets a column.

CREATE OR REPLACE FUNCTION vesu_assistant.load_events(aggregate_type text, aggregate_id text, after_version bigint DEFAULT 0)
    RETURNS SETOF vesu_assistant.event_store
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET enable_sort = off
AS $$
BEGIN
    PERFORM vesu_assistant.check_stream(aggregate_type, aggregate_id);
    PERFORM vesu_assistant.check_number('after_version', after_version);
    -- The archive has the first events of a stream, the store the others.
    RETURN QUERY
    SELECT moved.*
      FROM (SELECT a.*
              FROM vesu_assistant.event_archive AS a
             WHERE a.aggregate_type = load_events.aggregate_type COLLATE "default" AND a.aggregate_id = load_events.aggregate_id COLLATE "default"
               AND a.version > load_events.after_version
             ORDER BY a.version) AS a
     CROSS JOIN LATERAL vesu.row_with((SELECT jsonb_populate_record((SELECT e FROM vesu_assistant.event_store AS e WHERE false), '{}')), a) AS moved;
    RETURN QUERY
    SELECT e.*
      FROM vesu_assistant.event_store AS e
     WHERE e.aggregate_type = load_events.aggregate_type COLLATE "default" AND e.aggregate_id = load_events.aggregate_id COLLATE "default"
       AND e.version > load_events.after_version
     ORDER BY e.version;
END
$$;
COMMENT ON FUNCTION vesu_assistant.load_events(text, text, bigint) IS
    'The events of the stream after this version, by version, archived ones too; none for a stream that does not exist. VS200 '
    'for a NULL or an after_version below 0.';

-- Whoever drew an earlier position had an id by then, so it is before the horizon of every later one: once all before that have
-- ended, what is before is there or never will be.
CREATE OR REPLACE FUNCTION vesu_assistant.settled_until(after_position bigint, max_rows bigint) RETURNS bigint
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET enable_sort = off SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    result bigint;
BEGIN
    SELECT max(judged.position) INTO result
      FROM (SELECT e.position, bool_and(vesu_assistant.is_settled(e.horizon)) OVER (ORDER BY e.position) AS is_readable
              FROM ((SELECT s.position, s.horizon
                       FROM vesu_assistant.event_store AS s
                      WHERE s.position > after_position
                      ORDER BY s.position
                      LIMIT max_rows)
                     UNION ALL
                    (SELECT a.position, a.horizon
                       FROM vesu_assistant.event_archive AS a
                      WHERE a.position > after_position
                      ORDER BY a.position
                      LIMIT max_rows)
                     ORDER BY position
                     LIMIT max_rows) AS e) AS judged
     WHERE judged.is_readable;
    RETURN result;
END
$$;
COMMENT ON FUNCTION vesu_assistant.settled_until(bigint, bigint) IS
    'Private step of read_all: the position of the last of at most max_rows events after after_position that are all settled; NULL '
    'if already the first is not, or there is none.';

CREATE OR REPLACE FUNCTION vesu_assistant.read_all(after_position bigint DEFAULT 0, max_rows int DEFAULT 1000)
    RETURNS SETOF vesu_assistant.event_store
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    until bigint;
BEGIN
    PERFORM vesu_assistant.check_number('after_position', after_position);
    PERFORM vesu_assistant.check_number('max_rows', max_rows);
    until := vesu_assistant.settled_until(after_position, max_rows);
    IF until IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT e.*
      FROM vesu_assistant.event_store AS e
     WHERE e.position > after_position AND e.position <= until
     UNION ALL
    SELECT moved.*
      FROM vesu_assistant.event_archive AS a
     CROSS JOIN LATERAL vesu.row_with((SELECT jsonb_populate_record((SELECT e FROM vesu_assistant.event_store AS e WHERE false), '{}')), a) AS moved
     WHERE a.position > after_position AND a.position <= until
     ORDER BY position;
END
$$;
COMMENT ON FUNCTION vesu_assistant.read_all(bigint, int) IS
    'At most max_rows events of all streams after this position, by position, archived ones too. Stops before the first that is not '
    'settled: nothing will ever appear before what it returns. An open transaction that has written, in any database of the server, '
    'holds back what is appended after it; one''s own events too. At a standby, so does what was restored from a cluster less than 2^20 '
    'transactions ahead. VS200 for a NULL and for a number below 0.';
