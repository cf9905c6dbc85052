-- What the functions of portfolio risk refuse: one line of code each, with value, DETAIL and HINT.
\getenv directory PG_ABS_SRCDIR
\set report :directory '/sql/support/report.sql'
\i :report
SELECT statement, pg_temp.report('SELECT vesu.' || statement)
  FROM (VALUES
    (1, $$parametric_var(-1, 1)$$),
    (2, $$parametric_var('NaN', 1)$$),
    (3, $$parametric_var(1, -0.5)$$),
    (4, $$parametric_var(1, 'Infinity')$$),
    (5, $$parametric_var(1, 1, 0)$$),
    (6, $$parametric_var(1, 1, 1)$$),
    (7, $$parametric_cvar(1, 1, 95)$$),
    (8, $$parametric_cvar(1, 1, .95, 0)$$),
    (9, $$parametric_cvar(1, 1, .95, -1)$$),
    (10, $$parametric_var(1e300, 1e300)$$),
    (11, $$herfindahl('{1,-1}')$$),
    (12, $$concentration('{1,NaN}')$$),
    (13, $$herfindahl('{1,NULL}')$$),
    (14, $$concentration('{{1,2},{3,4}}')$$),
    (15, $$portfolio_volatility('{1,2}', '{1}', '{{1,0},{0,1}}')$$),
    (16, $$portfolio_volatility('{1,2}', '{1,1}', '{{1}}')$$),
    (17, $$portfolio_volatility('{1,2}', '{1,1}', '{1,0,0,1}')$$),
    (18, $$portfolio_volatility('{1,2}', '{1,NULL}', '{{1,0},{0,1}}')$$),
    (19, $$portfolio_volatility('{1,2}', '{1,1}', '{{1,NULL},{0,1}}')$$),
    (20, $$portfolio_volatility('{1,Infinity}', '{1,1}', '{{1,0},{0,1}}')$$),
    (21, $$portfolio_volatility('{1,2}', '{1,-1}', '{{1,0},{0,1}}')$$),
    (22, $$portfolio_volatility('{1,2}', '{1,1}', '{{1,.5},{.4,1}}')$$),
    (23, $$portfolio_volatility('{1,2}', '{1,1}', '{{1,0},{0,0.99}}')$$),
    (24, $$portfolio_volatility('{1,2}', '{1,1}', '{{1,1.5},{1.5,1}}')$$),
    (25, $$portfolio_volatility('{1,2}', '{1,1}', '{{1,NaN},{NaN,1}}')$$),
    (26, $$portfolio_volatility('{1,1,1}', '{1,1,1}', '{{1,-1,-1},{-1,1,-1},{-1,-1,1}}')$$),
    (27, $$portfolio_volatility('{}', '{}', '{{1}}')$$),
    (28, $$portfolio_volatility('{1e300}', '{1e300}', '{{1}}')$$),
    (29, $$diversification_score('{{1,0}}')$$),
    (30, $$diversification_score('{{1,-1.01},{-1.01,1}}')$$),
    (31, $$diversification_score('{{{1}}}')$$),
    (32, $$monte_carlo_var('{1,2}', '{1}', '{{1,0},{0,1}}')$$),
    (33, $$monte_carlo_var('{1,2,3}', '{1,1,1}', '{{1,.9,-.9},{.9,1,.9},{-.9,.9,1}}')$$),
    (34, $$monte_carlo_var('{1,2,3}', '{1,1,1}', '{{1,1,0},{1,1,.5},{0,.5,1}}')$$),
    (35, $$monte_carlo_var('{1}', '{1}', '{{1}}', 1.5)$$),
    (36, $$monte_carlo_var('{1}', '{1}', '{{1}}', paths => 0)$$),
    (37, $$monte_carlo_var('{1}', '{1}', '{{1}}', paths => 10000001)$$),
    (38, $$monte_carlo_var('{1}', '{1}', '{{1}}', days => 0)$$),
    (39, $$monte_carlo_var('{1}', '{1}', '{{1}}', periods => 0)$$),
    (40, $$monte_carlo_var('{1e308}', '{400}', '{{1}}')$$),
    (41, $$risk_score(1.01, 0)$$),
    (42, $$risk_score(0, -0.01)$$),
    (43, $$risk_score('NaN', 0)$$)
  ) AS cases (number, statement)
 ORDER BY number;
-- The edge of what is forgiven: 1e-10, in the matrix and in the pivots.
SELECT pg_temp.report($$SELECT vesu.diversification_score('{{1,.5},{.5000000002,1}}')$$),
       vesu.diversification_score('{{1,.5},{.50000000005,1}}') AS forgiven;
SELECT (vesu.monte_carlo_var('{1,1}', '{1,1}', '{{1,1.00000000004},{1.00000000004,1}}', paths => 2)).var IS NOT NULL AS forgiven,
       pg_temp.report($$SELECT vesu.monte_carlo_var('{1,1}', '{1,1}', '{{1,1.00000000009},{1.00000000009,1}}', paths => 2)$$);
