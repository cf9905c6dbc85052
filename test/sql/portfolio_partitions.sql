-- The months of the partitioned tables: what is there from the start, across the end of a month, on request, and what is done with rows
-- that found no partition. In a database of its own.
\getenv directory PG_ABS_SRCDIR
\set support :directory '/sql/support/portfolio_partitions.sql'
SET client_min_messages = warning;
DROP DATABASE IF EXISTS vesu_partitions;
RESET client_min_messages;
CREATE DATABASE vesu_partitions;
\c vesu_partitions
-- The last moment of January in UTC is February in Auckland; dates are written day first.
SET timezone = 'Pacific/Auckland';
SET datestyle = 'SQL, DMY';
SET vesu.clock = '2025-01-31 23:59:59.999999+00';
CREATE EXTENSION vesu;
SELECT vesu_portfolio.frozen_months('market_data');
SELECT count(*) FROM vesu_portfolio.maintain_partitions();
\set ECHO none
\i :support
\set ECHO all
\pset format unaligned
\pset tuples_only
SELECT pg_temp.seed();
SELECT t.parent, pg_temp.months(t.parent) FROM vesu_portfolio.partitioned_tables() AS t;
SELECT m.* FROM vesu_portfolio.partition_months AS m WHERE m.parent = 'risk_metrics' ORDER BY m.from_time;

-- Four months go by, a day a step, with maintenance at each: every row finds a partition, the months run ahead, nothing else is done.
CREATE TEMPORARY TABLE done (day timestamptz, parent text, partition text, action text, rows bigint);
CREATE TEMPORARY SEQUENCE number;
SET timezone = 'Pacific/Auckland';
SET datestyle = 'SQL, DMY';
DO $$
DECLARE
    moment timestamptz;
BEGIN
    FOR moment IN SELECT generate_series(timestamptz '2025-01-31 00:00Z', '2025-05-31 00:00Z', interval '24 hours') LOOP
        PERFORM set_config('vesu.clock', moment::text, false);
        INSERT INTO done SELECT moment, m.* FROM vesu_portfolio.maintain_partitions() AS m;
        PERFORM pg_temp.put(t.parent, moment + late, nextval('pg_temp.number')::int)
           FROM vesu_portfolio.partitioned_tables() AS t
          CROSS JOIN unnest(ARRAY[interval '0', interval '12 hours', interval '23 hours 59 minutes 59.999 seconds']) AS late;
    END LOOP;
END
$$;
SET timezone = 'UTC';
SET datestyle = 'ISO';
SELECT day, action, rows, count(*), string_agg(DISTINCT right(partition, 8), ' ') FROM done GROUP BY 1, 2, 3 ORDER BY 1;
SELECT t.parent, pg_temp.months(t.parent) FROM vesu_portfolio.partitioned_tables() AS t;
SELECT count(*) AS alarms FROM vesu_portfolio.partition_status WHERE alarm IS NOT NULL;
SELECT pg_temp.wrong_hashes();
-- The border between two months, to the microsecond.
SELECT pg_temp.put('transactions', '2025-02-28 23:59:59.999999Z', 8001), pg_temp.put('transactions', '2025-03-01 00:00Z', 8002);
SELECT "timestamp", tableoid::regclass FROM vesu_portfolio.transactions WHERE id IN (pg_temp.uid(8001), pg_temp.uid(8002)) ORDER BY 1;

-- Without maintenance: three months later the months ahead are used up, the view warns before and after, rows wait in the default partition.
CREATE FUNCTION pg_temp.alarms(moment timestamptz) RETURNS SETOF text
    LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('vesu.clock', moment::text, false);
    RETURN QUERY
    SELECT format('%s %s: %s, %s tables', s.state, s.from_time::date, s.alarm, count(*))
      FROM vesu_portfolio.partition_status AS s WHERE s.alarm IS NOT NULL GROUP BY s.state, s.from_time, s.alarm ORDER BY s.state, s.from_time;
END
$$;
SELECT moment, alarm
  FROM unnest(ARRAY['2025-06-30 23:59:59.999999Z', '2025-07-01', '2025-08-01', '2025-09-01']::timestamptz[]) AS moment
  LEFT JOIN LATERAL pg_temp.alarms(moment) AS alarm ON true;
SET vesu.clock = '2025-10-10 12:00+00';
SELECT pg_temp.put('transactions', '2025-09-05', 9001), pg_temp.put('transactions', '2025-09-06', 9002), pg_temp.put('transactions', '2025-10-06', 9003),
       pg_temp.put('transactions', '2026-08-01', 9004), pg_temp.put('transactions', '2024-12-31 23:59:59.999999Z', 9005), pg_temp.put('market_data', '2025-09-05', 1),
       pg_temp.put('market_data', '2025-09-05', 1), pg_temp.put('risk_assessments', '2025-10-01', 1), pg_temp.put('risk_assessments', 'infinity', 2),
       pg_temp.put('risk_assessments', '-infinity', 3), pg_temp.put('risk_assessments', '0044-03-15 BC', 4), pg_temp.put('risk_assessments', '12025-01-01', 5);
