#include "core/exact.hpp"
#include "support/decimal_text.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace vesu {

namespace {

using test::decimal;
using test::text;

const u512 max_u512 = ~u512(0);

std::string quotient_text(const char *numerator, const char *denominator, int decimals,
                          Rounding rounding)
{
    Decimal result;
    EXPECT_EQ(divide(product(decimal(numerator)), product(decimal(denominator)), decimals, rounding,
                     result),
              Status::ok);
    return text(result);
}

TEST(Exact, divides_to_the_decimals_and_in_the_direction_asked_for)
{
    EXPECT_EQ(quotient_text("2", "3", 5, Rounding::down), "0.66666");
    EXPECT_EQ(quotient_text("2", "3", 5, Rounding::up), "0.66667");
    EXPECT_EQ(quotient_text("1.5", "0.5", 5, Rounding::up), "3");
    EXPECT_EQ(quotient_text("1.23456", "1", 3, Rounding::down), "1.234");
    EXPECT_EQ(quotient_text("1.23456", "1", 3, Rounding::up), "1.235");
    EXPECT_EQ(quotient_text("0", "7", 18, Rounding::up), "0");
    EXPECT_EQ(quotient_text("1e-200", "1", 18, Rounding::up), "0.000000000000000001");
    EXPECT_EQ(quotient_text("1e-200", "1e-200", 0, Rounding::down), "1");
}

TEST(Exact, compares_products_of_any_scale)
{
    const Decimal tenth = decimal("0.1"), hundredth = decimal("0.01"), one = decimal("1.000");
    EXPECT_FALSE(is_greater(product(tenth, tenth), product(hundredth)));
    EXPECT_FALSE(is_greater(product(hundredth), product(tenth, tenth)));
    EXPECT_TRUE(is_greater(product(tenth), product(hundredth, one, one)));
    EXPECT_FALSE(is_greater(product(one), product(one, one)));
    EXPECT_TRUE(is_greater(product(decimal("1e100")), product(decimal("1e-200"))));
}

TEST(Exact, stores_up_to_512_bits)
{
    Decimal result{7, 7};
    const Decimal largest{max_u512, 0}, one{1, 0}, two{2, 0};
    ASSERT_EQ(divide(product(largest), product(one), 0, Rounding::up, result), Status::ok);
    EXPECT_EQ(result.coefficient, max_u512);

    result = {7, 7};
    EXPECT_EQ(divide(product(largest, two), product(one), 0, Rounding::down, result),
              Status::out_of_range);
    EXPECT_EQ(divide(product(largest), product(one), 1, Rounding::down, result),
              Status::out_of_range);
    EXPECT_EQ(result.coefficient, 7);
    EXPECT_EQ(result.scale, 7);
}

TEST(Exact, refuses_what_only_rounding_up_takes_to_2_to_the_512)
{
    // (2^512 - 1)·10 + 5, a tenth of it: needs one more digit than u512 holds, so multiply.
    const Decimal largest{max_u512, 0}, half{(u512(1) << 511), 0}, two{2, 0};
    const Decimal just_above{(u512(1) << 511) - 1, 0};
    Decimal result{7, 7};
    EXPECT_EQ(divide(product(half, two), product(), 0, Rounding::down, result),
              Status::out_of_range);
    ASSERT_EQ(divide(product(largest, half), product(half), 0, Rounding::up, result), Status::ok);
    EXPECT_EQ(result.coefficient, max_u512);
    // largest · half ÷ (half - 1) is above 2^512 + 1.
    EXPECT_EQ(divide(product(largest, half), product(just_above), 0, Rounding::up, result),
              Status::out_of_range);
}

TEST(Exact, multiplies_by_powers_of_ten_of_every_length)
{
    wide value = 7, expected = 7;
    for (int digits = 0; digits <= 800; ++digits) {
        value = 7;
        multiply_by_power_of_ten(value, digits);
        ASSERT_EQ(value, expected) << digits;
        expected *= 10;
    }
}

TEST(Exact, keeps_the_smaller_of_two_numbers_of_different_scale)
{
    const Exact<wide> a = exact<wide>(decimal("1.50")), b = exact<wide>(decimal("1.6"));
    EXPECT_EQ(&smaller(a, b), &a);
    EXPECT_EQ(&smaller(b, a), &a);
}

// A wrong count of digits in fixed.hpp ends in an exception, never in a wrapped number.
TEST(Wide, throws_above_8192_bits)
{
    const wide largest = ~(wide(1) << 8191) | wide(1) << 8191;
    wide value = largest;
    EXPECT_THROW(++value, std::overflow_error);
    value = largest;
    EXPECT_THROW(value *= 10U, std::overflow_error);
    value = largest;
    EXPECT_THROW(value += wide(1), std::overflow_error);
    EXPECT_THROW(static_cast<void>(largest * wide(2)), std::overflow_error);
    value = wide(1) << 4096;
    EXPECT_THROW(static_cast<void>(value * value), std::overflow_error);
}

TEST(Wide, throws_below_zero)
{
    const Exact<wide> one{1, 0}, two{2, 0};
    EXPECT_THROW(static_cast<void>(one - two), std::range_error);
}

TEST(Wide, holds_the_largest_intermediate_number_that_fixed_hpp_counts)
{
    // (h·D·Pd − …) ÷ (Pd·(h − LT·(1 + b))): 4094 bits and 786 digits more.
    wide value = (wide(1) << 4094) - 1;
    EXPECT_NO_THROW(multiply_by_power_of_ten(value, 18 + 3 * max_argument_scale));
}

}  // namespace

}  // namespace vesu
