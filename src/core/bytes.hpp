// The 32 bytes in which a 256-bit number is stored: most significant first, so that the order of the bytes is
// the order of the numbers.
#pragma once

#include "core/wide.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace vesu {

using Bytes32 = std::array<unsigned char, 32>;

constexpr unsigned words_per_u256 = 4;
static_assert(sizeof(mp::limb_type) == sizeof(std::uint64_t), "a limb is a word of 8 bytes");

inline std::uint64_t swapped_to_big_endian(std::uint64_t word)
{
    return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? __builtin_bswap64(word) : word;
}

// Limb by limb: shifting a wide integer costs more than the arithmetic that follows.
inline u256 integer_from_bytes(const Bytes32 &bytes)
{
    std::uint64_t words[words_per_u256];
    std::memcpy(words, bytes.data(), sizeof words);
    u256 value;
    auto &backend = value.backend();
    backend.resize(words_per_u256, words_per_u256);
    for (unsigned i = 0; i < words_per_u256; ++i)
        backend.limbs()[i] = swapped_to_big_endian(words[words_per_u256 - 1 - i]);
    backend.normalize();
    return value;
}

inline Bytes32 bytes_from_integer(const u256 &value)
{
    std::uint64_t words[words_per_u256] = {};
    const auto &backend = value.backend();
    for (unsigned i = 0; i < backend.size(); ++i)
        words[words_per_u256 - 1 - i] = swapped_to_big_endian(backend.limbs()[i]);
    Bytes32 bytes;
    std::memcpy(bytes.data(), words, sizeof words);
    return bytes;
}

// Reads 1 to 64 hexadecimal digits of either case; writes `result` only then.
bool parse_hexadecimal(const char *digits, std::size_t count, Bytes32 &result);

// Writes all 64 digits, lower-case.
void format_hexadecimal(const Bytes32 &bytes, char *digits);

}  // namespace vesu
