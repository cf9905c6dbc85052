-- Many transfers at once

CREATE OR REPLACE FUNCTION vesu_vault.refuse_fault(
    fault text, owner text, balance bigint, from_owner text, to_owner text, amount bigint) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    CASE fault
        WHEN 'amount', 'self-transfer' THEN
            PERFORM vesu_vault.check_transfer(from_owner, to_owner, amount, 'available', NULL, NULL);
        WHEN 'from_owner' THEN PERFORM vesu_vault.check_argument('from_owner', from_owner);
        WHEN 'to_owner' THEN PERFORM vesu_vault.check_argument('to_owner', to_owner);
        WHEN 'no amount' THEN PERFORM vesu_vault.check_argument('amount', NULL);
        WHEN 'unknown' THEN PERFORM vesu_vault.refuse_unknown_vault(owner);
        WHEN 'paused' THEN PERFORM vesu_vault.check_status(owner, 'paused');
        WHEN 'closed' THEN PERFORM vesu_vault.check_status(owner, 'closed');
        WHEN 'balance' THEN PERFORM vesu_vault.refuse_balance(amount, balance, owner);
        WHEN 'overflow' THEN PERFORM vesu_vault.check_growth('total_balance', balance, amount, owner);
    END CASE;
END
$$;
COMMENT ON FUNCTION vesu_vault.refuse_fault(text, text, bigint, text, text, bigint) IS
    'Private step of apply_transfers: fails as vesu_vault.transfer() does with the fault of vesu_vault.transfer_fault().';

CREATE OR REPLACE FUNCTION vesu_vault.check_all_transfers(
    from_owners text[], to_owners text[], amounts bigint[], held vesu_vault.held_vault[] DEFAULT NULL) RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    wrong constant record := vesu_vault.transfer_fault(from_owners, to_owners, amounts, held);
    detail text;
    hint text;
BEGIN
    IF wrong.fault IS NOT NULL THEN
        -- By its place: the subscripts of an array need not begin at 1.
        PERFORM vesu_vault.refuse_fault(wrong.fault, wrong.owner, wrong.balance, t.from_owner, t.to_owner, t.amount)
           FROM unnest(from_owners, to_owners, amounts) WITH ORDINALITY AS t (from_owner, to_owner, amount, place)
          WHERE t.place = wrong.place;
    END IF;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    RAISE EXCEPTION USING ERRCODE = SQLSTATE, MESSAGE = SQLERRM, HINT = hint,
        DETAIL = format('Transfer %s of %s. %s', wrong.place, cardinality(amounts), detail);
END
$$;
COMMENT ON FUNCTION vesu_vault.check_all_transfers(text[], text[], bigint[], vesu_vault.held_vault[]) IS
    'Private step of apply_transfers: fails with the first fault, if there is one; its place begins the detail. Without vaults '
    'checks the arguments alone.';

CREATE OR REPLACE FUNCTION vesu_vault.apply_transfers(from_owners text[], to_owners text[], amounts bigint[]) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    held vesu_vault.held_vault[];
    written bigint;
BEGIN
    PERFORM vesu_vault.check_argument(name, CASE WHEN is_given THEN 'given' END)
       FROM (VALUES ('from_owners', from_owners IS NOT NULL), ('to_owners', to_owners IS NOT NULL),
                    ('amounts', amounts IS NOT NULL)) AS argument (name, is_given);
    IF cardinality(amounts) > 100000 THEN
        PERFORM vesu_vault.refuse(116, format('%s transfers', cardinality(amounts)),
                                  'A batch has at most 100000 transfers.', 'Split it.');
    END IF;
    PERFORM vesu_vault.check_all_transfers(from_owners, to_owners, amounts);

    -- Planned each time: a batch is of any size, and so are the tables. All vaults first and in order, so that two batches
    -- cannot wait for each other.
    EXECUTE
        'SELECT coalesce(array_agg(party.vault), ''{}'')
           FROM (SELECT ROW(v.owner, v.status, v.total_balance, v.locked_balance, v.last_seq, v.last_hash,
                            v.updated_at)::vesu_vault.held_vault AS vault
                   FROM vesu_vault.vaults AS v
                  WHERE v.owner IN (SELECT unnest($1) UNION SELECT unnest($2))
                  ORDER BY v.owner
                    FOR NO KEY UPDATE OF v) AS party'
       INTO held USING from_owners, to_owners;
    PERFORM vesu_vault.check_system();
    EXECUTE
        'WITH entry AS MATERIALIZED (
             SELECT * FROM vesu_vault.transfer_entries($1, $2, $3, $4, $5)),
         moved AS (
             UPDATE vesu_vault.vaults AS v
                SET total_balance = entry.balance_after, available_balance = entry.balance_after - entry.locked_after,
                    updated_at = entry.instant, last_seq = entry.seq, last_hash = entry.hash
               FROM entry
              WHERE v.owner = entry.vault_owner AND entry.is_last)
         INSERT INTO vesu_vault.transactions (
             id, vault_owner, transaction_type, amount, status, balance_before, balance_after, counterparty, created_at,
             updated_at, confirmed_at, seq, total_after, locked_after, available_after, prev_hash, hash, transfer_id)
         SELECT entry.id, entry.vault_owner, entry.transaction_type, entry.amount, ''confirmed'', entry.balance_before,
                entry.balance_after, entry.counterparty, entry.instant, entry.instant, entry.instant, entry.seq,
                entry.balance_after, entry.locked_after, entry.balance_after - entry.locked_after, entry.prev_hash,
                entry.hash, entry.transfer_id
           FROM entry'
      USING from_owners, to_owners, amounts, held, vesu.wall_clock();
    GET DIAGNOSTICS written = ROW_COUNT;
    IF written = 0 THEN
        PERFORM vesu_vault.check_all_transfers(from_owners, to_owners, amounts, held);
    END IF;
    RETURN written / 2;
END
$$;
COMMENT ON FUNCTION vesu_vault.apply_transfers(text[], text[], bigint[]) IS
    'Transfers amounts[i] (smallest unit) from the available balance of from_owners[i] to to_owners[i], for each i in order, all or none; '
    'returns how many. The same as vesu_vault.transfer() called so often without a signature, but many times faster: repeated, it '
    'transfers again. At most 100000, else VS116. Fails '
    'as transfer does, and with VS100 for arrays of unequal length and NULL elements; each check is made for all before '
    'the next one, and DETAIL begins with the lowest position that fails, counted from 1.';
