-- What must not grow with the store: pages touched with 60,000 events, half of them in one stream, all of one type; with plans
-- that were made while the tables were empty, with new ones never analysed, with analysed ones, and by the archive as by the store.
BEGIN;
-- Pages that a query touches, without those of its planning, the second time.
CREATE FUNCTION pg_temp.pages(query text) RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
    plan jsonb;
    touched numeric;
BEGIN
    EXECUTE query;
    EXECUTE 'EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF, SUMMARY OFF, FORMAT JSON) ' || query INTO plan;
    touched := (plan -> 0 -> 'Plan' ->> 'Shared Hit Blocks')::numeric + (plan -> 0 -> 'Plan' ->> 'Shared Read Blocks')::numeric;
    RETURN CASE WHEN touched <= 200 THEN 'at most 200' ELSE touched::text END;
END
$$;
CREATE TABLE pg_temp.question (number int PRIMARY KEY, query text);
INSERT INTO pg_temp.question VALUES
    (1,  $$SELECT vesu_assistant.append_events('loan', 'long', NULL, jsonb_build_array(jsonb_build_object('event_id', gen_random_uuid(), 'event_type', 'noted', 'data', '{}'::jsonb)))$$),
    (2,  $$SELECT vesu_assistant.append_events('loan', 'l' || gen_random_uuid(), 0, '[{"event_type": "noted", "data": {}}]')$$),
    (3,  $$SELECT vesu_assistant.append_events('loan', 'long', 0, '[{"event_id": "00000000-0000-0000-0000-000000000700", "event_type": "noted", "data": {"k0": 1792}}]')$$),
    (4,  $$SELECT * FROM vesu_assistant.load_events('loan', 'long', 29990)$$),
    (5,  $$SELECT * FROM vesu_assistant.load_events('loan', 's100')$$),
    (6,  $$SELECT * FROM vesu_assistant.load_state('loan', 's200')$$),
    (7,  $$SELECT * FROM vesu_assistant.load_state('loan', 'snapped')$$),
    (8,  $$SELECT * FROM vesu_assistant.state_at('loan', 'snapped', '2026-03-01')$$),
    (9,  $$SELECT * FROM vesu_assistant.read_all(30000, 20)$$),
    (10, $$SELECT * FROM vesu_assistant.next_events('late', 20)$$),
    (11, $$SELECT vesu_assistant.acknowledge_events('late', 40000)$$);
CREATE FUNCTION pg_temp.ask() RETURNS TABLE (number int, pages text)
    LANGUAGE sql AS $$ SELECT q.number, pg_temp.pages(q.query) FROM pg_temp.question AS q ORDER BY q.number $$;
CREATE PROCEDURE pg_temp.fill()
    LANGUAGE plpgsql AS $$
BEGIN
    -- As if all were restored from elsewhere, and so settled.
    INSERT INTO vesu_assistant.event_store (
        position, event_id, event_type, aggregate_type, aggregate_id, version, data, occurred_at, horizon) OVERRIDING SYSTEM VALUE
    SELECT i, lpad(to_hex(i), 32, '0')::uuid, 'noted', 'loan', CASE WHEN i % 2 = 0 THEN 'long' ELSE 's' || i / 2 % 1000 END,
           CASE WHEN i % 2 = 0 THEN i / 2 ELSE 1 + i / 2000 END, jsonb_build_object('k' || i % 7, i), timestamptz '2026-02-01' + i * interval '1 minute',
           '18446744073709551000'
      FROM generate_series(1, 60000) AS i;
    INSERT INTO vesu_assistant.event_store (
        position, event_id, event_type, aggregate_type, aggregate_id, version, data, occurred_at, horizon) OVERRIDING SYSTEM VALUE
    SELECT 60000 + i, lpad(to_hex(60000 + i), 32, '0')::uuid, 'noted', 'loan', 'snapped', i, '{}', timestamptz '2026-02-01' + i * interval '1 minute', '18446744073709551000'
      FROM generate_series(1, 10000) AS i;
    INSERT INTO vesu_assistant.event_streams
    SELECT aggregate_type, aggregate_id, max(version) FROM vesu_assistant.event_store GROUP BY 1, 2
        ON CONFLICT ON CONSTRAINT event_streams_pkey DO UPDATE SET version = excluded.version;
    INSERT INTO vesu_assistant.event_snapshots SELECT 'loan', 'snapped', v, '{}' FROM generate_series(1000, 9990, 10) AS v;
    PERFORM vesu_assistant.acknowledge_events('late', 30000);
    -- What was appended before has drawn positions too.
    PERFORM setval('vesu_assistant.event_store_position_seq', 100000);
END
$$;
-- Plans are made while all is empty, and then thought to be of empty tables: two calls more than it takes to keep one.
DO $$
BEGIN
    FOR i IN 1 .. 7 LOOP
        PERFORM vesu_assistant.append_events('loan', 'small', NULL, jsonb_build_array(jsonb_build_object(
            'event_id', gen_random_uuid(), 'event_type', 'noted', 'data', '{}'::jsonb, 'occurred_at', '2026-01-01')));
        PERFORM vesu_assistant.load_events('loan', 'small'), vesu_assistant.load_state('loan', 'small'),
                vesu_assistant.state_at('loan', 'small', '2026-01-01'), vesu_assistant.read_all(), vesu_assistant.next_events('late');
    END LOOP;
END
$$;
SET LOCAL session_replication_role = replica;
DELETE FROM vesu_assistant.event_store;
SET LOCAL session_replication_role = origin;
CALL pg_temp.fill();
SELECT * FROM pg_temp.ask();
-- Plans anew.
DISCARD PLANS;
SELECT * FROM pg_temp.ask();
ANALYZE vesu_assistant.event_store, vesu_assistant.event_streams, vesu_assistant.event_snapshots, vesu_assistant.event_archive, vesu_assistant.subscriptions;
SELECT * FROM pg_temp.ask();
-- Kept ones, which know no values.
SET LOCAL plan_cache_mode = force_generic_plan;
DISCARD PLANS;
SELECT * FROM pg_temp.ask();
-- Taken for a tiny table.
UPDATE pg_class SET reltuples = 3, relpages = 1 WHERE oid IN ('vesu_assistant.event_store'::regclass, 'vesu_assistant.event_archive'::regclass);
DISCARD PLANS;
SELECT * FROM pg_temp.ask();
-- The answers are answers.
SELECT count(*), min(version), max(version) FROM vesu_assistant.load_events('loan', 's100');
SELECT version, state FROM vesu_assistant.load_state('loan', 'snapped');
SELECT count(*), min(position), max(position) FROM vesu_assistant.read_all(30000, 20);
-- Most of it in the archive.
SELECT vesu_assistant.acknowledge_events('late', 70000);
SELECT vesu_assistant.archive_events('2026-03-08') AS moved;
-- The others pass by what was moved until a vacuum removes it.
SELECT * FROM pg_temp.ask() WHERE number < 8 AND number <> 4;
SELECT count(*), min(position), max(position), bool_and(position > before) AS in_order
  FROM (SELECT position, lag(position, 1, 0::bigint) OVER () AS before FROM vesu_assistant.read_all(30000, 1000)) AS r;
ROLLBACK;
