// The statistics of a series of returns that follow from its moments. NaN stands for "undefined" everywhere.
#pragma once

#include "core/portfolio/settings.hpp"
#include "core/portfolio/sums.hpp"

namespace vesu::portfolio {

constexpr double default_periods = 365;
constexpr double zero_deviation = 1e-15;

// The sum of squared distances from the mean, given the sums of x and x^2; 0 where it is below what rounding may have
// left in sums of the size `magnitude`.
double squared_distances(const DoubleDouble &sum, const DoubleDouble &squares,
                         std::int64_t observations, double magnitude);

inline double squared_distances(const Moments &moments)
{
    if (moments.run.length >= moments.observations)
        return 0;
    return squared_distances(moments.sum, moments.squares, moments.observations,
                             moments.squares.high);
}

// The deviation: root of the squared distances ÷ (observations - ddof). Undefined without a degree of freedom.
double deviation(double squared_distances, std::int64_t observations, double ddof);

inline double deviation(const Moments &moments, double ddof)
{
    return deviation(squared_distances(moments), moments.observations, ddof);
}

// mean ÷ deviation. Over a deviation of zero: infinite with the sign of the mean; undefined where that is zero too.
double ratio(double mean, double deviation);

// s √periods. Source: empyrical, annual_volatility.
double volatility(const Moments &moments, const Settings &settings);

// (mean - risk-free return of a period) ÷ s · √periods. Source: empyrical, sharpe_ratio.
double sharpe_ratio(const Moments &moments, const Settings &settings);

}  // namespace vesu::portfolio
