// Aggregates of prices over time, of NUMERIC: exact but for one rounding at the end.
#include <cstring>
#include <initializer_list>

#include "pg/portfolio/series.hpp"

#include "pg/numeric.hpp"

namespace vesu::pg {

using portfolio::PriceBar;
using portfolio::Time;

namespace {

Datum sum(Datum a, Datum b)
{
    return DirectFunctionCall2(numeric_add, a, b);
}

Datum difference(Datum a, Datum b)
{
    return DirectFunctionCall2(numeric_sub, a, b);
}

Datum product(Datum a, Datum b)
{
    return DirectFunctionCall2(numeric_mul, a, b);
}

// Without the remainder.
Datum quotient(Datum a, Datum b)
{
    return DirectFunctionCall2(numeric_div_trunc, a, b);
}

int compare(Datum a, Datum b)
{
    return DatumGetInt32(DirectFunctionCall2(numeric_cmp, a, b));
}

Datum integer(int64 value)
{
    return NumericGetDatum(int64_to_numeric(value));
}

int decimals_of(Datum value)
{
    return DatumGetInt32(DirectFunctionCall1(numeric_scale, value));
}

Datum power_of_ten(int exponent)
{
    return DirectFunctionCall3(numeric_in, CStringGetDatum(psprintf("1e%d", exponent)),
                               ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));
}

// A quotient has so many decimals more than the prices.
constexpr int further_decimals = 18;

// a / b for b > 0, rounded half away from zero to `decimals`; without zeros at the end.
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

// Whether the argument `index` is a number: not NULL and not NaN. Reports VS301 where it is infinite.
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

// Prices with their times, one behind the other.
struct ExactPoints {
    char *bytes = nullptr;
    std::size_t size = 0;
    std::size_t capacity = 0;
};

struct StoredPoint {
    Time time;
    char price[FLEXIBLE_ARRAY_MEMBER];  // a NUMERIC with a header of four bytes
};

std::size_t stored_size(const void *price)
{
    return MAXALIGN(offsetof(StoredPoint, price) + VARSIZE(price));
}

char *place_of(ExactPoints *points, std::size_t size)
{
    reserve(GetMemoryChunkContext(points), points->bytes, points->size, points->capacity, size);
    char *const place = points->bytes + points->size;
    points->size += size;
    return place;
}

// A point on the way to its place in time.
struct Point {
    Time time;
    Datum price;

    bool operator<(const Point &other) const
    {
        return time < other.time;
    }
};

struct PointArray {
    Point *items;
    std::size_t size;
};

PointArray sorted_points(const ExactPoints &points)
{
    PointArray array{nullptr, 0};
    std::size_t capacity = 0;
    for (std::size_t at = 0; at < points.size;) {
        auto *const point = reinterpret_cast<StoredPoint *>(points.bytes + at);
        reserve(CurrentMemoryContext, array.items, array.size, capacity, 1);
        array.items[array.size++] = {point->time, PointerGetDatum(point->price)};
        at += stored_size(point->price);
    }
    portfolio::sort_points(array.items, array.size);
    return array;
}

// Σ value ÷ divisor, exact: a numerator over the least common multiple of the divisors.
struct FractionSum {
    Datum numerator;
    Datum denominator;
    bool is_whole;  // nothing was divided yet, as is usual

    void add(Datum value, int64 divisor)
    {
        if (!is_whole || divisor > 1)
            value = to_common_denominator(value, integer(divisor));
        numerator = sum(numerator, value);
    }

private:
    Datum to_common_denominator(Datum value, Datum divisor)
    {
        const Datum common = DirectFunctionCall2(numeric_lcm, denominator, divisor);
        numerator = product(numerator, quotient(common, denominator));
        denominator = common;
        is_whole = false;
        return product(value, quotient(common, divisor));
    }
};

Datum microseconds(std::uint64_t duration)
{
    constexpr std::uint64_t most = PG_INT64_MAX;
    if (duration <= most)
        return integer(static_cast<int64>(duration));
    return sum(integer(PG_INT64_MAX), integer(static_cast<int64>(duration - most)));
}

// What the average over time goes through point by point; in a scratch memory that is cleared now and then.
struct Average {
    FractionSum weighted;
    Datum price_sum;  // of the points of one time
    int64 price_count;

    void add(const Point &point)
    {
        price_sum = price_count == 0 ? point.price : sum(price_sum, point.price);
        ++price_count;
    }

    void wait(std::uint64_t duration)
    {
        weighted.add(product(price_sum, microseconds(duration)), price_count);
        price_count = 0;
    }

