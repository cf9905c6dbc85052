-- Live risk: who is unhealthy at the recorded prices, or would be at others
--
-- Debt / collateral > threshold * collateral price / debt price is a range of the index
-- vesu_positions_risk, because risk_ratio depends on no price and no interest. The range is never too
-- narrow; the exact predicate decides on the rows it yields. Each probe is fenced by OFFSET 0 and names
-- both ends of its range: otherwise the planner expects a third of a pool and reads all of it.
--
-- A row as a whole is written held.*::vesu.vesu_positions: a bare held would mean a column of that name
-- once a user has added one.

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
       vesu.is_usable_price(collateral.price, collateral.observed_at, collateral.max_age,
                            collateral.sources, collateral.min_sources) AS collateral_price_is_usable,
       vesu.is_usable_price(debt.price, debt.observed_at, debt.max_age,
                            debt.sources, debt.min_sources) AS debt_price_is_usable,
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
       vesu.risk_level(live.health_factor, live.debt_amount > 0) AS risk_level,
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

CREATE OR REPLACE FUNCTION vesu.indebted_positions(pool_address vesu.felt252) RETURNS SETOF vesu.vesu_positions
    LANGUAGE sql STABLE PARALLEL SAFE
    -- The condition of the index vesu_positions_risk word for word.
    AS $$
    SELECT held.*
      FROM vesu.vesu_positions AS held
     WHERE held.pool_address OPERATOR(pg_catalog.=) indebted_positions.pool_address
       AND (held.deleted_at IS NULL
            AND held.status OPERATOR(pg_catalog.=) 'active'::vesu.position_status
            AND held.debt_amount OPERATOR(pg_catalog.>) 0) IS TRUE
    $$;
COMMENT ON FUNCTION vesu.indebted_positions(vesu.felt252) IS
    'Active positions with debt in a pool, as of their last write, in no order: those that can be liquidated at some price.';

-- PL/pgSQL keeps the plan: as an SQL function it would be planned for every scan, for longer than a small scan takes.
CREATE OR REPLACE FUNCTION vesu.warn_skipped_pools() RETURNS boolean
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    RETURN vesu.warn_unusable_prices(ARRAY(
               -- DISTINCT sorts: the WARNING names the assets in order.
               SELECT DISTINCT needed.asset
                 FROM vesu.pool_prices AS pool
                CROSS JOIN LATERAL (VALUES (pool.collateral_asset::text, pool.collateral_price_is_usable),
                                           (pool.debt_asset::text, pool.debt_price_is_usable))
                        AS needed (asset, is_usable)
                WHERE pool.is_open
                  AND NOT needed.is_usable
                  AND (pool.collateral_price IS NOT NULL OR pool.debt_price IS NOT NULL)
                ORDER BY needed.asset));
END
$$;
COMMENT ON FUNCTION vesu.warn_skipped_pools() IS
    'One WARNING that names the assets without a usable price, if vesu.find_positions_by_health() skips a pool for them. '
    'Returns true.';

CREATE OR REPLACE FUNCTION vesu.find_positions_by_health(at_least numeric, below numeric)
    RETURNS SETOF vesu.vesu_positions
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT shown.*
      FROM (SELECT probe.held, probe.collateral_shares, pool.collateral_index,
                   probe.nominal_debt, pool.debt_index, probe.health_factor
              FROM vesu.pool_prices AS pool
             CROSS JOIN LATERAL (
                    SELECT held.*::vesu.vesu_positions AS held, held.collateral_shares, held.nominal_debt,
                           vesu.live_health_factor(held.collateral_shares, pool.collateral_index, pool.collateral_price,
                                                   pool.liquidation_threshold,
                                                   held.nominal_debt, pool.debt_index, pool.debt_price) AS health_factor
                      FROM vesu.indebted_positions(pool.pool_address) AS held
                     WHERE held.risk_ratio OPERATOR(pg_catalog.>=)
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
                    SELECT held.*::vesu.vesu_positions AS held, held.collateral_shares, held.nominal_debt, held.health_factor
                      FROM vesu.indebted_positions(pool.pool_address) AS held
                     WHERE held.health_factor OPERATOR(pg_catalog.<) find_positions_by_health.below
                    OFFSET 0) AS probe
             WHERE pool.is_open AND pool.collateral_price IS NULL AND pool.debt_price IS NULL
           ) AS found
     CROSS JOIN LATERAL (
            SELECT vesu.shown_collateral(found.collateral_shares, found.collateral_index) AS collateral_amount,
                   vesu.shown_debt(found.nominal_debt, found.debt_index) AS debt_amount,
                   found.health_factor AS health_factor) AS live
     CROSS JOIN LATERAL vesu.row_with(found.held, live.*) AS shown
     WHERE found.health_factor OPERATOR(pg_catalog.>=) find_positions_by_health.at_least
       AND found.health_factor OPERATOR(pg_catalog.<) find_positions_by_health.below
       AND (SELECT vesu.warn_skipped_pools())
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
    SELECT found.* FROM vesu.find_positions_by_health(0, vesu.risk_limit('liquidatable')) AS found
    $$;
COMMENT ON FUNCTION vesu.find_liquidatable_positions() IS
    'Positions whose live health factor is below 1, lowest first, then by id; see vesu.find_positions_by_health(). '
    'Source: VesuPosition.findLiquidatablePositions.';

CREATE OR REPLACE FUNCTION vesu.find_at_risk_positions() RETURNS SETOF vesu.vesu_positions
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT found.*
      FROM vesu.find_positions_by_health(vesu.risk_limit('liquidatable'), vesu.risk_limit('at_risk')) AS found
    $$;
COMMENT ON FUNCTION vesu.find_at_risk_positions() IS
    'Positions whose live health factor is at least 1 and below 1.2, lowest first, then by id; see vesu.find_positions_by_health(). '
    'Source: VesuPosition.findAtRiskPositions.';
