-- What the portfolio module refuses: one place for the names of the errors

CREATE OR REPLACE FUNCTION vesu_portfolio.refuse(number int, subject text, detail text, hint text) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    name constant text := (json_build_object(
        301, 'invalid argument', 302, 'not found', 303, 'invalid array', 304, 'invalid correlation matrix',
        305, 'invalid target allocation', 306, 'duplicate hash', 307, 'no price', 308, 'task state or lease',
        309, 'alert resolved') ->> number::text);
BEGIN
    RAISE EXCEPTION USING
        ERRCODE = 'VS' || number,
        MESSAGE = concat_ws(': ', name, subject),
        DETAIL = detail,
        HINT = hint;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.refuse(int, text, text, text) IS
    'Private step: fails with SQLSTATE VS and the number, the name of that error and the subject.';

CREATE OR REPLACE FUNCTION vesu_portfolio.check_argument(name text, value text) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF value IS NULL THEN
        PERFORM vesu_portfolio.refuse(301, format('%s is NULL', name), 'The call needs it.', 'Give every argument that has no default.');
    ELSIF value = '' THEN
        PERFORM vesu_portfolio.refuse(301, format('%s is empty', name), 'An empty text names nothing.', 'Give one that is not empty.');
    END IF;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.check_argument(text, text) IS 'Private step: VS301 for a value that is NULL or empty.';

CREATE OR REPLACE FUNCTION vesu_portfolio.refuse_unknown(what text, id text) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    source constant text := (json_build_object(
        'user', 'users', 'portfolio', 'portfolios', 'asset', 'assets', 'agent', 'satellite_agents', 'task', 'agent_tasks',
        'alert', 'risk_alerts', 'key', 'user_api_keys') ->> what);
BEGIN
    PERFORM vesu_portfolio.check_argument(what || '_id', id);
    PERFORM vesu_portfolio.refuse(302, format('%s %s', what, id), format('There is no %s with this id.', what),
                                  format('Give the id of a row of vesu_portfolio.%s.', source));
END
$$;
COMMENT ON FUNCTION vesu_portfolio.refuse_unknown(text, text) IS
    'Private step: VS302 for a row (what: user, portfolio, asset, agent, task, alert, key) that is not there; VS301 for NULL.';

CREATE OR REPLACE FUNCTION vesu_portfolio.check_text(name text, value text, max_length int) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM vesu_portfolio.check_argument(name, value);
    IF length(value) > max_length THEN
        PERFORM vesu_portfolio.refuse(301, format('%s %s...', name, left(value, 40)),
                                      format('It has %s characters, more than %s.', length(value), max_length), 'Give a shorter one.');
    END IF;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.check_text(text, text, int) IS
    'Private step: VS301 for a text that is NULL, empty or longer than max_length.';

CREATE OR REPLACE FUNCTION vesu_portfolio.check_length(name text, value interval, shortest interval DEFAULT '1 microsecond') RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    -- Above the upper bound a time would leave the range of timestamptz.
    IF (value BETWEEN shortest AND interval '1000 years') IS NOT TRUE THEN
        PERFORM vesu_portfolio.refuse(301, format('%s %s', name, coalesce(value::text, 'NULL')),
                                      format('It is a length of time from %s to 1000 years.', shortest),
                                      'Give an interval such as 5 minutes.');
    END IF;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.check_length(text, interval, interval) IS
    'Private step: VS301 for a length of time that is NULL, below shortest (above 0) or longer than 1000 years.';
