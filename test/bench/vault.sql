-- Transfers between 10,000 vaults, :transfers of them: one by one, beside the same statements by hand without a chain of hashes; and as
-- batch, beside single calls and beside a bare INSERT of the same rows into a table with the same indexes, foreign key and checks.
-- Then a batch between 10 vaults only. Needs measure.sql. Every way leaves the same balances.
CREATE TABLE bench.vaults (LIKE vesu_vault.vaults INCLUDING ALL);
CREATE TABLE bench.transactions (LIKE vesu_vault.transactions INCLUDING ALL, FOREIGN KEY (vault_owner) REFERENCES bench.vaults);
CREATE TABLE bench.bare (LIKE vesu_vault.transactions INCLUDING ALL, FOREIGN KEY (vault_owner) REFERENCES vesu_vault.vaults);
CREATE TABLE bench.source (LIKE vesu_vault.transactions);
CREATE TABLE bench.snapshots (LIKE vesu_vault.balance_snapshots INCLUDING ALL, FOREIGN KEY (vault_owner) REFERENCES bench.vaults);
CREATE TABLE bench.transfer AS
SELECT 'spread' AS kind, n AS place, 'v' || 1 + drawn.sender AS from_owner, 'v' || 1 + (drawn.sender + drawn.way) % width AS to_owner,
       1 + abs(hashint8extended(n, 3) % 100) AS amount
  FROM (VALUES (10000)) AS vaults (width), generate_series(1, :transfers) AS n
 CROSS JOIN LATERAL (SELECT abs(hashint8extended(n, 1) % width) AS sender, 1 + abs(hashint8extended(n, 2) % (width - 1)) AS way) AS drawn;
INSERT INTO bench.transfer
SELECT 'hot', n, 'v' || 1 + n % 10, 'v' || 1 + (n % 10 + 1 + n / 10 % 9) % 10, 1 + abs(hashint8extended(n, 3) % 100)
  FROM generate_series(1, :transfers) AS n;

-- All vaults anew, with enough for any order; both pairs of tables.
CREATE PROCEDURE bench.reset_vaults()
    LANGUAGE plpgsql AS $$
BEGIN
    SET LOCAL session_replication_role = replica;
    TRUNCATE vesu_vault.transactions, vesu_vault.lock_buckets, vesu_vault.balance_snapshots, vesu_vault.daily_balances,
             bench.transactions, bench.bare;
    DELETE FROM vesu_vault.vaults;
    DELETE FROM bench.vaults;
    INSERT INTO vesu_vault.vaults (owner, vault_address, token_account, total_balance, available_balance)
    SELECT 'v' || n, 'address', 'account', 1000000000, 1000000000 FROM generate_series(1, 10000) AS n;
    INSERT INTO bench.vaults SELECT * FROM vesu_vault.vaults;
END
$$;

-- What vesu_vault.transfer() does, in the same order, without a chain.
CREATE FUNCTION bench.transfer_by_hand(sender text, receiver text, moved bigint) RETURNS SETOF bench.transactions
    LANGUAGE plpgsql AS $$
DECLARE
    no_hash constant bytea := bytea '\x0000000000000000000000000000000000000000000000000000000000000000';
    out_id constant uuid := gen_random_uuid();
    moment constant timestamptz := clock_timestamp();
    payer bench.vaults;
    payee bench.vaults;
    is_large boolean;
BEGIN
    PERFORM FROM bench.vaults AS v WHERE v.owner IN (sender, receiver) ORDER BY v.owner FOR NO KEY UPDATE;
    SELECT * INTO payer FROM bench.vaults AS v WHERE v.owner = sender;
    SELECT * INTO payee FROM bench.vaults AS v WHERE v.owner = receiver;
    IF (SELECT s.paused FROM vesu_vault.settings AS s) OR payer.status <> 'active' OR payee.status <> 'active' OR payer.available_balance < moved THEN
        RAISE EXCEPTION 'impossible';
    END IF;
    UPDATE bench.vaults AS v
       SET total_balance = v.total_balance - moved, available_balance = v.available_balance - moved, updated_at = moment,
           last_seq = v.last_seq + 1
     WHERE v.owner = sender;
    UPDATE bench.vaults AS v
       SET total_balance = v.total_balance + moved, available_balance = v.available_balance + moved, updated_at = moment,
           last_seq = v.last_seq + 1
     WHERE v.owner = receiver;
    is_large := moved >= (SELECT r.threshold FROM vesu_vault.alert_rules AS r WHERE r.alert_type = 'large_tx');
    IF is_large THEN
        INSERT INTO bench.snapshots (vault_owner, total_balance, locked_balance, available_balance, "timestamp", snapshot_type)
        SELECT v.owner, v.total_balance, v.locked_balance, v.available_balance, moment, 'event'
          FROM bench.vaults AS v WHERE v.owner IN (sender, receiver);
    END IF;
    RETURN QUERY INSERT INTO bench.transactions AS t (
        id, vault_owner, transaction_type, amount, status, balance_before, balance_after, counterparty, created_at, updated_at,
        confirmed_at, seq, total_after, locked_after, available_after, prev_hash, hash, transfer_id)
    VALUES (out_id, sender, 'transfer_out', moved, 'confirmed', payer.total_balance, payer.total_balance - moved, receiver, moment, moment,
            moment, payer.last_seq + 1, payer.total_balance - moved, payer.locked_balance, payer.available_balance - moved, no_hash,
            no_hash, out_id),
           (gen_random_uuid(), receiver, 'transfer_in', moved, 'confirmed', payee.total_balance, payee.total_balance + moved, sender, moment,
            moment, moment, payee.last_seq + 1, payee.total_balance + moved, payee.locked_balance, payee.available_balance + moved, no_hash,
            no_hash, out_id)
    RETURNING t.*;
