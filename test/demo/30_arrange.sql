-- Arranges each event on one pair of assets.
--
-- An Aave account pledges all it has for all it owes; a position on Vesu has one collateral and one debt
-- asset. One event becomes one operation, on one position of the wallet, by this rule:
--
--   deposit      on the pair with the asset that the wallet borrows next (another asset than the deposit); if it
--                never borrows again, the one it borrowed last; if it never does, USDC (for USDC itself, USDT)
--   borrow       of the wallet's positions with this debt asset that have room for all of it, the one it deposited to
--                last; if none has, the one with most room, and vesu refuses
--   repay        the position with most debt in this asset
--   redeem       the position from which most can be taken
--   liquidation  the position of exactly this pair
--
-- A repayment above the debt, or a redemption above the deposit, by at most 2 % is cut to what the position has:
-- the rest is interest of Aave, which does not accrue here (the pools' indexes stay at 1). Beyond 2 %, vesu refuses.
-- Nothing else is changed, nothing is moved between positions to make an event fit.
--
-- The deposits' part of the rule looks ahead and is done here, the rest event by event in 40_replay.sql.
\i test/demo/layout.psql

CREATE INDEX ON demo.event (user_id, event_no) WHERE kind = 'borrow';
UPDATE demo.event AS deposit
   SET debt_asset = coalesce(
           (SELECT asset FROM demo.event AS borrow
             WHERE borrow.kind = 'borrow' AND borrow.user_id = deposit.user_id AND borrow.asset <> deposit.asset
               AND borrow.event_no > deposit.event_no
             ORDER BY borrow.event_no LIMIT 1),
           (SELECT asset FROM demo.event AS borrow
             WHERE borrow.kind = 'borrow' AND borrow.user_id = deposit.user_id AND borrow.asset <> deposit.asset
               AND borrow.event_no < deposit.event_no
             ORDER BY borrow.event_no DESC LIMIT 1),
           CASE deposit.asset WHEN 'USDC' THEN 'USDT' ELSE 'USDC' END)
 WHERE kind = 'deposit';

\echo
\echo '  deposit      goes to the pair with the asset that the wallet borrows next, else last, else USDC (or USDT)'
\echo '  borrow       goes to the pair with room for it that was deposited to last'
\echo '  repay        goes to the largest debt in its asset'
\echo '  redeem       comes from where most can be taken'
\echo '  liquidation  needs exactly its pair'
\echo
\echo 'Interest of Aave does not accrue here: what exceeds a debt or a deposit by at most 2 % is cut to it.'
\echo
\echo Where the deposits go:
\echo
SELECT event.asset AS "deposit of",
       count(*) AS "all",
       count(*) FILTER (WHERE pair.prime) AS "on a Prime pair",
       count(*) FILTER (WHERE NOT pair.prime) AS "on a pair of the demo",
       string_agg(DISTINCT event.debt_asset, ', ' ORDER BY event.debt_asset) AS "towards debt in"
  FROM demo.event
  LEFT JOIN demo.pair ON pair.collateral_asset = event.asset AND pair.debt_asset = event.debt_asset
 WHERE kind = 'deposit'
 GROUP BY event.asset ORDER BY count(*) DESC;
