-- Transactions in two phases: reservations, every step from every state, transfers, expiry.
BEGIN;
\getenv directory PG_ABS_SRCDIR
\set support :directory '/sql/support/vault.sql'
\set ECHO none
\i :support
\set ECHO all
\pset format unaligned
\pset tuples_only
CREATE FUNCTION pg_temp.books_ab() RETURNS text LANGUAGE sql AS $$SELECT pg_temp.books('A') || '; ' || pg_temp.books('B')$$;

-- Total 1000, begin withdrawal 300: 1000/300/700; confirm 700/0/700, fail 1000/0/1000.
SELECT vesu_vault.deposit('A', 1000) \g /dev/null
SELECT vesu_vault.begin_transaction('withdrawal', 'A', 300, note => 'rent') AS id \gset
SELECT pg_temp.books('A');
SELECT status, amount, seq, balance_before, balance_after, note, signature, confirmed_at FROM vesu_vault.transactions WHERE id = :'id';
SELECT vesu_vault.fail_transaction(:'id', 'no funds on the chain') \g /dev/null
SELECT pg_temp.books('A');
SELECT status, seq, balance_before, balance_after, note, confirmed_at FROM vesu_vault.transactions WHERE id = :'id';
SELECT vesu_vault.begin_transaction('withdrawal', 'A', 300) AS id \gset
SELECT status, signature, seq FROM vesu_vault.submit_transaction(:'id', 'signature');
SELECT pg_temp.books('A');
SELECT status, signature, seq, balance_before, balance_after, total_after, confirmed_at > created_at AS later FROM vesu_vault.confirm_transaction(:'id');
SELECT pg_temp.books('A');
SELECT seq, transaction_type, amount, status, pg_temp.short(purpose), created_at, confirmed_at FROM vesu_vault.transactions WHERE vault_owner = 'A' ORDER BY created_at;

-- What is reserved is not there for others.
SELECT vesu_vault.begin_transaction('fee', 'A', 650) AS id \gset
SELECT pg_temp.code($$withdraw('A', 51)$$), pg_temp.code($$lock('A', 51)$$), pg_temp.code($$transfer('A', 'B', 51, 'locked_first')$$),
       pg_temp.code($$begin_transaction('fee', 'A', 51)$$), pg_temp.code($$unlock('A', 1)$$), pg_temp.code($$unlock('A', NULL, purpose => 'x')$$),
       pg_temp.code(format($$unlock('A', 1, purpose => 'pending:%s')$$, :'id'));
SELECT vesu_vault.confirm_transaction(:'id') \g /dev/null
SELECT pg_temp.books('A');
SELECT pg_temp.unsound();
ROLLBACK;

BEGIN;
\set ECHO none
\i :support
\set ECHO all
-- Each type from begin to the end, and what it leaves meanwhile: begun, failed, begun, confirmed.
CREATE FUNCTION pg_temp.phases(type text, ending text, counterparty text DEFAULT NULL, purpose text DEFAULT NULL) RETURNS SETOF text
    LANGUAGE plpgsql AS $$
DECLARE
    id uuid;
BEGIN
    id := vesu_vault.begin_transaction(type::vesu_vault.transaction_type, 'A', 100, counterparty, NULL, purpose);
    RETURN NEXT format('%s begun: %s; %s', type, pg_temp.books('A'), pg_temp.books('B'));
    IF ending = 'confirmed' THEN
        PERFORM vesu_vault.confirm_transaction(id);
    ELSE
        PERFORM vesu_vault.fail_transaction(id, 'reason');
    END IF;
    RETURN NEXT format('%s %s: %s; %s', type, ending, pg_temp.books('A'), pg_temp.books('B'));
END
$$;
SELECT vesu_vault.deposit('A', 1000), vesu_vault.lock('A', 100, purpose => 'loan') \g /dev/null
SELECT p FROM unnest(ARRAY['deposit', 'withdrawal', 'fee', 'lock', 'unlock', 'transfer_out']) WITH ORDINALITY AS kind (type, place),
       unnest(ARRAY['failed', 'confirmed']) WITH ORDINALITY AS ending (name, second),
       pg_temp.phases(type, name, CASE type WHEN 'transfer_out' THEN 'B' END, CASE WHEN type IN ('lock', 'unlock') THEN 'loan' END) AS p;
SELECT pg_temp.unsound();

-- Every step from every state.
CREATE FUNCTION pg_temp.step(id uuid, step text) RETURNS text
    LANGUAGE plpgsql AS $$
BEGIN
    RETURN CASE step
        WHEN 'submit' THEN pg_temp.refusal(format('submit_transaction(%L, %L)', id, 's' || id))
        WHEN 'submit otherwise' THEN pg_temp.refusal(format('submit_transaction(%L, %L)', id, 'o' || id))
        WHEN 'confirm' THEN pg_temp.refusal(format('confirm_transaction(%L)', id))
        WHEN 'fail' THEN pg_temp.refusal(format('fail_transaction(%L, %L)', id, 'reason')) END;
END
$$;
CREATE FUNCTION pg_temp.matrix(first text, second text) RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
    new_id constant uuid := vesu_vault.begin_transaction('withdrawal', 'A', 1);
    outcome text;
BEGIN
    IF first <> 'begin' THEN
        PERFORM pg_temp.step(new_id, first);
    END IF;
    outcome := pg_temp.step(new_id, second);
    RETURN (SELECT format('%s, %s: %s; %s%s', first, second, outcome, t.status,
                          CASE WHEN EXISTS (SELECT FROM vesu_vault.lock_buckets AS b WHERE b.purpose = 'pending:' || new_id) THEN ', reserved' END)
              FROM vesu_vault.transactions AS t WHERE t.id = new_id);
