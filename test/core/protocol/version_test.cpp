// Every formula passes its version on to those it is made of. Where both give the same integers their limits differ.
#include "core/protocol/interest_rate.hpp"
#include "core/protocol/liquidation.hpp"
#include "core/protocol/vtoken.hpp"
#include "protocol/values.hpp"

#include <gtest/gtest.h>

namespace vesu::protocol {

namespace {

// Shares are at par in V1; V2 reverts.
const AssetConfig no_shares{10, 0, 0, unit, unit, 0};

// A debt of more than 2^196 is one too many for V1's first division.
const AssetConfig wide_debt{two_to_the(100), two_to_the(250), 100, 1, two_to_the(100), 0};
const Integer debt = mul_div(two_to_the(250), two_to_the(100), Integer(unit) * unit, down);

const Amount nothing{AmountType::delta, Denomination::assets, {0, false}};

Amount five(AmountType type, Denomination denomination)
{
    return {type, denomination, {5, false}};
}

std::string deltas(const Books &books, const Amount &collateral, const Amount &debt_amount,
                   Protocol protocol)
{
    return outcome(
        [&] { return deconstruct_position_amounts(books, collateral, debt_amount, protocol); });
}

TEST(ProtocolVersion, reaches_the_utilization)
{
    EXPECT_EQ(outcome([] { return utilization(wide_debt, v1); }), "debt-overflow");
    EXPECT_EQ(outcome([] { return utilization(wide_debt, v2); }),
              shown(mul_div(debt, unit, debt + two_to_the(100), down)));
}

TEST(ProtocolVersion, reaches_the_collateral_of_a_delta)
{
    const Books books{{0, 0}, no_shares, no_shares};
    for (const Denomination denomination : {Denomination::native, Denomination::assets}) {
        const Amount amount = five(AmountType::delta, denomination);
        EXPECT_EQ(deltas(books, amount, nothing, v1), "5 5 0 0");
        EXPECT_EQ(deltas(books, amount, nothing, v2), denomination == Denomination::native
                                                          ? "unexpected-zero-collateral-shares"
                                                          : "unexpected-zero-assets");
        EXPECT_EQ(deltas(books, five(AmountType::target, denomination), nothing, v1), "5 5 0 0");
    }
}

TEST(ProtocolVersion, reaches_the_debt_of_a_delta)
{
    const Books books{{0, 0}, {10, 0, 10, unit, unit, 0}, wide_debt};
    const auto of = [&](Denomination denomination, const Integer &value, AmountType type,
                        Protocol protocol) {
        return deltas(books, nothing, {type, denomination, {value, false}}, protocol);
    };
    const Integer nominal = two_to_the(250);
    for (const AmountType type : {AmountType::delta, AmountType::target})
        EXPECT_EQ(of(Denomination::native, nominal, type, v1), "debt-overflow");
    EXPECT_EQ(of(Denomination::native, nominal, AmountType::delta, v2),
              "0 0 " + shown(debt) + " " + shown(nominal));

    const Integer amount = two_to_the(190);
    EXPECT_EQ(of(Denomination::assets, amount, AmountType::delta, v1), "nominal-debt-overflow");
    EXPECT_EQ(of(Denomination::assets, amount, AmountType::delta, v2),
              "0 0 " + shown(amount) + " " +
                  shown(mul_div(amount * unit, unit, two_to_the(100), up)));
}

TEST(ProtocolVersion, reaches_what_an_update_cuts)
{
    const auto error = [](Books books, Deltas changes, Protocol protocol) {
        return complaint([&] { apply_position_update(books, changes, 0, protocol); });
    };
    const Books empty{{0, 0}, no_shares, no_shares};
    const Deltas withdrawal{{1, true}, {1, true}, {}, {}};
    EXPECT_EQ(error(empty, withdrawal, v1), "");
    EXPECT_EQ(error(empty, withdrawal, v2), "unexpected-zero-collateral-shares");

    const Books indebted{{0, two_to_the(250)}, no_shares, wide_debt};
    const Deltas repayment{{}, {}, {1, true}, {two_to_the(251), true}};
    EXPECT_EQ(error(indebted, repayment, v1), "debt-overflow");
    EXPECT_EQ(error(indebted, repayment, v2), "");
}

TEST(ProtocolVersion, reaches_the_values_of_a_position)
{
    const auto of = [](const Books &books, Protocol protocol) {
        return outcome([&] { return collateral_and_debt_value(books, 0, 0, protocol); });
    };
    const Books empty{{5, 0}, no_shares, no_shares};
    EXPECT_EQ(of(empty, v1), "5 0 0 0");
    EXPECT_EQ(of(empty, v2), "unexpected-zero-collateral-shares");
    const Books indebted{{0, two_to_the(250)}, {10, 0, 10, unit, unit, 0}, wide_debt};
    EXPECT_EQ(of(indebted, v1), "debt-overflow");
    EXPECT_EQ(of(indebted, v2), "0 0 " + shown(debt + 1) + " 0");
}

// Nine tenths are lent; the target is 50 %.
TEST(ProtocolVersion, reaches_each_step_of_an_accrual)
{
    const InterestRateConfig model{20'000, 95'000, 50'000, 100, 1000, 0, 100, unit / 2};
    const auto of = [&](const AssetConfig &asset, Protocol protocol) {
        return outcome(
            [&] { return accrue_asset(asset, model, 500, 0, 1, protocol).interest_rate; });
    };
    const AssetConfig lent{1, 9, 10, unit, unit, 0};
    EXPECT_EQ(of(lent, v1), "250");
    EXPECT_EQ(of(lent, v2), "450");
    EXPECT_EQ(of(wide_debt, v1), "debt-overflow");
    EXPECT_EQ(of(wide_debt, v2), "503");

    // Within a second there are no fee shares, which would overflow too.
    EXPECT_EQ(complaint([&] { accrue_asset(wide_debt, model, 500, 1, 1, v1); }), "debt-overflow");

    const AssetConfig wide_accumulator{1, 9, 10, two_to_the(200), unit, 0};
    EXPECT_EQ(of(wide_accumulator, v1), "u256_mul Overflow");
    EXPECT_EQ(of(wide_accumulator, v2), "503");
}

std::string liquidation(const Books &books, const Integer &collateral_price,
                        const Integer &debt_price, const Integer &debt_to_repay, Protocol protocol)
{
    return outcome([&] {
        return calculate_liquidation(books, {collateral_price, debt_price, 0, 0, debt_to_repay, 0},
                                     protocol);
    });
}

// 2^190 of value in collateral of a price of 1, times 10^18 units a token.
TEST(ProtocolVersion, reaches_the_released_collateral)
{
    const Integer nominal = two_to_the(60) * unit / 10;
    const Books books{
        {3000, nominal}, {3000, 0, 3000, unit, unit, 0}, {0, nominal, 0, unit, 10, 0}};
    const Integer price = two_to_the(130) * 10;
    EXPECT_EQ(liquidation(books, 1, price, two_to_the(60), v1), "u256_mul Overflow");
    EXPECT_EQ(liquidation(books, 1, price, two_to_the(60), v2),
              "3000 1152921504606846976 1152921504606846976");
}

// 2^100 of debt at a price of 2^160 and 2^70 units a token.
TEST(ProtocolVersion, reaches_the_bad_debt_of_a_whole_position)
{
    const Integer nominal = two_to_the(30) * unit;
    const Books books{
        {0, nominal}, {0, 0, 3000, unit, unit, 0}, {0, nominal, 0, unit, two_to_the(70), 0}};
    const std::string all = shown(two_to_the(100));
    EXPECT_EQ(liquidation(books, unit, two_to_the(160), two_to_the(100), v2),
              "0 " + all + " " + all);
    EXPECT_EQ(liquidation(books, unit, two_to_the(160), two_to_the(100), v1), "u256_mul Overflow");
}

TEST(ProtocolVersion, reaches_the_bad_debt_of_a_part)
{
    const Integer collateral = two_to_the(140), nominal = two_to_the(150), part = two_to_the(143);
    const Books books{
        {1, nominal}, {collateral, 0, 1, unit, unit, 0}, {0, nominal, 0, unit, unit, 0}};
    const Integer price = unit / 10;
    const Integer missing = mul_div(nominal, price, unit, up) - collateral;
    const Integer bad_debt = mul_div(part, missing, collateral, down);
    // The repayment is worth a tenth of itself, 2^143 ÷ 10.
    EXPECT_EQ(liquidation(books, unit, price, part, v2),
              shown(part / 10) + " " + shown(part + bad_debt) + " " + shown(bad_debt));
    EXPECT_EQ(liquidation(books, unit, price, part, v1), "u256_mul Overflow");
}

// A debt asset that is not listed: its debt is worth 0 in V1, but its repayment cannot be valued.
TEST(ProtocolVersion, reaches_the_value_of_a_repayment)
{
    const Books books{{10, 10}, {10, 0, 10, unit, unit, 0}, {0, 10, 0, unit, 0, 0}};
    EXPECT_EQ(liquidation(books, unit, unit, 10, v1), "Division by 0");
    EXPECT_EQ(liquidation(books, unit, unit, 10, v2), "mul_div division by zero");
}

TEST(ProtocolVersion, reaches_the_room_of_a_vtoken)
{
    AssetConfig all_lent = wide_debt;
    all_lent.reserve = 0;
    const auto room = [&](Protocol protocol) {
        return outcome([&] { return withdrawable_assets(all_lent, 2 * unit, protocol); });
    };
    EXPECT_EQ(room(v1), "debt-overflow");
    EXPECT_EQ(room(v2), shown(debt / 2));
}

TEST(ProtocolVersion, reaches_what_a_vtoken_is_worth)
{
    const auto max_withdraw = [](Protocol protocol) {
        return outcome([&] { return vtoken_max_withdraw(no_shares, 5, unit, protocol); });
    };
    EXPECT_EQ(max_withdraw(v1), "5");
    EXPECT_EQ(max_withdraw(v2), "unexpected-zero-collateral-shares");
    const auto max_redeem = [](Protocol protocol) {
        return outcome([&] { return vtoken_max_redeem(no_shares, 50, unit, protocol); });
    };
    EXPECT_EQ(max_redeem(v1), "10");
    EXPECT_EQ(max_redeem(v2), "unexpected-zero-assets");
    const auto max_deposit = [](Protocol protocol) {
        return outcome([&] { return vtoken_max_deposit(no_shares, protocol); });
    };
    EXPECT_EQ(max_deposit(v1), "340282366920938463463374607431768211455");
    EXPECT_EQ(max_deposit(v2), "unexpected-zero-collateral-shares");
}

// 7 in reserve and 3 of debt at a maximum of 80 %: 6 may leave in V2, 7 in V1.
TEST(ProtocolVersion, reaches_the_room_of_what_a_vtoken_gives)
{
    const AssetConfig asset{7, 3, 10, unit, unit, 0};
    constexpr std::uint64_t four_fifths = 800'000'000'000'000'000;
    EXPECT_EQ(shown(vtoken_max_withdraw(asset, 10, four_fifths, v1)), "7");
    EXPECT_EQ(shown(vtoken_max_withdraw(asset, 10, four_fifths, v2)), "6");
    EXPECT_EQ(shown(vtoken_max_redeem(asset, 10, four_fifths, v1)), "7");
    EXPECT_EQ(shown(vtoken_max_redeem(asset, 10, four_fifths, v2)), "6");
}

}  // namespace

}  // namespace vesu::protocol
