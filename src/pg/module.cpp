// What PostgreSQL looks for in the library itself.
#include "pg/clock.hpp"
#include "pg/function.hpp"
#include "pg/numeric.hpp"

extern "C" {
VESU_MODULE("vesu", VESU_VERSION);
PGDLLEXPORT void _PG_init(void);
}

void _PG_init(void)
{
    vesu::pg::check_numeric_layout();
    vesu::pg::define_settings();
}

namespace vesu::pg {

VESU_FUNCTION(vesu_version)
{
    (void)fcinfo;
    PG_RETURN_TEXT_P(cstring_to_text(VESU_VERSION));
}

}  // namespace vesu::pg
