// Every row of lending_cases.csv is checked here or named in `not_checked` with the reason.
#include "core/felt.hpp"
#include "core/lending/liquidation.hpp"
#include "lending/properties.hpp"
#include "support/csv.hpp"
#include "support/decimal_text.hpp"
#include "support/rational.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <iterator>
#include <map>
#include <set>
#include <string>

namespace vesu::lending {

namespace {

using test::decimal;
using test::Rational;
using test::rational;

struct Case {
    std::string function;
    std::string inputs;
    std::string expected;
    std::map<std::string, std::string> members;

    Decimal operator[](const char *name) const
    {
        return decimal(members.at(name));
    }
    bool has(const char *name) const
    {
        return members.count(name) != 0;
    }
};

struct Reason {
    const char *function;
    const char *inputs;  // a part of the row's inputs; "" for every row
    const char *reason;
};

constexpr Reason not_checked[] = {
    {"calculateHealthFactor", "\"position\":null", "a missing row is a matter of SQL"},
    {"calculateHealthFactor", "\"prices\"", "a missing price is a matter of SQL"},
    {"calculateLTV", "\"collateral_amount\":\"0\"",
     "contract: debt without collateral is Infinity"},
    {"property: 6.2.1 LTV zero collateral", "", "contract: debt without collateral is Infinity"},
    {"validateAmount", "", "the domain of arguments is checked by the glue"},
    {"validateAddress", "null", "NULL is a matter of SQL"},
    {"validateAsset", "", "assets are rows"},
    {"repay_remaining_debt", "", "a subtraction in SQL"},
    {"repay", "", "an operation in SQL"},
    {"repay_sequence", "", "operations in SQL"},
    {"property: 6.2.3 liquidity", "", "a comparison in SQL"},
    {"property: 6.3.1 debt reduction", "", "a subtraction in SQL"},
    {"checkPositionHealth", "", "risk levels are a view in SQL"},
    {"monitor_thresholds", "", "risk levels are a view in SQL"},
    {"alert_record", "", "alerts are not part of the arithmetic"},
    {"isPriceStale", "", "the age of a price is a matter of SQL"},
    {"validatePriceData", "", "prices are validated in SQL"},
    {"parseOracleResponse", "", "no oracle is read"},
    {"assetToFelt252", "", "no oracle is read"},
    {"min_profitable_debt", "", "an estimate with gas costs that the contract does not have"},
    {"GET /liquidations/history", "", "no HTTP interface"},
};

const Reason *reason_not_to_check(const Case &row)
{
    for (const Reason &entry : not_checked)
        if (row.function == entry.function && row.inputs.find(entry.inputs) != std::string::npos)
            return &entry;
    return nullptr;
}

// The value that a row expects: the most precise one it gives.
std::string expected_text(const Case &row)
{
    std::size_t start = 0;
    for (const std::string label : {"36-digit value ", "exact "})
        if (row.expected.find(label) != std::string::npos)
            start = row.expected.find(label) + label.size();
    return row.expected.substr(start,
                               row.expected.find_first_not_of("0123456789.e+-", start) - start);
}

Valuation valuation_of(const Case &row)
{
    return {row["collateral_amount"], row["collateral_price"],
            row.has("debt_amount") ? row["debt_amount"] : Decimal{0, 0}, row["debt_price"]};
}

// Agreement with a row that gives more or fewer decimals than the contract's 18.
void expect(const Case &row, Status status, const Decimal &actual, Rounding rounding)
{
    if (row.expected == "null") {
        EXPECT_EQ(status, Status::undefined);
        return;
    }
    ASSERT_EQ(status, Status::ok);
    EXPECT_EQ(rational(actual), test::rounded(rational(decimal(expected_text(row))), 18, rounding));
}

void check_health_factor(const Case &row)
{
    Decimal result{0, 0};
    const Status status = health_factor(valuation_of(row), row["liquidation_threshold"], result);
    expect(row, status, result, Rounding::down);
}

void check_loan_to_value(const Case &row)
{
    Decimal result{0, 0};
    const Status status = loan_to_value(valuation_of(row), result);
    expect(row, status, result, Rounding::up);
}

void check_max_borrow(const Case &row)
{
    Decimal result{0, 0};
    const Status status = max_borrow(valuation_of(row), row["max_ltv"], result);
    expect(row, status, result, Rounding::down);
}

void check_max_withdraw(const Case &row)
{
    Decimal result{0, 0};
    const Status status =
        max_withdraw(valuation_of(row), row["liquidation_threshold"], Decimal{1, 0}, result);
    expect(row, status, result, Rounding::down);
}

void check_vtokens(const Case &row)
{
    Decimal result{0, 0};
    const Status status =
        vtokens_for_assets(row["supply_amount"], row["exchange_rate"], Rounding::down, result);
    expect(row, status, result, Rounding::down);
}

void check_underlying(const Case &row)
{
    Decimal result{0, 0};
    const Status status = assets_for_vtokens(row["vtoken_amount"], row["exchange_rate"], result);
    expect(row, status, result, Rounding::down);
}

void check_round_trip(const Case &row)
{
    Decimal minted{0, 0}, result{0, 0};
    ASSERT_EQ(vtokens_for_assets(row["amount"], row["exchange_rate"], Rounding::down, minted),
              Status::ok);
    const Status status = assets_for_vtokens(minted, row["exchange_rate"], result);
    expect(row, status, result, Rounding::down);
}

void check_utilization(const Case &row)
{
    Decimal result{0, 0};
    const Status status = ratio(row["total_borrow"], row["total_supply"], result);
    expect(row, status, result, Rounding::down);
}

void check_address(const Case &row)
{
    FeltBytes bytes;
    const std::string &address = row.members.at("address");
    EXPECT_EQ(parse_felt(address.data(), address.size(), bytes),
              row.expected.find("accepted") == 0);
}

void check_not_liquidatable(const Case &row)
{
    const Valuation position{row["collateral"], decimal("2500"), row["debt"], decimal("1")};
    EXPECT_EQ(is_undercollateralized(position, decimal("0.8")), row.expected != "not in the list");
}

void check_target(const Case &row)
{
    const Valuation position{decimal("1"), decimal("2500"), decimal("2100"), decimal("1")};
    const LiquidationTerms terms{
        decimal("0.8"), decimal("0.05"), row["target_health_factor"], false, {0, 0}};
    LiquidationAmounts amounts;
    ASSERT_EQ(liquidation_amounts(position, terms, amounts), Status::ok);
    const Rational after = rational(amounts.health_factor_after);
    EXPECT_GE(after, rational(terms.target_health));
    EXPECT_LE(after, rational(terms.target_health) + rational(decimal("1e-18")));
}

const std::map<std::string, std::function<void(const Case &)>> &checks()
{
    static const std::map<std::string, std::function<void(const Case &)>> all = {
        {"calculateHealthFactor", check_health_factor},
        {"calculateLTV", check_loan_to_value},
        {"calculateMaxBorrowable", check_max_borrow},
        {"calculateMaxWithdrawable", check_max_withdraw},
        {"calculateVTokensToReceive", check_vtokens},
        {"calculateUnderlyingValue", check_underlying},
        {"vtoken_roundtrip", check_round_trip},
        {"getUtilizationRate", check_utilization},
        {"validateAddress", check_address},
        {"findLiquidatablePositions", check_not_liquidatable},
        {"partial_liquidation_target", check_target},
    };
    return all;
}

// property_test.cpp runs it.
bool is_property(const Case &row)
{
    for (const Property &property : properties())
        if (row.function == std::string("property: ") + property.name)
            return true;
    return false;
}

TEST(LendingCases, agree_or_are_named_with_a_reason)
{
    int checked = 0, run_as_property = 0, named = 0;
    std::set<const Reason *> used;
    for (const test::CsvRow &line : test::read_vectors("lending_cases.csv")) {
        SCOPED_TRACE("line " + std::to_string(line.line));
        ASSERT_EQ(line.fields.size(), 3U);
        const Case row{line.fields[0], line.fields[1], line.fields[2],
                       test::read_members(line.fields[1])};
        const auto check = checks().find(row.function);
        if (const Reason *const entry = reason_not_to_check(row)) {
            ++named;
            used.insert(entry);
        } else if (is_property(row)) {
            ++run_as_property;
        } else if (check != checks().end()) {
            ++checked;
            check->second(row);
        } else {
            ADD_FAILURE() << "neither checked nor named: " << row.function;
        }
    }
    EXPECT_EQ(checked, 34);
    EXPECT_EQ(run_as_property, 28);
    EXPECT_EQ(named, 45);
    EXPECT_EQ(used.size(), std::size(not_checked)) << "a reason without a row";
}

}  // namespace

}  // namespace vesu::lending
