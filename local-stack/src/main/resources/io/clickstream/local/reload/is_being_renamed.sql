-- Tells whether a session has locked a database against new sessions.
SELECT FROM pg_locks
WHERE locktype = 'object' AND classid = 'pg_database'::REGCLASS AND objid = :database
  AND mode = 'AccessExclusiveLock' AND granted AND pid = :pid
