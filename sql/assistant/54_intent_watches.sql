-- Intents about the health of lending positions, kept so that a price tick finds those it can fire
--
-- An intent "health factor < v" over a position holds when
--     risk_ratio * v > threshold * collateral price * collateral index / (debt price * debt index),
-- whose left side depends on no price and no interest, and whose right side is one number of the pool: a range of an index. The range
-- is never too narrow, and every intent it yields is tested exactly.
--
-- Watches are derived, and one too many costs a test, no more. So whoever changes a position neither locks an intent nor waits for one:
-- it passes over rows of others and adds new ones. An intent that becomes active waits for changes of its user's positions instead.

CREATE TABLE IF NOT EXISTS vesu_assistant.intent_watches (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    intent_id      uuid NOT NULL,
    position_id    uuid NOT NULL,
    pool_address   vesu.felt252 NOT NULL,
    kind           text NOT NULL,
    trigger_ratio  numeric NOT NULL,

    CONSTRAINT intent_watches_kind_check CHECK (kind IN ('below', 'above', 'equal', 'any'))
);

CREATE INDEX IF NOT EXISTS intent_watches_below_idx ON vesu_assistant.intent_watches (pool_address, trigger_ratio DESC)
    WHERE kind = 'below';
CREATE INDEX IF NOT EXISTS intent_watches_other_idx ON vesu_assistant.intent_watches (pool_address, kind, trigger_ratio DESC)
    WHERE kind <> 'below';
CREATE INDEX IF NOT EXISTS intent_watches_intent_idx ON vesu_assistant.intent_watches (intent_id);
CREATE INDEX IF NOT EXISTS intent_watches_position_idx ON vesu_assistant.intent_watches (position_id);

COMMENT ON TABLE vesu_assistant.intent_watches IS
    'Which intents about a health factor a price tick must test: those that wait, over each indebted lending position of their user. '
    'Kept by triggers of intents and of vesu.vesu_positions, and mended by evaluate_intents() without arguments; may hold too many rows.';
COMMENT ON COLUMN vesu_assistant.intent_watches.id IS 'Identity of the row.';
COMMENT ON COLUMN vesu_assistant.intent_watches.intent_id IS 'The intent that waits.';
COMMENT ON COLUMN vesu_assistant.intent_watches.position_id IS 'vesu.vesu_positions.id of the position.';
COMMENT ON COLUMN vesu_assistant.intent_watches.pool_address IS 'Pool of the position.';
COMMENT ON COLUMN vesu_assistant.intent_watches.kind IS
    'below: the intent waits for a health factor below its value, so for a ratio of the pool below trigger_ratio; above, equal: the '
    'other way round, in the middle; any: to be tested at each tick.';
COMMENT ON COLUMN vesu_assistant.intent_watches.trigger_ratio IS
    'risk_ratio of the position * value of the condition (with <=, > and = plus 1e-18, the next health factor): the ratio threshold * '
    'collateral price * collateral index / (debt price * debt index) of the pool where the condition turns.';

CREATE OR REPLACE FUNCTION vesu_assistant.wanted_watches()
    RETURNS TABLE (intent_id uuid, position_id uuid, pool_address vesu.felt252, kind text, trigger_ratio numeric)
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT i.id, held.id, held.pool_address,
           vesu_assistant.watch_kind(awaited.operator, awaited.value, held.risk_ratio),
           pg_catalog.trim_scale(held.risk_ratio OPERATOR(pg_catalog.*) vesu_assistant.watch_limit(awaited.operator, awaited.value))
      FROM vesu_assistant.intents AS i
      JOIN vesu.vesu_positions AS held ON held.user_id OPERATOR(pg_catalog.=) i.user_id
     -- Fenced, so that each is computed once for all that use it.
     CROSS JOIN LATERAL (
            SELECT vesu_assistant.awaited_operator(i.status, i.condition OPERATOR(pg_catalog.->>) 'operator') AS operator,
                   vesu_assistant.intent_number(i.condition OPERATOR(pg_catalog.->) 'value') AS value
            OFFSET 0) AS awaited
     WHERE (vesu_assistant.is_awaiting(i.status, i.false_seen_at)
            AND i.condition OPERATOR(pg_catalog.->>) 'type' OPERATOR(pg_catalog.=) 'health_factor') IS TRUE
       AND (held.deleted_at IS NULL AND held.status OPERATOR(pg_catalog.=) 'active'::vesu.position_status
            AND held.risk_ratio IS NOT NULL) IS TRUE
    $$;
COMMENT ON FUNCTION vesu_assistant.wanted_watches() IS
    'Private step: what intent_watches should hold. The planner inlines it, with the intent or the position that is asked for.';

-- Neither waits: a row that somebody else is deleting is as good as gone, and one that stays costs a test.
CREATE OR REPLACE FUNCTION vesu_assistant.drop_watches(intent_ids uuid[], position_ids uuid[]) RETURNS void
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET jit = off
    SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_variable
BEGIN
    DELETE FROM vesu_assistant.intent_watches AS w
     WHERE w.id = ANY (ARRAY(
               SELECT old.id FROM vesu_assistant.intent_watches AS old
                WHERE old.intent_id = ANY (intent_ids) OR old.position_id = ANY (position_ids)
                  FOR UPDATE SKIP LOCKED));
