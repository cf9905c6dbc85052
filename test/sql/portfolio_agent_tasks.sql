-- The queue of tasks: claims, leases, reports, late workers, states, and what a claim costs.
BEGIN;
\getenv directory PG_ABS_SRCDIR
\set support :directory '/sql/support/portfolio.sql'
\set ECHO none
\i :support
-- What a task is, in short: what is NULL is not said.
CREATE FUNCTION pg_temp.short(task vesu_portfolio.agent_tasks) RETURNS text
    LANGUAGE sql AS $$
    SELECT concat_ws(' ', pg_temp.number(task.id), task.status, 'priority ' || task.priority, 'started ' || task.started_at::time, 'ended ' || task.completed_at::time,
                     task.error_message, task.result,
                     (SELECT format('attempt %s until %s', l.attempts, l.lease_until::time) FROM vesu_portfolio.agent_task_leases AS l WHERE l.task_id = task.id))
$$;
-- A task in a state, of that many seconds ago; running ones are leased until the given second after noon.
CREATE FUNCTION pg_temp.add(n int, status vesu_portfolio.task_status_enum DEFAULT 'pending', seconds int DEFAULT 0, priority int DEFAULT 5, leased int DEFAULT NULL, attempts int DEFAULT 1)
    RETURNS int
    LANGUAGE sql AS $$
    INSERT INTO vesu_portfolio.agent_tasks (id, agent_id, task_type, status, priority, created_at, started_at)
    VALUES (pg_temp.uid(n), 'sage', 't', status, priority, '2026-03-01 12:00+00'::timestamptz - seconds * interval '1 second',
            CASE WHEN status <> 'pending' THEN timestamptz '2026-03-01 12:00+00' END);
    INSERT INTO vesu_portfolio.agent_task_leases (task_id, lease_until, attempts)
    SELECT pg_temp.uid(n), '2026-03-01 12:00+00'::timestamptz + leased * interval '1 second', attempts WHERE leased IS NOT NULL;
    SELECT n
$$;
CREATE FUNCTION pg_temp.claimed(n int DEFAULT 100, lease interval DEFAULT '1 minute') RETURNS SETOF text
    LANGUAGE plpgsql AS $$
BEGIN
    -- In two steps, to see the leases.
    RETURN QUERY SELECT pg_temp.short(t) FROM unnest(ARRAY(SELECT c FROM vesu_portfolio.claim_tasks('sage', n, lease) AS c)) AS t;
END
$$;
CREATE FUNCTION pg_temp.tasks() RETURNS SETOF text
    LANGUAGE sql AS $$ SELECT pg_temp.short(t) FROM vesu_portfolio.agent_tasks AS t ORDER BY t.id $$;
\set ECHO all
\pset format unaligned
\pset tuples_only
-- Enqueued: pending, in the order of the calls even within a transaction.
SELECT count(vesu_portfolio.enqueue_task('sage', 'analyse', '{"asset": "ETH"}', 1)), count(vesu_portfolio.enqueue_task('sage', 'rest'));
SELECT t.status, t.agent_id, t.task_type, t.payload, t.priority, t.created_at, t.started_at IS NULL, t.completed_at IS NULL FROM vesu_portfolio.agent_tasks AS t ORDER BY t.priority;
SET vesu.clock = '';
SELECT count(vesu_portfolio.enqueue_task('pulse', n::text)) FROM generate_series(1, 5) AS n;
SELECT string_agg(task_type, ' ') FROM vesu_portfolio.claim_tasks('pulse', 5);
SELECT pg_temp.is_now('12:00:00');
DELETE FROM vesu_portfolio.agent_tasks;

-- Claimed: 1 first, then the oldest; so many; none twice; of this agent only.
SELECT pg_temp.add(n, 'pending', seconds, priority) FROM (VALUES (1, 50, 5), (2, 60, 5), (3, 10, 1), (4, 99, 10), (5, 20, 1)) AS v (n, seconds, priority);
SELECT pg_temp.claimed(1);
SELECT pg_temp.claimed(3);
SELECT pg_temp.claimed();
SELECT pg_temp.claimed();
SELECT count(*) FROM vesu_portfolio.claim_tasks('forge', 10);
-- Done, failed, cancelled; with what each leaves.
SELECT pg_temp.is_now('12:00:30');
SELECT pg_temp.short(vesu_portfolio.complete_task(pg_temp.uid(1), '{"found": 3}')), pg_temp.short(vesu_portfolio.complete_task(pg_temp.uid(2), NULL)),
       pg_temp.short(vesu_portfolio.fail_task(pg_temp.uid(3), 'no route')), pg_temp.short(vesu_portfolio.cancel_task(pg_temp.uid(4)));
