-- Tables of the lending module: pools, positions, transactions, liquidations, prices, history
--
-- Token amounts are numeric(36,18) below 10^18; the upper bound of each CHECK keeps out NaN, which
-- is greater than every number. An amount divided by the smallest index, 10^-18, stays below 10^36.
-- Rates are fractions: 0.035 is 3.5 %.

-- Pools

CREATE TABLE IF NOT EXISTS vesu.vesu_pools (
    id                     uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    pool_address           vesu.felt252 NOT NULL,
    collateral_asset       varchar(20) NOT NULL,
    debt_asset             varchar(20) NOT NULL,
    max_ltv                numeric(5,4) NOT NULL,
    liquidation_threshold  numeric(5,4) NOT NULL,
    liquidation_bonus      numeric(5,4) NOT NULL,
    total_supply           numeric(36,18) NOT NULL DEFAULT 0,
    total_borrow           numeric(36,18) NOT NULL DEFAULT 0,
    total_collateral       numeric(36,18) NOT NULL DEFAULT 0,
    supply_apy             numeric(8,6),
    borrow_apy             numeric(8,6),
    is_active              boolean NOT NULL DEFAULT true,
    last_synced            timestamptz NOT NULL DEFAULT vesu.now(),
    debt_index             numeric(36,18) NOT NULL DEFAULT 1,
    collateral_index       numeric(36,18) NOT NULL DEFAULT 1,
    created_at             timestamptz NOT NULL DEFAULT vesu.now(),
    updated_at             timestamptz NOT NULL DEFAULT vesu.now(),
    deleted_at             timestamptz,

    CONSTRAINT vesu_pools_max_ltv_check CHECK (max_ltv >= 0 AND max_ltv <= 1),
    CONSTRAINT vesu_pools_liquidation_threshold_check
        CHECK (liquidation_threshold >= 0 AND liquidation_threshold <= 1),
    CONSTRAINT vesu_pools_liquidation_bonus_check
        CHECK (liquidation_bonus >= 0 AND liquidation_bonus <= 1),
    CONSTRAINT vesu_pools_threshold_check CHECK (liquidation_threshold >= max_ltv),
    CONSTRAINT vesu_pools_total_supply_check CHECK (total_supply >= 0 AND total_supply < 1e18),
    CONSTRAINT vesu_pools_total_borrow_check CHECK (total_borrow >= 0 AND total_borrow < 1e18),
    CONSTRAINT vesu_pools_total_collateral_check
        CHECK (total_collateral >= 0 AND total_collateral < 1e18),
    CONSTRAINT vesu_pools_supply_apy_check CHECK (supply_apy >= 0 AND supply_apy < 100),
    CONSTRAINT vesu_pools_borrow_apy_check CHECK (borrow_apy >= 0 AND borrow_apy < 100),
    CONSTRAINT vesu_pools_debt_index_check CHECK (debt_index > 0 AND debt_index < 1e9),
    CONSTRAINT vesu_pools_collateral_index_check
        CHECK (collateral_index > 0 AND collateral_index < 1e9)
);

CREATE UNIQUE INDEX IF NOT EXISTS idx_vesu_pools_address ON vesu.vesu_pools (pool_address);
CREATE INDEX IF NOT EXISTS idx_vesu_pools_asset_pair ON vesu.vesu_pools (collateral_asset, debt_asset);
CREATE INDEX IF NOT EXISTS idx_vesu_pools_is_active ON vesu.vesu_pools (is_active);
CREATE INDEX IF NOT EXISTS idx_vesu_pools_last_synced ON vesu.vesu_pools (last_synced);

