-- Tables of the protocol's state: the assets of protocol pools and their pairs, in the chain's integers
--
-- A protocol pool is what the Vesu protocol calls a pool: a contract with several assets (V2), or a pool id (V1).
-- A row of vesu_pools stands for one of its pairs. The CHECKs are the widths in which the chain stores a number;
-- the upper bounds keep out NaN, which is greater than every number. 10^-18, 10^-5: the number counts such units.

-- Assets

CREATE TABLE IF NOT EXISTS vesu.vesu_pool_assets (
    protocol_pool               vesu.felt252 NOT NULL,
    asset                       varchar(20) NOT NULL,
    token_address               vesu.felt252,
    protocol                    int NOT NULL DEFAULT 2,
    reserve                     numeric NOT NULL,
    total_nominal_debt          numeric NOT NULL,
    total_collateral_shares     numeric NOT NULL,
    fee_shares                  numeric NOT NULL DEFAULT 0,
    scale                       numeric NOT NULL,
    last_rate_accumulator       numeric NOT NULL,
    last_full_utilization_rate  numeric NOT NULL,
    last_updated                timestamptz NOT NULL,
    fee_rate                    numeric NOT NULL,
    max_utilization             numeric NOT NULL,
    floor                       numeric NOT NULL,
    min_target_utilization      numeric NOT NULL,
    max_target_utilization      numeric NOT NULL,
    target_utilization          numeric NOT NULL,
    min_full_utilization_rate   numeric NOT NULL,
    max_full_utilization_rate   numeric NOT NULL,
    zero_utilization_rate       numeric NOT NULL,
    rate_half_life              numeric NOT NULL,
    target_rate_percent         numeric NOT NULL,
    created_at                  timestamptz NOT NULL DEFAULT vesu.now(),
    updated_at                  timestamptz NOT NULL DEFAULT vesu.now(),

    PRIMARY KEY (protocol_pool, asset),
    CONSTRAINT vesu_pool_assets_protocol_check CHECK (protocol IN (1, 2)),
    CONSTRAINT vesu_pool_assets_reserve_check
        CHECK (reserve >= 0 AND reserve < 340282366920938463463374607431768211456 AND reserve = trunc(reserve)),
    CONSTRAINT vesu_pool_assets_total_nominal_debt_check
        CHECK (total_nominal_debt >= 0 AND total_nominal_debt < 10633823966279326983230456482242756608
               AND total_nominal_debt = trunc(total_nominal_debt)),
    CONSTRAINT vesu_pool_assets_total_collateral_shares_check
        CHECK (total_collateral_shares >= 0 AND total_collateral_shares < 340282366920938463463374607431768211456
               AND total_collateral_shares = trunc(total_collateral_shares)),
    CONSTRAINT vesu_pool_assets_fee_shares_check
        CHECK (fee_shares >= 0 AND fee_shares < 340282366920938463463374607431768211456
               AND fee_shares = trunc(fee_shares)),
    CONSTRAINT vesu_pool_assets_scale_check CHECK (scale >= 10 AND scale <= 1e18 AND scale = trunc(scale)),
    CONSTRAINT vesu_pool_assets_last_rate_accumulator_check
        CHECK (last_rate_accumulator >= 1e18 AND last_rate_accumulator < 18446744073709551616
               AND last_rate_accumulator = trunc(last_rate_accumulator)),
    CONSTRAINT vesu_pool_assets_last_full_utilization_rate_check
        CHECK (last_full_utilization_rate >= 0 AND last_full_utilization_rate < 18446744073709551616
               AND last_full_utilization_rate = trunc(last_full_utilization_rate)),
    CONSTRAINT vesu_pool_assets_last_updated_check
        CHECK (extract(epoch FROM last_updated) >= 0 AND extract(epoch FROM last_updated) < 4294967296
               AND extract(epoch FROM last_updated) = trunc(extract(epoch FROM last_updated))),
    CONSTRAINT vesu_pool_assets_fee_rate_check CHECK (fee_rate >= 0 AND fee_rate <= 1e18 AND fee_rate % 1e16 = 0),
    CONSTRAINT vesu_pool_assets_max_utilization_check
        CHECK (max_utilization >= 0 AND max_utilization <= 1e18 AND max_utilization % 1e16 = 0),
    CONSTRAINT vesu_pool_assets_floor_check
        CHECK (floor >= 0 AND floor < 115792089237316195423570985008687907853269984665640564039457584007913129639936
               AND floor = trunc(floor)),
    CONSTRAINT vesu_pool_assets_min_target_utilization_check
        CHECK (min_target_utilization >= 0 AND min_target_utilization < 4294967296
               AND min_target_utilization = trunc(min_target_utilization)),
    CONSTRAINT vesu_pool_assets_max_target_utilization_check
        CHECK (max_target_utilization >= 0 AND max_target_utilization < 4294967296
               AND max_target_utilization = trunc(max_target_utilization)),
    CONSTRAINT vesu_pool_assets_target_utilization_check
        CHECK (target_utilization >= 0 AND target_utilization < 4294967296
               AND target_utilization = trunc(target_utilization)),
    CONSTRAINT vesu_pool_assets_min_full_utilization_rate_check
        CHECK (min_full_utilization_rate >= 0 AND min_full_utilization_rate < 18446744073709551616
               AND min_full_utilization_rate = trunc(min_full_utilization_rate)),
    CONSTRAINT vesu_pool_assets_max_full_utilization_rate_check
        CHECK (max_full_utilization_rate >= 0 AND max_full_utilization_rate < 18446744073709551616
               AND max_full_utilization_rate = trunc(max_full_utilization_rate)),
    CONSTRAINT vesu_pool_assets_zero_utilization_rate_check
        CHECK (zero_utilization_rate >= 0 AND zero_utilization_rate < 18446744073709551616
               AND zero_utilization_rate = trunc(zero_utilization_rate)),
    CONSTRAINT vesu_pool_assets_rate_half_life_check
        CHECK (rate_half_life >= 1 AND rate_half_life < 4294967296 AND rate_half_life = trunc(rate_half_life)),
    CONSTRAINT vesu_pool_assets_target_rate_percent_check
        CHECK (target_rate_percent >= 0 AND target_rate_percent <= 1e18
               AND target_rate_percent = trunc(target_rate_percent))
);

