-- The vault: custody of the USDC that stands as collateral on the lending side, one vault a wallet.
--
-- A vault keeps one stablecoin in whole units; USDC has six decimals and the most deposits of the events. What the
-- lending module applied becomes operations of the vault, with the hash and the time of the event on the chain:
--
--   supply    deposit
--   withdraw  withdraw
--   borrow    lock: with its first debt all USDC of a position is locked, under the name of the position
--   repay     unlock: without debt all of it is free again
--
-- While there is debt, what is supplied is locked as well, and what is withdrawn is unlocked first. The operations of
-- one event are one batch: all of them happen or none. The vault module knows nothing of positions; this file alone
-- ties the two, so that the books of one can be held against those of the other.
\i test/demo/layout.psql

-- What each event changed on its position of USDC. Debt is summed up from the transactions, not read from the
-- positions, which the vaults will be compared with.
CREATE TABLE demo.custody_change AS
WITH applied AS (
    SELECT event.event_no, event.at, event.wallet, raw.tx_hash, made.position_id,
           format('%s %s', made.type, made.asset) AS note,
           CASE made.type WHEN 'supply' THEN made.amount WHEN 'withdraw' THEN -made.amount ELSE 0 END AS collateral,
           CASE made.type WHEN 'borrow' THEN made.amount WHEN 'repay' THEN -made.amount ELSE 0 END AS debt
      FROM vesu.vesu_transactions AS made
      JOIN vesu.vesu_positions AS held ON held.id = made.position_id
      JOIN demo.event USING (transaction_hash)
      JOIN demo.raw_event AS raw ON raw.line = event.event_no
     WHERE held.collateral_asset = 'USDC'),
backing AS (
    SELECT applied.*, CASE WHEN sum(debt) OVER past > 0 THEN sum(collateral) OVER past ELSE 0 END AS locked
      FROM applied
    WINDOW past AS (PARTITION BY position_id ORDER BY event_no))
SELECT event_no, at, wallet, tx_hash, note, 'position ' || position_id AS purpose, collateral,
       locked - lag(locked, 1, 0.0) OVER (PARTITION BY position_id ORDER BY event_no) AS locked
  FROM backing;

SELECT demo.require(count(*) = 0, 'a liquidation seized USDC, for which there is no rule here')
  FROM demo.liquidation WHERE collateral_asset = 'USDC' \g /dev/null

-- The batch of each event. What must be free is unlocked first, what must have arrived is locked last.
CREATE TABLE demo.custody_batch AS
SELECT event_no, at, wallet,
       jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
           'op', op, 'owner', wallet, 'amount', vesu_vault.parse_amount(amount::text), 'signature', tx_hash,
           'note', note, 'purpose', step.purpose)) ORDER BY place) AS operations
  FROM demo.custody_change AS change
 CROSS JOIN LATERAL (VALUES (1, 'unlock',   -locked,     change.purpose),
                            (2, 'withdraw', -collateral, NULL),
                            (3, 'deposit',  collateral,  NULL),
                            (4, 'lock',     locked,      change.purpose)) AS step (place, op, amount, purpose)
 WHERE step.amount > 0
 GROUP BY event_no, at, wallet;

-- The clock walks through 2021 once more: at the top of each hour the total value locked is recorded, at the time of
-- each event its batch is applied. A wallet's vault opens with its first event.
CREATE PROCEDURE demo.replay_custody()
    LANGUAGE plpgsql
AS $$
DECLARE
    step record;
BEGIN
    FOR step IN
        SELECT hour AS at, 0 AS event_no, NULL AS wallet, NULL::jsonb AS operations FROM demo.tick
         UNION ALL
        SELECT at, event_no, wallet, operations FROM demo.custody_batch
         ORDER BY at, event_no
    LOOP
        PERFORM set_config('vesu.clock', step.at::text, false);
        IF step.operations IS NULL THEN
            PERFORM vesu_vault.tvl_snapshot();
        ELSE
            -- The events name no vaults, so the addresses are made from the wallet's.
            PERFORM vesu_vault.open(step.wallet, '0x' || md5(step.wallet || '/vault'), '0x' || md5(step.wallet || '/USDC'))
              WHERE NOT EXISTS (SELECT FROM vesu_vault.vaults WHERE owner = step.wallet);
            PERFORM FROM vesu_vault.apply_batch(step.operations);
        END IF;
        COMMIT;
    END LOOP;
