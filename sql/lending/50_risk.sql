-- Live risk: who is unhealthy at the recorded prices, or would be at others
--
-- Debt / collateral > threshold * collateral price / debt price is a range of the index
-- vesu_positions_risk, because risk_ratio depends on no price and no interest. The range is never too
-- narrow; the exact predicate decides on the rows it yields. Each probe is fenced by OFFSET 0 and names
-- both ends of its range: otherwise the planner expects a third of a pool and reads all of it. It repeats
-- the condition of the index word for word.

CREATE OR REPLACE VIEW vesu.pool_prices WITH (security_invoker = true) AS
SELECT pool.pool_address,
       pool.is_active AND pool.deleted_at IS NULL AS is_open,
       pool.deleted_at,
       pool.collateral_asset,
       pool.debt_asset,
       pool.liquidation_threshold,
       pool.liquidation_bonus,
       pool.collateral_index,
       pool.debt_index,
       collateral.price AS collateral_price,
       debt.price AS debt_price,
       vesu.is_usable(collateral) AS collateral_price_is_usable,
       vesu.is_usable(debt) AS debt_price_is_usable,
       CASE WHEN collateral.price IS NOT NULL AND debt.price IS NOT NULL
            THEN least(collateral.observed_at, debt.observed_at)
       END AS price_observed_at
  FROM vesu.vesu_pools AS pool
  LEFT JOIN vesu.vesu_asset_prices AS collateral ON collateral.asset = pool.collateral_asset
  LEFT JOIN vesu.vesu_asset_prices AS debt ON debt.asset = pool.debt_asset;
COMMENT ON VIEW vesu.pool_prices IS
    'Every pool with its terms and indexes beside the latest recorded prices of its two assets.';
COMMENT ON COLUMN vesu.pool_prices.pool_address IS 'Address of the pool.';
COMMENT ON COLUMN vesu.pool_prices.is_open IS 'Whether the pool is active and not soft-deleted.';
COMMENT ON COLUMN vesu.pool_prices.deleted_at IS 'When the pool was soft-deleted; NULL for a live one.';
COMMENT ON COLUMN vesu.pool_prices.collateral_asset IS 'Symbol of the collateral asset.';
COMMENT ON COLUMN vesu.pool_prices.debt_asset IS 'Symbol of the debt asset.';
COMMENT ON COLUMN vesu.pool_prices.liquidation_threshold IS 'As in vesu_pools. Fraction.';
COMMENT ON COLUMN vesu.pool_prices.liquidation_bonus IS 'As in vesu_pools. Fraction.';
COMMENT ON COLUMN vesu.pool_prices.collateral_index IS 'As in vesu_pools.';
COMMENT ON COLUMN vesu.pool_prices.debt_index IS 'As in vesu_pools.';
COMMENT ON COLUMN vesu.pool_prices.collateral_price IS 'US dollars per unit of the collateral asset; NULL if none is recorded.';
COMMENT ON COLUMN vesu.pool_prices.debt_price IS 'US dollars per unit of the debt asset; NULL if none is recorded.';
COMMENT ON COLUMN vesu.pool_prices.collateral_price_is_usable IS 'vesu.is_usable() of the collateral price; false without one.';
COMMENT ON COLUMN vesu.pool_prices.debt_price_is_usable IS 'vesu.is_usable() of the debt price; false without one.';
COMMENT ON COLUMN vesu.pool_prices.price_observed_at IS 'When the older of the two prices was observed; NULL if one is missing.';

