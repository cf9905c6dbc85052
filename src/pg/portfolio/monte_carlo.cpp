// The SQL function over core/portfolio/monte_carlo.hpp.
#include "core/portfolio/monte_carlo.hpp"

#include "core/portfolio/correlations.hpp"

#include <algorithm>
#include <cmath>

#include "pg/portfolio/numbers.hpp"

namespace vesu::pg {

namespace {

// So that the profits of all paths stay below 80 MB.
constexpr int most_paths = 10'000'000;

// Multiplications between two looks for an interrupt: about a millisecond.
constexpr std::size_t work_at_once = 1'000'000;

enum Argument { amounts, sigmas, correlations, level, paths, days, seed, periods };

int read_count(FunctionCallInfo fcinfo, int index, const char *name, int most)
{
    const int count = PG_GETARG_INT32(index);
    if (count < 1 || count > most)
        report_portfolio_argument(name, psprintf("from 1 to %d", most), count);
    return count;
}

double *allocate(std::size_t count)
{
    return static_cast<double *>(
        MemoryContextAllocHuge(CurrentMemoryContext, (count + 1) * sizeof(double)));
}

// The Cholesky factor, row by row.
const double *factor_of(const Vector &matrix)
{
    double *const factor = allocate(matrix.count * matrix.count);
    for (std::size_t row = 0; row < matrix.count; ++row) {
        CHECK_FOR_INTERRUPTS();
        if (!portfolio::factor_row(matrix.items, matrix.count, row, factor))
            report_not_semidefinite(static_cast<int>(row) + 1);
    }
    return factor;
}

portfolio::Simulation read_simulation(FunctionCallInfo fcinfo)
{
    const Vector amount = read_vector(fcinfo, amounts, "amounts", Range::finite);
    const Vector sigma = read_vector_like(fcinfo, sigmas, "sigmas", Range::not_negative, amount);
    const Vector matrix = read_correlations_of(fcinfo, correlations, amount);
    const int horizon = read_count(fcinfo, days, "days", PG_INT32_MAX);
    const double year = read_number(fcinfo, periods, "periods", Range::positive);
    return {amount.items, sigma.items,    factor_of(matrix),
            amount.count, horizon / year, static_cast<std::uint64_t>(PG_GETARG_INT64(seed))};
}

double *simulate(const portfolio::Simulation &simulation, std::size_t path_count)
{
    double *const profits = allocate(path_count), *const normals = allocate(simulation.count);
    const std::size_t work = simulation.count * (simulation.count + 100);
    const std::size_t chunk =
        std::max<std::size_t>(1, work_at_once / std::max<std::size_t>(work, 1));
    for (std::size_t path = 0; path < path_count;) {
        CHECK_FOR_INTERRUPTS();
        for (const std::size_t end = std::min(path + chunk, path_count); path < end; ++path) {
            profits[path] = portfolio::simulated_profit(simulation, path, normals);
            if (!std::isfinite(profits[path]))
                float_overflow_error();
        }
    }
    return profits;
}

Datum row_datum(FunctionCallInfo fcinfo, const portfolio::LossDistribution &losses)
{
    TupleDesc descriptor;
    if (get_call_result_type(fcinfo, nullptr, &descriptor) != TYPEFUNC_COMPOSITE)
        report_defect("monte_carlo_var does not return a row");
    const double numbers[] = {losses.var, losses.cvar, losses.mean, losses.stddev, losses.worst};
    Datum values[5];
    bool nulls[5];
    for (int i = 0; i < 5; ++i) {
        if (std::isinf(numbers[i]))
            float_overflow_error();
        nulls[i] = std::isnan(numbers[i]);  // the deviation of a single path
        values[i] = Float8GetDatum(numbers[i]);
    }
    return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(descriptor), values, nulls));
}

}  // namespace

VESU_FUNCTION(vesu_monte_carlo_var)
{
    const double quantile = read_number(fcinfo, level, "level", Range::fraction);
    const int path_count = read_count(fcinfo, paths, "paths", most_paths);
    const portfolio::Simulation simulation = read_simulation(fcinfo);
    if (simulation.count == 0)
        PG_RETURN_NULL();

    double *const profits = simulate(simulation, static_cast<std::size_t>(path_count));
    return row_datum(fcinfo, portfolio::loss_distribution(
                                 profits, static_cast<std::size_t>(path_count), quantile));
}

}  // namespace vesu::pg
