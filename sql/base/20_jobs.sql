-- Periodic work of all modules and its registration with pg_cron

CREATE TABLE IF NOT EXISTS vesu.jobs (
    name      text PRIMARY KEY,
    module    text NOT NULL,
    schedule  text NOT NULL,
    command   text NOT NULL,
    enabled   boolean NOT NULL DEFAULT true
);

COMMENT ON TABLE vesu.jobs IS
    'Periodic work: each command is one statement that is safe to run twice at once. '
    'Any scheduler may run it; vesu.schedule_jobs() hands it to pg_cron. Changes made here survive vesu.install().';
COMMENT ON COLUMN vesu.jobs.name IS 'Name of the job, also in pg_cron.';
COMMENT ON COLUMN vesu.jobs.module IS 'Module that registered the job.';
COMMENT ON COLUMN vesu.jobs.schedule IS 'When to run: minute, hour, day of month, month, day of week, as cron writes them.';
COMMENT ON COLUMN vesu.jobs.command IS 'SQL statement to run.';
COMMENT ON COLUMN vesu.jobs.enabled IS 'Whether vesu.schedule_jobs() schedules the job or takes it off the schedule.';

CREATE OR REPLACE FUNCTION vesu.schedule_jobs()
    RETURNS int
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    scheduled int;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_cron') THEN
        RAISE NOTICE USING
            MESSAGE = 'pg_cron is not installed in this database, so no job was scheduled',
            HINT = 'Let any scheduler run the commands of vesu.jobs.';
        RETURN 0;
    END IF;

    -- Dynamic, because the schema cron need not exist when this function is made.
    EXECUTE 'SELECT count(cron.unschedule(scheduled.jobid))
               FROM cron.job AS scheduled
               JOIN vesu.jobs AS job ON job.name = scheduled.jobname
              WHERE NOT job.enabled AND scheduled.username = current_user';
    EXECUTE 'SELECT count(cron.schedule(job.name, job.schedule, job.command))
               FROM vesu.jobs AS job
              WHERE job.enabled'
       INTO scheduled;
    RETURN scheduled;
END
$$;
COMMENT ON FUNCTION vesu.schedule_jobs() IS
    'Schedules every enabled row of vesu.jobs with pg_cron under its name, replacing an earlier schedule of that name, '
    'and takes the disabled ones off. Returns how many are scheduled; 0 and a NOTICE without pg_cron.';
