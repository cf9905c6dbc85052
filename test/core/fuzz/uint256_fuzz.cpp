// A uint256 that is read and written is the same number; what is refused is none.
#include "core/uint256.hpp"

#include <cstdlib>

namespace {

using namespace vesu;

void require(bool condition)
{
    if (!condition)
        std::abort();
}

// Another way to the same answer: digit by digit, in integers wide enough never to wrap.
bool is_uint256_text(const char *text, std::size_t length, u512 &value)
{
    constexpr char digits[] = "0123456789abcdefABCDEF";
    const bool hexadecimal = length >= 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
    const std::size_t start = hexadecimal ? 2 : 0;
    if (length == start || (hexadecimal && length > 66))
        return false;
    bool fits = true;
    value = 0;
    for (std::size_t i = start; i < length; ++i) {
        const auto *const digit =
            static_cast<const char *>(std::memchr(digits, text[i], hexadecimal ? 22 : 10));
        if (digit == nullptr)
            return false;
        const auto index = static_cast<unsigned>(digit - digits);
        if (fits)
            value = value * (hexadecimal ? 16 : 10) + (index < 16 ? index : index - 6);
        fits = fits && (value >> 256) == 0;
    }
    return fits;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const char *const text = reinterpret_cast<const char *>(data);
    u512 expected;
    u256 value, again;
    const bool accepted = parse_uint256(text, size, value);
    require(accepted == is_uint256_text(text, size, expected));
    if (!accepted)
        return 0;

    require(u512(value) == expected && integer_from_bytes(bytes_from_integer(value)) == value);
    char decimal[uint256_decimal_size];
    std::size_t length = format_uint256(value, decimal);
    require(parse_uint256(decimal, length, again) && again == value);
    require(decimal[0] != '0' || length == 1);
    char hexadecimal[uint256_hexadecimal_size];
    length = format_uint256_hexadecimal(value, hexadecimal);
    require(parse_uint256(hexadecimal, length, again) && again == value);
    require(hexadecimal[2] != '0' || length == 3);
    return 0;
}
