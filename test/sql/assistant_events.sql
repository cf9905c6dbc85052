-- The event store: appending, reading, states, snapshots, subscriptions, the archive. In a database of its own, as events are
-- settled, and so readable, only once the transaction that appends them has ended.
SET client_min_messages = warning;
DROP DATABASE IF EXISTS vesu_assistant_events;
CREATE DATABASE vesu_assistant_events;
\c vesu_assistant_events
\getenv directory PG_ABS_SRCDIR
\set vectors :directory '/vectors/assistant_cases.csv'
SET client_min_messages = warning;
CREATE EXTENSION vesu;
SET timezone = 'UTC';
SET vesu.clock = '2026-03-01 12:00:00+00';
\pset null '(null)'

-- What a statement gives: its value, or its error as code, message, detail and hint.
CREATE FUNCTION public.try(statement text) RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
    value text;
    detail text;
    hint text;
BEGIN
    EXECUTE statement INTO value;
    RETURN coalesce(value, '(null)');
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    RETURN concat_ws(E'\n', SQLSTATE || ': ' || SQLERRM, '  ' || detail, '  ' || hint);
END
$$;
CREATE FUNCTION public.code(statement text) RETURNS text
    LANGUAGE sql RETURN regexp_replace(public.try(statement), '^(VS\d{3}|[0-9A-Z]{5}): .*$', '\1');
-- Waits for what else the server is doing with a transaction of its own, such as gathering statistics.
CREATE PROCEDURE public.settle()
    LANGUAGE plpgsql AS $$
BEGIN
    WHILE EXISTS (SELECT FROM vesu_assistant.event_store AS e WHERE NOT vesu_assistant.is_settled(e.horizon)) LOOP
        PERFORM pg_sleep(0.01);
    END LOOP;
END
$$;
-- n events, each setting a key of its own.
CREATE FUNCTION public.events(n int, first int DEFAULT 1) RETURNS jsonb
    LANGUAGE sql IMMUTABLE RETURN (
    SELECT jsonb_agg(jsonb_build_object('event_type', 'noted', 'data', jsonb_build_object('k' || i, i)) ORDER BY i)
      FROM generate_series(first, first + n - 1) AS i);
CREATE FUNCTION public.event(id text, data jsonb, occurred_at text DEFAULT NULL, type text DEFAULT 'noted') RETURNS jsonb
    LANGUAGE sql IMMUTABLE
    RETURN jsonb_strip_nulls(jsonb_build_object('event_id', lpad(id, 32, '0'), 'event_type', type, 'occurred_at', occurred_at))
           || jsonb_build_object('data', data);

-- The golden cases: step = operation, expected version, number of events.
CREATE TABLE public.cases (case_id text PRIMARY KEY, "group" text, input jsonb, expected text, note text);
\set ECHO none
\set copy '\\copy public.cases FROM ' :'vectors' ' WITH (FORMAT csv, HEADER)'
:copy
\set ECHO all
CREATE FUNCTION public.run(case_id text, steps jsonb) RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
    step jsonb;
    version bigint;
BEGIN
    FOR step IN SELECT s.step FROM jsonb_array_elements(steps) WITH ORDINALITY AS s (step, place) ORDER BY place LOOP
        version := vesu_assistant.append_events(
            'case', case_id, CASE step ->> 1 WHEN 'none' THEN 0 ELSE (step ->> 1)::bigint END, events((step ->> 2)::int));
    END LOOP;
    RETURN jsonb_build_object('version', version);
EXCEPTION WHEN SQLSTATE 'VS220' THEN
    RETURN 'CONCURRENCY_CONFLICT';
END
$$;
SELECT c.case_id, c.expected, public.run(c.case_id, c.input -> 'steps') AS actual
  FROM public.cases AS c WHERE c."group" = 'event_store' ORDER BY c.case_id;
CREATE FUNCTION public.run_at(case_id text, input jsonb) RETURNS text
    LANGUAGE plpgsql AS $$
BEGIN
    PERFORM vesu_assistant.append_events('case', case_id, NULL, (
        SELECT jsonb_agg(jsonb_build_object('event_type', 'noted', 'data', e.event, 'occurred_at', '2026-01-01 ' || (e.event ->> 1))
                         ORDER BY e.place)
          FROM jsonb_array_elements(input -> 'events') WITH ORDINALITY AS e (event, place)));
    RETURN (SELECT jsonb_build_object('version', s.version)
              FROM vesu_assistant.state_at('case', case_id, ('2026-01-01 ' || (input ->> 'at'))::timestamptz) AS s);
END
$$;
SELECT c.case_id, c.expected, public.run_at(c.case_id, c.input) AS actual
  FROM public.cases AS c WHERE c."group" = 'event_store_state_at' ORDER BY c.case_id;
SELECT aggregate_id, array_agg(version ORDER BY version) AS versions FROM vesu_assistant.event_store GROUP BY 1 ORDER BY 1;

-- Expected versions, as the contract's table has them.
SELECT number, expected, public.code(format('SELECT vesu_assistant.append_events(%s, %s)', stream, arguments)) AS actual
  FROM (VALUES
    (1,  $$'intent', 'a'$$, $$0, events(1)$$, '1'),
    (2,  $$'intent', 'a'$$, $$1, events(1)$$, '2'),
    (3,  $$'intent', 'b'$$, $$0, events(1)$$, '1'),
    (4,  $$'intent', 'b'$$, $$0, events(1)$$, 'VS220'),
    (5,  $$'intent', 'c'$$, $$1, events(1)$$, 'VS220'),
    (6,  $$'intent', 'c'$$, $$0, events(3)$$, '3'),
    (7,  $$'intent', 'c'$$, $$3, events(2)$$, '5'),
    (8,  $$'intent', 'd'$$, $$NULL, events(2)$$, '2'),
    (9,  $$'intent', 'd'$$, $$NULL, events(1)$$, '3'),
    (10, $$'intent', 'd'$$, $$2, events(1)$$, 'VS220'),
    (11, $$'intent', 'd'$$, $$4, events(1)$$, 'VS220'),
    (12, $$'signal', 'd'$$, $$0, events(1)$$, '1')
  ) AS cases (number, stream, arguments, expected)
 ORDER BY number;
