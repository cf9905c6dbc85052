-- The functions of the protocol: what they answer at their edges, NULL, every error.
\getenv directory PG_ABS_SRCDIR
\set report :directory '/sql/support/report.sql'
\i :report
\pset null NULL

-- A pool of 6 decimals: 1,000 in reserve, 500 lent at an accumulator of 1.25, 1,400 shares.
CREATE FUNCTION pg_temp.pool() RETURNS vesu.asset_config
    RETURN ROW(1000000000, 400000000000000000000, 1400000000000000000000, 1250000000000000000, 1000000, 200000000000000000)::vesu.asset_config;
-- The model that Vesu's documents describe.
CREATE FUNCTION pg_temp.model() RETURNS vesu.interest_rate_config
    RETURN ROW(75000, 85000, 80000, 1582470460, 32150205761, 158247046, 172800, 200000000000000000)::vesu.interest_rate_config;

-- The account of a position: 700 shares of 1,400 are half of 1,500; its nominal debt of 100 owes 125.
SELECT * FROM vesu.collateral_and_debt_value(ROW(700e18, 100e18)::vesu.position_amounts, pg_temp.pool(), pg_temp.pool(), 2e18, 3e18);
SELECT vesu.is_collateralized(1500e18, 375e18, 0.25e18) AS at_the_limit, vesu.is_collateralized(1500e18 - 1, 375e18, 0.25e18) AS below,
       vesu.protocol_health_factor(1500e18, 375e18, 0.25e18) AS at_the_limit, vesu.protocol_health_factor(1500e18 - 1, 375e18, 0.25e18) AS below,
       vesu.protocol_health_factor(1500e18, 0, 0.25e18) AS without_debt,
       -- Above every number of the chain, and still exact.
       vesu.protocol_health_factor(2::numeric ^ 256 - 1, 1, 1e18) = (2::numeric ^ 256 - 1) * 1e18 AS beyond;

-- One unit of rounding: each side in favour of the pool.
SELECT scenario, expected, actual, actual = expected AS agrees
  FROM (VALUES
    ('shares of 1 unit, down',          933333333333, vesu.calculate_collateral_shares(1, pg_temp.pool(), false)),
    ('shares of 1 unit, up',            933333333334, vesu.calculate_collateral_shares(1, pg_temp.pool(), true)),
    ('assets of 1 share, down',         0,            vesu.calculate_collateral(1, pg_temp.pool(), false)),
    ('assets of 1 share, up',           1,            vesu.calculate_collateral(1, pg_temp.pool(), true)),
    ('debt of 1 nominal, down',         0,            vesu.calculate_debt(1, 1.25e18, 1000000, false)),
    ('debt of 1 nominal, up',           1,            vesu.calculate_debt(1, 1.25e18, 1000000, true)),
    ('nominal of 1 unit, down',         333333333333, vesu.calculate_nominal_debt(1, 3e18, 1000000, false)),
    ('nominal of 1 unit, up',           333333333334, vesu.calculate_nominal_debt(1, 3e18, 1000000, true)),
    ('no accumulator, no nominal',      0,            vesu.calculate_nominal_debt(1, 0, 1000000, true)),
    ('utilization',                     333333333333333333, vesu.calculate_utilization(1000000000, 500000000)),
    ('utilization of nothing',          0,            vesu.calculate_utilization(0, 0)),
    ('power 0',                         1000000000000000000, vesu.pow_scale(0, 0)),
    -- The exact power ends in 25 and a bit.
    ('power 5, each step down',         7593750000000000024, vesu.pow_scale(1500000000000000001, 5)),
    ('power -1',                        333333333333333333, vesu.pow_scale(3e18, 1, true)),
    ('accumulator stands still',        1250000000000000000, vesu.calculate_rate_accumulator(100, 100, 1.25e18, 1e18)),
    ('accumulator, at before the last', 1250000000000000000, vesu.calculate_rate_accumulator(100, 99, 1.25e18, 1e18)),
    ('accumulator after 2 seconds',     5000000000000000000, vesu.calculate_rate_accumulator(100, 102, 1.25e18, 1e18)),
    ('price of 8 decimals',             123456780000000000, vesu.oracle_price(12345678, 8)),
    ('price, rounded down',             0, vesu.oracle_price(1, 19))
  ) AS cases (scenario, expected, actual);