CREATE OR REPLACE VIEW vesu.position_health WITH (security_invoker = true) AS
SELECT held.id AS position_id,
       held.user_id,
       held.pool_address,
       held.status,
       held.collateral_asset,
       live.collateral_amount,
       trim_scale(pool.collateral_price) AS collateral_price,
       trim_scale(live.collateral_amount * pool.collateral_price) AS collateral_value,
       held.debt_asset,
       live.debt_amount,
       trim_scale(pool.debt_price) AS debt_price,
       trim_scale(live.debt_amount * pool.debt_price) AS debt_value,
       live.health_factor,
       vesu.loan_to_value(live.collateral, pool.collateral_price, live.debt, pool.debt_price) AS loan_to_value,
       vesu.liquidation_price(live.collateral, pool.liquidation_threshold, live.debt, pool.debt_price)
           AS liquidation_price,
       CASE WHEN live.debt_amount = 0 THEN 'healthy'
            WHEN live.health_factor < 1 THEN 'liquidatable'
            WHEN live.health_factor < 1.05 THEN 'critical'
            WHEN live.health_factor < 1.2 THEN 'at_risk'
            WHEN live.health_factor >= 1.2 THEN 'healthy'
       END AS risk_level,
       pool.price_observed_at,
       NOT (pool.collateral_price_is_usable AND pool.debt_price_is_usable) AS price_is_stale
  FROM vesu.vesu_positions AS held
  JOIN vesu.pool_prices AS pool ON pool.pool_address = held.pool_address
 -- Fenced, so that each number is computed once for all columns that use it.
 CROSS JOIN LATERAL (
        SELECT vesu.live_collateral(held.collateral_shares, pool.collateral_index) AS collateral,
               vesu.live_debt(held.nominal_debt, pool.debt_index) AS debt,
               vesu.shown_collateral(held.collateral_shares, pool.collateral_index) AS collateral_amount,
               vesu.shown_debt(held.nominal_debt, pool.debt_index) AS debt_amount,
               CASE WHEN pool.collateral_price IS NULL OR pool.debt_price IS NULL
                    THEN held.health_factor
                    ELSE vesu.live_health_factor(held.collateral_shares, pool.collateral_index, pool.collateral_price,
                                                 pool.liquidation_threshold,
                                                 held.nominal_debt, pool.debt_index, pool.debt_price)
               END AS health_factor
        OFFSET 0) AS live
 WHERE held.deleted_at IS NULL;
COMMENT ON VIEW vesu.position_health IS
    'Every live position of any status with interest, at the latest recorded prices, usable or not. '
    'Where a price is missing: NULL for what needs it, and the health factor of the last write.';
COMMENT ON COLUMN vesu.position_health.position_id IS 'vesu_positions.id.';
COMMENT ON COLUMN vesu.position_health.user_id IS 'Owner of the position.';
COMMENT ON COLUMN vesu.position_health.pool_address IS 'Pool of the position.';
COMMENT ON COLUMN vesu.position_health.status IS 'Status of the position.';
COMMENT ON COLUMN vesu.position_health.collateral_asset IS 'Symbol of the collateral asset.';
COMMENT ON COLUMN vesu.position_health.collateral_amount IS
    'Live collateral, in units of the collateral asset, 18 decimals, rounded down.';
COMMENT ON COLUMN vesu.position_health.collateral_price IS 'US dollars per unit of the collateral asset.';
COMMENT ON COLUMN vesu.position_health.collateral_value IS 'collateral_amount * collateral_price in US dollars, exact.';
COMMENT ON COLUMN vesu.position_health.debt_asset IS 'Symbol of the debt asset.';
COMMENT ON COLUMN vesu.position_health.debt_amount IS
    'Live debt, in units of the debt asset, 18 decimals, rounded up.';
COMMENT ON COLUMN vesu.position_health.debt_price IS 'US dollars per unit of the debt asset.';
COMMENT ON COLUMN vesu.position_health.debt_value IS 'debt_amount * debt_price in US dollars, exact.';
COMMENT ON COLUMN vesu.position_health.health_factor IS
    'Collateral value * liquidation threshold / debt value of the unrounded live amounts, 18 decimals, rounded down; NULL without debt.';
COMMENT ON COLUMN vesu.position_health.loan_to_value IS
    'Debt value / collateral value of the unrounded live amounts as a fraction, 18 decimals, rounded up; Infinity without collateral.';
