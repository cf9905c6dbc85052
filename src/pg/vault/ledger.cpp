#include "pg/vault/ledger.hpp"

#include <cstring>

namespace vesu::pg {

Datum hash_datum(const Hash &hash, HashValue &value)
{
    SET_VARSIZE(&value, VARHDRSZ + hash_size);
    std::memcpy(value.hash, hash, hash_size);
    return PointerGetDatum(&value);
}

Hasher::Hasher() : context(pg_cryptohash_create(PG_SHA256))
{
    if (context == nullptr)
        report_defect("the server cannot compute SHA-256");
}

void Hasher::hash(const vault::LedgerRow &row, Hash &result)
{
    const std::size_t size = vault::serialized_size(row);
    unsigned char *const bytes =
        size <= sizeof buffer ? buffer : static_cast<unsigned char *>(palloc(size));
    vault::serialize(row, bytes);
    if (pg_cryptohash_init(context) < 0 || pg_cryptohash_update(context, bytes, size) < 0 ||
        pg_cryptohash_final(context, result, hash_size) < 0)
        report_defect("the server cannot compute SHA-256");
}

void Hasher::finish()
{
    pg_cryptohash_free(context);
}

vault::Text utf8(const char *data, std::size_t size)
{
    char *const converted = pg_server_to_any(data, static_cast<int>(size), PG_UTF8);
    return {converted, converted == data ? size : std::strlen(converted)};
}

vault::Text text_argument(FunctionCallInfo fcinfo, int index)
{
    if (PG_ARGISNULL(index))
        return {};
    const text *const value = PG_GETARG_TEXT_PP(index);
    return utf8(VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));
}

Datum enum_value(Oid type, const char *label)
{
    return DirectFunctionCall2(enum_in, CStringGetDatum(label), ObjectIdGetDatum(type));
}

const char *enum_label(Datum value)
{
    return DatumGetCString(DirectFunctionCall1(enum_out, value));
}

}  // namespace vesu::pg
