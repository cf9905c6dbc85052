-- Wallets, assets and health factors: what the assistant computes without looking at a table.
CREATE FUNCTION vesu_assistant.canonical_wallet(wallet text) RETURNS text
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_canonical_wallet';
COMMENT ON FUNCTION vesu_assistant.canonical_wallet(text) IS
    'The one way to write an address, in lower case: 0x and 40 digits stay, other digits are a felt252 and filled up with zeros to 64. '
    'NULL for NULL; VS201 for what is no address.';

-- Numbers and strings look the same as text. Its length bounds what the exact arithmetic has to do.
CREATE FUNCTION vesu_assistant.decimal_of(value jsonb) RETURNS numeric
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    digits constant text := value #>> '{}';
BEGIN
    RETURN CASE WHEN digits ~ '^[0-9]+(\.[0-9]+)?$' AND length(digits) <= 100 THEN digits::numeric END;
END
$$;
COMMENT ON FUNCTION vesu_assistant.decimal_of(jsonb) IS
    'The number, 0 or more, that a JSON number or decimal string such as "1.50" is; NULL for anything else, and for more than 100 '
    'characters.';

CREATE FUNCTION vesu_assistant.is_asset(item jsonb) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN coalesce(
        jsonb_typeof(item) = 'object'
        AND jsonb_typeof(item -> 'symbol') = 'string' AND item ->> 'symbol' <> ''
        AND vesu_assistant.decimal_of(item -> 'amount') IS NOT NULL
        AND vesu_assistant.decimal_of(item -> 'valueUSD') IS NOT NULL
        AND coalesce(jsonb_typeof(item -> 'address') IN ('string', 'null'), true), false);
END
$$;
COMMENT ON FUNCTION vesu_assistant.is_asset(jsonb) IS
    'Whether it is an object with symbol (text), amount and valueUSD (see decimal_of) and, if there is one, address (text); other '
    'keys do not matter. false for NULL.';

CREATE FUNCTION vesu_assistant.total_value(assets jsonb, side text) RETURNS numeric
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    wrong text;
    total numeric;
BEGIN
    IF jsonb_typeof(assets) <> 'array' THEN
        wrong := format('%s is %s', side, left(assets::text, 200));
    ELSE
        SELECT (array_agg(format('%s %s is %s', side, asset.place, left(asset.item::text, 200)) ORDER BY asset.place)
                    FILTER (WHERE NOT vesu_assistant.is_asset(asset.item)))[1],
               coalesce(sum(vesu_assistant.decimal_of(asset.item -> 'valueUSD')), 0)
          INTO wrong, total
          FROM jsonb_array_elements(assets) WITH ORDINALITY AS asset (item, place);
    END IF;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION USING
            ERRCODE = 'VS203',
            MESSAGE = format('invalid assets: %s', wrong),
            DETAIL = 'Assets are an array of objects with symbol, amount, valueUSD and perhaps address; amount and valueUSD are '
                     'numbers or decimal strings, 0 or more, of at most 100 characters.',
            HINT = 'Such as [{"symbol": "ETH", "amount": "1.5", "valueUSD": 3000}], or [] for none.';
    END IF;
    RETURN total;
END
$$;
COMMENT ON FUNCTION vesu_assistant.total_value(jsonb, text) IS
    'Sum of valueUSD of an array of assets in US dollars, exact; 0 for none. NULL for NULL; VS203, naming the side (collateral or debt) '
    'and the place, for what is no array of assets.';

CREATE FUNCTION vesu_assistant.health_ratio(numerator numeric, denominator numeric) RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    -- div() cuts off exactly; the operator / would round.
    RETURN trim_scale(div(numerator * 1000000000000000000, nullif(denominator, 0)) * 0.000000000000000001);
COMMENT ON FUNCTION vesu_assistant.health_ratio(numeric, numeric) IS
    'numerator / denominator, neither below 0, rounded down to 18 decimals. NULL for a denominator of 0 and for NULL.';

