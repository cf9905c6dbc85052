-- What the lending operations refuse: one place for each error, its detail and its remedy

CREATE OR REPLACE FUNCTION vesu.refuse_null(argument_names text[], are_null boolean[]) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RAISE EXCEPTION USING
        ERRCODE = 'null_value_not_allowed',
        MESSAGE = format('%s must not be NULL', argument_names[array_position(are_null, true)]),
        HINT = 'Give every argument that has no default.';
END
$$;
COMMENT ON FUNCTION vesu.refuse_null(text[], boolean[]) IS
    'Private step of the operations: fails with 22004 and the name of the first argument that is NULL.';

CREATE OR REPLACE FUNCTION vesu.refuse_unwritable(table_name text, row_name text) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RAISE EXCEPTION USING
        ERRCODE = 'insufficient_privilege',
        MESSAGE = format('%s in vesu.%s cannot be locked or written by role %s', row_name, table_name, current_user),
        DETAIL = 'A row security policy of the table hides it from this operation, or a trigger skips it.',
        HINT = format('An operation reads, locks and writes its rows: see that the policies of vesu.%s let the role '
                      'SELECT, INSERT and UPDATE the same rows.', table_name);
END
$$;
COMMENT ON FUNCTION vesu.refuse_unwritable(text, text) IS
    'Private step of the operations: fails with 42501, naming a row that is there but that an operation cannot lock or '
    'write, as where a policy lets a role SELECT but not UPDATE it. Trying again would never end.';

CREATE OR REPLACE FUNCTION vesu.check_receipt(block_number bigint, gas_used numeric) RETURNS void
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF block_number < 0 THEN
        RAISE EXCEPTION USING
            ERRCODE = 'VS001',
            MESSAGE = format('block_number must not be negative, not %s', block_number),
            DETAIL = 'Blocks are counted from 0.',
            HINT = 'Leave it out if it is not known.';
    END IF;
    -- What the column would round could not be recognised when the call is repeated. NaN is above every number.
    IF NOT (gas_used >= 0 AND gas_used < 1e18 AND gas_used = round(gas_used, 18)) THEN
        RAISE EXCEPTION USING
            ERRCODE = 'VS001',
            MESSAGE = format('gas_used must be from 0 to below 10^18 with at most 18 decimals, not %s', gas_used),
            DETAIL = 'It is the fee paid, in units of the fee token.',
            HINT = 'Round it to 18 decimals, or leave it out if it is not known.';
    END IF;
END
$$;
COMMENT ON FUNCTION vesu.check_receipt(bigint, numeric) IS
    'Private step of the operations: VS001 for a negative block_number and for a gas_used that is negative, not finite, '
    'not below 10^18 or has more than 18 decimals. NULL passes.';

CREATE OR REPLACE FUNCTION vesu.check_operation(
    user_id uuid, pool_address vesu.felt252, amount numeric, transaction_hash vesu.felt252,
    status vesu.transaction_status, block_number bigint, gas_used numeric) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF num_nulls(user_id, pool_address, amount, transaction_hash, status) > 0 THEN
        PERFORM vesu.refuse_null(
            ARRAY['user_id', 'pool_address', 'amount', 'transaction_hash', 'status'],
            ARRAY[user_id IS NULL, pool_address IS NULL, amount IS NULL, transaction_hash IS NULL, status IS NULL]);
    END IF;
    IF status = 'failed' THEN
        RAISE EXCEPTION USING
            ERRCODE = 'invalid_parameter_value',
            MESSAGE = 'status must be pending or confirmed, not failed',
            DETAIL = 'A failed transaction changes no balance.',
            HINT = 'Record it as pending, then call vesu.fail_transaction().';
    END IF;
    PERFORM vesu.check_operation_amount(amount);
    PERFORM vesu.check_receipt(block_number, gas_used);
END
$$;
COMMENT ON FUNCTION vesu.check_operation(
    uuid, vesu.felt252, numeric, vesu.felt252, vesu.transaction_status, bigint, numeric) IS
    'Private step of supply, withdraw, borrow and repay: 22004 for a NULL argument, 22023 for status failed, VS001 for '
    'an amount that is not finite, above 0, of at most 18 decimals and below 10^18, and as vesu.check_receipt().';

CREATE OR REPLACE FUNCTION vesu.check_fits(value numeric, name text, asset text) RETURNS void
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF value < 1e18 THEN
        RETURN;
    END IF;
    RAISE EXCEPTION USING
        ERRCODE = 'VS001',
        MESSAGE = format('%s would be %s %s, not below 10^18', name, trim_scale(value), asset),
        DETAIL = 'Amounts and totals are kept below 10^18, with 18 decimals.',
        HINT = 'Choose the amount so that it stays below 10^18.';
