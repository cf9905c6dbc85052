// The algorithm of mul_div() at any width: at 8 bits a test can try every argument.
#pragma once

#include "core/fixed.hpp"

namespace vesu {

template <class Narrow, class Double>
Status mul_div_as(const Narrow &a, const Narrow &b, const Narrow &divisor, Rounding rounding,
                  Narrow &result)
{
    if (divisor == 0)
        return Status::division_by_zero;

    Double quotient, remainder;
    mp::divide_qr(Double(Double(a) * Double(b)), Double(divisor), quotient, remainder);
    if (rounding == Rounding::up && remainder != 0)
        ++quotient;
    if (quotient > Double(~Narrow(0)))
        return Status::out_of_range;

    result = static_cast<Narrow>(quotient);
    return Status::ok;
}

}  // namespace vesu
