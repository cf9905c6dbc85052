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
    WITH closing AS (
        SELECT o.asset_id, o.bucket, o.close
          FROM vesu_portfolio.ohlcv_daily_live AS o
         WHERE o.asset_id = ANY ((SELECT daily_returns.asset_ids)::text[])
           AND o.bucket >= date_trunc('day', daily_returns.from_time)
           AND o.bucket < last_day
         UNION ALL
        -- The last day ends at to_time: what its roll-up knows may be from later.
        SELECT wanted.id, last_day, latest.price
          FROM (SELECT DISTINCT w.id FROM unnest((SELECT daily_returns.asset_ids)) AS w (id)) AS wanted
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
    'Private step: close / close of the day before - 1 of each asset and UTC day from the day of from_time to that of to_time, which ends at to_time. No row '
    'where a day or the one before it has no price, or that price is 0. In no order.';

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
        WITH wanted AS (
            SELECT w.id, w.place FROM unnest((SELECT correlation_matrix.asset_ids)) WITH ORDINALITY AS w (id, place)),
        daily AS MATERIALIZED (
            SELECT wanted.place, r.day, r.gain, count(*) OVER (PARTITION BY r.day) AS assets
              FROM vesu_portfolio.daily_returns(correlation_matrix.asset_ids, from_time, to_time) AS r
              JOIN wanted ON wanted.id = r.asset_id),
        -- The same days for all pairs, or the matrix might be one that no assets can have.
        common AS (
            SELECT d.place, d.day, d.gain FROM daily AS d WHERE d.assets = cardinality(correlation_matrix.asset_ids)),
        pair AS (
            SELECT a.place AS lower, b.place AS upper, coalesce(vesu.correlation(a.gain, b.gain ORDER BY a.day), 0) AS rho
              FROM common AS a
              JOIN common AS b ON b.day = a.day AND b.place > a.place
             GROUP BY a.place, b.place)
        SELECT array_agg(matrix.row_values ORDER BY matrix.place)
          FROM (SELECT r.place, array_agg(coalesce(p.rho, 1) ORDER BY c.place) AS row_values
                  FROM wanted AS r
                 CROSS JOIN wanted AS c
                  LEFT JOIN pair AS p ON p.lower = least(r.place, c.place) AND p.upper = greatest(r.place, c.place)
                 GROUP BY r.place) AS matrix
         WHERE (SELECT count(DISTINCT c.day) FROM common AS c) >= correlation_matrix.min_points);
END
$$;
COMMENT ON FUNCTION vesu_portfolio.correlation_matrix(text[], timestamptz, timestamptz, int) IS
    'Correlations of the daily returns of assets, row by row in the order of asset_ids: close to close of UTC days in '
    'vesu_portfolio.ohlcv_daily_live, from the day of from_time to that of to_time, which ends at to_time; only days on which every asset has '
    'a return, so that the matrix is positive semidefinite. An asset whose price does not move has the correlation 0 with others. '
    'NULL with fewer than min_points such days, and for no assets. VS301 for NULL, an infinite time and min_points below 2; VS303 for an array of '
    'other than one dimension, with a NULL or an asset twice. Source: K. Pearson''s product-moment correlation.';

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
    daily AS MATERIALIZED (
        SELECT h.portfolio_id, h.asset_id, h.value, r.day, r.gain
          FROM vesu_portfolio.daily_returns(ARRAY(SELECT DISTINCT h.asset_id FROM holding AS h),
                                            holdings_risk.at - interval '90 days', holdings_risk.at) AS r
          JOIN holding AS h ON h.asset_id = r.asset_id),
    measured AS (
        SELECT d.portfolio_id, d.day, sum(d.value * d.gain ORDER BY d.asset_id) AS profit, sum(abs(d.value) ORDER BY d.asset_id) AS size
          FROM daily AS d
         GROUP BY d.portfolio_id, d.day),
    -- What has no return moves as the rest did: not at all would look safer than it is, and one unknown token must not hide all risk.
    moved AS (
        SELECT m.portfolio_id, count(*) AS points, vesu.volatility(m.profit * (whole.size / m.size), 1 ORDER BY m.day) AS deviation
          FROM measured AS m
          JOIN whole ON whole.portfolio_id = m.portfolio_id AND m.size >= 0.9 * whole.size
         GROUP BY m.portfolio_id),
    pair AS (
        SELECT a.portfolio_id, coalesce(abs(vesu.correlation(a.gain, b.gain ORDER BY a.day)), 0) AS rho, count(*) AS points
          FROM daily AS a
          JOIN daily AS b ON b.portfolio_id = a.portfolio_id AND b.day = a.day AND b.asset_id > a.asset_id
         GROUP BY a.portfolio_id, a.asset_id, b.asset_id
        HAVING count(*) >= 30),
    together AS (
        SELECT p.portfolio_id, avg(p.rho ORDER BY p.rho) AS correlation, min(p.points) AS points FROM pair AS p GROUP BY p.portfolio_id)
    SELECT w.portfolio_id, w.assets, coalesce(m.points, 0), m.deviation, t.correlation, coalesce(t.points, 0)
      FROM whole AS w
      LEFT JOIN moved AS m ON m.portfolio_id = w.portfolio_id
      LEFT JOIN together AS t ON t.portfolio_id = w.portfolio_id;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.holdings_risk(uuid[], timestamptz) IS
    'Private step: how what portfolios hold has moved in the 90 days before the moment. assets: how many have a value. points: UTC days on '
    'which assets of at least nine tenths of the value (a debt counts by its size) have a return; deviation: of the profit, in USD, that the present '
    'holdings would have made on each (n - 1; NULL below 2), an asset without a return taken to move as those with one do together; where all '
    'have one the square root of sum of v v rho s s. correlation: mean |rho| of the pairs of assets with at least 30 common days, NULL without such a '
    'pair; common_points: the days of the pair that has the fewest. No row for a portfolio without value.';
