// 256-bit arithmetic that says when a result does not fit. Plain operators of u256 would wrap.
// Each function writes `result` only with Status::ok; `result` may be one of the operands.
#pragma once

#include "core/fixed.hpp"

namespace vesu {

// a + b; Status::out_of_range from 2^256 on.
Status add(const u256 &a, const u256 &b, u256 &result);

// a − b; Status::out_of_range below 0.
Status subtract(const u256 &a, const u256 &b, u256 &result);

// a × b; Status::out_of_range from 2^256 on.
Status multiply(const u256 &a, const u256 &b, u256 &result);

// ⌊a ÷ b⌋; Status::division_by_zero.
Status divide(const u256 &a, const u256 &b, u256 &result);

// The remainder of a ÷ b; Status::division_by_zero.
Status remainder(const u256 &a, const u256 &b, u256 &result);

}  // namespace vesu
