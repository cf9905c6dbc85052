// Minting, redeeming and interest.
#include "lending/properties.hpp"

#include "core/lending/accrual.hpp"
#include "lending/loan.hpp"

namespace vesu::lending {

namespace {

Rational vtokens(const Decimal &amount, const Decimal &rate, Rounding rounding = Rounding::down)
{
    return value_of(vtokens_for_assets, amount, rate, rounding);
}

void vtokens_of_a_supply_are_worth_at_most_it()
{
    Random random(611);
    for (int i = 0; i < runs; ++i) {
        const Decimal supply = random.between("0.01", "10000", 18);
        const Decimal rate = random.between("0.9", "1.5", 18);
        const Rational worth = vtokens(supply, rate) * rational(rate);
        ASSERT_LE(worth, rational(supply));
        ASSERT_LT(rational(supply) - worth, unit * rational(rate));
        ASSERT_EQ(vtokens(supply, rate), vtokens(supply, rate));
    }
}

void vtokens_are_linear_to_the_unit()
{
    Random random(6111);
    for (int i = 0; i < runs; ++i) {
        const Decimal supply = random.between("0.01", "5000", 18);
        const Decimal rate = random.between("0.9", "1.5", 18);
        const int scale = random.between(2, 3);
        Decimal scaled = supply;
        scaled.coefficient *= static_cast<unsigned>(scale);
        const Rational difference = vtokens(scaled, rate) - vtokens(supply, rate) * scale;
        ASSERT_GE(difference, 0);
        ASSERT_LT(difference, unit * scale);
    }
}

void underlying_value_rises_with_the_rate()
{
    Random random(612);
    for (int i = 0; i < runs; ++i) {
        const Decimal amount = random.between("1", "1000", 18);
        const Decimal rate = random.between("0.9", "1.5", 18);
        const Decimal later = add(rate, random.between("0.01", "0.5", 18));
        ASSERT_GE(value_of(assets_for_vtokens, amount, later),
                  value_of(assets_for_vtokens, amount, rate));
    }
}

void supplies_add_up_and_splitting_gains_nothing()
{
    Random random(6121);
    for (int i = 0; i < runs; ++i) {
        const Decimal rate = random.between("0.9", "1.5", 18);
        const int count = random.between(2, 5);
        Decimal sum{0, 18};
        Rational minted = 0;
        for (int part = 0; part < count; ++part) {
            const Decimal amount = random.between("0.01", "100", 18);
            sum = add(sum, amount);
            minted += vtokens(amount, rate);
        }
        ASSERT_LE(minted, vtokens(sum, rate));
        ASSERT_LT(vtokens(sum, rate) - minted, unit * count);
    }
}

void accrued_debt_never_decreases()
{
    Random random(624);
    for (int i = 0; i < runs; ++i) {
        const Decimal principal = random.between("100", "10000", 18);
        const Decimal rate = random.between("0.01", "0.2", 6);
        const Decimal days{static_cast<unsigned>(random.between(1, 365)), 0};
        const Rational interest = value_of(simple_yield, principal, rate, days);
        ASSERT_GE(interest, 0);
        ASSERT_EQ(interest, rounded(rational(principal) * rational(rate) * rational(days) / 365, 18,
                                    Rounding::down));

        Decimal nominal;
        const Decimal one{1, 0}, index = random.between("1", "1.2", 18);
        ASSERT_EQ(nominal_debt(principal, one, nominal), Status::ok);
        ASSERT_EQ(value_of(live_debt, nominal, index),
                  rounded(rational(principal) * rational(index), 27, Rounding::down));
        ASSERT_GE(value_of(shown_debt, nominal, index), rational(principal));
    }
}

void vtoken_round_trips_never_gain()
{
    Random random(642);
    for (int i = 0; i < runs; ++i) {
        const Decimal amount = random.between("0.01", "1000", 18);
        const Decimal rate = random.between("0.9", "1.5", 18);
        Decimal minted;
        ASSERT_EQ(vtokens_for_assets(amount, rate, Rounding::down, minted), Status::ok);
        const Rational back = value_of(assets_for_vtokens, minted, rate);
        ASSERT_LE(back, rational(amount));
        ASSERT_LE(rational(amount) - back, unit * 3);

        // Whoever takes the amount out again burns at least what was minted for it.
        ASSERT_GE(vtokens(amount, rate, Rounding::up), rational(minted));
        ASSERT_GE(vtokens(amount, rate, Rounding::up) * rational(rate), rational(amount));
    }
}

}  // namespace

std::vector<Property> supply_properties()
{
    return {
        {"6.1.1 vToken minting", vtokens_of_a_supply_are_worth_at_most_it},
        {"6.1.1 deterministic", vtokens_of_a_supply_are_worth_at_most_it},
        {"6.1.1 linear", vtokens_are_linear_to_the_unit},
        {"6.1.2 supply monotonic", underlying_value_rises_with_the_rate},
        {"6.1.2 supplies accumulate", supplies_add_up_and_splitting_gains_nothing},
        {"6.2.4 debt accrual", accrued_debt_never_decreases},
        {"6.4.2 vToken burn", vtoken_round_trips_never_gain},
    };
}

}  // namespace vesu::lending
