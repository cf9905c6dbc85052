// Makes ordinary objects, also while CREATE EXTENSION runs.
#include "pg/report.hpp"

namespace vesu::pg {

namespace {

void set_local(const char *name, const char *value)
{
    (void)set_config_option(name, value, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0,
                            false);
}

// The first value that the last statement returns, as text; NULL without one. Outlives the call.
char *run(const char *script)
{
    if (SPI_connect() != SPI_OK_CONNECT)
        report_defect("cannot connect to SPI");
    if (SPI_execute(script, false, 0) < 0)
        report_defect("an installation script holds a command that SPI refuses");
    char *result = nullptr;
    if (SPI_tuptable != nullptr && SPI_processed > 0)
        result = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
    if (result != nullptr) {
        const Size size = strlen(result) + 1;
        result = static_cast<char *>(memcpy(SPI_palloc(size), result, size));
    }
    SPI_finish();
    return result;
}

}  // namespace

// vesu.run_as(script text, owner regrole) → text: the statements of `script`, as `owner`, whose objects they become.
// While an extension is created they would become its members instead; clearing creating_extension
// for their duration keeps them ordinary.
VESU_FUNCTION(vesu_run_as)
{
    const char *const script = text_to_cstring(PG_GETARG_TEXT_PP(0));
    const Oid owner = PG_GETARG_OID(1);
    if (!has_privs_of_role(GetUserId(), owner))
        report_not_member_of(owner);

    Oid caller;
    int security_context;
    GetUserIdAndSecContext(&caller, &security_context);
    const bool was_creating_extension = creating_extension;
    const int guc_level = NewGUCNestLevel();
    set_local("search_path", "pg_catalog, pg_temp");
    set_local("check_function_bodies", "on");
    set_local("client_min_messages", "warning");

    char *volatile result = nullptr;
    PG_TRY();
    {
        creating_extension = false;
        SetUserIdAndSecContext(owner, security_context | SECURITY_LOCAL_USERID_CHANGE);
        result = run(script);
    }
    PG_FINALLY();
    {
        creating_extension = was_creating_extension;
        SetUserIdAndSecContext(caller, security_context);
    }
    PG_END_TRY();
    AtEOXact_GUC(true, guc_level);
    if (result == nullptr)
        PG_RETURN_NULL();
    PG_RETURN_TEXT_P(cstring_to_text(result));
}

}  // namespace vesu::pg
