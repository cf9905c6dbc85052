// Many transfers at once, from available balances: what is wrong with them, and the ledger rows that they become.
#pragma once

#include "core/vault/entry.hpp"

namespace vesu::vault {

// A null pointer as an owner and a missing amount are SQL's NULL.
struct Transfer {
    Text sender;
    Text receiver;
    bool has_amount;
    std::int64_t amount;
    std::size_t sending_vault;  // places among the vaults, set by find_transfer_fault()
    std::size_t receiving_vault;
};

enum class TransferRule {
    none,  // nothing is wrong
    amount_not_positive,
    sender_missing,
    receiver_missing,
    amount_missing,
    self_transfer,
    unknown_vault,
    vault_paused,
    vault_closed,
    insufficient_balance,
    overflow,
};

// What is wrong first. `owner` and `balance` are set where the rule is about a vault: the available balance that is
// too small, or the total that would grow too large.
struct TransferFault {
    TransferRule rule = TransferRule::none;
    std::size_t place = 0;  // of the transfer, from 0
    Text owner;
    std::int64_t balance = 0;
};

// What stays in a vault while transfers are tried one after the other. 128 bits: a vault may overflow and still pay
// out, and a balance that is too small is reported before one that is too large.
struct TrialBalance {
    __int128 total;
    __int128 available;
};

// Checks each phase for all transfers before the next phase: the amount; the other arguments; the vaults are known;
// they are active; the available balances suffice in order, where later transfers may spend what earlier ones
// brought; no total leaves 64 bits. `vaults` ascend by owner; if null only the first two phases are checked.
// `trial` has room for as many balances as there are vaults.
TransferFault find_transfer_fault(Transfer *transfers, std::size_t transfer_count,
                                  const Vault *vaults, std::size_t vault_count,
                                  TrialBalance *trial);

// The two ledger rows of a transfer, at the instant `clock` or the next that both vaults have free; moves both vaults
// there. Leaves id, prev_hash, purpose and signature as they are. The transfer must have been found without fault, and those
// before it must have been posted.
void post_transfer(const Transfer &transfer, Vault &sender, Vault &receiver, std::int64_t clock,
                   LedgerRow &sent, LedgerRow &received);

}  // namespace vesu::vault
