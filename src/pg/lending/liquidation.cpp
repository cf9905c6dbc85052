// The SQL function over core/lending/liquidation.hpp.
#include "core/lending/liquidation.hpp"

#include "pg/lending/result.hpp"

namespace vesu::pg {

namespace {

constexpr int debt_to_cover_argument = 6;
constexpr int argument_count = 8;
constexpr int result_count = 5;

bool has_null(FunctionCallInfo fcinfo)
{
    for (int i = 0; i < argument_count; ++i)
        if (i != debt_to_cover_argument && PG_ARGISNULL(i))
            return true;
    return false;
}

lending::LiquidationTerms read_terms(FunctionCallInfo fcinfo)
{
    lending::LiquidationTerms terms;
    terms.liquidation_threshold =
        read_decimal(fcinfo, 4, "liquidation_threshold", Domain::fraction);
    terms.liquidation_bonus = read_decimal(fcinfo, 5, "liquidation_bonus", Domain::fraction);
    terms.target_health = read_decimal(fcinfo, 7, "target_health", Domain::positive);
    terms.has_debt_to_cover = !PG_ARGISNULL(debt_to_cover_argument);
    if (terms.has_debt_to_cover)
        terms.debt_to_cover =
            read_decimal(fcinfo, debt_to_cover_argument, "debt_to_cover", Domain::positive);
    return terms;
}

Datum row_datum(FunctionCallInfo fcinfo, const lending::LiquidationAmounts &amounts)
{
    TupleDesc descriptor;
    if (get_call_result_type(fcinfo, nullptr, &descriptor) != TYPEFUNC_COMPOSITE)
        report_defect("liquidation_amounts does not return a row");
    const bool healthless = !amounts.has_health_factor_after;
    Datum values[result_count] = {numeric_datum(amounts.debt_repaid),
                                  numeric_datum(amounts.collateral_seized),
                                  numeric_datum(amounts.bonus), numeric_datum(amounts.bad_debt),
                                  healthless ? 0 : numeric_datum(amounts.health_factor_after)};
    bool nulls[result_count] = {false, false, false, false, healthless};
    return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(descriptor), values, nulls));
}

}  // namespace

VESU_FUNCTION(vesu_liquidation_amounts)
{
    // Read
    if (has_null(fcinfo))
        PG_RETURN_NULL();
    const lending::Valuation position{
        read_decimal(fcinfo, 0, "collateral_amount", Domain::not_negative),
        read_decimal(fcinfo, 1, "collateral_price", Domain::positive),
        read_decimal(fcinfo, 2, "debt_amount", Domain::not_negative),
        read_decimal(fcinfo, 3, "debt_price", Domain::positive)};
    const lending::LiquidationTerms terms = read_terms(fcinfo);

    // Compute
    lending::LiquidationAmounts amounts;
    const Failure failure =
        guarded([&] { return lending::liquidation_amounts(position, terms, amounts); });

    // Return
    if (failure.failed())
        report(failure);
    return row_datum(fcinfo, amounts);
}

}  // namespace vesu::pg
