-- The risk aggregates over :returns returns in one table, beside the same in SQL; and a moving Sharpe ratio over :moving rows.
-- The returns neither grow nor shrink in the long run, or the others' products would overflow. Answers are compared to seven digits. Needs measure.sql.
SELECT setseed(0.42) \g /dev/null
CREATE UNLOGGED TABLE bench.returns AS
SELECT n AS t, 0.02 * (random() + random() + random() - 1.5) + 0.00005 AS r, 0.02 * (random() + random() + random() - 1.5) AS b
  FROM generate_series(1, :returns) AS g (n);
-- Prices with six decimals, a minute apart, and what was traded at them.
CREATE UNLOGGED TABLE bench.trades AS
SELECT timestamptz '2026-01-01 00:00+00' + n * interval '1 minute' AS ts, round((100 + 10 * sin(n / 1e4))::numeric, 6) AS price,
       (1 + n % 97)::numeric AS volume
  FROM generate_series(1, :moving) AS g (n);
VACUUM ANALYZE bench.returns, bench.trades;

CREATE FUNCTION bench.digits(value float8) RETURNS text
    LANGUAGE sql IMMUTABLE RETURN to_char(value, '9.999999EEEE');

-- What somebody writes who has no such aggregate.
CREATE FUNCTION bench.max_drawdown_by_hand() RETURNS float8
    LANGUAGE plpgsql STABLE AS $$
DECLARE
    r float8;
    equity float8 := 1;
    peak float8 := 1;
    worst float8 := 0;
BEGIN
    FOR r IN SELECT s.r FROM bench.returns AS s ORDER BY s.t LOOP
        equity := equity * (1 + r);
        IF equity > peak THEN
            peak := equity;
        ELSIF equity / peak - 1 < worst THEN
            worst := equity / peak - 1;
        END IF;
    END LOOP;
    RETURN worst;
END
$$;

