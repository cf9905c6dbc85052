-- sum, min and max of uint256: exact, parallel, in windows, and no burden to other types.
\getenv directory PG_ABS_SRCDIR
\set report :directory '/sql/support/report.sql'
\i :report

-- NULLs are skipped; of nothing there is NULL.
SELECT scenario, sum(balance) AS sum, min(balance) AS min, max(balance) AS max
  FROM (VALUES
    ('1 one value',       '7'::vesu.uint256), ('2 several', '7'), ('2 several', '10'), ('2 several', '9'),
    ('3 with NULL first', NULL), ('3 with NULL first', '5'), ('3 with NULL first', NULL), ('3 with NULL first', '6'),
    ('4 only NULL',       NULL), ('4 only NULL', NULL),
    ('5 up to the last',  '115792089237316195423570985008687907853269984665640564039457584007913129639934'), ('5 up to the last', '1')
  ) AS cases (scenario, balance)
 GROUP BY scenario ORDER BY scenario;
SELECT sum(balance), min(balance), max(balance), count(balance) FROM (SELECT '1'::vesu.uint256 AS balance WHERE false) AS nothing;
SELECT sum(DISTINCT balance), sum(balance) FILTER (WHERE balance > '1'), max(balance ORDER BY balance)
  FROM (VALUES ('1'::vesu.uint256), ('2'), ('2'), ('3')) AS balances (balance);

-- One above the last is an error, wherever it happens.
SELECT statement, pg_temp.report(statement) AS error
  FROM (VALUES
    ('SELECT sum(b) FROM (VALUES ((''0x'' || repeat(''f'', 64))::vesu.uint256), (''1'')) AS t (b)'),
    ('SELECT sum(b) OVER (ORDER BY b ROWS 1 PRECEDING) FROM (VALUES ((''0x'' || repeat(''f'', 64))::vesu.uint256), (''1'')) AS t (b)')
  ) AS cases (statement);

-- A value that an aggregate was given stays as it was.
SELECT balance, sum(balance) OVER (ORDER BY balance) AS running, sum(balance) OVER () AS total,
       sum(balance) OVER (ORDER BY balance ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) AS neighbours,
       min(balance) OVER (ORDER BY balance ROWS 1 PRECEDING) AS previous
  FROM (VALUES ('1'::vesu.uint256), ('20'), (NULL), ('300'), ('4000')) AS balances (balance)
 ORDER BY balance;
SELECT vesu.uint256_accumulate(balance, '1') AS plus_one, balance FROM (VALUES ('5'::vesu.uint256)) AS balances (balance);

-- Against numeric: plain, grouped, hashed and in moving windows, also where NULLs and large values come and go.
CREATE TABLE balances AS
SELECT i, i % 17 AS holder, CASE WHEN i % 11 <> 0 THEN amount END AS amount, CASE WHEN i % 11 <> 0 THEN amount::vesu.uint256 END AS exact
  FROM (SELECT i, div(trunc(2::numeric ^ 240) - i::numeric ^ 9, trunc(2::numeric ^ (i * 37 % 240))) AS amount
          FROM generate_series(1, 20000) AS i) AS amounts;
ANALYZE balances;
SELECT sum(exact)::numeric = sum(amount) AS sums, min(exact)::numeric = min(amount) AS minima, max(exact)::numeric = max(amount) AS maxima
  FROM balances;
SELECT count(*) AS compared,
       count(*) FILTER (WHERE (sums::numeric, minima::numeric, maxima::numeric) IS DISTINCT FROM (numeric_sums, numeric_minima, numeric_maxima)) AS different
  FROM (SELECT sum(exact) AS sums, min(exact) AS minima, max(exact) AS maxima,
               sum(amount) AS numeric_sums, min(amount) AS numeric_minima, max(amount) AS numeric_maxima
          FROM balances GROUP BY holder) AS holders;
SELECT count(*) AS compared, count(*) FILTER (WHERE running::numeric IS DISTINCT FROM numeric_running
                                                 OR moving::numeric IS DISTINCT FROM numeric_moving) AS different
  FROM (SELECT sum(exact) OVER w AS running, sum(amount) OVER w AS numeric_running,
               sum(exact) OVER m AS moving, sum(amount) OVER m AS numeric_moving
          FROM balances
        WINDOW w AS (PARTITION BY holder ORDER BY i), m AS (ORDER BY i ROWS BETWEEN 2 PRECEDING AND 1 PRECEDING)) AS windows;

-- In parallel.
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
EXPLAIN (COSTS OFF) SELECT sum(exact), min(exact), max(exact) FROM balances;
SELECT sum(exact)::numeric = sum(amount) AS sums, min(exact)::numeric = min(amount) AS minima, max(exact)::numeric = max(amount) AS maxima
  FROM balances;
SELECT count(*) AS compared, count(*) FILTER (WHERE sums::numeric IS DISTINCT FROM numeric_sums) AS different
  FROM (SELECT sum(exact) AS sums, sum(amount) AS numeric_sums FROM balances GROUP BY holder) AS holders;
SELECT sum(exact) FROM balances WHERE i % 11 = 0;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;
RESET max_parallel_workers_per_gather;

-- An index serves min and max. Only the lines that name it: the rest of the plan is worded by the server's version.
CREATE FUNCTION pg_temp.index_scans(statement text) RETURNS SETOF text
    LANGUAGE plpgsql AS $$
DECLARE
    line text;
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || statement LOOP
        IF line ~ 'Index Only Scan' THEN
            RETURN NEXT btrim(line, ' ->');
        END IF;
    END LOOP;
END
$$;
CREATE INDEX ON balances (exact);
ANALYZE balances;
SELECT pg_temp.index_scans('SELECT max(exact) FROM balances') AS largest;
SELECT pg_temp.index_scans('SELECT min(exact) FROM balances WHERE exact > ''1000''') AS smallest;
SELECT max(exact)::numeric = max(amount) AS maxima FROM balances;

-- Other types and untyped arguments are resolved as before.
SELECT pg_typeof(sum(1)) AS integers, pg_typeof(sum(1::bigint)) AS bigints, pg_typeof(sum(1.5)) AS numerics,
       pg_typeof(sum(1::real)) AS reals, pg_typeof(sum(interval '1 day')) AS intervals, pg_typeof(sum('1'::vesu.uint256)) AS uint256s;
SELECT pg_typeof(min('a')) AS untyped, pg_typeof(max(NULL)) AS untyped_null, pg_typeof(max('2020-01-01'::date)) AS dates,
       pg_typeof(min(ARRAY[1])) AS arrays, pg_typeof(max('1'::vesu.uint256)) AS uint256s;
SELECT statement, pg_temp.report(statement) AS error
  FROM (VALUES ('SELECT sum(NULL)'), ('SELECT sum(''1'')'), ('SELECT sum(''1''::text)'), ('SELECT sum(true)'), ('SELECT sum()'),
               ('SELECT min(''0x1''::vesu.felt252)')
  ) AS cases (statement);
DROP TABLE balances;
