-- Months past their time: when they are due, one a call; what is detached, dropped, frozen; rows that come late; what users do by hand.
-- In a database of its own.
\getenv directory PG_ABS_SRCDIR
\set support :directory '/sql/support/portfolio_partitions.sql'
SET client_min_messages = warning;
DROP DATABASE IF EXISTS vesu_retention;
RESET client_min_messages;
CREATE DATABASE vesu_retention;
\c vesu_retention
SET vesu.clock = '2025-01-15 12:00+00';
CREATE EXTENSION vesu;
\set ECHO none
\i :support
\set ECHO all
\pset format unaligned
\pset tuples_only
SELECT pg_temp.seed();

-- The first moment at which January 2025 is past its time, and the one before: whole UTC months back from now.
SET timezone = 'America/Los_Angeles';
CREATE FUNCTION pg_temp.due(at timestamptz, retention jsonb DEFAULT NULL) RETURNS text
    LANGUAGE sql AS $$
    SELECT set_config('vesu.clock', at::text, true);
    SELECT coalesce(string_agg(concat_ws(' ', due.action, due.partition), ', ' ORDER BY due.month, due.parent), 'none')
      FROM vesu_portfolio.months_past_their_time(retention) AS due
$$;
SELECT number, pg_temp.due(at::timestamptz - interval '1 microsecond', retention::jsonb) AS before, pg_temp.due(at::timestamptz, retention::jsonb) AS due
  FROM (VALUES
    (1, '2025-05-01 00:00Z', NULL),
    (2, '2026-02-01 00:00Z', '{"satellite_performance": {"keep": "all"}}'),
    (3, '2027-02-01 00:00Z', '{"satellite_performance": {"keep": "all"}, "dex_trades": {"keep": "all"}}'),
    (4, '2032-02-01 00:00Z', '{"satellite_performance": {"keep": "all"}, "dex_trades": {"keep": "all"}, "market_data": {"keep": "all"},
                               "yield_metrics": {"keep": "all"}, "risk_metrics": {"keep": "all"}, "risk_assessments": {"keep": "all"}}'),
    (5, '2025-03-01 00:00Z', '{"transactions": {"keep": "1 month"}}'),
    (6, '2025-02-01 00:00:01Z', '{"transactions": {"keep": "1 second"}}'),
    (7, '2025-03-18 06:00Z', '{"transactions": {"keep": "45 days 6 hours"}}')
  ) AS v (number, at, retention)
 ORDER BY number;
SET timezone = 'UTC';

-- One month a call, the oldest first; none in a call that attaches.
SELECT parent, mode, edge FROM (SELECT set_config('vesu.clock', '2025-12-15 12:00+00', false)) AS c, vesu_portfolio.retention_edges(NULL);
-- However the session writes intervals.
SELECT style, (SELECT count(*) FROM vesu_portfolio.retention_edges('{"transactions": {"keep": "1 year 2 months"}}') AS e
                WHERE e.edge = '2024-10-01' OR e.parent <> 'transactions') AS edges
  FROM (SELECT s.style, set_config('intervalstyle', s.style, false)
          FROM unnest(ARRAY['sql_standard', 'iso_8601', 'postgres', 'postgres_verbose']) AS s (style) OFFSET 0) AS styles;
SELECT count(*) FROM vesu_portfolio.partitioned_tables() AS t CROSS JOIN LATERAL vesu_portfolio.create_partitions(t.parent, '2025-01-01', '2026-04-01');
SELECT pg_temp.put('market_data', '2025-01-10', 1), pg_temp.put('market_data', '2025-01-11', 2), pg_temp.put('market_data', '2025-02-10', 3),
       pg_temp.put('transactions', '2025-01-10', 1), pg_temp.put('transactions', '2025-01-11', 2), pg_temp.put('transactions', '2025-02-10', 3),
       pg_temp.put('transactions', '2025-08-10', 4);
CREATE FUNCTION pg_temp.only(VARIADIC parents text[] DEFAULT '{}') RETURNS jsonb
    LANGUAGE sql AS $$
    SELECT jsonb_object_agg(t.parent, '{"keep": "all"}'::jsonb) FROM vesu_portfolio.partitioned_tables() AS t WHERE t.parent <> ALL (parents)