CREATE TABLE bench.statistic (place int GENERATED ALWAYS AS IDENTITY, name text, contender text, query text);
INSERT INTO bench.statistic (name, contender, query) VALUES
    ('sharpe_ratio', 'vesu', 'SELECT vesu.sharpe_ratio(r) FROM bench.returns'),
    ('sharpe_ratio', 'avg and stddev_samp', 'SELECT avg(r) / stddev_samp(r) * sqrt(365) FROM bench.returns'),
    ('volatility', 'vesu', 'SELECT vesu.volatility(r) FROM bench.returns'),
    ('volatility', 'stddev_samp', 'SELECT stddev_samp(r) * sqrt(365) FROM bench.returns'),
    ('cumulative_return', 'vesu', 'SELECT vesu.cumulative_return(r) FROM bench.returns'),
    ('cumulative_return', 'sum of logarithms', 'SELECT exp(sum(ln(1 + r))) - 1 FROM bench.returns'),
    ('cagr', 'vesu', 'SELECT vesu.cagr(r) FROM bench.returns'),
    ('cagr', 'sum of logarithms', 'SELECT exp(sum(ln(1 + r)) * 365 / count(*)) - 1 FROM bench.returns'),
    ('downside_deviation', 'vesu', 'SELECT vesu.downside_deviation(r) FROM bench.returns'),
    ('downside_deviation', 'SQL', 'SELECT sqrt(avg(least(r, 0) * least(r, 0))) * sqrt(365) FROM bench.returns'),
    ('sortino_ratio', 'vesu', 'SELECT vesu.sortino_ratio(r) FROM bench.returns'),
    ('sortino_ratio', 'SQL', 'SELECT avg(r) * 365 / (sqrt(avg(least(r, 0) * least(r, 0))) * sqrt(365)) FROM bench.returns'),
    ('omega_ratio', 'vesu', 'SELECT vesu.omega_ratio(r) FROM bench.returns'),
    ('omega_ratio', 'SQL', 'SELECT sum(greatest(r, 0)) / -sum(least(r, 0)) FROM bench.returns'),
    ('max_drawdown', 'vesu', 'SELECT vesu.max_drawdown(r ORDER BY t) FROM bench.returns'),
    ('max_drawdown', 'window functions',
     'SELECT least(min(equity / greatest(peak, 1)) - 1, 0)
        FROM (SELECT equity, max(equity) OVER (ORDER BY t) AS peak
                FROM (SELECT t, exp(sum(ln(1 + r)) OVER (ORDER BY t)) AS equity FROM bench.returns) AS path) AS path'),
    ('max_drawdown', 'loop in PL/pgSQL', 'SELECT bench.max_drawdown_by_hand()'),
    ('calmar_ratio', 'vesu', 'SELECT vesu.calmar_ratio(r ORDER BY t) FROM bench.returns'),
    ('calmar_ratio', 'window functions',
     'SELECT (exp(sum(logarithm) * 365 / count(*)) - 1) / -(least(min(equity / greatest(peak, 1)) - 1, 0))
        FROM (SELECT logarithm, equity, max(equity) OVER (ORDER BY t) AS peak
                FROM (SELECT t, ln(1 + r) AS logarithm, exp(sum(ln(1 + r)) OVER (ORDER BY t)) AS equity FROM bench.returns) AS path)
             AS path'),
    ('stability', 'vesu', 'SELECT vesu.stability(r ORDER BY t) FROM bench.returns'),
    ('stability', 'window function and regr_r2',
     'SELECT regr_r2(total, t) FROM (SELECT t, sum(ln(1 + r)) OVER (ORDER BY t) AS total FROM bench.returns) AS path'),
    ('value_at_risk', 'vesu', 'SELECT vesu.value_at_risk(r) FROM bench.returns'),
    ('value_at_risk', 'percentile_cont', 'SELECT percentile_cont(0.05) WITHIN GROUP (ORDER BY r) FROM bench.returns'),
    ('value_at_risk, modified', 'vesu', $$SELECT vesu.value_at_risk(r, 0.95, 'modified') FROM bench.returns$$),
    ('value_at_risk, modified', 'power sums',
     'SELECT m + s * (z + (z * z - 1) * S3 / 6 + (z * z * z - 3 * z) * K4 / 24 - (2 * z * z * z - 5 * z) * S3 * S3 / 36)
        FROM (SELECT m, sqrt(m2 - m * m) AS s, -1.6448536269514722 AS z,
                     (m3 - 3 * m * m2 + 2 * m * m * m) / power(m2 - m * m, 1.5) AS S3,
                     (m4 - 4 * m * m3 + 6 * m * m * m2 - 3 * m * m * m * m) / power(m2 - m * m, 2) - 3 AS K4
                FROM (SELECT avg(r) AS m, avg(r * r) AS m2, avg(r * r * r) AS m3, avg(r * r * r * r) AS m4 FROM bench.returns) AS p)
             AS moments'),
    ('conditional_value_at_risk', 'vesu', 'SELECT vesu.conditional_value_at_risk(r) FROM bench.returns'),
    ('conditional_value_at_risk', 'sort and LIMIT',
     'SELECT avg(r) FROM (SELECT r FROM bench.returns ORDER BY r
                           LIMIT (SELECT floor((count(*) - 1) * 0.05) + 1 FROM bench.returns)) AS lowest'),
    ('tail_ratio', 'vesu', 'SELECT vesu.tail_ratio(r) FROM bench.returns'),
    ('tail_ratio', 'percentile_cont',
     'SELECT abs(p[2]) / abs(p[1]) FROM (SELECT percentile_cont(ARRAY[0.05, 0.95]) WITHIN GROUP (ORDER BY r) AS p FROM bench.returns) AS q'),
    ('beta', 'vesu', 'SELECT vesu.beta(r, b) FROM bench.returns'),
    ('beta', 'regr_slope', 'SELECT regr_slope(r, b) FROM bench.returns'),
    ('alpha', 'vesu', 'SELECT vesu.alpha(r, b) FROM bench.returns'),
    ('alpha', 'regr_slope and avg',
     'SELECT power(1 + avg(r) - regr_slope(r, b) * avg(b), 365) - 1 FROM bench.returns'),
    ('correlation', 'vesu', 'SELECT vesu.correlation(r, b) FROM bench.returns'),
    ('correlation', 'corr', 'SELECT corr(r, b) FROM bench.returns'),
    ('information_ratio', 'vesu', 'SELECT vesu.information_ratio(r, b) FROM bench.returns'),
    ('information_ratio', 'avg and stddev_samp', 'SELECT avg(r - b) / stddev_samp(r - b) FROM bench.returns'),
    ('twap', 'vesu', 'SELECT vesu.twap(price, ts)::float8 FROM bench.trades'),
    ('twap', 'window function',
     'SELECT (sum(price * seconds) / sum(seconds))::float8
        FROM (SELECT price, extract(epoch FROM lead(ts) OVER (ORDER BY ts) - ts) AS seconds FROM bench.trades) AS weighted'),
    ('ohlcv', 'vesu', 'SELECT (o).open + 2 * (o).high + 3 * (o).low + 4 * (o).close + (o).volume + (o).vwap
                         FROM (SELECT vesu.ohlcv(price, volume, ts) AS o FROM bench.trades) AS bar'),
    ('ohlcv', 'SQL', 'SELECT (array_agg(price ORDER BY ts))[1] + 2 * max(price) + 3 * min(price) + 4 * (array_agg(price ORDER BY ts DESC))[1]
                             + sum(volume) + sum(price * volume) / sum(volume) FROM bench.trades'),
    ('moving Sharpe ratio of 365', 'vesu',
     'SELECT sum(s) FROM (SELECT vesu.sharpe_ratio(r) OVER (ORDER BY t ROWS 364 PRECEDING) AS s FROM bench.returns WHERE t <= :rows) AS w'),
    ('moving Sharpe ratio of 365', 'avg and stddev_samp as windows',
     'SELECT sum(s) FROM (SELECT avg(r) OVER w / stddev_samp(r) OVER w * sqrt(365) AS s FROM bench.returns WHERE t <= :rows
                          WINDOW w AS (ORDER BY t ROWS 364 PRECEDING)) AS w');

-- Three runs, but for what takes long.
DO $$
DECLARE
    entry record;
    returns constant text := (SELECT to_char(count(*), 'FM999,999,999') FROM bench.returns);
    trades constant bigint := (SELECT count(*) FROM bench.trades);
BEGIN
    FOR entry IN SELECT s.*, replace(s.query, ':rows', trades::text) AS statement FROM bench.statistic AS s ORDER BY s.place LOOP
        CALL bench.measure(
            entry.name || ', ' || CASE WHEN entry.name ~ '^(moving|twap|ohlcv)' THEN to_char(trades, 'FM999,999,999') ELSE returns END || ' rows',
            entry.contender, entry.statement, replace('SELECT bench.digits((%s)::float8)', '%s', entry.statement),
            runs => CASE WHEN entry.contender ~ 'window|loop|sort' THEN 1 ELSE 3 END);
    END LOOP;
END
$$;
DROP TABLE bench.returns, bench.trades;
