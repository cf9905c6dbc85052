-- Interest of a pool with :positions positions: every debt grows by 0.0123457 %, all collateral by a third of that. Whoever stores
-- amounts writes every row. The answer: all live amounts, rounded as vesu rounds them.
\ir plain.sql
SELECT 'interest accrual, ' || to_char(:positions, 'FM999,999,999') || ' positions of a pool' AS measurement \gset
SELECT debt_index, collateral_index FROM vesu.vesu_pools \gset
SELECT format('UPDATE vesu.vesu_pools SET debt_index = %s, collateral_index = %s', :debt_index * 1.000123457, :collateral_index * 1.000041) AS accrue,
       format('UPDATE vesu.vesu_pools SET debt_index = %s, collateral_index = %s', :debt_index, :collateral_index) AS reset \gset

\set answer 'SELECT count(*) || '' positions, '' || md5(string_agg(debt_amount || '' '' || collateral_amount, '','' ORDER BY id)) FROM '
CALL bench.measure(:'measurement', 'vesu', :'accrue', :'answer' || '(SELECT position_id AS id, trim_scale(debt_amount) AS debt_amount, trim_scale(collateral_amount) AS collateral_amount FROM vesu.position_health) AS live', reset => :'reset');
CALL bench.measure(:'measurement', 'every amount rewritten',
    'UPDATE bench.vesu_positions SET debt_amount = ceil(debt_amount * 1.000123457 * 1e18) * 1e-18, collateral_amount = trunc(collateral_amount * 1.000041, 18), updated_at = vesu.now()',
    :'answer' || '(SELECT id, trim_scale(debt_amount) AS debt_amount, trim_scale(collateral_amount) AS collateral_amount FROM bench.vesu_positions) AS live', runs => 1);
