-- What the condition of an intent is tested against

CREATE OR REPLACE FUNCTION vesu_assistant.known_health_factors() RETURNS TABLE (user_id uuid, health_factor numeric)
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT l.user_id, l.health_factor
      FROM vesu_assistant.latest_positions AS l
     WHERE l.health_factor IS NOT NULL
       -- What was captured from the lending module stands below, as it is now.
       AND NOT (l.protocol OPERATOR(pg_catalog.=) 'vesu' AND EXISTS (
                SELECT FROM vesu_assistant.positions AS p
                 WHERE p.id OPERATOR(pg_catalog.=) l.position_id AND p.metadata OPERATOR(pg_catalog.?) 'positions'))
     UNION ALL
    SELECT h.user_id, h.health_factor
      FROM vesu.position_health AS h
     WHERE h.status OPERATOR(pg_catalog.=) 'active'::vesu.position_status AND NOT h.price_is_stale AND h.health_factor IS NOT NULL
    $$;
COMMENT ON FUNCTION vesu_assistant.known_health_factors() IS
    'Private step of evaluation: the known health factors of all users: of their latest snapshots, and live ones of active lending '
    'positions whose two prices are usable, in place of captured snapshots of them. The planner inlines it, with the user that is asked for.';

-- Only what the condition reads: one or two probes of an index, however many prices and signals there are.
CREATE OR REPLACE FUNCTION vesu_assistant.intent_context(user_id uuid, condition jsonb) RETURNS jsonb
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET jit = off
    SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_variable
DECLARE
    type constant text := condition ->> 'type';
BEGIN
    IF type = 'health_factor' THEN
        RETURN (SELECT jsonb_build_object('health_factor', coalesce(jsonb_agg(k.health_factor), '[]'))
                  FROM vesu_assistant.known_health_factors() AS k
                 WHERE k.user_id = intent_context.user_id);
    ELSIF type = 'price' THEN
        RETURN (SELECT jsonb_build_object('prices', jsonb_build_object(p.asset, p.price))
                  FROM vesu.vesu_asset_prices AS p
                 WHERE p.asset = condition ->> 'asset'
                   AND vesu.is_usable_price(p.price, p.observed_at, p.max_age, p.sources, p.min_sources));
    ELSIF type = 'signal' THEN
        RETURN (SELECT jsonb_build_object('active_signals', coalesce(jsonb_agg(jsonb_build_array(s.type, s.asset)), '[]'))
                  FROM vesu_assistant.signals AS s
                 WHERE s.type = condition ->> 'value' AND s.status = 'active'
                   AND (condition ->> 'asset' IS NULL OR s.asset = condition ->> 'asset')
                   AND (s.expires_at IS NULL OR s.expires_at > vesu.wall_clock()));
    END IF;
    RETURN jsonb_build_object('now', vesu.wall_clock() AT TIME ZONE 'UTC');
END
$$;
COMMENT ON FUNCTION vesu_assistant.intent_context(uuid, jsonb) IS
    'Private step of evaluation: the part of the context that the condition of a user''s intent reads, for vesu_assistant.intent_matches(): '
    'the known health factors of the user, the usable price of the asset (NULL without one), active signals of the type that have not expired, or the time.';
