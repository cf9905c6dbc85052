# Partitions, detached months and the registry of hashes survive a dump, the end of a month between dump and restore, and a crash in
# the middle of maintenance.
use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "timezone = 'UTC'\nmax_worker_processes = 8");
$node->start;
my $source = 'source';
$node->safe_psql('postgres', "CREATE DATABASE $source");

# The calls of maintain_partitions() at a time until nothing is due, each in a transaction of its own.
sub maintain
{
	my ($database, $clock, $arguments) = @_;
	my @done;
	while (my $rows = $node->safe_psql($database,
		"SET vesu.clock = '$clock'; SELECT action, partition, rows FROM vesu_portfolio.maintain_partitions($arguments)"))
	{
		push @done, split /\n/, $rows;
		last if @done > 200;
	}
	return @done;
}

my $retention = q{retention => '{"transactions": {"keep": "2 months"}, "market_data": {"keep": "2 months", "mode": "drop"},
                                 "satellite_performance": {"keep": "all"}}'};

# Rows of five months, one row late for a month that is dropped by then, some that nobody made a partition for.
$node->safe_psql($source, q{SET vesu.clock = '2025-01-15 12:00+00'; CREATE EXTENSION vesu});
$node->safe_psql($source, <<'SQL');
INSERT INTO vesu_portfolio.users (id, email, username, password_hash) VALUES (md5('1')::uuid, 'a@example.org', 'a', 'x');
INSERT INTO vesu_portfolio.portfolios (id, user_id, name) VALUES (md5('1')::uuid, md5('1')::uuid, 'p');
CREATE FUNCTION public.put(hash text, at timestamptz) RETURNS void LANGUAGE sql AS $$
    INSERT INTO vesu_portfolio.transactions (id, portfolio_id, transaction_hash, chain_id, block_number, transaction_type, "timestamp")
    VALUES (md5(hash)::uuid, md5('1')::uuid, hash, 1, 1, 'swap', at) $$;
SELECT count(public.put('0x' || i, timestamptz '2025-01-01 00:00+00' + i * interval '1 hour')) FROM generate_series(0, 150 * 24 - 1) AS i;
INSERT INTO vesu_portfolio.market_data ("timestamp", asset_id, chain_id, price, source)
SELECT timestamptz '2025-01-01 00:00+00' + i * interval '1 hour', 'a', 1, i, 's' FROM generate_series(0, 150 * 24 - 1) AS i;
CREATE FUNCTION public.unsound() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    tables text := (SELECT string_agg(format('SELECT transaction_hash, id, "timestamp" FROM ONLY %s', c.oid::regclass), ' UNION ALL ')
                      FROM pg_class AS c
                     WHERE c.relnamespace = 'vesu_portfolio'::regnamespace AND c.relkind = 'r' AND c.relname ~ '^transactions_(y|default)');
    result bigint;