-- Rate and accrual: half of a half-life below the range, then a day of it.
SELECT * FROM vesu.calculate_interest_rate(pg_temp.model(), 0, 172800, 10000000000);
SELECT * FROM vesu.calculate_interest_rate(pg_temp.model(), 1e18, 172800, 10000000000);
SELECT protocol, rate.*
  FROM generate_series(1, 2) AS protocol
 CROSS JOIN LATERAL vesu.calculate_interest_rate(pg_temp.model(), 0.9e18, 86400, 10000000000, protocol) AS rate;
SELECT protocol, accrued.*
  FROM generate_series(1, 2) AS protocol
 CROSS JOIN LATERAL vesu.accrue_asset(pg_temp.pool(), pg_temp.model(), 10000000000, 1000, 87400, protocol) AS accrued;
SELECT accrued.asset = pg_temp.pool() AS same_books, fee_shares, full_utilization_rate
  FROM vesu.accrue_asset(pg_temp.pool(), pg_temp.model(), 10000000000, 1000, 1000) AS accrued;

-- A change: 15 tokens in by assets, all debt paid back by more than there is.
\x on
SELECT * FROM vesu.deconstruct_position_amounts(
    ROW(700e18, 100e18)::vesu.position_amounts, pg_temp.pool(), pg_temp.pool(),
    'delta', 'assets', 15000000, 'delta', 'native', -101e18);
SELECT * FROM vesu.apply_position_update(
    ROW(700e18, 100e18)::vesu.position_amounts, pg_temp.pool(), pg_temp.pool(),
    'delta', 'assets', 15000000, 'delta', 'native', -101e18);
-- V1: down to a target.
SELECT * FROM vesu.deconstruct_position_amounts(
    ROW(700e18, 100e18)::vesu.position_amounts, pg_temp.pool(), pg_temp.pool(),
    'target', 'assets', 0, 'target', 'assets', 100000000, 1);
SELECT * FROM vesu.calculate_liquidation(
    ROW(70e18, 100e18)::vesu.position_amounts, pg_temp.pool(), pg_temp.pool(), 1e18, 1e18, 0.8e18, 0.9e18, 50000000);
\x off

-- The vToken: what differs is the rounding.
SELECT vesu.vtoken_total_assets(pool, 1400e18) AS total, vesu.vtoken_convert_to_shares(pool, 1) AS to_shares,
       vesu.vtoken_convert_to_assets(pool, 1e12 + 1) AS to_assets,
       vesu.vtoken_preview_deposit(pool, 1) AS deposit, vesu.vtoken_preview_mint(pool, 1e12 + 1) AS mint,
       vesu.vtoken_preview_withdraw(pool, 1) AS withdraw, vesu.vtoken_preview_redeem(pool, 1e12 + 1) AS redeem
  FROM pg_temp.pool() AS pool;
-- 500 lent at most at 90 %: 944,444,444 of the reserve may go.
SELECT vesu.vtoken_max_withdraw(pool, 1400e18, 0.9e18) AS room, vesu.vtoken_max_withdraw(pool, 7e18, 0.9e18) AS all_of_it,
       vesu.vtoken_max_redeem(pool, 1400e18, 0.9e18) AS shares, vesu.vtoken_max_redeem(pool, 7e18, 0.9e18) AS balance,
       -- At the maximum but for the last unit V2 lets nothing go; V1 does.
       vesu.vtoken_max_withdraw(pool, 1400e18, 333333333333333334) AS v2_limit,
       vesu.vtoken_max_withdraw(pool, 1400e18, 333333333333333334, 1) AS v1_limit,
       vesu.vtoken_max_mint(pool) + 1400e18 + 1 = 2::numeric ^ 128 AS mint,
       vesu.vtoken_max_deposit(pool) AS deposit
  FROM pg_temp.pool() AS pool;

