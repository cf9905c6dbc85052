-- A liquidation in both books at once. These months bring none that seizes USDC, so the price of a debt asset is raised
-- until the riskiest position may be liquidated. Its collateral then goes from its owner's vault, out of the bucket that
-- was locked for this position, to the liquidator's. All of it is one transaction, and it is rolled back.
\i test/demo/layout.psql
SET vesu.clock = '2021-09-02 18:00+00';

SELECT p.position_id, wallet, demo.short(wallet) AS short, vesu.asset_pair(pool) AS pair, p.debt_asset,
       round(p.debt_price, 4) AS price_now, round(p.debt_price * p.health_factor * 1.01, 4) AS price
  FROM vesu.position_health AS p
  JOIN vesu.vesu_pools AS pool USING (pool_address)
  JOIN (SELECT DISTINCT user_id, wallet FROM demo.event) AS owner USING (user_id)
 WHERE p.collateral_asset = 'USDC' AND p.debt_amount > 0
 ORDER BY p.health_factor LIMIT 1 \gset

BEGIN;
SELECT vesu.record_price(:'debt_asset', :price) \g /dev/null
SELECT vesu_vault.open('keeper', 'keeper-vault', 'keeper-USDC') \g /dev/null

\echo
\echo If :debt_asset rose from :price_now to :price USD, the :pair position of wallet :short could be liquidated.
\echo In one transaction, which is rolled back, vesu.liquidate() repays just enough of its debt,
\echo
CREATE TEMP TABLE seizure AS
SELECT * FROM vesu.liquidate(:'position_id', '0x6b6565706572', demo.address_of('seizure of ' || :'position_id'));
SELECT to_char(debt_repaid, '999,999,990.000000') || ' ' || :'debt_asset' AS "debt repaid",
       collateral_seized AS "USDC seized", liquidation_bonus AS "bonus in it"
  FROM seizure;

\echo and vesu_vault.transfer() moves the seized USDC out of what the vault has locked for this position:
\echo
SELECT CASE vault_owner WHEN 'keeper' THEN 'the keeper' ELSE demo.short(vault_owner) END AS "vault",
       transaction_type AS "row", demo.usdc(amount) AS "USDC", demo.usdc(total_after) AS "total",
       demo.usdc(locked_after) AS "locked"
  FROM seizure
 CROSS JOIN LATERAL vesu_vault.transfer(:'wallet', 'keeper', floor(collateral_seized * 1e6)::bigint, 'locked_first',
                                        signature => transaction_hash::text, purpose => 'position ' || :'position_id');

\echo Both books of the wallet then:
\echo
SELECT demo.usdc(total) AS "vault: total", demo.usdc(collateral) AS "positions: USDC",
       demo.usdc(locked) AS "vault: locked", demo.usdc(backing) AS "behind debt", agrees
  FROM demo.custody_at(vesu.now() + interval '1 second') WHERE wallet = :'wallet';
SELECT demo.require(agrees, 'a liquidation parted vault and positions')
  FROM demo.custody_at(vesu.now() + interval '1 second') WHERE wallet = :'wallet' \g /dev/null
ROLLBACK;
