-- The arithmetic of the Vesu protocol, bit for bit. Pure functions over core/protocol.
--
-- Integers are numeric, whole, in [0, 2^256): what the chain stores. Token amounts count the smallest unit of the token, of
-- which scale = 10^decimals make a whole one; shares, nominal debt, accumulators, rates (per second), utilizations,
-- prices (per whole token), values and fractions count units of 10^-18. Times are seconds since 1970.

CREATE TYPE vesu.asset_config AS (
    reserve                  numeric,
    total_nominal_debt       numeric,
    total_collateral_shares  numeric,
    last_rate_accumulator    numeric,
    scale                    numeric,
    fee_rate                 numeric);
COMMENT ON TYPE vesu.asset_config IS
    'The books of one asset of a pool, in the chain''s integers. An argument of this type must have no NULL in it (22004).';
COMMENT ON COLUMN vesu.asset_config.reserve IS 'What is not lent out, in the smallest unit of the token.';
COMMENT ON COLUMN vesu.asset_config.total_nominal_debt IS 'Debt of all positions without interest, in 10^-18.';
COMMENT ON COLUMN vesu.asset_config.total_collateral_shares IS 'Shares of all positions, in 10^-18; in V2 with the fee shares.';
COMMENT ON COLUMN vesu.asset_config.last_rate_accumulator IS 'Debt / nominal debt at the last write, in 10^-18; starts at 10^18.';
COMMENT ON COLUMN vesu.asset_config.scale IS '10^decimals of the token.';
COMMENT ON COLUMN vesu.asset_config.fee_rate IS 'Part of the interest that the pool keeps, in 10^-18.';

CREATE TYPE vesu.interest_rate_config AS (
    min_target_utilization     numeric,
    max_target_utilization     numeric,
    target_utilization         numeric,
    min_full_utilization_rate  numeric,
    max_full_utilization_rate  numeric,
    zero_utilization_rate      numeric,
    rate_half_life             numeric,
    target_rate_percent        numeric);
COMMENT ON TYPE vesu.interest_rate_config IS
    'The parameters of the adaptive interest-rate model, in the chain''s integers. An argument of this type must have no NULL in it (22004).';
COMMENT ON COLUMN vesu.interest_rate_config.min_target_utilization IS 'Utilization below which the rate at full utilization falls, in 10^-5.';
COMMENT ON COLUMN vesu.interest_rate_config.max_target_utilization IS 'Utilization above which the rate at full utilization rises, in 10^-5.';
COMMENT ON COLUMN vesu.interest_rate_config.target_utilization IS 'Utilization where the two lines of the rate meet, in 10^-5.';
COMMENT ON COLUMN vesu.interest_rate_config.min_full_utilization_rate IS 'Lowest rate at full utilization, per second, in 10^-18.';
COMMENT ON COLUMN vesu.interest_rate_config.max_full_utilization_rate IS 'Highest rate at full utilization, per second, in 10^-18.';
COMMENT ON COLUMN vesu.interest_rate_config.zero_utilization_rate IS 'Rate at utilization 0, per second, in 10^-18.';
COMMENT ON COLUMN vesu.interest_rate_config.rate_half_life IS
    'Seconds in which the rate at full utilization halves while nothing is lent, or doubles while all is.';
COMMENT ON COLUMN vesu.interest_rate_config.target_rate_percent IS
    'Where between the rates at zero and at full utilization the rate at the target lies, in 10^-18.';

CREATE TYPE vesu.position_amounts AS (
    collateral_shares  numeric,
    nominal_debt       numeric);
COMMENT ON TYPE vesu.position_amounts IS
    'What the chain stores of a position. An argument of this type must have no NULL in it (22004).';
COMMENT ON COLUMN vesu.position_amounts.collateral_shares IS 'Shares of the collateral asset''s books, in 10^-18.';
COMMENT ON COLUMN vesu.position_amounts.nominal_debt IS 'Debt without interest, in 10^-18.';

CREATE FUNCTION vesu.pow_scale(x numeric, n numeric, negative boolean DEFAULT false) RETURNS numeric
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_pow_scale';
COMMENT ON FUNCTION vesu.pow_scale(numeric, numeric, boolean) IS
    'x^n for x in units of 10^-18, by repeated squaring in which every step rounds down, so not the floor of the '
    'exact power; negative: (10^36 / x)^n. pow_scale(10^18 + rate, seconds) - 10^18 is the interest of a time. NULL '
    'for a NULL argument. VS001 unless the integers are whole and in [0, 2^256). VS020 as the chain reverts: u256_mul '
    'Overflow, Division by 0.';

CREATE FUNCTION vesu.calculate_nominal_debt(
    debt numeric, rate_accumulator numeric, asset_scale numeric, round_up boolean, protocol int DEFAULT 2) RETURNS numeric
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_calculate_nominal_debt';
COMMENT ON FUNCTION vesu.calculate_nominal_debt(numeric, numeric, numeric, boolean, int) IS
    'debt * 10^36 / (rate_accumulator * asset_scale), rounded as told; 0 for accumulator 0. NULL for a NULL argument. '
    'VS001 unless the integers are whole and in [0, 2^256) and protocol is 1 or 2; VS020 as the chain reverts: '
    'nominal-debt-overflow, u256_mul Overflow, Division by 0. V1 divides twice and overflows earlier.';

CREATE FUNCTION vesu.calculate_debt(
    nominal_debt numeric, rate_accumulator numeric, asset_scale numeric, round_up boolean, protocol int DEFAULT 2) RETURNS numeric
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_calculate_debt';
COMMENT ON FUNCTION vesu.calculate_debt(numeric, numeric, numeric, boolean, int) IS
    'nominal_debt * rate_accumulator * asset_scale / 10^36, rounded as told, in units of the token; 0 for accumulator '
    '0. NULL for a NULL argument. VS001 and VS020 as vesu.calculate_nominal_debt, with debt-overflow.';

