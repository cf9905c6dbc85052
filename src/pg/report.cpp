#include "pg/report.hpp"

namespace vesu::pg {

namespace {

constexpr int vs001_invalid_amount = MAKE_SQLSTATE('V', 'S', '0', '0', '1');
constexpr int vs002_invalid_address = MAKE_SQLSTATE('V', 'S', '0', '0', '2');
constexpr int vs020_protocol_revert = MAKE_SQLSTATE('V', 'S', '0', '2', '0');
constexpr int vs100_invalid_argument = MAKE_SQLSTATE('V', 'S', '1', '0', '0');
constexpr int vs101_invalid_vault_amount = MAKE_SQLSTATE('V', 'S', '1', '0', '1');
constexpr int vs115_append_only = MAKE_SQLSTATE('V', 'S', '1', '1', '5');
constexpr int vs200_invalid_assistant_argument = MAKE_SQLSTATE('V', 'S', '2', '0', '0');
constexpr int vs201_invalid_wallet = MAKE_SQLSTATE('V', 'S', '2', '0', '1');
constexpr int vs221_event_id_conflict = MAKE_SQLSTATE('V', 'S', '2', '2', '1');
constexpr int vs301_invalid_portfolio_argument = MAKE_SQLSTATE('V', 'S', '3', '0', '1');
constexpr int vs303_invalid_array = MAKE_SQLSTATE('V', 'S', '3', '0', '3');
constexpr int vs304_invalid_correlations = MAKE_SQLSTATE('V', 'S', '3', '0', '4');

const char *rule_of(Domain domain)
{
    switch (domain) {
    case Domain::not_negative:
        return "finite and not negative";
    case Domain::positive:
        return "finite and above 0";
    case Domain::fraction:
        return "between 0 and 1";
    case Domain::operation_amount:
        return "above 0, below 1000000000000000000 and have at most 18 decimals";
    }
    return "valid";
}

const char *hint_of(Domain domain)
{
    switch (domain) {
    case Domain::fraction:
        return "Give a fraction: 0.8 is 80 %.";
    case Domain::operation_amount:
        return "Give the amount in whole tokens: 1.5 is one and a half.";
    default:
        return nullptr;
    }
}

[[noreturn]] void report_exception(const Failure &failure)
{
    if (failure.fault == Fault::out_of_memory)
        ereport(ERROR, errcode(ERRCODE_OUT_OF_MEMORY),
                errmsg("out of memory in the arithmetic core"));
    ereport(
        ERROR, errcode(ERRCODE_INTERNAL_ERROR), errmsg("unexpected failure in the arithmetic core"),
        failure.fault == Fault::exception ? errdetail("The exception says \"%s\".", failure.text)
                                          : 0,
        errhint("This is a defect in vesu; please report the statement."));
}

}  // namespace

char *numeric_text(Datum value)
{
    return DatumGetCString(DirectFunctionCall1(numeric_out, value));
}

char *number_text(double value)
{
    return DatumGetCString(DirectFunctionCall1(float8out, Float8GetDatum(value)));
}

void report(const Failure &failure)
{
    if (failure.fault == Fault::revert)
        ereport(ERROR, errcode(vs020_protocol_revert),
                errmsg("the protocol would revert: %s", failure.revert),
                errdetail("A transaction that computes this on the chain fails with this text and "
                          "changes nothing."));
    if (failure.fault != Fault::none)
        report_exception(failure);
    if (failure.status == Status::out_of_range)
        ereport(ERROR, errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                errmsg("the result does not fit 512 bits"),
                errhint("Give arguments of a realistic size or precision."));
    if (failure.status == Status::division_by_zero)
        ereport(ERROR, errcode(ERRCODE_DIVISION_BY_ZERO), errmsg("division by zero"));
    report_defect("a status without an error was reported");
}

void report_outside_domain(const char *name, Domain domain, Datum value)
{
    const char *const hint = hint_of(domain);
    ereport(ERROR, errcode(vs001_invalid_amount),
            errmsg("%s must be %s, not %s", name, rule_of(domain), numeric_text(value)),
            hint != nullptr ? errhint("%s", hint) : 0);
}

void report_too_long(const char *name, Datum value)
{
    ereport(ERROR, errcode(vs001_invalid_amount),
            errmsg("%s has too many digits: %s", name, numeric_text(value)),
            errdetail("Exact arithmetic takes up to 154 significant digits and 256 decimals."),
            errhint("Round the value to the precision that it really has."));
}

constexpr const char *integer_hint =
    "Give the integer as the chain stores it: a token amount in the token's smallest unit, a "
    "price, "
    "rate, share or fraction times 10^18, a utilization of the rate model times 10^5.";

void report_no_integer(const char *name, Datum value)
{
    ereport(
        ERROR, errcode(vs001_invalid_amount),
        errmsg("%s must be a whole number from 0 to 2^256 - 1, not %s", name, numeric_text(value)),
        errhint("%s", integer_hint));
}

void report_no_signed_integer(const char *name, Datum value)
{
    ereport(ERROR, errcode(vs001_invalid_amount),
            errmsg("%s must be a whole number between -2^256 and 2^256, not %s", name,
                   numeric_text(value)),
            errhint("%s", integer_hint));
}

void report_negative(const char *name, int64 value)
{
    ereport(ERROR, errcode(vs001_invalid_amount),
            errmsg("%s must be at least 0, not %lld", name, static_cast<long long>(value)));
}

void report_no_choice(const char *name, const char *value, const char *choices, const char *hint)
{
    ereport(ERROR, errcode(vs001_invalid_amount),
            errmsg("%s must be %s, not %s", name, choices, value),
            hint != nullptr ? errhint("%s", hint) : 0);
}

void report_no_felt(const char *text)
{
    ereport(
        ERROR, errcode(vs002_invalid_address), errmsg("\"%s\" is not a felt252", text),
        errdetail(
            "A felt252 is \"0x\" and 1 to 64 hexadecimal digits, below 2^251 + 17 * 2^192 + 1."),
        errhint("Give an address or a hash as Starknet writes it, such as '0x1a2b'."));
}

void report_no_wallet(const char *text)
{
    ereport(ERROR, errcode(vs201_invalid_wallet), errmsg("invalid wallet: %s", text),
            errdetail("An address is \"0x\" and 40 hexadecimal digits, or \"0x\" and 1 to 64 of a "
                      "felt252, below 2^251 + 17 * 2^192 + 1."),
            errhint("Give the address as Ethereum or Starknet writes it."));
}

void report_no_uint256(const char *text)
{
    ereport(
        ERROR, errcode(vs001_invalid_amount), errmsg("\"%s\" is not a uint256", text),
        errdetail("A uint256 is a whole number from 0 to 2^256 - 1. As text it is decimal digits, "
                  "or \"0x\" and "
                  "1 to 64 hexadecimal digits; as bytea it is 32 bytes."),
        errhint(
            "Give an amount in the smallest units of its token, such as '1500000' or '0x16e360'."));
}

void report_no_uint256_result(const Failure &failure, const char *expression)
{
    if (failure.fault == Fault::none && failure.status == Status::out_of_range)
        ereport(ERROR, errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                errmsg("%s is not a uint256", expression),
                errdetail("A uint256 is a whole number from 0 to 2^256 - 1."),
                errhint("Cast to numeric where a result may be negative or larger."));
    if (failure.fault == Fault::none && failure.status == Status::division_by_zero)
        ereport(ERROR, errcode(ERRCODE_DIVISION_BY_ZERO), errmsg("division by zero"),
                errdetail("The expression is %s.", expression));
    report(failure);
}

void report_no_bigint(const char *text)
{
    ereport(ERROR, errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE), errmsg("%s is not a bigint", text),
            errdetail("A bigint ends at 9223372036854775807."),
            errhint("Cast to numeric instead."));
}

