-- Averages over time and bars of prices.
SET TimeZone = 'UTC';
SET extra_float_digits = 0;
-- The contract's case.
SELECT round(vesu.twap(price, ts), 8) AS of_numeric, round(vesu.twap(price::float8, ts)::numeric, 8) AS of_float8
  FROM (SELECT price, to_timestamp(seconds) AS ts FROM (VALUES (100::numeric, 0), (110, 10), (105, 40), (120, 60)) AS prices (price, seconds)) AS points;

-- Doubles and NUMERIC follow the same rules.
CREATE TABLE points (scenario text, price numeric, volume numeric, seconds float8);
INSERT INTO points VALUES
    ('1 one point',                100,    2,    7),
    ('2 the last has no weight',   100,    2,    0), ('2 the last has no weight',   900, 2, 5),
    ('3 equal times: the average', 100,    2,    0), ('3 equal times: the average', 300, 2, 0), ('3 equal times: the average', 1, 2, 10),
    ('4 no time passes',           1,      2,    3), ('4 no time passes',             2, 2, 3), ('4 no time passes', 6, 2, 3),
    ('5 any order',                30,     1,   20), ('5 any order',                 10, 1, 0), ('5 any order', 20, 1, 10), ('5 any order', 0, 1, 40),
    ('6 below zero',               -37.63, 1,    0), ('6 below zero',             10.01, 0, 1), ('6 below zero', 0, 0, 3),
    ('7 NULL: no row',             10,     1,    0), ('7 NULL: no row',           NULL, 1, 5),  ('7 NULL: no row', 20, 1, 10), ('7 NULL: no row', 99, 1, NULL),
    ('8 NaN: no row',              10,     1,    0), ('8 NaN: no row',            'NaN', 1, 5), ('8 NaN: no row', 20, 1, 10),
    ('9 no volume',                10,     0,    0), ('9 no volume',               20,  0, 5),
    ('A volume of no known size',  10,     NULL, 0), ('A volume of no known size', 20, 'NaN', 5), ('A volume of no known size', 30, 3, 6),
    ('B no row',                   NULL,   NULL, 0);
SELECT scenario, vesu.twap(price, to_timestamp(seconds)) AS twap, vesu.twap(price::float8, to_timestamp(seconds)) AS twap_float8
  FROM points GROUP BY scenario ORDER BY scenario;
SELECT scenario, (bar).*, bar IS NULL AS is_null
  FROM (SELECT scenario, vesu.ohlcv(price, volume, to_timestamp(seconds)) AS bar FROM points GROUP BY scenario) AS bars ORDER BY scenario;
SELECT scenario, (bar).*
  FROM (SELECT scenario, vesu.ohlcv(price::float8, volume::float8, to_timestamp(seconds)) AS bar FROM points GROUP BY scenario) AS bars ORDER BY scenario;
SELECT vesu.twap(price, ts), vesu.twap(price::float8, ts), vesu.ohlcv(price, price, ts), vesu.ohlcv(price::float8, 1, ts)
  FROM (SELECT 1.0 AS price, to_timestamp(0) AS ts WHERE false) AS nothing;

-- Where times are equal the lowest opens and the highest closes.
SELECT count(*) AS orders, count(DISTINCT bar) AS bars, min(bar::text) AS bar
  FROM (SELECT seed, vesu.ohlcv(price, volume, to_timestamp(seconds) ORDER BY hashint8extended(price::int8 * 10 + seconds::int8, seed)) AS bar
          FROM (VALUES (5.0, 1.0, 1), (4.0, 2.0, 1), (9.0, 1.0, 2), (6.0, 1.0, 3), (7.0, 4.0, 3), (2.0, 1.0, 3)) AS trades (price, volume, seconds), generate_series(1, 60) AS seed
         GROUP BY seed) AS bars;
SELECT count(*) AS orders, count(DISTINCT twap) AS averages, count(DISTINCT twap_float8) AS averages_float8
  FROM (SELECT vesu.twap(price, ts ORDER BY hashint8extended(i, seed)) AS twap, vesu.twap(price::float8, ts ORDER BY hashint8extended(i, seed)) AS twap_float8
          FROM (SELECT i, (hashint8extended(i, 5) % 1000) / 7.0 AS price, to_timestamp(i * i % 17) AS ts FROM generate_series(1, 40) AS i) AS points, generate_series(1, 60) AS seed
         GROUP BY seed) AS orders;

-- Exact: 2^60 and 10^-18 meet without loss, and 18 decimals more than those of the prices are right to the last, half away from zero.
SELECT vesu.twap(price, to_timestamp(seconds)) = (1152921504606846976 + 0.000000000000000001) * 0.5 AS exact
  FROM (VALUES (1152921504606846976.0, 0), (0.000000000000000001, 1), (7, 2)) AS prices (price, seconds);
