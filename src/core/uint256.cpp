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

// 10^16, shifted until its highest bit is set, as dividing by multiplying needs it.
constexpr int digits_per_step = 16;
constexpr int shift = 10;
constexpr std::uint64_t divisor = powers_of_ten[digits_per_step] << shift;
static_assert(divisor >> 63 == 1 && divisor >> shift == powers_of_ten[digits_per_step]);
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
    // All bits, or none. No branch: it would be guessed wrong every other time.
    const std::uint64_t one_less =
        -static_cast<std::uint64_t>(remainder > static_cast<std::uint64_t>(estimate));
    quotient += one_less;
    remainder += divisor & one_less;
    if (remainder >= divisor) {
        ++quotient;
        remainder -= divisor;
    }
    return remainder;
}

// "00" to "99": two digits a division.
constexpr char digit_pairs[] = "00010203040506070809101112131415161718192021222324"
                               "25262728293031323334353637383940414243444546474849"
                               "50515253545556575859606162636465666768697071727374"
                               "75767778798081828384858687888990919293949596979899";

// Backwards from `end`; returns where they start.
char *write_eight_digits(std::uint32_t value, char *end)
{
    for (int i = 0; i < 4; ++i, value /= 100)
        std::memcpy(end -= 2, digit_pairs + value % 100 * 2, 2);
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

std::uint64_t take_sixteen_digits(u256 &value)
{
    auto &backend = value.backend();
    auto *const limbs = backend.limbs();
    std::uint64_t remainder = limbs[backend.size() - 1] >> (64 - shift);
    for (unsigned i = backend.size(); i-- > 0;) {
        const std::uint64_t lower = i > 0 ? limbs[i - 1] >> (64 - shift) : 0;
        std::uint64_t quotient;
        remainder = divide_pair(remainder, limbs[i] << shift | lower, quotient);
        limbs[i] = quotient;
    }
    backend.normalize();
    return remainder >> shift;
}

std::size_t format_uint256(u256 value, char (&text)[uint256_decimal_size])
{
    char digits[uint256_decimal_size + 2];  // 5 steps of 16
    char *const end = digits + sizeof digits;
    char *start = end;
    do {
        const std::uint64_t step = take_sixteen_digits(value);
        start = write_eight_digits(static_cast<std::uint32_t>(step % 100000000), start);
        start = write_eight_digits(static_cast<std::uint32_t>(step / 100000000), start);
    } while (!value.is_zero());

    while (start < end - 1 && *start == '0')
        ++start;
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

std::uint64_t sort_key(const u256 &value)
{
    constexpr int leading_bits = 55;  // the length, at most 256, takes the other 9
    if (value.is_zero())
        return 0;
    const Leading leads = leading(value);
    const auto length = static_cast<std::uint64_t>(64 + leads.exponent);
    return length << leading_bits | leads.mantissa >> (64 - leading_bits);
}

}  // namespace vesu
