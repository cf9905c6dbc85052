#include "pg/portfolio/aggregate.hpp"

#include <cstring>

namespace vesu::pg {

using portfolio::Setting;
using portfolio::Settings;

namespace {

struct Rule {
    const char *name;
    const char *demand;
    const char *hint;
};

Rule rule_of(Setting setting)
{
    switch (setting) {
    case Setting::risk_free:
        return {"risk_free", "finite",
                "Give the return of one period: 0.02/365 is 2 % a year in daily periods."};
    case Setting::required:
        return {"required", "finite", "Give a return as a fraction: 0.01 is 1 %."};
    case Setting::periods:
        return {"periods", "finite and above 0",
                "Give the number of periods in a year: 365 for days, 12 for months."};
    case Setting::ddof:
        return {"ddof", "0 or 1",
                "Give 1 for the deviation of a sample, 0 for that of a population."};
    case Setting::level:
        return {"level", "between 0 and 1", "Give the confidence as a fraction: 0.95 is 95 %."};
    case Setting::method:
        return {"method", "historical, gaussian or modified", "Leave it out for historical."};
    }
    report_defect("an unknown setting of an aggregate");
}

bool is_valid(Setting setting, double value)
{
    switch (setting) {
    case Setting::periods:
        return std::isfinite(value) && value > 0;
    case Setting::ddof:
        return value == 0 || value == 1;
    case Setting::level:
        return value >= 0 && value <= 1;
    default:
        return std::isfinite(value);
    }
}

// The code of a method: its place in this list.
constexpr const char *methods[] = {"historical", "gaussian", "modified"};

double read_method(Datum value)
{
    const text *const name = DatumGetTextPP(value);
    for (int code = 0; code < static_cast<int>(lengthof(methods)); ++code)
        if (VARSIZE_ANY_EXHDR(name) == std::strlen(methods[code]) &&
            std::memcmp(VARDATA_ANY(name), methods[code], VARSIZE_ANY_EXHDR(name)) == 0)
            return code;
    const Rule rule = rule_of(Setting::method);
    report_setting(rule.name, rule.demand, text_to_cstring(name), rule.hint);
}

const char *setting_text(Setting setting, double value)
{
    if (std::isnan(value))
        return "NULL";
    return setting == Setting::method ? methods[static_cast<int>(value)] : number_text(value);
}

bool is_same(double a, double b)
{
    return a == b || (std::isnan(a) && std::isnan(b));
}

// What a serialized state begins with.
struct StateHeader {
    char length[VARHDRSZ];
    char kind[20];
};

}  // namespace

double read_setting(FunctionCallInfo fcinfo, int index, Setting setting)
{
    if (PG_ARGISNULL(index))
        return portfolio::undefined;
    if (setting == Setting::method)
        return read_method(PG_GETARG_DATUM(index));
    const double value =
        setting == Setting::ddof ? PG_GETARG_INT32(index) : PG_GETARG_FLOAT8(index);
    if (unlikely(!is_valid(setting, value))) {
        const Rule rule = rule_of(setting);
        report_setting(rule.name, rule.demand, number_text(value), rule.hint);
    }
    return value;
}

void read_settings(FunctionCallInfo fcinfo, int index, const Setting *layout, bool is_first_row,
                   Settings &settings)
{
    for (; index < PG_NARGS(); ++index, ++layout) {
        const double value = read_setting(fcinfo, index, *layout);
        double &kept = settings[*layout];
        if (is_first_row)
            kept = value;
        else if (unlikely(!is_same(kept, value)))
            report_changed_setting(rule_of(*layout).name, setting_text(*layout, kept),
                                   setting_text(*layout, value));
    }
}

void check_same_settings(const Settings &settings, const Settings &others)
{
    for (int i = 0; i < portfolio::setting_count; ++i) {
        const Setting setting = static_cast<Setting>(i);
        if (!is_same(settings.values[i], others.values[i]))
            report_changed_setting(rule_of(setting).name, setting_text(setting, settings.values[i]),
                                   setting_text(setting, others.values[i]));
    }
}

void report_no_observation(int index, double value)
{
    report_observation(index, number_text(value));
}

void report_foreign_state()
{
    report_defect("the state of an aggregate came from elsewhere");
}

Datum serialized(const char *kind, const void *state, std::size_t size, const void *more,
                 std::size_t more_size)
{
    const std::size_t length = sizeof(StateHeader) + size + more_size;
    if (length > MaxAllocSize)
        report_state_size(length);
    auto *const header = static_cast<StateHeader *>(palloc(length));
    SET_VARSIZE(header, length);
    std::memset(header->kind, 0, sizeof header->kind);
    strlcpy(header->kind, kind, sizeof header->kind);
    char *const body = reinterpret_cast<char *>(header + 1);
    std::memcpy(body, state, size);
    if (more_size > 0)
        std::memcpy(body + size, more, more_size);
    PG_RETURN_POINTER(header);
}

const char *read_serialized(FunctionCallInfo fcinfo, const char *kind, void *state,
                            std::size_t size, std::size_t &more_size)
{
    const auto *const header = reinterpret_cast<const StateHeader *>(PG_GETARG_BYTEA_P(0));
    if (VARSIZE(header) < sizeof(StateHeader) + size ||
        std::strncmp(header->kind, kind, sizeof header->kind) != 0)
        report_foreign_state();
    const char *const body = reinterpret_cast<const char *>(header + 1);
    std::memcpy(state, body, size);
    more_size = VARSIZE(header) - sizeof(StateHeader) - size;
    return body + size;
}

}  // namespace vesu::pg
