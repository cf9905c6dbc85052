-- Tables of the assistant: users, positions, signals, alerts, intents, events
--
-- Times are those of vesu.wall_clock(): what is written later in a transaction is later.

-- Users

CREATE TABLE IF NOT EXISTS vesu_assistant.users (
    id                uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    wallet_address    text NOT NULL,
    preferences       jsonb,
    telegram_chat_id  varchar(255),
    created_at        timestamptz NOT NULL DEFAULT vesu.wall_clock(),
    updated_at        timestamptz NOT NULL DEFAULT vesu.wall_clock()
);

CREATE UNIQUE INDEX IF NOT EXISTS users_wallet_address_idx ON vesu_assistant.users (wallet_address);

COMMENT ON TABLE vesu_assistant.users IS 'Who is watched and told: one wallet, one user.';
COMMENT ON COLUMN vesu_assistant.users.id IS 'Identity of the user; the user_id of the lending module''s positions.';
COMMENT ON COLUMN vesu_assistant.users.wallet_address IS
    'Address of the wallet, as vesu_assistant.canonical_wallet() writes it; a trigger sees to that.';
COMMENT ON COLUMN vesu_assistant.users.preferences IS
    'NULL or an object: riskProfile (conservative, moderate, aggressive), alertThresholds (healthFactor, priceChange: numbers above 0), '
    'activeSignals (types of signals), notificationChannels (distinct channels); other keys are the application''s.';
COMMENT ON COLUMN vesu_assistant.users.telegram_chat_id IS 'Where Telegram finds the user; without it no alert goes there.';
COMMENT ON COLUMN vesu_assistant.users.created_at IS 'When the row was made.';
COMMENT ON COLUMN vesu_assistant.users.updated_at IS 'When the row was last changed.';

-- Positions: immutable snapshots, and the latest of each

CREATE TABLE IF NOT EXISTS vesu_assistant.positions (
    id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id         uuid NOT NULL REFERENCES vesu_assistant.users ON DELETE CASCADE,
    wallet_address  text NOT NULL,
    protocol        varchar(50) NOT NULL,
    chain_id        bigint NOT NULL DEFAULT 1,
    health_factor   numeric,
    collateral      jsonb NOT NULL,
    debt            jsonb NOT NULL,
    metadata        jsonb,
    snapshot_at     timestamptz NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT vesu.wall_clock(),
    updated_at      timestamptz NOT NULL DEFAULT vesu.wall_clock(),

    CONSTRAINT positions_health_factor_check CHECK (health_factor >= 0 AND health_factor < 1e59)
);

CREATE INDEX IF NOT EXISTS positions_user_snapshot_idx ON vesu_assistant.positions (user_id, snapshot_at DESC);
CREATE INDEX IF NOT EXISTS positions_wallet_protocol_idx ON vesu_assistant.positions (wallet_address, protocol);
CREATE INDEX IF NOT EXISTS positions_latest_idx
    ON vesu_assistant.positions (wallet_address, protocol, chain_id, snapshot_at DESC);

COMMENT ON TABLE vesu_assistant.positions IS
    'What a wallet held in a protocol at a moment. A snapshot is never changed, only superseded by a later one.';
COMMENT ON COLUMN vesu_assistant.positions.id IS 'Identity of the snapshot.';
COMMENT ON COLUMN vesu_assistant.positions.user_id IS 'Whose it is.';
COMMENT ON COLUMN vesu_assistant.positions.wallet_address IS 'The wallet that holds it, as vesu_assistant.canonical_wallet() writes it.';
COMMENT ON COLUMN vesu_assistant.positions.protocol IS 'Name of the protocol; vesu for what comes from the lending module.';
COMMENT ON COLUMN vesu_assistant.positions.chain_id IS 'Number of the chain.';
COMMENT ON COLUMN vesu_assistant.positions.health_factor IS
    'Collateral allowed for the debt, divided by the debt: below 1 it can be liquidated. NULL without debt.';
COMMENT ON COLUMN vesu_assistant.positions.collateral IS
    'Array of {symbol, amount, valueUSD, address?}; amounts are whole tokens, numbers or decimal strings from 0 on.';
COMMENT ON COLUMN vesu_assistant.positions.debt IS 'Array as collateral.';
COMMENT ON COLUMN vesu_assistant.positions.metadata IS
    'NULL or an object. liquidationThreshold is a fraction; positions are the lending positions behind a captured snapshot.';
