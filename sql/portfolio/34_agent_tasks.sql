-- Tasks of agents: workers claim them for a while, work, and say how it went
--
-- A worker that dies or is late loses its lease, and requeue_expired() gives the task to another one, so nothing is lost. Reports
-- need a live lease. Who may be so late that another worker has claimed the task since names its claim with started_at.

CREATE TABLE IF NOT EXISTS vesu_portfolio.agent_task_leases (
    task_id      uuid PRIMARY KEY REFERENCES vesu_portfolio.agent_tasks ON DELETE CASCADE,
    lease_until  timestamptz NOT NULL,
    attempts     int NOT NULL,

    CONSTRAINT agent_task_leases_attempts_check CHECK (attempts > 0)
);

COMMENT ON TABLE vesu_portfolio.agent_task_leases IS
    'The last claim of each task that was claimed. The lock of the task protects the row; the lease lives while its task is running and '
    'lease_until to come.';
COMMENT ON COLUMN vesu_portfolio.agent_task_leases.task_id IS 'The task.';
COMMENT ON COLUMN vesu_portfolio.agent_task_leases.lease_until IS 'Until when it was last claimed.';
COMMENT ON COLUMN vesu_portfolio.agent_task_leases.attempts IS 'How often it was claimed.';

-- What can be claimed, in the order of the claims, and what is being worked on; finished tasks are in neither.
CREATE INDEX IF NOT EXISTS idx_agent_tasks_claim ON vesu_portfolio.agent_tasks (agent_id, priority, created_at) WHERE status = 'pending';
CREATE INDEX IF NOT EXISTS idx_agent_tasks_running ON vesu_portfolio.agent_tasks (started_at) WHERE status = 'running';

-- States

CREATE OR REPLACE FUNCTION vesu_portfolio.is_task_step(present vesu_portfolio.task_status_enum, wanted vesu_portfolio.task_status_enum)
    RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE present WHEN 'pending' THEN wanted IN ('running', 'cancelled')
                        WHEN 'running' THEN wanted IN ('pending', 'completed', 'failed', 'cancelled')
                        ELSE false END;
COMMENT ON FUNCTION vesu_portfolio.is_task_step(vesu_portfolio.task_status_enum, vesu_portfolio.task_status_enum) IS
    'Private step of the trigger of agent_tasks: whether a task may go from one state to another.';

CREATE OR REPLACE FUNCTION vesu_portfolio.keep_task() RETURNS trigger
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF NOT vesu_portfolio.is_task_step(OLD.status, NEW.status) THEN
        PERFORM vesu_portfolio.refuse(308, format('task %s is %s', OLD.id, OLD.status),
                                      format('From %s it cannot become %s.', OLD.status, NEW.status),
                                      'Read its status in vesu_portfolio.agent_tasks.');
    END IF;
    IF NEW.status = 'running' AND NEW.started_at IS NOT DISTINCT FROM OLD.started_at THEN
        NEW.started_at := vesu.wall_clock();
    ELSIF NEW.status IN ('completed', 'failed', 'cancelled') THEN
        NEW.completed_at := coalesce(NEW.completed_at, vesu.wall_clock());
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.keep_task() IS
    'Trigger of agent_tasks: refuses steps between states that are none (VS308) and sets started_at and completed_at.';
CREATE OR REPLACE TRIGGER agent_tasks_keep
    BEFORE UPDATE ON vesu_portfolio.agent_tasks
    FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status)
    EXECUTE FUNCTION vesu_portfolio.keep_task();

-- Queue

CREATE OR REPLACE FUNCTION vesu_portfolio.enqueue_task(
    agent_id text, type text, payload jsonb DEFAULT '{}', priority int DEFAULT 5) RETURNS uuid
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    new_id uuid;
BEGIN
    PERFORM vesu_portfolio.check_argument('agent_id', agent_id);
    PERFORM vesu_portfolio.check_text('type', type, 100);
    PERFORM vesu_portfolio.check_argument('payload', payload::text);
    IF (priority BETWEEN 1 AND 10) IS NOT TRUE THEN
        PERFORM vesu_portfolio.refuse(301, format('priority %s', coalesce(priority::text, 'NULL')),
                                      'It is a number from 1, most urgent, to 10.', 'Leave it out for 5.');
    END IF;
    PERFORM FROM vesu_portfolio.satellite_agents AS a WHERE a.id = enqueue_task.agent_id FOR KEY SHARE;
    IF NOT FOUND THEN
        PERFORM vesu_portfolio.refuse_unknown('agent', agent_id);
    END IF;
    INSERT INTO vesu_portfolio.agent_tasks AS t (agent_id, task_type, priority, payload)
    VALUES (enqueue_task.agent_id, enqueue_task.type, enqueue_task.priority, enqueue_task.payload)
    RETURNING t.id INTO new_id;
    RETURN new_id;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.enqueue_task(text, text, jsonb, int) IS
    'Writes a pending task for an agent, in use or not, and returns its id; 1 is the most urgent priority, 10 the least. VS301 for '
    'NULL, an empty type or one longer than 100 characters, and a priority outside 1 to 10; VS302 for an unknown agent.';