END
$$;
COMMENT ON FUNCTION vesu_assistant.drop_watches(uuid[], uuid[]) IS
    'Private step of the triggers that keep intent_watches: deletes the rows of these intents and of these positions that nobody else holds.';

CREATE OR REPLACE FUNCTION vesu_assistant.watch_intents(intent_ids uuid[]) RETURNS void
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET jit = off
    SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_variable
BEGIN
    PERFORM vesu_assistant.drop_watches(intent_ids, NULL);
    -- A position that is being changed would not show its new ratio here, nor this intent to whoever changes it.
    PERFORM FROM vesu.vesu_positions AS held
      WHERE held.user_id = ANY (ARRAY(
                SELECT i.user_id FROM vesu_assistant.intents AS i
                 WHERE i.id = ANY (intent_ids) AND (i.status = 'active' AND i.condition ->> 'type' = 'health_factor') IS TRUE))
        AND (held.deleted_at IS NULL AND held.status = 'active' AND held.risk_ratio IS NOT NULL) IS TRUE
      ORDER BY held.id
        FOR SHARE;
    INSERT INTO vesu_assistant.intent_watches (intent_id, position_id, pool_address, kind, trigger_ratio)
    SELECT wanted.intent_id, wanted.position_id, wanted.pool_address, wanted.kind, wanted.trigger_ratio
      FROM unnest((SELECT intent_ids)) AS changed (id)
     CROSS JOIN LATERAL (SELECT w.* FROM vesu_assistant.wanted_watches() AS w WHERE w.intent_id = changed.id OFFSET 0) AS wanted;
END
$$;
COMMENT ON FUNCTION vesu_assistant.watch_intents(uuid[]) IS
    'Private step of the trigger of intents: renews their watches. For active ones it waits for whoever is changing a position of their user.';

-- Runs in every operation of the lending module, so one probe ends it where the user has no such intent.
CREATE OR REPLACE FUNCTION vesu_assistant.watch_positions() RETURNS trigger
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET jit = off
    SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_variable
DECLARE
    moved constant uuid[] := ARRAY(
        SELECT c.id
          FROM changed AS c
         WHERE EXISTS (SELECT FROM vesu_assistant.intents AS i
                        WHERE i.user_id = c.user_id
                          AND (vesu_assistant.is_awaiting(i.status, i.false_seen_at) AND i.condition ->> 'type' = 'health_factor') IS TRUE
                       OFFSET 0));
BEGIN
    IF moved = '{}' THEN
        RETURN NULL;
    END IF;
    PERFORM vesu_assistant.drop_watches(NULL, moved);
    INSERT INTO vesu_assistant.intent_watches (intent_id, position_id, pool_address, kind, trigger_ratio)
    SELECT wanted.intent_id, wanted.position_id, wanted.pool_address, wanted.kind, wanted.trigger_ratio
      FROM unnest((SELECT moved)) AS c (id)
     CROSS JOIN LATERAL (SELECT w.* FROM vesu_assistant.wanted_watches() AS w WHERE w.position_id = c.id OFFSET 0) AS wanted;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION vesu_assistant.watch_positions() IS
    'Trigger of vesu.vesu_positions: renews the watches of positions whose user has intents about a health factor. Waits for nobody.';
CREATE OR REPLACE TRIGGER vesu_positions_watched_new
    AFTER INSERT ON vesu.vesu_positions
    REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION vesu_assistant.watch_positions();
CREATE OR REPLACE TRIGGER vesu_positions_watched_moved
    AFTER UPDATE ON vesu.vesu_positions
    REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION vesu_assistant.watch_positions();

CREATE OR REPLACE FUNCTION vesu_assistant.mend_watches() RETURNS void
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp SET enable_nestloop = off SET jit = off
AS $$
BEGIN
    DELETE FROM vesu_assistant.intent_watches AS w
     WHERE w.id = ANY (ARRAY(
               SELECT held.id
                 FROM vesu_assistant.intent_watches AS held
                 LEFT JOIN vesu_assistant.wanted_watches() AS wanted
                        ON wanted.intent_id = held.intent_id AND wanted.position_id = held.position_id
                WHERE (wanted.pool_address, wanted.kind, wanted.trigger_ratio)
                      IS DISTINCT FROM (held.pool_address, held.kind, held.trigger_ratio)
                  FOR UPDATE OF held SKIP LOCKED));
    INSERT INTO vesu_assistant.intent_watches (intent_id, position_id, pool_address, kind, trigger_ratio)
    SELECT wanted.* FROM vesu_assistant.wanted_watches() AS wanted
    EXCEPT
    SELECT w.intent_id, w.position_id, w.pool_address, w.kind, w.trigger_ratio FROM vesu_assistant.intent_watches AS w;
END
$$;
COMMENT ON FUNCTION vesu_assistant.mend_watches() IS
    'Private step of evaluate_intents() without arguments: brings intent_watches to what they should be, where an intent and a position '
    'were changed at the same time under REPEATABLE READ, or rows were loaded without triggers.';
