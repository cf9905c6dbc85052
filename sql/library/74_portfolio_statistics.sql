-- Aggregates over returns. An aggregate takes no default values: its optional arguments are overloads, filled from the
-- left. The makers know all that the overloads have in common; they go when the last aggregate is made (79).
CREATE FUNCTION vesu.make_step(signature text, result text, symbol text, description text) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF to_regprocedure(signature) IS NULL THEN
        EXECUTE format('CREATE FUNCTION %s RETURNS %s LANGUAGE c IMMUTABLE PARALLEL SAFE %s AS %L, %L', signature, result,
                       CASE WHEN symbol ~ 'serialize$' THEN 'STRICT' END, 'MODULE_PATHNAME', symbol);
        EXECUTE format('COMMENT ON FUNCTION %s IS %L', signature, 'Private step of aggregates: ' || description);
    END IF;
END
$$;

-- One aggregate: sums names the kind of its state, whose functions in C are vesu_<sums>_accumulate, _remove, _combine,
-- _serialize and _deserialize; its own are vesu_<name>_final and, with optional arguments, vesu_<reader>_accumulate.
-- Aggregates with the same transition function and arguments share one pass over the rows: those without optional arguments
-- share that of their sums; reader names an aggregate that has the same optional arguments in the same order.
-- An ordered aggregate has neither a combining nor a moving form.
CREATE FUNCTION vesu.make_statistic(
    name text, sums text, reader text, series text[], settings text[], description text,
    is_ordered boolean DEFAULT false, result text DEFAULT 'double precision') RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    arguments text[] := ARRAY(SELECT s || ' double precision' FROM unnest(series) AS s);
    types text := array_to_string(array_fill('double precision'::text, ARRAY[cardinality(series)]), ', ');
    setting text;
    step text;
BEGIN
    PERFORM vesu.make_step(format('vesu.%s_final(internal)', name), result, format('vesu_%s_final', name), 'its result.');
    IF NOT is_ordered THEN
        PERFORM vesu.make_step(format('vesu.%s_combine(internal, internal)', sums), 'internal',
                               format('vesu_%s_combine', sums), 'adds up what two workers have.');
        PERFORM vesu.make_step(format('vesu.%s_serialize(internal)', sums), 'bytea',
                               format('vesu_%s_serialize', sums), 'the state as bytes, for another worker.');
        PERFORM vesu.make_step(format('vesu.%s_deserialize(bytea, internal)', sums), 'internal',
                               format('vesu_%s_deserialize', sums), 'the state from the bytes of another worker.');
    END IF;
    FOR given IN 0 .. cardinality(settings) LOOP
        IF given > 0 THEN
            setting := CASE settings[given] WHEN 'ddof' THEN 'integer' WHEN 'method' THEN 'text' ELSE 'double precision' END;
            arguments := arguments || (settings[given] || ' ' || setting);
            types := types || ', ' || setting;
        END IF;
        step := CASE given WHEN 0 THEN sums ELSE reader END || '_accumulate';
        PERFORM vesu.make_step(format('vesu.%s(internal, %s)', step, types), 'internal', 'vesu_' || step, 'takes a row in.');
        IF NOT is_ordered THEN
            PERFORM vesu.make_step(format('vesu.%s_remove(internal, %s)', sums, types), 'internal',
                                   format('vesu_%s_remove', sums), 'takes out the row that leaves a moving window.');
        END IF;
        EXECUTE format('CREATE AGGREGATE vesu.%1$s(%2$s) (SFUNC = vesu.%3$s, STYPE = internal, SSPACE = 256, '
                       'FINALFUNC = vesu.%1$s_final, %4$s PARALLEL = SAFE)', name, array_to_string(arguments, ', '), step,
                       CASE WHEN NOT is_ordered THEN format(
                           'COMBINEFUNC = vesu.%1$s_combine, SERIALFUNC = vesu.%1$s_serialize, '
                           'DESERIALFUNC = vesu.%1$s_deserialize, MSFUNC = vesu.%2$s, MINVFUNC = vesu.%1$s_remove, '
                           'MSTYPE = internal, MSSPACE = 256, MFINALFUNC = vesu.%3$s_final,', sums, step, name) END);
        EXECUTE format('COMMENT ON AGGREGATE vesu.%s(%s) IS %L', name, types, description);
    END LOOP;
END
$$;

