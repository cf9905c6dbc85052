-- pgbench: the same in the usual way, statement by statement on the same table and its triggers: lock what is free, note that it is
-- taken, commit; deliver; write how each went.
BEGIN;
SELECT ids::text AS ids, ids[1] AS a, ids[2] AS b, ids[3] AS c, ids[4] AS d, ids[5] AS e, ids[6] AS f, ids[7] AS g, ids[8] AS h, ids[9] AS i,
       ids[10] AS j
  FROM (SELECT array_agg(id) AS ids
          FROM (SELECT id FROM vesu_assistant.alerts
                 WHERE channel = 'telegram' AND status = 'pending' AND attempts < 5 AND (lease_until IS NULL OR lease_until <= now())
                 ORDER BY created_at
                 LIMIT 10
                   FOR UPDATE SKIP LOCKED) AS free) AS taken \gset
UPDATE vesu_assistant.alerts SET attempts = attempts + 1, lease_until = now() + interval '1 minute' WHERE id = ANY (:ids::uuid[]);
COMMIT;
UPDATE vesu_assistant.alerts SET status = 'sent', sent_at = now() WHERE id = :a AND status = 'pending' RETURNING status;
UPDATE vesu_assistant.alerts SET status = 'sent', sent_at = now() WHERE id = :b AND status = 'pending' RETURNING status;
UPDATE vesu_assistant.alerts SET status = 'sent', sent_at = now() WHERE id = :c AND status = 'pending' RETURNING status;
UPDATE vesu_assistant.alerts SET status = 'sent', sent_at = now() WHERE id = :d AND status = 'pending' RETURNING status;
UPDATE vesu_assistant.alerts SET status = 'sent', sent_at = now() WHERE id = :e AND status = 'pending' RETURNING status;
UPDATE vesu_assistant.alerts SET status = 'sent', sent_at = now() WHERE id = :f AND status = 'pending' RETURNING status;
UPDATE vesu_assistant.alerts SET status = 'sent', sent_at = now() WHERE id = :g AND status = 'pending' RETURNING status;
UPDATE vesu_assistant.alerts SET status = 'sent', sent_at = now() WHERE id = :h AND status = 'pending' RETURNING status;
UPDATE vesu_assistant.alerts SET status = 'sent', sent_at = now() WHERE id = :i AND status = 'pending' RETURNING status;
UPDATE vesu_assistant.alerts SET status = 'sent', sent_at = now() WHERE id = :j AND status = 'pending' RETURNING status;
