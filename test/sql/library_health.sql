-- The pure functions of lending: the cases of the contract, NULL, every error.
\getenv directory PG_ABS_SRCDIR
\set report :directory '/sql/support/report.sql'
\i :report
\pset null NULL

SELECT scenario, expected, actual, actual IS NOT DISTINCT FROM expected AS agrees
  FROM (VALUES
    ('health factor: no debt',               NULL, vesu.health_factor(1.5, 2500, 0.8, 0, 1)),
    ('health factor: three',                 3, vesu.health_factor(1.5, 2500, 0.8, 1000, 1)),
    ('health factor: exactly one',           1, vesu.health_factor(1, 2500, 0.8, 2000, 1)),
    ('health factor: no collateral',         0, vesu.health_factor(0, 2500, 0.8, 1000, 1)),
    ('health factor: price 2500',            1.428571428571428571, vesu.health_factor(1.5, 2500, 0.8, 2100, 1)),
    ('health factor: price 1800',            1.028571428571428571, vesu.health_factor(1.5, 1800, 0.8, 2100, 1)),
    ('health factor: price 1600',            0.914285714285714285, vesu.health_factor(1.5, 1600, 0.8, 2100, 1)),
    ('health factor: small amounts',         140, vesu.health_factor(0.1, 100, 0.7, 0.1, 0.5)),
    ('health factor: one unit of debt',      2e21, vesu.health_factor(1, 2500, 0.8, 1e-18, 1)),
    ('health factor: many digits',           4.048782921475979998,
        vesu.health_factor(10.123456789, 2500.123456789, 0.8, 5000.987654321, 1.000000001)),
    ('health factor: just below one',        0.999999999999999999, vesu.health_factor(1, 2500, 0.8, 2000.000000000000000001, 1)),
    ('health factor: largest table values',  0.8, vesu.health_factor(999999999999999999.999999999999999999,
        999999999999999999.999999999999999999, 0.8, 999999999999999999.999999999999999999, 999999999999999999.999999999999999999)),
    ('health factor: threshold zero',        0, vesu.health_factor(1, 2500, 0, 1, 1)),
    ('health factor: 60 decimals',           1e-18, vesu.health_factor(1e-60, 1e60, 0.1, 1, 1e17)),
    ('health factor: 100 digits',            1e20, vesu.health_factor(1e100, 1, 1, 1e80, 1)),
    ('loan to value',                        0.266666666666666667, vesu.loan_to_value(1.5, 2500, 1000, 1)),
    ('loan to value: no collateral',         'Infinity', vesu.loan_to_value(0, 2500, 1000, 1)),
    ('loan to value: no debt',               0, vesu.loan_to_value(0, 2500, 0, 1)),
    ('loan to value: rounds up',             1e-18, vesu.loan_to_value(1, 2500, 1e-18, 1)),
    ('liquidation price',                    833.333333333333333334, vesu.liquidation_price(1.5, 0.8, 1000, 1)),
    ('liquidation price: no debt',           NULL, vesu.liquidation_price(1.5, 0.8, 0, 1)),
    ('liquidation price: no collateral',     'Infinity', vesu.liquidation_price(0, 0.8, 1, 1)),
    ('liquidation price: threshold zero',    'Infinity', vesu.liquidation_price(1, 0, 1, 1)),
    ('borrow',                               2812.5, vesu.max_borrow(1.5, 2500, 0.75, 0, 1)),
    ('borrow: with debt',                    1812.5, vesu.max_borrow(1.5, 2500, 0.75, 1000, 1)),
    ('borrow: never negative',               0, vesu.max_borrow(1.5, 2500, 0.75, 3000, 1)),
    ('borrow: rounds down',                  0.333333333333333333, vesu.max_borrow(1, 1, 1, 0, 3)),
    ('withdraw',                             1, vesu.max_withdraw(1.5, 2500, 0.8, 1000, 1)),
    ('withdraw: no debt',                    1.5, vesu.max_withdraw(1.5, 2500, 0.8, 0, 1)),
    ('withdraw: too little',                 0, vesu.max_withdraw(0.5, 2500, 0.8, 1000, 1)),
    ('withdraw: floor 1.5',                  0.75, vesu.max_withdraw(1.5, 2500, 0.8, 1000, 1, 1.5)),
    ('withdraw: rounds down',                0.583333333333333333, vesu.max_withdraw(1, 3000, 0.8, 1000, 1)),
    ('withdraw: threshold zero',             0, vesu.max_withdraw(1, 3000, 0, 1000, 1)),
    ('utilization',                          0.75, vesu.utilization(750000, 1000000)),
    ('utilization: not capped',              1.5, vesu.utilization(150, 100)),
    ('utilization: no supply',               0, vesu.utilization(1, 0)),
    ('ratio: rounds down',                   0.666666666666666666, vesu.ratio(2, 3)),
    ('ratio: by zero',                       0, vesu.ratio(2, 0)),
    ('vTokens minted: rounds down',          1.470588235294117647, vesu.vtokens_for_assets(1.5, 1.02)),
    ('vTokens burned: rounds up',            1.470588235294117648, vesu.burned_vtokens(1.5, 1.02)),
    ('assets of vTokens',                    1.49999976, vesu.assets_for_vtokens(1.470588, 1.02)),
    ('assets of vTokens: rounds down',       0.999999999999999999, vesu.assets_for_vtokens(0.333333333333333333, 3)),
    ('yield',                                0.045205479452054794, vesu.simple_yield(10, 0.055, 30)),
    ('yield: larger',                        33.698630136986301369, vesu.simple_yield(5000, 0.082, 30))
  ) AS cases (scenario, expected, actual);

