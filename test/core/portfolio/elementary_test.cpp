#include "core/portfolio/elementary.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace vesu::portfolio {

namespace {

constexpr double two_units = 2 * std::numeric_limits<double>::epsilon();

// The C library is within one unit of the truth.
TEST(Elementary, exp_agrees_with_the_library)
{
    for (int i = -70000; i <= 70000; ++i) {
        const double x = i / 100.0 + i * 1e-7;
        ASSERT_NEAR(portable_exp(x), std::exp(x), two_units * std::exp(x)) << x;
    }
    EXPECT_EQ(portable_exp(0), 1);
    EXPECT_EQ(portable_exp(710), std::numeric_limits<double>::infinity());
    EXPECT_EQ(portable_exp(-std::numeric_limits<double>::infinity()), 0);
    EXPECT_EQ(portable_exp(-800), 0);
    EXPECT_TRUE(std::isnan(portable_exp(std::nan(""))));
}

TEST(Elementary, log_agrees_with_the_library)
{
    for (int i = 1; i <= 100000; ++i) {
        for (const double x : {i / 100000.0, i * 1.7, i * 1e-300, i * 1e300}) {
            // Near 1 the logarithm is small and its argument exact, so the error stays relative.
            ASSERT_NEAR(portable_log(x), std::log(x), two_units * std::fabs(std::log(x))) << x;
        }
    }
    EXPECT_EQ(portable_log(1), 0);
}

// These bits come out of any machine that rounds as IEEE 754 says.
TEST(Elementary, bits_are_these)
{
    EXPECT_EQ(portable_exp(1), 0x1.5bf0a8b14576ap+1);
    EXPECT_EQ(portable_log(0.1), -0x1.26bb1bbb55515p+1);
}

}  // namespace

}  // namespace vesu::portfolio
