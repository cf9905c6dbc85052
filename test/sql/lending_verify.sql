-- vesu.verify() finds every kind of corruption, names it, and is silent otherwise; so does verify_indexes().
BEGIN;
\getenv directory PG_ABS_SRCDIR
\set support :directory '/sql/support/lending_operations.sql'
\set ECHO none
\i :support
SELECT vesu.supply(pg_temp.account(1), '0x1', 2, '0xa1'), vesu.borrow(pg_temp.account(1), '0x1', 1000, '0xa2'),
       vesu.supply(pg_temp.account(2), '0x1', 1, '0xa3'),
       vesu.supply(pg_temp.account(2), '0x2', 100, '0xa4', 'pending') \g /dev/null
SELECT id AS position FROM vesu.vesu_positions WHERE user_id = pg_temp.account(1) \gset
SELECT id AS of_another FROM vesu.vesu_positions WHERE user_id = pg_temp.account(2) AND pool_address = '0x1' \gset
CREATE TEMPORARY VIEW findings AS
SELECT v.invariant, v.table_name, pg_temp.short(v.row_key) AS row_key, pg_temp.short(v.detail) AS detail
  FROM vesu.verify() AS v;
SAVEPOINT sound;
\set ECHO all
\pset format unaligned

SELECT * FROM findings;
SELECT vesu.assert_sound();

-- pool_totals: one unit less than the positions hold
UPDATE vesu.vesu_pools SET total_borrow = total_borrow - 1e-18, total_collateral = 2 WHERE pool_address = '0x1';
SELECT * FROM findings;
\pset tuples_only
SELECT pg_temp.refusal('vesu.assert_sound()');
\pset tuples_only off
ROLLBACK TO sound;
-- More is no finding, nor is a pool in which nothing was confirmed: its rows came from elsewhere.
UPDATE vesu.vesu_pools SET total_borrow = total_borrow + 1 WHERE pool_address = '0x1';
UPDATE vesu.vesu_positions SET collateral_amount = 5 WHERE pool_address = '0x2';
SELECT * FROM findings;
ROLLBACK TO sound;

-- What follows goes around the triggers and foreign keys.
SET LOCAL session_replication_role = replica;
SAVEPOINT unguarded;

-- nominal_values: zero while the amount is not, the reverse, none at all, unequal at index 1
UPDATE vesu.vesu_positions SET nominal_debt = 0, risk_ratio = NULL WHERE id = :'position';
SELECT * FROM findings;
ROLLBACK TO unguarded;
UPDATE vesu.vesu_positions SET nominal_debt = 5, risk_ratio = 5 WHERE id = :'of_another';
SELECT * FROM findings;
ROLLBACK TO unguarded;
UPDATE vesu.vesu_positions SET collateral_shares = NULL WHERE id = :'of_another';
SELECT * FROM findings;
ROLLBACK TO unguarded;
UPDATE vesu.vesu_positions SET collateral_shares = 2.5, risk_ratio = 400 WHERE id = :'position';
SELECT * FROM findings;
-- At another index they may differ, but not one be zero.
UPDATE vesu.vesu_pools SET collateral_index = 0.8 WHERE pool_address = '0x1';
SELECT * FROM findings;
UPDATE vesu.vesu_positions SET collateral_shares = 0, risk_ratio = 'Infinity' WHERE id = :'position';
SELECT * FROM findings;
ROLLBACK TO unguarded;

-- risk_ratio
UPDATE vesu.vesu_positions SET risk_ratio = 499.9 WHERE id = :'position';
SELECT * FROM findings;
UPDATE vesu.vesu_positions SET risk_ratio = NULL WHERE id = :'position';
SELECT * FROM findings;
ROLLBACK TO unguarded;
UPDATE vesu.vesu_positions SET risk_ratio = 0 WHERE id = :'of_another';
SELECT * FROM findings;
ROLLBACK TO unguarded;

-- duplicate_position
DROP INDEX vesu.vesu_positions_one_active;
INSERT INTO vesu.vesu_positions (user_id, pool_address, collateral_asset, debt_asset, nominal_debt, collateral_shares)
VALUES (pg_temp.account(1), '0x1', 'ETH', 'USDC', 0, 0);
SELECT * FROM findings;
ROLLBACK TO unguarded;

-- asset_pair
UPDATE vesu.vesu_positions SET debt_asset = 'DAI' WHERE id = :'position';
SELECT * FROM findings;
ROLLBACK TO unguarded;