-- One plan, through the index of pending tasks, whatever the statistics say and however many tasks are asked for: only it has their
-- order. The task's lock comes first, then its lease.
CREATE OR REPLACE FUNCTION vesu_portfolio.claim_tasks(agent_id text, n int DEFAULT 1, lease interval DEFAULT '5 minutes')
    RETURNS SETOF vesu_portfolio.agent_tasks
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 10
    SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
    SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET jit = off
AS $$
DECLARE
    moment constant timestamptz := vesu.wall_clock();
    in_use boolean;
BEGIN
    PERFORM vesu_portfolio.check_argument('agent_id', agent_id);
    PERFORM vesu_portfolio.check_length('lease', lease);
    IF (n > 0) IS NOT TRUE THEN
        PERFORM vesu_portfolio.refuse(301, format('n %s', coalesce(n::text, 'NULL')), 'It is how many tasks to claim at most.',
                                      'Give a number above 0.');
    END IF;
    SELECT a.is_active IS TRUE INTO in_use FROM vesu_portfolio.satellite_agents AS a WHERE a.id = claim_tasks.agent_id;
    IF NOT FOUND THEN
        PERFORM vesu_portfolio.refuse_unknown('agent', agent_id);
    ELSIF NOT in_use THEN
        PERFORM vesu_portfolio.refuse(302, format('agent %s', agent_id), 'The agent is not active.',
                                      'Set is_active of its row in vesu_portfolio.satellite_agents; its tasks wait.');
    END IF;
    RETURN QUERY
    WITH claimed AS (
        UPDATE vesu_portfolio.agent_tasks AS t
           -- Claims of a task are a millisecond apart, for that is all that the dates of many languages hold.
           SET status = 'running', started_at = greatest(moment, t.started_at + interval '1 millisecond')
         WHERE t.id = ANY (ARRAY(
                SELECT due.id
                  FROM vesu_portfolio.agent_tasks AS due
                 WHERE due.agent_id = claim_tasks.agent_id AND due.status = 'pending'
                 ORDER BY due.priority, due.created_at
                 LIMIT claim_tasks.n
                   FOR NO KEY UPDATE SKIP LOCKED))
        RETURNING t.*),
    leased AS (
        INSERT INTO vesu_portfolio.agent_task_leases AS l (task_id, lease_until, attempts)
        SELECT c.id, moment + lease, 1 FROM claimed AS c
        ON CONFLICT ON CONSTRAINT agent_task_leases_pkey DO UPDATE SET lease_until = excluded.lease_until, attempts = l.attempts + 1)
    SELECT c.* FROM claimed AS c ORDER BY c.priority, c.created_at, c.id;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.claim_tasks(text, int, interval) IS
    'Gives up to n pending tasks of an active agent to the caller until now + lease, by priority, 1 first, then by age, and returns '
    'them, running. Never waits, and two callers never get the same task. Do each, then call complete_task() or fail_task() before '
    'the lease ends. VS301 for NULL, for an n below 1 and for a lease of 0 or less or above 1000 years; VS302 for an agent that is '
    'unknown or not active.';

CREATE OR REPLACE FUNCTION vesu_portfolio.locked_task(id uuid) RETURNS vesu_portfolio.agent_tasks
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    held vesu_portfolio.agent_tasks;
BEGIN
    PERFORM vesu_portfolio.check_argument('id', id::text);
    SELECT t.* INTO held FROM vesu_portfolio.agent_tasks AS t WHERE t.id = locked_task.id FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        PERFORM vesu_portfolio.refuse_unknown('task', id::text);
    END IF;
    RETURN held;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.locked_task(uuid) IS
    'Private step: the task as it is now, locked. VS301 for NULL, VS302 for an unknown id.';

CREATE OR REPLACE FUNCTION vesu_portfolio.check_lease(held vesu_portfolio.agent_tasks, started_at timestamptz) RETURNS void
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    lease_end timestamptz;
BEGIN
    SELECT l.lease_until INTO lease_end FROM vesu_portfolio.agent_task_leases AS l WHERE l.task_id = held.id;
    IF held.status <> 'running' OR (lease_end > vesu.wall_clock()) IS NOT TRUE THEN
        PERFORM vesu_portfolio.refuse(308, format('task %s has no live lease', held.id),
                                      format('It is %s; lease_until is %s.', held.status, coalesce(lease_end::text, 'NULL')),
                                      'Claim it with vesu_portfolio.claim_tasks() and report before the lease ends.');
    ELSIF date_trunc('milliseconds', held.started_at) <> date_trunc('milliseconds', started_at) THEN
        PERFORM vesu_portfolio.refuse(308, format('task %s is leased to another claim', held.id),
                                      format('It is %s since %s; lease_until is %s.', held.status, held.started_at, lease_end),
                                      format('The claim of %s has ended: drop its work.', started_at));
    END IF;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.check_lease(vesu_portfolio.agent_tasks, timestamptz) IS
    'Private step: VS308 unless the locked task has a live lease, by the claim of started_at unless that is NULL.';

