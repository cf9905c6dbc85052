-- The tables of the portfolio module: columns, kinds, indexes, what is refused, what follows a deletion, triggers, the agents.
BEGIN;
\getenv directory PG_ABS_SRCDIR
\set support :directory '/sql/support/portfolio.sql'
\set ECHO none
\i :support
\set ECHO all
\pset format unaligned
\pset tuples_only
-- Kinds.
SELECT t.typname, string_agg(e.enumlabel, ', ' ORDER BY e.enumsortorder)
  FROM pg_type AS t JOIN pg_enum AS e ON e.enumtypid = t.oid
 WHERE t.typnamespace = 'vesu_portfolio'::regnamespace GROUP BY t.typname ORDER BY t.typname COLLATE "C";
-- Columns: ! is NOT NULL, = a default.
SELECT c.relname, string_agg(format('%s %s%s%s', a.attname, format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN ' !' END,
                                    ' = ' || pg_get_expr(d.adbin, d.adrelid)), E'\n    ' ORDER BY a.attnum)
  FROM unnest('{users,user_api_keys,user_sessions,portfolios,assets,portfolio_positions,trading_strategies,transactions,risk_assessments,
                risk_alerts,satellite_agents,agent_tasks,agent_task_leases,risk_alert_states}'::text[]) WITH ORDINALITY AS given (name, place)
  JOIN pg_class AS c ON c.relnamespace = 'vesu_portfolio'::regnamespace AND c.relname = given.name
  JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_attrdef AS d ON d.adrelid = c.oid AND d.adnum = a.attnum
 GROUP BY c.relname, given.place ORDER BY given.place;
-- Indexes and references.
SELECT regexp_replace(pg_get_indexdef(i.indexrelid), '^CREATE (UNIQUE )?INDEX (\S+) ON (ONLY )?vesu_portfolio.(\S+) USING ', '\4 \2: \1') AS index
  FROM pg_index AS i JOIN pg_class AS t ON t.oid = i.indrelid
 WHERE t.relnamespace = 'vesu_portfolio'::regnamespace
   AND t.relname IN ('users', 'user_api_keys', 'user_sessions', 'portfolios', 'assets', 'portfolio_positions', 'trading_strategies', 'transactions',
                     'risk_assessments', 'risk_alerts', 'satellite_agents', 'agent_tasks', 'agent_task_leases', 'risk_alert_states', 'risk_alert_turns')
 ORDER BY t.relname COLLATE "C", i.indexrelid::regclass::text COLLATE "C";
SELECT format('%s: %s', c.conrelid::regclass, pg_get_constraintdef(c.oid))
  FROM pg_constraint AS c JOIN pg_class AS t ON t.oid = c.conrelid AND NOT t.relispartition
 WHERE c.connamespace = 'vesu_portfolio'::regnamespace AND c.contype = 'f'
   AND t.relname IN ('user_api_keys', 'user_sessions', 'portfolios', 'portfolio_positions', 'trading_strategies', 'transactions', 'risk_assessments', 'risk_alerts',
                     'agent_tasks', 'agent_task_leases', 'risk_alert_states', 'risk_alert_turns')
 ORDER BY c.conrelid::regclass::text COLLATE "C", c.conname COLLATE "C";
-- Every reference is served by an index.
SELECT c.conrelid::regclass AS table_without_index, c.conname
  FROM pg_constraint AS c JOIN pg_class AS t ON t.oid = c.conrelid AND NOT t.relispartition
 WHERE c.connamespace = 'vesu_portfolio'::regnamespace AND c.contype = 'f'
   AND NOT EXISTS (SELECT FROM pg_index AS i WHERE i.indrelid = c.conrelid AND i.indkey[0] = c.conkey[1] AND i.indpred IS NULL);

