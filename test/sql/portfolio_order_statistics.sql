-- The statistics that need all returns or their order: the contract's cases and the constants that the peers' tests assert.
\getenv directory PG_ABS_SRCDIR
\set returns :directory '/sql/support/returns.sql'
\set ECHO none
\i :returns
\set ECHO all
SET extra_float_digits = 0;

-- The 100 months of convertible arbitrage, in percent.
INSERT INTO named_series
SELECT 'K', i, percent / 100
  FROM unnest('{1.19,1.23,.78,.86,1.56,2.12,1.93,1.34,1.22,1.00,0,.68,1.45,1.46,1.44,1.26,.56,-.06,.60,-3.19,-1.96,-2.14,2.69,1.13,
                2.19,.82,1.36,2.43,1.66,1.02,1.01,.48,.96,.45,1.24,1.40,2.27,2.67,2.43,2.23,1.49,1.79,.93,1.62,1.41,.52,-.81,-.02,
                3.44,1.82,1.62,1.57,.33,.12,.91,1.42,.78,1.17,.80,-.94,1.48,-.49,.53,.96,.33,.04,-1.59,.50,1.46,1.04,2.51,1.57,
                2.83,1.33,.89,1.50,1.36,-.58,-.72,-.87,1.71,1.46,.92,.54,1.19,.17,.61,.20,-1.28,-1.06,.13,.40,-.17,-.44,.81,.56,
                -.96,-.58,-1.40,-3.16}'::float8[]) WITH ORDINALITY AS months (percent, i);
INSERT INTO named_series
SELECT 'V', i - 1, price / previous - 1
  FROM (SELECT i, price, lag(price) OVER (ORDER BY i) AS previous
          FROM unnest('{100,50,200,20}'::float8[]) WITH ORDINALITY AS prices (price, i)) AS prices
 WHERE previous IS NOT NULL;
INSERT INTO named_series SELECT 'pair', i, i FROM generate_series(1, 2) AS i;
INSERT INTO named_series SELECT 'eleven', i, i FROM generate_series(1, 11) AS i;

-- The contract's cases, each with its parameters as a user would write them.
CREATE TABLE cases (series text, call text, expected float8, tolerance float8 DEFAULT 1.5e-8);
INSERT INTO cases VALUES
    ('G', 'max_drawdown(r ORDER BY i)',                     -0.36590730),
    ('V', 'max_drawdown(r ORDER BY i)',                     -0.9),
    ('M', 'calmar_ratio(r, 252 ORDER BY i)',                19.13592537),
    ('flat', 'calmar_ratio(r ORDER BY i)',                  NULL),
    ('M', 'stability(r ORDER BY i)',                        0.15299737),
    ('M', 'tail_ratio(r)',                                  0.95569620),
    ('W', 'tail_ratio(r)',                                  0.94736842),
    ('pair', 'value_at_risk(r, .7)',                        1.3),
    ('S', 'value_at_risk(r, .9)',                           41),
    ('S', 'value_at_risk(r, .7)',                           81.5),
    ('T', 'value_at_risk(r, .95)',                          -0.00025),
    ('T', 'value_at_risk(r)',                               -0.00025),
    ('S', 'conditional_value_at_risk(r, .8)',               41),
    ('G', 'conditional_value_at_risk(r, .8)',               -0.085),
    ('T', 'conditional_value_at_risk(r, .95)',              -0.2),
    ('T', 'conditional_value_at_risk(r)',                   -0.2),
    ('eleven', 'conditional_value_at_risk(r, .9)',          1.5);
INSERT INTO cases VALUES
    ('K', 'value_at_risk(r)',                               -0.014095, 5e-7),
    ('K', 'value_at_risk(r, .95, ''historical'')',          -0.014095, 5e-7),
    ('K', 'value_at_risk(r, .95, ''gaussian'')',            -0.012133, 5e-7),
    ('K', 'value_at_risk(r, .95, ''modified'')',            -0.014674, 5e-7),
    ('K', 'conditional_value_at_risk(r)',                   -0.024080, 5e-7),
    ('K', 'conditional_value_at_risk(r, NULL, ''gaussian'')', -0.017133, 5e-7);
