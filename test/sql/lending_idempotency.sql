-- The same hash and arguments return the first row and change nothing; other arguments are VS013 or VS014.
BEGIN;
\getenv directory PG_ABS_SRCDIR
\set support :directory '/sql/support/lending_operations.sql'
\set ECHO none
\i :support

-- Whether a call returns the row that is stored under its hash and leaves everything as it was.
CREATE FUNCTION pg_temp.repeats(call text) RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
    before constant text := pg_temp.checksum();
    returned text;
    stored boolean;
BEGIN
    EXECUTE format('SELECT returned::text FROM %s AS returned', call) INTO returned;
    stored := EXISTS (SELECT FROM vesu.vesu_transactions AS t WHERE t::text = returned)
              OR EXISTS (SELECT FROM vesu.vesu_liquidations AS l WHERE l::text = returned);
    RETURN CASE WHEN NOT stored THEN 'another row'
                WHEN pg_temp.checksum() <> before THEN 'something changed'
                ELSE 'the first row, nothing changed' END;
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE;
END
$$;

SELECT vesu.supply(pg_temp.account(1), '0x1', 2, '0xa01', block_number => 7, "timestamp" => '2026-02-01', gas_used => 0.5),
       vesu.borrow(pg_temp.account(1), '0x1', 1000, '0xa02'),
       vesu.repay(pg_temp.account(1), '0x1', 400, '0xa03'),
       vesu.withdraw(pg_temp.account(1), '0x1', 0.5, '0xa04'),
       vesu.supply(pg_temp.account(1), '0x1', 1, '0xa05', 'pending'),
       vesu.supply(pg_temp.account(2), '0x1', 1, '0xa06'),
       vesu.borrow(pg_temp.account(2), '0x1', 1800, '0xa07') \g /dev/null
-- Time goes by: a repeated call must not touch even updated_at.
SET LOCAL vesu.clock = '2026-03-01 12:01:00+00';
SELECT vesu.record_price('ETH', 2000) \g /dev/null
SELECT id AS position FROM vesu.vesu_positions WHERE user_id = pg_temp.account(2) \gset
SELECT vesu.liquidate(:'position', '0xbb', '0xa08', 500), vesu.liquidate(:'position', '0xbb', '0xa09') \g /dev/null
SELECT vesu.record_price('ETH', 1900),
       vesu.liquidate(:'position', '0xbb', '0xa0a', 100, 9, '2026-02-01', 0.123456789012345678),
       vesu.supply(pg_temp.account(1), '0x1', 1, '0xa0b', gas_used => 0.123456789012345678) \g /dev/null
SELECT id AS healthy FROM vesu.vesu_positions WHERE user_id = pg_temp.account(1) \gset
SET LOCAL vesu.clock = '2026-03-01 13:00:00+00';
\set ECHO all
\pset format unaligned