END
$$;
COMMENT ON FUNCTION vesu.check_fits(numeric, text, text) IS
    'Private step of the operations: VS001 unless the value that an operation would leave is below 10^18.';

CREATE OR REPLACE FUNCTION vesu.refuse_unknown_pool(pool_address vesu.felt252) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RAISE EXCEPTION USING
        ERRCODE = 'VS003',
        MESSAGE = format('pool %s is unknown', refuse_unknown_pool.pool_address),
        DETAIL = CASE WHEN EXISTS (SELECT FROM vesu.vesu_pools AS p
                                    WHERE p.pool_address = refuse_unknown_pool.pool_address)
                      THEN 'The pool has been deleted.'
                      ELSE 'vesu.vesu_pools has no row with this address.' END,
        HINT = CASE WHEN EXISTS (SELECT FROM vesu.vesu_pool_assets AS held
                                  WHERE held.protocol_pool = refuse_unknown_pool.pool_address)
                    THEN 'This is a protocol pool: give one of the pools that stand for its pairs, as vesu.open_pools() makes them.'
                    ELSE 'Insert the pool into vesu.vesu_pools, or clear its deleted_at.' END;
END
$$;
COMMENT ON FUNCTION vesu.refuse_unknown_pool(vesu.felt252) IS
    'Fails with VS003 for an address without a live pool. The one place that words this error.';

CREATE OR REPLACE FUNCTION vesu.operation_pool(pool_address vesu.felt252, must_be_active boolean DEFAULT false)
    RETURNS vesu.vesu_pools
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    pool vesu.vesu_pools;
BEGIN
    SELECT p.* INTO pool
      FROM vesu.vesu_pools AS p
     WHERE p.pool_address = operation_pool.pool_address AND p.deleted_at IS NULL;
    IF NOT FOUND THEN
        PERFORM vesu.refuse_unknown_pool(operation_pool.pool_address);
    END IF;
    IF must_be_active AND NOT pool.is_active THEN
        RAISE EXCEPTION USING
            ERRCODE = 'VS004',
            MESSAGE = format('pool %s is not active', operation_pool.pool_address),
            DETAIL = 'An inactive pool accepts withdrawals, repayments and liquidations only.',
            HINT = 'Use an active pool, or set is_active of this one.';
    END IF;
    RETURN pool;
END
$$;
COMMENT ON FUNCTION vesu.operation_pool(vesu.felt252, boolean) IS
    'Private step of the operations: the live pool of an address. VS003 if there is none, then VS004 if it must be '
    'active and is not.';

CREATE OR REPLACE FUNCTION vesu.operation_prices(
    pool vesu.vesu_pools, OUT collateral_price numeric, OUT debt_price numeric)
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    unusable record;
BEGIN
    SELECT c.price, d.price INTO collateral_price, debt_price
      FROM vesu.vesu_asset_prices AS c
      JOIN vesu.vesu_asset_prices AS d ON d.asset = pool.debt_asset AND vesu.is_usable(d.*)
     WHERE c.asset = pool.collateral_asset AND vesu.is_usable(c.*);
    IF FOUND THEN
        RETURN;
    END IF;

    -- One of the two cannot be used. A missing price is told of before a stale one.
    SELECT side.asset, p.price, p.sources, p.min_sources, p.max_age, vesu.now() - p.observed_at AS age,
           p.price IS NULL OR p.sources IS NOT NULL AND coalesce(p.sources < p.min_sources, true) AS is_missing
      INTO unusable
      FROM (VALUES (1, pool.collateral_asset), (2, pool.debt_asset)) AS side (place, asset)
      LEFT JOIN vesu.vesu_asset_prices AS p ON p.asset = side.asset
     WHERE NOT coalesce(vesu.is_usable(p.*), false)
     ORDER BY is_missing DESC, side.place
     LIMIT 1;
    RAISE EXCEPTION USING
        ERRCODE = CASE WHEN unusable.is_missing THEN 'VS011' ELSE 'VS012' END,
        MESSAGE = CASE
            WHEN unusable.price IS NULL THEN format('no price of %s is recorded', unusable.asset)
            WHEN unusable.is_missing THEN format('the price of %s has %s of %s required sources',
                unusable.asset, unusable.sources, coalesce(unusable.min_sources::text, 'NULL'))
            ELSE format('the price of %s is %s old, more than %s', unusable.asset,
                coalesce(unusable.age::text, 'unknown'), coalesce(unusable.max_age::text, 'an unknown age')) END,
        DETAIL = format('Pool %s needs usable prices of %s and %s.',
                        pool.pool_address, pool.collateral_asset, pool.debt_asset),
        HINT = format(CASE WHEN unusable.is_missing AND unusable.price IS NOT NULL
                           THEN 'Record a price of %s from more sources, or lower min_sources in vesu.vesu_asset_prices.'
                           ELSE 'Record a price of %s with vesu.record_price().' END, unusable.asset);
