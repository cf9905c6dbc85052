-- Who may keep partitions, whose they are, and what installing, rolling back and uninstalling do with those made since. In a database of
-- its own.
\getenv directory PG_ABS_SRCDIR
\set support :directory '/sql/support/portfolio_partitions.sql'
SET client_min_messages = warning;
DROP DATABASE IF EXISTS vesu_partitions_access;
RESET client_min_messages;
CREATE DATABASE vesu_partitions_access;
\c vesu_partitions_access
SET vesu.clock = '2025-01-15 12:00+00';
CREATE EXTENSION vesu;
\set ECHO none
\i :support
\set ECHO all
\pset format unaligned
\pset tuples_only
CREATE ROLE regress_months_owner;
CREATE ROLE regress_months_reader;
CREATE ROLE regress_months_writer;
CREATE ROLE regress_months_operator;
CREATE ROLE regress_months_stranger;
-- A superuser's months, one of them detached, become the owner's; later ones are.
SET vesu.clock = '2026-02-15 12:00+00';
SELECT count(*) FROM vesu_portfolio.maintain_partitions();
SELECT pg_temp.maintain();
SELECT vesu.grant_access('regress_months_owner', 'owner'), vesu.grant_access('regress_months_reader', 'reader'),
       vesu.grant_access('regress_months_writer', 'writer'), vesu.grant_access('regress_months_operator', 'operator');
CREATE FUNCTION pg_temp.owners() RETURNS SETOF text
    LANGUAGE sql AS $$
    SELECT format('%s tables of %s, %s of them partitions', count(*), relowner::regrole, count(*) FILTER (WHERE relispartition))
      FROM pg_class WHERE relnamespace = 'vesu_portfolio'::regnamespace AND relname ~ '_y\d{4}m\d\d$' AND relkind = 'r' GROUP BY relowner
$$;
SELECT pg_temp.owners();
SET ROLE regress_months_operator;
SELECT * FROM vesu_portfolio.maintain_partitions('5 months', '{"market_data": {"keep": "all"}}');
SELECT m.* FROM vesu_portfolio.create_partitions('market_data', '2024-11-01', '2025-01-01') AS m;
SELECT * FROM vesu_portfolio.maintain_partitions('5 months', '{"satellite_performance": {"mode": "drop"}}');
SELECT * FROM vesu_portfolio.maintain_partitions('5 months', '{"satellite_performance": {"mode": "drop"}}');
RESET ROLE;
SELECT pg_temp.owners();

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
SELECT statement, pg_temp.try('regress_months_stranger', statement) AS stranger, pg_temp.try('regress_months_reader', statement) AS reader,
       pg_temp.try('regress_months_writer', statement) AS writer, pg_temp.try('regress_months_operator', statement) AS operator
  FROM (VALUES
    (1, 'SELECT count(*) FROM vesu_portfolio.partition_status'),
    (2, 'SELECT count(*) FROM vesu_portfolio.partition_months'),
    (3, $$SELECT vesu_portfolio.frozen_months('market_data')$$),
    (4, 'SELECT count(*) FROM vesu_portfolio.maintain_partitions()'),
    (5, $$SELECT count(*) FROM vesu_portfolio.create_partitions('market_data', '2026-01-01', '2026-02-01')$$),
    (6, 'INSERT INTO vesu_portfolio.partition_months SELECT * FROM vesu_portfolio.partition_months LIMIT 0'),
    (7, 'DELETE FROM vesu_portfolio.partition_months'),
    (8, $$SELECT vesu_portfolio.drop_month('market_data', '2026-02-01', 'market_data_y2026m02')$$),
    (9, $$SELECT * FROM vesu_portfolio.attempt('SELECT 1', 1)$$),
    (10, $$SELECT vesu_portfolio.note_drop('x')$$),
    (11, $$SELECT vesu_portfolio.take_hash('0x0', gen_random_uuid(), '2026-01-01')$$),
    (12, 'SELECT count(*) FROM vesu_portfolio.market_data_y2026m02'),
    (13, 'SELECT count(*) FROM vesu_portfolio.market_data_default'),
    (14, 'DELETE FROM vesu_portfolio.transaction_hashes')
  ) AS cases (number, statement)
 ORDER BY number;