    void keep_in(MemoryContext context)
    {
        const MemoryContext caller = MemoryContextSwitchTo(context);
        for (Datum *value : {&weighted.numerator, &weighted.denominator, &price_sum})
            *value = datumCopy(*value, false, -1);
        MemoryContextSwitchTo(caller);
    }
};

Average average_of(const PointArray &points)
{
    Average average{{integer(0), integer(1), true}, integer(0), 0};
    const MemoryContext result = CurrentMemoryContext;
    const MemoryContext scratch =
        AllocSetContextCreate(result, "vesu average over time", ALLOCSET_DEFAULT_SIZES);
    MemoryContextSwitchTo(scratch);
    for (std::size_t i = 0; i < points.size; ++i) {
        average.add(points.items[i]);
        if (i + 1 < points.size && points.items[i].time != points.items[i + 1].time)
            average.wait(portfolio::duration(points.items[i].time, points.items[i + 1].time));
        if (i % 1024 == 1023) {
            CHECK_FOR_INTERRUPTS();
            average.keep_in(result);
            MemoryContextReset(scratch);
        }
    }
    average.keep_in(result);
    MemoryContextSwitchTo(result);
    MemoryContextDelete(scratch);
    return average;
}

Datum exact_twap(const PointArray &points)
{
    const Average average = average_of(points);
    const std::uint64_t span =
        portfolio::duration(points.items[0].time, points.items[points.size - 1].time);
    if (span == 0)
        return rounded_quotient(average.price_sum, integer(average.price_count),
                                decimals_of(average.price_sum) + further_decimals);
    const FractionSum &weighted = average.weighted;
    return rounded_quotient(weighted.numerator, product(weighted.denominator, microseconds(span)),
                            decimals_of(weighted.numerator) + further_decimals);
}

// A price that lies elsewhere.
struct PriceView {
    Datum value = 0;

    bool operator<(const PriceView &other) const
    {
        return value != other.value && compare(value, other.value) < 0;
    }
};

// A NUMERIC of the state, in memory of its own.
struct Slot {
    char *bytes = nullptr;
    std::size_t capacity = 0;

    void keep(MemoryContext context, Datum value)
    {
        const std::size_t size = VARSIZE(DatumGetPointer(value));
        reserve(context, bytes, 0, capacity, size);
        std::memcpy(bytes, DatumGetPointer(value), size);
    }

    Datum value() const
    {
        return PointerGetDatum(bytes);
    }
};

constexpr int bar_values = 6;  // open, high, low, close, Σ volume, Σ price · volume

struct ExactBar {
    PriceBar<PriceView> prices;
    int decimals = 0;  // of the price that has the most
    Slot slots[bar_values];
};

// The four prices of a bar, in the order of its columns.
template <class Bar, class Use>
void for_each_price(Bar &bar, Use use)
{
    int i = 0;
    for (auto *const price : {&bar.open, &bar.high, &bar.low, &bar.close})
        use(*price, i++);
}

// Takes a bar, whose values lie elsewhere, into the state.
void take(ExactBar *bar, const PriceBar<PriceView> &prices, int decimals, Datum volume,
          Datum turnover)
{
    const MemoryContext context = GetMemoryChunkContext(bar);
    const bool empty = bar->prices.trades == 0;
    bar->prices.merge(prices);
    bar->decimals = Max(bar->decimals, decimals);
    for_each_price(bar->prices, [&](PriceView &price, int i) {
        Slot &slot = bar->slots[i];
        if (price.value != slot.value())
            slot.keep(context, price.value);
        price.value = slot.value();
    });
    Slot &volume_slot = bar->slots[4];
    Slot &turnover_slot = bar->slots[5];
    volume_slot.keep(context, empty ? volume : sum(volume_slot.value(), volume));
    turnover_slot.keep(context, empty ? turnover : sum(turnover_slot.value(), turnover));
}

}  // namespace

VESU_FUNCTION(vesu_exact_points_accumulate)
{
    ExactPoints *const points = aggregate_state<ExactPoints>(fcinfo);
    Datum price;
    if (PG_ARGISNULL(2) || !read_number(fcinfo, 1, price))
        PG_RETURN_POINTER(points);
    const Time time = read_time(fcinfo, 2);
    auto *const point =
        reinterpret_cast<StoredPoint *>(place_of(points, stored_size(DatumGetPointer(price))));
    point->time = time;
    std::memcpy(point->price, DatumGetPointer(price), VARSIZE(DatumGetPointer(price)));
    PG_RETURN_POINTER(points);
}

