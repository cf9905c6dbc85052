// NUMERIC, read and built directly instead of through text.
#pragma once

#include "core/fixed.hpp"
#include "pg/report.hpp"

namespace vesu::pg {

// A value, or the argument `index`, which must not be NULL. Reports VS001 with `name` when outside `domain`.
Decimal read_decimal(Datum value, const char *name, Domain domain);
inline Decimal read_decimal(FunctionCallInfo fcinfo, int index, const char *name, Domain domain)
{
    return read_decimal(PG_GETARG_DATUM(index), name, domain);
}

// Whether `value` is inside `domain`, however long.
bool is_inside(Datum value, Domain domain);

// Whether `value` is finite, not negative and not too long; fills `result` only then.
bool read_decimal_if_valid(Datum value, Decimal &result);

// Whether `value` is whole and in [0, 2^256); fills `result` only then.
bool read_integer_if_valid(Datum value, u256 &result);

// A NUMERIC that PostgreSQL itself would print without trailing zeros.
Datum numeric_datum(const Decimal &value);
Datum numeric_datum(const u256 &value);
Datum numeric_infinity();

// Reports an error unless reading and building agree with numeric_in() and numeric_out() of this server.
void check_numeric_layout();

}  // namespace vesu::pg
