-- Who may do what with every table and function of the portfolio module. What is new here and in no list below shows.
SET client_min_messages = warning;
DROP DATABASE IF EXISTS vesu_portfolio_access;
RESET client_min_messages;
CREATE DATABASE vesu_portfolio_access;
\c vesu_portfolio_access
CREATE EXTENSION vesu;
CREATE ROLE regress_portfolio_owner;
CREATE ROLE regress_portfolio_reader;
CREATE ROLE regress_portfolio_writer;
CREATE ROLE regress_portfolio_operator;
CREATE ROLE regress_portfolio_stranger;
SELECT vesu.grant_access('regress_portfolio_owner', 'owner'), vesu.grant_access('regress_portfolio_reader', 'reader'),
       vesu.grant_access('regress_portfolio_writer', 'writer'), vesu.grant_access('regress_portfolio_operator', 'operator');
\pset format unaligned
\pset tuples_only
-- Tables and views, months apart: s some columns, S select, I insert, U update, D delete, T truncate.
CREATE FUNCTION pg_temp.rights(role text, relation oid) RETURNS text
    LANGUAGE sql AS $$
    SELECT concat(CASE WHEN has_table_privilege(role, relation, 'SELECT') THEN 'S' WHEN has_any_column_privilege(role, relation, 'SELECT') THEN 's' END,
                  (SELECT string_agg(letter, '' ORDER BY place) FROM unnest('{INSERT,UPDATE,DELETE,TRUNCATE}'::text[], '{I,U,D,T}'::text[]) WITH ORDINALITY AS p (privilege, letter, place)
                    WHERE has_table_privilege(role, relation, privilege)))
$$;
SELECT c.relname, pg_temp.rights('regress_portfolio_stranger', c.oid), pg_temp.rights('regress_portfolio_reader', c.oid), pg_temp.rights('regress_portfolio_writer', c.oid),
       pg_temp.rights('regress_portfolio_operator', c.oid), c.relowner::regrole
  FROM pg_class AS c
 WHERE c.relnamespace = 'vesu_portfolio'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm') AND NOT c.relispartition
 ORDER BY c.relname COLLATE "C";
-- A month gives nobody more than its table does.
SELECT c.relname AS more_than_its_table, role
  FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid AND c.relnamespace = 'vesu_portfolio'::regnamespace AND c.relkind = 'r'
 CROSS JOIN unnest('{regress_portfolio_stranger,regress_portfolio_reader,regress_portfolio_writer,regress_portfolio_operator}'::text[]) AS role
 WHERE pg_temp.rights(role, c.oid) !~ format('^[%s]*$', pg_temp.rights(role, i.inhparent) || ' ');
-- Functions that write, or run with the owner's rights: the lowest level that may call them; the rest are private steps.
SELECT CASE WHEN has_function_privilege('regress_portfolio_stranger', p.oid, 'EXECUTE') THEN '0 everybody' WHEN has_function_privilege('regress_portfolio_reader', p.oid, 'EXECUTE') THEN '1 reader'
            WHEN has_function_privilege('regress_portfolio_writer', p.oid, 'EXECUTE') THEN '2 writer' WHEN has_function_privilege('regress_portfolio_operator', p.oid, 'EXECUTE') THEN '3 operator'
            ELSE '4 private' END AS level, string_agg(p.proname, ' ' ORDER BY p.proname COLLATE "C")
  FROM pg_proc AS p
 WHERE p.pronamespace = 'vesu_portfolio'::regnamespace AND (p.provolatile = 'v' OR p.prosecdef) AND p.prorettype <> 'trigger'::regtype
 GROUP BY level ORDER BY level;
-- What a level may call to write runs as the owner and looks names up in pg_catalog only; nothing that is private does the former.
SELECT p.oid::regprocedure AS wrong
  FROM pg_proc AS p JOIN pg_language AS l ON l.oid = p.prolang
 WHERE p.pronamespace = 'vesu_portfolio'::regnamespace AND p.prorettype <> 'trigger'::regtype
   AND (has_function_privilege('regress_portfolio_operator', p.oid, 'EXECUTE') AND p.provolatile = 'v' AND NOT p.prosecdef
        OR p.prosecdef AND NOT has_function_privilege('regress_portfolio_operator', p.oid, 'EXECUTE')
        OR (p.prosecdef OR l.lanname = 'plpgsql') AND 'search_path=pg_catalog, pg_temp' <> ALL (coalesce(p.proconfig, '{}')))
 ORDER BY p.oid::regprocedure::text COLLATE "C";
