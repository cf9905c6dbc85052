// The number model and the powers: every step floors, and every product has a limit.
#include "core/protocol/power.hpp"
#include "protocol/values.hpp"

#include <gtest/gtest.h>

namespace vesu::protocol {

namespace {

const Integer largest = Integer(~u256(0));

TEST(ProtocolInteger, reverts_instead_of_wrapping)
{
    EXPECT_EQ(outcome([] { return largest + 0; }), shown(largest));
    EXPECT_EQ(outcome([] { return largest + 1; }), "u256_add Overflow");
    EXPECT_EQ(outcome([] { return Integer(5) - 5; }), "0");
    EXPECT_EQ(outcome([] { return Integer(5) - 6; }), "u256_sub Overflow");
    EXPECT_EQ(outcome([] { return two_to_the(128) * (two_to_the(128) - 1); }),
              shown(largest - (two_to_the(128) - 1)));
    EXPECT_EQ(outcome([] { return two_to_the(128) * two_to_the(128); }), "u256_mul Overflow");
    EXPECT_EQ(outcome([] { return Integer(5) / 0; }), "Division by 0");
}

TEST(ProtocolInteger, compares)
{
    EXPECT_TRUE(Integer(1) < 2 && !(Integer(2) < 2) && !(Integer(3) < 2));
    EXPECT_TRUE(Integer(1) <= 2 && Integer(2) <= 2 && !(Integer(3) <= 2));
    EXPECT_TRUE(!(Integer(1) > 2) && !(Integer(2) > 2) && Integer(3) > 2);
    EXPECT_TRUE(!(Integer(1) >= 2) && Integer(2) >= 2 && Integer(3) >= 2);
    EXPECT_TRUE(Integer(2) == 2 && !(Integer(2) == 3) && Integer(2) != 3 && !(Integer(2) != 2));
}

TEST(ProtocolInteger, zero_is_never_negative)
{
    EXPECT_EQ(shown(SignedInteger(0, true)), "0");
    EXPECT_FALSE(SignedInteger(0, false).positive());
    EXPECT_TRUE(SignedInteger(1, false).positive());
    EXPECT_FALSE(SignedInteger(1, true).positive());
    EXPECT_TRUE(SignedInteger(1, true).negative);
}

TEST(ProtocolInteger, divides_with_the_rounding_it_is_told)
{
    EXPECT_EQ(shown(Integer(7) / 2), "3");
    EXPECT_EQ(shown(divide(7, 2, down)), "3");
    EXPECT_EQ(shown(divide(7, 2, up)), "4");
    EXPECT_EQ(shown(divide(8, 2, up)), "4");
}

TEST(ProtocolInteger, divides_a_product_of_512_bits_and_says_what_does_not_fit)
{
    const auto by = [](const Integer &divisor) {
        return outcome([&] { return divide_product(largest, 3, divisor, up, "too wide"); });
    };
    EXPECT_EQ(by(3), shown(largest));
    EXPECT_EQ(by(2), "too wide");
    EXPECT_EQ(by(0), "Division by 0");

    const auto named = [](const Integer &divisor, Rounding rounding) {
        return outcome([&] { return mul_div(largest, 2, divisor, rounding); });
    };
    EXPECT_EQ(named(2, down), shown(largest));
    EXPECT_EQ(named(1, down), "mul_div quotient > u256");
    EXPECT_EQ(named(0, down), "mul_div division by zero");
    EXPECT_EQ(outcome([] { return mul_div(7, 1, 2, down); }), "3");
    EXPECT_EQ(outcome([] { return mul_div(7, 1, 2, up); }), "4");
}

TEST(ProtocolInteger, keeps_the_product_wide_in_v2_alone)
{
    const auto quotient = [](const Integer &divisor, Protocol protocol) {
        return outcome([&] { return mul_div_down(largest, 2, divisor, protocol); });
    };
    EXPECT_EQ(quotient(3, v2), shown(largest / 3 * 2));
    EXPECT_EQ(quotient(3, v1), "u256_mul Overflow");
    EXPECT_EQ(quotient(0, v2), "mul_div division by zero");
    EXPECT_EQ(outcome([] { return mul_div_down(7, 1, 0, v1); }), "Division by 0");
    EXPECT_EQ(outcome([] { return mul_div_down(7, 1, 2, v1); }), "3");
    EXPECT_EQ(outcome([] { return mul_div_down(7, 1, 2, v2); }), "3");
}

std::string power(const char *x, std::uint64_t n, bool negative = false)
{
    return outcome([&] { return pow_scale(integer(x), n, negative); });
}

TEST(ProtocolPower, of_0_is_1)
{
    EXPECT_EQ(power("0", 0), "1000000000000000000");
    EXPECT_EQ(power("7", 0), "1000000000000000000");
    EXPECT_EQ(power("7", 0, true), "1000000000000000000");
}

TEST(ProtocolPower, of_1_is_the_number_and_squares_nothing)
{
    EXPECT_EQ(power("7", 1), "7");
    EXPECT_EQ(outcome([] { return pow_scale(two_to_the(190), 1, false); }), shown(two_to_the(190)));
}

// In units of 10^-18 and small enough for each floor to show: 1.5² = 2.25, 1.5·2.25 = 3.375.
TEST(ProtocolPower, floors_every_step)
{
    EXPECT_EQ(power("1500000000000000001", 2), "2250000000000000003");
    EXPECT_EQ(power("1500000000000000001", 3), "3375000000000000006");
    EXPECT_EQ(power("999999999", 2), "0");
    EXPECT_EQ(power("1000000000", 2), "1");
    // 3·10^9 squared is 9 units; 9 · 3·10^9 and 9 · 9 are below 10^18.
    EXPECT_EQ(power("3000000000", 2), "9");
    EXPECT_EQ(power("3000000000", 3), "0");
    EXPECT_EQ(power("3000000000", 4), "0");
}

// x after the squaring would give 4^2 = 16 for 2^3.
TEST(ProtocolPower, takes_the_odd_step_before_the_squaring)
{
    EXPECT_EQ(power("2000000000000000000", 3), "8000000000000000000");
    EXPECT_EQ(power("2000000000000000000", 5), "32000000000000000000");
    EXPECT_EQ(power("2000000000000000000", 6), "64000000000000000000");
    EXPECT_EQ(power("2000000000000000000", 7), "128000000000000000000");
    EXPECT_EQ(power("2000000000000000000", 13), "8192000000000000000000");
}

// The floor of the exact power ends in 701.
TEST(ProtocolPower, is_not_the_floor_of_the_exact_power)
{
    EXPECT_EQ(power("1000000001000000001", 86400), "1000086403732630657");
}

TEST(ProtocolPower, floors_the_inverse_before_anything_else)
{
    EXPECT_EQ(power("3000000000000000000", 1, true), "333333333333333333");
    EXPECT_EQ(power("3000000000000000000", 2, true), "111111111111111110");
    EXPECT_EQ(power("0", 1, true), "Division by 0");
    EXPECT_EQ(power("0", 0, true), "Division by 0");
}

TEST(ProtocolPower, reverts_with_a_product_of_more_than_256_bits)
{
    const auto of = [](unsigned exponent, std::uint64_t n) {
        return outcome([&] { return pow_scale(two_to_the(exponent), n, false); });
    };
    EXPECT_EQ(of(196, 1), shown(two_to_the(196)));
    EXPECT_EQ(of(197, 1), "u256_mul Overflow");
    EXPECT_EQ(of(127, 2), shown(two_to_the(254) / unit));
    EXPECT_EQ(of(128, 2), "u256_mul Overflow");
}

TEST(ProtocolPower, of_whole_numbers_is_exact)
{
    const auto of = [](const Integer &x, const Integer &n, Protocol protocol) {
        return outcome([&] { return pow(x, n, protocol); });
    };
    EXPECT_EQ(of(3, 0, v2), "1");
    EXPECT_EQ(of(3, 1, v2), "3");
    EXPECT_EQ(of(3, 5, v2), "243");
    EXPECT_EQ(of(3, 6, v1), "729");
    EXPECT_EQ(of(2, 255, v2), shown(two_to_the(255)));
    EXPECT_EQ(of(2, 256, v2), "u256_mul Overflow");
    EXPECT_EQ(of(two_to_the(255), 1, v2), shown(two_to_the(255)));
}

TEST(ProtocolPower, of_zero_to_the_zero_differs_between_the_versions)
{
    EXPECT_EQ(shown(pow(0, 0, v2)), "1");
    EXPECT_EQ(shown(pow(0, 0, v1)), "0");
    EXPECT_EQ(shown(pow(0, 3, v2)), "0");
    EXPECT_EQ(shown(pow(1, 0, v1)), "1");
}

TEST(ProtocolPower, of_ten_and_its_logarithm_lose_the_one)
{
    EXPECT_EQ(shown(pow_10(0)), "1");
    EXPECT_EQ(shown(pow_10(18)), "1000000000000000000");
    EXPECT_EQ(shown(pow_10_or_0(0)), "0");
    EXPECT_EQ(shown(pow_10_or_0(1)), "10");
    EXPECT_EQ(shown(log_10(1)), "0");
    EXPECT_EQ(shown(log_10(9)), "0");
    EXPECT_EQ(shown(log_10(10)), "1");
    EXPECT_EQ(shown(log_10(99)), "1");
    EXPECT_EQ(shown(log_10(100)), "2");
    EXPECT_EQ(shown(log_10(largest)), "77");
    EXPECT_EQ(outcome([] { return log_10(0); }), "log-10-zero");
    EXPECT_EQ(shown(log_10_or_0(0)), "0");
    EXPECT_EQ(shown(log_10_or_0(1000)), "3");
}

}  // namespace

}  // namespace vesu::protocol
