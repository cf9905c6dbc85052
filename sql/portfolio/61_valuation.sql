-- What portfolios are worth, and which part of them each position is

CREATE OR REPLACE FUNCTION vesu_portfolio.active_portfolios() RETURNS uuid[]
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT coalesce(pg_catalog.array_agg(p.id ORDER BY p.id), '{}') FROM vesu_portfolio.portfolios AS p WHERE p.is_active
    $$;
COMMENT ON FUNCTION vesu_portfolio.active_portfolios() IS 'Private step of the hourly work: the ids of the active portfolios.';

CREATE OR REPLACE FUNCTION vesu_portfolio.position_values(
    portfolio_ids uuid[], at timestamptz, max_age interval,
    OUT portfolio_id uuid, OUT position_id uuid, OUT asset_id uuid, OUT is_debt boolean, OUT price numeric, OUT value numeric,
    OUT cost numeric)
    RETURNS SETOF record
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY
    WITH held AS MATERIALIZED (
        SELECT h.portfolio_id, h.id, h.asset_id, h.quantity, h.average_cost, h.current_value,
               h.position_type = 'borrowing' AS is_debt
          FROM vesu_portfolio.portfolio_positions AS h
         WHERE h.portfolio_id = ANY ((SELECT position_values.portfolio_ids)::uuid[])),
    priced AS MATERIALIZED (
        SELECT p.asset_id, p.price
          FROM vesu_portfolio.asset_prices(ARRAY(SELECT DISTINCT h.asset_id FROM held AS h), position_values.at,
                                           position_values.max_age) AS p)
    SELECT held.portfolio_id, held.id, held.asset_id, held.is_debt, priced.price,
           signed.sign * coalesce(held.quantity * priced.price, held.current_value),
           signed.sign * held.quantity * held.average_cost
      FROM held
      LEFT JOIN priced ON priced.asset_id = held.asset_id
     CROSS JOIN LATERAL (SELECT CASE WHEN held.is_debt THEN -1 ELSE 1 END AS sign) AS signed;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.position_values(uuid[], timestamptz, interval) IS
    'Private step: the positions of portfolios with the price of their asset (vesu_portfolio.asset_prices()), their value quantity '
    '* price, exact, and quantity * average_cost; without a price current_value. Both are negative for a borrowing. In no order.';

CREATE OR REPLACE FUNCTION vesu_portfolio.portfolio_value(
    portfolio_id uuid, at timestamptz DEFAULT vesu.now(), max_age interval DEFAULT '1 day', strict boolean DEFAULT false)
    RETURNS numeric
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    total numeric;
    unpriced uuid[];
BEGIN
    PERFORM vesu_portfolio.check_portfolio(portfolio_id);
    PERFORM vesu_portfolio.check_moment('at', at);
    IF max_age IS NOT NULL THEN
        PERFORM vesu_portfolio.check_length('max_age', max_age, '0');
    END IF;
    SELECT trim_scale(coalesce(sum(v.value), 0)), array_agg(DISTINCT v.asset_id) FILTER (WHERE v.price IS NULL)
      INTO total, unpriced
      FROM vesu_portfolio.position_values(ARRAY[portfolio_value.portfolio_id], portfolio_value.at, portfolio_value.max_age) AS v;
    IF strict AND unpriced IS NOT NULL THEN
        PERFORM vesu_portfolio.refuse_unpriced(unpriced, format('at %s', portfolio_value.at), portfolio_value.max_age);
    END IF;
    RETURN total;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.portfolio_value(uuid, timestamptz, interval, boolean) IS
    'The positions that the portfolio has now at the prices of the moment, in USD: the sum of quantity * price, exact; a borrowing counts '
    'negative. The price is the fresher of vesu_portfolio.latest_prices (of the series, for a moment before it) and of the usable price '
    'of the symbol in vesu.vesu_asset_prices, not older than max_age (NULL: of any age); equally fresh, the first. '
    'A position without a price counts by its current_value; strict: VS307 names the assets. 0 without positions. '
    'VS301 for a portfolio or moment of NULL, an infinite moment and a max_age below 0 or above 1000 years, VS302 for an unknown '
    'portfolio.';

CREATE OR REPLACE FUNCTION vesu_portfolio.refuse_unpriced(asset_ids uuid[], moment text, max_age interval) RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM vesu_portfolio.refuse(
        307,
        (SELECT string_agg(a.symbol || coalesce(' on chain ' || a.chain_id, ''), ', ' ORDER BY a.symbol COLLATE "C", a.chain_id)
           FROM vesu_portfolio.assets AS a WHERE a.id = ANY (refuse_unpriced.asset_ids)),
        concat('There is no price ', moment, ', nor one from before it', ' that is at most ' || max_age || ' old', '.'),
        'Record one with vesu_portfolio.ingest_market_data() or vesu.record_price(), or allow older ones.');
END
$$;
COMMENT ON FUNCTION vesu_portfolio.refuse_unpriced(uuid[], text, interval) IS
    'Private step: fails with VS307, naming the assets and the moment.';

