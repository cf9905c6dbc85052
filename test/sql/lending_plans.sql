-- Which indexes serve the questions, and what a price tick writes. In a database of its own, because ANALYZE cannot be undone.
SELECT current_database() AS home \gset
CREATE DATABASE vesu_plans;
\c vesu_plans
CREATE EXTENSION vesu;

-- Every scan of a table that a query really performs: index (if any) and rows read. A set-returning function that was not
-- inlined shows as a Function Scan.
CREATE FUNCTION public.scans(query text) RETURNS TABLE (relation text, via text, rows_read bigint) LANGUAGE plpgsql AS $$
DECLARE
    plan json;
BEGIN
    EXECUTE 'EXPLAIN (ANALYZE, TIMING OFF, COSTS OFF, FORMAT JSON) ' || query INTO plan;
    RETURN QUERY
    WITH RECURSIVE node (value, parent_index) AS (
        SELECT plan -> 0 -> 'Plan', NULL::text
         UNION ALL
        SELECT child.value, NULL
          FROM node CROSS JOIN LATERAL json_array_elements(node.value -> 'Plans') AS child),
    scan AS (
        SELECT coalesce(value ->> 'Relation Name', value ->> 'Function Name') AS relation,
               CASE WHEN value ->> 'Node Type' IN ('Function Scan', 'Seq Scan') THEN value ->> 'Node Type'
                    WHEN value ->> 'Node Type' = 'Bitmap Heap Scan' THEN
                         (SELECT string_agg(inner_node.value ->> 'Index Name', ', ') FROM json_array_elements(value -> 'Plans') AS inner_node)
                    ELSE value ->> 'Index Name'
               END AS via,
               (value ->> 'Actual Loops')::bigint AS loops,
               round((value ->> 'Actual Rows')::numeric * (value ->> 'Actual Loops')::numeric)::bigint AS rows_read
          FROM node
         WHERE value ->> 'Node Type' LIKE '%Scan' AND value ->> 'Node Type' NOT IN ('Bitmap Index Scan', 'Subquery Scan', 'Values Scan'))
    SELECT scan.relation, scan.via, scan.rows_read FROM scan WHERE scan.loops > 0 AND scan.relation IS NOT NULL;
END
$$;
-- Several indexes begin with user_id, and which is the cheapest is a matter of a page more or less.
CREATE FUNCTION public.shown(via text) RETURNS text LANGUAGE sql AS $$
    SELECT CASE WHEN EXISTS (SELECT FROM pg_indexes WHERE indexname = via AND indexdef LIKE '%(user_id%')
                THEN 'an index of user_id' ELSE via END
    $$;
