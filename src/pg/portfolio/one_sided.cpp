// Aggregates of the returns on one side of a threshold.
#include "core/portfolio/one_sided.hpp"

#include "pg/portfolio/aggregate.hpp"

namespace vesu::pg {

using portfolio::GainsAndLosses;
using portfolio::Setting;
using portfolio::Shortfalls;

VESU_SUMS(shortfalls, Shortfalls, 1)
VESU_SETTINGS(downside_deviation, Shortfalls, 1, Setting::required, Setting::periods)
VESU_FINAL(downside_deviation)
VESU_FINAL(sortino_ratio)

VESU_SUMS(gains_and_losses, GainsAndLosses, 1)
VESU_SETTINGS(omega_ratio, GainsAndLosses, 1, Setting::risk_free, Setting::required,
              Setting::periods)
VESU_FINAL(omega_ratio)

}  // namespace vesu::pg
