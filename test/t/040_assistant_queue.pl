# Eight workers drain 5,000 alerts while deliveries fail, workers say nothing or speak too late, and leases end: every alert is sent
# or failed for good, every claim is known, and no two leases of an alert live at once. Their clock runs sixty times as fast.
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
	-- One row a claim: from when to when it was the worker's. An attempt has one worker, or the key fails.
	CREATE TABLE test.claim (
		alert uuid, attempt int, worker int, begun timestamptz, lease_until timestamptz, outcome text, reported timestamptz,
		PRIMARY KEY (alert, attempt));

	-- What a worker reports of an attempt; what it comes too late for, it learns from the error.
	CREATE FUNCTION test.report(alert uuid, attempt int, outcome text) RETURNS void LANGUAGE plpgsql AS $$
	BEGIN
		UPDATE test.claim AS c SET outcome = report.outcome, reported = vesu.wall_clock() WHERE c.alert = report.alert AND c.attempt = report.attempt;
		IF outcome LIKE '%sent' THEN
			PERFORM vesu_assistant.mark_alert_sent(alert);
		ELSIF outcome LIKE '%failed' THEN
			PERFORM vesu_assistant.mark_attempt_failed(alert, attempt, outcome, outcome <> 'refused, failed');
		END IF;
	EXCEPTION WHEN SQLSTATE 'VS208' THEN
		UPDATE test.claim AS c SET outcome = 'late, unheard', reported = NULL WHERE c.alert = report.alert AND c.attempt = report.attempt;
	END $$;

	CREATE PROCEDURE test.work(worker int) LANGUAGE plpgsql AS $$
	DECLARE
		claimed vesu_assistant.alerts[];
		held vesu_assistant.alerts;
		draw float;
	BEGIN
		WHILE EXISTS (SELECT FROM vesu_assistant.alerts AS a
					   WHERE a.attempts < 5 AND (a.status = 'pending' OR a.status = 'failed' AND a.next_attempt_at IS NOT NULL)) LOOP
			PERFORM test.tick();
			claimed := ARRAY(SELECT a FROM vesu_assistant.claim_alerts('telegram', 20, '30 seconds') AS a);
			INSERT INTO test.claim (alert, attempt, worker, begun, lease_until)
			SELECT c.id, c.attempts, work.worker, c.lease_until - interval '30 seconds', c.lease_until FROM unnest(claimed) AS c;
			COMMIT;
			IF claimed = '{}' THEN
				PERFORM pg_sleep(0.05);
			END IF;
			FOREACH held IN ARRAY claimed LOOP
				draw := random();
				IF draw < 0.01 THEN
					PERFORM pg_sleep(0.6);
				END IF;
				-- Beyond its lease a worker begins nothing; who was late already reports all the same.
				IF test.tick() >= held.lease_until AND draw >= 0.01 THEN
					CONTINUE;
				END IF;
				PERFORM test.report(held.id, held.attempts, CASE WHEN draw < 0.005 THEN 'late, sent' WHEN draw < 0.01 THEN 'late, failed'
					WHEN draw < 0.10 THEN 'silent' WHEN draw < 0.40 THEN 'failed' WHEN draw < 0.42 THEN 'refused, failed' ELSE 'sent' END);
				COMMIT;
			END LOOP;
		END LOOP;
	END $$;

	INSERT INTO vesu_assistant.users (wallet_address) VALUES ('0x0000000000000000000000000000000000000001');
	INSERT INTO vesu_assistant.alerts (user_id, type, channel, message)
	SELECT u.id, 'test', 'telegram', n FROM vesu_assistant.users AS u, generate_series(1, 5000) AS n;});

my $script = $node->basedir . '/work.sql';
append_to_file($script, "CALL test.work(:client_id);\n");
$node->command_ok(
	[ 'pgbench', '--no-vacuum', '--client=8', '--jobs=2', '--transactions=1', "--file=$script", $node->connstr('postgres') ],
	'eight workers come to an end');

sub found { return $node->safe_psql('postgres', $_[0]); }

is(found(q{SELECT count(*) FROM vesu_assistant.alerts}), '5000', 'no alert is lost');
is(found(q{SELECT count(*) FROM vesu_assistant.alerts AS a WHERE a.attempts <> (SELECT count(*) FROM test.claim AS c WHERE c.alert = a.id)
				 OR a.attempts NOT BETWEEN 1 AND 5}), '0', 'each counts the claims that workers know of, five at most');
is(found(q{
		SELECT count(*) FROM test.claim AS one JOIN test.claim AS other ON other.alert = one.alert AND other.attempt > one.attempt
		 WHERE other.begun < least(one.lease_until, one.reported) OR other.attempt = one.attempt + 1 AND other.begun < one.begun}),
	'0', 'no lease begins while another of the alert lives');
is(found(q{
		SELECT count(*) FROM test.claim AS one JOIN test.claim AS next ON next.alert = one.alert AND next.attempt = one.attempt + 1
		 WHERE one.outcome = 'failed' AND next.begun < one.reported + interval '30 seconds' * (1 << one.attempt - 1)}),
	'0', 'none is tried again before its time');
is(found(q{
		SELECT count(*) FROM vesu_assistant.alerts AS a
		 WHERE (a.status = 'sent') <> EXISTS (SELECT FROM test.claim AS c WHERE c.alert = a.id AND c.outcome IN ('sent', 'late, sent'))}),
	'0', 'what was delivered is sent, and nothing else');
is(found(q{
		SELECT count(*) FROM test.claim AS one JOIN test.claim AS later ON later.alert = one.alert AND later.attempt > one.attempt
		 WHERE one.outcome IN ('sent', 'refused, failed')}),
	'0', 'what is sent or refused is not claimed again');
for my $outcome ('sent', 'failed', 'refused, failed', 'silent')
{
	cmp_ok(found(qq{SELECT count(*) FROM test.claim WHERE outcome = '$outcome'}), '>', 0, "some are $outcome");
}
cmp_ok(found(q{SELECT count(*) FROM test.claim WHERE outcome LIKE 'late%'}), '>', 0, 'some workers are late');

# The last lease of those whose fifth worker said nothing.
found(q{SET vesu.clock = '2100-01-01'; SELECT * FROM vesu_assistant.maintain('{"expired_signals": null, "alerts": "1000 years"}')});
is(found(q{SELECT count(*) FROM vesu_assistant.alerts WHERE status <> 'sent' AND (status <> 'failed' OR next_attempt_at IS NOT NULL)}), '0',
	'in the end each is sent or failed for good');
is(found(q{SELECT count(*) FROM vesu_assistant.alerts AS a WHERE a.status = 'failed' AND a.attempts < 5
				 AND NOT EXISTS (SELECT FROM test.claim AS c WHERE c.alert = a.id AND c.outcome = 'refused, failed')}), '0',
	'and failed only after five attempts or because retrying was refused');
is(found(q{SELECT deadlocks FROM pg_stat_database WHERE datname = 'postgres'}), '0', 'no deadlock');
note(found(q{SELECT string_agg(outcome || ' ' || number, ', ')
			   FROM (SELECT coalesce(outcome, 'lease over') AS outcome, count(*) AS number FROM test.claim GROUP BY 1 ORDER BY 2 DESC) AS o}));
$node->stop;
done_testing();
