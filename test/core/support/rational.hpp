// The slow road to the same numbers: fractions of unlimited integers, so that no width, no scale and no
// rounding of the core is repeated here.
#pragma once

#include "core/fixed.hpp"

namespace vesu::test {

using Integer = mp::cpp_int;
using Rational = mp::cpp_rational;

inline Integer power_of_ten(int exponent)
{
    return mp::pow(Integer(10), static_cast<unsigned>(exponent));
}

inline Rational rational(const Decimal &value)
{
    return Rational(Integer(value.coefficient), power_of_ten(value.scale));
}

// `value`, not negative, to `decimals` decimals.
inline Rational rounded(const Rational &value, int decimals, Rounding rounding)
{
    const Rational scaled = value * power_of_ten(decimals);
    Integer whole = mp::numerator(scaled) / mp::denominator(scaled);
    if (rounding == Rounding::up && whole * mp::denominator(scaled) != mp::numerator(scaled))
        ++whole;
    return Rational(whole, power_of_ten(decimals));
}

// Whether a result of that many decimals has a coefficient below 2^512.
inline bool fits(const Rational &value, int decimals)
{
    return value * power_of_ten(decimals) < Rational(Integer(1) << 512);
}

}  // namespace vesu::test
