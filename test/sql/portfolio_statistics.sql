-- The statistics of returns that are sums: the contract's cases and the constants that empyrical's tests assert.
\getenv directory PG_ABS_SRCDIR
\set returns :directory '/sql/support/returns.sql'
\set ECHO none
\i :returns
\set ECHO all
SET extra_float_digits = 0;

-- The contract's cases, each with its parameters as a user would write them.
CREATE TABLE cases (series text, call text, expected float8);
INSERT INTO cases VALUES
    ('M', 'cumulative_return(r)',             0.03893109),
    ('G', 'cumulative_return(r)',            -0.36590730),
    ('M', 'cagr(r, 252)',                     1.91359254),
    ('W', 'cagr(r, 52)',                      0.24690831),
    ('M', 'volatility(r, 252)',               0.91364654),
    ('P', 'volatility(r)',                    0.80258125),
    ('P', 'volatility(r, 365)',               0.80258125),
    ('P', 'volatility(r, NULL, 0)',           0.75668086),
    ('M', 'sharpe_ratio(r, 0, 252)',          1.72386140),
    ('G', 'sharpe_ratio(r, 0, 252)',        -24.40680863),
    ('flat', 'sharpe_ratio(r)',               'Infinity'),
    ('flat', 'sharpe_ratio(r, 0.02)',        '-Infinity'),
    ('flat', 'sharpe_ratio(r, 0.01)',         NULL),
    ('P', 'sharpe_ratio(r)',                  5.66161873),
    ('P', 'sharpe_ratio(r, .02/252, 252, 0)', 4.95784733),
    ('P', 'sharpe_ratio(r, .02, 252, 0)',    -3.026),
    ('M', 'downside_deviation(r, 0, 252)',    0.60448325),
    ('M', 'sortino_ratio(r, 0, 252)',         2.60553125),
    ('M', 'sortino_ratio(r, .01, 252)',      -1.39347796),
    ('P', 'sortino_ratio(r, .02/365)',       10.0844),
    ('U', 'sortino_ratio(r)',                 'Infinity'),
    ('M', 'omega_ratio(r, 0, 10, 252)',       0.83354263),
    ('M', 'omega_ratio(r, 0, -10, 252)',      NULL),
    ('M', 'omega_ratio(r, 0, -1, 252)',       NULL),
    ('U', 'omega_ratio(r, .011, 0)',          1.125),
    ('U', 'omega_ratio(r)',                   NULL);
CREATE FUNCTION pg_temp.evaluate(series text, call text) RETURNS float8
    LANGUAGE plpgsql AS $$
DECLARE
    result float8;
BEGIN
    EXECUTE format('SELECT vesu.%s FROM named_series WHERE name = %L', call, series) INTO result;
    RETURN result;
END
$$;
SELECT series, call, expected, pg_temp.same(pg_temp.evaluate(series, call), expected,
           CASE WHEN expected = round(expected::numeric, 4) THEN 5e-4 ELSE 1.5e-8 END) AS agrees
  FROM cases;
-- Numeric returns are cast by themselves.
SELECT count(*) AS cases,
       count(*) FILTER (WHERE pg_temp.same(pg_temp.evaluate(series, replace(call, '(r', '(r::numeric')), expected,
                                         CASE WHEN expected = round(expected::numeric, 4) THEN 5e-4 ELSE 1.5e-8 END)) AS agree
  FROM cases;

-- With periods of 1, in any order.
SELECT returns, vesu.sortino_ratio(r, 0, 1) AS sortino_ratio, expected
  FROM (VALUES ('{-.1,.02,.01,.03}'::float8[], -0.2), ('{.03,.01,.02,-.1}', -0.2), ('{.02,-.1,.03,.01}', -0.2),
               ('{.01,-.02,.03,-.01}', 0.22360680)) AS cases (returns, expected)
 CROSS JOIN LATERAL unnest(returns) AS r
 GROUP BY returns, expected ORDER BY returns;

-- Pairs.
SELECT round(vesu.beta(m.r, g.r)::numeric, 8) AS beta, round(vesu.alpha(m.r, g.r, 0, 252)::numeric, 8) AS alpha,
       round(vesu.information_ratio(m.r, 0)::numeric, 8) AS information_ratio,
       round(vesu.beta(m.r::numeric, g.r::numeric, .001)::numeric, 8) AS beta_less_risk_free
  FROM named_series AS m JOIN named_series AS g USING (i) WHERE m.name = 'M' AND g.name = 'G';
