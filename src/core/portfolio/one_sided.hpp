// Sums over the returns on one side of a threshold.
#pragma once

#include "core/portfolio/settings.hpp"
#include "core/portfolio/sums.hpp"

namespace vesu::portfolio {

// A sum of terms above 0, exactly 0 when the last of them has left.
struct OneSidedSum {
    DoubleDouble sum;
    std::int64_t terms = 0;
    Peak peak;

    void add(const DoubleDouble &term)
    {
        sum = sum + term;
        ++terms;
    }

    bool remove(const DoubleDouble &term)
    {
        const double before = sum.high;
        sum = sum - term;
        if (--terms > 0)
            return peak.trusts(before, sum.high);
        *this = OneSidedSum{};
        return true;
    }

    void merge(const OneSidedSum &part)
    {
        sum = sum + part.sum;
        terms += part.terms;
    }
};

// The observations, and the squares of what they fall short of what is required.
struct Shortfalls : Counts {
    double required = 0;
    Moments values;
    OneSidedSum squares;

    void configure(const Settings &settings)
    {
        required = settings.get(Setting::required, 0);
    }

    void add(double v)
    {
        count(1);
        values.add(v);
        const double distance = v - required;
        if (distance < 0)
            squares.add(two_product(distance, distance));
    }

    bool remove(double v)
    {
        count(-1);
        bool trusted = values.remove(v);
        const double distance = v - required;
        if (distance < 0)
            trusted = squares.remove(two_product(distance, distance)) && trusted;
        return trusted;
    }

    void merge(const Shortfalls &part)
    {
        merge_counts(part);
        values.merge(part.values);
        squares.merge(part.squares);
    }
};

// What exceeds a threshold and what falls short of it.
struct GainsAndLosses : Counts {
    double threshold = 0;
    OneSidedSum gains;
    OneSidedSum losses;

    // The threshold of a period: risk-free return and required return, which is per year.
    void configure(const Settings &settings);

    void add(double v)
    {
        count(1);
        const double excess = v - threshold;
        if (excess > 0)
            gains.add({excess, 0});
        else if (excess < 0)
            losses.add({-excess, 0});
    }

    bool remove(double v)
    {
        count(-1);
        const double excess = v - threshold;
        if (excess > 0)
            return gains.remove({excess, 0});
        if (excess < 0)
            return losses.remove({-excess, 0});
        return true;
    }

    void merge(const GainsAndLosses &part)
    {
        merge_counts(part);
        gains.merge(part.gains);
        losses.merge(part.losses);
    }
};

// Root of the mean of min(v - required, 0)² over all observations · √periods. Source: empyrical, downside_risk.
double downside_deviation(const Shortfalls &shortfalls, const Settings &settings);

// mean(v - required) · periods ÷ downside deviation. Source: empyrical, sortino_ratio.
double sortino_ratio(const Shortfalls &shortfalls, const Settings &settings);

// Gains ÷ losses against the threshold. Undefined without a loss. Source: empyrical, omega_ratio.
double omega_ratio(const GainsAndLosses &sides, const Settings &settings);

}  // namespace vesu::portfolio
