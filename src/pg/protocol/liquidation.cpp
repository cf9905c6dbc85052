// The SQL function over core/protocol/liquidation.hpp.
#include "core/protocol/liquidation.hpp"

#include "pg/protocol/arguments.hpp"
#include "pg/protocol/result.hpp"

namespace vesu::pg {

VESU_FUNCTION(vesu_calculate_liquidation)
{
    // Read
    const protocol::Books books = read_books(fcinfo, 0);
    protocol::LiquidationTerms terms;
    terms.collateral_price = read_integer(fcinfo, 3, "collateral_price");
    terms.debt_price = read_integer(fcinfo, 4, "debt_price");
    terms.max_ltv = read_integer(fcinfo, 5, "max_ltv");
    terms.liquidation_factor = read_integer(fcinfo, 6, "liquidation_factor");
    terms.debt_to_repay = read_integer(fcinfo, 7, "debt_to_repay");
    terms.min_collateral_to_receive = read_integer(fcinfo, 8, "min_collateral_to_receive");
    const protocol::Protocol version = read_protocol(fcinfo, 9);

    // Compute
    const protocol::Liquidation liquidation =
        computed([&] { return protocol::calculate_liquidation(books, terms, version); });

    // Return
    ResultRow row(fcinfo);
    row.add(liquidation.collateral_to_receive);
    row.add(liquidation.debt_written_off);
    row.add(liquidation.bad_debt);
    row.add(liquidation.value.collateral);
    row.add(liquidation.value.collateral_value);
    row.add(liquidation.value.debt);
    row.add(liquidation.value.debt_value);
    return row.datum();
}

}  // namespace vesu::pg
