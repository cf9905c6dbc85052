-- What an event leaves behind in its own transaction: snapshots, alerts, notifications

-- Every lock and unlock passes here, so there is no SET clause, which would cost a part of it; the names are qualified instead.
-- A query of its own hides how many there are: otherwise a plan for so many seems better each time than the kept one.
CREATE OR REPLACE FUNCTION vesu_vault.snapshot_entries(ids uuid[]) RETURNS void
    LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
    INSERT INTO vesu_vault.balance_snapshots (
        vault_owner, total_balance, locked_balance, available_balance, "timestamp", snapshot_type)
    SELECT t.vault_owner, t.total_after, t.locked_after, t.available_after, t.confirmed_at, 'event'
      FROM pg_catalog.unnest((SELECT ids)) AS entry (id)
      JOIN vesu_vault.transactions AS t ON t.id OPERATOR(pg_catalog.=) entry.id;
END
$$;
COMMENT ON FUNCTION vesu_vault.snapshot_entries(uuid[]) IS
    'Private step of the triggers of transactions: writes an event snapshot for each of these rows of the ledger, with the balances '
    'just after it.';

CREATE OR REPLACE FUNCTION vesu_vault.raise_large(ids uuid[]) RETURNS void
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    INSERT INTO vesu_vault.alerts (severity, alert_type, vault_owner, message, data)
    SELECT DISTINCT ON (t.vault_owner)
           r.severity, r.alert_type, t.vault_owner, format('%s of %s, at least %s', t.transaction_type, t.amount, r.threshold),
           jsonb_build_object('transaction_id', t.id, 'type', t.transaction_type, 'amount', t.amount, 'threshold', r.threshold)
      FROM vesu_vault.alert_rules AS r
     CROSS JOIN unnest(ids) AS entry (id)
      JOIN vesu_vault.transactions AS t ON t.id = entry.id
     WHERE r.alert_type = 'large_tx' AND r.enabled
     ORDER BY t.vault_owner, t.seq
    ON CONFLICT (alert_type, (coalesce(vault_owner, ''))) WHERE NOT acknowledged DO NOTHING;
END
$$;
COMMENT ON FUNCTION vesu_vault.raise_large(uuid[]) IS
    'Private step of the triggers of transactions: raises the alert large_tx for these rows of the ledger if its rule is enabled.';

CREATE OR REPLACE FUNCTION vesu_vault.notify_transactions(ids uuid[]) RETURNS void
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM pg_notify('vesu_vault', json_build_object(
                'event', 'transaction', 'id', t.id, 'owner', t.vault_owner, 'type', t.transaction_type, 'amount', t.amount,
                'status', t.status)::text)
       FROM unnest(ids) WITH ORDINALITY AS stepped (id, place)
       JOIN vesu_vault.transactions AS t ON t.id = stepped.id
      ORDER BY stepped.place;
END
$$;
COMMENT ON FUNCTION vesu_vault.notify_transactions(uuid[]) IS
    'Private step of the triggers of transactions: tells listeners of channel vesu_vault of each of these transactions.';

-- Rounded up to an amount; without a row none is large, above all amounts neither.
CREATE OR REPLACE FUNCTION vesu_vault.large_amount() RETURNS TABLE (amount bigint)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT ceil(greatest(r.threshold, 0))::bigint
      FROM vesu_vault.alert_rules AS r
     WHERE r.alert_type = 'large_tx' AND r.threshold <= 9223372036854775807;
END;
COMMENT ON FUNCTION vesu_vault.large_amount() IS
    'Private step of the triggers of transactions: from which amount on a movement leaves a snapshot, and the alert large_tx '
    'if its rule is enabled; no row if none does.';

CREATE OR REPLACE TRIGGER transactions_inserted
    AFTER INSERT ON vesu_vault.transactions
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION vesu_vault.tell_of_entries();

