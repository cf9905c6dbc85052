-- Every PL/pgSQL function of vesu, its statements analysed against the real tables: extension scripts
-- do not look into function bodies.
BEGIN;
SET LOCAL client_min_messages = warning;
CREATE EXTENSION plpgsql_check;
-- What vesu.schedule_jobs() calls of pg_cron, which needs a server that preloads it.
CREATE SCHEMA cron;
CREATE TABLE cron.job (jobid bigint, jobname text, username text);
CREATE FUNCTION cron.schedule(text, text, text) RETURNS bigint LANGUAGE sql RETURN 1;
CREATE FUNCTION cron.unschedule(bigint) RETURNS boolean LANGUAGE sql RETURN true;
SELECT count(*) > 20 AS functions_found
  FROM pg_proc AS p JOIN pg_language AS l ON l.oid = p.prolang
 WHERE l.lanname = 'plpgsql' AND p.pronamespace::regnamespace::name IN (SELECT vesu.schemas());

-- Functions themselves, then each trigger function with each table that fires it.
SELECT p.oid::regprocedure AS function, finding.level, finding.message, finding.query
  FROM pg_proc AS p
  JOIN pg_language AS l ON l.oid = p.prolang
  CROSS JOIN LATERAL plpgsql_check_function_tb(p.oid, extra_warnings => false, performance_warnings => false) AS finding
 WHERE l.lanname = 'plpgsql' AND p.pronamespace::regnamespace::name IN (SELECT vesu.schemas()) AND p.prorettype <> 'trigger'::regtype
   -- Newer versions count the format() of an error message, and the wall clock, which moves within a statement by design.
   AND finding.message !~ '^routine is marked as (IMMUTABLE, but expression is STABLE|STABLE, but expression is VOLATILE)$'
 ORDER BY p.oid::regprocedure::text COLLATE "C", finding.message;
SELECT t.tgfoid::regprocedure AS function, finding.level, finding.message, finding.query
  FROM pg_trigger AS t
  JOIN pg_proc AS p ON p.oid = t.tgfoid AND p.pronamespace::regnamespace::name IN (SELECT vesu.schemas())
  JOIN pg_language AS l ON l.oid = p.prolang AND l.lanname = 'plpgsql'
  CROSS JOIN LATERAL plpgsql_check_function_tb(p.oid, t.tgrelid, oldtable => t.tgoldtable, newtable => t.tgnewtable,
                                                      extra_warnings => false) AS finding
 WHERE NOT t.tgisinternal
 ORDER BY p.oid::regprocedure::text COLLATE "C", finding.message;
ROLLBACK;
