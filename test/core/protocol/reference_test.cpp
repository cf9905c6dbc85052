// The core against reference.py, which computes the same formulas in integers without a width.
#include "core/protocol/power.hpp"
#include "protocol/values.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace vesu::protocol {

namespace {

using Arguments = std::vector<Integer>;

Rounding rounding_of(const Integer &round_up)
{
    return round_up == 0 ? down : up;
}

std::int64_t seconds_of(const Integer &value)
{
    return static_cast<std::int64_t>(value.value());
}

// Reserve, nominal debt, total shares, accumulator and scale from the argument `first` on.
AssetConfig books_of(const Arguments &a, std::size_t first, const Integer &fee_rate = 0)
{
    return {a.at(first),     a.at(first + 1), a.at(first + 2),
            a.at(first + 3), a.at(first + 4), fee_rate};
}

InterestRate interest_rate(const Arguments &a, Protocol protocol)
{
    const InterestRateConfig config{a.at(0), a.at(1), a.at(2), a.at(3),
                                    a.at(4), a.at(5), a.at(6), a.at(7)};
    return calculate_interest_rate(config, a.at(8), a.at(9), a.at(10), protocol);
}

std::string result_of(const std::string &function, const Arguments &a, Protocol protocol)
{
    if (function == "pow_scale")
        return shown(pow_scale(a.at(0), a.at(1), a.at(2) != 0));
    if (function == "pow")
        return shown(pow(a.at(0), a.at(1), protocol));
    if (function == "nominal_debt")
        return shown(
            calculate_nominal_debt(a.at(0), a.at(1), a.at(2), rounding_of(a.at(3)), protocol));
    if (function == "debt")
        return shown(calculate_debt(a.at(0), a.at(1), a.at(2), rounding_of(a.at(3)), protocol));
    if (function == "collateral_shares")
        return shown(
            calculate_collateral_shares(a.at(0), books_of(a, 2), rounding_of(a.at(1)), protocol));
    if (function == "collateral")
        return shown(calculate_collateral(a.at(0), books_of(a, 2), rounding_of(a.at(1)), protocol));
    if (function == "utilization")
        return shown(calculate_utilization(a.at(0), a.at(1), protocol));
    if (function == "rate_accumulator")
        return shown(calculate_rate_accumulator(seconds_of(a.at(0)), seconds_of(a.at(1)), a.at(2),
                                                a.at(3), protocol));
    if (function == "fee_shares")
        return shown(calculate_fee_shares(books_of(a, 2, a.at(1)), a.at(0), protocol));
    if (function == "interest_rate")
        return shown(interest_rate(a, protocol));
    return "no such function";
}

Arguments arguments_of(const std::string &text)
{
    std::istringstream words(text);
    Arguments arguments;
    for (std::string word; words >> word;)
        arguments.push_back(integer(word));
    return arguments;
}

std::string outcome_of(const test::NamedRow &row)
{
    try {
        return result_of(row["function"], arguments_of(row["arguments"]), protocol_of(row));
    } catch (const Revert &revert) {
        return revert.text;
    }
}

TEST(ProtocolReference, agrees)
{
    std::map<std::string, int> compared;
    for (const test::NamedRow &row : test::read_named_rows(VESU_PROTOCOL_REFERENCE)) {
        ++compared[row["function"]];
        ASSERT_EQ(outcome_of(row), row["expected"])
            << row["function"] << " " << row["version"] << " of " << row["arguments"];
    }
    const std::map<std::string, int> expected = {
        {"pow_scale", 3000},    {"pow", 1500},
        {"nominal_debt", 2000}, {"debt", 2000},
        {"collateral", 2000},   {"collateral_shares", 2000},
        {"utilization", 500},   {"rate_accumulator", 2000},
        {"fee_shares", 3000},   {"interest_rate", 8000},
    };
    EXPECT_EQ(compared, expected);
}

}  // namespace

}  // namespace vesu::protocol
