// The bytes over which the hash of a ledger row is taken.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace vesu::vault {

using Uuid = std::array<unsigned char, 16>;

// UTF-8, not terminated. A null pointer is SQL's NULL, which is another content than the empty text.
struct Text {
    const char *data = nullptr;
    std::size_t size = 0;
};

// A ledger row as far as its hash covers it, in the order of the bytes.
struct LedgerRow {
    const unsigned char *prev_hash = nullptr;
    std::size_t prev_hash_size = 0;
    Uuid id;
    Text vault_owner;
    std::int64_t seq;
    Text transaction_type;
    std::int64_t amount;
    std::int64_t balance_before;
    std::int64_t balance_after;
    std::int64_t total_after;
    std::int64_t locked_after;
    std::int64_t available_after;
    Text counterparty;
    Text purpose;
    Text signature;
    std::int64_t confirmed_at;  // microseconds since 2000-01-01 UTC
};

// How many bytes serialize() writes.
std::size_t serialized_size(const LedgerRow &row);

// Writes the hash of the row before as it is, the uuid as 16 bytes, an integer as 8 bytes, a text as its length in
// 4 bytes (-1 for NULL) and its bytes; numbers big-endian.
void serialize(const LedgerRow &row, unsigned char *bytes);

}  // namespace vesu::vault
