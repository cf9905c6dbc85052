// An unsigned integer for the sizes that occur a million times in a query: several times faster than
// cpp_int, whose division alone would cost more than the rest of a health factor. Internal to exact.cpp.
#pragma once

#include "core/wide.hpp"

#include <cstdint>
#include <cstring>

namespace vesu {

static_assert(sizeof(mp::limb_type) == 8, "the compiler must have 128-bit integers");

// Value: the sum of limbs[i]·2^(64·i). The highest of the `count` limbs is not 0; zero has none.
// Nothing is checked: whoever uses it has proved that every value stays below 2^512.
struct Limbs {
    static constexpr int max_bits = 512;
    static constexpr int capacity = max_bits / 64 + 1;  // and one limb to carry into

    std::uint64_t limbs[capacity];
    int count;

    Limbs() : count(0) {}
    explicit Limbs(std::uint64_t value) : count(value != 0)
    {
        limbs[0] = value;
    }
    // Copies unused limbs too: a copy of fixed size is a few instructions, not a call.
    explicit Limbs(const u512 &value) : count(static_cast<int>(value.backend().size()))
    {
        std::memcpy(limbs, value.backend().limbs(), max_bits / 8);
        if (limbs[count - 1] == 0)
            --count;
    }
    explicit operator u512() const;

    Limbs &operator*=(std::uint64_t factor);
    Limbs &operator++();
};

Limbs operator*(const Limbs &a, const Limbs &b);
bool operator<(const Limbs &a, const Limbs &b);

// Writes the whole part of numerator ÷ denominator; returns whether a remainder is left.
// The denominator is above zero.
bool divide(const Limbs &numerator, const Limbs &denominator, Limbs &quotient);

}  // namespace vesu
