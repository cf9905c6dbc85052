#include "core/assistant/wallet.hpp"

#include <gtest/gtest.h>

#include <string>

namespace vesu::assistant {

namespace {

// The canonical spelling: "" when the text is refused.
std::string canonical(const std::string &text)
{
    char result[felt_text_size];
    return std::string(result, canonical_wallet(text.data(), text.size(), result));
}

TEST(Wallet, is_one_whatever_the_case_and_the_zeros)
{
    const std::string expected = "0x" + std::string(61, '0') + "abc";
    for (const char *text : {"0xABC", "0xabc", "0x0abc", "0x0AbC", "0XABC"})
        EXPECT_EQ(canonical(text), expected) << text;
    EXPECT_EQ(canonical(expected), expected);
    EXPECT_EQ(canonical("0x0"), "0x" + std::string(64, '0'));
}

TEST(Wallet, of_40_digits_keeps_them)
{
    EXPECT_EQ(canonical("0x00000000219AB540356CBB839CBE05303D7705FA"),
              "0x00000000219ab540356cbb839cbe05303d7705fa");
    EXPECT_EQ(canonical("0x" + std::string(40, 'F')), "0x" + std::string(40, 'f'));
    EXPECT_EQ(canonical("0x" + std::string(39, 'f')),
              "0x" + std::string(25, '0') + std::string(39, 'f'));
    EXPECT_EQ(canonical("0x" + std::string(41, 'f')),
              "0x" + std::string(23, '0') + std::string(41, 'f'));
}

TEST(Wallet, ends_below_the_prime)
{
    const std::string zeros48(48, '0');
    EXPECT_EQ(canonical("0x800000000000011" + zeros48), "0x0800000000000011" + zeros48);
    EXPECT_EQ(canonical("0x800000000000011" + std::string(47, '0') + "1"), "");
    EXPECT_EQ(canonical("0x" + std::string(64, 'f')), "");
}

TEST(Wallet, refuses_what_is_not_0x_and_digits)
{
    for (const char *text : {"", "0x", "abc", "0xg", " 0x1", "0x1 ", "0x1\n", "0x-1", "0x\xc4\x80"})
        EXPECT_EQ(canonical(text), "") << text;
    EXPECT_EQ(canonical("0x" + std::string(65, '0')), "");
    EXPECT_EQ(canonical("0x" + std::string(39, 'f') + "g"), "");
}

}  // namespace

}  // namespace vesu::assistant
