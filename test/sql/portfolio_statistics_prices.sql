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

-- The price as it was written; the seconds of the minute stand for a volume.
CREATE TABLE points AS
SELECT symbol, usd_price::text::numeric AS price, extract(second FROM "timestamp") AS volume, "timestamp" AS ts FROM prices;

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
 CROSS JOIN LATERAL (SELECT key AS statistic, value::text FROM jsonb_each_text(to_jsonb(statistics) - 'symbol')) AS one
UNION ALL
SELECT symbol, statistic, value
  FROM (SELECT symbol,
               vesu.value_at_risk(r) AS "value_at_risk(r)", vesu.value_at_risk(r, 0.99) AS "value_at_risk(r, 0.99)",
               vesu.value_at_risk(r, 0.95, 'gaussian') AS "value_at_risk(r, 0.95, 'gaussian')",
               vesu.value_at_risk(r, 0.99, 'modified') AS "value_at_risk(r, 0.99, 'modified')",
               vesu.conditional_value_at_risk(r) AS "conditional_value_at_risk(r)",
               vesu.conditional_value_at_risk(r, 0.99, 'gaussian') AS "conditional_value_at_risk(r, 0.99, 'gaussian')",
               vesu.tail_ratio(r) AS "tail_ratio(r)", vesu.max_drawdown(r ORDER BY day) AS "max_drawdown(r)",
               vesu.calmar_ratio(r ORDER BY day) AS "calmar_ratio(r)", vesu.calmar_ratio(r, 252 ORDER BY day) AS "calmar_ratio(r, 252)",
               vesu.stability(r ORDER BY day) AS "stability(r)"
          FROM returns GROUP BY symbol) AS statistics
 CROSS JOIN LATERAL (SELECT key AS statistic, value::text FROM jsonb_each_text(to_jsonb(statistics) - 'symbol')) AS one
UNION ALL
SELECT symbol, statistic, value
  FROM (SELECT symbol, vesu.twap(price, ts) AS exact_twap, vesu.twap(price::float8, ts) AS twap, vesu.ohlcv(price, volume, ts) AS exact,
               vesu.ohlcv(price::float8, volume::float8, ts) AS bar
          FROM points GROUP BY symbol) AS statistics
 CROSS JOIN LATERAL (SELECT 'ohlcv(price, volume, ts).' || key, value FROM jsonb_each_text(to_jsonb(exact))
                     UNION ALL VALUES ('ohlcv(price::float8, volume, ts).vwap', (bar).vwap::text), ('twap(price, ts)', exact_twap::text),
                                      ('twap(price::float8, ts)', twap::text)) AS one (statistic, value);
CREATE VIEW report (kind, symbol, first, second, third) AS
SELECT * FROM (SELECT 'return', symbol, r::text, b::text, '' FROM returns ORDER BY symbol, day) AS r
UNION ALL SELECT 'price', symbol, (extract(epoch FROM ts) * 1000000)::bigint::text, price::text, volume::text FROM points
UNION ALL SELECT 'statistic', symbol, statistic, value, '' FROM results;
\copy (TABLE report) TO PROGRAM 'python3 "$script"'

-- Not by chance: a value that is off by 1e-11 of its size is found.
UPDATE results SET value = (value::float8 * (1 + 1e-11))::text WHERE statistic = 'sharpe_ratio(r)' AND symbol = 'DAI';
\copy (TABLE report) TO PROGRAM 'python3 "$script" | grep "different [A-Z]"'
DROP VIEW report;
DROP TABLE prices, points, daily, returns, results;
