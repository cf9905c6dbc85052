-- Every error of the lending operations, with message, detail and hint, and that it changes nothing.
BEGIN;
\getenv directory PG_ABS_SRCDIR
\set support :directory '/sql/support/lending_operations.sql'
\set ECHO none
\i :support
-- User 1: 1.5 ETH and 1000 USDC of debt. User 2: 1 ETH, no debt. User 3: nothing.
SELECT vesu.supply(pg_temp.account(1), '0x1', 1.5, '0xa01'), vesu.borrow(pg_temp.account(1), '0x1', 1000, '0xa02'),
       vesu.supply(pg_temp.account(2), '0x1', 1, '0xa03') \g /dev/null
\set ECHO all
\pset format unaligned
\pset tuples_only

-- 22004, 22023
SELECT pg_temp.refusal($$vesu.supply(NULL, '0x1', 1, '0xe1')$$);
SELECT pg_temp.refusal($$vesu.withdraw(pg_temp.account(1), NULL, 1, '0xe1')$$);
SELECT pg_temp.refusal($$vesu.borrow(pg_temp.account(1), '0x1', NULL, '0xe1')$$);
SELECT pg_temp.refusal($$vesu.repay(pg_temp.account(1), '0x1', 1, NULL)$$);
SELECT pg_temp.refusal($$vesu.supply(pg_temp.account(1), '0x1', 1, '0xe1', NULL)$$);
SELECT pg_temp.refusal($$vesu.liquidate(NULL, '0xbb', '0xe1')$$);
SELECT pg_temp.refusal($$vesu.liquidate(gen_random_uuid(), NULL, '0xe1')$$);
SELECT pg_temp.refusal($$vesu.liquidate(gen_random_uuid(), '0xbb', NULL)$$);
SELECT pg_temp.refusal($$vesu.confirm_transaction(NULL)$$);
SELECT pg_temp.refusal($$vesu.fail_transaction(NULL)$$);
SELECT pg_temp.refusal($$vesu.sync_pool('0x1', NULL)$$);
SELECT pg_temp.refusal($$vesu.sync_pool(NULL, 1)$$);
SELECT pg_temp.refusal($$vesu.supply(pg_temp.account(1), '0x1', 1, '0xe1', 'failed')$$);

-- VS001: no operation takes such an amount, before it looks at anything else
SELECT pg_temp.refusal($$vesu.supply(pg_temp.account(1), '0x1', -10, '0xe1')$$);
SELECT operation, amount, pg_temp.code(format('vesu.%s(pg_temp.account(9), ''0x9'', %L, ''0xe1'')', operation, amount))
  FROM unnest(ARRAY['supply', 'withdraw', 'borrow', 'repay']) AS operation,
       unnest(ARRAY[0, -10, 'NaN', 'Infinity', 1e-19, 0.1234567890123456789, 1e18, 1e40]::numeric[]) AS amount;
SELECT amount, pg_temp.code(format('vesu.liquidate(gen_random_uuid(), ''0xbb'', ''0xe1'', %L)', amount))
  FROM unnest(ARRAY[0, -100, 'NaN', 'Infinity', 1e-19, 1e18]::numeric[]) AS amount;
SELECT pg_temp.refusal($$vesu.liquidate(gen_random_uuid(), '0xbb', '0xe1', -100)$$);
SELECT amount, pg_temp.code(format('vesu.sync_pool(''0x1'', %L)', amount))
  FROM unnest(ARRAY[-1, 'NaN', 'Infinity', 1e-19, 1e18]::numeric[]) AS amount;
-- Zeros after the 18th decimal are no further decimals; 10^18 less one unit is an amount, if too much for a position.
SELECT pg_temp.after($$vesu.supply(pg_temp.account(3), '0x2', 1.50000000000000000000000, '0xb01')$$, 3, '0x2');
SELECT pg_temp.refusal($$vesu.supply(pg_temp.account(3), '0x2', 999999999999999999.999999999999999999, '0xe1')$$);
-- VS001: repay above debt
SELECT pg_temp.refusal($$vesu.repay(pg_temp.account(1), '0x1', 1500, '0xe1')$$);
SELECT pg_temp.refusal($$vesu.repay(pg_temp.account(1), '0x1', 1000.000000000000000001, '0xe1')$$);
SELECT pg_temp.refusal($$vesu.repay(pg_temp.account(2), '0x1', 1, '0xe1')$$);

