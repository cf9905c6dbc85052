-- Who may do what in the assistant: the privileges of the access levels

CREATE OR REPLACE FUNCTION vesu.assistant_grants(OUT level text, OUT privileges text, OUT object text)
    RETURNS SETOF record
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT rule.level, rule.privileges, format('%s vesu_assistant.%I', rule.kind, object.name)
      FROM (VALUES
        ('reader', 'SELECT', 'TABLE',
         'users positions latest_positions signals alerts intents intent_watches event_store event_archive event_streams '
         'event_snapshots subscriptions active_signals signal_convergence'),
        ('writer', 'EXECUTE', 'FUNCTION',
         'register_user set_preferences record_position detect_signal acknowledge_signal raise_alert fan_out_alerts claim_alerts '
         'mark_alert_sent mark_alert_failed mark_attempt_failed acknowledge_alert create_intent evaluate_intents complete_intent '
         'fail_intent rearm_intent cancel_intent append_events save_snapshot acknowledge_events'),
        ('operator', 'EXECUTE', 'FUNCTION', 'capture_lending_positions expire_signals maintain archive_events forget_subscription')
      ) AS rule (level, privileges, kind, names)
     CROSS JOIN LATERAL unnest(string_to_array(rule.names, ' ')) AS object (name);
END;
COMMENT ON FUNCTION vesu.assistant_grants() IS
    'What each access level adds to the one below it (reader, writer, operator) on which object of the assistant module; '
    'vesu.grant_access() grants it. Operations run with the rights of the owner of the tables, so a writer needs no '
    'privilege on a table.';
