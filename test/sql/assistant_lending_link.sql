-- The lending link: the positions of the lending module as one snapshot for each user.
BEGIN;
\getenv directory PG_ABS_SRCDIR
\set support :directory '/sql/support/assistant_positions.sql'
\set ECHO none
\i :support
\set ECHO all
\pset format unaligned
\pset tuples_only
\o /dev/null
SELECT vesu.record_prices(ARRAY['ETH', 'USDC', 'STRK'], ARRAY[2500, 1, 0.5]);
\o
INSERT INTO vesu.vesu_pools (pool_address, collateral_asset, debt_asset, max_ltv, liquidation_threshold, liquidation_bonus, total_supply)
VALUES ('0x1', 'ETH', 'USDC', 0.75, 0.8, 0.05, 1000000), ('0x2', 'STRK', 'USDC', 0.5, 0.6, 0.1, 1000000), ('0x3', 'WBTC', 'USDC', 0.5, 0.6, 0.1, 1000000);
SELECT pg_temp.account(1) AS u, pg_temp.account(2) AS v, pg_temp.account(3) AS w, pg_temp.account(4) AS x \gset
CREATE FUNCTION pg_temp.hold(id int, owner uuid, pool vesu.felt252, collateral numeric, debt numeric, status vesu.position_status DEFAULT 'active') RETURNS void
    LANGUAGE sql AS $$
    INSERT INTO vesu.vesu_positions (id, user_id, pool_address, collateral_amount, debt_amount, status)
    VALUES (('00000000-0000-0000-0000-' || lpad(hold.id::text, 12, '0'))::uuid, owner, pool, collateral, debt, hold.status)
$$;
CREATE VIEW pg_temp.latest AS
SELECT u.wallet_address::vesu.felt252::numeric AS account, p.snapshot_at, p.chain_id, p.health_factor, p.collateral, p.debt, p.metadata
  FROM vesu_assistant.latest_positions AS l JOIN vesu_assistant.positions AS p ON p.id = l.position_id JOIN vesu_assistant.users AS u ON u.id = p.user_id
 WHERE l.protocol = 'vesu' ORDER BY 1, p.chain_id;

-- One user with two positions and a closed one, one with collateral alone, one without any, and a stranger.
\o /dev/null
SELECT pg_temp.hold(1, :'u', '0x1', 1, 1000), pg_temp.hold(2, :'u', '0x2', 1000, 100), pg_temp.hold(3, :'u', '0x1', 7, 7, 'closed'), pg_temp.hold(4, :'v', '0x1', 2, 0),
       pg_temp.hold(5, gen_random_uuid(), '0x1', 1, 1000);
\o
SELECT vesu_assistant.capture_lending_positions();
SELECT * FROM pg_temp.latest;
SELECT count(*) FROM vesu_assistant.positions;
-- The health of each is that of the lending module; the user's is the lowest.
SELECT (SELECT min(h.health_factor) FROM vesu.position_health AS h WHERE h.user_id = :'u' AND h.status = 'active') = (SELECT health_factor FROM vesu_assistant.latest_position(:'u'));

-- Unchanged: nothing. A price moves: those whose values move, under another chain everybody.
SET LOCAL vesu.clock = '2026-03-01 12:01:00+00';
SELECT vesu_assistant.capture_lending_positions();
\o /dev/null
SELECT vesu.record_price('STRK', 0.2);
\o
SELECT vesu_assistant.capture_lending_positions();
SELECT * FROM pg_temp.latest WHERE account = 1;
SELECT a.type, a.message, a.metadata ->> 'edge' FROM vesu_assistant.alerts AS a;
SELECT vesu_assistant.capture_lending_positions(5);
SELECT vesu_assistant.capture_lending_positions(5);
SELECT account, chain_id, health_factor FROM pg_temp.latest;

-- A value that is missing: no snapshot of that user, nor half of one.
SET LOCAL vesu.clock = '2026-03-01 12:02:00+00';
\o /dev/null
SELECT pg_temp.hold(6, :'v', '0x3', 1, 0), pg_temp.hold(7, :'w', '0x3', 1, 10), pg_temp.hold(8, :'x', '0x1', 1, 0);
\o
SELECT vesu_assistant.capture_lending_positions();
SELECT account, collateral, debt, health_factor FROM pg_temp.latest WHERE chain_id <> 5 AND account <> 1;
\o /dev/null
SELECT vesu.record_price('WBTC', 60000);
\o
SELECT vesu_assistant.capture_lending_positions();
SELECT account, collateral, debt, health_factor FROM pg_temp.latest WHERE chain_id <> 5 AND account <> 1;

-- Simulated: one position, but not the sum of several.
SELECT vesu_assistant.simulate((SELECT id FROM vesu_assistant.latest_position(:'w')), '{"type": "repay", "valueUSD": 5}'), (SELECT 2 * health_factor FROM vesu_assistant.latest_position(:'w'));
SELECT pg_temp.refusal(format('SELECT vesu_assistant.simulate(%L, %L)', (SELECT id FROM vesu_assistant.latest_position(:'u', chain_id => 23448594291968334)), '[]'));

-- Nothing is held any more: told once, and no longer at risk. What others recorded under that name is left alone.
SET LOCAL vesu.clock = '2026-03-01 12:03:00+00';
SELECT vesu_assistant.record_position(pg_temp.account(5), 'vesu', pg_temp.worth('ETH', 3000), pg_temp.worth('USDC', 3000), 0.9, 23448594291968334) IS NOT NULL;
SELECT account, health_factor FROM pg_temp.latest WHERE chain_id <> 5 AND health_factor IS NOT NULL;
UPDATE vesu.vesu_positions SET status = 'closed' WHERE user_id = :'u';
SELECT vesu_assistant.capture_lending_positions();
SELECT vesu_assistant.capture_lending_positions();
SELECT account, health_factor, collateral, debt, metadata FROM pg_temp.latest WHERE chain_id <> 5 AND account IN (1, 5);
SELECT string_agg(p.protocol || ' ' || p.chain_id || ' ' || trim_scale(p.health_factor), ', ') FROM vesu_assistant.positions_at_risk(10) AS p;
SELECT pg_temp.refusal('SELECT vesu_assistant.capture_lending_positions(NULL)');
-- Of no debt nobody computes a health factor of 0.
SELECT health_factor IS NULL, debt FROM vesu_assistant.latest_position(:'x');
ROLLBACK;
