#include "core/portfolio/quantiles.hpp"

#include "core/portfolio/moments.hpp"
#include "core/portfolio/normal.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace vesu::portfolio {

namespace {

// So many late comers are cheaper to move to their places than all is to sort.
constexpr std::size_t few = 16;

// Moves the first of the unsorted values to its place.
void insert_next(Values &values)
{
    double *const next = values.items + values.sorted;
    const double value = *next;
    double *const place = std::upper_bound(values.items, next, value);
    std::memmove(place + 1, place, (next - place) * sizeof(double));
    *place = value;
    ++values.sorted;
}

// Brings the value of `rank` to its place, with no higher one before it and no lower one behind it.
void select(Values &values, std::size_t rank)
{
    if (values.sorted == values.size)
        return;
    std::nth_element(values.items, values.items + rank, values.items + values.size);
    values.sorted = 0;
}

// Moments around the mean, which divide by n.
struct CentralMoments {
    double mean;
    double deviation;
    double skewness;         // 0 without deviation
    double excess_kurtosis;  // likewise
};

double mean(const double *values, std::size_t size)
{
    DoubleDouble sum;
    for (std::size_t i = 0; i < size; ++i)
        sum = sum + values[i];
    return (sum / static_cast<double>(size)).value();
}

// In two passes: raw powers of an outlier would leave nothing of the digits of the others.
CentralMoments central_moments(const Values &values)
{
    const double center = mean(values.items, values.size);
    DoubleDouble second, third, fourth;
    for (std::size_t i = 0; i < values.size; ++i) {
        const double distance = values.items[i] - center, square = distance * distance;
        second = second + square;
        third = third + square * distance;
        fourth = fourth + square * square;
    }
    const double size = static_cast<double>(values.size);
    const double variance = second.value() / size, deviation = std::sqrt(variance);
    if (deviation < zero_deviation)
        return {center, 0, 0, 0};
    return {center, deviation, third.value() / size / (variance * deviation),
            fourth.value() / size / (variance * variance) - 3};
}

RiskMethod method(const Settings &settings)
{
    return static_cast<RiskMethod>(settings.get(Setting::method, 0));
}

// Φ⁻¹(1 - level), with the digits that 1 - level may lack.
double normal_rank(double level)
{
    return -normal_quantile(level);
}

// The quantile z, corrected for skewness and kurtosis as Cornish and Fisher did.
double corrected(double z, const CentralMoments &moments)
{
    const double square = z * z, skewness = moments.skewness;
    return z + (square - 1) * skewness / 6 + z * (square - 3) * moments.excess_kurtosis / 24 -
           z * (2 * square - 5) * skewness * skewness / 36;
}

// The mean of the values that the percentile 1 - level does not exceed.
double mean_of_lowest(Values &values, double level)
{
    const double rank = static_cast<double>(values.size - 1) * (1 - level);
    const double last = std::floor(std::round(rank * 1e9) / 1e9);
    const std::size_t count = std::min(static_cast<std::size_t>(last), values.size - 1) + 1;
    select(values, count - 1);
    return mean(values.items, count);
}

}  // namespace

void sort(Values &values)
{
    if (values.size - values.sorted > few) {
        std::sort(values.items, values.items + values.size);
        values.sorted = values.size;
    }
    while (values.sorted < values.size)
        insert_next(values);
}

bool remove(Values &values, double value)
{
    sort(values);
    double *const end = values.items + values.size;
    double *const place = std::lower_bound(values.items, end, value);
    if (place == end || *place != value)
        return false;
    std::memmove(place, place + 1, (end - place - 1) * sizeof(double));
    values.sorted = --values.size;
    return true;
}

double percentile(Values &values, double fraction)
{
    if (values.size == 0)
        return undefined;
    const double rank = static_cast<double>(values.size - 1) * fraction;
    const std::size_t below = static_cast<std::size_t>(rank);
    const double part = rank - static_cast<double>(below);
    select(values, below);
    const double low = values.items[below];
    if (part == 0)
        return low;

    const double *const rest = values.items + below + 1;
    const double high = values.sorted == values.size
                            ? *rest
                            : *std::min_element<const double *>(rest, values.items + values.size);
    return low + part * (high - low);
}

double value_at_risk(Values &values, const Settings &settings)
{
    if (values.size == 0)
        return undefined;
    const double level = settings.get(Setting::level, default_level);
    if (method(settings) == RiskMethod::historical)
        return percentile(values, 1 - level);
    const CentralMoments moments = central_moments(values);
    const double z = normal_rank(level);
    return moments.mean +
           moments.deviation *
               (method(settings) == RiskMethod::gaussian ? z : corrected(z, moments));
}

double conditional_value_at_risk(Values &values, const Settings &settings)
{
    if (values.size == 0)
        return undefined;
    const double level = settings.get(Setting::level, default_level);
    if (method(settings) == RiskMethod::historical)
        return mean_of_lowest(values, level);
    if (method(settings) == RiskMethod::modified)
        return undefined;
    const CentralMoments moments = central_moments(values);
    return moments.mean - moments.deviation * normal_density(normal_rank(level)) / (1 - level);
}

double tail_ratio(Values &values, const Settings &)
{
    const double low = percentile(values, 0.05);
    if (!(std::fabs(low) > 0))
        return undefined;
    return std::fabs(percentile(values, 0.95)) / std::fabs(low);
}

}  // namespace vesu::portfolio
