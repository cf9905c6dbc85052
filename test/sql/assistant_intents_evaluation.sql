-- Evaluation: prices, live health of lending positions, signals; by asset and of all, which must agree; the contrary noted after firing.
BEGIN;
SET vesu.clock = '2026-03-01 12:00:00+00';
SET timezone = 'UTC';
SET datestyle = 'ISO';
\set ECHO none
CREATE FUNCTION pg_temp.user_id(n int) RETURNS uuid LANGUAGE sql IMMUTABLE RETURN format('a0000000-0000-0000-0000-%s', lpad(n::text, 12, '0'))::uuid;
CREATE FUNCTION pg_temp.intent(n int, name text, condition text) RETURNS uuid
    LANGUAGE sql AS $$SELECT vesu_assistant.create_intent(pg_temp.user_id(n), name, condition::jsonb, '{"type": "repay", "asset": "USDC", "amount": 1}')$$;
-- Which intents a statement fires after a price of ETH; then all is as before.
CREATE FUNCTION pg_temp.fired(price numeric, evaluation text) RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
    names text;
BEGIN
    BEGIN
        PERFORM vesu.record_price('ETH', price);
        EXECUTE format('SELECT coalesce(string_agg(name, '' '' ORDER BY name COLLATE "C"), ''-'') FROM vesu_assistant.%s', evaluation) INTO names;
        RAISE EXCEPTION USING ERRCODE = 'P0099';
    EXCEPTION WHEN SQLSTATE 'P0099' THEN
        RETURN names;
    END;
END
$$;
CREATE FUNCTION pg_temp.states() RETURNS text
    LANGUAGE sql AS $$
    SELECT coalesce(string_agg(concat_ws(' ', i.name, i.status, CASE WHEN i.false_seen_at IS NOT NULL THEN '(was false)' END), ', ' ORDER BY i.name), '-')
      FROM vesu_assistant.intents AS i$$;
-- What the watches lack, and what they have too much.
CREATE FUNCTION pg_temp.watches(OUT lacking bigint, OUT superfluous bigint)
    LANGUAGE sql AS $$
    SELECT (SELECT count(*) FROM (SELECT * FROM vesu_assistant.wanted_watches()
                                  EXCEPT SELECT intent_id, position_id, pool_address, kind, trigger_ratio FROM vesu_assistant.intent_watches) AS l),
           (SELECT count(*) FROM (SELECT intent_id, position_id, pool_address, kind, trigger_ratio FROM vesu_assistant.intent_watches
                                  EXCEPT ALL SELECT * FROM vesu_assistant.wanted_watches()) AS s)$$;
INSERT INTO vesu_assistant.users (id, wallet_address) SELECT pg_temp.user_id(n), '0x' || n FROM generate_series(1, 9) AS n;
SELECT vesu.record_prices(ARRAY['ETH', 'WBTC', 'USDC'], ARRAY[2000, 60000, 1]) AS prices \gset
INSERT INTO vesu.vesu_pools (pool_address, collateral_asset, debt_asset, max_ltv, liquidation_threshold, liquidation_bonus, total_supply)
VALUES ('0x1', 'ETH', 'USDC', 0.75, 0.8, 0.05, 1e9), ('0x2', 'WBTC', 'ETH', 0.75, 0.8, 0.05, 1e9), ('0x3', 'WBTC', 'USDC', 0.75, 0.8, 0.05, 1e9);
\set ECHO all
\pset format unaligned

-- Every operator at its boundary, found by index and tested one by one: prices first, then a lending position whose health is price / 1250.
SELECT count(pg_temp.intent(1, format('%s%s', operator, value), jsonb_build_object('type', 'price', 'asset', 'ETH', 'operator', operator, 'value', value)::text))
  FROM unnest(ARRAY['<', '<=', '=', '>=', '>']) AS operator, unnest(ARRAY['1500', '1500.5']) AS value;
