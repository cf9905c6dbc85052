// Exact integers and decimals. One place for rounding: every division says its direction.
#pragma once

#include "core/status.hpp"
#include "core/wide.hpp"

namespace vesu {

enum class Rounding { down, up };

// a × b ÷ divisor. The product is 512 bits wide, so only the quotient can be out of range.
// Rounds once, at the end, as told. Writes `result` only with Status::ok.
Status mul_div(const u256 &a, const u256 &b, const u256 &divisor, Rounding rounding, u256 &result);

// An exact decimal that is not negative: coefficient ÷ 10^scale.
// An argument has a coefficient below 2^512 and 0 <= scale <= max_argument_scale; a result may use more
// decimals, and is Status::out_of_range when its coefficient does not stay below 2^512.
struct Decimal {
    u512 coefficient;
    int scale;
};

constexpr int max_argument_scale = 256;

// Why `wide` has 8192 bits. A factor brings at most 512 bits and 256 decimals. Bringing two numbers to one
// scale multiplies one of them by 10^k, which adds k·log2(10) < 3.33·k bits.
//
//   a quotient of products of three, 36 decimals    3·512 bits + (36 + 3·256) decimals      = 4214 bits
//   h·D·Pd − C·Pc·LT, C·Pc·max_ltv − D·Pd           3·512 bits + 3·256 decimals             = 4094 bits
//   (C·Pc·max_ltv − D·Pd) ÷ Pd, 18 decimals         4094 bits + (18 + 256) decimals         = 5007 bits
//   C − required                                    3·512 bits + (18 + 512 + 238) decimals  = 4094 bits
//   1 + b                                           10^256, as b is at most 1, and a carry  =  852 bits
//   LT·(1 + b)                                      512 + 852 bits                          = 1364 bits
//   h − LT·(1 + b)                                  512 bits + 2·256 decimals               = 2217 bits
//   Pd·(h − LT·(1 + b))                             512 + 2217 bits, of scale 768           = 2729 bits
//   (h·D·Pd − C·Pc·LT) ÷ (Pd·(h − LT·(1 + b)))      4094 bits + (18 + 768) decimals         = 6712 bits
//   R·Pd·(1 + b) against C·Pc, R of 18 decimals     2·512 + 852 bits + (18 + 512) decimals  = 3641 bits
//   (C − S)·Pc·LT ÷ ((D − R)·Pd), 18 decimals       4214 bits and, from C − S, 256 decimals = 5067 bits
//
// The largest is 6712 bits. A new formula adds its line.

}  // namespace vesu
