// The SQL functions over core/protocol/vtoken.hpp.
#include "core/protocol/vtoken.hpp"

#include "pg/protocol/arguments.hpp"
#include "pg/protocol/result.hpp"

namespace vesu::pg {

using protocol::AssetConfig;
using protocol::Integer;
using protocol::Protocol;

namespace {

using Conversion = Integer(const Integer &, const AssetConfig &, Rounding, Protocol);

// asset, amount, protocol
Datum conversion(FunctionCallInfo fcinfo, const char *amount_name, Conversion *convert,
                 Rounding rounding)
{
    // Read
    const AssetConfig asset = read_asset(fcinfo, 0);
    const Integer amount = read_integer(fcinfo, 1, amount_name);
    const Protocol version = read_protocol(fcinfo, 2);

    // Compute, Return
    return integer_result([&] { return convert(amount, asset, rounding, version); });
}

using Limit = Integer(const AssetConfig &, const Integer &, const Integer &, Protocol);

// asset, balance, max_utilization, protocol
Datum limit(FunctionCallInfo fcinfo, Limit *formula)
{
    // Read
    const AssetConfig asset = read_asset(fcinfo, 0);
    const Integer balance = read_integer(fcinfo, 1, "balance");
    const Integer max_utilization = read_integer(fcinfo, 2, "max_utilization");
    const Protocol version = read_protocol(fcinfo, 3);

    // Compute, Return
    return integer_result([&] { return formula(asset, balance, max_utilization, version); });
}

}  // namespace

// Shares of assets and assets of shares: what differs is the rounding, always in favour of the pool.

VESU_FUNCTION(vesu_vtoken_total_assets)
{
    return conversion(fcinfo, "total_supply", protocol::calculate_collateral, Rounding::down);
}

VESU_FUNCTION(vesu_vtoken_convert_to_shares)
{
    return conversion(fcinfo, "assets", protocol::calculate_collateral_shares, Rounding::down);
}

VESU_FUNCTION(vesu_vtoken_convert_to_assets)
{
    return conversion(fcinfo, "shares", protocol::calculate_collateral, Rounding::down);
}

VESU_FUNCTION(vesu_vtoken_preview_deposit)
{
    return conversion(fcinfo, "assets", protocol::calculate_collateral_shares, Rounding::down);
}

VESU_FUNCTION(vesu_vtoken_preview_mint)
{
    return conversion(fcinfo, "shares", protocol::calculate_collateral, Rounding::up);
}

VESU_FUNCTION(vesu_vtoken_preview_withdraw)
{
    return conversion(fcinfo, "assets", protocol::calculate_collateral_shares, Rounding::up);
}

VESU_FUNCTION(vesu_vtoken_preview_redeem)
{
    return conversion(fcinfo, "shares", protocol::calculate_collateral, Rounding::down);
}

VESU_FUNCTION(vesu_vtoken_max_withdraw)
{
    return limit(fcinfo, protocol::vtoken_max_withdraw);
}

VESU_FUNCTION(vesu_vtoken_max_redeem)
{
    return limit(fcinfo, protocol::vtoken_max_redeem);
}

VESU_FUNCTION(vesu_vtoken_max_mint)
{
    // Read
    const AssetConfig asset = read_asset(fcinfo, 0);

    // Compute, Return
    return integer_result([&] { return protocol::vtoken_max_mint(asset); });
}

VESU_FUNCTION(vesu_vtoken_max_deposit)
{
    // Read
    const AssetConfig asset = read_asset(fcinfo, 0);
    const Protocol version = read_protocol(fcinfo, 1);

    // Compute, Return
    return integer_result([&] { return protocol::vtoken_max_deposit(asset, version); });
}

}  // namespace vesu::pg
