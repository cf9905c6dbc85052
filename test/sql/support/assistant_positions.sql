-- What the tests of users, positions and signals share. Included inside their transaction.
SET LOCAL vesu.clock = '2026-03-01 12:00:00+00';
SET LOCAL timezone = 'UTC';
SET LOCAL datestyle = 'ISO';

-- Identities are random.
CREATE FUNCTION pg_temp.short(message text) RETURNS text
    LANGUAGE sql AS $$
    SELECT regexp_replace(message, '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}', '<id>', 'g')
$$;

CREATE FUNCTION pg_temp.checksum() RETURNS text
    LANGUAGE sql AS $$
    SELECT md5(concat((SELECT string_agg(t::text, ',' ORDER BY t::text) FROM vesu_assistant.users AS t),
                      (SELECT string_agg(t::text, ',' ORDER BY t::text) FROM vesu_assistant.positions AS t),
                      (SELECT string_agg(t::text, ',' ORDER BY t::text) FROM vesu_assistant.latest_positions AS t),
                      (SELECT string_agg(t::text, ',' ORDER BY t::text) FROM vesu_assistant.signals AS t),
                      (SELECT string_agg(t::text, ',' ORDER BY t::text) FROM vesu_assistant.alerts AS t)))
$$;

-- How a statement ends that must fail, and whether it changed anything.
CREATE FUNCTION pg_temp.refusal(statement text) RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
    before constant text := pg_temp.checksum();
    state text;
    message text;
    detail text;
    hint text;
BEGIN
    BEGIN
        EXECUTE statement;
        RETURN 'accepted';
    EXCEPTION WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL,
                                hint = PG_EXCEPTION_HINT;
    END;
    RETURN pg_temp.short(concat_ws(E'\n', state || ': ' || message, 'DETAIL: ' || nullif(detail, ''),
                                   'HINT: ' || nullif(hint, ''),
                                   CASE WHEN pg_temp.checksum() <> before THEN 'AND SOMETHING CHANGED' END));
END
$$;

-- Only the SQLSTATE of that.
CREATE FUNCTION pg_temp.code(statement text) RETURNS text
    LANGUAGE sql AS $$
    SELECT substring(pg_temp.refusal(statement) FROM '^[^:]*')
$$;

-- The user of a wallet, made when first asked for: 1 is 0x1.
CREATE FUNCTION pg_temp.account(number int) RETURNS uuid
    LANGUAGE sql AS $$
    SELECT (vesu_assistant.register_user('0x' || number)).id
$$;

-- One asset worth so many dollars; none for 0.
CREATE FUNCTION pg_temp.worth(symbol text, value numeric) RETURNS jsonb
    LANGUAGE sql AS $$
    SELECT CASE WHEN value = 0 THEN '[]' ELSE jsonb_build_array(jsonb_build_object('symbol', symbol, 'amount', '1', 'valueUSD', value)) END
$$;
