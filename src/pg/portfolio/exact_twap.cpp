// The time-weighted average of prices of NUMERIC.
#include <cstring>
#include <initializer_list>

#include "pg/portfolio/exact.hpp"

namespace vesu::pg {

using portfolio::Time;

namespace {

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

}  // namespace vesu::pg
