#include "core/vault/transfers.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "support/random.hpp"

namespace vesu::vault {
namespace {

constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();

Text text(const char *characters)
{
    if (characters == nullptr)
        return {};
    return {characters, std::strlen(characters)};
}

std::string string(const Text &value)
{
    return value.data == nullptr ? "NULL" : std::string(value.data, value.size);
}

Transfer transfer(const char *sender, const char *receiver, std::int64_t amount)
{
    return {text(sender), text(receiver), true, amount, 0, 0};
}

Transfer without_amount(const char *sender, const char *receiver)
{
    return {text(sender), text(receiver), false, 0, 0, 0};
}

Vault holding(const char *owner, std::int64_t total, std::int64_t locked = 0,
              VaultStatus status = VaultStatus::active)
{
    return {text(owner), status, total, locked, 0, 0};
}

std::vector<Vault> three_vaults()
{
    return {holding("A", 100), holding("B", 100, 40), holding("C", 0)};
}

// The fault as "rule place owner balance".
std::string fault(std::vector<Transfer> transfers, const std::vector<Vault> &vaults)
{
    std::vector<TrialBalance> trial(vaults.size());
    const TransferFault found = find_transfer_fault(transfers.data(), transfers.size(),
                                                    vaults.data(), vaults.size(), trial.data());
    static const char *const names[] = {"none",      "amount",  "sender",  "receiver",
                                        "no amount", "self",    "unknown", "paused",
                                        "closed",    "balance", "overflow"};
    const std::string name = names[static_cast<int>(found.rule)];
    if (found.rule == TransferRule::none)
        return name;
    return name + ' ' + std::to_string(found.place) + ' ' + string(found.owner) + ' ' +
           std::to_string(found.balance);
}

TEST(TransferFault, is_none_where_later_transfers_spend_what_earlier_ones_brought)
{
    EXPECT_EQ(fault({}, {}), "none");
    EXPECT_EQ(fault({transfer("A", "C", 100), transfer("C", "B", 100), transfer("B", "A", 160)},
                    three_vaults()),
              "none");
    EXPECT_EQ(fault({transfer("C", "B", 100), transfer("A", "C", 100)}, three_vaults()),
              "balance 0 C 0");
}

TEST(TransferFault, names_the_lowest_place_and_what_is_available_there)
{
    EXPECT_EQ(fault({transfer("A", "B", 1), transfer("B", "C", 62), transfer("A", "C", 100)},
                    three_vaults()),
              "balance 1 B 61");
    EXPECT_EQ(fault({transfer("A", "B", 1), transfer("D", "E", 1), transfer("F", "A", 1)},
                    three_vaults()),
              "unknown 1 D 0");
    EXPECT_EQ(fault({transfer("A", "B", 1), transfer("A", "BB", 1)}, three_vaults()),
              "unknown 1 BB 0");
}

TEST(TransferFault, checks_each_phase_for_all_before_the_next)
{
    std::vector<Vault> vaults = three_vaults();
    vaults.push_back(holding("D", 5, 0, VaultStatus::closed));
    vaults.push_back(holding("E", 5, 0, VaultStatus::paused));
    vaults.push_back(holding("F", largest));
    std::vector<Transfer> transfers = {transfer("A", "F", 1),  // grows too large
                                       transfer("C", "A", 1),  // has nothing
                                       transfer("D", "E", 1),  // closed to paused
                                       transfer("E", "D", 1),  // paused to closed
                                       transfer("A", "G", 1),  // unknown
                                       transfer("A", "A", 1),  // to itself
                                       transfer("A", nullptr, 1), transfer("", "A", 1),
                                       without_amount("A", "B"),  transfer("A", "B", 0)};
    const char *const expected[] = {"overflow 0 F 9223372036854775807",
                                    "balance 1 C 0",
                                    "paused 2 E 0",
                                    "paused 2 E 0",
                                    "unknown 4 G 0",
                                    "self 5 A 0",
                                    "self 5 A 0",
                                    "self 5 A 0",
                                    "self 5 A 0",
                                    "amount 9 NULL 0"};
    for (std::size_t count = transfers.size(); count > 0; --count)
        EXPECT_EQ(fault({transfers.begin(), transfers.begin() + static_cast<long>(count)}, vaults),
                  expected[count - 1]);
    EXPECT_EQ(fault({transfer("A", nullptr, 1)}, vaults), "receiver 0 NULL 0");
    EXPECT_EQ(fault({transfer("", "A", 1)}, vaults), "sender 0 NULL 0");
    EXPECT_EQ(fault({without_amount("A", "B")}, vaults), "no amount 0 NULL 0");
    EXPECT_EQ(fault({transfer("A", "D", 1)}, vaults), "closed 0 D 0");
}

TEST(TransferFault, finds_a_balance_that_is_too_small_after_one_that_grew_too_large)
{
    std::vector<Vault> vaults = {holding("A", 2), holding("B", largest), holding("C", 0)};
    EXPECT_EQ(fault({transfer("A", "B", 2), transfer("B", "A", 1), transfer("C", "A", 1)}, vaults),
              "balance 2 C 0");
    EXPECT_EQ(fault({transfer("B", "C", largest), transfer("A", "C", 1)}, vaults),
              "overflow 1 C 9223372036854775807");
    EXPECT_EQ(fault({transfer("B", "A", 1), transfer("A", "B", 1)}, vaults), "none");
}

TEST(TransferFault, without_vaults_is_one_of_the_arguments)
{
    std::vector<Transfer> transfers = {transfer("nobody", "no one", largest)};
    EXPECT_EQ(static_cast<int>(find_transfer_fault(transfers.data(), 1, nullptr, 0, nullptr).rule),
              static_cast<int>(TransferRule::none));
}

TEST(PostTransfer, gives_both_rows_one_instant_that_both_vaults_have_free)
{
    Vault sender = holding("A", 100, 30);
    Vault receiver = holding("B", 7);
    sender.last_seq = 4;
    sender.updated_at = 1000;
    receiver.updated_at = 2000;
    LedgerRow sent{}, received{};
    post_transfer(transfer("A", "B", 70), sender, receiver, 1500, sent, received);

    EXPECT_EQ(string(sent.vault_owner), "A");
    EXPECT_EQ(string(sent.counterparty), "B");
    EXPECT_EQ(string(sent.transaction_type), "transfer_out");
    EXPECT_EQ(sent.seq, 5);
    EXPECT_EQ(sent.amount, 70);
    EXPECT_EQ(sent.balance_before, 100);
    EXPECT_EQ(sent.balance_after, 30);
    EXPECT_EQ(sent.total_after, 30);
    EXPECT_EQ(sent.locked_after, 30);
    EXPECT_EQ(sent.available_after, 0);
    EXPECT_EQ(sent.confirmed_at, 2001);
    EXPECT_EQ(string(received.vault_owner), "B");
    EXPECT_EQ(string(received.counterparty), "A");
    EXPECT_EQ(string(received.transaction_type), "transfer_in");
    EXPECT_EQ(received.seq, 1);
    EXPECT_EQ(received.balance_before, 7);
    EXPECT_EQ(received.balance_after, 77);
    EXPECT_EQ(received.available_after, 77);
    EXPECT_EQ(received.confirmed_at, 2001);
    for (const Text &absent : {sent.purpose, sent.signature, received.purpose, received.signature})
        EXPECT_EQ(absent.data, nullptr);
    EXPECT_EQ(sender.total_balance, 30);
    EXPECT_EQ(sender.updated_at, 2001);
    EXPECT_EQ(receiver.last_seq, 1);

    post_transfer(transfer("B", "A", 1), receiver, sender, 5000, sent, received);
    EXPECT_EQ(sent.confirmed_at, 5000);
}

// What is found without fault never makes a vault negative, and no money appears or vanishes.
TEST(PostTransfer, conserves_the_total)
{
    test::Random random(20260301);
    for (int round = 0; round < 2000; ++round) {
        std::vector<std::string> names;
        for (char letter = 'a'; letter < 'h'; ++letter)
            names.emplace_back(static_cast<std::size_t>(random.between(1, 3)), letter);
        std::vector<Vault> vaults;
        for (const std::string &name : names) {
            const int total = random.between(0, 99);
            vaults.push_back(holding(name.c_str(), total, random.between(0, total)));
        }
        std::vector<Transfer> transfers;
        for (int i = 0; i < 12; ++i) {
            const int from = random.between(0, 6), to = (from + random.between(1, 6)) % 7;
            transfers.push_back(transfer(names[static_cast<std::size_t>(from)].c_str(),
                                         names[static_cast<std::size_t>(to)].c_str(),
                                         random.between(1, 30)));
        }
        std::vector<TrialBalance> trial(vaults.size());
        const TransferFault found = find_transfer_fault(transfers.data(), transfers.size(),
                                                        vaults.data(), vaults.size(), trial.data());
        const std::size_t possible =
            found.rule == TransferRule::none ? transfers.size() : found.place;

        std::int64_t before = 0, after = 0;
        for (const Vault &vault : vaults)
            before += vault.total_balance;
        for (std::size_t i = 0; i < possible; ++i) {
            LedgerRow sent{}, received{};
            post_transfer(transfers[i], vaults[transfers[i].sending_vault],
                          vaults[transfers[i].receiving_vault], 0, sent, received);
            ASSERT_GE(sent.available_after, 0);
            ASSERT_EQ(sent.balance_after + received.balance_after,
                      sent.balance_before + received.balance_before);
        }
        for (const Vault &vault : vaults)
            after += vault.total_balance;
        ASSERT_EQ(after, before);
        if (found.rule != TransferRule::none) {
            const Vault &sender = vaults[transfers[possible].sending_vault];
            ASSERT_EQ(sender.total_balance - sender.locked_balance, found.balance);
            ASSERT_GT(transfers[possible].amount, found.balance);
        }
    }
}

}  // namespace
}  // namespace vesu::vault
