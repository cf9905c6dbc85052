-- Tables of the vault: vaults, transactions, buckets, snapshots, daily balances, reconciliation, TVL, alerts
--
-- Money is bigint in the smallest unit: 1 USDT is 1,000,000. Owners are compared as bytes, so that the order in which
-- rows are locked is the same in every database. A statement parses the CHECKs of its table each time, so those of the
-- two tables that every operation writes are short.

-- Vaults

CREATE TABLE IF NOT EXISTS vesu_vault.vaults (
    owner              varchar(64) COLLATE "C" PRIMARY KEY,
    vault_address      varchar(64) NOT NULL,
    token_account      varchar(64) NOT NULL,
    total_balance      bigint NOT NULL DEFAULT 0,
    locked_balance     bigint NOT NULL DEFAULT 0,
    available_balance  bigint NOT NULL DEFAULT 0,
    total_deposited    bigint NOT NULL DEFAULT 0,
    total_withdrawn    bigint NOT NULL DEFAULT 0,
    created_at         timestamptz NOT NULL DEFAULT vesu.now(),
    updated_at         timestamptz NOT NULL DEFAULT vesu.now(),
    status             vesu_vault.vault_status NOT NULL DEFAULT 'active',
    last_seq           bigint NOT NULL DEFAULT 0,
    last_hash          bytea,

    CONSTRAINT vaults_owner_check CHECK (owner ~ '^\S+$'),
    CONSTRAINT positive_balances
        CHECK (least(total_balance, locked_balance, available_balance, total_deposited, total_withdrawn) >= 0),
    CONSTRAINT balance_consistency CHECK (available_balance = total_balance - locked_balance)
);

CREATE INDEX IF NOT EXISTS idx_vaults_status ON vesu_vault.vaults (status);
CREATE INDEX IF NOT EXISTS idx_vaults_updated_at ON vesu_vault.vaults (updated_at);

COMMENT ON TABLE vesu_vault.vaults IS
    'One wallet''s collateral. A cache of the end of its ledger, vesu_vault.transactions: only the functions of the '
    'module move money.';
COMMENT ON COLUMN vesu_vault.vaults.owner IS 'Public key of the wallet: up to 64 characters, no white space, compared as bytes.';
COMMENT ON COLUMN vesu_vault.vaults.vault_address IS 'Address of the vault on the chain.';
COMMENT ON COLUMN vesu_vault.vaults.token_account IS 'Account of the vault''s tokens on the chain.';
COMMENT ON COLUMN vesu_vault.vaults.total_balance IS 'What the vault holds, in the smallest unit: available and locked.';
COMMENT ON COLUMN vesu_vault.vaults.locked_balance IS
    'The part that secures something or is reserved: the sum of the vault''s rows of lock_buckets.';
COMMENT ON COLUMN vesu_vault.vaults.available_balance IS 'total_balance - locked_balance; a trigger keeps it.';
COMMENT ON COLUMN vesu_vault.vaults.total_deposited IS 'All deposits since the vault was opened. Transfers do not count.';
COMMENT ON COLUMN vesu_vault.vaults.total_withdrawn IS
    'All withdrawals since the vault was opened. Transfers and fees do not count.';
COMMENT ON COLUMN vesu_vault.vaults.created_at IS 'When the vault was opened.';
COMMENT ON COLUMN vesu_vault.vaults.updated_at IS 'Instant of the newest row or change of status; grows strictly.';
COMMENT ON COLUMN vesu_vault.vaults.status IS 'Whether money may move.';
COMMENT ON COLUMN vesu_vault.vaults.last_seq IS 'seq of the last row of the ledger; 0 before the first.';
COMMENT ON COLUMN vesu_vault.vaults.last_hash IS 'hash of the last row of the ledger; NULL before the first.';

-- Transactions: the ledger, and what is not confirmed yet or failed

