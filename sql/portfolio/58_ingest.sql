-- Many prices in one call

CREATE OR REPLACE FUNCTION vesu_portfolio.refuse_shape(
    asset_ids text[], timestamps timestamptz[], prices numeric[], volumes_24h numeric[], market_caps numeric[],
    price_changes_24h numeric[], chain_ids bigint[], sources text[]) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    given record;
BEGIN
    FOR given IN
        SELECT a.name, a.needed, a.dimensions, a.elements
          FROM (VALUES
            ('asset_ids', true, array_ndims(asset_ids), cardinality(asset_ids)),
            ('timestamps', true, array_ndims(timestamps), cardinality(timestamps)),
            ('prices', true, array_ndims(prices), cardinality(prices)),
            ('volumes_24h', false, array_ndims(volumes_24h), cardinality(volumes_24h)),
            ('market_caps', false, array_ndims(market_caps), cardinality(market_caps)),
            ('price_changes_24h', false, array_ndims(price_changes_24h), cardinality(price_changes_24h)),
            ('chain_ids', false, array_ndims(chain_ids), cardinality(chain_ids)),
            ('sources', false, array_ndims(sources), cardinality(sources))
          ) AS a (name, needed, dimensions, elements)
    LOOP
        IF given.needed AND given.elements IS NULL THEN
            PERFORM vesu_portfolio.refuse(303, format('%s is NULL', given.name), 'The call needs it.',
                                          'Give one element for each row.');
        ELSIF given.dimensions > 1 THEN
            PERFORM vesu_portfolio.refuse(303, format('%s has %s dimensions', given.name, given.dimensions),
                                          'Each element is the value of one row.', 'Give a plain list.');
        ELSIF given.elements <> cardinality(asset_ids) THEN
            PERFORM vesu_portfolio.refuse(303, format('length of %s is %s', given.name, given.elements),
                                          format('That of asset_ids is %s.', cardinality(asset_ids)),
                                          'Give one element for each row; NULL stands for what is not known.');
        END IF;
    END LOOP;
    FOR given IN
        SELECT a.name, a.place
          FROM (VALUES ('asset_ids', array_position(asset_ids, NULL)), ('timestamps', array_position(timestamps, NULL)),
                       ('prices', array_position(prices, NULL))) AS a (name, place)
         WHERE a.place IS NOT NULL
    LOOP
        PERFORM vesu_portfolio.refuse(303, format('%s[%s] is NULL', given.name, given.place),
                                      'A price is that of an asset at a moment.', 'Leave the row out.');
    END LOOP;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.refuse_shape(
    text[], timestamptz[], numeric[], numeric[], numeric[], numeric[], bigint[], text[]) IS
    'Private step of ingest_market_data: VS303 that names the first array that is missing, nested or of another length, or the '
    'first element that is NULL and must not be.';

CREATE OR REPLACE FUNCTION vesu_portfolio.refuse_values(
    asset_ids text[], timestamps timestamptz[], prices numeric[], volumes_24h numeric[], market_caps numeric[],
    price_changes_24h numeric[], chain_ids bigint[]) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    first_fault record;
BEGIN
    SELECT value.name, value.content, value.rule, given.place
      INTO first_fault
      FROM unnest(asset_ids, timestamps, prices, volumes_24h, market_caps, price_changes_24h, chain_ids) WITH ORDINALITY
           AS given (asset_id, moment, price, volume, market_cap, price_change, chain_id, place)
     CROSS JOIN LATERAL (VALUES
        (1, 'asset_ids', 'empty', given.asset_id = '', 'An empty text names nothing.'),
        (2, 'timestamps', given.moment::text, NOT isfinite(given.moment), 'A price was seen at some moment.'),
        (3, 'prices', given.price::text, given.price < 0 OR given.price >= 99999999999999999999.9999999999999999995,
         'A price is a number from 0 to below 10^20.'),
        (4, 'volumes_24h', given.volume::text, abs(given.volume) >= 99999999999999999999.9999999999999999995,
         'A volume is a number below 10^20.'),
        (5, 'market_caps', given.market_cap::text, abs(given.market_cap) >= 99999999999999999999.9999999999999999995,
         'A market capitalisation is a number below 10^20.'),
        (6, 'price_changes_24h', given.price_change::text, abs(given.price_change) >= 999999999999999999999999999999.999999995,
         'A change is a fraction, a number below 10^30.'),
        (7, 'chain_ids', given.chain_id::text, given.chain_id < 0, 'The number of a chain is 0 or more.')
       ) AS value (number, name, content, refused, rule)
     WHERE value.refused
     ORDER BY given.place, value.number
     LIMIT 1;
    PERFORM vesu_portfolio.refuse(301, format('%s[%s] is %s', first_fault.name, first_fault.place, first_fault.content),
                                  first_fault.rule, 'Mend it or leave the row out; none of the rows was written.');
