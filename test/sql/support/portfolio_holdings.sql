-- A user with the portfolio `one` of ETH and USDC and an empty one, assets on two chains, and short names for them. The clock stands
-- at noon on 15 June 2025.
SET vesu.clock = '2025-06-15 12:00+00';
SET timezone = 'UTC';
INSERT INTO vesu_portfolio.users (id, email, username, password_hash) VALUES ('00000000-0000-0000-0000-0000000000a1', 'a@example.org', 'a', '-');
INSERT INTO vesu_portfolio.portfolios (id, user_id, name, is_active)
VALUES ('00000000-0000-0000-0000-0000000000b1', '00000000-0000-0000-0000-0000000000a1', 'one', true),
       ('00000000-0000-0000-0000-0000000000b2', '00000000-0000-0000-0000-0000000000a1', 'empty', true),
       ('00000000-0000-0000-0000-0000000000b3', '00000000-0000-0000-0000-0000000000a1', 'closed', false);
INSERT INTO vesu_portfolio.assets (id, symbol, name, asset_type, chain_id, metadata)
VALUES ('00000000-0000-0000-0000-0000000000e1', 'ETH', 'Ether', 'crypto', 1, '{"protocol_risk": 0.1}'),
       ('00000000-0000-0000-0000-0000000000e2', 'USDC', 'USD Coin', 'crypto', 1, '{}'),
       ('00000000-0000-0000-0000-0000000000e3', 'USDC', 'USD Coin', 'crypto', 10, '{"protocol_risk": "high"}'),
       ('00000000-0000-0000-0000-0000000000e4', 'BTC', 'Bitcoin', 'crypto', NULL, '{"protocol_risk": 2}');
CREATE FUNCTION pg_temp.portfolio(name text) RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT p.id FROM vesu_portfolio.portfolios AS p WHERE p.name = portfolio.name $$;
CREATE FUNCTION pg_temp.asset(symbol text, chain bigint DEFAULT 1) RETURNS uuid LANGUAGE sql STABLE AS $$
    SELECT a.id FROM vesu_portfolio.assets AS a WHERE a.symbol = asset.symbol AND a.chain_id IS NOT DISTINCT FROM chain $$;
CREATE FUNCTION pg_temp.hold(portfolio text, asset_id uuid, quantity numeric, cost numeric, value numeric, type text DEFAULT 'spot') RETURNS void LANGUAGE sql AS $$
    INSERT INTO vesu_portfolio.portfolio_positions (id, portfolio_id, asset_id, quantity, average_cost, current_value, allocation_percentage, position_type)
    SELECT ('00000000-0000-0000-0000-' || lpad((SELECT 1 + count(*) FROM vesu_portfolio.portfolio_positions)::text, 12, '0'))::uuid,
           pg_temp.portfolio(portfolio), asset_id, quantity, cost, value, 0, type::vesu_portfolio.position_type_enum $$;
CREATE FUNCTION pg_temp.price(asset_id uuid, price numeric, at timestamptz) RETURNS void LANGUAGE sql AS $$
    INSERT INTO vesu_portfolio.market_data ("timestamp", asset_id, chain_id, price, source) VALUES (at, asset_id, 1, price, 'test') $$;
