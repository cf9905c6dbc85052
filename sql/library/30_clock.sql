-- The version, the one clock and two helpers of every module.
CREATE FUNCTION vesu.version() RETURNS text
    LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_version';
COMMENT ON FUNCTION vesu.version() IS 'The version of the library, such as 1.0.0.';

CREATE FUNCTION vesu.now() RETURNS timestamptz
    LANGUAGE c STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_now';
COMMENT ON FUNCTION vesu.now() IS
    'The start of the transaction, or the time in the setting vesu.clock (superusers only: for tests and for replaying '
    'history). Everything in vesu that needs the time reads it here. In predicates: (SELECT vesu.now()).';

CREATE FUNCTION vesu.wall_clock() RETURNS timestamptz
    LANGUAGE c VOLATILE PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_wall_clock';
COMMENT ON FUNCTION vesu.wall_clock() IS
    'The time of the wall, or the time in the setting vesu.clock. Moves within a transaction.';

CREATE FUNCTION vesu.row_with(base anyelement, changes record) RETURNS anyelement
    LANGUAGE c STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_row_with';
COMMENT ON FUNCTION vesu.row_with(anyelement, record) IS
    'The row base with every column that changes has too, by name and type, taken from changes. '
    'Works on any table''s row and with columns that a user added. NULL base gives NULL; NULL changes give base.';

CREATE FUNCTION vesu.warn_unusable_prices(assets text[]) RETURNS boolean
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF cardinality(assets) > 0 THEN
        RAISE WARNING 'pools skipped: no usable price of %', array_to_string(assets, ', ')
            USING HINT = 'vesu.pool_prices shows which price is missing, too old or short of sources; record it with vesu.record_price().';
    END IF;
    RETURN true;
END
$$;
COMMENT ON FUNCTION vesu.warn_unusable_prices(text[]) IS
    'Raises one WARNING that names the assets, none for an empty or NULL array; always true. For use as '
    'WHERE (SELECT vesu.warn_unusable_prices(ARRAY(...))), which runs once a statement.';