-- What runs with the owner's rights looks names up in pg_catalog only, and is for nobody but the levels.
SELECT p.proname, p.proconfig[1], has_function_privilege('public', p.oid, 'EXECUTE') AND p.prorettype <> 'trigger'::regtype AS everybody
  FROM pg_proc AS p
 WHERE p.pronamespace = 'vesu_portfolio'::regnamespace AND p.prosecdef AND p.proname ~ 'partition|default_rows|hash' ORDER BY p.proname COLLATE "C";
-- None of it is a member, and everything says what it is.
SELECT count(*) FROM pg_depend AS d JOIN pg_class AS c ON c.oid = d.objid AND d.classid = 'pg_class'::regclass
 WHERE d.deptype = 'e' AND c.relnamespace = 'vesu_portfolio'::regnamespace AND c.relkind IN ('r', 'p', 'v');
SELECT c.relname FROM pg_class AS c
 WHERE c.relnamespace = 'vesu_portfolio'::regnamespace AND c.relkind IN ('r', 'v') AND c.relname !~ '_default$' AND obj_description(c.oid, 'pg_class') IS NULL;

-- Uninstalling takes along what was made since, attached or detached, but not its rows unless told to; and it can be installed again.
SET ROLE regress_months_owner;
SELECT pg_temp.put('satellite_performance', '2025-03-10', 1), pg_temp.put('risk_metrics', '2026-06-10', 1);
DO $$
BEGIN
    FOR i IN 1..5 LOOP
        PERFORM count(*) FROM vesu_portfolio.maintain_partitions('5 months');
    END LOOP;
END
$$;
SELECT pg_temp.months('satellite_performance'), pg_temp.months('risk_metrics');
SELECT pg_temp.refusal('SELECT vesu.uninstall()');
TRUNCATE vesu_portfolio.satellite_performance_y2025m03;
SELECT pg_temp.refusal('SELECT vesu.uninstall()');
SELECT pg_temp.refusal($$SELECT vesu.rollback_migration(version) FROM vesu.schema_migrations WHERE version LIKE 'portfolio/94%'$$);
TRUNCATE vesu_portfolio.risk_metrics;
RESET ROLE;
SET client_min_messages = warning;
BEGIN;
SELECT vesu.uninstall();
SELECT count(*) FROM vesu.ordinary_objects();
ROLLBACK;
BEGIN;
ALTER TABLE vesu_portfolio.transactions DETACH PARTITION vesu_portfolio.transactions_y2025m02;
SELECT vesu.uninstall('{portfolio}');
SELECT count(*) FROM vesu.ordinary_objects() WHERE schema_name = 'vesu_portfolio';
SELECT vesu.install('{portfolio}');
SELECT pg_temp.months('transactions'), vesu_portfolio.frozen_months('transactions');
ROLLBACK;
BEGIN;
SELECT vesu.uninstall('{portfolio}', force => true);
SELECT count(*) FROM vesu.ordinary_objects() WHERE schema_name = 'vesu_portfolio';
ROLLBACK;
-- Rolled back alone the months go; what is over stays over, the months ahead are made again.
SELECT vesu.rollback_migration(version) FROM vesu.schema_migrations WHERE version LIKE 'portfolio/94%';
SELECT pg_temp.months('transactions');
SELECT vesu.migrate();
SELECT pg_temp.months('transactions'), vesu_portfolio.frozen_months('transactions');
SELECT pg_temp.owners();

\c postgres
DROP DATABASE vesu_partitions_access;
DROP ROLE regress_months_owner, regress_months_reader, regress_months_writer, regress_months_operator, regress_months_stranger;
