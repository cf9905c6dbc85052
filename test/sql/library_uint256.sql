-- uint256: read, written, cast, ordered, computed without a wrap, refused.
\getenv directory PG_ABS_SRCDIR
\set report :directory '/sql/support/report.sql'
\i :report
SET max_parallel_workers_per_gather = 0;

-- One value for every spelling; output is decimal.
SELECT scenario, expected, input::vesu.uint256 AS actual
  FROM (VALUES
    ('1 zero',                        '0',   '0'),
    ('2 zeros only',                  '0',   '000'),
    ('3 leading zeros are decimal',   '10',  '010'),
    ('4 hexadecimal zero',            '0',   '0x0'),
    ('5 either case',                 '171', '0XaB'),
    ('6 padded hexadecimal',          '171', '0x' || lpad('ab', 64, '0')),
    ('7 more than a machine word',    '18446744073709551616', '0x10000000000000000'),
    ('8 the last one',
     '115792089237316195423570985008687907853269984665640564039457584007913129639935', '0x' || repeat('f', 64)),
    ('9 the last one behind zeros',
     '115792089237316195423570985008687907853269984665640564039457584007913129639935',
     '000115792089237316195423570985008687907853269984665640564039457584007913129639935')
  ) AS cases (scenario, expected, input)
 ORDER BY scenario;
SELECT vesu.to_hex('0'), vesu.to_hex('255'), vesu.to_hex('0x00aBcDef'), vesu.to_hex(NULL) AS null_is_null,
       vesu.to_hex(('0x' || repeat('f', 64))::vesu.uint256) = '0x' || repeat('f', 64) AS largest;

-- Casts are explicit, and each has a way back.
SELECT '6699'::vesu.uint256::numeric AS to_numeric, 6699.000::numeric::vesu.uint256 AS from_numeric,
       '6699'::vesu.uint256::bigint AS to_bigint, 6699::bigint::vesu.uint256 AS from_bigint, 6699::vesu.uint256 AS from_integer,
       '6699'::vesu.uint256::text AS to_text, '0x1a2b'::text::vesu.uint256 AS from_text;
SELECT '6699'::vesu.uint256::bytea AS to_bytea, decode(lpad('1a2b', 64, '0'), 'hex')::vesu.uint256 AS from_bytea;
SELECT 9223372036854775807::vesu.uint256 AS last_bigint, '9223372036854775807'::vesu.uint256::bigint AS and_back,
       0::bigint::vesu.uint256 AS zero, 0::numeric::vesu.uint256 AS zero_numeric, '0'::vesu.uint256::numeric AS and_zero_back;
SELECT scale('5'::vesu.uint256::numeric) AS decimals_shown, 1e76::vesu.uint256 AS short_numeric,
       (2::numeric ^ 256 - 1)::vesu.uint256::numeric = 2::numeric ^ 256 - 1 AS last_numeric;

-- Values of every size: 0, and both sides of each power of two and of ten, and random ones.
CREATE TABLE amounts AS
SELECT row_number() OVER (ORDER BY amount, source) AS number, source, amount, amount::vesu.uint256 AS exact
  FROM (SELECT 'edge' AS source, trunc(2::numeric ^ bit) + step AS amount
          FROM generate_series(0, 255) AS bit, generate_series(-1, 1) AS step
        UNION
        SELECT 'edge', (1 || repeat('0', zeros))::numeric + step
          FROM generate_series(0, 76) AS zeros, generate_series(-1, 1) AS step
        UNION
        SELECT 'edge', trunc(2::numeric ^ 256) - step FROM generate_series(1, 3) AS step
        UNION ALL
        SELECT 'random', div(random_amount, trunc(2::numeric ^ (i % 256)))
          FROM (SELECT i, sum((hashint8extended(i, part) + trunc(2::numeric ^ 63)) * trunc(2::numeric ^ (64 * part))) AS random_amount
                  FROM generate_series(1, 2000) AS i, generate_series(0, 3) AS part GROUP BY i) AS random) AS numbers
 WHERE amount >= 0;
SELECT source, count(*) AS amounts, min(amount), max(amount) = 2::numeric ^ 256 - 1 AS to_the_last,
       count(*) FILTER (WHERE amount > 2::numeric ^ 192) AS wide, count(*) FILTER (WHERE amount < 2::numeric ^ 64) AS narrow
  FROM amounts GROUP BY source ORDER BY source;
