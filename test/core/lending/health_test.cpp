#include "core/lending/health.hpp"
#include "support/decimal_text.hpp"

#include <gtest/gtest.h>

namespace vesu::lending {

namespace {

using test::decimal;
using test::text;

Valuation valuation(const char *collateral_amount, const char *collateral_price,
                    const char *debt_amount, const char *debt_price)
{
    return {decimal(collateral_amount), decimal(collateral_price), decimal(debt_amount),
            decimal(debt_price)};
}

// The result as SQL shows it.
std::string shown(Status status, const Decimal &result)
{
    switch (status) {
    case Status::ok:
        return text(result);
    case Status::undefined:
        return "NULL";
    case Status::infinite:
        return "Infinity";
    default:
        return "error";
    }
}

std::string health_factor(const Valuation &position, const char *liquidation_threshold)
{
    Decimal result;
    return shown(lending::health_factor(position, decimal(liquidation_threshold), result), result);
}

std::string hf(const char *collateral_amount, const char *debt_amount)
{
    return health_factor(valuation(collateral_amount, "2500", debt_amount, "1"), "0.8");
}

std::string loan_to_value(const Valuation &position)
{
    Decimal result;
    return shown(lending::loan_to_value(position, result), result);
}

std::string liquidation_price(const char *collateral_amount, const char *threshold,
                              const char *debt_amount, const char *debt_price)
{
    Decimal result;
    return shown(lending::liquidation_price(decimal(collateral_amount), decimal(threshold),
                                            decimal(debt_amount), decimal(debt_price), result),
                 result);
}

std::string max_borrow(const Valuation &position, const char *max_ltv)
{
    Decimal result;
    return shown(lending::max_borrow(position, decimal(max_ltv), result), result);
}

std::string max_withdraw(const Valuation &position, const char *threshold, const char *floor = "1")
{
    Decimal result;
    return shown(lending::max_withdraw(position, decimal(threshold), decimal(floor), result),
                 result);
}

std::string ratio(const char *numerator, const char *denominator)
{
    Decimal result;
    return shown(lending::ratio(decimal(numerator), decimal(denominator), result), result);
}

std::string vtokens(const char *amount, const char *rate, Rounding rounding)
{
    Decimal result;
    return shown(lending::vtokens_for_assets(decimal(amount), decimal(rate), rounding, result),
                 result);
}

std::string assets(const char *amount, const char *rate)
{
    Decimal result;
    return shown(lending::assets_for_vtokens(decimal(amount), decimal(rate), result), result);
}

std::string simple_yield(const char *amount, const char *apy, const char *days)
{
    Decimal result;
    return shown(lending::simple_yield(decimal(amount), decimal(apy), decimal(days), result),
                 result);
}

TEST(HealthFactor, is_collateral_value_at_the_threshold_by_debt_value)
{
    EXPECT_EQ(hf("1.5", "1000"), "3");
    EXPECT_EQ(hf("1.5", "2100"), "1.428571428571428571");
    EXPECT_EQ(health_factor(valuation("1.5", "1800", "2100", "1"), "0.8"), "1.028571428571428571");
    EXPECT_EQ(health_factor(valuation("1.5", "1600", "2100", "1"), "0.8"), "0.914285714285714285");
    EXPECT_EQ(health_factor(valuation("0.1", "100", "0.1", "0.5"), "0.7"), "140");
    EXPECT_EQ(
        health_factor(valuation("10.123456789", "2500.123456789", "5000.987654321", "1.000000001"),
                      "0.8"),
        "4.048782921475979998");
}

TEST(HealthFactor, is_undefined_without_debt_and_0_without_collateral)
{
    EXPECT_EQ(hf("1.5", "0"), "NULL");
    EXPECT_EQ(hf("0", "0"), "NULL");
    EXPECT_EQ(hf("0", "1000"), "0");
    EXPECT_EQ(health_factor(valuation("1", "1", "1", "1"), "0"), "0");
}

TEST(HealthFactor, has_no_upper_bound_of_six_digits)
{
    EXPECT_EQ(hf("1", "1e-18"), "2000000000000000000000");
}

TEST(HealthFactor, reports_a_quotient_beyond_its_type)
{
    EXPECT_EQ(health_factor(valuation("1e154", "1", "1e-256", "1"), "1"), "error");
}

TEST(Undercollateralized, starts_one_unit_above_the_limit)
{
    const Decimal threshold = decimal("0.8");
    EXPECT_EQ(hf("1", "2000"), "1");
    EXPECT_FALSE(is_undercollateralized(valuation("1", "2500", "2000", "1"), threshold));
    EXPECT_TRUE(
        is_undercollateralized(valuation("1", "2500", "2000.000000000000000001", "1"), threshold));
    EXPECT_TRUE(
        is_undercollateralized(valuation("0.999999999999999999", "2500", "2000", "1"), threshold));
}

TEST(Undercollateralized, needs_debt)
{
    EXPECT_FALSE(is_undercollateralized(valuation("0", "2500", "0", "1"), decimal("0.8")));
    EXPECT_TRUE(is_undercollateralized(valuation("0", "2500", "1e-18", "1"), decimal("0.8")));
    EXPECT_TRUE(is_undercollateralized(valuation("5", "2500", "1e-18", "1"), decimal("0")));
}

TEST(Undercollateralized, compares_numbers_whose_products_need_thousands_of_bits)
{
    const Decimal largest{~u512(0), 0}, smallest{1, max_argument_scale}, one{1, 0};
    const Valuation rich{largest, largest, smallest, smallest};
    const Valuation poor{smallest, smallest, largest, largest};
    EXPECT_FALSE(is_undercollateralized(rich, one));
    EXPECT_TRUE(is_undercollateralized(poor, one));
}

TEST(LoanToValue, rounds_up)
{
    EXPECT_EQ(loan_to_value(valuation("1.5", "2500", "1000", "1")), "0.266666666666666667");
    EXPECT_EQ(loan_to_value(valuation("1", "2500", "1e-18", "1")), "0.000000000000000001");
}

TEST(LoanToValue, is_0_without_debt_and_infinite_for_debt_without_collateral)
{
    EXPECT_EQ(loan_to_value(valuation("0", "2500", "1000", "1")), "Infinity");
    EXPECT_EQ(loan_to_value(valuation("1.5", "2500", "0", "1")), "0");
    EXPECT_EQ(loan_to_value(valuation("0", "2500", "0", "1")), "0");
}

TEST(LiquidationPrice, is_the_lowest_healthy_price)
{
    EXPECT_EQ(liquidation_price("1.5", "0.8", "1000", "1"), "833.333333333333333334");
    EXPECT_EQ(liquidation_price("1.5", "0.8", "0", "1"), "NULL");
    EXPECT_EQ(liquidation_price("0", "0.8", "0", "1"), "NULL");
    EXPECT_EQ(liquidation_price("0", "0.8", "1000", "1"), "Infinity");
    EXPECT_EQ(liquidation_price("1.5", "0", "1000", "1"), "Infinity");
}

TEST(MaxBorrow, is_what_the_loan_to_value_leaves)
{
    EXPECT_EQ(max_borrow(valuation("1.5", "2500", "0", "1"), "0.75"), "2812.5");
    EXPECT_EQ(max_borrow(valuation("1.5", "2500", "1000", "1"), "0.75"), "1812.5");
    EXPECT_EQ(max_borrow(valuation("1", "1", "0", "3"), "1"), "0.333333333333333333");
}

TEST(MaxBorrow, is_0_at_the_limit_and_beyond)
{
    EXPECT_EQ(max_borrow(valuation("1.5", "2500", "2812.5", "1"), "0.75"), "0");
    EXPECT_EQ(max_borrow(valuation("1.5", "2500", "5000", "1"), "0.75"), "0");
    EXPECT_EQ(max_borrow(valuation("10", "2500", "0", "1"), "0"), "0");
    EXPECT_EQ(max_borrow(valuation("0", "2500", "0", "1"), "0.75"), "0");
}

TEST(MaxWithdraw, leaves_the_health_floor)
{
    EXPECT_EQ(max_withdraw(valuation("1.5", "2500", "1000", "1"), "0.8"), "1");
    EXPECT_EQ(max_withdraw(valuation("1.5", "2500", "1000", "1"), "0.8", "1.5"), "0.75");
    EXPECT_EQ(max_withdraw(valuation("1", "3000", "1000", "1"), "0.8"), "0.583333333333333333");
}

TEST(MaxWithdraw, is_all_without_debt_and_nothing_beyond_the_floor)
{
    EXPECT_EQ(max_withdraw(valuation("1.5", "2500", "0", "1"), "0.8"), "1.5");
    EXPECT_EQ(max_withdraw(valuation("1.5", "2500", "0", "1"), "0"), "1.5");
    EXPECT_EQ(max_withdraw(valuation("0.5", "2500", "1000", "1"), "0.8"), "0");
    EXPECT_EQ(max_withdraw(valuation("0.4", "2500", "1000", "1"), "0.8"), "0");
    EXPECT_EQ(max_withdraw(valuation("1.5", "2500", "1000", "1"), "0"), "0");
}

TEST(Ratio, rounds_down_is_not_capped_and_is_0_by_nothing)
{
    EXPECT_EQ(ratio("750000", "1000000"), "0.75");
    EXPECT_EQ(ratio("0", "0"), "0");
    EXPECT_EQ(ratio("95", "100"), "0.95");
    EXPECT_EQ(ratio("150", "100"), "1.5");
    EXPECT_EQ(ratio("2", "3"), "0.666666666666666666");
    EXPECT_EQ(ratio("750245", "1000200"), "0.75009498100379924");
}

TEST(VTokens, round_against_the_one_who_calls)
{
    EXPECT_EQ(vtokens("1.5", "1.02", Rounding::down), "1.470588235294117647");
    EXPECT_EQ(vtokens("1.5", "1.02", Rounding::up), "1.470588235294117648");
    EXPECT_EQ(assets("1.470588", "1.02"), "1.49999976");
    EXPECT_EQ(assets("1e-18", "1.9"), "0.000000000000000001");
}

TEST(SimpleYield, is_the_share_of_a_year_of_365_days)
{
    EXPECT_EQ(simple_yield("10", "0.055", "30"), "0.045205479452054794");
    EXPECT_EQ(simple_yield("5000", "0.082", "30"), "33.698630136986301369");
    EXPECT_EQ(simple_yield("5000", "0.082", "365"), "410");
    EXPECT_EQ(simple_yield("5000", "0.082", "0"), "0");
}

}  // namespace

}  // namespace vesu::lending