END
$$;
COMMENT ON FUNCTION vesu.operation_prices(vesu.vesu_pools) IS
    'Private step of the operations: the recorded prices in USD of a pool''s two assets. VS011 if one is missing or has '
    'too few sources, then VS012 if one is older than its max_age; the collateral asset first.';

CREATE OR REPLACE FUNCTION vesu.check_position(
    held vesu.vesu_positions, type vesu.transaction_type, user_id uuid, pool_address vesu.felt252) RETURNS void
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF held.deleted_at IS NULL
       AND (held.status = 'active'
            OR type = 'withdraw' AND held.status = 'liquidated' AND held.collateral_amount > 0) THEN
        RETURN;
    END IF;
    RAISE EXCEPTION USING
        ERRCODE = 'VS005',
        MESSAGE = CASE
            WHEN held.id IS NULL THEN format('user %s has no active position in pool %s',
                                             user_id, coalesce(pool_address::text, 'unknown'))
            ELSE format('position %s is not active', held.id) END,
        DETAIL = CASE
            WHEN held.id IS NULL THEN 'Only a supply opens a position.'
            WHEN held.status IS NULL THEN 'There is no such position.'
            WHEN held.deleted_at IS NOT NULL THEN 'It has been deleted.'
            ELSE format('Its status is %s.', held.status) END,
        HINT = CASE
            WHEN held.id IS NULL THEN 'Supply collateral first.'
            ELSE 'Look up the user''s positions with vesu.find_user_positions().' END;
END
$$;
COMMENT ON FUNCTION vesu.check_position(vesu.vesu_positions, vesu.transaction_type, uuid, vesu.felt252) IS
    'Private step of the operations: VS005 unless the position is live and active, or, for a withdrawal, liquidated with '
    'collateral left.';

CREATE OR REPLACE FUNCTION vesu.check_balance(
    pool vesu.vesu_pools, type vesu.transaction_type, collateral numeric, debt numeric, amount numeric)
    RETURNS void
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF type = 'withdraw' AND amount > collateral THEN
        RAISE EXCEPTION USING
            ERRCODE = 'VS006',
            MESSAGE = format('withdrawal of %s %s exceeds the collateral of %s %s',
                             trim_scale(amount), pool.collateral_asset, trim_scale(collateral), pool.collateral_asset),
            DETAIL = format('The collateral is counted at the collateral index %s of pool %s.',
                            trim_scale(pool.collateral_index), pool.pool_address),
            HINT = format('Withdraw at most %s %s.', trim_scale(collateral), pool.collateral_asset);
    ELSIF type = 'repay' AND amount > debt THEN
        RAISE EXCEPTION USING
            ERRCODE = 'VS001',
            MESSAGE = format('repayment of %s %s exceeds the debt of %s %s',
                             trim_scale(amount), pool.debt_asset, trim_scale(debt), pool.debt_asset),
            DETAIL = format('The debt is counted at the debt index %s of pool %s.',
                            trim_scale(pool.debt_index), pool.pool_address),
            HINT = format('Repay at most %s %s.', trim_scale(debt), pool.debt_asset);
    END IF;
END
$$;
COMMENT ON FUNCTION vesu.check_balance(vesu.vesu_pools, vesu.transaction_type, numeric, numeric, numeric) IS
    'Private step of the operations: VS006 for a withdrawal above the live collateral, VS001 for a repayment above the '
    'live debt.';

CREATE OR REPLACE FUNCTION vesu.check_health(
    pool vesu.vesu_pools, type vesu.transaction_type, collateral numeric, debt numeric, amount numeric)
    RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    prices record := vesu.operation_prices(pool);
    collateral_after numeric := collateral - CASE type WHEN 'withdraw' THEN amount ELSE 0 END;
    debt_after numeric := debt + CASE type WHEN 'borrow' THEN amount ELSE 0 END;
    remedy text;