-- VS002
SELECT pg_temp.refusal($$vesu.supply(pg_temp.account(1), '0xGHIJKL', 1, '0xe1')$$);

-- VS003
SELECT pg_temp.refusal($$vesu.supply(pg_temp.account(1), '0x9', 1, '0xe1')$$);
SELECT pg_temp.refusal($$vesu.withdraw(pg_temp.account(1), '0x4', 1, '0xe1')$$);
SELECT pg_temp.code($$vesu.borrow(pg_temp.account(1), '0x9', 1, '0xe1')$$),
       pg_temp.code($$vesu.repay(pg_temp.account(1), '0x9', 1, '0xe1')$$),
       pg_temp.code($$vesu.sync_pool('0x9', 1)$$);

-- VS004
SELECT pg_temp.refusal($$vesu.supply(pg_temp.account(1), '0x3', 1, '0xe1')$$);
SELECT pg_temp.code($$vesu.borrow(pg_temp.account(1), '0x3', 1, '0xe1')$$);

-- VS005
SELECT pg_temp.refusal($$vesu.withdraw(pg_temp.account(1), '0x3', 1, '0xe1')$$);
SELECT pg_temp.code($$vesu.borrow(pg_temp.account(4), '0x1', 1, '0xe1')$$),
       pg_temp.code($$vesu.repay(pg_temp.account(4), '0x1', 1, '0xe1')$$);
SELECT pg_temp.refusal($$vesu.liquidate('00000000-0000-4000-8000-000000000000', '0xbb', '0xe1')$$);

-- VS006
SELECT pg_temp.refusal($$vesu.withdraw(pg_temp.account(2), '0x1', 1.000000000000000001, '0xe1')$$);

-- VS007
UPDATE vesu.vesu_pools SET total_supply = 1500 WHERE pool_address = '0x1';
SELECT pg_temp.refusal($$vesu.borrow(pg_temp.account(2), '0x1', 500.000000000000000001, '0xe1')$$);
UPDATE vesu.vesu_pools SET total_supply = 999 WHERE pool_address = '0x1';
SELECT pg_temp.refusal($$vesu.borrow(pg_temp.account(2), '0x1', 1, '0xe1')$$);

-- VS008, which comes before VS007, and VS009
SELECT pg_temp.refusal($$vesu.borrow(pg_temp.account(1), '0x1', 1812.500000000000000001, '0xe1')$$);
SELECT pg_temp.refusal($$vesu.withdraw(pg_temp.account(1), '0x1', 0.966666666666666667, '0xe1')$$);
SELECT pg_temp.refusal($$vesu.withdraw(pg_temp.account(1), '0x1', 1.000000000000000001, '0xe1')$$);
SELECT pg_temp.refusal($$vesu.withdraw(pg_temp.account(1), '0x1', 1.5, '0xe1')$$);
-- VS009 only below 1: at exactly 1 it is the loan to value that is too high.
SELECT pg_temp.code($$vesu.withdraw(pg_temp.account(1), '0x1', 1, '0xe1')$$);
-- A loan without any collateral.
INSERT INTO vesu.vesu_positions (user_id, pool_address) VALUES (pg_temp.account(5), '0x1');
SELECT pg_temp.refusal($$vesu.borrow(pg_temp.account(5), '0x1', 1, '0xe1')$$);

-- VS010
SELECT id AS healthy FROM vesu.vesu_positions WHERE user_id = pg_temp.account(1) \gset
SELECT id AS without_debt FROM vesu.vesu_positions WHERE user_id = pg_temp.account(2) \gset
SELECT pg_temp.refusal(format('vesu.liquidate(%L, ''0xbb'', ''0xe1'')', :'healthy'));
SELECT pg_temp.refusal(format('vesu.liquidate(%L, ''0xbb'', ''0xe1'')', :'without_debt'));