END
$$;
SELECT pg_temp.matrix(first, second)
  FROM unnest(ARRAY['begin', 'submit', 'confirm', 'fail']) WITH ORDINALITY AS a (first, i),
       unnest(ARRAY['submit', 'submit otherwise', 'confirm', 'fail']) WITH ORDINALITY AS b (second, j) ORDER BY i, j;
SELECT pg_temp.unsound();
ROLLBACK;

BEGIN;
\set ECHO none
\i :support
\set ECHO all
CREATE FUNCTION pg_temp.books_ab() RETURNS text LANGUAGE sql AS $$SELECT pg_temp.books('A') || '; ' || pg_temp.books('B')$$;
-- Transfers: both rows go together, by either id.
SELECT vesu_vault.deposit('A', 1000) \g /dev/null
SELECT vesu_vault.begin_transaction('transfer_out', 'A', 300, 'B', 'rent') AS out_id \gset
SELECT t.id AS in_id FROM vesu_vault.transactions AS t WHERE t.transfer_id = :'out_id' AND t.transaction_type = 'transfer_in' \gset
SELECT pg_temp.books_ab();
SELECT vault_owner, transaction_type, status, counterparty, note, balance_before, transfer_id = :'out_id' FROM vesu_vault.transactions WHERE status = 'pending' ORDER BY 1;
SELECT vault_owner, status, signature FROM vesu_vault.submit_transaction(:'in_id', 's1');
-- Neither a pause nor what happened meanwhile keeps it.
SELECT vesu_vault.set_paused(true), vesu_vault.set_status('A', 'paused'), vesu_vault.set_status('B', 'paused') \g /dev/null
SELECT vault_owner, transaction_type, status, seq, balance_before, balance_after FROM vesu_vault.confirm_transaction(:'in_id');
SELECT vault_owner, status, signature, seq, balance_before, balance_after FROM vesu_vault.transactions WHERE transfer_id = :'out_id' ORDER BY 1;
SELECT count(DISTINCT confirmed_at) FROM vesu_vault.transactions WHERE transfer_id = :'out_id';
SELECT vault_owner, status FROM vesu_vault.confirm_transaction(:'out_id');
SELECT pg_temp.books_ab();
SELECT vesu_vault.set_paused(false), vesu_vault.set_status('A', 'active'), vesu_vault.set_status('B', 'active') \g /dev/null
-- Its signature is taken for sender and receiver.
SELECT vesu_vault.deposit('C', 10) \g /dev/null
SELECT vesu_vault.begin_transaction('transfer_out', 'C', 1, 'B') AS out_id \gset
SELECT pg_temp.refusal(format($$submit_transaction(%L, 's1')$$, :'out_id'));
SELECT vault_owner, status, note FROM vesu_vault.fail_transaction(:'out_id', 'lost');
SELECT vault_owner, status, note FROM vesu_vault.transactions WHERE transfer_id = :'out_id' ORDER BY 1;

-- Confirming checks the balances of that moment, and not before.
SELECT vesu_vault.lock('A', 100, purpose => 'loan'), vesu_vault.begin_transaction('unlock', 'A', 100, purpose => 'loan') AS id \gset
SELECT vesu_vault.unlock('A', 1, purpose => 'loan') \g /dev/null
SELECT pg_temp.refusal(format('confirm_transaction(%L)', :'id'));
SELECT status FROM vesu_vault.fail_transaction(:'id', 'too late');
SELECT vesu_vault.begin_transaction('deposit', 'C', 9223372036854775797) AS id \gset
SELECT vesu_vault.deposit('C', 1) \g /dev/null
SELECT pg_temp.refusal(format('confirm_transaction(%L)', :'id'));

-- Only what is open keeps a vault from being closed.
SELECT pg_temp.code($$set_status('C', 'closed')$$);
SELECT vesu_vault.fail_transaction(:'id', 'too much'), vesu_vault.withdraw('C', 11) \g /dev/null
SELECT status FROM vesu_vault.set_status('C', 'closed');
SELECT pg_temp.unsound();
ROLLBACK;

BEGIN;
\set ECHO none
\i :support
\set ECHO all
-- Expiry: pending for longer than an hour, or as given; what was submitted stays.
SELECT vesu_vault.deposit('A', 1000), vesu_vault.deposit('B', 1000) \g /dev/null
SELECT vesu_vault.begin_transaction('withdrawal', 'A', 1), vesu_vault.begin_transaction('deposit', 'A', 2) \g /dev/null
SELECT vesu_vault.begin_transaction('transfer_out', 'B', 3, 'A') \g /dev/null
SELECT vesu_vault.begin_transaction('fee', 'A', 4) AS id \gset
SELECT vesu_vault.submit_transaction(:'id', 'signature') \g /dev/null
SET vesu.clock = '2026-03-01 13:00:00+00';
SELECT vesu_vault.begin_transaction('withdrawal', 'B', 5) \g /dev/null
SELECT vesu_vault.expire_pending();
SET vesu.clock = '2026-03-01 13:00:01+00';
SELECT vesu_vault.expire_pending();
SELECT vesu_vault.expire_pending();
SELECT vault_owner, transaction_type, amount, status, note FROM vesu_vault.transactions WHERE status <> 'confirmed' ORDER BY amount, vault_owner;
SELECT pg_temp.books('A'), pg_temp.books('B');
SELECT vesu_vault.expire_pending('0');
SELECT pg_temp.books('A'), pg_temp.books('B');
SELECT pg_temp.unsound();
ROLLBACK;