SELECT round(vesu.correlation(x, y)::numeric, 8) AS correlation, round(vesu.correlation(x::numeric, y::numeric)::numeric, 8) AS of_numeric,
       vesu.correlation(x, x) AS itself, vesu.correlation(x, -x) AS opposite, vesu.correlation(x, 1) AS constant
  FROM unnest('{.01,-.02,.03,0,.015}'::float8[], '{.02,-.01,.025,-.005,.01}'::float8[]) AS pairs (x, y);
-- Rounding takes no coefficient above 1.
SELECT count(*) AS compared, count(*) FILTER (WHERE abs(correlation) > 1) AS beyond, min(correlation) > 1 - 1e-15 AS close
  FROM (SELECT vesu.correlation(x, x * 3 + 1e-3) AS correlation
          FROM (SELECT k, (hashint8extended(i, k) % 1000) / 7e3 AS x FROM generate_series(1, 20) AS i, generate_series(1, 500) AS k) AS points
         GROUP BY k) AS coefficients;

-- The constants of the vectors, each computed as a user would: a risk-free or required return of each period is
-- subtracted, a conditional statistic is one with FILTER, one by month is one with GROUP BY, a rolling one a window.
CREATE TABLE scalars AS
SELECT v.id, vesu.cumulative_return(r) AS cumulative_return, vesu.cagr(r, periods) AS cagr, vesu.volatility(r, periods) AS volatility,
       vesu.sharpe_ratio(r - coalesce(b, 0), risk_free, periods) AS sharpe_ratio,
       vesu.downside_deviation(r - coalesce(b, 0), required, periods) AS downside_deviation,
       vesu.sortino_ratio(r - coalesce(b, 0), required, periods) AS sortino_ratio,
       vesu.omega_ratio(r - coalesce(b, 0), risk_free, required, periods) AS omega_ratio,
       vesu.information_ratio(r, coalesce(b, 0)) AS information_ratio,
       vesu.alpha(r, b, 0, periods) AS alpha, vesu.beta(r, b) AS beta,
       vesu.cagr(r, periods) / vesu.cagr(b, periods) AS capture,
       vesu.cagr(r, periods) FILTER (WHERE b > 0 AND b <> 'NaN') / vesu.cagr(b, periods) FILTER (WHERE b > 0 AND b <> 'NaN') AS up_capture,
       vesu.cagr(r, periods) FILTER (WHERE b < 0) / vesu.cagr(b, periods) FILTER (WHERE b < 0) AS down_capture
  FROM vectors AS v
 CROSS JOIN LATERAL (SELECT CASE params ->> 'period' WHEN 'weekly' THEN 52 WHEN 'monthly' THEN 12 WHEN 'yearly' THEN 1 ELSE 252 END AS periods,
                            CASE jsonb_typeof(inputs -> 'risk_free') WHEN 'number' THEN (inputs -> 'risk_free')::float8 END AS risk_free,
                            coalesce(CASE jsonb_typeof(inputs -> 'required_return') WHEN 'number' THEN (inputs -> 'required_return')::float8 END,
                                     (params -> 'required_return')::float8) AS required) AS settings
  LEFT JOIN series AS s ON s.id = v.id
 GROUP BY v.id;
CREATE TABLE windows AS
SELECT v.id, i, i >= (params -> 'window')::int AS is_full,
       (1 + vesu.cumulative_return(r) OVER (PARTITION BY v.id ORDER BY i)) * (params -> 'starting_value')::float8 AS value,
       vesu.sharpe_ratio(r, 0, 252) OVER w AS sharpe_ratio, vesu.alpha(r, b, 0, 252) OVER w AS alpha, vesu.beta(r, b) OVER w AS beta,
       vesu.cagr(r, 252) FILTER (WHERE b > 0 AND b <> 'NaN') OVER w / vesu.cagr(b, 252) FILTER (WHERE b > 0 AND b <> 'NaN') OVER w AS up_capture,
       vesu.cagr(r, 252) FILTER (WHERE b < 0) OVER w / vesu.cagr(b, 252) FILTER (WHERE b < 0) OVER w AS down_capture
  FROM vectors AS v JOIN series AS s ON s.id = v.id
