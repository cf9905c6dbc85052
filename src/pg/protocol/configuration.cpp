// The SQL functions over core/protocol/configuration.hpp.
#include "core/protocol/configuration.hpp"

#include "pg/protocol/arguments.hpp"
#include "pg/protocol/result.hpp"

namespace vesu::pg {

namespace {

template <class Check>
Datum checked(Check check)
{
    const Failure failure = guarded([&] {
        check();
        return Status::ok;
    });
    if (failure.failed())
        report(failure);
    PG_RETURN_VOID();
}

}  // namespace

VESU_FUNCTION(vesu_check_asset_config)
{
    // Read
    protocol::AssetRecord record;
    record.books = read_asset(fcinfo, 0);
    record.max_utilization = read_integer(fcinfo, 1, "max_utilization");
    record.floor = read_integer(fcinfo, 2, "floor");
    record.last_full_utilization_rate = read_integer(fcinfo, 3, "last_full_utilization_rate");
    record.last_updated = static_cast<std::uint64_t>(read_count(fcinfo, 4, "last_updated"));
    record.fee_shares = read_integer(fcinfo, 5, "fee_shares");
    const protocol::Protocol version = read_protocol(fcinfo, 6);

    // Compute, Return
    return checked([&] { protocol::check_asset_config(record, version); });
}

VESU_FUNCTION(vesu_check_pair_config)
{
    // Read
    const protocol::PairConfig pair{read_integer(fcinfo, 0, "max_ltv"),
                                    read_integer(fcinfo, 1, "liquidation_factor"),
                                    read_integer(fcinfo, 2, "debt_cap")};
    const protocol::Protocol version = read_protocol(fcinfo, 3);

    // Compute, Return
    return checked([&] { protocol::check_pair_config(pair, version); });
}

VESU_FUNCTION(vesu_check_interest_rate_config)
{
    // Read
    const protocol::InterestRateConfig config = read_interest_rate_config(fcinfo, 0);
    const protocol::Protocol version = read_protocol(fcinfo, 1);

    // Compute, Return
    return checked([&] { protocol::check_interest_rate_config(config, version); });
}

VESU_FUNCTION(vesu_check_position_amounts)
{
    // Read
    const protocol::PositionAmounts position = read_position(fcinfo, 0);

    // Compute, Return
    return checked([&] { protocol::check_width(position); });
}

}  // namespace vesu::pg
