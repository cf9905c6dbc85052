-- For tests of the portfolio module: noon of a March day, two users, one of them inactive, a portfolio; calls and how they end.
SET vesu.clock = '2026-03-01 12:00:00+00';
SET timezone = 'UTC';
SET datestyle = 'ISO';
SET intervalstyle = 'postgres';

-- The id of row number n of a table, and back.
CREATE FUNCTION pg_temp.uid(n int) RETURNS uuid
    LANGUAGE sql IMMUTABLE RETURN lpad(n::text, 32, '0')::uuid;
CREATE FUNCTION pg_temp.number(id uuid) RETURNS text
    LANGUAGE sql IMMUTABLE RETURN ltrim(replace(id::text, '-', ''), '0');
CREATE FUNCTION pg_temp.is_now(clock text) RETURNS text
    LANGUAGE sql AS $$ SELECT set_config('vesu.clock', '2026-03-01 ' || clock || '+00', false) $$;

INSERT INTO vesu_portfolio.users (id, email, username, password_hash, is_active) VALUES
    (pg_temp.uid(1), 'one@example.org', 'one', 'secret of one', true), (pg_temp.uid(2), 'two@example.org', 'two', 'secret of two', false);
INSERT INTO vesu_portfolio.portfolios (id, user_id, name) VALUES (pg_temp.uid(1), pg_temp.uid(1), 'first'), (pg_temp.uid(2), pg_temp.uid(1), 'second');

CREATE FUNCTION pg_temp.checksum() RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
    known regclass;
    rows text;
    sum text := '';
BEGIN
    FOR known IN SELECT c.oid FROM pg_class AS c WHERE c.relnamespace = 'vesu_portfolio'::regnamespace AND c.relkind IN ('r', 'p')
                    AND NOT c.relispartition ORDER BY c.oid::regclass::text
    LOOP
        EXECUTE format('SELECT md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM %s AS t', known) INTO rows;
        sum := md5(concat(sum, rows));
    END LOOP;
    RETURN sum;
END
$$;

-- How a call ends that must fail, and whether it changed anything.
CREATE FUNCTION pg_temp.refusal(call text) RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
    before constant text := pg_temp.checksum();
    state text;
    message text;
    detail text;
    hint text;
BEGIN
    BEGIN
        EXECUTE 'SELECT vesu_portfolio.' || call;
        RETURN 'accepted';
    EXCEPTION WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    END;
    RETURN concat_ws(E'\n', state || ': ' || message, 'DETAIL: ' || nullif(detail, ''), 'HINT: ' || nullif(hint, ''),
                     CASE WHEN pg_temp.checksum() <> before THEN 'AND SOMETHING CHANGED' END);
END
$$;
-- Only its first line.
CREATE FUNCTION pg_temp.message(call text) RETURNS text
    LANGUAGE sql AS $$ SELECT split_part(pg_temp.refusal(call), E'\n', 1) $$;

-- The pages that a query touches.
CREATE FUNCTION pg_temp.pages(query text) RETURNS bigint
    LANGUAGE plpgsql AS $$
DECLARE
    plan jsonb;
BEGIN
    EXECUTE 'EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF, SUMMARY OFF, FORMAT JSON) ' || query INTO plan;
    RETURN (plan -> 0 -> 'Plan' ->> 'Shared Hit Blocks')::bigint + (plan -> 0 -> 'Plan' ->> 'Shared Read Blocks')::bigint;
END
$$;
