-- Reconciliation: the vaults beside the chain, for which the wallets' positions stand here. One error is injected: the
-- newest deposit is booked once more under another signature, as by an indexer that makes up a new one for its retry.
\i test/demo/layout.psql
SET vesu.clock = '2021-09-02 18:00+00';

SELECT jsonb_agg(jsonb_build_object('owner', wallet, 'total', collateral, 'locked', backing)) AS on_chain
  FROM demo.custody_at(vesu.now()) \gset
SELECT demo.short(newest.vault_owner) AS wallet, trim(demo.usdc(newest.amount)) AS amount
  FROM (SELECT vault_owner, amount, signature
          FROM vesu_vault.transactions
         WHERE transaction_type = 'deposit' ORDER BY created_at DESC LIMIT 1) AS newest
 CROSS JOIN LATERAL vesu_vault.deposit(newest.vault_owner, newest.amount, newest.signature || '-retry',
                                       'booked twice') AS twice \gset

\echo
\echo Injected: the newest deposit, :amount USDC of wallet :wallet, is booked a second time under another signature.
\echo Three runs of vesu_vault.reconcile() against what the positions have:
\echo
CREATE TEMP TABLE reconciled AS
SELECT 1 AS run, 'compare' AS told_to, r.* FROM vesu_vault.reconcile(:'on_chain') AS r;
INSERT INTO reconciled SELECT 2, 'repair', r.* FROM vesu_vault.reconcile(:'on_chain', auto_fix => true) AS r;
INSERT INTO reconciled SELECT 3, 'compare', r.* FROM vesu_vault.reconcile(:'on_chain') AS r;
SELECT run, told_to AS "told to", count(*) AS "vaults",
       count(*) FILTER (WHERE result = 'equal') AS "equal",
       count(*) FILTER (WHERE result = 'logged') AS "logged",
       count(*) FILTER (WHERE result = 'fixed') AS "fixed",
       demo.usdc(sum(expected)) AS "vaults: USDC", demo.usdc(sum(actual)) AS "chain: USDC",
       demo.usdc(sum(difference)) AS "difference"
  FROM reconciled GROUP BY run, told_to ORDER BY run;

\echo Runs 1 and 2 found the difference and raised one alert, for an open alert is not raised again.
\echo It stays open until somebody calls vesu_vault.acknowledge_alert():
\echo
SELECT severity, alert_type, demo.short(vault_owner) AS "vault", demo.usdc((data ->> 'expected')::bigint) AS "vault: USDC",
       demo.usdc((data ->> 'actual')::bigint) AS "chain: USDC", NOT acknowledged AS "open"
  FROM vesu_vault.alerts WHERE alert_type = 'balance_discrepancy';

\echo The error and its repair stay in the ledger, for no row is ever changed or deleted:
\echo
SELECT seq, transaction_type AS "row", demo.usdc(amount) AS "USDC", demo.usdc(total_after) AS "total",
       demo.usdc(locked_after) AS "locked", note AS "caused by"
  FROM vesu_vault.history((SELECT owner FROM reconciled WHERE result = 'fixed'), max_rows => 3) ORDER BY seq;

SELECT demo.require(count(*) FILTER (WHERE result <> 'equal') = 2 AND bool_and(result = 'equal') FILTER (WHERE run = 3),
                    'the injected error was not found and repaired')
  FROM reconciled \g /dev/null
