-- Books of protocol pools at a time, and the indexes of the pools that stand for their pairs
--
-- Nothing accrues between two writes on the chain: every step rounds, and the rate adapts by the length of the
-- interval, so the stored books stay as the chain wrote them. Interest is a reading of them at a time.

CREATE OR REPLACE VIEW vesu.pool_books WITH (security_invoker = true) AS
SELECT held.protocol_pool,
       held.asset,
       held.protocol,
       ROW(held.reserve, held.total_nominal_debt, held.total_collateral_shares, held.last_rate_accumulator,
           held.scale, held.fee_rate)::vesu.asset_config AS books,
       ROW(held.min_target_utilization, held.max_target_utilization, held.target_utilization,
           held.min_full_utilization_rate, held.max_full_utilization_rate, held.zero_utilization_rate,
           held.rate_half_life, held.target_rate_percent)::vesu.interest_rate_config AS model,
       held.last_full_utilization_rate,
       held.fee_shares,
       held.last_updated
  FROM vesu.vesu_pool_assets AS held;
COMMENT ON VIEW vesu.pool_books IS
    'vesu_pool_assets in the shape of arguments for the protocol''s functions, such as vesu.calculate_collateral().';
COMMENT ON COLUMN vesu.pool_books.protocol_pool IS 'Protocol pool of the asset.';
COMMENT ON COLUMN vesu.pool_books.asset IS 'Symbol of the asset.';
COMMENT ON COLUMN vesu.pool_books.protocol IS 'Version of the protocol: 1 or 2.';
COMMENT ON COLUMN vesu.pool_books.books IS 'The books as the chain stored them last.';
COMMENT ON COLUMN vesu.pool_books.model IS 'The parameters of the interest-rate model.';
COMMENT ON COLUMN vesu.pool_books.last_full_utilization_rate IS 'As in vesu_pool_assets, per second, in 10^-18.';
COMMENT ON COLUMN vesu.pool_books.fee_shares IS 'As in vesu_pool_assets, in 10^-18.';
COMMENT ON COLUMN vesu.pool_books.last_updated IS 'When the chain wrote the books.';

CREATE OR REPLACE FUNCTION vesu.unix_seconds(at timestamptz) RETURNS bigint
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN floor(extract(epoch FROM unix_seconds.at))::bigint;
COMMENT ON FUNCTION vesu.unix_seconds(timestamptz) IS
    'Seconds since 1970, as the chain counts time, rounded down. NULL for NULL; 0A000 for an infinite time.';

CREATE OR REPLACE FUNCTION vesu.pool_asset_at(
    protocol_pool vesu.felt252, asset text, at timestamptz DEFAULT vesu.now(),
    OUT books vesu.asset_config, OUT interest_rate numeric, OUT full_utilization_rate numeric, OUT fee_shares numeric)
    RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT accrued.asset, accrued.interest_rate, accrued.full_utilization_rate, held.fee_shares + accrued.fee_shares
      FROM vesu.pool_books AS held
     CROSS JOIN LATERAL vesu.accrue_asset(
               held.books, held.model, held.last_full_utilization_rate, vesu.unix_seconds(held.last_updated),
               vesu.unix_seconds(pool_asset_at.at), held.protocol) AS accrued
     WHERE held.protocol_pool = pool_asset_at.protocol_pool AND held.asset = pool_asset_at.asset;
END;
COMMENT ON FUNCTION vesu.pool_asset_at(vesu.felt252, text, timestamptz) IS
    'What a reader of the chain sees of an asset at a time: its books with the interest since they were written, the '
    'borrow rate per second of that time, the rate at full utilization, and the fee shares (of V1 only those since the '
    'last write), in the chain''s integers. No row for an unknown asset; VS020 as vesu.accrue_asset(), such as u64_sub Overflow for '
    'a time before last_updated. Writes nothing.';

