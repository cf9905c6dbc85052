-- What requests and jobs read of tables whose rows are nearly all of no concern to them, whatever the planner knows: never analyzed; as
-- they are; and analyzed when nothing was visible in them yet, as in the middle of a load, or in a queue that was empty at that moment.
-- In a database of its own: what other tests have left dead in the tables and their indexes would be read too.
SET client_min_messages = warning;
DROP DATABASE IF EXISTS vesu_portfolio_plans;
RESET client_min_messages;
CREATE DATABASE vesu_portfolio_plans;
\c vesu_portfolio_plans
CREATE EXTENSION vesu;
BEGIN;
SET LOCAL vesu.clock = '2025-04-10 00:30:00+00';
SET LOCAL timezone = 'UTC';
SET LOCAL jit = off;
SET LOCAL statement_timeout = '60s';
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
    RETURN CASE WHEN touched <= most THEN 'at most ' || most ELSE touched::text END;
END
$$;
CREATE TEMP TABLE question (place int GENERATED ALWAYS AS IDENTITY, name text, most int, query text);
CREATE FUNCTION pg_temp.reads() RETURNS TABLE (name text, pages text)
    LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY SELECT q.name, pg_temp.pages(q.query, q.most) FROM question AS q ORDER BY q.place;
END
$$;
INSERT INTO question (name, most, query) VALUES
    ('session', 20, $q$SELECT vesu_portfolio.session_user('token 777')$q$),
    ('key', 60, $q$SELECT * FROM vesu_portfolio.check_api_key('key 777')$q$),
    ('end session', 20, $q$SELECT vesu_portfolio.end_session('token 777')$q$),
    ('sweep ten sessions', 100, $q$SELECT vesu_portfolio.sweep_sessions(10)$q$),
    ('same alert', 100, $q$SELECT vesu_portfolio.raise_risk_alert(pg_temp.id(2, 1), 'protocol_risk', 'low', 'm', dedup_window => '1 year')$q$),
    ('another alert', 100, $q$SELECT vesu_portfolio.raise_risk_alert(pg_temp.id(2, 1), 'protocol_risk', 'low', 'm', dedup_key => 'k')$q$),
    ('another alert of many', 100, $q$SELECT vesu_portfolio.raise_risk_alert(pg_temp.id(2, 777), 'high_correlation', 'high', 'm')$q$),
    ('claim', 100, $q$SELECT * FROM vesu_portfolio.claim_tasks('sage')$q$),
    ('claim ten', 600, $q$SELECT * FROM vesu_portfolio.claim_tasks('sage', 10)$q$),
    ('requeue five', 300, $q$SELECT * FROM vesu_portfolio.requeue_expired()$q$),
    ('a hundred prices', 4000, $q$SELECT vesu_portfolio.ingest_market_data(ARRAY(SELECT pg_temp.id(4, n)::text FROM generate_series(1, 100) AS n),
                                   array_fill(timestamptz '2025-04-10 00:29Z', ARRAY[100]), array_fill(5.0, ARRAY[100]))$q$),
    ('refresh 600 of 1200 buckets', 20000, $q$SELECT * FROM vesu_portfolio.refresh_rollups('2025-04-12 00:30Z', 600)$q$),
    ('refresh without anything due', 5000, $q$SELECT * FROM vesu_portfolio.refresh_rollups('2025-04-10 00:30Z')$q$),
    ('value', 100, $q$SELECT vesu_portfolio.portfolio_value(pg_temp.id(2, 777))$q$),
    ('value in the past', 200, $q$SELECT vesu_portfolio.portfolio_value(pg_temp.id(2, 777), '2025-04-05 05:30Z')$q$),
    ('allocations', 300, $q$SELECT vesu_portfolio.refresh_allocations(pg_temp.id(2, 777))$q$),
    ('snapshot', 500, $q$SELECT vesu_portfolio.take_portfolio_snapshot(pg_temp.id(2, 777))$q$),
    ('risk metrics', 1200, $q$SELECT vesu_portfolio.take_risk_metrics(pg_temp.id(2, 777))$q$),
    ('assessment', 1600, $q$SELECT * FROM vesu_portfolio.assess_portfolio(pg_temp.id(2, 777))$q$),
    ('correlations', 500, $q$SELECT vesu_portfolio.correlation_matrix(ARRAY(SELECT pg_temp.id(4, n)::text FROM generate_series(1, 3) AS n), '2025-03-31Z', '2025-04-10Z', 2)$q$),
    ('allocations of 20', 6000, $q$SELECT vesu_portfolio.refresh_all_allocations()$q$),
    ('snapshots of 20', 4000, $q$SELECT vesu_portfolio.take_all_portfolio_snapshots()$q$),
    ('risk metrics of 20', 8000, $q$SELECT vesu_portfolio.take_all_risk_metrics()$q$);
