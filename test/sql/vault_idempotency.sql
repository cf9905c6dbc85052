-- The same signature again: the first row comes back, or the call is another one and refused.
BEGIN;
\getenv directory PG_ABS_SRCDIR
\set support :directory '/sql/support/vault.sql'
\set ECHO none
\i :support
\set ECHO all
\pset format unaligned
\pset tuples_only
CREATE FUNCTION pg_temp.again(call text) RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
    first text;
    before text;
    second text;
BEGIN
    EXECUTE format('SELECT string_agg(r::text, %L) FROM vesu_vault.%s AS r', ';', call) INTO first;
    before := pg_temp.checksum();
    EXECUTE format('SELECT string_agg(r::text, %L) FROM vesu_vault.%s AS r', ';', call) INTO second;
    RETURN CASE WHEN first = second AND pg_temp.checksum() = before THEN 'same' ELSE 'different' END;
END
$$;
SELECT vesu_vault.deposit('A', 10000) \g /dev/null
SELECT call, pg_temp.again(call)
  FROM (VALUES
    (1, $$deposit('A', 100, 's1', 'note')$$), (2, $$withdraw('A', 100, 's1')$$), (3, $$fee('A', 100, 's1')$$),
    (4, $$lock('A', 100, 's1', purpose => 'loan')$$), (5, $$unlock('A', 10, 's1', purpose => 'loan')$$),
    (6, $$unlock('A', NULL, 's2', purpose => 'loan')$$), (7, $$transfer('A', 'B', 100, signature => 's1')$$),
    (8, $$lock('A', 100, 's2')$$), (9, $$transfer('A', 'B', 50, 'locked_first', 's2', purpose => '')$$)
  ) AS calls (place, call) ORDER BY place;
SELECT pg_temp.books('A');
-- An empty purpose is none; another note is no other call; a signature may serve other vaults and types.
SELECT pg_temp.code($$lock('A', 100, 's2', purpose => '')$$), pg_temp.code($$deposit('A', 100, 's1', 'another')$$),
       pg_temp.code($$deposit('B', 100, 's1')$$);
-- Without a signature every call is a new one.
SELECT pg_temp.again($$deposit('A', 1)$$);

-- Also while paused, in the vault or everywhere; and after the money has gone.
SELECT vesu_vault.set_paused(true), vesu_vault.set_status('A', 'paused') \g /dev/null
SELECT pg_temp.again($$withdraw('A', 100, 's1')$$), pg_temp.again($$transfer('A', 'B', 100, signature => 's1')$$);
SELECT vesu_vault.set_paused(false), vesu_vault.set_status('A', 'active') \g /dev/null
SELECT vesu_vault.withdraw('A', 9461) \g /dev/null
SELECT pg_temp.books('A');
SELECT pg_temp.again($$withdraw('A', 100, 's1')$$);

-- VS114: another amount, purpose, counterparty; the receiver's signature; what is not confirmed.
SELECT call, pg_temp.code(call)
  FROM (VALUES
    (1, $$deposit('A', 101, 's1')$$), (2, $$lock('A', 100, 's1')$$), (3, $$lock('A', 100, 's1', purpose => 'rent')$$),
    (4, $$unlock('A', 11, 's2', purpose => 'loan')$$), (5, $$unlock('A', NULL, 's2', purpose => 'rent')$$),
    (6, $$transfer('A', 'B', 101, signature => 's1')$$), (7, $$transfer('A', 'C', 100, signature => 's1')$$),
    (8, $$transfer('A', 'C', 50, 'locked_first', 's2', purpose => '')$$), (9, $$transfer('A', 'B', 50, 'locked_first', 's2')$$),
    (10, $$transfer('C', 'B', 100, signature => 's1')$$), (11, $$transfer('A', 'nobody', 100, signature => 's1')$$)
  ) AS calls (place, call) ORDER BY place;
SELECT vesu_vault.begin_transaction('deposit', 'C', 5) AS id \gset
SELECT vesu_vault.submit_transaction(:'id', 's9') \g /dev/null
SELECT pg_temp.code($$deposit('C', 5, 's9')$$);
SELECT vesu_vault.fail_transaction(:'id', 'lost') \g /dev/null
SELECT pg_temp.code($$deposit('C', 5, 's9')$$);
SELECT vesu_vault.begin_transaction('deposit', 'C', 5) AS id \gset
SELECT vesu_vault.submit_transaction(:'id', 's10'), vesu_vault.confirm_transaction(:'id') \g /dev/null
SELECT pg_temp.again($$deposit('C', 5, 's10')$$);
SELECT pg_temp.unsound();
ROLLBACK;
