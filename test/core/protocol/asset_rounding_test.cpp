// One test for each rounding in the books of an asset. The numbers are small enough to follow by hand.
#include "core/protocol/asset.hpp"
#include "protocol/values.hpp"

#include <gtest/gtest.h>

namespace vesu::protocol {

namespace {

std::string nominal_debt(const Integer &debt, const Integer &rate_accumulator, const Integer &scale,
                         Rounding rounding, Protocol protocol)
{
    return outcome(
        [&] { return calculate_nominal_debt(debt, rate_accumulator, scale, rounding, protocol); });
}

// 10^36 ÷ (3·10^18) = 333333333333333333.3
TEST(NominalDebt, is_rounded_as_told)
{
    for (const Protocol protocol : {v1, v2}) {
        EXPECT_EQ(nominal_debt(1, 3 * unit, 1, down, protocol), "333333333333333333");
        EXPECT_EQ(nominal_debt(1, 3 * unit, 1, up, protocol), "333333333333333334");
        EXPECT_EQ(nominal_debt(1, 2 * unit, 1, up, protocol), "500000000000000000");
    }
}

// 10^36 ÷ (3·10^18·7): the second of V1's divisions has the remainder. By 3 again: the first one.
TEST(NominalDebt, is_rounded_at_both_divisions_of_v1)
{
    for (const Protocol protocol : {v1, v2}) {
        EXPECT_EQ(nominal_debt(1, 2 * unit, 7, down, protocol), "71428571428571428");
        EXPECT_EQ(nominal_debt(1, 2 * unit, 7, up, protocol), "71428571428571429");
        EXPECT_EQ(nominal_debt(1, 3 * unit, 3, down, protocol), "111111111111111111");
        EXPECT_EQ(nominal_debt(1, 3 * unit, 3, up, protocol), "111111111111111112");
    }
}

TEST(NominalDebt, is_0_for_an_asset_without_an_accumulator)
{
    EXPECT_EQ(nominal_debt(5, 0, 0, up, v1), "0");
    EXPECT_EQ(nominal_debt(5, 0, 0, up, v2), "0");
    EXPECT_EQ(nominal_debt(5, 1, 0, up, v1), "Division by 0");
    EXPECT_EQ(nominal_debt(5, 1, 0, up, v2), "Division by 0");
}

// 2^190 · 10^36 has 310 bits: V1 divides it by the accumulator first.
TEST(NominalDebt, overflows_earlier_in_v1)
{
    EXPECT_EQ(nominal_debt(two_to_the(190), 1, unit, down, v2), shown(two_to_the(190) * unit));
    EXPECT_EQ(nominal_debt(two_to_the(190), 1, unit, down, v1), "nominal-debt-overflow");
    EXPECT_EQ(nominal_debt(two_to_the(190), 1, 1, down, v2), "nominal-debt-overflow");
    EXPECT_EQ(nominal_debt(two_to_the(200), unit, unit, down, v1), "u256_mul Overflow");
    EXPECT_EQ(nominal_debt(two_to_the(200), unit, unit, down, v2), "u256_mul Overflow");
}

TEST(NominalDebt, multiplies_accumulator_and_scale_in_v2_alone)
{
    EXPECT_EQ(nominal_debt(1, two_to_the(200), two_to_the(60), up, v2), "u256_mul Overflow");
    EXPECT_EQ(nominal_debt(1, two_to_the(200), two_to_the(60), up, v1), "1");
}

std::string debt(const Integer &nominal_debt, const Integer &rate_accumulator, const Integer &scale,
                 Rounding rounding, Protocol protocol)
{
    return outcome(
        [&] { return calculate_debt(nominal_debt, rate_accumulator, scale, rounding, protocol); });
}

TEST(Debt, is_rounded_as_told)
{
    for (const Protocol protocol : {v1, v2}) {
        EXPECT_EQ(debt(3, unit / 2, unit, down, protocol), "1");
        EXPECT_EQ(debt(3, unit / 2, unit, up, protocol), "2");
        EXPECT_EQ(debt(4, unit / 2, unit, up, protocol), "2");
        EXPECT_EQ(debt(2, 3 * unit, 5 * unit, down, protocol), "30");
    }
}

// 10^36 + 1: the remainder is in the first of V1's divisions.
TEST(Debt, is_rounded_at_both_divisions_of_v1)
{
    const Integer nominal = Integer(unit) * unit + 1;
    for (const Protocol protocol : {v1, v2}) {
        EXPECT_EQ(debt(nominal, 1, 1, down, protocol), "1");
        EXPECT_EQ(debt(nominal, 1, 1, up, protocol), "2");
    }
}

TEST(Debt, is_0_for_an_asset_without_an_accumulator)
{
    EXPECT_EQ(debt(5, 0, unit, up, v1), "0");
    EXPECT_EQ(debt(5, 0, unit, up, v2), "0");
    EXPECT_EQ(debt(5, unit, 0, up, v2), "0");
}

TEST(Debt, overflows_earlier_in_v1)
{
    EXPECT_EQ(debt(two_to_the(250), 1, two_to_the(100), down, v2),
              shown(mul_div(two_to_the(250), two_to_the(100), Integer(unit) * unit, down)));
    EXPECT_EQ(debt(two_to_the(250), 1, two_to_the(100), down, v1), "debt-overflow");
    EXPECT_EQ(debt(two_to_the(250), 1, two_to_the(150), down, v2), "debt-overflow");
    EXPECT_EQ(debt(two_to_the(200), two_to_the(60), 1, down, v1), "u256_mul Overflow");
    EXPECT_EQ(debt(two_to_the(200), two_to_the(60), 1, down, v2), "u256_mul Overflow");
}

// 10 in reserve and 1.5 of debt: 11 or 12 assets, as the debt is rounded; 100 shares.
const AssetConfig half_a_unit{10, 3, 100, unit / 2, unit, 0};

std::string shares(const Integer &collateral, const AssetConfig &asset, Rounding rounding,
                   Protocol protocol)
{
    return outcome(
        [&] { return calculate_collateral_shares(collateral, asset, rounding, protocol); });
}

// 5·100 ÷ 12 = 41.7 and 5·100 ÷ 11 = 45.5; 6·100 ÷ 12 = 50 and 11·100 ÷ 11 = 100 have no remainder.
TEST(CollateralShares, are_rounded_as_told_and_the_debt_against_it)
{
    for (const Protocol protocol : {v1, v2}) {
        EXPECT_EQ(shares(5, half_a_unit, down, protocol), "41");
        EXPECT_EQ(shares(5, half_a_unit, up, protocol), "46");
        EXPECT_EQ(shares(6, half_a_unit, down, protocol), "50");
        EXPECT_EQ(shares(11, half_a_unit, up, protocol), "100");
    }
}

// 1 ÷ (2·10^18): the remainder is in the first of V1's divisions.
TEST(CollateralShares, are_rounded_at_both_divisions_of_v1)
{
    const AssetConfig rich{2 * unit, 0, 1, unit, unit, 0};
    for (const Protocol protocol : {v1, v2}) {
        EXPECT_EQ(shares(1, rich, down, protocol), "0");
        EXPECT_EQ(shares(1, rich, up, protocol), "1");
    }
}

TEST(CollateralShares, of_an_empty_asset_are_at_par_in_v1_and_revert_in_v2)
{
    const AssetConfig no_assets{0, 0, 100, unit, 3, 0}, no_shares{10, 0, 0, unit, 3, 0};
    for (const AssetConfig &asset : {no_assets, no_shares}) {
        EXPECT_EQ(shares(1, asset, down, v1), "333333333333333333");
        EXPECT_EQ(shares(1, asset, up, v1), "333333333333333334");
        EXPECT_EQ(shares(1, asset, up, v2), "unexpected-zero-assets");
    }
    EXPECT_EQ(shares(1, {0, 0, 0, unit, 0, 0}, up, v1), "0");
    EXPECT_EQ(shares(two_to_the(200), no_shares, up, v1), "u256_mul Overflow");
}

TEST(CollateralShares, overflow_earlier_in_v1)
{
    const AssetConfig wide{1, 0, two_to_the(100), unit, unit, 0};
    EXPECT_EQ(shares(two_to_the(150), wide, down, v2), shown(two_to_the(250)));
    EXPECT_EQ(shares(two_to_the(150), wide, down, v1), "collateral-shares-overflow");
    EXPECT_EQ(shares(two_to_the(156), wide, down, v2), "collateral-shares-overflow");
    EXPECT_EQ(shares(two_to_the(156), wide, down, v1), "u256_mul Overflow");
    const AssetConfig deep{unit, 0, two_to_the(100), unit, unit, 0};
    EXPECT_EQ(shares(two_to_the(155), deep, down, v1), shown(two_to_the(255) / unit));
}

std::string collateral(const Integer &collateral_shares, const AssetConfig &asset,
                       Rounding rounding, Protocol protocol)
{
    return outcome(
        [&] { return calculate_collateral(collateral_shares, asset, rounding, protocol); });
}

// 51·11 ÷ 100 = 5.6 and 51·12 ÷ 100 = 6.1; 100·11 ÷ 100 and 50·12 ÷ 100 have no remainder.
TEST(Collateral, is_rounded_as_told_and_the_debt_with_it)
{
    for (const Protocol protocol : {v1, v2}) {
        EXPECT_EQ(collateral(51, half_a_unit, down, protocol), "5");
        EXPECT_EQ(collateral(51, half_a_unit, up, protocol), "7");
        EXPECT_EQ(collateral(100, half_a_unit, down, protocol), "11");
        EXPECT_EQ(collateral(50, half_a_unit, up, protocol), "6");
    }
}

TEST(Collateral, is_rounded_at_both_divisions_of_v1)
{
    const AssetConfig many_shares{1, 0, 2 * unit, unit, unit, 0};
    for (const Protocol protocol : {v1, v2}) {
        EXPECT_EQ(collateral(1, many_shares, down, protocol), "0");
        EXPECT_EQ(collateral(1, many_shares, up, protocol), "1");
    }
}

TEST(Collateral, of_an_asset_without_shares_is_at_par_in_v1_and_reverts_in_v2)
{
    const AssetConfig no_shares{10, 0, 0, unit, 3, 0}, no_assets{0, 0, 100, unit, 3, 0};
    EXPECT_EQ(collateral(unit / 2, no_shares, down, v1), "1");
    EXPECT_EQ(collateral(unit / 2, no_shares, up, v1), "2");
    EXPECT_EQ(collateral(unit / 2, no_shares, up, v2), "unexpected-zero-collateral-shares");
    EXPECT_EQ(collateral(unit, no_assets, up, v1), "0");
    EXPECT_EQ(collateral(unit, no_assets, up, v2), "0");
    EXPECT_EQ(collateral(two_to_the(255), no_shares, up, v1), "u256_mul Overflow");
}

TEST(Collateral, overflows_earlier_in_v1)
{
    const AssetConfig wide{two_to_the(100), 0, 1, unit, unit, 0};
    EXPECT_EQ(collateral(two_to_the(150), wide, down, v2), shown(two_to_the(250)));
    EXPECT_EQ(collateral(two_to_the(150), wide, down, v1), "collateral-overflow");
    EXPECT_EQ(collateral(two_to_the(156), wide, down, v2), "collateral-overflow");
    EXPECT_EQ(collateral(two_to_the(156), wide, down, v1), "u256_mul Overflow");
}

TEST(Utilization, is_rounded_down_and_0_of_nothing)
{
    for (const Protocol protocol : {v1, v2}) {
        EXPECT_EQ(shown(calculate_utilization(1, 2, protocol)), "666666666666666666");
        EXPECT_EQ(shown(calculate_utilization(0, 0, protocol)), "0");
        EXPECT_EQ(shown(calculate_utilization(0, 1, protocol)), "1000000000000000000");
        EXPECT_EQ(shown(calculate_utilization(1, 0, protocol)), "0");
    }
}

TEST(Utilization, needs_a_product_of_256_bits_in_v1)
{
    EXPECT_EQ(outcome([] { return calculate_utilization(0, two_to_the(200), v2); }),
              "1000000000000000000");
    EXPECT_EQ(outcome([] { return calculate_utilization(0, two_to_the(200), v1); }),
              "u256_mul Overflow");
    EXPECT_EQ(outcome([] { return calculate_utilization(two_to_the(255), two_to_the(255), v2); }),
              "u256_add Overflow");
}

// 1 ÷ 11, not 2 ÷ 12.
TEST(Utilization, of_an_asset_rounds_its_debt_down)
{
    EXPECT_EQ(shown(utilization(half_a_unit, v1)), "90909090909090909");
    EXPECT_EQ(shown(utilization(half_a_unit, v2)), "90909090909090909");
}

std::string accumulator(std::int64_t last_updated, std::int64_t at, const Integer &last,
                        const Integer &rate, Protocol protocol)
{
    return outcome(
        [&] { return calculate_rate_accumulator(last_updated, at, last, rate, protocol); });
}

// 3 units grow by half to 4.5, and in two seconds to 6.75.
TEST(RateAccumulator, is_rounded_down)
{
    for (const Protocol protocol : {v1, v2}) {
        EXPECT_EQ(accumulator(100, 101, 3, unit / 2, protocol), "4");
        EXPECT_EQ(accumulator(100, 102, 3, unit / 2, protocol), "6");
    }
}

TEST(RateAccumulator, is_the_last_one_until_time_passes)
{
    for (const Protocol protocol : {v1, v2}) {
        EXPECT_EQ(accumulator(100, 100, 3, unit, protocol), "3");
        EXPECT_EQ(accumulator(100, 99, 3, unit, protocol), "3");
    }
}

TEST(RateAccumulator, needs_a_product_of_256_bits_in_v1)
{
    EXPECT_EQ(accumulator(0, 1, two_to_the(200), 0, v2), shown(two_to_the(200)));
    EXPECT_EQ(accumulator(0, 1, two_to_the(200), 0, v1), "u256_mul Overflow");
}

std::string fee_shares(const AssetConfig &asset, const Integer &new_rate_accumulator,
                       Protocol protocol)
{
    return outcome([&] { return calculate_fee_shares(asset, new_rate_accumulator, protocol); });
}

// 1.5 of debt at the accumulator 0.5; 20.5 of interest, rounded to 20 or 21, when that grows by 6.8333.
const AssetConfig with_fee{10, 3, 1000, unit / 2, unit, unit / 4};
const Integer later = Integer(unit / 2) + 6 * unit + 833333333333333333;

// V2: interest 20.5 → 21, fee 5.25 → 5, assets 10 + 1.5 → 12: 5·1000 ÷ (12 + 21 − 5) = 178.6.
TEST(FeeShares, of_v2_round_interest_and_debt_up_and_the_rest_down)
{
    EXPECT_EQ(fee_shares(with_fee, later, v2), "178");
}

// V1: interest 20.5 → 20; shares by assets with the debt up: 20·1000 ÷ 12 = 1666.7; a quarter of them 416.5.
TEST(FeeShares, of_v1_are_a_part_of_the_shares_for_the_interest)
{
    EXPECT_EQ(fee_shares(with_fee, later, v1), "416");
}

// Interest 2.5 → 2, by assets of 12.
TEST(FeeShares, of_v1_round_the_shares_before_the_fee)
{
    AssetConfig asset = with_fee;
    asset.total_collateral_shares = 48;  // 8 shares, of which a quarter is 2
    const Integer third = Integer(unit / 2) + 833333333333333333;
    EXPECT_EQ(fee_shares(asset, third, v1), "2");
    asset.total_collateral_shares = 47;  // 7.8 shares, of which a quarter is 1.96
    EXPECT_EQ(fee_shares(asset, third, v1), "1");
}

TEST(FeeShares, are_0_without_growth_fee_or_assets)
{
    for (const Protocol protocol : {v1, v2}) {
        EXPECT_EQ(fee_shares(with_fee, with_fee.last_rate_accumulator, protocol), "0");
        EXPECT_EQ(fee_shares(with_fee, 1, protocol), "0");
        EXPECT_EQ(fee_shares({10, 3, 1000, unit / 2, unit, 0}, later, protocol), "0");
    }
    EXPECT_EQ(fee_shares({0, 3, 1000, 0, unit, unit / 4}, later, v2), "0");
}

// A fee rate of 0 is asked for before anything that could revert.
TEST(FeeShares, of_v2_without_a_fee_rate_compute_nothing)
{
    const AssetConfig wide{10, two_to_the(250), 1000, unit, unit, 0};
    EXPECT_EQ(fee_shares(wide, two_to_the(100), v2), "0");
    EXPECT_EQ(fee_shares(wide, two_to_the(100), v1), "u256_mul Overflow");
}

}  // namespace

}  // namespace vesu::protocol