CREATE OR REPLACE FUNCTION vesu.books_indexes(
    books vesu.asset_config, protocol int DEFAULT 2, OUT debt_index numeric, OUT collateral_index numeric)
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT (books_indexes.books).last_rate_accumulator * 1e-18,
           -- Without shares one share is one token.
           CASE WHEN (books_indexes.books).total_collateral_shares = 0 THEN 1
                ELSE least(greatest(1, div(((books_indexes.books).reserve
                                            + vesu.calculate_debt((books_indexes.books).total_nominal_debt,
                                                                  (books_indexes.books).last_rate_accumulator,
                                                                  (books_indexes.books).scale, true, books_indexes.protocol))
                                           * 1e36,
                                           (books_indexes.books).scale * (books_indexes.books).total_collateral_shares)),
                           1e27 - 1) * 1e-18
           END;
END;
COMMENT ON FUNCTION vesu.books_indexes(vesu.asset_config, int) IS
    'The interest indexes that the books of an asset mean: debt_index = rate accumulator / 10^18, exact; collateral_index '
    '= (reserve + total debt rounded up) * 10^18 / (scale * total shares), whole tokens a share, 18 decimals, rounded '
    'down, held between 10^-18 and 10^9 - 10^-18 as the column wants it, and 1 without shares. The one place that derives an '
    'index. NULL for NULL books. Source: Vesu, calculate_collateral, of 10^18 shares.';

CREATE OR REPLACE FUNCTION vesu.asset_indexes(
    protocol_pool vesu.felt252, asset text, at timestamptz,
    OUT accrued_at timestamptz, OUT debt_index numeric, OUT collateral_index numeric)
    RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT reached.at, due.debt_index, due.collateral_index
      FROM vesu.pool_books AS held
     -- greatest() passes over NULL.
     CROSS JOIN LATERAL (SELECT greatest(asset_indexes.at, held.last_updated) AS at) AS reached
     CROSS JOIN LATERAL vesu.pool_asset_at(held.protocol_pool, held.asset, reached.at) AS accrued
     CROSS JOIN LATERAL vesu.books_indexes(accrued.books, held.protocol) AS due
     WHERE held.protocol_pool = asset_indexes.protocol_pool AND held.asset = asset_indexes.asset;
END;
COMMENT ON FUNCTION vesu.asset_indexes(vesu.felt252, text, timestamptz) IS
    'Indexes of an asset''s books at a time, or when they were written if that is later or the time is NULL, and which '
    'time it was. No row for an unknown asset; VS020 as vesu.accrue_asset().';

