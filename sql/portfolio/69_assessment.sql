-- The risks of a portfolio, each as a score from 0 to 1

CREATE OR REPLACE FUNCTION vesu_portfolio.liquidation_score(health_factor numeric) RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN health_factor <= 1.05 THEN 0.95
                WHEN health_factor <= 1.1 THEN 0.85
                WHEN health_factor <= 1.3 THEN 0.65
                WHEN health_factor < 1.5 THEN 0.45
                WHEN health_factor >= 1.5 THEN 0.2
           END;
COMMENT ON FUNCTION vesu_portfolio.liquidation_score(numeric) IS
    'How likely a liquidation is: 0.95 up to a health factor of 1.05, 0.85 up to 1.1, 0.65 up to 1.3, 0.45 below 1.5, else 0.2. '
    'NULL for NULL.';

CREATE OR REPLACE FUNCTION vesu_portfolio.assess_portfolio(
    portfolio_id uuid, at timestamptz DEFAULT vesu.now(), ttl interval DEFAULT '1 hour')
    RETURNS SETOF vesu_portfolio.risk_assessments
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 4
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    state record;
    market record;
    lending record;
    volatility float8;
BEGIN
    PERFORM vesu_portfolio.check_portfolio(portfolio_id);
    PERFORM vesu_portfolio.check_moment('at', at);
    PERFORM vesu_portfolio.check_length('ttl', ttl);
    SELECT s.* INTO state FROM vesu_portfolio.portfolio_states(ARRAY[portfolio_id], at) AS s;
    SELECT m.* INTO market FROM vesu_portfolio.market_risk(ARRAY[portfolio_id], at, ARRAY[state.value]) AS m;
    SELECT l.* INTO lending FROM vesu_portfolio.lending_risk(ARRAY[portfolio_id]) AS l;
    volatility := CASE WHEN state.value > 0 THEN market.deviation * sqrt(365) / state.value::float8 END;
    RETURN QUERY
    INSERT INTO vesu_portfolio.risk_assessments AS a (
           portfolio_id, assessment_type, risk_score, confidence_level, factors, satellite_source, created_at, expires_at)
    -- Rounded up: nothing looks safer than it is.
    SELECT assess_portfolio.portfolio_id, risk.type::vesu_portfolio.risk_assessment_type_enum, ceil(risk.score * 10000) * 0.0001,
           round(least(1, risk.points / 90.0), 4), risk.factors || jsonb_build_object('points', risk.points), 'aegis', assess_portfolio.at,
           assess_portfolio.at + ttl
      FROM (VALUES
        (1, 'liquidation', vesu_portfolio.liquidation_score(lending.health_factor), market.points,
         jsonb_build_object('health_factor', lending.health_factor, 'positions', lending.positions)),
        (2, 'correlation', vesu_portfolio.storable(market.correlation), market.common_points,
         jsonb_build_object('mean_absolute_correlation', vesu_portfolio.storable(market.correlation), 'assets', market.assets)),
        (3, 'protocol', state.protocol_risk, market.points,
         jsonb_build_object('protocol_risk', state.protocol_risk, 'assets_value', trim_scale(state.gross))),
        -- least() would make 1 of what is not known.
        (4, 'market', CASE WHEN volatility > 1 THEN 1 ELSE vesu_portfolio.storable(volatility) END, market.points,
         jsonb_build_object('yearly_volatility', vesu_portfolio.storable(volatility), 'value', trim_scale(state.value)))
      ) AS risk (place, type, score, points, factors)
     WHERE risk.score IS NOT NULL
     ORDER BY risk.place
    RETURNING a.*;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.assess_portfolio(uuid, timestamptz, interval) IS
    'Writes up to four rows of vesu_portfolio.risk_assessments, created at the moment, expiring after ttl, from aegis, and returns '
    'them; risk_score is rounded up to 4 decimals. liquidation: vesu_portfolio.liquidation_score() of the lowest health factor that '
    'the user''s positions have in vesu.position_health at present; correlation, market: of the daily returns that '
    'vesu_portfolio.take_risk_metrics() uses, the mean |correlation| of the pairs of assets and the yearly volatility (n - 1, 365 '
    'days), at most 1; protocol: metadata.protocol_risk of the assets (else 0.3) weighted by their value. No row for what is not '
    'known: without debt or lending module; without a pair of 30 common days; with no assets; with no value or fewer than two '
    'returns. confidence_level: points / 90, at most 1; points: the returns that market used, for correlation the days of the pair '
    'that has the fewest. factors: what was computed. VS301 for NULL, an infinite moment and a ttl of 0 or less or above 1000 '
    'years, VS302 for an unknown portfolio.';
