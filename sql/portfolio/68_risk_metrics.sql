-- What a portfolio may lose, hour by hour

-- The lending module may be absent, so its view is named where only an installed module leads.
CREATE OR REPLACE FUNCTION vesu_portfolio.lending_risk(
    portfolio_ids uuid[], OUT portfolio_id uuid, OUT positions bigint, OUT health_factor numeric, OUT distance numeric)
    RETURNS SETOF record
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF to_regclass('vesu.position_health') IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT p.id, count(*), min(h.health_factor), min(vesu.liquidation_distance(h.collateral_price, h.liquidation_price))
      FROM vesu_portfolio.portfolios AS p
      JOIN vesu.position_health AS h ON h.user_id = p.user_id
     WHERE p.id = ANY ((SELECT lending_risk.portfolio_ids)::uuid[])
       AND h.status = 'active'
       AND h.debt_amount > 0
     GROUP BY p.id;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.lending_risk(uuid[]) IS
    'Private step: the lowest health factor and liquidation distance, at present, of the active positions with debt that users of portfolios have in '
    'vesu.position_health. No row for a portfolio whose user has none, nor while the lending module is not installed.';

CREATE OR REPLACE FUNCTION vesu_portfolio.record_risk_metrics(portfolio_ids uuid[], at timestamptz) RETURNS bigint
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
DECLARE
    recorded bigint;
    ids uuid[];
    worths numeric[];
    risks numeric[];
BEGIN
    SELECT array_agg(s.portfolio_id), array_agg(s.value), array_agg(s.protocol_risk) INTO ids, worths, risks
      FROM vesu_portfolio.portfolio_states(record_risk_metrics.portfolio_ids, record_risk_metrics.at) AS s;
    INSERT INTO vesu_portfolio.risk_metrics (
           "timestamp", portfolio_id, var_95, cvar_95, correlation_score, liquidation_distance, protocol_risk_score)
    SELECT record_risk_metrics.at, state.id::text, vesu_portfolio.loss(money.var), vesu_portfolio.loss(money.cvar),
           vesu_portfolio.storable(holding.correlation),
           CASE WHEN abs(lending.distance) < 1e20 THEN floor(lending.distance * 1e8) * 1e-8 END, state.risk
      FROM unnest((SELECT ids), (SELECT worths), (SELECT risks)) AS state (id, worth, risk)
      LEFT JOIN vesu_portfolio.holdings_risk(ids, record_risk_metrics.at) AS holding ON holding.portfolio_id = state.id
      LEFT JOIN vesu_portfolio.lending_risk(ids) AS lending ON lending.portfolio_id = state.id
      LEFT JOIN (
            SELECT r.portfolio_id, count(*) AS returns, vesu.value_at_risk(r.gain::float8) AS var,
                   vesu.conditional_value_at_risk(r.gain::float8) AS cvar, vesu.volatility(r.gain::float8, 1 ORDER BY r.at) AS deviation
              FROM vesu_portfolio.period_returns(ids, date_trunc('day', record_risk_metrics.at - interval '365 days'),
                                                 record_risk_metrics.at, true, worths) AS r
             WHERE r.gain IS NOT NULL
               AND date_trunc('day', r.previous_at) = date_trunc('day', r.at) - interval '1 day'
             GROUP BY r.portfolio_id) AS history ON history.portfolio_id = state.id AND state.worth > 0
     CROSS JOIN LATERAL (
            SELECT CASE WHEN history.returns >= 30 THEN -history.var * state.worth::float8
                        ELSE vesu.parametric_var(1, coalesce(holding.deviation, history.deviation * state.worth::float8)) END AS var,
                   CASE WHEN history.returns >= 30 THEN -history.cvar * state.worth::float8
                        ELSE vesu.parametric_cvar(1, coalesce(holding.deviation, history.deviation * state.worth::float8)) END AS cvar)
           AS money;
    GET DIAGNOSTICS recorded = ROW_COUNT;
    RETURN recorded;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.record_risk_metrics(uuid[], timestamptz) IS
    'Private step: writes the risk metrics of each portfolio, all in one statement.';

