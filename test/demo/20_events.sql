-- Loads the events and the prices as they are, then puts them into the terms of the replay:
--   user         a wallet's uuid is the MD5 of its address
--   asset        WETH is ETH; WMATIC and WPOL are MATIC
--   amount       the raw integer ÷ 10^decimals
--   hash         each operation needs its own: the low 250 bits of SHA-256('<log_id>/<asset>'). The transaction's own
--                hash will not do: it has 256 bits, and three transactions hold two events each.
--   price tick   at the top of each hour, the last price of each series within the hour before
\i test/demo/layout.psql

CREATE TABLE demo.raw_event (
    "timestamp" timestamptz, wallet text, tx_hash text, log_id text, action text, asset text, asset_address text,
    raw_amount numeric, asset_price_usd numeric, liquidator text,
    collateral_asset text, collateral_asset_address text, collateral_raw_amount numeric, collateral_price_usd numeric,
    debt_asset text, debt_asset_address text, debt_raw_amount numeric, debt_price_usd numeric,
    line int GENERATED ALWAYS AS IDENTITY
);
\copy demo.raw_event ("timestamp", wallet, tx_hash, log_id, action, asset, asset_address, raw_amount, asset_price_usd, liquidator, collateral_asset, collateral_asset_address, collateral_raw_amount, collateral_price_usd, debt_asset, debt_asset_address, debt_raw_amount, debt_price_usd) FROM 'test/data/aave_v2_polygon_2021_events.csv' WITH (FORMAT csv, HEADER)

CREATE TABLE demo.raw_price (symbol text, "timestamp" timestamptz, usd_price numeric);
\copy demo.raw_price FROM 'test/data/prices_usd_hourly_2021_2023.csv' WITH (FORMAT csv, HEADER)

CREATE FUNCTION demo.symbol_of(token text) RETURNS text
    LANGUAGE sql IMMUTABLE
    RETURN CASE token WHEN 'WETH' THEN 'ETH' WHEN 'WMATIC' THEN 'MATIC' WHEN 'WPOL' THEN 'MATIC' ELSE token END;

CREATE FUNCTION demo.amount_of(raw_amount numeric, token text) RETURNS numeric
    LANGUAGE sql IMMUTABLE
    RETURN raw_amount * CASE token WHEN 'USDC' THEN 1e-6 WHEN 'USDT' THEN 1e-6 WHEN 'WBTC' THEN 1e-8 ELSE 1e-18 END;

-- One row an event. Of a liquidation, asset and amount are the collateral and what was seized.
CREATE TABLE demo.event AS
SELECT line AS event_no,
       "timestamp" AS at,
       wallet,
       md5(wallet)::uuid AS user_id,
       CASE action WHEN 'redeemunderlying' THEN 'redeem' WHEN 'liquidationcall' THEN 'liquidation' ELSE action END AS kind,
       demo.symbol_of(coalesce(nullif(asset, ''), collateral_asset)) AS asset,
       demo.amount_of(coalesce(collateral_raw_amount, raw_amount), coalesce(nullif(asset, ''), collateral_asset)) AS amount,
       coalesce(collateral_price_usd, asset_price_usd) AS price,
       demo.symbol_of(debt_asset) AS debt_asset,
       demo.amount_of(debt_raw_amount, debt_asset) AS debt_amount,
       liquidator,
       demo.address_of(log_id || '/' || coalesce(nullif(asset, ''), collateral_asset)) AS transaction_hash
  FROM demo.raw_event;
ALTER TABLE demo.event ADD PRIMARY KEY (event_no), ADD UNIQUE (transaction_hash);
CREATE INDEX ON demo.event (at);

-- Three hours have no price at all.
CREATE TABLE demo.tick AS
SELECT hour,
       coalesce(array_agg(symbol ORDER BY symbol) FILTER (WHERE symbol IS NOT NULL), '{}') AS assets,
       coalesce(array_agg(price ORDER BY symbol) FILTER (WHERE symbol IS NOT NULL), '{}') AS prices
  FROM generate_series('2021-04-14 02:00+00'::timestamptz, '2021-09-02 17:00+00', '1 hour') AS hour
  LEFT JOIN (SELECT DISTINCT ON (top.hour, asset.symbol) top.hour, asset.symbol, round(raw.usd_price, 18) AS price
               FROM demo.raw_price AS raw
               JOIN demo.asset ON asset.symbol = demo.symbol_of(raw.symbol)
              CROSS JOIN LATERAL (SELECT date_trunc('hour', raw."timestamp" - interval '1 microsecond')
                                         + interval '1 hour' AS hour) AS top
              ORDER BY top.hour, asset.symbol, raw."timestamp" DESC) AS last_price USING (hour)
 GROUP BY hour;
ALTER TABLE demo.tick ADD PRIMARY KEY (hour);

-- The first prices, with the age and the number of sources that the pool's configuration asks for.
SET vesu.clock = '2021-04-14 02:00+00';
INSERT INTO vesu.vesu_asset_prices (asset, price, observed_at, max_age, min_sources)
SELECT symbol, price, hour, max_age, min_sources
  FROM demo.tick
 CROSS JOIN LATERAL unnest(assets, prices) AS quote (symbol, price)
  JOIN demo.asset USING (symbol)
 WHERE hour = '2021-04-14 02:00+00'
 UNION ALL
(SELECT symbol, round(price, 18), at, max_age, min_sources
   FROM demo.event JOIN demo.asset ON symbol = asset
  WHERE asset = 'MATIC' ORDER BY event_no LIMIT 1);

-- Lenders are not among the 18 wallets, so their stock is assumed: in every active pool one million USD of its
-- debt asset at the first price.
SELECT count(vesu.sync_pool(pool.pool_address, round(1000000 / quote.price, 6)))
  FROM vesu.vesu_pools AS pool
  JOIN vesu.vesu_asset_prices AS quote ON quote.asset = pool.debt_asset
 WHERE pool.is_active \g /dev/null

\echo
SELECT kind AS "event", count(*) AS "rows", count(DISTINCT wallet) AS "wallets",
       string_agg(DISTINCT asset, ', ' ORDER BY asset) AS "assets"
  FROM demo.event GROUP BY kind ORDER BY count(*) DESC;
SELECT to_char(count(*), 'FM999,999') || ' prices loaded; those of ' ||
       (SELECT to_char(count(*), 'FM9,999') FROM demo.tick) || ' hours, 14 April to 2 September 2021, will be recorded.'
  FROM demo.raw_price \g (tuples_only=on format=unaligned)
\echo Lenders are not among the wallets. Assumed: each active pool has a million USD worth of its debt asset to lend.
