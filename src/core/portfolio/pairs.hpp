// The statistics of two series: returns and those of a benchmark.
#pragma once

#include "core/portfolio/settings.hpp"
#include "core/portfolio/sums.hpp"

namespace vesu::portfolio {

// Periods with an observation on both sides, and the sum of their products.
struct PairSums : Counts {
    Moments x;
    Moments y;
    DoubleDouble products;
    Run difference;

    void add(double x_value, double y_value)
    {
        count(1);
        x.add(x_value);
        y.add(y_value);
        difference.add(x_value - y_value);
        products = products + two_product(x_value, y_value);
    }

    bool remove(double x_value, double y_value)
    {
        count(-1);
        products = products - two_product(x_value, y_value);
        const bool x_trusted = x.remove(x_value);
        return y.remove(y_value) && x_trusted;
    }

    void merge(const PairSums &part)
    {
        merge_counts(part);
        x.merge(part.x);
        y.merge(part.y);
        products = products + part.products;
        difference.merge(part.difference, part.observations);
    }
};

// Covariance ÷ variance of y; undefined where y does not vary. A constant risk-free return cancels out.
// Source: empyrical, beta.
double beta(const PairSums &pairs, const Settings &settings);

// (1 + mean(x - risk-free - beta (y - risk-free)))^periods - 1. Source: empyrical, alpha.
double alpha(const PairSums &pairs, const Settings &settings);

// Pearson's coefficient, in [-1, 1]; undefined where a side does not vary.
double correlation(const PairSums &pairs, const Settings &settings);

// mean ÷ sample deviation of x - y · √periods, periods 1 unless given. Source: empyrical, excess_sharpe.
double information_ratio(const PairSums &pairs, const Settings &settings);

}  // namespace vesu::portfolio