END
$$;

CREATE FUNCTION bench.balances(tables regclass) RETURNS text
    LANGUAGE sql IMMUTABLE
    RETURN format($$SELECT md5(string_agg(concat_ws(' ', owner, total_balance, last_seq), ',' ORDER BY owner)) FROM %s$$, tables);

-- Notes the median time of the first transfers, each in a transaction of its own. bench.measure() cannot commit in between.
CREATE PROCEDURE bench.measure_singly(measurement text, contender text, wanted text, tables regclass, most int, runs int)
    LANGUAGE plpgsql AS $$
DECLARE
    line bench.transfer;
    begun timestamptz;
    times numeric[] := '{}';
    answer text;
BEGIN
    FOR run IN 1 .. runs LOOP
        CALL bench.reset_vaults();
        COMMIT;
        begun := clock_timestamp();
        FOR line IN SELECT * FROM bench.transfer AS t WHERE t.kind = wanted ORDER BY t.place LIMIT most LOOP
            IF tables = 'vesu_vault.vaults'::regclass THEN
                PERFORM FROM vesu_vault.transfer(line.from_owner, line.to_owner, line.amount);
            ELSE
                PERFORM FROM bench.transfer_by_hand(line.from_owner, line.to_owner, line.amount);
            END IF;
            COMMIT;
        END LOOP;
        times := times || 1000 * extract(epoch FROM clock_timestamp() - begun);
    END LOOP;
    EXECUTE bench.balances(tables) INTO answer;
    INSERT INTO bench.result (measurement, contender, milliseconds, answer)
    VALUES (measurement, contender, (SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY t) FROM unnest(times) AS t), answer);
END
$$;
CREATE FUNCTION bench.transfer_batch(wanted text) RETURNS bigint
    LANGUAGE sql RETURN (
    SELECT vesu_vault.apply_transfers(array_agg(t.from_owner ORDER BY t.place), array_agg(t.to_owner ORDER BY t.place),
                                      array_agg(t.amount ORDER BY t.place))
      FROM bench.transfer AS t WHERE t.kind = wanted);

CALL bench.reset_vaults();
VACUUM ANALYZE bench.transfer, vesu_vault.vaults, bench.vaults;
CALL bench.measure_singly('5,000 transfers, a commit each', 'vesu', 'spread', 'vesu_vault.vaults', 5000, runs => 3);
CALL bench.measure_singly('5,000 transfers, a commit each', 'by hand in PL/pgSQL, without hashes', 'spread', 'bench.vaults', 5000, runs => 3);

-- The rows that the first run of each batch leaves are those of the bare INSERT.
SELECT to_char(:transfers, 'FM999,999') || ' transfers at once' AS measurement \gset
CALL bench.measure(:'measurement', 'vesu', 'SELECT', bench.balances('vesu_vault.vaults'),
                   $$SELECT bench.transfer_batch('spread')$$, 'CALL bench.reset_vaults()', runs => 3);
INSERT INTO bench.source SELECT * FROM vesu_vault.transactions ORDER BY confirmed_at, transfer_id = id DESC;
CALL bench.measure(:'measurement', 'bare INSERT of the same rows', 'SELECT', 'SELECT NULL',
                   'INSERT INTO bench.bare SELECT * FROM bench.source', 'CALL bench.reset_vaults()', runs => 3);
CALL bench.measure_singly(:'measurement', 'vesu, single calls', 'spread', 'vesu_vault.vaults', NULL, runs => 1);
\set hot :measurement ', between 10 vaults'
CALL bench.measure(:'hot', 'vesu', 'SELECT', bench.balances('vesu_vault.vaults'),
                   $$SELECT bench.transfer_batch('hot')$$, 'CALL bench.reset_vaults()', runs => 3);
TRUNCATE bench.source;
INSERT INTO bench.source SELECT * FROM vesu_vault.transactions ORDER BY confirmed_at, transfer_id = id DESC;
CALL bench.measure(:'hot', 'bare INSERT of the same rows', 'SELECT', 'SELECT NULL',
                   'INSERT INTO bench.bare SELECT * FROM bench.source', 'CALL bench.reset_vaults()', runs => 3);
CALL bench.measure_singly(:'hot', 'vesu, single calls', 'hot', 'vesu_vault.vaults', NULL, runs => 1);
