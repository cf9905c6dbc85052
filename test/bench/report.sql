-- The lines of the tables in RESULTS.md.
CREATE FUNCTION bench.shown(milliseconds numeric) RETURNS text
    LANGUAGE sql RETURN CASE WHEN milliseconds >= 10000 THEN to_char(milliseconds / 1000, 'FM999,990.0') || ' s'
                             WHEN milliseconds >= 100 THEN to_char(milliseconds, 'FM99,990') || ' ms'
                             ELSE to_char(milliseconds, 'FM90.00') || ' ms' END;
CREATE FUNCTION bench.milliseconds(measurement text, contender text) RETURNS numeric
    LANGUAGE sql RETURN (SELECT r.milliseconds FROM bench.result AS r
                          WHERE r.measurement = milliseconds.measurement AND r.contender = milliseconds.contender);

\echo '| measurement | contender | time | times ours |'
\echo '|---|---|--:|--:|'
SELECT format('| %s | %s | %s | %s |',
              CASE WHEN r.contender = 'vesu' THEN r.measurement END, r.contender,
              bench.shown(r.milliseconds)
              || CASE WHEN r.measurement ~ '^operations, |, 8 workers$' THEN ' (' || to_char(1000 / r.milliseconds, 'FM999,990') || ' a second)' ELSE '' END,
              CASE WHEN r.contender <> 'vesu' THEN to_char(r.milliseconds / ours.milliseconds, 'FM999,990.00') END)
  FROM bench.result AS r
  JOIN bench.result AS ours ON ours.measurement = r.measurement AND ours.contender = 'vesu'
 ORDER BY ours.place, r.place;

