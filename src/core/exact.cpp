#include "core/exact.hpp"

#include "core/limbs.hpp"

#include <algorithm>

namespace vesu {

namespace {

// An upper bound of a number that is not computed yet: coefficient < 2^bits.
struct Size {
    int bits;
    int scale;
};

Size size_of(const Product &product)
{
    Size size{product.count == 0 ? 1 : 0, 0};
    for (int i = 0; i < product.count; ++i) {
        size.bits += 64 * static_cast<int>(product.factors[i]->coefficient.backend().size());
        size.scale += product.factors[i]->scale;
    }
    return size;
}

// 10/3 is above log2(10).
int scaled_up_bits(const Size &size, int digits)
{
    return digits > 0 ? size.bits + digits * 10 / 3 + 1 : size.bits;
}

// Each line returns what it makes: a copy of a number just written costs more than its product.
template <class Integer>
Exact<Integer> multiplied(const Product &product)
{
    const auto factor = [&product](int i) { return exact<Integer>(*product.factors[i]); };
    switch (product.count) {
    case 0:
        return {Integer(1U), 0};
    case 1:
        return factor(0);
    case 2:
        return factor(0) * factor(1);
    default:
        return factor(0) * factor(1) * factor(2);
    }
}

// Calls formula(Integer()) with the narrowest integer of the given size: typical amounts and prices
// need no wide arithmetic.
template <class Formula>
auto in_narrowest(int bits, const Formula &formula)
{
    return bits <= Limbs::max_bits ? formula(Limbs()) : formula(wide());
}

Status store(const Exact<Limbs> &value, Decimal &result)
{
    result = {static_cast<u512>(value.coefficient), value.scale};
    return Status::ok;
}

}  // namespace

Status divide(const Product &numerator, const Product &denominator, int decimals, Rounding rounding,
              Decimal &result)
{
    const Size above = size_of(numerator), below = size_of(denominator);
    const int shift = decimals + below.scale - above.scale;
    const int bits = std::max(scaled_up_bits(above, shift), scaled_up_bits(below, -shift));

    return in_narrowest(bits, [&](auto zero) {
        using Integer = decltype(zero);
        return store(quotient(multiplied<Integer>(numerator), multiplied<Integer>(denominator),
                              decimals, rounding),
                     result);
    });
}

bool is_greater(const Product &a, const Product &b)
{
    const Size a_size = size_of(a), b_size = size_of(b);
    const int bits = std::max(scaled_up_bits(a_size, b_size.scale - a_size.scale),
                              scaled_up_bits(b_size, a_size.scale - b_size.scale));

    return in_narrowest(bits, [&](auto zero) {
        using Integer = decltype(zero);
        return multiplied<Integer>(b) < multiplied<Integer>(a);
    });
}

}  // namespace vesu
