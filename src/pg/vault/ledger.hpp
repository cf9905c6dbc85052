// What every C++ function that writes rows of the ledger needs: hashes, identities, texts and labels.
#pragma once

#include "core/vault/entry.hpp"
#include "pg/report.hpp"

namespace vesu::pg {

constexpr std::size_t hash_size = PG_SHA256_DIGEST_LENGTH;
using Hash = unsigned char[hash_size];

// A hash as a bytea.
struct HashValue {
    char header[VARHDRSZ];
    Hash hash;
};
Datum hash_datum(const Hash &hash, HashValue &value);

// SHA-256, which the server brings along, of many rows with one context.
class Hasher {
public:
    Hasher();
    void hash(const vault::LedgerRow &row, Hash &result);
    void finish();

private:
    pg_cryptohash_ctx *const context;
    // Most rows fit. Two owners of 64 characters are the only texts of a transfer; a purpose is of any length.
    unsigned char buffer[1024];
};

// The text in UTF-8, whatever the encoding of the database: the same row has the same hash everywhere.
vault::Text utf8(const char *data, std::size_t size);

// An argument of type text; NULL is the null pointer.
vault::Text text_argument(FunctionCallInfo fcinfo, int index);

// The value of an enumeration, and its label.
Datum enum_value(Oid type, const char *label);
const char *enum_label(Datum value);

}  // namespace vesu::pg
