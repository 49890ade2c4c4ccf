INSERT INTO clickstream_sessions (
  ${session_columns}, session_date, source, medium, default_channel_group)
SELECT ${session_columns}, session_date, source, medium, default_channel_group
FROM ${session_rows}
