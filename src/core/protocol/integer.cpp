#include "core/protocol/integer.hpp"

#include "core/checked.hpp"

namespace vesu::protocol {

Integer operator+(const Integer &a, const Integer &b)
{
    u256 sum;
    require(add(a.value(), b.value(), sum) == Status::ok, "u256_add Overflow");
    return Integer(sum);
}

Integer operator-(const Integer &a, const Integer &b)
{
    u256 difference;
    require(subtract(a.value(), b.value(), difference) == Status::ok, "u256_sub Overflow");
    return Integer(difference);
}

Integer operator*(const Integer &a, const Integer &b)
{
    u256 product;
    require(multiply(a.value(), b.value(), product) == Status::ok, "u256_mul Overflow");
    return Integer(product);
}

Integer operator/(const Integer &a, const Integer &b)
{
    u256 quotient;
    require(vesu::divide(a.value(), b.value(), quotient) == Status::ok, "Division by 0");
    return Integer(quotient);
}

Integer divide(const Integer &a, const Integer &b, Rounding rounding)
{
    const Integer quotient = a / b;
    return rounding == Rounding::up && quotient * b != a ? quotient + 1 : quotient;
}

Integer divide_product(const Integer &a, const Integer &b, const Integer &divisor,
                       Rounding rounding, const char *overflow)
{
    u256 quotient;
    const Status status = vesu::mul_div(a.value(), b.value(), divisor.value(), rounding, quotient);
    require(status != Status::division_by_zero, "Division by 0");
    require(status == Status::ok, overflow);
    return Integer(quotient);
}

Integer mul_div(const Integer &a, const Integer &b, const Integer &divisor, Rounding rounding)
{
    require(divisor != 0, "mul_div division by zero");
    return divide_product(a, b, divisor, rounding, "mul_div quotient > u256");
}

Integer mul_div_down(const Integer &a, const Integer &b, const Integer &divisor, Protocol protocol)
{
    return protocol == Protocol::v2 ? mul_div(a, b, divisor, Rounding::down) : a * b / divisor;
}

}  // namespace vesu::protocol
