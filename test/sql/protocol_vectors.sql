-- Every vector of the protocol through SQL. Powers of plain integers and the limits of storage have no function of their
-- own: the core's tests check them. Ekubo's three rows are of an oracle that is out of scope.
\getenv directory PG_ABS_SRCDIR
\set load :directory '/sql/support/load_vectors.sql'
CREATE SCHEMA vectors;
SET search_path = vectors;

-- The text of the revert that a query meets; NULL if it meets none.
CREATE FUNCTION revert_of(query text) RETURNS text
    LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE query;
    RETURN NULL;
EXCEPTION WHEN SQLSTATE 'VS020' THEN
    RETURN replace(sqlerrm, 'the protocol would revert: ', '');
END
$$;

-- Random inputs, both protocols.

\set file protocol_debt
\i :load
SELECT count(*), count(*) FILTER (WHERE actual IS DISTINCT FROM expected) AS different
  FROM protocol_debt AS v
 CROSS JOIN LATERAL (VALUES
       (nominal_debt_floor, vesu.calculate_nominal_debt(amount, rate_accumulator, asset_scale, false, protocol)),
       (nominal_debt_ceil,  vesu.calculate_nominal_debt(amount, rate_accumulator, asset_scale, true, protocol)),
       (debt_floor,         vesu.calculate_debt(amount, rate_accumulator, asset_scale, false, protocol)),
       (debt_ceil,          vesu.calculate_debt(amount, rate_accumulator, asset_scale, true, protocol))
       ) AS output (expected, actual);

\set file protocol_collateral
\i :load
SELECT count(*), count(*) FILTER (WHERE actual IS DISTINCT FROM expected) AS different
  FROM protocol_collateral AS v
 CROSS JOIN LATERAL (SELECT ROW(reserve, total_nominal_debt, total_collateral_shares, last_rate_accumulator, scale,
                                fee_rate)::vesu.asset_config AS asset) AS books
 CROSS JOIN LATERAL (VALUES
       (shares_floor,     vesu.calculate_collateral_shares(amount, asset, false, protocol)),
       (shares_ceil,      vesu.calculate_collateral_shares(amount, asset, true, protocol)),
       (collateral_floor, vesu.calculate_collateral(amount, asset, false, protocol)),
       (collateral_ceil,  vesu.calculate_collateral(amount, asset, true, protocol)),
       (utilization_of_reserve_and_amount, vesu.calculate_utilization(reserve, amount, protocol))
       ) AS output (expected, actual);

\set file protocol_accumulator
\i :load
SELECT count(*), count(*) FILTER (WHERE actual IS DISTINCT FROM expected) AS different
  FROM protocol_accumulator AS v
 CROSS JOIN LATERAL (VALUES
       (rate_accumulator,   vesu.calculate_rate_accumulator(1000, 1000 + time_delta::bigint, last_rate_accumulator,
                                                            interest_rate, protocol)),
       (pow_scale_negative, vesu.pow_scale(1000000000000000000 + interest_rate, time_delta, true))
       ) AS output (expected, actual);

\set file protocol_fee_shares
\i :load
SELECT count(*), count(*) FILTER (WHERE actual IS DISTINCT FROM fee_shares) AS different
  FROM protocol_fee_shares AS v
 CROSS JOIN LATERAL vesu.calculate_fee_shares(
       ROW(reserve, total_nominal_debt, total_collateral_shares, last_rate_accumulator, scale, fee_rate)::vesu.asset_config,
       new_rate_accumulator, protocol) AS actual;

\set file protocol_interest_rate
\i :load
SELECT count(*), count(*) FILTER (WHERE (actual.interest_rate, actual.next_full_utilization_rate)
                                  IS DISTINCT FROM (v.interest_rate, v.full_utilization_rate)) AS different
  FROM protocol_interest_rate AS v
 CROSS JOIN LATERAL vesu.calculate_interest_rate(
       ROW(min_target_utilization, max_target_utilization, target_utilization, min_full_utilization_rate,
           max_full_utilization_rate, zero_utilization_rate, rate_half_life, target_rate_percent)::vesu.interest_rate_config,
       utilization, time_delta::bigint, last_full_utilization_rate, protocol) AS actual;

\set file protocol_deconstruct
\i :load
SELECT count(*), count(*) FILTER (WHERE (actual.collateral_delta, actual.collateral_shares_delta,
                                         actual.debt_delta, actual.nominal_debt_delta)
                                  IS DISTINCT FROM (v.collateral_delta, v.collateral_shares_delta,
                                                    v.debt_delta, v.nominal_debt_delta)) AS different
  FROM protocol_deconstruct AS v
 CROSS JOIN LATERAL (SELECT ROW(reserve, total_nominal_debt, total_collateral_shares, last_rate_accumulator, scale,
                                fee_rate)::vesu.asset_config AS asset) AS books
 CROSS JOIN LATERAL vesu.deconstruct_position_amounts(
       ROW(position_collateral_shares, position_nominal_debt)::vesu.position_amounts, asset, asset,
       collateral_type, collateral_denomination, collateral_value, debt_type, debt_denomination, debt_value,
       protocol) AS actual;

