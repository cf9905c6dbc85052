-- The total value locked of the day with the most rows in the vaults' ledger.
\i test/demo/layout.psql

SELECT date_trunc('day', created_at) AS day, to_char(created_at, 'FMDD FMMonth') AS title, count(*) AS rows
  FROM vesu_vault.transactions GROUP BY 1, 2 ORDER BY count(*) DESC LIMIT 1 \gset
\echo
\echo :title, with :rows rows in the ledger the busiest day. Total value locked at the top of each hour
\echo (vesu_vault.tvl_series):
\echo
SELECT to_char(bucket, 'HH24:MI') AS "UTC", active_vaults AS "vaults",
       to_char(total_value_locked * 1e-6, '9,999,990') AS "TVL, USDC",
       to_char(total_locked * 1e-6, '9,999,990') AS "locked",
       rpad(repeat('█', round(60 * total_locked / highest)::int) ||
            repeat('░', round(60 * total_value_locked / highest)::int - round(60 * total_locked / highest)::int), 60)
           AS "█ locked  ░ available"
  FROM (SELECT series.*, max(total_value_locked::numeric) OVER () AS highest
          FROM vesu_vault.tvl_series(:'day', :'day'::timestamptz + interval '1 day', '1 hour') AS series) AS series
 ORDER BY bucket;

\echo What moved it: the deposits and withdrawals among these rows (vesu_vault.daily_flow):
\echo
SELECT operations AS "operations", demo.usdc(deposits) AS "deposits", demo.usdc(withdrawals) AS "withdrawals",
       demo.usdc(net) AS "net"
  FROM vesu_vault.daily_flow(:'day', :'day');
