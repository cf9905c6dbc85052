-- Positions: immutable snapshots, the latest of each kept beside them, and questions about them

CREATE OR REPLACE FUNCTION vesu_assistant.liquidation_threshold(metadata jsonb) RETURNS numeric
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    given constant jsonb := nullif(metadata -> 'liquidationThreshold', 'null');
    threshold constant numeric := vesu_assistant.decimal_of(given);
BEGIN
    IF given IS NOT NULL AND (threshold > 0 AND threshold <= 1) IS NOT TRUE THEN
        PERFORM vesu_assistant.refuse(200, format('metadata.liquidationThreshold %s', left(given::text, 200)),
                                      'It is a fraction above 0 and at most 1.', 'Give 0.825 for 82.5 %.');
    END IF;
    RETURN threshold;
END
$$;
COMMENT ON FUNCTION vesu_assistant.liquidation_threshold(jsonb) IS
    'Private step: liquidationThreshold of a position''s metadata, a number or decimal string; NULL without one, VS200 unless it is '
    'above 0 and at most 1.';

CREATE OR REPLACE FUNCTION vesu_assistant.normal_health_factor(
    health_factor numeric, collateral jsonb, debt jsonb, metadata jsonb) RETURNS numeric
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    -- Protocols write "no debt" as the largest number they have, raw or divided by 1e18.
    unlimited constant numeric := 1e59;
    has_debt constant boolean := vesu_assistant.total_value(debt, 'debt') > 0;
    factor numeric := health_factor;
BEGIN
    PERFORM vesu_assistant.total_value(collateral, 'collateral');
    IF factor = 'NaN' OR factor < 0 AND factor <> -1 THEN
        PERFORM vesu_assistant.refuse(200, format('health_factor %s', factor), 'A health factor is 0 or more.',
                                      'Give NULL where there is no debt.');
    END IF;
    IF factor IS NULL AND has_debt THEN
        factor := vesu_assistant.health_factor_of(collateral, debt, vesu_assistant.liquidation_threshold(metadata));
        IF factor IS NULL THEN
            PERFORM vesu_assistant.refuse(204, format('debt %s', left(debt::text, 200)),
                                          'There is debt, but neither a health factor nor metadata.liquidationThreshold.',
                                          'Give one of the two.');
        END IF;
    END IF;
    RETURN CASE WHEN has_debt AND factor >= 0 AND factor < unlimited THEN factor END;
END
$$;
COMMENT ON FUNCTION vesu_assistant.normal_health_factor(numeric, jsonb, jsonb, jsonb) IS
    'Private step of the trigger of positions: the health factor to store. NULL without debt, for -1, Infinity and from 1e59 on; '
    'where none is given, that of the assets at metadata.liquidationThreshold. VS200 for another negative one and NaN, VS203 for '
    'invalid assets, VS204 where it cannot be computed.';

CREATE OR REPLACE FUNCTION vesu_assistant.keep_position() RETURNS trigger
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    NEW.wallet_address := vesu_assistant.canonical_wallet(NEW.wallet_address);
    IF jsonb_typeof(NEW.metadata) <> 'object' THEN
        PERFORM vesu_assistant.refuse(200, format('metadata %s', left(NEW.metadata::text, 200)), 'It is NULL or an object.',
                                      'Give an object.');
    END IF;
    -- It would stay the latest, and silence the alerts and intents of its wallet, until that moment has come.
    IF NOT isfinite(NEW.snapshot_at) OR NEW.snapshot_at > greatest(vesu.wall_clock(), clock_timestamp()) + interval '1 day' THEN
        PERFORM vesu_assistant.refuse(200, format('snapshot_at %s', NEW.snapshot_at),
                                      'It is infinite, or more than a day after now.', 'Give the moment of the snapshot.');
    END IF;
    IF EXISTS (SELECT FROM vesu_assistant.users AS u WHERE u.wallet_address = NEW.wallet_address AND u.id <> NEW.user_id) THEN
        PERFORM vesu_assistant.refuse(200, format('wallet %s', NEW.wallet_address), 'It is the wallet of another user.',
                                      'Record the snapshot for that user.');
    END IF;
    NEW.health_factor := vesu_assistant.normal_health_factor(NEW.health_factor, NEW.collateral, NEW.debt, NEW.metadata);
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION vesu_assistant.keep_position() IS
    'Trigger of positions: writes the wallet canonically (VS201), checks the assets (VS203), metadata, snapshot_at and that the wallet is no other user''s (VS200), and '
    'stores the health factor as normal_health_factor() gives it.';
