// The SQL functions over core/protocol/interest_rate.hpp.
#include "core/protocol/interest_rate.hpp"

#include "pg/protocol/arguments.hpp"
#include "pg/protocol/result.hpp"

namespace vesu::pg {

using protocol::Integer;
using protocol::Protocol;

VESU_FUNCTION(vesu_calculate_interest_rate)
{
    // Read
    const protocol::InterestRateConfig config = read_interest_rate_config(fcinfo, 0);
    const Integer utilization = read_integer(fcinfo, 1, "utilization");
    const int64 time_delta = read_count(fcinfo, 2, "time_delta");
    const Integer last_rate = read_integer(fcinfo, 3, "last_full_utilization_rate");
    const Protocol version = read_protocol(fcinfo, 4);

    // Compute
    const protocol::InterestRate rate = computed([&] {
        return protocol::calculate_interest_rate(
            config, utilization, static_cast<std::uint64_t>(time_delta), last_rate, version);
    });

    // Return
    ResultRow row(fcinfo);
    row.add(rate.interest_rate);
    row.add(rate.next_full_utilization_rate);
    return row.datum();
}

VESU_FUNCTION(vesu_accrue_asset)
{
    // Read
    const protocol::AssetConfig asset = read_asset(fcinfo, 0);
    const protocol::InterestRateConfig config = read_interest_rate_config(fcinfo, 1);
    const Integer last_rate = read_integer(fcinfo, 2, "last_full_utilization_rate");
    const int64 last_updated = read_count(fcinfo, 3, "last_updated");
    const int64 at = read_count(fcinfo, 4, "at");
    const Protocol version = read_protocol(fcinfo, 5);

    // Compute
    const protocol::Accrual accrual = computed([&] {
        return protocol::accrue_asset(asset, config, last_rate, last_updated, at, version);
    });

    // Return
    ResultRow row(fcinfo);
    row.add(accrual.asset);
    row.add(accrual.interest_rate);
    row.add(accrual.full_utilization_rate);
    row.add(accrual.fee_shares);
    return row.datum();
}

}  // namespace vesu::pg
