-- The schema of the vault, its enumerations, amounts as text, the hash of a ledger row, triggers.
CREATE SCHEMA vesu_vault;
COMMENT ON SCHEMA vesu_vault IS
    'The vault module: one wallet''s stablecoin collateral a row, its append-only ledger, snapshots, reconciliation, alerts.';

CREATE TYPE vesu_vault.vault_status AS ENUM ('active', 'paused', 'closed');
COMMENT ON TYPE vesu_vault.vault_status IS
    'active: money moves; paused: none moves, in or out, until it is active again; closed: empty and final.';

CREATE TYPE vesu_vault.transaction_type AS ENUM
    ('deposit', 'withdrawal', 'lock', 'unlock', 'transfer_in', 'transfer_out', 'fee');
COMMENT ON TYPE vesu_vault.transaction_type IS
    'What a transaction does to its vault. A transfer is two: transfer_out of one vault, transfer_in of the other.';

CREATE TYPE vesu_vault.transaction_status AS ENUM ('pending', 'submitted', 'confirmed', 'failed');
COMMENT ON TYPE vesu_vault.transaction_status IS
    'pending: begun, what leaves is reserved; submitted: sent to the chain, signature known; confirmed: in the ledger, '
    'the money has moved; failed: nothing has moved, the reservation is released.';

CREATE TYPE vesu_vault.snapshot_type AS ENUM ('periodic', 'event', 'daily_summary');
COMMENT ON TYPE vesu_vault.snapshot_type IS
    'periodic: taken by a schedule or by hand; event: because of a change; daily_summary: the end of a day.';

CREATE TYPE vesu_vault.alert_severity AS ENUM ('info', 'warning', 'critical');
COMMENT ON TYPE vesu_vault.alert_severity IS 'How urgent an alert is; they compare in this order.';

CREATE FUNCTION vesu_vault.format_amount(amount bigint, decimals int DEFAULT 6) RETURNS text
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_format_amount';
COMMENT ON FUNCTION vesu_vault.format_amount(bigint, int) IS
    'amount / 10^decimals, exact, with that many decimals: 1234567890 is 1234.567890. VS100 unless decimals is from 0 to 18.';

CREATE FUNCTION vesu_vault.parse_amount(value text, decimals int DEFAULT 6) RETURNS bigint
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_parse_amount';
COMMENT ON FUNCTION vesu_vault.parse_amount(text, int) IS
    'value * 10^decimals, exact: 1.5 is 1500000. Takes digits, or digits, a point and digits. VS101 for anything else, for '
    'further digits that are not 0, and from 2^63 on; VS100 unless decimals is from 0 to 18.';

CREATE FUNCTION vesu_vault.row_hash(
    prev_hash bytea, id uuid, vault_owner text, seq bigint, transaction_type vesu_vault.transaction_type,
    amount bigint, balance_before bigint, balance_after bigint, total_after bigint, locked_after bigint,
    available_after bigint, counterparty text, purpose text, signature text, confirmed_at timestamptz) RETURNS bytea
    LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_row_hash';
COMMENT ON FUNCTION vesu_vault.row_hash(
    bytea, uuid, text, bigint, vesu_vault.transaction_type, bigint, bigint, bigint, bigint, bigint, bigint, text, text,
    text, timestamptz) IS
    'SHA-256 over the arguments in order: bytea as it is, uuid as 16 bytes, integers as 8, texts as their length in 4 bytes '
    '(NULL: -1) and UTF-8, the time as 8-byte microseconds since 2000-01-01 UTC, all big-endian. NULL if any other argument '
    'than counterparty, purpose and signature is NULL. The prev_hash of a vault''s first row is 32 zero bytes.';

CREATE TYPE vesu_vault.chained_entry AS (
    id               uuid,
    seq              bigint,
    balance_before   bigint,
    balance_after    bigint,
    total_after      bigint,
    locked_after     bigint,
    available_after  bigint,
    prev_hash        bytea,
    hash             bytea,
    confirmed_at     timestamptz);
COMMENT ON TYPE vesu_vault.chained_entry IS
    'What vesu_vault.chain_entry() computes of a row of the ledger: columns of vesu_vault.transactions.';
COMMENT ON COLUMN vesu_vault.chained_entry.id IS 'Identity of the row.';
COMMENT ON COLUMN vesu_vault.chained_entry.seq IS 'Place in the vault''s ledger.';
COMMENT ON COLUMN vesu_vault.chained_entry.balance_before IS 'The available balance (lock, unlock) or the total (all others) before.';
COMMENT ON COLUMN vesu_vault.chained_entry.balance_after IS 'The same balance after.';
COMMENT ON COLUMN vesu_vault.chained_entry.total_after IS 'total_balance of the vault after the row.';
COMMENT ON COLUMN vesu_vault.chained_entry.locked_after IS 'locked_balance of the vault after the row.';
COMMENT ON COLUMN vesu_vault.chained_entry.available_after IS 'available_balance of the vault after the row.';
COMMENT ON COLUMN vesu_vault.chained_entry.prev_hash IS 'hash of the row before; 32 zero bytes in a vault''s first row.';
COMMENT ON COLUMN vesu_vault.chained_entry.hash IS 'vesu_vault.row_hash() of the row.';
COMMENT ON COLUMN vesu_vault.chained_entry.confirmed_at IS 'The instant of the row.';

