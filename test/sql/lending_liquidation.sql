-- Liquidation: amounts to the last unit, statuses, bad debt, interest, and what is written.
BEGIN;
\getenv directory PG_ABS_SRCDIR
\set support :directory '/sql/support/lending_operations.sql'
\set ECHO none
\i :support

-- Positions 1 to 9 of users 1 to 9, as the contract's examples have them, and the totals that belong to them.
CREATE FUNCTION pg_temp.held(holder int) RETURNS uuid
    LANGUAGE sql IMMUTABLE
    RETURN ('b0000000-0000-4000-8000-' || lpad(holder::text, 12, '0'))::uuid;
INSERT INTO vesu.vesu_positions (id, user_id, pool_address, collateral_amount, debt_amount, vtoken_balance)
SELECT pg_temp.held(holder), pg_temp.account(holder), '0x1', collateral, debt, collateral
  FROM (VALUES (1, 1, 2100), (2, 1, 2100), (3, 1, 2100), (4, 1, 2100), (5, 0.8, 2100), (6, 1, 2100), (7, 1, 2000))
       AS given (holder, collateral, debt);
UPDATE vesu.vesu_pools SET total_collateral = 6.8, total_borrow = 14600 WHERE pool_address = '0x1';

-- Liquidates the position of a user and shows the row that is returned, then the books.
CREATE FUNCTION pg_temp.liquidation(holder int, hash vesu.felt252, debt_to_cover numeric DEFAULT NULL) RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
    l vesu.vesu_liquidations := vesu.liquidate(pg_temp.held(holder), '0xbb', hash, debt_to_cover);
BEGIN
    RETURN format('repaid %s seized %s bonus %s; %s', trim_scale(l.debt_repaid), trim_scale(l.collateral_seized),
                  trim_scale(l.liquidation_bonus), pg_temp.books(holder, p.pool_address))
      FROM vesu.vesu_positions AS p WHERE p.id = l.position_id;
END
$$;
\set ECHO all
\pset format unaligned
\pset expanded

SELECT scenario, pg_temp.liquidation(holder, hash::vesu.felt252, debt_to_cover) AS actual, expected
  FROM (VALUES
    ('by default to a health factor of 1.001', 1, '0xa1', NULL,
     'repaid 634.161490683229813665 seized 0.266347826086956521 bonus 0.012683229813664595; active C 0.733652173913043479 D 1465.838509316770186335 V 0.733652173913043479 HF 1.001000000000000001; pool C 6.533652173913043479 D 13965.838509316770186335'),
    ('what the liquidator wants to cover', 2, '0xa2', 1000,
     'repaid 1000 seized 0.42 bonus 0.02; active C 0.58 D 1100 V 0.58 HF 1.054545454545454545; pool C 6.113652173913043479 D 12965.838509316770186335'),
    ('all of the debt', 3, '0xa3', 2100,
     'repaid 2100 seized 0.882 bonus 0.042; liquidated C 0.118 D 0 V 0.118 HF -; pool C 5.231652173913043479 D 10865.838509316770186335'),
    ('more than the debt', 4, '0xa4', 5000,
     'repaid 2100 seized 0.882 bonus 0.042; liquidated C 0.118 D 0 V 0.118 HF -; pool C 4.349652173913043479 D 8765.838509316770186335'),
    ('under water: bad debt stays', 5, '0xa5', NULL,
     'repaid 1904.761904761904761905 seized 0.8 bonus 0.038095238095238095; active C 0 D 195.238095238095238095 V 0 HF 0; pool C 3.549652173913043479 D 6861.07660455486542443'),
    ('two liquidators want 2000 of 2100: the first', 6, '0xa6', 2000,
     'repaid 2000 seized 0.84 bonus 0.04; active C 0.16 D 100 V 0.16 HF 3.2; pool C 2.709652173913043479 D 4861.07660455486542443')
  ) AS cases (scenario, holder, hash, debt_to_cover, expected);
\pset expanded off
\pset tuples_only
-- … and the second.
SELECT pg_temp.refusal($$pg_temp.liquidation(6, '0xe1', 2000)$$);
-- Nothing is left of the position under water but its debt, which its owner may repay.
SELECT pg_temp.refusal($$pg_temp.liquidation(5, '0xe1')$$);
SELECT pg_temp.after($$vesu.repay(pg_temp.account(5), '0x1', 195.238095238095238095, '0xb5')$$, 5);
-- A health factor of exactly 1 is healthy; one unit of debt more is not.
SELECT pg_temp.refusal($$pg_temp.liquidation(7, '0xe1')$$);
UPDATE vesu.vesu_positions SET debt_amount = debt_amount + 1e-18 WHERE id = pg_temp.held(7);
UPDATE vesu.vesu_pools SET total_borrow = total_borrow + 1e-18 WHERE pool_address = '0x1';
-- What repays too little to seize anything is refused.
SELECT pg_temp.refusal($$pg_temp.liquidation(7, '0xe1', 1e-18)$$);
SELECT pg_temp.liquidation(7, '0xa7', 3e-15);

-- Only an active position can be liquidated.
SELECT pg_temp.refusal($$pg_temp.liquidation(3, '0xe1')$$);
\pset tuples_only off