SELECT scenario, vesu.twap(price, to_timestamp(seconds)) AS twap, (vesu.ohlcv(price, volume, to_timestamp(0))).vwap
  FROM (VALUES ('1 a third',               1::numeric, 1::numeric, 0), ('1 a third',               0, 2, 1),  ('1 a third', 5, 0, 3),
               ('2 two thirds',            2,          1,          0), ('2 two thirds',            0, 2, 1),  ('2 two thirds', 5, 0, 3),
               ('3 below zero',           -2,          1,          0), ('3 below zero',            0, 2, 1),  ('3 below zero', 5, 0, 3),
               ('4 just half a unit',      1,          1,          0), ('4 just half a unit',      0, 2e18 - 1, 1e-6), ('4 just half a unit', 5, 0, 2e12),
               ('5 a little less',         1,          1,          0), ('5 a little less',         0, 2e18, 1e-6), ('5 a little less', 5, 0, 2e12 + 1),
               ('6 half, below zero',     -1,          1,          0), ('6 half, below zero',      0, 2e18 - 1, 1e-6), ('6 half, below zero', 5, 0, 2e12),
               ('7 decimals of a price',   0.01,       1,          0), ('7 decimals of a price',   0, 2, 1),  ('7 decimals of a price', 5, 0, 3)
       ) AS cases (scenario, price, volume, seconds)
 GROUP BY scenario ORDER BY scenario;
-- Averages at equal times are not rounded on the way: 1/3 three seconds long and 1/7 seven seconds long are 2 in ten.
SELECT vesu.twap(price, to_timestamp(seconds))
  FROM (VALUES (1.0, 0), (0, 0), (0, 0), (1, 3), (0, 3), (0, 3), (0, 3), (0, 3), (0, 3), (0, 3), (8, 10)) AS prices (price, seconds);
-- Any length of time, and any number of points at one time.
SELECT vesu.twap(price, ts) AS of_numeric, vesu.twap(price::float8, ts) AS of_float8
  FROM (VALUES (4.0, '4713-01-01 00:00+00 BC'::timestamptz), (8.0, '294276-12-31 00:00+00'), (1.0, '294276-12-31 00:00+00')) AS prices (price, ts);
SELECT vesu.twap(i::numeric, to_timestamp(i / 4000)) AS of_numeric, vesu.twap(i::float8, to_timestamp(i / 4000)) AS of_float8 FROM generate_series(0, 20000) AS i;

-- In a window, without a moving form.
SELECT seconds, vesu.twap(price, ts) OVER w AS twap, vesu.twap(price::float8, ts) OVER w AS twap_float8, (vesu.ohlcv(price, 1.0, ts) OVER w).close, (vesu.ohlcv(price::float8, 1, ts) OVER w).high
  FROM (SELECT seconds, (seconds * 7 % 5)::numeric AS price, to_timestamp(seconds) AS ts FROM generate_series(0, 8) AS seconds) AS points
WINDOW w AS (ORDER BY seconds ROWS 2 PRECEDING);
SELECT seconds, vesu.twap(price, ts) OVER (ORDER BY seconds) AS running, vesu.ohlcv(price, 1.0, ts) OVER (ORDER BY seconds) AS bar
  FROM (SELECT seconds, (seconds * 7 % 5)::numeric AS price, to_timestamp(seconds) AS ts FROM generate_series(0, 4) AS seconds) AS points;

-- By group, hashed or sorted.
SET enable_hashagg = off;
CREATE TABLE sorted AS SELECT i % 50 AS asset, vesu.ohlcv(i::numeric, 1.0, to_timestamp(i)) AS bar, vesu.twap(i::numeric, to_timestamp(i)) AS twap FROM generate_series(1, 1000) AS i GROUP BY asset;
RESET enable_hashagg;
SET enable_sort = off;
CREATE TABLE hashed AS SELECT i % 50 AS asset, vesu.ohlcv(i::numeric, 1.0, to_timestamp(i)) AS bar, vesu.twap(i::numeric, to_timestamp(i)) AS twap FROM generate_series(1, 1000) AS i GROUP BY asset;
RESET enable_sort;
SELECT count(*) AS groups, count(*) FILTER (WHERE sorted.bar = hashed.bar AND sorted.twap = hashed.twap) AS same FROM sorted JOIN hashed USING (asset);
SELECT asset, bar, twap FROM sorted WHERE asset < 3 ORDER BY asset;
DROP TABLE points, sorted, hashed;

-- The cases of the portfolio module.
\getenv directory PG_ABS_SRCDIR
\set path :directory '/vectors/portfolio_cases.csv'
CREATE TABLE portfolio_cases (case_id text, function text, input jsonb, expected text, note text);
\set copy '\\copy portfolio_cases FROM ' :path ' WITH (FORMAT csv, HEADER)'
:copy
SELECT case_id, expected, vesu.twap((point ->> 0)::numeric, to_timestamp((point ->> 1)::float8 / 1000)) AS twap
  FROM portfolio_cases CROSS JOIN LATERAL jsonb_array_elements(input -> 'points') AS points (point)
 WHERE function = 'twap' GROUP BY case_id, expected;
DROP TABLE portfolio_cases;
