// The SQL functions over core/protocol/asset.hpp and power.hpp. What each means stands in its COMMENT ON.
#include "core/protocol/asset.hpp"

#include "core/protocol/power.hpp"

#include "pg/protocol/arguments.hpp"
#include "pg/protocol/result.hpp"

namespace vesu::pg {

using protocol::AssetConfig;
using protocol::Integer;
using protocol::Protocol;

VESU_FUNCTION(vesu_pow_scale)
{
    // Read
    const Integer x = read_integer(fcinfo, 0, "x");
    const Integer n = read_integer(fcinfo, 1, "n");
    const bool negative = PG_GETARG_BOOL(2);

    // Compute, Return
    return integer_result([&] { return protocol::pow_scale(x, n, negative); });
}

namespace {

using DebtFormula = Integer(const Integer &, const Integer &, const Integer &, Rounding, Protocol);

Datum debt_result(FunctionCallInfo fcinfo, const char *amount_name, DebtFormula *formula)
{
    // Read
    const Integer amount = read_integer(fcinfo, 0, amount_name);
    const Integer rate_accumulator = read_integer(fcinfo, 1, "rate_accumulator");
    const Integer asset_scale = read_integer(fcinfo, 2, "asset_scale");
    const Rounding rounding = read_rounding(fcinfo, 3);
    const Protocol version = read_protocol(fcinfo, 4);

    // Compute, Return
    return integer_result(
        [&] { return formula(amount, rate_accumulator, asset_scale, rounding, version); });
}

using CollateralFormula = Integer(const Integer &, const AssetConfig &, Rounding, Protocol);

Datum collateral_result(FunctionCallInfo fcinfo, const char *amount_name,
                        CollateralFormula *formula)
{
    // Read
    const Integer amount = read_integer(fcinfo, 0, amount_name);
    const AssetConfig asset = read_asset(fcinfo, 1);
    const Rounding rounding = read_rounding(fcinfo, 2);
    const Protocol version = read_protocol(fcinfo, 3);

    // Compute, Return
    return integer_result([&] { return formula(amount, asset, rounding, version); });
}

}  // namespace

VESU_FUNCTION(vesu_calculate_nominal_debt)
{
    return debt_result(fcinfo, "debt", protocol::calculate_nominal_debt);
}

VESU_FUNCTION(vesu_calculate_debt)
{
    return debt_result(fcinfo, "nominal_debt", protocol::calculate_debt);
}

VESU_FUNCTION(vesu_calculate_collateral_shares)
{
    return collateral_result(fcinfo, "collateral", protocol::calculate_collateral_shares);
}

VESU_FUNCTION(vesu_calculate_collateral)
{
    return collateral_result(fcinfo, "collateral_shares", protocol::calculate_collateral);
}

VESU_FUNCTION(vesu_calculate_utilization)
{
    // Read
    const Integer total_reserve = read_integer(fcinfo, 0, "total_reserve");
    const Integer total_debt = read_integer(fcinfo, 1, "total_debt");
    const Protocol version = read_protocol(fcinfo, 2);

    // Compute, Return
    return integer_result(
        [&] { return protocol::calculate_utilization(total_reserve, total_debt, version); });
}

VESU_FUNCTION(vesu_calculate_rate_accumulator)
{
    // Read
    const int64 last_updated = read_count(fcinfo, 0, "last_updated");
    const int64 at = read_count(fcinfo, 1, "at");
    const Integer last_rate_accumulator = read_integer(fcinfo, 2, "last_rate_accumulator");
    const Integer interest_rate = read_integer(fcinfo, 3, "interest_rate");
    const Protocol version = read_protocol(fcinfo, 4);

    // Compute, Return
    return integer_result([&] {
        return protocol::calculate_rate_accumulator(last_updated, at, last_rate_accumulator,
                                                    interest_rate, version);
    });
}

VESU_FUNCTION(vesu_calculate_fee_shares)
{
    // Read
    const AssetConfig asset = read_asset(fcinfo, 0);
    const Integer new_rate_accumulator = read_integer(fcinfo, 1, "new_rate_accumulator");
    const Protocol version = read_protocol(fcinfo, 2);

    // Compute, Return
    return integer_result(
        [&] { return protocol::calculate_fee_shares(asset, new_rate_accumulator, version); });
}

}  // namespace vesu::pg