CREATE TABLE IF NOT EXISTS vesu_vault.transactions (
    id                 uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    vault_owner        varchar(64) COLLATE "C" NOT NULL REFERENCES vesu_vault.vaults,
    transaction_type   vesu_vault.transaction_type NOT NULL,
    amount             bigint NOT NULL,
    signature          varchar(128),
    status             vesu_vault.transaction_status NOT NULL DEFAULT 'pending',
    balance_before     bigint NOT NULL,
    balance_after      bigint NOT NULL,
    counterparty       varchar(64) COLLATE "C",
    note               text,
    created_at         timestamptz NOT NULL DEFAULT vesu.now(),
    updated_at         timestamptz NOT NULL DEFAULT vesu.now(),
    confirmed_at       timestamptz,
    seq                bigint,
    total_after        bigint,
    locked_after       bigint,
    available_after    bigint,
    prev_hash          bytea,
    hash               bytea,
    purpose            text,
    transfer_id        uuid,
    reconciliation_id  uuid,

    CONSTRAINT positive_amount CHECK (amount > 0),
    CONSTRAINT transactions_confirmed_check
        CHECK (num_nonnulls(seq, total_after, locked_after, available_after, prev_hash, hash, confirmed_at)
               = CASE WHEN status = 'confirmed' THEN 7 ELSE 0 END),
    CONSTRAINT transactions_balances_check
        CHECK (balance_after - balance_before
               = CASE WHEN status <> 'confirmed' THEN 0
                      WHEN transaction_type IN ('deposit', 'transfer_in', 'unlock') THEN amount
                      ELSE -amount END)
);

CREATE INDEX IF NOT EXISTS idx_transactions_vault_owner ON vesu_vault.transactions (vault_owner);
CREATE INDEX IF NOT EXISTS idx_transactions_type ON vesu_vault.transactions (transaction_type);
CREATE INDEX IF NOT EXISTS idx_transactions_status ON vesu_vault.transactions (status);
CREATE INDEX IF NOT EXISTS idx_transactions_created_at ON vesu_vault.transactions (created_at);
CREATE INDEX IF NOT EXISTS idx_transactions_signature ON vesu_vault.transactions (signature);
CREATE UNIQUE INDEX IF NOT EXISTS idx_transactions_seq ON vesu_vault.transactions (vault_owner, seq);
CREATE UNIQUE INDEX IF NOT EXISTS idx_transactions_idempotency
    ON vesu_vault.transactions (vault_owner, transaction_type, signature) WHERE signature IS NOT NULL;
CREATE INDEX IF NOT EXISTS idx_transactions_history ON vesu_vault.transactions (vault_owner, created_at);
-- Rows lie in the order in which they were confirmed, so a block range index finds a period and costs a write nothing.
CREATE INDEX IF NOT EXISTS idx_transactions_confirmed_at
    ON vesu_vault.transactions USING brin (confirmed_at) WITH (autosummarize = on);
-- What is still to be confirmed or failed is little, however long the ledger is.
CREATE INDEX IF NOT EXISTS idx_transactions_open
    ON vesu_vault.transactions (vault_owner, created_at) WHERE status IN ('pending', 'submitted');

COMMENT ON TABLE vesu_vault.transactions IS
    'Every movement of money. The confirmed rows of a vault, by seq, are its ledger: append-only, each row with the hash '
    'of the one before.';
COMMENT ON COLUMN vesu_vault.transactions.id IS 'Identity of the row.';
COMMENT ON COLUMN vesu_vault.transactions.vault_owner IS 'Owner of the vault whose money moves.';
COMMENT ON COLUMN vesu_vault.transactions.transaction_type IS 'What it does to the vault.';
COMMENT ON COLUMN vesu_vault.transactions.amount IS 'How much, in the smallest unit; always above 0.';
COMMENT ON COLUMN vesu_vault.transactions.signature IS
    'Signature of the transaction on the chain: unique per owner and type, so that a repeated call is recognised. NULL if '
    'there is none or it is not known yet.';
COMMENT ON COLUMN vesu_vault.transactions.status IS 'How far it is.';
COMMENT ON COLUMN vesu_vault.transactions.balance_before IS
    'The available balance (lock, unlock) or the total (all others) just before; not confirmed: at creation.';
COMMENT ON COLUMN vesu_vault.transactions.balance_after IS 'The same balance just after; equal to balance_before until confirmed.';
COMMENT ON COLUMN vesu_vault.transactions.counterparty IS 'Owner of the other vault of a transfer.';
COMMENT ON COLUMN vesu_vault.transactions.note IS 'Free text; the reason of a failed one. May be changed.';
COMMENT ON COLUMN vesu_vault.transactions.created_at IS 'When it was begun; unique per vault.';
COMMENT ON COLUMN vesu_vault.transactions.updated_at IS 'When its status last changed.';
COMMENT ON COLUMN vesu_vault.transactions.confirmed_at IS 'When the money moved; grows with seq. NULL unless confirmed.';
COMMENT ON COLUMN vesu_vault.transactions.seq IS 'Place in the vault''s ledger: 1, 2, 3 without gap. NULL unless confirmed.';
COMMENT ON COLUMN vesu_vault.transactions.total_after IS 'total_balance of the vault after the row. NULL unless confirmed.';
COMMENT ON COLUMN vesu_vault.transactions.locked_after IS 'locked_balance of the vault after the row. NULL unless confirmed.';
COMMENT ON COLUMN vesu_vault.transactions.available_after IS 'available_balance of the vault after the row. NULL unless confirmed.';
COMMENT ON COLUMN vesu_vault.transactions.prev_hash IS
    'hash of the row before; 32 zero bytes in a vault''s first row. NULL unless confirmed.';
