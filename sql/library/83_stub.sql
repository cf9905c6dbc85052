-- Until the branch of positions is merged, which has it.
CREATE FUNCTION vesu_assistant.alert_channels(preferences jsonb, telegram_chat_id text)
    RETURNS vesu_assistant.alert_channel[]
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN coalesce(
        (SELECT array_agg(wanted.channel::vesu_assistant.alert_channel ORDER BY wanted.place)
           FROM jsonb_array_elements_text(preferences -> 'notificationChannels') WITH ORDINALITY AS wanted (channel, place)
          WHERE wanted.channel <> 'telegram' OR telegram_chat_id IS NOT NULL),
        '{in_app}');
END
$$;
COMMENT ON FUNCTION vesu_assistant.alert_channels(jsonb, text) IS
    'notificationChannels of a user''s preferences, telegram only with a chat; in_app if that leaves none.';
