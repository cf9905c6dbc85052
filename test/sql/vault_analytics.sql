-- Questions about vaults: history, distribution, utilization, the largest, daily flow, total value locked.
BEGIN;
\getenv directory PG_ABS_SRCDIR
\set support :directory '/sql/support/vault.sql'
\set ECHO none
\i :support
CREATE FUNCTION pg_temp.at(moment text, call text) RETURNS void
    LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('vesu.clock', moment, false);
    EXECUTE 'SELECT vesu_vault.' || call;
END
$$;
\set ECHO all
\pset format unaligned
\pset tuples_only

-- History: every status, newest first, by pages, by type.
\o /dev/null
SELECT vesu_vault.deposit('A', i) FROM generate_series(1, 130) AS i;
SELECT vesu_vault.begin_transaction('withdrawal', 'A', 5);
SELECT vesu_vault.fail_transaction(vesu_vault.begin_transaction('deposit', 'A', 6), 'no');
\o
SELECT count(*), min(amount), max(created_at) = (SELECT max(created_at) FROM vesu_vault.transactions) FROM vesu_vault.history('A');
SELECT transaction_type, status, amount FROM vesu_vault.history('A', max_rows => 4);
SELECT count(*) FROM vesu_vault.history('A', max_rows => 1000);
SELECT count(*) FROM vesu_vault.history('A', max_rows => 0);
SELECT transaction_type, status, amount FROM vesu_vault.history('A', 'withdrawal');
SELECT count(*) FROM vesu_vault.history('B');
SELECT count(*) FROM vesu_vault.history('nobody');
WITH RECURSIVE page AS (
    SELECT 1 AS number, ARRAY(SELECT h FROM vesu_vault.history('A', max_rows => 50) AS h) AS rows
    UNION ALL
    SELECT page.number + 1, ARRAY(SELECT h FROM vesu_vault.history('A', max_rows => 50, before => page.rows[cardinality(page.rows)].created_at) AS h)
      FROM page WHERE cardinality(page.rows) > 0)
SELECT count(DISTINCT entry.id) AS rows, max(page.number) AS pages, bool_and(entry.vault_owner = 'A') FROM page LEFT JOIN LATERAL unnest(page.rows) AS entry ON true WHERE cardinality(rows) > 0;
SELECT count(*) FROM vesu_vault.transactions WHERE vault_owner = 'A';
SELECT pg_temp.refusal($$history(NULL)$$);
SELECT pg_temp.refusal($$history('A', max_rows => -1)$$);
SELECT pg_temp.code($$history('A', max_rows => NULL)$$);
ROLLBACK;

-- Without a vault everything is zero.
BEGIN;
SELECT vesu_vault.utilization_percent();
SELECT * FROM vesu_vault.distribution();
SELECT count(*) FROM vesu_vault.top_vaults();
SELECT total_value_locked, active_vaults, total_locked, total_available FROM vesu_vault.tvl_snapshot();

-- The example of the contract: active 100/30, 50/0, 0/0, paused 1000/400.
\set ECHO none
\i :support
CREATE FUNCTION pg_temp.at(moment text, call text) RETURNS void
    LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('vesu.clock', moment, false);
    EXECUTE 'SELECT vesu_vault.' || call;
END
$$;
\set ECHO all
\o /dev/null
SELECT vesu_vault.deposit('A', 100000000), vesu_vault.lock('A', 30000000), vesu_vault.deposit('B', 50000000),
       vesu_vault.open('D', 'address', 'account'), vesu_vault.deposit('D', 1000000000), vesu_vault.lock('D', 400000000),
       vesu_vault.set_status('D', 'paused');
\o
SELECT total_value_locked, active_vaults, total_locked, total_available, "timestamp" FROM vesu_vault.tvl_snapshot();
SELECT vesu_vault.utilization_percent();
SELECT * FROM vesu_vault.top_vaults();
SELECT * FROM vesu_vault.top_vaults(1);
SELECT count(*) FROM vesu_vault.top_vaults(0);
SELECT pg_temp.refusal($$top_vaults(-1)$$);
SELECT pg_temp.code($$top_vaults(NULL)$$);

-- The series: the newest snapshot before the end of each step, carried on; nothing before the first; days and months of UTC.
\o /dev/null
DELETE FROM vesu_vault.tvl_snapshots;
SELECT pg_temp.at(moment, call)
  FROM (VALUES ('2026-03-28 10:00:00+00', 'tvl_snapshot()'), ('2026-03-28 11:00:00+00', $$deposit('A', 1)$$), ('2026-03-28 12:00:00+00', 'tvl_snapshot()'),
               ('2026-03-29 00:00:00+00', $$deposit('A', 2)$$), ('2026-03-30 00:00:00+00', 'tvl_snapshot()')) AS calls (moment, call);
\o
SET timezone = 'Europe/Berlin';
SELECT bucket AT TIME ZONE 'UTC', total_value_locked, active_vaults, total_locked, total_available
  FROM vesu_vault.tvl_series('2026-03-27 00:00+00', '2026-03-31 00:00+00', '1 day');
