-- What if: health factors of a snapshot after changes, exact and rounded down once.
BEGIN;
\getenv directory PG_ABS_SRCDIR
\set support :directory '/sql/support/assistant_positions.sql'
\set ECHO none
\i :support
\set ECHO all
\pset format unaligned
\pset tuples_only
SELECT pg_temp.account(1) AS u \gset
-- The contract's position; one whose threshold only its health factor tells; two assets a side; one without debt.
SELECT vesu_assistant.record_position(:'u', 'a', pg_temp.worth('ETH', 3000), pg_temp.worth('USDC', 1500), metadata => '{"liquidationThreshold": "0.825"}') AS a,
       vesu_assistant.record_position(:'u', 'b', pg_temp.worth('ETH', 3000), pg_temp.worth('USDC', 1500), 1.65) AS b,
       vesu_assistant.record_position(:'u', 'c', pg_temp.worth('ETH', 2000) || pg_temp.worth('BTC', 1000), pg_temp.worth('ETH', 500) || pg_temp.worth('USDC', 1000),
                                      metadata => '{"liquidationThreshold": 0.8}') AS c,
       vesu_assistant.record_position(:'u', 'd', pg_temp.worth('ETH', 3000), '[]', metadata => '{"liquidationThreshold": 0.8}') AS d,
       vesu_assistant.record_position(:'u', 'e', pg_temp.worth('ETH', 3000), '[]') AS e,
       vesu_assistant.record_position(:'u', 'f', '[]', pg_temp.worth('USDC', 1500), 0) AS f,
       vesu_assistant.record_position(:'u', 'g', pg_temp.worth('ETH', 3000), pg_temp.worth('USDC', 1500), 1.2, metadata => '{"positions": [{}, {}]}') AS g,
       vesu_assistant.record_position(:'u', 'h', pg_temp.worth('ETH', 3000), pg_temp.worth('USDC', 1500), 1.65, metadata => '{"positions": [{}]}') AS h,
       vesu_assistant.record_position(:'u', 'i', pg_temp.worth('ETH', 3000), pg_temp.worth('USDC', 1500), -1) AS i \gset
CREATE TEMPORARY TABLE held AS
SELECT * FROM (VALUES ('a', :'a'::uuid), ('b', :'b'), ('c', :'c'), ('d', :'d'), ('e', :'e'), ('f', :'f'), ('g', :'g'), ('h', :'h'), ('i', :'i')) AS held (name, id);

SELECT name, change, expected, vesu_assistant.simulate(held.id, change::jsonb) AS actual
  FROM (VALUES
    (1, 'a', '{"type": "price", "asset": "ETH", "change": -0.2}', 1.32),
    (2, 'a', '{"type": "borrow", "valueUSD": 975}', 1),
    (3, 'a', '{"type": "repay", "valueUSD": 500}', 2.475),
    (4, 'a', '{"type": "repay", "valueUSD": "1500"}', NULL),
    (5, 'a', '{"type": "withdraw", "valueUSD": 1000}', 1.1),
    (6, 'a', '{"type": "deposit", "valueUSD": 1000}', 2.2),
    (7, 'a', '[]', 1.65),
    (8, 'a', '{"type": "price", "asset": "DOGE", "change": 5}', 1.65),
    (9, 'a', '{"type": "price", "asset": "ETH", "change": -1}', 0),
    (10, 'a', '{"type": "price", "asset": "ETH", "change": "-0.20"}', 1.32),
    (11, 'a', '{"type": "withdraw", "valueUSD": 3000}', 0),
    (12, 'a', '{"type": "borrow", "valueUSD": "975.000000000000000001"}', 0.999999999999999999),
    -- In order: what comes later meets what is there by then.
    (13, 'a', '[{"type": "price", "asset": "ETH", "change": -0.2}, {"type": "repay", "valueUSD": 500}]', 1.98),
    (14, 'a', '[{"type": "price", "asset": "ETH", "change": -0.5}, {"type": "price", "asset": "ETH", "change": 1}]', 1.65),
    (15, 'a', '[{"type": "deposit", "valueUSD": 2000}, {"type": "withdraw", "valueUSD": 4000}]', 0.55),
    (16, 'a', '[{"type": "borrow", "valueUSD": 500}, {"type": "repay", "valueUSD": 2000}]', NULL),
    (17, 'a', '[{"type": "deposit", "valueUSD": 1000}, {"type": "price", "asset": "ETH", "change": -0.2}]', 1.76),
    (18, 'a', '[{"type": "price", "asset": "ETH", "change": -0.2}, {"type": "deposit", "valueUSD": 1000}]', 1.87),
    (19, 'a', '[{"type": "withdraw", "valueUSD": 1000}, {"type": "price", "asset": "ETH", "change": -0.2}]', 0.88),
    (20, 'a', '[{"type": "repay", "valueUSD": 1500}, {"type": "borrow", "valueUSD": 1500}]', 1.65),
    (21, 'a', '[{"type": "price", "asset": "ETH", "change": -1}, {"type": "deposit", "valueUSD": 3000}, {"type": "price", "asset": "ETH", "change": 3}]', 1.65),
    (22, 'b', '{"type": "price", "asset": "ETH", "change": -0.2}', 1.32),
    (23, 'b', '{"type": "deposit", "valueUSD": 1000}', 2.2),
    (24, 'c', '[]', 1.6),
    (25, 'c', '{"type": "price", "asset": "ETH", "change": 1}', 2),
    (26, 'c', '{"type": "price", "asset": "USDC", "change": 0.1}', 1.5),
    -- 3000 - 300, two thirds of it ETH; 1500 - 150, one third of it.
    (27, 'c', '[{"type": "withdraw", "valueUSD": 300}, {"type": "repay", "valueUSD": 150}, {"type": "price", "asset": "ETH", "change": 1}]', 2),
    (29, 'd', '{"type": "borrow", "valueUSD": 2400}', 1),
    (30, 'd', '{"type": "price", "asset": "ETH", "change": -1}', NULL),
    (31, 'e', '{"type": "deposit", "valueUSD": 1}', NULL),
    (32, 'h', '{"type": "repay", "valueUSD": 500}', 2.475)
  ) AS cases (number, name, change, expected)
  JOIN held USING (name)
 ORDER BY number;
