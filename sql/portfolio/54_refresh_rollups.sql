-- The refresh of the roll-ups
--
-- It deletes the marks that it sees and computes their buckets in a later statement, which sees at least the rows of those who
-- made them. Who commits after the first statement leaves a mark for the next refresh. In REPEATABLE READ both statements have
-- one snapshot, which holds the rows with the marks, and a refresh that another one has overtaken fails with 40001 at the marks.
-- Compiling the plans for many partitions would take longer than the work.

CREATE OR REPLACE FUNCTION vesu_portfolio.rollups(OUT rollup text, OUT parent text, OUT width interval)
    RETURNS SETOF record
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    VALUES ('ohlcv_hourly', 'market_data', interval '1 hour'), ('ohlcv_daily', 'market_data', interval '24 hours'),
           ('yields_hourly', 'yield_metrics', interval '1 hour'), ('protocol_tvl', 'yield_metrics', interval '1 hour');
END;
COMMENT ON FUNCTION vesu_portfolio.rollups() IS 'The roll-ups: table, the series that feeds it, the length of its buckets.';

CREATE OR REPLACE FUNCTION vesu_portfolio.lock_rollups() RETURNS void
    LANGUAGE sql VOLATILE
BEGIN ATOMIC
    SELECT pg_advisory_xact_lock(hashtextextended('vesu_portfolio.rollups', 0));
END;
COMMENT ON FUNCTION vesu_portfolio.lock_rollups() IS
    'Private step: waits until no other transaction refreshes roll-ups, and keeps them from it until this one ends. Taken before '
    'any lock on a series, as the refresh does.';

CREATE OR REPLACE FUNCTION vesu_portfolio.count_due_buckets(rollup text, width interval, until timestamptz) RETURNS int
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN (SELECT coalesce(sum(extract(epoch FROM upper(run) - lower(run)) / extract(epoch FROM width)), 0)
              FROM (SELECT range_agg(tstzrange(m.bucket, width + least(
                               m.last_bucket, date_bin(width, until - width, '0001-01-01 00:00:00+00')))) AS runs
                      FROM vesu_portfolio.rollup_marks AS m
                     WHERE m.rollup = count_due_buckets.rollup AND m.bucket <= until - width
                     GROUP BY m.key, m.chain_id) AS marked
             CROSS JOIN LATERAL unnest(marked.runs) AS run);
END
$$;
COMMENT ON FUNCTION vesu_portfolio.count_due_buckets(text, interval, timestamptz) IS
    'Private step of the refresh: how many marked buckets of a roll-up, width long, end at until or earlier.';

CREATE OR REPLACE FUNCTION vesu_portfolio.take_marks(
    rollup text, width interval, until timestamptz, max_buckets int, OUT key text, OUT chain_id bigint, OUT bucket timestamptz)
    RETURNS SETOF record
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS $$
BEGIN
    RETURN QUERY
    WITH marks AS MATERIALIZED (
        SELECT m.key, m.chain_id, m.bucket, least(m.last_bucket, take_marks.until - take_marks.width) AS last_bucket
          FROM vesu_portfolio.rollup_marks AS m
         WHERE m.rollup = take_marks.rollup AND m.bucket <= take_marks.until - take_marks.width
         ORDER BY m.key, m.chain_id, m.day, m.bucket
         LIMIT take_marks.max_buckets),
    due AS MATERIALIZED (
        SELECT DISTINCT m.key, m.chain_id, m.bucket + n.number * take_marks.width AS bucket
          FROM marks AS m
         CROSS JOIN generate_series(0, 23) AS n (number)
         WHERE m.bucket + n.number * take_marks.width <= m.last_bucket
         ORDER BY m.key, m.chain_id, bucket
         LIMIT take_marks.max_buckets),
    -- In this order what is taken of a key ends at one bucket, and so does what is taken of each of its marks. They are found by their
    -- index and deleted where they were found: this table is often empty, and statistics from then would have all marks compared with all.
    ends AS (SELECT d.key, d.chain_id, max(d.bucket) AS bucket FROM due AS d GROUP BY d.key, d.chain_id),
    taken AS MATERIALIZED (
        SELECT m.place, e.key, e.chain_id, m.day, e.bucket + take_marks.width AS bucket, m.last_bucket
          FROM ends AS e
         CROSS JOIN LATERAL (
                SELECT l.ctid AS place, l.day, l.last_bucket
                  FROM vesu_portfolio.rollup_marks AS l
                 WHERE l.rollup = take_marks.rollup AND l.key = e.key AND l.chain_id = e.chain_id AND l.bucket <= e.bucket
                OFFSET 0) AS m),
    removed AS (DELETE FROM vesu_portfolio.rollup_marks AS m WHERE m.ctid = ANY (ARRAY(SELECT t.place FROM taken AS t))),
    kept AS (
        INSERT INTO vesu_portfolio.rollup_marks (rollup, key, chain_id, day, bucket, last_bucket)
        SELECT take_marks.rollup, t.key, t.chain_id, t.day, t.bucket, t.last_bucket FROM taken AS t WHERE t.bucket <= t.last_bucket)
    SELECT d.key, d.chain_id, d.bucket FROM due AS d;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.take_marks(text, interval, timestamptz, int) IS
    'Private step of the refresh: unmarks at most max_buckets buckets of a roll-up that end at until or earlier, in the order of '
    'the keys, and returns each once. It looks at max_buckets marks at most: only when it returns nothing is nothing due.';

