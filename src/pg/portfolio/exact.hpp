// Arithmetic of NUMERIC for the aggregates of prices over time: exact but for one rounding at the end.
#pragma once

#include "pg/portfolio/series.hpp"

namespace vesu::pg {

inline Datum sum(Datum a, Datum b)
{
    return DirectFunctionCall2(numeric_add, a, b);
}

inline Datum difference(Datum a, Datum b)
{
    return DirectFunctionCall2(numeric_sub, a, b);
}

inline Datum product(Datum a, Datum b)
{
    return DirectFunctionCall2(numeric_mul, a, b);
}

// Without the remainder.
inline Datum quotient(Datum a, Datum b)
{
    return DirectFunctionCall2(numeric_div_trunc, a, b);
}

inline int compare(Datum a, Datum b)
{
    return DatumGetInt32(DirectFunctionCall2(numeric_cmp, a, b));
}

inline Datum integer(int64 value)
{
    return NumericGetDatum(int64_to_numeric(value));
}

inline int decimals_of(Datum value)
{
    return DatumGetInt32(DirectFunctionCall1(numeric_scale, value));
}

// A quotient has so many decimals more than the prices.
constexpr int further_decimals = 18;

// a / b for b > 0, rounded half away from zero to `decimals`; without zeros at the end.
Datum rounded_quotient(Datum a, Datum b, int decimals);

// Whether the argument `index` is a number: not NULL and not NaN. Reports VS301 where it is infinite.
bool read_number(FunctionCallInfo fcinfo, int index, Datum &value);

}  // namespace vesu::pg