SELECT count(*) AS compared,
       count(*) FILTER (WHERE exact::numeric <> amount OR exact::numeric::text <> amount::text) AS different_numeric,
       count(*) FILTER (WHERE exact::text <> amount::text OR amount::text::vesu.uint256 <> exact) AS different_text,
       count(*) FILTER (WHERE vesu.to_hex(exact)::vesu.uint256 <> exact) AS different_hex,
       count(*) FILTER (WHERE exact::bytea::vesu.uint256 <> exact
                           OR encode(exact::bytea, 'hex') <> lpad(substr(vesu.to_hex(exact), 3), 64, '0')) AS different_bytea,
       count(*) FILTER (WHERE CASE WHEN amount <= 9223372036854775807 THEN
                              exact::bigint <> amount::bigint OR amount::bigint::vesu.uint256 <> exact END) AS different_bigint
  FROM amounts;

-- Operators at the last unit.
\set last '''115792089237316195423570985008687907853269984665640564039457584007913129639935''::vesu.uint256'
SELECT :last - '1' + '1' = :last AS last_sum, '5'::vesu.uint256 - '5' AS nothing_left,
       :last / '2' * '2' + :last % '2' = :last AS divided, :last * '1' = :last AS times_one, '0' * :last AS times_zero,
       :last / :last AS one, '7'::vesu.uint256 / '2' AS rounded_down, '7'::vesu.uint256 % '2' AS left_over;
SELECT '340282366920938463463374607431768211455'::vesu.uint256 * '340282366920938463463374607431768211457' = :last AS last_product;
SELECT NULL::vesu.uint256 + '1' AS plus, '1'::vesu.uint256 - NULL AS minus, NULL::vesu.uint256 * '1' AS times,
       NULL::vesu.uint256 / '0' AS divided, NULL::vesu.uint256 % '0' AS left_over, NULL::vesu.uint256 = '1' AS equal;

-- Against numeric: every operator, every comparison, on pairs of all sizes. Where the numeric result is no uint256 the
-- operator must fail.
CREATE FUNCTION pg_temp.result(statement text, a vesu.uint256, b vesu.uint256) RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
    result text;
BEGIN
    EXECUTE statement INTO result USING a, b;
    RETURN result;
EXCEPTION
    WHEN numeric_value_out_of_range THEN RETURN 'too small or too large';
    WHEN division_by_zero THEN RETURN 'division by zero';
END
$$;
CREATE FUNCTION pg_temp.expected(operator text, a numeric, b numeric) RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
    result numeric;
BEGIN
    IF b = 0 AND operator IN ('/', '%') THEN
        RETURN 'division by zero';
    END IF;
    result := CASE operator WHEN '+' THEN a + b WHEN '-' THEN a - b WHEN '*' THEN a * b WHEN '/' THEN div(a, b) ELSE a % b END;
    RETURN CASE WHEN result BETWEEN 0 AND 2::numeric ^ 256 - 1 THEN result::text ELSE 'too small or too large' END;
END
$$;
WITH pairs AS (
    SELECT a.amount AS a, b.amount AS b, a.exact AS exact_a, b.exact AS exact_b
      FROM amounts AS a
      JOIN (SELECT count(*) AS total FROM amounts) AS all_amounts ON true
      JOIN generate_series(0, 2) AS turn ON true
      JOIN amounts AS b ON b.number = CASE turn WHEN 0 THEN a.number ELSE (a.number * 7919 * turn + 11) % all_amounts.total + 1 END),
results AS (
    SELECT operator, pg_temp.result(format('SELECT ($1 %s $2)::text', operator), p.exact_a, p.exact_b) AS actual,
           pg_temp.expected(operator, p.a, p.b) AS expected
      FROM pairs AS p, unnest(ARRAY['+', '-', '*', '/', '%']) AS operator)
SELECT operator, count(*) AS compared, count(*) FILTER (WHERE actual IS DISTINCT FROM expected) AS different,
       count(*) FILTER (WHERE expected ~ '^t') > 100 AS many_do_not_fit
  FROM results GROUP BY operator ORDER BY operator COLLATE "C";
SELECT count(*) AS compared,
       count(*) FILTER (WHERE (a.exact < b.exact, a.exact <= b.exact, a.exact = b.exact, a.exact <> b.exact, a.exact >= b.exact,
                               a.exact > b.exact, sign(vesu.uint256_cmp(a.exact, b.exact))) <>
                              (a.amount < b.amount, a.amount <= b.amount, a.amount = b.amount, a.amount <> b.amount,
                               a.amount >= b.amount, a.amount > b.amount, sign(a.amount - b.amount)::double precision)) AS different
  FROM amounts AS a JOIN amounts AS b ON b.number % 41 IN (0, a.number % 41);

-- a * b / c with a product of 512 bits.
SELECT scenario, expected, vesu.mul_div(a::vesu.uint256, b::vesu.uint256, c::vesu.uint256, rounding) AS actual
  FROM (VALUES
    ('1 down',                      '3', '10', '1', '3', 'down'),
    ('2 up',                        '4', '10', '1', '3', 'up'),
    ('3 exact is not rounded up',   '5', '10', '1', '2', 'up'),
    ('4 the product is 512 bits wide',
     '115792089237316195423570985008687907853269984665640564039457584007913129639935',
     '0x' || repeat('f', 64), '0x' || repeat('f', 64), '0x' || repeat('f', 64), 'down'),
    ('5 nothing rounded up',        '0', '0', '5', '7', 'up'),
    ('6 NULL',                      NULL, '1', '1', '1', NULL)
  ) AS cases (scenario, expected, a, b, c, rounding)
 ORDER BY scenario;
SELECT count(*) AS compared,
       count(*) FILTER (WHERE down::numeric <> div(a * b, c)) AS different_down,
       count(*) FILTER (WHERE up::numeric <> div(a * b + c - 1, c)) AS different_up
  FROM (SELECT a.amount AS a, b.amount AS b, c.amount AS c,
               vesu.mul_div(a.exact, b.exact, c.exact, 'down') AS down, vesu.mul_div(a.exact, b.exact, c.exact, 'up') AS up
          FROM amounts AS a
          JOIN amounts AS b ON b.number = (a.number * 7919) % 2000 + 1
          JOIN amounts AS c ON c.number = (a.number * 104729) % 2000 + 1
         WHERE c.amount > 0 AND div(a.amount * b.amount, c.amount) < trunc(2::numeric ^ 256) - 1 OFFSET 0) AS quotients;

-- Every error, each with the values.
SELECT statement, pg_temp.report(statement) AS error
  FROM (VALUES
    ('SELECT ''''::vesu.uint256'),
    ('SELECT '' 1''::vesu.uint256'),
    ('SELECT ''-1''::vesu.uint256'),
    ('SELECT ''+1''::vesu.uint256'),
    ('SELECT ''1.0''::vesu.uint256'),
    ('SELECT ''1e18''::vesu.uint256'),
    ('SELECT ''0x''::vesu.uint256'),
    ('SELECT ''0xg''::vesu.uint256'),
    ('SELECT (''0x'' || repeat(''0'', 65))::vesu.uint256'),
    ('SELECT ''115792089237316195423570985008687907853269984665640564039457584007913129639936''::vesu.uint256'),
    ('SELECT (-1)::numeric::vesu.uint256'),
    ('SELECT 1.5::vesu.uint256'),
    ('SELECT ''NaN''::numeric::vesu.uint256'),
    ('SELECT ''Infinity''::numeric::vesu.uint256'),
    ('SELECT 1e78::vesu.uint256'),
    ('SELECT trim_scale(2::numeric ^ 256)::vesu.uint256'),
    ('SELECT (-1)::bigint::vesu.uint256'),
    ('SELECT (-1)::vesu.uint256'),
    ('SELECT ''\x01''::bytea::vesu.uint256'),
    ('SELECT decode(repeat(''00'', 33), ''hex'')::vesu.uint256'),
    ('SELECT ''9223372036854775808''::vesu.uint256::bigint'),
    ('SELECT ''5''::vesu.uint256 - ''7'''),
    ('SELECT (''0x'' || repeat(''f'', 64))::vesu.uint256 + ''1'''),
    ('SELECT (''0x1'' || repeat(''0'', 32))::vesu.uint256 * (''0x1'' || repeat(''0'', 32))::vesu.uint256'),
    ('SELECT ''5''::vesu.uint256 / ''0'''),
    ('SELECT ''5''::vesu.uint256 % ''0'''),
    ('SELECT vesu.mul_div(''5'', ''6'', ''0'', ''down'')'),
    ('SELECT vesu.mul_div((''0x1'' || repeat(''0'', 63))::vesu.uint256, ''16'', ''1'', ''down'')'),
    ('SELECT vesu.mul_div(''5'', ''6'', ''7'', ''nearest'')'),
    ('SELECT vesu.mul_div(''5'', ''6'', ''7'', ''UP'')'),
    ('SELECT ''1''::vesu.uint256 = 1'),
    ('SELECT ''1''::vesu.uint256 + 1.5'),
    ('SELECT sqrt(''1''::vesu.uint256)')
  ) AS cases (statement);

