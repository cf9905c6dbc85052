-- :transactions confirmed transactions of the first :transactions / 50 positions, 250 a user, one a second in created_at; one
-- liquidation for every fifty, by 200 liquidators. Loaded as market.sql does.
BEGIN;
TRUNCATE vesu.vesu_transactions, vesu.vesu_liquidations;
SET maintenance_work_mem = '1GB';
SET session_replication_role = replica;
SELECT format('DROP INDEX vesu.%I', indexname) FROM pg_indexes
 WHERE schemaname = 'vesu' AND tablename = 'vesu_transactions' AND indexname NOT LIKE '%\_pkey' \gexec
INSERT INTO vesu.vesu_transactions (position_id, user_id, transaction_hash, type, asset, amount, status, block_number, "timestamp", created_at)
SELECT bench.position_id(position), bench.user_id(position, 5), bench.felt(n),
       (enum_range(NULL::vesu.transaction_type))[1 + n / (:transactions / 50) % 4],
       CASE n / (:transactions / 50) % 4 WHEN 0 THEN 'C' WHEN 3 THEN 'C' ELSE 'D' END || position % 20 % 3,
       (1 + abs(hashint8extended(n, 4)::numeric) / 1e16)::numeric(36, 18), 'confirmed', n, moment, moment
  FROM generate_series(0, :transactions - 1) AS n
 CROSS JOIN LATERAL (SELECT 1 + n % (:transactions / 50) AS position, timestamptz '2026-01-01' + n * interval '1 s' AS moment
                     OFFSET 0) AS drawn;
INSERT INTO vesu.vesu_liquidations (position_id, liquidator_address, transaction_hash, collateral_seized, debt_repaid,
                                    liquidation_bonus, "timestamp")
SELECT bench.position_id(n), bench.felt(1 + abs(hashint8extended(n, 5) % 200)), bench.felt(n), (amount / 1000)::numeric(36, 18),
       amount::numeric(36, 18), (amount / 20000)::numeric(36, 18), timestamptz '2026-01-01' + n * interval '50 s'
  FROM generate_series(1, :transactions / 50) AS n
 CROSS JOIN LATERAL (SELECT 1 + abs(hashint8extended(n, 6)::numeric) / 1e16 AS amount OFFSET 0) AS drawn;
RESET session_replication_role;
SELECT vesu.install() AS indexes \gset
COMMIT;
VACUUM ANALYZE vesu.vesu_transactions, vesu.vesu_liquidations;