\set ECHO all
SET LOCAL session_replication_role = replica;
INSERT INTO vesu_portfolio.users (id, email, username, password_hash) SELECT pg_temp.id(1, n), 'e' || n, 'u' || n, '!' FROM generate_series(1, 5000) AS n;
INSERT INTO vesu_portfolio.portfolios (id, user_id, name, is_active) SELECT pg_temp.id(2, n), pg_temp.id(1, n), 'p', n <= 20 FROM generate_series(1, 5000) AS n;
INSERT INTO vesu_portfolio.user_sessions (user_id, session_token, expires_at)
SELECT pg_temp.id(1, n), vesu_portfolio.secret_hash('token ' || n), vesu.now() + (n - 500) * interval '1 minute' FROM generate_series(1, 5000) AS n;
INSERT INTO vesu_portfolio.user_api_keys (user_id, key_hash, name) SELECT pg_temp.id(1, n), vesu_portfolio.secret_hash('key ' || n), 'k' FROM generate_series(1, 5000) AS n;
-- Half of the alerts are of one portfolio.
INSERT INTO vesu_portfolio.risk_alerts (portfolio_id, alert_type, severity, message, created_at, resolved_at)
SELECT pg_temp.id(2, CASE WHEN n % 2 = 0 THEN 1 ELSE n END), 'protocol_risk', 'low', 'm', vesu.now() - n * interval '2 hours', CASE WHEN n % 4 = 0 THEN vesu.now() END
  FROM generate_series(1, 5000) AS n;
INSERT INTO vesu_portfolio.risk_alert_states (alert_id) SELECT a.id FROM vesu_portfolio.risk_alerts AS a;
-- Of the tasks three quarters are done and ten are worked on.
INSERT INTO vesu_portfolio.agent_tasks (id, agent_id, task_type, status, priority, payload, created_at, started_at)
SELECT pg_temp.id(3, n), 'sage', 't', CASE WHEN n % 4 = 0 THEN 'pending' WHEN n % 500 = 1 THEN 'running' ELSE 'completed' END::vesu_portfolio.task_status_enum, 1 + n % 10, '{}',
       vesu.now() - n * interval '1 minute', CASE WHEN n % 4 > 0 THEN vesu.now() - n * interval '1 second' END
  FROM generate_series(1, 5000) AS n;
INSERT INTO vesu_portfolio.agent_task_leases (task_id, lease_until, attempts)
SELECT pg_temp.id(3, n), vesu.now() + CASE WHEN n <= 2500 THEN interval '-1 second' ELSE '1 minute' END, 1 FROM generate_series(1, 5000) AS n WHERE n % 4 > 0;
-- 600 assets with prices of ten days, of the running one not rolled up; five positions and ten snapshots a portfolio; 5000 transactions.
SELECT count(c.partition) > 0 AS made FROM vesu_portfolio.partitioned_tables() AS t CROSS JOIN LATERAL vesu_portfolio.create_partitions(t.parent, '2025-03-01', '2025-05-01') AS c;
INSERT INTO vesu_portfolio.assets (id, symbol, name, asset_type, chain_id) SELECT pg_temp.id(4, n), 'S' || n, 'S', 'crypto', 1 FROM generate_series(1, 600) AS n;
INSERT INTO vesu_portfolio.portfolio_positions (id, portfolio_id, asset_id, quantity, average_cost, current_value, allocation_percentage, position_type)
SELECT pg_temp.id(5, n * 5 + k), pg_temp.id(2, n), pg_temp.id(4, 1 + (n + k) % 50), 10, 1, 10, 0.2, CASE k WHEN 4 THEN 'borrowing' ELSE 'spot' END::vesu_portfolio.position_type_enum
  FROM generate_series(1, 2000) AS n, generate_series(0, 4) AS k;
