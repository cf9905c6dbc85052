-- Agents: their heartbeats and what is made of them

CREATE OR REPLACE FUNCTION vesu_portfolio.check_metrics(metrics jsonb) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    wrong record;
BEGIN
    IF jsonb_typeof(metrics) IS DISTINCT FROM 'object' THEN
        PERFORM vesu_portfolio.refuse(301, format('metrics %s', coalesce(left(metrics::text, 60), 'NULL')), 'They are a JSON object.',
                                      'Give metrics by name, such as {"response_time_ms": 120}, or {}.');
    END IF;
    SELECT m.key AS name, m.value::numeric AS value,
           CASE WHEN m.key IN ('response_time_ms', 'error_count') THEN 'It is a count from 0 to 4294967295.'
                WHEN m.key = 'success_rate' THEN 'Rounded to 4 decimals it has at most 14 digits before the point.'
                ELSE 'Rounded to 18 decimals it has at most 20 digits before the point.' END AS rule
      INTO wrong
      FROM jsonb_each(metrics) AS m
     WHERE jsonb_typeof(m.value) = 'number'
       AND CASE WHEN m.key IN ('response_time_ms', 'error_count') THEN round(m.value::numeric) NOT BETWEEN 0 AND 4294967295
                WHEN m.key = 'success_rate' THEN abs(round(m.value::numeric, 4)) >= 1e14
                ELSE abs(round(m.value::numeric, 18)) >= 1e20 END
     LIMIT 1;
    IF FOUND THEN
        PERFORM vesu_portfolio.refuse(301, format('metric %s %s', left(wrong.name, 60), left(wrong.value::text, 60)), wrong.rule,
                                      'Give a number that fits vesu_portfolio.satellite_performance, or leave the metric out.');
    END IF;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.check_metrics(jsonb) IS
    'Private step of heartbeat: VS301 for metrics that are no object and for numbers that satellite_performance cannot hold.';

CREATE OR REPLACE FUNCTION vesu_portfolio.heartbeat(agent_id text, metrics jsonb DEFAULT '{}')
    RETURNS vesu_portfolio.satellite_agents
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    moment constant timestamptz := vesu.wall_clock();
    agent vesu_portfolio.satellite_agents;
BEGIN
    PERFORM vesu_portfolio.check_argument('agent_id', agent_id);
    PERFORM vesu_portfolio.check_metrics(metrics);
    UPDATE vesu_portfolio.satellite_agents AS a
       SET health_status = 'healthy', last_health_check = greatest(moment, a.last_health_check),
           performance_metrics = CASE WHEN metrics = '{}' THEN a.performance_metrics ELSE metrics END
     WHERE a.id = heartbeat.agent_id
    RETURNING a.* INTO agent;
    IF NOT FOUND THEN
        PERFORM vesu_portfolio.refuse_unknown('agent', agent_id);
    END IF;
    INSERT INTO vesu_portfolio.satellite_performance (
           "timestamp", agent_id, metric_name, metric_value, response_time_ms, success_rate, error_count)
    SELECT moment, heartbeat.agent_id, m.key, m.value::numeric,
           CASE m.key WHEN 'response_time_ms' THEN m.value::numeric END,
           CASE m.key WHEN 'success_rate' THEN m.value::numeric END,
           CASE m.key WHEN 'error_count' THEN m.value::numeric END
      FROM jsonb_each(metrics) AS m
     WHERE jsonb_typeof(m.value) = 'number';
    RETURN agent;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.heartbeat(text, jsonb) IS
    'Notes that an agent, in use or not, is alive: it is healthy, last heard of now, and metrics, unless {}, become its '
    'performance_metrics. Each metric whose value is a number becomes a row of satellite_performance, rounded half away from zero '
    'to 18 decimals; the row of a metric called response_time_ms, success_rate or error_count has the value in the column of that '
    'name too, rounded to 0, 4 and 0 decimals. Returns the agent. VS301 for NULL, for metrics that are no object, and for a number '
    'that does not fit; VS302 for an unknown agent.';

CREATE OR REPLACE FUNCTION vesu_portfolio.agents_health(
    degraded_after interval DEFAULT '2 minutes', unhealthy_after interval DEFAULT '10 minutes')
    RETURNS TABLE (agent_id text, health_status vesu_portfolio.health_status_enum, last_health_check timestamptz)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    moment constant timestamptz := vesu.wall_clock();
BEGIN
    PERFORM vesu_portfolio.check_length('degraded_after', degraded_after);
    PERFORM vesu_portfolio.check_length('unhealthy_after', unhealthy_after);
    IF unhealthy_after < degraded_after THEN
        PERFORM vesu_portfolio.refuse(301, format('unhealthy_after %s', unhealthy_after), format('degraded_after is %s.', degraded_after),
                                      'An agent is degraded before it is unhealthy: give intervals in this order.');
    END IF;
    RETURN QUERY
    WITH changed AS (
        -- Never waits: who holds an agent is hearing of it, or stores its state.
        SELECT a.id, found.state
          FROM vesu_portfolio.satellite_agents AS a
         CROSS JOIN LATERAL (
            SELECT CASE WHEN a.last_health_check IS NULL THEN 'unknown'
                        WHEN a.last_health_check <= moment - unhealthy_after THEN 'unhealthy'
                        WHEN a.last_health_check <= moment - degraded_after THEN 'degraded'
                        ELSE 'healthy' END::vesu_portfolio.health_status_enum AS state) AS found
         WHERE a.health_status IS DISTINCT FROM found.state
           FOR NO KEY UPDATE OF a SKIP LOCKED),
    stored AS (
        UPDATE vesu_portfolio.satellite_agents AS a SET health_status = c.state FROM changed AS c WHERE a.id = c.id
        RETURNING a.id, a.health_status)
    SELECT a.id::text, coalesce(s.health_status, a.health_status), a.last_health_check
      FROM vesu_portfolio.satellite_agents AS a
      LEFT JOIN stored AS s ON s.id = a.id
     ORDER BY a.id COLLATE "C";
END
$$;
COMMENT ON FUNCTION vesu_portfolio.agents_health(interval, interval) IS
    'Stores for every agent how lately it was heard of, and returns it: degraded from degraded_after on since its last heartbeat, '
    'unhealthy from unhealthy_after on, before that healthy; never heard of: unknown. Writes only what changes; never waits. VS301 '
    'for NULL, for lengths of 0 or less, and for unhealthy_after below degraded_after.';