COMMENT ON COLUMN vesu_vault.transactions.hash IS 'vesu_vault.row_hash() of the row. NULL unless confirmed.';
COMMENT ON COLUMN vesu_vault.transactions.purpose IS
    'Bucket that a lock, an unlock or a transfer from locked money names; NULL is the bucket without name, for a transfer '
    'every bucket. pending:<id> is the reservation of that transaction.';
COMMENT ON COLUMN vesu_vault.transactions.transfer_id IS 'id of the transfer_out row, in both rows of a transfer.';
COMMENT ON COLUMN vesu_vault.transactions.reconciliation_id IS 'The row of reconciliation_logs that this row repairs.';

-- Buckets

CREATE TABLE IF NOT EXISTS vesu_vault.lock_buckets (
    vault_owner  varchar(64) COLLATE "C",
    purpose      text NOT NULL DEFAULT '',
    amount       bigint NOT NULL,
    opened_seq   bigint NOT NULL,

    PRIMARY KEY (vault_owner, purpose),
    CONSTRAINT lock_buckets_amount_check CHECK (amount > 0)
);

COMMENT ON TABLE vesu_vault.lock_buckets IS
    'What a vault has locked, by purpose. Their sum is its locked_balance; an empty bucket has no row.';
COMMENT ON COLUMN vesu_vault.lock_buckets.vault_owner IS 'Owner of the vault.';
COMMENT ON COLUMN vesu_vault.lock_buckets.purpose IS
    'What the money is locked for; empty without a purpose. pending:<id> is the reservation of a transaction.';
COMMENT ON COLUMN vesu_vault.lock_buckets.amount IS 'How much is locked, in the smallest unit.';
COMMENT ON COLUMN vesu_vault.lock_buckets.opened_seq IS 'seq of the row that opened the bucket: the oldest is drained first.';

-- Snapshots and daily balances

CREATE TABLE IF NOT EXISTS vesu_vault.balance_snapshots (
    id                 uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    vault_owner        varchar(64) COLLATE "C" NOT NULL REFERENCES vesu_vault.vaults,
    total_balance      bigint NOT NULL,
    locked_balance     bigint NOT NULL,
    available_balance  bigint NOT NULL,
    "timestamp"        timestamptz NOT NULL DEFAULT vesu.now(),
    snapshot_type      vesu_vault.snapshot_type NOT NULL DEFAULT 'periodic',

    CONSTRAINT positive_balances CHECK (total_balance >= 0 AND locked_balance >= 0 AND available_balance >= 0),
    CONSTRAINT balance_consistency CHECK (available_balance = total_balance - locked_balance)
);

CREATE INDEX IF NOT EXISTS idx_snapshots_vault_time ON vesu_vault.balance_snapshots (vault_owner, "timestamp");
CREATE INDEX IF NOT EXISTS idx_snapshots_timestamp ON vesu_vault.balance_snapshots ("timestamp");
CREATE UNIQUE INDEX IF NOT EXISTS idx_snapshots_daily_summary
    ON vesu_vault.balance_snapshots (vault_owner, "timestamp") WHERE snapshot_type = 'daily_summary';

COMMENT ON TABLE vesu_vault.balance_snapshots IS 'Balances of a vault at a moment.';
COMMENT ON COLUMN vesu_vault.balance_snapshots.id IS 'Identity of the row.';
COMMENT ON COLUMN vesu_vault.balance_snapshots.vault_owner IS 'Owner of the vault.';
COMMENT ON COLUMN vesu_vault.balance_snapshots.total_balance IS 'total_balance at that moment.';
COMMENT ON COLUMN vesu_vault.balance_snapshots.locked_balance IS 'locked_balance at that moment.';
COMMENT ON COLUMN vesu_vault.balance_snapshots.available_balance IS 'available_balance at that moment.';
COMMENT ON COLUMN vesu_vault.balance_snapshots."timestamp" IS 'The moment; of a daily summary the last microsecond of the UTC day.';
COMMENT ON COLUMN vesu_vault.balance_snapshots.snapshot_type IS 'Why it was taken.';

