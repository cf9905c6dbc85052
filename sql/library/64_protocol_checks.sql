-- Which configurations the Vesu protocol accepts, and what its storage keeps.
CREATE FUNCTION vesu.check_asset_config(
    asset vesu.asset_config, max_utilization numeric, floor numeric, last_full_utilization_rate numeric,
    last_updated bigint, fee_shares numeric DEFAULT 0, protocol int DEFAULT 2) RETURNS void
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_check_asset_config';
COMMENT ON FUNCTION vesu.check_asset_config(vesu.asset_config, numeric, numeric, numeric, bigint, numeric, int) IS
    'Does nothing when the protocol would accept and keep the configuration and books of an asset, else VS020 with '
    'its text: the limits (scale-exceeded, max-utilization-exceeded, fee-rate-exceeded, asset-config-nonexistent, in '
    'V1 rate-accumulator-too-low), what does not fit storage (pack-reserve, pack-last-rate-accumulator and so on) and '
    'what storage would round (max-utilization-precision-loss, floor-, scale-, fee-rate-: whole percents and powers '
    'of ten from 10 on). NULL for a NULL argument. VS001 as vesu.calculate_nominal_debt.';

CREATE FUNCTION vesu.check_pair_config(
    max_ltv numeric, liquidation_factor numeric, debt_cap numeric, protocol int DEFAULT 2) RETURNS void
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_check_pair_config';
COMMENT ON FUNCTION vesu.check_pair_config(numeric, numeric, numeric, int) IS
    'Does nothing when the protocol would accept the pair, else VS020 with its text: max-ltv-exceeded, '
    'liquidation-factor-exceeded, max-ltv-gt-liquidation-factor (V1: invalid-ltv-config, invalid-liquidation-config), '
    'pack-debt-cap-u123. max_ltv and liquidation_factor in 10^-18 (0: 10^18), debt_cap in units of the debt token (0: '
    'none). NULL for a NULL argument. VS001 as vesu.calculate_nominal_debt.';

CREATE FUNCTION vesu.check_interest_rate_config(config vesu.interest_rate_config, protocol int DEFAULT 2) RETURNS void
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_check_interest_rate_config';
COMMENT ON FUNCTION vesu.check_interest_rate_config(vesu.interest_rate_config, int) IS
    'Does nothing when the protocol would accept the model, else VS020 with its text, such as '
    'target-utilization-gt-max-target-utilization or rate-half-life-eq-0; V1 accepts a target outside its range and a '
    'maximum of 100 %. NULL for a NULL argument. VS001 as vesu.calculate_nominal_debt; 22004 for a NULL in config.';

CREATE FUNCTION vesu.check_position_amounts("position" vesu.position_amounts) RETURNS void
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_check_position_amounts';
COMMENT ON FUNCTION vesu.check_position_amounts(vesu.position_amounts) IS
    'Does nothing when the position fits storage, 128 bits of shares and 123 of nominal debt, else VS020 with the '
    'protocol''s text: pack-collateral-shares, pack-nominal-debt, pack-nominal-debt-u123. NULL for a NULL argument. '
    'VS001 as vesu.calculate_nominal_debt; 22004 for a NULL in the row.';