COMMENT ON COLUMN vesu.position_health.liquidation_price IS
    'Lowest price of the collateral asset at which the position is healthy, in US dollars, 18 decimals, rounded up; NULL without debt.';
COMMENT ON COLUMN vesu.position_health.risk_level IS
    'liquidatable below health factor 1, critical below 1.05, at_risk below 1.2, otherwise and without debt healthy; NULL if unknown.';
COMMENT ON COLUMN vesu.position_health.price_observed_at IS 'When the older of the two prices was observed; NULL if one is missing.';
COMMENT ON COLUMN vesu.position_health.price_is_stale IS 'Whether one of the two prices is missing or not usable.';

CREATE OR REPLACE FUNCTION vesu.find_positions_by_health(at_least numeric, below numeric)
    RETURNS SETOF vesu.vesu_positions
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT shown.*
      FROM (SELECT probe.held, probe.collateral_shares, pool.collateral_index,
                   probe.nominal_debt, pool.debt_index, probe.health_factor
              FROM vesu.pool_prices AS pool
             CROSS JOIN LATERAL (
                    SELECT held, held.collateral_shares, held.nominal_debt,
                           vesu.live_health_factor(held.collateral_shares, pool.collateral_index, pool.collateral_price,
                                                   pool.liquidation_threshold,
                                                   held.nominal_debt, pool.debt_index, pool.debt_price) AS health_factor
                      FROM vesu.vesu_positions AS held
                     WHERE held.pool_address OPERATOR(pg_catalog.=) pool.pool_address
                       AND (held.deleted_at IS NULL
                            AND held.status OPERATOR(pg_catalog.=) 'active'::vesu.position_status
                            AND held.debt_amount OPERATOR(pg_catalog.>) 0) IS TRUE
                       AND held.risk_ratio OPERATOR(pg_catalog.>=)
                           vesu.risk_bound(pool.liquidation_threshold, pool.collateral_price, pool.collateral_index,
                                           pool.debt_price, pool.debt_index, find_positions_by_health.below)
                       AND held.risk_ratio OPERATOR(pg_catalog.<=) 'Infinity'
                     ORDER BY held.risk_ratio DESC
                    OFFSET 0) AS probe
             WHERE pool.is_open AND pool.collateral_price_is_usable AND pool.debt_price_is_usable
             UNION ALL
            -- Where no price was ever recorded, the last write is all that is known.
            SELECT probe.held, probe.collateral_shares, pool.collateral_index,
                   probe.nominal_debt, pool.debt_index, probe.health_factor
              FROM vesu.pool_prices AS pool
             CROSS JOIN LATERAL (
                    SELECT held, held.collateral_shares, held.nominal_debt, held.health_factor
                      FROM vesu.vesu_positions AS held
                     WHERE held.pool_address OPERATOR(pg_catalog.=) pool.pool_address
                       AND (held.deleted_at IS NULL
                            AND held.status OPERATOR(pg_catalog.=) 'active'::vesu.position_status
                            AND held.debt_amount OPERATOR(pg_catalog.>) 0) IS TRUE
                       AND held.health_factor OPERATOR(pg_catalog.<) find_positions_by_health.below
                    OFFSET 0) AS probe
             WHERE pool.is_open AND pool.collateral_price IS NULL AND pool.debt_price IS NULL
           ) AS found
     CROSS JOIN LATERAL (
            SELECT vesu.shown_collateral(found.collateral_shares, found.collateral_index) AS collateral_amount,
                   vesu.shown_debt(found.nominal_debt, found.debt_index) AS debt_amount,
                   found.health_factor AS health_factor) AS live
     CROSS JOIN LATERAL vesu.row_with(found.held, live) AS shown
     WHERE found.health_factor OPERATOR(pg_catalog.>=) find_positions_by_health.at_least
       AND found.health_factor OPERATOR(pg_catalog.<) find_positions_by_health.below
       AND (SELECT vesu.warn_unusable_prices(ARRAY(
                -- DISTINCT sorts: the WARNING names the assets in order.
                SELECT DISTINCT needed.asset
                  FROM vesu.pool_prices AS pool
                 CROSS JOIN LATERAL (VALUES (pool.collateral_asset::text, pool.collateral_price_is_usable),
                                            (pool.debt_asset::text, pool.debt_price_is_usable))
                         AS needed (asset, is_usable)
                 WHERE pool.is_open
                   AND NOT needed.is_usable
                   AND (pool.collateral_price IS NOT NULL OR pool.debt_price IS NOT NULL)
                 ORDER BY needed.asset)))
     ORDER BY found.health_factor, shown.id
    $$;
