-- The triggers that mark the buckets of changed rows and keep the latest prices
--
-- Statement triggers, on the series and on each of its partitions: a statement that names a partition does not fire those of
-- the series. An UPDATE fires twice, for the rows as they were and as they are. No mark lies outside of time.

CREATE OR REPLACE FUNCTION vesu_portfolio.mark_market_data() RETURNS trigger
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    -- The newest rows are found in a hashed list: a join would be planned for the first statement of the session, however many
    -- rows a later one has. What the visible price is ahead of takes no lock, so that history loads beside a running feed.
    WITH days AS MATERIALIZED (
        SELECT c.asset_id, date_bin('24 hours', c."timestamp", '0001-01-01 00:00:00+00') AS day,
               min(c."timestamp") AS first_time, max(c."timestamp") AS last_time
          FROM changed AS c
         WHERE isfinite(c."timestamp")
         GROUP BY 1, 2),
    marked AS (
        INSERT INTO vesu_portfolio.rollup_marks (rollup, key, day, bucket, last_bucket)
        SELECT 'ohlcv_hourly', d.asset_id, d.day, date_bin('1 hour', d.first_time, d.day), date_bin('1 hour', d.last_time, d.day)
          FROM days AS d
        UNION ALL
        SELECT 'ohlcv_daily', d.asset_id, d.day, d.day, d.day FROM days AS d
         ORDER BY 1, 2, 3)
    INSERT INTO vesu_portfolio.latest_prices AS l (asset_id, price, "timestamp")
    SELECT c.asset_id, max(c.price), c."timestamp"
      FROM changed AS c
     WHERE TG_ARGV[0] = 'new'
       AND ((c.asset_id, c."timestamp") IN (
               SELECT n.asset_id, n.last_time
                 FROM (SELECT d.asset_id, max(d.last_time) AS last_time FROM days AS d GROUP BY d.asset_id) AS n
                WHERE NOT EXISTS (SELECT FROM vesu_portfolio.latest_prices AS k
                                   WHERE k.asset_id = n.asset_id AND k."timestamp" > n.last_time OFFSET 0))) IS TRUE
     GROUP BY c.asset_id, c."timestamp"
     ORDER BY c.asset_id COLLATE "C"
    ON CONFLICT (asset_id) DO UPDATE SET price = EXCLUDED.price, "timestamp" = EXCLUDED."timestamp"
     WHERE (l."timestamp", l.price) < (EXCLUDED."timestamp", EXCLUDED.price);
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.mark_market_data() IS
    'Trigger of market_data and its partitions, whose transition table is called changed: appends rollup_marks for its hours and '
    'days; with the argument new also moves latest_prices forward, in the order of the keys, so that two writers cannot lock '
    'each other out.';

CREATE OR REPLACE FUNCTION vesu_portfolio.mark_yield_metrics() RETURNS trigger
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    -- The changes of the hours one and 24 later are measured from this one; they may lie in the next day.
    WITH days AS MATERIALIZED (
        SELECT c.protocol_name, c.chain_id, date_bin('24 hours', c."timestamp", '0001-01-01 00:00:00+00') AS day,
               date_bin('1 hour', min(c."timestamp"), '0001-01-01 00:00:00+00') AS first_hour,
               date_bin('1 hour', max(c."timestamp"), '0001-01-01 00:00:00+00') AS last_hour
          FROM changed AS c
         WHERE isfinite(c."timestamp")
         GROUP BY 1, 2, 3)
    INSERT INTO vesu_portfolio.rollup_marks (rollup, key, chain_id, day, bucket, last_bucket)
    SELECT 'yields_hourly', d.protocol_name, d.chain_id, d.day, d.first_hour, d.last_hour FROM days AS d
    UNION ALL
    SELECT 'protocol_tvl', d.protocol_name, 0, later.day, min(greatest(d.first_hour + shift.by, later.day)),
           max(least(d.last_hour + shift.by, later.day + interval '23 hours'))
      FROM days AS d
     CROSS JOIN (VALUES (interval '0'), ('1 hour'), ('24 hours')) AS shift (by)
     CROSS JOIN LATERAL (VALUES (d.day), (d.day + interval '24 hours')) AS later (day)
     WHERE d.first_hour + shift.by < later.day + interval '24 hours' AND d.last_hour + shift.by >= later.day
     GROUP BY d.protocol_name, later.day, shift.by;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.mark_yield_metrics() IS
    'Trigger of yield_metrics and its partitions, whose transition table is called changed: appends rollup_marks for its hours, '
    'and for those of protocol_tvl that are compared with them.';