-- What a pool stands for on the chain. A table that came from an older dump gets it too.
ALTER TABLE vesu.vesu_pools
    ADD COLUMN IF NOT EXISTS protocol_pool vesu.felt252,
    ADD COLUMN IF NOT EXISTS debt_accrued_at timestamptz,
    ADD COLUMN IF NOT EXISTS collateral_accrued_at timestamptz;
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_constraint
                    WHERE conrelid = 'vesu.vesu_pools'::regclass AND conname = 'vesu_pools_protocol_pool_fkey') THEN
        ALTER TABLE vesu.vesu_pools
            ADD CONSTRAINT vesu_pools_protocol_pool_fkey FOREIGN KEY (protocol_pool, collateral_asset, debt_asset)
            REFERENCES vesu.vesu_pool_pairs (protocol_pool, collateral_asset, debt_asset)
            ON UPDATE CASCADE ON DELETE RESTRICT;
    END IF;
END
$$;

-- The pools of a protocol pool, and those that lend one of its assets.
CREATE INDEX IF NOT EXISTS vesu_pools_protocol_pool
    ON vesu.vesu_pools (protocol_pool, collateral_asset, debt_asset) WHERE protocol_pool IS NOT NULL;
CREATE INDEX IF NOT EXISTS vesu_pools_protocol_pool_debt
    ON vesu.vesu_pools (protocol_pool, debt_asset) WHERE protocol_pool IS NOT NULL;

COMMENT ON TABLE vesu.vesu_pools IS
    'Lending pools: one collateral asset against one debt asset, with terms, totals and interest indexes.';
COMMENT ON COLUMN vesu.vesu_pools.id IS 'Identity of the row.';
COMMENT ON COLUMN vesu.vesu_pools.pool_address IS
    'Starknet address of the pool contract. Unique; stays taken after a soft delete.';
COMMENT ON COLUMN vesu.vesu_pools.collateral_asset IS
    'Symbol of the asset that secures loans. Fixed while the pool has positions.';
COMMENT ON COLUMN vesu.vesu_pools.debt_asset IS
    'Symbol of the asset that is lent and borrowed. Fixed while the pool has positions.';
COMMENT ON COLUMN vesu.vesu_pools.max_ltv IS
    'Largest debt value / collateral value that borrowing and withdrawing may leave. Fraction, 0 to 1.';
COMMENT ON COLUMN vesu.vesu_pools.liquidation_threshold IS
    'Debt value / collateral value above which a position may be liquidated. Fraction, 0 to 1, at least max_ltv.';
COMMENT ON COLUMN vesu.vesu_pools.liquidation_bonus IS
    'Rate of extra collateral that a liquidator receives. Fraction, 0 to 1.';
COMMENT ON COLUMN vesu.vesu_pools.total_supply IS
    'What lenders put in, in units of the debt asset. No operation on a position moves it.';
COMMENT ON COLUMN vesu.vesu_pools.total_borrow IS
    'What is borrowed, in units of the debt asset, interest included as far as it was written to positions.';
COMMENT ON COLUMN vesu.vesu_pools.total_collateral IS
    'Collateral of the positions, in units of the collateral asset.';
COMMENT ON COLUMN vesu.vesu_pools.supply_apy IS 'Yearly yield of lenders. Fraction; NULL if unknown.';
COMMENT ON COLUMN vesu.vesu_pools.borrow_apy IS 'Yearly cost of borrowers. Fraction; NULL if unknown.';
COMMENT ON COLUMN vesu.vesu_pools.is_active IS
    'Whether the pool accepts supply and borrow. Repay, withdraw and liquidate work without it.';
COMMENT ON COLUMN vesu.vesu_pools.last_synced IS 'When the totals were last read from the chain.';
COMMENT ON COLUMN vesu.vesu_pools.debt_index IS
    'Debt in asset units / nominal debt. Raising it accrues interest on every position of the pool at once.';
COMMENT ON COLUMN vesu.vesu_pools.collateral_index IS
    'Collateral in asset units / collateral shares. Raising it accrues yield on every position of the pool at once.';
COMMENT ON COLUMN vesu.vesu_pools.protocol_pool IS
    'Protocol pool whose pair of these two assets the pool stands for; its indexes then follow the books of vesu_pool_assets. '
    'NULL: none, the indexes are set by hand.';
