-- The table of events that the DuckDB job fills, with the indexes of clickstream_events.
CREATE TABLE peer_events AS SELECT * FROM event_details WITH NO DATA;
ALTER TABLE peer_events ADD PRIMARY KEY (event_id);
CREATE INDEX peer_events_session ON peer_events (session_key);
CREATE INDEX peer_events_hour ON peer_events (date_trunc('hour', occurred_at AT TIME ZONE 'UTC'));
-- Values of the columns that it does not fill.
ALTER TABLE clickstream_sessions
  ALTER is_bot SET DEFAULT false,
  ALTER order_count SET DEFAULT 0,
  ALTER source SET DEFAULT '',
  ALTER medium SET DEFAULT '',
  ALTER default_channel_group SET DEFAULT '';
