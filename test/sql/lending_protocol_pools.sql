-- Protocol pools: a real configuration loaded, changed and refused; pools that stand for its pairs; books from the chain.
BEGIN;
\getenv directory PG_ABS_SRCDIR
\set support :directory '/sql/support/lending_operations.sql'
\set protocol :directory '/sql/support/lending_protocol.sql'
\set ECHO none
\i :support
\i :protocol
\set ECHO all
\pset format unaligned

-- The Prime pool, as the protocol creates it, in the chain's integers.
SELECT * FROM vesu.load_pool_config('0xabc', pg_temp.prime(), '2026-03-01 12:00:00.9+00');
SELECT asset, token_address, protocol, reserve, total_nominal_debt, total_collateral_shares, fee_shares, scale, last_updated
  FROM vesu.vesu_pool_assets ORDER BY asset;
SELECT count(*), last_rate_accumulator, last_full_utilization_rate, fee_rate, max_utilization, floor, min_target_utilization,
       max_target_utilization, target_utilization, min_full_utilization_rate, max_full_utilization_rate, zero_utilization_rate,
       rate_half_life, target_rate_percent
  FROM vesu.vesu_pool_assets GROUP BY 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14;
SELECT collateral_asset, debt_asset, max_ltv, liquidation_factor, debt_cap
  FROM vesu.vesu_pool_pairs ORDER BY collateral_asset, debt_asset;