COMMENT ON COLUMN vesu.vesu_pools.debt_accrued_at IS
    'Time to which debt_index counts the interest of a linked pool; a whole second, NULL if never accrued.';
COMMENT ON COLUMN vesu.vesu_pools.collateral_accrued_at IS
    'Time to which collateral_index counts the yield of a linked pool; a whole second, NULL if never accrued.';
COMMENT ON COLUMN vesu.vesu_pools.created_at IS 'When the row was made.';
COMMENT ON COLUMN vesu.vesu_pools.updated_at IS 'When the row was last updated; a trigger keeps it.';
COMMENT ON COLUMN vesu.vesu_pools.deleted_at IS
    'When the row was soft-deleted; NULL for a live row. Refused while the pool has live positions.';

-- Positions

CREATE TABLE IF NOT EXISTS vesu.vesu_positions (
    id                 uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id            uuid NOT NULL,
    pool_address       vesu.felt252 NOT NULL
                       REFERENCES vesu.vesu_pools (pool_address) ON UPDATE CASCADE ON DELETE RESTRICT,
    collateral_asset   varchar(20) NOT NULL,
    debt_asset         varchar(20) NOT NULL,
    collateral_amount  numeric(36,18) NOT NULL DEFAULT 0,
    debt_amount        numeric(36,18) NOT NULL DEFAULT 0,
    vtoken_balance     numeric(36,18) NOT NULL DEFAULT 0,
    health_factor      numeric,
    status             vesu.position_status NOT NULL DEFAULT 'active',
    last_updated       timestamptz NOT NULL DEFAULT vesu.now(),
    nominal_debt       numeric,
    collateral_shares  numeric,
    risk_ratio         numeric,
    created_at         timestamptz NOT NULL DEFAULT vesu.now(),
    updated_at         timestamptz NOT NULL DEFAULT vesu.now(),
    deleted_at         timestamptz,

    CONSTRAINT vesu_positions_collateral_amount_check
        CHECK (collateral_amount >= 0 AND collateral_amount < 1e18),
    CONSTRAINT vesu_positions_debt_amount_check CHECK (debt_amount >= 0 AND debt_amount < 1e18),
    CONSTRAINT vesu_positions_vtoken_balance_check
        CHECK (vtoken_balance >= 0 AND vtoken_balance < 1e18),
    CONSTRAINT vesu_positions_health_factor_check
        CHECK (health_factor >= 0 AND health_factor < 'Infinity'),
    CONSTRAINT vesu_positions_nominal_debt_check
        CHECK (nominal_debt >= 0 AND nominal_debt < 1e36),
    CONSTRAINT vesu_positions_collateral_shares_check
        CHECK (collateral_shares >= 0 AND collateral_shares < 1e36),
    -- Infinity is debt without collateral.
    CONSTRAINT vesu_positions_risk_ratio_check CHECK (risk_ratio >= 0 AND risk_ratio <= 'Infinity'),
    CONSTRAINT vesu_positions_deleted_at_check
        CHECK (deleted_at IS NULL OR (collateral_amount = 0 AND debt_amount = 0))
);

CREATE INDEX IF NOT EXISTS idx_vesu_positions_user_id ON vesu.vesu_positions (user_id);
CREATE INDEX IF NOT EXISTS idx_vesu_positions_pool_address ON vesu.vesu_positions (pool_address);
CREATE INDEX IF NOT EXISTS idx_vesu_positions_status ON vesu.vesu_positions (status);
CREATE INDEX IF NOT EXISTS idx_vesu_positions_health_factor ON vesu.vesu_positions (health_factor);
CREATE INDEX IF NOT EXISTS idx_vesu_positions_user_pool ON vesu.vesu_positions (user_id, pool_address);
CREATE INDEX IF NOT EXISTS idx_vesu_positions_status_health ON vesu.vesu_positions (status, health_factor);
CREATE INDEX IF NOT EXISTS idx_vesu_positions_last_updated ON vesu.vesu_positions (last_updated);