SELECT pg_temp.is_now('12:00:31');
SELECT pg_temp.short(vesu_portfolio.cancel_task(pg_temp.uid(4)));
-- A lease lives until its second.
SELECT pg_temp.is_now('12:01:00');
SELECT pg_temp.refusal(format('complete_task(%L, NULL)', pg_temp.uid(5)));
SELECT pg_temp.is_now('12:00:59.999999');
SELECT pg_temp.short(vesu_portfolio.complete_task(pg_temp.uid(5), '[]'));
DELETE FROM vesu_portfolio.agent_tasks;
SELECT count(*) FROM vesu_portfolio.agent_task_leases;

-- Leases that have ended: pending again in the old place, and after the third failed.
SELECT pg_temp.is_now('12:00:00');
SELECT pg_temp.add(1, 'pending', 50), pg_temp.add(2, 'pending', 40);
SELECT pg_temp.claimed(1);
SELECT pg_temp.is_now('12:00:59.999999'), (SELECT count(*) FROM vesu_portfolio.requeue_expired());
SELECT pg_temp.is_now('12:01:00');
SELECT pg_temp.short(t) FROM vesu_portfolio.requeue_expired() AS t;
SELECT count(*) FROM vesu_portfolio.requeue_expired();
SELECT pg_temp.claimed(1, '1 second');
SELECT pg_temp.is_now('12:02:00');
SELECT pg_temp.short(t) FROM vesu_portfolio.requeue_expired() AS t;
SELECT pg_temp.claimed(1);
SELECT pg_temp.is_now('12:03:00');
SELECT pg_temp.short(t) FROM vesu_portfolio.requeue_expired() AS t;
SELECT pg_temp.claimed();
-- As often as the caller says; what succeeds at last has no error any more.
SELECT pg_temp.is_now('12:04:00');
SELECT pg_temp.short(t) FROM vesu_portfolio.requeue_expired(2) AS t;
SELECT pg_temp.claimed(1);
SELECT pg_temp.short(vesu_portfolio.complete_task(pg_temp.uid(2), '1'));
-- Set to running by hand a task has no lease: no report counts, and it is pending again at once.
SELECT pg_temp.add(3);
UPDATE vesu_portfolio.agent_tasks SET status = 'running' WHERE id = pg_temp.uid(3) RETURNING pg_temp.short(agent_tasks);
SELECT pg_temp.message(format('complete_task(%L, NULL)', pg_temp.uid(3)));
SELECT pg_temp.short(t) FROM vesu_portfolio.requeue_expired(1) AS t;

-- A late worker names its claim and is refused once another has the task; milliseconds tell claims apart.
DELETE FROM vesu_portfolio.agent_tasks;
SELECT pg_temp.is_now('12:00:00.0009');
SELECT pg_temp.add(1), pg_temp.add(2), pg_temp.add(3);
SELECT started_at AS first FROM vesu_portfolio.claim_tasks('sage', 3, '1 microsecond') LIMIT 1 \gset
SELECT pg_temp.is_now('12:00:00.000901'), (SELECT count(*) FROM vesu_portfolio.requeue_expired());
SELECT started_at AS second FROM vesu_portfolio.claim_tasks('sage', 3) LIMIT 1 \gset
SELECT :'first', :'second';
SELECT pg_temp.refusal(format('complete_task(%L, NULL, %L)', pg_temp.uid(1), :'first'));
SELECT pg_temp.message(format('fail_task(%L, ''e'', %L)', pg_temp.uid(1), :'first'));
SELECT pg_temp.short(vesu_portfolio.complete_task(pg_temp.uid(1), '1', :'second')), pg_temp.short(vesu_portfolio.complete_task(pg_temp.uid(2), '2', date_trunc('milliseconds', :'second'::timestamptz))),
       pg_temp.short(vesu_portfolio.fail_task(pg_temp.uid(3), 'e', NULL));

