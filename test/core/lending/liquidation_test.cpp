#include "core/lending/liquidation.hpp"
#include "support/decimal_text.hpp"

#include <gtest/gtest.h>

namespace vesu::lending {

namespace {

using test::decimal;
using test::text;

struct Case {
    const char *collateral = "1";
    const char *debt = "2100";
    const char *debt_to_cover = nullptr;
    const char *target_health = "1.001";
    const char *collateral_price = "2500";
    const char *threshold = "0.8";
    const char *bonus = "0.05";
};

// "repaid, seized, bonus, bad debt, health factor after"
std::string liquidated(const Case &asked)
{
    const Valuation position{decimal(asked.collateral), decimal(asked.collateral_price),
                             decimal(asked.debt), decimal("1")};
    const bool has_cover = asked.debt_to_cover != nullptr;
    const LiquidationTerms terms{decimal(asked.threshold), decimal(asked.bonus),
                                 decimal(asked.target_health), has_cover,
                                 decimal(has_cover ? asked.debt_to_cover : "0")};
    LiquidationAmounts amounts;
    if (liquidation_amounts(position, terms, amounts) != Status::ok)
        return "error";
    return text(amounts.debt_repaid) + ", " + text(amounts.collateral_seized) + ", " +
           text(amounts.bonus) + ", " + text(amounts.bad_debt) + ", " +
           (amounts.has_health_factor_after ? text(amounts.health_factor_after) : "NULL");
}

std::string la(const char *collateral, const char *debt, const char *debt_to_cover = nullptr)
{
    Case asked;
    asked.collateral = collateral;
    asked.debt = debt;
    asked.debt_to_cover = debt_to_cover;
    return liquidated(asked);
}

TEST(LiquidationAmounts, restore_the_target_health_by_default)
{
    EXPECT_EQ(la("1", "2100"), "634.161490683229813665, 0.266347826086956521, "
                               "0.012683229813664595, 0, 1.001000000000000001");
}

TEST(LiquidationAmounts, cover_what_is_asked_for_and_at_most_the_debt)
{
    EXPECT_EQ(la("1", "2100", "1000"), "1000, 0.42, 0.02, 0, 1.054545454545454545");
    EXPECT_EQ(la("1", "2100", "2100"), "2100, 0.882, 0.042, 0, NULL");
    EXPECT_EQ(la("1", "2100", "5000"), "2100, 0.882, 0.042, 0, NULL");
}

TEST(LiquidationAmounts, seize_no_more_than_there_is_and_leave_bad_debt)
{
    const char *const under_water =
        "1904.761904761904761905, 0.8, 0.038095238095238095, 195.238095238095238095, 0";
    EXPECT_EQ(la("0.8", "2100"), under_water);
    EXPECT_EQ(la("0.8", "2100", "2100"), under_water);
    EXPECT_EQ(la("0.8", "2100", "1904.761904761904761905"), under_water);
    EXPECT_EQ(la("0", "2100"), "0, 0, 0, 2100, 0");
}

TEST(LiquidationAmounts, leave_the_rest_as_bad_debt_when_a_part_takes_all_collateral)
{
    EXPECT_EQ(la("0.84", "2100", "2000"), "2000, 0.84, 0.04, 100, 0");
}

TEST(LiquidationAmounts, cover_a_part_of_an_under_water_position_without_bad_debt)
{
    EXPECT_EQ(la("0.8", "2100", "1000"), "1000, 0.42, 0.02, 0, 0.690909090909090909");
}

TEST(LiquidationAmounts, are_zero_for_a_healthy_position)
{
    EXPECT_EQ(la("5", "2100", "100"), "0, 0, 0, 0, 4.761904761904761904");
    EXPECT_EQ(la("1", "2000"), "0, 0, 0, 0, 1");
    EXPECT_EQ(la("1", "0"), "0, 0, 0, 0, NULL");
    EXPECT_EQ(la("0", "0"), "0, 0, 0, 0, NULL");
}

TEST(LiquidationAmounts, are_zero_when_the_target_is_reached_already)
{
    Case asked;
    asked.target_health = "0.9";  // the position is at 0.952…
    EXPECT_EQ(liquidated(asked), "0, 0, 0, 0, 0.95238095238095238");
}

TEST(LiquidationAmounts, take_the_whole_debt_when_no_part_reaches_the_target)
{
    Case asked;
    asked.target_health = "0.84";  // = 0.8 · 1.05: repaying does not move the health factor
    EXPECT_EQ(liquidated(asked), "2100, 0.882, 0.042, 0, NULL");

    asked = Case();
    asked.threshold = "0.96";  // 0.96 · 1.05 = 1.008 is above the target
    asked.collateral_price = "2187.5";
    EXPECT_EQ(liquidated(asked), "0, 0, 0, 0, 1");
    asked.collateral_price = "2187";
    EXPECT_EQ(liquidated(asked), "2082.857142857142857143, 1, 0.047619047619047619, "
                                 "17.142857142857142857, 0");
}

TEST(LiquidationAmounts, have_no_bonus_without_a_bonus_rate)
{
    Case asked;
    asked.bonus = "0";
    asked.debt_to_cover = "1000";
    EXPECT_EQ(liquidated(asked), "1000, 0.4, 0, 0, 1.090909090909090909");
}

TEST(LiquidationAmounts, leave_the_first_liquidator_what_the_contract_says)
{
    EXPECT_EQ(la("1", "2100", "2000"), "2000, 0.84, 0.04, 0, 3.2");
}

TEST(LiquidationAmounts, of_the_smallest_debt_still_add_up)
{
    EXPECT_EQ(la("0", "1e-18"), "0, 0, 0, 0.000000000000000001, 0");
    EXPECT_EQ(la("1e-18", "1"), "0.000000000000002381, 0.000000000000000001, "
                                "0, 0.999999999999997619, 0");
}

}  // namespace

}  // namespace vesu::lending
