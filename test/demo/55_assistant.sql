-- 19 May 2021 as the assistant sees it, in a copy of the database: each hour's real prices are recorded, whoever listens
-- has the intents evaluated, and what was to be repaid is repaid. The replay goes on without all this.
\i test/demo/layout.psql
SET vesu.clock = '2021-05-18 23:59+00';

-- Every borrower becomes a user, who wants to be told in the application and has one intent.
INSERT INTO vesu_assistant.users (id, wallet_address, preferences)
SELECT DISTINCT owner.user_id, owner.wallet, '{"alertThresholds": {"healthFactor": 1.3}, "notificationChannels": ["in_app"]}'::jsonb
  FROM vesu.vesu_positions AS held
  JOIN (SELECT DISTINCT user_id, wallet FROM demo.event) AS owner USING (user_id)
 WHERE held.debt_amount > 0;
SELECT vesu_assistant.capture_lending_positions() AS captured \gset

-- The riskiest pair of each: 1,000 USD of its debt is to be repaid once the health factor is below 1.2.
SELECT count(vesu_assistant.create_intent(
           user_id, 'repay below 1.2', '{"type": "health_factor", "operator": "<", "value": "1.2"}',
           jsonb_build_object('type', 'repay', 'asset', debt_asset, 'amount', round(1000 / debt_price, 6)::text,
                              'params', jsonb_build_object('positionId', position_id)))) AS intents
  FROM (SELECT DISTINCT ON (user_id) * FROM vesu.position_health
         WHERE status = 'active' AND debt_amount > 0 ORDER BY user_id, health_factor) AS riskiest
 WHERE health_factor >= 1.2 \gset

\echo
\echo This part runs in a copy of the database: what is repaid here is not repaid in the replay that follows.
\echo :captured borrowers are users of the assistant. The :intents whose health factor is at least 1.2 have each an intent
\echo to repay 1,000 USD of their debt, such as:
\echo
SELECT jsonb_pretty(i.condition) AS "condition", jsonb_pretty(i.action - 'params') AS "action"
  FROM vesu_assistant.intents AS i ORDER BY i.created_at LIMIT 1;

CREATE TABLE demo.heard (hour timestamptz, asset text, intent_id uuid, health_factor numeric, repaid numeric, health_after numeric);

-- What a service does that listens on channel vesu_price: the evaluation of one asset's tick, then the actions of what fired.
CREATE PROCEDURE demo.listen(hour timestamptz, asset text)
    LANGUAGE plpgsql AS $$
DECLARE
    fired vesu_assistant.intents;
    before vesu.position_health;
    after vesu.position_health;
    repaid numeric;
BEGIN
    FOR fired IN SELECT * FROM vesu_assistant.evaluate_intents(asset => listen.asset) LOOP
        PERFORM vesu_assistant.append_events('intent', fired.id::text, NULL, jsonb_build_array(jsonb_build_object(
            'event_type', 'triggered', 'data', jsonb_build_object('status', 'triggered', 'asset', listen.asset))));
        SELECT * INTO before FROM vesu.position_health AS h WHERE h.position_id = (fired.action -> 'params' ->> 'positionId')::uuid;
        repaid := (fired.action ->> 'amount')::numeric;
        PERFORM vesu.repay(before.user_id, before.pool_address, repaid, demo.address_of(fired.id::text));
        SELECT * INTO after FROM vesu.position_health AS h WHERE h.position_id = before.position_id;
        PERFORM vesu_assistant.complete_intent(fired.id);
        PERFORM vesu_assistant.append_events('intent', fired.id::text, 1, jsonb_build_array(jsonb_build_object(
            'event_type', 'executed', 'data', jsonb_build_object('status', 'executed', 'repaid', repaid::text))));
        INSERT INTO demo.heard VALUES (hour, listen.asset, fired.id, before.health_factor, repaid, after.health_factor);
    END LOOP;
END
$$;

CREATE PROCEDURE demo.live(tick demo.tick)
    LANGUAGE plpgsql AS $$
DECLARE
    asset text;
BEGIN
    PERFORM set_config('vesu.clock', tick.hour::text, false);
    PERFORM vesu.record_prices(tick.assets, tick.prices, tick.hour);
    COMMIT;
    FOREACH asset IN ARRAY tick.assets LOOP
        CALL demo.listen(tick.hour, asset);
        COMMIT;
    END LOOP;
    PERFORM vesu_assistant.capture_lending_positions();
    COMMIT;
