-- What each access level may do: read, operate, maintain. Operations run with the rights of their caller.
BEGIN;
\getenv directory PG_ABS_SRCDIR
\set support :directory '/sql/support/lending_operations.sql'
\set protocol :directory '/sql/support/lending_protocol.sql'
\set ECHO none
\i :support
\i :protocol
\set ECHO all
\pset format unaligned
\pset tuples_only
CREATE ROLE regress_vesu_nobody;
CREATE ROLE regress_vesu_reader;
CREATE ROLE regress_vesu_writer;
CREATE ROLE regress_vesu_operator;
GRANT SELECT ON pg_temp.configuration TO regress_vesu_operator;
SELECT vesu.grant_access('regress_vesu_reader', 'reader'), vesu.grant_access('regress_vesu_writer', 'writer'),
       vesu.grant_access('regress_vesu_operator', 'operator');

-- Every function that changes something is granted to a level, or only to the owner; none to everybody.
SELECT p.proname, CASE WHEN has_function_privilege('regress_vesu_nobody', p.oid, 'EXECUTE') THEN 'EVERYBODY'
                       WHEN has_function_privilege('regress_vesu_reader', p.oid, 'EXECUTE') THEN 'READER'
                       WHEN has_function_privilege('regress_vesu_writer', p.oid, 'EXECUTE') THEN 'writer'
                       WHEN has_function_privilege('regress_vesu_operator', p.oid, 'EXECUTE') THEN 'operator'
                       ELSE 'owner' END
  FROM pg_proc AS p
 WHERE p.pronamespace = 'vesu'::regnamespace AND p.provolatile = 'v' AND p.prorettype <> 'trigger'::regtype
   AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
 ORDER BY 2, 1;
-- Privileges on tables and views: reader, writer, operator.
SELECT c.relname,
       (SELECT string_agg(left(privilege, 1), '' ORDER BY privilege)
          FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) AS privilege
         WHERE has_table_privilege('regress_vesu_reader', c.oid, privilege)) AS reader,
       (SELECT string_agg(left(privilege, 1), '' ORDER BY privilege)
          FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) AS privilege
         WHERE has_table_privilege('regress_vesu_writer', c.oid, privilege)) AS writer,
       (SELECT string_agg(left(privilege, 1), '' ORDER BY privilege)
          FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) AS privilege
         WHERE has_table_privilege('regress_vesu_operator', c.oid, privilege)) AS operator
  FROM pg_class AS c
 WHERE c.relnamespace = 'vesu'::regnamespace AND c.relkind IN ('r', 'v', 'p')
 ORDER BY c.relname;

-- A writer makes every operation.
SET LOCAL ROLE regress_vesu_writer;
SELECT pg_temp.after($$vesu.supply(pg_temp.account(1), '0x1', 2, '0xa1')$$),
       pg_temp.after($$vesu.borrow(pg_temp.account(1), '0x1', 2000, '0xa2')$$),
       pg_temp.after($$vesu.repay(pg_temp.account(1), '0x1', 200, '0xa3')$$),
       pg_temp.after($$vesu.withdraw(pg_temp.account(1), '0x1', 1, '0xa4', 'pending')$$),
       pg_temp.after($$vesu.confirm_transaction('0xa4')$$),
       pg_temp.after($$vesu.supply(pg_temp.account(1), '0x1', 1, '0xa5', 'pending')$$),
       pg_temp.after($$vesu.fail_transaction('0xa5')$$);
SELECT total_supply FROM vesu.sync_pool('0x2', 5000);
-- Prices, pools, the chain's books and deletions are not a writer's.
SELECT pg_temp.refusal($$vesu.record_price('ETH', 1)$$);
SELECT pg_temp.refusal($$vesu.accrue('0x1')$$);
SELECT pg_temp.code($$vesu.accrue_all()$$), pg_temp.code($$vesu.open_pools('0xabc')$$), pg_temp.code($$vesu.load_pool_config('0xabc', '{}')$$),
       pg_temp.code($$vesu.record_pool_asset('0xabc', 'ETH', NULL, 1, '2026-03-01')$$);
SELECT pg_temp.refusal($$vesu.attach_users('vesu.vesu_pools')$$);
SAVEPOINT attempt;
UPDATE vesu.vesu_pools SET max_ltv = 0.8;
ROLLBACK TO attempt;
DELETE FROM vesu.vesu_transactions;
ROLLBACK TO attempt;
UPDATE vesu.vesu_position_history SET valid_to = valid_from;
ROLLBACK TO attempt;

SET LOCAL ROLE regress_vesu_operator;
SELECT vesu.record_price('ETH', 2000), vesu.record_prices(ARRAY['USDC'], ARRAY[1]);
UPDATE vesu.vesu_pools SET liquidation_bonus = 0.1 WHERE pool_address = '0x1';
UPDATE vesu.jobs SET enabled = false WHERE name = 'vesu_lending_verify';
SELECT * FROM vesu.load_pool_config('0xabc', pg_temp.prime(), '2026-03-01 11:00+00');
SELECT count(*) FROM vesu.open_pools('0xabc');
UPDATE vesu.vesu_pools SET protocol_pool = '0xabc' WHERE pool_address = '0x3';
SELECT vesu.record_pool_asset('0xabc', 'USDC', pg_temp.books(200000, 800000, 1000000), 14e9, '2026-03-01 11:30+00'),
       vesu.accrue('0x3'), vesu.accrue_all();
SELECT id AS position FROM vesu.vesu_positions WHERE user_id = pg_temp.account(1) \gset
SELECT trim_scale(debt_repaid), trim_scale(collateral_seized)
  FROM vesu.liquidate(:'position', '0xbb', '0xa6', 1000);

-- A reader sees all of it and changes nothing.
SET LOCAL ROLE regress_vesu_reader;
SELECT pg_temp.books();
SELECT trim_scale(debt_amount) FROM vesu.position_as_of(:'position', vesu.now());
SELECT count(*) FROM vesu.verify();
SELECT r.borrow_rate, (b.books).reserve, trim_scale(p.debt_index), a.interest_rate
  FROM vesu.rates('0x3') AS r, vesu.pool_books AS b, vesu.vesu_pools AS p, vesu.pool_asset_at('0xabc', 'USDC') AS a
 WHERE b.protocol_pool = '0xabc' AND b.asset = 'USDC' AND p.pool_address = '0x3';
SELECT bool_and(state = 'present') FROM vesu.verify_indexes();
SELECT count(*) > 0 FROM vesu.index_usage;
SELECT enabled FROM vesu.jobs WHERE name = 'vesu_lending_verify';
SELECT pg_temp.refusal($$vesu.supply(pg_temp.account(1), '0x1', 2, '0xe1')$$);
-- The steps that the operations share are of no use without the tables' privileges.
SELECT pg_temp.code($$vesu.operate('supply', pg_temp.account(1), '0x1', 2, '0xe1', 'confirmed', NULL, NULL, NULL)$$);
SET LOCAL ROLE regress_vesu_nobody;
SELECT vesu.health_factor(1.5, 2500, 0.8, 1000, 1);
ROLLBACK;
