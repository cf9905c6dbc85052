-- A ledger of :entries rows of 10,000 vaults, made by deposits and then by batches of random transfers, and questions about it. Needs
-- vault.sql, and leaves none of it. Proves the first million rows.
SELECT to_char(:entries, 'FM999,999,999') || ' ledger rows of 10,000 vaults' AS ledger \gset
CREATE PROCEDURE bench.fill_ledger(entries int)
    LANGUAGE plpgsql AS $$
DECLARE
    present int := (SELECT count(*) FROM vesu_vault.transactions);
    transfers int;
BEGIN
    WHILE present < entries LOOP
        transfers := least(100000, (entries - present + 1) / 2);
        PERFORM vesu_vault.apply_transfers(array_agg('v' || 1 + sender), array_agg('v' || 1 + (sender + way) % 10000),
                                           array_agg(1 + abs(hashint8extended(n, 3) % 100)))
           FROM generate_series(present, present + transfers - 1) AS n
          CROSS JOIN LATERAL (SELECT abs(hashint8extended(n, 1) % 10000) AS sender, 1 + abs(hashint8extended(n, 2) % 9999) AS way) AS drawn;
        COMMIT;
        present := present + 2 * transfers;
    END LOOP;
END
$$;

BEGIN;
SET LOCAL session_replication_role = replica;
TRUNCATE vesu_vault.transactions, vesu_vault.balance_snapshots;
DELETE FROM vesu_vault.vaults;
INSERT INTO vesu_vault.vaults (owner, vault_address, token_account) SELECT 'v' || n, 'address', 'account' FROM generate_series(1, 10000) AS n;
COMMIT;
VACUUM ANALYZE vesu_vault.vaults;
SELECT count(*) AS deposits
  FROM (SELECT jsonb_agg(jsonb_build_object('op', 'deposit', 'owner', 'v' || n, 'amount', 1000000000)) AS operations FROM generate_series(1, 10000) AS n) AS batch
 CROSS JOIN LATERAL vesu_vault.apply_batch(batch.operations) \gset
CALL bench.fill_ledger(1000000);
VACUUM ANALYZE vesu_vault.vaults, vesu_vault.transactions;
CALL bench.measure('proof of 1,000,000 ledger rows of 10,000 vaults', 'vesu', 'SELECT count(*)::text FROM vesu_vault.verify()', runs => 1);
CALL bench.fill_ledger(:entries);
VACUUM ANALYZE vesu_vault.vaults, vesu_vault.transactions;

-- Long ago: just after the fortieth row of this vault.
SELECT confirmed_at AS moment FROM vesu_vault.transactions WHERE seq = 40 AND vault_owner = 'v5000' \gset
CALL bench.measure('past balance of a vault, ' || :'ledger', 'vesu',
                   format('SELECT b::text FROM vesu_vault.balance_at(''v5000'', %L) AS b', :'moment'), runs => 101);
CALL bench.measure('past balance of a vault, ' || :'ledger', 'sum over its rows in SQL', format($$
    SELECT format('(%%s,0,%%s)', total, total)
      FROM (SELECT sum(CASE WHEN t.transaction_type IN ('deposit', 'transfer_in') THEN t.amount ELSE -t.amount END) AS total
              FROM vesu_vault.transactions AS t
             WHERE t.vault_owner = 'v5000' AND t.status = 'confirmed' AND t.confirmed_at <= %L) AS summed$$, :'moment'), runs => 101);
CALL bench.measure('newest 20 rows of a vault, ' || :'ledger', 'vesu',
                   $$SELECT md5(string_agg(h.id::text, ',')) FROM vesu_vault.history('v5000') AS h$$, runs => 101);
CALL bench.measure('newest 20 rows of a vault, ' || :'ledger', 'the same by OFFSET and LIMIT in SQL',
                   $$SELECT md5(string_agg(h.id::text, ','))
                       FROM (SELECT t.id FROM vesu_vault.transactions AS t WHERE t.vault_owner = 'v5000'
                              ORDER BY t.created_at DESC OFFSET 0 LIMIT 20) AS h$$, runs => 101);

CREATE PROCEDURE bench.snapshot_by_hand()
    LANGUAGE plpgsql AS $$
DECLARE
    vault vesu_vault.vaults;
BEGIN
    FOR vault IN SELECT * FROM vesu_vault.vaults AS v WHERE v.status <> 'closed' LOOP
        INSERT INTO vesu_vault.balance_snapshots (vault_owner, total_balance, locked_balance, available_balance)
        VALUES (vault.owner, vault.total_balance, vault.locked_balance, vault.available_balance);
    END LOOP;
END
$$;
\set answer 'SELECT concat_ws('' '', count(*), sum(total_balance), sum(available_balance)) FROM vesu_vault.balance_snapshots'
CALL bench.measure('snapshot of 10,000 vaults', 'vesu', 'SELECT', :'answer', 'SELECT vesu_vault.snapshot()', 'TRUNCATE vesu_vault.balance_snapshots');
CALL bench.measure('snapshot of 10,000 vaults', 'one INSERT a vault in PL/pgSQL', 'SELECT', :'answer', 'CALL bench.snapshot_by_hand()',
                   'TRUNCATE vesu_vault.balance_snapshots');

BEGIN;
SET LOCAL session_replication_role = replica;
TRUNCATE vesu_vault.transactions, vesu_vault.balance_snapshots, bench.transactions, bench.bare, bench.source;
DELETE FROM vesu_vault.vaults;
COMMIT;
