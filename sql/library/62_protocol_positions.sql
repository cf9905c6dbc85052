-- Positions, liquidations, oracles and vTokens of the Vesu protocol, in the integers of 60_protocol.sql.
CREATE FUNCTION vesu.deconstruct_position_amounts(
    "position" vesu.position_amounts, collateral_asset vesu.asset_config, debt_asset vesu.asset_config,
    collateral_type text, collateral_denomination text, collateral_value numeric, debt_type text,
    debt_denomination text, debt_value numeric, protocol int DEFAULT 2,
    OUT collateral_delta numeric, OUT collateral_shares_delta numeric, OUT debt_delta numeric,
    OUT nominal_debt_delta numeric)
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_deconstruct_position_amounts';
COMMENT ON FUNCTION vesu.deconstruct_position_amounts(
    vesu.position_amounts, vesu.asset_config, vesu.asset_config, text, text, numeric, text, text, numeric, int) IS
    'What the two amounts that a user gives mean in assets and in native units (collateral shares, nominal debt). A '
    'denomination is assets or native; a type is delta, in V1 also target, the amount to reach; values are signed: '
    'negative withdraws or repays. Always rounded in favour of the pool: collateral in and debt paid up, collateral '
    'out and debt borrowed down, shares and nominal debt the other way. NULL for a NULL argument. VS001 unless values '
    'are whole and within 256 bits, and for another word; VS020 as vesu.calculate_collateral and its siblings, V1 '
    'also collateral-target-negative and debt-target-negative; 22004 for a NULL in a row.';

CREATE FUNCTION vesu.apply_position_update(
    "position" vesu.position_amounts, collateral_asset vesu.asset_config, debt_asset vesu.asset_config,
    collateral_type text, collateral_denomination text, collateral_value numeric, debt_type text,
    debt_denomination text, debt_value numeric, protocol int DEFAULT 2, bad_debt numeric DEFAULT 0,
    OUT "position" vesu.position_amounts, OUT collateral_asset vesu.asset_config, OUT debt_asset vesu.asset_config,
    OUT collateral_delta numeric, OUT collateral_shares_delta numeric, OUT debt_delta numeric,
    OUT nominal_debt_delta numeric)
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_apply_position_update';
COMMENT ON FUNCTION vesu.apply_position_update(
    vesu.position_amounts, vesu.asset_config, vesu.asset_config, text, text, numeric, text, text, numeric, int,
    numeric) IS
    'Position and books after vesu.deconstruct_position_amounts, collateral first, and the four deltas as applied: a '
    'decrease beyond what the position has is cut to all of it. bad_debt is written off without the reserve growing '
    'by it. VS020 too for insufficient-reserve and bad-debt-not-zero. Neither the invariants of the pool (LTV, floor, '
    'cap) are tested nor V1''s 1000 locked shares of a first deposit taken. NULL, VS001 and 22004 as there.';

CREATE FUNCTION vesu.collateral_and_debt_value(
    "position" vesu.position_amounts, collateral_asset vesu.asset_config, debt_asset vesu.asset_config,
    collateral_price numeric, debt_price numeric, protocol int DEFAULT 2,
    OUT collateral numeric, OUT collateral_value numeric, OUT debt numeric, OUT debt_value numeric)
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_collateral_and_debt_value';
COMMENT ON FUNCTION vesu.collateral_and_debt_value(
    vesu.position_amounts, vesu.asset_config, vesu.asset_config, numeric, numeric, int) IS
    'Collateral (rounded down) and debt (up) of a position in units of their tokens, and what they are worth in '
    '10^-18 units of account: collateral value rounded down, debt value up in V2 and down in V1. Prices are in 10^-18 '
    'per whole token. NULL for a NULL argument. VS001 and VS020 as vesu.calculate_collateral; 22004 for a NULL in a '
    'row.';

CREATE FUNCTION vesu.is_collateralized(collateral_value numeric, debt_value numeric, max_ltv numeric) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_is_collateralized';
COMMENT ON FUNCTION vesu.is_collateralized(numeric, numeric, numeric) IS
    'Whether collateral_value * max_ltv >= debt_value * 10^18. One LTV a pair bounds borrowing and triggers '
    'liquidation. NULL for a NULL argument. VS001 unless whole and in [0, 2^256), VS020 u256_mul Overflow.';