END
$$;
COMMENT ON FUNCTION vesu_portfolio.refuse_values(text[], timestamptz[], numeric[], numeric[], numeric[], numeric[], bigint[]) IS
    'Private step of ingest_market_data: VS301 that names the first value that market_data cannot hold.';

CREATE OR REPLACE FUNCTION vesu_portfolio.chains_of_assets(asset_ids text[]) RETURNS jsonb
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    -- Only what assets.id::text can look like; other texts are ids too, but of no row of assets.
    RETURN (SELECT jsonb_object_agg(a.id, a.chain_id)
              FROM vesu_portfolio.assets AS a
             WHERE a.id = ANY (ARRAY(
                       SELECT given.id::uuid
                         FROM (SELECT DISTINCT u.id COLLATE "C" AS id FROM unnest(asset_ids) AS u (id)) AS given
                        WHERE given.id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
                       OFFSET 0)));
END
$$;
COMMENT ON FUNCTION vesu_portfolio.chains_of_assets(text[]) IS
    'Private step of ingest_market_data: the chain_id of each of these ids that is in assets; NULL if none is.';

CREATE OR REPLACE FUNCTION vesu_portfolio.ingest_market_data(
    asset_ids text[], timestamps timestamptz[], prices numeric[], volumes_24h numeric[] DEFAULT NULL,
    market_caps numeric[] DEFAULT NULL, price_changes_24h numeric[] DEFAULT NULL, chain_ids bigint[] DEFAULT NULL,
    sources text[] DEFAULT NULL) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    chains jsonb;
    ingested bigint;
BEGIN
    PERFORM vesu_portfolio.refuse_shape(asset_ids, timestamps, prices, volumes_24h, market_caps, price_changes_24h, chain_ids, sources);
    IF '' = ANY (asset_ids) OR '-infinity' = ANY (timestamps) OR 'infinity' = ANY (timestamps) OR 0 > ANY (prices)
       OR 99999999999999999999.9999999999999999995 <= ANY (prices)
       OR 99999999999999999999.9999999999999999995 <= ANY (volumes_24h)
       OR -99999999999999999999.9999999999999999995 >= ANY (volumes_24h)
       OR 99999999999999999999.9999999999999999995 <= ANY (market_caps)
       OR -99999999999999999999.9999999999999999995 >= ANY (market_caps)
       OR 999999999999999999999999999999.999999995 <= ANY (price_changes_24h)
       OR -999999999999999999999999999999.999999995 >= ANY (price_changes_24h) OR 0 > ANY (chain_ids)
    THEN
        PERFORM vesu_portfolio.refuse_values(asset_ids, timestamps, prices, volumes_24h, market_caps, price_changes_24h, chain_ids);
    END IF;
    IF chain_ids IS NULL OR array_position(chain_ids, NULL) IS NOT NULL THEN
        chains := vesu_portfolio.chains_of_assets(asset_ids);
    END IF;
    INSERT INTO vesu_portfolio.market_data (
        "timestamp", asset_id, chain_id, price, volume_24h, market_cap, price_change_24h, source)
    SELECT given.moment, given.asset_id, coalesce(given.chain_id, (chains ->> given.asset_id)::bigint, 0), given.price, given.volume,
           given.market_cap, given.price_change, coalesce(given.source, 'unknown')
      FROM unnest((SELECT asset_ids), (SELECT timestamps), (SELECT prices), (SELECT volumes_24h), (SELECT market_caps),
                  (SELECT price_changes_24h), (SELECT chain_ids), (SELECT sources))
           AS given (asset_id, moment, price, volume, market_cap, price_change, chain_id, source);
    GET DIAGNOSTICS ingested = ROW_COUNT;
    RETURN ingested;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.ingest_market_data(
    text[], timestamptz[], numeric[], numeric[], numeric[], numeric[], bigint[], text[]) IS
    'Writes one row of market_data for each element and returns how many, all or none. USD; price_changes_24h fractions. Arrays '
    'left out and elements that are NULL: no value, the chain of the asset in assets or else 0, source unknown. More than 18 '
    'decimals (changes: 8) are rounded half away from zero, times to the millisecond. Duplicates are legal, and so are ids that assets '
    'does not know, whose prices no portfolio sees: an id is assets.id as text, in lower case. VS303 for an array of '
    'another length than asset_ids, nested, or NULL, or with a NULL element, among the first three; VS301 for NaN, infinities, a '
    'negative price or chain, an empty id and what the columns cannot hold. Both name the place and the value.';

