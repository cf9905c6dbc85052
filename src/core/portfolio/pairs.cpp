#include "core/portfolio/pairs.hpp"

#include "core/portfolio/moments.hpp"

namespace vesu::portfolio {

namespace {

double mean(const Moments &moments)
{
    return moments.sum.value() / static_cast<double>(moments.observations);
}

bool varies(const Moments &moments)
{
    return deviation(moments, 0) >= zero_deviation;
}

double product_of_distances(const PairSums &pairs)
{
    const double count = static_cast<double>(pairs.observations);
    return (pairs.products - pairs.x.sum * pairs.y.sum / count).value();
}

}  // namespace

double beta(const PairSums &pairs, const Settings &)
{
    if (pairs.rows < 2 || !varies(pairs.y))
        return undefined;
    return product_of_distances(pairs) / squared_distances(pairs.y);
}

double alpha(const PairSums &pairs, const Settings &settings)
{
    const double risk_free = settings.get(Setting::risk_free, 0);
    const double per_period =
        mean(pairs.x) - risk_free - beta(pairs, settings) * (mean(pairs.y) - risk_free);
    const double periods = settings.get(Setting::periods, default_periods);
    // log1p() keeps the digits of a small return, but knows no negative base.
    if (per_period > -1)
        return std::expm1(periods * std::log1p(per_period));
    return std::pow(1 + per_period, periods) - 1;
}

double correlation(const PairSums &pairs, const Settings &)
{
    if (!varies(pairs.x) || !varies(pairs.y))
        return undefined;
    const double coefficient =
        product_of_distances(pairs) /
        (std::sqrt(squared_distances(pairs.x)) * std::sqrt(squared_distances(pairs.y)));
    return std::clamp(coefficient, -1.0, 1.0);
}

double information_ratio(const PairSums &pairs, const Settings &settings)
{
    const Moments &x = pairs.x;
    const Moments &y = pairs.y;
    const DoubleDouble sum = x.sum - y.sum;
    const DoubleDouble squares = x.squares - pairs.products * 2.0 + y.squares;
    const bool is_constant = pairs.difference.length >= pairs.observations;
    const double distances = is_constant ? 0
                                         : squared_distances(sum, squares, pairs.observations,
                                                             x.squares.high + y.squares.high);
    return ratio(sum.value() / static_cast<double>(pairs.observations),
                 deviation(distances, pairs.observations, 1)) *
           std::sqrt(settings.get(Setting::periods, 1));
}

}  // namespace vesu::portfolio
