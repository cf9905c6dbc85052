// Prices and their validity: the rounding and every border.
#include "core/protocol/oracle.hpp"
#include "protocol/values.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace vesu::protocol {

namespace {

TEST(OraclePrice, is_scaled_to_18_decimals_and_rounded_down)
{
    EXPECT_EQ(shown(oracle_price(2500, 2)), "25000000000000000000");
    EXPECT_EQ(shown(oracle_price(7, 0)), "7000000000000000000");
    EXPECT_EQ(shown(oracle_price(19, 19)), "1");
    EXPECT_EQ(shown(oracle_price(9, 19)), "0");
}

TEST(OraclePrice, keeps_the_product_wide)
{
    EXPECT_EQ(shown(oracle_price(two_to_the(250), 18)), shown(two_to_the(250)));
    EXPECT_EQ(outcome([] { return oracle_price(two_to_the(250), 2); }), "mul_div quotient > u256");
    EXPECT_EQ(outcome([] { return oracle_price(1, 78); }), "u256_mul Overflow");
}

constexpr OracleConfig config{60, 3};

TEST(OracleAnswer, is_valid_up_to_its_timeout)
{
    for (const Protocol protocol : {v1, v2}) {
        EXPECT_TRUE(oracle_is_valid({1, 1000, 3}, config, 1060, protocol));
        EXPECT_FALSE(oracle_is_valid({1, 1000, 3}, config, 1061, protocol));
        EXPECT_TRUE(oracle_is_valid({1, 1000, 3}, {0, 3}, 1061, protocol));
    }
}

TEST(OracleAnswer, from_the_future_has_age_0)
{
    EXPECT_TRUE(oracle_is_valid({1, 1000, 3}, config, 999, v2));
    EXPECT_TRUE(oracle_is_valid({1, 1000, 3}, {1, 3}, 0, v2));
    constexpr std::int64_t last = std::numeric_limits<std::int64_t>::max();
    EXPECT_FALSE(oracle_is_valid({1, 0, 3}, {last - 1, 3}, last, v2));
    EXPECT_TRUE(oracle_is_valid({1, 0, 3}, {last, 3}, last, v2));
}

TEST(OracleAnswer, needs_its_sources)
{
    for (const Protocol protocol : {v1, v2}) {
        EXPECT_FALSE(oracle_is_valid({1, 1000, 2}, config, 1000, protocol));
        EXPECT_TRUE(oracle_is_valid({1, 1000, 4}, config, 1000, protocol));
    }
}

TEST(OracleAnswer, of_0_is_invalid_in_v2_alone)
{
    EXPECT_FALSE(oracle_is_valid({0, 1000, 3}, config, 1000, v2));
    EXPECT_TRUE(oracle_is_valid({0, 1000, 3}, config, 1000, v1));
}

}  // namespace

}  // namespace vesu::protocol