SELECT public.try($$SELECT vesu_assistant.append_events('intent', 'a', 1, events(1))$$)
UNION ALL SELECT public.try($$SELECT vesu_assistant.append_events('intent', 'none', 1, events(1))$$);
SELECT s.aggregate_type, s.aggregate_id, s.version, count(e.version) AS events, count(e.version) = max(e.version) AS without_gap
  FROM vesu_assistant.event_streams AS s LEFT JOIN vesu_assistant.event_store AS e USING (aggregate_type, aggregate_id)
 WHERE s.aggregate_type IN ('intent', 'signal')
 GROUP BY s.aggregate_type, s.aggregate_id, s.version ORDER BY 1, 2;

-- Arguments that are none change nothing.
SELECT count(*) AS rows_before FROM vesu_assistant.event_store \gset
\pset format unaligned
SELECT number, public.try(statement) AS outcome
  FROM (VALUES
    (1,  $$SELECT vesu_assistant.append_events(NULL, '1', 0, events(1))$$),
    (2,  $$SELECT vesu_assistant.append_events('intent', NULL, 0, events(1))$$),
    (3,  $$SELECT vesu_assistant.append_events('', '1', 0, events(1))$$),
    (4,  $$SELECT vesu_assistant.append_events(repeat('x', 51), '1', 0, events(1))$$),
    (5,  $$SELECT vesu_assistant.append_events('intent', repeat('ü', 256), 0, events(1))$$),
    (6,  $$SELECT vesu_assistant.append_events('intent', 'a', -1, events(1))$$),
    (7,  $$SELECT vesu_assistant.append_events('intent', 'a', 2, NULL)$$),
    (8,  $$SELECT vesu_assistant.append_events('intent', 'a', 2, '{"event_type": "x", "data": {}}')$$),
    (9,  $$SELECT vesu_assistant.append_events('intent', 'a', 2, '7')$$),
    (10, $$SELECT vesu_assistant.append_events('intent', 'a', 2, '[]')$$),
    (11, $$SELECT vesu_assistant.append_events('intent', 'a', 2, events(1) || '[7]')$$),
    (12, $$SELECT vesu_assistant.append_events('intent', 'a', 2, '[{"data": {}}]')$$),
    (13, $$SELECT vesu_assistant.append_events('intent', 'a', 2, '[{"event_type": null, "data": {}}]')$$),
    (14, $$SELECT vesu_assistant.append_events('intent', 'a', 2, '[{"event_type": "", "data": {}}]')$$),
    (15, $$SELECT vesu_assistant.append_events('intent', 'a', 2, '[{"event_type": 3, "data": {}}]')$$),
    (16, $$SELECT vesu_assistant.append_events('intent', 'a', 2, jsonb_build_array(event('1', '{}', NULL, repeat('ü', 101))))$$),
    (17, $$SELECT vesu_assistant.append_events('intent', 'a', 2, '[{"event_type": "x"}]')$$),
    (18, $$SELECT vesu_assistant.append_events('intent', 'a', 2, '[{"event_type": "x", "data": null}]')$$),
    (19, $$SELECT vesu_assistant.append_events('intent', 'a', 2, '[{"event_type": "x", "data": {}, "eventId": "1"}]')$$),
    (20, $$SELECT vesu_assistant.append_events('intent', 'a', 2, '[{"event_type": "x", "data": {}, "event_id": "1"}]')$$),
    (21, $$SELECT vesu_assistant.append_events('intent', 'a', 2, '[{"event_type": "x", "data": {}, "event_id": 1}]')$$),
    (22, $$SELECT vesu_assistant.append_events('intent', 'a', 2, '[{"event_type": "x", "data": {}, "occurred_at": "yesterdayish"}]')$$),
    (23, $$SELECT vesu_assistant.append_events('intent', 'a', 2, '[{"event_type": "x", "data": {}, "occurred_at": "infinity"}]')$$),
    (24, $$SELECT vesu_assistant.append_events('intent', 'a', 2, '[{"event_type": "x", "data": {}, "occurred_at": 7}]')$$),
    (25, $$SELECT vesu_assistant.append_events('intent', 'a', 2, '[{"event_type": "x", "data": {}, "occurred_at": "294277-01-01"}]')$$),
    (26, $$SELECT vesu_assistant.append_events('intent', 'a', 2, '[{"event_type": "x", "data": {}, "occurred_at": "2026-03-01 11:59:59.999999+00"}]')$$),
    (27, $$SELECT vesu_assistant.append_events('intent', 'a', 2, jsonb_build_array(event('1', '{}', '2026-03-01 13:00+00'), event('2', '{}', '2026-03-01 12:59+00')))$$),
    (28, $$SELECT vesu_assistant.load_events(NULL, '1')$$),
    (29, $$SELECT vesu_assistant.load_events('intent', '1', NULL)$$),
    (30, $$SELECT vesu_assistant.load_events('intent', '1', -1)$$),
    (31, $$SELECT vesu_assistant.read_all(NULL)$$),
    (32, $$SELECT vesu_assistant.read_all(-1)$$),
    (33, $$SELECT vesu_assistant.read_all(0, NULL)$$),
    (34, $$SELECT vesu_assistant.read_all(0, -1)$$),
    (35, $$SELECT vesu_assistant.load_state(NULL, '1')$$),
    (36, $$SELECT vesu_assistant.load_state('intent', '')$$),
    (37, $$SELECT vesu_assistant.state_at('intent', NULL, now())$$),
    (38, $$SELECT vesu_assistant.state_at('intent', 'a', NULL)$$),
    (39, $$SELECT vesu_assistant.save_snapshot(NULL, 'a', 1, '{}')$$),
    (40, $$SELECT vesu_assistant.save_snapshot('intent', 'a', NULL, '{}')$$),
    (41, $$SELECT vesu_assistant.save_snapshot('intent', 'a', 1, NULL)$$),
    (42, $$SELECT vesu_assistant.save_snapshot('intent', 'a', 0, '{}')$$),
    (43, $$SELECT vesu_assistant.save_snapshot('intent', 'a', -1, '{}')$$),
    (44, $$SELECT vesu_assistant.save_snapshot('intent', 'a', 3, '{}')$$),
    (45, $$SELECT vesu_assistant.save_snapshot('intent', 'none', 1, '{}')$$),
    (46, $$SELECT vesu_assistant.next_events(NULL)$$),
    (47, $$SELECT vesu_assistant.next_events('')$$),
    (48, $$SELECT vesu_assistant.next_events('s', NULL)$$),
    (49, $$SELECT vesu_assistant.next_events('s', -1)$$),
    (50, $$SELECT vesu_assistant.acknowledge_events(NULL, 0)$$),
    (51, $$SELECT vesu_assistant.acknowledge_events('s', NULL)$$),
    (52, $$SELECT vesu_assistant.acknowledge_events('s', -1)$$),
    (53, $$SELECT vesu_assistant.acknowledge_events('s', 1000000)$$),
    (54, $$SELECT vesu_assistant.archive_events(NULL)$$)
  ) AS cases (number, statement)
 ORDER BY number;
