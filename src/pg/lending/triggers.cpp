// The BEFORE triggers of lending. They fill their own row and write nothing else.
#include "core/lending/accrual.hpp"
#include "core/lending/health.hpp"

#include <cstring>
#include <initializer_list>

#include "pg/clock.hpp"
#include "pg/numeric.hpp"

namespace vesu::pg {

namespace {

TriggerData *row_trigger(FunctionCallInfo fcinfo)
{
    TriggerData *const trigger = reinterpret_cast<TriggerData *>(fcinfo->context);
    if (!CALLED_AS_TRIGGER(fcinfo) || !TRIGGER_FIRED_BEFORE(trigger->tg_event) ||
        !TRIGGER_FIRED_FOR_ROW(trigger->tg_event) || TRIGGER_FIRED_BY_DELETE(trigger->tg_event))
        report_trigger_protocol("BEFORE INSERT OR UPDATE FOR EACH ROW");
    return trigger;
}

// The row that a trigger is about to write. Lives in the memory of the trigger call.
class NewRow {
public:
    explicit NewRow(const TriggerData *trigger)
        : is_update(TRIGGER_FIRED_BY_UPDATE(trigger->tg_event)),
          descriptor(RelationGetDescr(trigger->tg_relation)),
          old_tuple(is_update ? trigger->tg_trigtuple : nullptr),
          tuple(is_update ? trigger->tg_newtuple : trigger->tg_trigtuple),
          updated_columns(trigger->tg_updatedcols),
          values(static_cast<Datum *>(palloc(descriptor->natts * sizeof(Datum)))),
          nulls(static_cast<bool *>(palloc(descriptor->natts * sizeof(bool)))),
          replaced(static_cast<bool *>(palloc0(descriptor->natts * sizeof(bool))))
    {
        heap_deform_tuple(tuple, descriptor, values, nulls);
    }

    // Anybody may put the trigger on a table of another shape: the type decides how a value is read.
    int column(const char *name, Oid type = NUMERICOID) const
    {
        const int number = SPI_fnumber(descriptor, name);
        if (number <= 0)
            report_missing_column(name);
        const Oid actual = TupleDescAttr(descriptor, number - 1)->atttypid;
        if (actual != type)
            report_column_type(name, type, actual);
        return number - 1;
    }

    bool is_null(int column) const
    {
        return nulls[column];
    }
    Datum get(int column) const
    {
        return values[column];
    }
    Datum get_old(int column, bool &was_null) const
    {
        return heap_getattr(old_tuple, column + 1, descriptor, &was_null);
    }

    void set(int column, Datum value)
    {
        values[column] = value;
        nulls[column] = false;
        replaced[column] = true;
    }

    void set_null(int column)
    {
        nulls[column] = true;
        replaced[column] = true;
    }

    // Whether the UPDATE gives the column another value. Compares bytes: columns with a declared scale differ in
    // bytes exactly when they differ in value; for the others a needless "yes" does no harm.
    bool changed(int column) const
    {
        bool was_null;
        const Datum before = get_old(column, was_null);
        if (was_null || nulls[column])
            return was_null != nulls[column];
        const FormData_pg_attribute &attribute = *TupleDescAttr(descriptor, column);
        return !datum_image_eq(before, values[column], attribute.attbyval, attribute.attlen);
    }

    // Whether the UPDATE names the column, with the same value or another.
    bool written(int column) const
    {
        return bms_is_member(column + 1 - FirstLowInvalidHeapAttributeNumber, updated_columns);
    }

    // What the trigger returns; a null pointer would silently skip the row.
    Datum result() const
    {
        return PointerGetDatum(heap_modify_tuple(tuple, descriptor, values, nulls, replaced));
    }

