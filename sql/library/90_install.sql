-- Installation: ordinary objects, made by member functions with the rights of the role that owns them.
-- vesu.scripts() is written by the build from sql/base and sql/<module>.
--
-- The owner may be any role, and its tables, functions and triggers are its own to change. So whatever reads or
-- runs them here does it as the owner (vesu.run_as), never with the rights of a superuser who calls.
CREATE FUNCTION vesu.run_as(script text, owner regrole) RETURNS text
    LANGUAGE c STRICT AS 'MODULE_PATHNAME', 'vesu_run_as';
COMMENT ON FUNCTION vesu.run_as(text, regrole) IS
    'Runs the statements of script with the rights of owner, whose objects they become; never as members of the extension. Returns '
    'the first value of the last statement as text. 42501 unless the caller may act as owner.';
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
            SELECT p.oid, s.nspname, p.oid::regprocedure::text,
                   CASE p.prokind WHEN 'p' THEN 'PROCEDURE' WHEN 'a' THEN 'AGGREGATE' ELSE 'FUNCTION' END, p.proowner, 'pg_proc'::regclass, p.oid
              FROM pg_proc AS p
              JOIN spaces AS s ON s.oid = p.pronamespace
            UNION ALL
            SELECT t.oid, s.nspname, format('%I ON %s', t.tgname, t.tgrelid::regclass), 'TRIGGER', c.relowner,
                   'pg_class'::regclass, c.oid
              FROM pg_trigger AS t
              JOIN pg_class AS c ON c.oid = t.tgrelid
              JOIN spaces AS s ON s.oid = c.relnamespace
             WHERE NOT t.tgisinternal AND t.tgparentid = 0) AS object
     WHERE NOT EXISTS (SELECT FROM pg_depend AS membership
                        WHERE membership.classid = object.catalog AND membership.objid = object.member
                          AND membership.objsubid = 0 AND membership.deptype = 'e');
END;
COMMENT ON FUNCTION vesu.ordinary_objects() IS
    'Every table, view, function and trigger in the schemas of vesu that is not a member of the extension, nor a trigger that comes with '
    'that of a partitioned table.';

CREATE FUNCTION vesu.schemas() RETURNS SETOF name
    LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT n.nspname
      FROM pg_namespace AS n
     WHERE n.nspname IN ('vesu', 'vesu_vault', 'vesu_assistant', 'vesu_portfolio');
END;
COMMENT ON FUNCTION vesu.schemas() IS 'The schemas of vesu that are here.';

CREATE FUNCTION vesu.objects_owner() RETURNS regrole
    LANGUAGE sql STABLE
    RETURN (SELECT c.relowner::regrole FROM pg_class AS c WHERE c.oid = to_regclass('vesu.schema_migrations'));
COMMENT ON FUNCTION vesu.objects_owner() IS 'The role that owns the ordinary objects of vesu; NULL when there are none.';

CREATE FUNCTION vesu.installed_modules() RETURNS text[]
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF to_regclass('vesu.schema_migrations') IS NULL THEN
        RETURN ARRAY[]::text[];
    END IF;
    RETURN coalesce((SELECT array_agg(DISTINCT split_part(m.version, '/', 1))
                       FROM vesu.schema_migrations AS m
                      WHERE m.version NOT LIKE 'base/%'), ARRAY[]::text[]);
END
$$;
COMMENT ON FUNCTION vesu.installed_modules() IS 'The modules whose objects vesu.install() has made here.';

CREATE FUNCTION vesu.checked_modules(modules text[]) RETURNS text[]
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    known constant text[] := ARRAY(
        SELECT s.module FROM vesu.scripts() AS s WHERE s.module <> 'base' GROUP BY s.module ORDER BY min(s.position));
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY coalesce(modules, known) LOOP
        IF wanted IS NULL OR wanted <> ALL (known) THEN
            RAISE EXCEPTION 'unknown module "%"', wanted
                USING ERRCODE = 'invalid_parameter_value',
                      HINT = format('The modules are: %s.', array_to_string(known, ', '));
        END IF;
    END LOOP;
    IF 'assistant' = ANY (modules) AND 'lending' <> ALL (modules || vesu.installed_modules()) THEN
        RAISE EXCEPTION 'module assistant needs module lending'
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Name both.';
    END IF;
    RETURN coalesce(modules, known);
END
$$;
COMMENT ON FUNCTION vesu.checked_modules(text[]) IS
    'The given modules, or all for NULL; 22023 for an unknown one, and for assistant without lending.';

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

CREATE FUNCTION vesu.install_script(module text, step text, description text, script text) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_variable
DECLARE
    new_version constant text := format('%s/%s@%s', module, step, vesu.version());
    before constant oid[] := ARRAY(SELECT o.oid FROM vesu.ordinary_objects() AS o);
    made record;
    earlier text;
    new_drops text[] := ARRAY[]::text[];
