// What a liquidation takes, writes off and leaves as bad debt.
#pragma once

#include "core/protocol/position.hpp"

namespace vesu::protocol {

struct LiquidationTerms {
    Integer collateral_price;
    Integer debt_price;
    Integer max_ltv;
    Integer liquidation_factor;  // 0 stands for 10^18
    Integer debt_to_repay;
    Integer min_collateral_to_receive;
};

struct Liquidation {
    Integer collateral_to_receive;
    Integer debt_written_off;  // of which the liquidator pays all but the bad debt
    Integer bad_debt;
    PositionValue value;  // before
};

// `less-than-min-collateral`, `not-undercollateralized`, V2 also `less-than-min-liquidation-amount`.
Liquidation calculate_liquidation(const Books &books, const LiquidationTerms &terms,
                                  Protocol protocol);

}  // namespace vesu::protocol