BEGIN
    EXECUTE format('SELECT count(*) FROM (%s) AS t FULL JOIN vesu_portfolio.transaction_hashes AS h
                        ON (h.transaction_hash, h.transaction_id, h."timestamp") = (t.transaction_hash, t.id, t."timestamp")
                     WHERE t.id IS NULL OR h.transaction_id IS NULL', tables) INTO result;
    RETURN result;
END
$$;
SQL
my @done = maintain($source, '2025-05-20 12:00+00', $retention);
is(scalar(grep { /^rescued\|(transactions|market_data)_y2025m05/ } @done), 2, 'rows without a partition are rescued');
is(join(' ', grep { /^(detached|dropped)/ } @done),
	'detached|market_data_y2025m01|744 dropped|market_data_y2025m01|744 detached|transactions_y2025m01|744 '
	  . 'detached|market_data_y2025m02|672 dropped|market_data_y2025m02|672 detached|transactions_y2025m02|672',
	'months past their time are detached, in mode drop dropped');
$node->safe_psql($source, q{
	SELECT public.put('0xlate', '2025-01-20');
	INSERT INTO vesu_portfolio.market_data ("timestamp", asset_id, chain_id, price, source) VALUES ('2025-01-20', 'a', 1, 1, 'late')});
@done = maintain($source, '2025-05-20 12:00+00', q{retention => '{"satellite_performance": {"keep": "all"}}'});
is("@done", 'rescued|transactions_y2025m01|1 rescued|market_data_y2025m01|1', 'late rows go where their month is');
$node->safe_psql($source, q{SELECT public.put('0xearly', '2026-01-20'); SELECT public.put('0xlater', '2025-02-20')});
is($node->safe_psql($source, 'SELECT public.unsound()'), '0', 'the registry of the source is sound');

# Everything that a restore has to bring back, as text.
sub contents
{
	my ($database) = @_;
	my %contents;
	my @tables = split /\n/, $node->safe_psql($database, q{
		SELECT c.oid::regclass FROM pg_class AS c
		 WHERE c.relnamespace = 'vesu_portfolio'::regnamespace AND c.relkind = 'r' ORDER BY c.oid::regclass::text COLLATE "C"});
	$contents{tables} = "@tables";
	$contents{$_} = $node->safe_psql($database,
		"SELECT count(*), md5(string_agg(t::text, ',' ORDER BY t::text COLLATE \"C\")) FROM ONLY $_ AS t") for @tables;
	$contents{partitions} = $node->safe_psql($database, q{
		SELECT i.inhparent::regclass, c.oid::regclass, pg_get_expr(c.relpartbound, c.oid)
		  FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid
		 WHERE c.relnamespace = 'vesu_portfolio'::regnamespace AND c.relkind = 'r' ORDER BY c.relname COLLATE "C"});
	$contents{triggers} = $node->safe_psql($database, q{
		SELECT pg_get_triggerdef(t.oid), t.tgparentid <> 0, t.tgenabled FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid
		 WHERE NOT t.tgisinternal AND c.relnamespace = 'vesu_portfolio'::regnamespace ORDER BY 1});
	# Read back, NOT IN has fewer parentheses.
	$contents{constraints} = $node->safe_psql($database, q{
		SELECT conrelid::regclass, conname, translate(pg_get_constraintdef(oid), '()', ''), convalidated FROM pg_constraint
		 WHERE connamespace = 'vesu_portfolio'::regnamespace ORDER BY conrelid::regclass::text COLLATE "C", conname COLLATE "C"});
	$contents{indexes} = $node->safe_psql($database, q{SELECT indexdef FROM pg_indexes WHERE schemaname = 'vesu_portfolio' ORDER BY 1});
	$contents{frozen} = $node->safe_psql($database, q{
		SET vesu.clock = '2025-05-20 12:00+00';
		SELECT t.parent, vesu_portfolio.frozen_months(t.parent) FROM vesu_portfolio.partitioned_tables() AS t ORDER BY 1});
	$contents{migrations} = $node->safe_psql($database, 'SELECT * FROM vesu.schema_migrations ORDER BY 1');
	return \%contents;
}
my $expected = contents($source);
like($expected->{frozen}, qr/^market_data\|\{[^\n]*"2025-03-01 00:00:00\+00"\)\}\n.*^transactions\|\{[^\n]*"2025-03-01 00:00:00\+00"\)\}$/ms, 'the source has frozen months');

# What follows in the next month, in the source and in every copy of it.
sub go_on
{
	my ($database, $how) = @_;
	my ($status, undef, $error) = $node->psql($database, q{SELECT public.put('0x700', '2025-05-25')});
	like($error, qr/duplicate hash: 0x700/, "$how: the hash of an attached month is taken");
	($status, undef, $error) = $node->psql($database, q{SELECT public.put('0x1', '2025-05-25')});
	like($error, qr/duplicate hash: 0x1/, "$how: that of a detached month too");
	my @done = maintain($database, '2025-06-02 12:00+00', $retention);
	is($node->safe_psql($database, 'SELECT public.unsound()'), '0', "$how: the registry is sound after the end of the month");
	$node->safe_psql($database, q{SELECT public.put('0xnew', '2025-08-31 23:59:59+00')});
	is($node->safe_psql($database, q{SELECT tableoid::regclass FROM vesu_portfolio.transactions WHERE transaction_hash = '0xnew'}),
		'vesu_portfolio.transactions_y2025m08', "$how: the months run ahead");
	$node->safe_psql($database, 'TRUNCATE vesu_portfolio.transactions_y2025m08');
	is($node->safe_psql($database, q{SELECT count(*) FROM vesu_portfolio.transaction_hashes WHERE transaction_hash = '0xnew'}),
		'0', "$how: TRUNCATE frees its hash");
	$node->safe_psql($database, q{SET vesu.clock = '2025-06-02 12:00+00'; SELECT vesu.install()});
	is(join(' ', maintain($database, '2025-06-02 12:00+00', $retention)), '', "$how: installing again makes nothing, and nothing is due");
	return @done;
}

