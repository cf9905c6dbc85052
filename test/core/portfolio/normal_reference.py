"""Writes quantiles of the standard normal distribution, to 30 digits, for normal_test.cpp.

The distribution function is summed in decimal arithmetic from its series of positive terms,
  Φ(x) = 1/2 + φ(x) (x + x^3/3 + x^5/(3·5) + x^7/(3·5·7) + …),
with enough digits that 1/2 + … loses none of the tail, and inverted by Halley's method.
"""
import random
import statistics
import sys
from decimal import Decimal, getcontext

PI = Decimal("3.14159265358979323846264338327950288419716939937510582097494459230781640628620899862803482534211706798"
             "214808651328230664709384460955058223172535940812848111745028410270193852110555964462294895493038196")


def density(x):
    return (-x * x / 2).exp() / (2 * PI).sqrt()


def above_half(x):
    """Φ(x) - 1/2."""
    term = total = x
    odd = 1
    while abs(term) > abs(total).scaleb(-getcontext().prec):
        odd += 2
        term = term * x * x / odd
        total += term
    return density(x) * total


def quantile(p):
    """For p as the exact value of a double, at most 1/2: the other half mirrors it."""
    x = Decimal(statistics.NormalDist().inv_cdf(float(p)))
    for _ in range(3):
        step = (above_half(x) + Decimal("0.5") - p) / density(x)
        x -= step / (1 + x * step / 2)
    return x


def points():
    yield from (0.5, 0.425, 0.075, 0.07500000000000001, 0.05, 0.025, 0.01, 0.005, 0.001)
    yield from (1.3887943864964021e-11, 1.3887943864964e-11, 1.38879438649641e-11)  # e^-25: √(-ln p) = 5
    yield from (0.5 - 2.0 ** -k for k in range(2, 54, 3))
    yield from (10.0 ** -k for k in range(2, 60, 4))
    randoms = random.Random(241)
    for _ in range(300):
        yield randoms.uniform(0.0, 0.5)
    for _ in range(100):
        yield 10.0 ** randoms.uniform(-40, -1)


getcontext().prec = 150  # 60 digits of the tail at 1e-60 cancel, and π has 200
with open(sys.argv[1], "w", encoding="ascii") as output:
    output.write("probability,quantile\n")
    for p in points():
        z = quantile(Decimal(p)) if p != 0.5 else Decimal(0)
        output.write(f"{p!r},{z:.30e}\n")
