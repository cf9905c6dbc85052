// The SQL functions over core/lending/health.hpp. What each means stands in its COMMENT ON.
#include "core/lending/health.hpp"

#include "pg/lending/result.hpp"

namespace vesu::pg {

namespace {

// The arguments of health_factor() and is_undercollateralized().
lending::Valuation read_position(FunctionCallInfo fcinfo)
{
    return {read_decimal(fcinfo, 0, "collateral_amount", Domain::not_negative),
            read_decimal(fcinfo, 1, "collateral_price", Domain::positive),
            read_decimal(fcinfo, 3, "debt_amount", Domain::not_negative),
            read_decimal(fcinfo, 4, "debt_price", Domain::positive)};
}

Decimal read_threshold(FunctionCallInfo fcinfo, int index)
{
    return read_decimal(fcinfo, index, "liquidation_threshold", Domain::fraction);
}

}  // namespace

VESU_FUNCTION(vesu_health_factor)
{
    // Read
    const lending::Valuation position = read_position(fcinfo);
    const Decimal threshold = read_threshold(fcinfo, 2);

    // Compute, Return
    return numeric_result(fcinfo, [&](Decimal &result) {
        return lending::health_factor(position, threshold, result);
    });
}

VESU_FUNCTION(vesu_is_undercollateralized)
{
    // Read
    const lending::Valuation position = read_position(fcinfo);
    const Decimal threshold = read_threshold(fcinfo, 2);

    // Compute
    bool result = false;
    const Failure failure = guarded([&] {
        result = lending::is_undercollateralized(position, threshold);
        return Status::ok;
    });

    // Return
    if (failure.failed())
        report(failure);
    PG_RETURN_BOOL(result);
}

VESU_FUNCTION(vesu_loan_to_value)
{
    // Read
    const lending::Valuation position{
        read_decimal(fcinfo, 0, "collateral_amount", Domain::not_negative),
        read_decimal(fcinfo, 1, "collateral_price", Domain::positive),
        read_decimal(fcinfo, 2, "debt_amount", Domain::not_negative),
        read_decimal(fcinfo, 3, "debt_price", Domain::positive)};

    // Compute, Return
    return numeric_result(
        fcinfo, [&](Decimal &result) { return lending::loan_to_value(position, result); });
}

VESU_FUNCTION(vesu_liquidation_price)
{
    // Read
    const Decimal collateral_amount =
        read_decimal(fcinfo, 0, "collateral_amount", Domain::not_negative);
    const Decimal threshold = read_threshold(fcinfo, 1);
    const Decimal debt_amount = read_decimal(fcinfo, 2, "debt_amount", Domain::not_negative);
    const Decimal debt_price = read_decimal(fcinfo, 3, "debt_price", Domain::positive);

    // Compute, Return
    return numeric_result(fcinfo, [&](Decimal &result) {
        return lending::liquidation_price(collateral_amount, threshold, debt_amount, debt_price,
                                          result);
    });
}

VESU_FUNCTION(vesu_max_borrow)
{
    // Read
    const lending::Valuation position = read_position(fcinfo);
    const Decimal max_ltv = read_decimal(fcinfo, 2, "max_ltv", Domain::fraction);

    // Compute, Return
    return numeric_result(
        fcinfo, [&](Decimal &result) { return lending::max_borrow(position, max_ltv, result); });
}

VESU_FUNCTION(vesu_max_withdraw)
{
    // Read
    const lending::Valuation position = read_position(fcinfo);
    const Decimal threshold = read_threshold(fcinfo, 2);
    const Decimal health_floor = read_decimal(fcinfo, 5, "health_floor", Domain::positive);

    // Compute, Return
    return numeric_result(fcinfo, [&](Decimal &result) {
        return lending::max_withdraw(position, threshold, health_floor, result);
    });
}

VESU_FUNCTION(vesu_utilization)
{
    // Read
    const Decimal total_borrow = read_decimal(fcinfo, 0, "total_borrow", Domain::not_negative);
    const Decimal total_supply = read_decimal(fcinfo, 1, "total_supply", Domain::not_negative);

    // Compute, Return
    return numeric_result(fcinfo, [&](Decimal &result) {
        return lending::ratio(total_borrow, total_supply, result);
    });
}

VESU_FUNCTION(vesu_ratio)
{
    // Read
    const Decimal numerator = read_decimal(fcinfo, 0, "numerator", Domain::not_negative);
    const Decimal denominator = read_decimal(fcinfo, 1, "denominator", Domain::not_negative);

    // Compute, Return
    return numeric_result(
        fcinfo, [&](Decimal &result) { return lending::ratio(numerator, denominator, result); });
}

namespace {

Datum vtokens(FunctionCallInfo fcinfo, Rounding rounding)
{
    // Read
    const Decimal amount = read_decimal(fcinfo, 0, "amount", Domain::not_negative);
    const Decimal exchange_rate = read_decimal(fcinfo, 1, "exchange_rate", Domain::positive);

    // Compute, Return
    return numeric_result(fcinfo, [&](Decimal &result) {
        return lending::vtokens_for_assets(amount, exchange_rate, rounding, result);
    });
}

}  // namespace

VESU_FUNCTION(vesu_vtokens_for_assets)
{
    return vtokens(fcinfo, Rounding::down);
}

VESU_FUNCTION(vesu_burned_vtokens)
{
    return vtokens(fcinfo, Rounding::up);
}

VESU_FUNCTION(vesu_assets_for_vtokens)
{
    // Read
    const Decimal amount = read_decimal(fcinfo, 0, "vtokens", Domain::not_negative);
    const Decimal exchange_rate = read_decimal(fcinfo, 1, "exchange_rate", Domain::positive);

    // Compute, Return
    return numeric_result(fcinfo, [&](Decimal &result) {
        return lending::assets_for_vtokens(amount, exchange_rate, result);
    });
}

VESU_FUNCTION(vesu_simple_yield)
{
    // Read
    const Decimal amount = read_decimal(fcinfo, 0, "amount", Domain::not_negative);
    const Decimal apy = read_decimal(fcinfo, 1, "apy", Domain::not_negative);
    const Decimal days = read_decimal(fcinfo, 2, "days", Domain::not_negative);

    // Compute, Return
    return numeric_result(
        fcinfo, [&](Decimal &result) { return lending::simple_yield(amount, apy, days, result); });
}

// The amount itself, or VS001: every operation takes its amount through here.
VESU_FUNCTION(vesu_check_operation_amount)
{
    if (PG_ARGISNULL(1))
        report_null("name");
    const char *const name = text_to_cstring(PG_GETARG_TEXT_PP(1));
    if (PG_ARGISNULL(0))
        report_null(name);
    (void)read_decimal(fcinfo, 0, name, Domain::operation_amount);
    return PG_GETARG_DATUM(0);
}

}  // namespace vesu::pg