void report_null(const char *name)
{
    ereport(ERROR, errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("%s must not be NULL", name));
}

void report_defect(const char *message)
{
    ereport(ERROR, errcode(ERRCODE_INTERNAL_ERROR), errmsg("%s", message),
            errhint("This is a defect in vesu; please report the statement."));
}

void report_position_without_pool(const char *pool_address)
{
    ereport(ERROR, errcode(ERRCODE_FOREIGN_KEY_VIOLATION),
            errmsg("pool %s does not exist", pool_address),
            errdetail("A position takes its assets and its interest from the row of its pool."),
            errhint("Insert the pool into vesu.vesu_pools first."));
}

void report_position_asset(const char *column, const char *given, const char *pool_asset)
{
    ereport(ERROR, errcode(ERRCODE_CHECK_VIOLATION),
            errmsg("%s of the position must be %s, not %s", column, pool_asset, given),
            errdetail("A position has the assets of its pool."),
            errhint("Leave %s out: it is filled from the pool.", column));
}

void report_missing_column(const char *name)
{
    ereport(ERROR, errcode(ERRCODE_UNDEFINED_COLUMN),
            errmsg("a table with this trigger needs the column %s", name));
}

void report_column_type(const char *name, Oid expected, Oid actual)
{
    ereport(ERROR, errcode(ERRCODE_DATATYPE_MISMATCH),
            errmsg("the column %s of a table with this trigger must be of type %s, not %s", name,
                   format_type_be(expected), format_type_be(actual)));
}

