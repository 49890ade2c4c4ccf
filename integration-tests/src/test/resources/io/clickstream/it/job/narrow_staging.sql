CREATE FUNCTION narrow_staging() RETURNS EVENT_TRIGGER LANGUAGE plpgsql AS $$
DECLARE
  created TEXT;
BEGIN
  FOR created IN
    SELECT object_identity FROM pg_event_trigger_ddl_commands()
    WHERE object_identity ~ '_events$'
  LOOP
    EXECUTE 'ALTER TABLE ' || created || ' ALTER event_name TYPE VARCHAR(5) USING ''x''';
  END LOOP;
END $$;
