#include "core/bytes.hpp"

namespace vesu {

namespace {

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

bool parse_hexadecimal(const char *digits, std::size_t count, Bytes32 &result)
{
    if (count == 0 || count > 2 * result.size())
        return false;

    Bytes32 bytes{};
    for (std::size_t place = 0; place < count; ++place) {
        const int digit = digit_value(digits[count - 1 - place]);
        if (digit < 0)
            return false;
        bytes[bytes.size() - 1 - place / 2] |= static_cast<unsigned char>(digit << place % 2 * 4);
    }
    result = bytes;
    return true;
}

void format_hexadecimal(const Bytes32 &bytes, char *digits)
{
    constexpr char symbols[] = "0123456789abcdef";
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        digits[2 * i] = symbols[bytes[i] >> 4];
        digits[2 * i + 1] = symbols[bytes[i] & 15];
    }
}

}  // namespace vesu
