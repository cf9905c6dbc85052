// felt252: an element of Starknet's field, kept as 32 big-endian bytes.
#pragma once

#include "core/bytes.hpp"

namespace vesu {

constexpr std::size_t felt_size = 32;
constexpr std::size_t felt_text_size =
    2 + 2 * felt_size;  // "0x" and 64 digits, without a terminator
using FeltBytes = Bytes32;

// Whether big-endian bytes are below 2^251 + 17·2^192 + 1.
bool is_felt(const FeltBytes &bytes);

// Reads "0x" and 1 to 64 hexadecimal digits of either case; false unless the value is a felt.
bool parse_felt(const char *text, std::size_t length, FeltBytes &result);

// Writes "0x" and 64 lower-case digits.
void format_felt(const FeltBytes &bytes, char (&text)[felt_text_size]);

u256 felt_to_integer(const FeltBytes &bytes);
bool felt_from_integer(const u256 &value, FeltBytes &result);  // false unless the value is a felt

}  // namespace vesu
