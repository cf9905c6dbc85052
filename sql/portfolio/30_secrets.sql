-- Sessions and API keys: random secrets that are shown once and kept as hashes only
--
-- Pass secrets as parameters, not as literals: statements stand in logs and in pg_stat_activity. Look-ups are fenced (OFFSET 0), so
-- that only the index of the hash or the id can lead to a row: every request makes one, and statistics may take a table for empty.

-- What sweep_sessions() ends.
CREATE INDEX IF NOT EXISTS idx_user_sessions_expires_at ON vesu_portfolio.user_sessions (expires_at);

CREATE OR REPLACE FUNCTION vesu_portfolio.new_secret() RETURNS text
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN translate(encode(vesu_portfolio.random_secret(), 'base64'), '+/=', '-_');
END
$$;
COMMENT ON FUNCTION vesu_portfolio.new_secret() IS
    'Private step: 32 random bytes as 43 characters of base64url without padding.';

CREATE OR REPLACE FUNCTION vesu_portfolio.secret_hash(secret text) RETURNS text
    LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN encode(sha256(convert_to(secret, 'UTF8')), 'hex');
END
$$;
COMMENT ON FUNCTION vesu_portfolio.secret_hash(text) IS
    'Private step: SHA-256 of a token or key in hexadecimal, as the tables keep it. A secret is as random as its hash, so it needs no '
    'salt, and a look-up by hash over a unique index tells an observer of its time nothing about any secret.';

CREATE OR REPLACE FUNCTION vesu_portfolio.refuse_absent_user(user_id uuid) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF EXISTS (SELECT FROM vesu_portfolio.users AS u WHERE u.id = refuse_absent_user.user_id) THEN
        PERFORM vesu_portfolio.refuse(302, format('user %s', user_id), 'The user is not active.',
                                      'Set is_active of its row in vesu_portfolio.users if it may come in.');
    END IF;
    PERFORM vesu_portfolio.refuse_unknown('user', user_id::text);
END
$$;
COMMENT ON FUNCTION vesu_portfolio.refuse_absent_user(uuid) IS
    'Private step: VS302 for a user who is not there or not active; VS301 for NULL.';

-- Sessions

CREATE OR REPLACE FUNCTION vesu_portfolio.create_session(
    user_id uuid, ttl interval DEFAULT '24 hours', ip inet DEFAULT NULL, agent text DEFAULT NULL) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    moment constant timestamptz := vesu.wall_clock();
    token constant text := vesu_portfolio.new_secret();
BEGIN
    PERFORM vesu_portfolio.check_argument('user_id', user_id::text);
    PERFORM vesu_portfolio.check_length('ttl', ttl);
    -- Its lock, which only another login or a change of the user waits for, comes last but for what refers to the row.
    UPDATE vesu_portfolio.users AS u SET last_login_at = moment WHERE u.id = create_session.user_id AND u.is_active;
    IF NOT FOUND THEN
        PERFORM vesu_portfolio.refuse_absent_user(user_id);
    END IF;
    INSERT INTO vesu_portfolio.user_sessions (user_id, session_token, ip_address, user_agent, expires_at)
    VALUES (create_session.user_id, vesu_portfolio.secret_hash(token), ip, agent, moment + ttl);
    RETURN token;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.create_session(uuid, interval, inet, text) IS
    'Begins a session of an active user, which ends ttl from now, sets the user''s last_login_at, and returns the token: 32 random '
    'bytes in base64url, shown here only. ip and agent say where the login came from. VS301 for NULL and for a ttl of 0 or less or '
    'above 1000 years, VS302 for a user who is unknown or not active.';

-- VOLATILE as the wall clock is, so that it knows a session that its own statement has made.
CREATE OR REPLACE FUNCTION vesu_portfolio."session_user"(token text) RETURNS uuid
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    moment constant timestamptz := vesu.wall_clock();
    hash constant text := vesu_portfolio.secret_hash(token);
