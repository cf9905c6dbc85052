-- What a portfolio earned between its snapshots, money that came and went taken out

CREATE OR REPLACE FUNCTION vesu_portfolio.flows(
    portfolio_ids uuid[], from_time timestamptz, to_time timestamptz,
    OUT portfolio_id uuid, OUT at timestamptz, OUT asset_id uuid, OUT transaction_hash text, OUT amount numeric)
    RETURNS SETOF record
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
BEGIN
    RETURN QUERY
    SELECT t.portfolio_id, t."timestamp", moved.asset_id, t.transaction_hash::text,
           CASE WHEN moved.amount = 0 THEN 0 ELSE moved.amount * moved.sign * priced.price END
      FROM (SELECT DISTINCT w.id FROM unnest((SELECT flows.portfolio_ids)) AS w (id)) AS wanted
     CROSS JOIN LATERAL (
            SELECT l.*
              FROM vesu_portfolio.transactions AS l
             WHERE l.portfolio_id = wanted.id AND l."timestamp" > flows.from_time AND l."timestamp" <= flows.to_time
            OFFSET 0) AS t
     CROSS JOIN LATERAL (
            SELECT CASE WHEN received THEN t.to_asset_id ELSE t.from_asset_id END AS asset_id,
                   CASE WHEN received THEN t.to_amount ELSE t.from_amount END AS amount,
                   CASE t.transaction_type WHEN 'deposit' THEN 1 ELSE -1 END AS sign
              FROM (SELECT CASE t.transaction_type WHEN 'deposit' THEN t.to_asset_id IS NOT NULL
                                                   ELSE t.from_asset_id IS NULL END) AS side (received)) AS moved
      LEFT JOIN LATERAL (
            SELECT m.price
              FROM vesu_portfolio.market_data AS m
             WHERE m.asset_id = moved.asset_id::text
               AND m."timestamp" BETWEEN t."timestamp" - interval '1 day' AND t."timestamp"
             ORDER BY m."timestamp" DESC, m.price DESC
             LIMIT 1) AS priced ON true
     WHERE t.status = 'confirmed'
       AND t.transaction_type IN ('deposit', 'withdraw');
END
$$;
COMMENT ON FUNCTION vesu_portfolio.flows(uuid[], timestamptz, timestamptz) IS
    'Private step: confirmed deposits and withdrawals after from_time and up to to_time, in USD at the last price of the market '
    'series up to a day before each; a withdrawal is negative. A deposit is to_amount of to_asset_id, or where that is missing '
    'from_amount of from_asset_id; a withdrawal the other way round. amount is NULL without a price or an amount. In no order.';