CREATE OR REPLACE FUNCTION vesu_vault.transaction_stepped() RETURNS trigger
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    is_large boolean;
BEGIN
    IF NEW.status = 'failed' THEN
        PERFORM vesu_vault.raise_by_rule(
            'failed_tx', NEW.vault_owner,
            format('%s of %s failed: %s', NEW.transaction_type, NEW.amount, coalesce(NEW.note, 'no reason given')),
            jsonb_build_object('transaction_id', NEW.id, 'type', NEW.transaction_type, 'amount', NEW.amount, 'reason', NEW.note));
    ELSIF NEW.status = 'confirmed' THEN
        is_large := coalesce(NEW.amount >= (SELECT l.amount FROM vesu_vault.large_amount() AS l), false);
        IF is_large OR NEW.transaction_type IN ('lock', 'unlock') THEN
            PERFORM vesu_vault.snapshot_entries(ARRAY[NEW.id]);
        END IF;
        IF is_large THEN
            PERFORM vesu_vault.raise_large(ARRAY[NEW.id]);
        END IF;
    END IF;
    IF current_setting('vesu.vault_notify_transactions', true) = 'on' THEN
        PERFORM vesu_vault.notify_transactions(ARRAY[NEW.id]);
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION vesu_vault.transaction_stepped() IS
    'Trigger of transactions: what follows when an open transaction is submitted, confirmed or failed.';
CREATE OR REPLACE TRIGGER transactions_stepped
    AFTER UPDATE OF status ON vesu_vault.transactions
    FOR EACH ROW
    WHEN (OLD.status IS DISTINCT FROM NEW.status)
    EXECUTE FUNCTION vesu_vault.transaction_stepped();

CREATE OR REPLACE FUNCTION vesu_vault.vault_status_changed() RETURNS trigger
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    INSERT INTO vesu_vault.balance_snapshots (
        vault_owner, total_balance, locked_balance, available_balance, "timestamp", snapshot_type)
    VALUES (NEW.owner, NEW.total_balance, NEW.locked_balance, NEW.available_balance, NEW.updated_at, 'event');
    PERFORM pg_notify('vesu_vault', json_build_object(
        'event', 'status', 'owner', NEW.owner, 'before', OLD.status, 'status', NEW.status)::text);
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION vesu_vault.vault_status_changed() IS
    'Trigger of vaults: an event snapshot and a notification when the status has changed.';
-- Operations do not name the column, so they do not even look at the condition.
CREATE OR REPLACE TRIGGER vaults_status_changed
    AFTER UPDATE OF status ON vesu_vault.vaults
    FOR EACH ROW
    WHEN (OLD.status IS DISTINCT FROM NEW.status)
    EXECUTE FUNCTION vesu_vault.vault_status_changed();

CREATE OR REPLACE FUNCTION vesu_vault.pause_changed() RETURNS trigger
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM pg_notify('vesu_vault', json_build_object('event', 'paused', 'paused', NEW.paused)::text);
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION vesu_vault.pause_changed() IS 'Trigger of settings: a notification when the system is paused or no longer.';
CREATE OR REPLACE TRIGGER settings_pause_changed
    AFTER UPDATE OF paused ON vesu_vault.settings
    FOR EACH ROW
    WHEN (OLD.paused IS DISTINCT FROM NEW.paused)
    EXECUTE FUNCTION vesu_vault.pause_changed();

CREATE OR REPLACE FUNCTION vesu_vault.vault_repaired() RETURNS trigger
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    INSERT INTO vesu_vault.balance_snapshots (
        vault_owner, total_balance, locked_balance, available_balance, "timestamp", snapshot_type)
    SELECT v.owner, v.total_balance, v.locked_balance, v.available_balance, v.updated_at, 'event'
      FROM vesu_vault.vaults AS v
     WHERE v.owner = NEW.vault_owner;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION vesu_vault.vault_repaired() IS
    'Trigger of reconciliation_logs: one event snapshot of a vault that was repaired, after all its rows.';
CREATE OR REPLACE TRIGGER reconciliation_logs_repaired
    AFTER INSERT ON vesu_vault.reconciliation_logs
    FOR EACH ROW
    WHEN (NEW.auto_fixed)
    EXECUTE FUNCTION vesu_vault.vault_repaired();

CREATE OR REPLACE FUNCTION vesu_vault.alert_raised() RETURNS trigger
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    -- A notification takes 8000 bytes; the whole message stands in the table.
    PERFORM pg_notify('vesu_vault', json_build_object(
        'event', 'alert', 'id', NEW.id, 'type', NEW.alert_type, 'severity', NEW.severity, 'owner', NEW.vault_owner,
        'message', left(NEW.message, 500))::text);
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION vesu_vault.alert_raised() IS 'Trigger of alerts: a notification of each new one.';
CREATE OR REPLACE TRIGGER alerts_raised
    AFTER INSERT ON vesu_vault.alerts
    FOR EACH ROW EXECUTE FUNCTION vesu_vault.alert_raised();