END
$$;

CALL demo.replay_custody();

-- Both books at a moment, in units: what the vaults held, and what the wallets' positions had and had behind debt.
CREATE FUNCTION demo.custody_at(at timestamptz, OUT wallet text, OUT total bigint, OUT locked bigint,
                                OUT collateral bigint, OUT backing bigint, OUT agrees boolean)
    RETURNS SETOF record
    LANGUAGE sql STABLE
    AS $$
    SELECT wallet, total, locked, collateral, backing,
           (total, locked) IS NOT DISTINCT FROM (collateral, backing)
      FROM (SELECT owner AS wallet, balance.*
              FROM vesu_vault.vaults
             CROSS JOIN LATERAL vesu_vault.balance_at(owner, custody_at.at) AS balance
             WHERE balance.total IS NOT NULL) AS vault
      FULL JOIN (SELECT owner.wallet, sum(units.amount)::bigint AS collateral,
                        sum(CASE WHEN held.debt_amount > 0 THEN units.amount ELSE 0 END)::bigint AS backing
                   FROM vesu.vesu_positions AS p
                   JOIN (SELECT DISTINCT user_id, event.wallet FROM demo.event) AS owner USING (user_id)
                  CROSS JOIN LATERAL vesu.position_as_of(p.id, custody_at.at) AS held
                  -- A liquidation may split a unit; what is left of it stays in custody.
                  CROSS JOIN LATERAL (SELECT ceil(held.collateral_amount * 1e6) AS amount) AS units
                  WHERE held.collateral_asset = 'USDC'
                  GROUP BY owner.wallet) AS position USING (wallet)
    $$;

-- Units as USDC, to be read in columns.
CREATE FUNCTION demo.usdc(units numeric) RETURNS text
    LANGUAGE sql IMMUTABLE
    RETURN to_char(units * 1e-6, '9,999,990.000000');

\echo
\echo '  supply    becomes a deposit'
\echo '  withdraw  becomes a withdrawal'
\echo '  borrow    locks: with its first debt all USDC of a position, under the name of the position'
\echo '  repay     unlocks: all of it again, when no debt is left'
\echo
\echo While there is debt, what is supplied is locked too, and what is withdrawn is unlocked first. The operations
\echo of an event are one batch, at the time and with the hash of the event on the chain, all or nothing.
\echo
\echo The real deposits and redemptions of USDC. What lending cut or did not apply (see above) reached no vault:
\echo
SELECT event.kind AS "event", count(*) AS "events", demo.usdc(sum(raw.raw_amount)) AS "USDC in them",
       count(*) FILTER (WHERE outcome.outcome = 'applied') AS "whole",
       count(*) FILTER (WHERE outcome.outcome = 'cut') AS "cut",
       count(*) FILTER (WHERE outcome.outcome NOT IN ('applied', 'cut')) AS "not applied",
       count(entry.id) AS "in vaults", demo.usdc(sum(entry.amount)) AS "USDC in vaults"
  FROM demo.event
  JOIN demo.raw_event AS raw ON raw.line = event.event_no
  JOIN demo.outcome USING (event_no)
  LEFT JOIN vesu_vault.transactions AS entry
    ON entry.vault_owner = event.wallet AND entry.signature = raw.tx_hash
   AND entry.transaction_type IN ('deposit', 'withdrawal')
 WHERE event.asset = 'USDC' AND event.kind IN ('deposit', 'redeem')
 GROUP BY event.kind ORDER BY event.kind;

