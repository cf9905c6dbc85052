#include "core/lending/accrual.hpp"

#include "core/exact.hpp"

namespace vesu::lending {

namespace {

// An amount of 18 decimals survives amount ÷ index × index only if the unit of the stored quotient,
// 10^-36, times an index below 10^9 stays within the 27 decimals of the live amount.
constexpr int stored_decimals = 36;
constexpr int live_decimals = 27;
constexpr int shown_decimals = 18;  // of health_factor() too

}  // namespace

Status nominal_debt(const Decimal &debt_amount, const Decimal &debt_index, Decimal &result)
{
    return divide(product(debt_amount), product(debt_index), stored_decimals, Rounding::up, result);
}

Status collateral_shares(const Decimal &collateral_amount, const Decimal &collateral_index,
                         Decimal &result)
{
    return divide(product(collateral_amount), product(collateral_index), stored_decimals,
                  Rounding::down, result);
}

Status risk_ratio(const Decimal &nominal_debt, const Decimal &collateral_shares, Decimal &result)
{
    if (nominal_debt.coefficient == 0)
        return Status::undefined;
    if (collateral_shares.coefficient == 0)
        return Status::infinite;
    return divide(product(nominal_debt), product(collateral_shares), stored_decimals, Rounding::up,
                  result);
}

// Down, although debt: nominal debt was rounded up, and straight up 1000 becomes 1000 and a bit.
Status live_debt(const Decimal &nominal_debt, const Decimal &debt_index, Decimal &result)
{
    return divide(product(nominal_debt, debt_index), product(), live_decimals, Rounding::down,
                  result);
}

Status live_collateral(const Decimal &collateral_shares, const Decimal &collateral_index,
                       Decimal &result)
{
    return divide(product(collateral_shares, collateral_index), product(), live_decimals,
                  Rounding::up, result);
}

Status shown_debt(const Decimal &nominal_debt, const Decimal &debt_index, Decimal &result)
{
    Decimal live;
    const Status status = live_debt(nominal_debt, debt_index, live);
    if (status != Status::ok)
        return status;
    return divide(product(live), product(), shown_decimals, Rounding::up, result);
}

Status shown_collateral(const Decimal &collateral_shares, const Decimal &collateral_index,
                        Decimal &result)
{
    Decimal live;
    const Status status = live_collateral(collateral_shares, collateral_index, live);
    if (status != Status::ok)
        return status;
    return divide(product(live), product(), shown_decimals, Rounding::down, result);
}

// A factor of 1.2 is below 1.2000000000000000005, and so, rounded down, is every factor up to
// 1.200000000000000001: the factor asked for is rounded up, or these would be missed.
Status risk_bound(const RiskTerms &terms, const Decimal &health_factor, Decimal &result)
{
    Decimal limit;
    const Status status =
        divide(product(health_factor), product(), shown_decimals, Rounding::up, limit);
    if (status != Status::ok)
        return status;
    return divide(
        product(terms.liquidation_threshold, terms.collateral_price, terms.collateral_index),
        product(limit, terms.debt_price, terms.debt_index), stored_decimals, Rounding::down,
        result);
}

}  // namespace vesu::lending
