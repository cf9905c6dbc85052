// vesu_assistant.merge_patch() and the aggregate merge_state(): JSON Merge Patch, RFC 7396.
#include <cstring>
#include <type_traits>

#include "pg/function.hpp"

namespace vesu::pg {

namespace {

// A value as it was read, or, once a patch has reached into it, an object by its members. What no patch touches is never
// taken apart.
struct Document {
    JsonbValue value;
    RBTree *members = nullptr;  // null: `value` holds
};

struct Member {
    RBTNode node;
    const char *key;
    int key_size;
    Document document;
};

static_assert(std::is_trivially_destructible_v<Member>, "a memory context runs no destructor");

// The order of the keys in a jsonb, so that writing them finds them sorted.
int compare_keys(const RBTNode *left, const RBTNode *right, void *)
{
    const auto *const a = reinterpret_cast<const Member *>(left);
    const auto *const b = reinterpret_cast<const Member *>(right);
    if (a->key_size != b->key_size)
        return a->key_size < b->key_size ? -1 : 1;
    return std::memcmp(a->key, b->key, a->key_size);
}

void keep_existing(RBTNode *, const RBTNode *, void *) {}

RBTNode *allocate_member(void *)
{
    return static_cast<RBTNode *>(palloc(sizeof(Member)));
}

void free_member(RBTNode *node, void *)
{
    pfree(node);
}

Member keyed(const JsonbValue &key)
{
    Member member = {};
    member.key = key.val.string.val;
    member.key_size = key.val.string.len;
    return member;
}

// The member with this key, a new one if there is none.
Document &member_of(Document &object, const JsonbValue &key)
{
    const Member wanted = keyed(key);
    bool is_new;
    return reinterpret_cast<Member *>(rbt_insert(object.members, &wanted.node, &is_new))->document;
}

void remove_member(Document &object, const JsonbValue &key)
{
    const Member wanted = keyed(key);
    RBTNode *const found = rbt_find(object.members, &wanted.node);
    if (found != nullptr)
        rbt_delete(object.members, found);
}

bool is_object(const JsonbValue &value)
{
    return value.type == jbvBinary && JsonContainerIsObject(value.val.binary.data);
}

// Calls `take` with each key and value of the object.
template <class Take>
void for_each_member(JsonbContainer *object, Take take)
{
    JsonbIterator *iterator = JsonbIteratorInit(object);
    JsonbValue key, value;
    JsonbIteratorNext(&iterator, &key, true);
    while (JsonbIteratorNext(&iterator, &key, true) == WJB_KEY) {
        JsonbIteratorNext(&iterator, &value, true);
        take(key, value);
    }
}

// Makes an object of the document, without members unless it is one already.
void open(Document &document)
{
    if (document.members != nullptr)
        return;
    document.members = rbt_create(sizeof(Member), compare_keys, keep_existing, allocate_member,
                                  free_member, nullptr);
    if (is_object(document.value))
        for_each_member(document.value.val.binary.data,
                        [&](const JsonbValue &key, const JsonbValue &value) {
                            member_of(document, key).value = value;
                        });
}

// Applies a patch in the current memory context. Keeps pointers into `patch`.
void apply(Document &target, const JsonbValue &patch)
{
    check_stack_depth();
    if (!is_object(patch)) {
        target = {patch};
        return;
    }
    open(target);
    for_each_member(patch.val.binary.data, [&](const JsonbValue &key, const JsonbValue &value) {
        CHECK_FOR_INTERRUPTS();
        if (value.type == jbvNull)
            remove_member(target, key);
        else
            apply(member_of(target, key), value);
    });
}

JsonbValue read(Jsonb *datum)
{
    JsonbValue value;
    if (!JsonbExtractScalar(&datum->root, &value)) {
        value.type = jbvBinary;
        value.val.binary.data = &datum->root;
        value.val.binary.len = VARSIZE(datum) - VARHDRSZ;
    }
    return value;
}

JsonbValue *push(JsonbParseState *&state, Document &document)
{
    check_stack_depth();
    if (document.members == nullptr)
        return pushJsonbValue(&state, WJB_VALUE, &document.value);
    pushJsonbValue(&state, WJB_BEGIN_OBJECT, nullptr);
    RBTreeIterator iterator;
    rbt_begin_iterate(document.members, LeftRightWalk, &iterator);
    while (RBTNode *const node = rbt_iterate(&iterator)) {
        auto *const member = reinterpret_cast<Member *>(node);
        JsonbValue key;
        key.type = jbvString;
        key.val.string.val = const_cast<char *>(member->key);
        key.val.string.len = member->key_size;
        pushJsonbValue(&state, WJB_KEY, &key);
        push(state, member->document);
    }
    return pushJsonbValue(&state, WJB_END_OBJECT, nullptr);
}

Jsonb *write(Document &document)
{
    if (document.members == nullptr)
        return JsonbValueToJsonb(&document.value);
    JsonbParseState *state = nullptr;
    return JsonbValueToJsonb(push(state, document));
}

// What merge_state() knows between two patches.
struct Merge {
    MemoryContext aggregate;
    MemoryContext memory;  // holds the document and the patches that it points into
    Document document;
    Size
        limit;  // of the memory, before the document is written anew without what patches have replaced
};

constexpr Size least_limit = 1024 * 1024;

void hold(Merge &merge, Jsonb *document)
{
    merge.document = {read(document)};
    merge.limit = 0;
}

MemoryContext new_memory(MemoryContext parent)
{
    return AllocSetContextCreate(parent, "vesu merge_state", ALLOCSET_DEFAULT_SIZES);
}

Jsonb *copy(MemoryContext memory, Datum jsonb)
{
    const MemoryContext caller = MemoryContextSwitchTo(memory);
    Jsonb *const result = DatumGetJsonbPCopy(jsonb);
    MemoryContextSwitchTo(caller);
    return result;
}

Merge *begin_merge(MemoryContext aggregate, FunctionCallInfo fcinfo)
{
    auto *const merge = static_cast<Merge *>(MemoryContextAllocZero(aggregate, sizeof(Merge)));
    merge->aggregate = aggregate;
    merge->memory = new_memory(aggregate);
    if (PG_NARGS() > 2 && !PG_ARGISNULL(2))
        hold(*merge, copy(merge->memory, PG_GETARG_DATUM(2)));
    else {
        const MemoryContext caller = MemoryContextSwitchTo(merge->memory);
        open(merge->document);
        MemoryContextSwitchTo(caller);
    }
    return merge;
}

// Writes the document anew. Twice the work at most, spread over all patches, for memory in proportion to the state.
void compact(Merge &merge)
{
    const MemoryContext old = merge.memory;
    merge.memory = new_memory(merge.aggregate);
    const MemoryContext caller = MemoryContextSwitchTo(old);
    Jsonb *const document = write(merge.document);
    MemoryContextSwitchTo(caller);
    hold(merge, copy(merge.memory, JsonbPGetDatum(document)));
    MemoryContextDelete(old);
}

// Counts from the first patch on: that takes apart what was read as a whole.
void limit_memory(Merge &merge)
{
    const Size allocated = MemoryContextMemAllocated(merge.memory, true);
    if (merge.limit == 0)
        merge.limit = Max(least_limit, 2 * allocated);
    else if (allocated > merge.limit)
        compact(merge);
}

}  // namespace

VESU_FUNCTION(vesu_merge_patch)
{
    Document document = {read(PG_GETARG_JSONB_P(0))};
    apply(document, read(PG_GETARG_JSONB_P(1)));
    PG_RETURN_JSONB_P(write(document));
}

// (internal, patch) or (internal, patch, initial): the initial state counts in the first row only. A NULL patch changes nothing.
VESU_FUNCTION(vesu_merge_state_step)
{
    MemoryContext aggregate;
    if (!AggCheckCallContext(fcinfo, &aggregate))
        elog(ERROR, "not called as part of an aggregate");
    auto *const merge = PG_ARGISNULL(0) ? begin_merge(aggregate, fcinfo)
                                        : reinterpret_cast<Merge *>(PG_GETARG_POINTER(0));
    if (!PG_ARGISNULL(1)) {
        Jsonb *const patch = copy(merge->memory, PG_GETARG_DATUM(1));
        const MemoryContext caller = MemoryContextSwitchTo(merge->memory);
        apply(merge->document, read(patch));
        MemoryContextSwitchTo(caller);
        limit_memory(*merge);
    }
    PG_RETURN_POINTER(merge);
}

// Changes nothing, so that a window can ask after every row.
VESU_FUNCTION(vesu_merge_state_result)
{
    Document empty = {};
    if (PG_ARGISNULL(0))
        open(empty);
    PG_RETURN_JSONB_P(
        write(PG_ARGISNULL(0) ? empty : reinterpret_cast<Merge *>(PG_GETARG_POINTER(0))->document));
}

}  // namespace vesu::pg
