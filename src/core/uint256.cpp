#include "core/uint256.hpp"

#include "core/exact.hpp"

namespace vesu {

namespace {

bool is_hexadecimal(const char *text, std::size_t length)
{
    return length > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
}

bool is_digit(char character)
{
    return character >= '0' && character <= '9';
}

// At most 78 digits, so the value is below 2^260.
u512 decimal_value(const char *digits, std::size_t count)
{
    u512 value = 0;
    for (std::size_t i = 0; i < count;) {
        const std::size_t next = std::min(i + digits_per_limb, count);
        const std::size_t step = next - i;
        std::uint64_t low = 0;
        for (; i < next; ++i)
            low = low * 10 + static_cast<std::uint64_t>(digits[i] - '0');
        value *= powers_of_ten[step];
        value += low;
    }
    return value;
}

bool parse_decimal(const char *digits, std::size_t count, u256 &result)
{
    if (count == 0 || !std::all_of(digits, digits + count, is_digit))
        return false;
    for (; count > 1 && *digits == '0'; --count)
        ++digits;
    if (count > uint256_decimal_size)
        return false;

    const u512 value = decimal_value(digits, count);
    if (value > u512(~u256(0)))
        return false;
    result = static_cast<u256>(value);
    return true;
}

__extension__ using Pair = unsigned __int128;

constexpr std::uint64_t divisor = powers_of_ten[digits_per_limb];
static_assert(divisor >> 63 == 1, "dividing by multiplying needs the highest bit");
constexpr auto reciprocal = static_cast<std::uint64_t>(~Pair(0) / divisor);  // less 2^64

// high·2^64 + low, high being below the divisor: writes the quotient, returns the remainder. A machine's
// division takes ten times as long. Source: Möller and Granlund, Improved division by invariant integers, 2011,
// algorithm 4.
std::uint64_t divide_pair(std::uint64_t high, std::uint64_t low, std::uint64_t &quotient)
{
    const Pair estimate =
        static_cast<Pair>(reciprocal) * high + (static_cast<Pair>(high) << 64 | low);
    quotient = static_cast<std::uint64_t>(estimate >> 64) + 1;
    std::uint64_t remainder = low - quotient * divisor;
    if (remainder > static_cast<std::uint64_t>(estimate)) {
        --quotient;
        remainder += divisor;
    }
    if (remainder >= divisor) {
        ++quotient;
        remainder -= divisor;
    }
    return remainder;
}

// Divides by 10^19 in place and returns the remainder: the last 19 digits.
std::uint64_t take_digits(u256 &value)
{
    auto &backend = value.backend();
    std::uint64_t remainder = 0;
    for (unsigned i = backend.size(); i-- > 0;) {
        std::uint64_t quotient;
        remainder = divide_pair(remainder, backend.limbs()[i], quotient);
        backend.limbs()[i] = quotient;
    }
    backend.normalize();
    return remainder;
}

// Writes the digits of a limb backwards from `end` and returns where they start.
char *write_digits(std::uint64_t limb, char *end)
{
    for (; limb != 0; limb /= 10)
        *--end = static_cast<char>('0' + limb % 10);
    return end;
}

}  // namespace

bool parse_uint256(const char *text, std::size_t length, u256 &result)
{
    if (!is_hexadecimal(text, length))
        return parse_decimal(text, length, result);

    Bytes32 bytes;
    if (!parse_hexadecimal(text + 2, length - 2, bytes))
        return false;
    result = integer_from_bytes(bytes);
    return true;
}

std::size_t format_uint256(u256 value, char (&text)[uint256_decimal_size])
{
    char digits[uint256_decimal_size];
    char *const end = digits + uint256_decimal_size;
    char *start = end;
    while (value > UINT64_MAX) {
        char *const limb_start = start - digits_per_limb;
        start = write_digits(take_digits(value), start);
        while (start > limb_start)
            *--start = '0';
    }
    start = write_digits(static_cast<std::uint64_t>(value), start);
    if (start == end)
        *--start = '0';
    std::memcpy(text, start, static_cast<std::size_t>(end - start));
    return static_cast<std::size_t>(end - start);
}

std::size_t format_uint256_hexadecimal(const u256 &value, char (&text)[uint256_hexadecimal_size])
{
    char digits[uint256_hexadecimal_size - 2];
    format_hexadecimal(bytes_from_integer(value), digits);
    const char *start = digits;
    const char *const end = digits + sizeof digits;
    while (start < end - 1 && *start == '0')
        ++start;
    text[0] = '0';
    text[1] = 'x';
    std::memcpy(text + 2, start, static_cast<std::size_t>(end - start));
    return 2 + static_cast<std::size_t>(end - start);
}

}  // namespace vesu
