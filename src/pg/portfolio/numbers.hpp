// What the risk functions read and return: float8, and arrays of it.
#pragma once

#include "pg/report.hpp"

#include <cstddef>

namespace vesu::pg {

// What a number must be; each is finite.
enum class Range { finite, not_negative, positive, open_fraction, fraction };

// The argument `index`; VS301 outside of `range`.
double read_number(FunctionCallInfo fcinfo, int index, const char *name, Range range);

// The elements of an argument, which stay where PostgreSQL keeps them.
struct Vector {
    const char *name;
    const double *items;
    std::size_t count;
};

// A list of numbers; VS303 for another shape or a NULL element, VS301 for an element outside of `range`.
Vector read_vector(FunctionCallInfo fcinfo, int index, const char *name, Range range);

// As many numbers as `model` has.
Vector read_vector_like(FunctionCallInfo fcinfo, int index, const char *name, Range range,
                        const Vector &model);

// A square matrix of correlations. `count` is the number of its rows. VS303, and VS304 for what no correlations can be.
Vector read_correlations(FunctionCallInfo fcinfo, int index);

// One with a row for each element of `model`.
Vector read_correlations_of(FunctionCallInfo fcinfo, int index, const Vector &model);

// A finite `value`, NULL for NaN, 22003 for an infinite one, which no arguments in their ranges would give but by overflow.
Datum number_or_null(FunctionCallInfo fcinfo, double value);

}  // namespace vesu::pg
