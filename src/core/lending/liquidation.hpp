// What a liquidation repays and seizes.
#pragma once

#include "core/lending/health.hpp"

namespace vesu::lending {

struct LiquidationTerms {
    Decimal liquidation_threshold;
    Decimal liquidation_bonus;
    Decimal target_health;  // above zero
    bool has_debt_to_cover;
    Decimal debt_to_cover;  // above zero; read only when has_debt_to_cover
};

struct LiquidationAmounts {
    Decimal debt_repaid;
    Decimal collateral_seized;
    Decimal bonus;
    Decimal bad_debt;
    bool has_health_factor_after;  // false when no debt is left
    Decimal health_factor_after;
};

// The four steps of liquidation_amounts(); see its COMMENT ON in sql/library. All amounts have at most 18 decimals
// when the arguments do.
Status liquidation_amounts(const Valuation &position, const LiquidationTerms &terms,
                           LiquidationAmounts &result);

}  // namespace vesu::lending
