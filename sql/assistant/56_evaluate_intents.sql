-- Evaluation: which intents can fire, and which of them do
--
-- Candidates are found without locks, so they may be too many or out of date. Then they are locked in the order of their ids, waiting,
-- and tested on what is there by then.

-- Each query is a few ranges of an index. A plan kept from the day when a table was empty must not be another one; and what the planner
-- adds for a node that it should not use must not have the plan compiled.
CREATE OR REPLACE FUNCTION vesu_assistant.price_candidates(asset text) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET jit = off
    SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_variable
DECLARE
    usable numeric := (SELECT p.price FROM vesu.vesu_asset_prices AS p
                        WHERE p.asset = price_candidates.asset
                          AND vesu.is_usable_price(p.price, p.observed_at, p.max_age, p.sources, p.min_sources));
BEGIN
    RETURN QUERY
    -- Operator by operator: with several at once the planner may take them for a filter.
    SELECT found.id
      FROM unnest(ARRAY['<', '<=', '<>']) AS awaited (operator)
     CROSS JOIN LATERAL (
            SELECT i.id
              FROM vesu_assistant.intents AS i
             WHERE (vesu_assistant.is_awaiting(i.status, i.false_seen_at) AND i.condition ->> 'type' = 'price') IS TRUE
               AND i.condition ->> 'asset' = price_candidates.asset
               AND vesu_assistant.awaited_operator(i.status, i.condition ->> 'operator') = awaited.operator
               AND vesu_assistant.intent_number(i.condition -> 'value') > usable
            OFFSET 0) AS found
     UNION ALL
    SELECT found.id
      FROM unnest(ARRAY['>', '>=', '<>']) AS awaited (operator)
     CROSS JOIN LATERAL (
            SELECT i.id
              FROM vesu_assistant.intents AS i
             WHERE (vesu_assistant.is_awaiting(i.status, i.false_seen_at) AND i.condition ->> 'type' = 'price') IS TRUE
               AND i.condition ->> 'asset' = price_candidates.asset
               AND vesu_assistant.awaited_operator(i.status, i.condition ->> 'operator') = awaited.operator
               AND vesu_assistant.intent_number(i.condition -> 'value') < usable
            OFFSET 0) AS found
     UNION ALL
    SELECT found.id
      FROM unnest(ARRAY['<=', '>=', '=']) AS awaited (operator)
     CROSS JOIN LATERAL (
            SELECT i.id
              FROM vesu_assistant.intents AS i
             WHERE (vesu_assistant.is_awaiting(i.status, i.false_seen_at) AND i.condition ->> 'type' = 'price') IS TRUE
               AND i.condition ->> 'asset' = price_candidates.asset
               AND vesu_assistant.awaited_operator(i.status, i.condition ->> 'operator') = awaited.operator
               AND vesu_assistant.intent_number(i.condition -> 'value') = usable
            OFFSET 0) AS found;
END
$$;
COMMENT ON FUNCTION vesu_assistant.price_candidates(text) IS
    'Private step of evaluation: the intents about the price of an asset that its usable price fires, or shows false after they have fired.';

CREATE OR REPLACE FUNCTION vesu_assistant.health_candidates(asset text) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET jit = off
    SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_variable
