-- Who may do what: the privileges of the access levels

CREATE OR REPLACE FUNCTION vesu.lending_grants(OUT level text, OUT privileges text, OUT object text)
    RETURNS SETOF record
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT rule.level, rule.privileges, format('%s vesu.%I', rule.kind, object.name)
      FROM (VALUES
        ('reader', 'SELECT', 'TABLE',
         'vesu_pools vesu_positions vesu_transactions vesu_liquidations vesu_asset_prices vesu_position_history '
         'vesu_pool_assets vesu_pool_pairs pool_books position_health pool_prices index_usage schema_migrations jobs'),
        -- Operations run with the rights of their caller. None deletes a row.
        ('writer', 'INSERT, UPDATE', 'TABLE', 'vesu_positions vesu_transactions vesu_liquidations'),
        ('writer', 'INSERT', 'TABLE', 'vesu_position_history'),
        ('writer', 'UPDATE (total_supply, total_borrow, total_collateral, supply_apy, borrow_apy, last_synced)', 'TABLE',
         'vesu_pools'),
        ('writer', 'EXECUTE', 'FUNCTION',
         'supply withdraw borrow repay liquidate confirm_transaction fail_transaction sync_pool'),
        ('writer', 'EXECUTE', 'FUNCTION',
         'operate lock_position lock_known_position open_position record_transaction write_change change_position '
         'move_pool_totals lock_transaction'),
        ('operator', 'INSERT, UPDATE', 'TABLE', 'vesu_pools vesu_asset_prices vesu_pool_assets vesu_pool_pairs'),
        ('operator', 'INSERT, UPDATE, DELETE', 'TABLE', 'jobs'),
        ('operator', 'EXECUTE', 'FUNCTION', 'record_price record_prices store_prices schedule_jobs'),
        ('operator', 'EXECUTE', 'FUNCTION',
         'load_pool_config open_pools record_pool_asset accrue accrue_all move_indexes follow_books')
      ) AS rule (level, privileges, kind, names)
     CROSS JOIN LATERAL unnest(string_to_array(rule.names, ' ')) AS object (name);
END;
COMMENT ON FUNCTION vesu.lending_grants() IS
    'What each access level adds to the one below it (reader, writer, operator) on which object of the lending module; '
    'vesu.grant_access() grants it. Functions that only read may be called by everybody.';
