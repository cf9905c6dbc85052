// vesu.uint256 as an argument and as a result.
#pragma once

#include "core/bytes.hpp"
#include "pg/function.hpp"

namespace vesu::pg {

inline const Bytes32 &uint256_bytes(FunctionCallInfo fcinfo, int index)
{
    return *reinterpret_cast<const Bytes32 *>(PG_GETARG_POINTER(index));
}

inline u256 uint256_value(Datum value)
{
    return integer_from_bytes(*reinterpret_cast<const Bytes32 *>(DatumGetPointer(value)));
}

inline u256 read_uint256(FunctionCallInfo fcinfo, int index)
{
    return uint256_value(PG_GETARG_DATUM(index));
}

inline Datum uint256_datum(const Bytes32 &bytes)
{
    void *const result = palloc(sizeof bytes);
    std::memcpy(result, bytes.data(), sizeof bytes);
    return PointerGetDatum(result);
}

inline Datum uint256_datum(const u256 &value)
{
    return uint256_datum(bytes_from_integer(value));
}

}  // namespace vesu::pg
