-- Periodic work of the vault module

INSERT INTO vesu.jobs (name, module, schedule, command)
VALUES ('vesu_vault_expire_pending', 'vault', '*/5 * * * *', 'SELECT vesu_vault.expire_pending()'),
       ('vesu_vault_monitor', 'vault', '* * * * *', 'SELECT vesu_vault.run_monitor()'),
       ('vesu_vault_snapshot', 'vault', '0 * * * *', 'SELECT vesu_vault.snapshot()'),
       ('vesu_vault_tvl', 'vault', '*/15 * * * *', 'SELECT vesu_vault.tvl_snapshot()'),
       -- Late enough for what was still running at midnight.
       ('vesu_vault_daily_summary', 'vault', '20 0 * * *',
        'SELECT vesu_vault.daily_summary((vesu.now() AT TIME ZONE ''UTC'')::date - 1)'),
       ('vesu_vault_verify', 'vault', '37 3 * * *', 'SELECT vesu_vault.assert_sound()')
ON CONFLICT (name) DO NOTHING;