-- Prices are an hour old by now: a repeated call is answered before any check of the present.
SELECT scenario, pg_temp.repeats(call) AS actual, expected
  FROM (VALUES
    ('supply again',                   $$vesu.supply(pg_temp.account(1), '0x1', 2, '0xa01')$$,           'the first row, nothing changed'),
    ('with its block, time and gas',   $$vesu.supply(pg_temp.account(1), '0x1', 2.0, '0x00A01', 'confirmed', 7, '2026-02-01', 0.50)$$,
                                                                                                         'the first row, nothing changed'),
    ('status is not compared',         $$vesu.supply(pg_temp.account(1), '0x1', 2, '0xa01', 'pending')$$, 'the first row, nothing changed'),
    ('another block',                  $$vesu.supply(pg_temp.account(1), '0x1', 2, '0xa01', 'confirmed', 8)$$, 'VS013'),
    ('another time',                   $$vesu.supply(pg_temp.account(1), '0x1', 2, '0xa01', "timestamp" => '2026-02-02')$$, 'VS013'),
    ('other gas',                      $$vesu.supply(pg_temp.account(1), '0x1', 2, '0xa01', gas_used => 0.6)$$, 'VS013'),
    ('another amount',                 $$vesu.supply(pg_temp.account(1), '0x1', 2.000000000000000001, '0xa01')$$, 'VS013'),
    ('another user',                   $$vesu.supply(pg_temp.account(2), '0x1', 2, '0xa01')$$,           'VS013'),
    ('another pool',                   $$vesu.supply(pg_temp.account(1), '0x2', 2, '0xa01')$$,           'VS013'),
    ('another operation',              $$vesu.withdraw(pg_temp.account(1), '0x1', 2, '0xa01')$$,         'VS013'),
    ('an amount that is none',         $$vesu.supply(pg_temp.account(1), '0x1', 0, '0xa01')$$,           'VS001'),
    ('borrow again',                   $$vesu.borrow(pg_temp.account(1), '0x1', 1000, '0xa02')$$,        'the first row, nothing changed'),
    ('repay again',                    $$vesu.repay(pg_temp.account(1), '0x1', 400, '0xa03')$$,          'the first row, nothing changed'),
    ('withdraw again',                 $$vesu.withdraw(pg_temp.account(1), '0x1', 0.5, '0xa04')$$,       'the first row, nothing changed'),
    ('a pending supply again',         $$vesu.supply(pg_temp.account(1), '0x1', 1, '0xa05')$$,           'the first row, nothing changed'),
    ('liquidate again',                format($$vesu.liquidate(%L, '0xbb', '0xa08', 500)$$, :'position'), 'the first row, nothing changed'),
    ('without debt_to_cover again',    format($$vesu.liquidate(%L, '0xbb', '0xa09')$$, :'position'),     'the first row, nothing changed'),
    ('another liquidator',             format($$vesu.liquidate(%L, '0xbc', '0xa08', 500)$$, :'position'), 'VS013'),
    ('another debt_to_cover',          format($$vesu.liquidate(%L, '0xbb', '0xa08', 501)$$, :'position'), 'VS013'),
    ('no debt_to_cover instead of one', format($$vesu.liquidate(%L, '0xbb', '0xa08')$$, :'position'),    'VS013'),
    ('one instead of no debt_to_cover', format($$vesu.liquidate(%L, '0xbb', '0xa09', 500)$$, :'position'), 'VS013'),
    ('another position',               format($$vesu.liquidate(%L, '0xbb', '0xa08', 500)$$, gen_random_uuid()), 'VS013'),
    ('liquidate with its block, time and fee', format($$vesu.liquidate(%L, '0xbb', '0xa0a', 100, 9, '2026-02-01', 0.123456789012345678)$$, :'position'),
                                                                                                         'the first row, nothing changed'),
    ('liquidate without them',         format($$vesu.liquidate(%L, '0xbb', '0xa0a', 100)$$, :'position'), 'the first row, nothing changed'),
    ('liquidate in another block',     format($$vesu.liquidate(%L, '0xbb', '0xa0a', 100, 10)$$, :'position'), 'VS013'),
    ('liquidate at another time',      format($$vesu.liquidate(%L, '0xbb', '0xa0a', 100, "timestamp" => '2026-02-02')$$, :'position'), 'VS013'),
    ('liquidate for another fee',      format($$vesu.liquidate(%L, '0xbb', '0xa0a', 100, gas_used => 0.5)$$, :'position'), 'VS013'),
    ('a fee of 18 decimals',           $$vesu.supply(pg_temp.account(1), '0x1', 1, '0xa0b', gas_used => 0.123456789012345678)$$, 'the first row, nothing changed'),
    ('liquidate with the hash of a supply, without such a position', format($$vesu.liquidate(%L, '0xbb', '0xa06')$$, gen_random_uuid()), 'VS013'),
    ('liquidate with the hash of a supply, of a healthy position',   format($$vesu.liquidate(%L, '0xbb', '0xa06')$$, :'healthy'), 'VS013'),
    ('the hash of a liquidation',      $$vesu.supply(pg_temp.account(2), '0x1', 500, '0xa08')$$,         'VS013')
  ) AS cases (scenario, call, expected);

-- The hash of another operation cannot name a liquidation.
SELECT vesu.record_prices(ARRAY['ETH', 'USDC'], ARRAY[1000, 1]);
SELECT pg_temp.refusal(format($$vesu.liquidate(%L, '0xbb', '0xa06', 500)$$, :'position'));
SELECT pg_temp.refusal(format($$vesu.liquidate(%L, '0xbc', '0xa08', 500)$$, :'position'));

-- Closed positions, inactive pools and soft-deleted rows do not make a call new.
SELECT vesu.repay(pg_temp.account(1), '0x1', 600, '0xb01'), vesu.withdraw(pg_temp.account(1), '0x1', 2.5, '0xb02') \g /dev/null
UPDATE vesu.vesu_transactions SET deleted_at = vesu.now() WHERE transaction_hash = '0xb02';
UPDATE vesu.vesu_pools SET is_active = false WHERE pool_address = '0x1';
SELECT pg_temp.repeats($$vesu.withdraw(pg_temp.account(1), '0x1', 2.5, '0xb02')$$) AS last_withdrawal,
       pg_temp.repeats($$vesu.supply(pg_temp.account(1), '0x1', 2, '0xa01')$$) AS first_supply;
SELECT invariant, detail FROM vesu.verify();
ROLLBACK;