CREATE OR REPLACE FUNCTION vesu.move_indexes(
    at timestamptz, protocol_pool vesu.felt252 DEFAULT NULL, assets text[] DEFAULT NULL) RETURNS int
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    moved int;
BEGIN
    -- Books first, then pools, each in order: calls at the same time wait for each other and never in a circle.
    -- Books that somebody is writing are waited for.
    PERFORM FROM vesu.vesu_pool_assets AS held
      WHERE (move_indexes.protocol_pool IS NULL OR held.protocol_pool = move_indexes.protocol_pool)
        AND (move_indexes.assets IS NULL OR held.asset = ANY (move_indexes.assets))
      ORDER BY held.protocol_pool, held.asset
        FOR SHARE;
    PERFORM FROM vesu.vesu_pools AS pool
      WHERE pool.protocol_pool IS NOT NULL
        AND (move_indexes.protocol_pool IS NULL OR pool.protocol_pool = move_indexes.protocol_pool)
        AND (move_indexes.assets IS NULL OR pool.debt_asset = ANY (move_indexes.assets)
             OR pool.collateral_asset = ANY (move_indexes.assets))
      ORDER BY pool.pool_address
        FOR NO KEY UPDATE;

    -- Each asset that a pool uses is accrued, once, however many use it. Chosen first: the planner would rather test the use of an
    -- asset after its accrual, which may revert.
    WITH used AS MATERIALIZED (
        SELECT held.protocol_pool, held.asset, greatest(vesu.whole_second(vesu.now()), held.last_updated) AS present
          FROM vesu.vesu_pool_assets AS held
         WHERE (move_indexes.protocol_pool IS NULL OR held.protocol_pool = move_indexes.protocol_pool)
           AND (move_indexes.assets IS NULL OR held.asset = ANY (move_indexes.assets))
           AND held.last_updated <= move_indexes.at
           AND EXISTS (SELECT FROM vesu.vesu_pools AS pool
                        WHERE pool.protocol_pool = held.protocol_pool
                          AND held.asset IN (pool.collateral_asset, pool.debt_asset))),
    due AS MATERIALIZED (
        SELECT used.protocol_pool, used.asset, used.present, index.accrued_at, index.debt_index, index.collateral_index
          FROM used
         CROSS JOIN LATERAL vesu.asset_indexes(used.protocol_pool, used.asset, move_indexes.at) AS index)
    UPDATE vesu.vesu_pools AS moving
       SET debt_index = target.debt_index, debt_accrued_at = target.debt_accrued_at,
           collateral_index = target.collateral_index, collateral_accrued_at = target.collateral_accrued_at
      FROM (SELECT pool.id,
                   -- News may be older than the last accrual and lower the rate of the time between.
                   CASE WHEN pool.debt_accrued_at > debt.present THEN coalesce(debt.debt_index, pool.debt_index)
                        ELSE greatest(pool.debt_index, debt.debt_index) END AS debt_index,
                   coalesce(debt.accrued_at, pool.debt_accrued_at) AS debt_accrued_at,
                   coalesce(collateral.collateral_index, pool.collateral_index) AS collateral_index,
                   coalesce(collateral.accrued_at, pool.collateral_accrued_at) AS collateral_accrued_at
              FROM vesu.vesu_pools AS pool
              -- Indexes that are ahead of clock and books are no interest yet: with the next call by the clock they come back.
              LEFT JOIN due AS debt ON debt.protocol_pool = pool.protocol_pool AND debt.asset = pool.debt_asset
                                   AND coalesce(debt.accrued_at >= pool.debt_accrued_at
                                                OR debt.accrued_at <= debt.present AND pool.debt_accrued_at > debt.present, true)
              LEFT JOIN due AS collateral ON collateral.protocol_pool = pool.protocol_pool
                                         AND collateral.asset = pool.collateral_asset
                                         AND coalesce(collateral.accrued_at >= pool.collateral_accrued_at
                                                      OR collateral.accrued_at <= collateral.present
                                                         AND pool.collateral_accrued_at > collateral.present, true)
             WHERE (move_indexes.protocol_pool IS NULL OR pool.protocol_pool = move_indexes.protocol_pool)
               AND (debt.asset IS NOT NULL OR collateral.asset IS NOT NULL)) AS target
     WHERE moving.id = target.id
       AND (moving.debt_index, moving.debt_accrued_at, moving.collateral_index, moving.collateral_accrued_at)
           IS DISTINCT FROM
           (target.debt_index, target.debt_accrued_at, target.collateral_index, target.collateral_accrued_at);
    GET DIAGNOSTICS moved = ROW_COUNT;
    RETURN moved;
END
$$;
COMMENT ON FUNCTION vesu.move_indexes(timestamptz, vesu.felt252, text[]) IS
    'Private step of vesu.accrue() and whatever writes books: brings the indexes of the pools linked to a protocol pool '
    '(NULL: any) that use the assets (NULL: all) to the books at a time. Books written later and indexes accrued further '
    'stay, and debt_index never falls, unless they are ahead of clock and books and the time is not. Returns how many pools it changed. VS020 as vesu.accrue_asset().';

CREATE OR REPLACE FUNCTION vesu.follow_books(protocol_pool vesu.felt252, assets text[], written_at timestamptz) RETURNS int
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    -- Where the pools have been accrued further already, they stay at that time, now by the new books; but not ahead of the clock.
    RETURN vesu.move_indexes(
        greatest(follow_books.written_at, least(vesu.whole_second(vesu.now()),
                 (SELECT max(greatest(CASE WHEN pool.debt_asset = ANY (follow_books.assets)
                                           THEN pool.debt_accrued_at END,
                                      CASE WHEN pool.collateral_asset = ANY (follow_books.assets)
                                           THEN pool.collateral_accrued_at END))
                    FROM vesu.vesu_pools AS pool
                   WHERE pool.protocol_pool = follow_books.protocol_pool))),
        follow_books.protocol_pool, follow_books.assets);
