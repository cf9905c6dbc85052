// What vesu_vault.apply_transfers() needs of C++: the fault of a batch, and the ledger rows that it becomes.
#include "core/vault/transfers.hpp"

#include <cstring>

#include "pg/identity.hpp"
#include "pg/vault/ledger.hpp"

namespace vesu::pg {

namespace {

struct Elements {
    Datum *values;
    bool *nulls;
    int count;
};

Elements read_array(Datum array, Oid type, int16 length, bool by_value, char alignment)
{
    Elements elements;
    deconstruct_array(DatumGetArrayTypeP(array), type, length, by_value, alignment,
                      &elements.values, &elements.nulls, &elements.count);
    return elements;
}

vault::Text text_element(const Elements &elements, int place)
{
    if (elements.nulls[place])
        return {};
    const text *const value = DatumGetTextPP(elements.values[place]);
    return {VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value)};
}

template <class Item>
Item *allocate(std::size_t count)
{
    static_assert(std::is_trivially_destructible_v<Item>, "a memory context runs no destructor");
    // palloc() promises 8-byte alignment, 128-bit integers want 16.
    void *const memory =
        MemoryContextAllocHuge(CurrentMemoryContext, (count + 1) * sizeof(Item) + alignof(Item));
    return reinterpret_cast<Item *>(TYPEALIGN(alignof(Item), memory));
}

struct Batch {
    vault::Transfer *transfers;
    std::size_t transfer_count;
    vault::Vault *vaults = nullptr;
    Hash *hashes = nullptr;  // of the last row of each vault
    std::size_t vault_count = 0;

