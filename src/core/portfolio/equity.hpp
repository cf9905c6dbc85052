// Statistics of the equity curve: the returns in their order, compounded. NaN stands for "undefined".
#pragma once

#include "core/portfolio/growth.hpp"

namespace vesu::portfolio {

// How far equity falls below its peak. Equity is 1 before the first return. Only its ratio to the peak is kept, so
// no length of the series makes it overflow. A return below -1 turns equity negative, and the fall exceeds 1.
struct Drawdown : Counts {
    DoubleDouble of_peak{1, 0};
    double deepest = 0;

    void add(double x)
    {
        count(1);
        of_peak = of_peak * two_sum(1, x);
        const double fall = (of_peak - 1).value();
        if (fall >= 0)
            of_peak = {1, 0};
        else if (fall < deepest)
            deepest = fall;
        else if (!std::isfinite(fall))  // only a return below -1 leads there
            deepest = -std::numeric_limits<double>::infinity();
    }
};

// What equity grew to, and the way there.
struct EquityCurve : Growth {
    Drawdown drawdown;

    void add(double x)
    {
        Growth::add(x);
        drawdown.add(x);
    }
};

// The logarithm of equity after each return, one step apart, for the line that fits it best.
struct Logarithms : Counts {
    bool ruined = false;  // a return of -1 or less has no logarithm
    DoubleDouble logarithm;
    DoubleDouble sum;
    DoubleDouble squares;
    DoubleDouble products;  // with the number of the step

    void add(double x);
};

// The deepest fall, 0 or below. Source: empyrical, max_drawdown.
double max_drawdown(const Drawdown &drawdown, const Settings &settings);

// cagr ÷ |max_drawdown|; undefined where cagr is or nothing fell. Source: empyrical, calmar_ratio.
double calmar_ratio(const EquityCurve &curve, const Settings &settings);

// R² of the line. Undefined with fewer than two returns, after a ruin and where equity never changes.
// Source: empyrical, stability_of_timeseries.
double stability(const Logarithms &logarithms, const Settings &settings);

}  // namespace vesu::portfolio
