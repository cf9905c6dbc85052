-- What the assistant refuses: one place for the names of the errors

CREATE OR REPLACE FUNCTION vesu_assistant.refuse(number int, subject text, detail text, hint text) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    name constant text := (json_build_object(
        200, 'invalid argument', 201, 'invalid wallet', 202, 'invalid preferences', 203, 'invalid assets',
        204, 'health factor unknown', 205, 'invalid condition', 206, 'invalid action', 207, 'not found',
        208, 'state change refused', 209, 'not re-armable', 210, 'snapshot immutable', 220, 'concurrency conflict',
        221, 'event id conflict', 222, 'event store append-only') ->> number::text);
BEGIN
    RAISE EXCEPTION USING
        ERRCODE = 'VS' || number,
        MESSAGE = concat_ws(': ', name, subject),
        DETAIL = detail,
        HINT = hint;
END
$$;
COMMENT ON FUNCTION vesu_assistant.refuse(int, text, text, text) IS
    'Private step: fails with SQLSTATE VS and the number, the name of that error and the subject.';

CREATE OR REPLACE FUNCTION vesu_assistant.check_argument(name text, value text, max_length int DEFAULT NULL) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF value IS NULL OR value = '' THEN
        PERFORM vesu_assistant.refuse(200, format('%s is %s', name, CASE WHEN value IS NULL THEN 'NULL' ELSE 'empty' END),
                                      'The call needs it.', 'Give every argument that has no default.');
    ELSIF length(value) > max_length THEN
        PERFORM vesu_assistant.refuse(200, format('%s %s', name, value),
                                      format('It has %s characters, more than %s.', length(value), max_length), 'Give a shorter one.');
    END IF;
END
$$;
COMMENT ON FUNCTION vesu_assistant.check_argument(text, text, int) IS
    'Private step: VS200 for a value that is NULL, empty or longer than max_length.';

CREATE OR REPLACE FUNCTION vesu_assistant.refuse_unknown(what text, id text) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM vesu_assistant.refuse(207, format('%s %s', what, id), format('There is no %s with this id.', what),
                                  format('Give the id of a row of vesu_assistant.%ss.', what));
END
$$;
COMMENT ON FUNCTION vesu_assistant.refuse_unknown(text, text) IS
    'Private step: VS207 for a row (what: user, position, signal, alert, intent) that is not there.';

CREATE OR REPLACE FUNCTION vesu_assistant.refuse_step(what text, id uuid, present text, wanted text) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM vesu_assistant.refuse(208, format('%s %s is %s', what, id, present),
                                  format('From %s it cannot become %s.', present, wanted),
                                  format('Read its status in vesu_assistant.%ss.', what));
END
$$;
COMMENT ON FUNCTION vesu_assistant.refuse_step(text, uuid, text, text) IS
    'Private step: VS208 for a step from one state (of a signal, an alert, an intent) to another that is none.';
