// vesu_vault.format_amount() and parse_amount().
#include "core/vault/amount.hpp"

#include "pg/report.hpp"

namespace vesu::pg {

namespace {

int decimals_argument(FunctionCallInfo fcinfo)
{
    const int decimals = PG_GETARG_INT32(1);
    if (decimals < 0 || decimals > vault::max_decimals)
        report_decimals(decimals);
    return decimals;
}

}  // namespace

VESU_FUNCTION(vesu_format_amount)
{
    char text[vault::amount_text_size];
    const std::size_t length =
        vault::format_amount(PG_GETARG_INT64(0), decimals_argument(fcinfo), text);
    PG_RETURN_TEXT_P(cstring_to_text_with_len(text, static_cast<int>(length)));
}

VESU_FUNCTION(vesu_parse_amount)
{
    const text *const value = PG_GETARG_TEXT_PP(0);
    const int decimals = decimals_argument(fcinfo);
    std::int64_t amount;
    if (!vault::parse_amount(VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value), decimals, amount))
        report_no_amount(text_to_cstring(value), decimals);
    PG_RETURN_INT64(amount);
}

}  // namespace vesu::pg