    vault::TransferFault fault() const
    {
        return vault::find_transfer_fault(transfers, transfer_count, vaults, vault_count,
                                          allocate<vault::TrialBalance>(vault_count));
    }
};

Batch read_transfers(FunctionCallInfo fcinfo)
{
    const Elements senders = read_array(PG_GETARG_DATUM(0), TEXTOID, -1, false, TYPALIGN_INT);
    const Elements receivers = read_array(PG_GETARG_DATUM(1), TEXTOID, -1, false, TYPALIGN_INT);
    const Elements amounts =
        read_array(PG_GETARG_DATUM(2), INT8OID, sizeof(int64), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE);
    if (senders.count != amounts.count || receivers.count != amounts.count)
        report_unequal_arrays(senders.count, receivers.count, amounts.count);

    Batch batch;
    batch.transfer_count = static_cast<std::size_t>(amounts.count);
    batch.transfers = allocate<vault::Transfer>(batch.transfer_count);
    for (int i = 0; i < amounts.count; ++i)
        batch.transfers[i] = {text_element(senders, i),
                              text_element(receivers, i),
                              !amounts.nulls[i],
                              amounts.nulls[i] ? 0 : DatumGetInt64(amounts.values[i]),
                              0,
                              0};
    return batch;
}

enum HeldColumn {
    held_owner,
    held_status,
    held_total_balance,
    held_locked_balance,
    held_last_seq,
    held_last_hash,
    held_updated_at,
    held_column_count
};

vault::VaultStatus vault_status(Datum status)
{
    const char *const label = enum_label(status);
    if (std::strcmp(label, "active") == 0)
        return vault::VaultStatus::active;
    return std::strcmp(label, "paused") == 0 ? vault::VaultStatus::paused
                                             : vault::VaultStatus::closed;
}

// The label of each status is looked up once in a row of equal ones.
class StatusReader {
public:
    vault::VaultStatus read(Datum status)
    {
        if (!known || status != last) {
            result = vault_status(status);
            last = status;
            known = true;
        }
        return result;
    }

private:
    bool known = false;
    Datum last = 0;
    vault::VaultStatus result = vault::VaultStatus::active;
};

void read_vault(HeapTupleHeader row, TupleDesc descriptor, StatusReader &statuses,
                vault::Vault &vault, Hash &hash)
{
    HeapTupleData tuple;
    tuple.t_len = HeapTupleHeaderGetDatumLength(row);
    ItemPointerSetInvalid(&tuple.t_self);
    tuple.t_tableOid = InvalidOid;
    tuple.t_data = row;
    Datum values[held_column_count];
    bool nulls[held_column_count];
    heap_deform_tuple(&tuple, descriptor, values, nulls);
    for (int i = 0; i < held_column_count; ++i)
        if (nulls[i] && i != held_last_hash)
            report_null(NameStr(TupleDescAttr(descriptor, i)->attname));

    const text *const owner = DatumGetTextPP(values[held_owner]);
    vault.owner = {VARDATA_ANY(owner), VARSIZE_ANY_EXHDR(owner)};
    vault.status = statuses.read(values[held_status]);
    vault.total_balance = DatumGetInt64(values[held_total_balance]);
    vault.locked_balance = DatumGetInt64(values[held_locked_balance]);
    vault.last_seq = DatumGetInt64(values[held_last_seq]);
    vault.updated_at = DatumGetTimestampTz(values[held_updated_at]);
    std::memset(hash, 0, hash_size);
    if (!nulls[held_last_hash]) {
        const bytea *const last_hash = DatumGetByteaPP(values[held_last_hash]);
        if (VARSIZE_ANY_EXHDR(last_hash) != hash_size)
            report_hash_size(VARSIZE_ANY_EXHDR(last_hash));
        std::memcpy(hash, VARDATA_ANY(last_hash), hash_size);
    }
}

void read_vaults(ArrayType *array, Batch &batch)
{
    const Oid type = ARR_ELEMTYPE(array);
    int16 length;
    bool by_value;
    char alignment;
    get_typlenbyvalalign(type, &length, &by_value, &alignment);
    const Elements rows = read_array(PointerGetDatum(array), type, length, by_value, alignment);
    const TupleDesc descriptor = lookup_rowtype_tupdesc_copy(type, -1);
    if (descriptor->natts != held_column_count)
        report_defect("vesu_vault.held_vault has other columns than the library knows");

    batch.vault_count = static_cast<std::size_t>(rows.count);
    batch.vaults = allocate<vault::Vault>(batch.vault_count);
    batch.hashes = allocate<Hash>(batch.vault_count);
    StatusReader statuses;
    for (int i = 0; i < rows.count; ++i) {
        CHECK_FOR_INTERRUPTS();
        if (rows.nulls[i])
            report_null("a vault");
        read_vault(DatumGetHeapTupleHeader(rows.values[i]), descriptor, statuses, batch.vaults[i],
                   batch.hashes[i]);
    }
}

const char *rule_name(vault::TransferRule rule)
{
    switch (rule) {
    case vault::TransferRule::none:
        break;
    case vault::TransferRule::amount_not_positive:
        return "amount";
    case vault::TransferRule::sender_missing:
        return "from_owner";
    case vault::TransferRule::receiver_missing:
        return "to_owner";
    case vault::TransferRule::amount_missing:
        return "no amount";
    case vault::TransferRule::self_transfer:
        return "self-transfer";
    case vault::TransferRule::unknown_vault:
        return "unknown";
    case vault::TransferRule::vault_paused:
        return "paused";
    case vault::TransferRule::vault_closed:
        return "closed";
    case vault::TransferRule::insufficient_balance:
        return "balance";
    case vault::TransferRule::overflow:
        return "overflow";
    }
    return nullptr;
}

// Writes the rows of the result.
class EntryWriter {
public:
    EntryWriter(const ReturnSetInfo *result_set, const Batch &read)
        : store(result_set->setResult), descriptor(result_set->setDesc), batch(read),
          next_identity(allocate<vault::Uuid>(2 * read.transfer_count)),
          owners(allocate<Datum>(read.vault_count)),
          left(static_cast<std::size_t *>(palloc_extended(
              (read.vault_count + 1) * sizeof(std::size_t), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO)))
    {
        make_identities(reinterpret_cast<pg_uuid_t *>(next_identity), 2 * batch.transfer_count);
        for (std::size_t i = 0; i < batch.vault_count; ++i) {
            vault::Text &owner = batch.vaults[i].owner;
            owners[i] =
                PointerGetDatum(cstring_to_text_with_len(owner.data, static_cast<int>(owner.size)));
            owner = utf8(owner.data, owner.size);
        }
        for (std::size_t i = 0; i < batch.transfer_count; ++i) {
            ++left[batch.transfers[i].sending_vault];
            ++left[batch.transfers[i].receiving_vault];
        }
        const Oid type = TupleDescAttr(descriptor, 2)->atttypid;
        sent_type = enum_value(type, "transfer_out");
        received_type = enum_value(type, "transfer_in");
    }