VESU_FUNCTION(vesu_exact_points_combine)
{
    ExactPoints *const total = aggregate_state<ExactPoints>(fcinfo);
    const ExactPoints *const part = aggregate_state_if_any<ExactPoints>(fcinfo, 1);
    if (part != nullptr && part->size > 0)
        std::memcpy(place_of(total, part->size), part->bytes, part->size);
    PG_RETURN_POINTER(total);
}

VESU_FUNCTION(vesu_exact_points_serialize)
{
    const auto *const points = reinterpret_cast<const ExactPoints *>(PG_GETARG_POINTER(0));
    return serialized("exact points", nullptr, 0, points->bytes, points->size);
}

VESU_FUNCTION(vesu_exact_points_deserialize)
{
    ExactPoints *const points = new (palloc(sizeof(ExactPoints))) ExactPoints;
    std::size_t size;
    const char *const bytes = read_serialized(fcinfo, "exact points", nullptr, 0, size);
    if (size > 0)
        std::memcpy(place_of(points, size), bytes, size);
    PG_RETURN_POINTER(points);
}

VESU_FUNCTION(vesu_exact_points_final)
{
    const ExactPoints *const points = aggregate_state_if_any<ExactPoints>(fcinfo);
    if (points == nullptr || points->size == 0)
        PG_RETURN_NULL();
    return exact_twap(sorted_points(*points));
}

VESU_FUNCTION(vesu_exact_bar_accumulate)
{
    ExactBar *const bar = aggregate_state<ExactBar>(fcinfo);
    Datum price;
    Datum volume;
    if (PG_ARGISNULL(3) || !read_number(fcinfo, 1, price) || !read_number(fcinfo, 2, volume))
        PG_RETURN_POINTER(bar);
    if (!is_inside(volume, Domain::not_negative))
        report_negative_volume(DatumGetCString(DirectFunctionCall1(numeric_out, volume)));
    PriceBar<PriceView> row;
    row.add({price}, read_time(fcinfo, 3));
    take(bar, row, decimals_of(price), volume, product(price, volume));
    PG_RETURN_POINTER(bar);
}

VESU_FUNCTION(vesu_exact_bar_combine)
{
    ExactBar *const total = aggregate_state<ExactBar>(fcinfo);
    const ExactBar *const part = aggregate_state_if_any<ExactBar>(fcinfo, 1);
    if (part != nullptr && part->prices.trades > 0)
        take(total, part->prices, part->decimals, part->slots[4].value(), part->slots[5].value());
    PG_RETURN_POINTER(total);
}

VESU_FUNCTION(vesu_exact_bar_serialize)
{
    const ExactBar &bar = *reinterpret_cast<const ExactBar *>(PG_GETARG_POINTER(0));
    StringInfoData values;
    initStringInfo(&values);
    if (bar.prices.trades > 0)
        for (const Slot &slot : bar.slots) {
            appendBinaryStringInfo(&values, slot.bytes, static_cast<int>(VARSIZE(slot.bytes)));
            while (values.len % sizeof(int32) != 0)
                appendStringInfoCharMacro(&values, '\0');
        }
    return serialized("exact bar", &bar, sizeof bar, values.data, values.len);
}

VESU_FUNCTION(vesu_exact_bar_deserialize)
{
    ExactBar *const bar = new (palloc(sizeof(ExactBar))) ExactBar;
    std::size_t size;
    const char *values = read_serialized(fcinfo, "exact bar", bar, sizeof *bar, size);
    const bool empty = bar->prices.trades == 0;
    for (Slot &slot : bar->slots) {
        slot = {};
        if (empty)
            continue;
        slot.keep(CurrentMemoryContext, PointerGetDatum(values));
        values += TYPEALIGN(sizeof(int32), VARSIZE(values));
    }
    for_each_price(bar->prices,
                   [&](PriceView &price, int i) { price.value = bar->slots[i].value(); });
    PG_RETURN_POINTER(bar);
}

VESU_FUNCTION(vesu_exact_bar_final)
{
    const ExactBar *const bar = aggregate_state_if_any<ExactBar>(fcinfo);
    if (bar == nullptr || bar->prices.trades == 0)
        PG_RETURN_NULL();
    BarColumns columns{};
    for (int i = 0; i < 5; ++i)
        columns.values[i] = bar->slots[i].value();
    columns.has_volume = compare(columns.values[4], integer(0)) > 0;
    if (columns.has_volume)
        columns.values[5] = rounded_quotient(bar->slots[5].value(), columns.values[4],
                                             bar->decimals + further_decimals);
    columns.values[6] = Int64GetDatum(bar->prices.trades);
    return bar_datum(fcinfo, columns);
}

}  // namespace vesu::pg
