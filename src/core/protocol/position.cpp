#include "core/protocol/position.hpp"

namespace vesu::protocol {

namespace {

constexpr std::uint64_t locked_shares = 1000;  // of V1's first deposit, which nobody can withdraw

// A change of one side of a position, in both denominations.
struct Change {
    SignedInteger assets;
    SignedInteger native;
};

// Assets come in rounded up and go out rounded down; shares the other way round.
Change collateral_delta(const Amount &amount, const AssetConfig &asset, Protocol protocol)
{
    const bool out = amount.value.negative;
    if (amount.denomination == Denomination::native)
        return {{calculate_collateral(amount.value.magnitude, asset,
                                      out ? Rounding::down : Rounding::up, protocol),
                 out},
                amount.value};
    return {amount.value,
            {calculate_collateral_shares(amount.value.magnitude, asset,
                                         out ? Rounding::up : Rounding::down, protocol),
             out}};
}

Integer debt_of(const Integer &nominal_debt, const AssetConfig &asset, Rounding rounding,
                Protocol protocol)
{
    return calculate_debt(nominal_debt, asset.last_rate_accumulator, asset.scale, rounding,
                          protocol);
}

Integer nominal_debt_of(const Integer &debt, const AssetConfig &asset, Rounding rounding,
                        Protocol protocol)
{
    return calculate_nominal_debt(debt, asset.last_rate_accumulator, asset.scale, rounding,
                                  protocol);
}

// Borrowed assets go out rounded down, repaid ones come in rounded up; nominal debt the other way round.
Change debt_delta(const Amount &amount, const AssetConfig &asset, Protocol protocol)
{
    const bool repaid = amount.value.negative;
    if (amount.denomination == Denomination::native)
        return {{debt_of(amount.value.magnitude, asset, repaid ? Rounding::up : Rounding::down,
                         protocol),
                 repaid},
                amount.value};
    return {amount.value,
            {nominal_debt_of(amount.value.magnitude, asset, repaid ? Rounding::down : Rounding::up,
                             protocol),
             repaid}};
}

// From what there is to what is asked for.
SignedInteger difference(const Integer &target, const Integer &have)
{
    return have > target ? SignedInteger(have - target, true) : SignedInteger(target - have, false);
}

// A target of 0 is one in native units, which leaves no fraction behind.
Denomination denomination_of_target(const Amount &amount)
{
    return amount.value.magnitude == 0 ? Denomination::native : amount.denomination;
}

// The change that leads from what the position has to the target.
Change collateral_target(const Amount &amount, const Integer &shares, const AssetConfig &asset)
{
    constexpr Protocol v1 = Protocol::v1;
    require(!amount.value.negative, "collateral-target-negative");
    const Denomination denomination = denomination_of_target(amount);
    const Integer have = denomination == Denomination::native
                             ? shares
                             : calculate_collateral(shares, asset, Rounding::down, v1);
    return collateral_delta(
        {AmountType::delta, denomination, difference(amount.value.magnitude, have)}, asset, v1);
}

Change debt_target(const Amount &amount, const Integer &nominal_debt, const AssetConfig &asset)
{
    constexpr Protocol v1 = Protocol::v1;
    require(!amount.value.negative, "debt-target-negative");
    const Denomination denomination = denomination_of_target(amount);
    const Integer have = denomination == Denomination::native
                             ? nominal_debt
                             : debt_of(nominal_debt, asset, Rounding::down, v1);
    return debt_delta({AmountType::delta, denomination, difference(amount.value.magnitude, have)},
                      asset, v1);
}

void change_collateral(Books &books, Deltas &deltas, Protocol protocol)
{
    Integer &shares = books.position.collateral_shares;
    AssetConfig &asset = books.collateral_asset;
    if (deltas.collateral_shares.positive()) {
        shares = shares + deltas.collateral_shares.magnitude;
        asset.total_collateral_shares =
            asset.total_collateral_shares + deltas.collateral_shares.magnitude;
        asset.reserve = asset.reserve + deltas.collateral.magnitude;
    } else if (deltas.collateral_shares.negative) {
        if (deltas.collateral_shares.magnitude > shares) {
            deltas.collateral_shares = {shares, true};
            deltas.collateral = {calculate_collateral(shares, asset, Rounding::down, protocol),
                                 true};
        }
        shares = shares - deltas.collateral_shares.magnitude;
        asset.total_collateral_shares =
            asset.total_collateral_shares - deltas.collateral_shares.magnitude;
        if (protocol == Protocol::v2)
            require(asset.reserve >= deltas.collateral.magnitude, "insufficient-reserve");
        asset.reserve = asset.reserve - deltas.collateral.magnitude;
        if (protocol == Protocol::v1 && asset.total_collateral_shares <= locked_shares)
            asset.total_collateral_shares = 0;
    }
}

void change_debt(Books &books, Deltas &deltas, const Integer &bad_debt, Protocol protocol)
{
    Integer &nominal_debt = books.position.nominal_debt;
    AssetConfig &asset = books.debt_asset;
    if (deltas.nominal_debt.positive()) {
        nominal_debt = nominal_debt + deltas.nominal_debt.magnitude;
        asset.total_nominal_debt = asset.total_nominal_debt + deltas.nominal_debt.magnitude;
        if (protocol == Protocol::v2) {
            require(asset.reserve >= deltas.debt.magnitude, "insufficient-reserve");
            require(bad_debt == 0, "bad-debt-not-zero");
        }
        asset.reserve = asset.reserve - deltas.debt.magnitude;
    } else if (deltas.nominal_debt.negative) {
        if (deltas.nominal_debt.magnitude > nominal_debt) {
            deltas.nominal_debt = {nominal_debt, true};
            deltas.debt = {debt_of(nominal_debt, asset, Rounding::up, protocol), true};
        }
        nominal_debt = nominal_debt - deltas.nominal_debt.magnitude;
        asset.total_nominal_debt = asset.total_nominal_debt - deltas.nominal_debt.magnitude;
        asset.reserve = asset.reserve + (deltas.debt.magnitude - bad_debt);
    }
}

}  // namespace

Deltas deconstruct_position_amounts(const Books &books, const Amount &collateral,
                                    const Amount &debt, Protocol protocol)
{
    const Change collateral_change =
        collateral.type == AmountType::target
            ? collateral_target(collateral, books.position.collateral_shares,
                                books.collateral_asset)
            : collateral_delta(collateral, books.collateral_asset, protocol);
    const Change debt_change =
        debt.type == AmountType::target
            ? debt_target(debt, books.position.nominal_debt, books.debt_asset)
            : debt_delta(debt, books.debt_asset, protocol);
    return {collateral_change.assets, collateral_change.native, debt_change.assets,
            debt_change.native};
}

void apply_position_update(Books &books, Deltas &deltas, const Integer &bad_debt, Protocol protocol)
{
    change_collateral(books, deltas, protocol);
    change_debt(books, deltas, bad_debt, protocol);
}

Integer value_of(const Integer &amount, const Integer &price, const Integer &scale,
                 Rounding rounding, Protocol protocol)
{
    if (protocol == Protocol::v2)
        return mul_div(amount, price, scale, rounding);
    return scale == 0 ? Integer(0) : amount * price / scale;
}

PositionValue collateral_and_debt_value(const Books &books, const Integer &collateral_price,
                                        const Integer &debt_price, Protocol protocol)
{
    PositionValue value;
    value.collateral = calculate_collateral(books.position.collateral_shares,
                                            books.collateral_asset, Rounding::down, protocol);
    value.collateral_value = value_of(value.collateral, collateral_price,
                                      books.collateral_asset.scale, Rounding::down, protocol);
    value.debt = debt_of(books.position.nominal_debt, books.debt_asset, Rounding::up, protocol);
    value.debt_value =
        value_of(value.debt, debt_price, books.debt_asset.scale, Rounding::up, protocol);
    return value;
}

bool is_collateralized(const Integer &collateral_value, const Integer &debt_value,
                       const Integer &max_ltv)
{
    return collateral_value * max_ltv >= debt_value * unit;
}

// The product of 512 bits is divided as it is: the quotient may be above every number of the chain.
Status health_factor(const Integer &collateral_value, const Integer &debt_value,
                     const Integer &max_ltv, Decimal &result)
{
    if (debt_value == 0)
        return Status::undefined;
    result = {u512(collateral_value.value()) * u512(max_ltv.value()) / u512(debt_value.value()), 0};
    return Status::ok;
}

}  // namespace vesu::protocol