END
$$;
COMMENT ON FUNCTION vesu.follow_books(vesu.felt252, text[], timestamptz) IS
    'Private step of whatever writes books, whose rows are locked: moves the indexes of the pools that use the assets to the '
    'new books, at the time they were written or, if later, the time to which those pools were accrued. Returns how many it changed.';

-- A pool that is linked starts from the books.
CREATE OR REPLACE FUNCTION vesu.link_pool()
    RETURNS trigger
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    debt record;
    collateral record;
    position_count bigint;
BEGIN
    -- Its other books would be locked after the pool, and whoever writes them locks pools after books.
    IF TG_OP = 'UPDATE' AND OLD.protocol_pool = NEW.protocol_pool THEN
        RAISE EXCEPTION USING
            ERRCODE = 'object_not_in_prerequisite_state',
            MESSAGE = format('pool %s is linked to protocol pool %s and cannot change its assets', OLD.pool_address,
                             OLD.protocol_pool),
            HINT = 'Set its protocol_pool to NULL first.';
    END IF;
    -- A row that says how far it was accrued comes from a dump.
    IF TG_OP = 'INSERT' AND NEW.debt_accrued_at IS NOT NULL AND NEW.collateral_accrued_at IS NOT NULL THEN
        RETURN NEW;
    END IF;

    -- Whoever writes the books waits, and then finds the pool.
    PERFORM FROM vesu.vesu_pool_assets AS held
      WHERE held.protocol_pool = NEW.protocol_pool AND held.asset IN (NEW.collateral_asset, NEW.debt_asset)
      ORDER BY held.asset
        FOR SHARE;
    SELECT due.accrued_at, due.debt_index INTO debt
      FROM vesu.asset_indexes(NEW.protocol_pool, NEW.debt_asset, NEW.debt_accrued_at) AS due;
    SELECT due.accrued_at, due.collateral_index INTO collateral
      FROM vesu.asset_indexes(NEW.protocol_pool, NEW.collateral_asset, NEW.collateral_accrued_at) AS due;
    IF debt.accrued_at IS NULL OR collateral.accrued_at IS NULL THEN
        RETURN NEW;  -- The foreign key words it.
    END IF;

    IF TG_OP = 'UPDATE'
       AND (OLD.debt_index, OLD.collateral_index) IS DISTINCT FROM (debt.debt_index, collateral.collateral_index) THEN
        IF current_setting('transaction_isolation') IN ('repeatable read', 'serializable') THEN
            RAISE EXCEPTION USING
                ERRCODE = 'feature_not_supported',
                MESSAGE = format('pool %s cannot be linked in a %s transaction', OLD.pool_address,
                                 upper(current_setting('transaction_isolation'))),
                DETAIL = 'The transaction might not see positions that the pool has by now.',
                HINT = 'Do it in a READ COMMITTED transaction.';
        END IF;
        -- Waits for new positions, whose foreign key holds the pool. An active one may get an amount any time.
        PERFORM FROM vesu.vesu_pools AS pool WHERE pool.id = OLD.id FOR UPDATE;
        SELECT count(*) INTO position_count
          FROM vesu.vesu_positions AS held
         WHERE held.pool_address = OLD.pool_address
           AND (held.status = 'active' AND held.deleted_at IS NULL OR held.collateral_amount > 0 OR held.debt_amount > 0);
        IF position_count > 0 THEN
            RAISE EXCEPTION USING
                ERRCODE = 'check_violation',
                MESSAGE = format('pool %s has positions and cannot be linked to protocol pool %s',
                                 OLD.pool_address, NEW.protocol_pool),
                DETAIL = format('Its indexes would change from %s to %s for debt and from %s to %s for collateral, '
                                'and with them what %s positions owe and hold.',
                                trim_scale(OLD.debt_index), trim_scale(debt.debt_index),
                                trim_scale(OLD.collateral_index), trim_scale(collateral.collateral_index),
                                position_count),
                HINT = 'Link a pool before it has positions, or make a linked one beside it with vesu.open_pools().',
                SCHEMA = TG_TABLE_SCHEMA,
                TABLE = TG_TABLE_NAME,
                COLUMN = 'protocol_pool';
        END IF;
    END IF;

    NEW.debt_index := debt.debt_index;
    NEW.debt_accrued_at := debt.accrued_at;
    NEW.collateral_index := collateral.collateral_index;
    NEW.collateral_accrued_at := collateral.accrued_at;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION vesu.link_pool() IS
    'Trigger of vesu_pools: a pool that is linked to a protocol pool takes its indexes from the stored books; 23514 where that '
    'would change what existing positions owe or hold (0A000 unless READ COMMITTED: an older snapshot might miss a position), and '
    '55000 for a linked one that changes its assets.';

