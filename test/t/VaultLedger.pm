# Whether the books of the vault are sound: recounted with plain SQL, and by vesu_vault.verify().
package VaultLedger;
use strict;
use warnings;

use Exporter 'import';
our @EXPORT = qw(vault_findings);

# What is wrong, one line each; empty if nothing is.
my $recount = q{
	WITH chain AS (
		SELECT t.*, row_number() OVER by_seq AS place, lag(t.hash) OVER by_seq AS hash_before,
		       lag(t.confirmed_at) OVER by_seq AS time_before,
		       sum(CASE WHEN t.transaction_type IN ('deposit', 'transfer_in') THEN t.amount
		                WHEN t.transaction_type IN ('lock', 'unlock') THEN 0 ELSE -t.amount END) OVER by_seq AS total
		  FROM vesu_vault.transactions AS t
		 WHERE t.status = 'confirmed'
		WINDOW by_seq AS (PARTITION BY t.vault_owner ORDER BY t.seq)),
	head AS (
		SELECT DISTINCT ON (c.vault_owner) c.* FROM chain AS c ORDER BY c.vault_owner, c.seq DESC)
	SELECT format('%s %s: seq, chain, hash, clock or balance', c.vault_owner, c.seq)
	  FROM chain AS c
	 WHERE c.seq <> c.place OR c.prev_hash <> coalesce(c.hash_before, decode(repeat('00', 32), 'hex'))
	    OR c.confirmed_at <= c.time_before OR c.total_after <> c.total OR c.available_after <> c.total_after - c.locked_after
	    OR c.hash <> vesu_vault.row_hash(c.prev_hash, c.id, c.vault_owner, c.seq, c.transaction_type, c.amount, c.balance_before,
	                                     c.balance_after, c.total_after, c.locked_after, c.available_after, c.counterparty,
	                                     c.purpose, c.signature, c.confirmed_at)
	UNION ALL
	SELECT format('%s: the vault is not the end of its ledger', v.owner)
	  FROM vesu_vault.vaults AS v
	  LEFT JOIN head AS h ON h.vault_owner = v.owner
	  LEFT JOIN (SELECT vault_owner, sum(amount) AS locked FROM vesu_vault.lock_buckets GROUP BY 1) AS b ON b.vault_owner = v.owner
	 WHERE (v.total_balance, v.locked_balance, v.available_balance, v.last_seq)
	       <> (coalesce(h.total_after, 0), coalesce(h.locked_after, 0), coalesce(h.available_after, 0), coalesce(h.seq, 0))
	    OR v.last_hash IS DISTINCT FROM h.hash OR v.updated_at < h.confirmed_at OR v.locked_balance <> coalesce(b.locked, 0)
	UNION ALL
	SELECT format('%s: half a transfer', t.transfer_id)
	  FROM vesu_vault.transactions AS t
	 WHERE t.transfer_id IS NOT NULL
	 GROUP BY t.transfer_id
	HAVING count(*) <> 2 OR count(DISTINCT t.confirmed_at) > 1 OR count(DISTINCT t.status) > 1 OR count(DISTINCT t.amount) > 1
	    OR bool_or((t.id = t.transfer_id) <> (t.transaction_type = 'transfer_out'))
	LIMIT 20};

sub vault_findings
{
	my ($node, $database) = @_;
	return $node->safe_psql($database, $recount) . $node->safe_psql($database, 'SELECT * FROM vesu_vault.verify() LIMIT 20');
}

1;