void report_trigger_protocol(const char *expected)
{
    ereport(ERROR, errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
            errmsg("this function must be called as a trigger %s", expected));
}

void report_no_row(const char *argument)
{
    ereport(ERROR, errcode(ERRCODE_DATATYPE_MISMATCH), errmsg("%s must be a row", argument),
            errhint("Give the row of a table, such as t in FROM my_table AS t."));
}

void report_decimals(int decimals)
{
    ereport(ERROR, errcode(vs100_invalid_argument),
            errmsg("invalid argument: decimals %d", decimals),
            errdetail("An amount has from 0 to 18 decimals."),
            errhint("Leave it out for USDT, which has 6."));
}

void report_no_amount(const char *text, int decimals)
{
    ereport(
        ERROR, errcode(vs101_invalid_vault_amount), errmsg("invalid amount: \"%s\"", text),
        errdetail(
            "An amount is digits, or digits, a point and digits, of at most %d decimals but for "
            "zeros, and below 2^63 of the smallest unit.",
            decimals),
        errhint("Write it without sign, separators, exponent and white space, such as 1.5."));
}

void report_unequal_arrays(int from_count, int to_count, int amount_count)
{
    ereport(ERROR, errcode(vs100_invalid_argument),
            errmsg("invalid argument: %d from_owners, %d to_owners and %d amounts", from_count,
                   to_count, amount_count),
            errdetail("The elements at one place are one transfer."),
            errhint("Give arrays of the same length."));
}

void report_hash_size(std::size_t size)
{
    ereport(ERROR, errcode(vs100_invalid_argument),
            errmsg("invalid argument: a hash of %zu bytes", size),
            errdetail("The hash of a ledger row has 32 bytes."));
}

void report_ledger_overflow()
{
    ereport(ERROR, errcode(MAKE_SQLSTATE('V', 'S', '1', '0', '9')),
            errmsg("overflow: a balance would leave 64 bits"),
            errdetail("The amount is negative, or the balances and the number are no vault's."),
            errhint("Give an amount above 0, and what a row of vesu_vault.vaults holds."));
}

void report_append_only(const char *table, const char *row, const char *statement,
                        const char *column)
{
    ereport(
        ERROR, errcode(vs115_append_only),
        errmsg("append-only: %s of %s in %s", statement, row, table),
        column != nullptr
            ? errdetail("It would change %s. Only note and updated_at may change, and what a step "
                        "from pending or submitted sets.",
                        column)
            : errdetail("Every row of this table stays for ever."),
        errhint("Correct a mistake with a new transaction."));
}

constexpr const char *events_hint =
    "Give an array of {event_type, data, event_id?, metadata?, occurred_at?}.";

void report_no_events(const char *value)
{
    ereport(ERROR, errcode(vs200_invalid_assistant_argument),
            errmsg("invalid argument: events is %s", value),
            errdetail("There is no event to append."), errhint("%s", events_hint));
}

void report_event(int place, const char *key, const char *value, const char *rule)
{
    ereport(ERROR, errcode(vs200_invalid_assistant_argument),
            errmsg("invalid argument: %s %s of event %d", key, value, place), errdetail("%s", rule),
            errhint("%s", events_hint));
}

void report_repeated_event_id(const char *id)
{
    ereport(ERROR, errcode(vs221_event_id_conflict),
            errmsg("event id conflict: %s occurs twice", id),
            errdetail("Two events of the call have this event_id."),
            errhint("Give each event an event_id of its own, or none."));
}

void report_observation(int place, const char *value)
{
    ereport(ERROR, errcode(vs301_invalid_portfolio_argument),
            errmsg("an observation must be finite, not %s", value),
            errdetail("Argument %d of the aggregate is %s; an observation is below 2^250 in size.",
                      place, value),
            errhint("Give NaN for a period without observation, NULL to leave the row out."));
}

void report_setting(const char *name, const char *demand, const char *value, const char *hint)
{
    ereport(ERROR, errcode(vs301_invalid_portfolio_argument),
            errmsg("%s must be %s, not %s", name, demand, value),
            errdetail("The argument %s of the aggregate is %s.", name, value), errhint("%s", hint));
}

void report_changed_setting(const char *name, const char *value, const char *other)
{
    ereport(ERROR, errcode(vs301_invalid_portfolio_argument),
            errmsg("%s must be the same in all rows of a group, not %s and %s", name, value, other),
            errdetail("The argument %s of the aggregate is %s in one row and %s in another.", name,
                      value, other),
            errhint("Give a constant, or group by it."));
}