\set file protocol_apply
\i :load
SELECT count(*), count(*) FILTER (WHERE actual IS DISTINCT FROM expected) AS different
  FROM protocol_apply AS v
 CROSS JOIN LATERAL vesu.apply_position_update(
       ROW(position_collateral_shares, position_nominal_debt)::vesu.position_amounts,
       ROW(c_reserve, c_total_nominal_debt, c_total_collateral_shares, c_last_rate_accumulator, c_scale,
           c_fee_rate)::vesu.asset_config,
       ROW(d_reserve, d_total_nominal_debt, d_total_collateral_shares, d_last_rate_accumulator, d_scale,
           d_fee_rate)::vesu.asset_config,
       collateral_type, collateral_denomination, collateral_value, debt_type, debt_denomination, debt_value,
       protocol) AS after
 CROSS JOIN LATERAL (VALUES
       (v.collateral_delta, after.collateral_delta),
       (v.collateral_shares_delta, after.collateral_shares_delta),
       (v.debt_delta, after.debt_delta),
       (v.nominal_debt_delta, after.nominal_debt_delta),
       (after_collateral_shares, (after."position").collateral_shares),
       (after_nominal_debt, (after."position").nominal_debt),
       (after_c_reserve, (after.collateral_asset).reserve),
       (after_d_reserve, (after.debt_asset).reserve),
       (after_c_total_collateral_shares, (after.collateral_asset).total_collateral_shares),
       (after_d_total_nominal_debt, (after.debt_asset).total_nominal_debt),
       -- What no change of a position moves.
       (c_total_nominal_debt, (after.collateral_asset).total_nominal_debt),
       (d_total_collateral_shares, (after.debt_asset).total_collateral_shares),
       (c_last_rate_accumulator, (after.collateral_asset).last_rate_accumulator),
       (d_scale, (after.debt_asset).scale)
       ) AS output (expected, actual);

\set file protocol_values
\i :load
SELECT count(*), count(*) FILTER (WHERE actual IS DISTINCT FROM expected) AS different
  FROM protocol_values AS v
 CROSS JOIN LATERAL vesu.collateral_and_debt_value(
       ROW(position_collateral_shares, position_nominal_debt)::vesu.position_amounts,
       ROW(c_reserve, c_total_nominal_debt, c_total_collateral_shares, c_last_rate_accumulator, c_scale,
           c_fee_rate)::vesu.asset_config,
       ROW(d_reserve, d_total_nominal_debt, d_total_collateral_shares, d_last_rate_accumulator, d_scale,
           d_fee_rate)::vesu.asset_config,
       collateral_price, debt_price, protocol) AS value
 CROSS JOIN LATERAL (VALUES
       (v.collateral, value.collateral),
       (v.collateral_value, value.collateral_value),
       (v.debt, value.debt),
       (v.debt_value, value.debt_value),
       (check_is_collateralized,
        vesu.is_collateralized(check_collateral_value, check_debt_value, check_max_ltv)::int)
       ) AS output (expected, actual);

-- Random positions: a maximum LTV of 0 lets each of them be liquidated.
\set file protocol_liquidation
\i :load
SELECT count(*), count(*) FILTER (WHERE actual IS DISTINCT FROM expected) AS different
  FROM protocol_liquidation AS v
 CROSS JOIN LATERAL vesu.calculate_liquidation(
       ROW(position_collateral_shares, position_nominal_debt)::vesu.position_amounts,
       ROW(c_reserve, c_total_nominal_debt, c_total_collateral_shares, c_last_rate_accumulator, c_scale,
           c_fee_rate)::vesu.asset_config,
       ROW(d_reserve, d_total_nominal_debt, d_total_collateral_shares, d_last_rate_accumulator, d_scale,
           d_fee_rate)::vesu.asset_config,
       collateral_price, debt_price, 0, liquidation_factor, debt_to_repay, protocol => protocol) AS result
 CROSS JOIN LATERAL (VALUES
       (v.collateral, result.collateral),
       (v.collateral_value, result.collateral_value),
       (v.debt, result.debt),
       (v.debt_value, result.debt_value),
       (v.collateral_to_receive, result.collateral_to_receive),
       (v.debt_written_off, result.debt_written_off),
       (v.bad_debt, result.bad_debt)
       ) AS output (expected, actual);

-- Values that the protocol's own tests assert.