-- States: every step by an UPDATE and by the calls, from every state. Leases live but for "lost".
DELETE FROM vesu_portfolio.agent_tasks;
SELECT pg_temp.is_now('12:00:30');
CREATE FUNCTION pg_temp.step(present text, step text) RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
    task constant uuid := pg_temp.uid(1);
BEGIN
    PERFORM pg_temp.add(1, replace(present, 'lost', 'running')::vesu_portfolio.task_status_enum,
                        leased => CASE present WHEN 'pending' THEN NULL WHEN 'lost' THEN 30 ELSE 60 END);
    CASE step
        WHEN 'claim' THEN PERFORM vesu_portfolio.claim_tasks('sage');
        WHEN 'complete' THEN PERFORM vesu_portfolio.complete_task(task, '1');
        WHEN 'fail' THEN PERFORM vesu_portfolio.fail_task(task, 'e');
        WHEN 'cancel' THEN PERFORM vesu_portfolio.cancel_task(task);
        WHEN 'requeue' THEN PERFORM vesu_portfolio.requeue_expired();
        ELSE UPDATE vesu_portfolio.agent_tasks AS t SET status = step::vesu_portfolio.task_status_enum WHERE t.id = task;
    END CASE;
    RAISE SQLSTATE 'TEST0' USING MESSAGE = (SELECT concat(t.status, ' ' || extract(second FROM t.completed_at)::int) FROM vesu_portfolio.agent_tasks AS t);
EXCEPTION WHEN OTHERS THEN
    RETURN CASE WHEN SQLSTATE LIKE 'VS%' THEN SQLSTATE ELSE replace(SQLSTATE, 'TEST0', '') || SQLERRM END;
END
$$;
SELECT step, pg_temp.step('pending', step), pg_temp.step('running', step), pg_temp.step('lost', step), pg_temp.step('completed', step),
       pg_temp.step('failed', step), pg_temp.step('cancelled', step)
  FROM unnest('{claim,complete,fail,cancel,requeue,pending,running,completed,failed,cancelled}'::text[]) WITH ORDINALITY AS s (step, place) ORDER BY place;
-- Nothing else of a finished task is guarded; times are kept where they are given.
SELECT pg_temp.add(1);
UPDATE vesu_portfolio.agent_tasks SET status = 'running', started_at = '2026-03-01 11:00+00' RETURNING pg_temp.short(agent_tasks);
UPDATE vesu_portfolio.agent_tasks SET status = 'completed', completed_at = '2026-03-01 11:30+00' RETURNING pg_temp.short(agent_tasks);
UPDATE vesu_portfolio.agent_tasks SET result = '1' RETURNING pg_temp.short(agent_tasks);

-- Errors.
SELECT call, pg_temp.refusal(call)
  FROM unnest(ARRAY[
    $$enqueue_task('nobody', 't')$$, $$enqueue_task('sage', 't', '{}', 0)$$, format('enqueue_task(''sage'', %L)', repeat('t', 101)), $$claim_tasks('nobody')$$, $$claim_tasks('sage', 0)$$,
    $$claim_tasks('sage', 1, '0')$$, $$complete_task('00000000-0000-0000-0000-000000000001', '{}')$$, $$cancel_task('00000000-0000-0000-0000-000000000001')$$,
    $$cancel_task('00000000-0000-0000-0000-000000000009')$$, $$requeue_expired(0)$$]) AS call;