-- A health factor below 1 and "undercollateralized" are one question.
SELECT scenario, vesu.is_undercollateralized(collateral, price, threshold, debt, 1) AS undercollateralized,
       vesu.health_factor(collateral, price, threshold, debt, 1) < 1 AS below_one
  FROM (VALUES
    ('1 exactly at the limit', 1,    2500, 0.8, 2000),
    ('2 one unit above',       1,    2500, 0.8, 2000.000000000000000001),
    ('3 one unit below',       1,    2500, 0.8, 1999.999999999999999999),
    ('4 no debt',              1,    2500, 0.8, 0),
    ('5 nothing at all',       0,    2500, 0.8, 0),
    ('6 debt alone',           0,    2500, 0.8, 1e-18)
  ) AS cases (scenario, collateral, price, threshold, debt)
 ORDER BY scenario;

WITH cases AS (
    SELECT abs(hashint8extended(i, 1)::numeric) * format('1e%s', i % 19 - 18)::numeric AS collateral,
           abs(hashint8extended(i, 2)::numeric) / 1000000000 + 0.000001 AS collateral_price,
           (i % 10001)::numeric / 10000 AS threshold,
           abs(hashint8extended(i, 3)::numeric) * format('1e%s', i % 17 - 18)::numeric AS debt,
           abs(hashint8extended(i, 4)::numeric) / 1000000000 + 0.000001 AS debt_price
      FROM generate_series(1, 20000) AS i)
SELECT count(*) AS compared,
       count(*) FILTER (WHERE vesu.health_factor(collateral, collateral_price, threshold, debt, debt_price)
                        IS DISTINCT FROM div(collateral * collateral_price * threshold * 1e18, debt * debt_price) * 1e-18) AS different_health,
       count(*) FILTER (WHERE vesu.is_undercollateralized(collateral, collateral_price, threshold, debt, debt_price)
                        IS DISTINCT FROM (debt * debt_price > collateral * collateral_price * threshold)) AS different_verdict,
       count(*) FILTER (WHERE vesu.is_undercollateralized(collateral, collateral_price, threshold, debt, debt_price)) BETWEEN 1000 AND 19000
           AS both_verdicts_occur
  FROM cases;

