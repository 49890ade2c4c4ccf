-- Roles of the warehouse's server; may run as often as one likes. Migrations (sql/migrations/) then find their roles.

DO $$
DECLARE
  wanted RECORD;
BEGIN
  FOR wanted IN
    SELECT * FROM (VALUES
      ('clickstream_owner', 'NOLOGIN', 'Owns the warehouse tables; migrations act for it'),
      ('clickstream_etl', 'NOLOGIN', 'Loads: reads and writes rows, makes tables only in clickstream_staging'),
      ('clickstream_reader', 'NOLOGIN', 'Dashboards and analysts: reads only'),
      ('clickstream_admin', 'LOGIN CREATEROLE', 'Migrates the warehouse'),
      ('etl_loader', 'LOGIN', 'The Spark job'),
      ('dashboards', 'LOGIN', 'Shiny')) AS roles (name, attributes, purpose)
    WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = roles.name)
  LOOP
    EXECUTE format('CREATE ROLE %I %s', wanted.name, wanted.attributes);
    EXECUTE format('COMMENT ON ROLE %I IS %L', wanted.name, wanted.purpose);
  END LOOP;
END
$$;

GRANT clickstream_owner TO clickstream_admin WITH ADMIN OPTION;
GRANT clickstream_etl TO etl_loader;
GRANT clickstream_reader TO dashboards;
ALTER ROLE dashboards SET default_transaction_read_only = on;
ALTER ROLE dashboards SET statement_timeout = '60s';
-- An open transaction keeps VACUUM from removing rows, and stops a migration.
ALTER ROLE dashboards SET idle_in_transaction_session_timeout = '60s';
-- One query can neither fill the disk nor take all connections.
ALTER ROLE dashboards SET temp_file_limit = '2GB';
ALTER ROLE dashboards CONNECTION LIMIT 30;
ALTER ROLE clickstream_admin CONNECTION LIMIT 10;
-- A reload makes a second database, ends the sessions of the first, and renames both.
ALTER ROLE clickstream_admin CREATEDB;
GRANT pg_signal_backend TO clickstream_admin;

-- These databases exist on every server, and let everyone fill the disk with temporary tables and large objects.
REVOKE CONNECT, TEMPORARY ON DATABASE postgres, template1 FROM public;
GRANT CONNECT ON DATABASE postgres TO clickstream_admin;
