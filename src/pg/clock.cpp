#include "pg/clock.hpp"

#include "pg/report.hpp"

namespace vesu::pg {

namespace {

char *clock_setting = nullptr;
bool notify_prices = true;
bool vault_notify_transactions = false;
bool assistant_notify_appends = false;
bool notify_risk_alerts = true;
int install_on_create = 0;

const config_enum_entry install_on_create_options[] = {{"auto", 0, false},
                                                       {"on", 1, false},
                                                       {"off", 2, false},
                                                       {nullptr, 0, false}};

// The superuser's replacement for the time, or `actual` when vesu.clock is empty.
TimestampTz replaced(TimestampTz actual)
{
    if (clock_setting == nullptr || clock_setting[0] == '\0')
        return actual;
    return DatumGetTimestampTz(DirectFunctionCall3(timestamptz_in, CStringGetDatum(clock_setting),
                                                   ObjectIdGetDatum(InvalidOid),
                                                   Int32GetDatum(-1)));
}

}  // namespace

void define_settings()
{
    DefineCustomStringVariable(
        "vesu.clock",
        "The time that vesu.now() and vesu.wall_clock() return; empty for the real time.",
        "For tests and for replaying history.", &clock_setting, "", PGC_SUSET, 0, nullptr, nullptr,
        nullptr);
    DefineCustomEnumVariable(
        "vesu.install_on_create", "Whether CREATE EXTENSION vesu makes the tables.",
        "auto makes them except while a dump is restored, which brings its own.",
        &install_on_create, 0, install_on_create_options, PGC_SUSET, 0, nullptr, nullptr, nullptr);
    DefineCustomBoolVariable(
        "vesu.notify_prices",
        "Whether recording a price sends a notification on channel vesu_price.", nullptr,
        &notify_prices, true, PGC_USERSET, 0, nullptr, nullptr, nullptr);
    DefineCustomBoolVariable(
        "vesu.vault_notify_transactions",
        "Whether each transaction of a vault sends a notification on channel vesu_vault.",
        "Transactions that notify commit one after the other.", &vault_notify_transactions, false,
        PGC_USERSET, 0, nullptr, nullptr, nullptr);
    DefineCustomBoolVariable(
        "vesu.assistant_notify_appends",
        "Whether appending events sends a notification on channel vesu_assistant.",
        "Transactions that notify commit one after the other.", &assistant_notify_appends, false,
        PGC_USERSET, 0, nullptr, nullptr, nullptr);
    DefineCustomBoolVariable(
        "vesu.notify_risk_alerts",
        "Whether raising or escalating a risk alert notifies channel vesu_risk_alert.",
        "Transactions that notify commit one after the other.", &notify_risk_alerts, true,
        PGC_USERSET, 0, nullptr, nullptr, nullptr);
    MarkGUCPrefixReserved("vesu");
}

TimestampTz now()
{
    return replaced(GetCurrentTransactionStartTimestamp());
}

TimestampTz wall_clock()
{
    return replaced(GetCurrentTimestamp());
}

bool notifies_transactions()
{
    return vault_notify_transactions;
}

VESU_FUNCTION(vesu_now)
{
    (void)fcinfo;
    PG_RETURN_TIMESTAMPTZ(now());
}

VESU_FUNCTION(vesu_wall_clock)
{
    (void)fcinfo;
    PG_RETURN_TIMESTAMPTZ(wall_clock());
}

}  // namespace vesu::pg
