-- The operations of the vault: what they leave in the books and write into the ledger. Amounts in the smallest unit.
BEGIN;
\getenv directory PG_ABS_SRCDIR
\set support :directory '/sql/support/vault.sql'
\set ECHO none
\i :support
\set ECHO all
\pset format unaligned
\pset tuples_only

-- Every operation.
SELECT pg_temp.after($$deposit('A', 2000)$$);
SELECT pg_temp.after($$lock('A', 800)$$);
SELECT pg_temp.after($$withdraw('A', 500)$$);
SELECT pg_temp.after($$unlock('A', 300)$$);
SELECT pg_temp.after($$fee('A', 10, note => 'monthly')$$);
SELECT pg_temp.after($$transfer('A', 'B', 90)$$, 'A', 'B');
SELECT seq, transaction_type, amount, status, balance_before, balance_after, total_after, locked_after, available_after,
       counterparty, note, confirmed_at, created_at = confirmed_at AND updated_at = confirmed_at AS one_instant
  FROM vesu_vault.transactions WHERE vault_owner = 'A' ORDER BY seq;
SELECT seq, transaction_type, amount, balance_before, balance_after, counterparty, confirmed_at FROM vesu_vault.transactions WHERE vault_owner = 'B';
SELECT count(DISTINCT transfer_id), count(*) FILTER (WHERE id = transfer_id), count(DISTINCT confirmed_at), count(*)
  FROM vesu_vault.transactions WHERE transfer_id IS NOT NULL;
SELECT pg_temp.unsound();

-- The functions return what they have written: transfer the row of the sender, then that of the receiver.
CREATE TEMPORARY TABLE returned ON COMMIT DROP AS
SELECT r.ordinality, r.id, r.hash FROM vesu_vault.transfer('B', 'A', 1) WITH ORDINALITY AS r;
INSERT INTO returned SELECT 3, r.id, r.hash FROM vesu_vault.deposit('A', 1) AS r;
SELECT ordinality, vault_owner, transaction_type FROM returned JOIN vesu_vault.transactions USING (id, hash) ORDER BY ordinality;
ROLLBACK;

BEGIN;
\set ECHO none
\i :support
\set ECHO all
-- Locking everything; one unit more; unlocking more than is locked.
SELECT pg_temp.after($$deposit('A', 1000)$$);
SELECT pg_temp.after($$lock('A', 1000)$$);
SELECT pg_temp.code($$lock('A', 1)$$), pg_temp.code($$withdraw('A', 1)$$), pg_temp.code($$fee('A', 1)$$), pg_temp.code($$unlock('A', 1001)$$);

-- Purposes: a bucket each, unlocked only under its name; an amount of NULL empties it.
SELECT pg_temp.after($$unlock('A', NULL, purpose => '')$$);
SELECT pg_temp.after($$lock('A', 100, purpose => 'loan')$$);
SELECT pg_temp.after($$lock('A', 50)$$);
SELECT pg_temp.after($$lock('A', 70, purpose => 'order')$$);
SELECT pg_temp.after($$lock('A', 30, purpose => 'loan')$$);
SELECT pg_temp.code($$unlock('A', 51)$$), pg_temp.code($$unlock('A', 131, purpose => 'loan')$$), pg_temp.code($$unlock('A', 1, purpose => 'rent')$$),
       pg_temp.code($$unlock('A', NULL, purpose => 'rent')$$);
SELECT pg_temp.after($$unlock('A', 30, purpose => 'loan')$$);
SELECT pg_temp.after($$unlock('A', NULL, purpose => 'order')$$);
-- Opened again, it is the youngest.
SELECT pg_temp.after($$lock('A', 70, purpose => 'order')$$);
SELECT pg_temp.after($$unlock('A', NULL, purpose => 'loan')$$);
SELECT pg_temp.after($$lock('A', 100, purpose => 'loan')$$);
SELECT seq, transaction_type, amount, purpose, balance_before, balance_after FROM vesu_vault.transactions WHERE vault_owner = 'A' ORDER BY seq;