\set file protocol_asserted_math
\i :load
SELECT count(*), count(*) FILTER (WHERE vesu.pow_scale(x, n, negative::boolean) IS DISTINCT FROM expected) AS different
  FROM protocol_asserted_math
 WHERE function = 'pow_scale';

\set file protocol_asserted_nominal_debt
\i :load
SELECT count(*), count(*) FILTER (WHERE expected_error IS NOT NULL) AS reverts,
       count(*) FILTER (WHERE CASE WHEN expected_error IS NULL
           THEN vesu.calculate_nominal_debt(debt, rate_accumulator, asset_scale, round_up::boolean, protocol)
                IS DISTINCT FROM expected
           ELSE revert_of(format('SELECT vesu.calculate_nominal_debt(%s, %s, %s, %L, %s)',
                                 debt, rate_accumulator, asset_scale, round_up, protocol))
                IS DISTINCT FROM expected_error END) AS different
  FROM protocol_asserted_nominal_debt;

\set file protocol_asserted_collateral
\i :load
SELECT count(*), count(*) FILTER (WHERE revert_of(format(
           'SELECT vesu.calculate_collateral_shares(%s, ROW(%s, %s, %s, %s, %s, 0)::vesu.asset_config, %L, %s)',
           amount, reserve, total_nominal_debt, total_collateral_shares, last_rate_accumulator, scale, round_up, protocol))
           IS DISTINCT FROM expected_error) AS different
  FROM protocol_asserted_collateral;

\set file protocol_asserted_utilization
\i :load
SELECT count(*), count(*) FILTER (WHERE vesu.calculate_utilization(total_reserve, total_debt, protocol)
                                  IS DISTINCT FROM expected) AS different
  FROM protocol_asserted_utilization;

\set file protocol_asserted_rate_accumulator
\i :load
SELECT count(*), count(*) FILTER (WHERE vesu.calculate_rate_accumulator(now::bigint, now::bigint, once, interest_rate, protocol)
                                  IS DISTINCT FROM once) AS different
  FROM protocol_asserted_rate_accumulator
 CROSS JOIN LATERAL vesu.calculate_rate_accumulator(last_updated::bigint, now::bigint, last_rate_accumulator, interest_rate,
                                                    protocol) AS once;

\set file protocol_asserted_fee_shares
\i :load
SELECT count(*), count(*) FILTER (WHERE vesu.calculate_fee_shares(
           ROW(reserve, total_nominal_debt, total_collateral_shares, last_rate_accumulator, scale,
               fee_rate)::vesu.asset_config, new_rate_accumulator, protocol) IS DISTINCT FROM expected) AS different
  FROM protocol_asserted_fee_shares;

-- A year has 360 days; an APR counts 10^-5.
\set file protocol_asserted_interest_rate
\i :load
SELECT count(*), count(*) FILTER (WHERE CASE relation WHEN '==' THEN actual = expected
                                                      WHEN '<' THEN actual < expected END IS NOT TRUE) AS different
  FROM protocol_asserted_interest_rate AS v
 CROSS JOIN LATERAL vesu.calculate_interest_rate(
       ROW(min_target_utilization, max_target_utilization, target_utilization, min_full_utilization_rate,
           max_full_utilization_rate, zero_utilization_rate, rate_half_life, target_rate_percent)::vesu.interest_rate_config,
       utilization, time_delta::bigint, last_full_utilization_rate, protocol) AS rate
 CROSS JOIN LATERAL (SELECT CASE quantity
           WHEN 'rate' THEN rate.interest_rate
           WHEN 'rate*YEAR' THEN rate.interest_rate * 31104000
           WHEN 'to_apr(rate)' THEN div(rate.interest_rate * 31104000, 1e13)
           WHEN 'next_full_utilization_rate' THEN rate.next_full_utilization_rate
           WHEN 'to_apr(next_full_utilization_rate)' THEN div(rate.next_full_utilization_rate * 31104000, 1e13)
           -- Half of the assets is borrowed.
           WHEN 'supply_apy' THEN div(vesu.pow_scale(1e18 + rate.interest_rate, 31104000) - 1e18, 2)
       END AS actual) AS output;

\set file protocol_asserted_is_collateralized
\i :load
SELECT count(*), count(*) FILTER (WHERE vesu.is_collateralized(collateral_value, debt_value, max_ltv)
                                  IS DISTINCT FROM expected::boolean) AS different
  FROM protocol_asserted_is_collateralized;

