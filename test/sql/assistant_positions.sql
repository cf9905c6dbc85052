-- Positions: what a snapshot stores, that it never changes, and which one is the latest.
BEGIN;
\getenv directory PG_ABS_SRCDIR
\set support :directory '/sql/support/assistant_positions.sql'
\set ECHO none
\i :support
\set ECHO all
\pset format unaligned
\pset tuples_only
SELECT pg_temp.account(1) AS u, pg_temp.account(2) AS v \gset

-- Health factor of assets.
SELECT scenario, expected, vesu_assistant.health_factor_of(collateral::jsonb, debt::jsonb, threshold) AS actual
  FROM (VALUES
    ('the contract''s position', '[{"symbol": "ETH", "amount": "1.5", "valueUSD": "3000"}]', '[{"symbol": "USDC", "amount": 1500, "valueUSD": 1500}]', 0.825, 1.65),
    ('sums of both sides', '[{"symbol": "ETH", "amount": 1, "valueUSD": 2000}, {"symbol": "BTC", "amount": 0.1, "valueUSD": "1000.00"}]',
     '[{"symbol": "USDC", "amount": 1000, "valueUSD": 1000}, {"symbol": "DAI", "amount": 500, "valueUSD": 500, "address": "0x1", "decimals": 18}]', 0.825, 1.65),
    ('rounded down', '[{"symbol": "A", "amount": 2, "valueUSD": 2}]', '[{"symbol": "B", "amount": 3, "valueUSD": 3}]', 1, 0.666666666666666666),
    ('never up to 1', '[{"symbol": "A", "amount": 1, "valueUSD": "0.99999999999999999999"}]', '[{"symbol": "B", "amount": 1, "valueUSD": 1}]', 1, 0.999999999999999999),
    ('exactly 1', '[{"symbol": "A", "amount": 1, "valueUSD": 2000}]', '[{"symbol": "B", "amount": 1, "valueUSD": 1600}]', 0.8, 1),
    ('one unit below 1', '[{"symbol": "A", "amount": 1, "valueUSD": 2000}]', '[{"symbol": "B", "amount": 1, "valueUSD": "1600.000000000000000001"}]', 0.8, 0.999999999999999999),
    ('no debt', '[{"symbol": "A", "amount": 1, "valueUSD": 1}]', '[]', 0.8, NULL),
    ('debt worth nothing', '[{"symbol": "A", "amount": 1, "valueUSD": 1}]', '[{"symbol": "B", "amount": 1, "valueUSD": 0}]', 0.8, NULL),
    ('no collateral', '[]', '[{"symbol": "B", "amount": 1, "valueUSD": 1}]', 0.8, 0),
    ('78 digits by 18 decimals', format('[{"symbol": "A", "amount": 1, "valueUSD": %s}]', 2::numeric ^ 256 - 1),
     '[{"symbol": "B", "amount": 1, "valueUSD": "0.000000000000000001"}]', 1, (2::numeric ^ 256 - 1) * 1000000000000000000),
    ('NULL collateral', NULL, '[]', 0.8, NULL), ('NULL debt', '[]', NULL, 0.8, NULL), ('NULL threshold', '[]', '[]', NULL, NULL)
  ) AS cases (scenario, collateral, debt, threshold, expected)
 WHERE scenario NOT LIKE '78%' OR vesu_assistant.health_factor_of(collateral::jsonb, debt::jsonb, threshold) IS DISTINCT FROM expected;
SELECT threshold, pg_temp.code(format('SELECT vesu_assistant.health_factor_of(''[]'', ''[]'', %L)', threshold))
  FROM unnest(ARRAY[0, -0.1, 1.000001, 'NaN', 'Infinity', 1, 0.000001]::numeric[]) AS threshold;
SELECT pg_temp.refusal($$SELECT vesu_assistant.health_factor_of('[]', '[]', 82.5)$$);

-- At risk.
SELECT scenario, expected, actual
  FROM (VALUES
    ('1.5', false, vesu_assistant.is_at_risk(1.5)), ('1.499999', true, vesu_assistant.is_at_risk(1.499999)), ('no debt', false, vesu_assistant.is_at_risk(NULL)),
    ('1.2 at 1.0', false, vesu_assistant.is_at_risk(1.2, 1.0)), ('1.1 at 1.1', false, vesu_assistant.is_at_risk(1.1, 1.1)),
    ('1.099999 at 1.1', true, vesu_assistant.is_at_risk(1.099999, 1.1)), ('0', true, vesu_assistant.is_at_risk(0)),
    ('NULL threshold', false, vesu_assistant.is_at_risk(1, NULL))
  ) AS cases (scenario, expected, actual);

