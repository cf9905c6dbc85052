-- The range scan against a full evaluation of every position in plain numeric arithmetic.
BEGIN;
SET LOCAL vesu.clock = '2026-03-01 12:00:00+00';

-- The same numbers on every run: u(i, seed) is spread evenly over [0, 1).
CREATE FUNCTION pg_temp.u(i bigint, seed bigint) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
    SELECT (hashint8extended(i, seed) & 1152921504606846975)::numeric / 1152921504606846976
    $$;
-- a ÷ b with 18 or 27 decimals, rounded down or up.
CREATE FUNCTION pg_temp.floor18(a numeric, b numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
    SELECT div(a * 1e18, b) * 0.000000000000000001
    $$;
CREATE FUNCTION pg_temp.ceil18(a numeric, b numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
    SELECT (div(a * 1e18, b) + (mod(a * 1e18, b) > 0)::int) * 0.000000000000000001
    $$;
CREATE FUNCTION pg_temp.ceil27(a numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
    SELECT trunc(a, 27) + (a > trunc(a, 27))::int * 0.000000000000000000000000001
    $$;

-- Twelve pools: dear and cheap collateral, dear and cheap debt, high and low thresholds, one of 0.
INSERT INTO vesu.vesu_asset_prices (asset, price, observed_at)
SELECT asset, price, '2026-03-01 12:00+00'
  FROM (VALUES ('XETH', 2500.123456789012345678), ('XBTC', 61234.5), ('XUSD', 1), ('XEUR', 1.0837),
               ('XDUST', 0.000000000123456789), ('XGOLD', 98765432109876.5), ('XWEI', 0.000000000000000001)) AS given (asset, price);
INSERT INTO vesu.vesu_pools (pool_address, collateral_asset, debt_asset, max_ltv, liquidation_threshold, liquidation_bonus,
                             debt_index, collateral_index)
SELECT (number + 1000)::numeric::vesu.felt252, collateral, debt, 0, threshold, bonus, debt_index, collateral_index
  FROM (VALUES (1, 'XETH', 'XUSD', 0.8, 0.05, 1, 1), (2, 'XBTC', 'XUSD', 0.8567, 0.05, 1.05, 1.01),
               (3, 'XUSD', 'XETH', 0.7, 0.1, 1.0000001, 1), (4, 'XETH', 'XBTC', 0.65, 0, 1, 1.2),
               (5, 'XDUST', 'XUSD', 0.5, 0.15, 1.3, 1), (6, 'XUSD', 'XDUST', 0.9, 0.02, 1, 7),
               (7, 'XGOLD', 'XEUR', 0.75, 0.05, 2.5, 1.1), (8, 'XEUR', 'XGOLD', 0.33, 1, 1, 1),
               (9, 'XWEI', 'XETH', 1, 0.05, 1, 1), (10, 'XEUR', 'XUSD', 0.97, 0.01, 1.7, 1.6),
               (11, 'XBTC', 'XBTC', 0.8, 0.05, 999999999, 0.000000000000000001),
               (12, 'XETH', 'XEUR', 0, 0.05, 1.01, 1.01)
       ) AS given (number, collateral, debt, threshold, bonus, debt_index, collateral_index);

-- 60,000 positions with 1e-18 to 1e17 of collateral and a health factor near 1, far from it or exactly at it; some without
-- debt, some without collateral, some not active, some deleted.
INSERT INTO vesu.vesu_positions (id, user_id, pool_address, collateral_amount, debt_amount, status, deleted_at)
SELECT md5('position ' || i)::uuid, md5('user ' || i)::uuid, pool.pool_address,
       CASE WHEN i % 41 = 0 OR i % 97 = 0 THEN 0 ELSE collateral END,
       CASE WHEN i % 19 = 0 OR i % 97 = 0 THEN 0 ELSE least(debt, 900000000000000000) END,
       CASE WHEN i % 29 = 0 THEN 'liquidated' WHEN i % 31 = 0 THEN 'closed' ELSE 'active' END::vesu.position_status,
       CASE WHEN i % 97 = 0 THEN vesu.now() END
  FROM generate_series(1, 60000) AS i
  JOIN vesu.vesu_pools AS pool ON pool.pool_address = (1001 + i % 12)::numeric::vesu.felt252
  JOIN vesu.vesu_asset_prices AS c ON c.asset = pool.collateral_asset
  JOIN vesu.vesu_asset_prices AS d ON d.asset = pool.debt_asset
 CROSS JOIN LATERAL (
        SELECT round(('1e' || floor(36 * pg_temp.u(i, 3)) - 18)::numeric * (1 + 8 * pg_temp.u(i, 1)), 18) AS collateral) AS held
 CROSS JOIN LATERAL (
        SELECT round(held.collateral * c.price * greatest(pool.liquidation_threshold, 0.5) / d.price
                     * CASE i % 5 WHEN 0 THEN 1
                                  WHEN 1 THEN 0.999 + 0.002 * pg_temp.u(i, 2)
                                  ELSE 0.2 + 1.4 * pg_temp.u(i, 2)
                       END, 18) AS debt) AS owed;

CREATE TABLE pg_temp.prices AS SELECT asset::text, price FROM vesu.vesu_asset_prices;
CREATE VIEW pg_temp.evaluation AS
SELECT held.id, held.pool_address, held.status, pool.is_active AND held.status = 'active' AND held.debt_amount > 0 AS counts,
       ceil_c AS exact_collateral, trunc_d AS exact_debt,
       trunc(ceil_c, 18) AS collateral_amount, pg_temp.ceil18(trunc_d, 1) AS debt_amount,
       CASE WHEN trunc_d > 0
            THEN pg_temp.floor18(ceil_c * c.price * pool.liquidation_threshold, trunc_d * d.price)
       END AS health_factor,
       CASE WHEN trunc_d = 0 THEN 0
            WHEN ceil_c = 0 THEN 'Infinity'
            ELSE pg_temp.ceil18(trunc_d * d.price, ceil_c * c.price)
       END AS loan_to_value,
       CASE WHEN trunc_d = 0 THEN NULL
            WHEN ceil_c * pool.liquidation_threshold = 0 THEN 'Infinity'
            ELSE pg_temp.ceil18(trunc_d * d.price, ceil_c * pool.liquidation_threshold)
       END AS liquidation_price,
       c.price AS collateral_price, d.price AS debt_price, pool.liquidation_bonus
  FROM vesu.vesu_positions AS held
  JOIN vesu.vesu_pools AS pool ON pool.pool_address = held.pool_address
  JOIN pg_temp.prices AS c ON c.asset = pool.collateral_asset
  JOIN pg_temp.prices AS d ON d.asset = pool.debt_asset
 CROSS JOIN LATERAL (
        SELECT pg_temp.ceil27(held.collateral_shares * pool.collateral_index) AS ceil_c,
               trunc(held.nominal_debt * pool.debt_index, 27) AS trunc_d) AS live
 WHERE held.deleted_at IS NULL;

CREATE TABLE pg_temp.evaluated AS SELECT * FROM pg_temp.evaluation;
CREATE FUNCTION pg_temp.evaluate() RETURNS void LANGUAGE sql AS $$
    UPDATE pg_temp.prices SET price = recorded.price FROM vesu.vesu_asset_prices AS recorded WHERE recorded.asset = prices.asset;
    DELETE FROM pg_temp.evaluated;
    INSERT INTO pg_temp.evaluated SELECT * FROM pg_temp.evaluation;
    $$;

CREATE FUNCTION pg_temp.compare(at_least numeric, below numeric) RETURNS TABLE (compared bigint, different bigint)
    LANGUAGE sql AS $$
    WITH scanned AS (
        SELECT found.*, row_number() OVER () AS place
          FROM vesu.find_positions_by_health(compare.at_least, compare.below) AS found),
    expected AS (
        SELECT evaluated.*, row_number() OVER (ORDER BY health_factor, id) AS place
          FROM pg_temp.evaluated
         WHERE counts AND health_factor >= compare.at_least AND health_factor < compare.below)
    SELECT count(*),
           count(*) FILTER (WHERE (scanned.id, scanned.place, scanned.health_factor, scanned.debt_amount, scanned.collateral_amount)
                                  IS DISTINCT FROM
                                  (expected.id, expected.place, expected.health_factor, expected.debt_amount, expected.collateral_amount))
      FROM scanned
      FULL JOIN expected USING (id)
    $$;

-- As written. With unchanged indexes the live amounts are the stored ones.
SELECT count(*) AS positions, count(DISTINCT pool_address) AS pools, min(debt_amount) FILTER (WHERE debt_amount > 0) AS smallest_debt,
       max(collateral_amount) >= 100000000000000000 AS large FROM vesu.vesu_positions;
SELECT count(*) AS compared,
       count(*) FILTER (WHERE (evaluated.debt_amount, evaluated.collateral_amount)
                              IS DISTINCT FROM (held.debt_amount, held.collateral_amount)) AS different
  FROM pg_temp.evaluated JOIN vesu.vesu_positions AS held USING (id);
SELECT * FROM pg_temp.compare(0, 1);
SELECT * FROM pg_temp.compare(1, 1.2);
SELECT * FROM pg_temp.compare(0.999, 1.001);
SELECT * FROM pg_temp.compare(1.2, 1000);

-- Interest on every pool, by one row each.
UPDATE vesu.vesu_pools
   SET debt_index = least(debt_index * 1.0371234567890123, 999999999.999999999999999999),
       collateral_index = collateral_index * 1.011;
SELECT pg_temp.evaluate();
SELECT * FROM pg_temp.compare(0, 1);
SELECT * FROM pg_temp.compare(1, 1.2);

-- A tick of every price.
SELECT vesu.record_prices(array_agg(asset), array_agg(price * 0.93), '2026-03-01 12:00:01+00')
  FROM vesu.vesu_asset_prices WHERE asset IN ('XETH', 'XBTC', 'XDUST', 'XGOLD');
SELECT vesu.record_prices('{XUSD, XEUR, XWEI}', '{0.98, 1.1, 0.000000000000000002}', '2026-03-01 12:00:01+00');
SELECT pg_temp.evaluate();
SELECT * FROM pg_temp.compare(0, 1);
SELECT * FROM pg_temp.compare(1, 1.2);
SELECT (SELECT count(*) FROM vesu.find_liquidatable_positions()) = count(*) FILTER (WHERE health_factor < 1) AS all_liquidatable,
       (SELECT count(*) FROM vesu.find_at_risk_positions()) = count(*) FILTER (WHERE health_factor >= 1 AND health_factor < 1.2) AS all_at_risk
  FROM pg_temp.evaluated WHERE counts;

-- The view: every live position of every status.
SELECT count(*) AS compared,
       count(*) FILTER (WHERE (shown.collateral_amount, shown.debt_amount, shown.health_factor, shown.loan_to_value,
                               shown.liquidation_price, shown.collateral_value, shown.debt_value, shown.risk_level, shown.price_is_stale)
                              IS DISTINCT FROM
                              (expected.collateral_amount, expected.debt_amount, expected.health_factor, expected.loan_to_value,
                               expected.liquidation_price, expected.collateral_amount * expected.collateral_price,
                               expected.debt_amount * expected.debt_price,
                               CASE WHEN expected.health_factor < 1 THEN 'liquidatable' WHEN expected.health_factor < 1.05 THEN 'critical'
                                    WHEN expected.health_factor < 1.2 THEN 'at_risk' ELSE 'healthy' END, false)) AS different
  FROM vesu.position_health AS shown
  FULL JOIN pg_temp.evaluated AS expected ON expected.id = shown.position_id;

-- Other prices: counts, sums and bad debt of every pool, an empty one too.
UPDATE vesu.vesu_pools SET is_active = false WHERE pool_address = 1008::numeric::vesu.felt252;
INSERT INTO vesu.vesu_pools (pool_address, collateral_asset, debt_asset, max_ltv, liquidation_threshold, liquidation_bonus)
VALUES (1013::numeric::vesu.felt252, 'XETH', 'XUSD', 0.7, 0.8, 0.05);
UPDATE pg_temp.prices SET price = 1900.5 WHERE asset = 'XETH';
UPDATE pg_temp.prices SET price = 1.25 WHERE asset = 'XUSD';
DELETE FROM pg_temp.evaluated;
INSERT INTO pg_temp.evaluated SELECT * FROM pg_temp.evaluation;
WITH expected AS (
    SELECT pool.pool_address, count(found.id) AS positions, coalesce(sum(found.debt_amount), 0) AS debt,
           coalesce(sum(found.collateral_amount), 0) AS collateral,
           coalesce(sum(CASE WHEN found.debt_amount * debt_price * (1 + found.liquidation_bonus) < found.collateral_amount * collateral_price
                             THEN 0
                             ELSE greatest(0, found.debt_amount - pg_temp.ceil18(found.collateral_amount * collateral_price,
                                                                                 debt_price * (1 + found.liquidation_bonus)))
                        END), 0) AS bad_debt
      FROM vesu.vesu_pools AS pool
      LEFT JOIN pg_temp.evaluated AS found ON found.pool_address = pool.pool_address AND found.counts AND found.health_factor < 1
     WHERE pool.is_active
     GROUP BY pool.pool_address)
SELECT count(*) AS compared, sum(expected.positions) AS positions, count(*) FILTER (WHERE expected.bad_debt > 0) AS with_bad_debt,
       count(*) FILTER (WHERE simulated IS NULL
                           OR (simulated.positions, simulated.debt, simulated.collateral, simulated.bad_debt) IS DISTINCT FROM
                              (expected.positions, expected.debt, expected.collateral, expected.bad_debt)) AS different
  FROM expected
  FULL JOIN vesu.simulate_prices('{"XETH": 1900.5, "XUSD": 1.25}') AS simulated USING (pool_address);

-- The ladder: every step of every pool is a full evaluation at its price.
SELECT pg_temp.evaluate();
WITH rungs AS (
    SELECT pool.pool_address, rung.*, pg_temp.floor18(prices.price * (13 - 0.7 * k), 13) AS expected_price
      FROM vesu.vesu_pools AS pool
      JOIN pg_temp.prices ON prices.asset = pool.collateral_asset
     CROSS JOIN generate_series(1, 13) AS k
     CROSS JOIN LATERAL vesu.liquidation_ladder(pool.pool_address, 13, 0.7) AS rung
     WHERE rung.step = k),
expected AS (
    SELECT rungs.pool_address, rungs.step, count(found.id) AS positions, coalesce(sum(found.debt_amount), 0) AS debt,
           coalesce(sum(found.collateral_amount), 0) AS collateral
      FROM rungs
      JOIN vesu.vesu_pools AS pool USING (pool_address)
      LEFT JOIN pg_temp.evaluated AS found
             ON found.pool_address = rungs.pool_address AND found.status = 'active' AND found.exact_debt > 0
            AND found.exact_debt * found.debt_price > found.exact_collateral * rungs.price * pool.liquidation_threshold
     GROUP BY rungs.pool_address, rungs.step)
SELECT count(*) AS compared, sum(expected.positions) > 0 AS has_positions,
       count(*) FILTER (WHERE rungs.price <> rungs.expected_price) AS other_price,
       count(*) FILTER (WHERE (rungs.positions, rungs.debt, rungs.collateral) IS DISTINCT FROM
                              (expected.positions, expected.debt, expected.collateral)) AS different
  FROM rungs JOIN expected USING (pool_address, step);
ROLLBACK;