CREATE UNIQUE INDEX IF NOT EXISTS vesu_positions_one_active ON vesu.vesu_positions (user_id, pool_address)
    WHERE deleted_at IS NULL AND status = 'active';
-- One range of this index answers "who is below this health factor at these prices". IS TRUE binds the three
-- conditions together: taken apart they would also fit vesu_positions_one_active, which the planner believes
-- to be tiny as long as the table was never analyzed, and would then read whole for every pool.
CREATE INDEX IF NOT EXISTS vesu_positions_risk ON vesu.vesu_positions (pool_address, risk_ratio DESC)
    WHERE (deleted_at IS NULL AND status = 'active' AND debt_amount > 0) IS TRUE;

COMMENT ON TABLE vesu.vesu_positions IS
    'What a user holds and owes in a pool. At most one live active position per user and pool. '
    'Amounts and health factor are those of the last write; vesu.position_health shows them with interest, at today''s prices.';
COMMENT ON COLUMN vesu.vesu_positions.id IS 'Identity of the row.';
COMMENT ON COLUMN vesu.vesu_positions.user_id IS
    'Owner of the position. vesu.attach_users() makes it a foreign key to the table of users.';
COMMENT ON COLUMN vesu.vesu_positions.pool_address IS 'Pool of the position.';
COMMENT ON COLUMN vesu.vesu_positions.collateral_asset IS
    'Collateral asset of the pool; filled from the pool when omitted, any other value is refused.';
COMMENT ON COLUMN vesu.vesu_positions.debt_asset IS
    'Debt asset of the pool; filled from the pool when omitted, any other value is refused.';
COMMENT ON COLUMN vesu.vesu_positions.collateral_amount IS
    'Collateral at the last write, in units of the collateral asset, 18 decimals, rounded down.';
COMMENT ON COLUMN vesu.vesu_positions.debt_amount IS
    'Debt at the last write, in units of the debt asset, 18 decimals, rounded up.';
COMMENT ON COLUMN vesu.vesu_positions.vtoken_balance IS
    'Shares of the pool''s ERC-4626 vault held for the collateral, 18 decimals.';
COMMENT ON COLUMN vesu.vesu_positions.health_factor IS
    'Collateral value * liquidation threshold / debt value at the last write, 18 decimals, rounded down. '
    'NULL without debt. A trigger renews it whenever an amount is written and both assets have a price.';
COMMENT ON COLUMN vesu.vesu_positions.status IS
    'active; liquidated when a liquidation left no debt; closed when both amounts became 0.';
COMMENT ON COLUMN vesu.vesu_positions.last_updated IS 'When an operation last changed the position.';
COMMENT ON COLUMN vesu.vesu_positions.nominal_debt IS
    'debt_amount / debt_index of the pool when written, 36 decimals, rounded up. Interest does not change it.';
COMMENT ON COLUMN vesu.vesu_positions.collateral_shares IS
    'collateral_amount / collateral_index of the pool when written, 36 decimals, rounded down. Yield does not change it.';
COMMENT ON COLUMN vesu.vesu_positions.risk_ratio IS
    'nominal_debt / collateral_shares, 36 decimals, rounded up: neither prices nor interest change it. '
    'Infinity for debt without collateral, NULL without debt.';
COMMENT ON COLUMN vesu.vesu_positions.created_at IS 'When the row was made.';
COMMENT ON COLUMN vesu.vesu_positions.updated_at IS 'When the row was last updated; a trigger keeps it.';
COMMENT ON COLUMN vesu.vesu_positions.deleted_at IS
    'When the row was soft-deleted; NULL for a live row. Refused while the position holds an amount.';

-- History of positions

