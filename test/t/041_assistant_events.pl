# Eight writers append in batches to shared streams, with pauses inside their transactions, rollbacks and savepoints, while old events
# are archived; two subscribers read along. Each sees every committed event once, in the order of positions. Then a dump moves the
# store to another cluster, where subscribers go on, and a standby reads no further than it may.
use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my ($writers, $transactions) = (8, 150);
my $node = PostgreSQL::Test::Cluster->new('main');
$node->init(allows_streaming => 1);
$node->append_conf('postgresql.conf', "synchronous_commit = off\nmax_connections = 40\n");
$node->start;
$node->safe_psql('postgres', 'CREATE DATABASE elsewhere');

sub prepare
{
	my ($on) = @_;
	$on->safe_psql('postgres', q{
		CREATE EXTENSION vesu;
		CREATE TABLE seen (subscriber text, place bigint GENERATED ALWAYS AS IDENTITY, position bigint, event_id uuid,
		                   PRIMARY KEY (subscriber, place));
		CREATE TABLE writers_left (number int);
		CREATE FUNCTION events(n int) RETURNS jsonb LANGUAGE sql VOLATILE RETURN (
			SELECT jsonb_agg(jsonb_build_object('event_id', gen_random_uuid(), 'event_type', 'noted', 'data', jsonb_build_object('n', i)))
			  FROM generate_series(1, n) AS i);
		-- Streams in order within a transaction, or two could wait for each other.
		CREATE PROCEDURE write(number int, transactions int) LANGUAGE plpgsql AS $$
		DECLARE
			stream int;
		BEGIN
			PERFORM setseed(number / 100.0);
			FOR i IN 1 .. transactions LOOP
				IF random() < 0.3 THEN
					PERFORM pg_current_xact_id();
					PERFORM pg_sleep(random() * 0.01);
				END IF;
				FOR stream IN SELECT DISTINCT floor(random() * 12)::int AS s FROM generate_series(1, 1 + floor(random() * 3)::int) ORDER BY s LOOP
					PERFORM vesu_assistant.append_events('shared', stream::text, NULL, events(1 + floor(random() * 6)::int));
					IF random() < 0.4 THEN
						PERFORM pg_sleep(random() * 0.01);
					END IF;
				END LOOP;
				BEGIN
					PERFORM vesu_assistant.append_events('own', number::text, NULL, events(1 + floor(random() * 4)::int));
					IF random() < 0.3 THEN
						RAISE EXCEPTION 'undone';
					END IF;
				EXCEPTION WHEN raise_exception THEN
					NULL;
				END;
				IF random() < 0.2 THEN ROLLBACK; ELSE COMMIT; END IF;
			END LOOP;
			DELETE FROM writers_left AS w WHERE w.number = write.number;
		END
		$$;
		-- One batch: what it sees and the cursor in one transaction.
		CREATE FUNCTION take(name text, n int) RETURNS bigint LANGUAGE plpgsql AS $$
		DECLARE
			last bigint;
			taken bigint;
		BEGIN
			WITH added AS (
				INSERT INTO seen (subscriber, position, event_id)
				SELECT name, e.position, e.event_id FROM vesu_assistant.next_events(name, n) AS e RETURNING position)
			SELECT max(a.position), count(*) INTO last, taken FROM added AS a;
			IF last IS NOT NULL THEN
				PERFORM vesu_assistant.acknowledge_events(name, last);
			END IF;
			RETURN taken;
		END
		$$;
		CREATE PROCEDURE read_along(name text, n int) LANGUAGE plpgsql AS $$
		DECLARE
			is_over boolean := false;
			taken bigint;
		BEGIN
			LOOP
				-- Asked before the batch: one that is empty afterwards is the last, unless somebody else holds it back.
				is_over := NOT EXISTS (SELECT FROM writers_left);
				COMMIT;
				taken := take(name, n);
				COMMIT;
				EXIT WHEN is_over AND taken = 0
				     AND (SELECT s.position FROM vesu_assistant.subscriptions AS s WHERE s.name = read_along.name)
				         >= (SELECT max(e.position) FROM (SELECT position FROM vesu_assistant.event_store UNION ALL
				                                          SELECT position FROM vesu_assistant.event_archive) AS e);
				PERFORM pg_sleep(0.002);
				COMMIT;
			END LOOP;
		END
		$$;
		CREATE PROCEDURE archive_along() LANGUAGE plpgsql AS $$
		BEGIN
			WHILE EXISTS (SELECT FROM writers_left) LOOP
				PERFORM vesu_assistant.archive_events(vesu.wall_clock() - interval '300 milliseconds');
				COMMIT;
				PERFORM pg_sleep(0.05);
				COMMIT;
			END LOOP;
		END
		$$;
		-- What is wrong, one line each.
		CREATE VIEW findings AS
		WITH event AS (
			SELECT aggregate_type, aggregate_id, version, position, event_id, occurred_at FROM vesu_assistant.event_store
			UNION ALL
			SELECT aggregate_type, aggregate_id, version, position, event_id, occurred_at FROM vesu_assistant.event_archive)
		SELECT format('%s: %s of %s events', n.name, count(s.event_id), count(*)) AS finding
		  FROM (SELECT DISTINCT subscriber AS name FROM seen) AS n CROSS JOIN event AS e
		  LEFT JOIN seen AS s ON s.subscriber = n.name AND s.event_id = e.event_id AND s.position = e.position
		 GROUP BY n.name HAVING count(s.event_id) <> count(*)
		UNION ALL
		SELECT format('%s: not once and in order at %s', subscriber, position)
		  FROM (SELECT *, lag(position) OVER (PARTITION BY subscriber ORDER BY place) AS before FROM seen) AS s WHERE before >= position
		UNION ALL
		SELECT format('%s saw %s, which is not there', subscriber, position)
		  FROM seen AS s WHERE NOT EXISTS (SELECT FROM event AS e WHERE e.event_id = s.event_id AND e.position = s.position)
		UNION ALL
		SELECT format('%s/%s: versions, positions or times', e.aggregate_type, e.aggregate_id)
		  FROM (SELECT *, row_number() OVER w AS place, lag(position) OVER w AS before, lag(occurred_at) OVER w AS time_before FROM event
		        WINDOW w AS (PARTITION BY aggregate_type, aggregate_id ORDER BY version)) AS e
		 WHERE e.version <> e.place OR e.position <= e.before OR e.occurred_at < e.time_before
		 GROUP BY e.aggregate_type, e.aggregate_id
		UNION ALL
		SELECT format('%s/%s: head %s', s.aggregate_type, s.aggregate_id, s.version)
		  FROM vesu_assistant.event_streams AS s
		 WHERE s.version <> (SELECT max(e.version) FROM event AS e WHERE e.aggregate_type = s.aggregate_type AND e.aggregate_id = s.aggregate_id);
	});
}