-- The oracle: young, many, and in V2 not 0.
SELECT vesu.oracle_is_valid(100, 110, 10, 2, 2, 1) AS at_the_timeout, vesu.oracle_is_valid(100, 111, 10, 2, 2, 1) AS too_old,
       vesu.oracle_is_valid(100, 111, 0, 2, 2, 1) AS of_any_age, vesu.oracle_is_valid(100, 1, 10, 2, 2, 1) AS from_the_future,
       vesu.oracle_is_valid(100, 110, 10, 1, 2, 1) AS too_few, vesu.oracle_is_valid(100, 110, 10, 2, 2, 0) AS nought,
       vesu.oracle_is_valid(100, 110, 10, 2, 2, 0, 1) AS nought_v1;

-- NULL for a NULL argument, but not within a row.
SELECT vesu.pow_scale(NULL, 1) AS power, vesu.calculate_collateral(1, NULL, true) AS collateral,
       vesu.is_collateralized(1, 1, NULL) AS collateralized, vesu.check_position_amounts(NULL) AS checked,
       vesu.calculate_interest_rate(pg_temp.model(), NULL, 1, 1) AS rate;
SELECT pg_temp.report($$SELECT vesu.calculate_collateral(1, ROW(1, 1, 1, NULL, 1, 1)::vesu.asset_config, true)$$) AS report;

-- Arguments that no chain has.
SELECT pg_temp.report(statement) AS report
  FROM (VALUES
    (1, 'SELECT vesu.pow_scale(1.5, 1)'),
    (2, 'SELECT vesu.pow_scale(-1, 1)'),
    (3, 'SELECT vesu.pow_scale(trim_scale(2::numeric ^ 256), 1)'),
    (4, $$SELECT vesu.pow_scale('NaN', 1)$$),
    (5, $$SELECT vesu.pow_scale('Infinity', 1)$$),
    (6, 'SELECT vesu.calculate_utilization(1, 1, 3)'),
    (7, 'SELECT vesu.calculate_fee_shares(ROW(1, 1, 1, 1, 1, 0.2)::vesu.asset_config, 1)'),
    (8, 'SELECT vesu.calculate_rate_accumulator(-1, 1, 1, 1)'),
    (9, 'SELECT vesu.oracle_price(1, -1)'),
    (10, $$SELECT vesu.deconstruct_position_amounts(ROW(1, 1)::vesu.position_amounts, pg_temp.pool(), pg_temp.pool(),
                'target', 'native', 1, 'delta', 'native', 1)$$),
    (11, $$SELECT vesu.deconstruct_position_amounts(ROW(1, 1)::vesu.position_amounts, pg_temp.pool(), pg_temp.pool(),
                'delta', 'Native', 1, 'delta', 'native', 1)$$),
    (12, $$SELECT vesu.deconstruct_position_amounts(ROW(1, 1)::vesu.position_amounts, pg_temp.pool(), pg_temp.pool(),
                'delta', 'native', 1, 'delta', 'native', -0.5)$$)
  ) AS cases (number, statement)
 ORDER BY number;