CREATE OR REPLACE TRIGGER positions_keep
    BEFORE INSERT ON vesu_assistant.positions
    FOR EACH ROW EXECUTE FUNCTION vesu_assistant.keep_position();

CREATE OR REPLACE FUNCTION vesu_assistant.refuse_snapshot_change() RETURNS trigger
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM vesu_assistant.refuse(210, OLD.id::text, format('It tells of %s, and what was then does not change.', OLD.snapshot_at),
                                  'Record another snapshot.');
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION vesu_assistant.refuse_snapshot_change() IS 'Trigger of positions: VS210 for an UPDATE.';
CREATE OR REPLACE TRIGGER positions_immutable
    BEFORE UPDATE ON vesu_assistant.positions
    FOR EACH ROW EXECUTE FUNCTION vesu_assistant.refuse_snapshot_change();

-- Two at once meet on the row of latest_positions: the second waits, then compares with what the first has left. Of two
-- snapshots of one moment the one that is written later counts, as a correction of the other.
CREATE OR REPLACE FUNCTION vesu_assistant.keep_latest() RETURNS trigger
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    threshold constant numeric := coalesce((SELECT vesu_assistant.health_threshold(u.preferences)
                                              FROM vesu_assistant.users AS u WHERE u.id = NEW.user_id), 1.5);
BEGIN
    INSERT INTO vesu_assistant.latest_positions AS l (
        wallet_address, protocol, chain_id, position_id, user_id, health_factor, snapshot_at, band)
    VALUES (NEW.wallet_address, NEW.protocol, NEW.chain_id, NEW.id, NEW.user_id, NEW.health_factor, NEW.snapshot_at,
            vesu_assistant.health_band(NEW.health_factor, threshold, 0))
    ON CONFLICT ON CONSTRAINT latest_positions_pkey DO UPDATE
       SET position_id = EXCLUDED.position_id, user_id = EXCLUDED.user_id, health_factor = EXCLUDED.health_factor,
           snapshot_at = EXCLUDED.snapshot_at,
           band = vesu_assistant.health_band(EXCLUDED.health_factor, threshold, l.band)
     WHERE l.snapshot_at <= EXCLUDED.snapshot_at;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION vesu_assistant.keep_latest() IS
    'Trigger of positions: makes a snapshot the latest of its wallet, protocol and chain unless a later one is.';
CREATE OR REPLACE TRIGGER positions_keep_latest
    AFTER INSERT ON vesu_assistant.positions
    FOR EACH ROW EXECUTE FUNCTION vesu_assistant.keep_latest();

CREATE OR REPLACE FUNCTION vesu_assistant.record_position(
    user_id uuid, protocol text, collateral jsonb, debt jsonb, health_factor numeric DEFAULT NULL, chain_id bigint DEFAULT 1,
    wallet text DEFAULT NULL, metadata jsonb DEFAULT NULL, snapshot_at timestamptz DEFAULT NULL) RETURNS uuid
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    own_wallet text;
    recorded uuid;
BEGIN
    PERFORM vesu_assistant.check_argument('user_id', user_id::text);
    PERFORM vesu_assistant.check_argument('protocol', protocol, 50);
    PERFORM vesu_assistant.check_argument('collateral', collateral::text);
    PERFORM vesu_assistant.check_argument('debt', debt::text);
    PERFORM vesu_assistant.check_argument('chain_id', chain_id::text);
    SELECT u.wallet_address INTO own_wallet FROM vesu_assistant.users AS u WHERE u.id = record_position.user_id FOR KEY SHARE;
    IF NOT FOUND THEN
        PERFORM vesu_assistant.refuse_unknown('user', user_id::text);
    END IF;
    INSERT INTO vesu_assistant.positions AS p (
        user_id, wallet_address, protocol, chain_id, health_factor, collateral, debt, metadata, snapshot_at)
    VALUES (record_position.user_id, coalesce(wallet, own_wallet), record_position.protocol, record_position.chain_id,
            record_position.health_factor, record_position.collateral, record_position.debt, record_position.metadata,
            coalesce(record_position.snapshot_at, vesu.wall_clock()))
    RETURNING p.id INTO recorded;
    RETURN recorded;
