// Prices as the protocol takes them from an oracle.
#pragma once

#include "core/protocol/integer.hpp"

namespace vesu::protocol {

// ⌊answer · 10^18 ÷ 10^decimals⌋.
Integer oracle_price(const Integer &answer, const Integer &decimals);

struct OracleAnswer {
    Integer value;
    std::int64_t last_updated;  // of the spot answer, also where a mean over time is taken
    std::int64_t sources;
};

struct OracleConfig {
    std::int64_t timeout;  // seconds; 0: an answer of any age
    std::int64_t required_sources;
};

// Young enough and from enough sources; V2 also requires that it is not 0. One from the future has age 0.
bool oracle_is_valid(const OracleAnswer &answer, const OracleConfig &config, std::int64_t at,
                     Protocol protocol);

}  // namespace vesu::protocol
