-- How assets move together, by their daily returns

CREATE OR REPLACE FUNCTION vesu_portfolio.daily_returns(
    asset_ids text[], from_time timestamptz, to_time timestamptz, OUT asset_id text, OUT day timestamptz, OUT gain float8)
    RETURNS SETOF record
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
DECLARE
    last_day constant timestamptz := date_trunc('day', to_time);
BEGIN
    RETURN QUERY
    -- Asset by asset, by the index, whatever the statistics say of the marks.
    WITH wanted AS (
        SELECT DISTINCT w.id FROM unnest((SELECT daily_returns.asset_ids)) AS w (id)),
    closing AS (
        SELECT wanted.id AS asset_id, bar.bucket, bar.close
          FROM wanted
         CROSS JOIN LATERAL (
                SELECT o.bucket, o.close
                  FROM vesu_portfolio.ohlcv_daily_live AS o
                 WHERE o.asset_id = wanted.id
                   AND o.bucket >= date_trunc('day', daily_returns.from_time)
                   AND o.bucket < last_day
                OFFSET 0) AS bar
         UNION ALL
        -- The last day ends at to_time: what its roll-up knows may be from later.
        SELECT wanted.id, last_day, latest.price
          FROM wanted
         CROSS JOIN LATERAL (
                SELECT m.price
                  FROM vesu_portfolio.market_data AS m
                 WHERE m.asset_id = wanted.id
                   AND m."timestamp" BETWEEN last_day AND daily_returns.to_time
                 ORDER BY m."timestamp" DESC, m.price DESC
                 LIMIT 1) AS latest),
    followed AS (
        SELECT c.asset_id, c.bucket, c.close::float8 AS close,
               lag(c.bucket) OVER w AS previous_bucket, lag(c.close::float8) OVER w AS previous_close
          FROM closing AS c
        WINDOW w AS (PARTITION BY c.asset_id ORDER BY c.bucket))
    SELECT f.asset_id, f.bucket, f.close / f.previous_close - 1
      FROM followed AS f
     WHERE f.previous_bucket = f.bucket - interval '1 day' AND f.previous_close > 0;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.daily_returns(text[], timestamptz, timestamptz) IS
    'Private step: close / close of the day before - 1 of each asset and UTC day from the day of from_time to that of to_time, '
    'which ends at to_time. No row where a day or the one before it has no price, or that price is 0. In no order.';

CREATE OR REPLACE FUNCTION vesu_portfolio.check_asset_ids(asset_ids text[]) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF asset_ids IS NULL THEN
        PERFORM vesu_portfolio.check_argument('asset_ids', NULL);
    ELSIF array_ndims(asset_ids) > 1 THEN
        PERFORM vesu_portfolio.refuse(303, format('asset_ids is %s', asset_ids), format('It has %s dimensions.', array_ndims(asset_ids)),
                                      'Give a list of asset ids.');
    ELSIF array_position(asset_ids, NULL) IS NOT NULL THEN
        PERFORM vesu_portfolio.refuse(303, format('element %s of asset_ids is NULL', array_position(asset_ids, NULL)),
                                      format('The array is %s.', asset_ids), 'Leave it out.');
    ELSIF (SELECT count(DISTINCT a) FROM unnest(asset_ids) AS a) < cardinality(asset_ids) THEN
        PERFORM vesu_portfolio.refuse(303, format('asset_ids is %s', asset_ids), 'It names an asset twice.', 'Give each asset once.');
    END IF;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.check_asset_ids(text[]) IS
    'Private step of correlation_matrix: VS301 for NULL, VS303 unless it is a list of different ids without NULL.';

