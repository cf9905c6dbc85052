-- Who may do what in the portfolio module: the privileges of the access levels

CREATE OR REPLACE FUNCTION vesu.portfolio_grants(OUT level text, OUT privileges text, OUT object text)
    RETURNS SETOF record
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT rule.level, rule.privileges, format('%s vesu_portfolio.%I', rule.kind, object.name)
      FROM (VALUES
        ('reader', 'SELECT', 'TABLE',
         'portfolios assets portfolio_positions trading_strategies transactions transaction_hashes risk_assessments risk_alerts '
         'risk_alert_states satellite_agents agent_tasks agent_task_leases'),
        ('reader', 'SELECT', 'TABLE',
         'market_data dex_trades yield_metrics portfolio_snapshots risk_metrics satellite_performance ohlcv_hourly ohlcv_daily '
         'yields_hourly protocol_tvl rollup_marks latest_prices ohlcv_hourly_live ohlcv_daily_live yields_hourly_live '
         'protocol_tvl_live partition_months partition_status'),
        ('reader', 'EXECUTE', 'FUNCTION', 'default_rows'),
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
        ('writer', 'EXECUTE', 'FUNCTION',
         'create_session session_user end_session end_sessions create_api_key check_api_key revoke_api_key heartbeat enqueue_task claim_tasks '
         'complete_task fail_task cancel_task acknowledge_risk_alert resolve_risk_alert refresh_allocations '
         'take_portfolio_snapshot take_risk_metrics assess_portfolio'),
        ('operator', 'INSERT, UPDATE, DELETE', 'TABLE',
         'market_data dex_trades yield_metrics portfolio_snapshots risk_metrics satellite_performance satellite_agents'),
        -- A price from the future stays the latest until somebody takes it away.
        ('operator', 'DELETE', 'TABLE', 'latest_prices'),
        ('operator', 'EXECUTE', 'FUNCTION',
         'maintain_partitions create_partitions refresh_rollups sweep_sessions agents_health requeue_expired escalate_risk_alerts '
         'refresh_all_allocations take_all_portfolio_snapshots take_all_risk_metrics')
      ) AS rule (level, privileges, kind, names)
     CROSS JOIN LATERAL unnest(string_to_array(rule.names, ' ')) AS object (name)
    UNION ALL
    -- Named, or a dump would name the columns itself.
    SELECT 'writer' AS level, 'EXECUTE' AS privileges,
           format('FUNCTION vesu_portfolio.raise_risk_alert(uuid, %s, text, jsonb, text, interval)', types.names) AS object
      FROM unnest(ARRAY['text, text', 'vesu_portfolio.risk_alert_type_enum, vesu_portfolio.severity_enum']) AS types (names)
    UNION ALL
    SELECT 'writer' AS level, 'EXECUTE' AS privileges,
           format('FUNCTION vesu_portfolio.ingest_market_data(text[], timestamptz[], %1$s, %1$s, %1$s, %1$s, bigint[], text[])', type.name) AS object
      FROM unnest(ARRAY['numeric[]', 'float8[]', 'text', 'bigint[]', 'int[]']) AS type (name);
END;
COMMENT ON FUNCTION vesu.portfolio_grants() IS
    'What each access level adds to the one below it (reader, writer, operator) on which object of the portfolio module; '
    'vesu.grant_access() grants it. Operations run with the rights of the owner of the tables.';
