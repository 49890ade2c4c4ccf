CREATE FUNCTION refuse_poison() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'poison is not digestible' USING ERRCODE = '22023';
END $$;
CREATE TRIGGER refuse_poison BEFORE INSERT ON clickstream_events
FOR EACH ROW WHEN (new.event_name = 'poison') EXECUTE FUNCTION refuse_poison();
