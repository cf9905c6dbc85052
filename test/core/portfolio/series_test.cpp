#include "core/portfolio/series.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace vesu::portfolio {

namespace {

using Points = std::vector<PricePoint>;

double average(Points points)
{
    return twap(points.data(), points.size());
}

TEST(Twap, weighs_by_the_time_to_the_next)
{
    EXPECT_NEAR(average({{0, 100}, {10, 110}, {40, 105}, {60, 120}}), 106.66666666666667, 1e-13);
    EXPECT_EQ(average({{0, 100}, {10, 500}}), 100) << "the last has no weight";
    EXPECT_EQ(average({{0, 100}, {0, 300}, {10, 500}}), 200)
        << "equal times count as their average";
    EXPECT_EQ(average({{5, 7}}), 7);
    EXPECT_EQ(average({{5, 7}, {5, 9}, {5, 11}}), 9) << "no time passes";
    EXPECT_TRUE(std::isnan(average({})));
}

TEST(Twap, does_not_depend_on_the_order)
{
    std::mt19937_64 engine(23);
    for (int round = 0; round < 300; ++round) {
        Points points(1 + engine() % 50);
        for (PricePoint &point : points)
            point = {static_cast<Time>(engine() % 40), static_cast<double>(engine() % 1000) / 7};
        const double expected = average(points);
        std::shuffle(points.begin(), points.end(), engine);
        ASSERT_EQ(average(points), expected);
    }
}

TEST(Twap, spans_all_of_time)
{
    constexpr Time first = std::numeric_limits<Time>::min(),
                   last = std::numeric_limits<Time>::max();
    EXPECT_EQ(duration(first, last), std::numeric_limits<std::uint64_t>::max());
    EXPECT_EQ(average({{first, 4}, {0, 8}, {last, 1}}), 6);
}

PriceBar<double> bar(const Points &points)
{
    PriceBar<double> result;
    for (const PricePoint &point : points)
        result.add(point.price, point.time);
    return result;
}

bool operator==(const PriceBar<double> &a, const PriceBar<double> &b)
{
    return std::tie(a.first_time, a.last_time, a.open, a.high, a.low, a.close, a.trades) ==
           std::tie(b.first_time, b.last_time, b.open, b.high, b.low, b.close, b.trades);
}

TEST(PriceBar, opens_low_and_closes_high_where_times_are_equal)
{
    const PriceBar<double> result = bar({{1, 5}, {1, 4}, {2, 9}, {3, 6}, {3, 7}, {3, 2}});
    EXPECT_EQ(result.open, 4);
    EXPECT_EQ(result.high, 9);
    EXPECT_EQ(result.low, 2);
    EXPECT_EQ(result.close, 7);
    EXPECT_EQ(result.trades, 6);
}

// Every order of every choice of four points of two times and three prices; and every way to cut it in two.
TEST(PriceBar, depends_neither_on_the_order_nor_on_the_parts)
{
    for (int code = 0; code < 6 * 6 * 6 * 6; ++code) {
        Points points;
        for (int place = 0, rest = code; place < 4; ++place, rest /= 6)
            points.push_back({rest % 6 / 3, static_cast<double>(rest % 3)});
        const PriceBar<double> expected = bar(points);
        for (int cut = 0; cut <= 4; ++cut) {
            PriceBar<double> front = bar({points.begin(), points.begin() + cut});
            front.merge(bar({points.begin() + cut, points.end()}));
            ASSERT_TRUE(front == expected);
        }
        std::sort(points.begin(), points.end());
        ASSERT_TRUE(bar(points) == expected);
        std::reverse(points.begin(), points.end());
        ASSERT_TRUE(bar(points) == expected);
    }
}

TEST(TradeBar, sums_without_loss)
{
    TradeBar whole, part;
    whole.add(1e16, 1, 0);
    part.add(3, 1, 1);
    part.add(-1e16, 1, 2);
    whole.merge(part);
    EXPECT_EQ(whole.turnover.value(), 3);
    EXPECT_EQ(whole.volume.value(), 3);
}

}  // namespace

}  // namespace vesu::portfolio
