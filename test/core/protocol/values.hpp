// The protocol's numbers from text and back; a calculation that reverts is shown as the text it reverts with.
#pragma once

#include "core/protocol/interest_rate.hpp"
#include "core/protocol/liquidation.hpp"
#include "support/csv.hpp"
#include "support/random.hpp"

#include <string>

namespace vesu::protocol {

constexpr Protocol v1 = Protocol::v1;
constexpr Protocol v2 = Protocol::v2;
constexpr Rounding down = Rounding::down;
constexpr Rounding up = Rounding::up;

// Throws std::invalid_argument unless all of the text is a whole number below 2^256.
Integer integer(const std::string &text);
SignedInteger signed_integer(const std::string &text);

Integer two_to_the(unsigned exponent);

std::string shown(const Integer &value);
std::string shown(const SignedInteger &value);
std::string shown(bool value);

// Results of several numbers, in the order of their members, with a blank between them.
std::string shown(const InterestRate &rate);
std::string shown(const Deltas &deltas);
std::string shown(const PositionValue &value);

// Collateral received, debt written off, bad debt.
std::string shown(const Liquidation &liquidation);

template <class Calculation>
std::string outcome(const Calculation &calculate)
{
    try {
        return shown(calculate());
    } catch (const Revert &revert) {
        return revert.text;
    }
}

// What a check says: nothing, or the text it reverts with.
template <class Check>
std::string complaint(const Check &check)
{
    try {
        check();
        return "";
    } catch (const Revert &revert) {
        return revert.text;
    }
}

// Any value of up to `max_bits` bits.
inline Integer any(test::Random &random, int max_bits)
{
    return Integer(static_cast<u256>(random.any(max_bits, 0).coefficient));
}

// From low to high, both included.
inline Integer between(test::Random &random, const char *low, const char *high)
{
    return Integer(static_cast<u256>(random.between(low, high, 0).coefficient));
}

// The columns of a row, those of an asset behind a prefix.
Protocol protocol_of(const test::NamedRow &row);
Integer integer(const test::NamedRow &row, const std::string &column);
AssetConfig asset_of(const test::NamedRow &row, const std::string &prefix);

}  // namespace vesu::protocol
