// Prices over time: the time-weighted average and the bars of a chart. Rows come in any order.
#pragma once

#include "core/portfolio/double_double.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <tuple>

namespace vesu::portfolio {

// In microseconds. The difference of any two fits 64 bits without a sign.
using Time = std::int64_t;

inline std::uint64_t duration(Time from, Time to)
{
    return static_cast<std::uint64_t>(to) - static_cast<std::uint64_t>(from);
}

struct PricePoint {
    Time time;
    double price;

    bool operator<(const PricePoint &other) const
    {
        return std::tie(time, price) < std::tie(other.time, other.price);
    }
};

// Puts points in order; at once where they came so.
template <class Point>
void sort_points(Point *points, std::size_t size)
{
    if (!std::is_sorted(points, points + size))
        std::sort(points, points + size);
}

// The average of the prices, each weighted by the time to the next; the last has no weight. Prices of one time count as
// their average; where all have it, that is the result. Sorts the points. NaN without points.
double twap(PricePoint *points, std::size_t size);

// The prices of a span: of its first and last time, the highest and the lowest. Where several share the first
// time the lowest opens, and the highest of those at the last closes. `Price` is ordered by `<`.
template <class Price>
struct PriceBar {
    Time first_time = 0;
    Time last_time = 0;
    Price open{};
    Price high{};
    Price low{};
    Price close{};
    std::int64_t trades = 0;

    void add(const Price &price, Time time)
    {
        merge(PriceBar{time, time, price, price, price, price, 1});
    }

    void merge(const PriceBar &part)
    {
        if (part.trades == 0)
            return;
        const bool empty = trades == 0;
        if (empty || part.first_time < first_time ||
            (part.first_time == first_time && part.open < open)) {
            first_time = part.first_time;
            open = part.open;
        }
        if (empty || part.last_time > last_time ||
            (part.last_time == last_time && close < part.close)) {
            last_time = part.last_time;
            close = part.close;
        }
        if (empty || high < part.high)
            high = part.high;
        if (empty || part.low < low)
            low = part.low;
        trades += part.trades;
    }
};

// A bar of doubles with what was traded: Σ volume and Σ price · volume.
struct TradeBar {
    PriceBar<double> prices;
    DoubleDouble volume;
    DoubleDouble turnover;

    void add(double price, double traded, Time time)
    {
        prices.add(price, time);
        volume = volume + traded;
        turnover = turnover + two_product(price, traded);
    }

    void merge(const TradeBar &part)
    {
        prices.merge(part.prices);
        volume = volume + part.volume;
        turnover = turnover + part.turnover;
    }
};

}  // namespace vesu::portfolio
