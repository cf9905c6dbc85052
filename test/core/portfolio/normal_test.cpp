#include "core/portfolio/normal.hpp"
#include "support/csv.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace vesu::portfolio {

namespace {

// normal_reference.py computes the quantiles to 30 digits.
TEST(Normal, quantiles_agree_with_the_series)
{
    int compared = 0;
    double largest = 0;
    for (const test::NamedRow &row : test::read_named_rows(VESU_NORMAL_REFERENCE)) {
        const double probability = std::stod(row["probability"]);
        const double expected = std::stod(row["quantile"]);
        const double error = std::fabs(normal_quantile(probability) - expected);
        ASSERT_LE(error, 1e-15 * std::fabs(expected)) << "probability " << row["probability"];
        if (expected != 0)
            largest = std::fmax(largest, error / std::fabs(expected));
        ++compared;
    }
    EXPECT_GT(compared, 400);
    EXPECT_GT(largest, 0) << "the reference must not be the function's own";
}

TEST(Normal, quantiles_are_odd_around_a_half)
{
    for (int i = 1; i < 4096; ++i) {
        const double probability = i / 8192.0;  // exact, as is its distance from 1
        ASSERT_EQ(normal_quantile(1 - probability), -normal_quantile(probability));
    }
    EXPECT_EQ(normal_quantile(0.5), 0);
}

TEST(Normal, quantiles_rise)
{
    for (int i = 1; i < 100000; ++i)
        ASSERT_LT(normal_quantile((i - 1) / 100000.0), normal_quantile(i / 100000.0)) << i;
    for (double probability = 0.5; probability > 1e-300; probability *= 0.99)
        ASSERT_LT(normal_quantile(probability * 0.99), normal_quantile(probability)) << probability;
}

TEST(Normal, quantiles_have_an_end)
{
    EXPECT_EQ(normal_quantile(0), -std::numeric_limits<double>::infinity());
    EXPECT_EQ(normal_quantile(1), std::numeric_limits<double>::infinity());
    EXPECT_NEAR(normal_quantile(5e-324), -38.4674056172, 1e-9);
    EXPECT_TRUE(std::isnan(normal_quantile(-0.1)));
    EXPECT_TRUE(std::isnan(normal_quantile(1.1)));
    EXPECT_TRUE(std::isnan(normal_quantile(std::nan(""))));
}

TEST(Normal, density_is_the_bell)
{
    EXPECT_DOUBLE_EQ(normal_density(0), 0.3989422804014327);
    EXPECT_DOUBLE_EQ(normal_density(1), 0.24197072451914337);
    EXPECT_EQ(normal_density(1.5), normal_density(-1.5));
}

}  // namespace

}  // namespace vesu::portfolio
