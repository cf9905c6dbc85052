// Aggregates that keep every return: quantiles and the value at risk.
#include "core/portfolio/quantiles.hpp"

#include <algorithm>
#include <cstring>

#include "pg/portfolio/kept.hpp"

namespace vesu::pg {

using portfolio::RiskMethod;
using portfolio::Setting;
using portfolio::Settings;
using portfolio::Values;

namespace {

struct KeptValues : portfolio::Counts {
    Values values;
    std::size_t capacity = 0;

    // The place is there: see reserve_place().
    void add(double x)
    {
        count(1);
        values.items[values.size++] = x;
    }

    // Reports VS301 for a level that only the values themselves reach.
    void configure(const Settings &settings) const
    {
        const double level = settings.get(Setting::level, portfolio::default_level);
        if (settings.get(Setting::method, 0) != 0 && (level <= 0 || level >= 1))
            report_setting("level", "above 0 and below 1 unless the method is historical",
                           level <= 0 ? "0" : "1",
                           "A normal distribution has no lowest and no highest value.");
    }
};

using ValueGroup = Group<KeptValues>;

void reserve_place(ValueGroup *group, std::size_t more)
{
    KeptValues &kept = group->sums;
    reserve(GetMemoryChunkContext(group), kept.values.items, kept.values.size, kept.capacity, more);
}

template <Setting... layout>
Datum accumulate_value(FunctionCallInfo fcinfo)
{
    ValueGroup *const group = aggregate_state<ValueGroup>(fcinfo);
    reserve_place(group, 1);
    fcinfo->args[0] = {PointerGetDatum(group), false};
    return accumulate<KeptValues, 1, layout...>(fcinfo);
}

// In a window the state is asked again after every row: sorted values make each answer cheap. Elsewhere one answer is
// cheaper without.
Datum finish_values(FunctionCallInfo fcinfo, double (*formula)(Values &, const Settings &))
{
    if (PG_ARGISNULL(0))
        PG_RETURN_NULL();
    auto *const group = reinterpret_cast<ValueGroup *>(PG_GETARG_POINTER(0));
    if (AggCheckCallContext(fcinfo, nullptr) == AGG_CONTEXT_WINDOW)
        sort(group->sums.values);
    return statistic_datum(fcinfo, formula(group->sums.values, group->settings));
}

}  // namespace

VESU_FUNCTION(vesu_values_accumulate)
{
    return accumulate_value<Setting::level, Setting::method>(fcinfo);
}

VESU_FUNCTION(vesu_values_remove)
{
    auto *const group = reinterpret_cast<ValueGroup *>(PG_GETARG_POINTER(0));
    if (PG_ARGISNULL(1))
        PG_RETURN_POINTER(group);
    const double x = PG_GETARG_FLOAT8(1);
    if (std::isnan(x)) {
        group->sums.remove_gap();
    } else {
        group->sums.count(-1);
        if (!remove(group->sums.values, x))
            report_defect("a value left a window that it never entered");
    }
    if (group->sums.rows == 0)
        group->settings = {};
    PG_RETURN_POINTER(group);
}

VESU_FUNCTION(vesu_values_combine)
{
    ValueGroup *const total = aggregate_state<ValueGroup>(fcinfo);
    const ValueGroup *const part = aggregate_state_if_any<ValueGroup>(fcinfo, 1);
    if (part == nullptr || part->sums.rows == 0)
        PG_RETURN_POINTER(total);
    if (total->sums.rows == 0)
        total->settings = part->settings;
    check_same_settings(total->settings, part->settings);
    reserve_place(total, part->sums.values.size);
    Values &values = total->sums.values;
    const Values &more = part->sums.values;
    std::copy_n(more.items, more.size, values.items + values.size);
    values.size += more.size;
    total->sums.merge_counts(part->sums);
    PG_RETURN_POINTER(total);
}

VESU_FUNCTION(vesu_values_serialize)
{
    ValueGroup group = *reinterpret_cast<const ValueGroup *>(PG_GETARG_POINTER(0));
    const Values values = group.sums.values;
    group.sums.values = {};
    return serialized("values", &group, sizeof group, values.items, values.size * sizeof(double));
}

VESU_FUNCTION(vesu_values_deserialize)
{
    auto *const group = new (palloc(sizeof(ValueGroup))) ValueGroup;
    std::size_t size;
    const char *const items = read_serialized(fcinfo, "values", group, sizeof *group, size);
    group->sums.capacity = 0;
    reserve_place(group, size / sizeof(double));
    group->sums.values.size = size / sizeof(double);
    std::memcpy(group->sums.values.items, items, size);
    PG_RETURN_POINTER(group);
}

VESU_FUNCTION(vesu_value_at_risk_final)
{
    return finish_values(fcinfo, portfolio::value_at_risk);
}

VESU_FUNCTION(vesu_conditional_value_at_risk_final)
{
    const ValueGroup *const group = aggregate_state_if_any<ValueGroup>(fcinfo);
    if (group != nullptr &&
        group->settings.get(Setting::method, 0) == static_cast<double>(RiskMethod::modified))
        report_setting("method", "historical or gaussian", "modified",
                       "The correction for skewness and kurtosis is one of a quantile.");
    return finish_values(fcinfo, portfolio::conditional_value_at_risk);
}

VESU_FUNCTION(vesu_tail_ratio_final)
{
    return finish_values(fcinfo, portfolio::tail_ratio);
}

}  // namespace vesu::pg
