#include "core/exact.hpp"
#include "support/random.hpp"

#include <gtest/gtest.h>

namespace vesu {

namespace {

// The comparison without the leading bits.
template <class A, class B>
bool is_greater_in_full(const A &a, const B &b)
{
    return b.template value<wide>() < a.template value<wide>();
}

void expect_right(const Decimal &a, const Decimal &b, const Decimal &c, const Decimal &d,
                  const Decimal &e)
{
    ASSERT_EQ(is_greater(product(a, b), product(c, d, e)),
              is_greater_in_full(product(a, b), product(c, d, e)));
    ASSERT_EQ(is_greater(product(c, d, e), product(a, b)),
              is_greater_in_full(product(c, d, e), product(a, b)));
}

TEST(Leading, decide_as_the_products_do)
{
    test::Random random(19);
    for (int i = 0; i < 200000; ++i) {
        Decimal numbers[5];
        for (Decimal &number : numbers)
            number = {random.bits(random.between(0, 200)), random.between(0, 40)};
        expect_right(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]);
    }
}

// One unit apart in the last of several hundred bits: the leading bits alone would call them equal.
TEST(Leading, leave_close_products_to_the_products)
{
    test::Random random(5);
    for (int i = 0; i < 50000; ++i) {
        const u512 whole = random.bits(120) + 2;
        const u512 factor = random.bits(100) + 1;
        const Decimal one{1, 0};
        const Decimal exact{whole * factor, 18};
        const Decimal above{whole * factor + 1, 18}, below{whole * factor - 1, 18};
        const Decimal a{whole, 9}, b{factor, 9};
        expect_right(exact, one, a, b, one);
        EXPECT_FALSE(is_greater(product(exact, one), product(a, b, one)));
        EXPECT_FALSE(is_greater(product(a, b, one), product(exact, one)));
        EXPECT_TRUE(is_greater(product(above, one), product(a, b, one)));
        EXPECT_TRUE(is_greater(product(a, b, one), product(below, one)));
    }
}

// At the border of two exponents a mantissa of ones and the next power of two are neighbours.
TEST(Leading, are_careful_at_powers_of_two)
{
    const Decimal one{1, 0};
    for (int bits = 1; bits < 500; ++bits) {
        const Decimal power{u512(1) << bits, 0}, below{(u512(1) << bits) - 1, 0};
        EXPECT_TRUE(is_greater(product(power), product(below, one)));
        EXPECT_FALSE(is_greater(product(below), product(power, one)));
    }
}

// (2^100 + 1)·(2^200 - 2^100 + 1) = 2^300 + 1, but what is dropped of the factors takes it below 2^300.
TEST(Leading, do_not_trust_an_exponent_that_dropped_bits_may_have_lowered)
{
    const Decimal power{u512(1) << 300, 0}, a{(u512(1) << 100) + 1, 0};
    const Decimal b{(u512(1) << 200) - (u512(1) << 100) + 1, 0};
    EXPECT_FALSE(is_greater(product(power), product(a, b)));
    EXPECT_TRUE(is_greater(product(a, b), product(power)));
}

}  // namespace

}  // namespace vesu
