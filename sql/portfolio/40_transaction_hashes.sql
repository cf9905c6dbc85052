-- One transaction a hash over all months: what a unique index of a partitioned table cannot promise
--
-- Row triggers of the parent are cloned to each partition, so rows that go straight into a partition obey as well. They run after
-- the row is written: what ON CONFLICT DO NOTHING leaves out takes no hash. A row that moves to another month is deleted and
-- inserted.

-- Entries of a month that is dropped are found by their time.
CREATE INDEX IF NOT EXISTS idx_transaction_hashes_timestamp ON vesu_portfolio.transaction_hashes USING brin ("timestamp");

CREATE OR REPLACE FUNCTION vesu_portfolio.take_hash(transaction_hash text, transaction_id uuid, "timestamp" timestamptz) RETURNS void
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    holder vesu_portfolio.transaction_hashes;
BEGIN
    LOOP
        SELECT h.* INTO holder FROM vesu_portfolio.transaction_hashes AS h WHERE h.transaction_hash = take_hash.transaction_hash;
        IF FOUND THEN
            PERFORM vesu_portfolio.refuse(
                306, take_hash.transaction_hash,
                format('Transaction %s of %s has it.', holder.transaction_id, holder."timestamp"),
                'A hash is recorded once: change that transaction instead.');
        END IF;
        -- Freed in between.
        INSERT INTO vesu_portfolio.transaction_hashes AS h (transaction_hash, transaction_id, "timestamp")
        VALUES (take_hash.transaction_hash, take_hash.transaction_id, take_hash."timestamp")
        ON CONFLICT (transaction_hash) DO NOTHING;
        EXIT WHEN FOUND;
    END LOOP;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.take_hash(text, uuid, timestamptz) IS
    'Private step of the trigger of transactions, for a hash that was taken: VS306 naming who has it, unless it has been freed since.';

CREATE OR REPLACE FUNCTION vesu_portfolio.keep_transaction_hash() RETURNS trigger
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        DELETE FROM vesu_portfolio.transaction_hashes AS h
         WHERE h.transaction_hash = OLD.transaction_hash AND h.transaction_id = OLD.id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO vesu_portfolio.transaction_hashes AS h (transaction_hash, transaction_id, "timestamp")
        VALUES (NEW.transaction_hash, NEW.id, NEW."timestamp")
        ON CONFLICT (transaction_hash) DO NOTHING;
        IF NOT FOUND THEN
            PERFORM vesu_portfolio.take_hash(NEW.transaction_hash, NEW.id, NEW."timestamp");
        END IF;
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.keep_transaction_hash() IS
    'Trigger of transactions, after each row: keeps its entry in transaction_hashes, with the rights of their owner. VS306 if '
    'another transaction has the hash, 23505 if the transaction has another one in another month; who comes while another session takes or '
    'frees a hash waits for the outcome.';

-- TRUNCATE also removes rows that this snapshot does not see; above READ COMMITTED their entries would stay for good.
CREATE OR REPLACE FUNCTION vesu_portfolio.free_truncated_hashes() RETURNS trigger
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
        RAISE EXCEPTION 'transactions cannot be truncated at isolation level %', current_setting('transaction_isolation')
            USING ERRCODE = 'active_sql_transaction',
                  DETAIL = 'The hashes of transactions that are newer than this snapshot would stay taken.',
                  HINT = 'Truncate in a READ COMMITTED transaction, or DELETE.';
    END IF;
    EXECUTE format('DELETE FROM vesu_portfolio.transaction_hashes AS h
                     USING ONLY %s AS t
                     WHERE h.transaction_hash = t.transaction_hash AND h.transaction_id = t.id', TG_RELID::regclass);
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION vesu_portfolio.free_truncated_hashes() IS
    'Trigger of each partition of transactions, before TRUNCATE: frees the hashes of its rows. 25001 above READ COMMITTED.';

CREATE OR REPLACE TRIGGER transactions_hash
    AFTER INSERT OR DELETE ON vesu_portfolio.transactions
    FOR EACH ROW EXECUTE FUNCTION vesu_portfolio.keep_transaction_hash();
CREATE OR REPLACE TRIGGER transactions_hash_change
    AFTER UPDATE ON vesu_portfolio.transactions
    FOR EACH ROW
    WHEN (OLD.transaction_hash <> NEW.transaction_hash OR OLD.id <> NEW.id OR OLD."timestamp" <> NEW."timestamp")
    EXECUTE FUNCTION vesu_portfolio.keep_transaction_hash();
-- Each partition gets a copy, see copy_triggers(); the parent itself has no rows.
CREATE OR REPLACE TRIGGER transactions_truncate
    BEFORE TRUNCATE ON vesu_portfolio.transactions
    FOR EACH STATEMENT EXECUTE FUNCTION vesu_portfolio.free_truncated_hashes();
