-- Settings of each connection. They override those of the server and of the role.
SET timezone = 'UTC';
SET search_path = public;
SET default_transaction_isolation = 'read committed';
SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET idle_session_timeout = 0;
-- Compiling the many expressions of a statement takes longer than it saves.
SET jit = off;
SELECT set_config('work_mem', '${work_memory}', FALSE)
WHERE pg_size_bytes(current_setting('work_mem')) < pg_size_bytes('${work_memory}');
-- The server aborts a statement whose client has died. Some operating systems cannot detect that.
DO $$
BEGIN
  SET client_connection_check_interval = '5s';
EXCEPTION WHEN invalid_parameter_value THEN
  NULL;
END
$$;
SELECT set_config('role', rolname, FALSE)
FROM pg_roles
WHERE rolname = 'clickstream_etl'
  -- Before PostgreSQL 16 each member may act as the role.
  AND pg_has_role(
    oid,
    CASE WHEN current_setting('server_version_num')::INTEGER < 160000 THEN 'MEMBER' ELSE 'SET' END)
