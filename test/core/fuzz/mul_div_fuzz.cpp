// mul_div() against doubling and adding, bit by bit.
#include "core/fixed.hpp"

#include <cstdint>
#include <cstdlib>

namespace {

using namespace vesu;

constexpr std::size_t argument_size = 32;

u256 read(const std::uint8_t *bytes)
{
    u256 value = 0;
    for (std::size_t i = 0; i < argument_size; ++i)
        value = value << 8 | bytes[i];
    return value;
}

// a·b ÷ divisor from the highest bit of a: quotient and remainder double, and take b in where a has a bit.
// False when the quotient does not stay below 2^256.
bool naive(const u256 &a, const u256 &b, const u256 &divisor, bool up, u256 &result)
{
    u512 quotient = 0, remainder = 0;
    const u512 whole = u512(b / divisor), rest = u512(b % divisor);
    for (unsigned bit = 256; bit-- > 0;) {
        quotient += quotient;
        remainder += remainder;
        if (mp::bit_test(a, bit)) {
            quotient += whole;
            remainder += rest;
        }
        for (; remainder >= divisor; remainder -= divisor)
            ++quotient;
    }
    if (up && remainder != 0)
        ++quotient;
    result = static_cast<u256>(quotient);
    return (quotient >> 256) == 0;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    if (size < 1 + 3 * argument_size)
        return 0;
    const bool up = data[0] & 1;
    const u256 a = read(data + 1) >> (data[0] & 0xf0);
    const u256 b = read(data + 1 + argument_size), divisor = read(data + 1 + 2 * argument_size);

    u256 result = 77, expected;
    const Status status = mul_div(a, b, divisor, up ? Rounding::up : Rounding::down, result);
    Status right = Status::division_by_zero;
    if (divisor != 0)
        right = naive(a, b, divisor, up, expected) ? Status::ok : Status::out_of_range;
    if (status != right || result != (right == Status::ok ? expected : u256(77)))
        std::abort();
    return 0;
}
