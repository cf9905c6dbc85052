// Bars of prices of NUMERIC.
#include <cstring>

#include "pg/numeric.hpp"
#include "pg/portfolio/exact.hpp"

namespace vesu::pg {

using portfolio::PriceBar;

namespace {

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

VESU_FUNCTION(vesu_exact_bar_accumulate)
{
    ExactBar *const bar = aggregate_state<ExactBar>(fcinfo);
    Datum price;
    Datum volume;
    if (PG_ARGISNULL(3) || !read_number(fcinfo, 1, price) || !read_number(fcinfo, 2, volume))
        PG_RETURN_POINTER(bar);
    if (!is_inside(volume, Domain::not_negative))
        report_negative_volume(numeric_text(volume));
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
