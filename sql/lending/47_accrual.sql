-- Interest of the pools linked to a protocol pool: accrual, rates, proof

CREATE OR REPLACE FUNCTION vesu.linked_pool(pool_address vesu.felt252) RETURNS vesu.vesu_pools
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    pool vesu.vesu_pools;
BEGIN
    IF pool_address IS NULL THEN
        PERFORM vesu.refuse_null(ARRAY['pool_address'], ARRAY[true]);
    END IF;
    pool := vesu.operation_pool(pool_address);
    IF pool.protocol_pool IS NULL THEN
        RAISE EXCEPTION USING
            ERRCODE = 'object_not_in_prerequisite_state',
            MESSAGE = format('pool %s is not linked to a protocol pool', pool.pool_address),
            DETAIL = 'Its indexes are set by hand: no books say what its interest is.',
            HINT = 'Load the protocol pool with vesu.load_pool_config() and set protocol_pool in vesu.vesu_pools, '
                   'or make linked pools with vesu.open_pools().';
    END IF;
    RETURN pool;
END
$$;
COMMENT ON FUNCTION vesu.linked_pool(vesu.felt252) IS
    'Private step: the live pool of an address that is linked to a protocol pool. 22004 for NULL, VS003 without a live pool, 55000 '
    'for one that is not linked.';

CREATE OR REPLACE FUNCTION vesu.accrue(pool_address vesu.felt252, at timestamptz DEFAULT vesu.now()) RETURNS int
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    pool constant vesu.vesu_pools := vesu.linked_pool(pool_address);
BEGIN
    RETURN vesu.move_indexes(vesu.whole_second(at), pool.protocol_pool, ARRAY[pool.collateral_asset, pool.debt_asset]);
END
$$;
COMMENT ON FUNCTION vesu.accrue(vesu.felt252, timestamptz) IS
    'Accrues interest on every position at once: computes what the books of the pool''s two assets are at a time (whole seconds) and '
    'sets debt_index of all pools linked to the same protocol pool that lend one of the two, and collateral_index of those that it '
    'secures. Writes no position and not the books, so the outcome does not depend on how often it is called. Indexes accrued to '
    'that time or further stay (but those ahead of the clock come back with the next call by the clock: to look ahead, read '
    'vesu.pool_asset_at()), and so do those of books written later. Returns how many pools it changed. 22004 for NULL, 22023 '
    'for an infinite time, VS003 without a live pool, 55000 for one that is not linked, VS020 as vesu.accrue_asset(). supply_apy '
    'and borrow_apy stay: they come by vesu.sync_pool(). Source: Vesu, asset_config and rate_accumulator.';

CREATE OR REPLACE FUNCTION vesu.accrue_all(at timestamptz DEFAULT vesu.now()) RETURNS int
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    until constant timestamptz := vesu.whole_second(at);
    linked record;
    moved int := 0;
BEGIN
    -- One protocol pool whose books have come to a limit of the chain does not stop the others.
    FOR linked IN
        SELECT DISTINCT pool.protocol_pool FROM vesu.vesu_pools AS pool WHERE pool.protocol_pool IS NOT NULL ORDER BY 1
    LOOP
        BEGIN
            moved := moved + vesu.move_indexes(until, linked.protocol_pool);
        EXCEPTION WHEN SQLSTATE 'VS020' THEN
            RAISE WARNING USING
                MESSAGE = format('the pools of protocol pool %s were not accrued', linked.protocol_pool),
                DETAIL = sqlerrm || '.',
                HINT = 'Look at its assets in vesu.vesu_pool_assets.';
        END;
    END LOOP;
    RETURN moved;
END
$$;
COMMENT ON FUNCTION vesu.accrue_all(timestamptz) IS
    'vesu.accrue() for every linked pool at once, each asset computed once; safe to run twice at the same time. Returns how many '
    'pools it changed. A protocol pool whose accrual would revert on the chain is left out with a WARNING. The job vesu_lending_accrue runs it every minute.';

CREATE OR REPLACE FUNCTION vesu.asset_rates(
    protocol_pool vesu.felt252, asset text, at timestamptz,
    OUT utilization numeric, OUT borrow_rate numeric, OUT supply_rate numeric, OUT borrow_apy numeric,
    OUT supply_apy numeric, OUT next_full_utilization_rate numeric)
    RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT used.utilization, accrued.interest_rate, div(accrued.interest_rate * used.utilization, 1e18),
           yearly.borrow_apy, coalesce(div(yearly.borrow_apy * used.debt, nullif((held.books).reserve + used.debt, 0)), 0),
           accrued.full_utilization_rate
      FROM vesu.pool_books AS held
     CROSS JOIN LATERAL vesu.pool_asset_at(held.protocol_pool, held.asset, asset_rates.at) AS accrued
     -- The rate of an interval goes by the utilization at its start: that of the stored books.
     CROSS JOIN LATERAL (
            SELECT owed.debt, vesu.calculate_utilization((held.books).reserve, owed.debt, held.protocol) AS utilization
              FROM (SELECT vesu.calculate_debt((held.books).total_nominal_debt, (held.books).last_rate_accumulator,
                                               (held.books).scale, false, held.protocol) AS debt) AS owed
            OFFSET 0) AS used
     CROSS JOIN LATERAL (
            SELECT vesu.pow_scale(1e18 + accrued.interest_rate, 31104000) - 1e18 AS borrow_apy
            OFFSET 0) AS yearly
     WHERE held.protocol_pool = asset_rates.protocol_pool AND held.asset = asset_rates.asset;