SELECT bucket AT TIME ZONE 'UTC', total_value_locked FROM vesu_vault.tvl_series('2026-03-28 10:00+00', '2026-03-28 12:30+00', '1 hour');
SELECT bucket AT TIME ZONE 'UTC', total_value_locked FROM vesu_vault.tvl_series('2026-02-01 00:00+00', '2026-05-01 00:00+00', '1 month');
SELECT count(*) FROM vesu_vault.tvl_series('2026-03-28 10:00+00', '2026-03-28 10:00+00', '1 hour');
SET timezone = 'UTC';
SELECT pg_temp.refusal($$tvl_series('2026-01-01', '2026-01-02', '0')$$);
SELECT pg_temp.code($$tvl_series('2026-01-01', '2026-01-02', '-1 day')$$), pg_temp.code($$tvl_series(NULL, '2026-01-02', '1 day')$$),
       pg_temp.code($$tvl_series('2026-01-01', NULL, '1 day')$$), pg_temp.code($$tvl_series('2026-01-01', '2026-01-02', NULL)$$),
       pg_temp.code($$tvl_series('-infinity', '2026-01-02', '1 day')$$);
-- A sum that no bigint holds.
SET LOCAL session_replication_role = replica;
UPDATE vesu_vault.vaults SET total_balance = 9223372036854775807 - locked_balance, available_balance = 9223372036854775807 - 2 * locked_balance WHERE owner IN ('A', 'B');
SET LOCAL session_replication_role = origin;
SELECT pg_temp.refusal('tvl_snapshot()');
SELECT vesu_vault.utilization_percent();
ROLLBACK;

-- Distribution: the example of the contract, other edges, edges that are none.
BEGIN;
\set ECHO none
\i :support
\set ECHO all
\o /dev/null
SELECT vesu_vault.open('v' || total, 'address', 'account'), CASE WHEN total > 0 THEN (vesu_vault.deposit('v' || total, total)).amount END
  FROM unnest(ARRAY[0, 1, 99999999, 100000000, 999999999, 1000000000, 9999999999, 10000000000, 50000000000]) AS total;
SELECT vesu_vault.set_status(o, 'closed') FROM unnest(ARRAY['A', 'B', 'C']) AS o;
\o
SELECT * FROM vesu_vault.distribution();
SELECT * FROM vesu_vault.distribution('{100000000}');
SELECT * FROM vesu_vault.distribution('{0,1,2}');
SELECT pg_temp.refusal($$distribution('{1,1}')$$);
SELECT edges, pg_temp.code(format('distribution(%L)', edges))
  FROM unnest(ARRAY['{}', '{2,1}', '{-1,1}', '{0,NULL}', '{{0,1},{2,3}}', NULL]) AS edges;
ROLLBACK;

-- Flow: what is confirmed counts, on its UTC day; both ends belong to it.
BEGIN;
\set ECHO none
\i :support
CREATE FUNCTION pg_temp.at(moment text, call text) RETURNS void
    LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('vesu.clock', moment, false);
    EXECUTE 'SELECT vesu_vault.' || call;
END
$$;
\set ECHO all
\o /dev/null
SELECT pg_temp.at(moment, call)
  FROM (VALUES ('2026-03-10 00:00:00+00', $$deposit('A', 100)$$), ('2026-03-10 23:59:59+00', $$deposit('B', 50)$$),
               ('2026-03-11 00:00:00+00', $$withdraw('A', 30)$$), ('2026-03-11 12:00:00+00', $$begin_transaction('deposit', 'A', 999, note => 'fails')$$),
               ('2026-03-11 12:00:00+00', $$begin_transaction('deposit', 'A', 888, note => 'is confirmed')$$), ('2026-03-11 13:00:00+00', $$lock('A', 10)$$),
               ('2026-03-11 13:00:00+00', $$fee('A', 1)$$), ('2026-03-11 13:00:00+00', $$transfer('A', 'B', 10)$$),
               ('2026-03-11 13:00:00+00', $$begin_transaction('withdrawal', 'A', 10)$$), ('2026-03-13 13:00:00+00', $$withdraw('B', 60)$$)) AS calls (moment, call);
SELECT pg_temp.at('2026-03-12 00:00:00+00', format('fail_transaction(%L, %L)', id, 'no')) FROM vesu_vault.transactions WHERE note = 'fails';
SELECT pg_temp.at('2026-03-14 00:00:00+00', format('confirm_transaction(%L)', id)) FROM vesu_vault.transactions WHERE note = 'is confirmed';
\o
SET timezone = 'Pacific/Kiritimati';
SELECT * FROM vesu_vault.daily_flow('2026-03-01', '2026-03-31');
SELECT * FROM vesu_vault.daily_flow('2026-03-11', '2026-03-13');
SELECT count(*) FROM vesu_vault.daily_flow('2026-03-11', '2026-03-10');
SELECT count(*) FROM vesu_vault.daily_flow('-infinity', 'infinity');
SELECT pg_temp.refusal($$daily_flow(NULL, '2026-03-10')$$);
SELECT pg_temp.code($$daily_flow('2026-03-10', NULL)$$);
ROLLBACK;
