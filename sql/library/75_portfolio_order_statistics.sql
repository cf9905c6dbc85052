-- Aggregates over returns that need all of them or their order. 74 has the makers.
DO $$
DECLARE
    of_returns constant text :=
        ' NULL: no row. VS301 for an infinite value and for an optional argument that is not as demanded or that changes in '
        'a group.';
    of_values constant text :=
        ' NaN: a period without observation, which is left out. NULL for no observation.' || of_returns;
    in_order constant text :=
        ' Give the order of time in the call, agg(r ORDER BY t), or by the window.' || of_returns;
    level constant text :=
        ' level: the confidence, 0.95 unless given, from 0 to 1; by a normal distribution neither 0 nor 1.';
BEGIN
    PERFORM vesu.make_statistic(name, 'values', 'values', '{r}', settings, description || of_values)
       FROM (VALUES
        ('value_at_risk', '{level, method}'::text[],
         'Value at risk with the sign of the return: what a return falls short of with the probability 1 - level.' || level ||
         ' method: historical unless given, the percentile 1 - level, linear between two returns; gaussian, m + z·s; modified '
         '(Cornish and Fisher), m + s·(z + (z² - 1)·S/6 + (z³ - 3z)·K/24 - (2z³ - 5z)·S²/36), with z = Φ⁻¹(1 - level) and mean, '
         'deviation, skewness and excess kurtosis that divide by n. '
         'Sources: empyrical, value_at_risk; PerformanceAnalytics, VaR.'),
        ('conditional_value_at_risk', '{level, method}',
         'Expected shortfall with the sign of the return: the mean of what falls short.' || level ||
         ' method: historical unless given, the mean of the floor((n - 1)·(1 - level)) + 1 lowest returns, the product rounded '
         'to 9 decimals first; gaussian, m - s·φ(z) / (1 - level), as for value_at_risk. VS301 for modified. '
         'Sources: empyrical, conditional_value_at_risk; PerformanceAnalytics, ES.'),
        ('tail_ratio', '{}',
         'Size of the 95th percentile of returns over that of the 5th, both linear between two returns. NULL where the latter '
         'is 0. Source: empyrical, tail_ratio.')
       ) AS statistics (name, settings, description);

    PERFORM vesu.make_statistic(name, sums, 'equity', '{r}', settings, description || in_order, is_ordered => true)
       FROM (VALUES
        ('max_drawdown', 'drawdown', '{}'::text[],
         'Deepest fall of equity below its highest value before, as a fraction: min(equity / peak) - 1, 0 or below. Equity is '
         'Π(1 + r), 1 before the first return; a return below -1 makes it negative, and the fall deeper than -1. A period '
         'without observation (NaN) returns 0. NULL for no row. Source: empyrical, max_drawdown.'),
        ('calmar_ratio', 'equity', '{periods}',
         'Compound annual growth rate over the size of the maximum drawdown. periods: in a year, 365 unless given. A period '
         'without observation (NaN) returns 0, and counts as a row. NULL for no row, without a drawdown and for a product of '
         '1 + r below 0. Source: empyrical, calmar_ratio.'),
        ('stability', 'logarithms', '{}',
         'R² of the line that fits the logarithm of equity best: Σln(1 + r), one step a return. A period without observation '
         '(NaN) is left out. NULL for fewer than two returns, where equity never changes, and for a return of -1 or less. '
         'Source: empyrical, stability_of_timeseries.')
       ) AS statistics (name, sums, settings, description);
END
$$;