COMMENT ON COLUMN vesu_assistant.positions.snapshot_at IS 'The moment that the snapshot speaks of.';
COMMENT ON COLUMN vesu_assistant.positions.created_at IS 'When the row was written.';
COMMENT ON COLUMN vesu_assistant.positions.updated_at IS 'When the row was written; a snapshot does not change.';

CREATE TABLE IF NOT EXISTS vesu_assistant.latest_positions (
    wallet_address  text,
    protocol        varchar(50),
    chain_id        bigint,
    position_id     uuid NOT NULL REFERENCES vesu_assistant.positions ON DELETE CASCADE,
    user_id         uuid NOT NULL REFERENCES vesu_assistant.users ON DELETE CASCADE,
    health_factor   numeric,
    snapshot_at     timestamptz NOT NULL,
    band            smallint NOT NULL DEFAULT 0,

    PRIMARY KEY (wallet_address, protocol, chain_id)
);

CREATE INDEX IF NOT EXISTS latest_positions_health_idx ON vesu_assistant.latest_positions (health_factor);
CREATE INDEX IF NOT EXISTS latest_positions_user_idx ON vesu_assistant.latest_positions (user_id);
-- Deleting an old snapshot looks here for itself.
CREATE INDEX IF NOT EXISTS latest_positions_position_idx ON vesu_assistant.latest_positions (position_id);

COMMENT ON TABLE vesu_assistant.latest_positions IS
    'The newest snapshot of each wallet in each protocol on each chain; kept by the trigger of positions.';
COMMENT ON COLUMN vesu_assistant.latest_positions.wallet_address IS 'Wallet of the snapshot.';
COMMENT ON COLUMN vesu_assistant.latest_positions.protocol IS 'Protocol of the snapshot.';
COMMENT ON COLUMN vesu_assistant.latest_positions.chain_id IS 'Chain of the snapshot.';
COMMENT ON COLUMN vesu_assistant.latest_positions.position_id IS 'The snapshot.';
COMMENT ON COLUMN vesu_assistant.latest_positions.user_id IS 'Its user.';
COMMENT ON COLUMN vesu_assistant.latest_positions.health_factor IS 'Its health factor; NULL without debt.';
COMMENT ON COLUMN vesu_assistant.latest_positions.snapshot_at IS 'The moment it speaks of.';
COMMENT ON COLUMN vesu_assistant.latest_positions.band IS
    'How many edges of health the position has fallen below and not yet risen above again: what was told to its user.';

-- Signals

CREATE TABLE IF NOT EXISTS vesu_assistant.signals (
    id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    type         varchar(100) NOT NULL,
    asset        varchar(20) NOT NULL,
    severity     vesu_assistant.signal_severity NOT NULL,
    data         jsonb NOT NULL,
    detected_at  timestamptz NOT NULL DEFAULT vesu.wall_clock(),
    expires_at   timestamptz,
    status       vesu_assistant.signal_status NOT NULL DEFAULT 'active',
    created_at   timestamptz NOT NULL DEFAULT vesu.wall_clock()
);

CREATE INDEX IF NOT EXISTS signals_type_detected_idx ON vesu_assistant.signals (type, detected_at DESC);
CREATE INDEX IF NOT EXISTS signals_asset_status_idx ON vesu_assistant.signals (asset, status);
CREATE INDEX IF NOT EXISTS signals_status_detected_idx ON vesu_assistant.signals (status, detected_at DESC);
CREATE INDEX IF NOT EXISTS signals_expires_idx ON vesu_assistant.signals (expires_at);
CREATE UNIQUE INDEX IF NOT EXISTS signals_active_idx ON vesu_assistant.signals (type, asset) WHERE status = 'active';

COMMENT ON TABLE vesu_assistant.signals IS 'What a detector has seen of an asset; at most one active row for each type and asset.';
COMMENT ON COLUMN vesu_assistant.signals.id IS 'Identity of the signal.';
COMMENT ON COLUMN vesu_assistant.signals.type IS 'What was seen, in the detector''s own terms.';
COMMENT ON COLUMN vesu_assistant.signals.asset IS 'Symbol of the asset.';
COMMENT ON COLUMN vesu_assistant.signals.severity IS 'How urgent it is; while it is active it only rises.';
COMMENT ON COLUMN vesu_assistant.signals.data IS 'What the detector says about it, of the last time it was seen.';
COMMENT ON COLUMN vesu_assistant.signals.detected_at IS 'When it was first seen.';
COMMENT ON COLUMN vesu_assistant.signals.expires_at IS 'From when on it no longer holds; NULL: never.';
COMMENT ON COLUMN vesu_assistant.signals.status IS
    'As last written: past expires_at an active one holds no longer, whether it was swept or not. See active_signals.';
