// The steps of an aggregate over returns, for any kind of sums (core/portfolio/sums.hpp says what a kind has).
//
// Which optional arguments a transition function has, and in which order, is its template argument; how many of them
// are there says the call: the overloads of an aggregate fill them from the left.
#pragma once

#include "core/portfolio/settings.hpp"
#include "core/portfolio/sums.hpp"
#include "pg/report.hpp"

namespace vesu::pg {

// What an aggregate keeps of a group.
template <class Sums>
struct Group {
    portfolio::Settings settings;
    Sums sums;
};

// The state of a group in the memory of the aggregate, made by its first row. PostgreSQL calls no function with a state
// of its own making, so only a missing one needs the proof that an aggregate is calling.
template <class State>
inline State *aggregate_state(FunctionCallInfo fcinfo)
{
    static_assert(std::is_trivially_destructible_v<State>, "a memory context runs no destructor");
    static_assert(alignof(State) <= MAXIMUM_ALIGNOF, "palloc() promises no more");
    if (likely(!PG_ARGISNULL(0)))
        return reinterpret_cast<State *>(PG_GETARG_POINTER(0));

    MemoryContext context;
    if (!AggCheckCallContext(fcinfo, &context))
        report_defect("a function of an aggregate was called outside of one");
    return new (MemoryContextAlloc(context, sizeof(State))) State{};
}

// The state that a final, serializing or combining function was given, or null: no row.
template <class State>
inline const State *aggregate_state_if_any(FunctionCallInfo fcinfo, int index = 0)
{
    return PG_ARGISNULL(index) ? nullptr
                               : reinterpret_cast<const State *>(PG_GETARG_POINTER(index));
}

// The optional argument `index` as a number; NaN for NULL. Reports VS301 when it is none that `setting` may have.
double read_setting(FunctionCallInfo fcinfo, int index, portfolio::Setting setting);

// Reads the optional arguments from `index` on: keeps those of the first row of a group, reports VS301 when a later row
// has others.
void read_settings(FunctionCallInfo fcinfo, int index, const portfolio::Setting *layout,
                   bool is_first_row, portfolio::Settings &settings);

// Reports VS301 unless two parts of a group had the same optional arguments.
void check_same_settings(const portfolio::Settings &settings, const portfolio::Settings &others);

// Whether the argument `index` is an observation rather than NaN, a gap. Reports VS301 where it is infinite or as good.
[[noreturn]] void report_no_observation(int index, double value);
inline bool read_observation(FunctionCallInfo fcinfo, int index, double &value)
{
    value = PG_GETARG_FLOAT8(index);
    if (likely(std::fabs(value) < portfolio::observation_limit))
        return true;
    if (!std::isnan(value))
        report_no_observation(index, value);
    return false;
}

// Settings that `sums` needs row by row, as a threshold; most kinds need none.
template <class Sums>
inline auto configure(Sums &sums, const portfolio::Settings &settings)
    -> decltype(sums.configure(settings))
{
    sums.configure(settings);
}
inline void configure(portfolio::Counts &, const portfolio::Settings &) {}

// Takes a row with `series` values (1, or 2 for pairs) into its group. A NULL among them: no row.
template <class Sums, int series, portfolio::Setting... layout>
inline Datum accumulate(FunctionCallInfo fcinfo)
{
    static_assert(series == 1 || series == 2);
    Group<Sums> *const group = aggregate_state<Group<Sums>>(fcinfo);
    if (PG_ARGISNULL(1) || PG_ARGISNULL(series))
        PG_RETURN_POINTER(group);

    if constexpr (sizeof...(layout) > 0) {
        static constexpr portfolio::Setting settings[] = {layout...};
        const bool is_first_row = group->sums.rows == 0;
        read_settings(fcinfo, 1 + series, settings, is_first_row, group->settings);
        if (is_first_row)
            configure(group->sums, group->settings);
    }

    double x;
    double y = 0;
    bool observed = read_observation(fcinfo, 1, x);
    if constexpr (series == 2)
        observed = read_observation(fcinfo, 2, y) && observed;
    if (unlikely(!observed))
        group->sums.add_gap();
    else if constexpr (series == 2)
        group->sums.add(x, y);
    else
        group->sums.add(x);
    PG_RETURN_POINTER(group);
}

// Takes the row that leaves a moving window out of its group. NULL makes PostgreSQL begin anew with the rows that are
// left. The values were checked when they came in.
template <class Sums, int series>
inline Datum remove(FunctionCallInfo fcinfo)
{
    Group<Sums> *const group = aggregate_state<Group<Sums>>(fcinfo);
    if (PG_ARGISNULL(1) || PG_ARGISNULL(series))
        PG_RETURN_POINTER(group);
    const double x = PG_GETARG_FLOAT8(1);
    const double y = series == 2 ? PG_GETARG_FLOAT8(series) : 0;
    bool trusted = true;
    if (std::isnan(x) || std::isnan(y))
        group->sums.remove_gap();
    else if constexpr (series == 2)
        trusted = group->sums.remove(x, y);
    else
        trusted = group->sums.remove(x);
    if (group->sums.rows == 0)
        *group = Group<Sums>{};
    else if (!trusted)
        PG_RETURN_NULL();
    PG_RETURN_POINTER(group);
}

// Takes what another worker summed into the group.
template <class Sums>
inline Datum combine(FunctionCallInfo fcinfo)
{
    Group<Sums> *const total = aggregate_state<Group<Sums>>(fcinfo);
    const Group<Sums> *const part = aggregate_state_if_any<Group<Sums>>(fcinfo, 1);
    if (part == nullptr || part->sums.rows == 0)
        PG_RETURN_POINTER(total);
    if (total->sums.rows == 0) {
        *total = *part;
        PG_RETURN_POINTER(total);
    }
    check_same_settings(total->settings, part->settings);
    total->sums.merge(part->sums);
    PG_RETURN_POINTER(total);
}

// A state on its way between workers: its kind, its bytes of fixed size, then the `more` that it keeps elsewhere. Both ends
// run the same library. Reading returns where the latter begin, and says how many bytes they are.
Datum serialized(const char *kind, const void *state, std::size_t size, const void *more = nullptr,
                 std::size_t more_size = 0);
const char *read_serialized(FunctionCallInfo fcinfo, const char *kind, void *state,
                            std::size_t size, std::size_t &more_size);

[[noreturn]] void report_foreign_state();

template <class State>
inline Datum serialize(FunctionCallInfo fcinfo, const char *kind)
{
    static_assert(std::is_trivially_copyable_v<State>);
    return serialized(kind, PG_GETARG_POINTER(0), sizeof(State));
}

template <class State>
inline Datum deserialize(FunctionCallInfo fcinfo, const char *kind)
{
    State *const state = new (palloc(sizeof(State))) State;
    std::size_t more_size;
    read_serialized(fcinfo, kind, state, sizeof(State), more_size);
    if (more_size != 0)
        report_foreign_state();
    PG_RETURN_POINTER(state);
}

// A statistic, or NULL where it is undefined.
inline Datum statistic_datum(FunctionCallInfo fcinfo, double value)
{
    if (std::isnan(value))
        PG_RETURN_NULL();
    PG_RETURN_FLOAT8(value);
}

// Ends an aggregate: `formula` of the sums and settings of a group.
template <class Sums>
inline Datum finish(FunctionCallInfo fcinfo,
                    double (*formula)(const Sums &sums, const portfolio::Settings &settings))
{
    const Group<Sums> *const group = aggregate_state_if_any<Group<Sums>>(fcinfo);
    if (group == nullptr || group->sums.rows == 0)
        PG_RETURN_NULL();
    return statistic_datum(fcinfo, formula(group->sums, group->settings));
}

}  // namespace vesu::pg

