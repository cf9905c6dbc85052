// What a vToken's owner can take out, and what can still be paid in: each rounding and border.
#include "core/protocol/vtoken.hpp"
#include "protocol/values.hpp"

#include <gtest/gtest.h>

namespace vesu::protocol {

namespace {

constexpr std::uint64_t percent = unit / 100;

std::string room(const AssetConfig &asset, const Integer &max_utilization, Protocol protocol)
{
    return outcome([&] { return withdrawable_assets(asset, max_utilization, protocol); });
}

// 7 in reserve and 3.5 of debt, rounded down, so that 30 % are lent; 20 shares.
const AssetConfig asset{7, 7, 20, unit / 2, unit, 0};

// 10 − 3 ÷ 0.8 = 6.25: V2 rounds the debt's part up to 4, V1 down to 3.
TEST(Withdrawable, leaves_the_debt_its_part_rounded_up_in_v2_and_down_in_v1)
{
    EXPECT_EQ(room(asset, 80 * percent, v2), "6");
    EXPECT_EQ(room(asset, 80 * percent, v1), "7");
    EXPECT_EQ(room(asset, 75 * percent, v2), "6");
    EXPECT_EQ(room(asset, unit, v2), "7");
    EXPECT_EQ(room(asset, unit, v1), "7");
}

// 7 whole tokens in reserve and 3 of debt.
const AssetConfig larger{7 * unit, 3 * unit, 20 * Integer(unit), unit, unit, 0};

// At its maximum V2 lets nothing out, nor one unit of 10^-18 below. From 2 units on it does:
// 10^19 − 3 · 10^36 ÷ (0.3 · 10^18 + 2) = 66.7.
TEST(Withdrawable, of_v2_is_nothing_close_to_the_maximum_utilization)
{
    EXPECT_EQ(room(larger, 30 * percent, v2), "0");
    EXPECT_EQ(room(larger, 30 * percent + 1, v2), "0");
    EXPECT_EQ(room(larger, 30 * percent + 2, v2), "66");
    EXPECT_EQ(room(larger, 0, v2), "0");
}

// At its maximum V1 lets out what it rounds off: 10 − ⌊3 · 3.333...⌋.
TEST(Withdrawable, of_v1_is_nothing_above_the_maximum_utilization)
{
    EXPECT_EQ(room(asset, 30 * percent - 1, v1), "0");
    EXPECT_EQ(room(asset, 30 * percent, v1), "1");
    EXPECT_EQ(room(larger, 30 * percent, v1), "1");
    EXPECT_EQ(room(larger, 30 * percent - 1, v1), "0");
    EXPECT_EQ(room(larger, 10 * percent, v1), "0");
    EXPECT_EQ(room(larger, 0, v1), "0");
}

// Two thirds are lent: 10^36 ÷ 666666666666666666 = 1.5 · 10^18 + 1, which makes the debt's part 2 units more than all.
TEST(Withdrawable, of_v1_reverts_where_the_maximum_is_the_rounded_utilization)
{
    const AssetConfig two_thirds{unit, 2 * unit, 3 * unit, unit, unit, 0};
    EXPECT_EQ(room(two_thirds, 666'666'666'666'666'666, v1), "u256_sub Overflow");
    EXPECT_EQ(room(two_thirds, 666'666'666'666'666'665, v1), "0");
    EXPECT_EQ(room(two_thirds, 666'666'666'666'666'666, v2), "0");
}

TEST(Withdrawable, of_an_empty_asset_reverts_in_v1)
{
    EXPECT_EQ(room({0, 0, 0, unit, unit, 0}, unit, v1), "Division by 0");
    EXPECT_EQ(room({0, 0, 0, unit, unit, 0}, unit, v2), "0");
    EXPECT_EQ(room({7, 0, 20, unit, unit, 0}, 0, v1), "Division by 0");
}

// 10^18 · 1000 ÷ (0.7 · 10^18) = 1428.6, so 1428: of a debt of 7 that is 7 · 1428 ÷ 1000 = 9.996.
TEST(Withdrawable, of_v1_rounds_the_part_of_a_whole_token_first)
{
    const AssetConfig coarse{3, 7 * (unit / 1000), 20, unit, 1000, 0};
    EXPECT_EQ(room(coarse, 70 * percent, v1), "1");
    EXPECT_EQ(room({4, 7 * (unit / 1000), 20, unit, 1000, 0}, 70 * percent, v2), "1");
    EXPECT_EQ(room(coarse, 70 * percent + 2, v2), "0");
}

TEST(Withdrawable, needs_products_of_256_bits_in_v1)
{
    const AssetConfig wide{two_to_the(250), two_to_the(190), 20, unit, unit, 0};
    EXPECT_EQ(room(wide, 2, v1), "u256_mul Overflow");
    EXPECT_EQ(room(wide, 2, v2),
              shown(two_to_the(250) + two_to_the(190) - two_to_the(190) * (unit / 2)));
}

// 11 shares are worth 11 · 10 ÷ 20 = 5.5; the room is 6.
TEST(MaxWithdraw, is_the_smaller_of_the_balance_rounded_down_and_the_room)
{
    for (const Protocol protocol : {v1, v2}) {
        EXPECT_EQ(shown(vtoken_max_withdraw(asset, 11, unit, protocol)), "5");
        EXPECT_EQ(shown(vtoken_max_withdraw(asset, 13, unit, protocol)), "6");
        EXPECT_EQ(shown(vtoken_max_withdraw(asset, 14, unit, protocol)), "7");
        EXPECT_EQ(shown(vtoken_max_withdraw(asset, 19, unit, protocol)), "7");
        EXPECT_EQ(shown(vtoken_max_withdraw(asset, 19, 10 * percent, protocol)), "0");
    }
    EXPECT_EQ(shown(vtoken_max_withdraw(asset, 19, 80 * percent, v2)), "6");
}

// A room of 7 is 7 · 19 ÷ 10 = 13.3 shares.
TEST(MaxRedeem, is_the_smaller_of_the_balance_and_the_shares_of_the_room_rounded_up)
{
    AssetConfig dear = asset;
    dear.total_collateral_shares = 19;
    for (const Protocol protocol : {v1, v2}) {
        EXPECT_EQ(shown(vtoken_max_redeem(dear, 13, unit, protocol)), "13");
        EXPECT_EQ(shown(vtoken_max_redeem(dear, 14, unit, protocol)), "14");
        EXPECT_EQ(shown(vtoken_max_redeem(dear, 15, unit, protocol)), "14");
        EXPECT_EQ(shown(vtoken_max_redeem(dear, 15, 10 * percent, protocol)), "0");
    }
    EXPECT_EQ(shown(vtoken_max_redeem(dear, 19, 80 * percent, v2)), "12");
}

// Without shares the balance has no worth, and 2^256 − 1 in reserve leave no room for a debt of 1.
TEST(MaxWithdraw, reverts_for_the_balance_first)
{
    const AssetConfig broken{Integer(~u256(0)), 1, 0, unit, unit, 0};
    EXPECT_EQ(room(broken, unit, v2), "u256_add Overflow");
    EXPECT_EQ(outcome([&] { return vtoken_max_withdraw(broken, 1, unit, v2); }),
              "unexpected-zero-collateral-shares");
}

TEST(MaxMint, fills_128_bits)
{
    EXPECT_EQ(shown(vtoken_max_mint({0, 0, 0, 0, 0, 0})),
              "340282366920938463463374607431768211455");
    EXPECT_EQ(shown(vtoken_max_mint({0, 0, 55, 0, 0, 0})),
              "340282366920938463463374607431768211400");
    const AssetConfig full = {0, 0, two_to_the(128), 0, 0, 0};
    EXPECT_EQ(outcome([&] { return vtoken_max_mint(full); }), "u256_sub Overflow");
}

// (2^128 − 3) · 11 ÷ 2 has a half; the debt of 3.5 counts as 4.
TEST(MaxDeposit, is_what_the_most_shares_cost_rounded_up)
{
    AssetConfig two_shares = asset;
    two_shares.total_collateral_shares = 2;
    const Integer expected = (two_to_the(128) - 3) * 11 / 2 + 1;
    for (const Protocol protocol : {v1, v2})
        EXPECT_EQ(shown(vtoken_max_deposit(two_shares, protocol)), shown(expected));
}

}  // namespace

}  // namespace vesu::protocol
