-- 1 if the user may act as the owner of the tables. Before PostgreSQL 16 each member may.
SELECT
  pg_has_role(
    session_user, 'clickstream_owner',
    CASE WHEN current_setting('server_version_num')::INTEGER < 160000 THEN 'MEMBER' ELSE 'SET' END
  )::INTEGER
