-- The tables that the query reads, with only the columns that it reads.
SET TIME ZONE 'UTC';
CREATE TEMPORARY TABLE clickstream_sessions (
  session_key    UUID,
  visitor_id     TEXT COLLATE "C",
  started_at     TIMESTAMPTZ,
  ended_at       TIMESTAMPTZ,
  first_event_id UUID,
  last_event_id  UUID
);
CREATE TEMPORARY TABLE changes (
  visitor_id  TEXT COLLATE "C",
  occurred_at TIMESTAMPTZ,
  event_id    UUID,
  inserted    BOOLEAN
);
