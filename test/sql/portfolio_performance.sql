-- Time-weighted returns over snapshots, deposits and withdrawals taken out.
BEGIN;
\getenv directory PG_ABS_SRCDIR
\set report :directory '/sql/support/report.sql'
\set holdings :directory '/sql/support/portfolio_holdings.sql'
\set ECHO none
\i :report
\i :holdings
\set ECHO all
CREATE FUNCTION pg_temp.snapshots(VARIADIC values_by_day numeric[]) RETURNS void LANGUAGE sql AS $$
    DELETE FROM vesu_portfolio.portfolio_snapshots;
    DELETE FROM vesu_portfolio.transactions;
    INSERT INTO vesu_portfolio.portfolio_snapshots ("timestamp", portfolio_id, total_value)
    SELECT timestamptz '2025-06-01' + (place - 1) * interval '1 day', pg_temp.portfolio('one'), value FROM unnest(values_by_day) WITH ORDINALITY AS v (value, place) $$;
CREATE FUNCTION pg_temp.flow(type text, at timestamptz, to_amount numeric, from_amount numeric DEFAULT NULL, status text DEFAULT 'confirmed', symbol text DEFAULT 'ETH') RETURNS void LANGUAGE sql AS $$
    INSERT INTO vesu_portfolio.transactions (portfolio_id, transaction_hash, chain_id, block_number, transaction_type, to_asset_id, to_amount, from_asset_id, from_amount, status, "timestamp")
    SELECT pg_temp.portfolio('one'), format('0x%s', (SELECT count(*) FROM vesu_portfolio.transactions)), 1, 1, type::vesu_portfolio.transaction_type_enum,
           CASE WHEN to_amount IS NOT NULL THEN a.id END, to_amount, CASE WHEN from_amount IS NOT NULL THEN a.id END, from_amount, status::vesu_portfolio.transaction_status_enum, at
      FROM (SELECT pg_temp.asset(symbol)) AS a (id) $$;
CREATE FUNCTION pg_temp.performance(from_time timestamptz DEFAULT '2025-06-01', to_time timestamptz DEFAULT '2025-06-10') RETURNS text LANGUAGE sql AS $$
    SELECT p::text FROM vesu_portfolio.portfolio_performance(pg_temp.portfolio('one'), from_time, to_time) AS p $$;
SELECT pg_temp.performance() AS no_snapshot;
SELECT pg_temp.snapshots(100000);
SELECT pg_temp.performance() AS one_snapshot;
SELECT pg_temp.snapshots(100000, 102500);
SELECT pg_temp.performance() AS halves_earning_10_and_minus_5;

-- A price on 1 June of 2000, on 3 June of 2500.
SELECT pg_temp.price(pg_temp.asset('ETH'), 2000, '2025-06-01'), pg_temp.price(pg_temp.asset('ETH'), 2500, '2025-06-03');
SELECT pg_temp.snapshots(1000, 3100), pg_temp.flow('deposit', '2025-06-01 12:00', 1);
SELECT pg_temp.performance() AS a_deposit_of_2000_is_no_return;
SELECT pg_temp.snapshots(3000, 1100), pg_temp.flow('withdraw', '2025-06-01 12:00', NULL, 1);
SELECT pg_temp.performance() AS nor_a_withdrawal;
-- At the very moment of a snapshot it belongs to the period that ends there.
SELECT pg_temp.snapshots(1000, 3000, 3300), pg_temp.flow('deposit', '2025-06-02', 1), pg_temp.flow('deposit', '2025-06-01', 5);
SELECT pg_temp.performance() AS at_the_moment;
-- Two periods are linked: 10 % and 10 %, with 2500 more between them; sub-periods by the moments asked for.
SELECT pg_temp.snapshots(1000, 1100, 1100, 3710), pg_temp.flow('deposit', '2025-06-03 01:00', 1);
SELECT pg_temp.performance() AS linked, pg_temp.performance('2025-06-02 12:00') AS from_the_last_before, pg_temp.performance('2025-05-01') AS from_the_first,
       pg_temp.performance(to_time => '2025-06-03 23:59') AS to_the_last_before, pg_temp.performance('2025-07-01', '2025-07-02') AS after_all, pg_temp.performance('2025-05-01', '2025-05-31') AS before_all;
