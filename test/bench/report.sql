-- One row a contender: its time and how many times ours that is. Whoever gives another answer than ours is named.
SELECT r.measurement, r.contender, round(r.milliseconds, 2) AS milliseconds,
       round(r.milliseconds / ours.milliseconds, 2) AS times_ours,
       CASE WHEN r.contender = 'no-op C function' THEN 'does nothing'
            WHEN r.answer = ours.answer THEN 'same answer' ELSE 'ANOTHER ANSWER' END AS answer
  FROM bench.result AS r
  JOIN bench.result AS ours ON ours.measurement = r.measurement AND ours.contender = 'vesu'
 ORDER BY r.measurement, r.milliseconds;
