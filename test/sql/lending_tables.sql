-- The tables of the lending module: columns, constraints, indexes, triggers, comments.

SELECT relation.relname AS table_name, attribute.attname AS column_name,
       format_type(attribute.atttypid, attribute.atttypmod) AS type,
       CASE WHEN attribute.attnotnull THEN 'not null' END AS required,
       pg_get_expr(preset.adbin, preset.adrelid) AS default_value
  FROM pg_class AS relation
  JOIN pg_attribute AS attribute ON attribute.attrelid = relation.oid
  LEFT JOIN pg_attrdef AS preset ON preset.adrelid = relation.oid AND preset.adnum = attribute.attnum
 WHERE relation.relnamespace = 'vesu'::regnamespace AND relation.relkind = 'r'
   AND relation.relname LIKE 'vesu\_%'
   AND attribute.attnum > 0 AND NOT attribute.attisdropped
 ORDER BY relation.relname, attribute.attnum;

SELECT conrelid::regclass AS table_name, conname AS constraint_name, pg_get_constraintdef(oid) AS definition
  FROM pg_constraint
 WHERE conrelid::regclass::text LIKE 'vesu.vesu\_%' AND contype IN ('p', 'f', 'c')
 ORDER BY conrelid::regclass::text COLLATE "C", contype DESC, conname;

SELECT tablename, regexp_replace(indexdef, '^CREATE (UNIQUE )?INDEX (\w+) ON vesu\.\w+ USING ', '\2 \1') AS definition
  FROM pg_indexes
 WHERE schemaname = 'vesu' AND tablename LIKE 'vesu\_%'
 ORDER BY tablename, indexname;

-- The 24 indexes of the contract, and no other under their prefix.
SELECT tablename, count(*) AS named_indexes
  FROM pg_indexes
 WHERE schemaname = 'vesu' AND indexname LIKE 'idx\_vesu\_%'
 GROUP BY ROLLUP (tablename)
 ORDER BY tablename;

-- No index repeats another.
SELECT a.indexrelid::regclass AS one, b.indexrelid::regclass AS other
  FROM pg_index AS a
  JOIN pg_index AS b ON b.indrelid = a.indrelid AND b.indexrelid > a.indexrelid
                    AND b.indkey = a.indkey AND b.indoption = a.indoption
                    AND b.indpred IS NOT DISTINCT FROM a.indpred
 WHERE a.indrelid::regclass::text LIKE 'vesu.vesu\_%';

SELECT pg_get_triggerdef(oid) AS trigger
  FROM pg_trigger
 WHERE NOT tgisinternal AND tgname ~ '_(keep|touch|pool|link|relink)$' AND tgrelid::regclass::text LIKE 'vesu.vesu\_%'
 ORDER BY tgrelid::regclass::text COLLATE "C", tgname;

-- Every table, view and column says what it is.
SELECT count(*) AS commented_columns,
       count(*) FILTER (WHERE col_description(relation.oid, attribute.attnum) IS NULL) AS without_comment
  FROM pg_class AS relation
  JOIN pg_attribute AS attribute ON attribute.attrelid = relation.oid
 WHERE relation.relnamespace = 'vesu'::regnamespace
   AND relation.relname IN ('vesu_pools', 'vesu_positions', 'vesu_transactions', 'vesu_liquidations',
                            'vesu_asset_prices', 'vesu_position_history', 'schema_migrations', 'jobs',
                            'vesu_pool_assets', 'vesu_pool_pairs', 'pool_books', 'pool_prices', 'position_health')
   AND attribute.attnum > 0;
SELECT relname AS without_comment
  FROM pg_class
 WHERE relnamespace = 'vesu'::regnamespace AND relkind IN ('r', 'v') AND obj_description(oid, 'pg_class') IS NULL
 ORDER BY relname;

-- None of it belongs to the extension, so that a dump carries it.
SELECT count(*) AS members
  FROM pg_depend
 WHERE deptype = 'e'
   AND (classid = 'pg_class'::regclass AND objid IN (SELECT oid FROM pg_class WHERE relname LIKE 'vesu\_%'));
