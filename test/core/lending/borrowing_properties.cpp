// Loan-to-value and health.
#include "lending/properties.hpp"

#include "lending/loan.hpp"

namespace vesu::lending {

namespace {

void loan_to_value_is_the_formula_rounded_up()
{
    Random random(621);
    for (int i = 0; i < runs; ++i) {
        const Loan loan = any_loan(random, "0");
        ASSERT_EQ(
            value_of(loan_to_value, loan.position),
            rounded(debt_value(loan.position) / collateral_value(loan.position), 18, Rounding::up));
    }
}

void loan_to_value_rises_with_debt()
{
    Random random(6211);
    for (int i = 0; i < runs; ++i) {
        const Loan loan = any_loan(random, "100", "5000");
        const Loan more =
            with_debt(loan, add(loan.position.debt_amount, random.between("100", "1000", 18)));
        ASSERT_GE(value_of(loan_to_value, more.position), value_of(loan_to_value, loan.position));
    }
}

void max_borrow_reaches_the_maximum_and_no_unit_more()
{
    Random random(6212);
    int tried = 0;
    for (int i = 0; i < runs; ++i) {
        const Loan loan = any_loan(random, "0", "1000");
        const Decimal max_ltv = random.between("0.5", "0.9", 4);
        const Decimal more = result_as_amount(max_borrow, loan.position, max_ltv);
        const Loan full = with_debt(loan, add(loan.position.debt_amount, more));
        if (more.coefficient == 0)
            continue;
        ++tried;
        ASSERT_LE(value_of(loan_to_value, full.position), rational(max_ltv));
        const Loan beyond = with_debt(full, add(full.position.debt_amount, Decimal{1, 18}));
        ASSERT_GT(debt_value(beyond.position),
                  collateral_value(beyond.position) * rational(max_ltv));
    }
    ASSERT_GT(tried, runs / 2);
}

void health_is_the_formula_rounded_down()
{
    Random random(622);
    for (int i = 0; i < runs; ++i) {
        const Loan loan = any_loan(random);
        ASSERT_EQ(health(loan), rounded(collateral_value(loan.position) * rational(loan.threshold) /
                                            debt_value(loan.position),
                                        18, Rounding::down));
    }
}

void health_is_undefined_without_debt()
{
    Random random(6221);
    for (int i = 0; i < runs; ++i) {
        const Loan loan = with_debt(any_loan(random), {0, 18});
        Decimal result;
        ASSERT_EQ(health_factor(loan.position, loan.threshold, result), Status::undefined);
        ASSERT_FALSE(is_undercollateralized(loan.position, loan.threshold));
    }
}

void health_falls_when_debt_rises()
{
    Random random(6222);
    for (int i = 0; i < runs; ++i) {
        const Loan loan = any_loan(random, "1", "5000");
        const Decimal more = add(loan.position.debt_amount, random.between("0.1", "1000", 18));
        ASSERT_LT(health(with_debt(loan, more)), health(loan));
    }
}

void health_rises_when_collateral_rises()
{
    Random random(6223);
    for (int i = 0; i < runs; ++i) {
        const Loan loan = any_loan(random, "1", "5000");
        const Decimal more = add(loan.position.collateral_amount, random.between("0.1", "50", 18));
        ASSERT_GT(health(with_collateral(loan, more)), health(loan));
    }
}

void health_improves_on_repayment()
{
    Random random(632);
    for (int i = 0; i < runs; ++i) {
        const Loan loan = any_loan(random, "100", "5000");
        const Decimal left = random.between("1", "99", 18);
        const Decimal less_left = random.between("0.5", "1", 18);
        const Rational before = health(loan), after = health(with_debt(loan, left));
        ASSERT_GE(after, before);
        ASSERT_GE(health(with_debt(loan, less_left)), after);
    }
}

}  // namespace

std::vector<Property> borrowing_properties()
{
    return {
        {"6.2.1 LTV formula", loan_to_value_is_the_formula_rounded_up},
        {"6.2.1 LTV increases with debt", loan_to_value_rises_with_debt},
        {"6.2.1 max borrow respects max LTV", max_borrow_reaches_the_maximum_and_no_unit_more},
        {"6.2.2 HF formula", health_is_the_formula_rounded_down},
        {"6.2.2 HF null without debt", health_is_undefined_without_debt},
        {"6.2.2 HF falls when debt rises", health_falls_when_debt_rises},
        {"6.2.2 HF rises when collateral rises", health_rises_when_collateral_rises},
        {"6.3.2 HF improves on repay", health_improves_on_repayment},
        {"6.5.1 HF formula", health_is_the_formula_rounded_down},
        {"6.5.1 HF strict monotonic", health_falls_when_debt_rises},
    };
}

}  // namespace vesu::lending
