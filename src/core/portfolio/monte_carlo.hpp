// What a portfolio may lose, by simulation.
#pragma once

#include <cstddef>
#include <cstdint>

namespace vesu::portfolio {

// `count` amounts of money in assets whose prices are log-normal without drift, so that the mean of a price is its present value.
struct Simulation {
    const double *amounts;
    const double *sigmas;  // yearly volatilities
    const double *factor;  // Cholesky factor of the correlations of their logarithms
    std::size_t count;
    double years;
    std::uint64_t seed;
};

// The profit Σ amount·(exp(-σ²T/2 + σ√T·(L·z)) - 1) on path number `path`, z being quantiles of the normal distribution at random
// fractions. One step takes a path to its end, as the steps of a log-normal price add up. `normals` has room for `count` numbers.
// The same bits on every machine, whichever paths were computed before.
double simulated_profit(const Simulation &simulation, std::uint64_t path, double *normals);

// All as money lost: a profit is negative.
struct LossDistribution {
    double var;     // at the quantile 1 - level of the profits, between neighbours linearly
    double cvar;    // the mean of the floor((n-1)(1-level)) + 1 largest losses
    double mean;    // of all
    double stddev;  // with n - 1; NaN for one path
    double worst;   // the largest
};

// Sorts `profits`, so that the result does not depend on how they were ordered. paths > 0, 0 <= level <= 1.
LossDistribution loss_distribution(double *profits, std::size_t paths, double level);

}  // namespace vesu::portfolio
