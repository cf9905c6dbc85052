-- The triggers that mark the buckets of changed rows and keep the latest prices
--
-- Statement triggers, on the series and on each of its partitions: a statement that names a partition does not fire those of
-- the series. An UPDATE fires twice, for the rows as they were and as they are. No mark lies outside of time.

CREATE OR REPLACE FUNCTION vesu_portfolio.mark_market_data() RETURNS trigger
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    WITH hours AS MATERIALIZED (
        SELECT c.asset_id, date_bin('1 hour', c."timestamp", '0001-01-01 00:00:00+00') AS bucket
          FROM changed AS c
         WHERE isfinite(c."timestamp")
         GROUP BY 1, 2)
    INSERT INTO vesu_portfolio.rollup_marks (rollup, key, bucket)
    SELECT 'ohlcv_hourly', h.asset_id, h.bucket FROM hours AS h
    UNION ALL
    SELECT 'ohlcv_daily', d.asset_id, d.bucket
      FROM (SELECT DISTINCT h.asset_id, date_bin('24 hours', h.bucket, '0001-01-01 00:00:00+00') AS bucket FROM hours AS h) AS d;

    IF TG_ARGV[0] = 'new' THEN
        -- What the visible price is ahead of already needs no lock, so that history may be loaded beside a running feed.
        INSERT INTO vesu_portfolio.latest_prices AS l (asset_id, price, "timestamp")
        SELECT n.asset_id, n.price, n."timestamp"
          FROM (SELECT DISTINCT ON (c.asset_id COLLATE "C") c.asset_id, c.price, c."timestamp"
                  FROM changed AS c
                 WHERE isfinite(c."timestamp")
                 ORDER BY c.asset_id COLLATE "C", c."timestamp" DESC, c.price DESC) AS n
         WHERE NOT EXISTS (SELECT FROM vesu_portfolio.latest_prices AS k
                            WHERE k.asset_id = n.asset_id AND (k."timestamp", k.price) >= (n."timestamp", n.price))
         ORDER BY n.asset_id COLLATE "C"
        ON CONFLICT (asset_id) DO UPDATE SET price = EXCLUDED.price, "timestamp" = EXCLUDED."timestamp"
         WHERE (l."timestamp", l.price) < (EXCLUDED."timestamp", EXCLUDED.price);
    END IF;
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
    -- The changes of the hours one and 24 later are measured from this one.
    WITH hours AS MATERIALIZED (
        SELECT c.protocol_name, c.chain_id, date_bin('1 hour', c."timestamp", '0001-01-01 00:00:00+00') AS bucket
          FROM changed AS c
         WHERE isfinite(c."timestamp")
         GROUP BY 1, 2, 3)
    INSERT INTO vesu_portfolio.rollup_marks (rollup, key, chain_id, bucket)
    SELECT 'yields_hourly', h.protocol_name, h.chain_id, h.bucket FROM hours AS h
    UNION ALL
    SELECT 'protocol_tvl', t.protocol_name, 0, t.bucket
      FROM (SELECT DISTINCT h.protocol_name, h.bucket + later.by AS bucket
              FROM hours AS h
             CROSS JOIN (VALUES (interval '0'), ('1 hour'), ('24 hours')) AS later (by)) AS t;
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
    bounds constant text[] := (SELECT regexp_match(pg_get_expr(c.relpartbound, c.oid), $re$FROM \('(.+)'\) TO \('(.+)'\)$re$)
                                 FROM pg_class AS c WHERE c.oid = TG_RELID);
    from_time constant timestamptz := coalesce(bounds[1]::timestamptz, '-infinity');
    to_time constant timestamptz := coalesce(bounds[2]::timestamptz, 'infinity');
BEGIN
    -- The partitions of the series are truncated with it and say so themselves.
    IF (SELECT c.relkind FROM pg_class AS c WHERE c.oid = TG_RELID) = 'p' THEN
        RETURN NULL;
    END IF;
    IF TG_ARGV[0] = 'market_data' THEN
        INSERT INTO vesu_portfolio.rollup_marks (rollup, key, bucket)
        SELECT 'ohlcv_hourly', r.asset_id, r.bucket FROM vesu_portfolio.ohlcv_hourly AS r
         WHERE r.bucket >= from_time AND r.bucket < to_time
        UNION ALL
        SELECT 'ohlcv_daily', r.asset_id, r.bucket FROM vesu_portfolio.ohlcv_daily AS r
         WHERE r.bucket >= from_time AND r.bucket < to_time;
    ELSE
        INSERT INTO vesu_portfolio.rollup_marks (rollup, key, chain_id, bucket)
        SELECT 'yields_hourly', r.protocol_name, r.chain_id, r.bucket FROM vesu_portfolio.yields_hourly AS r
         WHERE r.bucket >= from_time AND r.bucket < to_time
        UNION ALL
        SELECT 'protocol_tvl', r.protocol_name, 0, r.bucket FROM vesu_portfolio.protocol_tvl AS r
         WHERE r.bucket >= from_time AND r.bucket <= to_time + interval '23 hours';
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.mark_truncated() IS
    'Trigger of market_data, yield_metrics (the argument says which) and their partitions, after TRUNCATE: marks what is stored of '
    'the months of the partition, for the default partition everything. Use TRUNCATE in READ COMMITTED only: it removes rows '
    'that an older snapshot does not know of.';

DO $$
DECLARE
    parent text;
    place regclass;
BEGIN
    FOREACH parent IN ARRAY ARRAY['market_data', 'yield_metrics'] LOOP
        FOR place IN SELECT t.relid FROM pg_catalog.pg_partition_tree(pg_catalog.format('vesu_portfolio.%I', parent)::regclass) AS t
        LOOP
            EXECUTE pg_catalog.format(
                'CREATE OR REPLACE TRIGGER rollup_inserted AFTER INSERT ON %1$s REFERENCING NEW TABLE AS changed '
                'FOR EACH STATEMENT EXECUTE FUNCTION vesu_portfolio.mark_%2$s(''new''); '
                'CREATE OR REPLACE TRIGGER rollup_updated_from AFTER UPDATE ON %1$s REFERENCING OLD TABLE AS changed '
                'FOR EACH STATEMENT EXECUTE FUNCTION vesu_portfolio.mark_%2$s(''old''); '
                'CREATE OR REPLACE TRIGGER rollup_updated_to AFTER UPDATE ON %1$s REFERENCING NEW TABLE AS changed '
                'FOR EACH STATEMENT EXECUTE FUNCTION vesu_portfolio.mark_%2$s(''new''); '
                'CREATE OR REPLACE TRIGGER rollup_deleted AFTER DELETE ON %1$s REFERENCING OLD TABLE AS changed '
                'FOR EACH STATEMENT EXECUTE FUNCTION vesu_portfolio.mark_%2$s(''old''); '
                'CREATE OR REPLACE TRIGGER rollup_truncated AFTER TRUNCATE ON %1$s '
                'FOR EACH STATEMENT EXECUTE FUNCTION vesu_portfolio.mark_truncated(%2$L)', place, parent);
        END LOOP;
    END LOOP;
END
$$;
