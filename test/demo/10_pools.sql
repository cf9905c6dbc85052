-- Loads the extension and the pools.
--
-- The 30 ordered pairs of Vesu's Prime pool come from its published configuration. vesu.load_pool_config() converts
-- it to the chain's integers and lets it pass the protocol's own checks; vesu.open_pools() makes each pair a pool:
--   max_ltv                as published
--   liquidation_threshold  = max_ltv: on Vesu a position may be liquidated as soon as its LTV exceeds max_ltv
--   liquidation_bonus      = 1 / liquidation_discount − 1, cut to four decimals
--   pool_address           On the chain all pairs share one address; here each has its own, made from those of the tokens
-- STRK and wstETH had no price in spring 2021: their 18 pairs are loaded and inactive.
--
-- The events also name DAI, MATIC and AAVE, which Prime does not have. For these the demo makes pools of its
-- own. Their terms are not invented: each takes those of the Prime pair of its stand-ins.
\set configuration `cat test/data/vesu_v2_prime_mainnet.json`
\i test/demo/layout.psql

CREATE EXTENSION vesu;
CREATE SCHEMA demo;

-- The low 250 bits of SHA-256: always a felt252.
CREATE FUNCTION demo.address_of(name text) RETURNS vesu.felt252
    LANGUAGE sql IMMUTABLE
    RETURN set_byte(sha256(convert_to(name, 'UTF8')), 0,
                    get_byte(sha256(convert_to(name, 'UTF8')), 0) & 3)::vesu.felt252;

-- What must hold, or the demo ends here.
CREATE FUNCTION demo.require(holds boolean, what text) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF holds IS NOT TRUE THEN
        RAISE EXCEPTION USING MESSAGE = what;
    END IF;
END
$$;