DO $$
DECLARE
    of_returns constant text :=
        ' NULL%s: no row. NaN%1$s: a period without observation. VS301 for an infinite value, and for an optional argument '
        'that is not as demanded or that changes in a group.';
    periods constant text := ' periods: in a year, 365 unless given.';
    ddof constant text := ' ddof: 1 (sample, unless given) or 0 (population).';
    risk_free constant text := ' risk_free: per period, 0 unless given.';
    zero constant text := ' A deviation below 1e-15 is zero: ±Infinity with the sign of the mean, NULL for a mean below 1e-15.';
    two constant text := ' NULL for fewer than two rows.';
    observed constant text := ' Over the values that are not NaN.';
    both_sides constant text := ' Over the periods with an observation on both sides.';
BEGIN
    PERFORM vesu.make_statistic(name, sums, reader, series, settings,
               description || format(of_returns, CASE cardinality(series) WHEN 2 THEN ' on either side' ELSE '' END))
       FROM (VALUES
        ('cumulative_return', 'growth', NULL, '{r}'::text[], '{}'::text[],
         'What returns compound to: Π(1 + r) - 1. A period without observation returns 0. NULL for no row. '
         'Source: empyrical, cum_returns_final.'),
        ('cagr', 'growth', 'cagr', '{r}', '{periods}',
         'Compound annual growth rate: Π(1 + r)^(periods / rows) - 1. A period without observation returns 0, and counts as '
         'a row.' || periods || ' NULL for no row and for a product below 0. Source: empyrical, annual_return.'),
        ('volatility', 'moments', 'volatility', '{r}', '{periods, ddof}',
         'Volatility of returns in a year: standard deviation · √periods.' || observed || periods || ddof || two ||
         ' Source: empyrical, annual_volatility.'),
        ('sharpe_ratio', 'moments', 'sharpe_ratio', '{r}', '{risk_free, periods, ddof}',
         'Sharpe ratio of returns in a year: mean(v - risk_free) / standard deviation · √periods.' || observed || risk_free ||
         periods || ddof || zero || two || ' Source: empyrical, sharpe_ratio.'),
        ('downside_deviation', 'shortfalls', 'downside_deviation', '{r}', '{required, periods}',
         'Downside deviation of returns in a year: root of the mean of min(v - required, 0)², over all values that are not NaN '
         'and not over those below alone, · √periods. required: per period, 0 unless given.' || periods ||
         ' NULL without a value. Source: empyrical, downside_risk.'),
        ('sortino_ratio', 'shortfalls', 'downside_deviation', '{r}', '{required, periods}',
         'Sortino ratio of returns in a year: mean(v - required) · periods / vesu.downside_deviation().' || observed ||
         ' required: per period, 0 unless given.' || periods || zero || two || ' Source: empyrical, sortino_ratio.'),
        ('omega_ratio', 'gains_and_losses', 'omega_ratio', '{r}', '{risk_free, required, periods}',
         'Omega ratio: gains / losses, the sums of what v - risk_free - threshold has above and below 0. The threshold of a '
         'period is (1 + required)^(1 / periods) - 1.' || observed || risk_free || ' required: per year, 0 unless given.' ||
         periods || ' NULL without a loss, for required up to -1 and for fewer than two rows. Source: empyrical, omega_ratio.'),
        ('beta', 'pairs', 'alpha', '{r,b}', '{risk_free}',
         'Beta of returns against those of a benchmark: covariance / variance of b.' || both_sides || risk_free || ' It cancels out.' ||
         ' NULL where b does not vary: a deviation below 1e-15. Source: empyrical, beta.'),
        ('alpha', 'pairs', 'alpha', '{r,b}', '{risk_free, periods}',
         'Alpha of returns against those of a benchmark in a year: (1 + mean(r - risk_free - beta · (b - risk_free)))^periods - 1.' ||
         both_sides || risk_free || periods || ' NULL where beta is. Source: empyrical, alpha.'),
        ('correlation', 'pairs', NULL, '{x,y}', '{}',
         'Pearson''s coefficient of correlation, clamped to [-1, 1].' || both_sides ||
         ' NULL where a side does not vary: a deviation below 1e-15.'),
        ('information_ratio', 'pairs', 'information_ratio', '{r,b}', '{periods}',
         'Information ratio of returns against those of a benchmark: mean / sample deviation of r - b · √periods.' || both_sides ||
         ' periods: in a year, 1 (not annualized) unless given.' || zero ||
         ' NULL for fewer than two observations. Source: empyrical, excess_sharpe.')
       ) AS statistics (name, sums, reader, series, settings, description);
END
$$;
