-- 256-bit integers over a million rows, beside numeric.
SET search_path = vesu, pg_catalog;
SET max_parallel_workers_per_gather = 0;
-- Below 2^189 each, so that a * b has more than 256 bits and a * b / c, for these, has not.
CREATE FUNCTION bench.wide_integer(n int, seed int) RETURNS numeric
    LANGUAGE sql IMMUTABLE
    RETURN abs(hashint8extended(n, seed)::numeric * hashint8extended(n, seed + 1) * hashint8extended(n, seed + 2)) + 1;
CREATE TABLE bench.integers AS
    SELECT numeric_a::vesu.uint256 AS a, numeric_b::vesu.uint256 AS b, numeric_c::vesu.uint256 AS c, numeric_a, numeric_b, numeric_c
      FROM generate_series(1, 1000000) AS n
     CROSS JOIN LATERAL (SELECT bench.wide_integer(n, 1) AS numeric_a, bench.wide_integer(n, 4) AS numeric_b, bench.wide_integer(n, 7) AS numeric_c
                         OFFSET 0) AS drawn;
VACUUM ANALYZE bench.integers;

CALL bench.measure('sum of 256-bit integers, 1,000,000 rows', 'vesu', 'SELECT sum(a)::text FROM bench.integers');
CALL bench.measure('sum of 256-bit integers, 1,000,000 rows', 'SQL numeric', 'SELECT sum(numeric_a)::text FROM bench.integers');

CALL bench.measure('a * b / c of 256-bit integers, 1,000,000 rows', 'vesu',
                   'SELECT sum(vesu.mul_div(a, b, c, ''down''))::text FROM bench.integers');
CALL bench.measure('a * b / c of 256-bit integers, 1,000,000 rows', 'SQL numeric',
                   'SELECT sum(div(numeric_a * numeric_b, numeric_c))::text FROM bench.integers');

CALL bench.measure('a comparison of 256-bit integers, 1,000,000 rows', 'vesu',
                   'SELECT count(*) FILTER (WHERE a < b)::text FROM bench.integers');
CALL bench.measure('a comparison of 256-bit integers, 1,000,000 rows', 'SQL numeric',
                   'SELECT count(*) FILTER (WHERE numeric_a < numeric_b)::text FROM bench.integers');

SET work_mem = '256MB';
CALL bench.measure('sorting 256-bit integers, 1,000,000 rows', 'vesu',
                   'SELECT a::text FROM (SELECT a FROM bench.integers ORDER BY a OFFSET 999999) AS last');
CALL bench.measure('sorting 256-bit integers, 1,000,000 rows', 'SQL numeric',
                   'SELECT numeric_a::text FROM (SELECT numeric_a FROM bench.integers ORDER BY numeric_a OFFSET 999999) AS last');
DROP TABLE bench.integers;
