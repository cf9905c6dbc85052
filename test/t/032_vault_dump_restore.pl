# A vault with 100,000 transactions survives a dump: plain SQL and pg_restore -j4, each compared row by row; the ledger
# proves itself afterwards, and goes on.
use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use VaultLedger;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->start;
my $source = 'source';
$node->safe_psql('postgres', "CREATE DATABASE $source");
$node->safe_psql($source, 'CREATE EXTENSION vesu');
$node->safe_psql($source, <<'SQL');
SELECT count(vesu_vault.open('v' || i, 'address', 'account')) FROM generate_series(1, 200) AS i;
SELECT count(vesu_vault.deposit('v' || i, 1000000000 + i, 'd' || i, 'a note')) FROM generate_series(1, 200) AS i;
SELECT vesu_vault.apply_transfers(
           array_agg('v' || i % 200 + 1), array_agg('v' || (i * 7 + 3) % 200 + 1), array_agg(i % 1000 + 1::bigint))
  FROM generate_series(1, 50000) AS i WHERE i % 200 <> (i * 7 + 3) % 200;
SELECT count(vesu_vault.lock('v' || i, 1000 + i, purpose => CASE WHEN i % 2 = 0 THEN 'loan' END)) FROM generate_series(1, 200) AS i;
SELECT count(*) FROM generate_series(1, 199) AS i, vesu_vault.transfer('v' || i, 'v' || i + 1, 500, 'locked_first');
SELECT count(vesu_vault.begin_transaction('withdrawal', 'v' || i, 10)) FROM generate_series(1, 50) AS i;
SELECT count(vesu_vault.begin_transaction('transfer_out', 'v' || i, 10, 'v1')) FROM generate_series(51, 100) AS i;
SELECT count(vesu_vault.confirm_transaction(id)) FROM vesu_vault.transactions WHERE status = 'pending' AND vault_owner LIKE 'v_5';
SELECT count(vesu_vault.fail_transaction(id, 'refused')) FROM vesu_vault.transactions WHERE status = 'pending' AND vault_owner LIKE 'v_6';
SELECT vesu_vault.set_status('v200', 'paused');
SQL
cmp_ok($node->safe_psql($source, 'SELECT count(*) FROM vesu_vault.transactions'), '>=', 100_000, 'the ledger is long');
is(vault_findings($node, $source), '', 'the source is sound');

my @tables = split /\n/, $node->safe_psql($source,
	q{SELECT c.oid::regclass FROM pg_class AS c WHERE c.relnamespace = 'vesu_vault'::regnamespace AND c.relkind = 'r'
      ORDER BY c.oid::regclass::text COLLATE "C"});

# Every row of every table by its text; of what is equal no more need be seen than that.
sub contents
{
	my ($database) = @_;
	return map {
		$_ => $node->safe_psql($database,
			"SELECT count(*), md5(string_agg(t::text, E'\\n' ORDER BY t::text COLLATE \"C\")) FROM $_ AS t")
	} @tables;
}

my %expected = contents($source);

sub check_restored
{
	my ($database, $how) = @_;
	my %actual = contents($database);
	is($actual{$_}, $expected{$_}, "$how: every row of $_") for @tables;
	is(vault_findings($node, $database), '', "$how: the books are sound");
	is($node->safe_psql($database, q{
			SELECT vesu_vault.apply_transfers('{v1,v2}', '{v2,v1}', '{5,4}');
			SELECT count(vesu_vault.confirm_transaction(id)) FROM vesu_vault.transactions
			 WHERE status = 'pending' AND transaction_type <> 'transfer_in';}) =~ s/\n.*//sr,
		'2', "$how: the ledger goes on");
	is(vault_findings($node, $database), '', "$how: soundly");
	my ($status, undef, $error) = $node->psql($database, 'DELETE FROM vesu_vault.transactions');
	like($error, qr/append-only/, "$how: and is append-only");
}

my $directory = $node->backup_dir;
mkdir $directory;
$node->run_log([ 'pg_dump', '-f', "$directory/plain.sql", $node->connstr($source) ]) or die 'pg_dump failed';
$node->safe_psql('postgres', 'CREATE DATABASE plain');
$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', "$directory/plain.sql", $node->connstr('plain') ],
	'plain SQL restores without an error');
check_restored('plain', 'plain SQL');

$node->run_log([ 'pg_dump', '-Fc', '-f', "$directory/archive", $node->connstr($source) ]) or die 'pg_dump failed';
$node->safe_psql('postgres', 'CREATE DATABASE parallel');
$node->command_ok([ 'pg_restore', '--exit-on-error', '-j4', '-d', $node->connstr('parallel'), "$directory/archive" ],
	'pg_restore -j4 ends without an error');
check_restored('parallel', 'pg_restore -j4');

$node->stop;
done_testing();
