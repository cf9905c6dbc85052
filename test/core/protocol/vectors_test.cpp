// Every row of protocol_*.csv in test/vectors, whose outputs the protocol's own functions computed.
#include "core/protocol/power.hpp"
#include "protocol/vectors.hpp"

namespace vesu::protocol {

namespace {

void check_debt(const test::NamedRow &row)
{
    const auto nominal = [&](Rounding rounding) {
        return calculate_nominal_debt(integer(row, "amount"), integer(row, "rate_accumulator"),
                                      integer(row, "asset_scale"), rounding, protocol_of(row));
    };
    const auto debt = [&](Rounding rounding) {
        return calculate_debt(integer(row, "amount"), integer(row, "rate_accumulator"),
                              integer(row, "asset_scale"), rounding, protocol_of(row));
    };
    EXPECT_EQ(shown(nominal(down)), row["nominal_debt_floor"]);
    EXPECT_EQ(shown(nominal(up)), row["nominal_debt_ceil"]);
    EXPECT_EQ(shown(debt(down)), row["debt_floor"]);
    EXPECT_EQ(shown(debt(up)), row["debt_ceil"]);
}

void check_collateral(const test::NamedRow &row)
{
    const Protocol protocol = protocol_of(row);
    const AssetConfig asset = asset_of(row, "");
    const Integer amount = integer(row, "amount");
    EXPECT_EQ(shown(calculate_collateral_shares(amount, asset, down, protocol)),
              row["shares_floor"]);
    EXPECT_EQ(shown(calculate_collateral_shares(amount, asset, up, protocol)), row["shares_ceil"]);
    EXPECT_EQ(shown(calculate_collateral(amount, asset, down, protocol)), row["collateral_floor"]);
    EXPECT_EQ(shown(calculate_collateral(amount, asset, up, protocol)), row["collateral_ceil"]);
    EXPECT_EQ(shown(calculate_utilization(asset.reserve, amount, protocol)),
              row["utilization_of_reserve_and_amount"]);
}

void check_accumulator(const test::NamedRow &row)
{
    const Integer rate = integer(row, "interest_rate"), seconds = integer(row, "time_delta");
    EXPECT_EQ(shown(calculate_rate_accumulator(0, std::stoll(row["time_delta"]),
                                               integer(row, "last_rate_accumulator"), rate,
                                               protocol_of(row))),
              row["rate_accumulator"]);
    EXPECT_EQ(shown(pow_scale(Integer(unit) + rate, seconds, true)), row["pow_scale_negative"]);
}

void check_fee_shares(const test::NamedRow &row)
{
    EXPECT_EQ(shown(calculate_fee_shares(asset_of(row, ""), integer(row, "new_rate_accumulator"),
                                         protocol_of(row))),
              row["fee_shares"]);
}

void check_interest_rate(const test::NamedRow &row)
{
    const InterestRate rate = interest_rate_of(row);
    EXPECT_EQ(shown(rate.interest_rate), row["interest_rate"]);
    EXPECT_EQ(shown(rate.next_full_utilization_rate), row["full_utilization_rate"]);
}

Amount amount_of(const test::NamedRow &row, const std::string &side)
{
    const std::string &type = row[side + "_type"], &denomination = row[side + "_denomination"];
    EXPECT_TRUE(type == "delta" || type == "target") << type;
    EXPECT_TRUE(denomination == "native" || denomination == "assets") << denomination;
    return {type == "target" ? AmountType::target : AmountType::delta,
            denomination == "native" ? Denomination::native : Denomination::assets,
            signed_integer(row[side + "_value"])};
}

PositionAmounts position_of(const test::NamedRow &row)
{
    return {integer(row, "position_collateral_shares"), integer(row, "position_nominal_debt")};
}

Books books_of(const test::NamedRow &row)
{
    return {position_of(row), asset_of(row, "c_"), asset_of(row, "d_")};
}

void expect(const Deltas &deltas, const test::NamedRow &row)
{
    EXPECT_EQ(shown(deltas.collateral), row["collateral_delta"]);
    EXPECT_EQ(shown(deltas.collateral_shares), row["collateral_shares_delta"]);
    EXPECT_EQ(shown(deltas.debt), row["debt_delta"]);
    EXPECT_EQ(shown(deltas.nominal_debt), row["nominal_debt_delta"]);
}

// One asset on both sides.
void check_deconstruct(const test::NamedRow &row)
{
    const AssetConfig asset = asset_of(row, "");
    expect(deconstruct_position_amounts({position_of(row), asset, asset},
                                        amount_of(row, "collateral"), amount_of(row, "debt"),
                                        protocol_of(row)),
           row);
}

void check_apply(const test::NamedRow &row)
{
    Books books = books_of(row);
    Deltas deltas = deconstruct_position_amounts(books, amount_of(row, "collateral"),
                                                 amount_of(row, "debt"), protocol_of(row));
    apply_position_update(books, deltas, 0, protocol_of(row));
    expect(deltas, row);
    EXPECT_EQ(shown(books.position.collateral_shares), row["after_collateral_shares"]);
    EXPECT_EQ(shown(books.position.nominal_debt), row["after_nominal_debt"]);
    EXPECT_EQ(shown(books.collateral_asset.reserve), row["after_c_reserve"]);
    EXPECT_EQ(shown(books.debt_asset.reserve), row["after_d_reserve"]);
    EXPECT_EQ(shown(books.collateral_asset.total_collateral_shares),
              row["after_c_total_collateral_shares"]);
    EXPECT_EQ(shown(books.debt_asset.total_nominal_debt), row["after_d_total_nominal_debt"]);
}

void expect(const PositionValue &value, const test::NamedRow &row)
{
    EXPECT_EQ(shown(value.collateral), row["collateral"]);
    EXPECT_EQ(shown(value.collateral_value), row["collateral_value"]);
    EXPECT_EQ(shown(value.debt), row["debt"]);
    EXPECT_EQ(shown(value.debt_value), row["debt_value"]);
}

void check_values(const test::NamedRow &row)
{
    expect(collateral_and_debt_value(books_of(row), integer(row, "collateral_price"),
                                     integer(row, "debt_price"), protocol_of(row)),
           row);
    EXPECT_EQ(is_collateralized(integer(row, "check_collateral_value"),
                                integer(row, "check_debt_value"), integer(row, "check_max_ltv")),
              integer(row, "check_is_collateralized") == 1);
}

// The file has no maximum LTV; at 0 every debt is undercollateralized.
void check_liquidation(const test::NamedRow &row)
{
    const LiquidationTerms terms{
        integer(row, "collateral_price"),   integer(row, "debt_price"),    0,
        integer(row, "liquidation_factor"), integer(row, "debt_to_repay"), 0};
    const Liquidation liquidation = calculate_liquidation(books_of(row), terms, protocol_of(row));
    expect(liquidation.value, row);
    EXPECT_EQ(shown(liquidation.collateral_to_receive), row["collateral_to_receive"]);
    EXPECT_EQ(shown(liquidation.debt_written_off), row["debt_written_off"]);
    EXPECT_EQ(shown(liquidation.bad_debt), row["bad_debt"]);
}

TEST(ProtocolVectors, agree)
{
    EXPECT_EQ(rows_checked("protocol_debt.csv", check_debt), 100);
    EXPECT_EQ(rows_checked("protocol_collateral.csv", check_collateral), 100);
    EXPECT_EQ(rows_checked("protocol_accumulator.csv", check_accumulator), 100);
    EXPECT_EQ(rows_checked("protocol_fee_shares.csv", check_fee_shares), 100);
    EXPECT_EQ(rows_checked("protocol_interest_rate.csv", check_interest_rate), 300);
    EXPECT_EQ(rows_checked("protocol_deconstruct.csv", check_deconstruct), 100);
    EXPECT_EQ(rows_checked("protocol_apply.csv", check_apply), 100);
    EXPECT_EQ(rows_checked("protocol_values.csv", check_values), 80);
    EXPECT_EQ(rows_checked("protocol_liquidation.csv", check_liquidation), 100);
}

}  // namespace

}  // namespace vesu::protocol
