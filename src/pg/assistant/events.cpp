// What the event store needs of C++: the cluster's next transaction, and the events of a call, checked.
#include <algorithm>
#include <cctype>
#include <cstring>
#include <iterator>

#include "pg/identity.hpp"

namespace vesu::pg {

namespace {

// A standby learns of a transaction when it reads of it in the log, so a horizon from its own primary can lie beyond the next
// transaction that the standby knows of: by those that have written nothing yet, which are fewer by far.
constexpr uint64 unseen_on_standby = 1024 * 1024;

// The 64 bits of a transaction that is not newer than `next`.
uint64 widen(TransactionId transaction, FullTransactionId next)
{
    const uint64 distance = XidFromFullTransactionId(next) - transaction;
    return U64FromFullTransactionId(next) - (distance & 0xffffffff);
}

const char *const keys[] = {"event_type", "data", "event_id", "metadata", "occurred_at"};
enum Key { event_type, data, event_id, metadata, occurred_at };

constexpr int most_characters = 100;
constexpr int shown_characters = 100;

// A value for a message, not longer than one likes to read.
const char *shown(const JsonbValue *value)
{
    if (value == nullptr)
        return "(missing)";
    Jsonb *const jsonb = JsonbValueToJsonb(const_cast<JsonbValue *>(value));
    char *const text = JsonbToCString(nullptr, &jsonb->root, VARSIZE(jsonb));
    const int length = static_cast<int>(std::strlen(text));
    const int kept = pg_mbcharcliplen(text, length, shown_characters);
    return kept == length ? text : psprintf("%.*s...", kept, text);
}

// A uuid as the type reads it: hexadecimal digits, a hyphen or none after every four, braces around it or not.
bool parse_uuid(const JsonbValue &value, pg_uuid_t &uuid)
{
    if (value.type != jbvString)
        return false;
    const char *at = value.val.string.val, *end = at + value.val.string.len;
    if (end - at >= 2 && *at == '{' && end[-1] == '}')
        ++at, --end;
    for (int i = 0; i < UUID_LEN; ++i) {
        if (i > 0 && i % 2 == 0 && at < end && *at == '-')
            ++at;
        unsigned byte = 0;
        for (int digit = 0; digit < 2; ++digit, ++at) {
            if (at >= end || !isxdigit(static_cast<unsigned char>(*at)))
                return false;
            byte = byte * 16 + (*at <= '9' ? *at - '0' : (*at | 0x20) - 'a' + 10);
        }
        uuid.data[i] = static_cast<unsigned char>(byte);
    }
    return at == end;
}

// A time as timestamptz reads it, without the infinite ones.
bool parse_time(const JsonbValue &value, TimestampTz &time)
{
    if (value.type != jbvString)
        return false;
    char *const text = pnstrdup(value.val.string.val, value.val.string.len);
    char buffer[MAXDATELEN + MAXDATEFIELDS];
    char *fields[MAXDATEFIELDS];
    int types[MAXDATEFIELDS], count, kind, zone;
    pg_tm parts;
    fsec_t fraction;
    return ParseDateTime(text, buffer, sizeof buffer, fields, types, MAXDATEFIELDS, &count) == 0 &&
           decode_date_time(fields, types, count, &kind, &parts, &fraction, &zone) == 0 &&
           kind == DTK_DATE && tm2timestamp(&parts, fraction, &zone, &time) == 0;
}

// One event of the call.
class Event {
public:
    Event(const JsonbValue &element, int its_place) : place(its_place), present(0)
    {
        if (element.type != jbvBinary || !JsonContainerIsObject(element.val.binary.data))
            report_event(place, "value", shown(&element), "An event is an object.");
        JsonbContainer *const object = element.val.binary.data;
        for (int key = event_type; key <= occurred_at; ++key) {
            JsonbValue *const found = getKeyJsonValueFromContainer(
                object, keys[key], static_cast<int>(std::strlen(keys[key])), &values[key]);
            is_there[key] = found != nullptr;
            present += is_there[key];
        }
        if (present != static_cast<int>(JsonContainerSize(object)))
            report_unknown_key(object);
    }

    // Null for what is absent or null.
    const JsonbValue *get(Key key) const
    {
        return is_there[key] && values[key].type != jbvNull ? &values[key] : nullptr;
    }

