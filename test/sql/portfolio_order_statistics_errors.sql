-- What the statistics of order and path refuse: with the value, and with a way out.
\getenv directory PG_ABS_SRCDIR
\set report :directory '/sql/support/report.sql'
\i :report
SET TimeZone = 'UTC';

-- Optional arguments.
SELECT call, pg_temp.report('SELECT vesu.' || call || ' FROM (VALUES (0.5::float8, 1), (-0.5, 2)) AS returns (r, i)') AS error
  FROM (VALUES
    ('value_at_risk(r, -0.01)'),
    ('value_at_risk(r, 1.01)'),
    ('value_at_risk(r, ''NaN'')'),
    ('value_at_risk(r, ''infinity'')'),
    ('conditional_value_at_risk(r, 95)'),
    ('value_at_risk(r, 0.95, ''parametric'')'),
    ('value_at_risk(r, 0.95, '''')'),
    ('value_at_risk(r, 0.95, ''Gaussian'')'),
    ('value_at_risk(r, 0, ''gaussian'')'),
    ('value_at_risk(r, 1, ''modified'')'),
    ('conditional_value_at_risk(r, 1, ''gaussian'')'),
    ('conditional_value_at_risk(r, 0.95, ''modified'')'),
    ('calmar_ratio(r, 0 ORDER BY i)'),
    ('calmar_ratio(r, -365 ORDER BY i)'),
    ('value_at_risk(r, 0.9 + i / 100.0)'),
    ('value_at_risk(r, 0.9, CASE i WHEN 1 THEN ''historical'' END)'),
    ('conditional_value_at_risk(r, CASE i WHEN 2 THEN 0.9 END)'),
    ('calmar_ratio(r, i ORDER BY i)')
  ) AS cases (call);
-- What is at the border is none.
SELECT vesu.value_at_risk(r, 0) AS highest, vesu.value_at_risk(r, 1) AS lowest, vesu.conditional_value_at_risk(r, 0.5, 'gaussian') < 0 AS gaussian
  FROM (VALUES (0.5::float8), (-0.5)) AS returns (r);
-- Of rows that do not count no argument is read.
SELECT vesu.value_at_risk(r, 2) AS of_nothing FROM (VALUES (NULL::float8)) AS returns (r);

-- Infinite values.
SELECT call, pg_temp.report('SELECT vesu.' || call || ' FROM (VALUES (0.5::float8, 1), (''-infinity'', 2)) AS returns (r, i)') AS error
  FROM (VALUES ('value_at_risk(r)'), ('conditional_value_at_risk(r, 0.9)'), ('tail_ratio(r)'), ('max_drawdown(r ORDER BY i)'), ('calmar_ratio(r ORDER BY i)'),
               ('stability(r ORDER BY i)'), ('value_at_risk(r::numeric)'), ('twap(r, to_timestamp(i))'), ('twap(r::numeric, to_timestamp(i))'),
               ('ohlcv(r, 1, to_timestamp(i))'), ('ohlcv(1, abs(r), to_timestamp(i))'), ('ohlcv(r::numeric, 1.0, to_timestamp(i))'),
               ('ohlcv(1.0, abs(r)::numeric, to_timestamp(i))')) AS cases (call);
-- Times and volumes.
SELECT call, pg_temp.report('SELECT vesu.' || call) AS error
  FROM (VALUES ('twap(1.0, ''infinity'')'), ('twap(1::float8, ''-infinity'')'), ('ohlcv(1.0, 1.0, ''infinity'')'), ('ohlcv(1, 1, ''-infinity'')'),
               ('ohlcv(1.0, -0.01, to_timestamp(0))'), ('ohlcv(1, -0.01::float8, to_timestamp(0))')) AS cases (call);

-- The private steps are no functions for users.
SELECT call, pg_temp.report('SELECT vesu.' || call) AS error
  FROM (VALUES ('values_accumulate(NULL, 1)'), ('values_serialize(NULL)'), ('values_deserialize(''\x00'', NULL)'), ('points_accumulate(NULL, 1, now())')) AS cases (call);
SELECT pg_temp.report('SELECT vesu.value_at_risk(r, 0.9) OVER (ORDER BY i ROWS 1 PRECEDING), vesu.max_drawdown(r ORDER BY i) OVER () FROM (VALUES (1, 1)) AS v (r, i)') AS error;

-- Whoever may use the schema may use the statistics, on each level of access.
SET client_min_messages = warning;
CREATE ROLE regress_vesu_statistics;
RESET client_min_messages;
CREATE FUNCTION pg_temp.as_role(statement text) RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
    result text;
BEGIN
    SET ROLE regress_vesu_statistics;
    EXECUTE statement INTO result;
    RESET ROLE;
    RETURN result;
EXCEPTION WHEN insufficient_privilege THEN
    RETURN SQLERRM;
END
$$;
SELECT pg_temp.as_role('SELECT vesu.value_at_risk(1)') AS without_access;
CREATE FUNCTION pg_temp.with_access(level text) RETURNS text
    LANGUAGE plpgsql AS $$
BEGIN
    PERFORM vesu.grant_access('regress_vesu_statistics', level);
    RETURN pg_temp.as_role('SELECT (vesu.value_at_risk(r), vesu.conditional_value_at_risk(r), vesu.tail_ratio(r), vesu.max_drawdown(r), '
                           'vesu.calmar_ratio(r), vesu.stability(r), vesu.twap(r, to_timestamp(0)), vesu.ohlcv(r, 2, to_timestamp(0))) '
                           'FROM (VALUES (-0.5::float8)) AS returns (r)');
END
$$;
SELECT level, pg_temp.with_access(level) AS statistics FROM unnest('{reader,writer,operator,owner}'::text[]) AS level;
REASSIGN OWNED BY regress_vesu_statistics TO CURRENT_USER;
DROP OWNED BY regress_vesu_statistics;
DROP ROLE regress_vesu_statistics;
