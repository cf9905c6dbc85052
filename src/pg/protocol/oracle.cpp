// The SQL functions over core/protocol/oracle.hpp.
#include "core/protocol/oracle.hpp"

#include "pg/protocol/arguments.hpp"
#include "pg/protocol/result.hpp"

namespace vesu::pg {

VESU_FUNCTION(vesu_oracle_price)
{
    // Read
    const protocol::Integer answer = read_integer(fcinfo, 0, "answer");
    const int64 decimals = read_small_count(fcinfo, 1, "decimals");

    // Compute, Return
    return integer_result(
        [&] { return protocol::oracle_price(answer, static_cast<std::uint64_t>(decimals)); });
}

VESU_FUNCTION(vesu_oracle_is_valid)
{
    // Read
    protocol::OracleAnswer answer;
    answer.last_updated = read_count(fcinfo, 0, "last_updated");
    const int64 at = read_count(fcinfo, 1, "at");
    protocol::OracleConfig config;
    config.timeout = read_count(fcinfo, 2, "timeout");
    answer.sources = read_small_count(fcinfo, 3, "sources");
    config.required_sources = read_small_count(fcinfo, 4, "required_sources");
    answer.value = read_integer(fcinfo, 5, "answer");
    const protocol::Protocol version = read_protocol(fcinfo, 6);

    // Compute
    const bool is_valid =
        computed([&] { return protocol::oracle_is_valid(answer, config, at, version); });

    // Return
    PG_RETURN_BOOL(is_valid);
}

}  // namespace vesu::pg
