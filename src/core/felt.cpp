#include "core/felt.hpp"

#include <algorithm>
#include <cstdint>

namespace vesu {

namespace {

// 2^251 + 17·2^192 + 1
constexpr FeltBytes prime = {
    0x08, 0, 0, 0, 0, 0, 0, 0x11,  //
    0,    0, 0, 0, 0, 0, 0, 0,     //
    0,    0, 0, 0, 0, 0, 0, 0,     //
    0,    0, 0, 0, 0, 0, 0, 0x01,
};

constexpr std::size_t word_size = 8;

// -1 unless a hexadecimal digit. Our own: isxdigit() follows the locale.
int digit_value(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F')
        return digit - 'A' + 10;
    return -1;
}

}  // namespace

bool is_felt(const FeltBytes &bytes)
{
    return bytes < prime;  // big-endian: the order of the bytes is the order of the numbers
}

bool parse_felt(const char *text, std::size_t length, FeltBytes &result)
{
    if (length < 3 || length > felt_text_size || text[0] != '0' || text[1] != 'x')
        return false;

    FeltBytes bytes{};
    for (std::size_t place = 0; place < length - 2; ++place) {
        const int digit = digit_value(text[length - 1 - place]);
        if (digit < 0)
            return false;
        bytes[felt_size - 1 - place / 2] |= static_cast<unsigned char>(digit << place % 2 * 4);
    }
    if (!is_felt(bytes))
        return false;

    result = bytes;
    return true;
}

void format_felt(const FeltBytes &bytes, char (&text)[felt_text_size])
{
    constexpr char digits[] = "0123456789abcdef";
    text[0] = '0';
    text[1] = 'x';
    for (std::size_t i = 0; i < felt_size; ++i) {
        text[2 + 2 * i] = digits[bytes[i] >> 4];
        text[3 + 2 * i] = digits[bytes[i] & 15];
    }
}

u256 felt_to_integer(const FeltBytes &bytes)
{
    u256 value = 0;
    for (std::size_t start = 0; start < felt_size; start += word_size) {
        std::uint64_t word = 0;
        for (std::size_t i = start; i < start + word_size; ++i)
            word = word << 8 | bytes[i];
        value = value << 64 | word;
    }
    return value;
}

bool felt_from_integer(const u256 &value, FeltBytes &result)
{
    FeltBytes bytes;
    u256 rest = value;
    for (std::size_t end = felt_size; end > 0; end -= word_size) {
        std::uint64_t word = static_cast<std::uint64_t>(rest & UINT64_MAX);
        for (std::size_t i = end; i > end - word_size; --i, word >>= 8)
            bytes[i - 1] = static_cast<unsigned char>(word & 0xff);
        rest >>= 64;
    }
    if (!is_felt(bytes))
        return false;

    result = bytes;
    return true;
}

}  // namespace vesu
