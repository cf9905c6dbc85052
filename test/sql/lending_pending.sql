-- Pending transactions: checked when made, applied when confirmed, forgotten when failed.
BEGIN;
\getenv directory PG_ABS_SRCDIR
\set support :directory '/sql/support/lending_operations.sql'
\set ECHO none
\i :support
\set ECHO all
\pset format unaligned

-- A first supply opens an empty position; nothing moves before the confirmation.
SELECT step, pg_temp.after(call) AS actual, expected
  FROM (VALUES
    ('pending supply',    $$vesu.supply(pg_temp.account(1), '0x1', 2, '0xa01', 'pending')$$,
     'active C 0 D 0 V 0 HF -; pool C 0 D 0'),
    ('another one',       $$vesu.supply(pg_temp.account(1), '0x1', 1, '0xa02', 'pending', "timestamp" => '2026-02-01')$$,
     'active C 0 D 0 V 0 HF -; pool C 0 D 0'),
    ('confirm',           $$vesu.confirm_transaction('0xa01', 812345, '2026-03-01 11:59:00+00', 0.0003)$$,
     'active C 2 D 0 V 2 HF -; pool C 2 D 0'),
    ('confirm again',     $$vesu.confirm_transaction('0xa01')$$,
     'active C 2 D 0 V 2 HF -; pool C 2 D 0'),
    ('confirm the other', $$vesu.confirm_transaction('0xa02')$$,
     'active C 3 D 0 V 3 HF -; pool C 3 D 0'),
    ('pending borrow',    $$vesu.borrow(pg_temp.account(1), '0x1', 1000, '0xa03', 'pending')$$,
     'active C 3 D 0 V 3 HF -; pool C 3 D 0'),
    ('confirm',           $$vesu.confirm_transaction('0xa03')$$,
     'active C 3 D 1000 V 3 HF 6; pool C 3 D 1000'),
    ('pending repay',     $$vesu.repay(pg_temp.account(1), '0x1', 600, '0xa04', 'pending')$$,
     'active C 3 D 1000 V 3 HF 6; pool C 3 D 1000'),
    ('confirm',           $$vesu.confirm_transaction('0xa04')$$,
     'active C 3 D 400 V 3 HF 15; pool C 3 D 400'),
    ('pending withdraw',  $$vesu.withdraw(pg_temp.account(1), '0x1', 1, '0xa05', 'pending')$$,
     'active C 3 D 400 V 3 HF 15; pool C 3 D 400'),
    ('confirm',           $$vesu.confirm_transaction('0xa05')$$,
     'active C 2 D 400 V 2 HF 10; pool C 2 D 400'),
    ('pending withdraw',  $$vesu.withdraw(pg_temp.account(1), '0x1', 1, '0xa06', 'pending')$$,
     'active C 2 D 400 V 2 HF 10; pool C 2 D 400'),
    ('fail',              $$vesu.fail_transaction('0xa06', 'reverted: insufficient gas')$$,
     'active C 2 D 400 V 2 HF 10; pool C 2 D 400'),
    ('fail again',        $$vesu.fail_transaction('0xa06')$$,
     'active C 2 D 400 V 2 HF 10; pool C 2 D 400')
  ) AS steps (step, call, expected);
SELECT right(transaction_hash::text, 3) AS hash, type, trim_scale(amount) AS amount, status, block_number, "timestamp",
       trim_scale(gas_used) AS gas_used, error_message
  FROM vesu.vesu_transactions
 ORDER BY transaction_hash;
-- A first supply that fails leaves its empty position; the next supply uses it.
SELECT pg_temp.after($$vesu.supply(pg_temp.account(2), '0x1', 1, '0xb01', 'pending')$$, 2) AS pending,
       pg_temp.after($$vesu.fail_transaction('0xb01')$$, 2) AS failed,
       pg_temp.after($$vesu.supply(pg_temp.account(2), '0x1', 3, '0xb02')$$, 2) AS supplied;

