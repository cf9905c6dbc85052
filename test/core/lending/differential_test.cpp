// Every function against the contract's formula in unlimited fractions, for typical arguments and for any.
#include "core/lending/accrual.hpp"
#include "core/lending/health.hpp"
#include "support/decimal_text.hpp"
#include "support/random.hpp"
#include "support/rational.hpp"

#include <gtest/gtest.h>

namespace vesu::lending {

namespace {

using test::Random;
using test::Rational;
using test::rational;
using test::rounded;

constexpr int runs = 6000;

struct Arguments {
    Valuation position;
    Decimal rate;   // 0 to 1
    Decimal other;  // above zero
};

// Every second time such as a table holds, else anything that an argument may be.
Arguments any_arguments(Random &random, int run)
{
    const bool typical = run % 2 == 0;
    const int bits = typical ? 120 : 512;
    const auto scale = [&] { return typical ? 18 : random.between(0, max_argument_scale); };
    const auto amount = [&] {
        Decimal value = random.any(bits, 0);
        value.scale = scale();
        return value;
    };
    const auto positive = [&] {
        Decimal value = random.any_positive(typical ? 80 : bits, 0);
        value.scale = scale();
        return value;
    };
    return {{amount(), positive(), amount(), positive()},
            random.fraction(typical ? 4 : 154),
            positive()};
}

// Counts what a test has met, so that none passes on one kind of answer alone.
struct Met {
    int ok = 0;
    int out_of_range = 0;
};

// Whether the core's answer is `exact` to `decimals` decimals, or that this does not fit.
void expect(const Rational &exact, int decimals, Rounding rounding, Status status,
            const Decimal &result, Met &met)
{
    const Rational expected = rounded(exact, decimals, rounding);
    if (!test::fits(expected, decimals)) {
        ++met.out_of_range;
        ASSERT_EQ(status, Status::out_of_range);
        return;
    }
    ++met.ok;
    ASSERT_EQ(status, Status::ok);
    ASSERT_EQ(rational(result), expected);
    ASSERT_LE(result.scale, decimals);
}

void expect_both_kinds(const Met &met)
{
    EXPECT_GT(met.ok, runs / 3);
    EXPECT_GT(met.out_of_range, 3);
}

// A position in fractions.
struct Values {
    explicit Values(const Valuation &position)
        : C(rational(position.collateral_amount)), Pc(rational(position.collateral_price)),
          D(rational(position.debt_amount)), Pd(rational(position.debt_price))
    {
    }
    Rational C, Pc, D, Pd;
};

TEST(Differential, health_factor)
{
    Random random(101);
    Met met;
    for (int i = 0; i < runs && !HasFatalFailure(); ++i) {
        const Arguments a = any_arguments(random, i);
        const Values v(a.position);
        Decimal result{0, 0};
        const Status status = health_factor(a.position, a.rate, result);
        if (v.D == 0) {
            ASSERT_EQ(status, Status::undefined);
        } else {
            expect(v.C * v.Pc * rational(a.rate) / (v.D * v.Pd), 18, Rounding::down, status, result,
                   met);
        }
    }
    expect_both_kinds(met);
}

TEST(Differential, is_undercollateralized)
{
    Random random(102);
    int yes = 0, no = 0;
    for (int i = 0; i < runs; ++i) {
        const Arguments a = any_arguments(random, i);
        const Values v(a.position);
        const bool expected = v.D * v.Pd > v.C * v.Pc * rational(a.rate);
        ASSERT_EQ(is_undercollateralized(a.position, a.rate), expected);
        ++(expected ? yes : no);
    }
    EXPECT_GT(yes, runs / 4);
    EXPECT_GT(no, runs / 4);
}

TEST(Differential, loan_to_value)
{
    Random random(103);
    Met met;
    for (int i = 0; i < runs && !HasFatalFailure(); ++i) {
        const Arguments a = any_arguments(random, i);
        const Values v(a.position);
        Decimal result{0, 0};
        const Status status = loan_to_value(a.position, result);
        if (v.D != 0 && v.C == 0) {
            ASSERT_EQ(status, Status::infinite);
        } else {
            expect(v.D == 0 ? Rational(0) : Rational(v.D * v.Pd / (v.C * v.Pc)), 18, Rounding::up,
                   status, result, met);
        }
    }
    expect_both_kinds(met);
}

TEST(Differential, liquidation_price)
{
    Random random(104);
    Met met;
    for (int i = 0; i < runs && !HasFatalFailure(); ++i) {
        const Arguments a = any_arguments(random, i);
        const Values v(a.position);
        Decimal result{0, 0};
        const Status status =
            liquidation_price(a.position.collateral_amount, a.rate, a.position.debt_amount,
                              a.position.debt_price, result);
        if (v.D == 0) {
            ASSERT_EQ(status, Status::undefined);
        } else if (v.C * rational(a.rate) == 0) {
            ASSERT_EQ(status, Status::infinite);
        } else {
            expect(v.D * v.Pd / (v.C * rational(a.rate)), 18, Rounding::up, status, result, met);
        }
    }
    expect_both_kinds(met);
}

TEST(Differential, max_borrow)
{
    Random random(105);
    Met met;
    for (int i = 0; i < runs && !HasFatalFailure(); ++i) {
        const Arguments a = any_arguments(random, i);
        const Values v(a.position);
        Decimal result{0, 0};
        const Status status = max_borrow(a.position, a.rate, result);
        const Rational left = v.C * v.Pc * rational(a.rate) / v.Pd - v.D;
        expect(left < 0 ? Rational(0) : left, 18, Rounding::down, status, result, met);
    }
    expect_both_kinds(met);
}

TEST(Differential, max_withdraw)
{
    Random random(106);
    Met met;
    for (int i = 0; i < runs && !HasFatalFailure(); ++i) {
        const Arguments a = any_arguments(random, i);
        const Values v(a.position);
        Decimal result{0, 0};
        const Status status = max_withdraw(a.position, a.rate, a.other, result);
        if (v.D == 0) {
            ASSERT_EQ(status, Status::ok);
            ASSERT_EQ(rational(result), v.C);
        } else if (a.rate.coefficient == 0) {
            ASSERT_EQ(status, Status::ok);
            ASSERT_EQ(rational(result), 0);
        } else {
            const Rational required = rounded(
                rational(a.other) * v.D * v.Pd / (rational(a.rate) * v.Pc), 18, Rounding::up);
            expect(v.C < required ? Rational(0) : Rational(v.C - required), 18, Rounding::down,
                   status, result, met);
        }
    }
    expect_both_kinds(met);
}

TEST(Differential, quotients_and_products_of_two)
{
    Random random(107);
    Met met;
    for (int i = 0; i < runs && !HasFatalFailure(); ++i) {
        const Arguments a = any_arguments(random, i);
        const Decimal &amount = a.position.collateral_amount, &by = a.other;
        const Rational quotient = rational(amount) / rational(by);
        const Rational product = rational(amount) * rational(by);
        Decimal result{0, 0};
        Status status = ratio(amount, by, result);
        expect(quotient, 18, Rounding::down, status, result, met);
        status = vtokens_for_assets(amount, by, Rounding::up, result);
        expect(quotient, 18, Rounding::up, status, result, met);
        status = vtokens_for_assets(amount, by, Rounding::down, result);
        expect(quotient, 18, Rounding::down, status, result, met);
        status = assets_for_vtokens(amount, by, result);
        expect(product, 18, Rounding::down, status, result, met);
        status = nominal_debt(amount, by, result);
        expect(quotient, 36, Rounding::up, status, result, met);
        status = collateral_shares(amount, by, result);
        expect(quotient, 36, Rounding::down, status, result, met);
        status = live_debt(amount, by, result);
        expect(product, 27, Rounding::down, status, result, met);
        status = live_collateral(amount, by, result);
        expect(product, 27, Rounding::up, status, result, met);
    }
    expect_both_kinds(met);
}

TEST(Differential, simple_yield)
{
    Random random(108);
    Met met;
    for (int i = 0; i < runs && !HasFatalFailure(); ++i) {
        const Arguments a = any_arguments(random, i);
        Decimal result{0, 0};
        const Status status =
            simple_yield(a.position.collateral_amount, a.position.debt_price, a.other, result);
        expect(rational(a.position.collateral_amount) * rational(a.position.debt_price) *
                   rational(a.other) / 365,
               18, Rounding::down, status, result, met);
    }
    expect_both_kinds(met);
}

TEST(Differential, risk_bound)
{
    Random random(109);
    Met met;
    for (int i = 0; i < runs && !HasFatalFailure(); ++i) {
        const Arguments a = any_arguments(random, i), b = any_arguments(random, i);
        const RiskTerms terms{a.rate, a.position.collateral_price, a.other, a.position.debt_price,
                              b.other};
        const Decimal &limit = b.position.debt_price;
        const Rational used = rounded(rational(limit), 18, Rounding::up);
        if (!test::fits(used, 18))
            continue;
        Decimal result{0, 0};
        const Status status = risk_bound(terms, limit, result);
        expect(rational(a.rate) * rational(terms.collateral_price) *
                   rational(terms.collateral_index) /
                   (used * rational(terms.debt_price) * rational(terms.debt_index)),
               36, Rounding::down, status, result, met);
    }
    expect_both_kinds(met);
}

}  // namespace

}  // namespace vesu::lending