CREATE FUNCTION pg_temp.evaluate(series text, call text) RETURNS float8
    LANGUAGE plpgsql AS $$
DECLARE
    result float8;
BEGIN
    EXECUTE format('SELECT vesu.%s FROM named_series WHERE name = %L', call, series) INTO result;
    RETURN result;
END
$$;
SELECT series, call, expected, pg_temp.same(pg_temp.evaluate(series, call), expected, tolerance) AS agrees FROM cases;
-- Numeric returns are cast by themselves.
SELECT count(*) AS cases,
       count(*) FILTER (WHERE pg_temp.same(pg_temp.evaluate(series, replace(call, '(r', '(r::numeric')), expected, tolerance)) AS agree
  FROM cases;

-- The constants of the vectors; a cutoff is 1 - level.
CREATE TABLE results AS
SELECT v.id, v.metric, v.tolerance, (v.expected #>> '{}')::float8 AS expected,
       CASE metric
           WHEN 'max_drawdown' THEN vesu.max_drawdown(r ORDER BY i)
           WHEN 'calmar_ratio' THEN vesu.calmar_ratio(r, (params -> 'annualization')::float8 ORDER BY i)
           WHEN 'stability_r2' THEN vesu.stability(r ORDER BY i)
           WHEN 'tail_ratio' THEN vesu.tail_ratio(r)
           WHEN 'value_at_risk_historical' THEN vesu.value_at_risk(r, 1 - (params -> 'cutoff')::float8)
           WHEN 'conditional_value_at_risk' THEN vesu.conditional_value_at_risk(r, 1 - (params -> 'cutoff')::float8)
       END AS actual
  FROM vectors AS v LEFT JOIN series AS s ON s.id = v.id
 WHERE metric IN ('max_drawdown', 'calmar_ratio', 'stability_r2', 'tail_ratio', 'value_at_risk_historical', 'conditional_value_at_risk')
 GROUP BY v.id, v.metric, v.tolerance, v.expected;
SELECT metric, count(*) AS vectors, count(actual) AS numbers, count(*) FILTER (WHERE pg_temp.same(actual, expected, tolerance)) AS agree
  FROM results GROUP BY metric ORDER BY metric;
-- Of an empty series there is no window.
SELECT metric, expected, count(drawdown) AS windows
  FROM vectors AS v
  LEFT JOIN LATERAL (SELECT vesu.max_drawdown(r) OVER (ORDER BY i ROWS 5 PRECEDING) AS drawdown, i FROM series AS s WHERE s.id = v.id) AS windows
    ON i >= (params -> 'window')::int
 WHERE metric = 'rolling_max_drawdown'
 GROUP BY v.id, metric, expected;

-- The cases of the portfolio module. The historical loss there is the value at sorted[floor((1 - c) n)]: of Y19 the lowest, of
-- Y21 one that skips all losses. Here it is the percentile.
\set path :directory '/vectors/portfolio_cases.csv'
CREATE TABLE portfolio_cases (case_id text, function text, input jsonb, expected text, note text);
\set copy '\\copy portfolio_cases FROM ' :path ' WITH (FORMAT csv, HEADER)'
:copy
CREATE TABLE case_returns AS
SELECT case_id, function, expected::float8, i, CASE WHEN is_return THEN value ELSE value / lag(value) OVER (PARTITION BY case_id ORDER BY i) - 1 END AS r
  FROM portfolio_cases
 CROSS JOIN LATERAL (SELECT input ? 'returns' AS is_return, coalesce(input -> 'returns', input -> 'prices', input -> 'values') AS elements) AS inputs
 CROSS JOIN LATERAL (SELECT value::float8, i FROM jsonb_array_elements_text(elements) WITH ORDINALITY AS rows (value, i)) AS rows
 WHERE function IN ('max_drawdown', 'var_hist', 'expected_shortfall_tail');
SELECT case_id, function, expected, actual, pg_temp.same(actual, expected, 1e-12) AS agrees
  FROM (SELECT case_id, function, expected, CASE function
                   WHEN 'max_drawdown' THEN coalesce(vesu.max_drawdown(r ORDER BY i), 0)  -- one value: no return yet
                   WHEN 'var_hist' THEN vesu.value_at_risk(r)
                   WHEN 'expected_shortfall_tail' THEN -vesu.conditional_value_at_risk(r)
               END AS actual
          FROM case_returns GROUP BY case_id, function, expected) AS computed
 ORDER BY case_id COLLATE "C";

-- What is undefined, and where the border is.
SELECT scenario, vesu.value_at_risk(r) AS risk, vesu.value_at_risk(r, .9, 'gaussian') AS gaussian, vesu.value_at_risk(r, .9, 'modified') AS modified,
       vesu.conditional_value_at_risk(r) AS shortfall, vesu.tail_ratio(r) AS tails, vesu.max_drawdown(r ORDER BY i) AS drawdown,
       vesu.calmar_ratio(r, 2 ORDER BY i) AS calmar, vesu.stability(r ORDER BY i) AS stability
  FROM (VALUES ('1 only NULL', '{NULL,NULL}'::float8[]), ('2 only NaN', '{NaN,NaN}'), ('3 one', '{-0.5}'), ('4 one and NULL', '{NULL,-0.5}'),
               ('5 one and NaN', '{-0.5,NaN}'), ('6 two', '{-0.5,0.5}'), ('7 a total loss', '{0.5,-1,0.25}'), ('8 more than that', '{0.5,-3}'),
               ('9 zeros', '{0,0,0}'), ('A equals', '{-0.25,-0.25,-0.25}'), ('B no 5th percentile', '{0,0,0,0,1}')) AS cases (scenario, returns)
 CROSS JOIN LATERAL unnest(returns) WITH ORDINALITY AS rows (r, i)
 GROUP BY scenario ORDER BY scenario;
SELECT vesu.value_at_risk(r), vesu.value_at_risk(r, .9, 'gaussian'), vesu.conditional_value_at_risk(r), vesu.tail_ratio(r), vesu.max_drawdown(r),
       vesu.calmar_ratio(r), vesu.stability(r)
  FROM (SELECT 1.0 AS r WHERE false) AS nothing;
-- NaN returns 0 in equity, and counts as a period: the same drawdown over more of the year.
SELECT vesu.max_drawdown(r ORDER BY i) AS drawdown, round(vesu.calmar_ratio(r, 252 ORDER BY i)::numeric, 6) AS counted,
       round(vesu.calmar_ratio(r, 252 ORDER BY i) FILTER (WHERE r <> 'NaN')::numeric, 6) AS left_out
  FROM named_series WHERE name = 'M';
-- The ends: historical, the lowest and the highest value.
SELECT vesu.value_at_risk(r, 1) AS lowest, vesu.value_at_risk(r, 0) AS highest, vesu.conditional_value_at_risk(r, 1) AS lowest_alone,
       vesu.conditional_value_at_risk(r, 0) AS mean
  FROM named_series WHERE name = 'S';
-- The order of the rows means nothing to quantiles, and everything to drawdowns.
SELECT count(DISTINCT risk) AS risks, count(DISTINCT shortfall) AS shortfalls, count(DISTINCT tails) AS tails, count(DISTINCT drawdown) > 1 AS drawdowns
  FROM (SELECT seed, vesu.value_at_risk(r ORDER BY hashint8extended(i, seed)) AS risk, vesu.conditional_value_at_risk(r ORDER BY hashint8extended(i, seed)) AS shortfall,
               vesu.tail_ratio(r ORDER BY hashint8extended(i, seed)) AS tails, vesu.max_drawdown(r ORDER BY hashint8extended(i, seed)) AS drawdown
          FROM named_series, generate_series(1, 50) AS seed WHERE name = 'K' GROUP BY seed) AS orders;

-- Against percentile_cont and a sum of the lowest, at every level.
SELECT count(*) AS compared, count(*) FILTER (WHERE abs(risk - percentile) > 1e-15) AS risks_differ, count(*) FILTER (WHERE abs(shortfall - mean) > 1e-15) AS shortfalls_differ
  FROM (SELECT level, vesu.value_at_risk(r, level / 100.0) AS risk, percentile_cont(1 - level / 100.0::float8) WITHIN GROUP (ORDER BY r) AS percentile,
               vesu.conditional_value_at_risk(r, level / 100.0) AS shortfall,
               avg(r) FILTER (WHERE rank <= 99 * (100 - level) / 100 + 1) AS mean
          FROM (SELECT r, row_number() OVER (ORDER BY r) AS rank FROM named_series WHERE name = 'K') AS ranked, generate_series(0, 100) AS level
         GROUP BY level) AS levels;
-- Against the equity curve in numeric.
SELECT vesu.max_drawdown(r ORDER BY i) AS drawdown, round(min(fall), 15) AS expected
  FROM (SELECT i, r, equity / greatest(1, max(equity) OVER (ORDER BY i)) - 1 AS fall
          FROM (SELECT i, r, exp(sum(ln(1 + r::numeric(30, 20))) OVER (ORDER BY i)) AS equity FROM named_series WHERE name = 'K') AS curve) AS falls;
-- An equity that would overflow at the peak and vanish at the bottom.
SELECT vesu.max_drawdown(CASE WHEN i <= 5000 THEN 9 WHEN i <= 5001 THEN -0.75 ELSE 0 END::float8 ORDER BY i) AS after_the_peak,
       vesu.max_drawdown(CASE WHEN i <= 400 THEN -0.9 ELSE 9 END::float8 ORDER BY i) AS bottom
  FROM generate_series(1, 5010) AS i;

-- The same optional argument in all its spellings; NULL is the default.
SELECT vesu.value_at_risk(r, .95, 'historical') = vesu.value_at_risk(r) AS defaults, vesu.value_at_risk(r, NULL, NULL) = vesu.value_at_risk(r) AS nulls,
       vesu.value_at_risk(r, '0.95', 'historical'::text) = vesu.value_at_risk(r) AS literals, vesu.value_at_risk(r, 1, 'historical'::varchar) = min(r) AS types,
       vesu.calmar_ratio(r, 365 ORDER BY i) = vesu.calmar_ratio(r ORDER BY i) AS calmar
  FROM named_series WHERE name = 'K';
-- Aggregates with the same arguments share one transition function, and with it one pass and one copy of the returns.
SELECT aggtransfn::regprocedure AS transition, string_agg(aggfnoid::regproc::text, ', ' ORDER BY aggfnoid::regproc::text) AS aggregates
  FROM pg_aggregate JOIN pg_proc ON pg_proc.oid = aggfnoid
 WHERE proname = ANY ('{value_at_risk,conditional_value_at_risk,tail_ratio,max_drawdown,calmar_ratio,stability}')
 GROUP BY aggtransfn ORDER BY aggtransfn::regprocedure::text COLLATE "C";
SELECT proname, count(*) AS overloads, bool_and(proparallel = 's' AND provolatile = 'i') AS parallel_safe,
       bool_and(aggcombinefn <> 0 AND aggserialfn <> 0 AND aggdeserialfn <> 0) AS combines, bool_and(aggmtransfn = aggtransfn AND aggminvtransfn <> 0) AS moves,
       string_agg(pg_get_function_arguments(p.oid), ' | ' ORDER BY pronargs) AS arguments
  FROM pg_aggregate AS a JOIN pg_proc AS p ON p.oid = aggfnoid
 WHERE proname = ANY ('{value_at_risk,conditional_value_at_risk,tail_ratio,max_drawdown,calmar_ratio,stability}')
 GROUP BY proname ORDER BY proname;
DROP TABLE named_series, vectors, series, cases, results, portfolio_cases, case_returns;
