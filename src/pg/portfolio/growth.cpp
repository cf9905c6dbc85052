// Aggregates of what returns compound to.
#include "core/portfolio/growth.hpp"

#include "pg/portfolio/aggregate.hpp"

namespace vesu::pg {

using portfolio::Growth;
using portfolio::Setting;

VESU_SUMS(growth, Growth, 1)
VESU_SETTINGS(cagr, Growth, 1, Setting::periods)
VESU_FINAL(cumulative_return)
VESU_FINAL(cagr)

}  // namespace vesu::pg
