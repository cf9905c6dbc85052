// Rows of tables that the library does not know.
#include "pg/report.hpp"

namespace vesu::pg {

namespace {

struct Row {
    HeapTupleHeader header;
    TupleDesc descriptor;
    HeapTupleData tuple;
};

Row open_row(Datum datum)
{
    Row row;
    row.header = DatumGetHeapTupleHeader(datum);
    row.descriptor = lookup_rowtype_tupdesc(HeapTupleHeaderGetTypeId(row.header),
                                            HeapTupleHeaderGetTypMod(row.header));
    row.tuple.t_len = HeapTupleHeaderGetDatumLength(row.header);
    ItemPointerSetInvalid(&row.tuple.t_self);
    row.tuple.t_tableOid = InvalidOid;
    row.tuple.t_data = row.header;
    return row;
}

// The live column of that name and type, or -1.
int find_column(TupleDesc descriptor, const FormData_pg_attribute &wanted)
{
    for (int i = 0; i < descriptor->natts; ++i) {
        const FormData_pg_attribute &column = *TupleDescAttr(descriptor, i);
        if (!column.attisdropped && column.atttypid == wanted.atttypid &&
            strcmp(NameStr(column.attname), NameStr(wanted.attname)) == 0)
            return i;
    }
    return -1;
}

// anyelement takes numbers, which would be read as pointers, and domains, whose checks would be passed by.
bool is_plain_row_type(Oid type)
{
    return type_is_rowtype(type) && get_typtype(type) != TYPTYPE_DOMAIN;
}

}  // namespace

// vesu.row_with(base anyelement, changes record): `base` with the columns that `changes` has too.
VESU_FUNCTION(vesu_row_with)
{
    if (!is_plain_row_type(get_fn_expr_argtype(fcinfo->flinfo, 0)))
        report_no_row("base");
    if (PG_ARGISNULL(0))
        PG_RETURN_NULL();
    if (PG_ARGISNULL(1))
        return PG_GETARG_DATUM(0);

    const Row base = open_row(PG_GETARG_DATUM(0));
    const Row changes = open_row(PG_GETARG_DATUM(1));
    const int column_count = base.descriptor->natts;
    Datum *const values = static_cast<Datum *>(palloc(column_count * sizeof(Datum)));
    bool *const nulls = static_cast<bool *>(palloc(column_count * sizeof(bool)));
    heap_deform_tuple(const_cast<HeapTuple>(&base.tuple), base.descriptor, values, nulls);

    for (int i = 0; i < changes.descriptor->natts; ++i) {
        const FormData_pg_attribute &change = *TupleDescAttr(changes.descriptor, i);
        const int column = change.attisdropped ? -1 : find_column(base.descriptor, change);
        if (column >= 0)
            values[column] = heap_getattr(const_cast<HeapTuple>(&changes.tuple), i + 1,
                                          changes.descriptor, &nulls[column]);
    }
    const HeapTuple result = heap_form_tuple(base.descriptor, values, nulls);
    ReleaseTupleDesc(base.descriptor);
    ReleaseTupleDesc(changes.descriptor);
    return HeapTupleGetDatum(result);
}

}  // namespace vesu::pg