-- The health factor that is stored: from a call and from an INSERT alike.
CREATE FUNCTION pg_temp.stored(health_factor numeric, debt_value numeric, metadata jsonb, directly boolean) RETURNS numeric
    LANGUAGE plpgsql AS $$
DECLARE
    made uuid;
BEGIN
    IF directly THEN
        INSERT INTO vesu_assistant.positions (user_id, wallet_address, protocol, health_factor, collateral, debt, metadata, snapshot_at)
        VALUES (pg_temp.account(1), '0x01', 'direct', health_factor, pg_temp.worth('ETH', 3000), pg_temp.worth('USDC', debt_value), metadata, now())
        RETURNING id INTO made;
    ELSE
        made := vesu_assistant.record_position(pg_temp.account(1), 'called', pg_temp.worth('ETH', 3000), pg_temp.worth('USDC', debt_value), health_factor,
                                               metadata => metadata);
    END IF;
    RETURN (SELECT p.health_factor FROM vesu_assistant.positions AS p WHERE p.id = made);
END
$$;
SELECT scenario, expected, pg_temp.stored(health_factor, debt, metadata::jsonb, false) AS called, pg_temp.stored(health_factor, debt, metadata::jsonb, true) AS inserted
  FROM (VALUES
    ('given', 1.65, 1.65, 1500, NULL), ('0', 0, 0, 1500, NULL), ('without debt', NULL, 5, 0, NULL), ('Infinity', NULL, 'Infinity', 1500, NULL), ('-1', NULL, -1, 1500, NULL),
    ('2^256-1', NULL, 115792089237316195423570985008687907853269984665640564039457584007913129639935, 1500, NULL),
    ('2^256-1 of 18 decimals', NULL, 115792089237316195423570985008687907853269984665640564039457.584007913129639935, 1500, NULL),
    ('1e59', NULL, 1e59, 1500, NULL), ('just below', 99999999999999999999999999999999999999999999999999999999999, 99999999999999999999999999999999999999999999999999999999999, 1500, NULL),
    ('computed', 1.65, NULL, 1500, '{"liquidationThreshold": "0.825"}'), ('given before computed', 1.7, 1.7, 1500, '{"liquidationThreshold": 0.825}'),
    ('no debt, no threshold', NULL, NULL, 0, NULL), ('no debt, a strange threshold', NULL, NULL, 0, '{"liquidationThreshold": 82.5}')
  ) AS cases (scenario, expected, health_factor, debt, metadata);
SELECT scenario, pg_temp.code(format('SELECT pg_temp.stored(%L, %s, %L, false)', health_factor, debt, metadata)) AS called,
       pg_temp.code(format('SELECT pg_temp.stored(%L, %s, %L, true)', health_factor, debt, metadata)) AS inserted
  FROM (VALUES
    ('-2', -2::numeric, 1500, NULL), ('-0.1', -0.1, 1500, NULL), ('-Infinity', '-Infinity', 1500, NULL), ('NaN', 'NaN', 1500, NULL), ('NaN without debt', 'NaN', 0, NULL),
    ('debt and nothing else', NULL, 1500, NULL), ('a null threshold', NULL, 1500, '{"liquidationThreshold": null}'),
    ('a threshold of 0', NULL, 1500, '{"liquidationThreshold": 0}'), ('of 82.5', NULL, 1500, '{"liquidationThreshold": 82.5}'),
    ('a word', NULL, 1500, '{"liquidationThreshold": "high"}'), ('metadata an array', 1.65, 1500, '[]'), ('metadata null', 1.65, 1500, 'null')
  ) AS cases (scenario, health_factor, debt, metadata);

