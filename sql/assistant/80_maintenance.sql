-- Maintenance: what has become old is thinned out and deleted, a batch at a time

CREATE INDEX IF NOT EXISTS signals_expired_idx
    ON vesu_assistant.signals ((coalesce(expires_at, detected_at))) WHERE status = 'expired';
CREATE INDEX IF NOT EXISTS positions_snapshot_idx ON vesu_assistant.positions (snapshot_at);

-- The policy

CREATE OR REPLACE FUNCTION vesu_assistant.default_policy() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN jsonb '{"expired_signals":"30 days","alerts":"90 days","positions_full":"7 days","positions_daily":"365 days","batch":10000}';
COMMENT ON FUNCTION vesu_assistant.default_policy() IS
    'Private step of maintain: how long what is kept, and how many rows of it one run may delete.';

CREATE OR REPLACE FUNCTION vesu_assistant.check_policy(policy jsonb) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    unknown text;
BEGIN
    IF (jsonb_typeof(policy) = 'object') IS NOT TRUE THEN
        PERFORM vesu_assistant.refuse(200, format('policy %s', coalesce(policy::text, 'NULL')), 'It is no object.',
                                      'Give an object; {} stands for what is usual.');
    END IF;
    SELECT min(k.name) INTO unknown
      FROM jsonb_object_keys(policy) AS k (name)
     WHERE NOT vesu_assistant.default_policy() ? k.name;
    IF unknown IS NOT NULL THEN
        PERFORM vesu_assistant.refuse(200, format('policy %s', unknown), 'No item has this name.',
                                      'The keys are expired_signals, alerts, positions_full, positions_daily and batch.');
    END IF;
END
$$;
COMMENT ON FUNCTION vesu_assistant.check_policy(jsonb) IS
    'Private step of maintain: VS200 for what is no object and for an unknown key.';

CREATE OR REPLACE FUNCTION vesu_assistant.policy_batch(policy jsonb) RETURNS bigint
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    batch constant jsonb := policy -> 'batch';
BEGIN
    IF jsonb_typeof(batch) <> 'number' OR batch::numeric NOT BETWEEN 1 AND 1000000000 OR batch::numeric <> trunc(batch::numeric) THEN
        PERFORM vesu_assistant.refuse(200, format('batch %s', batch), 'It is how many rows of an item one run may touch.',
                                      'Give a whole number from 1 to 1000000000.');
    END IF;
    RETURN batch::bigint;
END
$$;
COMMENT ON FUNCTION vesu_assistant.policy_batch(jsonb) IS
    'Private step of maintain: the number of rows a policy allows. VS200 for what is none.';

-- Text that is no interval, or one longer than time, fails in more ways than can be told apart.
CREATE OR REPLACE FUNCTION vesu_assistant.policy_edge(policy jsonb, item text, moment timestamptz) RETURNS timestamptz
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
DECLARE
    age interval;
    edge timestamptz;
BEGIN
    IF jsonb_typeof(policy -> item) = 'null' THEN
        RETURN NULL;
    END IF;
    BEGIN
        IF jsonb_typeof(policy -> item) = 'string' THEN
            age := (policy ->> item)::interval;
            edge := moment - age;
        END IF;
    EXCEPTION WHEN data_exception THEN
        age := NULL;
    END;
    IF (age >= interval '0') IS NOT TRUE THEN
        PERFORM vesu_assistant.refuse(200, format('%s %s', item, policy -> item), 'It is for how long to keep.',
                                      'Give an interval from 0 on, such as "30 days", or null to keep all.');
    END IF;
    RETURN edge;
END
$$;
COMMENT ON FUNCTION vesu_assistant.policy_edge(jsonb, text, timestamptz) IS
    'Private step of maintain: the moment from which on an item is kept, NULL if all of it is. VS200 for what is no interval from 0 on.';

-- What each item deletes. One plan each, by the index whose order is asked for, whatever the statistics say. Rows that another
-- transaction has locked are left to the next run: who waits for nobody is in no deadlock.

CREATE OR REPLACE FUNCTION vesu_assistant.delete_signals(edge timestamptz, batch bigint) RETURNS bigint
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
    SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET jit = off
AS $$
DECLARE
    deleted bigint;
