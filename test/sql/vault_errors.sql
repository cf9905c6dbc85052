-- Every error of the vault's operations, with message, detail and hint, and that it changes nothing.
BEGIN;
\getenv directory PG_ABS_SRCDIR
\set support :directory '/sql/support/vault.sql'
\set ECHO none
\i :support
SELECT vesu_vault.deposit('A', 1000), vesu_vault.lock('A', 300, purpose => 'loan'), vesu_vault.deposit('A', 7, 'sig') \g /dev/null
\set ECHO all
\pset format unaligned
\pset tuples_only

-- VS100: arguments
SELECT pg_temp.refusal($$deposit(NULL, 1)$$);
SELECT pg_temp.refusal($$deposit('', 1)$$);
SELECT pg_temp.refusal($$transfer('A', '', 1)$$);
SELECT pg_temp.code($$deposit('', 1, 'new')$$), pg_temp.code($$lock('', 1, purpose => 'loan')$$), pg_temp.code($$transfer('', 'B', 1)$$),
       pg_temp.code($$apply_transfers('{A}', '{""}', '{1}')$$), pg_temp.code($$apply_batch('[{"op": "fee", "owner": "", "amount": 1}]')$$);
SELECT pg_temp.refusal($$deposit('A', 1, '')$$);
SELECT pg_temp.refusal(format($$deposit('A', 1, %L)$$, repeat('s', 129)));
SELECT pg_temp.refusal($$lock('A', 1, purpose => 'pending:me')$$);
SELECT pg_temp.refusal(format($$lock('A', 1, purpose => %L)$$, repeat('p', 501)));
SELECT pg_temp.code(format($$begin_transaction('lock', 'A', 1, purpose => %L)$$, repeat('p', 501))),
       pg_temp.code(format($$apply_batch(jsonb_build_array(jsonb_build_object('op', 'lock', 'owner', 'A', 'amount', 1, 'purpose', %L)))$$, repeat('p', 501)));
SELECT pg_temp.refusal($$unlock('A', 1, purpose => 'pending:me')$$);
SELECT pg_temp.refusal($$transfer('A', 'B', 1, 'locked_first', purpose => 'pending:me')$$);
SELECT pg_temp.refusal($$transfer('A', 'B', 1, purpose => 'loan')$$);
SELECT pg_temp.refusal($$transfer('A', 'B', 1, 'locked')$$);
SELECT pg_temp.refusal($$transfer('A', 'B', 1, NULL)$$);
SELECT pg_temp.refusal($$transfer('A', NULL, 1)$$);
SELECT pg_temp.refusal($$transfer(NULL, 'B', 1)$$);
SELECT pg_temp.refusal($$open(NULL, 'address', 'account')$$);
SELECT pg_temp.refusal($$open('', 'address', 'account')$$);
SELECT pg_temp.refusal($$open('a b', 'address', 'account')$$);
SELECT pg_temp.refusal(format($$open('D', %L, 'account')$$, repeat('a', 65)));
SELECT pg_temp.code($$open('D', 'address', NULL)$$), pg_temp.code($$open('D', '', 'account')$$), pg_temp.code(E'open(E''D\\n'', ''address'', ''account'')'),
       pg_temp.code(format($$open(%L, 'address', 'account')$$, repeat('D', 65)));
SELECT pg_temp.refusal($$set_status('A', NULL)$$);
SELECT pg_temp.refusal($$set_paused(NULL)$$);
SELECT pg_temp.refusal($$begin_transaction('transfer_in', 'A', 1, 'B')$$);
SELECT pg_temp.refusal($$begin_transaction('transfer_out', 'A', 1)$$);
SELECT pg_temp.refusal($$begin_transaction('deposit', 'A', 1, 'B')$$);
SELECT pg_temp.refusal($$begin_transaction('deposit', 'A', 1, purpose => 'loan')$$);
SELECT pg_temp.code($$begin_transaction(NULL, 'A', 1)$$), pg_temp.code($$begin_transaction('fee', NULL, 1)$$),
       pg_temp.code($$begin_transaction('lock', 'A', 1, purpose => 'pending:me')$$);
SELECT pg_temp.refusal($$submit_transaction(gen_random_uuid(), NULL)$$);
SELECT pg_temp.refusal($$confirm_transaction(NULL)$$);
SELECT pg_temp.refusal($$fail_transaction(gen_random_uuid(), NULL)$$);
SELECT pg_temp.refusal($$expire_pending('-1 second')$$);
SELECT pg_temp.refusal($$expire_pending(NULL)$$);
SELECT pg_temp.refusal($$format_amount(1, 19)$$);
SELECT pg_temp.refusal($$parse_amount('1', -1)$$);

