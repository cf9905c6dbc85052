// Compute and Return of every function that answers with one number.
#pragma once

#include "pg/numeric.hpp"

namespace vesu::pg {

// `compute(Decimal &)` as NUMERIC; NULL, Infinity or an error where the status says so.
template <class Compute>
Datum numeric_result(FunctionCallInfo fcinfo, Compute compute)
{
    Decimal result;
    const Failure failure = guarded([&] { return compute(result); });
    if (failure.fault == Fault::none) {
        if (failure.status == Status::ok)
            return numeric_datum(result);
        if (failure.status == Status::undefined)
            PG_RETURN_NULL();
        if (failure.status == Status::infinite)
            return numeric_infinity();
    }
    report(failure);
}

}  // namespace vesu::pg
