-- Health and liquidation of one position, in exact decimals. Pure functions over core/lending.
CREATE FUNCTION vesu.health_factor(
    collateral_amount numeric, collateral_price numeric, liquidation_threshold numeric,
    debt_amount numeric, debt_price numeric) RETURNS numeric
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_health_factor';
COMMENT ON FUNCTION vesu.health_factor(numeric, numeric, numeric, numeric, numeric) IS
    'collateral_amount * collateral_price * liquidation_threshold / (debt_amount * debt_price), rounded down to 18 '
    'decimals; below 1 the position is liquidatable. Amounts in tokens, prices in USD a token. NULL without debt; 0 for debt '
    'without collateral. NULL for a NULL argument. VS001 unless amounts are finite and not negative, prices finite and above 0, '
    'the threshold in 0..1. Source: the health factor of Vesu and of Aave.';

CREATE FUNCTION vesu.is_undercollateralized(
    collateral_amount numeric, collateral_price numeric, liquidation_threshold numeric,
    debt_amount numeric, debt_price numeric) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_is_undercollateralized';
COMMENT ON FUNCTION vesu.is_undercollateralized(numeric, numeric, numeric, numeric, numeric) IS
    'Whether debt_amount * debt_price > collateral_amount * collateral_price * liquidation_threshold: the same as a health '
    'factor below 1, compared as products without a division. false without debt. NULL and VS001 as vesu.health_factor.';

CREATE FUNCTION vesu.loan_to_value(
    collateral_amount numeric, collateral_price numeric, debt_amount numeric, debt_price numeric) RETURNS numeric
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_loan_to_value';
COMMENT ON FUNCTION vesu.loan_to_value(numeric, numeric, numeric, numeric) IS
    'debt_amount * debt_price / (collateral_amount * collateral_price), a fraction, rounded up to 18 decimals. 0 without debt; '
    'Infinity for debt without collateral. NULL for a NULL argument. VS001 unless amounts are finite and not negative, prices finite '
    'and above 0.';

CREATE FUNCTION vesu.liquidation_price(
    collateral_amount numeric, liquidation_threshold numeric, debt_amount numeric, debt_price numeric) RETURNS numeric
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_liquidation_price';
COMMENT ON FUNCTION vesu.liquidation_price(numeric, numeric, numeric, numeric) IS
    'debt_amount * debt_price / (collateral_amount * liquidation_threshold), rounded up to 18 decimals: the lowest price of the '
    'collateral, in USD a token, at which the position is healthy. NULL without debt; Infinity when debt meets no collateral or '
    'a threshold of 0. NULL for a NULL argument. VS001 as vesu.health_factor.';

CREATE FUNCTION vesu.max_borrow(
    collateral_amount numeric, collateral_price numeric, max_ltv numeric,
    debt_amount numeric, debt_price numeric) RETURNS numeric
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_max_borrow';
COMMENT ON FUNCTION vesu.max_borrow(numeric, numeric, numeric, numeric, numeric) IS
    'max(0, collateral_amount * collateral_price * max_ltv / debt_price - debt_amount), rounded down to 18 decimals: what can still '
    'be borrowed, in debt tokens, the liquidity of the pool aside. NULL for a NULL argument. VS001 as vesu.health_factor.';

CREATE FUNCTION vesu.max_withdraw(
    collateral_amount numeric, collateral_price numeric, liquidation_threshold numeric,
    debt_amount numeric, debt_price numeric, health_floor numeric DEFAULT 1) RETURNS numeric
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_max_withdraw';
COMMENT ON FUNCTION vesu.max_withdraw(numeric, numeric, numeric, numeric, numeric, numeric) IS
    'max(0, collateral_amount - required), in collateral tokens, where required = health_floor * debt_amount * debt_price / '
    '(liquidation_threshold * collateral_price) is rounded up to 18 decimals and the result down: the health factor afterwards is '
    'at least health_floor. The whole collateral without debt; 0 for debt with a threshold of 0. NULL for a NULL argument. '
    'VS001 as vesu.health_factor, and unless health_floor is finite and above 0.';

CREATE FUNCTION vesu.utilization(total_borrow numeric, total_supply numeric) RETURNS numeric
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_utilization';
COMMENT ON FUNCTION vesu.utilization(numeric, numeric) IS
    'total_borrow / total_supply, a fraction, rounded down to 18 decimals, above 1 when more is borrowed than supplied; 0 without supply. '
    'NULL for a NULL argument. VS001 unless both are finite and not negative.';

