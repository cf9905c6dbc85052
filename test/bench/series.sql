-- :prices hourly prices of 1,000 assets: taken in ten thousand a call with marks and latest prices, beside COPY of the same rows into a
-- table with the same months and indexes and nothing else; the refresh after 1 % late rows beside a recount of everything; and the
-- latest price of each asset in :history rows beside DISTINCT ON. Needs measure.sql.
\set from '2026-01-01 00:00+00'
SELECT timestamptz :'from' + ceil(:prices / 24000.0) * interval '1 day' AS until, to_char(:prices, 'FM999,999,999') AS shown_prices,
       to_char(:history, 'FM999,999,999') AS shown_history, format('/tmp/vesu-bench-%s.csv', pg_backend_pid()) AS file \gset
SELECT vesu_portfolio.create_partitions('market_data', :'from', :'until') \g /dev/null

CREATE UNLOGGED TABLE bench.feed AS
SELECT lpad(to_hex(asset), 32, '0')::uuid::text AS asset_id, timestamptz :'from' + hour * interval '1 hour' + asset * interval '1 second' AS ts,
       round((1000 + asset + 100 * sin(hour / 50.0 + asset))::numeric, 6) AS price
  FROM generate_series(0, :prices / 1000 - 1) AS h (hour) CROSS JOIN generate_series(1, 1000) AS a (asset);
CREATE UNLOGGED TABLE bench.call AS
SELECT n / 10000 AS number, array_agg(asset_id) AS asset_ids, array_agg(ts) AS timestamps, array_agg(price) AS prices
  FROM (SELECT f.*, row_number() OVER () - 1 AS n FROM (SELECT * FROM bench.feed ORDER BY ts) AS f) AS f GROUP BY 1;
CREATE PROCEDURE bench.ingest()
    LANGUAGE plpgsql AS $$
DECLARE
    entry bigint;
BEGIN
    FOR entry IN SELECT c.number FROM bench.call AS c ORDER BY c.number LOOP
        PERFORM vesu_portfolio.ingest_market_data(c.asset_ids, c.timestamps, c.prices) FROM bench.call AS c WHERE c.number = entry;
    END LOOP;
END
$$;

-- The same months, without triggers.
CREATE TABLE bench.market_data (LIKE vesu_portfolio.market_data INCLUDING ALL) PARTITION BY RANGE ("timestamp");
SELECT format('CREATE TABLE bench.%I PARTITION OF bench.market_data %s', c.relname, pg_get_expr(c.relpartbound, c.oid))
  FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid WHERE i.inhparent = 'vesu_portfolio.market_data'::regclass \gexec
COPY (SELECT ts, asset_id, 0, price, NULL, NULL, NULL, 'unknown' FROM bench.feed ORDER BY ts) TO :'file' WITH (FORMAT csv);

\set state 'SELECT count(*) || '', '' || sum(price) || '', '' || min("timestamp") || '', '' || max("timestamp") FROM '
\set of_ours :state 'vesu_portfolio.market_data'
\set of_bare :state 'bench.market_data'
\set measurement :shown_prices ' prices taken in'
SELECT format('COPY bench.market_data FROM %L WITH (FORMAT csv)', :'file') AS copying \gset
CALL bench.measure(:'measurement', 'vesu', 'SELECT', :'of_ours', 'CALL bench.ingest()',
                   'TRUNCATE vesu_portfolio.market_data, vesu_portfolio.latest_prices, vesu_portfolio.rollup_marks', runs => 2);
CALL bench.measure(:'measurement', 'COPY of the same rows, no roll-ups', 'SELECT', :'of_bare', :'copying', 'TRUNCATE bench.market_data', runs => 2);
DROP TABLE bench.market_data;