SELECT price, pg_temp.fired(price, $$evaluate_intents(asset => 'ETH')$$) AS fired, pg_temp.fired(price, $$evaluate_intents(asset => 'ETH')$$) = pg_temp.fired(price, 'evaluate_intents()') AS as_all,
       pg_temp.fired(price, $$evaluate_intents(asset => 'USDC')$$) AS of_usdc, pg_temp.fired(price, $$evaluate_intents(pg_temp.user_id(2), 'ETH')$$) AS of_others
  FROM unnest(ARRAY[1499.999999999999999999, 1500, 1500.000000000000000001, 1500.5, 1501]) AS price;
DELETE FROM vesu_assistant.intents;
INSERT INTO vesu.vesu_positions (user_id, pool_address, collateral_amount, debt_amount, vtoken_balance) VALUES (pg_temp.user_id(1), '0x1', 1, 1000, 1);
SELECT count(pg_temp.intent(1, format('%s%s', operator, value), jsonb_build_object('type', 'health_factor', 'operator', operator, 'value', value)::text))
  FROM unnest(ARRAY['<', '<=', '=', '>=', '>']) AS operator, unnest(ARRAY['1.2', '1.2000000000000000005', '1.201']) AS value;
SELECT price, pg_temp.fired(price, $$evaluate_intents(asset => 'ETH')$$) AS fired, pg_temp.fired(price, $$evaluate_intents(asset => 'ETH')$$) = pg_temp.fired(price, 'evaluate_intents()') AS as_all,
       pg_temp.fired(price, $$evaluate_intents(asset => 'USDC')$$) = pg_temp.fired(price, 'evaluate_intents()') AS by_debt_asset,
       pg_temp.fired(price, $$evaluate_intents(asset => 'WBTC')$$) AS of_wbtc, pg_temp.fired(price, $$evaluate_intents(pg_temp.user_id(2), 'ETH')$$) AS of_others
  FROM unnest(ARRAY[1499.999999999999999999, 1500, 1500.000000000000000624, 1500.000000000000000625, 1500.000000000000001250, 1501.25, 2000]) AS price;
SELECT condition ->> 'operator' AS operator, condition ->> 'value' AS value, kind, trigger_ratio
  FROM vesu_assistant.intent_watches AS w JOIN vesu_assistant.intents AS i ON i.id = w.intent_id WHERE condition ->> 'value' <> '1.201' ORDER BY 2, condition ->> 'operator' COLLATE "C";
DELETE FROM vesu_assistant.intents;
SELECT * FROM pg_temp.watches();

-- A tick fires, the next ones do not, the contrary is noted and the intent armed again: by asset alone.
SELECT count(pg_temp.intent(1, 'health', '{"type": "health_factor", "operator": "<", "value": 1.2}')), count(pg_temp.intent(2, 'price', '{"type": "price", "operator": "<=", "value": "1490", "asset": "ETH"}')),
       count(pg_temp.intent(2, 'equal', '{"type": "price", "operator": "=", "value": 1480, "asset": "ETH"}'));
CREATE FUNCTION pg_temp.tick(price numeric) RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
    names text;
BEGIN
    PERFORM vesu.record_price('ETH', price);
    SELECT coalesce(string_agg(fired.name, ' ' ORDER BY fired.name), '-') INTO names FROM vesu_assistant.evaluate_intents(asset => 'ETH') AS fired;
    RETURN format('fires %s; then %s', names, pg_temp.states());
END
$$;
SELECT pg_temp.tick(1500);
SELECT pg_temp.tick(1499);
SELECT pg_temp.tick(1480);
SELECT pg_temp.tick(1495);
SELECT string_agg((vesu_assistant.rearm_intent(id)).name, ' ' ORDER BY name) AS armed_again FROM vesu_assistant.intents WHERE false_seen_at IS NOT NULL;
SELECT pg_temp.tick(1480);
SELECT string_agg((vesu_assistant.fail_intent(id)).name, ' ' ORDER BY name) AS failed FROM vesu_assistant.intents;
SELECT pg_temp.tick(1500);
SELECT string_agg((vesu_assistant.rearm_intent(id)).name, ' ' ORDER BY name) AS armed_again FROM vesu_assistant.intents;
SELECT string_agg((vesu_assistant.cancel_intent(id)).name, ' ' ORDER BY name) AS cancelled FROM vesu_assistant.intents;
SELECT pg_temp.tick(1480);
SELECT * FROM pg_temp.watches();
DELETE FROM vesu_assistant.intents;