\pset format aligned
SELECT count(*) - :rows_before AS written, (SELECT count(*) FROM vesu_assistant.subscriptions) AS subscriptions,
       (SELECT count(*) FROM vesu_assistant.event_snapshots) AS snapshots
  FROM vesu_assistant.event_store;

-- occurred_at: as given, else now, but never before the event before.
SELECT vesu_assistant.append_events('clock', '1', 0, jsonb_build_array(
    event('c1', '1', '2026-03-01 11:00+00'), event('c2', '2'), event('c3', '3'), event('c4', '4', '2026-03-01 14:30+01:00'),
    event('c5', '5'), event('c6', '6', '2026-03-01 13:30+00')));
SELECT vesu_assistant.append_events('clock', '1', 6, events(1));
SET vesu.clock = '2026-03-01 14:00:00+00';
SELECT vesu_assistant.append_events('clock', '1', 7, events(1) || '[{"event_type": "x", "data": 0, "event_id": null, "metadata": null, "occurred_at": null}]');
SELECT version, occurred_at, metadata FROM vesu_assistant.load_events('clock', '1');
SET vesu.clock = '2026-03-01 12:00:00+00';

-- Idempotency, before anything else: the same ids, types and data in the stream.
SELECT vesu_assistant.append_events('loan', '1', 0, jsonb_build_array(event('1', '{"a": 1}', '2026-03-01 10:00+00')));
SELECT vesu_assistant.append_events('loan', '1', 0, jsonb_build_array(event('1', '{"a": 1}', '2026-03-01 10:00+00')));
SELECT vesu_assistant.append_events('loan', '1', 1, jsonb_build_array(event('2', '{"b": 2}', '2026-03-01 10:05+00'), event('3', '{"c": 3}', '2026-03-01 10:10+00')));
SELECT vesu_assistant.append_events('loan', '2', 0, jsonb_build_array(event('4', '{"d": 4}')));
SELECT number, expected, public.code(format('SELECT vesu_assistant.append_events(''loan'', %s, jsonb_build_array(%s))', arguments, given)) AS actual
  FROM (VALUES
    (1,  $$'1', 0$$,    $$event('1', '{"a": 1}', '2026-03-01 10:00+00')$$, '1'),
    (2,  $$'1', NULL$$, $$event('1', '{"a": 1}', '2026-03-01 10:00+00')$$, '1'),
    (3,  $$'1', 3$$,    $$event('1', '{"a": 1.0}', '2026-03-01 10:00+00')$$, '1'),
    (4,  $$'1', 99$$,   $$event('2', '{"b": 2}'), event('3', '{"c": 3}')$$, '3'),
    (5,  $$'1', NULL$$, $$event('2', '{"b": 2}'), event('3', '{"c": 3}')$$, '3'),
    (6,  $$'1', 3$$,    $$event('2', '{"b": 2}'), event('3', '{"c": 3}')$$, '3'),
    (7,  $$'1', NULL$$, $$event('3', '{"c": 3}'), event('1', '{"a": 1}')$$, '1'),
    (8,  $$'1', 0$$,    $$event('1', '{"a": 2}')$$, 'VS221'),
    (9,  $$'1', NULL$$, $$event('1', '{"a": 2}')$$, 'VS221'),
    (10, $$'1', 3$$,    $$event('1', '{"a": 1}', NULL, 'other')$$, 'VS221'),
    (11, $$'1', 1$$,    $$event('2', '{"b": 2}'), event('5', '{"e": 5}')$$, 'VS221'),
    (12, $$'1', NULL$$, $$event('5', '{"e": 5}'), event('2', '{"b": 2}')$$, 'VS221'),
    (13, $$'1', 3$$,    $$event('5', '{"e": 5}'), event('2', '{"b": 2}')$$, 'VS221'),
    (14, $$'1', 3$$,    $$event('2', '{"b": 2}') - 'event_id', event('2', '{"b": 2}')$$, 'VS221'),
    (15, $$'1', 0$$,    $$event('2', '{"b": 2}') - 'event_id', event('2', '{"b": 2}')$$, 'VS221'),
    (16, $$'2', 1$$,    $$event('1', '{"a": 1}')$$, 'VS221'),
    (17, $$'2', NULL$$, $$event('1', '{"a": 1}')$$, 'VS221'),
    (18, $$'3', 0$$,    $$event('1', '{"a": 1}')$$, 'VS221'),
    (19, $$'3', 7$$,    $$event('1', '{"a": 1}')$$, 'VS221'),
    (20, $$'1', 3$$,    $$event('6', '{"f": 6}'), event('6', '{"f": 6}')$$, 'VS221'),
    (21, $$'1', 2$$,    $$event('6', '{"f": 6}'), event('7', '{"f": 6}')$$, 'VS220'),
    (22, $$'1', NULL$$, $$event('7', '{"f": 6}', '2026-03-01 10:09+00')$$, 'VS200')
  ) AS cases (number, arguments, given, expected)
 ORDER BY number;
