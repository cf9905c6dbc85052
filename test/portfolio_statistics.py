#!/usr/bin/env python3
"""Computes the statistics of returns a second time, from their definitions and with fractions and fifty digits, and says
where they differ from what the database computed.

Reads tab-separated rows: "return", a series, its return and that of the benchmark in one period, in order; and
"statistic", a series, a name of STATISTICS and the value that the database has. \\N is NULL, NaN no observation.
"""
import sys
from collections import defaultdict
from decimal import Decimal, getcontext
from fractions import Fraction
from math import isnan

getcontext().prec = 50
PERIODS = 365
TOLERANCE = Decimal("1e-12")


def decimal(value):
    return Decimal(value.numerator) / Decimal(value.denominator)


def mean(values):
    return sum(values, Fraction(0)) / len(values)


def covariance(x, y, ddof):
    x_mean, y_mean = mean(x), mean(y)
    return sum((a - x_mean) * (b - y_mean) for a, b in zip(x, y)) / (len(x) - ddof)


def deviation(values, ddof=1):
    return decimal(covariance(values, values, ddof)).sqrt()


def power(base, exponent):
    """Of numbers above 0."""
    return (decimal(base).ln() * decimal(Fraction(exponent))).exp()


class Series:
    """Of one asset: every period, the observations, and the pairs with an observation on both sides."""

    def __init__(self, periods):
        self.count = len(periods)
        self.returns = [Fraction(r) for r, _ in periods if not isnan(r)]
        pairs = [(Fraction(r), Fraction(b)) for r, b in periods if not isnan(r) and not isnan(b)]
        self.x = [r for r, _ in pairs]
        self.b = [b for _, b in pairs]


def product(series):
    result = Fraction(1)
    for r in series.returns:
        result *= 1 + r
    return result


def cagr(series, periods=PERIODS):
    return power(product(series), Fraction(periods, series.count)) - 1


def sharpe_ratio(series, risk_free=Fraction(0), periods=PERIODS, ddof=1):
    return decimal(mean(series.returns) - risk_free) / deviation(series.returns, ddof) * Decimal(periods).sqrt()


def downside_deviation(series, required=Fraction(0), periods=PERIODS):
    squares = [min(r - required, Fraction(0)) ** 2 for r in series.returns]
    return (decimal(mean(squares)) * periods).sqrt()


def sortino_ratio(series, required=Fraction(0), periods=PERIODS):
    return decimal(mean(series.returns) - required) * periods / downside_deviation(series, required, periods)


def omega_ratio(series, risk_free=Fraction(0), required=Fraction(0), periods=PERIODS):
    threshold = decimal(risk_free) + power(1 + required, Fraction(1, periods)) - 1
    excess = [decimal(r) - threshold for r in series.returns]
    return sum(e for e in excess if e > 0) / -sum(e for e in excess if e < 0)


def beta(series):
    return covariance(series.x, series.b, 0) / covariance(series.b, series.b, 0)


def alpha(series, risk_free=Fraction(0), periods=PERIODS):
    return power(1 + mean(series.x) - risk_free - beta(series) * (mean(series.b) - risk_free), periods) - 1


def correlation(series):
    return decimal(covariance(series.x, series.b, 0)) / (deviation(series.x, 0) * deviation(series.b, 0))


def information_ratio(series, periods=1):
    active = [r - b for r, b in zip(series.x, series.b)]
    return decimal(mean(active)) / deviation(active) * Decimal(periods).sqrt()


# What a caller writes, with what it means. The float of a literal such as 0.0001 is what the database computes with.
STATISTICS = {
    "cumulative_return(r)": lambda s: decimal(product(s) - 1),
    "cagr(r)": cagr,
    "cagr(r, 252)": lambda s: cagr(s, 252),
    "volatility(r)": lambda s: deviation(s.returns) * Decimal(PERIODS).sqrt(),
    "volatility(r, 252, 0)": lambda s: deviation(s.returns, 0) * Decimal(252).sqrt(),
    "sharpe_ratio(r)": sharpe_ratio,
    "sharpe_ratio(r, 0.0001, 252, 0)": lambda s: sharpe_ratio(s, Fraction(0.0001), 252, 0),
    "downside_deviation(r)": downside_deviation,
    "downside_deviation(r, 0.001, 252)": lambda s: downside_deviation(s, Fraction(0.001), 252),
    "sortino_ratio(r)": sortino_ratio,
    "sortino_ratio(r, 0.001, 252)": lambda s: sortino_ratio(s, Fraction(0.001), 252),
    "omega_ratio(r)": omega_ratio,
    "omega_ratio(r, 0.0001, 0.1, 252)": lambda s: omega_ratio(s, Fraction(0.0001), Fraction(0.1), 252),
    "beta(r, b)": lambda s: decimal(beta(s)),
    "alpha(r, b)": alpha,
    "alpha(r, b, 0.0001, 252)": lambda s: alpha(s, Fraction(0.0001), 252),
    "correlation(r, b)": correlation,
    "information_ratio(r, b)": information_ratio,
    "information_ratio(r, b, 252)": lambda s: information_ratio(s, 252),
}


def agrees(actual, expected):
    return actual != "\\N" and abs(Decimal(actual) - expected) <= TOLERANCE * abs(expected)


def main():
    periods = defaultdict(list)
    results = defaultdict(dict)
    for line in sys.stdin:
        kind, series, first, second = line.rstrip("\n").split("\t")
        if kind == "return":
            periods[series].append((float(first), float(second)))
        else:
            results[first][series] = second
    unknown = sorted(set(results) - set(STATISTICS))
    missing = sorted(set(STATISTICS) - set(results))
    if unknown or missing:
        sys.exit(f"statistics without a definition here: {unknown}, without a result there: {missing}")
    series = {name: Series(values) for name, values in periods.items()}
    for statistic, definition in STATISTICS.items():
        different = [name for name in sorted(results[statistic])
                     if not agrees(results[statistic][name], definition(series[name]))]
        print(f"{statistic}: {len(results[statistic])} series, {len(different)} different {' '.join(different)}".rstrip())


main()