-- The collateral that a liquidation leaves can be withdrawn, after the user's active position.
SELECT step, split_part(pg_temp.after(call, 3), ';', 1) AS actual, expected
  FROM (VALUES
    ('a new position beside it', $$vesu.supply(pg_temp.account(3), '0x1', 2, '0xb31')$$,
     'active C 2 D 0 V 2 HF - + liquidated C 0.118 D 0 V 0.118 HF -'),
    ('withdraw takes the active one', $$vesu.withdraw(pg_temp.account(3), '0x1', 2, '0xb32')$$,
     'liquidated C 0.118 D 0 V 0.118 HF - + closed C 0 D 0 V 0 HF -'),
    ('then the liquidated one', $$vesu.withdraw(pg_temp.account(3), '0x1', 0.118, '0xb33')$$,
     'closed C 0 D 0 V 0 HF - + closed C 0 D 0 V 0 HF -')
  ) AS steps (step, call, expected);
SELECT pg_temp.code($$vesu.borrow(pg_temp.account(4), '0x1', 1, '0xe1')$$) AS borrow,
       pg_temp.code($$vesu.repay(pg_temp.account(4), '0x1', 1, '0xe1')$$) AS repay,
       pg_temp.code($$vesu.withdraw(pg_temp.account(4), '0x1', 0.118000000000000001, '0xe1')$$) AS too_much,
       pg_temp.after($$vesu.withdraw(pg_temp.account(4), '0x1', 0.018, '0xb41')$$, 4) AS a_part;

-- What is written: the liquidation and a transaction of its position's user.
SELECT l.liquidator_address = '0xbb' AS by_liquidator, trim_scale(l.debt_to_cover) AS debt_to_cover,
       l."timestamp" AS liquidated_at, t.user_id = p.user_id AS of_the_user, t.type, t.status, t.asset,
       t.amount = l.debt_repaid AS repaid, t."timestamp" = l."timestamp" AS same_time, t.block_number, t.gas_used
  FROM vesu.vesu_liquidations AS l
  JOIN vesu.vesu_transactions AS t ON t.transaction_hash = l.transaction_hash
  JOIN vesu.vesu_positions AS p ON p.id = l.position_id AND p.id = t.position_id
 ORDER BY l.transaction_hash;
SELECT invariant, detail FROM vesu.verify();

-- Interest makes a position liquidatable; the amounts are those with interest. In an inactive pool, too.
INSERT INTO vesu.vesu_positions (id, user_id, pool_address, collateral_amount, debt_amount, vtoken_balance)
VALUES (pg_temp.held(8), pg_temp.account(8), '0x3', 1, 1750, 1);
UPDATE vesu.vesu_pools SET total_collateral = 1, total_borrow = 1750 WHERE pool_address = '0x3';
SELECT pg_temp.code($$pg_temp.liquidation(8, '0xe1')$$) AS before_interest;
UPDATE vesu.vesu_pools SET debt_index = 1.2 WHERE pool_address = '0x3';
SELECT pg_temp.liquidation(8, '0xa8', 1000) AS actual,
       'repaid 1000 seized 0.42 bonus 0.02; active C 0.58 D 1100 V 0.58 HF 1.054545454545454545; pool C 0.58 D 1100' AS expected;
-- The live amounts decide before they are rounded: C 1.0000000000000000005 is shown as 1, and 1 ETH would not do.
INSERT INTO vesu.vesu_positions (id, user_id, pool_address, collateral_amount, debt_amount)
VALUES (pg_temp.held(9), pg_temp.account(9), '0x3', 0.5, 2000.000000000000000001);
UPDATE vesu.vesu_pools SET collateral_index = 2.000000000000000001 WHERE pool_address = '0x3';
SELECT vesu.is_undercollateralized(vesu.shown_collateral(collateral_shares, 2.000000000000000001), 2500, 0.8,
                                   vesu.shown_debt(nominal_debt, 1.2), 1) AS as_shown
  FROM vesu.vesu_positions WHERE id = pg_temp.held(9);
\pset tuples_only
SELECT pg_temp.refusal($$pg_temp.liquidation(9, '0xe1')$$);
UPDATE vesu.vesu_pools SET debt_index = 1.200000000000000001 WHERE pool_address = '0x3';
SELECT pg_temp.liquidation(9, '0xa9', 2000);

-- A price that is missing, thinly sourced or old stops a liquidation.
UPDATE vesu.vesu_asset_prices SET sources = 1 WHERE asset = 'ETH';
SELECT pg_temp.refusal($$pg_temp.liquidation(8, '0xe1')$$);
UPDATE vesu.vesu_asset_prices SET sources = 3, observed_at = vesu.now() - interval '6 minutes' WHERE asset = 'ETH';
SELECT pg_temp.refusal($$pg_temp.liquidation(8, '0xe1')$$);
-- A given time, block and fee are kept.
SELECT vesu.record_prices(ARRAY['ETH', 'USDC'], ARRAY[1000, 1]) \g /dev/null
SELECT vesu.liquidate(pg_temp.held(8), '0xbb', '0xaa', NULL, 812345, '2026-03-01 11:59:30+00', 0.0007) \g /dev/null
SELECT l."timestamp", t."timestamp", t.block_number, trim_scale(t.gas_used)
  FROM vesu.vesu_liquidations AS l
  JOIN vesu.vesu_transactions AS t USING (transaction_hash)
 WHERE l.transaction_hash = '0xaa';
ROLLBACK;
