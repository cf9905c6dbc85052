-- Operations on positions that have earned and owe interest: the live amounts are written first.
BEGIN;
\getenv directory PG_ABS_SRCDIR
\set support :directory '/sql/support/lending_operations.sql'
\set ECHO none
\i :support
\set ECHO all
\pset format unaligned

-- Moves the pool's indexes and the price of ETH, makes a call and shows the books, with N nominal debt and S shares.
CREATE FUNCTION pg_temp.after_accrual(collateral_index numeric, debt_index numeric, eth_price numeric, call text)
    RETURNS text
    LANGUAGE plpgsql AS $$
BEGIN
    UPDATE vesu.vesu_pools AS pool
       SET collateral_index = after_accrual.collateral_index, debt_index = after_accrual.debt_index
     WHERE pool.pool_address = '0x1';
    PERFORM vesu.record_price('ETH', eth_price);
    EXECUTE 'SELECT ' || call;
    RETURN (SELECT format('%s; N %s S %s', pg_temp.books(), trim_scale(p.nominal_debt), trim_scale(p.collateral_shares))
              FROM vesu.vesu_positions AS p
             WHERE p.user_id = pg_temp.account(1) AND p.pool_address = '0x1');
END
$$;

-- Expected values were computed apart, with exact fractions.
\pset expanded
SELECT step, pg_temp.after_accrual(collateral_index, debt_index, price, call) AS actual, expected
  FROM (VALUES
    ('supply mints fewer vTokens than tokens', 1.02, 1.05, 2500,
     $$vesu.supply(pg_temp.account(1), '0x1', 1.5, '0xa01')$$,
     'active C 1.5 D 0 V 1.470588235294117647 HF -; pool C 1.5 D 0; N 0 S 1.470588235294117647058823529411764705'),
    ('borrow 1000 at index 1.05', 1.02, 1.05, 2500,
     $$vesu.borrow(pg_temp.account(1), '0x1', 1000, '0xa02')$$,
     'active C 1.5 D 1000 V 1.470588235294117647 HF 3; pool C 1.5 D 1000; N 952.380952380952380952380952380952380953 S 1.470588235294117647058823529411764705'),
    ('repay 100 of 1100 at index 1.155, with yield', 1.03, 1.155, 2500,
     $$vesu.repay(pg_temp.account(1), '0x1', 100, '0xa03')$$,
     'active C 1.514705882352941176 D 1000 V 1.470588235294117647 HF 3.029411764705882352; pool C 1.514705882352941176 D 1000; N 865.800865800865800865800865800865800866 S 1.470588235294117646601941747572815533'),
    ('repay just the interest: the stored debt stays, the nominal debt and the health factor move', 1.03, 1.2705, 2600,
     $$vesu.repay(pg_temp.account(1), '0x1', 100, '0xa04')$$,
     'active C 1.514705882352941176 D 1000 V 1.470588235294117647 HF 3.150588235294117646; pool C 1.514705882352941176 D 1000; N 787.091696182605273514364423455332546242 S 1.470588235294117646601941747572815533'),
    ('withdraw just the yield: vTokens are burned, rounded up', 1.0403, 1.2705, 2600,
     $$vesu.withdraw(pg_temp.account(1), '0x1', 0.015147058823529411, '0xa05')$$,
     'active C 1.514705882352941176 D 1000 V 1.456027955736750146 HF 3.150588235294117646; pool C 1.514705882352941176 D 1000; N 787.091696182605273514364423455332546242 S 1.456027955736750145150437373834470825'),
    ('supply 0.5', 1.0403, 1.2705, 2600,
     $$vesu.supply(pg_temp.account(1), '0x1', 0.5, '0xa06')$$,
     'active C 2.014705882352941176 D 1000 V 1.936658543067327863 HF 4.190588235294117646; pool C 2.014705882352941176 D 1000; N 787.091696182605273514364423455332546242 S 1.936658543067327863116408728251465923'),
    ('borrow the smallest amount: the interest is written with it', 1.0403, 1.3, 2600,
     $$vesu.borrow(pg_temp.account(1), '0x1', 1e-18, '0xa07')$$,
     'active C 2.014705882352941176 D 1023.21920503738685557 V 1.936658543067327863 HF 4.095494117647058822; pool C 2.014705882352941176 D 1023.21920503738685557; N 787.091696182605273515384615384615384616 S 1.936658543067327863116408728251465923'),
    ('repay all', 1.0403, 1.3, 2600,
     $$vesu.repay(pg_temp.account(1), '0x1', 1023.21920503738685557, '0xa08')$$,
     'active C 2.014705882352941176 D 0 V 1.936658543067327863 HF -; pool C 2.014705882352941176 D 0; N 0 S 1.936658543067327863116408728251465923'),
    ('withdraw half', 1.1, 1.3, 2600,
     $$vesu.withdraw(pg_temp.account(1), '0x1', 1.065162198687030324, '0xa09')$$,
     'active C 1.065162198687030325 D 0 V 0.968329271533663932 HF -; pool C 1.065162198687030325 D 0; N 0 S 0.968329271533663931818181818181818181'),
    ('withdraw all burns all', 1.1, 1.3, 2600,
     $$vesu.withdraw(pg_temp.account(1), '0x1', 1.065162198687030325, '0xa0a')$$,
     'closed C 0 D 0 V 0 HF -; pool C 0 D 0; N 0 S 0')
  ) AS steps (step, collateral_index, debt_index, price, call, expected);
