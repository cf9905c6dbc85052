#include "core/portfolio/concentration.hpp"

#include <algorithm>
#include <limits>

namespace vesu::portfolio {

double herfindahl(const double *weights, std::size_t count)
{
    double largest = 0;
    for (std::size_t i = 0; i < count; ++i)
        largest = std::max(largest, weights[i]);
    if (largest == 0)
        return std::numeric_limits<double>::quiet_NaN();

    // In parts of the largest, or the squares of great or tiny weights would leave the range of double.
    double sum = 0, squares = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const double part = weights[i] / largest;
        sum += part;
        squares += part * part;
    }
    return squares / (sum * sum);
}

double concentration(const double *weights, std::size_t count)
{
    const double index = herfindahl(weights, count);
    if (count < 2)
        return index;
    const double equal = 1 / static_cast<double>(count);
    return (index - equal) / (1 - equal);
}

}  // namespace vesu::portfolio
