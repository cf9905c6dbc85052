-- Nothing that stands before pg_catalog in a caller's search_path runs inside the questions about lending.
BEGIN;
\getenv directory PG_ABS_SRCDIR
\set support :directory '/sql/support/lending_questions.sql'
\set ECHO none
\i :support
\set ECHO all

-- Traps under the names of PostgreSQL's own types, functions and operators.
CREATE SCHEMA evil;
CREATE FUNCTION evil.spring() RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the trap was sprung';
END
$$;
CREATE FUNCTION pg_temp.make_operator(name text, l text, r text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE FUNCTION evil.operation(%s, %s) RETURNS boolean LANGUAGE sql AS ''SELECT evil.spring()''', l, r);
EXCEPTION WHEN duplicate_function THEN
    NULL;
END
$$;
DO $$
DECLARE
    trap record;
BEGIN
    -- The operators of PostgreSQL and exact ones for the types that borrow theirs from others.
    FOR trap IN SELECT o.oprname AS name, format_type(o.oprleft, NULL) AS l, format_type(o.oprright, NULL) AS r
                  FROM pg_operator AS o
                 WHERE o.oprname IN ('=', '<>', '<', '<=', '>', '>=', '-', '+', '*', '/', '||', '~', '->>', '#>>', '?')
                   AND o.oprleft::regtype::text IN ('vesu.felt252', 'numeric', 'uuid', 'text', 'integer', 'bigint', 'jsonb', 'boolean',
                                                    'interval', 'timestamp with time zone')
                 UNION
                SELECT borrowed.name, kind.name, kind.name
                  FROM unnest('{character varying,vesu.position_status,vesu.transaction_type,vesu.transaction_status}'::text[]) AS kind (name)
                 CROSS JOIN unnest('{=,<>,<,>,||}'::text[]) AS borrowed (name)
    LOOP
        PERFORM pg_temp.make_operator(trap.name, trap.l, trap.r);
        EXECUTE format('CREATE OPERATOR evil.%s (LEFTARG = %s, RIGHTARG = %s, FUNCTION = evil.operation)', trap.name, trap.l, trap.r);
    END LOOP;
    FOR trap IN SELECT p.proname AS name, pg_get_function_identity_arguments(p.oid) AS arguments
                  FROM pg_proc AS p
                 WHERE p.pronamespace = 'pg_catalog'::regnamespace
                   AND p.proname IN ('trim_scale', 'isfinite', 'round', 'now', 'cardinality', 'width_bucket', 'jsonb_typeof')
    LOOP
        EXECUTE format('CREATE FUNCTION evil.%I(%s) RETURNS boolean LANGUAGE sql AS ''SELECT evil.spring()''', trap.name, trap.arguments);
    END LOOP;
    FOR trap IN SELECT unnest('{text,uuid,jsonb,timestamptz,interval,int4,int8,numeric,bool,varchar}'::text[]) AS name
    LOOP
        EXECUTE format('CREATE DOMAIN evil.%I AS pg_catalog.%1$I CHECK (evil.spring())', trap.name);
    END LOOP;
END
$$;

-- A statement that is not on its guard falls into one.
SET LOCAL search_path = evil, pg_catalog;
SELECT pg_temp.code('SELECT 1.5 = 1.5') AS operator, pg_temp.code('SELECT ''a''::text') AS type,
       pg_temp.code('SELECT trim_scale(1.5)') AS function;

-- Ours give the answers of before.
SELECT asked.question, asked.outcome
  FROM (SELECT question, number, pg_temp.code(pg_catalog.concat('SELECT * FROM ', question, ' AS found')) AS outcome FROM pg_temp.questions) AS asked
 WHERE asked.outcome OPERATOR(pg_catalog.<>) 'accepted'
 ORDER BY asked.number;
SELECT pg_catalog.count(*) AS asked, pg_catalog.count(*) FILTER (WHERE answer IS NULL) AS unanswered,
       pg_catalog.count(*) FILTER (WHERE pg_catalog.jsonb_ne(pg_temp.answer(question), answer)) AS different
  FROM pg_temp.questions;

-- The triggers fall into none either.
SELECT pg_temp.code(statement) AS outcome
  FROM (VALUES
    (1, 'INSERT INTO vesu.vesu_positions (user_id, pool_address, collateral_amount, debt_amount)
         VALUES (''ea000000-0000-0000-0000-000000000005'', ''0xe001'', 1, 1)'),
    (2, 'UPDATE vesu.vesu_positions SET debt_amount = 1'),
    (3, 'UPDATE vesu.vesu_pools SET debt_asset = ''EDAI'' WHERE pool_address OPERATOR(pg_catalog.=) ''0xe001'''),
    (4, 'UPDATE vesu.vesu_pools SET deleted_at = vesu.now() WHERE pool_address OPERATOR(pg_catalog.=) ''0xe001'''),
    (5, 'UPDATE vesu.vesu_transactions SET amount = 2'),
    (6, 'UPDATE vesu.vesu_liquidations SET debt_repaid = 2'),
    (7, 'SELECT vesu.detach_users()'),
    (8, 'SELECT vesu.schedule_jobs()'),
    (9, 'UPDATE vesu.vesu_pools SET protocol_pool = ''0xe0'' WHERE pool_address OPERATOR(pg_catalog.=) ''0xe002'''),
    (10, 'SELECT vesu.open_pools(''0xe0'')'),
    (11, 'UPDATE vesu.vesu_pool_pairs SET max_ltv = 0'),
    (12, 'SELECT vesu.accrue_all(''2026-03-02'')'),
    (13, 'SELECT vesu.load_pool_config(''0xe0'', pg_catalog.jsonb_set(config, ''{asset_parameters,0,floor}'', ''1'')) FROM pg_temp.configuration')) AS tried (number, statement)
 ORDER BY number;
ROLLBACK;
