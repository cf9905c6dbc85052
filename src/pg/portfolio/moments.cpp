// Aggregates that follow from the moments of a series of returns.
#include "core/portfolio/moments.hpp"

#include "pg/portfolio/aggregate.hpp"

namespace vesu::pg {

using portfolio::Moments;
using portfolio::Setting;

VESU_SUMS(moments, Moments, 1)
VESU_SETTINGS(volatility, Moments, 1, Setting::periods, Setting::ddof)
VESU_SETTINGS(sharpe_ratio, Moments, 1, Setting::risk_free, Setting::periods, Setting::ddof)
VESU_FINAL(volatility)
VESU_FINAL(sharpe_ratio)

}  // namespace vesu::pg
