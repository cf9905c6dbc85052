-- In a moving window every statistic is what a query over the rows of the frame says, in each row: with gaps, NULLs, flat
-- stretches, losses beyond everything, and outliers that pass. Optional arguments do not change that.
SET jit = off;
CREATE TABLE returns AS
SELECT i, i + i / 10 * 5 AS t, CASE
           WHEN i BETWEEN 300 AND 380 THEN 0.01
           WHEN i BETWEEN 381 AND 450 THEN 0
           WHEN i BETWEEN 500 AND 570 THEN 'NaN'
           WHEN i BETWEEN 600 AND 670 THEN NULL
           WHEN i IN (700, 1200) THEN 1e6
           WHEN i = 800 THEN -1e6
           WHEN i = 900 THEN 1e60
           WHEN i = 905 THEN -1e40
           WHEN i IN (1000, 1007) THEN -1
           WHEN i = 1100 THEN -3
           WHEN i % 13 = 0 THEN 'NaN'
           WHEN i % 17 = 0 THEN NULL
           ELSE (hashint8extended(i, 1) % 1000) / 2e4
       END AS r,
       CASE WHEN i = 850 THEN 1e30 WHEN i % 19 = 0 THEN 'NaN' WHEN i % 23 = 0 THEN NULL WHEN i BETWEEN 1300 AND 1380 THEN 0.002
            ELSE (hashint8extended(i, 1) % 700 + hashint8extended(i, 2) % 700) / 3e4 END AS b
  FROM generate_series(1, 1500) AS i;
ALTER TABLE returns ADD PRIMARY KEY (i), ADD COLUMN g bigint; -- peers of t, numbered
UPDATE returns SET g = numbered.g FROM (SELECT i, dense_rank() OVER (ORDER BY t / 4) AS g FROM returns) AS numbered WHERE numbered.i = returns.i;
ANALYZE returns;

CREATE FUNCTION pg_temp.compare(frame text, frame_rows text)
    RETURNS TABLE (statistic text, compared bigint, defined bigint, different bigint, first_different int)
    LANGUAGE plpgsql AS $$
DECLARE
    calls constant text[] := '{"cumulative_return(%s)", "cagr(%s, 252)", "volatility(%s)", "volatility(%s, 252, 0)", "sharpe_ratio(%s)",
        "sharpe_ratio(%s, 1e-4, 252, 0)", "downside_deviation(%s)", "sortino_ratio(%s, 1e-3, 252)", "omega_ratio(%s)", "omega_ratio(%s, 1e-4, 0.1, 252)",
        "beta(%s, %sb)", "alpha(%s, %sb, 1e-4, 12)", "correlation(%s, %sb)", "information_ratio(%s, %sb)"}';
    moving text;
    afresh text;
BEGIN
    SELECT string_agg('vesu.' || replace(replace(call, '%sb', 'b'), '%s', 'r') || ' OVER w', ', ' ORDER BY place),
           string_agg('vesu.' || replace(replace(call, '%sb', 'f.b'), '%s', 'f.r'), ', ' ORDER BY place)
      INTO moving, afresh
      FROM unnest(calls) WITH ORDINALITY AS statistics (call, place);
    RETURN QUERY EXECUTE format($query$
        SELECT replace(replace(calls.call, ', %%sb', ''), '%%s', 'r'), count(*), count(expected), count(*) FILTER (WHERE NOT same), min(i) FILTER (WHERE NOT same)
          FROM (SELECT i, t, g, ARRAY[%1$s] AS moving FROM returns WINDOW w AS (ORDER BY %2$s)) AS m
         CROSS JOIN LATERAL (SELECT ARRAY[%3$s] AS afresh FROM returns AS f WHERE %4$s) AS a
         CROSS JOIN LATERAL unnest($1, moving, afresh) AS calls (call, actual, expected)
         CROSS JOIN LATERAL (SELECT actual IS NOT DISTINCT FROM expected OR coalesce(
                abs(expected) < 'Infinity' AND abs(actual - expected) <= 1e-12 * greatest(abs(expected), 1e-6), false) AS same) AS verdicts
         GROUP BY calls.call ORDER BY calls.call COLLATE "C"
        $query$, moving, frame, afresh, frame_rows) USING calls;
