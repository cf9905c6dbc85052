-- The replay: a clock that walks through 2021 hour by hour. In each hour
--   1. the prices of the hour are recorded: one row an asset, whatever the number of positions;
--   2. vesu.find_liquidatable_positions() is asked who is below a health factor of 1, and the answer kept;
--   3. a keeper repays half the debt (Aave's rule; all of it below 5,000 USD) of every position found for the
--      second hour running: owners have an hour to act. The wallet that Aave's own liquidators took is left to
--      them, for their calls are among the events. Without collateral there is nothing to seize: bad debt;
--   4. the events of the hour are applied, each in a subtransaction: it counts whole or not at all.
\i test/demo/layout.psql

-- What became of each event. outcome: applied, cut, refused by vesu, or without a position.
CREATE TABLE demo.outcome (
    event_no      int PRIMARY KEY REFERENCES demo.event,
    outcome       text NOT NULL,
    reason        text NOT NULL,
    pool_address  vesu.felt252
);

-- Who was found liquidatable in which hour, the bad debt left out.
CREATE TABLE demo.alarm (
    hour           timestamptz,
    position_id    uuid,
    health_factor  numeric NOT NULL,
    debt_usd       numeric NOT NULL,
    PRIMARY KEY (hour, position_id)
);

-- One position of the wallet for each kind of event, as 30_arrange.sql says. NULL: there is none.

CREATE FUNCTION demo.position_to_borrow(owner uuid, asset text, amount numeric) RETURNS vesu.felt252
    LANGUAGE sql STABLE
    AS $$
    SELECT p.pool_address
      FROM vesu.position_health AS p
      JOIN vesu.vesu_pools AS pool USING (pool_address)
     CROSS JOIN LATERAL (SELECT vesu.max_borrow(p.collateral_amount, p.collateral_price, pool.max_ltv,
                                                p.debt_amount, p.debt_price) AS amount) AS room
     CROSS JOIN LATERAL (SELECT max(o.event_no) AS event_no
                           FROM demo.outcome AS o JOIN demo.event AS e USING (event_no)
                          WHERE o.pool_address = p.pool_address AND e.user_id = owner AND e.kind = 'deposit') AS deposit
     WHERE p.user_id = owner AND p.status = 'active' AND p.debt_asset = asset AND p.collateral_amount > 0
     ORDER BY room.amount >= position_to_borrow.amount DESC,
              CASE WHEN room.amount >= position_to_borrow.amount THEN deposit.event_no END DESC,
              room.amount DESC
     LIMIT 1
    $$;

CREATE FUNCTION demo.position_to_repay(owner uuid, asset text) RETURNS vesu.position_health
    LANGUAGE sql STABLE
    AS $$
    SELECT p
      FROM vesu.position_health AS p
     WHERE p.user_id = owner AND p.status = 'active' AND p.debt_asset = asset AND p.debt_amount > 0
     ORDER BY p.debt_amount DESC, p.pool_address
     LIMIT 1
    $$;

CREATE FUNCTION demo.position_to_redeem(owner uuid, asset text) RETURNS vesu.position_health
    LANGUAGE sql STABLE
    AS $$
    SELECT p
      FROM vesu.position_health AS p
      JOIN vesu.vesu_pools AS pool USING (pool_address)
     WHERE p.user_id = owner AND p.status <> 'closed' AND p.collateral_asset = asset AND p.collateral_amount > 0
       -- vesu.withdraw() takes from a liquidated position only where there is no active one.
       AND (p.status = 'active' OR NOT EXISTS (SELECT FROM vesu.vesu_positions AS other
                                                WHERE other.user_id = owner AND other.pool_address = p.pool_address
                                                  AND other.status = 'active'))
     ORDER BY vesu.max_withdraw(p.collateral_amount, p.collateral_price, pool.max_ltv, p.debt_amount, p.debt_price) DESC,
              p.pool_address
     LIMIT 1
    $$;

CREATE FUNCTION demo.position_to_liquidate(owner uuid, collateral text, debt text) RETURNS vesu.position_health
    LANGUAGE sql STABLE
    AS $$
    SELECT p
      FROM vesu.position_health AS p
     WHERE p.user_id = owner AND p.status = 'active' AND p.collateral_asset = collateral AND p.debt_asset = debt
    $$;

-- Why a borrowing found no position.
CREATE FUNCTION demo.nothing_to_borrow_against(owner uuid, asset text) RETURNS text
    LANGUAGE sql STABLE
    AS $$
    SELECT CASE WHEN count(*) = 0 THEN 'borrow: the wallet has no collateral here'
                WHEN bool_and(p.collateral_asset = asset) THEN 'borrow: against the same asset only, which is no pair'
                ELSE 'borrow: its collateral lies on pairs with another debt asset' END
      FROM vesu.vesu_positions AS p
     WHERE p.user_id = owner AND p.status = 'active' AND p.collateral_amount > 0
    $$;

-- Up to 2 % above what the position has is interest of Aave.
CREATE FUNCTION demo.without_interest(amount numeric, balance numeric) RETURNS numeric
    LANGUAGE sql IMMUTABLE
    RETURN CASE WHEN amount > balance AND amount <= 1.02 * balance THEN balance ELSE amount END;

CREATE PROCEDURE demo.apply(event demo.event)
    LANGUAGE plpgsql
AS $$
DECLARE
    pool vesu.felt252;
    held vesu.position_health;
    amount numeric := event.amount;
    reason text;
BEGIN
    CASE event.kind
    WHEN 'deposit' THEN
        SELECT p.pool_address INTO pool FROM vesu.find_pool_by_asset_pair(event.asset, event.debt_asset) AS p;
        reason := CASE WHEN pool IS NULL THEN 'deposit: no such pair' END;
    WHEN 'borrow' THEN
        pool := demo.position_to_borrow(event.user_id, event.asset, amount);
        reason := CASE WHEN pool IS NULL THEN demo.nothing_to_borrow_against(event.user_id, event.asset) END;
    WHEN 'repay' THEN
        held := demo.position_to_repay(event.user_id, event.asset);
        amount := demo.without_interest(amount, held.debt_amount);
        reason := CASE WHEN held.pool_address IS NULL
                       THEN 'repay: the wallet owes none of it here (the borrowing did not fit, or is liquidated)' END;
    WHEN 'redeem' THEN
        held := demo.position_to_redeem(event.user_id, event.asset);
        amount := demo.without_interest(amount, held.collateral_amount);
        reason := CASE WHEN held.pool_address IS NULL
                       THEN 'redeem: the wallet holds none of it here (it was sent deposit tokens, or all is taken)' END;
    WHEN 'liquidation' THEN
        held := demo.position_to_liquidate(event.user_id, event.asset, event.debt_asset);
        reason := CASE WHEN held.pool_address IS NULL THEN 'liquidation: no position of this pair' END;
    END CASE;
    pool := coalesce(pool, held.pool_address);

    IF reason IS NOT NULL THEN
        INSERT INTO demo.outcome VALUES (event.event_no, 'without a position', reason, NULL);
        RETURN;
    END IF;

    BEGIN
        CASE event.kind
        WHEN 'deposit' THEN
            PERFORM vesu.supply(event.user_id, pool, amount, event.transaction_hash, "timestamp" => event.at);
        WHEN 'borrow' THEN
            PERFORM vesu.borrow(event.user_id, pool, amount, event.transaction_hash, "timestamp" => event.at);
        WHEN 'repay' THEN
            PERFORM vesu.repay(event.user_id, pool, amount, event.transaction_hash, "timestamp" => event.at);
        WHEN 'redeem' THEN
            PERFORM vesu.withdraw(event.user_id, pool, amount, event.transaction_hash, "timestamp" => event.at);
        WHEN 'liquidation' THEN
            PERFORM vesu.liquidate(held.position_id, event.liquidator::vesu.felt252, event.transaction_hash,
                                   event.debt_amount, "timestamp" => event.at);
        END CASE;
        INSERT INTO demo.outcome
        VALUES (event.event_no, CASE amount WHEN event.amount THEN 'applied' ELSE 'cut' END, '', pool);
    EXCEPTION WHEN OTHERS THEN
        -- vesu's refusals are counted; anything else is a defect and ends the demo.
        IF SQLSTATE NOT LIKE 'VS%' THEN
            RAISE;
        END IF;
        INSERT INTO demo.outcome VALUES (event.event_no, 'refused by vesu', SQLSTATE || ' on ' || event.kind, pool);
    END;
END
$$;

-- PL/pgSQL keeps the plan; a SQL procedure would make it anew every hour.
CREATE PROCEDURE demo.keeper(hour timestamptz)
    LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM vesu.liquidate(found.id, '0x6b6565706572', demo.address_of(found.id || '/' || keeper.hour),
                           CASE WHEN found.debt_amount * quote.price < 5000 THEN found.debt_amount
                                ELSE round(found.debt_amount / 2, 18) END)
       FROM vesu.find_liquidatable_positions() AS found
       JOIN demo.alarm ON alarm.position_id = found.id AND alarm.hour = keeper.hour - interval '1 hour'
       JOIN vesu.vesu_asset_prices AS quote ON quote.asset = found.debt_asset
      WHERE found.collateral_amount > 0
        AND found.user_id NOT IN (SELECT event.user_id FROM demo.event WHERE event.kind = 'liquidation');
END
$$;

-- Hour by hour from the first hour that has not been replayed to the last before `until`.
CREATE TABLE demo.replayed (hour timestamptz PRIMARY KEY, at_risk bigint);
CREATE PROCEDURE demo.replay(until timestamptz)
    LANGUAGE plpgsql
AS $$
DECLARE
    tick demo.tick;
    event demo.event;
BEGIN
    FOR tick IN SELECT t.* FROM demo.tick AS t
                 WHERE t.hour < replay.until AND t.hour NOT IN (SELECT r.hour FROM demo.replayed AS r)
                 ORDER BY t.hour
    LOOP
        PERFORM set_config('vesu.clock', tick.hour::text, false);
        PERFORM vesu.record_prices(tick.assets, tick.prices, tick.hour);
        INSERT INTO demo.alarm
        SELECT tick.hour, found.id, found.health_factor, found.debt_amount * quote.price
          FROM vesu.find_liquidatable_positions() AS found
          JOIN vesu.vesu_asset_prices AS quote ON quote.asset = found.debt_asset
         WHERE found.collateral_amount > 0;
        INSERT INTO demo.replayed SELECT tick.hour, count(*) FROM vesu.find_at_risk_positions();
        CALL demo.keeper(tick.hour);

        FOR event IN SELECT e.* FROM demo.event AS e
                      WHERE e.at >= tick.hour AND e.at < tick.hour + interval '1 hour'
                      ORDER BY e.event_no
        LOOP
            PERFORM set_config('vesu.clock', event.at::text, false);
            IF event.asset = 'MATIC' THEN
                PERFORM vesu.record_price('MATIC', round(event.price, 18), event.at);
            END IF;
            CALL demo.apply(event);
        END LOOP;

        COMMIT;
    END LOOP;
END
$$;

CALL demo.replay('2021-05-19 00:00+00');

\i test/demo/progress.psql