SELECT public.try($$SELECT vesu_assistant.append_events('loan', '2', 1, jsonb_build_array(event('5', '{}'), event('3', '{"c": 3}')))$$)
UNION ALL SELECT public.try($$SELECT vesu_assistant.append_events('loan', '1', NULL, jsonb_build_array(event('5', '{}'), event('3', '{"c": 3}')))$$)
UNION ALL SELECT public.try($$SELECT vesu_assistant.append_events('loan', '1', NULL, jsonb_build_array(event('5', '{}'), event('5', '{"c": 3}')))$$);
-- Every way to write a uuid is the same id.
SELECT vesu_assistant.append_events('loan', '4', NULL, jsonb_build_array(event('1', '{}') || jsonb_build_object('event_id', id))) AS version
  FROM (VALUES ('a0eebc999c0b4ef8bb6d6bb9bd380a11'), ('A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'), ('{a0eebc99-9c0b4ef8-bb6d6bb9-bd380a11}')) AS ids (id);
SELECT number, public.code(format($$SELECT vesu_assistant.append_events('loan', '4', NULL, '[{"event_type": "x", "data": 1, "event_id": "%s"}]')$$, id)) AS refused
  FROM (VALUES (1, ''), (2, '{}'), (3, 'a0eebc999c0b4ef8bb6d6bb9bd380a1'), (4, 'a0eebc999c0b4ef8bb6d6bb9bd380a111'), (5, '{a0eebc999c0b4ef8bb6d6bb9bd380a11'),
               (6, 'a0eebc999c0b4ef8bb6d6bb9bd380a1g'), (7, 'a0-eebc999c0b4ef8bb6d6bb9bd380a11'), (8, 'a0eebc999c0b4ef8bb6d6bb9bd380a11-'),
               (9, '-a0eebc999c0b4ef8bb6d6bb9bd380a11'), (10, 'a0eebc99--9c0b4ef8bb6d6bb9bd380a11')) AS ids (number, id) ORDER BY number;
SELECT aggregate_id, version, data FROM vesu_assistant.event_store WHERE aggregate_type = 'loan' ORDER BY aggregate_id, version;
SELECT aggregate_id, version FROM vesu_assistant.event_streams WHERE aggregate_type = 'loan' ORDER BY aggregate_id;

-- merge_patch: the examples of RFC 7396, and NULL.
SELECT number, state, patch, expected, vesu_assistant.merge_patch(state, patch) AS actual,
       vesu_assistant.merge_patch(state, patch) IS NOT DISTINCT FROM expected AS agrees
  FROM (VALUES
    (1,  '{"a": "b"}'::jsonb, '{"a": "c"}'::jsonb, '{"a": "c"}'::jsonb),
    (2,  '{"a": "b"}', '{"b": "c"}', '{"a": "b", "b": "c"}'),
    (3,  '{"a": "b"}', '{"a": null}', '{}'),
    (4,  '{"a": "b", "b": "c"}', '{"a": null}', '{"b": "c"}'),
    (5,  '{"a": ["b"]}', '{"a": "c"}', '{"a": "c"}'),
    (6,  '{"a": "c"}', '{"a": ["b"]}', '{"a": ["b"]}'),
    (7,  '{"a": {"b": "c"}}', '{"a": {"b": "d", "c": null}}', '{"a": {"b": "d"}}'),
    (8,  '{"a": [{"b": "c"}]}', '{"a": [1]}', '{"a": [1]}'),
    (9,  '["a", "b"]', '["c", "d"]', '["c", "d"]'),
    (10, '{"a": "b"}', '["c"]', '["c"]'),
    (11, '{"a": "foo"}', 'null', 'null'),
    (12, '{"a": "foo"}', '"bar"', '"bar"'),
    (13, '{"e": null}', '{"a": 1}', '{"a": 1, "e": null}'),
    (14, '[1, 2]', '{"a": "b", "c": null}', '{"a": "b"}'),
    (15, '{}', '{"a": {"bb": {"ccc": null}}}', '{"a": {"bb": {}}}'),
    (16, '7', '{}', '{}'),
    (17, '{"a": {"b": 1}}', '{"a": {}}', '{"a": {"b": 1}}'),
    (18, '{"a": [null, {"b": null}]}', '{"c": [null, {"d": null}]}', '{"a": [null, {"b": null}], "c": [null, {"d": null}]}'),
    (19, '{"bb": 1, "a": 2, "": 3}', '{"b": 4, "": {"x": true}}', '{"": {"x": true}, "a": 2, "b": 4, "bb": 1}'),
    (20, NULL, '{"a": 1}', NULL),
    (21, '{"a": 1}', NULL, NULL)
  ) AS cases (number, state, patch, expected)
 ORDER BY number;

-- The definition, slowly, beside the function on made-up states and patches; and the aggregate beside one patch after the other.
CREATE FUNCTION public.merge_slowly(state jsonb, patch jsonb) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    member record;
BEGIN
    IF jsonb_typeof(patch) <> 'object' THEN
        RETURN patch;
    ELSIF jsonb_typeof(state) IS DISTINCT FROM 'object' THEN
        state := '{}';
    END IF;
    FOR member IN SELECT key, value FROM jsonb_each(patch) LOOP
        state := CASE WHEN member.value = 'null' THEN state - member.key
                      ELSE state || jsonb_build_object(member.key, merge_slowly(state -> member.key, member.value)) END;
    END LOOP;
    RETURN state;
END
$$;
CREATE FUNCTION public.merge_all_slowly(state jsonb, patches jsonb[]) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    patch jsonb;
BEGIN
    FOREACH patch IN ARRAY patches LOOP
        state := merge_slowly(state, patch);
    END LOOP;
    RETURN state;
END
$$;
CREATE FUNCTION public.made_up(seed bigint, depth int, is_object boolean DEFAULT false) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    drawn constant bigint := abs(hashint8extended(seed, depth) % 1000003);
BEGIN
    IF is_object OR (depth > 0 AND drawn % 10 >= 5) THEN
        RETURN (SELECT coalesce(jsonb_object_agg((ARRAY['a', 'b', 'cc', 'ü', ''])[1 + abs(hashint8extended(seed, i) % 5)], made_up(seed * 7 + i, depth - 1)), '{}')
                  FROM generate_series(1, drawn / 10 % 5) AS i);
    ELSIF depth > 0 AND drawn % 10 = 4 THEN
        RETURN (SELECT coalesce(jsonb_agg(made_up(seed * 11 + i, depth - 1)), '[]') FROM generate_series(1, drawn / 10 % 3) AS i);
    END IF;
    RETURN (ARRAY['null', 'true', '"text"', drawn::text, '1.50'])[1 + drawn / 100 % 5]::jsonb;