COMMENT ON COLUMN vesu_assistant.signals.created_at IS 'When the row was made.';

-- Alerts

CREATE TABLE IF NOT EXISTS vesu_assistant.alerts (
    id               uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id          uuid NOT NULL REFERENCES vesu_assistant.users ON DELETE CASCADE,
    signal_id        uuid REFERENCES vesu_assistant.signals ON DELETE SET NULL,
    type             varchar(100) NOT NULL,
    channel          vesu_assistant.alert_channel NOT NULL,
    message          text NOT NULL,
    metadata         jsonb,
    sent_at          timestamptz,
    acknowledged_at  timestamptz,
    status           vesu_assistant.alert_status NOT NULL DEFAULT 'pending',
    created_at       timestamptz NOT NULL DEFAULT vesu.wall_clock(),
    attempts         int NOT NULL DEFAULT 0,
    lease_until      timestamptz,
    next_attempt_at  timestamptz,
    last_error       text,

    CONSTRAINT alerts_attempts_check CHECK (attempts >= 0)
);

CREATE INDEX IF NOT EXISTS alerts_user_status_idx ON vesu_assistant.alerts (user_id, status, created_at DESC);
CREATE INDEX IF NOT EXISTS alerts_status_created_idx ON vesu_assistant.alerts (status, created_at DESC);
CREATE INDEX IF NOT EXISTS alerts_signal_idx ON vesu_assistant.alerts (signal_id);
CREATE UNIQUE INDEX IF NOT EXISTS alerts_fan_out_idx ON vesu_assistant.alerts (signal_id, user_id, channel);

COMMENT ON TABLE vesu_assistant.alerts IS 'Messages to users, and the queue from which workers deliver them.';
COMMENT ON COLUMN vesu_assistant.alerts.id IS 'Identity of the alert.';
COMMENT ON COLUMN vesu_assistant.alerts.user_id IS 'Whom it is for.';
COMMENT ON COLUMN vesu_assistant.alerts.signal_id IS 'The signal that it tells of, if it does.';
COMMENT ON COLUMN vesu_assistant.alerts.type IS
    'signal_detected, health_factor_warning, health_factor_critical, health_factor_liquidation, intent_triggered, or the application''s.';
COMMENT ON COLUMN vesu_assistant.alerts.channel IS 'How it is to be delivered.';
COMMENT ON COLUMN vesu_assistant.alerts.message IS 'What to say.';
COMMENT ON COLUMN vesu_assistant.alerts.metadata IS 'What it is about, for programs.';
COMMENT ON COLUMN vesu_assistant.alerts.sent_at IS 'When it was delivered.';
COMMENT ON COLUMN vesu_assistant.alerts.acknowledged_at IS 'When its user has seen it.';
COMMENT ON COLUMN vesu_assistant.alerts.status IS 'How far it is.';
COMMENT ON COLUMN vesu_assistant.alerts.created_at IS 'When it was made.';
COMMENT ON COLUMN vesu_assistant.alerts.attempts IS 'How often a worker has claimed it.';
COMMENT ON COLUMN vesu_assistant.alerts.lease_until IS 'Until when it is the worker''s that claimed it last.';
COMMENT ON COLUMN vesu_assistant.alerts.next_attempt_at IS 'From when on a failed one may be claimed again; NULL: never.';
COMMENT ON COLUMN vesu_assistant.alerts.last_error IS 'What the worker said of the last failure.';

-- Intents

CREATE TABLE IF NOT EXISTS vesu_assistant.intents (
    id             uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id        uuid NOT NULL REFERENCES vesu_assistant.users ON DELETE CASCADE,
    name           varchar(255) NOT NULL,
    condition      jsonb NOT NULL,
    action         jsonb NOT NULL,
    status         vesu_assistant.intent_status NOT NULL DEFAULT 'active',
    triggered_at   timestamptz,
    executed_at    timestamptz,
    created_at     timestamptz NOT NULL DEFAULT vesu.wall_clock(),
    updated_at     timestamptz NOT NULL DEFAULT vesu.wall_clock(),
    false_seen_at  timestamptz,
    last_error     text
);

CREATE INDEX IF NOT EXISTS intents_user_status_idx ON vesu_assistant.intents (user_id, status);
CREATE INDEX IF NOT EXISTS intents_status_triggered_idx ON vesu_assistant.intents (status, triggered_at);

