-- Row security that lets a writer see a row but not lock or write it ends an operation with 42501, never in a loop.
BEGIN;
\getenv directory PG_ABS_SRCDIR
\set support :directory '/sql/support/lending_operations.sql'
\set ECHO none
\i :support
\set ECHO all
\pset format unaligned
\pset tuples_only
CREATE ROLE regress_vesu_writer;
SELECT vesu.grant_access('regress_vesu_writer', 'writer');
SELECT vesu.supply(pg_temp.account(1), '0x1', 2, '0xa1'),
       vesu.borrow(pg_temp.account(1), '0x1', 1000, '0xa2'),
       vesu.repay(pg_temp.account(1), '0x1', 100, '0xa3', 'pending'),
       vesu.supply(pg_temp.account(2), '0x1', 1, '0xa4') \g /dev/null
UPDATE vesu.vesu_positions SET status = 'liquidated' WHERE user_id = pg_temp.account(2);
INSERT INTO vesu.vesu_positions (id, user_id, pool_address, collateral_amount, debt_amount, vtoken_balance)
VALUES ('b0000000-0000-0000-0000-000000000003', pg_temp.account(3), '0x1', 1, 2100, 1);
SET LOCAL statement_timeout = '20s';

-- Positions that can be read and added, but not updated.
ALTER TABLE vesu.vesu_positions ENABLE ROW LEVEL SECURITY;
CREATE POLICY readable ON vesu.vesu_positions FOR SELECT USING (true);
CREATE POLICY addable ON vesu.vesu_positions FOR INSERT WITH CHECK (true);
SET LOCAL ROLE regress_vesu_writer;
SELECT pg_temp.refusal($$vesu.supply(pg_temp.account(1), '0x1', 1, '0xe1')$$);
SELECT pg_temp.code($$vesu.withdraw(pg_temp.account(2), '0x1', 1, '0xe1')$$) AS of_a_liquidated_one,
       pg_temp.code($$vesu.confirm_transaction('0xa3')$$),
       pg_temp.code($$vesu.liquidate('b0000000-0000-0000-0000-000000000003', '0xbb', '0xe1')$$);
-- A first supply needs no more.
SELECT pg_temp.after($$vesu.supply(pg_temp.account(4), '0x1', 1, '0xa5')$$, 4);
RESET ROLE;

-- A position that cannot even be read: PostgreSQL itself refuses to add another one.
DROP POLICY readable ON vesu.vesu_positions;
CREATE POLICY readable ON vesu.vesu_positions FOR SELECT USING (user_id <> pg_temp.account(1));
SET LOCAL ROLE regress_vesu_writer;
SELECT pg_temp.refusal($$vesu.supply(pg_temp.account(1), '0x1', 1, '0xe1')$$);
RESET ROLE;
ALTER TABLE vesu.vesu_positions DISABLE ROW LEVEL SECURITY;

-- Transactions that can be read but not updated, or not be read.
ALTER TABLE vesu.vesu_transactions ENABLE ROW LEVEL SECURITY;
CREATE POLICY readable ON vesu.vesu_transactions FOR SELECT USING (user_id <> pg_temp.account(2));
CREATE POLICY addable ON vesu.vesu_transactions FOR INSERT WITH CHECK (true);
SET LOCAL ROLE regress_vesu_writer;
SELECT pg_temp.refusal($$vesu.confirm_transaction('0xa3')$$);
SELECT pg_temp.code($$vesu.fail_transaction('0xa3')$$);
SELECT pg_temp.refusal($$vesu.supply(pg_temp.account(1), '0x1', 1, '0xa4')$$);
RESET ROLE;
ALTER TABLE vesu.vesu_transactions DISABLE ROW LEVEL SECURITY;

-- Pools that can be read but not updated.
ALTER TABLE vesu.vesu_pools ENABLE ROW LEVEL SECURITY;
CREATE POLICY readable ON vesu.vesu_pools FOR SELECT USING (true);
SET LOCAL ROLE regress_vesu_writer;
SELECT pg_temp.refusal($$vesu.supply(pg_temp.account(1), '0x1', 1, '0xe1')$$);
SELECT pg_temp.code($$vesu.supply(pg_temp.account(5), '0x1', 1, '0xe1')$$),
       pg_temp.code($$vesu.borrow(pg_temp.account(1), '0x1', 1, '0xe1')$$),
       pg_temp.code($$vesu.confirm_transaction('0xa3')$$),
       pg_temp.code($$vesu.liquidate('b0000000-0000-0000-0000-000000000003', '0xbb', '0xe1')$$),
       pg_temp.code($$vesu.sync_pool('0x1', 1)$$);
-- Pools that cannot be read are unknown, and pending calls touch no pool.
SELECT pg_temp.after($$vesu.supply(pg_temp.account(1), '0x1', 1, '0xa6', 'pending')$$);
RESET ROLE;
DROP POLICY readable ON vesu.vesu_pools;
SET LOCAL ROLE regress_vesu_writer;
SELECT pg_temp.code($$vesu.supply(pg_temp.account(1), '0x1', 1, '0xe1')$$);
RESET ROLE;
ALTER TABLE vesu.vesu_pools DISABLE ROW LEVEL SECURITY;

-- A trigger that skips the row is found out as well.
CREATE FUNCTION pg_temp.skip() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER skip BEFORE UPDATE ON vesu.vesu_positions FOR EACH ROW EXECUTE FUNCTION pg_temp.skip();
SELECT pg_temp.refusal($$vesu.supply(pg_temp.account(1), '0x1', 1, '0xe1')$$);
DROP TRIGGER skip ON vesu.vesu_positions;
CREATE TRIGGER skip BEFORE INSERT ON vesu.vesu_positions FOR EACH ROW EXECUTE FUNCTION pg_temp.skip();
SELECT pg_temp.refusal($$vesu.supply(pg_temp.account(6), '0x1', 1, '0xe1')$$);
DROP TRIGGER skip ON vesu.vesu_positions;

-- With all policies in place everything works.
ALTER TABLE vesu.vesu_positions ENABLE ROW LEVEL SECURITY;
ALTER TABLE vesu.vesu_pools ENABLE ROW LEVEL SECURITY;
DROP POLICY readable ON vesu.vesu_positions;
CREATE POLICY own ON vesu.vesu_positions USING (user_id = pg_temp.account(1));
CREATE POLICY own ON vesu.vesu_pools USING (true);
SET LOCAL ROLE regress_vesu_writer;
SELECT pg_temp.after($$vesu.confirm_transaction('0xa3')$$);
SELECT pg_temp.code($$vesu.repay(pg_temp.account(3), '0x1', 1, '0xe1')$$);
RESET ROLE;
ROLLBACK;
