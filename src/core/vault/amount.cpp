#include "core/vault/amount.hpp"

#include <algorithm>

namespace vesu::vault {

namespace {

bool is_digit(char character)
{
    return character >= '0' && character <= '9';
}

// Our own: the amount must not wrap.
bool append_digit(std::int64_t &amount, char character)
{
    return !__builtin_mul_overflow(amount, std::int64_t{10}, &amount) &&
           !__builtin_add_overflow(amount, std::int64_t{character - '0'}, &amount);
}

}  // namespace

std::size_t format_amount(std::int64_t amount, int decimals, char (&text)[amount_text_size])
{
    // Negated as unsigned: -2^63 has no positive int64.
    std::uint64_t rest = static_cast<std::uint64_t>(amount);
    if (amount < 0)
        rest = 0 - rest;

    std::size_t length = 0;
    for (int place = 0; place <= decimals || rest != 0; ++place, rest /= 10) {
        if (place == decimals && decimals > 0)
            text[length++] = '.';
        text[length++] = static_cast<char>('0' + rest % 10);
    }
    if (amount < 0)
        text[length++] = '-';
    std::reverse(text, text + length);
    return length;
}

bool parse_amount(const char *text, std::size_t length, int decimals, std::int64_t &amount)
{
    const char *const end = text + length;
    const char *const point = std::find(text, end, '.');
    const char *const fraction = point == end ? end : point + 1;
    if (point == text || (point != end && fraction == end) || !std::all_of(text, point, is_digit) ||
        !std::all_of(fraction, end, is_digit))
        return false;

    std::int64_t result = 0;
    for (const char *digit = text; digit != point; ++digit)
        if (!append_digit(result, *digit))
            return false;
    const char *digit = fraction;
    for (int place = 0; place < decimals; ++place)
        if (!append_digit(result, digit == end ? '0' : *digit++))
            return false;
    // What is left is below the smallest unit, so it must be nothing.
    if (!std::all_of(digit, end, [](char excess) { return excess == '0'; }))
        return false;

    amount = result;
    return true;
}

}  // namespace vesu::vault
