-- Writes doc/reference.md from the comments in the catalog of a database with the extension.
-- psql -XAtq -f doc/reference.sql
SELECT '# Reference

Written by `make reference` from the `COMMENT ON` of every object; do not edit it. Where a comment says nothing else, amounts are in
whole tokens, in `vesu_vault` in the smallest unit, prices in USD a token, rates and thresholds fractions (0.8 is 80 %). What computes as the
chain does takes its integers: see the types `asset_config`, `interest_rate_config`, `position_amounts` and the functions over them.
"Member" objects belong to the extension; all others are ordinary objects
that `vesu.install()` makes.
';

CREATE TEMPORARY VIEW documented AS
SELECT space.nspname AS schema, object.class, object.kind, object.name, object.signature, object.properties, object.relation,
       coalesce(object.comment, '**no comment**') AS comment, object.oid,
       EXISTS (SELECT FROM pg_catalog.pg_depend AS d
                WHERE d.classid = object.class AND d.objid = object.oid AND d.deptype = 'e') AS is_member
  FROM (SELECT 'pg_class'::regclass AS class, c.oid, c.relnamespace AS namespace,
               CASE c.relkind WHEN 'v' THEN 'view' ELSE 'table' END AS kind, c.relname::text AS name,
               c.relname::text AS signature, '' AS properties, c.oid AS relation,
               obj_description(c.oid, 'pg_class') AS comment
          FROM pg_catalog.pg_class AS c WHERE c.relkind IN ('r', 'p', 'v') AND NOT c.relispartition
        UNION ALL
        SELECT 'pg_type'::regclass, t.oid, t.typnamespace, 'type', t.typname, t.typname,
               coalesce((SELECT string_agg(format('`%s`', e.enumlabel), ', ' ORDER BY e.enumsortorder)
                           FROM pg_catalog.pg_enum AS e WHERE e.enumtypid = t.oid), ''),
               t.typrelid, obj_description(t.oid, 'pg_type')
          FROM pg_catalog.pg_type AS t
         WHERE t.typtype = 'e' OR (t.typtype = 'b' AND t.typcategory <> 'A')
            OR (SELECT c.relkind FROM pg_catalog.pg_class AS c WHERE c.oid = t.typrelid) = 'c'
        UNION ALL
        SELECT 'pg_proc'::regclass, p.oid, p.pronamespace,
               CASE WHEN obj_description(p.oid, 'pg_proc') LIKE 'Private step%' THEN 'private step' ELSE 'function' END, p.proname,
               format('%s(%s) → %s', p.proname, pg_get_function_arguments(p.oid), pg_get_function_result(p.oid)),
               concat_ws(', ', CASE p.provolatile WHEN 'i' THEN 'immutable' WHEN 's' THEN 'stable' ELSE 'volatile' END,
                         CASE WHEN p.proisstrict THEN 'strict' END,
                         CASE p.proparallel WHEN 's' THEN 'parallel safe' END),
               0, obj_description(p.oid, 'pg_proc')
          FROM pg_catalog.pg_proc AS p) AS object
  JOIN pg_catalog.pg_namespace AS space ON space.oid = object.namespace
 WHERE space.nspname LIKE 'vesu%'
    OR (space.nspname = 'pg_catalog'
        AND EXISTS (SELECT FROM pg_catalog.pg_depend AS d
                     WHERE d.classid = object.class AND d.objid = object.oid AND d.deptype = 'e'
                       AND d.refobjid = (SELECT e.oid FROM pg_catalog.pg_extension AS e WHERE e.extname = 'vesu')));

SELECT chapter.text
  FROM (
    SELECT d.schema, 0 AS part, '' AS name, 0 AS line,
           format(E'## Schema `%s`\n\n%s\n', d.schema, obj_description(d.schema::regnamespace, 'pg_namespace')) AS text
      FROM (SELECT DISTINCT schema FROM documented) AS d
    UNION ALL
    SELECT DISTINCT d.schema, array_position(ARRAY['type', 'table', 'view', 'function', 'private step'], d.kind) * 2, '', 0,
           format(E'### %s\n', initcap(d.kind) || 's of `' || d.schema || '`')
      FROM documented AS d
    UNION ALL
    SELECT d.schema, array_position(ARRAY['type', 'table', 'view', 'function', 'private step'], d.kind) * 2 + 1, d.name || d.signature, 0,
           format(E'#### `%s`\n\n%s%s\n', d.signature,
                  CASE WHEN d.properties || CASE WHEN d.is_member THEN 'member' ELSE '' END <> ''
                       THEN format(E'*%s*\n\n', concat_ws(', ', CASE WHEN d.is_member THEN 'member' END, nullif(d.properties, '')))
                       ELSE '' END, d.comment)
      FROM documented AS d
    UNION ALL
    SELECT d.schema, array_position(ARRAY['type', 'table', 'view', 'function', 'private step'], d.kind) * 2 + 1, d.name || d.signature, 1,
           E'| column | type | null | default | meaning |\n|---|---|---|---|---|\n' ||
           string_agg(format('| `%s` | %s | %s | %s | %s |', a.attname, format_type(a.atttypid, a.atttypmod),
                             CASE WHEN a.attnotnull THEN 'no' ELSE 'yes' END,
                             coalesce('`' || pg_get_expr(f.adbin, f.adrelid) || '`', ''),
                             replace(coalesce(col_description(a.attrelid, a.attnum),
                                              CASE d.kind WHEN 'view' THEN '' ELSE '**no comment**' END), '|', '\|')),
                      E'\n' ORDER BY a.attnum) || E'\n'
      FROM documented AS d
      JOIN pg_catalog.pg_attribute AS a ON a.attrelid = d.relation AND a.attnum > 0 AND NOT a.attisdropped
      LEFT JOIN pg_catalog.pg_attrdef AS f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
     GROUP BY d.schema, d.kind, d.name, d.signature) AS chapter
 ORDER BY chapter.schema COLLATE "C", chapter.part, chapter.name COLLATE "C", chapter.line;

SELECT E'## Settings\n\n| setting | default | who | meaning |\n|---|---|---|---|\n' ||
       string_agg(format('| `%s` | `%s` | %s | %s |', s.name, s.boot_val,
                         CASE s.context WHEN 'superuser' THEN 'superusers' ELSE 'everybody' END,
                         concat_ws(' ', s.short_desc, s.extra_desc)), E'\n' ORDER BY s.name COLLATE "C")
  FROM pg_catalog.pg_settings AS s WHERE s.name LIKE 'vesu.%';