-- What is refused. Each row is a change to a sound one.
CREATE FUNCTION pg_temp.outcome(table_name text, changes jsonb) RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
    sound constant jsonb := jsonb '{
        "users": {"email": "e", "username": "u", "password_hash": "p"},
        "user_api_keys": {"user_id": 1, "key_hash": "h", "name": "n"},
        "user_sessions": {"user_id": 1, "session_token": "t", "expires_at": "2026-03-02"},
        "portfolios": {"user_id": 1, "name": "n"},
        "assets": {"symbol": "ETH", "name": "Ether", "asset_type": "crypto", "chain_id": 1},
        "portfolio_positions": {"portfolio_id": 1, "asset_id": 1, "quantity": 1, "average_cost": 1, "current_value": 1, "allocation_percentage": 1,
                                "position_type": "spot"},
        "trading_strategies": {"portfolio_id": 1, "satellite_id": "pulse", "strategy_type": "staking", "name": "n"},
        "transactions": {"portfolio_id": 1, "transaction_hash": "0x1", "chain_id": 1, "block_number": 1, "transaction_type": "swap",
                         "timestamp": "2026-03-01"},
        "risk_assessments": {"portfolio_id": 1, "assessment_type": "market", "risk_score": 0.5, "confidence_level": 1, "satellite_source": "aegis"},
        "risk_alerts": {"portfolio_id": 1, "alert_type": "protocol_risk", "severity": "low", "message": "m"},
        "satellite_agents": {"id": "i", "name": "n", "agent_type": "logic", "implementation_type": "custom", "version": "1"},
        "agent_tasks": {"agent_id": "sage", "task_type": "t"},
        "agent_task_leases": {"task_id": 1, "lease_until": "2026-03-02", "attempts": 1}}';
    name text;
    missing text;
BEGIN
    EXECUTE (SELECT format('INSERT INTO vesu_portfolio.%I (%s) VALUES (%s)', table_name, string_agg(quote_ident(v.key), ', '),
                           string_agg(quote_nullable(CASE WHEN v.key LIKE '%\_id' AND v.value ~ '^\d+$' AND v.key <> 'chain_id' THEN lpad(v.value, 32, '0') ELSE v.value END), ', '))
               FROM jsonb_each_text(sound -> table_name || changes) AS v);
    RAISE SQLSTATE 'TEST0';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS name = CONSTRAINT_NAME, missing = COLUMN_NAME;
    RETURN CASE WHEN SQLSTATE = 'TEST0' THEN 'accepted' ELSE concat_ws(' ', SQLSTATE, coalesce(nullif(name, ''), nullif(missing, ''), SQLERRM)) END;
END
$$;
INSERT INTO vesu_portfolio.assets (id, symbol, name, asset_type, chain_id) VALUES
    (pg_temp.uid(1), 'USDC', 'USD Coin', 'crypto', 23448594291968334), (pg_temp.uid(2), 'USD', 'Dollar', 'rwa_token', NULL);
