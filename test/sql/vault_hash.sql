-- The hash of a ledger row, and amounts as text.
-- The contract's example.
SELECT encode(vesu_vault.row_hash(decode(repeat('00', 32), 'hex'), '00000000-0000-0000-0000-000000000001', 'A', 1, 'deposit',
                                  100000000, 0, 100000000, 100000000, 0, 100000000, NULL, NULL, NULL, '2025-01-01 00:00:00+00'), 'hex') AS hash;

-- The same bytes laid out by SQL, for every column another value, with NULLs, beyond ASCII, negative and before 2000.
CREATE FUNCTION pg_temp.text_bytes(value text) RETURNS bytea
    LANGUAGE sql AS $$
    SELECT coalesce(int4send(octet_length(convert_to(value, 'UTF8'))) || convert_to(value, 'UTF8'), int4send(-1))
$$;
CREATE TEMPORARY TABLE rows AS
SELECT sha256(convert_to(i::text, 'UTF8')) AS prev_hash, md5(i::text)::uuid AS id, 'owner' || i AS vault_owner, i::bigint AS seq,
       (enum_range(NULL::vesu_vault.transaction_type))[1 + i % 7] AS transaction_type, i * 1000003::bigint AS amount, i + 1::bigint AS before,
       i + 2::bigint AS after, i + 3::bigint AS total, i + 4::bigint AS locked, i - 500::bigint AS available,
       CASE WHEN i % 2 = 0 THEN repeat(U&'\00FC\20AC', i) END AS counterparty, CASE WHEN i % 3 = 0 THEN '' END AS purpose,
       CASE WHEN i % 5 = 0 THEN 'sig' || i END AS signature, timestamptz '1999-12-31 00:00:00+00' + i * interval '1 hour 1 microsecond' AS confirmed_at
  FROM generate_series(1, 1000) AS i;
SELECT count(*) AS compared, count(DISTINCT actual) AS hashes, count(*) FILTER (WHERE actual IS DISTINCT FROM expected) AS different
  FROM (SELECT vesu_vault.row_hash(prev_hash, id, vault_owner, seq, transaction_type, amount, before, after, total, locked, available,
                                   counterparty, purpose, signature, confirmed_at) AS actual,
               sha256(prev_hash || uuid_send(id) || pg_temp.text_bytes(vault_owner) || int8send(seq) || pg_temp.text_bytes(transaction_type::text)
                      || int8send(amount) || int8send(before) || int8send(after) || int8send(total) || int8send(locked) || int8send(available)
                      || pg_temp.text_bytes(counterparty) || pg_temp.text_bytes(purpose) || pg_temp.text_bytes(signature)
                      || timestamptz_send(confirmed_at)) AS expected
          FROM rows) AS hashes;
-- NULL where only three columns may be NULL.
SELECT count(*) AS rows, count(vesu_vault.row_hash(CASE missing WHEN 1 THEN NULL ELSE prev_hash END, CASE missing WHEN 2 THEN NULL ELSE id END,
           CASE missing WHEN 3 THEN NULL ELSE vault_owner END, CASE missing WHEN 4 THEN NULL ELSE seq END,
           CASE missing WHEN 5 THEN NULL ELSE transaction_type END, CASE missing WHEN 6 THEN NULL ELSE amount END,
           CASE missing WHEN 7 THEN NULL ELSE before END, CASE missing WHEN 8 THEN NULL ELSE after END,
           CASE missing WHEN 9 THEN NULL ELSE total END, CASE missing WHEN 10 THEN NULL ELSE locked END,
           CASE missing WHEN 11 THEN NULL ELSE available END, counterparty, purpose, signature,
           CASE missing WHEN 12 THEN NULL ELSE confirmed_at END)) AS hashes
  FROM rows, generate_series(1, 12) AS missing WHERE seq = 1;

-- A text longer than any column of the ledger but the purpose.
SELECT vesu_vault.row_hash(prev_hash, id, vault_owner, seq, transaction_type, amount, before, after, total, locked, available, counterparty,
                           repeat('x', 5000), signature, confirmed_at)
       = sha256(prev_hash || uuid_send(id) || pg_temp.text_bytes(vault_owner) || int8send(seq) || pg_temp.text_bytes(transaction_type::text)
                || int8send(amount) || int8send(before) || int8send(after) || int8send(total) || int8send(locked) || int8send(available)
                || pg_temp.text_bytes(counterparty) || pg_temp.text_bytes(repeat('x', 5000)) || pg_temp.text_bytes(signature)
                || timestamptz_send(confirmed_at)) AS same
  FROM rows WHERE seq = 2;

