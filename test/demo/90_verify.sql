-- vesu recounts everything it keeps. The demo fails unless nothing is found.
\i test/demo/layout.psql

\echo
SELECT (SELECT count(*) FROM vesu.vesu_transactions) AS "transactions",
       (SELECT count(*) FROM vesu.vesu_positions) AS "positions",
       (SELECT count(*) FROM vesu.vesu_position_history) AS "superseded versions",
       (SELECT count(*) FROM vesu.vesu_liquidations) AS "liquidations";

SELECT count(*) AS violations FROM vesu.verify() \gset
\if :violations
    SELECT * FROM vesu.verify() LIMIT 20;
\endif
SELECT demo.require(:violations = 0, 'vesu.verify() found violated invariants: ' || :violations) \g /dev/null
\echo vesu.verify() recounted the totals, the derived values, the history and the indexes: nothing to report.