CREATE FUNCTION vesu.ratio(numerator numeric, denominator numeric) RETURNS numeric
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_ratio';
COMMENT ON FUNCTION vesu.ratio(numeric, numeric) IS
    'numerator / denominator, rounded down to 18 decimals; 0 when the denominator is 0. For averages and shares: the division '
    'operator of PostgreSQL rounds to a scale of its own choice. NULL for a NULL argument. VS001 unless both are finite and not negative.';

CREATE FUNCTION vesu.vtokens_for_assets(amount numeric, exchange_rate numeric) RETURNS numeric
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_vtokens_for_assets';
COMMENT ON FUNCTION vesu.vtokens_for_assets(numeric, numeric) IS
    'amount / exchange_rate, rounded down to 18 decimals: the vTokens minted for assets; the rate is a plain ratio, assets a vToken. '
    'NULL for a NULL argument. VS001 unless the amount is finite and not negative and the rate finite and above 0. Source: ERC-4626.';

CREATE FUNCTION vesu.burned_vtokens(amount numeric, exchange_rate numeric) RETURNS numeric
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_burned_vtokens';
COMMENT ON FUNCTION vesu.burned_vtokens(numeric, numeric) IS
    'amount / exchange_rate, rounded up to 18 decimals: the vTokens burned when assets leave, against the one who takes them. '
    'NULL and VS001 as vesu.vtokens_for_assets. Source: ERC-4626.';

CREATE FUNCTION vesu.assets_for_vtokens(vtokens numeric, exchange_rate numeric) RETURNS numeric
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_assets_for_vtokens';
COMMENT ON FUNCTION vesu.assets_for_vtokens(numeric, numeric) IS
    'vtokens * exchange_rate, rounded down to 18 decimals: the assets that vTokens stand for. NULL and VS001 as '
    'vesu.vtokens_for_assets. Source: ERC-4626.';

CREATE FUNCTION vesu.simple_yield(amount numeric, apy numeric, days numeric) RETURNS numeric
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_simple_yield';
COMMENT ON FUNCTION vesu.simple_yield(numeric, numeric, numeric) IS
    'amount * apy * days / 365, rounded down to 18 decimals: yield without compounding; the APY is a fraction, 0.035 for 3.5 %. '
    'NULL for a NULL argument. VS001 unless all are finite and not negative.';

CREATE FUNCTION vesu.liquidation_amounts(
    collateral_amount numeric, collateral_price numeric, debt_amount numeric, debt_price numeric,
    liquidation_threshold numeric, liquidation_bonus numeric,
    debt_to_cover numeric DEFAULT NULL, target_health numeric DEFAULT 1.001,
    OUT debt_repaid numeric, OUT collateral_seized numeric, OUT bonus numeric, OUT bad_debt numeric,
    OUT health_factor_after numeric)
    LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_liquidation_amounts';
COMMENT ON FUNCTION vesu.liquidation_amounts(numeric, numeric, numeric, numeric, numeric, numeric, numeric, numeric) IS
    'What a liquidation moves. A position that is not undercollateralized: four zeros and its health factor. Else the debt repaid is '
    'debt_to_cover, or what brings the health factor to target_health, rounded up to 18 decimals, or the whole debt where no amount '
    'can; never above the debt. The collateral seized is its worth plus the bonus rate liquidation_bonus, rounded down; where the '
    'collateral is worth less, all of it is seized, the repaid debt is what it pays for, rounded up, and the rest is bad_debt. bonus: the '
    'seized collateral above the worth of the repaid debt. health_factor_after: NULL when no debt is left, 0 with bad debt. '
    'NULL for a NULL argument other than debt_to_cover. VS001 as vesu.health_factor, unless liquidation_bonus is in 0..1, and unless '
    'debt_to_cover and target_health are finite and above 0.';

CREATE FUNCTION vesu.check_operation_amount(amount numeric, name text DEFAULT 'amount') RETURNS numeric
    LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_check_operation_amount';
COMMENT ON FUNCTION vesu.check_operation_amount(numeric, text) IS
    'The amount itself. VS001, naming it, unless it is finite, above 0, below 10^18 and has at most 18 decimals; 22004 when NULL.';
