#include "core/portfolio/one_sided.hpp"

#include "core/portfolio/moments.hpp"

namespace vesu::portfolio {

namespace {

double shortfall_deviation(const Shortfalls &shortfalls)
{
    return std::sqrt(shortfalls.squares.sum.value() / static_cast<double>(shortfalls.observations));
}

double root_of_periods(const Settings &settings)
{
    return std::sqrt(settings.get(Setting::periods, default_periods));
}

}  // namespace

void GainsAndLosses::configure(const Settings &settings)
{
    const double required = settings.get(Setting::required, 0);
    const double periods = settings.get(Setting::periods, default_periods);
    // The root loses the digits of a small return; expm1() and log1p() keep them. NaN or -Infinity below -1.
    const double required_per_period =
        periods == 1 ? required : std::expm1(std::log1p(required) / periods);
    threshold = settings.get(Setting::risk_free, 0) + required_per_period;
}

double downside_deviation(const Shortfalls &shortfalls, const Settings &settings)
{
    const double s = shortfall_deviation(shortfalls);
    return (s < zero_deviation ? 0 : s) * root_of_periods(settings);
}

double sortino_ratio(const Shortfalls &shortfalls, const Settings &settings)
{
    if (shortfalls.rows < 2)
        return undefined;
    const DoubleDouble mean = shortfalls.values.sum / static_cast<double>(shortfalls.observations);
    return ratio((mean - shortfalls.required).value(), shortfall_deviation(shortfalls)) *
           root_of_periods(settings);
}

double omega_ratio(const GainsAndLosses &sides, const Settings &settings)
{
    if (sides.rows < 2 || sides.losses.terms == 0 || settings.get(Setting::required, 0) <= -1)
        return undefined;
    return sides.gains.sum.value() / sides.losses.sum.value();
}

}  // namespace vesu::portfolio