-- One row in a hundred comes late, spread over all assets and hours.
SELECT count(*) FROM vesu_portfolio.refresh_rollups(:'until', 10 * :prices) \g /dev/null
VACUUM ANALYZE vesu_portfolio.market_data, vesu_portfolio.ohlcv_hourly, vesu_portfolio.ohlcv_daily, vesu_portfolio.rollup_marks;
INSERT INTO vesu_portfolio.market_data ("timestamp", asset_id, chain_id, price, source)
SELECT f.ts + interval '30 minutes', f.asset_id, 0, f.price + 1, 'late'
  FROM bench.feed AS f WHERE hashint8extended(extract(epoch FROM f.ts)::bigint, 7) % 100 = 0;
CREATE TABLE bench.hourly (LIKE vesu_portfolio.ohlcv_hourly INCLUDING ALL);
CREATE TABLE bench.daily (LIKE vesu_portfolio.ohlcv_daily INCLUDING ALL);
CREATE PROCEDURE bench.recount(target text, width text)
    LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format($sql$
        INSERT INTO bench.%I
        SELECT d.asset_id, date_trunc(%L, d."timestamp", 'UTC') AS bucket, (array_agg(d.price ORDER BY d."timestamp", d.price))[1], max(d.price),
               min(d.price), (array_agg(d.price ORDER BY d."timestamp" DESC, d.price DESC))[1], NULL, count(*)
          FROM vesu_portfolio.market_data AS d GROUP BY d.asset_id, bucket$sql$, target, width);
END
$$;
CREATE PROCEDURE bench.recount_all()
    LANGUAGE plpgsql AS $$
BEGIN
    CALL bench.recount('hourly', 'hour');
    CALL bench.recount('daily', 'day');
END
$$;
\set bars 'SELECT string_agg(bars, ''; '') FROM (SELECT count(*) || '', '' || sum(open + 2 * high + 3 * low + 4 * close + points) AS bars FROM %s UNION ALL SELECT count(*) || '', '' || sum(open + 2 * high + 3 * low + 4 * close + points) FROM %s) AS b'
SELECT format(:'bars', 'vesu_portfolio.ohlcv_hourly', 'vesu_portfolio.ohlcv_daily') AS of_ours, format(:'bars', 'bench.hourly', 'bench.daily') AS of_bare,
       format('SELECT count(*) FROM vesu_portfolio.refresh_rollups(%L, 10000000)', :'until') AS refresh \gset
\set measurement 'bars after 1 % late rows of ' :shown_prices
CALL bench.measure(:'measurement', 'vesu', :'refresh', :'of_ours', runs => 1);
CALL bench.measure(:'measurement', 'all of them recounted', 'SELECT', :'of_bare', 'CALL bench.recount_all()', runs => 1);
DROP TABLE bench.hourly, bench.daily, bench.feed, bench.call;

-- Ten times the rows, without marks; the latest prices stay what they are.
BEGIN;
SET LOCAL session_replication_role = replica;
INSERT INTO vesu_portfolio.market_data ("timestamp", asset_id, chain_id, price, source)
SELECT d."timestamp" - n * interval '1 millisecond', d.asset_id, d.chain_id, d.price, d.source
  FROM vesu_portfolio.market_data AS d CROSS JOIN generate_series(1, :history / :prices - 1) AS n WHERE d.source <> 'late';
COMMIT;
VACUUM ANALYZE vesu_portfolio.market_data;
\set measurement 'latest price of 1,000 assets, ' :shown_history ' rows'
\set summed 'SELECT count(*) || '', '' || sum(price) FROM (%s) AS latest'
SELECT format(:'summed', 'SELECT asset_id, price FROM vesu_portfolio.latest_prices') AS ours,
       format(:'summed', 'SELECT DISTINCT ON (asset_id) asset_id, price FROM vesu_portfolio.market_data ORDER BY asset_id, "timestamp" DESC') AS theirs,
       format(:'summed', 'SELECT asset_id, vesu_portfolio.latest_price(asset_id) AS price FROM vesu_portfolio.latest_prices') AS called \gset
SET vesu.clock = :'until';
CALL bench.measure(:'measurement', 'vesu', :'ours');
CALL bench.measure(:'measurement', 'vesu, 1,000 calls of latest_price()', :'called');
CALL bench.measure(:'measurement', 'DISTINCT ON', :'theirs', runs => 1);
