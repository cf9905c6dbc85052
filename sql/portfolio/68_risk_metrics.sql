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
     -- Fenced, so that the positions are found by their user.
     CROSS JOIN LATERAL (
            SELECT l.status, l.debt_amount, l.health_factor, l.collateral_price, l.liquidation_price
              FROM vesu.position_health AS l
             WHERE l.user_id = p.user_id
            OFFSET 0) AS h
     WHERE p.id = ANY ((SELECT lending_risk.portfolio_ids)::uuid[])
       AND h.status = 'active'
       AND h.debt_amount > 0
     GROUP BY p.id;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.lending_risk(uuid[]) IS
    'Private step: the lowest health factor and liquidation distance, at present, of the active positions with debt that users of '
    'portfolios have in vesu.position_health. No row for a portfolio whose user has none, nor while the lending module is not '
    'installed.';

CREATE OR REPLACE FUNCTION vesu_portfolio.market_risk(
    portfolio_ids uuid[], at timestamptz, worths numeric[],
    OUT portfolio_id uuid, OUT assets bigint, OUT points bigint, OUT deviation float8, OUT var float8, OUT cvar float8,
    OUT correlation float8, OUT common_points bigint)
    RETURNS SETOF record
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
BEGIN
    RETURN QUERY
    SELECT state.id, coalesce(holding.assets, 0), coalesce(CASE WHEN chosen.by_returns THEN history.points ELSE holding.points END, 0),
           chosen.deviation,
           CASE WHEN history.points >= 30 THEN -history.var * state.worth ELSE vesu.parametric_var(1, chosen.deviation) END,
           CASE WHEN history.points >= 30 THEN -history.cvar * state.worth ELSE vesu.parametric_cvar(1, chosen.deviation) END,
           holding.correlation, coalesce(holding.common_points, 0)
      FROM unnest((SELECT market_risk.portfolio_ids), (SELECT market_risk.worths)::float8[]) AS state (id, worth)
      LEFT JOIN vesu_portfolio.holdings_risk(market_risk.portfolio_ids, market_risk.at) AS holding ON holding.portfolio_id = state.id
      LEFT JOIN (
            SELECT r.portfolio_id, count(*) AS points, vesu.value_at_risk(r.gain::float8) AS var,
                   vesu.conditional_value_at_risk(r.gain::float8) AS cvar, vesu.volatility(r.gain::float8, 1 ORDER BY r.at) AS deviation
              FROM vesu_portfolio.period_returns(market_risk.portfolio_ids, date_trunc('day', market_risk.at - interval '365 days'),
                                                 market_risk.at, true, market_risk.worths) AS r
             WHERE r.gain IS NOT NULL AND r.is_daily
             GROUP BY r.portfolio_id) AS history ON history.portfolio_id = state.id AND state.worth > 0
     CROSS JOIN LATERAL (SELECT coalesce(history.points >= 30, false) OR holding.deviation IS NULL) AS road (by_returns)
     CROSS JOIN LATERAL (
            SELECT road.by_returns,
                   CASE WHEN road.by_returns THEN history.deviation * state.worth ELSE holding.deviation END AS deviation) AS chosen;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.market_risk(uuid[], timestamptz, numeric[]) IS
    'Private step: what portfolios of these values (worths) may lose in a day, in USD. From 30 daily returns of the snapshots in '
    '365 days on (flows taken out, the value the last) deviation, var and cvar are those of the returns; with fewer the deviation '
    'is that of the present holdings (vesu_portfolio.holdings_risk()), or else of those returns, var and cvar parametric; NULL '
    'without either, and by returns for a value not above 0. points: how many returns were used. assets, correlation, '
    'common_points: of vesu_portfolio.holdings_risk().';

CREATE OR REPLACE FUNCTION vesu_portfolio.record_risk_metrics(portfolio_ids uuid[], at timestamptz) RETURNS bigint
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
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
    SELECT record_risk_metrics.at, state.id::text, vesu_portfolio.loss(market.var), vesu_portfolio.loss(market.cvar),
           vesu_portfolio.storable(market.correlation),
           -- A series holds no infinity, and NULL would look as if nothing were owed.
           CASE WHEN lending.distance < -1e20 THEN -1e20 ELSE floor(lending.distance * 1e8) * 1e-8 END, state.risk
      FROM unnest((SELECT ids), (SELECT risks)) AS state (id, risk)
      LEFT JOIN vesu_portfolio.market_risk(ids, record_risk_metrics.at, worths) AS market ON market.portfolio_id = state.id
      LEFT JOIN vesu_portfolio.lending_risk(ids) AS lending ON lending.portfolio_id = state.id;
    GET DIAGNOSTICS recorded = ROW_COUNT;
    RETURN recorded;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.record_risk_metrics(uuid[], timestamptz) IS
    'Private step: writes the risk metrics of each portfolio, all in one statement.';

CREATE OR REPLACE FUNCTION vesu_portfolio.loss(amount float8) RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET extra_float_digits = 1
    RETURN CASE WHEN amount < 1e18 THEN ceil(greatest(amount, 0)::text::numeric * 1e18) * 1e-18 END;
COMMENT ON FUNCTION vesu_portfolio.loss(float8) IS
    'Private step of record_risk_metrics: an estimated loss by its shortest digits, rounded up to 18 decimals; 0 for a gain, NULL '
    'for one that a series cannot hold.';

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
    'var_95, cvar_95: money lost in a day, positive, 0 for a gain, rounded up: from 30 daily returns of the snapshots in 365 days '
    'on (flows taken out, the present value the last) vesu.value_at_risk() and vesu.conditional_value_at_risk() of them, times the '
    'value; with fewer vesu.parametric_var() of the daily deviation that the present holdings had in 90 days, or else of those '
    'returns; NULL without either. An asset without a return on a day is taken to move as the others do together, while these are '
    'at least nine tenths of the value. correlation_score: mean |correlation| of the pairs of assets that both have a return on at '
    'least 30 of the 91 UTC days up to the moment; NULL without such a pair. liquidation_distance: the least of the user''s '
    'positions in vesu.position_health, at present, rounded down; -1e20 for one below that, as of a debt without collateral; NULL '
    'without debt, lending module or price. protocol_risk_score: metadata.protocol_risk of the assets (a number from 0 to 1, else '
    '0.3) weighted by their value; NULL without any. VS301 for NULL and an infinite moment, VS302 for an unknown portfolio.';

CREATE OR REPLACE FUNCTION vesu_portfolio.take_all_risk_metrics(at timestamptz DEFAULT vesu.now()) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    moment constant timestamptz := at::timestamptz(3);
BEGIN
    PERFORM vesu_portfolio.check_moment('at', at);
    RETURN vesu_portfolio.record_risk_metrics(vesu_portfolio.claim_hour('risk_metrics', moment), moment);
END
$$;
COMMENT ON FUNCTION vesu_portfolio.take_all_risk_metrics(timestamptz) IS
    'vesu_portfolio.take_risk_metrics() for every active portfolio without metrics in the hour (UTC) of the moment, in one statement. '
    'Returns how many were taken: 0 for the second of two that run in one hour, or at once. VS301 for NULL and an infinite moment.';