-- Only what is confirmed, and only deposits and withdrawals.
SELECT pg_temp.snapshots(1000, 1100), pg_temp.flow('deposit', '2025-06-01 12:00', 1, NULL, 'pending'), pg_temp.flow('deposit', '2025-06-01 12:00', 1, NULL, 'failed'),
       pg_temp.flow('withdraw', '2025-06-01 12:00', NULL, 1, 'replaced'), pg_temp.flow('swap', '2025-06-01 12:00', 1, 1), pg_temp.flow('claim', '2025-06-01 12:00', 1),
       pg_temp.flow('bridge', '2025-06-01 12:00', 1, 1), pg_temp.flow('stake', '2025-06-01 12:00', 1, 1), pg_temp.flow('unstake', '2025-06-01 12:00', 1, 1);
SELECT pg_temp.performance() AS none_counts;
-- The side that the portfolio sees comes first; the other where that is missing.
SELECT pg_temp.snapshots(1000, 3500), pg_temp.flow('deposit', '2025-06-01 12:00', 2, 100), pg_temp.flow('withdraw', '2025-06-01 12:00', 100, 1), pg_temp.flow('deposit', '2025-06-01 12:00', NULL, 0.5),
       pg_temp.flow('withdraw', '2025-06-01 12:00', 0.25);
SELECT pg_temp.performance() AS flows_of_2_less_1_and_half_less_a_quarter;
-- A period without capital has no return; one that begins in debt makes it meaningless.
SELECT pg_temp.snapshots(0, 2000, 2200), pg_temp.flow('deposit', '2025-06-01 12:00', 1);
SELECT pg_temp.performance() AS from_nothing;
SELECT pg_temp.snapshots(-5, 10, 20);
SELECT pg_temp.performance() AS from_debt;
-- Hourly values of two years: digits do not pile up.
SELECT pg_temp.snapshots(1);
INSERT INTO vesu_portfolio.portfolio_snapshots ("timestamp", portfolio_id, total_value)
SELECT timestamptz '2023-01-01' + i * interval '1 hour', pg_temp.portfolio('one'), 1000 + i % 7 FROM generate_series(0, 17519) AS i;
SELECT pg_temp.performance('2023-01-01', '2024-12-30 23:00') AS two_years;

-- A flow without price is named.
SELECT pg_temp.snapshots(1000, 1000, 1000, 1000, 1000), pg_temp.flow('deposit', '2025-06-04 00:00:01', 1);
SELECT pg_temp.report('SELECT pg_temp.performance()') AS a_day_too_old;
SELECT pg_temp.snapshots(1000, 1000), pg_temp.flow('deposit', '2025-06-01 12:00', 1, symbol => 'USDC');
SELECT pg_temp.report('SELECT pg_temp.performance()') AS never_priced;
SELECT pg_temp.snapshots(1000, 1000), pg_temp.flow('deposit', '2025-06-01 12:00', NULL);
SELECT pg_temp.report('SELECT pg_temp.performance()') AS of_nothing;
SELECT pg_temp.snapshots(1000, 1000), pg_temp.flow('deposit', '2025-06-01 12:00', 0, symbol => 'USDC');
SELECT pg_temp.performance() AS of_none;
SELECT pg_temp.report('SELECT vesu_portfolio.portfolio_performance(' || arguments || ')')
  FROM (VALUES (1, $$NULL, '2025-06-01', '2025-06-02'$$), (2, $$'00000000-0000-0000-0000-000000000000', '2025-06-01', '2025-06-02'$$), (3, $$pg_temp.portfolio('one'), NULL, '2025-06-02'$$),
               (4, $$pg_temp.portfolio('one'), '2025-06-01', NULL$$), (5, $$pg_temp.portfolio('one'), '2025-06-03', '2025-06-02'$$), (6, $$pg_temp.portfolio('one'), '-infinity', '2025-06-02'$$)) AS cases (number, arguments)
 ORDER BY number;
ROLLBACK;