END
$$;
COMMENT ON FUNCTION vesu_assistant.record_position(uuid, text, jsonb, jsonb, numeric, bigint, text, jsonb, timestamptz) IS
    'Writes a snapshot of what a user''s wallet (NULL: the user''s own) holds in a protocol at snapshot_at (NULL: now) and returns '
    'its id. health_factor NULL: computed from the assets and metadata.liquidationThreshold; without debt, for -1, Infinity and from '
    '1e59 on NULL is stored. The newest snapshot of a wallet, protocol and chain is its latest position, of two of one moment the one '
    'written later; an older one changes nothing there. VS200 for NULL, an empty or too long protocol, a negative or NaN health '
    'factor, metadata that is no object, an infinite time and one more than a day ahead, and the wallet of another user; VS201 for what is no wallet, VS203 for invalid assets, VS204 for debt '
    'without a way to its health factor, VS207 for an unknown user.';

-- Each step probes an index once. Neither the plan kept from the day when the table was empty may be another one, nor that
-- for a wallet with few snapshots, which could sort them. The one sort that is left must not seem worth compiling.
CREATE OR REPLACE FUNCTION vesu_assistant.newest_snapshot(user_id uuid, wallet text, protocol text, chain_id bigint)
    RETURNS vesu_assistant.positions
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET enable_bitmapscan = off
    SET enable_sort = off SET enable_incremental_sort = off SET jit = off
AS $$
DECLARE
    newest vesu_assistant.positions;
BEGIN
    IF wallet IS NULL THEN
        SELECT p.* INTO newest
          FROM vesu_assistant.positions AS p
         WHERE p.user_id = newest_snapshot.user_id
           AND (newest_snapshot.protocol IS NULL OR p.protocol = newest_snapshot.protocol)
           AND (newest_snapshot.chain_id IS NULL OR p.chain_id = newest_snapshot.chain_id)
         ORDER BY p.snapshot_at DESC
         LIMIT 1;
        RETURN newest;
    END IF;
    -- From one protocol and chain of the wallet to the next, however many snapshots each has.
    WITH RECURSIVE place (protocol, chain_id) AS (
        (SELECT p.protocol, p.chain_id
           FROM vesu_assistant.positions AS p
          WHERE p.wallet_address = wallet
          ORDER BY p.protocol, p.chain_id
          LIMIT 1)
        UNION ALL
        SELECT following.protocol, following.chain_id
          FROM place
         CROSS JOIN LATERAL (
                SELECT p.protocol, p.chain_id
                  FROM vesu_assistant.positions AS p
                 WHERE p.wallet_address = wallet AND (p.protocol, p.chain_id) > (place.protocol, place.chain_id)
                 ORDER BY p.protocol, p.chain_id
                 LIMIT 1) AS following)
    SELECT there.* INTO newest
      FROM place
     CROSS JOIN LATERAL (
            SELECT p.*
              FROM vesu_assistant.positions AS p
             WHERE p.wallet_address = wallet AND p.protocol = place.protocol AND p.chain_id = place.chain_id
               AND (newest_snapshot.user_id IS NULL OR p.user_id = newest_snapshot.user_id)
             ORDER BY p.snapshot_at DESC
             LIMIT 1) AS there
     WHERE (newest_snapshot.protocol IS NULL OR place.protocol = newest_snapshot.protocol)
       AND (newest_snapshot.chain_id IS NULL OR place.chain_id = newest_snapshot.chain_id)
     ORDER BY there.snapshot_at DESC
     LIMIT 1;
    RETURN newest;
