# The server dies while several feeds write and a refresher works: what was committed is there, the live roll-ups are what a
# recount gives, a refresh settles them, and nobody waits in a circle.
use strict;
use warnings;

use IPC::Run ();
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "max_connections = 40\nautovacuum = off\nvesu.clock = '2025-04-10 12:00:00+00'\nshared_preload_libraries = 'vesu'\n");
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION vesu');

# Rows over the last days and the hour that runs, in no order, of assets and protocols that all feeds share.
my $feed = $node->basedir . '/feed.sql';
append_to_file($feed, q{SELECT vesu_portfolio.ingest_market_data(array_agg(asset), array_agg(moment), array_agg(price))
  FROM (SELECT 'asset' || floor(random() * 20)::int, timestamptz '2025-04-10 12:00+00' - random() * interval '3 days', round((random() * 9)::numeric, 2)
          FROM generate_series(1, 40)) AS drawn (asset, moment, price);
INSERT INTO vesu_portfolio.yield_metrics ("timestamp", protocol_name, pool_address, chain_id, apy, tvl, impermanent_loss_risk)
SELECT timestamptz '2025-04-10 12:00+00' - random() * interval '3 days', 'protocol' || floor(random() * 3)::int, 'pool' || floor(random() * 3)::int, 1,
       round(random()::numeric, 3), round((random() * 3000)::numeric, 2), 0.5
  FROM generate_series(1, 10);
});
my $correction = $node->basedir . '/correction.sql';
append_to_file($correction, q{UPDATE vesu_portfolio.market_data SET price = price + 1
 WHERE asset_id = 'asset' || floor(random() * 20)::int AND "timestamp" > timestamptz '2025-04-10 12:00+00' - random() * interval '1 hour';
DELETE FROM vesu_portfolio.yield_metrics WHERE "timestamp" > timestamptz '2025-04-10 12:00+00' - random() * interval '10 minutes';
});
my $refresh = $node->basedir . '/refresh.sql';
append_to_file($refresh, "SELECT count(*) FROM vesu_portfolio.refresh_rollups(max_buckets => 200);\n");

sub start_clients
{
	my ($seconds, $output) = @_;
	return IPC::Run::start(
		[ 'pgbench', '--no-vacuum', '--client=8', '--jobs=2', "--time=$seconds", "--file=$feed\@6", "--file=$correction\@1",
		  "--file=$refresh\@2", $node->connstr('postgres') ], '>', $output, '2>', $output);
}

