-- Sessions and API keys: what is shown, what is kept, until when it counts, and for whom.
BEGIN;
\getenv directory PG_ABS_SRCDIR
\set support :directory '/sql/support/portfolio.sql'
\set ECHO none
\i :support
\set ECHO all
\pset format unaligned
\pset tuples_only
-- A thousand tokens: all different, 43 characters of base64url each, and every character occurs.
CREATE TEMPORARY TABLE tokens AS SELECT vesu_portfolio.new_secret() AS token FROM generate_series(1, 1000);
SELECT count(DISTINCT token), bool_and(token ~ '^[A-Za-z0-9_-]{43}$'), (SELECT count(DISTINCT c) FROM tokens, string_to_table(token, NULL) AS c) FROM tokens;
-- The encoding and the hash, against values known beforehand.
SELECT translate(encode('\xfbff', 'base64'), '+/=', '-_'), vesu_portfolio.secret_hash('abc'), vesu_portfolio.secret_hash('') IS NOT NULL, vesu_portfolio.secret_hash(NULL) IS NULL;

-- A session: the token, its hash in the table, the login.
SELECT vesu_portfolio.create_session(pg_temp.uid(1), ip => '192.0.2.7', agent => 'browser') AS token \gset
SELECT session_token = encode(sha256(:'token'), 'hex'), session_token <> :'token', host(ip_address), user_agent, expires_at, created_at FROM vesu_portfolio.user_sessions;
SELECT username, last_login_at FROM vesu_portfolio.users ORDER BY id;
SELECT pg_temp.number(vesu_portfolio.session_user(:'token')), vesu_portfolio.session_user('other') IS NULL, vesu_portfolio.session_user(NULL) IS NULL,
       vesu_portfolio.session_user('') IS NULL, vesu_portfolio.session_user(encode(sha256(:'token'), 'hex')) IS NULL AS hash_is_no_token;
-- Without its schema the word is SQL's.
SELECT session_user = current_user;
-- It ends at its second, not before, also within one transaction.
SELECT set_config('vesu.clock', '2026-03-02 11:59:59.999999+00', false), vesu_portfolio.session_user(:'token') IS NOT NULL;
SELECT set_config('vesu.clock', '2026-03-02 12:00:00+00', false);
SELECT vesu_portfolio.session_user(:'token') IS NULL;
SELECT pg_temp.is_now('12:00:00');
-- Not for a user who has been shut out, nor for one who is neither let in nor shut out; for one who is back.
UPDATE vesu_portfolio.users SET is_active = false WHERE username = 'one';
SELECT vesu_portfolio.session_user(:'token') IS NULL;
UPDATE vesu_portfolio.users SET is_active = NULL WHERE username = 'one';
SELECT vesu_portfolio.session_user(:'token') IS NULL;
UPDATE vesu_portfolio.users SET is_active = true WHERE username = 'one';
SELECT pg_temp.number(vesu_portfolio.session_user(:'token'));
-- Logout; two sessions are two.
SELECT vesu_portfolio.create_session(pg_temp.uid(1), '1 microsecond') AS other \gset
SELECT vesu_portfolio.end_session(:'token'), vesu_portfolio.end_session(:'token'), vesu_portfolio.end_session(NULL);
-- Everywhere, as after a new password: the sessions of this user alone.
SAVEPOINT everywhere;
UPDATE vesu_portfolio.users SET is_active = true WHERE id = pg_temp.uid(2);
SELECT count(vesu_portfolio.create_session(pg_temp.uid(n))) FROM unnest(ARRAY[1, 2]) AS n;
SELECT pg_temp.number(user_id), count(*) FROM vesu_portfolio.user_sessions GROUP BY user_id ORDER BY user_id;
SELECT vesu_portfolio.end_sessions(pg_temp.uid(1)), vesu_portfolio.end_sessions(pg_temp.uid(1));
SELECT pg_temp.number(user_id), count(*) FROM vesu_portfolio.user_sessions GROUP BY user_id ORDER BY user_id;
ROLLBACK TO everywhere;
SELECT vesu_portfolio.session_user(:'token') IS NULL, pg_temp.number(vesu_portfolio.session_user(:'other'));
-- What has expired is swept, oldest first, so many.
SELECT count(vesu_portfolio.create_session(pg_temp.uid(1), n * interval '1 minute')) FROM generate_series(1, 5) AS n;
SELECT vesu_portfolio.sweep_sessions(), pg_temp.is_now('12:03:00');
SELECT vesu_portfolio.sweep_sessions(2), (SELECT string_agg(expires_at::time::text, ' ' ORDER BY expires_at) FROM vesu_portfolio.user_sessions);
SELECT vesu_portfolio.sweep_sessions(), vesu_portfolio.sweep_sessions(), (SELECT string_agg(expires_at::time::text, ' ' ORDER BY expires_at) FROM vesu_portfolio.user_sessions);

