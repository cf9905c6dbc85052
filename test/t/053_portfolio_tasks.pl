# Eight workers drain 2,000 tasks while some fail, say nothing or report too late, and a job ends their leases: every task ends exactly
# once, by the claim that reported in time or by its third silence, and no two leases of a task live at once. Their clock runs sixty
# times as fast.
use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "max_connections = 40\n");
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION vesu');
$node->safe_psql('postgres', q{
	CREATE SCHEMA test;
	CREATE TABLE test.epoch AS SELECT clock_timestamp() AS at;
	CREATE FUNCTION test.tick() RETURNS timestamptz LANGUAGE sql AS $$
		SELECT set_config('vesu.clock', (e.at + 60 * (clock_timestamp() - e.at))::text, false)::timestamptz FROM test.epoch AS e $$;
	-- One row a claim. A claim has one worker, or the key fails.
	CREATE TABLE test.claim (
		task uuid, started_at timestamptz, worker int, known_at timestamptz, lease_until timestamptz, outcome text, reported timestamptz, PRIMARY KEY (task, started_at));
	-- One row an end, which a task has once, or the key fails.
	CREATE TABLE test.ending (task uuid PRIMARY KEY, status text);
	CREATE FUNCTION test.ended() RETURNS trigger LANGUAGE plpgsql AS $$
	BEGIN
		INSERT INTO test.ending VALUES (NEW.id, NEW.status);
		RETURN NULL;
	END $$;
	CREATE TRIGGER ended AFTER UPDATE ON vesu_portfolio.agent_tasks FOR EACH ROW
		WHEN (NEW.status IN ('completed', 'failed', 'cancelled')) EXECUTE FUNCTION test.ended();

	-- What a worker reports of its claim; that it is too late, it learns from the error.
	CREATE FUNCTION test.report(task uuid, started_at timestamptz, outcome text) RETURNS void LANGUAGE plpgsql AS $$
	BEGIN
		IF outcome LIKE '%completed' THEN
			PERFORM vesu_portfolio.complete_task(task, to_jsonb(started_at), started_at);
		ELSIF outcome LIKE '%failed' THEN
			PERFORM vesu_portfolio.fail_task(task, started_at::text, started_at);
		END IF;
		UPDATE test.claim AS c SET outcome = report.outcome, reported = vesu.wall_clock() WHERE c.task = report.task AND c.started_at = report.started_at;
	EXCEPTION WHEN SQLSTATE 'VS308' THEN
		UPDATE test.claim AS c SET outcome = 'refused' WHERE c.task = report.task AND c.started_at = report.started_at;
	END $$;

	CREATE PROCEDURE test.work(worker int) LANGUAGE plpgsql AS $$
	DECLARE
		claimed vesu_portfolio.agent_tasks[];
		held vesu_portfolio.agent_tasks;
		draw float;
	BEGIN
		WHILE EXISTS (SELECT FROM vesu_portfolio.agent_tasks AS t WHERE t.status IN ('pending', 'running')) LOOP
			PERFORM test.tick();
			PERFORM vesu_portfolio.requeue_expired();
			COMMIT;
			PERFORM test.tick();
			claimed := ARRAY(SELECT t FROM vesu_portfolio.claim_tasks('forge', 10, '30 seconds') AS t);
			-- After the claim, whose own clock is as of the tick before it: it may have stood still since.
			PERFORM test.tick();
			INSERT INTO test.claim (task, started_at, worker, known_at, lease_until)
			SELECT c.id, c.started_at, work.worker, vesu.wall_clock(), l.lease_until FROM unnest(claimed) AS c JOIN vesu_portfolio.agent_task_leases AS l ON l.task_id = c.id;
			COMMIT;
			IF claimed = '{}' THEN
				PERFORM pg_sleep(0.05);
			END IF;
			FOREACH held IN ARRAY claimed LOOP
				draw := random();
				-- Slow: its lease ends meanwhile, and another worker may have claimed the task.
				IF draw < 0.01 THEN
					PERFORM pg_sleep(0.6);
				END IF;
				PERFORM test.tick();
				PERFORM test.report(held.id, held.started_at, CASE WHEN draw < 0.005 THEN 'late completed' WHEN draw < 0.01 THEN 'late failed'
					WHEN draw < 0.15 THEN 'silent' WHEN draw < 0.30 THEN 'failed' ELSE 'completed' END);
				COMMIT;
			END LOOP;
		END LOOP;
	END $$;

	INSERT INTO vesu_portfolio.agent_tasks (agent_id, task_type, priority) SELECT 'forge', n::text, 1 + n % 10 FROM generate_series(1, 2000) AS n;});