CREATE FUNCTION vesu.protocol_health_factor(collateral_value numeric, debt_value numeric, max_ltv numeric) RETURNS numeric
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_protocol_health_factor';
COMMENT ON FUNCTION vesu.protocol_health_factor(numeric, numeric, numeric) IS
    'collateral_value * max_ltv / debt_value in 10^-18, rounded down: below 10^18 exactly when the position can be '
    'liquidated. NULL without debt value or for a NULL argument. VS001 unless whole and in [0, 2^256). The chain has '
    'no health factor: this one never contradicts vesu.is_collateralized.';

CREATE FUNCTION vesu.calculate_liquidation(
    "position" vesu.position_amounts, collateral_asset vesu.asset_config, debt_asset vesu.asset_config,
    collateral_price numeric, debt_price numeric, max_ltv numeric, liquidation_factor numeric,
    debt_to_repay numeric, min_collateral_to_receive numeric DEFAULT 0, protocol int DEFAULT 2,
    OUT collateral_to_receive numeric, OUT debt_written_off numeric, OUT bad_debt numeric, OUT collateral numeric,
    OUT collateral_value numeric, OUT debt numeric, OUT debt_value numeric)
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_calculate_liquidation';
COMMENT ON FUNCTION vesu.calculate_liquidation(
    vesu.position_amounts, vesu.asset_config, vesu.asset_config, numeric, numeric, numeric, numeric, numeric,
    numeric, int) IS
    'What a liquidation of the position does: the collateral that the liquidator receives, the debt that is written '
    'off, of which the liquidator pays all but the bad debt, and the values of the position before. debt_to_repay is '
    'cut to the debt; a liquidation_factor below 10^18 is the discount on the collateral, 0 stands for 10^18. All '
    'rounded down but the debt. NULL for a NULL argument. VS001 and VS020 as vesu.collateral_and_debt_value; VS020 '
    'too for less-than-min-collateral, not-undercollateralized and, in V2, less-than-min-liquidation-amount (a '
    'partial repayment with bad debt of at most 2000 units). What it does to the books: vesu.apply_position_update '
    'with both amounts as negative assets and the bad debt.';

CREATE FUNCTION vesu.oracle_price(answer numeric, decimals int) RETURNS numeric
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_oracle_price';
COMMENT ON FUNCTION vesu.oracle_price(numeric, int) IS
    'answer * 10^18 / 10^decimals, rounded down: an oracle''s answer as the protocol''s price. NULL for a NULL '
    'argument. VS001 unless answer is whole and in [0, 2^256) and decimals not negative, VS020 on overflow.';

CREATE FUNCTION vesu.oracle_is_valid(
    last_updated bigint, at bigint, timeout bigint, sources int, required_sources int, answer numeric,
    protocol int DEFAULT 2) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_oracle_is_valid';
COMMENT ON FUNCTION vesu.oracle_is_valid(bigint, bigint, bigint, int, int, numeric, int) IS
    'Whether the protocol accepts an oracle''s answer: at most timeout seconds old (0: of any age; one from the future '
    'has age 0), from enough sources, and in V2 not 0. All of the spot answer, also where a mean over time is the '
    'price. An invalid price is still used for some decisions. NULL for a NULL argument. VS001 for negative times or '
    'counts.';

CREATE FUNCTION vesu.vtoken_total_assets(asset vesu.asset_config, total_supply numeric, protocol int DEFAULT 2) RETURNS numeric
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_vtoken_total_assets';
COMMENT ON FUNCTION vesu.vtoken_total_assets(vesu.asset_config, numeric, int) IS
    'Assets of all vTokens, rounded down, in units of the token. One vToken is one collateral share; the books must '
    'be accrued to now, and the contract answers as here while the vToken is open. NULL for a NULL argument. VS001 '
    'and VS020 as vesu.calculate_collateral.';

CREATE FUNCTION vesu.vtoken_convert_to_shares(asset vesu.asset_config, assets numeric, protocol int DEFAULT 2) RETURNS numeric
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_vtoken_convert_to_shares';
COMMENT ON FUNCTION vesu.vtoken_convert_to_shares(vesu.asset_config, numeric, int) IS
    'Shares of an amount, rounded down. NULL for a NULL argument. VS001 and VS020 as vesu.calculate_collateral.';