END;
COMMENT ON FUNCTION vesu.asset_rates(vesu.felt252, text, timestamptz) IS
    'Private step of vesu.rates(): the same numbers for one asset of a protocol pool. No row for an unknown asset.';

CREATE OR REPLACE FUNCTION vesu.rates(
    pool_address vesu.felt252, at timestamptz DEFAULT vesu.now(),
    OUT debt_asset text, OUT as_of timestamptz, OUT utilization numeric, OUT borrow_rate numeric, OUT supply_rate numeric,
    OUT borrow_apy numeric, OUT supply_apy numeric, OUT next_full_utilization_rate numeric, OUT seconds_per_year int,
    OUT collateral_asset text, OUT collateral_supply_rate numeric, OUT collateral_supply_apy numeric)
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    pool constant vesu.vesu_pools := vesu.linked_pool(pool_address);
    debt record;
    collateral record;
BEGIN
    as_of := vesu.whole_second(at);
    SELECT r.* INTO debt FROM vesu.asset_rates(pool.protocol_pool, pool.debt_asset, as_of) AS r;
    SELECT r.* INTO collateral FROM vesu.asset_rates(pool.protocol_pool, pool.collateral_asset, as_of) AS r;
    debt_asset := pool.debt_asset;
    utilization := debt.utilization;
    borrow_rate := debt.borrow_rate;
    supply_rate := debt.supply_rate;
    borrow_apy := debt.borrow_apy;
    supply_apy := debt.supply_apy;
    next_full_utilization_rate := debt.next_full_utilization_rate;
    seconds_per_year := 31104000;
    collateral_asset := pool.collateral_asset;
    collateral_supply_rate := collateral.supply_rate;
    collateral_supply_apy := collateral.supply_apy;
END
$$;
COMMENT ON FUNCTION vesu.rates(vesu.felt252, timestamptz) IS
    'What lending and borrowing the debt asset of a linked pool costs at a time (whole seconds), and what its collateral earns, '
    'in the chain''s integers, units of 10^-18: utilization of the stored books, by which the rate since then goes; borrow_rate a '
    'second; supply_rate = borrow_rate * utilization; borrow_apy = (1 + borrow_rate)^seconds_per_year - 1 as '
    'vesu.pow_scale() computes it; supply_apy = borrow_apy * debt / (reserve + debt), before the pool''s fee; '
    'next_full_utilization_rate, a second, as the next write would store it. All rounded down. seconds_per_year states the '
    'protocol''s year of 360 days. 22004 for NULL, 22023 for an infinite time, VS003 without a live pool, 55000 for one that is not '
    'linked, VS020 as vesu.accrue_asset(), such as u64_sub Overflow for a time before the books. Writes nothing. '
    'Source: Vesu, interest_rate and utilization; its documentation for the APYs.';

CREATE OR REPLACE FUNCTION vesu.verify_pool_indexes(
    OUT invariant text, OUT table_name text, OUT row_key text, OUT detail text)
    RETURNS SETOF record
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY
    SELECT 'pool_indexes', 'vesu_pools', pool.pool_address::text,
           format('expected %s %s, by the books of %s at %s, actual %s', side.name,
                  CASE side.name WHEN 'debt_index' THEN format('of at least %s', trim_scale(due.debt_index))
                                 ELSE trim_scale(due.collateral_index)::text END,
                  side.asset, due.accrued_at, trim_scale(side.actual))
      FROM vesu.vesu_pools AS pool
     CROSS JOIN LATERAL (VALUES
            ('collateral_index', pool.collateral_asset, pool.collateral_index, pool.collateral_accrued_at),
            ('debt_index', pool.debt_asset, pool.debt_index, pool.debt_accrued_at)
           ) AS side (name, asset, actual, accrued_at)
     CROSS JOIN LATERAL vesu.asset_indexes(pool.protocol_pool, side.asset, side.accrued_at) AS due
     WHERE CASE side.name WHEN 'debt_index' THEN side.actual < due.debt_index
                          ELSE side.actual <> due.collateral_index END
     ORDER BY pool.pool_address, side.name;
END
$$;
COMMENT ON FUNCTION vesu.verify_pool_indexes() IS
    'The findings of vesu.verify() about pools that are linked to a protocol pool: pool_indexes.';
