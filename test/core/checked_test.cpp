#include "core/checked.hpp"

#include "support/random.hpp"

#include <gtest/gtest.h>

#include <boost/multiprecision/cpp_int.hpp>

namespace vesu {

namespace {

using Unlimited = mp::cpp_int;
using Operation = Status (*)(const u256 &, const u256 &, u256 &);

const u256 max_u256 = ~u256(0);

struct Case {
    const char *name;
    Operation operation;
    Unlimited (*definition)(const Unlimited &, const Unlimited &);
    bool divides;
};

const Case cases[] = {
    {"add", add, [](const Unlimited &a, const Unlimited &b) { return Unlimited(a + b); }, false},
    {"subtract", subtract, [](const Unlimited &a, const Unlimited &b) { return Unlimited(a - b); },
     false},
    {"multiply", multiply, [](const Unlimited &a, const Unlimited &b) { return Unlimited(a * b); },
     false},
    {"divide", divide, [](const Unlimited &a, const Unlimited &b) { return Unlimited(a / b); },
     true},
    {"remainder", remainder,
     [](const Unlimited &a, const Unlimited &b) { return Unlimited(a % b); }, true},
};

// Whether status and result are those of unlimited integers, and the result is untouched on failure.
bool agrees(const Case &subject, const u256 &a, const u256 &b)
{
    u256 result = 77;
    const Status status = subject.operation(a, b, result);
    if (subject.divides && b == 0)
        return status == Status::division_by_zero && result == 77;
    const Unlimited expected = subject.definition(Unlimited(a), Unlimited(b));
    if (expected < 0 || expected > Unlimited(max_u256))
        return status == Status::out_of_range && result == 77;
    return status == Status::ok && Unlimited(result) == expected;
}

// The same operation, its result written over each operand.
bool agrees_in_place(const Case &subject, const u256 &a, const u256 &b)
{
    u256 apart = 77, left = a, right = b;
    const Status status = subject.operation(a, b, apart);
    const bool ok = status == Status::ok;
    return subject.operation(left, b, left) == status && left == (ok ? apart : a) &&
           subject.operation(a, right, right) == status && right == (ok ? apart : b);
}

void expect_agreement(const u256 &a, const u256 &b)
{
    for (const Case &subject : cases) {
        EXPECT_TRUE(agrees(subject, a, b)) << subject.name << ' ' << a << ' ' << b;
        EXPECT_TRUE(agrees_in_place(subject, a, b)) << subject.name << ' ' << a << ' ' << b;
    }
}

// 0 to 3, and both sides of the powers of two at which limbs, halves and the whole end.
std::vector<u256> edges()
{
    std::vector<u256> values = {0, 1, 2, 3, max_u256, max_u256 - 1};
    for (const unsigned bit : {31, 32, 63, 64, 65, 127, 128, 129, 191, 192, 193, 254, 255})
        for (const int step : {-1, 0, 1})
            values.push_back((u256(1) << bit) + step);
    return values;
}

TEST(Checked, agrees_with_unlimited_integers_at_the_edges)
{
    for (const u256 &a : edges())
        for (const u256 &b : edges())
            expect_agreement(a, b);
}

TEST(Checked, agrees_with_unlimited_integers_at_random_sizes)
{
    test::Random random(5);
    for (int i = 0; i < 50000; ++i)
        expect_agreement(static_cast<u256>(random.any(256, 0).coefficient),
                         static_cast<u256>(random.any(256, 0).coefficient));
}

TEST(Checked, agrees_with_unlimited_integers_next_to_the_last_unit)
{
    test::Random random(6);
    for (int i = 0; i < 20000; ++i) {
        const u256 a = static_cast<u256>(random.any_positive(256, 0).coefficient);
        for (const u256 &partner : {u256(max_u256 - a), u256(max_u256 / a), a})
            for (const int step : {-1, 0, 1})
                expect_agreement(a, u256(partner + step));
    }
}

TEST(Checked, never_wraps)
{
    u256 result = 77;
    EXPECT_EQ(add(max_u256, 1, result), Status::out_of_range);
    EXPECT_EQ(subtract(0, 1, result), Status::out_of_range);
    EXPECT_EQ(multiply(u256(1) << 128, u256(1) << 128, result), Status::out_of_range);
    EXPECT_EQ(divide(1, 0, result), Status::division_by_zero);
    EXPECT_EQ(remainder(1, 0, result), Status::division_by_zero);
    EXPECT_EQ(result, 77);
}

// Qualified, as Boost has functions of these names that take the result first.
TEST(Checked, takes_one_variable_as_everything)
{
    u256 value = 3;
    EXPECT_EQ(vesu::multiply(value, value, value), Status::ok);
    EXPECT_EQ(value, 9);
    EXPECT_EQ(vesu::add(value, value, value), Status::ok);
    EXPECT_EQ(value, 18);
    EXPECT_EQ(vesu::divide(value, value, value), Status::ok);
    EXPECT_EQ(value, 1);
    EXPECT_EQ(vesu::subtract(value, value, value), Status::ok);
    EXPECT_EQ(value, 0);
    EXPECT_EQ(vesu::remainder(value, value, value), Status::division_by_zero);
    EXPECT_EQ(value, 0);
}

}  // namespace

}  // namespace vesu
