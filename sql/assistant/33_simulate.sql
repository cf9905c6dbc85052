-- What if: the health factor of a snapshot after changes of prices and amounts

CREATE OR REPLACE FUNCTION vesu_assistant.check_change(change jsonb) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    ratio constant text := change ->> 'change';
    rule text;
BEGIN
    IF jsonb_typeof(change) <> 'object' OR (change ->> 'type' IN ('price', 'deposit', 'withdraw', 'borrow', 'repay')) IS NOT TRUE THEN
        rule := 'A change is an object with type price, deposit, withdraw, borrow or repay.';
    ELSIF change ->> 'type' <> 'price' THEN
        IF vesu_assistant.decimal_of(change -> 'valueUSD') IS NULL THEN
            rule := 'valueUSD is a number or decimal string, 0 or more, of at most 100 characters.';
        END IF;
    ELSIF (jsonb_typeof(change -> 'asset') = 'string') IS NOT TRUE THEN
        rule := 'asset is the symbol of the asset whose price changes.';
    ELSIF (CASE WHEN ratio ~ '^-?[0-9]+(\.[0-9]+)?$' AND length(ratio) <= 100 THEN ratio::numeric < -1 ELSE true END) THEN
        rule := 'change is a number or decimal string, -1 or more, of at most 100 characters: the price is multiplied by 1 + change.';
    END IF;
    IF rule IS NOT NULL THEN
        PERFORM vesu_assistant.refuse(200, format('change %s', left(change::text, 200)), rule,
                                      'Such as {"type": "price", "asset": "ETH", "change": -0.2} or {"type": "repay", "valueUSD": 500}.');
    END IF;
END
$$;
COMMENT ON FUNCTION vesu_assistant.check_change(jsonb) IS 'Private step of simulate: VS200 for what is no change.';

CREATE OR REPLACE FUNCTION vesu_assistant.repriced_value(assets jsonb, prices jsonb) RETURNS numeric
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN (SELECT coalesce(sum(vesu_assistant.decimal_of(asset.item -> 'valueUSD')
                                * coalesce((prices -> (asset.item ->> 'symbol'))::numeric, 1)), 0)
              FROM jsonb_array_elements(assets) AS asset (item));
END
$$;
COMMENT ON FUNCTION vesu_assistant.repriced_value(jsonb, jsonb) IS
    'Private step of simulate: sum of valueUSD of assets, each times the factor that prices has for its symbol, or 1.';

