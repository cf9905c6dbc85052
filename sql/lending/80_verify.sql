-- Proof that the data are sound, and how the indexes are used

CREATE OR REPLACE VIEW vesu.index_usage WITH (security_invoker = true) AS
    SELECT CASE WHEN s.schemaname <> 'vesu' THEN substr(s.schemaname, 6)
                WHEN s.relname IN ('schema_migrations', 'jobs') THEN 'base'
                ELSE 'lending' END AS module,
           s.relname::text AS table_name,
           s.indexrelname::text AS index_name,
           s.idx_scan AS scans,
           s.idx_tup_read AS tuples_read,
           pg_relation_size(s.indexrelid) AS size
      FROM pg_stat_user_indexes AS s
     WHERE s.schemaname IN ('vesu', 'vesu_vault', 'vesu_assistant', 'vesu_portfolio')
     ORDER BY s.idx_scan DESC, s.schemaname, s.relname, s.indexrelname;
COMMENT ON VIEW vesu.index_usage IS
    'How often each index in the schemas of vesu was scanned and how many entries it returned since the statistics were '
    'reset, and its size in bytes; the most used first. Source: the index usage query of the deployment guide.';
COMMENT ON COLUMN vesu.index_usage.module IS
    'Module of the table: that of its schema; in the schema vesu base for what every module needs, otherwise lending.';
COMMENT ON COLUMN vesu.index_usage.table_name IS 'Table of the index.';
COMMENT ON COLUMN vesu.index_usage.index_name IS 'Name of the index.';
COMMENT ON COLUMN vesu.index_usage.scans IS 'Index scans started.';
COMMENT ON COLUMN vesu.index_usage.tuples_read IS 'Index entries returned by them.';
COMMENT ON COLUMN vesu.index_usage.size IS 'Bytes on disk.';

CREATE OR REPLACE FUNCTION vesu.verify_balances(
    OUT invariant text, OUT table_name text, OUT row_key text, OUT detail text)
    RETURNS SETOF record
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY
    SELECT 'pool_totals', 'vesu_pools', pool.pool_address::text,
           format('expected %s of at least %s, the sum over its live positions, actual %s',
                  total.name, trim_scale(total.expected), trim_scale(total.actual))
      FROM vesu.vesu_pools AS pool
      JOIN (SELECT p.pool_address, sum(p.collateral_amount) AS collateral, sum(p.debt_amount) AS debt
              FROM vesu.vesu_positions AS p
             WHERE p.deleted_at IS NULL
             GROUP BY p.pool_address) AS held ON held.pool_address = pool.pool_address
     CROSS JOIN LATERAL (VALUES ('total_collateral', pool.total_collateral, held.collateral),
                                ('total_borrow', pool.total_borrow, held.debt)) AS total (name, actual, expected)
     WHERE total.actual < total.expected
       AND EXISTS (SELECT
                     FROM vesu.vesu_positions AS p
                     JOIN vesu.vesu_transactions AS t ON t.position_id = p.id AND t.status = 'confirmed'
                    WHERE p.pool_address = pool.pool_address)
     ORDER BY pool.pool_address, total.name;

    RETURN QUERY
    SELECT 'nominal_values', 'vesu_positions', p.id::text,
           format('expected %s %s with %s %s, actual %s', side.name,
                  CASE WHEN side.index = 1 OR side.amount = 0 THEN trim_scale(side.amount)::text ELSE 'above 0' END,
                  side.amount_name, trim_scale(side.amount), coalesce(trim_scale(side.actual)::text, 'NULL'))
      FROM vesu.vesu_positions AS p
      JOIN vesu.vesu_pools AS pool ON pool.pool_address = p.pool_address
     CROSS JOIN LATERAL (VALUES
            ('nominal_debt', p.nominal_debt, 'debt_amount', p.debt_amount, pool.debt_index),
            ('collateral_shares', p.collateral_shares, 'collateral_amount', p.collateral_amount, pool.collateral_index)
           ) AS side (name, actual, amount_name, amount, index)
     WHERE side.actual IS NULL OR (side.actual = 0) <> (side.amount = 0)
        OR side.index = 1 AND side.actual <> side.amount
     ORDER BY p.id, side.name;

    RETURN QUERY
    SELECT 'risk_ratio', 'vesu_positions', p.id::text,
           format('expected %s, nominal_debt / collateral_shares, actual %s',
                  coalesce(vesu.risk_ratio(p.nominal_debt, p.collateral_shares)::text, 'NULL'),
                  coalesce(trim_scale(p.risk_ratio)::text, 'NULL'))
      FROM vesu.vesu_positions AS p
     WHERE p.risk_ratio IS DISTINCT FROM vesu.risk_ratio(p.nominal_debt, p.collateral_shares)
     ORDER BY p.id;
