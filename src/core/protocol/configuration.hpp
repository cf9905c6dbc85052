// What the protocol's storage keeps of a record, and which configurations it accepts.
// Each check reverts with the protocol's own text and otherwise does nothing.
#pragma once

#include "core/protocol/interest_rate.hpp"
#include "core/protocol/position.hpp"

namespace vesu::protocol {

// An asset of a pool as the chain stores it.
struct AssetRecord {
    AssetConfig books;
    Integer max_utilization;  // whole percents
    Integer floor;            // 0 or a power of ten from 10 on
    Integer last_full_utilization_rate;
    Integer last_updated;  // seconds
    Integer fee_shares;    // V2 only
};

struct PairConfig {
    Integer max_ltv;
    Integer liquidation_factor;
    Integer debt_cap;  // 0: none
};

// What storage gives back after a write: percents and powers of ten lose what they cannot hold.
// `pack-<field>` when a field does not fit its width.
AssetRecord stored(const AssetRecord &record);

// The widths alone, for records that lose nothing: a position has 128 and 123 bits, a model 32 and 64.
void check_width(const PositionAmounts &position);
void check_width(const InterestRateConfig &config);

// Limits, width and `<field>-precision-loss`.
void check_asset_config(const AssetRecord &record, Protocol protocol);

// Limits and width. V1 bounds the two fractions alone, without a relation between them.
void check_pair_config(const PairConfig &pair, Protocol protocol);
void check_interest_rate_config(const InterestRateConfig &config, Protocol protocol);

}  // namespace vesu::protocol