CREATE FUNCTION vesu.calculate_collateral_shares(
    collateral numeric, asset vesu.asset_config, round_up boolean, protocol int DEFAULT 2) RETURNS numeric
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_calculate_collateral_shares';
COMMENT ON FUNCTION vesu.calculate_collateral_shares(numeric, vesu.asset_config, boolean, int) IS
    'collateral * total shares / (reserve + total debt), rounded as told and the debt in it the other way. Without '
    'assets or shares V2 reverts, unexpected-zero-assets, and V1 takes shares at par. NULL for a NULL argument. VS001 '
    'as vesu.calculate_nominal_debt, VS020 with collateral-shares-overflow too; 22004 for a NULL in asset.';

CREATE FUNCTION vesu.calculate_collateral(
    collateral_shares numeric, asset vesu.asset_config, round_up boolean, protocol int DEFAULT 2) RETURNS numeric
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_calculate_collateral';
COMMENT ON FUNCTION vesu.calculate_collateral(numeric, vesu.asset_config, boolean, int) IS
    'collateral_shares * (reserve + total debt) / total shares, rounded as told, as is the debt in it, in units of '
    'the token. Without shares V2 reverts, unexpected-zero-collateral-shares, and V1 takes them at par. NULL for a '
    'NULL argument. VS001 as vesu.calculate_nominal_debt, VS020 with collateral-overflow too; 22004 for a NULL in '
    'asset.';

CREATE FUNCTION vesu.calculate_utilization(total_reserve numeric, total_debt numeric, protocol int DEFAULT 2) RETURNS numeric
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_calculate_utilization';
COMMENT ON FUNCTION vesu.calculate_utilization(numeric, numeric, int) IS
    'total_debt * 10^18 / (total_reserve + total_debt), rounded down; 0 when both are 0. The utilization of a pool '
    'takes its debt rounded down. NULL for a NULL argument. VS001 as vesu.calculate_nominal_debt, VS020 on overflow.';

CREATE FUNCTION vesu.calculate_rate_accumulator(
    last_updated bigint, at bigint, last_rate_accumulator numeric, interest_rate numeric, protocol int DEFAULT 2) RETURNS numeric
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_calculate_rate_accumulator';
COMMENT ON FUNCTION vesu.calculate_rate_accumulator(bigint, bigint, numeric, numeric, int) IS
    'last_rate_accumulator * pow_scale(10^18 + interest_rate, at - last_updated) / 10^18, rounded down; the last one '
    'when at is not later. interest_rate is per second, in 10^-18. NULL for a NULL argument. VS001 as '
    'vesu.calculate_nominal_debt and for negative seconds, VS020 on overflow.';

CREATE FUNCTION vesu.calculate_fee_shares(
    asset vesu.asset_config, new_rate_accumulator numeric, protocol int DEFAULT 2) RETURNS numeric
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_calculate_fee_shares';
COMMENT ON FUNCTION vesu.calculate_fee_shares(vesu.asset_config, numeric, int) IS
    'Shares that the pool takes as its fee when the accumulator moves from the asset''s last one to the new one, '
    'rounded down. V2: fee * total shares / (assets + interest - fee), where the interest is rounded up and fee = '
    'interest * fee_rate / 10^18 down. V1: the shares of the interest rounded down, at the price before it, times '
    'fee_rate / 10^18. 0 when the accumulator does not grow. NULL for a NULL argument. VS001 as '
    'vesu.calculate_nominal_debt, VS020 on overflow; 22004 for a NULL in asset.';

CREATE FUNCTION vesu.calculate_interest_rate(
    config vesu.interest_rate_config, utilization numeric, time_delta bigint, last_full_utilization_rate numeric,
    protocol int DEFAULT 2,
    OUT interest_rate numeric, OUT next_full_utilization_rate numeric)
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_calculate_interest_rate';
COMMENT ON FUNCTION vesu.calculate_interest_rate(vesu.interest_rate_config, numeric, bigint, numeric, int) IS
    'The borrow rate per second at a utilization (both in 10^-18), and the rate at full utilization after it has '
    'adapted for time_delta seconds: it falls below the target range and rises above it, within its limits. Every '
    'step rounds down. V1 divides the upper line by 10^18 - target instead of 10^5 - target, which leaves it flat. '
    'NULL for a NULL argument. VS001 as vesu.calculate_nominal_debt and for negative seconds, VS020 on overflow; '
    '22004 for a NULL in config.';

CREATE FUNCTION vesu.accrue_asset(
    asset vesu.asset_config, config vesu.interest_rate_config, last_full_utilization_rate numeric,
    last_updated bigint, at bigint, protocol int DEFAULT 2,
    OUT asset vesu.asset_config, OUT interest_rate numeric, OUT full_utilization_rate numeric,
    OUT fee_shares numeric)
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_accrue_asset';
COMMENT ON FUNCTION vesu.accrue_asset(vesu.asset_config, vesu.interest_rate_config, numeric, bigint, bigint, int) IS
    'What a reader of the asset sees at a time: the rate by the utilization of the old books, the new accumulator, '
    'the new rate at full utilization, and the fee shares, which V2 counts into the total shares at once and V1 at '
    'the next write. Nothing changes when at is last_updated; an earlier one reverts, u64_sub Overflow. NULL for a '
    'NULL argument. VS001 and VS020 as vesu.calculate_interest_rate and vesu.calculate_fee_shares.';
