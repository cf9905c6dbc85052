// Any observations in any order of coming and going: the sums are those of what is left, and parts add up to the whole.
#include "portfolio/statistics.hpp"

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>

namespace {

using namespace vesu;
using test::Period;
using test::Series;
using test::Sums;

void require(bool condition)
{
    if (!condition)
        std::abort();
}

double observation(const std::uint8_t *bytes)
{
    double value;
    std::memcpy(&value, bytes, sizeof value);
    return std::fabs(value) < portfolio::observation_limit ? value : std::nan("");
}

// Observations below 1e-154 have squares of 0 and show no outlier among them; no statistic knows them from 0.
void require_near(const portfolio::DoubleDouble &actual, const portfolio::DoubleDouble &expected,
                  double size)
{
    require(std::fabs((actual - expected).value()) <= size * 1e-14 + 1e-180);
}

template <class Kind>
void require_same_counts(const Kind &actual, const Kind &expected)
{
    require(actual.rows == expected.rows && actual.observations == expected.observations);
}

// Both within what the squares, which show an outlier, allow them.
void require_same(const portfolio::Moments &actual, const portfolio::Moments &expected)
{
    require_same_counts(actual, expected);
    const double size = std::sqrt(expected.squares.high);
    require_near(actual.sum, expected.sum,
                 size * std::sqrt(static_cast<double>(expected.observations)));
    require_near(actual.squares, expected.squares, expected.squares.high);
}

void require_same(const portfolio::OneSidedSum &actual, const portfolio::OneSidedSum &expected)
{
    require(actual.terms == expected.terms);
    require_near(actual.sum, expected.sum, expected.sum.high);
}

void require_same(const portfolio::Growth &actual, const portfolio::Growth &expected)
{
    require_same_counts(actual, expected);
    require(actual.zeros == expected.zeros);
    const portfolio::DoubleDouble quotient = actual.mantissa / expected.mantissa;
    const int shift = static_cast<int>(actual.exponent - expected.exponent);
    require(std::fabs(std::ldexp(quotient.high, shift) - 1) < 1e-14);
}

void require_same(const Sums &actual, const Sums &expected)
{
    require_same(actual.growth, expected.growth);
    require_same(actual.moments, expected.moments);
    require_same(actual.shortfalls.squares, expected.shortfalls.squares);
    require_same(actual.sides.gains, expected.sides.gains);
    require_same(actual.sides.losses, expected.sides.losses);
    require_same(actual.pairs.x, expected.pairs.x);
    require_same(actual.pairs.y, expected.pairs.y);
    const test::Statistics statistics = actual.statistics();
    require(!(statistics[2] < 0) && !(statistics[4] < 0) && !(statistics[6] < 0) &&
            !(std::fabs(statistics[9]) > 1));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const portfolio::Settings settings = test::settings_of(0.0001, 0.001, 365, 1);
    constexpr std::size_t step = 1 + 2 * sizeof(double);
    Series inside, whole;
    std::size_t first = 0;
    Sums sums(settings), early(settings), late(settings);
    for (std::size_t i = 0; i + step <= size && i < 200 * step; i += step) {
        const std::uint8_t *const bytes = data + i;
        if (bytes[0] % 4 == 0 && first < inside.size()) {
            if (!sums.remove(inside[first++]))
                sums = test::sums_of(
                    Series(inside.begin() + static_cast<std::ptrdiff_t>(first), inside.end()),
                    settings);
            continue;
        }
        const Period period{observation(bytes + 1), observation(bytes + 1 + sizeof(double))};
        sums.add(period);
        inside.push_back(period);
        whole.push_back(period);
        (bytes[0] & 128 ? late : early).add(period);
    }
    require_same(sums, test::sums_of(Series(inside.begin() + static_cast<std::ptrdiff_t>(first),
                                            inside.end()),
                                     settings));
    early.merge(late);
    require_same(early, test::sums_of(whole, settings));
    return 0;
}
