#include "core/portfolio/monte_carlo.hpp"

#include "core/portfolio/elementary.hpp"
#include "core/portfolio/normal.hpp"
#include "core/portfolio/quantiles.hpp"
#include "core/portfolio/random.hpp"

#include <cmath>

namespace vesu::portfolio {

namespace {

double sum_of(const double *values, std::size_t count)
{
    double sum = 0;
    for (std::size_t i = 0; i < count; ++i)
        sum += values[i];
    return sum;
}

double deviation(const double *values, std::size_t count, double mean)
{
    if (count < 2)
        return undefined;
    double squares = 0;
    for (std::size_t i = 0; i < count; ++i)
        squares += (values[i] - mean) * (values[i] - mean);
    return std::sqrt(squares / static_cast<double>(count - 1));
}

}  // namespace

double simulated_profit(const Simulation &simulation, std::uint64_t path, double *normals)
{
    auto random = Xoshiro256PlusPlus::of_path(simulation.seed, path);
    for (std::size_t i = 0; i < simulation.count; ++i)
        normals[i] = normal_quantile(random.next_fraction());

    double profit = 0;
    for (std::size_t i = 0; i < simulation.count; ++i) {
        const double *const row = simulation.factor + i * simulation.count;
        double shock = 0;
        for (std::size_t j = 0; j <= i; ++j)
            shock += row[j] * normals[j];
        const double sigma = simulation.sigmas[i] * std::sqrt(simulation.years);
        profit += simulation.amounts[i] * (portable_exp(sigma * shock - 0.5 * sigma * sigma) - 1);
    }
    return profit;
}

LossDistribution loss_distribution(double *profits, std::size_t paths, double level)
{
    Values values{profits, paths, 0};
    sort(values);
    Settings settings;
    settings[Setting::level] = level;
    const double mean = sum_of(profits, paths) / static_cast<double>(paths);

    // From 0, as the negative of 0 is -0.
    LossDistribution losses;
    losses.var = 0 - value_at_risk(values, settings);
    losses.cvar = 0 - conditional_value_at_risk(values, settings);
    losses.mean = 0 - mean;
    losses.stddev = deviation(profits, paths, mean);
    losses.worst = 0 - profits[0];
    return losses;
}

}  // namespace vesu::portfolio