BEGIN
    DELETE FROM vesu_assistant.signals AS s
     WHERE s.id = ANY (ARRAY(
            SELECT old.id
              FROM vesu_assistant.signals AS old
             WHERE old.status = 'expired' AND coalesce(old.expires_at, old.detected_at) < edge
               AND NOT EXISTS (SELECT FROM vesu_assistant.alerts AS a WHERE a.signal_id = old.id OFFSET 0)
             ORDER BY coalesce(old.expires_at, old.detected_at)
             LIMIT batch
               FOR UPDATE SKIP LOCKED));
    GET DIAGNOSTICS deleted = ROW_COUNT;
    RETURN deleted;
END
$$;
COMMENT ON FUNCTION vesu_assistant.delete_signals(timestamptz, bigint) IS
    'Private step of maintain: deletes up to batch signals that have expired before edge and that no alert tells of; how many.';

CREATE OR REPLACE FUNCTION vesu_assistant.fail_abandoned_alerts(moment timestamptz, batch bigint) RETURNS bigint
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
    SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET jit = off
AS $$
DECLARE
    failed bigint;
BEGIN
    UPDATE vesu_assistant.alerts AS a
       SET status = 'failed', last_error = 'no word of the last attempt'
     WHERE a.id = ANY (ARRAY(
            SELECT old.id
              FROM vesu_assistant.alerts AS old
             WHERE old.status = 'pending' AND old.attempts >= 5 AND old.lease_until <= moment
             ORDER BY old.created_at
             LIMIT batch
               FOR NO KEY UPDATE SKIP LOCKED));
    GET DIAGNOSTICS failed = ROW_COUNT;
    RETURN failed;
END
$$;
COMMENT ON FUNCTION vesu_assistant.fail_abandoned_alerts(timestamptz, bigint) IS
    'Private step of maintain: up to batch alerts whose fifth and last lease has ended without a word are failed for good; how many.';

CREATE OR REPLACE FUNCTION vesu_assistant.delete_alerts(edge timestamptz, batch bigint) RETURNS bigint
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
    SET enable_seqscan = off SET enable_bitmapscan = off SET jit = off
AS $$
DECLARE
    deleted bigint;
BEGIN
    DELETE FROM vesu_assistant.alerts AS a
     WHERE a.id = ANY (ARRAY(
            SELECT old.id
              FROM vesu_assistant.alerts AS old
             WHERE old.status IN ('sent', 'acknowledged', 'failed') AND old.created_at < edge
               AND (old.status <> 'failed' OR old.next_attempt_at IS NULL)
             LIMIT batch
               FOR UPDATE SKIP LOCKED));
    GET DIAGNOSTICS deleted = ROW_COUNT;
    RETURN deleted;
END
$$;
COMMENT ON FUNCTION vesu_assistant.delete_alerts(timestamptz, bigint) IS
    'Private step of maintain: deletes up to batch alerts made before edge that are sent, acknowledged or failed for good; how many.';

-- From the edge backwards: what has just passed it is found at once. OFFSET 0 keeps the planner from joining, the order from
-- reading a wallet's snapshots of all days. Of two snapshots of a moment the one written later counts.
CREATE OR REPLACE FUNCTION vesu_assistant.thin_positions(edge timestamptz, batch bigint) RETURNS bigint
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
    SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET enable_incremental_sort = off SET jit = off
AS $$
DECLARE
    deleted bigint;
BEGIN
    DELETE FROM vesu_assistant.positions AS p
     WHERE p.id = ANY (ARRAY(
            SELECT old.id
              FROM vesu_assistant.positions AS old
             WHERE old.snapshot_at < edge
               AND EXISTS (SELECT FROM vesu_assistant.positions AS later
                            WHERE later.wallet_address = old.wallet_address AND later.protocol = old.protocol
                              AND later.chain_id = old.chain_id
                              AND (later.snapshot_at, later.created_at, later.id) > (old.snapshot_at, old.created_at, old.id)
                              AND later.snapshot_at < edge
                              AND later.snapshot_at
                                  < (date_trunc('day', old.snapshot_at AT TIME ZONE 'UTC') + interval '1 day') AT TIME ZONE 'UTC'
                            ORDER BY later.snapshot_at DESC
                           OFFSET 0)
               AND NOT EXISTS (SELECT FROM vesu_assistant.latest_positions AS l WHERE l.position_id = old.id OFFSET 0)
             ORDER BY old.snapshot_at DESC
             LIMIT batch
               FOR UPDATE SKIP LOCKED));
    GET DIAGNOSTICS deleted = ROW_COUNT;
    RETURN deleted;
END
$$;
COMMENT ON FUNCTION vesu_assistant.thin_positions(timestamptz, bigint) IS
    'Private step of maintain: deletes up to batch snapshots older than edge that a later one of the same wallet, protocol, chain '
    'and UTC day, older than edge too, supersedes; never a latest one. How many.';