CREATE TABLE IF NOT EXISTS vesu_vault.daily_balances (
    vault_owner   varchar(64) COLLATE "C",
    day           date,
    open_total    bigint NOT NULL,
    close_total   bigint NOT NULL,
    min_total     bigint NOT NULL,
    max_total     bigint NOT NULL,
    close_locked  bigint NOT NULL,

    PRIMARY KEY (vault_owner, day)
);

COMMENT ON TABLE vesu_vault.daily_balances IS 'How the total of a vault went through a finished UTC day.';
COMMENT ON COLUMN vesu_vault.daily_balances.vault_owner IS 'Owner of the vault.';
COMMENT ON COLUMN vesu_vault.daily_balances.day IS 'The UTC day.';
COMMENT ON COLUMN vesu_vault.daily_balances.open_total IS 'total_balance at 00:00, a row at that instant included.';
COMMENT ON COLUMN vesu_vault.daily_balances.close_total IS 'total_balance after the last row of the day.';
COMMENT ON COLUMN vesu_vault.daily_balances.min_total IS 'The smallest of open_total and the totals after each row.';
COMMENT ON COLUMN vesu_vault.daily_balances.max_total IS 'The largest of open_total and the totals after each row.';
COMMENT ON COLUMN vesu_vault.daily_balances.close_locked IS 'locked_balance after the last row of the day.';

-- Reconciliation with the chain, and total value locked

CREATE TABLE IF NOT EXISTS vesu_vault.reconciliation_logs (
    id                uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    vault_owner       varchar(64) COLLATE "C" REFERENCES vesu_vault.vaults,
    expected_balance  bigint NOT NULL,
    actual_balance    bigint NOT NULL,
    difference        bigint NOT NULL,
    auto_fixed        boolean NOT NULL DEFAULT false,
    notes             text,
    created_at        timestamptz NOT NULL DEFAULT vesu.now(),

    CONSTRAINT reconciliation_logs_difference_check CHECK (difference = actual_balance - expected_balance)
);

CREATE INDEX IF NOT EXISTS idx_reconciliation_difference ON vesu_vault.reconciliation_logs (difference);
CREATE INDEX IF NOT EXISTS idx_reconciliation_vault ON vesu_vault.reconciliation_logs (vault_owner);

COMMENT ON TABLE vesu_vault.reconciliation_logs IS 'Differences between a vault and the chain, and one row for each run.';
COMMENT ON COLUMN vesu_vault.reconciliation_logs.id IS 'Identity of the row.';
COMMENT ON COLUMN vesu_vault.reconciliation_logs.vault_owner IS 'Owner of the vault; NULL for the sums of a run.';
COMMENT ON COLUMN vesu_vault.reconciliation_logs.expected_balance IS 'total_balance here.';
COMMENT ON COLUMN vesu_vault.reconciliation_logs.actual_balance IS 'Total on the chain.';
COMMENT ON COLUMN vesu_vault.reconciliation_logs.difference IS 'actual_balance - expected_balance.';
COMMENT ON COLUMN vesu_vault.reconciliation_logs.auto_fixed IS 'Whether the vault was brought to the chain''s balances.';
COMMENT ON COLUMN vesu_vault.reconciliation_logs.notes IS 'What else was found; the counts of a run.';
COMMENT ON COLUMN vesu_vault.reconciliation_logs.created_at IS 'When they were compared.';

CREATE TABLE IF NOT EXISTS vesu_vault.tvl_snapshots (
    id                  uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    total_value_locked  bigint NOT NULL,
    active_vaults       bigint NOT NULL,
    total_locked        bigint NOT NULL,
    total_available     bigint NOT NULL,
    "timestamp"         timestamptz NOT NULL DEFAULT vesu.now()
);

CREATE INDEX IF NOT EXISTS idx_tvl_timestamp ON vesu_vault.tvl_snapshots ("timestamp");

COMMENT ON TABLE vesu_vault.tvl_snapshots IS 'Sums over all vaults at a moment.';
COMMENT ON COLUMN vesu_vault.tvl_snapshots.id IS 'Identity of the row.';
COMMENT ON COLUMN vesu_vault.tvl_snapshots.total_value_locked IS 'Sum of total_balance over all vaults, paused ones too.';
COMMENT ON COLUMN vesu_vault.tvl_snapshots.active_vaults IS 'Number of active vaults.';
COMMENT ON COLUMN vesu_vault.tvl_snapshots.total_locked IS 'Sum of locked_balance over all vaults.';
COMMENT ON COLUMN vesu_vault.tvl_snapshots.total_available IS 'Sum of available_balance over all vaults.';
COMMENT ON COLUMN vesu_vault.tvl_snapshots."timestamp" IS 'The moment.';