BEGIN
    -- A pool's liquidation threshold is never below its max_ltv, so this one comparison clears both limits.
    IF NOT vesu.is_undercollateralized(collateral_after, prices.collateral_price, pool.max_ltv,
                                       debt_after, prices.debt_price) THEN
        RETURN;
    END IF;

    remedy := CASE type
        WHEN 'withdraw' THEN format('Withdraw at most %s %s, or repay debt first.',
            vesu.max_withdraw(collateral, prices.collateral_price, pool.max_ltv, debt, prices.debt_price),
            pool.collateral_asset)
        ELSE format('Borrow at most %s %s, or supply collateral first.',
            vesu.max_borrow(collateral, prices.collateral_price, pool.max_ltv, debt, prices.debt_price),
            pool.debt_asset) END;
    IF type = 'withdraw'
       AND vesu.is_undercollateralized(collateral_after, prices.collateral_price, pool.liquidation_threshold,
                                       debt_after, prices.debt_price) THEN
        RAISE EXCEPTION USING
            ERRCODE = 'VS009',
            MESSAGE = format('withdrawal of %s %s would lower the health factor to %s', trim_scale(amount),
                pool.collateral_asset,
                vesu.health_factor(collateral_after, prices.collateral_price, pool.liquidation_threshold,
                                   debt_after, prices.debt_price)),
            DETAIL = format('Debt worth %s USD would be left with collateral worth %s USD, counted at the liquidation '
                            'threshold %s.', trim_scale(debt_after * prices.debt_price),
                            trim_scale(collateral_after * prices.collateral_price),
                            trim_scale(pool.liquidation_threshold)),
            HINT = remedy;
    END IF;
    RAISE EXCEPTION USING
        ERRCODE = 'VS008',
        MESSAGE = format('%s of %s %s would raise the loan to value to %s',
            CASE type WHEN 'withdraw' THEN 'withdrawal' ELSE 'loan' END, trim_scale(amount),
            CASE type WHEN 'withdraw' THEN pool.collateral_asset ELSE pool.debt_asset END,
            vesu.loan_to_value(collateral_after, prices.collateral_price, debt_after, prices.debt_price)),
        DETAIL = format('Debt worth %s USD would stand against collateral worth %s USD; the pool''s max_ltv is %s.',
                        trim_scale(debt_after * prices.debt_price),
                        trim_scale(collateral_after * prices.collateral_price), trim_scale(pool.max_ltv)),
        HINT = remedy;
END
$$;
COMMENT ON FUNCTION vesu.check_health(vesu.vesu_pools, vesu.transaction_type, numeric, numeric, numeric) IS
    'Private step of withdraw and borrow: VS011, VS012 for the prices; then VS009 and VS008 for a withdrawal, VS008 for a '
    'loan, that would leave a health factor below 1 or a loan to value above max_ltv (compared as exact products).';

CREATE OR REPLACE FUNCTION vesu.check_change(
    type vesu.transaction_type, held vesu.vesu_positions, pool vesu.vesu_pools, amount numeric,
    is_confirmation boolean DEFAULT false) RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    collateral numeric := vesu.shown_collateral(held.collateral_shares, pool.collateral_index);
    debt numeric := vesu.shown_debt(held.nominal_debt, pool.debt_index);
BEGIN
    PERFORM vesu.check_balance(pool, type, collateral, debt, amount);
    IF is_confirmation THEN
        RETURN;
    END IF;
    IF type = 'borrow' OR type = 'withdraw' AND debt > 0 THEN
        PERFORM vesu.check_health(pool, type, collateral, debt, amount);
    END IF;
    IF type = 'borrow' THEN
        PERFORM vesu.check_liquidity(pool, debt - held.debt_amount, amount);
    END IF;
END
$$;
COMMENT ON FUNCTION vesu.check_change(
    vesu.transaction_type, vesu.vesu_positions, vesu.vesu_pools, numeric, boolean) IS
    'Private step of supply, withdraw, borrow and repay: tests live amounts, prices and liquidity, in this order: VS006 or '
    'VS001; VS011, VS012, VS009, VS008; VS007. A confirmation tests the amounts only.';

CREATE OR REPLACE FUNCTION vesu.check_liquidity(pool vesu.vesu_pools, accrued numeric, amount numeric) RETURNS void
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    total_borrow numeric := greatest(0, pool.total_borrow + accrued);
    available numeric := greatest(0, pool.total_supply - total_borrow);
BEGIN
    IF amount <= available THEN
        RETURN;
    END IF;
    RAISE EXCEPTION USING
        ERRCODE = 'VS007',
        MESSAGE = format('loan of %s %s exceeds the available liquidity of %s %s',
                         trim_scale(amount), pool.debt_asset, trim_scale(available), pool.debt_asset),
        DETAIL = format('Pool %s was supplied %s %s, of which %s are borrowed.', pool.pool_address,
                        trim_scale(pool.total_supply), pool.debt_asset, trim_scale(total_borrow)),
        HINT = format('Borrow at most %s %s, or from another pool.', trim_scale(available), pool.debt_asset);
END
$$;
COMMENT ON FUNCTION vesu.check_liquidity(vesu.vesu_pools, numeric, numeric) IS
    'Private step of borrow: VS007 when the amount exceeds max(0, total_supply - (total_borrow + the interest that the '
    'position has accrued)).';
