#include "core/portfolio/normal.hpp"

#include "core/portfolio/elementary.hpp"

#include <cmath>
#include <limits>

namespace vesu::portfolio {

namespace {

// Highest power first.
template <int size>
double polynomial(const double (&coefficients)[size], double x)
{
    double value = coefficients[0];
    for (int i = 1; i < size; ++i)
        value = value * x + coefficients[i];
    return value;
}

// Each pair is the numerator and the denominator of the rational approximation of one region.
constexpr double central_numerator[] = {2.5090809287301226727e+3, 3.3430575583588128105e+4,
                                        6.7265770927008700853e+4, 4.5921953931549871457e+4,
                                        1.3731693765509461125e+4, 1.9715909503065514427e+3,
                                        1.3314166789178437745e+2, 3.3871328727963666080e+0};
constexpr double central_denominator[] = {5.2264952788528545610e+3, 2.8729085735721942674e+4,
                                          3.9307895800092710610e+4, 2.1213794301586595867e+4,
                                          5.3941960214247511077e+3, 6.8718700749205790830e+2,
                                          4.2313330701600911252e+1, 1.0};
constexpr double middle_numerator[] = {7.74545014278341407640e-4, 2.27238449892691845833e-2,
                                       2.41780725177450611770e-1, 1.27045825245236838258e+0,
                                       3.64784832476320460504e+0, 5.76949722146069140550e+0,
                                       4.63033784615654529590e+0, 1.42343711074968357734e+0};
constexpr double middle_denominator[] = {1.05075007164441684324e-9, 5.47593808499534494600e-4,
                                         1.51986665636164571966e-2, 1.48103976427480074590e-1,
                                         6.89767334985100004550e-1, 1.67638483018380384940e+0,
                                         2.05319162663775882187e+0, 1.0};
constexpr double far_numerator[] = {2.01033439929228813265e-7, 2.71155556874348757815e-5,
                                    1.24266094738807843860e-3, 2.65321895265761230930e-2,
                                    2.96560571828504891230e-1, 1.78482653991729133580e+0,
                                    5.46378491116411436990e+0, 6.65790464350110377720e+0};
constexpr double far_denominator[] = {2.04426310338993978564e-15, 1.42151175831644588870e-7,
                                      1.84631831751005468180e-5,  7.86869131145613259100e-4,
                                      1.48753612908506148525e-2,  1.36929880922735805310e-1,
                                      5.99832206555887937690e-1,  1.0};

constexpr double central_region = 0.425;     // |p - 1/2| up to which no logarithm is needed
constexpr double central_square = 0.180625;  // its square
constexpr double middle_region = 5.0;        // √(-ln p) up to which the tail is not far
constexpr double middle_start = 1.6;         // where its approximation is centred
constexpr double inverse_sqrt_of_two_pi = 0.398942280401432677939946059934381868;

// The distance from 0 of the quantile of `tail`, which is far below 1/2.
double tail_distance(double tail)
{
    const double root = std::sqrt(-portable_log(tail));
    if (root <= middle_region) {
        const double x = root - middle_start;
        return polynomial(middle_numerator, x) / polynomial(middle_denominator, x);
    }
    const double x = root - middle_region;
    return polynomial(far_numerator, x) / polynomial(far_denominator, x);
}

}  // namespace

double normal_quantile(double probability)
{
    const double from_half = probability - 0.5;
    if (std::fabs(from_half) <= central_region) {
        const double x = central_square - from_half * from_half;
        return from_half * polynomial(central_numerator, x) / polynomial(central_denominator, x);
    }
    if (!(probability >= 0 && probability <= 1))
        return std::numeric_limits<double>::quiet_NaN();

    // Above 1/2 the difference from 1 is exact, so both tails are equally accurate.
    const double tail = from_half < 0 ? probability : 1 - probability;
    const double distance =
        tail == 0 ? std::numeric_limits<double>::infinity() : tail_distance(tail);
    return from_half < 0 ? -distance : distance;
}

double normal_density(double z)
{
    return inverse_sqrt_of_two_pi * std::exp(-0.5 * z * z);
}

}  // namespace vesu::portfolio