COMMENT ON FUNCTION vesu.find_positions_by_health(numeric, numeric) IS
    'Active positions with debt in active pools whose live health factor h satisfies at_least <= h < below, as rows of vesu_positions '
    'with live collateral_amount (rounded down), debt_amount (rounded up) and health_factor; lowest first, then by id. '
    'One index range per pool. A pool with neither asset priced counts by the stored health factor; another pool with a missing or '
    'unusable price is skipped, and one WARNING per call names the assets.';

CREATE OR REPLACE FUNCTION vesu.find_liquidatable_positions() RETURNS SETOF vesu.vesu_positions
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT found.* FROM vesu.find_positions_by_health(0, 1) AS found
    $$;
COMMENT ON FUNCTION vesu.find_liquidatable_positions() IS
    'Positions whose live health factor is below 1, lowest first, then by id; see vesu.find_positions_by_health(). '
    'Source: VesuPosition.findLiquidatablePositions.';

CREATE OR REPLACE FUNCTION vesu.find_at_risk_positions() RETURNS SETOF vesu.vesu_positions
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT found.* FROM vesu.find_positions_by_health(1, 1.2) AS found
    $$;
COMMENT ON FUNCTION vesu.find_at_risk_positions() IS
    'Positions whose live health factor is at least 1 and below 1.2, lowest first, then by id; see vesu.find_positions_by_health(). '
    'Source: VesuPosition.findAtRiskPositions.';

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
DECLARE
    refused record;