CREATE TABLE IF NOT EXISTS vesu.vesu_position_history (
    history_id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    position_id        uuid NOT NULL
                       REFERENCES vesu.vesu_positions (id) ON UPDATE CASCADE ON DELETE CASCADE,
    user_id            uuid NOT NULL,
    pool_address       vesu.felt252 NOT NULL,
    collateral_asset   varchar(20) NOT NULL,
    debt_asset         varchar(20) NOT NULL,
    collateral_amount  numeric(36,18) NOT NULL,
    debt_amount        numeric(36,18) NOT NULL,
    vtoken_balance     numeric(36,18) NOT NULL,
    health_factor      numeric,
    status             vesu.position_status NOT NULL,
    last_updated       timestamptz NOT NULL,
    nominal_debt       numeric,
    collateral_shares  numeric,
    risk_ratio         numeric,
    created_at         timestamptz NOT NULL,
    updated_at         timestamptz NOT NULL,
    deleted_at         timestamptz,
    valid_from         timestamptz NOT NULL,
    valid_to           timestamptz NOT NULL,

    CONSTRAINT vesu_position_history_collateral_amount_check
        CHECK (collateral_amount >= 0 AND collateral_amount < 1e18),
    CONSTRAINT vesu_position_history_debt_amount_check CHECK (debt_amount >= 0 AND debt_amount < 1e18),
    CONSTRAINT vesu_position_history_vtoken_balance_check
        CHECK (vtoken_balance >= 0 AND vtoken_balance < 1e18),
    CONSTRAINT vesu_position_history_health_factor_check
        CHECK (health_factor >= 0 AND health_factor < 'Infinity'),
    CONSTRAINT vesu_position_history_nominal_debt_check
        CHECK (nominal_debt >= 0 AND nominal_debt < 1e36),
    CONSTRAINT vesu_position_history_collateral_shares_check
        CHECK (collateral_shares >= 0 AND collateral_shares < 1e36),
    CONSTRAINT vesu_position_history_risk_ratio_check
        CHECK (risk_ratio >= 0 AND risk_ratio <= 'Infinity'),
    CONSTRAINT vesu_position_history_valid_to_check CHECK (valid_to >= valid_from)
);

CREATE INDEX IF NOT EXISTS vesu_position_history_position
    ON vesu.vesu_position_history (position_id, valid_to DESC);

COMMENT ON TABLE vesu.vesu_position_history IS
    'Superseded versions of positions, written by a trigger. Each was the position from valid_from until just before valid_to.';
COMMENT ON COLUMN vesu.vesu_position_history.history_id IS
    'Order in which versions were superseded; tells versions of one transaction apart.';
COMMENT ON COLUMN vesu.vesu_position_history.position_id IS 'vesu_positions.id of the version''s position.';
COMMENT ON COLUMN vesu.vesu_position_history.user_id IS 'vesu_positions.user_id of this version.';
COMMENT ON COLUMN vesu.vesu_position_history.pool_address IS 'vesu_positions.pool_address of this version.';
COMMENT ON COLUMN vesu.vesu_position_history.collateral_asset IS 'vesu_positions.collateral_asset of this version.';
COMMENT ON COLUMN vesu.vesu_position_history.debt_asset IS 'vesu_positions.debt_asset of this version.';
COMMENT ON COLUMN vesu.vesu_position_history.collateral_amount IS
    'vesu_positions.collateral_amount of this version, in units of the collateral asset, 18 decimals.';
COMMENT ON COLUMN vesu.vesu_position_history.debt_amount IS
    'vesu_positions.debt_amount of this version, in units of the debt asset, 18 decimals.';
COMMENT ON COLUMN vesu.vesu_position_history.vtoken_balance IS
    'vesu_positions.vtoken_balance of this version, 18 decimals.';
COMMENT ON COLUMN vesu.vesu_position_history.health_factor IS
    'vesu_positions.health_factor of this version, 18 decimals; NULL without debt.';
