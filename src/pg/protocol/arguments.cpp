#include "pg/protocol/arguments.hpp"

namespace vesu::pg {

using protocol::Integer;

namespace {

constexpr int max_columns = 8;

// The columns of a row argument.
struct Row {
    const char *name;
    Datum values[max_columns];
    bool nulls[max_columns];
};

Row read_row(FunctionCallInfo fcinfo, int index, const char *name, int column_count)
{
    HeapTupleHeader const header = PG_GETARG_HEAPTUPLEHEADER(index);
    const TupleDesc descriptor =
        lookup_rowtype_tupdesc(HeapTupleHeaderGetTypeId(header), HeapTupleHeaderGetTypMod(header));
    if (descriptor->natts != column_count)
        report_defect("a composite type of the library has other columns than its functions read");
    HeapTupleData tuple{};
    tuple.t_len = HeapTupleHeaderGetDatumLength(header);
    tuple.t_data = header;
    Row row;
    row.name = name;
    heap_deform_tuple(&tuple, descriptor, row.values, row.nulls);
    ReleaseTupleDesc(descriptor);
    return row;
}

Integer column(const Row &row, int index, const char *name)
{
    if (row.nulls[index])
        report_null(psprintf("%s.%s", row.name, name));
    u256 value;
    if (!read_integer_if_valid(row.values[index], value))
        report_no_integer(psprintf("%s.%s", row.name, name), row.values[index]);
    return Integer(value);
}

int64 not_negative(int64 value, const char *name)
{
    if (value < 0)
        report_negative(name, value);
    return value;
}

}  // namespace

Integer read_integer(FunctionCallInfo fcinfo, int index, const char *name)
{
    u256 value;
    if (!read_integer_if_valid(PG_GETARG_DATUM(index), value))
        report_no_integer(name, PG_GETARG_DATUM(index));
    return Integer(value);
}

protocol::SignedInteger read_signed_integer(FunctionCallInfo fcinfo, int index, const char *name)
{
    const Datum argument = PG_GETARG_DATUM(index);
    u256 magnitude;
    if (!read_integer_if_valid(DirectFunctionCall1(numeric_abs, argument), magnitude))
        report_no_signed_integer(name, argument);
    return {Integer(magnitude), !is_inside(argument, Domain::not_negative)};
}

int64 read_count(FunctionCallInfo fcinfo, int index, const char *name)
{
    return not_negative(PG_GETARG_INT64(index), name);
}

int64 read_small_count(FunctionCallInfo fcinfo, int index, const char *name)
{
    return not_negative(PG_GETARG_INT32(index), name);
}

Rounding read_rounding(FunctionCallInfo fcinfo, int index)
{
    return PG_GETARG_BOOL(index) ? Rounding::up : Rounding::down;
}

protocol::Protocol read_protocol(FunctionCallInfo fcinfo, int index)
{
    const int version = PG_GETARG_INT32(index);
    if (version != 1 && version != 2)
        report_no_choice("protocol", psprintf("%d", version), "1 or 2",
                         "Vesu V2 is the default; 1 stands for Vesu V1.");
    return static_cast<protocol::Protocol>(version);
}

protocol::AssetConfig read_asset(FunctionCallInfo fcinfo, int index, const char *name)
{
    const Row row = read_row(fcinfo, index, name, 6);
    return {column(row, 0, "reserve"),
            column(row, 1, "total_nominal_debt"),
            column(row, 2, "total_collateral_shares"),
            column(row, 3, "last_rate_accumulator"),
            column(row, 4, "scale"),
            column(row, 5, "fee_rate")};
}

protocol::InterestRateConfig read_interest_rate_config(FunctionCallInfo fcinfo, int index)
{
    const Row row = read_row(fcinfo, index, "config", 8);
    return {column(row, 0, "min_target_utilization"),
            column(row, 1, "max_target_utilization"),
            column(row, 2, "target_utilization"),
            column(row, 3, "min_full_utilization_rate"),
            column(row, 4, "max_full_utilization_rate"),
            column(row, 5, "zero_utilization_rate"),
            column(row, 6, "rate_half_life"),
            column(row, 7, "target_rate_percent")};
}

protocol::PositionAmounts read_position(FunctionCallInfo fcinfo, int index)
{
    const Row row = read_row(fcinfo, index, "position", 2);
    return {column(row, 0, "collateral_shares"), column(row, 1, "nominal_debt")};
}

protocol::Books read_books(FunctionCallInfo fcinfo, int index)
{
    return {read_position(fcinfo, index), read_asset(fcinfo, index + 1, "collateral_asset"),
            read_asset(fcinfo, index + 2, "debt_asset")};
}

}  // namespace vesu::pg
