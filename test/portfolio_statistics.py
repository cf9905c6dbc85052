#!/usr/bin/env python3
"""Computes the statistics of returns a second time, from their definitions and with fractions and fifty digits, and says
where they differ from what the database computed.

Reads tab-separated rows: "return", a series, its return and that of the benchmark in one period, in order; "price", a
series, its time in microseconds, the price and the volume; and "statistic", a series, a name of STATISTICS and the value
that the database has. \\N is NULL, NaN no observation.
"""
import sys
from collections import defaultdict
from decimal import Decimal, getcontext
from fractions import Fraction
from math import floor, isnan

getcontext().prec = 50
PERIODS = 365
TOLERANCE = Decimal("1e-12")
NORMAL_QUANTILES = {95: Decimal("1.64485362695147271486384890799"), 99: Decimal("2.32634787404084110088560616335")}
PI = Decimal("3.14159265358979323846264338327950288419716939937511")


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
    """Of one asset: every period, the observations, the pairs with an observation on both sides, and the prices in time."""

    def __init__(self, periods, prices):
        self.prices = sorted(prices)
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


def percentile(series, percent):
    ranked = sorted(series.returns)
    rank = Fraction(len(ranked) - 1) * percent / 100
    low, high = ranked[floor(rank)], ranked[min(floor(rank) + 1, len(ranked) - 1)]
    return decimal(low + (rank - floor(rank)) * (high - low))


def central_moment(series, power):
    center = mean(series.returns)
    return decimal(mean([(r - center) ** power for r in series.returns]))


def value_at_risk(series, level, is_modified):
    z = -NORMAL_QUANTILES[level]
    variance = central_moment(series, 2)
    if is_modified:
        s = central_moment(series, 3) / variance ** Decimal("1.5")
        k = central_moment(series, 4) / variance ** 2 - 3
        z = z + (z**2 - 1) * s / 6 + (z**3 - 3 * z) * k / 24 - (2 * z**3 - 5 * z) * s**2 / 36
    return decimal(mean(series.returns)) + z * variance.sqrt()


def conditional_value_at_risk(series, level):
    ranked = sorted(series.returns)
    return decimal(mean(ranked[: floor(Fraction((len(ranked) - 1) * (100 - level), 100)) + 1]))


def normal_shortfall(series, level):
    density = (-NORMAL_QUANTILES[level] ** 2 / 2).exp() / (2 * PI).sqrt()
    return decimal(mean(series.returns)) - central_moment(series, 2).sqrt() * density * 100 / (100 - level)


def equity(series):
    value = Decimal(1)
    for r in series.returns:
        value *= 1 + decimal(r)
        yield value


def max_drawdown(series):
    peak, deepest = Decimal(1), Decimal(0)
    for value in equity(series):
        peak = max(peak, value)
        deepest = min(deepest, value / peak - 1)
    return deepest


def stability(series):
    """In decimal: the logarithms are rounded anyway."""
    y = [value.ln() for value in equity(series)]
    x_mean, y_mean = Decimal(len(y) - 1) / 2, sum(y) / len(y)
    pairs = [(i - x_mean, value - y_mean) for i, value in enumerate(y)]
    return sum(a * b for a, b in pairs) ** 2 / (sum(a * a for a, _ in pairs) * sum(b * b for _, b in pairs))


def twap(series):
    weighted = Decimal(0)
    times = defaultdict(list)
    for time, price, _ in series.prices:
        times[time].append(price)
    ordered = sorted(times)
    for time, following in zip(ordered, ordered[1:]):
        weighted += sum(times[time]) / len(times[time]) * (following - time)
    return weighted / (ordered[-1] - ordered[0])


def vwap(series):
    return (sum(price * volume for _, price, volume in series.prices) /
            sum(volume for _, _, volume in series.prices))


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
    "value_at_risk(r)": lambda s: percentile(s, 5),
    "value_at_risk(r, 0.99)": lambda s: percentile(s, 1),
    "value_at_risk(r, 0.95, 'gaussian')": lambda s: value_at_risk(s, 95, False),
    "value_at_risk(r, 0.99, 'modified')": lambda s: value_at_risk(s, 99, True),
    "conditional_value_at_risk(r)": lambda s: conditional_value_at_risk(s, 95),
    "conditional_value_at_risk(r, 0.99, 'gaussian')": lambda s: normal_shortfall(s, 99),
    "tail_ratio(r)": lambda s: abs(percentile(s, 95) / percentile(s, 5)),
    "max_drawdown(r)": max_drawdown,
    "calmar_ratio(r)": lambda s: cagr(s) / -max_drawdown(s),
    "calmar_ratio(r, 252)": lambda s: cagr(s, 252) / -max_drawdown(s),
    "stability(r)": stability,
    "twap(price, ts)": twap,
    "twap(price::float8, ts)": twap,
    "ohlcv(price, volume, ts).open": lambda s: s.prices[0][1],
    "ohlcv(price, volume, ts).high": lambda s: max(price for _, price, _ in s.prices),
    "ohlcv(price, volume, ts).low": lambda s: min(price for _, price, _ in s.prices),
    "ohlcv(price, volume, ts).close": lambda s: s.prices[-1][1],
    "ohlcv(price, volume, ts).volume": lambda s: sum(volume for _, _, volume in s.prices),
    "ohlcv(price, volume, ts).vwap": vwap,
    "ohlcv(price, volume, ts).trades": lambda s: Decimal(len(s.prices)),
    "ohlcv(price::float8, volume, ts).vwap": vwap,
}


def agrees(actual, expected):
    return actual != "\\N" and abs(Decimal(actual) - expected) <= TOLERANCE * abs(expected)


def main():
    periods = defaultdict(list)
    prices = defaultdict(list)
    results = defaultdict(dict)
    for line in sys.stdin:
        kind, series, first, second, third = line.rstrip("\n").split("\t")
        if kind == "return":
            periods[series].append((float(first), float(second)))
        elif kind == "price":
            prices[series].append((int(first), Decimal(second), Decimal(third)))
        else:
            results[first][series] = second
    unknown = sorted(set(results) - set(STATISTICS))
    missing = sorted(set(STATISTICS) - set(results))
    if unknown or missing:
        sys.exit(f"statistics without a definition here: {unknown}, without a result there: {missing}")
    series = {name: Series(values, prices[name]) for name, values in periods.items()}
    for statistic, definition in STATISTICS.items():
        different = [name for name in sorted(results[statistic])
                     if not agrees(results[statistic][name], definition(series[name]))]
        print(f"{statistic}: {len(results[statistic])} series, {len(different)} different {' '.join(different)}".rstrip())


main()
