CREATE OR REPLACE FUNCTION refuse_event() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  IF split_part(raw_object_key(new.raw_hour, new.raw_id, new.raw_line), '#', 1) = ANY(ARRAY[${refused}]::TEXT []) THEN
    RAISE EXCEPTION 'refused' USING ERRCODE = '22000';
  END IF;
  RETURN new;
END $$;
CREATE OR REPLACE TRIGGER refuse_event BEFORE INSERT ON clickstream_events
FOR EACH ROW EXECUTE FUNCTION refuse_event();