$$;
SELECT pg_temp.maintain('4 months', pg_temp.only('transactions', 'market_data') || '{"transactions": {"keep": "9 months"}, "market_data": {"keep": "9 months"}}');
SELECT call, pg_temp.maintain(retention => pg_temp.only('transactions', 'market_data')
                                        || '{"transactions": {"keep": "9 months"}, "market_data": {"keep": "9 months", "mode": "drop"}}')
  FROM generate_series(1, 7) AS call;
SELECT pg_temp.months('market_data'), pg_temp.months('transactions');
SELECT parent, from_time, detached_at FROM vesu_portfolio.partition_months WHERE to_time <= '2025-04-01' AND parent IN ('transactions', 'market_data') ORDER BY 1, 2;
SELECT parent, partition, state, alarm FROM vesu_portfolio.partition_status WHERE alarm IS NOT NULL ORDER BY 1, 2;
SELECT t.parent, vesu_portfolio.frozen_months(t.parent) FROM vesu_portfolio.partitioned_tables() AS t;
SELECT vesu_portfolio.frozen_months('portfolios'), vesu_portfolio.frozen_months(NULL);

-- The hashes of a detached month stay taken.
SELECT pg_temp.wrong_hashes(), count(*) FROM vesu_portfolio.transaction_hashes;
SELECT split_part(pg_temp.refusal($$SELECT pg_temp.put('transactions', '2025-09-01', 1)$$), E'\n', 1);

-- Rows that come late: into the detached table, or, when that is dropped, into one that is detached from the start. The month stays frozen.
SELECT pg_temp.put('market_data', '2025-01-12', 4), pg_temp.put('transactions', '2025-01-12', 5), pg_temp.put('transactions', '2025-02-12', 6);
SELECT split_part(pg_temp.refusal($$SELECT pg_temp.put('transactions', '2025-02-13', 2)$$), E'\n', 1);
SELECT count(*) AS visible FROM vesu_portfolio.transactions WHERE "timestamp" < '2025-03-01';
SELECT pg_temp.maintain(retention => pg_temp.only());
SELECT pg_temp.months('market_data'), pg_temp.months('transactions'), pg_temp.wrong_hashes();
SELECT vesu_portfolio.frozen_months('market_data'), vesu_portfolio.frozen_months('transactions');
SELECT pg_temp.maintain(retention => pg_temp.only('market_data') || '{"market_data": {"keep": "9 months", "mode": "drop"}}') FROM generate_series(1, 2);
SELECT pg_temp.months('market_data');
SELECT * FROM vesu_portfolio.create_partitions('market_data', '2025-01-01', '2025-03-01');
-- Dropping frees the hashes of the month, of rows too that somebody has deleted from the detached table, but not of those that are in the
-- default partition; and only months past their time are dropped.
SELECT pg_temp.put('transactions', '2025-01-13', 7);
DELETE FROM vesu_portfolio.transactions_y2025m01 WHERE id = pg_temp.uid(2);
SELECT pg_temp.wrong_hashes();
BEGIN;
SELECT vesu_portfolio.drop_month('transactions', '2025-01-01', 'transactions_y2025m01');
SELECT transaction_hash FROM vesu_portfolio.transaction_hashes ORDER BY 1;
SELECT pg_temp.wrong_hashes();
ROLLBACK;
SELECT pg_temp.due('2025-12-15', '{"transactions": {"keep": "11 months", "mode": "drop"}}'),
       pg_temp.due('2025-12-15', '{"transactions": {"keep": "10 months", "mode": "drop"}}'),
       pg_temp.due('2025-12-15', '{"transactions": {"keep": "10 months", "mode": "detach"}}');
-- A view of a user keeps a month from being dropped, but not others from being detached.
CREATE VIEW public.my_view AS SELECT * FROM vesu_portfolio.transactions_y2025m01;
SELECT pg_temp.maintain(retention => pg_temp.only('transactions') || '{"transactions": {"keep": "8 months", "mode": "drop"}}');
DROP VIEW public.my_view;
SELECT pg_temp.maintain(retention => pg_temp.only('transactions') || '{"transactions": {"keep": "8 months", "mode": "drop"}}') FROM generate_series(1, 5);
SELECT pg_temp.wrong_hashes(), pg_temp.months('transactions');