-- From locked money first: the oldest bucket first, then the available balance; or out of one bucket only; never out of reservations.
SELECT vesu_vault.begin_transaction('withdrawal', 'A', 25) \g /dev/null
SELECT pg_temp.books('A');
SELECT pg_temp.after($$transfer('A', 'B', 60, 'locked_first')$$, 'A', 'B');
SELECT pg_temp.after($$transfer('A', 'B', 20, 'locked_first', purpose => 'loan')$$, 'A', 'B');
SELECT pg_temp.after($$transfer('A', 'B', 100, 'locked_first', purpose => 'loan')$$, 'A', 'B');
SELECT pg_temp.code($$transfer('A', 'B', 836, 'locked_first')$$);
SELECT pg_temp.after($$transfer('A', 'B', 60, 'locked_first', purpose => 'nothing')$$, 'A', 'B');
SELECT pg_temp.after($$transfer('A', 'B', 735, 'locked_first')$$, 'A', 'B');
SELECT pg_temp.unsound();
ROLLBACK;

BEGIN;
\set ECHO none
\i :support
\set ECHO all
-- The contract's examples of transfers.
SELECT pg_temp.after($$deposit('A', 500)$$);
SELECT pg_temp.after($$lock('A', 300)$$);
SELECT pg_temp.after($$transfer('A', 'B', 200, 'locked_first')$$, 'A', 'B');
SELECT pg_temp.after($$transfer('A', 'B', 250, 'locked_first')$$, 'A', 'B');
SELECT pg_temp.code($$transfer('A', 'B', 51, 'locked_first')$$), pg_temp.code($$transfer('A', 'A', 1)$$), pg_temp.code($$transfer('A', 'B', 0)$$);
SELECT pg_temp.after($$deposit('C', 1918675369)$$, 'C');
SELECT pg_temp.after($$lock('C', 111762271)$$, 'C');
SELECT pg_temp.after($$transfer('C', 'B', 195555865, 'locked_first')$$, 'C');
-- What is received may be locked, unlocked and withdrawn.
SELECT pg_temp.after($$deposit('A', 950)$$);
SELECT pg_temp.after($$lock('A', 500)$$);
SELECT pg_temp.after($$transfer('B', 'A', 200)$$);
SELECT pg_temp.after($$unlock('A', 500)$$);
SELECT pg_temp.after($$withdraw('A', 1200)$$);
SELECT pg_temp.unsound();
ROLLBACK;

BEGIN;
\set ECHO none
\i :support
\set ECHO all
-- The largest balance.
SELECT pg_temp.after($$deposit('A', 9223372036854775807)$$);
SELECT pg_temp.code($$deposit('A', 1)$$);
SELECT pg_temp.after($$lock('A', 9223372036854775806)$$);
SELECT pg_temp.after($$deposit('B', 1)$$, 'B');
SELECT pg_temp.code($$transfer('A', 'B', 9223372036854775807, 'locked_first')$$);
SELECT pg_temp.after($$withdraw('A', 1)$$);
SELECT pg_temp.code($$deposit('A', 1)$$);
SELECT pg_temp.after($$transfer('A', 'B', 9223372036854775806, 'locked_first')$$, 'A', 'B');
SELECT pg_temp.after($$withdraw('B', 9223372036854775807)$$, 'B');
SELECT pg_temp.after($$deposit('B', 5)$$, 'B');
SELECT pg_temp.code($$withdraw('B', 5)$$), pg_temp.code($$fee('B', 5)$$);
SELECT pg_temp.unsound();

-- Who is refused first: the order of the checks.
SELECT vesu_vault.set_status('B', 'paused'), vesu_vault.set_status('A', 'closed') \g /dev/null
SELECT call, pg_temp.code(call)
  FROM (VALUES
    (1, $$deposit('nobody', 0, '')$$), (2, $$transfer('nobody', 'nobody', 1, 'nowhere')$$), (3, $$transfer('nobody', 'nobody', 1)$$),
    (4, $$deposit('nobody', 1)$$), (5, $$transfer('A', 'nobody', 1)$$), (6, $$transfer('nobody', 'A', 1)$$),
    (7, $$transfer('A', 'B', 1)$$), (8, $$transfer('B', 'A', 1)$$), (9, $$transfer('C', 'B', 1)$$), (10, $$transfer('C', 'A', 1)$$),
    (11, $$withdraw('B', 100)$$), (12, $$withdraw('A', 100)$$), (13, $$deposit('A', 1)$$), (14, $$unlock('B', 1)$$)
  ) AS calls (place, call) ORDER BY place;