CREATE OR REPLACE TRIGGER vesu_pools_link
    BEFORE INSERT ON vesu.vesu_pools
    FOR EACH ROW
    WHEN (NEW.protocol_pool IS NOT NULL)
    EXECUTE FUNCTION vesu.link_pool();
CREATE OR REPLACE TRIGGER vesu_pools_relink
    BEFORE UPDATE ON vesu.vesu_pools
    FOR EACH ROW
    WHEN (NEW.protocol_pool IS NOT NULL
          AND (OLD.protocol_pool IS DISTINCT FROM NEW.protocol_pool
               OR OLD.collateral_asset IS DISTINCT FROM NEW.collateral_asset
               OR OLD.debt_asset IS DISTINCT FROM NEW.debt_asset))
    EXECUTE FUNCTION vesu.link_pool();

CREATE OR REPLACE FUNCTION vesu.record_pool_asset(
    protocol_pool vesu.felt252, asset text, books vesu.asset_config, last_full_utilization_rate numeric,
    last_updated timestamptz, fee_shares numeric DEFAULT 0) RETURNS boolean
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
<<recording>>
DECLARE
    known record;
    index record;
    written_at timestamptz;
BEGIN
    -- A composite with a NULL in it is no NULL: vesu.check_asset_config() words that.
    IF num_nulls(protocol_pool, asset, last_full_utilization_rate, last_updated, fee_shares) > 0
       OR books IS NOT DISTINCT FROM NULL THEN
        PERFORM vesu.refuse_null(
            ARRAY['protocol_pool', 'asset', 'books', 'last_full_utilization_rate', 'last_updated', 'fee_shares'],
            ARRAY[protocol_pool IS NULL, asset IS NULL, books IS NOT DISTINCT FROM NULL,
                  last_full_utilization_rate IS NULL, last_updated IS NULL, fee_shares IS NULL]);
    END IF;
    written_at := vesu.whole_second(last_updated, 'last_updated');

    -- All assets of the pool, in order: the next call of this transaction may be about another one.
    PERFORM FROM vesu.vesu_pool_assets AS held
      WHERE held.protocol_pool = record_pool_asset.protocol_pool
      ORDER BY held.asset
        FOR NO KEY UPDATE;
    SELECT held.scale, held.protocol, held.max_utilization, held.floor, held.last_rate_accumulator, held.last_updated
      INTO known
      FROM vesu.vesu_pool_assets AS held
     WHERE held.protocol_pool = record_pool_asset.protocol_pool AND held.asset = record_pool_asset.asset;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING
            ERRCODE = 'no_data_found',
            MESSAGE = format('protocol pool %s has no asset %s', protocol_pool, asset),
            DETAIL = 'vesu.vesu_pool_assets has no such row.',
            HINT = 'Load the pool''s configuration with vesu.load_pool_config(), or insert the asset.';
    END IF;
    IF written_at < known.last_updated THEN
        RETURN false;
    END IF;
    IF books.scale <> known.scale THEN
        RAISE EXCEPTION USING
            ERRCODE = 'VS001',
            MESSAGE = format('scale of %s must be %s, not %s', asset, known.scale, books.scale),
            DETAIL = 'The scale is 10^decimals of the token and never changes.',
            HINT = 'These seem to be the books of another asset.';
    ELSIF books.last_rate_accumulator < known.last_rate_accumulator AND written_at > known.last_updated THEN
        RAISE EXCEPTION USING
            ERRCODE = 'VS001',
            MESSAGE = format('last_rate_accumulator of %s must be at least %s, not %s', asset,
                             known.last_rate_accumulator, books.last_rate_accumulator),
            DETAIL = format('An accumulator never falls, and the stored books are older: of %s.', known.last_updated),
            HINT = 'These seem to be the books of another asset. Stored ones that were wrong are replaced by others of the same time.';
    END IF;
    PERFORM vesu.check_asset_config(books, known.max_utilization, known.floor, last_full_utilization_rate,
                                    vesu.unix_seconds(written_at), fee_shares, known.protocol);
    index := vesu.books_indexes(books, known.protocol);
    IF index.collateral_index NOT BETWEEN 1e-9 AND 999999999 THEN
        RAISE EXCEPTION USING
            ERRCODE = 'VS001',
            MESSAGE = format('books of %s must make a share worth 0.000000001 to 999999999 tokens, not %s', asset,
                             trim_scale(index.collateral_index)),
            DETAIL = 'Reserve and debt count the smallest unit of the token, nominal debt and shares 10^-18.',
            HINT = 'Give the integers as the chain stores them.';
    END IF;

    UPDATE vesu.vesu_pool_assets AS held
       SET reserve = (record_pool_asset.books).reserve,
           total_nominal_debt = (record_pool_asset.books).total_nominal_debt,
           total_collateral_shares = (record_pool_asset.books).total_collateral_shares,
           fee_shares = record_pool_asset.fee_shares,
           last_rate_accumulator = (record_pool_asset.books).last_rate_accumulator,
           last_full_utilization_rate = record_pool_asset.last_full_utilization_rate,
           last_updated = recording.written_at,
           fee_rate = (record_pool_asset.books).fee_rate
     WHERE held.protocol_pool = record_pool_asset.protocol_pool AND held.asset = record_pool_asset.asset;
    PERFORM vesu.follow_books(record_pool_asset.protocol_pool, ARRAY[record_pool_asset.asset], recording.written_at);
    RETURN true;
