-- Risk of a portfolio: pure functions over core/portfolio. A value at risk is money lost, positive.
CREATE FUNCTION vesu.portfolio_volatility(weights float8[], sigmas float8[], correlations float8[]) RETURNS float8
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_portfolio_volatility';
COMMENT ON FUNCTION vesu.portfolio_volatility(float8[], float8[], float8[]) IS
    'sqrt(sum over i, j of weights[i]*weights[j]*correlations[i][j]*sigmas[i]*sigmas[j]): the volatility of a portfolio, over the '
    'period of the sigmas; of money where the weights are money. A weight may be negative: a debt. NULL for a NULL argument and for '
    'no assets. VS301 for a weight that is not finite or a sigma that is not finite and not negative; VS303 for arrays of other '
    'than n, n and n x n elements or with a NULL; VS304 unless the matrix is symmetric, has 1 in its diagonal and elements from -1 '
    'to 1, each within 1e-10, and gives no variance below 0. Source: H. Markowitz, Portfolio selection (1952).';

CREATE FUNCTION vesu.parametric_var(amount float8, sigma float8, level float8 DEFAULT 0.95, horizon float8 DEFAULT 1) RETURNS float8
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_parametric_var';
COMMENT ON FUNCTION vesu.parametric_var(float8, float8, float8, float8) IS
    'amount * sigma * sqrt(horizon) * z, z the quantile of the normal distribution at level: the loss that is exceeded with the '
    'probability 1 - level; below 0, a gain, for a level below 0.5. horizon: in periods of sigma, 1/365.0 for a day of a yearly '
    'one. NULL for a NULL argument. VS301 unless amount and sigma are finite and not negative, level between 0 and 1, horizon above '
    '0. Source: RiskMetrics Technical Document (1996).';

CREATE FUNCTION vesu.parametric_cvar(amount float8, sigma float8, level float8 DEFAULT 0.95, horizon float8 DEFAULT 1) RETURNS float8
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_parametric_cvar';
COMMENT ON FUNCTION vesu.parametric_cvar(float8, float8, float8, float8) IS
    'amount * sigma * sqrt(horizon) * phi(z) / (1 - level), phi the density of the normal distribution at its quantile z: the mean of the '
    'losses beyond parametric_var(), and as that otherwise.';

CREATE FUNCTION vesu.herfindahl(weights float8[]) RETURNS float8
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_herfindahl';
COMMENT ON FUNCTION vesu.herfindahl(float8[]) IS
    'sum(w^2) / sum(w)^2: the Herfindahl index, 1/n for n equal weights, 1 for all in one. The weights need not sum to 1. NULL for a NULL '
    'argument, for no weights and for a sum of 0. VS301 for a weight that is not finite or negative; VS303 for another shape than a list, '
    'or a NULL in it. Source: A. O. Hirschman, The paternity of an index (1964).';

CREATE FUNCTION vesu.concentration(weights float8[]) RETURNS float8
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_concentration';
COMMENT ON FUNCTION vesu.concentration(float8[]) IS
    '(H - 1/n) / (1 - 1/n), H being vesu.herfindahl(weights): 0 for equal weights, 1 for all in one and for a single weight. NULL, VS301 '
    'and VS303 as vesu.herfindahl().';

CREATE FUNCTION vesu.diversification_score(correlations float8[]) RETURNS float8
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_diversification_score';
COMMENT ON FUNCTION vesu.diversification_score(float8[]) IS
    '1 - the mean of |correlations[i][j]| over i < j: 1 for assets that have nothing in common, 0 for assets that move as one. NULL for a '
    'NULL argument and for fewer than two assets. VS303 for an array that is not square or has a NULL, VS304 unless the matrix is '
    'symmetric, has 1 in its diagonal and elements from -1 to 1, each within 1e-10.';

CREATE FUNCTION vesu.decimal_fraction(value float8, name text) RETURNS numeric
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_decimal_fraction';
COMMENT ON FUNCTION vesu.decimal_fraction(float8, text) IS
    'Private step of risk_score: the value by its shortest digits, so that 0.1 is 0.1. VS301, naming it, unless it is between 0 and 1.';