-- Prices that are too old or have too few sources are unknown: nothing fires and nothing is noted. So is a lending position with one of them.
SELECT count(pg_temp.intent(1, 'health', '{"type": "health_factor", "operator": "<", "value": 1.2}')), count(pg_temp.intent(2, 'price', '{"type": "price", "operator": "<=", "value": "1490", "asset": "ETH"}'));
SAVEPOINT fresh;
SET vesu.clock = '2026-03-01 12:05:00.000001+00';
SELECT count(*) AS fired FROM vesu_assistant.evaluate_intents();
SELECT count(*) AS fired FROM vesu_assistant.evaluate_intents(asset => 'ETH');
SET vesu.clock = '2026-03-01 12:05:00+00';
SELECT count(*) AS fired FROM vesu_assistant.evaluate_intents();
SET vesu.clock = '2026-03-01 12:05:01+00';
SELECT vesu.record_price('ETH', 5000);
SELECT count(*) AS fired FROM vesu_assistant.evaluate_intents();
SELECT pg_temp.states();
SELECT vesu.record_price('ETH', 5000, sources => 2), vesu.record_price('USDC', 1);
SELECT count(*) AS fired FROM vesu_assistant.evaluate_intents(asset => 'ETH');
SELECT pg_temp.states();
SELECT vesu.record_price('ETH', 5000, sources => 3);
SELECT count(*) AS fired FROM vesu_assistant.evaluate_intents(asset => 'ETH');
SELECT pg_temp.states();
ROLLBACK TO SAVEPOINT fresh;

-- Of several positions any fires; false only when none holds any more.
INSERT INTO vesu.vesu_positions (user_id, pool_address, collateral_amount, debt_amount, vtoken_balance) VALUES (pg_temp.user_id(1), '0x2', 1, 20, 1), (pg_temp.user_id(1), '0x3', 1, 0, 1);
SELECT pg_temp.tick(1480);
-- Of the position in WBTC, 24 / 20 times 2000 / ETH.
SELECT pg_temp.tick(2001);
SELECT pg_temp.tick(1999);
SELECT * FROM pg_temp.watches();
-- A snapshot from elsewhere counts beside them, one captured from them does not: they are newer.
DELETE FROM vesu_assistant.intents;
SELECT vesu.record_price('ETH', 2001), vesu_assistant.capture_lending_positions(), vesu.record_price('ETH', 1700);
SELECT count(pg_temp.intent(1, 'health', '{"type": "health_factor", "operator": "<", "value": 1.2}'));
SELECT health_factor < 1.2 AS low FROM vesu_assistant.latest_positions;
SELECT count(*) AS fired FROM vesu_assistant.evaluate_intents();
SELECT count(*) AS fired FROM vesu_assistant.evaluate_intents(pg_temp.user_id(1));
SELECT vesu_assistant.record_position(pg_temp.user_id(1), 'vesu', '[]', '[{"symbol": "USDC", "amount": 1, "valueUSD": 1}]', 1.19) IS NULL AS recorded;
SELECT pg_temp.states();
DELETE FROM vesu_assistant.intents;
DELETE FROM vesu_assistant.positions;

