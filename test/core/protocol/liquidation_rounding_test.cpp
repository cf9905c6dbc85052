// One test for each rounding, border and order in a liquidation.
#include "core/protocol/liquidation.hpp"
#include "protocol/values.hpp"

#include <gtest/gtest.h>

namespace vesu::protocol {

namespace {

// A position alone in its pool: as many shares as collateral, as much nominal debt as debt, and scales of 10.
Books position(std::uint64_t collateral, std::uint64_t debt)
{
    const Integer nominal = Integer(debt) * unit / 10;
    return {{collateral, nominal},
            {collateral, 0, collateral, unit, 10, 0},
            {0, nominal, 0, unit, 10, 0}};
}

struct Case {
    Books books;
    LiquidationTerms terms;

    std::string operator()(Protocol protocol) const
    {
        return outcome([&] { return calculate_liquidation(books, terms, protocol); });
    }
};

// Prices, the repayment and what is asked for; a factor of 0 is 1, a maximum LTV of 0 makes all of it liquidatable.
Case liquidation(std::uint64_t collateral, const Integer &collateral_price, std::uint64_t debt,
                 const Integer &debt_price, std::uint64_t repay, const Integer &factor = 0)
{
    return {position(collateral, debt), {collateral_price, debt_price, 0, factor, repay, 0}};
}

constexpr std::uint64_t half = unit / 2;
constexpr std::uint64_t nine_tenths = 900'000'000'000'000'000;

TEST(Liquidation, takes_collateral_for_the_repayment)
{
    for (const Protocol protocol : {v1, v2}) {
        // 4000 at 2 are worth 8000 of collateral.
        EXPECT_EQ(liquidation(100'000, unit, 5000, 2 * unit, 4000)(protocol), "8000 4000 0");
        // A discount of a tenth: 8000 ÷ 0.9 = 8888.9.
        EXPECT_EQ(liquidation(100'000, unit, 5000, 2 * unit, 4000, nine_tenths)(protocol),
                  "8888 4000 0");
        EXPECT_EQ(liquidation(100'000, 4 * unit, 5000, 2 * unit, 4000)(protocol), "2000 4000 0");
    }
}

TEST(Liquidation, repays_at_most_the_debt)
{
    for (const Protocol protocol : {v1, v2}) {
        EXPECT_EQ(liquidation(100'000, unit, 5000, unit, 4999)(protocol), "4999 4999 0");
        EXPECT_EQ(liquidation(100'000, unit, 5000, unit, 5000)(protocol), "5000 5000 0");
        EXPECT_EQ(liquidation(100'000, unit, 5000, unit, 5001)(protocol), "5000 5000 0");
    }
}

// 15 units of debt at 3 are 4.5, so 4; up they would be 5. At a collateral price of 10^18 those are 4 · 10 ÷ 10^18.
TEST(Liquidation, rounds_the_value_of_the_repayment_down)
{
    for (const Protocol protocol : {v1, v2})
        EXPECT_EQ(liquidation(100'000, 1, 15, 3, 15)(protocol), "40 15 0");
}

// 4 · 10^18 ÷ (3 · 10^18) = 1.3, so 1, and 1 · 10 ÷ 1 of collateral; in one division they would be 13.
TEST(Liquidation, rounds_whole_collateral_before_its_scale)
{
    for (const Protocol protocol : {v1, v2})
        EXPECT_EQ(liquidation(100'000, 3 * unit, 4, 10, 4, 1)(protocol), "10 4 0");
}

// 10^18 · 10 ÷ (9 · 10^18) = 1.1.
TEST(Liquidation, rounds_the_released_collateral_down)
{
    for (const Protocol protocol : {v1, v2})
        EXPECT_EQ(liquidation(100'000, 1, 1, 10, 1, 9 * unit)(protocol), "1 1 0");
}

// Collateral of value 3000, debt of 5000.
TEST(Liquidation, releases_at_most_the_collateral)
{
    for (const Protocol protocol : {v1, v2}) {
        EXPECT_EQ(liquidation(3000, unit, 5000, unit, 4000)(protocol), "3000 5000 2000");
        EXPECT_EQ(liquidation(3000, unit, 5000, unit, 2999)(protocol), "2999 4998 1999");
    }
}

TEST(Liquidation, releases_at_least_the_minimum)
{
    Case case_ = liquidation(100'000, unit, 5000, unit, 4000);
    case_.terms.min_collateral_to_receive = 4000;
    EXPECT_EQ(case_(v2), "4000 4000 0");
    case_.terms.min_collateral_to_receive = 4001;
    EXPECT_EQ(case_(v2), "less-than-min-collateral");
    EXPECT_EQ(case_(v1), "less-than-min-collateral");
}

// The minimum is compared with what the position can give, not with what the repayment is worth.
TEST(Liquidation, compares_the_minimum_after_the_limit_of_the_collateral)
{
    Case case_ = liquidation(3000, unit, 5000, unit, 4000);
    case_.terms.min_collateral_to_receive = 3001;
    EXPECT_EQ(case_(v2), "less-than-min-collateral");
}

// Covered means a collateral value, times the factor, of at least the debt's.
TEST(Liquidation, of_a_covered_debt_leaves_no_bad_debt)
{
    for (const Protocol protocol : {v1, v2}) {
        EXPECT_EQ(liquidation(5000, unit, 5000, unit, 4000)(protocol), "4000 4000 0");
        // 4999 of value: 4000 · 1 ÷ 4999 = 0.8.
        EXPECT_EQ(liquidation(4999, unit, 5000, unit, 4000)(protocol), "4000 4000 0");
        // 10000 · 0.9 covers 9000, not 9001; 8999 · 1 ÷ 9000 = 0.9998.
        EXPECT_EQ(liquidation(10'000, unit, 9000, unit, 8999, nine_tenths)(protocol),
                  "9998 8999 0");
        EXPECT_EQ(liquidation(10'000, unit, 9001, unit, 9001, nine_tenths)(protocol),
                  "10000 9001 1");
    }
}

// Half of a collateral value of 7 is 3.5, so 3, against a debt value of 4.
TEST(Liquidation, rounds_the_covered_value_down)
{
    for (const Protocol protocol : {v1, v2})
        EXPECT_EQ(liquidation(7, 10, 4, 10, 4, half)(protocol), "7 4 1");
}

// The collateral does not even cover what is repaid: all of the debt is written off.
// At 0.8 a unit 9 are worth 7.2, in V2 8 and in V1 7: (8 − 5) ÷ 0.8 = 3.75 and (7 − 5) ÷ 0.8 = 2.5.
TEST(Liquidation, beyond_the_collateral_writes_off_all_and_rounds_bad_debt_down)
{
    for (const Protocol protocol : {v1, v2}) {
        EXPECT_EQ(liquidation(5, 10, 7, 10, 7)(protocol), "5 7 2");
        EXPECT_EQ(liquidation(5, 10, 9, 8, 9)(protocol), protocol == v2 ? "5 9 3" : "5 9 2");
    }
}

// The repayment is worth 2001.5, and 2001 are covered. V2 rounds up and writes off all, (3000 − 2001) · 10 of it bad;
// V1 takes the repayment's part, 20015 · 999 ÷ 2001 = 9992.5.
TEST(Liquidation, compares_what_is_repaid_rounded_up_in_v2_and_down_in_v1)
{
    const Case case_ = liquidation(2001, 10, 30'000, 1, 20'015);
    EXPECT_EQ(case_(v2), "2001 30000 9990");
    EXPECT_EQ(case_(v1), "2001 30007 9992");
}

// Collateral of 4000, debt of 6000; 2500 of it takes its part of the bad debt with it: 2500 · 2000 ÷ 4000.
TEST(Liquidation, of_a_part_writes_off_its_part_of_the_bad_debt)
{
    for (const Protocol protocol : {v1, v2}) {
        EXPECT_EQ(liquidation(4000, 10, 6000, 10, 2500)(protocol), "2500 3750 1250");
        EXPECT_EQ(liquidation(4000, 10, 6000, 10, 4000)(protocol), "4000 6000 2000");
        EXPECT_EQ(liquidation(4000, 10, 6000, 10, 4001)(protocol), "4000 6000 2000");
        // 2500 · 2001 ÷ 4000 = 1250.6.
        EXPECT_EQ(liquidation(4000, 10, 6001, 10, 2500)(protocol), "2500 3750 1250");
    }
}

TEST(Liquidation, of_a_part_repays_more_than_2000_units_in_v2)
{
    EXPECT_EQ(liquidation(4000, 10, 6000, 10, 2000)(v2), "less-than-min-liquidation-amount");
    EXPECT_EQ(liquidation(4000, 10, 6000, 10, 2001)(v2), "2001 3001 1000");
    EXPECT_EQ(liquidation(4000, 10, 6000, 10, 2000)(v1), "2000 3000 1000");
    // Not when it is covered, and not when all of it is written off.
    EXPECT_EQ(liquidation(6000, 10, 6000, 10, 1)(v2), "1 1 0");
    EXPECT_EQ(liquidation(10, 10, 6000, 10, 11)(v2), "10 6000 5990");
}

TEST(Liquidation, needs_a_position_below_its_maximum_ltv)
{
    Case case_ = liquidation(5000, 10, 4000, 10, 4000);
    case_.terms.max_ltv = 800'000'000'000'000'000;
    EXPECT_EQ(case_(v2), "not-undercollateralized");
    EXPECT_EQ(case_(v1), "not-undercollateralized");
    case_.terms.max_ltv = 800'000'000'000'000'000 - 1;
    EXPECT_EQ(case_(v2), "4000 4000 0");
}

// The whole collateral value counts for the maximum LTV; the factor has no part in it.
TEST(Liquidation, tests_the_maximum_ltv_without_the_factor)
{
    Case case_ = liquidation(5000, 10, 4000, 10, 4000, half);
    case_.terms.max_ltv = 800'000'000'000'000'000;
    EXPECT_EQ(case_(v2), "not-undercollateralized");
}

TEST(Liquidation, reports_the_first_of_several_reasons)
{
    Case case_ = liquidation(5000, 10, 4000, 10, 100);
    case_.terms.max_ltv = unit;
    case_.terms.min_collateral_to_receive = 5000;
    EXPECT_EQ(case_(v2), "less-than-min-collateral");

    case_ = liquidation(4000, 10, 6000, 10, 2000);
    case_.terms.max_ltv = 10 * Integer(unit);
    EXPECT_EQ(case_(v2), "less-than-min-liquidation-amount");

    // Price 0 of the collateral comes first of all, the value of the collateral before the minimum.
    case_.terms.collateral_price = 0;
    EXPECT_EQ(case_(v2), "mul_div division by zero");
    EXPECT_EQ(case_(v1), "Division by 0");
    case_ = liquidation(5000, two_to_the(200), 4000, 10, 100);
    case_.terms.min_collateral_to_receive = 5000;
    EXPECT_EQ(case_(v1), "u256_mul Overflow");
    EXPECT_EQ(case_(v2), "less-than-min-collateral");
}

TEST(Liquidation, gives_the_values_of_the_position_before)
{
    const Case case_ = liquidation(5, 9, 7, 9, 7);
    EXPECT_EQ(shown(calculate_liquidation(case_.books, case_.terms, v2).value), "5 4 7 7");
    EXPECT_EQ(shown(calculate_liquidation(case_.books, case_.terms, v1).value), "5 4 7 6");
}

}  // namespace

}  // namespace vesu::protocol
