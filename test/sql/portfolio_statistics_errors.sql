-- What the statistics of returns refuse, and that a refusal names the value.
\getenv directory PG_ABS_SRCDIR
\set report :directory '/sql/support/report.sql'
\set ECHO none
\i :report
\set ECHO all
\pset format unaligned
CREATE TABLE returns AS SELECT i, i / 100.0::float8 AS r, i / 50.0::float8 AS b FROM generate_series(1, 4) AS i;

SELECT call, pg_temp.report(format('SELECT vesu.%s FROM returns', call)) AS error
  FROM (VALUES
    (1,  'cumulative_return(CASE i WHEN 2 THEN ''Infinity'' ELSE r END)'),
    (2,  'volatility(CASE i WHEN 2 THEN ''-Infinity'' ELSE r END)'),
    (3,  'sharpe_ratio(CASE i WHEN 2 THEN ''Infinity'' ELSE r::numeric END)'),
    (4,  'omega_ratio(CASE i WHEN 2 THEN 1e76 ELSE r END)'),
    (5,  'beta(CASE i WHEN 2 THEN ''Infinity'' ELSE r END, b)'),
    (6,  'correlation(r, CASE i WHEN 2 THEN ''-Infinity'' ELSE b END)'),
    (7,  'information_ratio(CASE i WHEN 2 THEN ''NaN'' ELSE r END, CASE i WHEN 2 THEN ''Infinity'' ELSE b END)'),
    (8,  'volatility(r, 0)'),
    (9,  'volatility(r, -1)'),
    (10, 'volatility(r, ''NaN'')'),
    (11, 'volatility(r, ''Infinity'')'),
    (12, 'volatility(r, 365, 2)'),
    (13, 'volatility(r, 365, -1)'),
    (14, 'sharpe_ratio(r, ''NaN'')'),
    (15, 'sharpe_ratio(r, ''Infinity'')'),
    (16, 'sharpe_ratio(r, 0, 0)'),
    (17, 'sharpe_ratio(r, 0, 365, 3)'),
    (18, 'sharpe_ratio(r, r)'),
    (19, 'sharpe_ratio(r, 0, 364 + i)'),
    (20, 'sharpe_ratio(r, 0, 365, i % 2)'),
    (21, 'sharpe_ratio(r, nullif(i, 1))'),
    (22, 'sharpe_ratio(r, nullif(i, 2) * 0)'),
    (23, 'cagr(r, 0)'),
    (24, 'cagr(r, 364 + i)'),
    (25, 'downside_deviation(r, ''-Infinity'')'),
    (26, 'downside_deviation(r, r)'),
    (27, 'sortino_ratio(r, 0, -365)'),
    (28, 'omega_ratio(r, ''Infinity'')'),
    (29, 'omega_ratio(r, 0, ''NaN'')'),
    (30, 'omega_ratio(r, 0, 0, 0)'),
    (31, 'omega_ratio(r, 0, r)'),
    (32, 'beta(r, b, ''Infinity'')'),
    (33, 'alpha(r, b, 0, 0)'),
    (34, 'alpha(r, b, r)'),
    (35, 'information_ratio(r, b, -1)'),
    (36, 'information_ratio(r, b, i)')
  ) AS cases (place, call)
 ORDER BY place;

-- A row that is none does not speak of the optional arguments; between groups they may differ.
SELECT round(vesu.sharpe_ratio(CASE WHEN i < 4 THEN r END, CASE i WHEN 4 THEN 'Infinity' ELSE 0.01 END)::numeric, 12) AS not_asked FROM returns;
SELECT i % 2 AS half, round(vesu.sharpe_ratio(r, i % 2 * 0.01)::numeric, 12) AS sharpe_ratio FROM returns GROUP BY i % 2 ORDER BY half;
-- In a window they may differ between frames, not within one.
SELECT i, vesu.cagr(r, i) OVER (ORDER BY i ROWS CURRENT ROW) AS cagr FROM returns ORDER BY i;
SELECT pg_temp.report('SELECT vesu.cagr(r, i) OVER (ORDER BY i ROWS 1 PRECEDING) FROM returns') AS error;
SELECT pg_temp.report('SELECT vesu.volatility(CASE i WHEN 3 THEN ''Infinity'' ELSE r END) OVER (ORDER BY i ROWS 1 PRECEDING) FROM returns') AS error;
-- Numeric beyond float8 has no cast.
SELECT left(pg_temp.report('SELECT vesu.sharpe_ratio(1e400 * i) FROM returns'), 5) AS error;

-- The steps of an aggregate cannot be called outside of one.
SELECT call, pg_temp.report('SELECT vesu.' || call) AS error
  FROM (VALUES
    (1, 'moments_accumulate(NULL, 1)'), (2, 'moments_remove(NULL, 1)'), (3, 'moments_combine(NULL, NULL)'),
    (4, 'moments_serialize(NULL) IS NULL'), (5, 'moments_deserialize(''\x00'', NULL)'), (6, 'sharpe_ratio_final(NULL) IS NULL'),
    (7, 'pairs_accumulate(NULL, 1, 1)'), (8, 'growth_accumulate(NULL, 1)')
  ) AS cases (place, call)
 ORDER BY place;
-- The makers of the aggregates are gone.
SELECT count(*) FROM pg_proc WHERE pronamespace = 'vesu'::regnamespace AND proname IN ('make_statistic', 'make_step');

-- Whoever may use the schema may use the statistics: they read nothing but their arguments.
SET client_min_messages = warning;
CREATE ROLE regress_vesu_statistics;
RESET client_min_messages;
GRANT SELECT ON returns TO regress_vesu_statistics;
SET ROLE regress_vesu_statistics;
SELECT pg_temp.report('SELECT vesu.sharpe_ratio(1)') AS without_access;
RESET ROLE;
SELECT level, pg_temp.report(format('SELECT vesu.grant_access(%L, %L)', 'regress_vesu_statistics', level)) AS granted
  FROM unnest('{reader}'::text[]) AS level; -- every other level includes it
SET ROLE regress_vesu_statistics;
SELECT round(vesu.sharpe_ratio(r)::numeric, 12) AS of_a_reader, round(vesu.beta(r, b)::numeric, 12) AS beta FROM returns;
RESET ROLE;
DROP OWNED BY regress_vesu_statistics;
DROP ROLE regress_vesu_statistics;
DROP TABLE returns;
