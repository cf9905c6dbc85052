// Every statistic that is computed from sums, two ways: as the library does it, and with a hundred digits from the
// definitions, each observation on its own.
#pragma once

#include "core/portfolio/growth.hpp"
#include "core/portfolio/moments.hpp"
#include "core/portfolio/one_sided.hpp"
#include "core/portfolio/pairs.hpp"

#include <boost/multiprecision/cpp_bin_float.hpp>

#include <array>
#include <string>
#include <utility>
#include <vector>

namespace vesu::test {

using Wide = boost::multiprecision::cpp_bin_float_100;

// A return and that of the benchmark; NaN: no observation.
using Period = std::pair<double, double>;
using Series = std::vector<Period>;

constexpr std::array<const char *, 11> statistic_names = {
    "cumulative_return", "cagr",        "volatility", "sharpe_ratio", "downside_deviation",
    "sortino_ratio",     "omega_ratio", "beta",       "alpha",        "correlation",
    "information_ratio"};
using Statistics = std::array<double, statistic_names.size()>;

portfolio::Settings settings_of(double risk_free, double required, double periods, double ddof);

// All the sums of a series.
struct Sums {
    explicit Sums(const portfolio::Settings &used) : settings(used)
    {
        shortfalls.configure(settings);
        sides.configure(settings);
    }

    void add(const Period &period);
    // False where one of the sums wants to begin anew.
    bool remove(const Period &period);
    void merge(const Sums &part);
    Statistics statistics() const;

    portfolio::Settings settings;
    portfolio::Growth growth;
    portfolio::Moments moments;
    portfolio::Shortfalls shortfalls;
    portfolio::GainsAndLosses sides;
    portfolio::PairSums pairs;
};

Sums sums_of(const Series &series, const portfolio::Settings &settings);

// From the definitions. Needs two observations on both sides and deviations that are not zero.
Statistics reference(const Series &series, const portfolio::Settings &settings);

// Whether two results are the same within `tolerance` of their size; undefined and infinite ones exactly.
bool agree(double actual, double expected, double tolerance);
std::string first_difference(const Statistics &actual, const Statistics &expected,
                             double tolerance);

}  // namespace vesu::test
