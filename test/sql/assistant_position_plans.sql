-- What must not grow with the number of snapshots, positions or signals that are kept: how many pages a call touches.
BEGIN;
\getenv directory PG_ABS_SRCDIR
\set support :directory '/sql/support/assistant_positions.sql'
\set ECHO none
\i :support
-- Pages that a query touches, without those of its planning.
CREATE FUNCTION pg_temp.pages(query text) RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
    plan jsonb;
    touched numeric;
BEGIN
    EXECUTE query;
    EXECUTE 'EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF, SUMMARY OFF, FORMAT JSON) ' || query INTO plan;
    touched := (plan -> 0 -> 'Plan' ->> 'Shared Hit Blocks')::numeric + (plan -> 0 -> 'Plan' ->> 'Shared Read Blocks')::numeric;
    RETURN CASE WHEN touched <= 50 THEN 'at most 50' WHEN touched <= 200 THEN 'at most 200' ELSE touched::text END;
END
$$;
CREATE FUNCTION pg_temp.plan(query text) RETURNS SETOF text
    LANGUAGE plpgsql AS $$
DECLARE
    line text;
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
        -- What an InitPlan returns was called $0 before 17.
        RETURN NEXT regexp_replace(regexp_replace(line, ' \(returns \$0\)$', ''), '\$0|\(InitPlan 1\)\.col1', 'InitPlan 1');
    END LOOP;
END
$$;
\set ECHO all
\pset format unaligned
\pset tuples_only
CREATE FUNCTION pg_temp.id(kind int, number int) RETURNS uuid
    LANGUAGE sql IMMUTABLE
    RETURN ('00000000-0000-0000-' || lpad(kind::text, 4, '0') || '-' || lpad(number::text, 12, '0'))::uuid;
CREATE FUNCTION pg_temp.wallet(number int) RETURNS text
    LANGUAGE sql IMMUTABLE
    RETURN '0x' || lpad(to_hex(number), 64, '0');
-- Kept plans are made while the tables are empty.
SELECT vesu_assistant.latest_position(pg_temp.id(1, n)), vesu_assistant.latest_position(wallet => '0x1') FROM generate_series(1, 7) AS n;
SELECT vesu_assistant.positions_at_risk(n) FROM generate_series(1, 7) AS n;
SELECT sum(vesu_assistant.expire_signals(n)) FROM generate_series(1, 7) AS n;

-- Rows as the triggers would leave them. User 1 has half of all snapshots, in one protocol of one wallet; few are at risk.
SET LOCAL session_replication_role = replica;
INSERT INTO vesu_assistant.users (id, wallet_address) SELECT pg_temp.id(1, n), pg_temp.wallet(n) FROM generate_series(1, 20000) AS n;
INSERT INTO vesu_assistant.positions (id, user_id, wallet_address, protocol, health_factor, collateral, debt, snapshot_at)
SELECT pg_temp.id(2, n), pg_temp.id(1, owner.number), pg_temp.wallet(owner.number), 'aave', 1.4 + n * 0.00002, '[]', '[]', timestamptz '2026-01-01 00:00:00+00' + n * interval '1 second'
  FROM generate_series(1, 60000) AS n CROSS JOIN LATERAL (SELECT CASE WHEN n % 2 = 0 THEN 1 ELSE 1 + n / 2 % 20000 END AS number) AS owner;
INSERT INTO vesu_assistant.latest_positions (wallet_address, protocol, chain_id, position_id, user_id, health_factor, snapshot_at)
SELECT DISTINCT ON (p.wallet_address) p.wallet_address, p.protocol, p.chain_id, p.id, p.user_id, p.health_factor, p.snapshot_at
  FROM vesu_assistant.positions AS p ORDER BY p.wallet_address, p.snapshot_at DESC;
