-- Superseded versions of positions, and the position as of any moment.
BEGIN;
\getenv directory PG_ABS_SRCDIR
\set support :directory '/sql/support/lending_operations.sql'
\set ECHO none
\i :support
\set ECHO all
\pset format unaligned

-- 12:00 supply, 12:10 borrow, 12:20 repay and withdraw at one moment, 12:15 the clock goes back: repay.
SELECT vesu.supply(pg_temp.account(1), '0x1', 2, '0xa1') \g /dev/null
SET LOCAL vesu.clock = '2026-03-01 12:10:00+00';
SELECT vesu.record_prices(ARRAY['ETH', 'USDC'], ARRAY[2500, 1]) \g /dev/null
SELECT vesu.borrow(pg_temp.account(1), '0x1', 1000, '0xa2') \g /dev/null
SET LOCAL vesu.clock = '2026-03-01 12:20:00+00';
SELECT vesu.record_prices(ARRAY['ETH', 'USDC'], ARRAY[2500, 1]) \g /dev/null
SELECT vesu.repay(pg_temp.account(1), '0x1', 600, '0xa3') \g /dev/null
SELECT vesu.withdraw(pg_temp.account(1), '0x1', 1, '0xa4') \g /dev/null
SET LOCAL vesu.clock = '2026-03-01 12:15:00+00';
SELECT vesu.repay(pg_temp.account(1), '0x1', 400, '0xa5') \g /dev/null

CREATE TEMPORARY VIEW versions AS
SELECT h.status, trim_scale(h.collateral_amount) AS collateral, trim_scale(h.debt_amount) AS debt,
       trim_scale(h.vtoken_balance) AS vtokens, trim_scale(h.health_factor) AS health_factor,
       trim_scale(h.nominal_debt) AS nominal_debt, h.last_updated::time AS updated,
       h.valid_from::time AS valid_from, h.valid_to::time AS valid_to
  FROM vesu.vesu_position_history AS h
 ORDER BY h.history_id;
SELECT * FROM versions;

-- The version of a moment has valid_from <= moment < valid_to; after the last, the row itself.
SELECT id AS position FROM vesu.vesu_positions \gset
SELECT moment, trim_scale(p.collateral_amount) AS collateral, trim_scale(p.debt_amount) AS debt,
       trim_scale(p.health_factor) AS health_factor, p.status, p.id = :'position' AS same_id, expected
  FROM (VALUES
    ('11:59:59.999999', 'nothing yet'),
    ('12:00:00',        '2, 0'),
    ('12:09:59.999999', '2, 0'),
    ('12:10:00',        '2, 1000'),
    ('12:19:59.999999', '2, 1000'),
    ('12:20:00',        'the last: 1, 0'),
    ('infinity',        'the last: 1, 0')
  ) AS moments (moment, expected)
 CROSS JOIN LATERAL (SELECT CASE moment WHEN 'infinity' THEN 'infinity'::timestamptz
                                 ELSE ('2026-03-01 ' || moment || '+00')::timestamptz END) AS exact (at)
  LEFT JOIN LATERAL vesu.position_as_of(:'position', exact.at) AS p ON true;
SELECT vesu.position_as_of(:'position', '-infinity') IS NULL AS before_creation,
       vesu.position_as_of(gen_random_uuid(), vesu.now()) IS NULL AS unknown,
       vesu.position_as_of(NULL, vesu.now()) IS NULL AS null_id,
       vesu.position_as_of(:'position', NULL) IS NULL AS null_time;
-- The row of now is the row of the table.
SELECT vesu.position_as_of(id, '2026-03-01 12:20:00+00') = p AS same FROM vesu.vesu_positions AS p;

-- Only amounts, health factor and status make a version.
UPDATE vesu.vesu_positions SET last_updated = vesu.now(), collateral_amount = collateral_amount;
SELECT count(*) AS versions FROM vesu.vesu_position_history;
SET LOCAL vesu.clock = '2026-03-01 12:30:00+00';
UPDATE vesu.vesu_positions SET vtoken_balance = 0.5;
SET LOCAL vesu.clock = '2026-03-01 12:40:00+00';
UPDATE vesu.vesu_positions SET collateral_amount = 0, vtoken_balance = 0, status = 'closed';
SELECT * FROM versions OFFSET 4;
-- A soft-deleted position has a past, but no present until it is restored.
SET LOCAL vesu.clock = '2026-03-01 12:50:00+00';
UPDATE vesu.vesu_positions SET deleted_at = vesu.now();
SELECT (vesu.position_as_of(:'position', '2026-03-01 12:05:00+00')).status AS past,
       (vesu.position_as_of(:'position', '2026-03-01 12:49:59+00')).status AS just_before,
       vesu.position_as_of(:'position', '2026-03-01 12:50:00+00') IS NULL AS deleted;
UPDATE vesu.vesu_positions SET deleted_at = NULL;
SELECT (vesu.position_as_of(:'position', '2026-03-01 12:50:00+00')).status AS restored;

-- A repayment of just the interest leaves the amounts as they were, but is a version.
SELECT vesu.record_prices(ARRAY['ETH', 'USDC'], ARRAY[2500, 1]) \g /dev/null
SELECT vesu.supply(pg_temp.account(2), '0x1', 1, '0xb1'), vesu.borrow(pg_temp.account(2), '0x1', 1000, '0xb2') \g /dev/null
UPDATE vesu.vesu_pools SET debt_index = 1.1 WHERE pool_address = '0x1';
SET LOCAL vesu.clock = '2026-03-01 13:00:00+00';
SELECT vesu.repay(pg_temp.account(2), '0x1', 100, '0xb3') \g /dev/null
SELECT * FROM versions OFFSET 6;

-- A column that the user adds has its present value in every version.
ALTER TABLE vesu.vesu_positions ADD COLUMN note text DEFAULT 'mine';
SELECT p.note, trim_scale(p.debt_amount) AS debt
  FROM vesu.position_as_of(:'position', '2026-03-01 12:10:00+00') AS p;
SELECT vesu.repay(pg_temp.account(2), '0x1', 1, '0xb4') \g /dev/null
SELECT count(*) AS versions FROM vesu.vesu_position_history;
SELECT invariant, detail FROM vesu.verify();
-- A position that is really deleted takes its history along.
DELETE FROM vesu.vesu_positions WHERE id = :'position';
SELECT count(*) AS versions FROM vesu.vesu_position_history WHERE position_id = :'position';
ROLLBACK;
