-- Risk alerts: raised, counted, acknowledged, resolved.
BEGIN;
\getenv directory PG_ABS_SRCDIR
\set support :directory '/sql/support/portfolio.sql'
\set ECHO none
\i :support
-- Which of the alerts it is, in the order in which they were raised here.
CREATE TEMPORARY TABLE seen (id uuid PRIMARY KEY, n bigint);
CREATE FUNCTION pg_temp.nth(alert uuid) RETURNS bigint
    LANGUAGE sql AS $$
    INSERT INTO pg_temp.seen (id, n) SELECT alert, (SELECT count(*) + 1 FROM pg_temp.seen) ON CONFLICT DO NOTHING;
    SELECT s.n FROM pg_temp.seen AS s WHERE s.id = alert
$$;
CREATE FUNCTION pg_temp.raised(
    severity vesu_portfolio.severity_enum DEFAULT 'medium', key text DEFAULT NULL, portfolio int DEFAULT 1, type vesu_portfolio.risk_alert_type_enum DEFAULT 'protocol_risk',
    dedup_window interval DEFAULT '1 hour') RETURNS bigint
    LANGUAGE sql AS $$
    SELECT pg_temp.nth(vesu_portfolio.raise_risk_alert(pg_temp.uid(portfolio), type, severity, 'message of ' || severity, jsonb_build_object('was', severity), key, dedup_window))
$$;
CREATE FUNCTION pg_temp.alerts() RETURNS SETOF text
    LANGUAGE sql AS $$
    SELECT concat_ws(' ', pg_temp.nth(a.id), a.severity, a.message, a.details, 'created ' || a.created_at::time, CASE WHEN a.is_acknowledged THEN 'seen ' || a.acknowledged_at::time END,
                     'by ' || pg_temp.number(a.acknowledged_by), 'resolved ' || a.resolved_at::time, 'key ' || s.dedup_key, 'x' || s.occurrences, 'escalated ' || s.escalations,
                     'next ' || s.next_escalation_at::time)
      FROM vesu_portfolio.risk_alerts AS a LEFT JOIN vesu_portfolio.risk_alert_states AS s ON s.alert_id = a.id ORDER BY pg_temp.nth(a.id)
$$;
\set ECHO all
\pset format unaligned
\pset tuples_only
-- Raised; the same again is counted: one portfolio, type and key; no key is a key.
SELECT pg_temp.raised(), pg_temp.raised(), pg_temp.raised(key => 'a'), pg_temp.raised(key => 'b'), pg_temp.raised(key => 'a'), pg_temp.raised(key => ''),
       pg_temp.raised(portfolio => 2), pg_temp.raised(type => 'high_correlation'), pg_temp.raised();
SELECT pg_temp.alerts();
-- The window: to the microsecond, from when the alert was raised, not from when it was last counted.
SELECT pg_temp.is_now('12:59:59.999999'), pg_temp.raised();
SELECT pg_temp.is_now('13:00:00'), pg_temp.raised(), pg_temp.raised();
SELECT pg_temp.raised(dedup_window => '2 hours'), pg_temp.raised(dedup_window => '0');
-- Of several in the window the last.
SELECT pg_temp.is_now('13:00:00.000001'), pg_temp.raised(dedup_window => '0'), pg_temp.raised(), pg_temp.raised(dedup_window => '1 microsecond');
DELETE FROM vesu_portfolio.risk_alerts;
TRUNCATE seen;

