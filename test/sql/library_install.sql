-- Installing, repeating, migrating, rolling back, removing; roles; strangers. In a database of its own.
\getenv directory PG_ABS_SRCDIR
\set report :directory '/sql/support/report.sql'
SET client_min_messages = warning;
DROP DATABASE IF EXISTS vesu_install;
RESET client_min_messages;
CREATE DATABASE vesu_install;
\c vesu_install
\i :report
CREATE EXTENSION vesu;

-- Everything is applied, no ordinary object is a member, and the extension cannot go while they are there.
SELECT version, state, action FROM vesu.migration_status() ORDER BY version COLLATE "C";
SELECT vesu.installed_modules();
SELECT count(*) > 60 AS ordinary_objects, count(*) FILTER (WHERE owner <> current_user::regrole) AS of_others
  FROM vesu.ordinary_objects();
SELECT count(*) AS member_tables
  FROM pg_depend AS d JOIN pg_class AS c ON c.oid = d.objid AND d.classid = 'pg_class'::regclass
 WHERE d.deptype = 'e' AND d.refobjid = (SELECT oid FROM pg_extension WHERE extname = 'vesu') AND c.relkind IN ('r', 'v', 'i');
\set VERBOSITY sqlstate
DROP EXTENSION vesu;
\set VERBOSITY default

-- Nothing that changes state is for everybody, member or not.
SELECT p.oid::regprocedure AS volatile_function_of_everybody
  FROM pg_proc AS p
 WHERE p.pronamespace = 'vesu'::regnamespace AND p.provolatile = 'v' AND p.prorettype <> 'trigger'::regtype
   AND p.proname <> 'wall_clock' AND has_function_privilege('public', p.oid, 'EXECUTE')
 ORDER BY p.oid::regprocedure::text COLLATE "C";

-- Installing again adds what is missing and keeps rows and what users added.
INSERT INTO vesu.vesu_pools (pool_address, collateral_asset, debt_asset, max_ltv, liquidation_threshold, liquidation_bonus)
VALUES ('0x1', 'ETH', 'USDC', 0.75, 0.8, 0.05);
ALTER TABLE vesu.vesu_pools ADD COLUMN note text DEFAULT 'mine';
CREATE INDEX my_index ON vesu.vesu_pools (note);
DROP INDEX vesu.idx_vesu_pools_last_synced;
DROP VIEW vesu.position_health;
CREATE OR REPLACE FUNCTION vesu.has_debt(position_row vesu.vesu_positions) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE AS 'SELECT NULL::boolean';
CREATE TEMPORARY TABLE before AS SELECT version, applied_at, rollback_sql FROM vesu.schema_migrations;
SELECT index_name, state FROM vesu.verify_indexes() WHERE state <> 'present';
SELECT vesu.install();
SELECT index_name, state FROM vesu.verify_indexes() WHERE state <> 'present';
SELECT to_regclass('vesu.position_health') AS made_again, note, to_regclass('vesu.my_index') AS kept FROM vesu.vesu_pools;
SELECT vesu.has_debt(ROW(p.*)::vesu.vesu_positions) AS renewed
  FROM (SELECT (jsonb_populate_record(NULL::vesu.vesu_positions, '{"debt_amount": 1}')).*) AS p;
SELECT m.version FROM vesu.schema_migrations AS m JOIN before AS b USING (version)
 WHERE m.applied_at <> b.applied_at OR length(m.rollback_sql) > length(b.rollback_sql) + 50;

-- A table that came from a dump without the link to a protocol pool gets it, and keeps its rows.
SET client_min_messages = warning;
ALTER TABLE vesu.vesu_pools DROP COLUMN protocol_pool CASCADE, DROP COLUMN debt_accrued_at, DROP COLUMN collateral_accrued_at;
RESET client_min_messages;
SELECT vesu.install();
SELECT (SELECT count(*) FROM vesu.vesu_pools) AS pools,
       (SELECT count(*) FROM pg_constraint WHERE conname = 'vesu_pools_protocol_pool_fkey') AS keys,
       (SELECT count(*) FROM pg_indexes WHERE indexname LIKE 'vesu_pools_protocol_pool%') AS indexes,
       (SELECT count(*) FROM pg_trigger WHERE tgname IN ('vesu_pools_link', 'vesu_pools_relink')) AS triggers;