SELECT vesu_vault.set_paused(true), vesu_vault.set_paused(true);
SELECT pg_temp.code($$withdraw('A', 1)$$), pg_temp.code($$deposit('nobody', 1)$$), pg_temp.code($$transfer('A', 'nobody', 1)$$),
       pg_temp.code($$begin_transaction('deposit', 'C', 1)$$), pg_temp.code($$apply_batch('[{"op": "deposit", "owner": "C", "amount": 1}]')$$);
SELECT owner, status, total_balance FROM vesu_vault.open('D', 'address', 'account');
SELECT status FROM vesu_vault.set_status('D', 'paused');
SELECT vesu_vault.set_paused(false), vesu_vault.set_paused(false);

-- Statuses: the same one changes nothing, others make updated_at grow.
SELECT pg_temp.after($$set_status('D', 'paused')$$, 'D'), updated_at FROM vesu_vault.vaults WHERE owner = 'D';
SELECT status, updated_at FROM vesu_vault.set_status('D', 'active');
SELECT status FROM vesu_vault.set_status('D', 'closed');
SELECT status FROM vesu_vault.set_status('D', 'closed');
SELECT pg_temp.code($$set_status('D', 'active')$$), pg_temp.code($$set_status('D', 'paused')$$);

-- The clock stands still, and every row has an instant of its own; when it goes back, time does not.
SET vesu.clock = '2020-01-01 00:00:00+00';
SELECT confirmed_at FROM vesu_vault.deposit('C', 1);
SELECT confirmed_at FROM vesu_vault.deposit('C', 1);
SET vesu.clock = '2027-01-01 00:00:00+00';
SELECT confirmed_at FROM vesu_vault.deposit('C', 1);
SELECT updated_at FROM vesu_vault.vaults WHERE owner = 'C';
SELECT pg_temp.unsound();
-- Owners are compared as bytes, whatever the collation of the caller's column.
CREATE TEMPORARY TABLE app (upper_case text COLLATE "en-x-icu", lower_case text COLLATE "en-x-icu");
INSERT INTO app VALUES ('Case', 'case');
SELECT count(o.*) FROM app, vesu_vault.open(upper_case, 'address', 'account') AS o;
SELECT count(o.*) FROM app, vesu_vault.open(lower_case, 'address', 'account') AS o;
SELECT count(*) FROM app, vesu_vault.deposit(upper_case, 100), vesu_vault.withdraw(upper_case, 10), vesu_vault.fee(upper_case, 10, 'f'),
       vesu_vault.lock(upper_case, 30, purpose => lower_case), vesu_vault.unlock(upper_case, 10, 'u', purpose => lower_case),
       vesu_vault.transfer(upper_case, lower_case, 5, 'locked_first', 's'), vesu_vault.transfer(upper_case, lower_case, 5, 'locked_first', 's') AS again;
SELECT (vesu_vault.confirm_transaction(vesu_vault.begin_transaction('transfer_out', upper_case, 7, lower_case))).total_after FROM app;
SELECT b.*, (SELECT count(*) FROM vesu_vault.history(upper_case)) AS history, (SELECT count(*) FROM vesu_vault.verify(upper_case)) AS findings,
       vesu_vault.snapshot(owner => lower_case) AS snapshots, vesu_vault.raise_alert('test', 'info', 'message', upper_case) IS NOT NULL AS raised
  FROM app, vesu_vault.balance_at(upper_case, 'infinity') AS b;
SELECT (vesu_vault.set_status(lower_case, 'paused')).status, (vesu_vault.rebuild(upper_case)).total_balance FROM app;
ROLLBACK;
