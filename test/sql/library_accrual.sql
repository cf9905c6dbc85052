-- Interest by index: rounding at the last unit, and nothing lost while an index stands still.
\pset null NULL
SELECT scenario, expected, actual, actual IS NOT DISTINCT FROM expected AS agrees
  FROM (VALUES
    ('nominal debt rounds up',          952.380952380952380952380952380952380953, vesu.nominal_debt(1000, 1.05)),
    ('shares round down',               952.380952380952380952380952380952380952, vesu.collateral_shares(1000, 1.05)),
    ('debt at the same index',          1000, vesu.shown_debt(vesu.nominal_debt(1000, 1.05), 1.05)),
    ('debt at 1.155',                   1100, vesu.shown_debt(vesu.nominal_debt(1000, 1.05), 1.155)),
    ('debt at 1.155, unrounded',        1100, vesu.live_debt(vesu.nominal_debt(1000, 1.05), 1.155)),
    ('collateral at the same index',    1000, vesu.shown_collateral(vesu.collateral_shares(1000, 1.05), 1.05)),
    ('collateral at 1.155',             1100, vesu.shown_collateral(vesu.collateral_shares(1000, 1.05), 1.155)),
    ('live debt rounds down to 27',     0.333333333333333333333333333, vesu.live_debt(1, 0.3333333333333333333333333339)),
    ('live collateral rounds up to 27', 0.333333333333333333333333334, vesu.live_collateral(1, 0.3333333333333333333333333331)),
    ('shown debt rounds up to 18',      0.333333333333333334, vesu.shown_debt(1, 0.3333333333333333331)),
    ('shown collateral rounds down',    0.333333333333333333, vesu.shown_collateral(1, 0.3333333333333333339)),
    ('risk ratio rounds up',            0.333333333333333333333333333333333334, vesu.risk_ratio(1, 3)),
    ('risk ratio without collateral',   'Infinity', vesu.risk_ratio(1, 0)),
    ('risk ratio without debt',         NULL, vesu.risk_ratio(0, 1)),
    ('risk ratio of nothing',           NULL, vesu.risk_ratio(0, 0)),
    ('risk bound rounds down',          0.666666666666666666666666666666666666, vesu.risk_bound(1, 2, 1, 3, 1)),
    ('risk bound at health 1.2',        0.8, vesu.risk_bound(0.8, 6, 1, 5, 1, 1.2)),
    ('risk bound with indexes',         1.6, vesu.risk_bound(0.8, 6, 2, 3, 2)),
    ('live health factor',              0.952380952380952380, vesu.live_health_factor(1, 1, 1000, 1, 1000, 1.05, 1))
  ) AS cases (scenario, expected, actual);

-- 20,000 amounts and indexes of every size: an index that stands still gives the amount back to the unit, and whoever
-- is below a health factor is at or above its bound.
WITH cases AS (
    SELECT trunc(abs(hashint8extended(i, 1)::numeric) * format('1e%s', i % 18 - 18)::numeric, 18) + 1e-18 AS collateral,
           trunc(abs(hashint8extended(i, 2)::numeric) * format('1e%s', i % 17 - 18)::numeric, 18) + 1e-18 AS debt,
           trunc(abs(hashint8extended(i, 3)::numeric) * format('1e%s', i % 9 - 18)::numeric, 18) + 1e-18 AS debt_index,
           trunc(abs(hashint8extended(i, 4)::numeric) * format('1e%s', i % 8 - 18)::numeric, 18) + 1e-18 AS collateral_index,
           abs(hashint8extended(i, 5)::numeric) / 1e12 + 0.01 AS price
      FROM generate_series(1, 20000) AS i),
quantities AS (
    SELECT *, vesu.nominal_debt(debt, debt_index) AS nominal_debt, vesu.collateral_shares(collateral, collateral_index) AS shares
      FROM cases),
judged AS (
    SELECT *, vesu.live_health_factor(shares, collateral_index, price, 0.8, nominal_debt, debt_index, 1) AS health,
           vesu.risk_ratio(nominal_debt, shares) AS risk_ratio
      FROM quantities)
SELECT count(*) AS compared,
       count(*) FILTER (WHERE vesu.shown_debt(nominal_debt, debt_index) <> debt
                           OR vesu.shown_collateral(shares, collateral_index) <> collateral) AS not_given_back,
       count(*) FILTER (WHERE health < 1 AND risk_ratio < vesu.risk_bound(0.8, price, collateral_index, 1, debt_index)) AS missed_at_1,
       count(*) FILTER (WHERE health < 1.2 AND risk_ratio < vesu.risk_bound(0.8, price, collateral_index, 1, debt_index, 1.2)) AS missed_at_1_2,
       count(*) FILTER (WHERE health < 1) BETWEEN 1000 AND 19000 AS both_verdicts_occur
  FROM judged;
