// Random identities, as gen_random_uuid() makes them.
#pragma once

#include "pg/report.hpp"

namespace vesu::pg {

// Of version 4; all at once, which is many times faster.
void make_identities(pg_uuid_t *identities, std::size_t count);

}  // namespace vesu::pg