CREATE FUNCTION vesu.risk_score(hhi float8, liquidity float8) RETURNS numeric
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN trim_scale(0.4 * vesu.decimal_fraction(hhi, 'hhi') + 0.6 * (1 - vesu.decimal_fraction(liquidity, 'liquidity')));
COMMENT ON FUNCTION vesu.risk_score(float8, float8) IS
    '0.4 * hhi + 0.6 * (1 - liquidity), exact in the digits that the arguments show: 0 without risk, 1 at most. hhi is '
    'vesu.herfindahl() of the holdings, liquidity the part of them that can be sold at once. NULL for a NULL argument. VS301 unless both '
    'are between 0 and 1.';

CREATE FUNCTION vesu.risk_severity(score numeric) RETURNS vesu_portfolio.severity_enum
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN score > 0.8 THEN 'critical'::vesu_portfolio.severity_enum
                WHEN score > 0.6 THEN 'high'
                WHEN score > 0.4 THEN 'medium'
                WHEN score IS NOT NULL THEN 'low'
           END;
COMMENT ON FUNCTION vesu.risk_severity(numeric) IS
    'critical above 0.8, high above 0.6, medium above 0.4, low up to there: each limit belongs to the level below it. NULL for NULL.';

CREATE FUNCTION vesu.liquidation_distance(price numeric, liquidation_price numeric) RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN price > 0
                THEN trim_scale((div((price - liquidation_price) * 1e18, price)
                                 - CASE WHEN mod((price - liquidation_price) * 1e18, price) < 0 THEN 1 ELSE 0 END) * 1e-18)
           END;
COMMENT ON FUNCTION vesu.liquidation_distance(numeric, numeric) IS
    '1 - liquidation_price / price: by which part the price of the collateral may fall until the position is liquidated; negative beyond. '
    'Rounded down to 18 decimals, so that a position never looks safer than it is. -Infinity where vesu.liquidation_price() is Infinity. '
    'NULL for a NULL argument and for a price of 0 or below.';

CREATE FUNCTION vesu.monte_carlo_var(
    amounts float8[], sigmas float8[], correlations float8[], level float8 DEFAULT 0.95, paths int DEFAULT 10000, days int DEFAULT 30,
    seed bigint DEFAULT 42, periods float8 DEFAULT 365,
    OUT var float8, OUT cvar float8, OUT mean float8, OUT stddev float8, OUT worst float8)
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10000 AS 'MODULE_PATHNAME', 'vesu_monte_carlo_var';
COMMENT ON FUNCTION vesu.monte_carlo_var(float8[], float8[], float8[], float8, int, int, bigint, float8) IS
    'Money lost after so many days on simulated paths of the prices, all five positive for a loss: var, the loss that is exceeded '
    'with the probability 1 - level, linear between two paths; cvar, the mean of the floor((paths-1)(1-level)) + 1 largest; mean '
    'and stddev (n-1; NULL for one path) of all; worst. Prices are log-normal without drift: exp(-s^2/2 + s*x), s = sigma * '
    'sqrt(days/periods), x normal with the correlations, through the Cholesky factor of their matrix. An amount may be negative: a '
    'debt. sigmas are those of a year of so many periods. The same arguments give the same bits on every machine, in every plan. '
    'The error of var falls with the root of paths: about 1 % at 10000. NULL for a NULL argument and for no assets. VS301 for an '
    'amount that is not finite, a sigma that is not finite and not negative, a level not in 0..1, paths not from 1 to 10000000, '
    'days below 1, periods not above 0; VS303 for arrays of other than n, n and n x n elements or with a NULL; VS304 unless the '
    'matrix is symmetric, has 1 in its diagonal and elements from -1 to 1, each within 1e-10, and no pivot of its factor is below '
    '-1e-10. Sources: P. Glasserman, Monte Carlo Methods in Financial Engineering (2003); D. Blackman, S. Vigna, xoshiro256++; M. '
    'J. Wichura, AS 241.';
