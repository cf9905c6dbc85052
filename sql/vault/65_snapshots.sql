-- Snapshots of balances, and how each finished day went

CREATE OR REPLACE FUNCTION vesu_vault.snapshot(
    type vesu_vault.snapshot_type DEFAULT 'periodic', owner text DEFAULT NULL) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    taken bigint;
BEGIN
    PERFORM vesu_vault.check_argument('type', type::text);
    INSERT INTO vesu_vault.balance_snapshots (
        vault_owner, total_balance, locked_balance, available_balance, "timestamp", snapshot_type)
    SELECT v.owner, v.total_balance, v.locked_balance, v.available_balance, clock.instant, snapshot.type
      FROM vesu_vault.vaults AS v
     CROSS JOIN vesu.wall_clock() AS clock (instant)
     WHERE CASE WHEN snapshot.owner IS NULL THEN v.status <> 'closed' ELSE v.owner = snapshot.owner COLLATE "C" END;
    GET DIAGNOSTICS taken = ROW_COUNT;
    IF taken = 0 AND owner IS NOT NULL THEN
        PERFORM vesu_vault.refuse_unknown_vault(owner);
    END IF;
    RETURN taken;
END
$$;
COMMENT ON FUNCTION vesu_vault.snapshot(vesu_vault.snapshot_type, text) IS
    'Writes the present balances of a vault (NULL: of all that are not closed), all under one timestamp, into balance_snapshots. '
    'Returns how many. VS100 for a type of NULL, VS104 for an unknown vault.';

CREATE OR REPLACE FUNCTION vesu_vault.day_start(day date) RETURNS timestamptz
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN day::timestamp AT TIME ZONE 'UTC';
COMMENT ON FUNCTION vesu_vault.day_start(date) IS 'The first instant of a UTC day.';

CREATE OR REPLACE FUNCTION vesu_vault.day_course(
    day date, OUT owner text, OUT open_total bigint, OUT close_total bigint, OUT min_total bigint, OUT max_total bigint,
    OUT close_locked bigint)
    RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT v.owner::text, opening.total, closing.total, least(opening.total, course.lowest),
           greatest(opening.total, course.highest), closing.locked
      FROM vesu_vault.vaults AS v
     CROSS JOIN LATERAL vesu_vault.entry_at(v.owner, vesu_vault.day_start(day)) AS opening
     CROSS JOIN LATERAL vesu_vault.entry_at(v.owner, vesu_vault.day_start(day + 1) - interval '1 microsecond') AS closing
     CROSS JOIN LATERAL (
            SELECT min(t.total_after) AS lowest, max(t.total_after) AS highest
              FROM vesu_vault.transactions AS t
             WHERE t.vault_owner = v.owner AND t.seq > opening.seq AND t.seq <= closing.seq) AS course
     WHERE v.created_at < vesu_vault.day_start(day + 1)
       AND (v.status <> 'closed' OR v.updated_at >= vesu_vault.day_start(day));
END;
COMMENT ON FUNCTION vesu_vault.day_course(date) IS
    'How a UTC day went for every vault that was open on it, from the ledger: the total at 00:00 (a row at that instant included), '
    'at the end, the smallest and the largest, and what was locked at the end. Private step of daily_summary.';

CREATE OR REPLACE FUNCTION vesu_vault.daily_summary(day date) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    summarised bigint;
BEGIN
    PERFORM vesu_vault.check_argument('day', day::text);
    IF NOT isfinite(day) OR day >= (vesu.wall_clock() AT TIME ZONE 'UTC')::date THEN
        PERFORM vesu_vault.refuse(100, format('day %s', day), 'A day is summarised when it is over, in UTC.',
                                  'Give yesterday or an earlier day.');
    END IF;

    WITH course AS MATERIALIZED (
        SELECT c.* FROM vesu_vault.day_course(daily_summary.day) AS c),
    summary AS (
        INSERT INTO vesu_vault.daily_balances AS d (
            vault_owner, day, open_total, close_total, min_total, max_total, close_locked)
        SELECT c.owner, daily_summary.day, c.open_total, c.close_total, c.min_total, c.max_total, c.close_locked
          FROM course AS c
         ORDER BY c.owner
        ON CONFLICT ON CONSTRAINT daily_balances_pkey DO UPDATE
           SET open_total = excluded.open_total, close_total = excluded.close_total, min_total = excluded.min_total,
               max_total = excluded.max_total, close_locked = excluded.close_locked
         WHERE (d.open_total, d.close_total, d.min_total, d.max_total, d.close_locked)
               <> (excluded.open_total, excluded.close_total, excluded.min_total, excluded.max_total, excluded.close_locked)),
    snapshot AS (
        INSERT INTO vesu_vault.balance_snapshots AS s (
            vault_owner, total_balance, locked_balance, available_balance, "timestamp", snapshot_type)
        SELECT c.owner, c.close_total, c.close_locked, c.close_total - c.close_locked,
               vesu_vault.day_start(daily_summary.day + 1) - interval '1 microsecond', 'daily_summary'
          FROM course AS c
         ORDER BY c.owner
        ON CONFLICT (vault_owner, "timestamp") WHERE snapshot_type = 'daily_summary' DO UPDATE
           SET total_balance = excluded.total_balance, locked_balance = excluded.locked_balance,
               available_balance = excluded.available_balance
         WHERE (s.total_balance, s.locked_balance) <> (excluded.total_balance, excluded.locked_balance))
    SELECT count(*) INTO summarised FROM course;
    RETURN summarised;
END
$$;
COMMENT ON FUNCTION vesu_vault.daily_summary(date) IS
    'Writes how a finished UTC day went for every vault that was open on it, into daily_balances and as a daily_summary snapshot at '
    'its last microsecond, from the ledger. Returns how many vaults. Again it changes only what the ledger has since confirmed for '
    'that day. VS100 for NULL, for today and for later days.';
