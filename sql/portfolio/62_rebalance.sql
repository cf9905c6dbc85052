-- The trades that bring a portfolio back to its target allocation

CREATE OR REPLACE FUNCTION vesu_portfolio.refuse_target(subject text, detail text, hint text DEFAULT NULL) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM vesu_portfolio.refuse(305, subject, detail,
                                  coalesce(hint, 'Give parts of the portfolio by asset id or symbol, as {"ETH": 0.6, "USDC": 0.4}.'));
END
$$;
COMMENT ON FUNCTION vesu_portfolio.refuse_target(text, text, text) IS 'Private step of rebalance_plan: fails with VS305.';

CREATE OR REPLACE FUNCTION vesu_portfolio.target_assets(target_allocation jsonb, OUT key text, OUT asset_ids uuid[])
    RETURNS SETOF record
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY
    SELECT given.key, ARRAY(SELECT a.id FROM vesu_portfolio.assets AS a WHERE a.id = given.id
                             UNION ALL
                            SELECT a.id FROM vesu_portfolio.assets AS a WHERE given.id IS NULL AND a.symbol = given.key)
      FROM (SELECT k.key, CASE WHEN k.key ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN k.key::uuid END AS id
              FROM jsonb_object_keys(target_allocation) AS k (key)) AS given;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.target_assets(jsonb) IS
    'Private step of rebalance_plan: the assets that each key means: the one with this id where it is a uuid, else those with this symbol.';

CREATE OR REPLACE FUNCTION vesu_portfolio.check_target(target_allocation jsonb) RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    wrong record;
    total numeric;
