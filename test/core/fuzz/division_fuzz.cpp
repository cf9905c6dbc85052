// Decimal division: quotient · denominator <= numerator < (quotient + one unit) · denominator, and the
// mirror image when rounding up. Products are compared, nothing is divided here.
#include "core/exact.hpp"

#include <cstdint>
#include <cstdlib>

namespace {

using namespace vesu;

class Input {
public:
    Input(const std::uint8_t *data, std::size_t size) : next(data), end(data + size) {}
    unsigned byte()
    {
        return next == end ? 0 : *next++;
    }
    Decimal decimal()
    {
        Decimal value{0, static_cast<int>(byte() + (byte() & 1))};
        for (unsigned length = byte() % 65; length > 0; --length)
            value.coefficient = value.coefficient << 8 | byte();
        return value;
    }

private:
    const std::uint8_t *next;
    const std::uint8_t *end;
};

bool at_most(const Exact<wide> &a, const Exact<wide> &b)
{
    return !(b < a);
}

void require(bool condition)
{
    if (!condition)
        std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    Input input(data, size);
    const int decimals = static_cast<int>(input.byte() % 37);
    const bool up = input.byte() & 1;
    const Decimal a = input.decimal(), b = input.decimal(), c = input.decimal(),
                  d = input.decimal();
    if (c.coefficient == 0 || d.coefficient == 0)
        return 0;

    const auto numerator = exact<wide>(a) * exact<wide>(b);
    const auto denominator = exact<wide>(c) * exact<wide>(d);
    require(is_greater(product(a, b), product(c, d)) == (denominator < numerator));

    Decimal result;
    if (divide(product(a, b), product(c, d), decimals, up ? Rounding::up : Rounding::down,
               result) != Status::ok) {
        // At least (2^512 - 1 units) · denominator, then.
        const Exact<wide> largest{wide(~u512(0)), decimals};
        require(largest * denominator < numerator);
        return 0;
    }
    require(result.scale == decimals);
    const auto quotient = exact<wide>(result);
    const Exact<wide> unit{1, decimals};
    if (up) {
        require(at_most(numerator, quotient * denominator));
        require(result.coefficient == 0 || (quotient - unit) * denominator < numerator);
    } else {
        require(at_most(quotient * denominator, numerator));
        require(numerator < (quotient + unit) * denominator);
    }
    return 0;
}
