# From a price tick to an acknowledged alert, over real connections: a tick is recorded, a listener hears of it and has the intents of
# that asset evaluated, what crossed 1.2 fires once, its alert is claimed, sent and read, and the event store tells the story. Then the same
# with 200 positions, eight evaluators and eight workers at a time.
use strict;
use warnings;

use PostgreSQL::Test::BackgroundPsql ();
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "max_connections = 40\n");
$node->start;
sub query { return $node->safe_psql('postgres', $_[0]); }

# One USD of debt for each ETH of 1 USD collateral would have a health factor of 0.8: positions n owe 0.8 * 3000 / hf, hf from 1.21 on.
query(<<'SQL');
CREATE EXTENSION vesu;
INSERT INTO vesu.vesu_pools (pool_address, collateral_asset, debt_asset, max_ltv, liquidation_threshold, liquidation_bonus, total_supply)
VALUES ('0x1', 'ETH', 'USDT', 0.8, 0.8, 0.05, 1e9);
SELECT vesu.record_price('USDT', 1), vesu.record_price('ETH', 3000);
CREATE SCHEMA test;
CREATE TABLE test.owner AS
SELECT n, md5(n::text)::uuid AS user_id, '0x' || lpad(to_hex(n), 40, '0') AS wallet, 1.205 + n * 0.005 AS health_factor FROM generate_series(0, 200) AS n;
SELECT count(vesu.supply(o.user_id, '0x1', 1, ('0xa' || to_hex(o.n))::vesu.felt252)) FROM test.owner AS o;
SELECT count(vesu.borrow(o.user_id, '0x1', trunc(0.8 * 3000 / o.health_factor, 18), ('0xb' || to_hex(o.n))::vesu.felt252)) FROM test.owner AS o;
INSERT INTO vesu_assistant.users (id, wallet_address, preferences) SELECT o.user_id, o.wallet, '{"alertThresholds": {"healthFactor": 1.2}}' FROM test.owner AS o;
SQL
sub intent
{
	my ($who) = @_;
	return query(qq{SELECT vesu_assistant.create_intent(o.user_id, 'below 1.2',
		'{"type": "health_factor", "operator": "<", "value": 1.2}', '{"type": "notify"}') FROM test.owner AS o WHERE $who});
}

# One position: at 1.6 while ETH is at 3000.
my $listener = $node->background_psql('postgres');
$listener->query_safe('LISTEN vesu_price');
my $intent = intent('o.n = 79');
my $story = sub { return query("SELECT vesu_assistant.append_events('intent', '$intent', $_[0], '[{\"event_type\": \"$_[1]\", \"data\": {\"status\": \"$_[1]\"}}]')"); };
is($story->(0, 'created'), '1', 'the story begins');

# The listener acts on what it has heard, and on nothing else.
sub heard_of_tick
{
	my ($price) = @_;
	query("SELECT vesu.record_price('ETH', $price)");
	my ($asset) = $listener->query_safe('SELECT 1') =~ /notification "vesu_price" with payload ".*?"asset"\s*:\s*"(\w+)"/;
	return 'nothing' unless defined $asset;
	return $listener->query_safe("SELECT count(*) FROM vesu_assistant.evaluate_intents(asset => '$asset')");
}
is(heard_of_tick(2256), '0', 'a tick that leaves the health factor just above 1.2 fires nothing');
is(query("SELECT status FROM vesu_assistant.intents WHERE id = '$intent'"), 'active', 'and the intent waits');
is(heard_of_tick(2249), '1', 'the next one makes it cross 1.2: the intent fires');
is(heard_of_tick(2248), '0', 'and only once');
is($story->(1, 'triggered'), '2', 'which is told');
is(query('SELECT count(*) FROM vesu_assistant.capture_lending_positions()'), '1', 'the positions are captured');
is(query(qq{SELECT string_agg(a.type || ' ' || a.status, ', ' ORDER BY a.type) FROM vesu_assistant.alerts AS a JOIN test.owner AS o USING (user_id) WHERE o.n = 79}),
	'health_factor_warning pending, intent_triggered pending', 'its alert is queued, and that of the health factor');

my $alert = query(q{SELECT c.id FROM vesu_assistant.claim_alerts('in_app', 1000) AS c WHERE c.type = 'intent_triggered'});
like($alert, qr/^[0-9a-f-]{36}$/, 'a worker claims it');
is(query(q{SELECT count(*) FROM vesu_assistant.claim_alerts('in_app', 1000)}), '0', 'no other can');
is(query("SELECT (vesu_assistant.mark_alert_sent('$alert')).status"), 'sent', 'it is sent');
is(query("SELECT (vesu_assistant.acknowledge_alert('$alert')).status"), 'acknowledged', 'and read');
is(query("SELECT (vesu_assistant.complete_intent('$intent')).status"), 'executed', 'the intent is done');
is($story->(2, 'executed'), '3', 'which is told');
is(query("SELECT string_agg(e.event_type, ' ' ORDER BY e.version) FROM vesu_assistant.load_events('intent', '$intent') AS e"),
	'created triggered executed', 'the event store tells the story');
