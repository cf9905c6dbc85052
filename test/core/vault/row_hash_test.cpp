#include "core/vault/row_hash.hpp"

#include <gtest/gtest.h>

#include <string>

namespace vesu::vault {
namespace {

LedgerRow example(const unsigned char *prev_hash)
{
    LedgerRow row{};
    row.prev_hash = prev_hash;
    row.prev_hash_size = 32;
    row.id[15] = 1;
    row.vault_owner = {"A", 1};
    row.seq = 1;
    row.transaction_type = {"deposit", 7};
    row.amount = 100000000;
    row.balance_after = 100000000;
    row.total_after = 100000000;
    row.available_after = 100000000;
    row.confirmed_at = 789004800000000;  // 2025-01-01 00:00:00 UTC
    return row;
}

std::string hexadecimal(const LedgerRow &row)
{
    std::string bytes(serialized_size(row), '\xee');
    serialize(row, reinterpret_cast<unsigned char *>(bytes.data()));
    std::string text;
    for (const char byte : bytes) {
        text += "0123456789abcdef"[static_cast<unsigned char>(byte) >> 4];
        text += "0123456789abcdef"[byte & 15];
    }
    return text;
}

const unsigned char zeros[32] = {};

TEST(RowHash, lays_out_the_contracts_example)
{
    EXPECT_EQ(serialized_size(example(zeros)), 140u);
    EXPECT_EQ(hexadecimal(example(zeros)), std::string(64, '0') +                  //
                                               "00000000000000000000000000000001"  // id
                                               "00000001"                          // vault_owner
                                               "41"                                //
                                               "0000000000000001"                  // seq
                                               "00000007"                  // transaction_type
                                               "6465706f736974"            //
                                               "0000000005f5e100"          // amount
                                               "0000000000000000"          // balance_before
                                               "0000000005f5e100"          // balance_after
                                               "0000000005f5e100"          // total_after
                                               "0000000000000000"          // locked_after
                                               "0000000005f5e100"          // available_after
                                               "ffffffffffffffffffffffff"  // three NULLs
                                               "0002cd987ed48000");        // confirmed_at
}

TEST(RowHash, tells_null_from_empty_and_one_text_from_the_next)
{
    LedgerRow row = example(zeros);
    const std::string all_null = hexadecimal(row);
    row.counterparty = {"", 0};
    EXPECT_NE(hexadecimal(row), all_null);

    row.counterparty = {"ab", 2};
    row.purpose = {"c", 1};
    const std::string first = hexadecimal(row);
    row.counterparty = {"a", 1};
    row.purpose = {"bc", 2};
    EXPECT_NE(hexadecimal(row), first);
}

TEST(RowHash, writes_negative_numbers_in_twos_complement)
{
    LedgerRow row = example(zeros);
    row.confirmed_at = -1;
    EXPECT_EQ(hexadecimal(row).substr(2 * 132), "ffffffffffffffff");
}

TEST(RowHash, takes_a_previous_hash_of_any_length)
{
    LedgerRow row = example(nullptr);
    row.prev_hash_size = 0;
    EXPECT_EQ(serialized_size(row), 108u);
    EXPECT_EQ(hexadecimal(row).substr(0, 32), "00000000000000000000000000000001");
}

}  // namespace
}  // namespace vesu::vault
