-- The one clock, and the settings.
SELECT vesu.now() = now() AS transaction_time, vesu.wall_clock() BETWEEN now() AND clock_timestamp() AS wall_time;
BEGIN;
SELECT vesu.now() = now() AS same_throughout, vesu.wall_clock() > vesu.now() AS moves;
COMMIT;
SET timezone = 'UTC';
SET datestyle = 'ISO';
SET vesu.clock = '2021-05-19 13:00:00+00';
SELECT vesu.now(), vesu.wall_clock();
CREATE TEMPORARY TABLE stamped (at timestamptz DEFAULT vesu.now());
INSERT INTO stamped DEFAULT VALUES;
SELECT * FROM stamped;
SET vesu.clock = 'no time at all';
SELECT vesu.now();
RESET vesu.clock;
-- Only superusers turn the clock.
CREATE ROLE regress_vesu_clock;
GRANT USAGE ON SCHEMA vesu TO regress_vesu_clock;
SET ROLE regress_vesu_clock;
SET vesu.clock = '2021-05-19';
SET vesu.install_on_create = off;
SET vesu.notify_prices = off;
SELECT vesu.now() = now() AS unmoved;
RESET ROLE;
REVOKE USAGE ON SCHEMA vesu FROM regress_vesu_clock;
DROP ROLE regress_vesu_clock;
SET vesu.unknown = 1;
SELECT vesu.version();
