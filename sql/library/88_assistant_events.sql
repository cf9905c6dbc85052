-- What the event store computes without a table: the settled part of the order of all events, the events of a call, patches.
CREATE FUNCTION vesu_assistant.next_transaction_id() RETURNS xid8
    LANGUAGE c VOLATILE PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_next_transaction_id';
COMMENT ON FUNCTION vesu_assistant.next_transaction_id() IS
    'The id of the next transaction of the cluster that gets one; at a standby, as far as it has read. Every transaction that has '
    'an id by now has a smaller one, which the xmax of a snapshot does not say.';

CREATE FUNCTION vesu_assistant.is_settled(horizon xid8) RETURNS boolean
    LANGUAGE c STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_is_settled';
COMMENT ON FUNCTION vesu_assistant.is_settled(xid8) IS
    'Whether no event can still appear before the one with this horizon: all transactions before it have ended for the '
    'snapshot of the statement, or it lies beyond the cluster''s next transaction, so the event was restored from elsewhere. At a '
    'standby only what lies more than 2^20 transactions beyond counts as restored. NULL gives NULL.';

CREATE FUNCTION vesu_assistant.check_events(events jsonb, OUT number int, OUT ids uuid[], OUT earliest timestamptz)
    LANGUAGE c STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_check_events';
COMMENT ON FUNCTION vesu_assistant.check_events(jsonb) IS
    'Of the events of an argument of append_events(): their number; the event_id of each in order, NULL where there is none, or NULL '
    'if no event has one; the earliest occurred_at that is given. VS200 unless events is an array, not empty, of objects with known '
    'keys, and for what is no uuid or time; VS221 for two equal ids.';

CREATE FUNCTION vesu_assistant.event_rows(
    events jsonb, previous timestamptz, clock timestamptz)
    RETURNS TABLE (
        place bigint, id uuid, event_id uuid, event_type text, data jsonb, metadata jsonb, occurred_at timestamptz)
    LANGUAGE c VOLATILE PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_event_rows';
COMMENT ON FUNCTION vesu_assistant.event_rows(jsonb, timestamptz, timestamptz) IS
    'The events of an argument of append_events() in their order, place counting from 1. id is new and random; it is the event_id too '
    'where none is given. occurred_at is the later of clock and the '
    'event before, unless given; previous is that of the event before the first, NULL if there is none. VS200 for an event that '
    'lacks event_type or data, has another key or a wrong value, or occurred before the one before it.';

CREATE FUNCTION vesu_assistant.merge_patch(state jsonb, patch jsonb) RETURNS jsonb
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_merge_patch';
COMMENT ON FUNCTION vesu_assistant.merge_patch(jsonb, jsonb) IS
    'The state after the patch: objects merge key by key, at any depth; null deletes its key; anything else replaces, arrays as a '
    'whole. A patch that is no object replaces the state; under an object a state that is none counts as {}. NULL gives NULL. '
    'Source: RFC 7396, JSON Merge Patch.';

CREATE FUNCTION vesu_assistant.merge_state_step(internal, jsonb) RETURNS internal
    LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_merge_state_step';
COMMENT ON FUNCTION vesu_assistant.merge_state_step(internal, jsonb) IS 'Private step of vesu_assistant.merge_state(): one patch.';
CREATE FUNCTION vesu_assistant.merge_state_step(internal, jsonb, jsonb) RETURNS internal
    LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_merge_state_step';
COMMENT ON FUNCTION vesu_assistant.merge_state_step(internal, jsonb, jsonb) IS
    'Private step of vesu_assistant.merge_state(): one patch, and the state before the first.';
CREATE FUNCTION vesu_assistant.merge_state_result(internal) RETURNS jsonb
    LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_merge_state_result';
COMMENT ON FUNCTION vesu_assistant.merge_state_result(internal) IS 'Private step of vesu_assistant.merge_state(): the state.';

CREATE AGGREGATE vesu_assistant.merge_state(patch jsonb) (
    SFUNC = vesu_assistant.merge_state_step, STYPE = internal, FINALFUNC = vesu_assistant.merge_state_result, PARALLEL = SAFE);
COMMENT ON AGGREGATE vesu_assistant.merge_state(jsonb) IS
    'The state after all patches, from {}: vesu_assistant.merge_patch() in the order of the rows, so write merge_state(data ORDER '
    'BY version). A NULL patch changes nothing; without rows {}. Takes time in proportion to the patches, not to the state for each.';
CREATE AGGREGATE vesu_assistant.merge_state(patch jsonb, initial jsonb) (
    SFUNC = vesu_assistant.merge_state_step, STYPE = internal, FINALFUNC = vesu_assistant.merge_state_result, PARALLEL = SAFE);
COMMENT ON AGGREGATE vesu_assistant.merge_state(jsonb, jsonb) IS
    'As vesu_assistant.merge_state(jsonb), but from the initial of the first row; from {} if that is NULL.';
