# A dump carries everything, what the user added included, and restores into a working database:
# plain SQL with ON_ERROR_STOP, pg_restore -j1 and -j4, each compared with the source row by row.
use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', 'max_worker_processes = 8');
$node->start;

my $source = 'source';
$node->safe_psql('postgres', "CREATE DATABASE $source");
$node->safe_psql($source, 'CREATE EXTENSION vesu');

# Pools with and without interest, prices, positions of every kind, and 3,000 operations' worth of history.
$node->safe_psql($source, <<'SQL');
INSERT INTO vesu.vesu_pools (pool_address, collateral_asset, debt_asset, max_ltv, liquidation_threshold,
                             liquidation_bonus, total_supply, supply_apy, borrow_apy)
SELECT ('0x' || to_hex(i))::vesu.felt252, 'C' || i, 'USD', 0.75, 0.8, 0.05, 1e12, 0.01, 0.02
  FROM generate_series(1, 20) AS i;
SELECT vesu.record_prices(ARRAY(SELECT 'C' || i FROM generate_series(1, 20) AS i) || ARRAY['USD'],
                          ARRAY(SELECT 1000.0 + i FROM generate_series(1, 20) AS i) || ARRAY[1.0]);
SELECT count(vesu.supply(md5(i::text)::uuid, ('0x' || to_hex(i % 20 + 1))::vesu.felt252, 1.000000000000000001 * i,
                         ('0xa' || to_hex(i))::vesu.felt252))
  FROM generate_series(1, 1000) AS i;
SELECT count(vesu.borrow(md5(i::text)::uuid, ('0x' || to_hex(i % 20 + 1))::vesu.felt252, 700.123456789012345678 * i,
                         ('0xb' || to_hex(i))::vesu.felt252))
  FROM generate_series(1, 1000) AS i;
UPDATE vesu.vesu_pools SET debt_index = 1.055555555555555555, collateral_index = 1.011111111111111111
 WHERE pool_address IN ('0x1', '0x2', '0x3');
SELECT count(vesu.repay(md5(i::text)::uuid, ('0x' || to_hex(i % 20 + 1))::vesu.felt252, 100,
                        ('0xc' || to_hex(i))::vesu.felt252))
  FROM generate_series(1, 500) AS i;
SELECT vesu.record_price('C5', 850);
SELECT count(vesu.liquidate(p.id, '0xdead', ('0xd' || to_hex(p.number))::vesu.felt252))
  FROM (SELECT id, row_number() OVER () AS number FROM vesu.find_liquidatable_positions()) AS p;
SELECT vesu.record_price('C6', 850);
SQL

# A protocol pool with two linked pools, of which one has positions, accrued beyond its books.
$node->safe_psql($source, <<'SQL');
INSERT INTO vesu.vesu_pool_assets (protocol_pool, asset, reserve, total_nominal_debt, total_collateral_shares, scale,
       last_rate_accumulator, last_full_utilization_rate, last_updated, fee_rate, max_utilization, floor,
       min_target_utilization, max_target_utilization, target_utilization, min_full_utilization_rate,
       max_full_utilization_rate, zero_utilization_rate, rate_half_life, target_rate_percent)
SELECT '0xabc', asset, 2000, 0, 2000000000000000, 1e6, 1e18, 1e10, '2026-03-01 00:00+00', 2e17, 95e16, 1e19,
       78000, 82000, 80000, 1e10, 4e10, 0, 432000, 2e17
  FROM unnest(ARRAY['C7', 'C8', 'USD']) AS asset;
INSERT INTO vesu.vesu_pool_pairs (protocol_pool, collateral_asset, debt_asset, max_ltv, liquidation_factor)
VALUES ('0xabc', 'C7', 'USD', 8e17, 9e17), ('0xabc', 'C8', 'C7', 8e17, 9e17);
UPDATE vesu.vesu_pools SET protocol_pool = '0xabc' WHERE pool_address = '0x7';
SELECT count(*) FROM vesu.open_pools('0xabc');
SELECT vesu.record_pool_asset('0xabc', 'USD', ROW(200000000000, 800000000000000000000000, 1000000000000000000000000,
                                                  1000000000000000000, 1000000, 200000000000000000), 1e10, '2026-03-02 00:00+00');
SELECT vesu.accrue('0x7', '2026-03-03 00:00+00');
SQL

