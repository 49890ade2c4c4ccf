-- Takes rights from everyone that nobody but the loader and migrations needs. A superuser runs it in the warehouse's
-- database; it may run as often as one likes. V1__warehouse.sql does the same if a superuser migrates.

DO $$
DECLARE
  function REGPROCEDURE;
BEGIN
  IF (
    SELECT pg_has_role(current_user, datdba, 'USAGE')
    FROM pg_database WHERE datname = current_database())
  THEN
    EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
  END IF;
  IF (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
    FOR function IN
      SELECT oid FROM pg_proc
      WHERE pronamespace = 'pg_catalog'::REGNAMESPACE
        AND proname ~
          '^(pg_(try_)?advisory_|lo_|loread$|lowrite$|pg_logical_emit_message$)'
    LOOP
      EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', function);
    END LOOP;
    -- The loader marks its staging tables by advisory locks; migrations take one.
    FOR function IN
      SELECT oid FROM pg_proc
      WHERE pronamespace = 'pg_catalog'::REGNAMESPACE AND proname ~ '^pg_(try_)?advisory_'
    LOOP
      EXECUTE format(
        'GRANT EXECUTE ON FUNCTION %s TO clickstream_etl, clickstream_owner', function);
    END LOOP;
  END IF;
END
$$;
