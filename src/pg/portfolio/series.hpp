// What the aggregates of prices over time have in common, of doubles and of NUMERIC alike.
#pragma once

#include "core/portfolio/series.hpp"

#include "pg/portfolio/kept.hpp"

namespace vesu::pg {

// The time in the argument `index`. Reports VS301 for an infinite one.
portfolio::Time read_time(FunctionCallInfo fcinfo, int index);

// VS301: a volume below 0.
[[noreturn]] void report_negative_volume(const char *value);

// The columns of a bar: open, high, low, close, volume, vwap, trades. Without a volume its vwap is NULL.
struct BarColumns {
    Datum values[7];
    bool has_volume;
};
Datum bar_datum(FunctionCallInfo fcinfo, BarColumns &columns);

}  // namespace vesu::pg