CREATE OR REPLACE FUNCTION vesu_portfolio.period_returns(
    portfolio_ids uuid[], from_time timestamptz, to_time timestamptz, daily boolean, values_at_end numeric[] DEFAULT NULL,
    OUT portfolio_id uuid, OUT at timestamptz, OUT value numeric, OUT previous_at timestamptz, OUT previous_value numeric,
    OUT flow numeric, OUT gain numeric, OUT is_daily boolean)
    RETURNS SETOF record
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
BEGIN
    RETURN QUERY
    WITH point AS MATERIALIZED (
        -- Of several values of one moment, or of one day, the last; of equal times the lowest.
        SELECT DISTINCT ON (p.portfolio_id, p.bucket) p.portfolio_id, p.at, p.value
          FROM (SELECT wanted.id AS portfolio_id, s."timestamp" AS at, s.total_value AS value,
                       CASE WHEN daily THEN date_trunc('day', s."timestamp") ELSE s."timestamp" END AS bucket
                  FROM (SELECT DISTINCT w.id FROM unnest((SELECT period_returns.portfolio_ids)) AS w (id)) AS wanted
                 CROSS JOIN LATERAL (
                        SELECT l."timestamp", l.total_value
                          FROM vesu_portfolio.portfolio_snapshots AS l
                         WHERE l.portfolio_id = wanted.id::text
                           AND l."timestamp" BETWEEN period_returns.from_time AND period_returns.to_time
                        OFFSET 0) AS s
                 UNION ALL
                SELECT w.id, period_returns.to_time, w.value, date_trunc('day', period_returns.to_time)
                  FROM unnest((SELECT period_returns.portfolio_ids), (SELECT period_returns.values_at_end)) AS w (id, value)
                 WHERE w.value IS NOT NULL) AS p
         ORDER BY p.portfolio_id, p.bucket, p.at DESC, p.value),
    -- A flow belongs to the period that ends at the next value, or at the same moment.
    event AS (
        SELECT point.portfolio_id, point.at, point.value, NULL::numeric AS amount, false AS is_flow FROM point
         UNION ALL
        SELECT f.portfolio_id, f.at, NULL, f.amount, true
          FROM vesu_portfolio.flows(period_returns.portfolio_ids, period_returns.from_time, period_returns.to_time) AS f),
    numbered AS (
        SELECT e.*, count(e.value) OVER (PARTITION BY e.portfolio_id ORDER BY e.at, e.is_flow DESC
                                         ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS period
          FROM event AS e),
    ended AS (
        SELECT n.portfolio_id, n.period, max(n.at) FILTER (WHERE NOT n.is_flow) AS at, max(n.value) AS value,
               CASE WHEN NOT bool_or(n.is_flow AND n.amount IS NULL) THEN coalesce(sum(n.amount), 0) END AS flow
          FROM numbered AS n
         GROUP BY n.portfolio_id, n.period
        HAVING max(n.value) IS NOT NULL),
    followed AS (
        SELECT e.*, lag(e.at) OVER w AS previous_at, lag(e.value) OVER w AS previous_value
          FROM ended AS e
        WINDOW w AS (PARTITION BY e.portfolio_id ORDER BY e.period))
    SELECT f.portfolio_id, f.at, f.value, f.previous_at, f.previous_value, f.flow,
           -- A quotient has as many decimals as its dividend.
           CASE WHEN f.previous_value > 0 THEN round(round(f.value - f.flow, 36) / f.previous_value - 1, 36) END,
           date_trunc('day', f.previous_at) = date_trunc('day', f.at) - interval '1 day'
      FROM followed AS f
     ORDER BY f.portfolio_id, f.at;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.period_returns(uuid[], timestamptz, timestamptz, boolean, numeric[]) IS
    'Private step: the values in vesu_portfolio.portfolio_snapshots from from_time to to_time (daily: the last of each UTC day) and '
    'values_at_end, those at to_time that no snapshot has yet, each with the value before, the flow since that and gain = (value - '
    'flow) / previous_value - 1 to 36 decimals: NULL for the first, for one after a value of 0 or below, and with a flow that has '
    'no price. is_daily: whether the value before is from the UTC day before (NULL: there is none). By portfolio and time.';

CREATE OR REPLACE FUNCTION vesu_portfolio.refuse_unpriced_flow(portfolio_id uuid, from_time timestamptz, to_time timestamptz) RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    first record;
BEGIN
    SELECT f.* INTO first
      FROM vesu_portfolio.flows(ARRAY[refuse_unpriced_flow.portfolio_id], from_time, to_time) AS f
     WHERE f.amount IS NULL
     ORDER BY f.at, f.transaction_hash COLLATE "C"
     LIMIT 1;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    IF first.asset_id IS NOT NULL THEN
        PERFORM vesu_portfolio.refuse_unpriced(ARRAY[first.asset_id], format('at %s, the time of transaction %s', first.at,
                                                                             first.transaction_hash), '1 day');
    END IF;
    PERFORM vesu_portfolio.refuse(307, format('transaction %s', first.transaction_hash), 'It does not say what was moved.',
                                  'Give it from_asset_id and from_amount, or to_asset_id and to_amount.');
END
$$;
COMMENT ON FUNCTION vesu_portfolio.refuse_unpriced_flow(uuid, timestamptz, timestamptz) IS
    'Private step of portfolio_performance: VS307 for the first deposit or withdrawal without a price.';

CREATE OR REPLACE FUNCTION vesu_portfolio.portfolio_performance(
    portfolio_id uuid, from_time timestamptz, to_time timestamptz,
    OUT start_value numeric, OUT end_value numeric, OUT net_flows numeric, OUT twr numeric)
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    start_time timestamptz;
    period record;
    growth numeric := 1;
BEGIN
    PERFORM vesu_portfolio.check_portfolio(portfolio_id);
    PERFORM vesu_portfolio.check_moment('from_time', from_time);
    PERFORM vesu_portfolio.check_moment('to_time', to_time);
    IF from_time > to_time THEN
        PERFORM vesu_portfolio.refuse(301, format('from_time is %s', from_time), format('It is after to_time, %s.', to_time),
                                      'Give the earlier time first.');
    END IF;
    SELECT max(s."timestamp") INTO start_time
      FROM vesu_portfolio.portfolio_snapshots AS s
     WHERE s.portfolio_id = portfolio_performance.portfolio_id::text AND s."timestamp" <= from_time;
    FOR period IN
        SELECT r.* FROM vesu_portfolio.period_returns(ARRAY[portfolio_performance.portfolio_id], coalesce(start_time, from_time), to_time,
                                                      false) AS r
    LOOP
        IF period.previous_at IS NULL THEN
            start_value := trim_scale(period.value);
            start_time := period.at;
            net_flows := 0;
        ELSE
            IF period.flow IS NULL THEN
                PERFORM vesu_portfolio.refuse_unpriced_flow(portfolio_id, start_time, to_time);
            END IF;
            net_flows := trim_scale(net_flows + period.flow);
            -- Rounded, or every period would add its digits.
            growth := CASE WHEN period.previous_value >= 0 THEN round(growth * (1 + coalesce(period.gain, 0)), 36) END;
            twr := trim_scale(round(growth - 1, 18));
        END IF;
        end_value := trim_scale(period.value);
    END LOOP;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.portfolio_performance(uuid, timestamptz, timestamptz) IS
    'The time-weighted return over the snapshots from the last one at or before from_time, or else the first after it, to the last '
    'one at or before to_time: twr = product of (value - F) / previous value - 1, to 18 decimals, F being confirmed deposits - '
    'withdrawals after the previous snapshot, up to and with the moment of this one, in USD at the last price of the market series '
    'up to a day before each; net_flows is their sum, exact. A period that begins with a value of 0 has no return; one that begins '
    'below 0 makes twr NULL. All NULL without a snapshot, twr with a single one. VS307 for a flow without price; VS301 for NULL, an '
    'infinite time and a from_time after to_time, VS302 for an unknown portfolio. Source: CFA Institute, Global Investment '
    'Performance Standards (2020).';