END
$$;
DO $$
DECLARE
    tick demo.tick;
BEGIN
    FOR tick IN SELECT t.* FROM demo.tick AS t WHERE t.hour >= '2021-05-19' AND t.hour < '2021-05-20' ORDER BY t.hour LOOP
        CALL demo.live(tick);
    END LOOP;
END
$$;

\echo 19 May. After each tick only the intents that its prices can fire are tested; alerts come once a band of health,
\echo below 1.3, 1.1 and 1.0, however often it is seen there. The hours that brought something, the eve included:
\echo
SELECT to_char(hour, 'DD Mon HH24:MI') AS "UTC",
       to_char(prices[array_position(assets, 'ETH')], '99,990') AS "ETH, USD",
       (SELECT nullif(count(*), 0) FROM demo.heard WHERE heard.hour = tick.hour) AS "intents fired",
       nullif(count(a.*) FILTER (WHERE a.type = 'health_factor_warning'), 0) AS "warnings",
       nullif(count(a.*) FILTER (WHERE a.type = 'health_factor_critical'), 0) AS "critical",
       nullif(count(a.*) FILTER (WHERE a.type = 'health_factor_liquidation'), 0) AS "liquidatable"
  FROM demo.tick
  LEFT JOIN vesu_assistant.alerts AS a ON a.created_at >= tick.hour AND a.created_at < tick.hour + interval '1 hour'
 WHERE hour >= '2021-05-18 23:00+00' AND hour < '2021-05-20'
 GROUP BY hour, prices, assets
HAVING count(a.*) > 0 OR EXISTS (SELECT FROM demo.heard WHERE heard.hour = tick.hour)
 ORDER BY hour;

\echo What fired, each intent once, and what the repayment did:
\echo
SELECT to_char(heard.hour, 'HH24:MI') AS "UTC", demo_user.short AS "wallet", heard.asset AS "tick of",
       trunc(heard.health_factor, 4) AS "health factor before",
       to_char(heard.repaid, '999,990.000000') || ' ' || (i.action ->> 'asset') AS "repaid",
       trunc(heard.health_after, 4) AS "after"
  FROM demo.heard
  JOIN vesu_assistant.intents AS i ON i.id = heard.intent_id
  JOIN (SELECT id, '…' || right(wallet_address, 6) AS short FROM vesu_assistant.users) AS demo_user ON demo_user.id = i.user_id
 ORDER BY heard.hour, heard.asset, demo_user.short;

\echo A worker takes the alerts from the queue, delivers them and says so; a second one finds none. Then the users read them:
\echo
CREATE TEMP TABLE claimed AS SELECT id FROM vesu_assistant.claim_alerts('in_app', 1000);
CREATE TEMP TABLE second AS SELECT id FROM vesu_assistant.claim_alerts('in_app', 1000);
SELECT count(vesu_assistant.mark_alert_sent(id)) FROM claimed \g /dev/null
SELECT count(vesu_assistant.acknowledge_alert(id)) FROM vesu_assistant.alerts WHERE status = 'sent' \g /dev/null
SELECT (SELECT count(*) FROM claimed) AS "claimed", (SELECT count(*) FROM second) AS "by the second",
       count(sent_at) AS "sent", count(*) FILTER (WHERE status = 'acknowledged') AS "acknowledged",
       count(*) FILTER (WHERE status NOT IN ('acknowledged')) AS "left"
  FROM vesu_assistant.alerts;

SELECT intent_id, to_char(hour - interval '1 minute', 'YYYY-MM-DD HH24:MI"+00"') AS before, 'version a minute before ' || to_char(hour, 'HH24:MI') AS heading
  FROM demo.heard ORDER BY hour, asset LIMIT 1 \gset
\echo And the event store tells the story of the first, intent :intent_id:
\echo
SELECT version, to_char(occurred_at, 'DD Mon HH24:MI') AS "occurred", event_type, data
  FROM vesu_assistant.load_events('intent', :'intent_id');
SELECT now_state.version AS "version now", now_state.state AS "state now",
       before_state.version AS :"heading", coalesce(before_state.state::text, 'none') AS "state then"
  FROM vesu_assistant.load_state('intent', :'intent_id') AS now_state
 CROSS JOIN vesu_assistant.state_at('intent', :'intent_id', :'before') AS before_state;
