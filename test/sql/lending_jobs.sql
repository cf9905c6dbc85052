-- The periodic work of the module, and what remains of a user's change to it.
BEGIN;
SELECT * FROM vesu.jobs WHERE module = 'lending' ORDER BY name;

-- Without pg_cron any scheduler may run the commands.
SELECT vesu.schedule_jobs();

UPDATE vesu.jobs SET schedule = '5 * * * *', enabled = false WHERE name = 'vesu_lending_verify';
SET LOCAL client_min_messages = warning;
SELECT vesu.install();
SELECT * FROM vesu.jobs WHERE module = 'lending' ORDER BY name;
ROLLBACK;