-- VS101: amounts
SELECT pg_temp.refusal($$deposit('A', 0)$$);
SELECT pg_temp.refusal($$withdraw('A', -5)$$);
SELECT pg_temp.refusal($$fee('A', NULL)$$);
SELECT call, pg_temp.code(call)
  FROM (VALUES ($$lock('A', 0)$$), ($$lock('A', NULL, purpose => 'loan')$$), ($$unlock('A', NULL)$$), ($$unlock('A', -1, purpose => 'loan')$$),
               ($$transfer('A', 'B', -1)$$), ($$transfer('A', 'B', NULL)$$), ($$begin_transaction('unlock', 'A', NULL, purpose => 'loan')$$),
               ($$begin_transaction('deposit', 'A', 0)$$)) AS calls (call);
SELECT pg_temp.refusal($$parse_amount('1.0000001')$$);

-- VS102 to VS110
SELECT pg_temp.refusal($$transfer('A', 'A', 1)$$);
SELECT pg_temp.refusal($$begin_transaction('transfer_out', 'A', 1, 'A')$$);
SELECT vesu_vault.set_paused(true) \g /dev/null
SELECT pg_temp.refusal($$deposit('A', 1)$$);
SELECT vesu_vault.set_paused(false) \g /dev/null
SELECT pg_temp.refusal($$deposit('nobody', 1)$$);
SELECT pg_temp.refusal($$transfer('A', 'nobody', 1)$$);
SELECT pg_temp.refusal($$set_status('nobody', 'active')$$);
SELECT pg_temp.refusal($$begin_transaction('transfer_out', 'A', 1, 'nobody')$$);
SELECT vesu_vault.set_status('B', 'paused'), vesu_vault.set_status('C', 'closed') \g /dev/null
SELECT pg_temp.refusal($$transfer('A', 'B', 1)$$);
SELECT pg_temp.refusal($$deposit('C', 1)$$);
SELECT pg_temp.refusal($$withdraw('A', 708)$$);
SELECT vesu_vault.set_status('B', 'active') \g /dev/null
SELECT pg_temp.refusal($$transfer('A', 'B', 708)$$);
SELECT pg_temp.refusal($$transfer('A', 'B', 1008, 'locked_first')$$);
SELECT pg_temp.refusal($$transfer('A', 'B', 708, 'locked_first', purpose => 'rent')$$);
SELECT pg_temp.refusal($$begin_transaction('withdrawal', 'A', 708)$$);
SELECT pg_temp.refusal($$unlock('A', 301, purpose => 'loan')$$);
SELECT pg_temp.refusal($$unlock('A', 1)$$);
SELECT pg_temp.refusal($$unlock('A', NULL, purpose => 'rent')$$);
SELECT pg_temp.refusal($$begin_transaction('unlock', 'A', 301, purpose => 'loan')$$);
SELECT pg_temp.refusal($$deposit('A', 9223372036854774801)$$);
SELECT pg_temp.refusal($$begin_transaction('deposit', 'A', 9223372036854774801)$$);
SELECT vesu_vault.deposit('B', 9223372036854775807) \g /dev/null
SELECT pg_temp.refusal($$transfer('A', 'B', 1)$$);
SELECT vesu_vault.withdraw('B', 9223372036854775807) \g /dev/null
SELECT pg_temp.refusal($$deposit('B', 1)$$);
SELECT vesu_vault.transfer('A', 'B', 1) \g /dev/null
SELECT pg_temp.refusal($$withdraw('B', 1)$$);
SELECT pg_temp.refusal($$open('A', 'address', 'account')$$);

-- VS111, VS113, VS114; VS112 is in vault_two_phase, VS115 in vault_tables, VS116 in vault_batches
SELECT pg_temp.refusal($$set_status('A', 'closed')$$);
SELECT pg_temp.refusal($$set_status('C', 'active')$$);
SELECT vesu_vault.open('D', 'address', 'account'), vesu_vault.begin_transaction('deposit', 'D', 1) \g /dev/null
SELECT pg_temp.refusal($$set_status('D', 'closed')$$);
SELECT pg_temp.refusal($$confirm_transaction('00000000-0000-0000-0000-000000000001')$$);
SELECT pg_temp.refusal($$deposit('A', 8, 'sig')$$);

-- Not ours: a value that the enumeration does not have.
SELECT pg_temp.refusal($$set_status('A', 'frozen')$$);

-- The longest purpose fits its index.
SELECT pg_temp.code(format($$lock('A', 1, purpose => %L)$$, repeat(U&'\+01F512', 500)));
ROLLBACK;
