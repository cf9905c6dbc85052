// The type vesu.felt252: 32 bytes, compared as bytes, shown as 64 hexadecimal digits.
#include "core/felt.hpp"

#include <cstring>

#include "pg/numeric.hpp"

namespace vesu::pg {

namespace {

const FeltBytes &felt_argument(FunctionCallInfo fcinfo, int index)
{
    return *reinterpret_cast<const FeltBytes *>(PG_GETARG_POINTER(index));
}

int compare(FunctionCallInfo fcinfo)
{
    return std::memcmp(&felt_argument(fcinfo, 0), &felt_argument(fcinfo, 1), felt_size);
}

Datum felt_datum(const FeltBytes &bytes)
{
    void *const result = palloc(felt_size);
    std::memcpy(result, bytes.data(), felt_size);
    return PointerGetDatum(result);
}

char *felt_text(const FeltBytes &bytes)
{
    char digits[felt_text_size];
    format_felt(bytes, digits);
    return pnstrdup(digits, felt_text_size);
}

Datum checked_felt(const FeltBytes &bytes)
{
    if (!is_felt(bytes))
        report_no_felt(felt_text(bytes));
    return felt_datum(bytes);
}

}  // namespace

VESU_FUNCTION(vesu_felt252_in)
{
    const char *const text = PG_GETARG_CSTRING(0);
    FeltBytes bytes;
    if (!parse_felt(text, std::strlen(text), bytes))
        report_no_felt(text);
    return felt_datum(bytes);
}

VESU_FUNCTION(vesu_felt252_out)
{
    PG_RETURN_CSTRING(felt_text(felt_argument(fcinfo, 0)));
}

VESU_FUNCTION(vesu_felt252_recv)
{
    FeltBytes bytes;
    pq_copymsgbytes(reinterpret_cast<StringInfo>(PG_GETARG_POINTER(0)),
                    reinterpret_cast<char *>(bytes.data()), felt_size);
    return checked_felt(bytes);
}

VESU_FUNCTION(vesu_felt252_send)
{
    StringInfoData buffer;
    pq_begintypsend(&buffer);
    pq_sendbytes(&buffer, reinterpret_cast<const char *>(felt_argument(fcinfo, 0).data()),
                 felt_size);
    PG_RETURN_BYTEA_P(pq_endtypsend(&buffer));
}

VESU_FUNCTION(vesu_felt252_lt)
{
    PG_RETURN_BOOL(compare(fcinfo) < 0);
}

VESU_FUNCTION(vesu_felt252_le)
{
    PG_RETURN_BOOL(compare(fcinfo) <= 0);
}

VESU_FUNCTION(vesu_felt252_eq)
{
    PG_RETURN_BOOL(compare(fcinfo) == 0);
}

VESU_FUNCTION(vesu_felt252_ne)
{
    PG_RETURN_BOOL(compare(fcinfo) != 0);
}

VESU_FUNCTION(vesu_felt252_ge)
{
    PG_RETURN_BOOL(compare(fcinfo) >= 0);
}

VESU_FUNCTION(vesu_felt252_gt)
{
    PG_RETURN_BOOL(compare(fcinfo) > 0);
}

VESU_FUNCTION(vesu_felt252_cmp)
{
    PG_RETURN_INT32(compare(fcinfo));
}

VESU_FUNCTION(vesu_felt252_hash)
{
    return hash_any(felt_argument(fcinfo, 0).data(), felt_size);
}

VESU_FUNCTION(vesu_felt252_hash_extended)
{
    return hash_any_extended(felt_argument(fcinfo, 0).data(), felt_size, PG_GETARG_INT64(1));
}

VESU_FUNCTION(vesu_felt252_to_bytea)
{
    bytea *const result = static_cast<bytea *>(palloc(VARHDRSZ + felt_size));
    SET_VARSIZE(result, VARHDRSZ + felt_size);
    std::memcpy(VARDATA(result), felt_argument(fcinfo, 0).data(), felt_size);
    PG_RETURN_BYTEA_P(result);
}

VESU_FUNCTION(vesu_felt252_from_bytea)
{
    const bytea *const value = PG_GETARG_BYTEA_PP(0);
    if (VARSIZE_ANY_EXHDR(value) != felt_size)
        report_no_felt(DatumGetCString(DirectFunctionCall1(byteaout, PG_GETARG_DATUM(0))));
    FeltBytes bytes;
    std::memcpy(bytes.data(), VARDATA_ANY(value), felt_size);
    return checked_felt(bytes);
}

VESU_FUNCTION(vesu_felt252_to_numeric)
{
    return numeric_datum(felt_to_integer(felt_argument(fcinfo, 0)));
}

VESU_FUNCTION(vesu_felt252_from_numeric)
{
    // Read
    u256 value;
    const bool is_integer = read_integer_if_valid(PG_GETARG_DATUM(0), value);

    // Compute
    FeltBytes bytes;
    bool is_element = false;
    const Failure failure = guarded([&] {
        is_element = is_integer && felt_from_integer(value, bytes);
        return Status::ok;
    });

    // Return
    if (failure.failed())
        report(failure);
    if (!is_element)
        report_no_felt(numeric_text(PG_GETARG_DATUM(0)));
    return felt_datum(bytes);
}

}  // namespace vesu::pg
