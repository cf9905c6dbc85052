// The SQL functions over core/protocol/position.hpp.
#include "core/protocol/position.hpp"

#include <cstring>

#include "pg/protocol/arguments.hpp"
#include "pg/protocol/result.hpp"

namespace vesu::pg {

using protocol::Amount;
using protocol::Books;
using protocol::Deltas;
using protocol::Integer;
using protocol::Protocol;

namespace {

protocol::AmountType read_type(FunctionCallInfo fcinfo, int index, const char *name,
                               Protocol version)
{
    const char *const word = text_to_cstring(PG_GETARG_TEXT_PP(index));
    if (std::strcmp(word, "delta") == 0)
        return protocol::AmountType::delta;
    if (std::strcmp(word, "target") == 0 && version == Protocol::v1)
        return protocol::AmountType::target;
    report_no_choice(name, psprintf("\"%s\"", word),
                     version == Protocol::v1 ? "delta or target" : "delta",
                     "Only Vesu V1 has targets.");
}

protocol::Denomination read_denomination(FunctionCallInfo fcinfo, int index, const char *name)
{
    const char *const word = text_to_cstring(PG_GETARG_TEXT_PP(index));
    if (std::strcmp(word, "native") == 0)
        return protocol::Denomination::native;
    if (std::strcmp(word, "assets") == 0)
        return protocol::Denomination::assets;
    report_no_choice(name, psprintf("\"%s\"", word), "native or assets",
                     "native counts collateral shares or nominal debt, assets units of the token.");
}

// What both functions over an amount take: books, the two amounts, protocol.
struct Change {
    Books books;
    Amount collateral;
    Amount debt;
    Protocol version;
};

Change read_change(FunctionCallInfo fcinfo)
{
    const Protocol version = read_protocol(fcinfo, 9);
    return {read_books(fcinfo, 0),
            {read_type(fcinfo, 3, "collateral_type", version),
             read_denomination(fcinfo, 4, "collateral_denomination"),
             read_signed_integer(fcinfo, 5, "collateral_value")},
            {read_type(fcinfo, 6, "debt_type", version),
             read_denomination(fcinfo, 7, "debt_denomination"),
             read_signed_integer(fcinfo, 8, "debt_value")},
            version};
}

void add_deltas(ResultRow &row, const Deltas &deltas)
{
    row.add(deltas.collateral);
    row.add(deltas.collateral_shares);
    row.add(deltas.debt);
    row.add(deltas.nominal_debt);
}

}  // namespace

VESU_FUNCTION(vesu_deconstruct_position_amounts)
{
    // Read
    const Change change = read_change(fcinfo);

    // Compute
    const Deltas deltas = computed([&] {
        return protocol::deconstruct_position_amounts(change.books, change.collateral, change.debt,
                                                      change.version);
    });

    // Return
    ResultRow row(fcinfo);
    add_deltas(row, deltas);
    return row.datum();
}

VESU_FUNCTION(vesu_apply_position_update)
{
    // Read
    const Change change = read_change(fcinfo);
    const Integer bad_debt = read_integer(fcinfo, 10, "bad_debt");

    // Compute
    Books books = change.books;
    const Deltas deltas = computed([&] {
        Deltas applied = protocol::deconstruct_position_amounts(change.books, change.collateral,
                                                                change.debt, change.version);
        protocol::apply_position_update(books, applied, bad_debt, change.version);
        return applied;
    });

    // Return
    ResultRow row(fcinfo);
    row.add(books.position);
    row.add(books.collateral_asset);
    row.add(books.debt_asset);
    add_deltas(row, deltas);
    return row.datum();
}

VESU_FUNCTION(vesu_collateral_and_debt_value)
{
    // Read
    const Books books = read_books(fcinfo, 0);
    const Integer collateral_price = read_integer(fcinfo, 3, "collateral_price");
    const Integer debt_price = read_integer(fcinfo, 4, "debt_price");
    const Protocol version = read_protocol(fcinfo, 5);

    // Compute
    const protocol::PositionValue value = computed([&] {
        return protocol::collateral_and_debt_value(books, collateral_price, debt_price, version);
    });

    // Return
    ResultRow row(fcinfo);
    row.add(value.collateral);
    row.add(value.collateral_value);
    row.add(value.debt);
    row.add(value.debt_value);
    return row.datum();
}

VESU_FUNCTION(vesu_is_collateralized)
{
    // Read
    const Integer collateral_value = read_integer(fcinfo, 0, "collateral_value");
    const Integer debt_value = read_integer(fcinfo, 1, "debt_value");
    const Integer max_ltv = read_integer(fcinfo, 2, "max_ltv");

    // Compute
    const bool is_collateralized = computed(
        [&] { return protocol::is_collateralized(collateral_value, debt_value, max_ltv); });

    // Return
    PG_RETURN_BOOL(is_collateralized);
}

VESU_FUNCTION(vesu_protocol_health_factor)
{
    // Read
    const Integer collateral_value = read_integer(fcinfo, 0, "collateral_value");
    const Integer debt_value = read_integer(fcinfo, 1, "debt_value");
    const Integer max_ltv = read_integer(fcinfo, 2, "max_ltv");

    // Compute
    Decimal health_factor;
    const Failure failure = guarded([&] {
        return protocol::health_factor(collateral_value, debt_value, max_ltv, health_factor);
    });

    // Return
    if (failure.fault == Fault::none && failure.status == Status::undefined)
        PG_RETURN_NULL();
    if (failure.failed())
        report(failure);
    return numeric_datum(health_factor);
}

}  // namespace vesu::pg
