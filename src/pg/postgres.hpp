// PostgreSQL's headers, as C. Include after every C++ header: postgres.h redefines common names.
// What differs between server versions is settled here and nowhere else.
#pragma once

// PostgreSQL's headers are not ours to mend.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-parameter"
#pragma GCC diagnostic ignored "-Wregister"
extern "C" {
#include "postgres.h"

#include "access/htup_details.h"
#include "access/sysattr.h"
#include "access/transam.h"
#include "access/xlog.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "commands/extension.h"
#include "commands/trigger.h"
#include "common/cryptohash.h"
#include "common/hashfn.h"
#include "common/sha2.h"
#include "common/shortest_dec.h"
#include "executor/executor.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "funcapi.h"
#include "lib/rbtree.h"
#include "lib/stringinfo.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/datum.h"
#include "utils/float.h"
#include "utils/guc.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/numeric.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/sortsupport.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"
#include "utils/tuplestore.h"
#include "utils/typcache.h"
#include "utils/uuid.h"
#include "utils/xid8.h"
#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif
}
#pragma GCC diagnostic pop

#if PG_VERSION_NUM < 150000
#error "vesu needs PostgreSQL 15 or later"
#endif

// DecodeDateTime() names what was wrong in a further argument since 16.
inline int decode_date_time(char **fields, int *field_types, int field_count, int *kind,
                            pg_tm *parts, fsec_t *fraction, int *zone)
{
#if PG_VERSION_NUM >= 160000
    DateTimeErrorExtra extra;
    return DecodeDateTime(fields, field_types, field_count, kind, parts, fraction, zone, &extra);
#else
    return DecodeDateTime(fields, field_types, field_count, kind, parts, fraction, zone);
#endif
}
