#include "core/portfolio/monte_carlo.hpp"

#include "core/portfolio/elementary.hpp"
#include "core/portfolio/normal.hpp"
#include "core/portfolio/random.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

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
        return std::numeric_limits<double>::quiet_NaN();
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
    std::sort(profits, profits + paths);
    // Rounded, because (1 - 0.9)·10 is below 1 in binary.
    const double place = std::round(static_cast<double>(paths - 1) * (1 - level) * 1e9) / 1e9;
    const auto below = std::min(static_cast<std::size_t>(place), paths - 1);
    const auto above = std::min(below + 1, paths - 1);
    const double part = place - static_cast<double>(below);
    const double mean = sum_of(profits, paths) / static_cast<double>(paths);

    LossDistribution losses;
    // From 0, as the negative of 0 is -0.
    losses.var = 0 - (profits[below] + part * (profits[above] - profits[below]));
    losses.cvar = 0 - sum_of(profits, below + 1) / static_cast<double>(below + 1);
    losses.mean = 0 - mean;
    losses.stddev = deviation(profits, paths, mean);
    losses.worst = 0 - profits[0];
    return losses;
}

}  // namespace vesu::portfolio
