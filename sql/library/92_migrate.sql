-- Migrations: what is installed, bringing it up to date, taking it back.
CREATE FUNCTION vesu.migration_status(
    OUT version text, OUT description text, OUT state text, OUT applied_at timestamptz, OUT action text)
    RETURNS SETOF record
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    has_records constant boolean := to_regclass('vesu.schema_migrations') IS NOT NULL;
    step record;
BEGIN
    FOR step IN SELECT format('%s/%s', s.module, s.step) AS name, s.description FROM vesu.scripts() AS s ORDER BY s.position
    LOOP
        version := format('%s@%s', step.name, vesu.version());
        description := step.description;
        applied_at := NULL;
        state := 'pending';
        action := 'SELECT vesu.migrate()';
        IF has_records THEN
            SELECT m.applied_at, 'applied', NULL INTO applied_at, state, action
              FROM vesu.schema_migrations AS m WHERE m.version = migration_status.version;
            IF NOT FOUND THEN
                state := CASE WHEN EXISTS (SELECT FROM vesu.schema_migrations AS m
                                            WHERE split_part(m.version, '@', 1) = step.name)
                              THEN 'outdated' ELSE 'pending' END;
                action := 'SELECT vesu.migrate()';
            END IF;
        END IF;
        RETURN NEXT;
    END LOOP;
END
$$;
COMMENT ON FUNCTION vesu.migration_status() IS
    'Every installation step of this library: applied, outdated (made by another version of the library) or pending; action is '
    'the statement that brings it up to date.';

CREATE FUNCTION vesu.migrate() RETURNS integer
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    installed constant text[] := vesu.installed_modules();
    open_steps constant integer := (SELECT count(*) FROM vesu.migration_status() AS s
                                     WHERE s.state <> 'applied'
                                       AND (installed = '{}' OR split_part(s.version, '/', 1) = ANY (installed || text 'base')));
BEGIN
    PERFORM vesu.install(nullif(installed, '{}'));
    RETURN open_steps;
END
$$;
COMMENT ON FUNCTION vesu.migrate() IS
    'Brings the installed modules (all, when none is) up to this library; returns how many steps were open. Rows and what users '
    'added stay.';
REVOKE ALL ON FUNCTION vesu.migrate() FROM PUBLIC;

-- DROP TABLE statements of a rollback that would lose rows. Settings are not counted: install() fills them itself.
CREATE FUNCTION vesu.tables_with_rows(drop_statements text) RETURNS text[]
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    candidate regclass;
    has_rows boolean;
    found_tables text[] := ARRAY[]::text[];
BEGIN
    FOR candidate IN SELECT to_regclass(dropped[1])
                       FROM regexp_matches(drop_statements, 'DROP TABLE IF EXISTS (\S+);', 'g') AS dropped
                      WHERE to_regclass(dropped[1]) IS NOT NULL
                        AND dropped[1] NOT IN ('vesu_vault.settings', 'vesu_vault.alert_rules', 'vesu_portfolio.partition_months',
                                                'vesu_portfolio.rollup_marks')
    LOOP
        -- The agents that every installation knows are not the user's rows.
        EXECUTE format('SELECT EXISTS (SELECT FROM %s%s)', candidate,
                       CASE WHEN candidate::text = 'vesu_portfolio.satellite_agents'
                            THEN ' WHERE id <> ALL (''{sage,forge,pulse,aegis,echo,fuel,bridge,oracle}'')' END) INTO has_rows;
        IF has_rows THEN
            found_tables := found_tables || candidate::text;
        END IF;
    END LOOP;
    RETURN found_tables;
END
$$;
COMMENT ON FUNCTION vesu.tables_with_rows(text) IS 'Which of the tables that the statements drop hold rows. What vesu.install() itself writes does not count.';

CREATE FUNCTION vesu.rollback_migration(version text, force boolean DEFAULT false) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET client_min_messages = warning
AS $$
DECLARE
    holder constant regrole := vesu.objects_owner();
    statements text;
    filled text[];
BEGIN
    IF holder <> current_user::regrole THEN
        PERFORM vesu.run_as(format('SELECT vesu.rollback_migration(%L, %L)', version, force), holder);
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('vesu.install', 0));
    DELETE FROM vesu.schema_migrations AS m
     WHERE m.version = rollback_migration.version
    RETURNING coalesce(m.rollback_sql, '') INTO statements;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'migration "%" is not applied', version
            USING ERRCODE = 'no_data_found', HINT = 'vesu.migration_status() lists the applied ones.';
    END IF;
    filled := vesu.tables_with_rows(statements);
    IF NOT coalesce(force, false) AND cardinality(filled) > 0 THEN
        RAISE EXCEPTION 'rolling back "%" would delete the rows of %', version, array_to_string(filled, ', ')
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'Dump the rows first, then call it with force => true.';
    END IF;
    IF statements <> '' THEN
        EXECUTE statements;
    END IF;
END
$$;
COMMENT ON FUNCTION vesu.rollback_migration(text, boolean) IS
    'Drops what the migration made, as its owner, and forgets it; later migrations that depend on it must be rolled back first '
    '(2BP01). P0002 unless it is applied; 55000 while a table that it would drop holds rows, unless force.';
REVOKE ALL ON FUNCTION vesu.rollback_migration(text, boolean) FROM PUBLIC;

CREATE FUNCTION vesu.uninstall(modules text[] DEFAULT NULL, force boolean DEFAULT false) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_variable
DECLARE
    holder constant regrole := vesu.objects_owner();
    wanted text[] := vesu.checked_modules(modules);
    step text;
BEGIN
    IF holder IS NULL THEN
        RETURN;
    END IF;
    IF 'lending' = ANY (wanted) AND 'assistant' <> ALL (wanted) AND 'assistant' = ANY (vesu.installed_modules()) THEN
        RAISE EXCEPTION 'module assistant needs module lending'
            USING ERRCODE = 'dependent_objects_still_exist', HINT = 'Name both.';
    END IF;
    IF holder <> current_user::regrole THEN
        PERFORM vesu.run_as(format('SELECT vesu.uninstall(%L, %L)', wanted, force), holder);
        RETURN;
    END IF;
    DELETE FROM vesu.jobs AS j WHERE j.module = ANY (wanted);
    IF vesu.installed_modules() <@ wanted THEN
        wanted := wanted || text 'base';
    END IF;
    -- Gathered first: the last step drops the table that is read here.
    FOREACH step IN ARRAY ARRAY(
        SELECT m.version
          FROM vesu.schema_migrations AS m
          JOIN vesu.scripts() AS s ON format('%s/%s', s.module, s.step) = split_part(m.version, '@', 1)
         WHERE s.module = ANY (wanted)
         ORDER BY s.position DESC)
    LOOP
        PERFORM vesu.rollback_migration(step, force);
    END LOOP;
END
$$;
COMMENT ON FUNCTION vesu.uninstall(text[], boolean) IS
    'Drops the ordinary objects of the modules (NULL: all; with the last module also the records of migrations and jobs), as their '
    'owner. 55000 while one of their tables holds rows, unless force; 2BP01 while an object of a user depends on them, and for lending '
    'without assistant while that is installed. 22023 for an unknown module.';
REVOKE ALL ON FUNCTION vesu.uninstall(text[], boolean) FROM PUBLIC;
