-- The hot functions over :rows rows, beside a C function that does nothing, SQL's own numeric, and PL/pgSQL.
CREATE FUNCTION bench.nothing(numeric, numeric, numeric, numeric, numeric) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS :'library', 'vesu_test_nothing';
CREATE FUNCTION bench.health_factor(c numeric, pc numeric, lt numeric, d numeric, pd numeric) RETURNS numeric
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    IF d = 0 THEN
        RETURN NULL;
    END IF;
    RETURN trunc(c * pc * lt / (d * pd), 18);
END
$$;
CREATE TABLE bench.position AS
    SELECT (hashint4extended(i, 1)::numeric / 1e15 + 9300)::numeric(36, 18) AS c, (1500 + i % 1000 * 1.2345678)::numeric(36, 18) AS pc,
           (0.5 + i % 40 * 0.01)::numeric(5, 4) AS lt,
           (hashint4extended(i, 2)::numeric / 1e12 + 9300000)::numeric(36, 18) AS d, (0.99 + i % 100 * 0.000123)::numeric(36, 18) AS pd
      FROM generate_series(1, :rows) AS i;
VACUUM ANALYZE bench.position;
SELECT 'health factor, ' || to_char(:rows, 'FM999,999,999') || ' rows' AS factor,
       'verdict, ' || to_char(:rows, 'FM999,999,999') || ' rows' AS verdict \gset

SET max_parallel_workers_per_gather = 0;
CALL bench.measure(:'factor', 'vesu', 'SELECT sum(vesu.health_factor(c, pc, lt, d, pd)) FROM bench.position', runs => 3);
CALL bench.measure(:'factor', 'no-op C function', 'SELECT count(bench.nothing(c, pc, lt, d, pd)) FROM bench.position',
                   answer => 'SELECT NULL', runs => 3);
CALL bench.measure(:'factor', 'SQL numeric', 'SELECT sum(trunc(c * pc * lt / (d * pd), 18)) FROM bench.position WHERE d > 0', runs => 3);
CALL bench.measure(:'factor', 'PL/pgSQL function', 'SELECT sum(bench.health_factor(c, pc, lt, d, pd)) FROM bench.position', runs => 3);

CALL bench.measure(:'verdict', 'vesu', 'SELECT count(*) FILTER (WHERE vesu.is_undercollateralized(c, pc, lt, d, pd)) FROM bench.position', runs => 3);
CALL bench.measure(:'verdict', 'no-op C function', 'SELECT count(*) FILTER (WHERE bench.nothing(c, pc, lt, d, pd)) FROM bench.position',
                   answer => 'SELECT NULL', runs => 3);
CALL bench.measure(:'verdict', 'SQL numeric', 'SELECT count(*) FILTER (WHERE d * pd > c * pc * lt) FROM bench.position', runs => 3);
DROP TABLE bench.position;
