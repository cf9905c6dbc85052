#include "pg/portfolio/exact.hpp"

namespace vesu::pg {

namespace {

Datum power_of_ten(int exponent)
{
    return DirectFunctionCall3(numeric_in, CStringGetDatum(psprintf("1e%d", exponent)),
                               ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));
}

}  // namespace

Datum rounded_quotient(Datum a, Datum b, int decimals)
{
    const Datum units = product(a, power_of_ten(decimals));
    Datum result = quotient(units, b);
    const Datum rest = difference(units, product(result, b));
    const Datum twice = DirectFunctionCall1(numeric_abs, sum(rest, rest));
    if (compare(twice, b) >= 0)
        result = sum(result, DirectFunctionCall1(numeric_sign, a));
    return DirectFunctionCall1(numeric_trim_scale, product(result, power_of_ten(-decimals)));
}

bool read_number(FunctionCallInfo fcinfo, int index, Datum &value)
{
    if (PG_ARGISNULL(index))
        return false;
    const Numeric number = PG_GETARG_NUMERIC(index);
    if (numeric_is_inf(number))
        report_observation(index, numeric_normalize(number));
    value = NumericGetDatum(number);
    return !numeric_is_nan(number);
}

}  // namespace vesu::pg