END
$$;
SELECT count(*) AS compared, count(*) FILTER (WHERE vesu_assistant.merge_patch(state, patch) IS DISTINCT FROM public.merge_slowly(state, patch)) AS different,
       count(DISTINCT jsonb_typeof(state)) AS types_of_states, count(DISTINCT jsonb_typeof(patch)) AS types_of_patches,
       count(*) FILTER (WHERE vesu_assistant.merge_patch(state, patch) = state) > 100 AS some_change_nothing
  FROM generate_series(1, 5000) AS i
 CROSS JOIN LATERAL (SELECT public.made_up(i, 3) AS state, public.made_up(-i, 3) AS patch OFFSET 0) AS drawn;
CREATE TABLE public.patches AS
SELECT i % 300 AS stream, i / 300 AS version, public.made_up(i, 3, i % 17 > 0) AS data FROM generate_series(1, 6000) AS i;
SELECT count(*) AS compared,
       count(*) FILTER (WHERE s.state IS DISTINCT FROM public.merge_all_slowly('{}', s.patches)) AS different,
       count(*) FILTER (WHERE s.from_initial IS DISTINCT FROM public.merge_all_slowly('{"kept": null, "a": {"b": null}}', s.patches))
           AS different_from_initial,
       count(*) FILTER (WHERE jsonb_typeof(s.state) = 'object' AND s.state <> '{}') > 200 AS most_are_objects
  FROM (SELECT vesu_assistant.merge_state(data ORDER BY version) AS state,
               vesu_assistant.merge_state(data, '{"kept": null, "a": {"b": null}}' ORDER BY version) AS from_initial,
               array_agg(data ORDER BY version) AS patches
          FROM public.patches GROUP BY stream) AS s;
-- After every row.
SELECT count(*) AS compared, count(*) FILTER (WHERE s.state IS DISTINCT FROM public.merge_all_slowly('{}', s.patches)) AS different
  FROM (SELECT vesu_assistant.merge_state(data) OVER so_far AS state, array_agg(data) OVER so_far AS patches
          FROM public.patches WHERE stream < 50 WINDOW so_far AS (PARTITION BY stream ORDER BY version)) AS s;
-- From {}, in order; a NULL changes nothing; the initial state of the first row counts.
SELECT vesu_assistant.merge_state(patch ORDER BY place) AS merged, vesu_assistant.merge_state(patch ORDER BY place DESC) AS backward,
       vesu_assistant.merge_state(patch, initial ORDER BY place) AS from_first,
       vesu_assistant.merge_state(patch) FILTER (WHERE place > 3) AS without_rows,
       vesu_assistant.merge_state(NULL, initial) FILTER (WHERE place = 1) AS initial_alone,
       vesu_assistant.merge_state(NULL) AS nulls
  FROM (VALUES (1, '{"a": 1}'::jsonb, '[1]'::jsonb), (2, '{"b": 2}', '{"x": 1}'), (3, '{"a": null}', '{"x": 1}')) AS p (place, patch, initial);
SELECT vesu_assistant.merge_state(patch, initial ORDER BY place) AS initial_is_kept
  FROM (VALUES (1, '{"a": 1}'::jsonb, '{"x": {"y": null}}'::jsonb), (2, NULL, NULL)) AS p (place, patch, initial);
-- More patches than the state is worth: the same state when it is written anew in between.
SELECT vesu_assistant.merge_state(jsonb_build_object('k' || i % 10, repeat(chr(97 + i % 26), 1000), 'deep', jsonb_build_object('n' || i % 3, i)) ORDER BY i)
       = (SELECT jsonb_object_agg('k' || i % 10, repeat(chr(97 + i % 26), 1000)) || '{"deep": {"n0": 9999, "n1": 10000, "n2": 9998}}'
            FROM generate_series(9991, 10000) AS i) AS agrees
  FROM generate_series(1, 10000) AS i;
-- 10,000 patches of one key each of a state with 20,000 keys. With the whole state written for each it would take minutes.
SET statement_timeout = '20s';
SELECT count(*) AS keys, sum(value::int) AS total
  FROM jsonb_each_text((
       SELECT vesu_assistant.merge_state(patch ORDER BY place)
         FROM (SELECT 0 AS place, jsonb_object_agg('key' || i, 0) AS patch FROM generate_series(1, 20000) AS i
                UNION ALL
               SELECT i, jsonb_build_object('key' || i, i) FROM generate_series(1, 10000) AS i) AS p));
RESET statement_timeout;
-- As deep as one likes.
SELECT vesu_assistant.merge_patch('{}', deep) = deep AS agrees, vesu_assistant.merge_patch(deep, '{}') = deep AS unchanged
  FROM (SELECT (repeat('{"a":', 1000) || '1' || repeat('}', 1000))::jsonb) AS states (deep);

-- States: now, then, from a snapshot.
SELECT vesu_assistant.append_events('stream', '1', 0, jsonb_build_array(
    event('91', '{"a": 1, "deep": {"x": 1}}', '2026-01-01 10:00+00'), event('92', '{"b": 2, "deep": {"y": 2}}', '2026-01-01 10:05+00'),
    event('93', '{"a": null, "deep": {"x": null}}', '2026-01-01 10:10+00')));
SELECT * FROM vesu_assistant.load_state('stream', '1');
SELECT * FROM vesu_assistant.load_state('stream', 'none');
SELECT at, s.* FROM (VALUES ('09:59:59.999999'), ('10:00'), ('10:04'), ('10:05'), ('10:07'), ('10:10'), ('23:00')) AS moments (at)
 CROSS JOIN LATERAL vesu_assistant.state_at('stream', '1', ('2026-01-01 ' || at || '+00')::timestamptz) AS s ORDER BY at;
SELECT at, s.* FROM (VALUES ('-infinity'::timestamptz), ('infinity')) AS moments (at)
 CROSS JOIN LATERAL vesu_assistant.state_at('stream', '1', at) AS s ORDER BY at;