# What users add to tables that are theirs.
$node->safe_psql($source, <<'SQL');
CREATE TABLE public.users (id uuid PRIMARY KEY, name text);
INSERT INTO public.users SELECT DISTINCT user_id, 'someone' FROM vesu.vesu_positions;
SELECT vesu.attach_users('public.users');
ALTER TABLE vesu.vesu_positions ADD COLUMN note text DEFAULT 'mine';
UPDATE vesu.vesu_positions SET note = 'watched' WHERE collateral_amount > 500;
CREATE INDEX my_index ON vesu.vesu_positions (note, user_id);
CREATE ROLE somebody;
ALTER TABLE vesu.vesu_positions ENABLE ROW LEVEL SECURITY;
CREATE POLICY my_policy ON vesu.vesu_positions FOR SELECT TO somebody USING (note = 'watched');
CREATE VIEW public.my_view AS SELECT h.user_id, h.health_factor FROM vesu.position_health AS h;
SQL

my @tables = split /\n/, $node->safe_psql($source,
	q{SELECT c.oid::regclass FROM pg_class AS c WHERE c.relnamespace = 'vesu'::regnamespace AND c.relkind = 'r'
      ORDER BY c.oid::regclass::text COLLATE "C"});
cmp_ok(scalar(@tables), '>=', 8, 'the source has every table of the module');

# Every row of every table, and everything that answers from them, as one text a database.
sub contents
{
	my ($database) = @_;
	my %contents;
	$contents{$_} = $node->safe_psql($database, "SELECT t FROM $_ AS t ORDER BY t::text") for @tables;
	$contents{users} = $node->safe_psql($database, 'SELECT u FROM public.users AS u ORDER BY id');
	$contents{'added column, index and policy'} = $node->safe_psql($database, q{
		SELECT pg_get_indexdef('vesu.my_index'::regclass),
		       (SELECT array_agg(p) FROM pg_policies AS p),
		       (SELECT relrowsecurity FROM pg_class WHERE oid = 'vesu.vesu_positions'::regclass)});
	$contents{'live risk'} = $node->safe_psql($database, 'SELECT * FROM vesu.find_liquidatable_positions()');
	$contents{'view of the user'} = $node->safe_psql($database, 'SELECT * FROM public.my_view ORDER BY 1, 2');
	$contents{'position health'} =
	  $node->safe_psql($database, 'SELECT * FROM vesu.position_health ORDER BY position_id');
	$contents{'definitions'} = $node->safe_psql($database, q{
		SELECT p.oid::regprocedure,
		       CASE p.prokind WHEN 'a' THEN (SELECT a::text FROM pg_aggregate AS a WHERE a.aggfnoid = p.oid) ELSE pg_get_functiondef(p.oid) END
		  FROM pg_proc AS p
		 WHERE p.pronamespace = 'vesu'::regnamespace ORDER BY p.oid::regprocedure::text COLLATE "C"});
	$contents{'triggers and constraints'} = $node->safe_psql($database, q{
		SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
		UNION ALL
		SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
		 WHERE connamespace = 'vesu'::regnamespace
		ORDER BY 1});
	$contents{'members'} = $node->safe_psql($database, q{
		SELECT pg_describe_object(classid, objid, objsubid) FROM pg_depend
		 WHERE deptype = 'e' AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'vesu') ORDER BY 1});
	return \%contents;
}

my $expected = contents($source);
isnt($expected->{'live risk'}, '', 'the source has liquidatable positions');
isnt($expected->{'vesu.vesu_liquidations'}, '', 'the source has liquidations');
isnt($expected->{'vesu.vesu_position_history'}, '', 'the source has history');
is($node->safe_psql($source, q{SELECT count(*), count(*) FILTER (WHERE debt_index > 1) FROM vesu.vesu_pools WHERE protocol_pool = '0xabc'}),
	'2|1', 'the source has linked pools, accrued');

