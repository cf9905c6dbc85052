-- Users: one wallet, one user, with checked preferences

-- positions_at_risk() looks for the highest threshold of a user's own.
CREATE INDEX IF NOT EXISTS users_health_threshold_idx ON vesu_assistant.users (vesu_assistant.health_threshold(preferences))
    WHERE vesu_assistant.health_threshold(preferences) IS NOT NULL;

CREATE OR REPLACE FUNCTION vesu_assistant.check_preferences(preferences jsonb) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    profile constant jsonb := preferences -> 'riskProfile';
    thresholds constant jsonb := preferences -> 'alertThresholds';
    signals constant jsonb := preferences -> 'activeSignals';
    channels constant jsonb := preferences -> 'notificationChannels';
    rule text;
BEGIN
    -- An absent key is NULL, and NULL breaks no rule. Each kind is tested before what is inside.
    IF jsonb_typeof(preferences) <> 'object' THEN
        rule := 'Preferences are NULL or an object.';
    ELSIF profile <> ALL (ARRAY['"conservative"', '"moderate"', '"aggressive"']::jsonb[]) THEN
        rule := 'riskProfile is conservative, moderate or aggressive.';
    ELSIF jsonb_typeof(thresholds) <> 'object'
          OR EXISTS (SELECT FROM unnest(ARRAY[thresholds -> 'healthFactor', thresholds -> 'priceChange']) AS threshold (value)
                      WHERE jsonb_typeof(threshold.value) <> 'number' OR threshold.value <= '0') THEN
        rule := 'alertThresholds is an object; healthFactor and priceChange in it are numbers above 0.';
    ELSIF jsonb_typeof(signals) <> 'array' OR signals @? 'strict $[*] ? (@.type() != "string")' THEN
        rule := 'activeSignals is an array of strings.';
    ELSIF jsonb_typeof(channels) <> 'array' OR NOT channels <@ to_jsonb(enum_range(NULL::vesu_assistant.alert_channel))
          OR (SELECT count(*) > count(DISTINCT channel.value) FROM jsonb_array_elements(channels) AS channel (value)) THEN
        rule := format('notificationChannels is an array of distinct channels: %s.',
                       array_to_string(enum_range(NULL::vesu_assistant.alert_channel), ', '));
    END IF;
    IF rule IS NOT NULL THEN
        PERFORM vesu_assistant.refuse(202, left(preferences::text, 500), rule, 'Leave out a key that you do not set.');
    END IF;
END
$$;
COMMENT ON FUNCTION vesu_assistant.check_preferences(jsonb) IS
    'Private step of the trigger of users: VS202 unless preferences are NULL or an object that keeps the rules of its column.';

CREATE OR REPLACE FUNCTION vesu_assistant.keep_user() RETURNS trigger
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    NEW.wallet_address := vesu_assistant.canonical_wallet(NEW.wallet_address);
    PERFORM vesu_assistant.check_preferences(NEW.preferences);
    IF TG_OP = 'UPDATE' THEN
        NEW.updated_at := vesu.wall_clock();
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION vesu_assistant.keep_user() IS
    'Trigger of users: writes the wallet canonically (VS201), checks the preferences (VS202) and keeps updated_at.';
CREATE OR REPLACE TRIGGER users_keep
    BEFORE INSERT OR UPDATE ON vesu_assistant.users
    FOR EACH ROW EXECUTE FUNCTION vesu_assistant.keep_user();

CREATE OR REPLACE FUNCTION vesu_assistant.register_user(
    wallet text, preferences jsonb DEFAULT NULL, telegram_chat_id text DEFAULT NULL, id uuid DEFAULT NULL)
    RETURNS vesu_assistant.users
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    registered vesu_assistant.users;
BEGIN
    IF wallet IS NULL THEN
        PERFORM vesu_assistant.check_argument('wallet', wallet);
    END IF;
    IF register_user.telegram_chat_id IS NOT NULL THEN
        PERFORM vesu_assistant.check_argument('telegram_chat_id', register_user.telegram_chat_id, 255);
    END IF;
    SELECT u.* INTO registered
      FROM vesu_assistant.users AS u
     WHERE u.id = register_user.id AND u.wallet_address <> vesu_assistant.canonical_wallet(wallet COLLATE "default");
    IF FOUND THEN
        PERFORM vesu_assistant.refuse(200, format('id %s', id), format('It is the user of wallet %s.', registered.wallet_address),
                                      'Give each wallet a user of its own.');
    END IF;
    INSERT INTO vesu_assistant.users AS u (id, wallet_address, preferences, telegram_chat_id)
    VALUES (coalesce(register_user.id, gen_random_uuid()), vesu_assistant.canonical_wallet(wallet COLLATE "default"), register_user.preferences,
            register_user.telegram_chat_id)
    ON CONFLICT (wallet_address) DO UPDATE
       SET preferences = coalesce(EXCLUDED.preferences, u.preferences),
           telegram_chat_id = coalesce(EXCLUDED.telegram_chat_id, u.telegram_chat_id)
     WHERE (EXCLUDED.preferences IS NOT NULL AND EXCLUDED.preferences IS DISTINCT FROM u.preferences)
        OR (EXCLUDED.telegram_chat_id IS NOT NULL AND EXCLUDED.telegram_chat_id IS DISTINCT FROM u.telegram_chat_id)
    RETURNING u.* INTO registered;
    IF NOT FOUND THEN
        SELECT u.* INTO registered
          FROM vesu_assistant.users AS u
         WHERE u.wallet_address = vesu_assistant.canonical_wallet(wallet COLLATE "default");
    END IF;
    IF registered.id <> register_user.id THEN
        PERFORM vesu_assistant.refuse(200, format('id %s', id), format('The user of this wallet is %s.', registered.id),
                                      'Leave the id out for a wallet that is known.');
    END IF;
    RETURN registered;
END
$$;
COMMENT ON FUNCTION vesu_assistant.register_user(text, jsonb, text, uuid) IS
    'The user of a wallet, made if there is none, with this id if one is given: the user_id of its lending positions. preferences and '
    'telegram_chat_id replace what is there; NULL leaves it. Repeated it writes nothing. VS200 for a NULL wallet, for an empty or too '
    'long chat and for an id that is not the wallet''s, VS201 for what is no wallet, VS202 for invalid '
    'preferences.';

CREATE OR REPLACE FUNCTION vesu_assistant.set_preferences(user_id uuid, preferences jsonb) RETURNS vesu_assistant.users
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    changed vesu_assistant.users;
BEGIN
    PERFORM vesu_assistant.check_argument('user_id', user_id::text);
    UPDATE vesu_assistant.users AS u
       SET preferences = set_preferences.preferences
     WHERE u.id = set_preferences.user_id
    RETURNING u.* INTO changed;
    IF NOT FOUND THEN
        PERFORM vesu_assistant.refuse_unknown('user', user_id::text);
    END IF;
    RETURN changed;
END
$$;
COMMENT ON FUNCTION vesu_assistant.set_preferences(uuid, jsonb) IS
    'Replaces the preferences of a user and returns the user; NULL removes them. VS200 for a NULL user, VS207 for an unknown one, '
    'VS202 for invalid preferences.';
