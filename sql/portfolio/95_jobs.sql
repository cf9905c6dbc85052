-- Periodic work of the portfolio module

INSERT INTO vesu.jobs (name, module, schedule, command)
VALUES ('vesu_portfolio_maintain_partitions', 'portfolio', '7 0 * * *', 'SELECT * FROM vesu_portfolio.maintain_partitions()'),
       ('vesu_portfolio_refresh_rollups', 'portfolio', '* * * * *', 'SELECT * FROM vesu_portfolio.refresh_rollups()'),
       ('vesu_portfolio_agents_health', 'portfolio', '* * * * *', 'SELECT count(*) FROM vesu_portfolio.agents_health()'),
       ('vesu_portfolio_requeue_expired', 'portfolio', '* * * * *', 'SELECT count(*) FROM vesu_portfolio.requeue_expired()'),
       ('vesu_portfolio_escalate_risk_alerts', 'portfolio', '* * * * *', 'SELECT count(*) FROM vesu_portfolio.escalate_risk_alerts()'),
       ('vesu_portfolio_refresh_allocations', 'portfolio', '*/5 * * * *', 'SELECT vesu_portfolio.refresh_all_allocations()'),
       ('vesu_portfolio_snapshots', 'portfolio', '0 * * * *', 'SELECT vesu_portfolio.take_all_portfolio_snapshots()'),
       ('vesu_portfolio_risk_metrics', 'portfolio', '1 * * * *', 'SELECT vesu_portfolio.take_all_risk_metrics()'),
       ('vesu_portfolio_sweep_sessions', 'portfolio', '*/10 * * * *', 'SELECT vesu_portfolio.sweep_sessions()')
ON CONFLICT (name) DO NOTHING;
