#include "core/lending/liquidation.hpp"

#include "core/exact.hpp"

namespace vesu::lending {

namespace {

constexpr int decimals = 18;  // of every quotient here

using Real = Exact<wide>;

// The question, ready to calculate with.
struct Liquidation {
    Real collateral;
    Real collateral_price;
    Real debt;
    Real debt_price;
    Real threshold;
    Real one_and_bonus;  // what the liquidator receives for each unit of value repaid
};

struct Outcome {
    Real repaid;
    Real seized;
    Real bad_debt;
};

Liquidation liquidation_of(const Valuation &position, const LiquidationTerms &terms)
{
    return {exact<wide>(position.collateral_amount),
            exact<wide>(position.collateral_price),
            exact<wide>(position.debt_amount),
            exact<wide>(position.debt_price),
            exact<wide>(terms.liquidation_threshold),
            Real{1, 0} + exact<wide>(terms.liquidation_bonus)};
}

// Repaying R lowers the debt's value by R·Pd and the collateral's by R·Pd·(1 + b). Solved for the R that
// leaves the target health; up, so that it is reached. A target that every repayment moves away from
// takes the whole debt; a target that is reached already takes nothing.
Real repayment_for_target(const Liquidation &loan, const Real &target_health)
{
    const Real seized_health = loan.threshold * loan.one_and_bonus;
    if (!(seized_health < target_health))
        return loan.debt;

    const Real needed = target_health * loan.debt * loan.debt_price;
    const Real present = loan.collateral * loan.collateral_price * loan.threshold;
    if (needed < present)
        return {0, 0};
    return quotient(needed - present, loan.debt_price * (target_health - seized_health), decimals,
                    Rounding::up);
}

// Steps 2 and 3: what is asked for, and no more than the collateral pays for.
Outcome settle(const Liquidation &loan, const LiquidationTerms &terms)
{
    const Real asked = terms.has_debt_to_cover
                           ? exact<wide>(terms.debt_to_cover)
                           : repayment_for_target(loan, exact<wide>(terms.target_health));
    const Real repaid = smaller(asked, loan.debt);
    const Real seized_value = repaid * loan.debt_price * loan.one_and_bonus;
    const Real collateral_value = loan.collateral * loan.collateral_price;
    if (seized_value < collateral_value) {
        const Real seized = quotient(seized_value, loan.collateral_price, decimals, Rounding::down);
        return {repaid, seized, {0, 0}};
    }

    const Real worth =
        quotient(collateral_value, loan.debt_price * loan.one_and_bonus, decimals, Rounding::up);
    const Real paid = smaller(worth, loan.debt);
    return {paid, loan.collateral, loan.debt - paid};
}

// What was seized beyond the value repaid; at most, so that a profit is never overstated.
Real bonus_of(const Liquidation &loan, const Outcome &outcome)
{
    const Real cost =
        quotient(outcome.repaid * loan.debt_price, loan.collateral_price, decimals, Rounding::up);
    return outcome.seized < cost ? Real{0, 0} : outcome.seized - cost;
}

// Writes the health factor, or that there is none.
Status set_health(const Liquidation &loan, const Real &collateral, const Real &debt,
                  LiquidationAmounts &result)
{
    result.has_health_factor_after = debt.coefficient != 0;
    if (!result.has_health_factor_after)
        return Status::ok;
    return store(quotient(collateral * loan.collateral_price * loan.threshold,
                          debt * loan.debt_price, decimals, Rounding::down),
                 result.health_factor_after);
}

Status first_failure(Status first, Status second)
{
    return first != Status::ok ? first : second;
}

}  // namespace

Status liquidation_amounts(const Valuation &position, const LiquidationTerms &terms,
                           LiquidationAmounts &result)
{
    const Liquidation loan = liquidation_of(position, terms);
    LiquidationAmounts amounts{};
    if (!is_undercollateralized(position, terms.liquidation_threshold)) {
        const Status status = set_health(loan, loan.collateral, loan.debt, amounts);
        if (status == Status::ok)
            result = amounts;
        return status;
    }

    const Outcome outcome = settle(loan, terms);
    Status status = store(outcome.repaid, amounts.debt_repaid);
    status = first_failure(status, store(outcome.seized, amounts.collateral_seized));
    status = first_failure(status, store(bonus_of(loan, outcome), amounts.bonus));
    status = first_failure(status, store(outcome.bad_debt, amounts.bad_debt));
    status = first_failure(status, set_health(loan, loan.collateral - outcome.seized,
                                              loan.debt - outcome.repaid, amounts));
    if (status == Status::ok)
        result = amounts;
    return status;
}

}  // namespace vesu::lending
