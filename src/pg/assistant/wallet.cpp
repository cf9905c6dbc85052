// vesu_assistant.canonical_wallet().
#include "core/assistant/wallet.hpp"

#include "pg/report.hpp"

namespace vesu::pg {

VESU_FUNCTION(vesu_canonical_wallet)
{
    const text *const value = PG_GETARG_TEXT_PP(0);
    char wallet[felt_text_size];
    const std::size_t length =
        assistant::canonical_wallet(VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value), wallet);
    if (length == 0)
        report_no_wallet(text_to_cstring(value));
    PG_RETURN_TEXT_P(cstring_to_text_with_len(wallet, static_cast<int>(length)));
}

}  // namespace vesu::pg
