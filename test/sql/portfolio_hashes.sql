-- One transaction a hash over all months: every way in which rows come, change, move and go. In a database of its own.
\getenv directory PG_ABS_SRCDIR
\set support :directory '/sql/support/portfolio_partitions.sql'
SET client_min_messages = warning;
DROP DATABASE IF EXISTS vesu_hashes;
RESET client_min_messages;
CREATE DATABASE vesu_hashes;
\c vesu_hashes
SET vesu.clock = '2025-01-15 12:00+00';
CREATE EXTENSION vesu;
\set ECHO none
\i :support
\set ECHO all
\pset format unaligned
\pset tuples_only
SELECT pg_temp.seed();

-- The same hash in the same month, in another, in the default partition, straight into a partition.
SELECT pg_temp.put('transactions', '2025-01-10 00:00+00', 1), pg_temp.put('transactions', '2025-02-10 00:00+00', 2),
       pg_temp.put('transactions', '2020-01-10 00:00+00', 3), pg_temp.put('transactions', '2025-03-10 00:00+00', 4, 'transactions_y2025m03');
SELECT * FROM vesu_portfolio.transaction_hashes ORDER BY transaction_id;
CREATE FUNCTION pg_temp.insert_hash(hash text, at timestamptz, target text DEFAULT 'transactions', suffix text DEFAULT '') RETURNS text
    LANGUAGE sql AS $$
    SELECT pg_temp.refusal(format('INSERT INTO vesu_portfolio.%I (portfolio_id, transaction_hash, chain_id, block_number, transaction_type, "timestamp")
        VALUES (pg_temp.uid(1), %L, 1, 1, ''swap'', %L) %s', target, hash, at, suffix))
$$;
SELECT pg_temp.insert_hash('0x1', '2025-01-11');
SELECT hash, target, substr(pg_temp.insert_hash(hash, at::timestamptz, target), 1, 26)
  FROM (VALUES ('0x1', '2025-02-11', 'transactions'), ('0x1', '2019-02-11', 'transactions'), ('0x2', '2025-01-01', 'transactions_y2025m01'),
               ('0x3', '2025-04-01', 'transactions'), ('0x3', '2020-01-10', 'transactions_default'), ('0x4', '2025-03-10', 'transactions'))
       AS v (hash, at, target);
-- What ON CONFLICT leaves out takes no hash; its arbiter is the key of a row, so a hash is refused all the same.
INSERT INTO vesu_portfolio.transactions (id, portfolio_id, transaction_hash, chain_id, block_number, transaction_type, "timestamp")
VALUES (pg_temp.uid(1), pg_temp.uid(1), '0xother', 1, 1, 'swap', '2025-01-10 00:00+00') ON CONFLICT DO NOTHING;
SELECT substr(pg_temp.insert_hash('0x1', '2025-01-11', suffix => 'ON CONFLICT DO NOTHING'), 1, 26);
-- An id has one hash.
SELECT pg_temp.refusal($$SELECT pg_temp.put('transactions', '2025-02-01', 1)$$);
SELECT pg_temp.refusal($$INSERT INTO vesu_portfolio.transactions (id, portfolio_id, transaction_hash, chain_id, block_number, transaction_type, "timestamp")
    VALUES (pg_temp.uid(1), pg_temp.uid(1), '0xnew', 1, 1, 'swap', '2025-02-10')$$);
-- Two in one statement.
SELECT pg_temp.refusal($$INSERT INTO vesu_portfolio.transactions (id, portfolio_id, transaction_hash, chain_id, block_number, transaction_type, "timestamp")
    SELECT pg_temp.uid(50 + n), pg_temp.uid(1), '0xtwice', 1, 1, 'swap', '2025-02-10' FROM generate_series(1, 2) AS n$$);
SELECT count(*), pg_temp.wrong_hashes() FROM vesu_portfolio.transactions;

-- Changes: of the hash, the id, the time within a month, to another month, to and from the default partition; of what does not count.
CREATE FUNCTION pg_temp.change(n int, assignment text, target text DEFAULT 'transactions') RETURNS text
    LANGUAGE sql AS $$
    SELECT split_part(pg_temp.refusal(format('UPDATE vesu_portfolio.%I SET %s WHERE id = pg_temp.uid(%s)', target, assignment, n)), E'\n', 1)
           || ', wrong ' || pg_temp.wrong_hashes()
$$;
SELECT number, pg_temp.change(n, assignment)
  FROM (VALUES (1, 1, $$transaction_hash = '0x11'$$),
               (2, 2, $$transaction_hash = '0x1'$$),
               (3, 1, $$transaction_hash = '0x2'$$),
               (4, 1, $$"timestamp" = '2025-01-12'$$),
               (5, 1, $$"timestamp" = '2025-02-12'$$),
               (6, 1, $$"timestamp" = '2019-02-12'$$),
               (7, 1, $$"timestamp" = '2025-04-30', transaction_hash = '0x12', id = pg_temp.uid(10)$$),
               (8, 10, $$"timestamp" = '2025-01-10', transaction_hash = '0x2'$$),
               (9, 10, $$id = pg_temp.uid(3)$$),
               (10, 3, $$status = 'confirmed'$$),
               (11, 3, $$transaction_hash = transaction_hash$$),
               (12, 3, $$transaction_hash = '0x2'$$),
               (13, 3, $$transaction_hash = '0x2', "timestamp" = '2025-02-01'$$),
               (14, 3, $$transaction_hash = '0x2', id = pg_temp.uid(30)$$)) AS v (number, n, assignment)
 ORDER BY number;
SELECT pg_temp.change(4, $$transaction_hash = '0x14'$$, 'transactions_y2025m03');
SELECT h.transaction_hash, t."timestamp", t.tableoid::regclass
  FROM vesu_portfolio.transactions AS t JOIN vesu_portfolio.transaction_hashes AS h ON h.transaction_id = t.id ORDER BY 2;
-- Only what counts writes to the registry.
SELECT xmin::text AS before FROM vesu_portfolio.transaction_hashes WHERE transaction_hash = '0x3' \gset
UPDATE vesu_portfolio.transactions SET status = 'failed', metadata = '{"a": 1}' WHERE transaction_hash = '0x3';
SELECT xmin::text = :'before' AS untouched FROM vesu_portfolio.transaction_hashes WHERE transaction_hash = '0x3';

-- What is deleted frees its hash, also with its portfolio, also when it is the statement before; rolled back, it keeps it.
BEGIN;
DELETE FROM vesu_portfolio.transactions WHERE transaction_hash = '0x3';
SELECT pg_temp.insert_hash('0x3', '2025-02-02');
SELECT pg_temp.wrong_hashes();
ROLLBACK;
SELECT pg_temp.wrong_hashes();
BEGIN;
DELETE FROM vesu_portfolio.portfolios WHERE id = pg_temp.uid(1);
SELECT count(*) FROM vesu_portfolio.transaction_hashes;
ROLLBACK;

-- TRUNCATE: of one month, of the default partition, of all, by the users that they hang on.
BEGIN;
TRUNCATE vesu_portfolio.transactions_y2025m03;
SELECT array_agg(transaction_hash ORDER BY transaction_hash), pg_temp.wrong_hashes() FROM vesu_portfolio.transaction_hashes;
TRUNCATE vesu_portfolio.transactions_default;
SELECT array_agg(transaction_hash ORDER BY transaction_hash), pg_temp.wrong_hashes() FROM vesu_portfolio.transaction_hashes;
ROLLBACK;
BEGIN;
TRUNCATE vesu_portfolio.transactions;
SELECT count(*) FROM vesu_portfolio.transaction_hashes;
SELECT pg_temp.insert_hash('0x2', '2025-02-02');
ROLLBACK;
BEGIN;
SET client_min_messages = warning;
TRUNCATE vesu_portfolio.users CASCADE;
SELECT count(*) FROM vesu_portfolio.transaction_hashes;
ROLLBACK;
BEGIN ISOLATION LEVEL SERIALIZABLE;
SELECT pg_temp.refusal('TRUNCATE vesu_portfolio.transactions_y2025m03');
COMMIT;

-- Who writes transactions needs no right on the registry, and has none.
CREATE ROLE regress_hash_writer;
SELECT vesu.grant_access('regress_hash_writer', 'writer');
SELECT has_table_privilege('regress_hash_writer', 'vesu_portfolio.transaction_hashes', 'INSERT, UPDATE, DELETE, TRUNCATE');
SET ROLE regress_hash_writer;
INSERT INTO vesu_portfolio.transactions (portfolio_id, transaction_hash, chain_id, block_number, transaction_type, "timestamp")
VALUES ('00000000-0000-0000-0000-000000000001', '0x77', 1, 1, 'swap', '2025-02-14');
UPDATE vesu_portfolio.transactions SET transaction_hash = '0x78', "timestamp" = '2025-03-14' WHERE transaction_hash = '0x77';
SELECT transaction_hash FROM vesu_portfolio.transaction_hashes WHERE transaction_hash LIKE '0x7%';
DELETE FROM vesu_portfolio.transactions WHERE transaction_hash = '0x78';
SELECT transaction_hash FROM vesu_portfolio.transaction_hashes WHERE transaction_hash LIKE '0x7%';
RESET ROLE;
-- A hostile path or a temporary table does not come between.
CREATE TEMPORARY TABLE transaction_hashes (transaction_hash text);
SET search_path = pg_temp, vesu_portfolio;
SELECT pg_temp.put('transactions', '2025-02-01', 60);
RESET search_path;
SELECT count(*), pg_temp.wrong_hashes() FROM pg_temp.transaction_hashes;

\c postgres
DROP DATABASE vesu_hashes;
DROP ROLE regress_hash_writer;
