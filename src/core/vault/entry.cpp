#include "core/vault/entry.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

namespace vesu::vault {

namespace {

struct Change {
    std::int64_t total;
    std::int64_t locked;
};

Change change_of(TransactionType type, std::int64_t amount, std::int64_t from_locked)
{
    switch (type) {
    case TransactionType::deposit:
    case TransactionType::transfer_in:
        return {amount, 0};
    case TransactionType::lock:
        return {0, amount};
    case TransactionType::unlock:
        return {0, -amount};
    case TransactionType::transfer_out:
        return {-amount, -from_locked};
    case TransactionType::withdrawal:
    case TransactionType::fee:
        break;
    }
    return {-amount, 0};
}

}  // namespace

Text label(TransactionType type)
{
    static constexpr const char *labels[transaction_type_count] = {
        "deposit", "withdrawal", "lock", "unlock", "transfer_in", "transfer_out", "fee"};
    const char *const name = labels[static_cast<int>(type)];
    return {name, std::strlen(name)};
}

std::int64_t next_instant(std::int64_t clock, std::int64_t updated_at)
{
    constexpr std::int64_t last = std::numeric_limits<std::int64_t>::max();
    return std::max(clock, updated_at == last ? last : updated_at + 1);
}

bool post(Vault &vault, TransactionType type, std::int64_t amount, std::int64_t from_locked,
          std::int64_t instant, LedgerRow &row)
{
    if (amount < 0 || from_locked < 0)
        return false;
    const Change change = change_of(type, amount, from_locked);
    const bool is_split = type == TransactionType::lock || type == TransactionType::unlock;
    std::int64_t available;
    bool leaves = __builtin_sub_overflow(vault.total_balance, vault.locked_balance, &available);
    leaves |= __builtin_add_overflow(vault.last_seq, 1, &row.seq);
    leaves |= __builtin_add_overflow(vault.total_balance, change.total, &row.total_after);
    leaves |= __builtin_add_overflow(vault.locked_balance, change.locked, &row.locked_after);
    leaves |= __builtin_sub_overflow(row.total_after, row.locked_after, &row.available_after);
    row.vault_owner = vault.owner;
    row.transaction_type = label(type);
    row.amount = amount;
    row.balance_before = is_split ? available : vault.total_balance;
    row.balance_after = is_split ? row.available_after : row.total_after;
    row.confirmed_at = instant;

    vault.total_balance = row.total_after;
    vault.locked_balance = row.locked_after;
    vault.last_seq = row.seq;
    vault.updated_at = instant;
    return !leaves;
}

}  // namespace vesu::vault
