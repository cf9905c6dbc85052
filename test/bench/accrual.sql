-- Interest of a day on a pool with :positions positions, by the books of its protocol pool. Whoever stores amounts writes every
-- row. The answer: all live amounts, rounded as vesu rounds them.
\ir plain.sql
SELECT 'interest accrual, ' || to_char(:positions, 'FM999,999,999') || ' positions of a pool' AS measurement \gset

-- Books that mean the indexes which the positions were loaded with: 1.0123 for debt, 1.00456 for collateral.
INSERT INTO vesu.vesu_pool_assets (protocol_pool, asset, reserve, total_nominal_debt, total_collateral_shares, scale, last_rate_accumulator,
                                   last_full_utilization_rate, last_updated, fee_rate, max_utilization, floor, min_target_utilization,
                                   max_target_utilization, target_utilization, min_full_utilization_rate, max_full_utilization_rate,
                                   zero_utilization_rate, rate_half_life, target_rate_percent)
SELECT '0x1', book.asset, book.reserve, 4e23, 1e24, 1e18, book.accumulator, 13035786672, '2026-01-01', 0.2e18, 0.95e18, 10e18,
       78000, 82000, 80000, 13035786672, 44569649971, 0, 432000, 0.2e18
  FROM (VALUES ('C1', 0.60456e24, 1e18), ('D1', 0.6e24, 1.0123e18)) AS book (asset, reserve, accumulator);
INSERT INTO vesu.vesu_pool_pairs (protocol_pool, collateral_asset, debt_asset, max_ltv, liquidation_factor, debt_cap)
VALUES ('0x1', 'C1', 'D1', 0.75e18, 0.95e18, 0);
UPDATE vesu.vesu_pools SET protocol_pool = '0x1';
SELECT pool_address, debt_index, collateral_index, debt_accrued_at, collateral_accrued_at FROM vesu.vesu_pools \gset
SELECT format('SELECT vesu.accrue(%L, %L)', :'pool_address', '2026-01-02') AS accrue,
       format('UPDATE vesu.vesu_pools SET debt_index = %s, collateral_index = %s, debt_accrued_at = %L, collateral_accrued_at = %L',
              :debt_index, :collateral_index, :'debt_accrued_at', :'collateral_accrued_at') AS reset \gset

\set answer 'SELECT count(*) || '' positions, '' || md5(string_agg(debt_amount || '' '' || collateral_amount, '','' ORDER BY id)) FROM '
CALL bench.measure(:'measurement', 'vesu', :'accrue', :'answer' || '(SELECT position_id AS id, trim_scale(debt_amount) AS debt_amount, trim_scale(collateral_amount) AS collateral_amount FROM vesu.position_health) AS live', reset => :'reset');

-- In whole numbers of 10^-18: debt rounded up, collateral down.
SELECT debt_index AS new_debt_index, collateral_index AS new_collateral_index FROM vesu.vesu_pools \gset
SELECT format('UPDATE bench.vesu_positions SET debt_amount = div(debt_amount * 1e36 * %1$s + %2$s * 1e18 - 1, %2$s * 1e18) * 1e-18, '
              'collateral_amount = div(collateral_amount * 1e18 * %3$s, %4$s) * 1e-18, updated_at = vesu.now()',
              :new_debt_index, :debt_index, :new_collateral_index, :collateral_index) AS rewrite \gset
CALL bench.measure(:'measurement', 'every amount rewritten', :'rewrite',
    :'answer' || '(SELECT id, trim_scale(debt_amount) AS debt_amount, trim_scale(collateral_amount) AS collateral_amount FROM bench.vesu_positions) AS live', runs => 1);
UPDATE vesu.vesu_pools SET protocol_pool = NULL;
DELETE FROM vesu.vesu_pool_pairs;
DELETE FROM vesu.vesu_pool_assets;
