-- Old events move to an archive of their own

CREATE OR REPLACE FUNCTION vesu_assistant.check_archive_columns() RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    missing text;
BEGIN
    SELECT string_agg(format('%I %s', s.attname, format_type(s.atttypid, s.atttypmod)), ', ' ORDER BY s.attnum) INTO missing
      FROM pg_attribute AS s
     WHERE s.attrelid = 'vesu_assistant.event_store'::regclass AND s.attnum > 0 AND NOT s.attisdropped
       AND NOT EXISTS (SELECT FROM pg_attribute AS a
                        WHERE a.attrelid = 'vesu_assistant.event_archive'::regclass AND NOT a.attisdropped
                          AND a.attname = s.attname AND a.atttypid = s.atttypid);
    IF missing IS NOT NULL THEN
        PERFORM vesu_assistant.refuse(
            200, format('event_archive lacks %s', missing), 'What event_store has beyond it would be lost.',
            'Add the column to vesu_assistant.event_archive.');
    END IF;
END
$$;
COMMENT ON FUNCTION vesu_assistant.check_archive_columns() IS
    'Private step of archive_events: VS200 if event_store has a column that event_archive has not.';

CREATE OR REPLACE FUNCTION vesu_assistant.archive_events(before timestamptz) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
    slowest bigint;
    result bigint;
BEGIN
    IF before IS NULL THEN
        PERFORM vesu_assistant.check_argument('before', NULL);
    END IF;
    PERFORM vesu_assistant.check_archive_columns();
    -- One at a time; reading goes on.
    LOCK TABLE vesu_assistant.event_archive IN SHARE ROW EXCLUSIVE MODE;
    SELECT coalesce(min(s.position), 9223372036854775807) INTO slowest FROM vesu_assistant.subscriptions AS s;

    -- Along a stream neither time nor position falls, so what is moved of it is a prefix. Who appends to a stream waits until its
    -- ids are in the archive; whoever was first is left alone, so there is nothing to wait for here.
    WITH stream AS MATERIALIZED (
        SELECT s.aggregate_type, s.aggregate_id
          FROM vesu_assistant.event_streams AS s
         WHERE (s.aggregate_type, s.aggregate_id) IN (
                SELECT e.aggregate_type, e.aggregate_id
                  FROM vesu_assistant.event_store AS e
                 WHERE e.occurred_at < before AND e.position <= slowest)
           FOR NO KEY UPDATE SKIP LOCKED),
    moved AS (
        DELETE FROM vesu_assistant.event_store AS e
         USING stream
         WHERE e.aggregate_type = stream.aggregate_type AND e.aggregate_id = stream.aggregate_id
           AND e.occurred_at < before AND e.position <= slowest
        RETURNING e.*),
    archived AS (
        INSERT INTO vesu_assistant.event_archive
        SELECT kept.*
          FROM moved
         CROSS JOIN LATERAL vesu.row_with((SELECT jsonb_populate_record(NULL::vesu_assistant.event_archive, '{}')), moved) AS kept),
    cut AS (
        SELECT m.aggregate_type, m.aggregate_id, max(m.version) AS version FROM moved AS m GROUP BY m.aggregate_type, m.aggregate_id),
    saved AS (
        INSERT INTO vesu_assistant.event_snapshots (aggregate_type, aggregate_id, version, state)
        SELECT cut.aggregate_type, cut.aggregate_id, cut.version, stream.state
          FROM cut
         CROSS JOIN LATERAL vesu_assistant.state_of(cut.aggregate_type, cut.aggregate_id, cut.version) AS stream
            ON CONFLICT DO NOTHING)
    SELECT count(*) INTO result FROM moved;
    RETURN result;
END
$$;
COMMENT ON FUNCTION vesu_assistant.archive_events(timestamptz) IS
    'Moves events that occurred before that time to event_archive and returns how many: of each stream the first ones, none after '
    'the cursor of the slowest subscription, and none of a stream that somebody is just appending to; who wants to append to one '
    'that is moved waits. Saves a snapshot of each stream at its cut unless there is one. Nothing else changes: versions go on, ids '
    'stay in use, and every function reads the archive too. VS200 for NULL, and if event_store has a column that event_archive has '
    'not.';
