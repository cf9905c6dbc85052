-- Interest without rewriting positions. Pure functions over core/lending.
CREATE FUNCTION vesu.nominal_debt(debt_amount numeric, debt_index numeric) RETURNS numeric
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_nominal_debt';
COMMENT ON FUNCTION vesu.nominal_debt(numeric, numeric) IS
    'debt_amount / debt_index, rounded up to 36 decimals: the debt without interest, which an accrual does not change. '
    'NULL for a NULL argument. VS001 unless the amount is finite and not negative and the index finite and above 0.';

CREATE FUNCTION vesu.collateral_shares(collateral_amount numeric, collateral_index numeric) RETURNS numeric
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_collateral_shares';
COMMENT ON FUNCTION vesu.collateral_shares(numeric, numeric) IS
    'collateral_amount / collateral_index, rounded down to 36 decimals: the collateral without its yield. '
    'NULL and VS001 as vesu.nominal_debt.';

CREATE FUNCTION vesu.risk_ratio(nominal_debt numeric, collateral_shares numeric) RETURNS numeric
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_risk_ratio';
COMMENT ON FUNCTION vesu.risk_ratio(numeric, numeric) IS
    'nominal_debt / collateral_shares, rounded up to 36 decimals: how near a position is to liquidation, whatever the prices and the '
    'interest. Infinity for debt without collateral; NULL without debt or for a NULL argument. VS001 unless both are finite and '
    'not negative.';

CREATE FUNCTION vesu.live_debt(nominal_debt numeric, debt_index numeric) RETURNS numeric
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_live_debt';
COMMENT ON FUNCTION vesu.live_debt(numeric, numeric) IS
    'nominal_debt * debt_index, rounded down to 27 decimals: the debt with interest, in debt tokens, exact enough that an '
    'unchanged index gives back the stored amount. NULL for a NULL argument. VS001 as vesu.nominal_debt.';

CREATE FUNCTION vesu.live_collateral(collateral_shares numeric, collateral_index numeric) RETURNS numeric
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_live_collateral';
COMMENT ON FUNCTION vesu.live_collateral(numeric, numeric) IS
    'collateral_shares * collateral_index, rounded up to 27 decimals: the collateral with its yield, in collateral tokens, exact '
    'enough that an unchanged index gives back the stored amount. NULL for a NULL argument. VS001 as vesu.nominal_debt.';

CREATE FUNCTION vesu.shown_debt(nominal_debt numeric, debt_index numeric) RETURNS numeric
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_shown_debt';
COMMENT ON FUNCTION vesu.shown_debt(numeric, numeric) IS
    'vesu.live_debt rounded up to 18 decimals: the debt as it is shown and written. NULL and VS001 as there.';

CREATE FUNCTION vesu.shown_collateral(collateral_shares numeric, collateral_index numeric) RETURNS numeric
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_shown_collateral';
COMMENT ON FUNCTION vesu.shown_collateral(numeric, numeric) IS
    'vesu.live_collateral rounded down to 18 decimals: the collateral as it is shown and written. NULL and VS001 as there.';

CREATE FUNCTION vesu.live_health_factor(
    collateral_shares numeric, collateral_index numeric, collateral_price numeric, liquidation_threshold numeric,
    nominal_debt numeric, debt_index numeric, debt_price numeric) RETURNS numeric
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_live_health_factor';
COMMENT ON FUNCTION vesu.live_health_factor(numeric, numeric, numeric, numeric, numeric, numeric, numeric) IS
    'vesu.health_factor of vesu.live_collateral and vesu.live_debt, not rounded to the shown 18 decimals first. '
    'NULL without debt or for a NULL argument. VS001 as vesu.health_factor and vesu.nominal_debt.';

CREATE FUNCTION vesu.risk_bound(
    liquidation_threshold numeric, collateral_price numeric, collateral_index numeric,
    debt_price numeric, debt_index numeric, health_factor numeric DEFAULT 1) RETURNS numeric
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_risk_bound';
COMMENT ON FUNCTION vesu.risk_bound(numeric, numeric, numeric, numeric, numeric, numeric) IS
    'liquidation_threshold * collateral_price * collateral_index / (health_factor * debt_price * debt_index), rounded down to 36 '
    'decimals: every position of a pool whose live health factor is below the given one has at least this risk_ratio, so that '
    'a range scan finds them all. NULL for a NULL argument. VS001 unless the threshold is in 0..1 and the others finite and above 0.';

CREATE FUNCTION vesu.touch_updated_at() RETURNS trigger
    LANGUAGE c AS 'MODULE_PATHNAME', 'vesu_touch_updated_at';
REVOKE ALL ON FUNCTION vesu.touch_updated_at() FROM PUBLIC;
COMMENT ON FUNCTION vesu.touch_updated_at() IS 'BEFORE UPDATE FOR EACH ROW: sets updated_at to vesu.now().';

CREATE FUNCTION vesu.keep_position() RETURNS trigger
    LANGUAGE c AS 'MODULE_PATHNAME', 'vesu_keep_position';
REVOKE ALL ON FUNCTION vesu.keep_position() FROM PUBLIC;
COMMENT ON FUNCTION vesu.keep_position() IS
    'BEFORE INSERT OR UPDATE FOR EACH ROW on vesu.vesu_positions: fills the assets from the pool (another asset is 23514, an unknown '
    'pool 23503); derives nominal_debt and collateral_shares where their amount changed or they are NULL; always derives risk_ratio; '
    'recomputes health_factor from the recorded prices where an amount is written, with another value or the same, and where the '
    'position moves to another pool (without both prices the given value stays, NULL '
    'without debt, 0 without collateral); renews updated_at.';
