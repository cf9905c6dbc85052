-- Accrual: the books of a protocol pool, read at a time, move the indexes of its pools, and no position and no book is written.
BEGIN;
\getenv directory PG_ABS_SRCDIR
\set support :directory '/sql/support/lending_operations.sql'
\set protocol :directory '/sql/support/lending_protocol.sql'
\set ECHO none
\i :support
\i :protocol
\set ECHO all
\pset format unaligned
SET LOCAL vesu.clock = '2027-03-05 12:00+00';

-- USDC is lent to 80 %, where the rate at full utilization stays, ETH to 90 %, where it rises; the others to nobody.
SELECT * FROM vesu.load_pool_config('0xabc', pg_temp.prime(), '2026-03-01 12:00+00');
SELECT count(*) FROM vesu.open_pools('0xabc');
SELECT vesu.record_pool_asset('0xabc', 'USDC', pg_temp.books(202000, 800000, 1000000, 1.01), 13035786672, '2026-03-01 12:00+00'),
       vesu.record_pool_asset('0xabc', 'ETH', pg_temp.books(100, 900, 990, decimals => 18), 2e10, '2026-03-01 12:00+00');
UPDATE vesu.vesu_pools SET total_supply = 1000000 WHERE protocol_pool = '0xabc';
SELECT pg_temp.pool('ETH', 'USDC') AS pool \gset

-- The same numbers by another road: the protocol's steps as its documents tell them, in PostgreSQL's numeric.
CREATE FUNCTION pg_temp.power_by_hand(x numeric, n bigint) RETURNS numeric
    LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    y numeric := 1e18;
BEGIN
    IF n = 0 THEN
        RETURN y;
    END IF;
    WHILE n > 1 LOOP
        IF n % 2 = 1 THEN
            y := div(x * y, 1e18);
        END IF;
        x := div(x * x, 1e18);
        n := n / 2;
    END LOOP;
    RETURN div(x * y, 1e18);
END
$$;
CREATE FUNCTION pg_temp.by_hand(asset text, seconds bigint, OUT debt_index numeric, OUT collateral_index numeric)
    LANGUAGE plpgsql STABLE AS $$
DECLARE
    b vesu.vesu_pool_assets := (SELECT a FROM vesu.vesu_pool_assets AS a WHERE a.protocol_pool = '0xabc' AND a.asset = by_hand.asset);
    debt numeric := div(b.total_nominal_debt * b.last_rate_accumulator * b.scale, 1e36);
    u numeric := div(div(debt * 1e18, b.reserve + debt), 1e13);
    f numeric := b.last_full_utilization_rate;
    h numeric := b.rate_half_life * 1e18;
    target numeric;
    rate numeric;
    accumulator numeric;
    interest numeric;
    fee numeric;
    assets numeric;
    shares numeric := b.total_collateral_shares;
BEGIN
    IF u < b.min_target_utilization THEN
        f := div(f * h, h + div((b.min_target_utilization - u) * 1e18, b.min_target_utilization) * seconds);
    ELSIF u > b.max_target_utilization THEN
        f := div(f * (h + div((u - b.max_target_utilization) * 1e18, 100000 - b.max_target_utilization) * seconds), h);
    END IF;
    f := least(greatest(f, b.min_full_utilization_rate), b.max_full_utilization_rate);
    target := div((f - b.zero_utilization_rate) * b.target_rate_percent, 1e18) + b.zero_utilization_rate;
    rate := CASE WHEN u < b.target_utilization
                 THEN b.zero_utilization_rate + div(u * (target - b.zero_utilization_rate), b.target_utilization)
                 ELSE target + div((u - b.target_utilization) * (f - target), 100000 - b.target_utilization) END;
    accumulator := div(b.last_rate_accumulator * pg_temp.power_by_hand(1e18 + rate, seconds), 1e18);
    interest := -div(-b.total_nominal_debt * (accumulator - b.last_rate_accumulator) * b.scale + 1 - 1e36, 1e36);
    fee := div(interest * b.fee_rate, 1e18);
    assets := b.reserve - div(-b.total_nominal_debt * b.last_rate_accumulator * b.scale + 1 - 1e36, 1e36);
    shares := shares + div(fee * shares, assets + interest - fee);
    debt_index := accumulator * 0.000000000000000001;
    collateral_index := trunc((b.reserve - div(-b.total_nominal_debt * accumulator * b.scale + 1 - 1e36, 1e36)) * 1e54
                              / (b.scale * shares)) / 1e36;
    collateral_index := trunc(collateral_index, 18);
END
$$;

-- A minute, a day, a month, a year; by both roads. Each is one step from the books, whatever was asked before.
SELECT seconds, vesu.accrue(:'pool', '2026-03-01 12:00+00'::timestamptz + make_interval(secs => seconds)) AS moved
  FROM (VALUES (0), (60)) AS steps (seconds);
CREATE FUNCTION pg_temp.accrued(seconds bigint) RETURNS TABLE (index text, actual numeric, expected numeric)
    LANGUAGE plpgsql AS $$