-- What only the snapshot says shows that the first two are not replayed.
SELECT vesu_assistant.save_snapshot('stream', '1', 2, '{"a": 1, "from": "snapshot", "nothing": null}');
SELECT * FROM vesu_assistant.load_state('stream', '1');
SELECT at, s.* FROM (VALUES ('10:04'), ('10:05'), ('10:10')) AS moments (at)
 CROSS JOIN LATERAL vesu_assistant.state_at('stream', '1', ('2026-01-01 ' || at || '+00')::timestamptz) AS s ORDER BY at;
SELECT vesu_assistant.save_snapshot('stream', '1', 2, '{"second": "snapshot"}'), vesu_assistant.save_snapshot('stream', '1', 3, '[3]');
SELECT * FROM vesu_assistant.load_state('stream', '1');
SELECT version, state, taken_at FROM vesu_assistant.event_snapshots ORDER BY version;
SELECT vesu_assistant.append_events('stream', '1', 3, jsonb_build_array(event('94', '{"over": "an array"}')));
SELECT * FROM vesu_assistant.load_state('stream', '1');

-- Reading: of a stream after a version, of all after a position.
SELECT version, event_type, data FROM vesu_assistant.load_events('stream', '1', 2);
SELECT count(*) FROM vesu_assistant.load_events('stream', '1', 4);
SELECT count(*) FROM vesu_assistant.load_events('stream', 'none');
CALL public.settle();
SELECT count(*) = (SELECT count(*) FROM vesu_assistant.event_store) AS all_of_them, bool_and(position > before) AS in_order
  FROM (SELECT position, lag(position, 1, 0::bigint) OVER () AS before FROM vesu_assistant.read_all()) AS r;
SELECT count(*) AS first_ten, max(position) = (SELECT max(position) FROM (SELECT position FROM vesu_assistant.event_store ORDER BY position LIMIT 10) AS f) AS are_the_first
  FROM vesu_assistant.read_all(0, 10);
SELECT count(*) FROM vesu_assistant.read_all(max_rows => 0);
SELECT count(*) FROM vesu_assistant.read_all(9223372036854775807);
-- One's own events are settled only after the commit.
BEGIN;
SELECT vesu_assistant.append_events('stream', '2', 0, events(2));
SELECT count(*) FROM vesu_assistant.read_all((SELECT max(position) - 2 FROM vesu_assistant.event_store));
SELECT count(*) FROM vesu_assistant.load_events('stream', '2');
COMMIT;
CALL public.settle();
SELECT count(*) FROM vesu_assistant.read_all((SELECT max(position) - 2 FROM vesu_assistant.event_store));
-- The rule: up to the oldest running transaction, or beyond the next one.
BEGIN;
SELECT pg_current_xact_id() \g /dev/null
SELECT vesu_assistant.is_settled(pg_snapshot_xmin(pg_current_snapshot())) AS at_xmin,
       vesu_assistant.is_settled((pg_snapshot_xmin(pg_current_snapshot())::text::bigint + 1)::text::xid8) AS after_xmin,
       vesu_assistant.is_settled(vesu_assistant.next_transaction_id()) AS next_id,
       vesu_assistant.is_settled((vesu_assistant.next_transaction_id()::text::bigint + 100000)::text::xid8) AS beyond_next_id,
       vesu_assistant.is_settled('18446744073709551615'::xid8) AS last, vesu_assistant.is_settled('0'::xid8) AS first,
       vesu_assistant.is_settled(NULL) AS no_horizon,
       pg_snapshot_xmax(pg_current_snapshot()) <= vesu_assistant.next_transaction_id() AS next_is_not_before_xmax;
COMMIT;
-- The horizon is read after the position is drawn: each default in the order of its column.
EXPLAIN (VERBOSE, COSTS OFF)
INSERT INTO vesu_assistant.event_store (id, event_id, event_type, aggregate_type, aggregate_id, version, data, metadata, occurred_at)
SELECT e.id, e.event_id, e.event_type, 'a', 'b', e.place, e.data, e.metadata, e.occurred_at
  FROM vesu_assistant.event_rows('[]', NULL, now()) AS e
    ON CONFLICT (event_id) DO NOTHING;

-- Subscriptions.
SELECT min(position) AS first, max(position) AS last FROM vesu_assistant.event_store \gset
SELECT count(*) FROM vesu_assistant.next_events('mailer');
SELECT position = :first AS begins_with_the_first FROM vesu_assistant.next_events('mailer', 1);
SELECT count(*) FROM vesu_assistant.subscriptions;
SELECT vesu_assistant.acknowledge_events('mailer', (SELECT max(position) FROM vesu_assistant.next_events('mailer', 5)))
       = (SELECT max(position) FROM vesu_assistant.read_all(0, 5)) AS moved;
SELECT position = (SELECT max(position) FROM vesu_assistant.read_all(0, 6)) AS goes_on FROM vesu_assistant.next_events('mailer', 1);
SET vesu.clock = '2026-03-01 12:30:00+00';
SELECT vesu_assistant.acknowledge_events('mailer', :first) = (SELECT max(position) FROM vesu_assistant.read_all(0, 5)) AS only_forward,
       vesu_assistant.acknowledge_events('mailer', 0) = (SELECT max(position) FROM vesu_assistant.read_all(0, 5)) AS not_back;
SELECT updated_at FROM vesu_assistant.subscriptions;
SELECT vesu_assistant.acknowledge_events('indexer', 0) AS new_at_0;
SELECT public.try(format($$SELECT vesu_assistant.acknowledge_events('mailer', %s)$$, :last + 1)) AS beyond \gset
SELECT replace(:'beyond', :'last'::bigint + 1 || '', 'LAST + 1') AS beyond;
SELECT vesu_assistant.acknowledge_events('mailer', :last) = :last AS up_to_the_last;
SELECT count(*) FROM vesu_assistant.next_events('mailer');
BEGIN;
SELECT vesu_assistant.append_events('stream', '2', 2, events(1));
SELECT public.code($$SELECT vesu_assistant.acknowledge_events('mailer', (SELECT max(position) FROM vesu_assistant.event_store))$$) AS unsettled;
COMMIT;
SELECT name, position = :last AS at_the_end, updated_at FROM vesu_assistant.subscriptions ORDER BY name;
SELECT vesu_assistant.acknowledge_events('former', 0) AS new_at_0, vesu_assistant.forget_subscription('former') AS forgotten;
SELECT vesu_assistant.forget_subscription('former') AS again, public.code($$SELECT vesu_assistant.forget_subscription(NULL)$$) AS of_null;
SET vesu.clock = '2026-03-01 12:00:00+00';