COMMENT ON TABLE vesu_assistant.intents IS 'What is to be done once a condition holds: "if the health factor falls below 1.2, repay 1000 USDT".';
COMMENT ON COLUMN vesu_assistant.intents.id IS 'Identity of the intent.';
COMMENT ON COLUMN vesu_assistant.intents.user_id IS 'Whose it is.';
COMMENT ON COLUMN vesu_assistant.intents.name IS 'What its user calls it.';
COMMENT ON COLUMN vesu_assistant.intents.condition IS '{type, operator, value, asset?}: see vesu_assistant.intent_matches().';
COMMENT ON COLUMN vesu_assistant.intents.action IS
    '{type, asset, amount, params?}: repay, deposit, withdraw, borrow, or notify, which needs neither asset nor amount.';
COMMENT ON COLUMN vesu_assistant.intents.status IS 'How far it is.';
COMMENT ON COLUMN vesu_assistant.intents.triggered_at IS 'When its condition last held and it fired.';
COMMENT ON COLUMN vesu_assistant.intents.executed_at IS 'When its action was done.';
COMMENT ON COLUMN vesu_assistant.intents.created_at IS 'When it was made.';
COMMENT ON COLUMN vesu_assistant.intents.updated_at IS 'When the row was last changed.';
COMMENT ON COLUMN vesu_assistant.intents.false_seen_at IS
    'When an evaluation first saw the condition false since the intent fired; without it the intent cannot be armed again.';
COMMENT ON COLUMN vesu_assistant.intents.last_error IS 'Why the action failed last.';

-- Events

CREATE TABLE IF NOT EXISTS vesu_assistant.event_store (
    id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    position        bigint GENERATED ALWAYS AS IDENTITY,
    event_id        uuid NOT NULL,
    event_type      varchar(100) NOT NULL,
    aggregate_type  varchar(50) NOT NULL,
    aggregate_id    varchar(255) NOT NULL,
    version         bigint NOT NULL,
    data            jsonb NOT NULL,
    metadata        jsonb,
    occurred_at     timestamptz NOT NULL,
    -- Computed after position, whose default comes before: see vesu_assistant.is_settled().
    horizon         xid8 NOT NULL DEFAULT vesu_assistant.next_transaction_id(),

    CONSTRAINT event_store_version_check CHECK (version > 0)
);

CREATE UNIQUE INDEX IF NOT EXISTS event_store_position_idx ON vesu_assistant.event_store (position);
CREATE UNIQUE INDEX IF NOT EXISTS event_store_event_id_idx ON vesu_assistant.event_store (event_id);
CREATE UNIQUE INDEX IF NOT EXISTS event_store_aggregate_version_idx
    ON vesu_assistant.event_store (aggregate_type, aggregate_id, version);
CREATE INDEX IF NOT EXISTS event_store_event_type_occurred_idx ON vesu_assistant.event_store (event_type, occurred_at);
CREATE INDEX IF NOT EXISTS event_store_aggregate_type_idx ON vesu_assistant.event_store (aggregate_type);

COMMENT ON TABLE vesu_assistant.event_store IS
    'What happened, in streams: the events of one aggregate, versions 1, 2, 3 without gap. Rows are never changed; only '
    'archive_events() moves them.';
COMMENT ON COLUMN vesu_assistant.event_store.id IS 'Identity of the row.';
COMMENT ON COLUMN vesu_assistant.event_store.position IS 'Place in the order of all events; grows, with gaps.';
COMMENT ON COLUMN vesu_assistant.event_store.event_id IS 'Identity of the event, which its sender may give: repeated, it is not written again.';
COMMENT ON COLUMN vesu_assistant.event_store.event_type IS 'What happened.';
COMMENT ON COLUMN vesu_assistant.event_store.aggregate_type IS 'Kind of thing that it happened to.';
COMMENT ON COLUMN vesu_assistant.event_store.aggregate_id IS 'Which one.';
COMMENT ON COLUMN vesu_assistant.event_store.version IS 'Place in the stream.';
COMMENT ON COLUMN vesu_assistant.event_store.data IS 'The event, a patch of the state: see vesu_assistant.merge_patch().';
COMMENT ON COLUMN vesu_assistant.event_store.metadata IS 'What is not part of the state: who, why, from where.';
COMMENT ON COLUMN vesu_assistant.event_store.occurred_at IS 'When it happened; never falls along a stream.';
COMMENT ON COLUMN vesu_assistant.event_store.horizon IS
    'The cluster''s next transaction after the position was drawn: once all before it have ended, no smaller position can appear.';

