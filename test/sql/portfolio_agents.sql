-- Heartbeats and health of agents.
BEGIN;
\getenv directory PG_ABS_SRCDIR
\set support :directory '/sql/support/portfolio.sql'
\set ECHO none
\i :support
\set ECHO all
\pset format unaligned
\pset tuples_only
-- A heartbeat alone.
SELECT id, health_status, last_health_check, performance_metrics, updated_at FROM vesu_portfolio.heartbeat('sage');
-- With metrics: every number is a row; three names have a column too; what is no number is kept with the agent only.
SELECT pg_temp.is_now('12:00:01.2345');
SELECT health_status, last_health_check, performance_metrics
  FROM vesu_portfolio.heartbeat('sage', '{"response_time_ms": 12.5, "success_rate": 0.99995, "error_count": 3, "queue": -7.0000000000000000005, "model": "x", "up": true, "none": null, "list": [1]}');
SELECT "timestamp", agent_id, metric_name, metric_value, response_time_ms, success_rate, error_count, metadata
  FROM vesu_portfolio.satellite_performance ORDER BY metric_name COLLATE "C";
-- {} leaves the last metrics; an agent that is out of use beats too.
UPDATE vesu_portfolio.satellite_agents SET is_active = false WHERE id = 'sage';
SELECT pg_temp.is_now('12:00:02');
SELECT last_health_check::time, performance_metrics ->> 'model', is_active FROM vesu_portfolio.heartbeat('sage', '{}');
-- A heartbeat that comes late does not turn the time back.
SELECT pg_temp.is_now('12:00:01');
SELECT last_health_check::time FROM vesu_portfolio.heartbeat('sage');
SELECT count(*) FROM vesu_portfolio.satellite_performance;

-- What fits at the last unit, and what does not.
SELECT metric, pg_temp.message(format('heartbeat(''forge'', %L)', metric))
  FROM unnest(ARRAY[
    '{"x": 99999999999999999999.9999999999999999994}', '{"x": 99999999999999999999.9999999999999999995}', '{"x": -99999999999999999999.9999999999999999994}', '{"x": -1e20}',
    '{"response_time_ms": 4294967295.4}', '{"response_time_ms": 4294967295.5}', '{"response_time_ms": -0.4}', '{"response_time_ms": -0.5}',
    '{"error_count": 4294967295}', '{"error_count": 4294967296}', '{"error_count": -1}',
    '{"success_rate": 99999999999999.99994}', '{"success_rate": 99999999999999.99995}', '{"success_rate": -1e14}']) AS metric;
SELECT call, pg_temp.refusal(call)
  FROM unnest(ARRAY[
    $$heartbeat('forge', '{"fine": 1, "x": 1e20}')$$, $$heartbeat('forge', '{"error_count": -1}')$$, $$heartbeat('forge', '{"success_rate": 1e14}')$$, $$heartbeat('forge', '[1]')$$, $$heartbeat('nobody')$$,
    $$agents_health('0')$$, $$agents_health('10 minutes', '9 minutes')$$]) AS call;
SELECT call, pg_temp.message(call)
  FROM unnest(ARRAY[
    $$heartbeat(NULL)$$, $$heartbeat('')$$, $$heartbeat('forge', NULL)$$, $$heartbeat('forge', '1')$$, $$heartbeat('forge', 'null')$$,
    $$agents_health(NULL)$$, $$agents_health('1 minute', NULL)$$, $$agents_health('-1 minute')$$, $$agents_health('1 minute', '0')$$]) AS call;

-- Health: by the time since the last heartbeat, to the microsecond; only what changes is written.
UPDATE vesu_portfolio.satellite_agents AS a SET last_health_check = v.heard::timestamptz, health_status = v.stored::vesu_portfolio.health_status_enum
  FROM (VALUES ('aegis', '2026-03-01 11:58:00.000001+00', 'unknown'), ('bridge', '2026-03-01 11:58:00+00', 'healthy'), ('echo', '2026-03-01 11:50:00.000001+00', 'healthy'),
               ('forge', '2026-03-01 11:50:00+00', 'healthy'), ('fuel', NULL, 'healthy'), ('oracle', NULL, NULL), ('pulse', '2026-03-01 12:00:00+00', 'healthy'),
               ('sage', '2000-01-01 00:00+00', 'unhealthy')) AS v (id, heard, stored)
 WHERE a.id = v.id;
SELECT pg_temp.is_now('12:00:00');
CREATE TEMPORARY TABLE before AS SELECT id, ctid AS place FROM vesu_portfolio.satellite_agents;
SELECT * FROM vesu_portfolio.agents_health();
SELECT string_agg(id, ' ' ORDER BY id COLLATE "C") AS written FROM vesu_portfolio.satellite_agents AS a JOIN before AS b USING (id) WHERE a.ctid <> b.place;
SELECT string_agg(id || ' ' || health_status, ', ' ORDER BY id COLLATE "C") FROM vesu_portfolio.satellite_agents;
SELECT string_agg(agent_id || ' ' || health_status, ', ') FROM vesu_portfolio.agents_health('1 second', '1 second');
SELECT string_agg(agent_id || ' ' || health_status, ', ') FROM vesu_portfolio.agents_health('1 day', '1000 years');
-- Heard of again.
SELECT health_status FROM vesu_portfolio.heartbeat('fuel');
SELECT health_status FROM vesu_portfolio.agents_health() WHERE agent_id = 'fuel';
ROLLBACK;