END
$$;
SELECT * FROM pg_temp.compare('i ROWS 49 PRECEDING', 'f.i BETWEEN m.i - 49 AND m.i');
SELECT * FROM pg_temp.compare('i ROWS BETWEEN 20 PRECEDING AND 5 PRECEDING', 'f.i BETWEEN m.i - 20 AND m.i - 5');
SELECT * FROM pg_temp.compare('i ROWS BETWEEN CURRENT ROW AND 30 FOLLOWING', 'f.i BETWEEN m.i AND m.i + 30');
SELECT * FROM pg_temp.compare('t RANGE BETWEEN 40 PRECEDING AND 3 FOLLOWING', 'f.t BETWEEN m.t - 40 AND m.t + 3');
SELECT * FROM pg_temp.compare('t / 4 GROUPS BETWEEN 9 PRECEDING AND CURRENT ROW', 'f.g BETWEEN m.g - 9 AND m.g');
SELECT * FROM pg_temp.compare('i ROWS BETWEEN 20 PRECEDING AND 20 FOLLOWING EXCLUDE CURRENT ROW', 'f.i BETWEEN m.i - 20 AND m.i + 20 AND f.i <> m.i');
SELECT * FROM pg_temp.compare('i ROWS CURRENT ROW', 'f.i = m.i');
SELECT * FROM pg_temp.compare('i', 'f.i <= m.i');

-- Partitions begin anew, and FILTER leaves rows out of the frame.
SELECT count(*) AS compared, count(*) FILTER (WHERE moving IS DISTINCT FROM afresh AND NOT abs(moving - afresh) <= 1e-12 * greatest(abs(afresh), 1e-6)) AS different
  FROM (SELECT i, vesu.sharpe_ratio(r) FILTER (WHERE r > 0 AND r <> 'NaN') OVER (PARTITION BY i % 3 ORDER BY i ROWS 29 PRECEDING) AS moving FROM returns) AS m
 CROSS JOIN LATERAL (SELECT vesu.sharpe_ratio(f.r) FILTER (WHERE f.r > 0 AND f.r <> 'NaN') AS afresh FROM returns AS f
                      WHERE f.i % 3 = m.i % 3 AND f.i BETWEEN m.i - 87 AND m.i) AS a;

-- A hundred thousand slides after outliers: no drift, and it takes no time that grows with the window.
CREATE TABLE long AS
SELECT i, CASE WHEN i % 9973 = 0 THEN 1e6 ELSE (hashint8extended(i, 1) % 1000) / 2e4 END AS r FROM generate_series(1, 100000) AS i;
SELECT count(*) AS compared, count(*) FILTER (WHERE abs(moving - afresh) > 1e-12 * abs(afresh)) AS different
  FROM (SELECT i, vesu.sharpe_ratio(r) OVER (ORDER BY i ROWS 364 PRECEDING) AS moving FROM long) AS m
 CROSS JOIN LATERAL (SELECT vesu.sharpe_ratio(f.r) AS afresh FROM long AS f WHERE f.i BETWEEN m.i - 364 AND m.i) AS a
 WHERE i % 10000 IN (0, 500);
-- Values that became equal have no deviation, whatever went before them.
WITH ending AS (
    SELECT s, i, CASE WHEN i <= 4 THEN hashint8extended(i, s) % 1000 / 3 ELSE 0.01 * s / 7 END::float8 AS r
      FROM generate_series(1, 200) AS s, generate_series(1, 12) AS i),
moving AS (
    SELECT i, vesu.volatility(r) OVER w AS volatility, vesu.sharpe_ratio(r) OVER w AS sharpe_ratio, vesu.beta(i, r) OVER w AS beta
      FROM ending WINDOW w AS (PARTITION BY s ORDER BY i ROWS 5 PRECEDING))
SELECT volatility, sharpe_ratio, beta, count(*) FROM moving WHERE i > 9 GROUP BY 1, 2, 3 ORDER BY 4 DESC;

DROP TABLE returns, long;
