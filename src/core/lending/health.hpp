// Health of one position: collateral against debt at given prices. Contract of each function in SQL: COMMENT ON.
#pragma once

#include "core/fixed.hpp"

namespace vesu::lending {

// Amounts in tokens, prices in USD per token (above zero).
struct Valuation {
    Decimal collateral_amount;
    Decimal collateral_price;
    Decimal debt_amount;
    Decimal debt_price;
};

// ↓18 C·Pc·LT ÷ (D·Pd). Rounds down: a position must never look safer than it is, and the limit 1 is whole, so
// "below 1" still answers as the unrounded fraction would. Status::undefined without debt.
Status health_factor(const Valuation &position, const Decimal &liquidation_threshold,
                     Decimal &result);

// D·Pd > C·Pc·LT, compared as products.
bool is_undercollateralized(const Valuation &position, const Decimal &liquidation_threshold);

// ↑18 D·Pd ÷ (C·Pc); 0 without debt; Status::infinite for debt without collateral.
Status loan_to_value(const Valuation &position, Decimal &result);

// ↑18 D·Pd ÷ (C·LT), the lowest healthy price; Status::undefined without debt; Status::infinite when C·LT = 0.
Status liquidation_price(const Decimal &collateral_amount, const Decimal &liquidation_threshold,
                         const Decimal &debt_amount, const Decimal &debt_price, Decimal &result);

// ↓18 max(0, C·Pc·max_ltv ÷ Pd − D).
Status max_borrow(const Valuation &position, const Decimal &max_ltv, Decimal &result);

// ↓18 max(0, C − ↑18(floor·D·Pd ÷ (LT·Pc))); C without debt; 0 for debt with LT = 0.
Status max_withdraw(const Valuation &position, const Decimal &liquidation_threshold,
                    const Decimal &health_floor, Decimal &result);

// ↓18 numerator ÷ denominator, 0 when the denominator is 0: utilization, averages, liquidation ratio.
Status ratio(const Decimal &numerator, const Decimal &denominator, Decimal &result);

// amount ÷ exchange_rate to 18 decimals, rounded as told: down to mint, up to burn.
Status vtokens_for_assets(const Decimal &amount, const Decimal &exchange_rate, Rounding rounding,
                          Decimal &result);

// ↓18 vtokens · exchange_rate.
Status assets_for_vtokens(const Decimal &vtokens, const Decimal &exchange_rate, Decimal &result);

// ↓18 amount · apy · days ÷ 365.
Status simple_yield(const Decimal &amount, const Decimal &apy, const Decimal &days,
                    Decimal &result);

}  // namespace vesu::lending