BEGIN
    RETURN QUERY
    SELECT watch.intent_id
      FROM vesu.pool_prices AS pool
     -- Live amounts have 27 decimals, and a stored ratio is rounded up: equal is equal to eight digits.
     CROSS JOIN LATERAL (
            SELECT ratio.bound, (ratio.bound + 1e-36) * 1.00000001 AS upper_bound
              FROM (SELECT vesu.risk_bound(pool.liquidation_threshold, pool.collateral_price, pool.collateral_index, pool.debt_price,
                                           pool.debt_index) AS bound) AS ratio
            OFFSET 0) AS level
     CROSS JOIN LATERAL (
            (SELECT w.intent_id
               FROM vesu_assistant.intent_watches AS w
              WHERE w.pool_address = pool.pool_address AND w.kind = 'below'
                AND w.trigger_ratio > level.bound AND w.trigger_ratio <= 'Infinity'
              ORDER BY w.trigger_ratio DESC
             OFFSET 0)
             UNION ALL
            (SELECT w.intent_id
               FROM vesu_assistant.intent_watches AS w
              WHERE w.pool_address = pool.pool_address AND w.kind <> 'below' AND w.kind = 'above'
                AND w.trigger_ratio >= 0 AND w.trigger_ratio <= level.upper_bound
              ORDER BY w.trigger_ratio DESC
             OFFSET 0)
             UNION ALL
            (SELECT w.intent_id
               FROM vesu_assistant.intent_watches AS w
              WHERE w.pool_address = pool.pool_address AND w.kind <> 'below' AND w.kind = 'equal'
                AND w.trigger_ratio > level.bound AND w.trigger_ratio <= level.upper_bound
              ORDER BY w.trigger_ratio DESC
             OFFSET 0)
             UNION ALL
            (SELECT w.intent_id
               FROM vesu_assistant.intent_watches AS w
              WHERE w.pool_address = pool.pool_address AND w.kind <> 'below' AND w.kind = 'any'
             OFFSET 0)) AS watch
     WHERE (pool.collateral_asset = health_candidates.asset OR pool.debt_asset = health_candidates.asset)
       AND pool.collateral_price_is_usable AND pool.debt_price_is_usable;
END
$$;
COMMENT ON FUNCTION vesu_assistant.health_candidates(text) IS
    'Private step of evaluation: the intents about a health factor that lending positions in pools with this asset may fire, or show '
    'false after they have fired.';

-- Of every user at once: whoever joins row by row reads all positions for each intent.
CREATE OR REPLACE FUNCTION vesu_assistant.all_candidates() RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp SET enable_nestloop = off SET jit = off
AS $$
BEGIN
    RETURN QUERY
    SELECT i.id
      FROM vesu_assistant.intents AS i
      JOIN vesu_assistant.known_health_factors() AS known ON known.user_id = i.user_id
     WHERE vesu_assistant.is_awaiting(i.status, i.false_seen_at) AND i.condition ->> 'type' = 'health_factor'
     GROUP BY i.id
    HAVING bool_or(vesu_assistant.compares(known.health_factor, i.condition ->> 'operator',
                                           vesu_assistant.intent_number(i.condition -> 'value'))) = (i.status = 'active')
     UNION ALL
    SELECT vesu_assistant.price_candidates(p.asset) FROM vesu.vesu_asset_prices AS p
     UNION ALL
    SELECT i.id
      FROM vesu_assistant.intents AS i
     WHERE vesu_assistant.is_awaiting(i.status, i.false_seen_at) AND i.condition ->> 'type' = 'signal'
       AND EXISTS (SELECT FROM vesu_assistant.active_signals AS s
                    WHERE s.type = i.condition ->> 'value' AND coalesce(i.condition ->> 'asset', s.asset) = s.asset) = (i.status = 'active')
     UNION ALL
    SELECT i.id
      FROM vesu_assistant.intents AS i
     WHERE vesu_assistant.is_awaiting(i.status, i.false_seen_at) AND i.condition ->> 'type' = 'time'
       AND vesu_assistant.compares(extract(epoch FROM (SELECT vesu.wall_clock())), i.condition ->> 'operator',
                                   extract(epoch FROM vesu_assistant.intent_time(i.condition ->> 'value'))) = (i.status = 'active');
END
$$;
COMMENT ON FUNCTION vesu_assistant.all_candidates() IS
    'Private step of evaluation: the intents whose condition holds, or does not hold after they have fired, those about a health factor '
    'without the help of intent_watches. Each kind is compared with all that it is about at once: each is tested by itself afterwards.';

