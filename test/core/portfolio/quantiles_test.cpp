#include "core/portfolio/quantiles.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

namespace vesu::portfolio {

namespace {

using Returns = std::vector<double>;

Values view(Returns &returns)
{
    return {returns.data(), returns.size(), 0};
}

Settings with(double level, RiskMethod method = RiskMethod::historical)
{
    Settings settings;
    settings[Setting::level] = level;
    settings[Setting::method] = static_cast<double>(method);
    return settings;
}

double at_risk(Returns returns, const Settings &settings)
{
    Values values = view(returns);
    return value_at_risk(values, settings);
}

double mean_at_risk(Returns returns, const Settings &settings)
{
    Values values = view(returns);
    return conditional_value_at_risk(values, settings);
}

// By the definition, from sorted values.
double sorted_percentile(Returns returns, double fraction)
{
    std::sort(returns.begin(), returns.end());
    const double rank = static_cast<double>(returns.size() - 1) * fraction;
    const std::size_t below = static_cast<std::size_t>(rank);
    const std::size_t above = std::min(below + 1, returns.size() - 1);
    return returns[below] + (rank - static_cast<double>(below)) * (returns[above] - returns[below]);
}

Returns random_returns(std::mt19937_64 &engine, std::size_t size, int distinct)
{
    Returns returns(size);
    for (double &value : returns)
        value = (static_cast<int>(engine() % distinct) - distinct / 2) / 64.0;
    return returns;
}

// Every way to fill six places with three values, every share of 16.
TEST(Quantiles, agree_with_the_definition_exhaustively)
{
    for (int size = 1; size <= 6; ++size)
        for (int code = 0; code < std::pow(3, size); ++code) {
            Returns returns;
            for (int place = 0, rest = code; place < size; ++place, rest /= 3)
                returns.push_back(rest % 3 - 1.5);
            for (int share = 0; share <= 16; ++share) {
                Returns copy = returns;
                Values values = view(copy);
                ASSERT_EQ(percentile(values, share / 16.0),
                          sorted_percentile(returns, share / 16.0));
            }
        }
}

TEST(Quantiles, do_not_depend_on_the_order_nor_on_earlier_questions)
{
    std::mt19937_64 engine(7);
    for (int round = 0; round < 300; ++round) {
        Returns returns = random_returns(engine, 1 + engine() % 200, 1 + engine() % 100);
        const Returns original = returns;
        Values values = view(returns);
        for (int question = 0; question < 20; ++question) {
            const double share = static_cast<double>(engine() % 101) / 100;
            switch (engine() % 4) {
            case 0:
                sort(values);
                ASSERT_TRUE(std::is_sorted(returns.begin(), returns.end()));
                break;
            case 1:
                ASSERT_EQ(value_at_risk(values, with(share)),
                          sorted_percentile(original, 1 - share));
                break;
            case 2:
                ASSERT_EQ(conditional_value_at_risk(values, with(share)),
                          mean_at_risk(original, with(share)));
                break;
            default:
                ASSERT_EQ(percentile(values, share), sorted_percentile(original, share));
            }
        }
    }
}

TEST(Quantiles, forget_what_was_removed)
{
    std::mt19937_64 engine(11);
    for (const std::size_t width : {1, 2, 7, 15, 16, 17, 40, 300}) {
        const Returns returns = random_returns(engine, 2000, 50);
        Returns window(width + 1);
        Values values{window.data(), 0, 0};
        for (std::size_t i = 0; i < returns.size(); ++i) {
            values.items[values.size++] = returns[i];
            if (i >= width) {
                ASSERT_TRUE(remove(values, returns[i - width]));
            }
            const auto first = returns.begin() + (i < width ? 0 : i - width + 1);
            const Returns expected(first, returns.begin() + i + 1);
            ASSERT_EQ(values.size, expected.size());
            ASSERT_EQ(percentile(values, 0.05), sorted_percentile(expected, 0.05)) << i;
        }
        ASSERT_FALSE(remove(values, 1000.0));
        ASSERT_FALSE(remove(values, -1000.0));
    }
}

TEST(ValueAtRisk, has_the_published_values)
{
    const Returns s{1, 81, 82, 83, 84, 85};
    EXPECT_NEAR(at_risk({1, 2}, with(0.7)), 1.3, 1e-12);
    EXPECT_EQ(at_risk({1, 2}, with(1)), 1);
    EXPECT_EQ(at_risk({1, 2}, with(0)), 2);
    EXPECT_NEAR(at_risk(s, with(0.9)), 41, 1e-12);
    EXPECT_NEAR(at_risk(s, with(0.7)), 81.5, 1e-12);
    EXPECT_NEAR(mean_at_risk(s, with(0.8)), 41, 1e-12);
}

TEST(ValueAtRisk, of_one_return_is_that_return)
{
    for (const RiskMethod method :
         {RiskMethod::historical, RiskMethod::gaussian, RiskMethod::modified})
        EXPECT_EQ(at_risk({0.25}, with(0.95, method)), 0.25);
    EXPECT_EQ(mean_at_risk({0.25}, with(0.95, RiskMethod::gaussian)), 0.25);
}

TEST(ValueAtRisk, of_nothing_is_undefined)
{
    Values none;
    EXPECT_TRUE(std::isnan(value_at_risk(none, {})));
    EXPECT_TRUE(std::isnan(value_at_risk(none, with(0.95, RiskMethod::gaussian))));
    EXPECT_TRUE(std::isnan(conditional_value_at_risk(none, {})));
    EXPECT_TRUE(std::isnan(tail_ratio(none, {})));
    EXPECT_TRUE(std::isnan(mean_at_risk({1, 2, 3}, with(0.95, RiskMethod::modified))));
}

// Moving all values moves the risk; doubling them doubles it.
TEST(ValueAtRisk, moves_and_stretches_with_the_values)
{
    std::mt19937_64 engine(13);
    for (int round = 0; round < 200; ++round) {
        const Returns returns = random_returns(engine, 2 + engine() % 60, 90);
        Returns changed = returns;
        for (double &value : changed)
            value = 2 * value + 0.5;
        for (const RiskMethod method :
             {RiskMethod::historical, RiskMethod::gaussian, RiskMethod::modified})
            ASSERT_NEAR(at_risk(changed, with(0.9, method)),
                        2 * at_risk(returns, with(0.9, method)) + 0.5, 1e-11);
    }
}

// The lowest are counted without the error of 1 - level in binary: 10 · 0.1 is 1.
TEST(ConditionalValueAtRisk, counts_the_lowest_in_decimal)
{
    for (int tenths = 0; tenths <= 10; ++tenths)
        for (int size = 1; size <= 101; size += 10) {
            Returns returns(size);
            for (int i = 0; i < size; ++i)
                returns[i] = i;
            const int last = (size - 1) / 10 * (10 - tenths);
            ASSERT_EQ(mean_at_risk(returns, with(tenths / 10.0)), last / 2.0)
                << size << " values, level " << tenths / 10.0;
        }
}

TEST(ConditionalValueAtRisk, is_never_above_the_value_at_risk)
{
    std::mt19937_64 engine(17);
    for (int round = 0; round < 500; ++round) {
        const Returns returns = random_returns(engine, 1 + engine() % 100, 1000);
        const double level = (1 + static_cast<double>(engine() % 98)) / 100;
        for (const RiskMethod method : {RiskMethod::historical, RiskMethod::gaussian})
            ASSERT_LE(mean_at_risk(returns, with(level, method)),
                      at_risk(returns, with(level, method)) + 1e-12);
    }
}

// An outlier that is still there must not take the digits of the others along.
TEST(ValueAtRisk, keeps_its_digits_far_from_zero)
{
    const Returns near{1, 2, 4, 8, 16};
    Returns far = near;
    for (double &value : far)
        value += 0x1p30;
    const Settings modified = with(0.99, RiskMethod::modified);
    EXPECT_NEAR(at_risk(far, modified) - 0x1p30, at_risk(near, modified), 1e-6);
}

TEST(TailRatio, compares_the_ends)
{
    Returns m{.01, .1, -.04, .02, .03, .02, .01, -.1}, zero{0, 0, 1};
    Values values = view(m), without = view(zero);
    EXPECT_NEAR(tail_ratio(values, {}), 0.95569620, 5e-9);
    EXPECT_TRUE(std::isnan(tail_ratio(without, {}))) << "nothing to compare with";
}

}  // namespace

}  // namespace vesu::portfolio
