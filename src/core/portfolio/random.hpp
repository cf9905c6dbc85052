// Random numbers that are the same on every machine.
#pragma once

#include <cstdint>

namespace vesu::portfolio {

// One step of a sequence of well mixed numbers that never repeats within 2⁶⁴ steps: it fills the state of a larger generator.
// Source: G. L. Steele, D. Lea, C. H. Flood, Fast splittable pseudorandom number generators (2014), SplitMix64.
class SplitMix64 {
public:
    explicit SplitMix64(std::uint64_t seed) : state(seed) {}

    std::uint64_t next()
    {
        state += 0x9e3779b97f4a7c15;
        std::uint64_t mixed = state;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
        return mixed ^ (mixed >> 31);
    }

private:
    std::uint64_t state;
};

// Source: D. Blackman, S. Vigna, Scrambled linear pseudorandom number generators (2021), xoshiro256++.
class Xoshiro256PlusPlus {
public:
    Xoshiro256PlusPlus(std::uint64_t a, std::uint64_t b, std::uint64_t c, std::uint64_t d)
        : state{a, b, c, d}
    {
    }

    // The generator of one path: whoever computes that path, in whatever order, draws the same numbers. The seed is mixed before
    // the path is added, so that seed 1, path 2 is not seed 2, path 1.
    static Xoshiro256PlusPlus of_path(std::uint64_t seed, std::uint64_t path)
    {
        SplitMix64 source(SplitMix64(SplitMix64(seed).next() + path).next());
        const std::uint64_t a = source.next(), b = source.next(), c = source.next();
        return {a, b, c, source.next()};
    }

    std::uint64_t next()
    {
        const std::uint64_t result = rotated(state[0] + state[3], 23) + state[0];
        const std::uint64_t shifted = state[1] << 17;
        state[2] ^= state[0];
        state[3] ^= state[1];
        state[1] ^= state[2];
        state[0] ^= state[3];
        state[2] ^= shifted;
        state[3] = rotated(state[3], 45);
        return result;
    }

    // Uniform between 0 and 1, never either: the middles of 2⁵² equal intervals, each a double.
    double next_fraction()
    {
        return (static_cast<double>(next() >> 12) + 0.5) * 0x1p-52;
    }

private:
    static std::uint64_t rotated(std::uint64_t value, int bits)
    {
        return (value << bits) | (value >> (64 - bits));
    }

    std::uint64_t state[4];
};

}  // namespace vesu::portfolio
