#include "core/portfolio/monte_carlo.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace vesu::portfolio {

namespace {

constexpr double amount = 100000, sigma = 0.4, years = 30 / 365.0;

std::vector<double> profits(const Simulation &simulation, std::size_t paths)
{
    std::vector<double> result(paths), normals(simulation.count);
    for (std::size_t path = 0; path < paths; ++path)
        result[path] = simulated_profit(simulation, path, normals.data());
    return result;
}

LossDistribution of_one(std::uint64_t seed, std::size_t paths)
{
    const double factor = 1;
    std::vector<double> result = profits({&amount, &sigma, &factor, 1, years, seed}, paths);
    return loss_distribution(result.data(), paths, 0.95);
}

// The standard error of a quantile of n samples is √(p(1-p)/n) / density: 1.13 % of this one with 10,000 paths.
TEST(MonteCarlo, value_at_risk_converges_to_that_of_the_distribution)
{
    const double deviation = sigma * std::sqrt(years), z = 1.6448536269514722;
    const double exact = amount * (1 - std::exp(-0.5 * deviation * deviation - deviation * z));
    EXPECT_NEAR(exact, 17733.10, 0.01);
    constexpr int seeds = 40;
    for (const double paths : {2500.0, 10000.0, 40000.0}) {
        const double standard_error = 0.0113 * std::sqrt(10000 / paths) * exact;
        double sum = 0, squares = 0;
        for (int seed = 1; seed <= seeds; ++seed) {
            const double error = of_one(seed, static_cast<std::size_t>(paths)).var - exact;
            sum += error;
            squares += error * error;
        }
        EXPECT_LT(std::fabs(sum / seeds), 4 * standard_error / std::sqrt(seeds)) << paths;
        EXPECT_NEAR(std::sqrt(squares / seeds) / standard_error, 1, 0.4) << paths;
    }
}

TEST(MonteCarlo, correlated_assets_vary_together)
{
    constexpr double rho = 0.8;
    const double amounts[] = {1, -1}, sigmas[] = {.02, .02};
    const double factor[] = {1, 0, rho, std::sqrt(1 - rho * rho)};
    constexpr std::size_t paths = 100000;
    std::vector<double> result = profits({amounts, sigmas, factor, 2, 1, 42}, paths);
    // Var(x - y) = 2 sigma^2 (1 - rho), to the first order.
    const double expected = .02 * std::sqrt(2 * (1 - rho));
    EXPECT_NEAR(loss_distribution(result.data(), paths, .95).stddev / expected, 1, 0.01);
}

TEST(MonteCarlo, a_path_does_not_depend_on_the_paths_before)
{
    const double factor = 1;
    const Simulation simulation{&amount, &sigma, &factor, 1, years, 42};
    const std::vector<double> forwards = profits(simulation, 100);
    double normal;
    for (std::size_t path = 100; path-- > 0;)
        ASSERT_EQ(simulated_profit(simulation, path, &normal), forwards[path]);
}

TEST(MonteCarlo, summary_of_known_profits)
{
    double values[] = {5, -3, 1, -10, 0, 2, 4, -1, 3, 6, 7};
    const LossDistribution losses = loss_distribution(values, 11, 0.9);
    EXPECT_NEAR(losses.var, 3, 1e-12);  // rank 1 of 10
    EXPECT_EQ(losses.cvar, 6.5);        // two values, although 10 * (1 - 0.9) is below 1 in binary
    EXPECT_EQ(losses.worst, 10);
    EXPECT_NEAR(losses.mean, -14 / 11.0, 1e-15);
    EXPECT_NEAR(losses.stddev, 4.818524859, 1e-9);
    double single[] = {-4};
    const LossDistribution one = loss_distribution(single, 1, 0.95);
    EXPECT_EQ(one.var, 4);
    EXPECT_TRUE(std::isnan(one.stddev));
}

// The numbers that the SQL function gives, on every machine.
TEST(MonteCarlo, bits_are_these)
{
    const LossDistribution losses = of_one(42, 10000);
    EXPECT_EQ(losses.var, 17782.398176671726);
    EXPECT_EQ(losses.worst, 35849.301400151366);
}

}  // namespace

}  // namespace vesu::portfolio