COMMENT ON TABLE vesu.vesu_pool_assets IS
    'Assets of protocol pools: their books as the chain stored them last, and the parameters that let them accrue. '
    'vesu.load_pool_config() makes them, vesu.record_pool_asset() keeps the books; vesu.accrue() only reads them.';
COMMENT ON COLUMN vesu.vesu_pool_assets.protocol_pool IS 'Address of the pool contract (V2) or pool id (V1).';
COMMENT ON COLUMN vesu.vesu_pool_assets.asset IS 'Symbol of the asset, as in vesu_pools.collateral_asset and debt_asset.';
COMMENT ON COLUMN vesu.vesu_pool_assets.token_address IS 'Address of the token''s contract; NULL if unknown.';
COMMENT ON COLUMN vesu.vesu_pool_assets.protocol IS 'Version of the protocol whose arithmetic holds: 1 or 2.';
COMMENT ON COLUMN vesu.vesu_pool_assets.reserve IS 'What is not lent out, in the smallest unit of the token.';
COMMENT ON COLUMN vesu.vesu_pool_assets.total_nominal_debt IS 'Debt of all positions without interest, in 10^-18 tokens.';
COMMENT ON COLUMN vesu.vesu_pool_assets.total_collateral_shares IS
    'Shares of all positions, in 10^-18; in V2 with the fee shares.';
COMMENT ON COLUMN vesu.vesu_pool_assets.fee_shares IS 'V2: shares of the pool''s fees that were not claimed yet, in 10^-18.';
COMMENT ON COLUMN vesu.vesu_pool_assets.scale IS '10^decimals of the token: the smallest units of a whole one.';
COMMENT ON COLUMN vesu.vesu_pool_assets.last_rate_accumulator IS 'Debt / nominal debt at last_updated, in 10^-18; starts at 10^18.';
COMMENT ON COLUMN vesu.vesu_pool_assets.last_full_utilization_rate IS
    'Rate at full utilization at last_updated, per second, in 10^-18. It adapts with time.';
