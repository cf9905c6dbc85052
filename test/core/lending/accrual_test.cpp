#include "core/lending/accrual.hpp"
#include "core/lending/health.hpp"
#include "support/decimal_text.hpp"
#include "support/random.hpp"
#include "support/rational.hpp"

#include <gtest/gtest.h>

namespace vesu::lending {

namespace {

using test::decimal;
using test::Random;
using test::rational;
using test::text;

template <class Function>
Decimal of(Function function, const Decimal &a, const Decimal &b)
{
    Decimal result{0, 0};
    EXPECT_EQ(function(a, b, result), Status::ok);
    return result;
}

TEST(NominalDebt, keeps_a_debt_through_interest)
{
    const Decimal nominal = of(nominal_debt, decimal("1000"), decimal("1.05"));
    EXPECT_EQ(text(nominal), "952.380952380952380952380952380952380953");
    EXPECT_EQ(text(of(live_debt, nominal, decimal("1.05"))), "1000");
    EXPECT_EQ(text(of(live_debt, nominal, decimal("1.155"))), "1100");
    EXPECT_EQ(text(of(shown_debt, nominal, decimal("1.05"))), "1000");
}

TEST(ShownAmounts, round_debt_up_and_collateral_down)
{
    EXPECT_EQ(text(of(shown_debt, decimal("1"), decimal("1.0000000000000000001"))),
              "1.000000000000000001");
    EXPECT_EQ(text(of(shown_collateral, decimal("1"), decimal("1.9999999999999999999"))),
              "1.999999999999999999");
}

TEST(LiveAmounts, are_those_stored_while_the_index_stands)
{
    Random random(7);
    for (int i = 0; i < 20000; ++i) {
        const Decimal amount{random.bits(random.between(1, 119)), 18};
        const Decimal index = random.between("0.000000000000000001", "999999999", 18);
        const Decimal debt = of(nominal_debt, amount, index);
        const Decimal shares = of(collateral_shares, amount, index);
        const auto expected = rational(amount);
        ASSERT_EQ(rational(of(live_debt, debt, index)), expected) << text(index);
        ASSERT_EQ(rational(of(shown_debt, debt, index)), expected) << text(index);
        ASSERT_EQ(rational(of(live_collateral, shares, index)), expected) << text(index);
        ASSERT_EQ(rational(of(shown_collateral, shares, index)), expected) << text(index);
    }
}

TEST(LiveDebt, never_falls_while_the_index_rises)
{
    Random random(8);
    for (int i = 0; i < 5000; ++i) {
        const Decimal debt =
            of(nominal_debt, random.between("0.01", "1000000", 18), random.between("1", "2", 18));
        const Decimal before = random.between("1", "2", 18), after = random.between("2", "3", 18);
        ASSERT_LE(rational(of(live_debt, debt, before)), rational(of(live_debt, debt, after)));
    }
}

TEST(RiskRatio, is_undefined_without_debt_and_infinite_without_collateral)
{
    Decimal result;
    EXPECT_EQ(risk_ratio(decimal("0"), decimal("5"), result), Status::undefined);
    EXPECT_EQ(risk_ratio(decimal("0"), decimal("0"), result), Status::undefined);
    EXPECT_EQ(risk_ratio(decimal("1e-36"), decimal("0"), result), Status::infinite);
    EXPECT_EQ(text(of(risk_ratio, decimal("2"), decimal("3"))),
              "0.666666666666666666666666666666666667");
}

// A position and a pool near the limit, where a bound that is a little too high would miss.
struct Situation {
    Decimal collateral_amount, debt_amount, collateral_index, debt_index;
    RiskTerms now;
};

Situation near_the_limit(Random &random, const char *limit)
{
    Situation situation;
    RiskTerms &now = situation.now;
    now.liquidation_threshold = random.between("0.5", "0.95", 4);
    now.collateral_price = random.between("0.01", "5000", 18);
    now.debt_price = random.between("0.5", "2", 18);
    situation.collateral_index = random.between("1", "1.5", 18);
    situation.debt_index = random.between("1", "1.5", 18);
    now.collateral_index = random.between("1", "3", 18);
    now.debt_index = random.between("1", "3", 18);

    // The debt at which the health factor is about the limit, in and around the last digits.
    situation.collateral_amount = random.between("0.000000000000000100", "100", 18);
    const auto worth = rational(situation.collateral_amount) /
                       rational(situation.collateral_index) * rational(now.collateral_index) *
                       rational(now.collateral_price) * rational(now.liquidation_threshold);
    const auto debt = worth / rational(now.debt_price) / rational(now.debt_index) *
                      rational(situation.debt_index) / rational(decimal(limit));
    const auto units = test::rounded(debt, 18, Rounding::up) * test::power_of_ten(18);
    situation.debt_amount = {static_cast<u512>(mp::numerator(units)), 18};
    situation.debt_amount.coefficient += static_cast<unsigned>(random.between(0, 2));
    return situation;
}

TEST(RiskBound, misses_no_position_below_the_health_factor)
{
    Random random(9);
    int below = 0, above = 0;
    for (const char *limit : {"1", "1.2", "0.000001", "1.0000000000000000005"})
        for (int i = 0; i < 10000; ++i) {
            const Situation s = near_the_limit(random, limit);
            const Decimal nominal = of(nominal_debt, s.debt_amount, s.debt_index);
            const Decimal shares = of(collateral_shares, s.collateral_amount, s.collateral_index);
            if (nominal.coefficient == 0)
                continue;
            const Valuation live{of(live_collateral, shares, s.now.collateral_index),
                                 s.now.collateral_price, of(live_debt, nominal, s.now.debt_index),
                                 s.now.debt_price};
            Decimal health, bound;
            ASSERT_EQ(health_factor(live, s.now.liquidation_threshold, health), Status::ok);
            ASSERT_EQ(risk_bound(s.now, decimal(limit), bound), Status::ok);
            if (rational(health) >= rational(decimal(limit))) {
                ++above;
                continue;
            }
            ++below;
            ASSERT_GE(rational(of(risk_ratio, nominal, shares)), rational(bound)) << limit;
        }
    EXPECT_GT(below, 1000);
    EXPECT_GT(above, 1000);
}

TEST(RiskBound, is_the_limit_of_debt_by_collateral)
{
    Decimal bound;
    const Decimal one{1, 0};
    const RiskTerms terms{decimal("0.8"), decimal("2500"), one, one, one};
    ASSERT_EQ(risk_bound(terms, one, bound), Status::ok);
    EXPECT_EQ(text(bound), "2000");
    ASSERT_EQ(risk_bound(terms, decimal("1.2"), bound), Status::ok);
    EXPECT_EQ(text(bound), "1666.666666666666666666666666666666666666");
}

TEST(LiveAmounts, report_what_does_not_fit)
{
    Decimal result{7, 7};
    const Decimal huge{~u512(0), 0};
    EXPECT_EQ(live_debt(huge, huge, result), Status::out_of_range);
    EXPECT_EQ(live_collateral(huge, huge, result), Status::out_of_range);
    EXPECT_EQ(shown_debt(huge, huge, result), Status::out_of_range);
    EXPECT_EQ(shown_collateral(huge, huge, result), Status::out_of_range);
    EXPECT_EQ(result.coefficient, 7);
}

}  // namespace

}  // namespace vesu::lending