-- By hand. Detached: known, frozen at once, never dropped. Attached again: as any other. Dropped: known, frozen; late rows get a table that is detached.
ALTER TABLE vesu_portfolio.yield_metrics DETACH PARTITION vesu_portfolio.yield_metrics_y2025m05;
SELECT vesu_portfolio.frozen_months('yield_metrics');
SELECT pg_temp.put('yield_metrics', '2025-05-05', 1);
SELECT pg_temp.maintain(retention => pg_temp.only('yield_metrics') || '{"yield_metrics": {"keep": "6 months", "mode": "drop"}}') FROM generate_series(1, 12);
SELECT pg_temp.months('yield_metrics'), vesu_portfolio.frozen_months('yield_metrics');
ALTER TABLE vesu_portfolio.yield_metrics ATTACH PARTITION vesu_portfolio.yield_metrics_y2025m05 FOR VALUES FROM ('2025-05-01') TO ('2025-06-01');
SELECT vesu_portfolio.frozen_months('yield_metrics');
SELECT pg_temp.maintain(retention => pg_temp.only('yield_metrics') || '{"yield_metrics": {"keep": "6 months", "mode": "drop"}}') FROM generate_series(1, 3);
SELECT pg_temp.months('yield_metrics');
DROP TABLE vesu_portfolio.yield_metrics_y2025m09;
SELECT vesu_portfolio.frozen_months('yield_metrics');
SELECT pg_temp.put('yield_metrics', '2025-09-05', 1), pg_temp.put('yield_metrics', '2025-08-05', 2);
SELECT pg_temp.maintain(retention => pg_temp.only());
SELECT pg_temp.months('yield_metrics'), vesu_portfolio.frozen_months('yield_metrics');
-- A month that is not over is made again, and freezes nothing.
DROP TABLE vesu_portfolio.yield_metrics_y2025m12, vesu_portfolio.yield_metrics_y2026m01;
SELECT vesu_portfolio.frozen_months('yield_metrics');
SELECT pg_temp.put('yield_metrics', '2025-12-05', 1);
SELECT pg_temp.maintain(retention => pg_temp.only());
-- A partition that a user made for a month is known from the next call on, under its name.
CREATE TABLE vesu_portfolio.mine PARTITION OF vesu_portfolio.yield_metrics FOR VALUES FROM ('2024-10-01') TO ('2024-11-01');
CREATE TABLE vesu_portfolio.half PARTITION OF vesu_portfolio.yield_metrics FOR VALUES FROM ('2024-09-01') TO ('2024-09-16');
SELECT pg_temp.maintain(retention => pg_temp.only('yield_metrics') || '{"yield_metrics": {"keep": "1 month"}}') FROM generate_series(1, 5);
SELECT partition, state FROM vesu_portfolio.partition_status WHERE parent = 'yield_metrics' ORDER BY from_time, partition;

-- A month takes what it was to its roll-ups along: they are settled when it goes, and rows that come later change nothing.
SELECT pg_temp.put('market_data', at, n) FROM (VALUES ('2025-04-05 00:10Z'::timestamptz, 10), ('2025-04-05 00:50Z', 30)) AS v (at, n);
SELECT count(*) FROM vesu_portfolio.ohlcv_hourly WHERE bucket = '2025-04-05';
SELECT pg_temp.maintain(retention => pg_temp.only('market_data') || '{"market_data": {"keep": "7 months"}}') FROM generate_series(1, 4);
SELECT trim_scale(open), trim_scale(close), points FROM vesu_portfolio.ohlcv_hourly WHERE bucket = '2025-04-05';
SELECT pg_temp.put('market_data', '2025-04-05 00:40Z', 1000);
SELECT pg_temp.maintain(retention => pg_temp.only());
SELECT count(*) FROM vesu_portfolio.refresh_rollups();
SELECT trim_scale(high), points FROM vesu_portfolio.ohlcv_hourly_live WHERE bucket = '2025-04-05';