-- orphan: rows of a position that is gone, a position of a pool that is gone, and users
UPDATE vesu.vesu_positions SET debt_amount = 999, nominal_debt = 999, risk_ratio = 499.5 WHERE id = :'position';
INSERT INTO vesu.vesu_liquidations (position_id, liquidator_address, transaction_hash, collateral_seized, debt_repaid,
                                    liquidation_bonus)
VALUES (:'position', '0xbb', '0xa5', 0, 0, 0);
SET LOCAL session_replication_role = origin;
UPDATE vesu.vesu_positions SET debt_amount = 1000 WHERE id = :'position';
SET LOCAL session_replication_role = replica;
DELETE FROM vesu.vesu_positions WHERE id = :'position';
SELECT invariant, table_name, detail FROM findings;
ROLLBACK TO unguarded;
DELETE FROM vesu.vesu_pools WHERE pool_address = '0x2';
SELECT * FROM findings;
ROLLBACK TO unguarded;
SET LOCAL session_replication_role = origin;
CREATE TABLE people (number uuid PRIMARY KEY);
INSERT INTO people VALUES (pg_temp.account(1)), (pg_temp.account(2));
SELECT vesu.attach_users('people', 'number');
SELECT * FROM findings;
SET LOCAL session_replication_role = replica;
DELETE FROM people WHERE number = pg_temp.account(1);
SELECT invariant, table_name, detail FROM findings;
SET LOCAL session_replication_role = origin;
SELECT vesu.detach_users();
SELECT * FROM findings;
ROLLBACK TO unguarded;

-- history: a first version that begins late, a gap, an overlap
SET LOCAL session_replication_role = origin;
SET LOCAL vesu.clock = '2026-03-01 12:10:00+00';
SELECT vesu.repay(pg_temp.account(1), '0x1', 1, '0xb1') \g /dev/null
SET LOCAL vesu.clock = '2026-03-01 12:20:00+00';
SELECT vesu.repay(pg_temp.account(1), '0x1', 1, '0xb2') \g /dev/null
SELECT * FROM findings;
SAVEPOINT versions;
UPDATE vesu.vesu_position_history SET valid_from = valid_from + interval '1 s', valid_to = valid_to + interval '1 s'
 WHERE history_id = (SELECT min(history_id) FROM vesu.vesu_position_history);
SELECT invariant, table_name, detail FROM findings;
ROLLBACK TO versions;
UPDATE vesu.vesu_position_history SET valid_from = valid_from + interval '1 s'
 WHERE history_id = (SELECT max(history_id) FROM vesu.vesu_position_history);
SELECT invariant, table_name, detail FROM findings;
ROLLBACK TO versions;
UPDATE vesu.vesu_position_history SET valid_from = valid_from - interval '1 s'
 WHERE history_id = (SELECT max(history_id) FROM vesu.vesu_position_history);
SELECT invariant, table_name, detail FROM findings;
ROLLBACK TO sound;

-- index, and every way in which an index can differ
DROP INDEX vesu.idx_vesu_transactions_hash;
SELECT * FROM findings;
SELECT * FROM vesu.verify_indexes() WHERE state <> 'present';
ROLLBACK TO sound;
SELECT count(*), string_agg(DISTINCT state, ', ') AS states FROM vesu.verify_indexes();
SELECT table_name, count(*) FROM vesu.verify_indexes() GROUP BY table_name ORDER BY table_name;
SELECT * FROM vesu.verify_indexes() LIMIT 3;
SELECT (SELECT count(*) FROM vesu.verify_indexes(NULL)) >= 24 AS of_every_module,
       (SELECT count(*) FROM vesu.verify_indexes('unknown')) AS of_an_unknown_one;