END
$$;
COMMENT ON FUNCTION vesu.record_pool_asset(vesu.felt252, text, vesu.asset_config, numeric, timestamptz, numeric) IS
    'Overwrites the books of an asset with those that the chain wrote at last_updated, as an UpdateContext event carries them for '
    'either asset, and moves the indexes of the linked pools to them. Returns whether it did: older books than the stored change '
    'nothing, equally old ones replace. max_utilization, floor and the interest-rate parameters stay. 22004 for a NULL, P0002 for '
    'an unknown asset, VS001 for another scale, a falling accumulator or a share that would be worth less than 10^-9 or about '
    '10^9 tokens, VS020 for books that the chain would not keep. Where one transaction records '
    'several protocol pools, in the order of their addresses.';

CREATE OR REPLACE FUNCTION vesu.whole_second(at timestamptz, name text DEFAULT 'at') RETURNS timestamptz
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF at IS NULL THEN
        PERFORM vesu.refuse_null(ARRAY[name], ARRAY[true]);
    END IF;
    IF NOT isfinite(at) THEN
        RAISE EXCEPTION USING
            ERRCODE = 'invalid_parameter_value',
            MESSAGE = format('%s must be a finite time, not %s', name, at);
    END IF;
    RETURN date_trunc('second', at);
END
$$;
COMMENT ON FUNCTION vesu.whole_second(timestamptz, text) IS
    'Private step: the time as the chain counts it, in whole seconds, rounded down. 22004 for NULL, 22023 for an infinite time.';