-- A final transaction stays as it is, but for the same call.
SELECT scenario, pg_temp.code(call) AS actual, expected
  FROM (VALUES
    ('confirm with its own block',   $$vesu.confirm_transaction('0xa01', 812345, '2026-03-01 11:59:00+00', 0.0003)$$, 'accepted'),
    ('another block',                $$vesu.confirm_transaction('0xa01', 812346)$$,                   'VS014'),
    ('another time',                 $$vesu.confirm_transaction('0xa01', "timestamp" => '2020-01-01')$$, 'VS014'),
    ('other gas',                    $$vesu.confirm_transaction('0xa01', gas_used => 1)$$,            'VS014'),
    ('fail what is confirmed',       $$vesu.fail_transaction('0xa01')$$,                              'VS014'),
    ('confirm what is failed',       $$vesu.confirm_transaction('0xa06')$$,                           'VS014'),
    ('fail with its own reason',     $$vesu.fail_transaction('0xa06', 'reverted: insufficient gas')$$, 'accepted'),
    ('fail for another reason',      $$vesu.fail_transaction('0xa06', 'out of gas')$$,                'VS014'),
    ('repeat a failed call',         $$vesu.withdraw(pg_temp.account(1), '0x1', 1, '0xa06')$$,        'accepted')
  ) AS cases (scenario, call, expected);
SELECT status AS of_the_repeated FROM vesu.withdraw(pg_temp.account(1), '0x1', 1, '0xa06');

-- The same checks as a confirmed call, when the call is made.
SELECT scenario, pg_temp.code(call) AS actual, expected
  FROM (VALUES
    ('amount',         $$vesu.supply(pg_temp.account(1), '0x1', 0, '0xe1', 'pending')$$,            'VS001'),
    ('pool',           $$vesu.supply(pg_temp.account(1), '0x9', 1, '0xe1', 'pending')$$,            'VS003'),
    ('inactive pool',  $$vesu.supply(pg_temp.account(1), '0x3', 1, '0xe1', 'pending')$$,            'VS004'),
    ('position',       $$vesu.withdraw(pg_temp.account(3), '0x1', 1, '0xe1', 'pending')$$,          'VS005'),
    ('collateral',     $$vesu.withdraw(pg_temp.account(1), '0x1', 2.000000000000000001, '0xe1', 'pending')$$, 'VS006'),
    ('at the limit',   $$vesu.borrow(pg_temp.account(1), '0x1', 3350, '0xe1', 'pending')$$,         'accepted'),
    ('its hash again', $$vesu.borrow(pg_temp.account(1), '0x1', 3350.000000000000000001, '0xe1', 'pending')$$, 'VS013'),
    ('loan to value',  $$vesu.borrow(pg_temp.account(1), '0x1', 3350.000000000000000001, '0xe2', 'pending')$$, 'VS008'),
    ('health factor',  $$vesu.withdraw(pg_temp.account(1), '0x1', 1.9, '0xe2', 'pending')$$,        'VS009'),
    ('debt',           $$vesu.repay(pg_temp.account(1), '0x1', 400.000000000000000001, '0xe2', 'pending')$$, 'VS001')
  ) AS cases (scenario, call, expected);
UPDATE vesu.vesu_pools SET total_supply = 500 WHERE pool_address = '0x1';
SELECT pg_temp.code($$vesu.borrow(pg_temp.account(1), '0x1', 101, '0xe2', 'pending')$$) AS liquidity;

-- Confirming rechecks the position, collateral, debt and liquidity, but not prices and health.
UPDATE vesu.vesu_pools SET total_supply = 5000 WHERE pool_address = '0x1';
SELECT pg_temp.code($$vesu.withdraw(pg_temp.account(2), '0x1', 2, '0xc01', 'pending')$$),
       pg_temp.code($$vesu.repay(pg_temp.account(1), '0x1', 300, '0xc02', 'pending')$$),
       pg_temp.code($$vesu.borrow(pg_temp.account(2), '0x1', 4000, '0xc03', 'pending')$$),
       pg_temp.code($$vesu.withdraw(pg_temp.account(1), '0x1', 1.5, '0xc04', 'pending')$$),
       pg_temp.after($$vesu.withdraw(pg_temp.account(2), '0x1', 1.5, '0xc05')$$, 2),
       pg_temp.after($$vesu.repay(pg_temp.account(1), '0x1', 200, '0xc06')$$, 1);
UPDATE vesu.vesu_pools SET total_supply = 4000 WHERE pool_address = '0x1';
DELETE FROM vesu.vesu_asset_prices;
\pset tuples_only
SELECT pg_temp.refusal($$vesu.confirm_transaction('0xc01')$$);
SELECT pg_temp.refusal($$vesu.confirm_transaction('0xc02')$$);
SELECT pg_temp.refusal($$vesu.confirm_transaction('0xc03')$$);
\pset tuples_only off
SELECT pg_temp.after($$vesu.confirm_transaction('0xc04')$$) AS below_every_limit;
-- The position is gone: closed, liquidated with collateral left, or deleted.
SELECT pg_temp.after($$vesu.withdraw(pg_temp.account(2), '0x1', 1.5, '0xd01')$$, 2),
       pg_temp.after($$vesu.supply(pg_temp.account(2), '0x1', 1, '0xd02')$$, 2),
       pg_temp.code($$vesu.confirm_transaction('0xc01')$$) AS of_the_closed_one;
