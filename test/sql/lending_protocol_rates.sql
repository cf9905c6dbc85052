-- Rates of a linked pool: utilization, what borrowers pay and lenders earn, in the chain's integers.
BEGIN;
\getenv directory PG_ABS_SRCDIR
\set support :directory '/sql/support/lending_operations.sql'
\set protocol :directory '/sql/support/lending_protocol.sql'
\set ECHO none
\i :support
\i :protocol
\set ECHO all
\pset format unaligned

-- The books and the model of the protocol's own tests, in V1 and in V2: half of a token with 8 decimals is lent.
INSERT INTO vesu.vesu_pool_assets (protocol_pool, asset, protocol, reserve, total_nominal_debt, total_collateral_shares, scale,
       last_rate_accumulator, last_full_utilization_rate, last_updated, fee_rate, max_utilization, floor, min_target_utilization,
       max_target_utilization, target_utilization, min_full_utilization_rate, max_full_utilization_rate, zero_utilization_rate,
       rate_half_life, target_rate_percent)
SELECT address, asset, protocol, 50000000, debt, 1e18, 1e8, 1e18, 6517893350, '2026-03-01 12:00+00', 0, 1e18, 0,
       75000, max_target, 87500, 1582470460, 32150205761, 158247046, 172800, 2e17
  FROM (VALUES ('0xf1'::vesu.felt252, 1, 85000), ('0xf2', 2, 99999)) AS pools (address, protocol, max_target)
 CROSS JOIN (VALUES ('TEST', 5e17), ('IDLE', 0)) AS assets (asset, debt);
INSERT INTO vesu.vesu_pool_pairs (protocol_pool, collateral_asset, debt_asset, max_ltv, liquidation_factor)
VALUES ('0xf1', 'IDLE', 'TEST', 8e17, 9e17), ('0xf2', 'IDLE', 'TEST', 8e17, 9e17), ('0xf2', 'TEST', 'IDLE', 8e17, 9e17);
SELECT collateral_asset, debt_asset FROM vesu.open_pools('0xf2') ORDER BY 1;
SELECT count(*) FROM vesu.open_pools('0xf1');
\pset expanded
SELECT * FROM vesu.rates(pg_temp.pool('IDLE', 'TEST', '0xf2'), '2026-03-02 12:00+00');
\pset expanded off
-- What those tests assert: supply APY in V2, rate and yearly rate in V1.
SELECT supply_apy, supply_apy = 12257384326832902 AS as_asserted FROM vesu.rates(pg_temp.pool('IDLE', 'TEST', '0xf2'), '2026-03-02 12:00+00');
SELECT borrow_rate, borrow_rate = 778649180 AS as_asserted, borrow_rate * seconds_per_year = 24219104094720000 AS yearly
  FROM vesu.rates(pg_temp.pool('IDLE', 'TEST', '0xf1'), '2026-03-02 12:00+00');

-- The collateral earns too, by its own books; what nobody borrows earns nothing.
SELECT lent.debt_asset, lent.supply_rate, lent.collateral_supply_rate, held.debt_asset, held.supply_rate, held.collateral_supply_rate,
       held.supply_apy, held.collateral_supply_apy, held.collateral_supply_apy = lent.supply_apy AS same_asset
  FROM vesu.rates(pg_temp.pool('IDLE', 'TEST', '0xf2'), '2026-03-02 12:00+00') AS lent,
       vesu.rates(pg_temp.pool('TEST', 'IDLE', '0xf2'), '2026-03-02 12:00+00') AS held;

-- The rate adapts with the time since the books were written: here it falls, as less than the target is lent.
SELECT as_of, utilization, borrow_rate, next_full_utilization_rate
  FROM (VALUES ('2026-03-01 12:00:00.9+00'::timestamptz), ('2026-03-01 12:00:01+00'), ('2026-03-03 12:00+00'), ('2026-04-01 12:00+00')) AS times (at)
 CROSS JOIN LATERAL vesu.rates(pg_temp.pool('IDLE', 'TEST', '0xf2'), at);
-- What the next write stores is what the rates say.
SELECT r.borrow_rate = a.interest_rate AS rate, r.next_full_utilization_rate = a.full_utilization_rate AS full_rate
  FROM vesu.rates(pg_temp.pool('IDLE', 'TEST', '0xf2'), '2026-03-02 12:00+00') AS r, vesu.pool_asset_at('0xf2', 'TEST', '2026-03-02 12:00+00') AS a;
-- Full and empty books.
SELECT vesu.record_pool_asset('0xf2', 'TEST', ROW(0, 5e17, 1e18, 1e18, 1e8, 0), 6517893350, '2026-03-01 12:00+00'),
       vesu.record_pool_asset('0xf2', 'IDLE', ROW(0, 0, 0, 1e18, 1e8, 0), 6517893350, '2026-03-01 12:00+00');
SELECT utilization, borrow_rate, supply_rate, borrow_apy, supply_apy, collateral_supply_rate, collateral_supply_apy
  FROM vesu.rates(pg_temp.pool('IDLE', 'TEST', '0xf2'), '2026-03-02 12:00+00');

-- Now is the default.
SELECT as_of FROM vesu.rates(pg_temp.pool('IDLE', 'TEST', '0xf1'));
SELECT pg_temp.refusal(call) FROM (VALUES
    (1, 'vesu.rates(''0x1'')'), (2, 'vesu.rates(''0x77'')'), (3, 'vesu.rates(NULL)'),
    (4, format('vesu.rates(%L, ''2026-03-01 11:59:59.9+00'')', pg_temp.pool('IDLE', 'TEST', '0xf2'))),
    (5, format('vesu.rates(%L, NULL)', pg_temp.pool('IDLE', 'TEST', '0xf2'))),
    (6, format('vesu.rates(%L, ''-infinity'')', pg_temp.pool('IDLE', 'TEST', '0xf2')))) AS cases (number, call) ORDER BY number;
SELECT count(*) FROM vesu.pool_asset_at('0xf2', 'NONE');
-- So it works where nothing can be written, as on a standby.
SET LOCAL transaction_read_only = on;
SELECT r.borrow_rate > 0 AS reads FROM vesu.rates(pg_temp.pool('IDLE', 'TEST', '0xf1')) AS r;
SELECT * FROM vesu.verify();
ROLLBACK;