CREATE FUNCTION pg_temp.state_of(name text, definition text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('DROP INDEX vesu.%I', name);
    EXECUTE definition;
    RETURN (SELECT state FROM vesu.verify_indexes() WHERE index_name = name);
END
$$;
SELECT deviation, pg_temp.state_of(name, definition) AS state
  FROM (VALUES
    ('as it must be',    'idx_vesu_positions_user_pool',   'CREATE INDEX idx_vesu_positions_user_pool ON vesu.vesu_positions USING btree (user_id ASC NULLS LAST, pool_address)'),
    ('another order',    'idx_vesu_positions_user_pool',   'CREATE INDEX idx_vesu_positions_user_pool ON vesu.vesu_positions (pool_address, user_id)'),
    ('a column less',    'idx_vesu_positions_status_health', 'CREATE INDEX idx_vesu_positions_status_health ON vesu.vesu_positions (status)'),
    ('a column more',    'idx_vesu_positions_user_id',     'CREATE INDEX idx_vesu_positions_user_id ON vesu.vesu_positions (user_id, status)'),
    ('included columns', 'idx_vesu_positions_last_updated', 'CREATE INDEX idx_vesu_positions_last_updated ON vesu.vesu_positions (last_updated) INCLUDE (status)'),
    ('descending',       'idx_vesu_positions_health_factor', 'CREATE INDEX idx_vesu_positions_health_factor ON vesu.vesu_positions (health_factor DESC)'),
    ('NULLs first',      'idx_vesu_positions_status',      'CREATE INDEX idx_vesu_positions_status ON vesu.vesu_positions (status NULLS FIRST)'),
    ('not unique',       'idx_vesu_transactions_hash',     'CREATE INDEX idx_vesu_transactions_hash ON vesu.vesu_transactions (transaction_hash)'),
    ('unique',           'idx_vesu_liquidations_timestamp', 'CREATE UNIQUE INDEX idx_vesu_liquidations_timestamp ON vesu.vesu_liquidations ("timestamp")'),
    ('a predicate',      'idx_vesu_transactions_type',     'CREATE INDEX idx_vesu_transactions_type ON vesu.vesu_transactions (type) WHERE deleted_at IS NULL'),
    ('another method',   'idx_vesu_transactions_status',   'CREATE INDEX idx_vesu_transactions_status ON vesu.vesu_transactions USING hash (status)'),
    ('an expression',    'idx_vesu_transactions_created_at', 'CREATE INDEX idx_vesu_transactions_created_at ON vesu.vesu_transactions (date_part(''epoch'', created_at AT TIME ZONE ''UTC''))'),
    ('another table',    'idx_vesu_liquidations_position_id', 'CREATE INDEX idx_vesu_liquidations_position_id ON vesu.vesu_transactions (position_id)')
  ) AS deviations (deviation, name, definition);
ROLLBACK TO sound;
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'vesu.idx_vesu_pools_address'::regclass;
SELECT index_name, state FROM vesu.verify_indexes() WHERE state <> 'present';
ROLLBACK TO sound;

-- version: objects that another library installed, older or newer
UPDATE vesu.schema_migrations SET version = split_part(version, '@', 1) || '@0.9.10' WHERE version LIKE 'lending/%';
SELECT invariant, table_name, row_key, replace(detail, vesu.version(), '<version>') AS detail FROM findings;
ROLLBACK TO sound;
UPDATE vesu.schema_migrations SET version = split_part(version, '@', 1) || '@99.0.0' WHERE version LIKE 'base/%';
SELECT invariant, table_name, row_key, replace(detail, vesu.version(), '<version>') AS detail FROM findings;
ROLLBACK TO sound;
-- A step that the library no longer has is no finding.
INSERT INTO vesu.schema_migrations (version, description) VALUES ('lending/05_forgotten@0.1.0', 'a step of old');
SELECT * FROM findings;
ROLLBACK TO sound;

-- A user's own columns and indexes are no findings.
ALTER TABLE vesu.vesu_positions ADD COLUMN note text DEFAULT 'mine';
CREATE INDEX of_the_user ON vesu.vesu_positions (note);
SELECT * FROM findings;

-- The use of all of them can be watched.
SELECT module, count(*) >= 24 AS enough, bool_and(scans >= 0 AND tuples_read >= 0 AND size > 0) AS known
  FROM vesu.index_usage WHERE module = 'lending' GROUP BY module;
-- What every module needs is the base; other people's schemas are nobody's.
CREATE SCHEMA vesu_of_somebody CREATE TABLE theirs (id int PRIMARY KEY);
CREATE TABLE vesu_vault.ours (id int PRIMARY KEY);
SELECT module, table_name FROM vesu.index_usage
 WHERE table_name IN ('schema_migrations', 'jobs', 'theirs', 'ours', 'vesu_asset_prices')
 ORDER BY module, table_name;
SELECT table_name FROM vesu.index_usage WHERE index_name IN ('idx_vesu_pools_address', 'of_the_user') ORDER BY table_name;
ROLLBACK;