BEGIN
    IF jsonb_typeof(target_allocation) <> 'object' THEN
        PERFORM vesu_portfolio.refuse_target(target_allocation::text, 'It must be an object.');
    END IF;
    IF target_allocation = '{}' THEN
        RETURN;
    END IF;
    SELECT t.key, t.value INTO wrong
      FROM jsonb_each(target_allocation) AS t
     WHERE CASE WHEN jsonb_typeof(t.value) = 'number' THEN (t.value #>> '{}')::numeric < 0 ELSE true END
     ORDER BY t.key COLLATE "C" LIMIT 1;
    IF FOUND THEN
        PERFORM vesu_portfolio.refuse_target(format('%s: %s', wrong.key, wrong.value), 'A part is a number, not below 0.');
    END IF;
    SELECT t.key, cardinality(t.asset_ids) AS assets INTO wrong
      FROM vesu_portfolio.target_assets(target_allocation) AS t
     WHERE cardinality(t.asset_ids) <> 1
     ORDER BY t.key COLLATE "C" LIMIT 1;
    IF FOUND THEN
        PERFORM vesu_portfolio.refuse_target(
            wrong.key, format('%s assets have this id or symbol.', wrong.assets),
            CASE WHEN wrong.assets > 1 THEN 'Give the id of the asset on the chain that is meant.' END);
    END IF;
    SELECT string_agg(t.key, ', ' ORDER BY t.key COLLATE "C") AS keys, t.asset_ids[1] AS asset_id INTO wrong
      FROM vesu_portfolio.target_assets(target_allocation) AS t
     GROUP BY t.asset_ids
    HAVING count(*) > 1
     ORDER BY 1 LIMIT 1;
    IF FOUND THEN
        PERFORM vesu_portfolio.refuse_target(wrong.keys, format('All are the asset %s.', wrong.asset_id), 'Name each asset once.');
    END IF;
    SELECT trim_scale(sum((t.value #>> '{}')::numeric)) INTO total FROM jsonb_each(target_allocation) AS t;
    IF abs(total - 1) > 0.0001 THEN
        PERFORM vesu_portfolio.refuse_target(format('the sum is %s', total), format('The parts are %s.', target_allocation),
                                             'Let them sum to 1; 0.0001 is forgiven.');
    END IF;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.check_target(jsonb) IS
    'Checks a target allocation, as rebalance_plan() does before it plans: VS305 unless it is an object of numbers, none below 0, '
    'by asset ids or symbols, each of one asset and each of another one, with the sum 1 to 0.0001; {} passes.';

CREATE OR REPLACE FUNCTION vesu_portfolio.check_number(name text, value numeric) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF (value >= 0 AND value < 'Infinity') IS NOT TRUE THEN
        PERFORM vesu_portfolio.refuse(301, format('%s is %s', name, coalesce(value::text, 'NULL')), 'It must be finite and not negative.',
                                      'Give a fraction for threshold, USD for min_trade.');
    END IF;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.check_number(text, numeric) IS
    'Private step of rebalance_plan: VS301 for a number that is NULL, negative, infinite or NaN.';

CREATE OR REPLACE FUNCTION vesu_portfolio.rebalance_plan(
    portfolio_id uuid, threshold numeric DEFAULT 0.05, min_trade numeric DEFAULT 50,
    OUT asset_id uuid, OUT side text, OUT drift numeric, OUT amount numeric, OUT urgency text)
    RETURNS SETOF record
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    target jsonb;
BEGIN
    PERFORM vesu_portfolio.check_portfolio(portfolio_id);
    PERFORM vesu_portfolio.check_number('threshold', threshold);
    PERFORM vesu_portfolio.check_number('min_trade', min_trade);
    SELECT p.target_allocation INTO target FROM vesu_portfolio.portfolios AS p WHERE p.id = rebalance_plan.portfolio_id;
    PERFORM vesu_portfolio.check_target(target);
    IF target = '{}' THEN
        RETURN;
    END IF;
    RETURN QUERY
    WITH wanted AS (
        SELECT t.asset_ids[1] AS asset_id, (target ->> t.key)::numeric AS part
          FROM vesu_portfolio.target_assets(target) AS t),
    held AS (
        SELECT v.asset_id, sum(v.value) AS value
          FROM vesu_portfolio.position_values(ARRAY[rebalance_plan.portfolio_id], vesu.now(), '1 day') AS v
         WHERE NOT v.is_debt
         GROUP BY v.asset_id),
    -- What is above the target, in USD: exact, while value / total would be rounded.
    excess AS (
        SELECT coalesce(held.asset_id, wanted.asset_id) AS asset_id, total.value AS total,
               coalesce(held.value, 0) - total.value * coalesce(wanted.part, 0) AS value
          FROM held
          FULL JOIN wanted ON wanted.asset_id = held.asset_id
         CROSS JOIN (SELECT sum(h.value) AS value FROM held AS h) AS total
         WHERE total.value > 0),
    compared AS (
        SELECT e.*, max(abs(e.value)) OVER () AS greatest, trunc(abs(e.value), 18) AS trade
          FROM excess AS e)
    SELECT c.asset_id, CASE WHEN c.value > 0 THEN 'sell' ELSE 'buy' END, trim_scale(round(c.value / c.total, 18)), trim_scale(c.trade),
           CASE WHEN c.greatest > 2 * rebalance_plan.threshold * c.total THEN 'high'
                WHEN c.greatest > 1.5 * rebalance_plan.threshold * c.total THEN 'medium'
                ELSE 'low'
           END
      FROM compared AS c
     WHERE c.greatest > rebalance_plan.threshold * c.total
       AND c.trade > 0
       AND c.trade >= rebalance_plan.min_trade
     ORDER BY abs(c.value) DESC, c.asset_id;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.rebalance_plan(uuid, numeric, numeric) IS
    'What to trade to bring the portfolio to its target_allocation; no rows while no asset''s part of the gross assets is more than '
    'threshold away from its target, and without a target. drift: part - target, rounded to 18 decimals; side: sell above the '
    'target, buy below; amount: gross assets * abs(drift) in USD, from the exact drift and rounded down to 18 decimals, of those '
    'that reach min_trade; urgency of the whole plan: high where the greatest drift is above 2 * threshold, medium above 1.5 * '
    'threshold, else low. The greatest amount first. An asset without target has the target 0. Values as in '
    'vesu_portfolio.portfolio_value() at present; borrowings are left out. VS305 unless the target is an object of parts by asset '
    'id or symbol, each of one asset, not negative, with the sum 1 to 0.0001. VS301 for NULL and for a threshold or min_trade that '
    'is negative or not finite, VS302 for an unknown portfolio.';