-- Operations keep the watches: what they leave is found at the next tick, and nothing of a closed position.
SELECT count(pg_temp.intent(3, 'low', '{"type": "health_factor", "operator": "<", "value": 1.2}')), count(pg_temp.intent(3, 'high', '{"type": "health_factor", "operator": ">=", "value": 3}'));
SELECT vesu.record_price('ETH', 2000) \g /dev/null
SELECT (vesu.supply(pg_temp.user_id(3), '0x1', 1, '0xa1')).status;
SELECT count(*) AS watches FROM vesu_assistant.intent_watches;
SELECT (vesu.borrow(pg_temp.user_id(3), '0x1', 1000, '0xa2')).status;
SELECT * FROM pg_temp.watches();
SELECT pg_temp.fired(1499, $$evaluate_intents(asset => 'ETH')$$), pg_temp.fired(3749, $$evaluate_intents(asset => 'ETH')$$), pg_temp.fired(3750, $$evaluate_intents(asset => 'ETH')$$);
SELECT (vesu.borrow(pg_temp.user_id(3), '0x1', 400, '0xa3')).status;
SELECT pg_temp.fired(2099, $$evaluate_intents(asset => 'ETH')$$), pg_temp.fired(2100, $$evaluate_intents(asset => 'ETH')$$);
SELECT (vesu.repay(pg_temp.user_id(3), '0x1', 1200, '0xa4')).status;
SELECT pg_temp.fired(299, $$evaluate_intents(asset => 'ETH')$$), pg_temp.fired(301, $$evaluate_intents(asset => 'ETH')$$), pg_temp.fired(750, $$evaluate_intents(asset => 'ETH')$$);
-- Interest: the pool's index, and with it the health of every position.
UPDATE vesu.vesu_pools SET debt_index = 2 WHERE pool_address = '0x1';
SELECT pg_temp.fired(599, $$evaluate_intents(asset => 'ETH')$$), pg_temp.fired(600, 'evaluate_intents()');
SELECT (vesu.repay(pg_temp.user_id(3), '0x1', 400, '0xa5')).status, (vesu.withdraw(pg_temp.user_id(3), '0x1', 1, '0xa6')).status;
SELECT count(*) AS watches FROM vesu_assistant.intent_watches;
-- What was loaded without triggers is mended by an evaluation of all.
SET LOCAL session_replication_role = replica;
UPDATE vesu.vesu_positions SET user_id = pg_temp.user_id(3) WHERE user_id = pg_temp.user_id(1);
INSERT INTO vesu_assistant.intent_watches (intent_id, position_id, pool_address, kind, trigger_ratio) VALUES (gen_random_uuid(), gen_random_uuid(), '0x1', 'below', 1);
SET LOCAL session_replication_role = origin;
SELECT * FROM pg_temp.watches();
SELECT count(*) AS fired FROM vesu_assistant.evaluate_intents();
SELECT * FROM pg_temp.watches();
DELETE FROM vesu_assistant.intents;

-- Signals: in the transaction that detects them, of any asset or of one; not past their expiry; false once acknowledged or expired.
SELECT count(pg_temp.intent(4, 'any', '{"type": "signal", "operator": "=", "value": "depeg"}')), count(pg_temp.intent(4, 'usdc', '{"type": "signal", "operator": "=", "value": "depeg", "asset": "USDC"}')),
       count(pg_temp.intent(4, 'other', '{"type": "signal", "operator": "=", "value": "funding_rate"}'));
SELECT vesu_assistant.detect_signal('depeg', 'DAI', 'high', '{}') AS dai \gset
SELECT pg_temp.states();
SELECT vesu_assistant.detect_signal('depeg', 'USDC', 'high', '{}', '1 minute') AS usdc \gset
SELECT pg_temp.states();
SELECT (vesu_assistant.acknowledge_signal(:'dai')).status;
SELECT pg_temp.states();
SET vesu.clock = '2026-03-01 12:01:00+00';
SELECT count(*) AS fired FROM vesu_assistant.evaluate_intents();
SELECT pg_temp.states();
SELECT string_agg((vesu_assistant.rearm_intent(id)).name, ' ' ORDER BY name) AS armed_again FROM vesu_assistant.intents WHERE status = 'triggered';
-- Past its expiry although nobody has swept it; as detected anew it fires.
SELECT count(*) AS fired FROM vesu_assistant.evaluate_intents();
INSERT INTO vesu_assistant.signals (type, asset, severity, data, expires_at) VALUES ('depeg', 'FRAX', 'low', '{}', '2026-03-01 12:01:00+00');
SELECT pg_temp.states();
SELECT vesu_assistant.detect_signal('depeg', 'USDC', 'high', '{}', '1 minute') <> :'usdc' AS a_new_one;
SELECT pg_temp.states();
SET vesu.clock = '2026-03-01 12:02:00+00';
SELECT vesu_assistant.expire_signals();
SELECT pg_temp.states();
DELETE FROM vesu_assistant.intents;
DELETE FROM vesu.vesu_positions;

