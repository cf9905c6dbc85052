-- 256-bit integers over a million rows, beside numeric.
SET search_path = vesu, pg_catalog;
SET max_parallel_workers_per_gather = 0;
CREATE TABLE bench.integers AS
    SELECT wide.a::vesu.uint256 AS a, wide.b::vesu.uint256 AS b, wide.c::vesu.uint256 AS c,
           wide.a AS numeric_a, wide.b AS numeric_b, wide.c AS numeric_c
      FROM generate_series(1, 1000000) AS n
     CROSS JOIN LATERAL (SELECT abs(hashint8extended(n, 1)::numeric) * 1e18 AS a, abs(hashint8extended(n, 2)::numeric) * 1e12 AS b,
                                abs(hashint8extended(n, 3)::numeric) * 1e10 + 1 AS c
                         OFFSET 0) AS wide;
VACUUM ANALYZE bench.integers;

CALL bench.measure('sum of 256-bit integers, 1,000,000 rows', 'vesu', 'SELECT sum(a)::text FROM bench.integers');
CALL bench.measure('sum of 256-bit integers, 1,000,000 rows', 'SQL numeric', 'SELECT sum(numeric_a)::text FROM bench.integers');

CALL bench.measure('a * b / c of 256-bit integers, 1,000,000 rows', 'vesu',
                   'SELECT count(*) FILTER (WHERE vesu.mul_div(a, b, c, ''down'') > a)::text FROM bench.integers');
CALL bench.measure('a * b / c of 256-bit integers, 1,000,000 rows', 'SQL numeric',
                   'SELECT count(*) FILTER (WHERE div(numeric_a * numeric_b, numeric_c) > numeric_a)::text FROM bench.integers');

CALL bench.measure('a comparison of 256-bit integers, 1,000,000 rows', 'vesu',
                   'SELECT count(*) FILTER (WHERE a < b * c)::text FROM bench.integers');
CALL bench.measure('a comparison of 256-bit integers, 1,000,000 rows', 'SQL numeric',
                   'SELECT count(*) FILTER (WHERE numeric_a < numeric_b * numeric_c)::text FROM bench.integers');

SET work_mem = '256MB';
CALL bench.measure('sorting 256-bit integers, 1,000,000 rows', 'vesu',
                   'SELECT a::text FROM bench.integers ORDER BY a OFFSET 999999');
CALL bench.measure('sorting 256-bit integers, 1,000,000 rows', 'SQL numeric',
                   'SELECT numeric_a::text FROM bench.integers ORDER BY numeric_a OFFSET 999999');
DROP TABLE bench.integers;
