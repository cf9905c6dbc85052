-- The price of an asset at a moment

CREATE OR REPLACE FUNCTION vesu_portfolio.latest_price(
    asset_id text, at timestamptz DEFAULT vesu.now(), max_age interval DEFAULT NULL) RETURNS numeric
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    -- As the series rounds its times, so that a price is there at the moment at which it was seen.
    moment constant timestamptz := at::timestamptz(3);
    oldest timestamptz := timestamptz '-infinity';
    found_price numeric;
    found_time timestamptz;
BEGIN
    IF asset_id IS NULL OR at IS NULL OR max_age NOT BETWEEN interval '0' AND interval '1000 years' THEN
        PERFORM vesu_portfolio.check_argument('asset_id', asset_id),
                vesu_portfolio.check_argument('at', at::text),
                vesu_portfolio.check_length('max_age', max_age, '0');
    END IF;
    IF max_age IS NOT NULL THEN
        oldest := (moment AT TIME ZONE 'UTC' - max_age) AT TIME ZONE 'UTC';
    END IF;
    SELECT l.price, l."timestamp" INTO found_price, found_time
      FROM vesu_portfolio.latest_prices AS l WHERE l.asset_id = latest_price.asset_id;
    IF found_time > moment THEN
        -- Most often it is in the month before or the one before that; with bounds the other partitions are left alone.
        found_price := vesu_portfolio.price_between(asset_id, greatest(oldest, moment - interval '744 hours'), moment);
        IF found_price IS NULL AND oldest < moment - interval '744 hours' THEN
            found_price := vesu_portfolio.price_between(asset_id, oldest, moment);
        END IF;
    ELSIF found_time < oldest THEN
        RETURN NULL;
    END IF;
    RETURN found_price;
END
$$;

CREATE OR REPLACE FUNCTION vesu_portfolio.price_between(asset_id text, from_time timestamptz, to_time timestamptz) RETURNS numeric
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    -- One plan for all times, whose partitions are chosen when it starts: planning takes longer than the answer.
    SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
    RETURN (SELECT max(d.price)
              FROM vesu_portfolio.market_data AS d
             WHERE d.asset_id = price_between.asset_id
               AND d."timestamp" = (SELECT t."timestamp"
                                      FROM vesu_portfolio.market_data AS t
                                     WHERE t.asset_id = price_between.asset_id
                                       AND t."timestamp" >= price_between.from_time AND t."timestamp" <= price_between.to_time
                                     ORDER BY t."timestamp" DESC
                                     LIMIT 1));
END
$$;
COMMENT ON FUNCTION vesu_portfolio.price_between(text, timestamptz, timestamptz) IS
    'Private step of latest_price: the last price of an asset from from_time to to_time, both included, the highest of those at '
    'that moment; NULL if there is none.';

COMMENT ON FUNCTION vesu_portfolio.latest_price(text, timestamptz, interval) IS
    'USD a token of an asset: its last price at the moment at or before, never one from later, and none older than max_age (NULL: '
    'of any age; both ends included, days and months are UTC, at is rounded to the millisecond as the series is); the highest of '
    'those at one moment. NULL if there is none. For now it reads one row of latest_prices, for the past the index of market_data. '
    'VS301 for NULL asset_id or at and for a max_age below 0 or above 1000 years.';
