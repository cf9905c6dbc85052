// Interest without rewriting: positions keep nominal debt and collateral shares, the pool keeps two
// indexes. An amount of at most 18 decimals comes back exactly while its index (below 10^9) stands.
#pragma once

#include "core/fixed.hpp"

namespace vesu::lending {

// ↑36 debt_amount ÷ debt_index.
Status nominal_debt(const Decimal &debt_amount, const Decimal &debt_index, Decimal &result);

// ↓36 collateral_amount ÷ collateral_index.
Status collateral_shares(const Decimal &collateral_amount, const Decimal &collateral_index,
                         Decimal &result);

// ↑36 nominal_debt ÷ collateral_shares; Status::undefined without debt, Status::infinite for debt
// without shares.
Status risk_ratio(const Decimal &nominal_debt, const Decimal &collateral_shares, Decimal &result);

// ↓27 nominal_debt · debt_index, the amount to calculate with.
Status live_debt(const Decimal &nominal_debt, const Decimal &debt_index, Decimal &result);

// ↑27 collateral_shares · collateral_index, the amount to calculate with.
Status live_collateral(const Decimal &collateral_shares, const Decimal &collateral_index,
                       Decimal &result);

// ↑18 of live_debt, the amount to show and to write.
Status shown_debt(const Decimal &nominal_debt, const Decimal &debt_index, Decimal &result);

// ↓18 of live_collateral, the amount to show and to write.
Status shown_collateral(const Decimal &collateral_shares, const Decimal &collateral_index,
                        Decimal &result);

struct RiskTerms {
    Decimal liquidation_threshold;
    Decimal collateral_price;
    Decimal collateral_index;
    Decimal debt_price;
    Decimal debt_index;
};

// ↓36 LT·Pc·collateral_index ÷ (↑18 health_factor · Pd · debt_index). Every position whose live health
// factor, rounded down as health_factor() does, is below the given one has a risk ratio of at least this.
Status risk_bound(const RiskTerms &terms, const Decimal &health_factor, Decimal &result);

}  // namespace vesu::lending
