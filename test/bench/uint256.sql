-- 256-bit integers over :rows rows, beside numeric.
SET search_path = vesu, pg_catalog;
SET max_parallel_workers_per_gather = 0;
-- Below 2^188 each, so that a * b has more than 256 bits and a * b / c, for these, has not.
CREATE FUNCTION bench.wide_integer(seed text) RETURNS vesu.uint256
    LANGUAGE sql IMMUTABLE RETURN ('0x' || left(md5(seed) || md5(seed || '.'), 47))::vesu.uint256;
CREATE TABLE bench.integers AS
    SELECT a, b, c, a::numeric AS numeric_a, b::numeric AS numeric_b, c::numeric AS numeric_c
      FROM generate_series(1, :rows) AS n
     CROSS JOIN LATERAL (SELECT bench.wide_integer('a' || n) AS a, bench.wide_integer('b' || n) AS b, bench.wide_integer('c' || n) AS c
                         OFFSET 0) AS drawn;
VACUUM ANALYZE bench.integers;
SELECT ' of 256-bit integers, ' || to_char(:rows, 'FM999,999,999') || ' rows' AS label \gset

CALL bench.measure('sum' || :'label', 'vesu', 'SELECT sum(a)::text FROM bench.integers', runs => 3);
CALL bench.measure('sum' || :'label', 'SQL numeric', 'SELECT sum(numeric_a)::text FROM bench.integers', runs => 3);

CALL bench.measure('a * b / c' || :'label', 'vesu',
                   'SELECT sum(vesu.mul_div(a, b, c, ''down''))::text FROM bench.integers', runs => 3);
CALL bench.measure('a * b / c' || :'label', 'SQL numeric',
                   'SELECT sum(div(numeric_a * numeric_b, numeric_c))::text FROM bench.integers', runs => 3);

CALL bench.measure('a comparison' || :'label', 'vesu',
                   'SELECT count(*) FILTER (WHERE a < b)::text FROM bench.integers', runs => 3);
CALL bench.measure('a comparison' || :'label', 'SQL numeric',
                   'SELECT count(*) FILTER (WHERE numeric_a < numeric_b)::text FROM bench.integers', runs => 3);

SET work_mem = '256MB';
CALL bench.measure('sort' || :'label', 'vesu',
                   'SELECT a::text FROM (SELECT a FROM bench.integers ORDER BY a OFFSET ' || :rows - 1 || ') AS last', runs => 3);
CALL bench.measure('sort' || :'label', 'SQL numeric',
                   'SELECT numeric_a::text FROM (SELECT numeric_a FROM bench.integers ORDER BY numeric_a OFFSET ' || :rows - 1 || ') AS last', runs => 3);
DROP TABLE bench.integers;
