-- The pure functions of portfolio risk: the cases of the contract, every golden case, exact limits, NULL, and the same bits.
SET extra_float_digits = 1;
SELECT scenario, expected, round(actual::numeric, scale) AS actual, round(actual::numeric, scale) = expected AS agrees
  FROM (VALUES
    (1, 'volatility of two halves', 8, 0.61684682, vesu.portfolio_volatility('{.5,.5}', '{.6,.7}', '{{1,.8},{.8,1}}')),
    (2, 'value at risk of it', 2, 101462.27, vesu.parametric_var(100000, vesu.portfolio_volatility('{.5,.5}', '{.6,.7}', '{{1,.8},{.8,1}}'), .95)),
    (3, 'at 99 %', 2, 143500.03, vesu.parametric_var(100000, vesu.portfolio_volatility('{.5,.5}', '{.6,.7}', '{{1,.8},{.8,1}}'), .99)),
    (4, 'expected shortfall of it', 2, 127237.78, vesu.parametric_cvar(100000, vesu.portfolio_volatility('{.5,.5}', '{.6,.7}', '{{1,.8},{.8,1}}'))),
    (5, 'volatility of three', 8, 0.53791356, vesu.portfolio_volatility('{.75,.15,.1}', '{.6,.7,.02}', '{{1,.8,.1},{.8,1,.1},{.1,.1,1}}')),
    (6, 'Herfindahl of three', 12, 0.595, vesu.herfindahl('{.75,.15,.1}')),
    (7, 'concentration of three', 12, 0.3925, vesu.concentration('{.75,.15,.1}')),
    (8, 'a day of a yearly volatility', 2, 3443.82, vesu.parametric_var(100000, .4, .95, 1/365.0)),
    (9, 'diversification of four', 12, 0.6, vesu.diversification_score('{{1,.8,.6,.1},{.8,1,.7,.1},{.6,.7,1,.1},{.1,.1,.1,1}}')),
    (10, 'a debt lowers what moves with it', 12, 0.1, vesu.portfolio_volatility('{2,-1}', '{.1,.1}', '{{1,1},{1,1}}')),
    (11, 'rounding never makes a variance negative', 12, 0, vesu.portfolio_volatility('{.1,-.3}', '{.3,.1}', '{{1,1},{1,1}}')),
    (12, 'level below a half: a gain', 6, -52440.051271, vesu.parametric_var(100000, 1, .3)),
    (13, 'great weights', 12, 0.5, vesu.herfindahl('{1e308,1e308}')),
    (14, 'tiny weights', 12, 0.5, vesu.herfindahl('{1e-300,1e-300}')),
    (15, 'a weight of 0 counts as one of n', 12, 0.25, vesu.concentration('{1,1,0}')),
    (16, 'one weight', 12, 1, vesu.concentration('{7}')),
    (17, 'off by rounding is forgiven', 8, 0.61684682, vesu.portfolio_volatility('{.5,.5}', '{.6,.7}', '{{1.00000000001,.8},{.80000000001,1}}'))
  ) AS cases (number, scenario, scale, expected, actual)
 ORDER BY number;

-- Where each level of severity ends, and how a score is put together: decimals, not their neighbours in binary.
SELECT score, vesu.risk_severity(score) FROM unnest(ARRAY[0, 0.4, 0.400000000000000001, 0.6, 0.61, 0.8, 0.800000000000000001, 1, NULL]) AS score;
SELECT vesu.risk_severity(0.61) > 'medium' AS compares;
SELECT hhi, liquidity, vesu.risk_score(hhi, liquidity), vesu.risk_severity(vesu.risk_score(hhi, liquidity))
  FROM (VALUES (0.595, 0.9), (1, 0), (0, 1), (0, 0), (1, 1), (0.7, 0.8), (0.1, 0.3), (NULL, 1), (1, NULL)) AS cases (hhi, liquidity);

-- A distance is rounded down on both sides of 0.
SELECT price, liquidation_price, vesu.liquidation_distance(price, liquidation_price)
  FROM (VALUES (2000, 625), (2000, 3000), (3, 1), (3, 2), (3, 4), (3, 3), (1e-18, 1), (0, 1), (-1, 1), (2000, numeric 'Infinity'), (2000, 0),
               (NULL, 1), (1, NULL)) AS cases (price, liquidation_price);

-- NULL in, NULL out; and what is undefined.
SELECT vesu.portfolio_volatility(NULL, '{1}', '{{1}}') IS NULL AND vesu.portfolio_volatility('{1}', NULL, '{{1}}') IS NULL
       AND vesu.portfolio_volatility('{1}', '{1}', NULL) IS NULL AS volatility,
       vesu.parametric_var(NULL, 1) IS NULL AND vesu.parametric_var(1, NULL) IS NULL AND vesu.parametric_var(1, 1, NULL) IS NULL
       AND vesu.parametric_var(1, 1, .95, NULL) IS NULL AS var,
       vesu.parametric_cvar(NULL, 1) IS NULL AND vesu.parametric_cvar(1, 1, .95, NULL) IS NULL AS cvar,
       vesu.herfindahl(NULL) IS NULL AND vesu.concentration(NULL) IS NULL AND vesu.diversification_score(NULL) IS NULL AS shapes,
       vesu.monte_carlo_var('{1}', '{1}', '{{1}}', seed => NULL) IS NULL AS simulation;