-- As a column: default, constraints, index, grouping.
CREATE TABLE accounts (
    id int PRIMARY KEY,
    balance vesu.uint256 NOT NULL DEFAULT '0',
    cap vesu.uint256 DEFAULT '0xff' CHECK (cap > '0'),
    available vesu.uint256 GENERATED ALWAYS AS (cap - balance) STORED);
INSERT INTO accounts (id) VALUES (1);
INSERT INTO accounts (id, balance, cap) VALUES (2, '7', '10'), (3, '0x7', '10'), (4, 2::vesu.uint256, '9'), (5, '0', NULL);
UPDATE accounts SET balance = balance + '1' WHERE id = 4;
SELECT pg_temp.report('UPDATE accounts SET balance = balance + ''300'' WHERE id = 1') AS generated_below_zero;
SELECT pg_temp.report('INSERT INTO accounts VALUES (6, 1)') AS no_silent_cast;
SELECT pg_temp.report('INSERT INTO accounts (id, cap) VALUES (6, ''0'')') AS constraint_holds;
SELECT * FROM accounts ORDER BY id;
SELECT balance, count(*) FROM accounts GROUP BY balance ORDER BY balance;
SELECT DISTINCT cap FROM accounts ORDER BY cap DESC NULLS LAST;

-- Sorted as numbers, by an index or without one.
CREATE INDEX amounts_exact ON amounts (exact);
ANALYZE amounts;
SELECT count(*) AS compared, count(*) FILTER (WHERE by_index.amount <> by_sort.amount OR by_sort.amount <> by_numeric.amount) AS different
  FROM (SELECT amount, row_number() OVER (ORDER BY exact) FROM amounts) AS by_index
  JOIN (SELECT amount, row_number() OVER (ORDER BY exact)
          FROM (SELECT * FROM amounts ORDER BY md5(number::text)) AS shuffled) AS by_sort USING (row_number)
  JOIN (SELECT amount, row_number() OVER (ORDER BY amount) FROM amounts) AS by_numeric USING (row_number);
