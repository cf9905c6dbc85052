-- The upkeep of the partitions: months ahead, rows in default partitions, months past their time

CREATE OR REPLACE FUNCTION vesu_portfolio.check_retention(retention jsonb) RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    example constant text := 'Write it as {"market_data": {"keep": "24 months", "mode": "drop"}}.';
    entry record;
    option record;
BEGIN
    IF jsonb_typeof(retention) <> 'object' THEN
        PERFORM vesu_portfolio.refuse(301, format('retention %s', retention), 'It is no object.', example);
    END IF;
    FOR entry IN SELECT e.key, e.value FROM jsonb_each(retention) AS e ORDER BY e.key COLLATE "C" LOOP
        IF NOT EXISTS (SELECT FROM vesu_portfolio.partitioned_tables() AS t WHERE t.parent = entry.key) THEN
            PERFORM vesu_portfolio.refuse_parent('retention of ' || entry.key);
        ELSIF jsonb_typeof(entry.value) <> 'object' THEN
            PERFORM vesu_portfolio.refuse(301, format('retention of %s: %s', entry.key, entry.value), 'It is no object.', example);
        END IF;
        FOR option IN SELECT o.key, o.value, o.value #>> '{}' AS word FROM jsonb_each(entry.value) AS o ORDER BY o.key COLLATE "C" LOOP
            IF option.key = 'keep' THEN
                PERFORM vesu_portfolio.kept_since(entry.key, option.value);
            ELSIF option.key <> 'mode' THEN
                PERFORM vesu_portfolio.refuse(301, format('retention of %s: %s', entry.key, option.key),
                                              'The keys are keep and mode.', example);
            ELSIF jsonb_typeof(option.value) <> 'string' OR option.word NOT IN ('detach', 'drop') THEN
                PERFORM vesu_portfolio.refuse(301, format('retention of %s: mode %s', entry.key, option.value),
                                              'The modes are detach and drop.', example);
            END IF;
        END LOOP;
    END LOOP;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.check_retention(jsonb) IS
    'Private step: VS301 for a retention that names another table, key or mode, or whose keep is no interval above 0. NULL passes.';

CREATE OR REPLACE FUNCTION vesu_portfolio.refuse_parent(subject text) RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM vesu_portfolio.refuse(301, subject, 'There is no partitioned table of this name.', format('The tables are: %s.', (
        SELECT string_agg(t.parent, ', ') FROM vesu_portfolio.partitioned_tables() AS t)));
END
$$;
COMMENT ON FUNCTION vesu_portfolio.refuse_parent(text) IS 'Private step: VS301 for a table that is none of the partitioned ones.';

CREATE OR REPLACE FUNCTION vesu_portfolio.kept_since(parent text, keep jsonb) RETURNS timestamptz
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    word constant text := keep #>> '{}';
BEGIN
    IF word = 'all' THEN
        RETURN NULL;
    END IF;
    BEGIN
        -- A bare number would be seconds, and nobody means that.
        IF jsonb_typeof(keep) = 'string' AND word !~ '^[\s\d.+-]*$' AND word::interval > interval '0' THEN
            RETURN date_trunc('month', (vesu.now() AT TIME ZONE 'UTC') - word::interval) AT TIME ZONE 'UTC';
        END IF;
    EXCEPTION
        WHEN invalid_datetime_format OR datetime_field_overflow OR interval_field_overflow OR invalid_text_representation THEN
            NULL;
    END;
    PERFORM vesu_portfolio.refuse(301, format('retention of %s: keep %s', parent, keep),
                                  'It is how long rows stay, an interval above 0 that reaches back to a date, or all.',
                                  'Give a text with a unit, such as "24 months".');
END
$$;
COMMENT ON FUNCTION vesu_portfolio.kept_since(text, jsonb) IS
    'Private step: where the UTC month begins in which rows of this age lie: months before it are past their time. NULL for all. '
    'VS301 for what is no interval above 0.';

CREATE OR REPLACE FUNCTION vesu_portfolio.retention_edges(retention jsonb, OUT parent text, OUT edge timestamptz, OUT mode text)
    RETURNS SETOF record
    LANGUAGE plpgsql STABLE ROWS 8
    -- In other styles 24 months may be written without a unit.
    SET search_path = pg_catalog, pg_temp SET intervalstyle = 'postgres'
