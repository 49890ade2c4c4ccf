-- Values of the columns that the DuckDB job does not fill.
ALTER TABLE clickstream_events ALTER is_bot SET DEFAULT false;
ALTER TABLE clickstream_sessions
  ALTER is_bot SET DEFAULT false,
  ALTER order_count SET DEFAULT 0,
  ALTER source SET DEFAULT '',
  ALTER medium SET DEFAULT '',
  ALTER default_channel_group SET DEFAULT '';
