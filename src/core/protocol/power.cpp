#include "core/protocol/power.hpp"

namespace vesu::protocol {

namespace {

bool is_odd(const Integer &n)
{
    return (n.value() & 1) != 0;
}

}  // namespace

// The order of the steps is the contract's: each of them rounds.
Integer pow_scale(Integer x, Integer n, bool negative)
{
    if (negative)
        x = Integer(unit) * unit / x;
    if (n == 0)
        return unit;
    Integer y = unit;
    while (n > 1) {
        if (is_odd(n))
            y = x * y / unit;
        x = x * x / unit;
        n = n / 2;
    }
    return x * y / unit;
}

Integer pow(Integer x, Integer n, Protocol protocol)
{
    if (x == 0 && protocol == Protocol::v1)
        return 0;
    Integer y = 1;
    while (n > 1) {
        if (is_odd(n))
            y = x * y;
        x = x * x;
        n = n / 2;
    }
    return n == 0 ? y : x * y;
}

Integer pow_10(const Integer &n)
{
    return pow(10, n, Protocol::v2);
}

Integer pow_10_or_0(const Integer &n)
{
    return n == 0 ? Integer(0) : pow_10(n);
}

Integer log_10(Integer x)
{
    require(x != 0, "log-10-zero");
    std::uint64_t digits_after_first = 0;
    for (; x >= 10; x = x / 10)
        ++digits_after_first;
    return digits_after_first;
}

Integer log_10_or_0(const Integer &x)
{
    return x == 0 ? Integer(0) : log_10(x);
}

}  // namespace vesu::protocol
