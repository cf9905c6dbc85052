// Aggregates of prices over time, of doubles.
#include <algorithm>

#include "pg/portfolio/series.hpp"

namespace vesu::pg {

using portfolio::PricePoint;
using portfolio::Time;
using portfolio::TradeBar;

portfolio::Time read_time(FunctionCallInfo fcinfo, int index)
{
    const TimestampTz time = PG_GETARG_TIMESTAMPTZ(index);
    if (TIMESTAMP_NOT_FINITE(time))
        report_setting("ts", "finite", TIMESTAMP_IS_NOBEGIN(time) ? "-infinity" : "infinity",
                       "Leave out rows whose time is not known.");
    return time;
}

void report_negative_volume(const char *value)
{
    report_setting("volume", "0 or more", value, "Give what was traded, whoever bought it.");
}

namespace {

// Resolved once for all groups of a query.
TupleDesc bar_descriptor(FunctionCallInfo fcinfo)
{
    if (fcinfo->flinfo->fn_extra == nullptr) {
        const MemoryContext caller = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
        TupleDesc descriptor;
        if (get_call_result_type(fcinfo, nullptr, &descriptor) != TYPEFUNC_COMPOSITE)
            report_defect("the end of an aggregate that returns a row was declared otherwise");
        fcinfo->flinfo->fn_extra = BlessTupleDesc(descriptor);
        MemoryContextSwitchTo(caller);
    }
    return static_cast<TupleDesc>(fcinfo->flinfo->fn_extra);
}

struct Points {
    PricePoint *items = nullptr;
    std::size_t size = 0;
    std::size_t capacity = 0;
};

void reserve_points(Points *points, std::size_t more)
{
    reserve(GetMemoryChunkContext(points), points->items, points->size, points->capacity, more);
}

// Whether a row has all its values, and NaN nowhere.
bool read_trade(FunctionCallInfo fcinfo, double &price, double &volume)
{
    if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(3))
        return false;
    const bool has_price = read_observation(fcinfo, 1, price);
    if (!read_observation(fcinfo, 2, volume) || !has_price)
        return false;
    if (volume < 0)
        report_negative_volume(number_text(volume));
    return true;
}

}  // namespace

Datum bar_datum(FunctionCallInfo fcinfo, BarColumns &columns)
{
    const bool nulls[7] = {false, false, false, false, false, !columns.has_volume, false};
    const HeapTuple row =
        heap_form_tuple(bar_descriptor(fcinfo), columns.values, const_cast<bool *>(nulls));
    return HeapTupleGetDatum(row);
}

VESU_FUNCTION(vesu_points_accumulate)
{
    Points *const points = aggregate_state<Points>(fcinfo);
    double price;
    if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || !read_observation(fcinfo, 1, price))
        PG_RETURN_POINTER(points);
    const Time time = read_time(fcinfo, 2);
    reserve_points(points, 1);
    points->items[points->size++] = {time, price};
    PG_RETURN_POINTER(points);
}

VESU_FUNCTION(vesu_points_combine)
{
    Points *const total = aggregate_state<Points>(fcinfo);
    const Points *const part = aggregate_state_if_any<Points>(fcinfo, 1);
    if (part == nullptr || part->size == 0)
        PG_RETURN_POINTER(total);
    reserve_points(total, part->size);
    std::copy_n(part->items, part->size, total->items + total->size);
    total->size += part->size;
    PG_RETURN_POINTER(total);
}

VESU_FUNCTION(vesu_points_serialize)
{
    const auto *const points = reinterpret_cast<const Points *>(PG_GETARG_POINTER(0));
    return serialized("points", nullptr, 0, points->items, points->size * sizeof(PricePoint));
}

VESU_FUNCTION(vesu_points_deserialize)
{
    Points *const points = new (palloc(sizeof(Points))) Points;
    std::size_t size;
    const char *const items = read_serialized(fcinfo, "points", nullptr, 0, size);
    reserve_points(points, size / sizeof(PricePoint));
    points->size = size / sizeof(PricePoint);
    std::copy_n(items, size, reinterpret_cast<char *>(points->items));
    PG_RETURN_POINTER(points);
}

VESU_FUNCTION(vesu_points_final)
{
    const Points *const points = aggregate_state_if_any<Points>(fcinfo);
    if (points == nullptr)
        PG_RETURN_NULL();
    return statistic_datum(fcinfo, portfolio::twap(points->items, points->size));
}

VESU_FUNCTION(vesu_bar_accumulate)
{
    TradeBar *const bar = aggregate_state<TradeBar>(fcinfo);
    double price;
    double volume;
    if (read_trade(fcinfo, price, volume))
        bar->add(price, volume, read_time(fcinfo, 3));
    PG_RETURN_POINTER(bar);
}

VESU_FUNCTION(vesu_bar_combine)
{
    TradeBar *const total = aggregate_state<TradeBar>(fcinfo);
    const TradeBar *const part = aggregate_state_if_any<TradeBar>(fcinfo, 1);
    if (part != nullptr)
        total->merge(*part);
    PG_RETURN_POINTER(total);
}

VESU_FUNCTION(vesu_bar_serialize)
{
    return serialize<TradeBar>(fcinfo, "bar");
}

VESU_FUNCTION(vesu_bar_deserialize)
{
    return deserialize<TradeBar>(fcinfo, "bar");
}

VESU_FUNCTION(vesu_bar_final)
{
    const TradeBar *const bar = aggregate_state_if_any<TradeBar>(fcinfo);
    if (bar == nullptr || bar->prices.trades == 0)
        PG_RETURN_NULL();
    const double volume = bar->volume.value();
    BarColumns columns{{Float8GetDatum(bar->prices.open), Float8GetDatum(bar->prices.high),
                        Float8GetDatum(bar->prices.low), Float8GetDatum(bar->prices.close),
                        Float8GetDatum(volume), 0, Int64GetDatum(bar->prices.trades)},
                       volume > 0};
    if (columns.has_volume)
        columns.values[5] = Float8GetDatum((bar->turnover / bar->volume).value());
    return bar_datum(fcinfo, columns);
}

}  // namespace vesu::pg
