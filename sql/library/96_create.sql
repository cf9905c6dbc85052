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
    ELSIF choice = 'off' THEN
        RAISE NOTICE 'vesu made no tables, as vesu.install_on_create is off'
            USING HINT = 'Run SELECT vesu.install().';
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
