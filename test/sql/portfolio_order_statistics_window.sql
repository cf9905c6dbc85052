-- In windows: what moves is what is computed anew for every row.
SET extra_float_digits = 0;
SET jit = off;
CREATE TABLE returns AS
SELECT i, CASE WHEN i % 11 = 0 THEN NULL WHEN i % 13 = 0 THEN 'NaN' WHEN i % 301 = 0 THEN 1e6 ELSE (hashint8extended(i, 1) % 50) / 1000.0 END::float8 AS r
  FROM generate_series(1, 3000) AS i;
CREATE FUNCTION pg_temp.compare(frame text, call text) RETURNS TABLE (rows bigint, numbers bigint, different bigint)
    LANGUAGE plpgsql AS $$
BEGIN
    -- A volatile FILTER takes the moving form away.
    RETURN QUERY EXECUTE format(
        'SELECT count(*), count(moving), count(*) FILTER (WHERE moving IS DISTINCT FROM anew) '
        'FROM (SELECT vesu.%1$s OVER w AS moving, vesu.%1$s FILTER (WHERE random() >= 0) OVER w AS anew FROM returns WINDOW w AS (%2$s)) AS windows',
        call, frame);
END
$$;
SELECT frame, call, compared.*
  FROM (VALUES ('ORDER BY i ROWS 0 PRECEDING'), ('ORDER BY i ROWS 1 PRECEDING'), ('ORDER BY i ROWS 59 PRECEDING'),
               ('ORDER BY i ROWS BETWEEN 30 PRECEDING AND 10 PRECEDING'), ('ORDER BY i ROWS BETWEEN CURRENT ROW AND 40 FOLLOWING'),
               ('ORDER BY i ROWS BETWEEN 20 PRECEDING AND 20 FOLLOWING EXCLUDE CURRENT ROW'), ('ORDER BY i / 10 RANGE 3 PRECEDING'),
               ('ORDER BY i / 10 GROUPS BETWEEN 2 PRECEDING AND 1 PRECEDING'), ('PARTITION BY i % 3 ORDER BY i ROWS 9 PRECEDING'), ('ORDER BY i'), ('')) AS frames (frame),
       (VALUES ('value_at_risk(r, .9)'), ('conditional_value_at_risk(r, .9)'), ('tail_ratio(r)')) AS calls (call),
       LATERAL pg_temp.compare(frame, call) AS compared
 ORDER BY frame COLLATE "C", call;
-- Moments of the values in the window only: an outlier that left leaves no trace.
SELECT call, compared.*
  FROM (VALUES ('value_at_risk(r, .9, ''gaussian'')'), ('value_at_risk(r, .9, ''modified'')'), ('conditional_value_at_risk(r, .9, ''gaussian'')')) AS calls (call),
       LATERAL pg_temp.compare('ORDER BY i ROWS 59 PRECEDING', call) AS compared;
-- The moving form is what runs: each return comes and goes once, though it is in 60 windows.
CREATE SEQUENCE calls;
CREATE FUNCTION pg_temp.counted(r float8) RETURNS float8
    LANGUAGE plpgsql IMMUTABLE AS 'BEGIN PERFORM nextval(''calls''); RETURN r; END';
SELECT count(risk) FROM (SELECT vesu.value_at_risk(pg_temp.counted(r)) OVER (ORDER BY i ROWS 59 PRECEDING) AS risk FROM returns) AS windows;
SELECT last_value AS calls FROM calls;
-- Against percentile_cont of each window.
SELECT count(*) AS compared, count(*) FILTER (WHERE moving IS DISTINCT FROM expected AND abs(moving - expected) > 1e-15) AS different
  FROM (SELECT i, vesu.value_at_risk(r, .9) OVER (ORDER BY i ROWS 19 PRECEDING) AS moving FROM returns) AS windows
 CROSS JOIN LATERAL (SELECT percentile_cont(0.1) WITHIN GROUP (ORDER BY r) AS expected FROM returns AS inside
                      WHERE inside.i BETWEEN windows.i - 19 AND windows.i AND r <> 'NaN') AS anew
 WHERE i <= 500;
-- Ordered statistics take the order of the window.
SELECT count(*) AS compared, count(*) FILTER (WHERE rolling IS DISTINCT FROM expected) AS different, count(*) FILTER (WHERE (calmar, fit) IS DISTINCT FROM (expected_calmar, expected_fit)) AS others
  FROM (SELECT i, vesu.max_drawdown(r) OVER w AS rolling, vesu.calmar_ratio(r, 52) OVER w AS calmar, vesu.stability(r) OVER w AS fit
          FROM returns WINDOW w AS (ORDER BY i ROWS 19 PRECEDING)) AS windows
 CROSS JOIN LATERAL (SELECT vesu.max_drawdown(r ORDER BY inside.i) AS expected, vesu.calmar_ratio(r, 52 ORDER BY inside.i) AS expected_calmar, vesu.stability(r ORDER BY inside.i) AS expected_fit
                       FROM returns AS inside WHERE inside.i BETWEEN windows.i - 19 AND windows.i) AS anew
 WHERE i <= 500;
-- An argument may change with what is left of the window.
SELECT i, vesu.value_at_risk(r, level) OVER (ORDER BY i ROWS 0 PRECEDING) FROM (VALUES (1, 0.5, 0.9), (2, 0.25, 0.8), (3, NULL, 0.7), (4, 0.125, 0.6)) AS v (i, r, level);
DROP FUNCTION pg_temp.counted(float8);
DROP SEQUENCE calls;
DROP TABLE returns;
