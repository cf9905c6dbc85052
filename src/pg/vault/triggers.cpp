// The triggers of the vault: the kept balance, the guard of the ledger, and what follows a new row of it.
#include "pg/vault/ledger.hpp"

#include <cstring>
#include <initializer_list>

#include "pg/clock.hpp"

namespace vesu::pg {

namespace {

// Anybody may put the trigger on a table of another shape.
int find_column(TupleDesc descriptor, const char *name)
{
    const int number = SPI_fnumber(descriptor, name);
    if (number <= 0)
        report_missing_column(name);
    return number;
}

int find_column(TupleDesc descriptor, const char *name, Oid type)
{
    const int number = find_column(descriptor, name);
    const Oid actual = TupleDescAttr(descriptor, number - 1)->atttypid;
    if (actual != type)
        report_column_type(name, type, actual);
    return number;
}

// The first column of the table whose value the update changes, and that is not of the two that may always change.
const char *changed_column(const TriggerData *trigger)
{
    const TupleDesc descriptor = RelationGetDescr(trigger->tg_relation);
    for (int number = 1; number <= descriptor->natts; ++number) {
        const FormData_pg_attribute &column = *TupleDescAttr(descriptor, number - 1);
        if (column.attisdropped || std::strcmp(NameStr(column.attname), "note") == 0 ||
            std::strcmp(NameStr(column.attname), "updated_at") == 0)
            continue;
        bool was_null, is_null;
        const Datum before = heap_getattr(trigger->tg_trigtuple, number, descriptor, &was_null);
        const Datum after = heap_getattr(trigger->tg_newtuple, number, descriptor, &is_null);
        if (was_null != is_null ||
            (!is_null && !datum_image_eq(before, after, column.attbyval, column.attlen)))
            return NameStr(column.attname);
    }
    return "none";
}

// A column of an enumeration, with values of it that are looked up once for all rows.
class EnumColumn {
public:
    EnumColumn(TupleDesc descriptor, const char *name, std::initializer_list<const char *> labels)
        : number(find_column(descriptor, name))
    {
        const Oid type = TupleDescAttr(descriptor, number - 1)->atttypid;
        for (const char *label : labels)
            values[count++] = DatumGetObjectId(enum_value(type, label));
    }

    bool holds_one(TupleTableSlot *row) const
    {
        bool is_null;
        // Not as Datum: what comes out of a row is extended by its sign, and an OID has none.
        const Oid value = DatumGetObjectId(slot_getattr(row, number, &is_null));
        for (int i = 0; !is_null && i < count; ++i)
            if (value == values[i])
                return true;
        return false;
    }

private:
    const int number;
    int count = 0;
    Oid values[2];
};

// Which new rows of the ledger are worth more than themselves.
class EventFilter {
public:
    EventFilter(TupleDesc descriptor, bool has_large, int64 large)
        : has_large(has_large), large(large), amount(find_column(descriptor, "amount", INT8OID)),
          purpose(find_column(descriptor, "purpose", TEXTOID)),
          reconciliation(find_column(descriptor, "reconciliation_id")),
          status(descriptor, "status", {"confirmed"}),
          type(descriptor, "transaction_type", {"lock", "unlock"})
    {
    }

    // Somebody's movement of money, not the lock or the unlock of a reservation.
    bool is_movement(TupleTableSlot *row) const
    {
        constexpr char reservation[] = "pending:";
        constexpr std::size_t length = sizeof reservation - 1;
        bool is_null;
        const Datum value = slot_getattr(row, purpose, &is_null);
        if (is_null)
            return true;
        const text *const name = DatumGetTextPP(value);
        return VARSIZE_ANY_EXHDR(name) < length ||
               std::memcmp(VARDATA_ANY(name), reservation, length) != 0;
    }

    bool is_large(TupleTableSlot *row) const
    {
        bool is_null;
        const Datum moved = slot_getattr(row, amount, &is_null);
        return has_large && !is_null && DatumGetInt64(moved) >= large;
    }

