-- Live risk: liquidatable and at-risk positions, their health, and what other prices would do.
BEGIN;
SET LOCAL vesu.clock = '2026-03-01 12:00:00+00';
SET LOCAL timezone = 'UTC';
SET LOCAL datestyle = 'ISO';

CREATE FUNCTION pg_temp.identity(number int) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT ('f0000000-0000-0000-0000-' || lpad(number::text, 12, '0'))::uuid
    $$;
CREATE FUNCTION pg_temp.outcome(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    detail text;
    hint text;
BEGIN
    EXECUTE query;
    RETURN 'accepted';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    RETURN concat_ws(E'\n', SQLSTATE || ' ' || SQLERRM, nullif(detail, ''), nullif(hint, ''));
END
$$;

INSERT INTO vesu.vesu_pools (pool_address, collateral_asset, debt_asset, max_ltv, liquidation_threshold, liquidation_bonus, is_active)
VALUES ('0xf001', 'FETH', 'FUSD', 0.75, 0.8, 0.05, true),
       ('0xf002', 'FBTC', 'FUSD', 0.75, 0.8, 0.05, true),
       ('0xf003', 'FETH', 'FUSD', 0.75, 0.8, 0.05, false),
       ('0xf004', 'FNEW', 'FOLD', 0.75, 0.8, 0.05, true),
       ('0xf005', 'FSTRK', 'FUSD', 0.75, 0.8, 0.05, true);
-- FETH at 2500 and FUSD at 1; FBTC has too few sources; FSTRK and all of 0xf004 have no price.
SELECT vesu.record_prices('{FETH, FUSD}', '{2500, 1}'), vesu.record_price('FBTC', 50000, sources => 2);

INSERT INTO vesu.vesu_positions (id, user_id, pool_address, collateral_amount, debt_amount, health_factor, status)
SELECT pg_temp.identity(number), pg_temp.identity(1000 + number), pool_address, collateral, debt, health, status::vesu.position_status
  FROM (VALUES
    (1, '0xf001'::vesu.felt252, 1, 2100, NULL, 'active'),   -- 0.952380952380952380
    (2, '0xf001', 1, 2000, NULL, 'active'),                 -- exactly 1
    (3, '0xf001', 1, 2000.000000000000000001, NULL, 'active'),
    (4, '0xf001', 1, 1666.666666666666666667, NULL, 'active'), -- just below 1.2
    (5, '0xf001', 1, 1666.666666666666666666, NULL, 'active'), -- 1.2
    (6, '0xf001', 1, 1904.761904761904761905, NULL, 'active'), -- just below 1.05
    (7, '0xf001', 1, 1000, NULL, 'active'),
    (8, '0xf001', 1, 0, NULL, 'active'),
    (9, '0xf001', 0, 1000, NULL, 'active'),
    (10, '0xf001', 0, 0.000000000000000001, NULL, 'active'),
    (11, '0xf001', 1, 2100, NULL, 'liquidated'),
    (12, '0xf002', 1, 100000, NULL, 'active'),
    (13, '0xf003', 1, 2100, NULL, 'active'),
    (14, '0xf004', 1, 2100, 0.7, 'active'),
    (15, '0xf004', 1, 2100, 1.1, 'active'),
    (16, '0xf004', 1, 2100, NULL, 'active'),
    (17, '0xf004', 1, 2100, 0.5, 'liquidated'),
    (18, '0xf005', 1, 2100, 0.3, 'active'),
    (19, '0xf001', 1, 2100, NULL, 'active'),
    (20, '0xf001', 0, 0, NULL, 'closed'),
    (21, '0xf004', 0, 10, NULL, 'active')
  ) AS given (number, pool_address, collateral, debt, health, status);

-- One WARNING names the assets without a usable price. A pool with neither asset priced counts by the stored health factor.
SELECT right(id::text, 2) AS position, right(pool_address::text, 4) AS pool, collateral_amount, debt_amount, health_factor
  FROM vesu.find_liquidatable_positions();
SELECT right(id::text, 2) AS position, right(pool_address::text, 4) AS pool, health_factor
  FROM vesu.find_at_risk_positions();
SELECT right(id::text, 2) AS position, health_factor FROM vesu.find_positions_by_health(1.2, 2);

-- Once per call, however many rows; not at all where nothing is asked.
SELECT (SELECT count(*) FROM vesu.find_liquidatable_positions()) AS first, (SELECT count(*) FROM vesu.find_at_risk_positions()) AS second;
SELECT * FROM vesu.find_liquidatable_positions() WHERE false;

-- A stale price silences its pool as well, one more source wakes it.
UPDATE vesu.vesu_asset_prices SET sources = 3 WHERE asset = 'FBTC';
UPDATE vesu.vesu_asset_prices SET observed_at = '2026-03-01 11:54:59+00' WHERE asset = 'FETH';
SELECT right(id::text, 2) AS position, right(pool_address::text, 4) AS pool, health_factor FROM vesu.find_liquidatable_positions();
UPDATE vesu.vesu_asset_prices SET observed_at = '2026-03-01 11:55:00+00' WHERE asset = 'FETH';

-- A price of FSTRK ends the warnings; inactive and deleted pools never caused one.
SELECT vesu.record_price('FSTRK', 3000);
SELECT right(id::text, 2) AS position, right(pool_address::text, 4) AS pool, health_factor FROM vesu.find_liquidatable_positions();

-- The caller's WHERE, ORDER BY and LIMIT apply; other columns are those of the row.
SELECT right(id::text, 2) AS position, debt_amount, status, vesu.is_liquidatable(found)
  FROM vesu.find_liquidatable_positions() AS found
 WHERE pool_address = '0xf001' AND collateral_amount > 0
 ORDER BY debt_amount, id
 LIMIT 2;

-- Interest: the pool's index moves every position at once. Debt 1000 at 1.05 is 1100 at 1.155.
INSERT INTO vesu.vesu_pools (pool_address, collateral_asset, debt_asset, max_ltv, liquidation_threshold, liquidation_bonus, debt_index)
VALUES ('0xf006', 'FETH', 'FUSD', 0.75, 0.8, 0.05, 1.05);
INSERT INTO vesu.vesu_positions (id, user_id, pool_address, collateral_amount, debt_amount)
VALUES (pg_temp.identity(30), pg_temp.identity(1030), '0xf006', 0.52, 1000);
SELECT trim_scale(debt_amount) AS stored, nominal_debt, health_factor AS stored_health FROM vesu.vesu_positions WHERE pool_address = '0xf006';
SELECT debt_amount, health_factor, risk_level FROM vesu.position_health WHERE pool_address = '0xf006';
UPDATE vesu.vesu_pools SET debt_index = 1.155 WHERE pool_address = '0xf006';
SELECT debt_amount, health_factor, risk_level FROM vesu.position_health WHERE pool_address = '0xf006';
SELECT debt_amount, collateral_amount, health_factor FROM vesu.find_liquidatable_positions() WHERE pool_address = '0xf006';
UPDATE vesu.vesu_pools SET collateral_index = 1.1 WHERE pool_address = '0xf006';
SELECT collateral_amount, debt_amount, health_factor, risk_level FROM vesu.position_health WHERE pool_address = '0xf006';
SELECT trim_scale(debt_amount) AS stored, health_factor AS stored_health FROM vesu.vesu_positions WHERE pool_address = '0xf006';

-- The view shows live positions of every status; stale prices are used and flagged, a missing one gives NULLs.
SELECT column_name, data_type FROM information_schema.columns
 WHERE table_schema = 'vesu' AND table_name = 'position_health' ORDER BY ordinal_position;
UPDATE vesu.vesu_positions SET deleted_at = vesu.now() WHERE id = pg_temp.identity(20);
UPDATE vesu.vesu_asset_prices SET sources = 2 WHERE asset = 'FBTC';
DELETE FROM vesu.vesu_asset_prices WHERE asset = 'FSTRK';
INSERT INTO vesu.vesu_asset_prices (asset, price, observed_at) VALUES ('FNEW', 7, '2026-03-01 12:00+00');
SELECT right(position_id::text, 2) AS position, right(pool_address::text, 4) AS pool, status,
       collateral_asset AS c_asset, collateral_amount AS c_amount, collateral_price AS c_price, collateral_value AS c_value,
       debt_asset AS d_asset, debt_amount AS d_amount, debt_price AS d_price, debt_value AS d_value
  FROM vesu.position_health ORDER BY position_id;
SELECT right(position_id::text, 2) AS position, health_factor, loan_to_value, liquidation_price, risk_level,
       price_observed_at, price_is_stale
  FROM vesu.position_health ORDER BY position_id;
DELETE FROM vesu.vesu_asset_prices WHERE asset = 'FNEW';

-- What if: pools by address, omitted assets at the recorded price of any age, pools without a price left out.
SELECT right(pool_address::text, 4) AS pool, positions, debt, collateral, bad_debt FROM vesu.simulate_prices('{}');
SELECT right(pool_address::text, 4) AS pool, positions, debt, collateral, bad_debt
  FROM vesu.simulate_prices('{"FETH": 1900, "FBTC": "124999.999999999999999999", "FSTRK": 2000, "FNEW": 1, "FOLD": 1}');
-- An asset of a pool is known before its first price, and a recorded price before its first pool.
SELECT vesu.record_price('FDOGE', 0.1);
SELECT pg_temp.outcome(format('SELECT * FROM vesu.simulate_prices(%L)', prices)) AS outcome
  FROM (VALUES (1, '{"FDOGE": 1, "FNEW": 1}'), (2, '{"FNONE": 1, "FETH": 1}'), (3, '{"FETH": 0}'), (4, '{"FETH": -1}'), (5, '{"FETH": "NaN"}'),
               (6, '{"FETH": null}'), (7, '{"FETH": "a lot"}'), (8, '{"FETH": [1]}'), (9, '[1]'), (10, NULL), (11, '{"FETH": "Infinity"}'),
               (12, '{"FETH": "0e5"}'), (13, '{"FETH": "-1e3"}'), (14, '{"FETH": "1e3x"}'), (15, '{"FETH": ""}'), (16, '{"FETH": "1e"}'),
               (17, '{"FETH": "1e200000"}')) AS cases (number, prices)
 ORDER BY number;
-- A string may be written in every way that a numeric may.
SELECT price, array_agg(found.positions ORDER BY found.pool_address) FILTER (WHERE found.pool_address = '0xf001') AS positions
  FROM unnest(ARRAY['"1e3"', '"1E+3"', '" +1000.0 "', '".1e4"', '"10000.e-1"', '1e3', '1000', '"1e-30"']) WITH ORDINALITY AS given (price, number)
 CROSS JOIN LATERAL vesu.simulate_prices(format('{"FETH": %s, "FSTRK": 1, "FNEW": 1, "FOLD": 1}', price)::jsonb) AS found
 GROUP BY number, price
 ORDER BY number;

-- The ladder: cumulative, down to half the price unless told.
SELECT * FROM vesu.liquidation_ladder('0xf001');
SELECT * FROM vesu.liquidation_ladder('0xf001', 3, 0.1);
SELECT * FROM vesu.liquidation_ladder('0xf001', 1, 0.000000000000000001);
SELECT sum(positions) AS positions, max(step) AS steps FROM vesu.liquidation_ladder('0xf003', 1000, 0.999999999999999999);
SELECT pg_temp.outcome('SELECT * FROM vesu.liquidation_ladder' || arguments) AS outcome
  FROM (VALUES (1, $$('0xf0ff')$$), (2, $$('0xf004')$$), (3, $$('0xf005')$$), (4, $$(NULL)$$), (5, $$('0xf001', 0)$$), (6, $$('0xf001', 1001)$$),
               (7, $$('0xf001', NULL)$$), (8, $$('0xf001', 1, 0)$$), (9, $$('0xf001', 1, 1)$$), (10, $$('0xf001', 1, 'NaN')$$),
               (11, $$('0xf001', 1, NULL)$$), (12, $$('0xf001', 1000, 0.5)$$), (13, $$('0xf003')$$)) AS cases (number, arguments)
 ORDER BY number;

-- A price of one unit of the last decimal falls to 0.
UPDATE vesu.vesu_asset_prices SET price = 0.000000000000000001 WHERE asset = 'FETH';
SELECT * FROM vesu.liquidation_ladder('0xf001', 2, 0.5);
UPDATE vesu.vesu_asset_prices SET price = 2500 WHERE asset = 'FETH';

-- A threshold of 0 makes every debt liquidatable at any price.
UPDATE vesu.vesu_pools SET max_ltv = 0, liquidation_threshold = 0 WHERE pool_address = '0xf006';
SELECT health_factor, liquidation_price, risk_level FROM vesu.position_health WHERE pool_address = '0xf006';
SELECT count(*) AS liquidatable FROM vesu.find_liquidatable_positions() WHERE pool_address = '0xf006';
SELECT * FROM vesu.liquidation_ladder('0xf006', 1);
SELECT positions, debt, collateral, bad_debt FROM vesu.simulate_prices('{"FETH": 1000000}') WHERE pool_address = '0xf006';

-- After a user has added columns.
ALTER TABLE vesu.vesu_positions ADD COLUMN note text DEFAULT 'mine';
ALTER TABLE vesu.vesu_pools ADD COLUMN note text DEFAULT 'mine';
ALTER TABLE vesu.vesu_asset_prices ADD COLUMN note text DEFAULT 'mine';
SELECT right(id::text, 2) AS position, debt_amount, health_factor, note FROM vesu.find_liquidatable_positions() WHERE pool_address = '0xf001';
SELECT positions, debt FROM vesu.simulate_prices('{}') WHERE pool_address = '0xf001';
SELECT positions FROM vesu.liquidation_ladder('0xf001', 1);
SELECT count(*) AS positions FROM vesu.position_health;
ROLLBACK;

-- None of it writes: it runs in a read-only transaction, as on a standby.
BEGIN READ ONLY;
SELECT count(*) FROM vesu.find_liquidatable_positions();
SELECT count(*) FROM vesu.find_at_risk_positions();
SELECT count(*) FROM vesu.position_health;
SELECT count(*) FROM vesu.simulate_prices('{}');
ROLLBACK;
