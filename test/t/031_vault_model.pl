# More than 100,000 random operations in four sessions at once, against a small model of the vault written only from its rules.
# Each session has six vaults of its own: how every call ends and every balance and bucket must be what the model says. All
# sessions also move the money of four shared vaults: there the sums must be, and the books.
use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use IPC::Run ();
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Storable 'dclone';
use Test::More;
use VaultLedger;

my $sessions = 4;
my $rounds = 22;     # of each session: 300 calls one by one, 6 batches of 40, 6 batches of 120 transfers
my $seed = $ENV{VAULT_MODEL_SEED} // 20260301;
srand($seed);
note("seed $seed");

sub pick { return $_[ int rand @_ ]; }
sub between { my ($low, $high) = @_; return $low + int rand($high - $low + 1); }

# The model: {vaults}{owner}{total, deposited, withdrawn, seq, status, buckets => [[purpose, amount], ... oldest first]}, {used}{key of a
# signature}, {open}{number of the call that began it}. An operation returns ok or the number of its error.

sub locked { my ($vault) = @_; my $sum = 0; $sum += $_->[1] for @{ $vault->{buckets} }; return $sum; }
sub available { my ($vault) = @_; return $vault->{total} - locked($vault); }

sub bucket
{
	my ($vault, $purpose) = @_;
	my ($found) = grep { $_->[0] eq $purpose } @{ $vault->{buckets} };
	return $found;
}

sub add_to_bucket
{
	my ($vault, $purpose, $amount) = @_;
	my $bucket = bucket($vault, $purpose);
	push @{ $vault->{buckets} }, $bucket = [ $purpose, 0 ] if !$bucket;
	$bucket->[1] += $amount;
	$vault->{buckets} = [ grep { $_->[1] } @{ $vault->{buckets} } ];
}

sub inactive
{
	my @vaults = @_;
	for my $status ('paused', 'closed')
	{
		return $status eq 'paused' ? 'VS105' : 'VS106' if grep { $_->{status} eq $status } @vaults;
	}
	return '';
}

# What a movement that the vault has been found able to make does to it.
sub move
{
	my ($vault, $type, $amount, $purpose) = @_;
	$vault->{seq}++;
	if ($type eq 'lock') { add_to_bucket($vault, $purpose, $amount); }
	elsif ($type eq 'unlock') { add_to_bucket($vault, $purpose, -$amount); }
	elsif ($type eq 'deposit' || $type eq 'transfer_in') { $vault->{total} += $amount; }
	else { $vault->{total} -= $amount; }
	$vault->{deposited} += $amount if $type eq 'deposit';
	$vault->{withdrawn} += $amount if $type eq 'withdraw';
}

