-- The months of the partitioned tables: which there are, which there were, and how one is built
--
-- A month that was attached once is known for good. When it is over and not attached any more, whatever way it went, it is
-- gone: the roll-ups of its time are frozen, and rows that come late never bring it back.

CREATE TABLE IF NOT EXISTS vesu_portfolio.partition_months (
    parent       text NOT NULL,
    from_time    timestamptz NOT NULL,
    to_time      timestamptz NOT NULL,
    partition    name NOT NULL,
    detached_at  timestamptz,

    CONSTRAINT partition_months_pkey PRIMARY KEY (parent, from_time)
);

COMMENT ON TABLE vesu_portfolio.partition_months IS
    'The months for which a partitioned table has or had a partition. maintain_partitions() writes it.';
COMMENT ON COLUMN vesu_portfolio.partition_months.parent IS 'The partitioned table.';
COMMENT ON COLUMN vesu_portfolio.partition_months.from_time IS 'Where the month begins, in UTC.';
COMMENT ON COLUMN vesu_portfolio.partition_months.to_time IS 'Where the next one begins.';
COMMENT ON COLUMN vesu_portfolio.partition_months.partition IS 'Table of the month; it need not be there any more.';
COMMENT ON COLUMN vesu_portfolio.partition_months.detached_at IS
    'When maintain_partitions() detached it, or made it for late rows; NULL: it did not, and never drops it.';

CREATE OR REPLACE FUNCTION vesu_portfolio.partitioned_tables(OUT parent text, OUT time_column name, OUT keep interval)
    RETURNS SETOF record
    LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 8
BEGIN ATOMIC
    SELECT listed.parent, listed.time_column::name, listed.keep::interval
      FROM (VALUES
        ('transactions',          'timestamp',  NULL),
        ('risk_assessments',      'created_at', '24 months'),
        ('market_data',           'timestamp',  '24 months'),
        ('dex_trades',            'timestamp',  '12 months'),
        ('yield_metrics',         'timestamp',  '24 months'),
        ('portfolio_snapshots',   'timestamp',  '84 months'),
        ('risk_metrics',          'timestamp',  '24 months'),
        ('satellite_performance', 'timestamp',  '3 months')
      ) AS listed (parent, time_column, keep);
END;
COMMENT ON FUNCTION vesu_portfolio.partitioned_tables() IS
    'The tables that lie in months, the column that decides, and how long rows are kept unless maintain_partitions() is told '
    'otherwise (NULL: for good).';

CREATE OR REPLACE FUNCTION vesu_portfolio.month_of(moment timestamptz, later int DEFAULT 0) RETURNS timestamptz
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN (date_trunc('month', moment AT TIME ZONE 'UTC') + make_interval(months => later)) AT TIME ZONE 'UTC';
COMMENT ON FUNCTION vesu_portfolio.month_of(timestamptz, int) IS
    'Private step: where the UTC month of the moment begins, or the month so many later.';

CREATE OR REPLACE FUNCTION vesu_portfolio.partition_name(parent text, month timestamptz) RETURNS name
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN (parent || to_char(month AT TIME ZONE 'UTC', '"_y"YYYY"m"MM'))::name;
COMMENT ON FUNCTION vesu_portfolio.partition_name(text, timestamptz) IS
    'Private step: what the partition of a month is called, such as market_data_y2025m01.';

-- The catalog spells bounds as the session writes times; these settings make them read back exactly.
CREATE OR REPLACE FUNCTION vesu_portfolio.partitions_of(
    parent text, OUT partition name, OUT relation oid, OUT from_time timestamptz, OUT to_time timestamptz, OUT is_default boolean)
    RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 30
    SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO'
