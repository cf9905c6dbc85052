// The numbers of the chain: unsigned 256-bit integers whose arithmetic reverts instead of wrapping.
#pragma once

#include "core/fixed.hpp"
#include "core/protocol/revert.hpp"

#include <cstdint>

namespace vesu::protocol {

// Which of the two deployed protocols to follow where they differ.
enum class Protocol { v1 = 1, v2 = 2 };

class Integer {
public:
    Integer() = default;  // 0
    Integer(std::uint64_t value) : value_(value) {}
    explicit Integer(const u256 &value) : value_(value) {}
    const u256 &value() const
    {
        return value_;
    }

private:
    u256 value_;
};

static_assert(std::is_trivially_destructible_v<Integer>, "ereport() may jump over a live Integer");

// `u256_add Overflow`, `u256_sub Overflow`, `u256_mul Overflow`; / rounds down, `Division by 0`.
Integer operator+(const Integer &a, const Integer &b);
Integer operator-(const Integer &a, const Integer &b);
Integer operator*(const Integer &a, const Integer &b);
Integer operator/(const Integer &a, const Integer &b);

inline bool operator==(const Integer &a, const Integer &b)
{
    return a.value() == b.value();
}
inline bool operator!=(const Integer &a, const Integer &b)
{
    return a.value() != b.value();
}
inline bool operator<(const Integer &a, const Integer &b)
{
    return a.value() < b.value();
}
inline bool operator<=(const Integer &a, const Integer &b)
{
    return a.value() <= b.value();
}
inline bool operator>(const Integer &a, const Integer &b)
{
    return a.value() > b.value();
}
inline bool operator>=(const Integer &a, const Integer &b)
{
    return a.value() >= b.value();
}

// a ÷ b; `Division by 0`.
Integer divide(const Integer &a, const Integer &b, Rounding rounding);

// a × b ÷ divisor with a product of 512 bits, rounded once.
// `Division by 0`, and `overflow` when the quotient needs more than 256 bits.
Integer divide_product(const Integer &a, const Integer &b, const Integer &divisor,
                       Rounding rounding, const char *overflow);

// The same under the protocol's own name: `mul_div division by zero`, `mul_div quotient > u256`.
Integer mul_div(const Integer &a, const Integer &b, const Integer &divisor, Rounding rounding);

// a × b ÷ divisor rounded down where V2 has mul_div and V1 a product of 256 bits and a division.
Integer mul_div_down(const Integer &a, const Integer &b, const Integer &divisor, Protocol protocol);

// A sign and a magnitude; zero is never negative.
struct SignedInteger {
    SignedInteger() = default;
    SignedInteger(const Integer &magnitude_, bool negative_)
        : magnitude(magnitude_), negative(negative_ && magnitude_ != 0)
    {
    }
    bool positive() const
    {
        return !negative && magnitude != 0;
    }

    Integer magnitude;
    bool negative = false;
};

// 10^18, the unit of shares, nominal debt, accumulators, rates, prices, values and fractions.
constexpr std::uint64_t unit = 1'000'000'000'000'000'000;

}  // namespace vesu::protocol