CREATE FUNCTION vesu.vtoken_convert_to_assets(asset vesu.asset_config, shares numeric, protocol int DEFAULT 2) RETURNS numeric
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_vtoken_convert_to_assets';
COMMENT ON FUNCTION vesu.vtoken_convert_to_assets(vesu.asset_config, numeric, int) IS
    'Assets of an amount of shares, rounded down. NULL for a NULL argument. VS001 and VS020 as '
    'vesu.calculate_collateral.';

CREATE FUNCTION vesu.vtoken_preview_deposit(asset vesu.asset_config, assets numeric, protocol int DEFAULT 2) RETURNS numeric
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_vtoken_preview_deposit';
COMMENT ON FUNCTION vesu.vtoken_preview_deposit(vesu.asset_config, numeric, int) IS
    'Shares that a deposit gives, rounded down. NULL for a NULL argument. VS001 and VS020 as '
    'vesu.calculate_collateral.';

CREATE FUNCTION vesu.vtoken_preview_mint(asset vesu.asset_config, shares numeric, protocol int DEFAULT 2) RETURNS numeric
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_vtoken_preview_mint';
COMMENT ON FUNCTION vesu.vtoken_preview_mint(vesu.asset_config, numeric, int) IS
    'Assets that minting shares costs, rounded up. NULL for a NULL argument. VS001 and VS020 as '
    'vesu.calculate_collateral.';

CREATE FUNCTION vesu.vtoken_preview_withdraw(asset vesu.asset_config, assets numeric, protocol int DEFAULT 2) RETURNS numeric
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_vtoken_preview_withdraw';
COMMENT ON FUNCTION vesu.vtoken_preview_withdraw(vesu.asset_config, numeric, int) IS
    'Shares that a withdrawal of assets burns, rounded up. NULL for a NULL argument. VS001 and VS020 as '
    'vesu.calculate_collateral.';

CREATE FUNCTION vesu.vtoken_preview_redeem(asset vesu.asset_config, shares numeric, protocol int DEFAULT 2) RETURNS numeric
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_vtoken_preview_redeem';
COMMENT ON FUNCTION vesu.vtoken_preview_redeem(vesu.asset_config, numeric, int) IS
    'Assets that redeeming shares gives, rounded down. NULL for a NULL argument. VS001 and VS020 as '
    'vesu.calculate_collateral.';

CREATE FUNCTION vesu.vtoken_max_withdraw(
    asset vesu.asset_config, balance numeric, max_utilization numeric, protocol int DEFAULT 2) RETURNS numeric
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_vtoken_max_withdraw';
COMMENT ON FUNCTION vesu.vtoken_max_withdraw(vesu.asset_config, numeric, numeric, int) IS
    'Assets that an owner of balance shares can withdraw: what they are worth, rounded down, but no more than keeps '
    'the utilization within its maximum, as each protocol computes that. NULL for a NULL argument. VS001 and VS020 as '
    'vesu.calculate_collateral.';

CREATE FUNCTION vesu.vtoken_max_redeem(
    asset vesu.asset_config, balance numeric, max_utilization numeric, protocol int DEFAULT 2) RETURNS numeric
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_vtoken_max_redeem';
COMMENT ON FUNCTION vesu.vtoken_max_redeem(vesu.asset_config, numeric, numeric, int) IS
    'Shares that an owner of balance shares can redeem: the balance, but no more than the shares, rounded up, of what '
    'vesu.vtoken_max_withdraw leaves room for. NULL for a NULL argument. VS001 and VS020 as '
    'vesu.calculate_collateral.';

CREATE FUNCTION vesu.vtoken_max_mint(asset vesu.asset_config) RETURNS numeric
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_vtoken_max_mint';
COMMENT ON FUNCTION vesu.vtoken_max_mint(vesu.asset_config) IS
    '2^128 - 1 - total shares: the shares that the books can still take. NULL for a NULL argument. VS020 u256_sub '
    'Overflow.';

CREATE FUNCTION vesu.vtoken_max_deposit(asset vesu.asset_config, protocol int DEFAULT 2) RETURNS numeric
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_vtoken_max_deposit';
COMMENT ON FUNCTION vesu.vtoken_max_deposit(vesu.asset_config, int) IS
    'Assets that vesu.vtoken_max_mint() shares cost, rounded up. NULL for a NULL argument. VS001 and VS020 as '
    'vesu.calculate_collateral.';
