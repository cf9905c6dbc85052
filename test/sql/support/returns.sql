-- The series that the contract's cases name, one row a period; those of the test vectors as tables series and vectors.
CREATE TABLE named_series AS
SELECT name, i, r
  FROM (VALUES
    ('M', '{NaN,.01,.1,-.04,.02,.03,.02,.01,-.1}'::float8[]),
    ('W', '{0,.01,.1,-.04,.02,.03,.02,.01,-.1}'),
    ('G', '{0,-.06,-.07,-.01,-.09,-.02,-.06,-.08,-.05}'),
    ('U', '{.01,.02,.01,.01,.01,.01,.01,.01,.01}'),
    ('flat', '{.01,.01,.01,.01,.01,.01,.01,.01,.01}'),
    ('S', '{1,81,82,83,84,85}'),
    ('T', array_fill(.01::float8, '{90}') || '{-.1,-.15,-.2,-.25,-.3,.005,.005,.005,.005,.005}'::float8[])
  ) AS names (name, returns)
 CROSS JOIN LATERAL unnest(returns) WITH ORDINALITY AS rows (r, i)
UNION ALL
SELECT 'P', i - 1, price / previous - 1
  FROM (SELECT i, price, lag(price) OVER (ORDER BY i) AS previous
          FROM unnest('{100,102,101,105,98,103,110,108,112,111}'::float8[]) WITH ORDINALITY AS prices (price, i)) AS prices
 WHERE previous IS NOT NULL;

\getenv directory PG_ABS_SRCDIR
\set path :directory '/vectors/risk_statistics.csv'
CREATE TABLE vectors (id int GENERATED ALWAYS AS IDENTITY, library text, metric text, inputs text, params text, expected text,
                      tolerance text, kind text, source text, recheck text);
\set copy '\\copy vectors (library, metric, inputs, params, expected, tolerance, kind, source, recheck) FROM ' :path ' WITH (FORMAT csv, HEADER)'
:copy
-- JSON knows no NaN.
ALTER TABLE vectors ALTER COLUMN inputs TYPE jsonb USING replace(replace(inputs, 'NaN', '"NaN"'), '"constant 0.01 x 1000"',
                                                                 to_json(array_fill(0.01, '{1000}'))::text)::jsonb,
                    ALTER COLUMN params TYPE jsonb USING params::jsonb,
                    ALTER COLUMN expected TYPE jsonb USING replace(expected, 'NaN', 'null')::jsonb,
                    ALTER COLUMN tolerance TYPE float8 USING substr(tolerance, 5)::float8;

-- Periods of a vector: r its returns; b what they are compared with, where that is a series. A shorter b ends with r.
CREATE TABLE series AS
SELECT v.id, i, (returns ->> (i - 1))::float8 AS r,
       CASE WHEN i > missing THEN (other ->> (i - 1 - missing))::float8 END AS b
  FROM vectors AS v
 CROSS JOIN LATERAL (SELECT inputs -> 'returns' AS returns,
                            coalesce(jsonb_path_query_first(
                                inputs, 'strict $.keyvalue() ? (@.key != "returns").value ? (@.type() == "array")'), '[]') AS other) AS arrays
 CROSS JOIN LATERAL (SELECT greatest(jsonb_array_length(returns) - jsonb_array_length(other), 0) AS missing) AS lengths
 CROSS JOIN LATERAL generate_series(1, greatest(jsonb_array_length(returns), jsonb_array_length(other))) AS i;

-- Whether two numbers are the same, undefined and infinite ones included.
CREATE FUNCTION pg_temp.same(actual float8, expected float8, tolerance float8) RETURNS boolean
    LANGUAGE sql IMMUTABLE AS $$
    SELECT actual IS NOT DISTINCT FROM expected OR coalesce(
        abs(actual) < 'Infinity' AND abs(expected) < 'Infinity' AND abs(actual - expected) < tolerance, false)
$$;