sub background
{
	my ($on, $statement, $database) = @_;
	return IPC::Run::start([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $on->connstr($database // 'postgres'), '-c', $statement ]);
}

sub wait_for_sleepers
{
	my ($number) = @_;
	$node->poll_query_until('postgres', "SELECT count(*) = $number FROM pg_stat_activity WHERE wait_event = 'PgSleep'") or die 'nobody sleeps';
}

prepare($node);
$node->safe_psql('postgres', "INSERT INTO writers_left SELECT generate_series(1, $writers)");
my @clients = map { background($node, "CALL write($_, $transactions)") } 1 .. $writers;
push @clients, background($node, "CALL read_along('one', 7)"), background($node, "CALL read_along('two', 100)"), background($node, 'CALL archive_along()');
my $failed = grep { !$_->finish } @clients;
is($failed, 0, 'every writer, subscriber and the archivist ends well');
is($node->safe_psql('postgres', 'SELECT * FROM findings LIMIT 10'), '', 'each subscriber has seen each committed event once and in order');
my ($events, $archived, $skipped) = split /\|/, $node->safe_psql('postgres', q{
	SELECT count(*), count(*) FILTER (WHERE is_archived), max(position) - count(*)
	  FROM (SELECT position, false AS is_archived FROM vesu_assistant.event_store UNION ALL SELECT position, true FROM vesu_assistant.event_archive) AS e});
note("$events events, $archived archived meanwhile, $skipped positions rolled back");
cmp_ok($events, '>', 2 * $writers * $transactions, 'there were many events');
cmp_ok($archived, '>', 100, 'some of them were archived meanwhile');
cmp_ok($skipped, '>', 100, 'some positions were rolled back');
is($node->safe_psql('postgres', q{SELECT deadlocks FROM pg_stat_database WHERE datname = 'postgres'}), '0', 'no deadlock');

# Waits until nothing holds back: the server has transactions of its own, such as autovacuum's, that do so for a moment.
sub settle
{
	my ($on) = @_;
	$on->poll_query_until('postgres',
		'SELECT NOT EXISTS (SELECT FROM vesu_assistant.event_store AS e WHERE NOT vesu_assistant.is_settled(e.horizon))') or die 'unsettled';
}

# An open transaction of any database of the server holds back what comes after it, and only that.
my $last = $node->safe_psql('postgres', 'SELECT max(position) FROM vesu_assistant.event_store');
my $holder = background($node, 'BEGIN; SELECT pg_current_xact_id(); SELECT pg_sleep(2); COMMIT', 'elsewhere');
wait_for_sleepers(1);
$node->safe_psql('postgres', q{SELECT vesu_assistant.append_events('held', '1', 0, events(2))});
is($node->safe_psql('postgres', "SELECT count(*) FROM vesu_assistant.read_all($last)"), '0', 'a transaction elsewhere holds back');
$holder->finish;
settle($node);
is($node->safe_psql('postgres', "SELECT count(*) FROM vesu_assistant.read_all($last)"), '2', 'until it ends');

# Into another cluster, whose transactions have smaller numbers: subscribers go on where they were, and with what is new.
$node->safe_psql('postgres', q{
	SELECT vesu_assistant.append_events('shared', i::text, NULL, events(3)) FROM generate_series(0, 11) AS i;
	SELECT vesu_assistant.acknowledge_events('slow', (SELECT min(position) + 50 FROM vesu_assistant.event_store));});
settle($node);
my $directory = $node->backup_dir;
mkdir $directory;
my $restored = PostgreSQL::Test::Cluster->new('restored');
$restored->init;
$restored->append_conf('postgresql.conf', "max_connections = 40\n");
$restored->start;
$node->run_log([ 'pg_dump', '-f', "$directory/plain.sql", $node->connstr('postgres') ]) or die 'pg_dump failed';
$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', "$directory/plain.sql", $restored->connstr('postgres') ],
	'the dump is restored without an error');
my $contents = q{SELECT md5(string_agg(e::text, ',' ORDER BY e.position)) FROM vesu_assistant.read_all(0, 1000000) AS e};
my $slow = q{SELECT count(*), min(e.position), max(e.position) FROM vesu_assistant.next_events('slow', 100000) AS e};
cmp_ok($restored->safe_psql('postgres', 'SELECT vesu_assistant.next_transaction_id()'), '<',
	$restored->safe_psql('postgres', 'SELECT min(horizon) FROM vesu_assistant.event_store'), 'the events are from the future of the cluster');
is($restored->safe_psql('postgres', $contents), $node->safe_psql('postgres', $contents), 'all is there and readable');
is($restored->safe_psql('postgres', $slow), $node->safe_psql('postgres', $slow), 'a subscriber has the same before it');
# Writers again, while the cluster's own numbers reach those in the restored rows.
my $reached = $restored->safe_psql('postgres', 'SELECT max(horizon) FROM vesu_assistant.event_store');
$restored->safe_psql('postgres', "INSERT INTO writers_left SELECT generate_series(1, 4)");
@clients = map { background($restored, "CALL write($_, 60)") } 1 .. 4;
push @clients, background($restored, "CALL read_along('one', 7)"), background($restored, "CALL read_along('two', 100)"),
  background($restored, "DO \$\$ BEGIN WHILE pg_current_xact_id() < '$reached' LOOP COMMIT; END LOOP; END \$\$");
$failed = grep { !$_->finish } @clients;
is($failed, 0, 'writers and subscribers go on');
cmp_ok($restored->safe_psql('postgres', 'SELECT vesu_assistant.next_transaction_id()'), '>', $reached, 'past the numbers of the old cluster');
is($restored->safe_psql('postgres', 'SELECT * FROM findings LIMIT 10'), '', 'and have seen each event once and in order');

# A standby: readable, and no further than nothing can come before.
# Whoever waits for it waits for what has been written: from here on that is every commit.
$node->append_conf('postgresql.conf', "synchronous_commit = on\n");
$node->reload;
$node->backup('copy');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($node, 'copy', has_streaming => 1);
$standby->start;
$node->safe_psql('postgres', q{SELECT vesu_assistant.append_events('standby', '1', 0, events(1))});
$node->wait_for_catchup($standby);
settle($_) for $node, $standby;
is($standby->safe_psql('postgres', $contents), $node->safe_psql('postgres', $contents), 'a standby reads all');
$last = $node->safe_psql('postgres', 'SELECT max(position) FROM vesu_assistant.event_store');
# The older transaction appends and ends; the younger one, which has drawn the earlier position, has written nothing that the standby could
# know of. (Every 32nd draw writes something: not this one.)
$node->safe_psql('postgres', q{DO $$ BEGIN
	LOOP
		PERFORM nextval('vesu_assistant.event_store_position_seq');
		EXIT WHEN (SELECT log_cnt BETWEEN 10 AND 30 FROM vesu_assistant.event_store_position_seq);
	END LOOP;
END $$});
my $older = background($node, q{
	BEGIN; SELECT pg_current_xact_id(); SELECT pg_sleep(2); SELECT vesu_assistant.append_events('standby', '2', 0, events(1)); COMMIT;});
wait_for_sleepers(1);
my $younger = background($node, q{
	BEGIN; SELECT pg_current_xact_id(); SELECT nextval('vesu_assistant.event_store_position_seq'); SELECT pg_sleep(6);
	SELECT vesu_assistant.append_events('standby', '3', 0, events(1)); COMMIT;});
wait_for_sleepers(2);
$older->finish;
$node->wait_for_catchup($standby);
# Unless the primary has just written its list of running transactions.
note('the standby knows of fewer transactions than the horizon counts: '
	  . $standby->safe_psql('postgres', 'SELECT vesu_assistant.next_transaction_id() < max(horizon) FROM vesu_assistant.event_store'));
is($standby->safe_psql('postgres', "SELECT count(*) FROM vesu_assistant.read_all($last)"), '0', 'what waits at the primary waits there too');
$younger->finish;
$node->wait_for_catchup($standby);
settle($standby);
is($standby->safe_psql('postgres', "SELECT count(*) FROM vesu_assistant.read_all($last)"), '2', 'and comes when that has ended');
is($standby->safe_psql('postgres', q{SELECT count(*) > 0 FROM vesu_assistant.next_events('slow')}), 't', 'a subscriber can read at a standby');

$_->stop for $standby, $restored, $node;
done_testing();