CREATE OR REPLACE FUNCTION vesu_portfolio.ingest_market_data(
    asset_ids text[], timestamps timestamptz[], prices double precision[], volumes_24h double precision[] DEFAULT NULL,
    market_caps double precision[] DEFAULT NULL, price_changes_24h double precision[] DEFAULT NULL,
    chain_ids bigint[] DEFAULT NULL, sources text[] DEFAULT NULL) RETURNS bigint
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1
AS $$
BEGIN
    RETURN vesu_portfolio.ingest_market_data(
        asset_ids, timestamps, prices::text[]::numeric[], volumes_24h::text[]::numeric[], market_caps::text[]::numeric[],
        price_changes_24h::text[]::numeric[], chain_ids, sources);
END
$$;
COMMENT ON FUNCTION vesu_portfolio.ingest_market_data(
    text[], timestamptz[], double precision[], double precision[], double precision[], double precision[], bigint[], text[]) IS
    'ingest_market_data() of numeric for float8, each as the shortest decimal that reads back as it: 0.1 is 0.1, and no digit is lost.';

-- PostgreSQL takes a literal or parameter without a type for text if it may, and would else find two functions that fit. Whole
-- numbers are as near to numeric as to float8.
CREATE OR REPLACE FUNCTION vesu_portfolio.ingest_market_data(
    asset_ids text[], timestamps timestamptz[], prices text, volumes_24h text DEFAULT NULL, market_caps text DEFAULT NULL,
    price_changes_24h text DEFAULT NULL, chain_ids bigint[] DEFAULT NULL, sources text[] DEFAULT NULL) RETURNS bigint
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN vesu_portfolio.ingest_market_data(asset_ids, timestamps, prices::numeric[], volumes_24h::numeric[], market_caps::numeric[],
                                             price_changes_24h::numeric[], chain_ids, sources);
END
$$;
COMMENT ON FUNCTION vesu_portfolio.ingest_market_data(text[], timestamptz[], text, text, text, text, bigint[], text[]) IS
    'ingest_market_data() of numeric for arrays written as text, such as {1.5,2}: what a literal and a parameter without a type are '
    'taken for.';

CREATE OR REPLACE FUNCTION vesu_portfolio.ingest_market_data(
    asset_ids text[], timestamps timestamptz[], prices bigint[], volumes_24h bigint[] DEFAULT NULL,
    market_caps bigint[] DEFAULT NULL, price_changes_24h bigint[] DEFAULT NULL, chain_ids bigint[] DEFAULT NULL,
    sources text[] DEFAULT NULL) RETURNS bigint
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN vesu_portfolio.ingest_market_data(asset_ids, timestamps, prices::numeric[], volumes_24h::numeric[], market_caps::numeric[],
                                             price_changes_24h::numeric[], chain_ids, sources);
END
$$;
COMMENT ON FUNCTION vesu_portfolio.ingest_market_data(
    text[], timestamptz[], bigint[], bigint[], bigint[], bigint[], bigint[], text[]) IS 'ingest_market_data() of numeric for whole numbers.';

CREATE OR REPLACE FUNCTION vesu_portfolio.ingest_market_data(
    asset_ids text[], timestamps timestamptz[], prices int[], volumes_24h int[] DEFAULT NULL, market_caps int[] DEFAULT NULL,
    price_changes_24h int[] DEFAULT NULL, chain_ids bigint[] DEFAULT NULL, sources text[] DEFAULT NULL) RETURNS bigint
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN vesu_portfolio.ingest_market_data(asset_ids, timestamps, prices::numeric[], volumes_24h::numeric[], market_caps::numeric[],
                                             price_changes_24h::numeric[], chain_ids, sources);
END
$$;
COMMENT ON FUNCTION vesu_portfolio.ingest_market_data(text[], timestamptz[], int[], int[], int[], int[], bigint[], text[]) IS
    'ingest_market_data() of numeric for whole numbers.';