-- The greater severity stays, with its message; it begins its own schedule.
SELECT pg_temp.is_now('12:00:00'), pg_temp.raised('medium');
SELECT pg_temp.is_now('12:01:00'), (SELECT count(*) FROM vesu_portfolio.escalate_risk_alerts());
SELECT pg_temp.raised('low');
SELECT pg_temp.alerts();
SELECT pg_temp.is_now('12:02:00'), pg_temp.raised('high');
SELECT pg_temp.alerts();
SELECT pg_temp.raised('high');
SELECT pg_temp.alerts();
SELECT pg_temp.is_now('12:02:10'), pg_temp.raised('critical');
SELECT pg_temp.alerts();
-- Acknowledged: by the first, once. It is still counted and gets graver, but is escalated no more.
DELETE FROM vesu_portfolio.risk_alerts;
TRUNCATE seen;
SELECT pg_temp.is_now('12:00:00'), pg_temp.raised('medium');
SELECT id AS alert FROM seen \gset
SELECT pg_temp.is_now('12:00:10');
SELECT is_acknowledged, acknowledged_at::time, pg_temp.number(acknowledged_by) FROM vesu_portfolio.acknowledge_risk_alert(:'alert', pg_temp.uid(1));
SELECT pg_temp.is_now('12:00:20');
SELECT is_acknowledged, acknowledged_at::time, pg_temp.number(acknowledged_by) FROM vesu_portfolio.acknowledge_risk_alert(:'alert', pg_temp.uid(2));
SELECT pg_temp.raised('critical');
SELECT pg_temp.alerts();
SELECT count(*) FROM vesu_portfolio.escalate_risk_alerts();
-- Resolved: nothing more, and the same risk is another alert.
SELECT resolved_at::time, is_acknowledged FROM vesu_portfolio.resolve_risk_alert(:'alert');
SELECT pg_temp.refusal(format('resolve_risk_alert(%L)', :'alert')) IN (
    format(E'VS309: alert resolved: alert %s\nDETAIL: It was resolved at 2026-03-01 12:00:20+00.\nHINT: Raise another alert if the risk is there again.', :'alert')),
       pg_temp.refusal(format('acknowledge_risk_alert(%L, %L)', :'alert', pg_temp.uid(1))) LIKE 'VS309: %';
SELECT pg_temp.raised('low'), pg_temp.raised('low');
SELECT pg_temp.alerts();
-- Set back by hand, it goes on where it was, from now.
UPDATE vesu_portfolio.risk_alerts SET resolved_at = NULL, is_acknowledged = false, acknowledged_at = NULL, acknowledged_by = NULL WHERE id = :'alert';
SELECT pg_temp.is_now('12:30:00'), (SELECT count(*) FROM vesu_portfolio.escalate_risk_alerts());
SELECT resolved_at IS NOT NULL FROM vesu_portfolio.resolve_risk_alert(:'alert');
SELECT pg_temp.alerts();

-- Inserted directly, many at once and with any state: each has its state, and is counted like others.
DELETE FROM vesu_portfolio.risk_alerts;
TRUNCATE seen;
SELECT pg_temp.is_now('12:00:00');
INSERT INTO vesu_portfolio.risk_alerts (id, portfolio_id, alert_type, severity, message, is_acknowledged, resolved_at, created_at)
SELECT pg_temp.uid(n), pg_temp.uid(1), 'protocol_risk', severity::vesu_portfolio.severity_enum, 'm', seen, resolved::timestamptz, created::timestamptz
  FROM (VALUES (1, 'low', false, NULL, '2026-03-01 11:30+00'), (2, 'medium', false, NULL, '2026-03-01 11:59:30+00'), (3, 'high', true, NULL, '2026-03-01 11:30+00'),
               (4, 'critical', false, '2026-03-01 12:00+00', '2026-03-01 11:59:59+00'), (5, 'high', NULL, NULL, NULL)) AS v (n, severity, seen, resolved, created);
SELECT count(pg_temp.nth(pg_temp.uid(n))) FROM generate_series(1, 5) AS n;
SELECT pg_temp.alerts();
SELECT pg_temp.raised('high');
-- Graver or milder by hand: its own schedule.
UPDATE vesu_portfolio.risk_alerts SET severity = 'medium' WHERE id = pg_temp.uid(2);
UPDATE vesu_portfolio.risk_alerts SET message = 'other' WHERE id = pg_temp.uid(1);
SELECT pg_temp.alerts();
-- Nothing to insert is nothing to tell.
INSERT INTO vesu_portfolio.risk_alerts (portfolio_id, alert_type, severity, message) SELECT pg_temp.uid(1), 'protocol_risk', 'low', 'm' WHERE false;

