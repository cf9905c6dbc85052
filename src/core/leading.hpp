// The leading 64 bits of exact products: enough to compare most of them without the products themselves.
// Internal to the core.
#pragma once

#include "core/fixed.hpp"

#include <cstdint>

namespace vesu {

// A number between mantissa·2^exponent and (mantissa + leading_error)·2^exponent. The highest bit of the mantissa is
// set, so each step that drops lower bits drops less than 2^-62 of the number.
struct Leading {
    std::uint64_t mantissa;
    int exponent;
};

// Ten such steps lose less than 10·2^-62 of a mantissa below 2^64: 40 units.
constexpr std::uint64_t leading_error = 64;

// high·2^64 + low, times 2^exponent; high is not zero.
inline Leading leading(std::uint64_t high, std::uint64_t low, int exponent)
{
    const int shift = __builtin_clzll(high);
    return {high << shift | (low >> 1) >> (63 - shift), exponent - shift};
}

// The value is not zero.
template <class Integer>
Leading leading(const Integer &value)
{
    const auto *const limbs = value.backend().limbs();
    const int top = static_cast<int>(value.backend().size()) - 1;
    return leading(limbs[top], top > 0 ? limbs[top - 1] : 0, 64 * top);
}

// Two mantissas with their highest bit set: the product lacks at most one bit.
inline Leading operator*(const Leading &a, const Leading &b)
{
    __extension__ using Pair = unsigned __int128;
    const Pair product = static_cast<Pair>(a.mantissa) * b.mantissa;
    const auto high = static_cast<std::uint64_t>(product >> 64);
    const bool full = high >> 63 != 0;
    return {full ? high : static_cast<std::uint64_t>(product >> 63),
            a.exponent + b.exponent + 63 + full};
}

// Whether a is above b beyond doubt; false also where 64 bits cannot tell.
inline bool is_certainly_greater(const Leading &a, const Leading &b)
{
    if (a.exponent != b.exponent)
        return a.exponent > b.exponent && b.mantissa < UINT64_MAX - leading_error;
    return a.mantissa > b.mantissa && a.mantissa - b.mantissa > leading_error;
}

}  // namespace vesu