    Datum type() const
    {
        const JsonbValue *const value = get(event_type);
        if (value == nullptr || value->type != jbvString || value->val.string.len == 0 ||
            pg_mbstrlen_with_len(value->val.string.val, value->val.string.len) > most_characters)
            refuse(event_type, "It must be a text of 1 to 100 characters.");
        return PointerGetDatum(
            cstring_to_text_with_len(value->val.string.val, value->val.string.len));
    }

    Datum payload() const
    {
        if (get(data) == nullptr)
            refuse(data, "An event has data: the patch of the state that it is.");
        return json(data);
    }

    Datum json(Key key) const
    {
        return JsonbPGetDatum(JsonbValueToJsonb(const_cast<JsonbValue *>(get(key))));
    }

    // False for an event without id.
    bool id(pg_uuid_t &uuid) const
    {
        if (get(event_id) == nullptr)
            return false;
        if (!parse_uuid(*get(event_id), uuid))
            refuse(event_id, "It must be a uuid.");
        return true;
    }

    // False for an event that does not say when it occurred.
    bool time(TimestampTz &time) const
    {
        if (get(occurred_at) == nullptr)
            return false;
        if (!parse_time(*get(occurred_at), time))
            refuse(occurred_at, "It must be a time, not an infinite one, as a text.");
        return true;
    }

    // When it occurred: as given, which must not be before `previous`, else the later of `clock` and `previous`.
    TimestampTz time(TimestampTz previous, TimestampTz clock) const
    {
        TimestampTz given;
        if (!time(given))
            return std::max(previous, clock);
        if (given < previous)
            refuse(occurred_at, psprintf("The event before it in the stream occurred at %s.",
                                         DatumGetCString(DirectFunctionCall1(
                                             timestamptz_out, TimestampTzGetDatum(previous)))));
        return given;
    }

private:
    [[noreturn]] void refuse(Key key, const char *rule) const
    {
        report_event(place, keys[key], shown(is_there[key] ? &values[key] : nullptr), rule);
    }

    [[noreturn]] void report_unknown_key(JsonbContainer *object) const
    {
        JsonbIterator *iterator = JsonbIteratorInit(object);
        JsonbValue key, value;
        JsonbIteratorNext(&iterator, &key, true);
        while (JsonbIteratorNext(&iterator, &key, true) == WJB_KEY) {
            JsonbIteratorNext(&iterator, &value, true);
            const bool is_known =
                std::any_of(std::begin(keys), std::end(keys), [&](const char *name) {
                    return std::strlen(name) == static_cast<std::size_t>(key.val.string.len) &&
                           std::memcmp(name, key.val.string.val, key.val.string.len) == 0;
                });
            if (!is_known)
                report_event(place, pnstrdup(key.val.string.val, key.val.string.len), shown(&value),
                             "An event has no such key.");
        }
        report_defect("an event has a key twice");
    }

    const int place;
    int present;
    bool is_there[occurred_at + 1];
    JsonbValue values[occurred_at + 1];
};

// The argument `events`: an array that is not empty.
class Events {
public:
    explicit Events(FunctionCallInfo fcinfo)
    {
        if (PG_ARGISNULL(0))
            report_no_events("NULL");
        Jsonb *const jsonb = PG_GETARG_JSONB_P(0);
        array = &jsonb->root;
        if (!JsonContainerIsArray(array) || JsonContainerIsScalar(array) || count() == 0) {
            JsonbValue whole;
            whole.type = jbvBinary;
            whole.val.binary.data = array;
            whole.val.binary.len = VARSIZE(jsonb) - VARHDRSZ;
            report_no_events(shown(&whole));
        }
    }

    int count() const
    {
        return static_cast<int>(JsonContainerSize(array));
    }

