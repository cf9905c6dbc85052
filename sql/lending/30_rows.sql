-- Questions about one row of a position, pool, transaction, liquidation or price
--
-- The planner inlines them. Their bodies are qualified strings, because PostgreSQL refuses
-- ALTER TABLE ... ADD COLUMN ... DEFAULT for a table whose row type a RETURN body mentions.

-- Levels of risk

CREATE OR REPLACE FUNCTION vesu.risk_limit(level text) RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE level WHEN 'liquidatable' THEN 1 WHEN 'critical' THEN 1.05 WHEN 'at_risk' THEN 1.2 END;
COMMENT ON FUNCTION vesu.risk_limit(text) IS
    'Health factor below which a position is at least liquidatable, critical or at_risk: 1, 1.05, 1.2. '
    'NULL for NULL and any other level. Source: VesuPosition.isLiquidatable, isCritical, isAtRisk.';

CREATE OR REPLACE FUNCTION vesu.risk_level(health_factor numeric, has_debt boolean) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN NOT has_debt THEN 'healthy'
                WHEN health_factor < vesu.risk_limit('liquidatable') THEN 'liquidatable'
                WHEN health_factor < vesu.risk_limit('critical') THEN 'critical'
                WHEN health_factor < vesu.risk_limit('at_risk') THEN 'at_risk'
                WHEN health_factor >= vesu.risk_limit('at_risk') THEN 'healthy'
           END;
COMMENT ON FUNCTION vesu.risk_level(numeric, boolean) IS
    'The most severe level of vesu.risk_limit() that a health factor is below, otherwise and without debt healthy. '
    'NULL for a NULL health factor with debt.';

-- Positions, as of their last write

CREATE OR REPLACE FUNCTION vesu.is_healthy(position_row vesu.vesu_positions) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT coalesce(position_row.health_factor OPERATOR(pg_catalog.>=) vesu.risk_limit('liquidatable'), true)
    $$;
COMMENT ON FUNCTION vesu.is_healthy(vesu.vesu_positions) IS
    'Whether the stored health factor is at least 1; true without one. Source: VesuPosition.isHealthy.';

CREATE OR REPLACE FUNCTION vesu.is_at_risk(position_row vesu.vesu_positions) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT coalesce(position_row.health_factor OPERATOR(pg_catalog.>=) vesu.risk_limit('liquidatable')
                    AND position_row.health_factor OPERATOR(pg_catalog.<) vesu.risk_limit('at_risk'), false)
    $$;
COMMENT ON FUNCTION vesu.is_at_risk(vesu.vesu_positions) IS
    'Whether the stored health factor is at least 1 and below 1.2; false without one. '
    'Includes critical positions. Source: VesuPosition.isAtRisk.';

CREATE OR REPLACE FUNCTION vesu.is_critical(position_row vesu.vesu_positions) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT coalesce(position_row.health_factor OPERATOR(pg_catalog.>=) vesu.risk_limit('liquidatable')
                    AND position_row.health_factor OPERATOR(pg_catalog.<) vesu.risk_limit('critical'), false)
    $$;
COMMENT ON FUNCTION vesu.is_critical(vesu.vesu_positions) IS
    'Whether the stored health factor is at least 1 and below 1.05; false without one. '
    'Source: VesuPosition.isCritical.';

CREATE OR REPLACE FUNCTION vesu.is_liquidatable(position_row vesu.vesu_positions) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT coalesce(position_row.health_factor OPERATOR(pg_catalog.<) vesu.risk_limit('liquidatable'), false)
    $$;
COMMENT ON FUNCTION vesu.is_liquidatable(vesu.vesu_positions) IS
    'Whether the stored health factor is below 1; false without one. At today''s prices ask '
    'vesu.find_liquidatable_positions(). Source: VesuPosition.isLiquidatable.';

CREATE OR REPLACE FUNCTION vesu.has_debt(position_row vesu.vesu_positions) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT position_row.debt_amount OPERATOR(pg_catalog.>) 0
    $$;
COMMENT ON FUNCTION vesu.has_debt(vesu.vesu_positions) IS
    'Whether debt_amount is above 0; NULL for a NULL row. Source: VesuPosition.hasDebt.';

CREATE OR REPLACE FUNCTION vesu.has_collateral(position_row vesu.vesu_positions) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT position_row.collateral_amount OPERATOR(pg_catalog.>) 0
    $$;
COMMENT ON FUNCTION vesu.has_collateral(vesu.vesu_positions) IS
    'Whether collateral_amount is above 0; NULL for a NULL row. Source: VesuPosition.hasCollateral.';

-- Pools

CREATE OR REPLACE FUNCTION vesu.utilization_rate(pool_row vesu.vesu_pools) RETURNS numeric
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT vesu.utilization(pool_row.total_borrow, pool_row.total_supply)
    $$;