SET enable_seqscan = off;
EXPLAIN (COSTS OFF) SELECT exact FROM amounts WHERE exact = '1000';
EXPLAIN (COSTS OFF) SELECT exact FROM amounts WHERE exact >= '0x10' AND exact < '0x20' ORDER BY exact DESC;
SELECT min(exact), max(exact) FROM amounts;
SELECT count(*) FILTER (WHERE exact = '1000') AS found, count(*) FILTER (WHERE amount = 1000) AS expected FROM amounts;
SELECT string_agg(exact::text, ' ' ORDER BY exact) FROM amounts WHERE exact >= '0x20' AND exact < '0x40';
DROP INDEX amounts_exact;
CREATE INDEX amounts_exact_hash ON amounts USING hash (exact);
EXPLAIN (COSTS OFF) SELECT exact FROM amounts WHERE exact = '1000';
SELECT DISTINCT exact FROM amounts WHERE exact = '1000';
RESET enable_seqscan;
DROP INDEX amounts_exact_hash;
SELECT opcname, amvalidate(oid) FROM pg_opclass WHERE opcname LIKE 'uint256%' ORDER BY opcname;

-- Hashed and merged.
SET enable_nestloop = off;
SET enable_mergejoin = off;
EXPLAIN (COSTS OFF) SELECT count(*) FROM amounts AS a JOIN amounts AS b USING (exact);
SELECT count(*) AS by_hash FROM amounts AS a JOIN amounts AS b USING (exact);
SET enable_mergejoin = on;
SET enable_hashjoin = off;
EXPLAIN (COSTS OFF) SELECT count(*) FROM amounts AS a JOIN amounts AS b USING (exact);
SELECT count(*) AS by_merge FROM amounts AS a JOIN amounts AS b USING (exact);
RESET enable_hashjoin;
RESET enable_mergejoin;
RESET enable_nestloop;
SELECT count(*) AS by_numeric FROM amounts AS a JOIN amounts AS b USING (amount);
SET enable_sort = off;
EXPLAIN (COSTS OFF) SELECT exact, count(*) FROM amounts GROUP BY exact;
SELECT count(*) AS groups FROM (SELECT exact FROM amounts GROUP BY exact) AS grouped;
RESET enable_sort;
SELECT count(DISTINCT amount) AS groups FROM amounts;
CREATE TABLE partitioned (amount vesu.uint256) PARTITION BY HASH (amount);
CREATE TABLE partitioned_0 PARTITION OF partitioned FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE partitioned_1 PARTITION OF partitioned FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO partitioned SELECT exact FROM amounts;
SELECT count(*) AS rows, count(*) FILTER (WHERE tableoid = 'partitioned_0'::regclass) BETWEEN 1200 AND 1900 AS spread FROM partitioned;

