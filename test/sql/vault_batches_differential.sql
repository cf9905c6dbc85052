-- Two roads to the same books: a batch, and its operations called one by one.
BEGIN;
\getenv directory PG_ABS_SRCDIR
\set support :directory '/sql/support/vault.sql'
\set ECHO none
\i :support
\set ECHO all
\o /dev/null
SELECT vesu_vault.open(prefix || i, 'address', 'account') FROM unnest(ARRAY['x', 'y']) AS prefix, generate_series(1, 5) AS i;
SELECT vesu_vault.deposit(prefix || i, 1000) FROM unnest(ARRAY['x', 'y']) AS prefix, generate_series(1, 5) AS i;
\o
-- Random operations on five vaults; the ones that fail are left out of the batch.
CREATE TEMPORARY TABLE operations AS
SELECT i AS place, jsonb_strip_nulls(jsonb_build_object(
           'op', name, 'owner', 'x' || 1 + random_1 % 5, 'amount', 1 + random_2 % 200,
           'to', CASE name WHEN 'transfer' THEN 'x' || 1 + (random_1 + 1 + random_3 % 4) % 5 END,
           'source', CASE WHEN name = 'transfer' AND random_3 % 3 > 0 THEN 'locked_first' END,
           'purpose', CASE WHEN name IN ('lock', 'unlock') OR name = 'transfer' AND random_3 % 3 = 2
                           THEN (ARRAY['', 'loan', 'order'])[1 + random_4 % 3] END,
           'signature', CASE WHEN random_4 % 10 = 0 THEN 's' || i END, 'note', 'note ' || i)) AS operation
  FROM (SELECT i, (ARRAY['deposit', 'withdraw', 'fee', 'lock', 'lock', 'unlock', 'transfer', 'transfer'])[1 + (hashint8extended(i, 5) & 7)::int] AS name,
               (hashint8extended(i, 1) & 65535)::int AS random_1, (hashint8extended(i, 2) & 65535)::int AS random_2,
               (hashint8extended(i, 3) & 65535)::int AS random_3, (hashint8extended(i, 4) & 65535)::int AS random_4
          FROM generate_series(1, 800) AS i) AS numbers;
CREATE FUNCTION pg_temp.call(operation jsonb) RETURNS text
    LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('SELECT count(*) FROM vesu_vault.%s(%s)', operation ->> 'op', concat_ws(', ',
        quote_literal(operation ->> 'owner'), quote_literal(operation ->> 'to'), operation ->> 'amount',
        'signature => ' || quote_literal(operation ->> 'signature'), 'note => ' || quote_literal(operation ->> 'note'),
        'source => ' || quote_literal(operation ->> 'source'), 'purpose => ' || quote_literal(operation ->> 'purpose')));
    RETURN 'ok';
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE;
END
$$;
CREATE TEMPORARY TABLE outcomes (place int, operation jsonb, outcome text);
DO $$
DECLARE
    next record;
BEGIN
    FOR next IN SELECT o.* FROM operations AS o ORDER BY o.place LOOP
        INSERT INTO outcomes VALUES (next.place, next.operation, pg_temp.call(next.operation));
    END LOOP;
END
$$;
SELECT operation ->> 'op' AS operation, outcome, count(*) > 2 AS often FROM outcomes GROUP BY 1, 2 ORDER BY 1, 2;
SELECT count(*) > 400 AS many
  FROM vesu_vault.apply_batch((SELECT jsonb_agg(operation || jsonb_build_object('owner', replace(operation ->> 'owner', 'x', 'y'),
                                                                                'to', replace(operation ->> 'to', 'x', 'y')) ORDER BY place)
                                 FROM outcomes WHERE outcome = 'ok'));
CREATE TEMPORARY VIEW ledger AS
SELECT left(vault_owner, 1) AS road, substr(vault_owner, 2) AS vault, seq, transaction_type, amount, signature, status, balance_before,
       balance_after, substr(counterparty, 2) AS other, note, total_after, locked_after, available_after, purpose,
       transfer_id = id AS is_sender
  FROM vesu_vault.transactions WHERE vault_owner ~ '^[xy]';
SELECT count(*) > 400 AS many, count(*) FILTER (WHERE x IS DISTINCT FROM y) AS different
  FROM (SELECT (l.vault, l.seq) AS key, to_jsonb(l) - 'road' AS x FROM ledger AS l WHERE road = 'x') AS one
  FULL JOIN (SELECT (l.vault, l.seq) AS key, to_jsonb(l) - 'road' AS y FROM ledger AS l WHERE road = 'y') AS batch USING (key);
SELECT count(*) AS vaults, count(*) FILTER (WHERE x IS DISTINCT FROM y) AS different
  FROM (SELECT substr(v.owner, 2) AS key, (v.total_balance, v.locked_balance, v.available_balance, v.total_deposited, v.total_withdrawn, v.last_seq) AS x
          FROM vesu_vault.vaults AS v WHERE v.owner LIKE 'x%') AS one
  FULL JOIN (SELECT substr(v.owner, 2) AS key, (v.total_balance, v.locked_balance, v.available_balance, v.total_deposited, v.total_withdrawn, v.last_seq) AS y
          FROM vesu_vault.vaults AS v WHERE v.owner LIKE 'y%') AS batch USING (key);
SELECT count(*) > 0 AS some, count(*) FILTER (WHERE x IS DISTINCT FROM y) AS different
  FROM (SELECT (substr(b.vault_owner, 2), b.purpose) AS key, (b.amount, b.opened_seq) AS x FROM vesu_vault.lock_buckets AS b WHERE b.vault_owner LIKE 'x%') AS one
  FULL JOIN (SELECT (substr(b.vault_owner, 2), b.purpose) AS key, (b.amount, b.opened_seq) AS y FROM vesu_vault.lock_buckets AS b WHERE b.vault_owner LIKE 'y%') AS batch USING (key);
SELECT pg_temp.unsound();
ROLLBACK;
