-- Periodic work of the vault module

INSERT INTO vesu.jobs (name, module, schedule, command)
VALUES ('vesu_vault_expire_pending', 'vault', '*/5 * * * *', 'SELECT vesu_vault.expire_pending()')
ON CONFLICT (name) DO NOTHING;
