-- Installation: ordinary objects, made by member functions. vesu.scripts() is written by the build from sql/base
-- and sql/<module>.
CREATE FUNCTION vesu.run_as(script text, owner regrole) RETURNS void
    LANGUAGE c STRICT AS 'MODULE_PATHNAME', 'vesu_run_as';
COMMENT ON FUNCTION vesu.run_as(text, regrole) IS
    'Runs the statements of script with the rights of owner, whose objects they become; never as members of the extension. '
    '42501 unless the caller may act as owner.';
REVOKE ALL ON FUNCTION vesu.run_as(text, regrole) FROM PUBLIC;

CREATE FUNCTION vesu.ordinary_objects(
    OUT oid oid, OUT schema_name name, OUT object_name text, OUT kind text, OUT owner oid, OUT drop_statement text)
    RETURNS SETOF record
    LANGUAGE sql STABLE
BEGIN ATOMIC
    WITH spaces AS (
        SELECT n.oid, n.nspname
          FROM pg_namespace AS n
         WHERE n.nspname IN ('vesu', 'vesu_vault', 'vesu_assistant', 'vesu_portfolio'))
    SELECT object.oid, object.nspname, object.name, object.kind, object.owner,
           format('DROP %s IF EXISTS %s;', object.kind, object.name)
      FROM (SELECT c.oid, s.nspname, c.oid::regclass::text AS name, CASE c.relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END AS kind,
                   c.relowner AS owner, 'pg_class'::regclass AS catalog, c.oid AS member
              FROM pg_class AS c
              JOIN spaces AS s ON s.oid = c.relnamespace
             WHERE c.relkind IN ('r', 'p', 'v')
            UNION ALL
            SELECT p.oid, s.nspname, p.oid::regprocedure::text, 'FUNCTION', p.proowner, 'pg_proc'::regclass, p.oid
              FROM pg_proc AS p
              JOIN spaces AS s ON s.oid = p.pronamespace
            UNION ALL
            SELECT t.oid, s.nspname, format('%I ON %s', t.tgname, t.tgrelid::regclass), 'TRIGGER', c.relowner,
                   'pg_class'::regclass, c.oid
              FROM pg_trigger AS t
              JOIN pg_class AS c ON c.oid = t.tgrelid
              JOIN spaces AS s ON s.oid = c.relnamespace
             WHERE NOT t.tgisinternal) AS object
     WHERE NOT EXISTS (SELECT FROM pg_depend AS membership
                        WHERE membership.classid = object.catalog AND membership.objid = object.member
                          AND membership.objsubid = 0 AND membership.deptype = 'e');
END;
COMMENT ON FUNCTION vesu.ordinary_objects() IS
    'Every table, view, function and trigger in the schemas of vesu that is not a member of the extension.';

CREATE FUNCTION vesu.installed_modules() RETURNS text[]
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF to_regclass('vesu.schema_migrations') IS NULL THEN
        RETURN ARRAY[]::text[];
    END IF;
    RETURN coalesce((SELECT array_agg(DISTINCT split_part(version, '/', 1))
                       FROM vesu.schema_migrations
                      WHERE version NOT LIKE 'base/%'), ARRAY[]::text[]);
END
$$;
COMMENT ON FUNCTION vesu.installed_modules() IS 'The modules whose objects vesu.install() has made here.';

CREATE FUNCTION vesu.checked_modules(modules text[]) RETURNS text[]
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    known constant text[] := ARRAY(SELECT DISTINCT s.module FROM vesu.scripts() AS s WHERE s.module <> 'base');
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY coalesce(modules, known) LOOP
        IF wanted IS NULL OR wanted <> ALL (known) THEN
            RAISE EXCEPTION 'unknown module "%"', wanted
                USING ERRCODE = 'invalid_parameter_value',
                      HINT = format('The modules are: %s.', array_to_string(known, ', '));
        END IF;
    END LOOP;
    RETURN coalesce(modules, known);
END
$$;
COMMENT ON FUNCTION vesu.checked_modules(text[]) IS 'The given modules, or all for NULL; 22023 for an unknown one.';

-- What one script makes must not already belong to somebody else: IF NOT EXISTS would adopt it.
CREATE FUNCTION vesu.refuse_strangers(script text, owner regrole) RETURNS void
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    stranger record;
BEGIN
    SELECT c.oid::regclass AS name, c.relowner::regrole AS owner
      INTO stranger
      FROM regexp_matches(script, 'CREATE TABLE IF NOT EXISTS ([\w.]+)', 'g') AS made
      JOIN pg_class AS c ON c.oid = to_regclass(made[1])
     WHERE c.relowner <> refuse_strangers.owner
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'table % belongs to %, not to %', stranger.name, stranger.owner, owner
            USING ERRCODE = 'insufficient_privilege',
                  HINT = 'Install for the role that owns it, or rename the table if it is none of vesu''s.';
    END IF;
END
$$;
COMMENT ON FUNCTION vesu.refuse_strangers(text, regrole) IS
    '42501 when a table that script would create exists and belongs to another role than owner.';

