-- Loading a protocol pool from its published configuration, and making pools that stand for its pairs

CREATE OR REPLACE FUNCTION vesu.config_number(value text, factor numeric, field text, subject text) RETURNS numeric
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    converted numeric;
BEGIN
    IF value ~ '^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$' THEN
        converted := trim_scale(value::numeric * factor);
        IF converted >= 0 AND converted = trunc(converted) THEN
            RETURN converted;
        END IF;
    END IF;
    RAISE EXCEPTION USING
        ERRCODE = 'VS001',
        MESSAGE = CASE WHEN value IS NULL THEN format('%s of %s is missing', field, subject)
                       ELSE format('%s of %s must be a number that the chain can keep, not %s', field, subject, value) END,
        DETAIL = CASE factor WHEN 1 THEN 'The chain keeps it as a whole number from 0 on.'
                             ELSE format('The chain keeps it times %s, as a whole number from 0 on.', factor) END,
        HINT = 'Give the configuration as it is published, with decimal numbers.';
END
$$;
COMMENT ON FUNCTION vesu.config_number(text, numeric, text, text) IS
    'Private step of vesu.load_pool_config(): value * factor, exactly. VS001, naming field and subject, unless that is a whole '
    'number from 0 on; so also for NULL.';

CREATE OR REPLACE FUNCTION vesu.config_assets(
    config jsonb,
    OUT name text, OUT asset text, OUT token_address vesu.felt252, OUT books vesu.asset_config,
    OUT model vesu.interest_rate_config, OUT last_full_utilization_rate numeric, OUT max_utilization numeric, OUT floor numeric)
    RETURNS SETOF record
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT given.entry ->> 'asset_name', token.symbol, (given.entry #>> '{token,address}')::vesu.felt252,
           -- As the protocol creates an asset: 2000 of its smallest units that nobody can withdraw.
           ROW(2000, 0, div(2000 * 1e18, token.scale), 1e18, token.scale,
               vesu.config_number(given.entry ->> 'fee_rate', 1e18, 'fee_rate', token.symbol))::vesu.asset_config,
           ROW(vesu.config_number(given.entry ->> 'min_target_utilization', 1e5, 'min_target_utilization', token.symbol),
               vesu.config_number(given.entry ->> 'max_target_utilization', 1e5, 'max_target_utilization', token.symbol),
               vesu.config_number(given.entry ->> 'target_utilization', 1e5, 'target_utilization', token.symbol),
               vesu.config_number(given.entry ->> 'min_full_utilization_rate', 1e18, 'min_full_utilization_rate', token.symbol),
               vesu.config_number(given.entry ->> 'max_full_utilization_rate', 1e18, 'max_full_utilization_rate', token.symbol),
               vesu.config_number(given.entry ->> 'zero_utilization_rate', 1e18, 'zero_utilization_rate', token.symbol),
               vesu.config_number(given.entry ->> 'rate_half_life', 1, 'rate_half_life', token.symbol),
               vesu.config_number(given.entry ->> 'target_rate_percent', 1e18, 'target_rate_percent', token.symbol)
              )::vesu.interest_rate_config,
           vesu.config_number(given.entry ->> 'initial_full_utilization_rate', 1e18, 'initial_full_utilization_rate', token.symbol),
           vesu.config_number(given.entry ->> 'max_utilization', 1e18, 'max_utilization', token.symbol),
           vesu.config_number(given.entry ->> 'floor', 1e18, 'floor', token.symbol)
      FROM jsonb_array_elements(config_assets.config -> 'asset_parameters') AS given (entry)
     CROSS JOIN LATERAL (
            SELECT given.entry #>> '{token,symbol}' AS symbol,
                   -- More decimals than a word can tell from 10^18 are refused all the same.
                   ('1e' || least(vesu.config_number(given.entry #>> '{token,decimals}', 1, 'token.decimals',
                                                     given.entry #>> '{token,symbol}'), 77))::numeric AS scale
            OFFSET 0) AS token;
END;
COMMENT ON FUNCTION vesu.config_assets(jsonb) IS
    'The assets of a published V2 configuration in the chain''s integers, each with the books that the protocol creates it '
    'with. VS001 for a number that does not convert, VS002 for a token address.';

CREATE OR REPLACE FUNCTION vesu.config_pairs(
    config jsonb, OUT collateral_asset text, OUT debt_asset text, OUT max_ltv numeric, OUT liquidation_factor numeric,
    OUT debt_cap numeric)
    RETURNS SETOF record
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT collateral.asset, debt.asset,
           vesu.config_number(given.entry ->> 'max_ltv', 1e18, 'max_ltv', pair.name),
           vesu.config_number(given.entry ->> 'liquidation_discount', 1e18, 'liquidation_discount', pair.name),
           vesu.config_number(given.entry ->> 'debt_cap', (debt.books).scale, 'debt_cap', pair.name)
      FROM jsonb_array_elements(coalesce(config_pairs.config -> 'pair_parameters', '[]')) AS given (entry)
      JOIN vesu.config_assets(config_pairs.config) AS collateral ON collateral.name = given.entry ->> 'collateral_asset_name'
      JOIN vesu.config_assets(config_pairs.config) AS debt ON debt.name = given.entry ->> 'debt_asset_name'
     CROSS JOIN LATERAL (SELECT collateral.asset || '/' || debt.asset AS name) AS pair;
END;
COMMENT ON FUNCTION vesu.config_pairs(jsonb) IS
    'The pairs of a published V2 configuration in the chain''s integers; the liquidation discount is the factor. VS001 for a '
    'number that does not convert.';

CREATE OR REPLACE FUNCTION vesu.check_config_names(config jsonb) RETURNS void
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    problem text;
BEGIN
    IF jsonb_typeof(config -> 'asset_parameters') IS DISTINCT FROM 'array'
       OR jsonb_typeof(coalesce(config -> 'pair_parameters', '[]')) <> 'array' THEN
        problem := 'asset_parameters and pair_parameters must be arrays';
    ELSE
        WITH assets AS (
            SELECT given.entry ->> 'asset_name' AS name, given.entry #>> '{token,symbol}' AS symbol, given.place
              FROM jsonb_array_elements(config -> 'asset_parameters') WITH ORDINALITY AS given (entry, place)),
        pairs AS (
            SELECT given.entry ->> 'collateral_asset_name' AS collateral, given.entry ->> 'debt_asset_name' AS debt, given.place
              FROM jsonb_array_elements(coalesce(config -> 'pair_parameters', '[]')) WITH ORDINALITY AS given (entry, place))
        SELECT found.problem INTO problem
          FROM (SELECT 1 AS part, a.place,
                       format('asset %s must have an asset_name and a token.symbol of 1 to 20 characters', a.place) AS problem
                  FROM assets AS a
                 WHERE a.name IS NULL OR length(a.symbol) NOT BETWEEN 1 AND 20 OR a.symbol IS NULL
                UNION ALL
                SELECT 2, max(a.place), format('%s assets have the symbol %s', count(*), a.symbol)
                  FROM assets AS a GROUP BY a.symbol HAVING count(*) > 1
                UNION ALL
                SELECT 3, max(a.place), format('%s assets have the name %s', count(*), a.name)
                  FROM assets AS a GROUP BY a.name HAVING count(*) > 1
                UNION ALL
                SELECT 4, p.place, format('pair %s must name two assets of the configuration, not %s and %s', p.place,
                                          coalesce(p.collateral, 'none'), coalesce(p.debt, 'none'))
                  FROM pairs AS p
                 WHERE NOT EXISTS (SELECT FROM assets AS a WHERE a.name = p.collateral)
                    OR NOT EXISTS (SELECT FROM assets AS a WHERE a.name = p.debt)
                    OR p.collateral = p.debt
                UNION ALL
                SELECT 5, max(p.place), format('%s pairs are of %s and %s', count(*), p.collateral, p.debt)
                  FROM pairs AS p GROUP BY p.collateral, p.debt HAVING count(*) > 1) AS found
         ORDER BY found.part, found.place
         LIMIT 1;
    END IF;
    IF problem IS NOT NULL THEN
        RAISE EXCEPTION USING
            ERRCODE = 'invalid_parameter_value',
            MESSAGE = problem,
            HINT = 'Give the configuration of a Vesu V2 pool as it is published, with asset_parameters and pair_parameters.';
    END IF;
END
$$;
COMMENT ON FUNCTION vesu.check_config_names(jsonb) IS
    'Private step of vesu.load_pool_config(): 22023 for a configuration whose parts or names are missing, occur twice or lead nowhere.';

CREATE OR REPLACE FUNCTION vesu.check_config(config jsonb, at timestamptz) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    given record;
    subject text;
    code text;
    message text;
BEGIN
    PERFORM vesu.check_config_names(config);
    FOR given IN SELECT a.* FROM vesu.config_assets(check_config.config) AS a LOOP
        subject := format('It is about asset %s.', given.asset);
        PERFORM vesu.check_interest_rate_config(given.model),
                vesu.check_asset_config(given.books, given.max_utilization, given.floor, given.last_full_utilization_rate,
                                        vesu.unix_seconds(check_config.at));
    END LOOP;
    FOR given IN SELECT p.* FROM vesu.config_pairs(check_config.config) AS p LOOP
        subject := format('It is about the pair %s/%s.', given.collateral_asset, given.debt_asset);
        PERFORM vesu.check_pair_config(given.max_ltv, given.liquidation_factor, given.debt_cap);
    END LOOP;
EXCEPTION WHEN SQLSTATE 'VS020' THEN
    GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, message = MESSAGE_TEXT;
    RAISE EXCEPTION USING
        ERRCODE = code,
        MESSAGE = message,
        DETAIL = subject,
        HINT = 'The protocol refuses this configuration.';
END
$$;
COMMENT ON FUNCTION vesu.check_config(jsonb, timestamptz) IS
    'Private step of vesu.load_pool_config(): lets every asset, model and pair of a configuration pass the protocol''s own checks. '
    'VS020 with its text, 22023 and VS001 as there.';

CREATE OR REPLACE FUNCTION vesu.refuse_other_token(protocol_pool vesu.felt252, config jsonb) RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    other record;
BEGIN
    SELECT held.asset, held.token_address, held.scale, held.protocol,
           given.token_address AS given_token, (given.books).scale AS given_scale INTO other
      FROM vesu.config_assets(refuse_other_token.config) AS given
      JOIN vesu.vesu_pool_assets AS held ON held.protocol_pool = refuse_other_token.protocol_pool AND held.asset = given.asset
     WHERE held.protocol <> 2 OR held.scale <> (given.books).scale OR held.token_address <> given.token_address
     ORDER BY held.asset
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING
            ERRCODE = 'invalid_parameter_value',
            MESSAGE = format('asset %s of protocol pool %s is another token', other.asset, protocol_pool),
            DETAIL = format('It is stored with token %s, scale %s, protocol %s; the configuration has token %s, scale %s, protocol 2.',
                            coalesce(other.token_address::text, 'unknown'), other.scale, other.protocol,
                            coalesce(other.given_token::text, 'unknown'), other.given_scale),
            HINT = 'Give the token another symbol, or load the configuration of the right pool.';
    END IF;
END
$$;
COMMENT ON FUNCTION vesu.refuse_other_token(vesu.felt252, jsonb) IS
    'Private step of vesu.load_pool_config(): 22023 where a stored asset of the same symbol is another token or of V1.';

CREATE OR REPLACE FUNCTION vesu.load_pool_config(
    protocol_pool vesu.felt252, config jsonb, at timestamptz DEFAULT vesu.now(),
    OUT assets_added int, OUT assets_changed int, OUT pairs_added int, OUT pairs_changed int)
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
<<loading>>
DECLARE
    written_at timestamptz;
    changed text[];
BEGIN
    IF num_nulls(protocol_pool, config, at) > 0 THEN
        PERFORM vesu.refuse_null(ARRAY['protocol_pool', 'config', 'at'],
                                 ARRAY[protocol_pool IS NULL, config IS NULL, at IS NULL]);
    END IF;
    written_at := vesu.whole_second(at);
    PERFORM vesu.check_config(config, written_at);
    PERFORM FROM vesu.vesu_pool_assets AS held
      WHERE held.protocol_pool = load_pool_config.protocol_pool
      ORDER BY held.asset
        FOR NO KEY UPDATE;
    PERFORM vesu.refuse_other_token(protocol_pool, config);

    INSERT INTO vesu.vesu_pool_assets AS held (
           protocol_pool, asset, token_address, reserve, total_nominal_debt, total_collateral_shares, scale,
           last_rate_accumulator, last_full_utilization_rate, last_updated, fee_rate, max_utilization, floor,
           min_target_utilization, max_target_utilization, target_utilization, min_full_utilization_rate,
           max_full_utilization_rate, zero_utilization_rate, rate_half_life, target_rate_percent)
    SELECT load_pool_config.protocol_pool, given.asset, given.token_address, (given.books).reserve,
           (given.books).total_nominal_debt, (given.books).total_collateral_shares, (given.books).scale,
           (given.books).last_rate_accumulator, given.last_full_utilization_rate, loading.written_at, (given.books).fee_rate,
           given.max_utilization, given.floor, (given.model).min_target_utilization, (given.model).max_target_utilization,
           (given.model).target_utilization, (given.model).min_full_utilization_rate, (given.model).max_full_utilization_rate,
           (given.model).zero_utilization_rate, (given.model).rate_half_life, (given.model).target_rate_percent
      FROM vesu.config_assets(load_pool_config.config) AS given
    ON CONFLICT ON CONSTRAINT vesu_pool_assets_pkey DO NOTHING;
    GET DIAGNOSTICS assets_added = ROW_COUNT;

    -- A change of parameters first accrues and stores the asset by the old ones, as on the chain.
    changed := ARRAY(
        SELECT given.asset
          FROM vesu.config_assets(load_pool_config.config) AS given
          JOIN vesu.vesu_pool_assets AS held
            ON held.protocol_pool = load_pool_config.protocol_pool AND held.asset = given.asset
          JOIN vesu.pool_books AS stored ON stored.protocol_pool = held.protocol_pool AND stored.asset = held.asset
         WHERE stored.model <> given.model OR held.fee_rate <> (given.books).fee_rate
            OR held.max_utilization <> given.max_utilization OR held.floor <> given.floor);
    UPDATE vesu.vesu_pool_assets AS held
       SET total_collateral_shares = (accrued.books).total_collateral_shares,
           last_rate_accumulator = (accrued.books).last_rate_accumulator,
           fee_shares = accrued.fee_shares,
           last_full_utilization_rate = accrued.full_utilization_rate,
           last_updated = loading.written_at,
           fee_rate = (given.books).fee_rate,
           max_utilization = given.max_utilization,
           floor = given.floor,
           min_target_utilization = (given.model).min_target_utilization,
           max_target_utilization = (given.model).max_target_utilization,
           target_utilization = (given.model).target_utilization,
           min_full_utilization_rate = (given.model).min_full_utilization_rate,
           max_full_utilization_rate = (given.model).max_full_utilization_rate,
           zero_utilization_rate = (given.model).zero_utilization_rate,
           rate_half_life = (given.model).rate_half_life,
           target_rate_percent = (given.model).target_rate_percent
      FROM unnest(loading.changed) AS name (asset)
      JOIN vesu.config_assets(load_pool_config.config) AS given ON given.asset = name.asset
     CROSS JOIN LATERAL vesu.pool_asset_at(load_pool_config.protocol_pool, name.asset, loading.written_at) AS accrued
     WHERE held.protocol_pool = load_pool_config.protocol_pool AND held.asset = name.asset;
    GET DIAGNOSTICS assets_changed = ROW_COUNT;
    IF assets_changed > 0 THEN
        PERFORM vesu.follow_books(protocol_pool, changed, written_at);
    END IF;

    INSERT INTO vesu.vesu_pool_pairs AS held (protocol_pool, collateral_asset, debt_asset, max_ltv, liquidation_factor, debt_cap)
    SELECT load_pool_config.protocol_pool, given.collateral_asset, given.debt_asset, given.max_ltv, given.liquidation_factor,
           given.debt_cap
      FROM vesu.config_pairs(load_pool_config.config) AS given
    ON CONFLICT ON CONSTRAINT vesu_pool_pairs_pkey DO NOTHING;
    GET DIAGNOSTICS pairs_added = ROW_COUNT;
    UPDATE vesu.vesu_pool_pairs AS held
       SET max_ltv = given.max_ltv, liquidation_factor = given.liquidation_factor, debt_cap = given.debt_cap
      FROM vesu.config_pairs(load_pool_config.config) AS given
     WHERE held.protocol_pool = load_pool_config.protocol_pool
       AND held.collateral_asset = given.collateral_asset AND held.debt_asset = given.debt_asset
       AND (held.max_ltv <> given.max_ltv OR held.liquidation_factor <> given.liquidation_factor
            OR held.debt_cap <> given.debt_cap);
    GET DIAGNOSTICS pairs_changed = ROW_COUNT;
END
$$;
COMMENT ON FUNCTION vesu.load_pool_config(vesu.felt252, jsonb, timestamptz) IS
    'Loads the published configuration of a V2 pool: asset_parameters and pair_parameters with decimal numbers, converted exactly to '
    'the chain''s integers. New assets get the books that the protocol creates them with: 2000 smallest units that nobody can '
    'withdraw. A known asset keeps its books; where one of its parameters differs, the interest up to at is written by the old ones '
    'first, as on the chain, and the linked pools follow. Pairs get the terms given; assets and pairs that the configuration does '
    'not name stay, and so do the terms in vesu_pools. Returns how many rows were added and changed; loading twice changes nothing. 22004 for '
    'a NULL, 22023 for missing or repeated names or another token, VS001 for a number that does not convert, VS020 for what the '
    'protocol refuses, with its text.';

CREATE OR REPLACE FUNCTION vesu.pair_address(protocol_pool vesu.felt252, collateral_token text, debt_token text)
    RETURNS vesu.felt252
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT set_byte(hash.bytes, 0, get_byte(hash.bytes, 0) & 3)::vesu.felt252
      FROM (SELECT sha256(convert_to(pair_address.protocol_pool::text || '/' || pair_address.collateral_token || '/'
                                     || pair_address.debt_token, 'UTF8')) AS bytes) AS hash;
END;
COMMENT ON FUNCTION vesu.pair_address(vesu.felt252, text, text) IS
    'An address for the pool that stands for a pair, as on the chain all pairs of a protocol pool share one: the low 250 bits of '
    'SHA-256(protocol pool/collateral token/debt token), the addresses as felt252 shows them. NULL for a NULL argument.';

CREATE OR REPLACE FUNCTION vesu.open_pools(protocol_pool vesu.felt252) RETURNS SETOF vesu.vesu_pools
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
    IF open_pools.protocol_pool IS NULL THEN
        PERFORM vesu.refuse_null(ARRAY['protocol_pool'], ARRAY[true]);
    END IF;
    IF NOT EXISTS (SELECT FROM vesu.vesu_pool_pairs AS pair WHERE pair.protocol_pool = open_pools.protocol_pool) THEN
        RAISE EXCEPTION USING
            ERRCODE = 'no_data_found',
            MESSAGE = format('protocol pool %s has no pairs', open_pools.protocol_pool),
            HINT = 'Load its configuration with vesu.load_pool_config().';
    END IF;

    RETURN QUERY
    INSERT INTO vesu.vesu_pools AS pool (pool_address, protocol_pool, collateral_asset, debt_asset, max_ltv,
                                         liquidation_threshold, liquidation_bonus)
    SELECT vesu.pair_address(pair.protocol_pool, coalesce(collateral.token_address::text, collateral.asset),
                             coalesce(debt.token_address::text, debt.asset)),
           pair.protocol_pool, pair.collateral_asset, pair.debt_asset, trunc(pair.max_ltv * 1e-18, 4),
           trunc(pair.max_ltv * 1e-18, 4), least(div((1e18 - terms.factor) * 10000, terms.factor) * 0.0001, 1)
      FROM vesu.vesu_pool_pairs AS pair
      JOIN vesu.vesu_pool_assets AS collateral
        ON collateral.protocol_pool = pair.protocol_pool AND collateral.asset = pair.collateral_asset
      JOIN vesu.vesu_pool_assets AS debt ON debt.protocol_pool = pair.protocol_pool AND debt.asset = pair.debt_asset
     CROSS JOIN LATERAL (SELECT coalesce(nullif(pair.liquidation_factor, 0), 1e18) AS factor) AS terms
     WHERE pair.protocol_pool = open_pools.protocol_pool
       AND NOT EXISTS (SELECT FROM vesu.vesu_pools AS linked
                        WHERE linked.protocol_pool = pair.protocol_pool
                          AND linked.collateral_asset = pair.collateral_asset AND linked.debt_asset = pair.debt_asset)
     ORDER BY pair.collateral_asset, pair.debt_asset
    ON CONFLICT (pool_address) DO NOTHING
    RETURNING pool.*;
END
$$;
COMMENT ON FUNCTION vesu.open_pools(vesu.felt252) IS
    'Makes the rows of vesu_pools for the pairs of a protocol pool that have none, linked to it, and returns them. pool_address is '
    'vesu.pair_address() of the token addresses (the symbols where unknown); max_ltv that of the pair, cut to four decimals; '
    'liquidation_threshold the same, as on Vesu a position may be liquidated as soon as its loan to value exceeds max_ltv; '
    'liquidation_bonus = 1 / liquidation factor - 1, cut to four decimals and at most 1. Pools that are there stay as they are. What can be lent comes by '
    'vesu.sync_pool(). 22004 for NULL, P0002 for a protocol pool without pairs.';