INSERT INTO vesu.vesu_positions (user_id, pool_address, collateral_amount, vtoken_balance)
VALUES (pg_temp.account(4), '0x1', 1, 1);
UPDATE vesu.vesu_pools SET total_collateral = total_collateral + 1 WHERE pool_address = '0x1';
SELECT pg_temp.code($$vesu.withdraw(pg_temp.account(4), '0x1', 0.5, '0xd03', 'pending')$$),
       pg_temp.code($$vesu.supply(pg_temp.account(4), '0x1', 0.5, '0xd04', 'pending')$$);
UPDATE vesu.vesu_positions SET status = 'liquidated' WHERE user_id = pg_temp.account(4);
SELECT pg_temp.code($$vesu.confirm_transaction('0xd04')$$) AS supply_to_a_liquidated_one,
       pg_temp.after($$vesu.confirm_transaction('0xd03')$$, 4) AS withdrawal_from_it;
-- Its user has opened another position since, and withdraws the rest of the liquidated one. Only then is it closed.
UPDATE vesu.vesu_transactions SET status = 'pending' WHERE transaction_hash = '0xd03';
SELECT pg_temp.code($$vesu.withdraw(pg_temp.account(4), '0x1', 0.2, '0xd06', 'pending')$$) AS a_part,
       pg_temp.code($$vesu.withdraw(pg_temp.account(4), '0x1', 0.3, '0xd07', 'pending')$$) AS the_rest,
       pg_temp.after($$vesu.supply(pg_temp.account(4), '0x1', 7, '0xd08')$$, 4) AS another_position;
SELECT pg_temp.after($$vesu.confirm_transaction('0xd06')$$, 4) AS a_part;
SELECT pg_temp.after($$vesu.confirm_transaction('0xd07')$$, 4) AS the_rest;
SELECT pg_temp.code($$vesu.confirm_transaction('0xd03')$$) AS of_the_closed_one;
DELETE FROM vesu.vesu_positions WHERE user_id = pg_temp.account(4);
UPDATE vesu.vesu_pools SET total_collateral = total_collateral - 7 WHERE pool_address = '0x1';
\pset tuples_only
SELECT pg_temp.refusal($$vesu.confirm_transaction('0xd04')$$);
-- A pending row of a liquidation that somebody wrote by hand.
INSERT INTO vesu.vesu_transactions (position_id, user_id, transaction_hash, type, asset, amount)
SELECT id, user_id, '0xd05', 'liquidation', debt_asset, 1
  FROM vesu.vesu_positions WHERE user_id = pg_temp.account(1);
SELECT pg_temp.refusal($$vesu.confirm_transaction('0xd05')$$);
SELECT status FROM vesu.fail_transaction('0xd05');
-- A soft-deleted transaction cannot be settled; its hash stays taken, and the call that recorded it still returns it.
UPDATE vesu.vesu_transactions SET deleted_at = vesu.now() WHERE transaction_hash IN ('0xc02', '0xc04');
SELECT pg_temp.refusal($$vesu.confirm_transaction('0xc02')$$);
SELECT pg_temp.code($$vesu.fail_transaction('0xc02')$$), pg_temp.code($$vesu.confirm_transaction('0xc04')$$);
SELECT status, deleted_at = vesu.now() FROM vesu.repay(pg_temp.account(1), '0x1', 300, '0xc02');
SELECT pg_temp.code($$vesu.repay(pg_temp.account(1), '0x1', 301, '0xc02')$$);
UPDATE vesu.vesu_transactions SET deleted_at = NULL WHERE transaction_hash = '0xc04';
-- A pending call writes its row, and a first supply its position; the pool it leaves alone.
SET LOCAL vesu.clock = '2026-03-01 12:01:00+00';
SELECT pg_temp.after($$vesu.supply(pg_temp.account(6), '0x2', 1, '0xf01', 'pending')$$, 6, '0x2');
SELECT bool_and(updated_at < vesu.now()) FROM vesu.vesu_pools;
SELECT invariant, detail FROM vesu.verify();
ROLLBACK;
