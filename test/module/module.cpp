// A library for the tests and the benchmark alone: functions that throw behind the guard of the real ones,
// and one that does nothing, the floor under every timing.
#include <new>
#include <stdexcept>

#include "pg/report.hpp"

extern "C" {
VESU_MODULE("vesu_test", "1.0");
}

namespace vesu::pg {

namespace {

template <class Compute>
Datum guarded_result(Compute compute)
{
    const Failure failure = guarded(compute);
    if (failure.failed())
        report(failure);
    PG_RETURN_VOID();
}

}  // namespace

VESU_FUNCTION(vesu_test_bad_alloc)
{
    (void)fcinfo;
    return guarded_result([]() -> Status { throw std::bad_alloc(); });
}

VESU_FUNCTION(vesu_test_runtime_error)
{
    (void)fcinfo;
    return guarded_result([]() -> Status { throw std::runtime_error("thrown by a test"); });
}

VESU_FUNCTION(vesu_test_unknown_exception)
{
    (void)fcinfo;
    return guarded_result([]() -> Status { throw 42; });
}

VESU_FUNCTION(vesu_test_out_of_range)
{
    (void)fcinfo;
    return guarded_result([] { return Status::out_of_range; });
}

VESU_FUNCTION(vesu_test_nothing)
{
    (void)fcinfo;
    PG_RETURN_BOOL(false);
}

}  // namespace vesu::pg
