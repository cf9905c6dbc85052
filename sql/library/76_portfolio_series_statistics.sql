-- Aggregates of prices over time. Doubles stay doubles; NUMERIC stays exact until one rounding at the end.
CREATE TYPE vesu.ohlcv_bar AS (
    open    numeric,
    high    numeric,
    low     numeric,
    close   numeric,
    volume  numeric,
    vwap    numeric,
    trades  bigint);
COMMENT ON TYPE vesu.ohlcv_bar IS
    'Prices of a span: first, highest, lowest, last; the volume, the volume-weighted average price and the number of trades.';
COMMENT ON COLUMN vesu.ohlcv_bar.open IS 'First price; the lowest of those at that time.';
COMMENT ON COLUMN vesu.ohlcv_bar.high IS 'Highest price.';
COMMENT ON COLUMN vesu.ohlcv_bar.low IS 'Lowest price.';
COMMENT ON COLUMN vesu.ohlcv_bar.close IS 'Last price; the highest of those at that time.';
COMMENT ON COLUMN vesu.ohlcv_bar.volume IS 'Sum of the volumes.';
COMMENT ON COLUMN vesu.ohlcv_bar.vwap IS 'Sum of price · volume over the volume; NULL for a volume of 0.';
COMMENT ON COLUMN vesu.ohlcv_bar.trades IS 'How many rows.';

CREATE TYPE vesu.ohlcv_bar_float8 AS (
    open    double precision,
    high    double precision,
    low     double precision,
    close   double precision,
    volume  double precision,
    vwap    double precision,
    trades  bigint);
COMMENT ON TYPE vesu.ohlcv_bar_float8 IS 'vesu.ohlcv_bar of doubles.';
COMMENT ON COLUMN vesu.ohlcv_bar_float8.open IS 'First price; the lowest of those at that time.';
COMMENT ON COLUMN vesu.ohlcv_bar_float8.high IS 'Highest price.';
COMMENT ON COLUMN vesu.ohlcv_bar_float8.low IS 'Lowest price.';
COMMENT ON COLUMN vesu.ohlcv_bar_float8.close IS 'Last price; the highest of those at that time.';
COMMENT ON COLUMN vesu.ohlcv_bar_float8.volume IS 'Sum of the volumes.';
COMMENT ON COLUMN vesu.ohlcv_bar_float8.vwap IS 'Sum of price · volume over the volume; NULL for a volume of 0.';
COMMENT ON COLUMN vesu.ohlcv_bar_float8.trades IS 'How many rows.';

DO $$
DECLARE
    twap constant text :=
        'Time-weighted average price: each price counts by the time to the next, the last not at all; prices of one time count as '
        'their average, which is the result where all have it. The rows may come in any order.';
    ohlcv constant text :=
        'Open, high, low, close, volume, volume-weighted average price (vwap) and number of trades. Of trades at the first time '
        'the lowest price opens, of those at the last the highest closes. The rows may come in any order. Without volume vwap is '
        'NULL.';
    rules constant text :=
        ' NULL or NaN in an argument: no row. NULL for no row. VS301 for an infinite value or time%s.';
    exact constant text :=
        ' Exact, then rounded once, half away from zero, to 18 decimals more than the prices have.';
BEGIN
    PERFORM vesu.make_step(format('vesu.%s_accumulate(internal, %s)', kind, types), 'internal',
                           format('vesu_%s_accumulate', kind), 'takes a row in.'),
            vesu.make_step(format('vesu.%s_combine(internal, internal)', kind), 'internal', format('vesu_%s_combine', kind),
                           'adds up what two workers have.'),
            vesu.make_step(format('vesu.%s_serialize(internal)', kind), 'bytea', format('vesu_%s_serialize', kind),
                           'the state as bytes, for another worker.'),
            vesu.make_step(format('vesu.%s_deserialize(bytea, internal)', kind), 'internal',
                           format('vesu_%s_deserialize', kind), 'the state from the bytes of another worker.'),
            vesu.make_step(format('vesu.%s_final(internal)', kind), result, format('vesu_%s_final', kind), 'its result.')
       FROM (VALUES
        ('points', 'double precision, timestamptz', 'double precision'),
        ('exact_points', 'numeric, timestamptz', 'numeric'),
        ('bar', 'double precision, double precision, timestamptz', 'vesu.ohlcv_bar_float8'),
        ('exact_bar', 'numeric, numeric, timestamptz', 'vesu.ohlcv_bar')
       ) AS kinds (kind, types, result);

    CREATE AGGREGATE vesu.twap(price double precision, ts timestamptz) (
        SFUNC = vesu.points_accumulate, STYPE = internal, FINALFUNC = vesu.points_final, COMBINEFUNC = vesu.points_combine,
        SERIALFUNC = vesu.points_serialize, DESERIALFUNC = vesu.points_deserialize, PARALLEL = SAFE);
    CREATE AGGREGATE vesu.twap(price numeric, ts timestamptz) (
        SFUNC = vesu.exact_points_accumulate, STYPE = internal, FINALFUNC = vesu.exact_points_final,
        COMBINEFUNC = vesu.exact_points_combine, SERIALFUNC = vesu.exact_points_serialize,
        DESERIALFUNC = vesu.exact_points_deserialize, PARALLEL = SAFE);
    CREATE AGGREGATE vesu.ohlcv(price double precision, volume double precision, ts timestamptz) (
        SFUNC = vesu.bar_accumulate, STYPE = internal, SSPACE = 256, FINALFUNC = vesu.bar_final,
        COMBINEFUNC = vesu.bar_combine, SERIALFUNC = vesu.bar_serialize, DESERIALFUNC = vesu.bar_deserialize, PARALLEL = SAFE);
    CREATE AGGREGATE vesu.ohlcv(price numeric, volume numeric, ts timestamptz) (
        SFUNC = vesu.exact_bar_accumulate, STYPE = internal, SSPACE = 1024, FINALFUNC = vesu.exact_bar_final,
        COMBINEFUNC = vesu.exact_bar_combine, SERIALFUNC = vesu.exact_bar_serialize,
        DESERIALFUNC = vesu.exact_bar_deserialize, PARALLEL = SAFE);

    EXECUTE format('COMMENT ON AGGREGATE vesu.twap(double precision, timestamptz) IS %L', twap || format(rules, ''));
    EXECUTE format('COMMENT ON AGGREGATE vesu.twap(numeric, timestamptz) IS %L', twap || exact || format(rules, ''));
    EXECUTE format('COMMENT ON AGGREGATE vesu.ohlcv(double precision, double precision, timestamptz) IS %L',
                   ohlcv || format(rules, ', and for a volume below 0'));
    EXECUTE format('COMMENT ON AGGREGATE vesu.ohlcv(numeric, numeric, timestamptz) IS %L',
                   ohlcv || ' vwap is exact, then rounded once, half away from zero, to 18 decimals more than the prices have.'
                         || format(rules, ', and for a volume below 0'));
END
$$;