CREATE OR REPLACE FUNCTION vesu_assistant.delete_positions(edge timestamptz, batch bigint) RETURNS bigint
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
    SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET enable_incremental_sort = off SET jit = off
AS $$
DECLARE
    deleted bigint;
BEGIN
    DELETE FROM vesu_assistant.positions AS p
     WHERE p.id = ANY (ARRAY(
            SELECT old.id
              FROM vesu_assistant.positions AS old
             WHERE old.snapshot_at < edge
               AND EXISTS (SELECT FROM vesu_assistant.positions AS later
                            WHERE later.wallet_address = old.wallet_address AND later.protocol = old.protocol
                              AND later.chain_id = old.chain_id
                              AND (later.snapshot_at, later.created_at, later.id) > (old.snapshot_at, old.created_at, old.id)
                            ORDER BY later.snapshot_at DESC
                           OFFSET 0)
               AND NOT EXISTS (SELECT FROM vesu_assistant.latest_positions AS l WHERE l.position_id = old.id OFFSET 0)
             ORDER BY old.snapshot_at
             LIMIT batch
               FOR UPDATE SKIP LOCKED));
    GET DIAGNOSTICS deleted = ROW_COUNT;
    RETURN deleted;
END
$$;
COMMENT ON FUNCTION vesu_assistant.delete_positions(timestamptz, bigint) IS
    'Private step of maintain: deletes up to batch snapshots older than edge, never a latest one; how many.';

CREATE OR REPLACE FUNCTION vesu_assistant.maintain(policy jsonb DEFAULT vesu_assistant.default_policy())
    RETURNS TABLE (item text, action text, rows bigint)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 6
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    moment constant timestamptz := vesu.wall_clock();
    whole jsonb;
    batch bigint;
    signals_edge timestamptz;
    alerts_edge timestamptz;
    full_edge timestamptz;
    daily_edge timestamptz;
BEGIN
    PERFORM vesu_assistant.check_policy(policy);
    whole := vesu_assistant.default_policy() || policy;
    batch := vesu_assistant.policy_batch(whole);
    signals_edge := vesu_assistant.policy_edge(whole, 'expired_signals', moment);
    alerts_edge := vesu_assistant.policy_edge(whole, 'alerts', moment);
    full_edge := vesu_assistant.policy_edge(whole, 'positions_full', moment);
    daily_edge := vesu_assistant.policy_edge(whole, 'positions_daily', moment);
    IF NOT pg_try_advisory_xact_lock(hashtextextended('vesu_assistant.maintain', 0)) THEN
        RETURN;
    END IF;
    IF signals_edge IS NOT NULL THEN
        RETURN QUERY VALUES ('expired_signals', 'expired', vesu_assistant.expire_signals(batch::int));
        RETURN QUERY VALUES ('expired_signals', 'deleted', vesu_assistant.delete_signals(signals_edge, batch));
    END IF;
    IF alerts_edge IS NOT NULL THEN
        RETURN QUERY VALUES ('alerts', 'failed', vesu_assistant.fail_abandoned_alerts(moment, batch));
        RETURN QUERY VALUES ('alerts', 'deleted', vesu_assistant.delete_alerts(alerts_edge, batch));
    END IF;
    IF full_edge IS NOT NULL THEN
        RETURN QUERY VALUES ('positions_full', 'deleted', vesu_assistant.thin_positions(full_edge, batch));
    END IF;
    IF daily_edge IS NOT NULL THEN
        RETURN QUERY VALUES ('positions_daily', 'deleted', vesu_assistant.delete_positions(daily_edge, batch));
    END IF;
END
$$;
COMMENT ON FUNCTION vesu_assistant.maintain(jsonb) IS
    'Tidies up and returns how many rows each action touched, also 0. expired_signals: expires signals, and deletes those that '
    'expired longer ago than this and that no alert tells of. alerts: fails for good those whose fifth lease has ended, and deletes '
    'those made longer ago that are sent, acknowledged or failed for good. positions_full: deletes older snapshots but the last of '
    'each wallet, protocol, chain and UTC day. positions_daily: deletes older snapshots. The latest snapshot of each is never deleted. '
    'Each action touches at most batch rows: repeat it until all are 0. What a policy does not name is as usual; null skips an item. '
    'While another run is under way no row is returned. VS200 for NULL, an unknown key, what is no interval from 0 on, and a batch '
    'that is no whole number from 1 to 1000000000.';
