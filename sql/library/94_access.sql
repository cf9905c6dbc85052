-- Access: which role may do what.
CREATE FUNCTION vesu.give_objects(role regrole) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    holder constant regrole := vesu.objects_owner();
    object record;
BEGIN
    PERFORM vesu.prepare_owner(role);
    -- What other roles made in these schemas stays theirs.
    FOR object IN SELECT o.kind, o.object_name FROM vesu.ordinary_objects() AS o
                   WHERE o.kind <> 'TRIGGER' AND o.owner = holder AND holder <> role
    LOOP
        EXECUTE format('ALTER %s %s OWNER TO %s', object.kind, object.object_name, role);
    END LOOP;
END
$$;
COMMENT ON FUNCTION vesu.give_objects(regrole) IS
    'Makes role the owner of every ordinary object that belongs to the present owner of vesu''s objects.';
REVOKE ALL ON FUNCTION vesu.give_objects(regrole) FROM PUBLIC;

CREATE FUNCTION vesu.grant_level(role regrole, level text) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    levels constant text[] := ARRAY['reader', 'writer', 'operator'];
    space name;
    module text;
    rule_level text;
    privileges text;
    object text;
BEGIN
    FOR space IN SELECT s FROM vesu.schemas() AS s LOOP
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO %s', space, role);
    END LOOP;
    FOREACH module IN ARRAY vesu.installed_modules() LOOP
        FOR rule_level, privileges, object IN
            EXECUTE format('SELECT g.level, g.privileges, g.object FROM vesu.%I() AS g', module || '_grants')
        LOOP
            IF array_position(levels, rule_level) <= array_position(levels, level) THEN
                EXECUTE format('GRANT %s ON %s TO %s', privileges, object, role);
            END IF;
        END LOOP;
    END LOOP;
END
$$;
COMMENT ON FUNCTION vesu.grant_level(regrole, text) IS
    'Grants what the level needs in every installed module, as the caller. The second half of vesu.grant_access().';
REVOKE ALL ON FUNCTION vesu.grant_level(regrole, text) FROM PUBLIC;

CREATE FUNCTION vesu.grant_access(role regrole, level text) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF role IS NULL OR level IS NULL THEN
        RAISE EXCEPTION '% must not be NULL', CASE WHEN role IS NULL THEN 'role' ELSE 'level' END
            USING ERRCODE = 'null_value_not_allowed';
    END IF;
    IF level NOT IN ('reader', 'writer', 'operator', 'owner') THEN
        RAISE EXCEPTION 'unknown access level "%"', level
            USING ERRCODE = 'invalid_parameter_value', HINT = 'The levels are: reader, writer, operator, owner.';
    END IF;
    IF vesu.objects_owner() IS NULL THEN
        RAISE EXCEPTION 'no module of vesu is installed' USING
            ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Run SELECT vesu.install() first.';
    END IF;
    IF level = 'owner' THEN
        PERFORM vesu.give_objects(role);
    ELSE
        PERFORM vesu.run_as(format('SELECT vesu.grant_level(%L, %L)', role, level), vesu.objects_owner());
    END IF;
END
$$;
COMMENT ON FUNCTION vesu.grant_access(regrole, text) IS
    'Gives role what its level needs in every installed module: reader (select, stable functions), writer (operations too), '
    'operator (prices, new pools and jobs too), owner (ownership of every ordinary object, and installing: for superusers to give). '
    '22004 for NULL; 22023 for an unknown level; 55000 before vesu.install(). Repeat it after installing a module, and after objects that were rolled back or uninstalled were made anew.';
REVOKE ALL ON FUNCTION vesu.grant_access(regrole, text) FROM PUBLIC;
