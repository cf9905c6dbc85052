// Runs a check over every row of a file in test/vectors.
#pragma once

#include "core/protocol/interest_rate.hpp"
#include "protocol/values.hpp"

#include <gtest/gtest.h>

#include <string>

namespace vesu::protocol {

// The number of rows, for the test to compare: an empty file agrees with everything.
template <class Check>
int rows_checked(const std::string &file_name, const Check &check)
{
    int checked = 0;
    for (const test::NamedRow &row : test::read_named_vectors(file_name)) {
        SCOPED_TRACE(file_name + ", line " + std::to_string(row.line));
        try {
            check(row);
        } catch (const Revert &revert) {
            ADD_FAILURE() << "reverts: " << revert.text;
        }
        ++checked;
    }
    return checked;
}

inline InterestRateConfig interest_rate_config_of(const test::NamedRow &row)
{
    return {integer(row, "min_target_utilization"),
            integer(row, "max_target_utilization"),
            integer(row, "target_utilization"),
            integer(row, "min_full_utilization_rate"),
            integer(row, "max_full_utilization_rate"),
            integer(row, "zero_utilization_rate"),
            integer(row, "rate_half_life"),
            integer(row, "target_rate_percent")};
}

inline InterestRate interest_rate_of(const test::NamedRow &row)
{
    return calculate_interest_rate(interest_rate_config_of(row), integer(row, "utilization"),
                                   integer(row, "time_delta"),
                                   integer(row, "last_full_utilization_rate"), protocol_of(row));
}

}  // namespace vesu::protocol