-- Alerts and settings

CREATE TABLE IF NOT EXISTS vesu_vault.alerts (
    id               uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    severity         vesu_vault.alert_severity NOT NULL,
    alert_type       varchar(50) NOT NULL,
    vault_owner      varchar(64) COLLATE "C" REFERENCES vesu_vault.vaults,
    message          text NOT NULL,
    data             jsonb,
    acknowledged     boolean NOT NULL DEFAULT false,
    created_at       timestamptz NOT NULL DEFAULT vesu.now(),
    acknowledged_at  timestamptz
);

CREATE INDEX IF NOT EXISTS idx_alerts_unacknowledged ON vesu_vault.alerts (acknowledged, created_at);
CREATE INDEX IF NOT EXISTS idx_alerts_severity ON vesu_vault.alerts (severity, created_at);
-- An owner is never empty, so the empty text stands for none.
CREATE UNIQUE INDEX IF NOT EXISTS idx_alerts_one_unacknowledged
    ON vesu_vault.alerts (alert_type, (coalesce(vault_owner, ''))) WHERE NOT acknowledged;

COMMENT ON TABLE vesu_vault.alerts IS 'What somebody should look at: at most one unacknowledged alert for a type and a vault.';
COMMENT ON COLUMN vesu_vault.alerts.id IS 'Identity of the row.';
COMMENT ON COLUMN vesu_vault.alerts.severity IS 'How urgent it is.';
COMMENT ON COLUMN vesu_vault.alerts.alert_type IS 'What it is about, such as low_balance.';
COMMENT ON COLUMN vesu_vault.alerts.vault_owner IS 'Owner of the vault that it is about; NULL for the system.';
COMMENT ON COLUMN vesu_vault.alerts.message IS 'One sentence for people.';
COMMENT ON COLUMN vesu_vault.alerts.data IS 'The same for programs.';
COMMENT ON COLUMN vesu_vault.alerts.acknowledged IS 'Whether somebody has seen it.';
COMMENT ON COLUMN vesu_vault.alerts.created_at IS 'When it was raised.';
COMMENT ON COLUMN vesu_vault.alerts.acknowledged_at IS 'When it was acknowledged.';

CREATE TABLE IF NOT EXISTS vesu_vault.alert_rules (
    alert_type  varchar(50) PRIMARY KEY,
    scope       text NOT NULL,
    severity    vesu_vault.alert_severity NOT NULL,
    threshold   numeric,
    period      interval,
    enabled     boolean NOT NULL DEFAULT true,

    CONSTRAINT alert_rules_scope_check CHECK (scope IN ('event', 'state'))
);

COMMENT ON TABLE vesu_vault.alert_rules IS 'When alerts are raised. Changes made here survive vesu.install().';
COMMENT ON COLUMN vesu_vault.alert_rules.alert_type IS 'Type of the alerts that the rule raises.';
COMMENT ON COLUMN vesu_vault.alert_rules.scope IS
    'event: raised in the transaction that causes it; state: raised by vesu_vault.run_monitor().';
COMMENT ON COLUMN vesu_vault.alert_rules.severity IS 'Severity of the alerts.';
COMMENT ON COLUMN vesu_vault.alert_rules.threshold IS 'The limit, in the unit of the rule; NULL for a rule without.';
COMMENT ON COLUMN vesu_vault.alert_rules.period IS 'Time over which rows are counted; NULL for a rule without.';
COMMENT ON COLUMN vesu_vault.alert_rules.enabled IS 'Whether the rule raises alerts.';

CREATE TABLE IF NOT EXISTS vesu_vault.settings (
    only_row  boolean PRIMARY KEY DEFAULT true,
    paused    boolean NOT NULL DEFAULT false,

    CONSTRAINT settings_only_row_check CHECK (only_row)
);
INSERT INTO vesu_vault.settings DEFAULT VALUES ON CONFLICT DO NOTHING;

COMMENT ON TABLE vesu_vault.settings IS 'One row: what holds for the whole module.';
COMMENT ON COLUMN vesu_vault.settings.only_row IS 'Always true: there is no second row.';
COMMENT ON COLUMN vesu_vault.settings.paused IS
    'Whether the system is paused: no money moves, except that open transactions are confirmed or failed.';
