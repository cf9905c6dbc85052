#include "core/mul_div.hpp"

#include <gtest/gtest.h>

namespace vesu {

namespace {

using Narrow = unsigned_integer<8, mp::unchecked>;
using Double = unsigned_integer<16, mp::unchecked>;

const u256 max_u256 = ~u256(0);

// The definition, in ordinary integers.
int expected_quotient(int a, int b, int divisor, Rounding rounding)
{
    return rounding == Rounding::down ? a * b / divisor : (a * b + divisor - 1) / divisor;
}

bool agrees(int a, int b, int divisor, Rounding rounding)
{
    Narrow result = 77;
    const Status status =
        mul_div_as<Narrow, Double>(Narrow(a), Narrow(b), Narrow(divisor), rounding, result);
    if (divisor == 0)
        return status == Status::division_by_zero && result == 77;

    const int expected = expected_quotient(a, b, divisor, rounding);
    if (expected > 255)
        return status == Status::out_of_range && result == 77;
    return status == Status::ok && result == expected;
}

u256 quotient_of(const u256 &a, const u256 &b, const u256 &divisor, Rounding rounding)
{
    u256 result = 0;
    EXPECT_EQ(mul_div(a, b, divisor, rounding, result), Status::ok);
    return result;
}

TEST(MulDiv, agrees_with_the_definition_for_all_8_bit_arguments)
{
    long compared = 0, different = 0;
    for (int a = 0; a < 256; ++a)
        for (int b = 0; b < 256; ++b)
            for (int divisor = 0; divisor < 256; ++divisor)
                for (const Rounding rounding : {Rounding::down, Rounding::up}) {
                    ++compared;
                    different += !agrees(a, b, divisor, rounding);
                }
    EXPECT_EQ(compared, 2L << 24);
    EXPECT_EQ(different, 0);
}

TEST(MulDiv, keeps_a_product_of_512_bits)
{
    EXPECT_EQ(quotient_of(max_u256, max_u256, max_u256, Rounding::down), max_u256);
    EXPECT_EQ(quotient_of(max_u256, max_u256, max_u256, Rounding::up), max_u256);
    EXPECT_EQ(quotient_of(max_u256, max_u256 - 1, max_u256, Rounding::up), max_u256 - 1);
    EXPECT_EQ(quotient_of(u256(1) << 255, 6, u256(1) << 255, Rounding::down), 6);
}

TEST(MulDiv, rounds_once_as_told)
{
    // (2^256 - 1)·2 ÷ 2^255 = 4 - 2^-254
    EXPECT_EQ(quotient_of(max_u256, 2, u256(1) << 255, Rounding::down), 3);
    EXPECT_EQ(quotient_of(max_u256, 2, u256(1) << 255, Rounding::up), 4);
    EXPECT_EQ(quotient_of(0, max_u256, 3, Rounding::up), 0);
    EXPECT_EQ(quotient_of(1, 1, max_u256, Rounding::up), 1);
}

TEST(MulDiv, refuses_a_quotient_of_two_to_the_256)
{
    u256 result = 77;
    EXPECT_EQ(mul_div(u256(1) << 255, 2, 1, Rounding::down, result), Status::out_of_range);
    EXPECT_EQ(mul_div(max_u256, max_u256, max_u256 - 1, Rounding::down, result),
              Status::out_of_range);
    EXPECT_EQ(result, 77);
}

TEST(MulDiv, refuses_a_quotient_that_only_rounding_up_takes_to_two_to_the_256)
{
    // 2^257 - 1 has this factor, and half of it is 2^256 - 1/2.
    const u256 a = 535006138814359;
    const u512 product = (u512(1) << 257) - 1;
    const u256 b = static_cast<u256>(u512(product / a));
    ASSERT_EQ(u512(u512(a) * u512(b)), product);

    u256 result = 77;
    EXPECT_EQ(mul_div(a, b, 2, Rounding::down, result), Status::ok);
    EXPECT_EQ(result, max_u256);
    result = 77;
    EXPECT_EQ(mul_div(a, b, 2, Rounding::up, result), Status::out_of_range);
    EXPECT_EQ(result, 77);
}

TEST(MulDiv, refuses_to_divide_by_zero)
{
    u256 result = 77;
    EXPECT_EQ(mul_div(1, 1, 0, Rounding::down, result), Status::division_by_zero);
    EXPECT_EQ(mul_div(0, 0, 0, Rounding::up, result), Status::division_by_zero);
    EXPECT_EQ(result, 77);
}

}  // namespace

}  // namespace vesu
