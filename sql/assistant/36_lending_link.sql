-- The lending link: positions of the lending module as snapshots of the assistant

-- Amounts and values as strings: no reader makes floating point of them.
CREATE OR REPLACE FUNCTION vesu_assistant.lending_asset(symbol text, amount numeric, value_usd numeric) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN jsonb_build_object('symbol', symbol, 'amount', trim_scale(amount)::text, 'valueUSD', trim_scale(value_usd)::text);
COMMENT ON FUNCTION vesu_assistant.lending_asset(text, numeric, numeric) IS
    'Private step of capture_lending_positions: an entry of collateral or debt.';

-- Who has no active position any more gets one last, empty snapshot: the position before it must not look at risk for ever.
CREATE OR REPLACE FUNCTION vesu_assistant.capture_lending_positions(chain_id bigint DEFAULT 23448594291968334) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    -- Over all users: planned for as many as there are.
    SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
    instant timestamptz;
    captured bigint;
BEGIN
    PERFORM vesu_assistant.check_argument('chain_id', chain_id::text);
    -- Two at once would both find the same snapshots missing.
    PERFORM pg_advisory_xact_lock(hashtextextended('vesu_assistant.capture_lending_positions', 0));
    instant := vesu.wall_clock();
    WITH active AS (
        SELECT h.user_id,
               coalesce(jsonb_agg(vesu_assistant.lending_asset(h.collateral_asset, h.collateral_amount, h.collateral_value)
                                  ORDER BY h.position_id) FILTER (WHERE h.collateral_amount > 0), '[]') AS collateral,
               coalesce(jsonb_agg(vesu_assistant.lending_asset(h.debt_asset, h.debt_amount, h.debt_value)
                                  ORDER BY h.position_id) FILTER (WHERE h.debt_amount > 0), '[]') AS debt,
               min(h.health_factor) FILTER (WHERE h.debt_amount > 0) AS health_factor,
               jsonb_build_object('positions', jsonb_agg(
                   jsonb_build_object('positionId', h.position_id, 'pool', h.pool_address, 'healthFactor', h.health_factor)
                   ORDER BY h.position_id)) AS metadata,
               -- Not where a price is missing.
               bool_and((h.collateral_amount = 0 OR h.collateral_value IS NOT NULL)
                        AND (h.debt_amount = 0 OR h.debt_value IS NOT NULL AND h.health_factor IS NOT NULL)) AS is_complete
          FROM vesu.position_health AS h
         WHERE h.status = 'active'
         GROUP BY h.user_id),
    moved AS MATERIALIZED (
        SELECT u.id AS user_id, u.wallet_address, held.health_factor, coalesce(held.collateral, '[]') AS collateral,
               coalesce(held.debt, '[]') AS debt, coalesce(held.metadata, '{"positions": []}') AS metadata
          FROM vesu_assistant.users AS u
          LEFT JOIN active AS held ON held.user_id = u.id
          LEFT JOIN (vesu_assistant.latest_positions AS l
                     JOIN vesu_assistant.positions AS known ON known.id = l.position_id)
                 ON l.wallet_address = u.wallet_address AND l.protocol = 'vesu'
                AND l.chain_id = capture_lending_positions.chain_id AND known.user_id = u.id
         WHERE coalesce(held.is_complete, known.metadata ? 'positions')
           AND (held.health_factor, coalesce(held.collateral, '[]'), coalesce(held.debt, '[]'),
                coalesce(held.metadata, '{"positions": []}'))
               IS DISTINCT FROM (known.health_factor, known.collateral, known.debt, known.metadata)),
    -- What the rows lock one after the other, in the order in which everybody else locks it.
    places AS MATERIALIZED (
        SELECT l.position_id
          FROM vesu_assistant.latest_positions AS l
         WHERE (l.wallet_address, l.protocol, l.chain_id) IN (
                SELECT m.wallet_address, 'vesu', capture_lending_positions.chain_id FROM moved AS m)
         ORDER BY l.wallet_address
           FOR NO KEY UPDATE),
    waiting AS MATERIALIZED (
        SELECT i.id
          FROM vesu_assistant.intents AS i
         WHERE i.user_id IN (SELECT m.user_id FROM moved AS m) AND i.status IN ('active', 'triggered', 'failed')
           AND (SELECT count(*) FROM places) >= 0
         ORDER BY i.id
           FOR NO KEY UPDATE)
    INSERT INTO vesu_assistant.positions (
        user_id, wallet_address, protocol, chain_id, health_factor, collateral, debt, metadata, snapshot_at)
    SELECT m.user_id, m.wallet_address, 'vesu', capture_lending_positions.chain_id, m.health_factor, m.collateral, m.debt, m.metadata, instant
      FROM moved AS m
     WHERE (SELECT count(*) FROM waiting) >= 0
     ORDER BY m.wallet_address;
    GET DIAGNOSTICS captured = ROW_COUNT;
    RETURN captured;
END
$$;
COMMENT ON FUNCTION vesu_assistant.capture_lending_positions(bigint) IS
    'Writes a snapshot, protocol vesu, of the active lending positions of each user who is known here, at the latest recorded prices: '
    'the assets of all of them, the lowest health factor of those with debt, and metadata.positions. Skips who has a value or a '
    'health factor missing, and who has not changed since; who has no active position left gets one empty snapshot. Returns how '
    'many it wrote. Two at once: the second waits. VS200 for NULL.';