END
$$;
COMMENT ON FUNCTION vesu.verify_balances() IS
    'The findings of vesu.verify() about amounts: pool_totals, nominal_values, risk_ratio.';

CREATE OR REPLACE FUNCTION vesu.verify_rows(OUT invariant text, OUT table_name text, OUT row_key text, OUT detail text)
    RETURNS SETOF record
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY
    SELECT 'duplicate_position', 'vesu_positions', format('%s %s', p.user_id, p.pool_address),
           format('expected at most one live active position of the user in the pool, actual %s', count(*))
      FROM vesu.vesu_positions AS p
     WHERE p.deleted_at IS NULL AND p.status = 'active'
     GROUP BY p.user_id, p.pool_address
    HAVING count(*) > 1
     ORDER BY p.user_id, p.pool_address;

    RETURN QUERY
    SELECT 'asset_pair', 'vesu_positions', p.id::text,
           format('expected %s-%s, the assets of its pool, actual %s-%s',
                  pool.collateral_asset, pool.debt_asset, p.collateral_asset, p.debt_asset)
      FROM vesu.vesu_positions AS p
      JOIN vesu.vesu_pools AS pool ON pool.pool_address = p.pool_address
     WHERE (p.collateral_asset, p.debt_asset) IS DISTINCT FROM (pool.collateral_asset, pool.debt_asset)
     ORDER BY p.id;

    RETURN QUERY
    SELECT 'history', 'vesu_position_history', version.history_id::text,
           format('expected valid_from %s, %s, actual %s', coalesce(version.before, version.created_at),
                  CASE WHEN version.before IS NULL THEN 'when its position was created'
                       ELSE 'when the version before it ended' END, version.valid_from)
      FROM (SELECT h.history_id, h.position_id, h.valid_from, p.created_at,
                   lag(h.valid_to) OVER (PARTITION BY h.position_id ORDER BY h.history_id) AS before
              FROM vesu.vesu_position_history AS h
              JOIN vesu.vesu_positions AS p ON p.id = h.position_id) AS version
     WHERE version.valid_from <> coalesce(version.before, version.created_at)
     ORDER BY version.history_id;
END
$$;
COMMENT ON FUNCTION vesu.verify_rows() IS
    'The findings of vesu.verify() about rows that contradict each other: duplicate_position, asset_pair, history.';

CREATE OR REPLACE FUNCTION vesu.verify_references(
    OUT invariant text, OUT table_name text, OUT row_key text, OUT detail text)
    RETURNS SETOF record
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    user_key record;
BEGIN
    RETURN QUERY
    SELECT 'orphan', child.table_name, child.row_key, format('expected position %s, actual none', child.position_id)
      FROM (SELECT 'vesu_transactions' AS table_name, t.id::text AS row_key, t.position_id
              FROM vesu.vesu_transactions AS t
            UNION ALL
            SELECT 'vesu_liquidations', l.id::text, l.position_id FROM vesu.vesu_liquidations AS l
            UNION ALL
            SELECT 'vesu_position_history', h.history_id::text, h.position_id
              FROM vesu.vesu_position_history AS h) AS child
      LEFT JOIN vesu.vesu_positions AS p ON p.id = child.position_id
     WHERE child.position_id IS NOT NULL AND p.id IS NULL
     ORDER BY child.table_name, child.row_key;
    RETURN QUERY
    SELECT 'orphan', 'vesu_positions', p.id::text, format('expected pool %s, actual none', p.pool_address)
      FROM vesu.vesu_positions AS p
     WHERE NOT EXISTS (SELECT FROM vesu.vesu_pools AS pool WHERE pool.pool_address = p.pool_address)
     ORDER BY p.id;
    -- The foreign keys that vesu.attach_users() made say which table has the users.
    FOR user_key IN
        SELECT child.relname AS child, k.confrelid::regclass AS users, id.attname AS id_column
          FROM pg_constraint AS k
          JOIN pg_class AS child ON child.oid = k.conrelid
          JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND ARRAY[a.attnum] = k.conkey AND a.attname = 'user_id'
          JOIN pg_attribute AS id ON id.attrelid = k.confrelid AND ARRAY[id.attnum] = k.confkey
         WHERE k.contype = 'f'
           AND k.conrelid IN ('vesu.vesu_positions'::regclass, 'vesu.vesu_transactions'::regclass)
         ORDER BY child.relname
    LOOP
        RETURN QUERY EXECUTE format(
            $query$SELECT 'orphan', %L, row.id::text, format('expected user %%s in %%s, actual none', row.user_id, %L)
                     FROM vesu.%I AS row
                    WHERE NOT EXISTS (SELECT FROM %s AS users WHERE users.%I = row.user_id)
                    ORDER BY row.id$query$,
            user_key.child, user_key.users, user_key.child, user_key.users, user_key.id_column);
    END LOOP;