    const bool is_update;

private:
    const TupleDesc descriptor;
    const HeapTuple old_tuple;
    const HeapTuple tuple;
    const Bitmapset *const updated_columns;
    Datum *const values;
    bool *const nulls;
    bool *const replaced;
};

void touch(NewRow &row)
{
    if (row.is_update)
        row.set(row.column("updated_at", TIMESTAMPTZOID), TimestampTzGetDatum(now()));
}

// What a position takes from its pool and from the recorded prices.
struct PoolTerms {
    bool has_prices = false;
    Datum collateral_asset;
    Datum debt_asset;
    Decimal debt_index;
    Decimal collateral_index;
    Decimal liquidation_threshold;
    Decimal collateral_price{
        1, 0};  // without recorded prices only the answers that need none are used
    Decimal debt_price{1, 0};
};

Oid felt_type()
{
    return GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, CStringGetDatum("felt252"),
                           ObjectIdGetDatum(get_namespace_oid("vesu", false)));
}

// vesu.pool_terms() is an ordinary function: the library knows no table. Planned once a session, and again
// when the extension was made anew and its type with it.
SPIPlanPtr pool_terms_plan(Oid felt)
{
    static SPIPlanPtr plan = nullptr;
    static Oid planned_type = InvalidOid;
    if (plan != nullptr && planned_type == felt)
        return plan;
    // Forgotten before it is freed: what follows may fail.
    const SPIPlanPtr outdated = plan;
    plan = nullptr;
    if (outdated != nullptr)
        SPI_freeplan(outdated);
    const SPIPlanPtr prepared =
        SPI_prepare("SELECT collateral_asset, debt_asset, debt_index, collateral_index, "
                    "liquidation_threshold, collateral_price, debt_price FROM vesu.pool_terms($1)",
                    1, &felt);
    if (prepared == nullptr || SPI_keepplan(prepared) != 0)
        report_defect("cannot prepare the query of vesu.pool_terms()");
    planned_type = felt;
    plan = prepared;
    return plan;
}

Decimal read_result(HeapTuple tuple, TupleDesc descriptor, int column, Domain domain)
{
    bool is_null;
    const Datum value = SPI_getbinval(tuple, descriptor, column, &is_null);
    const char *const name = SPI_fname(descriptor, column);
    if (is_null)
        report_null(name);
    return read_decimal(value, name, domain);
}

Datum copied_text(HeapTuple tuple, TupleDesc descriptor, int column)
{
    const char *const text = SPI_getvalue(tuple, descriptor, column);
    const Size size = std::strlen(text) + 1;
    char *const copy = static_cast<char *>(SPI_palloc(size));
    std::memcpy(copy, text, size);
    return PointerGetDatum(copy);
}

bool is_null_result(HeapTuple tuple, TupleDesc descriptor, int column)
{
    bool is_null;
    (void)SPI_getbinval(tuple, descriptor, column, &is_null);
    return is_null;
}

PoolTerms read_terms_row(HeapTuple tuple, TupleDesc descriptor)
{
    PoolTerms terms;
    terms.collateral_asset = copied_text(tuple, descriptor, 1);
    terms.debt_asset = copied_text(tuple, descriptor, 2);
    terms.debt_index = read_result(tuple, descriptor, 3, Domain::positive);
    terms.collateral_index = read_result(tuple, descriptor, 4, Domain::positive);
    terms.liquidation_threshold = read_result(tuple, descriptor, 5, Domain::fraction);
    terms.has_prices =
        !is_null_result(tuple, descriptor, 6) && !is_null_result(tuple, descriptor, 7);
    if (terms.has_prices) {
        terms.collateral_price = read_result(tuple, descriptor, 6, Domain::positive);
        terms.debt_price = read_result(tuple, descriptor, 7, Domain::positive);
    }
    return terms;
}

// Read with the snapshot of the statement that fires the trigger, so that an operation which
// computes an amount from the pool's index stores it against that same index. False without such a pool.
bool find_pool_terms(Datum pool_address, PoolTerms &terms)
{
    if (SPI_connect() != SPI_OK_CONNECT)
        report_defect("cannot connect to SPI");
    if (SPI_execute_plan(pool_terms_plan(felt_type()), &pool_address, nullptr, true, 1) !=
        SPI_OK_SELECT)
        report_defect("cannot run the query of vesu.pool_terms()");
    const bool found = SPI_processed == 1;
    if (found)
        terms = read_terms_row(SPI_tuptable->vals[0], SPI_tuptable->tupdesc);
    SPI_finish();
    return found;
}

PoolTerms read_pool_terms(Datum pool_address)
{
    PoolTerms terms;
    if (!find_pool_terms(pool_address, terms)) {
        Oid output;
        bool is_varlena;
        getTypeOutputInfo(felt_type(), &output, &is_varlena);
        report_position_without_pool(OidOutputFunctionCall(output, pool_address));
    }
    return terms;
}

// Whether the UPDATE moves the position to another pool. A pool that got another address takes its positions
// along: then there is none left at the old one, and interest goes on.
bool moves_to_another_pool(const NewRow &row, int pool_address)
{
    if (!row.is_update || !row.changed(pool_address))
        return false;
    bool was_null;
    const Datum old_address = row.get_old(pool_address, was_null);
    PoolTerms terms;
    return !was_null && find_pool_terms(old_address, terms);
}

// Fills a missing asset from the pool; another one is an error.
void keep_asset(NewRow &row, const char *name, Datum pool_asset)
{
    const char *const expected = DatumGetCString(pool_asset);
    const int column = row.column(name, VARCHAROID);
    if (row.is_null(column)) {
        row.set(column, PointerGetDatum(cstring_to_text(expected)));
        return;
    }
    const char *const given = TextDatumGetCString(row.get(column));
    if (std::strcmp(given, expected) != 0)
        report_position_asset(name, given, expected);
}

Decimal read_column(const NewRow &row, const char *name)
{
    return read_decimal(row.get(row.column(name)), name, Domain::not_negative);
}

// The answer of the core into `column`: a number, NULL or Infinity.
template <class Compute>
void set_result(NewRow &row, const char *column, Compute compute)
{
    // Compute
    Decimal result;
    const Failure failure = guarded([&] { return compute(result); });

    // Return
    const bool answered = failure.fault == Fault::none;
    if (answered && failure.status == Status::undefined)
        row.set_null(row.column(column));
    else if (answered && failure.status == Status::infinite)
        row.set(row.column(column), numeric_infinity());
    else if (failure.failed())
        report(failure);
    else
        row.set(row.column(column), numeric_datum(result));
}

struct Side {
    const char *amount;
    const char *quantity;
    Status (*quantity_of)(const Decimal &, const Decimal &, Decimal &);
};

constexpr Side debt_side{"debt_amount", "nominal_debt", lending::nominal_debt};
constexpr Side collateral_side{"collateral_amount", "collateral_shares",
                               lending::collateral_shares};

// Whether there is anything to derive from. A negative value or one that is no number leaves the row to the
// constraints of the table, which refuse it by their own names.
bool is_countable(const NewRow &row, int column)
{
    return is_inside(row.get(column), Domain::not_negative);
}

bool has_valid_values(const NewRow &row)
{
    for (const Side &side : {debt_side, collateral_side}) {
        const int amount = row.column(side.amount);
        const int quantity = row.column(side.quantity);
        if (row.is_null(amount) || !is_countable(row, amount) ||
            (!row.is_null(quantity) && !is_countable(row, quantity)))
            return false;
    }
    const int health_factor = row.column("health_factor");
    return row.is_null(health_factor) || is_countable(row, health_factor);
}

// Derives the quantity without interest where the amount is new. A quantity that comes with an INSERT
// stays: a restore must not forget the interest since the amount was written.
void keep_quantity(NewRow &row, const Side &side, const Decimal &index, bool moves)
{
    const bool new_amount = row.is_update && row.changed(row.column(side.amount));
    if (!moves && !new_amount && !row.is_null(row.column(side.quantity)))
        return;
    const Decimal amount = read_column(row, side.amount);
    set_result(row, side.quantity,
               [&](Decimal &result) { return side.quantity_of(amount, index, result); });
}

void keep_risk_ratio(NewRow &row)
{
    const Decimal nominal_debt = read_column(row, "nominal_debt");
    const Decimal shares = read_column(row, "collateral_shares");
    set_result(row, "risk_ratio",
               [&](Decimal &result) { return lending::risk_ratio(nominal_debt, shares, result); });
}

// From the recorded prices; without them the given value stays where it can be true.
void keep_health_factor(NewRow &row, const PoolTerms &terms)
{
    const lending::Valuation position{read_column(row, "collateral_amount"), terms.collateral_price,
                                      read_column(row, "debt_amount"), terms.debt_price};
    const bool certain =
        position.debt_amount.coefficient == 0 || position.collateral_amount.coefficient == 0;
    if (!terms.has_prices && !certain)
        return;
    set_result(row, "health_factor", [&](Decimal &result) {
        return lending::health_factor(position, terms.liquidation_threshold, result);
    });
}

using Columns = std::initializer_list<const char *>;

bool any_changed(const NewRow &row, Columns names)
{
    for (const char *const name : names)
        if (row.changed(row.column(name)))
            return true;
    return false;
}

bool any_written(const NewRow &row, Columns names)
{
    for (const char *const name : names)
        if (row.written(row.column(name)))
            return true;
    return false;
}

// Any write of an amount brings the health factor to the recorded prices, also one that leaves the amount
// as it was, as a repayment of just the interest does.
bool writes_amounts(const NewRow &row)
{
    return !row.is_update || any_written(row, {"collateral_amount", "debt_amount"}) ||
           any_changed(row, {"collateral_shares", "nominal_debt"});
}

// The pool is asked only where the statement changes what depends on it.
bool needs_pool(const NewRow &row, int pool_address)
{
    return writes_amounts(row) || row.changed(pool_address) ||
           row.changed(row.column("collateral_asset", VARCHAROID)) ||
           row.changed(row.column("debt_asset", VARCHAROID)) || any_changed(row, {"risk_ratio"});
}

}  // namespace