\pset expanded off

-- Limits count the interest: 1000 at index 1.3 owe 1100 at 1.43; C 1 at index 1.1 is worth 1.1 at 1.21.
SELECT pg_temp.after($$vesu.supply(pg_temp.account(2), '0x1', 1, '0xb01')$$, 2),
       pg_temp.after($$vesu.borrow(pg_temp.account(2), '0x1', 1000, '0xb02')$$, 2);
UPDATE vesu.vesu_pools SET debt_index = 1.43, collateral_index = 1.21, total_supply = 1500 WHERE pool_address = '0x1';
SELECT vesu.record_price('ETH', 2500);
\pset tuples_only
SELECT pg_temp.refusal($$vesu.repay(pg_temp.account(2), '0x1', 1100.000000000000000001, '0xe1')$$);
SELECT pg_temp.refusal($$vesu.withdraw(pg_temp.account(2), '0x1', 1.1, '0xe1')$$);
SELECT pg_temp.refusal($$vesu.withdraw(pg_temp.account(2), '0x1', 0.513333333333333334, '0xe1')$$);
-- 400 are left of 1500: the interest of 100 is borrowed too.
SELECT pg_temp.refusal($$vesu.borrow(pg_temp.account(2), '0x1', 400.000000000000000001, '0xe1')$$);
SELECT pg_temp.after($$vesu.borrow(pg_temp.account(2), '0x1', 400, '0xb03')$$, 2);
SELECT pg_temp.after($$vesu.withdraw(pg_temp.account(2), '0x1', 0.299999999999999999, '0xb04')$$, 2);

-- A balance of vTokens that does not suffice is burned down to 0.
INSERT INTO vesu.vesu_positions (user_id, pool_address, collateral_amount, vtoken_balance)
VALUES (pg_temp.account(3), '0x1', 1, 0.1);
SELECT pg_temp.after($$vesu.withdraw(pg_temp.account(3), '0x1', 0.5, '0xc01')$$, 3);
-- Totals that were never told of a position are not driven below 0.
SELECT trim_scale(total_collateral) AS total_collateral FROM vesu.vesu_pools WHERE pool_address = '0x1';
SELECT pg_temp.after($$vesu.withdraw(pg_temp.account(3), '0x1', 0.5, '0xc02')$$, 3);
INSERT INTO vesu.vesu_positions (user_id, pool_address, collateral_amount, debt_amount)
VALUES (pg_temp.account(3), '0x1', 10, 5000);
SELECT pg_temp.after($$vesu.repay(pg_temp.account(3), '0x1', 5000, '0xc03')$$, 3);
ROLLBACK;
