-- Risk statistics of daily returns, by the aggregates of schema vesu.
\i test/demo/layout.psql
\echo
\echo WETH and WBTC by day, from January 2021 to February 2023. Each figure is one aggregate, such as vesu.sharpe_ratio(r):
\echo
SELECT token, count(r) AS "days",
       to_char(100 * vesu.cumulative_return(r), '9,990.0 %') AS "return",
       to_char(100 * vesu.cagr(r), '990.0 %') AS "a year",
       to_char(100 * vesu.volatility(r), '9,990.0 %') AS "volatility",
       to_char(vesu.sharpe_ratio(r), '990.00') AS "Sharpe",
       to_char(vesu.sortino_ratio(r), '990.00') AS "Sortino",
       to_char(100 * vesu.max_drawdown(r ORDER BY day), '990.0 %') AS "max. drawdown",
       to_char(100 * vesu.value_at_risk(r), '990.0 %') AS "VaR 95 %",
       to_char(100 * vesu.conditional_value_at_risk(r), '990.0 %') AS "CVaR 95 %"
  FROM demo.daily WHERE token IN ('WETH', 'WBTC') GROUP BY token ORDER BY token DESC;

\echo VaR 95 %: the return that one day in twenty falls below; CVaR 95 %: the mean of those days.
\echo
\echo How the tokens move together: correlations of their daily returns (vesu_portfolio.correlation_matrix):
\echo
SELECT array_agg(id::text ORDER BY name) AS ids, array_agg(name ORDER BY name) AS tokens
  FROM vesu_portfolio.assets WHERE name IN ('AAVE', 'LINK', 'WBTC', 'WETH') \gset
SELECT (:'tokens'::text[])[line] AS " ", to_char(m[line][1], '0.00') AS "AAVE", to_char(m[line][2], '0.00') AS "LINK",
       to_char(m[line][3], '0.00') AS "WBTC", to_char(m[line][4], '0.00') AS "WETH"
  FROM vesu_portfolio.correlation_matrix(:'ids', '2021-01-01 00:00+00', '2023-02-25 00:00+00') AS m
 CROSS JOIN generate_series(1, 4) AS line ORDER BY line;

\echo How far WETH was below its last peak, at the end of each month:
\echo
SELECT to_char(month, 'Mon YYYY') AS "month", to_char(close, '9,990') AS "USD", to_char(100 * drawdown, '990 %') AS "drawdown",
       rpad(repeat('█', round(-50 * drawdown)::int), 50) AS "0 %      -20 %     -40 %     -60 %     -80 %    -100 %"
  FROM (SELECT DISTINCT ON (date_trunc('month', day, 'UTC')) date_trunc('month', day, 'UTC') AS month, close,
               close / max(close) OVER (ORDER BY day) - 1 AS drawdown
          FROM demo.daily WHERE token = 'WETH' ORDER BY date_trunc('month', day, 'UTC'), day DESC) AS monthly
 ORDER BY monthly.month;
