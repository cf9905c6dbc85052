#include "pg/protocol/result.hpp"

namespace vesu::pg {

using protocol::Integer;

namespace {

// Resolved once for all rows of a query.
TupleDesc result_descriptor(FunctionCallInfo fcinfo)
{
    if (fcinfo->flinfo->fn_extra == nullptr) {
        const MemoryContext caller = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
        TupleDesc descriptor;
        if (get_call_result_type(fcinfo, nullptr, &descriptor) != TYPEFUNC_COMPOSITE)
            report_defect("a function that returns a row was declared otherwise");
        fcinfo->flinfo->fn_extra = BlessTupleDesc(descriptor);
        MemoryContextSwitchTo(caller);
    }
    return static_cast<TupleDesc>(fcinfo->flinfo->fn_extra);
}

}  // namespace

ResultRow::ResultRow(FunctionCallInfo fcinfo) : descriptor_(result_descriptor(fcinfo)) {}

void ResultRow::add(const Integer &value)
{
    values_[count_++] = integer_datum(value);
}

void ResultRow::add(const protocol::SignedInteger &value)
{
    const Datum magnitude = integer_datum(value.magnitude);
    values_[count_++] = value.negative ? DirectFunctionCall1(numeric_uminus, magnitude) : magnitude;
}

void ResultRow::add_row(const Integer *const columns, int count)
{
    const TupleDesc descriptor =
        lookup_rowtype_tupdesc(TupleDescAttr(descriptor_, count_)->atttypid, -1);
    Datum values[max_columns];
    bool nulls[max_columns] = {};
    for (int i = 0; i < count; ++i)
        values[i] = integer_datum(columns[i]);
    values_[count_++] = HeapTupleGetDatum(heap_form_tuple(descriptor, values, nulls));
    ReleaseTupleDesc(descriptor);
}

void ResultRow::add(const protocol::AssetConfig &value)
{
    const Integer columns[] = {value.reserve,
                               value.total_nominal_debt,
                               value.total_collateral_shares,
                               value.last_rate_accumulator,
                               value.scale,
                               value.fee_rate};
    add_row(columns, 6);
}

void ResultRow::add(const protocol::PositionAmounts &value)
{
    const Integer columns[] = {value.collateral_shares, value.nominal_debt};
    add_row(columns, 2);
}

Datum ResultRow::datum() const
{
    bool nulls[max_columns] = {};
    return HeapTupleGetDatum(heap_form_tuple(descriptor_, const_cast<Datum *>(values_), nulls));
}

}  // namespace vesu::pg