-- How: with the refreshers locked out, then once more with nobody writing.
DO $$
DECLARE
    gone regprocedure;
BEGIN
    FOR gone IN SELECT p.oid FROM pg_proc AS p WHERE p.pronamespace = 'vesu_portfolio'::regnamespace AND p.proname IN ('lock_rollups', 'refresh_before') LOOP
        EXECUTE format('DROP FUNCTION %s', gone);
    END LOOP;
END
$$;
CREATE TABLE public.calls (number serial, call text);
CREATE FUNCTION vesu_portfolio.lock_rollups() RETURNS void LANGUAGE sql AS $$ INSERT INTO public.calls (call) VALUES ('lock') $$;
CREATE FUNCTION vesu_portfolio.refresh_before(parent text, before timestamptz) RETURNS void LANGUAGE sql AS $$
    INSERT INTO public.calls (call)
    SELECT format('%s before %s, attached %s, locked %s', parent, before,
                  EXISTS (SELECT FROM vesu_portfolio.partitions_of(parent) AS p WHERE p.to_time = before),
                  EXISTS (SELECT FROM pg_locks AS l WHERE l.relation = format('vesu_portfolio.%I', parent)::regclass AND l.mode = 'AccessExclusiveLock'));
$$;
SELECT pg_temp.maintain(retention => pg_temp.only('market_data') || '{"market_data": {"keep": "6 months"}}');
SELECT call FROM public.calls ORDER BY number;
TRUNCATE public.calls;
SELECT pg_temp.maintain(retention => pg_temp.only('risk_metrics') || '{"risk_metrics": {"keep": "10 months"}}');
SELECT call FROM public.calls ORDER BY number;
-- In a snapshot that is older than what they wait for, a month is left alone.
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT pg_temp.maintain(retention => pg_temp.only('market_data') || '{"market_data": {"keep": "5 months"}}');
COMMIT;

-- Retentions that are none: nothing is done, not even what could be read of them.
SET vesu.clock = '2030-01-01';
SELECT number, pg_temp.refusal(format('SELECT * FROM vesu_portfolio.maintain_partitions(retention => %L)', retention))
  FROM unnest(ARRAY['5', '{"portfolios": {"keep": "1 month"}}', '{"market_data": "1 month"}', '{"market_data": {"keep": "1 month", "month": 1}}',
                    '{"market_data": {"mode": "delete"}}', '{"market_data": {"keep": "24"}}']) WITH ORDINALITY AS r (retention, number);
SELECT retention, split_part(pg_temp.refusal(format('SELECT * FROM vesu_portfolio.maintain_partitions(retention => %L)', retention)), E'\n', 1)
  FROM unnest(ARRAY['null', '[]', '"x"', 'true', '{"Market_data": {}}', '{"market_data": null}', '{"market_data": []}', '{"market_data": {"keep": null}}',
                    '{"market_data": {"keep": 24}}', '{"market_data": {"keep": ""}}', '{"market_data": {"keep": "0"}}', '{"market_data": {"keep": "0 months"}}',
                    '{"market_data": {"keep": "-1 month"}}', '{"market_data": {"keep": "soon"}}', '{"market_data": {"keep": "ALL"}}', '{"market_data": {"keep": {}}}',
                    '{"market_data": {"keep": "999999999 years"}}', '{"market_data": {"keep": "100000 years"}}', '{"market_data": {"keep": "99999999999999999999 days"}}',
                    '{"market_data": {"mode": null}}', '{"market_data": {"mode": "Drop"}}', '{"market_data": {"mode": 1}}',
                    '{"dex_trades": {"keep": "1 month"}, "market_data": {"keep": "x"}}']) AS retention;
SELECT pg_temp.refusal($$SELECT vesu_portfolio.check_retention('{"market_data": {}, "transactions": {"mode": "drop"}, "dex_trades": {"keep": "P1Y"}}')$$),
       pg_temp.refusal('SELECT vesu_portfolio.check_retention(NULL)');

\c postgres
DROP DATABASE vesu_retention;
