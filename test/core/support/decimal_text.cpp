#include "support/decimal_text.hpp"

#include <stdexcept>

namespace vesu::test {

namespace {

u512 power_of_ten(int exponent)
{
    u512 power = 1;
    for (; exponent > 0; --exponent)
        power *= 10;
    return power;
}

}  // namespace

Decimal decimal(const std::string &text)
{
    Decimal value{0, 0};
    std::size_t position = 0;
    bool in_fraction = false;
    for (; position < text.size() && text[position] != 'e'; ++position) {
        if (text[position] == '.' && !in_fraction) {
            in_fraction = true;
        } else if (text[position] >= '0' && text[position] <= '9') {
            value.coefficient = value.coefficient * 10 + (text[position] - '0');
            value.scale += in_fraction;
        } else {
            throw std::invalid_argument("not a decimal: " + text);
        }
    }
    if (position == 0)
        throw std::invalid_argument("not a decimal: '" + text + "'");
    if (position == text.size())
        return value;

    const int exponent = std::stoi(text.substr(position + 1));
    if (exponent > value.scale)
        return {value.coefficient * power_of_ten(exponent - value.scale), 0};
    return {value.coefficient, value.scale - exponent};
}

std::string text(const Decimal &value)
{
    std::string digits = value.coefficient.str();
    const auto scale = static_cast<std::size_t>(value.scale);
    if (digits.size() <= scale)
        digits.insert(0, scale + 1 - digits.size(), '0');
    if (scale == 0)
        return digits;

    digits.insert(digits.size() - scale, ".");
    digits.erase(digits.find_last_not_of('0') + 1);
    if (digits.back() == '.')
        digits.pop_back();
    return digits;
}

}  // namespace vesu::test
