#include "core/portfolio/equity.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

namespace vesu::portfolio {

namespace {

double deepest(const std::vector<double> &returns)
{
    Drawdown drawdown;
    for (const double value : returns)
        drawdown.add(value);
    return drawdown.deepest;
}

double fit(const std::vector<double> &returns)
{
    Logarithms logarithms;
    for (const double value : returns)
        logarithms.add(value);
    return stability(logarithms, {});
}

TEST(Drawdown, has_the_published_values)
{
    EXPECT_NEAR(deepest({0, -.06, -.07, -.01, -.09, -.02, -.06, -.08, -.05}), -0.36590730, 5e-9);
    EXPECT_NEAR(deepest({-.02, -.06, -.07, -.01, -.09, -.02, -.06, -.08, -.05}), -0.378589157,
                5e-10);
    EXPECT_NEAR(deepest({-0.5, 3, -0.9}), -0.9, 1e-15);
    EXPECT_EQ(deepest({0.01, 0.02, 0}), 0);
    EXPECT_EQ(deepest({}), 0);
}

// With returns of few bits, equity and peak are exact in long double.
TEST(Drawdown, agrees_with_the_definition)
{
    std::mt19937_64 engine(3);
    for (int round = 0; round < 2000; ++round) {
        std::vector<double> returns(1 + engine() % 20);
        long double equity = 1, peak = 1, fall = 0;
        for (double &value : returns) {
            value = (static_cast<int>(engine() % 13) - 6) / 4.0;  // from -1.5: a debt is possible
            equity *= 1 + value;
            peak = std::max(peak, equity);
            fall = std::min(fall, equity / peak - 1);
        }
        ASSERT_NEAR(deepest(returns), static_cast<double>(fall), 1e-13 * (1 - fall));
    }
}

TEST(Drawdown, of_everything_is_one_and_of_a_debt_more)
{
    EXPECT_EQ(deepest({0.5, -1, 0.5}), -1);
    EXPECT_EQ(deepest({-1.5}), -1.5);
    std::vector<double> growing_debt(5000, 1);
    growing_debt[0] = -1.5;
    EXPECT_EQ(deepest(growing_debt), -std::numeric_limits<double>::infinity());
}

// 4 million small steps down and up again: the ratio comes back to where it was, and no product overflows on the way.
TEST(Drawdown, keeps_its_digits_over_millions_of_returns)
{
    Drawdown falling;
    for (int i = 0; i < 4000000; ++i)
        falling.add(-1e-7);
    EXPECT_NEAR(falling.deepest, std::expm1(4000000 * std::log1p(-1e-7)), 1e-15);

    Drawdown rising;
    for (int i = 0; i < 4000000; ++i)
        rising.add(0.5);
    rising.add(-0.25);
    EXPECT_EQ(rising.deepest, -0.25);

    Drawdown tiny;
    for (int i = 0; i < 1000; ++i)
        tiny.add(-1e-20);
    EXPECT_NEAR(tiny.deepest, -1e-17, 1e-30);
}

double calmar(const std::vector<double> &returns, double periods, int gaps = 0)
{
    EquityCurve curve;
    for (const double value : returns)
        curve.add(value);
    for (int i = 0; i < gaps; ++i)
        curve.add_gap();
    Settings settings;
    settings[Setting::periods] = periods;
    return calmar_ratio(curve, settings);
}

TEST(CalmarRatio, is_growth_over_fall)
{
    EXPECT_NEAR(calmar({.01, .1, -.04, .02, .03, .02, .01, -.1}, 252, 1), 19.135925373194233,
                1e-12);
    EXPECT_NEAR(calmar({0, .01, .1, -.04, .02, .03, .02, .01, -.1}, 12), 0.5224206138604814, 1e-14);
    EXPECT_EQ(calmar({-1, 0.5}, 12), -1) << "all is lost, and all fell";
    EXPECT_TRUE(std::isnan(calmar({.01}, 252))) << "nothing fell";
    EXPECT_TRUE(std::isnan(calmar({-1.5}, 12))) << "a debt has no rate of growth";
}

TEST(Stability, has_the_published_value)
{
    EXPECT_NEAR(fit({.01, .1, -.04, .02, .03, .02, .01, -.1}), 0.1529973665111273, 1e-14);
}

TEST(Stability, is_one_on_a_line)
{
    EXPECT_NEAR(fit(std::vector<double>(1000, 0.01)), 1, 1e-14);
    EXPECT_NEAR(fit(std::vector<double>(1000, -0.5)), 1, 1e-14);
    EXPECT_NEAR(fit({0.3, -0.2}), 1, 1e-15);
}

TEST(Stability, is_undefined_without_a_line)
{
    EXPECT_TRUE(std::isnan(fit({})));
    EXPECT_TRUE(std::isnan(fit({0.1})));
    EXPECT_TRUE(std::isnan(fit({0, 0, 0})));
    EXPECT_TRUE(std::isnan(fit({0.1, 0, 0, 0}))) << "equity never changes after the first return";
    EXPECT_TRUE(std::isnan(fit({0.1, -1, 0.2}))) << "ruin has no logarithm";
    EXPECT_TRUE(std::isnan(fit({0.1, -1.5, 0.2})));
}

TEST(Stability, agrees_with_the_definition)
{
    std::mt19937_64 engine(5);
    for (int round = 0; round < 500; ++round) {
        std::vector<double> returns(3 + engine() % 300);
        std::vector<long double> y;
        long double total = 0, mean = 0;
        for (double &value : returns) {
            value = (static_cast<int>(engine() % 1001) - 500) / 10000.0;
            y.push_back(total += std::log1p(static_cast<long double>(value)));
            mean += total;
        }
        const long double size = y.size(), middle = (size - 1) / 2;
        mean /= size;
        long double xx = 0, yy = 0, xy = 0;
        for (std::size_t i = 0; i < y.size(); ++i) {
            xx += (i - middle) * (i - middle);
            yy += (y[i] - mean) * (y[i] - mean);
            xy += (i - middle) * (y[i] - mean);
        }
        ASSERT_NEAR(fit(returns), static_cast<double>(xy * xy / xx / yy), 1e-13);
    }
}

}  // namespace

}  // namespace vesu::portfolio
