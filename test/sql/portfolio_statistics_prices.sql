-- Daily returns of seven assets from 2021 to 2023, their statistics computed twice: by the aggregates, and from the
-- definitions by a program that shares nothing with them. They agree within 1e-12.
\getenv directory PG_ABS_SRCDIR
\set script :directory '/portfolio_statistics.py'
\setenv script :script
\set path :directory '/data/prices_usd_hourly_2021_2023.csv'
CREATE TABLE prices (symbol text, "timestamp" timestamptz, usd_price float8);
\set copy '\\copy prices FROM ' :path ' WITH (FORMAT csv, HEADER)'
:copy
SET timezone = 'UTC';
-- The last price of a day; a day without one is a gap, and so is the next. Against WETH.
CREATE TABLE daily AS
SELECT symbol, day, coalesce(price / lag(price) OVER (PARTITION BY symbol ORDER BY day) - 1, 'NaN') AS r
  FROM (SELECT symbol, day, price
          FROM (SELECT DISTINCT symbol FROM prices) AS symbols
         CROSS JOIN generate_series('2021-01-01'::timestamptz, (SELECT date_trunc('day', max("timestamp")) FROM prices), '1 day') AS day
          LEFT JOIN (SELECT DISTINCT ON (symbol, date_trunc('day', "timestamp")) symbol, date_trunc('day', "timestamp") AS day, usd_price AS price
                       FROM prices ORDER BY symbol, date_trunc('day', "timestamp"), "timestamp" DESC) AS last USING (symbol, day)) AS days;
CREATE TABLE returns AS
SELECT d.symbol, d.day, d.r, w.r AS b FROM daily AS d JOIN daily AS w ON w.day = d.day AND w.symbol = 'WETH';
SELECT symbol, count(*) AS days, count(*) FILTER (WHERE r = 'NaN') AS gaps FROM returns GROUP BY symbol ORDER BY symbol COLLATE "C";

CREATE TABLE results AS
SELECT symbol, statistic, value
  FROM (SELECT symbol,
               vesu.cumulative_return(r) AS "cumulative_return(r)", vesu.cagr(r) AS "cagr(r)", vesu.cagr(r, 252) AS "cagr(r, 252)",
               vesu.volatility(r) AS "volatility(r)", vesu.volatility(r, 252, 0) AS "volatility(r, 252, 0)",
               vesu.sharpe_ratio(r) AS "sharpe_ratio(r)", vesu.sharpe_ratio(r, 0.0001, 252, 0) AS "sharpe_ratio(r, 0.0001, 252, 0)",
               vesu.downside_deviation(r) AS "downside_deviation(r)", vesu.downside_deviation(r, 0.001, 252) AS "downside_deviation(r, 0.001, 252)",
               vesu.sortino_ratio(r) AS "sortino_ratio(r)", vesu.sortino_ratio(r, 0.001, 252) AS "sortino_ratio(r, 0.001, 252)",
               vesu.omega_ratio(r) AS "omega_ratio(r)", vesu.omega_ratio(r, 0.0001, 0.1, 252) AS "omega_ratio(r, 0.0001, 0.1, 252)"
          FROM returns GROUP BY symbol) AS statistics
 CROSS JOIN LATERAL (SELECT key AS statistic, value::text FROM jsonb_each_text(to_jsonb(statistics) - 'symbol')) AS one
UNION ALL
-- Against itself an asset has no information ratio.
SELECT symbol, statistic, value
  FROM (SELECT symbol,
               vesu.beta(r, b) AS "beta(r, b)", vesu.alpha(r, b) AS "alpha(r, b)", vesu.alpha(r, b, 0.0001, 252) AS "alpha(r, b, 0.0001, 252)",
               vesu.correlation(r, b) AS "correlation(r, b)", vesu.information_ratio(r, b) AS "information_ratio(r, b)",
               vesu.information_ratio(r, b, 252) AS "information_ratio(r, b, 252)"
          FROM returns WHERE symbol <> 'WETH' GROUP BY symbol) AS statistics
 CROSS JOIN LATERAL (SELECT key AS statistic, value::text FROM jsonb_each_text(to_jsonb(statistics) - 'symbol')) AS one;
\copy (SELECT * FROM (SELECT 'return', symbol, r::text, b::text FROM returns ORDER BY symbol, day) AS r UNION ALL SELECT 'statistic', symbol, statistic, value FROM results) TO PROGRAM 'python3 "$script"'

-- Not by chance: a value that is off by 1e-11 of its size is found.
UPDATE results SET value = (value::float8 * (1 + 1e-11))::text WHERE statistic = 'sharpe_ratio(r)' AND symbol = 'DAI';
\copy (SELECT * FROM (SELECT 'return', symbol, r::text, b::text FROM returns ORDER BY symbol, day) AS r UNION ALL SELECT 'statistic', symbol, statistic, value FROM results) TO PROGRAM 'python3 "$script" | grep "different [A-Z]"'
DROP TABLE prices, daily, returns, results;