CREATE FUNCTION vesu.install_script(
    module text, step text, description text, script text, owner regrole) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    new_version constant text := format('%s/%s@%s', module, step, vesu.version());
    before constant oid[] := ARRAY(SELECT o.oid FROM vesu.ordinary_objects() AS o);
    new_function text;
    earlier text;
    new_drops text;
BEGIN
    PERFORM vesu.refuse_strangers(script, owner);
    PERFORM vesu.run_as(script, owner);

    FOR new_function IN
        SELECT o.object_name
          FROM vesu.ordinary_objects() AS o
          JOIN pg_proc AS p ON p.oid = o.oid AND p.provolatile = 'v'
         WHERE o.kind = 'FUNCTION' AND o.oid <> ALL (before)
    LOOP
        PERFORM vesu.run_as(format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', new_function), owner);
    END LOOP;

    DELETE FROM vesu.schema_migrations AS m
     WHERE split_part(m.version, '@', 1) = format('%s/%s', module, step) AND m.version <> new_version
    RETURNING m.rollback_sql INTO earlier;
    INSERT INTO vesu.schema_migrations AS m (version, description, rollback_sql)
    VALUES (new_version, description, earlier)
    ON CONFLICT ON CONSTRAINT schema_migrations_pkey DO NOTHING;

    -- Newest first: what was made later may depend on what was made before.
    SELECT string_agg(o.drop_statement, E'\n' ORDER BY o.oid DESC)
      INTO new_drops
      FROM vesu.ordinary_objects() AS o
      JOIN vesu.schema_migrations AS m ON m.version = new_version
     WHERE o.oid <> ALL (before) AND position(o.drop_statement IN coalesce(m.rollback_sql, '')) = 0;
    UPDATE vesu.schema_migrations AS m
       SET rollback_sql = concat_ws(E'\n', new_drops, m.rollback_sql)
     WHERE m.version = new_version AND new_drops IS NOT NULL;
END
$$;
COMMENT ON FUNCTION vesu.install_script(text, text, text, text, regrole) IS
    'Runs one installation script and records it in vesu.schema_migrations, with the statements that drop what it made. '
    'Functions that change state are revoked from PUBLIC.';
REVOKE ALL ON FUNCTION vesu.install_script(text, text, text, text, regrole) FROM PUBLIC;

CREATE FUNCTION vesu.install(modules text[] DEFAULT NULL, owner regrole DEFAULT NULL) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    wanted constant text[] := vesu.checked_modules(modules);
    holder regrole := owner;
    space name;
    step record;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('vesu.install', 0));
    IF holder IS NULL THEN
        SELECT c.relowner INTO holder FROM pg_class AS c WHERE c.oid = to_regclass('vesu.schema_migrations');
    END IF;
    holder := coalesce(holder, current_user::regrole);

    FOR space IN SELECT n.nspname FROM pg_namespace AS n
                  WHERE n.nspname IN ('vesu', 'vesu_vault', 'vesu_assistant', 'vesu_portfolio')
                    AND NOT (has_schema_privilege(holder, n.oid, 'USAGE') AND has_schema_privilege(holder, n.oid, 'CREATE'))
    LOOP
        EXECUTE format('GRANT USAGE, CREATE ON SCHEMA %I TO %s', space, holder);
    END LOOP;
    FOR step IN SELECT s.* FROM vesu.scripts() AS s
                 WHERE s.module = 'base' OR s.module = ANY (wanted)
                 ORDER BY s.position
    LOOP
        PERFORM vesu.install_script(step.module, step.step, step.description, step.script, holder);
    END LOOP;
END
$$;
COMMENT ON FUNCTION vesu.install(text[], regrole) IS
    'Makes the tables, indexes, triggers, views and functions of the modules (NULL: all) as ordinary objects of owner (NULL: the '
    'present owner, at first the caller). Repeated it adds what is missing and renews functions; it touches no row and '
    'nothing that a user added. CREATE EXTENSION calls it, and so does an update. 22023 for an unknown module; 42501 when an object '
    'of that name belongs to another role.';
REVOKE ALL ON FUNCTION vesu.install(text[], regrole) FROM PUBLIC;

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

-- DROP TABLE statements of a rollback that would lose rows.
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
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %s)', candidate) INTO has_rows;
        IF has_rows THEN
            found_tables := found_tables || candidate::text;
        END IF;
    END LOOP;
    RETURN found_tables;
END
$$;
COMMENT ON FUNCTION vesu.tables_with_rows(text) IS 'Which of the tables that the statements drop hold rows.';

CREATE FUNCTION vesu.rollback_migration(version text, force boolean DEFAULT false) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET client_min_messages = warning
AS $$
DECLARE
    statements text;
    filled text[];
BEGIN
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
    'Drops what the migration made and forgets it; later migrations that depend on it must be rolled back first (2BP01). '
    'P0002 unless it is applied; 55000 while a table that it would drop holds rows, unless force.';
REVOKE ALL ON FUNCTION vesu.rollback_migration(text, boolean) FROM PUBLIC;

