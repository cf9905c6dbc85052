-- The rest of the events.
\i test/demo/layout.psql

CALL demo.replay('2021-09-02 18:00+00');

\i test/demo/progress.psql
\echo All times at which a position became liquidatable, by week:
\echo
SELECT to_char(date_trunc('week', hour), 'DD Mon') AS "week of", count(*) AS "times",
       count(DISTINCT position_id) AS "positions",
       to_char(sum(debt_usd), '999,999,990') AS "debt, added up, USD"
  FROM demo.became_liquidatable
 GROUP BY date_trunc('week', hour) ORDER BY date_trunc('week', hour);
