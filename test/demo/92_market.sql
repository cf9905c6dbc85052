-- The hourly prices of the file into the portfolio module's series, in one call, and the bars over them.
\i test/demo/layout.psql
SET vesu.clock = '2023-02-26 00:00+00';

INSERT INTO vesu_portfolio.assets (symbol, name, asset_type)
SELECT DISTINCT demo.symbol_of(symbol), symbol, 'crypto'::vesu_portfolio.asset_type_enum FROM demo.raw_price;
-- Months long ago: made before they are filled.
SELECT vesu_portfolio.create_partitions('market_data', '2021-01-01 00:00+00', '2023-03-01 00:00+00') \g /dev/null

SELECT clock_timestamp() AS begun \gset
SELECT vesu_portfolio.ingest_market_data(array_agg(asset_id), array_agg("timestamp"), array_agg(usd_price),
                                         sources => array_agg('coingecko'::text)) AS ingested
  FROM (SELECT asset.id::text AS asset_id, raw."timestamp", raw.usd_price
          FROM demo.raw_price AS raw JOIN vesu_portfolio.assets AS asset ON asset.name = raw.symbol
         ORDER BY raw."timestamp") AS prices \gset
SELECT to_char(:ingested, 'FM999,999') AS ingested,
       to_char(extract(epoch FROM clock_timestamp() - :'begun'), 'FM990.0') AS seconds \gset
SELECT clock_timestamp() AS begun \gset
\echo
\echo :ingested prices of 7 tokens, 2021 to 2023, in one call of vesu_portfolio.ingest_market_data(): :seconds s.
\echo vesu_portfolio.refresh_rollups() makes bars of them:
\echo
SELECT rollup AS "roll-up", to_char(buckets, 'FM999,999') AS "buckets computed", remaining AS "left"
  FROM vesu_portfolio.refresh_rollups(max_buckets => 1000000) ORDER BY rollup;
\echo Three days of WETH, as bars of a day (vesu_portfolio.ohlcv_daily):
\echo
SELECT to_char(bar.bucket, 'DD Mon YYYY') AS "UTC", to_char(bar.open, '9,990.00') AS "open", to_char(bar.high, '9,990.00') AS "high",
       to_char(bar.low, '9,990.00') AS "low", to_char(bar.close, '9,990.00') AS "close", bar.points AS "prices"
  FROM vesu_portfolio.ohlcv_daily AS bar JOIN vesu_portfolio.assets AS asset ON asset.id::text = bar.asset_id
 WHERE asset.name = 'WETH' AND bar.bucket BETWEEN '2021-05-18 00:00+00' AND '2021-05-20 00:00+00' ORDER BY bar.bucket;

-- What the next step computes with: the return of each day from one close to the next.
CREATE TABLE demo.daily AS
SELECT asset.name AS token, bar.bucket AS day, bar.close,
       (bar.close / lag(bar.close) OVER (PARTITION BY bar.asset_id ORDER BY bar.bucket) - 1)::float8 AS r
  FROM vesu_portfolio.ohlcv_daily AS bar JOIN vesu_portfolio.assets AS asset ON asset.id::text = bar.asset_id;