BEGIN
    PERFORM vesu.refuse_strangers(script, current_user::regrole);
    PERFORM vesu.run_as(script, current_user::regrole);

    -- Newest first: what was made later may depend on what was made before.
    FOR made IN
        SELECT o.drop_statement, o.object_name, o.kind = 'FUNCTION' AND p.provolatile = 'v' AS changes_state
          FROM vesu.ordinary_objects() AS o
          LEFT JOIN pg_proc AS p ON p.oid = o.oid
         WHERE NOT EXISTS (SELECT FROM unnest(before) AS known (oid) WHERE known.oid = o.oid)
         ORDER BY o.oid DESC
    LOOP
        new_drops := new_drops || made.drop_statement;
        IF made.changes_state THEN
            EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', made.object_name);
        END IF;
    END LOOP;

    DELETE FROM vesu.schema_migrations AS m
     WHERE split_part(m.version, '@', 1) = format('%s/%s', module, step) AND m.version <> new_version
    RETURNING m.rollback_sql INTO earlier;
    INSERT INTO vesu.schema_migrations AS m (version, description, rollback_sql)
    VALUES (new_version, description, earlier)
    ON CONFLICT ON CONSTRAINT schema_migrations_pkey DO NOTHING;
    UPDATE vesu.schema_migrations AS m
       SET rollback_sql = concat_ws(E'\n', added.drops, m.rollback_sql)
      FROM (SELECT string_agg(d.statement, E'\n' ORDER BY d.place) AS drops
              FROM unnest(new_drops) WITH ORDINALITY AS d (statement, place)
              JOIN vesu.schema_migrations AS present ON present.version = new_version
             WHERE position(d.statement IN coalesce(present.rollback_sql, '')) = 0) AS added
     WHERE m.version = new_version AND added.drops IS NOT NULL;
END
$$;
COMMENT ON FUNCTION vesu.install_script(text, text, text, text) IS
    'Runs one installation script as the caller and records it in vesu.schema_migrations, with the statements that drop what it made. '
    'Functions that change state are revoked from PUBLIC.';
REVOKE ALL ON FUNCTION vesu.install_script(text, text, text, text) FROM PUBLIC;

CREATE FUNCTION vesu.install_scripts(modules text[]) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    entry record;
BEGIN
    FOR entry IN SELECT s.* FROM vesu.scripts() AS s
                  WHERE s.module = 'base' OR s.module = ANY (modules)
                  ORDER BY s.position
    LOOP
        PERFORM vesu.install_script(entry.module, entry.step, entry.description, entry.script);
    END LOOP;
END
$$;
COMMENT ON FUNCTION vesu.install_scripts(text[]) IS
    'Runs the installation scripts of the modules as the caller. The second half of vesu.install().';
REVOKE ALL ON FUNCTION vesu.install_scripts(text[]) FROM PUBLIC;

CREATE FUNCTION vesu.prepare_owner(role regrole) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    space name;
    needed regprocedure;
BEGIN
    FOR space IN SELECT s FROM vesu.schemas() AS s
                  WHERE NOT (has_schema_privilege(role, s, 'USAGE WITH GRANT OPTION') AND has_schema_privilege(role, s, 'CREATE'))
    LOOP
        EXECUTE format('GRANT USAGE, CREATE ON SCHEMA %I TO %s WITH GRANT OPTION', space, role);
    END LOOP;
    FOR needed IN
        SELECT p.oid
          FROM pg_proc AS p
          JOIN pg_depend AS d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
          JOIN pg_extension AS e ON e.oid = d.refobjid AND e.extname = 'vesu'
         WHERE p.provolatile = 'v' AND NOT has_function_privilege(role, p.oid, 'EXECUTE')
    LOOP
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %s', needed, role);
    END LOOP;
END
$$;
COMMENT ON FUNCTION vesu.prepare_owner(regrole) IS
    'Grants role what an owner of vesu''s objects needs: the schemas, and the member functions that are for nobody else.';
REVOKE ALL ON FUNCTION vesu.prepare_owner(regrole) FROM PUBLIC;

CREATE FUNCTION vesu.install(modules text[] DEFAULT NULL, owner regrole DEFAULT NULL) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    wanted constant text[] := vesu.checked_modules(modules);
    holder constant regrole := coalesce(owner, vesu.objects_owner(), current_user::regrole);
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('vesu.install', 0));
    PERFORM vesu.prepare_owner(holder);
    PERFORM vesu.run_as(format('SELECT vesu.install_scripts(%L)', wanted), holder);
END
$$;
COMMENT ON FUNCTION vesu.install(text[], regrole) IS
    'Makes the tables, indexes, triggers, views and functions of the modules (NULL: all) as ordinary objects of owner (NULL: the '
    'present owner, at first the caller). Repeated it adds what is missing and renews functions; it touches no row and '
    'nothing that a user added. CREATE EXTENSION calls it, and so does an update. 22023 for an unknown module; 42501 when a table '
    'of that name belongs to another role.';
REVOKE ALL ON FUNCTION vesu.install(text[], regrole) FROM PUBLIC;
