#include "core/checked.hpp"

namespace vesu {

Status add(const u256 &a, const u256 &b, u256 &result)
{
    const u256 sum = a + b;  // modulo 2^256
    if (sum < a)
        return Status::out_of_range;
    result = sum;
    return Status::ok;
}

Status subtract(const u256 &a, const u256 &b, u256 &result)
{
    if (a < b)
        return Status::out_of_range;
    result = a - b;
    return Status::ok;
}

Status multiply(const u256 &a, const u256 &b, u256 &result)
{
    u512 product;
    mp::multiply(product, a, b);              // widens no operand, as u512(a) * u512(b) does
    if (product.backend().size() > 256 / 64)  // in limbs
        return Status::out_of_range;
    result = static_cast<u256>(product);
    return Status::ok;
}

Status divide(const u256 &a, const u256 &b, u256 &result)
{
    if (b == 0)
        return Status::division_by_zero;
    result = a / b;
    return Status::ok;
}

Status remainder(const u256 &a, const u256 &b, u256 &result)
{
    if (b == 0)
        return Status::division_by_zero;
    result = a % b;
    return Status::ok;
}

}  // namespace vesu