SELECT parent, default_rows, alarm FROM vesu_portfolio.partition_status WHERE is_default AND default_rows > 0 ORDER BY parent;
SELECT md5(string_agg(t::text, ',' ORDER BY t.id)) AS before FROM vesu_portfolio.transactions AS t \gset
SELECT pg_temp.maintain('1 month');
SELECT md5(string_agg(t::text, ',' ORDER BY t.id)) = :'before' AS nothing_lost, pg_temp.wrong_hashes() FROM vesu_portfolio.transactions AS t;
SELECT t.parent, pg_temp.months(t.parent) FROM vesu_portfolio.partitioned_tables() AS t WHERE t.parent IN ('transactions', 'market_data', 'risk_assessments');
-- Done is done; what has no month of the years 1 to 9999 stays, and stays an alarm.
SELECT pg_temp.maintain('1 month');
SELECT pg_temp.maintain('1 month');
SELECT parent, default_rows FROM vesu_portfolio.partition_status WHERE is_default AND default_rows > 0 ORDER BY parent;
-- The hash of a rescued row is taken, and free again with it.
SELECT split_part(pg_temp.refusal($$SELECT pg_temp.put('transactions', '2025-11-05', 9001)$$), E'\n', 1);
DELETE FROM vesu_portfolio.transactions WHERE id = pg_temp.uid(9001);
SELECT pg_temp.put('transactions', '2025-11-05', 9001), pg_temp.wrong_hashes();

-- How far ahead: months of now + ahead, whole.
SELECT clock, ahead, count(m.action), max(m.partition)
  FROM (VALUES (1, '2026-01-15', '0'), (2, '2026-01-31 23:59:59.999999Z', '1 month'), (3, '2026-02-01', '27 days 23:59:59.999999'), (4, '2026-02-01', '28 days'),
               (5, '2026-02-01', '13 months'), (6, '2026-03-31', '13 months')) AS v (number, clock, ahead)
 CROSS JOIN LATERAL (SELECT set_config('vesu.clock', clock, false)) AS c
  LEFT JOIN LATERAL (SELECT * FROM vesu_portfolio.maintain_partitions(ahead::interval, '{"dex_trades": {"keep": "all"}, "satellite_performance": {"keep": "all"}}')
                      WHERE parent = 'yield_metrics') AS m ON true
 GROUP BY number, clock, ahead ORDER BY number;

-- A month is as its parent is: columns that a user added, indexes, constraints, foreign keys, triggers of rows and statements.
ALTER TABLE vesu_portfolio.market_data ADD COLUMN note text NOT NULL DEFAULT 'mine', ADD COLUMN cents numeric GENERATED ALWAYS AS (price * 100) STORED,
    ADD CONSTRAINT market_data_note_check CHECK (note <> '');
CREATE INDEX my_index ON vesu_portfolio.market_data (note);
CREATE TABLE public.seen (what text);
CREATE FUNCTION public.see() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_LEVEL = 'ROW' THEN
        INSERT INTO public.seen VALUES (format('%s %s', TG_NAME, TG_OP));
    ELSE
        INSERT INTO public.seen SELECT format('%s %s of %s: %s rows', TG_NAME, TG_OP, TG_TABLE_NAME, count(*)) FROM new_rows;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER "my ""statement"" ON it" AFTER INSERT ON vesu_portfolio.market_data
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.see();
CREATE TRIGGER my_row AFTER INSERT ON vesu_portfolio.market_data FOR EACH ROW EXECUTE FUNCTION public.see();
CREATE TRIGGER my_disabled AFTER INSERT ON vesu_portfolio.market_data REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.see();
ALTER TABLE vesu_portfolio.market_data DISABLE TRIGGER my_disabled;
SELECT pg_temp.put('market_data', '2029-01-10', 7);
TRUNCATE public.seen;
SELECT partition, action, rows FROM vesu_portfolio.create_partitions('market_data', '2029-01-15', '2029-03-01');
TRUNCATE public.seen;
SELECT pg_temp.put('market_data', '2029-01-11', 1), pg_temp.put('market_data', '2029-01-12', 2, 'market_data_y2029m01');
SELECT * FROM public.seen;
SELECT tableoid::regclass, "timestamp", price, note, cents FROM vesu_portfolio.market_data WHERE "timestamp" > '2029-01-01' ORDER BY 2;
SELECT pg_temp.refusal($$INSERT INTO vesu_portfolio.market_data_y2029m02 VALUES ('2029-03-01', 'a', 1, 1, 1, 1, 1, 's')$$), pg_temp.refusal($$INSERT INTO vesu_portfolio.market_data_y2029m02 VALUES ('2029-02-01', 'a', 1, 1, 1, 1, 1, 's', '')$$);
SELECT i.indexrelid::regclass, h.inhparent::regclass
  FROM pg_index AS i LEFT JOIN pg_inherits AS h ON h.inhrelid = i.indexrelid
 WHERE i.indrelid = 'vesu_portfolio.market_data_y2029m02'::regclass ORDER BY i.indexrelid::regclass::text COLLATE "C";
