-- How the partitions are

CREATE OR REPLACE FUNCTION vesu_portfolio.default_rows(parent text) RETURNS bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    result bigint;
BEGIN
    EXECUTE format('SELECT count(*) FROM ONLY vesu_portfolio.%I', (
        SELECT t.parent FROM vesu_portfolio.partitioned_tables() AS t WHERE t.parent = default_rows.parent) || '_default') INTO result;
    RETURN result;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.default_rows(text) IS
    'Private step of partition_status: counts the rows of the default partition, which readers of the table may not read by itself.';
REVOKE ALL ON FUNCTION vesu_portfolio.default_rows(text) FROM PUBLIC;

CREATE OR REPLACE VIEW vesu_portfolio.partition_status WITH (security_invoker) AS
SELECT whole.parent, whole.partition, whole.from_time, whole.to_time, whole.is_default, whole.state,
       CASE WHEN NOT whole.is_default THEN (SELECT nullif(c.reltuples, -1)::bigint FROM pg_class AS c WHERE c.oid = whole.relation) END
           AS estimated_rows,
       whole.default_rows,
       pg_total_relation_size(whole.relation) AS bytes,
       CASE WHEN whole.default_rows > 0 THEN 'rows without a partition: run vesu_portfolio.maintain_partitions()'
            WHEN whole.state = 'missing' THEN 'no partition: run vesu_portfolio.maintain_partitions()'
            WHEN whole.state = 'detached' THEN 'detached: archive and drop it'
       END AS alarm
  FROM (SELECT t.parent, p.partition, p.from_time, p.to_time, p.is_default, 'attached' AS state, p.relation,
               CASE WHEN p.is_default THEN vesu_portfolio.default_rows(t.parent) END AS default_rows
          FROM vesu_portfolio.partitioned_tables() AS t
         CROSS JOIN LATERAL vesu_portfolio.partitions_of(t.parent) AS p
        UNION ALL
        SELECT m.parent, m.partition, m.from_time, m.to_time, false, 'detached', c.oid, NULL
          FROM vesu_portfolio.partition_months AS m
          JOIN pg_class AS c ON c.relname = m.partition AND c.relnamespace = 'vesu_portfolio'::regnamespace AND NOT c.relispartition
        UNION ALL
        SELECT t.parent, vesu_portfolio.partition_name(t.parent, missing.month), missing.month,
               vesu_portfolio.month_of(missing.month, 1), false, 'missing', NULL, NULL
          FROM vesu_portfolio.partitioned_tables() AS t
         -- Maintained each day for three months ahead, the third may be some hours late.
         CROSS JOIN LATERAL vesu_portfolio.missing_months(
                t.parent, (SELECT vesu.now()), vesu_portfolio.month_of((SELECT vesu.now()), 3)) AS missing (month)) AS whole;

COMMENT ON VIEW vesu_portfolio.partition_status IS
    'Every partition, every detached month that is still there, and every month that has no partition though it should (state attached, '
    'detached, missing): the current one and the next two. alarm says what is to be done, NULL: nothing.';
COMMENT ON COLUMN vesu_portfolio.partition_status.parent IS 'The partitioned table.';
COMMENT ON COLUMN vesu_portfolio.partition_status.partition IS 'The table that holds the rows of that time.';
COMMENT ON COLUMN vesu_portfolio.partition_status.from_time IS 'Where its time begins; NULL: it is the default partition.';
COMMENT ON COLUMN vesu_portfolio.partition_status.to_time IS 'Where its time ends, not included.';
COMMENT ON COLUMN vesu_portfolio.partition_status.is_default IS 'Whether it takes the rows that no other partition takes.';
COMMENT ON COLUMN vesu_portfolio.partition_status.state IS 'attached, detached or missing.';
COMMENT ON COLUMN vesu_portfolio.partition_status.estimated_rows IS 'Rows at the last VACUUM or ANALYZE; NULL: there was none.';
COMMENT ON COLUMN vesu_portfolio.partition_status.default_rows IS
    'Rows of a default partition, counted: there should be none. NULL for others.';
COMMENT ON COLUMN vesu_portfolio.partition_status.bytes IS 'Space on disk with indexes; NULL: it is missing.';
COMMENT ON COLUMN vesu_portfolio.partition_status.alarm IS 'What is wrong; NULL: nothing.';