# Compares by line, and shows only the first lines that differ.
sub same_contents
{
	my ($actual, $expected, $name) = @_;
	my %expected_lines = map { $_ => 1 } split /\n/, $expected;
	my %actual_lines = map { $_ => 1 } split /\n/, $actual;
	my @differences = ((map { "- $_" } grep { !$actual_lines{$_} } split /\n/, $expected),
		(map { "+ $_" } grep { !$expected_lines{$_} } split /\n/, $actual));
	ok($actual eq $expected, $name) or diag(join "\n", @differences[ 0 .. ($#differences < 5 ? $#differences : 5) ]);
}

sub check_restored
{
	my ($database, $how) = @_;
	my $actual = contents($database);
	same_contents($actual->{$_}, $expected->{$_}, "$how: $_") for sort keys %$expected;
	is($node->safe_psql($database, 'SELECT * FROM vesu.verify()'), '', "$how: verify() is clean");
	is($node->safe_psql($database, q{SELECT * FROM vesu.verify_indexes() WHERE state <> 'present'}),
		'', "$how: every named index is present");
	is($node->safe_psql($database, q{SELECT count(*) FROM vesu.migration_status() WHERE state <> 'applied'}),
		'0', "$how: every installation step is recorded");

	# It works: an operation, its trigger, its history; and a second installation changes nothing.
	is( $node->safe_psql($database, q{
			SELECT (vesu.supply(md5('1')::uuid, '0x2', 1, '0xe1')).amount;}),
		'1.000000000000000000',
		"$how: an operation works");
	$node->safe_psql($database, 'SELECT vesu.install()');
	is($node->safe_psql($database, 'SELECT count(*) FROM vesu.vesu_positions WHERE note IS NOT NULL'),
		'1000', "$how: the added column survives another install()");
	my ($status, undef, $error) = $node->psql($database, 'DROP EXTENSION vesu');
	isnt($status, 0, "$how: DROP EXTENSION refuses");
	like($error, qr/cannot drop extension vesu/, "$how: and says so");
}

my $directory = $node->backup_dir;
mkdir $directory;

# Plain SQL, with the first error ending the restore.
$node->run_log([ 'pg_dump', '-f', "$directory/plain.sql", $node->connstr($source) ]) or die 'pg_dump failed';
$node->safe_psql('postgres', 'CREATE DATABASE plain');
$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', "$directory/plain.sql", $node->connstr('plain') ],
	'plain SQL restores without an error');
check_restored('plain', 'plain SQL');

# A custom archive, in one process and in four.
$node->run_log([ 'pg_dump', '-Fc', '-f', "$directory/archive", $node->connstr($source) ]) or die 'pg_dump failed';
for my $jobs (1, 4)
{
	my $database = "restored_$jobs";
	$node->safe_psql('postgres', "CREATE DATABASE $database");
	$node->command_ok(
		[ 'pg_restore', '--exit-on-error', "-j$jobs", '-d', $node->connstr($database), "$directory/archive" ],
		"pg_restore -j$jobs ends without an error");
	check_restored($database, "pg_restore -j$jobs");
}

# A data-only restore into a database where CREATE EXTENSION made the tables: interest is not forgotten,
# though the triggers fire and bring the stored health factors to the recorded prices.
my $but_health = q{SELECT to_jsonb(t) - 'health_factor' FROM vesu.vesu_positions AS t ORDER BY t.id};
$node->safe_psql($source, 'SELECT vesu.detach_users()');
$node->safe_psql('postgres', 'CREATE DATABASE data_only');
$node->safe_psql('data_only', q{
	CREATE EXTENSION vesu;
	ALTER TABLE vesu.vesu_positions ADD COLUMN note text DEFAULT 'mine';
	TRUNCATE vesu.jobs, vesu.schema_migrations;});
$node->run_log([ 'pg_dump', '--data-only', '--schema=vesu', '-f', "$directory/data.sql", $node->connstr($source) ])
  or die 'pg_dump failed';
$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', "$directory/data.sql", $node->connstr('data_only') ],
	'a data-only dump restores without an error');
same_contents($node->safe_psql('data_only', $but_health), $node->safe_psql($source, $but_health),
	'data only: positions keep their interest');
my $linked = q{SELECT p FROM vesu.vesu_pools AS p WHERE protocol_pool IS NOT NULL ORDER BY pool_address};
is($node->safe_psql('data_only', $linked), $node->safe_psql($source, $linked), 'data only: linked pools keep their indexes');
is($node->safe_psql('data_only', 'SELECT * FROM vesu.verify()'), '', 'data only: verify() is clean');

# A restore is recognised, and the setting overrides it.
my $statement = 'CREATE EXTENSION IF NOT EXISTS vesu WITH SCHEMA pg_catalog';
my $count = q{SELECT count(*) FROM pg_class WHERE relnamespace = 'vesu'::regnamespace AND relkind = 'r'};
for my $case (
	[ 'auto_restore', "SET xmloption = content; $statement",                                 '0', 'a restore makes no tables' ],
	[ 'auto_plain',   $statement,                                                            scalar(@tables), 'without xmloption it is no restore' ],
	[ 'forced_on',    "SET xmloption = content; LOAD 'vesu'; SET vesu.install_on_create = on; $statement", scalar(@tables), 'on makes them all the same' ],
	[ 'forced_off',   "LOAD 'vesu'; SET vesu.install_on_create = off; CREATE EXTENSION vesu", '0', 'off makes none' ])
{
	my ($database, $statements, $tables, $name) = @$case;
	$node->safe_psql('postgres', "CREATE DATABASE $database");
	my $file = "$directory/$database.sql";
	append_to_file($file, join("\n", split /(?<=;) /, $statements) . ";\n");
	$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', $file, $node->connstr($database) ], "$name: runs");
	is($node->safe_psql($database, $count), $tables, $name);
}

$node->stop;
done_testing();