SELECT scenario, amounts.*
  FROM (VALUES
    ('1 restores health 1.001', 1,    2500, 2100, NULL, 1.001),
    ('2 half',                  1,    2500, 2100, 1000, 1.001),
    ('3 whole',                 1,    2500, 2100, 2100, 1.001),
    ('4 more than the debt',    1,    2500, 2100, 5000, 1.001),
    ('5 bad debt',              0.8,  2500, 2100, NULL, 1.001),
    ('6 healthy',               5,    2500, 2100, 100,  1.001),
    ('7 no debt',               5,    2500, 0,    NULL, 1.001),
    ('8 no collateral',         0,    2500, 10,   NULL, 1.001),
    ('9 target below health',   1,    2500, 2100, NULL, 0.5),
    ('A NULL price',            1,    NULL, 2100, NULL, 1.001)
  ) AS cases (scenario, collateral, price, debt, debt_to_cover, target)
 CROSS JOIN LATERAL vesu.liquidation_amounts(collateral, price, debt, 1, 0.8, 0.05, debt_to_cover, target) AS amounts
 ORDER BY scenario;

-- NULL in, NULL out.
SELECT vesu.health_factor(NULL, 1, 1, 1, 1), vesu.is_undercollateralized(1, NULL, 1, 1, 1), vesu.loan_to_value(1, 1, NULL, 1),
       vesu.liquidation_price(1, 1, 1, NULL), vesu.max_borrow(1, 1, NULL, 1, 1), vesu.max_withdraw(1, 1, 1, 1, 1, NULL),
       vesu.utilization(NULL, 1), vesu.vtokens_for_assets(1, NULL), vesu.assets_for_vtokens(NULL, 1), vesu.simple_yield(1, 1, NULL);

-- Outside the domain: VS001 with the name and the value.
SELECT statement, pg_temp.report(statement) AS error
  FROM (VALUES
    ('SELECT vesu.health_factor(-1, 2500, 0.8, 1, 1)'),
    ('SELECT vesu.health_factor(''NaN'', 2500, 0.8, 1, 1)'),
    ('SELECT vesu.health_factor(1, ''Infinity'', 0.8, 1, 1)'),
    ('SELECT vesu.health_factor(1, 2500, 0.8, ''-Infinity'', 1)'),
    ('SELECT vesu.health_factor(1, 0, 0.8, 1, 1)'),
    ('SELECT vesu.health_factor(1, 2500, 0.8, 0, 0)'),
    ('SELECT vesu.health_factor(1, 2500, 1.0001, 1, 1)'),
    ('SELECT vesu.is_undercollateralized(1, 2500, -0.1, 1, 1)'),
    ('SELECT vesu.loan_to_value(1, 2500, -1, 1)'),
    ('SELECT vesu.liquidation_price(1, 2, 1, 1)'),
    ('SELECT vesu.max_borrow(1, 2500, 1.5, 1, 1)'),
    ('SELECT vesu.max_withdraw(1, 2500, 0.8, 1, 1, 0)'),
    ('SELECT vesu.utilization(-1, 1)'),
    ('SELECT vesu.vtokens_for_assets(1, 0)'),
    ('SELECT vesu.assets_for_vtokens(1, -1)'),
    ('SELECT vesu.simple_yield(1, -0.1, 1)'),
    ('SELECT vesu.liquidation_amounts(1, 2500, 2100, 1, 0.8, 1.05)'),
    ('SELECT vesu.liquidation_amounts(1, 2500, 2100, 1, 0.8, 0.05, 0)'),
    ('SELECT vesu.liquidation_amounts(1, 2500, 2100, 1, 0.8, 0.05, -100)'),
    ('SELECT vesu.liquidation_amounts(1, 2500, 2100, 1, 0.8, 0.05, 1, 0)'),
    ('SELECT vesu.health_factor(1e-257, 1, 1, 1, 1)'),
    ('SELECT vesu.health_factor(1e150, 1e150, 1, 1e-100, 1e-100)'),
    ('SELECT vesu.check_operation_amount(0)'),
    ('SELECT vesu.check_operation_amount(-10)'),
    ('SELECT vesu.check_operation_amount(1e18)'),
    ('SELECT vesu.check_operation_amount(1e-19)'),
    ('SELECT vesu.check_operation_amount(''NaN'', ''debt_to_cover'')'),
    ('SELECT vesu.check_operation_amount(NULL)')
  ) AS cases (statement);

SELECT vesu.check_operation_amount(999999999999999999.999999999999999999) AS largest,
       vesu.check_operation_amount(1e-18) AS smallest, vesu.check_operation_amount(1.500) AS kept_as_given;
