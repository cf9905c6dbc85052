#include "core/portfolio/growth.hpp"

#include "core/portfolio/moments.hpp"

namespace vesu::portfolio {

namespace {

// ldexp() takes an int; beyond these the result is 0 or infinite anyway.
double scaled(double value, std::int64_t exponent)
{
    return std::ldexp(value, static_cast<int>(std::clamp<std::int64_t>(exponent, -10'000, 10'000)));
}

// ln Π(1 + r) of a product above 0, which must not show how far the product once was from here: with a mantissa
// around 1, and by log1p() near 1, where a small return would lose its digits.
double logarithm(const Growth &growth)
{
    int step;
    if (std::frexp(growth.mantissa.high, &step) < 0.70710678118654752440)
        --step;
    const DoubleDouble m{std::ldexp(growth.mantissa.high, -step),
                         std::ldexp(growth.mantissa.low, -step)};
    const std::int64_t exponent = growth.exponent + step;
    if (exponent == 0)
        return std::log1p((m - 1.0).value());
    constexpr double ln_2 = 0.693147180559945309417;
    return std::log(m.high) + m.low / m.high + static_cast<double>(exponent) * ln_2;
}

}  // namespace

void Growth::normalize()
{
    int step;
    mantissa.high = std::frexp(mantissa.high, &step);
    mantissa.low = std::ldexp(mantissa.low, -step);
    exponent += step;
}

double cumulative_return(const Growth &growth, const Settings &)
{
    if (growth.zeros > 0)
        return -1;
    const DoubleDouble product{scaled(growth.mantissa.high, growth.exponent),
                               scaled(growth.mantissa.low, growth.exponent)};
    return std::isinf(product.high) ? product.high : (product - 1.0).value();
}

double cagr(const Growth &growth, const Settings &settings)
{
    if (growth.zeros > 0)
        return -1;
    if (growth.mantissa.high < 0)
        return undefined;
    const double years =
        static_cast<double>(growth.rows) / settings.get(Setting::periods, default_periods);
    return std::expm1(logarithm(growth) / years);
}

}  // namespace vesu::portfolio
