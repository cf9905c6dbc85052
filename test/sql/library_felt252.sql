-- felt252: one value for every spelling, ordered, hashed, cast, refused.
\getenv directory PG_ABS_SRCDIR
\set report :directory '/sql/support/report.sql'
\i :report

SELECT '0xA1'::vesu.felt252 = '0xa1' AS either_case, '0xa1'::vesu.felt252 = '0x00a1' AS padded,
       '0xa1'::vesu.felt252 < '0xa2' AS less, '0x0'::vesu.felt252 AS zero,
       ('0x0800000000000011' || repeat('0', 48))::vesu.felt252 AS largest;

-- Operators are found under the default search_path, and indexes and hash joins use them.
CREATE TEMPORARY TABLE felts AS SELECT ('0x' || to_hex(i))::vesu.felt252 AS felt FROM generate_series(1, 10000) AS i;
CREATE INDEX ON felts (felt);
ANALYZE felts;
EXPLAIN (COSTS OFF) SELECT felt FROM felts WHERE felt = '0x10';
EXPLAIN (COSTS OFF) SELECT felt FROM felts WHERE felt > '0x26ff' ORDER BY felt;
SELECT count(*) FROM felts WHERE felt BETWEEN '0x10' AND '0x1f';
SET enable_mergejoin = off;
SET enable_nestloop = off;
EXPLAIN (COSTS OFF) SELECT count(*) FROM felts AS a JOIN felts AS b USING (felt);
SELECT count(*) FROM felts AS a JOIN felts AS b USING (felt);
RESET enable_mergejoin;
RESET enable_nestloop;
SELECT count(DISTINCT felt), min(felt::numeric), max(felt::numeric) FROM felts;

-- Casts are explicit, and each has a way back.
SELECT '0x1a2b'::vesu.felt252::numeric AS to_numeric, 6699::numeric::vesu.felt252 AS from_numeric,
       '0x1a2b'::vesu.felt252::bytea AS to_bytea, decode(lpad('1a2b', 64, '0'), 'hex')::vesu.felt252 AS from_bytea;
SELECT count(*) AS compared, count(*) FILTER (WHERE felt::numeric::vesu.felt252 <> felt OR felt::bytea::vesu.felt252 <> felt
                                                 OR felt::text::vesu.felt252 <> felt) AS different
  FROM (SELECT felt FROM felts
        UNION ALL
        SELECT (random_value * trunc(2::numeric ^ (i % 187)))::numeric(78, 0)::vesu.felt252
          FROM (SELECT i, abs(hashint8extended(i, 0)::numeric) AS random_value FROM generate_series(1, 1000) AS i) AS random) AS all_felts;

-- The binary form is the 32 bytes.
SELECT vesu.felt252_send('0x0102') = vesu.felt252_send('0x102') AS same_bytes, length(vesu.felt252_send('0x1')) AS bytes;

SELECT statement, pg_temp.report(statement) AS error
  FROM (VALUES
    ('SELECT ''0xGHIJKL''::vesu.felt252'),
    ('SELECT ''1234''::vesu.felt252'),
    ('SELECT ''0x''::vesu.felt252'),
    ('SELECT ''''::vesu.felt252'),
    ('SELECT '' 0x1''::vesu.felt252'),
    ('SELECT (''0x'' || repeat(''0'', 65))::vesu.felt252'),
    ('SELECT (''0x0800000000000011'' || repeat(''0'', 47) || ''1'')::vesu.felt252'),
    ('SELECT (''0x'' || repeat(''f'', 64))::vesu.felt252'),
    ('SELECT (-1)::numeric::vesu.felt252'),
    ('SELECT 1.5::vesu.felt252'),
    ('SELECT ''NaN''::numeric::vesu.felt252'),
    ('SELECT 1e77::vesu.felt252'),
    ('SELECT ''\x01''::bytea::vesu.felt252'),
    ('SELECT decode(repeat(''ff'', 32), ''hex'')::vesu.felt252'),
    ('SELECT ''0x1''::vesu.felt252 = 1')
  ) AS cases (statement);
