// The adaptive interest-rate model, and the accrual of an asset that it drives.
#pragma once

#include "core/protocol/asset.hpp"

namespace vesu::protocol {

// Utilizations in units of 10^-5, rates per second and the percentage in units of 10^-18, the half-life in seconds.
struct InterestRateConfig {
    Integer min_target_utilization;
    Integer max_target_utilization;
    Integer target_utilization;
    Integer min_full_utilization_rate;
    Integer max_full_utilization_rate;
    Integer zero_utilization_rate;
    Integer rate_half_life;
    Integer target_rate_percent;
};

struct InterestRate {
    Integer interest_rate;               // per second, at the utilization
    Integer next_full_utilization_rate;  // per second, at full utilization, from now on
};

// The rate at a utilization (10^-18), after the rate at full utilization has adapted for time_delta seconds.
InterestRate calculate_interest_rate(const InterestRateConfig &config, const Integer &utilization,
                                     const Integer &time_delta,
                                     const Integer &last_full_utilization_rate, Protocol protocol);

struct Accrual {
    AssetConfig asset;
    Integer interest_rate;
    Integer full_utilization_rate;
    Integer fee_shares;
};

// What a reader of the asset sees at a time: rate by the utilization of the old books, new accumulator, fee
// shares. V2 counts the fee shares into the total, V1 leaves that to the next write. Nothing changes when `at` is
// the last update; an earlier one reverts, `u64_sub Overflow`.
Accrual accrue_asset(const AssetConfig &asset, const InterestRateConfig &config,
                     const Integer &last_full_utilization_rate, std::int64_t last_updated,
                     std::int64_t at, Protocol protocol);

}  // namespace vesu::protocol