-- Many changes that take back what they did: nothing is lost on the way.
SELECT vesu_assistant.simulate(:'c', (SELECT jsonb_agg(CASE i % 4 WHEN 0 THEN '{"type": "deposit", "valueUSD": 0.7}' WHEN 1 THEN '{"type": "price", "asset": "ETH", "change": -0.3}'
                                                                    WHEN 2 THEN '{"type": "price", "asset": "BTC", "change": -0.3}' ELSE '{"type": "borrow", "valueUSD": 0.1}' END::jsonb ORDER BY i)
                                      FROM generate_series(0, 99) AS i)) BETWEEN 0 AND 1;
SELECT vesu_assistant.simulate(:'a', (SELECT jsonb_agg(CASE i % 2 WHEN 0 THEN '{"type": "withdraw", "valueUSD": 0.1}' ELSE '{"type": "deposit", "valueUSD": 0.1}' END::jsonb ORDER BY i)
                                      FROM generate_series(0, 99) AS i));

-- Refused.
SELECT number, pg_temp.refusal(format('SELECT vesu_assistant.simulate(%L, %L)', held.id, change))
  FROM (VALUES
    (1, NULL, '{"type": "repay", "valueUSD": 1}'),
    (2, 'a', NULL),
    (3, 'a', '{"type": "withdraw", "valueUSD": "3000.000000000000000001"}'),
    (4, 'a', '[{"type": "withdraw", "valueUSD": 4000}, {"type": "deposit", "valueUSD": 2000}]'),
    (5, 'a', '{"type": "repay", "valueUSD": 1500.01}'),
    (6, 'a', '{"type": "swap", "valueUSD": 1}'),
    (7, 'a', '{"type": "deposit"}'),
    (8, 'a', '{"type": "price", "change": 1}'),
    (9, 'a', '{"type": "price", "asset": "ETH", "change": -1.01}'),
    (10, 'a', (SELECT jsonb_agg('{"type": "deposit", "valueUSD": 1}'::jsonb) FROM generate_series(1, 101))::text),
    (11, 'e', '{"type": "borrow", "valueUSD": 1}'),
    (12, 'f', '{"type": "deposit", "valueUSD": 1}'),
    (13, 'g', '{"type": "repay", "valueUSD": 1}'),
    (14, 'i', '{"type": "repay", "valueUSD": 1}')
  ) AS cases (number, name, change)
  LEFT JOIN held USING (name)
 ORDER BY number;
SELECT change, pg_temp.code(format('SELECT vesu_assistant.simulate(%L, %L)', :'a', change))
  FROM (VALUES ('5'), ('"price"'), ('null'), ('[null]'), ('[[]]'), ('{}'), ('{"type": null}'), ('{"type": "deposit", "valueUSD": -1}'), ('{"type": "deposit", "valueUSD": "much"}'),
               ('{"type": "deposit", "valueUSD": null}'), ('{"type": "price", "asset": 1, "change": 1}'), ('{"type": "price", "asset": "ETH"}'), ('{"type": "price", "asset": "ETH", "change": "NaN"}'),
               ('{"type": "price", "asset": "ETH", "change": true}'), ('{"type": "price", "asset": "ETH", "change": null}'), ('{"type": "deposit", "valueUSD": 1e99}'), ('{"type": "deposit", "valueUSD": 1e100}')
  ) AS cases (change);
SELECT pg_temp.refusal($$SELECT vesu_assistant.simulate('00000000-0000-0000-0000-000000000000', '[]')$$);
ROLLBACK;
