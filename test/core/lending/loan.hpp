// Loans to try the properties on, and exact values of what the core answers.
#pragma once

#include "core/lending/health.hpp"
#include "support/decimal_text.hpp"
#include "support/random.hpp"
#include "support/rational.hpp"

#include <gtest/gtest.h>

namespace vesu::lending {

using test::decimal;
using test::Random;
using test::Rational;
using test::rational;
using test::rounded;

constexpr int runs = 1000;  // as the file says
const inline Rational unit(1, test::power_of_ten(18));

// The exact value of a result that must exist.
template <class Function, class... Arguments>
inline Rational value_of(Function function, const Arguments &...arguments)
{
    Decimal result{0, 0};
    EXPECT_EQ(function(arguments..., result), Status::ok);
    return rational(result);
}

inline Decimal add(const Decimal &a, const Decimal &b)
{
    EXPECT_EQ(a.scale, b.scale);
    return {a.coefficient + b.coefficient, a.scale};
}

inline Decimal subtract(const Decimal &a, const Decimal &b)
{
    EXPECT_EQ(a.scale, b.scale);
    EXPECT_GE(a.coefficient, b.coefficient);
    return {a.coefficient - b.coefficient, a.scale};
}

// At 18 decimals.
inline Decimal result_as_amount(Status (*function)(const Valuation &, const Decimal &, Decimal &),
                                const Valuation &position, const Decimal &rate)
{
    Decimal result{0, 0};
    EXPECT_EQ(function(position, rate, result), Status::ok);
    for (; result.scale < 18; ++result.scale)
        result.coefficient *= 10;
    EXPECT_EQ(result.scale, 18);
    return result;
}

struct Loan {
    Valuation position;
    Decimal threshold;
};

inline Loan any_loan(Random &random, const char *least_debt = "0.1",
                     const char *most_debt = "10000")
{
    return {{random.between("0.1", "1000", 18), random.between("100", "5000", 18),
             random.between(least_debt, most_debt, 18), random.between("0.5", "2", 18)},
            random.between("0.7", "0.9", 4)};
}

inline Rational health(const Loan &loan)
{
    return value_of(health_factor, loan.position, loan.threshold);
}

inline Loan with_collateral(Loan loan, const Decimal &amount)
{
    loan.position.collateral_amount = amount;
    return loan;
}

inline Loan with_debt(Loan loan, const Decimal &amount)
{
    loan.position.debt_amount = amount;
    return loan;
}

inline Rational collateral_value(const Valuation &position)
{
    return rational(position.collateral_amount) * rational(position.collateral_price);
}

inline Rational debt_value(const Valuation &position)
{
    return rational(position.debt_amount) * rational(position.debt_price);
}

}  // namespace vesu::lending