-- Nothing is changed or removed, in the store or in the archive, whoever asks.
SELECT vesu_assistant.archive_events('2026-01-01 10:06+00') AS moved;
SELECT count(*) AS nothing_after_the_slowest FROM vesu_assistant.event_archive;
SELECT vesu_assistant.acknowledge_events('indexer', :last) = :last AS slowest_moves;
CREATE TABLE public.before AS SELECT * FROM vesu_assistant.read_all();
CREATE TABLE public.states_before AS
SELECT s.aggregate_type, s.aggregate_id, at, now.*, past.version AS past_version, past.state AS past_state
  FROM vesu_assistant.event_streams AS s
 CROSS JOIN (VALUES ('2026-01-01 10:01+00'::timestamptz), ('2026-01-01 10:07+00'), ('2026-03-01 10:00+00')) AS moments (at)
 CROSS JOIN LATERAL vesu_assistant.load_state(s.aggregate_type, s.aggregate_id) AS now
 CROSS JOIN LATERAL vesu_assistant.state_at(s.aggregate_type, s.aggregate_id, at) AS past;
SELECT vesu_assistant.archive_events('2026-01-01 10:06+00') AS moved;
SELECT vesu_assistant.archive_events('2026-01-01 10:06+00') AS moved_again;
SELECT aggregate_type, aggregate_id, version, occurred_at FROM vesu_assistant.event_archive ORDER BY position;
SELECT aggregate_type, aggregate_id, version, state FROM vesu_assistant.event_snapshots ORDER BY 1, 2, 3;
SELECT number, public.try(statement) AS outcome
  FROM (VALUES
    (1, $$UPDATE vesu_assistant.event_store SET data = '{}' WHERE aggregate_type = 'signal'$$),
    (2, $$UPDATE vesu_assistant.event_store SET metadata = metadata WHERE aggregate_type = 'signal'$$),
    (3, $$DELETE FROM vesu_assistant.event_store WHERE aggregate_type = 'signal'$$),
    (4, $$TRUNCATE vesu_assistant.event_store$$),
    (5, $$UPDATE vesu_assistant.event_archive SET data = '{}' WHERE aggregate_type = 'stream' AND version = 1$$),
    (6, $$DELETE FROM vesu_assistant.event_archive WHERE aggregate_type = 'stream' AND version = 1$$),
    (7, $$TRUNCATE vesu_assistant.event_archive$$),
    (8, $$INSERT INTO vesu_assistant.event_store OVERRIDING SYSTEM VALUE SELECT * FROM vesu_assistant.event_store WHERE aggregate_type = 'signal' ON CONFLICT (event_id) DO UPDATE SET data = '{}'$$),
    (9, $$WITH gone AS (DELETE FROM vesu_assistant.event_store WHERE aggregate_type = 'signal' RETURNING *) SELECT count(*) FROM gone$$),
    -- What would be a move, but for the data.
    (10, $$WITH gone AS (DELETE FROM vesu_assistant.event_store WHERE aggregate_type = 'signal' RETURNING *)
           INSERT INTO vesu_assistant.event_archive SELECT id, position, event_id, event_type, aggregate_type, aggregate_id, version, '{}', metadata, occurred_at, horizon FROM gone$$)
  ) AS cases (number, statement)
 ORDER BY number;
-- Privileges on both tables are not enough even for a whole move.
\set VERBOSITY terse
CREATE ROLE regress_events_meddler;
GRANT USAGE ON SCHEMA vesu_assistant TO regress_events_meddler;
GRANT ALL ON vesu_assistant.event_store, vesu_assistant.event_archive TO regress_events_meddler;
SET ROLE regress_events_meddler;
WITH gone AS (DELETE FROM vesu_assistant.event_store WHERE aggregate_type = 'signal' RETURNING *)
INSERT INTO vesu_assistant.event_archive SELECT * FROM gone;
RESET ROLE;
REVOKE ALL ON vesu_assistant.event_store, vesu_assistant.event_archive FROM regress_events_meddler;
REVOKE USAGE ON SCHEMA vesu_assistant FROM regress_events_meddler;
DROP ROLE regress_events_meddler;

-- After the move everything reads as before; versions go on; ids stay in use.
CALL public.settle();
SELECT count(*) AS events, bool_and(b = r) AS same FROM public.before AS b FULL JOIN vesu_assistant.read_all() AS r USING (position);
SELECT bool_and(b.position IS NOT NULL AND r.position IS NOT NULL) AS same_streams
  FROM public.before AS b
  FULL JOIN (SELECT e.* FROM vesu_assistant.event_streams AS s CROSS JOIN LATERAL vesu_assistant.load_events(s.aggregate_type, s.aggregate_id) AS e) AS r
    ON b = r;
SELECT count(*) AS different FROM (
    SELECT * FROM public.states_before
    EXCEPT
    SELECT s.aggregate_type, s.aggregate_id, at, now.*, past.version, past.state
      FROM vesu_assistant.event_streams AS s
     CROSS JOIN (VALUES ('2026-01-01 10:01+00'::timestamptz), ('2026-01-01 10:07+00'), ('2026-03-01 10:00+00')) AS moments (at)
     CROSS JOIN LATERAL vesu_assistant.load_state(s.aggregate_type, s.aggregate_id) AS now
     CROSS JOIN LATERAL vesu_assistant.state_at(s.aggregate_type, s.aggregate_id, at) AS past) AS changed;
SELECT version, data FROM vesu_assistant.load_events('stream', '1', 1);
SELECT vesu_assistant.append_events('stream', '1', 0, jsonb_build_array(event('91', '{"a": 1, "deep": {"x": 1}}'))) AS archived,
       vesu_assistant.append_events('stream', '1', NULL, jsonb_build_array(
           event('91', '{"a": 1, "deep": {"x": 1}}', '2026-01-01 10:00+00'), event('92', '{"b": 2, "deep": {"y": 2}}'),
           event('93', '{"a": null, "deep": {"x": null}}'))) AS both_tables;
