-- The golden cases of positions and signals: what each row of the file expects beside what the functions give.
BEGIN;
\getenv directory PG_ABS_SRCDIR
\set support :directory '/sql/support/assistant_positions.sql'
\set path :directory '/vectors/assistant_cases.csv'
CREATE TEMPORARY TABLE assistant_cases (case_id text PRIMARY KEY, "group" text, input jsonb, expected text, note text);
\set ECHO none
\i :support
\set copy '\\copy assistant_cases FROM ' :'path' ' WITH (FORMAT csv, HEADER)'
:copy
\set ECHO all
CREATE TEMPORARY TABLE asserted (case_id text PRIMARY KEY REFERENCES assistant_cases, actual text, expected text);

INSERT INTO asserted
SELECT c.case_id, vesu_assistant.is_at_risk((c.input ->> 'hf')::numeric, CASE c."group" WHEN 'is_at_risk' THEN 1.5 ELSE 1.1 END)::text, c.expected
  FROM assistant_cases AS c WHERE c."group" IN ('is_at_risk', 'is_near_liquidation');
INSERT INTO asserted
SELECT c.case_id, vesu_assistant.health_factor_of(pg_temp.worth('ETH', (c.input -> 'collateral')::numeric), pg_temp.worth('USDC', (c.input -> 'debt')::numeric),
                                                  (c.input -> 'lt')::numeric)::text, c.expected
  FROM assistant_cases AS c WHERE c."group" = 'health_factor';
CREATE TEMPORARY TABLE made AS
SELECT c.case_id, vesu_assistant.record_position(pg_temp.account(1), c.case_id, pg_temp.worth('ETH', (c.input -> 'collateral')::numeric),
                                                 pg_temp.worth('USDC', (c.input -> 'debt')::numeric),
                                                 metadata => jsonb_build_object('liquidationThreshold', c.input -> 'lt')) AS id
  FROM assistant_cases AS c WHERE c."group" LIKE 'simulate\_%';
INSERT INTO asserted
SELECT c.case_id,
       vesu_assistant.simulate(made.id, jsonb_build_object('type', substring(c."group" FROM 10), 'valueUSD', c.input -> substring(c."group" FROM 10))),
       trim_scale(c.expected::numeric)::text
  FROM assistant_cases AS c JOIN made USING (case_id);
-- A percentage there, a fraction here: the lending module's function, the only one that answers this.
INSERT INTO asserted
SELECT c.case_id, trim_scale(100 * vesu.loan_to_value((c.input -> 'collateral')::numeric, 1, (c.input -> 'debt')::numeric, 1))::text, trim_scale(c.expected::numeric)::text
  FROM assistant_cases AS c WHERE c."group" = 'ltv';
-- Signals: steps, and the moment of expiry.
CREATE FUNCTION pg_temp.step(before vesu_assistant.signal_status, after vesu_assistant.signal_status) RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
    made uuid;
BEGIN
    INSERT INTO vesu_assistant.signals (type, asset, severity, data, status)
    VALUES (before, after, 'low', '{}', before) RETURNING id INTO made;
    RETURN replace(replace(pg_temp.code(format('UPDATE vesu_assistant.signals SET status = %L WHERE id = %L', after, made)), 'accepted', 'ok'), 'VS208', 'INVALID_TRANSITION');
END
$$;
INSERT INTO asserted
SELECT c.case_id, pg_temp.step((c.input ->> 0)::vesu_assistant.signal_status, (c.input ->> 1)::vesu_assistant.signal_status), c.expected
  FROM assistant_cases AS c WHERE c."group" = 'signal_transition';
CREATE FUNCTION pg_temp.state(expires_at text, at text) RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
    made uuid;
BEGIN
    PERFORM set_config('vesu.clock', '2026-03-01 10:00:00+00', true);
    made := vesu_assistant.detect_signal('expiry', at, 'low', '{}', ('2026-03-01 ' || expires_at || '+00')::timestamptz - vesu.wall_clock());
    PERFORM set_config('vesu.clock', '2026-03-01 ' || at || '+00', true);
    RETURN CASE WHEN EXISTS (SELECT FROM vesu_assistant.active_signals AS s WHERE s.id = made) THEN 'active' ELSE 'expired' END;
END
$$;
INSERT INTO asserted
SELECT c.case_id, pg_temp.state(c.input ->> 'expires_at', c.input ->> 'now'), c.expected FROM assistant_cases AS c WHERE c."group" = 'signal_expiry';

SELECT c."group", count(*) AS cases, count(*) FILTER (WHERE a.actual IS NOT DISTINCT FROM a.expected) AS agree
  FROM assistant_cases AS c JOIN asserted AS a USING (case_id) GROUP BY c."group" ORDER BY c."group";
SELECT c.case_id, c.input, a.actual, a.expected FROM assistant_cases AS c JOIN asserted AS a USING (case_id) WHERE a.actual IS DISTINCT FROM a.expected;
-- Asserted elsewhere: intents, alerts, events.
SELECT DISTINCT c."group" FROM assistant_cases AS c WHERE NOT EXISTS (SELECT FROM asserted AS a WHERE a.case_id = c.case_id) ORDER BY 1;
ROLLBACK;