COMMENT ON COLUMN vesu.vesu_position_history.status IS 'vesu_positions.status of this version.';
COMMENT ON COLUMN vesu.vesu_position_history.last_updated IS 'vesu_positions.last_updated of this version.';
COMMENT ON COLUMN vesu.vesu_position_history.nominal_debt IS 'vesu_positions.nominal_debt of this version.';
COMMENT ON COLUMN vesu.vesu_position_history.collateral_shares IS 'vesu_positions.collateral_shares of this version.';
COMMENT ON COLUMN vesu.vesu_position_history.risk_ratio IS 'vesu_positions.risk_ratio of this version.';
COMMENT ON COLUMN vesu.vesu_position_history.created_at IS 'vesu_positions.created_at of this version.';
COMMENT ON COLUMN vesu.vesu_position_history.updated_at IS 'vesu_positions.updated_at of this version.';
COMMENT ON COLUMN vesu.vesu_position_history.deleted_at IS 'vesu_positions.deleted_at of this version.';
COMMENT ON COLUMN vesu.vesu_position_history.valid_from IS
    'When this version began: valid_to of the one before, created_at of the position for the first.';
COMMENT ON COLUMN vesu.vesu_position_history.valid_to IS
    'When this version ended: the time of the transaction that superseded it, never before valid_from.';

-- Transactions

CREATE TABLE IF NOT EXISTS vesu.vesu_transactions (
    id                uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    position_id       uuid REFERENCES vesu.vesu_positions (id) ON UPDATE CASCADE ON DELETE SET NULL,
    user_id           uuid NOT NULL,
    transaction_hash  vesu.felt252 NOT NULL,
    type              vesu.transaction_type NOT NULL,
    asset             varchar(20) NOT NULL,
    amount            numeric(36,18) NOT NULL,
    status            vesu.transaction_status NOT NULL DEFAULT 'pending',
    block_number      bigint,
    "timestamp"       timestamptz,
    gas_used          numeric(36,18),
    error_message     text,
    created_at        timestamptz NOT NULL DEFAULT vesu.now(),
    updated_at        timestamptz NOT NULL DEFAULT vesu.now(),
    deleted_at        timestamptz,

    CONSTRAINT vesu_transactions_amount_check CHECK (amount >= 0 AND amount < 1e18),
    CONSTRAINT vesu_transactions_block_number_check CHECK (block_number >= 0),
    CONSTRAINT vesu_transactions_gas_used_check CHECK (gas_used >= 0 AND gas_used < 1e18)
);

CREATE INDEX IF NOT EXISTS idx_vesu_transactions_user_id ON vesu.vesu_transactions (user_id);
CREATE INDEX IF NOT EXISTS idx_vesu_transactions_position_id ON vesu.vesu_transactions (position_id);
CREATE UNIQUE INDEX IF NOT EXISTS idx_vesu_transactions_hash ON vesu.vesu_transactions (transaction_hash);
CREATE INDEX IF NOT EXISTS idx_vesu_transactions_type ON vesu.vesu_transactions (type);
CREATE INDEX IF NOT EXISTS idx_vesu_transactions_status ON vesu.vesu_transactions (status);
CREATE INDEX IF NOT EXISTS idx_vesu_transactions_user_type ON vesu.vesu_transactions (user_id, type);
CREATE INDEX IF NOT EXISTS idx_vesu_transactions_created_at ON vesu.vesu_transactions (created_at);
CREATE INDEX IF NOT EXISTS idx_vesu_transactions_timestamp ON vesu.vesu_transactions ("timestamp");

-- The newest 50 of a user without sorting all of them.
CREATE INDEX IF NOT EXISTS vesu_transactions_user_newest
    ON vesu.vesu_transactions (user_id, created_at DESC, id DESC);

COMMENT ON TABLE vesu.vesu_transactions IS
    'Every supply, borrow, repay, withdraw and liquidation, once per transaction hash.';
