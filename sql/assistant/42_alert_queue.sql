-- The queue of alerts: workers claim them for a while, deliver them, and say how it went
--
-- Delivery is at least once. A worker that dies or is late loses its lease, and another one claims the alert; so nothing is lost,
-- and no two workers hold an alert at once.

-- What can be claimed, now or later, oldest first; finished alerts are not in it. Neither the lease nor the attempts stand in it: a claim
-- then need not write to any index, and what was claimed and sent since is passed over at the cost of a mark in the index.
CREATE INDEX IF NOT EXISTS alerts_claim_idx
    ON vesu_assistant.alerts (channel, created_at) WHERE status = 'pending' OR status = 'failed' AND next_attempt_at IS NOT NULL;

-- One plan, through that index, whatever the statistics say and however many alerts are asked for: only it has their order.
CREATE OR REPLACE FUNCTION vesu_assistant.claim_alerts(
    channel vesu_assistant.alert_channel, max_rows int DEFAULT 100, lease interval DEFAULT '1 minute')
    RETURNS SETOF vesu_assistant.alerts
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 100
    SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
    SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET jit = off
AS $$
DECLARE
    moment constant timestamptz := vesu.wall_clock();
BEGIN
    PERFORM vesu_assistant.check_argument('channel', channel::text);
    PERFORM vesu_assistant.check_alert_rows(max_rows);
    IF (lease > interval '0') IS NOT TRUE THEN
        PERFORM vesu_assistant.refuse(200, format('lease %s', coalesce(lease::text, 'NULL')), 'It is how long the alerts are the caller''s.',
                                      'Give an interval above 0, longer than a delivery takes.');
    END IF;
    RETURN QUERY
    WITH claimed AS (
        UPDATE vesu_assistant.alerts AS a
           SET status = 'pending', attempts = a.attempts + 1, lease_until = moment + lease, next_attempt_at = NULL
         WHERE a.id = ANY (ARRAY(
                SELECT due.id
                  FROM vesu_assistant.alerts AS due
                 WHERE due.channel = claim_alerts.channel
                   AND (due.status = 'pending' OR due.status = 'failed' AND due.next_attempt_at IS NOT NULL)
                   AND due.attempts < 5 AND coalesce(due.lease_until, due.next_attempt_at, '-infinity') <= moment
                 ORDER BY due.created_at
                 LIMIT claim_alerts.max_rows
                   FOR NO KEY UPDATE SKIP LOCKED))
        RETURNING a.*)
    SELECT c.* FROM claimed AS c ORDER BY c.created_at, c.id;
END
$$;
COMMENT ON FUNCTION vesu_assistant.claim_alerts(vesu_assistant.alert_channel, int, interval) IS
    'Gives up to max_rows alerts of a channel to the caller until now + lease, oldest first, and returns them: pending ones that are not leased '
    'to another, and failed ones whose next attempt is due, which become pending. attempts counts the claims; after the fifth there is no '
    'other. Never waits. Deliver each, then call mark_alert_sent() or mark_attempt_failed() with its attempts before lease_until. VS200 for '
    'NULL, for max_rows below 0 and for a lease of 0 or less.';

CREATE OR REPLACE FUNCTION vesu_assistant.mark_alert_sent(id uuid) RETURNS vesu_assistant.alerts
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN vesu_assistant.step_alert(id, 'sent');
END
$$;
COMMENT ON FUNCTION vesu_assistant.mark_alert_sent(uuid) IS
    'Notes that a pending alert was delivered, also after the lease has ended and whoever holds it now: delivered is delivered. Returns it. '
    'Again changes nothing. VS200 for NULL, VS207 for an unknown id, VS208 for a failed or acknowledged alert.';

CREATE OR REPLACE FUNCTION vesu_assistant.mark_alert_failed(id uuid, error text DEFAULT NULL, retry boolean DEFAULT true)
    RETURNS vesu_assistant.alerts
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    held vesu_assistant.alerts := vesu_assistant.locked_alert(id);
    -- Who fails without having claimed has tried once all the same.
    attempt constant int := greatest(held.attempts, 1);
BEGIN
    PERFORM vesu_assistant.check_argument('retry', retry::text);
    IF held.status <> 'failed' THEN
        UPDATE vesu_assistant.alerts AS a
           SET status = 'failed', attempts = attempt, last_error = error,
               next_attempt_at = CASE WHEN retry AND attempt < 5
                                      THEN vesu.wall_clock() + interval '30 seconds' * (1 << attempt - 1) END
         WHERE a.id = mark_alert_failed.id
        RETURNING a.* INTO held;
    END IF;
    RETURN held;
END
$$;
COMMENT ON FUNCTION vesu_assistant.mark_alert_failed(uuid, text, boolean) IS
    'Notes that the attempt to deliver a pending alert failed, and why, and returns it. It can be claimed again 30 seconds later, after the '
    'second attempt 1 minute, then 2, then 4; never after the fifth and with retry false. Again changes nothing. It speaks of the attempt '
    'under way, whoever began it: a worker that may be late says which one it means with mark_attempt_failed(). VS200 for NULL (but '
    'error), VS207 for an unknown id, VS208 for a sent or acknowledged alert.';

-- Late news of an attempt would otherwise end the lease of the next one, and a third worker could claim what the second still delivers.
CREATE OR REPLACE FUNCTION vesu_assistant.mark_attempt_failed(id uuid, attempt int, error text DEFAULT NULL, retry boolean DEFAULT true)
    RETURNS vesu_assistant.alerts
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    held vesu_assistant.alerts := vesu_assistant.locked_alert(id);
BEGIN
    PERFORM vesu_assistant.check_argument('attempt', attempt::text);
    PERFORM vesu_assistant.check_argument('retry', retry::text);
    IF held.status = 'pending' AND held.attempts = attempt THEN
        held := vesu_assistant.mark_alert_failed(id, error, retry);
    END IF;
    RETURN held;
END
$$;
COMMENT ON FUNCTION vesu_assistant.mark_attempt_failed(uuid, int, text, boolean) IS
    'As mark_alert_failed() while this attempt (attempts of the claimed row) is the last and the alert pending; else, as when the lease has '
    'ended and another worker has claimed the alert, changes nothing. Returns the alert. VS200 for NULL (but error), VS207 for an unknown id.';
