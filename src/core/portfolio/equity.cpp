#include "core/portfolio/equity.hpp"

#include "core/portfolio/moments.hpp"

#include <algorithm>

namespace vesu::portfolio {

void Logarithms::add(double x)
{
    if (!(x > -1)) {
        ruined = true;
        return count(1);
    }
    const double step = static_cast<double>(observations);
    count(1);
    logarithm = logarithm + std::log1p(x);
    sum = sum + logarithm;
    squares = squares + logarithm * logarithm;
    products = products + logarithm * step;
}

double max_drawdown(const Drawdown &drawdown, const Settings &)
{
    return drawdown.deepest;
}

double calmar_ratio(const EquityCurve &curve, const Settings &settings)
{
    const double fall = curve.drawdown.deepest;
    return fall < 0 ? cagr(curve, settings) / -fall : undefined;
}

double stability(const Logarithms &logarithms, const Settings &)
{
    if (logarithms.ruined || logarithms.observations < 2)
        return undefined;
    const double count = static_cast<double>(logarithms.observations);
    const double steps = (two_product(count, count) - 1).value() * count / 12;
    const double distances = squared_distances(logarithms.sum, logarithms.squares,
                                               logarithms.observations, logarithms.squares.high);
    if (std::sqrt(distances / count) < zero_deviation)
        return undefined;
    const double shared = (logarithms.products - logarithms.sum * ((count - 1) / 2)).value();
    return std::min(shared / steps * (shared / distances), 1.0);
}

}  // namespace vesu::portfolio
