-- Recording of prices: one row per asset, no position

CREATE OR REPLACE FUNCTION vesu.check_prices(assets text[], prices numeric[]) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    refused record;
BEGIN
    -- Rounded as the column will round it: a price of 1e-19 would be stored as 0.
    SELECT given.asset, given.price INTO refused
      FROM unnest(check_prices.assets, check_prices.prices) WITH ORDINALITY AS given (asset, price, position)
     WHERE given.asset IS NULL
        OR given.price IS NULL
        OR NOT (round(given.price, 18) > 0 AND round(given.price, 18) < 1e18)
     ORDER BY given.position
     LIMIT 1;
    IF FOUND AND (refused.asset IS NULL OR refused.price IS NULL) THEN
        RAISE EXCEPTION USING
            ERRCODE = 'null_value_not_allowed',
            MESSAGE = format('%s must not be null',
                             CASE WHEN refused.asset IS NULL THEN 'asset' ELSE 'price of ' || refused.asset END);
    ELSIF FOUND THEN
        RAISE EXCEPTION USING
            ERRCODE = 'VS001',
            MESSAGE = format('price of %s must be greater than 0 and less than 10^18, not %s',
                             refused.asset, refused.price),
            DETAIL = 'A price is US dollars per unit of the asset, kept with 18 decimals.';
    END IF;
END
$$;
COMMENT ON FUNCTION vesu.check_prices(text[], numeric[]) IS
    'Refuses prices as vesu.record_price() does: VS001 or 22004 for the first that cannot be stored.';

CREATE OR REPLACE FUNCTION vesu.store_prices(
        assets text[], prices numeric[], observed_at timestamptz, sources int)
    RETURNS int
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    stored_count int;
    told_count int;
BEGIN
    PERFORM vesu.check_prices(store_prices.assets, store_prices.prices);

    -- Sorted by asset, so that two calls at once lock rows in one order; of an asset given twice the
    -- last price counts.
    WITH latest AS (
        SELECT DISTINCT ON (given.asset) given.asset, given.price
          FROM unnest(store_prices.assets, store_prices.prices) WITH ORDINALITY AS given (asset, price, position)
         ORDER BY given.asset, given.position DESC),
    stored AS (
        INSERT INTO vesu.vesu_asset_prices AS recorded (asset, price, observed_at, sources)
        SELECT latest.asset, latest.price, coalesce(store_prices.observed_at, vesu.now()), store_prices.sources
          FROM latest
         ORDER BY latest.asset
            ON CONFLICT ON CONSTRAINT vesu_asset_prices_pkey DO UPDATE
           SET price = excluded.price, observed_at = excluded.observed_at, sources = excluded.sources
         WHERE recorded.price IS NULL
            OR recorded.observed_at IS NULL
            OR recorded.observed_at <= excluded.observed_at
        RETURNING recorded.asset, recorded.price, recorded.observed_at),
    told AS (
        SELECT pg_notify('vesu_price', json_build_object('asset', stored.asset,
                                                         'price', trim_scale(stored.price)::text,
                                                         'observed_at', stored.observed_at)::text)
          FROM stored
         -- NOTIFY takes one lock for all databases when it commits, so it can be switched off.
         WHERE coalesce(nullif(current_setting('vesu.notify_prices', true), '')::boolean, true))
    -- What nobody reads would not be told.
    SELECT count(*), (SELECT count(*) FROM told) INTO stored_count, told_count
      FROM stored;
    RETURN stored_count;
END
$$;
COMMENT ON FUNCTION vesu.store_prices(text[], numeric[], timestamptz, int) IS
    'Does the work of vesu.record_price() and vesu.record_prices(). Returns the number of rows stored.';

CREATE OR REPLACE FUNCTION vesu.record_price(
        asset text, price numeric, observed_at timestamptz DEFAULT vesu.now(), sources int DEFAULT NULL)
    RETURNS boolean
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    RETURN vesu.store_prices(ARRAY[record_price.asset], ARRAY[record_price.price],
                             record_price.observed_at, record_price.sources) = 1;
END
$$;
COMMENT ON FUNCTION vesu.record_price(text, numeric, timestamptz, int) IS
    'Records what one unit of an asset is worth in US dollars, unless a newer observation is there; an equally old one is replaced. '
    'Returns whether it was stored. Keeps max_age and min_sources; sources NULL: unknown number. '
    'Writes one row and no position, and notifies the channel vesu_price with {"asset", "price", "observed_at"} '
    'unless the setting vesu.notify_prices is off. '
    'Fails with VS001 unless the price, rounded to 18 decimals, is above 0 and below 10^18; 22004 for a NULL asset or price.';

CREATE OR REPLACE FUNCTION vesu.record_prices(
        assets text[], prices numeric[], observed_at timestamptz DEFAULT vesu.now())
    RETURNS int
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    IF record_prices.assets IS NULL OR record_prices.prices IS NULL THEN
        RAISE EXCEPTION USING
            ERRCODE = 'null_value_not_allowed',
            MESSAGE = format('%s must not be null',
                             CASE WHEN record_prices.assets IS NULL THEN 'assets' ELSE 'prices' END);
    END IF;
    IF cardinality(record_prices.assets) <> cardinality(record_prices.prices) THEN
        RAISE EXCEPTION USING
            ERRCODE = 'VS001',
            MESSAGE = format('%s assets cannot take %s prices',
                             cardinality(record_prices.assets), cardinality(record_prices.prices)),
            HINT = 'Give one price for each asset, in the same order.';
    END IF;

    RETURN vesu.store_prices(record_prices.assets, record_prices.prices, record_prices.observed_at, NULL);
END
$$;
COMMENT ON FUNCTION vesu.record_prices(text[], numeric[], timestamptz) IS
    'Records prices of many assets in one statement, as vesu.record_price() does for one; of an asset given twice the last price counts. '
    'Returns the number of rows stored. Fails with VS001 for unequal lengths or a refused price; 22004 for a NULL array or element.';