WINDOW w AS (PARTITION BY v.id ORDER BY i ROWS 5 PRECEDING);
-- Daily returns begin on 2000-01-30, weekly ones end on that day, monthly ones with that month.
CREATE TABLE calendar AS
SELECT v.id, vesu.cumulative_return(r) AS cumulative_return, min(i) AS i
  FROM vectors AS v JOIN series AS s ON s.id = v.id
 CROSS JOIN LATERAL (SELECT CASE params ->> 'fixture' WHEN 'simple_benchmark' THEN '1 day' WHEN 'weekly_returns' THEN '1 week'
                                 ELSE '1 month' END::interval AS step) AS steps
 WHERE metric = 'aggregate_returns'
 GROUP BY v.id, date_trunc(replace(params ->> 'convert_to', 'ly', ''), timestamp '2000-01-30' + step * (i - 1));

CREATE TABLE results AS
SELECT v.id, CASE metric
           WHEN 'cum_returns_final' THEN ARRAY[cumulative_return]
           WHEN 'cagr' THEN ARRAY[cagr]
           WHEN 'annual_return_cagr' THEN ARRAY[cagr]
           WHEN 'annual_volatility' THEN ARRAY[volatility]
           WHEN 'sharpe_ratio' THEN ARRAY[sharpe_ratio]
           WHEN 'downside_risk' THEN ARRAY[downside_deviation]
           WHEN 'sortino_ratio' THEN ARRAY[sortino_ratio]
           WHEN 'omega_ratio' THEN ARRAY[omega_ratio]
           WHEN 'information_ratio_unannualised' THEN ARRAY[information_ratio]
           WHEN 'alpha_beta' THEN ARRAY[alpha, beta]
           WHEN 'alpha' THEN ARRAY[alpha]
           WHEN 'capture' THEN ARRAY[capture]
           WHEN 'up_capture' THEN ARRAY[up_capture]
           WHEN 'down_capture' THEN ARRAY[down_capture]
           WHEN 'up_down_capture' THEN ARRAY[up_capture / down_capture]
           WHEN 'cum_returns' THEN ARRAY(SELECT w.value FROM windows AS w WHERE w.id = v.id ORDER BY i)
           WHEN 'aggregate_returns' THEN ARRAY(SELECT c.cumulative_return FROM calendar AS c WHERE c.id = v.id ORDER BY i)
           WHEN 'rolling_sharpe' THEN ARRAY(SELECT w.sharpe_ratio FROM windows AS w WHERE w.id = v.id AND is_full ORDER BY i)
           WHEN 'rolling_up_capture' THEN ARRAY(SELECT w.up_capture FROM windows AS w WHERE w.id = v.id AND is_full ORDER BY i)
           WHEN 'rolling_down_capture' THEN ARRAY(SELECT w.down_capture FROM windows AS w WHERE w.id = v.id AND is_full ORDER BY i)
           WHEN 'rolling_alpha_beta' THEN ARRAY(SELECT unnest(ARRAY[w.alpha, w.beta]) FROM windows AS w WHERE w.id = v.id AND is_full ORDER BY i)
       END AS actual,
       ARRAY(SELECT (e #>> '{}')::float8 FROM jsonb_path_query(expected, 'lax $[*][*]') WITH ORDINALITY AS elements (e, place) ORDER BY place)
           AS expected
  FROM vectors AS v JOIN scalars AS s ON s.id = v.id;
-- Those without a result here belong to the statistics of order and path, or to none: no aggregate estimates a generalized
-- Pareto distribution or counts how often a benchmark was beaten.
SELECT metric, count(*) AS vectors, count(actual) AS compared, sum(cardinality(actual)) AS numbers,
       count(*) FILTER (WHERE cardinality(actual) = cardinality(r.expected)
                          AND NOT EXISTS (SELECT FROM unnest(actual, r.expected) AS pairs (a, e)
                                           WHERE NOT pg_temp.same(a, e, tolerance))) AS agree
  FROM vectors AS v JOIN results AS r USING (id)
 GROUP BY metric ORDER BY metric;
SELECT id, metric, actual, r.expected
  FROM vectors AS v JOIN results AS r USING (id)
 WHERE cardinality(actual) <> cardinality(r.expected)
    OR (actual IS NOT NULL AND EXISTS (SELECT FROM unnest(actual, r.expected) AS pairs (a, e) WHERE NOT pg_temp.same(a, e, tolerance)))
 ORDER BY id;

-- The cases of the portfolio's own statistics; of the sharpe ratio and volatility they take the deviation of a population.
\set path :directory '/vectors/portfolio_cases.csv'
CREATE TABLE portfolio_cases (case_id text, function text, input jsonb, expected text, note text);
\set copy '\\copy portfolio_cases FROM ' :path ' WITH (FORMAT csv, HEADER)'
:copy
SELECT case_id, function, round(actual::numeric, 12) AS actual, pg_temp.same(actual, expected::float8, 1e-12) AS agrees
  FROM (SELECT case_id, function, expected, CASE function
                   WHEN 'stddev_pop' THEN vesu.volatility(r, 1, 0)
                   WHEN 'volatility' THEN vesu.volatility(r, (input -> 'periods')::float8, 0)
                   WHEN 'sharpe' THEN vesu.sharpe_ratio(r, (input -> 'rf')::float8 / (input -> 'periods')::float8, (input -> 'periods')::float8, 0)
                   WHEN 'sharpe_compound' THEN
                       ((1 + avg(r)) ^ 365 - 1 - (input -> 'rf')::float8) / vesu.volatility(r, (input -> 'periods')::float8, 0)
               END AS actual
          FROM portfolio_cases
         CROSS JOIN LATERAL (SELECT price::float8 / lag(price::float8) OVER (ORDER BY i) - 1 AS r
                               FROM jsonb_array_elements_text(input -> 'prices') WITH ORDINALITY AS prices (price, i)) AS returns
         WHERE function IN ('stddev_pop', 'volatility', 'sharpe', 'sharpe_compound')
         GROUP BY case_id, function, input, expected) AS computed
 ORDER BY case_id;

-- What is undefined, and where the border is: rows, and values that are not NaN among them.
SELECT scenario, vesu.cumulative_return(r), vesu.cagr(r), vesu.volatility(r), vesu.volatility(r, 1, 0) AS population, vesu.sharpe_ratio(r, 0, 1, 0) AS sharpe,
       vesu.downside_deviation(r, 0, 1) AS downside, vesu.sortino_ratio(r, 0, 1) AS sortino, vesu.omega_ratio(r) AS omega,
       vesu.beta(r, r + 1) AS beta, vesu.correlation(r, r + 1) AS correlation, vesu.information_ratio(r, -r) AS information
  FROM (VALUES ('1 only NULL', '{NULL,NULL}'::float8[]), ('2 only NaN', '{NaN,NaN}'), ('3 one', '{-0.5}'), ('4 one and NULL', '{-0.5,NULL}'),
               ('5 one and NaN', '{-0.5,NaN}'), ('6 two', '{-0.5,0.5}'), ('7 a total loss', '{0.5,-1}'), ('8 more than that', '{0.5,-3}'),
               ('9 zeros', '{0,0,0}')) AS cases (scenario, returns)
 CROSS JOIN LATERAL unnest(returns) AS r
 GROUP BY scenario ORDER BY scenario;
SELECT vesu.cumulative_return(r), vesu.cagr(r), vesu.volatility(r), vesu.sharpe_ratio(r), vesu.downside_deviation(r), vesu.sortino_ratio(r),
       vesu.omega_ratio(r), vesu.beta(r, r), vesu.alpha(r, r), vesu.correlation(r, r), vesu.information_ratio(r, r)
  FROM (SELECT 1.0 AS r WHERE false) AS nothing;
-- NULL on a side of a pair: no row; NaN: a period, without observation.
SELECT scenario, vesu.beta(r, b), vesu.information_ratio(r, b)
  FROM (VALUES ('1 plain', '{1,2,4}'::float8[], '{3,1,2}'::float8[]), ('2 NULL', '{1,9,2,4}', '{3,NULL,1,2}'), ('3 NULL', '{1,NULL,2,4}', '{3,9,1,2}'),
               ('4 NaN', '{1,9,2,4}', '{3,NaN,1,2}'), ('5 NaN', '{1,NaN,2,4}', '{3,9,1,2}')) AS cases (scenario, returns, benchmark)
 CROSS JOIN LATERAL unnest(returns, benchmark) AS pairs (r, b)
 GROUP BY scenario ORDER BY scenario;
-- cagr counts the periods without observation, the mean does not.
SELECT round(vesu.cagr(r, 252)::numeric, 8) AS counted, round(vesu.cagr(r, 252) FILTER (WHERE r <> 'NaN')::numeric, 8) AS left_out
  FROM named_series WHERE name = 'M';

-- A product beyond the range of a double, and back.
SELECT vesu.cumulative_return(r) AS growing, vesu.cagr(r, 1) AS yearly, vesu.cumulative_return(-r / 2) AS shrinking
  FROM (SELECT 1.0::float8 AS r FROM generate_series(1, 5000)) AS doublings;
SELECT vesu.cumulative_return(r) AS there_and_back FROM (SELECT CASE i % 2 WHEN 0 THEN 1 ELSE -0.5 END AS r FROM generate_series(1, 100000) AS i) AS t;
SELECT vesu.cumulative_return(CASE WHEN i <= 3000 THEN 1 ELSE -0.5 END) AS there_and_back FROM generate_series(1, 6000) AS i;

-- The same optional argument in all its spellings; NULL is the default.
SELECT vesu.sharpe_ratio(r, 0, 365, 1) = vesu.sharpe_ratio(r) AS defaults, vesu.sharpe_ratio(r, NULL, NULL, NULL) = vesu.sharpe_ratio(r) AS nulls,
       vesu.sharpe_ratio(r, '0', '365', '1') = vesu.sharpe_ratio(r) AS literals, vesu.sharpe_ratio(r, 0, 365::numeric, 1::smallint) = vesu.sharpe_ratio(r) AS types,
       vesu.omega_ratio(r, NULL, 0) = vesu.omega_ratio(r) AS omega, vesu.omega_ratio(r, 0, 0.1, 1) = vesu.omega_ratio(r, 0.1) AS per_period,
       vesu.information_ratio(r, 0) = vesu.information_ratio(r, 0, 1) AS information, vesu.alpha(r, r * r, 0) = vesu.alpha(r, r * r, NULL, 365) AS alpha
  FROM named_series WHERE name = 'P';
SELECT vesu.sharpe_ratio(DISTINCT r) = vesu.sharpe_ratio(r) FILTER (WHERE i <> 2) AS "distinct", vesu.volatility(r ORDER BY r) = vesu.volatility(r) AS ordered
  FROM (SELECT i, CASE i WHEN 2 THEN (SELECT r FROM named_series WHERE name = 'P' AND i = 1) ELSE r END AS r FROM named_series WHERE name = 'P') AS t;

-- Aggregates with the same arguments share one transition function, and with it one pass.
SELECT aggtransfn::regprocedure AS transition, string_agg(aggfnoid::text, ', ' ORDER BY aggfnoid::text) AS aggregates
  FROM pg_aggregate WHERE aggtransfn::regproc::text ~ '^vesu\.(growth|moments|shortfalls|gains_and_losses|pairs|\w+_accumulate)'
   AND aggfnoid::regproc::text = ANY ('{vesu.cumulative_return,vesu.cagr,vesu.volatility,vesu.sharpe_ratio,vesu.downside_deviation,vesu.sortino_ratio,vesu.omega_ratio,vesu.beta,vesu.alpha,vesu.correlation,vesu.information_ratio}')
 GROUP BY aggtransfn ORDER BY aggtransfn::regprocedure::text COLLATE "C";
-- What every overload has.
SELECT proname, count(*) AS overloads, bool_and(proparallel = 's' AND provolatile = 'i') AS parallel_safe,
       bool_and(aggcombinefn <> 0 AND aggserialfn <> 0 AND aggdeserialfn <> 0) AS combines, bool_and(aggmtransfn = aggtransfn AND aggminvtransfn <> 0) AS moves,
       string_agg(pg_get_function_arguments(p.oid), ' | ' ORDER BY pronargs) AS arguments
  FROM pg_aggregate AS a JOIN pg_proc AS p ON p.oid = aggfnoid
 WHERE proname = ANY ('{cumulative_return,cagr,volatility,sharpe_ratio,downside_deviation,sortino_ratio,omega_ratio,beta,alpha,correlation,information_ratio}')
 GROUP BY proname ORDER BY proname;
DROP TABLE named_series, vectors, series, cases, scalars, windows, calendar, results, portfolio_cases;

-- A deviation is zero below 1e-15, not at it.
SELECT d.deviation, vesu.volatility(0.3 + sign * d.deviation, 1, 0) AS volatility, vesu.sharpe_ratio(0.3 + sign * d.deviation, 0, 1, 0) > 2e14 AS is_large,
       vesu.sharpe_ratio(0.3 + sign * d.deviation, 0, 1, 0) = 'Infinity' AS is_infinite
  FROM (VALUES (0.9e-15::float8), (1.1e-15)) AS d (deviation) CROSS JOIN (VALUES (1), (-1)) AS s (sign) GROUP BY d.deviation ORDER BY d.deviation;
