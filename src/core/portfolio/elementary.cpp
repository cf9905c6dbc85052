#include "core/portfolio/elementary.hpp"

#include <cmath>
#include <limits>

namespace vesu::portfolio {

namespace {

// ln 2 in two parts. The first has zeros at its end, so its product with an exponent is exact.
constexpr double ln2_head = 0x1.62e42fee00000p-1;
constexpr double ln2_tail = 0x1.a39ef35793c76p-33;
constexpr double inverse_ln2 = 0x1.71547652b82fep+0;
constexpr double sqrt_half = 0x1.6a09e667f3bcdp-1;

constexpr double greatest_exponent = 709.782712893384;
constexpr double least_exponent = -745.2;

// Enough terms that the first one left out is below 2⁻⁵⁴ of the sum, on |x| <= ln 2 / 2 and |s| <= 3 - 2√2.
constexpr int exp_terms = 14;
constexpr int log_terms = 11;

}  // namespace

double portable_exp(double x)
{
    if (std::isnan(x))
        return x;
    if (x > greatest_exponent)
        return std::numeric_limits<double>::infinity();
    if (x < least_exponent)
        return 0;

    // x = k ln 2 + rest
    const double k = std::floor(x * inverse_ln2 + 0.5);
    const double rest = (x - k * ln2_head) - k * ln2_tail;
    double sum = 1;
    for (int i = exp_terms; i >= 1; --i)
        sum = 1 + rest / i * sum;
    return std::ldexp(sum, static_cast<int>(k));
}

double portable_log(double x)
{
    // x = 2ᵏ·m with √½ <= m < √2, and ln m = 2·artanh(s), s = (m - 1)/(m + 1)
    int k;
    double m = std::frexp(x, &k);
    if (m < sqrt_half) {
        m *= 2;
        --k;
    }
    const double s = (m - 1) / (m + 1);
    double sum = 0;
    for (int i = log_terms; i >= 1; --i)
        sum = (sum + 1.0 / (2 * i + 1)) * (s * s);
    return k * ln2_head + (2 * s + (2 * s * sum + k * ln2_tail));
}

}  // namespace vesu::portfolio