INSERT INTO vesu_portfolio.market_data ("timestamp", asset_id, chain_id, price, source)
SELECT timestamptz '2025-03-31Z' + h * interval '6 hours', pg_temp.id(4, a)::text, 1, 100 + a * h % 17, 'x' FROM generate_series(0, 40) AS h, generate_series(1, 600) AS a;
INSERT INTO vesu_portfolio.latest_prices SELECT DISTINCT ON (d.asset_id) d.asset_id, d.price, d."timestamp" FROM vesu_portfolio.market_data AS d ORDER BY 1, 3 DESC;
INSERT INTO vesu_portfolio.ohlcv_hourly SELECT d.asset_id, d."timestamp", d.price, d.price, d.price, d.price, NULL, 1 FROM vesu_portfolio.market_data AS d WHERE d."timestamp" < '2025-04-10Z';
INSERT INTO vesu_portfolio.ohlcv_daily SELECT d.asset_id, date_trunc('day', d."timestamp"), 1, 1, 1, max(d.price), NULL, 4 FROM vesu_portfolio.market_data AS d WHERE d."timestamp" < '2025-04-10Z' GROUP BY 1, 2;
INSERT INTO vesu_portfolio.rollup_marks (rollup, key, day, bucket, last_bucket)
SELECT r.rollup, d.asset_id, d."timestamp", d."timestamp", d."timestamp" FROM vesu_portfolio.market_data AS d, (VALUES ('ohlcv_hourly'), ('ohlcv_daily')) AS r (rollup) WHERE d."timestamp" = '2025-04-10Z';
INSERT INTO vesu_portfolio.portfolio_snapshots ("timestamp", portfolio_id, total_value, asset_allocation)
SELECT timestamptz '2025-03-31Z' + h * interval '1 day', pg_temp.id(2, n)::text, 1000 + n * h % 13, '{}' FROM generate_series(0, 9) AS h, generate_series(1, 2000) AS n;
INSERT INTO vesu_portfolio.transactions (id, portfolio_id, transaction_hash, chain_id, block_number, transaction_type, to_amount, to_asset_id, status, "timestamp")
SELECT pg_temp.id(6, n), pg_temp.id(2, n), '0x' || n, 1, n, 'deposit', 1, pg_temp.id(4, 1 + n % 50), 'confirmed', timestamptz '2025-04-01Z' + n * interval '1 minute' FROM generate_series(1, 5000) AS n;
SET LOCAL session_replication_role = origin;

-- New values of all positions fit on the pages of the old ones, so no index changes.
SAVEPOINT before_allocations;
UPDATE vesu_portfolio.portfolios SET is_active = true WHERE id <= pg_temp.id(2, 2000);
SELECT vesu_portfolio.refresh_all_allocations() AS changed, pg_stat_get_xact_tuples_hot_updated('vesu_portfolio.portfolio_positions'::regclass) AS without_indexes;
ROLLBACK TO before_allocations;

SELECT * FROM pg_temp.reads();
ANALYZE vesu_portfolio.users, vesu_portfolio.portfolios, vesu_portfolio.user_sessions, vesu_portfolio.user_api_keys, vesu_portfolio.risk_alerts,
        vesu_portfolio.risk_alert_states, vesu_portfolio.agent_tasks, vesu_portfolio.agent_task_leases, vesu_portfolio.assets,
        vesu_portfolio.portfolio_positions, vesu_portfolio.market_data, vesu_portfolio.latest_prices, vesu_portfolio.ohlcv_hourly,
        vesu_portfolio.ohlcv_daily, vesu_portfolio.rollup_marks, vesu_portfolio.portfolio_snapshots, vesu_portfolio.transactions;
DISCARD PLANS;
SELECT * FROM pg_temp.reads();
DELETE FROM pg_statistic AS s USING pg_class AS c WHERE c.oid = s.starelid AND c.relnamespace = 'vesu_portfolio'::regnamespace;
UPDATE pg_class SET reltuples = 0, relpages = CASE relkind WHEN 'p' THEN 0 ELSE pg_relation_size(oid) / 8192 END
 WHERE relnamespace IN ('vesu_portfolio'::regnamespace, 'vesu'::regnamespace) AND relkind IN ('r', 'i', 'p');
DISCARD PLANS;
SELECT * FROM pg_temp.reads();
ROLLBACK;