CREATE OR REPLACE FUNCTION vesu_portfolio.tidy_marks(rollup text, frozen tstzmultirange) RETURNS void
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    DELETE FROM vesu_portfolio.rollup_marks AS m
     WHERE m.rollup = tidy_marks.rollup AND m.bucket <@ frozen;
    -- A running day is marked by each statement. One mark is as good as many, but it must be a new one: should the refresh that
    -- has deleted the old ones be newer than this snapshot, this deletion fails, and none is lost.
    WITH removed AS (
        DELETE FROM vesu_portfolio.rollup_marks AS m
         WHERE m.rollup = tidy_marks.rollup
           AND (m.key, m.chain_id, m.day) IN (
                SELECT r.key, r.chain_id, r.day
                  FROM vesu_portfolio.rollup_marks AS r
                 WHERE r.rollup = tidy_marks.rollup
                 GROUP BY r.key, r.chain_id, r.day
                HAVING count(*) > 8) IS TRUE
        RETURNING m.key, m.chain_id, m.day, m.bucket, m.last_bucket)
    INSERT INTO vesu_portfolio.rollup_marks (rollup, key, chain_id, day, bucket, last_bucket)
    SELECT tidy_marks.rollup, r.key, r.chain_id, r.day, min(r.bucket), max(r.last_bucket)
      FROM removed AS r
     GROUP BY r.key, r.chain_id, r.day;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.tidy_marks(text, tstzmultirange) IS
    'Private step of the refresh: drops the marks of frozen buckets, and makes one of more than eight for the same key and day.';

CREATE OR REPLACE FUNCTION vesu_portfolio.store_ohlcv(rollup text, width interval, keys text[], buckets timestamptz[]) RETURNS void
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    EXECUTE format($sql$
        WITH fresh AS MATERIALIZED (
            SELECT due.key, due.bucket, bar.*
              FROM unnest($1, $2) AS due (key, bucket)
             CROSS JOIN LATERAL vesu_portfolio.ohlcv_bar(due.key, due.bucket, due.bucket + $3) AS bar),
        emptied AS (
            DELETE FROM vesu_portfolio.%1$I AS r
             WHERE r.ctid = ANY (ARRAY(
                    SELECT stored.place
                      FROM fresh
                     CROSS JOIN LATERAL (
                            SELECT l.ctid AS place FROM vesu_portfolio.%1$I AS l WHERE l.asset_id = fresh.key AND l.bucket = fresh.bucket
                            OFFSET 0) AS stored
                     WHERE fresh.points = 0)))
        INSERT INTO vesu_portfolio.%1$I AS r (asset_id, bucket, open, high, low, close, volume_24h, points)
        SELECT fresh.* FROM fresh WHERE fresh.points > 0
        ON CONFLICT (asset_id, bucket) DO UPDATE SET
            (open, high, low, close, volume_24h, points) =
            ROW(EXCLUDED.open, EXCLUDED.high, EXCLUDED.low, EXCLUDED.close, EXCLUDED.volume_24h, EXCLUDED.points)
        $sql$, rollup)
    USING keys, buckets, width;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.store_ohlcv(text, interval, text[], timestamptz[]) IS
    'Private step of the refresh: computes these bars of these assets, stores them, and removes those that have become empty.';

