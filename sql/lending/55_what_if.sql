-- Live risk at other prices: what would be liquidatable; nothing is written

CREATE OR REPLACE FUNCTION vesu.check_simulated_prices(prices jsonb) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    refused record;
BEGIN
    IF check_simulated_prices.prices IS NULL THEN
        RAISE EXCEPTION USING
            ERRCODE = 'null_value_not_allowed',
            MESSAGE = 'prices must not be null';
    END IF;
    IF jsonb_typeof(check_simulated_prices.prices) <> 'object' THEN
        RAISE EXCEPTION USING
            ERRCODE = 'invalid_parameter_value',
            MESSAGE = format('prices must be an object, not %s', check_simulated_prices.prices),
            HINT = 'Give {"asset": price}, for example {"ETH": 2000}.';
    END IF;

    SELECT given.key INTO refused
      FROM jsonb_object_keys(check_simulated_prices.prices) AS given (key)
     WHERE NOT EXISTS (SELECT FROM vesu.vesu_asset_prices AS recorded WHERE recorded.asset = given.key)
       AND NOT EXISTS (SELECT FROM vesu.vesu_pools AS pool
                        WHERE given.key IN (pool.collateral_asset, pool.debt_asset) AND pool.deleted_at IS NULL)
     ORDER BY given.key
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING
            ERRCODE = 'invalid_parameter_value',
            MESSAGE = format('asset %s is unknown', refused.key),
            DETAIL = 'It belongs to no pool and has no recorded price.';
    END IF;

    -- A string carries all digits through a JSON library that reads numbers in binary.
    SELECT given.key, given.value, written.is_number INTO refused
      FROM jsonb_each(check_simulated_prices.prices) AS given
     CROSS JOIN LATERAL (
            SELECT coalesce(given.value #>> '{}' ~ '^\s*[+-]?(\d+[.]?\d*|[.]\d+)([eE][+-]?\d+)?\s*$', false)
                       AS is_number) AS written
     WHERE NOT CASE WHEN written.is_number THEN (given.value #>> '{}')::numeric > 0 ELSE false END
     ORDER BY given.key
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING
            ERRCODE = 'VS001',
            MESSAGE = format('price of %s must be %s, not %s', refused.key,
                             CASE WHEN refused.is_number THEN 'greater than 0' ELSE 'a decimal number' END, refused.value),
            DETAIL = 'A price is US dollars per unit of the asset.';
    END IF;
END
$$;
COMMENT ON FUNCTION vesu.check_simulated_prices(jsonb) IS
    'Refuses prices as vesu.simulate_prices() does: 22004 for NULL, 22023 for no object or an unknown asset, VS001 unless '
    'a price is above 0.';

CREATE OR REPLACE FUNCTION vesu.simulated_pools(prices jsonb) RETURNS SETOF vesu.pool_prices
    LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
    SELECT pool.*
      FROM vesu.pool_prices AS known
     CROSS JOIN LATERAL (
            SELECT coalesce((simulated_pools.prices ->> known.collateral_asset)::numeric, known.collateral_price)
                       AS collateral_price,
                   coalesce((simulated_pools.prices ->> known.debt_asset)::numeric, known.debt_price)
                       AS debt_price) AS assumed
     CROSS JOIN LATERAL vesu.row_with(known.*::vesu.pool_prices, assumed.*) AS pool
     WHERE known.is_open
    $$;
COMMENT ON FUNCTION vesu.simulated_pools(jsonb) IS
    'Active pools as vesu.pool_prices would show the two prices of each if assets had the prices {"asset": US dollars per unit}.';

CREATE OR REPLACE FUNCTION vesu.liquidatable_totals(pool vesu.pool_prices)
    RETURNS TABLE (positions bigint, debt numeric, collateral numeric, bad_debt numeric)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
    SET search_path = pg_catalog, pg_temp
    AS $$
    SELECT count(*),
           trim_scale(coalesce(sum(live.debt), 0)),
           trim_scale(coalesce(sum(live.collateral), 0)),
           trim_scale(coalesce(sum((vesu.liquidation_amounts(
               live.collateral, pool.collateral_price, live.debt, pool.debt_price,
               pool.liquidation_threshold, pool.liquidation_bonus, live.debt)).bad_debt), 0))
      FROM (SELECT held.collateral_shares, held.nominal_debt
              FROM vesu.indebted_positions(pool.pool_address) AS held
             WHERE held.risk_ratio >= vesu.risk_bound(pool.liquidation_threshold, pool.collateral_price, pool.collateral_index,
                                                      pool.debt_price, pool.debt_index)
               AND held.risk_ratio <= 'Infinity'
             ORDER BY held.risk_ratio DESC
            OFFSET 0) AS probe
     CROSS JOIN LATERAL (
            SELECT vesu.shown_collateral(probe.collateral_shares, pool.collateral_index) AS collateral,
                   vesu.shown_debt(probe.nominal_debt, pool.debt_index) AS debt) AS live
     WHERE vesu.live_health_factor(probe.collateral_shares, pool.collateral_index, pool.collateral_price,
                                   pool.liquidation_threshold,
                                   probe.nominal_debt, pool.debt_index, pool.debt_price) < vesu.risk_limit('liquidatable')
    $$;
COMMENT ON FUNCTION vesu.liquidatable_totals(vesu.pool_prices) IS
    'Positions of a pool that are liquidatable at the prices of its row: their number, live debt and collateral, and the debt '
    'left if each is liquidated whole. Zeros where a price is NULL.';

CREATE OR REPLACE FUNCTION vesu.simulate_prices(prices jsonb)
    RETURNS TABLE (
        pool_address vesu.felt252,
        positions bigint,
        debt numeric,
        collateral numeric,
        bad_debt numeric)
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    PERFORM vesu.check_simulated_prices(simulate_prices.prices);
    PERFORM vesu.warn_unusable_prices(ARRAY(
        SELECT DISTINCT needed.asset
          FROM vesu.simulated_pools(simulate_prices.prices) AS pool
         CROSS JOIN LATERAL (VALUES (pool.collateral_asset::text, pool.collateral_price),
                                    (pool.debt_asset::text, pool.debt_price)) AS needed (asset, price)
         WHERE needed.price IS NULL
         ORDER BY needed.asset));

    RETURN QUERY
    SELECT pool.pool_address, totals.positions, totals.debt, totals.collateral, totals.bad_debt
      FROM vesu.simulated_pools(simulate_prices.prices) AS pool
     CROSS JOIN LATERAL vesu.liquidatable_totals(pool.*::vesu.pool_prices) AS totals
     WHERE pool.collateral_price IS NOT NULL AND pool.debt_price IS NOT NULL
     ORDER BY pool.pool_address;
END
$$;
COMMENT ON FUNCTION vesu.simulate_prices(jsonb) IS
    'What would be liquidatable if assets had the prices {"asset": US dollars per unit}, numbers or strings; others keep the recorded '
    'price of any age. Per active pool by address: number of positions with a health factor below 1, their live debt and collateral, '
    'and the debt left if each is liquidated whole. Pools without a price are left out, with a WARNING. Writes nothing. '
    'Fails with 22023 for an unknown asset or no object, VS001 unless a price is above 0, 22004 for NULL.';

CREATE OR REPLACE FUNCTION vesu.check_ladder(pool_address vesu.felt252, steps int, depth numeric) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    IF check_ladder.pool_address IS NULL THEN
        RAISE EXCEPTION USING
            ERRCODE = 'null_value_not_allowed',
            MESSAGE = 'pool_address must not be null';
    END IF;
    IF (check_ladder.steps BETWEEN 1 AND 1000) IS NOT TRUE THEN
        RAISE EXCEPTION USING
            ERRCODE = 'invalid_parameter_value',
            MESSAGE = format('steps must be from 1 to 1000, not %s', coalesce(check_ladder.steps::text, 'null'));
    END IF;
    IF (check_ladder.depth > 0 AND check_ladder.depth < 1) IS NOT TRUE THEN
        RAISE EXCEPTION USING
            ERRCODE = 'invalid_parameter_value',
            MESSAGE = format('depth must be greater than 0 and less than 1, not %s', coalesce(check_ladder.depth::text, 'null')),
            DETAIL = 'It is the fraction by which the price falls at the last step.';
    END IF;
END
$$;
COMMENT ON FUNCTION vesu.check_ladder(vesu.felt252, int, numeric) IS
    'Refuses arguments as vesu.liquidation_ladder() does: 22004 for a NULL address, 22023 for steps or depth out of range.';

CREATE OR REPLACE FUNCTION vesu.priced_pool(pool_address vesu.felt252) RETURNS vesu.pool_prices
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    pool vesu.pool_prices;
BEGIN
    SELECT known.* INTO pool
      FROM vesu.pool_prices AS known
     WHERE known.pool_address = priced_pool.pool_address AND known.deleted_at IS NULL;
    IF NOT FOUND THEN
        PERFORM vesu.refuse_unknown_pool(priced_pool.pool_address);
    END IF;
    IF pool.collateral_price IS NULL OR pool.debt_price IS NULL THEN
        RAISE EXCEPTION USING
            ERRCODE = 'VS011',
            MESSAGE = format('no price of %s is recorded',
                             CASE WHEN pool.collateral_price IS NULL THEN pool.collateral_asset ELSE pool.debt_asset END),
            HINT = 'Record one with vesu.record_price().';
    END IF;
    RETURN pool;
END
$$;
COMMENT ON FUNCTION vesu.priced_pool(vesu.felt252) IS
    'The row of vesu.pool_prices of a live pool. Fails with VS003 without one, VS011 if a price was never recorded.';

CREATE OR REPLACE FUNCTION vesu.ladder_falls(pool vesu.pool_prices, rungs numeric[], lowest_price numeric)
    RETURNS TABLE (step int, positions bigint, debt numeric, collateral numeric)
    LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
    SELECT fallen.step, count(*), sum(fallen.debt), sum(fallen.collateral)
      FROM (SELECT width_bucket(-probe.liquidation_price, ladder_falls.rungs) + 1 AS step, probe.debt, probe.collateral
              FROM (SELECT vesu.liquidation_price(vesu.live_collateral(held.collateral_shares, pool.collateral_index),
                                                  pool.liquidation_threshold,
                                                  vesu.live_debt(held.nominal_debt, pool.debt_index),
                                                  pool.debt_price) AS liquidation_price,
                           vesu.shown_debt(held.nominal_debt, pool.debt_index) AS debt,
                           vesu.shown_collateral(held.collateral_shares, pool.collateral_index) AS collateral
                      FROM vesu.indebted_positions(pool.pool_address) AS held
                     -- The lowest rung of a tiny price is 0, below which there is no bound.
                     WHERE held.risk_ratio >= CASE WHEN ladder_falls.lowest_price > 0
                                                   THEN vesu.risk_bound(pool.liquidation_threshold,
                                                                        ladder_falls.lowest_price, pool.collateral_index,
                                                                        pool.debt_price, pool.debt_index)
                                                   ELSE 0
                                              END
                       AND held.risk_ratio <= 'Infinity'
                     ORDER BY held.risk_ratio DESC
                    OFFSET 0) AS probe
             WHERE probe.liquidation_price > ladder_falls.lowest_price) AS fallen
     GROUP BY fallen.step
    $$;
COMMENT ON FUNCTION vesu.ladder_falls(vesu.pool_prices, numeric[], numeric) IS
    'Positions of a pool by the step of vesu.liquidation_ladder() at which they become liquidatable. rungs are the prices of '
    'the steps, negated, and lowest_price is that of the last.';

CREATE OR REPLACE FUNCTION vesu.liquidation_ladder(
        pool_address vesu.felt252, steps int DEFAULT 20, depth numeric DEFAULT 0.5)
    RETURNS TABLE (step int, price numeric, positions bigint, debt numeric, collateral numeric)
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
<<ladder>>
DECLARE
    pool vesu.pool_prices;
    rungs numeric[];
BEGIN
    PERFORM vesu.check_ladder(liquidation_ladder.pool_address, liquidation_ladder.steps, liquidation_ladder.depth);
    pool := vesu.priced_pool(liquidation_ladder.pool_address);

    -- Negated, so that they ascend: width_bucket(-x, rungs) counts the rungs at or above x.
    rungs := ARRAY(SELECT -vesu.ratio(ladder.pool.collateral_price
                                      * (liquidation_ladder.steps - liquidation_ladder.depth * fall.step),
                                      liquidation_ladder.steps)
                     FROM generate_series(1, liquidation_ladder.steps) AS fall (step)
                    ORDER BY fall.step);

    RETURN QUERY
    SELECT rung.step::int,
           -rung.price,
           (coalesce(sum(fallen.positions) OVER so_far, 0))::bigint,
           trim_scale(coalesce(sum(fallen.debt) OVER so_far, 0)),
           trim_scale(coalesce(sum(fallen.collateral) OVER so_far, 0))
      FROM unnest(ladder.rungs) WITH ORDINALITY AS rung (price, step)
      LEFT JOIN vesu.ladder_falls(ladder.pool, ladder.rungs, -ladder.rungs[liquidation_ladder.steps]) AS fallen
        ON fallen.step = rung.step
    WINDOW so_far AS (ORDER BY rung.step)
     ORDER BY rung.step;
END
$$;
COMMENT ON FUNCTION vesu.liquidation_ladder(vesu.felt252, int, numeric) IS
    'How many positions of a pool, with how much live debt and collateral, would be liquidatable as the collateral price falls: '
    'step k of steps at price * (1 - depth * k / steps), 18 decimals, rounded down; each step includes those before. '
    'The debt price stays the recorded one; both may be of any age. Writes nothing. Fails with VS003 for an unknown pool, '
    'VS011 without a price, 22023 unless steps is from 1 to 1000 and depth between 0 and 1, 22004 for a NULL address.';