-- Prime's assets stand for themselves. A second name serves where both sides of a pair have the same first.
CREATE TABLE demo.asset (
    symbol       text PRIMARY KEY,
    name         text,             -- in the configuration; NULL for what Prime lacks
    token        text NOT NULL,    -- address of its contract
    max_age      interval NOT NULL,
    min_sources  int NOT NULL,
    stands_for   text NOT NULL,
    or_else      text NOT NULL,
    priced_2021  boolean NOT NULL
);
INSERT INTO demo.asset
SELECT asset #>> '{token,symbol}', asset ->> 'asset_name', asset #>> '{token,address}',
       make_interval(secs => (asset #>> '{pragma,timeout}')::int),
       (asset #>> '{pragma,number_of_sources}')::int,
       asset #>> '{token,symbol}', 'USDC',
       asset #>> '{token,symbol}' NOT IN ('STRK', 'wstETH')
  FROM jsonb_array_elements(:'configuration'::jsonb -> 'asset_parameters') AS asset;
-- MATIC has no hourly series, only the price that comes with an event: it may be a week old.
INSERT INTO demo.asset VALUES
    ('DAI',   NULL, '0x8f3cf7ad23cd3cadbd9735aff958023239c6a063', '4 hours', 4, 'USDT', 'USDC', true),
    ('MATIC', NULL, '0x0d500b1d8e8ef31e21c99d1db9a6444d3adf1270', '7 days',  4, 'STRK', 'ETH',  true),
    ('AAVE',  NULL, '0xd6df932a45c0f255f85145f286ea0b292b21c90b', '4 hours', 4, 'STRK', 'ETH',  true);

-- The 30 pairs of Prime.
SET vesu.clock = '2021-04-14 02:00+00';
SELECT * FROM vesu.load_pool_config(demo.address_of('Prime'), :'configuration') \g /dev/null
CREATE TABLE demo.pair AS
SELECT pool.collateral_asset::text, pool.debt_asset::text, true AS prime, pool.max_ltv, pool.liquidation_bonus,
       collateral.priced_2021 AND debt.priced_2021 AS is_active, pool.pool_address
  FROM vesu.open_pools(demo.address_of('Prime')) AS pool
  JOIN demo.asset AS collateral ON collateral.symbol = pool.collateral_asset
  JOIN demo.asset AS debt ON debt.symbol = pool.debt_asset;
UPDATE vesu.vesu_pools AS pool SET is_active = pair.is_active
  FROM demo.pair AS pair WHERE pair.pool_address = pool.pool_address;

-- The demo's own: every other pair of assets that had a price in 2021.
INSERT INTO demo.pair
SELECT collateral.symbol, debt.symbol, false, terms.max_ltv, terms.liquidation_bonus, true,
       demo.address_of(collateral.token || '/' || debt.token)
  FROM demo.asset AS collateral
  JOIN demo.asset AS debt ON debt.symbol <> collateral.symbol AND (collateral.name IS NULL OR debt.name IS NULL)
  JOIN demo.pair AS terms
    ON terms.prime
   AND terms.collateral_asset = collateral.stands_for
   AND terms.debt_asset = CASE debt.stands_for WHEN collateral.stands_for THEN debt.or_else ELSE debt.stands_for END
 WHERE collateral.priced_2021 AND debt.priced_2021;

INSERT INTO vesu.vesu_pools (pool_address, collateral_asset, debt_asset, max_ltv, liquidation_threshold,
                             liquidation_bonus)
SELECT pool_address, collateral_asset, debt_asset, max_ltv, max_ltv, liquidation_bonus
  FROM demo.pair
 WHERE NOT prime;

\echo
SELECT count(*) FILTER (WHERE prime) || ' ordered pairs of Prime, ' ||
       count(*) FILTER (WHERE prime AND is_active) || ' of them with prices in 2021; ' ||
       count(*) FILTER (WHERE NOT prime) || ' pools of the demo''s own.' AS "Loaded"
  FROM demo.pair \g (tuples_only=on format=unaligned)
\echo
\echo Maximum LTV, which is also the liquidation threshold. Rows: collateral. Columns: debt.
SELECT format('A liquidator''s bonus is %s %%, on the pairs with a star %s %%.',
              round(100 * max(liquidation_bonus), 2), round(100 * min(liquidation_bonus), 2))
  FROM vesu.vesu_pools \g (tuples_only=on format=unaligned)
\echo Left of the bar and above DAI the real Prime pool, else what the demo adds: DAI on the terms of USDT
\echo (against USDT: of USDC), MATIC and AAVE on those of STRK.
\echo
SELECT collateral.symbol AS "collateral",
       max(terms) FILTER (WHERE debt_asset = 'ETH') AS "ETH",
       max(terms) FILTER (WHERE debt_asset = 'WBTC') AS "WBTC",
       max(terms) FILTER (WHERE debt_asset = 'USDC') AS "USDC",
       max(terms) FILTER (WHERE debt_asset = 'USDT') AS "USDT",
       max(terms) FILTER (WHERE debt_asset = 'STRK') AS "STRK",
       max(terms) FILTER (WHERE debt_asset = 'wstETH') AS "wstETH",
       '┃' AS " ",
       max(terms) FILTER (WHERE debt_asset = 'DAI') AS "DAI",
       max(terms) FILTER (WHERE debt_asset = 'MATIC') AS "MATIC",
       max(terms) FILTER (WHERE debt_asset = 'AAVE') AS "AAVE"
  FROM demo.asset AS collateral
  JOIN (SELECT collateral_asset, debt_asset,
               to_char(liquidation_threshold, 'FM0.00') ||
               CASE WHEN liquidation_bonus < max(liquidation_bonus) OVER () THEN '*' ELSE '' END AS terms
          FROM vesu.vesu_pools) AS pool ON pool.collateral_asset = collateral.symbol
 GROUP BY collateral.symbol, collateral.name
 ORDER BY collateral.name IS NULL, array_position('{ETH,WBTC,USDC,USDT,STRK,wstETH,DAI,MATIC,AAVE}', collateral.symbol);
