// Decimals as text, for tests: the core itself reads and writes none.
#pragma once

#include "core/fixed.hpp"

#include <string>

namespace vesu::test {

// "12.5", "-0" is none, "2e+21", "1e-18". Throws std::invalid_argument unless all of the text is a number.
Decimal decimal(const std::string &text);

// Without trailing zeros and without an exponent: "12.5".
std::string text(const Decimal &value);

}  // namespace vesu::test
