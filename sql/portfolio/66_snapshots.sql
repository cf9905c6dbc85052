-- What a portfolio was worth, hour by hour

CREATE TABLE IF NOT EXISTS vesu_portfolio.recordings (
    portfolio_id  uuid NOT NULL REFERENCES vesu_portfolio.portfolios ON DELETE CASCADE,
    series        text NOT NULL,
    last_at       timestamptz NOT NULL,

    CONSTRAINT recordings_pkey PRIMARY KEY (portfolio_id, series)
);
COMMENT ON TABLE vesu_portfolio.recordings IS
    'Which moment of a portfolio a series was last recorded for. Two recorders of one portfolio meet on its row, for the series has '
    'no key.';
COMMENT ON COLUMN vesu_portfolio.recordings.portfolio_id IS 'The portfolio.';
COMMENT ON COLUMN vesu_portfolio.recordings.series IS 'portfolio_snapshots or risk_metrics.';
COMMENT ON COLUMN vesu_portfolio.recordings.last_at IS 'The latest moment that was asked for.';

CREATE OR REPLACE FUNCTION vesu_portfolio.claim_recordings(series text, portfolio_ids uuid[], at timestamptz) RETURNS void
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    -- Waits for another recorder and, with a snapshot from before it, fails as one cannot be serialized. In one order, against
    -- deadlocks.
    INSERT INTO vesu_portfolio.recordings AS r (portfolio_id, series, last_at)
    SELECT wanted.id, claim_recordings.series, claim_recordings.at
      FROM unnest((SELECT claim_recordings.portfolio_ids)) AS wanted (id)
     ORDER BY wanted.id
        ON CONFLICT ON CONSTRAINT recordings_pkey DO UPDATE SET last_at = greatest(r.last_at, excluded.last_at);
END
$$;
COMMENT ON FUNCTION vesu_portfolio.claim_recordings(text, uuid[], timestamptz) IS
    'Private step of what records a series of portfolios: holds their rows until the end of the transaction.';

CREATE OR REPLACE FUNCTION vesu_portfolio.claim_hour(series text, at timestamptz) RETURNS uuid[]
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
DECLARE
    claimed constant uuid[] := vesu_portfolio.active_portfolios();
    missing uuid[];
