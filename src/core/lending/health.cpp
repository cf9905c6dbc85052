#include "core/lending/health.hpp"

#include "core/exact.hpp"

namespace vesu::lending {

namespace {

constexpr int decimals = 18;  // of every result here

Decimal zero()
{
    return {0, 0};
}

}  // namespace

Status health_factor(const Valuation &position, const Decimal &liquidation_threshold,
                     Decimal &result)
{
    if (position.debt_amount.coefficient == 0)
        return Status::undefined;
    return divide(
        product(position.collateral_amount, position.collateral_price, liquidation_threshold),
        product(position.debt_amount, position.debt_price), decimals, Rounding::down, result);
}

bool is_undercollateralized(const Valuation &position, const Decimal &liquidation_threshold)
{
    return is_greater(
        product(position.debt_amount, position.debt_price),
        product(position.collateral_amount, position.collateral_price, liquidation_threshold));
}

Status loan_to_value(const Valuation &position, Decimal &result)
{
    if (position.debt_amount.coefficient == 0) {
        result = zero();
        return Status::ok;
    }
    if (position.collateral_amount.coefficient == 0)
        return Status::infinite;
    return divide(product(position.debt_amount, position.debt_price),
                  product(position.collateral_amount, position.collateral_price), decimals,
                  Rounding::up, result);
}

// Rounds up: at a price rounded down the position would be liquidatable already.
Status liquidation_price(const Decimal &collateral_amount, const Decimal &liquidation_threshold,
                         const Decimal &debt_amount, const Decimal &debt_price, Decimal &result)
{
    if (debt_amount.coefficient == 0)
        return Status::undefined;
    if (collateral_amount.coefficient == 0 || liquidation_threshold.coefficient == 0)
        return Status::infinite;
    return divide(product(debt_amount, debt_price),
                  product(collateral_amount, liquidation_threshold), decimals, Rounding::up,
                  result);
}

Status max_borrow(const Valuation &position, const Decimal &max_ltv, Decimal &result)
{
    const auto debt_price = exact<wide>(position.debt_price);
    const auto debt_value = exact<wide>(position.debt_amount) * debt_price;
    const auto allowed_value = exact<wide>(position.collateral_amount) *
                               exact<wide>(position.collateral_price) * exact<wide>(max_ltv);
    if (allowed_value < debt_value) {
        result = zero();
        return Status::ok;
    }
    return store(quotient(allowed_value - debt_value, debt_price, decimals, Rounding::down),
                 result);
}

// The collateral that must stay is rounded up, or the last unit withdrawn would break the floor.
Status max_withdraw(const Valuation &position, const Decimal &liquidation_threshold,
                    const Decimal &health_floor, Decimal &result)
{
    result = zero();
    if (position.debt_amount.coefficient == 0) {
        result = position.collateral_amount;
        return Status::ok;
    }
    if (liquidation_threshold.coefficient == 0)
        return Status::ok;

    const auto collateral = exact<wide>(position.collateral_amount);
    const auto required =
        quotient(exact<wide>(health_floor) * exact<wide>(position.debt_amount) *
                     exact<wide>(position.debt_price),
                 exact<wide>(liquidation_threshold) * exact<wide>(position.collateral_price),
                 decimals, Rounding::up);
    if (collateral < required)
        return Status::ok;
    return store(quotient(collateral - required, Exact<wide>{1, 0}, decimals, Rounding::down),
                 result);
}

Status ratio(const Decimal &numerator, const Decimal &denominator, Decimal &result)
{
    if (denominator.coefficient == 0) {
        result = zero();
        return Status::ok;
    }
    return divide(product(numerator), product(denominator), decimals, Rounding::down, result);
}

Status vtokens_for_assets(const Decimal &amount, const Decimal &exchange_rate, Rounding rounding,
                          Decimal &result)
{
    return divide(product(amount), product(exchange_rate), decimals, rounding, result);
}

Status assets_for_vtokens(const Decimal &vtokens, const Decimal &exchange_rate, Decimal &result)
{
    return divide(product(vtokens, exchange_rate), product(), decimals, Rounding::down, result);
}

Status simple_yield(const Decimal &amount, const Decimal &apy, const Decimal &days, Decimal &result)
{
    const Decimal days_per_year{365, 0};
    return divide(product(amount, apy, days), product(days_per_year), decimals, Rounding::down,
                  result);
}

}  // namespace vesu::lending
