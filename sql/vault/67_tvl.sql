-- Total value locked: snapshots and their series

CREATE OR REPLACE FUNCTION vesu_vault.tvl_snapshot() RETURNS vesu_vault.tvl_snapshots
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    sums record;
    taken vesu_vault.tvl_snapshots;
BEGIN
    SELECT coalesce(sum(v.total_balance), 0) AS total, coalesce(sum(v.locked_balance), 0) AS locked,
           coalesce(sum(v.available_balance), 0) AS available, count(*) FILTER (WHERE v.status = 'active') AS active
      INTO sums
      FROM vesu_vault.vaults AS v;
    IF sums.total > 9223372036854775807 THEN
        PERFORM vesu_vault.refuse(109, format('total value locked %s', sums.total), 'The largest sum is 9223372036854775807.',
                                  'Sum vesu_vault.vaults yourself.');
    END IF;
    INSERT INTO vesu_vault.tvl_snapshots AS s (total_value_locked, active_vaults, total_locked, total_available, "timestamp")
    VALUES (sums.total, sums.active, sums.locked, sums.available, vesu.wall_clock())
    RETURNING s.* INTO taken;
    RETURN taken;
END
$$;
COMMENT ON FUNCTION vesu_vault.tvl_snapshot() IS
    'Writes and returns the present sums over all vaults, paused ones too, and the number of active ones. VS109 from 2^63 on.';

CREATE OR REPLACE FUNCTION vesu_vault.tvl_series(
    from_time timestamptz, to_time timestamptz, step interval, OUT bucket timestamptz, OUT total_value_locked bigint,
    OUT active_vaults bigint, OUT total_locked bigint, OUT total_available bigint)
    RETURNS SETOF record
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
BEGIN
    PERFORM vesu_vault.check_argument('from_time', from_time::text);
    PERFORM vesu_vault.check_argument('to_time', to_time::text);
    PERFORM vesu_vault.check_argument('step', step::text);
    IF step <= interval '0' OR NOT (isfinite(from_time) AND isfinite(to_time)) THEN
        PERFORM vesu_vault.refuse(100, format('step %s from %s to %s', step, from_time, to_time),
                                  'A series goes forward from one moment to another.', 'Give a step such as 1 day.');
    END IF;
    RETURN QUERY
    SELECT series.bucket, newest.total_value_locked, newest.active_vaults, newest.total_locked, newest.total_available
      FROM generate_series(from_time, to_time, step) AS series (bucket)
      LEFT JOIN LATERAL (
            SELECT s.total_value_locked, s.active_vaults, s.total_locked, s.total_available
              FROM vesu_vault.tvl_snapshots AS s
             WHERE s."timestamp" < series.bucket + step
             ORDER BY s."timestamp" DESC
             LIMIT 1) AS newest ON true
     WHERE series.bucket < to_time;
END
$$;
COMMENT ON FUNCTION vesu_vault.tvl_series(timestamptz, timestamptz, interval) IS
    'One row for each step from from_time (included) to to_time (excluded): its start, and the newest snapshot of total value locked '
    'before its end, NULL if there is none. Days and months are UTC. VS100 for NULL, infinity and a step that is not above 0.';
