-- The schema of the assistant and its enumerations.
CREATE SCHEMA vesu_assistant;
COMMENT ON SCHEMA vesu_assistant IS
    'The assistant module: users and their preferences, snapshots of positions, signals, alerts, conditional intents, an event store.';

CREATE TYPE vesu_assistant.signal_severity AS ENUM ('low', 'medium', 'high', 'critical');
COMMENT ON TYPE vesu_assistant.signal_severity IS 'How urgent a signal is; they compare in this order.';

CREATE TYPE vesu_assistant.signal_status AS ENUM ('active', 'expired', 'acknowledged');
COMMENT ON TYPE vesu_assistant.signal_status IS
    'active: holds until expires_at; acknowledged: seen by somebody; expired: no longer holds, final.';

CREATE TYPE vesu_assistant.alert_channel AS ENUM ('telegram', 'email', 'in_app');
COMMENT ON TYPE vesu_assistant.alert_channel IS 'How an alert reaches its user.';

CREATE TYPE vesu_assistant.alert_status AS ENUM ('pending', 'sent', 'failed', 'acknowledged');
COMMENT ON TYPE vesu_assistant.alert_status IS
    'pending: to be delivered; sent: delivered; failed: an attempt failed, another may follow; acknowledged: the user has seen '
    'it, final.';

CREATE TYPE vesu_assistant.intent_status AS ENUM ('active', 'triggered', 'executed', 'cancelled', 'failed');
COMMENT ON TYPE vesu_assistant.intent_status IS
    'active: waits for its condition; triggered: the condition held, the action is to be done; executed: done, final; failed: it '
    'could not be done; cancelled: withdrawn, final.';