-- The binary form is the 32 bytes; any 32 bytes come back.
SELECT vesu.uint256_send('258') AS sent;
\getenv output PG_ABS_BUILDDIR
\set file :output '/results/library_uint256.copy'
\setenv file :file
CREATE TABLE received (number bigint, exact vesu.uint256);
\copy (SELECT number, exact FROM amounts) TO PROGRAM 'cat > "$file"' (FORMAT binary)
\copy received FROM PROGRAM 'cat "$file"' (FORMAT binary)
SELECT count(*) AS compared, count(*) FILTER (WHERE a.exact <> r.exact) AS different FROM amounts AS a JOIN received AS r USING (number);

-- Nothing hangs on search_path.
SET search_path = pg_catalog;
SELECT '2'::vesu.uint256 + '3' AS plus, '2'::vesu.uint256 < '10' AS less, sum(exact) AS total FROM public.amounts WHERE exact <= '10';
SET search_path = '';
SELECT '2'::vesu.uint256 * '3' AS times, '2'::vesu.uint256 IN ('1', '2') AS found, max(exact) AS largest FROM public.amounts WHERE exact <= '10';
RESET search_path;

-- No operator of another type has changed: what was ambiguous or unknown still is.
SELECT statement, pg_temp.report(statement) AS error
  FROM (VALUES
    ('SELECT ''1'' + ''2'''), ('SELECT ''1'' - ''2'''), ('SELECT ''1'' * ''2'''), ('SELECT ''1'' / ''2'''), ('SELECT ''1'' % ''2'''),
    ('SELECT NULL + NULL'), ('SELECT 1 + ''x'''), ('SELECT ''1''::text + 1'), ('SELECT ''a'' < ''b'''), ('SELECT NULL = NULL')
  ) AS cases (statement);
SELECT pg_typeof(1 + '2') AS plus, pg_typeof(1.5 * '2') AS times, pg_typeof('2020-01-02'::date - '2020-01-01') AS minus, 'a' < 'b' AS as_text;

-- Everything has a comment, and is safe to run in parallel.
SELECT p.oid::regprocedure AS without_comment
  FROM pg_proc AS p
 WHERE (p.proname ~ 'uint256' OR 'vesu.uint256'::regtype = ANY (p.proargtypes)) AND p.pronamespace <> pg_my_temp_schema()
   AND obj_description(p.oid, 'pg_proc') IS NULL;
SELECT p.oid::regprocedure AS neither_immutable_strict_nor_parallel
  FROM pg_proc AS p
 WHERE (p.proname ~ 'uint256' OR 'vesu.uint256'::regtype = ANY (p.proargtypes)) AND p.prokind = 'f' AND p.pronamespace <> pg_my_temp_schema()
   AND (p.provolatile <> 'i' OR NOT p.proisstrict OR p.proparallel <> 's');
SELECT count(*) AS casts, count(*) FILTER (WHERE castcontext <> 'e') AS not_explicit,
       count(*) FILTER (WHERE obj_description(oid, 'pg_cast') IS NULL) AS without_comment
  FROM pg_cast WHERE 'vesu.uint256'::regtype IN (castsource, casttarget);
DROP TABLE amounts, accounts, partitioned, received;