-- An API key.
SELECT pg_temp.is_now('12:00:00');
SELECT id, key FROM vesu_portfolio.create_api_key(pg_temp.uid(1), 'bot', '["trade"]', '2026-03-01 13:00+00') \gset
SELECT id = :'id', key_hash = encode(sha256(:'key'), 'hex'), :'key' ~ '^[A-Za-z0-9_-]{43}$', name, permissions, is_active, expires_at, last_used_at IS NULL FROM vesu_portfolio.user_api_keys;
SELECT id = :'id', pg_temp.number(user_id), permissions FROM vesu_portfolio.check_api_key(:'key');
SELECT count(*) FROM unnest(ARRAY['other', NULL, '']) AS wrong, vesu_portfolio.check_api_key(wrong);
-- Its use is noted once a minute; otherwise nothing is written or locked.
CREATE TEMPORARY TABLE versions (seen tid PRIMARY KEY);
CREATE FUNCTION pg_temp.used() RETURNS text
    LANGUAGE sql AS $$
    INSERT INTO versions SELECT ctid FROM vesu_portfolio.user_api_keys ON CONFLICT DO NOTHING;
    SELECT concat(last_used_at::time, ', version ', (SELECT count(*) FROM versions)) FROM vesu_portfolio.user_api_keys $$;
SELECT pg_temp.used();
SELECT pg_temp.is_now('12:00:59.999999'), (SELECT count(*) FROM vesu_portfolio.check_api_key(:'key'));
SELECT pg_temp.used();
SELECT pg_temp.is_now('12:01:00'), (SELECT count(*) FROM vesu_portfolio.check_api_key(:'key'));
SELECT pg_temp.used();
-- Where nothing may be written it is checked all the same.
SELECT pg_temp.is_now('12:59:59.999999');
SAVEPOINT before;
SET TRANSACTION READ ONLY;
SELECT count(*) FROM vesu_portfolio.check_api_key(:'key');
ROLLBACK TO before;
SELECT pg_temp.used();
-- Expired, shut out, revoked.
SELECT pg_temp.is_now('13:00:00');
SELECT count(*) FROM vesu_portfolio.check_api_key(:'key');
SELECT pg_temp.is_now('12:00:00');
UPDATE vesu_portfolio.users SET is_active = false WHERE username = 'one';
SELECT count(*) FROM vesu_portfolio.check_api_key(:'key');
UPDATE vesu_portfolio.users SET is_active = true WHERE username = 'one';
SELECT count(*) FROM vesu_portfolio.check_api_key(:'key');
SELECT vesu_portfolio.revoke_api_key(:'id'), vesu_portfolio.revoke_api_key(:'id');
SELECT count(*) FROM vesu_portfolio.check_api_key(:'key');
-- Without an end, and with permissions of any shape.
SELECT id AS lasting, key FROM vesu_portfolio.create_api_key(pg_temp.uid(1), repeat('n', 100), '{"read": true}') \gset
SELECT set_config('vesu.clock', '2099-01-01', false);
SELECT permissions FROM vesu_portfolio.check_api_key(:'key');
SELECT pg_temp.is_now('12:00:00');

-- Errors.
SELECT call, pg_temp.refusal(call)
  FROM unnest(ARRAY[
    $$create_session(NULL)$$, $$create_session('00000000-0000-0000-0000-000000000003')$$, $$create_session('00000000-0000-0000-0000-000000000002')$$,
    $$create_session('00000000-0000-0000-0000-000000000001', '0')$$, $$create_session('00000000-0000-0000-0000-000000000001', '1000 years 1 microsecond')$$,
    format('create_api_key(%L, %L)', pg_temp.uid(1), repeat('n', 101)), $$create_api_key('00000000-0000-0000-0000-000000000001', '')$$,
    $$create_api_key('00000000-0000-0000-0000-000000000001', 'n', '[]', '2026-03-01 12:00+00')$$, $$revoke_api_key('00000000-0000-0000-0000-000000000003')$$,
    $$sweep_sessions(0)$$]) AS call;
