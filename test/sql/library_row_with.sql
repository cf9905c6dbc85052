-- row_with: a row of any table with some columns replaced, by name and type.
CREATE TEMPORARY TABLE things (id int, dropped text, amount numeric(10, 2), name text);
ALTER TABLE things DROP COLUMN dropped;
INSERT INTO things VALUES (1, 1.50, 'one'), (2, NULL, 'two');
ALTER TABLE things ADD COLUMN later text DEFAULT 'added';
SELECT changed.* FROM things AS t
 CROSS JOIN LATERAL (SELECT t.id * 2.25 AS amount, 'not there' AS other, NULL::text AS name) AS change
 CROSS JOIN LATERAL vesu.row_with(t, change) AS changed
 ORDER BY changed.id;
-- Another type is another column; NULL changes nothing; a NULL row stays NULL.
SELECT vesu.row_with(t, change) FROM things AS t CROSS JOIN LATERAL (SELECT 'text'::text AS id) AS change ORDER BY t.id;
SELECT vesu.row_with(t, NULL) FROM things AS t ORDER BY t.id;
SELECT vesu.row_with(NULL::things, ROW(1)) IS NULL AS still_null;
-- What is no row is refused, and so is a row of a domain, whose check would be passed by.
SELECT vesu.row_with(1, ROW(2));
SELECT vesu.row_with('abc'::text, ROW(2));
CREATE TYPE pg_temp.pair AS (a int, b text);
CREATE DOMAIN pg_temp.positive_pair AS pg_temp.pair CHECK ((VALUE).a > 0);
SELECT vesu.row_with(ROW(1, 'x')::pg_temp.positive_pair, ROW(-5, 'y')::pg_temp.pair);
SELECT vesu.row_with(ROW(1, 'x')::pg_temp.pair, ROW(-5, 'y')::pg_temp.pair);
