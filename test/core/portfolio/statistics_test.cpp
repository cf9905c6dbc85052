#include "portfolio/statistics.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

namespace vesu::test {
namespace {

constexpr double gap = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

class RiskStatistics : public ::testing::Test {
protected:
    double normal(double mean, double deviation)
    {
        return std::normal_distribution<double>(mean, deviation)(engine);
    }

    // A benchmark, and returns that follow it; every seventh period or so lacks one of the two.
    Period period()
    {
        const double b = normal(0.0005, 0.03);
        const double r = 0.7 * b + normal(0.0002, 0.02);
        switch (engine() % 14) {
        case 0:
            return {gap, b};
        case 1:
            return {r, gap};
        default:
            return {r, b};
        }
    }

    Series series(std::size_t length)
    {
        Series result(length);
        std::generate(result.begin(), result.end(), [&] { return period(); });
        return result;
    }

    portfolio::Settings settings()
    {
        return settings_of(normal(0, 0.0005), normal(0, 0.001), engine() % 2 ? 365 : 252,
                           engine() % 2);
    }

    std::mt19937_64 engine{50};
};

TEST_F(RiskStatistics, agree_with_their_definitions)
{
    for (int i = 0; i < 300; ++i) {
        const Series values = series(20 + engine() % 200);
        const portfolio::Settings used = settings();
        EXPECT_EQ(
            first_difference(sums_of(values, used).statistics(), reference(values, used), 1e-12),
            "");
    }
}

TEST_F(RiskStatistics, do_not_depend_on_the_order)
{
    for (int i = 0; i < 100; ++i) {
        Series values = series(300);
        const portfolio::Settings used = settings();
        const Statistics expected = sums_of(values, used).statistics();
        std::shuffle(values.begin(), values.end(), engine);
        EXPECT_EQ(first_difference(sums_of(values, used).statistics(), expected, 1e-14), "");
    }
}

TEST_F(RiskStatistics, of_parts_that_are_merged_are_those_of_the_whole)
{
    for (int i = 0; i < 100; ++i) {
        const Series values = series(300);
        const portfolio::Settings used = settings();
        const auto cut = values.begin() + static_cast<std::ptrdiff_t>(engine() % 301);
        Sums total = sums_of(Series(values.begin(), cut), used);
        total.merge(sums_of(Series(cut, values.end()), used));
        EXPECT_EQ(first_difference(total.statistics(), sums_of(values, used).statistics(), 1e-14),
                  "");
    }
}

TEST_F(RiskStatistics, forget_what_is_removed)
{
    for (int i = 0; i < 100; ++i) {
        const Series values = series(100), others = series(100);
        const portfolio::Settings used = settings();
        Sums sums = sums_of(values, used);
        for (const Period &other : others)
            sums.add(other);
        for (const Period &other : others)
            EXPECT_TRUE(sums.remove(other));
        EXPECT_EQ(first_difference(sums.statistics(), sums_of(values, used).statistics(), 1e-14),
                  "");
    }
}

// A window that slides a million times, an outlier passing through it now and then: as if summed afresh.
void slide(RiskStatistics &, const Series &values, std::size_t width, int &anew)
{
    const portfolio::Settings used = settings_of(0.0001, 0.0002, 365, 1);
    Sums sums(used);
    double largest_error = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        sums.add(values[i]);
        const std::size_t begin = i < width ? 0 : i - width + 1;
        if (i >= width && !sums.remove(values[i - width])) {
            ++anew;
            sums = sums_of(Series(values.begin() + static_cast<std::ptrdiff_t>(begin),
                                  values.begin() + static_cast<std::ptrdiff_t>(i + 1)),
                           used);
        }
        if (i % 9973 != 0 && i + 1 != values.size())
            continue;
        const Sums fresh = sums_of(Series(values.begin() + static_cast<std::ptrdiff_t>(begin),
                                          values.begin() + static_cast<std::ptrdiff_t>(i + 1)),
                                   used);
        EXPECT_EQ(first_difference(sums.statistics(), fresh.statistics(), 1e-12), "") << i;
        for (const auto sum : {&portfolio::Moments::sum, &portfolio::Moments::squares})
            largest_error = std::max(largest_error,
                                     std::fabs((sums.moments.*sum - fresh.moments.*sum).value()) /
                                         std::max(std::fabs((fresh.moments.*sum).high), 1e-12));
    }
    EXPECT_LE(largest_error, 1e-9);
}

TEST_F(RiskStatistics, do_not_drift_in_a_million_slides)
{
    int anew = 0;
    slide(*this, series(1'000'365), 365, anew);
    EXPECT_EQ(anew, 0);
}

TEST_F(RiskStatistics, do_not_drift_when_outliers_pass)
{
    Series values = series(1'000'365);
    for (std::size_t i = 500; i < values.size(); i += 50'021)
        values[i] = {i % 2 ? 1e6 : -1e6, 1e6};
    values[250'000] = {1e60, -1e60};
    int anew = 0;
    slide(*this, values, 365, anew);
    EXPECT_GT(anew, 10);
    EXPECT_LT(anew, 60);
}

TEST_F(RiskStatistics, of_equal_values_are_infinite_or_undefined)
{
    const portfolio::Settings used = settings_of(0, 0, 365, 1);
    for (const double value : {0.01, -0.01, 0.1, 1.1, 1234.567, -1e-4, 1e-13}) {
        Sums sums(used);
        for (int i = 0; i < 100'000; ++i) {
            sums.add({value, value});
            if (i >= 1000) {
                EXPECT_TRUE(sums.remove({value, value}));
            }
        }
        EXPECT_EQ(portfolio::volatility(sums.moments, used), 0) << value;
        EXPECT_EQ(portfolio::sharpe_ratio(sums.moments, used), std::copysign(infinity, value))
            << value;
        EXPECT_TRUE(std::isnan(portfolio::beta(sums.pairs, used))) << value;
        EXPECT_TRUE(std::isnan(portfolio::correlation(sums.pairs, used))) << value;
        EXPECT_TRUE(std::isnan(portfolio::information_ratio(sums.pairs, used))) << value;
    }
}

// What rounding left of larger values that are gone must not count as a deviation.
TEST_F(RiskStatistics, of_values_that_became_equal_are_infinite_or_undefined)
{
    const portfolio::Settings used = settings_of(0, 0, 365, 1);
    for (int round = 0; round < 50; ++round) {
        const Series noise = series(2000);
        Sums sums(used);
        for (std::size_t i = 0; i < noise.size() + 20; ++i) {
            sums.add(i < noise.size() ? Period{noise[i].first * 300, noise[i].second * 300}
                                      : Period{0.01, 0.03});
            if (i >= 20) {
                const Period &oldest = noise[i - 20];
                sums.remove({oldest.first * 300, oldest.second * 300});
            }
        }
        EXPECT_EQ(portfolio::volatility(sums.moments, used), 0);
        EXPECT_EQ(portfolio::sharpe_ratio(sums.moments, used), infinity);
        EXPECT_TRUE(std::isnan(portfolio::beta(sums.pairs, used)));
        EXPECT_EQ(portfolio::information_ratio(sums.pairs, used), -infinity);

        Sums parts = sums;
        parts.merge(sums);
        EXPECT_EQ(portfolio::sharpe_ratio(parts.moments, used), infinity);
        EXPECT_EQ(portfolio::information_ratio(parts.pairs, used), -infinity);
        parts.merge(Sums(used));
        EXPECT_EQ(portfolio::volatility(parts.moments, used), 0);
        Sums other(used);
        other.add({0.01 + 1e-9, 0.03});
        parts.merge(other);
        EXPECT_GT(portfolio::volatility(parts.moments, used), 0);
    }
}

TEST_F(RiskStatistics, need_a_deviation_of_1e_15)
{
    EXPECT_EQ(portfolio::ratio(1, 0.9e-15), infinity);
    EXPECT_EQ(portfolio::ratio(-1, 0), -infinity);
    EXPECT_DOUBLE_EQ(portfolio::ratio(1, 1e-15), 1e15);
    EXPECT_TRUE(std::isnan(portfolio::ratio(0.9e-15, 0)));
    EXPECT_EQ(portfolio::ratio(1e-15, 0), infinity);
    EXPECT_EQ(portfolio::ratio(0, 1), 0);
    EXPECT_TRUE(std::isnan(portfolio::ratio(1, gap)));
    EXPECT_TRUE(std::isnan(portfolio::ratio(gap, 0)));
}

TEST_F(RiskStatistics, grow_beyond_the_range_of_a_double_and_back)
{
    const portfolio::Settings used = settings_of(0, 0, 365, 1);
    portfolio::Growth growth;
    for (int i = 0; i < 300'000; ++i)
        growth.add(1);
    EXPECT_EQ(growth.exponent * std::log(2.0) + std::log(growth.mantissa.high),
              300'000 * std::log(2.0));
    EXPECT_EQ(portfolio::cumulative_return(growth, used), infinity);
    EXPECT_TRUE(agree(portfolio::cagr(growth, used), std::pow(2, 365.0) - 1, 1e-12));
    for (int i = 0; i < 300'000; ++i)
        growth.add(-0.5);
    EXPECT_EQ(portfolio::cumulative_return(growth, used), 0);
    EXPECT_EQ(portfolio::cagr(growth, used), 0);
    for (int i = 0; i < 300'000; ++i)
        growth.add(-0.5);
    EXPECT_EQ(portfolio::cumulative_return(growth, used), -1);
    for (int i = 0; i < 300'000; ++i)
        growth.remove(-0.5);
    EXPECT_EQ(portfolio::cumulative_return(growth, used), 0);
}

TEST_F(RiskStatistics, know_factors_of_zero_and_below)
{
    const portfolio::Settings used = settings_of(0, 0, 365, 1);
    portfolio::Growth growth;
    growth.add(0.5);
    growth.add(-3);  // a factor of -2
    EXPECT_EQ(portfolio::cumulative_return(growth, used), -4);
    EXPECT_TRUE(std::isnan(portfolio::cagr(growth, used)));
    growth.add(-1);
    EXPECT_EQ(portfolio::cumulative_return(growth, used), -1);
    EXPECT_EQ(portfolio::cagr(growth, used), -1);
    growth.add(-3);
    growth.remove(-1);
    EXPECT_EQ(portfolio::cumulative_return(growth, used), 5);
    EXPECT_TRUE(agree(portfolio::cagr(growth, used), std::pow(6, 365.0 / 3) - 1, 1e-12));
}

TEST_F(RiskStatistics, keep_the_digits_of_small_returns)
{
    const portfolio::Settings used = settings_of(0, 0, 365, 1);
    portfolio::Growth growth;
    for (int i = 0; i < 365; ++i)
        growth.add(1e-20);
    EXPECT_TRUE(agree(portfolio::cumulative_return(growth, used), 365e-20, 1e-12));
    EXPECT_NEAR(portfolio::cumulative_return(growth, used) / 365e-20, 1, 1e-10);
    EXPECT_NEAR(portfolio::cagr(growth, used) / 365e-20, 1, 1e-10);
}

TEST_F(RiskStatistics, do_not_show_how_large_a_product_was)
{
    const portfolio::Settings used = settings_of(0, 0, 365, 1);
    portfolio::Growth growth, afresh;
    for (const double r : {1e60, 1e60, 0.001, -0.0005})
        growth.add(r);
    growth.remove(1e60);
    growth.remove(1e60);
    for (const double r : {0.001, -0.0005})
        afresh.add(r);
    EXPECT_NE(growth.exponent, afresh.exponent);
    EXPECT_TRUE(agree(portfolio::cagr(growth, used), portfolio::cagr(afresh, used), 1e-15));
    EXPECT_EQ(portfolio::cumulative_return(growth, used),
              portfolio::cumulative_return(afresh, used));
}

TEST_F(RiskStatistics, of_one_side_forget_the_last_term_exactly)
{
    portfolio::GainsAndLosses sides;
    sides.add(0.1);
    sides.add(-0.3);
    sides.add(-0.1);
    EXPECT_TRUE(sides.remove(-0.3));
    EXPECT_TRUE(sides.remove(-0.1));
    EXPECT_EQ(sides.losses.sum.high, 0);
    sides.add(0.1);
    EXPECT_TRUE(std::isnan(portfolio::omega_ratio(sides, settings_of(0, 0, 365, 1))));
}

TEST_F(RiskStatistics, count_periods_without_observation)
{
    const portfolio::Settings used = settings_of(0, 0, 365, 0);
    portfolio::Moments moments;
    moments.add(0.01);
    EXPECT_TRUE(std::isnan(portfolio::sharpe_ratio(moments, used)));
    moments.add_gap();
    EXPECT_EQ(portfolio::sharpe_ratio(moments, used), infinity);
    EXPECT_TRUE(std::isnan(portfolio::sharpe_ratio(moments, settings_of(0, 0, 365, 1))));
    portfolio::Moments gaps;
    gaps.add_gap();
    gaps.add_gap();
    EXPECT_TRUE(std::isnan(portfolio::volatility(gaps, used)));
}

}  // namespace
}  // namespace vesu::test
