-- A price tick that fires 10 of :intents intents: evaluation of what it can fire, beside evaluation of all. Half of them are about the
-- price of ETH, half about the health of lending positions in ETH. Needs measure.sql. Either way fires the same ones.
\set high 2000
\set low 1990
BEGIN;
INSERT INTO vesu.vesu_pools (pool_address, collateral_asset, debt_asset, max_ltv, liquidation_threshold, liquidation_bonus, total_supply,
                             debt_index, collateral_index)
SELECT bench.felt(n), 'ETH', 'USDC', 0.75, 0.8, 0.05, 1e15, 1 + n * 0.0123, 1 + n * 0.00456 FROM generate_series(1, 20) AS n;
SELECT vesu.record_prices(ARRAY['ETH', 'USDC'], ARRAY[:high, 1]) AS prices \gset
UPDATE vesu.vesu_asset_prices SET max_age = '1 day';
INSERT INTO vesu_assistant.users (id, wallet_address)
SELECT bench.user_id(n, 1), '0x' || lpad(to_hex(n), 64, '0') FROM generate_series(1, :intents / 2) AS n;
-- Health factors of 1.6 and more; the first five of 1.2, which is 1.194 after the tick.
INSERT INTO vesu.vesu_positions (id, user_id, pool_address, collateral_amount, debt_amount)
SELECT bench.position_id(n), bench.user_id(n, 1), bench.felt(n % 20 + 1), 1 + n % 1000, (1 + n % 1000) * (CASE WHEN n <= 5 THEN 1333.333 ELSE 1000 - n % 400 END)
  FROM generate_series(1, :intents / 2) AS n;
INSERT INTO vesu_assistant.intents (id, user_id, name, condition, action)
SELECT bench.position_id(n), bench.user_id(n, 1), 'health',
       jsonb_build_object('type', 'health_factor', 'operator', '<', 'value', CASE WHEN n <= 5 THEN 1.2 ELSE 1.1 + n % 40 * 0.01 END),
       '{"type": "repay", "asset": "USDC", "amount": 100}'
  FROM generate_series(1, :intents / 2) AS n;
INSERT INTO vesu_assistant.intents (id, user_id, name, condition, action)
SELECT bench.position_id(:intents + n), bench.user_id(n, 1), 'price',
       jsonb_build_object('type', 'price', 'asset', 'ETH', 'operator', CASE WHEN n <= 5 OR n % 2 = 0 THEN '<' ELSE '>' END,
                          'value', CASE WHEN n <= 5 THEN 1995 WHEN n % 2 = 0 THEN 1900 - n % 1000 ELSE 2100 + n % 1000 END),
       '{"type": "notify"}'
  FROM generate_series(1, :intents / 2) AS n;
COMMIT;
VACUUM ANALYZE vesu.vesu_pools, vesu.vesu_positions, vesu.vesu_asset_prices, vesu_assistant.users, vesu_assistant.intents, vesu_assistant.intent_watches;

SELECT 'price tick and intents, 10 of ' || to_char(:intents, 'FM999,999,999') AS measurement,
       format('SELECT vesu.record_price(''ETH'', %s)', :low) AS tick,
       format('SELECT vesu.record_price(''ETH'', %s); SELECT vesu_assistant.evaluate_intents(asset => ''ETH''); '
              'SELECT vesu_assistant.rearm_intent(id) FROM vesu_assistant.intents WHERE status = ''triggered''', :high) AS reset,
       $$SELECT count(*) || ' fired, ' || md5(string_agg(id::text, ',' ORDER BY id)) FROM vesu_assistant.intents WHERE status = 'triggered'$$
           AS answer \gset
CALL bench.measure(:'measurement', 'vesu', $$SELECT * FROM vesu_assistant.evaluate_intents(asset => 'ETH')$$, :'answer', :'tick', :'reset', runs => 21);
CALL bench.measure(:'measurement', 'all of them evaluated', 'SELECT * FROM vesu_assistant.evaluate_intents()', :'answer', :'tick', :'reset', runs => 3);