    // Large, or of a type that is always worth a snapshot; and not a repair.
    bool is_event(TupleTableSlot *row) const
    {
        return (is_large(row) || type.holds_one(row)) && status.holds_one(row) &&
               slot_attisnull(row, reconciliation) && is_movement(row);
    }

private:
    const bool has_large;
    const int64 large;
    const int amount;
    const int purpose;
    const int reconciliation;
    const EnumColumn status;
    const EnumColumn type;
};

// A query of ordinary functions, for the library knows no table; planned once a session.
class KeptQuery {
public:
    explicit constexpr KeptQuery(const char *query_text) : query(query_text) {}

    // With `ids`, a uuid[], as $1; 0 for a query without.
    void run(Datum ids)
    {
        if (plan == nullptr) {
            Oid type = UUIDARRAYOID;
            const SPIPlanPtr prepared = SPI_prepare(query, ids == 0 ? 0 : 1, &type);
            if (prepared == nullptr || SPI_keepplan(prepared) != 0)
                report_defect(query);
            plan = prepared;
        }
        const bool only_reads = ids == 0;
        if (SPI_execute_plan(plan, &ids, nullptr, only_reads, 0) != SPI_OK_SELECT)
            report_defect(query);
    }

private:
    const char *const query;
    SPIPlanPtr plan = nullptr;
};

// From which amount on a movement is large; false if none is.
bool read_large_amount(int64 &amount)
{
    static KeptQuery query("SELECT amount FROM vesu_vault.large_amount()");
    query.run(0);
    if (SPI_processed == 0)
        return false;
    bool is_null;
    amount =
        DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &is_null));
    return !is_null;
}

// The identities of some rows, for a function that does something about them.
class Identities {
public:
    explicit Identities(int id_column) : column(id_column) {}

    void add(TupleTableSlot *row)
    {
        bool is_null;
        const Datum id = slot_getattr(row, column, &is_null);
        array = accumArrayResult(array, id, is_null, UUIDOID, CurrentMemoryContext);
    }

    void pass_to(KeptQuery &query) const
    {
        if (array != nullptr)
            query.run(makeArrayResult(array, CurrentMemoryContext));
    }

private:
    const int column;
    ArrayBuildState *array = nullptr;
};

// The value of the column "id" as text, for a message.
const char *row_name(const TriggerData *trigger)
{
    const TupleDesc descriptor = RelationGetDescr(trigger->tg_relation);
    const int id = SPI_fnumber(descriptor, "id");
    const char *const value =
        id > 0 ? SPI_getvalue(trigger->tg_trigtuple, descriptor, id) : nullptr;
    return value != nullptr ? value : "without id";
}

}  // namespace

// BEFORE INSERT OR UPDATE FOR EACH ROW: available_balance = total_balance - locked_balance.
VESU_FUNCTION(vesu_keep_vault)
{
    const TriggerData *const trigger = reinterpret_cast<TriggerData *>(fcinfo->context);
    if (!CALLED_AS_TRIGGER(fcinfo) || !TRIGGER_FIRED_BEFORE(trigger->tg_event) ||
        !TRIGGER_FIRED_FOR_ROW(trigger->tg_event) || TRIGGER_FIRED_BY_DELETE(trigger->tg_event))
        report_trigger_protocol("BEFORE INSERT OR UPDATE FOR EACH ROW");

    const TupleDesc descriptor = RelationGetDescr(trigger->tg_relation);
    const HeapTuple tuple =
        TRIGGER_FIRED_BY_UPDATE(trigger->tg_event) ? trigger->tg_newtuple : trigger->tg_trigtuple;
    bool no_total, no_locked;
    const int64 total = DatumGetInt64(heap_getattr(
        tuple, find_column(descriptor, "total_balance", INT8OID), descriptor, &no_total));
    const int64 locked = DatumGetInt64(heap_getattr(
        tuple, find_column(descriptor, "locked_balance", INT8OID), descriptor, &no_locked));
    int64 available;
    // What cannot be subtracted is left to the constraints of the table.
    if (no_total || no_locked || __builtin_sub_overflow(total, locked, &available))
        return PointerGetDatum(tuple);

    int column = find_column(descriptor, "available_balance", INT8OID);
    bool was_null;
    const Datum given = heap_getattr(tuple, column, descriptor, &was_null);
    if (!was_null && DatumGetInt64(given) == available)
        return PointerGetDatum(tuple);
    Datum value = Int64GetDatum(available);
    bool is_null = false;
    return PointerGetDatum(
        heap_modify_tuple_by_cols(tuple, descriptor, 1, &column, &value, &is_null));
}