-- What the chain refuses, in its own words. The first in full.
SELECT pg_temp.report('SELECT vesu.pow_scale(2::numeric ^ 255, 2)') AS report;
SELECT expected, right(sqlerror, length(expected)) = expected AS agrees
  FROM (VALUES
    ('Division by 0',             'SELECT vesu.pow_scale(0, 1, true)'),
    ('u256_mul Overflow',         'SELECT vesu.is_collateralized(2::numeric ^ 255, 1, 2)'),
    ('u256_add Overflow',         'SELECT vesu.calculate_utilization(2::numeric ^ 255, 2::numeric ^ 255)'),
    ('u64_sub Overflow',          'SELECT vesu.accrue_asset(pg_temp.pool(), pg_temp.model(), 1, 1000, 999)'),
    ('nominal-debt-overflow',     'SELECT vesu.calculate_nominal_debt(2::numeric ^ 190, 1, 1, false)'),
    ('debt-overflow',             'SELECT vesu.calculate_debt(2::numeric ^ 200, 2::numeric ^ 50, 2::numeric ^ 130, false)'),
    ('unexpected-zero-assets',    'SELECT vesu.calculate_collateral_shares(1, ROW(0, 0, 1, 1, 1, 0)::vesu.asset_config, false)'),
    ('unexpected-zero-assets',    'SELECT vesu.calculate_collateral_shares(1, ROW(1, 0, 0, 1, 1, 0)::vesu.asset_config, false)'),
    ('unexpected-zero-collateral-shares',
                                  'SELECT vesu.calculate_collateral(1, ROW(1, 0, 0, 1, 1, 0)::vesu.asset_config, false)'),
    ('collateral-shares-overflow', 'SELECT vesu.calculate_collateral_shares(2::numeric ^ 200, ROW(1, 0, 2::numeric ^ 100, 1, 1, 0)::vesu.asset_config, false)'),
    ('collateral-overflow',       'SELECT vesu.calculate_collateral(2::numeric ^ 200, ROW(2::numeric ^ 100, 0, 1, 1, 1, 0)::vesu.asset_config, false)'),
    ('mul_div division by zero',  'SELECT vesu.collateral_and_debt_value(ROW(1, 1)::vesu.position_amounts,
                                      ROW(1, 0, 1, 1, 0, 0)::vesu.asset_config, pg_temp.pool(), 1, 1)'),
    ('mul_div quotient > u256',   'SELECT vesu.oracle_price(2::numeric ^ 250, 0)'),
    ('insufficient-reserve',      $$SELECT vesu.apply_position_update(ROW(1400e18, 0)::vesu.position_amounts, pg_temp.pool(), pg_temp.pool(),
                                      'delta', 'native', -1400e18, 'delta', 'native', 0)$$),
    ('insufficient-reserve',      $$SELECT vesu.apply_position_update(ROW(1, 0)::vesu.position_amounts, pg_temp.pool(), pg_temp.pool(),
                                      'delta', 'native', 0, 'delta', 'assets', 1000000001)$$),
    ('bad-debt-not-zero',         $$SELECT vesu.apply_position_update(ROW(1, 0)::vesu.position_amounts, pg_temp.pool(), pg_temp.pool(),
                                      'delta', 'native', 0, 'delta', 'assets', 1, 2, 1)$$),
    ('collateral-target-negative', $$SELECT vesu.apply_position_update(ROW(1, 0)::vesu.position_amounts, pg_temp.pool(), pg_temp.pool(),
                                      'target', 'native', -1, 'delta', 'assets', 1, 1)$$),
    ('debt-target-negative',      $$SELECT vesu.apply_position_update(ROW(1, 0)::vesu.position_amounts, pg_temp.pool(), pg_temp.pool(),
                                      'delta', 'native', 1, 'target', 'assets', -1, 1)$$),
    ('not-undercollateralized',   'SELECT vesu.calculate_liquidation(ROW(700e18, 100e18)::vesu.position_amounts, pg_temp.pool(), pg_temp.pool(),
                                      1e18, 1e18, 0.8e18, 0.9e18, 50000000)'),
    ('less-than-min-collateral',  'SELECT vesu.calculate_liquidation(ROW(70e18, 100e18)::vesu.position_amounts, pg_temp.pool(), pg_temp.pool(),
                                      1e18, 1e18, 0.8e18, 0.9e18, 50000000, 55555556)'),
    ('less-than-min-liquidation-amount', 'SELECT vesu.calculate_liquidation(ROW(70e18, 100e18)::vesu.position_amounts, pg_temp.pool(), pg_temp.pool(),
                                      1e18, 1e18, 0.8e18, 0.9e18, 2000)')
  ) AS cases (expected, statement)
 CROSS JOIN LATERAL split_part(pg_temp.report(statement), E'\n', 1) AS sqlerror;

