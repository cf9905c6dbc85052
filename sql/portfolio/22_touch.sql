-- The triggers that keep updated_at and last_updated

CREATE OR REPLACE FUNCTION vesu_portfolio.touch_last_updated() RETURNS trigger
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    NEW.last_updated := vesu.now();
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.touch_last_updated() IS 'Trigger of portfolio_positions: sets last_updated to vesu.now().';

CREATE OR REPLACE TRIGGER users_touch
    BEFORE UPDATE ON vesu_portfolio.users
    FOR EACH ROW EXECUTE FUNCTION vesu.touch_updated_at();
CREATE OR REPLACE TRIGGER portfolios_touch
    BEFORE UPDATE ON vesu_portfolio.portfolios
    FOR EACH ROW EXECUTE FUNCTION vesu.touch_updated_at();
CREATE OR REPLACE TRIGGER assets_touch
    BEFORE UPDATE ON vesu_portfolio.assets
    FOR EACH ROW EXECUTE FUNCTION vesu.touch_updated_at();
CREATE OR REPLACE TRIGGER trading_strategies_touch
    BEFORE UPDATE ON vesu_portfolio.trading_strategies
    FOR EACH ROW EXECUTE FUNCTION vesu.touch_updated_at();
CREATE OR REPLACE TRIGGER satellite_agents_touch
    BEFORE UPDATE ON vesu_portfolio.satellite_agents
    FOR EACH ROW EXECUTE FUNCTION vesu.touch_updated_at();
CREATE OR REPLACE TRIGGER portfolio_positions_touch
    BEFORE UPDATE ON vesu_portfolio.portfolio_positions
    FOR EACH ROW EXECUTE FUNCTION vesu_portfolio.touch_last_updated();
