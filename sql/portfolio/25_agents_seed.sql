-- The agents that every installation knows

INSERT INTO vesu_portfolio.satellite_agents (id, name, description, agent_type, implementation_type, version)
VALUES ('sage', 'Sage - Logic & Research', 'Market analysis and RWA integration', 'logic', 'custom', '1.0.0'),
       ('forge', 'Forge - Builder & Engineering', 'Smart contract optimization and MEV protection', 'builder', 'custom', '1.0.0'),
       ('pulse', 'Pulse - Growth & Optimization', 'Yield farming and staking optimization', 'growth', 'hybrid', '1.0.0'),
       ('aegis', 'Aegis - Security & Risk', 'Risk management and liquidation protection', 'security', 'custom', '1.0.0'),
       ('echo', 'Echo - Sentiment & Community', 'Social monitoring and sentiment analysis', 'sentiment', 'elizaos', '1.0.0'),
       ('fuel', 'Fuel - Logistics & Capital', 'Capital deployment and gas optimization', 'logistics', 'hybrid', '1.0.0'),
       ('bridge', 'Bridge - Cross-Chain Operations', 'Multi-chain coordination and arbitrage', 'cross_chain', 'custom', '1.0.0'),
       ('oracle', 'Oracle - Data Integrity', 'Data validation and RWA verification', 'data', 'hybrid', '1.0.0')
ON CONFLICT (id) DO NOTHING;