-- Rolling back: not while rows would go, not under what depends on it, not twice.
SELECT pg_temp.report($$SELECT vesu.rollback_migration('lending/10_tables@1.0.0')$$);
SELECT split_part(pg_temp.report($$SELECT vesu.rollback_migration('lending/10_tables@1.0.0', force => true)$$), ':', 1) AS error;
SELECT pg_temp.report($$SELECT vesu.rollback_migration('lending/10_tables@0.9')$$);
SELECT vesu.rollback_migration('lending/95_jobs@1.0.0');
SELECT version, state, action FROM vesu.migration_status() WHERE state <> 'applied';
SELECT vesu.migrate() AS steps_done;
SELECT vesu.migrate() AS steps_done;
-- Objects of an older library are reported.
UPDATE vesu.schema_migrations SET version = 'lending/50_risk@0.9.0' WHERE version = 'lending/50_risk@1.0.0';
SELECT version, state, action FROM vesu.migration_status() WHERE state <> 'applied';
SELECT invariant, detail FROM vesu.verify();
SELECT vesu.migrate() AS steps_done;
SELECT count(*) AS findings FROM vesu.verify();

-- Uninstalling refuses while there are rows.
SELECT pg_temp.report('SELECT vesu.uninstall()');
SELECT pg_temp.report($$SELECT vesu.uninstall('{lending, nonsense}')$$);
SELECT pg_temp.report($$SELECT vesu.uninstall('{lending}', force => true)$$);
SELECT vesu.uninstall(force => true);
SELECT count(*) AS left_over FROM vesu.ordinary_objects();
SELECT count(*) AS pending FROM vesu.migration_status() WHERE state = 'pending';
SELECT vesu.uninstall();
SELECT pg_temp.report($$SELECT vesu.install('{lending, nonsense}')$$);

-- A stranger's table is not adopted.
CREATE ROLE regress_vesu_stranger;
CREATE ROLE regress_vesu_owner;
CREATE TABLE vesu.vesu_pools (id int);
ALTER TABLE vesu.vesu_pools OWNER TO regress_vesu_stranger;
SELECT pg_temp.report('SELECT vesu.install()');
DROP TABLE vesu.vesu_pools;

-- Installed for a role that is no superuser: everything is its own, and updates keep it.
SELECT vesu.install(owner => 'regress_vesu_owner');
SELECT DISTINCT owner::regrole FROM vesu.ordinary_objects();
SELECT vesu.install();
SELECT DISTINCT owner::regrole FROM vesu.ordinary_objects();

-- Levels: who may do what.
CREATE ROLE regress_vesu_reader;
CREATE ROLE regress_vesu_writer;
CREATE ROLE regress_vesu_operator;
SELECT vesu.grant_access('regress_vesu_reader', 'reader'), vesu.grant_access('regress_vesu_writer', 'writer'),
       vesu.grant_access('regress_vesu_operator', 'operator');
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
SELECT statement, pg_temp.try('regress_vesu_stranger', statement) AS stranger, pg_temp.try('regress_vesu_reader', statement) AS reader,
       pg_temp.try('regress_vesu_writer', statement) AS writer, pg_temp.try('regress_vesu_operator', statement) AS operator
  FROM (VALUES
    (1, $$SELECT count(*) FROM vesu.find_active_pools()$$),
    (2, $$SELECT count(*) FROM vesu.find_liquidatable_positions()$$),
    (3, $$SELECT count(*) FROM vesu.position_health$$),
    (4, $$SELECT count(*) FROM vesu.verify_indexes()$$),
    (5, $$SELECT count(*) FROM vesu.verify()$$),
    (6, $$SELECT vesu.record_price('ETH', 2500)$$),
    (7, $$INSERT INTO vesu.vesu_pools (pool_address, collateral_asset, debt_asset, max_ltv, liquidation_threshold, liquidation_bonus, total_supply)
          VALUES ('0x1', 'ETH', 'USDC', 0.75, 0.8, 0.05, 1e9) ON CONFLICT DO NOTHING$$),
    (8, $$SELECT vesu.supply('b0000000-0000-0000-0000-000000000001', '0x1', 1, ('0x' || to_hex(hashtext(current_user)::bigint & 65535))::vesu.felt252)$$),
    (9, $$SELECT vesu.sync_pool('0x1', 1e9)$$),
    (10, $$DELETE FROM vesu.vesu_positions WHERE false$$),
    (11, $$UPDATE vesu.jobs SET enabled = enabled$$),
    (12, $$SELECT vesu.install()$$),
    (13, $$SELECT vesu.grant_access('regress_vesu_stranger', 'owner')$$)
  ) AS cases (number, statement)
 ORDER BY number;
