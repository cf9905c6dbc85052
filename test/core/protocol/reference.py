#!/usr/bin/env python3
"""Writes arguments and results of the protocol's formulas as CSV, for reference_test.cpp.

    reference.py [FILE]     to the standard output without one

A second road to the same numbers: Python's integers have no width, so each limit of the chain is written out here.
A row's `expected` holds the results, or the text with which the protocol reverts.
"""

import csv
import sys

LIMIT = 2**256
SCALE = 10**18
RATE_UNIT = 10**5  # 100 % of the interest-rate model


class Revert(Exception):
    pass


def fitting(value, text):
    if not 0 <= value < LIMIT:
        raise Revert(text)
    return value


def add(a, b):
    return fitting(a + b, "u256_add Overflow")


def sub(a, b):
    return fitting(a - b, "u256_sub Overflow")


def mul(a, b):
    return fitting(a * b, "u256_mul Overflow")


def div(a, b, up=False):
    if b == 0:
        raise Revert("Division by 0")
    return -(-a // b) if up else a // b


def mul_div(a, b, divisor):
    if divisor == 0:
        raise Revert("mul_div division by zero")
    return fitting(a * b // divisor, "mul_div quotient > u256")


def mul_div_as(version, a, b, divisor):
    return mul_div(a, b, divisor) if version == 2 else div(mul(a, b), divisor)


def pow_scale(version, x, n, negative):
    if negative:
        x = div(SCALE * SCALE, x)
    if n == 0:
        return SCALE
    y = SCALE
    while n > 1:
        if n % 2 == 1:
            y = div(mul(x, y), SCALE)
        x = div(mul(x, x), SCALE)
        n //= 2
    return div(mul(x, y), SCALE)


def pow_(version, x, n):
    """By multiplication alone where n is small; x^n overflows from n = 256 on, unless x is 0 or 1."""
    if x == 0 and version == 1:
        return 0
    if x <= 1:
        return 1 if n == 0 else x
    return fitting(x ** min(n, 256), "u256_mul Overflow")


def nominal_debt(version, debt, accumulator, scale, up):
    if accumulator == 0:
        return 0
    scaled = mul(debt, SCALE) * SCALE
    if version == 2:
        return fitting(div(scaled, mul(accumulator, scale), up), "nominal-debt-overflow")
    return div(fitting(div(scaled, accumulator, up), "nominal-debt-overflow"), scale, up)


def debt(version, nominal, accumulator, scale, up):
    if accumulator == 0:
        return 0
    scaled = mul(nominal, accumulator) * scale
    if version == 2:
        return fitting(div(scaled, SCALE * SCALE, up), "debt-overflow")
    return div(fitting(div(scaled, SCALE, up), "debt-overflow"), SCALE, up)


def shares(version, amount, up, reserve, nominal, total_shares, accumulator, scale):
    assets = add(reserve, debt(version, nominal, accumulator, scale, not up))
    if assets == 0 or total_shares == 0:
        if version == 2:
            raise Revert("unexpected-zero-assets")
        return 0 if scale == 0 else div(mul(amount, SCALE), scale, up)
    text = "collateral-shares-overflow"
    if version == 2:
        return fitting(div(amount * total_shares, assets, up), text)
    return div(fitting(div(mul(amount, total_shares) * SCALE, assets, up), text), SCALE, up)


def collateral(version, amount, up, reserve, nominal, total_shares, accumulator, scale):
    if total_shares == 0:
        if version == 2:
            raise Revert("unexpected-zero-collateral-shares")
        return div(mul(amount, scale), SCALE, up)
    assets = add(reserve, debt(version, nominal, accumulator, scale, up))
    if version == 2:
        return fitting(div(amount * assets, total_shares, up), "collateral-overflow")
    quotient = fitting(div(mul(amount, assets) * SCALE, total_shares, up), "collateral-overflow")
    return div(quotient, SCALE, up)


def utilization(version, reserve, total_debt):
    assets = add(reserve, total_debt)
    return 0 if assets == 0 else mul_div_as(version, total_debt, SCALE, assets)


def rate_accumulator(version, last_updated, at, last, rate):
    growth = pow_scale(version, add(SCALE, rate), max(0, at - last_updated), False)
    return mul_div_as(version, last, growth, SCALE)


def fee_shares(version, new, fee_rate, reserve, nominal, total_shares, accumulator, scale):
    growth = max(0, new - accumulator)
    books = (reserve, nominal, total_shares, accumulator, scale)
    if version == 1:
        interest = debt(1, nominal, growth, scale, False)
        return div(mul(shares(1, interest, False, *books), fee_rate), SCALE)
    if fee_rate == 0:
        return 0
    interest = debt(2, nominal, growth, scale, True)
    fee = mul_div(interest, fee_rate, SCALE)
    assets = add(reserve, debt(2, nominal, accumulator, scale, True))
    if assets == 0:
        return 0
    return mul_div(fee, total_shares, sub(add(assets, interest), fee))


def interest_rate(version, low, high, target, least, most, zero, half_life, percent, used, seconds, full):
    u = used // 10**13
    half = mul(half_life, SCALE)
    if u < low:
        distance = div(mul(low - u, SCALE), low)
        scaled = mul(full, half)
        full = div(scaled, add(half, mul(distance, seconds)))
    elif u > high:
        distance = div(mul(u - high, SCALE), sub(RATE_UNIT, high))
        full = div(mul(full, add(half, mul(distance, seconds))), half)
    if full > most:
        full = most
    elif full < least:
        full = least
    at_target = add(div(mul(sub(full, zero), percent), SCALE), zero)
    if u < target:
        return add(zero, div(mul(u, sub(at_target, zero)), target)), full
    rise = mul(u - target, sub(full, at_target))
    return add(at_target, div(rise, sub(SCALE if version == 1 else RATE_UNIT, target))), full


class Random:
    """Linear congruential, so that a seed means the same numbers to every Python."""

    def __init__(self, seed):
        self.state = seed

    def bits(self, count):
        value = 0
        for _ in range(count // 32 + 1):
            self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
            value = value << 32 | self.state >> 32
        return value % 2**count

    def between(self, low, high):
        return low + self.bits((high - low).bit_length() + 64) % (high - low + 1)

    def any(self, most_bits):
        """Of any length up to that many bits, at times 0 or the largest."""
        kind = self.between(0, 39)
        if kind == 0:
            return 0
        if kind == 1:
            return 2**most_bits - 1
        length = self.between(1, most_bits)
        return self.bits(length) | 1 << (length - 1)

    def choice(self, values):
        return values[self.between(0, len(values) - 1)]


def wide_or(random, usual, most_bits=256):
    """As a rule what the chain holds, once in a while anything."""
    return random.any(most_bits) if random.between(0, 9) == 0 else usual()


def scale_of(random):
    return wide_or(random, lambda: 10 ** random.between(0, 18))


def accumulator_of(random):
    return wide_or(random, lambda: random.between(SCALE, 18 * SCALE))


def books_of(random):
    """Reserve, nominal debt, total shares, accumulator and scale."""
    return (wide_or(random, lambda: random.any(128)), wide_or(random, lambda: random.any(123)),
            wide_or(random, lambda: random.any(128)), accumulator_of(random), scale_of(random))


def arguments_of_pow_scale(random):
    x = random.choice([random.any(256), SCALE + random.any(40), random.any(64), SCALE * random.between(0, 9)])
    return x, random.choice([random.between(0, 9), random.any(10), random.any(32), random.any(256)]), random.bits(1)


def arguments_of_pow(random):
    return random.choice([random.between(0, 12), random.any(256)]), random.choice(
        [random.between(0, 9), random.between(70, 260), random.any(256)])


def arguments_of_debt(random):
    return wide_or(random, lambda: random.any(128)), accumulator_of(random), scale_of(random), random.bits(1)


def arguments_of_shares(random):
    return (wide_or(random, lambda: random.any(128)), random.bits(1), *books_of(random))


def arguments_of_utilization(random):
    return random.any(256), random.any(256)


def arguments_of_accumulator(random):
    last_updated = random.between(0, 2**32)
    seconds = random.choice([0, -random.any(20), random.any(10), random.any(28), random.any(62)])
    rate = random.choice([random.any(36), random.any(36), random.any(64), random.any(256)])
    return last_updated, last_updated + seconds, accumulator_of(random), rate


def arguments_of_fee_shares(random):
    reserve, nominal, total_shares, accumulator, scale = books_of(random)
    new = wide_or(random, lambda: min(accumulator + random.any(60), LIMIT - 1))
    fee_rate = wide_or(random, lambda: 10**16 * random.between(0, 100))
    return new, fee_rate, reserve, nominal, total_shares, accumulator, scale


def arguments_of_interest_rate(random):
    """Targets in order as a rule, and a utilization on both sides of each and at it."""
    low, target, high = sorted(random.between(1, RATE_UNIT - 1) for _ in range(3))
    rates = sorted(random.between(0, 10**12) for _ in range(4))
    zero, least, most = rates[0], rates[1], rates[3]
    if random.between(0, 7) == 0:
        low, target, high = (random.choice([0, RATE_UNIT, RATE_UNIT + 1, random.any(256)]) if random.bits(1) else
                             x for x in (low, target, high))
    u = random.choice([0, low - 1, low, low + 1, target - 1, target, target + 1, high - 1, high, high + 1, RATE_UNIT,
                       random.between(0, RATE_UNIT), random.between(0, RATE_UNIT)])
    used = min(max(u, 0) * 10**13 + random.choice([0, 10**13 - 1, random.bits(43)]), LIMIT - 1)
    full = wide_or(random, lambda: random.between(least, most) if random.bits(2) else random.any(64))
    return (low, high, target, wide_or(random, lambda: least), wide_or(random, lambda: most),
            wide_or(random, lambda: zero), wide_or(random, lambda: random.any(32)),
            wide_or(random, lambda: random.between(1, SCALE)), used, wide_or(random, lambda: random.any(28)), full)


# Function, arguments, number of cases for each protocol.
SUBJECTS = (
    ("pow_scale", pow_scale, arguments_of_pow_scale, 1500),
    ("pow", pow_, arguments_of_pow, 750),
    ("nominal_debt", nominal_debt, arguments_of_debt, 1000),
    ("debt", debt, arguments_of_debt, 1000),
    ("collateral_shares", shares, arguments_of_shares, 1000),
    ("collateral", collateral, arguments_of_shares, 1000),
    ("utilization", utilization, arguments_of_utilization, 250),
    ("rate_accumulator", rate_accumulator, arguments_of_accumulator, 1000),
    ("fee_shares", fee_shares, arguments_of_fee_shares, 1500),
    ("interest_rate", interest_rate, arguments_of_interest_rate, 4000),
)


def expected(function, version, arguments):
    try:
        result = function(version, *arguments)
    except Revert as revert:
        return str(revert)
    return " ".join(map(str, result if isinstance(result, tuple) else (result,)))


def write(file):
    output = csv.writer(file, lineterminator="\n")
    output.writerow(("function", "version", "arguments", "expected"))
    for seed, (name, function, arguments_of, cases) in enumerate(SUBJECTS):
        for version in (1, 2):
            random = Random(2 * seed + version)
            for _ in range(cases):
                arguments = arguments_of(random)
                output.writerow((name, f"v{version}", " ".join(map(str, arguments)),
                                 expected(function, version, arguments)))


if len(sys.argv) > 1:
    with open(sys.argv[1], "w", encoding="ascii") as file:
        write(file)
else:
    write(sys.stdout)