SELECT public.code($$SELECT vesu_assistant.append_events('stream', '1', 4, jsonb_build_array(event('91', '{"a": 2}')))$$) AS other_data,
       public.code($$SELECT vesu_assistant.append_events('stream', '9', 0, jsonb_build_array(event('91', '{"a": 1, "deep": {"x": 1}}')))$$) AS other_stream,
       public.code($$SELECT vesu_assistant.append_events('stream', '1', 4, jsonb_build_array(event('91', '{"a": 1, "deep": {"x": 1}}'), event('99', '1')))$$) AS some_new;
-- A stream that is in the archive as a whole goes on where it was, in version and time.
SELECT vesu_assistant.append_events('old', '1', 0, jsonb_build_array(event('81', '{"n": 1}', '2025-01-01'), event('82', '{"n": 2}', '2025-01-02')));
DELETE FROM vesu_assistant.subscriptions;
SELECT vesu_assistant.archive_events('2025-01-02') AS time_is_exclusive, vesu_assistant.archive_events('2025-01-03') AS rest;
SELECT public.code($$SELECT vesu_assistant.append_events('old', '1', 2, jsonb_build_array(event('83', '{"m": 3}', '2025-01-01 23:00')))$$) AS too_early;
SELECT vesu_assistant.append_events('old', '1', 2, jsonb_build_array(event('83', '{"m": 3}', '2025-01-02')));
SELECT version, data FROM vesu_assistant.load_events('old', '1');
SELECT * FROM vesu_assistant.load_state('old', '1');
SELECT version, state FROM vesu_assistant.event_snapshots WHERE aggregate_type = 'old' ORDER BY version;

-- Columns that a user adds.
ALTER TABLE vesu_assistant.event_store ADD COLUMN tenant text DEFAULT 'x';
SELECT count(*) FILTER (WHERE tenant = 'x') AS of_the_store, count(*) FILTER (WHERE tenant IS NULL) AS of_the_archive FROM vesu_assistant.load_events('old', '1');
CALL public.settle();
SELECT count(tenant) < count(*) AS rows_of_both FROM vesu_assistant.read_all();
SELECT public.try($$SELECT vesu_assistant.archive_events('2025-02-01')$$);
ALTER TABLE vesu_assistant.event_archive ADD COLUMN tenant text;
SELECT vesu_assistant.archive_events('2025-02-01') AS moved;
SELECT version, tenant FROM vesu_assistant.load_events('old', '1');
SELECT vesu_assistant.append_events('old', '1', 3, events(1));
ALTER TABLE vesu_assistant.event_store DROP COLUMN tenant;
SELECT count(*) FROM vesu_assistant.load_events('old', '1');

-- Rights: a reader reads, a writer appends, an operator archives.
CREATE ROLE regress_events_stranger;
CREATE ROLE regress_events_reader;
CREATE ROLE regress_events_writer;
CREATE ROLE regress_events_operator;
CREATE ROLE regress_events_owner;
SELECT vesu.grant_access('regress_events_owner', 'owner'), vesu.grant_access('regress_events_reader', 'reader'),
       vesu.grant_access('regress_events_writer', 'writer'), vesu.grant_access('regress_events_operator', 'operator');
CREATE FUNCTION public.try_as(role_name text, statement text) RETURNS text
    LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('SET LOCAL ROLE %I', role_name);
    EXECUTE statement;
    RESET ROLE;
    RETURN 'works';
EXCEPTION WHEN OTHERS THEN
    RESET ROLE;
    RETURN SQLSTATE;
END
$$;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO PUBLIC;
SELECT number, public.try_as('regress_events_stranger', statement) AS stranger, public.try_as('regress_events_reader', statement) AS reader,
       public.try_as('regress_events_writer', statement) AS writer, public.try_as('regress_events_operator', statement) AS operator,
       public.try_as('regress_events_owner', statement) AS owner
  FROM (VALUES
    (1,  $$SELECT vesu_assistant.append_events('access', current_user, NULL, public.events(1))$$),
    (2,  $$SELECT vesu_assistant.save_snapshot('old', '1', 1, '{}')$$),
    (3,  $$SELECT vesu_assistant.acknowledge_events('access', 0)$$),
    (4,  $$SELECT vesu_assistant.archive_events('2025-02-01')$$),
    (5,  $$SELECT vesu_assistant.load_events('old', '1')$$),
    (6,  $$SELECT vesu_assistant.read_all()$$),
    (7,  $$SELECT vesu_assistant.load_state('old', '1')$$),
    (8,  $$SELECT vesu_assistant.state_at('old', '1', '2025-02-01')$$),
    (9,  $$SELECT vesu_assistant.next_events('access')$$),
    (10, $$SELECT vesu_assistant.merge_patch('{}', '{}')$$),
    (11, $$UPDATE vesu_assistant.subscriptions SET position = 0$$),
    (12, $$UPDATE vesu_assistant.event_streams SET version = 0 WHERE aggregate_id = 'x'$$),
    (13, $$DELETE FROM vesu_assistant.event_snapshots WHERE version = 1000$$),
    (14, $$UPDATE vesu_assistant.event_store SET version = version$$)
  ) AS cases (number, statement)
 ORDER BY number;
-- The owner, who is no superuser, moves and is refused as anybody.
DELETE FROM vesu_assistant.subscriptions;
SET ROLE regress_events_operator;
SELECT vesu_assistant.append_events('old', '2', 0, jsonb_build_array(event('71', '{"n": 1}', '2024-01-01')));
SELECT vesu_assistant.archive_events('2024-02-01');
RESET ROLE;
SET ROLE regress_events_owner;
DELETE FROM vesu_assistant.event_store WHERE aggregate_type = 'signal';
RESET ROLE;
-- A caller's temporary tables and search path do not come between.
SET ROLE regress_events_writer;
CREATE TEMPORARY TABLE event_store (id uuid);
CREATE TEMPORARY TABLE event_streams (id uuid);
SET search_path = pg_temp, vesu_assistant, public;
SELECT vesu_assistant.append_events('old', '2', 1, events(1));
SELECT version FROM vesu_assistant.load_state('old', '2');
RESET search_path;
RESET ROLE;

\c postgres
DROP DATABASE vesu_assistant_events;
DROP ROLE regress_events_stranger, regress_events_reader, regress_events_writer, regress_events_operator, regress_events_owner;