// The functions of a kind of sums that all its aggregates share.
#define VESU_SUMS(kind, Sums, series)                                                              \
    VESU_FUNCTION(vesu_##kind##_accumulate)                                                        \
    {                                                                                              \
        return accumulate<Sums, series>(fcinfo);                                                   \
    }                                                                                              \
    VESU_FUNCTION(vesu_##kind##_remove)                                                            \
    {                                                                                              \
        return remove<Sums, series>(fcinfo);                                                       \
    }                                                                                              \
    VESU_FUNCTION(vesu_##kind##_combine)                                                           \
    {                                                                                              \
        return combine<Sums>(fcinfo);                                                              \
    }                                                                                              \
    VESU_FUNCTION(vesu_##kind##_serialize)                                                         \
    {                                                                                              \
        return serialize<Group<Sums>>(fcinfo, #kind);                                              \
    }                                                                                              \
    VESU_FUNCTION(vesu_##kind##_deserialize)                                                       \
    {                                                                                              \
        return deserialize<Group<Sums>>(fcinfo, #kind);                                            \
    }

// The transition function of an aggregate with optional arguments, in their order.
#define VESU_SETTINGS(aggregate, Sums, series, ...)                                                \
    VESU_FUNCTION(vesu_##aggregate##_accumulate)                                                   \
    {                                                                                              \
        return accumulate<Sums, series, __VA_ARGS__>(fcinfo);                                      \
    }

#define VESU_FINAL(aggregate)                                                                      \
    VESU_FUNCTION(vesu_##aggregate##_final)                                                        \
    {                                                                                              \
        return finish(fcinfo, portfolio::aggregate);                                               \
    }