BEGIN
    PERFORM vesu_portfolio.claim_recordings(series, claimed, at);
    EXECUTE format('SELECT array_agg(c.id)
                      FROM unnest((SELECT $1)) AS c (id)
                     WHERE NOT EXISTS (
                            SELECT FROM vesu_portfolio.%I AS recorded
                             WHERE recorded.portfolio_id = c.id::text
                               AND recorded."timestamp" >= date_trunc(''hour'', $2)
                               AND recorded."timestamp" < date_trunc(''hour'', $2) + interval ''1 hour''
                            OFFSET 0)', series)
       INTO missing USING claimed, at;
    RETURN coalesce(missing, '{}');
END
$$;
COMMENT ON FUNCTION vesu_portfolio.claim_hour(text, timestamptz) IS
    'Private step of the hourly work: claims the series for all active portfolios and returns those without a row in the UTC hour '
    'of the moment.';

CREATE OR REPLACE FUNCTION vesu_portfolio.storable(statistic numeric) RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN abs(statistic) < 1e29 THEN round(statistic, 8) END;
COMMENT ON FUNCTION vesu_portfolio.storable(numeric) IS
    'Private step: a statistic rounded to 8 decimals; NULL for one that a series cannot hold, as an infinite ratio.';

-- A double is written with the digits that its session shows, so the function sets them.
CREATE OR REPLACE FUNCTION vesu_portfolio.storable(statistic float8) RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET extra_float_digits = 1
    RETURN vesu_portfolio.storable(statistic::text::numeric);
COMMENT ON FUNCTION vesu_portfolio.storable(float8) IS 'Private step: storable(numeric) of a double by its shortest digits.';

CREATE OR REPLACE FUNCTION vesu_portfolio.portfolio_states(
    portfolio_ids uuid[], at timestamptz,
    OUT portfolio_id uuid, OUT value numeric, OUT gross numeric, OUT cost numeric, OUT asset_allocation jsonb, OUT protocol_risk numeric)
    RETURNS SETOF record
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY
    WITH position AS MATERIALIZED (
        SELECT a.* FROM vesu_portfolio.allocations(portfolio_states.portfolio_ids, portfolio_states.at, '1 day') AS a),
    asset AS (
        SELECT p.portfolio_id, p.asset_id, sum(p.value) AS value, sum(p.cost) AS cost,
               coalesce(sum(p.value) FILTER (WHERE NOT p.is_debt), 0) AS gross,
               sum(p.allocation) FILTER (WHERE NOT p.is_debt) AS allocation
          FROM position AS p
         GROUP BY p.portfolio_id, p.asset_id)
    SELECT wanted.id, coalesce(sum(asset.value), 0), coalesce(sum(asset.gross), 0), coalesce(sum(asset.cost), 0),
           coalesce(jsonb_object_agg(asset.asset_id, asset.allocation) FILTER (WHERE asset.allocation IS NOT NULL), '{}'),
           round(sum(asset.gross * risk.risk) / nullif(sum(asset.gross), 0), 8)
      FROM unnest((SELECT portfolio_states.portfolio_ids)) AS wanted (id)
      LEFT JOIN asset ON asset.portfolio_id = wanted.id
      LEFT JOIN LATERAL (SELECT k.metadata FROM vesu_portfolio.assets AS k WHERE k.id = asset.asset_id OFFSET 0) AS named ON true
     CROSS JOIN LATERAL (
            SELECT CASE WHEN jsonb_typeof(named.metadata -> 'protocol_risk') = 'number'
                        THEN CASE WHEN (named.metadata ->> 'protocol_risk')::numeric BETWEEN 0 AND 1
                                  THEN (named.metadata ->> 'protocol_risk')::numeric ELSE 0.3 END
                        ELSE 0.3
                   END AS risk) AS risk
     GROUP BY wanted.id;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.portfolio_states(uuid[], timestamptz) IS
    'Private step: what portfolios are worth at the prices of a moment. value: assets - debts; gross: assets; cost: quantity * '
    'average_cost, a borrowing negative; asset_allocation: the part of the assets by asset id; protocol_risk: '
    'metadata.protocol_risk of the assets (a number from 0 to 1, else 0.3) weighted by their value, NULL without any.';

CREATE OR REPLACE FUNCTION vesu_portfolio.record_portfolio_snapshots(portfolio_ids uuid[], at timestamptz) RETURNS bigint
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
DECLARE
    recorded bigint;
    ids uuid[];
    worths numeric[];
    costs numeric[];
    parts jsonb[];
BEGIN
    SELECT array_agg(s.portfolio_id), array_agg(round(s.value, 18)), array_agg(s.cost), array_agg(s.asset_allocation)
      INTO ids, worths, costs, parts
      FROM vesu_portfolio.portfolio_states(record_portfolio_snapshots.portfolio_ids, record_portfolio_snapshots.at) AS s;
    INSERT INTO vesu_portfolio.portfolio_snapshots (
           "timestamp", portfolio_id, total_value, total_return, daily_return, sharpe_ratio, max_drawdown, volatility, asset_allocation)
    SELECT record_portfolio_snapshots.at, state.id::text, state.worth,
           CASE WHEN state.cost > 0 THEN vesu_portfolio.storable(state.worth / state.cost - 1) END,
           history.daily_return, vesu_portfolio.storable(history.sharpe_ratio), vesu_portfolio.storable(history.max_drawdown),
           vesu_portfolio.storable(history.volatility), state.part
      FROM unnest((SELECT ids), (SELECT worths), (SELECT costs), (SELECT parts)) AS state (id, worth, cost, part)
      LEFT JOIN (
            SELECT r.portfolio_id,
                   max(vesu_portfolio.storable(r.gain)) FILTER (WHERE r.at = record_portfolio_snapshots.at AND r.is_daily) AS daily_return,
                   vesu.sharpe_ratio(r.gain::float8 ORDER BY r.at) FILTER (WHERE r.is_daily) AS sharpe_ratio,
                   vesu.max_drawdown(r.gain::float8 ORDER BY r.at) AS max_drawdown,
                   vesu.volatility(r.gain::float8 ORDER BY r.at) FILTER (WHERE r.is_daily) AS volatility
              FROM vesu_portfolio.period_returns(ids, date_trunc('day', record_portfolio_snapshots.at - interval '365 days'),
                                                 record_portfolio_snapshots.at, true, worths) AS r
             GROUP BY r.portfolio_id) AS history ON history.portfolio_id = state.id
     WHERE abs(state.worth) < 1e20;
    GET DIAGNOSTICS recorded = ROW_COUNT;
    RETURN recorded;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.record_portfolio_snapshots(uuid[], timestamptz) IS
    'Private step: writes a snapshot of each portfolio, all in one statement; none of a value that the series cannot hold, from 1e20 on.';

CREATE OR REPLACE FUNCTION vesu_portfolio.take_portfolio_snapshot(portfolio_id uuid, at timestamptz DEFAULT vesu.now())
    RETURNS vesu_portfolio.portfolio_snapshots
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    moment constant timestamptz := at::timestamptz(3);
    taken vesu_portfolio.portfolio_snapshots;
BEGIN
    PERFORM vesu_portfolio.check_portfolio(portfolio_id);
    PERFORM vesu_portfolio.check_moment('at', at);
    PERFORM vesu_portfolio.claim_recordings('portfolio_snapshots', ARRAY[portfolio_id], moment);
    FOR attempt IN 1..2 LOOP
        SELECT s.* INTO taken
          FROM vesu_portfolio.portfolio_snapshots AS s
         WHERE s.portfolio_id = take_portfolio_snapshot.portfolio_id::text AND s."timestamp" = moment
         LIMIT 1;
        EXIT WHEN FOUND;
        PERFORM vesu_portfolio.record_portfolio_snapshots(ARRAY[portfolio_id], moment);
    END LOOP;
    IF taken.portfolio_id IS NULL THEN
        RAISE numeric_value_out_of_range USING
            MESSAGE = format('the value of portfolio %s is %s', portfolio_id, vesu_portfolio.portfolio_value(portfolio_id, moment)),
            DETAIL = 'A snapshot holds less than 1e20.',
            HINT = 'Look for a position with an absurd quantity or price.';
    END IF;
    RETURN taken;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.take_portfolio_snapshot(uuid, timestamptz) IS
    'Writes a row of vesu_portfolio.portfolio_snapshots and returns it; the one that is there for a moment (in milliseconds) that '
    'has one. total_value: vesu_portfolio.portfolio_value() at the moment, to 18 decimals; total_return: value / sum of quantity * '
    'average_cost - 1, NULL where that cost is not above 0; daily_return: since the last snapshot of the UTC day before, flows '
    'taken out; sharpe_ratio, volatility (365 periods a year) and max_drawdown (0 or below) over the returns between the last '
    'snapshots of the UTC days of the last 365 days, this one included: the first two of days that follow one another. NULL where '
    'undefined, infinite, beyond what the series holds or where a flow has no price. asset_allocation: the part of the gross assets '
    'by asset id. VS301 for NULL and an infinite moment, VS302 for an unknown portfolio, 22003 for a value from 1e20 on.';

CREATE OR REPLACE FUNCTION vesu_portfolio.take_all_portfolio_snapshots(at timestamptz DEFAULT vesu.now()) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    moment constant timestamptz := at::timestamptz(3);
BEGIN
    PERFORM vesu_portfolio.check_moment('at', at);
    RETURN vesu_portfolio.record_portfolio_snapshots(vesu_portfolio.claim_hour('portfolio_snapshots', moment), moment);
END
$$;
COMMENT ON FUNCTION vesu_portfolio.take_all_portfolio_snapshots(timestamptz) IS
    'vesu_portfolio.take_portfolio_snapshot() for every active portfolio without a snapshot in the hour (UTC) of the moment, in one '
    'statement; one whose value is 1e20 or more is left out. Returns how many were taken: 0 for the second of two that run in one '
    'hour, or at once. VS301 for NULL and an infinite moment.';
