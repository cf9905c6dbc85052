-- What can be done with one month: attach, rescue, detach, drop
--
-- Locks are asked for in one order and waited for only while nothing that others need is held: the parent or its default
-- partition first, then, without waiting, the tables that foreign keys point to. So no reader or writer can end in a deadlock
-- with it. Each step runs below vesu_portfolio.attempt(), which limits the wait and undoes a step that fails.

CREATE OR REPLACE FUNCTION vesu_portfolio.lock_referenced(parent text) RETURNS void
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    targets constant text := (
        SELECT string_agg(DISTINCT 'ONLY ' || k.confrelid::regclass, ', ')
          FROM pg_constraint AS k
         WHERE k.conrelid = format('vesu_portfolio.%I', parent)::regclass AND k.contype = 'f'
           AND has_table_privilege(k.confrelid, 'UPDATE, DELETE, TRUNCATE'));
BEGIN
    IF targets IS NOT NULL THEN
        EXECUTE format('LOCK TABLE %s IN SHARE ROW EXCLUSIVE MODE NOWAIT', targets);
    END IF;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.lock_referenced(text) IS
    'Private step: locks what the foreign keys of the table point to, as attaching and detaching need it; 55P03 at once if it is in use.';

CREATE OR REPLACE FUNCTION vesu_portfolio.move_month(parent text, month timestamptz, partition name) RETURNS bigint
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO'
AS $$
DECLARE
    decides constant name := (SELECT t.time_column FROM vesu_portfolio.partitioned_tables() AS t WHERE t.parent = move_month.parent);
    columns constant text := (
        SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum)
          FROM pg_attribute AS a
         WHERE a.attrelid = format('vesu_portfolio.%I', parent)::regclass AND a.attnum > 0 AND NOT a.attisdropped
           AND a.attgenerated = '');
    moved bigint;
