#include "core/portfolio/moments.hpp"

namespace vesu::portfolio {

double squared_distances(const DoubleDouble &sum, const DoubleDouble &squares,
                         std::int64_t observations, double magnitude)
{
    const double count = static_cast<double>(observations);
    const double distances = (squares - sum * sum / count).value();
    // Equal values leave only what rounding left in the sums: an infinite ratio must not become a huge one.
    const double resolution = magnitude * (count + 8) * 0x1p-104;
    return distances > resolution ? distances : 0;
}

double deviation(double squared_distances, std::int64_t observations, double ddof)
{
    const double freedom = static_cast<double>(observations) - ddof;
    return freedom > 0 ? std::sqrt(squared_distances / freedom) : undefined;
}

double ratio(double mean, double deviation)
{
    if (!(deviation < zero_deviation))
        return mean / deviation;
    if (!(std::fabs(mean) >= zero_deviation))
        return undefined;
    return std::copysign(std::numeric_limits<double>::infinity(), mean);
}

double volatility(const Moments &moments, const Settings &settings)
{
    if (moments.rows < 2)
        return undefined;
    const double s = deviation(moments, settings.get(Setting::ddof, 1));
    return (s < zero_deviation ? 0 : s) *
           std::sqrt(settings.get(Setting::periods, default_periods));
}

double sharpe_ratio(const Moments &moments, const Settings &settings)
{
    if (moments.rows < 2)
        return undefined;
    const DoubleDouble mean = moments.sum / static_cast<double>(moments.observations);
    return ratio((mean - settings.get(Setting::risk_free, 0)).value(),
                 deviation(moments, settings.get(Setting::ddof, 1))) *
           std::sqrt(settings.get(Setting::periods, default_periods));
}

}  // namespace vesu::portfolio