COMMENT ON COLUMN vesu.vesu_pool_assets.last_updated IS 'Time of the block that wrote the books, a whole second.';
COMMENT ON COLUMN vesu.vesu_pool_assets.fee_rate IS 'Part of the interest that the pool keeps, in 10^-18; whole percents.';
COMMENT ON COLUMN vesu.vesu_pool_assets.max_utilization IS
    'Utilization that borrowing and withdrawing must not exceed on the chain, in 10^-18; whole percents.';
COMMENT ON COLUMN vesu.vesu_pool_assets.floor IS
    'Value that a position''s collateral or debt of the asset must exceed on the chain, in 10^-18; 0 or a power of ten.';
COMMENT ON COLUMN vesu.vesu_pool_assets.min_target_utilization IS 'Utilization below which the rate at full utilization falls, in 10^-5.';
COMMENT ON COLUMN vesu.vesu_pool_assets.max_target_utilization IS 'Utilization above which the rate at full utilization rises, in 10^-5.';
COMMENT ON COLUMN vesu.vesu_pool_assets.target_utilization IS 'Utilization where the two lines of the rate meet, in 10^-5.';
COMMENT ON COLUMN vesu.vesu_pool_assets.min_full_utilization_rate IS 'Lowest rate at full utilization, per second, in 10^-18.';
COMMENT ON COLUMN vesu.vesu_pool_assets.max_full_utilization_rate IS 'Highest rate at full utilization, per second, in 10^-18.';
COMMENT ON COLUMN vesu.vesu_pool_assets.zero_utilization_rate IS 'Rate at utilization 0, per second, in 10^-18.';
COMMENT ON COLUMN vesu.vesu_pool_assets.rate_half_life IS
    'Seconds in which the rate at full utilization halves while nothing is lent, or doubles while all is.';
COMMENT ON COLUMN vesu.vesu_pool_assets.target_rate_percent IS
    'Where between the rates at zero and at full utilization the rate at the target lies, in 10^-18.';
COMMENT ON COLUMN vesu.vesu_pool_assets.created_at IS 'When the row was made.';
COMMENT ON COLUMN vesu.vesu_pool_assets.updated_at IS 'When the row was last updated; a trigger keeps it.';

-- Pairs

CREATE TABLE IF NOT EXISTS vesu.vesu_pool_pairs (
    protocol_pool       vesu.felt252 NOT NULL,
    collateral_asset    varchar(20) NOT NULL,
    debt_asset          varchar(20) NOT NULL,
    max_ltv             numeric NOT NULL,
    liquidation_factor  numeric NOT NULL,
    debt_cap            numeric NOT NULL DEFAULT 0,
    created_at          timestamptz NOT NULL DEFAULT vesu.now(),
    updated_at          timestamptz NOT NULL DEFAULT vesu.now(),

    PRIMARY KEY (protocol_pool, collateral_asset, debt_asset),
    CONSTRAINT vesu_pool_pairs_collateral_asset_fkey FOREIGN KEY (protocol_pool, collateral_asset)
        REFERENCES vesu.vesu_pool_assets (protocol_pool, asset) ON UPDATE CASCADE ON DELETE RESTRICT,
    CONSTRAINT vesu_pool_pairs_debt_asset_fkey FOREIGN KEY (protocol_pool, debt_asset)
        REFERENCES vesu.vesu_pool_assets (protocol_pool, asset) ON UPDATE CASCADE ON DELETE RESTRICT,
    CONSTRAINT vesu_pool_pairs_assets_check CHECK (collateral_asset <> debt_asset),
    CONSTRAINT vesu_pool_pairs_max_ltv_check CHECK (max_ltv >= 0 AND max_ltv <= 1e18 AND max_ltv = trunc(max_ltv)),
    CONSTRAINT vesu_pool_pairs_liquidation_factor_check
        CHECK (liquidation_factor >= 0 AND liquidation_factor <= 1e18
               AND liquidation_factor = trunc(liquidation_factor)),
    CONSTRAINT vesu_pool_pairs_debt_cap_check
        CHECK (debt_cap >= 0 AND debt_cap < 10633823966279326983230456482242756608 AND debt_cap = trunc(debt_cap))
);