void report_portfolio_argument(const char *name, const char *demand, double value)
{
    const char *const text = number_text(value);
    ereport(
        ERROR, errcode(vs301_invalid_portfolio_argument),
        errmsg("%s must be %s, not %s", name, demand, text),
        errdetail("The call gives %s as %s.", text, name),
        errhint("Amounts and weights are money or parts, volatilities and levels fractions: 0.95 "
                "is 95 %%."));
}

void report_list_shape(const char *name, const char *shape)
{
    ereport(ERROR, errcode(vs303_invalid_array),
            errmsg("invalid array: %s must be a list of numbers, not %s", name, shape),
            errdetail("The array %s has %s elements.", name, shape),
            errhint("Give one number for each asset, as ARRAY[0.5, 0.5]."));
}

void report_unequal_lists(const char *name, int count, const char *other, int other_count)
{
    ereport(ERROR, errcode(vs303_invalid_array),
            errmsg("invalid array: %s must have %d elements, not %d", other, count, other_count),
            errdetail("The array %s has %d elements, the array %s has %d.", name, count, other,
                      other_count),
            errhint("Give one number for each asset, in the same order in every array."));
}

void report_null_element(const char *name, int place)
{
    ereport(ERROR, errcode(vs303_invalid_array),
            errmsg("invalid array: element %d of %s is NULL", place, name),
            errdetail("The result would depend on a number that is not known."),
            errhint("Leave the asset out of every array."));
}

void report_matrix_shape(const char *name, const char *shape, const char *model, int count)
{
    ereport(ERROR, errcode(vs303_invalid_array),
            model == nullptr ? errmsg("invalid array: %s must be square, not %s", name, shape)
                             : errmsg("invalid array: %s must have %d x %d elements, not %s", name,
                                      count, count, shape),
            model == nullptr ? errdetail("The array %s has %s elements.", name, shape)
                             : errdetail("The array %s has %d elements, the array %s has %s.",
                                         model, count, name, shape),
            errhint("Give a row for each asset, as ARRAY[[1, 0.8], [0.8, 1]]."));
}

void report_correlation(const portfolio::MatrixFault &fault, double value, double mirrored)
{
    const int row = static_cast<int>(fault.row) + 1, column = static_cast<int>(fault.column) + 1;
    const char *const text = number_text(value);
    const char *detail = "A correlation lies between -1 and 1.";
    if (fault.rule == portfolio::MatrixRule::diagonal)
        detail = "The diagonal holds the correlation of an asset with itself, which is 1.";
    if (fault.rule == portfolio::MatrixRule::symmetry)
        detail = psprintf("The element [%d][%d] of the same two assets is %s.", column, row,
                          number_text(mirrored));
    ereport(
        ERROR, errcode(vs304_invalid_correlations),
        errmsg("invalid correlation matrix: element [%d][%d] is %s", row, column, text),
        errdetail("%s", detail),
        errhint("Give a symmetric matrix with 1 in its diagonal; 1e-10 is forgiven as rounding."));
}

constexpr const char *semidefinite_hint =
    "Estimate all correlations from the same days, as vesu_portfolio.correlation_matrix() does.";

void report_negative_variance(double variance)
{
    ereport(ERROR, errcode(vs304_invalid_correlations),
            errmsg("invalid correlation matrix: it gives the variance %s", number_text(variance)),
            errdetail("No assets can have these correlations, as their matrix is not positive "
                      "semidefinite."),
            errhint("%s", semidefinite_hint));
}

void report_not_semidefinite(int row)
{
    ereport(ERROR, errcode(vs304_invalid_correlations),
            errmsg("invalid correlation matrix: row %d contradicts the rows before it", row),
            errdetail("No assets can have these correlations, as their matrix is not positive "
                      "semidefinite."),
            errhint("%s", semidefinite_hint));
}

void report_state_size(std::size_t size)
{
    ereport(
        ERROR, errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
        errmsg("a parallel worker cannot hand over the %zu bytes that its aggregate keeps", size),
        errdetail("A worker hands over at most %zu bytes.", static_cast<std::size_t>(MaxAllocSize)),
        errhint("Set max_parallel_workers_per_gather to 0 for this statement."));
}

void report_not_member_of(Oid role)
{
    ereport(ERROR, errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
            errmsg("must be able to act as role %s", GetUserNameFromId(role, false)),
            errhint("Call it as that role, as a member of it or as a superuser."));
}

}  // namespace vesu::pg
