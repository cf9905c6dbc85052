-- Sums of parallel workers are those of one: over groups, without groups, with gaps, outliers and optional arguments.
SET jit = off;
CREATE TABLE returns AS
SELECT i, i % 7 AS asset, CASE WHEN i % 101 = 0 THEN NULL WHEN i % 103 = 0 THEN 'NaN' WHEN i = 77777 THEN 1000 ELSE (hashint8extended(i, 1) % 1000) / 2e4 END AS r,
       CASE WHEN i % 107 = 0 THEN NULL WHEN i % 109 = 0 THEN 'NaN' ELSE (hashint8extended(i, 1) % 700 + hashint8extended(i, 2) % 700) / 3e4 END AS b
  FROM generate_series(1, 300000) AS i;
ANALYZE returns;
CREATE VIEW plain AS
SELECT NULL::bigint AS asset, 2 AS total, vesu.cumulative_return(r) AS cumulative_return, vesu.cagr(r, 252) AS cagr_252, vesu.sharpe_ratio(r) AS sharpe_ratio,
       vesu.sortino_ratio(r, 1e-3) AS sortino_ratio, vesu.omega_ratio(r, 1e-4) AS omega_ratio, vesu.alpha(r, b, 1e-4) AS alpha, vesu.information_ratio(r, b, 252) AS information_ratio
  FROM returns;
CREATE VIEW grouped AS
SELECT asset, 3 AS total, vesu.cumulative_return(r) AS cumulative_return, vesu.cagr(r, 252) AS cagr_252, vesu.volatility(r, 252, 0) AS volatility_0, vesu.sharpe_ratio(r) AS sharpe_ratio,
       vesu.downside_deviation(r) AS downside_deviation, vesu.sortino_ratio(r, 1e-3) AS sortino_ratio, vesu.omega_ratio(r, 1e-4) AS omega_ratio,
       vesu.alpha(r, b, 1e-4) AS alpha, vesu.beta(r, b) AS beta, vesu.correlation(r, b) AS correlation, vesu.information_ratio(r, b, 252) AS information_ratio
  FROM returns GROUP BY asset;

SET max_parallel_workers_per_gather = 0;
EXPLAIN (COSTS OFF) SELECT sharpe_ratio FROM plain;
CREATE VIEW results AS
SELECT 'plain' AS query, asset, to_jsonb(p) AS row FROM plain AS p UNION ALL SELECT 'grouped', asset, to_jsonb(g) FROM grouped AS g;
CREATE TABLE serial AS SELECT * FROM results;

SET max_parallel_workers_per_gather = 3;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET parallel_leader_participation = off;
EXPLAIN (COSTS OFF) CREATE TABLE parallel AS SELECT * FROM results;
CREATE TABLE parallel AS SELECT * FROM results;

-- Within 1e-12 of their size.
SELECT query, statistic, count(*) AS compared, bool_and(s.value <> 'null') AS defined,
       count(*) FILTER (WHERE abs(p.value::float8 - s.value::float8) > 1e-12 * abs(s.value::float8)) AS different
  FROM serial JOIN parallel USING (query) CROSS JOIN LATERAL jsonb_each(serial.row) AS s (statistic, value)
  JOIN LATERAL jsonb_each(parallel.row) AS p (statistic, value) USING (statistic)
 WHERE serial.asset IS NOT DISTINCT FROM parallel.asset AND statistic NOT IN ('asset', 'total')
 GROUP BY query, statistic ORDER BY query DESC, statistic;

-- Workers that saw different optional arguments, or no row at all.
CREATE FUNCTION pg_temp.fails(statement text) RETURNS text
    LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement;
    RETURN 'no error';
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE;
END
$$;
SELECT pg_temp.fails('SELECT vesu.cagr(r, 365 + i % 2) FROM returns') AS changing;
SELECT vesu.sharpe_ratio(r, 0), vesu.beta(r, b) FROM returns WHERE i < 0;
SELECT round(vesu.cumulative_return(r)::numeric, 12) = round((exp(sum(ln(1 + r))) - 1)::numeric, 12) AS few_rows FROM returns WHERE i <= 5;
DROP VIEW results, plain, grouped;
DROP TABLE returns, serial, parallel;