    void write(const vault::Transfer &transfer, int64 clock)
    {
        vault::LedgerRow sent, received;
        vault::post_transfer(transfer, batch.vaults[transfer.sending_vault],
                             batch.vaults[transfer.receiving_vault], clock, sent, received);
        sent.id = *next_identity++;
        received.id = *next_identity++;
        put(sent, transfer.sending_vault, transfer.receiving_vault, sent_type, sent.id);
        put(received, transfer.receiving_vault, transfer.sending_vault, received_type, sent.id);
    }

    void finish()
    {
        hasher.finish();
    }

private:
    void put(vault::LedgerRow &row, std::size_t owner, std::size_t counterparty, Datum type,
             vault::Uuid transfer_id)
    {
        Hash &head = batch.hashes[owner];
        HashValue prev_hash, hash;
        row.prev_hash = head;
        row.prev_hash_size = hash_size;
        const Datum previous = hash_datum(head, prev_hash);
        Hash next;
        hasher.hash(row, next);
        std::memcpy(head, next, hash_size);

        Datum values[] = {PointerGetDatum(row.id.data()),
                          owners[owner],
                          type,
                          Int64GetDatum(row.amount),
                          Int64GetDatum(row.balance_before),
                          Int64GetDatum(row.balance_after),
                          owners[counterparty],
                          TimestampTzGetDatum(row.confirmed_at),
                          Int64GetDatum(row.seq),
                          Int64GetDatum(row.locked_after),
                          previous,
                          hash_datum(head, hash),
                          PointerGetDatum(transfer_id.data()),
                          BoolGetDatum(--left[owner] == 0)};
        bool nulls[sizeof values / sizeof *values] = {};
        tuplestore_putvalues(store, descriptor, values, nulls);
    }

    Tuplestorestate *const store;
    const TupleDesc descriptor;
    const Batch &batch;
    vault::Uuid *next_identity;
    Datum *const owners;
    std::size_t *const left;  // rows that each vault still gets
    Datum sent_type;
    Datum received_type;
    Hasher hasher;
};

}  // namespace

// vesu_vault.transfer_fault(): the first fault, or NULLs. Without vaults only the arguments are checked.
VESU_FUNCTION(vesu_transfer_fault)
{
    TupleDesc descriptor;
    if (get_call_result_type(fcinfo, nullptr, &descriptor) != TYPEFUNC_COMPOSITE)
        report_defect("vesu_vault.transfer_fault() must return a row");
    for (int i = 0; i < 3; ++i)
        if (PG_ARGISNULL(i))
            PG_RETURN_NULL();

    Batch batch = read_transfers(fcinfo);
    if (!PG_ARGISNULL(3))
        read_vaults(PG_GETARG_ARRAYTYPE_P(3), batch);
    const vault::TransferFault fault = batch.fault();

    Datum values[4] = {};
    bool nulls[4] = {true, true, true, true};
    const char *const rule = rule_name(fault.rule);
    if (rule != nullptr) {
        values[0] = CStringGetTextDatum(rule);
        values[1] = Int64GetDatum(static_cast<int64>(fault.place) + 1);
        nulls[0] = nulls[1] = false;
        if (fault.owner.data != nullptr) {
            values[2] = PointerGetDatum(
                cstring_to_text_with_len(fault.owner.data, static_cast<int>(fault.owner.size)));
            values[3] = Int64GetDatum(fault.balance);
            nulls[2] = nulls[3] = false;
        }
    }
    return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(descriptor), values, nulls));
}

// vesu_vault.transfer_entries(): two rows for each transfer, or none at all if there is a fault.
VESU_FUNCTION(vesu_transfer_entries)
{
    InitMaterializedSRF(fcinfo, 0);
    Batch batch = read_transfers(fcinfo);
    read_vaults(PG_GETARG_ARRAYTYPE_P(3), batch);
    const int64 clock = PG_GETARG_TIMESTAMPTZ(4);
    if (batch.fault().rule != vault::TransferRule::none)
        return Datum(0);

    EntryWriter writer(reinterpret_cast<ReturnSetInfo *>(fcinfo->resultinfo), batch);
    for (std::size_t i = 0; i < batch.transfer_count; ++i) {
        CHECK_FOR_INTERRUPTS();
        writer.write(batch.transfers[i], clock);
    }
    writer.finish();
    return Datum(0);
}

}  // namespace vesu::pg
