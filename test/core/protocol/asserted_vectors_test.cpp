// Every row of the protocol_asserted_*.csv in test/vectors that are about one formula; the protocol's own tests
// assert them. Those of the Ekubo oracle are left out: the project takes no price from it.
#include "core/protocol/power.hpp"
#include "core/protocol/vtoken.hpp"
#include "protocol/vectors.hpp"

#include <stdexcept>

namespace vesu::protocol {

namespace {

// What the row expects: a value or the text of the failure.
const std::string &expected(const test::NamedRow &row)
{
    EXPECT_NE(row["expected"].empty(), row["expected_error"].empty());
    return row["expected_error"].empty() ? row["expected"] : row["expected_error"];
}

Rounding rounding_of(const test::NamedRow &row)
{
    EXPECT_TRUE(row["round_up"] == "true" || row["round_up"] == "false");
    return row["round_up"] == "true" ? up : down;
}

void check_math(const test::NamedRow &row)
{
    const std::string &function = row["function"];
    const auto x = [&] { return integer(row, "x"); };
    const auto n = [&] { return integer(row, "n"); };
    Integer result;
    if (function == "pow_scale")
        result = pow_scale(x(), n(), row["negative"] == "true");
    else if (function == "pow")
        result = pow(x(), n(), protocol_of(row));
    else if (function == "pow_10")
        result = pow_10(n());
    else if (function == "pow_10_or_0")
        result = pow_10_or_0(n());
    else if (function == "log_10")
        result = log_10(x());
    else
        ADD_FAILURE() << "unknown: " << function;
    EXPECT_EQ(shown(result), row["expected"]);
}

void check_nominal_debt(const test::NamedRow &row)
{
    EXPECT_EQ(outcome([&] {
                  return calculate_nominal_debt(
                      integer(row, "debt"), integer(row, "rate_accumulator"),
                      integer(row, "asset_scale"), rounding_of(row), protocol_of(row));
              }),
              expected(row));
}

void check_collateral(const test::NamedRow &row)
{
    ASSERT_EQ(row["function"], "collateral_shares");
    const AssetConfig asset{integer(row, "reserve"),
                            integer(row, "total_nominal_debt"),
                            integer(row, "total_collateral_shares"),
                            integer(row, "last_rate_accumulator"),
                            integer(row, "scale"),
                            0};
    EXPECT_EQ(outcome([&] {
                  return calculate_collateral_shares(integer(row, "amount"), asset,
                                                     rounding_of(row), protocol_of(row));
              }),
              expected(row));
}

void check_utilization(const test::NamedRow &row)
{
    EXPECT_EQ(shown(calculate_utilization(integer(row, "total_reserve"), integer(row, "total_debt"),
                                          protocol_of(row))),
              row["expected"]);
}

// No number is asserted: applied again at the same time, nothing changes.
void check_rate_accumulator(const test::NamedRow &row)
{
    ASSERT_EQ(row["relation"], "unchanged_when_applied_again_at_now");
    const std::int64_t at = std::stoll(row["now"]);
    const Integer rate = integer(row, "interest_rate");
    const Integer once =
        calculate_rate_accumulator(std::stoll(row["last_updated"]), at,
                                   integer(row, "last_rate_accumulator"), rate, protocol_of(row));
    EXPECT_NE(shown(once), row["last_rate_accumulator"]);
    EXPECT_EQ(shown(calculate_rate_accumulator(at, at, once, rate, protocol_of(row))), shown(once));
}

void check_fee_shares(const test::NamedRow &row)
{
    ASSERT_EQ(row["quantity"], "fee_shares");
    EXPECT_EQ(shown(calculate_fee_shares(asset_of(row, ""), integer(row, "new_rate_accumulator"),
                                         protocol_of(row))),
              row["expected"]);
}

// The quantities that the rows derive from a rate; a year has 360 days.
Integer quantity(const std::string &name, const InterestRate &rate)
{
    constexpr std::uint64_t year = 31'104'000, hundred_thousandth = 10'000'000'000'000;
    if (name == "rate")
        return rate.interest_rate;
    if (name == "next_full_utilization_rate")
        return rate.next_full_utilization_rate;
    if (name == "rate*YEAR")
        return rate.interest_rate * year;
    if (name == "to_apr(rate)")
        return rate.interest_rate * year / hundred_thousandth;
    if (name == "to_apr(next_full_utilization_rate)")
        return rate.next_full_utilization_rate * year / hundred_thousandth;
    if (name == "supply_apy") {  // with as much debt as reserve
        const Integer half = Integer(unit) / 2;
        return (pow_scale(Integer(unit) + rate.interest_rate, year, false) - unit) * half /
               (half + half);
    }
    throw std::invalid_argument("unknown: " + name);
}

void check_interest_rate(const test::NamedRow &row)
{
    ASSERT_EQ(row["tolerance"], "0");
    ASSERT_EQ(row["reference_script_value"], "");
    const Integer actual = quantity(row["quantity"], interest_rate_of(row));
    if (row["relation"] == "<") {
        EXPECT_LT(actual.value(), integer(row, "expected").value());
    } else {
        EXPECT_EQ(row["relation"], "==");
        EXPECT_EQ(shown(actual), row["expected"]);
    }
}

void check_is_collateralized(const test::NamedRow &row)
{
    EXPECT_EQ(shown(is_collateralized(integer(row, "collateral_value"), integer(row, "debt_value"),
                                      integer(row, "max_ltv"))),
              row["expected"]);
}

// The row gives the debt; without interest the nominal debt is the same amount in units of 10^-18.
void check_withdrawable(const test::NamedRow &row)
{
    const Integer scale = integer(row, "scale");
    const AssetConfig asset{
        integer(row, "reserve"), integer(row, "total_debt") * unit / scale, 0, unit, scale, 0};
    EXPECT_EQ(shown(withdrawable_assets(asset, integer(row, "max_utilization"), protocol_of(row))),
              row["expected"]);
}

TEST(ProtocolAssertedVectors, agree)
{
    EXPECT_EQ(rows_checked("protocol_asserted_math.csv", check_math), 20);
    EXPECT_EQ(rows_checked("protocol_asserted_nominal_debt.csv", check_nominal_debt), 7);
    EXPECT_EQ(rows_checked("protocol_asserted_collateral.csv", check_collateral), 2);
    EXPECT_EQ(rows_checked("protocol_asserted_utilization.csv", check_utilization), 2);
    EXPECT_EQ(rows_checked("protocol_asserted_rate_accumulator.csv", check_rate_accumulator), 2);
    EXPECT_EQ(rows_checked("protocol_asserted_fee_shares.csv", check_fee_shares), 2);
    EXPECT_EQ(rows_checked("protocol_asserted_interest_rate.csv", check_interest_rate), 11);
    EXPECT_EQ(rows_checked("protocol_asserted_is_collateralized.csv", check_is_collateralized), 2);
    EXPECT_EQ(rows_checked("protocol_asserted_vtoken_withdrawable.csv", check_withdrawable), 3);
}

}  // namespace

}  // namespace vesu::protocol
