// The integers of the project. Fixed width, no heap: ereport() may jump over a live one.
#pragma once

#include <boost/multiprecision/cpp_int.hpp>

#include <type_traits>

namespace vesu {

namespace mp = boost::multiprecision;

template <unsigned bits, mp::cpp_int_check_type check>
using unsigned_integer =
    mp::number<mp::cpp_int_backend<bits, bits, mp::unsigned_magnitude, check, void>, mp::et_off>;

using u256 = unsigned_integer<256, mp::unchecked>;
using u512 = unsigned_integer<512, mp::unchecked>;

// Wide enough for every intermediate product of `Decimal` arithmetic (fixed.hpp counts the digits).
// Checked all the same: a wrong count throws instead of losing money.
using wide = unsigned_integer<8192, mp::checked>;

static_assert(std::is_trivially_destructible_v<u256>, "ereport() may jump over a live u256");
static_assert(std::is_trivially_destructible_v<u512>, "ereport() may jump over a live u512");
static_assert(std::is_trivially_destructible_v<wide>, "ereport() may jump over a live wide");

}  // namespace vesu
