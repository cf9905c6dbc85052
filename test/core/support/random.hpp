// Random arguments from a fixed seed: a failure repeats itself.
#pragma once

#include "core/fixed.hpp"
#include "support/decimal_text.hpp"

#include <random>

namespace vesu::test {

class Random {
public:
    explicit Random(unsigned seed) : engine(seed) {}

    int between(int low, int high)
    {
        return std::uniform_int_distribution<int>(low, high)(engine);
    }

    // From low to high, both included, with `decimals` decimals.
    Decimal between(const char *low, const char *high, int decimals)
    {
        const u512 least = in_units(low, decimals), most = in_units(high, decimals);
        return {least + bits(256) % (most - least + 1), decimals};
    }

    // Any value of 1 to `max_bits` bits and up to `max_scale` decimals; 0 once in a while.
    Decimal any(int max_bits, int max_scale)
    {
        if (between(0, 30) == 0)
            return {0, between(0, max_scale)};
        const int length = between(1, max_bits);
        return {bits(length) | u512(1) << (length - 1), between(0, max_scale)};
    }

    Decimal any_positive(int max_bits, int max_scale)
    {
        Decimal value = any(max_bits, max_scale);
        if (value.coefficient == 0)
            value.coefficient = 1;
        return value;
    }

    // A fraction of 0 to 1 with up to `max_scale` decimals.
    Decimal fraction(int max_scale)
    {
        const int scale = between(0, max_scale);
        u512 one = 1;
        for (int i = 0; i < scale; ++i)
            one *= 10;
        return {bits(512) % (one + 1), scale};
    }

    u512 bits(int count)
    {
        u512 value = 0;
        for (int i = 0; i < count; i += 64)
            value = value << 64 | engine();
        return count == 512 ? value : value & ((u512(1) << count) - 1);
    }

private:
    static u512 in_units(const char *text, int decimals)
    {
        Decimal value = decimal(text);
        for (; value.scale < decimals; ++value.scale)
            value.coefficient *= 10;
        return value.coefficient;
    }

    std::mt19937_64 engine;
};

}  // namespace vesu::test
