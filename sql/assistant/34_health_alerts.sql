-- Health alerts: who falls below an edge of health is told once, until the position has left it again

CREATE OR REPLACE FUNCTION vesu_assistant.health_message(type text, health_factor numeric, edge numeric, protocol text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    -- Cut off: 1.499999 shown as 1.5 would not be below it.
    RETURN format('Your %s position has health factor %s, below %s%s', protocol, trim_scale(trunc(health_factor, 4)), trim_scale(edge),
                  CASE type WHEN 'health_factor_liquidation' THEN ': it can be liquidated. Repay debt or add collateral now.'
                            WHEN 'health_factor_critical' THEN ': it is close to liquidation. Repay debt or add collateral.'
                            ELSE '.' END);
END
$$;
COMMENT ON FUNCTION vesu_assistant.health_message(text, numeric, numeric, text) IS
    'Private step of the health alerts: what to say. The health factor is cut off after 4 decimals.';

CREATE OR REPLACE FUNCTION vesu_assistant.tell_of_health() RETURNS trigger
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    alert_type constant text := CASE WHEN NEW.health_factor < 1.0 THEN 'health_factor_liquidation'
                                     WHEN NEW.health_factor < 1.1 THEN 'health_factor_critical'
                                     ELSE 'health_factor_warning' END;
BEGIN
    INSERT INTO vesu_assistant.alerts (user_id, type, channel, message, metadata)
    SELECT u.id, alert_type, wanted.channel, vesu_assistant.health_message(alert_type, NEW.health_factor, crossed.edge, NEW.protocol),
           jsonb_build_object('healthFactor', NEW.health_factor, 'edge', crossed.edge, 'band', NEW.band,
                              'positionId', NEW.position_id, 'walletAddress', NEW.wallet_address,
                              'protocol', NEW.protocol, 'chainId', NEW.chain_id)
      FROM vesu_assistant.users AS u
     CROSS JOIN LATERAL (
            SELECT min(edge.at) AS edge
              FROM unnest(vesu_assistant.health_edges(coalesce(vesu_assistant.health_threshold(u.preferences), 1.5))) AS edge (at)
             WHERE NEW.health_factor < edge.at) AS crossed
     CROSS JOIN LATERAL unnest(vesu_assistant.alert_channels(u.preferences, u.telegram_chat_id))
             WITH ORDINALITY AS wanted (channel, place)
     WHERE u.id = NEW.user_id
     ORDER BY wanted.place;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION vesu_assistant.tell_of_health() IS
    'Trigger of latest_positions: one alert on each channel of the user when a position falls into a higher band.';
CREATE OR REPLACE TRIGGER latest_positions_first_band
    AFTER INSERT ON vesu_assistant.latest_positions
    FOR EACH ROW
    WHEN (NEW.band > 0)
    EXECUTE FUNCTION vesu_assistant.tell_of_health();
CREATE OR REPLACE TRIGGER latest_positions_band
    AFTER UPDATE OF band ON vesu_assistant.latest_positions
    FOR EACH ROW
    WHEN (NEW.band > OLD.band)
    EXECUTE FUNCTION vesu_assistant.tell_of_health();
