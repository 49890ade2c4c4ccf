-- Lets the writers of future staging tables of one kind wait for an advisory lock: an event trigger
-- gives each such table a trigger that takes the lock. The table itself cannot be locked before its
-- first writer comes.
CREATE OR REPLACE FUNCTION ${hold_writers}() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(${lock});
  RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION ${hold_tables}() RETURNS EVENT_TRIGGER LANGUAGE plpgsql AS $$
DECLARE
  created text;
BEGIN
  FOR created IN
    SELECT object_identity FROM pg_event_trigger_ddl_commands()
    WHERE object_identity ~ '^clickstream_staging\.r[0-9a-f]{32}_\d+_(\d+_)?${kind}$'
  LOOP
    EXECUTE 'CREATE TRIGGER hold_writers BEFORE INSERT ON ' || created
      || ' FOR EACH STATEMENT EXECUTE FUNCTION public.${hold_writers}()';
  END LOOP;
END $$;
DO $$
BEGIN
  DROP EVENT TRIGGER IF EXISTS ${hold_tables};
  CREATE EVENT TRIGGER ${hold_tables} ON ddl_command_end WHEN TAG IN ('CREATE TABLE')
    EXECUTE FUNCTION ${hold_tables}();
END $$;