CREATE FUNCTION vesu_assistant.health_factor_of(collateral jsonb, debt jsonb, liquidation_threshold numeric) RETURNS numeric
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF NOT (liquidation_threshold > 0 AND liquidation_threshold <= 1) THEN
        RAISE EXCEPTION USING
            ERRCODE = 'VS200',
            MESSAGE = format('invalid argument: liquidation_threshold %s', liquidation_threshold),
            DETAIL = 'It is a fraction above 0 and at most 1.',
            HINT = 'Give 0.825 for 82.5 %.';
    END IF;
    RETURN vesu_assistant.health_ratio(vesu_assistant.total_value(collateral, 'collateral') * liquidation_threshold,
                                       vesu_assistant.total_value(debt, 'debt'));
END
$$;
COMMENT ON FUNCTION vesu_assistant.health_factor_of(jsonb, jsonb, numeric) IS
    'Sum of the collateral''s valueUSD * liquidation_threshold / sum of the debt''s valueUSD, rounded down to 18 decimals; below 1 '
    'the position can be liquidated. NULL without debt and for NULL. VS200 unless the threshold is above 0 and at most 1, VS203 '
    'for what is no array of assets.';

CREATE FUNCTION vesu_assistant.is_at_risk(health_factor numeric, threshold numeric DEFAULT 1.5) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN coalesce(health_factor < threshold, false);
COMMENT ON FUNCTION vesu_assistant.is_at_risk(numeric, numeric) IS
    'Whether a health factor is below the threshold. false for NULL: no debt, no risk.';

CREATE FUNCTION vesu_assistant.health_threshold(preferences jsonb) RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN jsonb_typeof(preferences #> '{alertThresholds,healthFactor}') = 'number'
                THEN (preferences #> '{alertThresholds,healthFactor}')::numeric END;
COMMENT ON FUNCTION vesu_assistant.health_threshold(jsonb) IS
    'alertThresholds.healthFactor of a user''s preferences; NULL without one.';

CREATE FUNCTION vesu_assistant.alert_channels(preferences jsonb, telegram_chat_id text)
    RETURNS vesu_assistant.alert_channel[]
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN coalesce(
        (SELECT array_agg(wanted.channel::vesu_assistant.alert_channel ORDER BY wanted.place)
           FROM jsonb_array_elements_text(preferences -> 'notificationChannels') WITH ORDINALITY AS wanted (channel, place)
          WHERE wanted.channel <> 'telegram' OR telegram_chat_id <> ''),
        '{in_app}');
END
$$;
COMMENT ON FUNCTION vesu_assistant.alert_channels(jsonb, text) IS
    'notificationChannels of a user''s preferences, telegram only with a chat; in_app if that leaves none.';

CREATE FUNCTION vesu_assistant.health_edges(threshold numeric) RETURNS numeric[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN CASE WHEN threshold > 1.1 THEN ARRAY[threshold, 1.1, 1.0]
                WHEN threshold > 1.0 THEN ARRAY[threshold, 1.0]
                ELSE ARRAY[threshold] END;
COMMENT ON FUNCTION vesu_assistant.health_edges(numeric) IS
    'The health factors below which a user is told, highest first: the threshold, and 1.1 and 1.0 where they are below it.';

-- 2 % above an edge before it counts as left: a health factor that trembles around it is told once.
CREATE FUNCTION vesu_assistant.health_band(health_factor numeric, threshold numeric, band int) RETURNS smallint
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN (SELECT greatest(count(*) FILTER (WHERE health_factor < edge.at),
                            least(band, count(*) FILTER (WHERE health_factor < edge.at * 1.02)))
              FROM unnest(vesu_assistant.health_edges(threshold)) AS edge (at));
END
$$;
COMMENT ON FUNCTION vesu_assistant.health_band(numeric, numeric, int) IS
    'The next band of a position: how many of health_edges(threshold) are above its health factor (NULL, no debt: none), but as '
    'long as the factor is less than 2 % above an edge, not fewer than the present band had. Who is in a higher band than before is told.';