-- And the owner is no superuser.
SELECT DISTINCT p.proowner::regrole FROM pg_proc AS p
 WHERE p.pronamespace = 'vesu_portfolio'::regnamespace AND p.prosecdef;

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
INSERT INTO vesu_portfolio.users (id, email, username, password_hash) VALUES (lpad('1', 32, '0')::uuid, 'e', 'u', 'p');
INSERT INTO vesu_portfolio.portfolios (id, user_id, name) VALUES (lpad('1', 32, '0')::uuid, lpad('1', 32, '0')::uuid, 'p');
SELECT statement, pg_temp.try('regress_portfolio_stranger', statement), pg_temp.try('regress_portfolio_reader', statement),
       pg_temp.try('regress_portfolio_writer', statement), pg_temp.try('regress_portfolio_operator', statement)
  FROM unnest(ARRAY[
    $$SELECT vesu_portfolio.session_user(vesu_portfolio.create_session(lpad('1', 32, '0')::uuid))$$,
    $$SELECT vesu_portfolio.end_session('t')$$,
    $$SELECT vesu_portfolio.check_api_key((vesu_portfolio.create_api_key(lpad('1', 32, '0')::uuid, 'k')).key)$$,
    $$SELECT vesu_portfolio.sweep_sessions()$$,
    $$SELECT vesu_portfolio.random_secret()$$,
    $$SELECT vesu_portfolio.touch_api_key(NULL, NULL)$$,
    $$SELECT vesu_portfolio.heartbeat('sage', '{"x": 1}')$$,
    $$SELECT vesu_portfolio.agents_health()$$,
    $$SELECT vesu_portfolio.cancel_task(vesu_portfolio.enqueue_task('sage', 't'))$$,
    $$SELECT vesu_portfolio.claim_tasks('sage')$$,
    $$SELECT vesu_portfolio.requeue_expired()$$,
    $$SELECT vesu_portfolio.resolve_risk_alert(vesu_portfolio.raise_risk_alert(lpad('1', 32, '0')::uuid, 'protocol_risk', 'low', 'm'))$$,
    $$SELECT vesu_portfolio.escalate_risk_alerts()$$,
    $$SELECT vesu_portfolio.notify_risk_alerts('raised', '{}')$$,
    $$SELECT email, settings FROM vesu_portfolio.users$$,
    $$SELECT * FROM vesu_portfolio.users$$,
    $$SELECT password_hash FROM vesu_portfolio.users$$,
    $$SELECT id FROM vesu_portfolio.users WHERE password_hash = 'p'$$,
    $$UPDATE vesu_portfolio.users SET first_name = 'f' WHERE id = lpad('1', 32, '0')::uuid$$,
    $$UPDATE vesu_portfolio.users SET first_name = 'f' WHERE id = lpad('1', 32, '0')::uuid RETURNING password_hash$$,
    $$SELECT key_hash FROM vesu_portfolio.user_api_keys$$,
    $$SELECT session_token FROM vesu_portfolio.user_sessions$$,
    $$SELECT count(id) FROM vesu_portfolio.user_sessions$$,
    $$DELETE FROM vesu_portfolio.user_sessions$$,
    $$SELECT count(*) FROM vesu_portfolio.agent_task_leases$$,
    $$UPDATE vesu_portfolio.agent_tasks SET status = 'running'$$,
    $$INSERT INTO vesu_portfolio.risk_alerts (portfolio_id, alert_type, severity, message) VALUES (lpad('1', 32, '0')::uuid, 'protocol_risk', 'low', 'm')$$,
    $$UPDATE vesu_portfolio.risk_alert_states SET occurrences = 0$$,
    $$UPDATE vesu_portfolio.satellite_agents SET version = '2'$$]) WITH ORDINALITY AS cases (statement, place)
 ORDER BY place;

-- Objects of the caller's do not come between: a hostile search path, temporary tables.
SET ROLE regress_portfolio_writer;
CREATE TEMPORARY TABLE users (id uuid);
CREATE TEMPORARY TABLE agent_tasks (id uuid);
SET search_path = pg_temp, vesu_portfolio, pg_catalog;
SELECT vesu_portfolio.session_user(vesu_portfolio.create_session(lpad('1', 32, '0')::uuid)) IS NOT NULL, status FROM vesu_portfolio.cancel_task(vesu_portfolio.enqueue_task('sage', 't'));
RESET search_path;
RESET ROLE;
\c postgres
DROP DATABASE vesu_portfolio_access;
DROP ROLE regress_portfolio_owner, regress_portfolio_reader, regress_portfolio_writer, regress_portfolio_operator, regress_portfolio_stranger;
