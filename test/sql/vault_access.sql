-- Who may do what in the vault: a writer needs EXECUTE and no privilege on a table; PUBLIC has nothing.
SET client_min_messages = warning;
DROP DATABASE IF EXISTS vesu_vault_access;
RESET client_min_messages;
CREATE DATABASE vesu_vault_access;
\c vesu_vault_access
CREATE EXTENSION vesu;
CREATE ROLE regress_vault_owner;
CREATE ROLE regress_vault_reader;
CREATE ROLE regress_vault_writer;
CREATE ROLE regress_vault_operator;
CREATE ROLE regress_vault_stranger;
SELECT vesu.grant_access('regress_vault_owner', 'owner'), vesu.grant_access('regress_vault_reader', 'reader'),
       vesu.grant_access('regress_vault_writer', 'writer'), vesu.grant_access('regress_vault_operator', 'operator');
-- What changes state is nobody's by default, runs with the owner's rights if it is called from outside, and looks names up in
-- pg_catalog only.
SELECT p.oid::regprocedure AS function_of_everybody FROM pg_proc AS p
 WHERE p.pronamespace = 'vesu_vault'::regnamespace AND p.provolatile = 'v' AND p.prorettype <> 'trigger'::regtype
   AND has_function_privilege('public', p.oid, 'EXECUTE');
SELECT p.proname, p.prosecdef, p.proconfig, p.proowner::regrole
  FROM pg_proc AS p
 WHERE p.pronamespace = 'vesu_vault'::regnamespace AND has_function_privilege('regress_vault_writer', p.oid, 'EXECUTE') AND p.provolatile = 'v'
   AND p.prorettype <> 'trigger'::regtype
 ORDER BY p.proname COLLATE "C";
-- What every operation passes does without: its callers have fixed the path, or (snapshot_entries) every name is qualified.
SELECT p.oid::regprocedure AS without_fixed_path FROM pg_proc AS p JOIN pg_language AS l ON l.oid = p.prolang AND l.lanname = 'plpgsql'
 WHERE p.pronamespace = 'vesu_vault'::regnamespace AND 'search_path=pg_catalog, pg_temp' <> ALL (coalesce(p.proconfig, '{}'))
 ORDER BY p.proname COLLATE "C";
SELECT count(*) AS privileges_of_the_writer
  FROM information_schema.role_table_grants
 WHERE table_schema = 'vesu_vault' AND grantee = 'regress_vault_writer' AND privilege_type <> 'SELECT';

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
SELECT statement, pg_temp.try('regress_vault_stranger', statement) AS stranger, pg_temp.try('regress_vault_reader', statement) AS reader,
       pg_temp.try('regress_vault_writer', statement) AS writer, pg_temp.try('regress_vault_operator', statement) AS operator
  FROM (VALUES
    (1, $$SELECT vesu_vault.open(current_user || 'x', 'address', 'account')$$),
    (2, $$SELECT vesu_vault.deposit('regress_vault_writerx', 1000)$$),
    (3, $$SELECT vesu_vault.lock('regress_vault_writerx', 10)$$),
    (4, $$SELECT vesu_vault.unlock('regress_vault_writerx', 10)$$),
    (5, $$SELECT vesu_vault.transfer('regress_vault_writerx', 'regress_vault_operatorx', 10)$$),
    (6, $$SELECT vesu_vault.confirm_transaction(vesu_vault.begin_transaction('withdrawal', 'regress_vault_writerx', 10))$$),
    (7, $$SELECT vesu_vault.apply_batch('[{"op": "fee", "owner": "regress_vault_writerx", "amount": 1}]')$$),
    (8, $$SELECT vesu_vault.set_status('regress_vault_writerx', 'active')$$),
    (9, $$SELECT vesu_vault.set_paused(false)$$),
    (10, $$SELECT vesu_vault.expire_pending()$$),
    (11, $$SELECT count(*) FROM vesu_vault.transactions$$),
    (12, $$INSERT INTO vesu_vault.vaults (owner, vault_address, token_account) VALUES ('z', 'a', 'b')$$),
    (13, $$UPDATE vesu_vault.vaults SET total_balance = 0$$),
    (14, $$DELETE FROM vesu_vault.transactions$$),
    (15, $$UPDATE vesu_vault.settings SET paused = false$$),
    (16, $$SELECT vesu_vault.move('deposit', 'regress_vault_writerx', 1, NULL, NULL)$$),
    (17, $$SELECT vesu_vault.store_vault(NULL)$$),
    (18, $$SELECT vesu_vault.format_amount(1)$$),
    (19, $$SELECT vesu_vault.apply_transfers('{regress_vault_writerx}', '{regress_vault_operatorx}', '{10}')$$),
    (20, $$SELECT * FROM vesu_vault.transfer_entries('{A}', '{B}', '{10}', '{}', now())$$)
  ) AS cases (number, statement)
 ORDER BY number;

-- Objects of the caller's do not come between: a hostile search path, temporary tables.
SET ROLE regress_vault_writer;
CREATE TEMPORARY TABLE vaults (owner text);
SET search_path = pg_temp, vesu_vault, pg_catalog;
SELECT total_after, available_after FROM vesu_vault.deposit('regress_vault_writerx', 5);
RESET search_path;
RESET ROLE;

-- The module can go, with its settings, once its rows may; and come back.
SELECT vesu.uninstall('{vault}', force => true);
SELECT count(*) AS left_over FROM vesu.ordinary_objects() WHERE schema_name = 'vesu_vault' OR object_name LIKE 'vesu.vault%';
SELECT count(*) AS jobs FROM vesu.jobs WHERE module = 'vault';
SELECT vesu.install('{vault}');
SELECT vesu.uninstall('{vault}');
SELECT vesu.install('{vault}');
SELECT DISTINCT state FROM vesu.migration_status();
SELECT paused FROM vesu_vault.settings;
\c postgres
DROP DATABASE vesu_vault_access;
DROP ROLE regress_vault_owner, regress_vault_reader, regress_vault_writer, regress_vault_operator, regress_vault_stranger;
