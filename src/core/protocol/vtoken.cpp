#include "core/protocol/vtoken.hpp"

namespace vesu::protocol {

namespace {

Integer smaller(const Integer &a, const Integer &b)
{
    return a < b ? a : b;
}

}  // namespace

Integer withdrawable_assets(const AssetConfig &asset, const Integer &max_utilization,
                            Protocol protocol)
{
    const Integer debt = calculate_debt(asset.total_nominal_debt, asset.last_rate_accumulator,
                                        asset.scale, Rounding::down, protocol);
    const Integer assets = asset.reserve + debt;
    if (protocol == Protocol::v2) {
        if (calculate_utilization(asset.reserve, debt, protocol) + 1 >= max_utilization)
            return 0;
        return assets - mul_div(debt, unit, max_utilization, Rounding::up);
    }
    if (debt * unit / assets > max_utilization)
        return 0;
    return assets - debt * (Integer(unit) * asset.scale / max_utilization) / asset.scale;
}

Integer vtoken_max_withdraw(const AssetConfig &asset, const Integer &balance,
                            const Integer &max_utilization, Protocol protocol)
{
    // One after the other: either may revert, each with a text of its own.
    const Integer worth = calculate_collateral(balance, asset, Rounding::down, protocol);
    return smaller(worth, withdrawable_assets(asset, max_utilization, protocol));
}

Integer vtoken_max_redeem(const AssetConfig &asset, const Integer &balance,
                          const Integer &max_utilization, Protocol protocol)
{
    return smaller(
        balance, calculate_collateral_shares(withdrawable_assets(asset, max_utilization, protocol),
                                             asset, Rounding::up, protocol));
}

Integer vtoken_max_mint(const AssetConfig &asset)
{
    return Integer((u256(1) << 128) - 1) - asset.total_collateral_shares;
}

Integer vtoken_max_deposit(const AssetConfig &asset, Protocol protocol)
{
    return calculate_collateral(vtoken_max_mint(asset), asset, Rounding::up, protocol);
}

}  // namespace vesu::protocol
