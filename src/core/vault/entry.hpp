// The next row of a vault's ledger: what each type of transaction does to the balances.
#pragma once

#include "core/vault/row_hash.hpp"

namespace vesu::vault {

enum class VaultStatus { active, paused, closed };

// A vault as its last row left it, and after post() as the new one leaves it.
struct Vault {
    Text owner;  // compared as bytes
    VaultStatus status;
    std::int64_t total_balance;
    std::int64_t locked_balance;
    std::int64_t last_seq;
    std::int64_t updated_at;  // microseconds since 2000-01-01 UTC
};

enum class TransactionType { deposit, withdrawal, lock, unlock, transfer_in, transfer_out, fee };
constexpr int transaction_type_count = 7;

// The name of the type in SQL, which its hash covers.
Text label(TransactionType type);

// The instant of the next row of a vault: the clock's, or the one just after the last.
std::int64_t next_instant(std::int64_t clock, std::int64_t updated_at);

// Fills `row` but for id, prev_hash and the texts counterparty, purpose and signature, and brings `vault` there.
// `from_locked` is the part of a transfer_out that comes out of buckets. False, with both undefined, if a number leaves
// 64 bits or an argument is negative, which no operation that was checked does.
bool post(Vault &vault, TransactionType type, std::int64_t amount, std::int64_t from_locked,
          std::int64_t instant, LedgerRow &row);

}  // namespace vesu::vault
