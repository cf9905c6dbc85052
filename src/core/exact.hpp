// Exact decimal arithmetic inside one formula: internal to the core.
// Nothing here rounds unless its name and its `Rounding` say so.
#pragma once

#include "core/fixed.hpp"

#include <cstddef>
#include <cstdint>

namespace vesu {

constexpr int digits_per_limb = 19;  // 10^19 is the largest power of ten below 2^64
constexpr std::uint64_t powers_of_ten[digits_per_limb + 1] = {
    1U,
    10U,
    100U,
    1000U,
    10000U,
    100000U,
    1000000U,
    10000000U,
    100000000U,
    1000000000U,
    10000000000U,
    100000000000U,
    1000000000000U,
    10000000000000U,
    100000000000000U,
    1000000000000000U,
    10000000000000000U,
    100000000000000000U,
    1000000000000000000U,
    10000000000000000000U,
};

// value × 10^digits. Limb by limb: cheaper than a product with a wide power, and needs no wide table.
template <class Integer>
void multiply_by_power_of_ten(Integer &value, int digits)
{
    for (; digits > digits_per_limb; digits -= digits_per_limb)
        value *= powers_of_ten[digits_per_limb];
    if (digits > 0)
        value *= powers_of_ten[digits];
}

// coefficient ÷ 10^scale, not negative. Integer is `wide`, or narrower where a bound proves that it fits.
template <class Integer>
struct Exact {
    Integer coefficient;
    int scale;
};

template <class Integer>
Exact<Integer> exact(const Decimal &value)
{
    return {static_cast<Integer>(value.coefficient), value.scale};
}

template <class Integer>
void give_equal_scales(Exact<Integer> &a, Exact<Integer> &b)
{
    Exact<Integer> &coarser = a.scale < b.scale ? a : b;
    const int scale = a.scale < b.scale ? b.scale : a.scale;
    multiply_by_power_of_ten(coarser.coefficient, scale - coarser.scale);
    coarser.scale = scale;
}

template <class Integer>
Exact<Integer> operator*(const Exact<Integer> &a, const Exact<Integer> &b)
{
    return {a.coefficient * b.coefficient, a.scale + b.scale};
}

template <class Integer>
Exact<Integer> operator+(Exact<Integer> a, Exact<Integer> b)
{
    give_equal_scales(a, b);
    a.coefficient += b.coefficient;
    return a;
}

// `wide` throws below zero: compare first.
template <class Integer>
Exact<Integer> operator-(Exact<Integer> a, Exact<Integer> b)
{
    give_equal_scales(a, b);
    a.coefficient -= b.coefficient;
    return a;
}

template <class Integer>
bool operator<(Exact<Integer> a, Exact<Integer> b)
{
    give_equal_scales(a, b);
    return a.coefficient < b.coefficient;
}

template <class Integer>
const Exact<Integer> &smaller(const Exact<Integer> &a, const Exact<Integer> &b)
{
    return b < a ? b : a;
}

// Writes the whole part of numerator ÷ denominator; returns whether a remainder is left.
inline bool divide(const wide &numerator, const wide &denominator, wide &quotient)
{
    wide remainder;
    mp::divide_qr(numerator, denominator, quotient, remainder);
    return remainder != 0;
}

// numerator ÷ denominator to `decimals` decimals, rounded once, as told. The denominator is above
// zero.
template <class Integer>
Exact<Integer> quotient(Exact<Integer> numerator, Exact<Integer> denominator, int decimals,
                        Rounding rounding)
{
    const int shift = decimals + denominator.scale - numerator.scale;
    multiply_by_power_of_ten(shift > 0 ? numerator.coefficient : denominator.coefficient,
                             shift > 0 ? shift : -shift);

    Exact<Integer> result{Integer(), decimals};
    const bool inexact = divide(numerator.coefficient, denominator.coefficient, result.coefficient);
    if (inexact && rounding == Rounding::up)
        ++result.coefficient;
    return result;
}

// Status::out_of_range above 2^512 - 1; writes `result` only with Status::ok.
inline Status store(const Exact<wide> &value, Decimal &result)
{
    if (value.coefficient != 0 && mp::msb(value.coefficient) >= 512)
        return Status::out_of_range;
    result = {static_cast<u512>(value.coefficient), value.scale};
    return Status::ok;
}

// Factors that wait to be multiplied, so that their sizes can choose the integer. No factors: 1.
// Points at its factors: use it within the expression that makes it.
struct Product {
    const Decimal *factors[3];
    int count;
};

template <class... Decimals>
Product product(const Decimals &...factors)
{
    static_assert(sizeof...(factors) <= 3, "the digits that fixed.hpp counts");
    return {{&factors...}, static_cast<int>(sizeof...(factors))};
}

// numerator ÷ denominator to `decimals` decimals, rounded once, as told. The denominator is above zero.
Status divide(const Product &numerator, const Product &denominator, int decimals, Rounding rounding,
              Decimal &result);

// a > b, without dividing or rounding.
bool is_greater(const Product &a, const Product &b);

}  // namespace vesu
