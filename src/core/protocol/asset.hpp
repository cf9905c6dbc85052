// The books of one asset of a pool: debt, collateral, utilization and interest in the protocol's integers.
// Amounts are in the smallest unit of the token, of which `scale` make a whole one; shares, nominal debt,
// accumulators, rates and utilization in units of 10^-18.
#pragma once

#include "core/protocol/integer.hpp"

namespace vesu::protocol {

struct AssetConfig {
    Integer reserve;
    Integer total_nominal_debt;
    Integer total_collateral_shares;
    Integer last_rate_accumulator;
    Integer scale;
    Integer fee_rate;
};

// debt · 10^36 ÷ (rate_accumulator · scale); 0 for accumulator 0. `nominal-debt-overflow`.
Integer calculate_nominal_debt(const Integer &debt, const Integer &rate_accumulator,
                               const Integer &asset_scale, Rounding rounding, Protocol protocol);

// nominal_debt · rate_accumulator · scale ÷ 10^36; 0 for accumulator 0. `debt-overflow`.
Integer calculate_debt(const Integer &nominal_debt, const Integer &rate_accumulator,
                       const Integer &asset_scale, Rounding rounding, Protocol protocol);

// collateral · total shares ÷ (reserve + total debt), the debt rounded against `rounding`.
// V2: `unexpected-zero-assets` unless both are above 0; V1 then takes shares at par. `collateral-shares-overflow`.
Integer calculate_collateral_shares(const Integer &collateral, const AssetConfig &asset,
                                    Rounding rounding, Protocol protocol);

// shares · (reserve + total debt) ÷ total shares, the debt rounded as `rounding` says too.
// V2: `unexpected-zero-collateral-shares` without shares; V1 then takes them at par. `collateral-overflow`.
Integer calculate_collateral(const Integer &collateral_shares, const AssetConfig &asset,
                             Rounding rounding, Protocol protocol);

// ⌊debt · 10^18 ÷ (reserve + debt)⌋; 0 when both are 0.
Integer calculate_utilization(const Integer &total_reserve, const Integer &total_debt,
                              Protocol protocol);

// The utilization of an asset's own books, their debt rounded down.
Integer utilization(const AssetConfig &asset, Protocol protocol);

// ⌊last · pow_scale(10^18 + rate, at − last_updated) ÷ 10^18⌋; the last one when `at` is not later.
Integer calculate_rate_accumulator(std::int64_t last_updated, std::int64_t at,
                                   const Integer &last_rate_accumulator,
                                   const Integer &interest_rate, Protocol protocol);

// Shares that the pool takes as its fee when the accumulator moves from the asset's last one to the new one.
Integer calculate_fee_shares(const AssetConfig &asset, const Integer &new_rate_accumulator,
                             Protocol protocol);

}  // namespace vesu::protocol
