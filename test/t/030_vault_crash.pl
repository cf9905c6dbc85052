# The server dies in the middle of crossed transfers, one by one and in batches: what was committed is there, whole, and
# nothing else; no money appears or vanishes; nobody waits in a circle.
use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use IPC::Run ();
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use VaultLedger;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "max_connections = 40\nautovacuum = off\n");
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION vesu');
$node->safe_psql('postgres', q{
	SELECT count(vesu_vault.open('v' || i, 'address', 'account')) FROM generate_series(1, 20) AS i;
	SELECT count(vesu_vault.deposit('v' || i, 1000000000000)) FROM generate_series(1, 20) AS i;
	SELECT count(vesu_vault.lock('v' || i, 1000, purpose => 'loan')) FROM generate_series(1, 20) AS i;});

my $single = $node->basedir . '/single.sql';
append_to_file($single, q{\set sender random(1, 20)
\set receiver 1 + mod(:sender + random(0, 18), 20)
\set amount random(1, 100)
SELECT count(*) FROM vesu_vault.transfer('v' || :sender, 'v' || :receiver, :amount);
});
my $batch = $node->basedir . '/batch.sql';
append_to_file($batch, q{SELECT vesu_vault.apply_transfers(array_agg('v' || 1 + sender), array_agg('v' || 1 + (sender + way) % 20), array_agg(amount))
  FROM (SELECT floor(random() * 20)::int, 1 + floor(random() * 19)::int, 1 + floor(random() * 100)::bigint
          FROM generate_series(1, 50)) AS drawn (sender, way, amount);
});

# Sixteen clients; their pgbench, under way.
sub start_clients
{
	my ($seconds, $output) = @_;
	return IPC::Run::start(
		[ 'pgbench', '--no-vacuum', '--client=16', '--jobs=2', "--time=$seconds", "--file=$single\@4", "--file=$batch\@1",
		  $node->connstr('postgres') ], '>', $output, '2>', $output);
}

my $transfers = q{SELECT count(*) FROM vesu_vault.transactions WHERE transaction_type = 'transfer_out'};

sub check_books
{
	my ($name) = @_;
	is(vault_findings($node, 'postgres'), '', "$name: the books are sound");
	is($node->safe_psql('postgres', 'SELECT sum(total_balance), sum(locked_balance) FROM vesu_vault.vaults'),
		'20000000000000|20000', "$name: not a unit is lost");
	# One transaction wrote each row first, and a batch is 100 rows.
	is($node->safe_psql('postgres', q{
			SELECT count(*) FROM vesu_vault.transactions WHERE transfer_id IS NOT NULL
			 GROUP BY xmin HAVING count(*) NOT IN (2, 100)}),
		'', "$name: no batch is applied in part");
}

my $done = 0;
for my $crash (1, 2)
{
	my $output = '';
	my $clients = start_clients(60, \$output);
	$node->poll_query_until('postgres', "SELECT ($transfers) > $done + 3000") or die "no transfers: $output";
	my $seen = $node->safe_psql('postgres', $transfers);
	$node->stop('immediate');
	$clients->finish;
	$node->start;

	$done = $node->safe_psql('postgres', $transfers);
	cmp_ok($done, '>=', $seen, "crash $crash: what was committed is there");
	check_books("crash $crash");
}

# Ends by itself, so that the server keeps count of deadlocks.
my $output = '';
ok(start_clients(3, \$output)->finish, 'transfers go on after the crashes') or diag($output);
cmp_ok($node->safe_psql('postgres', $transfers), '>', $done, 'and arrive');
check_books('afterwards');
is($node->safe_psql('postgres', q{SELECT deadlocks FROM pg_stat_database WHERE datname = 'postgres'}), '0', 'no deadlock');
unlike(slurp_file($node->logfile), qr/deadlock detected/, 'nor one before the crashes');
$node->stop;
done_testing();