    template <class Take>
    void for_each(Take take) const
    {
        JsonbIterator *iterator = JsonbIteratorInit(array);
        JsonbValue element;
        JsonbIteratorNext(&iterator, &element, true);
        for (int place = 1; JsonbIteratorNext(&iterator, &element, true) == WJB_ELEM; ++place) {
            CHECK_FOR_INTERRUPTS();
            take(Event(element, place), place);
        }
    }

private:
    JsonbContainer *array;
};

// Refuses two equal ids among the first `count`, which it sorts.
void check_distinct(pg_uuid_t *ids, int count)
{
    const auto compare = [](const pg_uuid_t &a, const pg_uuid_t &b) {
        return std::memcmp(a.data, b.data, UUID_LEN) < 0;
    };
    std::sort(ids, ids + count, compare);
    for (int i = 1; i < count; ++i)
        if (!compare(ids[i - 1], ids[i]))
            report_repeated_event_id(
                DatumGetCString(DirectFunctionCall1(uuid_out, UUIDPGetDatum(&ids[i]))));
}

}  // namespace

VESU_FUNCTION(vesu_next_transaction_id)
{
    (void)fcinfo;
    PG_RETURN_DATUM(FullTransactionIdGetDatum(ReadNextFullTransactionId()));
}

VESU_FUNCTION(vesu_is_settled)
{
    const uint64 horizon = U64FromFullTransactionId(DatumGetFullTransactionId(PG_GETARG_DATUM(0)));
    // Read after the snapshot, so nothing in the snapshot can have a later horizon of this cluster.
    const FullTransactionId next = ReadNextFullTransactionId();
    const uint64 unseen = RecoveryInProgress() ? unseen_on_standby : 0;
    PG_RETURN_BOOL(horizon <= widen(GetActiveSnapshot()->xmin, next) ||
                   horizon > U64FromFullTransactionId(next) + unseen);
}

VESU_FUNCTION(vesu_check_events)
{
    TupleDesc descriptor;
    if (get_call_result_type(fcinfo, nullptr, &descriptor) != TYPEFUNC_COMPOSITE)
        report_defect("vesu_assistant.check_events() returns no row");
    const Events events(fcinfo);
    int count = events.count(), first = 1, given = 0;
    auto *const ids = static_cast<pg_uuid_t *>(palloc(count * sizeof(pg_uuid_t)));
    auto *const values = static_cast<Datum *>(palloc(count * sizeof(Datum)));
    auto *const nulls = static_cast<bool *>(palloc(count * sizeof(bool)));
    TimestampTz earliest = DT_NOEND;
    events.for_each([&](const Event &event, int place) {
        nulls[place - 1] = !event.id(ids[given]);
        values[place - 1] = UUIDPGetDatum(&ids[given]);
        given += !nulls[place - 1];
        TimestampTz time;
        if (event.time(time))
            earliest = std::min(earliest, time);
    });
    ArrayType *const id_array = construct_md_array(values, nulls, 1, &count, &first, UUIDOID,
                                                   UUID_LEN, false, TYPALIGN_CHAR);
    check_distinct(ids, given);
    Datum columns[] = {Int32GetDatum(count), PointerGetDatum(id_array),
                       TimestampTzGetDatum(earliest)};
    bool are_null[] = {false, given == 0, earliest == DT_NOEND};
    return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(descriptor), columns, are_null));
}

VESU_FUNCTION(vesu_event_rows)
{
    InitMaterializedSRF(fcinfo, 0);
    const auto *const results = reinterpret_cast<ReturnSetInfo *>(fcinfo->resultinfo);
    const Events events(fcinfo);
    auto *const identities = static_cast<pg_uuid_t *>(palloc(events.count() * sizeof(pg_uuid_t)));
    make_identities(identities, events.count());
    TimestampTz previous = PG_ARGISNULL(1) ? DT_NOBEGIN : PG_GETARG_TIMESTAMPTZ(1);
    const TimestampTz clock = PG_GETARG_TIMESTAMPTZ(2);

    events.for_each([&](const Event &event, int place) {
        pg_uuid_t *const id = &identities[place - 1];
        pg_uuid_t given;
        const bool has_id = event.id(given);
        const bool has_metadata = event.get(metadata) != nullptr;
        previous = event.time(previous, clock);
        const Datum values[] = {Int64GetDatum(place),
                                UUIDPGetDatum(id),
                                UUIDPGetDatum(has_id ? &given : id),
                                event.type(),
                                event.payload(),
                                has_metadata ? event.json(metadata) : Datum(0),
                                TimestampTzGetDatum(previous)};
        const bool nulls[] = {false, false, false, false, false, !has_metadata, false};
        tuplestore_putvalues(results->setResult, results->setDesc, const_cast<Datum *>(values),
                             const_cast<bool *>(nulls));
    });
    return Datum(0);
}

}  // namespace vesu::pg
