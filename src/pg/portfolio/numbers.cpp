#include "core/portfolio/correlations.hpp"

#include <cmath>

#include "pg/portfolio/numbers.hpp"

namespace vesu::pg {

namespace {

const char *rule_of(Range range)
{
    switch (range) {
    case Range::finite:
        return "finite";
    case Range::not_negative:
        return "finite and not negative";
    case Range::positive:
        return "finite and above 0";
    case Range::open_fraction:
        return "above 0 and below 1";
    case Range::fraction:
        return "between 0 and 1";
    }
    return "valid";
}

bool is_within(double value, Range range)
{
    if (!std::isfinite(value))
        return false;
    switch (range) {
    case Range::finite:
        return true;
    case Range::not_negative:
        return value >= 0;
    case Range::positive:
        return value > 0;
    case Range::open_fraction:
        return value > 0 && value < 1;
    case Range::fraction:
        return value >= 0 && value <= 1;
    }
    return false;
}

// The first NULL among the elements, counted from 1.
int null_place(ArrayType *array)
{
    Datum *values;
    bool *nulls;
    int count, place = 0;
    deconstruct_array(array, FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE, &values,
                      &nulls, &count);
    while (place < count && !nulls[place])
        ++place;
    return place + 1;
}

// "3" or "2 x 2"
const char *shape_of(const ArrayType *array)
{
    StringInfoData shape;
    initStringInfo(&shape);
    for (int i = 0; i < ARR_NDIM(array); ++i)
        appendStringInfo(&shape, "%s%d", i == 0 ? "" : " x ", ARR_DIMS(array)[i]);
    return shape.len == 0 ? "0" : shape.data;
}

const double *items_of(ArrayType *array, const char *name)
{
    if (array_contains_nulls(array))
        report_null_element(name, null_place(array));
    return reinterpret_cast<const double *>(ARR_DATA_PTR(array));
}

Vector read_matrix(FunctionCallInfo fcinfo, int index, const Vector *model)
{
    static const char *const name = "correlations";
    ArrayType *const array = PG_GETARG_ARRAYTYPE_P(index);
    const int rows = ARR_NDIM(array) == 0 ? 0 : ARR_DIMS(array)[0];
    const bool is_square = rows == 0 || (ARR_NDIM(array) == 2 && ARR_DIMS(array)[1] == rows);
    if (!is_square || (model != nullptr && static_cast<std::size_t>(rows) != model->count))
        report_matrix_shape(name, shape_of(array), model == nullptr ? nullptr : model->name,
                            model == nullptr ? 0 : static_cast<int>(model->count));

    const Vector matrix{name, items_of(array, name), static_cast<std::size_t>(rows)};
    const portfolio::MatrixFault fault = portfolio::find_matrix_fault(matrix.items, matrix.count);
    if (fault.rule != portfolio::MatrixRule::none)
        report_correlation(fault, matrix.items[fault.row * matrix.count + fault.column],
                           matrix.items[fault.column * matrix.count + fault.row]);
    return matrix;
}

}  // namespace

double read_number(FunctionCallInfo fcinfo, int index, const char *name, Range range)
{
    const double value = PG_GETARG_FLOAT8(index);
    if (!is_within(value, range))
        report_portfolio_argument(name, rule_of(range), value);
    return value;
}

Vector read_vector(FunctionCallInfo fcinfo, int index, const char *name, Range range)
{
    ArrayType *const array = PG_GETARG_ARRAYTYPE_P(index);
    if (ARR_NDIM(array) > 1)
        report_list_shape(name, shape_of(array));
    const int count = ARR_NDIM(array) == 0 ? 0 : ARR_DIMS(array)[0];
    const Vector vector{name, items_of(array, name), static_cast<std::size_t>(count)};
    for (int i = 0; i < count; ++i)
        if (!is_within(vector.items[i], range))
            report_portfolio_argument(psprintf("element %d of %s", i + 1, name), rule_of(range),
                                      vector.items[i]);
    return vector;
}

Vector read_vector_like(FunctionCallInfo fcinfo, int index, const char *name, Range range,
                        const Vector &model)
{
    const Vector vector = read_vector(fcinfo, index, name, range);
    if (vector.count != model.count)
        report_unequal_lists(model.name, static_cast<int>(model.count), name,
                             static_cast<int>(vector.count));
    return vector;
}

Vector read_correlations(FunctionCallInfo fcinfo, int index)
{
    return read_matrix(fcinfo, index, nullptr);
}

Vector read_correlations_of(FunctionCallInfo fcinfo, int index, const Vector &model)
{
    return read_matrix(fcinfo, index, &model);
}

Datum number_or_null(FunctionCallInfo fcinfo, double value)
{
    if (std::isnan(value))
        PG_RETURN_NULL();
    if (std::isinf(value))
        float_overflow_error();
    PG_RETURN_FLOAT8(value);
}

}  // namespace vesu::pg
