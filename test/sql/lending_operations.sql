-- What supply, withdraw, borrow, repay and sync_pool do to the last unit.
BEGIN;
\getenv directory PG_ABS_SRCDIR
\set support :directory '/sql/support/lending_operations.sql'
\set ECHO none
\i :support
\set ECHO all
\pset format unaligned

-- A life of a position. C collateral, D debt, V vTokens, HF health factor at the prices 2500 and 1.
SELECT step, pg_temp.after(call) AS actual, expected
  FROM (VALUES
    ('first supply opens a position',       $$vesu.supply(pg_temp.account(1), '0x1', 1.5, '0xa01')$$,
     'active C 1.5 D 0 V 1.5 HF -; pool C 1.5 D 0'),
    ('second supply uses it',               $$vesu.supply(pg_temp.account(1), '0x1', 1e-18, '0xa02')$$,
     'active C 1.500000000000000001 D 0 V 1.500000000000000001 HF -; pool C 1.500000000000000001 D 0'),
    ('withdraw without debt needs no price', $$vesu.withdraw(pg_temp.account(1), '0x1', 1e-18, '0xa03')$$,
     'active C 1.5 D 0 V 1.5 HF -; pool C 1.5 D 0'),
    ('borrow',                              $$vesu.borrow(pg_temp.account(1), '0x1', 1000, '0xa04')$$,
     'active C 1.5 D 1000 V 1.5 HF 3; pool C 1.5 D 1000'),
    ('borrow on, HF rounded down',          $$vesu.borrow(pg_temp.account(1), '0x1', 1100, '0xa05')$$,
     'active C 1.5 D 2100 V 1.5 HF 1.428571428571428571; pool C 1.5 D 2100'),
    ('repay a part',                        $$vesu.repay(pg_temp.account(1), '0x1', 1100, '0xa06')$$,
     'active C 1.5 D 1000 V 1.5 HF 3; pool C 1.5 D 1000'),
    ('repay the smallest part',             $$vesu.repay(pg_temp.account(1), '0x1', 1e-18, '0xa07')$$,
     'active C 1.5 D 999.999999999999999999 V 1.5 HF 3; pool C 1.5 D 999.999999999999999999'),
    ('withdraw under debt',                 $$vesu.withdraw(pg_temp.account(1), '0x1', 0.5, '0xa08')$$,
     'active C 1 D 999.999999999999999999 V 1 HF 2; pool C 1 D 999.999999999999999999'),
    ('repay the rest',                      $$vesu.repay(pg_temp.account(1), '0x1', 999.999999999999999999, '0xa09')$$,
     'active C 1 D 0 V 1 HF -; pool C 1 D 0'),
    ('withdraw the rest closes it',         $$vesu.withdraw(pg_temp.account(1), '0x1', 1, '0xa0a')$$,
     'closed C 0 D 0 V 0 HF -; pool C 0 D 0'),
    ('supply opens another one',            $$vesu.supply(pg_temp.account(1), '0x1', 2, '0xa0b')$$,
     'active C 2 D 0 V 2 HF - + closed C 0 D 0 V 0 HF -; pool C 2 D 0')
  ) AS steps (step, call, expected);

-- The transactions that were written.
SELECT row_number() OVER (ORDER BY transaction_hash) AS number, type, asset, trim_scale(amount) AS amount, status,
       "timestamp" = vesu.now() AS at_the_clock, num_nulls(block_number, gas_used, error_message, deleted_at) AS nulls,
       user_id = pg_temp.account(1) AS of_the_user
  FROM vesu.vesu_transactions
 ORDER BY transaction_hash;
-- The positions' own columns.
SELECT status, collateral_asset, debt_asset, trim_scale(nominal_debt) AS nominal_debt,
       trim_scale(collateral_shares) AS collateral_shares, risk_ratio, last_updated = vesu.now() AS updated
  FROM vesu.vesu_positions
 ORDER BY status;

-- What a call gives is stored; the row it returns is the row of the table.
SELECT t::text AS returned
  FROM vesu.supply(pg_temp.account(2), '0x1', 1, '0xb01', 'confirmed', 812345, '2026-02-28 23:59:59+00', 0.00012) AS t \gset
SELECT stored.type, stored.status, stored.block_number, stored."timestamp", trim_scale(stored.gas_used) AS gas_used,
       stored.created_at = vesu.now() AS created_now, stored::text = :'returned' AS as_returned
  FROM vesu.vesu_transactions AS stored
 WHERE transaction_hash = '0xb01';
-- By name, in any order.
SELECT t.type, t.block_number, t."timestamp" = vesu.now() AS at_the_clock
  FROM vesu.borrow(amount => 1, transaction_hash => '0xb02', pool_address => '0x1', user_id => pg_temp.account(2),
                   block_number => 812346) AS t;

-- Two users, one pool: the totals are sums; total_supply never moves.
SELECT pg_temp.books(1) AS first_user, pg_temp.books(2) AS second_user,
       (SELECT trim_scale(total_supply) FROM vesu.vesu_pools WHERE pool_address = '0x1') AS total_supply;

