#include "core/felt.hpp"

namespace vesu {

namespace {

// 2^251 + 17·2^192 + 1
constexpr FeltBytes prime = {
    0x08, 0, 0, 0, 0, 0, 0, 0x11,  //
    0,    0, 0, 0, 0, 0, 0, 0,     //
    0,    0, 0, 0, 0, 0, 0, 0,     //
    0,    0, 0, 0, 0, 0, 0, 0x01,
};

}  // namespace

bool is_felt(const FeltBytes &bytes)
{
    return bytes < prime;  // big-endian: the order of the bytes is the order of the numbers
}

bool parse_felt(const char *text, std::size_t length, FeltBytes &result)
{
    FeltBytes bytes;
    if (length < 3 || text[0] != '0' || text[1] != 'x' ||
        !parse_hexadecimal(text + 2, length - 2, bytes) || !is_felt(bytes))
        return false;

    result = bytes;
    return true;
}

void format_felt(const FeltBytes &bytes, char (&text)[felt_text_size])
{
    text[0] = '0';
    text[1] = 'x';
    format_hexadecimal(bytes, text + 2);
}

u256 felt_to_integer(const FeltBytes &bytes)
{
    return integer_from_bytes(bytes);
}

bool felt_from_integer(const u256 &value, FeltBytes &result)
{
    const FeltBytes bytes = bytes_from_integer(value);
    if (!is_felt(bytes))
        return false;

    result = bytes;
    return true;
}

}  // namespace vesu
