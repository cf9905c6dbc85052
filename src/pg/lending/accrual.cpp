// The SQL functions over core/lending/accrual.hpp. What each means stands in its COMMENT ON.
#include "core/lending/accrual.hpp"

#include "core/lending/health.hpp"
#include "pg/lending/result.hpp"

namespace vesu::pg {

namespace {

struct Indexed {
    Decimal quantity;
    Decimal index;
};

Indexed read_indexed(FunctionCallInfo fcinfo, const char *quantity, const char *index)
{
    return {read_decimal(fcinfo, 0, quantity, Domain::not_negative),
            read_decimal(fcinfo, 1, index, Domain::positive)};
}

using Formula = Status(const Decimal &, const Decimal &, Decimal &);

Datum indexed_result(FunctionCallInfo fcinfo, const Indexed &argument, Formula *formula)
{
    return numeric_result(fcinfo, [&](Decimal &result) {
        return formula(argument.quantity, argument.index, result);
    });
}

Datum debt_amount(FunctionCallInfo fcinfo, Formula *formula)
{
    return indexed_result(fcinfo, read_indexed(fcinfo, "nominal_debt", "debt_index"), formula);
}

Datum collateral_amount(FunctionCallInfo fcinfo, Formula *formula)
{
    return indexed_result(fcinfo, read_indexed(fcinfo, "collateral_shares", "collateral_index"),
                          formula);
}

}  // namespace

VESU_FUNCTION(vesu_nominal_debt)
{
    return indexed_result(fcinfo, read_indexed(fcinfo, "debt_amount", "debt_index"),
                          lending::nominal_debt);
}

VESU_FUNCTION(vesu_collateral_shares)
{
    return indexed_result(fcinfo, read_indexed(fcinfo, "collateral_amount", "collateral_index"),
                          lending::collateral_shares);
}

VESU_FUNCTION(vesu_risk_ratio)
{
    // Read
    const Decimal nominal_debt = read_decimal(fcinfo, 0, "nominal_debt", Domain::not_negative);
    const Decimal shares = read_decimal(fcinfo, 1, "collateral_shares", Domain::not_negative);

    // Compute, Return
    return numeric_result(
        fcinfo, [&](Decimal &result) { return lending::risk_ratio(nominal_debt, shares, result); });
}

VESU_FUNCTION(vesu_live_debt)
{
    return debt_amount(fcinfo, lending::live_debt);
}

VESU_FUNCTION(vesu_live_collateral)
{
    return collateral_amount(fcinfo, lending::live_collateral);
}

VESU_FUNCTION(vesu_shown_debt)
{
    return debt_amount(fcinfo, lending::shown_debt);
}

VESU_FUNCTION(vesu_shown_collateral)
{
    return collateral_amount(fcinfo, lending::shown_collateral);
}

VESU_FUNCTION(vesu_live_health_factor)
{
    // Read
    const Decimal shares = read_decimal(fcinfo, 0, "collateral_shares", Domain::not_negative);
    const Decimal collateral_index = read_decimal(fcinfo, 1, "collateral_index", Domain::positive);
    const Decimal collateral_price = read_decimal(fcinfo, 2, "collateral_price", Domain::positive);
    const Decimal threshold = read_decimal(fcinfo, 3, "liquidation_threshold", Domain::fraction);
    const Decimal nominal_debt = read_decimal(fcinfo, 4, "nominal_debt", Domain::not_negative);
    const Decimal debt_index = read_decimal(fcinfo, 5, "debt_index", Domain::positive);
    const Decimal debt_price = read_decimal(fcinfo, 6, "debt_price", Domain::positive);

    // Compute, Return
    return numeric_result(fcinfo, [&](Decimal &result) {
        lending::Valuation position{{}, collateral_price, {}, debt_price};
        Status status =
            lending::live_collateral(shares, collateral_index, position.collateral_amount);
        if (status == Status::ok)
            status = lending::live_debt(nominal_debt, debt_index, position.debt_amount);
        return status == Status::ok ? lending::health_factor(position, threshold, result) : status;
    });
}

VESU_FUNCTION(vesu_risk_bound)
{
    // Read
    const lending::RiskTerms terms{
        read_decimal(fcinfo, 0, "liquidation_threshold", Domain::fraction),
        read_decimal(fcinfo, 1, "collateral_price", Domain::positive),
        read_decimal(fcinfo, 2, "collateral_index", Domain::positive),
        read_decimal(fcinfo, 3, "debt_price", Domain::positive),
        read_decimal(fcinfo, 4, "debt_index", Domain::positive)};
    const Decimal health_factor = read_decimal(fcinfo, 5, "health_factor", Domain::positive);

    // Compute, Return
    return numeric_result(
        fcinfo, [&](Decimal &result) { return lending::risk_bound(terms, health_factor, result); });
}

}  // namespace vesu::pg