sub unable
{
	my ($vault, $type, $amount, $purpose) = @_;
	return 'VS107' if $type =~ /^(withdraw|fee|lock|transfer_out)$/ && $amount > available($vault);
	return 'VS108' if $type eq 'unlock' && $amount > (bucket($vault, $purpose) // [ '', 0 ])->[1];
	return '';
}

# signatures: a repeated call is one call, another call under the same signature is refused.
sub replayed
{
	my ($model, $key, $content) = @_;
	return '' if !defined $key || !exists $model->{used}{$key};
	return $model->{used}{$key} eq $content ? 'ok' : 'VS114';
}

sub single
{
	my ($model, $op) = @_;
	my ($type, $owner, $amount) = @$op{qw(op owner amount)};
	my $purpose = $op->{purpose} // '';
	return 'VS101' if defined $amount ? $amount <= 0 : !($type eq 'unlock' && defined $op->{purpose});
	my $key = defined $op->{signature} ? "$owner $type $op->{signature}" : undef;
	my $content = ($amount // '') . " $purpose";
	my $replayed = replayed($model, $key, $content);
	return $replayed if $replayed;
	my $vault = $model->{vaults}{$owner} or return 'VS104';
	my $inactive = inactive($vault);
	return $inactive if $inactive;
	if (!defined $amount)
	{
		my $bucket = bucket($vault, $purpose) or return 'VS108';
		$amount = $bucket->[1];
	}
	my $unable = unable($vault, $type, $amount, $purpose);
	return $unable if $unable;
	move($vault, $type, $amount, $purpose);
	$model->{used}{$key} = $content if defined $key;
	return 'ok';
}

sub transfer
{
	my ($model, $op) = @_;
	my ($owner, $to, $amount) = @$op{qw(owner to amount)};
	return 'VS101' if $amount <= 0;
	return 'VS102' if $owner eq $to;
	my ($sender, $receiver) = @{ $model->{vaults} }{ $owner, $to };
	return 'VS104' if !$sender || !$receiver;
	my $inactive = inactive($sender, $receiver);
	return $inactive if $inactive;
	my $rest = $amount;
	my @drained;
	if (($op->{source} // '') eq 'locked_first')
	{
		for my $bucket (@{ $sender->{buckets} })
		{
			next if defined $op->{purpose} ? $bucket->[0] ne $op->{purpose} : $bucket->[0] =~ /^pending:/;
			my $part = $bucket->[1] < $rest ? $bucket->[1] : $rest;
			push @drained, [ $bucket->[0], $part ] if $part;
			$rest -= $part;
		}
	}
	return 'VS107' if $rest > available($sender);
	add_to_bucket($sender, $_->[0], -$_->[1]) for @drained;
	move($sender, 'transfer_out', $amount);
	move($receiver, 'transfer_in', $amount);
	return 'ok';
}

sub begin
{
	my ($model, $op, $number) = @_;
	my ($type, $owner, $amount) = @$op{qw(type owner amount)};
	my $purpose = $op->{purpose} // '';
	my $vault = $model->{vaults}{$owner};
	my @parties = ($vault, defined $op->{to} ? $model->{vaults}{ $op->{to} } : ());
	my $failure = inactive(@parties) || unable($vault, $type, $amount, $purpose);
	return $failure if $failure;
	if ($type =~ /^(withdraw|fee|lock|transfer_out)$/)
	{
		move($vault, 'lock', $amount, "pending:$number");
	}
	$model->{open}{$number} = { %$op, status => 'pending' };
	return 'ok';
}

sub finish
{
	my ($model, $op) = @_;
	my $held = $model->{open}{ $op->{begun} } or return 'VS113';
	my ($type, $owner, $amount) = @$held{qw(type owner amount)};
	my $vault = $model->{vaults}{$owner};
	if ($op->{op} eq 'submit')
	{
		return 'VS112' if $held->{status} ne 'pending' && !($held->{status} eq 'submitted' && $held->{signature} eq $op->{signature});
		@$held{qw(status signature)} = ('submitted', $op->{signature});
		return 'ok';
	}
	my $wanted = $op->{op} eq 'confirm' ? 'confirmed' : 'failed';
	return $held->{status} eq $wanted ? 'ok' : 'VS112' if $held->{status} =~ /^(confirmed|failed)$/;
	my $reserving = $type =~ /^(withdraw|fee|lock|transfer_out)$/;
	if ($wanted eq 'confirmed' && !$reserving)
	{
		my $unable = unable($vault, $type, $amount, $held->{purpose} // '');
		return $unable if $unable;
	}
	move($vault, 'unlock', $amount, "pending:$op->{begun}") if $reserving;
	$held->{status} = $wanted;
	return 'ok' if $wanted eq 'failed';
	move($vault, $type, $amount, $held->{purpose} // '');
	move($model->{vaults}{ $held->{to} }, 'transfer_in', $amount) if $type eq 'transfer_out';
	return 'ok';
}

sub set_status
{
	my ($model, $op) = @_;
	$model->{vaults}{ $op->{owner} }{status} = $op->{status};
	return 'ok';
}

my %steps = (transfer => \&transfer, begin => \&begin, set_status => \&set_status, map { $_ => \&finish } qw(submit confirm fail));

sub apply
{
	my ($model, $op, $number) = @_;
	return ($steps{ $op->{op} } // \&single)->($model, $op, $number);
}

# All operations or none.
sub apply_all
{
	my ($model, @ops) = @_;
	my $before = dclone($model);
	for my $op (@ops)
	{
		my $outcome = apply($model, $op);
		next if $outcome eq 'ok';
		%$model = %$before;
		return $outcome;
	}
	return 'ok';
}

# Operations at random

my $signatures = 0;
my %signed;    # of each group of vaults, the operations that have a signature
my @purposes = (undef, undef, '', 'loan', 'margin');

sub random_amount { return rand() < 0.02 ? -between(0, 5) : between(1, pick(20, 300, 3000)); }

sub random_single
{
	my (@owners) = @_;
	return { %{ pick(@{ $signed{ $owners[0] } }) } } if $signed{ $owners[0] } && rand() < 0.05;
	my %op = (op => pick(qw(deposit deposit withdraw fee lock lock unlock unlock)), owner => pick(@owners), amount => random_amount());
	$op{purpose} = pick(@purposes) if $op{op} =~ /lock/;
	$op{amount} = undef if $op{op} eq 'unlock' && rand() < 0.1;
	$op{owner} = 'nobody' if rand() < 0.005;
	if (defined $op{amount} && rand() < 0.2)
	{
		$op{signature} = 's' . between($signatures < 50 ? 1 : $signatures - 50, ++$signatures);
		push @{ $signed{ $owners[0] } }, {%op};
	}
	return \%op;
}

sub random_transfer
{
	my (@owners) = @_;
	my %op = (op => 'transfer', owner => pick(@owners), to => pick(@owners), amount => random_amount());
	if (rand() < 0.4)
	{
		$op{source} = 'locked_first';
		$op{purpose} = pick(undef, undef, 'loan', 'margin');
	}
	return \%op;
}

# Now and then all that the vault or the bucket can give, or one unit more: mistakes live at the border.
sub at_the_border
{
	my ($model, $op) = @_;
	my $vault = $model->{vaults}{ $op->{owner} // '' };
	return $op if !$vault || !defined $op->{amount} || rand() > 0.1;
	my $limit = ($op->{type} // $op->{op}) eq 'unlock' ? (bucket($vault, $op->{purpose} // '') // [ '', 0 ])->[1] : available($vault);
	$limit += locked($vault) if ($op->{source} // '') eq 'locked_first';
	$op->{amount} = $limit + pick(0, 0, 1);
	$op->{amount} ||= 1;
	return $op;
}

sub random_operation
{
	my ($session, $number) = @_;
	my @owners = @{ $session->{owners} };
	my $draw = rand();
	return random_single(@owners) if $draw < 0.5;
	return random_transfer(@owners) if $draw < 0.7;
	if ($draw < 0.82)
	{
		my %op = (op => 'begin', type => pick(qw(deposit withdraw fee lock unlock transfer_out)), owner => pick(@owners), amount => between(1, 500));
		$op{purpose} = pick(@purposes) if $op{type} =~ /lock/;
		$op{to} = pick(grep { $_ ne $op{owner} } @owners) if $op{type} eq 'transfer_out';
		push @{ $session->{begun} }, $number;
		return \%op;
	}
	if ($draw < 0.98)
	{
		my @recent = @{ $session->{begun} };
		@recent = @recent[ -20 .. -1 ] if @recent > 20;
		my $begun = pick(@recent) // 0;
		my $op = pick(qw(submit confirm confirm fail));
		return { op => $op, begun => $begun, signature => "c$begun" };
	}
	# Never for long: a paused vault moves nothing.
	my ($paused) = grep { $session->{model}{vaults}{$_}{status} eq 'paused' } @owners;
	return { op => 'set_status', owner => $paused, status => 'active' } if $paused;
	return { op => 'set_status', owner => pick(@owners), status => 'paused' };
}

# The same in SQL

sub literal { my ($value) = @_; return !defined $value ? 'NULL' : $value =~ /^-?\d+$/ ? $value : "'$value'"; }
sub arguments { return join(', ', map { literal($_) } @_); }

sub statement
{
	my ($op, $session) = @_;
	my $name = $op->{op};
	my $id = defined $op->{begun} ? "(SELECT value FROM outcome WHERE session = $session AND number = $op->{begun})::uuid" : '';
	return "SELECT (vesu_vault.$name(" . arguments(@$op{qw(owner amount signature)}, undef, $name =~ /lock/ ? $op->{purpose} : ()) . ')).seq'
	  if $name =~ /^(deposit|withdraw|fee|lock|unlock)$/;
	return 'SELECT count(*) FROM vesu_vault.transfer('
	  . arguments(@$op{qw(owner to amount)}, $op->{source} // 'available', undef, undef, $op->{purpose}) . ')'
	  if $name eq 'transfer';
	return 'SELECT vesu_vault.begin_transaction('
	  . arguments($op->{type} eq 'withdraw' ? 'withdrawal' : $op->{type}, @$op{qw(owner amount to)}, undef, $op->{purpose}) . ')'
	  if $name eq 'begin';
	return "SELECT (vesu_vault.submit_transaction($id, " . literal($op->{signature}) . ')).status' if $name eq 'submit';
	return "SELECT (vesu_vault.confirm_transaction($id)).status" if $name eq 'confirm';
	return "SELECT (vesu_vault.fail_transaction($id, 'refused')).status" if $name eq 'fail';
	return 'SELECT (vesu_vault.set_status(' . arguments(@$op{qw(owner status)}) . ')).status';
}

sub batch_statement
{
	my (@ops) = @_;
	my @objects;
	for my $op (@ops)
	{
		push @objects, '{' . join(', ',
			map { qq("$_": ) . (defined $op->{$_} ? $op->{$_} =~ /^-?\d+$/ ? $op->{$_} : qq("$op->{$_}") : 'null') } sort keys %$op) . '}';
	}
	return q{SELECT count(*) FROM vesu_vault.apply_batch('[} . join(', ', @objects) . q{]')};
}

sub transfers_statement
{
	my (@ops) = @_;
	return 'SELECT vesu_vault.apply_transfers('
	  . join(', ', map { my $key = $_; q('{) . join(',', map { $_->{$key} } @ops) . q(}') } qw(owner to amount)) . ')';
}

# Set-up

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "synchronous_commit = off\n");
$node->start;
$node->safe_psql('postgres', q{
	CREATE EXTENSION vesu;
	CREATE TABLE outcome (session int, number int, outcome text, value text, PRIMARY KEY (session, number));
	-- One call after the other, each in a transaction of its own: sessions that share a vault must not wait in a circle.
	CREATE PROCEDURE run(session int, first int, calls text[]) LANGUAGE plpgsql AS $$
	DECLARE
		outcome text;
		value text;
	BEGIN
		FOR i IN 1 .. cardinality(calls) LOOP
			value := NULL;
			BEGIN
				EXECUTE calls[i] INTO value;
				outcome := 'ok';
			EXCEPTION WHEN OTHERS THEN
				outcome := SQLSTATE;
			END;
			INSERT INTO outcome VALUES (session, first + i - 1, outcome, value);
			COMMIT;
		END LOOP;
	END
	$$;});

my @shared = map { "shared$_" } 1 .. 4;
my @sessions;
for my $number (1 .. $sessions)
{
	my @owners = map { "own$number$_" } 'a' .. 'f';
	my %vaults = map { $_ => { total => 1000, deposited => 1000, withdrawn => 0, seq => 1, status => 'active', buckets => [] } } @owners;
	push @sessions, { number => $number, owners => \@owners, begun => [], next => 1,
		model => { vaults => \%vaults, used => {}, open => {} } };
}
$node->safe_psql('postgres', "SELECT vesu_vault.open('$_', 'address', 'account'), vesu_vault.deposit('$_', 1000)")
  for @shared, map { @{ $_->{owners} } } @sessions;

# A session's calls of a round: those on its own vaults with what the model expects, and others on the shared vaults.
my $operations = 0;

sub add
{
	my ($session, $statement, $expected, $count, $flow) = @_;
	push @{ $session->{calls} }, $statement;
	$session->{expected}[ $session->{next} ] = $expected;
	$session->{flow}[ $session->{next} ] = $flow if $flow;
	$session->{next}++;
	$operations += $count;
}

sub plan_round
{
	my ($session) = @_;
	my $model = $session->{model};
	my @owners = @{ $session->{owners} };
	my @plan = (('own') x 240, ('shared') x 60, ('batch') x 6, ('transfers') x 6);
	for (my $i = @plan; --$i;) { my $j = int rand($i + 1); @plan[ $i, $j ] = @plan[ $j, $i ]; }
	for my $kind (@plan)
	{
		if ($kind eq 'own')
		{
			my $op = at_the_border($model, random_operation($session, $session->{next}));
			my $statement = statement($op, $session->{number});
			# The id of what was never begun is NULL.
			my $known = !defined $op->{begun} || $model->{open}{ $op->{begun} };
			add($session, $statement, $known ? apply($model, $op, $session->{next}) : 'VS100', 1);
		}
		elsif ($kind eq 'batch')
		{
			# All but the last are possible, or hardly any batch would be.
			my $trial = dclone($model);
			my @ops;
			while (@ops < 40)
			{
				my $op = at_the_border($trial, rand() < 0.7 ? random_single(@owners) : random_transfer(@owners));
				push @ops, $op if apply($trial, $op) eq 'ok' || (@ops == 39 && rand() < 0.3);
			}
			add($session, batch_statement(@ops), apply_all($model, @ops), scalar @ops);
		}
		elsif ($kind eq 'transfers')
		{
			my $trial = dclone($model);
			my @ops;
			for (1 .. 1000)
			{
				my $op = { op => 'transfer', owner => pick(@owners), to => pick(@owners), amount => between(1, 200) };
				my $outcome = apply($trial, $op);
				push @ops, $op if $outcome eq 'ok' || ($outcome eq 'VS107' && rand() < 0.001);
				last if @ops == 120;
			}
			add($session, transfers_statement(@ops), apply_all($model, @ops), scalar @ops);
		}
		else
		{
			my $op = rand() < 0.5 ? random_single(@shared) : random_transfer(@shared);
			delete $op->{signature};    # which of two sessions comes first is nobody's to say
			if (rand() < 0.1)
			{
				add($session, transfers_statement(map { { owner => $_->[0], to => $_->[1], amount => between(1, 20) } }
						([ @shared[ 0, 1 ] ], [ @shared[ 3, 2 ] ], [ @shared[ 2, 0 ] ], [ @shared[ 1, 3 ] ])), undef, 4);
				next;
			}
			my $sign = { deposit => 1, withdraw => -1, fee => -1 }->{ $op->{op} };
			add($session, statement($op), undef, 1, $sign && $op->{owner} ne 'nobody' ? $sign * $op->{amount} : 0);
		}
	}
}

my $expected_total = 1000 * @shared;

sub compare
{
	my ($session) = @_;
	my $number = $session->{number};
	my @differences;
	for my $line (split /\n/, $node->safe_psql('postgres',
			"SELECT number, outcome FROM outcome WHERE session = $number AND number >= $session->{first} ORDER BY number"))
	{
		my ($call, $outcome) = split /\|/, $line;
		my $expected = $session->{expected}[$call];
		$session->{outcomes}{$outcome}++;
		$expected_total += $session->{flow}[$call] if $outcome eq 'ok' && $session->{flow}[$call];
		push @differences, "call $call: $session->{calls}[ $call - $session->{first} ] gives $outcome, not $expected"
		  if defined $expected && $outcome ne $expected;
		push @differences, "call $call: $session->{calls}[ $call - $session->{first} ] gives $outcome" if $outcome !~ /^(ok|VS1\d\d)$/;
	}
	my %vaults = %{ $session->{model}{vaults} };
	my $model = join("\n",
		map {
			my $v = $vaults{$_};
			join('|', $_, $v->{status}, $v->{total}, locked($v), available($v), $v->{deposited}, $v->{withdrawn}, $v->{seq},
				join(',', map { my ($purpose, $amount) = @$_; $purpose =~ s/^pending:.*/pending/; "$purpose=$amount" } @{ $v->{buckets} }))
		} sort keys %vaults);
	my $actual = $node->safe_psql('postgres', qq{
		SELECT v.owner, v.status, v.total_balance, v.locked_balance, v.available_balance, v.total_deposited, v.total_withdrawn, v.last_seq,
		       (SELECT string_agg(regexp_replace(b.purpose, '^pending:.*', 'pending') || '=' || b.amount, ',' ORDER BY b.opened_seq)
		          FROM vesu_vault.lock_buckets AS b WHERE b.vault_owner = v.owner)
		  FROM vesu_vault.vaults AS v WHERE v.owner LIKE 'own$number%' ORDER BY v.owner});
	push @differences, "balances:\n$actual\nmodel:\n$model" if $actual ne $model;
	return @differences;
}

my $failed = 0;
for my $round (1 .. $rounds)
{
	my @clients;
	for my $session (@sessions)
	{
		@$session{qw(first calls)} = ($session->{next}, []);
		plan_round($session);
		my $file = $node->basedir . "/session$session->{number}_$round.sql";
		append_to_file($file, "CALL run($session->{number}, $session->{first}, ARRAY[\n"
			  . join(",\n", map { "\$call\$$_\$call\$" } @{ $session->{calls} }) . "]);\n");
		push @clients, IPC::Run::start([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('postgres'), '-f', $file ]);
	}
	$_->finish or $failed++ for @clients;
	for my $session (@sessions)
	{
		my @differences = compare($session);
		next if !@differences;
		$failed++;
		diag("round $round, session $session->{number}: " . join("\n", @differences[ 0 .. ($#differences < 4 ? $#differences : 4) ]));
	}
	last if $failed;
}

is($failed, 0, 'every call ends and every balance is as the model says');
cmp_ok($operations, '>=', 100_000, 'there were more than 100,000 operations');
my %outcomes;
for my $session (@sessions) { $outcomes{$_} += $session->{outcomes}{$_} for keys %{ $session->{outcomes} }; }
note("$operations operations, calls by outcome: " . join(', ', map { "$_ $outcomes{$_}" } sort keys %outcomes));
cmp_ok($outcomes{$_} // 0, '>', 0, "some calls end with $_") for qw(ok VS101 VS102 VS104 VS105 VS107 VS108 VS112 VS114);
is($node->safe_psql('postgres', q{SELECT sum(total_balance) FROM vesu_vault.vaults WHERE owner LIKE 'shared%'}),
	$expected_total, 'not a unit of the shared vaults is lost');
is(vault_findings($node, 'postgres'), '', 'the books are sound');
is($node->safe_psql('postgres', q{SELECT deadlocks FROM pg_stat_database WHERE datname = 'postgres'}), '0', 'no deadlock');
$node->stop;
done_testing();