\echo All rows of the ledger, by what caused them:
\echo
SELECT transaction_type AS "row", string_agg(DISTINCT note, ', ' ORDER BY note) AS "caused by", count(*) AS "rows",
       count(DISTINCT vault_owner) AS "vaults", demo.usdc(sum(amount)) AS "USDC"
  FROM vesu_vault.transactions
 GROUP BY transaction_type, split_part(note, ' ', 1) ORDER BY transaction_type, count(*) DESC;

SELECT vault_owner AS wallet, demo.short(vault_owner) AS short
  FROM vesu_vault.transactions
 GROUP BY vault_owner ORDER BY count(DISTINCT transaction_type) DESC, count(*) LIMIT 1 \gset
\echo The whole ledger of wallet :short, the shortest with every kind of row (vesu_vault.history):
\echo
SELECT seq, to_char(created_at, 'DD Mon HH24:MI') AS "time", transaction_type AS "row", demo.usdc(amount) AS "USDC",
       demo.usdc(total_after) AS "total", demo.usdc(locked_after) AS "locked", note AS "caused by",
       left(signature, 6) || '…' AS "signature"
  FROM vesu_vault.history(:'wallet', max_rows => 100) ORDER BY seq;

\echo Every vault beside the positions of its wallet:
\echo
SELECT coalesce(demo.short(wallet), 'all') AS "wallet",
       demo.usdc(sum(total)) AS "vault: total", demo.usdc(sum(collateral)) AS "positions: USDC",
       demo.usdc(sum(locked)) AS "vault: locked", demo.usdc(sum(backing)) AS "behind debt",
       count(*) FILTER (WHERE NOT agrees) AS "differing"
  FROM demo.custody_at(vesu.now())
 GROUP BY ROLLUP (wallet) ORDER BY grouping(wallet), sum(collateral) DESC;

\echo Every lock beside the position that it is named after:
\echo
SELECT demo.short(bucket.vault_owner) AS "wallet", vesu.asset_pair(pool) AS "position",
       to_char(held.debt_amount, '9,999,990.000000') || ' ' || held.debt_asset AS "debt",
       demo.usdc(held.collateral_amount * 1e6) AS "position: USDC", demo.usdc(bucket.amount) AS "vault: locked for it"
  FROM vesu_vault.lock_buckets AS bucket
  FULL JOIN (SELECT 'position ' || id AS purpose, p.* FROM vesu.vesu_positions AS p
              WHERE collateral_asset = 'USDC' AND debt_amount > 0) AS held USING (purpose)
  LEFT JOIN vesu.vesu_pools AS pool USING (pool_address)
 ORDER BY held.collateral_amount DESC;

SELECT count(DISTINCT day) AS days, count(*) AS compared, count(*) FILTER (WHERE NOT agrees) AS differing
  FROM (SELECT generate_series(date_trunc('day', min(hour)) + interval '1 day', max(hour) + interval '1 day', '1 day') AS day
          FROM demo.tick) AS midnight
 CROSS JOIN LATERAL demo.custody_at(midnight.day - interval '1 microsecond') \gset
\echo And at the end of each of :days days, by both histories (vesu_vault.balance_at, vesu.position_as_of):
\echo :compared balances of vaults compared, :differing differing.
SELECT demo.require(:compared > 0 AND :differing = 0, 'vaults and positions differ') \g /dev/null

SELECT count(*) AS before FROM vesu_vault.transactions \gset
SELECT count(*) AS repeated
  FROM (SELECT jsonb_agg(operation ORDER BY event_no, place) AS operations
          FROM demo.custody_batch
         CROSS JOIN jsonb_array_elements(operations) WITH ORDINALITY AS one (operation, place)) AS everything
 CROSS JOIN LATERAL vesu_vault.apply_batch(everything.operations) \gset
SELECT count(*) - :before AS added FROM vesu_vault.transactions \gset
\echo
\echo The same :repeated operations sent once more, as one batch: :added new rows, for the signatures are known.
SELECT demo.require(:repeated = :before AND :added = 0, 'an operation was applied twice') \g /dev/null
