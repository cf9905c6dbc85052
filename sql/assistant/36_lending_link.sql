-- The lending link: positions of the lending module as snapshots of the assistant

-- Amounts and values as strings: no reader makes floating point of them.
CREATE OR REPLACE FUNCTION vesu_assistant.lending_asset(symbol text, amount numeric, value_usd numeric) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN jsonb_build_object('symbol', symbol, 'amount', trim_scale(amount)::text, 'valueUSD', trim_scale(value_usd)::text);
COMMENT ON FUNCTION vesu_assistant.lending_asset(text, numeric, numeric) IS
    'Private step of capture_lending_positions: an entry of collateral or debt.';

CREATE OR REPLACE VIEW vesu_assistant.lending_snapshots WITH (security_invoker = true) AS
SELECT held.user_id,
       coalesce(jsonb_agg(vesu_assistant.lending_asset(held.collateral_asset, held.collateral_amount, held.collateral_value)
                          ORDER BY held.position_id) FILTER (WHERE held.collateral_amount > 0), '[]') AS collateral,
       coalesce(jsonb_agg(vesu_assistant.lending_asset(held.debt_asset, held.debt_amount, held.debt_value)
                          ORDER BY held.position_id) FILTER (WHERE held.debt_amount > 0), '[]') AS debt,
       min(held.health_factor) FILTER (WHERE held.debt_amount > 0) AS health_factor,
       jsonb_build_object('positions', jsonb_agg(
           jsonb_build_object('positionId', held.position_id, 'pool', held.pool_address, 'healthFactor', held.health_factor)
           ORDER BY held.position_id)) AS metadata,
       bool_and((held.collateral_amount = 0 OR held.collateral_value IS NOT NULL)
                AND (held.debt_amount = 0 OR held.debt_value IS NOT NULL AND held.health_factor IS NOT NULL)) AS is_complete
  FROM vesu.position_health AS held
 WHERE held.status = 'active'
 GROUP BY held.user_id;
COMMENT ON VIEW vesu_assistant.lending_snapshots IS
    'The active lending positions of each user_id as one snapshot, at the latest recorded prices: what capture_lending_positions() writes.';
COMMENT ON COLUMN vesu_assistant.lending_snapshots.user_id IS 'Owner of the positions, known to the assistant or not.';
COMMENT ON COLUMN vesu_assistant.lending_snapshots.collateral IS 'Array of {symbol, amount, valueUSD}, one for each position with collateral.';
COMMENT ON COLUMN vesu_assistant.lending_snapshots.debt IS 'As collateral, one for each position with debt.';
COMMENT ON COLUMN vesu_assistant.lending_snapshots.health_factor IS 'The lowest of the positions with debt; NULL without debt.';
COMMENT ON COLUMN vesu_assistant.lending_snapshots.metadata IS
    '{positions: [{positionId, pool, healthFactor}]}, healthFactor null without debt.';
COMMENT ON COLUMN vesu_assistant.lending_snapshots.is_complete IS
    'Whether every amount has a value and every debt a health factor: false where a price is missing.';

-- Who has no active position any more gets one last, empty snapshot: the position before it must not look at risk for ever.
CREATE OR REPLACE FUNCTION vesu_assistant.capture_lending_positions(chain_id bigint DEFAULT 23448594291968334) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    -- Over all users: planned for as many as there are.
    SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
    captured bigint;
BEGIN
    PERFORM vesu_assistant.check_argument('chain_id', chain_id::text);
    -- Two at once would both find the same snapshots missing.
    PERFORM pg_advisory_xact_lock(hashtextextended('vesu_assistant.capture_lending_positions', 0));
    INSERT INTO vesu_assistant.positions (
        user_id, wallet_address, protocol, chain_id, health_factor, collateral, debt, metadata, snapshot_at)
    SELECT u.id, u.wallet_address, 'vesu', capture_lending_positions.chain_id, held.health_factor,
           coalesce(held.collateral, '[]'), coalesce(held.debt, '[]'), coalesce(held.metadata, '{"positions": []}'),
           clock.instant
      FROM (SELECT vesu.wall_clock() AS instant OFFSET 0) AS clock
     CROSS JOIN vesu_assistant.users AS u
      LEFT JOIN vesu_assistant.lending_snapshots AS held ON held.user_id = u.id
      LEFT JOIN (vesu_assistant.latest_positions AS l
                 JOIN vesu_assistant.positions AS known ON known.id = l.position_id)
             ON l.wallet_address = u.wallet_address AND l.protocol = 'vesu'
            AND l.chain_id = capture_lending_positions.chain_id AND known.user_id = u.id
     WHERE coalesce(held.is_complete, known.metadata ? 'positions')
       AND (held.health_factor, coalesce(held.collateral, '[]'), coalesce(held.debt, '[]'),
            coalesce(held.metadata, '{"positions": []}'))
           IS DISTINCT FROM (known.health_factor, known.collateral, known.debt, known.metadata)
     ORDER BY u.wallet_address;
    GET DIAGNOSTICS captured = ROW_COUNT;
    RETURN captured;
END
$$;
COMMENT ON FUNCTION vesu_assistant.capture_lending_positions(bigint) IS
    'Writes a snapshot, protocol vesu, of the active lending positions of each user who is known here, at the latest recorded prices: '
    'the assets of all of them, the lowest health factor of those with debt, and metadata.positions. Skips who has a value or a '
    'health factor missing, and who has not changed since; who has no active position left gets one empty snapshot. Returns how '
    'many it wrote. Two at once: the second waits. VS200 for NULL.';