-- VS011: no price, no price yet, too few sources; the collateral asset before the debt asset
UPDATE vesu.vesu_asset_prices SET sources = 2 WHERE asset = 'USDC';
SELECT pg_temp.refusal($$vesu.borrow(pg_temp.account(1), '0x1', 1, '0xe1')$$);
UPDATE vesu.vesu_asset_prices SET price = NULL WHERE asset = 'ETH';
SELECT pg_temp.refusal($$vesu.withdraw(pg_temp.account(1), '0x1', 0.1, '0xe1')$$);
DELETE FROM vesu.vesu_asset_prices;
SELECT pg_temp.refusal(format('vesu.liquidate(%L, ''0xbb'', ''0xe1'')', :'healthy'));
-- Before VS008, VS010 and VS006 of a liquidation; after VS005 and VS006.
SELECT pg_temp.code($$vesu.borrow(pg_temp.account(1), '0x1', 100000, '0xe1')$$),
       pg_temp.code($$vesu.withdraw(pg_temp.account(1), '0x1', 1.6, '0xe1')$$),
       pg_temp.code(format('vesu.liquidate(%L, ''0xbb'', ''0xe1'')', :'without_debt'));

-- VS012: older than max_age; a missing price of the debt asset comes first
SELECT vesu.record_price('ETH', 2500, vesu.now() - interval '300 s'), vesu.record_price('USDC', 1, vesu.now(), 3);
SELECT pg_temp.code($$vesu.borrow(pg_temp.account(1), '0x1', 100000, '0xe1')$$) AS at_300_seconds;
UPDATE vesu.vesu_asset_prices SET observed_at = vesu.now() - interval '301 s' WHERE asset = 'ETH';
SELECT pg_temp.refusal($$vesu.borrow(pg_temp.account(1), '0x1', 1, '0xe1')$$);
SELECT pg_temp.code($$vesu.withdraw(pg_temp.account(1), '0x1', 0.1, '0xe1')$$),
       pg_temp.code(format('vesu.liquidate(%L, ''0xbb'', ''0xe1'')', :'healthy'));
DELETE FROM vesu.vesu_asset_prices WHERE asset = 'USDC';
SELECT pg_temp.code($$vesu.borrow(pg_temp.account(1), '0x1', 1, '0xe1')$$);
-- Without debt a withdrawal asks for no price, nor do supply and repay.
SELECT pg_temp.after($$vesu.withdraw(pg_temp.account(2), '0x1', 0.1, '0xb02')$$, 2),
       pg_temp.after($$vesu.supply(pg_temp.account(2), '0x1', 0.1, '0xb03')$$, 2),
       pg_temp.after($$vesu.repay(pg_temp.account(1), '0x1', 1, '0xb04')$$, 1);

-- P0002, VS013 and VS014
SELECT pg_temp.refusal($$vesu.confirm_transaction('0xe1')$$);
SELECT pg_temp.code($$vesu.fail_transaction('0xe1')$$);
SELECT pg_temp.refusal($$vesu.repay(pg_temp.account(1), '0x1', 2, '0xb04')$$);
SELECT pg_temp.refusal($$vesu.confirm_transaction('0xb04', 5, '2020-01-01')$$);
SELECT pg_temp.refusal($$vesu.fail_transaction('0xb04')$$);

