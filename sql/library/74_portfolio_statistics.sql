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
-- _serialize and _deserialize; its own are vesu_<name>_final and, with optional arguments, vesu_<name>_accumulate.
-- Overloads without optional arguments share the transition function of their sums, and with it one pass over the rows.
-- An ordered aggregate has neither a combining nor a moving form.
CREATE FUNCTION vesu.make_statistic(
    name text, sums text, series text[], settings text[], description text,
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
        step := CASE given WHEN 0 THEN sums ELSE name END || '_accumulate';
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
        ' NULL: no row. NaN: a period without observation, which no mean and no deviation counts. '
        'VS301 for an infinite value and for an optional argument that is not as demanded or that changes in a group.';
BEGIN
    PERFORM vesu.make_statistic(name, sums, series, settings, description || of_returns)
       FROM (VALUES
        ('volatility', 'moments', '{r}'::text[], '{periods, ddof}'::text[],
         'Volatility of returns in a year: standard deviation · √periods. periods: in a year, 365 unless given. ddof: 1 (sample, '
         'unless given) or 0 (population). NULL for fewer than two rows. Source: empyrical, annual_volatility.'),
        ('sharpe_ratio', 'moments', '{r}', '{risk_free, periods, ddof}',
         'Sharpe ratio of returns in a year: (mean - risk_free) / standard deviation · √periods. risk_free: per period, 0 unless '
         'given. periods: in a year, 365 unless given. ddof: 1 (sample, unless given) or 0 (population). A deviation below 1e-15 '
         'is zero: ±Infinity with the sign of the mean, NULL for a mean below 1e-15. NULL for fewer than two rows. '
         'Source: empyrical, sharpe_ratio.')
       ) AS statistics (name, sums, series, settings, description);
END
$$;
