-- Opening a vault, its status, and the pause of the whole system

CREATE OR REPLACE FUNCTION vesu_vault.open(owner text, vault_address text, token_account text) RETURNS vesu_vault.vaults
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    opened vesu_vault.vaults;
BEGIN
    PERFORM vesu_vault.check_argument('owner', owner, 64);
    PERFORM vesu_vault.check_argument('vault_address', vault_address, 64);
    PERFORM vesu_vault.check_argument('token_account', token_account, 64);
    IF owner COLLATE "C" !~ '^\S+$' THEN
        PERFORM vesu_vault.refuse(100, format('owner %L', owner), 'It contains white space.', 'Give it as the chain writes it.');
    END IF;

    INSERT INTO vesu_vault.vaults AS v (owner, vault_address, token_account, created_at, updated_at)
    SELECT open.owner, open.vault_address, open.token_account, clock.instant, clock.instant
      FROM vesu.wall_clock() AS clock (instant)
    ON CONFLICT ON CONSTRAINT vaults_pkey DO NOTHING
    RETURNING v.* INTO opened;
    IF NOT FOUND THEN
        PERFORM vesu_vault.refuse(110, owner, 'An owner has one vault.', 'Use the vault that is there.');
    END IF;
    RETURN opened;
END
$$;
COMMENT ON FUNCTION vesu_vault.open(text, text, text) IS
    'Opens an empty, active vault and returns it, also while the system is paused. VS100 for an argument that is NULL, empty or '
    'longer than 64 characters and for white space in the owner; VS110 if the owner has a vault.';

CREATE OR REPLACE FUNCTION vesu_vault.set_status(owner text, status vesu_vault.vault_status) RETURNS vesu_vault.vaults
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    vault vesu_vault.vaults;
    open_count bigint;
BEGIN
    PERFORM vesu_vault.check_argument('owner', owner);
    PERFORM vesu_vault.check_argument('status', status::text);
    SELECT v.* INTO vault FROM vesu_vault.vaults AS v WHERE v.owner = set_status.owner COLLATE "C" FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        PERFORM vesu_vault.refuse_unknown_vault(owner);
    END IF;
    IF vault.status = set_status.status THEN
        RETURN vault;
    END IF;
    SELECT count(*) INTO open_count
      FROM vesu_vault.transactions AS t
     WHERE t.vault_owner = set_status.owner COLLATE "C" AND t.status IN ('pending', 'submitted');
    IF vault.status = 'closed' OR set_status.status = 'closed' AND (vault.total_balance > 0 OR open_count > 0) THEN
        PERFORM vesu_vault.refuse(
            111, format('%s to %s', vault.status, set_status.status),
            CASE WHEN vault.status = 'closed' THEN format('Vault %s stays closed for ever.', owner)
                 ELSE format('Vault %s holds %s and has %s open transactions.', owner, vault.total_balance, open_count) END,
            CASE WHEN vault.status = 'closed' THEN 'Use another vault.'
                 ELSE 'Withdraw everything, and confirm or fail what is open.' END);
    END IF;

    UPDATE vesu_vault.vaults AS v
       SET status = set_status.status,
           updated_at = greatest(vesu.wall_clock(), v.updated_at + interval '1 microsecond')
     WHERE v.owner = set_status.owner COLLATE "C"
    RETURNING v.* INTO vault;
    RETURN vault;
END
$$;
COMMENT ON FUNCTION vesu_vault.set_status(text, vesu_vault.vault_status) IS
    'Makes a vault active, paused or closed and returns it, also while the system is paused. The status that it has changes '
    'nothing. VS100 for NULL, VS104 for an unknown vault, VS111 for a closed vault, and for closing one that holds money or has '
    'open transactions.';

CREATE OR REPLACE FUNCTION vesu_vault.set_paused(paused boolean) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    was_paused boolean;
BEGIN
    PERFORM vesu_vault.check_argument('paused', set_paused.paused::text);
    -- A row that somebody has deleted means what its default says.
    INSERT INTO vesu_vault.settings DEFAULT VALUES ON CONFLICT DO NOTHING;
    SELECT s.paused INTO was_paused FROM vesu_vault.settings AS s FOR NO KEY UPDATE;
    IF was_paused <> set_paused.paused THEN
        UPDATE vesu_vault.settings AS s SET paused = set_paused.paused;
    END IF;
    RETURN was_paused;
END
$$;
COMMENT ON FUNCTION vesu_vault.set_paused(boolean) IS
    'Pauses the system or ends the pause; returns what it was. While it is paused every movement of money fails with VS103, '
    'but open transactions may be confirmed or failed. VS100 for NULL.';