-- An inactive pool lets users leave.
INSERT INTO vesu.vesu_positions (user_id, pool_address, collateral_amount, debt_amount, vtoken_balance)
VALUES (pg_temp.account(3), '0x3', 1, 100, 1);
SELECT step, pg_temp.after(call, 3, '0x3') AS actual, expected
  FROM (VALUES
    ('repay',    $$vesu.repay(pg_temp.account(3), '0x3', 100, '0xc01')$$,
     'active C 1 D 0 V 1 HF -; pool C 0 D 0'),
    ('withdraw', $$vesu.withdraw(pg_temp.account(3), '0x3', 1, '0xc02')$$,
     'closed C 0 D 0 V 0 HF -; pool C 0 D 0')
  ) AS steps (step, call, expected);

-- The largest accepted withdrawal under debt is max_withdraw() with max_ltv, to the last unit.
SELECT pg_temp.after($$vesu.supply(pg_temp.account(4), '0x2', 1000, '0xd01')$$, 4, '0x2');
SELECT pg_temp.after($$vesu.borrow(pg_temp.account(4), '0x2', 100, '0xd02')$$, 4, '0x2');
SELECT vesu.record_price('STRK', 0.7);
SELECT vesu.max_withdraw(1000, 0.7, 0.5, 100, 1) AS largest \gset
SELECT :largest AS largest,
       pg_temp.code(format($$vesu.withdraw(pg_temp.account(4), '0x2', %s, '0xd03')$$, :largest + 1e-18)) AS one_unit_more,
       pg_temp.after(format($$vesu.withdraw(pg_temp.account(4), '0x2', %s, '0xd04')$$, :largest), 4, '0x2') AS the_largest;
-- Likewise the largest loan.
SELECT pg_temp.after($$vesu.supply(pg_temp.account(5), '0x2', 1000, '0xd05')$$, 5, '0x2');
SELECT vesu.record_price('USDC', 0.9997);
SELECT vesu.max_borrow(1000, 0.7, 0.5, 0, 0.9997) AS largest \gset
SELECT :largest AS largest,
       pg_temp.code(format($$vesu.borrow(pg_temp.account(5), '0x2', %s, '0xd06')$$, :largest + 1e-18)) AS one_unit_more,
       pg_temp.after(format($$vesu.borrow(pg_temp.account(5), '0x2', %s, '0xd07')$$, :largest), 5, '0x2') AS the_largest;
-- And the last liquidity of the pool.
SELECT pg_temp.after($$vesu.supply(pg_temp.account(6), '0x2', 10000, '0xd08')$$, 6, '0x2');
SELECT total_supply - total_borrow AS liquidity FROM vesu.vesu_pools WHERE pool_address = '0x2' \gset
SELECT :liquidity AS liquidity,
       pg_temp.code(format($$vesu.borrow(pg_temp.account(6), '0x2', %s, '0xd09')$$, :liquidity + 1e-18)) AS one_unit_more,
       pg_temp.after(format($$vesu.borrow(pg_temp.account(6), '0x2', %s, '0xd0a')$$, :liquidity), 6, '0x2') AS the_last;

-- The health factor follows the recorded prices, usable or not; without one it keeps its value.
UPDATE vesu.vesu_asset_prices SET observed_at = '2020-01-01' WHERE asset = 'STRK';
SELECT pg_temp.after($$vesu.supply(pg_temp.account(4), '0x2', 1, '0xd0b')$$, 4, '0x2') AS at_an_old_price;
DELETE FROM vesu.vesu_asset_prices WHERE asset = 'STRK';
SELECT pg_temp.after($$vesu.supply(pg_temp.account(4), '0x2', 1, '0xd0c')$$, 4, '0x2') AS without_a_price;
SELECT pg_temp.after($$vesu.repay(pg_temp.account(4), '0x2', 100, '0xd0d')$$, 4, '0x2') AS without_debt;

-- What lenders put in comes from outside.
SELECT trim_scale(p.total_supply) AS total_supply, p.supply_apy, p.borrow_apy, p.last_synced
  FROM vesu.sync_pool('0x2', 2000.000000000000000001, 0.035, 0.052) AS p;
SET LOCAL vesu.clock = '2026-03-01 12:10:00+00';
SELECT trim_scale(p.total_supply) AS total_supply, p.supply_apy, p.borrow_apy, p.last_synced
  FROM vesu.sync_pool('0x2', 0) AS p;

-- A user's own columns do not disturb the operations.
ALTER TABLE vesu.vesu_positions ADD COLUMN note text DEFAULT 'mine';
ALTER TABLE vesu.vesu_transactions ADD COLUMN note text DEFAULT 'mine';
ALTER TABLE vesu.vesu_pools ADD COLUMN note text DEFAULT 'mine';
SELECT t.type, t.status, t.note FROM vesu.supply(pg_temp.account(7), '0x1', 1, '0xe01') AS t;
SELECT vesu.record_prices(ARRAY['ETH', 'USDC'], ARRAY[2500, 1]);
SELECT t.type, t.status, t.note FROM vesu.borrow(pg_temp.account(2), '0x1', 1, '0xe02', 'confirmed', 1, vesu.now(), 1) AS t;
SELECT p.note FROM vesu.sync_pool('0x1', 1000000) AS p;

SELECT invariant, detail FROM vesu.verify();
ROLLBACK;