my $script = $node->basedir . '/work.sql';
append_to_file($script, "CALL test.work(:client_id);\n");
$node->command_ok(
	[ 'pgbench', '--no-vacuum', '--client=8', '--jobs=2', '--transactions=1', "--file=$script", $node->connstr('postgres') ],
	'eight workers come to an end');

sub found { return $node->safe_psql('postgres', $_[0]); }

is(found(q{SELECT count(*), count(e.task) FROM vesu_portfolio.agent_tasks AS t LEFT JOIN test.ending AS e ON e.task = t.id AND e.status = t.status::text}),
	'2000|2000', 'every task has ended, once, as it was left');
is(found(q{SELECT count(*) FROM vesu_portfolio.agent_task_leases AS l
			WHERE l.attempts <> (SELECT count(*) FROM test.claim AS c WHERE c.task = l.task_id) OR l.attempts NOT BETWEEN 1 AND 3}),
	'0', 'each counts the claims that workers know of, three at most');
is(found(q{SELECT count(*) FROM test.claim AS one JOIN test.claim AS other ON other.task = one.task AND other.started_at > one.started_at
			WHERE other.known_at < one.lease_until}),
	'0', 'no lease begins while another of the task lives');
is(found(q{SELECT count(*) FROM test.claim AS c WHERE c.reported >= c.lease_until AND c.outcome <> 'silent'}), '0', 'no report counts after its lease');
is(found(q{SELECT count(*) FROM (SELECT c.task FROM test.claim AS c WHERE c.outcome ~ 'completed|failed' GROUP BY c.task HAVING count(*) > 1) AS twice}),
	'0', 'no two reports of a task count');
is(found(q{SELECT count(*) FROM vesu_portfolio.agent_tasks AS t
			WHERE CASE WHEN t.status = 'completed' THEN NOT EXISTS (SELECT FROM test.claim AS c WHERE c.task = t.id AND c.outcome LIKE '%completed' AND to_jsonb(c.started_at) = t.result)
					   WHEN t.error_message LIKE 'The lease%' THEN EXISTS (SELECT FROM test.claim AS c WHERE c.task = t.id AND c.outcome ~ 'completed|failed')
														OR (SELECT count(*) FROM test.claim AS c WHERE c.task = t.id) <> 3
					   ELSE NOT EXISTS (SELECT FROM test.claim AS c WHERE c.task = t.id AND c.outcome LIKE '%failed' AND c.started_at::text = t.error_message) END}),
	'0', 'each has the result of the claim that ended it, or was silent three times');
for my $outcome ('completed', 'failed', 'silent', 'refused')
{
	cmp_ok(found(qq{SELECT count(*) FROM test.claim WHERE outcome = '$outcome'}), '>', 0, "some are $outcome");
}
cmp_ok(found(q{SELECT count(*) FROM vesu_portfolio.agent_tasks WHERE error_message LIKE 'The lease of attempt 3%'}), '>', 0, 'some were silent three times');
is(found(q{SELECT deadlocks FROM pg_stat_database WHERE datname = 'postgres'}), '0', 'no deadlock');
note(found(q{SELECT string_agg(outcome || ' ' || number, ', ')
			   FROM (SELECT outcome, count(*) AS number FROM test.claim GROUP BY 1 ORDER BY 2 DESC) AS o}));
$node->stop;
done_testing();
