-- Recording of prices: which observation stays, when it is usable, what is refused.
BEGIN;
SET LOCAL vesu.clock = '2026-03-01 12:00:00+00';
SET LOCAL timezone = 'UTC';
SET LOCAL datestyle = 'ISO';
CREATE VIEW pg_temp.recorded AS
SELECT asset, trim_scale(price) AS price, observed_at, sources, max_age, min_sources
  FROM vesu.vesu_asset_prices WHERE asset LIKE 'P%' ORDER BY asset;

-- First observation, at the clock's time unless told.
SELECT vesu.record_price('PETH', 2500.123456789012345678), vesu.record_price('PBTC', 60000, '2026-03-01 11:59+00', 5);
SELECT * FROM pg_temp.recorded;

-- A newer one replaces, an equal one too, an older one does not. Requirements stay, sources follow the observation.
UPDATE vesu.vesu_asset_prices SET max_age = '10 minutes', min_sources = 4 WHERE asset = 'PBTC';
SELECT vesu.record_price('PBTC', 61000, '2026-03-01 11:58:59.999999+00') AS older,
       vesu.record_price('PBTC', 62000, '2026-03-01 11:59+00', 7) AS equal,
       vesu.record_price('PBTC', 63000, '2026-03-01 12:30+00') AS newer,
       vesu.record_price('PBTC', 64000) AS older_by_default;
SELECT * FROM pg_temp.recorded;

-- A row made beforehand carries the requirements; the first price fills it.
INSERT INTO vesu.vesu_asset_prices (asset, max_age, min_sources) VALUES ('PSTRK', '1 minute', 1);
SELECT vesu.is_usable(entry) FROM vesu.vesu_asset_prices AS entry WHERE asset = 'PSTRK';
SELECT vesu.record_price('PSTRK', 1.5, NULL, 1);
SELECT * FROM pg_temp.recorded WHERE asset = 'PSTRK';

-- Many at once: of an asset given twice the last counts, older ones do not.
SELECT vesu.record_prices('{PUSDC, PETH, PUSDC, PBTC}', '{0.5, 2600, 1, 1}') AS stored;
SELECT vesu.record_prices('{}', '{}') AS nothing;
SELECT vesu.record_prices('{PETH}', '{1}', '2026-03-01 11:00+00') AS older;
SELECT vesu.record_prices('{PETH, PDAI}', '{2700, 0.999}', '2026-03-01 12:00:01+00') AS newer;
SELECT * FROM pg_temp.recorded;

-- Usable: age at most max_age, sources unknown or at least min_sources.
SELECT scenario, expected, vesu.is_usable(entry) AS actual
  FROM (VALUES
    ('01 300 seconds old', true, '2026-03-01 11:55:00+00', NULL, '5 minutes', 3),
    ('02 301 seconds old', false, '2026-03-01 11:54:59+00', NULL, '5 minutes', 3),
    ('03 three sources', true, '2026-03-01 12:00:00+00', 3, '5 minutes', 3),
    ('04 two sources', false, '2026-03-01 12:00:00+00', 2, '5 minutes', 3),
    ('05 unknown sources', true, '2026-03-01 12:00:00+00', NULL, '5 minutes', 3),
    ('06 from the future', true, '2026-03-01 13:00:00+00', NULL, '5 minutes', 3),
    ('07 never observed', false, NULL, NULL, '5 minutes', 3),
    ('08 no maximum age', false, '2026-03-01 12:00:00+00', NULL, NULL, 3),
    ('09 no minimum of sources, known sources', false, '2026-03-01 12:00:00+00', 9, '5 minutes', NULL),
    ('10 old and too few', false, '2026-03-01 11:00:00+00', 1, '5 minutes', 3)
  ) AS cases (scenario, expected, observed_at, sources, max_age, min_sources)
 CROSS JOIN LATERAL jsonb_populate_record(NULL::vesu.vesu_asset_prices, jsonb_build_object(
        'price', 1, 'observed_at', cases.observed_at, 'sources', cases.sources,
        'max_age', cases.max_age, 'min_sources', cases.min_sources)) AS entry
 ORDER BY scenario;
SELECT vesu.is_usable(NULL) AS of_null;

-- What is refused changes nothing.
CREATE FUNCTION pg_temp.outcome(call text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    result text;
    detail text;
    hint text;
BEGIN
    EXECUTE 'SELECT vesu.' || call INTO result;
    RETURN result;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    RETURN concat_ws(E'\n', SQLSTATE || ' ' || SQLERRM, nullif(detail, ''), nullif(hint, ''));
END
$$;
SELECT call, pg_temp.outcome(call)
  FROM (VALUES (1, $$record_price('PNEW', 0)$$), (2, $$record_price('PNEW', -1)$$), (3, $$record_price('PNEW', 'NaN')$$),
               (4, $$record_price('PNEW', 'Infinity')$$), (5, $$record_price('PNEW', 0.00000000000000000049)$$),
               (6, $$record_price('PNEW', 1000000000000000000)$$),
               (7, $$record_price(NULL, 1)$$), (8, $$record_price('PNEW', NULL)$$),
               (9, $$record_prices('{PNEW, PETH}', '{1}')$$), (10, $$record_prices('{PNEW, PETH}', '{1, 0}')$$),
               (11, $$record_prices(NULL, '{1}')$$), (12, $$record_prices('{PNEW}', NULL)$$),
               (13, $$record_prices('{PNEW, NULL}', '{1, 1}')$$), (14, $$record_prices('{PNEW, PETH}', '{1, NULL}')$$)
       ) AS calls (number, call)
 ORDER BY number;
SELECT pg_temp.outcome($$record_price('PABCDEFGHIJKLMNOPQRSTU', 1)$$) AS long_name,
       pg_temp.outcome($$record_price('PNEW', 1, 'infinity')$$) LIKE '23514%' AS infinite_time_is_refused;
SELECT count(*) FILTER (WHERE asset = 'PNEW') AS stored, max(price) FILTER (WHERE asset = 'PETH') AS unchanged FROM pg_temp.recorded;
SELECT pg_temp.outcome($$record_price('PNEW', 0.000000000000000001)$$) AS smallest,
       pg_temp.outcome($$record_price('PNEW', 999999999999999999.999999999999999999)$$) AS largest;
ROLLBACK;
