// uint256: a whole number from 0 to 2^256 - 1, as text. As bytes: bytes.hpp; its arithmetic: checked.hpp.
#pragma once

#include "core/bytes.hpp"

namespace vesu {

constexpr std::size_t uint256_decimal_size = 78;      // digits of 2^256 - 1, without a terminator
constexpr std::size_t uint256_hexadecimal_size = 66;  // "0x" and 64 digits, without a terminator

// Reads decimal digits, or "0x" or "0X" and 1 to 64 hexadecimal digits of either case. Nothing else may stand
// there. False unless the value is below 2^256; writes `result` only with true.
bool parse_uint256(const char *text, std::size_t length, u256 &result);

// Write digits without leading zeros, hexadecimal ones lower-case behind "0x"; return the length.
std::size_t format_uint256(u256 value, char (&text)[uint256_decimal_size]);
std::size_t format_uint256_hexadecimal(const u256 &value, char (&text)[uint256_hexadecimal_size]);

// Divides by 10^16 in place and returns the remainder: the last 16 decimal digits.
std::uint64_t take_sixteen_digits(u256 &value);

// The length in bits, then the leading 55 bits: ordered as the values are, whatever their size, though values that
// differ further on are equal.
std::uint64_t sort_key(const u256 &value);

}  // namespace vesu