INSERT INTO vesu_assistant.positions (id, user_id, wallet_address, protocol, health_factor, collateral, debt, snapshot_at)
SELECT pg_temp.id(3, 1), pg_temp.id(1, 1), pg_temp.wallet(1), 'compound', 1.7, '[]', '[]', '2025-12-01 00:00:00+00';
INSERT INTO vesu_assistant.signals (type, asset, severity, data, expires_at, status)
SELECT 't' || n, 'ETH', 'low', '{}', timestamptz '2026-02-01 00:00:00+00' + n * interval '1 minute', CASE WHEN n <= 60000 THEN 'expired' ELSE 'active' END::vesu_assistant.signal_status
  FROM generate_series(1, 60100) AS n;
SET LOCAL session_replication_role = origin;

CREATE FUNCTION pg_temp.measure(OUT call text, OUT pages text) RETURNS SETOF record
    LANGUAGE sql AS $$
    SELECT query, pg_temp.pages('SELECT * FROM vesu_assistant.' || query)
      FROM unnest(ARRAY['latest_position(pg_temp.id(1, 1))', 'latest_position(pg_temp.id(1, 777))', 'latest_position(pg_temp.id(1, 1), protocol => ''aave'', chain_id => 1)',
                        'latest_position(wallet => ''0x1'')', 'latest_position(wallet => ''0x2'')', 'latest_position(pg_temp.id(1, 2))', 'latest_position(wallet => ''0x1'', protocol => ''compound'')', 'latest_position(pg_temp.id(1, 1), ''0x1'', ''compound'', 1)',
                        'latest_position(wallet => ''0x309'', protocol => ''aave'', chain_id => 1)', 'latest_position(wallet => ''0x0'')',
                        'positions_at_risk(0.9)', 'positions_at_risk(3, 5)', 'positions_at_risk(1.8001)', 'positions_at_risk(NULL, 5)']) AS query
$$;
-- Never analysed, then analysed.
SELECT * FROM pg_temp.measure();
ANALYZE vesu_assistant.users, vesu_assistant.positions, vesu_assistant.latest_positions, vesu_assistant.signals;
SELECT * FROM pg_temp.measure();
SELECT protocol, snapshot_at FROM vesu_assistant.latest_position(wallet => '0x1') UNION ALL SELECT protocol, snapshot_at FROM vesu_assistant.latest_position(wallet => '0x1', protocol => 'compound');
SELECT count(*), min(health_factor), max(health_factor) FROM vesu_assistant.positions_at_risk(1.8001, 100);
-- The expired signals that are kept do not count.
SELECT pg_temp.pages('SELECT vesu_assistant.expire_signals(10)'), pg_temp.pages('SELECT vesu_assistant.expire_signals(0)');
SELECT pg_temp.plan($$SELECT s.id FROM vesu_assistant.signals AS s WHERE s.status <> 'expired' AND s.expires_at <= (SELECT vesu.wall_clock()) ORDER BY s.expires_at LIMIT 10000 FOR NO KEY UPDATE SKIP LOCKED$$);
SELECT pg_temp.plan($$SELECT * FROM vesu_assistant.active_signals WHERE type = 't60001' AND asset = 'ETH'$$);
-- The highest threshold of a user's own, by its index.
SELECT pg_temp.plan($$SELECT max(vesu_assistant.health_threshold(u.preferences)) FROM vesu_assistant.users AS u WHERE vesu_assistant.health_threshold(u.preferences) IS NOT NULL$$);
-- Plans for a wallet with few snapshots, which could sort them, when one has many.
SET LOCAL session_replication_role = replica;
DELETE FROM vesu_assistant.latest_positions;
UPDATE vesu_assistant.positions SET wallet_address = pg_temp.wallet(1 + right(user_id::text, 12)::int % 500), user_id = pg_temp.id(1, 1 + right(user_id::text, 12)::int % 500) WHERE protocol = 'aave';
SET LOCAL session_replication_role = origin;
REINDEX TABLE vesu_assistant.positions;
ANALYZE vesu_assistant.positions;
SET LOCAL plan_cache_mode = force_generic_plan;
SELECT * FROM pg_temp.measure() WHERE call LIKE 'latest%';
ROLLBACK;