CREATE OR REPLACE FUNCTION vesu_portfolio.mark_truncated() RETURNS trigger
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    emptied record;
BEGIN
    SELECT coalesce(p.from_time, '-infinity') AS from_time, coalesce(p.to_time, 'infinity') AS to_time
      INTO emptied
      FROM vesu_portfolio.partitions_of(TG_ARGV[0]) AS p
     WHERE p.relation = TG_RELID;
    -- The partitions of the series are truncated with it and say so themselves. A detached month feeds nothing.
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    INSERT INTO vesu_portfolio.rollup_marks (rollup, key, chain_id, day, bucket, last_bucket)
    SELECT stored.rollup, stored.key, stored.chain_id, date_bin('24 hours', stored.bucket, '0001-01-01 00:00:00+00') AS day,
           min(stored.bucket), max(stored.bucket)
      FROM (SELECT 'market_data' AS parent, 'ohlcv_hourly' AS rollup, r.asset_id AS key, 0 AS chain_id, r.bucket
              FROM vesu_portfolio.ohlcv_hourly AS r
            UNION ALL
            SELECT 'market_data', 'ohlcv_daily', r.asset_id, 0, r.bucket FROM vesu_portfolio.ohlcv_daily AS r
            UNION ALL
            SELECT 'yield_metrics', 'yields_hourly', r.protocol_name, r.chain_id, r.bucket FROM vesu_portfolio.yields_hourly AS r
            UNION ALL
            SELECT 'yield_metrics', 'protocol_tvl', r.protocol_name, 0, r.bucket FROM vesu_portfolio.protocol_tvl AS r) AS stored
     WHERE stored.parent = TG_ARGV[0] AND stored.bucket >= emptied.from_time AND stored.bucket < emptied.to_time + interval '24 hours'
     GROUP BY stored.rollup, stored.key, stored.chain_id, day;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.mark_truncated() IS
    'Trigger of market_data, yield_metrics (the argument says which) and their partitions, after TRUNCATE: marks what is stored of '
    'its month and of the day after, for the default partition everything, for a detached month nothing. Use TRUNCATE in READ '
    'COMMITTED only: it removes rows that an older snapshot does not know of.';

-- The partitions get theirs at the end of the installation, and with each month that is made.
DO $$
DECLARE
    parent text;
BEGIN
    FOREACH parent IN ARRAY ARRAY['market_data', 'yield_metrics'] LOOP
        EXECUTE pg_catalog.replace($sql$
            CREATE OR REPLACE TRIGGER rollup_inserted AFTER INSERT ON vesu_portfolio.series REFERENCING NEW TABLE AS changed
                FOR EACH STATEMENT EXECUTE FUNCTION vesu_portfolio.mark_series('new');
            CREATE OR REPLACE TRIGGER rollup_updated_from AFTER UPDATE ON vesu_portfolio.series REFERENCING OLD TABLE AS changed
                FOR EACH STATEMENT EXECUTE FUNCTION vesu_portfolio.mark_series('old');
            CREATE OR REPLACE TRIGGER rollup_updated_to AFTER UPDATE ON vesu_portfolio.series REFERENCING NEW TABLE AS changed
                FOR EACH STATEMENT EXECUTE FUNCTION vesu_portfolio.mark_series('new');
            CREATE OR REPLACE TRIGGER rollup_deleted AFTER DELETE ON vesu_portfolio.series REFERENCING OLD TABLE AS changed
                FOR EACH STATEMENT EXECUTE FUNCTION vesu_portfolio.mark_series('old');
            CREATE OR REPLACE TRIGGER rollup_truncated AFTER TRUNCATE ON vesu_portfolio.series
                FOR EACH STATEMENT EXECUTE FUNCTION vesu_portfolio.mark_truncated('series');
            $sql$, 'series', parent);
    END LOOP;
END
$$;
