// Amounts in the smallest unit as decimal text and back, exact.
#pragma once

#include <cstddef>
#include <cstdint>

namespace vesu::vault {

constexpr int max_decimals = 18;
constexpr std::size_t amount_text_size = 22;  // 19 digits, a sign, a point, and one to spare

// Writes amount / 10^decimals with exactly that many decimals, and no terminator; returns the length.
// decimals from 0 to 18; without decimals there is no point.
std::size_t format_amount(std::int64_t amount, int decimals, char (&text)[amount_text_size]);

// Reads digits[.digits] × 10^decimals; false unless the value is whole and below 2^63. No sign, no exponent, no
// white space: an amount is never negative, and what looks odd is more likely a mistake than an amount.
bool parse_amount(const char *text, std::size_t length, int decimals, std::int64_t &amount);

}  // namespace vesu::vault