BEGIN
    RETURN (SELECT u.id
              FROM (SELECT k.user_id, k.expires_at FROM vesu_portfolio.user_sessions AS k WHERE k.session_token = hash OFFSET 0) AS s
             CROSS JOIN LATERAL (SELECT k.id, k.is_active FROM vesu_portfolio.users AS k WHERE k.id = s.user_id OFFSET 0) AS u
             WHERE s.expires_at > moment AND u.is_active);
END
$$;
COMMENT ON FUNCTION vesu_portfolio."session_user"(text) IS
    'The user whose session has this token; NULL if the token is unknown, expired (expires_at not after now) or NULL, or the user not '
    'active. Call it with its schema: the bare word is a keyword of SQL. Writes '
    'nothing. In a row security policy write (SELECT vesu_portfolio.session_user(...)), which runs once a statement.';

CREATE OR REPLACE FUNCTION vesu_portfolio.end_session(token text) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    hash constant text := vesu_portfolio.secret_hash(token);
BEGIN
    DELETE FROM vesu_portfolio.user_sessions AS s WHERE s.session_token = hash;
    RETURN FOUND;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.end_session(text) IS
    'Ends the session with this token, as a logout does. Returns whether there was one; false for NULL.';

CREATE OR REPLACE FUNCTION vesu_portfolio.end_sessions(user_id uuid) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    ended bigint;
BEGIN
    IF NOT EXISTS (SELECT FROM vesu_portfolio.users AS u WHERE u.id = end_sessions.user_id) THEN
        PERFORM vesu_portfolio.refuse_unknown('user', user_id::text);
    END IF;
    DELETE FROM vesu_portfolio.user_sessions AS s WHERE s.user_id = end_sessions.user_id;
    GET DIAGNOSTICS ended = ROW_COUNT;
    RETURN ended;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.end_sessions(uuid) IS
    'Ends all sessions of a user, as is due after a new password, and returns how many there were. VS301 for NULL, VS302 for an '
    'unknown user.';

CREATE OR REPLACE FUNCTION vesu_portfolio.sweep_sessions(max_rows int DEFAULT 10000) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    moment constant timestamptz := vesu.wall_clock();
    swept bigint;
BEGIN
    IF (max_rows > 0) IS NOT TRUE THEN
        PERFORM vesu_portfolio.refuse(301, format('max_rows %s', coalesce(max_rows::text, 'NULL')),
                                      'It is how many sessions to delete at most.', 'Give a number above 0.');
    END IF;
    DELETE FROM vesu_portfolio.user_sessions AS s
     WHERE s.id = ANY (ARRAY(
            SELECT d.id
              FROM vesu_portfolio.user_sessions AS d
             WHERE d.expires_at <= moment
             ORDER BY d.expires_at
             LIMIT sweep_sessions.max_rows
               FOR UPDATE SKIP LOCKED));
    GET DIAGNOSTICS swept = ROW_COUNT;
    RETURN swept;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.sweep_sessions(int) IS
    'Deletes up to max_rows expired sessions, which count for nothing already, and returns how many. Never waits; two at once share the '
    'work. VS301 for max_rows below 1 or NULL.';

-- API keys

CREATE OR REPLACE FUNCTION vesu_portfolio.create_api_key(
    user_id uuid, name text, permissions jsonb DEFAULT '[]', expires_at timestamptz DEFAULT NULL, OUT id uuid, OUT key text)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM vesu_portfolio.check_argument('user_id', user_id::text);
    PERFORM vesu_portfolio.check_text('name', name, 100);
    PERFORM vesu_portfolio.check_argument('permissions', permissions::text);
    IF expires_at <= vesu.wall_clock() THEN
        PERFORM vesu_portfolio.refuse(301, format('expires_at %s', expires_at), 'The key would never count.',
                                      'Give a time to come, or NULL for a key that does not expire.');
    END IF;
    PERFORM FROM vesu_portfolio.users AS u WHERE u.id = create_api_key.user_id AND u.is_active FOR KEY SHARE;
    IF NOT FOUND THEN
        PERFORM vesu_portfolio.refuse_absent_user(user_id);
    END IF;
    key := vesu_portfolio.new_secret();
    INSERT INTO vesu_portfolio.user_api_keys AS k (user_id, key_hash, name, permissions, expires_at)
    VALUES (create_api_key.user_id, vesu_portfolio.secret_hash(key), create_api_key.name, create_api_key.permissions,
            create_api_key.expires_at)
    RETURNING k.id INTO id;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.create_api_key(uuid, text, jsonb, timestamptz) IS
    'Makes a key with which programs come in as an active user, and returns its id and the key: 32 random bytes in base64url, shown here '
    'only. permissions are in the application''s words; expires_at NULL: never. VS301 for NULL, an empty name or one longer than 100 '
    'characters, and an expires_at that is not after now; VS302 for a user who is unknown or not active.';

