#include "core/protocol/liquidation.hpp"

namespace vesu::protocol {

namespace {

// V2 refuses partial repayments up to this many units that would leave bad debt: rounding could make them a gift.
constexpr std::uint64_t min_liquidation_amount = 2000;

struct Repayment {
    Integer debt;    // that is paid back
    Integer value;   // of it, at the debt price, rounded down
    Integer factor;  // the part of the collateral's value that counts
};

Integer released_collateral(const Repayment &repayment, const LiquidationTerms &terms,
                            const Integer &collateral_scale, Protocol protocol)
{
    const Integer whole = mul_div_down(repayment.value, unit, terms.collateral_price, protocol);
    return mul_div_down(whole, collateral_scale, repayment.factor, protocol);
}

// `covered` is the part of the debt's value that the collateral pays.
void write_off(Liquidation &liquidation, const Repayment &repayment, const Integer &covered,
               const LiquidationTerms &terms, const Integer &debt_scale, Protocol protocol)
{
    const Integer &debt_value = liquidation.value.debt_value;
    if (covered >= debt_value) {
        liquidation.debt_written_off = repayment.debt;
    } else if (covered <
               value_of(repayment.debt, terms.debt_price, debt_scale, Rounding::up, protocol)) {
        liquidation.bad_debt =
            mul_div_down(debt_value - covered, debt_scale, terms.debt_price, protocol);
        liquidation.debt_written_off = liquidation.value.debt;
    } else {
        if (protocol == Protocol::v2)
            require(repayment.debt > min_liquidation_amount, "less-than-min-liquidation-amount");
        liquidation.bad_debt =
            mul_div_down(repayment.debt, debt_value - covered, covered, protocol);
        liquidation.debt_written_off = repayment.debt + liquidation.bad_debt;
    }
}

}  // namespace

Liquidation calculate_liquidation(const Books &books, const LiquidationTerms &terms,
                                  Protocol protocol)
{
    Liquidation liquidation{};
    liquidation.value =
        collateral_and_debt_value(books, terms.collateral_price, terms.debt_price, protocol);
    const PositionValue &value = liquidation.value;
    const Integer &debt_scale = books.debt_asset.scale;

    const Integer debt = terms.debt_to_repay < value.debt ? terms.debt_to_repay : value.debt;
    const Repayment repayment{debt, mul_div_down(debt, terms.debt_price, debt_scale, protocol),
                              terms.liquidation_factor == 0 ? Integer(unit)
                                                            : terms.liquidation_factor};
    const Integer released =
        released_collateral(repayment, terms, books.collateral_asset.scale, protocol);
    liquidation.collateral_to_receive = released < value.collateral ? released : value.collateral;
    const Integer covered = mul_div_down(value.collateral_value, repayment.factor, unit, protocol);
    require(liquidation.collateral_to_receive >= terms.min_collateral_to_receive,
            "less-than-min-collateral");
    write_off(liquidation, repayment, covered, terms, debt_scale, protocol);
    require(!is_collateralized(value.collateral_value, value.debt_value, terms.max_ltv),
            "not-undercollateralized");
    return liquidation;
}

}  // namespace vesu::protocol