UPDATE vesu_portfolio.satellite_agents SET is_active = false WHERE id = 'echo';
UPDATE vesu_portfolio.satellite_agents SET is_active = NULL WHERE id = 'fuel';
SELECT pg_temp.refusal($$claim_tasks('echo')$$), vesu_portfolio.enqueue_task('echo', 'waits') IS NOT NULL;
SELECT call, pg_temp.message(call)
  FROM unnest(ARRAY[
    $$enqueue_task(NULL, 't')$$, $$enqueue_task('sage', NULL)$$, $$enqueue_task('sage', '')$$, $$enqueue_task('sage', 't', NULL)$$, $$enqueue_task('sage', 't', '{}', NULL)$$,
    $$enqueue_task('sage', 't', '{}', 11)$$, $$claim_tasks(NULL)$$, $$claim_tasks('fuel')$$, $$claim_tasks('sage', NULL)$$, $$claim_tasks('sage', -1)$$, $$claim_tasks('sage', 1, NULL)$$, $$claim_tasks('sage', 1, '-1 second')$$,
    $$complete_task(NULL, '{}')$$, $$complete_task('00000000-0000-0000-0000-000000000009', '{}')$$, $$fail_task(NULL, 'e')$$, $$fail_task('00000000-0000-0000-0000-000000000009', 'e')$$,
    $$fail_task('00000000-0000-0000-0000-000000000001', NULL)$$, $$fail_task('00000000-0000-0000-0000-000000000001', '')$$, $$cancel_task(NULL)$$, $$requeue_expired(NULL)$$, $$requeue_expired(-1)$$]) AS call;

-- Cost: the same pages with 100,000 finished tasks as without, whatever the statistics say; the end of leases reads what is running.
DELETE FROM vesu_portfolio.agent_tasks;
SELECT pg_temp.is_now('12:00:00');
SELECT count(pg_temp.add(n, seconds => 10)) FROM generate_series(1, 40) AS n;
SELECT pg_temp.pages($$SELECT vesu_portfolio.claim_tasks('sage', 5)$$) < 2000, pg_temp.pages($$SELECT vesu_portfolio.requeue_expired()$$) < 2000;
SELECT pg_temp.pages($$SELECT vesu_portfolio.claim_tasks('sage', 5)$$) AS few, pg_temp.pages($$SELECT vesu_portfolio.requeue_expired()$$) AS none \gset
INSERT INTO vesu_portfolio.agent_tasks (agent_id, task_type, status, priority, created_at)
SELECT 'sage', 't', (ARRAY['completed', 'failed', 'cancelled'])[1 + n % 3]::vesu_portfolio.task_status_enum, 1, vesu.wall_clock() - interval '1 hour' FROM generate_series(1, 100000) AS n;
SELECT pg_temp.pages($$SELECT vesu_portfolio.claim_tasks('sage', 5)$$) < :few + 50, pg_temp.pages($$SELECT vesu_portfolio.requeue_expired()$$) < :none + 200;
ANALYZE vesu_portfolio.agent_tasks;
SELECT pg_temp.pages($$SELECT vesu_portfolio.claim_tasks('sage', 1)$$) > 0, pg_temp.pages($$SELECT vesu_portfolio.requeue_expired()$$) > 0;
SELECT pg_temp.pages($$SELECT vesu_portfolio.claim_tasks('sage', 5)$$) < :few + 50, pg_temp.pages($$SELECT vesu_portfolio.requeue_expired()$$) < :none + 200;
UPDATE pg_class SET reltuples = 0, relpages = 100000 WHERE oid = 'vesu_portfolio.agent_tasks'::regclass;
SELECT pg_temp.pages($$SELECT vesu_portfolio.claim_tasks('sage', 1)$$) > 0, pg_temp.pages($$SELECT vesu_portfolio.requeue_expired()$$) > 0;
SELECT pg_temp.pages($$SELECT vesu_portfolio.claim_tasks('sage', 5)$$) < :few + 50, pg_temp.pages($$SELECT vesu_portfolio.requeue_expired()$$) < :none + 200;
-- The statement of its body, its arguments by number.
SELECT replace(replace(substring(prosrc FROM 'ARRAY\((.*?)\)\)\s*RETURNING'), 'claim_tasks.agent_id', '$1'), 'claim_tasks.n', '$2') AS body
  FROM pg_proc WHERE oid = 'vesu_portfolio.claim_tasks'::regproc \gset
SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off;
PREPARE claim (text, int) AS :body;
EXPLAIN (COSTS OFF) EXECUTE claim ('sage', 5);
RESET plan_cache_mode; RESET enable_seqscan; RESET enable_bitmapscan; RESET enable_sort;
ROLLBACK;
