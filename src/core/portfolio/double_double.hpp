// Numbers of about 106 bits: the unevaluated sum of two doubles. Sums and products of returns are kept in them, so that
// what enters a moving window leaves it without a trace, and parts that were summed apart agree with the whole.
// Sources of the algorithms: Knuth (two_sum), Dekker and Veltkamp (two_product), Hida, Li and Bailey (QD library).
#pragma once

#include <cmath>

#ifdef __FAST_MATH__
#error "the error terms of double-double arithmetic do not survive -ffast-math"
#endif

namespace vesu::portfolio {

struct DoubleDouble {
    double high = 0;
    double low = 0;  // at most half a unit in the last place of `high`

    double value() const
    {
        return high + low;
    }
};

// a + b, exactly.
inline DoubleDouble two_sum(double a, double b)
{
    const double sum = a + b;
    const double b_part = sum - a;
    return {sum, (a - (sum - b_part)) + (b - b_part)};
}

// a + b, exactly, where |a| >= |b| or a is 0.
inline DoubleDouble fast_two_sum(double a, double b)
{
    const double sum = a + b;
    return {sum, b - (sum - a)};
}

// a * b, exactly, where nothing overflows or underflows.
inline DoubleDouble two_product(double a, double b)
{
    const double product = a * b;
#ifdef FP_FAST_FMA
    return {product, std::fma(a, b, -product)};
#else
    // Halves of 26 bits, whose products are exact.
    constexpr double splitter = 134217729;  // 2^27 + 1
    const double a_scaled = splitter * a;
    const double a_high = a_scaled - (a_scaled - a);
    const double a_low = a - a_high;
    const double b_scaled = splitter * b;
    const double b_high = b_scaled - (b_scaled - b);
    const double b_low = b - b_high;
    return {product,
            ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low};
#endif
}

inline DoubleDouble operator-(const DoubleDouble &a)
{
    return {-a.high, -a.low};
}

inline DoubleDouble operator+(const DoubleDouble &a, double b)
{
    const DoubleDouble sum = two_sum(a.high, b);
    return fast_two_sum(sum.high, sum.low + a.low);
}

inline DoubleDouble operator+(const DoubleDouble &a, const DoubleDouble &b)
{
    const DoubleDouble high = two_sum(a.high, b.high);
    const DoubleDouble low = two_sum(a.low, b.low);
    const DoubleDouble sum = fast_two_sum(high.high, high.low + low.high);
    return fast_two_sum(sum.high, sum.low + low.low);
}

inline DoubleDouble operator-(const DoubleDouble &a, double b)
{
    return a + -b;
}

inline DoubleDouble operator-(const DoubleDouble &a, const DoubleDouble &b)
{
    return a + -b;
}

inline DoubleDouble operator*(const DoubleDouble &a, double b)
{
    const DoubleDouble product = two_product(a.high, b);
    return fast_two_sum(product.high, product.low + a.low * b);
}

inline DoubleDouble operator*(const DoubleDouble &a, const DoubleDouble &b)
{
    const DoubleDouble product = two_product(a.high, b.high);
    return fast_two_sum(product.high, product.low + (a.high * b.low + a.low * b.high));
}

inline DoubleDouble operator/(const DoubleDouble &a, const DoubleDouble &b)
{
    // Long division: two digits of 53 bits, and a third that rounds.
    const double first = a.high / b.high;
    DoubleDouble rest = a - b * first;
    const double second = rest.high / b.high;
    rest = rest - b * second;
    return fast_two_sum(first, second) + rest.high / b.high;
}

inline DoubleDouble operator/(const DoubleDouble &a, double b)
{
    return a / DoubleDouble{b};
}

}  // namespace vesu::portfolio
