// vesu_portfolio.random_secret().
#include "pg/report.hpp"

namespace vesu::pg {

VESU_FUNCTION(vesu_random_secret)
{
    (void)fcinfo;
    constexpr int size = 32;
    bytea *const secret = static_cast<bytea *>(palloc(VARHDRSZ + size));
    SET_VARSIZE(secret, VARHDRSZ + size);
    if (!pg_strong_random(VARDATA(secret), size))
        report_defect("the server cannot make random numbers");
    PG_RETURN_BYTEA_P(secret);
}

}  // namespace vesu::pg
