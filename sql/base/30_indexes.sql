-- The indexes that the modules name, and proof that they are there

CREATE OR REPLACE FUNCTION vesu.named_indexes(
    OUT module text, OUT table_name text, OUT index_name text, OUT columns text[], OUT is_unique boolean)
    RETURNS SETOF record
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT 'lending' AS module, 'vesu_' || named.short_name, format('idx_vesu_%s_%s', named.short_name, named.suffix),
           string_to_array(named.columns, ' '), named.is_unique
      FROM (VALUES
        ('pools',        'address',       'pool_address',                true),
        ('pools',        'asset_pair',    'collateral_asset debt_asset', false),
        ('pools',        'is_active',     'is_active',                   false),
        ('pools',        'last_synced',   'last_synced',                 false),
        ('positions',    'user_id',       'user_id',                     false),
        ('positions',    'pool_address',  'pool_address',                false),
        ('positions',    'status',        'status',                      false),
        ('positions',    'health_factor', 'health_factor',               false),
        ('positions',    'user_pool',     'user_id pool_address',        false),
        ('positions',    'status_health', 'status health_factor',        false),
        ('positions',    'last_updated',  'last_updated',                false),
        ('transactions', 'user_id',       'user_id',                     false),
        ('transactions', 'position_id',   'position_id',                 false),
        ('transactions', 'hash',          'transaction_hash',            true),
        ('transactions', 'type',          'type',                        false),
        ('transactions', 'status',        'status',                      false),
        ('transactions', 'user_type',     'user_id type',                false),
        ('transactions', 'created_at',    'created_at',                  false),
        ('transactions', 'timestamp',     'timestamp',                   false),
        ('liquidations', 'position_id',   'position_id',                 false),
        ('liquidations', 'liquidator',    'liquidator_address',          false),
        ('liquidations', 'hash',          'transaction_hash',            true),
        ('liquidations', 'timestamp',     'timestamp',                   false),
        ('liquidations', 'created_at',    'created_at',                  false)
      ) AS named (short_name, suffix, columns, is_unique)
    UNION ALL
    SELECT 'vault' AS module, named.table_name, 'idx_' || named.suffix, string_to_array(named.columns, ' '), named.is_unique
      FROM (VALUES
        ('vaults',              'vaults_status',             'status',                  false),
        ('vaults',              'vaults_updated_at',         'updated_at',              false),
        ('transactions',        'transactions_vault_owner',  'vault_owner',             false),
        ('transactions',        'transactions_type',         'transaction_type',        false),
        ('transactions',        'transactions_status',       'status',                  false),
        ('transactions',        'transactions_created_at',   'created_at',              false),
        ('transactions',        'transactions_signature',    'signature',               false),
        ('transactions',        'transactions_seq',          'vault_owner seq',         true),
        ('balance_snapshots',   'snapshots_vault_time',      'vault_owner timestamp',   false),
        ('balance_snapshots',   'snapshots_timestamp',       'timestamp',               false),
        ('reconciliation_logs', 'reconciliation_difference', 'difference',              false),
        ('reconciliation_logs', 'reconciliation_vault',      'vault_owner',             false),
        ('tvl_snapshots',       'tvl_timestamp',             'timestamp',               false),
        ('alerts',              'alerts_unacknowledged',     'acknowledged created_at', false),
        ('alerts',              'alerts_severity',           'severity created_at',     false)
      ) AS named (table_name, suffix, columns, is_unique)
    UNION ALL
    SELECT 'portfolio' AS module, named.table_name, format('idx_%s_%s', named.table_name, named.suffix),
           string_to_array(named.columns, ', '), named.is_unique
      FROM (VALUES
        ('user_api_keys',       'key_hash',           'key_hash',                         true),
        ('portfolios',          'user_id',            'user_id',                          false),
        ('portfolio_positions', 'portfolio_id',       'portfolio_id',                     false),
        ('portfolio_positions', 'asset_type',         'portfolio_id, position_type',      false),
        ('transactions',        'portfolio_id',       'portfolio_id',                     false),
        ('transactions',        'timestamp',          'timestamp DESC',                   false),
        ('transactions',        'chain_block',        'chain_id, block_number',           false),
        ('transactions',        'type_status',        'transaction_type, status',         false),
        ('risk_assessments',    'portfolio_id',       'portfolio_id',                     false),
        ('risk_assessments',    'type_score',         'assessment_type, risk_score DESC', false),
        ('risk_alerts',         'portfolio_severity', 'portfolio_id, severity',           false),
        ('agent_tasks',         'agent_status',       'agent_id, status',                 false)
      ) AS named (table_name, suffix, columns, is_unique);
END;
COMMENT ON FUNCTION vesu.named_indexes() IS
    'The indexes that the contracts of the modules name: module, table, index, columns in order, uniqueness.';

CREATE OR REPLACE FUNCTION vesu.verify_indexes(
    module text DEFAULT 'lending', OUT table_name text, OUT index_name text, OUT columns text[],
    OUT is_unique boolean, OUT state text)
    RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT named.table_name, named.index_name, named.columns, named.is_unique,
           CASE WHEN found.name IS NULL THEN 'missing'
                WHEN found.is_plain AND found.is_unique = named.is_unique AND found.columns = named.columns
                     AND found.table_name = named.table_name THEN 'present'
                ELSE 'different' END
      FROM vesu.named_indexes() AS named
      LEFT JOIN (
            SELECT CASE n.nspname WHEN 'vesu' THEN 'lending' ELSE substr(n.nspname, 6) END AS module,
                   c.relname AS name, t.relname AS table_name, i.indisunique AS is_unique,
                   -- A btree over the whole of plain columns, and valid.
                   m.amname = 'btree' AND i.indisvalid AND i.indisready AND i.indpred IS NULL AND i.indexprs IS NULL
                   AND i.indnatts = i.indnkeyatts AND NOT i.indnullsnotdistinct AS is_plain,
                   -- A column's option is 0 when it ascends, 3 when it descends, with NULLs where they are by default.
                   ARRAY(SELECT a.attname || CASE key.option WHEN 0 THEN '' WHEN 3 THEN ' DESC' ELSE ' NULLS' END
                           FROM unnest(i.indkey::int2[], i.indoption::int2[]) WITH ORDINALITY AS key (number, option, place)
                           JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = key.number
                          ORDER BY key.place) AS columns
              FROM pg_index AS i
              JOIN pg_class AS c ON c.oid = i.indexrelid
              JOIN pg_class AS t ON t.oid = i.indrelid
              JOIN pg_am AS m ON m.oid = c.relam
              JOIN pg_namespace AS n ON n.oid = c.relnamespace
             WHERE n.nspname IN ('vesu', 'vesu_vault', 'vesu_assistant', 'vesu_portfolio'))
           AS found ON found.module = named.module AND found.name = named.index_name
     WHERE named.module = verify_indexes.module
        OR verify_indexes.module IS NULL AND named.module = ANY (vesu.installed_modules())
     ORDER BY named.module, named.table_name, named.index_name;
END;
COMMENT ON FUNCTION vesu.verify_indexes(text) IS
    'The named indexes of a module (NULL: of every installed module) with the definition each must have, and its state: '
    'present, missing, or different (that name on another table, other columns or order, another kind or uniqueness, a '
    'predicate, an expression, or not valid). By module, table_name, index_name. No row for a module without named indexes.';
