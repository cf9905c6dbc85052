-- A user may call an added column anything: operations, history and proof never take it for one of their own names.
BEGIN;
\getenv directory PG_ABS_SRCDIR
\set support :directory '/sql/support/lending_operations.sql'
\set ECHO none
\i :support
\set ECHO all
\pset format unaligned

-- Every word of every body, outside of texts and comments, and every argument: variables, parameters, aliases, labels.
CREATE TEMPORARY TABLE words AS
SELECT DISTINCT word.name
  FROM pg_proc AS p
 CROSS JOIN LATERAL (
        SELECT (regexp_matches(regexp_replace(p.prosrc, '--[^\n]*|''[^'']*''', '', 'g'), '\m[a-z_][a-z0-9_]*\M', 'g'))[1] AS name
        UNION SELECT unnest(p.proargnames)
        UNION SELECT p.proname) AS word
 WHERE p.pronamespace = 'vesu'::regnamespace
   AND NOT EXISTS (SELECT FROM pg_depend AS d
                    WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
   AND word.name NOT IN ('', 'tableoid', 'xmin', 'cmin', 'xmax', 'cmax', 'ctid');
SELECT count(*) > 200 AS many,
       count(*) FILTER (WHERE name IN ('p', 'h', 'c', 'd', 'debt', 'collateral', 'vtokens', 'borrowed', 'accrued',
                                       'debt_change', 'collateral_change', 'operate', 'held', 'pool', 'terms')) AS of_the_15
  FROM words;
-- Names that another table has for good must not leak into this one either.
INSERT INTO words
SELECT DISTINCT a.attname::text
  FROM pg_attribute AS a
 WHERE a.attrelid IN (SELECT c.oid FROM pg_class AS c WHERE c.relnamespace = 'vesu'::regnamespace AND c.relkind = 'r')
   AND a.attnum > 0
EXCEPT SELECT name FROM words;
\set ECHO none
\o /dev/null
SELECT format('ALTER TABLE %s %s', c.oid::regclass, string_agg(format('ADD COLUMN %I text DEFAULT ''x''', words.name), ', '))
  FROM pg_class AS c
 CROSS JOIN words
 WHERE c.oid IN ('vesu.vesu_pools'::regclass, 'vesu.vesu_positions'::regclass, 'vesu.vesu_transactions'::regclass,
                 'vesu.vesu_liquidations'::regclass, 'vesu.vesu_asset_prices'::regclass,
                 'vesu.vesu_position_history'::regclass)
   AND NOT EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attname = words.name)
 GROUP BY c.oid
\gexec
\o
\set ECHO all

-- Every operation, confirmed and pending, as ever.
SELECT step, pg_temp.after(call) AS actual, expected
  FROM (VALUES
    ('supply',         $$vesu.supply(pg_temp.account(1), '0x1', 2, '0xa01')$$,
     'active C 2 D 0 V 2 HF -; pool C 2 D 0'),
    ('borrow',         $$vesu.borrow(pg_temp.account(1), '0x1', 1000, '0xa02')$$,
     'active C 2 D 1000 V 2 HF 4; pool C 2 D 1000'),
    ('repay',          $$vesu.repay(pg_temp.account(1), '0x1', 400, '0xa03')$$,
     'active C 2 D 600 V 2 HF 6.666666666666666666; pool C 2 D 600'),
    ('withdraw',       $$vesu.withdraw(pg_temp.account(1), '0x1', 1, '0xa04')$$,
     'active C 1 D 600 V 1 HF 3.333333333333333333; pool C 1 D 600'),
    ('pending borrow', $$vesu.borrow(pg_temp.account(1), '0x1', 1200, '0xa05', 'pending')$$,
     'active C 1 D 600 V 1 HF 3.333333333333333333; pool C 1 D 600'),
    ('confirm',        $$vesu.confirm_transaction('0xa05', 7, '2026-02-01', 0.5)$$,
     'active C 1 D 1800 V 1 HF 1.111111111111111111; pool C 1 D 1800'),
    ('pending repay',  $$vesu.repay(pg_temp.account(1), '0x1', 1, '0xa06', 'pending')$$,
     'active C 1 D 1800 V 1 HF 1.111111111111111111; pool C 1 D 1800'),
    ('fail',           $$vesu.fail_transaction('0xa06', 'reverted')$$,
     'active C 1 D 1800 V 1 HF 1.111111111111111111; pool C 1 D 1800')
  ) AS steps (step, call, expected);
SELECT trim_scale(p.total_supply) AS total_supply, p.debt, p.borrowed FROM vesu.sync_pool('0x1', 5000) AS p;
SET LOCAL vesu.clock = '2026-03-01 12:10:00+00';
SELECT vesu.record_price('ETH', 2000), vesu.record_price('USDC', 1);
SELECT id AS position FROM vesu.vesu_positions WHERE user_id = pg_temp.account(1) \gset
SELECT trim_scale(l.debt_repaid) AS repaid, trim_scale(l.collateral_seized) AS seized, l.held
  FROM vesu.liquidate(:'position', '0xbb', '0xa07', 1000) AS l;
SELECT pg_temp.books();
-- Repeated calls, and refusals that read a table for their detail.
SELECT t.status, t.debt FROM vesu.repay(pg_temp.account(1), '0x1', 400, '0xa03') AS t;
SELECT pg_temp.code(format($$vesu.liquidate(%L, '0xbb', '0xa07', 1000)$$, :'position')) AS again,
       pg_temp.code($$vesu.repay(pg_temp.account(1), '0x1', 401, '0xa03')$$) AS other_amount,
       pg_temp.code($$vesu.supply(pg_temp.account(1), '0x9', 1, '0xe1')$$) AS unknown_pool,
       pg_temp.code($$vesu.borrow(pg_temp.account(1), '0x1', 1000000, '0xe1')$$) AS too_much,
       pg_temp.code($$vesu.borrow(pg_temp.account(1), '0x2', 1, '0xe1')$$) AS no_position;
DELETE FROM vesu.vesu_asset_prices WHERE asset = 'ETH';
SELECT pg_temp.code($$vesu.borrow(pg_temp.account(1), '0x1', 1, '0xe1')$$) AS no_price;

-- The history has the position's columns; those of the user keep their present values.
UPDATE vesu.vesu_positions SET valid_from = 'mine', position_id = 'mine', history_id = 'mine', h = 'mine';
SELECT moment, trim_scale(p.collateral_amount) AS collateral, trim_scale(p.debt_amount) AS debt, p.status,
       p.id = :'position' AS same_id, p.valid_from, p.position_id, p.history_id, p.h, p.p
  FROM (VALUES ('12:00:00'), ('12:09:59'), ('12:10:00')) AS moments (moment)
 CROSS JOIN LATERAL vesu.position_as_of(:'position', ('2026-03-01 ' || moment || '+00')::timestamptz) AS p
 ORDER BY moment;
SELECT count(*) AS versions, count(*) FILTER (WHERE h.began = 'x') AS with_the_default FROM vesu.vesu_position_history AS h;

SELECT invariant, detail FROM vesu.verify();
UPDATE vesu.vesu_pools SET total_borrow = 0;
SELECT invariant, detail FROM vesu.verify();
SELECT count(*) AS named_indexes, count(*) FILTER (WHERE state <> 'present') AS not_present FROM vesu.verify_indexes();
SELECT count(*) > 0 AS has_usage FROM vesu.index_usage;
ROLLBACK;
