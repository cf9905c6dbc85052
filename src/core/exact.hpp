// Exact decimal arithmetic inside one formula: internal to the core.
// Nothing here rounds unless its name and its `Rounding` say so.
#pragma once

#include "core/fixed.hpp"
#include "core/leading.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

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
template <class Integer>
bool divide(const Integer &numerator, const Integer &denominator, Integer &quotient)
{
    Integer remainder;
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

inline Status store(const Exact<u512> &value, Decimal &result)
{
    result = {value.coefficient, value.scale};
    return Status::ok;
}

// Factors that wait to be multiplied, so that their sizes can choose the integer. No factors: 1.
// Points at its factors: use it within the expression that makes it.
template <int count>
struct Product {
    static_assert(count <= 3, "the digits that fixed.hpp counts");
    const Decimal *factors[count == 0 ? 1 : count];

    // An upper bound: coefficient < 2^bits.
    int bits() const
    {
        int bits = 1;
        for (int i = 0; i < count; ++i)
            bits += 64 * static_cast<int>(factors[i]->coefficient.backend().size());
        return bits;
    }

    int scale() const
    {
        int scale = 0;
        for (int i = 0; i < count; ++i)
            scale += factors[i]->scale;
        return scale;
    }

    bool is_zero() const
    {
        for (int i = 0; i < count; ++i)
            if (factors[i]->coefficient.is_zero())
                return true;
        return false;
    }

    template <class Integer>
    Exact<Integer> value() const
    {
        if constexpr (count == 0)
            return {Integer(1U), 0};
        Exact<Integer> value{static_cast<Integer>(factors[0]->coefficient), scale()};
        for (int i = 1; i < count; ++i)
            value.coefficient *= static_cast<Integer>(factors[i]->coefficient);
        return value;
    }

    // The leading bits of a product above zero times 10^digits, for 0 <= digits <= digits_per_limb.
    Leading leading_bits(int digits) const
    {
        Leading bits = leading(factors[0]->coefficient);
        for (int i = 1; i < count; ++i)
            bits = bits * leading(factors[i]->coefficient);
        return digits > 0 ? bits * leading(powers_of_ten[digits], 0, 0) : bits;
    }
};

template <class... Decimals>
Product<sizeof...(Decimals)> product(const Decimals &...factors)
{
    return {{&factors...}};
}

// Whether value · 10^digits surely fits 512 bits; 10/3 is above log2(10).
inline bool fits_u512(int bits, int digits)
{
    return bits + std::max(digits, 0) * 10 / 3 + 1 <= 512;
}

// numerator ÷ denominator to `decimals` decimals, rounded once, as told. The denominator is above zero.
// Typical amounts and prices need no wide arithmetic.
template <int above, int below>
Status divide(const Product<above> &numerator, const Product<below> &denominator, int decimals,
              Rounding rounding, Decimal &result)
{
    const int shift = decimals + denominator.scale() - numerator.scale();
    if (fits_u512(numerator.bits(), shift) && fits_u512(denominator.bits(), -shift))
        return store(quotient(numerator.template value<u512>(), denominator.template value<u512>(),
                              decimals, rounding),
                     result);
    return store(quotient(numerator.template value<wide>(), denominator.template value<wide>(),
                          decimals, rounding),
                 result);
}

template <int a_count, int b_count>
[[gnu::noinline]] bool is_greater_in_full(const Product<a_count> &a, const Product<b_count> &b)
{
    return b.template value<wide>() < a.template value<wide>();
}

// a > b, without dividing or rounding. The leading bits decide nearly always; the products where they
// cannot.
template <int a_count, int b_count>
bool is_greater(const Product<a_count> &a, const Product<b_count> &b)
{
    static_assert(a_count > 0 && b_count > 0, "1 has no leading bits to read");
    if (a.is_zero() || b.is_zero())
        return !a.is_zero();
    const int shift = b.scale() - a.scale();
    if (std::abs(shift) > digits_per_limb)
        return is_greater_in_full(a, b);
    const Leading a_bits = a.leading_bits(std::max(shift, 0));
    const Leading b_bits = b.leading_bits(std::max(-shift, 0));
    return is_certainly_greater(a_bits, b_bits) ||
           (!is_certainly_greater(b_bits, a_bits) && is_greater_in_full(a, b));
}

}  // namespace vesu