BEGIN
    EXECUTE format('WITH moved AS (
                        DELETE FROM ONLY vesu_portfolio.%I WHERE %I >= %L AND %2$I < %4$L RETURNING %5$s)
                    INSERT INTO vesu_portfolio.%6$I (%5$s) SELECT %5$s FROM moved',
                   parent || '_default', decides, month, vesu_portfolio.month_of(month, 1), columns, partition);
    GET DIAGNOSTICS moved = ROW_COUNT;
    -- The triggers of the default partition have freed the hashes. Nobody saw that: whoever wants one of them waits for this end.
    IF parent = 'transactions' AND moved > 0 THEN
        EXECUTE format('INSERT INTO vesu_portfolio.transaction_hashes (transaction_hash, transaction_id, "timestamp")
                        SELECT t.transaction_hash, t.id, t."timestamp" FROM ONLY vesu_portfolio.%I AS t
                        ON CONFLICT (transaction_hash) DO NOTHING', partition);
    END IF;
    RETURN moved;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.move_month(text, timestamptz, name) IS
    'Private step: moves the rows of a month from the default partition into a table that is not attached, and keeps their hashes; '
    'how many.';

CREATE OR REPLACE FUNCTION vesu_portfolio.note_month(parent text, month timestamptz, partition name, detached_at timestamptz)
    RETURNS void
    LANGUAGE sql VOLATILE
    SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    INSERT INTO vesu_portfolio.partition_months (parent, from_time, to_time, partition, detached_at)
    VALUES (note_month.parent, month, vesu_portfolio.month_of(month, 1), note_month.partition, note_month.detached_at)
    ON CONFLICT ON CONSTRAINT partition_months_pkey
    DO UPDATE SET partition = EXCLUDED.partition, detached_at = EXCLUDED.detached_at
     WHERE (partition_months.partition, partition_months.detached_at) IS DISTINCT FROM (EXCLUDED.partition, EXCLUDED.detached_at);
END;
COMMENT ON FUNCTION vesu_portfolio.note_month(text, timestamptz, name, timestamptz) IS
    'Private step: writes down the table of a month, and since when it is detached (NULL: it is attached).';

CREATE OR REPLACE FUNCTION vesu_portfolio.attach_month(parent text, month timestamptz) RETURNS bigint
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO'
AS $$
DECLARE
    partition constant name := vesu_portfolio.build_month(parent, month);
    moved bigint;
BEGIN
    -- Whoever has chosen the default partition for a row of the month and waits for it would fail with 23514 once the month is
    -- attached. Such rows come for months that have begun: then writers wait before they choose. Readers never do.
    EXECUTE format('LOCK TABLE ONLY vesu_portfolio.%I IN %s MODE', parent,
                   CASE WHEN month <= vesu.now() THEN 'SHARE ROW EXCLUSIVE' ELSE 'SHARE UPDATE EXCLUSIVE' END);
    -- A row that came after the move would bar ATTACH.
    EXECUTE format('LOCK TABLE ONLY vesu_portfolio.%I IN ACCESS EXCLUSIVE MODE', parent || '_default');
    PERFORM vesu_portfolio.lock_referenced(parent);
    moved := vesu_portfolio.move_month(parent, month, partition);
    PERFORM vesu_portfolio.copy_triggers(parent, partition);
    EXECUTE format('ALTER TABLE vesu_portfolio.%I ATTACH PARTITION vesu_portfolio.%I FOR VALUES FROM (%L) TO (%L)',
                   parent, partition, month, vesu_portfolio.month_of(month, 1));
    PERFORM vesu_portfolio.note_month(parent, month, partition, NULL);
    RETURN moved;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.attach_month(text, timestamptz) IS
    'Private step: makes the partition of a month and moves the rows into it that lie in the default partition; how many.';

CREATE OR REPLACE FUNCTION vesu_portfolio.shelve_month(parent text, month timestamptz) RETURNS bigint
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    partition name := (SELECT m.partition FROM vesu_portfolio.partition_months AS m
                        WHERE m.parent = shelve_month.parent AND m.from_time = month);
BEGIN
    IF to_regclass(format('vesu_portfolio.%I', partition)) IS NULL THEN
        partition := vesu_portfolio.build_month(parent, month);
        PERFORM vesu_portfolio.note_month(parent, month, partition, vesu.now());
    END IF;
    RETURN vesu_portfolio.move_month(parent, month, partition);
END
$$;
COMMENT ON FUNCTION vesu_portfolio.shelve_month(text, timestamptz) IS
    'Private step: moves rows that came late for a month that is gone from the default partition into its detached table, or into a '
    'new one if that is dropped; how many.';

CREATE OR REPLACE FUNCTION vesu_portfolio.detach_month(parent text, month timestamptz, partition name) RETURNS bigint
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    to_time constant timestamptz := vesu_portfolio.month_of(month, 1);
    result bigint;
BEGIN
    IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
        RAISE EXCEPTION 'a month cannot be detached at isolation level %', current_setting('transaction_isolation')
            USING ERRCODE = 'active_sql_transaction', DETAIL = 'Its roll-ups could not take up what was committed after this snapshot.';
    END IF;
    EXECUTE format('SELECT count(*) FROM ONLY vesu_portfolio.%I', partition) INTO result;
    -- Before any lock on a series, as the refresh does. Nearly all of it while others read and write, what came in between once
    -- they cannot.
    PERFORM vesu_portfolio.lock_rollups();
    PERFORM vesu_portfolio.refresh_before(parent, to_time);
    EXECUTE format('LOCK TABLE ONLY vesu_portfolio.%I IN ACCESS EXCLUSIVE MODE', parent);
    PERFORM vesu_portfolio.lock_referenced(parent);
    PERFORM vesu_portfolio.refresh_before(parent, to_time);
    EXECUTE format('ALTER TABLE vesu_portfolio.%I DETACH PARTITION vesu_portfolio.%I', parent, partition);
    PERFORM vesu_portfolio.note_month(parent, month, partition, vesu.now());
    PERFORM vesu_portfolio.note_drop(partition);
    RETURN result;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.detach_month(text, timestamptz, name) IS
    'Private step: detaches the partition of a month, its roll-ups being recomputed; its rows. 25001 above READ COMMITTED.';

CREATE OR REPLACE FUNCTION vesu_portfolio.drop_month(parent text, month timestamptz, partition name) RETURNS bigint
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    result bigint;
BEGIN
    EXECUTE format('SELECT count(*) FROM ONLY vesu_portfolio.%I', partition) INTO result;
    EXECUTE format('DROP TABLE vesu_portfolio.%I', partition);
    IF parent = 'transactions' THEN
        -- By time, so that the hashes of rows go too that somebody has deleted from the detached table; not those of late rows.
        DELETE FROM vesu_portfolio.transaction_hashes AS h
         WHERE h."timestamp" >= month AND h."timestamp" < vesu_portfolio.month_of(month, 1)
           AND NOT EXISTS (SELECT FROM vesu_portfolio.transactions AS t
                            WHERE t.id = h.transaction_id AND t."timestamp" = h."timestamp");
    END IF;
    PERFORM vesu_portfolio.note_month(parent, month, partition, NULL);
    RETURN result;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.drop_month(text, timestamptz, name) IS
    'Private step: drops the detached table of a month and frees its hashes; its rows.';

CREATE OR REPLACE FUNCTION vesu_portfolio.attempt(step text, INOUT tries int, OUT rows bigint)
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp SET lock_timeout = '2s'
AS $$
BEGIN
    LOOP
        -- The waits of a whole call are limited, as it holds what it has got until it ends.
        IF tries <= 0 THEN
            PERFORM set_config('lock_timeout', '100ms', true);
        END IF;
        BEGIN
            EXECUTE step INTO rows;
            RETURN;
        EXCEPTION
            WHEN lock_not_available OR deadlock_detected THEN
                tries := tries - 1;
            WHEN OTHERS THEN
                RAISE WARNING 'partition skipped: %', SQLERRM USING DETAIL = format('%s failed with %s.', step, SQLSTATE);
                RETURN;
        END;
        EXIT WHEN tries <= 0;
        PERFORM pg_sleep(0.1);
    END LOOP;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.attempt(text, int) IS
    'Private step: runs a step of one month, again while tries are left if locks cannot be had within 2 s, and once more at least, '
    'then for 100 ms. NULL rows: not done, with a WARNING if the reason is another one.';