COMMENT ON COLUMN vesu.vesu_transactions.id IS 'Identity of the row.';
COMMENT ON COLUMN vesu.vesu_transactions.position_id IS
    'Position that the transaction changes; NULL once that row is deleted.';
COMMENT ON COLUMN vesu.vesu_transactions.user_id IS
    'Owner of the position. vesu.attach_users() makes it a foreign key to the table of users.';
COMMENT ON COLUMN vesu.vesu_transactions.transaction_hash IS
    'Starknet transaction hash. Unique; stays taken after a soft delete.';
COMMENT ON COLUMN vesu.vesu_transactions.type IS 'What the transaction does.';
COMMENT ON COLUMN vesu.vesu_transactions.asset IS
    'Asset of amount: the collateral asset for supply and withdraw, otherwise the debt asset.';
COMMENT ON COLUMN vesu.vesu_transactions.amount IS
    'Amount in units of asset, 18 decimals; for a liquidation the debt that was repaid.';
COMMENT ON COLUMN vesu.vesu_transactions.status IS
    'pending has changed no balance yet; confirmed has; failed never will.';
COMMENT ON COLUMN vesu.vesu_transactions.block_number IS 'Starknet block; NULL if unknown.';
COMMENT ON COLUMN vesu.vesu_transactions."timestamp" IS 'When the transaction was confirmed on chain; NULL until then.';
COMMENT ON COLUMN vesu.vesu_transactions.gas_used IS
    'Fee paid, in units of the fee token, 18 decimals; NULL if unknown.';
COMMENT ON COLUMN vesu.vesu_transactions.error_message IS 'Why a failed transaction failed; NULL if unknown.';
COMMENT ON COLUMN vesu.vesu_transactions.created_at IS 'When the row was made.';
COMMENT ON COLUMN vesu.vesu_transactions.updated_at IS 'When the row was last updated; a trigger keeps it.';
COMMENT ON COLUMN vesu.vesu_transactions.deleted_at IS 'When the row was soft-deleted; NULL for a live row.';

-- Liquidations

CREATE TABLE IF NOT EXISTS vesu.vesu_liquidations (
    id                  uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    position_id         uuid NOT NULL
                        REFERENCES vesu.vesu_positions (id) ON UPDATE CASCADE ON DELETE CASCADE,
    liquidator_address  vesu.felt252 NOT NULL,
    transaction_hash    vesu.felt252 NOT NULL,
    collateral_seized   numeric(36,18) NOT NULL,
    debt_repaid         numeric(36,18) NOT NULL,
    liquidation_bonus   numeric(36,18) NOT NULL,
    "timestamp"         timestamptz NOT NULL DEFAULT vesu.now(),
    debt_to_cover       numeric(36,18),
    created_at          timestamptz NOT NULL DEFAULT vesu.now(),
    updated_at          timestamptz NOT NULL DEFAULT vesu.now(),
    deleted_at          timestamptz,

    CONSTRAINT vesu_liquidations_collateral_seized_check
        CHECK (collateral_seized >= 0 AND collateral_seized < 1e18),
    CONSTRAINT vesu_liquidations_debt_repaid_check CHECK (debt_repaid >= 0 AND debt_repaid < 1e18),
    CONSTRAINT vesu_liquidations_liquidation_bonus_check
        CHECK (liquidation_bonus >= 0 AND liquidation_bonus < 1e18),
    CONSTRAINT vesu_liquidations_debt_to_cover_check
        CHECK (debt_to_cover >= 0 AND debt_to_cover < 1e18)
);

CREATE INDEX IF NOT EXISTS idx_vesu_liquidations_position_id ON vesu.vesu_liquidations (position_id);
CREATE INDEX IF NOT EXISTS idx_vesu_liquidations_liquidator ON vesu.vesu_liquidations (liquidator_address);
CREATE UNIQUE INDEX IF NOT EXISTS idx_vesu_liquidations_hash ON vesu.vesu_liquidations (transaction_hash);
CREATE INDEX IF NOT EXISTS idx_vesu_liquidations_timestamp ON vesu.vesu_liquidations ("timestamp");
CREATE INDEX IF NOT EXISTS idx_vesu_liquidations_created_at ON vesu.vesu_liquidations (created_at);

