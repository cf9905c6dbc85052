-- Triggers of the vault: the kept balance, and the append-only ledger

-- Without a condition: the server would parse it in every statement, which takes longer than the call.
CREATE OR REPLACE TRIGGER vaults_keep
    BEFORE INSERT OR UPDATE ON vesu_vault.vaults
    FOR EACH ROW EXECUTE FUNCTION vesu_vault.keep_vault();

-- The condition holds for what is refused, so a legal update calls nothing. pending may be submitted, confirmed or
-- failed, submitted confirmed or failed: a row that is neither is closed for ever.
CREATE OR REPLACE TRIGGER transactions_keep
    BEFORE UPDATE ON vesu_vault.transactions
    FOR EACH ROW
    WHEN (OLD.id IS DISTINCT FROM NEW.id
          OR OLD.vault_owner IS DISTINCT FROM NEW.vault_owner
          OR OLD.transaction_type IS DISTINCT FROM NEW.transaction_type
          OR OLD.amount IS DISTINCT FROM NEW.amount
          OR OLD.counterparty IS DISTINCT FROM NEW.counterparty
          OR OLD.created_at IS DISTINCT FROM NEW.created_at
          OR OLD.purpose IS DISTINCT FROM NEW.purpose
          OR OLD.transfer_id IS DISTINCT FROM NEW.transfer_id
          OR OLD.reconciliation_id IS DISTINCT FROM NEW.reconciliation_id
          OR (OLD.status IS DISTINCT FROM NEW.status
              AND NOT (OLD.status = 'pending'
                       OR (OLD.status = 'submitted' AND NEW.status IN ('confirmed', 'failed'))))
          OR (OLD.signature IS DISTINCT FROM NEW.signature
              AND NOT (OLD.status = 'pending' AND NEW.status = 'submitted'))
          OR ((OLD.seq IS DISTINCT FROM NEW.seq
               OR OLD.balance_before IS DISTINCT FROM NEW.balance_before
               OR OLD.balance_after IS DISTINCT FROM NEW.balance_after
               OR OLD.total_after IS DISTINCT FROM NEW.total_after
               OR OLD.locked_after IS DISTINCT FROM NEW.locked_after
               OR OLD.available_after IS DISTINCT FROM NEW.available_after
               OR OLD.prev_hash IS DISTINCT FROM NEW.prev_hash
               OR OLD.hash IS DISTINCT FROM NEW.hash
               OR OLD.confirmed_at IS DISTINCT FROM NEW.confirmed_at)
              AND NOT (OLD.status IN ('pending', 'submitted') AND NEW.status = 'confirmed')))
    EXECUTE FUNCTION vesu_vault.refuse_change();

CREATE OR REPLACE TRIGGER transactions_no_delete
    BEFORE DELETE ON vesu_vault.transactions
    FOR EACH ROW EXECUTE FUNCTION vesu_vault.refuse_change();
CREATE OR REPLACE TRIGGER transactions_no_truncate
    BEFORE TRUNCATE ON vesu_vault.transactions
    FOR EACH STATEMENT EXECUTE FUNCTION vesu_vault.refuse_change();
