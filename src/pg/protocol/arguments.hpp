// Read: the arguments of the protocol's functions.
#pragma once

#include "core/protocol/interest_rate.hpp"
#include "core/protocol/position.hpp"

#include "pg/numeric.hpp"

namespace vesu::pg {

// An argument, which must not be NULL. VS001 with `name` unless whole and in [0, 2^256).
protocol::Integer read_integer(FunctionCallInfo fcinfo, int index, const char *name);

// VS001 unless whole and in (-2^256, 2^256).
protocol::SignedInteger read_signed_integer(FunctionCallInfo fcinfo, int index, const char *name);

// A bigint or int that counts seconds, sources or decimals. VS001 below 0.
int64 read_count(FunctionCallInfo fcinfo, int index, const char *name);
int64 read_small_count(FunctionCallInfo fcinfo, int index, const char *name);

Rounding read_rounding(FunctionCallInfo fcinfo, int index);  // boolean round_up

// int, 1 or 2. VS001 otherwise.
protocol::Protocol read_protocol(FunctionCallInfo fcinfo, int index);

// Rows of the library's composite types. 22004 for a NULL in them, VS001 as read_integer(); the message says
// `name`.column.
protocol::AssetConfig read_asset(FunctionCallInfo fcinfo, int index, const char *name = "asset");
protocol::InterestRateConfig read_interest_rate_config(FunctionCallInfo fcinfo, int index);
protocol::PositionAmounts read_position(FunctionCallInfo fcinfo, int index);

// position, collateral_asset, debt_asset from `index` on.
protocol::Books read_books(FunctionCallInfo fcinfo, int index);

}  // namespace vesu::pg
