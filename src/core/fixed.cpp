#include "core/mul_div.hpp"

namespace vesu {

Status mul_div(const u256 &a, const u256 &b, const u256 &divisor, Rounding rounding, u256 &result)
{
    return mul_div_as<u256, u512>(a, b, divisor, rounding, result);
}

}  // namespace vesu
