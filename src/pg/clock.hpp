// The one clock.
#pragma once

#include "pg/function.hpp"

namespace vesu::pg {

// The settings vesu.clock, vesu.install_on_create, vesu.notify_prices, vesu.vault_notify_transactions and
// vesu.assistant_notify_appends.
void define_settings();

// The transaction's time, or what vesu.clock says.
TimestampTz now();

// This very moment, or what vesu.clock says.
TimestampTz wall_clock();

// What vesu.vault_notify_transactions says.
bool notifies_transactions();

}  // namespace vesu::pg