-- The days lie side by side in the array: joined by day, the rows of many portfolios are more than the planner expects.
CREATE OR REPLACE FUNCTION vesu_portfolio.correlations_of(gains float8[]) RETURNS float8[]
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    assets constant int := array_length(gains, 1);
BEGIN
    RETURN (
        WITH pair AS (
            SELECT i AS lower, j AS upper, coalesce(estimated.rho, 0) AS rho
              FROM generate_series(1, assets) AS i
             CROSS JOIN LATERAL generate_series(i + 1, assets) AS j
             CROSS JOIN LATERAL (
                    SELECT vesu.correlation(g.x, g.y) AS rho FROM unnest(gains[i:i], gains[j:j]) AS g (x, y)) AS estimated)
        SELECT array_agg(matrix.row_values ORDER BY matrix.i)
          FROM (SELECT i, array_agg(coalesce(p.rho, 1) ORDER BY j) AS row_values
                  FROM generate_series(1, assets) AS i
                 CROSS JOIN generate_series(1, assets) AS j
                  LEFT JOIN pair AS p ON p.lower = least(i, j) AND p.upper = greatest(i, j)
                 GROUP BY i) AS matrix);
END
$$;
COMMENT ON FUNCTION vesu_portfolio.correlations_of(float8[]) IS
    'Private step: the matrix of correlations of series, one row of the argument each. One that does not vary has the correlation 0 '
    'with others.';

CREATE OR REPLACE FUNCTION vesu_portfolio.correlation_matrix(
    asset_ids text[], from_time timestamptz, to_time timestamptz, min_points int DEFAULT 30) RETURNS float8[]
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM vesu_portfolio.check_asset_ids(asset_ids);
    PERFORM vesu_portfolio.check_moment('from_time', from_time);
    PERFORM vesu_portfolio.check_moment('to_time', to_time);
    IF (min_points >= 2) IS NOT TRUE THEN
        PERFORM vesu_portfolio.refuse(301, format('min_points is %s', coalesce(min_points::text, 'NULL')),
                                      'Fewer than 2 days have no correlation.', 'Give a number of days from 2 on.');
    END IF;
    RETURN (
        WITH daily AS (
            SELECT r.asset_id, r.day, r.gain, count(*) OVER (PARTITION BY r.day) AS assets
              FROM vesu_portfolio.daily_returns(correlation_matrix.asset_ids, from_time, to_time) AS r),
        -- The same days for all pairs, or the matrix might be one that no assets can have.
        series AS (
            SELECT d.asset_id, array_agg(d.gain ORDER BY d.day) AS gains
              FROM daily AS d
             WHERE d.assets = cardinality(correlation_matrix.asset_ids)
             GROUP BY d.asset_id
            HAVING count(*) >= correlation_matrix.min_points)
        SELECT vesu_portfolio.correlations_of(array_agg(s.gains ORDER BY array_position(correlation_matrix.asset_ids, s.asset_id)))
          FROM series AS s
        HAVING count(*) > 0);
END
$$;
COMMENT ON FUNCTION vesu_portfolio.correlation_matrix(text[], timestamptz, timestamptz, int) IS
    'Correlations of the daily returns of assets, row by row in the order of asset_ids: close to close of UTC days in '
    'vesu_portfolio.ohlcv_daily_live, from the day of from_time to that of to_time, which ends at to_time; only days on which every '
    'asset has a return, so that the matrix is positive semidefinite. An asset whose price does not move has the correlation 0 with '
    'others. NULL with fewer than min_points such days, and for no assets. VS301 for NULL, an infinite time and min_points below 2; '
    'VS303 for an array of other than one dimension, with a NULL or an asset twice. Source: K. Pearson''s product-moment '
    'correlation.';