CREATE OR REPLACE FUNCTION vesu_portfolio.complete_task(id uuid, result jsonb, started_at timestamptz DEFAULT NULL)
    RETURNS vesu_portfolio.agent_tasks
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    held vesu_portfolio.agent_tasks := vesu_portfolio.locked_task(id);
BEGIN
    PERFORM vesu_portfolio.check_lease(held, started_at);
    UPDATE vesu_portfolio.agent_tasks AS t SET status = 'completed', result = complete_task.result, error_message = NULL
     WHERE t.id = complete_task.id
    RETURNING t.* INTO held;
    RETURN held;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.complete_task(uuid, jsonb, timestamptz) IS
    'Notes that a running task is done, and its result (which may be NULL), and returns it. Without started_at the caller speaks for '
    'whoever holds the live lease; a worker that may be late gives the started_at of the task that it has claimed (milliseconds count), '
    'and is refused when the task has been claimed again. VS301 for a NULL id, VS302 for an unknown one, VS308 without a live lease.';

CREATE OR REPLACE FUNCTION vesu_portfolio.fail_task(id uuid, error text, started_at timestamptz DEFAULT NULL)
    RETURNS vesu_portfolio.agent_tasks
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    held vesu_portfolio.agent_tasks;
BEGIN
    PERFORM vesu_portfolio.check_argument('error', error);
    held := vesu_portfolio.locked_task(id);
    PERFORM vesu_portfolio.check_lease(held, started_at);
    UPDATE vesu_portfolio.agent_tasks AS t SET status = 'failed', error_message = error WHERE t.id = fail_task.id
    RETURNING t.* INTO held;
    RETURN held;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.fail_task(uuid, text, timestamptz) IS
    'Notes that a running task has failed for good, and why, and returns it; a task is tried again only when its lease ends without '
    'a report. started_at as for complete_task(). VS301 for a NULL id and for an error that is NULL or empty, VS302 for an unknown '
    'id, VS308 without a live lease.';

CREATE OR REPLACE FUNCTION vesu_portfolio.cancel_task(id uuid) RETURNS vesu_portfolio.agent_tasks
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    held vesu_portfolio.agent_tasks := vesu_portfolio.locked_task(id);
BEGIN
    IF held.status <> 'cancelled' THEN
        UPDATE vesu_portfolio.agent_tasks AS t SET status = 'cancelled' WHERE t.id = cancel_task.id RETURNING t.* INTO held;
    END IF;
    RETURN held;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.cancel_task(uuid) IS
    'Ends a pending or running task and returns it; its worker, if any, is refused when it reports. Again changes nothing. VS301 '
    'for NULL, VS302 for an unknown id, VS308 for a task that is completed or failed.';

-- One plan here too: from the index of running tasks, which alone has their order, to their leases, however many there are of others.
CREATE OR REPLACE FUNCTION vesu_portfolio.requeue_expired(max_attempts int DEFAULT 3) RETURNS SETOF vesu_portfolio.agent_tasks
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
    SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET jit = off
AS $$
DECLARE
    moment constant timestamptz := vesu.wall_clock();
    expired uuid[];
BEGIN
    IF (max_attempts > 0) IS NOT TRUE THEN
        PERFORM vesu_portfolio.refuse(301, format('max_attempts %s', coalesce(max_attempts::text, 'NULL')),
                                      'It is how often a task is tried at most.', 'Give a number above 0.');
    END IF;
    -- A running task without a lease, which only a direct UPDATE makes, has none that could end.
    expired := ARRAY(
        SELECT t.id
          FROM vesu_portfolio.agent_tasks AS t
         WHERE t.status = 'running'
           AND coalesce((SELECT l.lease_until FROM vesu_portfolio.agent_task_leases AS l WHERE l.task_id = t.id), '-infinity') <= moment
         ORDER BY t.started_at
           FOR NO KEY UPDATE SKIP LOCKED);
    -- Read anew: between the snapshot and the lock another claim may have come. Without a join, so that only the ids can lead to rows.
    RETURN QUERY
    UPDATE vesu_portfolio.agent_tasks AS t
       SET (status, error_message) = (
               SELECT (CASE WHEN tried.attempts < max_attempts THEN 'pending' ELSE 'failed' END)::vesu_portfolio.task_status_enum,
                      format('The lease of attempt %s ended without a report.', tried.attempts)
                 FROM (SELECT coalesce((SELECT l.attempts FROM vesu_portfolio.agent_task_leases AS l WHERE l.task_id = t.id), 0))
                      AS tried (attempts))
     WHERE t.id = ANY ((SELECT expired)::uuid[]) AND t.status = 'running'
       AND coalesce((SELECT l.lease_until FROM vesu_portfolio.agent_task_leases AS l WHERE l.task_id = t.id), '-infinity') <= moment
    RETURNING t.*;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.requeue_expired(int) IS
    'Ends the leases that have run out: their tasks are pending again, in their old place of the queue, or, claimed max_attempts times or '
    'more, failed; error_message says so. Returns these tasks. Never waits, so two at once share the work. VS301 for max_attempts below 1 '
    'or NULL.';
