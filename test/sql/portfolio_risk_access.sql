-- Who may do what with the value and the risk of portfolios: PUBLIC nothing, a reader asks, a writer takes and assesses, an operator
-- does the hourly work.
SET client_min_messages = warning;
DROP DATABASE IF EXISTS vesu_portfolio_risk_access;
RESET client_min_messages;
CREATE DATABASE vesu_portfolio_risk_access;
\c vesu_portfolio_risk_access
CREATE EXTENSION vesu;
CREATE ROLE regress_portfolio_risk_owner;
CREATE ROLE regress_portfolio_risk_reader;
CREATE ROLE regress_portfolio_risk_writer;
CREATE ROLE regress_portfolio_risk_operator;
CREATE ROLE regress_portfolio_risk_stranger;
SELECT vesu.grant_access('regress_portfolio_risk_owner', 'owner'), vesu.grant_access('regress_portfolio_risk_reader', 'reader'),
       vesu.grant_access('regress_portfolio_risk_writer', 'writer'), vesu.grant_access('regress_portfolio_risk_operator', 'operator');
INSERT INTO vesu_portfolio.users (id, email, username, password_hash) VALUES ('00000000-0000-0000-0000-0000000000a1', 'a@example.org', 'a', '-');
INSERT INTO vesu_portfolio.portfolios (id, user_id, name) VALUES ('00000000-0000-0000-0000-0000000000b1', '00000000-0000-0000-0000-0000000000a1', 'one');
INSERT INTO vesu_portfolio.assets (id, symbol, name, asset_type) VALUES ('00000000-0000-0000-0000-0000000000e1', 'ETH', 'Ether', 'crypto');
INSERT INTO vesu_portfolio.portfolio_positions (portfolio_id, asset_id, quantity, average_cost, current_value, allocation_percentage, position_type)
VALUES ('00000000-0000-0000-0000-0000000000b1', '00000000-0000-0000-0000-0000000000e1', 1, 1, 1, 0, 'spot');
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
SELECT call, pg_temp.try('regress_portfolio_risk_stranger', statement) AS stranger, pg_temp.try('regress_portfolio_risk_reader', statement) AS reader,
       pg_temp.try('regress_portfolio_risk_writer', statement) AS writer, pg_temp.try('regress_portfolio_risk_operator', statement) AS operator, pg_temp.try('regress_portfolio_risk_owner', statement) AS owner
  FROM (VALUES
    (1, $$portfolio_value('00000000-0000-0000-0000-0000000000b1')$$),
    (2, $$rebalance_plan('00000000-0000-0000-0000-0000000000b1')$$),
    (3, $$portfolio_performance('00000000-0000-0000-0000-0000000000b1', '2025-01-01', '2025-02-01')$$),
    (4, $$correlation_matrix('{a,b}', '2025-01-01', '2025-02-01')$$),
    (5, $$refresh_allocations('00000000-0000-0000-0000-0000000000b1')$$),
    (6, $$take_portfolio_snapshot('00000000-0000-0000-0000-0000000000b1')$$),
    (7, $$take_risk_metrics('00000000-0000-0000-0000-0000000000b1')$$),
    (8, $$assess_portfolio('00000000-0000-0000-0000-0000000000b1')$$),
    (9, $$refresh_all_allocations()$$),
    (10, $$take_all_portfolio_snapshots()$$),
    (11, $$take_all_risk_metrics()$$),
    (12, $$store_allocations('{}')$$),
    (13, $$record_portfolio_snapshots('{}', now())$$),
    (14, $$record_risk_metrics('{}', now())$$),
    (15, $$claim_recordings('x', '{}', now())$$)
  ) AS cases (number, call)
 CROSS JOIN LATERAL (SELECT 'SELECT vesu_portfolio.' || call AS statement) AS s
 ORDER BY number;
-- The library is everybody's, given the schema.
GRANT USAGE ON SCHEMA vesu, vesu_portfolio TO regress_portfolio_risk_stranger;
SELECT pg_temp.try('regress_portfolio_risk_stranger', $$SELECT vesu.monte_carlo_var('{1}', '{1}', '{{1}}'), vesu.risk_severity(1)$$) AS library,
       pg_temp.try('regress_portfolio_risk_stranger', $$SELECT vesu_portfolio.portfolio_value('00000000-0000-0000-0000-0000000000b1')$$) AS no_table,
       pg_temp.try('regress_portfolio_risk_stranger', $$SELECT vesu_portfolio.take_portfolio_snapshot('00000000-0000-0000-0000-0000000000b1')$$) AS no_operation;
-- Objects of the caller's do not come between: a hostile search path, temporary tables, another time zone.
SET ROLE regress_portfolio_risk_writer;
CREATE TEMPORARY TABLE portfolios (id uuid);
CREATE TEMPORARY TABLE portfolio_positions (id uuid);
CREATE TEMPORARY TABLE assets (id uuid);
CREATE TEMPORARY TABLE market_data (id uuid);
SET search_path = pg_temp, vesu_portfolio, pg_catalog;
SET timezone = 'Asia/Kathmandu';
SELECT vesu_portfolio.refresh_allocations('00000000-0000-0000-0000-0000000000b1'), vesu_portfolio.portfolio_value('00000000-0000-0000-0000-0000000000b1'),
       (vesu_portfolio.take_portfolio_snapshot('00000000-0000-0000-0000-0000000000b1')).total_value, (SELECT count(*) FROM vesu_portfolio.assess_portfolio('00000000-0000-0000-0000-0000000000b1'));
RESET ROLE;
\c postgres
DROP DATABASE vesu_portfolio_risk_access;
DROP ROLE regress_portfolio_risk_owner, regress_portfolio_risk_reader, regress_portfolio_risk_writer, regress_portfolio_risk_operator, regress_portfolio_risk_stranger;
