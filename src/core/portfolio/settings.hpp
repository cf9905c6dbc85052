// The optional arguments of the statistics, one value each for a whole group.
#pragma once

#include <cmath>
#include <limits>

namespace vesu::portfolio {

enum class Setting { risk_free, required, periods, ddof, level, method };
constexpr int setting_count = 6;

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

// NaN: not given, or NULL.
struct Settings {
    double values[setting_count] = {undefined, undefined, undefined,
                                    undefined, undefined, undefined};

    double &operator[](Setting setting)
    {
        return values[static_cast<int>(setting)];
    }

    double get(Setting setting, double otherwise) const
    {
        const double value = values[static_cast<int>(setting)];
        return std::isnan(value) ? otherwise : value;
    }
};

}  // namespace vesu::portfolio
