#include "core/protocol/asset.hpp"

#include "core/protocol/power.hpp"

namespace vesu::protocol {

namespace {

// V1 divides twice where V2 divides once: the same integers, but the first quotient overflows earlier.
Integer divide_twice(const Integer &a, const Integer &b, const Integer &first,
                     const Integer &second, Rounding rounding, const char *overflow)
{
    return divide(divide_product(a, b, first, rounding, overflow), second, rounding);
}

Integer total_debt(const AssetConfig &asset, Rounding rounding, Protocol protocol)
{
    return calculate_debt(asset.total_nominal_debt, asset.last_rate_accumulator, asset.scale,
                          rounding, protocol);
}

Integer total_assets(const AssetConfig &asset, Rounding rounding, Protocol protocol)
{
    return asset.reserve + total_debt(asset, rounding, protocol);
}

}  // namespace

Integer calculate_nominal_debt(const Integer &debt, const Integer &rate_accumulator,
                               const Integer &asset_scale, Rounding rounding, Protocol protocol)
{
    constexpr const char *overflow = "nominal-debt-overflow";
    if (rate_accumulator == 0)
        return 0;
    if (protocol == Protocol::v1)
        return divide_twice(debt * unit, unit, rate_accumulator, asset_scale, rounding, overflow);
    return divide_product(debt * unit, unit, rate_accumulator * asset_scale, rounding, overflow);
}

Integer calculate_debt(const Integer &nominal_debt, const Integer &rate_accumulator,
                       const Integer &asset_scale, Rounding rounding, Protocol protocol)
{
    constexpr const char *overflow = "debt-overflow";
    if (rate_accumulator == 0)
        return 0;
    const Integer scaled_debt = nominal_debt * rate_accumulator;
    if (protocol == Protocol::v1)
        return divide_twice(scaled_debt, asset_scale, unit, unit, rounding, overflow);
    return divide_product(scaled_debt, asset_scale, Integer(unit) * unit, rounding, overflow);
}

Integer calculate_collateral_shares(const Integer &collateral, const AssetConfig &asset,
                                    Rounding rounding, Protocol protocol)
{
    constexpr const char *overflow = "collateral-shares-overflow";
    // Fewer shares are those of more assets, so the debt is rounded the other way.
    const Integer assets =
        total_assets(asset, rounding == Rounding::up ? Rounding::down : Rounding::up, protocol);
    const bool empty = assets == 0 || asset.total_collateral_shares == 0;
    if (protocol == Protocol::v2) {
        require(!empty, "unexpected-zero-assets");
        return divide_product(collateral, asset.total_collateral_shares, assets, rounding,
                              overflow);
    }
    if (empty)
        return asset.scale == 0 ? Integer(0) : divide(collateral * unit, asset.scale, rounding);
    return divide_twice(collateral * asset.total_collateral_shares, unit, assets, unit, rounding,
                        overflow);
}

Integer calculate_collateral(const Integer &collateral_shares, const AssetConfig &asset,
                             Rounding rounding, Protocol protocol)
{
    constexpr const char *overflow = "collateral-overflow";
    const bool empty = asset.total_collateral_shares == 0;
    if (protocol == Protocol::v2)
        require(!empty, "unexpected-zero-collateral-shares");
    else if (empty)
        return divide(collateral_shares * asset.scale, unit, rounding);

    const Integer assets = total_assets(asset, rounding, protocol);
    if (protocol == Protocol::v2)
        return divide_product(collateral_shares, assets, asset.total_collateral_shares, rounding,
                              overflow);
    return divide_twice(collateral_shares * assets, unit, asset.total_collateral_shares, unit,
                        rounding, overflow);
}

Integer calculate_utilization(const Integer &total_reserve, const Integer &total_debt,
                              Protocol protocol)
{
    const Integer assets = total_reserve + total_debt;
    return assets == 0 ? Integer(0) : mul_div_down(total_debt, unit, assets, protocol);
}

Integer utilization(const AssetConfig &asset, Protocol protocol)
{
    return calculate_utilization(asset.reserve, total_debt(asset, Rounding::down, protocol),
                                 protocol);
}

Integer calculate_rate_accumulator(std::int64_t last_updated, std::int64_t at,
                                   const Integer &last_rate_accumulator,
                                   const Integer &interest_rate, Protocol protocol)
{
    const std::uint64_t seconds = at > last_updated ? static_cast<std::uint64_t>(at) -
                                                          static_cast<std::uint64_t>(last_updated)
                                                    : 0;
    const Integer growth = pow_scale(Integer(unit) + interest_rate, seconds, false);
    return mul_div_down(last_rate_accumulator, growth, unit, protocol);
}

namespace {

// V2: the shares are worth their part of the interest after they diluted the others.
Integer diluting_fee_shares(const AssetConfig &asset, const Integer &growth)
{
    if (asset.fee_rate == 0)
        return 0;
    const Integer interest =
        calculate_debt(asset.total_nominal_debt, growth, asset.scale, Rounding::up, Protocol::v2);
    const Integer fee = mul_div(interest, asset.fee_rate, unit, Rounding::down);
    const Integer assets = total_assets(asset, Rounding::up, Protocol::v2);
    if (assets == 0)
        return 0;
    return mul_div(fee, asset.total_collateral_shares, assets + interest - fee, Rounding::down);
}

// V1: shares at the price before the interest, so the others are diluted by more than the fee.
Integer plain_fee_shares(const AssetConfig &asset, const Integer &growth)
{
    const Integer interest =
        calculate_debt(asset.total_nominal_debt, growth, asset.scale, Rounding::down, Protocol::v1);
    return calculate_collateral_shares(interest, asset, Rounding::down, Protocol::v1) *
           asset.fee_rate / unit;
}

}  // namespace

Integer calculate_fee_shares(const AssetConfig &asset, const Integer &new_rate_accumulator,
                             Protocol protocol)
{
    const Integer growth = new_rate_accumulator > asset.last_rate_accumulator
                               ? new_rate_accumulator - asset.last_rate_accumulator
                               : Integer(0);
    return protocol == Protocol::v2 ? diluting_fee_shares(asset, growth)
                                    : plain_fee_shares(asset, growth);
}

}  // namespace vesu::protocol