SELECT vesu.portfolio_volatility('{}', '{}', '{}') AS of_nothing, vesu.herfindahl('{}') AS no_weights, vesu.herfindahl('{0,0}') AS no_weight,
       vesu.concentration('{0,0}') AS no_concentration, vesu.diversification_score('{}') AS no_assets,
       vesu.diversification_score('{{1}}') AS no_pair, vesu.monte_carlo_var('{}', '{}', '{}') AS no_money;

-- The simulation. One path and one period of each: the same bits as everywhere.
SELECT * FROM vesu.monte_carlo_var('{100000}', '{.4}', '{{1}}');
SELECT * FROM vesu.monte_carlo_var('{60000,40000,-20000}', '{.5,.6,.02}', '{{1,.7,0},{.7,1,.1},{0,.1,1}}', .99, 1000, 7, -1, 252);
SELECT * FROM vesu.monte_carlo_var('{100000}', '{.4}', '{{1}}', paths => 1);
SELECT seed, var FROM generate_series(41, 43) AS seed CROSS JOIN LATERAL vesu.monte_carlo_var('{100000}', '{.4}', '{{1}}', paths => 500, seed => seed);
-- Near what the log-normal distribution says, 100000(1 - exp(-s^2/2 - s z)), s = 0.4 sqrt(30/365).
SELECT abs(var / 17733.10 - 1) < 0.01 AS var, abs(mean) < 4 * stddev / sqrt(200000) AS mean,
       abs(stddev / (100000 * sqrt(exp(.16 * 30 / 365) - 1)) - 1) < 0.01 AS stddev, cvar BETWEEN var AND worst AS cvar, worst > cvar AS worst
  FROM vesu.monte_carlo_var('{100000}', '{.4}', '{{1}}', paths => 200000);
-- Assets that are one, split in two; and a perfect hedge.
SELECT round((one.var - two.var)::numeric, 6) AS split, hedged.var AS hedged, hedged.worst
  FROM vesu.monte_carlo_var('{100000}', '{.4}', '{{1}}', paths => 1000) AS one,
       vesu.monte_carlo_var('{100000,-100000}', '{.4,.4}', '{{1,1},{1,1}}', paths => 1000) AS hedged,
       LATERAL (SELECT m.var FROM vesu.monte_carlo_var('{100000,0}', '{.4,.9}', '{{1,1},{1,1}}', paths => 1000) AS m) AS two;
-- The levels of a quantile of samples include both ends.
SELECT at_one.worst = at_one.var AS level_1, at_zero.var = -(vesu.monte_carlo_var('{-100000}', '{.4}', '{{1}}', paths => 1000)).worst AS level_0
  FROM vesu.monte_carlo_var('{100000}', '{.4}', '{{1}}', 1, 1000) AS at_one, vesu.monte_carlo_var('{100000}', '{.4}', '{{1}}', 0, 1000) AS at_zero;

-- The golden cases. z is rounded there to three digits: its value at risk is ours times z / our z.
BEGIN;
\getenv directory PG_ABS_SRCDIR
\set path :directory '/vectors/portfolio_cases.csv'
CREATE TEMPORARY TABLE portfolio_cases (case_id text PRIMARY KEY, function text, input jsonb, expected jsonb, note text);
CREATE TEMPORARY TABLE loaded (case_id text, function text, input jsonb, expected text, note text);
\set ECHO none
\set copy '\\copy loaded FROM ' :'path' ' WITH (FORMAT csv, HEADER)'
:copy
\set ECHO all
INSERT INTO portfolio_cases
SELECT case_id, function, input, CASE WHEN expected ~ '^[a-z]+$' AND expected <> 'null' THEN to_jsonb(expected) ELSE expected::jsonb END, note FROM loaded;
CREATE FUNCTION pg_temp.numbers(given jsonb) RETURNS float8[] LANGUAGE sql AS $$
    SELECT array_agg(v::float8 ORDER BY place) FROM jsonb_array_elements_text(given) WITH ORDINALITY AS t (v, place) $$;
CREATE FUNCTION pg_temp.matrix(given jsonb) RETURNS float8[] LANGUAGE sql AS $$
    SELECT array_agg(pg_temp.numbers(r) ORDER BY place) FROM jsonb_array_elements(given) WITH ORDINALITY AS t (r, place) $$;
