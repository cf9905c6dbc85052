// vesu_vault.row_hash(): SHA-256, which the server brings along, over the bytes that the core lays out.
#include "core/vault/row_hash.hpp"

#include <cstring>

#include "pg/report.hpp"

namespace vesu::pg {

namespace {

constexpr int counterparty_argument = 11;
constexpr int signature_argument = 13;
constexpr int argument_count = 15;

bool lacks_argument(FunctionCallInfo fcinfo)
{
    for (int i = 0; i < argument_count; ++i)
        if (PG_ARGISNULL(i) && (i < counterparty_argument || i > signature_argument))
            return true;
    return false;
}

// In UTF-8, whatever the encoding of the database: the same row has the same hash everywhere.
vault::Text utf8(const char *data, int size)
{
    char *const converted = pg_server_to_any(data, size, PG_UTF8);
    return {converted, converted == data ? size : std::strlen(converted)};
}

vault::Text text_argument(FunctionCallInfo fcinfo, int index)
{
    if (PG_ARGISNULL(index))
        return {};
    const text *const value = PG_GETARG_TEXT_PP(index);
    return utf8(VARDATA_ANY(value), static_cast<int>(VARSIZE_ANY_EXHDR(value)));
}

// The label of an enumeration's value.
vault::Text label_argument(FunctionCallInfo fcinfo, int index)
{
    const char *const label =
        DatumGetCString(DirectFunctionCall1(enum_out, PG_GETARG_DATUM(index)));
    return utf8(label, static_cast<int>(std::strlen(label)));
}

Datum sha256(const unsigned char *bytes, std::size_t size)
{
    bytea *const result = static_cast<bytea *>(palloc(VARHDRSZ + PG_SHA256_DIGEST_LENGTH));
    SET_VARSIZE(result, VARHDRSZ + PG_SHA256_DIGEST_LENGTH);
    pg_cryptohash_ctx *const context = pg_cryptohash_create(PG_SHA256);
    if (context == nullptr || pg_cryptohash_init(context) < 0 ||
        pg_cryptohash_update(context, bytes, size) < 0 ||
        pg_cryptohash_final(context, reinterpret_cast<uint8 *>(VARDATA(result)),
                            PG_SHA256_DIGEST_LENGTH) < 0)
        report_defect("the server cannot compute SHA-256");
    pg_cryptohash_free(context);
    PG_RETURN_BYTEA_P(result);
}

}  // namespace

VESU_FUNCTION(vesu_row_hash)
{
    if (lacks_argument(fcinfo))
        PG_RETURN_NULL();
    const bytea *const prev_hash = PG_GETARG_BYTEA_PP(0);
    vault::LedgerRow row;
    row.prev_hash = reinterpret_cast<const unsigned char *>(VARDATA_ANY(prev_hash));
    row.prev_hash_size = VARSIZE_ANY_EXHDR(prev_hash);
    std::memcpy(row.id.data(), PG_GETARG_UUID_P(1)->data, row.id.size());
    row.vault_owner = text_argument(fcinfo, 2);
    row.seq = PG_GETARG_INT64(3);
    row.transaction_type = label_argument(fcinfo, 4);
    row.amount = PG_GETARG_INT64(5);
    row.balance_before = PG_GETARG_INT64(6);
    row.balance_after = PG_GETARG_INT64(7);
    row.total_after = PG_GETARG_INT64(8);
    row.locked_after = PG_GETARG_INT64(9);
    row.available_after = PG_GETARG_INT64(10);
    row.counterparty = text_argument(fcinfo, counterparty_argument);
    row.purpose = text_argument(fcinfo, 12);
    row.signature = text_argument(fcinfo, signature_argument);
    row.confirmed_at = PG_GETARG_TIMESTAMPTZ(14);

    const std::size_t size = vault::serialized_size(row);
    unsigned char *const bytes = static_cast<unsigned char *>(palloc(size));
    vault::serialize(row, bytes);
    return sha256(bytes, size);
}

}  // namespace vesu::pg