-- Assets.
SELECT assets, pg_temp.code(format('SELECT vesu_assistant.record_position(%L, ''aave'', %L, ''[]'')', :'u', assets)) AS as_collateral,
       pg_temp.code(format('INSERT INTO vesu_assistant.positions (user_id, wallet_address, protocol, health_factor, collateral, debt, snapshot_at) VALUES (%L, ''0x1'', ''aave'', 1, ''[]'', %L, now())', :'u', assets)) AS as_debt
  FROM (VALUES
    ('[]'), ('[{"symbol": "ETH", "amount": "0", "valueUSD": 0}]'), ('[{"symbol": "ETH", "amount": 1e-7, "valueUSD": 1e3}]'),
    ('[{"symbol": "ETH", "amount": "1", "valueUSD": "1", "address": null, "name": "Ether"}]'),
    ('null'), ('{}'), ('"ETH"'), ('[null]'), ('[1]'), ('[[]]'), ('[{}]'), ('[{"amount": 1, "valueUSD": 1}]'), ('[{"symbol": "", "amount": 1, "valueUSD": 1}]'),
    ('[{"symbol": 1, "amount": 1, "valueUSD": 1}]'), ('[{"symbol": "ETH", "valueUSD": 1}]'), ('[{"symbol": "ETH", "amount": 1}]'),
    ('[{"symbol": "ETH", "amount": -1, "valueUSD": 1}]'), ('[{"symbol": "ETH", "amount": "-1", "valueUSD": 1}]'), ('[{"symbol": "ETH", "amount": 1, "valueUSD": -0.5}]'),
    ('[{"symbol": "ETH", "amount": "NaN", "valueUSD": 1}]'), ('[{"symbol": "ETH", "amount": 1, "valueUSD": "Infinity"}]'), ('[{"symbol": "ETH", "amount": 1, "valueUSD": ""}]'),
    ('[{"symbol": "ETH", "amount": 1, "valueUSD": "1e3"}]'), ('[{"symbol": "ETH", "amount": 1, "valueUSD": "0x10"}]'), ('[{"symbol": "ETH", "amount": 1, "valueUSD": " 1"}]'),
    ('[{"symbol": "ETH", "amount": 1, "valueUSD": "1\n"}]'), ('[{"symbol": "ETH", "amount": 1, "valueUSD": true}]'), ('[{"symbol": "ETH", "amount": 1, "valueUSD": null}]'),
    ('[{"symbol": "ETH", "amount": 1, "valueUSD": ["1"]}]'), ('[{"symbol": "ETH", "amount": 1e100, "valueUSD": 1}]'), ('[{"symbol": "ETH", "amount": 1, "valueUSD": 1, "address": 5}]')
  ) AS cases (assets);