-- The scan of the positions: its index, and whether it reads few pages (the table has more than 800). The first
-- execution reads the catalogs too.
CREATE FUNCTION public.pages(query text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    plan json;
BEGIN
    EXECUTE query;
    EXECUTE 'EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ' || query INTO plan;
    RETURN (plan -> 0 -> 'Plan' ->> 'Shared Hit Blocks')::bigint + (plan -> 0 -> 'Plan' ->> 'Shared Read Blocks')::bigint;
END
$$;
CREATE FUNCTION public.risk_scan(query text) RETURNS TABLE (via text, answer bigint, reads_little_more boolean) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE 'SELECT count(*) FROM (' || query || ') AS found' INTO answer;
    SELECT string_agg(DISTINCT scan.via, ', ') INTO via FROM public.scans(query) AS scan WHERE scan.relation = 'vesu_positions';
    reads_little_more := public.pages(query) <= 300 + 2 * answer;
    RETURN NEXT;
END
$$;

-- 20 pools and 20,000 positions with health factors from 1 to 10; one asset falls by 4 % afterwards.
ALTER TABLE vesu.vesu_positions SET (autovacuum_enabled = off);
INSERT INTO vesu.vesu_pools (pool_address, collateral_asset, debt_asset, max_ltv, liquidation_threshold, liquidation_bonus, debt_index)
SELECT number::numeric::vesu.felt252, 'C' || number % 7, 'USD', 0.75, 0.8, 0.05, 1 + number * 0.01 FROM generate_series(1, 20) AS number;
SELECT vesu.record_prices(ARRAY(SELECT 'C' || n FROM generate_series(0, 6) AS n) || 'USD'::text, '{2500, 60000, 1, 0.3, 17, 8, 140, 1}');
INSERT INTO vesu.vesu_positions (id, user_id, pool_address, collateral_amount, debt_amount)
SELECT md5('position ' || i)::uuid, md5('user ' || i / 4)::uuid, pool.pool_address, 10, 8 * price.price / (1 + 9 * ((i * 7919) % 20000) / 20000.0)
  FROM generate_series(1, 20000) AS i
  JOIN vesu.vesu_pools AS pool ON pool.pool_address = (1 + i % 20)::numeric::vesu.felt252
  JOIN vesu.vesu_asset_prices AS price ON price.asset = pool.collateral_asset;

-- Never analyzed.
SELECT * FROM public.risk_scan('SELECT * FROM vesu.find_liquidatable_positions()');
SELECT vesu.record_price('C1', 57600);
SELECT * FROM public.risk_scan('SELECT * FROM vesu.find_liquidatable_positions()');
SELECT * FROM public.risk_scan('SELECT * FROM vesu.find_positions_by_health(0, 1.02)');
SELECT answer > 0 AS has_answer, via FROM public.risk_scan('SELECT * FROM vesu.find_at_risk_positions()');
SELECT public.pages($$SELECT * FROM vesu.simulate_prices('{"C1": 57600}')$$) <= 300 AS simulation_reads_little,
       public.pages('SELECT * FROM vesu.liquidation_ladder(2::numeric::vesu.felt252, 1000, 0.05)') <= 300 AS ladder_reads_little;

-- Analyzed.
ANALYZE vesu.vesu_pools, vesu.vesu_positions, vesu.vesu_asset_prices;
SELECT * FROM public.risk_scan('SELECT * FROM vesu.find_liquidatable_positions()');
SELECT * FROM public.risk_scan('SELECT * FROM vesu.find_positions_by_health(0, 1.02)');
SELECT answer > 0 AS has_answer, via FROM public.risk_scan('SELECT * FROM vesu.find_at_risk_positions()');
SELECT * FROM public.risk_scan('SELECT * FROM vesu.find_liquidatable_positions() WHERE debt_amount > 1 ORDER BY id LIMIT 3');

-- One pool holds nearly all.
INSERT INTO vesu.vesu_positions (id, user_id, pool_address, collateral_amount, debt_amount)
SELECT md5('more ' || i)::uuid, md5('another user ' || i)::uuid, 8::numeric::vesu.felt252, 10, 480000 / (1.1 + 9 * (i % 997) / 997.0)
  FROM generate_series(1, 60000) AS i;
ANALYZE vesu.vesu_positions;
SELECT * FROM public.risk_scan('SELECT * FROM vesu.find_liquidatable_positions()');
SELECT answer > 0 AS has_answer, via FROM public.risk_scan('SELECT * FROM vesu.find_at_risk_positions()');

-- The what-if functions read the same range.
SET plan_cache_mode = force_generic_plan;
SELECT public.pages($$SELECT * FROM vesu.simulate_prices('{"C1": 57600}')$$) <= 300 AS simulation_reads_little,
       public.pages('SELECT * FROM vesu.liquidation_ladder(2::numeric::vesu.felt252, 1000, 0.05)') <= 300 AS ladder_reads_little;
RESET plan_cache_mode;

-- A pool without any price does not make the others slow.
UPDATE vesu.vesu_positions SET health_factor = 0.5 + ('x' || left(md5(id::text), 7))::bit(28)::int / 1e9 WHERE id IN (SELECT id FROM vesu.vesu_positions ORDER BY id LIMIT 5000);
ANALYZE vesu.vesu_positions;
SELECT * FROM public.risk_scan('SELECT * FROM vesu.find_liquidatable_positions()');
INSERT INTO vesu.vesu_pools (pool_address, collateral_asset, debt_asset, max_ltv, liquidation_threshold, liquidation_bonus)
VALUES (21::numeric::vesu.felt252, 'NONE', 'NIL', 0.75, 0.8, 0.05);
INSERT INTO vesu.vesu_positions (user_id, pool_address, collateral_amount, debt_amount, health_factor)
SELECT md5('unpriced ' || i)::uuid, 21::numeric::vesu.felt252, 1, 1, i FROM generate_series(0, 10) AS i;
SELECT answer, reads_little_more FROM public.risk_scan('SELECT * FROM vesu.find_liquidatable_positions()');
DELETE FROM vesu.vesu_positions WHERE pool_address = 21::numeric::vesu.felt252;
DELETE FROM vesu.vesu_pools WHERE pool_address = 21::numeric::vesu.felt252;

-- Finders are inlined: no Function Scan, and the caller's conditions reach an index.
INSERT INTO vesu.vesu_pools (pool_address, collateral_asset, debt_asset, max_ltv, liquidation_threshold, liquidation_bonus, is_active, total_supply)
SELECT number::numeric::vesu.felt252, 'P' || number, 'USD', 0.75, 0.8, 0.05, false, number FROM generate_series(1001, 6000) AS number;
INSERT INTO vesu.vesu_transactions (id, user_id, position_id, transaction_hash, type, asset, amount, status, created_at, "timestamp")
SELECT md5('transaction ' || i)::uuid, md5('user ' || i % 400)::uuid, md5('position ' || 1 + i % 20000)::uuid, i::numeric::vesu.felt252,
       (enum_range(NULL::vesu.transaction_type))[1 + i % 4], 'USD', i,
       CASE WHEN i % 1000 = 0 THEN 'pending' ELSE 'confirmed' END::vesu.transaction_status,
       timestamptz '2026-01-01' + i * interval '1 second', timestamptz '2026-01-01' + i * interval '1 second'
  FROM generate_series(1, 20000) AS i;
INSERT INTO vesu.vesu_liquidations (id, position_id, liquidator_address, transaction_hash, collateral_seized, debt_repaid, liquidation_bonus, "timestamp")
SELECT md5('liquidation ' || i)::uuid, md5('position ' || 1 + i)::uuid, (i % 100)::numeric::vesu.felt252, i::numeric::vesu.felt252, 1, 1, 0,
       timestamptz '2026-01-01' + i * interval '1 second'
  FROM generate_series(1, 10000) AS i;
ANALYZE;
SELECT query, scan.relation, public.shown(scan.via) AS via, scan.rows_read
  FROM (VALUES
    ( 1, $$find_user_positions(md5('user 7')::uuid)$$),
    ( 2, $$find_user_positions(md5('user 7')::uuid, 'active') WHERE debt_amount > 0 LIMIT 2$$),
    ( 3, $$find_user_positions(md5('user 7')::uuid) WHERE pool_address = 9::numeric::vesu.felt252$$),
    ( 4, $$find_active_positions() LIMIT 10$$),
    ( 5, $$find_pool_by_address(1500::numeric::vesu.felt252)$$),
    ( 6, $$find_pool_by_asset_pair('P1500', 'USD')$$),
    ( 7, $$find_active_pools() WHERE total_supply > 0$$),
    ( 8, $$find_transaction_by_hash(77::numeric::vesu.felt252)$$),
    ( 9, $$find_pending_transactions()$$),
    (10, $$find_user_transactions(md5('user 7')::uuid)$$),
    (11, $$find_user_transactions(md5('user 7')::uuid, max_rows => 5)$$),
    (12, $$find_position_transactions(md5('position 77')::uuid)$$),
    (13, $$find_liquidation_by_hash(77::numeric::vesu.felt252)$$),
    (14, $$find_liquidations_by_position(md5('position 77')::uuid)$$),
    (15, $$find_liquidations_by_liquidator(3::numeric::vesu.felt252)$$),
    (16, $$recent_liquidations(10)$$),
    (17, $$liquidation_stats('2026-01-01 02:00', '2026-01-01 02:00:09')$$),
    (18, $$transaction_stats(md5('user 7')::uuid)$$)
  ) AS calls (number, query)
 CROSS JOIN LATERAL public.scans('SELECT * FROM vesu.' || query) AS scan
 ORDER BY number, scan.relation, via;

-- Also with a generic plan and for each row of another table.
SET plan_cache_mode = force_generic_plan;
PREPARE of_user (uuid) AS SELECT * FROM vesu.find_user_positions($1);
PREPARE at_address (vesu.felt252) AS SELECT * FROM vesu.find_pool_by_address($1);
PREPARE newest (uuid, int) AS SELECT * FROM vesu.find_user_transactions($1, NULL, $2);
SELECT relation, public.shown(via) AS via
  FROM public.scans($$EXECUTE of_user ('4f64d4a7-6a07-1d5e-e3d5-f5d3f2a3f9d1')$$);
SELECT relation, via FROM public.scans($$EXECUTE at_address ('0x5dc')$$);
SELECT relation, public.shown(via) AS via FROM public.scans($$EXECUTE newest ('4f64d4a7-6a07-1d5e-e3d5-f5d3f2a3f9d1', 50)$$);
RESET plan_cache_mode;
SELECT relation, public.shown(via) AS via, rows_read
  FROM public.scans($$SELECT * FROM (VALUES (md5('user 1')::uuid), (md5('user 2')::uuid)) AS users (id)
                       CROSS JOIN LATERAL vesu.find_user_positions(users.id, 'active') AS held$$);
-- A condition on a row is the condition on its column.
EXPLAIN (COSTS OFF) SELECT id FROM vesu.vesu_positions AS held WHERE id = '4f64d4a7-6a07-1d5e-e3d5-f5d3f2a3f9d1' AND vesu.is_at_risk(held);

-- A price tick writes one row of prices and no position; so does interest with one row of pools.
CREATE FUNCTION public.wal_bytes(statement text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    plan json;
BEGIN
    EXECUTE 'EXPLAIN (ANALYZE, WAL, FORMAT JSON) ' || statement INTO plan;
    RETURN (plan -> 0 -> 'Plan' ->> 'WAL Bytes')::bigint;
END
$$;
CREATE TABLE public.updates_before AS
SELECT relname, n_tup_ins, n_tup_upd FROM pg_stat_user_tables WHERE false;
SELECT pg_stat_force_next_flush();
INSERT INTO public.updates_before SELECT relname, n_tup_ins, n_tup_upd FROM pg_stat_user_tables WHERE schemaname = 'vesu';
SELECT public.wal_bytes($$SELECT vesu.record_price('C1', 50000)$$) > 0 AS first_tick_writes;
SELECT wal > 0 AND wal < 500 AS second_tick_writes_little
  FROM public.wal_bytes($$SELECT vesu.record_price('C1', 45000)$$) AS wal;
SELECT public.wal_bytes('UPDATE vesu.vesu_pools SET debt_index = debt_index * 1.01 WHERE pool_address = 2::numeric::vesu.felt252') > 0 AS first_accrual_writes;
SELECT wal > 0 AND wal < 2000 AS second_accrual_writes_little
  FROM public.wal_bytes('UPDATE vesu.vesu_pools SET debt_index = debt_index * 1.01 WHERE pool_address = 2::numeric::vesu.felt252') AS wal;
SELECT pg_stat_force_next_flush();
SELECT relname, now.n_tup_ins - before.n_tup_ins AS inserted, now.n_tup_upd - before.n_tup_upd AS updated
  FROM pg_stat_user_tables AS now JOIN public.updates_before AS before USING (relname)
 WHERE (now.n_tup_ins, now.n_tup_upd) IS DISTINCT FROM (before.n_tup_ins, before.n_tup_upd)
 ORDER BY relname;
SELECT count(*) > 1000 AS many_are_liquidatable FROM vesu.find_liquidatable_positions();

\c :home
DROP DATABASE vesu_plans;
