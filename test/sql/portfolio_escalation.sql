-- Escalation: the clock goes through the schedules, with and without pauses.
BEGIN;
\getenv directory PG_ABS_SRCDIR
\set support :directory '/sql/support/portfolio.sql'
\set ECHO none
\i :support
CREATE FUNCTION pg_temp.at(seconds numeric) RETURNS text
    LANGUAGE sql AS $$ SELECT set_config('vesu.clock', ('2026-03-01 12:00+00'::timestamptz + seconds::float8 * interval '1 second')::text, false) $$;
CREATE FUNCTION pg_temp.raise(n int, severity vesu_portfolio.severity_enum) RETURNS int
    LANGUAGE sql AS $$
    INSERT INTO vesu_portfolio.risk_alerts (id, portfolio_id, alert_type, severity, message) VALUES (pg_temp.uid(n), pg_temp.uid(1), 'protocol_risk', severity, 'm');
    SELECT n
$$;
-- Calls it at these seconds and tells who was escalated, how often, and when next.
CREATE FUNCTION pg_temp.run(VARIADIC seconds numeric[]) RETURNS SETOF text
    LANGUAGE plpgsql AS $$
DECLARE
    second numeric;
BEGIN
    FOREACH second IN ARRAY seconds LOOP
        PERFORM pg_temp.at(second);
        RETURN NEXT concat_ws(' ', second || ':', (
            SELECT string_agg(format('%s %s #%s next %s', pg_temp.number(e.alert_id), e.severity, e.escalations,
                                     coalesce(trim_scale(extract(epoch FROM e.next_escalation_at - '2026-03-01 12:00+00'))::text, 'never')), ', ' ORDER BY pg_temp.number(e.alert_id))
              FROM vesu_portfolio.escalate_risk_alerts() AS e));
    END LOOP;
END
$$;
\set ECHO all
\pset format unaligned
\pset tuples_only
-- The delays.
SELECT severity, string_agg(coalesce(extract(epoch FROM vesu_portfolio.escalation_delay(severity, n))::float8::text, '-'), ' ' ORDER BY n)
  FROM unnest(enum_range(NULL::vesu_portfolio.severity_enum)) AS severity, generate_series(0, 10) AS n GROUP BY severity ORDER BY severity;
-- Each schedule to the microsecond: 30, 150, 294 ... for high; low never.
SELECT pg_temp.raise(1, 'low'), pg_temp.raise(2, 'medium'), pg_temp.raise(3, 'high'), pg_temp.raise(4, 'critical');
SELECT pg_temp.run(0, 0, 29.999999, 30, 59.999999, 60, 119.999999, 120);
DELETE FROM vesu_portfolio.risk_alerts WHERE id = pg_temp.uid(4);
SELECT pg_temp.run(149.999999, 150, 293.999999, 294, 359.999999, 360, 466.799999, 466.8, 674.159999, 674.16, 809.999999, 810, 100000);
SELECT pg_temp.at(0), pg_temp.raise(4, 'critical');
SELECT pg_temp.run(VARIADIC ARRAY(SELECT 60 * n FROM generate_series(0, 11) AS n));
-- A job that runs a little late does not shift the schedule.
DELETE FROM vesu_portfolio.risk_alerts;
SELECT pg_temp.at(0), pg_temp.raise(3, 'high');
SELECT pg_temp.run(45, 165, 300, 480, 700);
-- After a pause nothing comes in a burst, and nothing is left out: once a call, then at the distances of the schedule.
DELETE FROM vesu_portfolio.risk_alerts;
SELECT pg_temp.at(0), pg_temp.raise(2, 'medium'), pg_temp.raise(3, 'high'), pg_temp.raise(4, 'critical');
SELECT pg_temp.run(10000, 10000, 10059.999999, 10060, 10120, 10300);
-- The gravest first.
DELETE FROM vesu_portfolio.risk_alerts;
SELECT pg_temp.at(0), pg_temp.raise(2, 'medium'), pg_temp.raise(4, 'critical'), pg_temp.raise(3, 'high');
SELECT pg_temp.at(60);
SELECT severity, alert_type, pg_temp.number(portfolio_id) FROM vesu_portfolio.escalate_risk_alerts();
-- Acknowledged or resolved between two calls: no more.
SELECT pg_temp.at(119.9), count(vesu_portfolio.acknowledge_risk_alert(pg_temp.uid(4), pg_temp.uid(1))), count(vesu_portfolio.resolve_risk_alert(pg_temp.uid(3)));
SELECT pg_temp.run(120, 200, 100000);
-- Graver between two calls: at once by the new schedule, counted anew.
DELETE FROM vesu_portfolio.risk_alerts;
SELECT pg_temp.at(0), pg_temp.raise(2, 'medium');
SELECT pg_temp.run(60, 360);
SELECT pg_temp.at(361), pg_temp.number(vesu_portfolio.raise_risk_alert(pg_temp.uid(1), 'protocol_risk', 'critical', 'm'));
SELECT pg_temp.run(361, 420.999999, 421);

-- Cost: by index; the same pages with 20,000 alerts that are not due as without.
DELETE FROM vesu_portfolio.risk_alerts;
SELECT pg_temp.at(0), pg_temp.raise(2, 'critical');
SELECT count(*) FROM vesu_portfolio.escalate_risk_alerts();
SELECT pg_temp.raise(3, 'critical');
SELECT pg_temp.pages('SELECT vesu_portfolio.escalate_risk_alerts()') AS few \gset
INSERT INTO vesu_portfolio.risk_alerts (portfolio_id, alert_type, severity, message, resolved_at)
SELECT pg_temp.uid(1), 'protocol_risk', (ARRAY['low', 'medium', 'critical'])[1 + n % 3]::vesu_portfolio.severity_enum, 'm', CASE WHEN n % 3 = 2 THEN vesu.now() END FROM generate_series(1, 20000) AS n;
SELECT pg_temp.raise(4, 'critical');
SELECT pg_temp.pages('SELECT vesu_portfolio.escalate_risk_alerts()') < :few + 50;
ANALYZE vesu_portfolio.risk_alerts, vesu_portfolio.risk_alert_states;
SELECT pg_temp.raise(5, 'critical');
SELECT count(*) FROM vesu_portfolio.escalate_risk_alerts();
SELECT pg_temp.raise(6, 'critical');
SELECT pg_temp.pages('SELECT vesu_portfolio.escalate_risk_alerts()') < :few + 50;
UPDATE pg_class SET reltuples = 0, relpages = 100000 WHERE oid IN ('vesu_portfolio.risk_alerts'::regclass, 'vesu_portfolio.risk_alert_states'::regclass);
SELECT pg_temp.raise(7, 'critical');
SELECT count(*) FROM vesu_portfolio.escalate_risk_alerts();
SELECT pg_temp.raise(8, 'critical');
SELECT pg_temp.pages('SELECT vesu_portfolio.escalate_risk_alerts()') < :few + 50;
ROLLBACK;