CREATE OR REPLACE FUNCTION vesu_portfolio.touch_api_key(id uuid, moment timestamptz) RETURNS void
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    UPDATE vesu_portfolio.user_api_keys AS k SET last_used_at = moment
     WHERE k.id = (SELECT t.id FROM vesu_portfolio.user_api_keys AS t
                    WHERE t.id = touch_api_key.id AND (t.last_used_at <= moment - interval '1 minute') IS NOT FALSE
                      FOR NO KEY UPDATE SKIP LOCKED);
EXCEPTION WHEN serialization_failure THEN
    NULL;  -- Under REPEATABLE READ: another check has touched it since this transaction began.
END
$$;
COMMENT ON FUNCTION vesu_portfolio.touch_api_key(uuid, timestamptz) IS
    'Private step of check_api_key: notes the use of a key, unless another session is changing the key just now.';

CREATE OR REPLACE FUNCTION vesu_portfolio.check_api_key(key text)
    RETURNS TABLE (id uuid, user_id uuid, permissions jsonb)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 1
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    moment constant timestamptz := vesu.wall_clock();
    hash constant text := vesu_portfolio.secret_hash(key);
    used timestamptz;
BEGIN
    SELECT k.id, k.user_id, k.permissions, k.last_used_at
      INTO check_api_key.id, check_api_key.user_id, check_api_key.permissions, used
      FROM (SELECT l.* FROM vesu_portfolio.user_api_keys AS l WHERE l.key_hash = hash OFFSET 0) AS k
     CROSS JOIN LATERAL (SELECT l.is_active FROM vesu_portfolio.users AS l WHERE l.id = k.user_id OFFSET 0) AS u
     WHERE k.is_active AND (k.expires_at <= moment) IS NOT TRUE AND u.is_active;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    -- On a standby it checks all the same.
    IF (used <= moment - interval '1 minute') IS NOT FALSE AND NOT current_setting('transaction_read_only')::boolean THEN
        PERFORM vesu_portfolio.touch_api_key(id, moment);
    END IF;
    RETURN NEXT;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.check_api_key(text) IS
    'The key''s id, its user and permissions; no row if the key is unknown, NULL, revoked or expired (expires_at not after now), or '
    'the user not active. Sets last_used_at when it is a minute old or older, except in a transaction that may not write; otherwise '
    'it writes and locks nothing. Never waits.';

CREATE OR REPLACE FUNCTION vesu_portfolio.revoke_api_key(id uuid) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM vesu_portfolio.check_argument('id', id::text);
    UPDATE vesu_portfolio.user_api_keys AS k SET is_active = false WHERE k.id = revoke_api_key.id AND k.is_active IS NOT FALSE;
    IF FOUND THEN
        RETURN true;
    ELSIF NOT EXISTS (SELECT FROM vesu_portfolio.user_api_keys AS k WHERE k.id = revoke_api_key.id) THEN
        PERFORM vesu_portfolio.refuse_unknown('key', id::text);
    END IF;
    RETURN false;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.revoke_api_key(uuid) IS
    'Makes a key count for nothing from now on. Returns whether it did until now. VS301 for NULL, VS302 for an unknown id.';