-- Errors.
DELETE FROM vesu_portfolio.risk_alerts;
SELECT call, pg_temp.refusal(call)
  FROM unnest(ARRAY[
    $$raise_risk_alert('00000000-0000-0000-0000-000000000003', 'protocol_risk', 'low', 'm')$$, $$raise_risk_alert('00000000-0000-0000-0000-000000000001', 'protocol_risk', 'low', '')$$,
    $$raise_risk_alert('00000000-0000-0000-0000-000000000001', 'protocol_risk', 'low', 'm', dedup_window => '-1 second')$$,
    $$acknowledge_risk_alert('00000000-0000-0000-0000-000000000003', '00000000-0000-0000-0000-000000000001')$$, $$resolve_risk_alert('00000000-0000-0000-0000-000000000003')$$]) AS call;
SELECT call, pg_temp.message(call)
  FROM unnest(ARRAY[
    $$raise_risk_alert('00000000-0000-0000-0000-000000000001', 'protocol', 'low', 'm')$$, $$raise_risk_alert('00000000-0000-0000-0000-000000000001', 'protocol_risk', 'Low', 'm')$$,
    $$raise_risk_alert(NULL, 'protocol_risk', 'low', 'm')$$, $$raise_risk_alert('00000000-0000-0000-0000-000000000001', NULL, 'low', 'm')$$,
    $$raise_risk_alert('00000000-0000-0000-0000-000000000001', 'protocol_risk', NULL, 'm')$$, $$raise_risk_alert('00000000-0000-0000-0000-000000000001', 'protocol_risk', 'low', NULL)$$,
    $$raise_risk_alert('00000000-0000-0000-0000-000000000001', 'protocol_risk', 'low', 'm', NULL)$$,
    $$raise_risk_alert('00000000-0000-0000-0000-000000000001', 'protocol_risk', 'low', 'm', dedup_window => NULL)$$,
    $$raise_risk_alert('00000000-0000-0000-0000-000000000001', 'protocol_risk', 'low', 'm', dedup_window => '1001 years')$$,
    $$raise_risk_alert('00000000-0000-0000-0000-000000000001', 'weather', 'low', 'm')$$, $$acknowledge_risk_alert(NULL, '00000000-0000-0000-0000-000000000001')$$,
    $$acknowledge_risk_alert('00000000-0000-0000-0000-000000000003', NULL)$$, $$resolve_risk_alert(NULL)$$]) AS call;
SELECT pg_temp.raised() > 0;
SELECT pg_temp.refusal(format('acknowledge_risk_alert(%L, %L)', a.id, pg_temp.uid(3))) FROM vesu_portfolio.risk_alerts AS a;

-- Cost: the same pages with 20,000 other alerts as without.
DELETE FROM vesu_portfolio.risk_alerts;
SELECT pg_temp.raised() > 0, pg_temp.raised() > 0;
SELECT pg_temp.pages('SELECT pg_temp.raised()') AS few \gset
INSERT INTO vesu_portfolio.risk_alerts (portfolio_id, alert_type, severity, message, created_at, resolved_at)
SELECT pg_temp.uid(1 + n % 2), 'protocol_risk', 'low', 'm', vesu.now() - interval '2 hours', CASE WHEN n % 3 > 0 THEN vesu.now() END FROM generate_series(1, 20000) AS n;
SELECT pg_temp.pages('SELECT pg_temp.raised()') < :few + 50;
ANALYZE vesu_portfolio.risk_alerts, vesu_portfolio.risk_alert_states;
SELECT pg_temp.raised() > 0;
SELECT pg_temp.pages('SELECT pg_temp.raised()') < :few + 50;
ROLLBACK;