-- A few bots make most liquidations: their newest without sorting all of theirs.
CREATE INDEX IF NOT EXISTS vesu_liquidations_liquidator_newest
    ON vesu.vesu_liquidations (liquidator_address, "timestamp" DESC, id DESC);

COMMENT ON TABLE vesu.vesu_liquidations IS
    'Liquidations: who took which collateral for which debt. Each also has a row in vesu_transactions with the same hash.';
COMMENT ON COLUMN vesu.vesu_liquidations.id IS 'Identity of the row.';
COMMENT ON COLUMN vesu.vesu_liquidations.position_id IS 'Position that was liquidated.';
COMMENT ON COLUMN vesu.vesu_liquidations.liquidator_address IS 'Starknet address of the liquidator.';
COMMENT ON COLUMN vesu.vesu_liquidations.transaction_hash IS
    'Starknet transaction hash. Unique; stays taken after a soft delete.';
COMMENT ON COLUMN vesu.vesu_liquidations.collateral_seized IS
    'Collateral that the liquidator received, bonus included, in units of the collateral asset, 18 decimals.';
COMMENT ON COLUMN vesu.vesu_liquidations.debt_repaid IS
    'Debt that the liquidator paid, in units of the debt asset, 18 decimals.';
COMMENT ON COLUMN vesu.vesu_liquidations.liquidation_bonus IS
    'Collateral received beyond the worth of debt_repaid: an amount, in units of the collateral asset, 18 decimals.';
COMMENT ON COLUMN vesu.vesu_liquidations."timestamp" IS 'When the position was liquidated.';
COMMENT ON COLUMN vesu.vesu_liquidations.debt_to_cover IS
    'Debt that the liquidator asked to pay; NULL if the amount was left to vesu.liquidation_amounts().';
COMMENT ON COLUMN vesu.vesu_liquidations.created_at IS 'When the row was made.';
COMMENT ON COLUMN vesu.vesu_liquidations.updated_at IS 'When the row was last updated; a trigger keeps it.';
COMMENT ON COLUMN vesu.vesu_liquidations.deleted_at IS 'When the row was soft-deleted; NULL for a live row.';

-- Prices

CREATE TABLE IF NOT EXISTS vesu.vesu_asset_prices (
    asset        varchar(20) PRIMARY KEY,
    price        numeric(36,18),
    observed_at  timestamptz,
    sources      int,
    max_age      interval DEFAULT '5 minutes',
    min_sources  int DEFAULT 3,

    CONSTRAINT vesu_asset_prices_price_check CHECK (price > 0 AND price < 1e18),
    -- An observation at infinity could never be replaced by a newer one.
    CONSTRAINT vesu_asset_prices_observed_at_check CHECK (isfinite(observed_at))
);

COMMENT ON TABLE vesu.vesu_asset_prices IS
    'The latest price of each asset and what makes it usable. A price tick writes one row here and no position.';
COMMENT ON COLUMN vesu.vesu_asset_prices.asset IS 'Symbol of the asset.';
COMMENT ON COLUMN vesu.vesu_asset_prices.price IS
    'US dollars per unit of the asset, 18 decimals; NULL until the first price.';
COMMENT ON COLUMN vesu.vesu_asset_prices.observed_at IS
    'When the price was observed. An older observation never replaces it.';
COMMENT ON COLUMN vesu.vesu_asset_prices.sources IS
    'How many sources agree on the price; NULL if unknown, which is accepted.';
COMMENT ON COLUMN vesu.vesu_asset_prices.max_age IS 'Age up to which the price is usable.';
COMMENT ON COLUMN vesu.vesu_asset_prices.min_sources IS 'Sources that a usable price needs, where they are known.';
