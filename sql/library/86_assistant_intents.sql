-- Conditions and actions of intents: what is one, whether it holds, and which lending positions can make it hold
--
-- Functions in SQL stand in indexes and queries, where the planner inlines them; the others would be planned at each call.

CREATE FUNCTION vesu_assistant.intent_number(value jsonb) RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN jsonb_typeof(value) IN ('number', 'string') AND length(value #>> '{}') <= 100
                     AND (value #>> '{}') ~ '^-?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]{1,3})?$'
                THEN (value #>> '{}')::numeric END;
COMMENT ON FUNCTION vesu_assistant.intent_number(jsonb) IS
    'A number or numeric string of at most 100 characters, exact; NULL for anything else, NaN and infinities too.';

-- Its settings make it immutable: a time without a zone is UTC, whoever asks.
CREATE FUNCTION vesu_assistant.intent_time(value text) RETURNS timestamptz
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO, YMD'
AS $$
DECLARE
    parts constant text[] := regexp_match(
        value, '^([0-9]{4})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])'
               '([T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?( ?(Z|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?))?)?$');
BEGIN
    IF parts IS NULL OR parts[1] = '0000' OR length(value) > 100
       OR parts[3]::int > extract(day FROM make_date(parts[1]::int, parts[2]::int, 1) + interval '1 month' - interval '1 day') THEN
        RETURN NULL;
    END IF;
    RETURN value::timestamptz;
END
$$;
COMMENT ON FUNCTION vesu_assistant.intent_time(text) IS
    'A date or time as ISO 8601 writes it, UTC unless it names an offset; NULL for anything else.';

CREATE FUNCTION vesu_assistant.refuse_condition(condition jsonb, rule text) RETURNS void
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RAISE EXCEPTION USING
        ERRCODE = 'VS205',
        MESSAGE = format('invalid condition: %s', left(condition::text, 200)),
        DETAIL = rule,
        HINT = 'A condition is such as {"type": "health_factor", "operator": "<", "value": 1.2}.';
END
$$;
COMMENT ON FUNCTION vesu_assistant.refuse_condition(jsonb, text) IS
    'Private step: fails with VS205, the condition and the rule that it breaks.';

-- Runs at every evaluation of every intent, so the rules are one expression.
CREATE FUNCTION vesu_assistant.check_condition(condition jsonb) RETURNS void
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    type constant text := condition ->> 'type';
    operator constant text := condition ->> 'operator';
    value constant jsonb := condition -> 'value';
    asset constant jsonb := nullif(condition -> 'asset', 'null');
    rule constant text := CASE
        WHEN jsonb_typeof(condition) <> 'object' OR condition - '{type,operator,value,asset}'::text[] <> '{}'
            THEN 'It is an object {type, operator, value, asset?} and has no other key.'
        WHEN (type IN ('health_factor', 'price', 'signal', 'time')) IS NOT TRUE
            THEN 'type is one of health_factor, price, signal, time.'
        WHEN (operator IN ('<', '>', '<=', '>=', '=')) IS NOT TRUE
            THEN 'operator is one of <, >, <=, >=, =.'
        WHEN asset IS NOT NULL AND (jsonb_typeof(asset) <> 'string' OR length(asset #>> '{}') NOT BETWEEN 1 AND 20)
            THEN 'asset is a symbol of 1 to 20 characters.'
        WHEN type = 'price' AND asset IS NULL
            THEN 'The price of which asset is not said.'
        WHEN type IN ('health_factor', 'price') AND vesu_assistant.intent_number(value) IS NULL
            THEN 'value is a number, or a string that writes one, of at most 100 characters.'
        WHEN type = 'health_factor' AND vesu_assistant.intent_number(value) <= 0
            THEN 'value is above 0.'
        WHEN type = 'signal' AND operator <> '='
            THEN 'A signal is there or not: operator is =.'
        WHEN type = 'signal' AND (jsonb_typeof(value) = 'string' AND length(value #>> '{}') BETWEEN 1 AND 100) IS NOT TRUE
            THEN 'value is a type of signals, of 1 to 100 characters.'
        WHEN type = 'time' AND (jsonb_typeof(value) = 'string' AND vesu_assistant.intent_time(value #>> '{}') IS NOT NULL) IS NOT TRUE
            THEN 'value is a time such as 2026-03-01T12:00:00Z.'
        END;
BEGIN
    IF rule IS NOT NULL THEN
        PERFORM vesu_assistant.refuse_condition(condition, rule);
    END IF;
END
$$;
COMMENT ON FUNCTION vesu_assistant.check_condition(jsonb) IS
    'Fails with VS205 unless condition is one: {type, operator, value, asset?}. type health_factor: value above 0; price: asset required; '
    'both: value a number or numeric string; signal: operator =, value a type of signals, of any asset if none; time: value an ISO 8601 '
    'time, UTC unless it names an offset. NULL passes.';

CREATE FUNCTION vesu_assistant.check_action(action jsonb) RETURNS void
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    type constant text := action ->> 'type';
    asset constant jsonb := nullif(action -> 'asset', 'null');
    amount constant jsonb := nullif(action -> 'amount', 'null');
    params constant jsonb := nullif(action -> 'params', 'null');
    rule constant text := CASE
        WHEN jsonb_typeof(action) <> 'object' OR action - '{type,asset,amount,params}'::text[] <> '{}'
            THEN 'It is an object {type, asset, amount, params?} and has no other key.'
        WHEN (type IN ('repay', 'deposit', 'withdraw', 'borrow', 'notify')) IS NOT TRUE
            THEN 'type is one of repay, deposit, withdraw, borrow, notify.'
        WHEN type <> 'notify' AND asset IS NULL
            THEN 'Of which asset is not said.'
        WHEN type <> 'notify' AND amount IS NULL
            THEN 'Of how much is not said.'
        WHEN asset IS NOT NULL AND (jsonb_typeof(asset) <> 'string' OR length(asset #>> '{}') NOT BETWEEN 1 AND 20)
            THEN 'asset is a symbol of 1 to 20 characters.'
        WHEN amount IS NOT NULL AND (vesu_assistant.intent_number(amount) > 0) IS NOT TRUE
            THEN 'amount is a number above 0, or a string that writes one.'
        WHEN params IS NOT NULL AND jsonb_typeof(params) <> 'object'
            THEN 'params is an object.'
        END;
BEGIN
    IF rule IS NOT NULL THEN
        RAISE EXCEPTION USING
            ERRCODE = 'VS206',
            MESSAGE = format('invalid action: %s', left(action::text, 200)),
            DETAIL = rule,
            HINT = 'An action is such as {"type": "repay", "asset": "USDT", "amount": "1000"} or {"type": "notify"}.';
    END IF;
END
$$;
COMMENT ON FUNCTION vesu_assistant.check_action(jsonb) IS
    'Fails with VS206 unless action is one: {type, asset, amount, params?}. type repay, deposit, withdraw, borrow: asset and an amount '
    'above 0, a number or numeric string; notify needs neither. params is an object. NULL passes.';

CREATE FUNCTION vesu_assistant.compares(observed numeric, operator text, value numeric) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE operator WHEN '<' THEN observed < value WHEN '<=' THEN observed <= value WHEN '>' THEN observed > value
                         WHEN '>=' THEN observed >= value WHEN '=' THEN observed = value END;
COMMENT ON FUNCTION vesu_assistant.compares(numeric, text, numeric) IS
    'Whether the observed number stands in that relation to value: <, <=, >, >= or =. NULL for NULL and another operator.';

CREATE FUNCTION vesu_assistant.context_number(name text, value jsonb) RETURNS numeric
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    -- What a condition may say is bounded, what is observed is not.
    number constant numeric := CASE jsonb_typeof(value) WHEN 'number' THEN value::numeric ELSE vesu_assistant.intent_number(value) END;
BEGIN
    IF number IS NULL AND value <> 'null' THEN
        RAISE EXCEPTION USING
            ERRCODE = 'VS200',
            MESSAGE = format('invalid argument: %s %s', name, left(value::text, 200)),
            DETAIL = 'The context has something else where a number belongs.',
            HINT = 'Give a number, or null if it is not known.';
    END IF;
    RETURN number;
END
$$;
COMMENT ON FUNCTION vesu_assistant.context_number(text, jsonb) IS
    'Private step of intent_matches: a number of the context; NULL for null and nothing, VS200 for anything else.';

CREATE FUNCTION vesu_assistant.intent_matches(condition jsonb, context jsonb) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    type constant text := condition ->> 'type';
    operator constant text := condition ->> 'operator';
    value constant text := condition ->> 'value';
    asset constant text := condition ->> 'asset';
    healths constant jsonb := context -> 'health_factor';
    signals constant jsonb := context -> 'active_signals';
BEGIN
    IF condition IS NULL OR context IS NULL THEN
        RETURN NULL;
    END IF;
    PERFORM vesu_assistant.check_condition(condition);
    IF type = 'price' THEN
        RETURN vesu_assistant.compares(vesu_assistant.context_number('price', context -> 'prices' -> asset), operator, value::numeric);
    ELSIF type = 'time' THEN
        RETURN vesu_assistant.compares(extract(epoch FROM vesu_assistant.intent_time(context ->> 'now')), operator,
                                       extract(epoch FROM vesu_assistant.intent_time(value)));
    ELSIF type = 'signal' THEN
        RETURN CASE WHEN jsonb_typeof(signals) = 'array' THEN EXISTS (
                    SELECT FROM jsonb_array_elements(signals) AS active (signal)
                     WHERE active.signal ->> 0 = value AND (asset IS NULL OR active.signal ->> 1 = asset)) END;
    ELSIF jsonb_typeof(healths) = 'array' THEN
        RETURN (SELECT bool_or(vesu_assistant.compares(vesu_assistant.context_number('health_factor', health.factor), operator, value::numeric))
                  FROM jsonb_array_elements(healths) AS health (factor));
    END IF;
    RETURN vesu_assistant.compares(vesu_assistant.context_number('health_factor', healths), operator, value::numeric);
END
$$;
COMMENT ON FUNCTION vesu_assistant.intent_matches(jsonb, jsonb) IS
    'Whether a condition (see check_condition) holds in a context {health_factor: number, array or null; prices: {asset: price}; '
    'active_signals: [[type, asset]]; now}. Of several health factors any that matches suffices; nulls are left out. NULL, unknown, where the '
    'key, the price or every health factor is missing, and for a NULL argument. Exact. VS205 for an invalid condition, VS200 for '
    'something else where a number belongs.';

-- What an intent waits for

CREATE FUNCTION vesu_assistant.is_awaiting(status vesu_assistant.intent_status, false_seen_at timestamptz) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN status = 'active' OR (status IN ('triggered', 'failed') AND false_seen_at IS NULL);
COMMENT ON FUNCTION vesu_assistant.is_awaiting(vesu_assistant.intent_status, timestamptz) IS
    'Whether evaluation has something to find out about an intent: an active one waits for its condition, a triggered or failed one for '
    'its contrary, until that was seen.';

CREATE FUNCTION vesu_assistant.awaited_operator(status vesu_assistant.intent_status, operator text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN status = 'active' THEN operator
                ELSE CASE operator WHEN '<' THEN '>=' WHEN '<=' THEN '>' WHEN '>' THEN '<=' WHEN '>=' THEN '<' WHEN '=' THEN '<>' END END;
COMMENT ON FUNCTION vesu_assistant.awaited_operator(vesu_assistant.intent_status, text) IS
    'The relation that an intent waits for: that of its condition if it is active, else the contrary (of =: <>).';

-- A live health factor has 18 decimals, rounded down. It is below a value exactly if the unrounded one is below the value rounded up,
-- and at most the value if the unrounded one is below the next number of 18 decimals.
CREATE FUNCTION vesu_assistant.watch_limit(operator text, value numeric) RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN trunc(value, 18) + CASE WHEN operator IN ('<', '>=') AND trunc(value, 18) = value THEN 0 ELSE 1e-18 END;
COMMENT ON FUNCTION vesu_assistant.watch_limit(text, numeric) IS
    'The limit, of 18 decimals, that an unrounded health factor must be below (<, <=, =) or not below (>, >=) for the one rounded down to '
    'stand in that relation to value: value itself for < and >= of 18 decimals.';

CREATE FUNCTION vesu_assistant.watch_kind(operator text, value numeric, risk_ratio numeric) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN operator IN ('<', '<=') THEN 'below'
                -- Too coarse for a range: risk_ratio is rounded up to 36 decimals, the equal ones to 18.
                WHEN operator = '<>' OR risk_ratio < 1e-24 OR (operator = '=' AND value < 1e-6) THEN 'any'
                WHEN operator = '=' THEN 'equal'
                ELSE 'above' END;
COMMENT ON FUNCTION vesu_assistant.watch_kind(text, numeric, numeric) IS
    'How evaluation finds the watch of an intent over a lending position of that risk_ratio: by trigger_ratio below, above or equal to the '
    'pool''s ratio, or at every tick (any).';
