// The border between PostgreSQL and C++. A function has three phases, each opened by its comment:
// Read (PostgreSQL may jump away), Compute (C++ may throw), Return (C++ is over).
#pragma once

#include "core/protocol/revert.hpp"
#include "core/status.hpp"

#include <exception>
#include <new>

#include "pg/postgres.hpp"

// What PostgreSQL looks for in a library. Since 18 it holds a name and a version, for pg_get_loaded_modules().
#ifdef PG_MODULE_MAGIC_EXT
#define VESU_MODULE(module, number) PG_MODULE_MAGIC_EXT(.name = module, .version = number)
#else
#define VESU_MODULE(module, number) PG_MODULE_MAGIC
#endif

#define VESU_FUNCTION(name)                                                                        \
    extern "C" {                                                                                   \
    PG_FUNCTION_INFO_V1(name);                                                                     \
    }                                                                                              \
    extern "C" Datum name(FunctionCallInfo fcinfo)

namespace vesu::pg {

enum class Fault { none, revert, out_of_memory, exception, unknown };

// How a computation ended: with a status of the core, as the protocol would revert, or with an exception that
// was stopped here.
struct Failure {
    Status status = Status::ok;
    Fault fault = Fault::none;
    const char *revert = nullptr;  // the protocol's text, set only with Fault::revert
    char text[128];                // what() of the exception, set only with Fault::exception

    bool failed() const
    {
        return fault != Fault::none || status != Status::ok;
    }
};

// Runs C++ that may throw. Nothing in `compute` may call PostgreSQL.
template <class Compute>
Failure guarded(Compute compute)
{
    Failure failure;
    try {
        failure.status = compute();
    } catch (const protocol::Revert &revert) {
        failure.fault = Fault::revert;
        failure.revert = revert.text;
    } catch (const std::bad_alloc &) {
        failure.fault = Fault::out_of_memory;
    } catch (const std::exception &exception) {
        failure.fault = Fault::exception;
        strlcpy(failure.text, exception.what(), sizeof failure.text);
    } catch (...) {
        failure.fault = Fault::unknown;
    }
    return failure;
}

}  // namespace vesu::pg
