-- What workers leave behind, as one text: everything but times.
SELECT string_agg(format('%s %s after %s attempts: %s', s.number, s.status, s.attempts, s.which), ', ' ORDER BY s.status, s.attempts)
  FROM (SELECT a.status, a.attempts, count(*) AS number, md5(string_agg(a.id::text, ',' ORDER BY a.id)) AS which
          FROM vesu_assistant.alerts AS a WHERE a.sent_at IS DISTINCT FROM '2026-03-01 00:00+00' GROUP BY a.status, a.attempts) AS s;
