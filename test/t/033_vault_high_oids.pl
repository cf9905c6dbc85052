# In a cluster that has used up half of its OIDs the labels of an enumeration have OIDs above 2^31, which read from a column and
# written by a function are extended differently: the vault must know them nevertheless.
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
command_ok([ 'pg_resetwal', '--next-oid=3000000000', $node->data_dir ], 'half of the OIDs are used up');
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION vesu');
cmp_ok($node->safe_psql('postgres', q{SELECT min(oid::bigint) FROM pg_enum WHERE enumtypid = 'vesu_vault.transaction_type'::regtype}),
	'>', 2**31, 'the labels have large OIDs');

$node->safe_psql('postgres', q{
	SELECT count(vesu_vault.open(o, 'address', 'account')) FROM unnest(ARRAY['A', 'B', 'C']) AS o;
	SELECT vesu_vault.deposit('A', 30000000000);
	SELECT vesu_vault.lock('A', 100);
	SELECT vesu_vault.unlock('A', 40);
	SELECT vesu_vault.confirm_transaction(vesu_vault.begin_transaction('lock', 'A', 50));
	SELECT vesu_vault.transfer('A', 'B', 7, 'locked_first');
	SELECT vesu_vault.apply_transfers('{A,A}', '{B,C}', '{5,20000000000}');});
is($node->safe_psql('postgres', q{
		SELECT vault_owner, count(*) FROM vesu_vault.balance_snapshots WHERE snapshot_type = 'event' GROUP BY vault_owner ORDER BY vault_owner}),
	"A|5\nC|1", 'an event snapshot of the large deposit, the locks, the unlock and both sides of the large transfer');
is($node->safe_psql('postgres', q{SELECT vault_owner FROM vesu_vault.alerts WHERE alert_type = 'large_tx' ORDER BY vault_owner}),
	"A\nC", 'an alert of each vault that moved much');

$node->safe_psql('postgres', q{SELECT vesu_vault.set_status('B', 'paused')});
my ($status, $output, $error) = $node->psql('postgres', q{SELECT vesu_vault.apply_transfers('{A}', '{B}', '{5}')});
like($error, qr/vault paused: B/, 'a batch knows a paused vault');
is(vault_findings($node, 'postgres'), '', 'the books are sound');

$node->stop;
done_testing();