CREATE OR REPLACE FUNCTION vesu_portfolio.store_yields(keys text[], chain_ids bigint[], buckets timestamptz[]) RETURNS void
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    WITH fresh AS MATERIALIZED (
        SELECT due.key, due.chain_id, due.bucket, bar.*
          FROM unnest((SELECT keys), (SELECT chain_ids), (SELECT buckets)) AS due (key, chain_id, bucket)
         CROSS JOIN LATERAL vesu_portfolio.yields_bar(due.key, due.chain_id, due.bucket) AS bar),
    emptied AS (
        DELETE FROM vesu_portfolio.yields_hourly AS r
         WHERE r.ctid = ANY (ARRAY(
                SELECT stored.place
                  FROM fresh
                 CROSS JOIN LATERAL (
                        SELECT l.ctid AS place
                          FROM vesu_portfolio.yields_hourly AS l
                         WHERE l.protocol_name = fresh.key AND l.chain_id = fresh.chain_id AND l.bucket = fresh.bucket
                        OFFSET 0) AS stored
                 WHERE fresh.pools = 0)))
    INSERT INTO vesu_portfolio.yields_hourly AS r (
        protocol_name, chain_id, bucket, avg_apy, max_apy, tvl, pools, tvl_weighted_apy, risk_adjusted_apy)
    SELECT fresh.* FROM fresh WHERE fresh.pools > 0
    ON CONFLICT (protocol_name, chain_id, bucket) DO UPDATE SET
        (avg_apy, max_apy, tvl, pools, tvl_weighted_apy, risk_adjusted_apy) =
        ROW(EXCLUDED.avg_apy, EXCLUDED.max_apy, EXCLUDED.tvl, EXCLUDED.pools, EXCLUDED.tvl_weighted_apy, EXCLUDED.risk_adjusted_apy);
END
$$;
COMMENT ON FUNCTION vesu_portfolio.store_yields(text[], bigint[], timestamptz[]) IS
    'Private step of the refresh: the same for yields_hourly.';

CREATE OR REPLACE FUNCTION vesu_portfolio.store_tvl(keys text[], buckets timestamptz[]) RETURNS void
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    WITH fresh AS MATERIALIZED (
        SELECT due.key, due.bucket, bar.*
          FROM unnest((SELECT keys), (SELECT buckets)) AS due (key, bucket)
         CROSS JOIN LATERAL vesu_portfolio.tvl_bar(due.key, due.bucket) AS bar),
    emptied AS (
        DELETE FROM vesu_portfolio.protocol_tvl AS r
         WHERE r.ctid = ANY (ARRAY(
                SELECT stored.place
                  FROM fresh
                 CROSS JOIN LATERAL (
                        SELECT l.ctid AS place FROM vesu_portfolio.protocol_tvl AS l WHERE l.protocol_name = fresh.key AND l.bucket = fresh.bucket
                        OFFSET 0) AS stored
                 WHERE fresh.pools = 0)))
    INSERT INTO vesu_portfolio.protocol_tvl AS r (protocol_name, bucket, tvl, pools, active_pools, change_1h, change_24h)
    SELECT fresh.* FROM fresh WHERE fresh.pools > 0
    ON CONFLICT (protocol_name, bucket) DO UPDATE SET
        (tvl, pools, active_pools, change_1h, change_24h) =
        ROW(EXCLUDED.tvl, EXCLUDED.pools, EXCLUDED.active_pools, EXCLUDED.change_1h, EXCLUDED.change_24h);
END
$$;
COMMENT ON FUNCTION vesu_portfolio.store_tvl(text[], timestamptz[]) IS 'Private step of the refresh: the same for protocol_tvl.';

CREATE OR REPLACE FUNCTION vesu_portfolio.refresh_rollup(rollup text, width interval, until timestamptz, max_buckets int)
    RETURNS int
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    keys text[];
    chain_ids bigint[];
    buckets timestamptz[];