CREATE OR REPLACE FUNCTION vesu_portfolio.allocations(
    portfolio_ids uuid[], at timestamptz, max_age interval,
    OUT portfolio_id uuid, OUT position_id uuid, OUT asset_id uuid, OUT is_debt boolean, OUT value numeric, OUT cost numeric,
    OUT allocation numeric)
    RETURNS SETOF record
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY
    WITH valued AS (
        SELECT v.*, sum(v.value) FILTER (WHERE NOT v.is_debt) OVER (PARTITION BY v.portfolio_id) AS gross
          FROM vesu_portfolio.position_values(allocations.portfolio_ids, allocations.at, allocations.max_age) AS v),
    -- In units of 0.0001, rounded down; the remainder is exact too.
    parted AS (
        SELECT v.*, share.units, share.remainder,
               10000 - sum(share.units) OVER (PARTITION BY v.portfolio_id) AS missing,
               row_number() OVER (PARTITION BY v.portfolio_id ORDER BY share.remainder DESC NULLS LAST, v.position_id) AS place
          FROM valued AS v
         CROSS JOIN LATERAL (
                SELECT CASE WHEN NOT v.is_debt AND v.gross > 0 THEN div(10000 * v.value, v.gross) END AS units,
                       CASE WHEN NOT v.is_debt AND v.gross > 0 THEN mod(10000 * v.value, v.gross) END AS remainder) AS share)
    SELECT p.portfolio_id, p.position_id, p.asset_id, p.is_debt, p.value, p.cost,
           coalesce(p.units + CASE WHEN p.place <= p.missing THEN 1 ELSE 0 END, 0) * 0.0001
      FROM parted AS p;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.allocations(uuid[], timestamptz, interval) IS
    'Private step: vesu_portfolio.position_values() with the part of the gross assets that each position is: in units of 0.0001, by '
    'the largest remainder, equal ones by id, so that the sum is exactly 1; 0 for a borrowing, and for all without value.';

CREATE OR REPLACE FUNCTION vesu_portfolio.store_allocations(portfolio_ids uuid[]) RETURNS bigint
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    ids constant uuid[] := ARRAY(
        SELECT p.id FROM vesu_portfolio.portfolio_positions AS p WHERE p.portfolio_id = ANY ((SELECT store_allocations.portfolio_ids)::uuid[]));
    stored bigint;
BEGIN
    -- In the order of their ids, so that two at once do not wait for each other; what a position is worth is read after. By the ids alone,
    -- or statistics that take the table for empty would have all of it read in that order.
    PERFORM FROM vesu_portfolio.portfolio_positions AS p WHERE p.id = ANY ((SELECT ids)::uuid[]) ORDER BY p.id FOR NO KEY UPDATE;
    UPDATE vesu_portfolio.portfolio_positions AS p
       SET current_value = coalesce(shown.value, p.current_value), allocation_percentage = shown.allocation
      FROM (SELECT a.position_id, a.allocation,
                   -- One worthless token with an absurd price must not stop the refresh of all portfolios.
                   CASE WHEN abs(a.value) > 1e18 - 1 THEN NULL
                        WHEN a.is_debt THEN ceil(-a.value * 1e18) * 1e-18
                        ELSE trunc(a.value, 18)
                   END AS value
              FROM vesu_portfolio.allocations(store_allocations.portfolio_ids, vesu.now(), '1 day') AS a) AS shown
     WHERE p.id = ANY ((SELECT ids)::uuid[])
       AND p.id = shown.position_id
       AND (p.current_value <> shown.value OR p.allocation_percentage <> shown.allocation);
    GET DIAGNOSTICS stored = ROW_COUNT;
    RETURN stored;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.store_allocations(uuid[]) IS
    'Private step of refresh_allocations and refresh_all_allocations: does their work for these portfolios.';

CREATE OR REPLACE FUNCTION vesu_portfolio.refresh_allocations(portfolio_id uuid) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM vesu_portfolio.check_portfolio(portfolio_id);
    RETURN vesu_portfolio.store_allocations(ARRAY[portfolio_id]);
END
$$;
COMMENT ON FUNCTION vesu_portfolio.refresh_allocations(uuid) IS
    'Sets current_value and allocation_percentage of the positions: quantity * price, as vesu_portfolio.portfolio_value() takes it '
    'at present, rounded to 18 decimals, assets down and debts up; and the part of the gross assets in units of 0.0001 by the '
    'largest remainder (equal ones by id), which sum to exactly 1.0000. A borrowing has the part 0, all have it where nothing is '
    'worth anything. Without a price current_value stays, and where the value is above 1e18 - 1, which it cannot hold. Returns how '
    'many positions changed; others are not written. VS301 for NULL, VS302 for an unknown portfolio.';

CREATE OR REPLACE FUNCTION vesu_portfolio.refresh_all_allocations() RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN vesu_portfolio.store_allocations(vesu_portfolio.active_portfolios());
END
$$;
COMMENT ON FUNCTION vesu_portfolio.refresh_all_allocations() IS
    'vesu_portfolio.refresh_allocations() for all active portfolios, in one statement. Returns how many positions changed.';
