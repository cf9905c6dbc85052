\set echo :ECHO
\set ECHO none
-- Reads test/vectors/:file.csv into a table of that name: columns of whole numbers as numeric, all others as text, and
-- protocol, the number in version.
\getenv inputdir PG_ABS_SRCDIR
\set path :inputdir '/vectors/' :file '.csv'
\setenv path :path
\set header `head -n 1 "$path" | tr -d '\r'`
SELECT format('CREATE TABLE %I (%s)', :'file', string_agg(quote_ident(name) || ' text', ', ' ORDER BY place))
  FROM string_to_table(:'header', ',') WITH ORDINALITY AS columns (name, place) \gexec
\set copy '\\copy ' :file ' FROM ' :'path' ' WITH (FORMAT csv, HEADER)'
:copy
SELECT format('ALTER TABLE %I %s, ADD COLUMN protocol int', :'file', string_agg(
           format('ALTER COLUMN %I TYPE numeric USING %1$I::numeric', key), ', '))
  FROM (SELECT value.key
          FROM (SELECT to_jsonb(t) AS row FROM :file AS t) AS rows
         CROSS JOIN LATERAL jsonb_each_text(rows.row) AS value
         GROUP BY value.key
        HAVING bool_and(value.value ~ '^-?[0-9]+$') AND count(value.value) > 0) AS numbers \gexec
UPDATE :file SET protocol = substr(version, 2)::int;
\set ECHO :echo