BEGIN
    PERFORM vesu.accrue(pg_temp.pool('ETH', 'USDC'), '2026-03-01 12:00+00'::timestamptz + make_interval(secs => seconds));
    RETURN QUERY
    SELECT side.name, side.actual, side.expected
      FROM vesu.vesu_pools AS a, vesu.vesu_pools AS b, pg_temp.by_hand('USDC', seconds) AS usdc, pg_temp.by_hand('ETH', seconds) AS eth
     CROSS JOIN LATERAL (VALUES
            ('debt of USDC', a.debt_index, usdc.debt_index), ('collateral in ETH', a.collateral_index, eth.collateral_index),
            ('debt of ETH', b.debt_index, eth.debt_index), ('collateral in USDC', b.collateral_index, usdc.collateral_index)
           ) AS side (name, actual, expected)
     WHERE a.pool_address = pg_temp.pool('ETH', 'USDC') AND b.pool_address = pg_temp.pool('USDC', 'ETH');
END
$$;
SELECT seconds, found.index, found.actual, found.actual = found.expected AS as_by_hand
  FROM (VALUES (61), (86400), (2592000), (31104000)) AS steps (seconds) CROSS JOIN LATERAL pg_temp.accrued(seconds) AS found;

-- Accrued in many steps or in one, the indexes are the same.
CREATE FUNCTION pg_temp.indexes() RETURNS text
    LANGUAGE sql STABLE
    RETURN (SELECT md5(string_agg(concat_ws(' ', p.pool_address, p.debt_index, p.debt_accrued_at, p.collateral_index, p.collateral_accrued_at),
                                  ',' ORDER BY p.pool_address)) FROM vesu.vesu_pools AS p WHERE p.protocol_pool IS NOT NULL);
SAVEPOINT steps;
SELECT vesu.accrue_all('2027-03-01 12:00+00');
SELECT pg_temp.indexes() AS at_once \gset
ROLLBACK TO steps;
SELECT sum(vesu.accrue_all('2027-02-24 12:00+00'::timestamptz + make_interval(hours => hour))) AS moved FROM generate_series(1, 120) AS hour;
SELECT pg_temp.indexes() = :'at_once' AS same;

-- Not twice, not back; only pools that use one of the two assets; a time within a second counts as its start.
SELECT vesu.accrue_all('2027-03-01 12:00+00'), vesu.accrue_all('2027-03-01 12:00:00.999+00'), vesu.accrue_all('2027-02-01 12:00+00'),
       vesu.accrue(:'pool', '2027-03-01 12:00+00'), vesu.accrue(:'pool', '2026-03-01 11:00+00');
SELECT pg_temp.indexes() = :'at_once' AS same;
SELECT vesu.accrue(:'pool', '2027-03-02 12:00:00.5+00') AS moved;
SELECT count(*) FILTER (WHERE debt_accrued_at = '2027-03-02 12:00+00') AS debt_moved,
       count(*) FILTER (WHERE collateral_accrued_at = '2027-03-02 12:00+00') AS collateral_moved,
       count(*) FILTER (WHERE (debt_accrued_at = '2027-03-02 12:00+00') <> (debt_asset IN ('ETH', 'USDC'))
                           OR (collateral_accrued_at = '2027-03-02 12:00+00') <> (collateral_asset IN ('ETH', 'USDC'))) AS wrong
  FROM vesu.vesu_pools WHERE protocol_pool = '0xabc';
-- A pool whose books are newer than the time stays, and the others go on.
SELECT vesu.record_pool_asset('0xabc', 'ETH', pg_temp.books(100, 900, 950, 1.5, 18), 2e10, '2027-03-04 12:00+00');
SELECT vesu.accrue(:'pool', '2027-03-03 12:00+00') AS moved;
SELECT collateral_asset, debt_asset, debt_index, debt_accrued_at, collateral_accrued_at
  FROM vesu.vesu_pools WHERE pool_address IN (:'pool', pg_temp.pool('USDC', 'ETH')) ORDER BY 1;
SELECT * FROM vesu.verify();

-- Positions are accrued without being written, and live risk counts it.
SELECT vesu.accrue_all('2027-03-05 12:00+00') AS moved;
SELECT pg_temp.pool('WBTC', 'USDC') AS pool \gset
SELECT vesu.record_prices(ARRAY['WBTC', 'USDC'], ARRAY[2500, 1]);
SET LOCAL client_min_messages = error;  -- of the pools without prices
SELECT pg_temp.after(format('vesu.supply(pg_temp.account(1), %L, 1, ''0xa01'')', :'pool'), 1, :'pool'),
       pg_temp.after(format('vesu.borrow(pg_temp.account(1), %L, 1990, ''0xa02'')', :'pool'), 1, :'pool');