-- Two roads to the same intents: by asset, after ticks and interest, and a comparison with the live health of every position.
SET vesu.clock = '2026-03-01 12:00:00+00';
INSERT INTO vesu_assistant.users (id, wallet_address) SELECT pg_temp.user_id(n), '0x' || n FROM generate_series(10, 309) AS n;
INSERT INTO vesu.vesu_positions (user_id, pool_address, collateral_amount, debt_amount)
SELECT pg_temp.user_id(n), ('0x' || p)::vesu.felt252, trunc(0.1 + abs(hashint8extended(n, p) % 1000) * 0.013, 18),
       trunc((0.1 + abs(hashint8extended(n, p) % 1000) * 0.013) * (40 + abs(hashint8extended(n, p + 3) % 60)) * CASE p WHEN 1 THEN 1600 WHEN 2 THEN 24 ELSE 48000 END / 100, 18)
  FROM generate_series(10, 309) AS n, generate_series(1, 3) AS p WHERE hashint8extended(n, p + 7) % 2 = 0;
SELECT count(pg_temp.intent(n, format('%s of %s', k, n), jsonb_build_object('type', 'health_factor', 'operator', ('{<,<=,=,>=,>}'::text[])[1 + abs(hashint8extended(n, k) % 5)],
                                       'value', 1 + abs(hashint8extended(n, k + 3) % 200) * 0.01)::text))
  FROM generate_series(10, 309) AS n, generate_series(1, 2) AS k;
-- Some that a tick will make exactly equal.
SELECT count(pg_temp.intent(right(h.user_id::text, 3)::int, 'equal', jsonb_build_object('type', 'health_factor', 'operator', '=', 'value', h.health_factor)::text))
  FROM vesu.position_health AS h WHERE hashtextextended(concat(h.user_id, h.pool_address), 0) % 3 = 0;
SET client_min_messages = warning;
SELECT count(*) > 300 AS many FROM vesu_assistant.intent_watches;
CREATE FUNCTION pg_temp.due(OUT id uuid, OUT status vesu_assistant.intent_status) RETURNS SETOF record
    LANGUAGE sql AS $$
    SELECT i.id, i.status
      FROM vesu_assistant.intents AS i
      JOIN vesu.position_health AS h ON h.user_id = i.user_id AND h.health_factor IS NOT NULL
     WHERE i.status = 'active' OR i.status = 'triggered' AND i.false_seen_at IS NULL
     GROUP BY i.id
    HAVING bool_or(vesu_assistant.compares(h.health_factor, i.condition ->> 'operator', (i.condition ->> 'value')::numeric)) = (i.status = 'active')
    $$;
CREATE FUNCTION pg_temp.compare(ticks int, OUT fired bigint, OUT noted bigint, OUT different bigint)
    LANGUAGE plpgsql AS $$
DECLARE
    moved text;
BEGIN
    fired := 0; noted := 0; different := 0;
    -- Each tick is only about one asset: what others could fire already, they do now.
    PERFORM vesu_assistant.evaluate_intents();
    FOR n IN 1 .. ticks LOOP
        moved := (ARRAY['ETH', 'WBTC', 'USDC'])[1 + n % 3];
        PERFORM vesu.record_price(moved, CASE WHEN n % 4 = 0 THEN 1 ELSE 1 + (n * 37 % 21 - 10) * 0.013 END * CASE moved WHEN 'ETH' THEN 2000 WHEN 'WBTC' THEN 60000 ELSE 1 END);
        DROP TABLE IF EXISTS expected;
        CREATE TEMPORARY TABLE expected AS SELECT * FROM pg_temp.due();
        fired := fired + (SELECT count(*) FROM expected WHERE status = 'active');
        noted := noted + (SELECT count(*) FROM expected WHERE status = 'triggered');
        DROP TABLE IF EXISTS actual;
        CREATE TEMPORARY TABLE actual AS SELECT f.id FROM vesu_assistant.evaluate_intents(asset => moved) AS f;
        different := different + (SELECT count(*) FROM expected AS e FULL JOIN actual AS a ON a.id = e.id
                                   WHERE (e.status = 'active') IS DISTINCT FROM (a.id IS NOT NULL))
                               + (SELECT count(*) FROM expected AS e JOIN vesu_assistant.intents AS i ON i.id = e.id
                                   WHERE e.status = 'triggered' AND i.false_seen_at IS NULL) + (SELECT count(*) FROM pg_temp.due());
        PERFORM vesu_assistant.rearm_intent(i.id) FROM vesu_assistant.intents AS i WHERE i.status = 'triggered' AND i.false_seen_at IS NOT NULL;
        -- What arming again makes due, at prices that have not changed.
        PERFORM vesu_assistant.evaluate_intents();
        IF n % 10 = 0 THEN
            UPDATE vesu.vesu_pools SET debt_index = debt_index * 1.01, collateral_index = collateral_index * 1.003;
            PERFORM vesu_assistant.evaluate_intents();
        END IF;
    END LOOP;
    different := different + (SELECT w.lacking FROM pg_temp.watches() AS w);