-- The next row of a vault of 50 with 30 locked, for each type; its hash is that of its columns.
SELECT t.type, e.seq, e.balance_before, e.balance_after, e.total_after, e.locked_after, e.available_after,
       encode(e.prev_hash, 'hex') = repeat('0', 64) AS is_first, e.confirmed_at - v.updated_at AS later,
       e.hash = vesu_vault.row_hash(e.prev_hash, e.id, 'A', e.seq, t.type, 10, e.balance_before, e.balance_after, e.total_after, e.locked_after,
                                    e.available_after, 'B', 'loan', 'signature', e.confirmed_at) AS same_hash
  FROM unnest(enum_range(NULL::vesu_vault.transaction_type)) AS t (type)
 CROSS JOIN (VALUES (now() + interval '1 day')) AS v (updated_at)
 CROSS JOIN LATERAL vesu_vault.chain_entry(NULL, 7, 50, 30, v.updated_at, 'A', t.type, 10, 'B', 'loan', 'signature',
                                           CASE t.type WHEN 'transfer_out' THEN 4 ELSE 0 END) AS e;
-- The given hash, instant and identity; otherwise the clock and a new random identity of version 4.
SET vesu.clock = '2026-01-01 12:00:00+00';
SELECT e.prev_hash = sha256('a') AS previous, e.confirmed_at, e.id
  FROM vesu_vault.chain_entry(sha256('a'), 7, 50, 30, '2026-01-01 11:00:00+00', 'A', 'fee', 10, NULL, NULL, NULL, 0, '2026-01-01 13:00:00+00',
                              '00000000-0000-0000-0000-000000000001') AS e;
SELECT e.confirmed_at, count(DISTINCT e.id) AS identities, bool_and(e.id::text ~ '^.{14}4.{4}[89ab]') AS of_version_4
  FROM generate_series(1, 100) AS i, vesu_vault.chain_entry(NULL, i, 50, 30, '2026-01-01 11:00:00+00', 'A', 'fee', 10) AS e GROUP BY e.confirmed_at;
RESET vesu.clock;
SELECT vesu_vault.chain_entry('\x00', 7, 50, 30, now(), 'A', 'fee', 10);
\echo :LAST_ERROR_SQLSTATE
SELECT vesu_vault.chain_entry(NULL, 7, 50, 30, now(), 'A', 'fee', NULL);
\echo :LAST_ERROR_SQLSTATE
SELECT vesu_vault.chain_entry(NULL, 7, 50, 30, now(), NULL, 'fee', 10);
\echo :LAST_ERROR_SQLSTATE
SELECT vesu_vault.chain_entry(NULL, 7, 9223372036854775807, 30, now(), 'A', 'deposit', 1);
\echo :LAST_ERROR_SQLSTATE
SELECT vesu_vault.chain_entry(NULL, 7, 50, 30, now(), 'A', 'fee', -1);
\echo :LAST_ERROR_SQLSTATE

SELECT amount, decimals, vesu_vault.format_amount(amount, decimals)
  FROM (VALUES (1234567890, 6), (0, 6), (-1500000, 6), (5, 0), (5, 18), (9223372036854775807, 6), (-9223372036854775808, 18)) AS cases (amount, decimals);
SELECT value, decimals, vesu_vault.parse_amount(value, decimals)
  FROM (VALUES ('0.000249', 6), ('1.5', 6), ('9223372036854.775807', 6), ('1.500000000', 6), ('7', 0), ('0', 18)) AS cases (value, decimals);
SELECT vesu_vault.format_amount(1000000), vesu_vault.parse_amount('1'), vesu_vault.format_amount(NULL) IS NULL, vesu_vault.parse_amount('1', NULL) IS NULL;
SELECT count(*) AS compared, count(*) FILTER (WHERE vesu_vault.parse_amount(vesu_vault.format_amount(amount, decimals), decimals) <> amount) AS different,
       count(*) FILTER (WHERE vesu_vault.format_amount(amount, decimals)::numeric * ('1e' || decimals)::numeric <> amount) AS wrong
  FROM (SELECT hashint8extended(i, 1) & 9223372036854775807 AS amount, i % 19 AS decimals FROM generate_series(1, 10000) AS i) AS cases;

-- The triggers of the vault on a table of another shape, and not as their trigger calls them.
CREATE TEMPORARY TABLE other (id uuid, amount int, purpose text);
CREATE TRIGGER other_keep BEFORE INSERT ON other FOR EACH ROW EXECUTE FUNCTION vesu_vault.keep_vault();
INSERT INTO other DEFAULT VALUES;
DROP TRIGGER other_keep ON other;
CREATE TRIGGER other_tell AFTER INSERT ON other REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION vesu_vault.tell_of_entries();
INSERT INTO other DEFAULT VALUES;
ALTER TABLE other ALTER amount TYPE bigint;
INSERT INTO other DEFAULT VALUES;
ALTER TABLE other ADD reconciliation_id uuid, ADD status text, ADD transaction_type vesu_vault.transaction_type;
INSERT INTO other DEFAULT VALUES;
DROP TRIGGER other_tell ON other;
CREATE TRIGGER other_tell AFTER INSERT ON other FOR EACH ROW EXECUTE FUNCTION vesu_vault.tell_of_entries();
INSERT INTO other DEFAULT VALUES;
DROP TRIGGER other_tell ON other;
CREATE TRIGGER other_tell AFTER INSERT ON other REFERENCING NEW TABLE AS added FOR EACH ROW EXECUTE FUNCTION vesu_vault.tell_of_entries();
INSERT INTO other DEFAULT VALUES;
SELECT count(*) FROM other;
