-- An exception inside C++ becomes an ordinary error, and the session goes on.
\getenv library VESU_TEST_LIBRARY
CREATE SCHEMA guard;
CREATE FUNCTION guard.bad_alloc() RETURNS void LANGUAGE c AS :'library', 'vesu_test_bad_alloc';
CREATE FUNCTION guard.runtime_error() RETURNS void LANGUAGE c AS :'library', 'vesu_test_runtime_error';
CREATE FUNCTION guard.unknown_exception() RETURNS void LANGUAGE c AS :'library', 'vesu_test_unknown_exception';
CREATE FUNCTION guard.out_of_range() RETURNS void LANGUAGE c AS :'library', 'vesu_test_out_of_range';
\set SHOW_CONTEXT never
SELECT guard.bad_alloc();
\echo :LAST_ERROR_SQLSTATE
SELECT 'the session goes on' AS after_bad_alloc;
SELECT guard.runtime_error();
\echo :LAST_ERROR_SQLSTATE
SELECT 'the session goes on' AS after_runtime_error;
SELECT guard.unknown_exception();
\echo :LAST_ERROR_SQLSTATE
SELECT 'the session goes on' AS after_unknown_exception;
SELECT guard.out_of_range();
\echo :LAST_ERROR_SQLSTATE
-- Also inside a subtransaction, many times.
DO $$
BEGIN
    FOR i IN 1 .. 1000 LOOP
        BEGIN
            PERFORM guard.runtime_error();
        EXCEPTION WHEN internal_error THEN
            NULL;
        END;
    END LOOP;
END
$$;
SELECT vesu.health_factor(1.5, 2500, 0.8, 1000, 1) AS still_exact;
DROP SCHEMA guard CASCADE;