\echo
\echo '| promise | measured | kept |'
\echo '|---|--:|---|'
SELECT format('| %s | %s | %s |', promise, coalesce(measured, 'not in this run'), CASE WHEN kept THEN 'yes' WHEN NOT kept THEN 'NO' END)
  FROM (
    SELECT 1 AS place, 'tick and scan of 20,000 positions: at least 3,000 times faster than the Sequelize monitor' AS promise,
           to_char(ratio, 'FM999,990') || ' times; called from Node, ' || to_char(ratio_from_node, 'FM999,990') || ' times' AS measured,
           ratio >= 3000 AS kept
      FROM (SELECT bench.milliseconds(m, 'Node monitor with Sequelize') / bench.milliseconds(m, 'vesu') AS ratio,
                   bench.milliseconds(m, 'Node monitor with Sequelize') / bench.milliseconds(m, 'vesu, called from Node') AS ratio_from_node
              FROM (VALUES ('price tick and scan, 20,000 positions')) AS v (m)) AS measured
    UNION ALL
    SELECT 2, 'tick and scan of 1,000,000 positions: at least 100 times faster than the serial full scan in SQL',
           to_char(ratio, 'FM999,990') || ' times', ratio >= 100
      FROM (SELECT bench.milliseconds(m, 'full scan in SQL, serial') / bench.milliseconds(m, 'vesu') AS ratio
              FROM (VALUES ('price tick and scan, 1,000,000 positions')) AS v (m)) AS measured
    UNION ALL
    SELECT 2 + v.place, format('tick and scan of %s positions: at most twice the time of 100,000', v.positions),
           to_char(ratio, 'FM999,990.00') || ' times', ratio <= 2
      FROM (VALUES (1, '1,000,000'), (2, '10,000,000')) AS v (place, positions)
     CROSS JOIN LATERAL (SELECT bench.milliseconds(format('price tick and scan, %s positions', v.positions), 'vesu')
                                / bench.milliseconds('price tick and scan, 100,000 positions', 'vesu') AS ratio) AS measured
    UNION ALL
    SELECT 4 + v.place, format('%s: below %s ms', r.measurement, v.most), bench.shown(r.milliseconds), r.milliseconds < v.most
      FROM (VALUES (1, 'price tick and scan, %', 100), (2, 'positions of a user, %', 10), (3, 'newest 50 transactions of a user, %', 50))
             AS v (place, measurement, most)
     -- At the largest size, which is the last.
     CROSS JOIN LATERAL (SELECT * FROM bench.result AS r
                          WHERE r.measurement LIKE v.measurement AND r.contender = 'vesu'
                          ORDER BY r.place DESC LIMIT 1) AS r
    UNION ALL
    SELECT 8, 'a transfer: at most 1.3 times the time of the same statements by hand, without a chain',
           to_char(ratio, 'FM990.00') || ' times', ratio <= 1.3
      FROM (SELECT bench.milliseconds(m, 'vesu') / bench.milliseconds(m, 'by hand in PL/pgSQL, without hashes') AS ratio
              FROM (VALUES ('5,000 transfers, a commit each')) AS v (m)) AS measured
    UNION ALL
    SELECT 9, format('%s: at least 5 times faster than single calls, at most twice the time of a bare INSERT, above 10,000 a second', m),
           format('%s times faster, %s times, %s a second', to_char(gain, 'FM990.0'), to_char(cost, 'FM990.00'), to_char(rate, 'FM999,990')),
           gain >= 5 AND cost <= 2 AND rate > 10000
      FROM (SELECT m, bench.milliseconds(m, 'vesu, single calls') / r.milliseconds AS gain,
                   r.milliseconds / bench.milliseconds(m, 'bare INSERT of the same rows') AS cost,
                   1000 * replace(split_part(m, ' ', 1), ',', '')::numeric / r.milliseconds AS rate
              FROM bench.result AS r, LATERAL (SELECT r.measurement) AS v (m)
             WHERE r.measurement LIKE '% transfers at once%' AND r.contender = 'vesu') AS measured
    UNION ALL
    SELECT 10, format('%s: below 50 ms', r.measurement), bench.shown(r.milliseconds), r.milliseconds < 50
      FROM bench.result AS r
     WHERE r.measurement LIKE 'past balance of a vault, %' AND r.contender = 'vesu'
    UNION ALL
    SELECT 11, 'events appended, 100 at a time: at least 0.5 of the rate of a bare INSERT', to_char(ratio, 'FM990.00'), ratio >= 0.5
      FROM (SELECT bench.milliseconds(m, 'bare INSERT of the same rows') / bench.milliseconds(m, 'vesu') AS ratio
              FROM (VALUES ('20,000 events appended, 100 at a time')) AS v (m)) AS measured
    UNION ALL
    SELECT 12, 'a tick that can fire 10 of 100,000 intents: below a twentieth of evaluating all', to_char(ratio, 'FM0.0000'), ratio < 0.05
      FROM (SELECT bench.milliseconds(m, 'vesu') / bench.milliseconds(m, 'all of them evaluated') AS ratio
              FROM (VALUES ('price tick and intents, 10 of 100,000')) AS v (m)) AS measured
    UNION ALL
    SELECT 13, format('%s: at most 1.2 times the time of avg and stddev_samp', r.measurement), to_char(ratio, 'FM990.00') || ' times', ratio <= 1.2
      FROM bench.result AS r
     CROSS JOIN LATERAL (SELECT r.milliseconds / bench.milliseconds(r.measurement, 'avg and stddev_samp') AS ratio) AS measured
     WHERE r.measurement LIKE 'sharpe\_ratio, %' AND r.contender = 'vesu'
    UNION ALL
    SELECT 13 + v.place, format('%s: at least %s times as fast as %s', r.measurement, v.least, r.contender), to_char(ratio, 'FM990.0') || ' times',
           ratio >= v.least
      FROM (VALUES (1, 'max\_drawdown, %', 'window functions', 2.5), (2, 'value\_at\_risk, % rows', 'percentile_cont', 3),
                   (3, 'moving Sharpe ratio of 365, %', 'avg and stddev_samp as windows', 20)) AS v (place, measurement, contender, least)
      JOIN bench.result AS r ON r.measurement LIKE v.measurement AND r.contender = v.contender
     CROSS JOIN LATERAL (SELECT r.milliseconds / bench.milliseconds(r.measurement, 'vesu') AS ratio) AS measured) AS promises
 ORDER BY place;