AS $$
BEGIN
    PERFORM vesu_portfolio.check_retention(retention);
    RETURN QUERY
    SELECT t.parent,
           vesu_portfolio.kept_since(t.parent, coalesce(retention #> ARRAY[t.parent, 'keep'], to_jsonb(coalesce(t.keep::text, 'all')))),
           coalesce(retention #>> ARRAY[t.parent, 'mode'], 'detach')
      FROM vesu_portfolio.partitioned_tables() AS t;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.retention_edges(jsonb) IS
    'Private step: before which month each table is past its time (NULL: none is), and what is to be done then.';

CREATE OR REPLACE FUNCTION vesu_portfolio.checked_horizon(ahead interval) RETURNS timestamptz
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF (ahead >= interval '0' AND ahead <= interval '20 years') IS NOT TRUE THEN
        PERFORM vesu_portfolio.refuse(301, format('ahead %s', coalesce(ahead::text, 'NULL')),
                                      'It is how far ahead of now there shall be partitions, from 0 to 20 years.',
                                      'Give an interval such as 3 months; 0 makes the current month only.');
    END IF;
    RETURN vesu_portfolio.month_of((vesu.now() AT TIME ZONE 'UTC' + ahead) AT TIME ZONE 'UTC', 1);
END
$$;
COMMENT ON FUNCTION vesu_portfolio.checked_horizon(interval) IS
    'Private step: the end of the UTC month that lies so far ahead. VS301 for NULL, below 0 and above 20 years.';

-- A partition that somebody attached by hand counts too, if it is that of a UTC month.
CREATE OR REPLACE FUNCTION vesu_portfolio.note_attached() RETURNS void
    LANGUAGE sql VOLATILE
    SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT vesu_portfolio.note_month(t.parent, p.from_time, p.partition, NULL)
      FROM vesu_portfolio.partitioned_tables() AS t
     CROSS JOIN LATERAL vesu_portfolio.partitions_of(t.parent) AS p
      JOIN pg_class AS c ON c.oid = p.relation AND c.relnamespace = 'vesu_portfolio'::regnamespace
     WHERE isfinite(p.from_time) AND p.from_time = vesu_portfolio.month_of(p.from_time)
       AND p.to_time = vesu_portfolio.month_of(p.from_time, 1);
END;
COMMENT ON FUNCTION vesu_portfolio.note_attached() IS 'Private step: writes down every month that is attached.';

CREATE OR REPLACE FUNCTION vesu_portfolio.months_in_default(parent text) RETURNS timestamptz[]
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp SET lock_timeout = '2s'
AS $$
#variable_conflict use_variable
DECLARE
    result timestamptz[];
BEGIN
    EXECUTE format('SELECT array_agg(DISTINCT vesu_portfolio.month_of(%I)) FROM ONLY vesu_portfolio.%I
                     WHERE isfinite(%1$I) AND %1$I >= ''0001-01-02Z'' AND %1$I < ''9999-12-31Z''',
                   (SELECT t.time_column FROM vesu_portfolio.partitioned_tables() AS t WHERE t.parent = months_in_default.parent),
                   parent || '_default') INTO result;
    RETURN coalesce(result, '{}');
END
$$;
COMMENT ON FUNCTION vesu_portfolio.months_in_default(text) IS
    'Private step: the UTC months of the years 1 to 9999 that have rows in the default partition.';

CREATE OR REPLACE FUNCTION vesu_portfolio.make_month(
    parent text, month timestamptz, INOUT tries int, OUT partition text, OUT action text, OUT rows bigint, OUT attached boolean)
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO'
AS $$
DECLARE
    is_gone constant boolean := month <@ vesu_portfolio.frozen_months(parent);
    step constant text := CASE WHEN is_gone THEN 'shelve_month' ELSE 'attach_month' END;
BEGIN
    partition := vesu_portfolio.partition_name(parent, month);
    SELECT a.tries, a.rows INTO tries, rows
      FROM vesu_portfolio.attempt(format('SELECT vesu_portfolio.%I(%L, %L)', step, parent, month), tries) AS a;
    action := CASE WHEN rows IS NULL THEN 'skipped' WHEN rows > 0 THEN 'rescued' ELSE 'created' END;
    attached := rows IS NOT NULL AND NOT is_gone;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.make_month(text, timestamptz, int) IS
    'Private step: gives the rows of a month, if there are any, a table: its partition, or that of a month that is gone.';

CREATE OR REPLACE FUNCTION vesu_portfolio.rescue_rows(parent text, except_from timestamptz, except_to timestamptz, tries int)
    RETURNS TABLE (partition text, action text, rows bigint, attached boolean, tries_left int)
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    enough constant bigint := 100000;
    months timestamptz[];
    month timestamptz;
    moved bigint := 0;
BEGIN
    BEGIN
        tries_left := tries;
        months := vesu_portfolio.months_in_default(parent);
    EXCEPTION WHEN lock_not_available THEN
        partition := parent || '_default';
        action := 'skipped';
        attached := false;
        tries_left := tries - 1;
        RETURN NEXT;
        RETURN;
    END;
    FOREACH month IN ARRAY months LOOP
        CONTINUE WHEN month >= except_from AND month < except_to;
        -- Who reads the default partition waits for the end of the call: the rest next time.
        EXIT WHEN moved >= enough;
        SELECT made.tries, made.partition, made.action, made.rows, made.attached INTO tries_left, partition, action, rows, attached
          FROM vesu_portfolio.make_month(parent, month, tries_left) AS made;
        moved := moved + coalesce(rows, 0);
        RETURN NEXT;
    END LOOP;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.rescue_rows(text, timestamptz, timestamptz, int) IS
    'Private step: gives the months that have rows in the default partition a table, oldest first, until 100,000 rows are moved; those '
    'from except_from to except_to are left out.';

CREATE OR REPLACE FUNCTION vesu_portfolio.months_past_their_time(
    retention jsonb, OUT parent text, OUT month timestamptz, OUT partition name, OUT action text)
    RETURNS SETOF record
    LANGUAGE sql STABLE ROWS 16
    SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    -- A drop that fails, because a view of a user needs the table say, must not keep months attached.
    SELECT DISTINCT ON (due.action, due.parent) due.parent, due.from_time, due.partition, due.action
      FROM (SELECT m.parent, m.from_time, m.partition, CASE WHEN attached.partition IS NULL THEN 'dropped' ELSE 'detached' END AS action
              FROM vesu_portfolio.retention_edges(months_past_their_time.retention) AS e
              JOIN vesu_portfolio.partition_months AS m ON m.parent = e.parent AND m.to_time <= e.edge
              JOIN pg_class AS c ON c.relname = m.partition AND c.relnamespace = 'vesu_portfolio'::regnamespace AND c.relkind = 'r'
              LEFT JOIN (SELECT t.parent, p.partition
                           FROM vesu_portfolio.partitioned_tables() AS t
                          CROSS JOIN LATERAL vesu_portfolio.partitions_of(t.parent) AS p) AS attached
                ON (attached.parent, attached.partition) = (m.parent, m.partition)
             WHERE attached.partition IS NOT NULL OR (e.mode = 'drop' AND m.detached_at IS NOT NULL AND NOT c.relispartition)) AS due
     ORDER BY due.action, due.parent, due.from_time;
END;
COMMENT ON FUNCTION vesu_portfolio.months_past_their_time(jsonb) IS
    'Private step: of each table the oldest month that is to be dropped and the oldest that is to be detached.';

CREATE OR REPLACE FUNCTION vesu_portfolio.maintain_partitions(ahead interval DEFAULT '3 months', retention jsonb DEFAULT NULL)
    RETURNS TABLE (parent text, partition text, action text, rows bigint)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 10
    SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' SET jit = off
AS $$
DECLARE
    this_month constant timestamptz := vesu_portfolio.month_of(vesu.now());
    horizon constant timestamptz := vesu_portfolio.checked_horizon(ahead);
    has_attached boolean := false;
    rescue record;
    tries int := 3;
    month timestamptz;
    step text;
BEGIN
    PERFORM vesu_portfolio.check_retention(retention);
    IF NOT pg_try_advisory_xact_lock(hashtextextended('vesu_portfolio.maintain_partitions', 0)) THEN
        action := 'busy';
        RETURN NEXT;
        RETURN;
    END IF;
    PERFORM vesu_portfolio.note_attached();

    FOR parent, month IN
        SELECT t.parent, missing.month
          FROM vesu_portfolio.partitioned_tables() AS t
         CROSS JOIN LATERAL vesu_portfolio.missing_months(t.parent, this_month, horizon) AS missing (month)
    LOOP
        SELECT made.tries, made.partition, made.action, made.rows INTO tries, partition, action, rows
          FROM vesu_portfolio.make_month(parent, month, tries) AS made;
        has_attached := has_attached OR rows IS NOT NULL;
        RETURN NEXT;
    END LOOP;
    FOR parent IN SELECT t.parent FROM vesu_portfolio.partitioned_tables() AS t LOOP
        FOR rescue IN SELECT r.* FROM vesu_portfolio.rescue_rows(parent, this_month, horizon, tries) AS r LOOP
            partition := rescue.partition;
            action := rescue.action;
            rows := rescue.rows;
            tries := rescue.tries_left;
            has_attached := has_attached OR rescue.attached;
            RETURN NEXT;
        END LOOP;
    END LOOP;

    -- Detaching locks out the readers of a table until the transaction ends, and dropping writers of what it refers to. So one of
    -- them a call, and in a call that holds no other lock.
    IF has_attached THEN
        RETURN;
    END IF;
    FOR parent, month, partition, step, action IN
        SELECT due.parent, due.month, due.partition, CASE due.action WHEN 'dropped' THEN 'drop_month' ELSE 'detach_month' END, due.action
          FROM vesu_portfolio.months_past_their_time(retention) AS due
         ORDER BY due.action DESC, due.month, due.parent
    LOOP
        SELECT a.tries, a.rows INTO tries, rows
          FROM vesu_portfolio.attempt(format('SELECT vesu_portfolio.%I(%L, %L, %L)', step, parent, month, partition), tries) AS a;
        IF rows IS NULL THEN
            action := 'skipped';
        END IF;
        RETURN NEXT;
        EXIT WHEN rows IS NOT NULL;
    END LOOP;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.maintain_partitions(interval, jsonb) IS
    'Keeps the partitions and returns what it did; nothing due, no rows. created: a partition for each UTC month from the current '
    'one to that of now + ahead. rescued: rows of other months moved out of a default partition into a partition of their month, '
    'or, if that is gone already, into its detached table; about 100,000 rows a call; a REPEATABLE READ transaction whose snapshot '
    'is older can miss them when it asks for that time, as PostgreSQL shows it the new partitions at once. detached: a month that '
    'ended before all rows it kept, for 84 months (portfolio_snapshots), 3 (satellite_performance), 12 (dex_trades), 24 (the '
    'others; transactions: for good), its roll-ups being recomputed first. dropped: a month that an earlier call detached, in mode '
    'drop. One month a call is detached or dropped, the oldest first, and none in a call that attached one; the others wait '
    'unreported, so call it again until there are no rows. skipped: locks were not to be had in three tries of 2 s for the whole '
    'call, or a WARNING says why not. busy: another call is under way. rows: how many the action met (detached: counted before its '
    'locks), NULL if skipped or busy. retention: {"market_data": {"keep": "24 months", "mode": "drop"}}, keep an interval counted '
    'back from vesu.now() to the month it lies in or "all", mode detach (also if not given) or drop; what it does not name is as '
    'above. VS301 for another retention, and for ahead NULL, below 0 or above 20 years.';

CREATE OR REPLACE FUNCTION vesu_portfolio.create_partitions(parent text, from_time timestamptz, to_time timestamptz)
    RETURNS TABLE (partition text, action text, rows bigint)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 12
    SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' SET jit = off
AS $$
DECLARE
    tries int := 3;
    month timestamptz;
BEGIN
    IF NOT EXISTS (SELECT FROM vesu_portfolio.partitioned_tables() AS t WHERE t.parent = create_partitions.parent) OR parent IS NULL THEN
        PERFORM vesu_portfolio.refuse_parent(format('parent %s', coalesce(parent, 'NULL')));
    ELSIF (from_time < to_time AND isfinite(from_time) AND isfinite(to_time)
           AND to_time - from_time <= interval '7305 days') IS NOT TRUE THEN
        PERFORM vesu_portfolio.refuse(301, format('from %s to %s', coalesce(from_time::text, 'NULL'), coalesce(to_time::text, 'NULL')),
                                      'It is no time that ends after it begins, and within 20 years.',
                                      'Give finite times in order; make partitions of a longer history in parts.');
    END IF;
    IF NOT pg_try_advisory_xact_lock(hashtextextended('vesu_portfolio.maintain_partitions', 0)) THEN
        action := 'busy';
        RETURN NEXT;
        RETURN;
    END IF;
    FOR month IN SELECT m FROM vesu_portfolio.missing_months(parent, from_time, to_time) AS m LOOP
        IF month <@ vesu_portfolio.frozen_months(parent) THEN
            partition := vesu_portfolio.partition_name(parent, month);
            action := 'skipped';
            rows := NULL;
        ELSE
            SELECT made.tries, made.partition, made.action, made.rows INTO tries, partition, action, rows
              FROM vesu_portfolio.make_month(parent, month, tries) AS made;
        END IF;
        RETURN NEXT;
    END LOOP;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.create_partitions(text, timestamptz, timestamptz) IS
    'Makes the partitions of parent that are missing for the UTC months from from_time to before to_time, such as before history is '
    'loaded, and returns what it did, as maintain_partitions() does: created, rescued, skipped, busy. A month that was detached or '
    'dropped is skipped. maintain_partitions() detaches months that are past their time, so give it a retention. VS301 for an '
    'unknown table, and for times that are NULL, endless, not in order or more than 20 years apart.';