END
$$;
COMMENT ON FUNCTION vesu.verify_references() IS
    'The findings of vesu.verify() about rows that refer to nothing: orphan.';

CREATE OR REPLACE FUNCTION vesu.verify(OUT invariant text, OUT table_name text, OUT row_key text, OUT detail text)
    RETURNS SETOF record
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY SELECT f.* FROM vesu.verify_balances() AS f;
    RETURN QUERY SELECT f.* FROM vesu.verify_rows() AS f;
    RETURN QUERY SELECT f.* FROM vesu.verify_references() AS f;
    RETURN QUERY SELECT f.* FROM vesu.verify_pool_indexes() AS f;
    RETURN QUERY
    SELECT 'index', i.table_name, i.index_name,
           format('expected %s (%s), actual %s', CASE WHEN i.is_unique THEN 'unique index' ELSE 'index' END,
                  array_to_string(i.columns, ', '),
                  coalesce(pg_get_indexdef(to_regclass('vesu.' || quote_ident(i.index_name))), 'none'))
      FROM vesu.verify_indexes('lending') AS i
     WHERE i.state <> 'present';
    RETURN QUERY
    SELECT 'version', 'schema_migrations', steps.module,
           format('expected %s steps of library %s, actual %s; run SELECT vesu.migrate()',
                  steps.expected, vesu.version(), steps.applied)
      FROM (SELECT split_part(s.version, '/', 1) AS module, count(*) AS expected,
                   count(*) FILTER (WHERE s.state = 'applied') AS applied
              FROM vesu.migration_status() AS s
             GROUP BY split_part(s.version, '/', 1)) AS steps
     WHERE steps.applied < steps.expected AND steps.module = ANY (vesu.installed_modules() || text 'base')
     ORDER BY steps.module;
END
$$;
COMMENT ON FUNCTION vesu.verify() IS
    'Recounts the data of the lending module and returns one row for each finding, with what was expected and what is '
    'there; no row when all is sound. Invariants: pool_totals (a pool with confirmed operations holds at least the sums of '
    'its live positions), nominal_values (zero exactly where the amount is, equal to it at index 1), risk_ratio, '
    'duplicate_position, asset_pair, orphan (users too, once attached), history (versions without gap or overlap), '
    'pool_indexes (those of a linked pool are those of its books at the time to which they count), index (vesu.verify_indexes()), '
    'version (installed objects of another library, or missing). Writes nothing.';

CREATE OR REPLACE FUNCTION vesu.assert_sound() RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    findings text[] := ARRAY(
        SELECT format('%s: %s %s: %s', f.invariant, f.table_name, f.row_key, f.detail) FROM vesu.verify() AS f);
BEGIN
    IF cardinality(findings) > 0 THEN
        RAISE EXCEPTION USING
            ERRCODE = 'integrity_constraint_violation',
            MESSAGE = format('vesu.verify() has %s findings', cardinality(findings)),
            DETAIL = array_to_string(findings[1:5], E'\n'),
            HINT = 'List them all with SELECT * FROM vesu.verify().';
    END IF;
END
$$;
COMMENT ON FUNCTION vesu.assert_sound() IS
    'Fails with 23000 and the first five findings when vesu.verify() has any: for a scheduled job, whose failure is noticed.';