INSERT INTO vesu_portfolio.agent_tasks (id, agent_id, task_type) VALUES (pg_temp.uid(1), 'sage', 't');
INSERT INTO vesu_portfolio.user_sessions (user_id, session_token, expires_at) VALUES (pg_temp.uid(1), 'taken', '2026-03-02');
INSERT INTO vesu_portfolio.user_api_keys (user_id, key_hash, name) VALUES (pg_temp.uid(1), 'taken', 'n');
SELECT v.entry ->> 0, v.entry -> 1, pg_temp.outcome(v.entry ->> 0, v.entry -> 1)
  FROM jsonb_array_elements('[
    ["users", {}], ["users", {"email": null}], ["users", {"username": null}], ["users", {"password_hash": null}], ["users", {"email": "one@example.org"}],
    ["users", {"username": "one"}], ["users", {"user_type": "bank"}], ["users", {"user_type": null}], ["users", {"kyc_status": null}],
    ["users", {"settings": null, "is_active": null, "created_at": null, "updated_at": null}],
    ["user_api_keys", {}], ["user_api_keys", {"key_hash": "taken"}], ["user_api_keys", {"permissions": null}], ["user_api_keys", {"user_id": 3}],
    ["user_sessions", {}], ["user_sessions", {"session_token": "taken"}], ["user_sessions", {"expires_at": null}], ["user_sessions", {"user_id": 3}],
    ["portfolios", {}], ["portfolios", {"max_drawdown": 0, "target_return": 0}], ["portfolios", {"max_drawdown": 1, "target_return": 9.9999}],
    ["portfolios", {"max_drawdown": 1.0001}], ["portfolios", {"max_drawdown": -0.0001}], ["portfolios", {"max_drawdown": "NaN"}],
    ["portfolios", {"target_return": -0.0001}], ["portfolios", {"target_return": "NaN"}], ["portfolios", {"target_allocation": null}],
    ["portfolios", {"rebalancing_strategy": null, "max_drawdown": null, "target_return": null}], ["portfolios", {"risk_profile": null}],
    ["portfolios", {"user_id": 3}],
    ["assets", {}], ["assets", {"symbol": "USDC", "chain_id": 23448594291968334}], ["assets", {"symbol": "USDC", "chain_id": null}],
    ["assets", {"symbol": "USD", "chain_id": null}], ["assets", {"decimals": -1}], ["assets", {"decimals": 0}], ["assets", {"decimals": 255}],
    ["assets", {"decimals": 256}], ["assets", {"asset_type": "share"}],
    ["portfolio_positions", {}], ["portfolio_positions", {"quantity": 0, "average_cost": 0, "current_value": 0, "allocation_percentage": 0}],
    ["portfolio_positions", {"quantity": -1e-18}], ["portfolio_positions", {"quantity": "NaN"}], ["portfolio_positions", {"quantity": 999999999999999999.999999999999999999}],
    ["portfolio_positions", {"average_cost": -1e-18}], ["portfolio_positions", {"average_cost": "NaN"}], ["portfolio_positions", {"current_value": -1e-18}],
    ["portfolio_positions", {"current_value": "NaN"}], ["portfolio_positions", {"allocation_percentage": 0.25}], ["portfolio_positions", {"allocation_percentage": 1.0001}],
    ["portfolio_positions", {"allocation_percentage": -0.0001}], ["portfolio_positions", {"allocation_percentage": "NaN"}], ["portfolio_positions", {"asset_id": 3}],
    ["portfolio_positions", {"position_type": null}],
    ["trading_strategies", {}], ["trading_strategies", {"parameters": null}], ["trading_strategies", {"strategy_type": "gambling"}],
    ["transactions", {}], ["transactions", {"from_amount": -1e-18}], ["transactions", {"to_amount": "NaN"}], ["transactions", {"gas_used": -1}],
    ["transactions", {"gas_price": -1}], ["transactions", {"gas_price": 0}], ["transactions", {"strategy_id": 3}], ["transactions", {"from_asset_id": 3}],
    ["transactions", {"to_asset_id": 3}], ["transactions", {"timestamp": null}], ["transactions", {"status": null}],
    ["risk_assessments", {}], ["risk_assessments", {"risk_score": 1.0001}], ["risk_assessments", {"risk_score": -0.0001}], ["risk_assessments", {"risk_score": "NaN"}],
    ["risk_assessments", {"confidence_level": 1.0001}], ["risk_assessments", {"confidence_level": -0.0001}], ["risk_assessments", {"confidence_level": "NaN"}],
    ["risk_assessments", {"factors": null}], ["risk_assessments", {"created_at": null}], ["risk_assessments", {"satellite_source": null}],
    ["risk_alerts", {}], ["risk_alerts", {"message": null}], ["risk_alerts", {"severity": "fatal"}], ["risk_alerts", {"acknowledged_by": "00000000-0000-0000-0000-000000000003"}],
    ["satellite_agents", {}], ["satellite_agents", {"id": "sage"}], ["satellite_agents", {"agent_type": "spy"}], ["satellite_agents", {"health_status": null}],
    ["agent_tasks", {}], ["agent_tasks", {"priority": 0}], ["agent_tasks", {"priority": 1}], ["agent_tasks", {"priority": 10}], ["agent_tasks", {"priority": 11}],
    ["agent_tasks", {"agent_id": "nobody"}], ["agent_tasks", {"status": "lost"}],
    ["agent_task_leases", {}], ["agent_task_leases", {"attempts": 0}], ["agent_task_leases", {"task_id": 2}]]') WITH ORDINALITY AS v (entry, place)
 ORDER BY v.place;

