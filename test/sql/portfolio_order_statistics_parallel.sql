-- What workers compute together is what one computes alone, to the last digit.
SET extra_float_digits = 0;
SET jit = off;
CREATE TABLE returns AS
SELECT i, i % 7 AS asset, CASE WHEN i % 101 = 0 THEN NULL WHEN i % 97 = 0 THEN 'NaN' ELSE hashint8extended(i, 1) / 2.0 ^ 67 END AS r,
       (hashint8extended(i, 2) % 100000) / 1000.0::numeric AS price, abs(hashint8extended(i, 3) % 1000) / 8.0::numeric AS volume,
       timestamptz '2024-01-01 00:00+00' + (hashint8extended(i, 4) % 50000) * interval '1 second' AS ts
  FROM generate_series(1, 30000) AS i;
ANALYZE returns;
\set statistics 'vesu.value_at_risk(r), vesu.value_at_risk(r, .99, ''gaussian'') AS gaussian, vesu.value_at_risk(r, .99, ''modified'') AS modified, vesu.conditional_value_at_risk(r), vesu.conditional_value_at_risk(r, .99, ''gaussian'') AS shortfall, vesu.tail_ratio(r), vesu.twap(price, ts), vesu.twap(price::float8, ts) AS twap_float8, vesu.ohlcv(price, volume, ts), vesu.ohlcv(price::float8, volume::float8, ts) AS ohlcv_float8'

SET max_parallel_workers_per_gather = 0;
CREATE TABLE alone AS SELECT asset, :statistics FROM returns GROUP BY asset UNION ALL SELECT NULL, :statistics FROM returns;
EXPLAIN (COSTS OFF) SELECT :statistics FROM returns;

SET max_parallel_workers_per_gather = 2;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
EXPLAIN (COSTS OFF) SELECT :statistics FROM returns;
CREATE TABLE together AS SELECT asset, :statistics FROM returns GROUP BY asset UNION ALL SELECT NULL, :statistics FROM returns;

-- Exact, but for the moments, which are sums of doubles in another order.
CREATE FUNCTION pg_temp.differs(a float8, b float8) RETURNS boolean
    LANGUAGE sql AS 'SELECT coalesce(abs(a - b) > 1e-12 * abs(a), (a IS NULL) <> (b IS NULL))';
SELECT count(*) AS groups, count(a.ohlcv) AS bars, count(*) FILTER (WHERE a.value_at_risk <> b.value_at_risk) AS risk, count(*) FILTER (WHERE a.tail_ratio <> b.tail_ratio) AS tails,
       count(*) FILTER (WHERE a.twap <> b.twap) AS twap, count(*) FILTER (WHERE a.ohlcv <> b.ohlcv) AS ohlcv,
       count(*) FILTER (WHERE pg_temp.differs(a.gaussian, b.gaussian)) AS gaussian, count(*) FILTER (WHERE pg_temp.differs(a.modified, b.modified)) AS modified,
       count(*) FILTER (WHERE pg_temp.differs(a.conditional_value_at_risk, b.conditional_value_at_risk)) AS conditional,
       count(*) FILTER (WHERE pg_temp.differs(a.shortfall, b.shortfall)) AS shortfall, count(*) FILTER (WHERE pg_temp.differs(a.twap_float8, b.twap_float8)) AS twap_float8,
       count(*) FILTER (WHERE pg_temp.differs((a.ohlcv_float8).vwap, (b.ohlcv_float8).vwap)) AS vwap, count(*) FILTER (WHERE (a.ohlcv_float8).close <> (b.ohlcv_float8).close) AS close
  FROM alone AS a JOIN together AS b ON a.asset IS NOT DISTINCT FROM b.asset;
-- And what SQL computes.
SELECT a.value_at_risk = risk AS risk, (a.ohlcv).open = open AND (a.ohlcv).high = high AND (a.ohlcv).low = low AND (a.ohlcv).close = close AS prices,
       (a.ohlcv).volume = volume AND abs((a.ohlcv).vwap - vwap) < 1e-18 AND (a.ohlcv).trades = trades AS volumes, abs(a.twap - c.twap) < 1e-12 AS twap
  FROM alone AS a,
       (SELECT percentile_cont(1 - 0.95::float8) WITHIN GROUP (ORDER BY r) FILTER (WHERE r <> 'NaN') AS risk, (array_agg(price ORDER BY ts, price))[1] AS open, max(price) AS high, min(price) AS low,
               (array_agg(price ORDER BY ts DESC, price DESC))[1] AS close, sum(volume) AS volume, sum(price * volume) / sum(volume) AS vwap, count(*) AS trades FROM returns) AS b,
       (SELECT sum(price * extract(epoch FROM next - ts)) / extract(epoch FROM max(ts) - min(ts)) AS twap
          FROM (SELECT ts, avg(price) AS price, lead(ts) OVER (ORDER BY ts) AS next FROM returns GROUP BY ts) AS times) AS c
 WHERE a.asset IS NULL;

-- Groups that only one worker meets, or none with a value.
SELECT r IS NULL AS missing, count(*), vesu.value_at_risk(r) IS NULL AS risk, vesu.twap(price, ts) FILTER (WHERE r IS NULL AND i < 0) AS twap, (vesu.ohlcv(price, volume, ts) FILTER (WHERE i = 101)).trades
  FROM returns GROUP BY r IS NULL ORDER BY missing;
-- Workers see parts of a group, and each an argument of its own.
DO $$
BEGIN
    PERFORM vesu.value_at_risk(r, CASE WHEN ctid < '(100,0)' THEN 0.9 ELSE 0.95 END) FROM returns;
EXCEPTION WHEN SQLSTATE 'VS301' THEN
    RAISE NOTICE 'one level for a group';
END
$$;
-- What takes an order is never put together from parts.
CREATE FUNCTION pg_temp.is_partial(statement text) RETURNS boolean
    LANGUAGE plpgsql AS $$
DECLARE
    plan text;
BEGIN
    EXECUTE 'EXPLAIN (FORMAT json) ' || statement INTO plan;
    RETURN plan ~ '"Partial"';
END
$$;
SELECT call, pg_temp.is_partial(format('SELECT vesu.%s FROM returns', call)) AS partial
  FROM unnest('{value_at_risk(r),max_drawdown(r ORDER BY i),max_drawdown(r),calmar_ratio(r),stability(r)}'::text[]) AS call;
DROP TABLE returns, alone, together;