CREATE OR REPLACE FUNCTION vesu_assistant.evaluate_candidates(ids uuid[]) RETURNS uuid[]
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET jit = off
    SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_variable
DECLARE
    fired uuid[] := ARRAY[]::uuid[];
BEGIN
    IF ids = '{}' THEN
        RETURN fired;
    END IF;
    -- All of them before the first is tested: the next statement sees what those have left who were waited for.
    PERFORM FROM vesu_assistant.intents AS i WHERE i.id = ANY (ids) ORDER BY i.id FOR NO KEY UPDATE;
    WITH decided AS (
        UPDATE vesu_assistant.intents AS i
           SET status = CASE i.status WHEN 'active' THEN 'triggered' ELSE i.status END,
               false_seen_at = CASE WHEN i.status <> 'active' THEN vesu.wall_clock() END
         WHERE i.id = ANY (ids)
           AND (vesu_assistant.is_awaiting(i.status, i.false_seen_at)
                AND vesu_assistant.intent_matches(i.condition, vesu_assistant.intent_context(i.user_id, i.condition))
                    = (i.status = 'active')) IS TRUE
        RETURNING i.id, i.false_seen_at)
    SELECT coalesce(array_agg(d.id), '{}') INTO fired FROM decided AS d WHERE d.false_seen_at IS NULL;
    RETURN fired;
END
$$;
COMMENT ON FUNCTION vesu_assistant.evaluate_candidates(uuid[]) IS
    'Private step of evaluation: locks these intents in the order of their ids, tests them, fires the active ones whose condition holds and '
    'returns their ids, and notes on the triggered and failed ones that their condition does not hold.';

CREATE OR REPLACE FUNCTION vesu_assistant.evaluate_intents(user_id uuid DEFAULT NULL, asset text DEFAULT NULL)
    RETURNS SETOF vesu_assistant.intents
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_variable
DECLARE
    candidates uuid[];
    fired uuid[];
BEGIN
    IF user_id IS NOT NULL AND NOT EXISTS (SELECT FROM vesu_assistant.users AS u WHERE u.id = evaluate_intents.user_id) THEN
        PERFORM vesu_assistant.refuse_unknown('user', user_id::text);
    END IF;
    IF asset IS NOT NULL THEN
        candidates := ARRAY(SELECT vesu_assistant.price_candidates(asset COLLATE "default")
                             UNION SELECT vesu_assistant.health_candidates(asset COLLATE "default"));
        IF user_id IS NOT NULL THEN
            candidates := ARRAY(SELECT i.id FROM vesu_assistant.intents AS i
                                 WHERE i.id = ANY (candidates) AND i.user_id = evaluate_intents.user_id);
        END IF;
    ELSIF user_id IS NOT NULL THEN
        -- All that may be armed: who is changing one of them is waited for.
        candidates := ARRAY(SELECT i.id FROM vesu_assistant.intents AS i
                             WHERE i.user_id = evaluate_intents.user_id AND i.status IN ('active', 'triggered', 'failed'));
    ELSE
        PERFORM vesu_assistant.mend_watches();
        candidates := ARRAY(SELECT vesu_assistant.all_candidates());
    END IF;
    fired := vesu_assistant.evaluate_candidates(candidates);
    RETURN QUERY SELECT i.* FROM vesu_assistant.intents AS i WHERE i.id = ANY (fired) ORDER BY i.id;
END
$$;
COMMENT ON FUNCTION vesu_assistant.evaluate_intents(uuid, text) IS
    'Fires every active intent whose condition holds now, and returns those that this call has fired, by id; of several calls at once '
    'exactly one fires an intent. Notes in false_seen_at of triggered and failed ones that the condition does not hold. user_id: only of '
    'this user. asset: only those that a price of this asset can fire: about its price, and about the health of lending positions in pools '
    'with it, found by index; to be called after a tick. Without arguments all are tested, those about times too: to be scheduled. VS207 '
    'for an unknown user.';