-- Configurations: what is accepted, and each refusal.
SELECT vesu.check_asset_config(pg_temp.pool(), 0.95e18, 10e18, 10000000000, 1700000000),
       vesu.check_asset_config(pg_temp.pool(), 0.95e18, 0, 10000000000, 1700000000, protocol => 1),
       vesu.check_pair_config(0.8e18, 0.9e18, 0), vesu.check_pair_config(0.8e18, 0, 0), vesu.check_pair_config(0.9e18, 0.1e18, 0, 1),
       vesu.check_interest_rate_config(pg_temp.model()),
       vesu.check_interest_rate_config(ROW(75000, 100000, 100001, 2, 3, 1, 1, 1)::vesu.interest_rate_config, 1),
       vesu.check_position_amounts(ROW(2::numeric ^ 128 - 1, 2::numeric ^ 123 - 1)::vesu.position_amounts);
CREATE FUNCTION pg_temp.asset(reserve numeric DEFAULT 1, nominal numeric DEFAULT 1, shares numeric DEFAULT 1,
                              accumulator numeric DEFAULT 1e18, scale numeric DEFAULT 1e6, fee_rate numeric DEFAULT 0) RETURNS vesu.asset_config
    RETURN ROW(reserve, nominal, shares, accumulator, scale, fee_rate)::vesu.asset_config;
