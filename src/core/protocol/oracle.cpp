#include "core/protocol/oracle.hpp"

#include "core/protocol/power.hpp"

namespace vesu::protocol {

namespace {

std::uint64_t age_of(const OracleAnswer &answer, std::int64_t at)
{
    return at > answer.last_updated
               ? static_cast<std::uint64_t>(at) - static_cast<std::uint64_t>(answer.last_updated)
               : 0;
}

}  // namespace

Integer oracle_price(const Integer &answer, const Integer &decimals)
{
    return mul_div(answer, unit, pow_10(decimals), Rounding::down);
}

bool oracle_is_valid(const OracleAnswer &answer, const OracleConfig &config, std::int64_t at,
                     Protocol protocol)
{
    const bool young =
        config.timeout == 0 || age_of(answer, at) <= static_cast<std::uint64_t>(config.timeout);
    return young && config.required_sources <= answer.sources &&
           (protocol == Protocol::v1 || answer.value != 0);
}

}  // namespace vesu::protocol
