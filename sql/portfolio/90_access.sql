-- Who may do what in the portfolio module: the privileges of the access levels

CREATE OR REPLACE FUNCTION vesu.portfolio_grants(OUT level text, OUT privileges text, OUT object text)
    RETURNS SETOF record
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT rule.level, rule.privileges, format('%s vesu_portfolio.%I', rule.kind, object.name)
      FROM (VALUES
        ('reader', 'SELECT', 'TABLE',
         'portfolios assets portfolio_positions trading_strategies transactions transaction_hashes risk_assessments risk_alerts '
         'satellite_agents agent_tasks market_data dex_trades yield_metrics portfolio_snapshots risk_metrics '
         'satellite_performance partition_months partition_status '
         'ohlcv_hourly ohlcv_daily yields_hourly protocol_tvl rollup_marks latest_prices '
         'ohlcv_hourly_live ohlcv_daily_live yields_hourly_live protocol_tvl_live'),
        ('reader', 'EXECUTE', 'FUNCTION', 'default_rows'),
        ('operator', 'EXECUTE', 'FUNCTION', 'maintain_partitions create_partitions refresh_rollups'),
        -- No level reads a password, nor the hash of a token or key.
        ('reader', 'SELECT (id, email, username, first_name, last_name, user_type, kyc_status, created_at, updated_at, '
                   'last_login_at, is_active, settings)', 'TABLE', 'users'),
        ('reader', 'SELECT (id, user_id, name, permissions, is_active, expires_at, last_used_at, created_at)', 'TABLE',
         'user_api_keys'),
        ('reader', 'SELECT (id, user_id, ip_address, user_agent, expires_at, created_at)', 'TABLE', 'user_sessions'),
        -- The application writes these itself.
        ('writer', 'INSERT, UPDATE, DELETE', 'TABLE',
         'users portfolios assets portfolio_positions trading_strategies transactions risk_assessments'),
        ('writer', 'INSERT', 'TABLE',
         'market_data dex_trades yield_metrics portfolio_snapshots risk_metrics satellite_performance'),
        ('operator', 'INSERT, UPDATE, DELETE', 'TABLE',
         'market_data dex_trades yield_metrics portfolio_snapshots risk_metrics satellite_performance satellite_agents')
      ) AS rule (level, privileges, kind, names)
     CROSS JOIN LATERAL unnest(string_to_array(rule.names, ' ')) AS object (name)
    UNION ALL
    SELECT 'writer', 'EXECUTE',
           format('FUNCTION vesu_portfolio.ingest_market_data(text[], timestamptz[], %1$s, %1$s, %1$s, %1$s, bigint[], text[])', type.name)
      FROM unnest(ARRAY['numeric[]', 'float8[]', 'text', 'bigint[]', 'int[]']) AS type (name);
END;
COMMENT ON FUNCTION vesu.portfolio_grants() IS
    'What each access level adds to the one below it (reader, writer, operator) on which object of the portfolio module; '
    'vesu.grant_access() grants it. Operations run with the rights of the owner of the tables.';