SELECT expected, right(sqlerror, length(expected)) = expected AS agrees
  FROM (VALUES
    ('scale-exceeded',                'asset_config(pg_temp.asset(scale => 1e19), 0, 0, 0, 0)'),
    ('asset-config-nonexistent',      'asset_config(pg_temp.asset(scale => 0), 0, 0, 0, 0)'),
    ('asset-config-nonexistent',      'asset_config(pg_temp.asset(accumulator => 0), 0, 0, 0, 0, protocol => 1)'),
    ('rate-accumulator-too-low',      'asset_config(pg_temp.asset(accumulator => 1e18 - 1), 0, 0, 0, 0, protocol => 1)'),
    ('max-utilization-exceeded',      'asset_config(pg_temp.asset(), 1.01e18, 0, 0, 0)'),
    ('fee-rate-exceeded',             'asset_config(pg_temp.asset(fee_rate => 1.01e18), 0, 0, 0, 0)'),
    ('pack-total-collateral-shares',  'asset_config(pg_temp.asset(shares => 2::numeric ^ 128), 0, 0, 0, 0)'),
    ('pack-total-nominal-debt',       'asset_config(pg_temp.asset(nominal => 2::numeric ^ 128), 0, 0, 0, 0)'),
    ('pack-total-nominal-debt-u123',  'asset_config(pg_temp.asset(nominal => 2::numeric ^ 123), 0, 0, 0, 0)'),
    ('pack-reserve',                  'asset_config(pg_temp.asset(reserve => 2::numeric ^ 128), 0, 0, 0, 0)'),
    ('pack-last-rate-accumulator',    'asset_config(pg_temp.asset(accumulator => 2::numeric ^ 64), 0, 0, 0, 0)'),
    ('pack-last-full-utilization-rate', 'asset_config(pg_temp.asset(), 0, 0, 2::numeric ^ 64, 0)'),
    ('pack-last-updated',             'asset_config(pg_temp.asset(), 0, 0, 0, 4294967296)'),
    ('pack-fee-shares',               'asset_config(pg_temp.asset(), 0, 0, 0, 0, 2::numeric ^ 128)'),
    ('max-utilization-precision-loss', 'asset_config(pg_temp.asset(), 0.951e18, 0, 0, 0)'),
    ('floor-precision-loss',          'asset_config(pg_temp.asset(), 0, 11, 0, 0)'),
    ('floor-precision-loss',          'asset_config(pg_temp.asset(), 0, 1, 0, 0)'),
    ('scale-precision-loss',          'asset_config(pg_temp.asset(scale => 1), 0, 0, 0, 0)'),
    ('fee-rate-precision-loss',       'asset_config(pg_temp.asset(fee_rate => 1), 0, 0, 0, 0)'),
    ('max-ltv-exceeded',              'pair_config(1e18 + 1, 0, 0)'),
    ('liquidation-factor-exceeded',   'pair_config(0, 1e18 + 1, 0)'),
    ('max-ltv-gt-liquidation-factor', 'pair_config(0.8e18 + 1, 0.8e18, 0)'),
    ('pack-debt-cap-u123',            'pair_config(0, 0, 2::numeric ^ 123)'),
    ('invalid-ltv-config',            'pair_config(1e18 + 1, 0, 0, 1)'),
    ('invalid-liquidation-config',    'pair_config(0, 1e18 + 1, 0, 1)'),
    ('min-target-utilization-eq-0',   'interest_rate_config(ROW(0, 3, 2, 2, 3, 1, 1, 1)::vesu.interest_rate_config)'),
    ('target-utilization-lt-min-target-utilization', 'interest_rate_config(ROW(2, 3, 1, 2, 3, 1, 1, 1)::vesu.interest_rate_config)'),
    ('target-utilization-gt-max-target-utilization', 'interest_rate_config(ROW(1, 3, 4, 2, 3, 1, 1, 1)::vesu.interest_rate_config)'),
    ('max-target-utilization-gt-100%', 'interest_rate_config(ROW(1, 100000, 4, 2, 3, 1, 1, 1)::vesu.interest_rate_config)'),
    ('max-target-utilization-eq-0',   'interest_rate_config(ROW(0, 0, 4, 2, 3, 1, 1, 1)::vesu.interest_rate_config, 1)'),
    ('min-target-utilization-gt-max-target-utilization', 'interest_rate_config(ROW(4, 3, 4, 2, 3, 1, 1, 1)::vesu.interest_rate_config, 1)'),
    ('max-target-utilization-gt-100%', 'interest_rate_config(ROW(1, 100001, 4, 2, 3, 1, 1, 1)::vesu.interest_rate_config, 1)'),
    ('zero-utilization-rate-gt-min-full-utilization-rate', 'interest_rate_config(ROW(1, 3, 2, 2, 3, 3, 1, 1)::vesu.interest_rate_config)'),
    ('min-full-utilization-rate-gt-max-full-utilization-rate', 'interest_rate_config(ROW(1, 3, 2, 4, 3, 1, 1, 1)::vesu.interest_rate_config)'),
    ('rate-half-life-eq-0',           'interest_rate_config(ROW(1, 3, 2, 2, 3, 1, 0, 1)::vesu.interest_rate_config)'),
    ('target-rate-percent-eq-0',      'interest_rate_config(ROW(1, 3, 2, 2, 3, 1, 1, 0)::vesu.interest_rate_config)'),
    ('target-rate-percent-gt-100%',   'interest_rate_config(ROW(1, 3, 2, 2, 3, 1, 1, 1e18 + 1)::vesu.interest_rate_config)'),
    ('pack-rate-half-life',           'interest_rate_config(ROW(1, 3, 2, 2, 3, 1, 4294967296, 1)::vesu.interest_rate_config)'),
    ('pack-max-full-utilization-rate', 'interest_rate_config(ROW(1, 3, 2, 2, 2::numeric ^ 64, 1, 1, 1)::vesu.interest_rate_config)'),
    ('pack-collateral-shares',        'position_amounts(ROW(2::numeric ^ 128, 0)::vesu.position_amounts)'),
    ('pack-nominal-debt',             'position_amounts(ROW(0, 2::numeric ^ 128)::vesu.position_amounts)'),
    ('pack-nominal-debt-u123',        'position_amounts(ROW(0, 2::numeric ^ 123)::vesu.position_amounts)')
  ) AS cases (expected, statement)
 CROSS JOIN LATERAL split_part(pg_temp.report('SELECT vesu.check_' || statement), E'\n', 1) AS sqlerror;
