-- Alerts: raised by callers, by the rules about states and by the rules about events

-- What was changed here stays.
INSERT INTO vesu_vault.alert_rules (alert_type, scope, severity, threshold, period)
VALUES ('low_balance', 'state', 'warning', 100000000, NULL),
       ('high_utilization', 'state', 'warning', 90, NULL),
       ('unusual_activity', 'state', 'warning', 10, '60 seconds'),
       ('invariant_violation', 'state', 'critical', NULL, NULL),
       ('large_tx', 'event', 'info', 10000000000, NULL),
       ('failed_tx', 'event', 'warning', NULL, NULL),
       ('balance_discrepancy', 'event', 'critical', NULL, NULL)
ON CONFLICT (alert_type) DO NOTHING;

CREATE OR REPLACE FUNCTION vesu_vault.raise_alert(
    type text, severity vesu_vault.alert_severity, message text, owner text DEFAULT NULL, data jsonb DEFAULT NULL) RETURNS uuid
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    raised uuid;
BEGIN
    PERFORM vesu_vault.check_argument('type', type, 50);
    PERFORM vesu_vault.check_argument('severity', severity::text);
    PERFORM vesu_vault.check_argument('message', message);
    IF owner IS NOT NULL AND NOT EXISTS (SELECT FROM vesu_vault.vaults AS v WHERE v.owner = raise_alert.owner COLLATE "C") THEN
        PERFORM vesu_vault.refuse_unknown_vault(owner);
    END IF;
    -- Again if the alert that is in the way was acknowledged in between.
    WHILE raised IS NULL LOOP
        INSERT INTO vesu_vault.alerts AS a (severity, alert_type, vault_owner, message, data)
        VALUES (raise_alert.severity, raise_alert.type, raise_alert.owner, raise_alert.message, raise_alert.data)
        ON CONFLICT (alert_type, (coalesce(vault_owner, ''))) WHERE NOT acknowledged DO NOTHING
        RETURNING a.id INTO raised;
        IF raised IS NULL THEN
            SELECT a.id INTO raised
              FROM vesu_vault.alerts AS a
             WHERE a.alert_type = raise_alert.type AND coalesce(a.vault_owner, '') = coalesce(raise_alert.owner, '')
               AND NOT a.acknowledged;
        END IF;
    END LOOP;
    RETURN raised;
END
$$;
COMMENT ON FUNCTION vesu_vault.raise_alert(text, vesu_vault.alert_severity, text, text, jsonb) IS
    'Raises an alert about a vault (owner NULL: about the system) and returns its id. While an alert of this type about it is not '
    'acknowledged, returns the id of that one and writes nothing. VS100 for NULL or empty and for a type longer than 50 '
    'characters, VS104 for an unknown vault.';

CREATE OR REPLACE FUNCTION vesu_vault.acknowledge_alert(id uuid) RETURNS vesu_vault.alerts
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    held vesu_vault.alerts;
BEGIN
    PERFORM vesu_vault.check_argument('id', id::text);
    SELECT a.* INTO held FROM vesu_vault.alerts AS a WHERE a.id = acknowledge_alert.id FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        PERFORM vesu_vault.refuse(118, id::text, 'vesu_vault.alerts has no row with this id.',
                                  'Give an id of vesu_vault.alerts.');
    END IF;
    IF NOT held.acknowledged THEN
        UPDATE vesu_vault.alerts AS a
           SET acknowledged = true, acknowledged_at = vesu.wall_clock()
         WHERE a.id = acknowledge_alert.id
        RETURNING a.* INTO held;
    END IF;
    RETURN held;
END
$$;
COMMENT ON FUNCTION vesu_vault.acknowledge_alert(uuid) IS
    'Marks an alert as seen and returns it; the same may then be raised anew. Acknowledging again changes nothing. VS100 for NULL, '
    'VS118 for an unknown id.';

CREATE OR REPLACE FUNCTION vesu_vault.raise_by_rule(type text, owner text, message text, data jsonb) RETURNS void
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    INSERT INTO vesu_vault.alerts (severity, alert_type, vault_owner, message, data)
    SELECT r.severity, r.alert_type, raise_by_rule.owner, raise_by_rule.message, raise_by_rule.data
      FROM vesu_vault.alert_rules AS r
     WHERE r.alert_type = raise_by_rule.type AND r.enabled
    ON CONFLICT (alert_type, (coalesce(vault_owner, ''))) WHERE NOT acknowledged DO NOTHING;
END
$$;
COMMENT ON FUNCTION vesu_vault.raise_by_rule(text, text, text, jsonb) IS
    'Private step of the event rules: raises the alert if its rule is enabled and none is open.';

