-- vesu recounts everything it keeps. The demo fails unless nothing is found.
\i test/demo/layout.psql

\echo
SELECT (SELECT count(*) FROM vesu.vesu_transactions) AS "transactions",
       (SELECT count(*) FROM vesu.vesu_positions) AS "positions",
       (SELECT count(*) FROM vesu.vesu_position_history) AS "superseded versions",
       (SELECT count(*) FROM vesu.vesu_liquidations) AS "liquidations",
       (SELECT count(*) FROM vesu_vault.vaults) AS "vaults",
       (SELECT count(*) FROM vesu_vault.transactions) AS "rows in their ledgers";

CREATE TEMP TABLE violation AS
SELECT 'vesu.verify()' AS found_by, to_jsonb(v) AS violation FROM vesu.verify() AS v
 UNION ALL
SELECT 'vesu_vault.verify()', to_jsonb(v) FROM vesu_vault.verify() AS v;
SELECT count(*) AS violations, count(*) > 0 AS unsound FROM violation \gset
\if :unsound
    SELECT * FROM violation LIMIT 20;
\endif
SELECT demo.require(:violations = 0, 'violated invariants: ' || :violations) \g /dev/null
\echo vesu.verify() recounted the totals, the derived values, the history and the indexes, vesu_vault.verify() every
\echo balance, every lock and the chain of hashes:
\echo
SELECT found_by AS "asked", count(violation) AS "violations found"
  FROM (VALUES ('vesu.verify()'), ('vesu_vault.verify()')) AS asked (found_by)
  LEFT JOIN violation USING (found_by)
 GROUP BY found_by ORDER BY found_by;
