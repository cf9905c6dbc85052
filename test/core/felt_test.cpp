#include "core/felt.hpp"

#include <gtest/gtest.h>

#include <string>

namespace vesu {

namespace {

const std::string zeros48(48, '0');
const std::string largest = "0x0800000000000011" + zeros48;

bool parses(const std::string &text)
{
    FeltBytes bytes;
    return parse_felt(text.data(), text.size(), bytes);
}

// What a felt looks like after reading it: "" when it is refused.
std::string round_trip(const std::string &input)
{
    FeltBytes bytes;
    if (!parse_felt(input.data(), input.size(), bytes))
        return "";
    char text[felt_text_size];
    format_felt(bytes, text);
    return std::string(text, felt_text_size);
}

TEST(Felt, reads_1_to_64_digits_of_either_case_as_one_value)
{
    const std::string expected = "0x" + std::string(62, '0') + "a1";
    for (const char *input : {"0xA1", "0xa1", "0x00a1"})
        EXPECT_EQ(round_trip(input), expected) << input;
    EXPECT_EQ(round_trip(expected), expected);
    EXPECT_EQ(round_trip("0x0"), "0x" + std::string(64, '0'));
    EXPECT_EQ(round_trip("0x0123456789abcdefABCDEF"),
              "0x" + std::string(42, '0') + "0123456789abcdefabcdef");
}

TEST(Felt, ends_below_the_prime)
{
    EXPECT_EQ(round_trip(largest), largest);
    EXPECT_FALSE(parses(largest.substr(0, 65) + "1"));
    EXPECT_FALSE(parses("0x0800000000000012" + zeros48));
    EXPECT_FALSE(parses("0x1000000000000000" + zeros48));
    EXPECT_FALSE(parses("0x" + std::string(64, 'f')));
    EXPECT_TRUE(parses("0x0800000000000010" + std::string(48, 'f')));
}

TEST(Felt, refuses_what_is_not_0x_and_digits)
{
    for (const char *input :
         {"", "0", "0x", "x1", "1234567890abcdef", "0xGHIJKL", "0X1", "0x1 ", " 0x1", "0x-1",
          "0x+1", "0x1g", "0x0x1", "00x1", "0x/", "0x:", "0x@", "0x`"})
        EXPECT_FALSE(parses(input)) << input;
    EXPECT_FALSE(parses("0x" + std::string(65, '0')));
    EXPECT_FALSE(parses(std::string("0x1\0", 4)));
    EXPECT_FALSE(parses("0x\xc3\xa4"));
}

TEST(Felt, leaves_the_result_alone_when_it_refuses)
{
    FeltBytes bytes;
    bytes.fill(7);
    const FeltBytes before = bytes;
    EXPECT_FALSE(parse_felt("0x12z", 5, bytes));
    EXPECT_FALSE(felt_from_integer(~u256(0), bytes));
    EXPECT_EQ(bytes, before);
}

TEST(Felt, is_the_integer_of_its_bytes)
{
    const u256 prime = (u256(1) << 251) + u256(17) * (u256(1) << 192) + 1;
    for (const u256 &value : {u256(0), u256(1), u256(255), u256(256), u256(1) << 63, u256(1) << 64,
                              u256(1) << 192, u256(0x0123456789abcdefU), u256(prime - 1)}) {
        FeltBytes bytes;
        ASSERT_TRUE(felt_from_integer(value, bytes)) << value;
        EXPECT_TRUE(is_felt(bytes));
        EXPECT_EQ(felt_to_integer(bytes), value);
    }
    FeltBytes bytes;
    EXPECT_FALSE(felt_from_integer(prime, bytes));
    EXPECT_FALSE(felt_from_integer(u256(prime + 1), bytes));
}

TEST(Felt, agrees_between_text_and_integer)
{
    FeltBytes bytes;
    ASSERT_TRUE(parse_felt("0x0123456789abcdef0f1e", 22, bytes));
    EXPECT_EQ(felt_to_integer(bytes), u256("0x0123456789abcdef0f1e"));
    EXPECT_EQ(bytes[31], 0x1e);
    EXPECT_EQ(bytes[22], 0x01);
    EXPECT_EQ(bytes[0], 0);
}

}  // namespace

}  // namespace vesu
