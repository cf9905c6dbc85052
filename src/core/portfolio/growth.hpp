// The product of 1 + r over many periods, beyond the range of a double.
#pragma once

#include "core/portfolio/settings.hpp"
#include "core/portfolio/sums.hpp"

namespace vesu::portfolio {

// mantissa · 2^exponent without the factors of 0, which are counted so that they can leave again.
struct Growth : Counts {
    DoubleDouble mantissa{1, 0};
    std::int64_t exponent = 0;
    std::int64_t zeros = 0;

    void add(double r)
    {
        count(1);
        const DoubleDouble factor = two_sum(1, r);
        if (factor.high == 0)
            ++zeros;
        else
            keep(mantissa * factor);
    }

    // A quotient errs by the same share whatever left: it is always trusted.
    bool remove(double r)
    {
        count(-1);
        const DoubleDouble factor = two_sum(1, r);
        if (factor.high == 0)
            --zeros;
        else
            keep(mantissa / factor);
        return true;
    }

    void merge(const Growth &part)
    {
        merge_counts(part);
        zeros += part.zeros;
        exponent += part.exponent;
        keep(mantissa * part.mantissa);
    }

private:
    void keep(const DoubleDouble &product)
    {
        mantissa = product;
        const double size = std::fabs(product.high);
        if (!(size < 0x1p200 && size > 0x1p-200))
            normalize();
    }

    // Out of line: many periods go by from one to the next.
    void normalize();
};

// Π(1 + r) - 1. Source: empyrical, cum_returns_final.
double cumulative_return(const Growth &growth, const Settings &settings);

// Π(1 + r)^(periods ÷ rows) - 1; undefined where the product is negative. Source: empyrical, annual_return.
double cagr(const Growth &growth, const Settings &settings);

}  // namespace vesu::portfolio