-- Loaded again, nothing is written, whatever the time; so it is with the same numbers written in another way.
SELECT pg_temp.checksum() AS before \gset
SET LOCAL vesu.clock = '2026-03-02 12:00:00+00';
SELECT * FROM vesu.load_pool_config('0xabc', pg_temp.prime());
SELECT * FROM vesu.load_pool_config('0xabc', pg_temp.prime('{"asset_parameters.0.max_utilization": "9.5e-1",
    "asset_parameters.0.max_full_utilization_rate": 0.0000000445696499710, "pair_parameters.0.max_ltv": 0.80}'));
SELECT pg_temp.checksum() = :'before' AS unchanged;

-- What does not convert to the chain's integers, and what the protocol refuses.
SELECT pg_temp.refusal(format('vesu.load_pool_config(''0xdef'', pg_temp.prime(%L))', changes)) AS refusal
  FROM (VALUES
    (1, '{"asset_parameters.1.max_utilization": 0.9500000000000000001}'),
    (2, '{"asset_parameters.1.target_utilization": 0.800001}'),
    (3, '{"asset_parameters.1.fee_rate": -0.1}'),
    (4, '{"asset_parameters.1.rate_half_life": 0.5}'),
    (5, '{"asset_parameters.1.min_full_utilization_rate": "cheap"}'),
    (6, '{"asset_parameters.1.zero_utilization_rate": null}'),
    (7, '{"asset_parameters.1.token.decimals": 1.5}'),
    (8, '{"pair_parameters.1.debt_cap": 0.0000000000000000001}'),
    (9, '{"pair_parameters.1.max_ltv": "NaN"}'),
    (11, '{"asset_parameters.1.max_utilization": 0.955}'),
    (12, '{"asset_parameters.1.max_utilization": 1.01}'),
    (13, '{"asset_parameters.1.floor": 20}'),
    (14, '{"asset_parameters.1.token.decimals": 0}'),
    (15, '{"asset_parameters.1.token.decimals": 19}'),
    (16, '{"asset_parameters.1.token.decimals": 1e9}'),
    (17, '{"asset_parameters.1.target_utilization": 0.9}'),
    (18, '{"asset_parameters.1.rate_half_life": 0}'),
    (19, '{"pair_parameters.1.max_ltv": 0.95}'),
    (20, '{"pair_parameters.1.debt_cap": 1e20}'),
    (21, '{"asset_parameters": null}'),
    (22, '{"pair_parameters": "none"}'),
    (23, '{"asset_parameters.1.token.symbol": null}'),
    (24, '{"asset_parameters.1.token.symbol": "ETH"}'),
    (25, '{"asset_parameters.1.asset_name": "ethereum"}'),
    (26, '{"pair_parameters.1.debt_asset_name": "dogecoin"}'),
    (27, '{"pair_parameters.1.debt_asset_name": "usd-coin"}'),
    (28, '{"pair_parameters.1.collateral_asset_name": "tether"}'),
    (29, '{"asset_parameters.1.token.address": "0xGG"}')) AS cases (number, changes)
 ORDER BY number;
SELECT pg_temp.refusal('vesu.load_pool_config(NULL, pg_temp.prime())'), pg_temp.refusal('vesu.load_pool_config(''0xdef'', NULL)'),
       pg_temp.refusal('vesu.load_pool_config(''0xdef'', pg_temp.prime(), NULL)'),
       pg_temp.refusal('vesu.load_pool_config(''0xdef'', pg_temp.prime(), ''infinity'')');
-- A known symbol is the same token.
SELECT pg_temp.refusal(format('vesu.load_pool_config(''0xabc'', pg_temp.prime(%L))', changes)) AS refusal
  FROM (VALUES (1, '{"asset_parameters.1.token.address": "0x77"}'), (2, '{"asset_parameters.1.token.decimals": 9}')) AS cases (number, changes)
 ORDER BY number;

-- Pools for the pairs: one each, once.
SELECT count(*), count(DISTINCT pool_address), min(debt_index), max(collateral_index), min(debt_accrued_at), max(collateral_accrued_at),
       bool_and(liquidation_threshold = max_ltv AND is_active AND total_supply = 0)
  FROM vesu.open_pools('0xabc');
SELECT count(*) FROM vesu.open_pools('0xabc');
SELECT collateral_asset, debt_asset, max_ltv, liquidation_bonus, pool_address
  FROM vesu.vesu_pools WHERE protocol_pool = '0xabc' AND collateral_asset IN ('ETH', 'USDC') ORDER BY 1, 2;
-- The address: the low 250 bits of SHA-256 of three addresses.
SELECT count(*) FILTER (WHERE pool.pool_address::numeric =
                        (SELECT sum(get_byte(hash, i)::numeric * trunc(256::numeric ^ (31 - i))) % trunc(2::numeric ^ 250)
                           FROM generate_series(0, 31) AS i,
                                sha256(convert_to(concat_ws('/', pool.protocol_pool, c.token_address, d.token_address), 'UTF8')) AS hash)) AS as_told,
       count(*) AS pools
  FROM vesu.vesu_pools AS pool
  JOIN vesu.vesu_pool_assets AS c ON c.protocol_pool = pool.protocol_pool AND c.asset = pool.collateral_asset
  JOIN vesu.vesu_pool_assets AS d ON d.protocol_pool = pool.protocol_pool AND d.asset = pool.debt_asset;
-- The same pairs of another protocol pool have pools of their own. Terms are cut to four decimals, a factor of 0 is none.
SELECT * FROM vesu.load_pool_config('0xdef', pg_temp.prime('{"pair_parameters.0.max_ltv": 0.123456, "pair_parameters.0.liquidation_discount": 0.7,
    "pair_parameters.1.liquidation_discount": 0, "pair_parameters.2.liquidation_discount": 0.8}'));
SELECT collateral_asset, debt_asset, max_ltv, liquidation_bonus FROM vesu.open_pools('0xdef') WHERE debt_asset = 'ETH' ORDER BY 1;
SELECT pg_temp.refusal('vesu.open_pools(''0x99'')'), pg_temp.refusal('vesu.open_pools(NULL)');

-- The books of USDC as an event of the chain carries them: 200,000 in reserve, 800,000 lent.
SELECT vesu.record_pool_asset('0xabc', 'USDC', pg_temp.books(200000, 800000, 980000, 1.01), 14e9, '2026-03-02 12:00:00.5+00', 123);
SELECT reserve, total_nominal_debt, total_collateral_shares, fee_shares, last_rate_accumulator, last_full_utilization_rate, last_updated,
       fee_rate, max_utilization, rate_half_life
  FROM vesu.vesu_pool_assets WHERE protocol_pool = '0xabc' AND asset = 'USDC';
-- The pools that use it follow: debt_index 1.01, collateral_index (200000 + 808000) / 980000, rounded down.
SELECT collateral_asset, debt_asset, debt_index, debt_accrued_at, collateral_index, collateral_accrued_at
  FROM vesu.vesu_pools WHERE protocol_pool = '0xabc' AND debt_index + collateral_index <> 2 ORDER BY 1, 2;
SELECT count(*) AS others_stay FROM vesu.vesu_pools WHERE protocol_pool = '0xabc' AND debt_index + collateral_index = 2;
-- Older books change nothing, equally old ones replace.
SELECT pg_temp.checksum() AS before \gset
SELECT vesu.record_pool_asset('0xabc', 'USDC', pg_temp.books(1, 1, 1), 14e9, '2026-03-02 11:59:59.9+00');
SELECT pg_temp.checksum() = :'before' AS unchanged;
SELECT vesu.record_pool_asset('0xabc', 'USDC', pg_temp.books(200000, 810000, 990000, 1.01), 14e9, '2026-03-02 12:00:00+00');
SELECT debt_index, collateral_index FROM vesu.vesu_pools WHERE pool_address = pg_temp.pool('USDC', 'ETH');
SELECT pg_temp.refusal(call) FROM (VALUES
    (1, $$vesu.record_pool_asset('0xabc', 'DAI', pg_temp.books(1, 1, 1), 14e9, '2026-03-03')$$),
    (2, $$vesu.record_pool_asset('0xabc', 'USDC', pg_temp.books(1, 1, 1, decimals => 8), 14e9, '2026-03-03')$$),
    (3, $$vesu.record_pool_asset('0xabc', 'USDC', pg_temp.books(1, 1, 1, 19), 14e9, '2026-03-03')$$),
    (4, $$vesu.record_pool_asset('0xabc', 'USDC', pg_temp.books(1, 1, 1, 1.01), 1e20, '2026-03-03')$$),
    (5, $$vesu.record_pool_asset('0xabc', 'USDC', pg_temp.books(1, 1, NULL, 1.01), 14e9, '2026-03-03')$$),
    (6, $$vesu.record_pool_asset('0xabc', 'USDC', NULL, 14e9, '2026-03-03')$$),
    (7, $$vesu.record_pool_asset('0xabc', 'USDC', pg_temp.books(1, 1, 1), 14e9, NULL)$$),
    (8, $$vesu.record_pool_asset('0xabc', 'USDC', pg_temp.books(1, 1, 1), 14e9, '-infinity')$$),
    (9, $$vesu.record_pool_asset('0xabc', 'USDC', pg_temp.books(1, 1, 1, 1.009), 14e9, '2026-03-03')$$),
    -- Whole tokens where the chain counts their smallest unit.
    (10, $$vesu.record_pool_asset('0xabc', 'USDC', ROW(3000000, 11500000, 14900000, 1.04e18, 1e6, 2e17)::vesu.asset_config, 14e9, '2026-03-03')$$)) AS cases (number, call)
 ORDER BY number;

-- Bad debt is borne by all shares: nominal debt goes, and collateral_index falls with it; debt_index does not.
SELECT vesu.record_pool_asset('0xabc', 'USDC', pg_temp.books(200000, 800000, 990000, 1.01), 14e9, '2026-03-02 12:00:01+00');
SELECT pool.debt_index, other.collateral_index
  FROM vesu.vesu_pools AS pool, vesu.vesu_pools AS other
 WHERE pool.pool_address = pg_temp.pool('ETH', 'USDC') AND other.pool_address = pg_temp.pool('USDC', 'ETH');

SET LOCAL vesu.clock = '2026-03-10 12:00+00';
-- News about a time before the last accrual: the pools stay at their time, by the new books. The debt was counted
-- a little too high, and stays until the truth has passed it.
SELECT vesu.accrue(pg_temp.pool('ETH', 'USDC'), '2026-03-03 12:00+00');
SELECT debt_index AS debt_before FROM vesu.vesu_pools WHERE pool_address = pg_temp.pool('ETH', 'USDC') \gset
SELECT vesu.record_pool_asset('0xabc', 'USDC', pg_temp.books(900000, 100000, 990000, 1.0101), 14e9, '2026-03-03 11:00+00');
SELECT pool.debt_index = :debt_before AS debt_stays, pool.debt_accrued_at, due.debt_index < :debt_before AS was_too_high,
       other.collateral_index = due.collateral_index AS collateral_is_true, other.collateral_accrued_at
  FROM vesu.vesu_pools AS pool, vesu.vesu_pools AS other, vesu.asset_indexes('0xabc', 'USDC', '2026-03-03 12:00+00') AS due
 WHERE pool.pool_address = pg_temp.pool('ETH', 'USDC') AND other.pool_address = pg_temp.pool('USDC', 'ETH');
SELECT * FROM vesu.verify();

-- A changed parameter: the asset is accrued and stored by the old model first, then changed. Pairs just change.
SELECT vesu.record_pool_asset('0xabc', 'USDC', pg_temp.books(50000, 900000, 940000, 1.02), 14e9, '2026-03-04 12:00+00', 1000);
CREATE TEMPORARY TABLE due AS SELECT * FROM vesu.pool_asset_at('0xabc', 'USDC', '2026-03-06 12:00+00');
SELECT * FROM vesu.load_pool_config('0xabc', pg_temp.prime('{"asset_parameters.2.rate_half_life": 86400, "asset_parameters.2.fee_rate": 0.1,
    "asset_parameters.2.max_utilization": 0.9, "asset_parameters.2.floor": 100, "pair_parameters.0.max_ltv": 0.75}'), '2026-03-06 12:00+00');
SELECT held.last_rate_accumulator = (due.books).last_rate_accumulator AS accumulator, held.last_rate_accumulator > 1.02e18 AS accrued,
       held.total_collateral_shares = (due.books).total_collateral_shares AS shares, held.fee_shares = due.fee_shares AS fees,
       held.fee_shares > 1000 AS fees_came, held.last_full_utilization_rate = due.full_utilization_rate AS rate,
       held.last_full_utilization_rate > 14e9 AS adapted, held.reserve, held.last_updated, held.rate_half_life, held.fee_rate,
       held.max_utilization, held.floor
  FROM vesu.vesu_pool_assets AS held, due WHERE held.protocol_pool = '0xabc' AND held.asset = 'USDC';
SELECT max_ltv, updated_at FROM vesu.vesu_pool_pairs WHERE protocol_pool = '0xabc' AND updated_at <> created_at;
SELECT pool.debt_index * 1e18 = (due.books).last_rate_accumulator AS followed, pool.debt_accrued_at, pool.max_ltv
  FROM vesu.vesu_pools AS pool, due WHERE pool.pool_address = pg_temp.pool('WBTC', 'USDC');
-- The chain's clock does not go back.
SELECT pg_temp.refusal($$vesu.load_pool_config('0xabc', pg_temp.prime(), '2026-03-06 11:00+00')$$);
SELECT * FROM vesu.verify();

-- Linking by hand. Pool 0x1 is ETH-USDC and has no position yet: its indexes become those of the books.
UPDATE vesu.vesu_pools SET protocol_pool = '0xdef' WHERE pool_address = '0x1';
SELECT debt_index, collateral_index, debt_accrued_at FROM vesu.vesu_pools WHERE pool_address = '0x1';
UPDATE vesu.vesu_pools SET protocol_pool = NULL, debt_index = 1.5 WHERE pool_address = '0x1';
SELECT debt_index, debt_accrued_at FROM vesu.vesu_pools WHERE pool_address = '0x1';
SELECT pg_temp.after($$vesu.supply(pg_temp.account(1), '0x1', 2, '0xa01')$$);
-- With a position it is refused, as its debt would change; at the same indexes it is not.
CREATE FUNCTION pg_temp.link(address vesu.felt252, target vesu.felt252) RETURNS text
    LANGUAGE plpgsql AS $$
BEGIN
    UPDATE vesu.vesu_pools AS p SET protocol_pool = link.target WHERE p.pool_address = link.address;
    RETURN (SELECT concat_ws(' ', 'linked', p.debt_index, p.collateral_index) FROM vesu.vesu_pools AS p WHERE p.pool_address = link.address);
END
$$;
SELECT pg_temp.refusal($$pg_temp.link('0x1', '0xdef')$$), pg_temp.refusal($$pg_temp.link('0x1', '0xabc')$$);
UPDATE vesu.vesu_pools SET debt_index = 1 WHERE pool_address = '0x1';
SELECT pg_temp.link('0x1', '0xdef');
-- An empty position that is not active any more does not stand in the way.
SELECT pg_temp.after($$vesu.withdraw(pg_temp.account(1), '0x1', 2, '0xa02')$$), pg_temp.link('0x1', '0xabc');
SELECT pg_temp.refusal($$pg_temp.link('0x1', '0x99')$$), pg_temp.refusal($$pg_temp.link('0x2', '0xabc')$$);
-- A pool that was accrued further can be taken off and put back.
SELECT vesu.accrue('0x1', '2026-03-10 12:00+00');
SELECT pg_temp.after($$vesu.supply(pg_temp.account(1), '0x1', 2, '0xa03')$$), pg_temp.link('0x1', NULL), pg_temp.link('0x1', '0xabc');
-- A row that says how far it was accrued, as those of a dump do, keeps its indexes.
INSERT INTO vesu.vesu_pools (pool_address, collateral_asset, debt_asset, max_ltv, liquidation_threshold, liquidation_bonus, protocol_pool,
                             debt_index, debt_accrued_at, collateral_index, collateral_accrued_at)
VALUES ('0x6', 'ETH', 'USDC', 0.75, 0.8, 0.05, '0xabc', 1.2345, '2026-03-10 12:00+00', 1, '2026-03-10 12:00+00')
RETURNING debt_index, collateral_index;
-- Indexes below the books are found, and so is collateral above them.
UPDATE vesu.vesu_pools SET debt_index = 1.001, collateral_index = 1.001 WHERE pool_address = '0x6';
SELECT * FROM vesu.verify();
-- The next accrual puts them right.
SELECT vesu.accrue('0x6', '2026-03-10 12:00+00');
SELECT * FROM vesu.verify();

CREATE FUNCTION pg_temp.run(statement text) RETURNS void LANGUAGE plpgsql AS $$BEGIN EXECUTE statement; END$$;
-- A linked pool keeps its assets.
SELECT pg_temp.refusal($$pg_temp.run('UPDATE vesu.vesu_pools SET collateral_asset = ''WBTC'' WHERE pool_address = ''0x6''')$$);
-- Looking ahead of the clock by accrue: the next call by the clock brings the indexes back.
SELECT debt_index AS debt_before FROM vesu.vesu_pools WHERE pool_address = '0x6' \gset
SELECT vesu.accrue('0x6', '2026-04-10 12:00+00') > 0 AS ahead, vesu.accrue('0x6', '2026-03-20 12:00+00') AS between,
       vesu.accrue('0x6') > 0 AS back;
SELECT debt_index = :debt_before AS same, debt_accrued_at, collateral_accrued_at FROM vesu.vesu_pools WHERE pool_address = '0x6';
SELECT * FROM vesu.verify();

-- What is referred to stays.
-- PostgreSQL 18 has a code of its own for ON DELETE RESTRICT.
SELECT replace(pg_temp.code($$pg_temp.run('DELETE FROM vesu.vesu_pool_pairs')$$), '23001', '23503') AS pairs,
       replace(pg_temp.code($$pg_temp.run('DELETE FROM vesu.vesu_pool_assets')$$), '23001', '23503') AS assets;
-- A protocol pool that moves takes its pools along.
UPDATE vesu.vesu_pool_assets SET protocol_pool = '0xaaa' WHERE protocol_pool = '0xabc';
SELECT count(*), (SELECT count(*) FROM vesu.vesu_pool_pairs WHERE protocol_pool = '0xaaa') AS pairs
  FROM vesu.vesu_pools WHERE protocol_pool = '0xaaa';
SELECT * FROM vesu.verify();
ROLLBACK;