is(query("SELECT state ->> 'status' FROM vesu_assistant.load_state('intent', '$intent')"), 'executed', 'up to now');
is(query("SELECT s.state ->> 'status' FROM vesu_assistant.load_events('intent', '$intent') AS e
	CROSS JOIN vesu_assistant.state_at('intent', '$intent', e.occurred_at) AS s WHERE e.version = 2"), 'triggered', 'and as of then');
$listener->quit;

# The same for 200 others, by eight at a time.
query("SELECT vesu.record_price('ETH', 3000)");
query("UPDATE vesu_assistant.alerts SET status = 'acknowledged' WHERE status <> 'acknowledged'");
is(query('SELECT count(*) FROM vesu_assistant.capture_lending_positions()'), '1', 'all are well again');
intent('o.n <> 79');
query(<<'SQL');
CREATE TABLE test.fired (intent_id uuid, evaluator int);
CREATE TABLE test.delivered (alert_id uuid, worker int);
-- What fires is told as the first event of its stream: a second telling would be refused.
CREATE PROCEDURE test.evaluate(evaluator int) LANGUAGE plpgsql AS $$
BEGIN
	WITH fired AS (SELECT f.id FROM vesu_assistant.evaluate_intents(asset => 'ETH') AS f)
	INSERT INTO test.fired SELECT f.id, evaluator FROM fired AS f;
	PERFORM vesu_assistant.append_events('fired', f.intent_id::text, 0, '[{"event_type": "fired", "data": {}}]')
	   FROM test.fired AS f WHERE f.xmin = pg_current_xact_id()::xid;
END $$;
CREATE PROCEDURE test.deliver(worker int) LANGUAGE plpgsql AS $$
DECLARE
	claimed vesu_assistant.alerts;
BEGIN
	FOR claimed IN SELECT * FROM vesu_assistant.claim_alerts('in_app', 5) LOOP
		INSERT INTO test.delivered VALUES (claimed.id, worker);
		PERFORM vesu_assistant.append_events('alert', claimed.id::text, 0, '[{"event_type": "sent", "data": {}}]');
		PERFORM vesu_assistant.mark_alert_sent(claimed.id);
	END LOOP;
END $$;
SQL
sub clients
{
	my ($what, $transactions, $sql) = @_;
	my $script = $node->basedir . '/script.sql';
	unlink $script;
	append_to_file($script, $sql);
	$node->command_ok([ 'pgbench', '--no-vacuum', '--client=8', '--jobs=2', "--transactions=$transactions", "--file=$script",
			$node->connstr('postgres') ], $what);
	return;
}
for my $price (2900, 2700, 2500, 2350, 2200, 2000)
{
	query("SELECT vesu.record_price('ETH', $price)");
	clients("eight evaluators after the tick of $price", 2, "CALL test.evaluate(:client_id);\n");
	is(query(qq{SELECT count(*) FROM vesu_assistant.intents AS i JOIN vesu.position_health AS h USING (user_id)
		WHERE i.id <> '$intent' AND (h.health_factor < 1.2) <> (i.status = 'triggered')}), '0', 'exactly what is below 1.2 has fired');
}
cmp_ok(query('SELECT count(*) FROM test.fired'), '>', 100, 'many have fired');
is(query('SELECT count(*) - count(DISTINCT intent_id) FROM test.fired'), '0', 'none twice');
is(query(q{SELECT count(*) FROM vesu_assistant.alerts AS a WHERE a.type = 'intent_triggered' AND a.status = 'pending'}), query('SELECT count(*) FROM test.fired'),
	'each has queued one alert');
clients('eight workers drain the queue', 20, "CALL test.deliver(:client_id);\n");
is(query(q{SELECT count(*) FROM vesu_assistant.alerts WHERE status = 'pending'}), '0', 'nothing is left');
is(query('SELECT count(*), count(DISTINCT alert_id) FROM test.delivered'), query(q{SELECT count(*), count(*) FROM vesu_assistant.alerts WHERE status = 'sent'}),
	'nothing is lost, nothing is sent twice');
is(query(q{SELECT count(*) FROM vesu_assistant.read_all(0, 10000) AS e WHERE e.aggregate_type IN ('fired', 'alert')}),
	query('SELECT (SELECT count(*) FROM test.fired) + (SELECT count(*) FROM test.delivered)'), 'and the event store has it all');

# A dump carries all of it, row by row, and life goes on in the copy.
my $dump = $node->basedir . '/story.dump';
query('CREATE DATABASE copy');
command_ok([ 'pg_dump', '--format=custom', "--file=$dump", $node->connstr('postgres') ], 'pg_dump');
command_ok([ 'pg_restore', '--jobs=4', '--dbname=' . $node->connstr('copy'), $dump ], 'pg_restore -j4');

sub rows_of
{
	my ($database) = @_;
	my $tables = $node->safe_psql($database,
		q{SELECT c.oid::regclass FROM pg_class AS c WHERE c.relnamespace = 'vesu_assistant'::regnamespace AND c.relkind = 'r' ORDER BY c.relname});
	return join "\n", map {
		"$_ " . $node->safe_psql($database, "SELECT count(*), md5(string_agg(t::text, E'\\n' ORDER BY t::text)) FROM $_ AS t")
	} split /\n/, $tables;
}
my $rows = rows_of('postgres');
like($rows, qr/intent_watches [1-9].*latest_positions [1-9]/s, 'there are rows');
is(rows_of('copy'), $rows, 'every table is equal');
is($node->safe_psql('copy', q{SELECT vesu.record_price('ETH', 1900); SELECT count(*) > 0 FROM vesu_assistant.evaluate_intents(asset => 'ETH')}) =~ /t$/,
	1, 'the next tick fires what it can');
is($node->safe_psql('copy', q{SELECT count(*) FROM vesu_assistant.next_events('copy', 10000)}),
	query('SELECT count(*) FROM vesu_assistant.event_store'), 'a new reader reads all events');

$node->stop;
done_testing();
