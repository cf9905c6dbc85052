-- Liquidation: the one operation that acts on another user's position

CREATE OR REPLACE FUNCTION vesu.replayed_liquidation(
    position_id uuid, liquidator_address vesu.felt252, transaction_hash vesu.felt252, debt_to_cover numeric)
    RETURNS vesu.vesu_liquidations
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    recorded vesu.vesu_liquidations;
BEGIN
    SELECT l.* INTO recorded
      FROM vesu.vesu_liquidations AS l
     WHERE l.transaction_hash = replayed_liquidation.transaction_hash;
    IF NOT FOUND
       OR recorded.position_id = position_id AND recorded.liquidator_address = liquidator_address
          AND recorded.debt_to_cover IS NOT DISTINCT FROM debt_to_cover THEN
        RETURN recorded;
    END IF;
    RAISE EXCEPTION USING
        ERRCODE = 'VS013',
        MESSAGE = format('transaction %s was already used with other arguments', transaction_hash),
        DETAIL = format('It is recorded as liquidation of position %s by %s, covering %s.', recorded.position_id,
                        recorded.liquidator_address, coalesce(trim_scale(recorded.debt_to_cover)::text, 'the default')),
        HINT = 'Repeat a call with its first arguments; give every transaction its own hash.';
END
$$;
COMMENT ON FUNCTION vesu.replayed_liquidation(uuid, vesu.felt252, vesu.felt252, numeric) IS
    'Private step of liquidate: the liquidation that was recorded with this hash and these arguments, a row of NULLs if '
    'there is none, VS013 if the arguments differ.';

CREATE OR REPLACE FUNCTION vesu.check_liquidatable(
    held vesu.vesu_positions, pool vesu.vesu_pools, collateral_price numeric, debt_price numeric) RETURNS void
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    health_factor numeric := vesu.live_health_factor(
        held.collateral_shares, pool.collateral_index, collateral_price, pool.liquidation_threshold,
        held.nominal_debt, pool.debt_index, debt_price);
BEGIN
    IF health_factor < 1 THEN
        RETURN;
    END IF;
    RAISE EXCEPTION USING
        ERRCODE = 'VS010',
        MESSAGE = CASE WHEN health_factor IS NULL THEN format('position %s has no debt to liquidate', held.id)
                       ELSE format('position %s is healthy: its health factor is %s', held.id, health_factor) END,
        DETAIL = format('It owes %s %s at %s USD against %s %s at %s USD; the liquidation threshold is %s.',
                        vesu.shown_debt(held.nominal_debt, pool.debt_index), pool.debt_asset, trim_scale(debt_price),
                        vesu.shown_collateral(held.collateral_shares, pool.collateral_index), pool.collateral_asset,
                        trim_scale(collateral_price), trim_scale(pool.liquidation_threshold)),
        HINT = 'List the positions that can be liquidated with vesu.find_liquidatable_positions().';
END
$$;
COMMENT ON FUNCTION vesu.check_liquidatable(vesu.vesu_positions, vesu.vesu_pools, numeric, numeric) IS
    'Private step of liquidate: VS010 unless the live health factor, of amounts that are not rounded to 18 decimals, is '
    'below 1.';

CREATE OR REPLACE FUNCTION vesu.refuse_seizure(held vesu.vesu_positions, pool vesu.vesu_pools, debt_repaid numeric)
    RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    collateral numeric := vesu.shown_collateral(held.collateral_shares, pool.collateral_index);
BEGIN
    RAISE EXCEPTION USING
        ERRCODE = 'VS006',
        MESSAGE = CASE WHEN collateral = 0 THEN format('position %s has no collateral to seize', held.id)
                       ELSE format('repaying %s %s of position %s would seize nothing', debt_repaid, pool.debt_asset,
                                   held.id) END,
        DETAIL = CASE WHEN collateral = 0 THEN format('Its debt of %s %s is bad debt.',
                          vesu.shown_debt(held.nominal_debt, pool.debt_index), pool.debt_asset)
                      ELSE format('It is worth less than 1e-18 of its %s %s.', collateral, pool.collateral_asset) END,
        HINT = CASE WHEN collateral = 0 THEN 'Only repaying it can end the position.'
                    ELSE 'Cover more of its debt.' END;
END
$$;
COMMENT ON FUNCTION vesu.refuse_seizure(vesu.vesu_positions, vesu.vesu_pools, numeric) IS
    'Private step of liquidate: fails with VS006.';

