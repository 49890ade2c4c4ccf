-- The tables that the query reads, with only the columns that it reads.
CREATE TEMPORARY TABLE event_details (
  event_id        UUID,
  event_timestamp TIMESTAMPTZ,
  raw_object_key  TEXT COLLATE "C",
  visitor_id      TEXT,
  occurred_at     TIMESTAMPTZ,
  event_name      TEXT,
  is_signed       BOOLEAN DEFAULT FALSE
);
CREATE TEMPORARY TABLE staged_events (
  event_id        UUID,
  event_timestamp TIMESTAMPTZ,
  raw_object_key  TEXT COLLATE "C",
  visitor_id      TEXT,
  occurred_at     TIMESTAMPTZ,
  event_name      TEXT,
  coerced_fields  TEXT,
  client_id       TEXT,
  user_id         TEXT,
  is_signed       BOOLEAN DEFAULT FALSE
);
CREATE TEMPORARY TABLE superseded (object_key TEXT);
