// The rows of protocol_asserted_*.csv in test/vectors about liquidations, prices and storage, of which the protocol
// decides more than this arithmetic: each is checked here or named with the reason.
#include "core/protocol/configuration.hpp"
#include "core/protocol/oracle.hpp"
#include "protocol/vectors.hpp"

#include <map>
#include <stdexcept>

namespace vesu::protocol {

namespace {

struct Reason {
    const char *file;
    const char *column;
    const char *value;
    const char *reason;
};

constexpr Reason not_checked[] = {
    {"liquidation", "exp_error", "emergency-mode", "shutdown modes are state of the pool"},
    {"liquidation", "exp_error", "invalid-oracle", "checked where positions are written"},
    {"oracle_pragma", "expected_error", "invalid-pragma-key", "an asset without a record"},
    {"packing", "field", "is_legacy", "the core keeps no flag of the token's interface"},
};

// Checks the rows of a file but those that are named; `named` counts these.
template <class Check>
int rows_checked(const std::string &subject, int &named, const Check &check)
{
    named = 0;
    const int rows = protocol::rows_checked(
        "protocol_asserted_" + subject + ".csv", [&](const test::NamedRow &row) {
            for (const Reason &entry : not_checked)
                if (subject == entry.file && row[entry.column] == entry.value) {
                    ++named;
                    return;
                }
            check(row);
        });
    return rows - named;
}

// Most rows assert some of the results.
void expect_if_given(const std::string &actual, const std::string &expected)
{
    if (!expected.empty()) {
        EXPECT_EQ(actual, expected);
    }
}

// A pool of this position alone, at a share price of 1 and without interest, so that the row's amounts are its books.
Books books_of(const test::NamedRow &row)
{
    const Integer collateral = integer(row, "collateral"),
                  collateral_scale = integer(row, "collateral_scale"),
                  nominal_debt = integer(row, "nominal_debt");
    const Integer shares = collateral * unit / collateral_scale;
    return {{shares, nominal_debt},
            {collateral, 0, shares, unit, collateral_scale, 0},
            {0, nominal_debt, 0, unit, integer(row, "debt_scale"), 0}};
}

Integer expected_reserve(const std::string &text, const Integer &debt, const Integer &bad_debt)
{
    if (text == "debt")
        return debt;
    if (text == "debt - bad_debt")
        return debt - bad_debt;
    if (text == "debt/2 - bad_debt")
        return debt / 2 - bad_debt;
    throw std::invalid_argument("unknown: " + text);
}

// The books after the liquidation, which a row without an error describes.
void check_books_after(const test::NamedRow &row, const Liquidation &liquidation)
{
    const Protocol protocol = protocol_of(row);
    Books books = books_of(row);
    // A total that never falls to 0, as on the chain.
    books.collateral_asset.reserve = books.collateral_asset.reserve + 10'000;
    books.collateral_asset.total_collateral_shares =
        books.collateral_asset.total_collateral_shares +
        Integer(10'000) * unit / books.collateral_asset.scale;
    Deltas deltas = deconstruct_position_amounts(
        books, {AmountType::delta, Denomination::assets, {liquidation.collateral_to_receive, true}},
        {AmountType::delta, Denomination::assets, {liquidation.debt_written_off, true}}, protocol);
    apply_position_update(books, deltas, liquidation.bad_debt, protocol);

    EXPECT_EQ(shown(books.position.nominal_debt), row["exp_nominal_debt_after"]);
    EXPECT_EQ(shown(books.debt_asset.reserve),
              shown(expected_reserve(row["exp_debt_reserve_delta"], integer(row, "debt"),
                                     liquidation.bad_debt)));
    expect_if_given(shown(calculate_collateral(books.position.collateral_shares,
                                               books.collateral_asset, down, protocol)),
                    row["exp_collateral_after"]);
    expect_if_given(shown(books.position.collateral_shares == 0),
                    row["exp_collateral_shares_after_is_zero"]);
}

void check_liquidation(const test::NamedRow &row)
{
    ASSERT_EQ(row["collateral_price_valid"] + row["debt_price_valid"], "truetrue");
    const LiquidationTerms terms{
        integer(row, "collateral_price"), integer(row, "debt_price"),
        integer(row, "max_ltv"),          integer(row, "liquidation_factor"),
        integer(row, "debt_to_repay"),    integer(row, "min_collateral_to_receive")};
    Liquidation liquidation;
    const std::string error = complaint(
        [&] { liquidation = calculate_liquidation(books_of(row), terms, protocol_of(row)); });
    ASSERT_EQ(error, row["exp_error"]);
    if (!error.empty())
        return;

    EXPECT_EQ(shown(liquidation.value.collateral), row["collateral"]);
    EXPECT_EQ(shown(liquidation.value.debt), row["debt"]);
    expect_if_given(shown(liquidation.collateral_to_receive), row["exp_collateral_released"]);
    expect_if_given(shown(liquidation.debt_written_off), row["exp_debt_written_off"]);
    expect_if_given(shown(liquidation.bad_debt != 0), row["exp_bad_debt_nonzero"]);
    check_books_after(row, liquidation);
}

void check_oracle(const test::NamedRow &row)
{
    const bool mean = row["start_time_offset"] != "0" && row["time_window"] != "0";
    expect_if_given(shown(oracle_price(integer(row, mean ? "twap" : "price"),
                                       integer(row, mean ? "twap_decimals" : "decimals"))),
                    row["expected_value"]);
    expect_if_given(
        shown(oracle_is_valid({integer(row, "price"), std::stoll(row["last_updated"]),
                               std::stoll(row["num_sources_aggregated"])},
                              {std::stoll(row["timeout"]), std::stoll(row["number_of_sources"])},
                              std::stoll(row["now"]), protocol_of(row))),
        row["expected_valid"]);
}

// A member of what storage gives back.
Integer kept(const test::NamedRow &row)
{
    const auto members = test::read_members(row["struct_json"]);
    const auto member = [&](const char *name) {
        return members.count(name) != 0 ? integer(members.at(name)) : Integer(0);
    };
    const AssetRecord record =
        stored({{member("reserve"), member("total_nominal_debt"), member("total_collateral_shares"),
                 member("last_rate_accumulator"), member("scale"), member("fee_rate")},
                member("max_utilization"),
                member("floor"),
                member("last_full_utilization_rate"),
                member("last_updated"),
                member("fee_shares")});
    const std::map<std::string, Integer> values = {
        {"total_collateral_shares", record.books.total_collateral_shares},
        {"reserve", record.books.reserve},
        {"max_utilization", record.max_utilization},
        {"floor", record.floor},
        {"last_rate_accumulator", record.books.last_rate_accumulator},
        {"fee_rate", record.books.fee_rate},
    };
    return values.at(row["field"]);
}

// A model is kept as it is, if it fits.
void check_packed_rates(const test::NamedRow &row)
{
    const auto members = test::read_members(row["struct_json"]);
    check_width(interest_rate_config_of({row.line, members}));
    EXPECT_EQ(row["relation"], "==");
    EXPECT_EQ(members.at(row["field"]), row["expected"]);
}

void check_packing(const test::NamedRow &row)
{
    if (row["struct"] == "interest_rate_config") {
        check_packed_rates(row);
        return;
    }
    ASSERT_EQ(row["struct"], "asset_config");
    if (row["relation"] == "<") {
        EXPECT_LT(kept(row).value(), integer(row, "expected").value());
    } else {
        EXPECT_EQ(row["relation"], "==");
        EXPECT_EQ(shown(kept(row)), row["expected"]);
    }
}

TEST(ProtocolAssertedVectors, agree_or_are_named_with_a_reason)
{
    int named = 0;
    EXPECT_EQ(rows_checked("liquidation", named, check_liquidation), 13);
    EXPECT_EQ(named, 2);
    EXPECT_EQ(rows_checked("oracle_pragma", named, check_oracle), 21);
    EXPECT_EQ(named, 1);
    EXPECT_EQ(rows_checked("packing", named, check_packing), 19);
    EXPECT_EQ(named, 2);
}

}  // namespace

}  // namespace vesu::protocol