-- VS001: a block or a fee that cannot be stored as given, whichever operation it comes with
SELECT pg_temp.refusal($$vesu.supply(pg_temp.account(1), '0x1', 1, '0xe1', block_number => -1)$$);
SELECT pg_temp.refusal($$vesu.supply(pg_temp.account(1), '0x1', 1, '0xe1', gas_used => 0.1234567890123456789)$$);
SELECT pg_temp.code($$vesu.supply(pg_temp.account(1), '0x1', 1, '0xb05', 'pending')$$) AS pending;
SELECT call, pg_temp.code(format(call, 'block_number => -1')) AS block,
       array_agg(pg_temp.code(format(call, 'gas_used => ' || quote_literal(fee))) ORDER BY place) AS fees
  FROM unnest(ARRAY[
         'vesu.supply(pg_temp.account(1), ''0x1'', 1, ''0xe1'', %s)',
         'vesu.withdraw(pg_temp.account(1), ''0x1'', 1, ''0xe1'', %s)',
         'vesu.borrow(pg_temp.account(1), ''0x1'', 1, ''0xe1'', %s)',
         'vesu.repay(pg_temp.account(1), ''0x1'', 1, ''0xe1'', %s)',
         'vesu.liquidate(pg_temp.account(1), ''0xbb'', ''0xe1'', %s)',
         'vesu.confirm_transaction(''0xb05'', %s)']) AS call
 CROSS JOIN unnest(ARRAY['-1', 'NaN', 'Infinity', '1e18', '1e-19']) WITH ORDINALITY AS fees (fee, place)
 GROUP BY call
 ORDER BY call;
SELECT pg_temp.code($$vesu.confirm_transaction('0xb05', 0, gas_used => 0.1000000000000000000)$$) AS the_least;

-- VS001: a result that does not fit
INSERT INTO vesu.vesu_positions (id, user_id, pool_address, collateral_amount, debt_amount, vtoken_balance)
VALUES ('b0000000-0000-0000-0000-000000000005', pg_temp.account(15), '0x1', 999999999999999999, 999999999999999999, 1),
       ('b0000000-0000-0000-0000-000000000006', pg_temp.account(16), '0x1', 1, 0, 999999999999999999),
       ('b0000000-0000-0000-0000-000000000007', pg_temp.account(17), '0x1', 1, 0, 1);
UPDATE vesu.vesu_pools SET total_supply = 999999999999999999, total_collateral = 999999999999999999 WHERE pool_address = '0x1';
SELECT vesu.record_prices(ARRAY['ETH', 'USDC'], ARRAY[2500, 1]);
SELECT pg_temp.refusal($$vesu.supply(pg_temp.account(15), '0x1', 1, '0xe1')$$);
SELECT pg_temp.refusal($$vesu.borrow(pg_temp.account(15), '0x1', 1, '0xe1')$$);
SELECT pg_temp.refusal($$vesu.supply(pg_temp.account(16), '0x1', 1, '0xe1')$$);
SELECT pg_temp.refusal($$vesu.supply(pg_temp.account(17), '0x1', 1, '0xe1')$$);
SELECT pg_temp.refusal($$vesu.supply(pg_temp.account(18), '0x1', 1, '0xe1')$$);
-- Interest alone, on the debt, then on the pool's; the vTokens of a first supply.
UPDATE vesu.vesu_pools SET total_collateral = 5, debt_index = 2 WHERE pool_address = '0x1';
SELECT pg_temp.refusal($$vesu.repay(pg_temp.account(15), '0x1', 1, '0xe1')$$);
SELECT vesu.record_price('ETH', 0.5);
SELECT pg_temp.refusal($$vesu.liquidate('b0000000-0000-0000-0000-000000000005', '0xbb', '0xe1', 1)$$);
UPDATE vesu.vesu_pools SET debt_index = 1, total_borrow = 999999999999999999 WHERE pool_address = '0x1';
UPDATE vesu.vesu_positions SET debt_amount = 1 WHERE user_id = pg_temp.account(17);
UPDATE vesu.vesu_pools SET debt_index = 3 WHERE pool_address = '0x1';
SELECT pg_temp.refusal($$vesu.repay(pg_temp.account(17), '0x1', 1, '0xe1')$$);
UPDATE vesu.vesu_pools SET collateral_index = 1e-17 WHERE pool_address = '0x1';
SELECT pg_temp.refusal($$vesu.supply(pg_temp.account(18), '0x1', 10, '0xe1')$$);

-- What the types and constraints of the tables refuse.
SELECT pg_temp.code($$vesu.sync_pool('0x1', 1, 100)$$), pg_temp.code($$vesu.sync_pool('0x1', 1, 'NaN')$$);
ROLLBACK;
