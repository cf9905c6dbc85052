-- :events events appended to streams of 100, each with an id: a hundred a call, beside a bare INSERT of the same rows into a table
-- with the same indexes, which moves no stream, checks nothing and leaves the order of all events to luck; and one a call. Then the
-- state of a stream of so many events, beside the same patches one by one. Needs measure.sql.
CREATE TABLE bench.source (LIKE vesu_assistant.event_store);
CREATE TABLE bench.bare (LIKE vesu_assistant.event_store INCLUDING ALL);
CREATE TABLE bench.call AS
SELECT s.stream, jsonb_agg(jsonb_build_object(
           'event_id', lpad(to_hex(n * 2654435761 % 4294967296), 32, '0'), 'event_type', (ARRAY['opened', 'repaid', 'borrowed'])[1 + n % 3],
           'data', jsonb_build_object('debt', n % 1000, 'asset', 'USDC', 'note' || n % 20, n), 'metadata', jsonb_build_object('by', n % 7),
           'occurred_at', timestamptz '2026-01-01 00:00+00' + n * interval '1 second') ORDER BY n) AS events
  FROM generate_series(0, :events / 100 - 1) AS s (stream)
 CROSS JOIN LATERAL generate_series(s.stream * 100 + 1, s.stream * 100 + 100) AS g (n)
 GROUP BY s.stream;

CREATE PROCEDURE bench.reset_events()
    LANGUAGE plpgsql AS $$
BEGIN
    SET LOCAL session_replication_role = replica;
    TRUNCATE vesu_assistant.event_store, vesu_assistant.event_archive, vesu_assistant.event_streams, vesu_assistant.event_snapshots,
             bench.bare;
END
$$;
-- A whole stream at a time; or each event in a call of its own, in order.
CREATE PROCEDURE bench.append(singly boolean)
    LANGUAGE plpgsql AS $$
DECLARE
    call record;
BEGIN
    FOR call IN SELECT c.stream, c.events FROM bench.call AS c WHERE NOT singly
                 UNION ALL
                SELECT c.stream, jsonb_build_array(e.event) FROM bench.call AS c CROSS JOIN LATERAL jsonb_array_elements(c.events) AS e (event)
                 WHERE singly LOOP
        PERFORM vesu_assistant.append_events('loan', call.stream::text, NULL, call.events);
    END LOOP;
END
$$;

\set answer 'SELECT count(*) || '', '' || md5(string_agg(concat_ws('' '', event_id, aggregate_id, version, data, occurred_at), '','' ORDER BY event_id)) FROM '
\set of_store :answer 'vesu_assistant.event_store'
\set of_bare :answer 'bench.bare'
SELECT to_char(:events, 'FM999,999') || ' events appended, 100 at a time' AS measurement \gset
CALL bench.measure(:'measurement', 'vesu', 'SELECT', :'of_store', 'CALL bench.append(false)', 'CALL bench.reset_events()', runs => 5);
INSERT INTO bench.source SELECT * FROM vesu_assistant.event_store ORDER BY position;
CALL bench.measure(:'measurement', 'bare INSERT of the same rows', 'SELECT', :'of_bare',
                   'INSERT INTO bench.bare OVERRIDING SYSTEM VALUE SELECT * FROM bench.source', 'CALL bench.reset_events()', runs => 5);
CALL bench.measure(:'measurement', 'vesu, one at a time', 'SELECT', :'of_store', 'CALL bench.append(true)', 'CALL bench.reset_events()', runs => 3);

SELECT 'state of a stream of ' || to_char(:events, 'FM999,999') || ' events' AS measurement \gset
CALL bench.reset_events();
SELECT count(vesu_assistant.append_events('loan', 'long', NULL, c.events)) FROM bench.call AS c;
CREATE FUNCTION bench.state_by_hand() RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
    state jsonb := '{}';
    patch jsonb;
BEGIN
    FOR patch IN SELECT e.data FROM vesu_assistant.event_store AS e WHERE e.aggregate_type = 'loan' AND e.aggregate_id = 'long' ORDER BY e.version LOOP
        state := state || patch;
    END LOOP;
    RETURN state::text;
END
$$;
CALL bench.measure(:'measurement', 'vesu', $$SELECT state::text FROM vesu_assistant.load_state('loan', 'long')$$);
CALL bench.measure(:'measurement', 'by hand in PL/pgSQL, || of the top keys', 'SELECT bench.state_by_hand()');
DROP TABLE bench.source;