-- For the foreign key of the debt asset; the primary key serves the other.
CREATE INDEX IF NOT EXISTS vesu_pool_pairs_debt_asset ON vesu.vesu_pool_pairs (protocol_pool, debt_asset);

COMMENT ON TABLE vesu.vesu_pool_pairs IS
    'Pairs of protocol pools, one collateral asset against one debt asset, with their terms on the chain. '
    'vesu.load_pool_config() makes them, vesu.open_pools() the rows of vesu_pools that stand for them.';
COMMENT ON COLUMN vesu.vesu_pool_pairs.protocol_pool IS 'Protocol pool of the pair.';
COMMENT ON COLUMN vesu.vesu_pool_pairs.collateral_asset IS 'Symbol of the asset that secures loans.';
COMMENT ON COLUMN vesu.vesu_pool_pairs.debt_asset IS 'Symbol of the asset that is borrowed; not the collateral asset.';
COMMENT ON COLUMN vesu.vesu_pool_pairs.max_ltv IS
    'Debt value / collateral value that bounds borrowing and above which a position may be liquidated, in 10^-18.';
COMMENT ON COLUMN vesu.vesu_pool_pairs.liquidation_factor IS
    'Part of the collateral''s value that a liquidator pays for it, in 10^-18; 0 is 10^18, no discount. In V2 at least max_ltv.';
COMMENT ON COLUMN vesu.vesu_pool_pairs.debt_cap IS
    'Largest debt of all positions of the pair, in the smallest unit of the debt token; 0: none.';
COMMENT ON COLUMN vesu.vesu_pool_pairs.created_at IS 'When the row was made.';
COMMENT ON COLUMN vesu.vesu_pool_pairs.updated_at IS 'When the row was last updated; a trigger keeps it.';

-- What the chain would not keep cannot accrue either.
CREATE OR REPLACE FUNCTION vesu.check_pool_asset()
    RETURNS trigger
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    PERFORM vesu.check_asset_config(
        ROW(NEW.reserve, NEW.total_nominal_debt, NEW.total_collateral_shares, NEW.last_rate_accumulator, NEW.scale,
            NEW.fee_rate)::vesu.asset_config,
        NEW.max_utilization, NEW.floor, NEW.last_full_utilization_rate, floor(extract(epoch FROM NEW.last_updated))::bigint,
        NEW.fee_shares, NEW.protocol);
    PERFORM vesu.check_interest_rate_config(
        ROW(NEW.min_target_utilization, NEW.max_target_utilization, NEW.target_utilization, NEW.min_full_utilization_rate,
            NEW.max_full_utilization_rate, NEW.zero_utilization_rate, NEW.rate_half_life,
            NEW.target_rate_percent)::vesu.interest_rate_config,
        NEW.protocol);
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION vesu.check_pool_asset() IS
    'Trigger of vesu_pool_assets: books and interest-rate model must be such as the protocol accepts and keeps, else VS020 with '
    'its text; see vesu.check_asset_config() and vesu.check_interest_rate_config().';

-- After the row: its own checks word what no integer of the chain can be.
CREATE OR REPLACE TRIGGER vesu_pool_assets_check
    AFTER INSERT OR UPDATE ON vesu.vesu_pool_assets
    FOR EACH ROW EXECUTE FUNCTION vesu.check_pool_asset();
CREATE OR REPLACE TRIGGER vesu_pool_assets_touch
    BEFORE UPDATE ON vesu.vesu_pool_assets
    FOR EACH ROW EXECUTE FUNCTION vesu.touch_updated_at();
CREATE OR REPLACE TRIGGER vesu_pool_pairs_touch
    BEFORE UPDATE ON vesu.vesu_pool_pairs
    FOR EACH ROW EXECUTE FUNCTION vesu.touch_updated_at();
