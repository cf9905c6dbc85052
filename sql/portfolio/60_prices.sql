-- What an asset is worth at a moment: the market series and, where the lending module is installed, its prices by symbol

CREATE OR REPLACE FUNCTION vesu_portfolio.check_moment(name text, moment timestamptz) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF isfinite(moment) IS NOT TRUE THEN
        PERFORM vesu_portfolio.refuse(301, format('%s is %s', name, coalesce(moment::text, 'NULL')), 'It must be a moment in time.',
                                      'Give a finite time.');
    END IF;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.check_moment(text, timestamptz) IS 'Private step: VS301 for a time that is NULL or infinite.';

CREATE OR REPLACE FUNCTION vesu_portfolio.check_portfolio(portfolio_id uuid) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM vesu_portfolio.portfolios AS p WHERE p.id = check_portfolio.portfolio_id) THEN
        PERFORM vesu_portfolio.refuse_unknown('portfolio', portfolio_id::text);
    END IF;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.check_portfolio(uuid) IS 'Private step: VS301 for NULL, VS302 for a portfolio that is not there.';

-- The lending module may be absent, so its table is named where only an installed module leads.
CREATE OR REPLACE FUNCTION vesu_portfolio.symbol_prices(
    symbols text[], at timestamptz, max_age interval, OUT symbol text, OUT price numeric, OUT observed_at timestamptz)
    RETURNS SETOF record
    LANGUAGE plpgsql STABLE ROWS 10
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF to_regclass('vesu.vesu_asset_prices') IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT recorded.asset::text, recorded.price, recorded.observed_at
      FROM vesu.vesu_asset_prices AS recorded
     WHERE recorded.asset = ANY ((SELECT symbol_prices.symbols)::text[])
       AND recorded.price IS NOT NULL
       AND recorded.observed_at <= symbol_prices.at
       AND symbol_prices.at - recorded.observed_at <= least(recorded.max_age, symbol_prices.max_age)
       AND recorded.max_age IS NOT NULL
       AND (recorded.sources IS NULL OR recorded.sources >= recorded.min_sources);
END
$$;
COMMENT ON FUNCTION vesu_portfolio.symbol_prices(text[], timestamptz, interval) IS
    'Private step of asset_prices: the prices of vesu.vesu_asset_prices that were usable at the moment, as vesu.is_usable() says of the '
    'present, and not older than max_age (NULL: only than their own). No rows while the lending module is not installed.';

CREATE OR REPLACE FUNCTION vesu_portfolio.asset_prices(
    asset_ids uuid[], at timestamptz, max_age interval, OUT asset_id uuid, OUT price numeric, OUT observed_at timestamptz)
    RETURNS SETOF record
    LANGUAGE plpgsql STABLE ROWS 10
    SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
DECLARE
    -- As the series rounds its times, so that a price is there at the moment at which it was seen.
    moment constant timestamptz := at::timestamptz(3);
    oldest constant timestamptz := coalesce(moment - max_age, '-infinity');
BEGIN
    RETURN QUERY
    WITH wanted AS MATERIALIZED (
        SELECT asset.id, asset.symbol::text AS symbol
          FROM vesu_portfolio.assets AS asset
         WHERE asset.id = ANY ((SELECT asset_prices.asset_ids)::uuid[])),
    by_symbol AS MATERIALIZED (
        SELECT s.symbol, s.price, s.observed_at
          FROM vesu_portfolio.symbol_prices(ARRAY(SELECT DISTINCT w.symbol FROM wanted AS w), asset_prices.at,
                                            asset_prices.max_age) AS s),
    latest AS MATERIALIZED (
        SELECT wanted.id, l.price, l."timestamp" AS observed_at
          FROM wanted
         CROSS JOIN LATERAL (
                SELECT k.price, k."timestamp" FROM vesu_portfolio.latest_prices AS k WHERE k.asset_id = wanted.id::text OFFSET 0) AS l),
    candidate AS (
        SELECT latest.id, latest.price, latest.observed_at, true AS is_its_own
          FROM latest
         WHERE latest.observed_at BETWEEN oldest AND moment
         UNION ALL
        -- The latest price comes from the future of the moment: the series knows the one before.
        SELECT latest.id, earlier.price, earlier.observed_at, true
          FROM latest
         CROSS JOIN LATERAL (
                SELECT measured.price, measured."timestamp" AS observed_at
                  FROM vesu_portfolio.market_data AS measured
                 WHERE measured.asset_id = latest.id::text
                   AND measured."timestamp" BETWEEN oldest AND moment
                 ORDER BY measured."timestamp" DESC, measured.price DESC
                 LIMIT 1) AS earlier
         WHERE latest.observed_at > moment
         UNION ALL
        SELECT wanted.id, by_symbol.price, by_symbol.observed_at, false
          FROM wanted
          JOIN by_symbol ON by_symbol.symbol = wanted.symbol)
    SELECT DISTINCT ON (candidate.id) candidate.id, candidate.price, candidate.observed_at
      FROM candidate
     ORDER BY candidate.id, candidate.observed_at DESC, candidate.is_its_own DESC;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.asset_prices(uuid[], timestamptz, interval) IS
    'The price of each asset that had one at the moment, not older than max_age (NULL: of any age; days and months are UTC): the '
    'fresher of the market series and of vesu.vesu_asset_prices for the symbol of the asset, while that is usable; equally fresh, '
    'the asset''s own in the series. Nothing from after the moment. Of several prices of one moment in the series the highest, as '
    'at the close of a day. vesu.vesu_asset_prices keeps no history, so of the past it knows only what is still its latest.';