COMMENT ON FUNCTION vesu.utilization_rate(vesu.vesu_pools) IS
    'total_borrow / total_supply as a fraction, 18 decimals, rounded down; not capped at 1, 0 without supply. '
    'NULL for a NULL row. Source: VesuPool.getUtilizationRate.';

CREATE OR REPLACE FUNCTION vesu.available_liquidity(pool_row vesu.vesu_pools) RETURNS numeric
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT CASE WHEN pool_row.total_supply OPERATOR(pg_catalog.>) pool_row.total_borrow
                THEN pg_catalog.trim_scale(pool_row.total_supply OPERATOR(pg_catalog.-) pool_row.total_borrow)
                WHEN pool_row.total_supply OPERATOR(pg_catalog.<=) pool_row.total_borrow
                THEN 0
           END
    $$;
COMMENT ON FUNCTION vesu.available_liquidity(vesu.vesu_pools) IS
    'total_supply - total_borrow, at least 0, in units of the debt asset, exact. NULL for a NULL row. '
    'Source: VesuPool.getAvailableLiquidity.';

CREATE OR REPLACE FUNCTION vesu.is_healthy(pool_row vesu.vesu_pools) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT vesu.utilization_rate(pool_row) OPERATOR(pg_catalog.<) 0.95
    $$;
COMMENT ON FUNCTION vesu.is_healthy(vesu.vesu_pools) IS
    'Whether less than 95 % of the supply is borrowed. NULL for a NULL row. Source: VesuPool.isHealthy.';

CREATE OR REPLACE FUNCTION vesu.can_borrow(pool_row vesu.vesu_pools, amount numeric) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT amount OPERATOR(pg_catalog.>=) 0 AND amount OPERATOR(pg_catalog.<=) vesu.available_liquidity(pool_row)
    $$;
COMMENT ON FUNCTION vesu.can_borrow(vesu.vesu_pools, numeric) IS
    'Whether amount, in units of the debt asset, is at least 0 and within the available liquidity. '
    'NULL for a NULL row or amount. Source: VesuPool.canBorrow.';

CREATE OR REPLACE FUNCTION vesu.needs_sync(pool_row vesu.vesu_pools, max_age interval DEFAULT '5 minutes')
    RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT CASE WHEN pg_catalog.isfinite(pool_row.last_synced)
                THEN (vesu.now() OPERATOR(pg_catalog.-) pool_row.last_synced) OPERATOR(pg_catalog.>) max_age
                ELSE pool_row.last_synced OPERATOR(pg_catalog.<) vesu.now()
           END
    $$;
COMMENT ON FUNCTION vesu.needs_sync(vesu.vesu_pools, interval) IS
    'Whether last_synced is more than max_age ago; -infinity always is, infinity never. '
    'NULL for a NULL row or age. Source: VesuPool.needsSync.';

CREATE OR REPLACE FUNCTION vesu.asset_pair(pool_row vesu.vesu_pools) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT pool_row.collateral_asset OPERATOR(pg_catalog.||) '-' OPERATOR(pg_catalog.||) pool_row.debt_asset
    $$;
COMMENT ON FUNCTION vesu.asset_pair(vesu.vesu_pools) IS
    'collateral_asset-debt_asset, for example ETH-USDC. NULL for a NULL row. Source: VesuPool.getAssetPair.';

-- Transactions

CREATE OR REPLACE FUNCTION vesu.is_pending(transaction_row vesu.vesu_transactions) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT transaction_row.status OPERATOR(pg_catalog.=) 'pending'
    $$;
COMMENT ON FUNCTION vesu.is_pending(vesu.vesu_transactions) IS
    'Whether the status is pending; NULL for a NULL row. Source: VesuTransaction.isPending.';

CREATE OR REPLACE FUNCTION vesu.is_confirmed(transaction_row vesu.vesu_transactions) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT transaction_row.status OPERATOR(pg_catalog.=) 'confirmed'
    $$;
COMMENT ON FUNCTION vesu.is_confirmed(vesu.vesu_transactions) IS
    'Whether the status is confirmed; NULL for a NULL row. Source: VesuTransaction.isConfirmed.';

CREATE OR REPLACE FUNCTION vesu.is_failed(transaction_row vesu.vesu_transactions) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT transaction_row.status OPERATOR(pg_catalog.=) 'failed'
    $$;
COMMENT ON FUNCTION vesu.is_failed(vesu.vesu_transactions) IS
    'Whether the status is failed; NULL for a NULL row. Source: VesuTransaction.isFailed.';

CREATE OR REPLACE FUNCTION vesu.is_supply(transaction_row vesu.vesu_transactions) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT transaction_row.type OPERATOR(pg_catalog.=) 'supply'
    $$;
COMMENT ON FUNCTION vesu.is_supply(vesu.vesu_transactions) IS
    'Whether the type is supply; NULL for a NULL row. Source: VesuTransaction.isSupply.';