SELECT call, pg_temp.message(call)
  FROM unnest(ARRAY[
    $$create_session('00000000-0000-0000-0000-000000000001', NULL)$$, $$create_session('00000000-0000-0000-0000-000000000001', '-1 second')$$,
    $$create_session('00000000-0000-0000-0000-000000000001', '1000 years')$$,
    $$create_api_key(NULL, 'n')$$, $$create_api_key('00000000-0000-0000-0000-000000000001', NULL)$$, $$create_api_key('00000000-0000-0000-0000-000000000001', 'n', NULL)$$,
    $$create_api_key('00000000-0000-0000-0000-000000000002', 'n')$$, $$create_api_key('00000000-0000-0000-0000-000000000003', 'n')$$,
    $$revoke_api_key(NULL)$$, $$end_sessions(NULL)$$, $$end_sessions('00000000-0000-0000-0000-000000000003')$$, $$sweep_sessions(NULL)$$, $$sweep_sessions(-1)$$]) AS call;

-- Nobody but the owner reads a password or a hash.
CREATE ROLE regress_secrets_reader;
CREATE ROLE regress_secrets_writer;
CREATE ROLE regress_secrets_operator;
\o /dev/null
SELECT vesu.grant_access('regress_secrets_reader', 'reader'), vesu.grant_access('regress_secrets_writer', 'writer'), vesu.grant_access('regress_secrets_operator', 'operator');
\o
SELECT a.attrelid::regclass, a.attname, role, has_column_privilege(role, a.attrelid, a.attnum, 'SELECT')
  FROM pg_attribute AS a CROSS JOIN unnest('{regress_secrets_reader,regress_secrets_writer,regress_secrets_operator}'::text[]) AS role
 WHERE a.attrelid IN ('vesu_portfolio.users'::regclass, 'vesu_portfolio.user_api_keys'::regclass, 'vesu_portfolio.user_sessions'::regclass) AND a.attnum > 0
   AND (a.attname ~ 'password|hash|token' OR a.attname = 'email')
 ORDER BY a.attrelid::regclass::text COLLATE "C", a.attname COLLATE "C", role COLLATE "C";
SELECT proname, has_function_privilege('public', oid, 'EXECUTE'), has_function_privilege('regress_secrets_reader', oid, 'EXECUTE'),
       has_function_privilege('regress_secrets_writer', oid, 'EXECUTE'), has_function_privilege('regress_secrets_operator', oid, 'EXECUTE'), prosecdef, proconfig
  FROM pg_proc
 WHERE pronamespace = 'vesu_portfolio'::regnamespace AND proname ~ 'session|api_key|secret' AND (provolatile = 'v' OR prosecdef)
 ORDER BY proname COLLATE "C";
-- No function speaks of password_hash.
SELECT proname FROM pg_proc WHERE pronamespace = 'vesu_portfolio'::regnamespace AND prokind = 'f' AND pg_get_functiondef(oid) LIKE '%password%';

-- Cost: by index, with 20,000 sessions and keys.
INSERT INTO vesu_portfolio.user_sessions (user_id, session_token, expires_at) SELECT pg_temp.uid(1), n, '2026-03-02' FROM generate_series(1, 20000) AS n;
INSERT INTO vesu_portfolio.user_api_keys (user_id, key_hash, name) SELECT pg_temp.uid(1), n, 'n' FROM generate_series(1, 20000) AS n;
SELECT count(vesu_portfolio.session_user('warm')), count(c) FROM (SELECT) AS one LEFT JOIN vesu_portfolio.check_api_key('warm') AS c ON true;
SELECT pg_temp.pages($$SELECT vesu_portfolio.session_user('other')$$) < 10, pg_temp.pages(format('SELECT * FROM vesu_portfolio.check_api_key(%L)', :'key')) < 30;
ANALYZE vesu_portfolio.user_sessions, vesu_portfolio.user_api_keys;
SELECT count(vesu_portfolio.session_user('warm')), count(c) FROM (SELECT) AS one LEFT JOIN vesu_portfolio.check_api_key('warm') AS c ON true;
SELECT pg_temp.pages($$SELECT vesu_portfolio.session_user('other')$$) < 10, pg_temp.pages(format('SELECT * FROM vesu_portfolio.check_api_key(%L)', :'key')) < 30;
ROLLBACK;