-- Each message once.
SELECT call, pg_temp.refusal('SELECT vesu_assistant.' || replace(call, ':u', quote_literal(:'u')))
  FROM (VALUES
    (1, 'record_position(NULL, ''aave'', ''[]'', ''[]'')'),
    (2, 'record_position(:u, NULL, ''[]'', ''[]'')'),
    (3, 'record_position(:u, '''', ''[]'', ''[]'')'),
    (4, 'record_position(:u, repeat(''a'', 51), ''[]'', ''[]'')'),
    (5, 'record_position(:u, ''aave'', NULL, ''[]'')'),
    (6, 'record_position(:u, ''aave'', ''[]'', NULL)'),
    (7, 'record_position(:u, ''aave'', ''[]'', ''[]'', chain_id => NULL)'),
    (8, 'record_position(:u, ''aave'', ''[]'', ''[]'', wallet => ''0xzz'')'),
    (9, 'record_position(:u, ''aave'', ''[]'', ''[]'', metadata => ''[]'')'),
    (10, 'record_position(:u, ''aave'', ''[]'', ''[]'', snapshot_at => ''infinity'')'),
    (101, 'record_position(:u, ''aave'', ''[]'', ''[]'', snapshot_at => ''2400-01-01 00:00+00'')'),
    (102, 'record_position(:u, ''aave'', ''[]'', ''[]'', wallet => ''0x02'')'),
    (11, 'record_position(:u, ''aave'', ''[]'', ''[{"symbol": "ETH", "amount": 1, "valueUSD": 1}, {"symbol": "ETH", "amount": 1, "valueUSD": -5}]'')'),
    (12, 'record_position(:u, ''aave'', ''{}'', ''[]'')'),
    (13, 'record_position(:u, ''aave'', ''[]'', ''[{"symbol": "ETH", "amount": 1, "valueUSD": 1}]'')'),
    (14, 'record_position(:u, ''aave'', ''[]'', ''[{"symbol": "ETH", "amount": 1, "valueUSD": 1}]'', -5)'),
    (15, 'record_position(:u, ''aave'', ''[]'', ''[{"symbol": "ETH", "amount": 1, "valueUSD": 1}]'', metadata => ''{"liquidationThreshold": "82.5"}'')'),
    (16, 'record_position(''00000000-0000-0000-0000-000000000000'', ''aave'', ''[]'', ''[]'')'),
    (17, 'latest_position()'),
    (18, 'latest_position(wallet => ''x'')'),
    (19, 'positions_at_risk(''NaN'')'),
    (20, 'positions_at_risk(1.5, -1)')
  ) AS cases (number, call)
 ORDER BY number;

-- Snapshots do not change, but may go.
TRUNCATE vesu_assistant.positions, vesu_assistant.latest_positions;
SELECT vesu_assistant.record_position(:'u', 'aave', pg_temp.worth('ETH', 3000), pg_temp.worth('USDC', 1500), 1.65) AS id \gset
SELECT user_id = :'u', wallet_address, protocol, chain_id, health_factor, collateral, debt, metadata, snapshot_at, created_at, updated_at FROM vesu_assistant.positions;
SELECT statement, pg_temp.refusal(statement)
  FROM (VALUES ('UPDATE vesu_assistant.positions SET health_factor = 2'), ('UPDATE vesu_assistant.positions SET snapshot_at = snapshot_at'),
               ('UPDATE vesu_assistant.positions SET wallet_address = wallet_address WHERE false')) AS cases (statement);
DELETE FROM vesu_assistant.positions;
SELECT count(*) FROM vesu_assistant.latest_positions;

-- The latest: newer replaces, older changes nothing, of the same moment the last one written counts.
CREATE FUNCTION pg_temp.record(account int, minute int, health_factor numeric, protocol text DEFAULT 'aave', chain bigint DEFAULT 1, wallet text DEFAULT NULL) RETURNS text
    LANGUAGE plpgsql AS $$
BEGIN
    PERFORM vesu_assistant.record_position(pg_temp.account(account), protocol, pg_temp.worth('ETH', 3000), pg_temp.worth('USDC', 1500), health_factor,
                                           chain, wallet, snapshot_at => '2026-03-01 12:00+00'::timestamptz + minute * interval '1 minute');
    RETURN (SELECT string_agg(format('%s %s/%s %s', to_char(l.snapshot_at, 'HH24:MI'), l.protocol, l.chain_id, l.health_factor), ', '
                              ORDER BY l.wallet_address, l.protocol, l.chain_id)
              FROM vesu_assistant.latest_positions AS l JOIN vesu_assistant.positions AS p ON p.id = l.position_id AND p.user_id = l.user_id
                   AND p.wallet_address = l.wallet_address AND p.protocol = l.protocol AND p.chain_id = l.chain_id
                   AND p.health_factor IS NOT DISTINCT FROM l.health_factor AND p.snapshot_at = l.snapshot_at);
END
$$;
SELECT pg_temp.record(1, 10, 1.65);
SELECT pg_temp.record(1, 20, 1.6);
SELECT pg_temp.record(1, 15, 1.2);
SELECT pg_temp.record(1, 20, 1.55);
SELECT pg_temp.record(1, 5, 1.9, 'compound');
SELECT pg_temp.record(1, 25, 1.8, 'aave', 137);
SELECT pg_temp.record(1, 7, 1.7, 'aave', 1, '0xABCDEFabcdefABCDEFabcdefabcdefabcdefabcd');
SELECT pg_temp.record(2, 12, 1.4);
SELECT pg_temp.record(2, 12, 1.3);
SELECT (SELECT count(*) FROM vesu_assistant.positions) AS snapshots, (SELECT count(*) FROM vesu_assistant.latest_positions) AS latest;

-- Asked for by user, by wallet in any spelling, by protocol and chain.
SELECT scenario, expected, (SELECT format('%s %s', to_char(p.snapshot_at, 'HH24:MI'), p.health_factor) FROM vesu_assistant.latest_position(user_id::uuid, wallet, protocol, chain) AS p) AS actual
  FROM (VALUES
    ('of a user', '12:25 1.8', :'u', NULL, NULL, NULL::bigint), ('on a chain', '12:20 1.55', :'u', NULL, NULL, 1), ('in a protocol', '12:05 1.9', :'u', NULL, 'compound', NULL),
    ('of the last one written', '12:12 1.3', :'v', NULL, NULL, NULL), ('of a wallet', '12:25 1.8', NULL, '0x01', NULL, NULL), ('and chain', '12:20 1.55', NULL, '0x1', 'aave', 1),
    ('and protocol', '12:05 1.9', NULL, '0x1', 'compound', NULL), ('another wallet', '12:07 1.7', NULL, '0xabcdefABCDEFabcdefABCDEFABCDEFABCDEFABCD', NULL, NULL),
    ('user and wallet', '12:25 1.8', :'u', '0x0001', NULL, NULL), ('not that user''s wallet', NULL, :'v', '0x1', NULL, NULL), ('not that protocol', NULL, :'u', NULL, 'maker', NULL),
    ('not that chain', NULL, NULL, '0x1', 'compound', 137), ('unknown user', NULL, '00000000-0000-0000-0000-000000000000', NULL, NULL, NULL), ('unknown wallet', NULL, NULL, '0x99', NULL, NULL)
  ) AS cases (scenario, expected, user_id, wallet, protocol, chain);
-- A wallet of no user that two watch: each has an own newest snapshot of it.
SELECT pg_temp.record(2, 30, 1.5, 'aave', 1, '0xABCDEFabcdefABCDEFabcdefabcdefabcdefabcd');
SELECT to_char(p.snapshot_at, 'HH24:MI'), p.user_id = :'v' AS is_second FROM vesu_assistant.latest_position(wallet => '0xABCDEFabcdefABCDEFabcdefabcdefabcdefabcd') AS p;
SELECT to_char(p.snapshot_at, 'HH24:MI'), p.user_id = :'u' AS is_first FROM vesu_assistant.latest_position(:'u', protocol => 'aave', chain_id => 1) AS p;
SELECT to_char(p.snapshot_at, 'HH24:MI'), p.user_id = :'u' AS is_first FROM vesu_assistant.latest_position(:'u', '0xABCDEFabcdefABCDEFabcdefabcdefabcdefabcd', 'aave', 1) AS p;

-- At risk, lowest first.
SELECT preferences FROM vesu_assistant.set_preferences(:'v', '{"alertThresholds": {"healthFactor": 1.75}}');
SELECT vesu_assistant.record_position(:'v', 'free', pg_temp.worth('ETH', 3000), '[]') IS NOT NULL;
SELECT scenario, expected, (SELECT string_agg(p.health_factor::text, ' ' ORDER BY p.ordinality) FROM vesu_assistant.positions_at_risk(threshold, max_rows) WITH ORDINALITY AS p) AS actual
  FROM (VALUES
    ('below 1.5', '1.3', 1.5, 20), ('below 1.50001', '1.3 1.5', 1.50001, 20), ('below 2', '1.3 1.5 1.55 1.8 1.9', 2, 20), ('two of them', '1.3 1.5', 2, 2), ('none', NULL, 2, 0),
    ('all', '1.3 1.5 1.55 1.8 1.9', 1000, NULL), ('below 1', NULL, 1, 20), ('each user''s own', '1.3 1.5', NULL, 20), ('one of them', '1.3', NULL, 1)
  ) AS cases (scenario, expected, threshold, max_rows);
SELECT count(*) FROM vesu_assistant.positions_at_risk();
SELECT preferences FROM vesu_assistant.set_preferences(:'u', '{"alertThresholds": {"healthFactor": 3}}');
SELECT preferences FROM vesu_assistant.set_preferences(:'v', '{"alertThresholds": {"healthFactor": 1.1}}');
SELECT string_agg(p.health_factor::text, ' ' ORDER BY p.ordinality) FROM vesu_assistant.positions_at_risk(NULL) WITH ORDINALITY AS p;

-- What an application adds comes back too.
ALTER TABLE vesu_assistant.positions ADD COLUMN note text NOT NULL DEFAULT 'none';
SELECT note FROM vesu_assistant.latest_position(:'u');
SELECT DISTINCT note FROM vesu_assistant.positions_at_risk(NULL);
ROLLBACK;
