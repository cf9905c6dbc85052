-- Escalation of risk alerts that nobody has acknowledged

CREATE OR REPLACE FUNCTION vesu_portfolio.escalate_risk_alerts()
    RETURNS TABLE (alert_id uuid, portfolio_id uuid, alert_type vesu_portfolio.risk_alert_type_enum, severity vesu_portfolio.severity_enum,
                   escalations int, next_escalation_at timestamptz)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
    SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
AS $$
DECLARE
    moment constant timestamptz := vesu.wall_clock();
    due constant uuid[] := ARRAY(
        SELECT s.alert_id FROM vesu_portfolio.risk_alert_states AS s WHERE s.next_escalation_at <= moment FOR NO KEY UPDATE SKIP LOCKED);
BEGIN
    -- In a second statement: while the states are locked, no severity changes, but one may have between the snapshot and the lock.
    -- Without a join, so that only the ids can lead to rows.
    UPDATE vesu_portfolio.risk_alert_states AS s
       SET escalations = s.escalations + 1,
           -- From when it was due, so that a schedule does not drift with the hours of the job; after a pause from now, so that it does
           -- not burst.
           next_escalation_at = (
               SELECT CASE WHEN s.next_escalation_at + following.delay > moment THEN s.next_escalation_at ELSE moment END + following.delay
                 FROM (SELECT vesu_portfolio.escalation_delay(a.severity, s.escalations + 1)
                         FROM vesu_portfolio.risk_alerts AS a WHERE a.id = s.alert_id) AS following (delay))
     WHERE s.alert_id = ANY ((SELECT due)::uuid[]);
    PERFORM vesu_portfolio.notify_risk_alerts('escalated', due);
    RETURN QUERY
    SELECT a.id, a.portfolio_id, a.alert_type, a.severity, s.escalations, s.next_escalation_at
      FROM vesu_portfolio.risk_alerts AS a
     CROSS JOIN LATERAL (
            SELECT l.escalations, l.next_escalation_at FROM vesu_portfolio.risk_alert_states AS l WHERE l.alert_id = a.id OFFSET 0) AS s
     WHERE a.id = ANY ((SELECT due)::uuid[])
     ORDER BY a.severity DESC, a.created_at, a.id;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.escalate_risk_alerts() IS
    'Escalates the alerts that are open, unacknowledged and due by escalation_delay(): counts it, notifies vesu_risk_alert and '
    'returns them, the gravest first, each with how often it was escalated and when it is next (NULL: that was the last time). An '
    'alert is escalated once a call at most; what was due during a pause follows at the distances of the schedule, counted from '
    'this call. Never waits; of two calls at once each alert is in one. Reads and writes the alerts that are due, no others.';