CREATE OR REPLACE FUNCTION vesu_portfolio.loss(amount float8) RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN amount < 1e18 THEN ceil(greatest(amount, 0)::text::numeric * 1e18) * 1e-18 END;
COMMENT ON FUNCTION vesu_portfolio.loss(float8) IS
    'Private step of record_risk_metrics: an estimated loss by its shortest digits, rounded up to 18 decimals; 0 for a gain, NULL for one that a '
    'series cannot hold.';

CREATE OR REPLACE FUNCTION vesu_portfolio.take_risk_metrics(portfolio_id uuid, at timestamptz DEFAULT vesu.now())
    RETURNS vesu_portfolio.risk_metrics
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    moment constant timestamptz := at::timestamptz(3);
    taken vesu_portfolio.risk_metrics;
BEGIN
    PERFORM vesu_portfolio.check_portfolio(portfolio_id);
    PERFORM vesu_portfolio.check_moment('at', at);
    PERFORM vesu_portfolio.claim_recordings('risk_metrics', ARRAY[portfolio_id], moment);
    FOR attempt IN 1..2 LOOP
        SELECT m.* INTO taken
          FROM vesu_portfolio.risk_metrics AS m
         WHERE m.portfolio_id = take_risk_metrics.portfolio_id::text AND m."timestamp" = moment
         LIMIT 1;
        EXIT WHEN FOUND;
        PERFORM vesu_portfolio.record_risk_metrics(ARRAY[portfolio_id], moment);
    END LOOP;
    RETURN taken;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.take_risk_metrics(uuid, timestamptz) IS
    'Writes a row of vesu_portfolio.risk_metrics and returns it; the one that is there for a moment (in milliseconds) that has one. '
    'var_95, cvar_95: money lost in a day, positive, 0 for a gain, rounded up: from 30 daily returns of the snapshots in 365 days on (flows taken out, the '
    'present value the last) vesu.value_at_risk() and vesu.conditional_value_at_risk() of them, times the value; with fewer '
    'vesu.parametric_var() of the daily deviation that the present holdings had in 90 days, or else of those returns; NULL without either. '
    'correlation_score: mean |correlation| of the pairs of assets over the 30 to 91 UTC days up to the moment on which all have a return; NULL for fewer, and for one asset. '
    'liquidation_distance: the least of the user''s positions in vesu.position_health, at present, rounded down; NULL without debt or lending '
    'module. protocol_risk_score: metadata.protocol_risk of the assets (a number from 0 to 1, else 0.3) weighted by their value; NULL without any. '
    'VS301 for NULL and an infinite moment, VS302 for an unknown portfolio.';

CREATE OR REPLACE FUNCTION vesu_portfolio.take_all_risk_metrics(at timestamptz DEFAULT vesu.now()) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
DECLARE
    moment constant timestamptz := at::timestamptz(3);
    wanted constant uuid[] := vesu_portfolio.active_portfolios();
BEGIN
    PERFORM vesu_portfolio.check_moment('at', at);
    PERFORM vesu_portfolio.claim_recordings('risk_metrics', wanted, moment);
    RETURN vesu_portfolio.record_risk_metrics(ARRAY(
        SELECT w.id
          FROM unnest((SELECT wanted)) AS w (id)
         WHERE NOT EXISTS (
                SELECT FROM vesu_portfolio.risk_metrics AS m
                 WHERE m.portfolio_id = w.id::text
                   AND m."timestamp" >= date_trunc('hour', moment)
                   AND m."timestamp" < date_trunc('hour', moment) + interval '1 hour')), moment);
END
$$;
COMMENT ON FUNCTION vesu_portfolio.take_all_risk_metrics(timestamptz) IS
    'vesu_portfolio.take_risk_metrics() for every active portfolio without metrics in the hour (UTC) of the moment, in one statement. '
    'Returns how many were taken: 0 for the second of two that run in one hour, or at once. VS301 for NULL and an infinite moment.';