-- Deletions: a user takes everything of the user's along; what others refer to stays.
INSERT INTO vesu_portfolio.portfolio_positions (portfolio_id, asset_id, quantity, average_cost, current_value, allocation_percentage, position_type)
VALUES (pg_temp.uid(1), pg_temp.uid(1), 1, 1, 1, 1, 'spot');
INSERT INTO vesu_portfolio.trading_strategies (id, portfolio_id, satellite_id, strategy_type, name) VALUES (pg_temp.uid(1), pg_temp.uid(1), 'pulse', 'staking', 'n');
INSERT INTO vesu_portfolio.transactions (portfolio_id, strategy_id, transaction_hash, chain_id, block_number, transaction_type, "timestamp")
VALUES (pg_temp.uid(1), pg_temp.uid(1), '0x1', 1, 1, 'swap', '2026-03-01');
INSERT INTO vesu_portfolio.risk_assessments (portfolio_id, assessment_type, risk_score, confidence_level, satellite_source) VALUES (pg_temp.uid(1), 'market', 0, 0, 'aegis');
SELECT vesu_portfolio.raise_risk_alert(pg_temp.uid(1), 'protocol_risk', 'low', 'm') IS NOT NULL;
SAVEPOINT before;
DELETE FROM vesu_portfolio.assets WHERE id = pg_temp.uid(1);
ROLLBACK TO before;
DELETE FROM vesu_portfolio.satellite_agents WHERE id = 'sage';
ROLLBACK TO before;
DELETE FROM vesu_portfolio.trading_strategies;
ROLLBACK TO before;
UPDATE vesu_portfolio.risk_alerts SET acknowledged_by = pg_temp.uid(2);
DELETE FROM vesu_portfolio.users WHERE id = pg_temp.uid(2);
ROLLBACK TO before;
DELETE FROM vesu_portfolio.users WHERE id = pg_temp.uid(1);
SELECT (SELECT count(*) FROM vesu_portfolio.user_sessions), (SELECT count(*) FROM vesu_portfolio.user_api_keys), (SELECT count(*) FROM vesu_portfolio.portfolios),
       (SELECT count(*) FROM vesu_portfolio.portfolio_positions), (SELECT count(*) FROM vesu_portfolio.trading_strategies), (SELECT count(*) FROM vesu_portfolio.transactions),
       (SELECT count(*) FROM vesu_portfolio.risk_assessments), (SELECT count(*) FROM vesu_portfolio.risk_alerts), (SELECT count(*) FROM vesu_portfolio.risk_alert_states),
       (SELECT count(*) FROM vesu_portfolio.risk_alert_turns), (SELECT count(*) FROM vesu_portfolio.users);
ROLLBACK TO before;

-- updated_at and last_updated, whatever is written into them.
SET vesu.clock = '2026-03-01 13:00:00+00';
UPDATE vesu_portfolio.users SET first_name = 'x', updated_at = '2000-01-01';
UPDATE vesu_portfolio.portfolios SET name = name;
UPDATE vesu_portfolio.assets SET name = name;
UPDATE vesu_portfolio.trading_strategies SET name = name;
UPDATE vesu_portfolio.satellite_agents SET name = name;
UPDATE vesu_portfolio.portfolio_positions SET quantity = 2, last_updated = '2000-01-01';
SELECT name, array_agg(DISTINCT touched::time)
  FROM (SELECT 'users', updated_at FROM vesu_portfolio.users UNION ALL SELECT 'portfolios', updated_at FROM vesu_portfolio.portfolios
        UNION ALL SELECT 'assets', updated_at FROM vesu_portfolio.assets UNION ALL SELECT 'trading_strategies', updated_at FROM vesu_portfolio.trading_strategies
        UNION ALL SELECT 'satellite_agents', updated_at FROM vesu_portfolio.satellite_agents
        UNION ALL SELECT 'portfolio_positions', last_updated FROM vesu_portfolio.portfolio_positions) AS t (name, touched)
 GROUP BY name ORDER BY name COLLATE "C";

-- The agents of every installation. Installed again, a changed one stays as it is and a missing one comes back.
SELECT id, name, description, agent_type, implementation_type, version, configuration, performance_metrics, health_status, last_health_check, is_active
  FROM vesu_portfolio.satellite_agents ORDER BY id COLLATE "C";
UPDATE vesu_portfolio.satellite_agents SET name = 'Mine', version = '2.0.0', is_active = false WHERE id = 'echo';
DELETE FROM vesu_portfolio.satellite_agents WHERE id = 'fuel';
SET client_min_messages = error;
SELECT vesu.install('{portfolio}');
RESET client_min_messages;
SELECT id, name, version, is_active FROM vesu_portfolio.satellite_agents WHERE id IN ('echo', 'fuel') ORDER BY id COLLATE "C";
ROLLBACK;
