-- Liquidation: the one operation that acts on another user's position

CREATE OR REPLACE FUNCTION vesu.check_liquidation(
    position_id uuid, liquidator_address vesu.felt252, transaction_hash vesu.felt252, debt_to_cover numeric,
    block_number bigint, gas_used numeric) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF num_nulls(position_id, liquidator_address, transaction_hash) > 0 THEN
        PERFORM vesu.refuse_null(ARRAY['position_id', 'liquidator_address', 'transaction_hash'],
                                 ARRAY[position_id IS NULL, liquidator_address IS NULL, transaction_hash IS NULL]);
    END IF;
    IF debt_to_cover IS NOT NULL THEN
        PERFORM vesu.check_operation_amount(debt_to_cover, 'debt_to_cover');
    END IF;
    PERFORM vesu.check_receipt(block_number, gas_used);
END
$$;
COMMENT ON FUNCTION vesu.check_liquidation(uuid, vesu.felt252, vesu.felt252, numeric, bigint, numeric) IS
    'Private step of liquidate: 22004 for a NULL argument without default, VS001 for debt_to_cover, and as '
    'vesu.check_receipt().';

CREATE OR REPLACE FUNCTION vesu.replayed_liquidation(
    position_id uuid, liquidator_address vesu.felt252, transaction_hash vesu.felt252, debt_to_cover numeric,
    block_number bigint, "timestamp" timestamptz, gas_used numeric) RETURNS vesu.vesu_liquidations
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    liquidation vesu.vesu_liquidations;
    recorded vesu.vesu_transactions;
BEGIN
    SELECT l.* INTO liquidation
      FROM vesu.vesu_liquidations AS l
     WHERE l.transaction_hash = replayed_liquidation.transaction_hash;
    SELECT t.* INTO recorded
      FROM vesu.vesu_transactions AS t
     WHERE t.transaction_hash = replayed_liquidation.transaction_hash;
    IF liquidation.id IS NULL THEN
        IF recorded.id IS NOT NULL THEN
            PERFORM vesu.refuse_reuse(recorded);
        END IF;
        RETURN liquidation;
    END IF;
    IF liquidation.position_id = position_id AND liquidation.liquidator_address = liquidator_address
       AND liquidation.debt_to_cover IS NOT DISTINCT FROM debt_to_cover
       AND vesu.has_receipt(recorded, block_number, "timestamp", gas_used) THEN
        RETURN liquidation;
    END IF;
    RAISE EXCEPTION USING
        ERRCODE = 'VS013',
        MESSAGE = format('transaction %s was already used with other arguments', transaction_hash),
        DETAIL = format('It is recorded as liquidation of position %s by %s, covering %s.', liquidation.position_id,
                        liquidation.liquidator_address,
                        coalesce(trim_scale(liquidation.debt_to_cover)::text, 'the default')),
        HINT = 'Repeat a call with its first arguments; give every transaction its own hash.';
END
$$;
COMMENT ON FUNCTION vesu.replayed_liquidation(
    uuid, vesu.felt252, vesu.felt252, numeric, bigint, timestamptz, numeric) IS
    'Private step of liquidate: the liquidation that was recorded with this hash and these arguments, a row of NULLs if '
    'the hash is new, VS013 if the arguments differ or another operation has used it. block_number, timestamp and gas_used '
    'are compared where both sides have them.';

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

CREATE OR REPLACE FUNCTION vesu.seizure(
    held vesu.vesu_positions, pool vesu.vesu_pools, debt_to_cover numeric,
    OUT debt_repaid numeric, OUT collateral_seized numeric, OUT bonus numeric)
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    prices record := vesu.operation_prices(pool);
    amounts record;
BEGIN
    PERFORM vesu.check_liquidatable(held, pool, prices.collateral_price, prices.debt_price);
    amounts := vesu.liquidation_amounts(
        vesu.shown_collateral(held.collateral_shares, pool.collateral_index), prices.collateral_price,
        vesu.shown_debt(held.nominal_debt, pool.debt_index), prices.debt_price,
        pool.liquidation_threshold, pool.liquidation_bonus, debt_to_cover);
    IF amounts.collateral_seized = 0 THEN
        PERFORM vesu.refuse_seizure(held, pool, amounts.debt_repaid);
    END IF;
    PERFORM vesu.check_fits(amounts.debt_repaid, format('repayment of position %s', held.id), pool.debt_asset),
            vesu.check_fits(amounts.collateral_seized, format('seizure of position %s', held.id), pool.collateral_asset);
    debt_repaid := amounts.debt_repaid;
    collateral_seized := amounts.collateral_seized;
    bonus := amounts.bonus;
END
$$;
COMMENT ON FUNCTION vesu.seizure(vesu.vesu_positions, vesu.vesu_pools, numeric) IS
    'Private step of liquidate: what is repaid and seized at the recorded prices. VS011, VS012, VS010, VS006, and VS001 for '
    'an amount that is not below 10^18.';

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
    change record;
    recorded vesu.vesu_transactions;
BEGIN
    PERFORM vesu.check_liquidation(position_id, liquidator_address, transaction_hash, debt_to_cover,
                                   block_number, gas_used);
    held := vesu.lock_known_position(position_id);
    liquidation := vesu.replayed_liquidation(position_id, liquidator_address, transaction_hash, debt_to_cover,
                                             block_number, "timestamp", gas_used);
    IF liquidation.id IS NOT NULL THEN
        RETURN liquidation;
    END IF;
    -- The errors name the position that was asked for.
    held.id := position_id;
    PERFORM vesu.check_position(held, 'liquidation', held.user_id, held.pool_address);

    change := vesu.change_position('liquidation', held, vesu.operation_pool(held.pool_address), debt_to_cover);
    recorded := vesu.record_transaction('liquidation', held, -change.debt_change, transaction_hash, 'confirmed',
                                        block_number, "timestamp", gas_used);
    INSERT INTO vesu.vesu_liquidations AS l
        (position_id, liquidator_address, transaction_hash, collateral_seized, debt_repaid, liquidation_bonus,
         "timestamp", debt_to_cover)
    VALUES (held.id, liquidate.liquidator_address, liquidate.transaction_hash, -change.collateral_change,
            -change.debt_change, change.bonus, recorded."timestamp", liquidate.debt_to_cover)
    RETURNING l.* INTO liquidation;
    PERFORM vesu.move_pool_totals(held, change.changed);
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
    'in this order, with 22004 for a NULL argument without default, VS001 for debt_to_cover, block_number or gas_used, '
    'VS013 for a hash used with other arguments or by another operation, VS005 unless the position is live and active, '
    'VS003 without a live pool, VS011 and VS012 without usable prices, VS010 for a position that is healthy or has no '
    'debt, VS006 if nothing can be seized. The same hash and arguments again return the first row and change nothing. '
    'Source: Vesu, liquidate_position.';
