#include "protocol/values.hpp"

#include "support/decimal_text.hpp"

#include <stdexcept>

namespace vesu::protocol {

Integer integer(const std::string &text)
{
    const Decimal value = test::decimal(text);
    if (value.scale != 0 || (value.coefficient >> 256) != 0)
        throw std::invalid_argument("not a number of 256 bits: " + text);
    return Integer(static_cast<u256>(value.coefficient));
}

SignedInteger signed_integer(const std::string &text)
{
    const bool negative = text.rfind('-', 0) == 0;
    return {integer(text.substr(negative)), negative};
}

Integer two_to_the(unsigned exponent)
{
    return Integer(u256(1) << exponent);
}

std::string shown(const Integer &value)
{
    return value.value().str();
}

std::string shown(const SignedInteger &value)
{
    return (value.negative ? "-" : "") + shown(value.magnitude);
}

std::string shown(bool value)
{
    return value ? "true" : "false";
}

std::string shown(const InterestRate &rate)
{
    return shown(rate.interest_rate) + " " + shown(rate.next_full_utilization_rate);
}

std::string shown(const Deltas &deltas)
{
    return shown(deltas.collateral) + " " + shown(deltas.collateral_shares) + " " +
           shown(deltas.debt) + " " + shown(deltas.nominal_debt);
}

std::string shown(const PositionValue &value)
{
    return shown(value.collateral) + " " + shown(value.collateral_value) + " " + shown(value.debt) +
           " " + shown(value.debt_value);
}

std::string shown(const Liquidation &liquidation)
{
    return shown(liquidation.collateral_to_receive) + " " + shown(liquidation.debt_written_off) +
           " " + shown(liquidation.bad_debt);
}

Protocol protocol_of(const test::NamedRow &row)
{
    if (row["version"] == "v1")
        return v1;
    if (row["version"] == "v2")
        return v2;
    throw std::invalid_argument("not a version of the protocol: " + row["version"]);
}

Integer integer(const test::NamedRow &row, const std::string &column)
{
    return integer(row[column]);
}

AssetConfig asset_of(const test::NamedRow &row, const std::string &prefix)
{
    return {integer(row, prefix + "reserve"),
            integer(row, prefix + "total_nominal_debt"),
            integer(row, prefix + "total_collateral_shares"),
            integer(row, prefix + "last_rate_accumulator"),
            integer(row, prefix + "scale"),
            integer(row, prefix + "fee_rate")};
}

}  // namespace vesu::protocol