CREATE FUNCTION vesu.uninstall(modules text[] DEFAULT NULL, force boolean DEFAULT false) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    wanted text[] := vesu.checked_modules(modules);
    step text;
BEGIN
    IF to_regclass('vesu.schema_migrations') IS NULL THEN
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
    'Drops the ordinary objects of the modules (NULL: all; with the last module also the records of migrations and jobs). 55000 '
    'while one of their tables holds rows, unless force; 2BP01 while an object of a user depends on them. 22023 for an unknown module.';
REVOKE ALL ON FUNCTION vesu.uninstall(text[], boolean) FROM PUBLIC;

CREATE FUNCTION vesu.give_objects(role regrole) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    space name;
    object record;
BEGIN
    FOR space IN SELECT n.nspname FROM pg_namespace AS n
                  WHERE n.nspname IN ('vesu', 'vesu_vault', 'vesu_assistant', 'vesu_portfolio')
    LOOP
        EXECUTE format('GRANT USAGE, CREATE ON SCHEMA %I TO %s', space, role);
    END LOOP;
    FOR object IN SELECT o.kind, o.object_name FROM vesu.ordinary_objects() AS o
                   WHERE o.kind <> 'TRIGGER' AND o.owner <> role
    LOOP
        EXECUTE format('ALTER %s %s OWNER TO %s', object.kind, object.object_name, role);
    END LOOP;
    EXECUTE format('GRANT EXECUTE ON FUNCTION vesu.run_as, vesu.install_script, vesu.install, vesu.migrate, '
                   'vesu.rollback_migration, vesu.uninstall, vesu.grant_access TO %s', role);
END
$$;
COMMENT ON FUNCTION vesu.give_objects(regrole) IS 'Makes role the owner of every ordinary object of vesu.';
REVOKE ALL ON FUNCTION vesu.give_objects(regrole) FROM PUBLIC;

CREATE FUNCTION vesu.grant_access(role regrole, level text) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    levels constant text[] := ARRAY['reader', 'writer', 'operator', 'owner'];
    rank constant integer := array_position(levels, level);
    module text;
    rule_level text;
    privileges text;
    object text;
    space name;
BEGIN
    IF role IS NULL THEN
        RAISE EXCEPTION 'role must not be NULL' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    IF rank IS NULL THEN
        RAISE EXCEPTION 'unknown access level "%"', level
            USING ERRCODE = 'invalid_parameter_value', HINT = 'The levels are: reader, writer, operator, owner.';
    END IF;
    IF level = 'owner' THEN
        PERFORM vesu.give_objects(role);
        RETURN;
    END IF;
    FOR space IN SELECT n.nspname FROM pg_namespace AS n
                  WHERE n.nspname IN ('vesu', 'vesu_vault', 'vesu_assistant', 'vesu_portfolio')
    LOOP
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO %s', space, role);
    END LOOP;
    FOREACH module IN ARRAY vesu.installed_modules() LOOP
        FOR rule_level, privileges, object IN
            EXECUTE format('SELECT level, privileges, object FROM vesu.%I()', module || '_grants')
        LOOP
            IF array_position(levels, rule_level) <= rank THEN
                EXECUTE format('GRANT %s ON %s TO %s', privileges, object, role);
            END IF;
        END LOOP;
    END LOOP;
END
$$;
COMMENT ON FUNCTION vesu.grant_access(regrole, text) IS
    'Gives role what its level needs in every installed module: reader (select, stable functions), writer (operations too), '
    'operator (prices, maintenance and jobs too), owner (ownership of every ordinary object, and installing). '
    '22004 for a NULL role; 22023 for an unknown level. Repeat it after installing a module.';
REVOKE ALL ON FUNCTION vesu.grant_access(regrole, text) FROM PUBLIC;

-- A dump brings its own tables. It shows itself: it sets xmloption first, and spells this statement its own way.
CREATE FUNCTION vesu.is_restoring() RETURNS boolean
    LANGUAGE sql STABLE
    RETURN (SELECT s.source = 'session' FROM pg_settings AS s WHERE s.name = 'xmloption')
           AND position('IF NOT EXISTS vesu WITH SCHEMA pg_catalog' IN current_query()) > 0;
COMMENT ON FUNCTION vesu.is_restoring() IS 'Whether the running statement is CREATE EXTENSION in a dump that is being restored.';

CREATE FUNCTION vesu.install_on_create() RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    choice constant text := current_setting('vesu.install_on_create');
BEGIN
    IF choice = 'on' OR (choice = 'auto' AND NOT vesu.is_restoring()) THEN
        PERFORM vesu.install();
    ELSE
        RAISE WARNING 'vesu made no tables: they come with the dump that is being restored'
            USING HINT = 'If they do not, run SELECT vesu.install().';
    END IF;
END
$$;
COMMENT ON FUNCTION vesu.install_on_create() IS
    'The last step of CREATE EXTENSION: vesu.install(), except while a dump is restored. The setting vesu.install_on_create (auto, '
    'on, off) overrides.';
REVOKE ALL ON FUNCTION vesu.install_on_create() FROM PUBLIC;
