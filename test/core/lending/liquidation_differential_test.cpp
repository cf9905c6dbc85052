// liquidation_amounts() against the contract's four steps in unlimited fractions.
#include "core/lending/liquidation.hpp"
#include "support/random.hpp"
#include "support/rational.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace vesu::lending {

namespace {

using test::Random;
using test::Rational;
using test::rational;
using test::rounded;

struct Expected {
    Rational repaid = 0, seized = 0, bonus = 0, bad_debt = 0;
    bool has_health = false;
    Rational health = 0;
};

// Section 3 of the contract, line by line.
Expected reference(const Valuation &position, const LiquidationTerms &terms)
{
    const Rational C = rational(position.collateral_amount),
                   Pc = rational(position.collateral_price);
    const Rational D = rational(position.debt_amount), Pd = rational(position.debt_price);
    const Rational LT = rational(terms.liquidation_threshold), h = rational(terms.target_health);
    const Rational with_bonus = 1 + rational(terms.liquidation_bonus);
    Expected answer;
    if (D * Pd > C * Pc * LT) {
        Rational R = D;
        if (terms.has_debt_to_cover)
            R = rational(terms.debt_to_cover);
        else if (h > LT * with_bonus && h * D * Pd < C * Pc * LT)
            R = 0;
        else if (h > LT * with_bonus)
            R = rounded((h * D * Pd - C * Pc * LT) / (Pd * (h - LT * with_bonus)), 18,
                        Rounding::up);
        R = std::min(R, D);
        if (R * Pd * with_bonus < C * Pc) {
            answer.seized = rounded(R * Pd * with_bonus / Pc, 18, Rounding::down);
        } else {
            answer.seized = C;
            R = std::min(D, rounded(C * Pc / (Pd * with_bonus), 18, Rounding::up));
            answer.bad_debt = D - R;
        }
        answer.repaid = R;
        answer.bonus =
            std::max(Rational(0), Rational(answer.seized - rounded(R * Pd / Pc, 18, Rounding::up)));
    }
    answer.has_health = answer.repaid != D;
    if (answer.has_health)
        answer.health =
            rounded((C - answer.seized) * Pc * LT / ((D - answer.repaid) * Pd), 18, Rounding::down);
    return answer;
}

void expect_equal(const LiquidationAmounts &actual, const Expected &expected)
{
    ASSERT_EQ(rational(actual.debt_repaid), expected.repaid);
    ASSERT_EQ(rational(actual.collateral_seized), expected.seized);
    ASSERT_EQ(rational(actual.bonus), expected.bonus);
    ASSERT_EQ(rational(actual.bad_debt), expected.bad_debt);
    ASSERT_EQ(actual.has_health_factor_after, expected.has_health);
    if (expected.has_health) {
        ASSERT_EQ(rational(actual.health_factor_after), expected.health);
    }
}

void expect_amounts_that_belong_together(const Valuation &position, const Expected &amounts)
{
    ASSERT_LE(amounts.repaid, rational(position.debt_amount));
    ASSERT_LE(amounts.seized, rational(position.collateral_amount));
    ASSERT_LE(amounts.bonus, amounts.seized);
    ASSERT_LE(amounts.repaid + amounts.bad_debt, rational(position.debt_amount));
}

struct Kinds {
    int untouched = 0, partial = 0, full = 0, bad_debt = 0;

    void count(const Expected &expected)
    {
        ++(expected.bad_debt != 0 ? bad_debt
           : !expected.has_health ? full
           : expected.repaid == 0 ? untouched
                                  : partial);
    }
};

// Debt of 60 to 120 percent of what the collateral is worth: some healthy, some without hope.
Valuation near_the_limit(Random &random, int scale)
{
    Valuation position{random.any_positive(100, 0),
                       random.any_positive(70, 0),
                       {0, scale},
                       random.any_positive(70, 0)};
    position.collateral_amount.scale = scale;
    position.collateral_price.scale = scale;
    position.debt_price.scale = scale;
    const Rational debt = rational(position.collateral_amount) *
                          rational(position.collateral_price) / rational(position.debt_price) *
                          Rational(random.between(60, 120), 100) * test::power_of_ten(scale);
    position.debt_amount.coefficient =
        static_cast<u512>(test::Integer(mp::numerator(debt) / mp::denominator(debt)));
    return position;
}

LiquidationTerms any_terms(Random &random, const Valuation &position, int scale)
{
    Decimal cover = position.debt_amount;
    cover.coefficient = cover.coefficient * static_cast<unsigned>(random.between(1, 120)) / 100 + 1;
    return {random.between("0.5", "1", 4), random.between("0", "0.3", 4),
            random.between("0.5", "1.3", scale), random.between(0, 1) == 1, cover};
}

TEST(LiquidationDifferential, agrees_with_the_contract_near_the_limit)
{
    Random random(201);
    Kinds kinds;
    for (int i = 0; i < 20000 && !HasFatalFailure(); ++i) {
        const int scale = i % 2 == 0 ? 18 : random.between(0, 40);
        const Valuation position = near_the_limit(random, scale);
        const LiquidationTerms terms = any_terms(random, position, scale);
        if (terms.target_health.coefficient == 0)
            continue;
        const Expected expected = reference(position, terms);
        LiquidationAmounts actual;
        ASSERT_EQ(liquidation_amounts(position, terms, actual), Status::ok);
        expect_equal(actual, expected);
        expect_amounts_that_belong_together(position, expected);
        kinds.count(expected);
    }
    EXPECT_GT(kinds.untouched, 500);
    EXPECT_GT(kinds.partial, 500);
    EXPECT_GT(kinds.full, 500);
    EXPECT_GT(kinds.bad_debt, 500);
}

// The widest numbers an argument may be: no exception, and no number but the right one.
TEST(LiquidationDifferential, agrees_with_the_contract_for_any_argument)
{
    Random random(202);
    int compared = 0, out_of_range = 0;
    for (int i = 0; i < 6000 && !HasFatalFailure(); ++i) {
        const Valuation position{random.any(512, 256), random.any_positive(512, 256),
                                 random.any(512, 256), random.any_positive(512, 256)};
        const LiquidationTerms terms{random.fraction(154), random.fraction(154),
                                     random.any_positive(512, 256), random.between(0, 1) == 1,
                                     random.any_positive(512, 256)};
        LiquidationAmounts actual;
        const Status status = liquidation_amounts(position, terms, actual);
        if (status != Status::ok) {
            ASSERT_EQ(status, Status::out_of_range);
            ++out_of_range;
            continue;
        }
        ++compared;
        expect_equal(actual, reference(position, terms));
    }
    EXPECT_GT(compared, 1000);
    EXPECT_GT(out_of_range, 100);
}

}  // namespace

}  // namespace vesu::lending
