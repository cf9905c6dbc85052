// Every error that leaves the C++ code: the only place where a failure becomes SQLSTATE and words.
#pragma once

#include "core/portfolio/correlations.hpp"
#include "pg/function.hpp"

namespace vesu::pg {

// Ends the statement with the error that belongs to `failure`.
[[noreturn]] void report(const Failure &failure);

// How a message writes a number: a NUMERIC with its decimals, a double as float8 is shown.
char *numeric_text(Datum value);
char *number_text(double value);

// What an argument must be.
enum class Domain { not_negative, positive, fraction, operation_amount };

// VS001: `value` is outside the domain of the argument `name`.
[[noreturn]] void report_outside_domain(const char *name, Domain domain, Datum value);

// VS001: `value` has more digits than the exact arithmetic takes.
[[noreturn]] void report_too_long(const char *name, Datum value);

// VS001: `value` is not a number that the chain could hold.
[[noreturn]] void report_no_integer(const char *name, Datum value);
[[noreturn]] void report_no_signed_integer(const char *name, Datum value);

// VS001: a number of seconds, sources or decimals below 0.
[[noreturn]] void report_negative(const char *name, int64 value);

// VS001: `value` is none of the `choices`.
[[noreturn]] void report_no_choice(const char *name, const char *value, const char *choices,
                                   const char *hint);

// VS002: not an element of the field.
[[noreturn]] void report_no_felt(const char *text);

// VS201: not the address of a wallet.
[[noreturn]] void report_no_wallet(const char *text);

// VS001: `text` is not a whole number from 0 to 2^256 - 1.
[[noreturn]] void report_no_uint256(const char *text);

// 22003 or 22012: `expression` has no uint256 as its value.
[[noreturn]] void report_no_uint256_result(const Failure &failure, const char *expression);

// 22003: a uint256 above the last bigint.
[[noreturn]] void report_no_bigint(const char *text);

// 22004: an argument without default was NULL.
[[noreturn]] void report_null(const char *name);

// XX000: the library does not fit this server or is called in a way that its SQL never does.
[[noreturn]] void report_defect(const char *message);

// 23503 and 23514 of the position trigger.
[[noreturn]] void report_position_without_pool(const char *pool_address);
[[noreturn]] void report_position_asset(const char *column, const char *given,
                                        const char *pool_asset);

// 42703 and 42804: a table lacks a column that its trigger keeps, or has it with another type.
[[noreturn]] void report_missing_column(const char *name);
[[noreturn]] void report_column_type(const char *name, Oid expected, Oid actual);

// 39P01: a trigger function was not called as its trigger calls it.
[[noreturn]] void report_trigger_protocol(const char *expected);

// 42804: an argument that must be a row is none.
[[noreturn]] void report_no_row(const char *argument);

// VS100, VS101: the arguments of format_amount() and parse_amount().
[[noreturn]] void report_decimals(int decimals);
[[noreturn]] void report_no_amount(const char *text, int decimals);

// VS100: the arrays of a batch of transfers must be equally long.
[[noreturn]] void report_unequal_arrays(int from_count, int to_count, int amount_count);

// VS100: the hash of a ledger row must have 32 bytes.
[[noreturn]] void report_hash_size(std::size_t size);

// VS109: a balance of the ledger would leave 64 bits.
[[noreturn]] void report_ledger_overflow();

// VS115: `statement` on `row` of the append-only `table`; `column` is the first that it would change, or null.
[[noreturn]] void report_append_only(const char *table, const char *row, const char *statement,
                                     const char *column);

// VS200: the argument of append_events() is no array of events; `value` is its text.
[[noreturn]] void report_no_events(const char *value);

// VS200: what the event at `place`, counted from 1, says under `key` is not what `rule` demands.
[[noreturn]] void report_event(int place, const char *key, const char *value, const char *rule);

// VS221: two events of a call have the same id.
[[noreturn]] void report_repeated_event_id(const char *id);

// VS301: the argument `place` of a risk aggregate, counted from 1, is infinite or too large to be observed.
[[noreturn]] void report_observation(int place, const char *value);

// VS301: an optional argument of a risk aggregate is not as the `demand` says.
[[noreturn]] void report_setting(const char *name, const char *demand, const char *value,
                                 const char *hint);

// VS301: an optional argument of a risk aggregate differs between two rows of a group.
[[noreturn]] void report_changed_setting(const char *name, const char *value, const char *other);

// VS301: an argument of a portfolio function is not as the `demand` says.
[[noreturn]] void report_portfolio_argument(const char *name, const char *demand, double value);

// VS303: not a list of numbers but of the `shape`, as "2 x 2"; lists that must be equally long; an element that is NULL, its place
// counted from 1; a matrix that is not square, or has not a row for each of the `count` elements of `model` (which may be null).
[[noreturn]] void report_list_shape(const char *name, const char *shape);
[[noreturn]] void report_unequal_lists(const char *name, int count, const char *other,
                                       int other_count);
[[noreturn]] void report_null_element(const char *name, int place);
[[noreturn]] void report_matrix_shape(const char *name, const char *shape, const char *model,
                                      int count);

// VS304: the `value` at the place of the fault breaks its rule; `mirrored` is the one across the diagonal.
[[noreturn]] void report_correlation(const portfolio::MatrixFault &fault, double value,
                                     double mirrored);

// VS304: no variables can have these correlations. The variance of the portfolio would be below 0; the row, counted from 1,
// contradicts the ones before it.
[[noreturn]] void report_negative_variance(double variance);
[[noreturn]] void report_not_semidefinite(int row);

// 54000: a worker cannot hand over what its aggregate keeps.
[[noreturn]] void report_state_size(std::size_t size);

// 42501: install() was told to make objects for a role that the caller may not act as.
[[noreturn]] void report_not_member_of(Oid role);

}  // namespace vesu::pg
