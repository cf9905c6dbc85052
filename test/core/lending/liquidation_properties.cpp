// Who is liquidated, and for how much.
#include "lending/properties.hpp"

#include "core/lending/liquidation.hpp"
#include "lending/loan.hpp"

namespace vesu::lending {

namespace {

void only_health_below_1_is_eligible()
{
    Random random(661);
    int eligible = 0;
    for (int i = 0; i < runs; ++i) {
        Loan loan = any_loan(random);
        // The debt at which the health factor is 1, and its neighbours.
        const Rational limit = collateral_value(loan.position) * rational(loan.threshold) /
                               rational(loan.position.debt_price) * test::power_of_ten(18);
        loan.position.debt_amount.coefficient =
            static_cast<u512>(test::Integer(mp::numerator(limit) / mp::denominator(limit)));
        loan.position.debt_amount.coefficient += static_cast<unsigned>(random.between(0, 1));
        const bool answer = is_undercollateralized(loan.position, loan.threshold);
        eligible += answer;
        ASSERT_EQ(answer, health(loan) < 1);
    }
    ASSERT_GT(eligible, runs / 4);
    ASSERT_LT(eligible, runs * 3 / 4);
}

// Under water by less than what the bonus takes, so that the collateral pays.
Loan liquidatable_loan(Random &random)
{
    Loan loan = any_loan(random);
    const Rational limit = collateral_value(loan.position) / rational(loan.position.debt_price) *
                           test::power_of_ten(18);
    const int percent = random.between(91, 110);
    loan.position.debt_amount.coefficient = static_cast<u512>(
        test::Integer(mp::numerator(limit) * percent / (mp::denominator(limit) * 100)));
    return loan;
}

void a_seizure_is_the_debt_and_the_bonus_at_the_price()
{
    Random random(662);
    int partial = 0;
    for (int i = 0; i < runs; ++i) {
        const Loan loan = liquidatable_loan(random);
        const Decimal bonus = random.between("0.01", "0.15", 4);
        const Decimal cover = random.between("1", "10000", 18);
        const LiquidationTerms terms{loan.threshold, bonus, decimal("1.001"), true, cover};
        LiquidationAmounts amounts;
        ASSERT_EQ(liquidation_amounts(loan.position, terms, amounts), Status::ok);
        const Rational repaid = rational(amounts.debt_repaid);
        const Rational seized = rational(amounts.collateral_seized);
        ASSERT_LE(repaid, rational(loan.position.debt_amount));
        ASSERT_LE(seized, rational(loan.position.collateral_amount));
        if (seized == rational(loan.position.collateral_amount))
            continue;
        ++partial;
        const Rational base =
            repaid * rational(loan.position.debt_price) / rational(loan.position.collateral_price);
        ASSERT_EQ(repaid, std::min(rational(cover), rational(loan.position.debt_amount)));
        ASSERT_EQ(seized, rounded(base * (1 + rational(bonus)), 18, Rounding::down));
        ASSERT_EQ(rational(amounts.bonus), seized - rounded(base, 18, Rounding::up));
        ASSERT_EQ(amounts.bad_debt.coefficient, 0);
    }
    ASSERT_GT(partial, runs / 4);
}

void a_default_partial_liquidation_reaches_the_target()
{
    Random random(6621);
    int partial = 0;
    for (int i = 0; i < runs; ++i) {
        const Loan loan = liquidatable_loan(random);
        const Decimal target = random.between("1", "1.2", 3);
        const LiquidationTerms terms{
            loan.threshold, random.between("0.01", "0.1", 4), target, false, {0, 0}};
        LiquidationAmounts amounts;
        ASSERT_EQ(liquidation_amounts(loan.position, terms, amounts), Status::ok);
        if (!amounts.has_health_factor_after || amounts.bad_debt.coefficient != 0)
            continue;
        ++partial;
        ASSERT_GE(rational(amounts.health_factor_after), rational(target));
        ASSERT_GT(amounts.debt_repaid.coefficient, 0);
    }
    ASSERT_GT(partial, runs / 10);
}

void the_liquidation_price_is_the_lowest_healthy_one()
{
    Random random(663);
    for (int i = 0; i < runs; ++i) {
        Loan loan = any_loan(random);
        Decimal &price = loan.position.collateral_price;
        ASSERT_EQ(liquidation_price(loan.position.collateral_amount, loan.threshold,
                                    loan.position.debt_amount, loan.position.debt_price, price),
                  Status::ok);
        ASSERT_FALSE(is_undercollateralized(loan.position, loan.threshold));
        price = subtract(price, Decimal{1, 18});
        ASSERT_TRUE(is_undercollateralized(loan.position, loan.threshold));
    }
}

}  // namespace

std::vector<Property> liquidation_properties()
{
    return {
        {"6.6.1 eligibility", only_health_below_1_is_eligible},
        {"6.6.1 not eligible", only_health_below_1_is_eligible},
        {"6.6.2 seize formula", a_seizure_is_the_debt_and_the_bonus_at_the_price},
        {"6.6.2 bonus split", a_seizure_is_the_debt_and_the_bonus_at_the_price},
        {"6.6.2 price ratio", a_seizure_is_the_debt_and_the_bonus_at_the_price},
        // Of the contract alone:
        {"default liquidation", a_default_partial_liquidation_reaches_the_target},
        {"liquidation price", the_liquidation_price_is_the_lowest_healthy_one},
    };
}

}  // namespace vesu::lending