// BEFORE UPDATE FOR EACH ROW on any table with the column updated_at.
VESU_FUNCTION(vesu_touch_updated_at)
{
    NewRow row(row_trigger(fcinfo));
    touch(row);
    return row.result();
}

// BEFORE INSERT OR UPDATE FOR EACH ROW on vesu_positions.
VESU_FUNCTION(vesu_keep_position)
{
    NewRow row(row_trigger(fcinfo));
    touch(row);
    const int pool_address = row.column("pool_address", felt_type());
    // Without a pool the NOT NULL constraint refuses the row.
    if (row.is_null(pool_address) || !needs_pool(row, pool_address))
        return row.result();

    const PoolTerms terms = read_pool_terms(row.get(pool_address));
    keep_asset(row, "collateral_asset", terms.collateral_asset);
    keep_asset(row, "debt_asset", terms.debt_asset);
    if (!has_valid_values(row))
        return row.result();
    const bool moves = moves_to_another_pool(row, pool_address);
    const bool new_health = moves || writes_amounts(row);
    keep_quantity(row, debt_side, terms.debt_index, moves);
    keep_quantity(row, collateral_side, terms.collateral_index, moves);
    keep_risk_ratio(row);
    if (new_health)
        keep_health_factor(row, terms);
    return row.result();
}

}  // namespace vesu::pg