// BEFORE UPDATE OR DELETE FOR EACH ROW, BEFORE TRUNCATE FOR EACH STATEMENT: refuses. Which updates are legal the
// condition of the trigger says, so that a legal one costs no call.
VESU_FUNCTION(vesu_refuse_change)
{
    if (!CALLED_AS_TRIGGER(fcinfo))
        report_trigger_protocol("BEFORE UPDATE, DELETE OR TRUNCATE");
    const TriggerData *const trigger = reinterpret_cast<TriggerData *>(fcinfo->context);
    const char *const table = RelationGetRelationName(trigger->tg_relation);
    if (!TRIGGER_FIRED_FOR_ROW(trigger->tg_event))
        report_append_only(table, "all rows", "TRUNCATE", nullptr);
    if (TRIGGER_FIRED_BY_UPDATE(trigger->tg_event))
        report_append_only(table, row_name(trigger), "UPDATE", changed_column(trigger));
    report_append_only(table, row_name(trigger), "DELETE", nullptr);
}

// AFTER INSERT FOR EACH STATEMENT with a transition table: most statements find nothing to do, and a batch finds all of it
// at once. In C++, because every operation passes here.
VESU_FUNCTION(vesu_tell_of_entries)
{
    const TriggerData *const trigger = reinterpret_cast<TriggerData *>(fcinfo->context);
    if (!CALLED_AS_TRIGGER(fcinfo) || !TRIGGER_FIRED_BY_INSERT(trigger->tg_event) ||
        !TRIGGER_FIRED_FOR_STATEMENT(trigger->tg_event) || trigger->tg_newtable == nullptr)
        report_trigger_protocol("AFTER INSERT REFERENCING NEW TABLE FOR EACH STATEMENT");
    if (SPI_connect() != SPI_OK_CONNECT)
        report_defect("cannot connect to SPI");
    int64 large = 0;
    const bool has_large = read_large_amount(large);
    const bool notifies = notifies_transactions();

    const TupleDesc descriptor = RelationGetDescr(trigger->tg_relation);
    const EventFilter filter(descriptor, has_large, large);
    const int id = find_column(descriptor, "id", UUIDOID);
    Identities events(id), large_ones(id), movements(id);
    // Another trigger may be reading the same rows.
    Tuplestorestate *const entries = trigger->tg_newtable;
    tuplestore_select_read_pointer(entries,
                                   tuplestore_alloc_read_pointer(entries, EXEC_FLAG_REWIND));
    tuplestore_rescan(entries);
    TupleTableSlot *const row = MakeSingleTupleTableSlot(descriptor, &TTSOpsMinimalTuple);
    while (tuplestore_gettupleslot(entries, true, false, row)) {
        if (filter.is_event(row)) {
            events.add(row);
            if (filter.is_large(row))
                large_ones.add(row);
        }
        if (notifies && filter.is_movement(row))
            movements.add(row);
    }
    ExecDropSingleTupleTableSlot(row);
    static KeptQuery snapshot("SELECT vesu_vault.snapshot_entries($1)");
    static KeptQuery alert("SELECT vesu_vault.raise_large($1)");
    static KeptQuery notify("SELECT vesu_vault.notify_transactions($1)");
    events.pass_to(snapshot);
    large_ones.pass_to(alert);
    movements.pass_to(notify);
    SPI_finish();
    return PointerGetDatum(nullptr);
}

}  // namespace vesu::pg
