-- Who may do what in the vault: the privileges of the access levels

CREATE OR REPLACE FUNCTION vesu.vault_grants(OUT level text, OUT privileges text, OUT object text)
    RETURNS SETOF record
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT rule.level, rule.privileges, format('%s vesu_vault.%I', rule.kind, object.name)
      FROM (VALUES
        ('reader', 'SELECT', 'TABLE',
         'vaults transactions lock_buckets balance_snapshots daily_balances reconciliation_logs tvl_snapshots alerts '
         'alert_rules settings'),
        ('writer', 'EXECUTE', 'FUNCTION',
         'open deposit withdraw fee lock unlock transfer apply_batch apply_transfers begin_transaction submit_transaction '
         'confirm_transaction fail_transaction raise_alert'),
        ('operator', 'EXECUTE', 'FUNCTION',
         'set_status set_paused expire_pending rebuild snapshot daily_summary tvl_snapshot reconcile acknowledge_alert '
         'run_monitor'),
        ('operator', 'INSERT, UPDATE, DELETE', 'TABLE', 'alert_rules')
      ) AS rule (level, privileges, kind, names)
     CROSS JOIN LATERAL unnest(string_to_array(rule.names, ' ')) AS object (name);
END;
COMMENT ON FUNCTION vesu.vault_grants() IS
    'What each access level adds to the one below it (reader, writer, operator) on which object of the vault module; '
    'vesu.grant_access() grants it. Operations run with the rights of the owner of the tables, so a writer needs no '
    'privilege on a table.';