# Rows of one that the other has not, both ways, for what a plain GROUP BY can count.
sub differences
{
	my ($suffix) = @_;
	return $node->safe_psql('postgres', qq{
		WITH bars AS (
			SELECT asset_id, date_trunc('hour', "timestamp", 'UTC') AS bucket, max(price) AS high, min(price) AS low, count(*) AS points
			  FROM vesu_portfolio.market_data GROUP BY 1, 2),
		days AS (
			SELECT asset_id, date_trunc('day', "timestamp", 'UTC') AS bucket, max(price) AS high, min(price) AS low, count(*) AS points
			  FROM vesu_portfolio.market_data GROUP BY 1, 2),
		last_rows AS (
			SELECT DISTINCT ON (protocol_name, pool_address, bucket) protocol_name, date_trunc('hour', "timestamp", 'UTC') AS bucket, tvl
			  FROM vesu_portfolio.yield_metrics ORDER BY protocol_name, pool_address, bucket, "timestamp" DESC, tvl DESC),
		tvl AS (
			SELECT protocol_name, bucket, sum(tvl) AS tvl, count(*) AS pools FROM last_rows GROUP BY 1, 2),
		changes AS (
			SELECT t.*, round(t.tvl / nullif(h.tvl, 0) - 1, 8) AS change_1h, round(t.tvl / nullif(d.tvl, 0) - 1, 8) AS change_24h
			  FROM tvl AS t
			  LEFT JOIN tvl AS h ON h.protocol_name = t.protocol_name AND h.bucket + interval '1 hour' = t.bucket
			  LEFT JOIN tvl AS d ON d.protocol_name = t.protocol_name AND d.bucket + interval '24 hours' = t.bucket),
		yields AS (
			SELECT protocol_name, bucket, count(*) AS pools, sum(tvl) AS tvl FROM last_rows WHERE tvl > 1000 GROUP BY 1, 2)
		SELECT (SELECT count(*) FROM (TABLE bars EXCEPT ALL SELECT asset_id, bucket, high, low, points FROM vesu_portfolio.ohlcv_hourly$suffix) AS x)
		     + (SELECT count(*) FROM (SELECT asset_id, bucket, high, low, points FROM vesu_portfolio.ohlcv_hourly$suffix EXCEPT ALL TABLE bars) AS x),
		       (SELECT count(*) FROM (TABLE days EXCEPT ALL SELECT asset_id, bucket, high, low, points FROM vesu_portfolio.ohlcv_daily$suffix) AS x)
		     + (SELECT count(*) FROM (SELECT asset_id, bucket, high, low, points FROM vesu_portfolio.ohlcv_daily$suffix EXCEPT ALL TABLE days) AS x),
		       (SELECT count(*) FROM (TABLE changes EXCEPT ALL SELECT protocol_name, bucket, tvl, pools, change_1h, change_24h FROM vesu_portfolio.protocol_tvl$suffix) AS x)
		     + (SELECT count(*) FROM (SELECT protocol_name, bucket, tvl, pools, change_1h, change_24h FROM vesu_portfolio.protocol_tvl$suffix EXCEPT ALL TABLE changes) AS x),
		       (SELECT count(*) FROM (TABLE yields EXCEPT ALL SELECT protocol_name, bucket, pools, tvl FROM vesu_portfolio.yields_hourly$suffix) AS x)
		     + (SELECT count(*) FROM (SELECT protocol_name, bucket, pools, tvl FROM vesu_portfolio.yields_hourly$suffix EXCEPT ALL TABLE yields) AS x)});
}

sub check_rollups
{
	my ($name) = @_;
	is(differences('_live'), '0|0|0|0', "$name: the live roll-ups are a recount");
	is($node->safe_psql('postgres', q{
			SELECT count(*) FROM (SELECT asset_id, max("timestamp") AS at FROM vesu_portfolio.market_data GROUP BY asset_id) AS newest
			  JOIN vesu_portfolio.latest_prices AS l USING (asset_id) WHERE l."timestamp" < newest.at}),
		'0', "$name: no latest price is behind");
	is($node->safe_psql('postgres', "SELECT sum(remaining) FROM vesu_portfolio.refresh_rollups('infinity', 10000000)"),
		'0', "$name: a refresh leaves nothing due");
	is($node->safe_psql('postgres', 'SELECT count(*) FROM vesu_portfolio.rollup_marks'), '0', "$name: nor marked");
	is(differences(''), '0|0|0|0', "$name: and what it stores is a recount");
}

my $stored = 'SELECT count(*) FROM vesu_portfolio.ohlcv_hourly';
my $done = 0;
for my $crash (1, 2)
{
	my $output = '';
	my $clients = start_clients(120, \$output);
	$node->poll_query_until('postgres', "SELECT ($stored) > 200 AND (SELECT count(*) FROM vesu_portfolio.market_data) > $done + 5000")
		or die "nothing is written: $output";
	my $seen = $node->safe_psql('postgres', 'SELECT count(*) FROM vesu_portfolio.market_data');
	$node->stop('immediate');
	$clients->finish;
	$node->start;

	$done = $node->safe_psql('postgres', 'SELECT count(*) FROM vesu_portfolio.market_data');
	cmp_ok($done, '>=', $seen, "crash $crash: what was committed is there");
	check_rollups("crash $crash");
}

# Ends by itself, so that the server keeps count of deadlocks.
my $output = '';
ok(start_clients(4, \$output)->finish, 'it goes on after the crashes') or diag($output);
unlike($output, qr/ERROR|aborted/, 'and no client is refused');
check_rollups('afterwards');
is($node->safe_psql('postgres', q{SELECT deadlocks FROM pg_stat_database WHERE datname = 'postgres'}), '0', 'no deadlock');
unlike(slurp_file($node->logfile), qr/deadlock detected/, 'nor one before the crashes');
$node->stop;
done_testing();
