-- Questions and installation survive columns that users add, whatever their names.
BEGIN;
\getenv directory PG_ABS_SRCDIR
\set support :directory '/sql/support/lending_questions.sql'
\set ECHO none
\i :support
\set ECHO all

-- Every word that stands in a function or view of the module could be the name of a column, unless it stands in a comment or
-- a string or is one that PostgreSQL reserves.
CREATE TABLE pg_temp.words AS
SELECT DISTINCT word[1] AS name
  FROM (SELECT pg_get_functiondef(p.oid)
          FROM pg_proc AS p
         WHERE p.pronamespace = 'vesu'::regnamespace AND p.prokind = 'f'
           AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
         UNION ALL
        SELECT pg_get_viewdef(c.oid) FROM pg_class AS c WHERE c.relnamespace = 'vesu'::regnamespace AND c.relkind = 'v')
       AS body (text)
 CROSS JOIN LATERAL regexp_matches(regexp_replace(lower(body.text), '--[^\n]*|''[^'']*''', '', 'g'), '[a-z_][a-z0-9_]*', 'g') AS word;
DELETE FROM pg_temp.words
 WHERE name IN ('tableoid', 'xmin', 'xmax', 'cmin', 'cmax', 'ctid') OR length(name) > 63
    OR name IN (SELECT word FROM pg_get_keywords() WHERE catcode IN ('R', 'T'));
SELECT count(*) > 300 AS many_words, count(*) < 1500 AS fit_in_a_table,
       bool_or(name = 'held') AND bool_or(name = 'pool') AND bool_or(name = 'collateral') AND bool_or(name = 'found') AS aliases_are_there
  FROM pg_temp.words;

-- What stood in the answers before, that is, without the columns that were added.
CREATE FUNCTION pg_temp.known(answer jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT jsonb_agg((SELECT jsonb_object_agg(field.key, field.value) FROM jsonb_each(line.value) AS field WHERE field.value <> '"x"')
                     ORDER BY line.place)
      FROM jsonb_array_elements(answer) WITH ORDINALITY AS line (value, place)
    $$;
CREATE VIEW pg_temp.changed AS
SELECT number, question, outcome
  FROM (SELECT number, question, answer, pg_temp.code('SELECT * FROM ' || question || ' AS found') AS outcome FROM pg_temp.questions) AS asked
 WHERE CASE WHEN outcome = 'accepted'
            THEN CASE WHEN jsonb_typeof(answer -> 0) = 'object'
                      THEN pg_temp.known(pg_temp.answer(question)) IS DISTINCT FROM pg_temp.known(answer)
                      ELSE pg_temp.answer(question) IS DISTINCT FROM answer
                 END
            ELSE true
       END;
SELECT count(*) AS changed FROM pg_temp.changed;

DO $$
DECLARE
    addition record;
BEGIN
    FOR addition IN
        SELECT c.oid::regclass AS table_name,
               string_agg(format('ADD COLUMN %I text DEFAULT ''x''', words.name), ', ' ORDER BY words.name) AS columns
          FROM pg_class AS c
         CROSS JOIN pg_temp.words
         WHERE c.relnamespace = 'vesu'::regnamespace AND c.relkind = 'r'
           AND NOT EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attname = words.name)
         GROUP BY c.oid
    LOOP
        EXECUTE format('ALTER TABLE %s %s', addition.table_name, addition.columns);
    END LOOP;
END
$$;
SELECT c.relname
  FROM pg_class AS c
 WHERE c.relnamespace = 'vesu'::regnamespace AND c.relkind = 'r'
   AND (SELECT count(*) FROM pg_attribute AS a WHERE a.attrelid = c.oid) > 300
 ORDER BY c.relname;
SELECT number, question, outcome FROM pg_temp.changed ORDER BY number;

-- The same once everything was made anew.
SELECT pg_temp.code('SELECT vesu.install()') AS installation;
SELECT number, question, outcome FROM pg_temp.changed ORDER BY number;
SELECT pg_temp.code(statement) AS outcome
  FROM (VALUES
    (1, 'INSERT INTO vesu.vesu_positions (user_id, pool_address, collateral_amount, debt_amount)
         VALUES (''ea000000-0000-0000-0000-000000000005'', ''0xe001'', 1, 1)'),
    (2, 'UPDATE vesu.vesu_positions SET debt_amount = 1'),
    (3, 'UPDATE vesu.vesu_pools SET debt_asset = ''EDAI'' WHERE pool_address OPERATOR(pg_catalog.=) ''0xe001'''),
    (4, 'UPDATE vesu.vesu_pools SET deleted_at = vesu.now() WHERE pool_address OPERATOR(pg_catalog.=) ''0xe001'''),
    (5, 'UPDATE vesu.vesu_transactions SET amount = 2'),
    (6, 'UPDATE vesu.vesu_liquidations SET debt_repaid = 2'),
    (7, 'SELECT vesu.schedule_jobs()'),
    (8, 'UPDATE vesu.vesu_pools SET protocol_pool = ''0xe0'' WHERE pool_address OPERATOR(pg_catalog.=) ''0xe002'''),
    (9, 'SELECT vesu.open_pools(''0xe0'')'),
    (10, 'UPDATE vesu.vesu_pool_pairs SET max_ltv = 0'),
    (11, 'SELECT vesu.accrue_all(''2026-03-02'')'),
    (12, 'SELECT vesu.load_pool_config(''0xe0'', pg_catalog.jsonb_set(config, ''{asset_parameters,0,floor}'', ''1'')) FROM pg_temp.configuration')) AS tried (number, statement)
 ORDER BY number;
ROLLBACK;

-- And when the columns have gone again.
BEGIN;
\set ECHO none
\i :support
\set ECHO all
ALTER TABLE vesu.vesu_positions ADD COLUMN held text DEFAULT 'x', ADD COLUMN note text DEFAULT 'x';
ALTER TABLE vesu.vesu_positions DROP COLUMN held;
ALTER TABLE vesu.vesu_pools ADD COLUMN pool text DEFAULT 'x';
ALTER TABLE vesu.vesu_pools DROP COLUMN pool;
ALTER TABLE vesu.vesu_asset_prices ADD COLUMN debt text DEFAULT 'x';
ALTER TABLE vesu.vesu_asset_prices DROP COLUMN debt;
SELECT id, note FROM vesu.find_positions_by_health(0, 2);
SELECT count(*) AS positions FROM vesu.position_health;
SELECT pool_address FROM vesu.find_pools_needing_sync();
ROLLBACK;