CREATE TEMPORARY TABLE asserted AS
SELECT c.case_id, c.function, c.expected, actual.value, actual.tolerance
  FROM portfolio_cases AS c
 CROSS JOIN LATERAL (SELECT pg_temp.numbers(c.input -> 'values') AS amounts, pg_temp.numbers(c.input -> 'sigma') AS sigmas,
                            pg_temp.matrix(c.input -> 'corr') AS correlations, (c.input ->> 'z')::float8 AS z) AS given
 CROSS JOIN LATERAL (SELECT (SELECT sum(a) FROM unnest(given.amounts) AS a) AS total) AS sums
 CROSS JOIN LATERAL (
        SELECT to_jsonb(vesu.portfolio_volatility(given.amounts, given.sigmas, given.correlations) / sums.total), 1e-12 WHERE c.function = 'portfolio_volatility'
         UNION ALL
        SELECT to_jsonb(vesu.parametric_var(1, vesu.portfolio_volatility(given.amounts, given.sigmas, given.correlations), level.level) / level.z * given.z), 1e-6
          FROM (VALUES (1.645, .95, vesu.parametric_var(1, 1, .95)), (2.326, .99, vesu.parametric_var(1, 1, .99))) AS level (rounded, level, z)
         WHERE c.function = 'var_param' AND level.rounded = given.z
         UNION ALL
        SELECT to_jsonb(vesu.parametric_cvar(1, vesu.portfolio_volatility(given.amounts, given.sigmas, given.correlations)) / vesu.parametric_cvar(1, 1) * given.z), 1e-6
         WHERE c.function = 'cvar_param' AND given.z = 2.063
         UNION ALL
        SELECT to_jsonb(vesu.herfindahl(given.amounts)), 1e-12 WHERE c.function = 'hhi'
         UNION ALL
        SELECT to_jsonb(vesu.concentration(given.amounts)), 1e-12 WHERE c.function = 'concentration'
         UNION ALL
        SELECT to_jsonb(vesu.diversification_score(given.correlations)), 1e-12 WHERE c.function = 'diversification_score'
         UNION ALL
        SELECT to_jsonb(vesu.risk_severity((c.input ->> 'score')::numeric)), NULL WHERE c.function = 'risk_severity'
         UNION ALL
        SELECT to_jsonb(vesu.liquidation_distance(held.price, vesu.liquidation_price(held.collateral, held.lt, held.debt, 1))), 1e-12
          FROM jsonb_to_record(c.input) AS held (collateral numeric, price numeric, debt numeric, lt numeric)
         WHERE c.function = 'liquidation_distance'
         UNION ALL
        SELECT to_jsonb(CASE c.function WHEN 'health_factor' THEN vesu.health_factor(held.collateral, held.price, held.lt, held.debt, 1)
                                        ELSE vesu.liquidation_price(held.collateral, held.lt, held.debt, 1) END), 1e-12
          FROM jsonb_to_record(c.input) AS held (collateral numeric, price numeric, debt numeric, lt numeric)
         WHERE c.function IN ('health_factor', 'liquidation_price')) AS actual (value, tolerance);
SELECT case_id, function, expected, value AS actual,
       CASE WHEN tolerance IS NULL OR expected = 'null' THEN expected = coalesce(value, 'null') ELSE abs((expected #>> '{}')::float8 - (value #>> '{}')::float8) <= tolerance * greatest(1, abs((expected #>> '{}')::float8)) END AS agrees
  FROM asserted ORDER BY substr(case_id, 2)::int;
-- Which other cases are asserted where, or not at all, and why. None is left.
SELECT c.function, string_agg(c.case_id, ' ' ORDER BY substr(c.case_id, 2)::int) AS cases, other.reason
  FROM portfolio_cases AS c
  LEFT JOIN (VALUES
    ('returns', 'simple returns are the input of the risk aggregates'), ('stddev_pop', 'volatility with ddof 0, among the risk aggregates'),
    ('volatility', 'volatility with ddof 0, among the risk aggregates'), ('sharpe', 'sharpe_ratio, among the risk aggregates'),
    ('sharpe_compound', 'replaced: a compounded mean is no Sharpe ratio'), ('sortino', 'replaced: divides by all returns, not by those that lose'),
    ('win_rate', 'left out: a count, not a risk'), ('max_drawdown', 'max_drawdown, among the risk aggregates'),
    ('var_hist', 'value_at_risk; replaced where sorted[floor((1-c)n)] skips every loss'), ('expected_shortfall_tail', 'conditional_value_at_risk, among the risk aggregates'),
    ('diversification_ratio', 'replaced by diversification_score'), ('stress', 'left out: its falls are fixed'), ('twap', 'twap, among the risk aggregates'), ('position_risk_score', 'replaced by risk_score'), ('best_yield_score', 'replaced by risk_adjusted_apy of the roll-ups'),
    ('rebalance', 'rebalance_plan, in portfolio_rebalance'), ('hf_level', 'replaced by vesu_portfolio.liquidation_score, in portfolio_assessment')
  ) AS other (function, reason) ON other.function = c.function
 WHERE c.case_id NOT IN (SELECT a.case_id FROM asserted AS a)
 GROUP BY c.function, other.reason
 ORDER BY min(substr(c.case_id, 2)::int);
SELECT count(*) AS asserted, (SELECT count(*) FROM portfolio_cases) AS cases FROM asserted;
ROLLBACK;