CREATE OR REPLACE FUNCTION vesu_portfolio.holdings_risk(
    portfolio_ids uuid[], at timestamptz,
    OUT portfolio_id uuid, OUT assets bigint, OUT points bigint, OUT deviation float8, OUT correlation float8, OUT common_points bigint)
    RETURNS SETOF record
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
BEGIN
    RETURN QUERY
    WITH holding AS MATERIALIZED (
        SELECT v.portfolio_id, v.asset_id::text AS asset_id, sum(v.value)::float8 AS value
          FROM vesu_portfolio.position_values(holdings_risk.portfolio_ids, holdings_risk.at, '1 day') AS v
         GROUP BY v.portfolio_id, v.asset_id
        HAVING sum(v.value) <> 0),
    whole AS (
        SELECT h.portfolio_id, count(*) AS assets, sum(abs(h.value) ORDER BY h.asset_id) AS size FROM holding AS h GROUP BY h.portfolio_id),
    returns AS MATERIALIZED (
        SELECT r.asset_id, r.day, r.gain
          FROM vesu_portfolio.daily_returns(ARRAY(SELECT DISTINCT h.asset_id FROM holding AS h),
                                            holdings_risk.at - interval '90 days', holdings_risk.at) AS r),
    measured AS (
        SELECT h.portfolio_id, r.day, sum(h.value * r.gain ORDER BY h.asset_id) AS profit, sum(abs(h.value) ORDER BY h.asset_id) AS size
          FROM holding AS h
          JOIN returns AS r ON r.asset_id = h.asset_id
         GROUP BY h.portfolio_id, r.day),
    -- What has no return moves as the rest did: not at all would look safer than it is, and one unknown token must not hide all risk.
    moved AS (
        SELECT m.portfolio_id, count(*) AS points, vesu.volatility(m.profit * (whole.size / m.size), 1 ORDER BY m.day) AS deviation
          FROM measured AS m
          JOIN whole ON whole.portfolio_id = m.portfolio_id AND m.size >= 0.9 * whole.size
         GROUP BY m.portfolio_id),
    -- Each asset's returns side by side, once for all portfolios: joined by day, they are more than the planner expects.
    series AS MATERIALIZED (
        SELECT a.asset_id, array_agg(coalesce(d.gain, 'NaN') ORDER BY day.day) AS gains
          FROM (SELECT DISTINCT h.asset_id FROM holding AS h) AS a
         CROSS JOIN (SELECT DISTINCT r.day FROM returns AS r) AS day
          LEFT JOIN returns AS d ON d.asset_id = a.asset_id AND d.day = day.day
         GROUP BY a.asset_id),
    held_together AS MATERIALIZED (
        SELECT a.portfolio_id, a.asset_id AS one, b.asset_id AS other
          FROM holding AS a
          JOIN holding AS b ON b.portfolio_id = a.portfolio_id AND b.asset_id > a.asset_id),
    pair AS MATERIALIZED (
        SELECT p.one, p.other, coalesce(abs(estimated.rho), 0) AS rho, estimated.points
          FROM (SELECT DISTINCT t.one, t.other FROM held_together AS t) AS p
          JOIN series AS a ON a.asset_id = p.one
          JOIN series AS b ON b.asset_id = p.other
         CROSS JOIN LATERAL (
                SELECT vesu.correlation(g.x, g.y) AS rho, count(*) FILTER (WHERE g.x <> 'NaN' AND g.y <> 'NaN') AS points
                  FROM unnest(a.gains, b.gains) AS g (x, y)) AS estimated
         WHERE estimated.points >= 30),
    together AS (
        SELECT t.portfolio_id, avg(p.rho ORDER BY p.rho) AS correlation, min(p.points) AS points
          FROM held_together AS t
          JOIN pair AS p ON p.one = t.one AND p.other = t.other
         GROUP BY t.portfolio_id)
    SELECT w.portfolio_id, w.assets, coalesce(m.points, 0), m.deviation, t.correlation, coalesce(t.points, 0)
      FROM whole AS w
      LEFT JOIN moved AS m ON m.portfolio_id = w.portfolio_id
      LEFT JOIN together AS t ON t.portfolio_id = w.portfolio_id;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.holdings_risk(uuid[], timestamptz) IS
    'Private step: how what portfolios hold has moved in the 90 days before the moment. assets: how many have a value. points: UTC '
    'days on which assets of at least nine tenths of the value (a debt counts by its size) have a return; deviation: of the profit, '
    'in USD, that the present holdings would have made on each (n - 1; NULL below 2), an asset without a return taken to move as '
    'those with one do together; where all have one the square root of sum of v v rho s s. correlation: mean |rho| of the pairs of '
    'assets with at least 30 common days, NULL without such a pair; common_points: the days of the pair that has the fewest. No row '
    'for a portfolio without value.';