-- The writer after the operator made the pool.
SELECT pg_temp.try('regress_vesu_writer', $$SELECT vesu.supply('b0000000-0000-0000-0000-000000000001', '0x1', 1, '0xabcdef')$$) AS writer_supplies;
SELECT pg_temp.report($$SELECT vesu.grant_access('regress_vesu_reader', 'king')$$);
SELECT pg_temp.report($$SELECT vesu.grant_access(NULL, 'reader')$$);

-- The owner installs, migrates and removes without a superuser.
SELECT vesu.grant_access('regress_vesu_owner', 'owner');
SET ROLE regress_vesu_owner;
SELECT vesu.install();
SELECT vesu.rollback_migration('lending/95_jobs@1.0.0');
SELECT vesu.migrate() AS steps_done;
RESET ROLE;
-- Ownership moves with everything.
SELECT vesu.grant_access('regress_vesu_stranger', 'owner');
SELECT DISTINCT owner::regrole FROM vesu.ordinary_objects();
SELECT pg_temp.report($$SELECT vesu.install(owner => 'regress_vesu_owner')$$);


-- A table of somebody else in the schema stays his.
CREATE TABLE vesu.notes (id int);
ALTER TABLE vesu.notes OWNER TO regress_vesu_writer;
CREATE PROCEDURE vesu.note() LANGUAGE sql AS '';
SELECT vesu.grant_access('regress_vesu_owner', 'owner');
SELECT object_name, owner::regrole FROM vesu.ordinary_objects()
 WHERE object_name IN ('vesu.notes', 'vesu.note()', 'vesu.vesu_pools') ORDER BY 1;
DROP TABLE vesu.notes;
DROP PROCEDURE vesu.note();

-- An owner lets others read without a superuser.
SET ROLE regress_vesu_owner;
SELECT vesu.grant_access('regress_vesu_stranger', 'reader');
RESET ROLE;
SELECT pg_temp.try('regress_vesu_stranger', 'SELECT count(*) FROM vesu.find_active_pools()') AS stranger_reads;

-- What an owner writes into its functions and tables never runs with the rights of the superuser who calls.
SET ROLE regress_vesu_owner;
CREATE OR REPLACE FUNCTION vesu.lending_grants(OUT level text, OUT privileges text, OUT object text) RETURNS SETOF record
    LANGUAGE sql AS $$VALUES ('reader', 'SELECT ON vesu.vesu_pools TO regress_vesu_reader; ALTER ROLE regress_vesu_owner SUPERUSER; GRANT SELECT',
                              'TABLE vesu.vesu_pools')$$;
UPDATE vesu.schema_migrations SET rollback_sql = 'ALTER ROLE regress_vesu_owner SUPERUSER' WHERE version = 'lending/95_jobs@1.0.0';
CREATE FUNCTION vesu.rise() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN ALTER ROLE regress_vesu_owner SUPERUSER; RETURN NULL; END$$;
CREATE TRIGGER rise AFTER INSERT OR UPDATE OR DELETE ON vesu.schema_migrations EXECUTE FUNCTION vesu.rise();
RESET ROLE;
SELECT pg_temp.report($$SELECT vesu.grant_access('regress_vesu_reader', 'reader')$$) ~ '42501: .* alter (superuser )?role' AS may_not_alter_a_role;
SELECT pg_temp.report($$SELECT vesu.rollback_migration('lending/95_jobs@1.0.0')$$) ~ '42501: .* alter (superuser )?role' AS may_not_alter_a_role;
SELECT pg_temp.report($$SELECT vesu.uninstall(force => true)$$) ~ '42501: .* alter (superuser )?role' AS may_not_alter_a_role;
DROP TRIGGER rise ON vesu.schema_migrations;
SELECT rolsuper FROM pg_roles WHERE rolname = 'regress_vesu_owner';

\c postgres
DROP DATABASE vesu_install;
DROP ROLE regress_vesu_stranger, regress_vesu_owner, regress_vesu_reader, regress_vesu_writer, regress_vesu_operator;
