#include "core/vault/amount.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace vesu::vault {
namespace {

constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t smallest = std::numeric_limits<std::int64_t>::min();

std::string format(std::int64_t amount, int decimals)
{
    char text[amount_text_size];
    return std::string(text, format_amount(amount, decimals, text));
}

// The amount, or -1 where parse_amount() refuses.
std::int64_t parse(const std::string &text, int decimals)
{
    std::int64_t amount = -1;
    return parse_amount(text.data(), text.size(), decimals, amount) ? amount : -1;
}

TEST(Amount, formats_with_exactly_that_many_decimals)
{
    EXPECT_EQ(format(1234567890, 6), "1234.567890");
    EXPECT_EQ(format(0, 6), "0.000000");
    EXPECT_EQ(format(1, 6), "0.000001");
    EXPECT_EQ(format(1000000, 6), "1.000000");
    EXPECT_EQ(format(0, 0), "0");
    EXPECT_EQ(format(7, 0), "7");
    EXPECT_EQ(format(-1500000, 6), "-1.500000");
    EXPECT_EQ(format(-1, 18), "-0.000000000000000001");
}

TEST(Amount, formats_both_ends_of_the_range)
{
    EXPECT_EQ(format(largest, 0), "9223372036854775807");
    EXPECT_EQ(format(largest, 6), "9223372036854.775807");
    EXPECT_EQ(format(smallest, 0), "-9223372036854775808");
    EXPECT_EQ(format(smallest, 18), "-9.223372036854775808");
}

TEST(Amount, parses_exactly)
{
    EXPECT_EQ(parse("1", 6), 1000000);
    EXPECT_EQ(parse("0.000249", 6), 249);
    EXPECT_EQ(parse("0.000251", 6), 251);
    EXPECT_EQ(parse("1.5", 6), 1500000);
    EXPECT_EQ(parse("1.50000000000", 6), 1500000);
    EXPECT_EQ(parse("007", 0), 7);
    EXPECT_EQ(parse("7.0", 0), 7);
    EXPECT_EQ(parse("0", 6), 0);
    EXPECT_EQ(parse("9223372036854.775807", 6), largest);
    EXPECT_EQ(parse("9.223372036854775807", 18), largest);
}

TEST(Amount, refuses_what_is_no_amount)
{
    for (const char *const text :
         {"", ".", "1.", ".5", "abc", "-1", "+1", " 1", "1 ", "1e3", "1,000", "1.2.3", "1.0000001",
          "0x1", "1.5x", "9223372036854.775808", "9223372036855", "92233720368547758070",
          "99999999999999999999999"})
        EXPECT_EQ(parse(text, 6), -1) << text;
    EXPECT_EQ(parse(std::string("1\0", 2), 6), -1);
    EXPECT_EQ(parse("7.5", 0), -1);
    EXPECT_EQ(parse("10", 18), -1);
}

TEST(Amount, leaves_the_result_alone_when_it_refuses)
{
    std::int64_t amount = 42;
    EXPECT_FALSE(parse_amount("1.0000001", 9, 6, amount));
    EXPECT_EQ(amount, 42);
}

TEST(Amount, reads_back_what_it_writes)
{
    std::uint64_t state = 1;
    for (int i = 0; i < 100000; ++i) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        const std::int64_t amount = static_cast<std::int64_t>(state >> (1 + state % 63));
        const int decimals = static_cast<int>(state >> 32) % (max_decimals + 1);
        if (decimals < 0)
            continue;
        ASSERT_EQ(parse(format(amount, decimals), decimals), amount) << amount << ' ' << decimals;
    }
}

}  // namespace
}  // namespace vesu::vault