END
$$;
COMMENT ON FUNCTION vesu_assistant.newest_snapshot(uuid, text, text, bigint) IS
    'Private step of latest_position: a snapshot of the newest moment.';

CREATE OR REPLACE FUNCTION vesu_assistant.latest_position(
    user_id uuid DEFAULT NULL, wallet text DEFAULT NULL, protocol text DEFAULT NULL, chain_id bigint DEFAULT NULL)
    RETURNS SETOF vesu_assistant.positions
    LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 1
    SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS $$
DECLARE
    newest vesu_assistant.positions;
BEGIN
    IF user_id IS NULL AND wallet IS NULL THEN
        PERFORM vesu_assistant.refuse(200, 'user_id and wallet are NULL', 'The call needs one of the two.', 'Say whose position.');
    END IF;
    newest := vesu_assistant.newest_snapshot(user_id, vesu_assistant.canonical_wallet(wallet COLLATE "default"), protocol COLLATE "default",
                                             chain_id);
    -- Of several at that moment the one that was written last, which latest_positions knows.
    RETURN QUERY
    SELECT p.*
      FROM vesu_assistant.positions AS p
     WHERE p.id = coalesce(
               (SELECT l.position_id
                  FROM vesu_assistant.latest_positions AS l
                 WHERE l.wallet_address = newest.wallet_address AND l.protocol = newest.protocol
                   AND l.chain_id = newest.chain_id AND l.snapshot_at = newest.snapshot_at AND l.user_id = newest.user_id),
               newest.id);
END
$$;
COMMENT ON FUNCTION vesu_assistant.latest_position(uuid, text, text, bigint) IS
    'The newest snapshot of a user, of a wallet or of both, of one protocol and chain or (NULL) of any; no row if there is none. '
    'Found by index, however many snapshots there are. VS200 without user and wallet, VS201 for what is no wallet.';

CREATE OR REPLACE FUNCTION vesu_assistant.positions_at_risk(threshold numeric DEFAULT 1.5, max_rows int DEFAULT 20)
    RETURNS SETOF vesu_assistant.positions
    LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 20
    -- Planned for the rows that are there and are asked for.
    SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
    highest constant numeric := coalesce(
        threshold,
        greatest(1.5, (SELECT max(vesu_assistant.health_threshold(u.preferences))
                         FROM vesu_assistant.users AS u
                        WHERE vesu_assistant.health_threshold(u.preferences) IS NOT NULL)));
BEGIN
    IF threshold = 'NaN' THEN
        PERFORM vesu_assistant.refuse(200, 'threshold NaN', 'It is a health factor.', 'Give NULL for each user''s own threshold.');
    ELSIF max_rows < 0 THEN
        PERFORM vesu_assistant.refuse(200, format('max_rows %s', max_rows), 'It is 0 or more.', 'Give NULL for all rows.');
    END IF;
    -- The fences keep to the order of the index: only as many rows are looked up as are returned.
    RETURN QUERY
    SELECT shown.*
      FROM (SELECT l.position_id, l.health_factor
              FROM vesu_assistant.latest_positions AS l
             CROSS JOIN LATERAL (
                    SELECT coalesce(threshold, vesu_assistant.health_threshold(u.preferences), 1.5) AS threshold
                      FROM vesu_assistant.users AS u
                     WHERE u.id = l.user_id
                    OFFSET 0) AS own
             WHERE l.health_factor < highest AND l.health_factor < own.threshold
             ORDER BY l.health_factor
             LIMIT max_rows) AS risky
     CROSS JOIN LATERAL (
            SELECT p.* FROM vesu_assistant.positions AS p WHERE p.id = risky.position_id OFFSET 0) AS shown
     ORDER BY risky.health_factor;
END
$$;
COMMENT ON FUNCTION vesu_assistant.positions_at_risk(numeric, int) IS
    'Latest positions with a health factor below the threshold (NULL: below alertThresholds.healthFactor of their users or 1.5), '
    'lowest first, at most max_rows (NULL: all). Positions without debt have no health factor and are not at risk. VS200 for NaN '
    'and a negative max_rows.';
