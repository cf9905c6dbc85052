-- Who may do what with users, positions and signals: PUBLIC nothing, a reader looks, a writer operates without a privilege on a table.
SET client_min_messages = warning;
DROP DATABASE IF EXISTS vesu_positions_access;
RESET client_min_messages;
CREATE DATABASE vesu_positions_access;
\c vesu_positions_access
CREATE EXTENSION vesu;
CREATE ROLE regress_positions_owner;
CREATE ROLE regress_positions_reader;
CREATE ROLE regress_positions_writer;
CREATE ROLE regress_positions_operator;
CREATE ROLE regress_positions_stranger;
SELECT vesu.grant_access('regress_positions_owner', 'owner'), vesu.grant_access('regress_positions_reader', 'reader'),
       vesu.grant_access('regress_positions_writer', 'writer'), vesu.grant_access('regress_positions_operator', 'operator');
CREATE FUNCTION pg_temp.try(role_name text, statement text) RETURNS text
    LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('SET LOCAL ROLE %I', role_name);
    EXECUTE statement;
    RESET ROLE;
    RETURN 'works';
EXCEPTION WHEN OTHERS THEN
    RESET ROLE;
    RETURN SQLSTATE;
END
$$;
SELECT statement, pg_temp.try('regress_positions_stranger', statement) AS stranger, pg_temp.try('regress_positions_reader', statement) AS reader,
       pg_temp.try('regress_positions_writer', statement) AS writer, pg_temp.try('regress_positions_operator', statement) AS operator
  FROM (VALUES
    (1, $$SELECT vesu_assistant.register_user('0x1', '{"alertThresholds": {"healthFactor": 1.7}}')$$),
    (2, $$SELECT vesu_assistant.set_preferences((SELECT id FROM vesu_assistant.users), '{}')$$),
    (3, $$SELECT vesu_assistant.record_position((SELECT id FROM vesu_assistant.users), 'aave', '[]', '[{"symbol": "USDC", "amount": 1, "valueUSD": 1}]', 0.9)$$),
    (4, $$SELECT vesu_assistant.detect_signal('t', 'ETH', 'low', '{}', '1 hour')$$),
    (5, $$SELECT vesu_assistant.acknowledge_signal(vesu_assistant.detect_signal('u', 'ETH', 'low', '{}'))$$),
    (6, $$SELECT vesu_assistant.expire_signals()$$),
    (7, $$SELECT vesu_assistant.capture_lending_positions()$$),
    (8, $$SELECT * FROM vesu_assistant.latest_position(wallet => '0x1')$$),
    (9, $$SELECT * FROM vesu_assistant.positions_at_risk(NULL)$$),
    (10, $$SELECT vesu_assistant.simulate(id, '[]') FROM vesu_assistant.latest_position(wallet => '0x1')$$),
    (11, $$SELECT * FROM vesu_assistant.active_signals, vesu_assistant.signal_convergence$$),
    (12, $$SELECT vesu_assistant.is_at_risk(1), vesu_assistant.health_factor_of('[]', '[]', 1), vesu_assistant.canonical_wallet('0x1')$$),
    (13, $$INSERT INTO vesu_assistant.users (wallet_address) VALUES ('0x2')$$),
    (14, $$UPDATE vesu_assistant.signals SET severity = 'low'$$),
    (15, $$DELETE FROM vesu_assistant.positions$$),
    (16, $$UPDATE vesu_assistant.latest_positions SET band = 0$$)
  ) AS cases (number, statement)
 ORDER BY number;
-- What an application writes itself obeys the same rules, with the privileges on the tables that it needs for that.
GRANT INSERT, UPDATE ON vesu_assistant.users, vesu_assistant.positions, vesu_assistant.latest_positions, vesu_assistant.alerts, vesu_assistant.signals TO regress_positions_reader;
SELECT pg_temp.try('regress_positions_reader', $$INSERT INTO vesu_assistant.positions (user_id, wallet_address, protocol, health_factor, collateral, debt, snapshot_at)
                                                 SELECT id, '0x01', 'own', 0.5, '[]', '[{"symbol": "USDC", "amount": 1, "valueUSD": 1}]', now() FROM vesu_assistant.users$$),
       pg_temp.try('regress_positions_reader', $$INSERT INTO vesu_assistant.users (wallet_address) VALUES ('0x02')$$),
       pg_temp.try('regress_positions_reader', $$UPDATE vesu_assistant.positions SET protocol = 'x'$$),
       pg_temp.try('regress_positions_reader', $$UPDATE vesu_assistant.signals SET status = 'active' WHERE status = 'acknowledged'$$);
SELECT l.protocol, l.wallet_address = vesu_assistant.canonical_wallet('0x1') AS canonical, l.band FROM vesu_assistant.latest_positions AS l ORDER BY 1;
-- Objects of the caller's do not come between: a hostile search path, temporary tables.
SET ROLE regress_positions_writer;
CREATE TEMPORARY TABLE users (id uuid, wallet_address text);
CREATE TEMPORARY TABLE signals (id uuid);
SET search_path = pg_temp, vesu_assistant, pg_catalog;
SELECT wallet_address = vesu_assistant.canonical_wallet('0x3') AS registered FROM vesu_assistant.register_user('0x3');
SELECT vesu_assistant.detect_signal('v', 'ETH', 'low', '{}') IS NOT NULL AS detected;
SELECT count(*) FROM vesu_assistant.positions_at_risk();
RESET search_path;
RESET ROLE;
\c postgres
DROP DATABASE vesu_positions_access;
DROP ROLE regress_positions_owner, regress_positions_reader, regress_positions_writer, regress_positions_operator, regress_positions_stranger;
