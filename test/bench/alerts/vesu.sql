-- pgbench: a worker claims ten alerts, delivers them, and reports each: eleven transactions.
SELECT ids[1] AS a, ids[2] AS b, ids[3] AS c, ids[4] AS d, ids[5] AS e, ids[6] AS f, ids[7] AS g, ids[8] AS h, ids[9] AS i, ids[10] AS j
  FROM (SELECT array_agg(id) AS ids FROM vesu_assistant.claim_alerts('telegram', 10)) AS claimed \gset
SELECT (vesu_assistant.mark_alert_sent(:a)).status;
SELECT (vesu_assistant.mark_alert_sent(:b)).status;
SELECT (vesu_assistant.mark_alert_sent(:c)).status;
SELECT (vesu_assistant.mark_alert_sent(:d)).status;
SELECT (vesu_assistant.mark_alert_sent(:e)).status;
SELECT (vesu_assistant.mark_alert_sent(:f)).status;
SELECT (vesu_assistant.mark_alert_sent(:g)).status;
SELECT (vesu_assistant.mark_alert_sent(:h)).status;
SELECT (vesu_assistant.mark_alert_sent(:i)).status;
SELECT (vesu_assistant.mark_alert_sent(:j)).status;
