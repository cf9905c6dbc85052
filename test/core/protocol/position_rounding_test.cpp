// One test for each rounding, border and order in the change of a position and in its values.
#include "core/protocol/position.hpp"
#include "protocol/values.hpp"
#include "support/decimal_text.hpp"

#include <gtest/gtest.h>

namespace vesu::protocol {

namespace {

// As collateral 11 or 12 assets, as the debt of 1.5 is rounded, and 100 shares; as debt an accumulator of 0.5.
const AssetConfig asset{10, 3, 100, unit / 2, unit, 0};
const Books books{{60, 2}, asset, asset};

Amount delta(Denomination denomination, const char *value)
{
    return {AmountType::delta, denomination, signed_integer(value)};
}

Amount target(Denomination denomination, const char *value)
{
    return {AmountType::target, denomination, signed_integer(value)};
}

constexpr Denomination native = Denomination::native;
constexpr Denomination assets = Denomination::assets;
const Amount nothing = delta(assets, "0");

std::string of_collateral(const Amount &amount, Protocol protocol)
{
    return outcome([&] { return deconstruct_position_amounts(books, amount, nothing, protocol); });
}

std::string of_debt(const Amount &amount, Protocol protocol)
{
    return outcome([&] { return deconstruct_position_amounts(books, nothing, amount, protocol); });
}

// 51 shares are worth 5.6 to 6.1, 5 assets 41.7 to 45.5 shares.
TEST(CollateralDelta, is_rounded_in_favour_of_the_pool)
{
    for (const Protocol protocol : {v1, v2}) {
        EXPECT_EQ(of_collateral(delta(native, "51"), protocol), "7 51 0 0");
        EXPECT_EQ(of_collateral(delta(native, "-51"), protocol), "-5 -51 0 0");
        EXPECT_EQ(of_collateral(delta(assets, "5"), protocol), "5 41 0 0");
        EXPECT_EQ(of_collateral(delta(assets, "-5"), protocol), "-5 -46 0 0");
    }
}

// 3 nominal units are 1.5 of debt; in an asset whose accumulator is 3, 1 of debt is a third.
TEST(DebtDelta, is_rounded_in_favour_of_the_pool)
{
    Books tripled = books;
    tripled.debt_asset.last_rate_accumulator = 3 * unit;
    for (const Protocol protocol : {v1, v2}) {
        EXPECT_EQ(of_debt(delta(native, "3"), protocol), "0 0 1 3");
        EXPECT_EQ(of_debt(delta(native, "-3"), protocol), "0 0 -2 -3");
        const auto of_assets = [&](const char *value) {
            return outcome([&] {
                return deconstruct_position_amounts(tripled, nothing, delta(assets, value),
                                                    protocol);
            });
        };
        EXPECT_EQ(of_assets("1"), "0 0 1 1");
        EXPECT_EQ(of_assets("-2"), "0 0 -2 0");
        EXPECT_EQ(of_assets("-4"), "0 0 -4 -1");
    }
}

TEST(Delta, of_zero_is_zero_on_both_sides)
{
    for (const Denomination denomination : {native, assets}) {
        EXPECT_EQ(of_collateral(delta(denomination, "0"), v2), "0 0 0 0");
        EXPECT_EQ(of_debt(delta(denomination, "-0"), v2), "0 0 0 0");
    }
}

// The position has 60 shares, worth 6.6 rounded down and 7.2 up.
TEST(CollateralTarget, in_shares_is_the_difference)
{
    EXPECT_EQ(of_collateral(target(native, "111"), v1), "7 51 0 0");
    EXPECT_EQ(of_collateral(target(native, "9"), v1), "-5 -51 0 0");
    EXPECT_EQ(of_collateral(target(native, "60"), v1), "0 0 0 0");
    EXPECT_EQ(of_collateral(target(native, "0"), v1), "-6 -60 0 0");
    EXPECT_EQ(of_collateral(target(assets, "0"), v1), "-6 -60 0 0");
}

TEST(CollateralTarget, in_assets_starts_from_the_worth_rounded_down)
{
    EXPECT_EQ(of_collateral(target(assets, "11"), v1), "5 41 0 0");
    EXPECT_EQ(of_collateral(target(assets, "1"), v1), "-5 -46 0 0");
    EXPECT_EQ(of_collateral(target(assets, "6"), v1), "0 0 0 0");
}

TEST(DebtTarget, in_nominal_units_is_the_difference)
{
    EXPECT_EQ(of_debt(target(native, "5"), v1), "0 0 1 3");
    EXPECT_EQ(of_debt(target(native, "2"), v1), "0 0 0 0");
    EXPECT_EQ(of_debt(target(native, "1"), v1), "0 0 -1 -1");
    EXPECT_EQ(of_debt(target(native, "0"), v1), "0 0 -1 -2");
    EXPECT_EQ(of_debt(target(assets, "0"), v1), "0 0 -1 -2");
}

// 2 nominal units at 2.75 are 5.5, taken as 5; 1 of debt is 0.36 of a unit, 3 are 1.09.
TEST(DebtTarget, in_assets_starts_from_the_debt_rounded_down_and_rounds_down_when_repaying)
{
    Books position = books;
    position.debt_asset.last_rate_accumulator = 2 * unit + 3 * (unit / 4);
    const auto to = [&](const char *value) {
        return outcome([&] {
            return deconstruct_position_amounts(position, nothing, target(assets, value), v1);
        });
    };
    EXPECT_EQ(to("5"), "0 0 0 0");
    EXPECT_EQ(to("6"), "0 0 1 1");
    EXPECT_EQ(to("8"), "0 0 3 2");
    EXPECT_EQ(to("4"), "0 0 -1 0");
    EXPECT_EQ(to("2"), "0 0 -3 -1");
}

TEST(Target, is_not_negative)
{
    EXPECT_EQ(of_collateral(target(native, "-1"), v1), "collateral-target-negative");
    EXPECT_EQ(of_collateral(target(assets, "-1"), v1), "collateral-target-negative");
    EXPECT_EQ(of_debt(target(native, "-1"), v1), "debt-target-negative");
    EXPECT_EQ(of_debt(target(assets, "-1"), v1), "debt-target-negative");
}

// The deltas as applied, then shares and nominal debt of the position, reserve and total shares of the collateral,
// reserve and total nominal debt of the debt.
std::string applied(Books state, Deltas deltas, const Integer &bad_debt, Protocol protocol)
{
    const std::string error =
        complaint([&] { apply_position_update(state, deltas, bad_debt, protocol); });
    if (!error.empty())
        return error;
    return shown(deltas) + ": " + shown(state.position.collateral_shares) + " " +
           shown(state.position.nominal_debt) + ", " + shown(state.collateral_asset.reserve) + " " +
           shown(state.collateral_asset.total_collateral_shares) + ", " +
           shown(state.debt_asset.reserve) + " " + shown(state.debt_asset.total_nominal_debt);
}

Deltas deltas(const char *collateral, const char *shares, const char *debt, const char *nominal)
{
    return {signed_integer(collateral), signed_integer(shares), signed_integer(debt),
            signed_integer(nominal)};
}

// 60 shares of 2000, which are worth 7.2 by the debt rounded up and 7.17 by it rounded down; 5 nominal units are
// 2.5 of debt.
const Books open{{60, 5}, {230, 19, 2000, unit / 2, unit, 0}, {100, 50, 900, unit / 2, unit, 0}};

TEST(PositionUpdate, adds_collateral)
{
    for (const Protocol protocol : {v1, v2})
        EXPECT_EQ(applied(open, deltas("3", "20", "0", "0"), 0, protocol),
                  "3 20 0 0: 80 5, 233 2020, 100 50");
}

TEST(PositionUpdate, takes_collateral)
{
    for (const Protocol protocol : {v1, v2}) {
        EXPECT_EQ(applied(open, deltas("-3", "-20", "0", "0"), 0, protocol),
                  "-3 -20 0 0: 40 5, 227 1980, 100 50");
        // A share may be worth less than a unit.
        EXPECT_EQ(applied(open, deltas("0", "-1", "0", "0"), 0, protocol),
                  "0 -1 0 0: 59 5, 230 1999, 100 50");
        // Exactly all of it is taken as it is asked for.
        EXPECT_EQ(applied(open, deltas("-9", "-60", "0", "0"), 0, protocol),
                  "-9 -60 0 0: 0 5, 221 1940, 100 50");
    }
}

// 60 · 239 ÷ 2000 = 7.17, on the books before the change.
TEST(PositionUpdate, cuts_collateral_to_what_there_is_and_rounds_its_worth_down)
{
    for (const Protocol protocol : {v1, v2})
        EXPECT_EQ(applied(open, deltas("-9", "-61", "0", "0"), 0, protocol),
                  "-7 -60 0 0: 0 5, 223 1940, 100 50");
}

TEST(PositionUpdate, needs_the_collateral_in_the_reserve)
{
    Books lent = open;
    lent.collateral_asset.reserve = 8;
    EXPECT_EQ(applied(lent, deltas("-9", "-60", "0", "0"), 0, v2), "insufficient-reserve");
    EXPECT_EQ(applied(lent, deltas("-9", "-60", "0", "0"), 0, v1), "u256_sub Overflow");
    lent.collateral_asset.reserve = 9;
    EXPECT_EQ(applied(lent, deltas("-9", "-60", "0", "0"), 0, v2),
              "-9 -60 0 0: 0 5, 0 1940, 100 50");
}

// The shares that V1 locked on the first deposit are all that is left.
TEST(PositionUpdate, of_v1_forgets_the_last_thousand_shares)
{
    Books last = open;
    last.position.collateral_shares = 1000;
    EXPECT_EQ(applied(last, deltas("-9", "-1000", "0", "0"), 0, v1),
              "-9 -1000 0 0: 0 5, 221 0, 100 50");
    EXPECT_EQ(applied(last, deltas("-9", "-1000", "0", "0"), 0, v2),
              "-9 -1000 0 0: 0 5, 221 1000, 100 50");
    EXPECT_EQ(applied(last, deltas("-9", "-999", "0", "0"), 0, v1),
              "-9 -999 0 0: 1 5, 221 1001, 100 50");
    last.collateral_asset.total_collateral_shares = 500;
    EXPECT_EQ(applied(last, deltas("9", "100", "0", "0"), 0, v1),
              "9 100 0 0: 1100 5, 239 600, 100 50");
}

TEST(PositionUpdate, adds_debt)
{
    for (const Protocol protocol : {v1, v2})
        EXPECT_EQ(applied(open, deltas("0", "0", "40", "81"), 0, protocol),
                  "0 0 40 81: 60 86, 230 2000, 60 131");
}

TEST(PositionUpdate, needs_the_debt_in_the_reserve)
{
    EXPECT_EQ(applied(open, deltas("0", "0", "100", "1"), 0, v2),
              "0 0 100 1: 60 6, 230 2000, 0 51");
    EXPECT_EQ(applied(open, deltas("0", "0", "101", "1"), 0, v2), "insufficient-reserve");
    EXPECT_EQ(applied(open, deltas("0", "0", "101", "1"), 0, v1), "u256_sub Overflow");
}

TEST(PositionUpdate, has_no_bad_debt_when_debt_grows)
{
    EXPECT_EQ(applied(open, deltas("0", "0", "40", "81"), 1, v2), "bad-debt-not-zero");
    EXPECT_EQ(applied(open, deltas("0", "0", "101", "81"), 1, v2), "insufficient-reserve");
    EXPECT_EQ(applied(open, deltas("0", "0", "40", "81"), 1, v1),
              "0 0 40 81: 60 86, 230 2000, 60 131");
}

TEST(PositionUpdate, takes_debt_and_leaves_bad_debt_out_of_the_reserve)
{
    for (const Protocol protocol : {v1, v2}) {
        EXPECT_EQ(applied(open, deltas("0", "0", "-7", "-4"), 0, protocol),
                  "0 0 -7 -4: 60 1, 230 2000, 107 46");
        EXPECT_EQ(applied(open, deltas("0", "0", "-7", "-5"), 3, protocol),
                  "0 0 -7 -5: 60 0, 230 2000, 104 45");
        EXPECT_EQ(applied(open, deltas("0", "0", "-7", "-5"), 7, protocol),
                  "0 0 -7 -5: 60 0, 230 2000, 100 45");
        EXPECT_EQ(applied(open, deltas("0", "0", "-7", "-5"), 8, protocol), "u256_sub Overflow");
    }
}

// 5 nominal units are 2.5 of debt.
TEST(PositionUpdate, cuts_debt_to_what_there_is_and_rounds_it_up)
{
    for (const Protocol protocol : {v1, v2}) {
        EXPECT_EQ(applied(open, deltas("0", "0", "-7", "-6"), 0, protocol),
                  "0 0 -3 -5: 60 0, 230 2000, 103 45");
        EXPECT_EQ(applied(open, deltas("0", "0", "-7", "-6"), 2, protocol),
                  "0 0 -3 -5: 60 0, 230 2000, 101 45");
    }
}

TEST(PositionUpdate, changes_nothing_when_the_native_amounts_are_zero)
{
    for (const Protocol protocol : {v1, v2})
        EXPECT_EQ(applied(open, deltas("9", "0", "-7", "0"), 3, protocol),
                  "9 0 -7 0: 60 5, 230 2000, 100 50");
}

std::string values(const Books &state, const Integer &collateral_price, const Integer &debt_price,
                   Protocol protocol)
{
    return outcome(
        [&] { return collateral_and_debt_value(state, collateral_price, debt_price, protocol); });
}

// 60 shares are 7.17, so 7; 5 nominal units are 2.5, so 3. At 0.1 a unit: 0.7 and 0.3.
TEST(PositionValue, rounds_collateral_down_and_debt_up_but_its_value_down_in_v1)
{
    EXPECT_EQ(values(open, unit, unit, v1), "7 7 3 3");
    EXPECT_EQ(values(open, unit, unit, v2), "7 7 3 3");
    EXPECT_EQ(values(open, unit / 10, unit / 10, v1), "7 0 3 0");
    EXPECT_EQ(values(open, unit / 10, unit / 10, v2), "7 0 3 1");
    EXPECT_EQ(values(open, unit / 7, unit / 3, v1), "7 0 3 0");
    EXPECT_EQ(values(open, unit / 7, unit / 3, v2), "7 0 3 1");
}

TEST(PositionValue, takes_each_price_and_scale_from_its_side)
{
    const Books two{{60, unit}, {230, 0, 2000, unit, 2, 0}, {100, unit, 900, unit, 10, 0}};
    EXPECT_EQ(values(two, 8, 5, v1), "6 24 10 5");
    EXPECT_EQ(values(two, 8, 5, v2), "6 24 10 5");
}

TEST(PositionValue, needs_a_product_of_256_bits_in_v1)
{
    EXPECT_EQ(values(open, two_to_the(255), 0, v2),
              "7 " + shown(mul_div(7, two_to_the(255), unit, down)) + " 3 0");
    EXPECT_EQ(values(open, two_to_the(255), 0, v1), "u256_mul Overflow");
    EXPECT_EQ(values(open, 0, two_to_the(255), v1), "u256_mul Overflow");
    EXPECT_EQ(shown(value_of(7, two_to_the(255), two_to_the(200), up, v2)),
              shown(7 * two_to_the(55)));
}

TEST(PositionValue, of_an_asset_without_a_scale_is_0_in_v1)
{
    EXPECT_EQ(outcome([] { return value_of(7, unit, 0, up, v1); }), "0");
    EXPECT_EQ(outcome([] { return value_of(7, unit, 0, up, v2); }), "mul_div division by zero");
}

TEST(Collateralized, means_at_least)
{
    constexpr std::uint64_t four_fifths = 800'000'000'000'000'000;
    EXPECT_TRUE(is_collateralized(125, 100, four_fifths));
    EXPECT_FALSE(is_collateralized(125, 101, four_fifths));
    EXPECT_FALSE(is_collateralized(124, 100, four_fifths));
    EXPECT_FALSE(is_collateralized(125, 100, four_fifths - 1));
    EXPECT_TRUE(is_collateralized(0, 0, 0));
    EXPECT_EQ(outcome([] { return is_collateralized(two_to_the(200), 1, unit); }),
              "u256_mul Overflow");
    EXPECT_EQ(outcome([] { return is_collateralized(1, two_to_the(200), unit); }),
              "u256_mul Overflow");
}

TEST(HealthFactor, is_rounded_down_so_that_it_is_below_1_exactly_when_not_collateralized)
{
    const auto of = [](const Integer &collateral_value, const Integer &debt_value,
                       const Integer &max_ltv) {
        Decimal factor;
        return health_factor(collateral_value, debt_value, max_ltv, factor) == Status::ok
                   ? test::text(factor)
                   : "undefined";
    };
    EXPECT_EQ(of(2, 3, unit), "666666666666666666");
    EXPECT_EQ(of(125, 100, 800'000'000'000'000'000), "1000000000000000000");
    EXPECT_EQ(of(5, 0, unit), "undefined");
    EXPECT_EQ(of(0, 5, unit), "0");
    EXPECT_EQ(of(two_to_the(255), 1, 4), test::text({u512(1) << 257, 0}));
}

}  // namespace

}  // namespace vesu::protocol
