#include "pg/identity.hpp"

namespace vesu::pg {

void make_identities(pg_uuid_t *identities, std::size_t count)
{
    if (!pg_strong_random(identities, count * sizeof *identities))
        report_defect("the server cannot make random numbers");
    for (std::size_t i = 0; i < count; ++i) {
        unsigned char *const data = identities[i].data;
        data[6] = (data[6] & 0x0f) | 0x40;
        data[8] = (data[8] & 0x3f) | 0x80;
    }
}

}  // namespace vesu::pg