my $directory = $node->backup_dir;
mkdir $directory;
$node->run_log([ 'pg_dump', '-f', "$directory/plain.sql", $node->connstr($source) ]) or die 'pg_dump failed';
$node->run_log([ 'pg_dump', '-Fc', '-f', "$directory/archive", $node->connstr($source) ]) or die 'pg_dump failed';
my @after = go_on($source, 'source');
cmp_ok(scalar(@after), '>=', 10, 'the end of the month gives work');
is(scalar(grep { /^skipped|^busy/ } @after), 0, 'and all of it is done');
my $later = contents($source);

# In these copies it is June when they are restored.
for my $copy (
	[ 'plain', 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', "$directory/plain.sql", '-d' ],
	[ 'parallel', 'pg_restore', '--exit-on-error', '-j4', "$directory/archive", '-d' ])
{
	my ($database, @command) = @$copy;
	$node->safe_psql('postgres', "CREATE DATABASE $database; ALTER DATABASE $database SET vesu.clock = '2025-06-02 12:00+00'");
	$node->command_ok([ @command, $node->connstr($database) ], "$database: restores without an error");
	$node->safe_psql('postgres', "ALTER DATABASE $database RESET vesu.clock");
	my $actual = contents($database);
	is($actual->{$_}, $expected->{$_}, "$database: $_") for sort keys %$expected;
	is($node->safe_psql($database, q{SELECT count(*) FROM vesu.migration_status() WHERE state <> 'applied'}),
		'0', "$database: every installation step is recorded");
	is(join("\n", go_on($database, $database)), join("\n", @after), "$database: the same is done as in the source");
	$actual = contents($database);
	is($actual->{tables}, $later->{tables}, "$database: with the same result");
}

# A crash: what was not committed has not happened, and the next call does it all. One call has made months and holds their locks; in
# another copy one has detached a month.
for my $case (
	[ 'makes months', '2025-07-02 12:00+00', '', qr/^created/ ],
	[ 'detaches', '2025-06-02 12:00+00', q{retention => '{"transactions": {"keep": "1 month"}}'}, qr/^detached/ ],
	[ 'rescues', '2025-06-02 12:00+00', '', qr/^rescued/ ])
{
	my ($what, $clock, $arguments, $action) = @$case;
	$node->safe_psql('plain', q{SELECT public.put('0xstray', '2027-01-01')}) if $what eq 'rescues';
	my $before = contents('plain');
	my $session = $node->background_psql('plain');
	my $report = $session->query("SET vesu.clock = '$clock'; BEGIN; SELECT action, partition FROM vesu_portfolio.maintain_partitions($arguments)");
	like($report =~ s/^\s+//r, $action, "a call that $what is under way");
	$node->safe_psql('source', 'CHECKPOINT');
	$node->stop('immediate');
	eval { $session->quit };
	$node->start;
	my $actual = contents('plain');
	is($actual->{$_}, $before->{$_}, "after the crash of a call that $what: $_") for sort keys %$before;
	is($node->safe_psql('plain', 'SELECT public.unsound()'), '0', 'the registry is sound');
	my @again = maintain('plain', $clock, $arguments);
	like($again[0], $action, 'the next call does what was lost');
	is($node->safe_psql('plain', 'SELECT public.unsound()'), '0', 'soundly');
}

$node->stop;
done_testing();
