// Aggregates of the equity curve, which take the returns in their order.
#include "core/portfolio/equity.hpp"

#include "pg/portfolio/aggregate.hpp"

namespace vesu::pg {

using portfolio::Drawdown;
using portfolio::EquityCurve;
using portfolio::Logarithms;
using portfolio::Setting;

VESU_FUNCTION(vesu_drawdown_accumulate)
{
    return accumulate<Drawdown, 1>(fcinfo);
}

VESU_FUNCTION(vesu_equity_accumulate)
{
    return accumulate<EquityCurve, 1, Setting::periods>(fcinfo);
}

VESU_FUNCTION(vesu_logarithms_accumulate)
{
    return accumulate<Logarithms, 1>(fcinfo);
}

VESU_FINAL(max_drawdown)
VESU_FINAL(calmar_ratio)
VESU_FINAL(stability)

}  // namespace vesu::pg