UPDATE vesu.vesu_asset_prices SET price = 2495, max_age = '10 years' WHERE asset = 'WBTC';
UPDATE vesu.vesu_asset_prices SET max_age = '10 years' WHERE asset = 'USDC';
SELECT debt_amount, collateral_amount, health_factor FROM vesu.position_health;
SELECT count(*) AS liquidatable FROM vesu.find_liquidatable_positions();
SELECT p.ctid AS row_place, p.xmin AS row_writer, p.debt_amount AS stored FROM vesu.vesu_positions AS p \gset
SELECT vesu.accrue(:'pool', '2027-09-05 12:00+00') AS moved;
SELECT trim_scale(p.debt_index) AS debt_index, trim_scale(p.collateral_index) AS collateral_index FROM vesu.vesu_pools AS p WHERE p.pool_address = :'pool';
SELECT h.debt_amount, h.collateral_amount, h.health_factor,
       h.debt_amount = vesu.shown_debt(p.nominal_debt, pool.debt_index) AS by_index
  FROM vesu.position_health AS h JOIN vesu.vesu_positions AS p ON p.id = h.position_id JOIN vesu.vesu_pools AS pool ON pool.pool_address = p.pool_address;
SELECT count(*) AS liquidatable FROM vesu.find_liquidatable_positions();
SELECT p.ctid = :'row_place' AND p.xmin = :'row_writer' AND p.debt_amount = :stored AS not_written FROM vesu.vesu_positions AS p;
SELECT * FROM vesu.verify();
SET LOCAL client_min_messages = notice;

-- Soft-deleted pools are unknown, but their indexes go with the others.
SELECT pg_temp.refusal(call) FROM (VALUES
    (1, 'vesu.accrue(''0x1'')'), (2, 'vesu.accrue(''0x77'')'), (3, 'vesu.accrue(''0x4'')'), (4, 'vesu.accrue(NULL)'),
    (5, format('vesu.accrue(%L, NULL)', :'pool')), (6, format('vesu.accrue(%L, ''infinity'')', :'pool')), (7, 'vesu.accrue_all(NULL)')
    ) AS cases (number, call) ORDER BY number;
UPDATE vesu.vesu_pools SET deleted_at = vesu.now() WHERE pool_address = pg_temp.pool('wstETH', 'USDC');
SELECT pg_temp.code(format('vesu.accrue(%L)', pg_temp.pool('wstETH', 'USDC'))), vesu.accrue_all('2027-10-05 12:00+00');
SELECT debt_accrued_at FROM vesu.vesu_pools WHERE pool_address = pg_temp.pool('wstETH', 'USDC');

-- What would revert on the chain moves nothing.
SELECT pg_temp.refusal('vesu.accrue_all(''2400-01-01'')');

-- A pool of V1: no fee shares are counted into the total before the next write, and the upper slope is flat.
INSERT INTO vesu.vesu_pool_assets
SELECT a.* FROM unnest(ARRAY['ETH', 'USDC']) AS name
 CROSS JOIN LATERAL jsonb_populate_record(
            (SELECT b FROM vesu.vesu_pool_assets AS b WHERE b.protocol_pool = '0xabc' AND b.asset = name),
            '{"protocol_pool": "0xf1", "protocol": 1, "last_updated": "2027-03-04 12:00+00"}') AS a;
INSERT INTO vesu.vesu_pool_pairs (protocol_pool, collateral_asset, debt_asset, max_ltv, liquidation_factor) VALUES ('0xf1', 'ETH', 'USDC', 8e17, 9e17);
SELECT count(*) FROM vesu.open_pools('0xf1');
SELECT vesu.accrue(pg_temp.pool('ETH', 'USDC', '0xf1'), '2027-04-04 12:00+00');
SELECT v1.debt_index, v1.collateral_index, due.interest_rate AS rate_of_eth, other.interest_rate AS rate_of_eth_in_v2,
       (due.books).total_collateral_shares - held.total_collateral_shares AS shares_added, due.fee_shares > 0 AS fees_came
  FROM vesu.vesu_pools AS v1, vesu.pool_asset_at('0xf1', 'ETH', '2027-04-04 12:00+00') AS due,
       vesu.pool_asset_at('0xabc', 'ETH', '2027-04-04 12:00+00') AS other, vesu.vesu_pool_assets AS held
 WHERE v1.pool_address = pg_temp.pool('ETH', 'USDC', '0xf1') AND held.protocol_pool = '0xf1' AND held.asset = 'ETH';
-- Books without shares: a share is a token. Whatever was lost or given, an index is one that a pool can take.
SELECT i.* FROM (VALUES (1, ROW(0, 0, 0, 1e18, 1e6, 0)::vesu.asset_config, 1), (2, ROW(5, 0, 0, 1e18, 1e6, 0)::vesu.asset_config, 2),
                        (3, ROW(0, 0, 1e18, 1.5e18, 1e6, 0)::vesu.asset_config, 2), (4, ROW(1e18, 0, 2000, 1e18, 1e6, 0)::vesu.asset_config, 2), (5, NULL, 2)) AS cases (number, books, protocol)
 CROSS JOIN LATERAL vesu.books_indexes(books, protocol) AS i ORDER BY number;
ROLLBACK;
