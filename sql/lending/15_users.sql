-- Attaching the table of users to the lending module

CREATE OR REPLACE FUNCTION vesu.attach_users(users regclass, id_column name DEFAULT 'id')
    RETURNS void
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    IF attach_users.users IS NULL OR attach_users.id_column IS NULL THEN
        RAISE EXCEPTION USING
            ERRCODE = 'null_value_not_allowed',
            MESSAGE = 'users and id_column must not be null';
    END IF;

    PERFORM vesu.detach_users();
    EXECUTE format(
        'ALTER TABLE vesu.vesu_positions ADD CONSTRAINT vesu_positions_user_id_fkey '
        'FOREIGN KEY (user_id) REFERENCES %s (%I) ON UPDATE CASCADE ON DELETE CASCADE',
        attach_users.users, attach_users.id_column);
    EXECUTE format(
        'ALTER TABLE vesu.vesu_transactions ADD CONSTRAINT vesu_transactions_user_id_fkey '
        'FOREIGN KEY (user_id) REFERENCES %s (%I) ON UPDATE CASCADE ON DELETE CASCADE',
        attach_users.users, attach_users.id_column);
END
$$;
COMMENT ON FUNCTION vesu.attach_users(regclass, name) IS
    'Makes user_id of vesu_positions and vesu_transactions a foreign key to id_column of the table users, '
    'ON UPDATE CASCADE ON DELETE CASCADE, in place of an earlier one. Needs a unique uuid column. '
    'Fails with 22004 for NULL, 23503 if a stored user_id has no user, and as ALTER TABLE does.';

CREATE OR REPLACE FUNCTION vesu.detach_users()
    RETURNS void
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    -- Only what is there: a DROP ... IF EXISTS would tell of every absent key.
    IF EXISTS (SELECT FROM pg_constraint
                WHERE conrelid = 'vesu.vesu_positions'::regclass
                  AND conname = 'vesu_positions_user_id_fkey') THEN
        ALTER TABLE vesu.vesu_positions DROP CONSTRAINT vesu_positions_user_id_fkey;
    END IF;
    IF EXISTS (SELECT FROM pg_constraint
                WHERE conrelid = 'vesu.vesu_transactions'::regclass
                  AND conname = 'vesu_transactions_user_id_fkey') THEN
        ALTER TABLE vesu.vesu_transactions DROP CONSTRAINT vesu_transactions_user_id_fkey;
    END IF;
END
$$;
COMMENT ON FUNCTION vesu.detach_users() IS
    'Removes the foreign keys that vesu.attach_users() made; does nothing where there are none.';
