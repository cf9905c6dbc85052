// What the statistics of returns are computed from: sums that take single values in and out again and that add up.
//
// Every kind has the same five steps:
//   add(x...)      takes an observation in
//   add_gap()      takes in a period without observation
//   remove(x...)   takes the oldest observation out; false: begin anew, for an outlier left and took the last digits along
//   remove_gap()   takes out a period without observation
//   merge(part)    takes in all that `part` has
#pragma once

#include <algorithm>
#include <cstdint>

#include "core/portfolio/double_double.hpp"

namespace vesu::portfolio {

// The fourth power of an observation, and a sum of 2^23 of them, are finite below this size.
constexpr double observation_limit = 0x1p250;

// Periods, and how many of them have an observation.
struct Counts {
    std::int64_t rows = 0;
    std::int64_t observations = 0;

    void add_gap()
    {
        ++rows;
    }

    void remove_gap()
    {
        --rows;
    }

    void count(int step)
    {
        rows += step;
        observations += step;
    }

    void merge_counts(const Counts &part)
    {
        rows += part.rows;
        observations += part.observations;
    }
};

// A sum of terms that are not negative, in a moving window. What is left of it must not be much smaller than it once
// was: each addition errs by 2^-106 of the sum at that time.
struct Peak {
    double highest = 0;

    bool trusts(double before, double after)
    {
        highest = std::max(highest, before);
        return after >= highest * 0x1p-20;
    }
};

// How many of the latest observations are equal. Sums that were once larger cannot tell equal values from nearly equal ones.
struct Run {
    double value = 0;
    std::int64_t length = 0;

    void add(double x)
    {
        length = x == value ? length + 1 : 1;
        value = x;
    }

    void merge(const Run &part, std::int64_t observations)
    {
        if (observations == 0)
            return;
        const bool continues = part.length >= observations && part.value == value;
        length = continues ? length + part.length : part.length;
        value = part.value;
    }
};

// The sums of x and x². The squares show when an outlier left.
struct Moments : Counts {
    DoubleDouble sum;
    DoubleDouble squares;
    Peak peak;
    Run run;

    void add(double x)
    {
        count(1);
        run.add(x);
        sum = sum + x;
        squares = squares + two_product(x, x);
    }

    bool remove(double x)
    {
        const double before = squares.high;
        count(-1);
        sum = sum - x;
        squares = squares - two_product(x, x);
        return peak.trusts(before, squares.high);
    }

    void merge(const Moments &part)
    {
        merge_counts(part);
        run.merge(part.run, part.observations);
        sum = sum + part.sum;
        squares = squares + part.squares;
    }
};

}  // namespace vesu::portfolio
