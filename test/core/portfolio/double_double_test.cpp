#include "core/portfolio/double_double.hpp"
#include "support/rational.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace vesu::portfolio {
namespace {

using test::Rational;

Rational exact(double value)
{
    int exponent;
    const auto digits = static_cast<long long>(std::ldexp(std::frexp(value, &exponent), 53));
    const Rational power(test::Integer(1) << std::abs(exponent - 53));
    return exponent >= 53 ? Rational(digits) * power : Rational(digits) / power;
}

Rational exact(const DoubleDouble &value)
{
    return exact(value.high) + exact(value.low);
}

// Of any size from 2^-60 to 2^60, and round numbers among them.
class DoubleDoubles : public ::testing::Test {
protected:
    double any()
    {
        const double digits = std::uniform_real_distribution<double>(-1, 1)(engine);
        const int exponent = std::uniform_int_distribution<int>(-60, 60)(engine);
        return engine() % 8 == 0 ? std::ldexp(1, exponent) : std::ldexp(digits, exponent);
    }

    DoubleDouble any_pair()
    {
        const double high = any();
        return fast_two_sum(high,
                            high * 0x1p-54 * std::uniform_real_distribution<double>(-1, 1)(engine));
    }

    // Within `bits` binary digits of the true result.
    static void expect_close(const DoubleDouble &actual, const Rational &expected, int bits)
    {
        const Rational error = abs(Rational(exact(actual) - expected));
        EXPECT_LE(error * Rational(test::Integer(1) << bits), abs(expected));
    }

    std::mt19937_64 engine{20};
};

TEST_F(DoubleDoubles, sums_and_products_of_doubles_are_exact)
{
    for (int i = 0; i < 5000; ++i) {
        const double a = any(), b = any();
        EXPECT_EQ(exact(two_sum(a, b)), exact(a) + exact(b));
        EXPECT_EQ(exact(two_product(a, b)), exact(a) * exact(b));
        EXPECT_EQ(exact(fast_two_sum(std::fmax(std::fabs(a), std::fabs(b)),
                                     std::fmin(std::fabs(a), std::fabs(b)))),
                  exact(std::fabs(a)) + exact(std::fabs(b)));
    }
}

TEST_F(DoubleDoubles, keep_at_least_a_hundred_bits)
{
    for (int i = 0; i < 5000; ++i) {
        const DoubleDouble a = any_pair(), b = any_pair();
        expect_close(a * b, exact(a) * exact(b), 100);
        expect_close(a / b, exact(a) / exact(b), 100);
        expect_close(a * b.high, exact(a) * exact(b.high), 100);
        expect_close(a / b.high, exact(a) / exact(b.high), 100);
        const DoubleDouble sum = a + b;
        EXPECT_LE(abs(Rational(exact(sum) - exact(a) - exact(b))) *
                      Rational(test::Integer(1) << 100),
                  abs(exact(a)) + abs(exact(b)));
    }
}

TEST_F(DoubleDoubles, stay_normalized)
{
    for (int i = 0; i < 5000; ++i)
        for (const DoubleDouble value :
             {any_pair() + any_pair(), any_pair() * any_pair(), any_pair() / any_pair()})
            EXPECT_EQ(value.high + value.low, value.high);
}

}  // namespace
}  // namespace vesu::portfolio
