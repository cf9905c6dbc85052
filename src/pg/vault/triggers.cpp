// The triggers of the vault that need no table: the kept balance, and the guard of the ledger.
#include "pg/report.hpp"

namespace vesu::pg {

namespace {

// Anybody may put the trigger on a table of another shape.
int bigint_column(TupleDesc descriptor, const char *name)
{
    const int number = SPI_fnumber(descriptor, name);
    if (number <= 0)
        report_missing_column(name);
    const Oid type = TupleDescAttr(descriptor, number - 1)->atttypid;
    if (type != INT8OID)
        report_column_type(name, INT8OID, type);
    return number;
}

// The first column of the table whose value the update changes, and that is not of the two that may always change.
const char *changed_column(const TriggerData *trigger)
{
    const TupleDesc descriptor = RelationGetDescr(trigger->tg_relation);
    for (int number = 1; number <= descriptor->natts; ++number) {
        const FormData_pg_attribute &column = *TupleDescAttr(descriptor, number - 1);
        if (column.attisdropped || strcmp(NameStr(column.attname), "note") == 0 ||
            strcmp(NameStr(column.attname), "updated_at") == 0)
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
    const int64 total = DatumGetInt64(
        heap_getattr(tuple, bigint_column(descriptor, "total_balance"), descriptor, &no_total));
    const int64 locked = DatumGetInt64(
        heap_getattr(tuple, bigint_column(descriptor, "locked_balance"), descriptor, &no_locked));
    int64 available;
    // What cannot be subtracted is left to the constraints of the table.
    if (no_total || no_locked || __builtin_sub_overflow(total, locked, &available))
        return PointerGetDatum(tuple);

    int column = bigint_column(descriptor, "available_balance");
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

}  // namespace vesu::pg