BEGIN
    SELECT array_agg(t.key), array_agg(t.chain_id), array_agg(t.bucket)
      INTO keys, chain_ids, buckets
      FROM vesu_portfolio.take_marks(rollup, width, until, max_buckets) AS t;
    IF keys IS NULL THEN
        RETURN 0;
    END IF;
    IF rollup = 'yields_hourly' THEN
        PERFORM vesu_portfolio.store_yields(keys, chain_ids, buckets);
    ELSIF rollup = 'protocol_tvl' THEN
        PERFORM vesu_portfolio.store_tvl(keys, buckets);
    ELSE
        PERFORM vesu_portfolio.store_ohlcv(rollup, width, keys, buckets);
    END IF;
    RETURN cardinality(keys);
END
$$;
COMMENT ON FUNCTION vesu_portfolio.refresh_rollup(text, interval, timestamptz, int) IS
    'Private step of the refresh: recomputes at most max_buckets marked buckets of one roll-up that end at until or earlier, and '
    'returns how many.';

CREATE OR REPLACE FUNCTION vesu_portfolio.refresh_rollups(
    until timestamptz DEFAULT vesu.now(), max_buckets int DEFAULT 10000, OUT rollup text, OUT buckets int, OUT remaining int)
    RETURNS SETOF record
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
DECLARE
    r record;
    refreshed int;
    total int := 0;
BEGIN
    PERFORM vesu_portfolio.check_argument('until', until::text);
    PERFORM vesu_portfolio.check_argument('max_buckets', max_buckets::text);
    IF max_buckets <= 0 THEN
        PERFORM vesu_portfolio.refuse(301, format('max_buckets %s', max_buckets), 'A call recomputes at least one bucket.',
                                      'Leave it out for 10000.');
    END IF;
    PERFORM vesu_portfolio.lock_rollups();
    FOR r IN SELECT l.rollup, l.width, vesu_portfolio.frozen_months(l.parent) AS frozen FROM vesu_portfolio.rollups() AS l LOOP
        PERFORM vesu_portfolio.tidy_marks(r.rollup, r.frozen);
        rollup := r.rollup;
        buckets := 0;
        LOOP
            refreshed := vesu_portfolio.refresh_rollup(r.rollup, r.width, until, max_buckets - total);
            buckets := buckets + refreshed;
            total := total + refreshed;
            EXIT WHEN refreshed = 0;
        END LOOP;
        remaining := CASE WHEN total < max_buckets THEN 0
                          ELSE vesu_portfolio.count_due_buckets(r.rollup, r.width, until) END;
        RETURN NEXT;
    END LOOP;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.refresh_rollups(timestamptz, int) IS
    'Recomputes marked buckets that end at until or earlier, at most max_buckets of all roll-ups together, and returns for each '
    'roll-up how many it has recomputed and how many are still due. Call it again while some remain. Safe beside writers and beside '
    'itself: a second caller waits; in REPEATABLE READ it may fail with 40001 and is to be called again. Buckets in '
    'vesu_portfolio.frozen_months() are final: their marks are dropped. VS301 for NULL and for max_buckets <= 0.';

CREATE OR REPLACE FUNCTION vesu_portfolio.refresh_before(parent text, before timestamptz) RETURNS bigint
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
DECLARE
    r record;
    refreshed int;
    total bigint := 0;
BEGIN
    PERFORM vesu_portfolio.lock_rollups();
    FOR r IN SELECT l.rollup, l.width, vesu_portfolio.frozen_months(l.parent) AS frozen
               FROM vesu_portfolio.rollups() AS l WHERE l.parent = refresh_before.parent
    LOOP
        PERFORM vesu_portfolio.tidy_marks(r.rollup, r.frozen);
        LOOP
            refreshed := vesu_portfolio.refresh_rollup(r.rollup, r.width, before, 10000);
            EXIT WHEN refreshed = 0;
            total := total + refreshed;
        END LOOP;
    END LOOP;
    RETURN total;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.refresh_before(text, timestamptz) IS
    'Private step of detach_month: recomputes every marked bucket that ends at before or earlier, of the roll-ups that the series '
    'parent feeds, and returns how many; 0 for a series that feeds none. Called once writers are locked out of the month, it leaves '
    'nothing that somebody could still mark.';
