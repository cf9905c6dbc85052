-- :snapshots snapshots of the positions of 10,000 wallets, and the latest of one. Loaded without triggers; needs measure.sql.
SET session_replication_role = replica;
INSERT INTO vesu_assistant.users (id, wallet_address)
SELECT bench.user_id(n, 1), '0x' || lpad(to_hex(n), 40, '0') FROM generate_series(1, 10000) AS n;
INSERT INTO vesu_assistant.positions (id, user_id, wallet_address, protocol, chain_id, health_factor, collateral, debt, snapshot_at)
SELECT bench.position_id(n), bench.user_id(1 + n % 10000, 1), '0x' || lpad(to_hex(1 + n % 10000), 40, '0'), 'aave', 1, 1.2 + n % 100 * 0.01,
       '[{"symbol": "ETH", "amount": "1", "valueUSD": "3000"}]', '[{"symbol": "USDC", "amount": "1500", "valueUSD": "1500"}]',
       timestamptz '2026-01-01 00:00+00' + n * interval '1 second'
  FROM generate_series(1, :snapshots) AS n;
RESET session_replication_role;
VACUUM ANALYZE vesu_assistant.users, vesu_assistant.positions;

SELECT 'latest position of a wallet, ' || to_char(:snapshots, 'FM999,999,999') || ' snapshots' AS measurement \gset
\set wallet '0x0000000000000000000000000000000000000fff'
CALL bench.measure(:'measurement', 'vesu', format('SELECT p.id::text FROM vesu_assistant.latest_position(wallet => %L) AS p', :'wallet'), runs => 101);
CALL bench.measure(:'measurement', 'the newest of all its snapshots in SQL', format(
                       'SELECT max(p.id::text) FROM (SELECT DISTINCT ON (wallet_address, protocol, chain_id) id FROM vesu_assistant.positions
                         WHERE wallet_address = %L ORDER BY wallet_address, protocol, chain_id, snapshot_at DESC) AS p', :'wallet'), runs => 101);
