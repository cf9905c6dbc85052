// What PostgreSQL looks for in the library itself.
#include "pg/clock.hpp"
#include "pg/numeric.hpp"

extern "C" {
#ifdef PG_MODULE_MAGIC_EXT
// Since 18, for pg_get_loaded_modules().
PG_MODULE_MAGIC_EXT(.name = "vesu", .version = VESU_VERSION);
#else
PG_MODULE_MAGIC;
#endif
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