END
$$;
SELECT * FROM pg_temp.compare(30);

-- Columns that a user adds change nothing, whatever their names: here every word of the functions.
CREATE TABLE pg_temp.words AS
SELECT DISTINCT word[1] AS name
  FROM pg_proc AS p
 CROSS JOIN LATERAL regexp_matches(regexp_replace(lower(pg_get_functiondef(p.oid)), '--[^\n]*|''[^'']*''', '', 'g'), '[a-z_][a-z0-9_]*', 'g') AS word
 WHERE p.pronamespace = 'vesu_assistant'::regnamespace AND p.prokind = 'f' AND p.proname ~ 'intent|watch|candidate|evaluate|known'
   AND word[1] NOT IN ('tableoid', 'xmin', 'xmax', 'cmin', 'cmax', 'ctid')
   AND word[1] NOT IN (SELECT word FROM pg_get_keywords() WHERE catcode IN ('R', 'T'));
SELECT count(*) > 200 AS many_words FROM pg_temp.words;
SELECT format('ALTER TABLE %s ADD COLUMN %I text DEFAULT ''x''', t.name, w.name)
  FROM (VALUES ('vesu_assistant.intents'), ('vesu_assistant.intent_watches'), ('vesu_assistant.users'), ('vesu_assistant.latest_positions'), ('vesu_assistant.signals'),
               ('vesu.vesu_positions'), ('vesu.vesu_pools'), ('vesu.vesu_asset_prices')) AS t (name), pg_temp.words AS w
 WHERE NOT EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = t.name::regclass AND a.attname = w.name)
\set ECHO none
\gexec
\set ECHO all
DELETE FROM vesu_assistant.intents;
SELECT vesu.record_prices(ARRAY['ETH', 'USDC'], ARRAY[2000, 1]);
SELECT count(pg_temp.intent(5, c.condition ->> 'type', c.condition::text))
  FROM unnest(ARRAY['{"type": "health_factor", "operator": "<", "value": 1.2}', '{"type": "price", "operator": "<", "value": 1500, "asset": "ETH"}', '{"type": "signal", "operator": "=", "value": "depeg"}',
                    '{"type": "time", "operator": ">=", "value": "2026-03-01T12:00:01Z"}']::jsonb[]) AS c (condition);
UPDATE vesu.vesu_pools SET debt_index = 1, collateral_index = 1;
INSERT INTO vesu.vesu_positions (user_id, pool_address, collateral_amount, debt_amount) VALUES (pg_temp.user_id(5), '0x1', 1, 1000);
SELECT pg_temp.tick(1499);
SELECT pg_temp.tick(2000);
SELECT vesu_assistant.detect_signal('depeg', 'DAI', 'high', '{}') IS NOT NULL AS detected;
SET vesu.clock = '2026-03-01 12:00:01+00';
SELECT vesu_assistant.record_position(pg_temp.user_id(5), 'aave', '[]', '[{"symbol": "USDC", "amount": 1, "valueUSD": 1}]', 1.3) IS NOT NULL AS recorded;
SELECT count(*) AS fired FROM vesu_assistant.evaluate_intents();
SELECT pg_temp.states();
SELECT count(vesu_assistant.fail_intent(id)), count(vesu_assistant.rearm_intent(id)) FROM vesu_assistant.intents WHERE false_seen_at IS NOT NULL;
SELECT lacking FROM pg_temp.watches();
ROLLBACK;
