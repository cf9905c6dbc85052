// The SQL functions over core/portfolio/concentration.hpp, correlations.hpp and normal.hpp.
#include "core/portfolio/concentration.hpp"
#include "core/portfolio/correlations.hpp"
#include "core/portfolio/normal.hpp"

#include <cmath>

#include "pg/portfolio/numbers.hpp"

namespace vesu::pg {

namespace {

// amount · sigma · √horizon · `factor`, the arguments of parametric_var() and parametric_cvar() but for the level.
double scaled_loss(FunctionCallInfo fcinfo, double factor)
{
    const double amount = read_number(fcinfo, 0, "amount", Range::not_negative);
    const double sigma = read_number(fcinfo, 1, "sigma", Range::not_negative);
    const double horizon = read_number(fcinfo, 3, "horizon", Range::positive);
    return amount * sigma * std::sqrt(horizon) * factor;
}

}  // namespace

VESU_FUNCTION(vesu_portfolio_volatility)
{
    const Vector weights = read_vector(fcinfo, 0, "weights", Range::finite);
    const Vector sigmas = read_vector_like(fcinfo, 1, "sigmas", Range::not_negative, weights);
    const Vector correlations = read_correlations_of(fcinfo, 2, weights);
    if (weights.count == 0)
        PG_RETURN_NULL();

    const double variance = portfolio::portfolio_variance(weights.items, sigmas.items,
                                                          correlations.items, weights.count);
    if (variance < 0)
        report_negative_variance(variance);
    return number_or_null(fcinfo, std::sqrt(variance));
}

VESU_FUNCTION(vesu_parametric_var)
{
    const double level = read_number(fcinfo, 2, "level", Range::open_fraction);
    return number_or_null(fcinfo, scaled_loss(fcinfo, portfolio::normal_quantile(level)));
}

VESU_FUNCTION(vesu_parametric_cvar)
{
    const double level = read_number(fcinfo, 2, "level", Range::open_fraction);
    const double density = portfolio::normal_density(portfolio::normal_quantile(level));
    return number_or_null(fcinfo, scaled_loss(fcinfo, density / (1 - level)));
}

VESU_FUNCTION(vesu_herfindahl)
{
    const Vector weights = read_vector(fcinfo, 0, "weights", Range::not_negative);
    return number_or_null(fcinfo, portfolio::herfindahl(weights.items, weights.count));
}

VESU_FUNCTION(vesu_concentration)
{
    const Vector weights = read_vector(fcinfo, 0, "weights", Range::not_negative);
    return number_or_null(fcinfo, portfolio::concentration(weights.items, weights.count));
}

VESU_FUNCTION(vesu_diversification_score)
{
    const Vector correlations = read_correlations(fcinfo, 0);
    return number_or_null(
        fcinfo, 1 - portfolio::mean_absolute_correlation(correlations.items, correlations.count));
}

// A fraction as numeric by its shortest digits: 0.1 stays 0.1.
VESU_FUNCTION(vesu_decimal_fraction)
{
    const double value =
        read_number(fcinfo, 0, text_to_cstring(PG_GETARG_TEXT_PP(1)), Range::fraction);
    char digits[DOUBLE_SHORTEST_DECIMAL_LEN];
    double_to_shortest_decimal_buf(value, digits);
    return DirectFunctionCall3(numeric_in, CStringGetDatum(digits), ObjectIdGetDatum(InvalidOid),
                               Int32GetDatum(-1));
}

}  // namespace vesu::pg
