// vesu_vault.row_hash(), and vesu_vault.chain_entry(), which computes the next row of a vault's ledger with its hash.
#include "pg/vault/ledger.hpp"

#include <cstring>

#include "pg/clock.hpp"
#include "pg/identity.hpp"

namespace vesu::pg {

namespace {

// Whether an argument is NULL that must be given.
bool lacks_argument(FunctionCallInfo fcinfo, int count, int first_optional, int last_optional)
{
    for (int i = 0; i < count; ++i)
        if (PG_ARGISNULL(i) && (i < first_optional || i > last_optional))
            return true;
    return false;
}

vault::Text label_argument(FunctionCallInfo fcinfo, int index)
{
    const char *const label = enum_label(PG_GETARG_DATUM(index));
    return utf8(label, std::strlen(label));
}

vault::TransactionType read_type(Datum value)
{
    const char *const name = enum_label(value);
    for (int i = 0; i < vault::transaction_type_count; ++i) {
        const vault::TransactionType type = static_cast<vault::TransactionType>(i);
        if (std::strcmp(vault::label(type).data, name) == 0)
            return type;
    }
    report_defect("vesu_vault.transaction_type has other values than the library knows");
}

}  // namespace

VESU_FUNCTION(vesu_row_hash)
{
    constexpr int counterparty = 11, signature = 13;
    if (lacks_argument(fcinfo, 15, counterparty, signature))
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
    row.counterparty = text_argument(fcinfo, counterparty);
    row.purpose = text_argument(fcinfo, 12);
    row.signature = text_argument(fcinfo, signature);
    row.confirmed_at = PG_GETARG_TIMESTAMPTZ(14);

    HashValue *const result = static_cast<HashValue *>(palloc(sizeof(HashValue)));
    Hasher hasher;
    hasher.hash(row, result->hash);
    hasher.finish();
    SET_VARSIZE(result, sizeof(HashValue));
    PG_RETURN_POINTER(result);
}

// The arguments: of the vault prev_hash, last_seq, total_balance, locked_balance, updated_at, owner; then
// transaction_type, amount, counterparty, purpose, signature, from_locked, instant, id.
VESU_FUNCTION(vesu_chain_entry)
{
    TupleDesc descriptor;
    if (get_call_result_type(fcinfo, nullptr, &descriptor) != TYPEFUNC_COMPOSITE)
        report_defect("vesu_vault.chain_entry() must return a row");
    static const char *const names[] = {"prev_hash",        "last_seq",   "total_balance",
                                        "locked_balance",   "updated_at", "owner",
                                        "transaction_type", "amount",     "counterparty",
                                        "purpose",          "signature",  "from_locked"};
    for (const int required : {1, 2, 3, 4, 5, 6, 7, 11})
        if (PG_ARGISNULL(required))
            report_null(names[required]);

    vault::Vault vault = {text_argument(fcinfo, 5), vault::VaultStatus::active,
                          PG_GETARG_INT64(2),       PG_GETARG_INT64(3),
                          PG_GETARG_INT64(1),       PG_GETARG_TIMESTAMPTZ(4)};
    Hash previous = {};
    if (!PG_ARGISNULL(0)) {
        const bytea *const given = PG_GETARG_BYTEA_PP(0);
        if (VARSIZE_ANY_EXHDR(given) != hash_size)
            report_hash_size(VARSIZE_ANY_EXHDR(given));
        std::memcpy(previous, VARDATA_ANY(given), hash_size);
    }
    const int64 instant = PG_ARGISNULL(12) ? vault::next_instant(wall_clock(), vault.updated_at)
                                           : PG_GETARG_TIMESTAMPTZ(12);

    vault::LedgerRow row;
    if (!vault::post(vault, read_type(PG_GETARG_DATUM(6)), PG_GETARG_INT64(7), PG_GETARG_INT64(11),
                     instant, row))
        report_ledger_overflow();
    row.prev_hash = previous;
    row.prev_hash_size = hash_size;
    if (PG_ARGISNULL(13))
        make_identities(reinterpret_cast<pg_uuid_t *>(row.id.data()), 1);
    else
        std::memcpy(row.id.data(), PG_GETARG_UUID_P(13)->data, row.id.size());
    row.counterparty = text_argument(fcinfo, 8);
    row.purpose = text_argument(fcinfo, 9);
    row.signature = text_argument(fcinfo, 10);
    Hash hash;
    Hasher hasher;
    hasher.hash(row, hash);
    hasher.finish();

    HashValue previous_value, value;
    Datum values[] = {PointerGetDatum(row.id.data()),
                      Int64GetDatum(row.seq),
                      Int64GetDatum(row.balance_before),
                      Int64GetDatum(row.balance_after),
                      Int64GetDatum(row.total_after),
                      Int64GetDatum(row.locked_after),
                      Int64GetDatum(row.available_after),
                      hash_datum(previous, previous_value),
                      hash_datum(hash, value),
                      TimestampTzGetDatum(row.confirmed_at)};
    bool nulls[sizeof values / sizeof *values] = {};
    return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(descriptor), values, nulls));
}

}  // namespace vesu::pg