CREATE TABLE IF NOT EXISTS vesu_assistant.event_archive (
    id              uuid PRIMARY KEY,
    position        bigint NOT NULL,
    event_id        uuid NOT NULL,
    event_type      varchar(100) NOT NULL,
    aggregate_type  varchar(50) NOT NULL,
    aggregate_id    varchar(255) NOT NULL,
    version         bigint NOT NULL,
    data            jsonb NOT NULL,
    metadata        jsonb,
    occurred_at     timestamptz NOT NULL,
    horizon         xid8 NOT NULL
);

CREATE UNIQUE INDEX IF NOT EXISTS event_archive_position_idx ON vesu_assistant.event_archive (position);
CREATE UNIQUE INDEX IF NOT EXISTS event_archive_event_id_idx ON vesu_assistant.event_archive (event_id);
CREATE UNIQUE INDEX IF NOT EXISTS event_archive_aggregate_version_idx
    ON vesu_assistant.event_archive (aggregate_type, aggregate_id, version);

COMMENT ON TABLE vesu_assistant.event_archive IS 'Events that archive_events() has moved; the reading functions look here too.';
COMMENT ON COLUMN vesu_assistant.event_archive.id IS 'As in event_store.';
COMMENT ON COLUMN vesu_assistant.event_archive.position IS 'As in event_store.';
COMMENT ON COLUMN vesu_assistant.event_archive.event_id IS 'As in event_store.';
COMMENT ON COLUMN vesu_assistant.event_archive.event_type IS 'As in event_store.';
COMMENT ON COLUMN vesu_assistant.event_archive.aggregate_type IS 'As in event_store.';
COMMENT ON COLUMN vesu_assistant.event_archive.aggregate_id IS 'As in event_store.';
COMMENT ON COLUMN vesu_assistant.event_archive.version IS 'As in event_store.';
COMMENT ON COLUMN vesu_assistant.event_archive.data IS 'As in event_store.';
COMMENT ON COLUMN vesu_assistant.event_archive.metadata IS 'As in event_store.';
COMMENT ON COLUMN vesu_assistant.event_archive.occurred_at IS 'As in event_store.';
COMMENT ON COLUMN vesu_assistant.event_archive.horizon IS 'As in event_store.';

CREATE TABLE IF NOT EXISTS vesu_assistant.event_streams (
    aggregate_type  varchar(50),
    aggregate_id    varchar(255),
    version         bigint NOT NULL,

    PRIMARY KEY (aggregate_type, aggregate_id)
);

COMMENT ON TABLE vesu_assistant.event_streams IS 'The head of each stream; who appends to one locks its row.';
COMMENT ON COLUMN vesu_assistant.event_streams.aggregate_type IS 'Kind of the aggregate.';
COMMENT ON COLUMN vesu_assistant.event_streams.aggregate_id IS 'Which one.';
COMMENT ON COLUMN vesu_assistant.event_streams.version IS 'version of the last event.';

CREATE TABLE IF NOT EXISTS vesu_assistant.event_snapshots (
    aggregate_type  varchar(50),
    aggregate_id    varchar(255),
    version         bigint,
    state           jsonb NOT NULL,
    taken_at        timestamptz NOT NULL DEFAULT vesu.wall_clock(),

    PRIMARY KEY (aggregate_type, aggregate_id, version)
);

COMMENT ON TABLE vesu_assistant.event_snapshots IS 'States of streams, so that not every event must be read again.';
COMMENT ON COLUMN vesu_assistant.event_snapshots.aggregate_type IS 'Kind of the aggregate.';
COMMENT ON COLUMN vesu_assistant.event_snapshots.aggregate_id IS 'Which one.';
COMMENT ON COLUMN vesu_assistant.event_snapshots.version IS 'version of the last event in the state.';
COMMENT ON COLUMN vesu_assistant.event_snapshots.state IS 'The state after it.';
COMMENT ON COLUMN vesu_assistant.event_snapshots.taken_at IS 'When it was saved.';

CREATE TABLE IF NOT EXISTS vesu_assistant.subscriptions (
    name        text PRIMARY KEY,
    position    bigint NOT NULL DEFAULT 0,
    updated_at  timestamptz NOT NULL DEFAULT vesu.wall_clock(),

    CONSTRAINT subscriptions_position_check CHECK (position >= 0)
);

COMMENT ON TABLE vesu_assistant.subscriptions IS 'How far each reader of all events has come.';
COMMENT ON COLUMN vesu_assistant.subscriptions.name IS 'Name of the reader.';
COMMENT ON COLUMN vesu_assistant.subscriptions.position IS 'position of the last event that it has acknowledged.';
COMMENT ON COLUMN vesu_assistant.subscriptions.updated_at IS 'When it did.';
