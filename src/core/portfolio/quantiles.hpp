// Statistics of the order of values: quantiles and the value at risk. NaN stands for "undefined".
#pragma once

#include "core/portfolio/settings.hpp"

#include <cstddef>

namespace vesu::portfolio {

// Values without NaN, in memory of the caller. Their order means nothing, so every function may change it.
struct Values {
    double *items = nullptr;
    std::size_t size = 0;
    std::size_t sorted = 0;  // how many of the first ascend
};

// Sorts all, cheaply where only a few came after the last call.
void sort(Values &values);

// Sorts, then takes one occurrence of `value` out. False if there is none.
bool remove(Values &values, double value);

enum class RiskMethod { historical, gaussian, modified };
constexpr double default_level = 0.95;

// The value at the rank (size - 1) · fraction from 0, for a fraction of 0 to 1; linear between two ranks.
double percentile(Values &values, double fraction);

// The return that falls short with the probability 1 - level. Historical: the percentile 1 - level.
// Gaussian: m + z s. Modified: m + z' s, with skewness S and excess kurtosis K in
// z' = z + (z² - 1) S/6 + (z³ - 3z) K/24 - (2z³ - 5z) S²/36. Moments divide by n, z = Φ⁻¹(1 - level).
// Sources: empyrical, value_at_risk; PerformanceAnalytics, VaR (after Favre and Galeano).
double value_at_risk(Values &values, const Settings &settings);

// The mean of what falls short. Historical: of the floor((size - 1)(1 - level)) + 1 lowest values, the product
// rounded to 9 decimals first, since 10 (1 - 0.9) is below 1 in binary. Gaussian: m - s φ(z) / (1 - level).
// Undefined by the modified method. Sources: empyrical, conditional_value_at_risk; PerformanceAnalytics, ES.
double conditional_value_at_risk(Values &values, const Settings &settings);

// |95th percentile| / |5th percentile|; undefined where the latter is 0. Source: empyrical, tail_ratio.
double tail_ratio(Values &values, const Settings &settings);

}  // namespace vesu::portfolio
