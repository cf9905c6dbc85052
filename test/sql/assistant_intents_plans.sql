-- What a tick costs: 100,000 intents, half about a price, half about the health of lending positions; ten of each can fire. Whatever
-- the planner knows of the tables, few pages are touched.
BEGIN;
SET vesu.clock = '2026-03-01 12:00:00+00';
\set ECHO none
CREATE FUNCTION pg_temp.id(kind int, n int) RETURNS uuid LANGUAGE sql IMMUTABLE RETURN lpad(to_hex(kind * 1000000 + n), 32, '0')::uuid;
-- Pages that a query touches, without those of its planning; then all is as before.
CREATE FUNCTION pg_temp.pages(query text, most int) RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
    plan jsonb;
    touched numeric;
BEGIN
    -- Once before, so that what is planned inside is not counted.
    FOR run IN 1 .. 2 LOOP
        BEGIN
            EXECUTE 'EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF, SUMMARY OFF, FORMAT JSON) ' || query INTO plan;
            RAISE EXCEPTION USING ERRCODE = 'P0099';
        EXCEPTION WHEN SQLSTATE 'P0099' THEN
            plan := plan -> 0 -> 'Plan';
            touched := (plan ->> 'Shared Hit Blocks')::numeric + (plan ->> 'Shared Read Blocks')::numeric;
        END;
    END LOOP;
    RETURN format('%s rows, %s pages', (plan ->> 'Actual Rows')::numeric::int, CASE WHEN touched <= most THEN 'at most ' || most ELSE touched::text END);
END
$$;
CREATE FUNCTION pg_temp.costs(OUT query text, OUT price numeric, OUT touched text) RETURNS SETOF record
    LANGUAGE plpgsql AS $$
BEGIN
    FOREACH price IN ARRAY ARRAY[2000, 1990] LOOP
        PERFORM vesu.record_price('ETH', costs.price);
        query := 'prices';
        touched := pg_temp.pages($q$SELECT * FROM vesu_assistant.price_candidates('ETH')$q$, 50);
        RETURN NEXT;
        query := 'health';
        touched := pg_temp.pages($q$SELECT * FROM vesu_assistant.health_candidates('ETH')$q$, 400);
        RETURN NEXT;
        query := 'evaluation';
        touched := pg_temp.pages($q$SELECT * FROM vesu_assistant.evaluate_intents(asset => 'ETH')$q$, CASE price WHEN 2000 THEN 500 ELSE 2500 END);
        RETURN NEXT;
    END LOOP;
    -- A snapshot and a signal, which nobody is waiting for.
    query := 'snapshot of one user';
    price := NULL;
    touched := pg_temp.pages($q$SELECT * FROM vesu_assistant.evaluate_intents(pg_temp.id(1, 777))$q$, 100);
    RETURN NEXT;
    query := 'signal';
    touched := pg_temp.pages($q$INSERT INTO vesu_assistant.signals (type, asset, severity, data) VALUES ('depeg', 'DAI', 'low', '{}')$q$, 50);
    RETURN NEXT;
    -- An operation of the lending module, whose user has an intent; and of one who has none.
    query := 'operation';
    touched := pg_temp.pages($q$UPDATE vesu.vesu_positions SET debt_amount = debt_amount + 1 WHERE id = pg_temp.id(2, 777)$q$, 100);
    RETURN NEXT;
    query := 'operation without intents';
    touched := pg_temp.pages($q$UPDATE vesu.vesu_positions SET debt_amount = debt_amount + 1 WHERE id = pg_temp.id(2, 50001)$q$, 100);
    RETURN NEXT;
END
$$;
\set ECHO all
\pset format unaligned
\pset tuples_only
SELECT vesu.record_prices(ARRAY['ETH', 'USDC'], ARRAY[2000, 1]);
SET LOCAL session_replication_role = replica;
INSERT INTO vesu.vesu_pools (pool_address, collateral_asset, debt_asset, max_ltv, liquidation_threshold, liquidation_bonus, total_supply)
SELECT format('0x%s', p)::vesu.felt252, 'ETH', 'USDC', 0.75, 0.8, 0.05, 1e15 FROM generate_series(1, 20) AS p;
INSERT INTO vesu_assistant.users (id, wallet_address) SELECT pg_temp.id(1, n), '0x' || lpad(to_hex(n), 64, '0') FROM generate_series(1, 50001) AS n;
-- Health 1600 / debt: 1.6 and more, but for ten of 1.2 and a little.
INSERT INTO vesu.vesu_positions (id, user_id, pool_address, collateral_asset, debt_asset, collateral_amount, debt_amount, nominal_debt, collateral_shares, risk_ratio)
SELECT pg_temp.id(2, n), pg_temp.id(1, n), format('0x%s', 1 + n % 20)::vesu.felt252, 'ETH', 'USDC', 1, debt, debt, 1, debt
  FROM generate_series(1, 50001) AS n CROSS JOIN LATERAL (SELECT CASE WHEN n <= 10 THEN 1333 ELSE 1000 - n % 400 END AS debt) AS owed;
INSERT INTO vesu_assistant.intents (id, user_id, name, condition, action)
SELECT pg_temp.id(3, n), pg_temp.id(1, n), 'health', jsonb_build_object('type', 'health_factor', 'operator', (ARRAY['<', '<='])[1 + n % 2], 'value', CASE WHEN n <= 10 THEN 1.2 ELSE 1 + n % 50 * 0.01 END),
       '{"type": "repay", "asset": "USDC", "amount": 1}'
  FROM generate_series(1, 50000) AS n;
INSERT INTO vesu_assistant.intents (id, user_id, name, condition, action)
SELECT pg_temp.id(4, n), pg_temp.id(1, n), 'price', jsonb_build_object('type', 'price', 'asset', CASE WHEN n <= 10 OR n % 10 < 9 THEN 'ETH' ELSE 'BTC' END, 'operator', operator,
           'value', CASE WHEN n <= 10 THEN 1995 WHEN operator LIKE '<%' THEN 1989 - n % 1000 WHEN operator LIKE '>%' THEN 2001 + n % 1000 ELSE 2500 END),
       '{"type": "repay", "asset": "USDC", "amount": 1}'
  FROM generate_series(1, 50000) AS n CROSS JOIN LATERAL (SELECT CASE WHEN n <= 10 THEN '<' ELSE ('{<,<=,=,>=,>}'::text[])[1 + n % 5] END AS operator) AS drawn;
SET LOCAL session_replication_role = origin;
SELECT vesu_assistant.mend_watches();
SELECT count(*) FROM vesu_assistant.intent_watches;

-- Never analyzed, with plans of that time; as they are; and believed empty.
SELECT * FROM pg_temp.costs();
ANALYZE vesu_assistant.intents, vesu_assistant.intent_watches, vesu_assistant.users, vesu.vesu_positions, vesu.vesu_pools, vesu.vesu_asset_prices;
SELECT * FROM pg_temp.costs();
UPDATE pg_class SET reltuples = 0, relpages = 0 WHERE oid IN ('vesu_assistant.intents'::regclass, 'vesu_assistant.intent_watches'::regclass, 'vesu_assistant.users'::regclass, 'vesu.vesu_positions'::regclass);
DISCARD PLANS;
SELECT * FROM pg_temp.costs();

-- Nearly all in one pool.
UPDATE vesu_assistant.intent_watches SET pool_address = '0x1' WHERE position_id > pg_temp.id(2, 100);
ANALYZE vesu_assistant.intent_watches;
DISCARD PLANS;
SELECT query, price, touched FROM pg_temp.costs() WHERE query IN ('health', 'evaluation');
ROLLBACK;
