// What may be taken out.
#include "lending/properties.hpp"

#include "lending/loan.hpp"

namespace vesu::lending {

namespace {

Status max_withdraw_at_1(const Valuation &position, const Decimal &threshold, Decimal &result)
{
    return max_withdraw(position, threshold, Decimal{1, 0}, result);
}

// At the fixed prices of the withdrawal properties.
Loan ether_loan(Random &random, const char *least_collateral, const char *most_collateral,
                const char *least_debt, const char *most_debt)
{
    return {{random.between(least_collateral, most_collateral, 18), decimal("2500"),
             random.between(least_debt, most_debt, 18), decimal("1")},
            decimal("0.8")};
}

void withdrawing_a_part_of_the_maximum_is_safe()
{
    Random random(641);
    for (int i = 0; i < runs; ++i) {
        const Loan loan = ether_loan(random, "1", "100", "100", "5000");
        Decimal amount = result_as_amount(max_withdraw_at_1, loan.position, loan.threshold);
        amount.coefficient = amount.coefficient * static_cast<unsigned>(random.between(1, 10)) / 10;
        if (!is_undercollateralized(loan.position, loan.threshold)) {
            ASSERT_GE(
                health(with_collateral(loan, subtract(loan.position.collateral_amount, amount))),
                1);
        }
    }
}

void withdrawing_more_than_the_maximum_is_unsafe()
{
    Random random(6411);
    int tried = 0;
    for (int i = 0; i < runs; ++i) {
        const Loan loan = ether_loan(random, "1", "10", "1000", "5000");
        const Decimal most = result_as_amount(max_withdraw_at_1, loan.position, loan.threshold);
        Decimal amount = loan.position.collateral_amount;
        amount.coefficient =
            amount.coefficient * static_cast<unsigned>(random.between(60, 95)) / 100;
        if (amount.coefficient <= most.coefficient)
            continue;
        ++tried;
        ASSERT_LT(health(with_collateral(loan, subtract(loan.position.collateral_amount, amount))),
                  1);
    }
    ASSERT_GT(tried, runs / 10);
}

void everything_can_be_withdrawn_without_debt()
{
    Random random(6412);
    for (int i = 0; i < runs; ++i) {
        const Loan loan = ether_loan(random, "0.1", "1000", "0", "0");
        ASSERT_EQ(rational(result_as_amount(max_withdraw_at_1, loan.position, loan.threshold)),
                  rational(loan.position.collateral_amount));
    }
}

void the_maximum_withdrawal_keeps_the_floor_and_one_unit_more_breaks_it()
{
    Random random(643);
    int tried = 0;
    for (int i = 0; i < runs; ++i) {
        const Loan loan = any_loan(random, "100", "10000");
        const Decimal floor = random.between("1", "2", 3);
        Decimal most;
        ASSERT_EQ(max_withdraw(loan.position, loan.threshold, floor, most), Status::ok);
        if (most.coefficient == 0)
            continue;
        ++tried;
        ASSERT_EQ(most.scale, 18);
        const Decimal left = subtract(loan.position.collateral_amount, most);
        ASSERT_GE(health(with_collateral(loan, left)), rational(floor));
        ASSERT_GT(left.coefficient, 0);
        const Loan beyond = with_collateral(loan, subtract(left, Decimal{1, 18}));
        ASSERT_LT(collateral_value(beyond.position) * rational(loan.threshold),
                  rational(floor) * debt_value(beyond.position));
    }
    ASSERT_GT(tried, runs / 2);
}

void the_maximum_withdrawal_is_monotonic()
{
    Random random(6431);
    for (int i = 0; i < runs; ++i) {
        const Loan loan = ether_loan(random, "1", "100", "100", "10000");
        const auto most = [](const Loan &of) {
            return result_as_amount(max_withdraw_at_1, of.position, of.threshold).coefficient;
        };
        const Decimal more_collateral =
            add(loan.position.collateral_amount, random.between("0.1", "100", 18));
        const Decimal more_debt = add(loan.position.debt_amount, random.between("10", "1000", 18));
        ASSERT_GE(most(with_collateral(loan, more_collateral)), most(loan));
        ASSERT_LE(most(with_debt(loan, more_debt)), most(loan));
    }
}

}  // namespace

std::vector<Property> withdrawal_properties()
{
    return {
        {"6.4.1 safe withdraw", withdrawing_a_part_of_the_maximum_is_safe},
        {"6.4.1 unsafe withdraw", withdrawing_more_than_the_maximum_is_unsafe},
        {"6.4.1 no debt", everything_can_be_withdrawn_without_debt},
        {"6.4.3 withdraw exactly max",
         the_maximum_withdrawal_keeps_the_floor_and_one_unit_more_breaks_it},
        {"6.4.3 withdraw max + epsilon",
         the_maximum_withdrawal_keeps_the_floor_and_one_unit_more_breaks_it},
        {"6.4.3 monotonic", the_maximum_withdrawal_is_monotonic},
    };
}

}  // namespace vesu::lending
