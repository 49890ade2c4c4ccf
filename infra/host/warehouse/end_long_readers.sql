-- Ends the sessions of readers whose transaction is older than ten minutes. A reader can turn off the timeouts of
-- roles.sql. The transaction would keep VACUUM from removing rows, and stop a migration.
SELECT pg_terminate_backend(session.pid)
FROM pg_stat_activity session
JOIN pg_roles login ON session.usesysid = login.oid
WHERE session.datname = current_database()
  AND session.xact_start < now() - INTERVAL '10 minutes'
  AND pg_has_role(login.oid, 'clickstream_reader', 'MEMBER')
  AND NOT pg_has_role(login.oid, 'clickstream_etl', 'MEMBER')
  AND NOT login.rolsuper;
