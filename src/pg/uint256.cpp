// The type vesu.uint256: 32 bytes, compared as bytes, computed as 256-bit integers that never wrap.
#include "core/uint256.hpp"
#include "core/checked.hpp"

#include "pg/numeric.hpp"
#include "pg/uint256.hpp"

namespace vesu::pg {

namespace {

int compare(Datum a, Datum b)
{
    return std::memcmp(DatumGetPointer(a), DatumGetPointer(b), sizeof(Bytes32));
}

int compare(FunctionCallInfo fcinfo)
{
    return compare(PG_GETARG_DATUM(0), PG_GETARG_DATUM(1));
}

int compare_sorted(Datum a, Datum b, SortSupport)
{
    return compare(a, b);
}

Datum abbreviate(Datum value, SortSupport)
{
    return UInt64GetDatum(sort_key(uint256_value(value)));
}

// Making a key costs next to nothing, so there is no reason to stop.
bool stop_abbreviating(int, SortSupport)
{
    return false;
}

char *decimal_text(const u256 &value)
{
    char digits[uint256_decimal_size];
    const std::size_t length = format_uint256(value, digits);
    return pnstrdup(digits, length);
}

using Operation = Status (*)(const u256 &, const u256 &, u256 &);

// What an error of an operation shows: its operands as they were.
[[noreturn]] void report_operation(const Failure &failure, const char *format, const u256 &a,
                                   const u256 &b)
{
    report_no_uint256_result(failure, psprintf(format, decimal_text(a), decimal_text(b)));
}

template <Operation operation>
Datum apply(FunctionCallInfo fcinfo, const char *format)
{
    // Read
    const u256 a = read_uint256(fcinfo, 0);
    const u256 b = read_uint256(fcinfo, 1);

    // Compute
    u256 result;
    const Failure failure = guarded([&] { return operation(a, b, result); });

    // Return
    if (failure.failed())
        report_operation(failure, format, a, b);
    return uint256_datum(result);
}

// The same inside an aggregate, whose state is its own to overwrite: nothing is allocated for a row.
template <Operation operation>
Datum accumulate(FunctionCallInfo fcinfo, const char *format)
{
    // Read
    const bool in_aggregate = AggCheckCallContext(fcinfo, nullptr) != 0;
    const u256 state = read_uint256(fcinfo, 0);
    const u256 value = read_uint256(fcinfo, 1);

    // Compute
    u256 result;
    const Failure failure = guarded([&] { return operation(state, value, result); });

    // Return
    if (failure.failed())
        report_operation(failure, format, state, value);
    if (!in_aggregate)
        return uint256_datum(result);
    *reinterpret_cast<Bytes32 *>(PG_GETARG_POINTER(0)) = bytes_from_integer(result);
    return PG_GETARG_DATUM(0);
}

Rounding read_rounding(FunctionCallInfo fcinfo, int index)
{
    const text *const name = PG_GETARG_TEXT_PP(index);
    const std::size_t length = VARSIZE_ANY_EXHDR(name);
    if (length == 4 && std::memcmp(VARDATA_ANY(name), "down", length) == 0)
        return Rounding::down;
    if (length == 2 && std::memcmp(VARDATA_ANY(name), "up", length) == 0)
        return Rounding::up;
    report_no_choice("rounding", psprintf("\"%s\"", text_to_cstring(name)), "down or up",
                     "Round down what someone receives and up what someone owes.");
}

Datum from_signed(std::int64_t value)
{
    if (value < 0)
        report_no_uint256(psprintf(INT64_FORMAT, value));
    Bytes32 bytes{};
    const std::uint64_t word = swapped_to_big_endian(static_cast<std::uint64_t>(value));
    std::memcpy(bytes.data() + sizeof bytes - sizeof word, &word, sizeof word);
    return uint256_datum(bytes);
}

}  // namespace

VESU_FUNCTION(vesu_uint256_in)
{
    // Read
    const char *const text = PG_GETARG_CSTRING(0);
    const std::size_t length = std::strlen(text);

    // Compute
    u256 value;
    bool valid = false;
    const Failure failure = guarded([&] {
        valid = parse_uint256(text, length, value);
        return Status::ok;
    });

    // Return
    if (failure.failed())
        report(failure);
    if (!valid)
        report_no_uint256(text);
    return uint256_datum(value);
}

VESU_FUNCTION(vesu_uint256_out)
{
    PG_RETURN_CSTRING(decimal_text(read_uint256(fcinfo, 0)));
}

VESU_FUNCTION(vesu_uint256_recv)
{
    Bytes32 bytes;
    pq_copymsgbytes(reinterpret_cast<StringInfo>(PG_GETARG_POINTER(0)),
                    reinterpret_cast<char *>(bytes.data()), sizeof bytes);
    return uint256_datum(bytes);
}

VESU_FUNCTION(vesu_uint256_send)
{
    StringInfoData buffer;
    pq_begintypsend(&buffer);
    pq_sendbytes(&buffer, reinterpret_cast<const char *>(uint256_bytes(fcinfo, 0).data()),
                 sizeof(Bytes32));
    PG_RETURN_BYTEA_P(pq_endtypsend(&buffer));
}

VESU_FUNCTION(vesu_uint256_lt)
{
    PG_RETURN_BOOL(compare(fcinfo) < 0);
}

VESU_FUNCTION(vesu_uint256_le)
{
    PG_RETURN_BOOL(compare(fcinfo) <= 0);
}

VESU_FUNCTION(vesu_uint256_eq)
{
    PG_RETURN_BOOL(compare(fcinfo) == 0);
}

VESU_FUNCTION(vesu_uint256_ne)
{
    PG_RETURN_BOOL(compare(fcinfo) != 0);
}

VESU_FUNCTION(vesu_uint256_ge)
{
    PG_RETURN_BOOL(compare(fcinfo) >= 0);
}

VESU_FUNCTION(vesu_uint256_gt)
{
    PG_RETURN_BOOL(compare(fcinfo) > 0);
}

VESU_FUNCTION(vesu_uint256_cmp)
{
    PG_RETURN_INT32(compare(fcinfo));
}

VESU_FUNCTION(vesu_uint256_sortsupport)
{
    const auto sort = reinterpret_cast<SortSupport>(PG_GETARG_POINTER(0));
    sort->comparator = compare_sorted;
    if (sort->abbreviate) {
        sort->comparator = ssup_datum_unsigned_cmp;
        sort->abbrev_converter = abbreviate;
        sort->abbrev_abort = stop_abbreviating;
        sort->abbrev_full_comparator = compare_sorted;
    }
    PG_RETURN_VOID();
}

VESU_FUNCTION(vesu_uint256_hash)
{
    return hash_any(uint256_bytes(fcinfo, 0).data(), sizeof(Bytes32));
}

VESU_FUNCTION(vesu_uint256_hash_extended)
{
    return hash_any_extended(uint256_bytes(fcinfo, 0).data(), sizeof(Bytes32), PG_GETARG_INT64(1));
}

VESU_FUNCTION(vesu_uint256_add)
{
    return apply<add>(fcinfo, "%s + %s");
}

VESU_FUNCTION(vesu_uint256_subtract)
{
    return apply<subtract>(fcinfo, "%s - %s");
}

VESU_FUNCTION(vesu_uint256_multiply)
{
    return apply<multiply>(fcinfo, "%s * %s");
}

VESU_FUNCTION(vesu_uint256_divide)
{
    return apply<divide>(fcinfo, "%s / %s");
}

VESU_FUNCTION(vesu_uint256_remainder)
{
    return apply<remainder>(fcinfo, "%s %% %s");
}

VESU_FUNCTION(vesu_mul_div)
{
    // Read
    const u256 a = read_uint256(fcinfo, 0);
    const u256 b = read_uint256(fcinfo, 1);
    const u256 divisor = read_uint256(fcinfo, 2);
    const Rounding rounding = read_rounding(fcinfo, 3);

    // Compute
    u256 result;
    const Failure failure = guarded([&] { return mul_div(a, b, divisor, rounding, result); });

    // Return
    if (failure.failed())
        report_no_uint256_result(failure, psprintf("%s * %s / %s", decimal_text(a), decimal_text(b),
                                                   decimal_text(divisor)));
    return uint256_datum(result);
}

VESU_FUNCTION(vesu_uint256_accumulate)
{
    return accumulate<add>(fcinfo, "%s + %s");
}

VESU_FUNCTION(vesu_uint256_accumulate_inverse)
{
    return accumulate<subtract>(fcinfo, "%s - %s");
}

VESU_FUNCTION(vesu_uint256_smaller)
{
    return PG_GETARG_DATUM(compare(fcinfo) <= 0 ? 0 : 1);
}

VESU_FUNCTION(vesu_uint256_larger)
{
    return PG_GETARG_DATUM(compare(fcinfo) >= 0 ? 0 : 1);
}

VESU_FUNCTION(vesu_to_hex)
{
    char digits[uint256_hexadecimal_size];
    const std::size_t length = format_uint256_hexadecimal(read_uint256(fcinfo, 0), digits);
    PG_RETURN_TEXT_P(cstring_to_text_with_len(digits, static_cast<int>(length)));
}

VESU_FUNCTION(vesu_uint256_to_bytea)
{
    bytea *const result = static_cast<bytea *>(palloc(VARHDRSZ + sizeof(Bytes32)));
    SET_VARSIZE(result, VARHDRSZ + sizeof(Bytes32));
    std::memcpy(VARDATA(result), uint256_bytes(fcinfo, 0).data(), sizeof(Bytes32));
    PG_RETURN_BYTEA_P(result);
}

VESU_FUNCTION(vesu_uint256_from_bytea)
{
    const bytea *const value = PG_GETARG_BYTEA_PP(0);
    if (VARSIZE_ANY_EXHDR(value) != sizeof(Bytes32))
        report_no_uint256(DatumGetCString(DirectFunctionCall1(byteaout, PG_GETARG_DATUM(0))));
    Bytes32 bytes;
    std::memcpy(bytes.data(), VARDATA_ANY(value), sizeof bytes);
    return uint256_datum(bytes);
}

VESU_FUNCTION(vesu_uint256_to_bigint)
{
    const u256 value = read_uint256(fcinfo, 0);
    if (value > static_cast<std::uint64_t>(PG_INT64_MAX))
        report_no_bigint(decimal_text(value));
    PG_RETURN_INT64(static_cast<std::int64_t>(value));
}

VESU_FUNCTION(vesu_uint256_from_bigint)
{
    return from_signed(PG_GETARG_INT64(0));
}

VESU_FUNCTION(vesu_uint256_from_integer)
{
    return from_signed(PG_GETARG_INT32(0));
}

VESU_FUNCTION(vesu_uint256_to_numeric)
{
    return numeric_datum(read_uint256(fcinfo, 0));
}

VESU_FUNCTION(vesu_uint256_from_numeric)
{
    u256 result;
    if (!read_integer_if_valid(PG_GETARG_DATUM(0), result))
        report_no_uint256(numeric_text(PG_GETARG_DATUM(0)));
    return uint256_datum(result);
}

}  // namespace vesu::pg
