// Aggregates of two series.
#include "core/portfolio/pairs.hpp"

#include "pg/portfolio/aggregate.hpp"

namespace vesu::pg {

using portfolio::PairSums;
using portfolio::Setting;

VESU_SUMS(pairs, PairSums, 2)
VESU_SETTINGS(alpha, PairSums, 2, Setting::risk_free, Setting::periods)
VESU_SETTINGS(information_ratio, PairSums, 2, Setting::periods)
VESU_FINAL(beta)
VESU_FINAL(alpha)
VESU_FINAL(correlation)
VESU_FINAL(information_ratio)

}  // namespace vesu::pg