-- Each state rule as one query over all vaults.
CREATE OR REPLACE FUNCTION vesu_vault.find_states(OUT alert_type text, OUT owner text, OUT message text, OUT data jsonb)
    RETURNS SETOF record
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan
AS $$
BEGIN
    RETURN QUERY
    SELECT r.alert_type::text, v.owner::text, format('available %s is below %s', v.available_balance, r.threshold),
           jsonb_build_object('available', v.available_balance, 'threshold', r.threshold)
      FROM vesu_vault.alert_rules AS r
      JOIN vesu_vault.vaults AS v ON v.status = 'active' AND v.available_balance < r.threshold
     WHERE r.alert_type = 'low_balance' AND r.enabled;

    RETURN QUERY
    SELECT r.alert_type::text, v.owner::text,
           format('%s of %s is locked, more than %s %%', v.locked_balance, v.total_balance, r.threshold),
           jsonb_build_object('locked', v.locked_balance, 'total', v.total_balance, 'threshold', r.threshold)
      FROM vesu_vault.alert_rules AS r
      JOIN vesu_vault.vaults AS v
        ON v.status = 'active' AND v.locked_balance::numeric * 100 > v.total_balance * r.threshold
     WHERE r.alert_type = 'high_utilization' AND r.enabled;

    RETURN QUERY
    SELECT r.alert_type::text, busy.vault_owner::text,
           format('%s transactions in %s, more than %s', busy.number, r.period, r.threshold),
           jsonb_build_object('transactions', busy.number, 'period', r.period, 'threshold', r.threshold)
      FROM vesu_vault.alert_rules AS r
     CROSS JOIN LATERAL (
            SELECT t.vault_owner, count(*) AS number
              FROM vesu_vault.transactions AS t
             WHERE t.created_at > (SELECT vesu.now()) - r.period
               AND NOT coalesce(starts_with(t.purpose, 'pending:'), false)
             GROUP BY t.vault_owner
            HAVING count(*) > r.threshold) AS busy
     WHERE r.alert_type = 'unusual_activity' AND r.enabled;

    RETURN QUERY
    SELECT r.alert_type::text, v.owner::text,
           format('vault has %s, its ledger %s, its buckets %s',
                  concat_ws('/', v.total_balance::text, v.locked_balance::text, v.available_balance::text),
                  concat_ws('/', coalesce(newest.total_after, 0)::text, coalesce(newest.locked_after, 0)::text,
                            coalesce(newest.available_after, 0)::text),
                  held.amount),
           jsonb_build_object('total', v.total_balance, 'locked', v.locked_balance, 'available', v.available_balance,
                              'ledger_total', coalesce(newest.total_after, 0), 'ledger_locked', coalesce(newest.locked_after, 0),
                              'buckets', held.amount)
      FROM vesu_vault.alert_rules AS r
     CROSS JOIN vesu_vault.vaults AS v
      LEFT JOIN LATERAL (
            SELECT t.total_after, t.locked_after, t.available_after
              FROM vesu_vault.transactions AS t
             WHERE t.vault_owner = v.owner AND t.seq IS NOT NULL
             ORDER BY t.seq DESC
             LIMIT 1) AS newest ON true
     CROSS JOIN LATERAL (
            SELECT coalesce(sum(b.amount), 0) AS amount
              FROM vesu_vault.lock_buckets AS b
             WHERE b.vault_owner = v.owner) AS held
     WHERE r.alert_type = 'invariant_violation' AND r.enabled
       AND (v.total_balance <> coalesce(newest.total_after, 0) OR v.locked_balance <> coalesce(newest.locked_after, 0)
            OR v.available_balance <> coalesce(newest.available_after, 0) OR v.locked_balance <> held.amount);
END
$$;
COMMENT ON FUNCTION vesu_vault.find_states() IS
    'What the enabled state rules find now, whether or not it was raised before: alert type, vault, message, data. Private step of '
    'run_monitor.';

CREATE OR REPLACE FUNCTION vesu_vault.run_monitor() RETURNS integer
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    raised integer;
BEGIN
    INSERT INTO vesu_vault.alerts (severity, alert_type, vault_owner, message, data)
    SELECT r.severity, r.alert_type, state.owner, state.message, state.data
      FROM vesu_vault.find_states() AS state
      JOIN vesu_vault.alert_rules AS r ON r.alert_type = state.alert_type
     ORDER BY state.owner COLLATE "C", r.alert_type COLLATE "C"
    ON CONFLICT (alert_type, (coalesce(vault_owner, ''))) WHERE NOT acknowledged DO NOTHING;
    GET DIAGNOSTICS raised = ROW_COUNT;
    RETURN raised;
END
$$;
COMMENT ON FUNCTION vesu_vault.run_monitor() IS
    'Raises an alert for every vault that an enabled state rule finds and that has no unacknowledged one of this type: low_balance '
    '(active, available < threshold), high_utilization (active, locked * 100 > total * threshold), unusual_activity (more than '
    'threshold rows within period, reservations not counted), invariant_violation (the vault differs from the last row of its '
    'ledger or from the sum of its buckets). Returns how many alerts are new.';