BEGIN ATOMIC
    SELECT c.relname, c.oid,
           CASE edges[1] WHEN 'MINVALUE' THEN '-infinity' ELSE trim('''' FROM edges[1])::timestamptz END,
           CASE edges[2] WHEN 'MAXVALUE' THEN 'infinity' ELSE trim('''' FROM edges[2])::timestamptz END,
           pg_get_expr(c.relpartbound, c.oid) = 'DEFAULT'
      FROM pg_inherits AS i
      JOIN pg_class AS c ON c.oid = i.inhrelid
     CROSS JOIN LATERAL regexp_match(pg_get_expr(c.relpartbound, c.oid), '^FOR VALUES FROM \((.*)\) TO \((.*)\)$') AS edges
     WHERE i.inhparent = to_regclass(format('vesu_portfolio.%I', partitions_of.parent));
END;
COMMENT ON FUNCTION vesu_portfolio.partitions_of(text) IS
    'Private step: the attached partitions of a table, with their bounds (NULL: the default partition).';

CREATE OR REPLACE FUNCTION vesu_portfolio.frozen_months(parent text) RETURNS tstzmultirange
    LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN coalesce((
        SELECT range_agg(tstzrange(m.from_time, m.to_time))
          FROM vesu_portfolio.partition_months AS m
         WHERE m.parent = frozen_months.parent AND m.to_time <= (SELECT vesu.now())
           AND NOT EXISTS (
                SELECT FROM pg_inherits AS i
                  JOIN pg_class AS c ON c.oid = i.inhrelid
                 WHERE i.inhparent = to_regclass(format('vesu_portfolio.%I', frozen_months.parent))
                   AND c.relname = m.partition)), '{}');
END
$$;
COMMENT ON FUNCTION vesu_portfolio.frozen_months(text) IS
    'The months that are over, were attached to the table once and are not any more, whatever way they went; {} if there are none. '
    'Roll-ups of their time cannot be recomputed. NULL for NULL.';

CREATE OR REPLACE FUNCTION vesu_portfolio.missing_months(parent text, from_time timestamptz, to_time timestamptz)
    RETURNS SETOF timestamptz
    LANGUAGE sql STABLE ROWS 4
    SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    WITH present AS MATERIALIZED (
        SELECT p.from_time, p.to_time FROM vesu_portfolio.partitions_of(missing_months.parent) AS p WHERE NOT p.is_default)
    SELECT month AT TIME ZONE 'UTC'
      FROM generate_series(date_trunc('month', missing_months.from_time AT TIME ZONE 'UTC'),
                           missing_months.to_time AT TIME ZONE 'UTC' - interval '1 microsecond', interval '1 month') AS month
     WHERE NOT EXISTS (
            SELECT FROM present
             WHERE present.from_time < (month + interval '1 month') AT TIME ZONE 'UTC' AND present.to_time > month AT TIME ZONE 'UTC')
     ORDER BY month;
END;
COMMENT ON FUNCTION vesu_portfolio.missing_months(text, timestamptz, timestamptz) IS
    'Private step: where the UTC months begin that meet [from_time, to_time) and no partition of the table, in order.';

-- Statement triggers of a parent do not fire for what goes straight into a partition, and are not cloned.
CREATE OR REPLACE FUNCTION vesu_portfolio.copy_triggers(parent text, partition name) RETURNS void
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    source constant regclass := format('vesu_portfolio.%I', parent);
    target constant regclass := format('vesu_portfolio.%I', partition);
    wanted text;
BEGIN
    FOR wanted IN
        SELECT copied.definition
          FROM pg_trigger AS t
         CROSS JOIN LATERAL (
                SELECT replace(split_part(pg_get_triggerdef(t.oid), format(' ON %s ', source), 1), 'CREATE TRIGGER', 'CREATE OR REPLACE TRIGGER')
                       || regexp_replace(substr(pg_get_triggerdef(t.oid), strpos(pg_get_triggerdef(t.oid), format(' ON %s ', source))),
                                         '^ ON \S+ ', format(' ON %s ', target))) AS copied (definition)
         WHERE t.tgrelid = source AND NOT t.tgisinternal AND t.tgtype & 1 = 0 AND t.tgenabled <> 'D'
           AND NOT EXISTS (
                SELECT FROM pg_trigger AS present
                 WHERE present.tgrelid = target
                   AND replace(pg_get_triggerdef(present.oid), 'CREATE TRIGGER', 'CREATE OR REPLACE TRIGGER') = copied.definition)
         ORDER BY t.tgname
    LOOP
        EXECUTE wanted;
    END LOOP;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.copy_triggers(text, name) IS
    'Private step: gives a partition the statement triggers of its parent that it lacks.';

CREATE OR REPLACE FUNCTION vesu_portfolio.note_drop(partition name) RETURNS void
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    statement constant text := format('DROP TABLE IF EXISTS vesu_portfolio.%I;', partition);
BEGIN
    UPDATE vesu.schema_migrations AS m
       SET rollback_sql = concat_ws(E'\n', statement, m.rollback_sql)
     WHERE split_part(m.version, '@', 1) = 'portfolio/94_first_partitions'
       AND position(statement IN coalesce(m.rollback_sql, '')) = 0;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.note_drop(name) IS
    'Private step: lets vesu.uninstall() take the table of a month along, also when it is detached; it refuses while there are rows.';

CREATE OR REPLACE FUNCTION vesu_portfolio.build_month(parent text, month timestamptz) RETURNS name
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO'
AS $$
DECLARE
    partition constant name := vesu_portfolio.partition_name(parent, month);
    decides constant name := (SELECT t.time_column FROM vesu_portfolio.partitioned_tables() AS t WHERE t.parent = build_month.parent);
BEGIN
    -- What a column means stands with the parent. The CHECK lets ATTACH do without reading the rows.
    EXECUTE format('CREATE TABLE vesu_portfolio.%I (
                        LIKE vesu_portfolio.%I INCLUDING ALL EXCLUDING COMMENTS,
                        CONSTRAINT %I CHECK (%4$I >= %5$L AND %4$I < %6$L))',
                   partition, parent, partition || '_month_check', decides, month, vesu_portfolio.month_of(month, 1));
    EXECUTE format('COMMENT ON TABLE vesu_portfolio.%I IS %L', partition,
                   format('Rows of %s, UTC month %s.', parent, to_char(month, 'YYYY-MM')));
    PERFORM vesu_portfolio.note_drop(partition);
    RETURN partition;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.build_month(text, timestamptz) IS
    'Private step: makes the table of a month as its parent is, with a CHECK of its bounds, not attached; its name.';
