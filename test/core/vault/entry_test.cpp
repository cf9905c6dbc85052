#include "core/vault/entry.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "support/random.hpp"

namespace vesu::vault {
namespace {

constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();

Vault vault(std::int64_t total, std::int64_t locked)
{
    return {{"A", 1}, VaultStatus::active, total, locked, 7, 1000};
}

struct Expected {
    TransactionType type;
    std::int64_t from_locked;
    std::int64_t before, after, total, locked, available;
};

TEST(Entry, EachTypeMovesItsBalances)
{
    // Of 50 with 30 locked, amount 10.
    for (const Expected &e : {Expected{TransactionType::deposit, 0, 50, 60, 60, 30, 30},
                              Expected{TransactionType::transfer_in, 0, 50, 60, 60, 30, 30},
                              Expected{TransactionType::withdrawal, 0, 50, 40, 40, 30, 10},
                              Expected{TransactionType::fee, 0, 50, 40, 40, 30, 10},
                              Expected{TransactionType::transfer_out, 0, 50, 40, 40, 30, 10},
                              Expected{TransactionType::transfer_out, 4, 50, 40, 40, 26, 14},
                              Expected{TransactionType::transfer_out, 10, 50, 40, 40, 20, 20},
                              Expected{TransactionType::lock, 0, 20, 10, 50, 40, 10},
                              Expected{TransactionType::unlock, 0, 20, 30, 50, 20, 30}}) {
        const Text name = label(e.type);
        SCOPED_TRACE(std::string(name.data, name.size));
        Vault held = vault(50, 30);
        LedgerRow row;
        ASSERT_TRUE(post(held, e.type, 10, e.from_locked, 2000, row));
        EXPECT_EQ(row.seq, 8);
        EXPECT_EQ(row.amount, 10);
        EXPECT_EQ(row.balance_before, e.before);
        EXPECT_EQ(row.balance_after, e.after);
        EXPECT_EQ(row.total_after, e.total);
        EXPECT_EQ(row.locked_after, e.locked);
        EXPECT_EQ(row.available_after, e.available);
        EXPECT_EQ(row.confirmed_at, 2000);
        EXPECT_EQ(row.vault_owner.data, held.owner.data);
        EXPECT_EQ(row.transaction_type.data, name.data);
        EXPECT_EQ(held.total_balance, e.total);
        EXPECT_EQ(held.locked_balance, e.locked);
        EXPECT_EQ(held.last_seq, 8);
        EXPECT_EQ(held.updated_at, 2000);
    }
}

TEST(Entry, LeavesTheTextsThatTheCallerKnows)
{
    Vault held = vault(50, 30);
    LedgerRow row;
    row.counterparty = {"B", 1};
    row.purpose = {"loan", 4};
    row.signature = {"0x1", 3};
    ASSERT_TRUE(post(held, TransactionType::deposit, 1, 0, 2000, row));
    EXPECT_STREQ(row.counterparty.data, "B");
    EXPECT_STREQ(row.purpose.data, "loan");
    EXPECT_STREQ(row.signature.data, "0x1");
}

TEST(Entry, ReachesTheLastNumberAndGoesNoFurther)
{
    LedgerRow row;
    Vault held = vault(largest - 1, 0);
    EXPECT_TRUE(post(held, TransactionType::deposit, 1, 0, 0, row));
    EXPECT_EQ(row.total_after, largest);
    EXPECT_FALSE(post(held, TransactionType::deposit, 1, 0, 0, row));

    held = vault(0, 0);
    held.last_seq = largest;
    EXPECT_FALSE(post(held, TransactionType::deposit, 1, 0, 0, row));

    held = vault(largest, largest);
    EXPECT_FALSE(post(held, TransactionType::lock, 1, 0, 0, row));
    // Balances that are no vault's.
    held = vault(largest, -1);
    EXPECT_FALSE(post(held, TransactionType::fee, 1, 0, 0, row));
    held = vault(0, largest);
    EXPECT_FALSE(post(held, TransactionType::fee, 2, 0, 0, row));
}

TEST(Entry, TakesNoNegativeAmount)
{
    LedgerRow row;
    Vault held = vault(50, 30);
    EXPECT_FALSE(post(held, TransactionType::deposit, -1, 0, 0, row));
    EXPECT_FALSE(
        post(held, TransactionType::fee, std::numeric_limits<std::int64_t>::min(), 0, 0, row));
    EXPECT_FALSE(post(held, TransactionType::transfer_out, 10, -1, 0, row));
}

TEST(Entry, InstantsGrowWhateverTheClockSays)
{
    EXPECT_EQ(next_instant(2000, 1000), 2000);
    EXPECT_EQ(next_instant(1000, 1000), 1001);
    EXPECT_EQ(next_instant(0, 1000), 1001);
    EXPECT_EQ(next_instant(0, largest), largest);
}

TEST(Entry, TotalIsAvailableAndLockedWhateverHappens)
{
    test::Random random(7);
    Vault held = vault(1'000'000, 400'000);
    for (int i = 0; i < 10'000; ++i) {
        const Vault before = held;
        const TransactionType type =
            static_cast<TransactionType>(random.between(0, transaction_type_count - 1));
        const std::int64_t amount = random.between(1, 1000);
        LedgerRow row;
        ASSERT_TRUE(post(held, type, amount, 0, i, row));
        ASSERT_EQ(row.total_after, row.locked_after + row.available_after);
        ASSERT_EQ(row.balance_after - row.balance_before,
                  type == TransactionType::deposit || type == TransactionType::transfer_in ||
                          type == TransactionType::unlock
                      ? amount
                      : -amount);
        ASSERT_EQ(row.seq, before.last_seq + 1);
    }
}

}  // namespace
}  // namespace vesu::vault