CREATE OR REPLACE FUNCTION vesu.liquidate(
    position_id uuid, liquidator_address vesu.felt252, transaction_hash vesu.felt252,
    debt_to_cover numeric DEFAULT NULL, block_number bigint DEFAULT NULL, "timestamp" timestamptz DEFAULT NULL,
    gas_used numeric DEFAULT NULL) RETURNS vesu.vesu_liquidations
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    held vesu.vesu_positions;
    liquidation vesu.vesu_liquidations;
    pool vesu.vesu_pools;
    prices record;
    amounts record;
    changed vesu.vesu_positions;
    recorded vesu.vesu_transactions;
BEGIN
    IF num_nulls(position_id, liquidator_address, transaction_hash) > 0 THEN
        PERFORM vesu.refuse_null(ARRAY['position_id', 'liquidator_address', 'transaction_hash'],
                                 ARRAY[position_id IS NULL, liquidator_address IS NULL, transaction_hash IS NULL]);
    END IF;
    IF debt_to_cover IS NOT NULL THEN
        PERFORM vesu.check_operation_amount(debt_to_cover, 'debt_to_cover');
    END IF;

    SELECT p.* INTO held FROM vesu.vesu_positions AS p WHERE p.id = liquidate.position_id FOR NO KEY UPDATE;
    liquidation := vesu.replayed_liquidation(position_id, liquidator_address, transaction_hash, debt_to_cover);
    IF liquidation.id IS NOT NULL THEN
        RETURN liquidation;
    END IF;
    IF held.id IS NULL THEN
        held.id := position_id;
    END IF;
    PERFORM vesu.check_position(held, 'liquidation', held.user_id, held.pool_address);
    pool := vesu.operation_pool(held.pool_address);
    prices := vesu.operation_prices(pool);
    PERFORM vesu.check_liquidatable(held, pool, prices.collateral_price, prices.debt_price);
    amounts := vesu.liquidation_amounts(
        vesu.shown_collateral(held.collateral_shares, pool.collateral_index), prices.collateral_price,
        vesu.shown_debt(held.nominal_debt, pool.debt_index), prices.debt_price,
        pool.liquidation_threshold, pool.liquidation_bonus, debt_to_cover);
    IF amounts.collateral_seized = 0 THEN
        PERFORM vesu.refuse_seizure(held, pool, amounts.debt_repaid);
    END IF;

    changed := vesu.apply_change('liquidation', held, pool, amounts.debt_repaid, amounts.collateral_seized);
    -- The indexes have moved since the pool was read. Nothing is written yet.
    IF changed.id IS NULL THEN
        RETURN vesu.liquidate(position_id, liquidator_address, transaction_hash, debt_to_cover,
                              block_number, "timestamp", gas_used);
    END IF;
    recorded := vesu.record_transaction('liquidation', held, amounts.debt_repaid, transaction_hash, 'confirmed',
                                        block_number, "timestamp", gas_used);
    INSERT INTO vesu.vesu_liquidations AS l
        (position_id, liquidator_address, transaction_hash, collateral_seized, debt_repaid, liquidation_bonus,
         "timestamp", debt_to_cover)
    VALUES (held.id, liquidate.liquidator_address, liquidate.transaction_hash, amounts.collateral_seized,
            amounts.debt_repaid, amounts.bonus, recorded."timestamp", liquidate.debt_to_cover)
    RETURNING l.* INTO liquidation;
    PERFORM vesu.move_pool_totals(held, changed);
    RETURN liquidation;
END
$$;
COMMENT ON FUNCTION vesu.liquidate(
    uuid, vesu.felt252, vesu.felt252, numeric, bigint, timestamptz, numeric) IS
    'Repays debt of a position whose live health factor is below 1 and seizes collateral for it, as '
    'vesu.liquidation_amounts() of the live amounts, the recorded prices and the pool''s threshold and bonus rate says; '
    'debt_to_cover (debt tokens) NULL: what brings the health factor to 1.001. The position is liquidated when no debt is '
    'left; debt that its collateral cannot pay stays, with collateral and health factor 0. Returns its row of '
    'vesu_liquidations; vesu_transactions gets one of type liquidation with the same hash. Works in inactive pools. Fails, '
    'in this order, with 22004 for a NULL argument without default, VS001 for debt_to_cover, VS013 for a hash used with '
    'other arguments, VS005 unless the position is live and active, VS003 without a live pool, VS011 and VS012 without '
    'usable prices, VS010 for a position that is healthy or has no debt, VS006 if nothing can be seized. The same hash, '
    'position, liquidator and debt_to_cover again return the first row and change nothing. Source: Vesu, liquidate_position.';