-- An asset that was never registered has no answer to judge.
\set file protocol_asserted_oracle_pragma
\i :load
SELECT count(*), count(*) FILTER (WHERE actual.price IS DISTINCT FROM coalesce(expected_value, actual.price)
                                     OR actual.is_valid IS DISTINCT FROM coalesce(expected_valid::boolean, actual.is_valid))
                 AS different,
       (SELECT string_agg(expected_error, ', ') FROM protocol_asserted_oracle_pragma) AS not_here
  FROM protocol_asserted_oracle_pragma AS v
 CROSS JOIN LATERAL (SELECT
           CASE WHEN start_time_offset <> 0 AND time_window <> 0 THEN vesu.oracle_price(twap, twap_decimals::int)
                ELSE vesu.oracle_price(v.price, decimals::int) END AS price,
           vesu.oracle_is_valid(last_updated::bigint, now::bigint, timeout::bigint, num_sources_aggregated::int,
                                number_of_sources::int, v.price, protocol) AS is_valid) AS actual
 WHERE expected_error IS NULL;

\set file protocol_asserted_vtoken_withdrawable
\i :load
SELECT count(*), count(*) FILTER (WHERE vesu.vtoken_max_withdraw(
           -- Shares at par, and more of them than there can be withdrawn.
           ROW(reserve, total_debt * 1e18 / scale, (reserve + total_debt) * 1e18 / scale, 1e18, scale, 0)::vesu.asset_config,
           (reserve + total_debt) * 1e18 / scale, max_utilization, protocol) IS DISTINCT FROM expected) AS different
  FROM protocol_asserted_vtoken_withdrawable;

-- Whole liquidations, on books that hold just this position, shares at par. Whether a price is valid is decided outside.
\set file protocol_asserted_liquidation
\i :load
WITH cases AS (
    SELECT v.*, ROW(collateral * 1e18 / collateral_scale, nominal_debt)::vesu.position_amounts AS held,
           ROW(collateral, 0, collateral * 1e18 / collateral_scale, 1e18, collateral_scale, 0)::vesu.asset_config AS collateral_asset,
           ROW(debt, nominal_debt, 2 * debt * 1e18 / debt_scale, 1e18, debt_scale, 0)::vesu.asset_config AS debt_asset
      FROM protocol_asserted_liquidation AS v
     WHERE coalesce(exp_error, '') NOT IN ('invalid-oracle', 'emergency-mode')),
results AS (
    SELECT cases.*, after.*, result.collateral_to_receive, result.debt_written_off, result.bad_debt,
           after.debt_asset AS debt_asset_after
      FROM cases
     CROSS JOIN LATERAL vesu.calculate_liquidation(
           held, collateral_asset, debt_asset, collateral_price, debt_price, max_ltv, liquidation_factor, debt_to_repay,
           min_collateral_to_receive, protocol) AS result
     CROSS JOIN LATERAL vesu.apply_position_update(
           held, collateral_asset, debt_asset, 'delta', 'assets', -result.collateral_to_receive,
           'delta', 'assets', -result.debt_written_off, protocol, result.bad_debt) AS after
     WHERE exp_error IS NULL),
outputs AS (
    SELECT expected, actual
      FROM results
     CROSS JOIN LATERAL (VALUES
           (coalesce(exp_collateral_released, collateral_to_receive), collateral_to_receive),
           (coalesce(exp_debt_written_off, debt_written_off), debt_written_off),
           (coalesce(exp_bad_debt_nonzero::boolean, bad_debt > 0)::int, (bad_debt > 0)::int),
           (coalesce(exp_collateral_after, collateral - collateral_to_receive), collateral + collateral_delta),
           (coalesce(exp_collateral_shares_after_is_zero::boolean, ("position").collateral_shares = 0)::int,
            (("position").collateral_shares = 0)::int),
           (coalesce(exp_nominal_debt_after, ("position").nominal_debt), ("position").nominal_debt),
           (CASE exp_debt_reserve_delta WHEN 'debt' THEN debt
                                        WHEN 'debt - bad_debt' THEN debt - bad_debt
                                        WHEN 'debt/2 - bad_debt' THEN debt / 2 - bad_debt END,
            (debt_asset_after).reserve - debt)
           ) AS output (expected, actual))
SELECT count(*), count(*) FILTER (WHERE actual IS DISTINCT FROM expected) AS different,
       (SELECT count(*) FROM cases WHERE exp_error IS NOT NULL) AS reverts,
       (SELECT count(*)
          FROM cases
         WHERE exp_error IS NOT NULL
           AND revert_of(format('SELECT vesu.calculate_liquidation(%L, %L, %L, %s, %s, %s, %s, %s, %s, %s)',
                                held, collateral_asset, debt_asset, collateral_price, debt_price, max_ltv,
                                liquidation_factor, debt_to_repay, min_collateral_to_receive, protocol))
               IS DISTINCT FROM exp_error) AS other_reverts,
       (SELECT string_agg(exp_error, ', ' ORDER BY exp_error) FROM protocol_asserted_liquidation
         WHERE exp_error IN ('invalid-oracle', 'emergency-mode')) AS not_here
  FROM outputs;
