// What a change of a position does to it and to the books of its two assets.
#pragma once

#include "core/protocol/asset.hpp"

namespace vesu::protocol {

struct PositionAmounts {
    Integer collateral_shares;
    Integer nominal_debt;
};

// A position beside the books of its collateral and of its debt asset.
struct Books {
    PositionAmounts position;
    AssetConfig collateral_asset;
    AssetConfig debt_asset;
};

enum class AmountType {
    delta,   // change by the value
    target,  // change to the value: V1 only
};
enum class Denomination {
    native,  // collateral shares, nominal debt
    assets,  // smallest units of the token
};

// What a user asks for on one side of a position.
struct Amount {
    AmountType type;
    Denomination denomination;
    SignedInteger value;
};

struct Deltas {
    SignedInteger collateral;         // units of the collateral token
    SignedInteger collateral_shares;  // 10^-18
    SignedInteger debt;               // units of the debt token
    SignedInteger nominal_debt;       // 10^-18
};

// Turns what the user asks for into assets and native units, rounded in favour of the pool.
// V1: `collateral-target-negative`, `debt-target-negative`.
Deltas deconstruct_position_amounts(const Books &books, const Amount &collateral,
                                    const Amount &debt, Protocol protocol);

// Applies deltas to the books, collateral first. A decrease beyond what the position has is cut to all of it, and
// `deltas` then says what was applied. Bad debt disappears without the reserve growing by it.
// V2: `insufficient-reserve`, `bad-debt-not-zero`.
void apply_position_update(Books &books, Deltas &deltas, const Integer &bad_debt,
                           Protocol protocol);

struct PositionValue {
    Integer collateral;        // units of the collateral token, rounded down
    Integer collateral_value;  // 10^-18 units of account, rounded down
    Integer debt;              // units of the debt token, rounded up
    Integer debt_value;        // 10^-18 units of account, V2 rounded up, V1 down
};

PositionValue collateral_and_debt_value(const Books &books, const Integer &collateral_price,
                                        const Integer &debt_price, Protocol protocol);

// amount · price ÷ scale, the value of an amount; V1 rounds down whatever `rounding` says, and takes 0 for scale 0.
Integer value_of(const Integer &amount, const Integer &price, const Integer &scale,
                 Rounding rounding, Protocol protocol);

// collateral value · max_ltv >= debt value · 10^18.
bool is_collateralized(const Integer &collateral_value, const Integer &debt_value,
                       const Integer &max_ltv);

// ⌊collateral value · max_ltv ÷ debt value⌋ in units of 10^-18, below 10^18 exactly when the position is not
// collateralized. Status::undefined without debt value.
Status health_factor(const Integer &collateral_value, const Integer &debt_value,
                     const Integer &max_ltv, Decimal &result);

}  // namespace vesu::protocol