CREATE OR REPLACE FUNCTION vesu_assistant.scaled_value(value numeric[], present numeric, next numeric) RETURNS numeric[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN present > 0 AND present <> next THEN ARRAY[value[1] * next, value[2] * present] ELSE value END;
COMMENT ON FUNCTION vesu_assistant.scaled_value(numeric[], numeric, numeric) IS
    'Private step of simulate: the fraction {numerator, denominator} times next / present; as it is where present is 0.';

-- A value is kept as a fraction, so that nothing is rounded before the end. What is deposited or borrowed is of the
-- assets that are there, in their proportions: a later change of a price moves the whole value as it moves them.
CREATE OR REPLACE FUNCTION vesu_assistant.changed_values(
    collateral jsonb, debt jsonb, changes jsonb, OUT collateral_value numeric[], OUT debt_value numeric[])
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    change jsonb;
    prices jsonb := jsonb '{}';
    repriced jsonb;
    added numeric;
BEGIN
    collateral_value := ARRAY[vesu_assistant.total_value(collateral, 'collateral'), 1];
    debt_value := ARRAY[vesu_assistant.total_value(debt, 'debt'), 1];
    FOR change IN SELECT step.change FROM jsonb_array_elements(changes) WITH ORDINALITY AS step (change, place) ORDER BY step.place
    LOOP
        PERFORM vesu_assistant.check_change(change);
        IF change ->> 'type' = 'price' THEN
            repriced := prices || jsonb_build_object(
                change ->> 'asset', coalesce((prices -> (change ->> 'asset'))::numeric, 1) * (1 + (change ->> 'change')::numeric));
            collateral_value := vesu_assistant.scaled_value(collateral_value, vesu_assistant.repriced_value(collateral, prices),
                                                            vesu_assistant.repriced_value(collateral, repriced));
            debt_value := vesu_assistant.scaled_value(debt_value, vesu_assistant.repriced_value(debt, prices),
                                                      vesu_assistant.repriced_value(debt, repriced));
            prices := repriced;
        ELSE
            added := vesu_assistant.decimal_of(change -> 'valueUSD')
                     * CASE WHEN change ->> 'type' IN ('deposit', 'borrow') THEN 1 ELSE -1 END;
            IF change ->> 'type' IN ('deposit', 'withdraw') THEN
                collateral_value[1] := collateral_value[1] + added * collateral_value[2];
            ELSE
                debt_value[1] := debt_value[1] + added * debt_value[2];
            END IF;
            IF collateral_value[1] < 0 OR debt_value[1] < 0 THEN
                PERFORM vesu_assistant.refuse(200, format('change %s', left(change::text, 200)),
                                              format('That is more than the %s that is there.',
                                                     CASE WHEN debt_value[1] < 0 THEN 'debt' ELSE 'collateral' END),
                                              'Withdraw at most the collateral, repay at most the debt.');
            END IF;
        END IF;
    END LOOP;
END
$$;
COMMENT ON FUNCTION vesu_assistant.changed_values(jsonb, jsonb, jsonb) IS
    'Private step of simulate: the value of collateral and of debt after an array of changes, in order, each as {numerator, '
    'denominator}. VS200 for what is no change, and for taking more than there is.';

CREATE OR REPLACE FUNCTION vesu_assistant.simulate(position_id uuid, change jsonb) RETURNS numeric
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    max_changes constant int := 100;
    changes constant jsonb := CASE jsonb_typeof(change) WHEN 'array' THEN change ELSE jsonb_build_array(change) END;
    held vesu_assistant.positions;
    after record;
    threshold numeric[];
BEGIN
    PERFORM vesu_assistant.check_argument('position_id', position_id::text);
    PERFORM vesu_assistant.check_argument('change', change::text);
    IF jsonb_array_length(changes) > max_changes THEN
        PERFORM vesu_assistant.refuse(200, format('%s changes', jsonb_array_length(changes)),
                                      format('One call takes at most %s.', max_changes), 'Give fewer.');
    END IF;
    SELECT p.* INTO held FROM vesu_assistant.positions AS p WHERE p.id = simulate.position_id;
    IF NOT FOUND THEN
        PERFORM vesu_assistant.refuse_unknown('position', position_id::text);
    ELSIF jsonb_typeof(held.metadata -> 'positions') = 'array' AND jsonb_array_length(held.metadata -> 'positions') > 1 THEN
        PERFORM vesu_assistant.refuse(204, position_id::text, 'The snapshot sums up several positions, each with a health of its own.',
                                      'Ask vesu.simulate_prices() about each of metadata.positions.');
    END IF;
    after := vesu_assistant.changed_values(held.collateral, held.debt, changes);
    IF after.debt_value[1] = 0 THEN
        RETURN NULL;
    END IF;

    threshold := ARRAY[vesu_assistant.liquidation_threshold(held.metadata), 1];
    IF threshold[1] IS NULL THEN
        threshold := ARRAY[held.health_factor * vesu_assistant.total_value(held.debt, 'debt'),
                           nullif(vesu_assistant.total_value(held.collateral, 'collateral'), 0)];
        IF threshold[1] IS NULL OR threshold[2] IS NULL THEN
            PERFORM vesu_assistant.refuse(204, position_id::text,
                                          'Its metadata have no liquidationThreshold, and its health factor does not tell it.',
                                          'Record the position with metadata.liquidationThreshold.');
        END IF;
    END IF;
    RETURN vesu_assistant.health_ratio(after.collateral_value[1] * threshold[1] * after.debt_value[2],
                                       after.collateral_value[2] * threshold[2] * after.debt_value[1]);
END
$$;
COMMENT ON FUNCTION vesu_assistant.simulate(uuid, jsonb) IS
    'Health factor that a snapshot would have after a change or an array of at most 100 in order, rounded down to 18 decimals; NULL '
    'without debt; writes nothing. {type: price, asset, change}: the price of an asset, on both sides, times 1 + change (-1 or more); '
    'no effect on what is not held. {type: deposit, withdraw, borrow or repay, valueUSD}: of the assets of that side in their '
    'proportions. The threshold is metadata.liquidationThreshold, else health factor * debt / collateral as stored. VS200 for NULL, '
    'for what is no change and for taking more than there is, VS204 without a threshold and for a snapshot of several lending '
    'positions, VS207 for an unknown snapshot.';