CREATE FUNCTION vesu_vault.chain_entry(
    last_hash bytea, last_seq bigint, total_balance bigint, locked_balance bigint, updated_at timestamptz, owner text,
    type vesu_vault.transaction_type, amount bigint, counterparty text DEFAULT NULL, purpose text DEFAULT NULL,
    signature text DEFAULT NULL, from_locked bigint DEFAULT 0, instant timestamptz DEFAULT NULL, id uuid DEFAULT NULL)
    RETURNS vesu_vault.chained_entry
    LANGUAGE c VOLATILE PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_chain_entry';
COMMENT ON FUNCTION vesu_vault.chain_entry(
    bytea, bigint, bigint, bigint, timestamptz, text, vesu_vault.transaction_type, bigint, text, text, text, bigint,
    timestamptz, uuid) IS
    'The next row of the ledger of a vault, whose columns are the first six arguments: number, balances, hash. from_locked is the '
    'part of a transfer_out that comes out of buckets. Without an instant it is the vault''s next, without an id it gets one. '
    'Checks no balance. 22004 for another NULL, VS100 unless last_hash has 32 bytes, VS109 if a balance leaves 64 bits or an '
    'amount is negative.';
REVOKE ALL ON FUNCTION vesu_vault.chain_entry(
    bytea, bigint, bigint, bigint, timestamptz, text, vesu_vault.transaction_type, bigint, text, text, text, bigint,
    timestamptz, uuid) FROM PUBLIC;

CREATE FUNCTION vesu_vault.keep_vault() RETURNS trigger
    LANGUAGE c AS 'MODULE_PATHNAME', 'vesu_keep_vault';
COMMENT ON FUNCTION vesu_vault.keep_vault() IS
    'Trigger of vaults: available_balance = total_balance - locked_balance, whatever was written.';

CREATE FUNCTION vesu_vault.refuse_change() RETURNS trigger
    LANGUAGE c AS 'MODULE_PATHNAME', 'vesu_refuse_change';
COMMENT ON FUNCTION vesu_vault.refuse_change() IS
    'Trigger of transactions: VS115 with the row and the first column that the statement would change. The condition of the '
    'trigger says which statements.';

CREATE FUNCTION vesu_vault.tell_of_entries() RETURNS trigger
    LANGUAGE c AS 'MODULE_PATHNAME', 'vesu_tell_of_entries';
COMMENT ON FUNCTION vesu_vault.tell_of_entries() IS
    'Trigger of transactions: snapshots and alerts of what was confirmed at once, and notifications if the setting '
    'vesu.vault_notify_transactions is on.';

REVOKE ALL ON FUNCTION vesu_vault.keep_vault(), vesu_vault.refuse_change(), vesu_vault.tell_of_entries() FROM PUBLIC;

CREATE TYPE vesu_vault.held_vault AS (
    owner           text,
    status          vesu_vault.vault_status,
    total_balance   bigint,
    locked_balance  bigint,
    last_seq        bigint,
    last_hash       bytea,
    updated_at      timestamptz);
COMMENT ON TYPE vesu_vault.held_vault IS 'What apply_transfers() needs to know of a vault that it has locked.';
COMMENT ON COLUMN vesu_vault.held_vault.owner IS 'Owner of the vault.';
COMMENT ON COLUMN vesu_vault.held_vault.status IS 'Whether money may move.';
COMMENT ON COLUMN vesu_vault.held_vault.total_balance IS 'What the vault holds, in the smallest unit.';
COMMENT ON COLUMN vesu_vault.held_vault.locked_balance IS 'The locked part of it.';
COMMENT ON COLUMN vesu_vault.held_vault.last_seq IS 'seq of the last row of its ledger; 0 before the first.';
COMMENT ON COLUMN vesu_vault.held_vault.last_hash IS 'hash of that row; NULL before the first.';
COMMENT ON COLUMN vesu_vault.held_vault.updated_at IS 'Instant of the newest row or change of status.';

CREATE FUNCTION vesu_vault.transfer_fault(
    from_owners text[], to_owners text[], amounts bigint[], held vesu_vault.held_vault[] DEFAULT NULL,
    OUT fault text, OUT place bigint, OUT owner text, OUT balance bigint)
    LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_transfer_fault';
COMMENT ON FUNCTION vesu_vault.transfer_fault(text[], text[], bigint[], vesu_vault.held_vault[]) IS
    'What is wrong first with transfers from available balances, each phase for all before the next: amount; from_owner, '
    'to_owner, no amount, self-transfer; unknown; paused, closed; balance; overflow. place counts from 1; owner is the vault '
    'that it is about, balance what that has available or (overflow) in total by then. NULLs if nothing is wrong. The vaults '
    'ascend by the bytes of their owners; NULL checks the arguments alone. VS100 for arrays of unequal length.';

CREATE FUNCTION vesu_vault.transfer_entries(
    from_owners text[], to_owners text[], amounts bigint[], held vesu_vault.held_vault[], clock timestamptz)
    RETURNS TABLE (
        id uuid, vault_owner text, transaction_type vesu_vault.transaction_type, amount bigint, balance_before bigint,
        balance_after bigint, counterparty text, instant timestamptz, seq bigint, locked_after bigint, prev_hash bytea,
        hash bytea, transfer_id uuid, is_last boolean)
    LANGUAGE c VOLATILE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'vesu_transfer_entries';
COMMENT ON FUNCTION vesu_vault.transfer_entries(text[], text[], bigint[], vesu_vault.held_vault[], timestamptz) IS
    'The ledger rows, two for each transfer, that the transfers become one after the other: chained, at the instant clock or the next '
    'that both vaults have free. is_last marks the last row of each vault. No row if vesu_vault.transfer_fault() finds a fault.';
REVOKE ALL ON FUNCTION vesu_vault.transfer_entries(text[], text[], bigint[], vesu_vault.held_vault[], timestamptz) FROM PUBLIC;