SELECT conname, convalidated, pg_get_constraintdef(oid)
  FROM pg_constraint WHERE conrelid = 'vesu_portfolio.risk_assessments_y2026m03'::regclass AND contype <> 'n' ORDER BY conname COLLATE "C";
SELECT obj_description('vesu_portfolio.market_data_y2029m02'::regclass, 'pg_class');
-- Installing again gives the triggers to those that are there, and changes nothing else.
SELECT count(*) FROM pg_trigger WHERE tgname = 'my "statement" ON it';
SELECT vesu.install('{portfolio}');
SELECT count(*) = count(*) FILTER (WHERE c.relispartition) + 1 AS all_but_the_parent, count(*) > 10 AS many
  FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid WHERE tgname = 'my "statement" ON it';
SELECT array_agg(oid ORDER BY oid) AS triggers FROM pg_trigger \gset
SELECT vesu.install('{portfolio}');
SELECT array_agg(oid ORDER BY oid) = :'triggers' AS same_triggers FROM pg_trigger;

-- What stands in the way is left out with a reason, and the rest is done: a table of that name, a partition of a user's.
CREATE TABLE vesu_portfolio.risk_metrics_y2030m01 ();
CREATE TABLE vesu_portfolio.decade PARTITION OF vesu_portfolio.dex_trades FOR VALUES FROM ('2030-01-20') TO ('2040-01-01');
CREATE TABLE vesu_portfolio.century PARTITION OF vesu_portfolio.dex_trades FOR VALUES FROM ('2040-01-01') TO (MAXVALUE);
SELECT * FROM vesu_portfolio.create_partitions('risk_metrics', '2029-12-31 23:59:59.999999Z', '2030-02-01 00:00:00.000001Z');
SELECT * FROM vesu_portfolio.create_partitions('dex_trades', '2029-12-01', '2041-02-01');
SELECT pg_temp.put('dex_trades', '2030-01-10', 1);
SELECT * FROM vesu_portfolio.create_partitions('dex_trades', '2030-01-01', '2030-02-01');
SET vesu.clock = '2026-05-01';
SELECT m.partition, action, rows FROM vesu_portfolio.maintain_partitions('0', '{"dex_trades": {"keep": "all"}, "satellite_performance": {"keep": "all"}}') AS m;

-- Arguments.
SELECT pg_temp.refusal(format('SELECT * FROM vesu_portfolio.maintain_partitions(%s)', ahead))
  FROM unnest(ARRAY['NULL', $$'-1 second'$$, $$'20 years 1 day'$$]) AS ahead;
SELECT pg_temp.refusal(format('SELECT * FROM vesu_portfolio.create_partitions(%s)', arguments))
  FROM unnest(ARRAY[$$NULL, '2020-01-01', '2020-02-01'$$, $$'portfolios', '2020-01-01', '2020-02-01'$$, $$'market_data_default', '2020-01-01', '2020-02-01'$$,
                    $$'market_data', NULL, '2020-02-01'$$, $$'market_data', '2020-02-01', NULL$$, $$'market_data', '2020-02-01', '2020-02-01'$$,
                    $$'market_data', '2020-02-01', '2020-01-01'$$, $$'market_data', '-infinity', '2020-01-01'$$, $$'market_data', '2020-01-01', 'infinity'$$,
                    $$'market_data', '2000-01-01', '2020-01-02'$$]) AS arguments;

-- History before it is loaded: nothing goes through the default partition.
SELECT count(*), min(partition), max(partition) FROM vesu_portfolio.create_partitions('portfolio_snapshots', '2022-01-01', '2025-01-01');
SELECT count(*) FROM vesu_portfolio.create_partitions('portfolio_snapshots', '2022-01-01', '2025-01-01');
SELECT count(pg_temp.put('portfolio_snapshots', month, 1)) FROM generate_series(timestamptz '2022-01-31', '2024-12-31', '1 month') AS month;
SELECT default_rows FROM vesu_portfolio.partition_status WHERE partition = 'portfolio_snapshots_default';

\c postgres
DROP DATABASE vesu_partitions;
