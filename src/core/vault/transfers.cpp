#include "core/vault/transfers.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

namespace vesu::vault {

namespace {

bool is_missing(const Text &text)
{
    return text.data == nullptr || text.size == 0;
}

// By bytes, the shorter first: the order in which the vaults are locked.
int compare(const Text &a, const Text &b)
{
    const int order = std::memcmp(a.data, b.data, std::min(a.size, b.size));
    if (order != 0)
        return order;
    return a.size < b.size ? -1 : a.size > b.size;
}

TransferRule argument_rule(const Transfer &transfer)
{
    if (is_missing(transfer.sender))
        return TransferRule::sender_missing;
    if (is_missing(transfer.receiver))
        return TransferRule::receiver_missing;
    if (!transfer.has_amount)
        return TransferRule::amount_missing;
    return compare(transfer.sender, transfer.receiver) == 0 ? TransferRule::self_transfer
                                                            : TransferRule::none;
}

TransferFault find_argument_fault(const Transfer *transfers, std::size_t count)
{
    for (std::size_t i = 0; i < count; ++i)
        if (transfers[i].has_amount && transfers[i].amount <= 0)
            return {TransferRule::amount_not_positive, i, {}, 0};
    for (std::size_t i = 0; i < count; ++i) {
        const TransferRule rule = argument_rule(transfers[i]);
        if (rule != TransferRule::none)
            return {rule, i, rule == TransferRule::self_transfer ? transfers[i].sender : Text{}, 0};
    }
    return {};
}

bool find_vault(const Text &owner, const Vault *vaults, std::size_t count, std::size_t &place)
{
    const Vault *const found =
        std::lower_bound(vaults, vaults + count, owner, [](const Vault &vault, const Text &wanted) {
            return compare(vault.owner, wanted) < 0;
        });
    if (found == vaults + count || compare(found->owner, owner) != 0)
        return false;
    place = static_cast<std::size_t>(found - vaults);
    return true;
}

TransferFault find_unknown_vault(Transfer *transfers, std::size_t count, const Vault *vaults,
                                 std::size_t vault_count)
{
    for (std::size_t i = 0; i < count; ++i) {
        Transfer &transfer = transfers[i];
        if (!find_vault(transfer.sender, vaults, vault_count, transfer.sending_vault))
            return {TransferRule::unknown_vault, i, transfer.sender, 0};
        if (!find_vault(transfer.receiver, vaults, vault_count, transfer.receiving_vault))
            return {TransferRule::unknown_vault, i, transfer.receiver, 0};
    }
    return {};
}

// Paused before closed, and the sender first.
TransferFault find_inactive_vault(const Transfer *transfers, std::size_t count, const Vault *vaults)
{
    for (std::size_t i = 0; i < count; ++i) {
        const Vault *const parties[] = {&vaults[transfers[i].sending_vault],
                                        &vaults[transfers[i].receiving_vault]};
        for (const Vault *party : parties)
            if (party->status == VaultStatus::paused)
                return {TransferRule::vault_paused, i, party->owner, 0};
        for (const Vault *party : parties)
            if (party->status == VaultStatus::closed)
                return {TransferRule::vault_closed, i, party->owner, 0};
    }
    return {};
}

TransferFault find_impossible(const Transfer *transfers, std::size_t count, const Vault *vaults,
                              std::size_t vault_count, TrialBalance *trial)
{
    for (std::size_t i = 0; i < vault_count; ++i) {
        trial[i].total = vaults[i].total_balance;
        trial[i].available = trial[i].total - vaults[i].locked_balance;
    }
    TransferFault overflow;
    for (std::size_t i = 0; i < count; ++i) {
        const Transfer &transfer = transfers[i];
        TrialBalance &sender = trial[transfer.sending_vault];
        TrialBalance &receiver = trial[transfer.receiving_vault];
        if (transfer.amount > sender.available)
            return {TransferRule::insufficient_balance, i, transfer.sender,
                    static_cast<std::int64_t>(sender.available)};
        if (overflow.rule == TransferRule::none &&
            receiver.total + transfer.amount > std::numeric_limits<std::int64_t>::max())
            overflow = {TransferRule::overflow, i, transfer.receiver,
                        static_cast<std::int64_t>(receiver.total)};
        sender.total -= transfer.amount;
        sender.available -= transfer.amount;
        receiver.total += transfer.amount;
        receiver.available += transfer.amount;
    }
    return overflow;
}

}  // namespace

TransferFault find_transfer_fault(Transfer *transfers, std::size_t transfer_count,
                                  const Vault *vaults, std::size_t vault_count, TrialBalance *trial)
{
    TransferFault fault = find_argument_fault(transfers, transfer_count);
    if (fault.rule != TransferRule::none || vaults == nullptr)
        return fault;
    fault = find_unknown_vault(transfers, transfer_count, vaults, vault_count);
    if (fault.rule == TransferRule::none)
        fault = find_inactive_vault(transfers, transfer_count, vaults);
    if (fault.rule == TransferRule::none)
        fault = find_impossible(transfers, transfer_count, vaults, vault_count, trial);
    return fault;
}

void post_transfer(const Transfer &transfer, Vault &sender, Vault &receiver, std::int64_t clock,
                   LedgerRow &sent, LedgerRow &received)
{
    const std::int64_t instant =
        next_instant(clock, std::max(sender.updated_at, receiver.updated_at));
    // Without fault, so no number leaves 64 bits.
    (void)post(sender, TransactionType::transfer_out, transfer.amount, 0, instant, sent);
    (void)post(receiver, TransactionType::transfer_in, transfer.amount, 0, instant, received);
    sent.counterparty = receiver.owner;
    received.counterparty = sender.owner;
}

}  // namespace vesu::vault
