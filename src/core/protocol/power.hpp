// Powers and logarithms of the protocol.
#pragma once

#include "core/protocol/integer.hpp"

namespace vesu::protocol {

// x^n with x in units of 10^18; negative: (10^36 // x)^n. Every step is rounded down, so the result is not the
// floor of the exact power. Compound interest: pow_scale(unit + rate, seconds, false).
Integer pow_scale(Integer x, Integer n, bool negative);

// The exact power. n = 0 gives 1, but in V1 0 to any power is 0.
Integer pow(Integer x, Integer n, Protocol protocol);

Integer pow_10(const Integer &n);       // 10^n
Integer pow_10_or_0(const Integer &n);  // 0 for n = 0
Integer log_10(Integer x);              // ⌊log10 x⌋; `log-10-zero`
Integer log_10_or_0(const Integer &x);  // 0 for x = 0

}  // namespace vesu::protocol