CREATE OR REPLACE FUNCTION vesu.is_borrow(transaction_row vesu.vesu_transactions) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT transaction_row.type OPERATOR(pg_catalog.=) 'borrow'
    $$;
COMMENT ON FUNCTION vesu.is_borrow(vesu.vesu_transactions) IS
    'Whether the type is borrow; NULL for a NULL row. Source: VesuTransaction.isBorrow.';

CREATE OR REPLACE FUNCTION vesu.is_repay(transaction_row vesu.vesu_transactions) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT transaction_row.type OPERATOR(pg_catalog.=) 'repay'
    $$;
COMMENT ON FUNCTION vesu.is_repay(vesu.vesu_transactions) IS
    'Whether the type is repay; NULL for a NULL row. Source: VesuTransaction.isRepay.';

CREATE OR REPLACE FUNCTION vesu.is_withdraw(transaction_row vesu.vesu_transactions) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT transaction_row.type OPERATOR(pg_catalog.=) 'withdraw'
    $$;
COMMENT ON FUNCTION vesu.is_withdraw(vesu.vesu_transactions) IS
    'Whether the type is withdraw; NULL for a NULL row. Source: VesuTransaction.isWithdraw.';

CREATE OR REPLACE FUNCTION vesu.is_liquidation(transaction_row vesu.vesu_transactions) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT transaction_row.type OPERATOR(pg_catalog.=) 'liquidation'
    $$;
COMMENT ON FUNCTION vesu.is_liquidation(vesu.vesu_transactions) IS
    'Whether the type is liquidation; NULL for a NULL row. Source: VesuTransaction.isLiquidation.';

-- Liquidations

CREATE OR REPLACE FUNCTION vesu.liquidation_profit(liquidation_row vesu.vesu_liquidations) RETURNS numeric
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT pg_catalog.trim_scale(liquidation_row.liquidation_bonus)
    $$;
COMMENT ON FUNCTION vesu.liquidation_profit(vesu.vesu_liquidations) IS
    'liquidation_bonus: what the liquidator earned, in units of the collateral asset, exact. NULL for a NULL row. '
    'Source: VesuLiquidation.getLiquidationProfit.';

CREATE OR REPLACE FUNCTION vesu.total_collateral_value(liquidation_row vesu.vesu_liquidations) RETURNS numeric
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT pg_catalog.trim_scale(liquidation_row.collateral_seized)
    $$;
COMMENT ON FUNCTION vesu.total_collateral_value(vesu.vesu_liquidations) IS
    'collateral_seized, bonus included, in units of the collateral asset, exact. NULL for a NULL row. '
    'Source: VesuLiquidation.getTotalCollateralValue.';

CREATE OR REPLACE FUNCTION vesu.debt_covered(liquidation_row vesu.vesu_liquidations) RETURNS numeric
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT pg_catalog.trim_scale(liquidation_row.debt_repaid)
    $$;
COMMENT ON FUNCTION vesu.debt_covered(vesu.vesu_liquidations) IS
    'debt_repaid, in units of the debt asset, exact. NULL for a NULL row. '
    'Source: VesuLiquidation.getDebtCovered.';

CREATE OR REPLACE FUNCTION vesu.liquidation_ratio(liquidation_row vesu.vesu_liquidations) RETURNS numeric
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT vesu.ratio(liquidation_row.collateral_seized, liquidation_row.debt_repaid)
    $$;
COMMENT ON FUNCTION vesu.liquidation_ratio(vesu.vesu_liquidations) IS
    'collateral_seized / debt_repaid: collateral units per debt unit, 18 decimals, rounded down; 0 if nothing was repaid. '
    'NULL for a NULL row. Source: VesuLiquidation.getLiquidationRatio.';

-- Prices

CREATE OR REPLACE FUNCTION vesu.is_usable_price(
        price numeric, observed_at timestamptz, max_age interval, sources int, min_sources int)
    RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN coalesce(price IS NOT NULL
                    AND vesu.now() - observed_at <= max_age
                    AND (sources IS NULL OR sources >= min_sources), false);
COMMENT ON FUNCTION vesu.is_usable_price(numeric, timestamptz, interval, int, int) IS
    'vesu.is_usable() of a price whose row is given as its columns.';

CREATE OR REPLACE FUNCTION vesu.is_usable(price_row vesu.vesu_asset_prices) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT vesu.is_usable_price(price_row.price, price_row.observed_at, price_row.max_age,
                                price_row.sources, price_row.min_sources)
    $$;
COMMENT ON FUNCTION vesu.is_usable(vesu.vesu_asset_prices) IS
    'Whether there is a price, not older than max_age, from at least min_sources sources or from an unknown number. '
    'False for a NULL row and where observed_at, max_age or min_sources is missing.';