BEGIN
    IF simulate_prices.prices IS NULL THEN
        RAISE EXCEPTION USING
            ERRCODE = 'null_value_not_allowed',
            MESSAGE = 'prices must not be null';
    END IF;
    IF jsonb_typeof(simulate_prices.prices) <> 'object' THEN
        RAISE EXCEPTION USING
            ERRCODE = 'invalid_parameter_value',
            MESSAGE = format('prices must be an object, not %s', simulate_prices.prices),
            HINT = 'Give {"asset": price}, for example {"ETH": 2000}.';
    END IF;

    SELECT given.key INTO refused
      FROM jsonb_object_keys(simulate_prices.prices) AS given (key)
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
    SELECT given.key, given.value INTO refused
      FROM jsonb_each(simulate_prices.prices) AS given
     WHERE NOT CASE WHEN given.value #>> '{}' ~ '^[0-9]+([.][0-9]+)?$'
                    THEN (given.value #>> '{}')::numeric > 0
                    ELSE false
               END
     ORDER BY given.key
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING
            ERRCODE = 'VS001',
            MESSAGE = format('price of %s must be greater than 0, not %s', refused.key, refused.value),
            DETAIL = 'A price is US dollars per unit of the asset.';
    END IF;

    PERFORM vesu.warn_unusable_prices(ARRAY(
        SELECT DISTINCT needed.asset
          FROM vesu.pool_prices AS pool
         CROSS JOIN LATERAL (VALUES (pool.collateral_asset::text, pool.collateral_price),
                                    (pool.debt_asset::text, pool.debt_price)) AS needed (asset, price)
         WHERE pool.is_open
           AND needed.price IS NULL
           AND NOT simulate_prices.prices ? needed.asset
         ORDER BY needed.asset));

    RETURN QUERY
    SELECT pool.pool_address, totals.positions, totals.debt, totals.collateral, totals.bad_debt
      FROM (SELECT known.pool_address, known.is_open, known.liquidation_threshold, known.liquidation_bonus,
                   known.collateral_index, known.debt_index,
                   coalesce((simulate_prices.prices ->> known.collateral_asset)::numeric, known.collateral_price)
                       AS collateral_price,
                   coalesce((simulate_prices.prices ->> known.debt_asset)::numeric, known.debt_price)
                       AS debt_price
              FROM vesu.pool_prices AS known) AS pool
     CROSS JOIN LATERAL (
            SELECT count(*) AS positions,
                   trim_scale(coalesce(sum(live.debt), 0)) AS debt,
                   trim_scale(coalesce(sum(live.collateral), 0)) AS collateral,
                   trim_scale(coalesce(sum((vesu.liquidation_amounts(
                       live.collateral, pool.collateral_price, live.debt, pool.debt_price,
                       pool.liquidation_threshold, pool.liquidation_bonus, live.debt)).bad_debt), 0)) AS bad_debt
              FROM (SELECT held.collateral_shares, held.nominal_debt
                      FROM vesu.vesu_positions AS held
                     WHERE held.pool_address = pool.pool_address
                       AND (held.deleted_at IS NULL AND held.status = 'active' AND held.debt_amount > 0) IS TRUE
                       AND held.risk_ratio >= vesu.risk_bound(pool.liquidation_threshold,
                                                              pool.collateral_price, pool.collateral_index,
                                                              pool.debt_price, pool.debt_index)
                       AND held.risk_ratio <= 'Infinity'
                     ORDER BY held.risk_ratio DESC
                    OFFSET 0) AS probe
             CROSS JOIN LATERAL (
                    SELECT vesu.shown_collateral(probe.collateral_shares, pool.collateral_index) AS collateral,
                           vesu.shown_debt(probe.nominal_debt, pool.debt_index) AS debt) AS live
             WHERE vesu.live_health_factor(probe.collateral_shares, pool.collateral_index, pool.collateral_price,
                                           pool.liquidation_threshold,
                                           probe.nominal_debt, pool.debt_index, pool.debt_price) < 1) AS totals
     WHERE pool.is_open AND pool.collateral_price IS NOT NULL AND pool.debt_price IS NOT NULL
     ORDER BY pool.pool_address;
END
$$;
COMMENT ON FUNCTION vesu.simulate_prices(jsonb) IS
    'What would be liquidatable if assets had the prices {"asset": US dollars per unit}, numbers or strings; others keep the recorded '
    'price of any age. Per active pool by address: number of positions with a health factor below 1, their live debt and collateral, '
    'and the debt left if each is liquidated whole. Pools without a price are left out, with a WARNING. Writes nothing. '
    'Fails with 22023 for an unknown asset or no object, VS001 unless a price is above 0, 22004 for NULL.';

CREATE OR REPLACE FUNCTION vesu.liquidation_ladder(
        pool_address vesu.felt252, steps int DEFAULT 20, depth numeric DEFAULT 0.5)
    RETURNS TABLE (step int, price numeric, positions bigint, debt numeric, collateral numeric)
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    pool vesu.pool_prices;
    rungs numeric[];
BEGIN
    IF liquidation_ladder.pool_address IS NULL THEN
        RAISE EXCEPTION USING
            ERRCODE = 'null_value_not_allowed',
            MESSAGE = 'pool_address must not be null';
    END IF;
    IF (liquidation_ladder.steps BETWEEN 1 AND 1000) IS NOT TRUE THEN
        RAISE EXCEPTION USING
            ERRCODE = 'invalid_parameter_value',
            MESSAGE = format('steps must be from 1 to 1000, not %s', coalesce(steps::text, 'null'));
    END IF;
    IF (liquidation_ladder.depth > 0 AND liquidation_ladder.depth < 1) IS NOT TRUE THEN
        RAISE EXCEPTION USING
            ERRCODE = 'invalid_parameter_value',
            MESSAGE = format('depth must be greater than 0 and less than 1, not %s', coalesce(depth::text, 'null')),
            DETAIL = 'It is the fraction by which the price falls at the last step.';
    END IF;

    SELECT known.* INTO pool
      FROM vesu.pool_prices AS known
     WHERE known.pool_address = liquidation_ladder.pool_address AND known.deleted_at IS NULL;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING
            ERRCODE = 'VS003',
            MESSAGE = format('pool %s is unknown', liquidation_ladder.pool_address),
            DETAIL = 'vesu.vesu_pools has no live row with this address.';
    END IF;
    IF pool.collateral_price IS NULL OR pool.debt_price IS NULL THEN
        RAISE EXCEPTION USING
            ERRCODE = 'VS011',
            MESSAGE = format('no price of %s is recorded',
                             CASE WHEN pool.collateral_price IS NULL THEN pool.collateral_asset ELSE pool.debt_asset END),
            HINT = 'Record one with vesu.record_price().';
    END IF;

    -- Negated, so that they ascend: width_bucket(-x, rungs) counts the rungs at or above x.
    rungs := ARRAY(SELECT -vesu.ratio(pool.collateral_price * (steps - depth * k), steps)
                     FROM generate_series(1, steps) AS k
                    ORDER BY k);

    RETURN QUERY
    WITH falls AS (
        SELECT width_bucket(-probe.liquidation_price, rungs) + 1 AS first_step,
               count(*) AS positions, sum(probe.debt) AS debt, sum(probe.collateral) AS collateral
          FROM (SELECT vesu.liquidation_price(vesu.live_collateral(held.collateral_shares, pool.collateral_index),
                                              pool.liquidation_threshold,
                                              vesu.live_debt(held.nominal_debt, pool.debt_index),
                                              pool.debt_price) AS liquidation_price,
                       vesu.shown_debt(held.nominal_debt, pool.debt_index) AS debt,
                       vesu.shown_collateral(held.collateral_shares, pool.collateral_index) AS collateral
                  FROM vesu.vesu_positions AS held
                 WHERE held.pool_address = liquidation_ladder.pool_address
                   AND (held.deleted_at IS NULL AND held.status = 'active' AND held.debt_amount > 0) IS TRUE
                   -- The lowest rung of a tiny price is 0, below which there is no bound.
                   AND held.risk_ratio >= CASE WHEN rungs[steps] < 0
                                               THEN vesu.risk_bound(pool.liquidation_threshold,
                                                                    -rungs[steps], pool.collateral_index,
                                                                    pool.debt_price, pool.debt_index)
                                               ELSE 0
                                          END
                   AND held.risk_ratio <= 'Infinity'
                 ORDER BY held.risk_ratio DESC
                OFFSET 0) AS probe
         WHERE probe.liquidation_price > -rungs[steps]
         GROUP BY first_step)
    SELECT rung.step::int,
           -rung.price,
           (coalesce(sum(falls.positions) OVER so_far, 0))::bigint,
           trim_scale(coalesce(sum(falls.debt) OVER so_far, 0)),
           trim_scale(coalesce(sum(falls.collateral) OVER so_far, 0))
      FROM unnest(rungs) WITH ORDINALITY AS rung (price, step)
      LEFT JOIN falls ON falls.first_step = rung.step
    WINDOW so_far AS (ORDER BY rung.step)
     ORDER BY rung.step;
END
$$;
COMMENT ON FUNCTION vesu.liquidation_ladder(vesu.felt252, int, numeric) IS
    'How many positions of a pool, with how much live debt and collateral, would be liquidatable as the collateral price falls: '
    'step k of steps at price * (1 - depth * k / steps), 18 decimals, rounded down; each step includes those before. '
    'The debt price stays the recorded one; both may be of any age. Writes nothing. Fails with VS003 for an unknown pool, '
    'VS011 without a price, 22023 unless steps is from 1 to 1000 and depth between 0 and 1, 22004 for a NULL address.';
