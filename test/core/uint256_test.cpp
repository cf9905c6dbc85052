#include "core/uint256.hpp"

#include "support/random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace vesu {

namespace {

const u256 max_u256 = ~u256(0);
const std::string largest =
    "115792089237316195423570985008687907853269984665640564039457584007913129639935";

bool parses(const std::string &text)
{
    u256 value;
    return parse_uint256(text.data(), text.size(), value);
}

std::string decimal_text(const u256 &value)
{
    char text[uint256_decimal_size];
    return std::string(text, format_uint256(value, text));
}

std::string hexadecimal_text(const u256 &value)
{
    char text[uint256_hexadecimal_size];
    return std::string(text, format_uint256_hexadecimal(value, text));
}

// What a text looks like after reading it: "" when it is refused.
std::string round_trip(const std::string &text)
{
    u256 value;
    return parse_uint256(text.data(), text.size(), value) ? decimal_text(value) : "";
}

// Small ones, both sides of each power of two and of each power of ten.
std::vector<u256> edges()
{
    std::vector<u256> values = {0, 1, 9, 255, max_u256};
    for (unsigned bit = 1; bit < 256; ++bit)
        for (const int step : {-1, 0, 1})
            values.push_back((u256(1) << bit) + step);
    for (u256 power = 10; power <= max_u256 / 10; power *= 10)
        for (const int step : {-1, 0, 1})
            values.push_back(power + step);
    return values;
}

TEST(Uint256, reads_decimal_and_hexadecimal_as_one_value)
{
    EXPECT_EQ(round_trip("0"), "0");
    EXPECT_EQ(round_trip("0x0"), "0");
    EXPECT_EQ(round_trip("10"), "10");
    EXPECT_EQ(round_trip("0xa"), "10");
    EXPECT_EQ(round_trip("0XaB"), "171");
    EXPECT_EQ(round_trip("0x00000000000000000000000000000000000000000000000000000000000000fF"),
              "255");
    EXPECT_EQ(round_trip("18446744073709551616"), "18446744073709551616");
    EXPECT_EQ(round_trip("0x10000000000000000"), "18446744073709551616");
}

TEST(Uint256, reads_leading_zeros_as_decimal_zeros)
{
    EXPECT_EQ(round_trip("010"), "10");
    EXPECT_EQ(round_trip("000"), "0");
    EXPECT_EQ(round_trip(std::string(500, '0')), "0");
    EXPECT_EQ(round_trip(std::string(500, '0') + largest), largest);
}

TEST(Uint256, ends_below_two_to_the_256)
{
    EXPECT_EQ(round_trip(largest), largest);
    EXPECT_EQ(round_trip("0x" + std::string(64, 'f')), largest);
    EXPECT_EQ(hexadecimal_text(max_u256), "0x" + std::string(64, 'f'));
    EXPECT_FALSE(parses(largest.substr(0, 77) + "6"));
    EXPECT_FALSE(parses("2" + std::string(77, '0')));
    EXPECT_FALSE(parses(std::string(78, '9')));
    EXPECT_FALSE(parses("1" + std::string(78, '0')));
    EXPECT_FALSE(parses("0x" + std::string(65, '0')));
    EXPECT_FALSE(parses("0x1" + std::string(64, '0')));
}

TEST(Uint256, refuses_whatever_is_not_digits)
{
    for (const char *text :
         {"",   " ",  " 1",   "1 ",  "\t1",   "1\n",   "+1",   "-1",        "-0",      "1.0",
          "1.", ".5", "1e3",  "1E3", "1_000", "1,000", "NaN",  "Infinity",  "abc",     "0x",
          "0X", "x1", "00x1", "0xg", "0x-1",  "0x 1",  "0x1 ", "0x0x1",     "0b1",     "0o7",
          "1f", "/",  ":",    "0x/", "0x:",   "0x@",   "0x`",  "1\xc2\xa0", "\xd9\xa1"})
        EXPECT_FALSE(parses(text)) << '"' << text << '"';
    EXPECT_FALSE(parses(std::string("1\0", 2)));
}

TEST(Uint256, leaves_the_result_alone_when_it_refuses)
{
    u256 value = 77;
    for (const std::string &text :
         {std::string("12z"), std::string("0x12z"), std::string(78, '9'), std::string()})
        EXPECT_FALSE(parse_uint256(text.data(), text.size(), value));
    EXPECT_EQ(value, 77);
}

TEST(Uint256, comes_back_from_every_form_at_the_edges)
{
    for (const u256 &value : edges()) {
        EXPECT_EQ(decimal_text(value), value.str());
        u256 again = 0;
        for (const std::string &text : {decimal_text(value), hexadecimal_text(value)})
            EXPECT_TRUE(parse_uint256(text.data(), text.size(), again) && again == value) << text;
        EXPECT_EQ(integer_from_bytes(bytes_from_integer(value)), value);
    }
}

TEST(Uint256, comes_back_from_every_form_at_random)
{
    test::Random random(256);
    for (int i = 0; i < 20000; ++i) {
        const u256 value = static_cast<u256>(random.any(256, 0).coefficient);
        u256 again = 0;
        for (const std::string &text : {decimal_text(value), hexadecimal_text(value)})
            ASSERT_TRUE(parse_uint256(text.data(), text.size(), again) && again == value) << text;
        ASSERT_EQ(decimal_text(value), value.str());
        ASSERT_EQ(integer_from_bytes(bytes_from_integer(value)), value);
    }
}

TEST(Uint256, gives_its_last_sixteen_digits)
{
    const std::uint64_t step = 10000000000000000U;
    std::vector<u256> values = edges();
    test::Random random(258);
    for (int i = 0; i < 20000; ++i)
        values.push_back(static_cast<u256>(random.any(256, 0).coefficient));
    for (const u256 &value : values) {
        u256 rest = value;
        const std::uint64_t digits = take_sixteen_digits(rest);
        ASSERT_EQ(rest, value / step);
        ASSERT_EQ(digits, value % step);
    }
}

TEST(Uint256, is_ordered_as_its_bytes_are)
{
    test::Random random(257);
    for (int i = 0; i < 20000; ++i) {
        const u256 a = static_cast<u256>(random.any(256, 0).coefficient);
        const u256 b = static_cast<u256>(random.any(256, 0).coefficient);
        ASSERT_EQ(a < b, bytes_from_integer(a) < bytes_from_integer(b));
    }
}

TEST(Uint256, has_sort_keys_that_never_contradict_the_order)
{
    u256 previous = 0;
    std::vector<u256> values = edges();
    std::sort(values.begin(), values.end());
    for (const u256 &value : values) {
        EXPECT_LE(sort_key(previous), sort_key(value)) << value;
        previous = value;
    }
    test::Random random(259);
    for (int i = 0; i < 20000; ++i) {
        const u256 a = static_cast<u256>(random.any(256, 0).coefficient);
        const u256 b = static_cast<u256>(random.any(256, 0).coefficient);
        if (sort_key(a) != sort_key(b)) {
            ASSERT_EQ(sort_key(a) < sort_key(b), a < b) << a << ' ' << b;
        }
    }
}

TEST(Uint256, has_sort_keys_that_tell_small_values_apart)
{
    for (unsigned value = 0; value < 10000; ++value)
        ASSERT_LT(sort_key(value), sort_key(value + 1));
    EXPECT_LT(sort_key((u256(1) << 54) - 1), sort_key(u256(1) << 54));
    EXPECT_LT(sort_key(u256(1) << 54), sort_key((u256(1) << 54) + 1));
}

TEST(Uint256, keeps_the_most_significant_byte_first)
{
    const Bytes32 bytes = bytes_from_integer((u256(0x0102) << 240) + 0x0304);
    EXPECT_EQ(bytes[0], 1);
    EXPECT_EQ(bytes[1], 2);
    EXPECT_EQ(bytes[30], 3);
    EXPECT_EQ(bytes[31], 4);
}

}  // namespace

}  // namespace vesu
